package move

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/rows"
	"zhunsheng/internal/store/schema"
)

// checkCaches compares the worklists with what the matters keep of them and, where the rules are at hand, with what they
// say today. Nothing here is truth: differences are reported apart.
func (f *fold) checkCaches(ctx context.Context, tx *store.Tx, o Options, r *Report) error {
	caches := map[int64]matter.Cache{}
	rs, err := tx.Query(ctx, "SELECT no, cache FROM matter ORDER BY no")
	if err != nil {
		return err
	}
	defer func() { _ = rs.Close() }() // Err below tells whether reading ended well
	report := func(table, key, what string) {
		if len(r.Caches) < MaxDifferences {
			r.Caches = append(r.Caches, Difference{table, key, what})
		}
	}
	for rs.Next() {
		var no int64
		var b []byte
		if err := rs.Scan(&no, &b); err != nil {
			return err
		}
		c, err := matter.DecodeCache(b)
		if err != nil {
			report("matter", fmt.Sprintf("no=%d", no), err.Error())
		}
		caches[no] = c
	}
	if err := rs.Err(); err != nil {
		return err
	}
	if o.Derive != nil {
		for _, t := range f.matters {
			if t.state == nil {
				continue
			}
			key := fmt.Sprintf("no=%d", t.state.No)
			err := t.unpack()
			var c matter.Cache
			if err == nil {
				c, err = o.Derive(t.state)
			}
			if err != nil {
				report("matter", key, err.Error())
			} else if string(matter.AppendCache(nil, &c)) != string(matter.AppendCache(nil, pointer(caches[t.state.No]))) {
				report("matter", key, "worklists are not what the rules say today")
			}
		}
	}
	im := newImage(false)
	var set rows.Set
	for _, no := range slices.Sorted(maps.Keys(caches)) {
		c := caches[no]
		set.Reset()
		rows.Worklist(&set, no, &matter.Cache{}, &c)
		if err := im.apply(&set); err != nil {
			report("matter", fmt.Sprintf("no=%d", no), err.Error())
		}
	}
	for _, table := range schema.Caches {
		want := im.tables[table]
		err := each(ctx, tx, table, func(l *layout, row []any) error {
			key := im.key(l, row)
			if expected, ok := want[key]; !ok || expected != im.row(l, row) {
				report(table, l.words(row), "is not in the matter's own list")
			}
			delete(want, key)
			return nil
		})
		if err != nil {
			return err
		}
		l := layoutOf(table)
		for key := range want {
			report(table, l.words(l.decode(key, l.keys)), "is missing")
		}
	}
	return nil
}

func pointer[T any](v T) *T { return &v }
