package side

import (
	"context"
	"fmt"

	"zhunsheng/internal/store"
)

// Waiting counts the jobs that are due at a moment (microseconds UTC) and that nobody holds, and the notices not yet sent.
func Waiting(ctx context.Context, tx *store.Tx, now int64) (jobs, notices int64, err error) {
	err = tx.Row(ctx, "SELECT (SELECT COUNT(*) FROM queue WHERE run_at <= $1 AND lease_until <= $1 AND key <> ''), (SELECT COUNT(*) FROM outbox)", now).
		Scan(&jobs, &notices)
	if err != nil {
		return 0, 0, fmt.Errorf("count what waits: %w", err)
	}
	return jobs, notices, nil
}
