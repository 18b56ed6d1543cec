package procedure

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/calendar"
	"zhunsheng/internal/norm/source"
)

// Trial is a course of dates whose limits are asked for, without a matter: what `zhunsheng limit` is given.
type Trial struct {
	Events  []TrialEvent
	Pauses  []TrialPause
	Extends []TrialExtend
	Params  map[string]string // parameters, or fields of which a limit's length is taken
	Today   string
	// Usual takes the trial values of parameters instead of their defaults.
	Usual bool
}

// TrialEvent is a step that happened: on a day, or at a moment where a limit is in hours.
type TrialEvent struct{ Step, Key, When, Outcome string }

// TrialPause is a span of a ground; To "" is open.
type TrialPause struct{ Ground, From, To string }

// TrialExtend is an extension; Approved "" is in time.
type TrialExtend struct{ Limit, Approved, Until string }

// Misuse is the error of a trial that asks for something the definition does not have.
type Misuse struct{ Say string }

// Error says what is unknown and what there is.
func (e *Misuse) Error() string { return e.Say }

// Off is the error of a trial that uses an extension which exists only where a unit has chosen a rule for it.
type Off struct{ Say string }

// Error says how to switch it on.
func (e *Off) Error() string { return e.Say }

// Try answers the limits of a course of dates; it is the same function as behind a matter's limits.
func (d *Definition) Try(t Trial, cal *calendar.Calendar) ([]LimitView, error) {
	if err := d.compiled(); err != nil {
		return nil, err
	}
	s := &matter.State{ID: "trial", Procedure: d.ID, Open: true, Unit: 1}
	if err := d.trialEvents(s, t.Events); err != nil {
		return nil, err
	}
	env := &Env{Today: t.Today, Calendar: cal, trial: true}
	params, err := d.trialParams(s, env, t)
	if err != nil {
		return nil, err
	}
	env.Param = func(name string) (matter.Value, bool) {
		v, ok := params[name]
		return v, ok
	}
	for _, p := range t.Pauses {
		if err := d.trialPause(s, p); err != nil {
			return nil, err
		}
	}
	for _, x := range t.Extends {
		if err := d.trialExtend(s, env, x); err != nil {
			return nil, err
		}
	}
	return d.Limits(s, env), nil
}

func (d *Definition) trialEvents(s *matter.State, events []TrialEvent) error {
	counts := map[string]int64{}
	place := func(step string) int {
		return slices.IndexFunc(d.AllSteps, func(x Step) bool { return x.ID == step })
	}
	for _, e := range events {
		if e.Step == opening && d.Step(opening) == nil {
			e.Step = d.Opens
		}
		if place(e.Step) < 0 { // an id of an earlier version
			if i := slices.IndexFunc(d.AllSteps, func(x Step) bool { return slices.Contains(x.Was, e.Step) }); i >= 0 {
				e.Step = d.AllSteps[i].ID
			}
		}
		if place(e.Step) < 0 && e.Step != d.Opens {
			return &Misuse{unknown("环节", e.Step, d.stepIDs())}
		}
		legal, moment := e.When, ""
		if strings.Contains(e.When, "T") {
			m, err := calendar.ParseMoment(e.When)
			if err != nil {
				return &Misuse{err.Error()}
			}
			legal, moment = m.Date().String(), m.String()
		}
		if _, err := calendar.Parse(legal); err != nil {
			return &Misuse{err.Error()}
		}
		counts[e.Step+"@"+e.Key]++
		s.Events = append(s.Events, matter.Event{Step: e.Step, Key: e.Key, N: counts[e.Step+"@"+e.Key], Legal: legal, Time: moment, Outcome: e.Outcome})
	}
	// Of one day the definition's own order counts: dates alone do not say which came first.
	slices.SortStableFunc(s.Events, func(a, b matter.Event) int {
		if c := strings.Compare(a.Legal, b.Legal); c != 0 {
			return c
		}
		if a.Time != "" && b.Time != "" && a.Time != b.Time {
			return strings.Compare(a.Time, b.Time)
		}
		return cmp.Compare(place(a.Step), place(b.Step))
	})
	for i := range s.Events {
		e := &s.Events[i]
		if sp := d.stepsBy[e.Step]; sp != nil {
			for k := range i {
				if slices.Contains(sp.Resets, s.Events[k].Step) {
					s.Events[k].Flags |= matter.Reset
				}
			}
		}
		if s.Opened == "" || e.Step == d.Opens {
			s.Opened = e.Legal
		}
	}
	return nil
}

func unknown(what, id string, known []string) string {
	say := what + "“" + id + "”不存在"
	if near := source.Nearest(id, known); near != "" {
		say += "，是不是“" + near + "”"
	}
	return say + "；已有：" + strings.Join(known, " ")
}

func (d *Definition) stepIDs() []string {
	var out []string
	if d.Step(opening) == nil {
		out = append(out, opening)
	}
	for i := range d.AllSteps {
		out = append(out, d.AllSteps[i].ID)
	}
	return out
}

