package figure

import (
	"math"
	"strings"
)

// lookBack is how many numbers back a total is looked for when a list of parts stands in a sentence of its own.
const lookBack = 60

// nearMiss is how far, as a share of the total, a list without a word that closes it may miss its total and still be
// taken for a slip: larger gaps are lists that do not mean to be complete.
const nearMiss = 0.10

// sums finds totals with their parts in one sentence, and lists of parts whose total stands before it.
func (r *reader) sums(s int) {
	sen := &r.sentences[s]
	counts := countsOf(sen.m)
	for i, t := range counts {
		if t.average || r.compared(t) {
			continue
		}
		strong, from := r.opened(t, counts, i)
		parts := r.run(counts, i+1, t, from, strong)
		if len(parts) < 2 {
			continue
		}
		r.sumOf(t, parts, strong)
	}
	r.closedTotals(counts)
	r.bareLists(s, counts)
}

// countsOf leaves out percentages.
func countsOf(list []*mention) []*mention {
	out := make([]*mention, 0, len(list))
	for _, m := range list {
		if !m.percent && m.unit != "百分点" {
			out = append(out, m)
		}
	}
	return out
}

// opened says whether words that announce parts stand behind a number and before the next of its class: 其中, a
// bracket, a colon. from is where they end.
func (r *reader) opened(t *mention, counts []*mention, i int) (bool, int) {
	next := len(r.f)
	for _, m := range counts[i+1:] {
		if m.class == t.class && !r.compared(m) {
			next = m.num
			break
		}
	}
	if next == len(r.f) {
		return false, t.b
	}
	gap := r.f[t.b:next]
	if k := find(gap, "其中"); k >= 0 {
		return true, t.b + k
	}
	for k, c := range gap {
		if c == '(' || c == ':' {
			return true, t.b + k
		}
		if c == ',' || c == ';' || c == '、' || c == ')' || k > 10 {
			break
		}
	}
	return false, t.b
}

// compared says whether a number is the base of a comparison: 较上年的3612件.
func (r *reader) compared(m *mention) bool {
	return has(r.words(m), "比上年", "较上年", "比去年", "较去年", "同期的", "上年的", "去年的", "较上一年", "比上一年")
}

// run collects the numbers behind a total that can be its parts.
func (r *reader) run(counts []*mention, i int, t *mention, from int, strong bool) []*mention {
	var parts []*mention
	depth := -1
	for _, m := range counts[i:] {
		if m.num < from || m.class != t.class || m.average || len(parts) == 0 && r.compared(m) {
			continue
		}
		if depth < 0 {
			depth = m.depth
		}
		if m.depth > depth {
			continue // 甲60件（其中…）: parts of a part
		}
		if m.depth < depth || m.total && len(parts) > 0 {
			break
		}
		if len(parts) > 0 {
			if hasOutside(r.f[parts[len(parts)-1].b:m.num], "其中") {
				break
			}
		}
		if k := r.words(m); has(k, "比", "较", "同比", "增加", "减少", "增长", "下降") && !has(k, "比例") {
			break
		}
		if strong && t.depth == 0 && depth == 0 && len(parts) > 0 && m.head > 0 && r.f[m.head-1] == ';' && !r.listMark(parts, m) {
			break
		}
		parts = append(parts, m)
	}
	return parts
}

// hasOutside says whether a word stands in a run outside brackets that open and close in it.
func hasOutside(f []rune, w string) bool {
	depth := 0
	for i, c := range f {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case depth <= 0 && prefix(f[i:], w):
			return true
		}
	}
	return false
}

// listMark says whether a list goes on behind a semicolon: its items were parted by semicolons before.
func (r *reader) listMark(parts []*mention, m *mention) bool {
	if len(parts) < 2 {
		return true
	}
	last := parts[len(parts)-1]
	return strings.ContainsRune(string(r.f[parts[len(parts)-2].b:last.num]), ';')
}

