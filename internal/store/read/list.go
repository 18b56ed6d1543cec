package read

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
)

// CountCap is where counting a list stops: more is shown as “1000 以上”.
const CountCap = 1000

// Filter says which matters a list shows. Zero values do not narrow.
type Filter struct {
	Procedure string
	Unit      int64         // lead unit
	Facet     *matter.Facet // one facet value; Procedure must be set
	OpenOnly  bool
	Closed    bool
	DueBefore string // has an open deadline before this day
	Linked    int64  // is linked with LinkKind to this matter
	LinkKind  string
	Before    int64 // keyset: matters with a smaller no
	Limit     int   // rows; 0 is 50
}

// unsealed leaves out what reaches named persons only.
var unsealed = Unsealed("m.no")

// reached is the condition that one of the units in parameter p sees the matter.
func reached(d store.Dialect, p string) string { return reachedBy(d, "m.no", p) }

// driver is the table a list is driven from.
type driver uint8

const (
	byMatter driver = iota // the matters themselves: the program's own lists
	byReach                // what one unit sees
	byFacet                // those with a value in a field
	byLink                 // those linked with a matter
	byDue                  // those with a deadline before a day, where they are few
)

// List returns matters newest first, as far as the viewer sees them. Sealed ones are not listed. It is driven from the
// narrowest of link, facet, due and the viewer's reach, so that a page costs about its own length.
func List(ctx context.Context, tx *store.Tx, s access.Scope, f Filter) ([]Matter, error) {
	if !s.System && len(s.Units) == 0 {
		return nil, nil
	}
	limit := f.Limit
	if limit == 0 {
		limit = PageSize
	}
	d, err := f.driver(ctx, tx, s)
	if err != nil {
		return nil, fmt.Errorf("list matters: %w", err)
	}
	units := []int64{0}
	if d == byReach {
		units = f.reachUnits(s)
	}
	var out []Matter
	for _, u := range units { // one ordered walk for each unit, merged: a walk for all together would have to sort
		text, order, args := f.query(tx.Dialect, s, d, u, matterColumns)
		page, err := matters(ctx, tx, text+fmt.Sprintf(" ORDER BY %s DESC LIMIT %d", order, limit), args...)
		if err != nil {
			return nil, err
		}
		out = append(out, page...)
	}
	if len(units) > 1 {
		slices.SortFunc(out, func(a, b Matter) int { return cmp.Compare(b.State.No, a.State.No) })
		out = slices.CompactFunc(out, func(a, b Matter) bool { return a.State.No == b.State.No })
		out = out[:min(len(out), limit)]
	}
	return out, nil
}

// Count counts what List would show in all, up to CountCap.
func Count(ctx context.Context, tx *store.Tx, s access.Scope, f Filter) (int64, error) {
	if !s.System && len(s.Units) == 0 {
		return 0, nil
	}
	f.Before = 0
	d, err := f.driver(ctx, tx, s)
	if err != nil {
		return 0, fmt.Errorf("count matters: %w", err)
	}
	unit := int64(0)
	if d == byReach {
		if units := f.reachUnits(s); len(units) == 1 {
			unit = units[0]
		}
	}
	text, order, args := f.query(tx.Dialect, s, d, unit, "DISTINCT ")
	text = strings.Replace(text, "DISTINCT ", "DISTINCT "+order+" AS no", 1)
	return number(ctx, tx, fmt.Sprintf("SELECT COUNT(*) FROM (%s LIMIT %d) c", text, CountCap), args...)
}

// few tells whether a query has at most limit rows.
func few(ctx context.Context, tx *store.Tx, limit int64, text string, args ...any) (bool, error) {
	n, err := number(ctx, tx, fmt.Sprintf("SELECT COUNT(*) FROM (%s LIMIT %d) c", text, limit+1), args...)
	return n <= limit, err
}

// nth is the matter that comes after the CountCap newest of a query, 0 where there is none: the older it is, the rarer are
// the matters of the query, and the sooner a walk over them has filled a page with those that another condition lets pass.
func nth(ctx context.Context, tx *store.Tx, text string, args ...any) (int64, error) {
	return number(ctx, tx, fmt.Sprintf("SELECT COALESCE(MAX(matter), 0) FROM (%s ORDER BY matter DESC LIMIT 1 OFFSET %d) c", text, CountCap), args...)
}

// fewLate is up to how many deadlines a list is driven from them: reading so many from their index costs what walking the
// reach costs where one matter in a hundred is late.
const fewLate = 8000

