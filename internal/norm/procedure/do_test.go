package procedure_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

const work = `
in_force: 2024-01-01
opens: open
title: "{title}（{kind}）"
number: {series: "{unit.sign}办", form: "{series}〔{year}〕{seq}号", on: decide, year: legal}
params:
  pause_survey:
    title: 勘验不计入
    type: bool
    default: false
fields:
  title:
    title: 名称
    type: text
  kind:
    title: 种类
    type: choice
    facet: true
    options: {plain: 一般, major: 重大}
  phone:
    title: 电话
    type: text
    class: personal
    optional: true
  amount:
    title: 金额
    type: money
  reached:
    title: 次数
    type: int
    sum: true
    optional: true
  rows:
    title: 指标
    type: list
    optional: true
    fields:
      text:
        title: 名称
        type: text
      done:
        title: 完成
        type: int
        sum: true
        optional: true
steps:
  open:
    title: 下达
    by: [coordinator@superior, coordinator]
    form: [title, kind, (phone), (rows)]
  work:
    title: 办理
    by: handler
    needs: [open]
    repeat: true
    optional: true
    form: [(reached), rows.done]
  review:
    title: 审核
    by: reviewer@pool
    not: [work]
    not_force: stop
    not_cites: 甲法第二条
    needs: [open]
    when: kind == 'major'
    outcomes: [pass, return]
  decide:
    title: 决定
    by: head
    needs: [review]
    form: [amount]
  back:
    title: 退回
    by: head
    needs: [decide]
    optional: true
    repeat: true
    resets: [decide]
  finish:
    title: 办结
    by: handler
    needs: [decide]
    outcomes: {good: 好, bad: 差}
    close: outcome
acts:
  close:
    by: coordinator@superior
gates:
  enough:
    force: explain
    before: [decide]
    require: reached.or(0) >= 2
    say: 次数不够
  heard:
    force: stop
    before: [decide]
    require: step.work.done
    say: 没有办理
    cites: 甲法第三条
    unless:
      urgent:
        title: 情况紧急
        files: urgent
        cites: 甲法第四条
limits:
  decide:
    title: 决定
    shape: within
    from: [open]
    to: [decide]
    length: 30 days
    cites: 甲法第一条
    pauses:
      survey:
        when: param.pause_survey
        cites: 甲法第五条
    extensions:
      decide: {length: 10 days, by: head, times: 1, cites: 甲法第六条}
facts:
  opened: {on: open, value: "1", unit: 件}
  decided: {on: decide, value: "1", unit: 件}
  fen: {on: decide, value: amount, unit: 分}
  on_time: {on: decide, value: "limit.decide.met ? 1 : 0", unit: 件}
  finished: {on: finish, by: [outcome], value: "1", unit: 件}
  closed: {on: close, value: "1", unit: 件}
`

// site plays acts on one matter as the writer would, and keeps the books that the engine does not keep.
type site struct {
	t       judge
	d       *procedure.Definition
	s       *matter.State
	records []matter.Record
	by      map[string][]int64
	facts   map[string]int64
	params  map[string]matter.Value
	today   string
	last    *procedure.Result
}

// judge is what tests and properties have in common.
type judge interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func newSite(t judge) *site {
	return &site{t: t, d: define(t, work), by: map[string][]int64{}, facts: map[string]int64{}, params: map[string]matter.Value{}, today: "2026-03-02"}
}

var people = map[string]procedure.Actor{
	"handler":     {Person: 1, Post: 1, Unit: 10, Role: "handler"},
	"head":        {Person: 2, Post: 2, Unit: 10, Role: "head"},
	"reviewer":    {Person: 3, Post: 3, Unit: 12, Role: "reviewer"},
	"coordinator": {Person: 4, Post: 4, Unit: 11, Role: "coordinator"},
	"stranger":    {Person: 5, Post: 5, Unit: 99, Role: "handler"},
}

func (w *site) env() *procedure.Env {
	return &procedure.Env{
		Today: w.today, Calendar: testCalendar(w.t), Unit: procedure.UnitView{No: 10, Sign: "衡"},
		Opening: &matter.Opening{ID: "m"}, Records: func() ([]matter.Record, error) { return w.records, nil },
		DoneBy: func(step string) []int64 { return w.by[step] },
		Param:  func(name string) (matter.Value, bool) { v, ok := w.params[name]; return v, ok },
		Reach:  func(units []int64) []int64 { return append([]int64{1}, units...) },
	}
}

