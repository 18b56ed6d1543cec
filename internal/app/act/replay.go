package act

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"zhunsheng/internal/app"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// Replay thinks every act of the log out again, under the definition that governed its matter, and notes where today's
// engine would decide otherwise. It writes nothing and judges nobody: records stand, whatever it says.
//
// An act is put together from its record. What it looked up it finds as the records before it left it; calendar, units
// and posts are those of today. Matters whose words were erased cannot be thought out again: they are counted.
type Replay struct {
	Replayed int64 // acts thought out
	Passed   int64 // acts of matters with erased words, or under rules that are not there
	Found    []Otherwise

	acts    *Acts
	ctx     context.Context // of the snapshot the replay reads, as in lookup
	tx      *store.Tx
	site    *Site
	matters map[string]*replayed // by id
	byNo    map[int64]*replayed
	back    map[int64][]int64 // links from the other end: the matters that link to one
	facets  map[facetKey][]int64
	entries map[string]*matter.Entry
	entryNo map[int64]string
	by      map[int64]ledger.By // who acted, by seq
}

// Otherwise is an act of the past that today's engine would decide otherwise.
type Otherwise struct {
	Seq  int64
	What string
}

type replayed struct {
	state *matter.State
	blind bool // something was erased, or an act did not fit
}

type facetKey struct{ procedure, field, value string }

// NewReplay begins a replay on a snapshot.
func (a *Acts) NewReplay(ctx context.Context, tx *store.Tx) (*Replay, error) {
	site, err := a.siteOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	return &Replay{
		acts: a, ctx: ctx, tx: tx, site: site, matters: map[string]*replayed{}, byNo: map[int64]*replayed{}, back: map[int64][]int64{},
		facets: map[facetKey][]int64{}, entries: map[string]*matter.Entry{}, entryNo: map[int64]string{}, by: map[int64]ledger.By{},
	}, nil
}

// Each takes the next record of the log. An error means that the replay cannot go on.
func (p *Replay) Each(h *ledger.Head, r *matter.Record) error {
	if r.Effects.Entry != nil {
		p.entry(r)
		return nil
	}
	m := p.matters[h.Matter]
	if m == nil && r.Effects.Open != nil {
		m = &replayed{}
	}
	if m == nil {
		return nil
	}
	m.blind = m.blind || erased(h, r)
	if m.blind {
		p.Passed++
	} else if err := p.think(h, r, m.state); err != nil {
		return err
	}
	return p.fold(h, r, m)
}

// erased tells whether the record lost words it had.
func erased(h *ledger.Head, r *matter.Record) bool {
	for part, words := range map[string]*matter.Words{matter.PartOpen: &r.Open, matter.PartPersonal: &r.Personal, matter.PartSealed: &r.Sealed} {
		name, _ := ledger.ParsePart(part)
		if h.Parts[name] != (ledger.Digest{}) && words.Empty() {
			return true
		}
	}
	name, _ := ledger.ParsePart(matter.PartFiles)
	return h.Parts[name] != (ledger.Digest{}) && len(r.Files) == 0
}

func (p *Replay) entry(r *matter.Record) {
	id := r.Effects.Entry.ID
	e, err := matter.FoldEntry(p.entries[id], r)
	if err != nil {
		return // verify itself names a record that does not fit
	}
	p.entries[id], p.entryNo[e.No] = e, id
}

// fold adds the record to its matter and to what later acts may look up.
func (p *Replay) fold(h *ledger.Head, r *matter.Record, m *replayed) error {
	next, err := matter.Fold(m.state, r)
	if err != nil {
		m.blind = true // verify itself names it
		return nil
	}
	var before []matter.Facet
	if m.state != nil {
		before = m.state.Facets
	}
	m.state = next
	p.matters[next.ID], p.byNo[next.No], p.by[r.Seq] = m, m, h.By
	for _, t := range r.Effects.Links {
		if !t.End && !slices.Contains(p.back[t.Other], next.No) {
			p.back[t.Other] = append(p.back[t.Other], next.No)
		}
	}
	for _, f := range before {
		if !slices.Contains(next.Facets, f) {
			k := facetKey{next.Procedure, f.Field, f.Value}
			p.facets[k] = slices.DeleteFunc(p.facets[k], func(no int64) bool { return no == next.No })
		}
	}
	for _, f := range next.Facets {
		if !slices.Contains(before, f) {
			k := facetKey{next.Procedure, f.Field, f.Value}
			p.facets[k] = append(p.facets[k], next.No)
		}
	}
	return nil
}

// think does the act again and compares what it does.
func (p *Replay) think(h *ledger.Head, r *matter.Record, prev *matter.State) error {
	digest := ""
	switch e := &r.Effects; {
	case e.Def != "":
		digest = e.Def
	case prev != nil:
		digest = prev.Def
	default:
		digest = e.Open.Def
	}
	def, ok := p.acts.Book().ByDigest(digest)
	if !ok {
		p.Passed++
		return nil
	}
	act, err := p.act(h, r, prev)
	if err != nil {
		return err
	}
	p.Replayed++
	res, err := def.Do(prev, act, p.env(h, def, prev, &act, r))
	if err != nil {
		if errors.Is(err, context.Canceled) || p.ctx.Err() != nil {
			return err
		}
		p.found(r.Seq, "现在的规则引擎不会准许："+refusalWords(err))
		return nil
	}
	if what := compareEffects(&r.Effects, &res.Effects); what != "" {
		p.found(r.Seq, "现在的规则引擎得出的结果不同："+what)
	}
	return nil
}

func (p *Replay) found(seq int64, what string) { p.Found = append(p.Found, Otherwise{seq, what}) }

