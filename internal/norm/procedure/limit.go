package procedure

import (
	"cmp"
	"slices"
	"strings"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/calendar"
)

// run is one running of a limit: from what started it to what ended it.
type run struct {
	n       int64
	key     string
	start   matter.Event
	end     *matter.Event
	cut     bool // ended because its start was taken away
	planned bool // start is a date field: what the limit counts back from has not happened yet
}

// soonDays is within how many natural days a limit must fall due to count as due soon, the day itself included.
const soonDays = 7

// Limits answers every limit of the definition on a state: one run for each that started (the last one, and for `each`
// one per element), or one that says not started. It is a pure function of the definition, the events, pauses and
// extensions of the state, the parameters and the calendar; verdicts that a record has fixed are not judged again.
func (d *Definition) Limits(s *matter.State, env *Env) []LimitView {
	if d.compiled() != nil {
		return nil
	}
	v := d.view(s, env)
	v.why = true
	v.deem()
	var out []LimitView
	for _, l := range d.limits {
		keys := []string{""}
		if l.Each != "" {
			keys = v.limitKeys(l)
		}
		for _, key := range keys {
			runs := v.runs(l, key)
			if len(runs) == 0 {
				out = append(out, v.idle(l, key))
				continue
			}
			r := runs[len(runs)-1]
			out = append(out, v.settle(l, r))
		}
	}
	return out
}

// deem adds to the view what silence has brought about: for every limit with on_expiry that ran out without the step,
// the step on the day it ran out. An act of the step after that day does not undo it.
func (v *view) deem() {
	copied := false
	for _, l := range v.d.limits {
		if l.OnExpiry == "" {
			continue
		}
		for _, r := range v.runs(l, "") {
			x := v.settle(l, r)
			due := x.Due
			if due == "" || v.env.Today <= due || r.end != nil && r.end.Legal <= due {
				continue
			}
			if !copied {
				s := *v.s
				v.s, copied = &s, true
			}
			events := slices.DeleteFunc(slices.Clone(v.s.Events), func(e matter.Event) bool {
				return e.Step == l.OnExpiry && e.Legal > due
			})
			e := matter.Event{Step: l.OnExpiry, N: 1, Legal: due, Flags: matter.Deemed}
			at := slices.IndexFunc(events, func(o matter.Event) bool { return o.Legal > due })
			if at < 0 {
				at = len(events)
			}
			v.s.Events = slices.Insert(events, at, e)
		}
	}
}

// Meeting is how a running matter would meet another version of its procedure: what the version says about it, and the
// limits by the text that governs it and by the other. It is what a coordinator is shown before a migration.
type Meeting struct {
	Transition    string // keep, switch or ask
	Before, After []LimitView
}

// Meet compares the limits of a running matter under its own version and under next.
func (d *Definition) Meet(next *Definition, s *matter.State, env *Env) Meeting {
	free := *s
	free.Limits = nil // verdicts stand; what is compared is where the days lie
	return Meeting{Transition: next.Transition, Before: d.Limits(&free, env), After: next.Limits(&free, env)}
}

// Expired lists the acts that silence has brought about by today and that are not yet on record: for the system actor, on
// the first day after a limit with on_expiry ran out. Their legal date is the day it ran out.
func (d *Definition) Expired(s *matter.State, env *Env) []Act {
	if d.compiled() != nil || s == nil || !s.Open {
		return nil
	}
	v := d.view(s, env)
	var out []Act
	for _, l := range d.limits {
		if l.OnExpiry == "" {
			continue
		}
		for _, r := range v.runs(l, "") {
			if x := v.settle(l, r); r.end == nil && x.State == Overdue && len(x.Due) >= 10 && !v.came(l.OnExpiry, r.start.Legal) {
				out = append(out, Act{Step: l.OnExpiry, Legal: x.Due[:10], Actor: Actor{System: true, Unit: s.Unit, Role: "system"}})
			}
		}
	}
	return out
}

// came tells whether a step has come about since a day, by silence or by hand: one that does not end the limit that leads
// to it would otherwise be done again every day.
func (v *view) came(step, since string) bool {
	return slices.ContainsFunc(v.s.Events, func(e matter.Event) bool { return e.Step == step && e.Legal >= since && valid(&e) })
}

