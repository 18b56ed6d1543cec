package matter

import (
	"fmt"
	"slices"
)

// Fold adds one record to a state and returns the new state; s itself is unchanged (nil before the opening record).
// It fails only on records that do not belong together: an opening on an open state, an act before the opening.
func Fold(s *State, r *Record) (*State, error) {
	e := &r.Effects
	var next State
	switch {
	case e.Open != nil && s != nil:
		return nil, fmt.Errorf("record %d opens matter %s twice", r.Seq, s.ID)
	case e.Open != nil:
		o := e.Open
		next = State{
			ID: o.ID, No: r.Seq, Procedure: o.Procedure, Def: o.Def, Unit: o.Unit, Origin: o.Origin,
			Open: true, Opened: o.Date, PaperOnly: o.PaperOnly, Sealed: o.Sealed,
		}
	case s == nil:
		return nil, fmt.Errorf("record %d comes before the matter's opening", r.Seq)
	default:
		next = *s
		next.Seqs, next.Events, next.Extends = slices.Clip(s.Seqs), slices.Clip(s.Events), slices.Clip(s.Extends)
		next.Values = slices.Clone(s.Values)
	}
	next.fold(r)
	return &next, nil
}

// FoldInto adds one record to s itself, which must be the caller's own: what shares its events, seqs or values
// is spoiled. Roles, facets, limits, pauses and links are made anew where they change. Whoever folds a whole log keeps
// nothing but the last state of each matter.
func FoldInto(s *State, r *Record) error {
	if r.Effects.Open != nil {
		return fmt.Errorf("record %d opens matter %s twice", r.Seq, s.ID)
	}
	s.fold(r)
	return nil
}

func (s *State) fold(r *Record) {
	s.Version++
	s.Seq = r.Seq
	s.Seqs = append(s.Seqs, r.Seq)
	if r.Number != "" {
		s.Number = r.Number
	}
	s.foldHead(r)
	s.foldEvents(r)
	s.foldValues(r)
	s.foldLimits(r)
	s.foldPeople(&r.Effects)
}

func (s *State) foldHead(r *Record) {
	e := &r.Effects
	if r.Open.Title != "" {
		s.Title = r.Open.Title
	}
	if e.Lead != 0 {
		s.Unit = e.Lead
	}
	if e.Def != "" {
		s.Def = e.Def
	}
	if e.Close != "" {
		s.Open, s.Outcome = false, e.Close
		s.Closed = r.closedOn()
	}
	if e.Reopen {
		s.Open, s.Outcome, s.Closed = true, "", ""
	}
}

// closedOn is the legal date of the closing act.
func (r *Record) closedOn() string {
	if r.Effects.Event != nil {
		return r.Effects.Event.Legal
	}
	return ""
}

func (s *State) foldEvents(r *Record) {
	e := &r.Effects
	if len(e.Void) > 0 || len(e.Moved) > 0 || len(e.Reset) > 0 {
		events := make([]Event, 0, len(s.Events)+1)
		for _, ev := range s.Events {
			if slices.Contains(e.Void, ev.Seq) {
				continue
			}
			for _, m := range e.Moved {
				if m.Record != ev.Seq {
					continue
				}
				if m.Legal != "" {
					ev.Legal = m.Legal
				}
				if m.Outcome != "" {
					ev.Outcome = m.Outcome
				}
			}
			if slices.Contains(e.Reset, ev.Step) {
				ev.Flags |= Reset
			}
			events = append(events, ev)
		}
		s.Events = events
	}
	if e.Event != nil {
		ev := *e.Event
		ev.Seq = r.Seq
		s.Events = append(s.Events, ev)
	}
}

func (s *State) foldValues(r *Record) {
	e := &r.Effects
	for _, name := range e.Cleared {
		s.Values = slices.DeleteFunc(s.Values, func(h Held) bool { return h.Name == name })
	}
	for _, n := range r.Open.Values {
		s.hold(Held{n.Name, n.Value, r.Seq, OpenPart})
	}
	for _, n := range r.Personal.Values {
		s.hold(Held{n.Name, n.Value, r.Seq, PersonalPart})
	}
	for _, n := range r.Sealed.Values {
		s.hold(Held{n.Name, n.Value, r.Seq, SealedPart})
	}
	for _, a := range e.Adds {
		s.add(a, r.Seq)
	}
	for _, f := range e.Facets {
		s.facet(f)
	}
}

func (s *State) hold(h Held) {
	i, ok := slices.BinarySearchFunc(s.Values, h.Name, func(a Held, name string) int {
		if a.Name < name {
			return -1
		}
		if a.Name > name {
			return 1
		}
		return 0
	})
	if ok {
		s.Values[i] = h
		return
	}
	s.Values = slices.Insert(s.Values, i, h)
}

