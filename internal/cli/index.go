package cli

import (
	"context"
	"sync"
)

// follow keeps the search index behind the records; what it returns ends that.
func (s *system) follow(ctx context.Context) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { s.index.Run(ctx) })
	return func() {
		cancel()
		running.Wait()
	}
}
