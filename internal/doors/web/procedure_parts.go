package web

import (
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/norm/chart"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/rulebook"
)

// procedureBuilder writes what a definition holds in words.
type procedureBuilder struct {
	book *rulebook.Book
	def  *procedure.Definition
}

func (b *procedureBuilder) cite(cites string) view.Link {
	return citeLink(b.book, cites, b.def.InForce)
}

func (b *procedureBuilder) fill(p *view.ProcedurePage, drawn *chart.Drawing, shown chart.View) {
	for _, d := range b.book.Versions(b.def.ID) {
		p.Versions = append(p.Versions, view.Tab{Text: versionDays(d), Href: procedureText(d.ID, d.InForce), Current: d == b.def})
	}
	p.About = b.about()
	for _, m := range drawn.May {
		p.May = append(p.May, view.ProcedurePart{Title: view.Link{Text: m.Title}, Text: m.Text, Cites: b.cite(m.Cites)})
	}
	if shown == chart.Staff {
		for _, x := range drawn.Points {
			text := x.Text
			if len(x.But) > 0 {
				text += "。例外：" + strings.Join(x.But, "；")
			}
			p.Points = append(p.Points, view.ProcedurePoint{No: x.No, Kind: x.Kind, Step: x.Title, Text: text, Cites: x.Cites})
		}
	}
	b.steps(p)
	for i := range b.def.AllLimits {
		p.Limits = append(p.Limits, b.limit(&b.def.AllLimits[i]))
	}
	for i := range b.def.Gates {
		p.Gates = append(p.Gates, b.gate(&b.def.Gates[i]))
	}
	for i := range b.def.Params {
		x := &b.def.Params[i]
		text := "缺省 " + x.Default
		if x.Default == "" {
			text = "没有缺省值，由单位选定"
		}
		part := view.ProcedurePart{Title: view.Link{Text: x.Title}, Text: text}
		if x.Note != "" {
			part.More = []string{x.Note}
		}
		p.Params = append(p.Params, part)
	}
}

var transitions = map[string]string{
	"keep": "在办事项仍按原来的文本办理", "switch": "在办事项改按新的文本办理", "ask": "在办事项是否改按新的文本，由统筹岗逐件确定",
}

func (b *procedureBuilder) about() []view.Pair {
	out := []view.Pair{{Term: "依据", Text: b.def.Basis}, {Term: "施行", Text: versionDays(b.def)}, {Term: "开启", Text: b.def.StepTitle(b.def.Opens)}}
	if n := b.def.Number; n != nil {
		how := "由本系统编号"
		if n.External {
			how = "由其他系统编号"
		}
		out = append(out, view.Pair{Term: "编号", Text: how + "，在“" + b.def.StepTitle(n.On) + "”时"})
	}
	if t := transitions[b.def.Transition]; t != "" {
		out = append(out, view.Pair{Term: "新旧衔接", Text: t})
	}
	out = append(out, view.Pair{Term: "规则校验值", Text: shortHash(b.def.Digest)})
	return slices.DeleteFunc(out, func(x view.Pair) bool { return x.Text == "" })
}

func (b *procedureBuilder) steps(p *view.ProcedurePage) {
	papers := map[string]*view.ProcedurePart{}
	var order []string
	for i := range b.def.AllSteps {
		s := &b.def.AllSteps[i]
		p.Steps = append(p.Steps, view.ProcedureStep{
			ID: "step-" + s.ID, Title: s.Title, Who: who(s.By), After: b.titles(s.Needs), Note: b.stepWords(s), Cites: b.cite(s.Cites),
		})
		if s.Paper == "" {
			continue
		}
		if papers[s.Paper] == nil {
			papers[s.Paper] = &view.ProcedurePart{Title: view.Link{Text: paperTitle(b.book, s.Paper)}, Cites: b.cite(s.Cites)}
			order = append(order, s.Paper)
		}
		part := papers[s.Paper]
		part.Text = strings.TrimPrefix(part.Text+"、"+"“"+s.Title+"”", "、")
	}
	for _, id := range order {
		part := *papers[id]
		part.Text = "在" + part.Text + "时制作"
		p.Papers = append(p.Papers, part)
	}
}

