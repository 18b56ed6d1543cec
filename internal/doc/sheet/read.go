package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"zhunsheng/internal/doc/docfile"
)

// Bounds of what is read.
const (
	maxRows     = 200_000
	maxColumns  = 256
	maxUnpacked = 512 << 20
	mergeRows   = 20_000 // merged cells are filled in tables up to this length
)

// Sheet is one sheet as it was read; empty rows at the end are left out. A date in an XLSX cell is the number of a
// day (see Record.Date), a formula its last result.
type Sheet struct {
	Name string
	Rows [][]string // Rows[0] is row 1; cells without the white space around them
}

// Read reads XLSX, or CSV in whatever encoding it was saved, told apart by content. Cells merged downward or across
// are filled with the text of the merged cell. Errors are *docfile.Error: one Chinese sentence that says what to do.
func Read(name string, b []byte) ([]Sheet, error) {
	fail := func(kind error, format docfile.Format, message string) ([]Sheet, error) {
		return nil, &docfile.Error{Kind: kind, Format: format, Message: "文件“" + path.Base(strings.ReplaceAll(name, `\`, "/")) + "”" + message}
	}
	if len(b) == 0 {
		return fail(docfile.ErrEmpty, "", "是空文件，没有任何内容；请核对后重新选择文件。")
	}
	if len(b) > docfile.MaxBytes {
		return fail(docfile.ErrTooLarge, "", fmt.Sprintf("有 %.1f MB，超过 50 MB 的上限；请拆分后分次上传。", float64(len(b))/(1<<20)))
	}
	var sheets []Sheet
	var err error
	switch format := docfile.Sniff(b); format {
	case docfile.XLSX:
		sheets, err = readXLSX(b)
	case docfile.TXT:
		sheets, err = readCSV(b)
	case docfile.XLS:
		return fail(docfile.ErrNotReadable, format, "是旧版电子表格（XLS、ET），这里不能直接读取；请用 WPS 或者 Excel 打开，另存为 XLSX 后重新上传。")
	case docfile.Encrypted:
		return fail(docfile.ErrEncrypted, format, "设有打开密码，不能读取；请在 WPS 或者 Excel 中取消密码后重新上传。")
	default:
		return fail(docfile.ErrUnknownFormat, format, "不是电子表格；可以读取的格式有 XLSX、CSV，请另存为 XLSX 后重新上传。")
	}
	switch {
	case errors.Is(err, errTooMany):
		return fail(docfile.ErrTooLarge, docfile.XLSX, fmt.Sprintf("的行数超过 %d 或者列数超过 %d；请删去多余的行列，或者拆分后分次上传。", maxRows, maxColumns))
	case err != nil:
		return fail(docfile.ErrBroken, docfile.XLSX, "已损坏，不能作为表格打开；请用 WPS 或者 Excel 打开，另存为新的 XLSX 后重新上传。")
	}
	for _, s := range sheets {
		if len(s.Rows) > 0 {
			return sheets, nil
		}
	}
	return fail(docfile.ErrEmpty, docfile.XLSX, "里没有数据；请核对后重新选择文件。")
}

var errTooMany = errors.New("too many rows or columns")

func readXLSX(b []byte) (sheets []Sheet, err error) {
	f, err := excelize.OpenReader(bytes.NewReader(b), excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnpacked})
	if err != nil {
		return nil, err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	for _, name := range f.GetSheetList() {
		if visible, err := f.GetSheetVisible(name); err != nil || !visible {
			continue // a hidden sheet holds lists for drop-down cells
		}
		s, err := readSheet(f, name)
		if err != nil {
			return nil, err
		}
		sheets = append(sheets, s)
	}
	return sheets, nil
}

func readSheet(f *excelize.File, name string) (s Sheet, err error) {
	s.Name = name
	rows, err := f.Rows(name)
	if err != nil {
		return s, err
	}
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			return s, errors.Join(err, rows.Close())
		}
		if len(cells) > maxColumns && strings.Join(cells[maxColumns:], "") != "" || len(s.Rows) >= maxRows && strings.Join(cells, "") != "" {
			return s, errors.Join(errTooMany, rows.Close())
		}
		if len(s.Rows) < maxRows {
			s.Rows = append(s.Rows, tidy(cells[:min(len(cells), maxColumns)]))
		}
	}
	if err := errors.Join(rows.Error(), rows.Close()); err != nil {
		return s, err
	}
	s.Rows = dropEmptyEnd(s.Rows)
	if len(s.Rows) > mergeRows {
		return s, nil
	}
	merged, err := f.GetMergeCells(name)
	if err != nil {
		return s, err
	}
	for _, m := range merged {
		if err := fill(s.Rows, m); err != nil {
			return s, err
		}
	}
	return s, nil
}

// fill writes the text of a merged cell into every cell it covers.
func fill(rows [][]string, m excelize.MergeCell) error {
	left, top, err := excelize.CellNameToCoordinates(m.GetStartAxis())
	if err != nil {
		return err
	}
	right, bottom, err := excelize.CellNameToCoordinates(m.GetEndAxis())
	if err != nil {
		return err
	}
	right, bottom = min(right, maxColumns), min(bottom, len(rows))
	if top > bottom || left > len(rows[top-1]) {
		return nil // empty, or past the data
	}
	value := rows[top-1][left-1]
	for r := top - 1; r < bottom; r++ {
		for len(rows[r]) < right {
			rows[r] = append(rows[r], "")
		}
		for c := left - 1; c < right; c++ {
			rows[r][c] = value
		}
	}
	return nil
}

// longFloat is a number as the file keeps it where the program shows fewer digits.
var longFloat = regexp.MustCompile(`^-?\d+(\.\d{12,})?([eE][+-]?\d+)?$`)

// tidy takes the white space off cells and writes numbers as a person would.
func tidy(cells []string) []string {
	for i, s := range cells {
		s = strings.Trim(s, " \t\r\n\u00a0　")
		if len(s) > 14 && longFloat.MatchString(s) && strings.ContainsAny(s, ".eE") {
			if f, err := strconv.ParseFloat(s, 64); err == nil {
				s = decimal(f)
			}
		}
		cells[i] = s
	}
	return cells
}

func dropEmptyEnd(rows [][]string) [][]string {
	for len(rows) > 0 && strings.Join(rows[len(rows)-1], "") == "" {
		rows = rows[:len(rows)-1]
	}
	return rows
}

func readCSV(b []byte) ([]Sheet, error) {
	plain, ok := docfile.Decode(b)
	if !ok {
		return nil, errors.New("not a text")
	}
	r := csv.NewReader(strings.NewReader(plain))
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	first, _, _ := strings.Cut(plain, "\n")
	if strings.Count(first, "\t") > strings.Count(first, ",") { // what programs copy and save as text
		r.Comma = '\t'
	} else if strings.Count(first, "，") > 0 && !strings.Contains(first, ",") {
		r.Comma = '，'
	}
	var s Sheet
	end, offset := 0, int64(0) // lines and bytes of the records before
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		line, _ := r.FieldPos(0)
		skipped := line - 1 - end // empty lines are rows to the program that shows the file
		end += strings.Count(plain[offset:r.InputOffset()], "\n")
		offset = r.InputOffset()
		if len(s.Rows)+skipped >= maxRows || len(cells) > maxColumns {
			return nil, errTooMany
		}
		s.Rows = append(s.Rows, make([][]string, skipped)...)
		for i, c := range cells {
			if strings.HasPrefix(c, "'") && armed(c) {
				cells[i] = c[1:]
			}
		}
		s.Rows = append(s.Rows, tidy(cells))
	}
	s.Rows = dropEmptyEnd(s.Rows)
	return []Sheet{s}, nil
}
