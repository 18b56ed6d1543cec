package write

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/rows"
)

// expandErasure makes the rows of an erasure (删除). It is the one act that reads under the lock, and it goes in a batch of
// its own: the words are dropped, and what they had said is folded anew from what remains, so that the rows are those a
// rebuild would make.
func (w *Writer) expandErasure(ctx context.Context, s *session, j *job) error {
	c := j.c
	e := c.Record.Effects.Erase
	if slices.Contains(e.Parts, matter.PartEffects) || len(e.Parts) == 0 {
		return errors.New("erase: effects are never erased")
	}
	span, err := rows.Span(ctx, s.out, e.Record, e.Record)
	if err != nil {
		return err
	}
	if len(span) != 1 {
		return fmt.Errorf("erase: there is no record %d", e.Record)
	}
	head, before, err := span[0].Decode()
	if err != nil {
		return err
	}
	if head.Kind == rows.KindLoad {
		return errors.New("erase: what loads definitions is needed to prove them")
	}
	for _, name := range e.Parts {
		if p, ok := ledger.ParsePart(name); !ok || head.Parts[p] == (ledger.Digest{}) {
			return fmt.Errorf("erase: record %d has no part %q", e.Record, name)
		}
	}
	target := span[0].Without(e.Parts)
	_, after, err := target.Decode()
	if err != nil {
		return err
	}
	if span[0].Matter != 0 {
		if c.Prev == nil || c.Prev.No != span[0].Matter {
			return fmt.Errorf("erase: record %d is of matter %d, the erasure must be too", e.Record, span[0].Matter)
		}
		if err := refold(ctx, s, c, e); err != nil {
			return err
		}
		c.State = matter.AppendState(nil, c.Next)
	}
	j.expand()
	if before.Effects.Entry != nil {
		if err := w.eraseEntry(ctx, s, j, before, after); err != nil {
			return err
		}
	}
	return w.dropWords(ctx, s, j, before, after)
}

// refold makes the matter after the erasure: its records without the words, then the erasure itself.
func refold(ctx context.Context, s *session, c *Change, e *matter.Erasure) error {
	var state *matter.State
	for _, seq := range c.Prev.Seqs {
		span, err := rows.Span(ctx, s.out, seq, seq)
		if err != nil {
			return err
		}
		if len(span) != 1 {
			return fmt.Errorf("erase: record %d of the matter is missing", seq)
		}
		record := span[0]
		if seq == e.Record {
			record = record.Without(e.Parts)
		}
		_, r, err := record.Decode()
		if err != nil {
			return err
		}
		if state, err = matter.Fold(state, r); err != nil {
			return fmt.Errorf("erase: %w", err)
		}
	}
	next, err := matter.Fold(state, &c.Record)
	if err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	c.Next = next
	return nil
}

// eraseEntry writes the version of an entry that lost words, and the entry itself where it was the newest.
func (w *Writer) eraseEntry(ctx context.Context, s *session, j *job, before, after *matter.Record) error {
	change := before.Effects.Entry
	rs, err := s.out.Query(ctx, "SELECT no, version FROM entry WHERE id = $1", change.ID)
	if err != nil {
		return fmt.Errorf("erase: read entry: %w", err)
	}
	var no, newest int64
	for rs.Next() {
		if err := rs.Scan(&no, &newest); err != nil {
			return errors.Join(fmt.Errorf("erase: read entry: %w", err), rs.Close())
		}
	}
	if err := rs.Err(); err != nil {
		return fmt.Errorf("erase: read entry: %w", err)
	}
	old, err := matter.FoldEntry(&matter.Entry{ID: change.ID, No: no, Register: change.Register, Version: change.Version - 1}, before)
	if err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	now, err := matter.FoldEntry(&matter.Entry{ID: change.ID, No: no, Register: change.Register, Version: change.Version - 1}, after)
	if err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	var set rows.Set
	rows.Expand(&set, &rows.Act{Record: &matter.Record{Seq: before.Seq}, EntryBefore: old, Entry: now})
	for o := range rows.Ops() {
		if newest != change.Version && o != rows.InsertVersion {
			continue // an older version: the entry and its projection are those of the newest
		}
		set.Each(o, func(row []any) { j.set.Add(o, row...) })
	}
	return nil
}

// dropWords deletes the bytes and salts of the parts, and the use of files that only they named.
func (w *Writer) dropWords(ctx context.Context, s *session, j *job, before, after *matter.Record) error {
	e := j.c.Record.Effects.Erase
	if slices.Contains(e.Parts, matter.PartOpen) {
		if err := s.out.Exec(ctx, "UPDATE record SET open = '', open_salt = $2 WHERE seq = $1", e.Record, noBytes); err != nil {
			return fmt.Errorf("erase: %w", err)
		}
	}
	d := w.db.Dialect
	if err := s.out.Exec(ctx, "DELETE FROM part WHERE seq = $1 AND name IN ("+d.Texts("$2")+")", e.Record,
		d.TextsArg(e.Parts)); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	gone := rows.Files(before)
	for _, hash := range rows.Files(after) {
		gone = slices.DeleteFunc(gone, func(h string) bool { return h == hash })
	}
	return dropFiles(ctx, s, d, e.Record, gone)
}

func dropFiles(ctx context.Context, s *session, d store.Dialect, seq int64, gone []string) error {
	if len(gone) == 0 {
		return nil
	}
	if err := s.out.Exec(ctx, "DELETE FROM file_use WHERE seq = $1 AND hash IN ("+d.Texts("$2")+")", seq, d.TextsArg(gone)); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	if err := s.out.Exec(ctx, "DELETE FROM file WHERE hash IN ("+d.Texts("$1")+") AND hash NOT IN (SELECT hash FROM file_use)",
		d.TextsArg(gone)); err != nil {
		return fmt.Errorf("erase: %w", err)
	}
	return nil
}
