package bench

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"zhunsheng/internal/store"
	"zhunsheng/internal/store/storetest"
)

// BenchmarkWholeActs measures acts through app/act from request to reply, on 100 000 running tasks, against the yardstick
// of the same run: reading, rules, encoding, writing and waiting for the commit.
func BenchmarkWholeActs(b *testing.B) {
	tasks, acts := number(b, "ZS_BENCH_TASKS", 100_000), number(b, "ZS_BENCH_ACTS", 100_000)
	preload := number(b, "ZS_BENCH_PRELOAD", 1_000_000)
	during := time.Duration(number(b, "ZS_BENCH_SECONDS", 5)) * time.Second
	each(b, func(b *testing.B, e storetest.Engine) {
		yard := newYardstick(b, e.Open(b), preload).rowsPerSecond(b, during)
		wholeActs(b, e, tasks, acts, yard)
	})
}

func wholeActs(b *testing.B, e storetest.Engine, tasks, acts int, yard float64) {
	db := e.Open(b)
	c := newCounty(b, db)
	begun := time.Now()
	p := c.load(tasks)
	b.Logf("%s: loaded %d tasks in %v", e.Name, tasks, time.Since(begun))
	took := make([]time.Duration, acts)
	var fresh atomic.Int64
	fresh.Store(int64(tasks))
	c.stats.acts, c.stats.batches, c.stats.statements, c.stats.inside = 0, 0, 0, 0
	b.ResetTimer()
	begun = time.Now()
	parallel(acts, func(r *rand.Rand, i int) {
		at := time.Now()
		c.mixed(r, p, &fresh)
		took[i] = time.Since(at)
	})
	total := time.Since(begun)
	b.StopTimer()
	slices.Sort(took)
	s := &c.stats
	rate := float64(s.acts) / total.Seconds()
	b.ReportMetric(rate, "acts/s")
	b.ReportMetric(rate/yard, "of-yardstick")
	b.ReportMetric(float64(s.inside.Microseconds())/float64(s.acts), "µs-in-writer/act")
	b.ReportMetric(float64(s.acts)/float64(s.batches), "acts/batch")
	b.ReportMetric(float64(s.statements)/float64(s.batches), "statements/batch")
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
	b.ReportMetric(yard, "yardstick-rows/s")
	written(b, db, func(n int) { parallel(n, func(r *rand.Rand, _ int) { c.mixed(r, p, &fresh) }) })
	verified(b, db)
}

// written reports what a few acts write to the log of the database, before a checkpoint comes: pages on SQLite, bytes on
// PostgreSQL.
func written(b *testing.B, db *store.DB, do func(n int)) {
	const n = 1500
	ctx := context.Background()
	conn, err := db.Conn(ctx)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	one := func(text string, dest ...any) {
		if err := conn.QueryRowContext(ctx, text).Scan(dest...); err != nil {
			b.Fatal(err)
		}
	}
	if db.Dialect == store.Postgres {
		var before, after int64
		one("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint", &before)
		do(n)
		one("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint", &after)
		b.ReportMetric(float64(after-before)/n, "wal-bytes/act")
		return
	}
	var seq, busy, logged, done int
	var name, path string
	one("PRAGMA database_list", &seq, &name, &path)
	one("PRAGMA wal_checkpoint(TRUNCATE)", &busy, &logged, &done)
	do(n)
	info, err := os.Stat(path + "-wal")
	if err != nil {
		b.Fatal(err)
	}
	const frame = 4096 + 24
	b.ReportMetric(float64(info.Size())/frame/n, "pages/act")
}
