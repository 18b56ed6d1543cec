package move

import (
	"fmt"

	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store/rows"
)

// keyring gathers the keys the records name, each signed by the one before.
type keyring struct {
	keys   []ledger.Key
	seq    int64 // of the first
	report func(Difference)
}

func (k *keyring) add(rec *opened) {
	var old ledger.Key
	if n := len(k.keys); n > 0 {
		old = k.keys[n-1]
	}
	key, err := rows.NextKey(&rec.record.Open, old)
	if err != nil {
		k.report(Difference{"record", fmt.Sprintf("seq=%d", rec.head.Seq), "names no key of the log: " + err.Error()})
		return
	}
	if len(k.keys) == 0 {
		k.seq = rec.head.Seq
	}
	k.keys = append(k.keys, key)
}

// with returns the keys a checkpoint may be signed with. A key given from elsewhere must be one the records name: a log
// that was written anew from its first record on would name another.
func (k *keyring) with(given ledger.Key) []ledger.Key {
	if given.IsZero() {
		return k.keys
	}
	if len(k.keys) == 0 {
		return []ledger.Key{given}
	}
	for _, key := range k.keys {
		if key.String() == given.String() {
			return k.keys
		}
	}
	k.report(Difference{"record", fmt.Sprintf("seq=%d", k.seq), "names another key than the one given"})
	return k.keys
}

// openCheckpoint reads a checkpoint and checks its signature with whichever key fits; without keys only its form.
func openCheckpoint(signed string, keys []ledger.Key) (c ledger.Checkpoint, err error) {
	if len(keys) == 0 {
		return ledger.ParseCheckpoint(signed)
	}
	for _, key := range keys {
		if c, _, err = ledger.OpenCheckpoint(signed, key); err == nil {
			return c, nil
		}
	}
	return c, err
}
