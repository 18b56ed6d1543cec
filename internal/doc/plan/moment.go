package plan

import (
	"fmt"

	"zhunsheng/internal/doc/text"
)

// edge is the end of a period that a moment points to.
type edge int

const (
	edgeNone  edge = iota
	edgeStart      // 初
	edgeEnd        // 底, 末
	edgeEarly      // 上旬
	edgeMid        // 中旬
	edgeLate       // 下旬
)

// moment is a date or period as the text names it.
type moment struct {
	year     int  // 0: none given
	masked   bool // 20*年
	next     int  // years to add to the year of the plan: 明年, 次年
	relative bool // 今年, 明年: a year is given by a word
	half     int  // 1, 2
	quarter  int  // 1…4
	month    int
	day      int
	edge     edge
	whole    bool // 全年, 年内
}

// bareYear says that the moment is a year and no more.
func (m moment) bareYear() bool {
	return m.half == 0 && m.quarter == 0 && m.month == 0 && m.edge == edgeNone && !m.whole
}

// readMoment reads the date or period f begins with and returns its length, 0 where none begins.
// prev is the character before, 0 at the beginning.
func readMoment(f []rune, prev rune) (moment, int) {
	var m moment
	i := 0
	if n := readYear(f, &m); n > 0 {
		i = n
	} else if prev >= '0' && prev <= '9' || prev == '.' || prev == '第' {
		return m, 0
	}
	given := i > 0
	rest := f[i:]
	skip := 0
	if given && len(rest) > 0 && (rest[0] == '的' || rest[0] == '度') {
		skip = 1 // 2016年度第一季度
	}
	n := readPart(rest[skip:], &m, given, prev)
	switch {
	case n > 0:
		i += skip + n
	case !given:
		return m, 0
	case skip == 1 && rest[0] == '度':
		return m, 0 // 2016年度: no date
	}
	return m, i
}

// readYear reads 2016年, 二〇一六年, 20*年, 20__年, 20xx年, 今年, 明年.
func readYear(f []rune, m *moment) int {
	if len(f) < 2 {
		return 0
	}
	switch f[0] {
	case '今', '本', '当':
		if f[1] == '年' {
			m.relative = true
			return 2
		}
		return 0
	case '明', '次', '翌':
		if f[1] == '年' {
			m.relative, m.next = true, 1
			return 2
		}
		return 0
	}
	n, digits, masks, y := 0, 0, 0, 0
	for n < len(f) && n < 6 {
		switch c := f[n]; {
		case c >= '0' && c <= '9':
			y = y*10 + int(c-'0')
			digits++
		case n > 0 && (c == '*' || c == '_' || c == 'x' || c == 'X' || c == '×' || c == '?' || c == '某'):
			masks++
		default:
			goto done
		}
		n++
	}
done:
	if n < len(f) && f[n] == '年' && digits > 0 {
		if masks > 0 && f[0] == '2' {
			m.masked = true
			return n + 1
		}
		if masks == 0 && digits == 4 && y >= 1949 && y <= 2199 {
			m.year = y
			return n + 1
		}
		return 0
	}
	if n == 0 {
		if v, k := text.ChineseNumber(f); k == 4 && v >= 1949 && v <= 2199 && len(f) > 4 && f[4] == '年' {
			m.year = int(v)
			return 5
		}
	}
	return 0
}

// readPart reads what stands behind a year, or alone: 底, 上半年, 第一季度, 6月底, 6月30日.
func readPart(f []rune, m *moment, given bool, prev rune) int {
	if len(f) < 1 {
		return 0
	}
	at := func(i int) rune {
		if i < len(f) {
			return f[i]
		}
		return 0
	}
	switch c := f[0]; {
	case given && (c == '底' || c == '末'):
		m.edge = edgeEnd
		return 1
	case given && c == '初':
		m.edge = edgeStart
		return 1
	case given && c == '内':
		m.whole = true
		return 1
	case given && c == '年' && (at(1) == '底' || at(1) == '末'): // 2024年年底
		m.edge = edgeEnd
		return 2
	case c == '年':
		if given || prev >= '0' && prev <= '9' || prev == '*' || prev == '每' || prev == '_' {
			return 0
		}
		if _, k := text.ChineseNumber([]rune{prev}); k > 0 {
			return 0
		}
		switch at(1) {
		case '底', '末':
			m.edge = edgeEnd
			return 2
		case '内':
			m.whole = true
			return 2
		}
		if at(1) == '终' && at(2) == '前' {
			m.edge = edgeEnd
			return 2
		}
		return 0
	case c == '全':
		if at(1) == '年' && at(2) != '度' {
			m.whole = true
			return 2
		}
		return 0
	case (c == '上' || c == '下') && at(1) == '半' && at(2) == '年':
		m.half = 1
		if c == '下' {
			m.half = 2
		}
		if at(3) == '底' || at(3) == '末' {
			m.edge = edgeEnd
			return 4
		}
		return 3
	}
	i := 0
	if f[0] == '第' {
		i = 1
	}
	v, n := wholeNumber(f[i:])
	if n == 0 {
		return 0
	}
	chinese := f[i] < '0' || f[i] > '9'
	j := i + n
	if at(j) == '季' && (at(j+1) == '度' || at(j+1) == '末' || at(j+1) == '底') && v >= 1 && v <= 4 {
		m.quarter = v
		j++
		if at(j) == '度' {
			j++
		}
		if at(j) == '末' || at(j) == '底' {
			m.edge = edgeEnd
			j++
		}
		return j
	}
	if i == 1 || at(j) != '月' || v < 1 || v > 12 {
		return 0
	}
	m.month = v
	j++
	if at(j) == '份' {
		j++
	}
	switch at(j) {
	case '底', '末':
		m.edge = edgeEnd
		return j + 1
	case '初':
		m.edge = edgeStart
		return j + 1
	case '上', '中', '下':
		if at(j+1) == '旬' {
			m.edge = map[rune]edge{'上': edgeEarly, '中': edgeMid, '下': edgeLate}[at(j)]
			return j + 2
		}
	}
	if d, k := wholeNumber(f[min(j, len(f)):]); k > 0 && (at(j+k) == '日' || at(j+k) == '号') && d >= 1 && d <= 31 {
		m.day = d
		return j + k + 1
	}
	if chinese && at(j-1) == '月' && !given && at(j) != '前' && at(j) != '-' && at(j) != '至' {
		return 0 // 一月一小评
	}
	return j
}

