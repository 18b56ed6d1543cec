package paper

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/doc/layout"
)

const notice = `---
title: 行政处罚事先告知书
number: "{{number}}"
signature: "{{unit.name}}"
date: "{{made | date}}"
---
{{party.name}}：

经查，你单位{{conduct}}。拟处罚款{{fine_fen | yuan}}元。{{remark?}}

{{#if hearing}}
你单位可以在五日内要求听证。
{{#else}}
你单位可以陈述、申辩。
{{/if}}

| 序号 | 证据 | 页数 |
|---|---|---|
{{#each evidence}}
| {{.#}} | {{.name}} | {{.pages}} |
{{/each}}

{{#each copies}}
抄送：{{.}}
{{/each}}
`

func full() Data {
	return Data{"number": "衡市监罚告〔2026〕7号", "unit": Data{"name": "衡平县市场监督管理局"}, "made": "2026-07-01", "party.name": "甲*乙*公司",
		"conduct": "销售|过期食品", "fine_fen": int64(500050), "hearing": true,
		"evidence": []Data{{"name": "照片", "pages": 3}, {"name": "# 笔录", "pages": 2}}, "copies": []string{"县司法局", "{{number}}"}}
}

func texts(d layout.Document) []string {
	var out []string
	for _, b := range d.Blocks {
		out = append(out, b.String())
	}
	return out
}

func TestRender(t *testing.T) {
	tpl, err := Compile(notice)
	if err != nil {
		t.Fatal(err)
	}
	d, err := tpl.Render(full())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"甲*乙*公司：", "经查，你单位销售|过期食品。拟处罚款5000.50元。", "你单位可以在五日内要求听证。",
		"序号\t证据\t页数\n1\t照片\t3\n2\t# 笔录\t2", "抄送：县司法局", "抄送：{{number}}"}
	if diff := cmp.Diff(want, texts(d)); diff != "" {
		t.Error(diff)
	}
	if d.Title != "行政处罚事先告知书" || d.Number != "衡市监罚告〔2026〕7号" || d.Signature != "衡平县市场监督管理局" || d.Date != "2026年7月1日" {
		t.Errorf("head: %+v", d)
	}
	data := full()
	data["hearing"], data["evidence"], data["remark"] = false, []Data{}, "另行通知。"
	if d, err = tpl.Render(data); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"甲*乙*公司：", "经查，你单位销售|过期食品。拟处罚款5000.50元。另行通知。", "你单位可以陈述、申辩。", "序号\t证据\t页数"}, texts(d)[:4]); diff != "" {
		t.Error(diff)
	}
}

func TestRenderMissing(t *testing.T) {
	tpl, err := Compile(notice)
	if err != nil {
		t.Fatal(err)
	}
	data := full()
	delete(data, "party.name")
	data["made"] = "昨天"
	data["fine_fen"] = "五千"
	data["conduct"] = " "
	_, err = tpl.Render(data)
	want := "模板第 5 行：“made”应为日期，现为“昨天”\n模板第 7 行：缺少“party.name”\n模板第 9 行：缺少“conduct”\n模板第 9 行：“fine_fen”应为以分计的整数，现为“五千”"
	if err == nil {
		t.Fatal("no error")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Error(diff)
	}
	data = full()
	delete(data, "evidence")
	data["copies"] = "县司法局"
	if _, err = tpl.Render(data); err == nil || err.Error() != "模板第 19 行：缺少“evidence”\n模板第 23 行：“copies”不是列表" {
		t.Errorf("error %v", err)
	}
}

func TestFields(t *testing.T) {
	tpl, err := Compile(notice)
	if err != nil {
		t.Fatal(err)
	}
	want := []Field{{"number", false, false, 3}, {"unit.name", false, false, 4}, {"made", false, false, 5}, {"party.name", false, false, 7},
		{"conduct", false, false, 9}, {"fine_fen", false, false, 9}, {"remark", true, false, 9}, {"hearing", true, false, 11},
		{"evidence", false, true, 19}, {"evidence.name", false, false, 20}, {"evidence.pages", false, false, 20}, {"copies", false, true, 23}}
	if diff := cmp.Diff(want, tpl.Fields()); diff != "" {
		t.Error(diff)
	}
}

