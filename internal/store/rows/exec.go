package rows

import (
	"context"
	"database/sql"
	"fmt"
)

// Out writes sets on one connection; it keeps its statements prepared. It is not safe for concurrent use.
type Out struct {
	conn     *sql.Conn
	postgres bool
	stmts    map[key]*sql.Stmt
	texts    map[string]*sql.Stmt
	count    int
	args     []any
}

type key struct {
	op   Op
	size int
}

// NewOut returns an Out on a connection, which the caller closes after Close.
func NewOut(conn *sql.Conn, postgres bool) *Out {
	return &Out{conn: conn, postgres: postgres, stmts: map[key]*sql.Stmt{}, texts: map[string]*sql.Stmt{}}
}

// Statements returns how many statements have been sent since the last call.
func (w *Out) Statements() int {
	n := w.count
	w.count = 0
	return n
}

// Close closes the prepared statements.
func (w *Out) Close() error {
	var first error
	for _, s := range w.stmts {
		if err := s.Close(); err != nil && first == nil {
			first = err
		}
	}
	for _, s := range w.texts {
		if err := s.Close(); err != nil && first == nil {
			first = err
		}
	}
	clear(w.stmts)
	clear(w.texts)
	return first
}

// Write writes the rows of one operation with one statement, or with as many as the largest size of a statement asks.
func (w *Out) Write(ctx context.Context, s *Set, o Op) error {
	args := s.rows[o].args
	if len(args) == 0 {
		return nil
	}
	width := len(all[o].table.columns)
	if w.postgres {
		st, err := w.prepared(ctx, o, 0)
		if err != nil {
			return err
		}
		w.count++
		if _, err := st.ExecContext(ctx, arrays(all[o].table.columns, args)...); err != nil {
			return fmt.Errorf("write %s: %w", all[o].table.Name, err)
		}
		return nil
	}
	for len(args) > 0 {
		n := min(len(args)/width, sizes[len(sizes)-1])
		size := sizeFor(n)
		st, err := w.prepared(ctx, o, size)
		if err != nil {
			return err
		}
		chunk := args[:n*width]
		if n < size {
			w.args = append(w.args[:0], chunk...)
			for range (size - n) * width {
				w.args = append(w.args, nil)
			}
			chunk = w.args
		}
		w.count++
		if _, err := st.ExecContext(ctx, chunk...); err != nil {
			return fmt.Errorf("write %s: %w", all[o].table.Name, err)
		}
		args = args[n*width:]
	}
	clear(w.args)
	return nil
}

// WriteAll writes every operation of the set in order.
func (w *Out) WriteAll(ctx context.Context, s *Set) error {
	for o := range ops {
		if err := w.Write(ctx, s, o); err != nil {
			return err
		}
	}
	return nil
}

func (w *Out) prepared(ctx context.Context, o Op, size int) (*sql.Stmt, error) {
	k := key{o, size}
	if st := w.stmts[k]; st != nil {
		return st, nil
	}
	st, err := w.conn.PrepareContext(ctx, all[o].text(w.postgres, size))
	if err != nil {
		return nil, fmt.Errorf("prepare write of %s: %w", all[o].table.Name, err)
	}
	w.stmts[k] = st
	return st, nil
}

// Exec runs a text of a closed set.
func (w *Out) Exec(ctx context.Context, text string, args ...any) error {
	st, err := w.text(ctx, text)
	if err != nil {
		return err
	}
	w.count++
	_, err = st.ExecContext(ctx, args...)
	return err
}

// Query runs a text of a closed set that gives rows.
func (w *Out) Query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	st, err := w.text(ctx, text)
	if err != nil {
		return nil, err
	}
	w.count++
	return st.QueryContext(ctx, args...)
}

func (w *Out) text(ctx context.Context, text string) (*sql.Stmt, error) {
	if st := w.texts[text]; st != nil {
		return st, nil
	}
	st, err := w.conn.PrepareContext(ctx, text)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", err)
	}
	w.texts[text] = st
	return st, nil
}

// arrays turns rows into one typed array a column.
func arrays(columns []column, args []any) []any {
	n := len(args) / len(columns)
	out := make([]any, len(columns))
	for i, c := range columns {
		switch c.kind {
		case 'i':
			v := make([]int64, n)
			for r := range v {
				v[r] = args[r*len(columns)+i].(int64)
			}
			out[i] = v
		case 't':
			v := make([]string, n)
			for r := range v {
				v[r] = args[r*len(columns)+i].(string)
			}
			out[i] = v
		default:
			v := make([][]byte, n)
			for r := range v {
				v[r] = args[r*len(columns)+i].([]byte)
			}
			out[i] = v
		}
	}
	return out
}
