package read

import (
	"context"
	"database/sql"
	"fmt"
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

// List returns matters newest first, as far as the viewer sees them. Sealed ones are not listed.
func List(ctx context.Context, tx *store.Tx, s access.Scope, f Filter) ([]Matter, error) {
	text, args := f.query(tx.Dialect, s, matterColumns)
	limit := f.Limit
	if limit == 0 {
		limit = 50
	}
	text += fmt.Sprintf(" ORDER BY m.no DESC LIMIT %d", limit)
	return matters(ctx, tx, text, args...)
}

// Count counts what List would show in all, up to CountCap.
func Count(ctx context.Context, tx *store.Tx, s access.Scope, f Filter) (int64, error) {
	f.Before = 0
	text, args := f.query(tx.Dialect, s, "1 AS one")
	return number(ctx, tx, fmt.Sprintf("SELECT COUNT(*) FROM (%s LIMIT %d) c", text, CountCap), args...)
}

// query drives the list from the narrowest table: a link, a facet, or the viewer's reach.
func (f *Filter) query(d store.Dialect, s access.Scope, columns string) (string, []any) {
	var args []any
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	from := "matter m"
	var where []string
	add := func(format string, a ...any) { where = append(where, fmt.Sprintf(format, a...)) }
	switch {
	case f.Linked != 0:
		from = "link l JOIN matter m ON m.no = l.matter"
		add("l.other = %s AND l.kind = %s", arg(f.Linked), arg(f.LinkKind))
	case f.Facet != nil:
		from = "facet a JOIN matter m ON m.no = a.matter"
		add("a.procedure = %s AND a.field = %s AND a.value = %s", arg(f.Procedure), arg(f.Facet.Field), arg(f.Facet.Value))
		if f.Before != 0 {
			add("a.matter < %s", arg(f.Before))
		}
	case !s.System && len(s.Units) == 1:
		from = "reach r JOIN matter m ON m.no = r.matter"
		add("r.unit = %s", arg(s.Units[0]))
		if f.Procedure != "" {
			add("r.procedure = %s", arg(f.Procedure))
		}
		if f.Before != 0 {
			add("r.matter < %s", arg(f.Before))
		}
	}
	if !s.System && !strings.HasPrefix(from, "reach") {
		add("EXISTS (SELECT 1 FROM reach e WHERE e.matter = m.no AND e.unit IN (%s))", d.Ints(arg(d.IntsArg(s.Units))))
	}
	if !s.System {
		add("NOT EXISTS (SELECT 1 FROM reach_person p WHERE p.matter = m.no)")
	}
	if f.Procedure != "" && f.Facet == nil && !strings.HasPrefix(from, "reach") {
		add("m.procedure = %s", arg(f.Procedure))
	}
	if f.Unit != 0 {
		add("m.unit = %s", arg(f.Unit))
	}
	if f.OpenOnly {
		add("m.open = 1")
	}
	if f.Closed {
		add("m.open = 0")
	}
	if f.DueBefore != "" {
		add("EXISTS (SELECT 1 FROM due d WHERE d.unit = m.unit AND d.matter = m.no AND d.due < %s)", arg(f.DueBefore))
	}
	if f.Before != 0 && f.Facet == nil && !strings.HasPrefix(from, "reach") {
		add("m.no < %s", arg(f.Before))
	}
	text := "SELECT " + columns + " FROM " + from
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	return text, args
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

// Worklist returns what waits for the holder of the desks, soonest due first, at most limit rows of each desk.
func Worklist(ctx context.Context, tx *store.Tx, desks []Desk, limit int) ([]Work, error) {
	var out []Work
	for _, d := range desks {
		text := "SELECT t.unit, t.role, t.post, t.due, t.step, t.key, " + matterColumns +
			" FROM todo t JOIN matter m ON m.no = t.matter WHERE t.unit = $1 AND t.role = $2 AND t.post IN (0, $3) ORDER BY t.due, t.matter" +
			fmt.Sprintf(" LIMIT %d", limit)
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

// Deadline is an open limit with its matter.
type Deadline struct {
	matter.Due
	Matter Matter
}

// Deadlines returns the open limits of matters the viewer sees that fall due in [from, to), soonest first, at most limit.
// units narrows to matters those units lead; none: all the viewer sees.
func Deadlines(ctx context.Context, tx *store.Tx, s access.Scope, units []int64, from, to string, limit int) ([]Deadline, error) {
	args := []any{from, to}
	where := "d.due >= $1 AND d.due < $2"
	if len(units) > 0 {
		args = append(args, tx.Dialect.IntsArg(units))
		where += " AND d.unit IN (" + tx.Dialect.Ints("$3") + ")"
	}
	if !s.System {
		args = append(args, tx.Dialect.IntsArg(s.Units))
		where += " AND EXISTS (SELECT 1 FROM reach r WHERE r.matter = m.no AND r.unit IN (" + tx.Dialect.Ints(fmt.Sprintf("$%d", len(args))) + "))"
		where += " AND NOT EXISTS (SELECT 1 FROM reach_person p WHERE p.matter = m.no)"
	}
	text := "SELECT d.unit, d.due, d.lim, d.key, d.provisional, " + matterColumns + " FROM due d JOIN matter m ON m.no = d.matter WHERE " + where +
		fmt.Sprintf(" ORDER BY d.due, d.matter LIMIT %d", limit)
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
