// Package calendar counts days as Chinese law does (期间): workdays under the State Council's yearly notices, natural
// days, months, years and hours; forwards and backwards; with the reasons for every answer. It holds no clock: what was
// known on a day is a view (Known), and so is a region (Region).
//
// A Calendar is immutable and safe for concurrent use. Counting workdays is one subtraction in a table of running sums,
// adding them a binary search.
package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"
)

// monday is the Monday from which running weeks are counted, 1969-12-29.
const monday Date = -3

// Calendar tells workdays from days of rest.
type Calendar struct {
	facts Facts
	at    Date   // only notices known on this day count
	where string // region code, empty for the country

	notices []Notice // the notices that hold, by year, national first
	rests   []Rest   // in order of days, national and regional
	worked  []Date   // in order
	decreed map[int]bool

	// through[i] is how many workdays there are from lo to lo+i. Outside [lo, lo+len) every Monday to Friday is one.
	lo      Date
	through []int32
}

// New builds the calendar of the country as all given notices make it. The error lists every notice that cannot be.
func New(f Facts) (*Calendar, error) {
	var bad []string
	for _, n := range f.Notices {
		if err := n.check(); err != nil {
			bad = append(bad, err.Error())
		}
	}
	for _, o := range f.Regions {
		if !isCode(o.Region) {
			bad = append(bad, fmt.Sprintf("地区代码“%s”应当是数字", o.Region))
		}
		for _, n := range o.Notices {
			if err := n.check(); err != nil {
				bad = append(bad, o.Title+err.Error())
			}
		}
	}
	if bad != nil {
		return nil, fmt.Errorf("日历有误：%s", strings.Join(bad, "；"))
	}
	return build(f, Last, ""), nil
}

// Known is the calendar as it was known on a day: notices of later days do not count yet.
func (c *Calendar) Known(at Date) *Calendar { return build(c.facts, at, c.where) }

// Region is the calendar that holds in an administrative division: the national one with the overlays of that division
// and of those above it. An empty code gives the country.
func (c *Calendar) Region(code string) *Calendar { return build(c.facts, c.at, code) }

func build(f Facts, at Date, where string) *Calendar {
	c := &Calendar{facts: f, at: at, where: where, decreed: map[int]bool{}}
	national := inForce(f.Notices, at)
	for _, n := range national {
		c.decreed[n.Year] = true
	}
	layers := [][]Notice{national}
	var above []Overlay
	for _, o := range f.Regions {
		if where != "" && strings.HasPrefix(where, trimCode(o.Region)) {
			above = append(above, o)
		}
	}
	// A city's decree stands over its province's.
	slices.SortStableFunc(above, func(a, b Overlay) int {
		return cmp.Compare(len(trimCode(a.Region)), len(trimCode(b.Region)))
	})
	for _, o := range above {
		layers = append(layers, inForce(o.Notices, at))
	}
	off := map[Date]bool{} // true: rest, false: worked; the last layer wins
	for _, layer := range layers {
		for _, n := range layer {
			for _, r := range n.Rest {
				c.rests = append(c.rests, r)
				for d := r.Days.From; d <= r.Days.To; d++ {
					off[d] = true
				}
			}
			for _, d := range n.Worked {
				off[d] = false
			}
			c.notices = append(c.notices, n)
		}
	}
	slices.SortStableFunc(c.rests, func(a, b Rest) int { return cmp.Compare(a.Days.From, b.Days.From) })
	if len(off) == 0 {
		return c
	}
	lo, hi := Last, First
	for d, rest := range off {
		lo, hi = min(lo, d), max(hi, d)
		if !rest {
			c.worked = append(c.worked, d)
		}
	}
	slices.Sort(c.worked)
	c.lo = lo
	c.through = make([]int32, hi-lo+1)
	var sum int32
	for d := lo; d <= hi; d++ {
		rest, named := off[d]
		if named && !rest || !named && d.Weekday() <= 5 {
			sum++
		}
		c.through[d-lo] = sum
	}
	return c
}

// inForce is the last notice known on a day for each year, in order of years.
func inForce(notices []Notice, at Date) []Notice {
	last := map[int]Notice{}
	for _, n := range notices {
		old, has := last[n.Year]
		if n.KnownFrom <= at && (!has || n.KnownFrom > old.KnownFrom) {
			last[n.Year] = n
		}
	}
	out := make([]Notice, 0, len(last))
	for _, n := range last {
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b Notice) int { return cmp.Compare(a.Year, b.Year) })
	return out
}

