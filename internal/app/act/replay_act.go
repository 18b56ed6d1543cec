package act

import (
	"slices"
	"strings"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store/read"
)

// act puts an act together again from its record.
func (p *Replay) act(h *ledger.Head, r *matter.Record, prev *matter.State) (procedure.Act, error) {
	e := &r.Effects
	a := procedure.Act{
		Step: h.Step, Key: h.Key, Legal: h.Legal, Reason: r.Open.Reason, Number: h.Number, Said: r.Open.Said, Files: r.Files,
		Links: e.Links, Actor: p.actor(h, e), Unless: map[string]string{},
	}
	for _, g := range e.Gates {
		if g.Ground != "" {
			a.Unless[g.Gate] = g.Ground
		}
	}
	if v := e.Event; v != nil {
		a.Time, a.Outcome, a.Original = v.Time, v.Outcome, v.Flags&matter.Late != 0
		if v.Flags&matter.Unasked != 0 {
			a.Origin = "imported"
		}
	}
	a.Input = inputOf(r, prev)
	switch {
	case e.Open != nil:
		o := e.Open
		a.Unit, a.Roles, a.Title, a.Origin = o.Unit, e.Roles, r.Open.Title, o.Origin
		a.PaperOnly, a.Sealed, a.Persons = o.PaperOnly, o.Sealed, e.Persons
	case procedure.BuiltIn(h.Step):
		return a, p.builtin(&a, r, prev)
	}
	return a, nil
}

// actor is who acted, in the post as it is known today.
func (p *Replay) actor(h *ledger.Head, e *matter.Effects) procedure.Actor {
	if h.By.Person == 0 {
		return procedure.Actor{System: true}
	}
	a := procedure.Actor{Person: h.By.Person, Post: h.By.Post, For: h.By.For, Unit: h.Unit, Of: h.By.Of}
	as := h.By.Post
	if h.By.For != 0 {
		as = h.By.For
	}
	if post, ok := p.site.Rights.Post(as); ok {
		a.Role = post.Role
		if h.By.For != 0 {
			a.Together = []int64{post.Person}
		}
	}
	a.OnBehalf = e.Event != nil && e.Event.Flags&matter.OnBehalf != 0
	return a
}

// inputOf is what was filled in: the values of all parts, sums as they were reported, emptied fields as blanks.
func inputOf(r *matter.Record, prev *matter.State) matter.Values {
	var in matter.Values
	for _, vs := range []matter.Values{r.Open.Values, r.Personal.Values, r.Sealed.Values} {
		for _, n := range vs {
			in = in.With(n.Name, fresh(n, prev))
		}
	}
	for _, name := range r.Effects.Cleared {
		in = in.With(name, matter.Value{})
	}
	for _, a := range r.Effects.Adds {
		if a.Item == "" {
			in = in.With(a.Field, matter.OfInt(a.By))
			continue
		}
		list, _ := in.Get(a.Field)
		items := slices.Clone(list.Items)
		i := slices.IndexFunc(items, func(it matter.Item) bool { return it.ID == a.Item })
		if i < 0 {
			i = len(items)
			items = append(items, matter.Item{ID: a.Item})
		}
		items[i].Fields = items[i].Fields.With(a.Sub, matter.OfInt(a.By))
		in = in.With(a.Field, matter.OfList(items...))
	}
	return in
}

// fresh takes the ids from the elements that an act added to a list: it gives them again.
func fresh(n matter.Named, prev *matter.State) matter.Value {
	if n.Value.Kind != matter.List || prev == nil {
		return n.Value
	}
	held, _ := prev.Get(n.Name)
	items := slices.Clone(n.Value.Items)
	for i := range items {
		if !slices.ContainsFunc(held.Items, func(h matter.Item) bool { return h.ID == items[i].ID }) {
			items[i].ID = ""
		}
	}
	return matter.OfList(items...)
}

// assignedTo begins the names under which a matter keeps the post that is to do a role's work.
const assignedTo = "assigned."

// builtin fills in what built-in acts have beside.
func (p *Replay) builtin(a *procedure.Act, r *matter.Record, prev *matter.State) error {
	e := &r.Effects
	switch a.Step {
	case "correct":
		if len(e.Moved) > 0 {
			m := e.Moved[0]
			a.Record, a.MoveTo, a.Outcome = m.Record, m.Legal, m.Outcome
		}
		return p.correctedSums(a, r, prev)
	case "void":
		a.Input = nil
		switch {
		case slices.Contains(e.Void, prev.No):
			a.Record = prev.No
		case len(e.Void) > 0:
			a.Record = e.Void[0]
		}
	case "erase":
		if x := e.Erase; x != nil {
			a.Record, a.Parts = x.Record, x.Parts
		}
	case "assign":
		a.Input = nil
		for _, name := range e.Cleared {
			a.Role = strings.TrimPrefix(name, assignedTo)
		}
		for _, n := range r.Open.Values {
			a.Role, a.Post = strings.TrimPrefix(n.Name, assignedTo), n.Value.Int
		}
		for _, o := range e.Roles {
			a.Unit, a.Role, a.End = o.Unit, o.Role, o.To != ""
		}
	case "handover":
		a.Input, a.Unit = nil, e.Lead
	case "pause", "resume":
		for _, s := range e.Pauses {
			a.Ground, a.From, a.To = s.Ground, s.From, s.To
		}
	case "extend":
		for _, x := range e.Extends {
			a.Limit, a.Key, a.Length, a.Until = x.Limit, x.Key, x.Length, x.Until
		}
	}
	return nil
}

// correctedSums turns what a correction added to sums into the sums that were filled in.
func (p *Replay) correctedSums(a *procedure.Act, r *matter.Record, prev *matter.State) error {
	if len(r.Effects.Adds) == 0 {
		return nil
	}
	records, err := read.Records(p.ctx, p.tx, prev.Seqs)
	if err != nil {
		return err
	}
	total := *r
	total.Effects.Adds = nil
	for _, add := range r.Effects.Adds {
		for i := range records {
			o := &records[i]
			if o.Seq != a.Record && !slices.ContainsFunc(o.Effects.Moved, func(m matter.Moved) bool { return m.Record == a.Record }) {
				continue
			}
			for _, b := range o.Effects.Adds {
				if b.Field == add.Field && b.Item == add.Item && b.Sub == add.Sub {
					add.By += b.By
				}
			}
		}
		total.Effects.Adds = append(total.Effects.Adds, add)
	}
	a.Input = inputOf(&total, prev)
	return nil
}
