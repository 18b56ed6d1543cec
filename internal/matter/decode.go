package matter

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// What encode.go writes is read here, strictly: an unknown member, one that comes twice, a wrong type or something after
// the end is an error. Order and white space are not looked at: the ledger's digests hold the exact bytes.

// DecodeEffects reads an effects part.
func DecodeEffects(b []byte) (Effects, error) {
	var e Effects
	r := reader{b: b}
	r.effects(&e)
	if err := r.end(); err != nil {
		return Effects{}, fmt.Errorf("read effects: %w", err)
	}
	return e, nil
}

// DecodeWords reads a part of words.
func DecodeWords(b []byte) (Words, error) {
	var w Words
	r := reader{b: b}
	r.words(&w)
	if err := r.end(); err != nil {
		return Words{}, fmt.Errorf("read words: %w", err)
	}
	return w, nil
}

// DecodeFiles reads a files part.
func DecodeFiles(b []byte) ([]Attached, error) {
	var files []Attached
	r := reader{b: b}
	r.object(func(key []byte) bool {
		if string(key) != "files" {
			return false
		}
		files = readList(&r, func(f *Attached, key []byte) bool {
			switch string(key) {
			case "blob":
				f.Blob = r.blob()
			case "label":
				f.Label = r.text()
			default:
				return false
			}
			return true
		})
		return true
	})
	if err := r.end(); err != nil {
		return nil, fmt.Errorf("read files: %w", err)
	}
	return files, nil
}

// DecodeValues reads what AppendValues wrote.
func DecodeValues(b []byte) (Values, error) {
	r := reader{b: b}
	vs := r.values()
	if err := r.end(); err != nil {
		return nil, fmt.Errorf("read values: %w", err)
	}
	return vs, nil
}

// UnmarshalJSON reads an object of values.
func (vs *Values) UnmarshalJSON(b []byte) error {
	r := reader{b: b}
	read := r.values()
	if err := r.end(); err != nil {
		return err
	}
	*vs = read
	return nil
}

// MarshalJSON writes an object of values.
func (vs Values) MarshalJSON() ([]byte, error) { return AppendValues(nil, vs), nil }

// UnmarshalJSON reads the tagged form.
func (v *Value) UnmarshalJSON(b []byte) error {
	r := reader{b: b}
	read := r.value()
	if err := r.end(); err != nil {
		return err
	}
	*v = read
	return nil
}

// MarshalJSON writes the value in its tagged form.
func (v Value) MarshalJSON() ([]byte, error) {
	var w writer
	w.value(&v)
	return w.b, nil
}

func (r *reader) words(w *Words) {
	r.object(func(key []byte) bool {
		switch string(key) {
		case "reason":
			w.Reason = r.text()
		case "said":
			w.Said = map[string]string{}
			r.object(func(key []byte) bool {
				w.Said[string(key)] = r.text()
				return true
			})
		case "title":
			w.Title = r.text()
		case "values":
			w.Values = r.values()
		default:
			return false
		}
		return true
	})
}

// values takes an object of values; the result is sorted, as Values are.
func (r *reader) values() Values {
	vs, sorted := Values{}, true
	r.object(func(key []byte) bool {
		name := string(key)
		sorted = sorted && (len(vs) == 0 || vs[len(vs)-1].Name < name)
		vs = append(vs, Named{name, r.value()})
		return true
	})
	if !sorted {
		slices.SortFunc(vs, func(a, b Named) int { return strings.Compare(a.Name, b.Name) })
	}
	return vs
}

func (r *reader) value() Value {
	switch r.peek() {
	case '"':
		return OfText(r.text())
	case 't', 'f':
		return OfBool(r.truth())
	case 'n':
		r.word("null")
		return Value{}
	case '[':
		v := Value{Kind: List}
		r.array(func() { v.Items = append(v.Items, r.item()) })
		return v
	case '{':
		return r.tagged()
	}
	return OfInt(r.whole())
}

func (r *reader) item() (it Item) {
	both := 0
	r.object(func(key []byte) bool {
		switch string(key) {
		case "fields":
			it.Fields = r.values()
			both++
		case "id":
			it.ID = r.text()
		case "value":
			it.Value = r.value()
			both++
		default:
			return false
		}
		return true
	})
	if both > 1 {
		r.fail(errors.New("an item has fields and a value"))
	}
	return it
}

// tagged takes an object of one member that names the kind.
func (r *reader) tagged() (v Value) {
	members := 0
	r.object(func(key []byte) bool {
		members++
		switch string(key) {
		case "date":
			v = OfDate(r.text())
		case "entry":
			v = OfRef(r.ref())
		case "file":
			v = OfFile(r.blob())
		default:
			return false
		}
		return true
	})
	if members != 1 {
		r.fail(errors.New("a value of no known kind"))
	}
	return v
}

func (r *reader) ref() (f Ref) {
	r.object(func(key []byte) bool {
		switch string(key) {
		case "key":
			f.Key = r.text()
		case "name":
			f.Name = r.text()
		case "no":
			f.Entry = r.whole()
		case "number":
			f.Number = r.text()
		case "register":
			f.Register = r.text()
		case "version":
			f.Version = r.whole()
		default:
			return false
		}
		return true
	})
	return f
}

func (r *reader) blob() (f Blob) {
	r.object(func(key []byte) bool {
		switch string(key) {
		case "hash":
			f.Hash = r.text()
		case "name":
			f.Name = r.text()
		case "size":
			f.Size = r.whole()
		case "type":
			f.Type = r.text()
		default:
			return false
		}
		return true
	})
	return f
}
