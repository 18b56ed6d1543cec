package dispatch

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestPeriodOf(t *testing.T) {
	tests := map[string]struct {
		every, day string
		want       Period
	}{
		"year":    {"P1Y", "2026-05-01", Period{"2026", "2026-01-01", "2026-12-31", "2026年"}},
		"half":    {"P6M", "2026-06-30", Period{"2026-H1", "2026-01-01", "2026-06-30", "2026年上半年"}},
		"quarter": {"P3M", "2026-07-01", Period{"2026-Q3", "2026-07-01", "2026-09-30", "2026年第三季度"}},
		"month":   {"P1M", "2024-02-29", Period{"2024-02", "2024-02-01", "2024-02-29", "2024年2月"}},
		"week":    {"P1W", "2026-01-01", Period{"2026-W01", "2025-12-29", "2026-01-04", "2026年第1周"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := PeriodOf(tc.every, tc.day)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, err := PeriodOf("P5Y", "2026-01-01"); err == nil {
		t.Error("an unknown period was taken")
	}
}

// Every day lies in exactly one turn, and turns follow each other without a gap.
func TestPeriodsTile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		every := rapid.SampledFrom([]string{"P1Y", "P6M", "P3M", "P1M", "P1W"}).Draw(t, "every")
		day := time.Date(2007, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 9000).Draw(t, "day"))
		p, err := PeriodOf(every, day.Format(time.DateOnly))
		if err != nil {
			t.Fatal(err)
		}
		if d := day.Format(time.DateOnly); d < p.First || d > p.Day {
			t.Fatalf("%s is not in %+v", d, p)
		}
		end, _ := time.Parse(time.DateOnly, p.Day)
		next, err := PeriodOf(every, end.AddDate(0, 0, 1).Format(time.DateOnly))
		if err != nil {
			t.Fatal(err)
		}
		if want := end.AddDate(0, 0, 1).Format(time.DateOnly); next.First != want || next.ID == p.ID {
			t.Fatalf("after %+v comes %+v", p, next)
		}
	})
}
