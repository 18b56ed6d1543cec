package rulebook

import (
	"slices"
	"strings"

	"zhunsheng/internal/doc/paper"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/source"
)

// papersCheck proves the papers: every step's paper exists, and whatever a paper says is known, and surely known, at every
// step that makes it.
func (b *Book) papersCheck(r *source.Reader) {
	named := map[string]bool{}
	for _, d := range b.Definitions() {
		for i := range d.AllSteps {
			s := &d.AllSteps[i]
			if s.Paper == "" {
				continue
			}
			named[s.Paper] = true
			p := b.papers[s.Paper]
			if p == nil {
				b.noPaper(r, d, s)
				continue
			}
			if marks := d.Marks(s.ID); marks != nil && p.Template != nil {
				c := paperCheck{r: r, p: p, marks: marks, where: "“" + d.Title + "”的环节“" + s.Title + "”"}
				c.run()
			}
		}
	}
	for _, id := range b.paperOrder {
		p := b.papers[id]
		for _, key := range []string{"cites", "remedy_cites"} {
			if n := p.head.Get(key); n != nil && n.Kind == source.Scalar {
				b.cite(r, n, "")
			}
		}
		p.wants(r)
		if !named[id] {
			r.Warn(&source.Node{File: p.File, Line: 1, Col: 1}, source.CodeReference, "在环节里写 paper: "+id, "没有环节使用这份文书")
		}
	}
}

// noPaper is a step whose paper is not there. A pack that has no papers at all is one in the making.
func (b *Book) noPaper(r *source.Reader, d *procedure.Definition, s *procedure.Step) {
	at := b.nodes[d].Get("steps").Get(s.ID).Get("paper")
	if len(b.papers) == 0 {
		r.Warn(at, source.CodeReference, "写 papers/"+s.Paper+".md", "没有文书“%s”", s.Paper)
		return
	}
	hint := source.DidYouMean(s.Paper, b.paperOrder)
	if hint == "" {
		hint = "写 papers/" + s.Paper + ".md"
	}
	r.Add(at, source.CodeReference, hint, "没有文书“%s”", s.Paper)
}

// wants checks what the paper says about itself: what the law wants is written, and so is the remedy that it names.
func (p *Paper) wants(r *source.Reader) {
	if p.Template == nil {
		return
	}
	uses := p.Template.Uses()
	if to := p.head.Get("to"); to != nil && strings.HasSuffix(strings.TrimSpace(to.Text), "：") {
		r.Warn(to, source.CodeValue, "去掉冒号", "主送后面的冒号由版式加上")
	}
	if note := p.head.Get("note"); note != nil && strings.HasPrefix(strings.TrimSpace(note.Text), "（") {
		r.Warn(note, source.CodeValue, "去掉括号", "附注的括号由版式加上")
	}
	must := p.head.Get("must")
	for i, m := range p.Must {
		if !slices.ContainsFunc(uses, func(u paper.Use) bool {
			return u.Verb != "if" && (u.Name == m.Mark || strings.HasPrefix(u.Name, m.Mark+"."))
		}) {
			r.Add(must.Keys[i], source.CodeMissing, "在正文写 {{"+m.Mark+"}}", "应当载明的“%s”没有写进文书", m.Title)
		}
	}
	at := slices.IndexFunc(uses, func(u paper.Use) bool { return u.Name == procedure.RemedyMark })
	given := p.Remedy != "" && p.Remedy != procedure.RemedyNothing
	switch {
	case given && at < 0:
		r.Add(p.head.Get("remedy"), source.CodeMissing, "在正文写 {{remedy}}", "写明了救济途径的种类，正文没有写出")
	case !given && at >= 0 && uses[at].Verb == "":
		r.Add(p.place(uses[at].Line, uses[at].Column), source.CodeMissing, "文头写 remedy: "+procedure.RemedyEither, "没有写明救济途径是哪一种")
	}
}

// paperCheck proves a template against the names of one step.
type paperCheck struct {
	r     *source.Reader
	p     *Paper
	marks []procedure.Mark
	where string
}

func (c *paperCheck) run() {
	lists := map[string]*procedure.Mark{} // names of lists whose elements the template goes through
	for _, u := range c.p.Template.Uses() {
		m, column := c.find(u, lists)
		if m == nil {
			continue
		}
		switch u.Verb {
		case "each":
			if !m.Many {
				c.add(u, source.CodeValue, "", "“%s”不是列表", m.Title)
			}
			lists[u.Name] = m
		case "":
			c.mark(u, m, column)
		}
	}
}

