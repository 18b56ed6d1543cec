package layout

import (
	"fmt"
	"strings"
)

// para writes a paragraph; properties and content are finished XML.
func para(out *strings.Builder, style, properties, content string) {
	out.WriteString(`<w:p>`)
	if style != "" || properties != "" {
		out.WriteString(`<w:pPr>`)
		if style != "" {
			out.WriteString(`<w:pStyle w:val="` + style + `"/>`)
		}
		out.WriteString(properties + `</w:pPr>`)
	}
	out.WriteString(content + `</w:p>`)
}

// run writes text with finished run properties; a line break in it becomes one on paper.
func run(properties, text string) string {
	if properties != "" {
		properties = `<w:rPr>` + properties + `</w:rPr>`
	}
	var s strings.Builder
	for i, line := range strings.Split(text, "\n") {
		br := ""
		if i > 0 {
			br = `<w:br/>`
		}
		s.WriteString(`<w:r>` + properties + br + `<w:t xml:space="preserve">` + escape(line) + `</w:t></w:r>`)
	}
	return s.String()
}

// face sets one font for all scripts.
func face(name string) string {
	return `<w:rFonts w:ascii="` + name + `" w:hAnsi="` + name + `" w:eastAsia="` + name + `"/>`
}

// runs writes the runs of a block.
func runs(list []Run) string {
	var s strings.Builder
	for _, r := range list {
		bold := ""
		if r.Bold {
			bold = `<w:b/>`
		}
		s.WriteString(run(bold, r.Text))
	}
	return s.String()
}

// writeHead writes what stands before the body: red head, number, title, addressee.
func writeHead(out *strings.Builder, d Document) {
	const noIndent = `<w:ind w:firstLineChars="0" w:firstLine="0"/>`
	if d.Head != "" {
		size, spread := 72, 0 // 36 pt, smaller when the name is long
		if w := width(d.Head); w*36*20/2 > textWidth {
			size = max(2*textWidth/(w*10), 36)
		} else if n := len([]rune(d.Head)); n > 1 && w*36*10 < textWidth*3/4 {
			spread = min((textWidth*3/4-w*360)/(n-1), 160)
		}
		para(out, "Flush", `<w:snapToGrid w:val="0"/><w:spacing w:before="600" w:after="500" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>`,
			run(fmt.Sprintf(`%s<w:color w:val="E60012"/><w:spacing w:val="%d"/><w:sz w:val="%d"/>`, face(biaosong), spread, size), d.Head))
	}
	if d.Number != "" || d.Approver != "" {
		const line = `<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="4" w:color="E60012"/></w:pBdr>`
		border := ""
		if d.Head != "" {
			border = line
		}
		if d.Approver != "" { // a paper to a superior: number left, approver right
			para(out, "Flush", border+fmt.Sprintf(`<w:tabs><w:tab w:val="right" w:pos="%d"/></w:tabs><w:ind w:left="%d" w:right="%d" w:firstLineChars="0" w:firstLine="0"/>`, textWidth-character, character, character),
				run("", d.Number)+`<w:r><w:tab/></w:r>`+run("", "签发人：")+run(face(kaiti), d.Approver))
		} else {
			para(out, "Flush", border+`<w:jc w:val="center"/>`, run("", d.Number))
		}
	}
	if d.Title != "" {
		if d.Head != "" || d.Number != "" { // two empty lines below the red line
			para(out, "Flush", "", "")
			para(out, "Flush", "", "")
		}
		para(out, "Title", "", run("", strings.Join(titleLines(d.Title), "\n")))
		if d.Subtitle != "" {
			para(out, "Flush", `<w:jc w:val="center"/>`, run(face(kaiti), d.Subtitle))
		}
		para(out, "Flush", "", "")
	}
	if d.To != "" {
		para(out, "Flush", noIndent, run("", d.To+"："))
	}
}

// writeBlock writes one block of the body; keep holds it on one page with what follows.
func writeBlock(out *strings.Builder, b Block, keep bool) {
	switch b.Kind {
	case Heading:
		para(out, fmt.Sprintf("Heading%d", min(max(b.Level, 1), 4)), "", runs(b.Runs))
	case TableOf:
		writeTable(out, b.Table)
	case PageBreak:
		para(out, "Flush", "", `<w:r><w:br w:type="page"/></w:r>`)
	default:
		properties := ""
		if keep {
			properties = `<w:keepNext/>`
		}
		para(out, "", properties, runs(b.Runs))
	}
}

