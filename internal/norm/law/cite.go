package law

import (
	"fmt"
	"slices"
	"strings"
)

// Ref is what a citation points to: an instrument, one of its versions, and a place in it. Zero means not named.
type Ref struct {
	Instrument *Instrument
	Version    *Version
	Year       string // the year by which the citation names the version, as in 行政处罚法(2021)
	Article    *Article
	Paragraph  int // 款
	Item       int // 项
	Point      int // 目
}

// String writes the reference in full: 《中华人民共和国行政处罚法》第五十八条第一款第二项.
func (r Ref) String() string {
	s := "《" + r.Instrument.Title + "》"
	if r.Year != "" {
		s += "（" + r.Year + "）"
	}
	if r.Article == nil {
		return s
	}
	s += "第" + numeral(r.Article.No) + "条"
	if r.Article.Sub > 0 {
		s += "之" + numeral(r.Article.Sub)
	}
	for _, part := range []struct {
		n    int
		name string
	}{{r.Paragraph, "款"}, {r.Item, "项"}, {r.Point, "目"}} {
		if part.n > 0 {
			s += "第" + numeral(part.n) + part.name
		}
	}
	return s
}

// Codes of what can be wrong with a citation.
const (
	CodeForm       = "form"       // 写法读不懂
	CodeInstrument = "instrument" // 没有收录这个文件
	CodeVersion    = "version"    // 该日没有生效的文本
	CodeArticle    = "article"    // 没有这一条
	CodePart       = "part"       // 该条没有这一款、项
)

// Problem is why a citation does not resolve. At is where in it, in runes from 0.
type Problem struct {
	At      int
	Code    string
	Message string
	Hint    string
}

// Error is the message and the hint.
func (p *Problem) Error() string {
	if p.Hint == "" {
		return p.Message
	}
	return p.Message + "（" + p.Hint + "）"
}

// Resolve reads a citation as officials write it and finds what it points to on a day (YYYY-MM-DD; "" for the newest
// text): 行政处罚法第五十八条第一款第二项, 《行政处罚法》第42条、第五十五条, 行政处罚法(2021). Several places follow each
// other with 、，；和; a place without a title belongs to the instrument before it, one without an article to the article
// before it. A year in brackets names the version, whatever the day. The error is a *Problem.
func (l *Library) Resolve(citation, on string) ([]Ref, error) {
	p := &parser{lib: l, on: on, s: []rune(citation)}
	var refs []Ref
	for p.separators(); p.i < len(p.s); p.separators() {
		r, bad := p.one(refs)
		if bad != nil {
			return nil, bad
		}
		refs = append(refs, r)
	}
	if len(refs) == 0 {
		return nil, &Problem{0, CodeForm, "没有写明依据", "写成 行政处罚法第五十八条 这样"}
	}
	return refs, nil
}

type parser struct {
	lib *Library
	on  string
	s   []rune
	i   int
}

func (p *parser) separators() {
	for p.i < len(p.s) {
		switch {
		case strings.ContainsRune("、，,；;和及与 　\t\n。", p.s[p.i]):
			p.i++
		case strings.HasPrefix(string(p.s[p.i:]), "以及"):
			p.i += 2
		default:
			return
		}
	}
}

// part reads 第N<kind> and gives N; 0 when it is not there.
func (p *parser) part(kinds string) (n int, kind rune) {
	if p.i >= len(p.s) || p.s[p.i] != '第' {
		return 0, 0
	}
	j := p.i + 1
	bracket := j < len(p.s) && strings.ContainsRune("（(", p.s[j]) // 第（二）项
	if bracket {
		j++
	}
	n, taken := number(p.s[j:])
	j += taken
	if bracket {
		if j >= len(p.s) || !strings.ContainsRune("）)", p.s[j]) {
			return 0, 0
		}
		j++
	}
	if taken == 0 || j >= len(p.s) || !strings.ContainsRune(kinds, p.s[j]) {
		return 0, 0
	}
	p.i = j + 1
	return n, p.s[j]
}

