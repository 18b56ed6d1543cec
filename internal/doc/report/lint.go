package report

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhunsheng/internal/doc/figure"
	"zhunsheng/internal/doc/layout"
)

// Finding is something in a report that a careful reader would ask about.
type Finding struct {
	Kind     FindingKind
	Block    int    // index into Document.Blocks
	Quote    string // the words of the report
	Stated   string // what they say
	Computed string // what it should be; empty where nothing says so
	Source   string // where Computed comes from: the ID of a figure, or 本段数字
}

// FindingKind says how much a finding weighs.
type FindingKind string

// The kinds of findings.
const (
	Contradiction FindingKind = "contradiction" // the report contradicts itself or a figure: must be put right
	Doubtful      FindingKind = "doubtful"      // cannot be right as it stands, e.g. a rate above 100 %
	TypedIn       FindingKind = "typed"         // a number typed in by hand: someone has to answer for it
)

// Lint reads the draft: sums, shares and growth within its text (package figure), numbers typed in where a figure says
// otherwise, rates above 100 %, and all other numbers typed in by hand. Dates, years, ordinals, numbers of documents
// and articles are no such numbers. Findings come in the order of the text.
func Lint(d Draft) []Finding {
	var found []Finding
	for i, b := range d.Document.Blocks {
		found = append(found, lintBlock(i, b, d.Figures)...)
	}
	return found
}

func lintBlock(index int, b layout.Block, figures []Figure) []Finding {
	if b.Kind == layout.TableOf {
		return lintTable(index, b.Table)
	}
	var found []Finding
	whole := b.String()
	for _, f := range figure.Check(whole) {
		if f.Verdict == figure.Inconsistent {
			found = append(found, Finding{Contradiction, index, f.Text, f.StatedWords(), f.ComputedWords(), "本段数字"})
		}
	}
	byID := map[string]Figure{}
	for _, f := range figures {
		byID[f.ID] = f
	}
	before := "" // the text before the run
	for _, run := range b.Runs {
		if f, ok := byID[run.Ref]; ok && run.Ref != "" {
			if f.Unit == "%" && f.Value > 100 && rate(before) {
				found = append(found, Finding{Doubtful, index, tail(before) + run.Text, run.Text, "", f.ID})
			}
			before += run.Text
			continue
		}
		for _, n := range typedNumbers(whole, before, run.Text) {
			found = append(found, judge(index, n, figures))
		}
		before += run.Text
	}
	return found
}

// typed is a number written by hand.
type typed struct {
	label  string // the words before it, in the same clause
	text   string // the number as written
	value  float64
	unit   string // % or the character after it
	quoted string // label, number and unit
}

var (
	numberForm = regexp.MustCompile(`\d[\d,，]*(?:\.\d+)?\s*[%％]?`)
	labelEnd   = regexp.MustCompile(`[，。；：、！？,;:（）()“”"\n\t]`)
	afterNoFig = regexp.MustCompile(`^\s*(年|月|日|时|点|号|条|款|章|[-—]|〕|个工作日|小时|热线|平台)`)
	itemLabel  = regexp.MustCompile(`^[.．、]`)
	beforeOrd  = regexp.MustCompile(`(第|〔|\[|［|（|\(|[A-Za-z_./-]|No\.?)\s*$`)
)

// typedNumbers finds the numbers in part, which stands after before in whole.
func typedNumbers(whole, before, part string) []typed {
	var out []typed
	for _, m := range numberForm.FindAllStringIndex(part, -1) {
		head, text, rest := before+part[:m[0]], strings.TrimRight(part[m[0]:m[1]], ",， "), whole[len(before)+m[1]:]
		if trimmed := part[m[0]:m[1]]; len(trimmed) > len(text) {
			rest = trimmed[len(text):] + rest
		}
		if afterNoFig.MatchString(rest) || beforeOrd.MatchString(head) || strings.TrimSpace(head) == "" && itemLabel.MatchString(rest) {
			continue
		}
		end := len(whole) - len(rest)
		number, percent := strings.CutSuffix(strings.ReplaceAll(text, "％", "%"), "%")
		value, err := strconv.ParseFloat(strings.NewReplacer(",", "", "，", "", " ", "").Replace(number), 64)
		if err != nil || math.IsInf(value, 0) {
			continue
		}
		n := typed{text: text, value: value, unit: "%"}
		if !percent {
			n.unit = ""
			if r, size := utf8.DecodeRuneInString(strings.TrimLeft(rest, " ")); r > 0x2e80 && r != utf8.RuneError && !strings.ContainsRune("，。；：、！？）”《》", r) {
				n.unit = string(r)
				end += len(rest) - len(strings.TrimLeft(rest, " ")) + size
			}
		}
		n.label = clause(head)
		n.quoted = strings.TrimSpace(whole[clauseStart(head):end])
		out = append(out, n)
	}
	return out
}

// clause is the end of s back to the last punctuation.
func clause(s string) string { return strings.TrimSpace(s[clauseStart(s):]) }

func clauseStart(s string) int {
	if all := labelEnd.FindAllStringIndex(s, -1); len(all) > 0 {
		return all[len(all)-1][1]
	}
	return 0
}

// tail is the clause at the end of s, at most 20 characters of it.
func tail(s string) string {
	r := []rune(clause(s))
	return string(r[max(len(r)-20, 0):])
}

// rate reports whether what s ends with is a share of a whole, which cannot pass 100 %: growth can.
func rate(s string) bool {
	c := clause(s)
	return strings.Contains(c, "率") && !strings.Contains(c, "增长") && !strings.Contains(c, "增幅") || strings.Contains(c, "占")
}

// judge compares a typed number with the figure of the same name and unit.
func judge(index int, n typed, figures []Figure) Finding {
	f := Finding{Kind: TypedIn, Block: index, Quote: n.quoted, Stated: n.text}
	for _, known := range figures {
		if known.Name == "" || known.Unit != n.unit || !strings.HasSuffix(strings.TrimRight(n.label, "共计为达到了 "), known.Name) {
			continue
		}
		if math.Abs(known.Value-n.value) > math.Pow10(-known.Decimals)/2+1e-9 {
			f.Kind = Contradiction
		}
		f.Computed, f.Source = known.Show(), known.ID
		return f
	}
	if n.unit == "%" && n.value > 100 && rate(n.label) {
		f.Kind = Doubtful
	}
	return f
}

// lintTable lists the numbers in cells that lead to no figure, but for a column of ordinals.
func lintTable(index int, t layout.Table) []Finding {
	var found []Finding
	for r, row := range t.Rows {
		for c, cell := range row {
			if r < len(t.Refs) && c < len(t.Refs[r]) && t.Refs[r][c] != "" || c < len(t.Header) && (t.Header[c] == "序号" || t.Header[c] == "编号") {
				continue
			}
			s := strings.TrimSpace(cell)
			if m := numberForm.FindString(s); m != "" && m == s {
				title := ""
				if c < len(t.Header) {
					title = t.Header[c]
				}
				found = append(found, Finding{Kind: TypedIn, Block: index, Quote: fmt.Sprintf("表第 %d 行%s：%s", r+1, title, s), Stated: s})
			}
		}
	}
	return found
}
