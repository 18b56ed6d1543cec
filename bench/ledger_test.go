package bench

import (
	"context"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/move"
	"zhunsheng/internal/store/storetest"
	"zhunsheng/internal/store/write"
)

func TestMain(m *testing.M) {
	code := m.Run()
	storetest.Stop()
	os.Exit(code)
}

// number is a setting of a run: ZS_BENCH_SECONDS, ZS_BENCH_PRELOAD.
func number(tb testing.TB, name string, fallback int) int {
	tb.Helper()
	s := os.Getenv(name)
	if s == "" {
		return fallback
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		tb.Fatal(err)
	}
	return n
}

// each runs a benchmark once on each engine: rates over a fixed time, not b.N loops.
func each(b *testing.B, fn func(b *testing.B, e storetest.Engine)) {
	b.Run("sqlite", func(b *testing.B) { fn(b, storetest.SQLite()) })
	b.Run("postgres", func(b *testing.B) { fn(b, storetest.Postgres(b)) })
}

// totals adds up the batches of a writer.
type totals struct {
	mu                        sync.Mutex
	batches, acts, statements int
	took                      time.Duration
}

func (t *totals) batch(s write.Stats) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.batches++
	t.acts += s.Acts
	t.statements += s.Statements
	t.took += s.Took
}

func (t *totals) report(b *testing.B) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.batches == 0 {
		b.Fatal("nothing was written")
	}
	b.ReportMetric(float64(t.acts)/float64(t.batches), "acts/batch")
	b.ReportMetric(float64(t.statements)/float64(t.batches), "statements/batch")
	b.ReportMetric(float64(t.took.Microseconds())/float64(t.acts), "µs-in-writer/act")
}

// BenchmarkLedger measures appends to the log alone, and records that carry all rows of an act (without rules), against
// the yardstick.
func BenchmarkLedger(b *testing.B) {
	during := time.Duration(number(b, "ZS_BENCH_SECONDS", 5)) * time.Second
	preload := number(b, "ZS_BENCH_PRELOAD", 100_000)
	each(b, func(b *testing.B, e storetest.Engine) {
		yard := newYardstick(b, e.Open(b), preload).rowsPerSecond(b, during)
		b.ReportMetric(yard, "yardstick-rows/s")
		b.Run("append", func(b *testing.B) {
			rate := measure(b, e, during, func(w *storetest.World) write.Change { return appendOnly(w) })
			b.ReportMetric(rate, "appends/s")
			b.ReportMetric(rate/yard, "of-yardstick")
		})
		b.Run("act", func(b *testing.B) {
			rate := measure(b, e, during, func(w *storetest.World) write.Change {
				if len(w.Matters) < 80 || w.Rand.IntN(20) == 0 {
					return w.OpenChange(1)
				}
				for {
					if m := w.Matters[w.Rand.IntN(len(w.Matters))]; m.Open {
						return w.ActChange(m)
					}
				}
			})
			b.ReportMetric(rate, "acts/s")
			b.ReportMetric(rate/yard, "of-yardstick")
		})
	})
}

// appendOnly is a record of about the yardstick's length that changes nothing but the log.
func appendOnly(w *storetest.World) write.Change {
	c := write.Change{
		Head:   ledger.Head{Kind: "note", Region: "450200", Unit: 1, Legal: "2026-04-01", By: ledger.By{Person: 7, Post: 8}},
		Record: matter.Record{Open: matter.Words{Reason: "记一件事"}},
	}
	w.Encode(&c)
	return c
}

// measure writes changes from all callers, each with a world of its own, and returns how many a second were committed.
func measure(b *testing.B, e storetest.Engine, during time.Duration, next func(*storetest.World) write.Change) float64 {
	ctx := context.Background()
	db := e.Open(b)
	var t totals
	wr, err := write.New(db, write.Config{Batch: t.batch})
	if err != nil {
		b.Fatal(err)
	}
	worlds := make([]*storetest.World, Callers)
	for i := range worlds {
		worlds[i] = storetest.NewWorld(wr, uint64(i+1))
		worlds[i].Prefix(i + 1)
	}
	rate := perSecond(b, during, func(i int) error {
		w := worlds[i]
		c := next(w)
		done, err := wr.Do(ctx, c)
		if err == nil && c.Next != nil {
			_, err = w.Settle(c, done)
		}
		return err
	})
	if err := wr.Close(ctx); err != nil {
		b.Fatal(err)
	}
	t.report(b)
	verified(b, db)
	return rate
}

// verified proves what a benchmark wrote and reports how fast.
func verified(b *testing.B, db *store.DB) {
	b.Helper()
	begun := time.Now()
	r, err := move.Verify(context.Background(), db, move.Options{})
	if err != nil || !r.OK {
		b.Fatalf("verify: %v, %d differences", err, len(r.Differences))
	}
	b.ReportMetric(float64(r.Records)/time.Since(begun).Seconds(), "verified/s")
}
