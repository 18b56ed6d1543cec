package web

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// steps lists the steps in legal order, and the forms of those that can be done now. Steps that may be taken but need
// not be, and cannot be taken yet, are folded below the others.
func (b *matterBuilder) steps(p *view.TaskPage) {
	done, now, stop, later := 0, 0, 0, 0
	rank := map[string]int{}
	for i := range b.view.Steps {
		sv := &b.view.Steps[i]
		step := view.TaskStep{Title: b.stepTitle(sv), Ref: sv.Cites, Note: b.stepNote(sv), Optional: sv.Optional}
		if sv.Count > 0 {
			step.State = "done"
			done++
		}
		stops := b.stops(sv)
		step.Anchor = stepAnchor(sv.ID, sv.Key) // of the line, where there is no form
		switch {
		case sv.Ready && sv.Mine && len(stops) == 0:
			form := b.stepForm(sv)
			step.Anchor = ""
			link := view.Link{Text: step.Title, Href: "#" + form.Form.ID} // within the fold, so that it opens
			if sv.Count > 0 {                                             // it may be done again
				link.Text = "再次" + sv.Title
			} else {
				step.Reason = b.dueBy(sv)
				if step.Optional {
					step.Tag = view.Tag{Text: "可以办理"}
				} else {
					now++
					step.State, step.Tag = "now", view.Tag{Text: "现在可办", Tone: "a"}
				}
			}
			if len(sv.Unmet) > 0 && sv.Count == 0 {
				step.Refusal = refusalView("下列条件须在办理时具备，或者说明理由、写明法定的例外：", sv.Unmet)
			}
			step.Acts = []view.Link{link}
			p.Forms = append(p.Forms, form)
			switch { // what is waited for stands first, what may be done again last
			case sv.Count > 0 && form.Folded:
				rank[form.Anchor] = 2
			case form.Folded:
				rank[form.Anchor] = 1
			}
		case sv.Count > 0:
		case sv.Status == "not_needed" || !b.view.State.Open && !sv.Missed:
			continue // what was never done on a closed matter is no news
		default:
			if len(stops) > 0 {
				step.Refusal = refusalView(fmt.Sprintf("还差 %d 项条件，现在不能办理。", len(stops)), stops)
				if !sv.Optional {
					stop++
					step.State, step.Tag = "stop", view.Tag{Text: "暂不能办", Tone: "b"}
				}
			} else if !sv.Optional {
				later++
			}
			step.Reason = join("，", b.after(sv), b.waitingFor(sv), b.dueBy(sv))
		}
		if sv.Missed {
			step.Tag = view.Tag{Text: "遗漏步骤", Tone: "b"}
		}
		if sv.Optional && step.State == "" && (len(step.Acts) == 0 || !b.begun(sv.ID)) {
			p.OtherSteps = append(p.OtherSteps, step)
			continue
		}
		p.Steps = append(p.Steps, step)
	}
	slices.SortStableFunc(p.Forms, func(x, y view.StepForm) int { return cmp.Compare(rank[x.Anchor], rank[y.Anchor]) })
	for len(p.Forms) > 0 && rank[p.Forms[len(p.Forms)-1].Anchor] > 0 { // sorted last
		last := len(p.Forms) - 1
		p.Others = append([]view.StepForm{p.Forms[last]}, p.Others...)
		p.Forms = p.Forms[:last]
	}
	p.StepSum = fmt.Sprintf("已办 %d 步 · 现在可办 %d 步 · 暂不能办 %d 步 · 之后 %d 步", done, now, stop, later)
	p.Turn = b.turn()
	p.Builtins = b.builtinForms()
	if slices.ContainsFunc(p.Forms, func(f view.StepForm) bool { return f.Anchor == "f-report" }) {
		p.Attach = "#f-report"
	}
}

// stepAnchor is where a matter's page speaks of a step: its form, else its line in the list.
func stepAnchor(step, key string) string {
	if key != "" {
		return "f-" + step + "-" + key
	}
	return "f-" + step
}

