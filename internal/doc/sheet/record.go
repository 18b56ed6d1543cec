package sheet

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Records are the rows below a header, each cell found by the title of its column.
type Records struct {
	Titles []string // as they stand in the header
	rows   [][]string
	first  int // row number of the first record
	column map[string]int
}

// Records finds the header, the first of the top rows that has every required title, and gives what is below it.
// Titles are compared without white space and with brackets of either width. The error is a Chinese sentence.
func (s Sheet) Records(required ...string) (Records, error) {
	best, missing := -1, required
	for i, row := range s.Rows[:min(len(s.Rows), 20)] {
		titles := make([]string, len(row))
		for c, cell := range row {
			titles[c] = titleKey(cell)
		}
		var lacking []string
		for _, title := range required {
			if !slices.Contains(titles, titleKey(title)) {
				lacking = append(lacking, title)
			}
		}
		if len(lacking) < len(missing) || best < 0 && strings.Join(row, "") != "" {
			best, missing = i, lacking
		}
		if len(lacking) == 0 && best == i {
			break
		}
	}
	if best < 0 {
		return Records{}, fmt.Errorf("表“%s”里没有表头，应有“%s”等列", s.Name, strings.Join(required, "”“"))
	}
	if len(missing) > 0 {
		return Records{}, fmt.Errorf("第 %d 行的表头缺少“%s”列；现有的列是：%s", best+1, strings.Join(missing, "”“"), strings.Join(s.Rows[best], "、"))
	}
	r := Records{Titles: s.Rows[best], rows: s.Rows[best+1:], first: best + 2, column: map[string]int{}}
	for i, title := range r.Titles {
		key := titleKey(title)
		if old, twice := r.column[key]; twice && key != "" && slices.ContainsFunc(required, func(t string) bool { return titleKey(t) == key }) {
			return Records{}, fmt.Errorf("第 %d 行的表头有两个“%s”（%s 列和 %s 列），只能有一个", best+1, title, columnName(old), columnName(i))
		} else if !twice && key != "" {
			r.column[key] = i
		}
	}
	return r, nil
}

// titleKey is a title as titles are compared.
func titleKey(s string) string { return strings.ToLower(titleSigns.Replace(s)) }

var titleSigns = strings.NewReplacer(" ", "", "　", "", "\n", "", "\t", "", "(", "（", ")", "）", "*", "")

// All gives the records that are not empty.
func (r Records) All() []Record {
	var out []Record
	for i, cells := range r.rows {
		if strings.Join(cells, "") != "" {
			out = append(out, Record{Row: r.first + i, cells: cells, of: r})
		}
	}
	return out
}

// Record is one row below the header.
type Record struct {
	Row   int // as the program shows it, from 1
	cells []string
	of    Records
}

// Has reports whether the table has a column of that title.
func (r Record) Has(title string) bool {
	_, ok := r.of.column[titleKey(title)]
	return ok
}

// Text is the cell below a title, "" where there is none.
func (r Record) Text(title string) string {
	if i, ok := r.of.column[titleKey(title)]; ok && i < len(r.cells) {
		return r.cells[i]
	}
	return ""
}

// Place is where the cell below a title stands: 第 96 行 F 列.
func (r Record) Place(title string) string {
	if i, ok := r.of.column[titleKey(title)]; ok {
		return Address(r.Row, i)
	}
	return fmt.Sprintf("第 %d 行", r.Row)
}

// Fail is an error that says where: 第 96 行 F 列“期限”：….
func (r Record) Fail(title, format string, args ...any) error {
	return fmt.Errorf("%s“%s”：%s", r.Place(title), title, fmt.Sprintf(format, args...))
}

// Number is the number below a title; an empty cell is 0 and not given. 1,200 and full-width digits are understood,
// and 96.5% is 0.965.
func (r Record) Number(title string) (value float64, given bool, err error) {
	s := r.Text(title)
	if s == "" {
		return 0, false, nil
	}
	plain := strings.Map(func(c rune) rune {
		switch {
		case c >= '０' && c <= '９':
			return c - '０' + '0'
		case c == ',' || c == '，' || c == ' ':
			return -1
		case c == '．':
			return '.'
		case c == '－':
			return '-'
		case c == '％':
			return '%'
		}
		return c
	}, s)
	number, percent := strings.CutSuffix(plain, "%")
	f, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) || strings.ContainsAny(number, "xXpP_") {
		return 0, true, r.Fail(title, "应为数字，现为“%s”", s)
	}
	if percent {
		f /= 100
	}
	return f, true, nil
}

// Int is the whole number below a title; an empty cell is 0 and not given.
func (r Record) Int(title string) (value int64, given bool, err error) {
	f, given, err := r.Number(title)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, given, r.Fail(title, "应为整数，现为“%s”", r.Text(title))
	}
	return int64(f), given, nil
}

// dateForms are the ways a day is written.
var dateForms = []string{"2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日", "20060102"}

// Date is the day below a title as YYYY-MM-DD; an empty cell is "". The number of a day, as spreadsheets keep dates,
// is understood; files that count from 1904 are not.
func (r Record) Date(title string) (string, error) {
	s := r.Text(title)
	if s == "" {
		return "", nil
	}
	short, _, _ := strings.Cut(s, " ")
	short, _, _ = strings.Cut(short, "T")
	for _, form := range dateForms {
		if d, err := time.Parse(form, short); err == nil && d.Year() >= 1900 {
			return d.Format(time.DateOnly), nil
		}
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && f >= 61 && f < 2_958_466 { // 1 March 1900 … 9999
		return epoch.AddDate(0, 0, int(f)).Format(time.DateOnly), nil
	}
	return "", r.Fail(title, "应为日期，如 2026-06-30，现为“%s”", s)
}
