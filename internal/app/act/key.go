package act

import (
	"context"
	"fmt"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store/rows"
	"zhunsheng/internal/store/write"
)

// KindKey is the kind of the records that name the log's public key.
const KindKey = rows.KindKey

// KeepKey records the log's public key. It is called before anything else is written, so that the key is record 1 and
// whoever holds a receipt can tell a log that was written anew; where it was done before, nothing happens.
func (a *Acts) KeepKey(ctx context.Context, key ledger.Key) error {
	return a.keepKey(ctx, key, "")
}

// ReplaceKey records a new key of the log, signed by the one it has (更换密钥). Checkpoints of either stay valid; whoever
// signs must take the new key from then on.
func (a *Acts) ReplaceKey(ctx context.Context, old *ledger.Signer, next ledger.Key) error {
	signed, err := old.Succeed(next)
	if err != nil {
		return err
	}
	return a.keepKey(ctx, next, signed)
}

func (a *Acts) keepKey(ctx context.Context, key ledger.Key, signed string) error {
	record := matter.Record{Step: rows.KindKey, Open: rows.KeyWords(key, signed)}
	_, err := a.writer.Do(ctx, write.Change{
		Request: fmt.Sprintf("key-%08x", key.KeyHash()),
		Head:    ledger.Head{Kind: rows.KindKey, Step: rows.KindKey, Legal: a.Today()},
		Parts:   a.parts(&record), Record: record,
	})
	if err != nil {
		return fmt.Errorf("record the key of the log: %w", err)
	}
	return nil
}
