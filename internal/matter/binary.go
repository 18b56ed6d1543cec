package matter

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// The state blob: a version byte, then everything of a state that has no column of its own (id, no, procedure, def,
// unit, title, number, open, opened, closed, version and seq have). Numbers are varints; a string is written once and
// then named by its place; a seq is written as its place among the matter's own. The last of these is the seq of the
// row itself and is not written: the writer learns it under the lock, after the blob was made.
const stateVersion = 2

// AppendState appends the blob of a state. The last of s.Seqs may still be 0.
func AppendState(b []byte, s *State) []byte {
	w := packer{b: append(b, stateVersion), seqs: s.Seqs}
	w.uint(uint64(len(s.Seqs)))
	prev := int64(0)
	for i := 0; i+1 < len(s.Seqs); i++ {
		w.uint(uint64(s.Seqs[i] - prev))
		prev = s.Seqs[i]
	}
	var flags uint64
	if s.PaperOnly {
		flags |= 1
	}
	if s.Sealed {
		flags |= 2
	}
	w.uint(flags)
	w.text(s.Outcome)
	w.text(s.Origin)
	w.count(len(s.Values))
	for i := range s.Values {
		h := &s.Values[i]
		w.text(h.Name)
		w.seq(h.Seq)
		w.uint(uint64(h.Part))
		w.value(&h.Value)
	}
	w.events(s.Events)
	w.count(len(s.Limits))
	for i := range s.Limits {
		l := &s.Limits[i]
		w.text(l.Limit)
		w.text(l.Key)
		w.int(l.N)
		w.date(l.Start)
		w.text(l.Verdict)
		w.date(l.Date)
		w.date(l.Due)
		w.seq(l.Seq)
	}
	w.count(len(s.Pauses))
	for _, p := range s.Pauses {
		w.text(p.Ground)
		w.date(p.From)
		w.date(p.To)
		w.seq(p.Seq)
	}
	w.count(len(s.Extends))
	for _, x := range s.Extends {
		w.text(x.Limit)
		w.text(x.Key)
		w.date(x.Approved)
		w.text(x.Length)
		w.date(x.Until)
		w.seq(x.Seq)
	}
	w.count(len(s.Roles))
	for _, r := range s.Roles {
		w.int(r.Unit)
		w.text(r.Role)
		w.date(r.From)
		w.date(r.To)
	}
	w.count(len(s.Links))
	for _, t := range s.Links {
		w.text(t.Kind)
		w.int(t.Other)
	}
	w.count(len(s.Facets))
	for _, f := range s.Facets {
		w.text(f.Field)
		w.text(f.Value)
	}
	return w.b
}

// DecodeState reads a blob into s, whose columns the caller has set; s.Seq is the row's.
func DecodeState(b []byte, s *State) error {
	if len(b) == 0 || b[0] != stateVersion {
		return errors.New("state blob of an unknown version")
	}
	r := unpacker{b: b[1:]}
	n := r.count()
	prev := int64(0)
	for i := 0; i+1 < n; i++ {
		prev += int64(r.uint())
		s.Seqs = append(s.Seqs, prev)
	}
	if n > 0 {
		s.Seqs = append(s.Seqs, s.Seq)
	}
	r.seqs = s.Seqs
	flags := r.uint()
	s.PaperOnly, s.Sealed = flags&1 != 0, flags&2 != 0
	s.Outcome, s.Origin = r.text(), r.text()
	s.Values = unpack(&r, func() Held {
		return Held{Name: r.text(), Seq: r.seq(), Part: PartKind(r.uint()), Value: r.value(0)}
	})
	s.Events = r.events()
	s.Limits = unpack(&r, func() Limit {
		return Limit{
			Limit: r.text(), Key: r.text(), N: r.int(), Start: r.date(), Verdict: r.text(), Date: r.date(),
			Due: r.date(), Seq: r.seq(),
		}
	})
	s.Pauses = unpack(&r, func() Pause {
		return Pause{Ground: r.text(), From: r.date(), To: r.date(), Seq: r.seq()}
	})
	s.Extends = unpack(&r, func() Extension {
		return Extension{
			Limit: r.text(), Key: r.text(), Approved: r.date(), Length: r.text(), Until: r.date(), Seq: r.seq(),
		}
	})
	s.Roles = unpack(&r, func() Role {
		return Role{Unit: r.int(), Role: r.text(), From: r.date(), To: r.date()}
	})
	s.Links = unpack(&r, func() Tie { return Tie{Kind: r.text(), Other: r.int()} })
	s.Facets = unpack(&r, func() Facet { return Facet{Field: r.text(), Value: r.text()} })
	return r.end("state")
}

