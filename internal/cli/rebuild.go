package cli

import (
	"context"

	"zhunsheng/internal/app/admin"
)

type rebuildCmd struct {
	output
	stored
}

// Run makes all rows anew from the records and proves them.
func (c rebuildCmd) Run(env *Env) error {
	return c.with(env, c.dsn(), false, func(ctx context.Context, w *admin.Whole) error {
		r, err := w.Rebuild(ctx)
		if err != nil {
			return wrong("没有重建：%v", err)
		}
		return showVerified(env, c.json(), r)
	})
}