// turn says who has to act next, and by when; "" where nobody is waited for.
func (b *matterBuilder) turn() string {
	type waited struct{ step, key string }
	var order []waited
	who, due, last := map[waited][]string{}, map[waited]string{}, map[waited]int64{}
	for _, t := range b.view.Cache.Todo {
		w := waited{t.Step, t.Key}
		if _, there := who[w]; !there {
			order, due[w] = append(order, w), t.Due
		}
		name := b.office(t.Unit, t.Role)
		if post, ok := b.visit.Site.Rights.Post(t.Post); ok {
			name += b.visit.Site.Person(post.Person)
		}
		switch {
		case t.Unit != 0 && t.Unit == last[w]: // the unit was named just before
			name = strings.TrimPrefix(name, b.visit.Site.Tree().Name(t.Unit))
		case t.Unit == 0 && len(who[w]) > 0:
			name = elsewhere + name
		}
		last[w] = t.Unit
		if !slices.Contains(who[w], name) {
			who[w] = append(who[w], name)
		}
	}
	var said []string
	for _, w := range order {
		line := strings.Join(who[w], "或者") + "办理“" + b.view.Def.StepTitle(w.step) + b.ofElement(w.step, w.key) + "”"
		if due[w] != "" && due[w] != matter.NoDue {
			line += "，应当于 " + due[w] + " 以前"
		}
		said = append(said, line)
	}
	if len(said) > mostTurns {
		said = append(said[:mostTurns], fmt.Sprintf("另有 %d 项", len(said)-mostTurns))
	}
	return strings.Join(said, "；")
}

// elsewhere stands before a role that any unit may hold, where a unit was named before it.
const elsewhere = "其他单位的"

// mostTurns is how many of those waited for are named at the head of the steps; the steps name them all.
const mostTurns = 3

// stops are the conditions that keep a step from being taken now, whatever its form says and whoever may take it: gates and
// floors that no ground or reason lifts, and what cannot be judged; with them those that could be lifted. That earlier steps
// come first is no such condition: it is the order.
func (b *matterBuilder) stops(sv *procedure.StepView) (out []procedure.Unmet) {
	waits := slices.ContainsFunc(sv.Unmet, func(u procedure.Unmet) bool { return u.Kind == procedure.UnmetNeeds })
	hard := false
	for _, u := range sv.Unmet {
		switch u.Kind {
		case procedure.UnmetActor, procedure.UnmetNeeds:
			continue
		case procedure.UnmetUnknown:
			if waits {
				continue
			}
		case procedure.UnmetGate:
			if b.hangsOnForm(u.ID, sv) {
				continue
			}
		}
		out = append(out, u)
		hard = hard || !sv.Mine || !liftable(u)
	}
	if !hard {
		return nil
	}
	return out
}

// liftable tells whether a lawful exception or a stated reason lifts a condition.
func liftable(u procedure.Unmet) bool { return u.Force == "explain" || len(u.Grounds) > 0 }

// hangsOnForm tells whether what a form says can still meet a gate.
func (b *matterBuilder) hangsOnForm(gate string, sv *procedure.StepView) bool {
	i := slices.IndexFunc(b.view.Def.Gates, func(g procedure.Gate) bool { return g.ID == gate })
	if i < 0 {
		return false
	}
	asked := map[string]bool{"act": true, "legal_date": true}
	if !sv.Mine { // who acts is not this visitor
		asked["actor"] = true
	}
	for _, f := range sv.Form {
		asked[f.Field.ID] = true
	}
	return b.reads(b.view.Def.Gates[i].Require.Source, asked, map[string]bool{})
}

var identifiers = regexp.MustCompile(`[a-z_][a-z0-9_]*`)

// reads tells whether an expression, or a term it uses, reads one of the names.
func (b *matterBuilder) reads(expression string, names, seen map[string]bool) bool {
	for _, w := range identifiers.FindAllString(expression, -1) {
		if names[w] {
			return true
		}
		i := slices.IndexFunc(b.view.Def.Terms, func(t procedure.Term) bool { return t.ID == w })
		if i < 0 || seen[w] {
			continue
		}
		seen[w] = true
		if b.reads(b.view.Def.Terms[i].Expr.Source, names, seen) {
			return true
		}
	}
	return false
}

// after says which earlier steps come first, of those the last.
func (b *matterBuilder) after(sv *procedure.StepView) string {
	for i := len(sv.Unmet) - 1; i >= 0; i-- {
		if u := sv.Unmet[i]; u.Kind == procedure.UnmetNeeds {
			return "在“" + b.view.Def.StepTitle(u.ID) + "”之后"
		}
	}
	return ""
}

func join(separator string, words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), separator)
}

// stepTitle names a step, and of a step for each of several the one it is for.
func (b *matterBuilder) stepTitle(sv *procedure.StepView) string {
	return sv.Title + b.ofElement(sv.ID, sv.Key)
}

// ofElement names the element of a list that a step is taken for: （某某公司）; "" where there is none.
func (b *matterBuilder) ofElement(step, key string) string {
	name := b.element(step, key)
	if name == "" {
		return ""
	}
	return "（" + name + "）"
}

