// Package papers makes the papers (文书) of matters: of a step that has been done from its record alone, so that anyone can
// make the same paper again, and of a step about to be done as a preview. The signed and sealed copy is kept beside it by
// a note of the matter, and compared with the text that was reviewed.
package papers

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doc/layout"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/unit"
)

// Papers is the use case.
type Papers struct{ Acts *act.Acts }

// Listed is a paper that a step has made, or will make.
type Listed struct {
	Seq     int64 // record that made it, 0 not yet
	Step    string
	Key     string
	Title   string
	Element string // name of the element it is for, "" none
	Number  string // issued with it, "" none
	Date    string
	Voided  int64 // record that voided it, 0 none
	Changed int64 // last record that corrected it, 0 none
	Sealed  bool  // a signed and sealed copy is kept
	Without bool  // the pack has no template of it any more
	// Brought tells that the step was done before the matter was brought in, or in another system: the paper that was
	// issued is not this text.
	Brought bool
}

// Made is a paper with everything that says where it comes from.
type Made struct {
	Listed
	At       int64 // record as of which its values stand: Seq, or a later correction of it
	Paper    *rulebook.Paper
	Def      string // digest of the rules that governed
	Document layout.Document
	Missing  []string // what it should hold and does not, in words
	Digest   string   // 校验值: SHA-256 of the text, in hex
	Erased   bool     // words of a record that it is made from were erased by law: it no longer reads as it was issued
}

// Text is the paper as plain text, which Digest is of.
func (m *Made) Text() string { return m.Document.String() }

// DOCX is the paper in official layout.
func (m *Made) DOCX() ([]byte, error) { return layout.DOCX(m.Document) }

// Of lists the papers of steps done, in order of their records, voided ones included. A matter that stays on paper has none.
func (p *Papers) Of(v *act.View) []Listed {
	var out []Listed
	if v.State.PaperOnly {
		return nil
	}
	for _, h := range v.History {
		e := h.Record.Effects.Event
		if e == nil {
			continue
		}
		step := stepOf(v.Def, e.Step)
		if step == nil || step.Paper == "" {
			continue
		}
		l := Listed{Seq: h.Record.Seq, Step: step.ID, Key: e.Key, Number: h.Record.Number, Date: e.Legal, Brought: e.Flags&matter.Unasked != 0}
		p.name(&l, v, step)
		l.Voided, l.Changed = became(v.History, l.Seq)
		l.Sealed = len(copiesOf(v.History, l.Seq)) > 0
		out = append(out, l)
	}
	return out
}

// Coming lists the papers that steps will make which are ready for the viewer now.
func (p *Papers) Coming(v *act.View) []Listed {
	var out []Listed
	for i := range v.Steps {
		sv := &v.Steps[i]
		step := v.Def.Step(sv.ID)
		if !sv.Ready || step == nil || step.Paper == "" || v.State.PaperOnly {
			continue
		}
		l := Listed{Step: sv.ID, Key: sv.Key}
		if p.name(&l, v, step); !l.Without {
			out = append(out, l)
		}
	}
	return out
}

// name gives a paper its title and the name of the element that it is for.
func (p *Papers) name(l *Listed, v *act.View, step *procedure.Step) {
	template, ok := p.Acts.Book().Paper(step.Paper)
	l.Without = !ok
	l.Title = step.Title
	if ok && !strings.Contains(template.Title, "{{") {
		l.Title = template.Title
	}
	l.Element = elementName(v.Def, v.State, step, l.Key)
}

func elementName(def *procedure.Definition, s *matter.State, step *procedure.Step, key string) string {
	f := def.Field(step.Each)
	if f == nil || key == "" {
		return ""
	}
	held, _ := s.Get(f.ID)
	for _, it := range held.Items {
		if it.ID == key {
			own, _ := element(f, it)[""].(string)
			return own
		}
	}
	return ""
}

