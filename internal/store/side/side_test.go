package side_test

import (
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/store"
	"zhunsheng/internal/store/side"
	"zhunsheng/internal/store/storetest"
	"zhunsheng/internal/store/write"
)

func TestMain(m *testing.M) {
	code := m.Run()
	storetest.Stop()
	os.Exit(code)
}

func do(t *testing.T, db *store.DB, fn func(tx *store.Tx) error) {
	t.Helper()
	if err := db.Write(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func TestAccounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		want := side.Account{Person: 7, Login: "lisi", Secret: "s", TOTP: "t", Failed: 2, LockedUntil: 9, MustChange: true}
		do(t, db, func(tx *store.Tx) error { return side.PutAccount(t.Context(), tx, want) })
		want.Failed = 0
		do(t, db, func(tx *store.Tx) error { return side.PutAccount(t.Context(), tx, want) })
		do(t, db, func(tx *store.Tx) error {
			got, err := side.AccountByLogin(t.Context(), tx, "lisi")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			return err
		})
		do(t, db, func(tx *store.Tx) error { return side.DeleteAccount(t.Context(), tx, 7) })
		do(t, db, func(tx *store.Tx) error {
			if _, err := side.AccountOf(t.Context(), tx, 7); !errors.Is(err, side.ErrNone) {
				t.Errorf("after delete: %v", err)
			}
			return nil
		})
	})
}

func TestDutyIsHeldByOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		for i, c := range []struct {
			holder     string
			now, until int64
			want       bool
		}{
			{"one", 10, 20, true},
			{"two", 11, 21, false}, // held
			{"one", 12, 22, true},  // renewed
			{"two", 21, 31, false},
			{"two", 22, 32, true}, // run out
			{"one", 23, 33, false},
		} {
			if got, err := side.Lease(t.Context(), db, "checkpoint", c.holder, c.now, c.until); err != nil || got != c.want {
				t.Errorf("step %d: got %v, %v", i, got, err)
			}
		}
		if err := side.Release(t.Context(), db, "checkpoint", "one"); err != nil { // not its own
			t.Fatal(err)
		}
		if got, _ := side.Lease(t.Context(), db, "checkpoint", "one", 24, 34); got {
			t.Error("released by one who did not hold it")
		}
		if err := side.Release(t.Context(), db, "checkpoint", "two"); err != nil {
			t.Fatal(err)
		}
		if got, _ := side.Lease(t.Context(), db, "checkpoint", "one", 24, 34); !got {
			t.Error("not released")
		}
	})
}

func TestJobsComeInOrderAndOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		do(t, db, func(tx *store.Tx) error {
			for _, j := range []side.Job{{"open", "b", 20}, {"open", "a", 30}, {"open", "a", 10}, {"open", "a", 40}} {
				if err := side.Plan(t.Context(), tx, j.Name, j.Key, j.RunAt); err != nil {
					return err
				}
			}
			return nil
		})
		claim := func(holder string, now int64) (side.Job, bool) {
			t.Helper()
			j, ok, err := side.Claim(t.Context(), db, holder, now, now+5)
			if err != nil {
				t.Fatal(err)
			}
			return j, ok
		}
		if _, ok := claim("one", 9); ok {
			t.Error("claimed before its time")
		}
		first, _ := claim("one", 25)
		second, _ := claim("two", 25)
		if first != (side.Job{Name: "open", Key: "a", RunAt: 10}) || second != (side.Job{Name: "open", Key: "b", RunAt: 20}) {
			t.Errorf("claimed %v, %v", first, second)
		}
		if j, ok := claim("three", 26); ok {
			t.Errorf("claimed twice: %v", j)
		}
		if err := side.Finish(t.Context(), db, first, "one"); err != nil {
			t.Fatal(err)
		}
		if j, ok := claim("three", 31); !ok || j.Key != "b" { // two never finished
			t.Errorf("claimed %v, %v", j, ok)
		}
	})
}

func TestOutboxFollowsTheBatch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		wr, err := write.New(db, write.Config{})
		if err != nil {
			t.Fatal(err)
		}
		w := storetest.NewWorld(wr, 3)
		m, err := w.Open(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := wr.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		const ever = 1 << 62
		do(t, db, func(tx *store.Tx) error {
			got, err := side.Notices(t.Context(), tx, ever, 10)
			if err != nil {
				return err
			}
			if len(got) != 1 || got[0].Seq != m.No || got[0].At == 0 || got[0].Role != "liaison" {
				t.Fatalf("got %+v", got)
			}
			if err := side.Retry(t.Context(), tx, got[0].ID, ever); err != nil {
				return err
			}
			if later, err := side.Notices(t.Context(), tx, ever-1, 10); err != nil || len(later) != 0 {
				t.Errorf("put off and still due: %+v, %v", later, err)
			}
			if again, err := side.Notices(t.Context(), tx, ever, 10); err != nil || len(again) != 1 || again[0].Tries != 1 {
				t.Errorf("got %+v, %v", again, err)
			}
			return side.Sent(t.Context(), tx, []int64{got[0].ID})
		})
		do(t, db, func(tx *store.Tx) error {
			left, err := side.Notices(t.Context(), tx, ever, 10)
			if len(left) != 0 {
				t.Errorf("sent and still there: %+v", left)
			}
			return err
		})
	})
}