// sumOf checks a total against the numbers behind it.
func (r *reader) sumOf(t *mention, parts []*mention, strong bool) {
	for n := len(parts); n >= 2; n-- {
		if !same(total(parts[:n]), t.value) || !bigger(t, parts[:n]) {
			continue
		}
		if !strong && !t.total && (n < 3 || t.value < 10) && !r.sharedNoun(t, parts[:n]) {
			continue
		}
		r.addSum(t, parts[:n], Consistent)
		return
	}
	if used(parts) || rough(t, parts) {
		return
	}
	if strong && r.laterRun(t, parts) {
		return
	}
	parts = r.cutAtOther(parts)
	sum := total(parts)
	switch {
	case t.value <= 0 || len(parts) < 2:
	case strong && r.exhaustive(parts) && off(sum, t.value) <= 0.5:
		r.addSum(t, parts, Inconsistent)
	case strong && (near(sum, t, len(parts)) || sum > t.value && off(sum, t.value) <= 2*nearMiss) && bigger(t, parts):
		r.addSum(t, parts, Inconsistent)
	case !strong && t.total && bigger(t, parts) && off(sum, t.value) <= nearMiss && (r.exhaustive(parts) || r.sharedNoun(t, parts)):
		r.addSum(t, parts, Inconsistent)
	}
}

// laterRun finds the breakdown behind a part that stands apart: 受理100件，其中重大5件；办结90件、未办结10件. Where leaving
// out one number makes the rest add up, the text has another reading and nothing is said.
func (r *reader) laterRun(t *mention, parts []*mention) bool {
	for from := 1; from+2 <= len(parts); from++ {
		for to := len(parts); to >= from+2; to-- {
			if same(total(parts[from:to]), t.value) && bigger(t, parts[from:to]) {
				r.addSum(t, parts[from:to], Consistent)
				return true
			}
		}
	}
	if len(parts) > 2 {
		for _, p := range parts {
			if same(total(parts)-p.value, t.value) && p.value > 0 {
				return true
			}
		}
	}
	return false
}

// near says whether a list misses its total by so little that it is a slip: by a tenth, or by one where three or more
// are counted.
func near(sum float64, t *mention, n int) bool {
	return off(sum, t.value) <= nearMiss || n >= 3 && t.scale == 1 && math.Abs(sum-t.value) == 1
}

// closedTotals finds parts with their total behind them: 甲3件、乙4件，共计7件.
func (r *reader) closedTotals(counts []*mention) {
	for i, t := range counts {
		if !t.total || t.used || t.average || !closing(string(r.words(t))) {
			continue
		}
		var parts []*mention
		for k := i - 1; k >= 0; k-- {
			m := counts[k]
			if m.class != t.class || m.average || m.depth != t.depth {
				continue
			}
			if m.total || m.used && m.group != nil {
				break
			}
			parts = append([]*mention{m}, parts...)
			if len(parts) >= 2 && same(total(parts), t.value) {
				break
			}
		}
		if len(parts) < 2 || rough(t, parts) && !same(total(parts), t.value) {
			continue
		}
		switch sum := total(parts); {
		case same(sum, t.value):
			r.addSum(t, parts, Consistent)
		case off(sum, t.value) <= nearMiss && bigger(t, parts) && strings.ContainsAny(string(r.words(t)), "计"):
			r.addSum(t, parts, Inconsistent)
		}
	}
}

// closing says whether the words before a number say no more than that it is a total.
func closing(w string) bool {
	switch strings.TrimSpace(w) {
	case "共", "共计", "合计", "总计", "总共", "以上共计", "以上合计", "两项合计", "三项合计", "合计为", "共有", "累计":
		return true
	}
	return false
}

// bareLists finds lists of parts in a sentence that has no total of its own: it opens with 其中 or 在…中, gives shares,
// or ends in 其他. The total is looked for before it.
func (r *reader) bareLists(s int, counts []*mention) {
	sen := &r.sentences[s]
	byClass := map[string][]*mention{}
	var order []string
	for _, m := range counts {
		if m.used || m.average || m.depth > 0 {
			continue
		}
		if len(byClass[m.class]) == 0 {
			order = append(order, m.class)
		}
		byClass[m.class] = append(byClass[m.class], m)
	}
	for _, class := range order {
		parts := byClass[class]
		if len(parts) < 2 || parts[0].total {
			continue
		}
		head := r.f[sen.a:parts[0].num]
		opens := has(head, "其中") || find(head, "在") >= 0 && find(head, "中") > find(head, "在")
		shares := r.allShares(sen, parts)
		if !opens && !shares && !(len(parts) >= 4 && r.exhaustive(parts)) {
			continue
		}
		sum := total(parts)
		var near *mention
		seen := 0
		for k := len(r.before) - 1; k >= 0 && seen < lookBack; k-- {
			t := r.before[k]
			if t.num >= sen.a || t.percent {
				continue
			}
			seen++
			if t.class != class || t.average || !bigger(t, parts) {
				continue
			}
			if same(t.value, sum) && (seen <= 12 || t.total) {
				r.addList(t, parts, Consistent)
				near = nil
				break
			}
			if near == nil && t.total && len(parts) >= 3 && r.exhaustive(parts) && off(sum, t.value) <= nearMiss/2 && !rough(t, parts) {
				near = t
			}
		}
		if near != nil {
			r.addList(near, parts, Inconsistent)
		}
	}
}

