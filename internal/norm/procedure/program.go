package procedure

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"zhunsheng/internal/norm/calendar"
	"zhunsheng/internal/norm/expr"
	"zhunsheng/internal/norm/source"
)

// program is the compiled part of a definition, made once when it is first needed.
type program struct {
	once  sync.Once
	diags source.Diagnostics

	env      *expr.Env
	read     map[string]reader // how every name of an expression is read
	defaults map[string]any    // values of parameters that no unit has set
	stepsBy  map[string]*stepProgram
	order    []*stepProgram
	limits   []*limitProgram
	byLimit  map[string]*limitProgram
	titles   []string // fields in the title's template
}

// stepProgram is a step (or a built-in act) with everything that an act of it touches.
type stepProgram struct {
	*Step
	when    *expr.Expression
	form    []formEntry
	gates   []*gateProgram
	floors  []*limitProgram
	facts   []*factProgram
	touches []*limitProgram // limits that start, end, pause or are measured by it
	builtin bool
	later   []*stepProgram // steps that need this one
	all     []string       // its id and those it had before
}

// names are the ids under which events of the step stand.
func (sp *stepProgram) names() []string { return sp.all }

// formEntry is a field of a form; sub is the summed column that may be reported alone.
type formEntry struct {
	field    *Field
	sub      *Field
	optional bool
}

type gateProgram struct {
	*Gate
	require *expr.Expression
}

type factProgram struct {
	*Fact
	value, when *expr.Expression
}

type limitProgram struct {
	*Limit
	from    map[string]int // step → place in the list
	to      map[string]bool
	when    *expr.Expression
	excused *expr.Expression
	lengths []lengthProgram
	pauses  []pauseProgram
	extends []extensionProgram
	// awaits are the steps the limit waits for, where each of them has a condition: once none applies, nothing is due.
	awaits []*stepProgram
	// afterClose tells that it waits for a step that is done after the matter has closed.
	afterClose bool
}

type lengthProgram struct {
	when *expr.Expression
	lengthRule
}

type pauseProgram struct {
	*PauseRule
	when *expr.Expression
}

type extensionProgram struct {
	*ExtensionRule
	when *expr.Expression
	lengthRule
}

// Check compiles everything and gives what is wrong with the expressions and the values they read.
func (d *Definition) Check() source.Diagnostics {
	d.compile()
	return d.diags
}

// compiled makes sure that the program is there; a definition that does not compile cannot be used.
func (d *Definition) compiled() error {
	d.compile()
	if len(d.diags.Errors()) > 0 {
		return fmt.Errorf("compile procedure %s: %w", d.ID, d.diags)
	}
	return nil
}

func (d *Definition) compile() {
	d.once.Do(func() {
		c := &compiler{d: d, r: &source.Reader{}}
		c.run()
		d.diags = c.r.Diags.Sorted()
	})
}

type compiler struct {
	d *Definition
	r *source.Reader
}

// place finds where something is written, as near as the text has it.
func (c *compiler) place(path ...string) *source.Node {
	n := c.d.node
	for _, key := range path {
		if next := n.Get(key); next != nil {
			n = next
		}
	}
	return n
}

func (c *compiler) run() {
	d := c.d
	scope := c.scope()
	env, err := expr.NewEnv(scope)
	if err != nil {
		c.scopeError(err)
		return
	}
	d.env = env
	d.stepsBy = map[string]*stepProgram{}
	d.byLimit = map[string]*limitProgram{}
	for i := range d.AllLimits {
		l := c.limit(&d.AllLimits[i])
		d.limits = append(d.limits, l)
		d.byLimit[l.ID] = l
	}
	for i := range d.AllSteps {
		sp := c.step(&d.AllSteps[i])
		d.order = append(d.order, sp)
		d.stepsBy[sp.ID] = sp
		for _, w := range sp.Was {
			d.stepsBy[w] = sp
		}
	}
	for i := range d.Acts {
		sp := c.step(&d.Acts[i])
		sp.builtin = true
		d.stepsBy[sp.ID] = sp
	}
	for _, b := range builtins {
		if d.stepsBy[b] == nil {
			d.stepsBy[b] = &stepProgram{Step: &Step{ID: b, Title: builtinTitles[b], NotForce: Explain, By: usualBy[b]}, builtin: true, all: []string{b}}
		}
	}
	for _, sp := range d.order {
		for _, need := range sp.Needs {
			if n := d.stepsBy[need]; n != nil {
				n.later = append(n.later, sp)
			}
		}
	}
	c.attach()
	d.titles = placeholders(d.TitleForm)
	c.filled()
}

