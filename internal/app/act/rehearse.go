package act

import (
	"context"
	"fmt"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
)

// Rehearse thinks an act out without writing it: the state that would follow. prev is the matter as it is, or as the acts
// rehearsed before would leave it; nil with an opening. It fails as Do does.
func (a *Acts) Rehearse(ctx context.Context, tx *store.Tx, r Request, prev *matter.State) (*matter.State, error) {
	site, err := a.siteOf(ctx, tx)
	if err != nil {
		return nil, err
	}
	th := &thought{site: site, prev: prev, act: r.Act}
	th.act.Actor = actorOf(site, r.Who, a.Today())
	if th.act.Legal == "" {
		th.act.Legal = a.Today()
	}
	if prev == nil {
		if err := a.thinkOpening(&r, th); err != nil {
			return nil, err
		}
	} else {
		def, ok := a.Book().ByDigest(prev.Def)
		if !ok {
			return nil, fmt.Errorf("matter %d is governed by unknown rules %s", prev.No, prev.Def)
		}
		th.def = def
	}
	env := a.env(ctx, tx, th)
	if prev == nil {
		env.Opening = &matter.Opening{ID: th.id, Origin: r.Act.Origin}
	}
	res, err := th.def.Do(prev, th.act, env)
	if err != nil {
		return nil, err
	}
	return res.Next, nil
}
