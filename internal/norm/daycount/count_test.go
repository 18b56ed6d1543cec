// Package daycount_test is a second pair of hands for the dates of the pack: it counts statutory periods (期间) day by
// day from the words of the law, on its own reading of the holiday notices, and shares no code with the calendar or with
// the limits of the engine. What both say alike is hardly wrong in both. It has no program, only tests.
package daycount_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// day is a day of China, counted from 1970-01-01.
type day int

func (d day) time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }
func (d day) String() string  { return d.time().Format(time.DateOnly) }
func dayOf(t time.Time) day   { return day(t.Unix() / 86400) } // of a UTC midnight after 1970
func beijing() *time.Location { return time.FixedZone("", 8*3600) }
func inChina(t time.Time) day {
	y, m, d := t.In(beijing()).Date()
	return dayOf(time.Date(y, m, d, 0, 0, 0, 0, time.UTC))
}
func midnight(d day) time.Time {
	y, m, n := d.time().Date()
	return time.Date(y, m, n, 0, 0, 0, 0, beijing())
}

// parseDay reads YYYY-MM-DD.
func parseDay(s string) (day, error) {
	t, err := time.Parse(time.DateOnly, s)
	return dayOf(t), err
}

// months gives the matching day of a later month, the last of it where it has none (民法典第二百零二条).
func (d day) months(n int) day {
	y, m, want := d.time().Date()
	first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return dayOf(first) + day(min(want, last)) - 1
}

// almanac is which days the notices take from the week or give to it.
type almanac struct{ off, on map[day]bool }

// notice is one notice on holidays as it is written.
type notice struct {
	Year  int
	Known string `yaml:"known_from"`
	Rest  []struct{ Days string }
	Work  []string `yaml:"worked"`
}

