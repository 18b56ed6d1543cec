package write

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"

	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/rows"
)

// guarded is what the one query under the lock found, and what the batch has changed since.
type guarded struct {
	matters map[int64]version
	entries map[int64]version
	keys    map[EntryKey]int64
	first   map[string]*job  // by request: nil where it was done in an earlier batch
	seqs    map[string]int64 // of those
	issued  map[string]bool  // series that moved in this batch
	moved   map[int64]int64  // matter → seq of the act in this batch
	turned  map[int64]int64  // matter that closed or opened again in this batch → seq
	changed map[int64]int64  // entry → seq, likewise
}

type version struct {
	version, seq int64
	open         bool // of matters
}

// guardText asks for everything the guards of a batch need: matters and entries by number, entries by key, requests
// already done, and the last numbers of series not in memory.
func guardText(d store.Dialect) string {
	return "SELECT 'm' AS what, no, version, seq, CASE WHEN open = 1 THEN 'open' ELSE '' END AS a, '' AS b FROM matter WHERE no IN (" + d.Ints("$1") + ")" +
		" UNION ALL SELECT 'e', no, version, seq, '', '' FROM entry WHERE no IN (" + d.Ints("$2") + ")" +
		" UNION ALL SELECT 'k', 0, 0, seq, register, key FROM entry WHERE register IN (" + d.Texts("$3") + ") AND key IN (" +
		d.Texts("$4") + ")" +
		" UNION ALL SELECT 'o', 0, 0, seq, request, '' FROM once WHERE request IN (" + d.Texts("$5") + ")" +
		" UNION ALL SELECT 'n', 0, 0, last, series, '' FROM number WHERE series IN (" + d.Texts("$6") + ")"
}

func (w *Writer) guards(ctx context.Context, s *session, batch []*job) (*guarded, error) {
	g := &guarded{
		matters: map[int64]version{}, entries: map[int64]version{}, keys: map[EntryKey]int64{}, first: map[string]*job{},
		seqs: map[string]int64{}, issued: map[string]bool{}, moved: map[int64]int64{}, turned: map[int64]int64{}, changed: map[int64]int64{},
	}
	var matters, entries []int64
	var registers, keys, requests, series []string
	for _, j := range batch {
		c := j.c
		if c.Guards.Matter != 0 {
			matters = append(matters, c.Guards.Matter)
		}
		for _, o := range c.Guards.Others {
			matters = append(matters, o.No)
		}
		for _, e := range c.Guards.Entries {
			entries = append(entries, e.No)
		}
		if k := c.Guards.Key; k != nil {
			registers, keys = append(registers, k.Register), append(keys, k.Key)
		}
		if c.Request != "" {
			requests = append(requests, c.Request)
		}
		name := j.series
		if name == "" && c.Head.Number != "" {
			name, _, _ = rows.SeriesOf(c.Head.Number)
		}
		if _, known := s.numbers[name]; name != "" && !known {
			series = append(series, name)
		}
	}
	if len(matters)+len(entries)+len(keys)+len(requests)+len(series) == 0 {
		return g, nil
	}
	d := w.db.Dialect
	rs, err := s.out.Query(ctx, guardText(d), d.IntsArg(matters), d.IntsArg(entries), d.TextsArg(registers), d.TextsArg(keys),
		d.TextsArg(requests), d.TextsArg(series))
	if err != nil {
		return nil, fmt.Errorf("read guards: %w", err)
	}
	defer func() { _ = rs.Close() }() // Err below tells whether reading ended well
	for rs.Next() {
		var what, a, b string
		var no, v, seq int64
		if err := rs.Scan(&what, &no, &v, &seq, &a, &b); err != nil {
			return nil, fmt.Errorf("read guards: %w", err)
		}
		switch what {
		case "m":
			g.matters[no] = version{v, seq, a != ""}
		case "e":
			g.entries[no] = version{version: v, seq: seq}
		case "k":
			g.keys[EntryKey{a, b}] = seq
		case "o":
			g.first[a], g.seqs[a] = nil, seq
		case "n":
			s.numbers[a] = seq
		}
	}
	if err := rs.Err(); err != nil {
		return nil, fmt.Errorf("read guards: %w", err)
	}
	return g, nil
}

