package daycount_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/source"
)

// story is a course of dates alone: the `dates:` form of an example, and what the property test makes up.
type story struct {
	events  []telling
	stopped []stopping
	longer  []permission
	params  map[string]string
	today   day
}

// telling is one event as it is told: a day, or an hour of it.
type telling struct{ step, key, when string }

// permission is an extension by its id or its limit; approved 0 is in time.
type permission struct {
	id       string
	approved day
	until    day
}

// course makes of a story what happened. Of one day the order of the procedure's own steps counts: dates alone do not
// say which came first.
func (s story) course(a *almanac, d *procedure.Definition) (*course, error) {
	c := &course{a: a, d: d, alone: true, today: s.today, stopped: s.stopped, values: map[string]any{}, params: map[string]string{}}
	for _, e := range s.events {
		on, at, err := moment(e.when)
		if err != nil {
			return nil, err
		}
		c.events = append(c.events, event{step: c.known(e.step), key: e.key, on: on, at: at})
	}
	place := func(id string) int {
		return slices.IndexFunc(d.AllSteps, func(x procedure.Step) bool { return x.ID == id })
	}
	slices.SortStableFunc(c.events, func(x, y event) int {
		switch {
		case x.on != y.on:
			return int(x.on - y.on)
		case !x.at.IsZero() && !y.at.IsZero() && !x.at.Equal(y.at):
			return x.at.Compare(y.at)
		}
		return place(x.step) - place(y.step)
	})
	for i := range c.events {
		if c.opened == 0 || c.events[i].step == d.Opens {
			c.opened = c.events[i].on
		}
		if step := d.Step(c.events[i].step); step != nil {
			c.undo(step.Resets, c.events[:i])
		}
	}
	for name, text := range s.params {
		if d.Param(name) != nil {
			c.params[name] = text
			continue
		}
		if d.Field(name) == nil {
			return nil, fmt.Errorf("neither parameter nor field: %s", name)
		}
		c.values[name] = text
	}
	for _, p := range s.longer {
		l, x := extensionOf(d, p.id)
		if l == nil {
			return nil, fmt.Errorf("no extension %s", p.id)
		}
		c.longer = append(c.longer, lengthening{limit: l.ID, approved: p.approved, length: x.Length, until: p.until})
	}
	c.silence()
	return c, nil
}

// extensionOf finds an extension by its own id or that of its limit.
func extensionOf(d *procedure.Definition, id string) (*procedure.Limit, *procedure.ExtensionRule) {
	for i := range d.AllLimits {
		l := &d.AllLimits[i]
		for k := range l.Extensions {
			if l.ID == id || l.Extensions[k].ID == id {
				return l, &l.Extensions[k]
			}
		}
	}
	return nil, nil
}

// moment reads a day, or an hour as RFC 3339 has it, with or without seconds.
func moment(s string) (day, time.Time, error) {
	if !strings.Contains(s, "T") {
		d, err := parseDay(s)
		return d, time.Time{}, err
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t, err = time.Parse("2006-01-02T15:04Z07:00", s)
	}
	return inChina(t), t, err
}

// undo marks the events of some steps as taken back.
func (c *course) undo(steps []string, events []event) {
	for i := range events {
		if slices.Contains(steps, events[i].step) {
			events[i].undone = true
		}
	}
}

// storyOf reads the `dates:` form of an example.
func storyOf(n *source.Node) (story, error) {
	s := story{params: map[string]string{}}
	var err error
	read := func(text string) day {
		if text == "" {
			return 0
		}
		d, bad := parseDay(text)
		if bad != nil {
			err = bad
		}
		return d
	}
	s.today = read("2026-12-31")
	if t := n.Get("today"); t != nil {
		s.today = read(t.Text)
	}
	pairs(n.Get("dates"), func(k string, v *source.Node) {
		step, key, _ := strings.Cut(k, "@")
		for _, text := range texts(v) {
			s.events = append(s.events, telling{step, key, text})
		}
	})
	pairs(n.Get("pause"), func(k string, v *source.Node) {
		from, to, _ := strings.Cut(v.Text, "..")
		s.stopped = append(s.stopped, stopping{k, stop{read(from), read(to), to == ""}})
	})
	pairs(n.Get("extend"), func(k string, v *source.Node) {
		on, until, _ := strings.Cut(v.Text, "..")
		s.longer = append(s.longer, permission{k, read(on), read(until)})
	})
	pairs(n.Get("params"), func(k string, v *source.Node) { s.params[k] = v.Text })
	return s, err
}

