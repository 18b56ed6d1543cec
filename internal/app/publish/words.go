package publish

import (
	"fmt"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/doc/layout"
	"zhunsheng/internal/doc/report"
)

// Resolve gives what a token of a report stands for: words, a table or a figure.
func (b *Basis) Resolve(token string) (report.Figure, error) {
	if words, ok := b.words(token); ok {
		return report.Figure{Words: words}, nil
	}
	if table, ok := b.table(token); ok {
		if len(table.Rows) == 0 {
			return report.Figure{Blocks: []layout.Block{layout.Text("无。")}}, nil
		}
		return report.Figure{Blocks: []layout.Block{{Kind: layout.TableOf, Table: table}}}, nil
	}
	a, err := b.Answer(token)
	return a.Figure, err
}

// words answers the tokens that are words.
func (b *Basis) words(token string) (string, bool) {
	switch token {
	case "plan":
		return b.Plan.Title, true
	case "plan_number":
		return or(b.Plan.Number, "（无文号）"), true
	case "period":
		return b.Span.Title, true
	case "until":
		return chineseDay(b.Until), true
	case "next_until":
		return chineseDay(b.Span.Next), true
	case "day":
		return chineseDay(b.Until), true
	case "government":
		root, ok := b.Site.Root()
		return or(root.Name, "本级人民政府"), ok
	case "office":
		return b.office(), true
	}
	id, at, parted := strings.Cut(token, "@")
	if !parted || len(at) < 2 {
		return "", false
	}
	standing, known := map[string]Standing{"done_names": Done, "running_names": Running, "late_names": Late, "waiting_names": Waiting}[id]
	n, err := strconv.Atoi(at[1:])
	if !known || err != nil || at[0] != 's' || n < 1 || n > len(b.Sections) {
		return "", false
	}
	return b.names(b.Sections[n-1], standing), true
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// office is the unit that signs: where the coordinators sit, else the government itself.
func (b *Basis) office() string {
	for _, u := range b.Site.Tree().All() {
		if len(b.Site.Rights.Holders(u.No, access.Coordinator, b.Until)) > 0 {
			return u.Name
		}
	}
	root, _ := b.Site.Root()
	return or(root.Name, "统筹单位")
}

// names lists the tasks of a section in one standing, each with its unit.
func (b *Basis) names(section string, standing Standing) string {
	var out []string
	for _, t := range b.Tasks {
		if t.Lead && t.Section == section && t.Standing == standing {
			out = append(out, "“"+t.Title+"”（"+b.Site.Tree().Name(t.Unit)+"）")
		}
	}
	return or(strings.Join(out, "、"), "无")
}

// table answers the tokens that are tables.
func (b *Basis) table(token string) (layout.Table, bool) {
	switch token {
	case "by_section":
		return b.bySection(), true
	case "by_unit":
		return b.byUnit(), true
	case "late_list":
		return b.list([]string{"序号", "任务", "牵头单位", "应完成日期"}, lead(Late)), true
	case "late_part_list":
		return b.list([]string{"序号", "任务", "参与单位", "应完成日期"}, func(t *Task) bool { return !t.Lead && t.Standing == Late }), true
	case "next_list":
		return b.list([]string{"序号", "任务", "牵头单位", "到期日"}, b.comesNext), true
	case "target_list":
		return b.targetList(), true
	}
	return layout.Table{}, false
}

func (b *Basis) bySection() layout.Table {
	t := layout.Table{Title: "各部分任务情况", Header: []string{"部分", "任务", "已完成", "正在办理", "逾期", "尚未开始"}}
	ids := []string{"measures", "done", "running", "late", "waiting"}
	if b.has("carried") {
		t.Header, ids = append(t.Header, "结转"), append(ids, "carried")
	}
	for i, section := range b.Sections {
		t.Rows = append(t.Rows, cells(or(section, "未分部分"), ids, fmt.Sprintf("@s%d", i+1)))
	}
	if len(b.Sections) > 0 {
		t.Rows = append(t.Rows, cells("合计", ids, ""))
	}
	return t
}

func (b *Basis) byUnit() layout.Table {
	t := layout.Table{Title: "各单位承担工作情况", Header: []string{"单位", "承担", "已完成", "正在办理", "逾期", "尚未开始"}}
	ids := []string{"tasks", "tasks_done", "tasks_running", "tasks_late", "tasks_waiting"}
	if b.has("tasks_carried") {
		t.Header, ids = append(t.Header, "结转"), append(ids, "tasks_carried")
	}
	for _, u := range b.Units {
		t.Rows = append(t.Rows, cells(b.Site.Tree().Name(u), ids, fmt.Sprintf("@u%d", u)))
	}
	if len(b.Units) > 0 {
		t.Rows = append(t.Rows, cells("合计", ids, ""))
	}
	return t
}

func cells(name string, ids []string, at string) []string {
	row := []string{name}
	for _, id := range ids {
		row = append(row, "{{"+id+at+"}}")
	}
	return row
}

func (b *Basis) list(header []string, pick func(*Task) bool) layout.Table {
	t := layout.Table{Header: header}
	for i := range b.Tasks {
		if x := &b.Tasks[i]; pick(x) {
			t.Rows = append(t.Rows, []string{strconv.Itoa(len(t.Rows) + 1), x.Title, b.Site.Tree().Name(x.Unit), chineseDay(x.Due)})
		}
	}
	return t
}

func (b *Basis) targetList() layout.Table {
	t := layout.Table{Header: []string{"序号", "指标", "单位", "目标与完成"}}
	for i := range b.Tasks {
		x := &b.Tasks[i]
		for _, g := range x.Targets {
			state := "未达到"
			if g.Met {
				state = "达到"
			}
			t.Rows = append(t.Rows, []string{
				strconv.Itoa(len(t.Rows) + 1), g.Text, b.Site.Tree().Name(x.Unit),
				fmt.Sprintf("目标%d%s，已报%d%s，%s", g.Value, g.Unit, g.Reached, g.Unit, state),
			})
		}
	}
	return t
}

// has tells whether a condition of a template holds: a figure that is not zero, or one of the named conditions.
func (b *Basis) has(token string) bool {
	switch token {
	case "acts":
		return b.has("extended") || b.has("returned") || b.has("urged") || b.has("noticed")
	case "on_track":
		return !b.has("late") && !b.has("late_parts")
	}
	a, err := b.Answer(token)
	return err == nil && a.Figure.Value != 0
}

// Compose makes the text a draft begins with out of a template: {{?TOKEN}}…{{/}} stays where the figure is not zero, and
// {{!sections}} becomes a heading and sentences for each section of the plan. All other marks stay, so that the numbers
// are taken from the records whenever the report is shown.
func (b *Basis) Compose(template string) string {
	out, rest := b.keep(strings.ReplaceAll(template, "{{!sections}}", b.sections()))
	for rest != "" { // an end without a beginning ends nothing
		more := ""
		more, rest = b.keep(rest)
		out += more
	}
	for strings.Contains(out, "\n\n\n") {
		out = strings.ReplaceAll(out, "\n\n\n", "\n\n")
	}
	return out
}

// keep resolves conditions up to the end of the text or of the condition it stands in, and gives what follows.
func (b *Basis) keep(s string) (kept, rest string) {
	var out strings.Builder
	for {
		i := strings.Index(s, "{{")
		if i < 0 {
			out.WriteString(s)
			return out.String(), ""
		}
		out.WriteString(s[:i])
		s = s[i:]
		end := strings.Index(s, "}}")
		switch {
		case strings.HasPrefix(s, "{{/}}"):
			return out.String(), s[len("{{/}}"):]
		case end > 0 && strings.HasPrefix(s, "{{?"):
			token := s[3:end]
			inner, after := b.keep(s[end+2:])
			if b.has(token) {
				out.WriteString(inner)
			}
			s = after
		default:
			out.WriteString("{{")
			s = s[2:]
		}
	}
}

// sections writes one part for each section: how it stands, and which tasks are done, late and not begun.
func (b *Basis) sections() string {
	var out strings.Builder
	for i, section := range b.Sections {
		at := fmt.Sprintf("@s%d", i+1)
		fmt.Fprintf(&out, "## %s\n\n", bare(or(section, "其他任务")))
		fmt.Fprintf(&out, "共有任务{{measures%[1]s}}项，已完成{{done%[1]s}}项，正在办理{{running%[1]s}}项，逾期{{late%[1]s}}项，尚未开始{{waiting%[1]s}}项", at)
		if b.has("carried" + at) {
			fmt.Fprintf(&out, "，结转{{carried%s}}项", at)
		}
		out.WriteString("。")
		for _, s := range []struct{ id, say string }{{"done", "已完成"}, {"late", "逾期未完成"}, {"waiting", "尚未开始"}} {
			if b.has(s.id + at) {
				fmt.Fprintf(&out, "%s：{{%s_names%s}}。", s.say, s.id, at)
			}
		}
		out.WriteString("\n\n")
	}
	return out.String()
}

// bare takes the printed number off a section's title: the report numbers its own headings.
func bare(section string) string {
	for _, sep := range []string{"、", "）", ")", "．", "."} {
		if head, tail, ok := strings.Cut(section, sep); ok && tail != "" && len([]rune(head)) <= 5 && strings.Trim(head, "第（(一二三四五六七八九十百0123456789部分章节") == "" {
			return strings.TrimSpace(tail)
		}
	}
	return section
}

// Tokens lists the marks a report may use, for the page: marks and what they stand for.
func Tokens() [][2]string {
	var out [][2]string
	for _, c := range countings {
		out = append(out, [2]string{c.id, c.name + "（" + c.unit + "）"})
	}
	for _, s := range shares {
		out = append(out, [2]string{s.id, s.name})
	}
	for _, id := range factIDs {
		out = append(out, [2]string{id, factFigures[id].name + "（次）"})
	}
	return append(out, [2]string{"units", "单位（个）"}, [2]string{"late_units", "逾期单位（个）"}, [2]string{"next", "下一期到期（项）"},
		[2]string{"by_section", "各部分进展表（单独成段）"}, [2]string{"by_unit", "各单位进展表（单独成段）"},
		[2]string{"late_list", "逾期清单（单独成段）"}, [2]string{"next_list", "下一期到期清单（单独成段）"}, [2]string{"target_list", "量化指标表（单独成段）"})
}
