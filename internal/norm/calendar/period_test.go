package calendar_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zhunsheng/internal/norm/calendar"
)

func span(t testing.TB, s string) calendar.Span {
	t.Helper()
	var out calendar.Span
	if err := out.UnmarshalText([]byte(s)); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestEnd(t *testing.T) {
	c := load(t)
	days := func(n int) calendar.Length { return calendar.Length{N: n, Unit: calendar.Days} }
	workdays := func(n int) calendar.Length { return calendar.Length{N: n, Unit: calendar.Workdays} }
	months := func(n int) calendar.Length { return calendar.Length{N: n, Unit: calendar.Months} }
	years := func(n int) calendar.Length { return calendar.Length{N: n, Unit: calendar.Years} }
	cases := map[string]struct {
		start       string
		length      calendar.Length
		extensions  []calendar.Length
		excluded    string // spans, separated by blanks; FROM.. is open
		roll        bool
		want        string
		provisional bool
	}{
		"ninety days":                        {start: "2024-09-09", length: days(90), want: "2024-12-08"},
		"ninety days, rolled from a Sunday":  {start: "2024-09-09", length: days(90), roll: true, want: "2024-12-09"},
		"no days at all":                     {start: "2024-09-09", length: days(0), want: "2024-09-09"},
		"end of February":                    {start: "2024-01-31", length: months(1), want: "2024-02-29"},
		"end of February, common year":       {start: "2023-01-31", length: months(1), want: "2023-02-28"},
		"three months over New Year":         {start: "2025-11-30", length: months(3), want: "2026-02-28"},
		"two years from a leap day":          {start: "2024-02-29", length: years(2), want: "2026-02-28"},
		"workdays":                           {start: "2026-09-21", length: workdays(10), want: "2026-10-12"},
		"extension of the same kind":         {start: "2026-03-02", length: workdays(20), extensions: []calendar.Length{workdays(10)}, want: "2026-04-14"},
		"days after months":                  {start: "2025-11-30", length: months(3), extensions: []calendar.Length{days(30)}, want: "2026-03-30"},
		"excluded, natural days":             {start: "2024-09-09", length: days(90), excluded: "2024-10-08..2024-10-20", want: "2024-12-21"},
		"overlap counts once":                {start: "2024-09-09", length: days(90), excluded: "2024-10-08..2024-10-20 2024-10-15..2024-10-25", want: "2024-12-26"},
		"order of exclusions is no odds":     {start: "2024-09-09", length: days(90), excluded: "2024-10-15..2024-10-25 2024-10-08..2024-10-20", want: "2024-12-26"},
		"one within another":                 {start: "2024-09-09", length: days(90), excluded: "2024-10-08..2024-10-20 2024-10-10..2024-10-12", want: "2024-12-21"},
		"excluded, workdays only":            {start: "2026-03-02", length: workdays(20), excluded: "2026-03-06..2026-03-10", want: "2026-04-02"},
		"excluded, all weekend":              {start: "2026-03-02", length: workdays(20), excluded: "2026-03-07..2026-03-08", want: "2026-03-30"},
		"the day of the event is no day":     {start: "2024-09-09", length: days(10), excluded: "2024-09-09..2024-09-10", want: "2024-09-20"},
		"before the start":                   {start: "2024-09-09", length: days(10), excluded: "2024-08-01..2024-08-20", want: "2024-09-19"},
		"opened on the last day":             {start: "2024-09-09", length: days(90), excluded: "2024-12-08..", want: ""},
		"opened after the end":               {start: "2024-09-09", length: days(90), excluded: "2024-12-09..", want: "2024-12-08"},
		"opened within what another moved":   {start: "2024-09-09", length: days(90), excluded: "2024-10-08..2024-10-20 2024-12-21..", want: ""},
		"opened after what another moved":    {start: "2024-09-09", length: days(90), excluded: "2024-10-08..2024-10-20 2024-12-22..", want: "2024-12-21"},
		"after the end":                      {start: "2024-09-09", length: days(10), excluded: "2024-09-20..2024-09-30", want: "2024-09-19"},
		"over the end":                       {start: "2024-09-09", length: days(10), excluded: "2024-09-19..2024-09-30", want: "2024-10-01"},
		"moved into another exclusion":       {start: "2024-09-09", length: days(10), excluded: "2024-09-12..2024-09-13 2024-09-21..2024-09-25", want: "2024-09-26"},
		"excluded in months is days":         {start: "2024-01-31", length: months(1), excluded: "2024-02-10..2024-02-14", want: "2024-03-05"},
		"extension before exclusion":         {start: "2024-09-09", length: days(90), extensions: []calendar.Length{days(30)}, excluded: "2024-12-20..2024-12-29", want: "2025-01-17"},
		"roll comes last":                    {start: "2024-09-09", length: days(90), excluded: "2024-10-08..2024-10-20", roll: true, want: "2024-12-23"},
		"roll over the National Day":         {start: "2026-09-02", length: days(30), roll: true, want: "2026-10-08"},
		"roll stays on a worked Saturday":    {start: "2026-09-10", length: days(30), roll: true, want: "2026-10-10"},
		"natural days need no notice":        {start: "2026-12-01", length: days(60), want: "2027-01-30"},
		"rolled beyond the notices":          {start: "2026-12-01", length: days(60), roll: true, want: "2027-02-01", provisional: true},
		"workdays beyond the notices":        {start: "2026-12-01", length: workdays(30), want: "2027-01-12", provisional: true},
		"an extension in workdays only":      {start: "2026-12-01", length: days(20), extensions: []calendar.Length{workdays(20)}, want: "2027-01-18", provisional: true},
		"an open exclusion has no end":       {start: "2024-09-09", length: days(90), excluded: "2024-10-08..", want: ""},
		"open beside closed":                 {start: "2024-09-09", length: days(90), excluded: "2024-09-10..2024-09-12 2024-10-08..", want: ""},
		"workday limit from a day of rest":   {start: "2026-10-03", length: workdays(2), want: "2026-10-09"},
		"excluded workdays run into holiday": {start: "2026-09-21", length: workdays(3), excluded: "2026-09-22..2026-09-30", want: "2026-10-10"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			p := calendar.Period{Start: day(t, tc.start), Length: tc.length, Roll: tc.roll}
			for _, l := range tc.extensions {
				p.Extensions = append(p.Extensions, calendar.Extension{Length: l})
			}
			for _, s := range strings.Fields(tc.excluded) {
				x := calendar.Exclusion{}
				if from, isOpen := strings.CutSuffix(s, ".."); isOpen {
					x = calendar.Exclusion{Span: calendar.Span{From: day(t, from)}, Open: true}
				} else {
					x.Span = span(t, s)
				}
				p.Excluded = append(p.Excluded, x)
			}
			due, err := c.End(p)
			if err != nil {
				t.Fatal(err)
			}
			got := due.Date.String()
			if due.Open {
				got = ""
			}
			if got != tc.want || due.Provisional != tc.provisional {
				t.Errorf("got %q provisional %v, want %q %v\n%v", got, due.Provisional, tc.want, tc.provisional, due.Why)
			}
		})
	}
}

