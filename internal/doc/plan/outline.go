package plan

import (
	"math"
	"slices"
	"strings"
)

// node is one numbered item with the lines that belong to it alone.
type node struct {
	label
	first, own int // lines [first, own) are its own
	last       int // lines [first, last) are its own and its children's
	parent     int // -1 at the top
	kids       int
	units      []named
	listed     bool     // named behind a label or a role word
	plain      bool     // every name looks like a unit
	limits     [][2]int // runs behind labels of time limits
	lists      [][2]int // runs that list units: no date or target of the work stands there
	end        int      // where the item's own text ends
}

// outline builds the tree of numbers. Lines before head stand before the first number.
func (d *document) outline(head int) {
	var stack []int
	for i := head; i < len(d.lines); i++ {
		ln := d.lines[i]
		lab := ln.label
		if d.p.annexLine(d.lines, i) {
			continue
		}
		if lab.n == 0 {
			if lab = d.plainHeading(i); lab.style == noStyle {
				continue
			}
		}
		for len(stack) > 0 && d.nodes[stack[len(stack)-1]].style >= lab.style {
			stack = stack[:len(stack)-1]
		}
		parent := -1
		if len(stack) > 0 {
			parent = stack[len(stack)-1]
			d.nodes[parent].kids++
		}
		d.nodes = append(d.nodes, node{label: lab, first: i, parent: parent})
		stack = append(stack, len(d.nodes)-1)
	}
	for k := range d.nodes {
		nd := &d.nodes[k]
		nd.own, nd.last = len(d.lines), len(d.lines)
		if k+1 < len(d.nodes) {
			nd.own = d.nodes[k+1].first
		}
		for m := k + 1; m < len(d.nodes); m++ {
			if d.nodes[m].style <= nd.style {
				nd.last = d.nodes[m].first
				break
			}
		}
		d.cutTail(nd)
		d.readOwnUnits(k)
	}
	if n := len(d.nodes); n > 0 {
		d.cutClosing(&d.nodes[n-1])
	}
	d.liftUnits()
}

// plainHeading takes a short line without a number for a heading when numbers begin below it.
func (d *document) plainHeading(i int) label {
	ln := d.lines[i]
	if len(d.nodes) == 0 && !ln.head || ln.b-ln.a > 30 || len(ln.cells) > 0 || d.p.fieldLine(ln) || d.p.closer(ln) || d.p.dateLine(ln) != "" {
		return label{}
	}
	if !ln.head && closed(d.p.f[ln.b-1]) || i+1 >= len(d.lines) {
		return label{}
	}
	next := d.lines[i+1].label
	if next.no != 1 || next.style <= stChinese || next.style >= stArabicIn || i == 0 {
		return label{}
	}
	if prev := d.lines[i-1]; prev.label.n > 0 && !closed(d.p.f[prev.b-1]) {
		return label{} // the body of a heading stands right below it
	}
	return label{style: next.style - 1, no: 0, n: 0}
}

var closers = strings.Fields("附件 附: 来源 抄送 主送 联系人 联系方式 责任编辑 编辑 审核 打印 关闭 上一篇 下一篇 相关推荐 相关链接 相关阅读 版权 主办 承办:  (此件 【打印 【关闭 Copyright CopyRight COPYRIGHT 分享 扫一扫 信息来源 发布时间 发布日期 ICP")

// closer says whether a line belongs to what follows a text: annexes, sources, page furniture.
func (p *page) closer(ln line) bool {
	return ln.label.n == 0 && len(ln.cells) == 0 && longestPrefix(p.f[ln.a:ln.b], closers) != ""
}

