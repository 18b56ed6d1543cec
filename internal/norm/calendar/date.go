package calendar

import (
	"fmt"
	"time"
)

// Date is a calendar day in China, counted in days since 1970-01-01. Dates compare and subtract like numbers; adding
// days is plain addition. Legal dates lie between First and Last.
type Date int32

// First and Last bound every date the program accepts: earlier ones are typing errors, later ones too.
const (
	First Date = -7670 // 1949-01-01
	Last  Date = 84370 // 2200-12-31
)

// Of makes a date. The error is a Chinese sentence naming what is impossible.
func Of(year, month, day int) (Date, error) {
	if month < 1 || month > 12 {
		return 0, fmt.Errorf("没有%d月", month)
	}
	if n := daysIn(year, month); day < 1 || day > n {
		return 0, fmt.Errorf("%d年%d月只有%d天，没有%d日", year, month, n, day)
	}
	d := fromCivil(year, month, day)
	if !d.Valid() {
		return 0, fmt.Errorf("%s不在%s至%s之间", d, First, Last)
	}
	return d, nil
}

// Parse reads a date written YYYY-MM-DD. The error is a Chinese sentence that quotes what was written.
func Parse(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, fmt.Errorf("“%s”不是日期，应当写成 2026-09-24 这样", s)
	}
	n := [3]int{}
	for i, part := range [3]string{s[:4], s[5:7], s[8:]} {
		for _, c := range []byte(part) {
			if c < '0' || c > '9' {
				return 0, fmt.Errorf("“%s”不是日期，应当写成 2026-09-24 这样", s)
			}
			n[i] = n[i]*10 + int(c-'0')
		}
	}
	d, err := Of(n[0], n[1], n[2])
	if err != nil {
		return 0, fmt.Errorf("“%s”不是日历上的日期：%w", s, err)
	}
	return d, nil
}

// FromTime gives the day in China (UTC+8, whatever the host says) on which t falls.
func FromTime(t time.Time) Date {
	return Date(floorDiv(t.Unix()+chinaOffset, secondsPerDay))
}

// Valid reports whether d lies within First and Last.
func (d Date) Valid() bool { return d >= First && d <= Last }

// String writes the date as YYYY-MM-DD.
func (d Date) String() string {
	y, m, day := d.Civil()
	return fmt.Sprintf("%04d-%02d-%02d", y, m, day)
}

// MarshalText writes the date as YYYY-MM-DD.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads YYYY-MM-DD, as Parse does.
func (d *Date) UnmarshalText(b []byte) error {
	v, err := Parse(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// Civil gives year, month (1 to 12) and day of the month.
func (d Date) Civil() (year, month, day int) {
	// Years are counted from 1 March, so that the leap day is the last of its year and months need no table.
	z := int64(d) + 719468 // days since 0000-03-01
	era := floorDiv(z, 146097)
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = int(doy - (153*mp+2)/5 + 1)
	month = int(mp) + 3
	if month > 12 {
		month -= 12
	}
	year = int(yoe + era*400)
	if month <= 2 {
		year++
	}
	return year, month, day
}

// Year is the calendar year of d.
func (d Date) Year() int { y, _, _ := d.Civil(); return y }

// Weekday is 1 for Monday to 7 for Sunday.
func (d Date) Weekday() int { return int(floorMod(int64(d)+3, 7)) + 1 }

// weekdayName is the weekday as it stands in notices.
func (d Date) weekdayName() string {
	return "星期" + string([]rune("一二三四五六日")[d.Weekday()-1])
}

// AddMonths gives the same day n months later (earlier for negative n), or the last day of that month where it has no
// such day (民法典第二百零二条).
func (d Date) AddMonths(n int) Date {
	y, m, day := d.Civil()
	total := int64(y)*12 + int64(m-1) + int64(n)
	ny, nm := int(floorDiv(total, 12)), int(floorMod(total, 12))+1
	return fromCivil(ny, nm, min(day, daysIn(ny, nm)))
}

// AddYears gives the same day n years later; 29 February becomes 28 February in common years.
func (d Date) AddYears(n int) Date { return d.AddMonths(12 * n) }

func fromCivil(y, m, day int) Date {
	yy, mm := int64(y), int64(m)
	if mm <= 2 {
		yy--
		mm += 12
	}
	era := floorDiv(yy, 400)
	yoe := yy - era*400
	doy := (153*(mm-3)+2)/5 + int64(day) - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return Date(era*146097 + doe - 719468)
}

func daysIn(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }
