package write_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/storetest"
	"zhunsheng/internal/store/write"
)

// TestFaultAtEveryPoint breaks one batch at every point in turn. Whatever the caller hears, sending the same request
// again leads to exactly one record, and the database is sound.
func TestFaultAtEveryPoint(t *testing.T) {
	lost := errors.New("the connection is gone")
	for point, want := range map[write.Point]struct {
		saved bool // by the first attempt
		told  bool // the first attempt is answered with its result
	}{
		write.AtBegin:  {},
		write.AtLock:   {},
		write.AtGuards: {},
		write.AtRows:   {},
		write.AtHead:   {},
		write.AtCommit: {},
		write.AtDone:   {saved: true, told: true},
		write.AtReply:  {saved: true},
	} {
		t.Run(string(point), func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, e storetest.Engine) {
				db := e.Open(t)
				var armed atomic.Bool
				wr := newWriter(t, db, write.Config{Resolve: 20 * time.Second, Fault: func(p write.Point) error {
					if p == point && armed.CompareAndSwap(true, false) {
						return lost
					}
					return nil
				}})
				w := storetest.NewWorld(wr, 3)
				w.Fill(t, 5)
				before := sound(t, db).Records
				c := w.ActChange(w.Matters[0])
				armed.Store(true)
				first, err := wr.Do(t.Context(), c)
				if armed.Load() {
					t.Fatal("the point was never passed")
				}
				if (err == nil) != want.told {
					t.Errorf("first attempt: %+v, %v", first, err)
				}
				var unknown *write.Unknown
				if errors.As(err, &unknown) != (want.saved && !want.told) {
					t.Errorf("first attempt: %v", err)
				}
				if got := sound(t, db).Records > before; got != want.saved {
					t.Errorf("saved: %v, want %v", got, want.saved)
				}
				second, err := wr.Do(t.Context(), c)
				if err != nil || second.Repeated != want.saved {
					t.Fatalf("second attempt: %+v, %v", second, err)
				}
				if want.told && (first.Seq != second.Seq || first.Leaf != second.Leaf) {
					t.Errorf("first %+v, second %+v", first, second)
				}
				if r := sound(t, db); r.Records != before+1 {
					t.Errorf("%d records, want %d", r.Records, before+1)
				}
				once(t, db, c.Request, second.Seq)
				if _, err := w.Settle(c, second); err != nil {
					t.Fatal(err)
				}
				settle(t, w, w.OpenChange(1)) // and the writer goes on
				sound(t, db)
			})
		})
	}
}

// TestLostDatabase ends every connection in mid-act: the writer finds its way back by itself.
func TestLostDatabase(t *testing.T) {
	e := storetest.Postgres(t)
	db := e.Open(t)
	var armed atomic.Bool
	kill := func() {
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(t.Context(), "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"+
				" AND pid <> pg_backend_pid()")
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
	for _, point := range []write.Point{write.AtLock, write.AtRows, write.AtCommit, write.AtDone} {
		wr := newWriter(t, db, write.Config{Fault: func(p write.Point) error {
			if p == point && armed.CompareAndSwap(true, false) {
				kill()
			}
			return nil
		}})
		w := storetest.NewWorld(wr, 3)
		w.Prefix(len(point))
		c := w.OpenChange(1)
		armed.Store(true)
		first, err := wr.Do(t.Context(), c)
		second, err2 := wr.Do(t.Context(), c)
		if err2 != nil || err == nil && first.Seq != second.Seq {
			t.Errorf("%s: first %+v, %v; second %+v, %v", point, first, err, second, err2)
		}
		once(t, db, c.Request, second.Seq)
	}
	sound(t, db)
}

func once(t *testing.T, db *store.DB, request string, want int64) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		seq, there, err := read.Once(t.Context(), tx, request)
		if !there || seq != want {
			t.Errorf("request led to record %d (%v), want %d", seq, there, want)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
