package source

import (
	"fmt"
	"slices"
	"strings"
)

func (n *Node) json(b *strings.Builder, skip func(string) bool, under string) {
	switch n.Kind {
	case Scalar:
		quote(b, n.Text)
	case List:
		b.WriteByte('[')
		for i, v := range n.Values {
			if i > 0 {
				b.WriteByte(',')
			}
			v.json(b, skip, "")
		}
		b.WriteByte(']')
	case Map:
		order := make([]int, 0, len(n.Keys))
		for i, k := range n.Keys {
			if skip == nil || slices.Contains(named, under) || !skip(k.Text) {
				order = append(order, i)
			}
		}
		if skip != nil { // the digest does not see order, the kept text does
			slices.SortFunc(order, func(a, c int) int { return strings.Compare(n.Keys[a].Text, n.Keys[c].Text) })
		}
		b.WriteByte('{')
		for j, i := range order {
			if j > 0 {
				b.WriteByte(',')
			}
			quote(b, n.Keys[i].Text)
			b.WriteByte(':')
			n.Values[i].json(b, skip, n.Keys[i].Text)
		}
		b.WriteByte('}')
	default:
		b.WriteString("null")
	}
}

func quote(b *strings.Builder, s string) {
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < 0x20 || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 || r == 0xfeff:
			fmt.Fprintf(b, "\\u%04x", r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}
