package duty

import (
	"context"
	"time"

	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/dispatch"
)

// Keep does what is due at once, and again with a tick on which a new day has begun or after a run that failed, until ctx
// ends. Several copies of the program may keep the same duties: every act happens once. told hears of each run.
func Keep(ctx context.Context, acts *act.Acts, plans *dispatch.Dispatch, ticks <-chan time.Time, told func(Ran, error)) {
	done := ""
	for {
		if today := acts.Today(); today != done {
			ran, err := Run(ctx, acts, plans, today)
			if err == nil {
				done = today
			}
			told(ran, err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
	}
}
