package expr

import (
	"slices"
	"strings"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// chain is a name as written: an identifier and the fields selected from it.
type chain struct {
	names []string
	root  int64 // id of the identifier, which knows its place
}

func (c chain) String() string { return strings.Join(c.names, ".") }

// chainOf reads a.b.c; false for everything else.
func chainOf(x ast.Expr) (chain, bool) {
	switch x.Kind() {
	case ast.IdentKind:
		return chain{[]string{x.AsIdent()}, x.ID()}, true
	case ast.SelectKind:
		s := x.AsSelect()
		c, ok := chainOf(s.Operand())
		if !ok || s.IsTestOnly() {
			return chain{}, false
		}
		c.names = append(c.names, s.FieldName())
		return c, true
	}
	return chain{}, false
}

func contains(xs []string, x string) bool { return slices.Contains(xs, x) }

// children visits the parts of an expression that is no chain, with the names that loops bring in.
func children(x ast.Expr, locals []string, visit func(ast.Expr, []string)) {
	switch x.Kind() {
	case ast.SelectKind:
		visit(x.AsSelect().Operand(), locals)
	case ast.CallKind:
		c := x.AsCall()
		if c.IsMemberFunction() {
			visit(c.Target(), locals)
		}
		for _, a := range c.Args() {
			visit(a, locals)
		}
	case ast.ListKind:
		for _, a := range x.AsList().Elements() {
			visit(a, locals)
		}
	case ast.MapKind:
		for _, entry := range x.AsMap().Entries() {
			visit(entry.AsMapEntry().Key(), locals)
			visit(entry.AsMapEntry().Value(), locals)
		}
	case ast.StructKind:
		for _, f := range x.AsStruct().Fields() {
			visit(f.AsStructField().Value(), locals)
		}
	case ast.ComprehensionKind:
		c := x.AsComprehension()
		visit(c.IterRange(), locals)
		visit(c.AccuInit(), locals)
		in := append(slices.Clone(locals), c.IterVar(), c.AccuVar())
		if c.HasIterVar2() {
			in = append(in, c.IterVar2())
		}
		visit(c.LoopCondition(), in)
		visit(c.LoopStep(), in)
		visit(c.Result(), in)
	}
}

// walker says what is wrong with names, dates and guards before types are looked at.
type walker struct {
	env    *Env
	info   *ast.SourceInfo
	source []rune
	bad    Problems
	loops  bool
}

func (w *walker) check(x ast.Expr) { w.visit(x, nil) }

func (w *walker) visit(x ast.Expr, locals []string) {
	if c, ok := chainOf(x); ok {
		if !contains(locals, c.names[0]) {
			w.name(c)
		}
		return
	}
	switch x.Kind() {
	case ast.ComprehensionKind:
		w.loops = true
	case ast.CallKind:
		w.call(x)
	case ast.StructKind:
		w.report(x.ID(), CodeSyntax, "表达式不能构造“"+x.AsStruct().TypeName()+"”", "")
	}
	children(x, locals, w.visit)
}

func (w *walker) call(x ast.Expr) {
	c := x.AsCall()
	switch c.FunctionName() {
	case "matches":
		w.loops = true
	case "given":
		if c.IsMemberFunction() || len(c.Args()) != 1 {
			return // the types say it
		}
		if _, ok := chainOf(c.Args()[0]); !ok {
			w.report(x.ID(), CodeGuard, "given 的括号里只能是一个名称", "写成 given(fine) 这样")
		}
	case "or":
		if !c.IsMemberFunction() {
			return
		}
		if _, ok := chainOf(c.Target()); !ok {
			w.report(c.Target().ID(), CodeGuard, "or 的前面只能是一个名称", "写成 fine.or(0) 这样")
		}
	case "date":
		if c.IsMemberFunction() || len(c.Args()) != 1 || c.Args()[0].Kind() != ast.LiteralKind {
			return
		}
		if s, ok := c.Args()[0].AsLiteral().(types.String); ok {
			if _, ok := parseDay(string(s)); !ok {
				w.report(c.Args()[0].ID(), CodeDate, "“"+string(s)+"”不是日期", "写成 date('2026-09-24') 这样")
			}
		}
	}
}

// name checks a chain against the declared names. The longest declared name wins; what follows it are fields.
func (w *walker) name(c chain) {
	_, n := w.env.lookup(c.names)
	if n > 0 {
		return
	}
	// The segments that some declared name begins with are right; the first that none has is where the mistake is.
	all := append(sortedKeys(w.env.vars), sortedKeys(w.env.terms)...)
	good := 0
	for good < len(c.names) {
		prefix := strings.Join(c.names[:good+1], ".")
		if !slices.ContainsFunc(all, func(s string) bool { return s == prefix || strings.HasPrefix(s, prefix+".") }) {
			break
		}
		good++
	}
	line, col := place(w.info, c.root)
	if good == len(c.names) {
		w.bad = append(w.bad, Problem{Line: line, Column: col, Code: CodeName,
			Message: "“" + c.String() + "”不完整", Hint: "后面可以是 " + w.following(all, c.String())})
		return
	}
	p := Problem{Line: line, Column: col, Code: CodeName, Message: "没有“" + c.String() + "”这个名称"}
	p.Line, p.Column = w.segment(line, col, good)
	head := strings.Join(c.names[:good], ".")
	var same []string // declared names that share the right part, cut after the wrong segment
	for _, s := range all {
		parts := strings.Split(s, ".")
		if len(parts) > good && strings.Join(parts[:good], ".") == head {
			same = append(same, parts[good])
		}
	}
	if near := nearest(c.names[good], slices.Compact(same)); near != "" {
		better := append(slices.Clone(c.names[:good]), near)
		p.Hint = "是不是 " + strings.Join(append(better, c.names[good+1:]...), ".") + "？"
	} else if good > 0 {
		p.Hint = "“" + head + "”后面可以是 " + w.following(all, head)
	}
	w.bad = append(w.bad, p)
}

// following lists what may stand after a prefix, at most eight.
func (w *walker) following(all []string, prefix string) string {
	var out []string
	for _, s := range all {
		if rest, ok := strings.CutPrefix(s, prefix+"."); ok {
			first, _, _ := strings.Cut(rest, ".")
			if !contains(out, first) {
				out = append(out, first)
			}
		}
	}
	if len(out) > 8 {
		return strings.Join(out[:8], "、") + " 等"
	}
	return strings.Join(out, "、")
}

// segment finds the place of the nth segment of the chain that begins at a place.
func (w *walker) segment(line, col, n int) (int, int) {
	l, i := 1, 0
	for l < line && i < len(w.source) {
		if w.source[i] == '\n' {
			l++
		}
		i++
	}
	i += col - 1
	for ; n > 0 && i < len(w.source); i++ {
		if w.source[i] == '.' {
			n--
		}
	}
	for i < len(w.source) && strings.ContainsRune(" \t\r\n", w.source[i]) {
		i++
	}
	col = 1
	for line, l = 1, 0; l < i && l < len(w.source); l++ {
		col++
		if w.source[l] == '\n' {
			line, col = line+1, 1
		}
	}
	return line, col
}

func (w *walker) report(id int64, code, message, hint string) {
	line, col := place(w.info, id)
	w.bad = append(w.bad, Problem{Line: line, Column: col, Code: code, Message: message, Hint: hint})
}

func place(info *ast.SourceInfo, id int64) (line, col int) {
	at := info.GetStartLocation(id)
	return max(at.Line(), 1), max(at.Column(), 0) + 1
}

// lookup finds the longest declared name that a chain begins with and how many segments it has.
func (e *Env) lookup(names []string) (string, int) {
	for n := len(names); n > 0; n-- {
		s := strings.Join(names[:n], ".")
		if e.vars[s] != nil || n == 1 && e.terms[s] != nil {
			return s, n
		}
	}
	return "", 0
}

// reader gathers what an expression can read, following which names are sure to have a value at each place.
type reader struct {
	env   *Env
	reads map[string]Read
	term  string // the term being looked into
	line  int    // the place of its name, while in a term
	col   int
}

func (e *Env) readsOf(x *Expression) []Read {
	r := &reader{env: e, reads: map[string]Read{}}
	r.visit(x, x.root, nil, nil)
	out := make([]Read, 0, len(r.reads))
	for _, name := range sortedKeys(r.reads) {
		out = append(out, r.reads[name])
	}
	return out
}

// visit walks one expression; sure is the names known to be given where it is evaluated.
func (r *reader) visit(x *Expression, at ast.Expr, locals []string, sure []string) {
	if c, ok := chainOf(at); ok {
		if !contains(locals, c.names[0]) {
			r.chain(x, c, sure, false)
		}
		return
	}
	if at.Kind() == ast.CallKind {
		call := at.AsCall()
		args := call.Args()
		switch call.FunctionName() {
		case operators.LogicalAnd:
			r.visit(x, args[0], locals, r.and(sure, r.facts(x, args[1], locals, true, onlyAsked)))
			r.visit(x, args[1], locals, r.and(sure, r.facts(x, args[0], locals, true, allNames)))
			return
		case operators.LogicalOr:
			r.visit(x, args[0], locals, r.and(sure, r.facts(x, args[1], locals, false, onlyAsked)))
			r.visit(x, args[1], locals, r.and(sure, r.facts(x, args[0], locals, false, allNames)))
			return
		case operators.Conditional:
			r.visit(x, args[0], locals, sure)
			r.visit(x, args[1], locals, r.and(sure, r.facts(x, args[0], locals, true, allNames)))
			r.visit(x, args[2], locals, r.and(sure, r.facts(x, args[0], locals, false, allNames)))
			return
		case "given":
			if c, ok := chainOf(args[0]); ok && !contains(locals, c.names[0]) {
				r.chain(x, c, sure, true)
			}
			return
		case "or":
			if c, ok := chainOf(call.Target()); ok && !contains(locals, c.names[0]) {
				r.chain(x, c, sure, true)
			}
			r.visit(x, args[0], locals, sure)
			return
		}
	}
	children(at, locals, func(child ast.Expr, locals []string) { r.visit(x, child, locals, sure) })
}

// chain notes the reading of a name.
func (r *reader) chain(x *Expression, c chain, sure []string, asked bool) {
	name, n := r.env.lookup(c.names)
	if n == 0 {
		return
	}
	line, col := place(x.info, c.root)
	if r.term != "" {
		line, col = r.line, r.col
	}
	if t := r.env.terms[name]; t != nil && r.env.vars[name] == nil {
		inner := &reader{env: r.env, reads: r.reads, term: r.term, line: line, col: col}
		if inner.term == "" {
			inner.term = name
		}
		if asked {
			// given(term) and term.or(v) stand for anything absent inside.
			inner.asked(t.expr)
			return
		}
		inner.visit(t.expr, t.expr.root, nil, sure)
		return
	}
	v := r.env.vars[name]
	read := Read{Name: name, Term: r.term, Line: line, Column: col,
		Guarded: asked || v.Always || contains(sure, name) || v.Guard != "" && contains(sure, v.Guard)}
	if old, has := r.reads[name]; !has || old.Guarded && !read.Guarded {
		r.reads[name] = read
	}
}

// asked notes every name of an expression as guarded.
func (r *reader) asked(x *Expression) {
	for _, read := range x.reads {
		read.Guarded, read.Term, read.Line, read.Column = true, r.term, r.line, r.col
		if _, has := r.reads[read.Name]; !has {
			r.reads[read.Name] = read
		}
	}
}

func (r *reader) and(sure, more []string) []string {
	return append(slices.Clip(sure), more...)
}

// vouchers says what may vouch for a name: given(…) alone, or bool variables too.
type vouchers bool

const (
	onlyAsked vouchers = false
	allNames  vouchers = true
)

// facts lists the names that are sure to be given when a condition came out as said: those asked by given(…), and bool
// variables themselves, for the names they guard.
//
// What stands behind && or || guards what stands before it too, since given(…) is never unknown; but there only what is
// asked counts: were a bool variable to guard leftwards as well, urgent && (urgent && fine > 3) would have each urgent
// vouch for the other, and neither for itself.
func (r *reader) facts(x *Expression, at ast.Expr, locals []string, came bool, from vouchers) []string {
	if c, ok := chainOf(at); ok {
		name, n := r.env.lookup(c.names)
		if n != len(c.names) || contains(locals, c.names[0]) {
			return nil
		}
		if r.env.vars[name] != nil {
			if came && from == allNames {
				return []string{name}
			}
			return nil
		}
		t := r.env.terms[name]
		return r.facts(t.expr, t.expr.root, nil, came, from)
	}
	if at.Kind() != ast.CallKind {
		return nil
	}
	call := at.AsCall()
	args := call.Args()
	switch call.FunctionName() {
	case operators.LogicalNot:
		return r.facts(x, args[0], locals, !came, from)
	case "given":
		if c, ok := chainOf(args[0]); ok && came && !contains(locals, c.names[0]) {
			if name, n := r.env.lookup(c.names); n > 0 && r.env.vars[name] != nil {
				return []string{name}
			}
		}
	case operators.LogicalAnd, operators.LogicalOr:
		a, b := r.facts(x, args[0], locals, came, from), r.facts(x, args[1], locals, came, from)
		if (call.FunctionName() == operators.LogicalAnd) == came {
			return append(a, b...)
		}
		return slices.DeleteFunc(a, func(s string) bool { return !contains(b, s) })
	}
	return nil
}
