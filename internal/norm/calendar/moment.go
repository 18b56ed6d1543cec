package calendar

import (
	"fmt"
	"time"
)

const (
	chinaOffset   = 8 * 3600
	secondsPerDay = 24 * 3600
)

// Moment is a point in time in seconds since 1970-01-01T00:00+08:00, for the few limits that the law counts in hours.
// The zero Moment means that the hour is not known.
type Moment int64

// ParseMoment reads an RFC 3339 time; seconds may be left out. Other offsets are turned into +08:00.
func ParseMoment(s string) (Moment, error) {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if t, err := time.Parse(form, s); err == nil {
			m := Moment(t.Unix() + chinaOffset)
			if !m.Date().Valid() {
				return 0, fmt.Errorf("“%s”不在%s至%s之间", s, First, Last)
			}
			return m, nil
		}
	}
	return 0, fmt.Errorf("“%s”不是时刻，应当写成 2026-05-15T16:30:00+08:00 这样", s)
}

// At is the moment of a day at so many seconds after midnight.
func At(d Date, seconds int) Moment { return Moment(int64(d)*secondsPerDay + int64(seconds)) }

// Date is the day in China on which m falls.
func (m Moment) Date() Date { return Date(floorDiv(int64(m), secondsPerDay)) }

// String writes 2026-05-16T16:30+08:00, with seconds only where there are any.
func (m Moment) String() string {
	s := floorMod(int64(m), secondsPerDay)
	out := fmt.Sprintf("%sT%02d:%02d", m.Date(), s/3600, s/60%60)
	if s%60 != 0 {
		out += fmt.Sprintf(":%02d", s%60)
	}
	return out + "+08:00"
}

// MarshalText writes the moment as String does.
func (m Moment) MarshalText() ([]byte, error) { return []byte(m.String()), nil }
