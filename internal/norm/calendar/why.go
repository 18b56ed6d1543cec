package calendar

import (
	"fmt"
	"strings"
)

// why gathers the reasons for a day in the order in which it was reached.
type why struct {
	calendar *Calendar
	lines    []Line
	year     int // first year without notice that the answer rests on
}

func (w *why) add(d Date, text, cites string) { w.lines = append(w.lines, Line{d, text, cites}) }

// provisional notes that the answer rests on the workdays after a, through b.
func (w *why) provisional(a, b Date) {
	if y := w.calendar.undecreed(a, b); w.year == 0 {
		w.year = y
	}
}

// paused tells of exclusions of which one has not ended.
func (w *why) paused(xs []Exclusion) {
	for _, x := range xs {
		if x.Open {
			w.add(x.Span.From, x.Text+"自当日起，尚未结束，期限暂停计算", x.Cites)
		} else {
			w.add(x.Span.From, x.Text+spanText(x.Span)+"，不计入期限", x.Cites)
		}
	}
}

// parts tells what each exclusion adds and gives the sum.
func (w *why) parts(xs []Exclusion, parts []int, unit Unit) (total int) {
	whole := func(s Span) int {
		if unit == Workdays {
			return w.calendar.CountWorkdays(s.From-1, s.To)
		}
		return s.Days()
	}
	for i, x := range xs {
		if x.Open {
			w.add(x.Span.From, x.Text+"自当日起，期限此前已经届满，不影响期限", x.Cites)
			continue
		}
		total += parts[i]
		text := x.Text + spanText(x.Span) + "，"
		switch n := whole(x.Span); {
		case parts[i] == 0 && n > 0:
			text += "不在期限之内或者已与前项重合，不影响期限"
		case parts[i] == 0:
			text += "其中没有工作日，不影响期限"
		case parts[i] < n:
			text += fmt.Sprintf("其中%s不计入期限，其余不在期限之内或者已与前项重合", Length{parts[i], unit})
		default:
			text += Length{n, unit}.String() + "不计入期限"
		}
		w.add(x.Span.From, text, x.Cites)
	}
	return total
}

func (w *why) done() []Line {
	if w.year != 0 {
		w.add(0, fmt.Sprintf("%d年没有收录放假通知，该年工作日暂按周末推算，收录后重新计算", w.year), "")
	}
	return w.lines
}

// skipped tells of the holidays passed over and the weekend days counted among the days after a, through b. Plain
// weekends go without saying.
func (c *Calendar) skipped(a, b Date) []Line {
	var rest, worked []string
	for _, r := range c.rests {
		if r.Days.To > a && r.Days.From <= b && movesWeek(r.Days) {
			rest = append(rest, r.Name+"（"+spanText(Span{max(r.Days.From, a+1), min(r.Days.To, b)})+"）")
		}
	}
	for _, d := range c.worked {
		if d > a && d <= b {
			worked = append(worked, d.String()+"（"+d.weekdayName()+"）")
		}
	}
	var lines []Line
	if rest != nil {
		lines = append(lines, Line{Text: "跳过放假的" + strings.Join(rest, "、")})
	}
	if worked != nil {
		lines = append(lines, Line{Text: "计入调休上班的" + strings.Join(worked, "、")})
	}
	return lines
}

// movesWeek reports whether a holiday takes away a Monday to Friday.
func movesWeek(s Span) bool { return weekdays(s.To) > weekdays(s.From-1) }

// nameRest says why a day is no workday.
func (c *Calendar) nameRest(d Date) string {
	for _, r := range c.rests {
		if r.Days.Has(d) {
			return "在" + r.Name + "放假期间"
		}
	}
	return "是" + d.weekdayName()
}

func spanText(s Span) string {
	if s.From == s.To {
		return s.From.String()
	}
	return s.From.String() + "至" + s.To.String()
}

func eventOf(event string) string {
	if event == "" {
		return "起算"
	}
	return event
}

// full says that a length has run: 满九十日, 第五个工作日, 当日.
func full(l Length) string {
	if l.N == 0 {
		return "当日"
	}
	if l.Unit == Workdays {
		return "第" + numeral(l.N) + "个工作日"
	}
	return "满" + l.String()
}

// numeral writes a number in Chinese numerals as statutes do: 十五, 九十, 一百二十, 三百六十五.
func numeral(n int) string {
	if n < 0 || n > 9999 {
		return fmt.Sprint(n)
	}
	digits := []rune("零一二三四五六七八九")
	if n == 0 {
		return "零"
	}
	var out []rune
	gap := false
	for i, unit := range []struct {
		size int
		name string
	}{{1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}} {
		q := n / unit.size % 10
		switch {
		case q == 0:
			gap = len(out) > 0
			continue
		case gap:
			out = append(out, '零')
			gap = false
		}
		if !(q == 1 && i == 2 && len(out) == 0) { // 十五, not 一十五
			out = append(out, digits[q])
		}
		out = append(out, []rune(unit.name)...)
	}
	return string(out)
}
