package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Unit is what the length of a limit is counted in.
type Unit uint8

// The units of the statutes: natural days (日), workdays (工作日), months, years and hours.
const (
	Days Unit = iota + 1
	Workdays
	Months
	Years
	Hours
)

// Length is a number of units.
type Length struct {
	N    int
	Unit Unit
}

// String writes the length as officials say it: 九十日, 五个工作日, 三个月, 二十四小时.
func (l Length) String() string {
	n := numeral(l.N)
	if l.N == 2 && l.Unit != Days {
		n = "两" // 两个工作日、两个月、两年、两小时，but 二日
	}
	return n + map[Unit]string{Days: "日", Workdays: "个工作日", Months: "个月", Years: "年", Hours: "小时"}[l.Unit]
}

// Extension is a lawful prolongation (延长), counted from the end that it prolongs.
type Extension struct {
	Length Length
	Text   string // who approved it, when; stands before the number in the reasons
	Cites  string
}

// Exclusion is days that are not counted (不计入期限), both ends in. Open means that it has not ended yet; To is then
// without meaning.
type Exclusion struct {
	Span  Span
	Open  bool
	Text  string // the ground, as 听证
	Cites string
}

// Period is a limit as a rule gives it and as events fill it (期间).
type Period struct {
	Start Date
	// StartAt is the hour of the event, for lengths in hours. Zero: only the day is known, and the answer is the
	// latest moment possible.
	StartAt Moment
	Event   string // what happened on Start, as 立案
	Length  Length
	Cites   string // the article of the length

	Extensions []Extension
	Excluded   []Exclusion
	Roll       bool // an end on a day of rest moves to the next workday (民法典第二百零三条)
	RollCites  string
}

// Line is one reason: what happened or was counted, the day it leads to, and the article. Date is 0 where a line speaks
// of no single day.
type Line struct {
	Date  Date
	Text  string
	Cites string
}

// Due is the end of a period.
type Due struct {
	Date Date
	// At is the last moment of a length in hours, else zero. Exact tells whether the hour of the event was known.
	At    Moment
	Exact bool
	// Open means that an exclusion has not ended, so that there is no end yet; Date and At are then zero.
	Open bool
	// Provisional means that the end rests on days of a year without a notice and may still move.
	Provisional bool
	Why         []Line
}

// End computes the last day (or moment) of a period: the day of the event is not counted; the length, then extensions,
// then excluded days in the limit's own unit (overlaps once), then the roll. The error says in Chinese what makes the
// period impossible.
func (c *Calendar) End(p Period) (Due, error) {
	if err := p.check(); err != nil {
		return Due{}, err
	}
	if p.Length.Unit == Hours {
		return c.endHours(p)
	}
	w := &why{calendar: c}
	if p.Length.N == 0 {
		w.add(p.Start, eventOf(p.Event)+"之日", "")
	} else {
		w.add(p.Start, eventOf(p.Event)+"之日，次日起算", "")
	}
	end, err := c.add(p.Start, p.Length)
	if err != nil {
		return Due{}, err
	}
	afterStart := len(w.lines) // the rest days skipped are known only when the end is
	w.add(end, full(p.Length), p.Cites)
	touched := p.Length.Unit == Workdays
	for _, x := range p.Extensions {
		if end, err = c.add(end, x.Length); err != nil {
			return Due{}, err
		}
		touched = touched || x.Length.Unit == Workdays
		w.add(end, x.Text+"延长"+x.Length.String(), x.Cites)
	}
	count := func(s Span) int { return s.Days() }
	if p.Length.Unit == Workdays {
		count = func(s Span) int { return c.CountWorkdays(s.From-1, s.To) }
	}
	end, parts, err := c.exclude(p, end, count)
	if err != nil {
		return Due{}, err
	}
	if open(p.Excluded, end) {
		w.paused(p.Excluded)
		return Due{Open: true, Why: w.lines}, nil
	}
	own := p.excludedIn()
	if total := w.parts(p.Excluded, parts, own); total > 0 {
		w.add(end, "扣除不计入的"+Length{total, own}.String()+"，届满", "")
	}
	if p.Roll {
		if rolled := c.Roll(end); rolled != end {
			w.add(rolled, "届满之日"+c.nameRest(end)+"，顺延至其后第一个工作日", p.RollCites)
			w.provisional(end-1, rolled)
			end = rolled
		} else {
			w.provisional(end-1, end)
		}
	}
	if !end.Valid() {
		return Due{}, errRange
	}
	if touched {
		w.provisional(p.Start, end)
		w.lines = slices.Insert(w.lines, afterStart, c.skipped(p.Start, end)...)
	}
	return Due{Date: end, Provisional: w.year != 0, Why: w.done()}, nil
}

