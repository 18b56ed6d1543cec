// Package figure finds arithmetic in the prose of reports and checks it: sums with their parts, shares, rates, growth,
// differences and averages. It reports only statements whose operands the text itself gives; a statement is wrong only
// where the text leaves no other reading, for a checker that cries wolf is switched off.
//
// Rounding: a percentage or an average with k decimals agrees when it differs by less than one unit of its last
// decimal, so cut-off and rounded-up figures pass. Numbers marked 多, 余, 约 are rough; rough numbers that do not
// agree exactly are not reported.
package figure

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhunsheng/internal/doc/text"
)

// Kinds of statements.
const (
	KindSum        = "sum"        // a total and its parts
	KindShare      = "share"      // 占…%
	KindRate       = "rate"       // 办结率…%
	KindGrowth     = "growth"     // 比上年增长…%
	KindDifference = "difference" // 比上年增加…件
	KindAverage    = "average"    // 人均…
)

// Verdicts.
const (
	Consistent   = "consistent"
	Inconsistent = "inconsistent"
	NotCheckable = "not_checkable" // of the format; what cannot be checked is not reported here
)

// Figure is one statement of arithmetic. Offsets count characters of the source, the end is exclusive; Text is the
// exact run of the source.
type Figure struct {
	Kind       string    `json:"kind"`
	Text       string    `json:"text"`
	TotalText  string    `json:"total_text,omitempty"` // another run that holds the total or base
	Start      int       `json:"start"`
	End        int       `json:"end"`
	Numbers    []float64 `json:"numbers"` // total or base included
	Stated     float64   `json:"stated"`
	Computed   float64   `json:"computed"`
	Difference float64   `json:"difference"` // computed − stated
	Unit       string    `json:"unit"`
	Verdict    string    `json:"verdict"`
}

// StatedWords is what the text says, with its unit.
func (f Figure) StatedWords() string { return format(f.Stated) + f.Unit }

// ComputedWords is what the operands make, with the unit, to at most two decimals.
func (f Figure) ComputedWords() string { return format(math.Round(f.Computed*100)/100) + f.Unit }

func format(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// Check finds and checks the arithmetic in a text. Each line is a paragraph.
func Check(s string) []Figure {
	var list []text.Paragraph
	at := 0
	for line := range strings.SplitSeq(s, "\n") {
		n := utf8.RuneCountInString(line)
		list = append(list, text.Paragraph{Text: line, Start: at, End: at + n})
		at += n + 1
	}
	return CheckParagraphs(list)
}

// CheckParagraphs finds and checks the arithmetic in the paragraphs of a document, in text order. The list is never nil.
func CheckParagraphs(paragraphs []text.Paragraph) []Figure {
	r := &reader{}
	r.load(paragraphs)
	r.scan()
	for s := range r.sentences {
		r.sums(s)
	}
	for s := range r.sentences {
		r.shares(s)
		r.rates(s)
		r.changes(s)
		r.averages(s)
	}
	slices.SortStableFunc(r.out, func(a, b Figure) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return a.End - b.End
	})
	if r.out == nil {
		r.out = []Figure{}
	}
	return r.out
}

// report adds a statement that stands in f[a:b] of the normal form.
func (r *reader) report(kind string, a, b int, numbers []float64, stated, computed float64, unit, verdict string, total *mention) {
	f := Figure{Kind: kind, Numbers: numbers, Stated: stated, Computed: tidy(computed), Difference: tidy(computed - stated), Unit: unit, Verdict: verdict}
	f.Start, f.End = r.n.Source(a, b)
	f.Text = r.source(f.Start, f.End)
	if total != nil && (total.a < a || total.b > b) {
		s, e := r.n.Source(r.skipBlank(total.head), total.b)
		f.TotalText = r.source(s, e)
	}
	for i, v := range f.Numbers {
		f.Numbers[i] = tidy(v)
	}
	r.out = append(r.out, f)
}

// tidy cuts off the dust of binary fractions.
func tidy(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// fits says whether a computed value agrees with a stated one of so many decimals.
func fits(computed, stated float64, decimals int) bool {
	return math.Abs(computed-stated) < math.Pow10(-decimals)-1e-9
}
