package procedure_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

const course = `
in_force: 2024-01-01
opens: receive
title: "{name}"
fields:
  name:
    title: 名称
    type: text
  parties:
    title: 当事人
    type: party
    many: true
    class: personal
  remark:
    title: 意见
    type: text
    optional: true
  officers:
    title: 人员
    type: entry
    of: officer
    many: true
    optional: true
steps:
  receive:
    title: 收件
    by: handler
    form: [name, parties, officers]
  join:
    title: 联办
    by: handler@pool
    needs: [receive]
    optional: true
    takes: joint
  examine:
    title: 审查
    by: [handler, handler@joint]
    needs: [receive]
    was: [check, look]
    form: [(remark)]
  inform:
    title: 告知
    by: handler
    needs: [examine]
    each: parties
  decide:
    title: 决定
    by: head
    needs: [inform]
    outcomes: {grant: 准予, refuse: 不予, wait: 补充}
    repeat: true
    close: outcome
    close_on: [grant, refuse]
  publish:
    title: 公开
    by: handler
    needs: [decide]
    after_close: true
  revive:
    title: 重新办理
    by: head
    needs: [decide]
    optional: true
    repeat: true
    reopens: true
    resets: [decide]
gates:
  valid:
    force: stop
    before: [decide]
    require: "given(officers) && officers.all(o, o.valid)"
    say: 证件失效
    cites: 甲法第一条
limits:
  examine:
    title: 审查
    shape: within
    from: [receive]
    to: [examine]
    length: 5 workdays
  publish:
    title: 公开
    shape: within
    from: [decide]
    to: [publish]
    length: 7 workdays
facts:
  granted: {on: decide, when: "step.decide.outcome == 'grant'", value: "1", unit: 件, count: each}
`

func parties(names ...string) matter.Value {
	var items []matter.Item
	for _, n := range names {
		items = append(items, matter.Item{Fields: in("name", n)})
	}
	return matter.OfList(items...)
}

func officer(name string) matter.Value {
	return matter.OfList(matter.Item{Value: matter.OfRef(matter.Ref{Register: "officer", Entry: 9, Version: 1, Name: name})})
}

func received(t *testing.T) *site {
	w := newSite(t)
	w.d = define(t, course)
	w.do("handler", procedure.Act{Step: "open", Unit: 10, Input: in("name", "开店", "parties", parties("甲", "乙"), "officers", officer("赵"))})
	return w
}

func TestEachElementAndJointUnits(t *testing.T) {
	w := received(t)
	people["other"] = procedure.Actor{Person: 8, Post: 8, Unit: 30, Role: "handler"}
	defer delete(people, "other")
	if got := w.refused("other", procedure.Act{Step: "examine"}); got != "examine" {
		t.Errorf("examined before joining: %q", got)
	}
	w.do("other", procedure.Act{Step: "join"})
	if diff := cmp.Diff([]int64{30}, w.s.Units("joint")); diff != "" {
		t.Error(diff)
	}
	w.do("other", procedure.Act{Step: "examine"})
	if got := w.refused("handler", procedure.Act{Step: "inform"}); got != "!key" {
		t.Errorf("informed nobody: %q", got)
	}
	want := []matter.Todo{{Unit: 10, Role: "handler", Due: matter.NoDue, Step: "inform", Key: "p1"}, {Unit: 10, Role: "handler", Due: matter.NoDue, Step: "inform", Key: "p2"}}
	if diff := cmp.Diff(want, w.last.Cache.Todo); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	w.do("handler", procedure.Act{Step: "inform", Key: "p1"})
	if got := w.refused("head", procedure.Act{Step: "decide", Outcome: "grant"}); got != "inform" {
		t.Errorf("decided with one of two informed: %q", got)
	}
	w.do("handler", procedure.Act{Step: "inform", Key: "p2"})
	w.do("head", procedure.Act{Step: "decide", Outcome: "wait"})
	if !w.s.Open || w.facts["granted"] != 0 {
		t.Errorf("waiting closed the matter: %+v", w.s)
	}
	w.do("head", procedure.Act{Step: "decide", Outcome: "grant"})
	if w.s.Open || w.s.Outcome != "grant" || w.facts["granted"] != 2 {
		t.Errorf("granted: %+v, %v", w.s, w.facts)
	}
	if len(w.last.Effects.Facts) != 2 || w.last.Effects.Facts[0].Unit == w.last.Effects.Facts[1].Unit {
		t.Errorf("a joint matter counts for %+v", w.last.Effects.Facts)
	}
}

