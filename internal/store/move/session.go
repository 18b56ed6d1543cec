package move

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"zhunsheng/internal/store"
	"zhunsheng/internal/store/rows"
)

// session is a transaction under the head lock: every writer waits until it ends.
type session struct {
	conn *sql.Conn
	out  *rows.Out
	db   *store.DB
}

// locked runs fn in one transaction that holds the head lock; what fn did is kept only if it returns nil.
func locked(ctx context.Context, db *store.DB, fn func(*session) error) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("take the head lock: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	s := &session{conn: conn, out: rows.NewOut(conn, db.Dialect == store.Postgres), db: db}
	defer func() { err = errors.Join(err, s.out.Close()) }()
	if _, err := conn.ExecContext(ctx, db.Dialect.Begin()); err != nil {
		return fmt.Errorf("take the head lock: %w", err)
	}
	// The end must come even where ctx has ended: an open transaction would hold every writer up.
	end := context.WithoutCancel(ctx)
	if _, err := conn.ExecContext(ctx, "UPDATE head SET size = size WHERE id = 1"); err != nil {
		_, rerr := conn.ExecContext(end, "ROLLBACK")
		return errors.Join(fmt.Errorf("take the head lock: %w", err), rerr)
	}
	if err := fn(s); err != nil {
		_, rerr := conn.ExecContext(end, "ROLLBACK")
		return errors.Join(err, rerr)
	}
	if _, err := conn.ExecContext(end, "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}
