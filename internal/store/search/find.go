package search

import (
	"context"
	"fmt"
	"strconv"

	"zhunsheng/internal/access"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// Matters returns the numbers of the matters that hold all words said and that the viewer sees, newest first, at most
// limit (0: 50). before is the place of a page: matters with a smaller number, 0 from the newest. Sealed ones are not found.
func Matters(ctx context.Context, tx *store.Tx, s access.Scope, said string, before int64, limit int) ([]int64, error) {
	q, ok := matters(tx, s, said, before)
	if !ok {
		return nil, nil
	}
	return q.run(ctx, tx, limit)
}

// Count counts what Matters would find in all, up to read.CountCap.
func Count(ctx context.Context, tx *store.Tx, s access.Scope, said string) (n int64, err error) {
	q, ok := matters(tx, s, said, 0)
	if !ok {
		return 0, nil
	}
	text := fmt.Sprintf("%sSELECT COUNT(*) FROM (SELECT 1 AS one FROM %s WHERE %s LIMIT %d) found", q.with, q.from, q.where, read.CountCap)
	if err := tx.Row(ctx, text, q.args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("count what a search finds: %w", err)
	}
	return n, nil
}

// matters makes the query of Matters; ok is false where nothing can be found.
func matters(tx *store.Tx, s access.Scope, said string, before int64) (q *query, ok bool) {
	words := phrases(said)
	if len(words) == 0 || !s.System && len(s.Units) == 0 {
		return nil, false
	}
	q = begin(tx.Dialect, words, thingMatter, before)
	if s.System {
		q.where += " AND " + read.Unsealed(q.no)
	} else {
		q.where += " AND " + read.Visible(tx.Dialect, q.no, q.arg(tx.Dialect.IntsArg(s.Units)))
	}
	return q, true
}

// Entries returns the numbers of the entries of a register (one of Registers) that hold all words said, newest first, at
// most limit (0: 50).
func Entries(ctx context.Context, tx *store.Tx, register, said string, limit int) ([]int64, error) {
	words := phrases(said)
	if len(words) == 0 {
		return nil, nil
	}
	q := begin(tx.Dialect, words, ofRegister(register), 0)
	return q.run(ctx, tx, limit)
}

// query is a search under way: where it looks and under what conditions. What it finds comes newest first.
type query struct {
	with, from, no, where, order string
	args                         []any
}

// last is past every number there is.
const last = 1<<63 - 1

// begin makes a query for words under a facet, below before.
func begin(d store.Dialect, words [][]string, facet string, before int64) *query {
	if before <= 0 {
		before = last
	}
	if d == store.Postgres {
		return beginArrays(words, facet, before)
	}
	q := &query{from: "search", no: "search.rowid", order: " ORDER BY search.rowid DESC"}
	q.where = "search MATCH " + q.arg(matchFTS(words, facet)) + " AND search.rowid < " + q.arg(before)
	return q
}

// beginArrays narrows by hashed tokens first, newest first, and then looks the phrases up in the bodies one by one, until a
// page is full: for a frequent word in one go the bodies of all that have it would be unpacked for a page of fifty. A
// materialized query is read in its own order and no further than is asked of it.
func beginArrays(words [][]string, facet string, before int64) *query {
	q := &query{from: "c", no: "c.no"}
	all, written := matchArrays(words, facet)
	q.with = "WITH c AS MATERIALIZED (SELECT d.no FROM doc d WHERE d.tokens @> " + q.arg(all) + "::int4[] AND d.no < " + q.arg(before) +
		" ORDER BY d.no DESC) "
	q.where = "(SELECT bool_and(strpos(d.body, w) > 0) FROM doc d, unnest(" + q.arg(written) + "::text[]) w WHERE d.no = c.no)"
	return q
}

// arg adds an argument and returns its parameter.
func (q *query) arg(v any) string {
	q.args = append(q.args, v)
	return "$" + strconv.Itoa(len(q.args))
}

func (q *query) run(ctx context.Context, tx *store.Tx, limit int) ([]int64, error) {
	if limit <= 0 {
		limit = read.PageSize
	}
	text := q.with + "SELECT " + q.no + " FROM " + q.from + " WHERE " + q.where + q.order + " LIMIT " + q.arg(int64(limit))
	rs, err := tx.Query(ctx, text, q.args...)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	defer func() { _ = rs.Close() }() // Err below tells whether reading ended well
	var out []int64
	for rs.Next() {
		var no int64
		if err := rs.Scan(&no); err != nil {
			return nil, fmt.Errorf("search: %w", err)
		}
		out = append(out, no)
	}
	if err := rs.Err(); err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return out, nil
}
