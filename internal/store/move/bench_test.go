package move_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"zhunsheng/internal/store"
	"zhunsheng/internal/store/move"
	"zhunsheng/internal/store/storetest"
	"zhunsheng/internal/store/write"
)

// BenchmarkVerify proves a database of ZS_BENCH_RECORDS records (default 200 000), a fifth of them openings. With
// ZS_BENCH_DB the database is kept at that path and taken as it is the next time, so that a profile shows verify alone.
func BenchmarkVerify(b *testing.B) {
	n := 200_000
	if s := os.Getenv("ZS_BENCH_RECORDS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatal(err)
		}
	}
	path, kept := os.Getenv("ZS_BENCH_DB"), false
	if path == "" {
		path = filepath.Join(b.TempDir(), "zhunsheng.db")
	} else if _, err := os.Stat(path); err == nil {
		kept = true
	}
	db := storetest.Open(b, "sqlite:"+path)
	if !kept {
		grow(b, db, n)
	}
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // as zhunsheng verify does
	var records int64
	var used time.Duration
	for b.Loop() {
		from := processorTime(b)
		r, err := move.Verify(b.Context(), db, move.Options{})
		if err != nil || !r.OK {
			b.Fatalf("verify: %v, %d differences", err, len(r.Differences))
		}
		records += r.Records
		used += processorTime(b) - from
	}
	b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(used.Microseconds())/float64(records), "cpu-µs/record")
}

// processorTime is what this process has used of all processors: on a busy machine it tells more than the clock.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// grow fills a database from many worlds at once, so that the writer makes full batches.
func grow(b *testing.B, db *store.DB, records int) {
	b.Helper()
	wr, err := write.New(db, write.Config{})
	if err != nil {
		b.Fatal(err)
	}
	const worlds = 128
	errs := make([]error, worlds)
	var all sync.WaitGroup
	for i := range worlds {
		all.Go(func() {
			w := storetest.NewWorld(wr, uint64(i+1))
			w.Prefix(i + 1)
			errs[i] = live(b.Context(), w, records/worlds)
		})
	}
	all.Wait()
	if err := errors.Join(append(errs, wr.Close(context.Background()))...); err != nil {
		b.Fatal(err)
	}
}

func live(ctx context.Context, w *storetest.World, acts int) error {
	for i := range acts {
		if i < 8 || w.Rand.IntN(5) == 0 {
			if _, err := w.Open(ctx, 1+w.Rand.Int64N(3)); err != nil {
				return err
			}
			continue
		}
		m := w.Matters[w.Rand.IntN(len(w.Matters))]
		for !m.Open {
			m = w.Matters[w.Rand.IntN(len(w.Matters))]
		}
		if _, err := w.Act(ctx, m); err != nil {
			return err
		}
	}
	return nil
}
