package admin

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"zhunsheng/internal/store"
	"zhunsheng/internal/store/move"
	"zhunsheng/internal/store/search"
)

// Index keeps the search index (检索) behind the records: it catches up when it starts, after every batch it is woken for,
// and now and then for what other copies of the program and verbs beside the server have written. Make it with NewIndex.
type Index struct {
	db   *store.DB
	log  *slog.Logger
	wake chan struct{}
}

// indexEvery is how long records of other programs may wait for the index.
const indexEvery = 2 * time.Second

// NewIndex returns an indexer; Run starts it.
func NewIndex(db *store.DB, log *slog.Logger) *Index {
	return &Index{db: db, log: log, wake: make(chan struct{}, 1)}
}

// Wake tells that there are new records. It does not block, and many calls may count as one.
func (x *Index) Wake() {
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

// Run indexes until ctx ends. What could not be indexed is tried again.
func (x *Index) Run(ctx context.Context) {
	tick := time.NewTicker(indexEvery)
	defer tick.Stop()
	for {
		if _, err := x.CatchUp(ctx); err != nil && ctx.Err() == nil {
			x.log.Warn("index for the search", "error", err)
			select { // a fault may last: try again with the next tick, not with the next batch
			case <-ctx.Done():
			case <-tick.C:
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-x.wake:
		case <-tick.C:
		}
	}
}

// CatchUp indexes all records there are and returns up to which record.
func (x *Index) CatchUp(ctx context.Context) (upto int64, err error) {
	for {
		p, err := search.Step(ctx, x.db)
		if err != nil {
			return p.Upto, err
		}
		if !p.Behind() {
			return p.Upto, search.Purge(ctx, x.db)
		}
		if ctx.Err() != nil {
			return p.Upto, ctx.Err()
		}
	}
}

// checkIndex adds to a report where the search index is not what it claims to be: a cache, never a broken record.
func (w *Whole) checkIndex(ctx context.Context, r *Verified) error {
	return w.DB.Read(ctx, func(tx *store.Tx) error {
		stale, err := search.Check(ctx, tx, max(0, move.MaxDifferences-len(r.Caches)))
		for _, s := range stale {
			r.Caches = append(r.Caches, move.Difference{Table: "doc", Key: fmt.Sprintf("no=%d", s.No), What: s.What})
		}
		return err
	})
}
