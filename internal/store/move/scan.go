package move

import (
	"context"
	"errors"
	"time"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/rows"
	"zhunsheng/internal/store/schema"
)

// held is what the tables hold.
type held struct {
	totals    map[string]digest
	worklists bool // todo and due are what the matters keep of them
}

// scan reads the tables while the records are read: on a second snapshot, if one of the same truth can be had.
type scan struct {
	seeds seeds
	stop  context.CancelFunc
	ended chan struct{}
	held  held
	err   error
}

var errMoved = errors.New("the log has grown between two snapshots")

// patience is how long a second snapshot is waited for; without one the tables are read after the records.
const patience = time.Second

func scanBeside(ctx context.Context, db *store.DB, head state, s seeds) *scan {
	ctx, stop := context.WithCancel(ctx)
	sc := &scan{seeds: s, stop: stop, ended: make(chan struct{})}
	begun := make(chan struct{})
	go func() {
		defer close(sc.ended)
		sc.err = db.Read(ctx, func(tx *store.Tx) error {
			close(begun)
			now, err := readState(ctx, tx)
			if err == nil && now != head {
				err = errMoved
			}
			if err == nil {
				sc.held, err = s.read(ctx, tx)
			}
			return err
		})
	}()
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-begun:
	case <-sc.ended:
	case <-late.C:
		stop() // every snapshot is taken, perhaps by others who wait for a second one like us
	}
	return sc
}

// wait returns what the tables hold, read on tx where there was no second snapshot.
func (sc *scan) wait(ctx context.Context, tx *store.Tx) (held, error) {
	<-sc.ended
	if sc.err == nil {
		return sc.held, nil
	}
	if ctx.Err() != nil {
		return held{}, ctx.Err()
	}
	return sc.seeds.read(ctx, tx)
}

func (s *seeds) read(ctx context.Context, tx *store.Tx) (held, error) {
	h := held{totals: map[string]digest{}}
	for _, table := range append(append([]string{}, compared...), schema.Caches...) {
		total, err := tableSum(ctx, tx, *s, table)
		if err != nil {
			return held{}, err
		}
		h.totals[table] = total
	}
	want, readable, err := s.worklists(ctx, tx)
	if err != nil {
		return held{}, err
	}
	h.worklists = readable
	for _, table := range schema.Caches {
		h.worklists = h.worklists && want[table] == h.totals[table]
	}
	return h, nil
}

// worklists adds up the rows of the worklists as the matters keep them; readable is false where one of them is not.
func (s *seeds) worklists(ctx context.Context, tx *store.Tx) (totals map[string]digest, readable bool, err error) {
	rs, err := tx.Query(ctx, "SELECT no, cache FROM matter")
	if err != nil {
		return nil, false, err
	}
	defer func() { _ = rs.Close() }() // Err below tells whether reading ended well
	sums := newSums(*s)
	var set rows.Set
	for rs.Next() {
		var no int64
		var b []byte
		if err := rs.Scan(&no, &b); err != nil {
			return nil, false, err
		}
		c, err := matter.DecodeCache(b)
		if err != nil {
			return nil, false, nil
		}
		set.Reset()
		rows.Worklist(&set, no, &matter.Cache{}, &c)
		if sums.apply(&set) != nil {
			return nil, false, nil
		}
	}
	sums.settle()
	return sums.totals, true, rs.Err()
}
