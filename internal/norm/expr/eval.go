package expr

import (
	"fmt"
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// Value is the answer of an expression.
type Value struct {
	// Known is false when the answer hangs on names that are absent; Missing lists those, sorted: a declared name, or
	// type.field for a field of an object. Env.Title gives the words for them.
	Known   bool
	Missing []string

	value ref.Val
}

// Bool is the answer of a condition: true only when it is known and true.
func (v Value) Bool() bool { return v.value == types.True }

// Int is a known number or amount in fen, else 0.
func (v Value) Int() int64 { n, _ := v.value.(types.Int); return int64(n) }

// Double is a known number, whole ones included, else 0.
func (v Value) Double() float64 {
	if n, ok := v.value.(types.Int); ok {
		return float64(n)
	}
	n, _ := v.value.(types.Double)
	return float64(n)
}

// Text is a known text, else "".
func (v Value) Text() string { s, _ := v.value.(types.String); return string(s) }

// Day is a known date; false for any other answer.
func (v Value) Day() (Day, bool) { d, ok := v.value.(day); return Day(d), ok }

// Any is a known answer as Go has it: string, int64, bool, Day, float64, Obj, or []any of these; nil when unknown.
func (v Value) Any() any {
	if !v.Known {
		return nil
	}
	return native(v.value)
}

func native(v ref.Val) any {
	switch v := v.(type) {
	case types.String:
		return string(v)
	case types.Int:
		return int64(v)
	case types.Bool:
		return bool(v)
	case types.Double:
		return float64(v)
	case day:
		return Day(v)
	case object:
		return v.obj
	case traits.Lister:
		out := []any{}
		for it := v.Iterator(); it.HasNext() == types.True; {
			out = append(out, native(it.Next()))
		}
		return out
	}
	return v.Value()
}

// Eval answers the expression on the values of one state. The error is a fault of the expression on these values, as
// division by zero or the cost limit; the caller must let it fail closed.
func (x *Expression) Eval(values Values) (Value, error) {
	out, err := x.eval(&activation{x.env, values})
	if err != nil {
		return Value{}, fmt.Errorf("表达式 %s 不能算出：%w", x.source, err)
	}
	if u, ok := out.(*types.Unknown); ok {
		return Value{Missing: x.env.missing(u)}, nil
	}
	return Value{Known: true, value: out}, nil
}

func (x *Expression) eval(a *activation) (ref.Val, error) {
	out, _, err := x.program.Eval(a)
	return out, err
}

// missing lists what an unknown hangs on. The ids are those that NewEnv gave.
func (e *Env) missing(u *types.Unknown) []string {
	var out []string
	for _, id := range u.IDs() {
		if id >= 0 && id < int64(len(e.byID)) {
			out = append(out, e.byID[id].label)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// activation gives CEL the values by name: absent ones as unknown, terms by evaluating them.
type activation struct {
	env    *Env
	values Values
}

var _ cel.Activation = (*activation)(nil)

// ResolveName gives the value of a declared name.
func (a *activation) ResolveName(name string) (any, bool) {
	if v := a.env.vars[name]; v != nil {
		x, ok := a.values.Value(name)
		if !ok {
			return v.unknown, true
		}
		return v.toCEL(x), true
	}
	if t := a.env.terms[name]; t != nil {
		out, err := t.expr.eval(a)
		if err != nil {
			return types.WrapErr(err), true
		}
		return out, true
	}
	return nil, false
}

// Parent has none.
func (a *activation) Parent() cel.Activation { return nil }
