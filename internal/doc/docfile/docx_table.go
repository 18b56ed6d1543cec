package docfile

import (
	"encoding/xml"
	"strconv"
	"strings"
)

const maxColumns = 200 // a wider grid is no table of a document

// rawCell is a cell as the file has it, before the grid is laid out.
type rawCell struct {
	lines   []line
	span    int // columns
	rows    int // rows, for HTML; 1 where the format says by continue
	goesOn  bool
	deleted bool
}

// table reads one w:tbl.
func (r *bodyReader) table() ([]line, error) {
	var rows [][]rawCell
	err := r.children(func(e xml.StartElement) error { return r.tableRow(e, &rows) })
	if err != nil {
		return nil, err
	}
	return layTable(rows), nil
}

// tableRow reads a w:tr, or a wrapper around some.
func (r *bodyReader) tableRow(e xml.StartElement, rows *[][]rawCell) error {
	switch e.Name.Local {
	case "tr":
		var row []rawCell
		before, deleted := 0, false
		err := r.children(func(e xml.StartElement) error {
			if e.Name.Local == "trPr" {
				return r.children(func(e xml.StartElement) error {
					switch e.Name.Local {
					case "del":
						deleted = true
					case "gridBefore":
						before = atMost(attr(e, "val"), 0, maxColumns)
					}
					return r.xml.Skip()
				})
			}
			return r.tableCell(e, &row)
		})
		if err != nil {
			return err
		}
		if before > 0 {
			row = append([]rawCell{{span: before, rows: 1}}, row...)
		}
		if !deleted && len(row) > 0 {
			*rows = append(*rows, row)
		}
		return nil
	case "sdt", "sdtContent", "ins", "customXml", "moveTo":
		return r.children(func(e xml.StartElement) error { return r.tableRow(e, rows) })
	}
	return r.xml.Skip()
}

// tableCell reads a w:tc, or a wrapper around some.
func (r *bodyReader) tableCell(e xml.StartElement, row *[]rawCell) error {
	switch e.Name.Local {
	case "tc":
		c := rawCell{span: 1, rows: 1}
		err := r.children(func(e xml.StartElement) error {
			if e.Name.Local != "tcPr" {
				lines, err := r.blocks(e)
				c.lines = append(c.lines, lines...)
				return err
			}
			return r.children(func(e xml.StartElement) error {
				switch e.Name.Local {
				case "gridSpan":
					c.span = atMost(attr(e, "val"), 1, maxColumns)
				case "vMerge":
					c.goesOn = attr(e, "val") != "restart"
				case "cellDel":
					c.deleted = true
				}
				return r.xml.Skip()
			})
		})
		if err != nil {
			return err
		}
		if r.carry != "" { // the mark of a cell's last paragraph cannot be deleted into the next cell
			c.lines = append(c.lines, line{text: r.carry})
			r.carry = ""
		}
		if !c.deleted {
			*row = append(*row, c)
		}
		return nil
	case "sdt", "sdtContent", "ins", "customXml":
		return r.children(func(e xml.StartElement) error { return r.tableCell(e, row) })
	}
	return r.xml.Skip()
}

// atMost reads a number and keeps it within bounds; what is no number is low.
func atMost(s string, low, high int) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return low
	}
	return min(max(n, low), high)
}

// layTable lays rows of raw cells into a grid. A table with one column only arranges paragraphs on the page:
// its paragraphs come back as if there were no table.
func layTable(rows [][]rawCell) []line {
	single := true
	for _, row := range rows {
		single = single && len(row) == 1
	}
	var out []line
	if single {
		for _, row := range rows {
			if !row[0].goesOn {
				out = append(out, row[0].lines...)
			}
		}
		return out
	}
	type over struct { // a cell that reaches down
		cell cell
		rows int // rows still to cover; −1: as long as the cells below say they continue
	}
	above := map[int]over{}
	for _, row := range rows {
		var l line
		var parts []string
		column := 0
		down := func() { // columns that an HTML cell from above covers
			for o, ok := above[column]; ok && o.rows > 0 && column < maxColumns; o, ok = above[column] {
				l.cells = append(l.cells, cell{text: o.cell.text, covered: o.cell.at})
				o.rows--
				above[column] = o
				column++
			}
		}
		for _, raw := range row {
			down()
			if o, ok := above[column]; raw.goesOn && ok {
				for range min(raw.span, maxColumns-column) {
					l.cells = append(l.cells, cell{text: o.cell.text, covered: o.cell.at})
					column++
				}
				continue
			}
			c := cell{text: cellText(raw.lines), at: new(placed)}
			if column >= maxColumns { // too wide: keep the text, give up the grid
				l.cells = append(l.cells, c)
				parts = append(parts, c.text)
				continue
			}
			parts = append(parts, c.text)
			for i := range min(raw.span, maxColumns-column) {
				if i == 0 {
					l.cells = append(l.cells, c)
				} else {
					l.cells = append(l.cells, cell{text: c.text, covered: c.at})
				}
				above[column] = over{c, raw.rows - 1}
				column++
			}
		}
		down()
		l.text = strings.Join(parts, "\t")
		out = append(out, l)
	}
	return out
}

// cellText joins the paragraphs of a cell; tabs would be taken for the border of a cell.
func cellText(lines []line) string {
	var parts []string
	for _, l := range lines {
		if s := strings.TrimSpace(strings.ReplaceAll(l.text, "\t", " ")); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, "\n")
}
