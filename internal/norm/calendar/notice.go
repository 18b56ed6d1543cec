package calendar

import (
	"errors"
	"fmt"
	"strings"
)

// Span is a run of days, both ends in. It is written 2026-10-01..2026-10-07, a single day as itself.
type Span struct{ From, To Date }

// Days is the length of the span in natural days.
func (s Span) Days() int { return int(s.To-s.From) + 1 }

// Has reports whether d lies in the span.
func (s Span) Has(d Date) bool { return d >= s.From && d <= s.To }

// String writes the span as it is read.
func (s Span) String() string {
	if s.From == s.To {
		return s.From.String()
	}
	return s.From.String() + ".." + s.To.String()
}

// MarshalText writes the span as String does.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads DATE or DATE..DATE.
func (s *Span) UnmarshalText(b []byte) error {
	from, to, two := strings.Cut(string(b), "..")
	var err error
	if s.From, err = Parse(from); err != nil {
		return err
	}
	s.To = s.From
	if two {
		if s.To, err = Parse(to); err != nil {
			return err
		}
	}
	if s.To < s.From {
		return fmt.Errorf("“%s”的止日早于起日", b)
	}
	return nil
}

// Rest is one holiday of a notice with the days off around it, the weekends among them included.
type Rest struct {
	Name string
	Days Span
}

// Notice is one decree on days off and make-up workdays of a year. A later notice for the same year (and region)
// replaces the earlier one whole.
type Notice struct {
	Year      int
	Source    string // public address of the notice
	KnownFrom Date   // the day it became known
	Assumed   bool   // the day it became known is assumed (待核)
	Rest      []Rest
	Worked    []Date // weekend days that are workdays

	// Workdays is how many workdays the year has when all notices are known; 0 where nobody has stated it. It adds
	// nothing to the calendar and is there to be checked against.
	Workdays int
}

// Overlay is the notices of one region (自治区、自治州的民族节日等), on top of the national ones.
type Overlay struct {
	Region  string // administrative division code; holds for every division under it
	Title   string
	Notices []Notice
}

// Facts is all that a calendar is built from.
type Facts struct {
	Notices []Notice
	Regions []Overlay
}

// Join puts the facts of several files together.
func Join(all ...Facts) Facts {
	var f Facts
	for _, a := range all {
		f.Notices = append(f.Notices, a.Notices...)
		f.Regions = append(f.Regions, a.Regions...)
	}
	return f
}

// check names what makes a notice unusable.
func (n Notice) check() error {
	if n.Year < First.Year() || n.Year > Last.Year() {
		return fmt.Errorf("放假通知的年份%d不在%d至%d之间", n.Year, First.Year(), Last.Year())
	}
	if n.KnownFrom == 0 {
		return fmt.Errorf("%d年放假通知没有写明何时公布（known_from）", n.Year)
	}
	near := func(d Date) error { // a notice reaches a few days into the year before, never further
		if d < fromCivil(n.Year-1, 12, 1) || d > fromCivil(n.Year+1, 1, 31) {
			return fmt.Errorf("%d年放假通知中的%s不在该年前后", n.Year, d)
		}
		return nil
	}
	seen := map[Date]bool{}
	for _, r := range n.Rest {
		if err := errors.Join(near(r.Days.From), near(r.Days.To)); err != nil {
			return err
		}
		for d := r.Days.From; d <= r.Days.To; d++ {
			if seen[d] {
				return fmt.Errorf("%d年放假通知中%s写了两次", n.Year, d)
			}
			seen[d] = true
		}
	}
	for _, d := range n.Worked {
		if err := near(d); err != nil {
			return err
		}
		if seen[d] {
			return fmt.Errorf("%d年放假通知中%s又放假又上班", n.Year, d)
		}
		seen[d] = true
	}
	return nil
}
