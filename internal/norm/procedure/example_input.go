package procedure

import (
	"strconv"
	"strings"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/register"
	"zhunsheng/internal/norm/source"
)

// fill reads the input of an example's act. Texts, entries, parties and files that the form requires and the example
// does not give come from the cast; numbers, dates, options and truths are always given.
func (st *stage) fill(a *Act, n *source.Node) {
	sp := st.d.stepsBy[a.Step]
	if a.Step == opening || sp == nil {
		sp = st.d.stepsBy[st.d.Opens]
	}
	if sp == nil {
		return
	}
	if a.Step == "correct" && a.Record > 0 {
		if old := st.d.stepsBy[st.records[a.Record-1].Step]; old != nil {
			sp = old
		}
	}
	if n != nil && n.Kind == source.Map {
		for i, k := range n.Keys {
			f := st.d.Field(k.Text)
			if f == nil {
				st.r.Add(k, source.CodeReference, "", "没有字段“%s”", k.Text)
				continue
			}
			if v, ok := st.value(f, n.Values[i]); ok {
				a.Input = a.Input.With(f.ID, v)
			}
		}
	}
	if a.Step == "correct" {
		return
	}
	for _, e := range sp.form {
		if _, given := a.Input.Get(e.field.ID); given || e.optional || e.sub != nil {
			continue
		}
		if st.s != nil {
			if _, held := st.s.Get(e.field.ID); held {
				continue
			}
		}
		if v, ok := usual(e.field); ok {
			a.Input = a.Input.With(e.field.ID, v)
		}
	}
}

// usual is what the cast brings for a field.
func usual(f *Field) (matter.Value, bool) {
	one := func(name string) (matter.Value, bool) {
		switch f.Type {
		case TypeText:
			return matter.OfText(f.Title + "（示例）"), true
		case TypeEntry:
			return matter.OfRef(castEntry(f.Of, name)), true
		case TypeFile:
			return matter.OfFile(matter.Blob{Name: "示例.pdf", Type: "application/pdf", Size: 1, Hash: strings.Repeat("0", 64)}), true
		}
		return matter.Value{}, false
	}
	switch {
	case f.Type == TypeParty:
		return matter.OfList(matter.Item{Fields: matter.Values{}.With("name", matter.OfText("某某"))}), true
	case f.Type == TypeList:
		return matter.Value{}, false
	case !f.Many:
		return one("甲")
	}
	first, ok := one("甲")
	second, _ := one("乙")
	return matter.OfList(matter.Item{Value: first}, matter.Item{Value: second}), ok
}

// castEntry is an entry of the cast; one whose name holds 失效 is not valid.
func castEntry(of, name string) matter.Ref {
	return matter.Ref{Register: of, Entry: person(name, ""), Version: 1, Key: name, Name: name, Number: name}
}

// value reads one value of an example.
func (st *stage) value(f *Field, n *source.Node) (matter.Value, bool) {
	if n.Kind == source.Null {
		return matter.Value{}, true
	}
	if f.Rows() {
		items := []*source.Node{n}
		if n.Kind == source.List {
			items = n.Values
		}
		var out []matter.Item
		for _, it := range items {
			item, ok := st.item(f, it)
			if !ok {
				return matter.Value{}, false
			}
			out = append(out, item)
		}
		return matter.OfList(out...), true
	}
	return st.plain(f, n)
}

func (st *stage) item(f *Field, n *source.Node) (matter.Item, bool) {
	columns := f.Columns()
	if columns == nil {
		v, ok := st.plain(f, n)
		return matter.Item{Value: v}, ok
	}
	if n.Kind == source.Scalar { // a party by its name
		return matter.Item{Fields: matter.Values{}.With("name", matter.OfText(n.Text))}, true
	}
	it := matter.Item{Fields: matter.Values{}}
	for i, k := range n.Keys {
		if k.Text == "id" {
			it.ID = n.Values[i].Text
			continue
		}
		at := -1
		for j := range columns {
			if columns[j].ID == k.Text {
				at = j
			}
		}
		if at < 0 {
			st.r.Add(k, source.CodeReference, "", "“%s”没有“%s”这一列", f.Title, k.Text)
			return it, false
		}
		v, ok := st.value(&columns[at], n.Values[i])
		if !ok {
			return it, false
		}
		it.Fields = it.Fields.With(k.Text, v)
	}
	return it, true
}

func (st *stage) plain(f *Field, n *source.Node) (matter.Value, bool) {
	text := st.r.Scalar(n)
	switch f.Type {
	case TypeEntry:
		return matter.OfRef(castEntry(f.Of, text)), true
	case TypeFile:
		return matter.OfFile(matter.Blob{Name: text, Type: "application/pdf", Size: 1, Hash: strings.Repeat("0", 64)}), true
	}
	v, say := plain(&register.Field{Title: f.Title, Type: f.Type}, text)
	if say != "" {
		st.r.Add(n, source.CodeValue, "", "%s（“%s”）", say, strconv.Quote(text))
	}
	return v, say == ""
}