// cutTail ends an item before annexes, signature, date and page furniture, and behind its units.
func (d *document) cutTail(nd *node) {
	p := d.p
	for i := nd.first + 1; i < nd.own; i++ {
		ln := d.lines[i]
		stop := p.closer(ln) || p.dateLine(ln) != "" || len(ln.cells) > 0 || p.title(ln) != "" && ln.b-ln.a >= 6
		if !stop && i+1 < len(d.lines) && p.dateLine(d.lines[i+1]) != "" && looksLikeUnit(p.f[ln.a:ln.b]) {
			stop = true
		}
		if stop {
			if nd.last == nd.own {
				nd.last = i
			}
			nd.own = i
			break
		}
	}
	nd.last = max(nd.last, nd.own)
	nd.end = d.lines[nd.own-1].b
}

// cutClosing ends the last item of a document behind its fields: the paragraph that closes the paper is not its own.
func (d *document) cutClosing(nd *node) {
	if len(nd.units) == 0 {
		return
	}
	for i := nd.own - 1; i > nd.first; i-- {
		if ln := d.lines[i]; d.p.fieldLine(ln) {
			if i+1 < nd.own {
				nd.own, nd.last, nd.end = i+1, i+1, ln.b
			}
			return
		}
	}
}

// readOwnUnits finds the units that the lines of a node name.
func (d *document) readOwnUnits(k int) {
	nd := &d.nodes[k]
	p := d.p
	nd.plain = true
	take := func(l unitList, span [2]int) {
		if l.ditto && len(l.units) == 0 {
			for m := k - 1; m >= 0; m-- {
				if len(d.nodes[m].units) > 0 {
					l.units = d.nodes[m].units
					break
				}
			}
		}
		for _, u := range l.units {
			if !hasUnit(nd.units, u.Name) {
				nd.units = append(nd.units, u)
			}
		}
		nd.limits = append(nd.limits, l.deadlines...)
		nd.lists = append(nd.lists, span)
		nd.listed = nd.listed || l.labelled || l.roleWord
		nd.plain = nd.plain && l.plain
	}
	for i := nd.first; i < nd.own; i++ {
		ln := d.lines[i]
		lists, spans := p.bracketUnits(ln)
		for j, l := range lists {
			take(l, spans[j])
		}
		if len(lists) > 0 {
			end := spans[len(spans)-1][1]
			if p.endsLine(end, ln.b) && !d.fieldFollows(i+1, nd.own) {
				nd.end = end
				if i+1 < nd.own { // what stands behind the units is not the item's
					if nd.last == nd.own {
						nd.last = i + 1
					}
					nd.own = i + 1
				}
				break
			}
			continue
		}
		if i == nd.first || !p.fieldLine(ln) {
			if a, b := p.inlineField(ln); a < b {
				if l := p.readUnits(a, b, ""); len(l.units) > 0 || len(l.deadlines) > 0 {
					take(l, [2]int{a, b})
				}
			}
			continue
		}
		a := ln.a
		if p.f[a] == '(' {
			continue // an unclosed bracket
		}
		b := ln.b
		l := p.readUnits(a, b, "")
		if len(l.units) == 0 && len(l.deadlines) == 0 || len(l.deadlines) == 1 && l.deadlines[0][0] >= l.deadlines[0][1] {
			if i+1 < nd.own && !p.fieldLine(d.lines[i+1]) { // the list stands on the next line
				i++
				b = d.lines[i].b
				l = p.readUnits(a, b, "")
			}
		}
		for i+1 < nd.own && strings.ContainsRune("、,", p.f[b-1]) && !p.fieldLine(d.lines[i+1]) { // the list goes on
			i++
			b = d.lines[i].b
			l = p.readUnits(a, b, "")
		}
		take(l, [2]int{a, b})
	}
	if len(nd.units) == 0 {
		if u := p.sentenceUnits(d.lines[nd.first].a+nd.n, d.lines[nd.own-1].b); len(u) > 0 {
			nd.units, nd.listed = u, true
		}
	}
}

func hasUnit(list []named, name string) bool {
	for _, u := range list {
		if u.Name == name {
			return true
		}
	}
	return false
}

// fieldFollows says whether a line of fields (完成时限：…), or a further bracket of units, comes before line end.
func (d *document) fieldFollows(from, end int) bool {
	for i := from; i < end && i < from+3; i++ {
		if d.p.fieldLine(d.lines[i]) {
			return true
		}
	}
	return false
}

