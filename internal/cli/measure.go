package cli

import (
	"context"
	"net/http"

	"zhunsheng/internal/doors/metrics"
)

// measured adds /metrics to a server and counts all its answers.
func (s *system) measured(mux *http.ServeMux) (http.Handler, error) {
	err := s.metrics.Watch(func(ctx context.Context) (metrics.Standing, error) {
		jobs, notices, records, err := s.house.Waiting(ctx)
		return metrics.Standing{Records: records, Jobs: jobs, Notices: notices}, err
	})
	if err != nil {
		return nil, err
	}
	mux.Handle("GET /metrics", s.metrics.Handler())
	return s.metrics.Count(mux), nil
}
