package text

import "slices"

// Normal is a text made ready for rules, with the way back to where each character stood.
// Plain and Folded run in parallel: index i of both is the character at offset At[i] of the source.
type Normal struct {
	Plain  []rune // simplified, without pinyin notes and invisible characters; width and blanks as written
	Folded []rune // Plain with full-width letters, digits, brackets and marks made half-width, every blank a space
	At     []int  // offset in the source, in characters, one longer than Plain: the last is where the source ends
}

// Normalize reads s, whose first character stands at offset start of its source.
func Normalize(s string, start int) Normal {
	var n Normal
	n.Append(s, start, 0)
	return n
}

// Append adds the normal form of s, whose characters stand from offset start on.
// If end is not 0 no offset goes past it: a paragraph may show a number that its file does not spell out.
func (n *Normal) Append(s string, start, end int) {
	r := []rune(s)
	if end <= 0 {
		end = start + len(r)
	}
	if len(n.At) > 0 {
		n.At = n.At[:len(n.At)-1]
	}
	base := len(n.Plain)
	n.Plain = slices.Grow(n.Plain, len(r))
	n.At = slices.Grow(n.At, len(r)+1)
	for i := 0; i < len(r); i++ {
		c := r[i]
		if c == '(' || c == '（' {
			if k := pinyinNote(r, i); k > 0 {
				i += k - 1
				continue
			}
		}
		if invisible(c) {
			continue
		}
		n.Plain = append(n.Plain, c)
		n.At = append(n.At, min(start+i, end))
	}
	n.At = append(n.At, end)
	simplified().rewrite(n.Plain[base:])
	n.Folded = slices.Grow(n.Folded, len(n.Plain)-base)
	for _, c := range n.Plain[base:] {
		n.Folded = append(n.Folded, Fold(c))
	}
}

// Source gives the place in the source of the run [i, j) of Plain or Folded; the end is exclusive.
func (n *Normal) Source(i, j int) (start, end int) {
	if i >= j {
		return n.At[i], n.At[i]
	}
	// What follows the last character may be a note that was taken out; it does not belong to the run.
	return n.At[i], min(n.At[j-1]+1, n.At[len(n.At)-1])
}

// String is the run [i, j) as people read it.
func (n *Normal) String(i, j int) string { return string(n.Plain[i:j]) }

// invisible characters carry no meaning in a document: zero-width blanks, marks of direction, soft hyphens.
func invisible(c rune) bool {
	return c >= 0x200B && c <= 0x200F || c >= 0x202A && c <= 0x202E || c == 0x2060 || c == 0xFEFF || c == 0x00AD
}

// Fold makes one character half-width where that is right for reading by rules: letters, digits, brackets and
// marks, dashes to '-', blanks to ' '. The Chinese marks 、。“”《》 stay.
func Fold(c rune) rune {
	switch {
	case c < 0x80:
		if c == '\t' || c == '\r' {
			return ' '
		}
		return c
	case c >= 0xFF01 && c <= 0xFF5E:
		return c - 0xFEE0
	}
	switch c {
	case 0x3000, 0x00A0, 0x2002, 0x2003, 0x2009:
		return ' '
	case '—', '–', '―', '‐', '‑', '−', '─', '～', '〜', '∼':
		return '-'
	case '．':
		return '.'
	case '〔', '［':
		return '['
	case '〕', '］':
		return ']'
	case '﹪', '٪':
		return '%'
	case '：', '﹕', '︰':
		return ':'
	case '；', '﹔':
		return ';'
	case '，', '﹐':
		return ','
	case '｡':
		return '。'
	case '〈':
		return '<'
	case '〉':
		return '>'
	}
	return c
}
