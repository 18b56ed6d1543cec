package blob_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/store/blob"
)

// every implementation passes the same suite.
func every(t *testing.T, fn func(t *testing.T, s blob.Store, clock *time.Time)) {
	t.Helper()
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	now := func() time.Time { return clock }
	t.Run("dir", func(t *testing.T) {
		d, err := blob.OpenDir(filepath.Join(t.TempDir(), "blobs"), now)
		if err != nil {
			t.Fatal(err)
		}
		fn(t, d, &clock)
	})
	t.Run("memory", func(t *testing.T) { fn(t, &blob.Memory{Now: now}, &clock) })
}

func put(t *testing.T, s blob.Store, text string) string {
	t.Helper()
	hash, err := s.Put(t.Context(), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

func TestKeepsWhatWasPut(t *testing.T) {
	every(t, func(t *testing.T, s blob.Store, _ *time.Time) {
		for _, text := range []string{"", "一", "a longer text"} {
			hash := put(t, s, text)
			if again := put(t, s, text); again != hash || hash != blob.Digest([]byte(text)) {
				t.Errorf("put %q twice: %s and %s", text, hash, again)
			}
			b, err := s.Get(t.Context(), hash)
			if err != nil || string(b) != text {
				t.Errorf("got %q, %v; want %q", b, err, text)
			}
			if err := s.Delete(t.Context(), hash); err != nil {
				t.Error(err)
			}
			if err := s.Delete(t.Context(), hash); err != nil {
				t.Errorf("deleting twice: %v", err)
			}
			if _, err := s.Get(t.Context(), hash); !errors.Is(err, blob.ErrNone) {
				t.Errorf("after delete: %v", err)
			}
		}
		for _, name := range []string{"", "../../etc/passwd", "zz"} {
			if _, err := s.Get(t.Context(), name); !errors.Is(err, blob.ErrNone) {
				t.Errorf("get %q: %v", name, err)
			}
		}
	})
}

func TestSweepsWhatNoRecordNames(t *testing.T) {
	every(t, func(t *testing.T, s blob.Store, clock *time.Time) {
		old, held := put(t, s, "old"), put(t, s, "held")
		again := put(t, s, "old, but put again")
		*clock = clock.Add(blob.KeepUnused + time.Hour)
		fresh := put(t, s, "fresh")
		put(t, s, "old, but put again")
		n, err := blob.Sweep(t.Context(), s, clock.Add(-blob.KeepUnused), func(_ context.Context, hash string) (bool, error) {
			return hash == held, nil
		})
		if err != nil || n != 1 {
			t.Errorf("swept %d, %v; want 1", n, err)
		}
		var left []string
		if err := s.Walk(t.Context(), func(i blob.Info) error { left = append(left, i.Hash); return nil }); err != nil {
			t.Fatal(err)
		}
		want := []string{held, again, fresh}
		slices.Sort(want)
		slices.Sort(left)
		if diff := cmp.Diff(want, left); diff != "" {
			t.Error(diff)
		}
		if _, err := s.Get(t.Context(), old); !errors.Is(err, blob.ErrNone) {
			t.Error("the old file is still there")
		}
	})
}

func TestDirTellsDamage(t *testing.T) {
	path := t.TempDir()
	d, err := blob.OpenDir(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	hash := put(t, d, "whole")
	if err := os.WriteFile(filepath.Join(path, hash[:2], hash), []byte("spoilt"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Get(t.Context(), hash); err == nil {
		t.Error("damaged bytes were handed out")
	}
	put(t, d, "whole") // puts it right
	if _, err := d.Get(t.Context(), hash); err != nil {
		t.Error(err)
	}
}
