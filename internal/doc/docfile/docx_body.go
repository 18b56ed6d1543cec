package docfile

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

var errDeep = errors.New("elements nested too deep")

// bodyReader walks a part of WordprocessingML once, from front to back.
//
// Deleted and moved-away text is left out, inserted text is kept: the text as if every change were accepted.
// Of the two forms of a text box only the newer one is read, and its text goes to asides.
type bodyReader struct {
	xml    *xml.Decoder
	lists  *numbering
	lines  []line
	asides []Aside
	fields []bool // open fields, true while inside the instruction and not the result
	carry  string // text of paragraphs whose mark was deleted: it belongs to the next one
	depth  int
}

// document reads a whole part.
func (r *bodyReader) document() error {
	for {
		t, err := r.xml.Token()
		if errors.Is(err, io.EOF) {
			r.flush()
			return nil
		}
		if err != nil {
			return err
		}
		if start, ok := t.(xml.StartElement); ok {
			lines, err := r.blocks(start)
			if err != nil {
				return err
			}
			r.lines = append(r.lines, lines...)
		}
	}
}

// flush keeps text that waited for a paragraph that never came.
func (r *bodyReader) flush() {
	if r.carry != "" {
		r.lines = append(r.lines, line{text: r.carry})
		r.carry = ""
	}
}

func (r *bodyReader) enter() error {
	if r.depth++; r.depth > maxDepth {
		return errDeep
	}
	return nil
}

// children calls f for every child element of the element just opened; f must consume the child.
func (r *bodyReader) children(f func(xml.StartElement) error) error {
	if err := r.enter(); err != nil {
		return err
	}
	defer func() { r.depth-- }()
	for {
		t, err := r.xml.Token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := f(t); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// blocks reads one block-level element and gives the paragraphs and rows in it.
func (r *bodyReader) blocks(start xml.StartElement) (lines []line, err error) {
	switch start.Name.Local {
	case "p":
		return r.paragraph(start)
	case "tbl":
		return r.table()
	case "del", "moveFrom", "sectPr", "tblPr", "Fallback", "background":
		return nil, r.xml.Skip()
	case "sdt":
		contents := false
		return r.collect(func(child xml.StartElement) ([]line, error) {
			if child.Name.Local == "sdtPr" {
				return nil, r.children(func(e xml.StartElement) error {
					if e.Name.Local != "docPartObj" {
						return r.xml.Skip()
					}
					return r.children(func(e xml.StartElement) error {
						contents = contents || e.Name.Local == "docPartGallery" && attr(e, "val") == "Table of Contents"
						return r.xml.Skip()
					})
				})
			}
			if contents { // a table of contents says every heading a second time
				return nil, r.xml.Skip()
			}
			return r.blocks(child)
		})
	}
	return r.collect(r.blocks)
}

// collect gathers what read gives for every child element.
func (r *bodyReader) collect(read func(xml.StartElement) ([]line, error)) (lines []line, err error) {
	err = r.children(func(child xml.StartElement) error {
		more, err := read(child)
		lines = append(lines, more...)
		return err
	})
	return lines, err
}

// paragraph is a paragraph while it is read.
type paragraph struct {
	text    strings.Builder
	style   string
	jc      string
	outline int // 0…8, −1 where nothing is said
	list    listRef
	gone    bool // its mark was deleted
}

// paragraph reads one w:p; line breaks inside make several lines of it.
func (r *bodyReader) paragraph(xml.StartElement) ([]line, error) {
	p := paragraph{outline: -1}
	if err := r.children(func(e xml.StartElement) error { return r.inline(&p, e) }); err != nil {
		return nil, err
	}
	if n := len(r.fields); n > 0 && r.fields[n-1] { // an instruction never reaches over a paragraph
		r.fields = r.fields[:0]
	}
	if p.gone {
		r.carry += p.text.String()
		return nil, nil
	}
	style := r.lists.style(p.style)
	if style.contents {
		return nil, nil
	}
	whole := r.carry + p.text.String()
	r.carry = ""
	level := style.outline
	if p.outline >= 0 {
		level = p.outline
	}
	first := line{level: level + 1, title: style.title, centre: p.jc == "center" || p.jc == "" && style.jc == "center"}
	if level < 0 || level > 8 {
		first.level = 0
	}
	var lines []line
	for _, s := range strings.Split(whole, "\n") {
		l := first
		l.text = s
		lines = append(lines, l)
	}
	if strings.TrimSpace(whole) != "" {
		if number := r.lists.next(p.list, p.style); number != "" {
			lines[0].number = number
			lines[0].text = number + gap(number) + strings.TrimLeft(lines[0].text, " \t　")
		}
	}
	return lines, nil
}

// gap is what stands between an automatic number and its text: a space after letters and 第一条, else nothing.
func gap(number string) string {
	if strings.HasPrefix(number, "第") {
		return "　"
	}
	if last := number[len(number)-1]; last >= '0' && last <= '9' || last >= 'A' && last <= 'z' {
		return " "
	}
	return ""
}

// inline reads one element inside a paragraph.
func (r *bodyReader) inline(p *paragraph, start xml.StartElement) error {
	deeper := func(e xml.StartElement) error { return r.inline(p, e) }
	switch start.Name.Local {
	case "pPr":
		return r.properties(p)
	case "rPr", "sdtPr", "sdtEndPr", "del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "rubyPr", "Fallback", "smartTagPr", "customXmlPr":
		return r.xml.Skip()
	case "t":
		return r.literal(p)
	case "tab", "ptab":
		r.write(p, "\t")
	case "br", "cr":
		r.write(p, "\n")
	case "noBreakHyphen":
		r.write(p, "-")
	case "sym":
		r.write(p, symbol(attr(start, "char")))
	case "fldChar":
		r.field(attr(start, "fldCharType"))
	case "drawing", "pict", "object":
		return r.aside()
	case "r":
		return r.run(p)
	case "ins", "moveTo", "hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo",
		"ruby", "rubyBase", "AlternateContent", "Choice", "oMath", "oMathPara":
		return r.children(deeper)
	default:
		if strings.HasSuffix(start.Name.Space, "/math") {
			return r.children(deeper)
		}
	}
	return r.xml.Skip()
}

// run reads one w:r, unless it is hidden.
func (r *bodyReader) run(p *paragraph) error {
	hidden := false
	return r.children(func(e xml.StartElement) error {
		if e.Name.Local == "rPr" {
			return r.children(func(e xml.StartElement) error {
				hidden = hidden || e.Name.Local == "vanish" && on(e)
				return r.xml.Skip()
			})
		}
		if hidden && e.Name.Local != "fldChar" {
			return r.xml.Skip()
		}
		return r.inline(p, e)
	})
}

// properties reads w:pPr.
func (r *bodyReader) properties(p *paragraph) error {
	return r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "pStyle":
			p.style = attr(e, "val")
		case "jc":
			p.jc = attr(e, "val")
		case "outlineLvl":
			if n, err := strconv.Atoi(attr(e, "val")); err == nil {
				p.outline = n
			}
		case "numPr":
			p.list.given = true
			return r.children(func(e xml.StartElement) error {
				switch e.Name.Local {
				case "numId":
					p.list.num = attr(e, "val")
				case "ilvl":
					if n, err := strconv.Atoi(attr(e, "val")); err == nil {
						p.list.level, p.list.levelGiven = n, true
					}
				}
				return r.xml.Skip()
			})
		case "rPr":
			return r.children(func(e xml.StartElement) error {
				p.gone = p.gone || e.Name.Local == "del" || e.Name.Local == "moveFrom"
				return r.xml.Skip()
			})
		}
		return r.xml.Skip()
	})
}