// refusalWords puts all unmet conditions of a refusal into one line.
func refusalWords(err error) string {
	var refusal *procedure.Refusal
	if !errors.As(err, &refusal) {
		return err.Error()
	}
	says := make([]string, 0, len(refusal.Unmet))
	for _, u := range refusal.Unmet {
		says = append(says, u.Say)
	}
	return strings.Join(says, "；")
}

// compareEffects names the members of the effects that differ. Reach is left out: who sees a matter follows the tree of
// units, which is today's here.
func compareEffects(was, is *matter.Effects) string {
	a, b := *was, *is
	a.Reach, b.Reach = nil, nil
	if bytes.Equal(matter.AppendEffects(nil, &a), matter.AppendEffects(nil, &b)) {
		return ""
	}
	var names []string
	for _, m := range members {
		if x, y := m.of(&a), m.of(&b); !bytes.Equal(matter.AppendEffects(nil, &x), matter.AppendEffects(nil, &y)) {
			names = append(names, fmt.Sprintf("%s（记录 %s，现在 %s）", m.title, matter.AppendEffects(nil, &x), matter.AppendEffects(nil, &y)))
		}
	}
	return strings.Join(names, "，")
}

// members are the effects by what people call them.
var members = []struct {
	title string
	of    func(*matter.Effects) matter.Effects
}{
	{"环节", func(e *matter.Effects) matter.Effects {
		return matter.Effects{Event: e.Event, Reset: e.Reset, Void: e.Void, Moved: e.Moved}
	}},
	{"办结", func(e *matter.Effects) matter.Effects { return matter.Effects{Close: e.Close, Reopen: e.Reopen} }},
	{"单位", func(e *matter.Effects) matter.Effects {
		return matter.Effects{Open: e.Open, Lead: e.Lead, Roles: e.Roles, Persons: e.Persons}
	}},
	{"关联", func(e *matter.Effects) matter.Effects { return matter.Effects{Links: e.Links} }},
	{"期限", func(e *matter.Effects) matter.Effects {
		return matter.Effects{Limits: e.Limits, Pauses: e.Pauses, Extends: e.Extends}
	}},
	{"条件", func(e *matter.Effects) matter.Effects { return matter.Effects{Gates: e.Gates} }},
	{"数据", func(e *matter.Effects) matter.Effects {
		return matter.Effects{Facts: e.Facts, Adds: e.Adds, Facets: e.Facets, Cleared: e.Cleared}
	}},
	{"其他", func(e *matter.Effects) matter.Effects {
		return matter.Effects{Def: e.Def, Erase: e.Erase, Flags: e.Flags}
	}},
}

// env surrounds an act of the past: everything it may ask is answered from the records before it.
func (p *Replay) env(h *ledger.Head, def *procedure.Definition, prev *matter.State, act *procedure.Act, r *matter.Record) *procedure.Env {
	th := &thought{site: p.site, def: def, prev: prev, act: *act}
	env := p.acts.env(p.ctx, p.tx, th)
	env.Today = app.Day(time.UnixMicro(h.At))
	env.Lookup = &past{p, prev, act.Legal}
	env.EntryValid = func(ref matter.Ref) bool {
		e := p.entries[p.entryNo[ref.Entry]]
		if e == nil {
			return false
		}
		_, ok := e.AsOf(act.Legal, 0)
		return ok
	}
	env.DoneBy = func(step string) []int64 { return p.doneBy(prev, step) }
	env.Records = func() ([]matter.Record, error) { return read.Records(p.ctx, p.tx, prev.Seqs) }
	if o := r.Effects.Open; o != nil {
		env.Opening = &matter.Opening{ID: o.ID, Origin: o.Origin}
	}
	return env
}

func (p *Replay) doneBy(prev *matter.State, step string) (persons []int64) {
	if prev == nil {
		return nil
	}
	for _, e := range prev.Events {
		if e.Step != step || e.Flags&matter.Reset != 0 {
			continue
		}
		by := p.by[e.Seq]
		persons = append(persons, by.Person)
		if post, ok := p.site.Rights.Post(by.For); ok {
			persons = append(persons, post.Person)
		}
	}
	return persons
}

// past answers look-ups from the records before an act.
type past struct {
	p     *Replay
	prev  *matter.State
	legal string
}

func (l *past) Count(proc, field, value, from, to string) (int64, error) {
	var n int64
	for _, no := range l.p.facets[facetKey{proc, field, value}] {
		if opened := l.p.byNo[no].state.Opened; opened >= from && opened <= to {
			n++
		}
	}
	return n, nil
}

func (l *past) Linked(kind string) ([]procedure.Linked, error) {
	if l.prev == nil {
		return nil, nil
	}
	var out []procedure.Linked
	add := func(no int64) {
		if m := l.p.byNo[no]; m != nil {
			o := m.state
			out = append(out, procedure.Linked{No: o.No, Procedure: o.Procedure, Unit: o.Unit, Open: o.Open, Outcome: o.Outcome, Closed: o.Closed})
		}
	}
	for _, t := range l.prev.Links {
		if t.Kind == kind {
			add(t.Other)
		}
	}
	for _, no := range l.p.back[l.prev.No] {
		for _, t := range l.p.byNo[no].state.Links {
			if t.Other == l.prev.No && fromThere[t.Kind] == kind {
				add(no)
			}
		}
	}
	return out, nil
}

func (l *past) Entry(register, key string) (matter.Ref, bool, error) {
	for _, e := range l.p.entries {
		if e.Register == register && e.Key == key {
			v, ok := e.AsOf(l.legal, 0)
			return RefTo(e, v), ok, nil
		}
	}
	return matter.Ref{}, false, nil
}
