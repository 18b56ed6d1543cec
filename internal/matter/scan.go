package matter

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// reader walks the JSON of a part. It is ours and not encoding/json because verify reads parts by the hundred thousand,
// and because encoding/json quietly takes a member twice, null for everything, and broken text. The first error stays:
// from then on the reader is at the end and gives zero values.
type reader struct {
	b     []byte
	i     int
	depth int
	err   error
}

// maxNesting bounds nesting: a list of rows in a field goes five deep, foreign bytes may try more.
const maxNesting = 64

var (
	errSyntax = errors.New("not JSON")
	errTwice  = errors.New("a member is there twice")
	errRange  = errors.New("a number out of range")
)

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = fmt.Errorf("at byte %d: %w", r.i, err)
	}
	r.i = len(r.b)
}

// peek returns the next byte that is no white space, 0 at the end.
func (r *reader) peek() byte {
	for r.i < len(r.b) {
		switch c := r.b[r.i]; c {
		case ' ', '\t', '\n', '\r':
			r.i++
		default:
			return c
		}
	}
	return 0
}

// take passes over c if it is next.
func (r *reader) take(c byte) bool {
	if r.peek() != c || r.i >= len(r.b) {
		return false
	}
	r.i++
	return true
}

func (r *reader) want(c byte) {
	if !r.take(c) {
		r.fail(errSyntax)
	}
}

// end is the error of the whole; nothing may follow.
func (r *reader) end() error {
	if r.err == nil && (r.peek() != 0 || r.i < len(r.b)) {
		r.fail(errors.New("more than one JSON value"))
	}
	return r.err
}

func (r *reader) deeper() bool {
	r.depth++
	if r.depth > maxNesting {
		r.fail(errors.New("nested too deeply"))
		return false
	}
	return true
}

// object calls member for each member; what member does not know is an error, and so is a member that comes twice.
func (r *reader) object(member func(key []byte) bool) {
	if !r.deeper() {
		return
	}
	defer func() { r.depth-- }()
	r.want('{')
	if r.err != nil || r.take('}') {
		return
	}
	var few [24][]byte
	seen, ascending := few[:0], true
	for r.err == nil {
		r.peek()
		key := r.raw()
		r.want(':')
		if r.err != nil {
			return
		}
		// Canonical members ascend: then no earlier one can be the same.
		ascending = ascending && (len(seen) == 0 || string(seen[len(seen)-1]) < string(key))
		if !ascending && slices.ContainsFunc(seen, func(k []byte) bool { return string(k) == string(key) }) {
			r.fail(fmt.Errorf("%w: %q", errTwice, key))
			return
		}
		seen = append(seen, key)
		if !member(key) {
			r.fail(fmt.Errorf("no member is called %q", key))
			return
		}
		if !r.take(',') {
			r.want('}')
			return
		}
	}
}

// array calls element at each element.
func (r *reader) array(element func()) {
	if !r.deeper() {
		return
	}
	defer func() { r.depth-- }()
	r.want('[')
	if r.err != nil || r.take(']') {
		return
	}
	for r.err == nil {
		element()
		if !r.take(',') {
			r.want(']')
			return
		}
	}
}

// text takes a string.
func (r *reader) text() string {
	r.peek()
	return string(r.raw())
}

// raw is a string without a copy where it holds no escape.
func (r *reader) raw() []byte {
	if r.i >= len(r.b) || r.b[r.i] != '"' {
		r.fail(errSyntax)
		return nil
	}
	r.i++
	from, ascii := r.i, true
	for r.i < len(r.b) {
		switch c := r.b[r.i]; {
		case c == '"':
			s := r.b[from:r.i]
			r.i++
			if !ascii && !utf8.Valid(s) {
				r.fail(errSyntax)
				return nil
			}
			return s
		case c == '\\':
			return r.escaped(from)
		case c < 0x20:
			r.fail(errSyntax)
			return nil
		case c >= utf8.RuneSelf:
			ascii = false
		}
		r.i++
	}
	r.fail(errSyntax)
	return nil
}

// escaped goes on with a string at its first backslash.
func (r *reader) escaped(from int) []byte {
	out := slices.Clone(r.b[from:r.i])
	for r.i < len(r.b) {
		c := r.b[r.i]
		r.i++
		switch {
		case c == '"':
			if !utf8.Valid(out) {
				r.fail(errSyntax)
				return nil
			}
			return out
		case c < 0x20:
			r.fail(errSyntax)
			return nil
		case c != '\\':
			out = append(out, c)
			continue
		}
		if r.i == len(r.b) {
			break
		}
		c = r.b[r.i]
		r.i++
		switch c {
		case '"', '\\', '/':
			out = append(out, c)
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			out = utf8.AppendRune(out, r.unit())
		default:
			r.fail(errSyntax)
			return nil
		}
		if r.err != nil {
			return nil
		}
	}
	r.fail(errSyntax)
	return nil
}

// unit takes the four digits of \u, and the second half where they are the first of a pair.
func (r *reader) unit() rune {
	c := r.hex4()
	if !utf16.IsSurrogate(c) {
		return c
	}
	if r.i+2 > len(r.b) || r.b[r.i] != '\\' || r.b[r.i+1] != 'u' {
		r.fail(errSyntax)
		return 0
	}
	r.i += 2
	c = utf16.DecodeRune(c, r.hex4())
	if c == utf8.RuneError {
		r.fail(errSyntax)
	}
	return c
}

func (r *reader) hex4() rune {
	if r.i+4 > len(r.b) {
		r.fail(errSyntax)
		return 0
	}
	n, err := strconv.ParseUint(string(r.b[r.i:r.i+4]), 16, 16)
	if err != nil {
		r.fail(errSyntax)
		return 0
	}
	r.i += 4
	return rune(n)
}

// whole takes a whole number, in the one form there is for it.
func (r *reader) whole() int64 {
	c := r.peek()
	minus := c == '-'
	if minus {
		r.i++
	}
	from := r.i
	var n uint64
	for r.i < len(r.b) && '0' <= r.b[r.i] && r.b[r.i] <= '9' {
		if n > (1<<63)/10 {
			r.fail(errRange)
			return 0
		}
		n = n*10 + uint64(r.b[r.i]-'0')
		r.i++
	}
	switch digits := r.i - from; {
	case digits == 0, r.b[from] == '0' && (digits > 1 || minus):
		r.fail(errSyntax)
		return 0
	case n > 1<<63, n == 1<<63 && !minus:
		r.fail(errRange)
		return 0
	}
	if minus {
		return -int64(n)
	}
	return int64(n)
}

// truth takes true or false.
func (r *reader) truth() bool {
	if r.peek() == 't' {
		r.word("true")
		return true
	}
	r.word("false")
	return false
}

func (r *reader) word(w string) {
	if len(r.b)-r.i < len(w) || string(r.b[r.i:r.i+len(w)]) != w {
		r.fail(errSyntax)
		return
	}
	r.i += len(w)
}

func (r *reader) flags() Flags {
	n := r.whole()
	if n < 0 || n > 0xff {
		r.fail(errRange)
	}
	return Flags(n)
}

func (r *reader) texts() (list []string) {
	r.array(func() { list = append(list, r.text()) })
	return list
}

func (r *reader) wholes() (list []int64) {
	r.array(func() { list = append(list, r.whole()) })
	return list
}

// readList takes a list of objects.
func readList[T any](r *reader, members func(*T, []byte) bool) (list []T) {
	r.array(func() {
		var t T
		r.object(func(key []byte) bool { return members(&t, key) })
		list = append(list, t)
	})
	return list
}
