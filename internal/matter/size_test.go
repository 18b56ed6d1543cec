package matter_test

import (
	"fmt"
	"testing"

	"zhunsheng/internal/matter"
)

// TestLongMatter keeps the state of a matter with five hundred reports, on days and records of their own, within 8 KB, so
// that an act on it stays one small row (docs/adr/0025-state-in-one-row.md).
func TestLongMatter(t *testing.T) {
	const limit = 8 << 10
	words := matter.Values{}.With("due", matter.OfDate("2026-12-31")).With("progress", matter.OfText("已经完成问卷，正在汇总，下一步开展实地核查"))
	open := matter.Record{Seq: 812_345, Effects: matter.Effects{
		Open:   &matter.Opening{ID: "m", Procedure: "task", Unit: 2, Date: "2025-01-02"},
		Event:  &matter.Event{Step: "open", N: 1, Legal: "2025-01-02"},
		Limits: []matter.LimitMark{{Limit: "due", N: 1, Start: "2025-01-02"}},
	}, Open: matter.Words{Title: "开展清理", Values: words}}
	s, err := matter.Fold(nil, &open)
	if err != nil {
		t.Fatal(err)
	}
	seq := open.Seq
	for i := range 500 {
		seq += 1_000 + int64(i*7919%9_000)
		month, day := 1+i/25, 1+i%25
		r := matter.Record{Seq: seq, Effects: matter.Effects{
			Event: &matter.Event{Step: "report", N: int64(i + 1), Legal: fmt.Sprintf("%d-%02d-%02d", 2025+(month-1)/12, 1+(month-1)%12, day), Files: 1},
		}, Open: matter.Words{Values: words}}
		if day == 1 { // each month has a limit of its own
			r.Effects.Limits = []matter.LimitMark{{Limit: "monthly", N: int64(month), Start: r.Effects.Event.Legal, Verdict: "met", Date: r.Effects.Event.Legal, Due: "2026-12-31"},
				{Limit: "monthly", N: int64(month), Start: r.Effects.Event.Legal}}
		}
		if s, err = matter.Fold(s, &r); err != nil {
			t.Fatal(err)
		}
		if size := len(matter.AppendState(nil, s)); size > limit {
			t.Fatalf("%d bytes after %d reports, at most %d", size, i+1, limit)
		}
	}
	t.Logf("%d events, %d limits: %d bytes", len(s.Events), len(s.Limits), len(matter.AppendState(nil, s)))
}
