package dispatch

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/search"
)

// Find reads what a person typed to name a matter: its 存证编号 (of any of its records), its number, or its address.
func (d *Dispatch) Find(ctx context.Context, scope access.Scope, said string) (int64, error) {
	said = strings.TrimSpace(said)
	digits := strings.ReplaceAll(said[strings.LastIndexByte(said, '/')+1:], " ", "")
	var found int64
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := read.MatterByNumber(ctx, tx, said)
		if err != nil {
			return err
		}
		if seq, bad := strconv.ParseInt(digits, 10, 64); bad == nil && len(rows) == 0 {
			h, err := read.Head(ctx, tx, seq)
			if err != nil && !errors.Is(err, read.ErrNone) {
				return err
			}
			if err == nil && h.Matter != "" {
				no, err := read.MatterNo(ctx, tx, h.Matter)
				if err == nil {
					row, err := read.MatterOf(ctx, tx, no)
					if err != nil {
						return err
					}
					rows = append(rows, row)
				} else if !errors.Is(err, read.ErrNone) {
					return err
				}
			}
		}
		for _, row := range rows {
			ok, err := read.Sees(ctx, tx, scope, row.State.No, row.State.Sealed)
			if err != nil {
				return err
			}
			if ok {
				found = row.State.No
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	if found == 0 {
		return 0, app.Faultf(app.NotFound, "没有找到“%s”，或者您的岗位不在可以查看的范围内。", said)
	}
	return found, nil
}

// Found is what a search found, as far as the viewer sees it.
type Found struct {
	Tasks []*Task // a page of matters, newest first
	Total int64   // matters in all, counted up to read.CountCap
	Plans []Plan  // newest first, on the first page only
	Units []int64 // newest first, on the first page only
	Upto  int64   // the record up to which everything is indexed
	Size  int64   // the records there are
}

// Behind tells whether records wait to be indexed: what they say is not found yet.
func (f *Found) Behind() bool { return f.Upto < f.Size }

// Search finds by words: matters whose title, number or open texts hold all of them, newest first, and plans and units by
// their names. before is the place of a page (the number of the last matter of the page above), 0 the first.
func (d *Dispatch) Search(ctx context.Context, scope access.Scope, said string, before int64, limit int) (*Found, error) {
	f := &Found{}
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) (err error) {
		if f.Upto, err = search.Upto(ctx, tx); err != nil {
			return err
		}
		if f.Size, err = read.Size(ctx, tx); err != nil {
			return err
		}
		nos, err := search.Matters(ctx, tx, scope, said, before, limit)
		if err != nil {
			return err
		}
		rows, err := read.MattersOf(ctx, tx, nos)
		if err != nil {
			return err
		}
		if f.Tasks, err = d.judged(ctx, tx, rows); err != nil {
			return err
		}
		if f.Total, err = search.Count(ctx, tx, scope, said); err != nil || before != 0 {
			return err
		}
		if f.Units, err = search.Entries(ctx, tx, "unit", said, limit); err != nil {
			return err
		}
		f.Plans, err = plansFound(ctx, tx, scope, said, limit)
		return err
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// plansFound are the plans that hold all words: those of several years, which every member of staff sees, and the yearly
// ones of which the viewer sees a task.
func plansFound(ctx context.Context, tx *store.Tx, scope access.Scope, said string, limit int) ([]Plan, error) {
	nos, err := search.Entries(ctx, tx, RegisterPlan, said, limit)
	if err != nil {
		return nil, err
	}
	var out []Plan
	for _, no := range nos {
		e, err := read.EntryOf(ctx, tx, no)
		if err != nil {
			return nil, err
		}
		p := planOf(e)
		if p.Period == "" {
			tasks, err := read.List(ctx, tx, scope, read.Filter{Procedure: ProcedureTask, Facet: PlanFacet(no), Limit: 1})
			if err != nil {
				return nil, err
			}
			if len(tasks) == 0 {
				continue
			}
		}
		out = append(out, p)
	}
	return out, nil
}

// Recent returns the newest matters a unit leads, as far as the viewer sees them.
func (d *Dispatch) Recent(ctx context.Context, scope access.Scope, unit int64, limit int) ([]*Task, error) {
	var out []*Task
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := read.List(ctx, tx, scope, read.Filter{Unit: unit, Limit: limit})
		if err != nil {
			return err
		}
		out, err = d.judged(ctx, tx, rows)
		return err
	})
	return out, err
}

// PlanFacet narrows a list to the tasks of a plan.
func PlanFacet(plan int64) *matter.Facet {
	return &matter.Facet{Field: "plan", Value: strconv.FormatInt(plan, 10)}
}

// List returns matters a viewer sees, newest first, each with its light.
func (d *Dispatch) List(ctx context.Context, scope access.Scope, f read.Filter) ([]*Task, error) {
	var out []*Task
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := read.List(ctx, tx, scope, f)
		if err != nil {
			return err
		}
		out, err = d.judged(ctx, tx, rows)
		return err
	})
	return out, err
}
