package procedure

import (
	"fmt"
	"strings"
)

// Chart draws the definition as a flow chart (权力运行流程图) in Mermaid: what needs what, who acts, what may stop an act,
// and how long it may take. It is the chart that citizens may see.
func (d *Definition) Chart() string {
	var b strings.Builder
	b.WriteString("flowchart TD\n")
	label := func(lines ...string) string {
		var out []string
		for _, l := range lines {
			if l != "" {
				out = append(out, strings.NewReplacer(`"`, "'", "\n", " ").Replace(l))
			}
		}
		return `"` + strings.Join(out, "<br>") + `"`
	}
	v := &view{d: d}
	for i := range d.AllSteps {
		s := &d.AllSteps[i]
		open, end := "[", "]"
		if s.Optional {
			open, end = "([", "])"
		}
		each := ""
		if s.Each != "" {
			each = "（逐一办理）"
		}
		fmt.Fprintf(&b, "  %s%s%s%s\n", nodeID(s.ID), open, label(s.Title+each, v.who(s.By), s.Cites), end)
	}
	for i := range d.AllSteps {
		s := &d.AllSteps[i]
		for _, n := range s.Needs {
			arrow := "-->"
			if s.Optional {
				arrow = "-.->"
			}
			when := ""
			if s.When.Source != "" {
				when = `|"符合条件的"|`
			}
			fmt.Fprintf(&b, "  %s %s%s %s\n", nodeID(n), arrow, when, nodeID(s.ID))
		}
		for _, r := range s.Resets {
			fmt.Fprintf(&b, "  %s -.->|\"重新办理\"| %s\n", nodeID(s.ID), nodeID(r))
		}
		if s.Close != "" {
			fmt.Fprintf(&b, "  %s --> finish((\"办结\"))\n", nodeID(s.ID))
		}
	}
	for i := range d.Gates {
		g := &d.Gates[i]
		fmt.Fprintf(&b, "  gate_%s{{%s}}\n", g.ID, label(g.Say, g.Cites))
		for _, s := range g.Before {
			if d.Step(s) != nil {
				fmt.Fprintf(&b, "  gate_%s -.- %s\n", g.ID, nodeID(s))
			}
		}
	}
	for i := range d.AllLimits {
		l := &d.AllLimits[i]
		fmt.Fprintf(&b, "  limit_%s>%s]\n", l.ID, label(l.Title+"："+l.Words(d), l.Cites))
		for _, s := range l.To {
			fmt.Fprintf(&b, "  limit_%s -.- %s\n", l.ID, nodeID(s))
		}
	}
	return b.String()
}

// nodeID keeps step ids apart from the words of Mermaid.
func nodeID(step string) string { return "s_" + step }

var unitWords = map[string]string{
	"day": "日", "days": "日", "workday": "个工作日", "workdays": "个工作日", "month": "个月", "months": "个月",
	"year": "年", "years": "年", "hour": "小时", "hours": "小时",
}

// Words says in Chinese how long a limit is: 自“立案”起90日内.
func (l *Limit) Words(d *Definition) string {
	length := l.Span(d)
	var from, to []string
	for _, s := range l.From {
		from = append(from, d.StepTitle(s))
	}
	for _, s := range l.To {
		to = append(to, d.StepTitle(s))
	}
	a, b := "“"+strings.Join(from, "、")+"”", "“"+strings.Join(to, "、")+"”"
	switch l.Shape {
	case AtLeast:
		return "自" + a + "起至少" + length
	case NotBefore:
		return "自" + a + "起满" + length + "后"
	case Before:
		return b + "的" + length + "前"
	}
	if rule, err := d.parseLength(l.Lengths[0].Text); err == nil && rule.unit == 0 && rule.field != "" {
		return "至" + length
	}
	return "自" + a + "起" + length + "内"
}

// Span is the length of a limit alone: 90日, 5个工作日或者10个工作日.
func (l *Limit) Span(d *Definition) string {
	var lengths []string
	for _, x := range l.Lengths {
		lengths = append(lengths, d.LengthWords(x.Text))
	}
	return strings.Join(lengths, "或者")
}

// LengthWords says a length in Chinese: 3 workdays as 3个工作日.
func (d *Definition) LengthWords(text string) string {
	words := strings.Fields(text)
	if len(words) == 0 {
		return ""
	}
	n := words[0]
	if name, ok := strings.CutPrefix(n, "param."); ok {
		if p := d.Param(name); p != nil {
			if p.Type == TypePeriod {
				return d.LengthWords(p.Default)
			}
			n = "（" + p.Title + "）"
		}
	} else if f := d.Field(n); f != nil {
		n = "（" + f.Title + "）"
	}
	if len(words) == 2 {
		n += unitWords[words[1]]
	}
	return n
}

var stateTitles = map[string]string{
	Met: "遵守", Missed: "逾期", Running: "进行中", DueSoon: "即将到期", Overdue: "已经超期",
	NotStarted: "没有起算", Paused: "暂停", NotNeeded: "不适用", TooEarly: "过早",
}

// StateTitle names the state of a limit.
func StateTitle(state string) string { return stateTitles[state] }
