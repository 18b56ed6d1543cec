package cli

import (
	"context"
	"net/http"

	"zhunsheng/internal/doors/metrics"
)

// measured adds /metrics to a server and counts all its answers.
func (s *system) measured(ctx context.Context, mux *http.ServeMux) (http.Handler, error) {
	_, _, records, err := s.house.Waiting(ctx)
	if err != nil {
		return nil, err
	}
	s.metrics.Committed(records)
	err = s.metrics.Watch(func(ctx context.Context) (metrics.Waiting, error) {
		jobs, notices, records, err := s.house.Waiting(ctx)
		if err == nil {
			s.metrics.Committed(records) // other copies and verbs write as well
		}
		return metrics.Waiting{Jobs: jobs, Notices: notices}, err
	})
	if err != nil {
		return nil, err
	}
	mux.Handle("GET /metrics", s.metrics.Handler())
	return s.metrics.Count(mux), nil
}