// TestEndIsTheNthCountedDay states the rule in its plainest form: the end is the nth day after the start that is of the
// limit's unit and not excluded.
func TestEndIsTheNthCountedDay(t *testing.T) {
	c := load(t)
	lo, hi := int(day(t, "2018-01-01")), int(day(t, "2025-06-30"))
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]calendar.Unit{calendar.Days, calendar.Workdays}).Draw(t, "unit")
		p := calendar.Period{
			Start:  calendar.Date(rapid.IntRange(lo, hi).Draw(t, "start")),
			Length: calendar.Length{N: rapid.IntRange(1, 100).Draw(t, "n"), Unit: unit},
		}
		if x := rapid.IntRange(0, 40).Draw(t, "extension"); x > 0 {
			p.Extensions = []calendar.Extension{{Length: calendar.Length{N: x, Unit: unit}}}
		}
		excluded := map[calendar.Date]bool{}
		for range rapid.IntRange(0, 5).Draw(t, "exclusions") {
			from := p.Start + calendar.Date(rapid.IntRange(-10, 150).Draw(t, "from"))
			to := from + calendar.Date(rapid.IntRange(0, 30).Draw(t, "length"))
			p.Excluded = append(p.Excluded, calendar.Exclusion{Span: calendar.Span{From: from, To: to}})
			for d := from; d <= to; d++ {
				excluded[d] = true
			}
		}
		due, err := c.End(p)
		if err != nil {
			t.Fatal(err)
		}
		left := p.Length.N
		for _, x := range p.Extensions {
			left += x.Length.N
		}
		d := p.Start
		for left > 0 {
			d++
			if !excluded[d] && (unit == calendar.Days || c.IsWorkday(d)) {
				left--
			}
		}
		if due.Date != d {
			t.Fatalf("end %s, want %s: %v", due.Date, d, due.Why)
		}
		if last := due.Why[len(due.Why)-1]; !due.Provisional && len(p.Excluded) == 0 && last.Date != d {
			t.Fatalf("the reasons end on %s, not on %s", last.Date, d)
		}
	})
}

