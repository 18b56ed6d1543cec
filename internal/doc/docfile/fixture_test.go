package docfile

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

const wNS = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`

// failer is a test, a benchmark or a property.
type failer interface {
	Helper()
	Fatal(args ...any)
}

// pack makes a DOCX of a body and further parts by name.
func pack(t failer, body string, parts map[string]string) []byte {
	t.Helper()
	all := map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"word/document.xml": `<?xml version="1.0" encoding="UTF-8"?><w:document ` + wNS +
			` xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><w:body>` + body + `</w:body></w:document>`,
	}
	for name, content := range parts {
		all[name] = content
	}
	return zipped(t, all)
}

func zipped(t failer, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// p is a plain paragraph.
func p(s string) string { return `<w:p><w:r><w:t>` + s + `</w:t></w:r></w:p>` }

// numbered is a paragraph of a list.
func numbered(num, level, s string) string {
	return `<w:p><w:pPr><w:numPr><w:ilvl w:val="` + level + `"/><w:numId w:val="` + num + `"/></w:numPr></w:pPr><w:r><w:t>` + s + `</w:t></w:r></w:p>`
}

// texts are the paragraphs of d.
func texts(d Document) []string {
	var out []string
	for _, p := range d.Paragraphs {
		out = append(out, p.Text)
	}
	return out
}

// checkPlaces asserts what Document promises about offsets.
func checkPlaces(t testing.TB, d Document) {
	t.Helper()
	if !utf8.ValidString(d.Text) {
		t.Errorf("Text is no valid UTF-8")
	}
	runes := []rune(d.Text)
	slice := func(start, end int) string {
		if start < 0 || end < start || end > len(runes) {
			t.Fatalf("place %d…%d outside 0…%d", start, end, len(runes))
		}
		return string(runes[start:end])
	}
	last := 0
	for i, p := range d.Paragraphs {
		if p.Start < last {
			t.Errorf("paragraph %d begins at %d, before %d", i, p.Start, last)
		}
		last = p.End
		if got := slice(p.Start, p.End); got != p.Text {
			t.Errorf("paragraph %d: Text[%d:%d] = %q, want %q", i, p.Start, p.End, got, p.Text)
		}
		if !strings.HasPrefix(p.Text, p.Number) {
			t.Errorf("paragraph %d: number %q is not the beginning of %q", i, p.Number, p.Text)
		}
		for _, c := range p.Cells {
			if got := slice(c.Start, c.End); got != c.Text {
				t.Errorf("paragraph %d: cell at %d…%d is %q, want %q", i, c.Start, c.End, got, c.Text)
			}
		}
	}
	if d.Format != TXT && strings.Join(texts(d), "\n") != d.Text {
		t.Errorf("Text is not its paragraphs joined")
	}
}
