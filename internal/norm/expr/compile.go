package expr

import (
	"fmt"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
)

// Expression is a compiled expression. It is immutable and safe for concurrent use.
type Expression struct {
	env     *Env
	source  string
	program cel.Program
	root    ast.Expr // as parsed, for what is said about the text
	info    *ast.SourceInfo
	celType *cel.Type
	reads   []Read
}

// Compile checks an expression and makes it ready. want is the type that its result must have; for Money an int is
// right and the other way round. The error is Problems.
func (e *Env) Compile(source string, want Type) (*Expression, error) {
	return e.compile(source, e.celType(want))
}

// compile leaves the type of the result open when want is nil.
func (e *Env) compile(source string, want *cel.Type) (*Expression, error) {
	if n := utf8.RuneCountInString(source); n > maxRunes {
		return nil, Problems{{Line: 1, Column: 1, Code: CodeTooLong, Message: fmt.Sprintf("表达式有%d个字符，最多%d个", n, maxRunes)}}
	}
	parsed, issues := e.cel.Parse(source)
	if issues.Err() != nil {
		return nil, syntaxProblems(issues)
	}
	native := ast.Copy(parsed.NativeRep()) // the checker rewrites names in place and loses where they stand
	w := &walker{env: e, info: native.SourceInfo(), source: []rune(source)}
	w.check(native.Expr())
	if w.bad != nil {
		return nil, sorted(w.bad)
	}
	checked, issues := e.cel.Check(parsed)
	if issues.Err() != nil {
		return nil, e.typeProblems(issues)
	}
	if out := checked.OutputType(); want != nil && !want.IsExactType(out) {
		return nil, Problems{{Line: 1, Column: 1, Code: CodeResult,
			Message: fmt.Sprintf("这里要的是%s，表达式得到的是%s", e.typeName(want), e.typeName(out))}}
	}
	x := &Expression{env: e, source: source, root: native.Expr(), info: native.SourceInfo(), celType: checked.OutputType()}
	var options []cel.ProgramOption
	if w.loops {
		// What does not loop and matches no pattern is bounded by its own length, and tracking doubles its time.
		options = append(options, cel.CostLimit(maxCost))
	}
	var err error
	if x.program, err = e.cel.Program(checked, options...); err != nil {
		return nil, Problems{{Line: 1, Column: 1, Code: CodeSyntax, Message: "表达式不能执行：" + err.Error()}}
	}
	x.reads = e.readsOf(x)
	return x, nil
}

// Source is the text that was compiled.
func (x *Expression) Source() string { return x.source }

// Reads lists every declared name that the expression can read, terms looked into, sorted by name.
func (x *Expression) Reads() []Read { return x.reads }

// termsIn lists the terms that a source uses; a source that does not parse uses none, its own compiling tells why.
func (e *Env) termsIn(source string) []string {
	parsed, issues := e.cel.Parse(source)
	if issues.Err() != nil {
		return nil
	}
	used := map[string]bool{}
	var visit func(x ast.Expr, locals []string)
	visit = func(x ast.Expr, locals []string) {
		if c, ok := chainOf(x); ok {
			if e.terms[c.names[0]] != nil && !contains(locals, c.names[0]) {
				used[c.names[0]] = true
			}
			return
		}
		children(x, locals, visit)
	}
	visit(parsed.NativeRep().Expr(), nil)
	return sortedKeys(used)
}
