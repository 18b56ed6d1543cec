package matter

import (
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Parts are written in canonical JSON (RFC 8785) by appending: keys stand in their sorted order in the code below, and a
// test re-canonicalises what comes out. Keys of empty members are left out.

// AppendEffects appends the effects part.
func AppendEffects(b []byte, e *Effects) []byte {
	w := writer{b: b}
	w.open()
	list(&w, "adds", e.Adds, func(w *writer, a *Add) {
		w.int("by", a.By)
		w.text("field", a.Field)
		w.text("item", a.Item)
		w.text("sub", a.Sub)
	})
	w.texts("cleared", e.Cleared)
	w.text("close", e.Close)
	w.text("def", e.Def)
	if c := e.Entry; c != nil {
		w.object("entry", func() {
			w.text("from", c.From)
			w.text("id", c.ID)
			w.text("key", c.Key)
			w.text("register", c.Register)
			w.text("to", c.To)
			w.int("version", c.Version)
		})
	}
	if x := e.Erase; x != nil {
		w.object("erase", func() {
			w.texts("parts", x.Parts)
			w.int("record", x.Record)
		})
	}
	if v := e.Event; v != nil {
		w.object("event", func() {
			w.int("files", v.Files)
			w.int("flags", int64(v.Flags))
			w.text("key", v.Key)
			w.text("legal", v.Legal)
			w.int("n", v.N)
			w.text("outcome", v.Outcome)
			w.text("step", v.Step)
			w.text("time", v.Time)
		})
	}
	list(&w, "extends", e.Extends, func(w *writer, x *Extension) {
		w.text("approved", x.Approved)
		w.text("key", x.Key)
		w.text("length", x.Length)
		w.text("limit", x.Limit)
		w.text("until", x.Until)
	})
	list(&w, "facets", e.Facets, func(w *writer, f *Facet) {
		w.text("field", f.Field)
		w.text("value", f.Value)
	})
	list(&w, "facts", e.Facts, func(w *writer, f *Fact) {
		w.text("fact", f.Fact)
		w.text("month", f.Month)
		w.int("unit", f.Unit)
		w.int("value", f.Value)
	})
	w.int("flags", int64(e.Flags))
	list(&w, "gates", e.Gates, func(w *writer, g *GateVerdict) {
		w.text("gate", g.Gate)
		w.text("ground", g.Ground)
		w.text("verdict", g.Verdict)
	})
	w.int("lead", e.Lead)
	list(&w, "limits", e.Limits, func(w *writer, m *LimitMark) {
		w.text("date", m.Date)
		w.text("due", m.Due)
		w.text("key", m.Key)
		w.text("limit", m.Limit)
		w.int("n", m.N)
		w.text("start", m.Start)
		w.text("verdict", m.Verdict)
	})
	list(&w, "links", e.Links, func(w *writer, t *Tie) {
		w.bool("end", t.End)
		w.text("kind", t.Kind)
		w.int("other", t.Other)
	})
	list(&w, "moved", e.Moved, func(w *writer, m *Moved) {
		w.text("legal", m.Legal)
		w.text("outcome", m.Outcome)
		w.int("record", m.Record)
	})
	if o := e.Open; o != nil {
		w.object("open", func() {
			w.text("date", o.Date)
			w.text("def", o.Def)
			w.text("id", o.ID)
			w.text("origin", o.Origin)
			w.bool("paper_only", o.PaperOnly)
			w.text("procedure", o.Procedure)
			w.bool("sealed", o.Sealed)
			w.int("unit", o.Unit)
		})
	}
	list(&w, "pauses", e.Pauses, func(w *writer, p *Pause) {
		w.text("from", p.From)
		w.text("ground", p.Ground)
		w.text("to", p.To)
	})
	w.ints("persons", e.Persons)
	w.ints("reach", e.Reach)
	w.bool("reopen", e.Reopen)
	w.texts("reset", e.Reset)
	list(&w, "roles", e.Roles, func(w *writer, r *Role) {
		w.text("from", r.From)
		w.text("role", r.Role)
		w.text("to", r.To)
		w.int("unit", r.Unit)
	})
	w.ints("void", e.Void)
	w.close()
	return w.b
}

// AppendWords appends a part of words (open, personal or sealed).
func AppendWords(b []byte, words *Words) []byte {
	w := writer{b: b}
	w.open()
	w.text("reason", words.Reason)
	if len(words.Said) > 0 {
		w.object("said", func() {
			for _, k := range slices.Sorted(maps.Keys(words.Said)) {
				w.text(k, words.Said[k])
			}
		})
	}
	w.text("title", words.Title)
	if len(words.Values) > 0 {
		w.key("values")
		w.values(words.Values)
	}
	w.close()
	return w.b
}

// AppendFiles appends the files part.
func AppendFiles(b []byte, files []Attached) []byte {
	w := writer{b: b}
	w.open()
	list(&w, "files", files, func(w *writer, f *Attached) {
		w.object("blob", func() { w.blob(&f.Blob) })
		w.text("label", f.Label)
	})
	w.close()
	return w.b
}

// AppendValues appends values as a JSON object, in the form they have inside a part.
func AppendValues(b []byte, vs Values) []byte {
	w := writer{b: b}
	w.values(vs)
	return w.b
}

// writer appends JSON members; more says that a comma is due.
type writer struct {
	b    []byte
	more bool
}

func (w *writer) open()  { w.b = append(w.b, '{'); w.more = false }
func (w *writer) close() { w.b = append(w.b, '}'); w.more = true }

func (w *writer) sep() {
	if w.more {
		w.b = append(w.b, ',')
	}
	w.more = true
}

func (w *writer) key(k string) {
	w.sep()
	w.b = appendString(w.b, k)
	w.b = append(w.b, ':')
}

func (w *writer) text(k, s string) {
	if s != "" {
		w.key(k)
		w.b = appendString(w.b, s)
	}
}

func (w *writer) int(k string, n int64) {
	if n != 0 {
		w.key(k)
		w.b = strconv.AppendInt(w.b, n, 10)
	}
}

func (w *writer) bool(k string, v bool) {
	if v {
		w.key(k)
		w.b = append(w.b, "true"...)
	}
}

func (w *writer) object(k string, members func()) {
	w.key(k)
	w.open()
	members()
	w.close()
}

func (w *writer) array(elements func()) {
	w.b = append(w.b, '[')
	w.more = false
	elements()
	w.b = append(w.b, ']')
	w.more = true
}

func (w *writer) texts(k string, list []string) {
	if len(list) == 0 {
		return
	}
	w.key(k)
	w.array(func() {
		for _, s := range list {
			w.sep()
			w.b = appendString(w.b, s)
		}
	})
}

func (w *writer) ints(k string, list []int64) {
	if len(list) == 0 {
		return
	}
	w.key(k)
	w.array(func() {
		for _, n := range list {
			w.sep()
			w.b = strconv.AppendInt(w.b, n, 10)
		}
	})
}

func list[T any](w *writer, k string, elements []T, members func(*writer, *T)) {
	if len(elements) == 0 {
		return
	}
	w.key(k)
	w.array(func() {
		for i := range elements {
			w.sep()
			w.open()
			members(w, &elements[i])
			w.close()
		}
	})
}

func (w *writer) values(vs Values) {
	w.open()
	for i := range vs {
		w.key(vs[i].Name)
		w.value(&vs[i].Value)
	}
	w.close()
}

// value writes text, numbers and truth values as JSON has them; dates, references and files as objects of one member
// that names the kind, so that reading needs no definition.
func (w *writer) value(v *Value) {
	switch v.Kind {
	case Text:
		w.b = appendString(w.b, v.Text)
	case Int:
		w.b = strconv.AppendInt(w.b, v.Int, 10)
	case Bool:
		w.b = strconv.AppendBool(w.b, v.Int != 0)
	case Date:
		w.open()
		w.key("date")
		w.b = appendString(w.b, v.Text)
		w.close()
	case Link:
		w.open()
		w.object("entry", func() {
			w.text("key", v.Ref.Key)
			w.text("name", v.Ref.Name)
			w.int("no", v.Ref.Entry)
			w.text("number", v.Ref.Number)
			w.text("register", v.Ref.Register)
			w.int("version", v.Ref.Version)
		})
		w.close()
	case File:
		w.open()
		w.object("file", func() { w.blob(v.Blob) })
		w.close()
	case List:
		w.array(func() {
			for i := range v.Items {
				w.sep()
				w.item(&v.Items[i])
			}
		})
	default:
		w.b = append(w.b, "null"...)
	}
	w.more = true
}

func (w *writer) item(it *Item) {
	w.open()
	if it.Value.Kind == None {
		w.key("fields")
		w.values(it.Fields)
	}
	w.text("id", it.ID)
	if it.Value.Kind != None {
		w.key("value")
		w.value(&it.Value)
	}
	w.close()
}

func (w *writer) blob(f *Blob) {
	w.text("hash", f.Hash)
	w.text("name", f.Name)
	w.int("size", f.Size)
	w.text("type", f.Type)
}

const hexDigits = "0123456789abcdef"

// appendString appends s as RFC 8785 writes strings; bytes that are no UTF-8 become U+FFFD.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= 0x20 && c != '"' && c != '\\' {
				i++
				continue
			}
			b = append(b, s[start:i]...)
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\b':
				b = append(b, '\\', 'b')
			case '\f':
				b = append(b, '\\', 'f')
			case '\n':
				b = append(b, '\\', 'n')
			case '\r':
				b = append(b, '\\', 'r')
			case '\t':
				b = append(b, '\\', 't')
			default:
				b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			}
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			b = append(b, s[start:i]...)
			b = append(b, "\uFFFD"...)
			start = i + 1
		}
		i += size
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}
