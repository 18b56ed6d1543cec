package figure

import (
	"strings"

	"zhunsheng/internal/doc/text"
)

// mention is one number of the text with its measure word.
type mention struct {
	value    float64 // in the unit's own size: 3万件 is 30000 件
	printed  float64 // as printed
	decimals int
	scale    float64 // value = printed × scale
	unit     string  // as printed: 件, 万元, %
	class    string  // measure words that count the same things
	percent  bool
	rough    bool // 多, 余, 约, 近
	average  bool // 人均, 平均每
	total    bool // 共, 合计
	label    int  // where the words before it begin
	head     int  // where its clause begins, for showing
	num      int  // where the number begins
	a, b     int  // number and unit
	depth    int  // of brackets
	used     bool // part of a sum already
	group    *mention
}

// sentence is a run of the text between full stops with its numbers.
type sentence struct {
	a, b int
	m    []*mention
	para int
}

// reader holds a document under checking.
type reader struct {
	n         text.Normal
	f         []rune
	raw       []rune // the source, as far as the paragraphs show it
	sentences []sentence
	before    []*mention // all numbers, in text order
	out       []Figure
}

func (r *reader) load(paragraphs []text.Paragraph) {
	for _, p := range paragraphs {
		if len(p.Cells) > 0 {
			continue // a table is no prose
		}
		r.n.Append(p.Text, p.Start, p.End)
		r.n.Append("\n", p.End, p.End+1)
		t := []rune(p.Text)
		for len(r.raw) < p.Start {
			r.raw = append(r.raw, '\n')
		}
		for i, c := range t {
			if p.Start+i >= len(r.raw) && p.Start+i < p.End {
				r.raw = append(r.raw, c)
			}
		}
	}
	r.f = r.n.Folded
}

// source is the exact run of the source.
func (r *reader) source(start, end int) string {
	end = min(end, len(r.raw))
	if start >= end {
		return ""
	}
	return string(r.raw[start:end])
}

// measureWords count things; longest first wins.
var measureWords = strings.Fields("件次 人次 户次 场次 批次 家次 车次 万人次 万人 万元 亿元 万户 万件 万份 万亩 万平方米 平方米 平方公里 公里 立方米 公顷 学时 课时 小时 个百分点 百分点 " +
	"件 项 户 起 次 人 名 家 个 份 条 部 宗 例 篇 册 本 场 期 批 处 所 台 辆 亩 吨 元 套 间 座 幢 栋 支 组 类 种 轮 位 案 页 枚 块 张 幅 面 只 头 株 票 艘 门 节 堂 村 镇 %")

// classes join measure words that are used for the same things.
var classes = map[string]string{"起": "件", "宗": "件", "例": "件", "案": "件", "名": "人", "位": "人", "家": "户", "百分点": "%"}

func classOf(unit string) string {
	if c, ok := classes[unit]; ok {
		return c
	}
	return unit
}

// maxMentions bounds the numbers taken together: no sentence of prose has more, a column of figures does.
const maxMentions = 64

// scan cuts the text into sentences and reads their numbers.
func (r *reader) scan() {
	f := r.f
	start, depth, para := 0, 0, 0
	var cur []*mention
	clause, item, free := 0, 0, 0 // where the clause, its item between 、 and the words not yet taken begin
	var outer []int               // clauses that a bracket interrupts
	end := func(i int) {
		if len(cur) > 0 {
			r.sentences = append(r.sentences, sentence{start, i, cur, para})
			r.before = append(r.before, cur...)
		}
		cur, start, clause, item, free, depth, outer = nil, i+1, i+1, i+1, i+1, 0, outer[:0]
	}
	for i := 0; i < len(f); {
		switch c := f[i]; {
		case c == '《':
			i = r.skipTitle(i)
			continue
		case c == '。' || c == '!' || c == '?':
			end(i)
		case c == '\n':
			if r.lineEnds(i) {
				end(i)
				para++
			}
		case c == ',' || c == ';' || c == ':':
			clause, item = i+1, i+1
		case c == '、':
			item = i + 1
		case c == '(':
			depth++
			outer = append(outer, clause)
			clause, item = i+1, i+1
		case c == ')':
			depth = max(depth-1, 0)
			if n := len(outer); n > 0 {
				clause, item = outer[n-1], outer[n-1]
				outer = outer[:n-1]
			}
		case c >= '0' && c <= '9':
			m, n := r.read(i)
			if m != nil {
				if len(cur) == maxMentions {
					end(i - 1)
				}
				m.label = max(item, free, start)
				m.head = max(clause, free, start)
				m.depth = depth
				r.describe(m)
				cur = append(cur, m)
				free = m.b
			}
			i += n
			continue
		}
		i++
	}
	end(len(f))
}

