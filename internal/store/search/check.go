package search

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// Stale is a matter whose place in the index is not what the index claims.
type Stale struct {
	No   int64
	What string
}

// Check compares which matters are indexed, and as of which record, with the matters up to the record the index has come
// to. It returns at most limit of those that differ; their words are not compared.
func Check(ctx context.Context, tx *store.Tx, limit int) ([]Stale, error) {
	upto, err := Upto(ctx, tx)
	if err != nil {
		return nil, err
	}
	most := " LIMIT " + strconv.Itoa(limit)
	missing, err := stale(ctx, tx, "is missing", "SELECT m.no FROM matter m LEFT JOIN doc d ON d.no = m.no WHERE m.seq <= $1 AND d.no IS NULL"+
		" AND (m.title <> '' OR m.number <> '') AND "+read.Unsealed("m.no")+" ORDER BY m.no"+most, upto)
	if err != nil {
		return nil, err
	}
	if missing, err = withWords(ctx, tx, missing); err != nil {
		return nil, err
	}
	old, err := stale(ctx, tx, "is as of another record",
		"SELECT d.no FROM doc d JOIN matter m ON m.no = d.no WHERE m.seq <= $1 AND d.seq <> m.seq ORDER BY d.no"+most, upto)
	if err != nil {
		return nil, err
	}
	// A matter that was sealed after the index's last record has not been met yet.
	stray, err := stale(ctx, tx, "is of no matter that is searched", "SELECT d.no FROM doc d LEFT JOIN matter m ON m.no = d.no WHERE d.thing = $2"+
		" AND (m.no IS NULL OR m.seq <= $1 AND NOT ("+read.Unsealed("d.no")+")) ORDER BY d.no"+most, upto, thingMatter)
	if err != nil {
		return nil, err
	}
	out := append(append(missing, old...), stray...)
	return out[:min(len(out), limit)], nil
}

// withWords keeps those that have anything to index: a title may be nothing but marks.
func withWords(ctx context.Context, tx *store.Tx, missing []Stale) ([]Stale, error) {
	var out []Stale
	for _, s := range missing {
		m, err := read.MatterOf(ctx, tx, s.No)
		if err != nil {
			return nil, err
		}
		if d := ofMatter(m.State, m.State.Sealed); len(d.tokens) > 0 {
			out = append(out, s)
		}
	}
	return out, nil
}

func stale(ctx context.Context, tx *store.Tx, what, text string, args ...any) (out []Stale, err error) {
	rs, err := tx.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("check the index: %w", err)
	}
	defer func(rs *sql.Rows) { err = errors.Join(err, rs.Close()) }(rs)
	for rs.Next() {
		s := Stale{What: what}
		if err := rs.Scan(&s.No); err != nil {
			return nil, fmt.Errorf("check the index: %w", err)
		}
		out = append(out, s)
	}
	return out, rs.Err()
}
