package web

import (
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// builtinForms offers the acts every matter has, to those whose post may do them: extend, note, correct, void.
func (b *matterBuilder) builtinForms() []view.StepForm {
	var out []view.StepForm
	s := b.view.State
	if s.Open {
		for _, l := range b.view.Def.AllLimits {
			if running(s, l.ID) && b.mayExtend(&l) {
				out = append(out, b.builtin("extend", "批准延期："+l.Title, "批准后按新的期限计算，原期限保留在记录中。",
					[]view.Hidden{{Name: "limit", Value: l.ID}},
					view.Field{Name: "until", Label: "延至", Kind: view.Date, Short: true},
					view.Field{Name: "reason", Label: "理由", Kind: view.Area}))
			}
		}
	}
	for _, h := range b.view.History {
		if _, void := b.undoable(h, nil); void && h.Head.By.Person == b.visit.Person && h.Record.Seq == s.Seq && h.Record.Effects.Event != nil && h.Record.Effects.Open == nil {
			out = append(out, b.builtin("void", "作废上一步", "这一步视为没有发生，记录保留并注明作废。",
				[]view.Hidden{{Name: "record", Value: decimal(h.Record.Seq)}}, view.Field{Name: "reason", Label: "理由", Kind: view.Area}))
		}
	}
	return append(out, b.builtin("note", "记录备注", "", nil, view.Field{Name: "reason", Label: "备注", Kind: view.Area}))
}

// running tells whether a limit runs now.
func running(s *matter.State, id string) bool {
	for _, l := range s.Limits {
		if l.Limit == id && l.Verdict == "" {
			return true
		}
	}
	return false
}

// mayExtend tells whether the visitor's post is an approver of the limit's extension.
func (b *matterBuilder) mayExtend(l *procedure.Limit) bool {
	for _, x := range l.Extensions {
		for _, by := range x.By {
			if by.Role != b.visit.Actor.Role() {
				continue
			}
			switch by.Where {
			case "pool":
				return true
			case "", "lead":
				if b.view.State.Unit == b.visit.Actor.Unit() {
					return true
				}
			default:
				for _, u := range b.view.State.Units(by.Where) {
					if u == b.visit.Actor.Unit() {
						return true
					}
				}
			}
		}
	}
	return false
}

// builtin makes the form of a built-in act.
func (b *matterBuilder) builtin(step, title, note string, hidden []view.Hidden, fields ...view.Field) view.StepForm {
	f := formBuilder{b: b}
	if b.back != nil && b.back.step == step {
		f.back = b.back
	}
	for _, field := range fields {
		f.add(field)
	}
	anchor := "f-" + step
	return view.StepForm{
		Anchor: anchor, Title: title, Note: note, Folded: f.back == nil,
		Form: view.Form{
			ID: anchor + "-c", Action: matterPath(b.view.State.No) + "/steps/" + step, Submit: title, Fields: f.fields,
			Hidden: append(b.hidden(""), hidden...), Danger: step == "void",
		},
	}
}
