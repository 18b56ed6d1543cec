package plan

import "zhunsheng/internal/doc/text"

// style is a form of numbering; a lower style stands above a higher one, as GB/T 9704 7.3.3 orders them.
type style int

const (
	noStyle    style = iota
	stChapter        // 第一章, 第一部分
	stSection        // 第一节
	stChinese        // 一、
	stArticle        // 第一条
	stBracket        // （一）
	stOrdinal        // 第一，
	stArabic         // 1. 1、
	stArabicIn       // （1） 1） 1.1
	stCircled        // ①
)

// label is the number a line begins with.
type label struct {
	style style
	no    int
	n     int // length in characters
}

// readLabel reads the number at the beginning of f.
func readLabel(f []rune) label {
	if len(f) < 2 {
		return label{}
	}
	switch c := f[0]; {
	case c == '(':
		return bracketLabel(f)
	case c >= '0' && c <= '9':
		return arabicLabel(f)
	case c == '第':
		return ordinalLabel(f)
	case c >= '①' && c <= '⑳':
		return label{stCircled, int(c-'①') + 1, 1}
	case c >= '⑴' && c <= '⒇':
		return label{stArabicIn, int(c-'⑴') + 1, 1}
	case c >= '⒈' && c <= '⒛':
		return label{stArabic, int(c-'⒈') + 1, 1}
	}
	v, n := text.ChineseNumber(f)
	if n == 0 || v < 1 || v > 199 || n >= len(f) {
		return label{}
	}
	switch f[n] {
	case '、', '.':
		return label{stChinese, int(v), n + 1}
	case ' ': // 一 转变理念: seen in documents that lost the mark
		if n+1 < len(f) && text.IsHan(f[n+1]) && len(f) < 60 {
			return label{stChinese, int(v), n + 1}
		}
	}
	return label{}
}

func bracketLabel(f []rune) label {
	v, n := text.ChineseNumber(f[1:])
	st := stBracket
	if n == 0 {
		v, n = digits(f[1:])
		st = stArabicIn
	}
	if n == 0 || v < 1 || v > 199 || 1+n >= len(f) || f[1+n] != ')' {
		return label{}
	}
	n += 2
	if n < len(f) && (f[n] == '、' || f[n] == '.') {
		n++
	}
	return label{st, int(v), n}
}

func arabicLabel(f []rune) label {
	v, n := digits(f)
	if n == 0 || v < 1 || v > 999 || n >= len(f) {
		return label{}
	}
	switch f[n] {
	case '、':
		return label{stArabic, int(v), n + 1}
	case ')':
		return label{stArabicIn, int(v), n + 1}
	case '.':
		if n+1 < len(f) && f[n+1] >= '0' && f[n+1] <= '9' {
			w, k := digits(f[n+1:])
			end := n + 1 + k
			// 1.1 is a number when a blank or a mark follows; 1.5亿元 is not.
			if k > 0 && w > 0 && end < len(f) && (f[end] == ' ' || f[end] == '、' || f[end] == '.' && (end+1 >= len(f) || f[end+1] < '0' || f[end+1] > '9')) {
				return label{stArabicIn, int(w), end + 1}
			}
			return label{}
		}
		return label{stArabic, int(v), n + 1}
	}
	return label{}
}

func ordinalLabel(f []rune) label {
	v, n := text.ChineseNumber(f[1:])
	if n == 0 {
		v, n = digits(f[1:])
	}
	if n == 0 || v < 1 || v > 999 || 1+n >= len(f) {
		return label{}
	}
	end := 2 + n
	switch f[1+n] {
	case '章', '篇':
		return label{stChapter, int(v), end}
	case '部':
		if end < len(f) && f[end] == '分' {
			return label{stChapter, int(v), end + 1}
		}
	case '节':
		return label{stSection, int(v), end}
	case '条':
		return label{stArticle, int(v), end}
	case ',', '、':
		return label{stOrdinal, int(v), end}
	}
	return label{}
}

// digits reads a whole number of at most three digits.
func digits(f []rune) (v int64, n int) {
	for n < len(f) && f[n] >= '0' && f[n] <= '9' {
		v = v*10 + int64(f[n]-'0')
		n++
		if n > 3 {
			return 0, 0
		}
	}
	return v, n
}
