package demo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// life is a tale as it is being lived.
type life struct {
	*story
	*tale
	def   *procedure.Definition
	first string // day
	no    int64
	state *matter.State
	seqs  map[string]int64   // last record of a step
	doers map[string][]int64 // persons who did a step
	posts map[string]string  // from which a step was last done
	over  bool               // it ended or was refused
	shift int                // days by which closed offices have moved what was announced
}

// plotMatters plans the matters of every line of work.
func (s *story) plotMatters() error {
	tales, err := s.years.readTales()
	if err != nil {
		return err
	}
	for _, t := range tales {
		start := s.workday(s.near(t.start), 0)
		l := &life{story: s, tale: t, first: start, seqs: map[string]int64{}, doers: map[string][]int64{}, posts: map[string]string{}}
		shift := 0
		for i := range t.lines {
			of := &t.lines[i]
			day := days(start, of.day+shift)
			if of.dated() { // what it announces for a day to come moves with it
				shift += between(day, s.workday(day, 0))
			}
			moved := shift
			s.at(day, t.source, func(ctx context.Context) error {
				l.shift = moved
				l.live(ctx, of)
				return nil
			})
			if of.step == t.stop {
				break
			}
		}
	}
	return nil
}

// live carries out one act. A refused one ends the tale and is kept: Fill fails with all of them.
func (l *life) live(ctx context.Context, of *line) {
	if l.over {
		return
	}
	if err := l.act(ctx, of); err != nil {
		l.over = true
		l.mu.Lock()
		defer l.mu.Unlock()
		l.refused = append(l.refused, fmt.Errorf("%s: %s %s “%s”, %s %s on %s: %w", l.source, l.procedure, l.name, l.tale.title, of.source, of.step, l.Acts.Today(), err))
	}
}

func (l *life) act(ctx context.Context, of *line) error {
	today := l.Acts.Today()
	if l.def == nil {
		def, ok := l.Acts.Book().Procedure(l.procedure, today)
		if !ok {
			return errors.New("no such procedure yet")
		}
		l.def = def
	}
	a, form, err := l.script(ctx, of, today)
	if err != nil {
		return err
	}
	opening := l.no == 0
	post, err := l.postOf(of)
	if err != nil {
		return err
	}
	who := system
	if post != "" {
		who, err = l.actor(ctx, post)
	}
	if err != nil {
		return err
	}
	if a.Input, err = l.input(ctx, of, form); err != nil {
		return err
	}
	r := act.Request{Who: who, Matter: l.no, Act: a}
	if opening {
		r.Procedure, r.Act.Step = l.procedure, "open"
		r.Act.Unit = l.in.units[l.unit].Entry
		for _, place := range l.placeNames() {
			for _, code := range l.place(place) {
				r.Act.Roles = append(r.Act.Roles, matter.Role{Unit: l.in.units[code].Entry, Role: place, From: today})
			}
		}
	}
	done, err := l.press(ctx, r)
	if err != nil {
		return l.explain(err)
	}
	l.no, l.state = done.Matter, done.State
	l.seqs[of.step], l.posts[of.step] = done.Seq, post
	l.doers[of.step] = append(l.doers[of.step], who.Person)
	if opening && l.tale.key != "" {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.keyed[l.tale.key] = l.no
	}
	return nil
}

// explain names what was not met by its id.
func (l *life) explain(err error) error {
	var refusal *procedure.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	var ids []string
	for _, u := range refusal.Unmet {
		ids = append(ids, u.Kind+" "+u.ID)
	}
	return fmt.Errorf("%w [%s]", err, strings.Join(ids, ", "))
}