// exclude moves an end past the excluded days among the days after the start, through the end as it moves. parts is how
// many units each exclusion adds, days that an earlier one already covers not counted again.
func (c *Calendar) exclude(p Period, end Date, count func(Span) int) (Date, []int, error) {
	parts := make([]int, len(p.Excluded))
	if len(p.Excluded) == 0 {
		return end, parts, nil
	}
	order := make([]int, len(p.Excluded))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(p.Excluded[a].Span.From, p.Excluded[b].Span.From)
	})
	unit, base := p.excludedIn(), end
	for {
		total, covered := 0, p.Start
		for _, i := range order {
			if p.Excluded[i].Open {
				parts[i] = 0
				continue
			}
			s := p.Excluded[i].Span
			s.From, s.To = max(s.From, covered+1), min(s.To, end)
			parts[i] = 0
			if s.From <= s.To {
				parts[i] = count(s)
				covered = s.To
			}
			total += parts[i]
		}
		// A longer end may reach further into an exclusion; it only grows, and stops at the last excluded day.
		next, err := c.add(base, Length{total, unit})
		if err != nil {
			return 0, nil, err
		}
		if next <= end {
			return end, parts, nil
		}
		end = next
	}
}

func (c *Calendar) endHours(p Period) (Due, error) {
	w := &why{calendar: c}
	start, exact := p.StartAt, p.StartAt != 0
	if exact {
		w.add(start.Date(), eventOf(p.Event)+"（"+start.String()[11:16]+"）时起算", "")
	} else {
		start = At(p.Start, secondsPerDay-60)
		w.add(p.Start, eventOf(p.Event)+"之日，没有记明时刻，按当日最晚时刻起算", "")
	}
	end := start + Moment(p.Length.N)*3600
	w.add(end.Date(), full(p.Length)+"（"+end.String()[11:16]+"）", p.Cites)
	for _, x := range p.Extensions {
		if x.Length.Unit == Hours {
			end += Moment(x.Length.N) * 3600
		} else {
			d, err := c.add(end.Date(), x.Length)
			if err != nil {
				return Due{}, err
			}
			end += Moment(d-end.Date()) * secondsPerDay
		}
		w.add(end.Date(), x.Text+"延长"+x.Length.String(), x.Cites)
	}
	q := p
	q.Start = start.Date()
	day, parts, err := c.exclude(q, end.Date(), Span.Days)
	if err != nil {
		return Due{}, err
	}
	if open(p.Excluded, day) {
		w.paused(p.Excluded)
		return Due{Open: true, Why: w.lines}, nil
	}
	w.parts(p.Excluded, parts, Days)
	if day != end.Date() {
		end += Moment(day-end.Date()) * secondsPerDay
		w.add(day, "扣除不计入的时间，届满", "")
	}
	if p.Roll {
		rolled := c.Roll(day)
		w.provisional(day-1, rolled)
		if rolled != day {
			end += Moment(rolled-day) * secondsPerDay
			w.add(rolled, "届满之日"+c.nameRest(day)+"，顺延至其后第一个工作日", p.RollCites)
		}
	}
	if !end.Date().Valid() {
		return Due{}, errRange
	}
	return Due{Date: end.Date(), At: end, Exact: exact, Provisional: w.year != 0, Why: w.done()}, nil
}

// add moves a day by a length: natural days by number, workdays by the calendar, months and years to the same day.
func (c *Calendar) add(d Date, l Length) (Date, error) {
	out := d
	switch l.Unit {
	case Days:
		out += Date(l.N)
	case Workdays:
		return c.AddWorkdays(d, l.N)
	case Months:
		out = d.AddMonths(l.N)
	case Years:
		out = d.AddYears(l.N)
	default:
		return 0, fmt.Errorf("不能用这个单位推算日期")
	}
	if !out.Valid() {
		return 0, errRange
	}
	return out, nil
}

