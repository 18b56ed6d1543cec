package dispatch_test

import (
	"testing"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

const lastYear = `衡平县2025年法治政府建设工作计划

一、规范行政执法
（一）开展行政执法案卷评查。全年评查不少于60卷。（牵头单位：县市场监管局；配合单位：县农业农村局）
（二）建立法律顾问制度。12月底前，建立法律顾问制度。（牵头单位：县农业农村局）
（三）编制普法读本。12月底前，编制普法读本。（牵头单位：望岫镇人民政府）
（四）建设执法信息平台。12月底前，建设执法信息平台。（牵头单位：县司法局）
`

const thisYear = `衡平县2026年法治政府建设工作计划

一、规范行政执法
（一）开展行政执法案卷评查。全年评查不少于80卷。（牵头单位：县市场监管局）
（二）组织执法人员培训。12月底前，组织执法人员培训。（牵头单位：望岫镇人民政府）
`

func dispatchPlan(t *testing.T, s *apptest.Site, d *dispatch.Dispatch, day, text string, year int) (dispatch.Plan, map[string]*dispatch.Task) {
	t.Helper()
	s.Clock.Turn(t, day)
	who := s.Actor("tongchou")
	draft, err := d.Upload(t.Context(), who, "计划.txt", []byte(text), year)
	if err != nil {
		t.Fatal(err)
	}
	sent, err := d.Confirm(t.Context(), who, dispatch.Confirmation{Draft: draft.ID, Version: draft.Version, Reason: "部署"})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := d.Plan(t.Context(), sent.Plan)
	if err != nil {
		t.Fatal(err)
	}
	return plan, tasksByTitle(t, s, d, plan)
}

// tasksByTitle lists the leads' tasks of a plan.
func tasksByTitle(t *testing.T, s *apptest.Site, d *dispatch.Dispatch, plan dispatch.Plan) map[string]*dispatch.Task {
	t.Helper()
	tasks, err := d.Tasks(t.Context(), s.Scope("tongchou"), plan)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*dispatch.Task{}
	for _, task := range tasks {
		if task.Parent() == 0 {
			out[task.Title()] = task
		}
	}
	return out
}

func TestCarryOver(t *testing.T) {
	s := apptest.New(t)
	d := &dispatch.Dispatch{Acts: s.Acts}
	old, was := dispatchPlan(t, s, d, "2025-02-10", lastYear, 2025)
	review, counsel, book, platform := was["开展行政执法案卷评查"].State.No, was["建立法律顾问制度"].State.No, was["编制普法读本"].State.No, was["建设执法信息平台"].State.No
	done, err := s.Do("scj03", review, procedure.Act{Step: "take"})
	must(t, done, err)
	done, err = s.Do("scj03", review, procedure.Act{Step: "report", Input: say("progress", "评查45卷").With("targets", matter.OfList(
		matter.Item{ID: "p1", Fields: matter.Values{}.With("reached", matter.OfInt(45))}))})
	must(t, done, err)
	next, is := dispatchPlan(t, s, d, "2026-01-12", thisYear, 2026)

	left, coming, err := d.Remainders(t.Context(), s.Scope("tongchou"), old, next)
	if err != nil || len(left) != 4 || len(coming) != 2 {
		t.Fatalf("left %d, coming %d, %v", len(left), len(coming), err)
	}
	goesOn := is["开展行政执法案卷评查"].State.No
	for _, r := range left {
		if want := map[int64]int64{review: goesOn}[r.State.No]; r.Likely != want {
			t.Errorf("%s is likely to go on as %d, want %d", r.Title(), r.Likely, want)
		}
	}
	words := []dispatch.Carry{
		{Matter: review, Way: dispatch.CarryOn, To: goesOn}, {Matter: counsel, Way: dispatch.CarryOn},
		{Matter: book, Way: dispatch.CarryClose}, {Matter: platform, Way: dispatch.CarryKeep},
	}
	who := s.Actor("tongchou")
	for range 2 { // a press that was cut off is pressed again
		out, err := d.CarryOver(t.Context(), who, "form", next, words)
		if err != nil || out != (dispatch.Carried{Linked: 1, Opened: 1, Closed: 1}) {
			t.Fatalf("carried %+v, %v", out, err)
		}
	}
	for no, want := range map[int64]string{review: "carried", counsel: "carried", book: "carried", platform: ""} {
		task, err := d.Task(t.Context(), access.Scope{System: true}, no)
		if err != nil || task.State.Outcome != want {
			t.Errorf("task %d: outcome %q, want %q (%v)", no, task.State.Outcome, want, err)
		}
	}
	parts, err := d.Children(t.Context(), access.Scope{System: true}, review)
	if err != nil || len(parts) != 1 || parts[0].State.Open {
		t.Errorf("the part of another unit: %+v, %v", parts, err)
	}
	tasks := tasksByTitle(t, s, d, next)
	fresh := tasks["建立法律顾问制度"]
	if len(tasks) != 3 || fresh == nil || fresh.Due != "2026-12-31" || fresh.State.Unit != s.Units["NYJ"].Entry {
		t.Fatalf("under the new plan: %+v", tasks)
	}
	for no, from := range map[int64]int64{goesOn: review, fresh.State.No: counsel} {
		view, err := s.Acts.View(t.Context(), who, no)
		if err != nil {
			t.Fatal(err)
		}
		linked := false
		for _, l := range view.Links {
			linked = linked || l.Kind == "continues" && !l.Back && l.Other.State.No == from
		}
		if !linked {
			t.Errorf("task %d does not continue %d: %+v", no, from, view.Links)
		}
	}
}

func TestCarryOverRefuses(t *testing.T) {
	s := apptest.New(t)
	d := &dispatch.Dispatch{Acts: s.Acts}
	no := s.Task("NYJ", "甲", "2026-12-31")
	cases := map[string]struct {
		words []dispatch.Carry
		field string
	}{
		"nothing chosen": {[]dispatch.Carry{{Matter: no, Way: dispatch.CarryKeep}}, "do"},
		"no new plan":    {[]dispatch.Carry{{Matter: no, Way: dispatch.CarryOn}}, "to"},
		"no such way":    {[]dispatch.Carry{{Matter: no, Way: "burn"}}, "do"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := d.CarryOver(t.Context(), s.Actor("tongchou"), "form", dispatch.Plan{}, c.words)
			if f := app.FaultOf(err); f.Kind != app.Invalid || f.Fields[0].Field != c.field {
				t.Errorf("error %v, want field %s", err, c.field)
			}
		})
	}
}