// limitKeys lists the elements a limit runs for: those of the field, and those that events name.
func (v *view) limitKeys(l *limitProgram) []string {
	keys := v.elements(l.Each)
	for _, e := range v.s.Events {
		if _, from := l.from[e.Step]; (from || l.to[e.Step]) && e.Key != "" && !slices.Contains(keys, e.Key) {
			keys = append(keys, e.Key)
		}
	}
	if len(keys) == 0 {
		return []string{""}
	}
	return keys
}

// inOrder gives events by legal date and time; of one day in the order of recording.
func inOrder(events []matter.Event) []matter.Event {
	sorted := func(a, b matter.Event) int {
		if c := strings.Compare(a.Legal, b.Legal); c != 0 || a.Time == "" || b.Time == "" {
			return c
		}
		return strings.Compare(a.Time, b.Time)
	}
	if slices.IsSortedFunc(events, sorted) {
		return events
	}
	out := slices.Clone(events)
	slices.SortStableFunc(out, sorted)
	return out
}

// runs finds every running of a limit for one element, oldest first.
func (v *view) runs(l *limitProgram, key string) []run {
	if l.Shape == Before {
		return v.runsBack(l, key)
	}
	var out []run
	place := 0 // of the running start in the list of `from`
	for _, e := range inOrder(v.s.Events) {
		if e.Key != "" && key != "" && e.Key != key {
			continue
		}
		running := len(out) > 0 && out[len(out)-1].end == nil
		at, starts := l.from[e.Step]
		switch {
		case starts && !running:
			out = append(out, run{n: int64(len(out) + 1), key: key, start: e})
			place = at
		case starts && (l.Latest || at <= place):
			// A step earlier in the list governs once it has happened; the same step again starts anew. What silence
			// brought about stands.
			if at != place || out[len(out)-1].start.Flags&matter.Deemed == 0 {
				out[len(out)-1].start, place = e, at
			}
		case running && l.to[e.Step]:
			end := e
			out[len(out)-1].end = &end
		case running && v.undoes(e.Step, out[len(out)-1].start.Step):
			end := e
			out[len(out)-1].end, out[len(out)-1].cut = &end, true
		}
	}
	for i := range out {
		if out[i].start.Flags&matter.Deemed != 0 {
			v.sinceStart(&out[i].start)
		}
	}
	return out
}

// sinceStart moves what silence brought about to the start of the limit that ran out, where the law counts from there:
// 逾期不告知的，自收到申请材料之日起即为受理.
func (v *view) sinceStart(e *matter.Event) {
	for _, l := range v.d.limits {
		if l.OnExpiry != e.Step || !l.FromStart {
			continue
		}
		since := ""
		for _, s := range v.s.Events {
			if _, starts := l.from[s.Step]; starts && s.Legal <= e.Legal && s.Legal > since {
				since = s.Legal
			}
		}
		if since != "" {
			e.Legal = since
		}
	}
}

// undoes tells whether a step takes away another: what started a limit no longer counts, and the limit ends with it.
func (v *view) undoes(step, other string) bool {
	sp := v.d.stepsBy[step]
	return sp != nil && slices.Contains(sp.Resets, other)
}

// runsBack finds the runs of a `before` limit: each time that what it counts back from happens, or is planned.
func (v *view) runsBack(l *limitProgram, key string) []run {
	var out []run
	events := inOrder(v.s.Events)
	for _, e := range events {
		if l.to[e.Step] && valid(&e) && (e.Key == "" || key == "" || e.Key == key) {
			out = append(out, run{n: int64(len(out) + 1), key: key, start: e})
		}
	}
	if day, ok := v.get(l.Day); l.Day != "" && ok && day.Text != "" {
		if len(out) == 0 || day.Text > out[len(out)-1].start.Legal {
			out = append(out, run{n: int64(len(out) + 1), key: key, start: matter.Event{Step: l.To[0], Legal: day.Text}, planned: true})
		}
	}
	for i := range out {
		for _, e := range events {
			if _, ok := l.from[e.Step]; !ok || !valid(&e) || e.Key != "" && key != "" && e.Key != key {
				continue
			}
			if i > 0 && e.Legal <= out[i-1].start.Legal {
				continue // it announced an earlier one
			}
			if e.Legal <= out[i].start.Legal {
				last := e
				out[i].end = &last
			}
		}
	}
	return out
}