func TestAfterCloseAndRevival(t *testing.T) {
	w := received(t)
	w.do("handler", procedure.Act{Step: "examine"})
	w.do("handler", procedure.Act{Step: "inform", Key: "p1"})
	w.do("handler", procedure.Act{Step: "inform", Key: "p2"})
	w.do("head", procedure.Act{Step: "decide", Outcome: "refuse"})
	if got := w.refused("handler", procedure.Act{Step: "examine"}); got != "examine examine" {
		t.Errorf("examined after the end: %q", got)
	}
	if diff := cmp.Diff([]matter.Todo{{Unit: 10, Role: "handler", Due: "2026-03-11", Step: "publish"}}, w.last.Cache.Todo); diff != "" {
		t.Errorf("worklist after the end (-want +got):\n%s", diff)
	}
	w.do("handler", procedure.Act{Step: "publish"})
	w.do("head", procedure.Act{Step: "revive"})
	if !w.s.Open || w.s.Done("decide") {
		t.Errorf("revived as %+v", w.s)
	}
	w.do("head", procedure.Act{Step: "decide", Outcome: "grant"})
	if w.s.Outcome != "grant" {
		t.Errorf("decided again as %q", w.s.Outcome)
	}
}

// TestEarlierNames: a step that was called otherwise counts under its new name.
func TestEarlierNames(t *testing.T) {
	w := received(t)
	w.s.Events = append(w.s.Events, matter.Event{Step: "check", N: 1, Legal: "2026-03-02", Seq: 102})
	if got := w.refused("handler", procedure.Act{Step: "examine"}); got != "examine" {
		t.Errorf("examined twice: %q", got)
	}
	for _, l := range w.d.Limits(w.s, w.env()) {
		if l.ID == "examine" && (l.Met == nil || !*l.Met) {
			t.Errorf("the limit does not see it: %+v", l)
		}
	}
	if w.d.StepTitle("look") != "审查" || w.d.StepTitle("close") != "办结" || w.d.StepTitle("nothing") != "nothing" {
		t.Error("titles of steps")
	}
}

func TestEntriesAreJudgedOnTheDay(t *testing.T) {
	w := received(t)
	w.do("handler", procedure.Act{Step: "examine"})
	w.do("handler", procedure.Act{Step: "inform", Key: "p1"})
	w.do("handler", procedure.Act{Step: "inform", Key: "p2"})
	env := w.env()
	env.EntryValid = func(ref matter.Ref) bool { return ref.Name != "赵" }
	_, err := w.d.Do(w.s, procedure.Act{Step: "decide", Outcome: "grant", Actor: people["head"]}, env)
	if err == nil || !strings.Contains(err.Error(), "证件失效（甲法第一条）") {
		t.Errorf("decided by an officer without certificate: %v", err)
	}
}

func TestSplitAndElementIDs(t *testing.T) {
	w := received(t)
	keep := func(ids ...string) matter.Value {
		held, _ := w.s.Get("parties")
		var items []matter.Item
		for _, it := range held.Items {
			for _, id := range ids {
				if it.ID == id {
					items = append(items, it)
				}
			}
		}
		return matter.OfList(items...)
	}
	w.do("handler", procedure.Act{Step: "examine"})
	w.do("handler", procedure.Act{Step: "inform", Key: "p2"})
	w.do("handler", procedure.Act{Step: "split", Reason: "乙另案办理", Input: in("parties", keep("p1"))})
	held, _ := w.s.Get("parties")
	if len(held.Items) != 1 || held.Items[0].ID != "p1" {
		t.Errorf("kept %v", held.Items)
	}
	if _, open := w.last.Open.Values.Get("parties"); open {
		t.Error("names of parties stand in the open part")
	}
	if got := w.refused("handler", procedure.Act{Step: "split", Reason: "误", Input: in("name", "别的")}); got != "!name" {
		t.Errorf("split a name: %q", got)
	}
	// p2 has been spoken of; whoever comes now is p3.
	w.do("handler", procedure.Act{Step: "split", Reason: "丙并入", Input: in("parties", matter.OfList(held.Items[0], matter.Item{Fields: in("name", "丙")}))})
	if held, _ := w.s.Get("parties"); held.Items[1].ID != "p3" {
		t.Errorf("the new party is %s", held.Items[1].ID)
	}
}

func TestStepViews(t *testing.T) {
	w := received(t)
	got := map[string]string{}
	for _, s := range w.d.Steps(w.s, people["handler"], w.env()) {
		got[s.ID+s.Key] = s.Status
		if s.ID == "inform" && (len(s.Unmet) != 1 || s.Unmet[0].ID != "examine") {
			t.Errorf("informing waits for %+v", s.Unmet)
		}
		if s.ID == "examine" && (!s.Ready || len(s.Who) != 1 || len(s.Form) != 1 || !s.Form[0].Optional) {
			t.Errorf("examining is %+v", s)
		}
	}
	want := map[string]string{
		"receive": "done", "join": "ready", "examine": "ready", "informp1": "waiting", "informp2": "waiting", "decide": "waiting",
		"publish": "waiting", "revive": "waiting",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
