package papers

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doc/paper"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/register"
	"zhunsheng/internal/norm/rulebook"
)

// moment is a matter at the moment when a paper was or would be made.
type moment struct {
	site   *act.Site
	def    *procedure.Definition
	state  *matter.State // with the event of the step in it
	limits []procedure.LimitView
	step   *procedure.Step
	key    string // element of an `each` step
	legal  string
	today  string
	units  map[int64]int64 // unit that did a step, by its record; 0 is the act that is only looked at
	by     int64           // unit that makes the paper
}

// data gives the values of all names that a paper of the step may use (procedure.Definition.Marks lists them).
func (m *moment) data(p *rulebook.Paper) paper.Data {
	d := paper.Data{"today": m.today, "matter.opened": m.state.Opened, "matter.title": m.state.Title, "matter.number": m.state.Number}
	for i := range m.def.Fields {
		f := &m.def.Fields[i]
		if v, ok := m.state.Get(f.ID); ok && !register.Blank(v) {
			d[f.ID] = value(f, v)
			choices(d, f.ID, f.Options, v.Text)
		}
	}
	if u, ok := m.tree().Get(m.state.Unit); ok {
		d["unit.name"], d["unit.sign"] = u.Name, u.Sign
	}
	m.steps(d)
	for i := range m.limits {
		if l := &m.limits[i]; l.Due != "" && (l.Key == "" || m.key == "" || l.Key == m.key) {
			d["limit."+l.ID+".due"] = l.Due[:min(len(l.Due), len("2026-07-01"))]
		}
	}
	for i := range m.def.Params {
		p := &m.def.Params[i]
		if v, ok := act.ParamOn(m.site, m.def, p.ID, m.state.Unit, m.legal); ok {
			if p.Type == procedure.TypePeriod {
				v.Text = m.def.LengthWords(v.Text)
			}
			d["param."+p.ID] = plain(&procedure.Field{Type: p.Type}, v)
		}
	}
	if f := m.def.Field(m.step.Each); f != nil {
		held, _ := m.state.Get(f.ID)
		for _, it := range held.Items {
			if it.ID == m.key {
				d[procedure.PartyMark] = element(f, it)
			}
		}
	}
	if p.Remedy != "" {
		d[procedure.RemedyMark] = m.def.RemedyWords(procedure.RemedyFor{Kind: p.Remedy, Paper: p.Title, Organ: m.organ(), Cites: p.RemedyCites, On: m.legal})
	}
	return d
}

// choices answers for every option whether it is the one.
func choices(d paper.Data, name string, options []procedure.Choice, chosen string) {
	for _, o := range options {
		d[name+"."+o.ID] = o.ID == chosen
	}
}

// steps tells of every step whether, when and how it was done.
func (m *moment) steps(d paper.Data) {
	for i := range m.def.AllSteps {
		s := &m.def.AllSteps[i]
		p := "step." + s.ID + "."
		names := append([]string{s.ID}, s.Was...)
		var count int
		var first, last *matter.Event
		done := map[string]bool{}
		for k := range m.state.Events {
			e := &m.state.Events[k]
			if !slices.Contains(names, e.Step) || e.Flags&matter.Reset != 0 {
				continue
			}
			count++
			done[e.Key] = true
			if s.Each != "" && s.Each == m.step.Each && m.key != "" && e.Key != m.key {
				continue // another element's
			}
			if first == nil {
				first = e
			}
			last = e
		}
		d[p+"done"], d[p+"count"] = count > 0, count
		if f := m.def.Field(s.Each); f != nil {
			held, _ := m.state.Get(f.ID)
			d[p+"done"] = count > 0 && !slices.ContainsFunc(held.Items, func(it matter.Item) bool { return !done[it.ID] })
		}
		if last == nil {
			continue
		}
		d[p+"date"], d[p+"first"], d[p+"unit"] = last.Legal, first.Legal, m.tree().Name(m.units[last.Seq])
		for _, o := range s.Outcomes {
			if o.ID == last.Outcome {
				d[p+"outcome"] = o.Title
			}
		}
		choices(d, p+"outcome", s.Outcomes, last.Outcome)
	}
}

// value is what a paper may read of a field.
func value(f *procedure.Field, v matter.Value) any {
	if v.Kind != matter.List {
		return plain(f, v)
	}
	if f.Columns() == nil && f.Type != procedure.TypeEntry {
		var out []string
		for _, it := range v.Items {
			out = append(out, show(plain(f, it.Value)))
		}
		return out
	}
	var out []paper.Data
	for _, it := range v.Items {
		out = append(out, element(f, it))
	}
	if f.Type == procedure.TypeParty && !f.Many {
		return out[0]
	}
	return out
}

// element is one element of a list; its value as a whole stands under "".
func element(f *procedure.Field, it matter.Item) paper.Data {
	if f.Columns() == nil {
		if d, ok := plain(f, it.Value).(paper.Data); ok {
			return d
		}
		return paper.Data{"": show(plain(f, it.Value))}
	}
	d := paper.Data{"": it.Fields.Text("name")}
	for i := range f.Columns() {
		c := &f.Columns()[i]
		if v, ok := it.Fields.Get(c.ID); ok && !register.Blank(v) {
			d[c.ID] = value(c, v)
			choices(d, c.ID, c.Options, v.Text)
		}
	}
	return d
}

// plain is a single value: text, number, truth, or the columns of an entry.
func plain(f *procedure.Field, v matter.Value) any {
	switch v.Kind {
	case matter.Int:
		return v.Int
	case matter.Bool:
		return v.Int != 0
	case matter.Link:
		return paper.Data{"": v.Ref.Name, "name": v.Ref.Name, "number": cmp.Or(v.Ref.Number, v.Ref.Key), "key": v.Ref.Key}
	case matter.File:
		return v.Blob.Name
	}
	if f.Type == procedure.TypeChoice {
		return register.Show(f, v)
	}
	return v.Text
}

func show(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case bool:
		return map[bool]string{true: "是", false: "否"}[v]
	}
	return ""
}

// title is the Chinese name of a mark, elements of lists by the list and the column.
func title(marks []procedure.Mark, name string) string {
	find := func(in []procedure.Mark, name string) *procedure.Mark {
		i := slices.IndexFunc(in, func(m procedure.Mark) bool { return m.Name == name })
		if i < 0 {
			return nil
		}
		return &in[i]
	}
	if m := find(marks, name); m != nil {
		return m.Title
	}
	parts := strings.Split(name, ".")
	of := find(marks, parts[0])
	if of == nil {
		return name
	}
	if column := find(of.Columns, parts[len(parts)-1]); column != nil {
		return of.Title + "的" + column.Title
	}
	return of.Title
}
