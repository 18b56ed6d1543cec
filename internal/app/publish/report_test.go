package publish_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/app/publish"
	"zhunsheng/internal/doc/docfile"
	"zhunsheng/internal/norm/procedure"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestFiguresComeFromRecords(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		w := newWorld(t, s)
		w.halfYear()
		s.Clock.Turn(t, "2026-07-03")
		d := w.begin(publish.PlanHalf, "2026-H1")
		b, err := w.p.Basis(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		got := figures(t, b, "measures", "done", "running", "late", "waiting", "carried", "on_time", "done_rate", "on_time_rate", "tasks",
			"tasks_done", "units", "returned", "urged", "extended", "targets", "reached", "late_units", "late_urged", "done@s1", "late@s1", "measures@s2", "nosuch", "done@s9")
		want := map[string]string{
			"measures": "4", "done": "1", "running": "1", "late": "1", "waiting": "1", "carried": "0", "on_time": "1", "done_rate": "25%",
			"on_time_rate": "100%", "tasks": "7", "tasks_done": "1", "units": "4", "returned": "1", "urged": "1", "extended": "0",
			"targets": "1", "reached": "0", "late_units": "1", "late_urged": "1", "done@s1": "1", "late@s1": "1", "measures@s2": "2",
			"nosuch": "没有名为“nosuch”的数字。可以用的标记见“可用标记”", "done@s9": "没有名为“done@s9”的数字。可以用的标记见“可用标记”",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestReportStaysAsItStood(t *testing.T) {
	s := apptest.New(t)
	w := newWorld(t, s)
	w.halfYear()
	s.Clock.Turn(t, "2026-07-03")
	d := w.begin(publish.PlanHalf, "2026-H1")
	shown, err := w.p.Show(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range shown.Findings {
		t.Errorf("finding in a report of figures: %s", f.Say())
	}
	golden(t, "half.txt", textOf(t, shown))

	const clean = "NYJ/清理规范性文件"
	w.do("2026-07-06", "nyj03", clean, procedure.Act{Step: "submit", Legal: "2026-06-29", Input: text("result", "清理完毕"), Said: explained})
	w.do("2026-07-07", "jiandu", clean, procedure.Act{Step: "accept", Legal: "2026-06-30", Said: explained})
	again, err := w.p.Show(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(textOf(t, shown), textOf(t, again)); diff != "" {
		t.Errorf("what happened after the snapshot moved the draft: %s", diff)
	}
	changed, err := w.p.Changed(t.Context(), d, again)
	if err != nil {
		t.Fatal(err)
	}
	is := map[string]string{}
	for _, c := range changed {
		is[c.Token] = c.Was + "→" + c.Is
	}
	if is["done"] != "1→2" || is["late"] != "1→0" {
		t.Errorf("differences with the records: %v", is)
	}
	if d, err = w.p.Renew(t.Context(), s.Actor("tongchou"), d.ID, d.Version); err != nil {
		t.Fatal(err)
	}
	b, err := w.p.Basis(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"done": "2", "on_time": "1", "late": "0"}, figures(t, b, "done", "on_time", "late")); diff != "" {
		t.Error(diff)
	}
}

func TestIssue(t *testing.T) {
	s := apptest.New(t)
	w := newWorld(t, s)
	w.halfYear()
	s.Clock.Turn(t, "2026-07-03")
	ctx, who := t.Context(), s.Actor("tongchou")
	d := w.begin(publish.PlanHalf, "2026-H1")
	d, err := w.p.Save(ctx, who, d.ID, d.Version, d.Text+"\n全县已完成3项。满意率为102%。\n")
	if err != nil {
		t.Fatal(err)
	}
	shown, err := w.p.Show(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	if shown.Open() != 2 {
		t.Fatalf("%d findings stand in the way, want 2: %+v", shown.Open(), shown.Findings)
	}
	_, err = w.p.Issue(ctx, who, publish.Issue{Draft: d.ID})
	if f := app.FaultOf(err); f.Kind != app.Refused || len(f.Unmet) != 2 {
		t.Fatalf("issued with findings: %v", err)
	}
	for _, f := range shown.Findings {
		way, reason := publish.Fix, ""
		if f.Fix() == "" {
			way, reason = publish.Keep, "引用第三方调查原文"
		}
		if d, err = w.p.Settle(ctx, who, d.ID, d.Version, f.ID, way, reason); err != nil {
			t.Fatalf("settle %s: %v", f.Say(), err)
		}
	}
	if !strings.Contains(d.Text, "全县已完成{{done}}项") {
		t.Errorf("the fix is no mark: %s", d.Text)
	}
	done, err := w.p.Issue(ctx, who, publish.Issue{Draft: d.ID, Version: d.Version, Number: "衡司〔2026〕12号"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.p.Issued(ctx, done.Matter)
	if err != nil {
		t.Fatal(err)
	}
	if r.Number != "衡司〔2026〕12号" || r.Day != "2026-07-03" || len(r.Kept) != 1 || r.Snapshot != d.Snapshot || r.Unit != "衡平县司法局" {
		t.Errorf("issued %+v", r)
	}
	file, err := s.Acts.Blob(ctx, r.File.Hash)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := docfile.Read(r.File.Name, file)
	if err != nil || !strings.Contains(doc.Text, "衡司〔2026〕12号") || !strings.Contains(doc.Text, "共有任务4项") {
		t.Errorf("the file says %q, %v", doc.Text, err)
	}
	again, err := w.p.Again(ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	if differs, err := w.p.Differs(ctx, r, again); err != nil || len(differs) > 0 {
		t.Errorf("the records give other figures than were issued: %v %v", differs, err)
	}
	if _, err := w.p.Draft(ctx, who, d.ID); app.FaultOf(err).Kind != app.NotFound {
		t.Errorf("the draft is still there: %v", err)
	}
}

func TestDraftRefuses(t *testing.T) {
	s := apptest.New(t)
	w := newWorld(t, s)
	ctx, who := t.Context(), s.Actor("tongchou")
	s.Clock.Turn(t, "2026-07-03")
	cases := map[string]struct {
		start publish.Start
		field string
	}{
		"kind":             {publish.Start{Kind: "nosuch", Plan: w.plan.No, Period: "2026"}, "kind"},
		"half for a year":  {publish.Start{Kind: publish.PlanYear, Plan: w.plan.No, Period: "2026-H1"}, "period"},
		"year for a half":  {publish.Start{Kind: publish.PlanHalf, Plan: w.plan.No, Period: "2026"}, "period"},
		"third half":       {publish.Start{Kind: publish.PlanHalf, Plan: w.plan.No, Period: "2026-H3"}, "period"},
		"not yet":          {publish.Start{Kind: publish.PlanHalf, Plan: w.plan.No, Period: "2026-H2", Until: "2026-12-31"}, "until"},
		"before the plan":  {publish.Start{Kind: publish.PlanHalf, Plan: w.plan.No, Period: "2025-H1"}, "plan"},
		"day that is none": {publish.Start{Kind: publish.PlanHalf, Plan: w.plan.No, Period: "2026-H1", Until: "2026-06-31"}, "until"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := w.p.Begin(ctx, who, c.start)
			if f := app.FaultOf(err); f.Kind != app.Invalid || len(f.Fields) != 1 || f.Fields[0].Field != c.field {
				t.Errorf("error %v, want field %s", err, c.field)
			}
		})
	}
	if _, err := w.p.Begin(ctx, s.Actor("nyj02"), publish.Start{Kind: publish.PlanHalf, Plan: w.plan.No, Period: "2026-H1"}); app.FaultOf(err).Kind != app.Denied {
		t.Errorf("a liaison drafts reports: %v", err)
	}
	d := w.begin(publish.PlanHalf, "2026-H1")
	var f *app.Fault
	if _, err := w.p.Save(ctx, who, d.ID, d.Version, "有{{nosuch}}项"); !errors.As(err, &f) || f.Kind != app.Invalid || !strings.Contains(f.Say, "第 1 行第 2 列") {
		t.Errorf("an unknown mark was saved: %v", err)
	}
	if _, err := w.p.Save(ctx, who, d.ID, d.Version+1, d.Text); app.FaultOf(err).Kind != app.Conflict {
		t.Errorf("an older version was overwritten: %v", err)
	}
}

// textOf is the report as its file reads.
func textOf(t *testing.T, s *publish.Shown) string {
	t.Helper()
	b, err := s.DOCX()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := docfile.Read("x.docx", b)
	if err != nil {
		t.Fatal(err)
	}
	return doc.Text
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}
