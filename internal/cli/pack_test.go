package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPackCheck(t *testing.T) {
	code, out, stderr := zs("pack", "check")
	if code != exitDone || !strings.Contains(out, "规则包无误") {
		t.Errorf("the embedded pack: exit %d, %s%s", code, out, stderr)
	}
	code, out, _ = zs("pack", "check", "../../pack/testdata", "--alone", "-o", "json")
	var answer packCheckAnswer
	if err := json.Unmarshal([]byte(out), &answer); err != nil || code != exitDone || !answer.OK || answer.Procedures != 1 || answer.Examples != 2 {
		t.Errorf("the example of the design: exit %d, %v, %s", code, err, out)
	}
	code, out, stderr = zs("pack", "check", packOf(t, "overlay: penalty\nin_force: 2026-01-01\nby: 某县\nlimits:\n  decyde:\n    length: 60 days\n"))
	want := "错误 procedures/own.yaml:5:3: overlay: 要改的“decyde”不存在（是不是“decide”）\n      decyde:\n      ^\n"
	if code != exitWrong || out != "" || stderr != want {
		t.Errorf("a misspelt limit: exit %d, %q\n%s", code, out, stderr)
	}
	if code, _, _ := zs("pack", "check", "/nowhere"); code != exitMisuse {
		t.Errorf("no such folder: exit %d", code)
	}
	if code, _, stderr = zs("pack", "check", packOf(t, shorter)); code != exitDone {
		t.Errorf("an overlay with an example of its own: exit %d, %s", code, stderr)
	}
	code, _, stderr = zs("pack", "check", packOf(t, strings.Replace(shorter, "due: 2026-05-01", "due: 2026-05-02", 1)))
	if code != exitWrong || !strings.Contains(stderr, "example: 算例“sixty_days”") {
		t.Errorf("an overlay whose example is wrong: exit %d, %s", code, stderr)
	}
}

func TestPackShow(t *testing.T) {
	code, out, _ := zs("pack", "show", "penalty", "-o", "json")
	var answer packShowAnswer
	if err := json.Unmarshal([]byte(out), &answer); err != nil || code != exitDone {
		t.Fatalf("exit %d, %v", code, err)
	}
	has := func(parts []packPart, ids string) {
		t.Helper()
		for _, id := range strings.Fields(ids) {
			if i := slices.IndexFunc(parts, func(p packPart) bool { return p.ID == id }); i < 0 || parts[i].Title == "" {
				t.Errorf("no %s, or no title of it", id)
			}
		}
	}
	has(answer.Steps, "file conclude inform hearing_request hearing_notice hearing defence decide serve publish annul withdraw pay")
	has(answer.Limits, "decide hearing_request hearing_notice serve publish pay withdraw")
	has(answer.Limits[0].Pauses, "hearing appraisal announcement")
	has(answer.Gates, "two_officers reviewed after_hearing heard")
	if len(answer.Limits[0].Extensions) != 1 || answer.Limits[0].Extensions[0].ID != "decide" {
		t.Errorf("extensions %v", answer.Limits[0].Extensions)
	}
	code, out, _ = zs("pack", "show", "penalty", "--from", "--pack", packOf(t, shorter))
	if code != exitDone || !strings.Contains(out, "procedures/own.yaml:6") {
		t.Errorf("exit %d; the overlaid length is not told from where:\n%s", code, out)
	}
	if code, out, _ = zs("pack", "show", "unit"); code != exitDone || !strings.Contains(out, "机关代字") {
		t.Errorf("a register: exit %d, %s", code, out)
	}
	if code, _, stderr := zs("pack", "show", "penalt"); code != exitMisuse || !strings.Contains(stderr, "是不是“penalty”") {
		t.Errorf("unknown: exit %d, %s", code, stderr)
	}
}

func TestPackListAndChart(t *testing.T) {
	code, out, _ := zs("pack", "list")
	if code != exitDone || !strings.Contains(out, "penalty") || !strings.Contains(out, "unit_group") {
		t.Errorf("list: exit %d, %s", code, out)
	}
	code, out, _ = zs("pack", "chart", "penalty")
	if code != exitDone || !strings.HasPrefix(out, "flowchart TD\n") || !strings.Contains(out, "s_conclude -->") {
		t.Errorf("chart: exit %d, %s", code, out)
	}
	name := filepath.Join(t.TempDir(), "chart.svg")
	if code, out, stderr := zs("pack", "chart", "penalty", "--form", "svg", "--view", "public", "--out", name); code != exitDone {
		t.Errorf("into a file: exit %d, %s%s", code, out, stderr)
	}
	svg, err := os.ReadFile(name)
	if err != nil || !strings.HasPrefix(string(svg), "<svg ") || !strings.Contains(string(svg), "行政处罚流程图（公众查阅）") || strings.Contains(string(svg), "控制点") {
		t.Errorf("the chart for the public: %v, %s", err, svg)
	}
	if code, out, _ := zs("pack", "chart", "penalty", "--form", "svg"); code != exitDone || !strings.Contains(out, "控制点") {
		t.Errorf("the chart for staff: exit %d, %s", code, out)
	}
	if code, _, _ := zs("pack", "chart", "penalty", "--form", "svg", "--out", filepath.Join(name, "x")); code != exitMisuse {
		t.Errorf("into no folder: exit %d", code)
	}
}

