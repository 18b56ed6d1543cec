package figure

import (
	"math"
	"strings"
)

// shares checks 甲2件，占33%.
func (r *reader) shares(s int) {
	sen := &r.sentences[s]
	type share struct{ part, pct *mention }
	var list []share
	for i, m := range sen.m {
		if !m.percent || i == 0 {
			continue
		}
		p := sen.m[i-1]
		gap := r.f[p.b:m.num]
		if p.percent || p.average || len(gap) > 24 || !has(gap, "占") || has(gap, "提高", "增长", "上升", "下降") {
			continue
		}
		list = append(list, share{p, m})
	}
	for _, sh := range list {
		p, m := sh.part, sh.pct
		// The whole: the total of a sum the part belongs to, all parts that give a share together, a total before it.
		var certain *mention
		if p.group != nil {
			certain = p.group
		}
		siblings, pcts := 0.0, 0.0
		for _, o := range list {
			if o.part.class == p.class {
				siblings += o.part.value
				pcts += o.pct.printed
			}
		}
		switch {
		case certain != nil && r.addRatio(KindShare, p, m, certain, certain.value, false):
		case len(list) > 1 && math.Abs(pcts-100) <= 2 && r.addRatio(KindShare, p, m, nil, siblings, false):
		case r.wholeBefore(sen, p, m):
		case certain != nil && !certain.rough && !p.rough:
			r.addRatio(KindShare, p, m, certain, certain.value, true)
		default:
			if t := r.sentenceTotal(sen, p); t != nil && !t.rough && !p.rough {
				r.addRatio(KindShare, p, m, t, t.value, true)
			}
		}
	}
}

// wholeBefore looks back through the paragraph for a number that the share fits.
func (r *reader) wholeBefore(sen *sentence, p, m *mention) bool {
	seen := 0
	for k := len(r.before) - 1; k >= 0 && seen < 20; k-- {
		t := r.before[k]
		if t.num >= p.num {
			continue
		}
		seen++
		if t.percent || t.average || t.class != p.class || t.value < p.value {
			continue
		}
		if r.addRatio(KindShare, p, m, t, t.value, false) {
			return true
		}
	}
	return false
}

// sentenceTotal is the one total of the part's own kind that stands before it in its sentence.
func (r *reader) sentenceTotal(sen *sentence, p *mention) *mention {
	var t *mention
	for _, m := range sen.m {
		if m.num >= p.num {
			break
		}
		if m.total && !m.percent && m.class == p.class && m.value >= p.value {
			t = m
		}
	}
	return t
}

// addRatio reports part/whole = p% where it fits, or, if forced, in any case.
func (r *reader) addRatio(kind string, p, m, t *mention, whole float64, forced bool) bool {
	if whole <= 0 {
		return false
	}
	got := 100 * p.value / whole
	ok := fits(got, m.printed, m.decimals)
	if !ok && !forced {
		return false
	}
	verdict := Consistent
	if !ok {
		verdict = Inconsistent
	}
	a := r.skipBlank(p.head)
	if kind == KindRate && t != nil {
		a = r.skipBlank(min(t.head, p.head))
	}
	scale := p.scale
	if t != nil && t.scale != p.scale {
		scale = 1
	}
	r.report(kind, a, m.b, []float64{p.value / scale, whole / scale, m.printed}, m.printed, got, "%", verdict, t)
	return true
}

// rates checks 受理135件，调解131件，调解率97%.
func (r *reader) rates(s int) {
	sen := &r.sentences[s]
	for i, m := range sen.m {
		if !m.percent || i < 2 {
			continue
		}
		w := r.words(m)
		k := len(w) - 1
		for k >= 0 && w[k] != '率' {
			k--
		}
		if k < 2 || len(w)-k > 6 || k+1 < len(w) && has(w[k+1:], "提高", "增", "降", "升") {
			continue
		}
		stem := w[max(0, k-4):k]
		if has(stem, "按期", "按时", "及时", "限时", "覆盖") {
			continue // what is still running is no breach, and the base is another
		}
		num, den, next := r.operands(sen, i, stem)
		if num == nil {
			continue
		}
		fit := false
		for _, d := range den {
			if r.addRatio(KindRate, num, m, d, d.value, false) {
				fit = true
				break
			}
		}
		if !fit && next && !num.rough && !den[0].rough {
			r.addRatio(KindRate, num, m, den[0], den[0].value, true)
		}
	}
}

// operands finds the two numbers of a rate: the nearest before it that speaks of what the rate is named for, and
// those of its kind before that one. next says that the first of them stands right before it: only then can a rate that
// fits none of them be called wrong.
func (r *reader) operands(sen *sentence, i int, stem []rune) (num *mention, den []*mention, next bool) {
	k := i - 1
	for ; k >= 1; k-- {
		m := sen.m[k]
		if m.percent || m.average {
			continue
		}
		w := r.words(m)
		for j := 0; j+2 <= len(stem); j++ {
			if find(w, string(stem[j:j+2])) >= 0 {
				num = m
			}
		}
		if num != nil {
			break
		}
	}
	if num == nil {
		return nil, nil, false
	}
	for j := k - 1; j >= 0; j-- {
		d := sen.m[j]
		if d.percent || d.average || people(d.class) != people(num.class) || d.value < num.value || d.value == 0 {
			continue
		}
		den = append(den, d)
		next = next || j == k-1
	}
	return num, den, next
}

// people counts persons and attendances alike: a rate is often of the one over the other.
func people(class string) string {
	if class == "人次" {
		return "人"
	}
	return class
}

