package plan_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/doc/plan"
	"zhunsheng/internal/doc/text"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const corpus = "../../../../shared/corpus"

// lines gives the paragraphs of a plain text.
func lines(s string) []text.Paragraph {
	var out []text.Paragraph
	at := 0
	for line := range strings.SplitSeq(s, "\n") {
		n := utf8.RuneCountInString(line)
		out = append(out, text.Paragraph{Text: line, Start: at, End: at + n})
		at += n + 1
	}
	return out
}

// show writes a result as people review it: one line an item, then what was read from it.
func show(r plan.Result) string {
	var b strings.Builder
	for i, d := range r.Documents {
		fmt.Fprintf(&b, "document %d: %s %q number %q issuer %q date %q year %d\n", i, d.Kind, d.Title, d.Number, d.Issuer, d.Date, d.Year)
	}
	for _, m := range r.Measures {
		fmt.Fprintf(&b, "\n%d %s no %d %q %s (%.2f)\n  under %q\n", m.Document, m.Kind, m.No, m.Label, m.Title, m.Confidence, m.SectionPath)
		for _, u := range m.Units {
			fmt.Fprintf(&b, "  unit %s %s\n", u.Role, u.Name)
		}
		for _, d := range m.Deadlines {
			fmt.Fprintf(&b, "  deadline %s %q\n", d.Norm, d.Text)
		}
		for _, t := range m.Targets {
			v, _ := json.Marshal(t.Value)
			fmt.Fprintf(&b, "  target %s %s %s per %q of %q in %q\n", t.Op, v, t.Unit, t.Per, t.Metric, t.Text)
		}
	}
	for _, s := range r.Stages {
		fmt.Fprintf(&b, "\nstage %d %s from %s to %s %q for %q\n", s.No, s.Name, s.From, s.To, s.Text, s.Goal)
	}
	for _, f := range r.Figures {
		fmt.Fprintf(&b, "\nfigure %s %s %v %q\n", f.Kind, f.Verdict, f.Numbers, f.Text)
	}
	return b.String()
}