func (w *site) try(who string, a procedure.Act) error {
	a.Actor = people[who]
	if a.Legal == "" {
		a.Legal = w.today
	}
	res, err := w.d.Do(w.s, a, w.env())
	if err != nil {
		return err
	}
	w.last = res
	rec := matter.Record{Seq: int64(len(w.records)) + 101, Step: a.Step, Effects: res.Effects, Open: res.Open, Personal: res.Personal, Sealed: res.Sealed, Files: a.Files}
	if e := res.Effects.Event; e != nil {
		w.by[e.Step] = append(w.by[e.Step], a.Actor.Person)
	}
	next, err := matter.Fold(w.s, &rec)
	if err != nil {
		w.t.Fatal(err)
	}
	// What the engine says the state will be is what the fold makes of the record, but for the record's own number.
	if diff := cmp.Diff(numbered(res.Next, rec.Seq), next); diff != "" && res.Effects.Erase == nil {
		w.t.Fatalf("%s: Next is not the fold of its record (-next +fold):\n%s", a.Step, diff)
	}
	w.s, w.records = next, append(w.records, rec)
	for _, f := range res.Effects.Facts {
		w.facts[f.Fact] += f.Value
	}
	return nil
}

// numbered puts the record's number in the place of 0.
func numbered(s *matter.State, seq int64) *matter.State {
	n := *s
	fix := func(p *int64) {
		if *p == 0 {
			*p = seq
		}
	}
	fix(&n.Seq)
	if n.No == 0 {
		n.No = seq
	}
	n.Seqs = slices.Clone(n.Seqs)
	n.Seqs[len(n.Seqs)-1] = seq
	n.Values, n.Events, n.Limits, n.Pauses, n.Extends = slices.Clone(n.Values), slices.Clone(n.Events), slices.Clone(n.Limits), slices.Clone(n.Pauses), slices.Clone(n.Extends)
	for i := range n.Values {
		fix(&n.Values[i].Seq)
	}
	for i := range n.Events {
		fix(&n.Events[i].Seq)
	}
	for i := range n.Limits {
		fix(&n.Limits[i].Seq)
	}
	for i := range n.Pauses {
		fix(&n.Pauses[i].Seq)
	}
	for i := range n.Extends {
		fix(&n.Extends[i].Seq)
	}
	return &n
}

func (w *site) do(who string, a procedure.Act) {
	w.t.Helper()
	if err := w.try(who, a); err != nil {
		w.t.Fatalf("%s: %v", a.Step, err)
	}
}

// refused gives the ids of what refused an act.
func (w *site) refused(who string, a procedure.Act) string {
	w.t.Helper()
	err := w.try(who, a)
	var r *procedure.Refusal
	var all procedure.InvalidAll
	var one *procedure.Invalid
	var ids []string
	switch {
	case errors.As(err, &r):
		for _, u := range r.Unmet {
			ids = append(ids, u.ID)
		}
	case errors.As(err, &all):
		for _, i := range all {
			ids = append(ids, "!"+i.Field)
		}
	case errors.As(err, &one):
		ids = append(ids, "!"+one.Field)
	case err != nil:
		w.t.Fatal(err)
	}
	return strings.Join(ids, " ")
}

func in(pairs ...any) matter.Values {
	var out matter.Values
	for i := 0; i < len(pairs); i += 2 {
		v, ok := pairs[i+1].(matter.Value)
		if s, text := pairs[i+1].(string); text {
			v, ok = matter.OfText(s), true
		}
		if n, number := pairs[i+1].(int); number {
			v, ok = matter.OfInt(int64(n)), true
		}
		if !ok {
			panic("in: unknown value")
		}
		out = out.With(pairs[i].(string), v)
	}
	return out
}

func rowsOf(name string) matter.Value {
	return matter.OfList(matter.Item{Fields: in("text", name)})
}

func (w *site) opened() *site {
	w.do("coordinator", procedure.Act{Step: "open", Unit: 10, Input: in("title", "检查", "kind", "plain", "phone", "123", "rows", rowsOf("次数"))})
	return w
}

