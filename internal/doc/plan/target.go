package plan

import (
	"strings"

	"zhunsheng/internal/doc/text"
)

// measureWords count what a target asks for, longest first in each reading.
var measureWords = strings.Fields("人次 人天 学时 课时 小时 分钟 个工作日 工作日 个百分点 百分点 元 平方米 平方公里 公里 亩 " +
	"批次 场次 户次 件次 次 件 名 家 场 期 份 条 项 天 日 人 篇 部 户 处 所 批 轮 遍 起 宗 例 册 本 支 套 间 座 辆 台 门 节 堂 案 组 幅 块 张 个月 个 " +
	"对 片 站 村 字 分 % 种 类 年 季度 学分 卷 则 讲 课 面 栏 项次 条次 人天")

// durations are no targets by themselves: 3个月, 三年.
var durations = map[string]bool{"天": true, "日": true, "小时": true, "分钟": true, "工作日": true, "个月": true, "月": true, "年": true, "季度": true}

// countedInWords are measure words that take Chinese numerals as targets: 一次, 两场.
var countedInWords = map[string]bool{"次": true, "场": true, "期": true, "轮": true, "遍": true, "名": true, "篇": true, "件": true, "场次": true, "学时": true, "课时": true, "小时": true, "天": true}

var opWords = map[string]string{}

var opPrefixes = func() []string {
	var all []string
	for op, words := range map[string]string{
		">=": "不少于 不得少于 不低于 不得低于 至少 达到 达 不小于 提高到 提升到 提高至 提升至 保持在 稳定在 力争达到 均达到 达至 不能少于 不能低于 最少 增加到 增至 至少达到 应达到 要达到 原则上不少于 应不少于",
		"<=": "不超过 不得超过 不多于 不高于 控制在 压缩至 压缩到 压减至 缩短至 缩短到 降低到 降至 降到 减少到 最多 不能超过 不大于 压减到 最长不超过",
		">":  "超过 高于 突破 大于 多于",
	} {
		for w := range strings.FieldsSeq(words) {
			opWords[w] = op
			all = append(all, w)
		}
	}
	return all
}()

// doings stand before a count that is asked for: 开展一次.
var doings = strings.Fields("开展 组织 进行 召开 举办 举行 听取 报送 报告 编发 通报 组织开展 培训 检查 评查 学习 调度 督查 公布 集中学习 安排 完成 更新 上报 轮训 讲授 宣讲")

// targets collects the quantified targets of one measure.
type targets struct {
	p   *page
	out []Target
}

// scan reads the targets in f[a:b].
func (t *targets) scan(a, b int) {
	f := t.p.f[:b]
	var per Period // of the sentence so far
	sentence, cycle := a, a-9
	for i := a; i < b; {
		c := f[i]
		if c == '。' || c == ';' || c == '!' || c == '\n' && i > a && ended(f[i-1]) {
			per, sentence = "", i+1
			i++
			continue
		}
		if t.p.mask[i] {
			i++
			continue
		}
		if c == '每' || c == '一' || c == '半' || c == '按' || c == '逐' {
			if norm, n := readCycle(f[i:]); n > 0 {
				per = Period(norm)
				i += n
				cycle = i
				continue
			}
		}
		if c == '全' && i+1 < b && f[i+1] == '年' && (i+2 >= b || f[i+2] != '度') {
			per = "P1Y"
			i += 2
			continue
		}
		if hasPrefix(f[i:], "百分之") {
			i += t.percent(i, sentence, a, b)
			continue
		}
		prev := rune(0)
		if i > a {
			prev = f[i-1]
		}
		if m, n := readMoment(f[i:], prev); n > 0 { // a date; one of its own ends what 每年 began
			if i-cycle > 2 && !m.whole && !m.bareYear() {
				per = ""
			}
			i += n
			continue
		}
		i += max(t.number(i, sentence, a, b, per), 1)
	}
}

// percent reads 百分之九十五, 百分之百.
func (t *targets) percent(i, sentence, a, b int) int {
	f := t.p.f[:b]
	j := i + 3
	v, n := text.Number(f[j:])
	if j < b && f[j] == '百' {
		v, n = 100, 1
	}
	if n == 0 {
		return 3
	}
	end := j + n
	op, opAt := t.op(i, a)
	if hasPrefix(f[end:], "以上") {
		end += 2
		op = ">="
	}
	for _, m := range t.metrics(opAt, sentence, "%", end, b) {
		t.out = append(t.out, Target{Text: t.plain(t.clauseStart(i, sentence), end), Metric: m, Op: op, Value: Value{Low: v, High: v}, Unit: "%"})
	}
	return end - i
}

