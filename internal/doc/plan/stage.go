package plan

import (
	"strings"

	"zhunsheng/internal/doc/text"
)

// Stage is one phase of a plan that is carried out in phases (分阶段实施). Months are YYYY-MM, XXXX for a year that is
// masked or not to be known.
type Stage struct {
	Document int    `json:"document"`
	No       int    `json:"no"`
	Name     string `json:"name"`
	From     string `json:"from"`
	To       string `json:"to"`
	Text     string `json:"text"` // the range as printed
	Goal     string `json:"goal"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
}

// stages finds the phases a document names with their range in brackets: 第一阶段：实施阶段（2025年1月—3月），….
func (d *document) stages() []Stage {
	f := d.p.f
	var out []Stage
	for _, ln := range d.lines {
		from := ln.a + ln.label.n
		for i := from; i < ln.b; i++ {
			if f[i] == '。' || f[i] == ';' || f[i] == ':' || f[i] == '\n' {
				if f[i] != ':' || index(f[from:i], "阶段") < 0 {
					from = i + 1
				}
				continue
			}
			if f[i] != '(' || !hasSuffix(f[from:i], "阶段") || d.p.mask[i] {
				continue
			}
			end := d.p.closeBracket(i, ln.b)
			if end < 0 {
				continue
			}
			m, n := readMoment(f[i+1:end], '(')
			stop, to, ok := rangeEnd(f[:end], i+1+n, m)
			if n == 0 || !ok || stop < end && skipBefore(f[:end], stop) < end {
				continue
			}
			s := Stage{No: len(out) + 1, Text: d.flat(i+1, end), From: m.first(d.year)[:7], To: to.last(d.year)[:7]}
			name := from
			if k := index(f[from:i], ":"); k >= 0 {
				name = from + k + 1
			}
			s.Name = d.flat(name, i)
			s.No = d.stageNo(ln, from, i, s.No)
			goal := end + 1
			for goal < ln.b && strings.ContainsRune(",:。 ", f[goal]) {
				goal++
			}
			stop = goal
			for stop < ln.b && f[stop] != '。' && f[stop] != ';' {
				stop++
			}
			s.Goal = d.flat(goal, stop)
			s.Start, s.End = d.p.n.Source(ln.a, max(stop, end+1))
			out = append(out, s)
			i = end
		}
	}
	return out
}

// stageNo is the number of a stage: of 第二阶段, else of the line, else its turn.
func (d *document) stageNo(ln line, from, i, turn int) int {
	if k := index(d.p.f[from:i], "第"); k >= 0 {
		if v, n := text.ChineseNumber(d.p.f[from+k+1 : i]); n > 0 && hasPrefix(d.p.f[from+k+1+n:i], "阶段") {
			return int(v)
		}
	}
	if ln.label.n > 0 {
		return ln.label.no
	}
	return turn
}
