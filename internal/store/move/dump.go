package move

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/store"
	"zhunsheng/internal/store/schema"
)

// Dump reads every row of truth and of the worklists as text, sorted: to compare two databases row by row. It is for
// databases that fit into memory.
func Dump(ctx context.Context, db *store.DB) (map[string][]string, error) {
	out := map[string][]string{}
	err := db.Read(ctx, func(tx *store.Tx) error {
		for _, table := range append(append([]string{"record", "part"}, compared...), schema.Caches...) {
			lines := []string{}
			err := each(ctx, tx, table, func(l *layout, row []any) error {
				var b strings.Builder
				for i, v := range row {
					if i != l.skip {
						fmt.Fprintf(&b, "%s=%q ", l.names[i], fmt.Sprint(v))
					}
				}
				lines = append(lines, b.String())
				return nil
			})
			if err != nil {
				return err
			}
			slices.Sort(lines)
			out[table] = lines
		}
		return nil
	})
	return out, err
}
