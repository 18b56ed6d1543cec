package dispatch_test

import (
	"testing"

	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/matter"
)

func TestStageOfATask(t *testing.T) {
	plan := dispatch.Plan{Stages: []dispatch.Stage{
		{Name: "实施", From: "2026-03-01", To: "2026-06-30"}, {Name: "深化", From: "2026-07-01", To: "2026-10-31"}, {Name: "巩固", From: "2026-11-01", To: "2026-12-31"},
	}}
	cases := map[string]struct {
		plan dispatch.Plan
		due  string
		want int
	}{
		"before all":   {plan, "2026-01-31", 0},
		"last day":     {plan, "2026-06-30", 0},
		"first day":    {plan, "2026-07-01", 1},
		"in the last":  {plan, "2026-12-01", 2},
		"after all":    {plan, "2027-02-01", 2},
		"no day fixed": {plan, "", 2},
		"no stages":    {dispatch.Plan{}, "2026-05-01", -1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := c.plan.StageOf(&dispatch.Task{State: &matter.State{}, Due: c.due}); got != c.want {
				t.Errorf("stage %d, want %d", got, c.want)
			}
		})
	}
	words := map[string]string{
		"2026-02-28": "", "2026-03-01": "现处第一阶段：实施（3月1日至6月30日）", "2026-12-31": "现处第三阶段：巩固（11月1日至12月31日）", "2027-01-01": "",
	}
	for day, want := range words {
		if got := plan.StageWords(day); got != want {
			t.Errorf("on %s: %q, want %q", day, got, want)
		}
	}
}

// Stages are read from the document, with the masked year put in, and checked as a person typed them.
func TestStagesOfADraft(t *testing.T) {
	s := apptest.New(t)
	d := &dispatch.Dispatch{Acts: s.Acts}
	who := s.Actor("tongchou")
	draft, err := d.Upload(t.Context(), who, "方案.txt", []byte("衡平县专项整治实施方案\n\n一、重点任务\n（一）开展专项检查。5月底前，完成检查。（牵头单位：县市场监管局）\n\n二、实施步骤\n（一）整治阶段（20XX年3月至6月）。全面检查。\n（二）巩固阶段（20XX年7月至12月）。建立机制。\n"), 2026)
	if err != nil {
		t.Fatal(err)
	}
	if len(draft.Stages) != 2 || draft.Stages[0].Days() != "2026-03-01至2026-06-30" {
		t.Fatalf("stages %+v", draft.Stages)
	}
	cases := map[string]struct {
		stages []dispatch.Stage
		field  string // "" nothing is wrong
	}{
		"as they are": {[]dispatch.Stage{{Name: "甲", From: "2026-01-01", To: "2026-06-30"}, {Name: "乙", From: "2026-07-01", To: "2026-12-31"}}, ""},
		"no name":     {[]dispatch.Stage{{From: "2026-01-01", To: "2026-06-30"}}, "stage.1.name"},
		"no day":      {[]dispatch.Stage{{Name: "甲", From: "三月", To: "2026-06-30"}}, "stage.1.from"},
		"backwards":   {[]dispatch.Stage{{Name: "甲", From: "2026-06-30", To: "2026-01-01"}}, "stage.1.to"},
		"out of turn": {[]dispatch.Stage{{Name: "甲", From: "2026-07-01", To: "2026-12-31"}, {Name: "乙", From: "2026-01-01", To: "2026-06-30"}}, "stage.2.to"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			draft, err = d.Save(t.Context(), who, draft.ID, dispatch.Review{Version: draft.Version, Head: &dispatch.HeadEdit{Stages: c.stages}})
			if err != nil {
				t.Fatal(err)
			}
			found := ""
			for _, f := range draft.Check(s.Site().Tree()) {
				found = f.Field
			}
			if found != c.field {
				t.Errorf("fault at %q, want %q", found, c.field)
			}
		})
	}
}
