package procedure

import (
	"fmt"
	"slices"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/register"
)

// history is the records of a matter as corrections and voidings have left them: what was corrected stands in the place
// of the old, what was voided is gone.
type history struct {
	records []matter.Record
	target  int // index of the record meant by a correction or voiding, -1 if it is not there
}

// effective reads the matter's records and applies earlier corrections and voidings to them.
func (x *doing) effective() (*history, error) {
	if x.env.Records == nil {
		return nil, fmt.Errorf("%s on matter %s: no records given", x.a.Step, x.s.ID)
	}
	all, err := x.env.Records()
	if err != nil {
		return nil, fmt.Errorf("read records of matter %s: %w", x.s.ID, err)
	}
	var gone []int64
	for i := range all {
		gone = append(gone, all[i].Effects.Void...)
	}
	h := &history{target: -1}
	for i := range all {
		r := all[i]
		if slices.Contains(gone, r.Seq) || len(r.Effects.Void) > 0 {
			continue
		}
		if len(r.Effects.Moved) > 0 {
			h.apply(&r)
			continue
		}
		h.records = append(h.records, r)
	}
	h.target = slices.IndexFunc(h.records, func(r matter.Record) bool { return r.Seq == x.a.Record })
	return h, nil
}

// apply puts what a correction says in the place of the record it corrects.
func (h *history) apply(c *matter.Record) {
	for _, m := range c.Effects.Moved {
		i := slices.IndexFunc(h.records, func(r matter.Record) bool { return r.Seq == m.Record })
		if i >= 0 {
			h.records[i] = corrected(h.records[i], c, m)
		}
	}
}

// corrected is a record with a correction applied to it.
func corrected(r matter.Record, c *matter.Record, m matter.Moved) matter.Record {
	if r.Effects.Event != nil {
		e := *r.Effects.Event
		if m.Legal != "" {
			e.Legal = m.Legal
		}
		if m.Outcome != "" {
			e.Outcome = m.Outcome
		}
		r.Effects.Event = &e
	}
	lay := func(base, over matter.Values) matter.Values {
		for _, n := range over {
			base = base.With(n.Name, n.Value)
		}
		return base
	}
	r.Open.Values = lay(r.Open.Values, c.Open.Values)
	r.Personal.Values = lay(r.Personal.Values, c.Personal.Values)
	r.Sealed.Values = lay(r.Sealed.Values, c.Sealed.Values)
	for _, name := range c.Effects.Cleared {
		r.Open.Values = r.Open.Values.Without(name)
		r.Personal.Values = r.Personal.Values.Without(name)
		r.Sealed.Values = r.Sealed.Values.Without(name)
	}
	r.Effects.Adds = append(slices.Clip(r.Effects.Adds), c.Effects.Adds...)
	return r
}

// figure is one sum of the matter's figures.
type figure struct {
	fact  string
	unit  int64
	month string
}

// replay folds records again and sums the figures that their steps yield by today's definition. Correcting takes the
// difference of two replays, so that a definition that changed in between moves nothing.
func (x *doing) replay(records []matter.Record) (*matter.State, map[figure]int64, error) {
	sums := map[figure]int64{}
	var s *matter.State
	for i := range records {
		r := &records[i]
		next, err := matter.Fold(s, r)
		if err != nil {
			return nil, nil, fmt.Errorf("fold matter again: %w", err)
		}
		s = next
		e := r.Effects.Event
		if e == nil || x.env.FactsFrom != "" && e.Legal < x.env.FactsFrom {
			continue
		}
		v := (&view{d: x.d, env: x.env, act: &Act{Step: e.Step, Key: e.Key, Legal: e.Legal, Outcome: e.Outcome}}).anew(s)
		for _, sp := range x.yielding(r) {
			for _, f := range sp.facts {
				facts, err := v.fact(f, e.Legal)
				if err != nil {
					return nil, nil, err
				}
				for _, n := range facts {
					sums[figure{n.Fact, actedBy(r, n), n.Month}] += n.Value
				}
			}
		}
	}
	return s, sums, nil
}

// yielding lists the steps whose figures a record yielded.
func (x *doing) yielding(r *matter.Record) []*stepProgram {
	var out []*stepProgram
	if sp := x.d.stepsBy[r.Effects.Event.Step]; sp != nil {
		out = append(out, sp)
	}
	if r.Effects.Open != nil && r.Effects.Event.Step != opening {
		out = append(out, x.d.stepsBy[opening])
	}
	if r.Effects.Close != "" && r.Effects.Event.Step != "close" {
		out = append(out, x.d.stepsBy["close"])
	}
	return out
}

// actedBy is the unit a record's figure was counted for; a record does not say who acted, its figures do.
func actedBy(r *matter.Record, n matter.Fact) int64 {
	for _, f := range r.Effects.Facts {
		if f.Fact == n.Fact && n.Unit == 0 {
			return f.Unit
		}
	}
	return n.Unit
}

