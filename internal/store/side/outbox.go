package side

import (
	"context"
	"fmt"

	"zhunsheng/internal/store"
)

// Notice is a row of the outbox: what an act wants somebody to be told, written in the act's own batch.
type Notice struct {
	ID, At, Seq int64
	Kind        string
	Unit        int64
	Role        string
	Post        int64
	Body        []byte
	Tries       int64
}

// Notices returns the notices that are due at a moment (microseconds UTC), oldest first.
func Notices(ctx context.Context, tx *store.Tx, now int64, limit int) ([]Notice, error) {
	rs, err := tx.Query(ctx, "SELECT id, at, seq, kind, unit, role, post, body, tries FROM outbox WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2",
		now, int64(limit))
	if err != nil {
		return nil, fmt.Errorf("read outbox: %w", err)
	}
	defer func() { _ = rs.Close() }() // Err below tells whether reading ended well
	var out []Notice
	for rs.Next() {
		var n Notice
		if err := rs.Scan(&n.ID, &n.At, &n.Seq, &n.Kind, &n.Unit, &n.Role, &n.Post, &n.Body, &n.Tries); err != nil {
			return nil, fmt.Errorf("read outbox: %w", err)
		}
		out = append(out, n)
	}
	return out, rs.Err()
}

// Sent takes notices out of the outbox.
func Sent(ctx context.Context, tx *store.Tx, ids []int64) error {
	if _, err := tx.Exec(ctx, "DELETE FROM outbox WHERE id IN ("+tx.Dialect.Ints("$1")+")", tx.Dialect.IntsArg(ids)); err != nil {
		return fmt.Errorf("empty outbox: %w", err)
	}
	return nil
}

// Retry puts a notice off until a moment and counts the try.
func Retry(ctx context.Context, tx *store.Tx, id, at int64) error {
	if _, err := tx.Exec(ctx, "UPDATE outbox SET tries = tries + 1, next_at = $2 WHERE id = $1", id, at); err != nil {
		return fmt.Errorf("put notice off: %w", err)
	}
	return nil
}

// PruneOnce forgets the requests of records made before a moment (microseconds UTC), but for those of duties and imports,
// whose rule and period may come again: they are no UUIDs.
func PruneOnce(ctx context.Context, tx *store.Tx, before int64) (int64, error) {
	var seq int64
	if err := tx.Row(ctx, "SELECT coalesce(max(size), 0) FROM checkpoint WHERE at < $1", before).Scan(&seq); err != nil {
		return 0, fmt.Errorf("prune requests: %w", err)
	}
	n, err := tx.Exec(ctx, "DELETE FROM once WHERE seq <= $1 AND length(request) = 36", seq)
	if err != nil {
		return 0, fmt.Errorf("prune requests: %w", err)
	}
	return n, nil
}
