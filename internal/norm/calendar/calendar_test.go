package calendar_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"zhunsheng/internal/norm/calendar"
	"zhunsheng/pack"
)

func load(t testing.TB) *calendar.Calendar {
	t.Helper()
	c, err := calendar.Load(pack.Files, "calendar")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func decode(data []byte) (*calendar.Calendar, error) {
	return calendar.Load(fstest.MapFS{"calendar/x.yaml": {Data: data}}, "calendar")
}

func day(t testing.TB, s string) calendar.Date {
	t.Helper()
	d, err := calendar.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// naive knows workdays from plain lists and counts day by day with the standard library.
type naive struct{ rest, worked map[string]bool }

func readNaive(t testing.TB) naive {
	t.Helper()
	data, err := pack.Files.ReadFile("calendar/notices.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Notices []struct {
			Year   int
			Rest   []struct{ Days string }
			Worked []string
		}
	}
	if err := yaml.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	n := naive{map[string]bool{}, map[string]bool{}}
	for i, notice := range doc.Notices {
		if i+1 < len(doc.Notices) && doc.Notices[i+1].Year == notice.Year {
			continue // replaced by the next
		}
		for _, r := range notice.Rest {
			from, to, _ := strings.Cut(r.Days, "..")
			if to == "" {
				to = from
			}
			for d := from; d <= to; d = shift(t, d, 1) {
				n.rest[d] = true
			}
		}
		for _, d := range notice.Worked {
			n.worked[d] = true
		}
	}
	return n
}

func shift(t testing.TB, s string, days int) string {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d.AddDate(0, 0, days).Format(time.DateOnly)
}

func (n naive) workday(t testing.TB, s string) bool {
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	if n.worked[s] {
		return true
	}
	return !n.rest[s] && d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
}

func TestFactsAgreeWithStatedWorkdays(t *testing.T) {
	if err := load(t).Check(); err != nil {
		t.Fatal(err)
	}
}

// TestFactsAreTheSharedOnes compares our pack with the table it was written from.
func TestFactsAreTheSharedOnes(t *testing.T) {
	data, err := os.ReadFile("../../../../shared/data/holidays.yaml")
	if err != nil {
		t.Skip("shared/data is not beside the checkout:", err)
	}
	var want map[int]struct {
		Rest, Worked []string
		Workdays     int
		Notice       []string
	}
	if err := yaml.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	if len(want) != 20 {
		t.Fatalf("%d years", len(want))
	}
	c := load(t)
	for year, w := range want {
		got, err := c.Show(year)
		if err != nil {
			t.Fatal(err)
		}
		var rest, worked, notice []string
		for _, r := range got.Rest {
			rest = append(rest, r.Days.String())
		}
		for _, d := range got.Worked {
			worked = append(worked, d.String())
		}
		for _, n := range got.Notices {
			notice = append(notice, n.Source)
		}
		if d := cmp.Diff([]any{w.Rest, w.Worked, w.Notice, w.Workdays}, []any{rest, worked, notice, got.Workdays}); d != "" {
			t.Errorf("%d (-want +got):\n%s", year, d)
		}
	}
}

func TestAgainstDayByDay(t *testing.T) {
	c, n := load(t), readNaive(t)
	first, last := day(t, "2006-12-01"), day(t, "2026-12-31")
	for d := first; d <= last; d++ {
		if got, want := c.IsWorkday(d), n.workday(t, d.String()); got != want {
			t.Fatalf("%s: workday %v, want %v", d, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		a := calendar.Date(rapid.IntRange(int(first)+31, int(last)).Draw(t, "a"))
		k := rapid.IntRange(-400, 400).Draw(t, "n")
		got, err := c.AddWorkdays(a, k)
		if err != nil {
			t.Fatal(err)
		}
		d, left, step := a, k, 1
		if k < 0 {
			left, step = -k, -1
		}
		for left > 0 {
			d += calendar.Date(step)
			s := d.String()
			if tm, _ := time.Parse(time.DateOnly, s); n.worked[s] || !n.rest[s] && tm.Weekday()%6 != 0 {
				left--
			}
		}
		if got != d {
			t.Fatalf("%s %+d workdays: %s, want %s", a, k, got, d)
		}
		if k > 0 && c.CountWorkdays(a, got) != k {
			t.Fatalf("count(%s, %s) = %d, want %d", a, got, c.CountWorkdays(a, got), k)
		}
		b := calendar.Date(rapid.IntRange(int(a), int(last)).Draw(t, "b"))
		count := 0
		for d := a + 1; d <= b; d++ {
			s := d.String()
			if tm, _ := time.Parse(time.DateOnly, s); n.worked[s] || !n.rest[s] && tm.Weekday()%6 != 0 {
				count++
			}
		}
		if got := c.CountWorkdays(a, b); got != count {
			t.Fatalf("count(%s, %s) = %d, want %d", a, b, got, count)
		}
	})
}

func TestBeyondTheNotices(t *testing.T) {
	c := load(t)
	// The inverse must hold over the whole range of dates, also where only weekends are known.
	rapid.Check(t, func(t *rapid.T) {
		a := calendar.Date(rapid.IntRange(int(calendar.First), int(calendar.Last)).Draw(t, "a"))
		k := rapid.IntRange(1, 60_000).Draw(t, "n")
		got, err := c.AddWorkdays(a, k)
		if err != nil {
			if int(calendar.Last-a) > k*2 {
				t.Fatalf("%s + %d: %v", a, k, err)
			}
			return
		}
		if !c.IsWorkday(got) || c.CountWorkdays(a, got) != k {
			t.Fatalf("%s + %d workdays = %s, workday %v, counts %d", a, k, got, c.IsWorkday(got), c.CountWorkdays(a, got))
		}
		back, err := c.AddWorkdays(got+1, -1)
		if err != nil || back != got {
			t.Fatalf("one back from %s: %s, %v", got+1, back, err)
		}
	})
}

func TestAddAndCount(t *testing.T) {
	c := load(t)
	cases := map[string]struct {
		from        string
		n           int
		want        string
		provisional bool
	}{
		"over the National Day":       {"2026-09-24", 5, "2026-10-09", false},
		"zero stays":                  {"2026-10-01", 0, "2026-10-01", false},
		"backwards":                   {"2026-10-09", -5, "2026-09-24", false},
		"backwards from a rest day":   {"2026-10-05", -1, "2026-09-30", false},
		"into a worked Saturday":      {"2026-10-09", 1, "2026-10-10", false},
		"through the year's last day": {"2026-12-30", 1, "2026-12-31", false},
		"past the last notice":        {"2026-12-30", 2, "2027-01-01", true},
		"before the first notice":     {"2006-11-30", 1, "2006-12-01", true},
		"the last day of all":         {"2200-12-30", 1, "2200-12-31", true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			from := day(t, tc.from)
			got, err := c.AddWorkdays(from, tc.n)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != tc.want || c.Provisional(min(from, got), max(from, got)) != tc.provisional {
				t.Errorf("got %s provisional %v, want %s %v", got, c.Provisional(from, got), tc.want, tc.provisional)
			}
		})
	}
	if got := c.CountWorkdays(day(t, "2026-09-24"), day(t, "2026-10-12")); got != 7 {
		t.Errorf("count = %d, want 7", got)
	}
	if got := c.CountWorkdays(day(t, "2026-10-12"), day(t, "2026-09-24")); got != -7 {
		t.Errorf("count backwards = %d, want -7", got)
	}
	for _, n := range []int{1, 1 << 40, -1 << 40} {
		if d, err := c.AddWorkdays(calendar.Last, n); err == nil {
			t.Errorf("Last + %d = %s, want an error", n, d)
		}
	}
}

func TestAsKnownAt(t *testing.T) {
	c := load(t)
	cases := map[string]struct {
		at, from    string
		n           int
		want        string
		provisional bool
	}{
		// 2019: 4 May came off by the second notice of 22 March.
		"labour day before the second notice": {"2019-03-21", "2019-04-30", 1, "2019-05-02", false},
		"labour day after the second notice":  {"2019-03-22", "2019-04-30", 1, "2019-05-05", false},
		"2020 before the epidemic":            {"2020-01-26", "2020-01-23", 1, "2020-01-31", false},
		"2020 make-up Saturday kept":          {"2020-01-26", "2020-01-31", 1, "2020-02-01", false},
		"2020 extended":                       {"2020-01-27", "2020-01-23", 1, "2020-02-03", false},
		"2015 before the parade":              {"2015-05-12", "2015-09-02", 1, "2015-09-03", false},
		"2015 after":                          {"2015-05-13", "2015-09-02", 1, "2015-09-06", false},
		"next year not yet known":             {"2025-11-03", "2025-12-31", 1, "2026-01-01", true},
		"next year known":                     {"2025-11-04", "2025-12-31", 1, "2026-01-04", false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			k := c.Known(day(t, tc.at))
			from := day(t, tc.from)
			got, err := k.AddWorkdays(from, tc.n)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != tc.want || k.Provisional(from, got) != tc.provisional {
				t.Errorf("got %s provisional %v, want %s %v", got, k.Provisional(from, got), tc.want, tc.provisional)
			}
		})
	}
	before, after := c.Known(day(t, "2019-03-21")), c.Known(day(t, "2019-03-22"))
	if !before.Differs(after, calendar.Span{From: day(t, "2019-04-20"), To: day(t, "2019-05-10")}) {
		t.Error("the two views of May 2019 are said not to differ")
	}
	if before.Differs(after, calendar.Span{From: day(t, "2019-05-06"), To: day(t, "2019-12-31")}) {
		t.Error("the two views of the rest of 2019 are said to differ")
	}
}

