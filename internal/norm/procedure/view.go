package procedure

import (
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/calendar"
	"zhunsheng/internal/norm/expr"
	"zhunsheng/internal/norm/register"
)

// view is a state as expressions see it: with the input of the act that is judged laid over it.
type view struct {
	d     *Definition
	s     *matter.State
	input matter.Values
	act   *Act // nil when a page is made
	env   *Env
	err   error // a look-up failed
	why   bool  // gather the reasons of limits

	was       *matter.State // before a correction: what it leaves alone is not judged anew
	reopening bool          // limits that ended with the matter run again
}

var empty matter.State

func (d *Definition) view(s *matter.State, env *Env) *view {
	if s == nil {
		s = &empty
	}
	return &view{d: d, s: s, env: env}
}

// Value answers a name of an expression.
func (v *view) Value(name string) (any, bool) {
	read := v.d.read[name]
	if read == nil {
		return nil, false
	}
	return read(v)
}

func (v *view) actor() *Actor {
	if v.act == nil {
		return &Actor{}
	}
	return &v.act.Actor
}

func (v *view) legal() string {
	if v.act != nil && v.act.Legal != "" {
		return v.act.Legal
	}
	return v.env.Today
}

// get gives the value of a field, the act's input first.
func (v *view) get(id string) (matter.Value, bool) {
	if x, ok := v.input.Get(id); ok {
		return x, x.Kind != matter.None
	}
	return v.s.Get(id)
}

func (v *view) field(f *Field) (any, bool) {
	x, ok := v.get(f.ID)
	if !ok {
		return nil, false
	}
	return v.convert(f, x)
}

// convert gives a value as expressions take it.
func (v *view) convert(f *Field, x matter.Value) (any, bool) {
	switch f.Type {
	case TypeList:
		rows := make([]expr.Obj, len(x.Items))
		for i := range x.Items {
			rows[i] = row{v, f.Fields, x.Items[i].Fields}
		}
		return rows, true
	case TypeParty:
		rows := make([]expr.Obj, len(x.Items))
		for i := range x.Items {
			rows[i] = row{v, register.PartyFields, x.Items[i].Fields}
		}
		if f.Many {
			return rows, true
		}
		if len(rows) == 0 {
			return nil, false
		}
		return rows[0], true
	}
	if !f.Many {
		return v.one(f, x)
	}
	if f.Type == TypeEntry {
		out := make([]expr.Obj, 0, len(x.Items))
		for _, it := range x.Items {
			if it.Value.Ref != nil {
				out = append(out, entry{v, it.Value.Ref})
			}
		}
		return out, true
	}
	return manyPlain(f, x), true
}

func manyPlain(f *Field, x matter.Value) any {
	switch f.Type {
	case TypeInt, TypeMoney:
		out := make([]int64, len(x.Items))
		for i := range x.Items {
			out[i] = x.Items[i].Value.Int
		}
		return out
	case TypeDate:
		out := make([]expr.Day, len(x.Items))
		for i := range x.Items {
			out[i] = toDay(x.Items[i].Value.Text)
		}
		return out
	case TypeBool:
		out := make([]bool, len(x.Items))
		for i := range x.Items {
			out[i] = x.Items[i].Value.Int != 0
		}
		return out
	}
	out := make([]string, len(x.Items))
	for i := range x.Items {
		if out[i] = x.Items[i].Value.Text; x.Items[i].Value.Blob != nil {
			out[i] = x.Items[i].Value.Blob.Name
		}
	}
	return out
}

func (v *view) one(f *Field, x matter.Value) (any, bool) {
	switch f.Type {
	case TypeInt, TypeMoney:
		return x.Int, true
	case TypeBool:
		return x.Int != 0, true
	case TypeDate:
		return toDay(x.Text), x.Text != ""
	case TypeEntry:
		if x.Ref == nil {
			return nil, false
		}
		return entry{v, x.Ref}, true
	case TypeFile:
		if x.Blob == nil {
			return nil, false
		}
		return x.Blob.Name, true
	}
	return x.Text, true
}

// entry is an entry in expressions.
type entry struct {
	v   *view
	ref *matter.Ref
}

// Field reads a field of an entry.
func (e entry) Field(name string) (any, bool) {
	switch name {
	case "valid":
		return e.v.env.EntryValid == nil || e.v.env.EntryValid(*e.ref), true
	case "key":
		return e.ref.Key, true
	case "name":
		return e.ref.Name, true
	case "number":
		return e.ref.Number, true
	}
	return nil, false
}

// row is a party or a row of a list in expressions.
type row struct {
	v      *view
	fields []Field
	values matter.Values
}

// Field reads a column.
func (r row) Field(name string) (any, bool) {
	x, ok := r.values.Get(name)
	if !ok {
		return nil, false
	}
	for i := range r.fields {
		if r.fields[i].ID == name {
			return r.v.convert(&r.fields[i], x)
		}
	}
	return nil, false
}

func valid(e *matter.Event) bool { return e.Flags&matter.Reset == 0 }

func (v *view) last(steps []string) (matter.Event, bool) {
	for i := len(v.s.Events) - 1; i >= 0; i-- {
		if e := &v.s.Events[i]; valid(e) && slices.Contains(steps, e.Step) {
			return *e, true
		}
	}
	return matter.Event{}, false
}