// placeNames are the places that the tale or its course gives to units.
func (l *life) placeNames() []string {
	names := slices.Collect(maps.Keys(l.course.places))
	for name := range l.tale.places {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	names = slices.DeleteFunc(names, func(n string) bool { return n == "pool" })
	slices.Sort(names)
	return names
}

// script makes the act of a line, but for its form.
func (l *life) script(ctx context.Context, of *line, today string) (procedure.Act, []procedure.FormField, error) {
	w := of.words
	a := procedure.Act{
		Step: of.step, Key: of.key, Outcome: of.outcome, Reason: w["reason"], Limit: w["limit"], Ground: w["ground"], Length: w["length"],
		Role: w["role"], Original: w["original"] != "",
	}
	if of.clock != "" {
		a.Time = today + "T" + of.clock + ":00+08:00"
	}
	for name, to := range map[string]*string{"until": &a.Until, "from": &a.From, "to": &a.To, "move_to": &a.MoveTo, "legal": &a.Legal} {
		if w[name] != "" {
			*to = l.day(w[name])
		}
	}
	if w["unit"] != "" {
		a.Unit = l.in.units[w["unit"]].Entry
	}
	for name, words := range w {
		if gate, ok := strings.CutPrefix(name, "said."); ok {
			a.Said = with(a.Said, gate, words)
		}
		if gate, ok := strings.CutPrefix(name, "unless."); ok {
			a.Unless = with(a.Unless, gate, words)
		}
		if kind, ok := strings.CutPrefix(name, "link."); ok {
			if err := l.tie(&a, kind, words); err != nil {
				return a, nil, err
			}
		}
	}
	if l.no == 0 {
		for kind, key := range l.links {
			if err := l.tie(&a, kind, key); err != nil {
				return a, nil, err
			}
		}
	}
	formOf := of.step
	if of.of != "" {
		formOf = of.of
		if a.Record = l.seqs[of.of]; a.Record == 0 {
			return a, nil, fmt.Errorf("no record of %s", of.of)
		}
	}
	step := l.def.Step(formOf)
	if n := l.def.Number; n != nil && n.External && n.On == of.step {
		a.Number = l.number(today)
	}
	var labels []string
	if w["files"] != "" {
		labels = strings.Split(w["files"], " // ")
	} else if step != nil && of.of == "" && (step.FilesRequired || step.Files != "" && l.chance(l.source+of.source).IntN(3) == 0) {
		labels = []string{step.Files}
	}
	for _, label := range labels {
		file, err := l.paper(ctx, label, of, today)
		if err != nil {
			return a, nil, err
		}
		a.Files = append(a.Files, file)
	}
	return a, l.def.Form(formOf), nil
}

func with(m map[string]string, name, value string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	m[name] = value
	return m
}

// tie links the matter to another of the story.
func (l *life) tie(a *procedure.Act, kind, key string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	other := l.keyed[key]
	if other == 0 {
		return fmt.Errorf("no matter %q to link with", key)
	}
	a.Links = append(a.Links, matter.Tie{Kind: kind, Other: other})
	return nil
}

// day reads a date told by its distance from the start.
func (l *life) day(text string) string {
	var n int
	if _, err := fmt.Sscanf(text, "%d", &n); err != nil || !strings.ContainsAny(text[:1], "+-") {
		return text
	}
	return days(l.first, n+l.shift)
}

// number is a number that another system gave.
func (l *life) number(today string) string {
	sign := ""
	for _, u := range l.county.units {
		if u["code"] == l.unit {
			sign = u["sign"]
		}
	}
	return fmt.Sprintf("%s〔%s〕%d号", sign, today[:4], 2+l.chance(l.source).IntN(60))
}

// postOf finds who takes a step, "" being the program: of its roles the first that somebody holds who may. A record is
// corrected by the one who made it.
func (l *life) postOf(of *line) (string, error) {
	switch {
	case of.by == "system":
		return "", nil
	case strings.Contains(of.by, "/"):
		return of.by, nil
	case of.of != "":
		return l.posts[of.of], nil
	}
	by, not := l.rules(of)
	role, where, _ := strings.Cut(of.by, "@")
	if role != "" {
		by = slices.DeleteFunc(slices.Clone(by), func(b procedure.By) bool { return b.Role != role || where != "" && b.Where != where })
	}
	for _, b := range by {
		units := l.place(b.Where)
		if b.Where == "pool" {
			units = append(append(units, l.unit, "SFJ", "HP"), l.county.codes()...)
		}
		for _, code := range units {
			for _, p := range l.county.posts {
				if p["unit"] == code && p["role"] == b.Role && l.holds(p) && !l.did(not, l.in.persons[p["login"]].Entry) {
					return p.postKey(), nil
				}
			}
		}
	}
	return "", fmt.Errorf("nobody may: %v %s but those of %v", by, of.by, not)
}

// rules say whose step it is, and whoever did which steps may not take it.
func (l *life) rules(of *line) (by []procedure.By, not []string) {
	if step := l.def.Step(of.step); step != nil {
		by, not = step.By, step.Not
	}
	if i := slices.IndexFunc(l.def.Acts, func(s procedure.Step) bool { return s.ID == of.step }); i >= 0 {
		by = l.def.Acts[i].By
	}
	if of.step == "extend" {
		for _, limit := range l.def.AllLimits {
			for _, x := range limit.Extensions {
				if limit.ID == of.words["limit"] && (of.words["ground"] == "" || of.words["ground"] == x.ID) {
					by = append(by, x.By...)
				}
			}
		}
	}
	if len(by) == 0 {
		for _, role := range []string{access.Handler, "officer", access.Liaison, access.Head} {
			by = append(by, procedure.By{Role: role, Where: "lead"})
		}
	}
	return by, not
}

// holds tells whether a post is held today.
func (s *story) holds(p row) bool {
	return p.postKey() != s.left && p["from"] <= s.Acts.Today() && (p["to"] == "" || s.Acts.Today() < p["to"])
}

func (l *life) did(steps []string, person int64) bool {
	return slices.ContainsFunc(steps, func(step string) bool { return slices.Contains(l.doers[step], person) })
}
