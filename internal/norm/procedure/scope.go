package procedure

import (
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/calendar"
	"zhunsheng/internal/norm/expr"
	"zhunsheng/internal/norm/register"
	"zhunsheng/internal/norm/source"
)

// reader gives the value of one name of an expression on a state.
type reader func(v *view) (any, bool)

// linkKinds are the kinds of link as stored; inverse names the other side.
var linkKinds = []string{"part_of", "merged_into", "split_from", "continues", "caused_by", "reviews", "covers", "evidence_of"}

var inverse = []string{"parts", "absorbed", "splits", "continued_by", "caused", "reviewed_by", "covered_by", "evidence"}

// scope declares everything that expressions of the definition may name, and how each name is read.
func (c *compiler) scope() expr.Scope {
	d := c.d
	d.read = map[string]reader{}
	d.defaults = map[string]any{}
	s := expr.Scope{Objects: []expr.ObjectType{entryObject, partyObject, fileObject}}
	add := func(name, title string, t expr.Type, always bool, guard string, read reader) {
		s.Vars = append(s.Vars, expr.Var{Name: name, Title: title, Type: t, Always: always, Guard: guard})
		d.read[name] = read
	}
	for i := range d.Fields {
		f := &d.Fields[i]
		if slices.Contains(reserved, f.ID) {
			continue // reported on reading
		}
		if f.Type == TypeList {
			s.Objects = append(s.Objects, rowObject(f))
		}
		add(f.ID, f.Title, f.ExprType(), false, "", func(v *view) (any, bool) { return v.field(f) })
	}
	c.declareSteps(add)
	c.declareLimits(add)
	for i := range d.Params {
		p := &d.Params[i]
		kind := map[string]expr.Kind{TypeText: expr.Text, TypeInt: expr.Int, TypeMoney: expr.Money, TypeBool: expr.Bool, TypeDate: expr.Date, TypePeriod: expr.Text}[p.Type]
		if kind == 0 {
			continue
		}
		if value, ok := ParseParam(p, p.Default); ok {
			d.defaults[p.ID] = native(value)
		} else {
			c.r.Add(c.place("params", p.ID, "default"), source.CodeValue, "", "“%s”不是%s类型的值", p.Default, p.Type)
		}
		add("param."+p.ID, p.Title, expr.Type{Kind: kind}, true, "", func(v *view) (any, bool) { return v.param(p.ID) })
	}
	for _, l := range d.Lookups {
		add("lookup."+l.ID, l.Title, expr.Type{Kind: expr.Int}, false, "", func(v *view) (any, bool) { return v.lookup(l) })
	}
	declareRest(add)
	for _, t := range d.Terms {
		s.Terms = append(s.Terms, expr.Term{Name: t.ID, Source: t.Expr.Source})
	}
	return s
}

type declare func(name, title string, t expr.Type, always bool, guard string, read reader)

var (
	textType = expr.Type{Kind: expr.Text}
	intType  = expr.Type{Kind: expr.Int}
	boolType = expr.Type{Kind: expr.Bool}
	dateType = expr.Type{Kind: expr.Date}
)

func (c *compiler) declareSteps(add declare) {
	d := c.d
	ids := make([]Step, len(d.AllSteps))
	copy(ids, d.AllSteps)
	if d.Step(opening) == nil {
		ids = append(ids, Step{ID: opening, Title: builtinTitles[opening]})
	}
	for _, s := range ids {
		names := append([]string{s.ID}, s.Was...)
		if s.ID == opening && d.Opens != opening {
			names = append(names, d.Opens)
		}
		p := "step." + s.ID + "."
		done := p + "done"
		each := s.Each
		add(done, "“"+s.Title+"”是否办过", boolType, true, "", func(v *view) (any, bool) { return v.stepDone(names, each), true })
		add(p+"any", "“"+s.Title+"”是否办过一次", boolType, true, "", func(v *view) (any, bool) { return v.count(names) > 0, true })
		add(p+"count", "“"+s.Title+"”的次数", intType, true, "", func(v *view) (any, bool) { return v.count(names), true })
		add(p+"files", "“"+s.Title+"”的附件数", intType, true, "", func(v *view) (any, bool) { return v.files(names), true })
		last := func(v *view) (any, bool) {
			e, ok := v.last(names)
			return toDay(e.Legal), ok
		}
		add(p+"date", "“"+s.Title+"”的日期", dateType, false, p+"done", last)
		add(p+"last", "“"+s.Title+"”最近一次的日期", dateType, false, p+"done", last)
		add(p+"first", "“"+s.Title+"”第一次的日期", dateType, false, p+"done", func(v *view) (any, bool) {
			e, ok := v.first(names)
			return toDay(e.Legal), ok
		})
		add(p+"outcome", "“"+s.Title+"”的结果", textType, false, p+"done", func(v *view) (any, bool) {
			e, ok := v.last(names)
			return e.Outcome, ok
		})
	}
}

