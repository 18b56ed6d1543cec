package plan

import (
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/doc/text"
)

// dates collects the deadlines of one measure.
type dates struct {
	p    *page
	year int // of the plan
	out  []Deadline
}

func (d *dates) add(a, b int, norm string) {
	if slices.ContainsFunc(d.out, func(x Deadline) bool { return x.Norm == norm }) {
		return
	}
	d.out = append(d.out, Deadline{Text: strings.ReplaceAll(d.p.n.String(a, b), "\n", ""), Norm: norm})
}

// scan reads the deadlines in f[a:b]. In a field for time limits (完成时限：…) words such as 长期坚持 count too.
func (d *dates) scan(a, b int, field bool) {
	f := d.p.f
	for i := a; i < b; {
		if d.p.mask[i] {
			i++
			continue
		}
		n := 0
		switch c := f[i]; {
		case c == '每' || c == '按' || c == '逐' || c == '一' || c == '半':
			n = d.every(i, b)
		case c == '长' || c == '持' || c == '常' || c == '贯':
			n = d.ongoing(i, a, b, field)
		}
		if n == 0 {
			n = d.within(i, a, b)
		}
		if n == 0 {
			n = d.dated(i, a, b, field)
		}
		i += max(n, 1)
	}
}

var cycles = []struct{ word, norm string }{
	{"半年", "P6M"}, {"季度", "P3M"}, {"个季度", "P3M"}, {"季", "P3M"}, {"个月", "P1M"}, {"月", "P1M"}, {"周", "P1W"}, {"星期", "P1W"},
	{"年度", "P1Y"}, {"年", "P1Y"}, {"日", "P1D"}, {"天", "P1D"},
}

// readCycle reads 每年, 每半年, 每季度, 每两年, 按月, 一年一次.
func readCycle(f []rune) (norm string, n int) {
	switch {
	case hasPrefix(f, "每"):
		n = 1
		if hasPrefix(f[n:], "隔") {
			n++
		}
		if v, k := wholeNumber(f[n:]); k > 0 {
			rest := f[n+k:]
			for _, u := range []struct{ word, norm string }{{"年", "Y"}, {"个月", "M"}, {"周", "W"}, {"天", "D"}, {"季度", "Q"}, {"个季度", "Q"}} {
				if hasPrefix(rest, u.word) {
					n += k + len([]rune(u.word))
					if u.norm == "Q" {
						return fmt.Sprintf("P%dM", v*3), n
					}
					return fmt.Sprintf("P%d%s", v, u.norm), n
				}
			}
			return "", 0
		}
		for _, c := range cycles {
			if hasPrefix(f[n:], c.word) {
				k := len([]rune(c.word))
				if c.word == "月" && hasPrefix(f[n+k:], "份") || c.norm == "P1D" && hasPrefix(f[n:], "日常") {
					continue
				}
				return c.norm, n + k
			}
		}
	case hasPrefix(f, "按") || hasPrefix(f, "逐"):
		for _, c := range []struct{ word, norm string }{{"季度", "P3M"}, {"季", "P3M"}, {"月", "P1M"}, {"周", "P1W"}} {
			if hasPrefix(f[1:], c.word) {
				n = 1 + len([]rune(c.word))
				if hasPrefix(f, "逐") || n < len(f) && f[n] != '份' {
					return c.norm, n
				}
			}
		}
	case hasPrefix(f, "一年"), hasPrefix(f, "半年"), hasPrefix(f, "一季度"), hasPrefix(f, "一月"), hasPrefix(f, "一周"):
		for _, c := range []struct{ word, norm string }{{"一年", "P1Y"}, {"半年", "P6M"}, {"一季度", "P3M"}, {"一月", "P1M"}, {"一周", "P1W"}} {
			if !hasPrefix(f, c.word) {
				continue
			}
			n = len([]rune(c.word))
			at := n + len([]rune(longestPrefix(f[n:], []string{"至少", "不少于", "组织", "开展", "至少开展", "至少组织", "不低于"})))
			if _, k := wholeNumber(f[at:]); k > 0 && at > n && hasPrefix(f[at+k:], "次") {
				return c.norm, n
			}
			if _, k := wholeNumber(f[n:]); k > 0 && (hasPrefix(f[n+k:], "次") || hasPrefix(f[n+k:], "期")) {
				return c.norm, n
			}
		}
	}
	return "", 0
}

