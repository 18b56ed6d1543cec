package daycount_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"zhunsheng/internal/norm/procedure"
)

// Conditions decide which length applies and which stops count. They are read here a second time, too: whatever this
// small reader does not know (look-ups, loops) is unsure, and an expectation that hangs on it is left out and counted.

// absent is a name that has no value; unsure is what this reader cannot answer.
type (
	absent struct{}
	unsure struct{ why string }
)

// judge answers a condition on a course: whether it holds, whether that is known (a value may be absent), and why this
// reader cannot answer at all.
func (c *course) judge(source string) (holds, known bool, why string) {
	if source == "" {
		return true, true, ""
	}
	switch v := c.value(source).(type) {
	case bool:
		return v, true, ""
	case unsure:
		return false, false, v.why
	}
	return false, false, ""
}

func (c *course) value(source string) any {
	r := &reading{c: c, words: words(source)}
	v := r.choice()
	if len(r.words) > 0 {
		return unsure{"cannot read “" + source + "”"}
	}
	return v
}

// words cuts a condition into its words.
func words(s string) []string {
	var out []string
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		n := 1
		switch c := s[0]; {
		case c == '\'' || c == '"':
			n = strings.IndexByte(s[1:], c) + 2
		case c == '_' || unicode.IsLetter(rune(c)) || unicode.IsDigit(rune(c)):
			n = strings.IndexFunc(s, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
			if n < 0 {
				n = len(s)
			}
		case len(s) > 1 && slices.Contains([]string{"&&", "||", "==", "!=", "<=", ">="}, s[:2]):
			n = 2
		}
		out, s = append(out, s[:n]), s[n:]
	}
	return out
}

type reading struct {
	c     *course
	words []string
}

func (r *reading) next() string {
	if len(r.words) == 0 {
		return ""
	}
	w := r.words[0]
	r.words = r.words[1:]
	return w
}

func (r *reading) eat(w string) bool {
	if len(r.words) == 0 || r.words[0] != w {
		return false
	}
	r.words = r.words[1:]
	return true
}

func (r *reading) choice() any {
	v := r.or()
	if !r.eat("?") {
		return v
	}
	yes := r.choice()
	r.eat(":")
	no := r.choice()
	switch v := v.(type) {
	case bool:
		if v {
			return yes
		}
		return no
	}
	return v
}

func (r *reading) or() any {
	v := r.and()
	for r.eat("||") {
		v = either(v, r.and(), true)
	}
	return v
}

func (r *reading) and() any {
	v := r.compare()
	for r.eat("&&") {
		v = either(v, r.compare(), false)
	}
	return v
}

// either joins two truths: one that decides is enough.
func either(a, b any, decides bool) any {
	for _, v := range []any{a, b} {
		if v == decides {
			return decides
		}
	}
	for _, v := range []any{a, b} {
		if _, ok := v.(bool); !ok {
			return v
		}
	}
	return !decides
}

func (r *reading) compare() any {
	a := r.sum()
	for _, op := range []string{"==", "!=", "<=", ">=", "<", ">", "in"} {
		if !r.eat(op) {
			continue
		}
		b := r.sum()
		for _, v := range []any{a, b} {
			switch v.(type) {
			case absent, unsure:
				return v
			}
		}
		if list, ok := b.([]any); ok && op == "in" {
			return slices.Contains(list, a)
		}
		switch op {
		case "==":
			return a == b
		case "!=":
			return a != b
		}
		x, xn := number(a)
		y, yn := number(b)
		if !xn || !yn {
			return unsure{fmt.Sprintf("cannot compare %v and %v", a, b)}
		}
		switch op {
		case "<=":
			return x <= y
		case ">=":
			return x >= y
		case "<":
			return x < y
		}
		return x > y
	}
	return a
}

func number(v any) (int64, bool) {
	switch v := v.(type) {
	case int64:
		return v, true
	case day:
		return int64(v), true
	}
	return 0, false
}

func (r *reading) sum() any {
	a := r.not()
	for len(r.words) > 0 && (r.words[0] == "+" || r.words[0] == "-") {
		sign := int64(1)
		if r.next() == "-" {
			sign = -1
		}
		b := r.not()
		x, xn := number(a)
		y, yn := number(b)
		_, d := a.(day)
		_, e := b.(day)
		switch {
		case !xn && a != (absent{}):
			a = unsure{fmt.Sprintf("cannot add to %v", a)}
		case !xn:
		case !yn:
			a = b
		case d && !e:
			a = day(x + sign*y)
		default:
			a = x + sign*y
		}
	}
	return a
}

func (r *reading) not() any {
	if !r.eat("!") {
		return r.dotted()
	}
	switch v := r.not().(type) {
	case bool:
		return !v
	default:
		return v
	}
}

// dotted reads a name, a literal or a group, and what is asked of it.
func (r *reading) dotted() any {
	v, name := r.atom()
	for r.eat(".") {
		m := r.next()
		if !r.eat("(") {
			name += "." + m
			continue
		}
		if name != "" {
			v, name = r.c.name(name), ""
		}
		args := r.list(")")
		switch {
		case m == "or" && len(args) == 1:
			if v == (absent{}) {
				v = args[0]
			}
		case m == "size":
			if rows, ok := v.([]any); ok {
				v = int64(len(rows))
			} else if v != (absent{}) {
				v = unsure{"cannot count"}
			}
		default:
			v = unsure{"“" + m + "” is not read"}
		}
	}
	if name != "" {
		return r.c.name(name)
	}
	return v
}