func TestBefore(t *testing.T) {
	c := load(t)
	cases := map[string]struct {
		day    string
		length calendar.Length
		want   string
	}{
		"seven workdays over the holidays": {"2026-10-12", calendar.Length{N: 7, Unit: calendar.Workdays}, "2026-09-23"},
		"seven natural days":               {"2026-10-12", calendar.Length{N: 7, Unit: calendar.Days}, "2026-10-04"},
		"thirty days before expiry":        {"2026-12-31", calendar.Length{N: 30, Unit: calendar.Days}, "2026-11-30"},
		"one month":                        {"2026-03-31", calendar.Length{N: 1, Unit: calendar.Months}, "2026-02-28"},
		"one month, clamped":               {"2026-03-01", calendar.Length{N: 1, Unit: calendar.Months}, "2026-01-31"},
		"one year from a leap day":         {"2024-02-29", calendar.Length{N: 1, Unit: calendar.Years}, "2023-02-28"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			due, err := c.Before(day(t, tc.day), "听证", tc.length, "行政处罚法第六十四条第二项")
			if err != nil {
				t.Fatal(err)
			}
			if due.Date.String() != tc.want {
				t.Errorf("got %s, want %s\n%v", due.Date, tc.want, due.Why)
			}
		})
	}
	if _, err := c.Before(day(t, "2026-10-12"), "", calendar.Length{N: 24, Unit: calendar.Hours}, ""); err == nil {
		t.Error("hours counted backwards without an error")
	}
}

// TestBeforeIsTheLastDay: from the answer the length still fits before the day, from the next day it does not.
func TestBeforeIsTheLastDay(t *testing.T) {
	c := load(t)
	lo, hi := int(day(t, "2009-01-01")), int(day(t, "2026-12-31"))
	rapid.Check(t, func(t *rapid.T) {
		b := calendar.Date(rapid.IntRange(lo, hi).Draw(t, "day"))
		l := calendar.Length{
			N:    rapid.IntRange(0, 24).Draw(t, "n"),
			Unit: rapid.SampledFrom([]calendar.Unit{calendar.Days, calendar.Workdays, calendar.Months}).Draw(t, "unit"),
		}
		due, err := c.Before(b, "", l, "")
		if err != nil {
			t.Fatal(err)
		}
		end := func(a calendar.Date) calendar.Date {
			d, err := c.End(calendar.Period{Start: a, Length: l})
			if err != nil {
				t.Fatal(err)
			}
			return d.Date
		}
		if end(due.Date) >= b || end(due.Date+1) < b {
			t.Fatalf("%s before %s: from %s it ends %s, from the next day %s", l, b, due.Date, end(due.Date), end(due.Date+1))
		}
	})
}

func TestEarliest(t *testing.T) {
	c := load(t)
	p := calendar.Period{Start: day(t, "2026-09-01"), Length: calendar.Length{N: 30, Unit: calendar.Days}}
	atLeast, err := c.Earliest(p, false)
	if err != nil {
		t.Fatal(err)
	}
	passed, err := c.Earliest(p, true)
	if err != nil {
		t.Fatal(err)
	}
	if got := atLeast.Date.String() + " " + passed.Date.String(); got != "2026-10-01 2026-10-02" {
		t.Errorf("got %s", got)
	}
}