func TestOpen(t *testing.T) {
	w := newSite(t).opened()
	s := w.s
	if s.Title != "检查（一般）" || s.Unit != 10 || !s.Open || s.Opened != "2026-03-02" {
		t.Errorf("opened as %+v", s)
	}
	want := []matter.Role{{Unit: 11, Role: "superior", From: "2026-03-02"}}
	if diff := cmp.Diff(want, s.Roles); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int64{1, 10, 11}, w.last.Effects.Reach); diff != "" {
		t.Error(diff)
	}
	if _, ok := w.last.Open.Values.Get("phone"); ok || w.last.Personal.Values.Text("phone") != "123" {
		t.Error("a personal value is not in its own part")
	}
	if rows, _ := s.Get("rows"); rows.Items[0].ID != "p1" {
		t.Errorf("first row is %q", rows.Items[0].ID)
	}
	wantCache := matter.Cache{
		Due:  []matter.Due{{Unit: 10, Due: "2026-04-01", Limit: "decide"}},
		Todo: []matter.Todo{{Unit: 10, Role: "head", Due: "2026-04-01", Step: "decide"}},
	}
	if diff := cmp.Diff(wantCache, w.last.Cache); diff != "" {
		t.Errorf("worklists (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(w.last.Cache, w.d.Cache(s, w.env())); diff != "" {
		t.Errorf("Cache differs from the act's: %s", diff)
	}
}

func TestRefusals(t *testing.T) {
	w := newSite(t)
	if got := w.refused("handler", procedure.Act{Step: "work"}); got != "" {
		t.Errorf("before the opening: %q", got)
	}
	if got := w.refused("handler", procedure.Act{Step: "open", Unit: 10, Input: in("title", "检查")}); got != "!kind" {
		t.Errorf("without its kind: %q", got)
	}
	w.do("coordinator", procedure.Act{Step: "open", Unit: 10, Input: in("title", "检查", "kind", "major")})
	for name, c := range map[string]struct {
		who  string
		act  procedure.Act
		want string
	}{
		"unknown step":           {"handler", procedure.Act{Step: "worked"}, "!step"},
		"tomorrow":               {"handler", procedure.Act{Step: "work", Legal: "2026-03-03"}, "!legal"},
		"before the opening":     {"handler", procedure.Act{Step: "work", Legal: "2026-03-01"}, "!legal"},
		"of another unit":        {"stranger", procedure.Act{Step: "work"}, "work"},
		"everything at once":     {"handler", procedure.Act{Step: "decide", Input: in("amount", 1)}, "review decide enough heard"},
		"no such field":          {"handler", procedure.Act{Step: "work", Input: in("colour", "red")}, "!colour"},
		"wrong type":             {"head", procedure.Act{Step: "decide", Input: in("amount", "much")}, "!amount"},
		"no outcome":             {"reviewer", procedure.Act{Step: "review"}, "!outcome"},
		"no such outcome":        {"reviewer", procedure.Act{Step: "review", Outcome: "maybe"}, "!outcome"},
		"ground without paper":   {"head", procedure.Act{Step: "decide", Input: in("amount", 1), Unless: map[string]string{"heard": "urgent"}}, "!files.urgent"},
		"no such ground":         {"head", procedure.Act{Step: "decide", Input: in("amount", 1), Unless: map[string]string{"heard": "fun"}}, "!unless.heard"},
		"a stop takes no reason": {"head", procedure.Act{Step: "decide", Input: in("amount", 1), Said: map[string]string{"heard": "忙", "enough": "忙"}}, "review heard"},
		"opened again":           {"coordinator", procedure.Act{Step: "open"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			before := len(w.records)
			if got := w.refused(c.who, c.act); got != c.want {
				t.Errorf("refused for %q, want %q", got, c.want)
			}
			if len(w.records) != before {
				t.Error("it was done")
			}
		})
	}
}

