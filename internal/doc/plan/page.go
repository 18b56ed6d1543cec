package plan

import (
	"slices"

	"zhunsheng/internal/doc/text"
)

// page is a whole file as one run of normalised characters with its lines.
type page struct {
	n     text.Normal
	f     []rune // n.Folded
	mask  []bool // inside a title 《》, a quotation or the number of a document: no date or target there counts
	lines []line
}

// line is a written line: a paragraph, a part of one that begins with its own number, or a row of a table.
type line struct {
	a, b  int // its characters, blanks at both ends left off
	label label
	head  bool   // the format says that it is a heading
	cells []cell // of a row of a table
}

type cell struct {
	a, b   int
	merged bool
}

func newPage(paragraphs []text.Paragraph) *page {
	p := &page{}
	total := 0
	for _, par := range paragraphs {
		total += len(par.Text)/3 + 1
	}
	p.n.Plain = slices.Grow(p.n.Plain, total)
	p.n.Folded = slices.Grow(p.n.Folded, total)
	p.n.At = slices.Grow(p.n.At, total+1)
	var raw []line
	for _, par := range paragraphs {
		ln := line{a: len(p.n.Plain), head: par.Level > 0}
		if cells := cellsOf(par); len(cells) > 1 {
			for i, c := range cells {
				if i > 0 {
					p.n.Append("\t", c.Start, c.Start+1)
				}
				a := len(p.n.Plain)
				p.n.Append(c.Text, c.Start, c.End)
				ln.cells = append(ln.cells, cell{a, len(p.n.Plain), c.Merged})
			}
		} else {
			p.n.Append(par.Text, par.Start, par.End)
		}
		ln.b = len(p.n.Plain)
		raw = append(raw, ln)
		p.n.Append("\n", par.End, par.End+1)
	}
	p.f = p.n.Folded
	p.mask = maskNames(p.f)
	for _, ln := range raw {
		for i := range ln.cells {
			ln.cells[i].a, ln.cells[i].b = p.trim(ln.cells[i].a, ln.cells[i].b)
		}
		ln.a, ln.b = p.trim(ln.a, ln.b)
		if ln.a < ln.b {
			p.addLine(ln)
		}
	}
	p.joinWrapped()
	return p
}

// addLine keeps a line, cut where a further item of the same series begins behind a closing bracket:
// pages made from HTML often run 1.…（甲）2.…（乙） together.
func (p *page) addLine(ln line) {
	if len(ln.cells) == 0 {
		ln.label = readLabel(p.f[ln.a:ln.b])
		if st := ln.label.style; st == stBracket || st == stArabic {
			no := ln.label.no
			for i := ln.a + ln.label.n; i < ln.b; i++ {
				if p.f[i] != ')' {
					continue
				}
				j := i + 1
				for j < ln.b && (p.f[j] == ' ' || p.f[j] == '。' || p.f[j] == ';') {
					j++
				}
				next := readLabel(p.f[j:ln.b])
				if next.style == st && next.no == no+1 {
					first := ln
					_, first.b = p.trim(ln.a, j)
					p.lines = append(p.lines, first)
					ln.a, ln.label, no = j, next, no+1
				}
			}
		}
	}
	p.lines = append(p.lines, ln)
}

// trim leaves off blanks at both ends of a run.
func (p *page) trim(a, b int) (int, int) {
	for a < b && blank(p.f[a]) {
		a++
	}
	for a < b && blank(p.f[b-1]) {
		b--
	}
	return a, b
}

func blank(c rune) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\v' || c == '\f' }

