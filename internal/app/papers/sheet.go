package papers

import (
	"slices"
	"strings"

	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doc/layout"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/register"
	"zhunsheng/internal/store/read"
)

// Opinion is what one person said on the way to a paper (会签、审核意见), or who did a step of it.
type Opinion struct {
	Step string // 法制审核
	Who  string // 县司法局 何砚秋
	Said string // 通过。意见……
	Day  string
	Seq  int64
}

// SigningSheet (发文稿纸) is the way of a paper to its signature, on one page: who drafted, reviewed and signed, when, and
// with which words, from the records of the matter.
type SigningSheet struct {
	Made     *Made
	Unit     string
	Drafted  Opinion   // 拟稿: the last step before the paper that only handled
	Opinions []Opinion // 审核、会签
	Signed   Opinion   // 签发: the step that made the paper; Seq 0: not yet
}

// handling are roles whose steps prepare: what they write is no opinion on a draft.
var handling = []string{"handler", "officer", "recorder", "clerk", "party", "public", "system", "liaison"}

// Sheet gathers the signing sheet of a paper.
func (p *Papers) Sheet(v *act.View, m *Made) SigningSheet {
	tree := v.Site.Tree()
	s := SigningSheet{Made: m, Unit: tree.Name(v.State.Unit)}
	for _, h := range v.History {
		e := h.Record.Effects.Event
		if e == nil || m.Seq != 0 && h.Record.Seq > m.Seq {
			continue
		}
		step := stepOf(v.Def, e.Step)
		if voided, _ := became(v.History, h.Record.Seq); step == nil || voided != 0 {
			continue
		}
		o := Opinion{Step: step.Title, Who: whoSigned(v, h), Said: said(v, step, h), Day: e.Legal, Seq: h.Record.Seq}
		switch {
		case h.Record.Seq == m.Seq:
			s.Signed = o
		case prepares(step):
			s.Drafted = o
		default:
			s.Opinions = append(s.Opinions, o)
		}
	}
	return s
}

// prepares tells a step that handles the matter from one that gives an opinion: it has no outcomes and is a handler's.
func prepares(s *procedure.Step) bool {
	return len(s.Outcomes) == 0 && !slices.ContainsFunc(s.By, func(b procedure.By) bool { return !slices.Contains(handling, b.Role) })
}

// whoSigned names the person with the unit acted from, and whom the act was for.
func whoSigned(v *act.View, h read.Said) string {
	if h.Head.By.Person == 0 {
		return "系统"
	}
	name := v.Site.Person(h.Head.By.Person)
	if post, ok := v.Site.Rights.Post(h.Head.By.For); ok {
		name = v.Site.Person(post.Person) + "（" + name + "代录）"
		if h.Record.Effects.Event.Flags&matter.OnBehalf == 0 {
			name = v.Site.Person(h.Head.By.Person) + "（代 " + v.Site.Person(post.Person) + "）"
		}
	}
	if post, ok := v.Site.Rights.Post(h.Head.By.Post); ok {
		return v.Site.Tree().Name(post.Unit) + " " + name
	}
	return name
}

// said is the outcome of a step and the words written with it.
func said(v *act.View, step *procedure.Step, h read.Said) string {
	var words []string
	for _, o := range step.Outcomes {
		if o.ID == h.Record.Effects.Event.Outcome {
			words = append(words, o.Title)
		}
	}
	for _, part := range []matter.Words{h.Record.Open, h.Record.Personal} {
		for _, n := range part.Values {
			if f := v.Def.Field(n.Name); f != nil && f.Type == procedure.TypeText && !f.Many {
				words = append(words, register.Show(f, n.Value))
			}
		}
	}
	if h.Record.Reason != "" {
		words = append(words, h.Record.Reason)
	}
	return strings.Join(words, "。")
}

// Form is the sheet as a form on A4; what has not been signed has room for handwriting.
func (s SigningSheet) Form() layout.Form {
	line := func(o Opinion) string {
		text := o.Said
		if o.Who != "" {
			text = strings.TrimSpace(text + "\n" + o.Who + "　" + o.Day)
		}
		return text
	}
	d := s.Made.Document
	form := layout.Form{
		Title: "发文稿纸", Left: s.Unit, Right: d.Number,
		Rows: []layout.FormRow{
			{Height: 40, Cells: []layout.FormCell{{Label: "签发", Text: line(s.Signed)}}},
		},
		Foot: "审定文本校验值 " + s.Made.Digest,
	}
	for _, o := range s.Opinions {
		form.Rows = append(form.Rows, layout.FormRow{Height: 20, Cells: []layout.FormCell{{Label: o.Step, Text: line(o)}}})
	}
	form.Rows = append(form.Rows,
		layout.FormRow{Cells: []layout.FormCell{{Label: "标题", Text: strings.ReplaceAll(d.Title, "\n", "")}}},
		layout.FormRow{Cells: []layout.FormCell{{Label: "主送", Text: d.To}}},
	)
	if len(d.Attachments) > 0 {
		form.Rows = append(form.Rows, layout.FormRow{Cells: []layout.FormCell{{Label: "附件", Text: strings.Join(d.Attachments, "；")}}})
	}
	drafted := layout.FormCell{Label: "拟稿", Text: line(Opinion{Who: s.Drafted.Who, Day: s.Drafted.Day})}
	form.Rows = append(form.Rows, layout.FormRow{Cells: []layout.FormCell{drafted, {Label: "成文日期", Text: d.Date}}})
	return form
}
