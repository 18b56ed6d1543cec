package plan

import (
	"slices"
	"strings"
	"unicode/utf8"

	"zhunsheng/internal/doc/text"
)

// page is a whole file as one run of normalised characters with its lines.
type page struct {
	n      text.Normal
	f      []rune // n.Folded
	mask   []bool // inside a title 《》, a quotation or the number of a document: no date or target there counts
	lines  []line
	breaks []int              // where a line that was broken at a fixed width has been put together again
	last   [stCircled + 1]int // the last number of each style, while lines are cut
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
	wrapped := wraps(paragraphs)
	var raw []line
	for i, par := range paragraphs {
		goesOn := i > 0 && wrapped[i-1]
		ln := line{a: len(p.n.Plain), head: par.Level > 0}
		if goesOn {
			ln = raw[len(raw)-1]
			raw = raw[:len(raw)-1]
			p.breaks = append(p.breaks, len(p.n.Plain))
		}
		if cells, sep := cellsOf(par); len(cells) > 1 && !goesOn {
			for i, c := range cells {
				if i > 0 {
					p.n.Append(sep, max(c.Start-1, cells[i-1].End), c.Start)
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
		if !wrapped[i] {
			p.n.Append("\n", par.End, par.End+1)
		}
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
	return p
}

// text is the run f[a:b] as it stands in the file, simplified, with its line breaks.
func (p *page) text(a, b int) string {
	i, found := slices.BinarySearch(p.breaks, a+1)
	if i == len(p.breaks) || !found && p.breaks[i] >= b {
		return p.n.String(a, b)
	}
	out := make([]rune, 0, b-a+8)
	for ; i < len(p.breaks) && p.breaks[i] < b; i++ {
		out = append(append(out, p.n.Plain[a:p.breaks[i]]...), '\n')
		a = p.breaks[i]
	}
	return string(append(out, p.n.Plain[a:b]...))
}

// addLine keeps a line, cut where further items of a series begin inside it: pages made from HTML often run
// 1.…（甲）2.…（乙） together.
func (p *page) addLine(ln line) {
	if len(ln.cells) > 0 {
		p.lines = append(p.lines, ln)
		return
	}
	ln.label = readLabel(p.f[ln.a:ln.b])
	p.count(ln.label)
	for i := ln.a + max(ln.label.n, 1); i < ln.b; i++ {
		if next := p.innerLabel(i, ln.a, ln.b); next.n > 0 {
			first := ln
			_, first.b = p.trim(ln.a, i)
			p.lines = append(p.lines, first)
			ln.a, ln.label = i, next
			p.count(next)
		}
	}
	p.lines = append(p.lines, ln)
}

// count remembers the number of a label; numbers below it start again.
func (p *page) count(l label) {
	if l.style != noStyle {
		p.last[l.style] = l.no
	}
}

// lookAhead bounds how far behind a number the next of its series is looked for.
const lookAhead = 3000

// innerLabel reads the number of a further item at i inside a line: the next of its series, behind the closing bracket
// of units; or behind a full stop or a heading, when the one after it stands behind such a bracket.
func (p *page) innerLabel(i, a, b int) label {
	f := p.f
	switch c := f[i]; {
	case c == '(', c >= '0' && c <= '9':
	case text.IsHan(c) && i+3 < b && (f[i+1] == '、' || f[i+2] == '、' || f[i+3] == '、'):
	default:
		return label{}
	}
	k := i - 1
	for k > a && (f[k] == ' ' || f[k] == '。' && f[k-1] == ')') {
		k--
	}
	behind := f[k] == ')'
	if !behind && f[k] != '。' && (!text.IsHan(f[k]) || text.IsHan(f[i])) {
		return label{}
	}
	l := readLabel(f[i:b])
	switch {
	case l.style != stChinese && l.style != stBracket && l.style != stArabic:
		return label{}
	case behind && l.no == p.last[l.style]+1 && (l.no > 1 || l.style == stChinese):
		return l
	case behind && l.no > 1, !behind && f[k] == '。' && (l.no == 1 || l.no == p.last[l.style]+1), text.IsHan(f[k]) && b-a > 200:
		for j := i + l.n; j+1 < b && j < i+lookAhead; j++ {
			if f[j] != ')' {
				continue
			}
			m := j + 1
			for m < b && (f[m] == ' ' || f[m] == '。') {
				m++
			}
			if next := readLabel(f[m:min(b, m+8)]); next.style == l.style && next.no == l.no+1 {
				return l
			}
		}
	}
	return label{}
}

// wraps says for each paragraph whether it is no paragraph but a line broken at a fixed width that the next one goes
// on with: many lines have just that width and end where no thought ends.
func wraps(paragraphs []text.Paragraph) []bool {
	out := make([]bool, len(paragraphs))
	type shape struct {
		width int
		last  rune
	}
	shapes := make([]shape, len(paragraphs))
	widths := map[int]int{}
	open, best := 0, 0
	for i, par := range paragraphs {
		t := strings.TrimRight(par.Text, " \t\r\u3000")
		r, size := utf8.DecodeLastRuneInString(t)
		if size == 0 || len(par.Cells) > 0 {
			continue
		}
		s := shape{par.End - par.Start - (utf8.RuneCountInString(par.Text) - utf8.RuneCountInString(t)), text.Fold(r)}
		shapes[i] = s
		if s.width >= 18 && !ended(s.last) {
			widths[s.width]++
			open++
		}
	}
	for w, n := range widths {
		if n+widths[w-1] > widths[best]+widths[best-1] || n+widths[w-1] == widths[best]+widths[best-1] && w > best {
			best = w
		}
	}
	if n := widths[best] + widths[best-1]; n < 6 || n*10 < open*6 {
		return out
	}
	for i, s := range shapes[:len(shapes)-1] {
		if s.width < best-1 || s.width > best+1 || shapes[i+1].width == 0 {
			continue
		}
		next := paragraphs[i+1].Text
		if strings.TrimLeft(next, " \t\u3000") != next {
			continue // the first line of a paragraph is set in
		}
		// A number opens a new line only where a thought has ended: 三、四中全会 may stand at the beginning of a line.
		out[i] = !ended(s.last) || readLabel(text.Normalize(next, 0).Folded).n == 0
	}
	return out
}

// ended says whether a line that ends in c ends where a thought ends.
func ended(c rune) bool {
	switch c {
	case '。', ';', ':', '!', '?', ')', '》', '”':
		return true
	}
	return false
}

// closed says whether c is a mark no heading ends in.
func closed(c rune) bool { return ended(c) || c == ',' || c == '、' }

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

// cellsOf gives the cells of a row and what parts them. Plain text shows a table by tabs or upright bars.
func cellsOf(par text.Paragraph) ([]text.Cell, string) {
	if len(par.Cells) > 0 {
		return par.Cells, "\t"
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
		return nil, ""
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
	return cells, string(sep)
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
