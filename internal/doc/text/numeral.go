package text

import (
	"strconv"
	"strings"
)

const digitRunes = "零一二三四五六七八九"

func chineseDigit(c rune) (int, bool) {
	switch c {
	case '〇', '零', '○', 'Ｏ':
		return 0, true
	case '一', '壹':
		return 1, true
	case '二', '两', '贰':
		return 2, true
	case '三', '叁':
		return 3, true
	case '四', '肆':
		return 4, true
	case '五', '伍':
		return 5, true
	case '六', '陆':
		return 6, true
	case '七', '柒':
		return 7, true
	case '八', '捌':
		return 8, true
	case '九', '玖':
		return 9, true
	}
	return 0, false
}

func chineseScale(c rune) int64 {
	switch c {
	case '十', '拾':
		return 10
	case '百', '佰':
		return 100
	case '千', '仟':
		return 1000
	case '万', '萬':
		return 10_000
	case '亿', '億':
		return 100_000_000
	}
	return 0
}

// ChineseNumber reads the Chinese numeral r begins with: 三十八, 一百零二, 两万, 二〇一六.
// It returns the value and the number of characters read; n is 0 where none begins.
func ChineseNumber(r []rune) (value int64, n int) {
	var total, section, digit int64
	digits, scaled, pending := 0, false, false
	for n < len(r) && n < 24 {
		c := r[n]
		if d, ok := chineseDigit(c); ok {
			if pending && !scaled { // 二〇一六: digit by digit
				digit = digit*10 + int64(d)
				digits++
				if digits > 15 {
					return 0, 0
				}
			} else if pending && d != 0 && digit != 0 {
				break // 十二三: a second digit belongs to something else
			} else {
				digit = int64(d)
				digits++
			}
			pending = true
			n++
			continue
		}
		scale := chineseScale(c)
		if scale == 0 || digits > 1 && !scaled {
			break
		}
		if scale >= 10_000 {
			section += digit
			if section == 0 {
				break
			}
			if scale == 100_000_000 {
				total = (total + section) * scale
			} else {
				total += section * scale
			}
			section = 0
		} else {
			if digit == 0 {
				if scale != 10 {
					break
				}
				digit = 1 // 十二 is 一十二
			}
			section += digit * scale
		}
		digit, pending, scaled = 0, false, true
		n++
	}
	return total + section + digit, n
}

// FormatChinese writes n (0 to 99 999 999) as a Chinese numeral, as official numbering does: 十一, 三十八, 一百零二.
// Other numbers come back in digits.
func FormatChinese(n int) string {
	if n < 0 || n > 99_999_999 {
		return strconv.Itoa(n)
	}
	if n >= 10_000 {
		high, low := FormatChinese(n/10_000)+"万", n%10_000
		switch {
		case low == 0:
			return high
		case low < 1000:
			return high + "零" + below10000(low)
		}
		return high + below10000(low)
	}
	s := below10000(n)
	if rest, ok := strings.CutPrefix(s, "一十"); ok {
		return "十" + rest
	}
	return s
}

func below10000(n int) string {
	d := []rune(digitRunes)
	if n == 0 {
		return "零"
	}
	var b strings.Builder
	gap := false
	for _, p := range []struct {
		v    int
		name string
	}{{1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}} {
		k := n / p.v % 10
		if k == 0 {
			gap = gap || b.Len() > 0
			continue
		}
		if gap {
			b.WriteRune('零')
			gap = false
		}
		b.WriteRune(d[k])
		b.WriteString(p.name)
	}
	return b.String()
}

// Number reads the number r begins with, in digits (1,234 and 3.5 too) or as a Chinese numeral.
// n is the number of characters read, 0 where there is none or the number is too long to hold.
func Number(r []rune) (value float64, n int) {
	if len(r) == 0 {
		return 0, 0
	}
	if r[0] < '0' || r[0] > '9' {
		v, n := ChineseNumber(r)
		return float64(v), n
	}
	return Decimal(r)
}

// Decimal reads the decimal number r begins with; commas every three digits are allowed.
func Decimal(r []rune) (value float64, n int) {
	digits := make([]byte, 0, 16)
	for n < len(r) {
		c := r[n]
		switch {
		case c >= '0' && c <= '9':
			digits = append(digits, byte(c))
		case c == ',' && n > 0 && n <= 3+4*3 && group(r[n+1:]):
		case c == '.' && n > 0 && n+1 < len(r) && r[n+1] >= '0' && r[n+1] <= '9' && !hasDot(digits):
			digits = append(digits, '.')
		default:
			goto done
		}
		n++
	}
done:
	if n == 0 || len(digits) > 18 {
		return 0, 0
	}
	v, err := strconv.ParseFloat(string(digits), 64)
	if err != nil {
		return 0, 0
	}
	return v, n
}

// group says whether r begins with exactly three digits.
func group(r []rune) bool {
	for i := range 3 {
		if i >= len(r) || r[i] < '0' || r[i] > '9' {
			return false
		}
	}
	return len(r) == 3 || r[3] < '0' || r[3] > '9'
}

func hasDot(b []byte) bool {
	for _, c := range b {
		if c == '.' {
			return true
		}
	}
	return false
}
