package procedure

import (
	"slices"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/calendar"
)

// judge compares a run with its day.
func (v *view) judge(l *limitProgram, r run, due calendar.Due, out *LimitView) {
	if due.Open {
		out.State = Paused
		return
	}
	day := due.Date.String()
	if due.At != 0 {
		day = due.At.String()
		if !due.Exact {
			out.Precision = "day"
		}
	}
	today := v.env.Today
	met := func(ok bool, otherwise string) {
		out.Met, out.State = &ok, Met
		if !ok {
			out.State = otherwise
		}
	}
	switch l.Shape {
	case AtLeast, NotBefore:
		out.Earliest = day
		if r.end == nil {
			out.State = Running
			return
		}
		excused, _, _ := v.truth(l.excused)
		shortened := v.act != nil && v.act.Unless[l.ID] != "" // by a lawful ground, judged with the act
		met(shortened || l.excused != nil && excused || !before(r.end, due), TooEarly)
	case Before:
		out.Due = day
		switch {
		case r.end != nil:
			met(r.end.Legal <= day, Missed)
		case !r.planned && r.start.Legal <= today:
			met(false, Missed)
		default:
			out.State = light(day, today, v.soonDays())
		}
	default:
		out.Due = day
		if r.end != nil {
			met(!after(r.end, due), Missed)
			return
		}
		out.State = light(day[:10], today, v.soonDays())
	}
}

// light is the state of a limit that runs: a comparison of its day with today.
func light(due, today string, soon int64) string {
	if today > due {
		return Overdue
	}
	d, err := calendar.Parse(due)
	t, terr := calendar.Parse(today)
	if err == nil && terr == nil && int64(d-t) <= soon {
		return DueSoon
	}
	return Running
}

// soonDays is the unit's own number of days, else seven.
func (v *view) soonDays() int64 {
	if v.env.Param != nil {
		if x, ok := v.env.Param("soon_days"); ok && x.Int > 0 {
			return x.Int
		}
	}
	return soonDays
}

func after(e *matter.Event, due calendar.Due) bool {
	if m, err := calendar.ParseMoment(e.Time); due.At != 0 && err == nil {
		return m > due.At
	}
	return e.Legal > due.Date.String()
}

func before(e *matter.Event, due calendar.Due) bool {
	if m, err := calendar.ParseMoment(e.Time); due.At != 0 && err == nil {
		return m < due.At
	}
	return e.Legal < due.Date.String()
}

// limit answers one limit by name for expressions and worklists: its last run, of the act's element where it has one.
func (v *view) limit(id string) LimitView {
	l := v.d.byLimit[id]
	if l == nil {
		return LimitView{}
	}
	key := ""
	if l.Each != "" && v.act != nil {
		key = v.act.Key
	}
	runs := v.runs(l, key)
	if len(runs) == 0 {
		return v.idle(l, key)
	}
	return v.settle(l, runs[len(runs)-1])
}

// verdictOf is what a record says of a run that ended, "" while it runs.
func verdictOf(x LimitView) string {
	switch {
	case x.Met != nil && *x.Met:
		return Met
	case x.Met != nil:
		return Missed
	case x.State == NotNeeded:
		return NotNeeded
	}
	return ""
}

// dueOf is the day a verdict was judged by.
func dueOf(x LimitView) string {
	if x.Due == "" {
		return x.Earliest
	}
	return x.Due
}

// ended is the verdict of a limit that stopped with its matter, or whose start never happened.
const ended = "ended"

// marks compares the runs of limits with those on record and says what a record must note. again also judges closed
// ones anew: for corrections, which may move a verdict.
func (v *view) marks(limits []*limitProgram, again bool) []matter.LimitMark {
	var out []matter.LimitMark
	for _, l := range limits {
		keys := []string{""}
		if l.Each != "" {
			keys = v.limitKeys(l)
		}
		for _, key := range keys {
			out = v.marksOf(out, l, key, again)
		}
	}
	return out
}

