package plan

import (
	"fmt"
	"strings"

	"zhunsheng/internal/doc/text"
)

// Kinds of documents.
const (
	docPlan   = "plan"
	docReport = "report"
	docOther  = "other"
)

var (
	planEndings   = strings.Fields("计划 方案 要点 意见 安排 清单 分工 分解 分解表 分工表 任务表 责任表 安排表 计划表 一览表 台账 行动 举措 措施 任务 任务书 规划 纲要 分工方案 任务分工 部署 工作表")
	reportEndings = strings.Fields("报告 总结 汇报 情况 述职 简报 通报 公报 小结 报告书 材料 综述")
	otherEndings  = strings.Fields("通知 办法 规定 细则 决定 公告 通告 批复 制度 规则 条例 函 纪要 指引 标准")
	titleEndings  = append(append(append([]string{}, planEndings...), reportEndings...), otherEndings...)
)

// document is one document of the page under reading.
type document struct {
	Document
	p     *page
	lines []line
	year  int // that months without a year belong to; 0: unknown
	nodes []node
	rows  []row
}

// title gives the words of a line that reads like the title of a document, "" if it does not.
func (p *page) title(ln line) string {
	if ln.label.n > 0 || len(ln.cells) > 0 || ln.b-ln.a > 90 {
		return ""
	}
	a, b := ln.a, ln.b
	f := p.f[a:b]
	if hasPrefix(f, "附件") || hasPrefix(f, "来源") || p.fieldLine(ln) {
		return ""
	}
	for b > a && p.f[b-1] == ')' { // （试行）, （2021—2025年）
		open := p.openBracket(a, b-1)
		if open <= a {
			break
		}
		a, b = p.trim(a, open)
	}
	if b > a && p.f[b-1] == '》' {
		b--
	}
	f = p.f[a:b]
	if len(f) < 4 || longestSuffix(f, titleEndings) == "" {
		return ""
	}
	for i, c := range f {
		if (c == '。' || c == ';' || c == ':' || c == ',') && !p.mask[a+i] {
			return ""
		}
	}
	return strings.TrimLeft(p.name(ln.a, ln.b), "#*")
}

// split finds where the documents glued together in one file begin: at a further title, or where the numbering
// starts again without a heading above it.
func (p *page) split() [][]line {
	var starts []int
	start, chinese, bracket := 0, 0, 0
	body := false // a number or a table has been seen since the document began
	titles := map[string]bool{}
	begin := func(i int) {
		if i > start {
			starts = append(starts, i)
			start = i
		}
		chinese, bracket, body = 0, 0, false
		clear(titles)
	}
	for i, ln := range p.lines {
		if len(ln.cells) > 0 {
			body = body || p.readColumns(ln) != nil // the table of 索引号, 发文字号 above a paper is none of its text
			continue
		}
		if p.annexLine(p.lines, i) {
			continue
		}
		switch ln.label.style {
		case noStyle:
			t := p.title(ln)
			if t == "" {
				continue
			}
			t = bareTitle(t)
			known := false
			for have := range titles {
				known = known || strings.Contains(have, t) || strings.Contains(t, have)
			}
			switch {
			case known:
				chinese, bracket = 0, 0
			case body && p.opensDocument(ln):
				begin(p.backToHead(start, i))
			case body:
				continue
			}
			titles[t] = true
		case stChapter, stSection, stArticle, stOrdinal:
			if ln.label.style == stChapter || ln.label.style == stSection {
				chinese = 0
			}
			bracket, body = 0, true
		case stChinese:
			if chinese > 0 && ln.label.no <= chinese && !p.underHeading(i) {
				begin(p.backToIntro(start, i))
			}
			chinese, bracket, body = ln.label.no, 0, true
		case stBracket:
			if bracket > 0 && ln.label.no <= bracket && ln.label.no == 1 && !p.underHeading(i) {
				begin(p.backToIntro(start, i))
			}
			bracket, body = ln.label.no, true
		default:
			body = true
		}
	}
	var out [][]line
	from := 0
	for _, s := range append(starts, len(p.lines)) {
		if s > from {
			out = append(out, p.lines[from:s])
		}
		from = s
	}
	return out
}