func (r *reading) list(until string) []any {
	var out []any
	for len(r.words) > 0 && !r.eat(until) {
		out = append(out, r.choice())
		r.eat(",")
	}
	return out
}

func (r *reading) atom() (v any, name string) {
	w := r.next()
	switch {
	case w == "":
		return unsure{"a condition breaks off"}, ""
	case w == "(":
		v := r.choice()
		r.eat(")")
		return v, ""
	case w == "[":
		list := r.list("]")
		if list == nil {
			list = []any{}
		}
		return list, ""
	case w[0] == '\'' || w[0] == '"':
		return w[1 : len(w)-1], ""
	case w == "true" || w == "false":
		return w == "true", ""
	case unicode.IsDigit(rune(w[0])):
		n, err := strconv.ParseInt(w, 10, 64)
		if err != nil {
			return unsure{err.Error()}, ""
		}
		return n, ""
	case w == "given" && r.eat("("):
		args := r.list(")")
		if len(args) == 1 {
			if u, is := args[0].(unsure); is {
				return u, ""
			}
			return args[0] != any(absent{}), ""
		}
	case w == "date" && r.eat("("):
		if args := r.list(")"); len(args) == 1 {
			if s, ok := args[0].(string); ok {
				if d, err := parseDay(s); err == nil {
					return d, ""
				}
			}
		}
	case unicode.IsLetter(rune(w[0])) || w[0] == '_':
		if len(r.words) > 0 && r.words[0] == "(" {
			r.next()
			r.list(")")
			return unsure{"“" + w + "” is not read"}, ""
		}
		return nil, w
	}
	return unsure{"“" + w + "” is not read"}, ""
}

// name gives the value of a name: a field, a term, a parameter, or what is known of a step.
func (c *course) name(name string) any {
	first, rest, dotted := strings.Cut(name, ".")
	if !dotted {
		switch name {
		case "today", "legal_date":
			return c.today
		}
		for _, t := range c.d.Terms {
			if t.ID == name {
				return c.value(t.Expr.Source)
			}
		}
		if f := c.d.Field(name); f != nil {
			return c.field(f)
		}
		return unsure{"“" + name + "” is not read"}
	}
	switch first {
	case "param":
		return c.param(rest)
	case "step":
		if id, what, ok := strings.Cut(rest, "."); ok {
			return c.step(id, what)
		}
	case "matter":
		switch {
		case rest == "opened" && c.opened == 0:
			return absent{}
		case rest == "opened":
			return c.opened
		}
	}
	return unsure{"“" + name + "” is not read"}
}

func (c *course) field(f *procedure.Field) any {
	v, ok := c.values[f.ID]
	if !ok {
		return absent{}
	}
	if f.Rows() {
		rows, _ := v.([]any)
		return rows
	}
	s, _ := v.(string)
	return typed(f.Type, s)
}

func (c *course) param(id string) any {
	p := c.d.Param(id)
	if p == nil {
		return unsure{"there is no parameter “" + id + "”"}
	}
	s, set := c.params[id]
	if !set {
		s = p.Default
	}
	return typed(p.Type, s)
}

// typed reads a value as it is written.
func typed(kind, s string) any {
	switch kind {
	case procedure.TypeInt:
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n
		}
	case procedure.TypeMoney:
		for _, u := range []struct {
			word string
			fen  float64
		}{{"万元", 1_000_000}, {"元", 100}, {"分", 1}, {"", 1}} {
			if digits, ok := strings.CutSuffix(s, u.word); ok {
				if n, err := strconv.ParseFloat(digits, 64); err == nil {
					return int64(n*u.fen + 0.5)
				}
			}
		}
	case procedure.TypeBool:
		return s == "true"
	case procedure.TypeDate:
		if d, err := parseDay(s); err == nil {
			return d
		}
	default:
		return s
	}
	return unsure{"“" + s + "” is no " + kind}
}

// step is what is known of a step: whether, when and how it was done, as far as it still counts.
func (c *course) step(id, what string) any {
	id = c.known(id)
	var done []event
	files := int64(0)
	for _, e := range c.events {
		if e.step == id {
			files += int64(e.files)
			if !e.undone {
				done = append(done, e)
			}
		}
	}
	step := c.d.Step(id)
	switch what {
	case "any":
		return len(done) > 0
	case "count":
		return int64(len(done))
	case "files":
		return files
	case "done":
		if step == nil || step.Each == "" {
			return len(done) > 0
		}
		rows, _ := c.values[step.Each].([]any)
		for _, row := range rows {
			if !slices.ContainsFunc(done, func(e event) bool { return e.key == row }) {
				return false
			}
		}
		return len(rows) > 0
	}
	if len(done) == 0 {
		return absent{}
	}
	switch what {
	case "date", "last":
		return done[len(done)-1].on
	case "first":
		return done[0].on
	case "outcome":
		return done[len(done)-1].outcome
	}
	return unsure{"“step." + id + "." + what + "” is not read"}
}
