package demo

import (
	"maps"
	"slices"
	"testing"
	"time"

	"zhunsheng/internal/app"
)

// TestMatters lives through the matters alone, seen from several days: no act of any tale may be
// refused, and every field that a form asks for has words.
func TestMatters(t *testing.T) {
	if testing.Short() {
		t.Skip("lives through the matters twice more: not in -short")
	}
	for _, day := range []string{"2027-02-10", "2029-06-18"} {
		t.Run(day, func(t *testing.T) {
			now, err := time.ParseInLocation(time.DateOnly, day, app.China)
			if err != nil {
				t.Fatal(err)
			}
			c, _ := open(t, NewClock(func() time.Time { return now }))
			s, err := newStory(c)
			if err != nil {
				t.Fatal(err)
			}
			s.missing = map[string]int{}
			if s.in, err = s.settle(t.Context(), s.county); err != nil {
				t.Fatal(err)
			}
			if err := s.plotMatters(); err != nil {
				t.Fatal(err)
			}
			if err := s.run(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, err := range s.refused {
				t.Error(err)
			}
			for _, name := range slices.Sorted(maps.Keys(s.missing)) {
				t.Errorf("phrases.txt has no words for %s", name)
			}
			t.Logf("%d acts", s.acts.Load())
		})
	}
}
