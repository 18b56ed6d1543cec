package daycount_test

import (
	"errors"
	"flag"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zhunsheng/internal/norm/calendar"
	"zhunsheng/internal/norm/procedure"
)

// important are the limits for which many courses are made up.
var important = []struct{ procedure, on, limit string }{
	{"penalty", "2026-01-01", "decide"},
	{"penalty", "2026-01-01", "hearing_notice"},
	{"penalty", "2026-01-01", "pay"},
	{"permit", "2026-01-01", "decide"},
	{"permit", "2026-01-01", "hearing_wait"},
	{"reconsideration", "2023-12-31", "decide"}, // three regimes
	{"reconsideration", "2024-01-01", "decide"},
	{"reconsideration", "2026-07-01", "decide"},
	{"disclosure", "2026-01-01", "answer"},
	{"petition", "2026-01-01", "answer"},
	{"seizure", "2026-01-01", "dispose"},
	{"seizure", "2026-01-01", "report"}, // hours
}

// TestRandomCourses makes up events, stops and extensions over the years of the notices and lets the engine and the
// second counter answer the same limit.
func TestRandomCourses(t *testing.T) {
	book, a := loaded(t), openAlmanac(t)
	repeat(t, 300)
	for _, x := range important {
		t.Run(x.procedure+"."+x.limit+"@"+x.on, func(t *testing.T) {
			d, ok := book.Procedure(x.procedure, x.on)
			if !ok || d.Limit(x.limit) == nil {
				t.Fatal("there is no such limit")
			}
			told, _ := compare(t, a, book.Calendar(), d, d.Limit(x.limit))
			if told == 0 {
				t.Error("no course had a day")
			}
		})
	}
}

// TestEveryLimit does the same, a few courses each, for every limit of the pack in every version.
func TestEveryLimit(t *testing.T) {
	book, a := loaded(t), openAlmanac(t)
	repeat(t, 12)
	limits, silent, left := 0, 0, 0
	for _, d := range book.Definitions() {
		for i := range d.AllLimits {
			l := &d.AllLimits[i]
			t.Run(d.ID+"."+l.ID+"@"+d.InForce, func(t *testing.T) {
				told, unread := compare(t, a, book.Calendar(), d, l)
				limits++
				switch {
				case unread > 0:
					left++
				case told == 0:
					silent++
				}
			})
		}
	}
	t.Logf("%d limits, %d of them never had a day, %d not always read", limits, silent, left)
	if limits == 0 || (silent+left)*5 > limits {
		t.Error("too few limits were compared")
	}
}

// repeat sets how many courses are made up for each limit where the command line does not say.
func repeat(t *testing.T, times int) {
	f := flag.Lookup("rapid.checks")
	if f.Value.String() != f.DefValue {
		return
	}
	if testing.Short() {
		times *= 5 // rapid makes a fifth of them then
	}
	if err := f.Value.Set(strconv.Itoa(times)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Value.Set(f.DefValue) })
}

