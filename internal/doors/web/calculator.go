package web

import (
	"cmp"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/norm/procedure"
)

// calculator makes the page that computes limits (期限计算器) by the function behind `zhunsheng limit` and every matter.
type calculator struct {
	server *Server
	visit  *visit
	def    *procedure.Definition
	form   func(string) string
	given  []view.Pair
}

// calculatorShow asks for dates and answers with limits and reasons.
func (s *Server) calculatorShow(w http.ResponseWriter, r *http.Request) error {
	d, err := s.definition(r)
	if err != nil {
		return err
	}
	v := visitOf(r)
	c := &calculator{server: s, visit: v, def: d, form: func(name string) string { return strings.TrimSpace(r.FormValue(name)) }}
	here := procedurePath(d.ID) + "/limits"
	p := view.CalculatorPage{Page: s.frame(r, v, "procedures", d.Title+"：期限计算器"), Action: here, Clear: here, Groups: c.groups()}
	p.Crumbs = []view.Link{{Text: "依据与系统"}, {Text: "程序与期限", Href: "/procedures"}, {Text: d.Title, Href: procedurePath(d.ID)}, {Text: "期限计算器"}}
	p.Page.Facts = "与办理事项相同的规则；只计算，不保存"
	if text := c.form("text"); text != "" {
		p.Hidden = []view.Hidden{{Name: "text", Value: text}}
	}
	trial := c.trial()
	if p.Asked = len(trial.Events) > 0 || len(trial.Pauses) > 0 || len(trial.Extends) > 0; !p.Asked {
		return s.render(w, r, http.StatusOK, view.Calculator(p))
	}
	def, limits, err := s.Acts.Book().Try(d.ID, c.form("text"), trial)
	var unknown *procedure.Misuse
	var off *procedure.Off
	switch {
	case errors.As(err, &unknown), errors.As(err, &off):
		p.Wrong, p.Asked = err.Error()+"。", false
		return s.render(w, r, http.StatusUnprocessableEntity, view.Calculator(p))
	case err != nil:
		return err
	}
	p.Sheet = c.sheet(def, limits, trial.Today)
	return s.render(w, r, http.StatusOK, view.Calculator(p))
}

// stepsAsked are the steps whose dates move a limit, in the order of the definition.
func (c *calculator) stepsAsked() []*procedure.Step {
	asked := map[string]bool{c.def.Opens: true}
	add := func(lists ...[]string) {
		for _, id := range slices.Concat(lists...) {
			asked[id] = true
		}
	}
	for i := range c.def.AllLimits {
		l := &c.def.AllLimits[i]
		add(l.From, l.To)
		for _, p := range l.Pauses {
			add(p.From, p.To)
		}
		for _, m := range stepRead.FindAllStringSubmatch(c.conditions(l), -1) {
			add(m[1:2])
		}
	}
	var out []*procedure.Step
	for i := range c.def.AllSteps {
		s := &c.def.AllSteps[i]
		if asked[s.ID] || slices.ContainsFunc(s.Resets, func(r string) bool { return asked[r] }) {
			out = append(out, s)
		}
	}
	return out
}

var (
	stepRead = regexp.MustCompile(`\bstep\.(\w+)\.`)
	wordRead = regexp.MustCompile(`[a-z_][a-z0-9_]*`)
)

// conditions are the expressions and lengths of a limit, in one text: what it reads is found in it.
func (c *calculator) conditions(l *procedure.Limit) string {
	parts := []string{l.When.Source, l.Day, l.Excused.Source}
	for _, x := range l.Lengths {
		parts = append(parts, x.When.Source, x.Text)
	}
	for _, x := range l.Extensions {
		parts = append(parts, x.When.Source, x.Length)
	}
	for _, x := range l.Pauses {
		parts = append(parts, x.When.Source)
	}
	return strings.Join(parts, " ")
}

// hourly tells whether a limit in hours begins or ends with a step: then the moment is asked for, not the day.
func (c *calculator) hourly(step string) bool {
	return slices.ContainsFunc(c.def.AllLimits, func(l procedure.Limit) bool {
		return (slices.Contains(l.From, step) || slices.Contains(l.To, step)) &&
			slices.ContainsFunc(l.Lengths, func(x procedure.Length) bool { return strings.Contains(x.Text, "hour") })
	})
}

// groups are the fields of the form, filled with what was asked last.
func (c *calculator) groups() []view.CalculatorGroup {
	dates := view.CalculatorGroup{ID: "dates", Title: "环节的日期", Open: true, Hint: "填写已经办理或者拟办理的日期，不填的视为还没有办理"}
	dates.Fields = append(dates.Fields, view.Field{Name: "today", Label: "以哪一日为今天", Kind: view.Date, Value: cmp.Or(c.form("today"), c.visit.Today)})
	for _, s := range c.stepsAsked() {
		f := view.Field{Name: "d." + s.ID, Label: s.Title, Kind: view.Date, Value: c.form("d." + s.ID)}
		switch {
		case c.hourly(s.ID):
			f.Kind, f.Hint = view.Text, "写到时分：2026-05-15 16:30"
		case s.Repeat:
			f.Kind, f.Hint = view.Text, "办过几次的，用顿号隔开"
		}
		dates.Fields = append(dates.Fields, f)
	}
	out := []view.CalculatorGroup{dates}
	for _, g := range []view.CalculatorGroup{c.pauseFields(), c.extensionFields(), c.paramFields()} {
		if len(g.Fields) > 0 {
			g.Open = slices.ContainsFunc(g.Fields, func(f view.Field) bool { return f.Value != "" }) && g.ID != "params"
			out = append(out, g)
		}
	}
	return out
}