// liftUnits gives units that stand on a line of their own below the last of several sub-items to the item above:
// 1.… 2.… 责任单位：甲 names the unit of all of them.
func (d *document) liftUnits() {
	var grouped [stCircled + 1]bool
	for st := range grouped {
		grouped[st] = d.unitsEndGroups(style(st))
	}
	for k := len(d.nodes) - 1; k >= 0; k-- { // the deepest first: their units may have come up from below already
		nd := &d.nodes[k]
		if nd.kids < 2 || len(nd.units) > 0 {
			continue
		}
		last, others := -1, false
		for m := k + 1; m < len(d.nodes) && d.nodes[m].first < nd.last; m++ {
			if d.nodes[m].parent != k {
				continue
			}
			if last >= 0 && len(d.nodes[last].units) > 0 {
				others = true
			}
			last = m
		}
		if others || last < 0 || len(d.nodes[last].units) == 0 || d.nodes[last].kids > 0 {
			continue
		}
		kid := &d.nodes[last]
		if kid.style < stArabicIn && !grouped[kid.style] {
			continue
		}
		nd.units, nd.limits, nd.lists, nd.listed, nd.plain = kid.units, append(nd.limits, kid.limits...), append(nd.lists, kid.lists...), kid.listed, kid.plain
		kid.units, kid.limits, kid.lists = nil, nil, nil
	}
}

// unitsEndGroups says whether, of all groups of sub-items of this style, only the last ever carry units, and there
// are several such groups: then the units are those of the group.
func (d *document) unitsEndGroups(st style) bool {
	groups := 0
	for k := range d.nodes {
		if d.nodes[k].style != st || len(d.nodes[k].units) == 0 {
			continue
		}
		if k+1 < len(d.nodes) && d.nodes[k+1].style == st && d.nodes[k+1].parent == d.nodes[k].parent {
			return false
		}
		if d.nodes[k].no > 1 {
			groups++
		}
	}
	return groups >= 2
}

// measures gives the items of the document in text order.
func (d *document) measures() []Measure {
	st := d.measureStyle()
	below := d.unitsBelow()
	var out []Measure
	inside := -1 // the node whose subtree is already an item
	prev := map[style]int{}
	for k := range d.nodes {
		nd := &d.nodes[k]
		if inside >= 0 && nd.first < d.nodes[inside].last {
			continue
		}
		inside = -1
		kind := ""
		switch {
		case nd.n == 0, d.overTable(k):
			continue
		case len(nd.units) > 0 && !below[k]:
			kind = KindMeasure
		case len(nd.units) > 0 || below[k]:
			continue
		case nd.style == st, nd.kids == 0 && nd.style > stArticle && nd.style < stArabicIn:
			kind = d.kindOf(k, true)
		case nd.style > st && nd.style < stArabicIn && nd.kids > 0 && d.inlineBody(k):
			kind = d.kindOf(k, true)
		default:
			continue
		}
		if d.splitTask(k, st) {
			continue
		}
		m := d.measure(k, kind)
		if len(nd.units) == 0 && kind == KindMeasure && m.Title == "" {
			continue
		}
		m.Confidence = d.confidence(nd, m, prev[nd.style])
		prev[nd.style] = nd.no
		out = append(out, m)
		inside = k
	}
	out = append(out, d.rowMeasures()...)
	slices.SortStableFunc(out, func(a, b Measure) int { return a.Start - b.Start })
	return out
}

// overTable says whether a node without units is a heading over rows of a table of tasks.
func (d *document) overTable(k int) bool {
	if len(d.nodes[k].units) > 0 {
		return false
	}
	for _, r := range d.rows {
		if r.node == k {
			return true
		}
	}
	return false
}

