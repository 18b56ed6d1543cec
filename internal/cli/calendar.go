package cli

import (
	"fmt"
	"strings"

	"zhunsheng/internal/norm/calendar"
	"zhunsheng/pack"
)

// calendarCmd is workday arithmetic over the embedded notices, without a database.
type calendarCmd struct {
	Add   calendarAddCmd   `cmd:"" help:"某日之后（或者之前）第几个工作日。"`
	Count calendarCountCmd `cmd:"" help:"前一日期之后、至后一日期为止的工作日数和自然日数。"`
	Show  calendarShowCmd  `cmd:"" help:"某年的放假、调休上班和工作日数。"`
}

// calendarView chooses what was known when, and where.
type calendarView struct {
	Known  string `placeholder:"日期" help:"按该日已经公布的通知计算，省略时按全部通知。"`
	Region string `placeholder:"代码" help:"行政区划代码，计入该地区自己的放假规定。"`
}

func (v calendarView) load() (*calendar.Calendar, error) {
	c, err := calendar.Load(pack.Files, "calendar")
	if err != nil {
		return nil, err
	}
	if v.Known != "" {
		at, err := calendar.Parse(v.Known)
		if err != nil {
			return nil, misuse("--known：%w", err)
		}
		c = c.Known(at)
	}
	return c.Region(v.Region), nil
}

type calendarAddCmd struct {
	output
	calendarView
	Date   string `arg:"" help:"起算的日期，本日不计入。"`
	N      int    `arg:"" help:"工作日数。"`
	Before bool   `help:"向前倒数。"`
}

type calendarAddAnswer struct {
	Date        calendar.Date `json:"date"`
	Provisional bool          `json:"provisional"`
}

// Run prints the nth workday after (or before) a day.
func (c calendarAddCmd) Run(env *Env) error {
	from, err := calendar.Parse(c.Date)
	if err != nil {
		return misuse("%w", err)
	}
	if c.N < 0 {
		return misuse("工作日数不能小于零；向前倒数用 --before")
	}
	cal, err := c.load()
	if err != nil {
		return err
	}
	n := c.N
	if c.Before {
		n = -n
	}
	to, err := cal.AddWorkdays(from, n)
	if err != nil {
		return misuse("%w", err)
	}
	answer := calendarAddAnswer{to, cal.Provisional(min(from, to), max(from, to))}
	if c.json() {
		return env.printJSON(answer)
	}
	return env.printLines(to.String() + provisionalNote(answer.Provisional))
}

type calendarCountCmd struct {
	output
	calendarView
	From string `arg:"" help:"前一日期，本日不计入。"`
	To   string `arg:"" help:"后一日期，本日计入。"`
}

type calendarCountAnswer struct {
	Workdays    int  `json:"workdays"`
	Days        int  `json:"days"`
	Provisional bool `json:"provisional"`
}

// Run prints how many workdays and days lie after one day, through another.
func (c calendarCountCmd) Run(env *Env) error {
	from, err := calendar.Parse(c.From)
	if err != nil {
		return misuse("%w", err)
	}
	to, err := calendar.Parse(c.To)
	if err != nil {
		return misuse("%w", err)
	}
	if to < from {
		return misuse("后一日期%s早于前一日期%s", to, from)
	}
	cal, err := c.load()
	if err != nil {
		return err
	}
	answer := calendarCountAnswer{cal.CountWorkdays(from, to), int(to - from), cal.Provisional(from, to)}
	if c.json() {
		return env.printJSON(answer)
	}
	return env.printLines(fmt.Sprintf("工作日 %d 日，自然日 %d 日%s", answer.Workdays, answer.Days, provisionalNote(answer.Provisional)))
}

type calendarShowCmd struct {
	output
	calendarView
	Year int `arg:"" help:"年份。"`
}

type calendarShowAnswer struct {
	Year        int              `json:"year"`
	Rest        []calendar.Span  `json:"rest"`
	Worked      []calendar.Date  `json:"worked"`
	Workdays    int              `json:"workdays"`
	Notice      string           `json:"notice"`     // empty where there is none
	KnownFrom   *calendar.Date   `json:"known_from"` // null where there is none
	Assumed     bool             `json:"known_from_assumed"`
	Provisional bool             `json:"provisional"`
	Earlier     []calendarNotice `json:"earlier"` // notices for the year that the last one replaced
	NextYear    calendarMoved    `json:"next_year"`
}

type calendarNotice struct {
	Notice    string        `json:"notice"`
	KnownFrom calendar.Date `json:"known_from"`
}

// calendarMoved is the days of the year that the notice for the next year moves.
type calendarMoved struct {
	Rest   []calendar.Span `json:"rest"`
	Worked []calendar.Date `json:"worked"`
}

// Run prints a year as its notices have it.
func (c calendarShowCmd) Run(env *Env) error {
	cal, err := c.load()
	if err != nil {
		return err
	}
	y, err := cal.Show(c.Year)
	if err != nil {
		return misuse("%w", err)
	}
	if c.json() {
		return env.printJSON(showAnswer(y))
	}
	lines := []string{fmt.Sprintf("%d年　工作日 %d 日%s", y.Year, y.Workdays, provisionalNote(!y.Decreed))}
	for _, r := range y.Rest {
		lines = append(lines, fmt.Sprintf("放假　%s　%s", r.Days, r.Name))
	}
	for _, d := range y.Worked {
		lines = append(lines, "上班　"+d.String())
	}
	for _, r := range y.Next.Rest {
		lines = append(lines, fmt.Sprintf("放假　%s　%s（%d年通知）", r.Days, r.Name, y.Next.Year))
	}
	for _, d := range y.Next.Worked {
		lines = append(lines, fmt.Sprintf("上班　%s（%d年通知）", d, y.Next.Year))
	}
	for _, n := range y.Notices {
		known := n.KnownFrom.String() + " 公布"
		if n.Assumed {
			known += "（推定，待核）"
		}
		lines = append(lines, "通知　"+known+"　"+n.Source)
	}
	return env.printLines(lines...)
}

func showAnswer(y calendar.Year) calendarShowAnswer {
	answer := calendarShowAnswer{
		Year: y.Year, Rest: spans(y.Rest), Worked: append([]calendar.Date{}, y.Worked...), Workdays: y.Workdays,
		Provisional: !y.Decreed, Earlier: []calendarNotice{},
		NextYear: calendarMoved{spans(y.Next.Rest), append([]calendar.Date{}, y.Next.Worked...)},
	}
	for i, n := range y.Notices {
		if i < len(y.Notices)-1 {
			answer.Earlier = append(answer.Earlier, calendarNotice{n.Source, n.KnownFrom})
			continue
		}
		answer.Notice, answer.KnownFrom, answer.Assumed = n.Source, &n.KnownFrom, n.Assumed
	}
	return answer
}

func spans(rests []calendar.Rest) []calendar.Span {
	out := []calendar.Span{}
	for _, r := range rests {
		out = append(out, r.Days)
	}
	return out
}

func provisionalNote(provisional bool) string {
	if provisional {
		return "（其中有的年份没有收录放假通知，暂按周末推算）"
	}
	return ""
}

// printLines writes lines for people.
func (e *Env) printLines(lines ...string) error {
	_, err := fmt.Fprintln(e.Out, strings.Join(lines, "\n"))
	return err
}