// one reads one place. before is the places already read.
func (p *parser) one(before []Ref) (Ref, *Problem) {
	var r Ref
	start := p.i
	titled := false
	if n, _ := (&parser{s: p.s, i: p.i}).part("条款项目"); n == 0 {
		titled = true
		if bad := p.title(&r); bad != nil {
			return r, bad
		}
	} else {
		if len(before) == 0 {
			return r, &Problem{start, CodeForm, "没有写明是哪个文件的条款", "在前面写明文件名称"}
		}
		last := before[len(before)-1]
		r.Instrument, r.Version, r.Year = last.Instrument, last.Version, last.Year
	}
	at := p.i
	no, kind := p.part("条款项目")
	if no == 0 {
		return r, p.end()
	}
	if kind == '条' {
		sub := 0
		if p.i < len(p.s) && p.s[p.i] == '之' {
			n, taken := number(p.s[p.i+1:])
			if taken == 0 {
				return r, &Problem{p.i, CodeForm, "“之”的后面应当是数字", ""}
			}
			sub, p.i = n, p.i+1+taken
		}
		if r.Article = r.Version.article(no, sub); r.Article == nil {
			name := Ref{Instrument: r.Instrument, Year: r.Year, Article: &Article{No: no, Sub: sub}}
			return r, &Problem{at, CodeArticle, fmt.Sprintf("没有收录%s", name), p.neighbours(r.Version, no)}
		}
		no, kind = p.part("款项目")
	} else {
		if titled || before[len(before)-1].Article == nil {
			return r, &Problem{at, CodeForm, "款、项之前没有写明是哪一条", "写成 第五十八条第一款 这样"}
		}
		// 第一款第二项、第三项: what stands before the kind now named is carried on.
		last := before[len(before)-1]
		r.Article = last.Article
		if kind != '款' {
			r.Paragraph = last.Paragraph
		}
		if kind == '目' {
			r.Item = last.Item
		}
	}
	order := []rune("款项目")
	for least := 0; no > 0; no, kind = p.part("款项目") {
		k := slices.Index(order, kind)
		if k < least {
			return r, &Problem{p.i, CodeForm, "款、项、目的次序不对", "先款后项，先项后目"}
		}
		least = k + 1
		*[]*int{&r.Paragraph, &r.Item, &r.Point}[k] = no
	}
	if bad := r.check(at); bad != nil {
		return r, bad
	}
	return r, p.end()
}

// end makes sure that a place is followed by another or by nothing.
func (p *parser) end() *Problem {
	if i := p.i; i < len(p.s) {
		if p.separators(); p.i == i && p.s[i] != '《' {
			return &Problem{i, CodeForm, fmt.Sprintf("“%s”读不懂", string(p.s[i:])), "写成 行政处罚法第五十八条第一款第二项 这样"}
		}
	}
	return nil
}

// title reads the name of an instrument and the year in brackets after it.
func (p *parser) title(r *Ref) *Problem {
	start := p.i
	name := ""
	if p.s[p.i] == '《' {
		depth, j := 0, p.i
		for ; j < len(p.s); j++ {
			if p.s[j] == '《' {
				depth++
			}
			if p.s[j] == '》' {
				if depth--; depth == 0 {
					break
				}
			}
		}
		if j == len(p.s) {
			return &Problem{start, CodeForm, "书名号没有写完", ""}
		}
		name, p.i = string(p.s[p.i:j+1]), j+1
	} else {
		for p.i < len(p.s) && p.s[p.i] != '《' && !p.atPlace() && p.year() == "" {
			p.i++
		}
		name = strings.TrimRight(string(p.s[start:p.i]), "、，,；;。 　\t\n")
	}
	if r.Instrument = p.lib.Find(name); r.Instrument == nil {
		hint := ""
		if near := nearest(plain(name), p.lib.names); near != "" {
			hint = "是不是《" + near + "》？"
		}
		return &Problem{start, CodeInstrument, fmt.Sprintf("没有收录“%s”", strings.Trim(name, "《》")), hint}
	}
	if len(r.Instrument.Versions) == 0 {
		return &Problem{start, CodeVersion, fmt.Sprintf("《%s》没有收录文本", r.Instrument.Title), ""}
	}
	if r.Year = p.year(); r.Year != "" {
		for p.s[p.i] != '）' && p.s[p.i] != ')' {
			p.i++
		}
		p.i++
		if r.Version = r.Instrument.of(r.Year); r.Version == nil {
			return &Problem{start, CodeVersion, fmt.Sprintf("《%s》没有%s年的文本", r.Instrument.Title, r.Year), versionsHint(r.Instrument)}
		}
		return nil
	}
	if r.Version = r.Instrument.on(p.on); r.Version == nil {
		return &Problem{start, CodeVersion, fmt.Sprintf("《%s》在%s没有生效的文本", r.Instrument.Title, p.on), versionsHint(r.Instrument)}
	}
	return nil
}

