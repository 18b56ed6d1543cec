package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"zhunsheng/internal/doc/figure"
	"zhunsheng/internal/doc/plan"
)

// planCmd works on plan documents.
type planCmd struct {
	Parse  planParseCmd  `cmd:"" help:"把计划文件拆分为逐条任务，并核对文中数字。"`
	Import planImportCmd `cmd:"" help:"把计划导入为草稿，列出待确认之处；没有的，可以直接下达。"`
}

type planParseCmd struct {
	output
	File     string `arg:"" help:"文件；- 为标准输入。"`
	Year     int    `help:"计划年度；省略时按文件自身的年度。" placeholder:"年"`
	Document *int   `help:"文件中有多份文件时，只取第几份，从 0 起数，与 document 字段一致。" placeholder:"序"`
}

// Run prints the measures and figures of a document.
func (c planParseCmd) Run(env *Env) error {
	if c.Year != 0 && (c.Year < 1949 || c.Year > 2199) {
		return misuse("--year %d 不是 1949 至 2199 之间的年度", c.Year)
	}
	doc, err := readDocument(env, c.File)
	if err != nil {
		return err
	}
	res := plan.Parse(doc.Paragraphs, plan.Options{Year: c.Year, Document: c.Document})
	if c.Document != nil && (*c.Document < 0 || *c.Document >= len(res.Documents)) {
		return misuse("--document %d：文件中有 %d 份文件，序号从 0 起", *c.Document, len(res.Documents))
	}
	if c.json() {
		return env.printJSON(res)
	}
	return c.table(env, res)
}

func (c planParseCmd) table(env *Env, res plan.Result) error {
	for i, d := range res.Documents {
		fmt.Fprintf(env.Out, "〔%d〕%s  %s  %s  %s\n", i, orDash(d.Title), orDash(d.Number), orDash(d.Issuer), orDash(d.Date))
	}
	w := tabwriter.NewWriter(env.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "文件\t序号\t任务\t单位\t时限\t指标")
	for _, m := range res.Measures {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\n", m.Document, m.Label, m.Title, unitWords(m.Units), deadlineWords(m.Deadlines), targetWords(m.Targets))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return figureTable(env, res.Figures)
}

var roleWords = map[string]string{
	plan.RoleLead: "牵头", plan.RoleAssist: "配合", plan.RoleUndertake: "承办", plan.RoleResponsible: "责任",
}

func unitWords(units []plan.Unit) string {
	words := make([]string, len(units))
	for i, u := range units {
		words[i] = u.Name + "（" + roleWords[u.Role] + "）"
	}
	return orDash(strings.Join(words, "、"))
}

func deadlineWords(list []plan.Deadline) string {
	words := make([]string, len(list))
	for i, d := range list {
		words[i] = d.Norm
	}
	return orDash(strings.Join(words, " "))
}

func targetWords(list []plan.Target) string {
	words := make([]string, len(list))
	for i, t := range list {
		words[i] = t.Text
	}
	return orDash(strings.Join(words, "；"))
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

var verdictWords = map[string]string{figure.Consistent: "相符", figure.Inconsistent: "不符", figure.NotCheckable: "无法核对"}

func figureTable(env *Env, list []figure.Figure) error {
	if len(list) == 0 {
		return nil
	}
	w := tabwriter.NewWriter(env.Out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "核对\t所写\t算得\t位置\t原文")
	for _, f := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\n", verdictWords[f.Verdict], f.StatedWords(), f.ComputedWords(), f.Start, strings.ReplaceAll(f.Text, "\n", " "))
	}
	return w.Flush()
}
