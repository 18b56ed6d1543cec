package chart

import (
	"strings"
	"unicode/utf8"
)

// advance is about how wide a character is, in ems: a Chinese character is one.
func advance(r rune) float64 {
	switch {
	case r >= 0x2e80 || r == '“' || r == '”' || r == '—' || r == '…' || r == '·' || r >= 0x2460 && r <= 0x27bf:
		return 1
	case r == ' ':
		return 0.3
	case r >= 'A' && r <= 'Z':
		return 0.68
	}
	return 0.56
}

// wide is about how wide a text is at a size.
func wide(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		w += advance(r)
	}
	return w * size
}

// tails may not begin a line; heads may not end one.
const (
	tails = "，。；：、）》”？！/)〕"
	heads = "（《“〔("
)

// wrap breaks a text into lines of a width. Numbers and words in Latin letters stay whole where a line can hold them.
func wrap(s string, width, size float64) []string {
	var lines []string
	line, w := "", 0.0
	flush := func() {
		if line != "" {
			lines = append(lines, strings.TrimSpace(line))
		}
		line, w = "", 0
	}
	for _, word := range words(s) {
		need := wide(word, size)
		first, _ := utf8.DecodeRuneInString(word)
		if w+need > width && line != "" && !strings.ContainsRune(tails, first) {
			carry := ""
			if last, n := utf8.DecodeLastRuneInString(line); strings.ContainsRune(heads, last) {
				carry, line = string(last), line[:len(line)-n]
			}
			flush()
			line, w = carry, wide(carry, size)
		}
		for need > width { // a word longer than a line
			cut, room := 0, width-w
			for i, r := range word {
				if room -= advance(r) * size; room < 0 {
					break
				}
				cut = i + utf8.RuneLen(r)
			}
			if cut == 0 {
				break
			}
			line += word[:cut]
			flush()
			word = word[cut:]
			need = wide(word, size)
		}
		line += word
		w += need
	}
	flush()
	return lines
}

// words parts a text into what may not be broken.
func words(s string) []string {
	var out []string
	latin := false
	for _, r := range s {
		is := r < 0x80 && r != ' ' && !strings.ContainsRune(tails+heads, r)
		if is && latin {
			out[len(out)-1] += string(r)
		} else {
			out = append(out, string(r))
		}
		latin = is
	}
	return out
}