// atPlace reports whether 第N条 (or 款, 项) begins here.
func (p *parser) atPlace() bool {
	n, _ := (&parser{s: p.s, i: p.i}).part("条款项目")
	return n > 0
}

// year gives YYYY when （YYYY…） begins here and is closed, else "".
func (p *parser) year() string {
	s := p.s[p.i:]
	if len(s) < 6 || s[0] != '（' && s[0] != '(' || !slices.ContainsFunc(s, func(c rune) bool { return c == '）' || c == ')' }) {
		return ""
	}
	for _, c := range s[1:5] {
		if c < '0' || c > '9' {
			return ""
		}
	}
	if s[5] >= '0' && s[5] <= '9' {
		return ""
	}
	return string(s[1:5])
}

func versionsHint(in *Instrument) string {
	var out []string
	for _, v := range in.Versions {
		s := v.InForce + "起"
		if v.Until != "" {
			s = v.InForce + "起、" + v.Until + "前"
		}
		if v.SupersededBy != "" {
			s += "，后由《" + v.SupersededBy + "》取代"
		}
		out = append(out, s)
	}
	return "收录的文本：" + strings.Join(out, "；")
}

// neighbours names the recorded articles on both sides of one that is not.
func (p *parser) neighbours(v *Version, no int) string {
	below, above := 0, 0
	for _, a := range v.Articles {
		if a.No < no {
			below = max(below, a.No)
		}
		if a.No > no && (above == 0 || a.No < above) {
			above = a.No
		}
	}
	switch {
	case below > 0 && above > 0:
		return "相近的有第" + numeral(below) + "条、第" + numeral(above) + "条"
	case below > 0:
		return "收录到第" + numeral(below) + "条"
	case above > 0:
		return "收录自第" + numeral(above) + "条"
	}
	return ""
}

// check compares 款 and 项 with what is recorded of the article.
func (r Ref) check(at int) *Problem {
	items := r.Article.Items
	if len(items) == 0 {
		return nil
	}
	if r.Paragraph > len(items) {
		return &Problem{at, CodePart, fmt.Sprintf("第%s条只有%s款", numeral(r.Article.No), numeral(len(items))), ""}
	}
	if r.Item == 0 {
		return nil
	}
	most := slices.Max(items) // 第六十四条第一项: the 款 goes without saying
	if r.Paragraph > 0 {
		most = items[r.Paragraph-1]
	}
	if r.Item > most {
		place := Ref{Instrument: r.Instrument, Article: r.Article, Paragraph: r.Paragraph}
		if most == 0 {
			return &Problem{at, CodePart, fmt.Sprintf("%s没有分项", place), ""}
		}
		return &Problem{at, CodePart, fmt.Sprintf("%s只有%s项", place, numeral(most)), ""}
	}
	return nil
}

// nearest gives the known name that differs least from the one written, "" when none is near.
func nearest(written string, names []string) string {
	w := []rune(written)
	best, least := "", max(1, len(w)/3)+1
	for _, name := range names {
		if d := distance(w, []rune(plain(name))); d < least {
			best, least = name, d
		}
	}
	return best
}

func distance(a, b []rune) int {
	prev := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(prev[j+1]+1, row[j]+1, prev[j]+cost)
		}
		prev, row = row, prev
	}
	return prev[len(b)]
}
