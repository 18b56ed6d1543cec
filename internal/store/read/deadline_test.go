package read_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"zhunsheng/internal/access"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/storetest"
)

// TestDeadlinesShowWhatTheViewerSees compares the list by due date, however it is driven, with a look at everything.
func TestDeadlinesShowWhatTheViewerSees(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db, w, sealed := world(t, e, 60)
		conn, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		reach := reachOf(t, conn)
		type at struct {
			Due    string
			Matter int64
		}
		naive := func(s access.Scope, units []int64, from, to string) []at {
			out := []at{}
			for _, m := range w.Matters {
				seen := s.System || m.No != sealed && slices.ContainsFunc(s.Units, func(u int64) bool { return slices.Contains(reach[m.No], u) })
				if !seen || len(units) > 0 && !slices.Contains(units, m.Unit) {
					continue
				}
				for _, d := range w.Caches[m.No].Due {
					if d.Due >= from && d.Due < to {
						out = append(out, at{d.Due, m.No})
					}
				}
			}
			slices.SortStableFunc(out, func(a, b at) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.Matter, b.Matter)) })
			return out
		}
		some := 0
		err = db.Read(t.Context(), func(tx *store.Tx) error {
			for whose, s := range scopes(w) {
				for _, units := range [][]int64{nil, {w.Units[1]}} {
					for _, limit := range []int{2, read.PageSize, 1000} {
						for _, span := range [][2]string{{"", matter.NoDue}, {"2026-05-01", "2026-09-01"}} {
							list, err := read.Deadlines(t.Context(), tx, s, units, span[0], span[1], limit)
							if err != nil {
								return err
							}
							got := []at{}
							for _, d := range list {
								got = append(got, at{d.Due.Due, d.Matter.State.No})
							}
							want := naive(s, units, span[0], span[1])
							some += len(want)
							if diff := gocmp.Diff(want[:min(limit, len(want))], got); diff != "" {
								t.Error(fmt.Sprint(whose, units, limit, span), diff)
							}
						}
					}
				}
			}
			return nil
		})
		if err != nil || some == 0 {
			t.Fatalf("%d deadlines, %v", some, err)
		}
	})
}
