package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhunsheng/internal/store/storetest"
)

// answered runs a command line with -o json and wants one JSON value and nothing else on standard output.
func answered(t *testing.T, code int, in string, args ...string) map[string]any {
	t.Helper()
	var out, errs bytes.Buffer
	now := func() time.Time { return time.Date(2026, 4, 1, 2, 0, 0, 0, time.UTC) }
	got := run(&Env{In: strings.NewReader(in), Out: &out, Err: &errs, Now: now}, append(args, "-o", "json"))
	if got != code {
		t.Fatalf("%s: exit %d, want %d\n%s%s", strings.Join(args, " "), got, code, &out, &errs)
	}
	var answer map[string]any
	d := json.NewDecoder(&out)
	if err := d.Decode(&answer); err != nil {
		t.Fatalf("%s: %v", strings.Join(args, " "), err)
	}
	if err := d.Decode(new(any)); !errors.Is(err, io.EOF) {
		t.Fatalf("%s: more than one value on standard output", strings.Join(args, " "))
	}
	return answer
}

// TestVerbsOnBothEngines runs the life of a site in JSON on each engine, and moves it to the other.
func TestVerbsOnBothEngines(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		dir := t.TempDir()
		dsn, data := e.DSN(t), filepath.Join(dir, "data")
		at := func(args ...string) []string { return append(args, "--db", dsn, "--data", data) }
		file := func(name, text string) string {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
		first := answered(t, 0, "", at("init", "--name", "衡平县人民政府", "--region", "990127", "--admin", "甲", "--security", "乙", "--auditor", "丙")...)
		if n := len(first["accounts"].([]any)); n != 3 {
			t.Errorf("%d accounts", n)
		}
		units := "单位编码,全称,简称,类别,监督关系,上级\nNYJ,衡平县农业农村局,县农业农村局,工作部门,监督对象,990127\nSFJ,衡平县司法局,县司法局,工作部门,监督对象,990127\n"
		answered(t, 0, units, at("register", "import", "unit", "-")...)
		answered(t, 0, "人员编号,姓名\nR1,何砚秋\n", at("register", "import", "person", "-")...)
		answered(t, 0, "岗位编号,人员,单位,角色\nP1,R1,SFJ,coordinator\n", at("register", "import", "post", "-")...)
		answered(t, 0, "", at("account", "set", "tongchou", "--person", "R1")...)
		answered(t, 0, "", at("account", "list")...)
		answered(t, 0, "", at("unit", "add", "SCJ", "衡平县市场监督管理局", "--reason", "建库")...)
		answered(t, 0, "", at("unit", "list")...)
		answered(t, 0, "", at("register", "export", "unit")...)
		answered(t, 1, "单位编码,全称\nX,\n", at("register", "import", "unit", "-")...)
		tasks := file("tasks.csv", "任务名称,主办单位,下达日期,完成期限,编号\n公布裁量基准,县农业农村局,2026-03-02,2026-11-30,1号\n")
		answered(t, 0, "", at("matter", "import", "task", tasks, "--dry-run")...)
		answered(t, 0, "", at("matter", "import", "task", tasks)...)
		answered(t, 0, "", at("reconcile", "task", tasks)...)
		answered(t, 1, "编号\n2号\n", at("reconcile", "task", "-")...)
		plan := answered(t, 0, quarterlyPlanOf("县司法局"), at("plan", "import", "-", "--year", "2026", "--confirm")...)
		if plan["sent"].(map[string]any)["tasks"] != 2.0 {
			t.Errorf("plan %v", plan)
		}
		answered(t, 0, "", at("job", "list")...)
		answered(t, 0, "", at("job", "run", "--today", "2026-04-01")...)
		answered(t, 0, "", at("report", "draft", "plan_half", "--period", "2026-H1")...)
		answered(t, 0, "", at("log", "checkpoint")...)
		answered(t, 0, "", at("rebuild")...)
		whole := answered(t, 0, "", at("verify")...)
		answered(t, 0, "", at("backup", filepath.Join(dir, "all.zs"), "--with-key")...)
		other := storetest.SQLite()
		if e.Name == other.Name {
			other = storetest.Engine{Name: "again", DSN: func(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "again.db") }}
		}
		to := other.DSN(t)
		answered(t, 0, "", "move", dsn, to, "--data", data)
		moved := answered(t, 0, "", "verify", "--db", to, "--data", data)
		if moved["root"] != whole["root"] || moved["records"] != whole["records"] {
			t.Errorf("moved %v, was %v", moved, whole)
		}
		restored := "sqlite:" + filepath.Join(dir, "restored.db")
		answered(t, 0, "", "restore", filepath.Join(dir, "all.zs"), "--db", restored, "--data", filepath.Join(dir, "elsewhere"))
		if again := answered(t, 0, "", "verify", "--db", restored, "--data", filepath.Join(dir, "elsewhere")); again["root"] != whole["root"] {
			t.Errorf("restored %v, was %v", again, whole)
		}
	})
}

// quarterlyPlanOf is a small plan whose first measure is a unit's.
func quarterlyPlanOf(unit string) string {
	return strings.ReplaceAll(quarterlyPlan, "县市场监管局", unit)
}
