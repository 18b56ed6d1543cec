package act

import (
	"context"

	"zhunsheng/internal/access"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// Running counts the running matters of procedures, as far as the viewer sees them, each up to read.CountCap.
func (a *Acts) Running(ctx context.Context, s access.Scope, procedures []string) (map[string]int64, error) {
	out := make(map[string]int64, len(procedures))
	err := a.DB.Read(ctx, func(tx *store.Tx) error {
		for _, p := range procedures {
			n, err := read.Count(ctx, tx, s, read.Filter{Procedure: p, OpenOnly: true})
			if err != nil {
				return err
			}
			out[p] = n
		}
		return nil
	})
	return out, err
}

// RunningPage lists one page of the running matters of a procedure that the viewer sees, newest first, with their limits.
// before is the number of the last matter of the page before, 0 for the first.
func (a *Acts) RunningPage(ctx context.Context, s access.Scope, procedureID string, before int64) (rows []read.Matter, limits map[int64][]procedure.LimitView, err error) {
	err = a.DB.Read(ctx, func(tx *store.Tx) (err error) {
		if rows, err = read.List(ctx, tx, s, read.Filter{Procedure: procedureID, OpenOnly: true, Before: before}); err != nil {
			return err
		}
		limits, err = a.Limits(ctx, tx, rows)
		return err
	})
	return rows, limits, err
}
