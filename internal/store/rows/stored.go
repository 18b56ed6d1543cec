package rows

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/proof/ledger"
)

// Stored is a record as the tables hold it: the exact bytes that were hashed.
type Stored struct {
	Seq, Matter int64
	Head        []byte
	Leaf        []byte
	Parts       []StoredPart // those that have not been erased, by name
}

// StoredPart is a part with its salt.
type StoredPart struct {
	Name string
	Salt []byte
	Body []byte
}

// Querier runs a query: a snapshot or a connection.
type Querier interface {
	Query(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// recordText and partText read a span of records. The parts beside effects and open are few: they come in a second query.
const (
	recordText = "SELECT seq, matter, head, effects, effects_salt, open, open_salt, leaf FROM record WHERE seq >= $1 AND seq <= $2" +
		" ORDER BY seq"
	partText = "SELECT seq, name, salt, body FROM part WHERE seq >= $1 AND seq <= $2 ORDER BY seq, name"
)

// Span reads the records from one seq to another, both included.
func Span(ctx context.Context, q Querier, from, to int64) ([]Stored, error) {
	rs, err := q.Query(ctx, recordText, from, to)
	if err != nil {
		return nil, fmt.Errorf("read records %d to %d: %w", from, to, err)
	}
	out, err := scanRecords(rs, int(min(to-from+1, 4096)))
	if err != nil {
		return nil, fmt.Errorf("read records %d to %d: %w", from, to, err)
	}
	if rs, err = q.Query(ctx, partText, from, to); err != nil {
		return nil, fmt.Errorf("read parts %d to %d: %w", from, to, err)
	}
	if err := scanParts(rs, out); err != nil {
		return nil, fmt.Errorf("read parts %d to %d: %w", from, to, err)
	}
	return out, nil
}

func scanRecords(rs *sql.Rows, size int) (out []Stored, err error) {
	defer func() { err = errors.Join(err, rs.Close()) }()
	out = make([]Stored, 0, size)
	var keep pages
	const usual = 3 // parts of a record: effects, open and one more
	parts := make([]StoredPart, usual*size)
	var head, effects, effectsSalt, open, openSalt, leaf sql.RawBytes
	for rs.Next() {
		var s Stored
		if err := rs.Scan(&s.Seq, &s.Matter, &head, &effects, &effectsSalt, &open, &openSalt, &leaf); err != nil {
			return nil, err
		}
		s.Head, s.Leaf = keep.copy(head), keep.copy(leaf)
		if len(parts) < usual {
			parts = make([]StoredPart, usual*size)
		}
		s.Parts, parts = parts[:0:usual], parts[usual:]
		if len(effects) > 0 {
			s.Parts = append(s.Parts, StoredPart{matter.PartEffects, keep.copy(effectsSalt), keep.copy(effects)})
		}
		if len(open) > 0 {
			s.Parts = append(s.Parts, StoredPart{matter.PartOpen, keep.copy(openSalt), keep.copy(open)})
		}
		out = append(out, s)
	}
	return out, rs.Err()
}

// pages copies many short texts into few pieces of memory: a record has a dozen, and verify reads them by the hundred
// thousand. The pieces grow with what is read, so that one record takes little.
type pages struct {
	free []byte
	size int
}

const smallPage, largePage = 1 << 11, 1 << 16

func (p *pages) copy(b []byte) []byte {
	if len(b) > len(p.free) {
		p.size = min(max(2*p.size, smallPage), largePage)
		p.free = make([]byte, max(p.size, len(b)))
	}
	out := p.free[:len(b):len(b)]
	p.free = p.free[len(b):]
	copy(out, b)
	return out
}

// scanParts adds parts to their records, both in order of seq. A part without a record is passed over: verify counts
// them by itself.
func scanParts(rs *sql.Rows, out []Stored) (err error) {
	defer func() { err = errors.Join(err, rs.Close()) }()
	i := 0
	var keep pages
	var salt, body sql.RawBytes
	for rs.Next() {
		var seq int64
		var p StoredPart
		if err := rs.Scan(&seq, &p.Name, &salt, &body); err != nil {
			return err
		}
		p.Salt, p.Body = keep.copy(salt), keep.copy(body)
		for i < len(out) && out[i].Seq < seq {
			i++
		}
		if i < len(out) && out[i].Seq == seq {
			out[i].Parts = append(out[i].Parts, p)
		}
	}
	return rs.Err()
}

// Without returns the record without the parts named.
func (s Stored) Without(parts []string) Stored {
	s.Parts = slices.DeleteFunc(slices.Clone(s.Parts), func(p StoredPart) bool { return slices.Contains(parts, p.Name) })
	return s
}

// Decode reads a record's head and parts.
func (s *Stored) Decode() (ledger.Head, *matter.Record, error) {
	h, err := ledger.ParseHead(s.Head)
	if err != nil {
		return h, nil, fmt.Errorf("record %d: %w", s.Seq, err)
	}
	r := &matter.Record{}
	if err := s.DecodeParts(&h, r); err != nil {
		return h, nil, err
	}
	return h, r, nil
}

// DecodeParts reads the parts of a record whose head is h into r, whatever r held before.
func (s *Stored) DecodeParts(h *ledger.Head, r *matter.Record) (err error) {
	*r = matter.Record{Seq: s.Seq, Number: h.Number, Step: h.Step}
	for _, p := range s.Parts {
		switch p.Name {
		case matter.PartEffects:
			r.Effects, err = matter.DecodeEffects(p.Body)
		case matter.PartOpen:
			r.Open, err = matter.DecodeWords(p.Body)
		case matter.PartPersonal:
			r.Personal, err = matter.DecodeWords(p.Body)
		case matter.PartSealed:
			r.Sealed, err = matter.DecodeWords(p.Body)
		case matter.PartFiles:
			r.Files, err = matter.DecodeFiles(p.Body)
		default:
			err = fmt.Errorf("no part is called %q", p.Name)
		}
		if err != nil {
			return fmt.Errorf("record %d, part %s: %w", s.Seq, p.Name, err)
		}
	}
	r.Reason = r.Open.Reason
	return nil
}

// Erased names the parts the head commits to and the record no longer has.
func (s *Stored) Erased(h *ledger.Head) []string {
	var names []string
	for i := range h.Parts {
		name := ledger.Part(i).String()
		if h.Parts[i] == (ledger.Digest{}) {
			continue
		}
		if !slices.ContainsFunc(s.Parts, func(p StoredPart) bool { return p.Name == name }) {
			names = append(names, name)
		}
	}
	return names
}
