package ledger

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"
)

// HeadVersion is the `v` of the heads this package writes.
const HeadVersion = 1

// Head is the part of a record that is hashed into the log and never erased. It holds no names and no words of people.
// Zero values are left out of its bytes. The writer fills Seq, At and Number under the lock, the caller the rest.
type Head struct {
	Seq       int64   // number of the record, from 1; its leaf index is Seq − 1
	Kind      string  // kind of record: open, act, correct, void, entry, erase, …
	Region    string  // administrative region code
	Unit      int64   // unit that acted, by its number
	Matter    string  // UUID of the matter
	Procedure string  // id of the procedure
	Def       Digest  // digest of the pinned definition
	Step      string  // id of the step
	Key       string  // element the step ran over, opaque
	N         int64   // which happening of the step for this key, from 1
	Legal     string  // legal date, YYYY-MM-DD, in China
	At        int64   // when it was recorded, microseconds since 1970 UTC
	By        By      // who acted
	Request   string  // what makes an act happen once: a UUID, or rule id and period
	Number    string  // number issued (文号), as it reads
	Parts     Digests // commitments of the parts
}

// By says who acted. All zero means the system itself (duties, deemed steps).
type By struct {
	Person int64  // person
	Post   int64  // post the person acted from
	For    int64  // post acted for under a delegation, leave cover or 代录
	Of     string // outsider whose act was entered, by the opaque id of the party or body
}

// IndexOf is the leaf index of the record with number seq.
func IndexOf(seq int64) int64 { return seq - 1 }

// Longest texts of a head in bytes; together they keep every head below MaxHead.
const (
	maxToken  = 64
	maxRegion = 32
	maxNumber = 256
	maxID     = 128
)

// Check reports the first field that may not stand in a head. The writer calls it before it takes the lock (with Seq
// and At still zero they are not looked at); a head that passes encodes to at most MaxHead bytes.
func (h *Head) Check() error {
	for _, t := range []struct {
		field, value string
		max          int
	}{
		{"kind", h.Kind, maxToken}, {"region", h.Region, maxRegion}, {"procedure", h.Procedure, maxToken},
		{"step", h.Step, maxToken}, {"key", h.Key, maxToken}, {"request", h.Request, maxID}, {"by.of", h.By.Of, maxToken},
	} {
		if !isToken(t.value, t.max) {
			return fmt.Errorf("head field %s: want at most %d visible ASCII characters without quote and backslash, got %q", t.field, t.max, t.value)
		}
	}
	if h.Kind == "" {
		return errors.New("head field kind: missing")
	}
	if h.Matter != "" && !isUUID(h.Matter) {
		return fmt.Errorf("head field matter: want a UUID in lower case, got %q", h.Matter)
	}
	if h.Legal != "" && !isDate(h.Legal) {
		return fmt.Errorf("head field legal: want YYYY-MM-DD, got %q", h.Legal)
	}
	if len(h.Number) > maxNumber || !isPrintable(h.Number) {
		return fmt.Errorf("head field number: want at most %d bytes without control characters, got %q", maxNumber, h.Number)
	}
	for _, n := range []struct {
		field string
		value int64
	}{
		{"seq", h.Seq}, {"unit", h.Unit}, {"n", h.N}, {"at", h.At},
		{"by.person", h.By.Person}, {"by.post", h.By.Post}, {"by.for", h.By.For},
	} {
		if n.value < 0 || n.value > MaxInt {
			return fmt.Errorf("head field %s: %d is out of range", n.field, n.value)
		}
	}
	return nil
}

// EncodeHead appends the head's canonical JSON (RFC 8785), the exact bytes that are hashed and stored. It takes well
// under two microseconds, since the writer calls it under the lock. The head must pass Check.
func EncodeHead(dst []byte, h *Head) []byte {
	dst = append(dst, '{')
	if h.At != 0 {
		dst = appendKey(dst, "at")
		dst = AppendInt(dst, h.At)
	}
	if h.By != (By{}) {
		dst = appendKey(dst, "by")
		dst = append(dst, '{')
		dst = appendIntField(dst, "for", h.By.For)
		dst = appendTokenField(dst, "of", h.By.Of)
		dst = appendIntField(dst, "person", h.By.Person)
		dst = appendIntField(dst, "post", h.By.Post)
		dst = append(dst, '}')
	}
	if h.Def != (Digest{}) {
		dst = appendKey(dst, "def")
		dst = appendDigest(dst, &h.Def)
	}
	dst = appendTokenField(dst, "key", h.Key)
	dst = appendTokenField(dst, "kind", h.Kind)
	dst = appendTokenField(dst, "legal", h.Legal)
	dst = appendTokenField(dst, "matter", h.Matter)
	dst = appendIntField(dst, "n", h.N)
	if h.Number != "" {
		dst = appendKey(dst, "number")
		dst = AppendString(dst, h.Number)
	}
	if h.Parts != (Digests{}) {
		dst = appendKey(dst, "parts")
		dst = append(dst, '{')
		for p := range h.Parts {
			if h.Parts[p] != (Digest{}) {
				dst = appendKey(dst, partNames[p])
				dst = appendDigest(dst, &h.Parts[p])
			}
		}
		dst = append(dst, '}')
	}
	dst = appendTokenField(dst, "procedure", h.Procedure)
	dst = appendTokenField(dst, "region", h.Region)
	dst = appendTokenField(dst, "request", h.Request)
	dst = appendIntField(dst, "seq", h.Seq)
	dst = appendTokenField(dst, "step", h.Step)
	dst = appendIntField(dst, "unit", h.Unit)
	dst = appendKey(dst, "v")
	dst = AppendInt(dst, HeadVersion)
	return append(dst, '}')
}

