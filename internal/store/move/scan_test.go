package move_test

import (
	"path/filepath"
	"sync"
	"testing"

	"zhunsheng/internal/store"
	"zhunsheng/internal/store/move"
	"zhunsheng/internal/store/storetest"
	"zhunsheng/internal/store/write"
)

// TestVerifyWithoutASecondSnapshot verifies where only one snapshot can be had, and several at once where each takes the
// one that another waits for: the tables are then read after the records.
func TestVerifyWithoutASecondSnapshot(t *testing.T) {
	for name, c := range map[string]struct{ readers, at int }{"one snapshot": {1, 1}, "as many as verify": {3, 3}} {
		t.Run(name, func(t *testing.T) {
			db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "zhunsheng.db"), store.Options{Readers: c.readers})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = db.Close() }()
			w, err := write.New(db, write.Config{})
			if err != nil {
				t.Fatal(err)
			}
			storetest.NewWorld(w, 3).Fill(t, 10)
			if err := w.Close(t.Context()); err != nil {
				t.Fatal(err)
			}
			var all sync.WaitGroup
			for range c.at {
				all.Go(func() {
					if r, err := move.Verify(t.Context(), db, move.Options{}); err != nil || !r.OK || len(r.Caches) > 0 {
						t.Errorf("%+v, %v", r, err)
					}
				})
			}
			all.Wait()
		})
	}
}

// TestVerifyBesideAWriter verifies while records are written: whatever snapshot it gets is sound.
func TestVerifyBesideAWriter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		w, err := write.New(db, write.Config{})
		if err != nil {
			t.Fatal(err)
		}
		world := storetest.NewWorld(w, 5)
		world.Fill(t, 5)
		stop, ended := make(chan struct{}), make(chan error, 1)
		go func() {
			for {
				select {
				case <-stop:
					ended <- nil
					return
				default:
				}
				if _, err := world.Open(t.Context(), 1); err != nil {
					ended <- err
					return
				}
			}
		}()
		for range 10 {
			if r := sound(t, db); !r.OK {
				t.Errorf("%+v", r)
			}
		}
		close(stop)
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := w.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}