// pauses are the grounds on which time is not counted, each once.
func (c *calculator) pauses() []procedure.PauseRule {
	var out []procedure.PauseRule
	for i := range c.def.AllLimits {
		for _, p := range c.def.AllLimits[i].Pauses {
			if !slices.ContainsFunc(out, func(x procedure.PauseRule) bool { return x.ID == p.ID }) {
				out = append(out, p)
			}
		}
	}
	return out
}

func (c *calculator) pauseFields() view.CalculatorGroup {
	g := view.CalculatorGroup{ID: "pauses", Title: "不计入期限的期间", Hint: "两端的日子都不计入；还没有结束的，只填起日"}
	for _, p := range c.pauses() {
		title := cmp.Or(p.Title, p.ID)
		g.Fields = append(g.Fields, view.Field{Name: "p." + p.ID + ".from", Label: title + "：自", Kind: view.Date, Value: c.form("p." + p.ID + ".from")},
			view.Field{Name: "p." + p.ID + ".to", Label: title + "：至", Kind: view.Date, Value: c.form("p." + p.ID + ".to")})
	}
	return g
}

// extensions are the lawful lengthenings, each with its limit.
func (c *calculator) extensions(visit func(l *procedure.Limit, x procedure.ExtensionRule)) {
	for i := range c.def.AllLimits {
		for _, x := range c.def.AllLimits[i].Extensions {
			visit(&c.def.AllLimits[i], x)
		}
	}
}

func (c *calculator) extensionFields() view.CalculatorGroup {
	g := view.CalculatorGroup{ID: "extensions", Title: "延长", Hint: "填写批准延长的日期；到期以后才批准的，不能延长"}
	c.extensions(func(l *procedure.Limit, x procedure.ExtensionRule) {
		name, title := "x."+x.ID, "“"+l.Title+"”延长：批准日"
		g.Fields = append(g.Fields, view.Field{Name: name, Label: title, Kind: view.Date, Value: c.form(name)})
		if x.Until {
			g.Fields = append(g.Fields, view.Field{Name: name + ".until", Label: "“" + l.Title + "”延至", Kind: view.Date, Value: c.form(name + ".until")})
		}
	})
	return g
}

// usual is the value of a parameter where nothing else is typed: the unit's own, else that of a trial.
func (c *calculator) usual(p *procedure.Param) string {
	if v, ok := c.visit.Site.Param(c.def.ID, p.ID, c.visit.Actor.Unit(), c.visit.Today); ok {
		return v
	}
	return cmp.Or(p.Trial, p.Default)
}

// fieldsAsked are fields of the matter that a limit reads.
func (c *calculator) fieldsAsked() []*procedure.Field {
	read := map[string]bool{}
	for i := range c.def.AllLimits {
		for _, w := range wordRead.FindAllString(c.conditions(&c.def.AllLimits[i]), -1) {
			read[w] = true
		}
	}
	var out []*procedure.Field
	for i := range c.def.Fields {
		f := &c.def.Fields[i]
		if read[f.ID] && slices.Contains([]string{procedure.TypeInt, procedure.TypeMoney, procedure.TypeBool, procedure.TypeDate, procedure.TypeChoice}, f.Type) {
			out = append(out, f)
		}
	}
	return out
}

func (c *calculator) paramFields() view.CalculatorGroup {
	g := view.CalculatorGroup{ID: "params", Title: "参数和事项的内容", Hint: "缺省为本单位设定的值，没有设定的为规则包的值"}
	for i := range c.def.Params {
		p := &c.def.Params[i]
		name := "v." + p.ID
		f := view.Field{Name: name, Label: p.Title, Value: cmp.Or(c.form(name), c.usual(p)), Hint: p.Note}
		if p.Type == procedure.TypeBool {
			f.Kind, f.Options = view.Select, yesNo(f.Value)
		}
		g.Fields = append(g.Fields, f)
	}
	for _, x := range c.fieldsAsked() {
		name := "v." + x.ID
		f := view.Field{Name: name, Label: x.Title, Value: c.form(name)}
		switch x.Type {
		case procedure.TypeDate:
			f.Kind = view.Date
		case procedure.TypeBool:
			f.Kind, f.Options = view.Select, append([]view.Option{{Text: "没有填写", Chosen: f.Value == ""}}, yesNo(f.Value)...)
		case procedure.TypeChoice:
			f.Kind, f.Options = view.Select, []view.Option{{Text: "没有填写", Chosen: f.Value == ""}}
			for _, o := range x.Options {
				f.Options = append(f.Options, view.Option{Value: o.ID, Text: o.Title, Chosen: o.ID == f.Value})
			}
		}
		g.Fields = append(g.Fields, f)
	}
	return g
}

func yesNo(value string) []view.Option {
	return []view.Option{{Value: "true", Text: "是", Chosen: value == "true"}, {Value: "false", Text: "否", Chosen: value == "false"}}
}