// idle is the view of a limit that has not started, or does not apply.
func (v *view) idle(l *limitProgram, key string) LimitView {
	out := LimitView{ID: l.ID, Key: key, Title: l.Title, Shape: l.Shape, Promise: l.Promise, State: NotStarted}
	holds, known, missing := v.truth(l.when)
	switch {
	case known && !holds:
		out.State = NotNeeded
	case !known && v.why:
		out.Why = append(out.Why, Line{Text: missing})
	}
	return out
}

// settle answers one run of a limit.
func (v *view) settle(l *limitProgram, r run) LimitView {
	out := LimitView{ID: l.ID, Key: r.key, N: r.n, Title: l.Title, Shape: l.Shape, Promise: l.Promise, Start: r.start.Legal}
	if r.end != nil {
		out.Done = r.end.Legal
	}
	if fixed := v.fixed(l, r); fixed != nil {
		v.verdict(l, r, fixed, &out)
		if !v.why {
			return out
		}
	}
	holds, known, missing := v.truth(l.when)
	if out.Met == nil && (r.cut || known && !holds || r.end == nil && v.pointless(l)) {
		out.State = NotNeeded
		return out
	}
	due, lines, ok := v.due(l, r)
	if !ok {
		if out.State == "" {
			out.State = NotStarted
		}
		if missing != "" {
			lines = append(lines, Line{Text: missing})
		}
		out.Why = lines
		return out
	}
	out.Why = lines
	out.Provisional = due.Provisional
	if out.State != "" { // fixed by a record
		return out
	}
	v.judge(l, r, due, &out)
	return out
}

// pointless tells whether none of the steps a limit waits for applies any more. A trial of dates alone does not know what
// else happened, and lets the limit run.
func (v *view) pointless(l *limitProgram) bool {
	if v.env.trial {
		return false
	}
	for _, sp := range l.awaits {
		if holds, known, _ := v.truth(sp.when); !known || holds {
			return false
		}
	}
	return len(l.awaits) > 0
}

// fixed finds the verdict a record has given on a run, nil where it is open.
func (v *view) fixed(l *limitProgram, r run) *matter.Limit {
	for i := range v.s.Limits {
		if x := &v.s.Limits[i]; x.Limit == l.ID && x.Key == r.key && x.N == r.n && x.Verdict != "" {
			return x
		}
	}
	return nil
}

// verdict shows a run as its record has closed it.
func (v *view) verdict(l *limitProgram, _ run, fixed *matter.Limit, out *LimitView) {
	met := fixed.Verdict == Met
	if l.Shape == AtLeast || l.Shape == NotBefore {
		out.Earliest = fixed.Due
	} else {
		out.Due = fixed.Due
	}
	out.Done = fixed.Date
	switch fixed.Verdict {
	case Met, Missed:
		out.Met, out.State = &met, fixed.Verdict
		if !met && out.Earliest != "" {
			out.State = TooEarly
		}
	default:
		out.State = NotNeeded
	}
}

// due computes the day (or moment) of a run and its reasons. ok is false where it cannot be told.
func (v *view) due(l *limitProgram, r run) (due calendar.Due, lines []Line, ok bool) {
	start, err := calendar.Parse(r.start.Legal)
	if err != nil {
		return due, nil, false
	}
	rule := v.lengthOf(l)
	if rule == nil {
		text := "不能判断适用哪一种期限"
		if l.Note != "" {
			text += "：" + l.Note
		}
		return due, []Line{{Text: text, Cites: l.Cites}}, false
	}
	length, until, ok := v.length(rule.lengthRule)
	if !ok {
		return due, []Line{{Text: "期限的长度还没有确定", Cites: l.Cites}}, false
	}
	if until != "" {
		return v.dueOn(l, r, until)
	}
	event := v.eventTitle(r.start)
	if l.Shape == Before {
		due, err = v.env.Calendar.Before(start, event, length, l.Cites)
		return due, v.lines(due, err), err == nil
	}
	p := calendar.Period{Start: start, Event: event, Length: length, Cites: l.Cites, Roll: v.rolls(l), RollCites: l.RollCites}
	if length.Unit == calendar.Hours && r.start.Time != "" {
		if p.StartAt, err = calendar.ParseMoment(r.start.Time); err != nil {
			return due, []Line{{Text: err.Error()}}, false
		}
	}
	p.Excluded, lines = v.excluded(l, r)
	notes := lines
	due, more, err := v.extend(l, r, &p)
	if err != nil {
		return due, []Line{{Text: err.Error()}}, false
	}
	notes = append(notes, more...)
	if l.Shape == AtLeast || l.Shape == NotBefore {
		due, err = v.env.Calendar.Earliest(p, l.Shape == NotBefore)
	}
	lines = append(v.lines(due, err), notes...)
	if sp := v.d.stepsBy[r.start.Step]; sp != nil && len(lines) > 0 && lines[0].Cites == "" && lines[0].Date == r.start.Legal {
		lines[0].Cites = sp.Cites
	}
	return due, lines, err == nil
}

