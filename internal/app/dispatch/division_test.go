package dispatch_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/app/dispatch"
)

const samplePlan = `衡平县2026年法治政府建设工作计划

一、健全依法行政制度体系

1.编制行政裁量权基准。农业农村、市场监管领域编制并公布裁量权基准，2026年11月底前完成。（牵头单位：县农业农村局；配合单位：县市场监管局）

2.开展规范性文件清理。各单位清理本单位文件，2026年12月底前完成。（牵头单位：县司法局；责任单位：望岫镇）
`

// draft uploads the sample plan.
func (o *office) draft() *dispatch.Draft {
	o.T.Helper()
	draft, err := o.d.Upload(o.ctx(), o.Actor("tongchou"), "计划.txt", []byte(samplePlan), 2026)
	o.must(err)
	if len(draft.Measures) != 2 || len(draft.Open()) > 0 {
		o.T.Fatalf("%d measures, open names %v", len(draft.Measures), draft.Open())
	}
	return draft
}

func TestDivisionIsSentOutAndSettled(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		o := officeOf(s)
		who, draft := o.Actor("tongchou"), o.draft()
		if _, err := o.d.AskDivision(o.ctx(), who, draft.ID, dispatch.DivisionAsk{Until: "2026-09-01"}); o.kind(err) != app.Invalid {
			t.Error("asked with a day that is over")
		}
		units, err := o.d.AskDivision(o.ctx(), who, draft.ID, dispatch.DivisionAsk{Until: "2026-09-28", Silence: true})
		o.must(err)
		if units != 4 {
			t.Errorf("%d units asked, want 4", units)
		}
		if _, err := o.d.AskDivision(o.ctx(), who, draft.ID, dispatch.DivisionAsk{Until: "2026-09-28"}); o.kind(err) != app.Conflict {
			t.Error("sent out a second time while the first is open")
		}
		draft, err = o.d.Draft(o.ctx(), who, draft.ID)
		o.must(err)
		v, err := o.d.Division(o.ctx(), who, draft.Asked)
		o.must(err)
		nyj, scj := o.part(v, "NYJ"), o.part(v, "SCJ")
		want := []dispatch.DivisionTask{{Measure: "m1", No: "1.", Title: "编制行政裁量权基准", Duty: "牵头", Due: "2026-11-30"}}
		if diff := cmp.Diff(want, nyj.Tasks); diff != "" {
			t.Errorf("a unit's part: %s", diff)
		}
		if _, _, err := o.d.DivisionPart(o.ctx(), o.Actor("scj02"), nyj.State.No); o.kind(err) != app.NotFound {
			t.Error("a unit sees another's part")
		}

		_, err = o.d.Object(o.ctx(), o.Actor("nyj02"), nyj.State.No, dispatch.Objection{Measure: "m1", Kind: "due", Text: "建议延至12月"}, "")
		o.must(err)
		_, err = o.d.Object(o.ctx(), o.Actor("nyj02"), nyj.State.No, dispatch.Objection{Measure: "m1", Kind: "wording", Text: "改为修订"}, "")
		o.must(err)
		_, err = o.d.Object(o.ctx(), o.Actor("nyj02"), nyj.State.No, dispatch.Objection{Measure: "m2", Kind: "x"}, "")
		if diff := cmp.Diff([]string{"measure", "kind", "text"}, fields(err)); diff != "" {
			t.Error(diff)
		}
		_, err = o.Do("scj02", scj.State.No, agree)
		o.must(err)

		s.Clock.Turn(t, "2026-09-29")
		v, err = o.d.Division(o.ctx(), who, draft.Asked)
		o.must(err)
		if agreed, objected, none, unsettled := v.Counts(); agreed != 3 || objected != 1 || none != 0 || unsettled != 2 {
			t.Errorf("agreed %d, objected %d, none %d, unsettled %d", agreed, objected, none, unsettled)
		}
		if got := o.part(v, "WXZ").Stands; got != dispatch.ReplySilent {
			t.Errorf("who was silent stands as %s", got)
		}
		if err := o.d.ConcludeDivision(o.ctx(), who, draft.Asked); o.kind(err) != app.Refused {
			t.Error("concluded with objections that nobody answered")
		}
		for _, obj := range o.part(v, "NYJ").Objections {
			_, err := o.d.Settle(o.ctx(), who, nyj.State.No, obj.ID, "accept", "已改为12月", "")
			o.must(err)
		}
		o.must(o.d.ConcludeDivision(o.ctx(), who, draft.Asked))
		v, err = o.d.Division(o.ctx(), who, draft.Asked)
		o.must(err)
		for _, p := range v.Parts {
			if p.State.Open {
				t.Errorf("%s is still waited for", o.Site.Site().Tree().Name(p.Unit))
			}
		}
		if _, err := o.Do("wxz02", o.part(v, "WXZ").State.No, agree); o.kind(err) != app.Refused {
			t.Error("answered after the end")
		}
	})
}

