package plan

import (
	"slices"
	"strings"

	"zhunsheng/internal/doc/text"
)

// Labels before a colon (责任单位：…) and the role of the units behind them.
const (
	fieldDeadline = "deadline" // what follows is a time limit
	fieldSkip     = "skip"     // what follows is neither: persons, telephone numbers
)

var fieldRoles = map[string]string{}

var fieldLabels = func() []string {
	var all []string
	for role, words := range map[string]string{
		RoleLead:        "牵头单位 牵头部门 牵头责任单位 牵头负责单位 主办单位 主办部门 主责单位 主责部门 总牵头单位 牵头 主办 第一责任单位",
		RoleAssist:      "配合单位 配合部门 配合责任单位 协办单位 协办部门 协同单位 协助单位 协助部门 参加单位 参加部门 参与单位 参与部门 协作单位 协同配合单位 配合 协办",
		RoleUndertake:   "承办单位 承办部门",
		RoleResponsible: "责任单位 责任部门 责任主体 责任机构 责任科室 落实单位 落实部门 实施单位 实施主体 负责单位 负责部门 完成单位 执行单位 承担单位 责任单位及部门 责任分工",
		fieldDeadline:   "完成时限 完成时间 完成期限 时限要求 时间要求 时间节点 办理时限 办结时限 整改时限 推进时限 工作时限 时限 时间安排 进度安排 进度要求 实施时间 计划完成时间 落实时限 完成日期 时间进度",
		fieldSkip:       "责任领导 牵头领导 分管领导 包保领导 县级领导 市级领导 区级领导 联系领导 责任人 负责人 联系人 联系电话 电话 具体责任人 第一责任人 直接责任人 备注",
	} {
		for w := range strings.FieldsSeq(words) {
			fieldRoles[w] = role
			all = append(all, w)
		}
	}
	return all
}()

// Words behind a name that say its role. "" stands for work by division of duties: the doer's own share.
var roleSuffixes = func() map[string]string {
	m := map[string]string{}
	for role, words := range map[string]string{
		RoleLead: "牵头 牵头负责 牵头组织 牵头组织实施 牵头落实 牵头抓总 总牵头 主办 主责 为牵头单位 负责牵头 牵头实施 牵头协调",
		RoleAssist: "配合 协办 参加 参与 协助 协同 协同配合 密切配合 积极配合 配合落实 共同配合 参与配合 予以配合 配合实施 协助配合 做好配合 " +
			"协作 按职责分工配合 按职责配合 按照职责分工配合 分工配合 参与实施 协同推进 协同落实 为配合单位",
		RoleUndertake: "承办 具体承办 分别承办",
		"": "按职责分工负责 按照职责分工负责 按职责负责 按各自职责负责 根据职责分工负责 按职责分工组织落实 按照职责分工组织落实 组织落实 按职责分工落实 按照职责分工落实 " +
			"分工负责 负责 分别负责 共同负责 具体负责 负责落实 组织实施 具体实施 负责组织实施 具体组织实施 按职责分工组织实施 按职责组织实施 实施 落实 具体落实 负责实施 " +
			"按职责分工 按照职责分工 按各自职责分工负责 按照各自职责分工负责 按职责落实 各负其责 依职责负责 依职责分工负责 按职能分工负责 按照职能分工负责",
	} {
		for w := range strings.FieldsSeq(words) {
			m[w] = role
		}
	}
	return m
}()

var roleSuffixWords = func() []string {
	var all []string
	for w := range roleSuffixes {
		all = append(all, w)
	}
	slices.Sort(all)
	return all
}()

// innerRoles split 甲局牵头乙局配合, which lacks its mark.
var innerRoles = []string{"牵头", "主办", "配合", "协办", "承办"}

var etc = []string{"等", "等单位", "等部门", "等有关单位", "等有关部门", "等相关单位", "等相关部门", "等各有关部门", "等责任单位", "等成员单位", "等按职责分工负责"}