func TestHours(t *testing.T) {
	c := load(t)
	moment := func(s string) calendar.Moment {
		m, err := calendar.ParseMoment(s)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	hours := calendar.Length{N: 24, Unit: calendar.Hours}
	cases := map[string]struct {
		p     calendar.Period
		want  string
		exact bool
	}{
		"from a known hour":     {calendar.Period{StartAt: moment("2026-05-15T16:30:00+08:00")}, "2026-05-16T16:30+08:00", true},
		"seconds are kept":      {calendar.Period{StartAt: moment("2026-05-15T16:30:05+08:00")}, "2026-05-16T16:30:05+08:00", true},
		"another offset":        {calendar.Period{StartAt: moment("2026-05-15T08:30:00Z")}, "2026-05-16T16:30+08:00", true},
		"only the day is known": {calendar.Period{}, "2026-05-16T23:59+08:00", false},
		"rolled from Saturday":  {calendar.Period{StartAt: moment("2026-05-15T16:30+08:00"), Roll: true}, "2026-05-18T16:30+08:00", true},
		"a day excluded": {calendar.Period{StartAt: moment("2026-05-15T16:30+08:00"),
			Excluded: []calendar.Exclusion{{Span: span(t, "2026-05-16")}}}, "2026-05-17T16:30+08:00", true},
		"extended": {calendar.Period{StartAt: moment("2026-05-15T16:30+08:00"),
			Extensions: []calendar.Extension{{Length: hours}}}, "2026-05-17T16:30+08:00", true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			tc.p.Start, tc.p.Length = day(t, "2026-05-15"), hours
			due, err := c.End(tc.p)
			if err != nil {
				t.Fatal(err)
			}
			if due.At.String() != tc.want || due.Exact != tc.exact || due.Date != due.At.Date() {
				t.Errorf("got %s exact %v, want %s %v", due.At, due.Exact, tc.want, tc.exact)
			}
		})
	}
	for _, s := range []string{"", "2026-05-15", "2026-05-15T16:30", "1900-01-01T00:00:00+08:00"} {
		if m, err := calendar.ParseMoment(s); err == nil {
			t.Errorf("%q read as %s", s, m)
		}
	}
}

func TestImpossiblePeriods(t *testing.T) {
	c := load(t)
	start := day(t, "2026-05-15")
	cases := map[string]calendar.Period{
		"no unit":           {Start: start, Length: calendar.Length{N: 3}},
		"negative":          {Start: start, Length: calendar.Length{N: -3, Unit: calendar.Days}},
		"beyond all dates":  {Start: start, Length: calendar.Length{N: 300, Unit: calendar.Years}},
		"absurd":            {Start: start, Length: calendar.Length{N: 1 << 40, Unit: calendar.Workdays}},
		"start out of time": {Start: calendar.Last + 1, Length: calendar.Length{N: 3, Unit: calendar.Days}},
		"hours onto days": {Start: start, Length: calendar.Length{N: 3, Unit: calendar.Days},
			Extensions: []calendar.Extension{{Length: calendar.Length{N: 3, Unit: calendar.Hours}}}},
		"backward exclusion": {Start: start, Length: calendar.Length{N: 3, Unit: calendar.Days},
			Excluded: []calendar.Exclusion{{Span: calendar.Span{From: start, To: start - 1}}}},
	}
	for name, p := range cases {
		t.Run(name, func(t *testing.T) {
			if due, err := c.End(p); err == nil {
				t.Errorf("answered %s", due.Date)
			}
		})
	}
}

