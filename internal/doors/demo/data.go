package demo

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"

	"zhunsheng/internal/app"
)

//go:embed data
var files embed.FS

// Years are the two years of the demo: This is the year whose plan is being carried out, Last the one before.
type Years struct{ This, Last int }

// YearsOf places the demo in time: from April on the current year's plan is under way; before, the year's own plan has
// hardly begun, so the one before is shown.
func YearsOf(now time.Time) Years {
	now = now.In(app.China)
	y := now.Year()
	if now.Month() < time.April {
		y--
	}
	return Years{This: y, Last: y - 1}
}

// fill puts the years into a text: {Y} this year, {P} the year before, {N} the next, {O} the one before both.
func (y Years) fill(s string) string {
	return strings.NewReplacer("{Y}", strconv.Itoa(y.This), "{P}", strconv.Itoa(y.Last), "{N}", strconv.Itoa(y.This+1), "{O}", strconv.Itoa(y.Last-1)).Replace(s)
}

// file reads an embedded text with its years filled in.
func (y Years) file(name string) (string, error) {
	b, err := files.ReadFile("data/" + name)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	return y.fill(string(b)), nil
}

// row is one line of a table by column name.
type row map[string]string

// list reads a cell of several values parted by ；.
func (r row) list(column string) []string {
	if r[column] == "" {
		return nil
	}
	return strings.Split(r[column], "；")
}

// table reads an embedded CSV file with a header.
func (y Years) table(name string) ([]row, error) {
	s, err := y.file(name)
	if err != nil {
		return nil, err
	}
	lines, err := csv.NewReader(bytes.NewReader([]byte(s))).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	rows := make([]row, 0, len(lines))
	for _, line := range lines[1:] {
		r := row{}
		for i, column := range lines[0] {
			r[column] = line[i]
		}
		rows = append(rows, r)
	}
	return rows, nil
}