// find looks the name of a use up: a name of the step, or a column of one. It is nil where there is no such name.
func (c *paperCheck) find(u paper.Use, lists map[string]*procedure.Mark) (m *procedure.Mark, column bool) {
	var list *procedure.Mark
	rest := u.Name
	if u.Element {
		for name, l := range lists {
			if (u.Name == name || strings.HasPrefix(u.Name, name+".")) && len(u.Name)-len(name) < len(rest) {
				list, rest = l, strings.TrimPrefix(strings.TrimPrefix(u.Name, name), ".")
			}
		}
		if list == nil {
			return nil, false // the list itself was reported
		}
		if rest == "" { // {{.}}: the element itself
			own := *list
			own.Many = false
			return &own, true
		}
		return c.column(u, list, rest), true
	}
	if m := named(c.marks, u.Name); m != nil {
		return m, false
	}
	if i := strings.LastIndexByte(u.Name, '.'); i > 0 {
		if m := named(c.marks, u.Name[:i]); m != nil && m.Columns != nil {
			if m.Many {
				c.add(u, source.CodeValue, "写在 {{#each "+m.Name+"}} 与 {{/each}} 之间，前面加点", "“%s”有多个，不能直接写“%s”", m.Title, u.Name)
				return nil, false
			}
			column := c.column(u, m, u.Name[i+1:])
			if column != nil && column.Sure && !m.Sure {
				loose := *column
				loose.Sure = false
				column = &loose
			}
			return column, false
		}
	}
	names := make([]string, len(c.marks))
	for i := range c.marks {
		names[i] = c.marks[i].Name
	}
	c.add(u, source.CodeReference, source.DidYouMean(u.Name, names), "%s没有“%s”", c.where, u.Name)
	return nil, false
}

func named(marks []procedure.Mark, name string) *procedure.Mark {
	if i := slices.IndexFunc(marks, func(m procedure.Mark) bool { return m.Name == name }); i >= 0 {
		return &marks[i]
	}
	return nil
}

func (c *paperCheck) column(u paper.Use, of *procedure.Mark, name string) *procedure.Mark {
	if m := named(of.Columns, name); m != nil {
		return m
	}
	var names []string
	for _, m := range of.Columns {
		names = append(names, m.Name)
	}
	hint := source.DidYouMean(name, names)
	if hint == "" && len(names) > 0 {
		hint = "有 " + strings.Join(names, "、")
	}
	c.add(u, source.CodeReference, hint, "“%s”没有“%s”", of.Title, name)
	return nil
}

// mark checks how a value is written, and that it is there.
func (c *paperCheck) mark(u paper.Use, m *procedure.Mark, column bool) {
	switch {
	case m.Type == procedure.TypeList:
		c.add(u, source.CodeValue, "用 {{#each "+m.Name+"}} 逐行写", "“%s”是表格，不能写成一处", m.Title)
		return
	case m.Type == procedure.TypeMoney && u.Filter != "yuan":
		c.add(u, source.CodeValue, "写 {{"+u.Name+" | yuan}}", "“%s”是金额，以分计", m.Title)
	case m.Type == procedure.TypeDate && u.Filter != "date":
		c.add(u, source.CodeValue, "写 {{"+u.Name+" | date}}", "“%s”是日期，没有写格式", m.Title)
	case u.Filter == "yuan" && m.Type != procedure.TypeMoney, u.Filter == "date" && m.Type != procedure.TypeDate:
		c.add(u, source.CodeValue, "", "“%s”不是%s", m.Title, map[string]string{"yuan": "金额", "date": "日期"}[u.Filter])
	}
	if u.Optional || m.Sure || asked(u, m.By) {
		return
	}
	hint := "写 {{" + u.Name + "?}}，或者放在 {{#if " + u.Name + "}} 里面"
	if step, isStep := strings.CutPrefix(u.Name, "step."); isStep {
		hint = "放在 {{#if step." + step[:strings.LastIndexByte(step, '.')] + ".done}} 里面"
	}
	if column {
		hint = "写 {{." + m.Name + "?}}，或者放在 {{#if ." + m.Name + "}} 里面"
	}
	c.add(u, source.CodeUnfilled, hint, "在%s“%s”不一定已经有值", c.where, m.Title)
}

// asked tells whether an {{#if}} around a mark asks for it, for the thing it is a column of, for its step, or for a step
// that fills it.
func asked(u paper.Use, by []string) bool {
	for _, name := range u.Asked {
		if name == u.Name || strings.HasPrefix(u.Name, name+".") {
			return true
		}
		step, isDone := strings.CutSuffix(name, ".done")
		if !isDone {
			step, _, isDone = strings.Cut(name, ".outcome.")
		}
		if isDone && (strings.HasPrefix(u.Name, step+".") || slices.Contains(by, strings.TrimPrefix(step, "step."))) {
			return true
		}
	}
	return false
}

func (c *paperCheck) add(u paper.Use, code, hint, format string, args ...any) {
	c.r.Add(c.p.place(u.Line, u.Column), code, hint, format, args...)
}