// orgEndings are how the names of units end.
var orgEndings = strings.Fields("局 委 办 厅 处 科 部 院 会 府 队 站 所 社 校 团 联 室 乡 镇 县 市 区 州 盟 旗 馆 组 司 署 行 村 园 " +
	"中心 公司 银行 单位 部门 机关 机构 街道 大学 学院 集团 协会 专班 小组 党组 党委 党工委 纪工委 团委 人大 政协 法院 检察院 热线 窗口 平台 农场 林场 企业 邮政 电信 移动 联通 供电 海关 " +
	"股 村居 镇街 街镇 开发区 经开区 高新区 管理区 示范区 税务 烟草 气象 金融监管 各乡镇 各街道 县直 市直 区直 委员会 政法 公安 司法")

// notNames begin a remark in brackets, not a unit.
var notNames = strings.Fields("含 包括 包含 不含 如 即 详见 见 附 按 根据 依据 其中 以下 下称 简称 指 例如 除 试行 暂行 另")

// looksLikeUnit says whether a run can be the name of a unit standing without any role word.
func looksLikeUnit(f []rune) bool {
	for len(f) > 0 && f[len(f)-1] == ')' { // 县委宣传部（县文明办）, 各乡镇（街道）
		k := len(f) - 1
		for k > 0 && f[k] != '(' {
			k--
		}
		f = f[:k]
	}
	n := len(f)
	if n < 2 || n > 40 || longestSuffix(f, orgEndings) == "" || longestPrefix(f, notNames) != "" {
		return false
	}
	han := 0
	for _, c := range f {
		switch {
		case text.IsHan(c):
			han++
		case c == '的' || c == '。' || c == ':' || c == '《':
			return false
		}
	}
	if index(f, "的") >= 0 || index(f, "各项") >= 0 {
		return false
	}
	return han >= 2
}

// named is a unit with the place of its name.
type named struct {
	Unit
	a, b int
}

// unitList is what a list of units says.
type unitList struct {
	units     []named
	deadlines [][2]int // runs behind labels of time limits
	labelled  bool     // it carries a label such as 责任单位:
	roleWord  bool     // it carries a role word such as 牵头
	ditto     bool     // 同上
	plain     bool     // every name looks like a unit
}

// maxList is how long a list of units can be, in characters; what is longer is no list.
const maxList = 2000

// readUnits reads the list of units f[a:b]. An opening role, if given, is that of a column or label before it.
func (p *page) readUnits(a, b int, role string) unitList {
	b = min(b, a+maxList)
	l := unitList{plain: true, labelled: role != ""}
	for _, part := range p.fields(a, b, role) {
		if part.label != "" {
			l.labelled = true
		}
		switch part.role {
		case fieldDeadline:
			l.deadlines = append(l.deadlines, [2]int{part.a, part.b})
			continue
		case fieldSkip:
			continue
		}
		p.readNames(&l, part)
	}
	// Work "by division of duties" is undertaking where another unit leads, else plain responsibility.
	lead := slices.ContainsFunc(l.units, func(u named) bool { return u.Role == RoleLead })
	for i := range l.units {
		if l.units[i].Role == "" {
			if lead {
				l.units[i].Role = RoleUndertake
			} else {
				l.units[i].Role = RoleResponsible
			}
		}
	}
	return l
}

// field is a run of a list that stands under one label.
type field struct {
	label, role string
	a, b        int
}

// fields cuts f[a:b] at its labels.
func (p *page) fields(a, b int, role string) []field {
	cur := field{role: role, a: a}
	var out []field
	for i := a; i < b; i++ {
		if p.f[i] != ':' && p.f[i] != '】' {
			continue
		}
		end := i
		for end > cur.a && (p.f[end-1] == ' ' || p.f[end-1] == ')') {
			end--
		}
		w := longestSuffix(p.f[cur.a:end], fieldLabels)
		if w == "" {
			continue
		}
		start := end - len([]rune(w))
		if start > cur.a && (p.f[start-1] == '【' || p.f[start-1] == '[') {
			start--
		}
		if start > cur.a { // what stood before the label
			cur.b = start
			out = append(out, cur)
		}
		next := i + 1
		if next < b && p.f[next] == ':' {
			next++
		}
		cur = field{label: w, role: fieldRoles[w], a: next}
		i = next - 1
	}
	cur.b = b
	return append(out, cur)
}

