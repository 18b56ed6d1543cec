package report

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zhunsheng/internal/doc/docfile"
	"zhunsheng/internal/doc/layout"
)

const template = `---
title: "{{plan}}推进情况的报告"
signature: 衡平县人民政府
---
# 总体情况

计划共有任务{{tasks}}项，已完成{{done}}项，完成率{{rate}}；逾期{{late}}项。

# 各单位情况

{{by-unit}}

按期办结{{done}}项。
`

func resolve(token string) (Figure, error) {
	known := map[string]Figure{
		"plan":    {Words: "2026年法治政府建设工作计划"},
		"tasks":   {Name: "任务", Value: 38, Unit: "项", Formula: "count(task)", Period: "2026-01-01/2026-06-30", Snapshot: 4711},
		"done":    {Name: "完成", Value: 12, Unit: "项", Snapshot: 4711},
		"rate":    {Name: "完成率", Value: 31.5789, Unit: "%", Decimals: 1},
		"late":    {Name: "逾期", Value: 2, Unit: "项"},
		"by-unit": {Blocks: []layout.Block{{Kind: layout.TableOf, Table: layout.Table{Header: []string{"序号", "单位", "完成"}, Rows: [][]string{{"1", "县司法局", "{{done:101}}"}, {"2", "城关镇", "{{late}}"}}}}}},
	}
	if f, ok := known[token]; ok {
		return f, nil
	}
	if rest, ok := strings.CutPrefix(token, "done:"); ok {
		return Figure{Name: rest, Value: 5, Unit: "项"}, nil
	}
	return Figure{}, errors.New("没有这个数字")
}

func TestRender(t *testing.T) {
	d, err := Render(template, resolve)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range d.Document.Blocks {
		got = append(got, b.String())
	}
	want := []string{"一、总体情况", "计划共有任务38项，已完成12项，完成率31.6%；逾期2项。", "二、各单位情况", "序号\t单位\t完成\n1\t县司法局\t5\n2\t城关镇\t2", "按期办结12项。"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if d.Document.Title != "2026年法治政府建设工作计划推进情况的报告" {
		t.Errorf("title %q", d.Document.Title)
	}
	var ids []string
	for i, f := range d.Figures {
		if f.No != i+1 {
			t.Errorf("figure %s has number %d, want %d", f.ID, f.No, i+1)
		}
		ids = append(ids, f.ID)
	}
	if diff := cmp.Diff([]string{"tasks", "done", "rate", "late", "done:101"}, ids); diff != "" {
		t.Error(diff)
	}
	if f := d.Figures[0]; f.Snapshot != 4711 || f.Period != "2026-01-01/2026-06-30" || f.Formula != "count(task)" {
		t.Errorf("figure lost its origin: %+v", f)
	}
	if got := d.Document.Blocks[1].Runs[1]; got.Ref != "tasks" || got.Text != "38" {
		t.Errorf("run %+v does not lead to its figure", got)
	}
	if diff := cmp.Diff([][]string{{"", "", "done:101"}, {"", "", "late"}}, d.Document.Blocks[3].Table.Refs); diff != "" {
		t.Error(diff)
	}
	if found := Lint(d); len(found) > 0 {
		t.Errorf("findings in a report of figures: %+v", found)
	}
	b, err := layout.DOCX(d.Document)
	if err != nil {
		t.Fatal(err)
	}
	back, err := docfile.Read("x.docx", b)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(back.Text, want[1]) {
		t.Errorf("the DOCX lacks %q", want[1])
	}
}

func TestRenderErrors(t *testing.T) {
	_, err := Render("有{{x}}项，{{y}}件，{{x}}\n\n甲{{by-unit}}\n\n{{z}}", resolve)
	want := "第 5 行第 1 列 {{z}}：没有这个数字"
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	_, err = Render("有{{x}}项，{{y}}件，{{x}}\n\n甲{{by-unit}}", resolve)
	want = "第 1 行第 2 列 {{x}}：没有这个数字\n第 1 行第 9 列 {{y}}：没有这个数字\n{{by-unit}} 要单独成为一段"
	if err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestShow(t *testing.T) {
	cases := map[string]struct {
		figure Figure
		want   string
	}{
		"whole":       {Figure{Value: 1412, Unit: "户次"}, "1412"},
		"rounded":     {Figure{Value: 96.46, Unit: "%", Decimals: 1}, "96.5%"},
		"all of them": {Figure{Value: 100, Unit: "%", Decimals: 1}, "100%"},
		"minus zero":  {Figure{Value: -0.001, Decimals: 1}, "0"},
		"words":       {Figure{Words: "县司法局", Value: 3}, "县司法局"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := c.figure.Show(); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestLint(t *testing.T) {
	cases := map[string]struct {
		template string
		want     []Finding
	}{
		"contradicts a figure":  {"已完成12项。本期完成13项。{{done}}", []Finding{{TypedIn, 0, "已完成12项", "12", "12", "done"}, {Contradiction, 0, "本期完成13项", "13", "12", "done"}}},
		"sum":                   {"审结42件，其中维持22件，撤销4件，终止15件。", []Finding{{Contradiction, 0, "审结42件，其中维持22件，撤销4件，终止15件", "42件", "41件", "本段数字"}, {TypedIn, 0, "审结42件", "42", "", ""}, {TypedIn, 0, "其中维持22件", "22", "", ""}, {TypedIn, 0, "撤销4件", "4", "", ""}, {TypedIn, 0, "终止15件", "15", "", ""}}},
		"rate above all":        {"培训覆盖率102%，比上年增长率提高，增长120%。", []Finding{{Doubtful, 0, "培训覆盖率102%", "102%", "", ""}, {TypedIn, 0, "增长120%", "120%", "", ""}}},
		"dates and ordinals":    {"截至2026年6月30日，按照衡政发〔2026〕18号第3条，第2次会议，拨打12345热线", nil},
		"label of an item":      {"3、4项", []Finding{{TypedIn, 0, "4项", "4", "", ""}}},
		"thousands":             {"检查1,412户次", []Finding{{TypedIn, 0, "检查1,412户", "1,412", "", ""}}},
		"numbers after a comma": {"甲3,乙4个", []Finding{{TypedIn, 0, "甲3", "3", "", ""}, {TypedIn, 0, "乙4个", "4", "", ""}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d, err := Render(c.template, resolve)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, Lint(d)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLintTable(t *testing.T) {
	d := Draft{Document: layout.Document{Blocks: []layout.Block{{Kind: layout.TableOf, Table: layout.Table{Header: []string{"序号", "单位", "完成"}, Rows: [][]string{{"1", "县司法局", "5"}, {"2", "12345 热线", "6"}}, Refs: [][]string{{"", "", "done"}}}}}}}
	if diff := cmp.Diff([]Finding{{TypedIn, 0, "表第 2 行完成：6", "6", "", ""}}, Lint(d)); diff != "" {
		t.Error(diff)
	}
}

// TestLintQuotes lints any text: what is quoted and stated stands in it.
func TestLintQuotes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("完成率占12.%％,，项件年第 率\n"))).Draw(t, "text")
		b := layout.Text(s)
		for _, f := range Lint(Draft{Document: layout.Document{Blocks: []layout.Block{b}}, Figures: []Figure{{ID: "x", Name: "完成", Value: 1, Unit: "项"}}}) {
			if f.Kind != Contradiction && (!strings.Contains(s, f.Stated) || !strings.Contains(s, f.Quote)) {
				t.Fatalf("finding %+v is not in %q", f, s)
			}
		}
	})
}
