package expr

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/env"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// Bounds of one expression. A definition has hundreds of them and each is judged on every page that shows the matter.
const (
	maxRunes = 2000
	maxDepth = 60
	maxCost  = 50_000 // CEL cost units of one evaluation; only loops and patterns can come near
)

// Env is what the expressions of one definition are compiled against. It is immutable.
type Env struct {
	cel     *cel.Env
	vars    map[string]*variable
	objects map[string]*objectType
	terms   map[string]*term
	byID    []*variable // the id of an unknown is an index into it
}

// variable is a Var or a field of an ObjectType, ready for use.
type variable struct {
	Var
	label   string // what Value.Missing shows: the name, or type.field
	object  *objectType
	unknown *types.Unknown
}

type objectType struct {
	ObjectType
	cel    *types.Type
	fields map[string]*variable
}

func (o *objectType) title() string {
	if o.Title != "" {
		return o.Title
	}
	return o.Name
}

type term struct {
	source string
	expr   *Expression // nil while it is being compiled
}

// NewEnv declares the names. The error is Problems: names that the language cannot read, given twice, or referring to
// nothing; and whatever is wrong with a term (its place is in the term's own source, the message names the term).
func NewEnv(s Scope) (*Env, error) {
	e := &Env{vars: map[string]*variable{}, objects: map[string]*objectType{}, terms: map[string]*term{}}
	var bad Problems
	scope := func(format string, args ...any) {
		bad = append(bad, Problem{Line: 1, Column: 1, Code: CodeScope, Message: fmt.Sprintf(format, args...)})
	}
	for _, o := range s.Objects {
		if !isName(o.Name) || e.objects[o.Name] != nil || reservedType(o.Name) {
			scope("类型“%s”重名，或者不能用作名称", o.Name)
			continue
		}
		e.objects[o.Name] = &objectType{ObjectType: o, cel: types.NewObjectType(o.Name), fields: map[string]*variable{}}
	}
	declare := func(v Var, label string) *variable {
		d := &variable{Var: v, label: label}
		if v.Type.Kind == Object {
			if d.object = e.objects[v.Type.Of]; d.object == nil {
				scope("“%s”的类型“%s”没有声明", label, v.Type.Of)
				return nil
			}
		} else if v.Type.Kind < Text || v.Type.Kind > Object {
			scope("“%s”没有类型", label)
			return nil
		}
		e.byID = append(e.byID, d)
		d.unknown = types.NewUnknown(int64(len(e.byID)-1), types.NewAttributeTrail(label))
		return d
	}
	for _, o := range s.Objects {
		kind := e.objects[o.Name]
		for _, f := range o.Fields {
			if kind == nil || !isName(f.Name) || kind.fields[f.Name] != nil {
				scope("类型“%s”的字段“%s”重名，或者不能用作名称", o.Name, f.Name)
				continue
			}
			if d := declare(f, o.Name+"."+f.Name); d != nil {
				kind.fields[f.Name] = d
			}
		}
	}
	for _, v := range s.Vars {
		if e.vars[v.Name] != nil || !isDotted(v.Name) {
			scope("“%s”重名，或者不能用作名称", v.Name)
			continue
		}
		if d := declare(v, v.Name); d != nil {
			e.vars[v.Name] = d
		}
	}
	for _, v := range s.Vars {
		if g := e.vars[v.Guard]; v.Guard != "" && (g == nil || g.Type != Type{Kind: Bool}) {
			scope("“%s”的前提“%s”不是已经声明的是否值", v.Name, v.Guard)
		}
	}
	for _, t := range s.Terms {
		if !isName(t.Name) || e.vars[t.Name] != nil || e.terms[t.Name] != nil {
			scope("术语“%s”重名，或者不能用作名称", t.Name)
			bad[len(bad)-1].Term = t.Name
			continue
		}
		e.terms[t.Name] = &term{source: t.Source}
	}
	if bad != nil {
		return nil, bad
	}
	var err error
	if e.cel, err = cel.NewCustomEnv(e.options()...); err != nil {
		return nil, fmt.Errorf("declare the names of expressions: %w", err)
	}
	return e, e.compileTerms(s.Terms)
}