// AppendCache appends the blob of a cache.
func AppendCache(b []byte, c *Cache) []byte {
	w := packer{b: append(b, stateVersion)}
	w.count(len(c.Todo))
	for _, t := range c.Todo {
		w.int(t.Unit)
		w.text(t.Role)
		w.int(t.Post)
		w.date(t.Due)
		w.text(t.Step)
		w.text(t.Key)
	}
	w.count(len(c.Due))
	for _, d := range c.Due {
		w.int(d.Unit)
		w.date(d.Due)
		w.text(d.Limit)
		w.text(d.Key)
		w.bool(d.Provisional)
	}
	return w.b
}

// DecodeCache reads the blob of a cache; an empty one is an empty cache.
func DecodeCache(b []byte) (Cache, error) {
	var c Cache
	if len(b) == 0 {
		return c, nil
	}
	if b[0] != stateVersion {
		return c, errors.New("cache blob of an unknown version")
	}
	r := unpacker{b: b[1:]}
	c.Todo = unpack(&r, func() Todo {
		return Todo{Unit: r.int(), Role: r.text(), Post: r.int(), Due: r.date(), Step: r.text(), Key: r.text()}
	})
	c.Due = unpack(&r, func() Due {
		return Due{Unit: r.int(), Due: r.date(), Limit: r.text(), Key: r.text(), Provisional: r.bool()}
	})
	return c, r.end("cache")
}

type packer struct {
	b     []byte
	seqs  []int64
	texts []string
}

func (w *packer) uint(n uint64) { w.b = binary.AppendUvarint(w.b, n) }
func (w *packer) int(n int64)   { w.b = binary.AppendVarint(w.b, n) }
func (w *packer) count(n int)   { w.uint(uint64(n)) }

func (w *packer) bool(v bool) {
	if v {
		w.uint(1)
		return
	}
	w.uint(0)
}

// text writes 0 for "", 1 and the bytes for a new string, or 2 + its place among those already written.
func (w *packer) text(s string) {
	if s == "" {
		w.uint(0)
		return
	}
	if i := slices.Index(w.texts, s); i >= 0 {
		w.uint(uint64(i) + 2)
		return
	}
	w.uint(1)
	w.uint(uint64(len(s)))
	w.b = append(w.b, s...)
	w.texts = append(w.texts, s)
}

// date writes 0 for "", yyyymmdd for a plain date, and 1 and a string for anything else.
func (w *packer) date(s string) {
	if s == "" {
		w.uint(0)
		return
	}
	if n, ok := packDate(s); ok {
		w.uint(n)
		return
	}
	w.uint(1)
	w.text(s)
}

func packDate(s string) (uint64, bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	var n uint64
	for i := range len(s) {
		if i == 4 || i == 7 {
			continue
		}
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + uint64(s[i]-'0')
	}
	return n, n > 1
}

