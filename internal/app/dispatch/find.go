package dispatch

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
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

// mostFound bounds a search; what is older is found by narrowing.
const mostFound = 2000

// Search finds matters whose title, number or plan text holds all words said, newest first.
func (d *Dispatch) Search(ctx context.Context, scope access.Scope, said string, limit int) ([]*Task, error) {
	words := strings.Fields(said)
	if len(words) == 0 {
		return nil, nil
	}
	var out []*Task
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := read.List(ctx, tx, scope, read.Filter{Limit: mostFound})
		if err != nil {
			return err
		}
		rows = slices.DeleteFunc(rows, func(m read.Matter) bool {
			text := m.State.Title + " " + m.State.Number + " " + m.State.Text("title") + " " + m.State.Text("text")
			return slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
		})
		out, err = d.judged(ctx, tx, rows[:min(limit, len(rows))])
		return err
	})
	slices.SortFunc(out, func(a, b *Task) int { return cmp.Compare(b.State.No, a.State.No) })
	return out, err
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