// left out of the standard library: conversions into types the packs do not have, and dyn, which would switch off typing.
var leftOut = []string{"dyn", "type", "bytes", "uint", "timestamp", "duration", "getDate", "getDayOfMonth", "getDayOfWeek",
	"getDayOfYear", "getFullYear", "getHours", "getMilliseconds", "getMinutes", "getMonth", "getSeconds"}

func (e *Env) options() []cel.EnvOption {
	subset := &env.LibrarySubset{ExcludeMacros: []string{"has"}}
	for _, name := range leftOut {
		subset.ExcludeFunctions = append(subset.ExcludeFunctions, env.NewFunction(name))
	}
	any1 := cel.TypeParamType("T")
	opts := []cel.EnvOption{
		cel.StdLib(cel.StdLibSubset(subset)),
		cel.ParserExpressionSizeLimit(maxRunes),
		cel.ParserRecursionLimit(maxDepth),
		cel.CustomTypeProvider(&provider{types.NewEmptyRegistry(), e}),
		cel.CustomTypeAdapter(types.DefaultTypeAdapter),
		cel.Function("given", cel.Overload("given_any", []*cel.Type{any1}, cel.BoolType,
			cel.OverloadIsNonStrict(), cel.UnaryBinding(given))),
		cel.Function("or", cel.MemberOverload("any_or_any", []*cel.Type{any1, any1}, any1,
			cel.OverloadIsNonStrict(), cel.BinaryBinding(or))),
		cel.Function("date", cel.Overload("date_text", []*cel.Type{cel.StringType}, dayType, cel.UnaryBinding(dateOf))),
		cel.Function("days", cel.Overload("days_date_date", []*cel.Type{dayType, dayType}, cel.IntType,
			cel.BinaryBinding(func(a, b ref.Val) ref.Val { return b.(day).Subtract(a) }))),
		cel.Function(operators.Add, cel.Overload("add_date_int", []*cel.Type{dayType, cel.IntType}, dayType)),
		cel.Function(operators.Subtract, cel.Overload("subtract_date_int", []*cel.Type{dayType, cel.IntType}, dayType),
			cel.Overload("subtract_date_date", []*cel.Type{dayType, dayType}, cel.IntType)),
	}
	for op, id := range map[string]string{operators.Less: "less_date", operators.LessEquals: "less_equals_date",
		operators.Greater: "greater_date", operators.GreaterEquals: "greater_equals_date"} {
		opts = append(opts, cel.Function(op, cel.Overload(id, []*cel.Type{dayType, dayType}, cel.BoolType)))
	}
	for _, v := range e.vars {
		opts = append(opts, cel.Variable(v.Name, e.celType(v.Type)))
	}
	return opts
}

func given(x ref.Val) ref.Val {
	if types.IsError(x) {
		return x
	}
	return types.Bool(!types.IsUnknown(x))
}

func or(x, instead ref.Val) ref.Val {
	if types.IsUnknown(x) {
		return instead
	}
	return x
}

func dateOf(x ref.Val) ref.Val {
	s, ok := x.(types.String)
	if !ok {
		return types.MaybeNoSuchOverloadErr(x)
	}
	d, ok := parseDay(string(s))
	if !ok {
		return types.NewErr("“%s”不是日期", string(s))
	}
	return day(d)
}

func (e *Env) celType(t Type) *cel.Type {
	var out *cel.Type
	switch t.Kind {
	case Text:
		out = cel.StringType
	case Int, Money:
		out = cel.IntType
	case Bool:
		out = cel.BoolType
	case Date:
		out = dayType
	case Double:
		out = cel.DoubleType
	case Object:
		if o := e.objects[t.Of]; o != nil {
			out = o.cel
		}
	}
	if t.List {
		out = cel.ListType(out)
	}
	return out
}