func unpackDate(n uint64) string {
	b := []byte("0000-00-00")
	for _, i := range [...]int{9, 8, 6, 5, 3, 2, 1, 0} {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return string(b)
}

// seq writes the place of a record among the matter's own.
func (w *packer) seq(seq int64) {
	i := slices.Index(w.seqs, seq)
	w.uint(uint64(i + 1)) // 0: none of them
	if i < 0 {
		w.int(seq)
	}
}

func (w *packer) value(v *Value) {
	w.uint(uint64(v.Kind))
	switch v.Kind {
	case Text:
		w.text(v.Text)
	case Int, Bool:
		w.int(v.Int)
	case Date:
		w.date(v.Text)
	case Link:
		w.text(v.Ref.Register)
		w.int(v.Ref.Entry)
		w.int(v.Ref.Version)
		w.text(v.Ref.Key)
		w.text(v.Ref.Name)
		w.text(v.Ref.Number)
	case File:
		w.text(v.Blob.Name)
		w.text(v.Blob.Type)
		w.int(v.Blob.Size)
		w.text(v.Blob.Hash)
	case List:
		w.count(len(v.Items))
		for i := range v.Items {
			it := &v.Items[i]
			w.text(it.ID)
			w.value(&it.Value)
			w.count(len(it.Fields))
			for k := range it.Fields {
				w.text(it.Fields[k].Name)
				w.value(&it.Fields[k].Value)
			}
		}
	}
}

type unpacker struct {
	b     []byte
	seqs  []int64
	texts []string
	bad   bool
}

func unpack[T any](r *unpacker, element func() T) []T {
	n := r.count()
	if n == 0 {
		return nil
	}
	out := make([]T, 0, min(n, 64))
	for range n {
		if r.bad {
			return nil
		}
		out = append(out, element())
	}
	return out
}

func (r *unpacker) end(what string) error {
	if r.bad || len(r.b) > 0 {
		return fmt.Errorf("%s blob is damaged", what)
	}
	return nil
}

func (r *unpacker) uint() uint64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *unpacker) int() int64 {
	n, size := binary.Varint(r.b)
	if size <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *unpacker) bool() bool { return r.uint() == 1 }

// count reads a number of elements, each of which takes at least a byte.
func (r *unpacker) count() int {
	n := r.uint()
	if n > uint64(len(r.b))+1 {
		r.bad = true
		return 0
	}
	return int(n)
}

func (r *unpacker) text() string {
	switch n := r.uint(); {
	case n == 0:
		return ""
	case n == 1:
		size := r.uint()
		if size > uint64(len(r.b)) {
			r.bad = true
			return ""
		}
		s := string(r.b[:size])
		r.b = r.b[size:]
		r.texts = append(r.texts, s)
		return s
	case n-2 < uint64(len(r.texts)):
		return r.texts[n-2]
	}
	r.bad = true
	return ""
}

func (r *unpacker) date() string {
	switch n := r.uint(); {
	case n == 0:
		return ""
	case n == 1:
		return r.text()
	default:
		return unpackDate(n)
	}
}

func (r *unpacker) seq() int64 {
	i := r.uint()
	if i == 0 {
		return r.int()
	}
	if i > uint64(len(r.seqs)) {
		r.bad = true
		return 0
	}
	return r.seqs[i-1]
}

// maxDepth bounds lists within lists, which no definition nests deeper than twice.
const maxDepth = 8

func (r *unpacker) value(depth int) Value {
	v := Value{Kind: Kind(r.uint())}
	if depth > maxDepth {
		r.bad = true
		return Value{}
	}
	switch v.Kind {
	case None:
	case Text:
		v.Text = r.text()
	case Int, Bool:
		v.Int = r.int()
	case Date:
		v.Text = r.date()
	case Link:
		v.Ref = &Ref{
			Register: r.text(), Entry: r.int(), Version: r.int(), Key: r.text(), Name: r.text(), Number: r.text(),
		}
	case File:
		v.Blob = &Blob{Name: r.text(), Type: r.text(), Size: r.int(), Hash: r.text()}
	case List:
		v.Items = unpack(r, func() Item {
			it := Item{ID: r.text(), Value: r.value(depth + 1)}
			it.Fields = unpack(r, func() Named { return Named{r.text(), r.value(depth + 1)} })
			return it
		})
	default:
		r.bad = true
	}
	return v
}