// stepOf finds a step by its id or one that it had in earlier versions.
func stepOf(def *procedure.Definition, id string) *procedure.Step {
	if s := def.Step(id); s != nil {
		return s
	}
	i := slices.IndexFunc(def.AllSteps, func(s procedure.Step) bool { return slices.Contains(s.Was, id) })
	if i < 0 {
		return nil
	}
	return &def.AllSteps[i]
}

// became tells what later records did to one: the record that voided it, and the last that corrected it.
func became(history []read.Said, seq int64) (voided, changed int64) {
	for _, h := range history {
		if slices.Contains(h.Record.Effects.Void, seq) {
			voided = h.Record.Seq
		}
		if slices.ContainsFunc(h.Record.Effects.Moved, func(m matter.Moved) bool { return m.Record == seq }) {
			changed = h.Record.Seq
		}
	}
	return voided, changed
}

// Make makes the paper of a record again, with the values as they stood then; at is 0 or a later record that corrected it:
// the values as they stood after that.
func (p *Papers) Make(ctx context.Context, v *act.View, seq, at int64) (*Made, error) {
	listed := p.Of(v)
	i := slices.IndexFunc(listed, func(l Listed) bool { return l.Seq == seq })
	if i < 0 {
		return nil, app.Faultf(app.NotFound, "这条记录没有制作文书。")
	}
	if at == 0 {
		at = seq
	}
	state, err := stateAt(v, at)
	if err != nil {
		return nil, err
	}
	def, ok := p.Acts.Book().ByDigest(state.Def)
	if !ok {
		return nil, fmt.Errorf("paper of record %d is governed by unknown rules %s", seq, state.Def)
	}
	k := slices.IndexFunc(state.Events, func(e matter.Event) bool { return e.Seq == seq })
	if k < 0 {
		return nil, app.Faultf(app.NotFound, "这条记录在那时已经作废。")
	}
	event := state.Events[k]
	listed[i].Date = event.Legal
	m := moment{def: def, state: state, step: stepOf(def, event.Step), key: event.Key, legal: event.Legal, units: unitsOf(v)}
	m.by = m.units[seq]
	for _, h := range v.History {
		if h.Record.Seq == seq {
			m.today = time.UnixMicro(h.Head.At).In(app.China).Format(time.DateOnly)
		}
	}
	made, err := p.fill(ctx, v, &m)
	if err != nil {
		return nil, err
	}
	made.Listed, made.At = listed[i], at
	made.Erased = slices.ContainsFunc(v.History, func(h read.Said) bool { return h.Record.Seq <= at && len(h.Erased) > 0 })
	return made, nil
}

// stateAt folds the matter up to a record.
func stateAt(v *act.View, at int64) (*matter.State, error) {
	var state *matter.State
	for _, h := range v.History {
		if h.Record.Seq > at {
			break
		}
		next, err := matter.Fold(state, h.Record)
		if err != nil {
			return nil, fmt.Errorf("fold matter %d up to record %d: %w", v.State.No, at, err)
		}
		state = next
	}
	if state == nil {
		return nil, app.Faultf(app.NotFound, "没有这条记录。")
	}
	return state, nil
}

// Sketch is a coming act whose paper is looked at before it is done.
type Sketch struct {
	Step, Key, Legal, Outcome string
	Unit                      int64 // unit acted from
	Input                     matter.Values
}

