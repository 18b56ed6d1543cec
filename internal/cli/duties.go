package cli

import (
	"context"
	"sync"
	"time"

	"zhunsheng/internal/app/duty"
)

// dutyTick is how often the clock is looked at: a duty is due with its day.
const dutyTick = time.Minute

// keepDuties lets the program do what falls due by itself: recurring tasks, silence, the calendar. What it returns ends that.
func (s *system) keepDuties(ctx context.Context) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	ticks := time.NewTicker(dutyTick)
	var running sync.WaitGroup
	running.Go(func() {
		duty.Keep(ctx, s.acts, s.dispatch, ticks.C, func(ran duty.Ran, err error) {
			if err != nil && ctx.Err() == nil {
				s.log.Error("duties of the day", "error", err)
			}
		})
	})
	return func() {
		cancel()
		running.Wait()
		ticks.Stop()
	}
}