// add raises a sum. The field or item that holds it may have been erased or removed: then there is nothing to raise.
func (s *State) add(a Add, seq int64) {
	i := slices.IndexFunc(s.Values, func(h Held) bool { return h.Name == a.Field })
	if a.Item == "" {
		if i < 0 {
			s.hold(Held{a.Field, OfInt(a.By), seq, OpenPart})
			return
		}
		s.Values[i].Value.Int += a.By
		return
	}
	if i < 0 {
		return
	}
	items := slices.Clone(s.Values[i].Value.Items)
	for k := range items {
		if items[k].ID == a.Item {
			sum := items[k].Fields.Int(a.Sub) + a.By
			items[k].Fields = items[k].Fields.With(a.Sub, OfInt(sum))
		}
	}
	s.Values[i].Value.Items = items
}

// facet keeps one value a field.
func (s *State) facet(f Facet) {
	facets := slices.DeleteFunc(slices.Clone(s.Facets), func(o Facet) bool { return o.Field == f.Field })
	if f.Value != "" {
		facets = append(facets, f)
	}
	s.Facets = facets
}

func (s *State) foldLimits(r *Record) {
	e := &r.Effects
	if len(e.Void) > 0 {
		gone := func(seq int64) bool { return slices.Contains(e.Void, seq) }
		s.Limits = slices.DeleteFunc(slices.Clone(s.Limits), func(l Limit) bool { return gone(l.Seq) })
		s.Pauses = slices.DeleteFunc(slices.Clone(s.Pauses), func(p Pause) bool { return gone(p.Seq) })
		s.Extends = slices.DeleteFunc(slices.Clone(s.Extends), func(x Extension) bool { return gone(x.Seq) })
	}
	if len(e.Limits) > 0 {
		s.Limits = slices.Clone(s.Limits)
	}
	for _, m := range e.Limits {
		s.mark(m, r.Seq)
	}
	for _, p := range e.Pauses {
		s.pause(p, r.Seq)
	}
	for _, x := range e.Extends {
		x.Seq = r.Seq
		s.Extends = append(s.Extends, x)
	}
}

// Verdicts of a limit mark that are not verdicts of a limit.
const (
	MarkOpened   = ""         // a limit begins
	MarkReopened = "reopened" // a closed limit runs again (void, correction, reopening)
	MarkMoved    = "moved"    // an open limit's start was corrected
)

func (s *State) mark(m LimitMark, seq int64) {
	i := slices.IndexFunc(s.Limits, func(l Limit) bool { return l.Limit == m.Limit && l.Key == m.Key && l.N == m.N })
	switch {
	case m.Verdict == MarkOpened:
		if i < 0 {
			s.Limits = append(s.Limits, Limit{Limit: m.Limit, Key: m.Key, N: m.N, Start: m.Start, Seq: seq})
		}
	case i < 0:
	case m.Verdict == MarkReopened:
		l := &s.Limits[i]
		l.Verdict, l.Date, l.Due = "", "", ""
		if m.Start != "" {
			l.Start = m.Start
		}
	case m.Verdict == MarkMoved:
		s.Limits[i].Start = m.Start
	default:
		l := &s.Limits[i]
		l.Verdict, l.Date, l.Due = m.Verdict, m.Date, m.Due
		if m.Start != "" {
			l.Start = m.Start
		}
	}
}

func (s *State) pause(p Pause, seq int64) {
	s.Pauses = slices.Clone(s.Pauses)
	for i := range s.Pauses {
		if q := &s.Pauses[i]; q.Ground == p.Ground && q.From == p.From {
			q.To = p.To
			return
		}
	}
	p.Seq = seq
	s.Pauses = append(s.Pauses, p)
}

func (s *State) foldPeople(e *Effects) {
	if len(e.Roles) > 0 {
		s.Roles = slices.Clone(s.Roles)
	}
	for _, r := range e.Roles {
		i := slices.IndexFunc(s.Roles, func(o Role) bool { return o.Unit == r.Unit && o.Role == r.Role && o.To == "" })
		switch {
		case i >= 0 && r.To != "":
			s.Roles[i].To = r.To
		case i < 0:
			s.Roles = append(s.Roles, r)
		}
	}
	if len(e.Links) > 0 {
		s.Links = slices.Clone(s.Links)
	}
	for _, t := range e.Links {
		s.Links = slices.DeleteFunc(s.Links, func(o Tie) bool { return o.Kind == t.Kind && o.Other == t.Other })
		if !t.End {
			s.Links = append(s.Links, t)
		}
	}
}

// Erase drops what a record said from the state: the values it set in the parts named. Effects stay.
func Erase(s *State, record int64, parts []string) *State {
	next := *s
	next.Values = slices.DeleteFunc(slices.Clone(s.Values), func(h Held) bool {
		return h.Seq == record && slices.Contains(parts, partName(h.Part))
	})
	if slices.Contains(parts, PartOpen) && record == s.No {
		next.Title = ""
	}
	return &next
}

func partName(p PartKind) string {
	switch p {
	case PersonalPart:
		return PartPersonal
	case SealedPart:
		return PartSealed
	}
	return PartOpen
}
