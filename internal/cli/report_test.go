package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doc/docfile"
	"zhunsheng/internal/store/storetest"
)

const quarterlyPlan = `衡平县2026年法治政府建设工作计划

一、规范行政执法
（一）通报执法情况。每季度通报一次行政执法情况。（牵头单位：县市场监管局）
（二）清理规范性文件。4月底前，完成规范性文件清理。（牵头单位：县农业农村局；配合单位：县司法局）
`

// filled is a database file with a plan that was dispatched in January.
func filled(t *testing.T) (dsn string) {
	t.Helper()
	dsn = "sqlite:" + filepath.Join(t.TempDir(), "zhunsheng.db")
	s := apptest.On(t, storetest.Engine{Name: "sqlite", DSN: func(testing.TB) string { return dsn }})
	s.Clock.Turn(t, "2026-01-12")
	d := &dispatch.Dispatch{Acts: s.Acts}
	who := s.Actor("tongchou")
	draft, err := d.Upload(t.Context(), who, "计划.txt", []byte(quarterlyPlan), 2026)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Confirm(t.Context(), who, dispatch.Confirmation{Draft: draft.ID, Version: draft.Version, Reason: "部署"}); err != nil {
		t.Fatal(err)
	}
	return dsn
}

// on runs a command line on a day.
func on(t *testing.T, day string, args ...string) (code int, out, errs string) {
	t.Helper()
	at, err := time.ParseInLocation(time.DateOnly, day, app.China)
	if err != nil {
		t.Fatal(err)
	}
	var o, e bytes.Buffer
	code = run(&Env{In: strings.NewReader(""), Out: &o, Err: &e, Now: func() time.Time { return at.Add(10 * time.Hour) }}, args)
	return code, o.String(), e.String()
}

func TestReportDraft(t *testing.T) {
	dsn, dir := filled(t), t.TempDir()
	file := filepath.Join(dir, "report.docx")
	base := []string{"report", "draft", "plan_half", "--db", dsn, "--data", dir, "--period", "2026-H1"}
	code, out, errs := on(t, "2026-07-03", append(base, "--out", file, "-o", "json")...)
	if code != 0 {
		t.Fatal(code, errs)
	}
	var got reportAnswer
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if got.Until != "2026-06-30" || got.Snapshot == 0 || len(got.Findings) != 0 || got.Figures[0].Token != "measures" || got.Figures[0].Value != 2 || len(got.Figures[0].Matters) != 2 {
		t.Errorf("answer %s", out)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if doc, err := docfile.Read(file, b); err != nil || !strings.Contains(doc.Text, "共有任务2项") {
		t.Errorf("file %q, %v", doc.Text, err)
	}
	code, out, errs = on(t, "2026-07-03", append(base, "--unit", "NYJ")...)
	if code != 0 || !strings.Contains(out, "逾期") || !strings.Contains(out, "数据截至 2026-06-30") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
	for name, c := range map[string]struct {
		args []string
		say  string
	}{
		"no such report": {[]string{"report", "draft", "nosuch", "--db", dsn, "--data", dir, "--period", "2026"}, "没有名为“nosuch”的报告"},
		"no plan":        {[]string{"report", "draft", "plan_year", "--db", dsn, "--data", dir, "--period", "2019"}, "没有 2019 年度的计划"},
		"wrong period":   {[]string{"report", "draft", "plan_half", "--db", dsn, "--data", dir, "--period", "2026"}, "不是报告期间"},
		"no such unit":   {append(base, "--unit", "XXX"), "没有代码为“XXX”的单位"},
		"no such plan":   {append(base, "--plan", "XXX"), "没有编号为“XXX”的计划"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := on(t, "2026-07-03", c.args...)
			if code != 2 || out != "" || !strings.Contains(errs, c.say) {
				t.Errorf("exit %d\n%s%s", code, out, errs)
			}
		})
	}
}

func TestJobRun(t *testing.T) {
	dsn, dir := filled(t), t.TempDir()
	for _, want := range []string{`"opened": [
    `, `"opened": [],`} {
		code, out, errs := on(t, "2026-04-01", "job", "run", "--db", dsn, "--data", dir, "-o", "json")
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("exit %d, want %s\n%s%s", code, want, out, errs)
		}
	}
}