// compileTerms compiles every term, each after those that it uses.
func (e *Env) compileTerms(terms []Term) error {
	var bad Problems
	state := map[string]int{} // 1 being compiled, 2 done
	var visit func(name string, path []string)
	visit = func(name string, path []string) {
		path = append(path, name)
		if state[name] == 1 {
			from := slices.Index(path, name)
			bad = append(bad, Problem{Line: 1, Column: 1, Code: CodeTerm, Term: name,
				Message: "术语互相循环：" + strings.Join(path[from:], " → ")})
			return
		}
		if state[name] == 2 {
			return
		}
		state[name] = 1
		t := e.terms[name]
		for _, used := range e.termsIn(t.source) {
			visit(used, path)
		}
		state[name] = 2
		if bad != nil {
			return
		}
		x, err := e.compile(t.source, nil)
		if err != nil {
			for _, p := range problemsOf(err) {
				p.Message, p.Term = "术语“"+name+"”："+p.Message, name
				bad = append(bad, p)
			}
			return
		}
		t.expr = x
		extended, err := e.cel.Extend(cel.Variable(name, x.celType))
		if err != nil {
			bad = append(bad, Problem{Line: 1, Column: 1, Code: CodeTerm, Term: name,
				Message: "术语“" + name + "”不能使用：" + err.Error()})
			return
		}
		e.cel = extended
	}
	for _, t := range terms {
		visit(t.Name, nil)
	}
	if bad != nil {
		return bad
	}
	return nil
}

// Title is what an official calls a name of Value.Missing: its title, or the name itself where it has none.
func (e *Env) Title(name string) string {
	v := e.vars[name]
	if kind, field, ok := strings.Cut(name, "."); v == nil && ok && e.objects[kind] != nil {
		if v = e.objects[kind].fields[field]; v != nil && v.Title != "" {
			return e.objects[kind].title() + "的" + v.Title
		}
	}
	if v == nil || v.Title == "" {
		return name
	}
	return v.Title
}

// provider adds the declared object types to CEL's own, which have none.
type provider struct {
	types.Provider
	env *Env
}

// FindStructType knows the object types by name.
func (p *provider) FindStructType(name string) (*types.Type, bool) {
	if o := p.env.objects[name]; o != nil {
		return types.NewTypeTypeWithParam(o.cel), true
	}
	return p.Provider.FindStructType(name)
}

// FindStructFieldNames lists the fields of an object type.
func (p *provider) FindStructFieldNames(name string) ([]string, bool) {
	o := p.env.objects[name]
	if o == nil {
		return p.Provider.FindStructFieldNames(name)
	}
	return sortedKeys(o.fields), true
}

// FindStructFieldType gives the type of a field and reads it; an absent field is unknown.
func (p *provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	o := p.env.objects[name]
	if o == nil {
		return p.Provider.FindStructFieldType(name, field)
	}
	f := o.fields[field]
	if f == nil {
		return nil, false
	}
	return &types.FieldType{
		Type: p.env.celType(f.Type),
		IsSet: func(target any) bool {
			o, ok := target.(object)
			if !ok {
				return false
			}
			_, set := o.obj.Field(field)
			return set
		},
		GetFrom: func(target any) (any, error) {
			o, ok := target.(object)
			if !ok {
				return nil, fmt.Errorf("%T没有字段%s", target, field)
			}
			x, set := o.obj.Field(field)
			if !set {
				return f.unknown, nil
			}
			v := f.toCEL(x)
			if err, bad := v.(*types.Err); bad {
				return nil, err
			}
			return v, nil
		},
	}, true
}

// NewValue refuses: expressions look at objects, they never make one.
func (p *provider) NewValue(name string, _ map[string]ref.Val) ref.Val {
	return types.NewErr("不能在表达式中构造“%s”", name)
}
