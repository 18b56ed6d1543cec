package bench

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"zhunsheng/internal/store/storetest"
)

// size reads how large a benchmark's base is; the default is that of the promise.
func size(name string, def int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return def
}

// BenchmarkWholeActs measures acts through app/act from request to reply, on 100 000 running tasks.
func BenchmarkWholeActs(b *testing.B) {
	for name, engine := range map[string]storetest.Engine{"sqlite": storetest.SQLite()} {
		b.Run(name, func(b *testing.B) { wholeActs(b, engine) })
	}
}

func wholeActs(b *testing.B, engine storetest.Engine) {
	c := newCounty(b, engine.Open(b))
	n := size("ZS_BENCH_TASKS", 100_000)
	start := time.Now()
	p := c.load(n)
	b.Logf("loaded %d tasks in %v", n, time.Since(start))
	c.stats.acts, c.stats.batches, c.stats.statements, c.stats.inside = 0, 0, 0, 0
	acts := size("ZS_BENCH_ACTS", 100_000)
	took := make([]time.Duration, acts)
	var fresh atomic.Int64
	fresh.Store(int64(n))
	b.ResetTimer()
	start = time.Now()
	parallel(acts, func(r *rand.Rand, i int) {
		began := time.Now()
		c.mixed(r, p, &fresh)
		took[i] = time.Since(began)
	})
	total := time.Since(start)
	slices.Sort(took)
	s := &c.stats
	b.ReportMetric(float64(s.acts)/total.Seconds(), "acts/s")
	b.ReportMetric(float64(s.inside.Microseconds())/float64(s.acts), "µs-inside/act")
	b.ReportMetric(float64(s.acts)/float64(s.batches), "acts/batch")
	b.ReportMetric(float64(s.statements)/float64(s.batches), "statements/batch")
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
}
