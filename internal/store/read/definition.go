package read

import (
	"context"
	"fmt"

	"zhunsheng/internal/store"
	"zhunsheng/internal/store/rows"
)

// Definitions returns every definition the database ever took into use, with its rules, in the order they were loaded.
func Definitions(ctx context.Context, tx *store.Tx) ([]rows.Definition, error) {
	rs, err := tx.Query(ctx, "SELECT digest, kind, id, in_force, rules FROM definition ORDER BY first_seq, digest")
	if err != nil {
		return nil, fmt.Errorf("read definitions: %w", err)
	}
	defer func() { _ = rs.Close() }()
	var out []rows.Definition
	for rs.Next() {
		var d rows.Definition
		if err := rs.Scan(&d.Digest, &d.Kind, &d.ID, &d.InForce, &d.Rules); err != nil {
			return nil, fmt.Errorf("read definitions: %w", err)
		}
		out = append(out, d)
	}
	return out, rs.Err()
}
