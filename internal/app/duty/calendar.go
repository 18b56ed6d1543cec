package duty

import (
	"bytes"
	"context"
	"fmt"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/side"
)

// rederive makes the open deadlines anew that were provisional: they rested on a year whose holidays were not yet known, and
// a notice that has come since may move them. Deadlines are derived, so this writes no record; an act on the matter in
// between has made them anew itself, and the next run looks again.
func rederive(ctx context.Context, acts *act.Acts) ([]int64, error) {
	type change struct {
		no, version   int64
		before, after matter.Cache
	}
	var found []change
	seen := map[int64]bool{}
	err := acts.DB.Read(ctx, func(tx *store.Tx) error {
		open, err := read.Deadlines(ctx, tx, access.Scope{System: true}, nil, "", matter.NoDue, mostExpired)
		if err != nil {
			return err
		}
		for _, x := range open {
			s := x.Matter.State
			if !x.Provisional || seen[s.No] {
				continue
			}
			seen[s.No] = true
			after, err := acts.Worklists(ctx, tx, s)
			if err != nil {
				return err
			}
			if !bytes.Equal(matter.AppendCache(nil, &x.Matter.Cache), matter.AppendCache(nil, &after)) {
				found = append(found, change{s.No, s.Version, x.Matter.Cache, after})
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list provisional deadlines: %w", err)
	}
	var done []int64
	for _, c := range found {
		err := acts.DB.Write(ctx, func(tx *store.Tx) error {
			ok, err := side.Recache(ctx, tx, c.no, c.version, c.before, c.after)
			if ok {
				done = append(done, c.no)
			}
			return err
		})
		if err != nil {
			return done, fmt.Errorf("derive deadlines anew: %w", err)
		}
	}
	return done, nil
}
