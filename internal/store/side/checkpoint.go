package side

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
)

// Sign signs the log as it stands and keeps the checkpoint (存证快照), where it has grown since the last one. It returns
// the newest size and its note, "" where the log is empty. Signing holds no lock.
func Sign(ctx context.Context, db *store.DB, signer *ledger.Signer, at int64) (size int64, signed string, err error) {
	var frontier ledger.Frontier
	err = db.Read(ctx, func(tx *store.Tx) error {
		var b []byte
		if err := tx.Row(ctx, "SELECT size, frontier FROM head WHERE id = 1").Scan(&size, &b); err != nil || size == 0 {
			return err
		}
		if frontier, err = ledger.ParseFrontier(b); err != nil {
			return err
		}
		if frontier.Size() != size {
			return errors.New("the frontier is not of the log's size")
		}
		err := tx.Row(ctx, "SELECT note FROM checkpoint WHERE size = $1", size).Scan(&signed)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return 0, "", fmt.Errorf("sign checkpoint: %w", err)
	}
	if size == 0 || signed != "" {
		return size, signed, nil
	}
	if signed, err = signer.Checkpoint(size, frontier.Root()); err != nil {
		return 0, "", err
	}
	err = db.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "INSERT INTO checkpoint (size, note, at) VALUES ($1, $2, $3) ON CONFLICT (size) DO NOTHING", size, signed, at)
		return err
	})
	if err != nil {
		return 0, "", fmt.Errorf("keep checkpoint: %w", err)
	}
	return size, signed, nil
}

// PutCosign keeps the line of a witness (见证) for a checkpoint; the caller has checked it.
func PutCosign(ctx context.Context, tx *store.Tx, size int64, name, line string) error {
	_, err := tx.Exec(ctx, "INSERT INTO cosign (size, name, line) VALUES ($1, $2, $3)"+
		" ON CONFLICT (size, name) DO UPDATE SET line = excluded.line", size, name, line)
	if err != nil {
		return fmt.Errorf("keep cosignature: %w", err)
	}
	return nil
}
