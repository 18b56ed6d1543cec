package act

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"zhunsheng/internal/app"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// ReadJSON turns the fields of a form given as JSON into values: texts, numbers and truth values as they are, lists as
// arrays, rows as objects of columns with their id where they have one, entries by no, key or name. Money is in fen.
func (a *Acts) ReadJSON(ctx context.Context, site *Site, form []procedure.FormField, raw map[string]json.RawMessage) (matter.Values, []app.FieldFault) {
	in := matter.Values{}
	var faults []app.FieldFault
	r := reader{acts: a, ctx: ctx, site: site, faults: &faults}
	known := map[string]*procedure.Field{}
	for _, f := range form {
		known[f.Field.ID] = f.Field
	}
	for name, b := range raw {
		f := known[name]
		if f == nil {
			r.wrong(name, "表单没有字段“%s”。", name)
			continue
		}
		if v, ok := r.jsonField(f, name, b); ok {
			in = in.With(name, v)
		}
	}
	return in, faults
}

func (r *reader) jsonField(f *procedure.Field, control string, b json.RawMessage) (matter.Value, bool) {
	if f.Columns() == nil && !f.Many {
		return r.jsonScalar(f, control, b)
	}
	var elements []json.RawMessage
	if err := json.Unmarshal(b, &elements); err != nil {
		return r.wrong(control, "“%s”应当是数组。", f.Title)
	}
	items := make([]matter.Item, 0, len(elements))
	for i, e := range elements {
		at := control + "." + strconv.Itoa(i+1)
		if f.Columns() == nil {
			if v, ok := r.jsonScalar(f, at, e); ok {
				items = append(items, matter.Item{Value: v})
			}
			continue
		}
		if it, ok := r.jsonRow(f, at, e); ok {
			items = append(items, it)
		}
	}
	return matter.OfList(items...), true
}

func (r *reader) jsonRow(f *procedure.Field, at string, b json.RawMessage) (matter.Item, bool) {
	var cells map[string]json.RawMessage
	if err := json.Unmarshal(b, &cells); err != nil {
		r.wrong(at, "“%s”的一行应当是对象。", f.Title)
		return matter.Item{}, false
	}
	it := matter.Item{Fields: matter.Values{}}
	columns := f.Columns()
	for name, cell := range cells {
		if name == "id" {
			if err := json.Unmarshal(cell, &it.ID); err != nil {
				r.wrong(at+".id", "行的 id 应当是文字。")
			}
			continue
		}
		var column *procedure.Field
		for i := range columns {
			if columns[i].ID == name {
				column = &columns[i]
			}
		}
		if column == nil {
			r.wrong(at+"."+name, "“%s”没有“%s”这一栏。", f.Title, name)
			continue
		}
		if v, ok := r.jsonScalar(column, at+"."+name, cell); ok && v.Kind != matter.None {
			it.Fields = it.Fields.With(name, v)
		}
	}
	return it, true
}

// jsonScalar reads one value. Numbers of int and money fields may come as numbers; all else as text.
func (r *reader) jsonScalar(f *procedure.Field, control string, b json.RawMessage) (matter.Value, bool) {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return r.wrong(control, "“%s”不是 JSON。", f.Title)
	}
	switch t := v.(type) {
	case nil:
		return matter.Value{}, true
	case bool:
		if f.Type != procedure.TypeBool {
			return r.wrong(control, "“%s”不是是否项。", f.Title)
		}
		return matter.OfBool(t), true
	case float64:
		if t != float64(int64(t)) {
			return r.wrong(control, "“%s”应当是整数，金额以分为单位。", f.Title)
		}
		if f.Type == procedure.TypeInt || f.Type == procedure.TypeMoney {
			return matter.OfInt(int64(t)), true
		}
		return r.scalar(control, f, strconv.FormatInt(int64(t), 10))
	case string:
		return r.scalar(control, f, t)
	}
	return r.wrong(control, "%s", fmt.Sprintf("“%s”应当是一个值。", f.Title))
}