// Words of change; the second of each pair also takes words that open a change but do not name one.
var (
	rises    = strings.Fields("增长 增加 上升 提高 提升 上涨 增幅")
	falls    = strings.Fields("下降 减少 降低 下滑 压减 缩减 降幅 缩短")
	anyRises = append(strings.Fields("多 新增"), rises...)
	anyFalls = append(strings.Fields("少"), falls...)
)

// changes checks 由100件增加到120件，增长20% and 比上年的100件增加20件.
func (r *reader) changes(s int) {
	sen := &r.sentences[s]
	for i, m := range sen.m {
		if i < 2 || m.average {
			continue
		}
		w := r.words(m)
		sign := 0.0
		tail := w[max(0, len(w)-6):]
		if has(tail, rises...) {
			sign = 1
		}
		if has(tail, falls...) {
			sign = -1
		}
		if sign == 0 || has(tail, "到", "至") || has(tail, "翻") {
			continue
		}
		before, after := r.twoStates(sen, i, m)
		if before == nil || before.value <= 0 || before.rough || after.rough || m.rough {
			continue
		}
		a := r.skipBlank(min(before.head, after.head))
		verdict := Inconsistent
		switch {
		case m.percent && !(before.percent && after.percent):
			got := sign * 100 * (after.value - before.value) / before.value
			if fits(got, m.printed, m.decimals) {
				verdict = Consistent
			}
			r.report(KindGrowth, a, m.b, []float64{after.printed, before.printed, m.printed}, m.printed, got, "%", verdict, nil)
		case m.class == before.class && !m.percent || m.unit == "百分点" && before.percent:
			got := sign * (after.value - before.value)
			if math.Abs(got-m.value) <= 1e-6*math.Max(1, m.value) {
				verdict = Consistent
			}
			r.report(KindDifference, a, m.b, []float64{after.printed, before.printed, m.printed}, m.printed, got/m.scale, m.unit, verdict, nil)
		}
	}
}

// twoStates finds the two numbers a change lies between, where the words tell which is the earlier.
func (r *reader) twoStates(sen *sentence, i int, change *mention) (before, after *mention) {
	x, y := sen.m[i-2], sen.m[i-1]
	if x.class != y.class || x.average != y.average || change.num-y.b > 30 {
		return nil, nil
	}
	if !change.percent && change.class != x.class {
		return nil, nil
	}
	wx, wy := r.words(x), r.f[x.b:y.num]
	gap := r.f[y.b:change.num]
	if tail := wy[max(0, len(wy)-5):]; has(tail, anyRises...) && !has(tail, "到", "至") || has(tail, anyFalls...) && !has(tail, "到", "至") {
		return nil, nil // 较上年增加20件，增长20%: the second is a change itself
	}
	switch {
	case has(wx, "由", "从") && has(wy, "到", "至", "为"):
		return x, y
	case has(wy, "比", "较", "相比", "相较") && (has(wy, "上年", "去年", "上一年", "同期", "上期", "前年") || yearIn(wy) > 0):
		return y, x
	case has(wx, "去年", "上年", "上一年", "同期") && (has(wy, "今年", "本年") || has(gap, "同比")):
		return x, y
	case has(wy, "去年", "上年", "上一年", "同期") && !has(wx, "去年", "上年", "同期"):
		return y, x
	}
	if a, b := yearIn(r.f[x.head:x.num]), yearIn(wy); a > 0 && b > 0 && a != b {
		if a < b {
			return x, y
		}
		return y, x
	}
	return nil, nil
}

// yearIn reads the year a run names, 0 if none.
func yearIn(f []rune) int {
	for i := 0; i+4 < len(f); i++ {
		if f[i+4] != '年' {
			continue
		}
		y := 0
		for _, c := range f[i : i+4] {
			if c < '0' || c > '9' {
				y = 0
				break
			}
			y = y*10 + int(c-'0')
		}
		if y >= 1949 && y <= 2199 {
			return y
		}
	}
	return 0
}

// heads are what an average is taken over.
var heads = []struct{ word, class string }{
	{"人均", "人"}, {"平均每人", "人"}, {"平均每名", "人"}, {"户均", "户"}, {"平均每户", "户"}, {"平均每家", "户"}, {"案均", "件"}, {"件均", "件"},
	{"平均每件", "件"}, {"平均每起", "件"}, {"平均每个", "个"}, {"平均每次", "次"}, {"次均", "次"}, {"平均每场", "场"}, {"平均每期", "期"},
}

// averages checks 检查172户次，检查人员23人，人均检查7.5户次.
func (r *reader) averages(s int) {
	sen := &r.sentences[s]
	for i, m := range sen.m {
		if !m.average || m.percent || m.rough {
			continue
		}
		class := ""
		for _, h := range heads {
			if find(r.words(m), h.word) >= 0 {
				class = h.class
				break
			}
		}
		var n, sum *mention
		for k := i - 1; k >= 0; k-- {
			switch x := sen.m[k]; {
			case x.average || x.percent:
			case x.class == class && n == nil && x.value > 0:
				n = x
			case x.class == m.class && x.class != class && (sum == nil || x.value > sum.value):
				sum = x
			}
		}
		if class == "" || n == nil || sum == nil || n.rough || sum.rough {
			continue
		}
		got := sum.value / n.value / m.scale
		verdict := Inconsistent
		if fits(got, m.printed, m.decimals) {
			verdict = Consistent
		}
		a := r.skipBlank(min(n.head, m.head))
		r.report(KindAverage, a, m.b, []float64{sum.value / m.scale, n.value, m.printed}, m.printed, got, m.unit, verdict, sum)
	}
}
