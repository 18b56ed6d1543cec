package admin_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/search"
	"zhunsheng/internal/store/storetest"
	"zhunsheng/internal/store/write"
)

// TestIndexFollowsTheWriter starts the indexer over records that are there already, writes more, and waits until they are
// found.
func TestIndexFollowsTheWriter(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		index := admin.NewIndex(db, slog.New(slog.DiscardHandler))
		wr, err := write.New(db, write.Config{Committed: func(int64) { index.Wake() }})
		if err != nil {
			t.Fatal(err)
		}
		w := storetest.NewWorld(wr, 3)
		w.Fill(t, 20)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { index.Run(ctx); close(ended) }()
		if _, err := w.Open(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		limit, stop := context.WithTimeout(t.Context(), 20*time.Second)
		defer stop()
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for found := 0; found != min(len(w.Matters), 50); {
			select {
			case <-limit.Done():
				t.Fatalf("found %d of %d matters", found, len(w.Matters))
			case <-tick.C:
			}
			err := db.Read(t.Context(), func(tx *store.Tx) error {
				nos, err := search.Matters(t.Context(), tx, access.Scope{System: true}, "裁量权基准", 0, 0)
				found = len(nos)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		cancel()
		<-ended
		if err := wr.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
}

// TestVerifyChecksTheIndex proves that a broken index is reported, apart from the records.
func TestVerifyChecksTheIndex(t *testing.T) {
	db := storetest.SQLite().Open(t)
	wr, err := write.New(db, write.Config{})
	if err != nil {
		t.Fatal(err)
	}
	w := storetest.NewWorld(wr, 3)
	w.Fill(t, 5)
	if err := wr.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.NewIndex(db, slog.New(slog.DiscardHandler)).CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	verify := func() admin.Verified {
		t.Helper()
		r, err := (&admin.Whole{DB: db}).Verify(t.Context(), ledger.Key{})
		if err != nil || !r.OK {
			t.Fatalf("verify: %v, %v", err, r.Differences)
		}
		return r
	}
	if r := verify(); len(r.Caches) != 0 {
		t.Errorf("a good index: %v", r.Caches)
	}
	err = db.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(t.Context(), "DELETE FROM doc WHERE no = $1", w.Matters[0].No)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if r := verify(); len(r.Caches) != 1 || r.Caches[0].Table != "doc" {
		t.Errorf("a document is missing: %v", r.Caches)
	}
}

// TestRebuildStartsTheIndexAnew proves that a rebuild leaves no words of rows that are no more.
func TestRebuildStartsTheIndexAnew(t *testing.T) {
	db := storetest.SQLite().Open(t)
	wr, err := write.New(db, write.Config{})
	if err != nil {
		t.Fatal(err)
	}
	w := storetest.NewWorld(wr, 3)
	w.Fill(t, 5)
	if err := wr.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	index := admin.NewIndex(db, slog.New(slog.DiscardHandler))
	before, err := index.CatchUp(t.Context())
	if err != nil || before == 0 {
		t.Fatalf("indexed up to %d: %v", before, err)
	}
	if _, err := (&admin.Whole{DB: db}).Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	err = db.Read(t.Context(), func(tx *store.Tx) error {
		upto, err := search.Upto(t.Context(), tx)
		if upto != 0 {
			t.Errorf("after a rebuild the index is at %d", upto)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if after, err := index.CatchUp(t.Context()); err != nil || after != before {
		t.Errorf("indexed up to %d, before up to %d: %v", after, before, err)
	}
}