func TestRegion(t *testing.T) {
	c, err := decode([]byte(`
notices:
  - {year: 2026, known_from: 2025-11-04, rest: [{name: 元旦, days: 2026-01-01}], worked: [2026-01-04]}
regions:
  - region: "450000"
    title: 甲自治区
    notices:
      - {year: 2026, known_from: 2026-01-10, rest: [{name: 三月三, days: 2026-04-20..2026-04-21}], worked: [2026-04-25]}
  - region: "450100"
    title: 甲市
    notices:
      - {year: 2026, known_from: 2026-02-10, rest: [], worked: [2026-04-21]}
`))
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		region, at string
		want       string // workdays among 20, 21, 25 April
	}{
		"country":                   {"", "2026-12-31", "20 21"},
		"another region":            {"460000", "2026-12-31", "20 21"},
		"the region":                {"450000", "2026-12-31", "25"},
		"a county of it":            {"451022", "2026-12-31", "25"},
		"a county of the city":      {"450102", "2026-12-31", "21 25"},
		"before the city's notice":  {"450102", "2026-02-09", "25"},
		"before the region's":       {"450102", "2026-01-09", "20 21"},
		"order of views is no odds": {"450102", "2026-02-10", "21 25"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			for _, view := range []*calendar.Calendar{
				c.Region(tc.region).Known(day(t, tc.at)), c.Known(day(t, tc.at)).Region(tc.region),
			} {
				var got []string
				for _, n := range []string{"20", "21", "25"} {
					if view.IsWorkday(day(t, "2026-04-"+n)) {
						got = append(got, n)
					}
				}
				if s := strings.Join(got, " "); s != tc.want {
					t.Errorf("got %s, want %s", s, tc.want)
				}
			}
		})
	}
}

