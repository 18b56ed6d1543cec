package sheet

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// XLSX writes tables as the sheets of one file: header bold and fixed, with filters, columns typed. Text cells are
// text: what looks like a formula stays what it is, also after someone edits the cell. The same rows give the same
// bytes. An error names the cell whose value does not fit its column.
func XLSX(tables ...Table) (_ []byte, err error) {
	f := excelize.NewFile()
	defer func() {
		if e := f.Close(); err == nil && e != nil {
			err = fmt.Errorf("close workbook: %w", e)
		}
	}()
	styles, err := newStyles(f)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for i, t := range tables {
		name := sheetName(t.Name, i, names)
		if i == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err != nil {
			return nil, fmt.Errorf("add sheet %s: %w", name, err)
		}
		if err := writeSheet(f, name, t, styles); err != nil {
			return nil, fmt.Errorf("write sheet %s: %w", name, err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	return out.Bytes(), nil
}

// cellStyles are the ids of the looks of cells.
type cellStyles struct {
	header int
	kinds  map[Kind]int
}

func newStyles(f *excelize.File) (cellStyles, error) {
	s := cellStyles{kinds: map[Kind]int{}}
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	date := "yyyy-mm-dd"
	for kind, style := range []excelize.Style{
		Text: {NumFmt: 49, Alignment: top}, Number: {Alignment: top}, Percent: {NumFmt: 10, Alignment: top}, Date: {CustomNumFmt: &date, Alignment: top},
	} {
		id, err := f.NewStyle(&style)
		if err != nil {
			return s, fmt.Errorf("add style: %w", err)
		}
		s.kinds[Kind(kind)] = id
	}
	id, err := f.NewStyle(&excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true},
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EDF2"}},
		Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "center", WrapText: true}})
	if err != nil {
		return s, fmt.Errorf("add style: %w", err)
	}
	s.header = id
	return s, nil
}

func writeSheet(f *excelize.File, name string, t Table, styles cellStyles) error {
	w, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	header := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		header[i] = excelize.Cell{StyleID: styles.header, Value: clean(c.Title)}
		width := c.Width
		if width == 0 {
			width = min(max(float64(2*len([]rune(c.Title))+4), 10), 40)
		}
		if err := w.SetColWidth(i+1, i+1, min(width, 255)); err != nil {
			return err
		}
	}
	if err := w.SetRow("A1", header); err != nil {
		return err
	}
	row := 1
	if t.Rows != nil {
		cells := make([]any, len(t.Columns))
		for values := range t.Rows {
			row++
			if len(values) > len(t.Columns) {
				return fmt.Errorf("第 %d 行: %d values for %d columns", row, len(values), len(t.Columns))
			}
			clear(cells)
			for i, v := range values {
				v, err := checked(t.Columns[i], v, row, i)
				if err != nil {
					return err
				}
				cells[i] = excelize.Cell{StyleID: styles.kinds[t.Columns[i].Kind], Value: v}
			}
			if err := w.SetRow(fmt.Sprintf("A%d", row), cells); err != nil {
				return err
			}
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(t.Columns) == 0 {
		return nil
	}
	return f.AutoFilter(name, fmt.Sprintf("A1:%s%d", columnName(len(t.Columns)-1), row), nil)
}

// sheetName makes a name fit for a sheet: at most 31 characters, none that is forbidden, no name twice.
func sheetName(name string, i int, taken map[string]bool) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || r < ' ' {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(name, "' ")
	if r := []rune(name); len(r) > 27 {
		name = string(r[:27])
	}
	if name == "" {
		name = fmt.Sprintf("表%d", i+1)
	}
	unique := name
	for n := 2; taken[strings.ToLower(unique)]; n++ {
		unique = fmt.Sprintf("%s %d", name, n)
	}
	taken[strings.ToLower(unique)] = true
	return unique
}

// CSV writes a table as UTF-8 with a byte order mark, as spreadsheet programs want it. A text that a program would
// take for a formula has an apostrophe before it, which Read takes off again.
func CSV(t Table) ([]byte, error) {
	out := bytes.NewBufferString("\ufeff")
	w := csv.NewWriter(out)
	w.UseCRLF = true
	record := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		record[i] = disarm(clean(c.Title))
	}
	if err := w.Write(record); err != nil {
		return nil, fmt.Errorf("write header: %w", err)
	}
	row := 1
	if t.Rows != nil {
		for values := range t.Rows {
			row++
			if len(values) > len(t.Columns) {
				return nil, fmt.Errorf("第 %d 行: %d values for %d columns", row, len(values), len(t.Columns))
			}
			clear(record)
			for i, v := range values {
				v, err := checked(t.Columns[i], v, row, i)
				if err != nil {
					return nil, err
				}
				switch v := v.(type) {
				case string:
					record[i] = disarm(v)
				case float64:
					record[i] = decimal(v)
					if t.Columns[i].Kind == Date {
						record[i] = epoch.AddDate(0, 0, int(v)).Format(time.DateOnly)
					}
				}
			}
			if err := w.Write(record); err != nil {
				return nil, fmt.Errorf("write row %d: %w", row, err)
			}
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// formulaStarts are the first characters that make a program take a text for a formula.
const formulaStarts = "=+-@\t\r＝＋－＠"

// disarm puts an apostrophe before a text that would be taken for a formula, or would be taken for disarmed.
func disarm(s string) string {
	if armed(s) {
		return "'" + s
	}
	return s
}

func armed(s string) bool {
	rest := strings.TrimLeft(s, "'")
	return rest != "" && strings.ContainsRune(formulaStarts, []rune(rest)[0])
}
