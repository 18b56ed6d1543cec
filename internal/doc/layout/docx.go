package layout

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"unicode"
)

// Measures of GB/T 9704 in twips (1/20 point; 56.69 a millimetre).
const (
	pageWidth, pageHeight  = 11906, 16838 // A4
	marginTop              = 2098         // 37 mm
	marginBottom           = 1984         // 35 mm
	marginLeft             = 1587         // 28 mm
	marginRight            = 1474         // 26 mm: 156 mm of text
	footerDistance         = 1247         // page number 7 mm below the text
	lineHeight             = 579          // 22 lines in 225 mm, exact
	character              = 316          // 28 characters in 156 mm: 16 pt less 4 twips
	textWidth              = pageWidth - marginLeft - marginRight
	fangsong, heiti, kaiti = "仿宋_GB2312", "黑体", "楷体_GB2312"
	biaosong, songti       = "方正小标宋简体", "宋体"
)

const (
	xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	wNS     = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	rNS     = `xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	office  = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
)

// DOCX sets the document in the layout of GB/T 9704. The same document gives the same bytes.
func DOCX(d Document) ([]byte, error) {
	var body strings.Builder
	writeHead(&body, d)
	for i, b := range d.Blocks { // the signature never stands on a page without text
		writeBlock(&body, b, i == len(d.Blocks)-1 && len(d.Attachments) == 0 && d.Signature+d.Date != "")
	}
	writeTail(&body, d)
	section := fmt.Sprintf(`<w:sectPr><w:footerReference w:type="default" r:id="rId10"/><w:footerReference w:type="even" r:id="rId11"/>`+
		`<w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="851" w:footer="%d" w:gutter="0"/>`+
		`<w:docGrid w:type="lines" w:linePitch="%d"/></w:sectPr>`,
		pageWidth, pageHeight, marginTop, marginRight, marginBottom, marginLeft, footerDistance, lineHeight)
	return pack(body.String()+section, d.Title, true)
}

// pack puts a body and all that goes with it into the container, in a fixed order and without times.
func pack(body, title string, pageNumbers bool) ([]byte, error) {
	relations := []string{`<Relationship Id="rId1" Type="` + office + `styles" Target="styles.xml"/>`,
		`<Relationship Id="rId2" Type="` + office + `settings" Target="settings.xml"/>`,
		`<Relationship Id="rId3" Type="` + office + `fontTable" Target="fontTable.xml"/>`}
	types, settings := "", ""
	parts := []struct{ name, content string }{
		{"word/document.xml", xmlHead + `<w:document ` + wNS + ` ` + rNS + `><w:body>` + body + `</w:body></w:document>`},
		{"word/styles.xml", xmlHead + styles},
		{"word/fontTable.xml", xmlHead + fonts},
	}
	if pageNumbers {
		relations = append(relations, `<Relationship Id="rId10" Type="`+office+`footer" Target="footer1.xml"/>`,
			`<Relationship Id="rId11" Type="`+office+`footer" Target="footer2.xml"/>`)
		parts = append(parts, struct{ name, content string }{"word/footer1.xml", xmlHead + footer("right")},
			struct{ name, content string }{"word/footer2.xml", xmlHead + footer("left")})
		const footerType = `ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>`
		types = `<Override PartName="/word/footer1.xml" ` + footerType + `<Override PartName="/word/footer2.xml" ` + footerType
		settings = `<w:evenAndOddHeaders/>`
	}
	const ml = `application/vnd.openxmlformats-officedocument.wordprocessingml.`
	parts = append([]struct{ name, content string }{
		{"[Content_Types].xml", xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/word/document.xml" ContentType="` + ml + `document.main+xml"/><Override PartName="/word/styles.xml" ContentType="` + ml + `styles+xml"/>` +
			`<Override PartName="/word/settings.xml" ContentType="` + ml + `settings+xml"/><Override PartName="/word/fontTable.xml" ContentType="` + ml + `fontTable+xml"/>` +
			`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` + types + `</Types>`},
		{"_rels/.rels", xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="` + office + `officeDocument" Target="word/document.xml"/>` +
			`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`},
		{"docProps/core.xml", xmlHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` +
			escape(strings.ReplaceAll(title, "\n", "")) + `</dc:title></cp:coreProperties>`},
		{"word/_rels/document.xml.rels", xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + strings.Join(relations, "") + `</Relationships>`},
		{"word/settings.xml", xmlHead + `<w:settings ` + wNS + `><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/>` + settings + `<w:characterSpacingControl w:val="compressPunctuation"/>` +
			`<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`},
	}, parts...)
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, part := range parts {
		w, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate}) // no Modified: no time inside
		if err != nil {
			return nil, fmt.Errorf("pack %s: %w", part.name, err)
		}
		if _, err := w.Write([]byte(part.content)); err != nil {
			return nil, fmt.Errorf("pack %s: %w", part.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack document: %w", err)
	}
	return out.Bytes(), nil
}

