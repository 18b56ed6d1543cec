package search

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/rows"
)

// StepSize is how many records a step takes at most: the writer of the program waits at most as long as writing their
// words takes.
const StepSize = 128

// Progress is how far the index has come.
type Progress struct {
	Upto int64 // record up to which everything is indexed
	Size int64 // records there are
}

// Behind tells whether there is more to index.
func (p Progress) Behind() bool { return p.Upto < p.Size }

// duty is the queue row whose run_at is the position. Its key is empty: it is no job to be claimed.
const duty = "search"

// toPurge stands in that row's holder while words that were erased may still be in the file.
const toPurge = "purge"

// Upto is the record up to which everything is indexed; 0 where nothing is.
func Upto(ctx context.Context, tx *store.Tx) (seq int64, err error) {
	err = tx.Row(ctx, "SELECT run_at FROM queue WHERE name = $1 AND key = ''", duty).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the position of the index: %w", err)
	}
	return seq, nil
}

// Step indexes what the next records have changed. It reads one snapshot and makes the words there, then writes them in
// one short transaction together with the new position, so that it can be cut off anywhere and repeated. Several copies
// of the program may step at once: the one that comes second finds the position moved and writes nothing.
func Step(ctx context.Context, db *store.DB) (Progress, error) {
	var p Progress
	var docs []document
	var from int64
	var erased bool
	err := db.Read(ctx, func(tx *store.Tx) (err error) {
		if from, err = Upto(ctx, tx); err != nil {
			return err
		}
		if p.Size, err = read.Size(ctx, tx); err != nil {
			return err
		}
		p.Upto = min(from+StepSize, p.Size)
		if p.Upto <= from {
			p.Upto = from
			return nil
		}
		docs, erased, err = changed(ctx, tx, from, p.Upto)
		return err
	})
	if err != nil || p.Upto == from {
		return p, err
	}
	err = db.Write(ctx, func(tx *store.Tx) error {
		moved, err := advance(ctx, tx, from, p.Upto, erased)
		if err != nil || !moved {
			p.Upto = from
			return err
		}
		for i := range docs {
			if err := put(ctx, tx, &docs[i]); err != nil {
				return fmt.Errorf("index %s %d: %w", docs[i].thing, docs[i].no, err)
			}
		}
		return nil
	})
	if err != nil {
		return p, fmt.Errorf("write the index: %w", err)
	}
	return p, nil
}

// advance takes the position from one record to another, and notes an erasure for Purge; moved is false where another
// copy has moved it, or where Reset has.
func advance(ctx context.Context, tx *store.Tx, from, to int64, erased bool) (moved bool, err error) {
	if from == 0 {
		if _, err := tx.Exec(ctx, "INSERT INTO queue (name, key, run_at, lease_until, holder) VALUES ($1, '', 0, 0, '')"+
			" ON CONFLICT (name, key) DO NOTHING", duty); err != nil {
			return false, err
		}
	}
	n, err := tx.Exec(ctx, "UPDATE queue SET run_at = $3 WHERE name = $1 AND key = '' AND run_at = $2", duty, from, to)
	if err != nil || n == 0 || !erased {
		return n == 1, err
	}
	_, err = tx.Exec(ctx, "UPDATE queue SET holder = $2 WHERE name = $1 AND key = ''", duty, toPurge)
	return true, err
}

// touched are the matters and entries that records have changed.
type touched struct {
	matters []int64
	entries []string // ids
	erased  bool
}

// changed makes the documents of what the records (from, to] have changed. A matter or entry with a later record is left
// to the step that meets it, so that catching up indexes each once.
func changed(ctx context.Context, tx *store.Tx, from, to int64) ([]document, bool, error) {
	t, err := touch(ctx, tx, from, to)
	if err != nil {
		return nil, false, fmt.Errorf("read records %d to %d: %w", from+1, to, err)
	}
	docs, err := matterDocs(ctx, tx, t.matters, to)
	if err != nil {
		return nil, false, err
	}
	for _, id := range t.entries {
		d, ok, err := entryDoc(ctx, tx, id, to)
		if err != nil {
			return nil, false, err
		}
		if ok {
			docs = append(docs, d)
		}
	}
	return docs, t.erased, nil
}