// element names an element of the list a step runs over: a party by its name, a unit or entry by its own, a row by its first
// column.
func (b *matterBuilder) element(step, key string) string {
	if key == "" {
		return ""
	}
	s := b.view.Def.Step(step)
	if s == nil || s.Each == "" {
		return ""
	}
	if name := b.itemName(s.Each, key); name != key {
		return name
	}
	return "名称不予显示" // personal words withheld from this visitor
}

// stepNote says when a step was done and with what result, that it need not be done, or what it is about.
func (b *matterBuilder) stepNote(sv *procedure.StepView) string {
	note := sv.Date
	if sv.Outcome != "" {
		for _, o := range sv.Outcomes {
			if o.ID == sv.Outcome {
				note += " " + cmp.Or(o.Title, o.ID)
			}
		}
	}
	if sv.Count > 1 {
		note += fmt.Sprintf("（共 %d 次）", sv.Count)
	}
	if sv.Optional && sv.Count == 0 {
		note = "可选"
	}
	return note
}

// waitingFor says whose turn a step is.
func (b *matterBuilder) waitingFor(sv *procedure.StepView) string {
	var who []string
	var last int64
	for _, w := range sv.Who {
		name := b.office(w.Unit, w.Role)
		switch {
		case w.Unit != 0 && w.Unit == last: // the unit was named just before
			name = strings.TrimPrefix(name, b.visit.Site.Tree().Name(w.Unit))
		case w.Unit == 0 && len(who) > 0:
			name = elsewhere + name
		}
		last = w.Unit
		if !slices.Contains(who, name) {
			who = append(who, name)
		}
	}
	if len(who) == 0 {
		return ""
	}
	return "由" + strings.Join(who, "、") + "办理" + b.otherPost(sv)
}

// otherPost tells a visitor with several posts that another of them may take the step.
func (b *matterBuilder) otherPost(sv *procedure.StepView) string {
	if sv.Mine {
		return ""
	}
	for _, p := range b.visit.Site.Rights.Posts(b.visit.Person, b.visit.Today) {
		if slices.ContainsFunc(sv.Who, func(w procedure.Who) bool { return w.Role == p.Role && (w.Unit == 0 || w.Unit == p.Unit) }) {
			return "（切换到您的岗位“" + b.visit.Site.Tree().Name(p.Unit) + " · " + roleTitle(p.Role) + "”即可办理）"
		}
	}
	return ""
}

// office names a role of a unit: 县司法局承办人; the government's own head is 县人民政府负责人. Unit 0 is any.
func (b *matterBuilder) office(unit int64, role string) string {
	if unit == 0 {
		return roleTitle(role)
	}
	name, title := b.visit.Site.Tree().Name(unit), roleTitle(role)
	if strings.HasSuffix(name, "政府") {
		title = strings.TrimPrefix(title, "政府")
	}
	return name + title
}

// begun tells whether a step that an optional one rests on was taken: one whose needs do not apply yet is not offered among
// the steps of the way, though it may be taken.
func (b *matterBuilder) begun(id string) bool {
	step := b.view.Def.Step(id)
	if step == nil || len(step.Needs) == 0 {
		return true
	}
	return slices.ContainsFunc(step.Needs, func(need string) bool { return b.view.State.Done(need) })
}

// dueBy says by when a step has to be taken: the running limit that it ends.
func (b *matterBuilder) dueBy(sv *procedure.StepView) string {
	due, promised := "", ""
	for i := range b.view.Limits {
		l := &b.view.Limits[i]
		open := l.State == procedure.Running || l.State == procedure.DueSoon || l.State == procedure.Overdue
		rule := b.view.Def.Limit(l.ID)
		if !open || l.Due == "" || rule == nil || rule.Shape == procedure.AtLeast || !slices.Contains(rule.To, sv.ID) || l.Key != "" && l.Key != sv.Key {
			continue
		}
		switch {
		case l.Promise && (promised == "" || l.Due < promised):
			promised = l.Due
		case !l.Promise && (due == "" || l.Due < due):
			due = l.Due
		}
	}
	switch {
	case due != "" && promised != "":
		return "应当于 " + moment(due) + " 以前，承诺 " + moment(promised)
	case promised != "":
		return "承诺于 " + moment(promised) + " 以前"
	case due != "":
		return "应当于 " + moment(due) + " 以前"
	}
	return ""
}

// moment writes a day, or a day and an hour, for reading.
func moment(due string) string {
	if len(due) >= len("2026-11-20T08:00") {
		return due[:10] + " " + due[11:16]
	}
	return due
}