// Preview makes the paper that a step would make with what is filled in so far. Nothing is saved and nothing judged.
func (p *Papers) Preview(ctx context.Context, v *act.View, k Sketch) (*Made, error) {
	step := v.Def.Step(k.Step)
	if step == nil || step.Paper == "" {
		return nil, app.Faultf(app.NotFound, "这一步不制作文书。")
	}
	today := p.Acts.Today()
	if k.Legal == "" {
		k.Legal = today
	}
	state := *v.State
	state.Values = slices.Clone(state.Values)
	for _, n := range k.Input {
		i := slices.IndexFunc(state.Values, func(h matter.Held) bool { return h.Name == n.Name })
		if i < 0 {
			state.Values = append(state.Values, matter.Held{Name: n.Name, Value: n.Value})
		} else {
			state.Values[i].Value = n.Value
		}
	}
	state.Events = append(slices.Clone(state.Events), matter.Event{Step: k.Step, Key: k.Key, N: 1, Legal: k.Legal, Outcome: k.Outcome})
	m := moment{def: v.Def, state: &state, step: step, key: k.Key, legal: k.Legal, today: today, units: unitsOf(v)}
	m.units[0], m.by = k.Unit, k.Unit
	made, err := p.fill(ctx, v, &m)
	if err != nil {
		return nil, err
	}
	made.Listed = Listed{Step: k.Step, Key: k.Key, Date: k.Legal}
	p.name(&made.Listed, v, step)
	return made, nil
}

// fill fills the newest template: templates are words. What the viewer may not read no paper shows.
func (p *Papers) fill(ctx context.Context, v *act.View, m *moment) (*Made, error) {
	if v.Withheld {
		return nil, app.Faultf(app.Denied, "文书含有当事人的信息，由办理和参与本事项的单位查看。")
	}
	if m.state.PaperOnly {
		return nil, app.Faultf(app.Refused, "本事项只留纸质，文书不在平台制作。")
	}
	template, ok := p.Acts.Book().Paper(m.step.Paper)
	if !ok || template.Template == nil {
		return nil, app.Faultf(app.NotFound, "规则包里没有文书“%s”的模板。", m.step.Paper)
	}
	m.site = v.Site
	err := p.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		limits, err := p.Acts.LimitsOn(ctx, tx, []read.Matter{{State: m.state}}, m.legal)
		m.limits = limits[m.state.No]
		return err
	})
	if err != nil {
		return nil, err
	}
	made := &Made{Paper: template, Def: m.def.Digest}
	marks := m.def.Marks(m.step.ID)
	document, missing, err := template.Template.Sketch(m.data(template), func(name string) string { return "〔缺" + title(marks, name) + "〕" })
	if err != nil {
		return nil, &app.Fault{Kind: app.Invalid, Say: "文书没有做成：" + strings.ReplaceAll(err.Error(), "\n", "；"), Err: err}
	}
	for _, name := range missing {
		if t := title(marks, name); !slices.Contains(made.Missing, t) {
			made.Missing = append(made.Missing, t)
		}
	}
	made.Document = document
	sum := sha256.Sum256([]byte(document.String()))
	made.Digest = hex.EncodeToString(sum[:])
	return made, nil
}

// unitsOf gives the unit that made each record: that of the post acted for, else of the post acted from. The program acts
// for the unit that leads.
func unitsOf(v *act.View) map[int64]int64 {
	out := map[int64]int64{}
	for _, h := range v.History {
		out[h.Record.Seq] = v.State.Unit
		if post, ok := v.Site.Rights.Post(cmp.Or(h.Head.By.For, h.Head.By.Post)); ok {
			out[h.Record.Seq] = post.Unit
		}
	}
	return out
}

// tree is the tree of units as of the paper's day.
func (m *moment) tree() *unit.Tree {
	if t, err := m.site.TreeAt(m.legal); err == nil {
		return t
	}
	return m.site.Tree()
}

// organ is whom to apply to for reconsideration of what a unit did: the government above, the department above where the
// unit is one of a vertical line (行政复议法第二十四条、第二十七条).
func (m *moment) organ() string {
	tree := m.tree()
	u, ok := tree.Get(m.by)
	if !ok {
		return ""
	}
	switch u.Kind {
	case "vertical":
		return "上一级主管部门"
	case "government":
		return "上一级人民政府"
	}
	for _, no := range tree.Ancestors(u.No) {
		if a, ok := tree.Get(no); ok && a.Kind == "government" {
			return a.Name
		}
	}
	return ""
}