// dueOn is the due date of a limit whose day is given itself; extensions name days, too.
func (v *view) dueOn(l *limitProgram, r run, until string) (due calendar.Due, lines []Line, ok bool) {
	if v.why {
		lines = append(lines, Line{r.start.Legal, v.eventTitle(r.start) + "之日", ""}, Line{until, l.Title + "的日期", l.Cites})
	}
	for _, x := range v.extensions(l, r) {
		switch {
		case x.Until == "" || x.Until <= until:
		case x.Approved > until:
			if v.why {
				lines = append(lines, Line{x.Approved, "批准延期时已经到期，不改变期限", v.extensionCites(l, x)})
			}
		default:
			until = x.Until
			if v.why {
				lines = append(lines, Line{until, x.Approved + "批准延期至当日", v.extensionCites(l, x)})
			}
		}
	}
	date, err := calendar.Parse(until)
	if err != nil {
		return due, nil, false
	}
	return calendar.Due{Date: date}, lines, true
}

// lengthOf chooses the length that holds: the first whose condition is true.
func (v *view) lengthOf(l *limitProgram) *lengthProgram {
	for i := range l.lengths {
		holds, known, _ := v.truth(l.lengths[i].when)
		if !known {
			return nil
		}
		if holds {
			return &l.lengths[i]
		}
	}
	return nil
}

func (v *view) rolls(l *limitProgram) bool {
	if name, ok := strings.CutPrefix(l.Roll, "param."); ok {
		x, _ := v.param(name)
		on, _ := x.(bool)
		return on
	}
	return l.Roll == "forward"
}

// lines turns the calendar's reasons into ours.
func (v *view) lines(due calendar.Due, err error) []Line {
	if !v.why {
		return nil
	}
	if err != nil {
		return []Line{{Text: err.Error()}}
	}
	out := make([]Line, len(due.Why))
	for i, w := range due.Why {
		out[i] = Line{Text: w.Text, Cites: w.Cites}
		if w.Date != 0 {
			out[i].Date = w.Date.String()
		}
	}
	return out
}

func (v *view) eventTitle(e matter.Event) string {
	title := e.Step
	if sp := v.d.stepsBy[e.Step]; sp != nil {
		title = sp.Title
	}
	if e.Flags&matter.Deemed != 0 {
		return "视为" + title
	}
	return title
}

// cites is an article, or the parameter that names one: a rule the unit chose, never the statute.
func (v *view) cites(text string) string {
	name, ok := strings.CutPrefix(text, "param.")
	if !ok {
		return text
	}
	x, _ := v.param(name)
	if s, _ := x.(string); s != "" {
		return s
	}
	return "部门规章参数"
}