// Earliest computes the first lawful day of an act that a floor holds back. With passed false the floor is at_least (B
// no earlier than A + n): the day on which the period is full. With passed true it is not_before (B only once n have
// passed): the day after. Roll applies to the period itself.
func (c *Calendar) Earliest(p Period, passed bool) (Due, error) {
	due, err := c.End(p)
	if err != nil || due.Open {
		return due, err
	}
	switch {
	case p.Length.Unit == Hours:
		due.Why = append(due.Why, Line{due.Date, "满" + p.Length.String() + "后方可办理", p.Cites})
	case passed:
		due.Date++
		if !due.Date.Valid() {
			return Due{}, errRange
		}
		due.Why = append(due.Why, Line{due.Date, "期满次日起方可办理", ""})
	default:
		due.Why = append(due.Why, Line{due.Date, "当日起方可办理", ""})
	}
	return due, nil
}

// Before computes the last lawful day of an act that must come at least a length before another day, neither end
// counted (听证通知、延续申请): the length lies wholly between the two. Units are days, workdays, months and years.
func (c *Calendar) Before(day Date, event string, l Length, cites string) (Due, error) {
	p := Period{Start: day, Length: l}
	if err := p.check(); err != nil {
		return Due{}, err
	}
	if l.Unit == Hours {
		return Due{}, fmt.Errorf("倒推期限不能以小时计")
	}
	// The last a with a + l < day. Months end on clamped days, so the first guess may be a few days off.
	a, err := c.add(day-1, Length{-l.N, l.Unit})
	if err != nil {
		return Due{}, err
	}
	for ; ; a++ {
		if end, err := c.add(a+1, l); err != nil || end >= day {
			break
		}
	}
	for ; ; a-- {
		end, err := c.add(a, l)
		if err != nil {
			return Due{}, err
		}
		if end < day {
			break
		}
	}
	if !a.Valid() {
		return Due{}, errRange
	}
	w := &why{calendar: c}
	w.add(day, eventOf(event)+"之日，不计入，向前倒推", "")
	if l.Unit == Workdays {
		w.lines = append(w.lines, c.skipped(a, day-1)...)
		w.provisional(a, day-1)
	}
	w.add(a, "其间须有完整的"+l.String()+"，最迟于当日办理", cites)
	if l.Unit == Workdays && !c.IsWorkday(a) {
		if last, err := c.AddWorkdays(a, -1); err == nil {
			w.add(last, "前述当日"+c.nameRest(a)+"，此前最后一个工作日", "")
		}
	}
	return Due{Date: a, Provisional: w.year != 0, Why: w.done()}, nil
}

// excludedIn is the unit in which excluded days are counted: workdays for a length in workdays, else natural days.
func (p Period) excludedIn() Unit {
	if p.Length.Unit == Workdays {
		return Workdays
	}
	return Days
}

func (p Period) check() error {
	if !p.Start.Valid() {
		return errRange
	}
	if p.Length.Unit < Days || p.Length.Unit > Hours {
		return fmt.Errorf("期限没有单位")
	}
	if p.Length.N < 0 || p.Length.N > 200_000 {
		return fmt.Errorf("期限的长度%d不可能", p.Length.N)
	}
	for _, x := range p.Extensions {
		if x.Length.N < 0 || x.Length.N > 200_000 || x.Length.Unit < Days || x.Length.Unit > Hours ||
			x.Length.Unit == Hours && p.Length.Unit != Hours {
			return fmt.Errorf("延长的长度不可能")
		}
	}
	for _, x := range p.Excluded {
		if !x.Open && x.Span.To < x.Span.From {
			return fmt.Errorf("%s的止日早于起日", strings.TrimSpace(x.Text+"期间"))
		}
	}
	return nil
}

// open tells whether an exclusion that has not ended began while the period still ran, that is by its end.
func open(xs []Exclusion, end Date) bool {
	return slices.ContainsFunc(xs, func(x Exclusion) bool { return x.Open && x.Span.From <= end })
}
