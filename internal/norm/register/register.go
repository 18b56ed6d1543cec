package register

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/source"
)

// Definition says what the entries of a register hold. It is immutable.
type Definition struct {
	ID, Title, Help string
	KeyTitle        string // what the key of an entry is: 单位编码, 证件号 …
	Name            string // field shown as an entry's name
	Number          string // field shown as its number, "" shows the key
	BuiltIn         bool   // kept by the program itself, with projections of its own
	Public          bool
	Fields          []Field
	Digest          string
}

// Fault is one thing wrong with the values of an entry.
type Fault struct {
	Field string // field id; field.row.column inside lists, rows from 1
	Say   string
}

func keys() []source.Key[Definition] {
	text := source.Text[Definition]
	return []source.Key[Definition]{
		{Name: "id", Form: "标识", Doc: "标识", Need: true, Read: text(func(d *Definition) *string { return &d.ID })},
		{Name: "title", Form: "文字", Doc: "名称", Need: true, Read: text(func(d *Definition) *string { return &d.Title })},
		{Name: "help", Form: "文字", Doc: "说明", Read: text(func(d *Definition) *string { return &d.Help })},
		{Name: "key", Form: "文字", Doc: "条目编号的名称，如 单位编码", Need: true, Read: text(func(d *Definition) *string { return &d.KeyTitle })},
		{Name: "name", Form: "字段", Doc: "作为条目名称显示的字段", Need: true, Read: text(func(d *Definition) *string { return &d.Name })},
		{Name: "number", Form: "字段", Doc: "作为条目号码显示的字段，缺省显示编号", Read: text(func(d *Definition) *string { return &d.Number })},
		{Name: "builtin", Form: "true | false", Doc: "由程序自身使用的名录", Read: source.Bool(func(d *Definition) *bool { return &d.BuiltIn })},
		{Name: "public", Form: "true | false", Doc: "可以公开", Read: source.Bool(func(d *Definition) *bool { return &d.Public })},
		{Name: "fields", Form: "标识: 内容", Doc: "字段", Need: true, Read: func(r *source.Reader, n *source.Node, d *Definition) { d.Fields = ReadFields(r, n) }},
	}
}

// Decode reads a register's definition. What it answers is usable only where the diagnostics hold no error.
func Decode(n *source.Node) (*Definition, source.Diagnostics) {
	d, r := &Definition{}, &source.Reader{}
	source.Fill(r, n, "名录", keys(), d)
	ids := make([]string, len(d.Fields))
	for i := range d.Fields {
		ids[i] = d.Fields[i].ID
	}
	for _, ref := range []struct{ key, id string }{{"name", d.Name}, {"number", d.Number}} {
		if ref.id != "" && !slices.Contains(ids, ref.id) {
			r.Add(n.Get(ref.key), source.CodeReference, source.DidYouMean(ref.id, ids), "没有名为“%s”的字段", ref.id)
		}
	}
	sum := sha256.Sum256([]byte(n.JSON(func(key string) bool { return key == "help" || key == "title" })))
	d.Digest = hex.EncodeToString(sum[:])
	return d, r.Diags.Sorted()
}

// Field finds a field, nil where there is none.
func (d *Definition) Field(id string) *Field {
	for i := range d.Fields {
		if d.Fields[i].ID == id {
			return &d.Fields[i]
		}
	}
	return nil
}

// Validate says everything that is wrong with the values of an entry, in the order of the fields.
func (d *Definition) Validate(values matter.Values) []Fault {
	var out []Fault
	for _, n := range values {
		if d.Field(n.Name) == nil {
			out = append(out, Fault{n.Name, "名录“" + d.Title + "”没有字段“" + n.Name + "”"})
		}
	}
	return append(out, validate(d.Fields, values, "")...)
}

func validate(fields []Field, values matter.Values, path string) []Fault {
	var out []Fault
	for i := range fields {
		f := &fields[i]
		at := path + f.ID
		v, ok := values.Get(f.ID)
		if !ok || Blank(v) {
			if !f.Optional {
				out = append(out, Fault{at, "请填写“" + f.Title + "”"})
			}
			continue
		}
		if !f.Rows() {
			if say := Fits(f, v); say != "" {
				out = append(out, Fault{at, say})
			}
			continue
		}
		if v.Kind != matter.List {
			out = append(out, Fault{at, "“" + f.Title + "”应当是列表"})
			continue
		}
		for k, it := range v.Items {
			row := at + "." + strconv.Itoa(k+1)
			if columns := f.Columns(); columns != nil {
				out = append(out, validate(columns, it.Fields, row+".")...)
			} else if say := Fits(f, it.Value); say != "" {
				out = append(out, Fault{row, say})
			}
		}
	}
	return out
}

// Split sorts values by the class of their fields into the parts of a record.
func (d *Definition) Split(values matter.Values) (open, personal, sealed matter.Values) {
	for _, n := range values {
		class := ""
		if f := d.Field(n.Name); f != nil {
			class = f.Class
		}
		switch class {
		case "personal":
			personal = append(personal, n)
		case "sealed":
			sealed = append(sealed, n)
		default:
			open = append(open, n)
		}
	}
	return open, personal, sealed
}

// Label gives the name and number under which an entry is shown and referred to.
func (d *Definition) Label(key string, values matter.Values) (name, number string) {
	show := func(id string) string {
		f := d.Field(id)
		v, ok := values.Get(id)
		if f == nil || !ok || f.Class != "" {
			return ""
		}
		return Show(f, v)
	}
	name, number = show(d.Name), show(d.Number)
	if name == "" {
		name = key
	}
	if d.Number == "" {
		number = key
	}
	return name, number
}

// Reference describes the keys of a register's definition in Markdown.
func Reference() string { return source.Table(keys()) + "\n### 字段\n\n" + source.Table(FieldKeys()) }
