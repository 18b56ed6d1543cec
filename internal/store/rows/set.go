package rows

// own, at and given stand in a row for what only the lock gives its record: seq, time and number.
type (
	own   struct{}
	at    struct{}
	given struct{}
)

// Seq, Time and Number are those places as values of a row.
var (
	Seq    any = own{}
	Time   any = at{}
	Number any = given{}
)

// empty is a blob of no bytes; nil would be NULL.
var empty = []byte{}

// Set is a number of rows by operation.
type Set struct {
	rows [ops]list
}

type list struct {
	args  []any
	holes []hole
}

type hole struct {
	place int
	what  any
}

// Add adds one row; values stand in the order of the operation's columns and are int64, string or []byte, or
// Seq, Time or Number.
func (s *Set) Add(o Op, values ...any) {
	l := &s.rows[o]
	for i, v := range values {
		switch v.(type) {
		case own, at, given:
			l.holes = append(l.holes, hole{len(l.args) + i, v})
		}
	}
	l.args = append(l.args, values...)
}

// Take adds the rows of from, filling in what the lock gave its record.
func (s *Set) Take(from *Set, seq, time int64, number string) {
	no, moment, text := any(seq), any(time), any(number)
	for o := range from.rows {
		f := &from.rows[o]
		if len(f.args) == 0 {
			continue
		}
		l := &s.rows[o]
		base := len(l.args)
		l.args = append(l.args, f.args...)
		for _, h := range f.holes {
			switch h.what.(type) {
			case own:
				l.args[base+h.place] = no
			case at:
				l.args[base+h.place] = moment
			case given:
				l.args[base+h.place] = text
			}
		}
	}
}

// SumTally puts together the rows that add to the same figure, since one statement may touch a row only once.
func (s *Set) SumTally() {
	type figure struct{ procedure, fact, month, unit any }
	l := &s.rows[AddTally]
	const width = 5
	place := make(map[figure]int, len(l.args)/width)
	kept := l.args[:0]
	for a := l.args; len(a) > 0; a = a[width:] {
		f := figure{a[0], a[1], a[2], a[3]}
		if i, ok := place[f]; ok {
			kept[i] = kept[i].(int64) + a[4].(int64)
			continue
		}
		place[f] = len(kept) + 4
		kept = append(kept, a[:width]...)
	}
	l.args = kept
}

// Each calls fn for every row of an operation.
func (s *Set) Each(o Op, fn func(row []any)) {
	width := len(all[o].table.columns)
	for a := s.rows[o].args; len(a) > 0; a = a[width:] {
		fn(a[:width:width])
	}
}

// Len returns the number of rows of an operation.
func (s *Set) Len(o Op) int { return len(s.rows[o].args) / len(all[o].table.columns) }

// Reset empties the set and keeps its memory.
func (s *Set) Reset() {
	for o := range s.rows {
		clear(s.rows[o].args)
		s.rows[o].args, s.rows[o].holes = s.rows[o].args[:0], s.rows[o].holes[:0]
	}
}