// skipTitle goes behind the title of a document.
func (r *reader) skipTitle(i int) int {
	depth := 0
	for j := i; j < len(r.f) && j < i+80 && r.f[j] != '\n'; j++ {
		switch r.f[j] {
		case '《':
			depth++
		case '》':
			if depth--; depth == 0 {
				return j + 1
			}
		}
	}
	return i + 1
}

// lineEnds says whether the line break at i ends a sentence. Scraped texts break lines in the middle of one.
func (r *reader) lineEnds(i int) bool {
	k := i - 1
	for k >= 0 && r.f[k] == ' ' {
		k--
	}
	if k < 0 || r.f[k] == '\n' {
		return false // an empty line: the line before has decided
	}
	a := k
	for a > 0 && r.f[a-1] != '\n' {
		a--
	}
	if strings.ContainsRune("。;:!?)”》", r.f[k]) || k-a < 20 {
		return true
	}
	j := i
	for j < len(r.f) && (r.f[j] == '\n' || r.f[j] == ' ') {
		j++
	}
	if j >= len(r.f) || !text.IsHan(r.f[j]) {
		return true
	}
	_, n := text.ChineseNumber(r.f[j:])
	return n > 0 && j+n < len(r.f) && (r.f[j+n] == '、' || r.f[j+n] == ' ') || r.f[j] == '第'
}

// read reads the number at i; the mention is nil where it counts nothing: a date, an ordinal, a number of a document.
func (r *reader) read(i int) (*mention, int) {
	f := r.f
	v, n := text.Decimal(f[i:])
	if n == 0 {
		for i+n < len(f) && f[i+n] >= '0' && f[i+n] <= '9' {
			n++
		}
		return nil, max(n, 1)
	}
	if w, k := spaced(f[i:]); k > 0 {
		v, n = w, k
	}
	j := i + n
	if i > 0 && (strings.ContainsRune("第./*_-#[", f[i-1]) || f[i-1] >= 'A' && f[i-1] <= 'z') {
		if f[i-1] != '-' || i < 2 || f[i-2] != '-' || i > 2 && f[i-3] >= '0' && f[i-3] <= '9' {
			return nil, n
		}
	}
	if j < len(f) && f[j] == '-' { // a range, a telephone number
		k := j
		for k < len(f) && (f[k] == '-' || f[k] >= '0' && f[k] <= '9' || f[k] == '.') {
			k++
		}
		return nil, k - i
	}
	m := &mention{value: v, printed: v, scale: 1, num: i, a: i}
	for k := i; k < j; k++ {
		if f[k] == '.' {
			m.decimals = j - k - 1
		}
	}
	for j < len(f) && (f[j] == '多' || f[j] == '余' || f[j] == ',' && j+1 < len(f) && f[j+1] == '余') {
		m.rough = true
		j++
	}
	for j < len(f) && (f[j] == '万' || f[j] == '亿') {
		if word := longest(f[j:]); word == "" {
			k := 10_000.0
			if f[j] == '亿' {
				k = 100_000_000
			}
			m.scale *= k
			j++
			for j < len(f) && (f[j] == '多' || f[j] == '余') {
				m.rough = true
				j++
			}
			continue
		}
		break
	}
	word := longest(f[min(j, len(f)):])
	if word == "" {
		return nil, n
	}
	end := j + utf8Len(word)
	if word == "个" && end < len(f) && strings.ContainsRune("月工季小年", f[end]) || word == "元" && end < len(f) && f[end] == '旦' ||
		word == "人" && end < len(f) && f[end] == '均' || word == "部" && end < len(f) && (f[end] == '委' || f[end] == '分') {
		return nil, n
	}
	if i > 0 && strings.ContainsRune("约近超", f[i-1]) && (i < 2 || f[i-2] != '大') {
		m.rough = true
	}
	unit := strings.TrimPrefix(word, "个")
	if unit == "" {
		unit = "个"
	}
	base := unit
	if b, ok := strings.CutPrefix(unit, "万"); ok && b != "" {
		m.scale, base = 10_000, b
	} else if b, ok := strings.CutPrefix(unit, "亿"); ok && b != "" {
		m.scale, base = 100_000_000, b
	}
	m.unit, m.class, m.b = unit, classOf(base), end
	if m.scale != 1 && unit == base {
		m.unit = string(f[i+n : end])
		m.unit = strings.NewReplacer("多", "", "余", "").Replace(m.unit)
	}
	m.value = m.printed * m.scale
	m.percent = unit == "%"
	return m, end - i
}