// ParseHead reads the bytes of a head. It takes only bytes that EncodeHead would write: canonical, complete, known.
func ParseHead(b []byte) (Head, error) {
	var h Head
	if len(b) > MaxHead {
		return h, fmt.Errorf("parse head: %d bytes, at most %d", len(b), MaxHead)
	}
	s := scanner{b: b}
	version := int64(0)
	err := s.object(func(key []byte) error { return h.field(&s, key, &version) })
	switch {
	case err != nil:
		return Head{}, fmt.Errorf("parse head at byte %d: %w", s.i, err)
	case version != HeadVersion:
		return Head{}, fmt.Errorf("parse head: version %d is not known", version)
	case h.Seq == 0 || h.At == 0:
		return Head{}, errors.New("parse head: no seq or no at")
	}
	if err := h.Check(); err != nil {
		return Head{}, fmt.Errorf("parse head: %w", err)
	}
	// One comparison settles order, white space, escapes, empty values and anything after the end.
	var buf [MaxHead]byte
	if !bytes.Equal(EncodeHead(buf[:0], &h), b) {
		return Head{}, fmt.Errorf("parse head: %w", errForm)
	}
	return h, nil
}

func (h *Head) field(s *scanner, key []byte, version *int64) (err error) {
	switch string(key) {
	case "at":
		h.At, err = s.whole()
	case "by":
		err = s.object(func(key []byte) (err error) {
			switch string(key) {
			case "for":
				h.By.For, err = s.whole()
			case "of":
				h.By.Of, _, err = s.text()
			case "person":
				h.By.Person, err = s.whole()
			case "post":
				h.By.Post, err = s.whole()
			default:
				err = fmt.Errorf("by has no field %q", key)
			}
			return err
		})
	case "def":
		h.Def, err = s.digest()
	case "key":
		h.Key, _, err = s.text()
	case "kind":
		h.Kind, _, err = s.text()
	case "legal":
		h.Legal, _, err = s.text()
	case "matter":
		h.Matter, _, err = s.text()
	case "n":
		h.N, err = s.whole()
	case "number":
		h.Number, _, err = s.text()
	case "parts":
		err = s.object(func(key []byte) (err error) {
			p, ok := ParsePart(string(key))
			if !ok {
				return fmt.Errorf("no part is called %q", key)
			}
			h.Parts[p], err = s.digest()
			return err
		})
	case "procedure":
		h.Procedure, _, err = s.text()
	case "region":
		h.Region, _, err = s.text()
	case "request":
		h.Request, _, err = s.text()
	case "seq":
		h.Seq, err = s.whole()
	case "step":
		h.Step, _, err = s.text()
	case "unit":
		h.Unit, err = s.whole()
	case "v":
		*version, err = s.whole()
	default:
		err = fmt.Errorf("head has no field %q", key)
	}
	return err
}

func (s *scanner) digest() (Digest, error) {
	var d Digest
	v, _, err := s.raw()
	if err != nil {
		return d, err
	}
	if len(v) != hex.EncodedLen(len(d)) {
		return d, errForm
	}
	if _, err := hex.Decode(d[:], v); err != nil {
		return d, errForm
	}
	return d, nil
}

// appendKey appends a comma unless the object has just begun, then the key, which needs no escape.
func appendKey(dst []byte, key string) []byte {
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	dst = append(dst, '"')
	dst = append(dst, key...)
	return append(dst, '"', ':')
}

func appendIntField(dst []byte, key string, n int64) []byte {
	if n == 0 {
		return dst
	}
	return strconv.AppendInt(appendKey(dst, key), n, 10)
}

// appendTokenField appends a text that Check has found to need no escape.
func appendTokenField(dst []byte, key, v string) []byte {
	if v == "" {
		return dst
	}
	dst = append(appendKey(dst, key), '"')
	dst = append(dst, v...)
	return append(dst, '"')
}

func appendDigest(dst []byte, d *Digest) []byte {
	dst = append(dst, '"')
	dst = hex.AppendEncode(dst, d[:])
	return append(dst, '"')
}

func isToken(s string, limit int) bool {
	if len(s) > limit {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

func isPrintable(s string) bool {
	for i, r := range s {
		if r < ' ' || r == 0x7f || r == utf8.RuneError && !isReplacement(s[i:]) {
			return false
		}
	}
	return true
}

// isReplacement tells a written U+FFFD from a byte that is not UTF-8.
func isReplacement(s string) bool {
	_, n := utf8.DecodeRuneInString(s)
	return n > 1
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case '0' <= c && c <= '9', 'a' <= c && c <= 'f':
		default:
			return false
		}
	}
	return true
}

func isDate(s string) bool {
	if len(s) != len(time.DateOnly) {
		return false
	}
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}