func pairs(n *source.Node, visit func(k string, v *source.Node)) {
	if n != nil {
		for i, k := range n.Keys {
			visit(k.Text, n.Values[i])
		}
	}
}

// texts is a scalar, or the scalars of a list.
func texts(n *source.Node) []string {
	switch {
	case n == nil:
		return nil
	case n.Kind == source.Scalar:
		return []string{n.Text}
	}
	var out []string
	for _, v := range n.Values {
		out = append(out, v.Text)
	}
	return out
}

// note is one record of a run: what an act that went through has left behind.
type note struct {
	event   *event
	values  map[string]any
	adds    map[string]int64
	stopped *stopping
	resumed *stopping
	longer  *lengthening
	undoes  []string
	void    bool
}

// diary is the `run:` form of an example as far as it has gone. Acts that are refused leave no note.
type diary struct {
	a      *almanac
	d      *procedure.Definition
	params map[string]string
	notes  []note
	today  day
}

// course folds the notes into what has happened.
func (y *diary) course() *course {
	c := &course{a: y.a, d: y.d, params: y.params, values: map[string]any{}, today: y.today}
	for i, n := range y.notes {
		if n.void {
			continue
		}
		if i == 0 && n.event != nil {
			c.opened = n.event.on
		}
		c.undo(n.undoes, c.events)
		if n.event != nil {
			c.events = append(c.events, *n.event)
		}
		for k, v := range n.values {
			if c.values[k] = v; v == nil {
				delete(c.values, k)
			}
		}
		for k, by := range n.adds {
			held, _ := c.values[k].(string)
			sum, _ := strconv.ParseInt(held, 10, 64)
			c.values[k] = strconv.FormatInt(sum+by, 10)
		}
		if n.stopped != nil {
			c.stopped = append(c.stopped, *n.stopped)
		}
		if n.resumed != nil {
			for i := range c.stopped {
				if s := &c.stopped[i]; s.open && s.ground == n.resumed.ground {
					s.open, s.to = false, n.resumed.to
				}
			}
		}
		if n.longer != nil {
			c.longer = append(c.longer, *n.longer)
		}
	}
	return c
}

// act takes down one act of a run.
func (y *diary) act(n *source.Node) error {
	word := func(key string) string {
		if v := n.Get(key); v != nil {
			return v.Text
		}
		return ""
	}
	id, on := word("step"), word("on")
	var legal day
	var at time.Time
	var err error
	if on != "" {
		if legal, at, err = moment(on); err != nil {
			return err
		}
		y.today = legal
	}
	if t := word("today"); t != "" {
		if y.today, err = parseDay(t); err != nil {
			return err
		}
	}
	if id == "" || n.Get("refused") != nil || n.Get("invalid") != nil {
		return nil
	}
	if legal == 0 {
		legal = y.today
	}
	before := y.course()
	out := note{values: map[string]any{}, adds: map[string]int64{}}
	step := y.d.Step(before.known(id))
	if len(y.notes) == 0 {
		step = y.d.Step(y.d.Opens)
		id = y.d.Opens
	}
	day := func(key string, otherwise day) day {
		if d, bad := parseDay(word(key)); bad == nil {
			return d
		}
		return otherwise
	}
	switch id {
	case "correct", "void":
		return y.amend(id, word("record"), word("move_to"), word("outcome"), n.Get("input"))
	case "pause":
		s := stopping{word("ground"), stop{from: day("from", legal), to: day("to", 0), open: word("to") == ""}}
		out.stopped = &s
	case "resume":
		out.resumed = &stopping{word("ground"), stop{to: day("to", legal)}}
	case "extend":
		out.longer, out.undoes = y.extend(word("limit"), word("ground"), word("length"), word("key"), legal, day("until", 0))
	case "close", "merge", "handover", "reopen":
		out.event = &event{step: id, on: legal, at: at, outcome: word("outcome"), shuts: id == "close" || id == "merge", opens: id == "reopen"}
	}
	if step != nil {
		e := event{step: step.ID, key: word("key"), outcome: word("outcome"), on: legal, at: at, files: len(texts(n.Get("files"))), excuses: map[string]bool{}}
		pairs(n.Get("unless"), func(k string, _ *source.Node) { e.excuses[k] = true })
		role, _, _ := strings.Cut(word("by"), "/")
		if role == "" && len(step.By) > 0 {
			role = step.By[0].Role
		}
		e.silent = role == "system" && slices.ContainsFunc(y.d.AllLimits, func(l procedure.Limit) bool { return l.OnExpiry == step.ID })
		out.event, out.undoes = &e, step.Resets
		e.shuts = step.Close != "" && (len(step.CloseOn) == 0 || slices.Contains(step.CloseOn, e.outcome))
		e.opens = step.Reopens
		y.fill(before, step, n.Get("input"), &out)
	} else if in := n.Get("input"); in != nil {
		pairs(in, func(k string, v *source.Node) { y.put(before, k, v, &out) })
	}
	y.notes = append(y.notes, out)
	return nil
}