// annexLine says whether a numbered line belongs to a list of annexes: 附件：1.… 2.…
func (p *page) annexLine(lines []line, i int) bool {
	for k := i; k >= 0 && k > i-20; k-- {
		ln := lines[k]
		f := p.f[ln.a:ln.b]
		if len(f) > 60 || index(f, "。") >= 0 || len(ln.cells) > 0 {
			return false
		}
		if ln.label.style == stArabic {
			continue
		}
		return k < i && hasPrefix(f, "附件") && index(f, ":") >= 0
	}
	return false
}

// bareTitle leaves off what a notice wraps around the title of what it sends out.
func bareTitle(t string) string {
	for strings.HasPrefix(t, "《") && strings.HasSuffix(t, "》") && strings.Count(t, "《") == 1 {
		t = strings.TrimSuffix(strings.TrimPrefix(t, "《"), "》")
	}
	for _, w := range []string{"关于印发", "关于转发", "关于下发"} {
		if _, inner, ok := strings.Cut(t, w); ok {
			t = strings.TrimLeft(inner, "《〈<“")
			if k := strings.IndexAny(t, "》〉>”"); k > 0 {
				return t[:k]
			}
			return strings.TrimSuffix(t, "的通知")
		}
	}
	if i := strings.Index(t, "《"); i >= 0 {
		if j := strings.LastIndex(t, "》"); j > i {
			t = t[i+len("《") : j]
		}
	}
	return strings.TrimSpace(t)
}

// opensDocument says whether a title in the middle of a file is that of a new document, and not a heading without a
// number: it speaks of a place, a year or 关于, or is long.
func (p *page) opensDocument(ln line) bool {
	f := p.f[ln.a:ln.b]
	if longestPrefix(f, []string{"下一步", "今后", "存在", "工作", "主要", "具体", "重点", "年度工作", "下步", "下阶段", "明年"}) != "" {
		return false
	}
	if i := index(f, "年"); i >= 3 && i <= 5 && len(f) < 14 { // 2026年工作安排 heads a part of a report
		return containsAny(f, []string{"县", "市", "区", "局", "委", "政府"})
	}
	return len(f) >= 10 || containsAny(f, []string{"关于", "《", "县", "市", "区", "局", "镇", "乡", "街道"}) && len(f) >= 7
}

// underHeading says whether a short line without a number stands right above, which a new count may belong to.
func (p *page) underHeading(i int) bool {
	if i == 0 {
		return false
	}
	ln := p.lines[i-1]
	return ln.label.n == 0 && len(ln.cells) == 0 && ln.b-ln.a < 30 && (ln.head || !closed(p.f[ln.b-1])) && p.title(ln) == "" && !p.fieldLine(ln)
}

// backToHead goes back from a title to the issuer's name and number that stand right above it.
func (p *page) backToHead(start, i int) int {
	for k := i - 1; k > start && i-k <= 4; k-- {
		ln := p.lines[k]
		f := p.f[ln.a:ln.b]
		if ln.label.n == 0 && len(ln.cells) == 0 && len(f) < 30 && (longestSuffix(f, orgEndings) != "" && looksLikeUnit(f) || docNumber(f) != "" || hasSuffix(f, "文件")) {
			if k > start && p.signed(k) {
				break
			}
			i = k
			continue
		}
		break
	}
	return i
}

// signed says whether a date follows the line: then the name is a signature, not a head.
func (p *page) signed(k int) bool {
	return k+1 < len(p.lines) && p.dateLine(p.lines[k+1]) != ""
}

// backToIntro goes back from a number to the paragraphs without a number that introduce it.
func (p *page) backToIntro(start, i int) int {
	k := i
	for k-1 > start {
		ln := p.lines[k-1]
		if ln.label.n > 0 || len(ln.cells) > 0 || p.fieldLine(ln) || p.dateLine(ln) != "" || p.closer(ln) {
			break
		}
		k--
	}
	// A heading alone takes the first paragraph behind it as its own.
	if k < i && k > start && p.lines[k-1].label.n > 0 && index(p.f[p.lines[k-1].a:p.lines[k-1].b], "。") < 0 {
		k++
	}
	return k
}

