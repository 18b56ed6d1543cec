// Package publish makes reports (定期报告) out of records: a draft whose figures are computed as of one record, a lint
// before it is issued, and the issued report as an entry with its text, its figures and its file. It has no store of its
// own: drafts are kept forms, issued reports are entries of the register `report`.
package publish

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/dispatch"
)

// RegisterReport holds the issued reports.
const RegisterReport = "report"

// Kinds of reports: the id of the template in pack/reports.
const (
	PlanHalf = "plan_half" // 计划半年进展报告
	PlanYear = "plan_year" // 计划年度完成报告
)

// Kinds lists the kinds with their titles, in the order they are offered.
var Kinds = []struct{ ID, Title string }{{PlanHalf, "半年进展报告"}, {PlanYear, "年度完成报告"}}

// Publish is the use cases of reports.
type Publish struct {
	Acts     *act.Acts
	Dispatch *dispatch.Dispatch
}

// New checks what the use cases stand on.
func New(acts *act.Acts, plans *dispatch.Dispatch) (*Publish, error) {
	if acts == nil || plans == nil {
		return nil, errors.New("publish: Acts and Dispatch are needed")
	}
	return &Publish{Acts: acts, Dispatch: plans}, nil
}

// May tells whether a person may draft and issue reports.
func May(who access.Actor) bool {
	switch who.Role() {
	case access.Coordinator, access.Supervisor:
		return true
	}
	return who.System
}

func mustDraft(who access.Actor) error {
	if May(who) {
		return nil
	}
	return app.Faultf(app.Denied, "报告由统筹岗或者监督岗起草和印发，您的岗位不能办理。")
}

// Span is the time a report speaks of.
type Span struct {
	ID          string // 2026-H1, 2026
	Title       string // 2026年上半年
	First, Last string // days, both included
	Next        string // last day of the time after it, for what comes next
}

// SpanOf reads the period of a kind of report: a half-year such as 2026-H1, or a year such as 2026.
func SpanOf(kind, period string) (Span, error) {
	wrong := app.Wrong("period", "“%s”不是报告期间。半年报告写成 2026-H1 或者 2026-H2，年度报告写成 2026。", period)
	year, half, parted := strings.Cut(strings.TrimSpace(period), "-")
	y, err := strconv.Atoi(year)
	if err != nil || y < 1990 || y > 2100 || parted != (kind == PlanHalf) {
		return Span{}, wrong
	}
	s := Span{ID: strings.TrimSpace(period)}
	switch half {
	case "":
		s.Title, s.First, s.Last, s.Next = fmt.Sprintf("%d年", y), day(y, 1, 1), day(y, 12, 31), day(y+1, 6, 30)
	case "H1":
		s.Title, s.First, s.Last, s.Next = fmt.Sprintf("%d年上半年", y), day(y, 1, 1), day(y, 6, 30), day(y, 12, 31)
	case "H2":
		s.Title, s.First, s.Last, s.Next = fmt.Sprintf("%d年下半年", y), day(y, 7, 1), day(y, 12, 31), day(y+1, 6, 30)
	default:
		return Span{}, wrong
	}
	return s, nil
}

// PeriodOf is the period a kind of report is most likely wanted for on a day: the one that ended last, or runs now where
// more than half of it is over.
func PeriodOf(kind, today string) string {
	t, err := time.Parse(time.DateOnly, today)
	if err != nil {
		return ""
	}
	if kind == PlanYear {
		if t.Month() < time.July {
			return strconv.Itoa(t.Year() - 1)
		}
		return strconv.Itoa(t.Year())
	}
	switch m := t.Month(); {
	case m <= time.March:
		return fmt.Sprintf("%d-H2", t.Year()-1)
	case m <= time.September:
		return fmt.Sprintf("%d-H1", t.Year())
	}
	return fmt.Sprintf("%d-H2", t.Year())
}

func day(y, m, d int) string { return fmt.Sprintf("%04d-%02d-%02d", y, m, d) }

// chineseDay writes 2026-07-01 as 2026年7月1日.
func chineseDay(d string) string {
	t, err := time.Parse(time.DateOnly, d)
	if err != nil {
		return d
	}
	return fmt.Sprintf("%d年%d月%d日", t.Year(), t.Month(), t.Day())
}