// wholeNumber reads one or two digits, or a Chinese numeral below 100.
func wholeNumber(f []rune) (v, n int) {
	for n < len(f) && f[n] >= '0' && f[n] <= '9' {
		v = v*10 + int(f[n]-'0')
		if n++; n > 2 {
			return 0, 0
		}
	}
	if n > 0 {
		return v, n
	}
	c, k := text.ChineseNumber(f)
	if c > 99 {
		return 0, 0
	}
	return int(c), k
}

// calendarYear gives the year of a moment as text, XXXX where it cannot be known, and as a number (0).
func (m moment) calendarYear(plan int) (string, int) {
	switch {
	case m.masked:
		return "XXXX", 0
	case m.year > 0:
		return fmt.Sprintf("%04d", m.year), m.year
	case plan > 0:
		return fmt.Sprintf("%04d", plan+m.next), plan + m.next
	}
	return "XXXX", 0
}

// first and last give the first and the last day of a moment, as YYYY-MM-DD.
func (m moment) first(plan int) string {
	y, _ := m.calendarYear(plan)
	month, day := 1, 1
	switch {
	case m.half == 2:
		month = 7
	case m.quarter > 0:
		month = m.quarter*3 - 2
	case m.month > 0:
		month = m.month
		switch {
		case m.day > 0:
			day = m.day
		case m.edge == edgeMid:
			day = 11
		case m.edge == edgeLate:
			day = 21
		}
	}
	return fmt.Sprintf("%s-%02d-%02d", y, month, day)
}

func (m moment) last(plan int) string {
	y, year := m.calendarYear(plan)
	month, day := 12, 0
	switch {
	case m.half == 1:
		month = 6
	case m.quarter > 0:
		month = m.quarter * 3
	case m.month > 0:
		month = m.month
		switch {
		case m.day > 0:
			day = m.day
		case m.edge == edgeEarly:
			day = 10
		case m.edge == edgeMid:
			day = 20
		}
	}
	if year == 0 {
		year = 2001 // the last day of February where the year is unknown: 28
	}
	if day == 0 {
		day = text.LastDay(year, month)
	}
	return fmt.Sprintf("%s-%02d-%02d", y, month, min(day, text.LastDay(year, month)))
}

// before gives the last day that still lies before a moment that is named without 底: 10月前 is 30 September.
func (m moment) before(plan int) string {
	switch {
	case m.day > 0, m.edge == edgeEnd, m.edge == edgeEarly, m.edge == edgeMid, m.edge == edgeLate, m.whole:
		return m.last(plan) // 6月30日前 includes the day
	case m.half > 0, m.quarter > 0:
		return m.last(plan)
	case m.month == 1, m.month == 0:
		p := m
		p.month = 12
		if p.year > 0 {
			p.year--
		} else {
			p.next--
		}
		return p.last(plan)
	}
	p := m
	p.month--
	return p.last(plan)
}

// period gives the norm of a moment taken as a period.
func (m moment) period(plan int) string {
	y, _ := m.calendarYear(plan)
	switch {
	case m.half > 0:
		return fmt.Sprintf("in:%s-H%d", y, m.half)
	case m.quarter > 0:
		return fmt.Sprintf("in:%s-Q%d", y, m.quarter)
	case m.month > 0 && m.day > 0:
		return "in:" + m.first(plan)
	case m.month > 0 && (m.edge == edgeEarly || m.edge == edgeMid || m.edge == edgeLate):
		return "in:" + m.first(plan) + "/" + m.last(plan)
	case m.month > 0:
		return fmt.Sprintf("in:%s-%02d", y, m.month)
	}
	return "in:" + y
}