// driver chooses the table to drive a list from. Where a facet or the due dates are many, the viewer's reach is the
// narrower one, or they come so often that a walk meets them soon.
func (f *Filter) driver(ctx context.Context, tx *store.Tx, s access.Scope) (driver, error) {
	if f.Linked != 0 {
		return byLink, nil
	}
	if f.Facet != nil {
		facet, err := nth(ctx, tx, "SELECT matter FROM facet WHERE procedure = $1 AND field = $2 AND value = $3", f.Procedure, f.Facet.Field, f.Facet.Value)
		if err != nil || facet == 0 || s.System {
			return byFacet, err
		}
		var reach int64
		for _, u := range f.reachUnits(s) {
			n, err := nth(ctx, tx, "SELECT matter FROM reach WHERE unit = $1 AND procedure = $2", u, f.Procedure)
			if err != nil {
				return byFacet, err
			}
			reach = max(reach, n)
		}
		if reach < facet {
			return byReach, nil
		}
		return byFacet, nil
	}
	if f.DueBefore != "" {
		text, args := "SELECT 1 AS one FROM due WHERE due < $1", []any{f.DueBefore}
		if f.Unit != 0 {
			text, args = text+" AND unit = $2", append(args, f.Unit)
		}
		if rare, err := few(ctx, tx, fewLate, text+" ORDER BY due", args...); err != nil || rare {
			return byDue, err
		}
	}
	if s.System {
		return byMatter, nil
	}
	return byReach, nil
}

// reachUnits are the units whose reach is walked: a lead unit sees all of its own.
func (f *Filter) reachUnits(s access.Scope) []int64 {
	if f.Unit != 0 {
		return []int64{f.Unit}
	}
	return s.Units
}

// query makes the text of a list; order is the column it is ordered by.
func (f *Filter) query(d store.Dialect, s access.Scope, by driver, unit int64, columns string) (text, order string, args []any) {
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	// CROSS JOIN is how SQLite is told which table drives: left to itself it may walk the matters and ask each for the facet.
	from, order := "matter m", "m.no"
	var where []string
	add := func(format string, a ...any) { where = append(where, fmt.Sprintf(format, a...)) }
	procedure := "m.procedure"
	switch by {
	case byLink:
		from, order = "link l CROSS JOIN matter m", "l.matter"
		add("m.no = l.matter")
		add("l.other = %s AND l.kind = %s", arg(f.Linked), arg(f.LinkKind))
	case byFacet:
		from, order, procedure = "facet a CROSS JOIN matter m", "a.matter", "a.procedure"
		add("m.no = a.matter")
		add("a.field = %s AND a.value = %s", arg(f.Facet.Field), arg(f.Facet.Value))
	case byReach:
		from, order, procedure = "reach r CROSS JOIN matter m", "r.matter", "r.procedure"
		add("m.no = r.matter")
		if unit != 0 {
			add("r.unit = %s", arg(unit))
		} else {
			add("%s", d.Among("r.unit", arg(d.IntsArg(f.reachUnits(s)))))
		}
	case byDue:
		late := fmt.Sprintf("SELECT d.matter FROM due d WHERE d.due < %s", arg(f.DueBefore))
		if f.Unit != 0 {
			late += fmt.Sprintf(" AND d.unit = %s", arg(f.Unit))
		}
		if d == store.SQLite { // which sorts the list once and walks it from the end
			add("m.no IN (%s)", late)
			break
		}
		from, order = "("+strings.Replace(late, "SELECT", "SELECT DISTINCT", 1)+" ORDER BY d.matter DESC) l CROSS JOIN matter m", "l.matter"
		add("m.no = l.matter")
	}
	if f.Procedure != "" {
		add("%s = %s", procedure, arg(f.Procedure))
	}
	if f.Before != 0 {
		place := arg(f.Before)
		if add("m.no < %s", place); order != "m.no" { // on both sides: a merge must not begin at the top of either
			add("%s < %s", order, place)
		}
	}
	// Conditions on other tables are asked of one matter at a time, as scalar subqueries: as EXISTS, PostgreSQL may turn
	// them into joins that read all the viewer's reach for a page of fifty. They are put as IS NOT NULL and <>, which PostgreSQL
	// takes to hold for nearly every row, so that it walks in order and stops at fifty; "= 1" it takes to be rare, and sorts all.
	// They ask by the column the walk is ordered by: the matter itself is read only where they hold.
	if f.Facet != nil && by != byFacet {
		add("(SELECT 1 FROM facet x WHERE x.procedure = %s AND x.field = %s AND x.value = %s AND x.matter = %s LIMIT 1) IS NOT NULL",
			arg(f.Procedure), arg(f.Facet.Field), arg(f.Facet.Value), order)
	}
	switch {
	case f.Unit != 0 && by == byReach: // as a range, which PostgreSQL does not take to be rare: most of a unit's reach is its own
		add("ABS(m.unit - %s) < 1", arg(f.Unit))
	case f.Unit != 0:
		add("m.unit = %s", arg(f.Unit))
	}
	if f.OpenOnly {
		add("m.open = 1")
	}
	if f.Closed {
		add("m.open = 0")
	}
	if f.DueBefore != "" && by != byDue {
		add("(SELECT 1 FROM due d WHERE d.matter = %s AND d.due < %s LIMIT 1) IS NOT NULL", order, arg(f.DueBefore))
	}
	if !s.System {
		if by != byReach || f.Unit != 0 && !slices.Contains(s.Units, f.Unit) {
			add("%s", reachedBy(d, order, arg(d.IntsArg(s.Units))))
		}
		add("%s", Unsealed(order))
	}
	text = "SELECT " + columns + " FROM " + from
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	return text, order, args
}