// joinWrapped puts lines together that were broken at a fixed width: many lines of just that width, no mark at the end.
func (p *page) joinWrapped() {
	widths := map[int]int{}
	open, best := 0, 0
	for _, ln := range p.lines {
		if len(ln.cells) == 0 && !closed(p.f[ln.b-1]) && ln.b-ln.a >= 18 {
			widths[ln.b-ln.a]++
			open++
		}
	}
	for w, n := range widths {
		if n+widths[w-1] > widths[best]+widths[best-1] || n+widths[w-1] == widths[best]+widths[best-1] && w > best {
			best = w
		}
	}
	if n := widths[best] + widths[best-1]; n < 6 || n*10 < open*6 {
		return
	}
	out := p.lines[:0]
	var wide bool // whether the line before was broken at the width
	for _, ln := range p.lines {
		w := ln.b - ln.a
		full := len(ln.cells) == 0 && w >= best-2 && w <= best+1 && !closed(p.f[ln.b-1])
		if wide && ln.label.style == noStyle && len(ln.cells) == 0 && !p.fieldLine(ln) {
			out[len(out)-1].b = ln.b
		} else {
			out = append(out, ln)
		}
		wide = full
	}
	p.lines = out
}

// closed says whether a line that ends in c ends where a thought ends.
func closed(c rune) bool {
	switch c {
	case '。', ';', ':', '!', '?', ')', '》', '”', ',', '、':
		return true
	}
	return false
}

// maskNames marks what stands in 《》, in quotation marks or in the square brackets of document numbers.
func maskNames(f []rune) []bool {
	mask := make([]bool, len(f))
	for i := 0; i < len(f); i++ {
		var end rune
		limit := 80
		switch f[i] {
		case '《':
			end = '》'
		case '“':
			end, limit = '”', 40
		case '[':
			end, limit = ']', 12
		default:
			continue
		}
		depth := 0
		for j := i; j < len(f) && j < i+limit && f[j] != '\n'; j++ {
			if f[j] == f[i] {
				depth++
			} else if f[j] == end {
				if depth--; depth == 0 {
					for k := i; k <= j; k++ {
						mask[k] = true
					}
					i = j
					break
				}
			}
		}
	}
	return mask
}

// cellsOf gives the cells of a row. Plain text shows a table by tabs or upright bars.
func cellsOf(par text.Paragraph) []text.Cell {
	if len(par.Cells) > 0 {
		return par.Cells
	}
	tabs, bars := 0, 0
	for i := 0; i < len(par.Text); i++ {
		switch par.Text[i] {
		case '\t':
			tabs++
		case '|':
			bars++
		}
	}
	sep := '\t'
	if bars >= 2 {
		sep = '|'
	} else if tabs < 2 {
		return nil
	}
	var cells []text.Cell
	r := []rune(par.Text)
	from := 0
	for i := 0; i <= len(r); i++ {
		if i < len(r) && r[i] != sep {
			continue
		}
		edge := sep == '|' && (from == 0 || i == len(r)) // | a | b | has nothing outside its bars
		if c := r[from:i]; !edge || !allBlank(c) {
			cells = append(cells, text.Cell{Text: string(c), Start: par.Start + from, End: par.Start + i})
		}
		from = i + 1
	}
	return cells
}

func allBlank(r []rune) bool {
	for _, c := range r {
		if !blank(c) && c != '\r' && c != 0x3000 {
			return false
		}
	}
	return true
}

func hasPrefix(f []rune, s string) bool {
	i := 0
	for _, c := range s {
		if i >= len(f) || f[i] != c {
			return false
		}
		i++
	}
	return true
}

func hasSuffix(f []rune, s string) bool {
	want := []rune(s)
	return len(f) >= len(want) && slices.Equal(f[len(f)-len(want):], want)
}

// longestPrefix gives the longest of words that f begins with, "" if none.
func longestPrefix(f []rune, words []string) string {
	best := ""
	for _, w := range words {
		if len(w) > len(best) && hasPrefix(f, w) {
			best = w
		}
	}
	return best
}

func longestSuffix(f []rune, words []string) string {
	best := ""
	for _, w := range words {
		if len(w) > len(best) && hasSuffix(f, w) {
			best = w
		}
	}
	return best
}

// index gives the first place of s in f, or -1.
func index(f []rune, s string) int {
	want := []rune(s)
	if len(want) == 0 {
		return 0
	}
	for i := 0; i+len(want) <= len(f); i++ {
		if f[i] == want[0] && slices.Equal(f[i:i+len(want)], want) {
			return i
		}
	}
	return -1
}

func containsAny(f []rune, words []string) bool {
	for _, w := range words {
		if index(f, w) >= 0 {
			return true
		}
	}
	return false
}
