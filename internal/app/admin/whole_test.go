package admin_test

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/blob"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/side"
	"zhunsheng/internal/store/storetest"
	"zhunsheng/internal/store/write"
)

// whole is a database with work in it, an account, and the files its records name.
func whole(t *testing.T, e storetest.Engine, writes func(w *storetest.World)) *admin.Whole {
	t.Helper()
	db := e.Open(t)
	wr, err := write.New(db, write.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if writes != nil {
		writes(storetest.NewWorld(wr, 5))
	}
	if err := wr.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(tx *store.Tx) error {
		return side.PutAccount(t.Context(), tx, side.Account{Person: 7, Login: "lisi", Secret: "x", Failed: 2, MustChange: true})
	})
	if err != nil {
		t.Fatal(err)
	}
	return &admin.Whole{DB: db, Blobs: &blob.Memory{}}
}

// entries fills a database with records that name no files.
func entries(t *testing.T) func(w *storetest.World) {
	return func(w *storetest.World) {
		for range 300 {
			if _, err := w.Open(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func account(t *testing.T, db *store.DB) (a side.Account) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
		a, err = side.AccountByLogin(t.Context(), tx, "lisi")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestBackupRestoreMove(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := whole(t, e, entries(t))
		before, err := w.Verify(t.Context(), ledger.Key{})
		if err != nil || !before.OK {
			t.Fatalf("%+v, %v", before, err)
		}
		signer, err := ledger.NewSigner("450200", [32]byte{9})
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "backup.zs")
		sent, err := w.Backup(t.Context(), file, signer.Secret())
		if err != nil || sent.Size != before.Records {
			t.Fatalf("%+v, %v", sent, err)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
		to := &admin.Whole{DB: e.Open(t), Blobs: &blob.Memory{}}
		got, secret, err := to.Restore(t.Context(), file)
		if err != nil || got != sent || secret != signer.Secret() {
			t.Fatalf("%+v, %v", got, err)
		}
		if account(t, to.DB) != account(t, w.DB) {
			t.Error("the account is not the same")
		}
		if _, _, err := to.Restore(t.Context(), file); !errors.Is(err, admin.ErrNotEmpty) {
			t.Errorf("restored over records: %v", err)
		}
		other := storetest.SQLite().Open(t)
		if moved, err := to.Move(t.Context(), other); err != nil || moved != sent {
			t.Fatalf("%+v, %v", moved, err)
		}
		after, err := (&admin.Whole{DB: other}).Rebuild(t.Context())
		if err != nil || !after.OK || after.Root != before.Root {
			t.Errorf("%+v, %v", after, err)
		}
	})
}

func TestBackupNeedsEveryFile(t *testing.T) {
	w := whole(t, storetest.SQLite(), func(w *storetest.World) { w.Fill(t, 20) })
	dir := t.TempDir()
	if _, err := w.Backup(t.Context(), filepath.Join(dir, "backup.zs"), ""); !errors.Is(err, blob.ErrNone) {
		t.Errorf("got %v", err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 0 {
		t.Errorf("a failed backup left %v, %v", left, err)
	}
	if r, err := w.Verify(t.Context(), ledger.Key{}); err != nil || r.OK || r.Differences[0].Table != "file" {
		t.Errorf("missing files are not found: %+v, %v", r, err)
	}
}

func TestKeyIsMadeOnce(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	if _, err := admin.LoadKey(data); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	first, err := admin.MakeKey(data, "450200")
	if err != nil {
		t.Fatal(err)
	}
	second, err := admin.MakeKey(data, "450200")
	if err != nil || first.Key().String() != second.Key().String() {
		t.Errorf("%v, %v", second, err)
	}
	if err := admin.KeepKey(data, first.Secret()); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a key was written over: %v", err)
	}
	if info, err := os.Stat(admin.KeyFile(data)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

func TestNotarySignsWhatHasGrown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		w := whole(t, e, entries(t))
		signer, err := ledger.NewSigner("450200", [32]byte{9})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		for _, holder := range []string{"one", "two"} { // of two copies one signs
			n := &admin.Notary{DB: w.DB, Signer: signer, Holder: holder, Now: time.Now, Log: slog.New(slog.DiscardHandler), Every: time.Millisecond}
			go func() { n.Run(ctx); ended <- struct{}{} }()
		}
		var size int64
		for size == 0 {
			size = checkpoint(t, w.DB)
		}
		stop()
		<-ended
		<-ended
		if size != 300 {
			t.Errorf("signed %d records", size)
		}
		r, err := w.Verify(t.Context(), signer.Key())
		if err != nil || !r.OK || r.Checkpoints != 1 {
			t.Errorf("%+v, %v", r, err)
		}
		stranger, err := ledger.NewSigner("450200", [32]byte{10})
		if err != nil {
			t.Fatal(err)
		}
		if r, err := w.Verify(t.Context(), stranger.Key()); err != nil || r.OK {
			t.Errorf("a checkpoint of another key was taken: %+v, %v", r, err)
		}
	})
}

// checkpoint is the size of the newest checkpoint, 0 while there is none.
func checkpoint(t *testing.T, db *store.DB) (size int64) {
	t.Helper()
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		s, err := read.Checkpoint(t.Context(), tx, 0)
		if errors.Is(err, read.ErrNone) {
			return nil
		}
		size = s.Size
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return size
}