// The sample plans are of our own invention, in the forms real ones have; their golden files were read line by line.
func TestSamples(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := show(plan.Parse(lines(string(b)), plan.Options{}))
			golden := strings.TrimSuffix(file, ".txt") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// essence is what must not depend on how the lines of a file are set.
func essence(r plan.Result) []string {
	out := []string{}
	for _, m := range r.Measures {
		if m.Kind != plan.KindMeasure {
			continue
		}
		s := fmt.Sprintf("%d %s", m.No, m.Title)
		for _, u := range m.Units {
			s += " " + u.Role + " " + u.Name
		}
		for _, d := range m.Deadlines {
			s += " " + d.Norm
		}
		for _, t := range m.Targets {
			s += fmt.Sprintf(" %s%v%s%s", t.Op, t.Value, t.Unit, t.Per)
		}
		out = append(out, s)
	}
	return out
}

// wrap breaks every line at a width, as e-mail and old converters do.
func wrap(s string, width int) string {
	var b strings.Builder
	for line := range strings.SplitSeq(s, "\n") {
		r := []rune(strings.Trim(line, " 　"))
		for len(r) > width {
			b.WriteString(string(r[:width]) + "\n")
			r = r[width:]
		}
		b.WriteString(string(r) + "\n")
	}
	return b.String()
}

// The same plan in other lines gives the same measures.
func TestLayouts(t *testing.T) {
	b, err := os.ReadFile("testdata/brackets.txt")
	if err != nil {
		t.Fatal(err)
	}
	s := string(b)
	head, body, _ := strings.Cut(s, "　　1．")
	tail := strings.Index(body, "　　三、工作要求")
	flat := head + "　　1．" + strings.NewReplacer("\n", "", "　", "").Replace(body[:tail]) + "\n" + body[tail:]
	half := strings.NewReplacer("，", ",", "：", ":", "；", ";", "（", "(", "）", ")", "．", ".", "０", "0").Replace(s)
	cases := map[string]string{
		"wrapped at 24": wrap(s, 24), "wrapped at 31": wrap(s, 31), "wrapped at 45": wrap(s, 45), "run together": flat, "half width": half,
		"empty lines": strings.ReplaceAll(s, "\n", "\n\n"), "CRLF": strings.ReplaceAll(s, "\n", "\r\n"), "no indent": strings.ReplaceAll(s, "　", ""),
	}
	want := essence(plan.Parse(lines(s), plan.Options{}))
	if len(want) != 6 {
		t.Fatalf("%d measures", len(want))
	}
	for name, in := range cases {
		t.Run(name, func(t *testing.T) {
			r := plan.Parse(lines(in), plan.Options{})
			got := essence(r)
			for i := range got {
				got[i] = strings.NewReplacer("(", "（", ")", "）").Replace(got[i])
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			check(t, in, r)
		})
	}
}

// The corpus' plan in three stages, its first year masked.
func TestStages(t *testing.T) {
	r := plan.Parse(lines(readCorpus(t, "000_853acfb733812847.txt")), plan.Options{})
	var got []string
	for _, s := range r.Stages {
		got = append(got, fmt.Sprintf("%d %s %s %s %s", s.No, s.Name, s.From, s.To, s.Goal))
	}
	want := []string{
		"1 实施阶段 XXXX-04 XXXX-12 创建工作取得明显成效",
		"2 深化阶段 2010-01 2010-12 各街道办事处、区级各部门创建任务基本完成",
		"3 巩固阶段 2011-01 2011-12 创建法治政府目标基本实现",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOptions(t *testing.T) {
	b, err := os.ReadFile("testdata/glued.txt")
	if err != nil {
		t.Fatal(err)
	}
	only := func(n int) *int { return &n }
	cases := map[string]struct {
		opt               plan.Options
		measures, figures int
		norm              string
	}{
		"all":         {plan.Options{}, 3, 1, "in:2025-Q1"},
		"report only": {plan.Options{Document: only(0)}, 0, 1, ""},
		"plan only":   {plan.Options{Document: only(1)}, 3, 0, "in:2025-Q1"},
		"other year":  {plan.Options{Year: 2031}, 3, 1, "in:2031-Q1"},
		"no such":     {plan.Options{Document: only(7)}, 0, 0, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r := plan.Parse(lines(string(b)), c.opt)
			norm := ""
			if len(r.Measures) > 0 {
				norm = r.Measures[0].Deadlines[0].Norm
			}
			if len(r.Measures) != c.measures || len(r.Figures) != c.figures || norm != c.norm || len(r.Documents) != 2 {
				t.Errorf("%d measures, %d figures, norm %q, %d documents", len(r.Measures), len(r.Figures), norm, len(r.Documents))
			}
		})
	}
}

// Cells as the reader of DOCX gives them: one row a paragraph, merged cells repeated.
func TestTableCells(t *testing.T) {
	at := 0
	row := func(merged int, cells ...string) text.Paragraph {
		p := text.Paragraph{Start: at, Text: strings.Join(cells, "\t")}
		for i, c := range cells {
			n := utf8.RuneCountInString(c)
			p.Cells = append(p.Cells, text.Cell{Text: c, Start: at, End: at + n, Merged: i == merged})
			at += n + 1
		}
		p.End = at - 1
		return p
	}
	title := "衡平县2026年重点任务分工表"
	at = utf8.RuneCountInString(title) + 1
	paragraphs := []text.Paragraph{
		{Text: title, End: at - 1},
		row(-1, "类别", "序号", "工作任务", "责任单位", "完成时限"),
		row(-1, "依法决策", "1", "公布决策目录。", "县政府办公室\n县司法局", "3月31日"),
		row(0, "依法决策", "2", "开展评估不少于2项", "牵头：县司法局；配合：各乡镇人民政府", "2026.11"),
		row(-1, "行政执法", "3", "每季度通报一次", "同上", "全年"),
	}
	got := show(plan.Parse(paragraphs, plan.Options{}))
	want := `document 0: plan "衡平县2026年重点任务分工表" number "" issuer "" date "" year 2026

0 measure no 1 "1" 公布决策目录 (0.95)
  under ["依法决策"]
  unit responsible 县政府办公室
  unit responsible 县司法局
  deadline by:2026-03-31 "3月31日"

0 measure no 2 "2" 开展评估不少于2项 (0.95)
  under ["依法决策"]
  unit lead 县司法局
  unit assist 各乡镇人民政府
  deadline in:2026-11 "2026.11"
  target >= 2 项 per "" of "开展评估" in "开展评估不少于2项"

0 measure no 3 "3" 每季度通报一次 (0.95)
  under ["行政执法"]
  unit lead 县司法局
  unit assist 各乡镇人民政府
  deadline every:P3M "每季度通报一次"
  deadline in:2026 "全年"
  target = 1 次 per "P3M" of "每季度通报" in "每季度通报一次"
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNoPlan(t *testing.T) {
	cases := map[string]string{
		"empty":        "",
		"prose":        "这里没有计划，只是一段文字，提到2025年6月底前和不少于3次，责任单位另行通知。",
		"letters":      "lorem ipsum (dolor) 1. sit amet",
		"list of food": "购物单\n1.白菜\n2.萝卜",
		"marks":        "((((（（（》》》\n、、、。。。",
	}
	for name, in := range cases {
		t.Run(name, func(t *testing.T) {
			r := plan.Parse(lines(in), plan.Options{})
			if len(r.Measures) != 0 || len(r.Figures) != 0 || r.Documents == nil || r.Measures == nil || r.Figures == nil {
				t.Errorf("got %+v", r)
			}
		})
	}
}

func TestValueJSON(t *testing.T) {
	cases := map[string]plan.Target{
		`{"text":"","metric":"","op":"=","value":4,"unit":"次","per":"P1Y"}`:          {Op: "=", Value: plan.Value{Low: 4}, Unit: "次", Per: "P1Y"},
		`{"text":"","metric":"","op":"range","value":[1,2.5],"unit":"件","per":null}`: {Op: "range", Value: plan.Value{Low: 1, High: 2.5, Range: true}, Unit: "件"},
	}
	for want, target := range cases {
		got, err := json.Marshal(target)
		if err != nil || string(got) != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
		var back plan.Target
		if err := json.Unmarshal(got, &back); err != nil || back != target {
			t.Errorf("read back %+v, %v", back, err)
		}
	}
}

// check proves what holds for every result: places in range, in order, and texts that stand there.
func check(t *testing.T, s string, r plan.Result) {
	t.Helper()
	src := []rune(s)
	last := 0
	for _, m := range r.Measures {
		if m.Start < 0 || m.End > len(src) || m.Start >= m.End || m.Start < last {
			t.Fatalf("measure %s at %d to %d of %d after %d", m.Label, m.Start, m.End, len(src), last)
		}
		last = m.Start
		if m.Document < 0 || m.Document >= len(r.Documents) {
			t.Fatalf("measure %s in document %d of %d", m.Label, m.Document, len(r.Documents))
		}
		if d := r.Documents[m.Document]; m.Start < d.Start || m.End > d.End {
			t.Fatalf("measure %s at %d to %d outside its document %d to %d", m.Label, m.Start, m.End, d.Start, d.End)
		}
		slice := string(src[m.Start:m.End])
		if n := text.Normalize(s, 0); string(n.Plain) == s && m.Text != slice {
			t.Fatalf("text %q, place says %q", m.Text, slice)
		}
		if m.Confidence < 0 || m.Confidence > 1 || m.Units == nil || m.Deadlines == nil || m.Targets == nil || m.SectionPath == nil {
			t.Fatalf("measure %+v", m)
		}
		for _, u := range m.Units {
			if u.Name == "" || u.Role == "" {
				t.Fatalf("unit %+v of %s", u, m.Label)
			}
		}
	}
	for _, st := range r.Stages {
		if st.Start < 0 || st.End > len(src) || st.Start >= st.End || st.Document >= len(r.Documents) {
			t.Fatalf("stage %+v", st)
		}
	}
	last = 0
	for _, d := range r.Documents {
		if d.Start < last || d.End > len(src) || d.Start > d.End {
			t.Fatalf("document at %d to %d after %d", d.Start, d.End, last)
		}
		last = d.End
	}
	last = 0
	for _, f := range r.Figures {
		if f.Start < last || f.End > len(src) || f.Start >= f.End || f.Text != string(src[f.Start:f.End]) {
			t.Fatalf("figure at %d to %d says %q", f.Start, f.End, f.Text)
		}
		last = f.Start
	}
}

func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(b))
	}
	f.Add("县工作计划\n1.a(县局)2.b(县局)\n|任务|牵头单位|\n|甲。|同上|\n\xff")
	f.Fuzz(func(t *testing.T, s string) {
		check(t, s, plan.Parse(lines(s), plan.Options{}))
	})
}

func readCorpus(tb testing.TB, name string) string {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join(corpus, name))
	if err != nil {
		tb.Skipf("the shared corpus is not here: %v", err)
	}
	return string(b)
}

func TestCorpusInvariants(t *testing.T) {
	for _, name := range []string{"000_853acfb733812847.txt", "001_15185dd94609d477.txt", "002_ad68aa3ccedb1f65.txt", "003_606ddfd07b6e0e84.txt", "004_4f18b96fa687272a.txt"} {
		s := readCorpus(t, name)
		check(t, s, plan.Parse(lines(s), plan.Options{}))
	}
}

func BenchmarkParseTaiyuan(b *testing.B) {
	paragraphs := lines(readCorpus(b, "003_606ddfd07b6e0e84.txt"))
	b.ReportAllocs()
	for b.Loop() {
		if n := len(plan.Parse(paragraphs, plan.Options{}).Measures); n != 38 {
			b.Fatalf("%d measures", n)
		}
	}
}