// differences says what two sums differ by, in a fixed order.
func differences(before, after map[figure]int64) []matter.Fact {
	var out []matter.Fact
	for k, n := range after {
		if d := n - before[k]; d != 0 {
			out = append(out, matter.Fact{Fact: k.fact, Unit: k.unit, Month: k.month, Value: d})
		}
	}
	for k, n := range before {
		if _, both := after[k]; !both && n != 0 {
			out = append(out, matter.Fact{Fact: k.fact, Unit: k.unit, Month: k.month, Value: -n})
		}
	}
	slices.SortFunc(out, func(a, b matter.Fact) int {
		switch {
		case a.Fact != b.Fact:
			return compare(a.Fact, b.Fact)
		case a.Month != b.Month:
			return compare(a.Month, b.Month)
		}
		return int(a.Unit - b.Unit)
	})
	return out
}

func compare(a, b string) int {
	if a < b {
		return -1
	}
	return 1
}

// correct puts new values, a new date or a new outcome in the place of those of an earlier record.
func (x *doing) correct() error {
	a := x.a
	x.needReason("请写明更正的理由")
	h, err := x.effective()
	if err != nil {
		return err
	}
	if h.target < 0 {
		x.wrong("record", "本事项没有这条记录，或者它已经作废")
		return x.failed()
	}
	old := h.records[h.target]
	sp := (*stepProgram)(nil)
	if old.Effects.Event != nil {
		sp = x.d.stepsBy[old.Effects.Event.Step]
	}
	if sp == nil || sp.builtin && old.Effects.Open == nil {
		x.refuse(UnmetState, "这条记录没有可以更正的内容，有误的作废后重新办理")
		return x.failed()
	}
	x.sp = sp
	moved := matter.Moved{Record: old.Seq}
	if a.MoveTo != "" && a.MoveTo != old.Effects.Event.Legal {
		x.moveTo(a.MoveTo)
		moved.Legal = a.MoveTo
	}
	if a.Outcome != "" && a.Outcome != old.Effects.Event.Outcome {
		if !slices.ContainsFunc(sp.Outcomes, func(c Choice) bool { return c.ID == a.Outcome }) {
			x.wrong("outcome", "“"+sp.Title+"”没有结果“"+a.Outcome+"”")
		}
		moved.Outcome = a.Outcome
	}
	x.newValues(h, &old)
	e := &x.rec.Effects
	e.Moved = []matter.Moved{moved}
	if moved.Legal == "" && moved.Outcome == "" && len(x.input) == 0 && len(e.Adds) == 0 {
		x.wrong("", "没有要更正的内容")
	}
	x.retitle()
	if err := x.failed(); err != nil {
		return err
	}
	after := slices.Clone(h.records)
	c := x.rec
	after[h.target] = corrected(old, &c, moved)
	_, was, err := x.replay(h.records)
	if err != nil {
		return err
	}
	_, is, err := x.replay(after)
	if err != nil {
		return err
	}
	e.Facts = differences(was, is)
	return x.finish(x.moving(sp), true)
}

// moving lists the limits that a change to a step's record can move.
func (x *doing) moving(sp *stepProgram) []*limitProgram {
	if x.rec.Effects.Reopen {
		return x.d.limits
	}
	return sp.touches
}

func (x *doing) moveTo(day string) {
	switch {
	case day > x.env.Today:
		x.wrong("move_to", "办理日期"+day+"晚于今天")
	case day < x.s.Opened && x.sp.ID != x.d.Opens:
		x.wrong("move_to", "办理日期"+day+"早于开启日期"+x.s.Opened)
	}
}

// newValues checks the corrected values against the form of the step that set them.
func (x *doing) newValues(h *history, old *matter.Record) {
	for _, n := range x.a.Input {
		i := slices.IndexFunc(x.sp.form, func(e formEntry) bool { return e.field.ID == n.Name })
		if i < 0 {
			x.wrong(n.Name, "这条记录没有填写“"+n.Name+"”")
			continue
		}
		entry := x.sp.form[i]
		switch {
		case entry.sub != nil:
			x.newRows(entry, old, n.Value)
		case entry.field.Sum:
			if !x.fits(entry.field, n.Name, n.Value) {
				continue
			}
			if by := n.Value.Int - added(old, n.Name, "", ""); by != 0 {
				x.rec.Effects.Adds = append(x.rec.Effects.Adds, matter.Add{Field: n.Name, By: by})
			}
		default:
			if !x.current(old.Seq, n.Name) {
				x.wrong(n.Name, "“"+entry.field.Title+"”已经被后来的记录改过，请更正后来的那一条")
				continue
			}
			if register.Blank(n.Value) {
				x.absent(formEntry{field: entry.field, optional: entry.optional}, true)
				continue
			}
			x.take(entry, n.Value)
		}
	}
}

// newRows corrects what was reported to the sums in the rows of a list.
func (x *doing) newRows(e formEntry, old *matter.Record, in matter.Value) {
	for _, it := range in.Items {
		value, ok := it.Fields.Get(e.sub.ID)
		if !ok || !x.fits(e.sub, e.field.ID+"."+it.ID, value) {
			continue
		}
		if by := value.Int - added(old, e.field.ID, it.ID, e.sub.ID); by != 0 {
			x.rec.Effects.Adds = append(x.rec.Effects.Adds, matter.Add{Field: e.field.ID, Item: it.ID, Sub: e.sub.ID, By: by})
		}
	}
}