// compare lets both answer a limit on made-up courses. told is how many had a day, unread how many hung on a condition
// that the second reader does not know.
func compare(t *testing.T, a *almanac, cal *calendar.Calendar, d *procedure.Definition, l *procedure.Limit) (told, unread int) {
	m := makerOf(d, l)
	rapid.Check(t, func(t *rapid.T) {
		s := m.draw(t, a)
		views, err := s.engine(d, cal, l.ID)
		var off *procedure.Off
		if errors.As(err, &off) { // a unit has to choose the rule for this extension first
			s.longer = nil
			views, err = s.engine(d, cal, l.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		c, err := s.course(a, d)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, why := c.judge(l.When.Source); why != "" {
			unread++
			return
		}
		for _, view := range views {
			got, why := c.limit(l, view.Key)
			if why != "" {
				unread++
				continue
			}
			want := answer{due: view.Due, earliest: view.Earliest}
			if view.Met != nil {
				want.met = strconv.FormatBool(*view.Met)
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(answer{})); diff != "" {
				t.Fatalf("%+v\n(-engine +counter) %s\n%s\n%v", s, view.Key, diff, view.Why)
			}
			if got.due != "" || got.earliest != "" {
				told++
			}
		}
	})
	return told, unread
}

// maker makes up courses for one limit. All that is drawn is drawn from its lists, in their order and never from a map,
// so that a failing course can be played again from its seed.
type maker struct {
	limit  *procedure.Limit
	steps  []string // its own, those that stop it, those that its conditions ask for
	params []*procedure.Param
	fields []*procedure.Field
	keyed  []string // steps that are done for one of several
	hours  bool     // events are told by the hour
}

var word = regexp.MustCompile(`[a-z_][a-z_0-9.]*`)

func makerOf(d *procedure.Definition, l *procedure.Limit) maker {
	m := maker{limit: l, steps: slices.Concat(l.From, l.To)}
	texts := []string{l.When.Source, l.Excused.Source, l.Day, l.Roll}
	for _, x := range l.Lengths {
		texts = append(texts, x.When.Source, x.Text)
	}
	for _, g := range l.Pauses {
		m.steps = slices.Concat(m.steps, g.From, g.To)
		texts = append(texts, g.When.Source)
	}
	for _, x := range l.Extensions {
		texts = append(texts, x.When.Source, x.Length)
	}
	for i := range d.AllLimits { // what silence brings about may start it
		if o := &d.AllLimits[i]; o.OnExpiry != "" && slices.Contains(m.steps, o.OnExpiry) {
			m.steps = slices.Concat(m.steps, o.From)
			texts = append(texts, o.When.Source)
		}
	}
	for i := 0; i < len(texts); i++ {
		m.hours = m.hours || strings.Contains(texts[i], "hours")
		for _, name := range word.FindAllString(texts[i], -1) {
			name, rest, _ := strings.Cut(name, ".")
			for _, t := range d.Terms {
				if t.ID == name && !slices.Contains(texts, t.Expr.Source) {
					texts = append(texts, t.Expr.Source)
				}
			}
			f, p := d.Field(name), d.Param(rest)
			switch {
			case name == "step":
				id, _, _ := strings.Cut(rest, ".")
				m.steps = append(m.steps, id)
			case name == "param" && p != nil && !slices.Contains(m.params, p):
				m.params = append(m.params, p)
				m.hours = m.hours || strings.Contains(p.Default, "hour")
			case f != nil && !f.Rows() && !slices.Contains(m.fields, f):
				m.fields = append(m.fields, f)
			}
		}
	}
	var known []string
	for _, id := range m.steps {
		if d.Step(id) != nil && !slices.Contains(known, id) {
			known = append(known, id)
			if d.Step(id).Each != "" {
				m.keyed = append(m.keyed, id)
			}
		}
	}
	m.steps = known
	return m
}

// draw makes up a course for one limit, spread over some months.
func (m maker) draw(t *rapid.T, a *almanac) story {
	l := m.limit
	first, last := mustDay(t, "2007-01-01"), mustDay(t, "2026-06-30")
	base := day(rapid.IntRange(int(first), int(last)).Draw(t, "base"))
	if rapid.Bool().Draw(t, "near a holiday") {
		for a.workday(base) || base.time().Weekday() == time.Sunday || base.time().Weekday() == time.Saturday {
			base++
		}
		base -= day(rapid.SampledFrom([]int{0, 1, 5, 7, 15, 20, 30, 60, 90}).Draw(t, "ahead of it"))
	}
	after := func(name string, most int) day { return base + day(rapid.IntRange(0, most).Draw(t, name)) }
	s := story{params: map[string]string{}, today: after("today", 300)}
	start := l.From[len(l.From)-1]
	if l.Shape == procedure.Before {
		start = l.To[0]
	}
	s.events = append(s.events, m.tell(t, start, after("start", 3)))
	if len(m.steps) > 0 {
		for range rapid.IntRange(0, 6).Draw(t, "events") {
			s.events = append(s.events, m.tell(t, rapid.SampledFrom(m.steps).Draw(t, "step"), after("on", 150)))
		}
	}
	if len(l.Pauses) > 0 {
		for range rapid.IntRange(0, 3).Draw(t, "stops") {
			g := rapid.SampledFrom(l.Pauses).Draw(t, "ground")
			from := after("from", 120)
			open := rapid.IntRange(0, 9).Draw(t, "open") == 0
			s.stopped = append(s.stopped, stopping{g.ID, stop{from: from, to: from + day(rapid.IntRange(0, 40).Draw(t, "lasts")), open: open}})
		}
	}
	for _, p := range m.params {
		m.give(t, s.params, p.ID, p.Type, nil, base)
	}
	for _, f := range m.fields {
		m.give(t, s.params, f.ID, f.Type, f.Options, base)
	}
	if len(l.Extensions) > 0 {
		for range rapid.IntRange(0, 2).Draw(t, "extensions") {
			p := permission{id: l.ID}
			if rapid.IntRange(0, 4).Draw(t, "dated") > 0 {
				p.approved = after("approved", 130)
			}
			if l.Extensions[0].Until {
				p.until = after("until", 200)
			}
			s.longer = append(s.longer, p)
		}
	}
	return s
}

// give sets a parameter or a field of a course, or leaves it out.
func (m maker) give(t *rapid.T, into map[string]string, id, kind string, options []procedure.Choice, base day) {
	of := []string{""}
	switch kind {
	case procedure.TypeBool:
		of = append(of, "true", "false")
	case procedure.TypeInt:
		of = append(of, "0", "1", "7", "30", "45")
	case procedure.TypePeriod:
		of = append(of, "0 days", "10 days", "7 workdays", "1 months", "2 years")
	case procedure.TypeDate:
		of = append(of, (base + day(rapid.IntRange(0, 90).Draw(t, id))).String())
	case procedure.TypeChoice:
		for _, o := range options {
			of = append(of, o.ID)
		}
	}
	if v := rapid.SampledFrom(of).Draw(t, id); v != "" {
		into[id] = v
	}
}

// tell puts an event on a day or, for limits in hours, mostly at a minute of it.
func (m maker) tell(t *rapid.T, step string, on day) telling {
	e := telling{step: step, when: on.String()}
	if slices.Contains(m.keyed, step) {
		e.key = rapid.SampledFrom([]string{"p1", "p2"}).Draw(t, "key")
	}
	if m.hours && rapid.IntRange(0, 3).Draw(t, "timed") > 0 {
		minute := rapid.IntRange(0, 24*60-1).Draw(t, "minute")
		e.when = fmt.Sprintf("%sT%02d:%02d:00+08:00", on, minute/60, minute%60)
	}
	return e
}

func mustDay(t *rapid.T, s string) day {
	d, err := parseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// engine lets the engine answer a limit of a story, for each element it runs for.
func (s story) engine(d *procedure.Definition, cal *calendar.Calendar, limit string) ([]procedure.LimitView, error) {
	in := procedure.Trial{Params: s.params, Today: s.today.String()}
	for _, e := range s.events {
		in.Events = append(in.Events, procedure.TrialEvent{Step: e.step, Key: e.key, When: e.when})
	}
	for _, p := range s.stopped {
		x := procedure.TrialPause{Ground: p.ground, From: p.from.String(), To: p.to.String()}
		if p.open {
			x.To = ""
		}
		in.Pauses = append(in.Pauses, x)
	}
	for _, p := range s.longer {
		x := procedure.TrialExtend{Limit: p.id}
		if p.approved != 0 {
			x.Approved = p.approved.String()
		}
		if p.until != 0 {
			x.Until = p.until.String()
		}
		in.Extends = append(in.Extends, x)
	}
	out, err := d.Try(in, cal)
	if err != nil {
		return nil, err
	}
	out = slices.DeleteFunc(out, func(v procedure.LimitView) bool { return v.ID != limit })
	if len(out) == 0 {
		return nil, fmt.Errorf("the engine has no limit %s", limit)
	}
	return out, nil
}
