package act_test

import (
	"context"
	"testing"
	"time"

	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/blob"
	"zhunsheng/internal/store/rows"
	"zhunsheng/internal/store/storetest"
	"zhunsheng/pack"
)

func signer(t *testing.T, seed byte) *ledger.Signer {
	t.Helper()
	s, err := ledger.NewSigner("990127", [32]byte{seed})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// newLog is an empty database with the acts to write to it.
func newLog(t *testing.T, e storetest.Engine) *act.Acts {
	t.Helper()
	book, diags := rulebook.Load(pack.Files)
	if book == nil {
		t.Fatal(diags)
	}
	acts, err := act.New(act.Config{DB: e.Open(t), Blobs: &blob.Memory{}, Book: book})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = acts.Close(context.Background()) })
	return acts
}

func verified(t *testing.T, acts *act.Acts, key ledger.Key) admin.Verified {
	t.Helper()
	r, err := (&admin.Whole{DB: acts.DB, Blobs: acts.Blobs}).Verify(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The key is record 1; a new one is signed by the one before, and checkpoints of both stay good.
func TestKeyOfTheLog(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		acts := newLog(t, e)
		ctx := t.Context()
		first, second, stranger := signer(t, 1), signer(t, 2), signer(t, 3)
		sign := func(s *ledger.Signer) {
			t.Helper()
			n := &admin.Notary{DB: acts.DB, Signer: s, Holder: "test", Now: time.Now}
			if size, _, err := n.Checkpoint(ctx); err != nil || size == 0 {
				t.Fatalf("signed %d, %v", size, err)
			}
		}
		for range 2 { // kept once, however often a start is broken off
			if err := acts.KeepKey(ctx, first.Key()); err != nil {
				t.Fatal(err)
			}
		}
		if err := acts.Load(ctx); err != nil {
			t.Fatal(err)
		}
		sign(first)
		if err := acts.ReplaceKey(ctx, first, second.Key()); err != nil {
			t.Fatal(err)
		}
		sign(second)
		for name, key := range map[string]ledger.Key{"none": {}, "first": first.Key(), "second": second.Key()} {
			if r := verified(t, acts, key); !r.OK || r.Records != 3 || r.Checkpoints != 2 || len(r.Notes) > 0 {
				t.Errorf("given key %s: %+v", name, r)
			}
		}
		if r := verified(t, acts, stranger.Key()); r.OK || r.Differences[0].Key != "seq=1" {
			t.Errorf("another key was taken: %+v", r)
		}
		err := acts.DB.Read(ctx, func(tx *store.Tx) error {
			stored, err := rows.Span(ctx, tx, 1, 1)
			if err != nil {
				return err
			}
			h, r, err := stored[0].Decode()
			if err == nil && (h.Kind != rows.KindKey || r.Open.Values.Text("key") != first.Key().String()) {
				t.Errorf("record 1 is %+v, %+v", h, r.Open)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// A new key that the old one did not sign is named, and so are checkpoints signed with it.
func TestKeyThatNobodySigned(t *testing.T) {
	acts := newLog(t, storetest.SQLite())
	first, stranger := signer(t, 1), signer(t, 3)
	for _, s := range []*ledger.Signer{first, stranger} {
		if err := acts.KeepKey(t.Context(), s.Key()); err != nil {
			t.Fatal(err)
		}
	}
	n := &admin.Notary{DB: acts.DB, Signer: stranger, Holder: "test", Now: time.Now}
	if _, _, err := n.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := verified(t, acts, ledger.Key{})
	if r.OK || len(r.Differences) != 2 || r.Differences[0].Table != "checkpoint" || r.Differences[1].Key != "seq=2" {
		t.Errorf("%+v", r)
	}
}
