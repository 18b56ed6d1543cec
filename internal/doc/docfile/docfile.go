// Package docfile turns the bytes of a document into paragraphs.
//
// It reads DOCX, HTML and plain text, each recognised by its content and never by its name, and knows
// some twenty other formats well enough to say what a file is and what to do with it. It is pure: bytes in,
// paragraphs or one Chinese sentence out. Formats that need an outside program (DOC, WPS, PDF, OFD, RTF)
// are turned into DOCX elsewhere and come back here.
package docfile

import (
	"strings"
	"unicode/utf8"

	"zhunsheng/internal/doc/text"
)

// MaxBytes is the size of the largest file that is read: 50 MB.
const MaxBytes = 50 << 20

// Document is a decoded document.
//
// Offsets in Paragraphs count code points of Text. Of plain text, Text is the decoded file itself (without
// a byte order mark) and the paragraphs are its lines; of other formats it is the paragraphs joined by
// line breaks. Text[Start:End] is always the text of the paragraph or cell.
//
// A row of a table is one paragraph whose cells are parted by tabs in Text. Its Cells are the columns of the
// grid: a cell that covers several columns or rows appears once as written, and again with Merged set, at the
// same offsets, in every other column and row it covers. Paragraphs within one cell are parted by line breaks.
type Document struct {
	Text       string
	Paragraphs []text.Paragraph
	Format     Format
	Title      string  // as far as the format says; may be empty
	Asides     []Aside // what stands beside the text; searched for secrecy marks, not for measures
}

// Aside is text that stands beside the body of a document.
type Aside struct {
	Where string // 文本框、页眉、页脚、脚注、尾注、批注
	Text  string
}

// Read decodes the document b. The name serves only the words of an error, which is always an *Error.
func Read(name string, b []byte) (Document, error) {
	if len(b) > MaxBytes {
		return Document{}, tooLarge(name, len(b))
	}
	if len(b) == 0 {
		return Document{}, empty(name)
	}
	switch format := Sniff(b); format {
	case DOCX:
		return readDOCX(name, b)
	case HTML:
		return readHTML(name, b)
	case TXT:
		return readText(name, b)
	case Encrypted:
		return Document{}, isEncrypted(name)
	case brokenZIP:
		return Document{}, broken(name, ZIP, "文件包不完整，可能没有传完")
	default:
		return Document{}, notReadable(name, format)
	}
}

// line is one paragraph before it has a place.
type line struct {
	text   string
	level  int
	number string // the beginning of text
	title  bool   // the format calls it the title
	centre bool
	cells  []cell
}

// cell is one grid cell of a table row before it has a place.
type cell struct {
	text    string
	covered *placed // not nil: the place of the cell that reaches over here
	at      *placed // filled when the row gets its place
}

// placed is where a cell came to stand.
type placed struct{ start, end int }

// assemble gives every line its place and joins them to a document.
func assemble(lines []line) Document {
	var d Document
	var all strings.Builder
	pos := 0
	write := func(s string) int {
		all.WriteString(s)
		pos += utf8.RuneCountInString(s)
		return pos
	}
	for i, l := range lines {
		if i > 0 {
			write("\n")
		}
		p := text.Paragraph{Text: l.text, Start: pos, Level: l.level, Number: l.number}
		if len(l.cells) == 0 {
			p.End = write(l.text)
			d.Paragraphs = append(d.Paragraphs, p)
			continue
		}
		from := all.Len()
		written := false
		for _, c := range l.cells {
			if c.covered != nil {
				p.Cells = append(p.Cells, text.Cell{Text: c.text, Start: c.covered.start, End: c.covered.end, Merged: true})
				continue
			}
			if written {
				write("\t")
			}
			written = true
			start := pos
			end := write(c.text)
			*c.at = placed{start, end}
			p.Cells = append(p.Cells, text.Cell{Text: c.text, Start: start, End: end})
		}
		p.End, p.Text = pos, all.String()[from:]
		d.Paragraphs = append(d.Paragraphs, p)
	}
	d.Text = all.String()
	d.Title = titleOf(lines)
	return d
}

// titleOf finds the title: lines the format names so, else the first run of centred lines that is no letterhead.
func titleOf(lines []line) string {
	var title strings.Builder
	for _, l := range lines {
		if l.title && l.text != "" {
			title.WriteString(strings.TrimSpace(l.text))
		} else if title.Len() > 0 {
			return title.String()
		}
	}
	if title.Len() > 0 {
		return title.String()
	}
	for i, l := range lines {
		s := strings.TrimSpace(l.text)
		if i > 20 || title.Len() > 0 && (!l.centre || s == "") {
			break
		}
		if !l.centre || s == "" || len(l.cells) > 0 || strings.HasSuffix(s, "文件") || strings.ContainsAny(s, "〔［[") {
			continue
		}
		title.WriteString(s)
	}
	return title.String()
}

// blank reports whether no line holds any text.
func blank(lines []line) bool {
	for _, l := range lines {
		if strings.TrimSpace(l.text) != "" {
			return false
		}
	}
	return true
}
