package dispatch

import (
	"fmt"
	"time"
)

// Period is one turn of a recurring duty.
type Period struct {
	ID         string // 2026, 2026-H1, 2026-Q3, 2026-09, 2026-W37
	First, Day string // first and last day
	Title      string // 2026年上半年
}

// PeriodOf returns the turn of a recurring duty (P1Y P6M P3M P1M P1W) that covers a day.
func PeriodOf(every, day string) (Period, error) {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return Period{}, fmt.Errorf("“%s”不是日期", day)
	}
	y, m := t.Year(), int(t.Month())
	months := func(first, n int, id, title string) Period {
		return Period{
			ID: id, Title: title, First: fmt.Sprintf("%04d-%02d-01", y, first),
			Day: time.Date(y, time.Month(first+n), 0, 0, 0, 0, 0, time.UTC).Format(time.DateOnly),
		}
	}
	switch every {
	case "P1Y":
		return months(1, 12, fmt.Sprintf("%04d", y), fmt.Sprintf("%d年", y)), nil
	case "P6M":
		h := (m - 1) / 6
		return months(6*h+1, 6, fmt.Sprintf("%04d-H%d", y, h+1), fmt.Sprintf("%d年%s半年", y, []string{"上", "下"}[h])), nil
	case "P3M":
		q := (m - 1) / 3
		return months(3*q+1, 3, fmt.Sprintf("%04d-Q%d", y, q+1), fmt.Sprintf("%d年第%s季度", y, []string{"一", "二", "三", "四"}[q])), nil
	case "P1M":
		return months(m, 1, fmt.Sprintf("%04d-%02d", y, m), fmt.Sprintf("%d年%d月", y, m)), nil
	case "P1W":
		monday := t.AddDate(0, 0, -(int(t.Weekday())+6)%7)
		wy, w := t.ISOWeek()
		return Period{
			ID: fmt.Sprintf("%04d-W%02d", wy, w), Title: fmt.Sprintf("%d年第%d周", wy, w),
			First: monday.Format(time.DateOnly), Day: monday.AddDate(0, 0, 6).Format(time.DateOnly),
		}, nil
	}
	return Period{}, fmt.Errorf("不认识的周期“%s”", every)
}
