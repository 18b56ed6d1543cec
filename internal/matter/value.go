package matter

import (
	"slices"
	"strings"
)

// Kind tells which part of a Value counts.
type Kind uint8

// The kinds of value. Money is Int in fen.
const (
	None Kind = iota
	Text
	Int
	Bool // Int is 0 or 1
	Date // Text is YYYY-MM-DD
	Link // Ref
	File // Blob
	List // Items
)

// Value is what a field holds.
type Value struct {
	Kind  Kind
	Int   int64
	Text  string
	Ref   *Ref
	Blob  *Blob
	Items []Item
}

// Ref is an entry (条目) as it stood on the legal date: it reads without its register.
type Ref struct {
	Register string
	Entry    int64 // no of the entry
	Version  int64
	Key      string
	Name     string // as shown then
	Number   string // as shown then, "" where the entry has none
}

// Blob is a stored file: only its name, type, size and digest are in a record.
type Blob struct {
	Name string `json:"name,omitempty"`
	Type string `json:"type,omitempty"` // media type
	Size int64  `json:"size,omitempty"`
	Hash string `json:"hash,omitempty"` // lower-case hex SHA-256 of the bytes
}

// Item is one element of a list: given its id once (p1, p2, …), never reused.
type Item struct {
	ID     string
	Value  Value  // of a list of plain values
	Fields Values // of a list of rows
}

// Named is a value under its field's id.
type Named struct {
	Name  string
	Value Value
}

// Values are named values, sorted by name.
type Values []Named

// OfText, OfInt, OfBool, OfDate, OfRef, OfFile and OfList make values.
func OfText(s string) Value { return Value{Kind: Text, Text: s} }

// OfInt makes a number; money is in fen.
func OfInt(n int64) Value { return Value{Kind: Int, Int: n} }

// OfBool makes a truth value.
func OfBool(b bool) Value {
	v := Value{Kind: Bool}
	if b {
		v.Int = 1
	}
	return v
}

// OfDate makes a legal date from YYYY-MM-DD.
func OfDate(day string) Value { return Value{Kind: Date, Text: day} }

// OfRef makes a reference to an entry.
func OfRef(r Ref) Value { return Value{Kind: Link, Ref: &r} }

// OfFile makes a reference to a stored file.
func OfFile(b Blob) Value { return Value{Kind: File, Blob: &b} }

// OfList makes a list.
func OfList(items ...Item) Value { return Value{Kind: List, Items: items} }

// Get returns the value under name.
func (vs Values) Get(name string) (Value, bool) {
	i, ok := vs.find(name)
	if !ok {
		return Value{}, false
	}
	return vs[i].Value, true
}

// Text returns the text or date under name, "" where there is none.
func (vs Values) Text(name string) string {
	v, _ := vs.Get(name)
	return v.Text
}

// Int returns the number under name, 0 where there is none.
func (vs Values) Int(name string) int64 {
	v, _ := vs.Get(name)
	return v.Int
}

// With returns vs with name set; vs itself is unchanged.
func (vs Values) With(name string, v Value) Values {
	i, ok := vs.find(name)
	if ok {
		out := slices.Clone(vs)
		out[i].Value = v
		return out
	}
	out := make(Values, 0, len(vs)+1)
	out = append(out, vs[:i]...)
	out = append(out, Named{name, v})
	return append(out, vs[i:]...)
}

// Without returns vs without name; vs itself is unchanged.
func (vs Values) Without(name string) Values {
	i, ok := vs.find(name)
	if !ok {
		return vs
	}
	return slices.Delete(slices.Clone(vs), i, i+1)
}

func (vs Values) find(name string) (int, bool) {
	return slices.BinarySearchFunc(vs, name, func(n Named, s string) int { return strings.Compare(n.Name, s) })
}

// Equal tells whether two values are the same.
func (v Value) Equal(w Value) bool {
	if v.Kind != w.Kind || v.Int != w.Int || v.Text != w.Text || len(v.Items) != len(w.Items) {
		return false
	}
	if (v.Ref == nil) != (w.Ref == nil) || v.Ref != nil && *v.Ref != *w.Ref {
		return false
	}
	if (v.Blob == nil) != (w.Blob == nil) || v.Blob != nil && *v.Blob != *w.Blob {
		return false
	}
	return slices.EqualFunc(v.Items, w.Items, func(a, b Item) bool {
		return a.ID == b.ID && a.Value.Equal(b.Value) && a.Fields.Equal(b.Fields)
	})
}

// Equal tells whether two sets of values are the same.
func (vs Values) Equal(ws Values) bool {
	return slices.EqualFunc(vs, ws, func(a, b Named) bool { return a.Name == b.Name && a.Value.Equal(b.Value) })
}
