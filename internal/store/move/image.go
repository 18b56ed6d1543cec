package move

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/store/rows"
)

// image is what the tables should hold by the records: a row by key, by table. Verify keeps digests of the rows, rebuild
// the rows themselves.
type image struct {
	whole  bool
	only   map[string]bool // tables of interest, nil: all
	tables map[string]map[string]string
	sums   map[string]int64 // of tally, by key
	buf    []byte
}

func newImage(whole bool) *image {
	im := &image{whole: whole, tables: map[string]map[string]string{}, sums: map[string]int64{}}
	for name := range tableOps {
		im.tables[name] = map[string]string{}
	}
	return im
}

// tableOps gives by table the operation with all its columns.
var tableOps = rows.Whole()

// hidden columns are no truth: they are neither compared nor rebuilt.
var hidden = map[string]string{"matter": "cache"}

// layout is how a row of a table is taken apart.
type layout struct {
	table string
	names []string
	kinds string
	keys  int
	skip  int // place of the hidden column, -1 none
}

func layoutOf(table string) layout {
	o := tableOps[table]
	l := layout{table: table, kinds: o.Kinds(), skip: -1}
	l.names, l.keys = o.Columns()
	if h := hidden[table]; h != "" {
		l.skip = slices.Index(l.names, h)
	}
	return l
}

// operation is a way of writing to a table that is compared.
type operation struct {
	op     rows.Op
	layout layout
}

// operations holds them in the order a batch runs them.
var operations = func() (list []operation) {
	for o := range rows.Ops() {
		if _, ok := tableOps[o.Table()]; ok {
			l := layoutOf(o.Table())
			names, keys := o.Columns()
			l.names, l.kinds, l.keys = names, o.Kinds(), keys
			list = append(list, operation{o, l})
		}
	}
	return list
}()

const tallyTable = "tally"

// appendValue writes a value so that no two rows have the same bytes.
func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case int64:
		return binary.AppendVarint(b, v)
	case string:
		return append(binary.AppendUvarint(b, uint64(len(v))), v...)
	case []byte:
		return append(binary.AppendUvarint(b, uint64(len(v))), v...)
	}
	panic(fmt.Sprintf("a row holds a %T", v)) // rows are made by package rows alone
}

// key and row take a row apart.
func (im *image) key(l *layout, row []any) string {
	im.buf = im.buf[:0]
	for _, v := range row[:l.keys] {
		im.buf = appendValue(im.buf, v)
	}
	return string(im.buf)
}

func (im *image) row(l *layout, row []any) string {
	im.buf = im.buf[:0]
	for i, v := range row {
		if i != l.skip {
			im.buf = appendValue(im.buf, v)
		}
	}
	if im.whole {
		return string(im.buf)
	}
	if len(im.buf) <= sha256.Size/2 {
		return string(im.buf)
	}
	sum := sha256.Sum256(im.buf)
	return string(sum[:16])
}

// apply does what the writer does with a set; it reports the first row that could not have been written.
func (im *image) apply(s *rows.Set) error {
	var first error
	for i := range operations {
		o, l := operations[i].op, &operations[i].layout
		if s.Len(o) == 0 || im.only != nil && !im.only[l.table] {
			continue
		}
		t := im.tables[l.table]
		s.Each(o, func(row []any) {
			key := im.key(l, row)
			_, there := t[key]
			switch o.Effect() {
			case rows.Makes:
				if there && first == nil {
					first = fmt.Errorf("%s %s is there twice", l.table, l.words(row))
				}
				t[key] = im.row(l, row)
			case rows.Keeps:
				if !there {
					t[key] = im.row(l, row)
				}
			case rows.Sets:
				t[key] = im.row(l, row)
			case rows.Removes:
				delete(t, key)
			case rows.Adds:
				im.sums[key] += row[len(row)-1].(int64)
			}
		})
	}
	return first
}

// settle turns the sums into rows of tally.
func (im *image) settle() {
	t := im.tables[tallyTable]
	for key, sum := range im.sums {
		im.buf = append(im.buf[:0], key...)
		im.buf = appendValue(im.buf, sum)
		if im.whole || len(im.buf) <= sha256.Size/2 {
			t[key] = string(im.buf)
			continue
		}
		digest := sha256.Sum256(im.buf)
		t[key] = string(digest[:16])
	}
}

// words writes the key of a row for people: matter=12 unit=3.
func (l *layout) words(row []any) string {
	var b strings.Builder
	for i := range l.keys {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%s=%v", l.names[i], row[i])
	}
	return b.String()
}

// decode takes bytes that appendValue wrote back into n values of the layout.
func (l *layout) decode(b string, n int) []any {
	row := make([]any, n)
	for i := range row {
		if i == l.skip {
			row[i] = []byte{}
			continue
		}
		switch l.kinds[i] {
		case 'i':
			v, size := binary.Varint([]byte(b[:min(len(b), binary.MaxVarintLen64)]))
			row[i], b = v, b[size:]
		default:
			length, size := binary.Uvarint([]byte(b[:min(len(b), binary.MaxVarintLen64)]))
			text := b[size : size+int(length)]
			b = b[size+int(length):]
			if l.kinds[i] == 'b' {
				row[i] = []byte(text)
			} else {
				row[i] = text
			}
		}
	}
	return row
}

// each visits the rows of a table as the database has them.
func each(ctx context.Context, q rows.Querier, table string, fn func(l *layout, row []any) error) (err error) {
	l := layoutOf(table)
	rs, err := q.Query(ctx, "SELECT "+strings.Join(l.names, ", ")+" FROM "+table)
	if err != nil {
		return fmt.Errorf("read %s: %w", table, err)
	}
	defer func() { _ = rs.Close() }() // Err below tells whether reading ended well
	row, dest := make([]any, len(l.names)), make([]any, len(l.names))
	for i := range dest {
		dest[i] = &cell{kind: l.kinds[i], value: &row[i]}
	}
	for rs.Next() {
		if err := rs.Scan(dest...); err != nil {
			return fmt.Errorf("read %s: %w", table, err)
		}
		if err := fn(&l, row); err != nil {
			return err
		}
	}
	if err := rs.Err(); err != nil {
		return fmt.Errorf("read %s: %w", table, err)
	}
	return nil
}

// cell scans a column as what it should be. Something else (a text in a number column of SQLite) is kept so that it
// differs from every right value.
type cell struct {
	kind  byte
	value *any
}

// Scan takes a value from the driver.
func (c *cell) Scan(src any) error {
	switch v := src.(type) {
	case nil: // SQLite gives an empty blob this way; no column takes NULL
		*c.value = []byte{}
		if c.kind != 'b' {
			*c.value = "null"
		}
	case int64:
		*c.value = v
		if c.kind != 'i' {
			*c.value = "number " + strconv.FormatInt(v, 10)
		}
	case string:
		*c.value = v
		if c.kind == 'b' {
			*c.value = []byte("text " + v)
		}
	case []byte:
		if c.kind == 't' {
			*c.value = string(v)
		} else {
			*c.value = slices.Clone(v)
		}
	default:
		*c.value = fmt.Sprintf("%T %v", src, src)
	}
	return nil
}