// amend corrects or takes back an earlier note; it leaves a note of its own, since notes are counted.
func (y *diary) amend(how, record, moveTo, outcome string, input *source.Node) error {
	i, err := strconv.Atoi(record)
	if err != nil || i < 1 || i > len(y.notes) {
		return fmt.Errorf("no record %q", record)
	}
	n := &y.notes[i-1]
	if how == "void" {
		n.void = true
		y.notes = append(y.notes, note{})
		return nil
	}
	if n.event != nil {
		e := *n.event
		if moveTo != "" {
			if e.on, err = parseDay(moveTo); err != nil {
				return err
			}
		}
		if outcome != "" {
			e.outcome = outcome
		}
		n.event = &e
	}
	pairs(input, func(k string, v *source.Node) { y.put(y.course(), k, v, n) })
	y.notes = append(y.notes, note{})
	return nil
}

// extend is an extension approved in a run.
func (y *diary) extend(limit, ground, by, key string, on, until day) (*lengthening, []string) {
	l := y.d.Limit(limit)
	if l == nil || len(l.Extensions) == 0 {
		return nil, nil
	}
	rule := l.Extensions[0]
	for _, x := range l.Extensions {
		if x.ID == ground {
			rule = x
		}
	}
	if by == "" {
		by = rule.Length
	}
	return &lengthening{limit: l.ID, key: key, approved: on, length: by, until: until}, rule.Resets
}

// fill takes down what the form of a step was filled with; words that it asks for and the example does not give are made
// up by the example's cast.
func (y *diary) fill(c *course, step *procedure.Step, input *source.Node, out *note) {
	pairs(input, func(k string, v *source.Node) { y.put(c, k, v, out) })
	for _, ref := range step.Form {
		f := y.d.Field(ref.Field)
		if f == nil || ref.Optional || f.Optional || c.values[ref.Field] != nil || out.values[ref.Field] != nil {
			continue
		}
		switch {
		case f.Type == procedure.TypeParty:
			out.values[f.ID] = []any{"p1"}
		case f.Type == procedure.TypeList:
		case f.Many && slices.Contains([]string{procedure.TypeText, procedure.TypeEntry, procedure.TypeFile}, f.Type):
			out.values[f.ID] = []any{"p1", "p2"}
		case slices.Contains([]string{procedure.TypeText, procedure.TypeEntry, procedure.TypeFile}, f.Type):
			out.values[f.ID] = "示例"
		}
	}
}

// put takes down one value.
func (y *diary) put(c *course, id string, v *source.Node, out *note) {
	f := y.d.Field(id)
	switch {
	case f == nil:
	case v.Kind == source.Null:
		out.values[id] = nil
	case f.Sum:
		if n, err := strconv.ParseInt(v.Text, 10, 64); err == nil {
			out.adds[id] = n
		}
	case !f.Rows():
		out.values[id] = v.Text
	default:
		out.values[id] = ids(c, f, v)
	}
}

// ids names the rows of a list: by the id they were given, else by the next number.
func ids(c *course, f *procedure.Field, v *source.Node) []any {
	rows := []*source.Node{v}
	if v.Kind == source.List {
		rows = v.Values
	}
	next := 1
	see := func(id any) {
		s, _ := id.(string)
		if n, err := strconv.Atoi(strings.TrimPrefix(s, "p")); err == nil && n >= next {
			next = n + 1
		}
	}
	held, _ := c.values[f.ID].([]any)
	for _, id := range held {
		see(id)
	}
	for _, e := range c.events {
		see(e.key)
	}
	out := []any{}
	for _, row := range rows {
		if id := row.Get("id"); id != nil {
			out = append(out, id.Text)
			continue
		}
		out = append(out, "p"+strconv.Itoa(next))
		next++
	}
	return out
}