func TestNested(t *testing.T) {
	tpl, err := Compile("{{#each units}}\n# {{.name}}\n\n{{#each .tasks}}\n{{#if .late}}\n逾期：{{.title}}（{{plan}}）\n{{/if}}\n\n{{/each}}\n{{/each}}")
	if err != nil {
		t.Fatal(err)
	}
	d, err := tpl.Render(Data{"plan": "2026年计划", "units": []Data{
		{"name": "甲局", "tasks": []Data{{"title": "一"}, {"title": "二", "late": true}}},
		{"name": "乙局", "tasks": []Data{{"title": "三", "late": true}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"甲局", "逾期：二（2026年计划）", "乙局", "逾期：三（2026年计划）"}, texts(d)); diff != "" {
		t.Error(diff)
	}
}

func TestCompileRefuses(t *testing.T) {
	cases := map[string]struct{ source, want string }{
		"open each":      {"a\n{{#each x}}\nb", "第 2 行第 1 列：{{#each}} 没有结束：缺少 {{/each}}"},
		"stray end":      {"{{/if}}", "第 1 行第 1 列：{{/if}} 没有对应的开头"},
		"crossed":        {"{{#if a}}\n{{#each b}}\n{{/if}}\n{{/each}}\n{{/if}}", "第 3 行第 1 列：{{/if}} 没有对应的开头"},
		"two else":       {"{{#if a}}\n{{#else}}\n{{#else}}\n{{/if}}", "第 3 行第 1 列：{{#if}} 只能有一个 {{#else}}"},
		"no name":        {"{{#each 1 2}}\n{{/each}}", "第 1 行第 1 列：“1 2”不是字段的名称"},
		"element alone":  {"共 {{.name}}", "第 1 行第 3 列：“{{.name}}”要写在 {{#each}} 里面"},
		"inline if":      {"有{{#if a}}是{{/if}}", "不是字段，写法是"},
		"unknown filter": {"{{a | upper}}", "不是字段，写法是"},
		"markdown":       {"{{#if a}}\n[x](y)\n{{/if}}", "第 2 行第 1 列：这里不能写链接、图片、代码或者网页标记"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := Compile(c.source)
			var e *layout.SourceError
			if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
}

// FuzzCompile asserts that a template that compiles renders when every field it names is given.
func FuzzCompile(f *testing.F) {
	f.Add(notice)
	f.Add("{{#each a}}\n{{#each .b}}\n{{.c}}{{.#}}\n{{/each}}\n{{/each}}\n{{d | date}}{{e | yuan}}")
	f.Fuzz(func(t *testing.T, source string) {
		tpl, err := Compile(source)
		if err != nil {
			return
		}
		data := Data{}
		for _, field := range tpl.Fields() {
			if field.Name == "" || strings.Contains(field.Name, ".") || field.List {
				return // lists and parts want more than one value
			}
			data[field.Name] = "2026-07-01"
		}
		if strings.Contains(source, "yuan") {
			return
		}
		if _, err := tpl.Render(data); err != nil {
			t.Fatalf("%v in %q", err, source)
		}
	})
}

// TestSketch fills as far as the data goes, and lists what is missing.
func TestSketch(t *testing.T) {
	tpl, err := Compile("{{officers}}，{{head}}，{{#x}}\n")
	if err == nil {
		t.Fatalf("compiled %v", tpl)
	}
	tpl, err = Compile("{{officers}}，{{head}}，{{left?}}{{right}}\n\n{{#each officers}}\n{{.}}{{.number}}\n{{/each}}\n\n{{#each nobody}}\n{{.}}\n{{/each}}\n")
	if err != nil {
		t.Fatal(err)
	}
	d, missing, err := tpl.Sketch(Data{"officers": []Data{{"": "甲", "number": "1"}, {"": "乙"}}, "head": Data{"": "丙"}}, func(name string) string { return "〔" + name + "〕" })
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"甲、乙，丙，〔right〕", "甲1", "乙〔officers.1.number〕"}, texts(d)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"nobody", "right", "officers.1.number"}, missing); diff != "" {
		t.Error(diff)
	}
	if _, err := tpl.Render(Data{"officers": []Data{{"number": "1"}}, "head": Data{"name": "丙"}, "nobody": []string{}}); err == nil || !strings.Contains(err.Error(), "“head”不是可以填写的内容") {
		t.Errorf("error %v", err)
	}
}

// TestUses gives every mark its place and what is asked before it.
func TestUses(t *testing.T) {
	tpl, err := Compile("{{#if a}}\n甲{{a | date}}{{b?}}\n{{#each c}}\n{{.}}{{.d}}{{.#}}\n{{/each}}\n{{#else}}\n{{e}}\n{{/if}}\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []Use{
		{Name: "a", Verb: "if", Optional: true, Line: 1, Column: 1},
		{Name: "a", Filter: "date", Asked: []string{"a"}, Line: 2, Column: 2},
		{Name: "b", Optional: true, Asked: []string{"a"}, Line: 2, Column: 14},
		{Name: "c", Verb: "each", Asked: []string{"a"}, Line: 3, Column: 1},
		{Name: "c", Element: true, Asked: []string{"a"}, Line: 4, Column: 1},
		{Name: "c.d", Element: true, Asked: []string{"a"}, Line: 4, Column: 6},
		{Name: "e", Line: 7, Column: 1},
	}
	if diff := cmp.Diff(want, tpl.Uses()); diff != "" {
		t.Error(diff)
	}
}