// splitTask says whether a node without units is a heading over items of the plan's own style.
func (d *document) splitTask(k int, st style) bool {
	nd := d.nodes[k]
	if len(nd.units) > 0 || nd.style >= st {
		return false
	}
	for m := k + 1; m < len(d.nodes) && d.nodes[m].first < nd.last; m++ {
		if d.nodes[m].style == st {
			return true
		}
	}
	return false
}

// unitsBelow marks the nodes that have a child with units somewhere below.
func (d *document) unitsBelow() []bool {
	out := make([]bool, len(d.nodes))
	for k := range d.nodes {
		if len(d.nodes[k].units) == 0 {
			continue
		}
		for p := d.nodes[k].parent; p >= 0; p = d.nodes[p].parent {
			out[p] = true
		}
	}
	return out
}

// measureStyle is the form of number that the measures of this plan carry: that of most items with units; in a plan
// without units, the highest whose items go on in their own paragraph.
func (d *document) measureStyle() style {
	var with, all, bodies [stCircled + 1]int
	for k, nd := range d.nodes {
		all[nd.style]++
		if len(nd.units) > 0 {
			with[nd.style]++
		}
		if d.inlineBody(k) {
			bodies[nd.style]++
		}
	}
	best := noStyle
	for st := stChapter; st <= stCircled; st++ {
		if with[st] > with[best] {
			best = st
		}
	}
	if best != noStyle {
		return best
	}
	for st := stChinese; st <= stArabic; st++ {
		if all[st] > 0 && bodies[st]*10 >= all[st]*6 {
			return st
		}
	}
	for st := stChinese; st <= stArabic; st++ {
		if all[st] >= all[best] && all[st] > 0 {
			best = st
		}
	}
	return best
}

// inlineBody says whether a node goes on behind its title in the same paragraph.
func (d *document) inlineBody(k int) bool {
	ln := d.lines[d.nodes[k].first]
	i := index(d.p.f[ln.a:ln.b], "。")
	return i >= 0 && ln.b-ln.a-i > 10
}

var (
	principleWords   = strings.Fields("指导思想 总体要求 基本原则 工作原则 总体思路 指导原则 工作思路")
	goalWords        = strings.Fields("工作目标 总体目标 创建目标 主要目标 目标任务 阶段性任务 阶段性目标 总目标 目标要求 建设目标 预期目标 年度目标")
	requirementWords = strings.Fields("保障措施 组织保障 工作要求 有关要求 相关要求 几点要求 组织实施 实施步骤 工作步骤 方法步骤 进度安排 时间安排 步骤安排 附则 工作保障 落实要求 保障机制 强化保障 组织领导 工作保障措施 工作安排")
	taskWords        = strings.Fields("主要任务 重点任务 主要措施 工作任务 重点工作 工作措施 主要工作 工作内容 具体措施 重点措施 工作重点 具体任务 重点举措")
)

// kindOf says what an item without units is, from its title and the headings above it.
func (d *document) kindOf(k int, self bool) string {
	for at := k; at >= 0; at = d.nodes[at].parent {
		if at == k && !self {
			continue
		}
		h := []rune(d.heading(at))
		if len(h) > 24 || at == k && len(h) > 14 {
			continue
		}
		switch {
		case containsAny(h, principleWords):
			return KindPrinciple
		case containsAny(h, goalWords):
			if index(h, "任务") < 0 || d.hasTaskSection(at) {
				return KindGoal
			}
		case at != k && containsAny(h, requirementWords) && !containsAny(h, taskWords):
			return KindRequirement
		}
	}
	return KindMeasure
}

// hasTaskSection says whether another heading than at holds the tasks of the plan.
func (d *document) hasTaskSection(at int) bool {
	for k := range d.nodes {
		if k != at && d.nodes[k].style <= stBracket && containsAny([]rune(d.heading(k)), taskWords) {
			return true
		}
	}
	return false
}

