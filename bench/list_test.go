package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/rows"
	"zhunsheng/internal/store/storetest"
)

// loadMatters fills the tables that lists read with n tasks in the shapes the writer gives them: unit 1 is the county and
// sees all, units 2 to 41 are departments, 42 to 241 townships that see a thousandth or so each.
func loadMatters(b *testing.B, db *store.DB, n int) {
	b.Helper()
	ctx := context.Background()
	conn, err := db.Conn(ctx)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	out := rows.NewOut(conn, db.Dialect == store.Postgres)
	defer func() { _ = out.Close() }()
	r := rand.New(rand.NewPCG(1, 1))
	var set rows.Set
	for no := int64(1); no <= int64(n); no++ {
		unit := 2 + r.Int64N(240)
		m := &matter.State{
			ID: fmt.Sprintf("%08x-0000-7000-8000-%012x", no, r.Uint64()&0xffffffffffff), No: no, Procedure: "task", Def: "d", Unit: unit,
			Title: "健全行政裁量权基准制度并公布实施", Open: r.IntN(10) < 6, Opened: "2026-03-02", Version: 3, Seq: no, Seqs: []int64{no},
			Events: []matter.Event{{Step: "open", N: 1, Legal: "2026-03-02", Seq: no}},
			Facets: []matter.Facet{{Field: "section", Value: fmt.Sprint("s", r.IntN(30))}, {Field: "light", Value: fmt.Sprint("l", r.IntN(2000))}},
		}
		rows.MatterRow(&set, m, nil, "450200")
		for _, u := range []int64{unit, 1} {
			set.Add(rows.InsertReach, u, no, "task")
		}
		for _, f := range m.Facets {
			set.Add(rows.InsertFacet, "task", f.Field, f.Value, no)
		}
		if m.Open {
			set.Add(rows.InsertDue, unit, fmt.Sprintf("2026-%02d-%02d", 1+r.IntN(12), 1+r.IntN(28)), no, "due", "", int64(0))
		}
		if no%1000 == 0 || no == int64(n) {
			for _, text := range []string{db.Dialect.Begin(), "COMMIT"} {
				if text == "COMMIT" {
					if err := out.WriteAll(ctx, &set); err != nil {
						b.Fatal(err)
					}
				}
				if _, err := conn.ExecContext(ctx, text); err != nil {
					b.Fatal(err)
				}
			}
			set.Reset()
		}
	}
	if db.Dialect != store.Postgres {
		return // the program never runs ANALYZE on SQLite: its plans follow from schema and text alone
	}
	if _, err := conn.ExecContext(ctx, "ANALYZE"); err != nil { // as autovacuum does
		b.Fatal(err)
	}
}

// BenchmarkLists measures a page of fifty for a county, a department and a township, with each filter that is offered.
func BenchmarkLists(b *testing.B) {
	n := number(b, "ZS_BENCH_MATTERS", 100_000)
	each(b, func(b *testing.B, e storetest.Engine) {
		db := e.Open(b)
		loadMatters(b, db, n)
		for _, viewer := range []struct {
			name string
			unit int64
		}{{"county", 1}, {"department", 9}, {"township", 200}} {
			scope := access.Scope{Person: 7, Units: []int64{viewer.unit}}
			for _, f := range []struct {
				name   string
				filter read.Filter
			}{
				{"all", read.Filter{Procedure: "task"}},
				{"open", read.Filter{Procedure: "task", OpenOnly: true}},
				{"unit", read.Filter{Procedure: "task", Unit: 9}},
				{"common facet", read.Filter{Procedure: "task", Facet: &matter.Facet{Field: "section", Value: "s3"}}},
				{"rare facet", read.Filter{Procedure: "task", Facet: &matter.Facet{Field: "light", Value: "l3"}}},
				{"late", read.Filter{Procedure: "task", DueBefore: "2026-07-01"}},
				{"a few late", read.Filter{Procedure: "task", DueBefore: "2026-01-02"}},
			} {
				b.Run(viewer.name+"/"+f.name, func(b *testing.B) { pages(b, db, scope, f.filter, n) })
			}
		}
	})
}

// BenchmarkDeadlines measures the first fifty running matters by due date for a county and a department.
func BenchmarkDeadlines(b *testing.B) {
	n := number(b, "ZS_BENCH_MATTERS", 100_000)
	each(b, func(b *testing.B, e storetest.Engine) {
		db := e.Open(b)
		loadMatters(b, db, n)
		for _, viewer := range []struct {
			name string
			unit int64
		}{{"county", 1}, {"department", 9}} {
			scope := access.Scope{Person: 7, Units: []int64{viewer.unit}}
			for _, f := range []struct{ name, from string }{{"all", ""}, {"from a day", "2026-06-15"}} {
				b.Run(viewer.name+"/"+f.name, func(b *testing.B) {
					timed(b, func(int) error {
						return db.Read(b.Context(), func(tx *store.Tx) error {
							rows, err := read.Deadlines(b.Context(), tx, scope, nil, f.from, matter.NoDue, read.PageSize)
							if err == nil && len(rows) != read.PageSize {
								err = fmt.Errorf("%d rows", len(rows))
							}
							return err
						})
					})
				})
			}
		}
	})
}

// pages reads the first page and pages at random places by turns.
func pages(b *testing.B, db *store.DB, scope access.Scope, f read.Filter, n int) {
	r := rand.New(rand.NewPCG(3, 3))
	timed(b, func(i int) error {
		f.Before = 0
		if i%2 == 1 {
			f.Before = 1 + r.Int64N(int64(n))
		}
		return db.Read(b.Context(), func(tx *store.Tx) error {
			_, err := read.List(b.Context(), tx, scope, f)
			return err
		})
	})
}

// timed runs a reading 400 times and reports the median and the 99th of a hundred.
func timed(b *testing.B, do func(i int) error) {
	var took []time.Duration
	for i := range 400 {
		begun := time.Now()
		if err := do(i); err != nil {
			b.Fatal(err)
		}
		if i >= 50 { // the first ones warm the cache
			took = append(took, time.Since(begun))
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}
