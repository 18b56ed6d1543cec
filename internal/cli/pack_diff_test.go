package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestPackDiffRunningMatters: a changed number in one law lists exactly the definitions and the running matters that rest on
// it, and reading them writes nothing.
func TestPackDiffRunningMatters(t *testing.T) {
	overlay := packOf(t, "overlay: task\nin_force: 2007-01-01\nby: 示例县人民政府\nsteps:\n  take:\n    cites: 示例县督办规定第三条\n")
	law := func(dir, no string) {
		t.Helper()
		text := "id: own_rule\ntitle: 示例县督办规定\nlevel: 规范性文件\nversions:\n  - in_force: 2000-01-01\n    articles:\n      " + no + ": 签收\n      9: 附则\n"
		if err := os.MkdirAll(filepath.Join(dir, "laws"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "laws", "zz_own.yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	law(overlay, "3")
	var dirs [2]string
	for i, no := range []string{"3", "4"} {
		dirs[i] = t.TempDir()
		if err := os.CopyFS(dirs[i], os.DirFS("../../pack")); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(filepath.Join(overlay, "procedures", "own.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dirs[i], "procedures", "zz_own.yaml"), text, 0o644); err != nil {
			t.Fatal(err)
		}
		law(dirs[i], no)
	}
	data, err := makeCounty(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	theirs := filepath.Join(t.TempDir(), "theirs.csv")
	rows := "任务名称,主办单位,下达日期,完成期限,编号\n公布裁量基准,县农业农村局,2026-03-02,2026-11-30,省督〔2026〕1号\n修订目录,县司法局,2026-02-02,2026-12-30,省督〔2026〕2号\n"
	if err := os.WriteFile(theirs, []byte(rows), 0o644); err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return time.Date(2026, 4, 1, 2, 0, 0, 0, time.UTC) }
	call := func(args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if code := run(&Env{In: strings.NewReader(""), Out: &out, Err: &errs, Now: clock}, args); code != exitDone {
			t.Fatalf("%v: exit %d\n%s%s", args, code, &out, &errs)
		}
		return out.String()
	}
	call("matter", "import", "task", theirs, "--data", data, "--pack", overlay)
	var answer packDiffAnswer
	if err := json.Unmarshal([]byte(call("pack", "diff", dirs[0], dirs[1], "--data", data, "-o", "json")), &answer); err != nil {
		t.Fatal(err)
	}
	var touches []string
	for _, c := range answer.Changes {
		for _, x := range c.Touches {
			touches = append(touches, c.Path+" → "+x.Of+" "+x.Path)
		}
	}
	if len(answer.Changes) != 2 || strings.Join(touches, "; ") != "versions.2000-01-01.articles.3 → task steps.take.cites" {
		t.Errorf("%d changes touch %v", len(answer.Changes), touches)
	}
	if len(answer.Running) != 1 || answer.Running[0].Procedure != "task" || answer.Running[0].Count != 2 || answer.Running[0].Matters[1].Title != "公布裁量基准" {
		t.Errorf("running matters: %+v", answer.Running)
	}
	if out := call("pack", "diff", dirs[0], dirs[1], "--data", data); !strings.Contains(out, "2 件") || !strings.Contains(out, "修订目录") {
		t.Errorf("as a table: %s", out)
	}
	// Another article touches nothing that runs.
	text, err := os.ReadFile(filepath.Join(dirs[0], "laws", "zz_own.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dirs[1], "laws", "zz_own.yaml"), []byte(strings.Replace(string(text), "附则", "施行", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if out := call("pack", "diff", dirs[0], dirs[1], "--data", data); strings.Contains(out, "在办") || !strings.Contains(out, "附则 → 施行") {
		t.Errorf("a heading that nothing rests on: %s", out)
	}
	if code, _, _ := zs("pack", "diff", "-", "-", "--data", t.TempDir()); code != exitMisuse {
		t.Errorf("no database there: exit %d", code)
	}
}