// trialParams reads what was given by name: parameters of the definition, or its fields.
func (d *Definition) trialParams(s *matter.State, env *Env, t Trial) (map[string]matter.Value, error) {
	params := map[string]matter.Value{}
	if t.Usual {
		for i := range d.Params {
			if p := &d.Params[i]; p.Trial != "" {
				if v, ok := ParseParam(p, p.Trial); ok {
					params[p.ID] = v
				}
			}
		}
	}
	names := make([]string, 0, len(t.Params))
	for name := range t.Params {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		text := t.Params[name]
		if name == "soon_days" {
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil || n < 1 {
				return nil, &Misuse{"soon_days 应当是正整数"}
			}
			params[name] = matter.OfInt(n)
			continue
		}
		if p := d.Param(name); p != nil {
			v, ok := ParseParam(p, text)
			if !ok {
				return nil, &Misuse{fmt.Sprintf("参数“%s”（%s）不能取“%s”", name, p.Title, text)}
			}
			params[name] = v
			continue
		}
		f := d.Field(name)
		if f == nil && d.hasGround(name) {
			if text != "true" && text != "false" {
				return nil, &Misuse{"“" + name + "”应当是 true 或者 false"}
			}
			if text == "true" {
				env.grounds = append(env.grounds, name)
			}
			continue
		}
		if f == nil {
			known := []string{"soon_days"}
			for i := range d.Params {
				known = append(known, d.Params[i].ID)
			}
			return nil, &Misuse{unknown("参数", name, known)}
		}
		if known := optionIDs(f); f.Type == TypeChoice && !slices.Contains(known, text) {
			return nil, &Misuse{unknown(f.Title, text, known)}
		}
		v, say := plain(f, text)
		if say != "" {
			return nil, &Misuse{say}
		}
		s.Values = append(s.Values, matter.Held{Name: name, Value: v})
	}
	slices.SortFunc(s.Values, func(a, b matter.Held) int { return strings.Compare(a.Name, b.Name) })
	return params, nil
}

// hasGround tells whether a floor has a lawful ground for being shortened.
func (d *Definition) hasGround(id string) bool {
	return slices.ContainsFunc(d.limits, func(l *limitProgram) bool {
		return slices.ContainsFunc(l.Unless, func(g Ground) bool { return g.ID == id })
	})
}

func optionIDs(f *Field) []string {
	var out []string
	for _, o := range f.Options {
		out = append(out, o.ID)
	}
	return out
}

// plain reads a field's value as it is written.
func plain(f *Field, text string) (matter.Value, string) {
	var v matter.Value
	switch f.Type {
	case TypeInt:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return v, "“" + f.Title + "”应当是整数"
		}
		return matter.OfInt(n), ""
	case TypeMoney:
		v, ok := parseMoney(text)
		if !ok {
			return v, "“" + f.Title + "”应当是金额"
		}
		return v, ""
	case TypeBool:
		if text != "true" && text != "false" {
			return v, "“" + f.Title + "”应当是 true 或者 false"
		}
		return matter.OfBool(text == "true"), ""
	case TypeDate:
		if _, err := calendar.Parse(text); err != nil {
			return v, err.Error()
		}
		return matter.OfDate(text), ""
	case TypeText, TypeChoice:
		return matter.OfText(text), ""
	}
	return v, "“" + f.Title + "”不能这样写"
}

func (d *Definition) trialPause(s *matter.State, p TrialPause) error {
	var known []string
	for _, l := range d.limits {
		for _, g := range l.pauses {
			if !slices.Contains(known, g.ID) {
				known = append(known, g.ID)
			}
		}
	}
	if !slices.Contains(known, p.Ground) {
		return &Misuse{unknown("不计入期限的情形", p.Ground, known)}
	}
	if _, err := calendar.Parse(p.From); err != nil {
		return &Misuse{err.Error()}
	}
	if p.To != "" {
		if _, err := calendar.Parse(p.To); err != nil {
			return &Misuse{err.Error()}
		}
		if p.To < p.From {
			return &Misuse{"止日" + p.To + "早于起日" + p.From}
		}
	}
	s.Pauses = append(s.Pauses, matter.Pause{Ground: p.Ground, From: p.From, To: p.To})
	return nil
}

func (d *Definition) trialExtend(s *matter.State, env *Env, x TrialExtend) error {
	var known []string
	var of *limitProgram
	rule := extensionProgram{}
	for _, l := range d.limits {
		for _, e := range l.extends {
			known = append(known, e.ID)
			if of == nil && (e.ID == x.Limit || l.ID == x.Limit) {
				of, rule = l, e
			}
		}
	}
	if _, err := calendar.Parse(x.Approved); x.Approved != "" && err != nil {
		return &Misuse{err.Error()}
	}
	if _, err := calendar.Parse(x.Until); x.Until != "" && err != nil {
		return &Misuse{err.Error()}
	}
	if of == nil {
		if l := d.Limit(x.Limit); l != nil {
			return &Off{"期限“" + l.Title + "”没有延长的规定"}
		}
		return &Misuse{unknown("延长", x.Limit, known)}
	}
	times := int64(0)
	for i := range s.Extends {
		if s.Extends[i].Limit == of.ID {
			times++
		}
	}
	if rule.Times > 0 && times >= rule.Times {
		return &Off{"期限“" + of.Title + "”最多延长" + strconv.FormatInt(rule.Times, 10) + "次"}
	}
	v := d.view(s, env)
	if holds, known, missing := v.truth(rule.when); !known || !holds {
		say := "不符合延长的条件"
		if !known {
			say = missing
		}
		return &Off{"期限“" + of.Title + "”不能延长：" + say}
	}
	until := ""
	if !rule.ExtensionRule.Until {
		if length, _, ok := v.length(rule.lengthRule); !ok || length.N == 0 {
			hint := ""
			if rule.param != "" {
				hint = "（要试算，写 --param " + rule.param + "=日数）"
			}
			return &Off{"期限“" + of.Title + "”的延长没有启用：没有选定延长的规定" + hint}
		}
	} else if until = x.Until; until == "" {
		return &Misuse{"延长“" + of.Title + "”要写明延至哪一日：--extend " + x.Limit + "=批准日..延至日"}
	}
	s.Extends = append(s.Extends, matter.Extension{Limit: of.ID, Approved: x.Approved, Length: rule.Length, Until: until})
	return nil
}
