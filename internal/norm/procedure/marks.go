package procedure

import (
	"slices"
	"strings"
)

// Mark is a name that the paper (文书) of a step may use, and what it stands for.
type Mark struct {
	Name, Title string
	Type        string   // a field type: text, int, money, date, choice … or list of rows
	Many        bool     // has elements
	Columns     []Mark   // what can be read of it, or of each element: of entries, parties and rows
	Sure        bool     // has a value whenever the step has been done
	By          []string // steps that cannot be done without filling it
}

// PartyMark is the name under which the paper of an `each` step finds the element that it is made for.
const PartyMark = "party"

// RemedyMark is the name of the sentence on reconsideration and suit, see RemedyWords.
const RemedyMark = "remedy"

// Marks lists the names that the paper of a step may use. It is nil where there is no such step.
func (d *Definition) Marks(step string) []Mark {
	if d.compiled() != nil || d.stepsBy[step] == nil {
		return nil
	}
	sp := d.stepsBy[step]
	there := d.surely(sp)
	var out []Mark
	add := func(sure bool, kind, title string, names ...string) {
		for _, n := range names {
			out = append(out, Mark{Name: n, Title: title, Type: kind, Sure: sure})
		}
	}
	for i := range d.Fields {
		f := &d.Fields[i]
		m := fieldMark(f, there[f.ID])
		for _, by := range d.order {
			if slices.ContainsFunc(by.form, func(e formEntry) bool { return e.field == f && e.sub == nil && !e.optional }) {
				m.By = append(m.By, by.ID)
			}
		}
		out = append(out, m)
		for _, o := range f.Options {
			add(true, TypeBool, f.Title+"是“"+o.Title+"”", f.ID+"."+o.ID)
		}
	}
	numbered := d.Number != nil && there["step."+d.Number.On]
	add(numbered, TypeText, "编号", "matter.number")
	add(true, TypeText, "标题", "matter.title")
	add(true, TypeDate, "开启日期", "matter.opened")
	add(true, TypeText, "单位名称", "unit.name")
	add(true, TypeText, "机关代字", "unit.sign")
	add(true, TypeDate, "今天", "today")
	add(true, TypeText, "救济途径", RemedyMark)
	for i := range d.AllSteps {
		s := &d.AllSteps[i]
		done := there["step."+s.ID]
		add(true, TypeBool, "“"+s.Title+"”是否办过", "step."+s.ID+".done")
		add(true, TypeInt, "“"+s.Title+"”的次数", "step."+s.ID+".count")
		add(done, TypeDate, "“"+s.Title+"”的日期", "step."+s.ID+".date", "step."+s.ID+".first")
		add(done, TypeText, "办理“"+s.Title+"”的单位", "step."+s.ID+".unit")
		add(done && len(s.Outcomes) > 0, TypeText, "“"+s.Title+"”的结果", "step."+s.ID+".outcome")
		for _, o := range s.Outcomes {
			add(true, TypeBool, "“"+s.Title+"”的结果是“"+o.Title+"”", "step."+s.ID+".outcome."+o.ID)
		}
	}
	for i := range d.AllLimits {
		l := &d.AllLimits[i]
		add(d.runsSurely(l, there), TypeDate, "期限“"+l.Title+"”的到期日", "limit."+l.ID+".due")
	}
	for i := range d.Params {
		p := &d.Params[i]
		kind := p.Type
		if kind == TypePeriod {
			kind = TypeText
		}
		add(true, kind, p.Title, "param."+p.ID)
	}
	if f := d.Field(sp.Each); f != nil {
		element := fieldMark(f, true)
		element.Name, element.Many = PartyMark, false
		out = append(out, element)
	}
	return out
}

// fieldMark is what a paper may read of a field.
func fieldMark(f *Field, sure bool) Mark {
	m := Mark{Name: f.ID, Title: f.Title, Type: f.Type, Sure: sure, Many: f.Many || f.Type == TypeList}
	switch {
	case f.Type == TypeEntry:
		m.Columns = []Mark{
			{Name: "name", Title: "名称", Type: TypeText, Sure: true}, {Name: "number", Title: "号码", Type: TypeText, Sure: true},
			{Name: "key", Title: "键", Type: TypeText, Sure: true},
		}
	case f.Columns() != nil:
		for i := range f.Columns() {
			c := fieldMark(&f.Columns()[i], !f.Columns()[i].Optional)
			// The law wants these of every party whom it can identify; where one is missing the paper shows a hole.
			c.Sure = c.Sure || f.Type == TypeParty && slices.Contains([]string{"number", "address", "phone"}, c.Name)
			m.Columns = append(m.Columns, c)
		}
	}
	return m
}

// surely is what is there once a step has been done: its own form and that of the steps before it, what its condition and
// the gates that cannot be passed otherwise ask for.
func (d *Definition) surely(sp *stepProgram) sure {
	c := &compiler{d: d}
	there := c.at([]string{sp.ID}, true)
	there["step."+sp.ID] = true
	asked := []string{sp.When.Source}
	for _, g := range sp.gates {
		if g.Force == Stop && len(g.Unless) == 0 {
			asked = append(asked, g.Require.Source)
		}
	}
	for _, source := range asked {
		if strings.Contains(source, "||") || strings.Contains(source, "?") {
			continue
		}
		for _, clause := range strings.Split(source, "&&") {
			id, isStep := strings.CutPrefix(strings.TrimSpace(clause), "step.")
			id, isDone := strings.CutSuffix(id, ".done")
			if need := d.stepsBy[id]; isStep && isDone && need != nil {
				there.form(need)
				there["step."+id] = true
				c.needed(need, there, nil)
			}
		}
	}
	return there
}

// runsSurely tells whether a limit has a due date once what is there is there.
func (d *Definition) runsSurely(l *Limit, there sure) bool {
	if l.When.Source != "" || l.Shape != Within && l.Shape != Before {
		return false
	}
	starts := l.From
	if l.Shape == Before {
		starts = l.To
		if there[l.Day] {
			return true
		}
	}
	return slices.ContainsFunc(starts, func(s string) bool { return there["step."+s] })
}