func (v *view) marksOf(out []matter.LimitMark, l *limitProgram, key string, again bool) []matter.LimitMark {
	runs := v.runs(l, key)
	for _, r := range runs {
		at := slices.IndexFunc(v.s.Limits, func(x matter.Limit) bool { return x.Limit == l.ID && x.Key == key && x.N == r.n })
		var held *matter.Limit
		if at >= 0 {
			held = &v.s.Limits[at]
		}
		if held != nil && held.Verdict != "" && !again && !(v.reopening && held.Verdict == ended) {
			continue
		}
		x := v.anew(v.s).settle(l, r)
		if held != nil && again && v.unmoved(l, key, r.n, x) {
			continue
		}
		mark := matter.LimitMark{Limit: l.ID, Key: key, N: r.n}
		verdict := verdictOf(x)
		if r.planned && verdict != NotNeeded {
			verdict = "" // the day it counts back from may be moved: the verdict waits for it
		}
		if held == nil {
			if verdict == NotNeeded && r.end == nil {
				continue // it never begins
			}
			open := mark
			open.Start = x.Start
			out = append(out, open)
			held = &matter.Limit{Start: x.Start}
		}
		mark.Verdict, mark.Date, mark.Due = verdict, x.Done, dueOf(x)
		if verdict == NotNeeded {
			mark.Date, mark.Due = v.legal(), ""
		}
		if verdict == "" && !v.s.Open && again && !v.outlives(l) {
			verdict = ended // it would run again, but the matter has ended, and it with it
			mark.Verdict, mark.Date, mark.Due = verdict, v.s.Closed, ""
		}
		switch {
		case verdict != "" && (held.Verdict != verdict || held.Date != mark.Date || held.Due != mark.Due || held.Start != x.Start):
			if held.Start != x.Start {
				mark.Start = x.Start
			}
			out = append(out, mark)
		case verdict == "" && held.Verdict != "":
			out = append(out, matter.LimitMark{Limit: l.ID, Key: key, N: r.n, Verdict: matter.MarkReopened, Start: x.Start})
		case verdict == "" && held.Start != x.Start:
			out = append(out, matter.LimitMark{Limit: l.ID, Key: key, N: r.n, Verdict: matter.MarkMoved, Start: x.Start})
		}
	}
	// What is on record and has no run any more was started by something that never happened.
	for _, x := range v.s.Limits {
		if x.Limit == l.ID && x.Key == key && x.Verdict == "" && int(x.N) > len(runs) {
			out = append(out, matter.LimitMark{Limit: x.Limit, Key: key, N: x.N, Verdict: ended, Date: v.legal()})
		}
	}
	return out
}

// anew is the view of a state as if no record had fixed a verdict.
func (v *view) anew(s *matter.State) *view {
	w := *v
	if len(s.Limits) > 0 {
		free := *s
		free.Limits = nil
		s = &free
	}
	w.s = s
	return &w
}

// unmoved tells whether a correction leaves a run as it was: its recorded verdict then stands, whatever the calendar or
// the parameters would say today.
func (v *view) unmoved(l *limitProgram, key string, n int64, x LimitView) bool {
	if v.was == nil {
		return false
	}
	w := v.anew(v.was)
	runs := w.runs(l, key)
	if int(n) > len(runs) {
		return false
	}
	y := w.settle(l, runs[n-1])
	return verdictOf(x) == verdictOf(y) && x.Start == y.Start && x.Done == y.Done && dueOf(x) == dueOf(y) && v.was.Open == v.s.Open
}

// outlives tells whether a limit goes on after its matter has closed: one of the steps it waits for comes after the close
// (公开, 备案, 回访). A matter that was merged, voided or closed by hand takes all its limits with it.
func (v *view) outlives(l *limitProgram) bool {
	return l.afterClose && slices.ContainsFunc(v.d.AllSteps, func(s Step) bool {
		own := slices.ContainsFunc(s.Outcomes, func(o Choice) bool { return o.ID == v.s.Outcome })
		return s.Close == v.s.Outcome || s.Close == "outcome" && own
	})
}

// endings closes what still runs when a matter closes, but for limits of what is to be done after it.
func (v *view) endings(marks []matter.LimitMark, on string) []matter.LimitMark {
	type id struct {
		limit, key string
		n          int64
	}
	open := map[id]bool{}
	var order []id
	note := func(k id, running bool) {
		if _, seen := open[k]; !seen {
			order = append(order, k)
		}
		open[k] = running
	}
	for _, x := range v.s.Limits {
		note(id{x.Limit, x.Key, x.N}, x.Verdict == "")
	}
	for _, m := range marks {
		note(id{m.Limit, m.Key, m.N}, m.Verdict == matter.MarkOpened || m.Verdict == matter.MarkReopened || m.Verdict == matter.MarkMoved)
	}
	for _, k := range order {
		if l := v.d.byLimit[k.limit]; open[k] && (l == nil || !v.outlives(l)) {
			marks = append(marks, matter.LimitMark{Limit: k.limit, Key: k.key, N: k.n, Verdict: ended, Date: on})
		}
	}
	return marks
}
