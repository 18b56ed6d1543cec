package expr

import (
	"fmt"
	"reflect"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// dayType is the type of dates inside CEL; its name is what messages show.
var dayType = types.NewObjectType("日期", traits.ComparerType, traits.AdderType, traits.SubtractorType)

// day is a date inside CEL. Days compare with days, differ by an int, and move by an int.
type day Day

// minDay and maxDay keep arithmetic on dates inside what String can print: 1949-01-01 to 2200-12-31.
const (
	minDay = -7670
	maxDay = 84370
)

func (d day) Type() ref.Type { return dayType }
func (d day) Value() any     { return Day(d) }

func (d day) Equal(other ref.Val) ref.Val {
	o, ok := other.(day)
	return types.Bool(ok && o == d)
}

func (d day) Compare(other ref.Val) ref.Val {
	o, ok := other.(day)
	if !ok {
		return types.MaybeNoSuchOverloadErr(other)
	}
	switch {
	case d < o:
		return types.IntNegOne
	case d > o:
		return types.IntOne
	}
	return types.IntZero
}

func (d day) Add(other ref.Val) ref.Val {
	n, ok := other.(types.Int)
	if !ok {
		return types.MaybeNoSuchOverloadErr(other)
	}
	return d.move(int64(n))
}

func (d day) Subtract(other ref.Val) ref.Val {
	switch o := other.(type) {
	case day:
		return types.Int(d - o)
	case types.Int:
		return d.move(-int64(o))
	}
	return types.MaybeNoSuchOverloadErr(other)
}

func (d day) move(n int64) ref.Val {
	if n < minDay-maxDay || n > maxDay-minDay || int64(d)+n < minDay || int64(d)+n > maxDay {
		return types.NewErr("日期超出1949年至2200年")
	}
	return d + day(n)
}

func (d day) ConvertToNative(t reflect.Type) (any, error) {
	if t == reflect.TypeFor[Day]() {
		return Day(d), nil
	}
	return nil, fmt.Errorf("日期不能转换为%s", t)
}

func (d day) ConvertToType(t ref.Type) ref.Val {
	switch t {
	case dayType:
		return d
	case types.StringType:
		return types.String(Day(d).String())
	}
	return types.NewErr("日期不能转换为%s", t.TypeName())
}

// String writes the date as YYYY-MM-DD.
func (d Day) String() string { return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly) }

// parseDay reads YYYY-MM-DD.
func parseDay(s string) (Day, bool) {
	t, err := time.Parse(time.DateOnly, s)
	d := Day(t.Unix() / 86400) // exact: midnight UTC
	if err != nil || d < minDay || d > maxDay {
		return 0, false
	}
	return d, true
}

// object is a value of kind Object inside CEL. Its fields are reached through the type provider only.
type object struct {
	kind *objectType
	obj  Obj
}

func (o object) Type() ref.Type { return o.kind.cel }

// Value gives the object itself: the getters of the type provider take it from here.
func (o object) Value() any { return o }

func (o object) Equal(other ref.Val) ref.Val {
	p, ok := other.(object)
	return types.Bool(ok && p.kind == o.kind && comparable(p.obj) && comparable(o.obj) && p.obj == o.obj)
}

func comparable(v any) bool { return reflect.TypeOf(v).Comparable() }

func (o object) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("%s不能转换为%s", o.kind.title(), t)
}

func (o object) ConvertToType(t ref.Type) ref.Val {
	if t == ref.Type(o.kind.cel) {
		return o
	}
	return types.NewErr("%s不能转换为%s", o.kind.title(), t.TypeName())
}

// toCEL turns a value handed in into one of CEL by its declared type. A value of another Go type is an error value, so
// that a fault of the caller fails closed.
func (v *variable) toCEL(x any) ref.Val {
	if v.Type.List {
		return v.listToCEL(x)
	}
	return v.oneToCEL(x)
}

func (v *variable) oneToCEL(x any) ref.Val {
	switch v.Type.Kind {
	case Text:
		if s, ok := x.(string); ok {
			return types.String(s)
		}
	case Int, Money:
		switch n := x.(type) {
		case int64:
			return types.Int(n)
		case int:
			return types.Int(n)
		}
	case Bool:
		if b, ok := x.(bool); ok {
			return types.Bool(b)
		}
	case Date:
		if d, ok := x.(Day); ok {
			return day(d)
		}
	case Double:
		switch n := x.(type) {
		case float64:
			return types.Double(n)
		case int64:
			return types.Double(n)
		}
	case Object:
		if o, ok := x.(Obj); ok {
			return object{v.object, o}
		}
	}
	return types.NewErr("“%s”的值的类型是%T", v.Name, x)
}

func (v *variable) listToCEL(x any) ref.Val {
	var out []ref.Val
	switch xs := x.(type) {
	case []string:
		out = each(v, xs)
	case []int64:
		out = each(v, xs)
	case []bool:
		out = each(v, xs)
	case []Day:
		out = each(v, xs)
	case []float64:
		out = each(v, xs)
	case []Obj:
		out = each(v, xs)
	default:
		return types.NewErr("“%s”的值的类型是%T", v.Name, x)
	}
	for _, e := range out {
		if types.IsError(e) {
			return e
		}
	}
	return types.NewRefValList(types.DefaultTypeAdapter, out)
}

func each[T any](v *variable, xs []T) []ref.Val {
	out := make([]ref.Val, len(xs))
	for i, x := range xs {
		out[i] = v.oneToCEL(x)
	}
	return out
}
