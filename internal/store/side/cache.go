package side

import (
	"context"
	"fmt"
	"slices"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
)

// Recache replaces a matter's worklists, which are derived and no truth, in the matter's row and in the tables todo and due.
// It takes the lock of the log first, so that no batch is between; ok is false where an act has been recorded on the matter
// since version, which has made its worklists anew itself.
func Recache(ctx context.Context, tx *store.Tx, no, version int64, before, after matter.Cache) (ok bool, err error) {
	if _, err := tx.Exec(ctx, "UPDATE head SET size = size WHERE id = 1"); err != nil {
		return false, fmt.Errorf("lock the log: %w", err)
	}
	n, err := tx.Exec(ctx, "UPDATE matter SET cache = $1 WHERE no = $2 AND version = $3", matter.AppendCache(nil, &after), no, version)
	if err != nil {
		return false, fmt.Errorf("write worklists of matter %d: %w", no, err)
	}
	if n == 0 {
		return false, nil
	}
	for _, d := range before.Due {
		if slices.Contains(after.Due, d) {
			continue
		}
		if _, err := tx.Exec(ctx, "DELETE FROM due WHERE unit = $1 AND due = $2 AND matter = $3 AND lim = $4 AND key = $5", d.Unit, d.Due, no, d.Limit, d.Key); err != nil {
			return false, fmt.Errorf("delete a deadline of matter %d: %w", no, err)
		}
	}
	for _, d := range after.Due {
		provisional := 0
		if d.Provisional {
			provisional = 1
		}
		if _, err := tx.Exec(ctx, `INSERT INTO due (unit, due, matter, lim, key, provisional) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (unit, due, matter, lim, key) DO UPDATE SET provisional = excluded.provisional`, d.Unit, d.Due, no, d.Limit, d.Key, provisional); err != nil {
			return false, fmt.Errorf("write a deadline of matter %d: %w", no, err)
		}
	}
	for _, t := range before.Todo {
		if slices.Contains(after.Todo, t) {
			continue
		}
		if _, err := tx.Exec(ctx, "DELETE FROM todo WHERE unit = $1 AND role = $2 AND post = $3 AND due = $4 AND matter = $5 AND step = $6 AND key = $7",
			t.Unit, t.Role, t.Post, t.Due, no, t.Step, t.Key); err != nil {
			return false, fmt.Errorf("delete work of matter %d: %w", no, err)
		}
	}
	for _, t := range after.Todo {
		if _, err := tx.Exec(ctx, `INSERT INTO todo (unit, role, post, due, matter, step, key) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (unit, role, post, due, matter, step, key) DO NOTHING`, t.Unit, t.Role, t.Post, t.Due, no, t.Step, t.Key); err != nil {
			return false, fmt.Errorf("write work of matter %d: %w", no, err)
		}
	}
	return true, nil
}