// writeTail writes attachments, signature, date and note. The date stands four characters from the right edge, as a
// paper with a seal has it (7.3.5.1), and the signature is centred over it; a longer signature ends two characters
// from the edge, and the date is centred under it.
func writeTail(out *strings.Builder, d Document) {
	if len(d.Attachments) > 0 {
		para(out, "Flush", `<w:keepNext/>`, "")
		for i, name := range d.Attachments {
			label := "附件："
			if i > 0 {
				label = "　　　"
			}
			number, hang := "", 3
			if len(d.Attachments) > 1 {
				number, hang = fmt.Sprintf("%d.", i+1), 4
			}
			para(out, "Flush", fmt.Sprintf(`<w:keepNext/><w:ind w:left="%d" w:hanging="%d"/>`, (2+hang)*character, hang*character), run("", label+number+name))
		}
	}
	if d.Signature != "" || d.Date != "" {
		ws, wd := width(d.Signature)*character/2, width(d.Date)*character/2
		right := 4 * character
		rs, rd := right+(wd-ws)/2, right
		if ws > wd {
			rs = 2 * character
			rd = rs + (ws-wd)/2
			if rd < right {
				rs, rd = rs+right-rd, right
			}
		}
		para(out, "Flush", `<w:keepNext/>`, "")
		para(out, "Flush", `<w:keepNext/>`, "")
		if d.Signature != "" {
			para(out, "Flush", fmt.Sprintf(`<w:keepNext/><w:ind w:right="%d" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="right"/>`, max(rs, 0)), run("", d.Signature))
		}
		if d.Date != "" {
			para(out, "Flush", fmt.Sprintf(`<w:ind w:right="%d" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="right"/>`, max(rd, 0)), run("", d.Date))
		}
	}
	if d.Note != "" {
		para(out, "", "", run("", "（"+d.Note+"）"))
	}
}

// writeTable writes a table over the full width of the text.
func writeTable(out *strings.Builder, t Table) {
	columns := len(t.Header)
	for _, row := range t.Rows {
		columns = max(columns, len(row))
	}
	if columns == 0 {
		return
	}
	if t.Title != "" {
		para(out, "Flush", `<w:keepNext/><w:jc w:val="center"/>`, run(face(heiti)+`<w:sz w:val="28"/>`, t.Title))
	}
	size := 24 // 小四
	if columns > 5 {
		size = 21 // 五号
	}
	widths, centred := columnWidths(t, columns, textWidth, size)
	g := grid{size: size}
	row := func(cells []string, header bool) {
		r := gridRow{header: header}
		for i := range columns {
			c := gridCell{width: widths[i], centre: header || centred[i]}
			if i < len(cells) {
				c.text = cells[i]
			}
			if header {
				c.font = heiti
			}
			r.cells = append(r.cells, c)
		}
		g.rows = append(g.rows, r)
	}
	if len(t.Header) > 0 {
		row(t.Header, true)
	}
	for _, cells := range t.Rows {
		row(cells, false)
	}
	g.write(out)
	para(out, "Flush", `<w:snapToGrid w:val="0"/><w:spacing w:line="240" w:lineRule="exact"/>`, "")
}

// columnWidths shares total among the columns: those with short cells get what they need in type of that size, the
// others share the rest by what stands in them. It says which columns are centred: those whose cells are all short.
func columnWidths(t Table, columns, total, size int) (widths []int, centred []bool) {
	const short = 20 // half characters
	widths, centred = make([]int, columns), make([]bool, columns)
	longest := make([]int, columns)
	taken, weight := 0, 0
	for i := range columns {
		header := 4
		if i < len(t.Header) {
			header = min(max(width(t.Header[i]), 4), 8) // a longer header may break
		}
		for _, row := range t.Rows {
			if i < len(row) {
				for _, line := range strings.Split(row[i], "\n") {
					longest[i] = max(longest[i], extent(line))
				}
			}
		}
		centred[i] = longest[i] <= short
		longest[i] = min(max(longest[i], header), 60)
		if centred[i] {
			widths[i] = longest[i]*size*5 + 200
			taken += widths[i]
		} else {
			weight += longest[i]
		}
	}
	if weight == 0 || taken > total*7/10 { // nothing to share, or too little left: all by weight
		weight, taken = 0, 0
		for i := range columns {
			weight += longest[i] + 2
		}
		for i := range columns {
			widths[i] = total * (longest[i] + 2) / weight
			taken += widths[i]
		}
		widths[columns-1] += total - taken
		return widths, centred
	}
	rest, last := total-taken, 0
	for i := range columns {
		if !centred[i] {
			widths[i] = (total - taken) * longest[i] / weight
			rest -= widths[i]
			last = i
		}
	}
	widths[last] += rest
	return widths, centred
}