func TestBadFactsAreRefused(t *testing.T) {
	cases := map[string]struct{ yaml, want string }{
		"unknown key":    {"notices:\n  - {year: 2026, known_from: 2025-11-04, wroked: []}", "x.yaml:2:42: key"},
		"did you mean":   {"notices:\n  - {year: 2026, known_from: 2025-11-04, wroked: []}", "worked"},
		"no such day":    {"notices:\n  - {year: 2026, known_from: 2025-02-30}", "x.yaml:2:30: value: “2025-02-30”不是日历上的日期：2025年2月只有28天，没有30日"},
		"backward span":  {"notices:\n  - {year: 2026, known_from: 2025-11-04, rest: [{name: x, days: 2026-01-03..2026-01-01}]}", "早于"},
		"another year":   {"notices:\n  - {year: 2026, known_from: 2025-11-04, worked: [2024-01-03]}", "不在该年前后"},
		"both":           {"notices:\n  - {year: 2026, known_from: 2025-11-04, worked: [2026-01-03], rest: [{name: x, days: 2026-01-03}]}", "又放假又上班"},
		"twice":          {"notices:\n  - {year: 2026, known_from: 2025-11-04, rest: [{name: x, days: 2026-01-03}, {name: y, days: 2026-01-01..2026-01-04}]}", "写了两次"},
		"known when":     {"notices:\n  - {year: 2026}", "known_from"},
		"no year":        {"notices:\n  - {year: soon, known_from: 2025-11-04}", "不是数字"},
		"a year too far": {"notices:\n  - {year: 3026, known_from: 2025-11-04}", "不在1949至2200之间"},
		"no list":        {"notices: {year: 2026}", "应当是列表"},
		"region no code": {"regions:\n  - {region: 甲, title: 甲, notices: []}", "不是行政区划代码"},
		"not yaml":       {"notices: [", "x.yaml:1"},
		"nothing":        {"", "空的"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := decode([]byte(tc.yaml))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want one with %q", err, tc.want)
			}
		})
	}
}

