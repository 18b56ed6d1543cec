package matter

import "fmt"

// Entry is an entry (条目) of a register as its records add up to it.
type Entry struct {
	ID       string
	No       int64 // seq of the record that made it
	Register string
	Key      string
	Version  int64 // of the newest version, from 1
	Seq      int64
	Versions []EntryVersion // oldest first
}

// EntryVersion holds the fields over a span of validity. It has two times: valid in [From, To), known since Seq.
type EntryVersion struct {
	Version  int64
	From, To string // To "" is open
	Seq      int64
	Fields   Values
	Erased   bool // words were erased: Fields is empty
}

// FoldEntry adds one record to an entry; e itself is unchanged (nil before the first version).
func FoldEntry(e *Entry, r *Record) (*Entry, error) {
	c := r.Effects.Entry
	if c == nil {
		return nil, fmt.Errorf("record %d changes no entry", r.Seq)
	}
	var next Entry
	switch {
	case e == nil && c.Version != 1:
		return nil, fmt.Errorf("record %d is version %d of an entry that was never made", r.Seq, c.Version)
	case e == nil:
		next = Entry{ID: c.ID, No: r.Seq, Register: c.Register}
	case c.Version != e.Version+1:
		return nil, fmt.Errorf("record %d is version %d of an entry at version %d", r.Seq, c.Version, e.Version)
	default:
		next = *e
	}
	next.Key, next.Version, next.Seq = c.Key, c.Version, r.Seq
	fields := r.Open.Values
	for _, n := range r.Personal.Values {
		fields = fields.With(n.Name, n.Value)
	}
	for _, n := range r.Sealed.Values {
		fields = fields.With(n.Name, n.Value)
	}
	v := EntryVersion{Version: c.Version, From: c.From, To: c.To, Seq: r.Seq, Fields: fields}
	next.Versions = append(next.Versions[:len(next.Versions):len(next.Versions)], v)
	return &next, nil
}

// AsOf returns the version that covers day as known before record known (0: as known now): of the versions that cover
// the day, the highest. ok is false where the entry was not valid on that day.
func (e *Entry) AsOf(day string, known int64) (v EntryVersion, ok bool) {
	for _, c := range e.Versions {
		if known > 0 && c.Seq >= known {
			break
		}
		if c.From <= day && (c.To == "" || day < c.To) {
			v, ok = c, true
		} else if ok && c.From <= v.From {
			// A later version that begins no later but ends before day takes the day back: the entry ended early.
			v, ok = EntryVersion{}, false
		}
	}
	return v, ok
}
