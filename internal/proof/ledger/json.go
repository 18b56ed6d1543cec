package ledger

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxInt is the largest whole number that RFC 8785 carries exactly (2^53 − 1); larger ones are written as strings.
const MaxInt = 1<<53 - 1

const hexDigits = "0123456789abcdef"

// AppendString appends s as a JSON string in the one form of RFC 8785: short escapes where there are some, \u00xx for
// the other control characters, everything else as it is. Bytes that are not UTF-8 become U+FFFD.
func AppendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				dst = append(dst, s[start:i]...)
				dst = append(dst, "\uFFFD"...)
				start = i + 1
			}
			i += n
			continue
		}
		if c >= 0x20 && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, s[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\b':
			dst = append(dst, '\\', 'b')
		case '\t':
			dst = append(dst, '\\', 't')
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\f':
			dst = append(dst, '\\', 'f')
		case '\r':
			dst = append(dst, '\\', 'r')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

// AppendInt appends a whole number. The caller keeps its size within MaxInt.
func AppendInt(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) }

// appendNumber appends a number as ECMAScript prints it, which is what RFC 8785 asks for.
func appendNumber(dst []byte, f float64) []byte {
	if f == 0 {
		return append(dst, '0') // minus zero too
	}
	form := byte('f')
	if a := math.Abs(f); a < 1e-6 || a >= 1e21 {
		form = 'e'
	}
	at := len(dst)
	dst = strconv.AppendFloat(dst, f, form, -1, 64)
	// Go pads the exponent to two digits, ECMAScript does not: 1e-07 becomes 1e-7.
	if n := len(dst); form == 'e' && n-at >= 4 && dst[n-4] == 'e' && dst[n-2] == '0' {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

// maxDepth bounds nesting, so that a hostile text cannot exhaust the stack.
const maxDepth = 64

// Canonical reports whether b is one JSON value in exactly the bytes of RFC 8785, which is what every head and part
// must be. The error says at which byte it stops being so.
func Canonical(b []byte) error {
	s := scanner{b: b}
	if err := s.canonical(0); err != nil {
		return fmt.Errorf("canonical json at byte %d: %w", s.i, err)
	}
	if s.i != len(b) {
		return fmt.Errorf("canonical json at byte %d: text after the value", s.i)
	}
	return nil
}

var (
	errSyntax  = errors.New("not JSON")
	errOrder   = errors.New("keys out of order or twice")
	errForm    = errors.New("not in canonical form")
	errNesting = errors.New("nested too deeply")
)

func (s *scanner) canonical(depth int) error {
	if depth > maxDepth {
		return errNesting
	}
	switch s.peek() {
	case '{':
		s.i++
		if s.take('}') {
			return nil
		}
		last, first := "", true
		for {
			key, err := s.canonicalString()
			if err != nil {
				return err
			}
			if !first && !lessUTF16(last, key) {
				return errOrder
			}
			last, first = key, false
			if !s.take(':') {
				return errSyntax
			}
			if err := s.canonical(depth + 1); err != nil {
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
	case '[':
		s.i++
		if s.take(']') {
			return nil
		}
		for {
			if err := s.canonical(depth + 1); err != nil {
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
	case '"':
		_, err := s.canonicalString()
		return err
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	default:
		from := s.i
		text := s.numberText()
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			s.i = from
			return errSyntax
		}
		var buf [32]byte
		if string(appendNumber(buf[:0], f)) != text {
			s.i = from
			return errForm
		}
		return nil
	}
}

func (s *scanner) canonicalString() (string, error) {
	from := s.i
	v, plain, err := s.text()
	if err != nil {
		return "", err
	}
	if !plain && string(AppendString(nil, v)) != string(s.b[from:s.i]) {
		s.i = from
		return "", errForm
	}
	return v, nil
}

// lessUTF16 is the order of keys in RFC 8785: by UTF-16 code units, which differs from the order of bytes only between
// U+E000–U+FFFF and what needs surrogates.
func lessUTF16(a, b string) bool {
	for len(a) > 0 && len(b) > 0 {
		ra, na := utf8.DecodeRuneInString(a)
		rb, nb := utf8.DecodeRuneInString(b)
		if ra != rb {
			return firstUnit(ra) < firstUnit(rb) || firstUnit(ra) == firstUnit(rb) && ra < rb
		}
		a, b = a[na:], b[nb:]
	}
	return len(a) < len(b)
}

func firstUnit(r rune) rune {
	if high, _ := utf16.EncodeRune(r); high != utf8.RuneError {
		return high
	}
	return r
}