// every reads a recurring deadline; it returns the number of characters read.
func (d *dates) every(i, b int) int {
	f := d.p.f[:b]
	norm, n := readCycle(f[i:])
	if n == 0 {
		return 0
	}
	end := i + n
	if norm != "P1Y" || f[i] != '每' {
		d.add(i, d.clause(end, b), "every:"+norm)
		return n
	}
	found := false
	for at := end; ; {
		j := at
		for j < b && (f[j] == ' ' || f[j] == '的' || f[j] == '于' || f[j] == '在' || f[j] == '度') {
			j++
		}
		if j < b && !found && (f[j] == '初' || hasPrefix(f[j:], "年初")) {
			k := 1
			if f[j] == '年' {
				k = 2
			}
			d.add(i, j+k, "every:P1Y@start")
			return j + k - i
		}
		if j < b && !found && (f[j] == '底' || f[j] == '末') {
			d.add(i, skipBefore(f, j+1), "every:P1Y@12-31")
			return skipBefore(f, j+1) - i
		}
		if j >= b {
			break
		}
		m, k := readMoment(f[j:], '每')
		if hasPrefix(f[j:], "年底") || hasPrefix(f[j:], "年末") {
			m, k = moment{edge: edgeEnd}, 2
		}
		if k == 0 || m.year > 0 || m.masked || m.relative || m.whole {
			break
		}
		stop := skipBefore(f, j+k)
		d.add(i, stop, "every:P1Y@"+m.yearly(stop > j+k))
		found = true
		end = stop
		if stop < b && (f[stop] == '、' || f[stop] == '和' || f[stop] == '及') {
			at = stop + 1
			continue
		}
		break
	}
	if !found {
		d.add(i, d.clause(end, b), "every:P1Y")
	}
	return end - i
}

// yearly gives the day of each year that a moment names.
func (m moment) yearly(before bool) string {
	switch {
	case m.quarter > 0 && m.edge == edgeNone && !before:
		return fmt.Sprintf("Q%d", m.quarter)
	case m.half > 0 && m.edge == edgeNone && !before:
		return fmt.Sprintf("H%d", m.half)
	case m.month > 0 && m.day == 0 && m.edge == edgeNone && !before:
		return fmt.Sprintf("%02d", m.month)
	case before:
		return m.before(0)[5:]
	}
	return m.last(0)[5:]
}

// skipBefore reads 前, 之前, 以前 at f[i:] and returns the place behind it.
func skipBefore(f []rune, i int) int {
	for _, w := range []string{"之前", "以前", "前"} {
		if hasPrefix(f[i:], w) {
			n := i + len([]rune(w))
			if w == "前" && n < len(f) && strings.ContainsRune("期列后置提往瞻端沿述", f[n]) {
				return i
			}
			return n
		}
	}
	return i
}

// clause gives the end of the clause that goes on at i, at most 40 characters.
func (d *dates) clause(i, b int) int {
	j := i
	for j < b && j < i+40 && !strings.ContainsRune(",。;:!\n()", d.p.f[j]) {
		j++
	}
	return j
}

var ongoingWords = []string{"长期坚持", "持续推进", "持续开展", "持续实施", "持续深化", "持续落实", "持续进行", "持续坚持", "长期推进", "长期实施", "长期开展", "长期",
	"常态化推进", "常态化开展", "常态化", "持续", "贯穿全年", "常年坚持"}

// ongoing reads words for work without an end. In prose 持续推进 is a way of speaking and takes an object; only where
// the words make up a clause of their own, or fill a field, are they a deadline.
func (d *dates) ongoing(i, a, b int, field bool) int {
	f := d.p.f[:b]
	w := longestPrefix(f[i:], ongoingWords)
	if w == "" {
		return 0
	}
	n := len([]rune(w))
	whole := (i == a || strings.ContainsRune(",。;:(、并 \n", f[i-1])) && (i+n >= b || strings.ContainsRune("。;)\n, ", f[i+n]))
	if w == "持续" || w == "长期" || w == "常态化" {
		whole = false
	}
	if field || whole {
		d.add(i, i+n, "ongoing")
	}
	return n
}

