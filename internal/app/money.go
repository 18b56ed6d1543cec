package app

import (
	"fmt"
	"strconv"
	"strings"
)

// Fen reads an amount such as 1,234.50, 1234.5元 or 3万元 in fen; more than two decimals of a yuan are refused.
func Fen(text string) (int64, error) {
	s := strings.NewReplacer(",", "", "，", "", " ", "").Replace(strings.TrimSpace(text))
	scale := int64(100)
	s = strings.TrimSuffix(s, "元")
	if t, ok := strings.CutSuffix(s, "万"); ok {
		s, scale = t, 1_000_000
	} else if t, ok := strings.CutSuffix(s, "亿"); ok {
		s, scale = t, 10_000_000_000
	}
	whole, part, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n > 1<<53/scale || n < 0 {
		return 0, fmt.Errorf("“%s”不是金额", text)
	}
	fen := n * scale
	for _, c := range part {
		scale /= 10
		if c < '0' || c > '9' || scale == 0 && c != '0' {
			return 0, fmt.Errorf("“%s”不是金额，最多到分", text)
		}
		fen += int64(c-'0') * scale
	}
	return fen, nil
}

// Yuan writes fen as an amount with thousands commas: 1,234.50元, 100元.
func Yuan(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	digits := strconv.FormatInt(fen/100, 10)
	var b strings.Builder
	for i, c := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	if cents := fen % 100; cents != 0 {
		fmt.Fprintf(&b, ".%02d", cents)
	}
	return sign + b.String() + "元"
}
