package dispatch_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/app/dispatch"
)

const outlineText = `衡平县法治政府建设规划（2026年－2030年）

一、规范行政执法
（一）健全行政执法案卷评查机制。定期评查行政执法案卷。
（二）完善府院联动机制。建立定期会商制度。
`

// outline registers the plan of five years and returns it with its measures.
func outline(t *testing.T, s *apptest.Site, d *dispatch.Dispatch) (dispatch.Plan, []dispatch.PlanMeasure) {
	t.Helper()
	who := s.Actor("tongchou")
	draft, err := d.Upload(t.Context(), who, "规划.txt", []byte(outlineText), 0)
	if err != nil {
		t.Fatal(err)
	}
	if draft.Period != "2026—2030" || draft.Year != 2026 {
		t.Fatalf("period %q, year %d", draft.Period, draft.Year)
	}
	sent, err := d.Confirm(t.Context(), who, dispatch.Confirmation{Draft: draft.ID, Version: draft.Version, Reason: "规划"})
	if err != nil || sent.Tasks != 0 {
		t.Fatalf("sent %+v, %v", sent, err)
	}
	plan, err := d.Plan(t.Context(), sent.Plan)
	if err != nil {
		t.Fatal(err)
	}
	measures, err := d.MeasuresOf(t.Context(), plan.No)
	if err != nil {
		t.Fatal(err)
	}
	return plan, measures[plan.No]
}

func TestOutlineAndItsYears(t *testing.T) {
	s := apptest.New(t)
	d := &dispatch.Dispatch{Acts: s.Acts}
	who := s.Actor("tongchou")
	above, measures := outline(t, s, d)
	if len(measures) != 2 || measures[0].Title() != "健全行政执法案卷评查机制" {
		t.Fatalf("measures %+v", measures)
	}
	plans, err := d.Plans(t.Context())
	if err != nil || len(plans) != 0 {
		t.Errorf("the outline is among the yearly plans: %+v, %v", plans, err)
	}
	draft, err := d.Upload(t.Context(), who, "计划.txt", []byte(firstIssue), 2026)
	if err != nil {
		t.Fatal(err)
	}
	if draft.Superior != above.No {
		t.Errorf("the draft's outline is %d, want %d", draft.Superior, above.No)
	}
	likely := map[string]int64{"开展行政执法案卷评查": measures[0].No(), "建立法律顾问制度": 0, "编制普法读本": 0, "公布权责清单": 0}
	edits := map[string]dispatch.MeasureEdit{}
	for i := range draft.Measures {
		m := &draft.Measures[i]
		if got := dispatch.Likely(m, measures); got != likely[m.Title] {
			t.Errorf("%s is likely to carry out %d, want %d", m.Title, got, likely[m.Title])
		}
		if m.Title == "开展行政执法案卷评查" {
			edits[m.ID] = dispatch.MeasureEdit{Title: m.Title, Lead: "县市场监管局", Superior: measures[0].No()}
		}
	}
	// What is only likely is no link: a person says so.
	draft, err = d.Save(t.Context(), who, draft.ID, dispatch.Review{Version: draft.Version, Measures: edits})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Confirm(t.Context(), who, dispatch.Confirmation{Draft: draft.ID, Version: draft.Version, Reason: "部署"}); err != nil {
		t.Fatal(err)
	}
	view, err := d.Outline(t.Context(), s.Scope("tongchou"), above.No)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, row := range view.Rows {
		got[row.Measure.Title()] = nil
		for _, taken := range row.Taken {
			if taken.Task == nil || taken.Year != 2026 {
				t.Errorf("taken up %+v", taken)
			}
			got[row.Measure.Title()] = append(got[row.Measure.Title()], taken.Measure.Title())
		}
	}
	want := map[string][]string{"健全行政执法案卷评查机制": {"开展行政执法案卷评查"}, "完善府院联动机制": nil}
	if dif := cmp.Diff(want, got); dif != "" {
		t.Errorf("outline (-want +got):\n%s", dif)
	}
	if _, err := d.Outline(t.Context(), s.Scope("tongchou"), view.Years[0].No); app.FaultOf(err).Kind != app.NotFound {
		t.Errorf("a yearly plan as an outline: %v", err)
	}
}

// A new version of an outline is taken over without tasks.
func TestOutlineAgain(t *testing.T) {
	s := apptest.New(t)
	d := &dispatch.Dispatch{Acts: s.Acts}
	above, _ := outline(t, s, d)
	draft, diff := again(t, s, d, outlineText+"（三）加强执法监督。健全监督体系。\n")
	if dif := cmp.Diff([]string{"added 加强执法监督"}, kinds(diff)); dif != "" {
		t.Fatalf("changes (-want +got):\n%s", dif)
	}
	if _, err := d.TakeOver(t.Context(), s.Actor("tongchou"), draft.ID, draft.Version, ids(diff)); err != nil {
		t.Fatal(err)
	}
	view, err := d.Outline(t.Context(), s.Scope("tongchou"), above.No)
	if err != nil || len(view.Rows) != 3 {
		t.Errorf("%d measures, %v", len(view.Rows), err)
	}
}

func TestPeriodAndPlaceOfADraft(t *testing.T) {
	s := apptest.New(t)
	d := &dispatch.Dispatch{Acts: s.Acts}
	who := s.Actor("tongchou")
	above, _ := outline(t, s, d)
	draft, err := d.Upload(t.Context(), who, "计划.txt", []byte(firstIssue), 2026)
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		head   dispatch.HeadEdit
		period string
		field  string
	}{
		"a yearly plan":         {dispatch.HeadEdit{Superior: above.No}, "", ""},
		"as it is often typed":  {dispatch.HeadEdit{Period: "2026-2030年"}, "2026—2030", ""},
		"no years":              {dispatch.HeadEdit{Period: "十五五"}, "十五五", "period"},
		"backwards":             {dispatch.HeadEdit{Period: "2030—2026"}, "2030—2026", "period"},
		"an outline above one":  {dispatch.HeadEdit{Period: "2026—2030", Superior: above.No}, "2026—2030", "superior"},
		"back to a yearly plan": {dispatch.HeadEdit{}, "", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			draft, err = d.Save(t.Context(), who, draft.ID, dispatch.Review{Version: draft.Version, Head: &c.head})
			if err != nil {
				t.Fatal(err)
			}
			found := ""
			for _, f := range draft.Check(s.Site().Tree()) {
				found = f.Field
			}
			if draft.Period != c.period || found != c.field {
				t.Errorf("period %q, fault at %q; want %q, %q", draft.Period, found, c.period, c.field)
			}
		})
	}
}
