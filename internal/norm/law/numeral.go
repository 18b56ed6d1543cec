package law

import "strings"

// maxNumber is above every article number there is; larger ones are not numbers of articles.
const maxNumber = 9999

// number reads a Chinese or Arabic number from the start of s and gives how many runes it took, 0 where there is none.
func number(s []rune) (n, taken int) {
	for taken < len(s) && s[taken] >= '0' && s[taken] <= '9' && n <= maxNumber {
		n, taken = n*10+int(s[taken]-'0'), taken+1
	}
	if taken > 0 {
		if n > maxNumber {
			return 0, 0
		}
		return n, taken
	}
	digit := 0
	for ; taken < len(s); taken++ {
		c := s[taken]
		if d := strings.IndexRune("零一二三四五六七八九", c); d >= 0 || c == '〇' {
			d = max(d, 0) / len("零")
			if digit > 0 && d > 0 {
				return 0, 0 // 二三 is no number
			}
			digit = d
			continue
		}
		unit := map[rune]int{'十': 10, '百': 100, '千': 1000}[c]
		if unit == 0 {
			break
		}
		if digit == 0 {
			if unit != 10 || taken > 0 && s[taken-1] != '零' && s[taken-1] != '〇' {
				return 0, 0
			}
			digit = 1 // 十五
		}
		n, digit = n+digit*unit, 0
	}
	n += digit
	if n == 0 || n > maxNumber {
		return 0, 0
	}
	return n, taken
}

// numeral writes a number from 1 to maxNumber as statutes number their articles.
func numeral(n int) string {
	digits := []rune("零一二三四五六七八九")
	var out []rune
	gap := false
	for _, u := range []struct {
		size int
		name string
	}{{1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}} {
		q := n / u.size % 10
		if q == 0 {
			gap = len(out) > 0
			continue
		}
		if gap {
			out, gap = append(out, '零'), false
		}
		if !(q == 1 && u.size == 10 && len(out) == 0) {
			out = append(out, digits[q])
		}
		out = append(out, []rune(u.name)...)
	}
	return string(out)
}