// excluded gathers the spans that do not count. Notes tell of those that are on record and do not apply.
func (v *view) excluded(l *limitProgram, r run) (out []calendar.Exclusion, notes []Line) {
	for _, p := range l.pauses {
		spans := v.spans(p, r)
		if len(spans) == 0 {
			continue
		}
		if holds, _, missing := v.truth(p.when); !holds {
			if v.why {
				text := p.Title + "期间计入期限：不符合不予计入的条件"
				if strings.HasPrefix(p.Cites, "param.") {
					text = p.Title + "期间计入期限：没有选定不予计入的规定"
				}
				if missing != "" {
					text = p.Title + "期间计入期限：" + missing
				}
				notes = append(notes, Line{Date: spans[0].From, Text: text, Cites: v.cites(p.Cites)})
			}
			continue
		}
		for _, s := range spans {
			from, err := calendar.Parse(s.From)
			if err != nil {
				continue
			}
			x := calendar.Exclusion{Span: calendar.Span{From: from, To: from}, Open: s.To == "", Text: p.Title, Cites: v.cites(p.Cites)}
			if to, err := calendar.Parse(s.To); err == nil {
				x.Span.To = to
			}
			if r.end != nil && x.Open {
				if end, err := calendar.Parse(r.end.Legal); err == nil { // it ended with the limit
					x.Open, x.Span.To = false, max(end, from)
				}
			}
			out = append(out, x)
		}
	}
	return out, notes
}

// spans lists the spans of a ground: recorded ones, and those that steps begin and end.
func (v *view) spans(p pauseProgram, r run) []matter.Pause {
	var out []matter.Pause
	for _, s := range v.s.Pauses {
		if s.Ground == p.ID {
			out = append(out, s)
		}
	}
	if len(p.From) == 0 {
		return out
	}
	var open *matter.Pause
	for _, e := range inOrder(v.s.Events) {
		if e.Key != "" && r.key != "" && e.Key != r.key || !valid(&e) {
			continue
		}
		switch {
		case open == nil && slices.Contains(p.From, e.Step):
			out = append(out, matter.Pause{Ground: p.ID, From: e.Legal})
			open = &out[len(out)-1]
		case open != nil && slices.Contains(p.To, e.Step):
			open.To = e.Legal
			open = nil
		}
	}
	return out
}

// extensions lists what was approved for a run, in order of approval.
func (v *view) extensions(l *limitProgram, r run) []matter.Extension {
	var out []matter.Extension
	for _, x := range v.s.Extends {
		if x.Limit == l.ID && (x.Key == "" || x.Key == r.key) && (x.Approved == "" || x.Approved >= r.start.Legal) {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b matter.Extension) int { return cmp.Compare(a.Approved, b.Approved) })
	return out
}

func (v *view) extensionCites(l *limitProgram, _ matter.Extension) string {
	if len(l.extends) == 0 {
		return l.Cites
	}
	return v.cites(l.extends[0].Cites)
}

// extend adds the extensions that count: those approved no later than the day they extend.
func (v *view) extend(l *limitProgram, r run, p *calendar.Period) (due calendar.Due, notes []Line, err error) {
	due, err = v.env.Calendar.End(*p)
	if err != nil {
		return due, nil, err
	}
	until := "" // the latest day that was named itself
	for _, x := range v.extensions(l, r) {
		if !due.Open && x.Approved > max(due.Date.String(), until) {
			if v.why {
				notes = append(notes, Line{x.Approved, "批准延长时期限已经届满，不改变期限", v.extensionCites(l, x)})
			}
			continue
		}
		if x.Until != "" {
			if x.Until > until {
				until = x.Until
				if v.why {
					notes = append(notes, Line{until, x.Approved + "批准延期至当日", v.extensionCites(l, x)})
				}
			}
			continue
		}
		length, ok := v.extensionLength(l, x)
		if !ok || length.N == 0 {
			continue
		}
		p.Extensions = append(p.Extensions, calendar.Extension{Length: length, Text: x.Approved + "批准", Cites: v.extensionCites(l, x)})
		if due, err = v.env.Calendar.End(*p); err != nil {
			return due, notes, err
		}
	}
	if !due.Open && until > due.Date.String() {
		day, err := calendar.Parse(until)
		if err != nil {
			return due, notes, err
		}
		due.Date, due.At, due.Provisional = day, 0, false
	}
	return due, notes, nil
}

// extensionLength reads how much an extension gives: its own length, else that of the rule.
func (v *view) extensionLength(l *limitProgram, x matter.Extension) (calendar.Length, bool) {
	if x.Length != "" {
		rule, err := v.d.parseLength(x.Length)
		if err != nil {
			return calendar.Length{}, false
		}
		length, _, ok := v.length(rule)
		return length, ok
	}
	if len(l.extends) == 0 {
		return calendar.Length{}, false
	}
	length, _, ok := v.length(l.extends[0].lengthRule)
	return length, ok
}
