// Package sheet writes tables as XLSX and CSV and reads them back, row by row and with the place of every cell, so
// that an error can say 第 96 行 F 列. It knows nothing of what the columns mean.
package sheet

import (
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind is what a column holds.
type Kind int

// The kinds of column, with the Go values that Write takes; nil is an empty cell in each.
const (
	Text    Kind = iota // string; never taken for a formula or a number
	Number              // int, int64 or float64
	Percent             // float64, a share: 0.965 shows as 96.5%
	Date                // string YYYY-MM-DD
)

// Column is one column of a table.
type Column struct {
	Title string
	Kind  Kind
	Width float64 // in characters; 0: from the title
}

// Table is a table to be written. Rows are asked for once, one at a time.
type Table struct {
	Name    string // of the sheet; made fit for one
	Columns []Column
	Rows    iter.Seq[[]any]
}

// Address is how a person finds a cell: 第 96 行 F 列. Row counts from 1, column from 0.
func Address(row, column int) string {
	return fmt.Sprintf("第 %d 行 %s 列", row, columnName(column))
}

// columnName is A…Z, AA… for 0, 1, ….
func columnName(i int) string {
	name := ""
	for i++; i > 0; i = (i - 1) / 26 {
		name = string(rune('A'+(i-1)%26)) + name
	}
	return name
}

// checked is a value of a column as it is written: string, float64 or nil.
func checked(c Column, v any, row, column int) (any, error) {
	bad := func() (any, error) {
		return nil, fmt.Errorf("%s“%s”：%T %v is no value of its column", Address(row, column), c.Title, v, v)
	}
	switch v := v.(type) {
	case nil:
		return nil, nil
	case string:
		switch {
		case c.Kind == Text:
			return clean(v), nil
		case c.Kind == Date && v == "":
			return nil, nil
		case c.Kind == Date:
			d, err := time.Parse(time.DateOnly, v)
			if err != nil {
				return bad()
			}
			return serial(d), nil
		}
	case int:
		return numeric(c, float64(v), bad)
	case int64:
		return numeric(c, float64(v), bad)
	case float64:
		return numeric(c, v, bad)
	}
	return bad()
}

func numeric(c Column, v float64, bad func() (any, error)) (any, error) {
	if c.Kind != Number && c.Kind != Percent || math.IsNaN(v) || math.IsInf(v, 0) {
		return bad()
	}
	return v, nil
}

// maxCell is the longest text a cell of a spreadsheet can hold, in characters.
const maxCell = 32_767

// clean leaves out what a cell cannot hold.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == utf8.RuneError || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, strings.ReplaceAll(s, "\r\n", "\n"))
	if utf8.RuneCountInString(s) > maxCell {
		s = string([]rune(s)[:maxCell-1]) + "…"
	}
	return s
}

// epoch is day 0 of the calendar of spreadsheets, right from 1 March 1900 on.
var epoch = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

// serial is the number of a day.
func serial(d time.Time) float64 { return d.Sub(epoch).Hours() / 24 }

// decimal writes a number the shortest way that reads back the same.
func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
