package bench

import (
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

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
		b.ReportMetric(yard, "yardstick-rows/s")
		wholeActs(b, e, tasks, acts, yard)
	})
}

func wholeActs(b *testing.B, e storetest.Engine, tasks, acts int, yard float64) {
	db := e.Open(b)
	c := newCounty(b, db)
	begun := time.Now()
	p := c.load(tasks)
	b.Logf("%s: loaded %d tasks in %v", e.Name, tasks, time.Since(begun))
	c.stats.acts, c.stats.batches, c.stats.statements, c.stats.inside = 0, 0, 0, 0
	took := make([]time.Duration, acts)
	var fresh atomic.Int64
	fresh.Store(int64(tasks))
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
	verified(b, db)
}