// added is what a record, its corrections included, added to a sum.
func added(r *matter.Record, field, item, sub string) int64 {
	var n int64
	for _, a := range r.Effects.Adds {
		if a.Field == field && a.Item == item && a.Sub == sub {
			n += a.By
		}
	}
	return n
}

// current tells whether the value held is the one that a record, or a correction of it, set.
func (x *doing) current(seq int64, field string) bool {
	i := slices.IndexFunc(x.s.Values, func(h matter.Held) bool { return h.Name == field })
	if i < 0 || x.s.Values[i].Seq == seq {
		return true
	}
	all, err := x.env.Records()
	if err != nil {
		x.view.err = err
		return false
	}
	return slices.ContainsFunc(all, func(r matter.Record) bool {
		return r.Seq == x.s.Values[i].Seq && slices.ContainsFunc(r.Effects.Moved, func(m matter.Moved) bool { return m.Record == seq })
	})
}

// void undoes a record as if it had never happened: its event, values, sums, links, roles and figures.
func (x *doing) void() error {
	e := &x.rec.Effects
	x.needReason("请写明作废的理由")
	h, err := x.effective()
	if err != nil {
		return err
	}
	if h.target < 0 {
		x.wrong("record", "本事项没有这条记录，或者它已经作废")
		return x.failed()
	}
	old := h.records[h.target]
	switch {
	case old.Effects.Open != nil:
		return x.voidAll(h)
	case len(old.Effects.Reset) > 0 || old.Effects.Def != "" || old.Effects.Reopen || old.Effects.Erase != nil:
		x.refuse(UnmetState, "这条记录改变了以前记录的效力，不能作废，请另行办理相反的环节")
	}
	if err := x.failed(); err != nil {
		return err
	}
	sp := x.d.stepsBy[old.Step]
	_, was, err := x.replay(h.records)
	if err != nil {
		return err
	}
	rest := slices.Delete(slices.Clone(h.records), h.target, h.target+1)
	want, is, err := x.replay(rest)
	if err != nil {
		return err
	}
	e.Void = []int64{old.Seq}
	e.Facts = differences(was, is)
	x.restore(want)
	x.sp = x.d.stepsBy["void"]
	limits := x.d.limits
	if sp != nil && !sp.builtin && !e.Reopen {
		limits = sp.touches
	}
	return x.finish(limits, true)
}

// restore gives the effects that lead from the state to the one that would be without the voided record.
func (x *doing) restore(want *matter.State) {
	s, e := x.s, &x.rec.Effects
	for _, h := range s.Values {
		if _, keep := want.Get(h.Name); !keep {
			e.Cleared = append(e.Cleared, h.Name)
		}
	}
	for _, h := range want.Values {
		if now, ok := s.Get(h.Name); ok && now.Equal(h.Value) {
			continue
		}
		part := &x.rec.Open
		switch h.Part {
		case matter.PersonalPart:
			part = &x.rec.Personal
		case matter.SealedPart:
			part = &x.rec.Sealed
		}
		part.Values = part.Values.With(h.Name, h.Value)
	}
	for _, f := range s.Facets {
		if !slices.ContainsFunc(want.Facets, func(o matter.Facet) bool { return o.Field == f.Field }) {
			e.Facets = append(e.Facets, matter.Facet{Field: f.Field})
		}
	}
	for _, f := range want.Facets {
		if !slices.Contains(s.Facets, f) {
			e.Facets = append(e.Facets, f)
		}
	}
	for _, r := range s.Roles {
		if r.To == "" && !hasRole(want.Roles, r.Unit, r.Role) {
			r.To = x.a.Legal
			e.Roles = append(e.Roles, r)
		}
	}
	for _, r := range want.Roles {
		if r.To == "" && !hasRole(s.Roles, r.Unit, r.Role) {
			e.Roles = append(e.Roles, r)
		}
	}
	for _, t := range s.Links {
		if !slices.Contains(want.Links, t) {
			e.Links = append(e.Links, matter.Tie{Kind: t.Kind, Other: t.Other, End: true})
		}
	}
	for _, t := range want.Links {
		if !slices.Contains(s.Links, t) {
			e.Links = append(e.Links, t)
		}
	}
	if want.Unit != s.Unit {
		e.Lead = want.Unit
	}
	if want.Open && !s.Open {
		e.Reopen = true
	}
	if want.Title != s.Title {
		x.rec.Open.Title = want.Title
	}
}

// voidAll voids the opening and with it the whole matter: it keeps its number and counts nowhere.
func (x *doing) voidAll(h *history) error {
	if err := x.failed(); err != nil {
		return err
	}
	e := &x.rec.Effects
	_, was, err := x.replay(h.records)
	if err != nil {
		return err
	}
	for i := range h.records {
		e.Void = append(e.Void, h.records[i].Seq)
	}
	e.Facts = differences(was, nil)
	x.event()
	if x.s.Open {
		e.Close = "voided"
	}
	return x.finish(nil, true)
}
