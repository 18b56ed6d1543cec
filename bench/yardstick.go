// Package bench measures what the program costs against a yardstick of plain rows in the same run (issue "Shows" 7), so
// that figures of different machines can be compared.
package bench

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"zhunsheng/internal/store"
)

// Callers is how many goroutines act at once.
const Callers = 64

// yardstick is the plainest writer there can be: a queue, batches of up to 256 that commit together, one multi-row
// statement each, no rules, no hashes. row(seq primary key, id uuid7 unique, matter, body of 450 bytes) with an index on
// (matter, seq); matter is uniform over 100 000.
type yardstick struct {
	conn     *sql.Conn
	postgres bool
	seq      int64
	in       chan chan error
	stmts    map[int]*sql.Stmt
	body     string
	rand     *rand.Rand
}

const (
	yardMatters = 100_000
	yardBatch   = 256
	yardBody    = 450
)

// newYardstick makes the table and fills it with preload rows.
func newYardstick(tb testing.TB, db *store.DB, preload int) *yardstick {
	tb.Helper()
	conn, err := db.Conn(context.Background())
	if err != nil {
		tb.Fatal(err)
	}
	y := &yardstick{
		conn: conn, postgres: db.Dialect == store.Postgres, in: make(chan chan error, 4*yardBatch), stmts: map[int]*sql.Stmt{},
		body: strings.Repeat("据", yardBody/3), rand: rand.New(rand.NewPCG(1, 2)),
	}
	for _, text := range []string{
		"CREATE TABLE yard (seq BIGINT PRIMARY KEY, id TEXT NOT NULL UNIQUE, matter BIGINT NOT NULL, body TEXT NOT NULL)",
		"CREATE INDEX yard_matter ON yard (matter, seq)",
	} {
		if !y.postgres {
			text = strings.Replace(text, "seq BIGINT PRIMARY KEY", "seq INTEGER PRIMARY KEY", 1)
		}
		if _, err := conn.ExecContext(context.Background(), text); err != nil {
			tb.Fatal(err)
		}
	}
	for y.seq < int64(preload) {
		if err := y.tx(func() error {
			for range 16 {
				if err := y.insert(yardBatch); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			tb.Fatal(err)
		}
	}
	return y
}

func (y *yardstick) tx(fn func() error) error {
	ctx := context.Background()
	begin := "BEGIN IMMEDIATE"
	if y.postgres {
		begin = "BEGIN"
	}
	if _, err := y.conn.ExecContext(ctx, begin); err != nil {
		return err
	}
	if err := fn(); err != nil {
		return err
	}
	_, err := y.conn.ExecContext(ctx, "COMMIT")
	return err
}

// insert writes n rows, in statements of 256, 64, 16, 4 and 1 rows.
func (y *yardstick) insert(n int) error {
	for _, size := range []int{256, 64, 16, 4, 1} {
		for n >= size {
			st := y.stmts[size]
			if st == nil {
				var b strings.Builder
				b.WriteString("INSERT INTO yard (seq, id, matter, body) VALUES ")
				for i := range size {
					if i > 0 {
						b.WriteByte(',')
					}
					fmt.Fprintf(&b, "($%d,$%d,$%d,$%d)", 4*i+1, 4*i+2, 4*i+3, 4*i+4)
				}
				var err error
				if st, err = y.conn.PrepareContext(context.Background(), b.String()); err != nil {
					return err
				}
				y.stmts[size] = st
			}
			args := make([]any, 0, 4*size)
			for range size {
				y.seq++
				args = append(args, y.seq, fmt.Sprintf("%08x-0000-7000-8000-%012x", y.seq, y.rand.Uint64()&0xffffffffffff),
					y.rand.Int64N(yardMatters), y.body)
			}
			if _, err := st.ExecContext(context.Background(), args...); err != nil {
				return err
			}
			n -= size
		}
	}
	return nil
}

// run commits what waits until in is closed.
func (y *yardstick) run() {
	var batch []chan error
	for first := range y.in {
		batch = append(batch[:0], first)
	gather:
		for len(batch) < yardBatch {
			select {
			case c, ok := <-y.in:
				if !ok {
					break gather
				}
				batch = append(batch, c)
			default:
				break gather
			}
		}
		err := y.tx(func() error { return y.insert(len(batch)) })
		for _, c := range batch {
			c <- err
		}
	}
}

// perSecond runs act from all callers for a time and returns how many were done a second.
func perSecond(tb testing.TB, during time.Duration, act func(caller int) error) float64 {
	tb.Helper()
	var wg sync.WaitGroup
	counts := make([]int, Callers)
	begun := time.Now()
	for i := range Callers {
		wg.Go(func() {
			for time.Since(begun) < during {
				if err := act(i); err != nil {
					tb.Error(err)
					return
				}
				counts[i]++
			}
		})
	}
	wg.Wait()
	total := 0
	for _, n := range counts {
		total += n
	}
	return float64(total) / time.Since(begun).Seconds()
}

// rowsPerSecond is the yardstick itself.
func (y *yardstick) rowsPerSecond(tb testing.TB, during time.Duration) float64 {
	tb.Helper()
	go y.run()
	defer close(y.in)
	return perSecond(tb, during, func(int) error {
		c := make(chan error, 1)
		y.in <- c
		return <-c
	})
}