// titleRun is the run from behind the number to the first 。 or to the units.
func (d *document) titleRun(k int) (int, int) {
	nd := &d.nodes[k]
	ln := d.lines[nd.first]
	a, b := d.p.trim(ln.a+nd.n, ln.b)
	for _, s := range nd.lists {
		if s[0] > a && s[0] < b {
			b = s[0]
		}
	}
	for i := a; i < b; i++ {
		if d.p.f[i] == '。' && !d.p.mask[i] {
			b = i
			break
		}
	}
	for b > a && (blank(d.p.f[b-1]) || strings.ContainsRune("。;:,.!、", d.p.f[b-1])) {
		b--
	}
	return a, b
}

// heading is a node as a heading: number and title as printed, no final mark.
func (d *document) heading(k int) string {
	a, b := d.titleRun(k)
	start := d.lines[d.nodes[k].first].a
	label := d.p.name(start, start+d.nodes[k].n)
	if st := d.nodes[k].style; st == stChapter || st == stSection || st == stArticle {
		label += " "
	}
	return label + d.flat(a, b)
}

// flat is a run on one line.
func (d *document) flat(a, b int) string {
	if a >= b {
		return ""
	}
	return strings.TrimSpace(strings.ReplaceAll(d.p.n.String(a, b), "\n", ""))
}

// measure reads one item.
func (d *document) measure(k int, kind string) Measure {
	nd := &d.nodes[k]
	a := d.lines[nd.first].a
	b := nd.end
	if nd.last > nd.own { // with its sub-items
		b = d.lines[nd.last-1].b
		for m := k + 1; m < len(d.nodes) && d.nodes[m].first < nd.last; m++ {
			b = d.nodes[m].end
		}
	}
	ta, tb := d.titleRun(k)
	m := Measure{
		No: nd.no, Label: d.p.name(a, a+nd.n), Kind: kind, Title: d.flat(ta, tb),
		Text: d.p.text(a, b), SectionPath: d.path(nd.parent), Units: []Unit{},
	}
	m.Start, m.End = d.p.n.Source(a, b)
	if n := len(m.SectionPath); n > 0 {
		m.Section = m.SectionPath[n-1]
	}
	for _, u := range nd.units {
		m.Units = append(m.Units, u.Unit)
	}
	d.fill(&m, a, b, nd.lists, nd.limits)
	return m
}

// path lists the headings above a node, the nearest last.
func (d *document) path(k int) []string {
	var up []string
	for ; k >= 0; k = d.nodes[k].parent {
		up = append(up, d.heading(k))
	}
	out := make([]string, 0, len(up))
	for i := len(up) - 1; i >= 0; i-- {
		out = append(out, up[i])
	}
	return out
}

// fill reads deadlines and targets of f[a:b], leaving out the lists of units, and the fields for time limits.
func (d *document) fill(m *Measure, a, b int, lists, limits [][2]int) {
	ds := dates{p: d.p, year: d.year, out: []Deadline{}}
	ts := targets{p: d.p, out: []Target{}}
	at := a
	for _, s := range lists {
		if s[0] < at || s[1] > b {
			continue
		}
		ds.scan(at, s[0], false)
		ts.scan(at, s[0])
		at = s[1]
	}
	ds.scan(at, b, false)
	ts.scan(at, b)
	for _, s := range limits {
		ds.scan(s[0], s[1], true)
	}
	m.Deadlines, m.Targets = ds.out, ts.out
}

// confidence says how plainly the form of the text speaks for what was read.
func (d *document) confidence(nd *node, m Measure, prev int) float64 {
	c := 0.45
	if len(m.Units) > 0 {
		c += 0.15
		if nd.listed {
			c += 0.1
		}
		if nd.plain {
			c += 0.1
		}
	}
	if nd.no == prev+1 || nd.no == 1 {
		c += 0.1
	}
	if n := len([]rune(m.Title)); n >= 4 && n <= 40 {
		c += 0.07
	}
	if m.Section != "" {
		c += 0.03
	}
	if m.Kind != KindMeasure {
		c -= 0.1
	}
	return math.Round(min(c, 0.99)*100) / 100
}