// usualBy are those who may end a matter without its steps, or open it again, where a definition names nobody: it takes the
// place of a decision, so not everyone in the unit may.
var usualBy = map[string][]By{"close": deciders, "reopen": deciders}

var deciders = []By{{"head", "lead"}, {"principal", "lead"}, {"coordinator", "lead"}, {"coordinator", "superior"}}

// builtinTitles are the words of the built-in acts.
var builtinTitles = map[string]string{
	opening: "开启", "assign": "指派", "note": "记事", "correct": "更正", "void": "作废", "pause": "暂停计时", "resume": "恢复计时",
	"extend": "延长期限", "link": "关联", "merge": "并入", "split": "拆分", "handover": "移交", "migrate": "改用新版规则", "close": "办结",
	"reopen": "重新办理", "erase": "清除",
}

func (c *compiler) scopeError(err error) {
	var problems expr.Problems
	if !errors.As(err, &problems) {
		c.r.Add(c.place(), source.CodeExpr, "", "%v", err)
		return
	}
	for _, p := range problems {
		var at *source.Node
		for _, t := range c.d.Terms {
			if strings.Contains(p.Message, "“"+t.ID+"”") {
				at = t.Expr.node
			}
		}
		c.problem(at, p)
	}
}

// problem places what is wrong inside an expression in the file.
func (c *compiler) problem(n *source.Node, p expr.Problem) {
	at := source.Node{Line: 1, Col: 1}
	if n != nil {
		at = *n
		switch {
		case n.Block:
			at.Line, at.Col = n.Line+p.Line, p.Column
		case p.Line == 1:
			at.Col += p.Column - 1
			if n.Quoted {
				at.Col++
			}
		}
	}
	c.r.Add(&at, source.CodeExpr, p.Hint, "%s", p.Message)
}

func (c *compiler) expr(e Expr, kind expr.Kind) *expr.Expression {
	if e.Source == "" {
		return nil
	}
	x, err := c.d.env.Compile(e.Source, expr.Type{Kind: kind})
	if err != nil {
		var problems expr.Problems
		if errors.As(err, &problems) {
			for _, p := range problems {
				c.problem(e.node, p)
			}
		} else {
			c.r.Add(e.node, source.CodeExpr, "", "%v", err)
		}
		return nil
	}
	return x
}

func (c *compiler) step(s *Step) *stepProgram {
	sp := &stepProgram{Step: s, when: c.expr(s.When, expr.Bool), all: append([]string{s.ID}, s.Was...)}
	for _, f := range s.Form {
		id, sub, _ := strings.Cut(f.Field, ".")
		field := c.d.Field(id)
		if field == nil {
			continue // reported by resolve
		}
		entry := formEntry{field: field, optional: f.Optional || field.Optional}
		if sub != "" {
			i := slices.IndexFunc(field.Fields, func(f Field) bool { return f.ID == sub })
			if i < 0 || !field.Fields[i].Sum {
				c.r.Add(c.place("steps", s.ID, "form"), source.CodeReference, "列要写 sum: true", "“%s”不是可以累加的列", f.Field)
				continue
			}
			entry.sub = &field.Fields[i]
		}
		sp.form = append(sp.form, entry)
	}
	return sp
}

func (c *compiler) limit(l *Limit) *limitProgram {
	lp := &limitProgram{Limit: l, from: map[string]int{}, to: map[string]bool{}, when: c.expr(l.When, expr.Bool), excused: c.expr(l.Excused, expr.Bool)}
	names := func(step string) []string {
		if s := c.d.Step(step); s != nil {
			return append([]string{step}, s.Was...)
		}
		return []string{step}
	}
	for i, f := range l.From {
		for _, n := range names(f) {
			lp.from[n] = i
		}
	}
	for _, t := range l.To {
		for _, n := range names(t) {
			lp.to[n] = true
		}
	}
	for _, x := range l.Lengths {
		rule, err := c.d.parseLength(x.Text)
		if err != nil {
			continue // reported by resolve
		}
		lp.lengths = append(lp.lengths, lengthProgram{c.expr(x.When, expr.Bool), rule})
	}
	for i := range l.Pauses {
		lp.pauses = append(lp.pauses, pauseProgram{&l.Pauses[i], c.expr(l.Pauses[i].When, expr.Bool)})
	}
	for i := range l.Extensions {
		x := &l.Extensions[i]
		ep := extensionProgram{ExtensionRule: x, when: c.expr(x.When, expr.Bool)}
		if x.Length != "" {
			rule, err := c.d.parseLength(x.Length)
			if err != nil {
				continue
			}
			ep.lengthRule = rule
		}
		lp.extends = append(lp.extends, ep)
	}
	return lp
}

