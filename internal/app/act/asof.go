package act

import (
	"context"
	"fmt"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// LimitsOn computes the limits of matters as a day sees them, by matter no: reports judge by the last day of their
// period, lists by today.
func (a *Acts) LimitsOn(ctx context.Context, tx *store.Tx, rows []read.Matter, day string) (map[int64][]procedure.LimitView, error) {
	site, err := a.siteOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	out := make(map[int64][]procedure.LimitView, len(rows))
	for _, row := range rows {
		def, ok := a.Book().ByDigest(row.State.Def)
		if !ok {
			return nil, fmt.Errorf("matter %d is governed by unknown rules %s", row.State.No, row.State.Def)
		}
		th := &thought{site: site, def: def, prev: row.State, before: row.Cache, act: procedure.Act{Legal: day}}
		env := a.env(ctx, tx, th)
		env.Today = day
		out[row.State.No] = def.Limits(row.State, env)
	}
	return out, nil
}

// StateBefore returns a matter as it stood before a record: the fold of its earlier records. It is the state itself where
// nothing has happened since, and nil where the matter was not yet open.
func StateBefore(ctx context.Context, tx *store.Tx, s *matter.State, seq int64) (*matter.State, error) {
	if s.Seq < seq {
		return s, nil
	}
	var earlier []int64
	for _, n := range s.Seqs {
		if n < seq {
			earlier = append(earlier, n)
		}
	}
	records, err := read.Records(ctx, tx, earlier)
	if err != nil {
		return nil, err
	}
	var was *matter.State
	for i := range records {
		if was, err = matter.Fold(was, &records[i]); err != nil {
			return nil, fmt.Errorf("fold matter %d before record %d: %w", s.No, seq, err)
		}
	}
	return was, nil
}
