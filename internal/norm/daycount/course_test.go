package daycount_test

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhunsheng/internal/norm/procedure"
)

// event is something that happened.
type event struct {
	step, key, outcome string
	on                 day
	at                 time.Time // zero where only the day is known
	files              int
	undone             bool // a later step took it back
	shuts, opens       bool // it closes the matter, or opens it again
	silent             bool // silence brought it about
	excuses            map[string]bool
}

// stopping is a span on record under its ground.
type stopping struct {
	ground string
	stop
}

// lengthening is an extension on record.
type lengthening struct {
	limit, key string
	approved   day // 0: in time
	length     string
	until      day
}

// course is what happened to a matter, as an example tells it. The procedure is read as data: which steps start and end
// a limit, how long it is, what stops it; nothing of it is asked to count.
type course struct {
	a       *almanac
	d       *procedure.Definition
	events  []event
	stopped []stopping
	longer  []lengthening
	values  map[string]any // text as written, or the ids of the rows
	params  map[string]string
	today   day
	opened  day
	alone   bool // dates alone, no matter behind them
}

// known is the id that a step has today.
func (c *course) known(id string) string {
	if c.d.Step(id) != nil {
		return id
	}
	if id == "open" {
		return c.d.Opens
	}
	for i := range c.d.AllSteps {
		if slices.Contains(c.d.AllSteps[i].Was, id) {
			return c.d.AllSteps[i].ID
		}
	}
	return id
}

// byDate gives the events in the order of their days and hours.
func (c *course) byDate() []event {
	out := slices.Clone(c.events)
	slices.SortStableFunc(out, func(a, b event) int {
		if a.on != b.on || a.at.IsZero() || b.at.IsZero() {
			return cmp.Compare(a.on, b.on)
		}
		return a.at.Compare(b.at)
	})
	return out
}

// span is one running of a limit.
type span struct {
	start   event
	end     *event
	revoked bool // what started it was taken back
	shut    bool // it ended with its matter, without an answer
	planned bool // the day counted back from is only planned
}

func meets(a, b string) bool { return a == "" || b == "" || a == b }

// spans finds the runnings of a limit: `from` the first of the list that happened, `to` whichever comes first.
func (c *course) spans(l *procedure.Limit, key string) []span {
	if l.Shape == procedure.Before {
		return c.backward(l, key)
	}
	var out []span
	rank := 0
	for _, e := range c.byDate() {
		if !meets(e.key, key) {
			continue
		}
		at := slices.Index(l.From, e.step)
		if len(out) > 0 && e.opens && out[len(out)-1].shut {
			out[len(out)-1].end, out[len(out)-1].shut = nil, false // the matter is open again, and what ended with it runs
		}
		if len(out) == 0 || out[len(out)-1].end != nil {
			if at >= 0 {
				out, rank = append(out, span{start: e}), at
			}
		} else {
			now, step := &out[len(out)-1], c.d.Step(e.step)
			switch {
			case at >= 0 && (l.Latest || at <= rank):
				if !now.start.silent || at != rank {
					now.start, rank = e, at
				}
			case slices.Contains(l.To, e.step):
				now.end = &e
			case step != nil && slices.Contains(step.Resets, now.start.step):
				now.end, now.revoked = &e, true
			}
		}
		if e.shuts && len(out) > 0 && out[len(out)-1].end == nil && !c.later(l, e) {
			out[len(out)-1].end, out[len(out)-1].shut = &e, true // closing ends all but what is to be done after it
		}
	}
	return out
}

// later tells whether a limit waits for a step that comes after the close; a close that is no step of the procedure ends
// every limit.
func (c *course) later(l *procedure.Limit, shut event) bool {
	return c.d.Step(shut.step) != nil && slices.ContainsFunc(l.To, func(id string) bool {
		step := c.d.Step(id)
		return step != nil && step.AfterClose
	})
}

