package layout

import (
	"fmt"
	"strings"
)

// Form is a table form on one sheet of A4: a 呈阅件, a 发文稿纸, a list of tasks for a leader.
type Form struct {
	Title string
	Left  string // above the table, at the left: 衡平县司法局
	Right string // above the table, at the right: 2026年7月1日
	Rows  []FormRow
	Foot  string // below the table
}

// FormRow is a row of labelled cells, or a table of its own when Table has a header.
type FormRow struct {
	Cells  []FormCell
	Height int // millimetres at least, e.g. to leave room for handwriting; 10 unless more is said
	Table  Table
}

// FormCell is a label and what stands beside it.
type FormCell struct {
	Label, Text string
}

const (
	formMargin = 1134 // 20 mm
	formWidth  = pageWidth - 2*formMargin
	labelWidth = 1500
)

// formSizes are the sizes of type, in half points, that a form is tried in: 四号, 小四, 五号, 小五.
var formSizes = []int{28, 24, 21, 18}

// DOCX sets the form in the largest of four sizes of type (四号 … 小五) in which it fits on one page;
// what is too long for the smallest runs on to a second page, see Fits.
func (f Form) DOCX() ([]byte, error) {
	size, _ := f.size()
	var body strings.Builder
	para(&body, "Title", "", run("", strings.Join(titleLines(f.Title), "\n")))
	if f.Left != "" || f.Right != "" {
		para(&body, "Cell", fmt.Sprintf(`<w:keepNext/><w:tabs><w:tab w:val="right" w:pos="%d"/></w:tabs><w:spacing w:before="120" w:after="60"/>`, formWidth),
			run("", f.Left)+`<w:r><w:tab/></w:r>`+run("", f.Right))
	}
	f.grid(size).write(&body)
	para(&body, "Cell", "", run("", f.Foot))
	section := fmt.Sprintf(`<w:sectPr><w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="%[3]d" w:right="%[3]d" w:bottom="%[3]d" w:left="%[3]d" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>`, pageWidth, pageHeight, formMargin)
	return pack(body.String()+section, f.Title, false)
}

// Fits reports whether the form fits on one page in a size that can be read.
func (f Form) Fits() bool {
	_, ok := f.size()
	return ok
}

// size is the largest size in which the form fits on a page.
func (f Form) size() (int, bool) {
	room := pageHeight - 2*formMargin - 640*len(titleLines(f.Title)) - 500 // title, line above
	if f.Foot != "" {
		room -= 320 * ((width(f.Foot)*120)/formWidth + 1)
	}
	for _, size := range formSizes {
		if f.grid(size).estimate() <= room {
			return size, true
		}
	}
	return formSizes[len(formSizes)-1], false
}

// grid lays the rows out in a size of type.
func (f Form) grid(size int) grid {
	g := grid{size: size}
	for _, row := range f.Rows {
		if columns := len(row.Table.Header); columns > 0 {
			widths, centred := columnWidths(row.Table, columns, formWidth, size)
			for n, cells := range append([][]string{row.Table.Header}, row.Table.Rows...) {
				r := gridRow{header: n == 0}
				for i := range columns {
					c := gridCell{width: widths[i], centre: n == 0 || centred[i]}
					if i < len(cells) {
						c.text = cells[i]
					}
					if n == 0 {
						c.font = heiti
					}
					r.cells = append(r.cells, c)
				}
				g.rows = append(g.rows, r)
			}
			continue
		}
		r := gridRow{height: max(row.Height, 10) * 567 / 10}
		for i, c := range row.Cells {
			share := formWidth * (i + 1) / len(row.Cells)
			share -= formWidth * i / len(row.Cells)
			if c.Label != "" {
				r.cells = append(r.cells, gridCell{width: labelWidth, text: c.Label, font: heiti, centre: true})
				share -= labelWidth
			}
			r.cells = append(r.cells, gridCell{width: share, text: c.Text})
		}
		g.rows = append(g.rows, r)
	}
	return g
}

// estimate is the height of the table in twips, rather too much than too little.
func (g grid) estimate() int {
	line := g.size * 10 * 145 / 100 // fonts differ; the widest of them needs 1.45 of its size
	total := 0
	for _, row := range g.rows {
		height := row.height
		for _, c := range row.cells {
			room := max(c.width-140, g.size*10)
			h := 0
			for _, s := range strings.Split(c.text, "\n") {
				lines := 1
				if need := extent(s) * g.size * 5; need > room {
					lines = (need*105/100 + room - 1) / room // lines end before they are full
				}
				h += lines*line + 40
			}
			height = max(height, h)
		}
		total += height + 10
	}
	return total
}
