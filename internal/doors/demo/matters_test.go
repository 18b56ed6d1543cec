package demo

import (
	"context"
	"slices"
	"testing"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// planned are the procedures whose matters come of plans, sheets and instructions: tasks.go, collections.go, instructions.go.
var planned = []string{"task", "collection", "instruction"}

// TestMatters lives through the matters alone, seen from days on which no other test fills: no act of any tale may be
// refused, and every procedure has matters in different states.
func TestMatters(t *testing.T) {
	if testing.Short() {
		t.Skip("lives through the matters twice more: not in -short")
	}
	for _, day := range []string{"2027-02-10", "2029-06-18"} {
		t.Run(day, func(t *testing.T) {
			now, err := time.ParseInLocation(time.DateOnly, day, app.China)
			if err != nil {
				t.Fatal(err)
			}
			c, db := open(t, NewClock(func() time.Time { return now }))
			s, err := newStory(c)
			if err != nil {
				t.Fatal(err)
			}
			if s.in, err = s.settle(t.Context(), s.county); err != nil {
				t.Fatal(err)
			}
			if err := s.plotMatters(); err != nil {
				t.Fatal(err)
			}
			if err := s.run(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, err := range s.refused {
				t.Error(err)
			}
			sights := lookAtMatters(t, c, db)
			for _, id := range c.Acts.Book().Procedures() {
				if at := sights[id]; at < 2 && !slices.Contains(planned, id) {
					t.Errorf("%s: matters in %d states, want at least 2", id, at)
				}
			}
		})
	}
}

// lookAtMatters tells in how many states the matters of each procedure stand: after which step, with which outcome.
func lookAtMatters(t *testing.T, c Config, db *store.DB) map[string]int {
	t.Helper()
	states := map[string]map[string]bool{}
	kinds := map[string]int{}
	err := db.Read(t.Context(), func(tx *store.Tx) error {
		rows, err := read.List(context.Background(), tx, access.Scope{System: true}, read.Filter{Limit: 100_000})
		for _, r := range rows {
			last := r.State.Events[len(r.State.Events)-1]
			if states[r.State.Procedure] == nil {
				states[r.State.Procedure] = map[string]bool{}
			}
			states[r.State.Procedure][last.Step+" "+r.State.Outcome] = true
			kinds["pauses"] += len(r.State.Pauses)
			kinds["extensions"] += len(r.State.Extends)
			kinds["links"] += len(r.State.Links)
			if r.State.Open && slices.ContainsFunc(r.Cache.Due, func(d matter.Due) bool { return d.Due < c.Acts.Today() }) {
				kinds["late"]++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for kind, least := range map[string]int{"pauses": 1, "extensions": 5, "links": 5, "late": 5} {
		if kinds[kind] < least {
			t.Errorf("%s: %d, want at least %d", kind, kinds[kind], least)
		}
	}
	out := map[string]int{}
	for procedure, in := range states {
		out[procedure] = len(in)
	}
	return out
}