// who names everyone who may act.
func who(by []procedure.By) string {
	var out []string
	for _, x := range by {
		title := procedure.RoleTitle(x.Role)
		if x.Where != "lead" {
			title = procedure.WhereTitle(x.Where) + title
		}
		out = append(out, title)
	}
	return strings.Join(out, "或者")
}

func (b *procedureBuilder) titles(steps []string) string {
	var out []string
	for _, s := range steps {
		out = append(out, b.def.StepTitle(s))
	}
	return strings.Join(out, "、")
}

// stepWords says what is special about a step.
func (b *procedureBuilder) stepWords(s *procedure.Step) string {
	var out []string
	add := func(is bool, format string, args ...any) {
		if is {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	add(s.Help != "", "%s", s.Help)
	add(s.Optional, "可以办理")
	add(s.When.Source != "", "符合条件的才办理")
	if f := b.def.Field(s.Each); f != nil {
		add(true, "对每一个“%s”逐一办理", f.Title)
	}
	add(s.Repeat, "可以多次办理")
	var outcomes []string
	for _, o := range s.Outcomes {
		outcomes = append(outcomes, o.Title)
	}
	add(outcomes != nil, "结果：%s", strings.Join(outcomes, "、"))
	add(len(s.Not) > 0, "办理过“%s”的人不得办理", b.titles(s.Not))
	add(len(s.Resets) > 0, "“%s”自此不再算作办过", b.titles(s.Resets))
	add(s.FilesRequired, "须有附件")
	add(s.Close != "", "办结事项")
	add(s.Public, "公众可以办理或者查看")
	return strings.Join(out, "；")
}

func (b *procedureBuilder) limit(l *procedure.Limit) view.ProcedurePart {
	part := view.ProcedurePart{ID: "limit-" + l.ID, Title: view.Link{Text: l.Title}, Text: l.Words(b.def), Cites: b.cite(l.Cites)}
	if l.Promise {
		part.Mark = view.Tag{Text: "承诺"}
	}
	add := func(kind, title, cites string) {
		if cites = b.cite(cites).Text; cites != "" {
			title += "（" + cites + "）"
		}
		part.More = append(part.More, kind+"："+title)
	}
	for _, x := range l.Pauses {
		add("不计入", x.Title, x.Cites)
	}
	for _, x := range l.Extensions {
		add("延长", strings.TrimSuffix(x.Title+"，由"+who(x.By)+"批准", "，由批准"), x.Cites)
	}
	for _, x := range l.Unless {
		add("可以缩短", x.Title, x.Cites)
	}
	if l.Roll == "forward" {
		add("届满日为休息日的", "顺延至其后第一个工作日", l.RollCites)
	}
	part.More = append(part.More, breach(b.def, l))
	if l.Note != "" {
		part.More = append(part.More, l.Note)
	}
	return part
}

// breach says what happens when a limit passes.
func breach(d *procedure.Definition, l *procedure.Limit) string {
	switch {
	case l.OnExpiry != "":
		return "期满没有办理的，视为“" + d.StepTitle(l.OnExpiry) + "”，由系统在届满的次日记录"
	case (l.Shape == procedure.AtLeast || l.Shape == procedure.NotBefore) && l.Force == procedure.Stop:
		return "没有届满的，不得办理"
	case l.Shape == procedure.AtLeast || l.Shape == procedure.NotBefore:
		return "没有届满而办理的，须说明理由，并提示监督人员"
	case l.Promise:
		return "超过承诺期限的提示；法定期限另算"
	}
	return "超过的记为逾期，并提示监督人员"
}

func (b *procedureBuilder) gate(g *procedure.Gate) view.ProcedurePart {
	part := view.ProcedurePart{
		ID: "gate-" + g.ID, Title: view.Link{Text: b.titles(g.Before)}, Text: g.Say, Cites: b.cite(g.Cites), Mark: view.Tag{Text: "须说明理由", Tone: "w"},
	}
	if g.Force == procedure.Stop {
		part.Mark = view.Tag{Text: "不得办理", Tone: "b"}
	}
	for _, u := range g.Unless {
		text := "例外：" + u.Title
		if u.Cites != "" {
			text += "（" + u.Cites + "）"
		}
		part.More = append(part.More, text)
	}
	return part
}
