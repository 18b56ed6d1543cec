package read

import (
	"context"
	"fmt"

	"zhunsheng/internal/access"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
)

// Deadline is an open limit with its matter.
type Deadline struct {
	matter.Due
	Matter Matter
}

// deadlineColumns are what a Deadline is read from.
const deadlineColumns = "d.unit, d.due, d.lim, d.key, d.provisional, " + matterColumns

func deadlinesText(dl store.Dialect, s access.Scope, units []int64, from, to string, limit int) (string, []any) {
	args := []any{from, to}
	where := "d.due >= $1 AND d.due < $2"
	if len(units) > 0 {
		args = append(args, dl.IntsArg(units))
		where += " AND " + dl.Among("d.unit", "$3")
	}
	if !s.System {
		args = append(args, dl.IntsArg(s.Units))
		where += " AND " + reached(dl, fmt.Sprintf("$%d", len(args))) + " AND " + unsealed
	}
	text := "SELECT " + deadlineColumns + " FROM due d JOIN matter m ON m.no = d.matter WHERE " + where +
		fmt.Sprintf(" ORDER BY d.due, d.matter LIMIT %d", limit)
	return text, args
}

// soonestText looks among the first deadlines of all for those the viewer sees: who sees much finds a page there.
func soonestText(dl store.Dialect, s access.Scope, from, to string, limit int) (string, []any) {
	return fmt.Sprintf("WITH d AS MATERIALIZED (SELECT * FROM due WHERE due >= $1 AND due < $2 ORDER BY due, matter LIMIT %d) ", soonest*limit) +
		"SELECT " + deadlineColumns + " FROM d JOIN matter m ON m.no = d.matter WHERE " + reachedBy(dl, "d.matter", "$3") + " AND " + Unsealed("d.matter") +
		fmt.Sprintf(" ORDER BY d.due, d.matter LIMIT %d", limit), []any{from, to, dl.IntsArg(s.Units)}
}

// reachedText goes from the viewer's reach to the deadlines of each matter and sorts them: for who sees little. Only the page
// itself reads matters.
func reachedText(dl store.Dialect, s access.Scope, from, to string, limit int) (string, []any) {
	each := "due x WHERE x.matter = r.matter AND x.due >= $1 AND x.due < $2 AND " + Unsealed("x.matter")
	if dl == store.Postgres { // which would else read and hash all deadlines for a few thousand matters
		each = "LATERAL (SELECT * FROM due x WHERE x.matter = r.matter AND x.due >= $1 AND x.due < $2 AND " + Unsealed("x.matter") + " OFFSET 0) x"
	}
	return "WITH r AS MATERIALIZED (SELECT DISTINCT matter FROM reach WHERE " + dl.Among("unit", "$3") + "), " +
		"k AS MATERIALIZED (SELECT x.* FROM r CROSS JOIN " + each + "), " + // by itself: an ORDER BY in it would have PostgreSQL walk all deadlines by their day
		fmt.Sprintf("d AS MATERIALIZED (SELECT * FROM k ORDER BY due, matter LIMIT %d) ", limit) +
		"SELECT " + deadlineColumns + " FROM d CROSS JOIN matter m WHERE m.no = d.matter ORDER BY d.due, d.matter", []any{from, to, dl.IntsArg(s.Units)}
}

// How a list of deadlines is driven: the first soonest pages of all are looked through for what the viewer sees; then the
// viewer's reach, where it holds up to fewReached matters.
const (
	soonest    = 4
	fewReached = 10_000
)

// Deadlines returns the open limits of matters the viewer sees that fall due in [from, to), soonest first, at most limit.
// units narrows to matters those units lead; none: all the viewer sees.
func Deadlines(ctx context.Context, tx *store.Tx, s access.Scope, units []int64, from, to string, limit int) ([]Deadline, error) {
	if !s.System && len(s.Units) == 0 {
		return nil, nil
	}
	if !s.System && len(units) == 0 {
		if limit <= 2*PageSize {
			text, args := soonestText(tx.Dialect, s, from, to, limit)
			out, err := deadlines(ctx, tx, text, args)
			if err != nil || len(out) == limit {
				return out, err
			}
		}
		little, err := few(ctx, tx, fewReached, "SELECT 1 AS one FROM reach WHERE "+tx.Dialect.Among("unit", "$1"), tx.Dialect.IntsArg(s.Units))
		if err != nil {
			return nil, fmt.Errorf("read deadlines: %w", err)
		}
		if little {
			text, args := reachedText(tx.Dialect, s, from, to, limit)
			return deadlines(ctx, tx, text, args)
		}
	}
	text, args := deadlinesText(tx.Dialect, s, units, from, to, limit)
	return deadlines(ctx, tx, text, args)
}

func deadlines(ctx context.Context, tx *store.Tx, text string, args []any) ([]Deadline, error) {
	rs, err := tx.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("read deadlines: %w", err)
	}
	defer rs.Close()
	var out []Deadline
	for rs.Next() {
		var d Deadline
		var provisional int64
		m, err := scanMatter(func(dest ...any) error {
			return rs.Scan(append([]any{&d.Unit, &d.Due.Due, &d.Limit, &d.Key, &provisional}, dest...)...)
		})
		if err != nil {
			return nil, fmt.Errorf("read deadlines: %w", err)
		}
		d.Provisional, d.Matter = provisional != 0, m
		out = append(out, d)
	}
	return out, rs.Err()
}