// within reads 15日内, 3个工作日内, 三个月内, 24小时以内.
func (d *dates) within(i, a, b int) int {
	f := d.p.f[:b]
	if i > a && (f[i-1] >= '0' && f[i-1] <= '9' || f[i-1] == '月' || f[i-1] == '第' || f[i-1] == '.' || f[i-1] == '-') {
		return 0
	}
	v, n := text.Number(f[i:])
	if n == 0 || v < 1 || v > 999 || v != float64(int(v)) {
		return 0
	}
	j := i + n
	for _, u := range []struct{ word, form string }{
		{"个工作日", "P%dWD"}, {"工作日", "P%dWD"}, {"个月", "P%dM"}, {"日", "P%dD"}, {"天", "P%dD"}, {"年", "P%dY"},
		{"小时", "PT%dH"}, {"个小时", "PT%dH"}, {"周", "P%dW"}, {"个星期", "P%dW"},
	} {
		if !hasPrefix(f[j:], u.word) {
			continue
		}
		k := j + len([]rune(u.word))
		for _, w := range []string{"之内", "以内", "内"} {
			if hasPrefix(f[k:], w) {
				if w != "内" && amount(f[max(a, i-4):i]) { // 压缩至3个工作日以内 is a target
					return 0
				}
				k += len([]rune(w))
				d.add(i, k, "within:"+fmt.Sprintf(u.form, int(v)))
				return k - i
			}
		}
		return 0
	}
	return 0
}

// amount says whether the words before a number make it a size and no limit of time.
func amount(f []rune) bool {
	return longestSuffix(f, []string{"至", "到", "在", "为", "缩短至", "压缩到", "不超过"}) != ""
}

// dated reads a date or period, or a range of two.
func (d *dates) dated(i, a, b int, field bool) int {
	f := d.p.f[:b]
	prev := rune(0)
	if i > a {
		prev = f[i-1]
	}
	m, n := readMoment(f[i:], prev)
	if n == 0 {
		if m, n = numericDay(f[i:], prev, field); n == 0 {
			return d.shortRange(i, b, prev)
		}
	}
	end := i + n
	// a range: 2014年—2016年, 4月至6月, 3—5月
	if j, to, ok := rangeEnd(f, end, m); ok {
		if !d.named(i, j) && !d.past(m, j, b) {
			d.addRange(i, j, m, to)
		}
		return j - i
	}
	stop := skipBefore(f, end)
	before := stop > end
	until := prev == '到' || prev == '至'
	switch {
	case d.past(m, stop, b), d.named(i, end), m.edge == edgeStart:
	case hasPrefix(f[stop:], "以来"), hasPrefix(f[stop:], "以后"), hasPrefix(f[stop:], "起"), hasPrefix(f[end:], "间"):
	case m.bareYear() && before:
		if m.year > 0 {
			d.add(i, stop, "by:"+m.before(d.year))
		}
	case m.bareYear() && (m.year > 0 || m.masked):
		if until && (i < a+2 || !strings.ContainsRune("0123456789年月", f[i-2])) {
			d.add(i-1, stop, "by:"+m.last(d.year))
		} else if field || m.year > 0 && d.clauseStart(i, a) && end < b && strings.ContainsRune(",全基完实", f[end]) {
			d.add(i, stop, m.period(d.year))
		}
	case m.bareYear(): // 今年, 明年 alone
	case before:
		d.add(d.lead(i, a), stop, "by:"+m.before(d.year))
	case m.edge == edgeEnd, m.day > 0 && (field || until), until && m.month > 0:
		d.add(d.lead(i, a), stop, "by:"+m.last(d.year))
	default:
		d.add(i, stop, m.period(d.year))
	}
	return stop - i
}

// numericDay reads 2016-03-22 and its like; in a field for time limits 2016.12 and 2016-12 too.
func numericDay(f []rune, prev rune, field bool) (moment, int) {
	if len(f) == 0 || f[0] < '1' || f[0] > '2' || prev >= '0' && prev <= '9' {
		return moment{}, 0
	}
	if day, n := text.WrittenDay(f); n > 0 {
		return moment{year: day.Year, month: day.Month, day: day.Day}, n
	}
	if !field || len(f) < 6 || !strings.ContainsRune("-./", f[4]) {
		return moment{}, 0
	}
	y, k := text.Decimal(f[:4])
	v, n := wholeNumber(f[5:])
	if k != 4 || y < 1949 || y > 2199 || n == 0 || v < 1 || v > 12 || f[5] > '9' {
		return moment{}, 0
	}
	return moment{year: int(y), month: v}, 5 + n
}

