package ledger

import (
	"strings"
	"testing"
)

func successor(t *testing.T, seed byte) *Signer {
	t.Helper()
	s, err := NewSigner("410199", [32]byte{seed})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSuccession(t *testing.T) {
	old, next, stranger := successor(t, 1), successor(t, 2), successor(t, 3)
	signed, err := old.Succeed(next.Key())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := OpenSuccession(signed, old.Key()); err != nil || got.String() != next.Key().String() {
		t.Errorf("got %s, %v", got, err)
	}
	checkpoint, err := old.Checkpoint(0, Hash{})
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		note string
		key  Key
	}{
		"by another key":      {signed, stranger.Key()},
		"by the new key":      {signed, next.Key()},
		"no key":              {signed, Key{}},
		"another key named":   {strings.Replace(signed, next.Key().String(), stranger.Key().String(), 1), old.Key()},
		"a checkpoint":        {checkpoint, old.Key()},
		"a signature cut off": {signed[:strings.Index(signed, "—")], old.Key()},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if got, err := OpenSuccession(tc.note, tc.key); err == nil {
				t.Errorf("taken: %s", got)
			}
		})
	}
	if _, _, err := OpenCheckpoint(signed, old.Key()); err == nil {
		t.Error("a change of keys was taken for a checkpoint")
	}
	if _, err := old.Succeed(Key{}); err == nil {
		t.Error("no key was signed")
	}
}