func (c *compiler) declareLimits(add declare) {
	for i := range c.d.AllLimits {
		l := &c.d.AllLimits[i]
		p := "limit." + l.ID + "."
		add(p+"closed", "期限“"+l.Title+"”是否已有结论", boolType, true, "", func(v *view) (any, bool) {
			return v.limit(l.ID).Met != nil, true
		})
		add(p+"met", "期限“"+l.Title+"”是否遵守", boolType, false, p+"closed", func(v *view) (any, bool) {
			met := v.limit(l.ID).Met
			return met != nil && *met, met != nil
		})
		add(p+"state", "期限“"+l.Title+"”的状态", textType, true, "", func(v *view) (any, bool) { return v.limit(l.ID).State, true })
		add(p+"due", "期限“"+l.Title+"”的到期日", dateType, false, "", func(v *view) (any, bool) {
			due := v.limit(l.ID).Due
			return toDay(due), due != ""
		})
		add(p+"earliest", "期限“"+l.Title+"”的最早日期", dateType, false, "", func(v *view) (any, bool) {
			day := v.limit(l.ID).Earliest
			return toDay(day), day != ""
		})
	}
}

func declareRest(add declare) {
	text := func(name, title string, read func(v *view) string) {
		add(name, title, textType, true, "", func(v *view) (any, bool) { return read(v), true })
	}
	number := func(name, title string, read func(v *view) int64) {
		add(name, title, intType, true, "", func(v *view) (any, bool) { return read(v), true })
	}
	truth := func(name, title string, read func(v *view) bool) {
		add(name, title, boolType, true, "", func(v *view) (any, bool) { return read(v), true })
	}
	text("unit.code", "单位代码", func(v *view) string { return v.env.Unit.Code })
	text("unit.sign", "机关代字", func(v *view) string { return v.env.Unit.Sign })
	text("unit.name", "单位名称", func(v *view) string { return v.env.Unit.Name })
	text("unit.region", "行政区划", func(v *view) string { return v.env.Unit.Region })
	text("matter.number", "编号", func(v *view) string { return v.s.Number })
	text("matter.title", "标题", func(v *view) string { return v.s.Title })
	text("matter.outcome", "办结结果", func(v *view) string { return v.s.Outcome })
	text("matter.origin", "来源", func(v *view) string { return v.s.Origin })
	truth("matter.open", "是否在办", func(v *view) bool { return v.s.Open })
	number("matter.files", "附件总数", func(v *view) int64 { return v.allFiles() })
	add("matter.opened", "开启日期", dateType, false, "", func(v *view) (any, bool) { return toDay(v.s.Opened), v.s.Opened != "" })
	text("actor.role", "办理人的角色", func(v *view) string { return v.actor().Role })
	truth("actor.lead", "办理人是否属于主办单位", func(v *view) bool { return v.actor().Unit == v.s.Unit })
	truth("actor.on_behalf", "是否代录", func(v *view) bool { return v.actor().OnBehalf })
	truth("actor.system", "是否由系统办理", func(v *view) bool { return v.actor().System })
	number("act.files", "本次附件数", func(v *view) int64 {
		if v.act == nil {
			return 0
		}
		return int64(len(v.act.Files))
	})
	number("act.links", "本次关联数", func(v *view) int64 {
		if v.act == nil {
			return 0
		}
		return int64(len(v.act.Links))
	})
	text("act.outcome", "本次结果", func(v *view) string {
		if v.act == nil {
			return ""
		}
		return v.act.Outcome
	})
	add("legal_date", "办理日期", dateType, true, "", func(v *view) (any, bool) { return toDay(v.legal()), true })
	add("today", "今天", dateType, true, "", func(v *view) (any, bool) { return toDay(v.env.Today), true })
	for _, k := range linkKinds {
		number("linked."+k+".count", "关联数", func(v *view) int64 { return v.ties(k) })
	}
	for _, k := range slices.Concat(linkKinds, inverse) {
		side := func(pick func(Linked) bool) reader {
			return func(v *view) (any, bool) { return v.linked(k, pick) }
		}
		if slices.Contains(inverse, k) {
			add("linked."+k+".count", "关联数", intType, false, "", side(func(Linked) bool { return true }))
		}
		add("linked."+k+".open", "在办的关联事项数", intType, false, "", side(func(l Linked) bool { return l.Open }))
		add("linked."+k+".closed", "办结的关联事项数", intType, false, "", side(func(l Linked) bool { return !l.Open }))
	}
}