// dateLine gives the date a line consists of.
func (p *page) dateLine(ln line) string {
	a, b := ln.a, ln.b
	if b-a > 24 || b-a < 8 {
		return ""
	}
	if p.f[a] == '(' {
		a++
	}
	d, n := text.WrittenDay(p.f[a:b])
	if n == 0 || b-a-n > 2 {
		return ""
	}
	return d.String()
}

// docNumber gives the number of a document (发文字号) that a run holds.
func docNumber(f []rune) string {
	for i := 1; i+7 < len(f); i++ {
		if f[i] != '[' && f[i] != '(' || f[i+5] != ']' && f[i+5] != ')' {
			continue
		}
		if y, k := text.Decimal(f[i+1 : i+5]); k != 4 || y < 1949 || y > 2199 {
			continue
		}
		a := i
		for a > 0 && text.IsHan(f[a-1]) && i-a < 12 {
			a--
		}
		j := i + 6
		if j < len(f) && f[j] == '第' {
			j++
		}
		n := 0
		for j < len(f) && f[j] >= '0' && f[j] <= '9' {
			j++
			n++
		}
		if n == 0 || n > 5 || j >= len(f) || f[j] != '号' || i-a < 2 {
			continue
		}
		return string(f[a:i]) + "〔" + string(f[i+1:i+5]) + "〕" + string(f[i+6:j+1])
	}
	return ""
}

// describe reads the head of a document and says what it is. The kind is empty where there is no document at all.
func (p *page) describe(lines []line, opt Options) *document {
	d := &document{p: p, lines: lines}
	d.Start, _ = p.n.Source(lines[0].a, lines[0].b)
	_, d.End = p.n.Source(lines[len(lines)-1].a, lines[len(lines)-1].b)
	head := len(lines)
	for i, ln := range lines {
		if ln.label.n > 0 && !p.annexLine(lines, i) || p.readColumns(ln) != nil {
			head = i
			break
		}
	}
	wrapper := ""
	for i, ln := range lines[:head] {
		if t := p.title(ln); t != "" {
			if strings.HasPrefix(t, "关于") && i > 0 && looksLikeUnit(p.f[lines[i-1].a:lines[i-1].b]) {
				t = p.name(lines[i-1].a, lines[i-1].b) + t
			}
			if strings.HasSuffix(strings.TrimRight(t, "》〉"), "通知") && strings.Contains(t, "印发") {
				wrapper = t
			} else {
				d.Title = strings.Trim(t, "《》")
			}
		}
		if d.Number == "" && index(p.f[ln.a:ln.b], "。") < 0 {
			d.Number = docNumber(p.f[ln.a:min(ln.b, ln.a+40)])
		}
	}
	if d.Title == "" && wrapper != "" {
		d.Title = bareTitle(wrapper)
	}
	d.readDate(head)
	for _, t := range []string{wrapper, d.Title} {
		if i := strings.Index(t, "关于"); i > 0 && d.Issuer == "" {
			name := t[:i]
			for _, mark := range []string{"》", "〕", "《", "号", "〈"} {
				if k := strings.LastIndex(name, mark); k >= 0 {
					name = name[k+len(mark):]
				}
			}
			if looksLikeUnit([]rune(name)) {
				d.Issuer = name
			}
		}
	}
	d.Year = d.planYear()
	d.year = d.Year
	if opt.Year > 0 {
		d.year = opt.Year
	}
	d.outline(head)
	d.readRows()
	d.classify(head)
	return d
}

