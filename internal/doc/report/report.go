// Package report makes reports whose figures can be traced. A template is Markdown as layout.Parse reads it, with
// tokens:
//
//	办结 {{penalty.decided}} 件，期限内办结率 {{penalty.on_time}}。
//
//	{{by-unit}}
//
// What a token means is decided by who resolves it: a figure, words (the name of a unit, a day), or, where the token
// is a paragraph of its own, whole blocks such as a table, whose texts may hold tokens again. Every figure keeps its
// formula, period and snapshot, gets a number in the order of appearance, and every place that shows it leads to it.
// Lint then reads the report as a careful reader would.
package report

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"zhunsheng/internal/doc/layout"
)

// Figure is what a token stands for.
type Figure struct {
	No       int     // order of appearance from 1; given by Render
	ID       string  // the token
	Name     string  // what it counts, in words: 行政处罚决定
	Formula  string  // how it comes about
	Period   string  // 2026-01-01/2026-06-30
	Snapshot int64   // seq of the last record it knows
	Value    float64 // of a percentage: 96.5
	Unit     string  // 件, 项, %
	Decimals int     // digits after the point that are shown

	Words  string         // not empty: the token is words, no figure
	Blocks []layout.Block // not nil: the token is a paragraph that becomes these
}

// Show writes the value as it stands in the text: with % for a percentage, without any other unit.
func (f Figure) Show() string {
	if f.Words != "" {
		return f.Words
	}
	s := strconv.FormatFloat(f.Value, 'f', f.Decimals, 64)
	if f.Decimals > 0 && strings.Trim(s[strings.IndexByte(s, '.')+1:], "0") == "" {
		s = s[:strings.IndexByte(s, '.')] // 100%, not 100.0%
	}
	if s == "-0" {
		s = "0"
	}
	if f.Unit == "%" {
		s += "%"
	}
	return s
}

// Draft is a report with its figures. In Document a Run or cell that shows a figure has the figure's ID as its Ref.
type Draft struct {
	Document layout.Document
	Figures  []Figure // by No
}

// Render fills a template. resolve is asked once for each token; its errors, and what cannot be set, are joined, each
// with its place. Headings without numbers are numbered.
func Render(template string, resolve func(token string) (Figure, error)) (Draft, error) {
	places := map[string]layout.Mark{}
	for _, m := range layout.Marks(template) {
		if _, ok := places[m.Text]; !ok {
			places[m.Text] = m
		}
	}
	d, err := layout.Parse(template)
	if err != nil {
		return Draft{}, err
	}
	r := renderer{resolve: resolve, known: map[string]answer{}, places: places}
	if d.Blocks, err = r.insert(d.Blocks); err != nil {
		return Draft{}, err
	}
	d.Blocks = layout.Numbered(d.Blocks)
	if d, err = d.Fill(r.fill); err != nil {
		return Draft{}, err
	}
	return Draft{Document: d, Figures: r.figures}, nil
}

type renderer struct {
	resolve func(string) (Figure, error)
	known   map[string]answer
	places  map[string]layout.Mark
	figures []Figure
}

type answer struct {
	figure Figure
	err    error
}

// ask resolves a token, once.
func (r *renderer) ask(token string) (Figure, error) {
	if a, ok := r.known[token]; ok {
		return a.figure, a.err
	}
	f, err := r.resolve(token)
	if err == nil && f.Words == "" && f.Blocks == nil && (math.IsNaN(f.Value) || math.IsInf(f.Value, 0)) {
		err = errors.New("没有可以计算的数值")
	}
	if err != nil {
		if m, ok := r.places[token]; ok {
			err = fmt.Errorf("第 %d 行第 %d 列 {{%s}}：%w", m.Line, m.Column, token, err)
		} else {
			err = fmt.Errorf("{{%s}}：%w", token, err)
		}
	}
	f.ID = token
	r.known[token] = answer{f, err}
	return f, err
}

// insert puts blocks in the place of paragraphs that are one token.
func (r *renderer) insert(blocks []layout.Block) ([]layout.Block, error) {
	var out []layout.Block
	var problems []error
	for _, b := range blocks {
		whole := strings.TrimSpace(b.String())
		marks := layout.Marks(whole)
		if b.Kind != layout.Paragraph || len(marks) != 1 || !strings.HasPrefix(whole, "{{") || !strings.HasSuffix(whole, "}}") {
			out = append(out, b)
			continue
		}
		f, err := r.ask(marks[0].Text)
		switch {
		case err != nil:
			problems = append(problems, err)
		case f.Blocks != nil:
			out = append(out, f.Blocks...)
		default:
			out = append(out, b)
		}
	}
	return out, errors.Join(problems...)
}

// fill gives the text of a token inside a text, and numbers its figure.
func (r *renderer) fill(token string) (layout.Run, error) {
	f, err := r.ask(token)
	switch {
	case err != nil:
		return layout.Run{}, err
	case f.Blocks != nil:
		return layout.Run{}, fmt.Errorf("{{%s}} 要单独成为一段", token)
	case f.Words != "":
		return layout.Run{Text: f.Words}, nil
	}
	f.No = len(r.figures) + 1
	r.figures = append(r.figures, f)
	return layout.Run{Text: f.Show(), Ref: token}, nil
}