// TestNewChecksWhatItIsGiven: facts that did not come through Decode are checked all the same, every one named.
func TestNewChecksWhatItIsGiven(t *testing.T) {
	_, err := calendar.New(calendar.Facts{
		Notices: []calendar.Notice{{Year: 2026}, {Year: 1900, KnownFrom: 1}},
		Regions: []calendar.Overlay{{Region: "甲"}, {Region: "45", Title: "乙", Notices: []calendar.Notice{{Year: 2026}}}},
	})
	for _, want := range []string{"2026年放假通知没有写明", "年份1900", "“甲”应当是数字", "乙2026年"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		}
	}
}

func TestDates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := calendar.Date(rapid.IntRange(int(calendar.First), int(calendar.Last)).Draw(t, "d"))
		want := time.Unix(int64(d)*86400, 0).UTC()
		if d.String() != want.Format(time.DateOnly) {
			t.Fatalf("%d is %s, want %s", d, d, want.Format(time.DateOnly))
		}
		if back, err := calendar.Parse(d.String()); err != nil || back != d {
			t.Fatalf("%s read as %v, %v", d, back, err)
		}
		if got := d.Weekday() % 7; got != int(want.Weekday()) {
			t.Fatalf("%s: weekday %d", d, got)
		}
		n := rapid.IntRange(-600, 600).Draw(t, "n")
		y, m, day := d.Civil()
		first := time.Date(y, time.Month(m+n), 1, 0, 0, 0, 0, time.UTC)
		end := first.AddDate(0, 1, -1).Day()
		want = first.AddDate(0, 0, min(day, end)-1)
		if got := d.AddMonths(n).String(); got != want.Format(time.DateOnly) {
			t.Fatalf("%s %+d months = %s, want %s", d, n, got, want.Format(time.DateOnly))
		}
	})
	if got := calendar.FromTime(time.Date(2026, 9, 24, 16, 0, 0, 0, time.UTC)).String(); got != "2026-09-25" {
		t.Errorf("16:00 UTC is %s in China, want 2026-09-25", got)
	}
	if got := calendar.FromTime(time.Date(2026, 9, 24, 15, 59, 59, 0, time.UTC)).String(); got != "2026-09-24" {
		t.Errorf("15:59:59 UTC is %s in China, want 2026-09-24", got)
	}
	for _, s := range []string{"", "2026-9-24", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "1948-12-31", "2201-01-01", "２０２６-01-01", "2026-09-24 "} {
		if d, err := calendar.Parse(s); err == nil {
			t.Errorf("%q read as %s", s, d)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("notices:\n  - {year: 2026, known_from: 2025-11-04, rest: [{name: 元旦, days: 2026-01-01..2026-01-03}], worked: [2026-01-04]}"))
	f.Add([]byte("regions:\n  - {region: \"45\", title: 甲, notices: [{year: 2026, known_from: 2026-01-01, rest: [{name: 元旦, days: 2026-01-01..2026-01-03}]}]}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := decode(data)
		if err != nil {
			return
		}
		c = c.Region("450102")
		// Whatever the notices say, adding and counting stay inverse.
		for _, s := range []string{"2006-12-20", "2026-01-02", "2100-06-06"} {
			from, err := calendar.Parse(s)
			if err != nil {
				t.Fatal(err)
			}
			got, err := c.AddWorkdays(from, 30)
			if err != nil || !c.IsWorkday(got) || c.CountWorkdays(from, got) != 30 {
				t.Fatalf("%s + 30 = %s, %v", s, got, err)
			}
		}
	})
}

func BenchmarkAddWorkdays(b *testing.B) {
	c := load(b)
	from := day(b, "2015-06-01")
	for b.Loop() {
		if _, err := c.AddWorkdays(from, 90); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkKnown(b *testing.B) {
	c := load(b)
	at := day(b, "2026-01-01")
	for b.Loop() {
		c.Known(at)
	}
}

func ExampleCalendar_AddWorkdays() {
	c, err := calendar.Load(pack.Files, "calendar")
	if err != nil {
		fmt.Println(err)
		return
	}
	from, _ := calendar.Parse("2026-09-24")
	due, _ := c.AddWorkdays(from, 5)
	fmt.Println(due)
	// Output: 2026-10-09
}