func TestSamePersonAndExceptions(t *testing.T) {
	w := newSite(t)
	w.do("coordinator", procedure.Act{Step: "open", Unit: 10, Input: in("title", "检查", "kind", "major")})
	w.do("handler", procedure.Act{Step: "work"})
	w.by["work"] = append(w.by["work"], people["reviewer"].Person)
	if got := w.refused("reviewer", procedure.Act{Step: "review", Outcome: "pass", Said: map[string]string{"not.work": "人手不足"}}); got != "not.work" {
		t.Errorf("the same person reviewed: %q", got)
	}
	w.by["work"] = w.by["work"][:1]
	w.do("reviewer", procedure.Act{Step: "review", Outcome: "pass"})
	w.do("head", procedure.Act{Step: "decide", Input: in("amount", 500), Said: map[string]string{"enough": "只查一次"}})
	want := []matter.GateVerdict{{Gate: "enough", Verdict: "explained"}}
	if diff := cmp.Diff(want, w.last.Effects.Gates); diff != "" {
		t.Error(diff)
	}
	if w.last.Open.Said["enough"] != "只查一次" {
		t.Error("the reason is not on record")
	}
	if got := w.refused("head", procedure.Act{Step: "decide", Input: in("amount", 1)}); !strings.HasPrefix(got, "decide") {
		t.Errorf("decided twice: %q", got)
	}
}

func TestWarnsOfDisorder(t *testing.T) {
	w := decided(t) // on 20 March
	w.do("handler", procedure.Act{Step: "finish", Outcome: "good", Legal: "2026-03-19"})
	if want := []string{"日期2026-03-19早于“决定”的日期2026-03-20，请核对"}; !slices.Equal(w.last.Warnings, want) {
		t.Errorf("warned of %q", w.last.Warnings)
	}
}

func TestUnless(t *testing.T) {
	w := newSite(t).opened()
	w.do("head", procedure.Act{
		Step: "decide", Input: in("amount", 500), Said: map[string]string{"enough": "急"}, Unless: map[string]string{"heard": "urgent"},
		Files: []matter.Attached{{Label: "urgent", Blob: matter.Blob{Name: "急件.pdf", Hash: strings.Repeat("a", 64)}}},
	})
	want := []matter.GateVerdict{{Gate: "enough", Verdict: "explained"}, {Gate: "heard", Verdict: "unless", Ground: "urgent"}}
	if diff := cmp.Diff(want, w.last.Effects.Gates); diff != "" {
		t.Error(diff)
	}
	wantSeries := &procedure.Series{Name: "衡办", Year: 2026, Form: "衡办〔2026〕{seq}号"}
	if diff := cmp.Diff(wantSeries, w.last.Series); diff != "" {
		t.Error(diff)
	}
}

// decided is a matter with two reports and a decision.
func decided(t *testing.T) *site {
	w := newSite(t).opened()
	w.do("handler", procedure.Act{Step: "work", Input: in("reached", 1, "rows", matter.OfList(matter.Item{ID: "p1", Fields: in("done", 3)}))})
	w.do("handler", procedure.Act{Step: "work", Input: in("reached", 2)})
	w.today = "2026-03-20"
	w.do("head", procedure.Act{Step: "decide", Input: in("amount", 500)})
	return w
}