// openAlmanac reads the holiday notices with a YAML reader alone. Of two notices for a year the later replaces the
// earlier whole.
func openAlmanac(tb testing.TB) *almanac {
	tb.Helper()
	data, err := os.ReadFile("../../../pack/calendar/notices.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	var file struct{ Notices []notice }
	if err := yaml.Unmarshal(data, &file); err != nil {
		tb.Fatal(err)
	}
	a := &almanac{off: map[day]bool{}, on: map[day]bool{}}
	must := func(s string) day {
		d, err := parseDay(s)
		if err != nil {
			tb.Fatal(err)
		}
		return d
	}
	for i, n := range file.Notices {
		if slices.ContainsFunc(file.Notices[i+1:], func(o notice) bool { return o.Year == n.Year && o.Known > n.Known }) {
			continue
		}
		for _, r := range n.Rest {
			from, to, span := strings.Cut(r.Days, "..")
			if !span {
				to = from
			}
			for d := must(from); d <= must(to); d++ {
				a.off[d] = true
			}
		}
		for _, w := range n.Work {
			a.on[must(w)] = true
		}
	}
	return a
}

// workday tells whether people work on a day.
func (a *almanac) workday(d day) bool {
	if a.on[d] {
		return true
	}
	w := d.time().Weekday()
	return !a.off[d] && w != time.Saturday && w != time.Sunday
}

// length is how much is counted.
type length struct {
	n    int
	unit string // days, workdays, months, years, hours
}

// extra is an extension: what is added to the end, counted from it.
type extra struct {
	approved day // 0: in time
	by       length
}

// stop is a span of days that do not count, both ends in.
type stop struct {
	from, to day
	open     bool
}

// period is what the law counts.
type period struct {
	start   day
	at      time.Time // the hour of the event where it is known
	length  length
	longer  []extra // in order of approval
	stopped []stop
	rolls   bool
}

// end is where a period ends: on a day, or for hours at a moment of it.
type end struct {
	day  day
	at   time.Time // zero but for hours
	open bool      // a stop has not ended: there is no end yet
}

func (e end) String() string {
	switch {
	case e.open:
		return ""
	case e.at.IsZero():
		return e.day.String()
	case e.at.Second() != 0:
		return e.at.In(beijing()).Format("2006-01-02T15:04:05-07:00")
	}
	return e.at.In(beijing()).Format("2006-01-02T15:04-07:00")
}

// counts tells whether a day is one of the unit's own: workdays, else every day.
func (a *almanac) counts(unit string, d day) bool { return unit != "workdays" || a.workday(d) }

// walk goes a length on from a day, which is not counted itself (民法典第二百零一条).
func (a *almanac) walk(d day, l length) day {
	switch l.unit {
	case "months":
		return d.months(l.n)
	case "years":
		return d.months(12 * l.n)
	}
	for n := 0; n < l.n; {
		d++
		if a.counts(l.unit, d) {
			n++
		}
	}
	return d
}

// end is the last day of a period: the length, then what was added to it in time, then as many days more as did not
// count, then the first workday where the last day is none and the statute moves it.
func (a *almanac) end(p period) end {
	var taken []length
	for _, x := range p.longer {
		if e := a.reach(p, taken); e.open || x.approved <= e.day {
			taken = append(taken, x.by)
		}
	}
	return a.reach(p, taken)
}

func (a *almanac) reach(p period, added []length) end {
	var last day
	var at time.Time
	unit := p.length.unit
	if unit == "hours" {
		if at = p.at; at.IsZero() {
			at = midnight(p.start).Add(24*time.Hour - time.Minute) // the latest it can have been
		}
		at = at.Add(time.Duration(p.length.n) * time.Hour)
		last = inChina(at)
	} else {
		last = a.walk(p.start, p.length)
	}
	for _, l := range added {
		before := last
		if l.unit == "hours" {
			at = at.Add(time.Duration(l.n) * time.Hour)
			last = inChina(at)
			continue
		}
		last = a.walk(last, l)
		at = onward(at, last-before)
	}
	quiet := map[day]bool{}
	for _, s := range p.stopped {
		if s.open {
			return end{open: true}
		}
		for d := s.from; d <= s.to; d++ {
			quiet[d] = true
		}
	}
	// The day of the event was never counted: it cannot be given back.
	owed := 0
	for d := p.start + 1; d <= last; d++ {
		if quiet[d] && a.counts(unit, d) {
			owed++
		}
	}
	from := last
	for owed > 0 {
		last++
		if a.counts(unit, last) && !quiet[last] {
			owed--
		}
	}
	for p.rolls && !a.workday(last) {
		last++
	}
	return end{day: last, at: onward(at, last-from)}
}

func onward(at time.Time, by day) time.Time {
	if at.IsZero() {
		return at
	}
	return at.Add(time.Duration(by) * 24 * time.Hour)
}

// latest is the last day on which an act is early enough before a day that comes after it: the length lies whole between
// the two, neither counted.
func (a *almanac) latest(of day, l length) day {
	d := of
	switch l.unit {
	case "months", "years":
		for d--; a.walk(d, l) >= of; d-- {
		}
		return d
	}
	for n := 0; n < l.n; {
		d--
		if a.counts(l.unit, d) {
			n++
		}
	}
	return d - 1
}

// TestCounter proves the counter itself by cases counted on paper from the words of the law.
func TestCounter(t *testing.T) {
	a := openAlmanac(t)
	on := func(s string) day {
		d, err := parseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	moment := func(s string) time.Time {
		m, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	cases := map[string]struct {
		p    period
		want string
	}{
		// 民法典第二百零一条：9月10日起算，9月21日数、10月31日、11月30日，共82日，第九十日是12月8日
		"the day of the event is not counted":     {period{start: on("2024-09-09"), length: length{90, "days"}}, "2024-12-08"},
		"workdays skip a holiday, not its price":  {period{start: on("2024-09-27"), length: length{7, "workdays"}}, "2024-10-12"},
		"a month ends on the matching day":        {period{start: on("2024-01-15"), length: length{2, "months"}}, "2024-03-15"},
		"a month without the day ends it":         {period{start: on("2023-12-31"), length: length{2, "months"}}, "2024-02-29"},
		"a year from a leap day":                  {period{start: on("2024-02-29"), length: length{1, "years"}}, "2025-02-28"},
		"an end on a holiday moves where told to": {period{start: on("2026-09-16"), length: length{15, "days"}, rolls: true}, "2026-10-08"},
		"an end on a holiday stays elsewhere":     {period{start: on("2026-09-16"), length: length{15, "days"}}, "2026-10-01"},
		"hours run through the night": {period{start: on("2026-05-15"), at: moment("2026-05-15T16:30:00+08:00"), length: length{24, "hours"}},
			"2026-05-16T16:30+08:00"},
		"hours told in another zone": {period{start: on("2026-05-15"), at: moment("2026-05-15T08:30:00Z"), length: length{24, "hours"}},
			"2026-05-16T16:30+08:00"},
		"stops overlap once, both ends in": {period{start: on("2024-09-09"), length: length{90, "days"},
			stopped: []stop{{from: on("2024-10-08"), to: on("2024-10-20")}, {from: on("2024-10-20"), to: on("2024-10-21")}}}, "2024-12-22"},
		"a stop on the day of the event": {period{start: on("2024-09-09"), length: length{10, "days"},
			stopped: []stop{{from: on("2024-09-09"), to: on("2024-09-10")}}}, "2024-09-20"},
		"a stop that the end grows into": {period{start: on("2024-09-09"), length: length{10, "days"},
			stopped: []stop{{from: on("2024-09-19"), to: on("2024-09-21")}}}, "2024-09-22"},
		"a stop after the end": {period{start: on("2024-09-09"), length: length{10, "days"},
			stopped: []stop{{from: on("2024-09-20"), to: on("2024-09-21")}}}, "2024-09-19"},
		"workdays are given back as workdays": {period{start: on("2026-03-02"), length: length{5, "workdays"},
			stopped: []stop{{from: on("2026-03-06"), to: on("2026-03-09")}}}, "2026-03-11"},
		"an open stop has no end": {period{start: on("2024-09-09"), length: length{10, "days"},
			stopped: []stop{{from: on("2024-09-10"), open: true}}}, ""},
		"approved on the last day": {period{start: on("2024-09-09"), length: length{90, "days"},
			longer: []extra{{on("2024-12-08"), length{30, "days"}}}}, "2025-01-07"},
		"approved a day late": {period{start: on("2024-09-09"), length: length{90, "days"},
			longer: []extra{{on("2024-12-09"), length{30, "days"}}}}, "2024-12-08"},
		"approved while the limit was stopped": {period{start: on("2024-09-09"), length: length{90, "days"},
			longer: []extra{{on("2024-12-09"), length{30, "days"}}}, stopped: []stop{{from: on("2024-10-08"), to: on("2024-10-08")}}}, "2025-01-08"},
	}
	for name, c := range cases {
		if got := a.end(c.p).String(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	back := map[string]struct{ of, want, length string }{
		"seven workdays before a hearing":  {"2026-06-15", "2026-06-03", "7 workdays"},
		"seven days before a hearing":      {"2026-06-15", "2026-06-07", "7 days"},
		"workdays between over a holiday":  {"2024-10-10", "2024-09-29", "3 workdays"},
		"a month before":                   {"2024-03-30", "2024-02-29", "1 months"},
		"nothing between, yet not the day": {"2024-03-30", "2024-03-29", "0 days"},
	}
	for name, c := range back {
		var l length
		if _, err := fmt.Sscanf(c.length, "%d %s", &l.n, &l.unit); err != nil {
			t.Fatal(err)
		}
		if got := a.latest(on(c.of), l).String(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	for _, y := range []struct{ year, workdays int }{{2007, 249}, {2008, 251}, {2024, 251}, {2025, 248}, {2026, 248}} {
		n := 0
		for d := on(fmt.Sprintf("%d-01-01", y.year)); d < on(fmt.Sprintf("%d-01-01", y.year+1)); d++ {
			if a.workday(d) {
				n++
			}
		}
		if n != y.workdays {
			t.Errorf("%d has %d workdays, want %d", y.year, n, y.workdays)
		}
	}
}
