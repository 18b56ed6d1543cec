package matter

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// DecodeEffects reads an effects part; an unknown member is an error.
func DecodeEffects(b []byte) (Effects, error) {
	var e Effects
	if err := decode(b, &e); err != nil {
		return Effects{}, fmt.Errorf("read effects: %w", err)
	}
	return e, nil
}

// DecodeWords reads a part of words.
func DecodeWords(b []byte) (Words, error) {
	var w Words
	if err := decode(b, &w); err != nil {
		return Words{}, fmt.Errorf("read words: %w", err)
	}
	return w, nil
}

// DecodeFiles reads a files part.
func DecodeFiles(b []byte) ([]Attached, error) {
	var f struct {
		Files []Attached `json:"files"`
	}
	if err := decode(b, &f); err != nil {
		return nil, fmt.Errorf("read files: %w", err)
	}
	return f.Files, nil
}

// DecodeValues reads what AppendValues wrote.
func DecodeValues(b []byte) (Values, error) {
	var vs Values
	if err := decode(b, &vs); err != nil {
		return nil, fmt.Errorf("read values: %w", err)
	}
	return vs, nil
}

func decode(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err == nil {
		return fmt.Errorf("more than one JSON value")
	}
	return nil
}

// UnmarshalJSON reads an object of values.
func (vs *Values) UnmarshalJSON(b []byte) error {
	var m map[string]Value
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	*vs = make(Values, 0, len(m))
	for k, v := range m {
		*vs = append(*vs, Named{k, v})
	}
	slices.SortFunc(*vs, func(a, b Named) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// MarshalJSON writes an object of values.
func (vs Values) MarshalJSON() ([]byte, error) { return AppendValues(nil, vs), nil }

// MarshalJSON writes the value in its tagged form.
func (v Value) MarshalJSON() ([]byte, error) {
	var w writer
	w.value(&v)
	return w.b, nil
}

type jsonRef struct {
	Key      string `json:"key"`
	Name     string `json:"name"`
	No       int64  `json:"no"`
	Number   string `json:"number"`
	Register string `json:"register"`
	Version  int64  `json:"version"`
}

type jsonItem struct {
	Fields Values `json:"fields"`
	ID     string `json:"id"`
	Value  *Value `json:"value"`
}

// UnmarshalJSON reads the tagged form.
func (v *Value) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	if len(b) == 0 {
		return fmt.Errorf("empty value")
	}
	switch b[0] {
	case '"':
		v.Kind = Text
		return json.Unmarshal(b, &v.Text)
	case 't', 'f':
		var t bool
		if err := json.Unmarshal(b, &t); err != nil {
			return err
		}
		*v = OfBool(t)
		return nil
	case 'n':
		*v = Value{}
		return nil
	case '[':
		var items []jsonItem
		if err := decode(b, &items); err != nil {
			return err
		}
		v.Kind = List
		for _, it := range items {
			item := Item{ID: it.ID, Fields: it.Fields}
			if it.Value != nil {
				item.Value = *it.Value
			}
			v.Items = append(v.Items, item)
		}
		return nil
	case '{':
		return v.decodeTagged(b)
	}
	v.Kind = Int
	return json.Unmarshal(b, &v.Int)
}

func (v *Value) decodeTagged(b []byte) error {
	var t struct {
		Date  *string  `json:"date"`
		Entry *jsonRef `json:"entry"`
		File  *Blob    `json:"file"`
	}
	if err := decode(b, &t); err != nil {
		return err
	}
	switch {
	case t.Date != nil:
		*v = OfDate(*t.Date)
	case t.Entry != nil:
		e := t.Entry
		*v = OfRef(Ref{Register: e.Register, Entry: e.No, Version: e.Version, Key: e.Key, Name: e.Name, Number: e.Number})
	case t.File != nil:
		*v = OfFile(*t.File)
	default:
		return fmt.Errorf("a value of no known kind: %s", b)
	}
	return nil
}