// readDate finds date and issuer: the last date line with a name above it, before the numbered text or at the end.
func (d *document) readDate(head int) {
	for i, ln := range d.lines {
		if i >= head && i < len(d.lines)-8 {
			continue
		}
		f := d.p.f[ln.a:ln.b]
		if s := d.p.dateLine(ln); s != "" {
			if d.Date == "" || i < head {
				d.Date = s
			}
			if i > 0 {
				prev := d.lines[i-1]
				if name := d.p.f[prev.a:prev.b]; prev.label.n == 0 && looksLikeUnit(name) {
					d.Issuer = d.p.name(prev.a, prev.b)
				}
			}
		} else if k := index(f, "日期:"); d.Date == "" && i < head && k >= 0 && k < 6 {
			j := k + 3
			for j < len(f) && f[j] == ' ' {
				j++
			}
			if day, n := text.WrittenDay(f[j:]); n > 0 {
				d.Date = day.String()
				continue
			}
		}
	}
	// A date of publishing gives way to the date of the document.
	for i, ln := range d.lines[:head] {
		if s := d.p.dateLine(ln); s != "" && i > 0 {
			d.Date = s
		}
	}
}

// planYear is the year of the plan: of its title, else of its date, else of its number. A masked year stays unknown.
func (d *document) planYear() int {
	years, masked := titleYears([]rune(d.Title))
	if len(years) == 1 {
		return years[0]
	}
	if masked {
		return 0
	}
	var y int
	if n, err := fmt.Sscanf(d.Date, "%4d-", &y); n == 1 && err == nil {
		return y
	}
	if i := strings.Index(d.Number, "〔"); i >= 0 {
		if n, err := fmt.Sscanf(d.Number[i+len("〔"):], "%4d", &y); n == 1 && err == nil {
			return y
		}
	}
	return 0
}

// titleYears finds the years a title names; a range such as （2021—2025年） is no year.
func titleYears(f []rune) (years []int, masked bool) {
	for i := range f {
		if i > 0 && (f[i-1] >= '0' && f[i-1] <= '9') {
			continue
		}
		var m moment
		if n := readYear(f[i:], &m); n == 0 {
			continue
		}
		if i > 0 && strings.ContainsRune("-—–~至", f[i-1]) {
			continue
		}
		if m.masked {
			masked = true
		} else if m.year > 0 {
			years = append(years, m.year)
		}
	}
	return years, masked
}

var (
	planPhrases   = strings.Fields("制定本计划 制定如下方案 制定本方案 制定如下计划 制定如下工作计划 制定本年度工作计划 制定本年度计划 特制定本 特制定如下 制定本实施方案 制定如下实施方案 制订本方案 制订本计划 制订如下 制定本工作方案 制定本要点 特制订")
	reportPhrases = strings.Fields("汇报如下 报告如下 总结如下 完成情况 今年以来 一年来 取得了 现将有关情况")
)

// classify says what kind of document it is.
func (d *document) classify(head int) {
	withUnits := len(d.rows)
	for i := range d.nodes {
		if len(d.nodes[i].units) > 0 {
			withUnits++
		}
	}
	title := []rune(d.Title)
	for len(title) > 0 && title[len(title)-1] == ')' || len(title) > 0 && title[len(title)-1] == '）' {
		k := len(title) - 1
		for k > 0 && title[k] != '(' && title[k] != '（' {
			k--
		}
		title = title[:k]
	}
	isPlan := longestSuffix(title, planEndings) != ""
	isReport := longestSuffix(title, reportEndings) != ""
	var intro []rune
	if head > 0 {
		intro = d.p.f[d.lines[0].a:d.lines[head-1].b]
	}
	switch {
	case isReport && withUnits < 3:
		d.Kind = docReport
	case withUnits >= 2, withUnits == 1 && (isPlan || len(title) > 0):
		d.Kind = docPlan
	case isPlan && len(d.nodes) > 0:
		d.Kind = docPlan
	case len(title) == 0 && containsAny(intro, reportPhrases):
		d.Kind = docReport
	case len(title) == 0 && len(d.nodes) >= 2 && containsAny(intro, planPhrases):
		d.Kind = docPlan
	case len(title) > 0 || len(d.nodes) >= 3:
		d.Kind = docOther
	}
}
