package docfile

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

const (
	maxPart    = 64 << 20 // bytes of one part of the package, unpacked
	maxEntries = 20_000   // files in the package
	maxDepth   = 200      // elements within elements
)

var errInflated = errors.New("part too large when unpacked")

// docxPackage is an open DOCX file.
type docxPackage struct {
	parts map[string]*zip.File // by lower-case name
	rels  map[string][]relation
}

type relation struct {
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
	Mode   string `xml:"TargetMode,attr"`
}

// readDOCX reads the main text of a DOCX file, and what stands beside it.
func readDOCX(name string, b []byte) (Document, error) {
	d, where, err := decodeDOCX(b)
	var syntax *xml.SyntaxError
	switch {
	case err == nil && blank(linesOf(d)) && len(d.Asides) == 0:
		return Document{}, withoutText(name, DOCX)
	case err == nil:
		return d, nil
	case errors.Is(err, errInflated):
		return Document{}, inflated(name)
	case errors.As(err, &syntax):
		return Document{}, broken(name, DOCX, fmt.Sprintf("%s 第 %d 行不是完整的 XML", where, syntax.Line))
	case errors.Is(err, errNoMain):
		return Document{}, broken(name, DOCX, "缺少正文 word/document.xml")
	}
	return Document{}, broken(name, DOCX, where+" 无法解开")
}

var errNoMain = errors.New("no main part")

// linesOf gives the paragraphs of d as lines, to ask whether they are blank.
func linesOf(d Document) []line {
	lines := make([]line, len(d.Paragraphs))
	for i, p := range d.Paragraphs {
		lines[i].text = p.Text
	}
	return lines
}

// decodeDOCX reads the package; where names the part in which an error lies.
func decodeDOCX(b []byte) (d Document, where string, err error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return d, "文件包", err
	}
	if len(z.File) > maxEntries {
		return d, "文件包", errInflated
	}
	pkg := docxPackage{parts: make(map[string]*zip.File, len(z.File)), rels: map[string][]relation{}}
	for _, f := range z.File {
		pkg.parts[strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(f.Name, `\`, "/"), "/"))] = f
	}
	main := pkg.mainPart()
	if pkg.parts[main] == nil {
		return d, "", errNoMain
	}
	folder := path.Dir(main)
	lists := newNumbering()
	if raw, err := pkg.read(path.Join(folder, "styles.xml")); err != nil {
		return d, "styles.xml", err
	} else if err := lists.addStyles(raw); err != nil {
		return d, "styles.xml", err
	}
	if raw, err := pkg.read(path.Join(folder, "numbering.xml")); err != nil {
		return d, "numbering.xml", err
	} else if err := lists.addLists(raw); err != nil {
		return d, "numbering.xml", err
	}
	raw, err := pkg.read(main)
	if err != nil {
		return d, main, err
	}
	body := bodyReader{xml: xml.NewDecoder(bytes.NewReader(raw)), lists: lists}
	if err := body.document(); err != nil {
		return d, main, err
	}
	d = assemble(body.lines)
	d.Format = DOCX
	d.Asides = body.asides
	for _, side := range pkg.sideParts(folder) {
		raw, err := pkg.read(side.part)
		if err != nil {
			return d, side.part, err
		}
		reader := bodyReader{xml: xml.NewDecoder(bytes.NewReader(raw)), lists: newNumbering()}
		if err := reader.document(); err != nil {
			return d, side.part, err
		}
		if !blank(reader.lines) {
			d.Asides = append(d.Asides, Aside{side.where, strings.TrimSpace(assemble(reader.lines).Text)})
		}
		d.Asides = append(d.Asides, reader.asides...)
	}
	return d, "", nil
}

// read unpacks one part; a part that is not there is empty.
func (p *docxPackage) read(name string) ([]byte, error) {
	f := p.parts[strings.ToLower(name)]
	if f == nil {
		return nil, nil
	}
	if f.UncompressedSize64 > maxPart {
		return nil, errInflated
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(io.LimitReader(r, maxPart+1)) // the size in the directory may lie
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, err
	}
	if len(b) > maxPart {
		return nil, errInflated
	}
	return b, nil
}

// mainPart finds the text of the document through the relations of the package, else by its usual name.
func (p *docxPackage) mainPart() string {
	raw, err := p.read("_rels/.rels")
	if err == nil {
		var rels struct {
			List []relation `xml:"Relationship"`
		}
		if xml.Unmarshal(raw, &rels) == nil {
			for _, r := range rels.List {
				target := strings.ToLower(strings.TrimPrefix(r.Target, "/"))
				if strings.HasSuffix(r.Type, "/officeDocument") && r.Mode != "External" && p.parts[target] != nil {
					return target
				}
			}
		}
	}
	return "word/document.xml"
}

// sidePart is a part of the package that stands beside the text.
type sidePart struct{ part, where string }

// sideParts lists headers, footers, notes and comments in the order of the package's folder.
func (p *docxPackage) sideParts(folder string) []sidePart {
	var found []sidePart
	kinds := []struct{ prefix, where string }{
		{"header", "页眉"}, {"footer", "页脚"}, {"footnotes", "脚注"}, {"endnotes", "尾注"}, {"comments.", "批注"},
	}
	for _, k := range kinds {
		for n := 0; n <= 100; n++ {
			part := path.Join(folder, strings.TrimSuffix(k.prefix, ".")+".xml")
			if n > 0 {
				part = path.Join(folder, fmt.Sprintf("%s%d.xml", k.prefix, n))
			}
			if p.parts[part] != nil {
				found = append(found, sidePart{part, k.where})
			}
		}
	}
	return found
}