func TestCorrect(t *testing.T) {
	w := decided(t)
	if w.s.Int("reached") != 3 || w.facts["fen"] != 500 || w.facts["on_time"] != 1 {
		t.Fatalf("reached %d, facts %v", w.s.Int("reached"), w.facts)
	}
	w.do("handler", procedure.Act{Step: "correct", Record: 102, Reason: "多报", Input: in("reached", 4, "rows", matter.OfList(matter.Item{ID: "p1", Fields: in("done", 1)}))})
	rows, _ := w.s.Get("rows")
	if w.s.Int("reached") != 6 || rows.Items[0].Fields.Int("done") != 1 {
		t.Errorf("sums after correction: %d, %d", w.s.Int("reached"), rows.Items[0].Fields.Int("done"))
	}
	w.do("head", procedure.Act{Step: "correct", Record: 104, Reason: "金额录入有误", Input: in("amount", 700)})
	if w.s.Int("amount") != 700 || w.facts["fen"] != 700 || w.facts["decided"] != 1 {
		t.Errorf("amount %d, facts %v", w.s.Int("amount"), w.facts)
	}
	// A correction of a corrected record counts from the corrected figure.
	w.do("head", procedure.Act{Step: "correct", Record: 104, Reason: "再核", Input: in("amount", 600)})
	if w.facts["fen"] != 600 {
		t.Errorf("corrected twice: %v", w.facts)
	}
	// The date moves the limit's verdict and the month of the figures.
	w.today = "2026-05-20"
	w.do("head", procedure.Act{Step: "correct", Record: 104, Reason: "实际在五月", MoveTo: "2026-05-08"})
	if w.facts["on_time"] != 0 || w.s.Limits[0].Verdict != procedure.Missed {
		t.Errorf("moved past the limit: %v, %+v", w.facts, w.s.Limits[0])
	}
	months := map[string]int64{}
	for _, r := range w.records {
		for _, f := range r.Effects.Facts {
			if f.Fact == "fen" {
				months[f.Month] += f.Value
			}
		}
	}
	if diff := cmp.Diff(map[string]int64{"2026-03": 0, "2026-05": 600}, months); diff != "" {
		t.Errorf("figures by month (-want +got):\n%s", diff)
	}
	for name, a := range map[string]procedure.Act{
		"nothing new":     {Record: 104, Reason: "看看"},
		"no reason":       {Record: 104, Input: in("amount", 1)},
		"no such record":  {Record: 999, Reason: "看看"},
		"not of its form": {Record: 104, Reason: "看看", Input: in("title", "别的")},
	} {
		a.Step = "correct"
		if got := w.refused("head", a); !strings.HasPrefix(got, "!") {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestVoid(t *testing.T) {
	w := decided(t)
	w.do("head", procedure.Act{Step: "void", Record: 104, Reason: "没有作出"})
	if _, ok := w.s.Get("amount"); ok || w.s.Done("decide") {
		t.Error("the decision is still there")
	}
	for _, f := range []string{"decided", "fen", "on_time"} {
		if w.facts[f] != 0 {
			t.Errorf("%s counts %d", f, w.facts[f])
		}
	}
	if l := w.s.Limits[0]; l.Verdict != "" {
		t.Errorf("the limit does not run again: %+v", l)
	}
	w.do("handler", procedure.Act{Step: "void", Record: 103, Reason: "重复"})
	if w.s.Int("reached") != 1 {
		t.Errorf("reached %d, want 1", w.s.Int("reached"))
	}
	if got := w.refused("handler", procedure.Act{Step: "void", Record: 103, Reason: "再来"}); got != "!record" {
		t.Errorf("voided twice: %q", got)
	}
	if got := w.refused("reviewer", procedure.Act{Step: "void", Record: 101, Reason: "想当然"}); got == "" {
		t.Error("the whole matter is voided by who may not")
	}
	w.do("coordinator", procedure.Act{Step: "void", Record: 101, Reason: "开错了"})
	if w.s.Open || w.s.Outcome != "voided" || w.facts["opened"] != 0 {
		t.Errorf("the whole matter: %+v, %v", w.s, w.facts)
	}
}

func TestVoidCloseRunsAgain(t *testing.T) {
	w := decided(t)
	w.do("handler", procedure.Act{Step: "finish", Outcome: "good"})
	if w.s.Open || w.s.Outcome != "good" || w.facts["finished.good"] != 1 || w.facts["closed"] != 1 || len(w.last.Cache.Todo) != 0 {
		t.Fatalf("finished as %+v, %v", w.s, w.facts)
	}
	if got := w.refused("handler", procedure.Act{Step: "work"}); got != "work" {
		t.Errorf("worked after the end: %q", got)
	}
	w.do("handler", procedure.Act{Step: "void", Record: 105, Reason: "误点"})
	if !w.s.Open || w.facts["finished.good"] != 0 || w.facts["closed"] != 0 {
		t.Errorf("voided the end: %+v, %v", w.s, w.facts)
	}
}

func TestPauseAndExtend(t *testing.T) {
	w := newSite(t).opened()
	if got := w.refused("handler", procedure.Act{Step: "pause", Ground: "survey"}); got != "survey" {
		t.Errorf("paused without a rule: %q", got)
	}
	w.params["pause_survey"] = matter.OfBool(true)
	w.do("handler", procedure.Act{Step: "pause", Ground: "survey"})
	if w.last.Cache.Due[0].Due != matter.NoDue {
		t.Errorf("due while paused: %v", w.last.Cache.Due)
	}
	w.today = "2026-03-11"
	w.do("handler", procedure.Act{Step: "resume", Ground: "survey"})
	if got := w.last.Cache.Due[0].Due; got != "2026-04-10" { // nine days after the start, the day of the start itself not
		t.Errorf("due %s", got)
	}
	if got := w.refused("handler", procedure.Act{Step: "extend", Limit: "decide", Reason: "复杂"}); got != "decide" {
		t.Errorf("extended by a handler: %q", got)
	}
	w.do("head", procedure.Act{Step: "extend", Limit: "decide", Reason: "复杂"})
	if got := w.last.Cache.Due[0].Due; got != "2026-04-20" {
		t.Errorf("extended to %s", got)
	}
	if got := w.refused("head", procedure.Act{Step: "extend", Limit: "decide", Reason: "更复杂"}); got != "decide" {
		t.Errorf("extended twice: %q", got)
	}
}

func TestPeople(t *testing.T) {
	w := newSite(t).opened()
	w.do("handler", procedure.Act{Step: "assign", Role: "head", Post: 77})
	if got := w.last.Cache.Todo[0].Post; got != 77 {
		t.Errorf("assigned post %d", got)
	}
	w.do("handler", procedure.Act{Step: "assign", Role: "assist", Unit: 20})
	if diff := cmp.Diff([]int64{20}, w.s.Units("assist")); diff != "" {
		t.Error(diff)
	}
	w.do("handler", procedure.Act{Step: "assign", Role: "assist", Unit: 20, End: true})
	if w.s.Units("assist") != nil {
		t.Error("the part did not end")
	}
	w.do("handler", procedure.Act{Step: "handover", Unit: 30, Reason: "职责划转"})
	if w.s.Unit != 30 || procedure.Assigned(w.s, "head") != 0 {
		t.Errorf("handed over to %d with post %d", w.s.Unit, procedure.Assigned(w.s, "head"))
	}
	if w.last.Cache.Due[0].Unit != 30 || w.last.Cache.Due[0].Due != "2026-04-01" {
		t.Errorf("limits after the handover: %v", w.last.Cache.Due)
	}
	if got := w.refused("stranger", procedure.Act{Step: "note", Reason: "路过"}); got != "note" {
		t.Errorf("a stranger noted: %q", got)
	}
}

func TestLinksCloseReopenErase(t *testing.T) {
	w := newSite(t).opened()
	w.do("handler", procedure.Act{Step: "link", Links: []matter.Tie{{Kind: "covers", Other: 7}}})
	w.do("handler", procedure.Act{Step: "link", Links: []matter.Tie{{Kind: "covers", Other: 7, End: true}}})
	if len(w.s.Links) != 0 {
		t.Errorf("links %v", w.s.Links)
	}
	if got := w.refused("handler", procedure.Act{Step: "link", Links: []matter.Tie{{Kind: "likes", Other: 7}}}); got != "!links" {
		t.Errorf("linked by an unknown kind: %q", got)
	}
	if got := w.refused("handler", procedure.Act{Step: "close", Outcome: "done", Reason: "够了"}); got != "close" {
		t.Errorf("closed by a handler: %q", got)
	}
	w.do("coordinator", procedure.Act{Step: "close", Outcome: "done", Reason: "够了"})
	if w.s.Open || w.s.Closed != "2026-03-02" || w.s.Limits[0].Verdict != "ended" {
		t.Errorf("closed as %+v", w.s)
	}
	w.do("coordinator", procedure.Act{Step: "reopen", Reason: "没有够"})
	if !w.s.Open || w.s.Limits[0].Verdict != "" || len(w.last.Cache.Due) != 1 {
		t.Errorf("reopened as %+v", w.s)
	}
	w.do("coordinator", procedure.Act{Step: "merge", Links: []matter.Tie{{Kind: "merged_into", Other: 8}}})
	if w.s.Open || w.s.Outcome != "merged" {
		t.Errorf("merged as %+v", w.s)
	}
	w.do("coordinator", procedure.Act{Step: "erase", Record: 101, Parts: []string{matter.PartPersonal}, Reason: "依申请删除"})
	if _, ok := w.last.Next.Get("phone"); ok {
		t.Error("the phone is still there")
	}
}

func TestImportedIsListedNotAsked(t *testing.T) {
	w := newSite(t)
	w.do("handler", procedure.Act{Step: "open", Origin: "imported", Legal: "2025-12-01", Unit: 10, Input: in("title", "旧案", "kind", "major")})
	env := w.env()
	env.FactsFrom = "2026-01-01"
	res, err := w.d.Do(w.s, procedure.Act{Step: "decide", Origin: "imported", Legal: "2025-12-20", Number: "旧〔2025〕3号", Actor: people["handler"], Input: in("amount", 9)}, env)
	if err != nil {
		t.Fatal(err)
	}
	want := []matter.GateVerdict{{Gate: "needs.review", Verdict: "would_refuse"}, {Gate: "enough", Verdict: "would_refuse"}, {Gate: "heard", Verdict: "would_refuse"}}
	if diff := cmp.Diff(want, res.Effects.Gates); diff != "" {
		t.Error(diff)
	}
	if len(res.Effects.Facts) != 0 || res.Effects.Event.Flags&matter.Unasked == 0 || res.Number != "旧〔2025〕3号" || res.Series != nil {
		t.Errorf("imported as %+v, number %q", res.Effects, res.Number)
	}
}

func TestLateEntries(t *testing.T) {
	for name, c := range map[string]struct {
		today    string
		original bool
		want     matter.Flags
	}{
		"the next workday":    {"2026-03-16", false, 0}, // done on a Friday
		"late with the paper": {"2026-03-17", true, matter.Late},
		"late without":        {"2026-03-17", false, matter.Back},
	} {
		t.Run(name, func(t *testing.T) {
			w := newSite(t).opened()
			w.today = c.today
			w.do("handler", procedure.Act{Step: "work", Legal: "2026-03-13", Original: c.original})
			if got := w.last.Effects.Event.Flags; got != c.want {
				t.Errorf("flags %b, want %b", got, c.want)
			}
		})
	}
}

func TestPaperOnlyHoldsNoWords(t *testing.T) {
	w := newSite(t)
	if got := w.refused("coordinator", procedure.Act{Step: "open", Unit: 10, PaperOnly: true, Input: in("title", "密", "kind", "plain")}); got != "!title" {
		t.Errorf("words entered: %q", got)
	}
	w.do("coordinator", procedure.Act{Step: "open", Unit: 10, PaperOnly: true, Input: in("kind", "plain")})
	if w.s.Title != "" || !w.s.PaperOnly || w.facts["opened"] != 1 {
		t.Errorf("opened on paper as %+v", w.s)
	}
	if got := w.refused("handler", procedure.Act{Step: "work", Files: []matter.Attached{{Label: "evidence"}}}); got != "!files" {
		t.Errorf("a file came in: %q", got)
	}
	w.do("handler", procedure.Act{Step: "work", Input: in("reached", 2)})
	w.do("head", procedure.Act{Step: "decide", Input: in("amount", 5)})
	if w.facts["fen"] != 5 {
		t.Errorf("counts %v", w.facts)
	}
}

func TestMissedStepIsShownAndOffered(t *testing.T) {
	w := decided(t)
	w.do("coordinator", procedure.Act{Step: "correct", Record: 101, Reason: "应为重大", Input: in("kind", "major")})
	for _, s := range w.d.Steps(w.s, people["reviewer"], w.env()) {
		if s.ID == "review" && (!s.Missed || !s.Ready) {
			t.Errorf("review is %+v", s)
		}
	}
	if w.s.Title != "检查（重大）" || w.s.Facets[0].Value != "major" {
		t.Errorf("title %q, facets %v", w.s.Title, w.s.Facets)
	}
}

func TestMigrate(t *testing.T) {
	w := newSite(t).opened()
	old := w.d
	w.d = define(t, strings.Replace(work, "length: 30 days", "length: 20 days", 1))
	meeting := old.Meet(w.d, w.s, w.env())
	if meeting.Transition != "ask" || meeting.Before[0].Due != "2026-04-01" || meeting.After[0].Due != "2026-03-22" {
		t.Errorf("meets the new text as %+v", meeting)
	}
	if err := w.try("head", procedure.Act{Step: "decide", Input: in("amount", 1)}); err == nil {
		t.Fatal("acted by rules that do not govern the matter")
	}
	w.do("handler", procedure.Act{Step: "migrate", Reason: "新规定"})
	if w.s.Def != w.d.Digest || w.last.Cache.Due[0].Due != "2026-03-22" {
		t.Errorf("migrated to %s, due %v", w.s.Def, w.last.Cache.Due)
	}
}

func TestUnknownFailsClosed(t *testing.T) {
	d := define(t, strings.Replace(work, "require: reached.or(0) >= 2", `require: "given(phone) ? true : step.work.count > 0 && lookup.repeats == 0"`, 1)+`
lookups:
  repeats: {count: test, field: kind, days: 30}
`)
	w := newSite(t)
	w.d = d
	w.do("coordinator", procedure.Act{Step: "open", Unit: 10, Input: in("title", "检查", "kind", "plain")})
	w.do("handler", procedure.Act{Step: "work"})
	err := w.try("head", procedure.Act{Step: "decide", Input: in("amount", 1)})
	if err == nil || !strings.Contains(err.Error(), "不能判断") {
		t.Errorf("a look-up without an answer: %v", err)
	}
}

func TestSilence(t *testing.T) {
	w := newSite(t)
	w.d = define(t, review)
	w.do("handler", procedure.Act{Step: "receive", Unit: 10, Input: in("parties", matter.OfList(matter.Item{Fields: in("name", "某店")}))})
	w.today = "2026-03-09"
	if got := w.d.Expired(w.s, w.env()); got != nil {
		t.Errorf("expired on its last day: %v", got)
	}
	w.today = "2026-03-10"
	due := w.d.Expired(w.s, w.env())
	if len(due) != 1 || due[0].Step != "accept" || due[0].Legal != "2026-03-09" {
		t.Fatalf("silence brought about %v", due)
	}
	people["system"] = due[0].Actor
	defer delete(people, "system")
	w.do("system", procedure.Act{Step: "accept", Legal: due[0].Legal})
	if f := w.last.Effects.Event.Flags; f&matter.Deemed == 0 || f&matter.Back != 0 {
		t.Errorf("flags %b", f)
	}
	if got := w.d.Expired(w.s, w.env()); got != nil {
		t.Errorf("twice: %v", got)
	}
	for _, l := range w.s.Limits {
		if l.Limit == "decide" && l.Start != "2026-03-09" {
			t.Errorf("the next limit starts on %s", l.Start)
		}
	}
}

// TestConcurrentUse compiles and runs one definition from many goroutines.
func TestConcurrentUse(t *testing.T) {
	d := define(t, work)
	again, err := procedure.FromRules(d.Rules, d)
	if err != nil {
		t.Fatal(err)
	}
	if again.Digest != d.Digest {
		t.Fatal("kept rules have another digest")
	}
	w := newSite(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := again.Do(nil, procedure.Act{Step: "open", Unit: 10, Legal: "2026-03-02", Actor: people["coordinator"], Input: in("title", "检查", "kind", "plain")}, w.env()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// TestLimitEndsWithItsStep: what waits for a step that no longer applies waits for nothing.
func TestLimitEndsWithItsStep(t *testing.T) {
	w := newSite(t)
	w.d = define(t, strings.Replace(work, "limits:\n", "limits:\n  review: {title: 审核, shape: within, from: [open], to: [review], length: 5 workdays}\n", 1))
	w.do("coordinator", procedure.Act{Step: "open", Unit: 10, Input: in("title", "检查", "kind", "major")})
	if len(w.last.Cache.Due) != 2 {
		t.Fatalf("due %v", w.last.Cache.Due)
	}
	w.do("coordinator", procedure.Act{Step: "correct", Record: 101, Reason: "应为一般", Input: in("kind", "plain")})
	for _, l := range w.s.Limits {
		if want := map[string]string{"review": procedure.NotNeeded, "decide": ""}[l.Limit]; l.Verdict != want {
			t.Errorf("%s ends %q, want %q", l.Limit, l.Verdict, want)
		}
	}
	if len(w.last.Cache.Due) != 1 || w.last.Cache.Todo[0].Step != "decide" {
		t.Errorf("worklists %+v", w.last.Cache)
	}
}