// check returns the first guard of an act that does not hold.
func (g *guarded) check(j *job, h head) *Conflict {
	c := &j.c.Guards
	if c.Matter != 0 {
		if seq := g.moved[c.Matter]; seq != 0 {
			return &Conflict{Matter: c.Matter, Seq: seq}
		}
		if v := g.matters[c.Matter]; v.version != c.MatterVersion {
			return &Conflict{Matter: c.Matter, Seq: v.seq}
		}
	}
	for _, o := range c.Others {
		if seq := g.turned[o.No]; seq != 0 {
			return &Conflict{Matter: o.No, Seq: seq}
		}
		if v := g.matters[o.No]; v.open != o.Open {
			return &Conflict{Matter: o.No, Seq: v.seq}
		}
	}
	for _, e := range c.Entries {
		if seq := g.changed[e.No]; seq != 0 {
			return &Conflict{Entry: e.No, Seq: seq}
		}
		if v := g.entries[e.No]; v.version != e.Version {
			return &Conflict{Entry: e.No, Seq: v.seq}
		}
	}
	if c.Key != nil {
		if seq, ok := g.keys[*c.Key]; ok {
			return &Conflict{Key: c.Key.Key, Seq: seq}
		}
	}
	if c.Epoch != 0 && c.Epoch != h.epoch {
		return &Conflict{Epoch: true}
	}
	return nil
}

// passed notes what an act of this batch has changed, so that a later one thought out before is told.
func (g *guarded) passed(j *job) {
	c := j.c
	seq := j.result.done.Seq
	if c.Request != "" {
		g.first[c.Request] = j
	}
	if j.matter != 0 {
		g.moved[j.matter] = seq
		if c.Prev != nil && c.Next != nil && c.Prev.Open != c.Next.Open {
			g.turned[j.matter] = seq
		}
	}
	if c.Entry != nil {
		if c.EntryBefore != nil {
			g.changed[c.EntryBefore.No] = seq
		}
		g.keys[EntryKey{c.Entry.Register, c.Entry.Key}] = seq
	}
}

// repeats tells whether an act was done before, in an earlier batch or in this one, and gives it the first result.
func (g *guarded) repeats(j *job) bool {
	if j.c.Request == "" {
		return false
	}
	first, ok := g.first[j.c.Request]
	switch {
	case !ok:
		return false
	case first != nil:
		j.result = first.result
		j.result.done.Repeated = true
	default:
		j.result = outcome{repeat: g.seqs[j.c.Request]}
	}
	return true
}

// first reads the result of an act that was done before.
func (w *Writer) first(ctx context.Context, seq int64) (Done, error) {
	d := Done{Seq: seq, Repeated: true}
	var text string
	err := w.db.Read(ctx, func(tx *store.Tx) error {
		return tx.Row(ctx, "SELECT head FROM record WHERE seq = $1", seq).Scan(&text)
	})
	if err != nil {
		return Done{}, fmt.Errorf("read first result: %w", err)
	}
	h, err := ledger.ParseHead([]byte(text))
	if err != nil {
		return Done{}, fmt.Errorf("read first result: %w", err)
	}
	d.At, d.Number, d.Leaf, d.HeadDigest = h.At, h.Number, ledger.LeafHash([]byte(text)), sha256.Sum256([]byte(text))
	return d, nil
}

// source gives the stored hashes of the log to package ledger.
type source struct {
	ctx context.Context
	out *rows.Out
}

// Leaves returns the leaf hashes [from, to).
func (s source) Leaves(from, to int64) (hashes []ledger.Hash, err error) {
	rs, err := s.out.Query(s.ctx, "SELECT leaf FROM record WHERE seq > $1 AND seq <= $2 ORDER BY seq", from, to)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rs.Close()) }()
	for rs.Next() {
		var leaf sql.RawBytes
		if err := rs.Scan(&leaf); err != nil {
			return nil, err
		}
		if len(leaf) != len(ledger.Hash{}) {
			return nil, errors.New("a leaf is not a hash")
		}
		hashes = append(hashes, ledger.Hash(leaf))
	}
	return hashes, rs.Err()
}

// Tile returns the stored hashes of a tile.
func (s source) Tile(level int, n int64) (hashes []byte, err error) {
	rs, err := s.out.Query(s.ctx, "SELECT hashes FROM tile WHERE level = $1 AND n = $2", int64(level), n)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rs.Close()) }()
	for rs.Next() {
		if err := rs.Scan(&hashes); err != nil {
			return nil, err
		}
	}
	return hashes, rs.Err()
}
