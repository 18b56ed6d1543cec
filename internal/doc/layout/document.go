// Package layout sets official papers: the same document as DOCX in the layout of GB/T 9704-2012
// (党政机关公文格式: A4, 22 lines of 28 characters, 仿宋 3号) and as HTML; and one-page forms on A4
// (呈阅件, 发文稿纸, a leader's sheet). The bytes are a function of the document alone: no clock, no randomness.
package layout

import (
	"regexp"
	"strconv"
	"strings"
)

// Document is an official paper. Empty fields leave no trace.
type Document struct {
	Head        string   // 发文机关标志, in red over a red line: 衡平县人民政府文件
	Number      string   // 发文字号: 衡政发〔2026〕3号
	Approver    string   // 签发人, on papers to a superior
	Title       string   // 标题; a line break in it is kept, else the lines are balanced
	Subtitle    string   // below the title, in 楷体: （2026年上半年）
	To          string   // 主送机关, without the colon
	Blocks      []Block  // the body
	Attachments []string // names of attachments, listed after the body
	Signature   string   // 发文机关署名
	Date        string   // 成文日期 as it is written: 2026年7月1日
	Note        string   // 附注, without brackets: 此件公开发布
}

// Kind says what a block is.
type Kind int

// The kinds of block.
const (
	Paragraph Kind = iota
	Heading        // Level 1…4: 一、 （一） 1. （1）
	TableOf        // Table
	PageBreak
)

// Block is one piece of the body.
type Block struct {
	Kind  Kind
	Level int   // of a heading, 1…4
	Runs  []Run // text of a paragraph or heading
	Table Table
}

// Run is a stretch of text of one look.
type Run struct {
	Text string
	Bold bool
	Ref  string // not empty: what the text leads to, e.g. the id of a figure; HTML only
}

// Table is a table with a header row.
type Table struct {
	Title  string // above the table
	Header []string
	Rows   [][]string
	Refs   [][]string // may be empty; beside Rows: what a cell leads to, as Run.Ref
}

// ref is what a cell leads to.
func (t Table) ref(row, column int) string {
	if row < len(t.Refs) && column < len(t.Refs[row]) {
		return t.Refs[row][column]
	}
	return ""
}

// String is the whole paper as plain text, one line for each of its parts: what a digest of the paper is taken of.
func (d Document) String() string {
	var lines []string
	add := func(before, text, after string) {
		if text != "" {
			lines = append(lines, before+text+after)
		}
	}
	add("", d.Head, "")
	add("", d.Number, "")
	add("签发人：", d.Approver, "")
	add("", strings.ReplaceAll(d.Title, "\n", ""), "")
	add("", d.Subtitle, "")
	add("", d.To, "：")
	for _, b := range d.Blocks {
		add("", b.String(), "")
	}
	for i, a := range d.Attachments {
		add("附件"+strconv.Itoa(i+1)+"：", a, "")
	}
	add("", d.Signature, "")
	add("", d.Date, "")
	add("（", d.Note, "）")
	return strings.Join(lines, "\n") + "\n"
}

// Text makes a paragraph of plain text.
func Text(s string) Block { return Block{Runs: []Run{{Text: s}}} }

// HeadingText makes a heading.
func HeadingText(level int, s string) Block {
	return Block{Kind: Heading, Level: level, Runs: []Run{{Text: s}}}
}

// String is the text of the block; the cells of a table are parted by tabs and line breaks.
func (b Block) String() string {
	if b.Kind == TableOf {
		var lines []string
		if b.Table.Title != "" {
			lines = append(lines, b.Table.Title)
		}
		for _, row := range append([][]string{b.Table.Header}, b.Table.Rows...) {
			lines = append(lines, strings.Join(row, "\t"))
		}
		return strings.Join(lines, "\n")
	}
	var s strings.Builder
	for _, r := range b.Runs {
		s.WriteString(r.Text)
	}
	return s.String()
}

// ordinal is a number at the beginning of a heading.
var ordinal = regexp.MustCompile(`^\s*(第?[一二三四五六七八九十百]+[、章节条]|[（(][一二三四五六七八九十]+[）)]|\d+[.．、]|[（(]\d+[）)])`)

// Numbered gives blocks in which every heading without a number has one: 一、 （一） 1. （1）, counted within the
// heading above. Where one heading of a level brings its own number, that level is left as it is.
func Numbered(blocks []Block) []Block {
	var own [5]bool
	for _, b := range blocks {
		if b.Kind == Heading && b.Level >= 1 && b.Level <= 4 && ordinal.MatchString(b.String()) {
			own[b.Level] = true
		}
	}
	out := append([]Block(nil), blocks...)
	var count [5]int
	for i, b := range out {
		if b.Kind != Heading || b.Level < 1 || b.Level > 4 || own[b.Level] {
			continue
		}
		count[b.Level]++
		for below := b.Level + 1; below <= 4; below++ {
			count[below] = 0
		}
		n := count[b.Level]
		number := [5]string{"", Chinese(n) + "、", "（" + Chinese(n) + "）", strconv.Itoa(n) + ".", "（" + strconv.Itoa(n) + "）"}[b.Level]
		out[i].Runs = append([]Run{{Text: number}}, b.Runs...)
	}
	return out
}

// Chinese writes 1…99 as 一…九十九, other numbers as digits.
func Chinese(n int) string {
	const digits = "零一二三四五六七八九"
	d := []rune(digits)
	switch {
	case n < 1 || n > 99:
		return strconv.Itoa(n)
	case n < 10:
		return string(d[n])
	}
	s := "十"
	if n >= 20 {
		s = string(d[n/10]) + s
	}
	if n%10 > 0 {
		s += string(d[n%10])
	}
	return s
}

// width is how wide s is in half characters: 2 for a Han character or full-width sign, 1 for ASCII.
func width(s string) int {
	n := 0
	for _, r := range s {
		if r < 0x2000 {
			n++
		} else {
			n += 2
		}
	}
	return n
}

// extent is width with the quarter of a character that some programs put between Han characters and digits or
// letters, whatever the document says.
func extent(s string) int {
	gaps, last := 0, rune(0)
	for _, r := range s {
		if last != 0 && isWord(r) != isWord(last) {
			gaps++
		}
		last = r
	}
	return width(s) + (gaps+1)/2
}