// isCode reports whether a text can be an administrative division code.
func isCode(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// trimCode cuts the levels that an administrative division code leaves at zero: 450000 stands for all that begins 45.
func trimCode(code string) string {
	for len(code) > 2 && strings.HasSuffix(code, "00") {
		code = code[:len(code)-2]
	}
	return code
}

// IsWorkday reports whether d is a workday (工作日).
func (c *Calendar) IsWorkday(d Date) bool { return c.rank(d) > c.rank(d-1) }

// CountWorkdays counts the workdays after a, through b: the day of the event is not counted (民法典第二百零一条). It is
// negative when b lies before a.
func (c *Calendar) CountWorkdays(a, b Date) int { return int(c.rank(b) - c.rank(a)) }

// AddWorkdays gives the nth workday after d; for a negative n, the nth workday before d; for 0, d itself. The error says
// that the result leaves the range of dates.
func (c *Calendar) AddWorkdays(d Date, n int) (Date, error) {
	if !d.Valid() || n > int(Last-First) || n < -int(Last-First) {
		return 0, errRange
	}
	out := d
	switch {
	case n > 0:
		out = c.nth(c.rank(d) + int64(n))
	case n < 0:
		out = c.nth(c.rank(d-1) + int64(n) + 1)
	}
	if !out.Valid() {
		return 0, errRange
	}
	return out, nil
}

var errRange = fmt.Errorf("算出的日期不在%s至%s之间", First, Last)

// Roll gives d itself when it is a workday, else the first workday after it.
func (c *Calendar) Roll(d Date) Date {
	if c.IsWorkday(d) {
		return d
	}
	return c.nth(c.rank(d) + 1)
}

// rank counts workdays from monday through d (negative before it).
func (c *Calendar) rank(d Date) int64 {
	if len(c.through) == 0 || d < c.lo {
		return weekdays(d)
	}
	before := weekdays(c.lo - 1)
	hi := c.lo + Date(len(c.through)) - 1
	if d <= hi {
		return before + int64(c.through[d-c.lo])
	}
	return before + int64(c.through[len(c.through)-1]) + weekdays(d) - weekdays(hi)
}

// nth gives the day whose rank is k and that is a workday.
func (c *Calendar) nth(k int64) Date {
	if len(c.through) == 0 {
		return nthWeekday(k)
	}
	k -= weekdays(c.lo - 1)
	if k <= 0 {
		return nthWeekday(k + weekdays(c.lo-1))
	}
	total := int64(c.through[len(c.through)-1])
	if k > total {
		hi := c.lo + Date(len(c.through)) - 1
		return nthWeekday(k - total + weekdays(hi))
	}
	return c.lo + Date(sort.Search(len(c.through), func(i int) bool { return int64(c.through[i]) >= k }))
}

// weekdays counts Mondays to Fridays from monday through d.
func weekdays(d Date) int64 {
	x := int64(d - monday)
	return 5*floorDiv(x, 7) + min(floorMod(x, 7)+1, 5)
}

// nthWeekday is the inverse of weekdays: the first day on which it reaches k.
func nthWeekday(k int64) Date {
	return monday + Date(7*floorDiv(k-1, 5)+floorMod(k-1, 5))
}

// Provisional reports whether some day after a, through b, lies in a year without a notice in this view, so that
// counting its workdays may come out differently once there is one.
func (c *Calendar) Provisional(a, b Date) bool { return c.undecreed(a, b) != 0 }

// undecreed is the first year without notice among the days after a, through b, or 0.
func (c *Calendar) undecreed(a, b Date) int {
	for y := (a + 1).Year(); y <= b.Year(); y++ {
		if !c.decreed[y] {
			return y
		}
	}
	return 0
}

// Differs reports whether some day of the span is a workday in one calendar and not in the other: what was computed over
// that span must then be computed again.
func (c *Calendar) Differs(o *Calendar, s Span) bool {
	for d := s.From; d <= s.To; d++ {
		if c.IsWorkday(d) != o.IsWorkday(d) {
			return true
		}
	}
	return false
}

// Year is what the notices say of one year.
type Year struct {
	Year     int
	Rest     []Rest // as the notices for the year have them, days of the December before included
	Worked   []Date // likewise
	Workdays int    // from 1 January through 31 December
	// Next is the days of this year that the notice for the next year moves.
	Next    Notice
	Notices []Notice // every national notice for the year known in this view, the one that holds last
	Decreed bool     // there is a notice; else only weekends are known
}

// Show gives one year, with the region's notices in it where the view has a region.
func (c *Calendar) Show(year int) (Year, error) {
	first, err := Of(year, 1, 1)
	if err != nil {
		return Year{}, fmt.Errorf("年份应当在%d至%d之间", First.Year(), Last.Year())
	}
	last := fromCivil(year, 12, 31)
	y := Year{Year: year, Workdays: c.CountWorkdays(first-1, last), Decreed: c.decreed[year], Next: Notice{Year: year + 1}}
	for _, n := range c.notices {
		switch n.Year {
		case year:
			y.Rest = append(y.Rest, n.Rest...)
			y.Worked = append(y.Worked, n.Worked...)
		case year + 1:
			for _, r := range n.Rest {
				if r.Days.From <= last {
					y.Next.Rest = append(y.Next.Rest, Rest{r.Name, Span{r.Days.From, min(last, r.Days.To)}})
				}
			}
			for _, d := range n.Worked {
				if d <= last {
					y.Next.Worked = append(y.Next.Worked, d)
				}
			}
		}
	}
	for _, n := range c.facts.Notices {
		if n.Year == year && n.KnownFrom <= c.at {
			y.Notices = append(y.Notices, n)
		}
	}
	slices.SortFunc(y.Notices, func(a, b Notice) int { return cmp.Compare(a.KnownFrom, b.KnownFrom) })
	slices.SortStableFunc(y.Rest, func(a, b Rest) int { return cmp.Compare(a.Days.From, b.Days.From) })
	slices.Sort(y.Worked)
	return y, nil
}

// Check compares the stated number of workdays of every notice that holds with the counted one, and names those that
// differ. Only meaningful for the country with all notices known.
func (c *Calendar) Check() error {
	var bad []string
	for _, n := range c.notices {
		if n.Workdays == 0 {
			continue
		}
		if got := c.CountWorkdays(fromCivil(n.Year-1, 12, 31), fromCivil(n.Year, 12, 31)); got != n.Workdays {
			bad = append(bad, fmt.Sprintf("%d年写明%d个工作日，数出%d个", n.Year, n.Workdays, got))
		}
	}
	if bad != nil {
		return fmt.Errorf("工作日数与放假通知不符：%s", strings.Join(bad, "；"))
	}
	return nil
}
