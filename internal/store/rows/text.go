package rows

import (
	"slices"
	"strconv"
	"strings"
)

// sizes are the numbers of rows that statements are made for on SQLite, so that prepared statements stay few; a smaller
// number is filled up with rows of NULL, which write nothing. On PostgreSQL rows come as one array a column, and one
// text takes any number.
var sizes = [...]int{1, 4, 16, 64, 256, 1024}

func sizeFor(n int) int {
	for _, s := range sizes {
		if n <= s {
			return s
		}
	}
	return sizes[len(sizes)-1]
}

// text is the statement of an operation for n rows.
func (o *op) text(postgres bool, n int) string {
	var b strings.Builder
	names := make([]string, len(o.table.columns))
	for i, c := range o.table.columns {
		names[i] = c.name
	}
	columns := strings.Join(names, ", ")
	source := o.source(postgres, n, columns)
	key := strings.Join(names[:o.table.keys], ", ")
	switch o.mode {
	case remove:
		b.WriteString(source + " DELETE FROM " + o.table.Name + " WHERE (" + columns + ") IN (SELECT " + columns + " FROM v)")
	case update:
		b.WriteString(source + " UPDATE " + o.table.Name + " SET ")
		comma := ""
		for _, name := range names[o.table.keys:] {
			if slices.Contains(strings.Fields(o.fixed), name) {
				continue
			}
			b.WriteString(comma + name + " = v." + name)
			comma = ", "
		}
		b.WriteString(" FROM v WHERE ")
		for i, name := range names[:o.table.keys] {
			if i > 0 {
				b.WriteString(" AND ")
			}
			b.WriteString(o.table.Name + "." + name + " = v." + name)
		}
	default:
		b.WriteString(source + " INSERT INTO " + o.table.Name + " (" + columns + ") SELECT " + columns + " FROM v WHERE " + names[0] +
			" IS NOT NULL")
		switch o.mode {
		case ignore:
			b.WriteString(" ON CONFLICT (" + key + ") DO NOTHING")
		case put, add:
			b.WriteString(" ON CONFLICT (" + key + ") DO UPDATE SET ")
			for i, name := range names[o.table.keys:] {
				if i > 0 {
					b.WriteString(", ")
				}
				if o.mode == add {
					b.WriteString(name + " = " + o.table.Name + "." + name + " + excluded." + name)
				} else {
					b.WriteString(name + " = excluded." + name)
				}
			}
		}
	}
	return b.String()
}

// source names the rows v.
func (o *op) source(postgres bool, n int, columns string) string {
	var b strings.Builder
	b.WriteString("WITH v(" + columns + ") AS (")
	if postgres {
		b.WriteString("SELECT * FROM unnest(")
		for i, c := range o.table.columns {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString("$" + strconv.Itoa(i+1) + "::" + map[kind]string{'i': "bigint", 't': "text", 'b': "bytea"}[c.kind] + "[]")
		}
		b.WriteString("))")
		return b.String()
	}
	b.WriteString("VALUES ")
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for k := range o.table.columns {
			if k > 0 {
				b.WriteByte(',')
			}
			b.WriteByte('?')
		}
		b.WriteByte(')')
	}
	b.WriteByte(')')
	return b.String()
}
