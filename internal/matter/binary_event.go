package matter

import "slices"

// Events are what a state grows by, so each is written as what differs from the one before it: a byte that says which
// members follow, the step, and those members. An act that repeats a step on the next record takes three or four bytes.
const (
	eventKey     = 1 << iota
	eventLegal   // the legal date is not that of the event before
	eventTime    //
	eventOutcome //
	eventFiles   //
	eventFlags   //
	eventN       // n is not one more than that of the event before
	eventSeq     // the record is not the one after that of the event before
)

// eventPlace is what writer and reader remember of the event before.
type eventPlace struct {
	legal string
	day   uint64 // last plain date, as packDate has it
	n     int64
	place int // of its record among the matter's own, -1 none of them
}

func (w *packer) events(events []Event) {
	w.count(len(events))
	last := eventPlace{place: -1}
	for i := range events {
		e := &events[i]
		next := last.place + 1
		follows := next < len(w.seqs) && w.seqs[next] == e.Seq
		var mask byte
		for _, m := range []struct {
			bit byte
			set bool
		}{
			{eventKey, e.Key != ""}, {eventLegal, e.Legal != last.legal}, {eventTime, e.Time != ""}, {eventOutcome, e.Outcome != ""},
			{eventFiles, e.Files != 0}, {eventFlags, e.Flags != 0}, {eventN, e.N != last.n+1}, {eventSeq, !follows},
		} {
			if m.set {
				mask |= m.bit
			}
		}
		w.b = append(w.b, mask)
		w.text(e.Step)
		if mask&eventKey != 0 {
			w.text(e.Key)
		}
		if mask&eventLegal != 0 {
			w.dateAfter(e.Legal, &last)
		}
		if mask&eventTime != 0 {
			w.text(e.Time)
		}
		if mask&eventOutcome != 0 {
			w.text(e.Outcome)
		}
		if mask&eventFiles != 0 {
			w.int(e.Files)
		}
		if mask&eventFlags != 0 {
			w.uint(uint64(e.Flags))
		}
		if mask&eventN != 0 {
			w.int(e.N)
		}
		if follows {
			last.place = next
		} else {
			w.seq(e.Seq)
			last.place = slices.Index(w.seqs, e.Seq)
		}
		last.n = e.N
	}
}

// dateAfter writes a plain date as 2 + its distance from the last one, as the numbers yyyymmdd have it; 0 for "", and 1
// and a string for anything else.
func (w *packer) dateAfter(s string, last *eventPlace) {
	last.legal = s
	if s == "" {
		w.uint(0)
		return
	}
	n, ok := packDate(s)
	if !ok {
		w.uint(1)
		w.text(s)
		return
	}
	d := int64(n) - int64(last.day)
	w.uint(2 + uint64(d<<1^d>>63))
	last.day = n
}

func (r *unpacker) events() []Event {
	last := eventPlace{place: -1}
	return unpack(r, func() (e Event) {
		if len(r.b) == 0 {
			r.bad = true
			return e
		}
		mask := r.b[0]
		r.b = r.b[1:]
		e.Step = r.text()
		if mask&eventKey != 0 {
			e.Key = r.text()
		}
		if mask&eventLegal != 0 {
			r.dateAfter(&last)
		}
		e.Legal = last.legal
		if mask&eventTime != 0 {
			e.Time = r.text()
		}
		if mask&eventOutcome != 0 {
			e.Outcome = r.text()
		}
		if mask&eventFiles != 0 {
			e.Files = r.int()
		}
		if mask&eventFlags != 0 {
			e.Flags = Flags(r.uint())
		}
		e.N = last.n + 1
		if mask&eventN != 0 {
			e.N = r.int()
		}
		last.n = e.N
		last.place++
		switch {
		case mask&eventSeq != 0:
			e.Seq = r.seq()
			last.place = slices.Index(r.seqs, e.Seq)
		case last.place < len(r.seqs):
			e.Seq = r.seqs[last.place]
		default:
			r.bad = true
		}
		return e
	})
}

const lastDay = 9999_99_99

func (r *unpacker) dateAfter(last *eventPlace) {
	n := r.uint()
	switch n {
	case 0:
		last.legal = ""
		return
	case 1:
		last.legal = r.text()
		return
	}
	z := n - 2
	day := int64(last.day) + (int64(z>>1) ^ -int64(z&1))
	if z > 4*lastDay || day < 2 || day > lastDay {
		r.bad = true
		return
	}
	last.day = uint64(day)
	last.legal = unpackDate(last.day)
}
