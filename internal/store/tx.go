package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// Tx is one snapshot for reading, or one transaction on side rows.
type Tx struct {
	Dialect Dialect

	tx *sql.Tx
	db *DB // nil: texts are not kept prepared
}

// Read runs fn in one snapshot of the database.
func (db *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	select {
	case db.slots <- struct{}{}:
		defer func() { <-db.slots }()
	case <-ctx.Done():
		return fmt.Errorf("begin reading: %w", ctx.Err())
	}
	o := &sql.TxOptions{ReadOnly: true}
	if db.Dialect == Postgres {
		o.Isolation = sql.LevelRepeatableRead
	}
	tx, err := db.reader.BeginTx(ctx, o)
	for n := db.reader.Stats().OpenConnections; err != nil && ctx.Err() == nil && n > 0; n-- {
		tx, err = db.reader.BeginTx(ctx, o) // the database may have been away: its old connections are of no use
	}
	if err != nil {
		return fmt.Errorf("begin reading: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // nothing was written; the snapshot only has to end
	return fn(&Tx{Dialect: db.Dialect, tx: tx, db: db})
}

// Write runs fn in a transaction on rows without truth (package side); truth goes through package write.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	conn, err := db.writer.Conn(ctx)
	if err != nil {
		return fmt.Errorf("begin writing: %w", err)
	}
	defer func() { _ = conn.Close() }()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin writing: %w", err)
	}
	if err := fn(&Tx{Dialect: db.Dialect, tx: tx}); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// Query runs a text that is one of a closed set: it is kept prepared.
func (t *Tx) Query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if t.db == nil || t.Dialect == Postgres { // pgx keeps its own
		return t.tx.QueryContext(ctx, text, args...)
	}
	s, err := t.db.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	return t.tx.StmtContext(ctx, s).QueryContext(ctx, args...)
}

// Row is Query for a text that gives at most one row.
func (t *Tx) Row(ctx context.Context, text string, args ...any) *sql.Row {
	if t.db == nil || t.Dialect == Postgres {
		return t.tx.QueryRowContext(ctx, text, args...)
	}
	s, err := t.db.prepared(ctx, text)
	if err != nil {
		return t.tx.QueryRowContext(ctx, text, args...) // gives the error of preparing to whoever scans
	}
	return t.tx.StmtContext(ctx, s).QueryRowContext(ctx, args...)
}

// Exec runs a text that changes side rows.
func (t *Tx) Exec(ctx context.Context, text string, args ...any) (int64, error) {
	r, err := t.tx.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (db *DB) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	db.mu.RLock()
	s := db.texts[text]
	db.mu.RUnlock()
	if s != nil {
		return s, nil
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	if s := db.texts[text]; s != nil {
		return s, nil
	}
	s, err := db.reader.PrepareContext(context.WithoutCancel(ctx), text)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	db.texts[text] = s
	return s, nil
}

func appendInts(b []byte, v []int64) []byte {
	b = append(b, '[')
	for i, n := range v {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, n, 10)
	}
	return append(b, ']')
}

func appendTexts(b []byte, v []string) []byte {
	b = append(b, '[')
	for i, s := range v {
		if i > 0 {
			b = append(b, ',')
		}
		text, err := json.Marshal(s)
		if err != nil { // a string always has a JSON form
			continue
		}
		b = append(b, text...)
	}
	return append(b, ']')
}