// spaced reads a number whose thousands are parted by a blank, as GB/T 15835 writes them: 4 256.
func spaced(f []rune) (float64, int) {
	v, n := 0.0, 0
	for n < len(f) && n < 3 && f[n] >= '0' && f[n] <= '9' {
		v = v*10 + float64(f[n]-'0')
		n++
	}
	groups := 0
	for n+3 < len(f) && f[n] == ' ' && three(f[n+1:]) {
		v = v*1000 + float64((f[n+1]-'0')*100+(f[n+2]-'0')*10+(f[n+3]-'0'))
		n += 4
		groups++
	}
	if groups == 0 || n < len(f) && f[n] >= '0' && f[n] <= '9' {
		return 0, 0
	}
	return v, n
}

// three says whether exactly three digits stand at the beginning.
func three(f []rune) bool {
	for i := range 3 {
		if f[i] < '0' || f[i] > '9' {
			return false
		}
	}
	return len(f) == 3 || f[3] < '0' || f[3] > '9'
}

func utf8Len(s string) int { return len([]rune(s)) }

func longest(f []rune) string {
	best := ""
	for _, w := range measureWords {
		if len(w) > len(best) && prefix(f, w) {
			best = w
		}
	}
	return best
}

// describe reads the words before a number.
func (r *reader) describe(m *mention) {
	words := string(r.f[m.label:m.num])
	for _, w := range []string{"人均", "户均", "案均", "件均", "次均", "平均", "月均", "日均", "年均", "均值"} {
		m.average = m.average || strings.Contains(words, w)
	}
	for _, w := range []string{"合计", "总计", "总共", "累计", "总数", "总量", "总额"} {
		m.total = m.total || strings.Contains(words, w)
	}
	w := []rune(words)
	for i, c := range w {
		if c == '共' && (i == 0 || w[i-1] != '公' && w[i-1] != '一') && (i+1 >= len(w) || !strings.ContainsRune("同享建治产识性", w[i+1])) {
			m.total = true
		}
	}
}

// words are what stands before a number in its clause.
func (r *reader) words(m *mention) []rune { return r.f[m.label:m.num] }

func prefix(f []rune, s string) bool {
	i := 0
	for _, c := range s {
		if i >= len(f) || f[i] != c {
			return false
		}
		i++
	}
	return true
}

func find(f []rune, s string) int {
	for i := range f {
		if prefix(f[i:], s) {
			return i
		}
	}
	return -1
}

func has(f []rune, words ...string) bool {
	for _, w := range words {
		if find(f, w) >= 0 {
			return true
		}
	}
	return false
}