// readNames reads the names of one field.
func (p *page) readNames(l *unitList, fd field) {
	from := len(l.units) // names since the last role word
	setRole := func(role string) {
		for i := from; i < len(l.units); i++ {
			l.units[i].Role = role
		}
		from = len(l.units)
	}
	start, depth := fd.a, 0
	for i := fd.a; i <= fd.b; i++ {
		end := i == fd.b
		if !end {
			switch c := p.f[i]; c {
			case '(':
				depth++
			case ')':
				depth--
			case '、', ',', ';', '。', '/', '\t':
				end = depth <= 0
			case ' ', '\n':
				end = depth <= 0 && p.blankSplits(start, i, fd.b)
			}
		}
		if !end {
			continue
		}
		for _, piece := range p.pieces(start, i) {
			p.readName(l, piece[0], piece[1], fd.role, setRole, &from)
		}
		start = i + 1
		// Behind 责任单位：甲; a role word of the next part does not reach back.
		if i < fd.b && (p.f[i] == ';' || p.f[i] == '。') && fd.role != "" && from < len(l.units) {
			setRole(fd.role)
		}
	}
	if from < len(l.units) {
		role := fd.role
		if role == "" {
			role = RoleResponsible
		}
		setRole(role)
	}
}

// blankSplits says whether a blank inside a list parts two names: both sides look like names.
func (p *page) blankSplits(start, i, b int) bool {
	j := i
	for j < b && blank(p.f[j]) {
		j++
	}
	k := j
	for k < b && !strings.ContainsRune("、,;。 (", p.f[k]) {
		k++
	}
	a, e := p.trim(start, i)
	return looksLikeUnit(p.f[a:e]) && (looksLikeUnit(p.f[j:k]) || longestSuffix(p.f[j:k], roleSuffixWords) != "")
}

// pieces cuts a run behind a role word that another name follows without a mark.
func (p *page) pieces(a, b int) [][2]int {
	for _, w := range innerRoles {
		if i := index(p.f[a:b], w); i > 0 {
			cut := a + i + 2
			s := cut
			for s < b && (p.f[s] == ' ' || p.f[s] == '\n') {
				s++
			}
			rest := p.f[s:b]
			for _, join := range []string{"会同", "并由", "由"} {
				if hasPrefix(rest, join) {
					rest = rest[len([]rune(join)):]
				}
			}
			bare := strings.TrimSuffix(string(rest), longestSuffix(rest, roleSuffixWords))
			if looksLikeUnit([]rune(bare)) {
				return append([][2]int{{a, cut}}, p.pieces(s, b)...)
			}
		}
	}
	return [][2]int{{a, b}}
}

// readName reads one piece of a list: a name, a role word, or both.
func (p *page) readName(l *unitList, a, b int, label string, setRole func(string), from *int) {
	a, b = p.trim(a, b)
	assist := false
	for _, w := range []string{"会同", "并由", "由"} {
		if hasPrefix(p.f[a:b], w) {
			if w == "会同" { // 甲局会同乙局: those before it take the lead, those behind it help
				if *from < len(l.units) {
					setRole(RoleLead)
				}
				assist = true
			}
			a += len([]rune(w))
			break
		}
	}
	if i := index(p.f[a:b], "会同"); i > 1 {
		p.readName(l, a, a+i, label, setRole, from)
		p.readName(l, a+i, b, label, setRole, from)
		return
	}
	role, hasRole := "", false
	for { // 按职责分工 分别 负责: one or more words
		word := longestSuffix(p.f[a:b], roleSuffixWords)
		if word == "" {
			break
		}
		if role == "" {
			role = roleSuffixes[word]
		}
		hasRole, l.roleWord = true, true
		a, b = p.trim(a, b-len([]rune(word)))
	}
	for _, w := range []string{"为", "分别"} {
		if hasRole && hasSuffix(p.f[a:b], w) {
			b -= len([]rune(w))
		}
	}
	if w := longestSuffix(p.f[a:b], etc); w != "" {
		b -= len([]rune(w))
	}
	a, b = p.trim(a, b)
	own := ""
	if a < b && p.f[b-1] == ')' { // 县司法局(牵头)
		if open := p.openBracket(a, b-1); open > a {
			if r, ok := roleSuffixes[string(p.f[open+1:b-1])]; ok && r != "" {
				own, b = r, open
			} else if r, ok := fieldRoles[string(p.f[open+1:b-1])]; ok && r != fieldSkip && r != fieldDeadline {
				own, b = r, open
			}
			l.roleWord = l.roleWord || own != ""
		}
	}
	if a < b {
		name := p.name(a, b)
		switch {
		case name == "同上":
			l.ditto = true
		case name == "无" || name == "-" || name == "--":
		case name != "":
			for _, part := range p.splitAnd(a, b) {
				if !looksLikeUnit(p.f[part[0]:part[1]]) {
					l.plain = false
				}
				l.units = append(l.units, named{Unit{p.name(part[0], part[1]), label}, part[0], part[1]})
			}
		}
	}
	switch {
	case own != "":
		l.units[len(l.units)-1].Role = own
		// Names before it keep their own turn: only this one carries the bracket.
		if *from == len(l.units)-1 {
			*from = len(l.units)
		} else {
			last := l.units[len(l.units)-1]
			setRole(orResponsible(label))
			l.units[len(l.units)-1] = last
		}
	case hasRole:
		if assist && role == "" {
			role = RoleAssist
		}
		setRole(role)
	case assist:
		setRole(RoleAssist)
	}
}

