package move

import (
	"context"
	"errors"
	"fmt"
	"io"

	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/blob"
	"zhunsheng/internal/store/rows"
)

// Contents says what a stream carries beside the records.
type Contents struct {
	Blobs    blob.Store // the files; nil leaves them out
	Accounts bool       // logins and password hashes, the one thing that is in no record
	Key      string     // the log's secret key; "" leaves it out
}

// End is what a stream ends with: the log it carries.
type End struct {
	Size int64
	Root ledger.Hash
}

// Export writes a whole database as one stream, from one snapshot: the server may go on.
func Export(ctx context.Context, db *store.DB, w io.Writer, c Contents) (End, error) {
	var end End
	err := db.Read(ctx, func(tx *store.Tx) error {
		s, err := newStreamWriter(w)
		if err != nil {
			return err
		}
		end, err = export(ctx, tx, s, c)
		return err
	})
	if err != nil {
		return End{}, fmt.Errorf("export: %w", err)
	}
	return end, nil
}

func export(ctx context.Context, tx *store.Tx, s *streamWriter, c Contents) (End, error) {
	var size int64
	if err := tx.Row(ctx, "SELECT size FROM head WHERE id = 1").Scan(&size); err != nil {
		return End{}, err
	}
	err := frames(ctx, tx, s, frameDefinition, "SELECT digest, rules FROM definition ORDER BY digest", "tt")
	if err != nil {
		return End{}, err
	}
	var tree ledger.Frontier
	for from := int64(1); from <= size; from += span {
		records, err := rows.Span(ctx, tx, from, min(from+span-1, size))
		if err != nil {
			return End{}, err
		}
		for i := range records {
			r := &records[i]
			if r.Seq != tree.Size()+1 {
				return End{}, fmt.Errorf("record %d is missing", tree.Size()+1)
			}
			tree.Append(ledger.LeafHash(r.Head))
			fields := []any{r.Seq, r.Matter, r.Head, r.Leaf}
			for _, p := range r.Parts {
				fields = append(fields, p.Name, p.Salt, p.Body)
			}
			if err := s.frame(frameRecord, fields...); err != nil {
				return End{}, err
			}
		}
	}
	for _, t := range []struct {
		kind        byte
		text, kinds string
	}{
		{frameCheckpoint, "SELECT size, note, at FROM checkpoint ORDER BY size", "iti"},
		{frameCosign, "SELECT size, name, line FROM cosign ORDER BY size, name", "itt"},
		{frameCache, "SELECT no, cache FROM matter ORDER BY no", "ib"},
	} {
		if err := frames(ctx, tx, s, t.kind, t.text, t.kinds); err != nil {
			return End{}, err
		}
	}
	if c.Accounts {
		if err := frames(ctx, tx, s, frameAccount,
			"SELECT person, login, secret, totp, failed, locked_until, must_change FROM account ORDER BY person", "itttiii"); err != nil {
			return End{}, err
		}
	}
	if c.Blobs != nil {
		if err := exportFiles(ctx, tx, s, c.Blobs); err != nil {
			return End{}, err
		}
	}
	if c.Key != "" {
		if err := s.frame(frameKey, c.Key); err != nil {
			return End{}, err
		}
	}
	end := End{Size: size, Root: tree.Root()}
	return end, s.end(size, end.Root[:])
}

// frames writes one frame for each row of a query.
func frames(ctx context.Context, tx *store.Tx, s *streamWriter, kind byte, text, kinds string) error {
	rs, err := tx.Query(ctx, text)
	if err != nil {
		return err
	}
	defer func() { _ = rs.Close() }() // Err below tells whether reading ended well
	row, dest := make([]any, len(kinds)), make([]any, len(kinds))
	for i := range dest {
		dest[i] = &cell{kind: kinds[i], value: &row[i]}
	}
	for rs.Next() {
		if err := rs.Scan(dest...); err != nil {
			return err
		}
		if err := s.frame(kind, row...); err != nil {
			return err
		}
	}
	return rs.Err()
}

func exportFiles(ctx context.Context, tx *store.Tx, s *streamWriter, blobs blob.Store) error {
	var hashes []string
	err := each(ctx, tx, "file", func(_ *layout, row []any) error {
		hash, _ := row[0].(string)
		hashes = append(hashes, hash)
		return nil
	})
	if err != nil {
		return err
	}
	for _, hash := range hashes {
		b, err := blobs.Get(ctx, hash)
		if errors.Is(err, blob.ErrNone) {
			return fmt.Errorf("file %s is named by a record and not in storage: %w", hash, err)
		}
		if err != nil {
			return err
		}
		if err := s.frame(frameFile, b); err != nil {
			return err
		}
	}
	return nil
}