// quantity is a number with its measure word, as it stands in the text.
type quantity struct {
	i, end int // the run of number, measure word and what bounds it behind
	opAt   int // where the words of comparison before it begin; i where there are none
	value  Value
	digit  bool // written in digits
	unit   string
	op     string
}

// number reads a target whose number begins at i; it returns the number of characters read.
func (t *targets) number(i, sentence, a, b int, per Period) int {
	q, n := t.quantity(i, a, b)
	if q.unit == "" {
		return n
	}
	if !t.bound(&q, a, b) || !t.asked(q, sentence, a, b, per) {
		return q.end - i
	}
	if q.unit == "%" || q.unit == "百分点" || durations[q.unit] && q.op == "<=" {
		per = "" // a rate, and a limit of time for each case, belong to no period
	}
	if hasPrefix(t.p.f[q.end:b], "/年") {
		per = "P1Y"
	}
	for _, m := range t.metrics(q.opAt, sentence, q.unit, q.end, b) {
		t.out = append(t.out, Target{Text: t.plain(t.clauseStart(i, sentence), q.end), Metric: m, Op: q.op, Value: q.value, Unit: q.unit, Per: per})
	}
	return q.end - i
}

// quantity reads the number at i with its measure word; the unit is empty where it has none. It also returns the
// number of characters to go on behind.
func (t *targets) quantity(i, a, b int) (quantity, int) {
	f := t.p.f[:b]
	prev := rune(0)
	if i > a {
		prev = f[i-1]
	}
	q := quantity{i: i, digit: f[i] >= '0' && f[i] <= '9'}
	if q.digit {
		if prev >= '0' && prev <= '9' || strings.ContainsRune("第.-/*_〔[", prev) || prev >= 'A' && prev <= 'z' {
			return q, 1
		}
	} else if prev == '第' || prev == '十' || prev == '百' {
		return q, 1
	}
	v, n := text.Number(f[i:])
	if n == 0 {
		return q, 0
	}
	q.value = Value{Low: v, High: v}
	j := i + n
	if w, k := t.upper(j, b, q.digit); k > 0 && w > v {
		q.value = Value{Low: v, High: w, Range: true}
		j += k
	}
	scale := ""
	for j < b && q.digit && strings.ContainsRune("多余万亿", f[j]) { // 3.5万人次 keeps 万 in its unit, 30余件 loses 余
		if f[j] == '万' || f[j] == '亿' {
			scale += string(f[j])
		}
		j++
	}
	word := longestPrefix(f[min(j, b):], measureWords)
	if word == "" {
		return q, n
	}
	q.end = j + len([]rune(word))
	q.unit = word
	if word != "个" {
		q.unit = strings.TrimPrefix(word, "个")
	}
	q.unit = scale + q.unit
	q.op, q.opAt = t.op(i, a)
	return q, q.end - i
}

// bound reads 以上, 以内 and their like behind a quantity. It is false where they make it something else than a target:
// a limit of time (15日内), or the mark of what is meant (5000万元以上的项目).
func (t *targets) bound(q *quantity, a, b int) bool {
	f := t.p.f[:b]
	plain := q.opAt == q.i
	switch w := longestPrefix(f[q.end:], []string{"以上", "及以上", "以下", "以内", "之内", "左右", "内"}); w {
	case "以上", "及以上":
		q.end += len([]rune(w))
		if q.op == "=" || q.op == ">" {
			q.op = ">="
		}
	case "以下", "以内", "之内":
		if durations[q.unit] && plain && !amount(f[max(a, q.i-4):q.i]) {
			return false
		}
		q.end += 2
		q.op = "<="
	case "内":
		return false
	default:
		plain = false
	}
	if q.value.Range {
		q.op = "range"
	}
	return !plain || q.end >= b || f[q.end] != '的'
}

// upper reads the upper end of a range at j: —2, 至3, ～5, also behind a percent sign.
func (t *targets) upper(j, b int, digit bool) (float64, int) {
	f := t.p.f[:b]
	k := j
	if k < b && f[k] == '%' {
		k++
	}
	if k >= b || f[k] != '-' && f[k] != '至' && f[k] != '到' {
		return 0, 0
	}
	for k < b && f[k] == '-' {
		k++
	}
	if k < b && (f[k] == '至' || f[k] == '到') {
		k++
	}
	v, n := text.Number(f[min(k, b):])
	if n == 0 || digit != (f[k] >= '0' && f[k] <= '9') {
		return 0, 0
	}
	return v, k + n - j
}

