package matter

// State is a matter as its records add up to it.
type State struct {
	ID        string
	No        int64 // seq of the record that opened it
	Procedure string
	Def       string // digest of the rules that govern it
	Unit      int64  // lead unit
	Origin    string
	Title     string
	Number    string
	Open      bool
	Opened    string // legal date
	Closed    string
	Outcome   string // with which it closed
	PaperOnly bool
	Sealed    bool
	Version   int64 // number of records folded
	Seq       int64 // of the last record
	Values    []Held
	Events    []Event
	Limits    []Limit
	Pauses    []Pause
	Extends   []Extension
	Roles     []Role
	Links     []Tie
	Facets    []Facet
	Seqs      []int64 // every record of the matter, ascending
}

// Held is a value, the record that set it and the part it came in.
type Held struct {
	Name  string
	Value Value
	Seq   int64
	Part  PartKind
}

// PartKind is the class of the part a value came in.
type PartKind uint8

// The classes of values.
const (
	OpenPart PartKind = iota
	PersonalPart
	SealedPart
)

// Limit is one run of a limit.
type Limit struct {
	Limit   string
	Key     string
	N       int64
	Start   string
	Verdict string // "" while open
	Date    string
	Due     string // of a closed one; of an open one it is a cache outside the state
	Seq     int64  // of the record that opened it
}

// Get returns the value of a field.
func (s *State) Get(name string) (Value, bool) {
	for i := range s.Values {
		if s.Values[i].Name == name {
			return s.Values[i].Value, true
		}
	}
	return Value{}, false
}

// Text returns the text or date of a field, "" where there is none.
func (s *State) Text(name string) string {
	v, _ := s.Get(name)
	return v.Text
}

// Int returns the number of a field, 0 where there is none.
func (s *State) Int(name string) int64 {
	v, _ := s.Get(name)
	return v.Int
}

// Last returns the last valid event of a step, whatever its key.
func (s *State) Last(step string) (Event, bool) {
	for i := len(s.Events) - 1; i >= 0; i-- {
		if e := s.Events[i]; e.Step == step && e.Flags&Reset == 0 {
			return e, true
		}
	}
	return Event{}, false
}

// Done tells whether a step has a valid event.
func (s *State) Done(step string) bool {
	_, ok := s.Last(step)
	return ok
}

// Count returns the number of valid events of a step under key.
func (s *State) Count(step, key string) int64 {
	var n int64
	for _, e := range s.Events {
		if e.Step == step && e.Key == key && e.Flags&Reset == 0 {
			n++
		}
	}
	return n
}

// Units returns the units that hold a role now.
func (s *State) Units(role string) []int64 {
	var out []int64
	for _, r := range s.Roles {
		if r.Role == role && r.To == "" {
			out = append(out, r.Unit)
		}
	}
	return out
}