func orResponsible(role string) string {
	if role == "" {
		return RoleResponsible
	}
	return role
}

// openBracket finds the bracket that p.f[close] closes.
func (p *page) openBracket(a, close int) int {
	depth := 0
	for i := close; i >= a; i-- {
		switch p.f[i] {
		case ')':
			depth++
		case '(':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// splitAnd parts 甲局和乙局 where both sides are plainly names of their own.
func (p *page) splitAnd(a, b int) [][2]int {
	if b-a > 80 {
		return [][2]int{{a, b}}
	}
	for i := a + 2; i+2 < b; i++ {
		c := p.f[i]
		if c != '和' && c != '及' && c != '与' {
			continue
		}
		left, right := i, i+1
		if c == '及' && p.f[i-1] == '以' {
			left--
		}
		if left-a < 3 || !looksLikeUnit(p.f[a:left]) || !looksLikeUnit(p.f[right:b]) || b-right < 3 {
			continue
		}
		// 市住房和城乡建设局, 县发展和改革委: the left side must end like an organ, not like a field of work.
		if longestSuffix(p.f[a:left], andEndings) == "" {
			continue
		}
		return append([][2]int{{a, left}}, p.splitAnd(right, b)...)
	}
	return [][2]int{{a, b}}
}

var andEndings = strings.Fields("大队 支队 总队 司法所 派出所 局 委 办 厅 院 府 中心 部门 单位 机关 街道 各乡镇 委员会 公司 办公室 办事处")

// name is a run as a name: no blanks, width as printed.
func (p *page) name(a, b int) string {
	out := make([]rune, 0, b-a)
	for i := a; i < b; i++ {
		if !blank(p.f[i]) {
			out = append(out, p.n.Plain[i])
		}
	}
	return string(out)
}

// bracketUnits finds the units a line names in brackets: a labelled list or one with role words anywhere, a bare
// list of names only at the end of the line. It also says where the bracket begins and ends.
func (p *page) bracketUnits(ln line) (lists []unitList, spans [][2]int) {
	for i := ln.a; i < ln.b; i++ {
		if i == ln.a && ln.label.n > 0 && ln.label.style == stBracket {
			continue
		}
		j := p.closeBracket(i, ln.b)
		if j < 0 {
			continue
		}
		// A bare list closes its sentence: it stands at the end of the line or behind a full stop.
		closes := p.endsLine(j+1, ln.b) || i > ln.a && (p.f[i-1] == '。' || p.f[i-1] == ';')
		if l, ok := p.unitBracket(i+1, j, closes); ok {
			lists, spans = append(lists, l), append(spans, [2]int{i, j + 1})
			i = j
		}
	}
	return lists, spans
}

// unitBracket reads the inside of a pair of brackets as a list of units.
func (p *page) unitBracket(a, b int, last bool) (unitList, bool) {
	if b-a < 2 || b-a > 600 || p.masked(a, b) {
		return unitList{}, false
	}
	l := p.readUnits(a, b, "")
	switch {
	case l.ditto && len(l.units) == 0:
		return l, true
	case l.labelled && (len(l.units) > 0 || len(l.deadlines) > 0):
		return l, true
	case len(l.units) == 0 || !l.plain:
		return l, false
	case l.roleWord:
		return l, true
	}
	return l, last
}

// masked says whether all of a run lies in a title or quotation.
func (p *page) masked(a, b int) bool { return p.mask[a] && p.mask[b-1] }

// closeBracket finds the end of the brackets that open at i; -1 where none open there or none close.
func (p *page) closeBracket(i, b int) int {
	var end rune
	switch p.f[i] {
	case '(':
		end = ')'
	case '【':
		end = '】'
	case '[':
		end = ']'
	default:
		return -1
	}
	depth := 0
	for j := i; j < b && j < i+maxList; j++ {
		switch p.f[j] {
		case p.f[i]:
			depth++
		case end:
			if depth--; depth == 0 {
				return j
			}
		}
	}
	return -1
}

// endsLine says whether nothing but a mark stands between i and the end of a line.
func (p *page) endsLine(i, b int) bool {
	for ; i < b; i++ {
		if !blank(p.f[i]) && p.f[i] != '。' && p.f[i] != ';' && p.f[i] != '.' {
			return false
		}
	}
	return true
}

// fieldLine says whether a line begins with a label such as 责任单位：, in brackets or not.
func (p *page) fieldLine(ln line) bool {
	a := ln.a
	for a < ln.b && (p.f[a] == '(' || p.f[a] == '【' || p.f[a] == '[') {
		a++
	}
	f := p.f[a:min(ln.b, a+14)]
	w := longestPrefix(f, fieldLabels)
	if w == "" {
		return false
	}
	for _, c := range f[len([]rune(w)):] {
		if c == ':' || c == '】' {
			return true
		}
		if c != ' ' && c != ')' {
			return false
		}
	}
	return false
}

// inlineField finds fields behind the text of a line: …细则。责任单位：甲局。完成时限：6月底。 It goes to the full stop that no
// further label follows. The run is empty where there is none.
func (p *page) inlineField(ln line) (int, int) {
	for i := ln.a + ln.label.n + 1; i < ln.b; i++ {
		if c := p.f[i-1]; c != '。' && c != ';' && c != ' ' || !p.fieldLine(line{a: i, b: ln.b}) {
			continue
		}
		for j := i; j < ln.b; j++ {
			if p.f[j] == '。' && !p.fieldLine(line{a: j + 1, b: ln.b}) {
				return i, j
			}
		}
		return i, ln.b
	}
	return 0, 0
}

// sentenceUnits finds the units that running text itself names: 由甲局牵头、乙局配合, or 甲局牵头，… at the beginning of
// a sentence.
func (p *page) sentenceUnits(a, b int) []named {
	for i := a; i < b; i++ {
		start := i
		switch {
		case p.mask[i]:
			continue
		case p.f[i] == '由':
			start++
		case i > a && !strings.ContainsRune("。;\n", p.f[i-1]):
			continue
		}
		if l := p.sentenceList(start, b, p.f[i] == '由'); len(l) > 0 {
			return l
		}
	}
	return nil
}

// sentenceList reads a list of units that begins at start and goes on as long as its pieces are names with role words;
// what follows is the work itself. Without 由 before it only a leading role makes a list.
func (p *page) sentenceList(start, b int, by bool) []named {
	end, say, word := start, -1, 0
	for end < b && end < start+400 && !strings.ContainsRune("。;\n", p.f[end]) {
		if say < 0 {
			for k, w := range []string{"牵头", "主办", "承办", "负责", "组织实施", "组织落实"} {
				if (by || k < 3) && hasPrefix(p.f[end:b], w) {
					say, word = end, len([]rune(w))
				}
			}
		}
		end++
	}
	if say < 0 || say-start > 120 {
		return nil
	}
	list := func(stop int) []named {
		if l := p.readUnits(start, stop, ""); len(l.units) > 0 && l.plain && l.roleWord {
			return l.units
		}
		return nil
	}
	best := list(say + word) // 由甲局牵头组织…: the role word opens a clause
	for cut := say; cut <= end; cut++ {
		if cut < end && p.f[cut] != ',' && p.f[cut] != '、' {
			continue
		}
		if l := list(cut); len(l) > 0 {
			best = l
		} else if cut < end && p.f[cut] == ',' {
			break
		}
	}
	return best
}
