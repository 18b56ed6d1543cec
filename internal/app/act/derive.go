package act

import (
	"context"
	"fmt"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
)

// Worklists makes a matter's worklists and open deadlines anew, by its pinned rules, today's calendar and parameters. What
// is stored of them is a cache and no record: a notice of the State Council may move it.
func (a *Acts) Worklists(ctx context.Context, tx *store.Tx, s *matter.State) (matter.Cache, error) {
	site, err := a.siteOf(ctx, tx)
	if err != nil {
		return matter.Cache{}, err
	}
	def, ok := a.Book().ByDigest(s.Def)
	if !ok {
		return matter.Cache{}, fmt.Errorf("matter %d is governed by unknown rules %s", s.No, s.Def)
	}
	th := &thought{site: site, def: def, prev: s, act: procedure.Act{Legal: a.Today()}}
	return def.Cache(s, a.env(ctx, tx, th)), nil
}
