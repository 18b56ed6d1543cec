package procedure

import (
	"slices"
	"strings"

	"zhunsheng/internal/norm/expr"
	"zhunsheng/internal/norm/source"
)

// sure is what is certainly there at a place of the definition: fields by id, and step.S for steps that are done.
type sure map[string]bool

// filled checks for every expression that what it reads is surely filled at its place, or that it asks (given, or,
// step.S.done &&). An unguarded reading of anything else would make the answer unknown in some lawful course.
func (c *compiler) filled() {
	d := c.d
	c.templates()
	for _, sp := range d.order {
		c.reads(sp.When, sp.when, c.at([]string{sp.ID}, false))
	}
	for i := range d.Gates {
		g := &d.Gates[i]
		c.reads(g.Require, c.compiledGate(g), c.at(g.Before, true))
	}
	for _, sp := range d.stepsBy {
		for _, f := range sp.facts {
			there := c.at([]string{sp.ID}, true)
			there["step."+sp.ID] = true
			for _, l := range d.limits {
				if l.to[sp.ID] {
					there["limit."+l.ID] = true
				}
			}
			c.reads(f.Value, f.value, there)
			c.reads(f.When, f.when, there)
		}
	}
	for _, l := range d.limits {
		there := c.at(l.From, true)
		c.reads(l.When, l.when, there)
		for i, x := range l.lengths {
			if i < len(l.Lengths) {
				c.reads(l.Lengths[i].When, x.when, there)
			}
		}
		for _, p := range l.pauses {
			c.reads(p.When, p.when, there)
		}
		for _, x := range l.extends {
			c.reads(x.When, x.when, there)
		}
		c.reads(l.Excused, l.excused, there)
	}
}

// templates checks what stands in the braces of titles and numbers: titles are seen by all who see the matter.
func (c *compiler) templates() {
	names := make([]string, 0, len(c.d.read))
	for n := range c.d.read {
		names = append(names, n)
	}
	slices.Sort(names)
	check := func(at *source.Node, form, what string, own ...string) {
		for _, n := range placeholders(form) {
			f := c.d.Field(n)
			switch {
			case slices.Contains(own, n):
			case f != nil && f.Class != "":
				c.r.Add(at, source.CodeValue, "只用公开字段", "%s里不能有“%s”：它是个人信息或者封存信息", what, f.Title)
			case c.d.read[n] == nil:
				c.r.Add(at, source.CodeReference, source.DidYouMean(n, names), "%s里的“{%s}”不存在", what, n)
			}
		}
	}
	check(c.place("title"), c.d.TitleForm, "标题")
	if n := c.d.Number; n != nil {
		check(c.place("number", "series"), n.Series, "编号序列")
		check(c.place("number", "form"), n.Form, "编号", "series", "year", "seq")
	}
}

func (c *compiler) compiledGate(g *Gate) *expr.Expression {
	for _, b := range g.Before {
		if sp := c.d.stepsBy[b]; sp != nil {
			for _, p := range sp.gates {
				if p.Gate == g {
					return p.require
				}
			}
		}
	}
	return nil
}

// at gives what is there whichever of some steps is acted; own adds the step's own form.
func (c *compiler) at(steps []string, own bool) sure {
	var out sure
	for _, id := range steps {
		there := sure{}
		if sp := c.d.stepsBy[c.d.Opens]; sp != nil {
			if id != c.d.Opens || own {
				there.form(sp)
			}
			there["step."+sp.ID] = id != c.d.Opens
			there["step."+opening] = id != c.d.Opens
		}
		if sp := c.d.stepsBy[id]; sp != nil {
			if own {
				there.form(sp)
			}
			c.needed(sp, there, nil)
		}
		if out == nil {
			out = there
			continue
		}
		for name := range out {
			if !there[name] {
				delete(out, name)
			}
		}
	}
	if out == nil {
		out = sure{}
	}
	return out
}

func (s sure) form(sp *stepProgram) {
	for _, f := range sp.form {
		if !f.optional && f.sub == nil {
			s[f.field.ID] = true
		}
	}
}

// needed adds what the needed steps fill; one that is optional or conditional may never have been acted.
func (c *compiler) needed(sp *stepProgram, there sure, seen []string) {
	for _, id := range sp.Needs {
		need := c.d.stepsBy[id]
		if need == nil || slices.Contains(seen, id) || need.Optional || need.When.Source != "" {
			continue
		}
		seen = append(seen, id)
		there.form(need)
		there["step."+id] = true
		c.needed(need, there, seen)
	}
}

// reads notes every unguarded reading of something that is not surely there.
func (c *compiler) reads(e Expr, x *expr.Expression, there sure) {
	if x == nil {
		return
	}
	for _, r := range x.Reads() {
		if r.Guarded || there[r.Name] {
			continue
		}
		kind, rest, dotted := strings.Cut(r.Name, ".")
		if dotted {
			id, _, _ := strings.Cut(rest, ".")
			if kind == "linked" || kind == "lookup" || kind == "matter" || there[kind+"."+id] {
				continue
			}
		}
		title := c.d.env.Title(r.Name)
		hint := "先问 given(" + r.Name + ")，或者写 " + r.Name + ".or(…)"
		if kind == "step" {
			hint = "先问 " + r.Name[:strings.LastIndexByte(r.Name, '.')] + ".done &&"
		}
		if by := c.fillers(r.Name); by != "" {
			hint += "；它由" + by + "填写"
		}
		n := len(c.r.Diags)
		c.problem(e.node, expr.Problem{Line: r.Line, Column: r.Column, Message: "“" + title + "”在这里不一定已经有值", Hint: hint})
		c.r.Diags[n].Code = source.CodeUnfilled
	}
}

func (c *compiler) fillers(field string) string {
	var out []string
	for _, sp := range c.d.order {
		if slices.ContainsFunc(sp.form, func(f formEntry) bool { return f.field.ID == field }) {
			out = append(out, "“"+sp.Title+"”")
		}
	}
	return strings.Join(out, "、")
}