// attach gives each step its gates, floors, facts and the limits it touches.
func (c *compiler) attach() {
	d := c.d
	for i := range d.Gates {
		g := &gateProgram{&d.Gates[i], c.expr(d.Gates[i].Require, expr.Bool)}
		for _, b := range g.Before {
			if sp := d.stepsBy[b]; sp != nil {
				sp.gates = append(sp.gates, g)
			}
		}
	}
	for i := range d.Facts {
		f := &factProgram{&d.Facts[i], c.expr(d.Facts[i].Value, expr.Int), c.expr(d.Facts[i].When, expr.Bool)}
		if sp := d.stepsBy[f.On]; sp != nil {
			sp.facts = append(sp.facts, f)
		}
	}
	for _, l := range d.limits {
		l.awaits = c.awaits(l)
		l.afterClose = slices.ContainsFunc(d.AllSteps, func(s Step) bool { return s.AfterClose && l.to[s.ID] })
		touch := map[string]bool{}
		for s := range l.from {
			touch[s] = true
		}
		for s := range l.to {
			touch[s] = true
		}
		for _, p := range l.pauses {
			for _, s := range append(slices.Clone(p.From), p.To...) {
				touch[s] = true
			}
		}
		for _, sp := range d.order {
			conditional := l.when != nil || l.awaits != nil || slices.ContainsFunc(l.lengths, func(x lengthProgram) bool { return x.when != nil })
			fills := slices.ContainsFunc(sp.form, func(f formEntry) bool {
				return f.field.ID == l.Day || slices.ContainsFunc(l.lengths, func(x lengthProgram) bool { return x.field == f.field.ID })
			})
			resets := slices.ContainsFunc(sp.Resets, func(s string) bool { return touch[s] })
			if touch[sp.ID] || conditional || fills || resets {
				sp.touches = append(sp.touches, l)
			}
			if (l.Shape == AtLeast || l.Shape == NotBefore) && l.to[sp.ID] {
				sp.floors = append(sp.floors, l)
			}
		}
	}
}

// awaits lists the steps a limit waits for if all of them have conditions, else nothing.
func (c *compiler) awaits(l *limitProgram) []*stepProgram {
	names := l.To
	if l.Shape == Before {
		names = l.From
	}
	var out []*stepProgram
	for _, n := range names {
		sp := c.d.stepsBy[n]
		if sp == nil || sp.when == nil {
			return nil
		}
		out = append(out, sp)
	}
	return out
}

// length settles a length rule on a state: a length, or the day itself. ok is false where a value is missing.
func (v *view) length(x lengthRule) (l calendar.Length, until string, ok bool) {
	n := x.n
	switch {
	case x.param != "" && x.unit == 0:
		text, _ := v.param(x.param)
		s, _ := text.(string)
		if day, isDay := text.(expr.Day); isDay {
			return l, calendar.Date(day).String(), true
		}
		rule, err := v.d.parseLength(s)
		if err != nil {
			return l, "", false
		}
		return calendar.Length{N: rule.n, Unit: rule.unit}, "", true
	case x.param != "":
		value, _ := v.param(x.param)
		i, isInt := value.(int64)
		if !isInt {
			return l, "", false
		}
		n = int(i)
	case x.field != "" && x.unit == 0:
		day, given := v.get(x.field)
		return l, day.Text, given && day.Text != ""
	case x.field != "":
		i, given := v.get(x.field)
		if !given {
			return l, "", false
		}
		n = int(i.Int)
	}
	return calendar.Length{N: n, Unit: x.unit}, "", true
}