func touch(ctx context.Context, tx *store.Tx, from, to int64) (touched, error) {
	var t touched
	var targets []int64
	rs, err := tx.Query(ctx, "SELECT seq, matter, effects FROM record WHERE seq > $1 AND seq <= $2 ORDER BY seq", from, to)
	if err != nil {
		return t, err
	}
	defer func() { _ = rs.Close() }() // Err below tells whether reading ended well
	for rs.Next() {
		var seq, no int64
		var body []byte
		if err := rs.Scan(&seq, &no, &body); err != nil {
			return t, err
		}
		e, err := matter.DecodeEffects(body)
		if err != nil {
			return t, fmt.Errorf("record %d: %w", seq, err)
		}
		if no != 0 {
			t.matters = append(t.matters, no)
		}
		if e.Erase != nil {
			t.erased = true
			targets = append(targets, e.Erase.Record)
		}
		t.entry(&e)
	}
	if err := rs.Err(); err != nil {
		return t, err
	}
	for _, seq := range targets { // an erasure may be of an entry's words
		s, err := read.Record(ctx, tx, seq)
		if err != nil {
			return t, err
		}
		_, r, err := s.Decode()
		if err != nil {
			return t, err
		}
		t.entry(&r.Effects)
	}
	slices.Sort(t.matters)
	t.matters = slices.Compact(t.matters)
	slices.Sort(t.entries)
	t.entries = slices.Compact(t.entries)
	return t, nil
}

func (t *touched) entry(e *matter.Effects) {
	if e.Entry != nil && slices.Contains(Registers, e.Entry.Register) {
		t.entries = append(t.entries, e.Entry.ID)
	}
}

// matterDocs makes the documents of matters whose last record is not after to.
func matterDocs(ctx context.Context, tx *store.Tx, nos []int64, to int64) ([]document, error) {
	list, err := read.MattersOf(ctx, tx, nos)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(m read.Matter) bool { return m.State.Seq > to })
	hidden, err := sealed(ctx, tx, nos)
	if err != nil {
		return nil, err
	}
	docs := make([]document, len(list))
	for i, m := range list {
		docs[i] = ofMatter(m.State, m.State.Sealed || hidden[m.State.No])
	}
	return docs, nil
}

// sealed tells which of the matters reach named persons only: a matter may be sealed after it was opened.
func sealed(ctx context.Context, tx *store.Tx, nos []int64) (map[int64]bool, error) {
	rs, err := tx.Query(ctx, "SELECT DISTINCT matter FROM reach_person WHERE "+tx.Dialect.Among("matter", "$1"), tx.Dialect.IntsArg(nos))
	if err != nil {
		return nil, fmt.Errorf("read sealed matters: %w", err)
	}
	defer func() { _ = rs.Close() }() // Err below tells whether reading ended well
	out := map[int64]bool{}
	for rs.Next() {
		var no int64
		if err := rs.Scan(&no); err != nil {
			return nil, fmt.Errorf("read sealed matters: %w", err)
		}
		out[no] = true
	}
	return out, rs.Err()
}

// entryDoc makes the document of an entry from the record of its newest version: the entry itself does not tell which of
// its words are open.
func entryDoc(ctx context.Context, tx *store.Tx, id string, to int64) (d document, ok bool, err error) {
	var no, seq int64
	var register string
	if err := tx.Row(ctx, "SELECT no, register, seq FROM entry WHERE id = $1", id).Scan(&no, &register, &seq); err != nil {
		return d, false, fmt.Errorf("read entry %s: %w", id, err)
	}
	if seq > to {
		return d, false, nil
	}
	span, err := rows.Span(ctx, tx, seq, seq)
	if err != nil {
		return d, false, err
	}
	if len(span) != 1 {
		return d, false, fmt.Errorf("read entry %s: there is no record %d", id, seq)
	}
	_, r, err := span[0].Decode()
	if err != nil {
		return d, false, err
	}
	return ofEntry(no, register, seq, r.Open.Values), true, nil
}