// allShares says whether each number of a list is followed by its share: 2件，占33%.
func (r *reader) allShares(sen *sentence, parts []*mention) bool {
	for _, p := range parts {
		ok := false
		for _, m := range sen.m {
			if m.percent && m.num > p.b && m.num-p.b < 20 && has(r.f[p.b:m.num], "占") {
				ok = true
			}
		}
		if !ok {
			return false
		}
	}
	return true
}

// exhaustive says whether a list says that it is complete: it ends in 其他, or names a thing and its opposite.
func (r *reader) exhaustive(parts []*mention) bool {
	last := r.words(parts[len(parts)-1])
	if has(last, "其他", "其它", "其余", "剩余", "余下") {
		return true
	}
	for i, p := range parts {
		w := r.words(p)
		for _, neg := range []string{"不予", "未", "不", "非", "无", "没有"} {
			k := find(w, neg)
			if k < 0 {
				continue
			}
			core := w[k+utf8Len(neg):]
			if len(core) > 2 {
				core = core[:2]
			}
			for j, q := range parts {
				if i != j && len(core) == 2 && find(r.words(q), string(core)) >= 0 {
					return true
				}
			}
		}
	}
	return false
}

// cutAtOther ends a list at 其他.
func (r *reader) cutAtOther(parts []*mention) []*mention {
	for i, p := range parts {
		if i >= 1 && has(r.words(p), "其他", "其它", "其余") {
			return parts[:i+1]
		}
	}
	return parts
}

// sharedNoun says whether the parts name the very thing the total counts: 公共服务共191项，区直部门公共服务53项.
func (r *reader) sharedNoun(t *mention, parts []*mention) bool {
	w := r.words(t)
	if k := find(w, "共"); k > 0 && len(w)-k <= 2 {
		w = w[:k]
	}
	if len(w) < 2 {
		return false
	}
	noun := string(w[len(w)-2:])
	for _, p := range parts {
		if find(r.words(p), noun) < 0 {
			return false
		}
	}
	return true
}

func (r *reader) addSum(t *mention, parts []*mention, verdict string) {
	last := parts[len(parts)-1]
	a, b := t.head, last.b
	if last.depth > t.depth && b < len(r.f) && r.f[b] == ')' {
		b++
	}
	if parts[0].num < t.num {
		a, b = parts[0].head, t.b
	}
	r.emitSum(a, b, t, parts, verdict)
}

func (r *reader) addList(t *mention, parts []*mention, verdict string) {
	r.emitSum(parts[0].head, parts[len(parts)-1].b, t, parts, verdict)
}

func (r *reader) emitSum(a, b int, t *mention, parts []*mention, verdict string) {
	a = r.skipBlank(a)
	scale := t.scale // one scale for all where they differ
	for _, p := range parts {
		if p.scale != t.scale {
			scale = 1
		}
	}
	unit := t.unit
	if scale == 1 && t.scale != 1 {
		unit = t.class
	}
	numbers := []float64{t.value / scale}
	for _, p := range parts {
		numbers = append(numbers, p.value/scale)
		p.used, p.group = true, t
	}
	r.report(KindSum, a, b, numbers, t.value/scale, total(parts)/scale, unit, verdict, t)
}

func (r *reader) skipBlank(a int) int {
	for a < len(r.f) && strings.ContainsRune(" \n、,)", r.f[a]) {
		a++
	}
	return a
}

func total(parts []*mention) float64 {
	sum := 0.0
	for _, p := range parts {
		sum += p.value
	}
	return sum
}

func same(a, b float64) bool { return math.Abs(a-b) <= 1e-6*math.Max(1, math.Abs(b)) }

func off(sum, stated float64) float64 { return math.Abs(sum-stated) / stated }

// bigger says whether a total is larger than each part.
func bigger(t *mention, parts []*mention) bool {
	for _, p := range parts {
		if p.value >= t.value {
			return false
		}
	}
	return true
}

func used(parts []*mention) bool {
	for _, p := range parts {
		if p.used {
			return true
		}
	}
	return false
}

func rough(t *mention, parts []*mention) bool {
	for _, p := range parts {
		if p.rough {
			return true
		}
	}
	return t.rough
}
