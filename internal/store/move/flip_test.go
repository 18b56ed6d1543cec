package move_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/move"
	"zhunsheng/internal/store/schema"
	"zhunsheng/internal/store/side"
	"zhunsheng/internal/store/storetest"
	"zhunsheng/internal/store/write"
)

// proved are the tables every column of which is tried.
var proved = append([]string{"head", "record", "part", "tile", "checkpoint", "cosign", "definition"}, schema.Truth...)

// meaningless lists, as docs/ledger.md does, the columns of those tables that carry no truth.
func meaningless(t *testing.T) map[string]bool {
	t.Helper()
	b, err := os.ReadFile("../../../docs/ledger.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(b), "<!-- meaningless columns -->")
	section, _, ok2 := strings.Cut(section, "<!-- end -->")
	if !ok || !ok2 {
		t.Fatal("docs/ledger.md does not list the columns that carry no truth")
	}
	out := map[string]bool{}
	for line := range strings.Lines(section) {
		if name, ok := strings.CutPrefix(line, "| `"); ok {
			name, _, _ = strings.Cut(name, "`")
			out[name] = true
		}
	}
	return out
}

// TestEveryFlipIsNamed changes one value of every column in turn; verify must name the table and the row.
func TestEveryFlipIsNamed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, key := full(t, e)
		idle := meaningless(t)
		conn, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		tried := 0
		for _, table := range proved {
			for _, c := range columnsOf(t, conn, table) {
				r := flip(t, db, conn, key, table, c)
				if r == nil {
					t.Errorf("%s.%s: the test has no row to flip", table, c)
					continue
				}
				tried++
				name := table + "." + c
				if idle[name] != r.OK {
					t.Errorf("%s: flipped, verify says ok: %v; docs/ledger.md lists it as meaningless: %v", name, r.OK, idle[name])
				}
				named := slices.ContainsFunc(r.Differences, func(d move.Difference) bool { return d.Table == table && d.Key != "" })
				if !r.OK && !named {
					t.Errorf("%s: verify names %v", name, r.Differences[:min(3, len(r.Differences))])
				}
			}
		}
		t.Logf("%d columns flipped", tried)
		if r := verifyWith(t, db, key); !r.OK {
			t.Errorf("the test left something changed: %v", r.Differences)
		}
	})
}

// full is a database in which every table has rows.
func full(t *testing.T, e storetest.Engine) (*store.DB, ledger.Key) {
	t.Helper()
	db, _ := filled(t, e, 90)
	wr, err := write.New(db, write.Config{})
	if err != nil {
		t.Fatal(err)
	}
	w := storetest.NewWorld(wr, 11)
	w.Prefix(9)
	c := w.OpenChange(1)
	c.Record.Effects.Persons = []int64{7}
	c.Next, err = matter.Fold(nil, &c.Record)
	if err != nil {
		t.Fatal(err)
	}
	c.State = matter.AppendState(nil, c.Next)
	w.Encode(&c)
	if _, err := wr.Do(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Entry(t.Context(), nil, "unit", "450200900", "2026-01-01", matter.Values{
		{Name: "aliases", Value: matter.OfList(matter.Item{ID: "a1", Value: matter.OfText("别名")})},
	}); err != nil {
		t.Fatal(err)
	}
	if err := wr.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	signer, err := ledger.NewSigner("450200", [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	cosigner, err := ledger.NewCosigner("audit.example", [32]byte{2})
	if err != nil {
		t.Fatal(err)
	}
	r := sound(t, db)
	size, note, err := side.Sign(t.Context(), db, signer, 1)
	if err != nil || size != r.Records {
		t.Fatalf("signed %d of %d records, %v", size, r.Records, err)
	}
	err = db.Write(t.Context(), func(tx *store.Tx) error {
		line, err := cosigner.Cosign(note, signer.Key(), ledger.Checkpoint{}, nil, time.Unix(1, 0))
		if err != nil {
			return err
		}
		return side.PutCosign(t.Context(), tx, size, "audit.example", line)
	})
	if err != nil {
		t.Fatal(err)
	}
	return db, signer.Key()
}

func verifyWith(t *testing.T, db *store.DB, key ledger.Key) *move.Report {
	t.Helper()
	r, err := move.Verify(t.Context(), db, move.Options{Key: key})
	if err != nil {
		t.Fatal(err)
	}
	return &r
}

func columnsOf(t *testing.T, conn *sql.Conn, table string) []string {
	t.Helper()
	rs, err := conn.QueryContext(t.Context(), "SELECT * FROM "+table+" WHERE 1 = 0")
	if err != nil {
		t.Fatal(err)
	}
	names, err := rs.Columns()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(rs.Err(), rs.Close()); err != nil {
		t.Fatal(err)
	}
	return names
}

// flip changes a column of one row, verifies, and puts it back. It returns nil where no row has a value in the column.
func flip(t *testing.T, db *store.DB, conn *sql.Conn, key ledger.Key, table, column string) *move.Report {
	t.Helper()
	ctx := t.Context()
	columns := columnsOf(t, conn, table)
	row, dest := make([]any, len(columns)), make([]any, len(columns))
	for i := range row {
		dest[i] = &row[i]
	}
	at := slices.Index(columns, column)
	order := fmt.Sprintf("SELECT * FROM %s ORDER BY length(CAST(%s AS TEXT)) DESC LIMIT 1", table, column)
	if err := conn.QueryRowContext(ctx, order).Scan(dest...); err != nil {
		return nil
	}
	var conditions []string
	var args []any
	for i, c := range columns {
		if b, ok := row[i].([]byte); row[i] == nil || ok && b == nil { // SQLite gives an empty blob as nil; no column takes NULL
			row[i] = []byte{}
		}
		conditions = append(conditions, fmt.Sprintf("%s = $%d", c, i+2))
		args = append(args, row[i])
	}
	refused := false // by a constraint: there is nothing to find
	update := func(value any, where []any) {
		text := "UPDATE " + table + " SET " + column + " = $1 WHERE " + strings.Join(conditions, " AND ")
		res, err := conn.ExecContext(ctx, text, append([]any{value}, where...)...)
		if store.IsConstraint(err) {
			refused = true
			return
		}
		if err != nil {
			t.Fatalf("%s.%s: %v", table, column, err)
		}
		if n, err := res.RowsAffected(); n != 1 || err != nil {
			t.Fatalf("%s.%s: %d rows changed, %v", table, column, n, err)
		}
	}
	old := row[at]
	changed := other(old)
	update(changed, args)
	if refused {
		return &move.Report{OK: true}
	}
	args[at] = changed
	defer update(old, args)
	return verifyWith(t, db, key)
}

// other is a value that differs in as little as may be.
func other(v any) any {
	switch v := v.(type) {
	case int64:
		return v + 1_000_003
	case string:
		if v == "" {
			return "x"
		}
		r := []rune(v)
		r[len(r)-1] += 7 // no other value of the test's rows
		return string(r)
	case []byte:
		b := slices.Clone(v)
		if len(b) == 0 {
			return []byte{1}
		}
		b[len(b)/2] ^= 1
		return b
	}
	return v
}