// backward finds the runnings of a limit that counts back from what comes after.
func (c *course) backward(l *procedure.Limit, key string) []span {
	var out []span
	for _, e := range c.byDate() {
		if slices.Contains(l.To, e.step) && !e.undone && meets(e.key, key) {
			out = append(out, span{start: e})
		}
	}
	if s, ok := c.values[l.Day].(string); ok && l.Day != "" {
		if d, err := parseDay(s); err == nil && (len(out) == 0 || d > out[len(out)-1].start.on) {
			out = append(out, span{start: event{step: l.To[0], on: d}, planned: true})
		}
	}
	for i := range out {
		for _, e := range c.byDate() {
			tooOld := i > 0 && e.on <= out[i-1].start.on // it belonged to the one before
			if slices.Contains(l.From, e.step) && !e.undone && meets(e.key, key) && !tooOld && e.on <= out[i].start.on {
				out[i].end = &e
			}
		}
	}
	return out
}

// silence adds what comes about because nobody acted: the step of on_expiry on the day a limit ran out.
func (c *course) silence() {
	for i := range c.d.AllLimits {
		l := &c.d.AllLimits[i]
		if l.OnExpiry == "" {
			continue
		}
		for _, s := range c.spans(l, "") {
			if s.revoked || s.shut || c.excluded(l) || s.end == nil && c.moot(l) {
				continue
			}
			e, known, _ := c.end(l, s, "")
			if !known || e.open || c.today <= e.day || s.end != nil && s.end.on <= e.day {
				continue
			}
			c.events = slices.DeleteFunc(slices.Clone(c.events), func(o event) bool { return o.step == l.OnExpiry && o.on > e.day })
			at := 0
			for at < len(c.events) && c.events[at].on <= e.day {
				at++
			}
			c.events = slices.Insert(c.events, at, event{step: l.OnExpiry, on: e.day, silent: true})
		}
	}
}

// excluded tells whether a limit surely does not apply.
func (c *course) excluded(l *procedure.Limit) bool {
	holds, known, _ := c.judge(l.When.Source)
	return known && !holds
}

// moot tells whether none of the steps that a limit waits for applies any more.
func (c *course) moot(l *procedure.Limit) bool {
	waits := l.To
	if l.Shape == procedure.Before {
		waits = l.From
	}
	if c.alone {
		return false
	}
	for _, id := range waits {
		step := c.d.Step(id)
		if step == nil || step.When.Source == "" {
			return false
		}
		if holds, known, _ := c.judge(step.When.Source); holds || !known {
			return false
		}
	}
	return true
}

// length reads how long: 90 days, param.x days, a period that a parameter says, or the day itself that a paper names.
func (c *course) length(text string) (l length, until day, known bool) {
	first, unit, two := strings.Cut(text, " ")
	if unit != "" && !strings.HasSuffix(unit, "s") {
		unit += "s"
	}
	l.unit = unit
	if n, err := strconv.Atoi(first); err == nil && two {
		l.n = n
		return l, 0, true
	}
	var v any
	if id, ok := strings.CutPrefix(first, "param."); ok {
		v = c.param(id)
	} else if f := c.d.Field(first); f != nil {
		v = c.field(f)
	}
	switch v := v.(type) {
	case int64:
		l.n = int(v)
		return l, 0, true
	case day:
		return l, v, true
	case string:
		if v != "" && v != text && !two {
			return c.length(v)
		}
	}
	return l, 0, false
}

