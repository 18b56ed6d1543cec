package rows

import (
	"fmt"
	"strconv"
	"strings"

	"zhunsheng/internal/matter"
)

// placeholder stands for the sequence in a series.
const placeholder = "{seq}"

// maxDigits bounds a sequence: longer runs of digits are numbers of other systems and carry no series of ours.
const maxDigits = 9

// SeriesOf takes a number (文号) apart: its series is the number with {seq} in the place of its last run of digits. ok is
// false where there is none. Whoever issues, rebuilds or verifies a series reads it back this way, so that the last
// number of every series follows from the numbers in the heads alone.
func SeriesOf(number string) (series string, seq int64, ok bool) {
	end := strings.LastIndexAny(number, "0123456789") + 1
	begin := end
	for begin > 0 && number[begin-1] >= '0' && number[begin-1] <= '9' {
		begin--
	}
	digits := number[begin:end]
	if digits == "" || len(digits) > maxDigits || digits[0] == '0' || strings.Contains(number, placeholder) {
		return "", 0, false
	}
	seq, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return "", 0, false
	}
	return number[:begin] + placeholder + number[end:], seq, true
}

// MakeSeries fills in the form of a number but for its sequence. {seq} must come once, be the last digits of the number
// and not touch others.
func MakeSeries(form, name string, year int) (string, error) {
	if strings.Count(form, placeholder) != 1 {
		return "", fmt.Errorf("form of number %q: {seq} must stand in it once", form)
	}
	series := strings.NewReplacer("{series}", name, "{year}", strconv.Itoa(year)).Replace(form)
	if back, n, ok := SeriesOf(Numbered(series, 1)); !ok || n != 1 || back != series {
		return "", fmt.Errorf("form of number %q: {seq} must be the last digits and not touch others", form)
	}
	return series, nil
}

// Numbered is the number of a series and sequence.
func Numbered(series string, seq int64) string {
	return strings.Replace(series, placeholder, strconv.FormatInt(seq, 10), 1)
}

// rights are the registers on which it depends who may do what.
var rights = map[string]bool{
	"unit": true, "person": true, "post": true, "delegation": true, "unit_group": true, "grant": true, "parameter": true, "mode": true,
}

// Rights tells whether a record changes rights, packs, parameters or calendar, and so raises the epoch.
func Rights(kind string, e *matter.Effects) bool {
	return kind == KindLoad || e.Entry != nil && rights[e.Entry.Register]
}
