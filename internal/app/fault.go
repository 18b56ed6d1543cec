// Package app holds what every use case shares: the closed set of faults a person can meet, and the clock of China.
package app

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"zhunsheng/internal/norm/procedure"
)

// Kind is the closed set of faults; only the doors map it to a status.
type Kind uint8

// The kinds of faults.
const (
	Internal Kind = iota
	Invalid       // the form is wrong
	NotFound      // there is no such thing, or not for this viewer
	Denied        // not this person's to do
	Refused       // the rules do not allow it now
	Conflict      // somebody else was first
)

// Fault is an error with a sentence for the person, in Chinese.
type Fault struct {
	Kind   Kind
	Say    string
	Fields []FieldFault      // Invalid: by field
	Unmet  []procedure.Unmet // Refused: every condition, each with its article
	Err    error             // cause, for the log
}

// FieldFault is what is wrong with one field of a form.
type FieldFault struct{ Field, Say string }

// Error is the sentence.
func (f *Fault) Error() string {
	if f.Err != nil {
		return f.Say + ": " + f.Err.Error()
	}
	return f.Say
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }

// Faultf makes a fault.
func Faultf(kind Kind, format string, args ...any) *Fault {
	return &Fault{Kind: kind, Say: fmt.Sprintf(format, args...)}
}

// Wrong makes an Invalid fault of one field.
func Wrong(field, format string, args ...any) *Fault {
	say := fmt.Sprintf(format, args...)
	return &Fault{Kind: Invalid, Say: say, Fields: []FieldFault{{field, say}}}
}

// Wrongs makes an Invalid fault of several fields; nil where there are none.
func Wrongs(fields []FieldFault) error {
	if len(fields) == 0 {
		return nil
	}
	return wrongs(fields)
}

func wrongs(fields []FieldFault) *Fault {
	says := make([]string, len(fields))
	for i, f := range fields {
		says[i] = f.Say
	}
	return &Fault{Kind: Invalid, Say: strings.Join(says, " "), Fields: fields}
}

// FaultOf brings any error to a fault: what the ground says becomes its kind, all else is Internal.
func FaultOf(err error) *Fault {
	var fault *Fault
	if errors.As(err, &fault) {
		return fault
	}
	var refusal *procedure.Refusal
	if errors.As(err, &refusal) {
		n := len(refusal.Unmet)
		return &Fault{Kind: Refused, Say: fmt.Sprintf("还差 %d 项条件，现在不能办理。", n), Unmet: refusal.Unmet}
	}
	var invalid *procedure.Invalid
	if errors.As(err, &invalid) {
		return &Fault{Kind: Invalid, Say: invalid.Say, Fields: []FieldFault{{invalid.Field, invalid.Say}}}
	}
	var all procedure.InvalidAll
	if errors.As(err, &all) {
		fields := make([]FieldFault, len(all))
		for i, e := range all {
			fields[i] = FieldFault{e.Field, e.Say}
		}
		return wrongs(fields)
	}
	return &Fault{Kind: Internal, Say: "没有办成。系统出现问题，请稍后再试。", Err: err}
}

// China is the fixed zone in which legal dates are days, whatever the host says.
var China = time.FixedZone("UTC+8", 8*60*60)

// Day returns the legal date of a moment.
func Day(t time.Time) string { return t.In(China).Format(time.DateOnly) }
