package text

import "fmt"

// Day is a calendar day as written; Month and Day are 0 where the text gives none.
type Day struct{ Year, Month, Day int }

// String gives the day as YYYY-MM-DD, cut off where the text says no more.
func (d Day) String() string {
	switch {
	case d.Month == 0:
		return fmt.Sprintf("%04d", d.Year)
	case d.Day == 0:
		return fmt.Sprintf("%04d-%02d", d.Year, d.Month)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// LastDay is the number of the last day of a month; 0 for a month that does not exist.
func LastDay(year, month int) int {
	switch month {
	case 1, 3, 5, 7, 8, 10, 12:
		return 31
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && year%100 != 0 || year%400 == 0 {
			return 29
		}
		return 28
	}
	return 0
}

// WrittenDay reads the full date folded text begins with (2016年3月22日, 二〇一六年三月二十二日, 2016-03-22,
// 2016/3/22, 2016.3.22) and returns the number of characters read, 0 where none begins.
func WrittenDay(r []rune) (Day, int) {
	y, n := year(r)
	if y < 1900 || y > 2199 || n >= len(r) {
		return Day{}, 0
	}
	sep := r[n]
	switch sep {
	case '年', '-', '/', '.':
	default:
		return Day{}, 0
	}
	i := n + 1
	m, k := smallNumber(r, i)
	if k == 0 || m < 1 || m > 12 {
		return Day{}, 0
	}
	i += k
	if i >= len(r) || sep == '年' && r[i] != '月' || sep != '年' && r[i] != sep {
		return Day{}, 0
	}
	i++
	d, k := smallNumber(r, i)
	if k == 0 || d < 1 || d > LastDay(y, m) {
		return Day{}, 0
	}
	i += k
	if sep == '年' {
		if i >= len(r) || r[i] != '日' {
			return Day{}, 0
		}
		i++
	}
	return Day{y, m, d}, i
}

// year reads a year of four digits, Chinese or not, mixed too: 二00五年. 2016.3.22 is no decimal number here.
func year(r []rune) (v, n int) {
	for n < len(r) && n < 5 {
		switch c := r[n]; {
		case c >= '0' && c <= '9':
			v = v*10 + int(c-'0')
		case n > 0 && (c == 'O' || c == 'o'):
			v *= 10
		default:
			d, ok := chineseDigit(c)
			if !ok {
				if n != 4 {
					return 0, 0
				}
				return v, n
			}
			v = v*10 + d
		}
		n++
	}
	if n != 4 {
		return 0, 0
	}
	return v, n
}

// smallNumber reads a number of one or two digits, or a Chinese numeral, with no decimal part.
func smallNumber(r []rune, i int) (v, n int) {
	for i+n < len(r) && n < 3 && r[i+n] >= '0' && r[i+n] <= '9' {
		v = v*10 + int(r[i+n]-'0')
		n++
	}
	if n == 0 && i < len(r) {
		c, k := ChineseNumber(r[i:])
		if c > 99 {
			return 0, 0
		}
		return int(c), k
	}
	if n > 2 {
		return 0, 0
	}
	return v, n
}