// literal reads the characters of a w:t.
func (r *bodyReader) literal(p *paragraph) error {
	for {
		t, err := r.xml.Token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.CharData:
			r.write(p, strings.Map(func(c rune) rune {
				if c == '\n' || c == '\r' {
					return ' ' // a break in the XML is white space, not a line
				}
				return c
			}, string(t)))
		case xml.StartElement:
			if err := r.xml.Skip(); err != nil {
				return err
			}
		case xml.EndElement:
			return nil
		}
	}
}

// write adds text unless an instruction of a field is open; it consumes nothing.
func (r *bodyReader) write(p *paragraph, s string) {
	for _, instruction := range r.fields {
		if instruction {
			return
		}
	}
	p.text.WriteString(s)
}

func (r *bodyReader) field(kind string) {
	n := len(r.fields)
	switch {
	case kind == "begin" && n < maxDepth:
		r.fields = append(r.fields, true)
	case kind == "separate" && n > 0:
		r.fields[n-1] = false
	case kind == "end" && n > 0:
		r.fields = r.fields[:n-1]
	}
}

// aside reads a drawing for the text boxes in it.
func (r *bodyReader) aside() error {
	return r.children(func(e xml.StartElement) error {
		switch e.Name.Local {
		case "Fallback":
			return r.xml.Skip()
		case "txbxContent":
			fields, carry := r.fields, r.carry
			r.fields, r.carry = nil, ""
			lines, err := r.collect(r.blocks)
			if err != nil {
				return err
			}
			r.fields, r.carry = fields, carry
			if !blank(lines) {
				r.asides = append(r.asides, Aside{"文本框", strings.TrimSpace(assemble(lines).Text)})
			}
			return nil
		}
		return r.aside()
	})
}

// symbol turns a character of a symbol font into the nearest of Unicode.
func symbol(code string) string {
	switch strings.ToUpper(code) {
	case "F0FE", "F052", "2611", "2612", "F0FD":
		return "☑"
	case "F0A8", "F0A3", "F06F", "2610":
		return "□"
	}
	if n, err := strconv.ParseUint(code, 16, 32); err == nil && n >= 0x20 && (n < 0xd800 || n > 0xf8ff) && n <= 0x10ffff {
		return string(rune(n))
	}
	return ""
}

// attr is the value of an attribute, whatever its name space.
func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// on reads a toggle: there without a value means yes.
func on(e xml.StartElement) bool {
	v := attr(e, "val")
	return v != "0" && v != "false" && v != "off"
}