// end counts one running of a limit; known is false where nothing says yet how long it is. why says what this counter
// cannot tell.
func (c *course) end(l *procedure.Limit, s span, key string) (e end, known bool, why string) {
	text := ""
	for _, x := range l.Lengths {
		holds, known, why := c.judge(x.When.Source)
		if why != "" {
			return e, false, "which length applies: " + why
		}
		if !known {
			return e, false, ""
		}
		if holds {
			text = x.Text
			break
		}
	}
	n, until, known := c.length(text)
	if !known {
		return e, false, ""
	}
	var longer []lengthening
	for _, x := range c.longer {
		if x.limit == l.ID && (x.key == "" || x.key == key) && (x.approved == 0 || x.approved >= s.start.on) {
			longer = append(longer, x)
		}
	}
	slices.SortStableFunc(longer, func(a, b lengthening) int { return cmp.Compare(a.approved, b.approved) })
	if until != 0 { // a day that a paper names is that day
		for _, x := range longer {
			if x.until > until && x.approved <= until {
				until = x.until
			}
		}
		return end{day: until}, true, ""
	}
	if l.Shape == procedure.Before {
		return end{day: c.a.latest(s.start.on, n)}, true, ""
	}
	p := period{start: s.start.on, at: s.start.at, length: n, rolls: l.Roll == "forward"}
	if id, ok := strings.CutPrefix(l.Roll, "param."); ok {
		p.rolls, _ = c.param(id).(bool)
	}
	for _, x := range longer {
		if by, _, ok := c.length(x.length); ok {
			p.longer = append(p.longer, extra{x.approved, by})
		}
	}
	for _, g := range l.Pauses {
		stops := c.stops(g, s, key)
		if len(stops) == 0 {
			continue
		}
		holds, _, why := c.judge(g.When.Source)
		if why != "" {
			return e, false, "whether “" + g.ID + "” stops the limit: " + why
		}
		if holds {
			p.stopped = append(p.stopped, stops...)
		}
	}
	if e = c.a.end(p); l.Shape == procedure.NotBefore && n.unit != "hours" && !e.open {
		e.day++
	}
	return e, true, ""
}

// stops lists the spans of a ground: those on record and those that steps begin and end.
func (c *course) stops(g procedure.PauseRule, s span, key string) []stop {
	var out []stop
	for _, x := range c.stopped {
		if x.ground == g.ID {
			out = append(out, x.stop)
		}
	}
	running := false
	for _, e := range c.byDate() {
		if e.undone || !meets(e.key, key) {
			continue
		}
		if !running && slices.Contains(g.From, e.step) {
			out, running = append(out, stop{from: e.on, open: true}), true
		} else if running && slices.Contains(g.To, e.step) {
			out[len(out)-1].to, out[len(out)-1].open, running = e.on, false, false
		}
	}
	for i := range out {
		if out[i].open && s.end != nil { // it ended with the limit
			out[i].open, out[i].to = false, max(s.end.on, out[i].from)
		}
	}
	return out
}

// answer is what a limit comes to: its day, and whether it was kept ("" while that is open).
type answer struct{ due, earliest, met string }

// limit answers a limit for one element. why says what this counter cannot tell.
func (c *course) limit(l *procedure.Limit, key string) (a answer, why string) {
	spans := c.spans(l, key)
	if len(spans) == 0 {
		return a, ""
	}
	s := spans[len(spans)-1]
	if s.revoked || s.shut || c.excluded(l) || s.end == nil && c.moot(l) {
		return a, ""
	}
	e, known, why := c.end(l, s, key)
	if !known || e.open {
		return a, why
	}
	floor := l.Shape == procedure.AtLeast || l.Shape == procedure.NotBefore
	if floor {
		a.earliest = e.String()
	} else {
		a.due = e.String()
	}
	switch {
	case s.end == nil && l.Shape == procedure.Before && !s.planned && s.start.on <= c.today:
		a.met = "false"
	case s.end == nil:
	case !floor:
		a.met = strconv.FormatBool(!later(*s.end, e))
	case s.end.excuses[l.ID]:
		a.met = "true"
	default:
		if l.Excused.Source != "" {
			holds, _, why := c.judge(l.Excused.Source)
			if why != "" {
				return a, "whether being early is excused: " + why
			}
			if holds {
				a.met = "true"
				return a, ""
			}
		}
		a.met = strconv.FormatBool(!sooner(*s.end, e))
	}
	return a, ""
}

func later(x event, e end) bool {
	if !e.at.IsZero() && !x.at.IsZero() {
		return x.at.After(e.at)
	}
	return x.on > e.day
}

func sooner(x event, e end) bool {
	if !e.at.IsZero() && !x.at.IsZero() {
		return x.at.Before(e.at)
	}
	return x.on < e.day
}
