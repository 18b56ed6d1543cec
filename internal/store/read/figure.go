package read

import (
	"context"
	"fmt"

	"zhunsheng/internal/store"
)

// Figure asks for the sum of a fact over months and units.
type Figure struct {
	Procedure, Fact string
	From, To        string  // months YYYY-MM, both included
	Units           []int64 // nil: all
	Before          int64   // as it stood before this record; 0: now
}

// conditions of a figure, with its arguments from $1 on.
func (f *Figure) where(d store.Dialect) (string, []any) {
	text := " WHERE procedure = $1 AND fact = $2 AND month >= $3 AND month <= $4"
	args := []any{f.Procedure, f.Fact, f.From, f.To}
	if f.Units != nil {
		text += " AND unit IN (" + d.Ints("$5") + ")"
		args = append(args, d.IntsArg(f.Units))
	}
	return text, args
}

// Sum is a figure's sum.
func Sum(ctx context.Context, tx *store.Tx, f Figure) (sum int64, err error) {
	where, args := f.where(tx.Dialect)
	text := "SELECT CAST(coalesce(sum(value), 0) AS BIGINT) FROM tally" + where
	if f.Before > 0 {
		args = append(args, f.Before)
		text = "SELECT CAST(coalesce(sum(value), 0) AS BIGINT) FROM fact" + where + fmt.Sprintf(" AND seq < $%d", len(args))
	}
	if err := tx.Row(ctx, text, args...).Scan(&sum); err != nil {
		return 0, fmt.Errorf("read figure %s.%s: %w", f.Procedure, f.Fact, err)
	}
	return sum, nil
}

// Share is one unit's and month's part of a figure.
type Share struct {
	Unit  int64
	Month string
	Value int64
}

// Shares is a figure by unit and month.
func Shares(ctx context.Context, tx *store.Tx, f Figure) ([]Share, error) {
	where, args := f.where(tx.Dialect)
	rs, err := tx.Query(ctx, "SELECT unit, month, value FROM tally"+where+" AND value <> 0 ORDER BY unit, month", args...)
	out, err := collect(rs, err, func(s scanner) (v Share, err error) { return v, s.Scan(&v.Unit, &v.Month, &v.Value) })
	if err != nil {
		return nil, fmt.Errorf("read figure %s.%s: %w", f.Procedure, f.Fact, err)
	}
	return out, nil
}

// Delta is one record's part of a figure.
type Delta struct {
	Seq, Matter, Unit, Value int64
	Month                    string
}

// Deltas opens a figure to its records, newest first, before the record given (0: from the newest).
func Deltas(ctx context.Context, tx *store.Tx, f Figure, limit int) ([]Delta, error) {
	where, args := f.where(tx.Dialect)
	if f.Before > 0 {
		args = append(args, f.Before)
		where += fmt.Sprintf(" AND seq < $%d", len(args))
	}
	args = append(args, int64(limit))
	rs, err := tx.Query(ctx, "SELECT seq, matter, unit, value, month FROM fact"+where+fmt.Sprintf(" ORDER BY seq DESC LIMIT $%d", len(args)),
		args...)
	out, err := collect(rs, err, func(s scanner) (d Delta, err error) {
		return d, s.Scan(&d.Seq, &d.Matter, &d.Unit, &d.Value, &d.Month)
	})
	if err != nil {
		return nil, fmt.Errorf("read records of figure %s.%s: %w", f.Procedure, f.Fact, err)
	}
	return out, nil
}

// CountFacet counts the matters of a procedure that carry a value in a field and were opened in [from, to]; "" leaves an
// end open. It counts all there are, since rules depend on it.
func CountFacet(ctx context.Context, tx *store.Tx, procedure, field, value, from, to string) (n int64, err error) {
	if to == "" {
		to = "9999-12-31"
	}
	err = tx.Row(ctx, "SELECT count(*) FROM facet f JOIN matter m ON m.no = f.matter WHERE f.procedure = $1 AND f.field = $2 AND f.value = $3"+
		" AND m.opened >= $4 AND m.opened <= $5", procedure, field, value, from, to).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count %s with %s: %w", procedure, field, err)
	}
	return n, nil
}

// LastNumber is the last number of a series of numbers (文号序列), 0 where none has been issued or entered.
func LastNumber(ctx context.Context, tx *store.Tx, series string) (last int64, err error) {
	err = tx.Row(ctx, "SELECT COALESCE(MAX(last), 0) FROM number WHERE series = $1", series).Scan(&last)
	if err != nil {
		return 0, fmt.Errorf("read last number of %s: %w", series, err)
	}
	return last, nil
}
