package move_test

import (
	"context"
	"os"
	"testing"

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

// filled returns a database with everything in it, and its world; the writer is closed.
func filled(t testing.TB, e storetest.Engine, n int) (*store.DB, *storetest.World) {
	t.Helper()
	db := e.Open(t)
	w, err := write.New(db, write.Config{})
	if err != nil {
		t.Fatal(err)
	}
	world := storetest.NewWorld(w, 7)
	world.Fill(t, n)
	erase(t, world)
	if err := w.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	return db, world
}

// erase drops some words, so that every test has records that lost a part.
func erase(t testing.TB, w *storetest.World) {
	t.Helper()
	m := w.Matters[1]
	if _, err := w.Erase(t.Context(), m, m.No, "personal"); err != nil {
		t.Fatal(err)
	}
	for _, m := range w.Matters[2:] {
		if len(m.Seqs) > 2 {
			if _, err := w.Erase(t.Context(), m, m.Seqs[1], "open", "files"); err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	for _, e := range w.Entries {
		if e.Register == "unit" && e.Version == 2 {
			if _, err := w.Erase(t.Context(), nil, e.Versions[0].Seq, "open"); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Erase(t.Context(), nil, e.Versions[1].Seq, "open"); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// sound fails the test where verify finds anything.
func sound(t testing.TB, db *store.DB) move.Report {
	t.Helper()
	r, err := move.Verify(context.Background(), db, move.Options{Idle: 16}) // matters are packed on the way
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range append(r.Differences, r.Caches...) {
		t.Errorf("%s %s: %s", d.Table, d.Key, d.What)
	}
	return r
}

func TestVerifyFindsNothingWrong(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, w := filled(t, e, 100)
		r := sound(t, db)
		if !r.OK || r.Matters != int64(len(w.Matters)) || r.Records < 300 {
			t.Errorf("%+v", r)
		}
	})
}

func TestRebuildMakesTheSameRows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, _ := filled(t, e, 60)
		before := sound(t, db)
		if err := move.Rebuild(t.Context(), db, nil); err != nil {
			t.Fatal(err)
		}
		if after := sound(t, db); after.Root != before.Root || after.Records != before.Records {
			t.Errorf("before %+v, after %+v", before, after)
		}
	})
}
