package read

import (
	"context"

	"zhunsheng/internal/store"
)

// Unsealed is the condition that the matter whose number is in column does not reach named persons only.
func Unsealed(column string) string {
	return "COALESCE((SELECT 1 FROM reach_person p WHERE p.matter = " + column + " LIMIT 1), 0) <> 1"
}

// Visible is the condition that a viewer may find the matter whose number is in column: one of the units in parameter
// units sees it, and it is not sealed.
func Visible(d store.Dialect, column, units string) string {
	return reachedBy(d, column, units) + " AND " + Unsealed(column)
}

func reachedBy(d store.Dialect, column, units string) string {
	return "(SELECT 1 FROM reach e WHERE e.matter = " + column + " AND " + d.Among("e.unit", units) + " LIMIT 1) IS NOT NULL"
}

// MattersOf reads the matters with the given numbers, newest first; those that are not there are left out.
func MattersOf(ctx context.Context, tx *store.Tx, nos []int64) ([]Matter, error) {
	if len(nos) == 0 {
		return nil, nil
	}
	return matters(ctx, tx, "SELECT "+matterColumns+" FROM matter m WHERE "+tx.Dialect.Among("m.no", "$1")+" ORDER BY m.no DESC",
		tx.Dialect.IntsArg(nos))
}
