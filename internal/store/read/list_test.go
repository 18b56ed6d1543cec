package read_test

import (
	"cmp"
	"context"
	"database/sql"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"zhunsheng/internal/access"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/storetest"
	"zhunsheng/internal/store/write"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestMain(m *testing.M) {
	code := m.Run()
	storetest.Stop()
	os.Exit(code)
}

// world is a database with tasks of several units; one is sealed, and reaches person 7 alone.
func world(t *testing.T, e storetest.Engine, n int) (*store.DB, *storetest.World, int64) {
	t.Helper()
	db := e.Open(t)
	wr, err := write.New(db, write.Config{})
	if err != nil {
		t.Fatal(err)
	}
	w := storetest.NewWorld(wr, 21)
	w.Fill(t, n)
	for i := range n {
		if _, err := w.Open(t.Context(), int64(3+i%3)); err != nil {
			t.Fatal(err)
		}
	}
	c := w.OpenChange(3)
	c.Record.Effects.Persons, c.Record.Effects.Open.Sealed = []int64{7}, true
	if c.Next, err = matter.Fold(nil, &c.Record); err != nil {
		t.Fatal(err)
	}
	c.State = matter.AppendState(nil, c.Next)
	w.Encode(&c)
	done, err := wr.Do(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Settle(c, done); err != nil {
		t.Fatal(err)
	}
	if err := wr.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	return db, w, done.Seq
}

// filters are tried with every scope.
func filters(w *storetest.World) map[string]read.Filter {
	return map[string]read.Filter{
		"all":               {},
		"procedure":         {Procedure: "task"},
		"another procedure": {Procedure: "penalty"},
		"open":              {Procedure: "task", OpenOnly: true},
		"closed":            {Procedure: "task", Closed: true},
		"lead unit":         {Procedure: "task", Unit: w.Units[1]},
		"lead unit, open":   {Unit: w.Units[1], OpenOnly: true},
		"facet":             {Procedure: "task", Facet: &matter.Facet{Field: "section", Value: "s1"}},
		"late":              {Procedure: "task", DueBefore: "2026-07-01"},
		"late in a unit":    {DueBefore: "2026-07-01", Unit: w.Units[1]},
		"parts":             {Linked: w.Matters[0].No, LinkKind: "part_of"},
		"parts, older":      {Linked: w.Matters[0].No, LinkKind: "part_of", Before: w.Matters[9].No},
		"short":             {Procedure: "task", Limit: 7},
		"facet, older":      {Procedure: "task", Facet: &matter.Facet{Field: "section", Value: "s2"}, Before: w.Matters[20].No},
	}
}

func scopes(w *storetest.World) map[string]access.Scope {
	return map[string]access.Scope{
		"the program":        {System: true},
		"no unit":            {Person: 7},
		"one unit":           {Person: 7, Units: []int64{3}},
		"two units":          {Person: 8, Units: []int64{4, 5}},
		"units that overlap": {Person: 8, Units: []int64{1, 3, 4}},
	}
}

// naive is what a list should show, found by looking at everything.
func naive(w *storetest.World, reach map[int64][]int64, sealed int64, s access.Scope, f read.Filter) []int64 {
	out := []int64{}
	for _, m := range w.Matters {
		seen := s.System || m.No != sealed && slices.ContainsFunc(s.Units, func(u int64) bool { return slices.Contains(reach[m.No], u) })
		late := slices.ContainsFunc(w.Caches[m.No].Due, func(d matter.Due) bool { return d.Due < f.DueBefore })
		linked := slices.Contains(m.Links, matter.Tie{Kind: f.LinkKind, Other: f.Linked})
		if seen && (f.Procedure == "" || m.Procedure == f.Procedure) && (f.Unit == 0 || m.Unit == f.Unit) && (!f.OpenOnly || m.Open) &&
			(!f.Closed || !m.Open) && (f.Facet == nil || slices.Contains(m.Facets, *f.Facet)) && (f.DueBefore == "" || late) &&
			(f.Linked == 0 || linked) && (f.Before == 0 || m.No < f.Before) {
			out = append(out, m.No)
		}
	}
	slices.SortFunc(out, func(a, b int64) int { return cmp.Compare(b, a) })
	return out
}

// reachOf reads who sees what.
func reachOf(t *testing.T, conn *sql.Conn) map[int64][]int64 {
	t.Helper()
	rs, err := conn.QueryContext(t.Context(), "SELECT matter, unit FROM reach")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rs.Close() }()
	out := map[int64][]int64{}
	for rs.Next() {
		var no, unit int64
		if err := rs.Scan(&no, &unit); err != nil {
			t.Fatal(err)
		}
		out[no] = append(out[no], unit)
	}
	if err := rs.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestListsShowWhatTheViewerSees(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, w, sealed := world(t, e, 60)
		conn, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		reach := reachOf(t, conn)
		err = db.Read(t.Context(), func(tx *store.Tx) error {
			for whose, s := range scopes(w) {
				for what, f := range filters(w) {
					want := naive(w, reach, sealed, s, f)
					limit := cmp.Or(f.Limit, read.PageSize)
					list, err := read.List(t.Context(), tx, s, f)
					if err != nil {
						return err
					}
					got := []int64{}
					for _, m := range list {
						got = append(got, m.State.No)
					}
					if diff := gocmp.Diff(want[:min(limit, len(want))], got); diff != "" {
						t.Errorf("%s, %s: %s", whose, what, diff)
					}
					all := f
					all.Before = 0
					n, err := read.Count(t.Context(), tx, s, f)
					if err != nil {
						return err
					}
					if want := len(naive(w, reach, sealed, s, all)); int(n) != want {
						t.Errorf("%s, %s: counted %d, want %d", whose, what, n, want)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestPlans keeps what the engines make of the lists: every one is driven from reach, due, todo, facet, link or the running
// matters of a unit; what is sorted is short.
func TestPlans(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, w, _ := world(t, e, 120)
		conn, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		if _, err := conn.ExecContext(t.Context(), "ANALYZE"); err != nil {
			t.Fatal(err)
		}
		if e.Name == "postgres" { // a table of a few rows would always be read whole and sorted: forbid what would not scale
			for _, set := range []string{
				"SET enable_seqscan = off", "SET enable_hashjoin = off", "SET enable_mergejoin = off", "SET enable_bitmapscan = off",
				"SET enable_sort = off", "SET enable_material = off", "SET enable_memoize = off",
			} {
				if _, err := conn.ExecContext(t.Context(), set); err != nil {
					t.Fatal(err)
				}
			}
		}
		var b strings.Builder
		queries := read.Queries(db.Dialect, w.Units[1], w.Matters[0].No)
		names := make([]string, 0, len(queries))
		for name := range queries {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			fmt.Fprintf(&b, "== %s\n%s\n", name, explain(t, conn, e, queries[name]))
		}
		golden := filepath.Join("testdata", "plans."+e.Name+".txt")
		if *update {
			if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(string(want), b.String()); diff != "" {
			t.Error(diff)
		}
		for plan := range strings.SplitSeq(b.String(), "== ") {
			for _, m := range regexp.MustCompile(`(?m)SCAN ([a-z]+)$`).FindAllStringSubmatch(plan, -1) {
				if e.Name == "sqlite" && !strings.Contains(plan, "MATERIALIZE "+m[1]+"\n") {
					t.Errorf("a table is read whole: %s", plan)
				}
			}
		}
	})
}

// figures are what a plan says that changes from run to run.
var figures = regexp.MustCompile(`  \(cost=.*$`)

func explain(t *testing.T, conn *sql.Conn, e storetest.Engine, q read.Query) string {
	t.Helper()
	word := "EXPLAIN QUERY PLAN "
	if e.Name == "postgres" {
		word = "EXPLAIN "
	}
	rs, err := conn.QueryContext(t.Context(), word+q.Text, q.Args...)
	if err != nil {
		t.Fatalf("%s: %v", q.Text, err)
	}
	defer func() { _ = rs.Close() }()
	var lines []string
	for rs.Next() {
		var line string
		var id, parent, unused int64
		if e.Name == "postgres" {
			err = rs.Scan(&line)
		} else {
			err = rs.Scan(&id, &parent, &unused, &line)
		}
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.TrimRight(figures.ReplaceAllString(line, ""), " "))
	}
	if err := rs.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}
