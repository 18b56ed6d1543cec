package layout

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const source = `---
title: 关于{{plan.year}}年工作情况的报告
number: "{{number}}"
to: 市人民政府
attachments: 一览表；清单
---
# 总体情况

共有任务 **{{done}}** 项，
完成 abc
def 项\*。

## 分类

1. 清理文件
2. 培训

- 其他{{list}}

表：按单位

| 单位 | 完成 |
|---|---:|
| {{unit_1}} | {{done}} |

---

末段
`

// shape writes blocks shortly, to compare.
func shape(d Document) []string {
	var out []string
	for _, b := range d.Blocks {
		s := b.String()
		switch b.Kind {
		case Heading:
			s = strings.Repeat("#", b.Level) + s
		case TableOf:
			s = "T" + s
		case PageBreak:
			s = "---"
		}
		for _, r := range b.Runs {
			if r.Bold {
				s += "!" + r.Text
			}
			if r.Ref != "" {
				s += "@" + r.Ref
			}
		}
		out = append(out, s)
	}
	return out
}

func TestParseAndFill(t *testing.T) {
	d, err := Parse(source)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"#总体情况", "共有任务 {{done}} 项，完成 abc def 项*。!{{done}}", "##分类", "1.清理文件", "2.培训", "其他{{list}}", "T按单位\n单位\t完成\n{{unit_1}}\t{{done}}", "---", "末段"}
	if diff := cmp.Diff(want, shape(d)); diff != "" {
		t.Error(diff)
	}
	values := map[string]string{"plan.year": "2026", "number": "衡政发〔2026〕1号", "done": "12", "list": "：\n*甲*\n\n# {{done}}", "unit_1": "a|b"}
	d, err = d.Fill(func(mark string) (Run, error) { return Run{Text: values[mark], Ref: mark}, nil })
	if err != nil {
		t.Fatal(err)
	}
	want = []string{"#总体情况", "共有任务 12 项，完成 abc def 项*。!12@done", "##分类", "1.清理文件", "2.培训", "其他：@list", "*甲*@list", "# {{done}}@list", "T按单位\n单位\t完成\na|b\t12", "---", "末段"}
	if diff := cmp.Diff(want, shape(d)); diff != "" {
		t.Error(diff)
	}
	if d.Title != "关于2026年工作情况的报告" || d.Number != "衡政发〔2026〕1号" || d.To != "市人民政府" {
		t.Errorf("head %q %q %q", d.Title, d.Number, d.To)
	}
	if diff := cmp.Diff([]string{"一览表", "清单"}, d.Attachments); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([][]string{{"unit_1", "done"}}, d.Blocks[8].Table.Refs); diff != "" {
		t.Error(diff)
	}
}

func TestFillErrors(t *testing.T) {
	d, err := Parse("{{a}}{{b}}\n\n| {{a}} |\n|---|\n")
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Fill(func(mark string) (Run, error) { return Run{}, fmt.Errorf("no %s", mark) })
	if err == nil || err.Error() != "no a\nno b" {
		t.Errorf("error %v", err)
	}
}

func TestParseRefuses(t *testing.T) {
	cases := map[string]struct{ source, want string }{
		"unknown key": {"---\ntitle: a\nauthor: b\n---\n", "第 3 行第 1 列：文头里没有“author”这一项，可以写 head、number、approver、title、subtitle、to、signature、date、note、attachments"},
		"open head":   {"---\ntitle: a\n", "第 1 行第 1 列：文头没有结束：缺少第二行 ---"},
		"link":        {"---\ntitle: a\n---\n正文\n\n见[这里](http://x)", "第 6 行第 1 列：这里不能写链接、图片、代码或者网页标记"},
		"code":        {"正文\n\n    code", "第 3 行第 1 列：这里不能写引用、代码或者网页标记"},
		"open braces": {"甲\n\n有{{a\n}}项", "第 3 行第 1 列：双花括号没有在一行里成对"},
		"deep":        {"##### 五", "第 1 行第 1 列：标题最多四级"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(c.source)
			var e *SourceError
			if !errors.As(err, &e) || err.Error() != c.want {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
}

func TestMarks(t *testing.T) {
	want := []Mark{{"a", 1, 3}, {"b.c | percent", 2, 1}, {"a", 2, 19}}
	if diff := cmp.Diff(want, Marks("共有{{a}}\n{{ b.c | percent}}{{a}}")); diff != "" {
		t.Error(diff)
	}
}

// FuzzParse asserts that no mark is lost or made up between a source and its blocks, and that places are inside.
func FuzzParse(f *testing.F) {
	f.Add(source)
	f.Add("| {{a}} | b |\n|---|---|\n| **{{c}}** |")
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse(s)
		lines := strings.Count(s, "\n") + 1
		if err != nil {
			if joined, ok := err.(interface{ Unwrap() []error }); ok {
				for _, e := range joined.Unwrap() {
					var at *SourceError
					if errors.As(e, &at) && (at.Line < 1 || at.Line > lines+1) {
						t.Fatalf("%v outside %d lines", e, lines)
					}
				}
			}
			return
		}
		known := map[string]bool{}
		for _, m := range Marks(s) {
			known[m.Text] = true
		}
		if _, err := d.Fill(func(mark string) (Run, error) {
			if !known[mark] {
				return Run{}, fmt.Errorf("mark %q is made up", mark)
			}
			return Run{}, nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}