func TestSilenceIsAgreementOnlyWhereTheNoticeSaysSo(t *testing.T) {
	o := officeOf(apptest.New(t))
	who, draft := o.Actor("tongchou"), o.draft()
	_, err := o.d.AskDivision(o.ctx(), who, draft.ID, dispatch.DivisionAsk{Until: "2026-09-28"})
	o.must(err)
	o.Clock.Turn(t, "2026-10-08")
	draft, err = o.d.Draft(o.ctx(), who, draft.ID)
	o.must(err)
	v, err := o.d.Division(o.ctx(), who, draft.Asked)
	o.must(err)
	if _, _, none, _ := v.Counts(); none != 4 {
		t.Errorf("%d without an answer, want 4", none)
	}
}

func (o *office) part(v *dispatch.Division, code string) *dispatch.DivisionPart {
	o.T.Helper()
	for _, p := range v.Parts {
		if p.Unit == o.Units[code].Entry {
			return p
		}
	}
	o.T.Fatalf("%s has no part", code)
	return nil
}

func TestOwnPlanIsKeptUnderTheTask(t *testing.T) {
	o := officeOf(apptest.New(t))
	no := o.Task("NYJ", "编制权责清单", "2026-12-31")
	who := o.Actor("nyj02")
	if _, err := o.d.AddOwnStep(o.ctx(), who, no, dispatch.OwnStep{Title: "起草"}, ""); o.kind(err) != app.Refused {
		t.Errorf("planned before the task was taken: %v", err)
	}
	_, err := o.Do("nyj02", no, take)
	o.must(err)
	for _, step := range []dispatch.OwnStep{{Title: "起草初稿", Person: "沈喆", Due: "2026-09-20"}, {Title: "征求意见", Due: "2026-10-31"}} {
		_, err := o.d.AddOwnStep(o.ctx(), who, no, step, "")
		o.must(err)
	}
	_, err = o.d.FinishOwnStep(o.ctx(), who, no, "p1", "")
	o.must(err)
	tasks, err := o.d.OwnPlan(o.ctx(), who, o.Scope("nyj02"))
	o.must(err)
	want := []dispatch.OwnStep{{ID: "p1", Title: "起草初稿", Person: "沈喆", Due: "2026-09-20", Done: apptest.Today}, {ID: "p2", Title: "征求意见", Due: "2026-10-31"}}
	if diff := cmp.Diff(want, tasks[0].OwnSteps()); diff != "" {
		t.Error(diff)
	}
	for _, id := range []string{"p2", "p1"} {
		_, err = o.d.DropOwnStep(o.ctx(), who, no, id, "")
		o.must(err)
	}
	if tasks, err = o.d.OwnPlan(o.ctx(), who, o.Scope("nyj02")); err != nil || len(tasks[0].OwnSteps()) != 0 {
		t.Errorf("steps that were taken out: %v, %v", tasks[0].OwnSteps(), err)
	}
	if _, err := o.d.AddOwnStep(o.ctx(), o.Actor("scj02"), no, dispatch.OwnStep{Title: "代办"}, ""); o.kind(err) != app.NotFound {
		t.Errorf("another unit plans: %v", err)
	}
	_, err = o.d.AddOwnStep(o.ctx(), who, 0, dispatch.OwnStep{Due: "下周"}, "")
	if diff := cmp.Diff([]string{"title", "due", "task"}, fields(err)); diff != "" {
		t.Error(diff)
	}
}
