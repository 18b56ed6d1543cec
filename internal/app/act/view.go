package act

import (
	"context"
	"fmt"
	"slices"

	"zhunsheng/internal/access"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// View is everything one viewer may know about a matter, from one snapshot.
type View struct {
	State   *matter.State
	Cache   matter.Cache
	Def     *procedure.Definition
	Steps   []procedure.StepView
	Limits  []procedure.LimitView
	History []read.Said
	Links   []read.Link // only matters the viewer sees
	Site    *Site
	// Withheld tells that personal and sealed words were left out: the viewer takes no part in the matter.
	Withheld bool
}

// View reads a matter for a viewer: its steps as they stand for the actor, its limits with their reasons, and every
// record. A matter the viewer does not see is NotFound.
func (a *Acts) View(ctx context.Context, who access.Actor, no int64) (*View, error) {
	var v View
	err := a.DB.Read(ctx, func(tx *store.Tx) error {
		site, err := a.siteOf(ctx, tx)
		if err != nil {
			return err
		}
		row, err := a.seen(ctx, tx, site, who, no)
		if err != nil {
			return err
		}
		def, ok := a.Book().ByDigest(row.State.Def)
		if !ok {
			return fmt.Errorf("matter %d is governed by unknown rules %s", no, row.State.Def)
		}
		v = View{State: row.State, Cache: row.Cache, Def: def, Site: site}
		today := a.Today()
		th := &thought{site: site, def: def, prev: row.State, before: row.Cache, act: procedure.Act{Legal: today}}
		env := a.env(ctx, tx, th)
		v.Steps = def.Steps(row.State, actorOf(site, who, today), env)
		v.Limits = def.Limits(row.State, env)
		if v.History, err = read.History(ctx, tx, row.State.Seqs); err != nil {
			return err
		}
		scope := access.Scope{System: who.System}
		if !who.System {
			scope = site.Rights.Scope(who.Person, today)
		}
		if !who.System && !takesPart(row.State, scope.Units) {
			v.withhold()
			v.Withheld = true
		}
		v.Links, err = read.LinksSeen(ctx, tx, scope, row.State)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &v, nil
}

// withhold takes personal and sealed words out of a view: who sees a matter only from above, or by a relation, sees what
// happened and when, not the words about people.
func (v *View) withhold() {
	state := *v.State
	state.Values = slices.DeleteFunc(slices.Clone(state.Values), func(h matter.Held) bool { return h.Part != matter.OpenPart })
	v.State = &state
	for i := range v.History {
		r := *v.History[i].Record
		r.Personal, r.Sealed = matter.Words{}, matter.Words{}
		v.History[i].Record = &r
	}
}

// Limits computes the limits of matters read in a list, by matter no. It is what lights are made of.
func (a *Acts) Limits(ctx context.Context, tx *store.Tx, rows []read.Matter) (map[int64][]procedure.LimitView, error) {
	return a.LimitsOn(ctx, tx, rows, a.Today())
}

// List is a page of matters as far as the viewer sees them, newest first.
func (a *Acts) List(ctx context.Context, scope access.Scope, f read.Filter) (rows []read.Matter, err error) {
	err = a.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err = read.List(ctx, tx, scope, f)
		return err
	})
	return rows, err
}

// Count counts what List would show in all, up to read.CountCap.
func (a *Acts) Count(ctx context.Context, scope access.Scope, f read.Filter) (n int64, err error) {
	err = a.DB.Read(ctx, func(tx *store.Tx) error {
		n, err = read.Count(ctx, tx, scope, f)
		return err
	})
	return n, err
}

// Entries lists the entries of a register that are valid today, by key, at most limit; more tells that there are others.
func (a *Acts) Entries(ctx context.Context, register string, limit int) (refs []matter.Ref, more bool, err error) {
	err = a.DB.Read(ctx, func(tx *store.Tx) error {
		all, err := read.Entries(ctx, tx, register, "", limit+1)
		for _, e := range all {
			if v, ok := e.AsOf(a.Today(), 0); ok {
				refs = append(refs, RefTo(e, v))
			}
		}
		more = len(all) > limit
		return err
	})
	return refs, more, err
}