func (v *view) first(steps []string) (matter.Event, bool) {
	for i := range v.s.Events {
		if e := &v.s.Events[i]; valid(e) && slices.Contains(steps, e.Step) {
			return *e, true
		}
	}
	return matter.Event{}, false
}

func (v *view) count(steps []string) int64 {
	var n int64
	for i := range v.s.Events {
		if e := &v.s.Events[i]; valid(e) && slices.Contains(steps, e.Step) {
			n++
		}
	}
	return n
}

func (v *view) files(steps []string) int64 {
	var n int64
	for i := range v.s.Events {
		if e := &v.s.Events[i]; slices.Contains(steps, e.Step) {
			n += e.Files
		}
	}
	return n
}

func (v *view) allFiles() int64 {
	var n int64
	for i := range v.s.Events {
		n += v.s.Events[i].Files
	}
	return n
}

// stepDone tells whether a step is done: where it runs over a list, for every element.
func (v *view) stepDone(steps []string, each string) bool {
	if each == "" {
		_, ok := v.last(steps)
		return ok
	}
	keys := v.elements(each)
	for _, k := range keys {
		if !v.keyDone(steps, k) {
			return false
		}
	}
	return len(keys) > 0
}

func (v *view) keyDone(steps []string, key string) bool {
	for i := range v.s.Events {
		if e := &v.s.Events[i]; e.Key == key && valid(e) && slices.Contains(steps, e.Step) {
			return true
		}
	}
	return false
}

// elements lists the ids of a list field's elements.
func (v *view) elements(field string) []string {
	x, ok := v.get(field)
	if !ok {
		return nil
	}
	keys := make([]string, len(x.Items))
	for i := range x.Items {
		keys[i] = x.Items[i].ID
	}
	return keys
}

// param gives a parameter's value: the unit's, else the definition's default.
func (v *view) param(id string) (any, bool) {
	if v.env.Param != nil {
		if x, ok := v.env.Param(id); ok {
			return native(x), true
		}
	}
	x, ok := v.d.defaults[id]
	return x, ok
}

// ties counts this matter's own links of a kind, those of the act included.
func (v *view) ties(kind string) int64 {
	var n int64
	for _, t := range v.s.Links {
		if t.Kind == kind {
			n++
		}
	}
	if v.act != nil {
		for _, t := range v.act.Links {
			if t.Kind == kind && !t.End && !slices.ContainsFunc(v.s.Links, func(o matter.Tie) bool { return o.Kind == kind && o.Other == t.Other }) {
				n++
			}
		}
	}
	return n
}

func (v *view) linked(kind string, pick func(Linked) bool) (any, bool) {
	if v.env.Lookup == nil {
		return nil, false
	}
	all, err := v.env.Lookup.Linked(kind)
	if err != nil {
		v.err = err
		return nil, false
	}
	var n int64
	for _, l := range all {
		if pick(l) {
			n++
		}
	}
	return n, true
}

func (v *view) lookup(l LookupRule) (any, bool) {
	x, ok := v.get(l.Field)
	legal, err := calendar.Parse(v.legal())
	if v.env.Lookup == nil || !ok || err != nil {
		return nil, false
	}
	n, err := v.env.Lookup.Count(l.Count, l.Field, facetText(x), (legal - calendar.Date(l.Days)).String(), v.legal())
	if err != nil {
		v.err = err
		return nil, false
	}
	return n, true
}

// facetText is a value as lists filter by it.
func facetText(x matter.Value) string {
	switch x.Kind {
	case matter.Int, matter.Bool:
		return strconv.FormatInt(x.Int, 10)
	case matter.Link:
		return strconv.FormatInt(x.Ref.Entry, 10)
	}
	return x.Text
}

// truth judges a condition: nil holds.
func (v *view) truth(x *expr.Expression) (holds, known bool, missing string) {
	if x == nil {
		return true, true, ""
	}
	out, err := x.Eval(v)
	if err != nil {
		return false, false, err.Error()
	}
	if !out.Known {
		return false, false, v.missing(out.Missing)
	}
	return out.Bool(), true, ""
}

// missing says what an answer hangs on.
func (v *view) missing(names []string) string {
	words := make([]string, len(names))
	for i, n := range names {
		title := v.d.env.Title(n)
		if v.d.Field(n) != nil {
			words[i] = title + "未填"
		} else {
			words[i] = title + "不明"
		}
	}
	return "不能判断：" + strings.Join(words, "、")
}

// fill puts values into the braces of a template; what is absent leaves nothing.
func (v *view) fill(form string) string {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(form, "{")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, tail, ok := strings.Cut(rest, "}")
		if !ok {
			b.WriteString("{" + rest)
			return b.String()
		}
		b.WriteString(v.word(name))
		form = tail
	}
}

// word is the value of a name as it stands in titles and numbers.
func (v *view) word(name string) string {
	if f := v.d.Field(name); f != nil {
		x, ok := v.get(name)
		if !ok {
			return ""
		}
		return register.Show(f, x)
	}
	if name == "seq" {
		return "{seq}"
	}
	x, ok := v.Value(name)
	if !ok {
		return ""
	}
	switch x := x.(type) {
	case string:
		return x
	case int64:
		return strconv.FormatInt(x, 10)
	case expr.Day:
		return calendar.Date(x).String()
	}
	return ""
}
