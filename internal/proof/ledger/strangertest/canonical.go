package strangertest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Canonical is section 1.3: it reads the value with the standard library, writes it again by the rules and compares.
func Canonical(text []byte) error {
	if !utf8.Valid(text) {
		return errors.New("canonical: not UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var out bytes.Buffer
	if err := rewrite(dec, &out); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("canonical: more than one value")
	}
	if !bytes.Equal(out.Bytes(), text) {
		return fmt.Errorf("canonical: should read %s", out.Bytes())
	}
	return nil
}

func rewrite(dec *json.Decoder, out *bytes.Buffer) error {
	t, err := dec.Token()
	if err != nil {
		return err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '[' {
			out.WriteByte('[')
			for n := 0; dec.More(); n++ {
				if n > 0 {
					out.WriteByte(',')
				}
				if err := rewrite(dec, out); err != nil {
					return err
				}
			}
			out.WriteByte(']')
			_, err := dec.Token()
			return err
		}
		fields := map[string]string{}
		var keys []string
		for dec.More() {
			t, err := dec.Token()
			if err != nil {
				return err
			}
			name := t.(string)
			if _, twice := fields[name]; twice {
				return errors.New("canonical: a key twice")
			}
			var value bytes.Buffer
			if err := rewrite(dec, &value); err != nil {
				return err
			}
			fields[name] = value.String()
			keys = append(keys, name)
		}
		slices.SortFunc(keys, func(a, b string) int {
			return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
		})
		out.WriteByte('{')
		for i, k := range keys {
			if i > 0 {
				out.WriteByte(',')
			}
			out.WriteString(quote(k) + ":" + fields[k])
		}
		out.WriteByte('}')
		_, err := dec.Token()
		return err
	case string:
		out.WriteString(quote(t))
	case json.Number:
		f, err := strconv.ParseFloat(t.String(), 64)
		if err != nil {
			return err
		}
		out.WriteString(number(f))
	case bool:
		out.WriteString(strconv.FormatBool(t))
	case nil:
		out.WriteString("null")
	}
	return nil
}

func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		if i := strings.IndexRune("\b\t\n\f\r\"\\", r); i >= 0 {
			b.WriteString(`\` + `btnfr"\`[i:i+1])
		} else if r < ' ' {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String() + `"`
}

// number is Number.prototype.toString of ECMAScript, from the shortest digits and the place of the point.
func number(f float64) string {
	if f == 0 {
		return "0"
	}
	if f < 0 {
		return "-" + number(-f)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	digits := strings.Replace(mantissa, ".", "", 1)
	e, _ := strconv.Atoi(exponent) // FormatFloat has just written it
	k, n := len(digits), e+1
	switch {
	case k <= n && n <= 21:
		return digits + strings.Repeat("0", n-k)
	case 0 < n && n <= 21:
		return digits[:n] + "." + digits[n:]
	case -6 < n && n <= 0:
		return "0." + strings.Repeat("0", -n) + digits
	}
	if k > 1 {
		digits = digits[:1] + "." + digits[1:]
	}
	return fmt.Sprintf("%se%+d", digits, n-1)
}
