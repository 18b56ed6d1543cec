package side

import (
	"context"
	"fmt"

	"zhunsheng/internal/store"
)

// Lease takes a named duty for holder until a moment, or renews it; ok tells whether holder has it. Of several copies of
// the program one holds a duty; it passes on when its lease has run out. Times are microseconds UTC.
func Lease(ctx context.Context, db *store.DB, name, holder string, now, until int64) (ok bool, err error) {
	err = db.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(ctx, "INSERT INTO queue (name, key, run_at, lease_until, holder) VALUES ($1, '', 0, $4, $2) ON CONFLICT (name, key)"+
			" DO UPDATE SET lease_until = excluded.lease_until, holder = excluded.holder WHERE queue.lease_until <= $3 OR queue.holder = $2",
			name, holder, now, until)
		ok = n == 1
		return err
	})
	if err != nil {
		return false, fmt.Errorf("lease %s: %w", name, err)
	}
	return ok, nil
}

// Release gives a duty back before its lease has run out.
func Release(ctx context.Context, db *store.DB, name, holder string) error {
	err := db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM queue WHERE name = $1 AND key = '' AND holder = $2", name, holder)
		return err
	})
	if err != nil {
		return fmt.Errorf("release %s: %w", name, err)
	}
	return nil
}

// Plan sets when a job of a name and key runs next (microseconds UTC); a job that is planned already keeps the earlier time.
func Plan(ctx context.Context, tx *store.Tx, name, key string, at int64) error {
	_, err := tx.Exec(ctx, "INSERT INTO queue (name, key, run_at, lease_until, holder) VALUES ($1, $2, $3, 0, '') ON CONFLICT (name, key)"+
		" DO UPDATE SET run_at = CASE WHEN excluded.run_at < queue.run_at THEN excluded.run_at ELSE queue.run_at END", name, key, at)
	if err != nil {
		return fmt.Errorf("plan job %s %s: %w", name, key, err)
	}
	return nil
}

// Job is a planned job.
type Job struct {
	Name, Key string
	RunAt     int64
}

// Claim takes a job that is due and that nobody holds, until a moment; ok is false where there is none.
func Claim(ctx context.Context, db *store.DB, holder string, now, until int64) (j Job, ok bool, err error) {
	err = db.Write(ctx, func(tx *store.Tx) error {
		rs, err := tx.Query(ctx, "UPDATE queue SET lease_until = $2, holder = $3 WHERE (name, key) IN (SELECT name, key FROM queue"+
			" WHERE run_at <= $1 AND lease_until <= $1 AND key <> '' ORDER BY run_at, name, key LIMIT 1) AND lease_until <= $1"+
			" RETURNING name, key, run_at", now, until, holder)
		if err != nil {
			return err
		}
		defer func() { _ = rs.Close() }() // Err below tells whether reading ended well
		for rs.Next() {
			ok = true
			if err := rs.Scan(&j.Name, &j.Key, &j.RunAt); err != nil {
				return err
			}
		}
		return rs.Err()
	})
	if err != nil {
		return Job{}, false, fmt.Errorf("claim job: %w", err)
	}
	return j, ok, nil
}

// Finish takes a job off the queue, if holder still has it and it was not planned anew meanwhile.
func Finish(ctx context.Context, db *store.DB, j Job, holder string) error {
	err := db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM queue WHERE name = $1 AND key = $2 AND holder = $3 AND run_at = $4", j.Name, j.Key, holder, j.RunAt)
		return err
	})
	if err != nil {
		return fmt.Errorf("finish job: %w", err)
	}
	return nil
}
