package search

import (
	"context"
	"fmt"
	"strings"

	"zhunsheng/internal/store"
)

// put brings a document into the index, in place of what was there; one without tokens leaves it.
func put(ctx context.Context, tx *store.Tx, d *document) error {
	if tx.Dialect == store.Postgres {
		return putArray(ctx, tx, d)
	}
	return putFTS(ctx, tx, d)
}

func putArray(ctx context.Context, tx *store.Tx, d *document) error {
	if len(d.tokens) == 0 {
		_, err := tx.Exec(ctx, "DELETE FROM doc WHERE no = $1", d.no)
		return err
	}
	_, err := tx.Exec(ctx, "INSERT INTO doc (no, thing, class, seq, tokens, body) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (no)"+
		" DO UPDATE SET class = excluded.class, seq = excluded.seq, tokens = excluded.tokens, body = excluded.body",
		d.no, d.thing, d.class, d.seq, d.hashes(), spell(d.tokens))
	return err
}

func putFTS(ctx context.Context, tx *store.Tx, d *document) error {
	n, err := tx.Exec(ctx, "DELETE FROM doc WHERE no = $1", d.no)
	if err != nil {
		return err
	}
	if n > 0 {
		if _, err := tx.Exec(ctx, "DELETE FROM search WHERE rowid = $1", d.no); err != nil {
			return err
		}
	}
	if len(d.tokens) == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, "INSERT INTO search (rowid, body, facet) VALUES ($1, $2, $3)", d.no, strings.Join(d.tokens, " "), d.facet); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "INSERT INTO doc (no, thing, class, seq) VALUES ($1, $2, $3, $4)", d.no, d.thing, d.class, d.seq)
	return err
}

// Reset empties the index, so that the next steps make it anew from the first record: after a rebuild, whose rows may
// differ from what was indexed.
func Reset(ctx context.Context, db *store.DB) error {
	err := db.Write(ctx, func(tx *store.Tx) error {
		texts := []string{"DELETE FROM doc", "DELETE FROM queue WHERE name = '" + duty + "' AND key = ''"}
		if tx.Dialect == store.SQLite {
			texts = append(texts, "INSERT INTO search (search) VALUES ('delete-all')")
		}
		for _, text := range texts {
			if _, err := tx.Exec(ctx, text); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("empty the index: %w", err)
	}
	return nil
}

// purgePages is how many pages of the index one transaction of Purge rewrites.
const purgePages = 500

// Purge rewrites the index, if an erasure has been met since the last time, until nothing of what was deleted is left in
// it: FTS5 only marks a deleted document, and its words would stay in the file until its segments are merged by chance. It
// works in short transactions and may be cut off anywhere. On PostgreSQL vacuum does the same by itself.
func Purge(ctx context.Context, db *store.DB) error {
	var n int64
	err := db.Read(ctx, func(tx *store.Tx) error {
		return tx.Row(ctx, "SELECT COUNT(*) FROM queue WHERE name = $1 AND key = '' AND holder = $2", duty, toPurge).Scan(&n)
	})
	if err != nil {
		return fmt.Errorf("purge the index: %w", err)
	}
	if n == 0 || db.Dialect == store.Postgres {
		return nil
	}
	for first := true; ; first = false {
		pages := purgePages
		if first {
			pages = -purgePages // all segments are to become one; the calls after it go on with that
		}
		done := false
		err := db.Write(ctx, func(tx *store.Tx) error {
			before, err := changes(ctx, tx)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, "INSERT INTO search (search, rank) VALUES ('merge', $1)", pages); err != nil {
				return err
			}
			after, err := changes(ctx, tx)
			if done = after-before < 2; err != nil || !done { // as FTS5 documents it: nothing was left to merge
				return err
			}
			_, err = tx.Exec(ctx, "UPDATE queue SET holder = '' WHERE name = $1 AND key = ''", duty)
			return err
		})
		if err != nil {
			return fmt.Errorf("purge the index: %w", err)
		}
		if done {
			return nil
		}
	}
}

func changes(ctx context.Context, tx *store.Tx) (n int64, err error) {
	return n, tx.Row(ctx, "SELECT total_changes()").Scan(&n)
}
