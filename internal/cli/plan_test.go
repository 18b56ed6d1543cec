package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const corpus = "../../../shared/corpus"

// call runs one command line in-process.
func call(t *testing.T, stdin string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = Main(args, strings.NewReader(stdin), &o, &e)
	return code, o.String(), e.String()
}

const samplePlan = "衡平县2025年法治政府建设工作计划\n一、主要任务\n（一）开展培训。4月底前完成培训不少于2期。（县司法局牵头，各乡镇配合）\n（二）开展检查。（县司法局）\n"

func TestPlanParse(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	cases := map[string]struct {
		stdin string
		args  []string
		code  int
		out   []string // parts of standard output
		errs  string   // part of standard error
	}{
		"json":           {"", []string{file("p.txt", samplePlan), "-o", "json"}, 0, []string{`"no": 1`, `"norm": "by:2025-04-30"`, `"per": null`, `"role": "assist"`}, ""},
		"table":          {"", []string{file("p.txt", samplePlan)}, 0, []string{"（一）", "县司法局（牵头）、各乡镇（配合）", "by:2025-04-30"}, ""},
		"standard in":    {samplePlan, []string{"-", "-o", "json", "--year", "2031"}, 0, []string{`"norm": "by:2031-04-30"`}, ""},
		"one document":   {samplePlan, []string{"-", "--document", "0"}, 0, []string{"开展检查"}, ""},
		"no document":    {samplePlan, []string{"-", "--document", "3"}, 2, nil, "1 份文件"},
		"no plan":        {"今天天气好。", []string{"-", "-o", "json"}, 0, []string{`"measures": []`, `"figures": []`}, ""},
		"empty":          {"", []string{"-", "-o", "json"}, 0, []string{`"measures": []`}, ""},
		"odd year":       {samplePlan, []string{"-", "--year", "12"}, 2, nil, "--year"},
		"missing file":   {"", []string{filepath.Join(dir, "none.txt")}, 2, nil, "none.txt"},
		"not a document": {"\x89PNG\r\n\x1a\n" + strings.Repeat("\x00\x01\xfe\xff", 400), []string{"-"}, 2, nil, "DOCX"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			code, out, errs := call(t, c.stdin, append([]string{"plan", "parse"}, c.args...)...)
			if code != c.code || !strings.Contains(errs, c.errs) {
				t.Fatalf("exit %d, %q", code, errs)
			}
			for _, part := range c.out {
				if !strings.Contains(out, part) {
					t.Errorf("%q is not in\n%s", part, out)
				}
			}
		})
	}
}

func TestFigureCheck(t *testing.T) {
	cases := map[string]struct {
		in   string
		code int
		out  string
	}{
		"right": {"全年共办理案件45件，其中种子案件12件、农药案件20件、其他案件13件。", 0, "0 处不符"},
		"wrong": {"全年共办理案件46件，其中种子案件12件、农药案件20件、其他案件13件。", 1, "不符  46件  45件"},
		"none":  {"没有数字。", 0, "共 0 处"},
		"empty": {"", 0, "共 0 处"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			code, out, errs := call(t, c.in, "figure", "check", "-")
			if code != c.code || !strings.Contains(out, c.out) {
				t.Errorf("exit %d, %q, %s", code, out, errs)
			}
		})
	}
}

// The report of one district says 2152 where its list makes 2150, and says nothing else wrong.
func TestFigureCheckCorpus(t *testing.T) {
	file := filepath.Join(corpus, "001_15185dd94609d477.txt")
	if _, err := os.Stat(file); err != nil {
		t.Skipf("the shared corpus is not here: %v", err)
	}
	code, out, errs := call(t, "", "figure", "check", file, "-o", "json")
	var answer struct {
		Figures []struct {
			Stated, Computed float64
			Verdict          string
		}
	}
	if err := json.Unmarshal([]byte(out), &answer); err != nil || code != 1 {
		t.Fatalf("exit %d, %v, %s", code, err, errs)
	}
	wrongs := 0
	for _, f := range answer.Figures {
		if f.Verdict != "inconsistent" {
			continue
		}
		if wrongs++; f.Stated != 2152 || f.Computed != 2150 {
			t.Errorf("stated %v, computed %v", f.Stated, f.Computed)
		}
	}
	if wrongs != 1 {
		t.Errorf("%d wrong figures", wrongs)
	}
}
