package layout

import (
	"fmt"
	"slices"
	"strings"
)

// grid is a table in WordprocessingML whose rows may have cells of different widths.
type grid struct {
	size int // half points
	rows []gridRow
}

type gridRow struct {
	cells  []gridCell
	height int // twips at least
	header bool
}

type gridCell struct {
	width  int // twips
	text   string
	font   string
	centre bool
}

// write writes the table. The columns of its grid are the parts between all borders of all rows.
func (g grid) write(out *strings.Builder) {
	borders := []int{0}
	for _, row := range g.rows {
		at := 0
		for _, c := range row.cells {
			at += c.width
			borders = append(borders, at)
		}
	}
	slices.Sort(borders)
	borders = slices.Compact(borders)
	total := borders[len(borders)-1]
	fmt.Fprintf(out, `<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>`, total)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		out.WriteString(`<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="auto"/>`)
	}
	out.WriteString(`</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>`)
	for i := 1; i < len(borders); i++ {
		fmt.Fprintf(out, `<w:gridCol w:w="%d"/>`, borders[i]-borders[i-1])
	}
	out.WriteString(`</w:tblGrid>`)
	for _, row := range g.rows {
		out.WriteString(`<w:tr><w:trPr><w:cantSplit/>`)
		if row.height > 0 {
			fmt.Fprintf(out, `<w:trHeight w:val="%d" w:hRule="atLeast"/>`, row.height)
		}
		if row.header {
			out.WriteString(`<w:tblHeader/>`)
		}
		out.WriteString(`</w:trPr>`)
		at := 0
		for _, c := range row.cells {
			from, _ := slices.BinarySearch(borders, at)
			at += c.width
			to, _ := slices.BinarySearch(borders, at)
			fmt.Fprintf(out, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, c.width)
			if to-from > 1 {
				fmt.Fprintf(out, `<w:gridSpan w:val="%d"/>`, to-from)
			}
			out.WriteString(`<w:vAlign w:val="center"/></w:tcPr>`)
			properties, font := "", ""
			if c.centre {
				properties = `<w:jc w:val="center"/>`
			}
			if c.font != "" {
				font = face(c.font)
			}
			for _, line := range strings.Split(c.text, "\n") {
				para(out, "Cell", properties, run(fmt.Sprintf(`%s<w:sz w:val="%d"/>`, font, g.size), line))
			}
			out.WriteString(`</w:tc>`)
		}
		out.WriteString(`</w:tr>`)
	}
	out.WriteString(`</w:tbl>`)
}