// op reads the comparison right before a number; it returns where its words begin, i itself where there are none.
func (t *targets) op(i, a int) (string, int) {
	f := t.p.f
	end := i
	for end > a && (f[end-1] == ' ' || f[end-1] == '于' && end-1 > a && f[end-2] != '少' && f[end-2] != '低' && f[end-2] != '高' && f[end-2] != '多' && f[end-2] != '大' && f[end-2] != '小') {
		end--
	}
	if w := longestSuffix(f[max(a, end-8):end], opPrefixes); w != "" {
		return opWords[w], end - len([]rune(w))
	}
	// 至少确定一名, 至少开展2次: the verb stands between
	for k := end - 1; k >= max(a, end-8) && !strings.ContainsRune(",。;、:", f[k]); k-- {
		if hasPrefix(f[k:end], "至少") || hasPrefix(f[k:end], "最少") {
			return ">=", k
		}
	}
	return "=", i
}

// asked says whether a quantity is asked for, or merely told.
func (t *targets) asked(q quantity, sentence, a, b int, per Period) bool {
	f := t.p.f[:b]
	for k := q.i - 1; k >= sentence && k > q.i-20; k-- { // 已完成3件 is the past
		if strings.ContainsRune(",;:", f[k]) {
			break
		}
		if f[k] == '已' {
			return false
		}
	}
	before := rune(0)
	if q.i > a {
		before = f[q.i-1]
	}
	switch {
	case q.opAt < q.i || q.op != "=" && q.op != "range":
		return q.value.Low > 0 || q.value.Range || q.digit
	case durations[q.unit] || q.unit == "分" || q.unit == "类" || q.unit == "种",
		strings.ContainsRune("等前近余约原这那上各共以·“", before),
		endsWithAny(f[max(a, q.i-3):q.i], "全县", "全市", "全区", "全省", "全国", "全镇", "全州", "全旗", "现有", "下列", "以下", "上述", "所辖", "辖区"):
		return false
	case q.digit:
		return q.value.Low > 0
	case !countedInWords[q.unit], strings.ContainsRune("首再每跑上这初逐其", before), q.end < b && strings.ContainsRune("性办事", f[q.end]):
		return false // 一次性告知, 一件事, 最多跑一次
	case strings.ContainsRune("次场期轮遍名", []rune(q.unit)[0]):
		return per != "" || longestSuffix(f[max(a, q.i-6):q.i], doings) != ""
	}
	return per != ""
}

func endsWithAny(f []rune, words ...string) bool { return longestSuffix(f, words) != "" }

// metrics says what a number measures. Several rates that share a number (审查率、备案率达到100%) are several metrics.
func (t *targets) metrics(opAt, sentence int, unit string, end, b int) []string {
	f := t.p.f
	from := t.clauseStart(opAt, sentence)
	stop := opAt
	for stop > from && strings.ContainsRune("均都须应要需 于", f[stop-1]) && (stop < from+2 || f[stop-2] != '平') {
		stop--
	}
	if unit == "%" {
		var names []string
		e := stop
		for k := stop - 1; k >= from-1; k-- {
			if k >= from && (f[k] != '、' && f[k] != '和' && f[k] != '及' && f[k] != '与' || !rateBefore(f[from:k])) {
				continue // 及时率, 查处和整改率: inside one name
			}
			name := f[k+1 : e]
			if len(name) < 2 || !rateBefore(name) {
				break
			}
			names = append([]string{t.plain(k+1, e)}, names...)
			e = k
		}
		if len(names) > 1 {
			return names
		}
	} else if stop == from || stop-from < 3 {
		e := end
		for e < b && e < end+16 && !strings.ContainsRune(",。;、:()\n", f[e]) {
			e++
		}
		if e > end {
			return []string{t.plain(end, e)}
		}
	}
	return []string{t.plain(from, stop)}
}

// rateBefore says whether a run ends in a rate, as a list of rates does.
func rateBefore(f []rune) bool {
	if n := len(f); n > 0 && f[n-1] == '以' { // 以及
		f = f[:n-1]
	}
	return len(f) > 0 && (f[len(f)-1] == '率' || hasSuffix(f, "满意度") || hasSuffix(f, "知晓度"))
}

// clauseStart goes back from i to the beginning of its clause.
func (t *targets) clauseStart(i, sentence int) int {
	k := i
	for k > sentence && k > i-40 && !strings.ContainsRune(",。;:!\n", t.p.f[k-1]) {
		k--
	}
	for k < i && blank(t.p.f[k]) {
		k++
	}
	if n := readLabel(t.p.f[k:i]).n; n > 0 && (k == 0 || t.p.f[k-1] == '\n' || k == sentence) {
		k += n
	}
	return k
}

func (t *targets) plain(a, b int) string {
	return strings.TrimSpace(strings.ReplaceAll(t.p.n.String(a, b), "\n", ""))
}
