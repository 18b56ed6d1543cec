package act

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/app"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/write"
)

// env surrounds an act with its snapshot. What it answers from entries becomes a guard of the act.
func (a *Acts) env(ctx context.Context, tx *store.Tx, th *thought) *procedure.Env {
	lead := th.act.Unit
	if th.prev != nil {
		lead = th.prev.Unit
	}
	u, _ := th.site.Tree().Get(lead)
	legal := th.act.Legal
	return &procedure.Env{
		Today:    a.Today(),
		Calendar: a.Book().Calendar(),
		Unit:     procedure.UnitView{No: u.No, Code: u.Code, Sign: u.Sign, Name: u.Name, Region: u.Region},
		Param: func(name string) (matter.Value, bool) {
			text, ok := th.site.Param(th.def.ID, name, lead, legal)
			if !ok {
				return matter.Value{}, false
			}
			return paramValue(th.def, name, text)
		},
		Lookup:     &lookup{ctx, tx, th},
		EntryValid: func(ref matter.Ref) bool { return a.entryValid(ctx, tx, th, ref, legal) },
		Records:    func() ([]matter.Record, error) { return read.Records(ctx, tx, th.prev.Seqs) },
		DoneBy:     func(step string) []int64 { return a.doneBy(ctx, tx, th, step) },
		Reach:      func(units []int64) []int64 { return reach(th.site, units, legal) },
		FactsFrom:  th.site.FactsFrom(),
	}
}

// ParamOn returns a parameter of a procedure as it holds for a unit on a day: the unit's value, else that of a unit above it,
// else the definition's default.
func ParamOn(site *Site, def *procedure.Definition, name string, unit int64, day string) (matter.Value, bool) {
	if text, ok := site.Param(def.ID, name, unit, day); ok {
		if v, fits := paramValue(def, name, text); fits {
			return v, true
		}
	}
	p := def.Param(name)
	if p == nil {
		return matter.Value{}, false
	}
	return procedure.ParseParam(p, p.Default)
}

// paramValue types the text of a parameter entry; text that does not fit leaves the definition's default in force.
func paramValue(def *procedure.Definition, name, text string) (matter.Value, bool) {
	i := slices.IndexFunc(def.Params, func(p procedure.Param) bool { return p.ID == name })
	if i < 0 {
		return matter.Value{}, false
	}
	switch def.Params[i].Type {
	case procedure.TypeInt:
		n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
		return matter.OfInt(n), err == nil
	case procedure.TypeMoney:
		fen, err := app.Fen(text)
		return matter.OfInt(fen), err == nil
	case procedure.TypeBool:
		yes := text == "true" || text == "是"
		return matter.OfBool(yes), yes || text == "false" || text == "否"
	case procedure.TypeDate:
		return matter.OfDate(text), len(text) == len("2006-01-02")
	}
	return matter.OfText(text), true
}

// reach widens units to all who see their matters.
func reach(site *Site, units []int64, day string) []int64 {
	var out []int64
	for _, u := range units {
		for _, seer := range site.Tree().Seers(u, day) {
			if !slices.Contains(out, seer) {
				out = append(out, seer)
			}
		}
	}
	return out
}

// entryValid looks an entry up as of the legal date and guards the answer. Reading that does not work is no answer:
// the act then finds the entry not valid, and the cause is logged.
func (a *Acts) entryValid(ctx context.Context, tx *store.Tx, th *thought, ref matter.Ref, day string) bool {
	e, err := read.EntryOf(ctx, tx, ref.Entry)
	if err != nil {
		a.Log.Error("look up an entry", "entry", ref.Entry, "error", err)
		return false
	}
	th.guards.Entries = append(th.guards.Entries, write.EntryGuard{No: e.No, Version: e.Version})
	_, ok := e.AsOf(day, 0)
	return ok
}

// doneBy lists who did a step, and whom they acted for.
func (a *Acts) doneBy(ctx context.Context, tx *store.Tx, th *thought, step string) []int64 {
	if th.prev == nil {
		return nil
	}
	var persons []int64
	for _, e := range th.prev.Events {
		if e.Step != step || e.Flags&matter.Reset != 0 {
			continue
		}
		h, err := read.Head(ctx, tx, e.Seq)
		if err != nil {
			a.Log.Error("read who acted", "record", e.Seq, "error", err)
			continue
		}
		persons = append(persons, h.By.Person)
		if p, ok := th.site.Rights.Post(h.By.For); ok {
			persons = append(persons, p.Person)
		}
	}
	return persons
}

// lookup answers the closed set of questions a definition may ask.
type lookup struct {
	ctx context.Context
	tx  *store.Tx
	th  *thought
}

func (l *lookup) Count(proc, field, value, from, to string) (int64, error) {
	return read.CountFacet(l.ctx, l.tx, proc, field, value, from, to)
}

func (l *lookup) Linked(kind string) ([]procedure.Linked, error) {
	if l.th.prev == nil {
		return nil, nil
	}
	made, back := fromHere(kind)
	links, err := read.LinksOf(l.ctx, l.tx, l.th.prev, made, back)
	if err != nil {
		return nil, err
	}
	out := make([]procedure.Linked, 0, len(links))
	for _, k := range links {
		o := k.Other.State
		l.th.guards.Others = append(l.th.guards.Others, write.MatterGuard{No: o.No, Open: o.Open})
		out = append(out, procedure.Linked{
			No: o.No, Procedure: o.Procedure, Unit: o.Unit, Open: o.Open, Outcome: o.Outcome, Closed: o.Closed,
		})
	}
	return out, nil
}

// fromThere names a link as it is seen from its other end.
var fromThere = map[string]string{
	"part_of": "parts", "merged_into": "absorbed", "split_from": "splits", "continues": "continued_by",
	"caused_by": "caused", "reviews": "reviewed_by", "covers": "covered_by", "evidence_of": "evidence",
}

// fromHere is the kind under which a link was made that is called name from here; back tells that its other end made it.
func fromHere(name string) (kind string, back bool) {
	for kind, there := range fromThere {
		if there == name {
			return kind, true
		}
	}
	return name, false
}

func (l *lookup) Entry(register, key string) (matter.Ref, bool, error) {
	e, err := read.EntryByKey(l.ctx, l.tx, register, key)
	if errors.Is(err, read.ErrNone) {
		return matter.Ref{}, false, nil
	}
	if err != nil {
		return matter.Ref{}, false, err
	}
	l.th.guards.Entries = append(l.th.guards.Entries, write.EntryGuard{No: e.No, Version: e.Version})
	v, ok := e.AsOf(l.th.act.Legal, 0)
	return RefTo(e, v), ok, nil
}