// shortRange reads ranges that name their unit once: 3—5月, 2021—2025年.
func (d *dates) shortRange(i, b int, prev rune) int {
	f := d.p.f[:b]
	if f[i] < '0' || f[i] > '9' || prev >= '0' && prev <= '9' || prev == '.' || prev == '第' {
		return 0
	}
	v, n := 0, 0
	for i+n < b && f[i+n] >= '0' && f[i+n] <= '9' && n < 5 {
		v = v*10 + int(f[i+n]-'0')
		n++
	}
	j := i + n
	if j+1 >= b || f[j] != '-' && f[j] != '至' {
		return 0
	}
	for j < b && (f[j] == '-' || f[j] == '至') {
		j++
	}
	to, k := readMoment(f[j:], 0)
	if k == 0 {
		return 0
	}
	from := moment{}
	switch {
	case n == 4 && v >= 1949 && v <= 2199 && to.year > 0 && to.month == 0:
		from.year = v
	case n <= 2 && v >= 1 && v <= 12 && to.month > 0 && to.day == 0 && to.year == 0:
		from.month = v
	default:
		return 0
	}
	end := j + k
	if stop := skipBefore(f, end); !d.named(i, end) && !d.past(to, stop, b) {
		d.addRange(i, end, from, to)
	}
	return end - i
}

// lead takes the 于, 在, 到 before a date into its text.
func (d *dates) lead(i, a int) int {
	if i > a && strings.ContainsRune("于在到至", d.p.f[i-1]) {
		return i - 1
	}
	return i
}

func (d *dates) clauseStart(i, a int) bool {
	if i == a {
		return true
	}
	return strings.ContainsRune(",。;: 在于\n", d.p.f[i-1])
}

// named says whether a date stands alone in brackets behind the name of a document: 五年规划（2021—2025年）.
func (d *dates) named(i, end int) bool {
	f := d.p.f
	if i < 2 || f[i-1] != '(' || end >= len(f) || f[end] != ')' {
		return false
	}
	return strings.ContainsRune("划要案见则》定法动", f[i-2])
}

// past says whether a date belongs to what is already done: before the year of the plan, or with 已 or 了 behind it.
func (d *dates) past(m moment, end, b int) bool {
	if m.year > 0 && d.year > 0 && m.year < d.year {
		return true
	}
	f := d.p.f
	for j := end; j < b && j < end+24; j++ {
		switch f[j] {
		case ',', '。', ';', '\n', ')':
			return false
		case '已':
			return true
		case '发', '公':
			if j+2 < b && f[j+1] == '布' && f[j+2] == '的' {
				return true
			}
		case '印':
			if j+2 < b && f[j+1] == '发' && f[j+2] == '的' {
				return true
			}
		}
	}
	return false
}

// rangeEnd reads the second half of a range behind m.
func rangeEnd(f []rune, end int, m moment) (int, moment, bool) {
	j := end
	for j < len(f) && (f[j] == '-' || f[j] == '至' || f[j] == '到' || f[j] == ' ') {
		j++
	}
	if j == end || j == len(f) || strings.TrimSpace(string(f[end:j])) == "" {
		return 0, m, false
	}
	to, n := readMoment(f[j:], 0)
	if n == 0 {
		return 0, m, false
	}
	if to.month > 0 && to.year == 0 && !to.masked && !to.relative { // 2024年3月—6月: the same year
		to.year, to.masked, to.next, to.relative = m.year, m.masked, m.next, m.relative
	}
	if m.bareYear() && !to.bareYear() && to.edge != edgeEnd {
		return 0, m, false
	}
	return j + n, to, true
}

// addRange adds a range of days.
func (d *dates) addRange(a, b int, from, to moment) {
	y, _ := from.calendarYear(d.year)
	z, _ := to.calendarYear(d.year)
	if y == "XXXX" && from.year == 0 && !from.masked && z != "XXXX" {
		from.year = to.year
	}
	d.add(a, b, "in:"+from.first(d.year)+"/"+to.last(d.year))
}
