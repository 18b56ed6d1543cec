package move

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"strings"

	"zhunsheng/internal/store"
	"zhunsheng/internal/store/rows"
)

// digest stands for the bytes of a row, or for a number of rows as the sum of theirs. Its seeds are drawn anew for every
// verify and never leave it: nobody can make rows beforehand that add up to the same.
type digest [2]uint64

func (d *digest) add(o digest)  { d[0] += o[0]; d[1] += o[1] }
func (d *digest) take(o digest) { d[0] -= o[0]; d[1] -= o[1] }

type seeds [2]maphash.Seed

func newSeeds() seeds { return seeds{maphash.MakeSeed(), maphash.MakeSeed()} }

func (s *seeds) of(b []byte) digest {
	return digest{maphash.Bytes(s[0], b), maphash.Bytes(s[1], b)}
}

// sums is what whole tables should hold by the records, as one digest a table. Where it is not that of the table, the
// records are gone through again with an image of the tables concerned, which names the rows: that way a sound database is
// proved with little memory and no row is looked up.
type sums struct {
	seeds  seeds
	plain  map[string]*digest
	kept   map[string]map[digest]digest // rows by key, of tables whose rows may be replaced
	tally  map[string]int64
	totals map[string]digest
	buf    []byte
}

// plainTables have rows that come once and go, if at all, as a whole: they need no look-up. A file's use carries the seq
// of its record; the rows of matters are all added at the end.
var plainTables = map[string]bool{"matter": true, "fact": true, "facet": true, "file_use": true, "todo": true}

func newSums(s seeds) *sums {
	k := &sums{seeds: s, plain: map[string]*digest{}, kept: map[string]map[digest]digest{}, tally: map[string]int64{}}
	for table := range tableOps {
		if plainTables[table] {
			k.plain[table] = &digest{}
		} else {
			k.kept[table] = map[digest]digest{}
		}
	}
	return k
}

// apply does with digests what the writer does with rows.
func (k *sums) apply(s *rows.Set) error {
	var first error
	for i := range operations {
		o, l := operations[i].op, &operations[i].layout
		if s.Len(o) == 0 {
			continue
		}
		effect := o.Effect()
		if sum := k.plain[l.table]; sum != nil {
			s.Each(o, func(row []any) {
				if d := k.row(l, row); effect == rows.Removes {
					sum.take(d)
				} else {
					sum.add(d)
				}
			})
			continue
		}
		t := k.kept[l.table]
		s.Each(o, func(row []any) {
			key := k.values(row[:l.keys], -1)
			if effect == rows.Adds {
				k.tally[string(k.buf)] += row[len(row)-1].(int64)
				return
			}
			_, there := t[key]
			switch effect {
			case rows.Removes:
				delete(t, key)
				return
			case rows.Keeps:
				if there {
					return
				}
			case rows.Makes:
				if there && first == nil {
					first = fmt.Errorf("%s %s is there twice", l.table, l.words(row))
				}
			}
			t[key] = k.row(l, row)
		})
	}
	return first
}

// values is the digest of values, which stay in buf.
func (k *sums) values(row []any, skip int) digest {
	k.buf = k.buf[:0]
	for i, v := range row {
		if i != skip {
			k.buf = appendValue(k.buf, v)
		}
	}
	return k.seeds.of(k.buf)
}

func (k *sums) row(l *layout, row []any) digest { return k.values(row, l.skip) }

// settle adds up the digests of every table.
func (k *sums) settle() {
	k.totals = map[string]digest{}
	for table, sum := range k.plain {
		k.totals[table] = *sum
	}
	for table, t := range k.kept {
		var total digest
		for _, d := range t {
			total.add(d)
		}
		k.totals[table] = total
	}
	total := k.totals[tallyTable]
	for key, sum := range k.tally {
		k.buf = binary.AppendVarint(append(k.buf[:0], key...), sum)
		total.add(k.seeds.of(k.buf))
	}
	k.totals[tallyTable] = total
}

// tableSum adds up the digests of the rows a table holds.
func tableSum(ctx context.Context, q rows.Querier, s seeds, table string) (total digest, err error) {
	l := layoutOf(table)
	names := make([]string, 0, len(l.names))
	w := &rowBytes{}
	dest := make([]any, 0, len(l.names))
	for i, name := range l.names {
		if i != l.skip {
			names = append(names, name)
			dest = append(dest, &byteCell{l.kinds[i], w})
		}
	}
	rs, err := q.Query(ctx, "SELECT "+strings.Join(names, ", ")+" FROM "+table)
	if err != nil {
		return digest{}, fmt.Errorf("read %s: %w", table, err)
	}
	defer func() { _ = rs.Close() }() // Err below tells whether reading ended well
	for rs.Next() {
		w.b = w.b[:0]
		if err := rs.Scan(dest...); err != nil {
			return digest{}, fmt.Errorf("read %s: %w", table, err)
		}
		total.add(s.of(w.b))
	}
	if err := rs.Err(); err != nil {
		return digest{}, fmt.Errorf("read %s: %w", table, err)
	}
	return total, nil
}

// rowBytes is the row being read, as appendValue writes it.
type rowBytes struct{ b []byte }

// byteCell appends a column to the row.
type byteCell struct {
	kind byte
	row  *rowBytes
}

// stranger stands before a value of the wrong kind: no length and no number begins like it.
const stranger = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"

// Scan takes a value from the driver.
func (c *byteCell) Scan(src any) error {
	b := c.row.b
	switch v := src.(type) {
	case int64:
		if c.kind != 'i' {
			b = append(b, stranger...)
		}
		b = binary.AppendVarint(b, v)
	case string:
		if c.kind != 't' {
			b = append(b, stranger...)
		}
		b = append(binary.AppendUvarint(b, uint64(len(v))), v...)
	case []byte:
		// PostgreSQL gives texts this way too.
		if c.kind == 'i' {
			b = append(b, stranger...)
		}
		b = append(binary.AppendUvarint(b, uint64(len(v))), v...)
	case nil: // SQLite gives an empty blob this way; no column takes NULL
		if c.kind != 'b' {
			b = append(b, stranger...)
		}
		b = append(b, 0)
	default:
		b = fmt.Appendf(append(b, stranger...), "%T %v", src, src)
	}
	c.row.b = b
	return nil
}

// state is the row of head that tells whether two snapshots hold the same truth.
type state struct {
	size, at, epoch int64
	frontier        string
}

func readState(ctx context.Context, tx *store.Tx) (s state, err error) {
	err = tx.Row(ctx, "SELECT size, frontier, at, epoch FROM head WHERE id = 1").Scan(&s.size, &s.frontier, &s.at, &s.epoch)
	return s, err
}
