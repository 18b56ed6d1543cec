package move_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/store"
	"zhunsheng/internal/store/blob"
	"zhunsheng/internal/store/move"
	"zhunsheng/internal/store/storetest"
)

// dump reads every row of the tables that move carries or folds anew.
func dump(t testing.TB, db *store.DB) map[string][]string {
	t.Helper()
	out, err := move.Dump(context.Background(), db)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestMoveThereAndBack(t *testing.T) {
	for name, order := range map[string][2]storetest.Engine{
		"sqlite, postgres, sqlite": {storetest.SQLite(), storetest.Postgres(t)},
		"postgres, sqlite":         {storetest.Postgres(t), storetest.SQLite()},
	} {
		t.Run(name, func(t *testing.T) {
			from, _ := filled(t, order[0], 60)
			before := sound(t, from)
			there, back := order[1].Open(t), order[0].Open(t)
			if _, err := move.Move(t.Context(), from, there, move.Contents{Accounts: true}, nil); err != nil {
				t.Fatal(err)
			}
			if _, err := move.Move(t.Context(), there, back, move.Contents{Accounts: true}, nil); err != nil {
				t.Fatal(err)
			}
			for _, db := range []*store.DB{there, back} {
				if after := sound(t, db); after.Root != before.Root {
					t.Errorf("root was %s, is %s", before.Root, after.Root)
				}
			}
			if diff := cmp.Diff(dump(t, from), dump(t, back)); diff != "" {
				t.Error(diff)
			}
			if err := move.Rebuild(t.Context(), there, nil); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(dump(t, from), dump(t, there)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRestoreTakesOnlyAWholeStreamIntoAnEmptyDatabase(t *testing.T) {
	e := storetest.SQLite()
	db, _ := filled(t, e, 20)
	var whole bytes.Buffer
	end, err := move.Export(t.Context(), db, &whole, move.Contents{Key: "a secret"})
	if err != nil {
		t.Fatal(err)
	}
	to := e.Open(t)
	blobs := &blob.Memory{}
	for _, cut := range []int{0, 5, 40, whole.Len() / 2, whole.Len() - 9} {
		if _, err := move.Import(t.Context(), to, bytes.NewReader(whole.Bytes()[:cut]), blobs); !errors.Is(err, move.ErrStream) {
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
	in, err := move.Import(t.Context(), to, bytes.NewReader(whole.Bytes()), blobs)
	if err != nil || in.End != end || in.Key != "a secret" {
		t.Errorf("got %+v, %v; want %+v", in, err, end)
	}
	sound(t, to)
	if _, err := move.Import(t.Context(), to, bytes.NewReader(whole.Bytes()), blobs); !errors.Is(err, move.ErrNotEmpty) {
		t.Errorf("into a full database: %v", err)
	}
}

func FuzzImport(f *testing.F) {
	e := storetest.SQLite()
	db, _ := filled(f, e, 3)
	var whole bytes.Buffer
	if _, err := move.Export(f.Context(), db, &whole, move.Contents{}); err != nil {
		f.Fatal(err)
	}
	f.Add(whole.Bytes())
	f.Add([]byte("zhunsheng stream 1\n"))
	want := dump(f, db)
	f.Fuzz(func(t *testing.T, b []byte) {
		to := e.Open(t)
		_, err := move.Import(t.Context(), to, bytes.NewReader(b), nil)
		got := dump(t, to)
		if err != nil && len(got["record"]) != 0 {
			t.Error("a stream that was refused left records")
		}
		if err == nil && cmp.Diff(want, got) != "" && !sound(t, to).OK {
			t.Error("a stream that was taken left a database that is not sound")
		}
	})
}
