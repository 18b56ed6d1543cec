package metrics_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"zhunsheng/internal/doors/metrics"
)

func scrape(t *testing.T, m *metrics.Metrics) (status int, text string) {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return w.Code, w.Body.String()
}

func TestMetrics(t *testing.T) {
	m, err := metrics.New("1.2")
	if err != nil {
		t.Fatal(err)
	}
	broken := false
	err = m.Watch(func(context.Context) (metrics.Standing, error) {
		if broken {
			return metrics.Standing{}, errors.New("no database")
		}
		return metrics.Standing{Records: 77, Jobs: 3, Notices: 4}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	m.Batch(5, 20*time.Millisecond)
	m.Batch(2, time.Millisecond)
	pages := m.Count(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/matters/4711" {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = w.Write([]byte("ok"))
		w.WriteHeader(http.StatusInternalServerError) // too late: the status is the first
	}))
	for _, r := range []*http.Request{
		httptest.NewRequest(http.MethodGet, "/matters/4711", nil), httptest.NewRequest(http.MethodPost, "/api/v1/matters", nil),
		httptest.NewRequest("PROPFIND", "/healthz", nil),
	} {
		pages.ServeHTTP(httptest.NewRecorder(), r)
	}
	status, text := scrape(t, m)
	if status != http.StatusOK {
		t.Fatal(status, text)
	}
	for _, want := range []string{
		"zhunsheng_acts_total 7\n", "zhunsheng_batches_total 2\n", "zhunsheng_batch_acts_sum 7\n", `zhunsheng_batch_acts_bucket{le="2"} 1`,
		"zhunsheng_records 77\n", "zhunsheng_queue_jobs 3\n", "zhunsheng_queue_notices 4\n", "go_goroutines ",
		`zhunsheng_build_info{version="1.2"} 1`, "zhunsheng_http_requests_in_flight 0\n",
		`zhunsheng_http_request_seconds_count{method="GET",part="pages",status="404"} 1`,
		`zhunsheng_http_request_seconds_count{method="POST",part="api",status="200"} 1`,
		`zhunsheng_http_request_seconds_count{method="other",part="health",status="200"} 1`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "4711") {
		t.Error("a path is a label")
	}
	broken = true
	if _, text = scrape(t, m); strings.Contains(text, "zhunsheng_queue_jobs 3") || !strings.Contains(text, "zhunsheng_acts_total 7") {
		t.Errorf("without a database:\n%s", text)
	}
}
