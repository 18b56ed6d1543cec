package ledger

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner walks JSON text. It is ours and not encoding/json because heads are read by the hundred thousand in verify,
// and because encoding/json quietly takes a key twice and repairs broken text.
type scanner struct {
	b     []byte
	i     int
	space bool // white space between tokens is allowed
}

func (s *scanner) skip() {
	for s.space && s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\t', '\n', '\r':
			s.i++
		default:
			return
		}
	}
}

// peek returns the next byte, 0 at the end.
func (s *scanner) peek() byte {
	s.skip()
	if s.i < len(s.b) {
		return s.b[s.i]
	}
	return 0
}

func (s *scanner) take(c byte) bool {
	if s.peek() != c || s.i >= len(s.b) {
		return false
	}
	s.i++
	return true
}

func (s *scanner) word(w string) error {
	if !bytes.HasPrefix(s.b[s.i:], []byte(w)) {
		return errSyntax
	}
	s.i += len(w)
	return nil
}

// numberText takes what looks like a number; JSON's own rule against leading zeros and bare points is kept by the
// callers, who compare with the one form they would write.
func (s *scanner) numberText() string {
	s.skip()
	from := s.i
	for s.i < len(s.b) {
		switch c := s.b[s.i]; {
		case '0' <= c && c <= '9', c == '-', c == '+', c == '.', c == 'e', c == 'E':
			s.i++
			continue
		}
		break
	}
	return string(s.b[from:s.i])
}

// whole takes a whole number in the form AppendInt writes.
func (s *scanner) whole() (int64, error) {
	s.skip()
	from := s.i
	for s.i < len(s.b) && (s.b[s.i] == '-' || '0' <= s.b[s.i] && s.b[s.i] <= '9') {
		s.i++
	}
	n, err := strconv.ParseInt(string(s.b[from:s.i]), 10, 64)
	var buf [20]byte
	if err != nil || n > MaxInt || n < -MaxInt || !bytes.Equal(AppendInt(buf[:0], n), s.b[from:s.i]) {
		s.i = from
		return 0, errForm
	}
	return n, nil
}

// text takes a string; plain says that it held no escape.
func (s *scanner) text() (v string, plain bool, err error) {
	b, plain, err := s.raw()
	return string(b), plain, err
}

// raw is text without a copy where none is needed: keys are compared and forgotten.
func (s *scanner) raw() (v []byte, plain bool, err error) {
	if !s.take('"') {
		return nil, false, errSyntax
	}
	from := s.i
	for s.i < len(s.b) {
		switch c := s.b[s.i]; {
		case c == '"':
			v := s.b[from:s.i]
			if !utf8.Valid(v) {
				return nil, false, errSyntax
			}
			s.i++
			return v, true, nil
		case c == '\\':
			v, err := s.escaped(from)
			return v, false, err
		case c < 0x20:
			return nil, false, errSyntax
		}
		s.i++
	}
	return nil, false, errSyntax
}

// escaped goes on with a string at its first backslash.
func (s *scanner) escaped(from int) ([]byte, error) {
	out := append([]byte(nil), s.b[from:s.i]...)
	for s.i < len(s.b) {
		c := s.b[s.i]
		s.i++
		switch {
		case c == '"':
			if !utf8.Valid(out) {
				return nil, errSyntax
			}
			return out, nil
		case c < 0x20:
			return nil, errSyntax
		case c != '\\':
			out = append(out, c)
			continue
		}
		if s.i >= len(s.b) {
			return nil, errSyntax
		}
		c = s.b[s.i]
		s.i++
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
			r, ok := s.hex4()
			if ok && utf16.IsSurrogate(r) {
				if !bytes.HasPrefix(s.b[s.i:], []byte(`\u`)) {
					return nil, errSyntax
				}
				s.i += 2
				var low rune
				low, ok = s.hex4()
				r = utf16.DecodeRune(r, low)
				ok = ok && r != utf8.RuneError // a pair never spells U+FFFD
			}
			if !ok {
				return nil, errSyntax
			}
			out = utf8.AppendRune(out, r)
		default:
			return nil, errSyntax
		}
	}
	return nil, errSyntax
}

func (s *scanner) hex4() (rune, bool) {
	if s.i+4 > len(s.b) {
		return 0, false
	}
	var r rune
	for _, c := range s.b[s.i : s.i+4] {
		d, ok := unhex(c)
		if !ok {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	s.i += 4
	return r, true
}

func unhex(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// object walks the keys of an object; each must take exactly its value. A key that comes twice is an error.
func (s *scanner) object(each func(key []byte) error) error {
	if !s.take('{') {
		return errSyntax
	}
	if s.take('}') {
		return nil
	}
	var seen [20][]byte // a head has 17 keys at most, everything else fewer
	for n := 0; ; n++ {
		key, _, err := s.raw()
		if err != nil {
			return err
		}
		if n == len(seen) {
			return errForm
		}
		for _, k := range seen[:n] {
			if bytes.Equal(k, key) {
				return errOrder
			}
		}
		seen[n] = key
		if !s.take(':') {
			return errSyntax
		}
		if err := each(key); err != nil {
			return err
		}
		if s.take(',') {
			continue
		}
		if s.take('}') {
			return nil
		}
		return errSyntax
	}
}

// array walks the elements of an array.
func (s *scanner) array(each func() error) error {
	if !s.take('[') {
		return errSyntax
	}
	if s.take(']') {
		return nil
	}
	for {
		if err := each(); err != nil {
			return err
		}
		if s.take(',') {
			continue
		}
		if s.take(']') {
			return nil
		}
		return errSyntax
	}
}

// end reports whether nothing but white space is left.
func (s *scanner) end() bool { return s.peek() == 0 && s.i >= len(s.b) }