func TestPackFmt(t *testing.T) {
	dir := packOf(t, "# 说明\nsteps:\n  file: {by: handler, title: 当场 交付}\n")
	name := filepath.Join(dir, "procedures", "own.yaml")
	if code, out, _ := zs("pack", "fmt", "--check", dir); code != exitWrong || strings.TrimSpace(out) != name {
		t.Errorf("--check: exit %d, %s", code, out)
	}
	if code, _, stderr := zs("pack", "fmt", dir); code != exitDone {
		t.Errorf("exit %d, %s", code, stderr)
	}
	data, err := os.ReadFile(name)
	if err != nil || !strings.Contains(string(data), "    title: 当场 交付\n") || !strings.HasPrefix(string(data), "# 说明\n") {
		t.Errorf("%v, now\n%s", err, data)
	}
	if code, _, _ := zs("pack", "fmt", "--check", dir); code != exitDone {
		t.Errorf("--check afterwards: exit %d", code)
	}
}

func TestPackDiff(t *testing.T) {
	text, err := os.ReadFile("../../pack/testdata/procedures/penalty.yaml")
	if err != nil {
		t.Fatal(err)
	}
	old := packOf(t, string(text))
	now := packOf(t, strings.Replace(strings.Replace(string(text), "length: 90 days", "length: 60 days", 1), "title: 作出处罚决定\n        shape", "title: 决定\n        shape", 1))
	for _, dir := range []string{old, now} {
		if err := os.CopyFS(filepath.Join(dir, "registers"), os.DirFS("../../pack/testdata/registers")); err != nil {
			t.Fatal(err)
		}
	}
	code, out, stderr := zs("pack", "diff", old, now, "-o", "json")
	var answer struct {
		Changes []struct {
			Path, Old, New string
			Rules          bool
		}
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil || code != exitDone {
		t.Fatalf("exit %d, %v, %s", code, err, stderr)
	}
	if len(answer.Changes) != 2 {
		t.Fatalf("changes %v", answer.Changes)
	}
	for _, c := range answer.Changes {
		if c.Rules != (c.Path == "limits.decide.length") {
			t.Errorf("%+v", c)
		}
	}
	if code, out, _ := zs("pack", "diff", "-", "-"); code != exitDone || out != "" {
		t.Errorf("a pack differs from itself: %s", out)
	}
}

// TestPackDiffOfALaw: a changed number of an article lists what rests on it and nothing else.
func TestPackDiffOfALaw(t *testing.T) {
	var dirs [2]string
	for i, no := range []string{"61", "161"} {
		dirs[i] = t.TempDir()
		if err := os.CopyFS(dirs[i], os.DirFS("../../pack/testdata")); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dirs[i], "laws", "penalty_law.yaml")
		text, err := os.ReadFile(name)
		if err != nil || !strings.Contains(string(text), "      61: ") {
			t.Fatalf("%v, no article 61", err)
		}
		if err := os.WriteFile(name, []byte(strings.Replace(string(text), "      61: ", "      "+no+": ", 1)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	code, out, stderr := zs("pack", "diff", dirs[0], dirs[1], "-o", "json")
	var answer struct {
		Changes []struct {
			Law, Path string
			Touches   []struct{ Of, Path, Cites string }
		}
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil || code != exitDone {
		t.Fatalf("exit %d, %v, %s", code, err, stderr)
	}
	touched := 0
	for _, c := range answer.Changes {
		if c.Law != "penalty_law" || !strings.HasPrefix(c.Path, "versions.2021-07-15.articles.") {
			t.Errorf("a change elsewhere: %+v", c)
		}
		for _, x := range c.Touches {
			touched++
			if x.Of != "penalty" || !strings.Contains(x.Cites, "第六十一条") {
				t.Errorf("it does not rest on article 61: %+v", x)
			}
		}
	}
	if len(answer.Changes) != 2 || touched == 0 {
		t.Errorf("%d changes touch %d places: %s", len(answer.Changes), touched, out)
	}
	if code, out, _ := zs("pack", "diff", dirs[0], dirs[1]); code != exitDone || !strings.Contains(out, "（行政处罚法第六十一条）") {
		t.Errorf("as a table: exit %d, %s", code, out)
	}
}
