package docfile

import (
	"strconv"
	"strings"
)

// numeral writes n in a number format of WordprocessingML (ST_NumberFormat). Formats of other languages, and
// numbers that a format cannot write, come out as decimal.
func numeral(format string, n int) string {
	decimal := strconv.Itoa(n)
	pick := func(signs string) string { return nth(signs, n, decimal) }
	switch format {
	case "none", "bullet":
		return ""
	case "decimalZero":
		if n >= 0 && n < 10 {
			return "0" + decimal
		}
	case "upperRoman":
		return roman(n, decimal)
	case "lowerRoman":
		return strings.ToLower(roman(n, decimal))
	case "upperLetter":
		return letters(n, 'A', decimal)
	case "lowerLetter":
		return letters(n, 'a', decimal)
	case "chineseCountingThousand", "taiwaneseCountingThousand", "japaneseCounting", "ideographCounting":
		return counting(n, "零一二三四五六七八九", "十百千万", true)
	case "chineseCounting", "taiwaneseCounting":
		if n > 99 {
			return digits(decimal, "〇一二三四五六七八九")
		}
		return counting(n, "零一二三四五六七八九", "十百千万", true)
	case "chineseLegalSimplified":
		return counting(n, "零壹贰叁肆伍陆柒捌玖", "拾佰仟万", false)
	case "ideographLegalTraditional", "japaneseLegal":
		return counting(n, "零壹貳參肆伍陸柒捌玖", "拾佰仟萬", false)
	case "ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand":
		return digits(decimal, "〇一二三四五六七八九")
	case "ideographTraditional":
		return pick("甲乙丙丁戊己庚辛壬癸")
	case "ideographZodiac":
		return pick("子丑寅卯辰巳午未申酉戌亥")
	case "ideographEnclosedCircle":
		return pick("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉")
	case "decimalFullWidth", "decimalFullWidth2":
		return digits(decimal, "０１２３４５６７８９")
	case "decimalEnclosedCircle", "decimalEnclosedCircleChinese":
		return pick("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿")
	case "decimalEnclosedParen":
		return pick("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇")
	case "decimalEnclosedFullstop":
		return pick("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛")
	}
	return decimal
}

// nth is the n-th sign, counted from 1, or other.
func nth(signs string, n int, other string) string {
	runes := []rune(signs)
	if n < 1 || n > len(runes) {
		return other
	}
	return string(runes[n-1])
}

// digits writes a decimal number digit by digit.
func digits(decimal, signs string) string {
	runes := []rune(signs)
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return runes[r-'0']
		}
		return r
	}, decimal)
}

// counting writes n as it is spoken: 二十三, 一百零五. Short leaves the 一 of 一十 off at the beginning.
func counting(n int, digit, unit string, short bool) string {
	if n < 0 || n > 99999999 {
		return strconv.Itoa(n)
	}
	d, u := []rune(digit), []rune(unit)
	if n == 0 {
		return string(d[0])
	}
	section := func(n int) string { // 1…9999
		var out []rune
		zero := false
		for i, p := range []int{1000, 100, 10, 1} {
			v := n / p % 10
			if v == 0 {
				zero = len(out) > 0
				continue
			}
			if zero {
				out = append(out, d[0])
				zero = false
			}
			out = append(out, d[v])
			if i < 3 {
				out = append(out, u[2-i])
			}
		}
		return string(out)
	}
	var s string
	if high := n / 10000; high > 0 {
		s = section(high) + string(u[3])
		if low := n % 10000; low > 0 && low < 1000 {
			s += string(d[0])
		}
	}
	if low := n % 10000; low > 0 {
		s += section(low)
	}
	if one := string(d[1]) + string(u[0]); short && strings.HasPrefix(s, one) {
		s = strings.TrimPrefix(s, string(d[1]))
	}
	return s
}

func roman(n int, other string) string {
	if n < 1 || n > 3999 {
		return other
	}
	var s strings.Builder
	for _, step := range []struct {
		value int
		sign  string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for ; n >= step.value; n -= step.value {
			s.WriteString(step.sign)
		}
	}
	return s.String()
}

// letters writes a…z, aa…zz, aaa…, as Word does.
func letters(n int, first rune, other string) string {
	if n < 1 || n > 26*20 {
		return other
	}
	return strings.Repeat(string(first+rune((n-1)%26)), (n-1)/26+1)
}