// footer is the page number: 4号 宋体 between dashes, one character from the outer edge.
func footer(side string) string {
	run := `<w:r><w:rPr><w:rFonts w:ascii="` + songti + `" w:hAnsi="` + songti + `" w:eastAsia="` + songti + `"/><w:spacing w:val="0"/><w:sz w:val="28"/></w:rPr>`
	return `<w:ftr ` + wNS + `><w:p><w:pPr><w:spacing w:line="240" w:lineRule="auto"/><w:ind w:left="280" w:right="280" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="` + side + `"/></w:pPr>` +
		run + `<w:t xml:space="preserve">— </w:t></w:r>` + run + `<w:fldChar w:fldCharType="begin"/></w:r>` + run + `<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>` +
		run + `<w:fldChar w:fldCharType="separate"/></w:r>` + run + `<w:t>1</w:t></w:r>` + run + `<w:fldChar w:fldCharType="end"/></w:r>` + run + `<w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>`
}

// escape makes s safe inside XML; characters that XML cannot carry are left out.
func escape(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' && r != '\n' || r == unicode.ReplacementChar || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, s)
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		panic(err) // a strings.Builder takes everything
	}
	return b.String()
}

var styles = func() string {
	face := func(east string) string {
		return `<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="` + east + `"/>`
	}
	heading := func(level int, east, bold string) string {
		return fmt.Sprintf(`<w:style w:type="paragraph" w:styleId="Heading%[1]d"><w:name w:val="heading %[1]d"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:qFormat/>`+
			`<w:pPr><w:keepNext/><w:outlineLvl w:val="%[2]d"/></w:pPr><w:rPr>%[3]s%[4]s</w:rPr></w:style>`, level, level-1, face(east), bold)
	}
	return `<w:styles ` + wNS + `><w:docDefaults><w:rPrDefault><w:rPr>` + face(fangsong) + `<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/><w:pPr><w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>` +
		fmt.Sprintf(`<w:spacing w:before="0" w:after="0" w:line="%d" w:lineRule="exact"/><w:ind w:firstLineChars="200" w:firstLine="%d"/><w:jc w:val="both"/></w:pPr><w:rPr><w:spacing w:val="-4"/></w:rPr></w:style>`, lineHeight, 2*character) +
		`<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr><w:keepNext/><w:snapToGrid w:val="0"/><w:spacing w:line="640" w:lineRule="exact"/>` +
		`<w:ind w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="center"/></w:pPr><w:rPr>` + face(biaosong) + `<w:spacing w:val="0"/><w:sz w:val="44"/></w:rPr></w:style>` +
		heading(1, heiti, "") + heading(2, kaiti, "") + heading(3, fangsong, `<w:b/>`) + heading(4, fangsong, "") +
		`<w:style w:type="paragraph" w:customStyle="1" w:styleId="Flush"><w:name w:val="顶格"/><w:basedOn w:val="Normal"/><w:pPr><w:ind w:firstLineChars="0" w:firstLine="0"/></w:pPr></w:style>` +
		`<w:style w:type="paragraph" w:customStyle="1" w:styleId="Cell"><w:name w:val="表格文字"/><w:basedOn w:val="Flush"/><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/><w:jc w:val="left"/></w:pPr>` +
		`<w:rPr><w:spacing w:val="0"/><w:sz w:val="24"/></w:rPr></w:style></w:styles>`
}()

// fonts names what stands in where the fonts of the standard are not installed.
var fonts = func() string {
	var s strings.Builder
	s.WriteString(`<w:fonts ` + wNS + `>`)
	for _, f := range [][2]string{{fangsong, "仿宋"}, {kaiti, "楷体"}, {heiti, "SimHei"}, {biaosong, "方正小标宋_GBK"}, {songti, "SimSun"}} {
		s.WriteString(`<w:font w:name="` + f[0] + `"><w:altName w:val="` + f[1] + `"/><w:charset w:val="86"/></w:font>`)
	}
	return s.String() + `</w:fonts>`
}()
