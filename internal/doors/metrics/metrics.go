// Package metrics counts what a running server does (/metrics, in the form of Prometheus): acts, batches, waiting jobs,
// answers and the Go runtime. No label and no value holds a person, a unit or a matter.
package metrics

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Standing is how the database stands at a scrape, whoever has written to it.
type Standing struct {
	Records int64 // all there are
	Jobs    int64 // planned jobs that are due
	Notices int64 // notices that have not been sent
}

// Metrics holds the figures of one running server. It is safe for concurrent use.
type Metrics struct {
	registry  *prometheus.Registry
	acts      prometheus.Counter
	batches   prometheus.Counter
	batchActs prometheus.Histogram
	batchTime prometheus.Histogram
	answers   *prometheus.HistogramVec
	serving   prometheus.Gauge
}

// askTime bounds what a scrape may ask of the database.
const askTime = 5 * time.Second

// New registers the figures of a program of a version.
func New(version string) (*Metrics, error) {
	m := &Metrics{
		registry:  prometheus.NewRegistry(),
		acts:      prometheus.NewCounter(prometheus.CounterOpts{Name: "zhunsheng_acts_total", Help: "本进程写入的办理次数。"}),
		batches:   prometheus.NewCounter(prometheus.CounterOpts{Name: "zhunsheng_batches_total", Help: "本进程提交的批次数。"}),
		batchActs: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "zhunsheng_batch_acts", Help: "每批的办理次数。", Buckets: []float64{1, 2, 4, 8, 16, 32, 64, 128, 256}}),
		batchTime: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "zhunsheng_batch_seconds", Help: "每批从第一条语句到提交的时间（秒）。", Buckets: prometheus.ExponentialBuckets(0.001, 2, 14)}),
		answers: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "zhunsheng_http_request_seconds", Help: "应答时间（秒），按部分、方法和状态。", Buckets: prometheus.ExponentialBuckets(0.001, 2, 14)},
			[]string{"part", "method", "status"}),
		serving: prometheus.NewGauge(prometheus.GaugeOpts{Name: "zhunsheng_http_requests_in_flight", Help: "正在应答的请求数。"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "zhunsheng_build_info", Help: "程序版本，值恒为 1。", ConstLabels: prometheus.Labels{"version": version}})
	build.Set(1)
	for _, collector := range []prometheus.Collector{
		m.acts, m.batches, m.batchActs, m.batchTime, m.answers, m.serving, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	} {
		if err := m.registry.Register(collector); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// Watch asks at each scrape how the database stands.
func (m *Metrics) Watch(ask func(ctx context.Context) (Standing, error)) error {
	return m.registry.Register(&standing{ask: ask,
		records: prometheus.NewDesc("zhunsheng_records", "记录总数。", nil, nil),
		jobs:    prometheus.NewDesc("zhunsheng_queue_jobs", "到点而没有办理的后台事务数。", nil, nil),
		notices: prometheus.NewDesc("zhunsheng_queue_notices", "没有送出的通知数。", nil, nil),
	})
}

// Batch counts a batch of acts that was committed.
func (m *Metrics) Batch(acts int, took time.Duration) {
	m.acts.Add(float64(acts))
	m.batches.Inc()
	m.batchActs.Observe(float64(acts))
	m.batchTime.Observe(took.Seconds())
}

// Handler answers /metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

// Count measures every answer of next.
func (m *Metrics) Count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.serving.Inc()
		defer m.serving.Dec()
		seen := &answered{ResponseWriter: w, status: http.StatusOK}
		begun := time.Now()
		next.ServeHTTP(seen, r)
		m.answers.WithLabelValues(part(r.URL.Path), method(r.Method), strconv.Itoa(seen.status)).Observe(time.Since(begun).Seconds())
	})
}

// parts are the parts of the server by the beginning of a path. A path itself is no label: it names matters.
var parts = []struct{ prefix, name string }{
	{"/api/", "api"}, {"/log/", "log"}, {"/static/", "static"}, {"/healthz", "health"}, {"/readyz", "health"}, {"/metrics", "metrics"},
}

func part(path string) string {
	for _, p := range parts {
		if strings.HasPrefix(path, p.prefix) {
			return p.name
		}
	}
	return "pages"
}

// method keeps what a stranger may write into a request out of the labels.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return m
	}
	return "other"
}

// answered remembers the status of an answer.
type answered struct {
	http.ResponseWriter
	status int
	wrote  bool
}

// WriteHeader notes the first status that is no interim one.
func (a *answered) WriteHeader(status int) {
	if !a.wrote && status >= http.StatusOK {
		a.status, a.wrote = status, true
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write makes the status what net/http makes it: 200 where none was said.
func (a *answered) Write(b []byte) (int, error) {
	a.wrote = true
	return a.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (a *answered) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// standing asks the database at each scrape.
type standing struct {
	ask                    func(ctx context.Context) (Standing, error)
	records, jobs, notices *prometheus.Desc
}

// Describe names the figures.
func (s *standing) Describe(ch chan<- *prometheus.Desc) {
	ch <- s.records
	ch <- s.jobs
	ch <- s.notices
}

// Collect asks for them; where the database does not answer, the figures are missing, and the scrape says why.
func (s *standing) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), askTime)
	defer cancel()
	w, err := s.ask(ctx)
	for _, f := range []struct {
		desc *prometheus.Desc
		n    int64
	}{{s.records, w.Records}, {s.jobs, w.Jobs}, {s.notices, w.Notices}} {
		if err != nil {
			ch <- prometheus.NewInvalidMetric(f.desc, err)
			continue
		}
		ch <- prometheus.MustNewConstMetric(f.desc, prometheus.GaugeValue, float64(f.n))
	}
}
