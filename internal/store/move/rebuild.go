package move

import (
	"context"
	"errors"
	"fmt"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/rows"
	"zhunsheng/internal/store/schema"
)

// chunk is how many rows are put into one statement when whole tables are filled.
const chunk = 512

// Rebuild makes every row of truth anew from the records, in one transaction under the head lock; worklists are kept, or
// derived anew where derive is given. It returns the first difference the records themselves have, and then changes
// nothing.
func Rebuild(ctx context.Context, db *store.DB, derive func(*matter.State) (matter.Cache, error)) error {
	return locked(ctx, db, func(s *session) error {
		var faults []error
		im := newImage(true)
		f, err := newFold(im, func(d Difference) {
			if len(faults) < 10 {
				faults = append(faults, fmt.Errorf("%s %s: %s", d.Table, d.Key, d.What))
			}
		})
		if err != nil {
			return err
		}
		if err := f.readRules(ctx, s.out); err != nil {
			return err
		}
		var size int64
		if err := s.conn.QueryRowContext(ctx, "SELECT size FROM head WHERE id = 1").Scan(&size); err != nil {
			return err
		}
		for from := int64(1); from <= size; from += span {
			stored, err := rows.Span(ctx, s.out, from, min(from+span-1, size))
			if err != nil {
				return err
			}
			for i := range stored {
				o := openRecord(stored[i])
				f.add(&o)
			}
		}
		f.end()
		if len(faults) > 0 {
			return fmt.Errorf("the records themselves are damaged: %w", errors.Join(faults...))
		}
		caches, err := s.caches(ctx, f, derive)
		if err != nil {
			return err
		}
		for _, table := range append([]string{"tile", "definition"}, append(schema.Truth, schema.Caches...)...) {
			if _, err := s.conn.ExecContext(ctx, "DELETE FROM "+table); err != nil {
				return fmt.Errorf("empty %s: %w", table, err)
			}
		}
		return s.fill(ctx, f, im, caches)
	})
}

// caches reads the worklists as the matters keep them, or derives them.
func (s *session) caches(ctx context.Context, f *fold, derive func(*matter.State) (matter.Cache, error)) (map[int64][]byte, error) {
	caches := map[int64][]byte{}
	if derive != nil {
		for _, t := range f.matters {
			err := t.unpack()
			var c matter.Cache
			if err == nil {
				c, err = derive(t.state)
			}
			if err != nil {
				return nil, fmt.Errorf("derive worklists of matter %d: %w", t.state.No, err)
			}
			caches[t.state.No] = matter.AppendCache(nil, &c)
		}
		return caches, nil
	}
	rs, err := s.out.Query(ctx, "SELECT no, cache FROM matter")
	if err != nil {
		return nil, fmt.Errorf("read worklists: %w", err)
	}
	defer func() { _ = rs.Close() }() // Err below tells whether reading ended well
	for rs.Next() {
		var no int64
		var b []byte
		if err := rs.Scan(&no, &b); err != nil {
			return nil, fmt.Errorf("read worklists: %w", err)
		}
		caches[no] = b
	}
	return caches, rs.Err()
}

// fill writes the rows of an image, the worklists and the head.
func (s *session) fill(ctx context.Context, f *fold, im *image, caches map[int64][]byte) error {
	var set rows.Set
	for _, table := range compared {
		l, o := layoutOf(table), tableOps[table]
		n := 0
		for _, text := range im.tables[table] {
			row := l.decode(text, len(l.names))
			if table == "matter" {
				no := row[0].(int64)
				b := caches[no]
				c, err := matter.DecodeCache(b)
				if err != nil {
					return fmt.Errorf("worklists of matter %d: %w", no, err)
				}
				if b != nil {
					row[l.skip] = b
				}
				rows.Worklist(&set, no, &matter.Cache{}, &c)
			}
			set.Add(o, row...)
			if n++; n == chunk {
				if err := s.flush(ctx, &set); err != nil {
					return err
				}
				n = 0
			}
		}
		if err := s.flush(ctx, &set); err != nil {
			return err
		}
	}
	if err := s.out.Exec(ctx, "UPDATE head SET size = $1, frontier = $2, at = $3, epoch = $4 WHERE id = 1", f.size,
		f.tree.AppendBinary(nil), f.at, f.epoch); err != nil {
		return fmt.Errorf("write head: %w", err)
	}
	return nil
}

func (s *session) flush(ctx context.Context, set *rows.Set) error {
	err := s.out.WriteAll(ctx, set)
	set.Reset()
	return err
}