// Objects of expressions: what can be read of an entry, a party, a file.
var (
	entryObject = expr.ObjectType{Name: "entry", Title: "条目", Fields: []expr.Var{
		{Name: "valid", Title: "在当日是否有效", Type: boolType, Always: true},
		{Name: "key", Title: "键", Type: textType, Always: true},
		{Name: "name", Title: "名称", Type: textType, Always: true},
		{Name: "number", Title: "号码", Type: textType, Always: true},
	}}
	partyObject = expr.ObjectType{Name: TypeParty, Title: "当事人", Fields: partyVars()}
	fileObject  = expr.ObjectType{Name: TypeFile, Title: "附件", Fields: []expr.Var{{Name: "name", Title: "文件名", Type: textType, Always: true}}}
)

func partyVars() []expr.Var {
	var out []expr.Var
	for i := range register.PartyFields {
		out = append(out, expr.Var{Name: register.PartyFields[i].ID, Title: register.PartyFields[i].Title, Type: textType})
	}
	return out
}

func rowObject(f *Field) expr.ObjectType {
	o := expr.ObjectType{Name: "row_" + f.ID, Title: f.Title}
	for i := range f.Fields {
		c := &f.Fields[i]
		if c.Type == TypeList || c.Type == TypeParty || c.Type == TypeFile {
			continue
		}
		o.Fields = append(o.Fields, expr.Var{Name: c.ID, Title: c.Title, Type: c.ExprType()})
	}
	return o
}

// ParseParam reads a parameter's value as it is written: money in 元 or 万元, periods as "3 workdays".
func ParseParam(p *Param, text string) (matter.Value, bool) {
	switch p.Type {
	case TypeText:
		return matter.OfText(text), true
	case TypePeriod:
		d := &Definition{}
		rule, err := d.parseLength(text)
		return matter.OfText(text), err == nil && rule.unit != 0
	case TypeBool:
		return matter.OfBool(text == "true"), text == "true" || text == "false"
	case TypeDate:
		_, err := calendar.Parse(text)
		return matter.OfDate(text), err == nil
	case TypeMoney:
		return parseMoney(text)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return matter.OfInt(n), err == nil
}

// parseMoney reads 10000元, 1.5万元, 300分 or a bare number of fen.
func parseMoney(text string) (matter.Value, bool) {
	digits, scale := text, int64(1)
	for _, u := range []struct {
		word string
		fen  int64
	}{{"万元", 1_000_000}, {"元", 100}, {"分", 1}} {
		if rest, ok := strings.CutSuffix(text, u.word); ok {
			digits, scale = rest, u.fen
			break
		}
	}
	whole, fraction, _ := strings.Cut(strings.TrimSpace(digits), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n < 0 || n > 1<<40 {
		return matter.Value{}, false
	}
	n *= scale
	for _, c := range fraction {
		scale /= 10
		if c < '0' || c > '9' || scale == 0 {
			return matter.Value{}, false
		}
		n += int64(c-'0') * scale
	}
	return matter.OfInt(n), true
}

// native gives a parameter's value as expressions take it.
func native(v matter.Value) any {
	switch v.Kind {
	case matter.Int:
		return v.Int
	case matter.Bool:
		return v.Int != 0
	case matter.Date:
		return toDay(v.Text)
	}
	return v.Text
}

func toDay(s string) expr.Day {
	d, err := calendar.Parse(s)
	if err != nil {
		return 0
	}
	return expr.Day(d)
}

// placeholders lists the names in the braces of a template.
func placeholders(form string) []string {
	var out []string
	for {
		_, rest, ok := strings.Cut(form, "{")
		if !ok {
			return out
		}
		name, tail, ok := strings.Cut(rest, "}")
		if !ok {
			return out
		}
		out = append(out, name)
		form = tail
	}
}