func matters(ctx context.Context, tx *store.Tx, text string, args ...any) ([]Matter, error) {
	rs, err := tx.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("list matters: %w", err)
	}
	defer rs.Close()
	var out []Matter
	for rs.Next() {
		m, err := scanMatter(rs.Scan)
		if err != nil {
			return nil, fmt.Errorf("list matters: %w", err)
		}
		out = append(out, m)
	}
	return out, rs.Err()
}

// Matters returns matters by no; those that are not there are left out. The caller has asked Sees.
func Matters(ctx context.Context, tx *store.Tx, nos []int64) ([]Matter, error) {
	if len(nos) == 0 {
		return nil, nil
	}
	return matters(ctx, tx, "SELECT "+matterColumns+" FROM matter m WHERE m.no IN ("+tx.Dialect.Ints("$1")+") ORDER BY m.no", tx.Dialect.IntsArg(nos))
}

// RunningUnder returns the open matters of a procedure that are not governed by rules of this digest, oldest first after one.
func RunningUnder(ctx context.Context, tx *store.Tx, procedure, digest string, after int64, limit int) ([]Matter, error) {
	return matters(ctx, tx, "SELECT "+matterColumns+" FROM matter m WHERE m.open = 1 AND m.procedure = $1 AND m.def <> $2 AND m.no > $3"+
		fmt.Sprintf(" ORDER BY m.no LIMIT %d", limit), procedure, digest, after)
}

// Work is a step that waits for someone.
type Work struct {
	matter.Todo
	Matter Matter
}

// Desk is a mandate's place in the worklist: a role in a unit, and the post where steps are assigned to one.
type Desk struct {
	Unit int64
	Role string
	Post int64
}

func worklistText(limit int) string {
	return "SELECT t.unit, t.role, t.post, t.due, t.step, t.key, " + matterColumns +
		" FROM todo t JOIN matter m ON m.no = t.matter WHERE t.unit = $1 AND t.role = $2 AND t.post IN (0, $3) ORDER BY t.due, t.matter" +
		fmt.Sprintf(" LIMIT %d", limit)
}

// Worklist returns what waits for the holder of the desks, soonest due first, at most limit rows of each desk.
func Worklist(ctx context.Context, tx *store.Tx, desks []Desk, limit int) ([]Work, error) {
	var out []Work
	for _, d := range desks {
		text := worklistText(limit)
		rs, err := tx.Query(ctx, text, d.Unit, d.Role, d.Post)
		if err != nil {
			return nil, fmt.Errorf("read worklist: %w", err)
		}
		if out, err = scanWork(rs, out); err != nil {
			return nil, fmt.Errorf("read worklist: %w", err)
		}
	}
	return out, nil
}

func scanWork(rs *sql.Rows, out []Work) ([]Work, error) {
	defer rs.Close()
	for rs.Next() {
		var w Work
		m, err := scanMatter(func(dest ...any) error {
			return rs.Scan(append([]any{&w.Unit, &w.Role, &w.Post, &w.Due, &w.Step, &w.Key}, dest...)...)
		})
		if err != nil {
			return nil, err
		}
		w.Matter = m
		out = append(out, w)
	}
	return out, rs.Err()
}