func TestWhy(t *testing.T) {
	c := load(t)
	render := func(due calendar.Due, err error) string {
		if err != nil {
			return err.Error()
		}
		var b strings.Builder
		for _, l := range due.Why {
			if l.Date != 0 {
				b.WriteString(l.Date.String() + " ")
			}
			b.WriteString(l.Text)
			if l.Cites != "" {
				b.WriteString(" [" + l.Cites + "]")
			}
			b.WriteString("\n")
		}
		return b.String()
	}
	cases := map[string]struct {
		got  string
		want string
	}{
		"ninety days with a hearing": {render(c.End(calendar.Period{
			Start: day(t, "2024-09-09"), Event: "立案", Cites: "行政处罚法第六十条",
			Length:     calendar.Length{N: 90, Unit: calendar.Days},
			Extensions: []calendar.Extension{{calendar.Length{N: 30, Unit: calendar.Days}, "经机关负责人批准，", "部门规章参数"}},
			Excluded: []calendar.Exclusion{
				{Span: span(t, "2024-10-08..2024-10-20"), Text: "听证", Cites: "部门规章参数"},
				{Span: span(t, "2024-10-15..2024-10-25"), Text: "鉴定", Cites: "部门规章参数"},
				{Span: span(t, "2024-08-01..2024-08-02"), Text: "公告", Cites: "部门规章参数"},
			},
			Roll: true, RollCites: "民法典第二百零三条",
		})), `2024-09-09 立案之日，次日起算
2024-12-08 满九十日 [行政处罚法第六十条]
2025-01-07 经机关负责人批准，延长三十日 [部门规章参数]
2024-10-08 听证2024-10-08至2024-10-20，十三日不计入期限 [部门规章参数]
2024-10-15 鉴定2024-10-15至2024-10-25，其中五日不计入期限，其余不在期限之内或者已与前项重合 [部门规章参数]
2024-08-01 公告2024-08-01至2024-08-02，不在期限之内或者已与前项重合，不影响期限 [部门规章参数]
2025-01-25 扣除不计入的十八日，届满
2025-01-26 届满之日是星期六，顺延至其后第一个工作日 [民法典第二百零三条]
`},
		"ten workdays over the holidays": {render(c.End(calendar.Period{
			Start: day(t, "2026-09-21"), Event: "送审", Length: calendar.Length{N: 10, Unit: calendar.Workdays},
		})), `2026-09-21 送审之日，次日起算
跳过放假的中秋节（2026-09-25至2026-09-27）、国庆节（2026-10-01至2026-10-07）
计入调休上班的2026-10-10（星期六）
2026-10-12 第十个工作日
`},
		"two workdays into a year without notice": {render(c.End(calendar.Period{
			Start: day(t, "2026-12-31"), Length: calendar.Length{N: 2, Unit: calendar.Workdays},
		})), `2026-12-31 起算之日，次日起算
2027-01-04 第二个工作日
2027年没有收录放假通知，该年工作日暂按周末推算，收录后重新计算
`},
		"backwards": {render(c.Before(day(t, "2026-10-12"), "听证", calendar.Length{N: 7, Unit: calendar.Workdays}, "行政处罚法第六十四条第二项")),
			`2026-10-12 听证之日，不计入，向前倒推
跳过放假的中秋节（2026-09-25至2026-09-27）、国庆节（2026-10-01至2026-10-07）
计入调休上班的2026-10-10（星期六）
2026-09-23 其间须有完整的七个工作日，最迟于当日办理 [行政处罚法第六十四条第二项]
`},
		"paused": {render(c.End(calendar.Period{
			Start: day(t, "2024-09-09"), Event: "立案", Length: calendar.Length{N: 90, Unit: calendar.Days},
			Excluded: []calendar.Exclusion{{Span: calendar.Span{From: day(t, "2024-10-08")}, Open: true, Text: "鉴定"}},
		})), `2024-09-09 立案之日，次日起算
2024-12-08 满九十日
2024-10-08 鉴定自当日起，尚未结束，期限暂停计算
`},
		"hours": {render(c.End(calendar.Period{
			Start: day(t, "2026-05-15"), Event: "批准", Length: calendar.Length{N: 24, Unit: calendar.Hours},
		})), `2026-05-15 批准之日，没有记明时刻，按当日最晚时刻起算
2026-05-16 满二十四小时（23:59）
`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(tc.want, tc.got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestLengthInWords(t *testing.T) {
	cases := map[calendar.Length]string{
		{N: 90, Unit: calendar.Days}:      "九十日",
		{N: 2, Unit: calendar.Days}:       "二日",
		{N: 15, Unit: calendar.Workdays}:  "十五个工作日",
		{N: 2, Unit: calendar.Years}:      "两年",
		{N: 110, Unit: calendar.Days}:     "一百一十日",
		{N: 101, Unit: calendar.Days}:     "一百零一日",
		{N: 1005, Unit: calendar.Days}:    "一千零五日",
		{N: 0, Unit: calendar.Days}:       "零日",
		{N: 24, Unit: calendar.Hours}:     "二十四小时",
		{N: 12345, Unit: calendar.Months}: "12345个月",
	}
	for l, want := range cases {
		if got := l.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func BenchmarkEnd(b *testing.B) {
	c := load(b)
	p := calendar.Period{
		Start: day(b, "2026-03-02"), Event: "受理", Length: calendar.Length{N: 20, Unit: calendar.Workdays}, Cites: "行政许可法第四十二条",
		Excluded: []calendar.Exclusion{{Span: span(b, "2026-03-06..2026-03-10"), Text: "听证"}},
	}
	for b.Loop() {
		if _, err := c.End(p); err != nil {
			b.Fatal(err)
		}
	}
}
