package procedure

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/calendar"
)

// doing is one act being judged and carried out.
type doing struct {
	*view
	a      *Act
	sp     *stepProgram
	before *matter.State // nil at opening
	legalD calendar.Date
	unmet  []Unmet
	bad    InvalidAll
	rec    matter.Record
	res    *Result
}

// Do judges an act on a state (nil before the opening) and gives what it does. The error is a *Refusal naming every
// unmet condition, an *Invalid or InvalidAll for a wrong form, or a failure of a look-up.
func (d *Definition) Do(s *matter.State, a Act, env *Env) (*Result, error) {
	if err := d.compiled(); err != nil {
		return nil, err
	}
	sp := d.stepsBy[a.Step]
	if a.Step == opening || s == nil && a.Step == d.Opens {
		if sp = d.stepsBy[d.Opens]; sp == nil {
			sp = d.stepsBy[opening]
		}
	}
	if sp == nil {
		return nil, &Invalid{"step", "“" + d.Title + "”没有环节“" + a.Step + "”"}
	}
	if a.Legal == "" {
		a.Legal = env.Today
	}
	x := &doing{view: d.view(s, env), a: &a, sp: sp, before: s, res: &Result{}}
	x.view.act = &a
	opens := a.Step == opening || a.Step == d.Opens
	switch {
	case s == nil && !opens:
		return nil, &Refusal{a.Step, []Unmet{{Kind: UnmetState, Say: "事项还没有开启"}}}
	case s != nil && opens:
		return nil, &Refusal{a.Step, []Unmet{{Kind: UnmetState, Say: "事项已经开启"}}}
	case s != nil && s.Def != d.Digest && a.Step != "migrate":
		return nil, fmt.Errorf("act on matter %s: its rules are %s, not %s", s.ID, s.Def, d.Digest)
	}
	x.common()
	if len(x.bad) > 0 {
		return nil, x.bad
	}
	var err error
	switch {
	case s == nil:
		err = x.open()
	case sp.builtin:
		err = x.builtin()
	default:
		err = x.step()
	}
	if err != nil {
		return nil, err
	}
	if x.view.err != nil {
		return nil, fmt.Errorf("look up for %s: %w", a.Step, x.view.err)
	}
	return x.res, nil
}

// common checks what every act has.
func (x *doing) common() {
	legal, err := calendar.Parse(x.a.Legal)
	x.legalD = legal
	switch {
	case err != nil:
		x.wrong("legal", err.Error())
	case x.a.Legal > x.env.Today && !x.a.Actor.System:
		x.wrong("legal", "办理日期"+x.a.Legal+"晚于今天")
	case x.before != nil && x.a.Legal < x.before.Opened:
		x.wrong("legal", "办理日期"+x.a.Legal+"早于开启日期"+x.before.Opened)
	}
	if x.a.Time != "" {
		m, err := calendar.ParseMoment(x.a.Time)
		switch {
		case err != nil:
			x.wrong("time", err.Error())
		case m.Date() != legal:
			x.wrong("time", "时刻与办理日期不是同一天")
		}
	}
}

func (x *doing) wrong(field, say string) { x.bad = append(x.bad, Invalid{field, say}) }

func (x *doing) failed() error {
	if len(x.bad) > 0 {
		return x.bad
	}
	if len(x.unmet) > 0 {
		return &Refusal{x.a.Step, x.unmet}
	}
	return nil
}

// asked tells whether conditions are asked: of what happened before it was brought in they are only listed.
func (x *doing) asked() bool { return x.a.asked() }

func (a *Act) asked() bool { return a.Origin != "imported" && a.Origin != "elsewhere" }

// open carries out the built-in opening, and with it the step that opens the matter.
func (x *doing) open() error {
	a := x.a
	o := x.env.Opening
	if o == nil || o.ID == "" {
		return fmt.Errorf("open %s: no id for the matter", x.d.ID)
	}
	unit := a.Unit
	if unit == 0 {
		unit = a.Actor.Unit
	}
	made := &matter.Opening{ID: o.ID, Procedure: x.d.ID, Def: x.d.Digest, Unit: unit, Date: a.Legal, Origin: a.Origin, PaperOnly: a.PaperOnly, Sealed: a.Sealed}
	x.rec.Effects.Open = made
	start := &matter.State{Unit: unit, Open: true, Opened: a.Legal, Origin: a.Origin, Procedure: x.d.ID}
	x.view.s = start
	roles := slices.Clone(a.Roles)
	for _, b := range x.sp.By {
		// The unit from which an outsider opens takes the part that lets it: a superior that hands a task down.
		if b.Role == a.Actor.Role && b.Where != "lead" && b.Where != "pool" && a.Actor.Unit != unit && !hasRole(roles, a.Actor.Unit, b.Where) {
			roles = append(roles, matter.Role{Unit: a.Actor.Unit, Role: b.Where})
		}
	}
	for i := range roles {
		if roles[i].From == "" {
			roles[i].From = a.Legal
		}
	}
	x.rec.Effects.Roles = roles
	start.Roles = roles
	x.rec.Effects.Links = a.Links
	x.rec.Effects.Persons = a.Persons
	x.rec.Effects.Reach = x.reach(append(unitsOf(roles), unit))
	if a.PaperOnly {
		x.paperOnly()
	}
	x.perform()
	title := a.Title
	if title == "" {
		title = strings.TrimSpace(x.fill(x.d.TitleForm))
	}
	switch {
	case a.PaperOnly && a.Title != "":
		x.wrong("title", "涉密事项不录入标题")
	case a.PaperOnly:
		title = ""
	case title == "" && x.d.TitleForm == "":
		title = x.d.Title
	}
	x.rec.Open.Title = title
	if err := x.failed(); err != nil {
		return err
	}
	return x.finish(x.d.limits, false)
}

// paperOnly refuses words and files in a matter that has to stay on paper (涉密不上网).
func (x *doing) paperOnly() {
	if len(x.a.Files) > 0 {
		x.wrong("files", "涉密事项不上传附件（保密法第三十一条）")
	}
	for _, n := range x.a.Input {
		if f := x.d.Field(n.Name); f != nil && !wordless(f) {
			x.wrong(n.Name, "涉密事项不录入“"+f.Title+"”")
		}
	}
}

// wordless tells whether a field holds no words of its own: numbers, dates and choices may be kept of a matter on paper.
func wordless(f *Field) bool {
	switch f.Type {
	case TypeInt, TypeMoney, TypeDate, TypeChoice, TypeBool:
		return !f.Many
	}
	return false
}

// onPaper tells whether the matter has to stay on paper.
func (x *doing) onPaper() bool {
	return x.before == nil && x.a.PaperOnly || x.before != nil && x.before.PaperOnly
}

func hasRole(roles []matter.Role, unit int64, role string) bool {
	return slices.ContainsFunc(roles, func(r matter.Role) bool { return r.Unit == unit && r.Role == role && r.To == "" })
}

func unitsOf(roles []matter.Role) []int64 {
	var out []int64
	for _, r := range roles {
		if r.To == "" && !slices.Contains(out, r.Unit) {
			out = append(out, r.Unit)
		}
	}
	return out
}

// reach widens units to those that see their matters.
func (x *doing) reach(units []int64) []int64 {
	if x.env.Reach != nil {
		units = x.env.Reach(units)
	}
	slices.Sort(units)
	return slices.Compact(units)
}

// step carries out an ordinary step.
func (x *doing) step() error {
	if x.onPaper() {
		x.paperOnly()
	}
	x.perform()
	if err := x.failed(); err != nil {
		return err
	}
	limits := x.sp.touches
	if x.sp.Reopens {
		limits = x.d.limits
	}
	return x.finish(limits, false)
}

// perform reads the form, judges the conditions on the state with the input laid over it, and makes the effects.
func (x *doing) perform() {
	a, sp, e := x.a, x.sp, &x.rec.Effects
	x.readForm(sp.form)
	x.outcome()
	x.attachments()
	x.judgeAll()
	event := &matter.Event{Step: sp.ID, Key: a.Key, N: x.times() + 1, Legal: a.Legal, Time: a.Time, Outcome: a.Outcome, Files: int64(len(a.Files)), Flags: x.flags()}
	e.Event = event
	x.rec.Step = sp.ID
	x.rec.Reason = a.Reason
	x.rec.Open.Reason = a.Reason
	x.rec.Files = a.Files
	if x.before != nil {
		e.Links = x.links()
		e.Reset = x.done(sp.Resets)
	}
	if sp.Takes != "" && !hasRole(x.s.Roles, a.Actor.Unit, sp.Takes) {
		e.Roles = append(e.Roles, matter.Role{Unit: a.Actor.Unit, Role: sp.Takes, From: a.Legal})
		e.Reach = append(e.Reach, x.reach([]int64{a.Actor.Unit})...)
	}
	if sp.Close != "" && (len(sp.CloseOn) == 0 || slices.Contains(sp.CloseOn, a.Outcome)) {
		e.Close = sp.Close
		if sp.Close == "outcome" {
			e.Close = a.Outcome
		}
	}
	if sp.Reopens && x.before != nil && !x.before.Open {
		e.Reopen = true
	}
	x.retitle()
	x.number()
	x.res.Paper, x.res.Register = sp.Paper, sp.Register
}

// times counts what happened under this step and key, whether it still counts or not: n is never reused.
func (x *doing) times() int64 {
	var n int64
	for i := range x.s.Events {
		if e := &x.s.Events[i]; e.Step == x.sp.ID && e.Key == x.a.Key {
			n = max(n, e.N)
		}
	}
	return n
}

// done leaves of some steps those that have happened and still count.
func (x *doing) done(steps []string) []string {
	var out []string
	for _, s := range steps {
		if x.s.Done(s) {
			out = append(out, s)
		}
	}
	return out
}

// outcome checks the choice among the step's outcomes.
func (x *doing) outcome() {
	o := x.sp.Outcomes
	switch {
	case len(o) == 0 && x.a.Outcome != "":
		x.wrong("outcome", "“"+x.sp.Title+"”不分结果")
	case len(o) > 0 && x.a.Outcome == "":
		x.wrong("outcome", "请选择“"+x.sp.Title+"”的结果")
	case len(o) > 0 && !slices.ContainsFunc(o, func(c Choice) bool { return c.ID == x.a.Outcome }):
		x.wrong("outcome", "“"+x.sp.Title+"”没有结果“"+x.a.Outcome+"”")
	}
	each := x.sp.Each
	switch {
	case each == "" && x.a.Key != "":
		x.wrong("key", "“"+x.sp.Title+"”不分对象办理")
	case each != "" && !slices.Contains(x.elements(each), x.a.Key):
		x.wrong("key", "请选择对谁办理“"+x.sp.Title+"”")
	}
}

// attachments checks files and links against what the step takes.
func (x *doing) attachments() {
	if x.sp.FilesRequired && len(x.a.Files) == 0 {
		x.wrong("files", "“"+x.sp.Title+"”应当上传附件")
	}
	for _, t := range x.a.Links {
		if x.before != nil && !slices.Contains(x.sp.Links, t.Kind) {
			x.wrong("links", "“"+x.sp.Title+"”不能同时作“"+t.Kind+"”关联")
		}
	}
}

// links leaves out those that are already made.
func (x *doing) links() []matter.Tie {
	var out []matter.Tie
	for _, t := range x.a.Links {
		if t.End == slices.ContainsFunc(x.s.Links, func(o matter.Tie) bool { return o.Kind == t.Kind && o.Other == t.Other }) {
			out = append(out, t)
		}
	}
	return out
}

// flags tells how late the record came in and who made it.
func (x *doing) flags() matter.Flags {
	var f matter.Flags
	if x.a.Actor.OnBehalf {
		f |= matter.OnBehalf
	}
	if !x.asked() {
		return f | matter.Unasked
	}
	if x.a.Actor.System {
		for _, l := range x.d.limits {
			if l.OnExpiry == x.sp.ID {
				f |= matter.Deemed
			}
		}
		return f
	}
	today, err := calendar.Parse(x.env.Today)
	if err != nil || today <= x.legalD+1 { // the usual case: today or yesterday
		return f
	}
	next, err := x.env.Calendar.AddWorkdays(x.legalD, 1)
	switch {
	case err != nil || today <= next:
	case x.a.Original:
		f |= matter.Late
	default:
		f |= matter.Back
	}
	return f
}

// retitle makes the matter's title again where a field in it changed.
func (x *doing) retitle() {
	if x.before == nil || x.before.PaperOnly {
		return
	}
	for _, n := range x.d.titles {
		if _, changed := x.input.Get(n); changed {
			if t := strings.TrimSpace(x.fill(x.d.TitleForm)); t != "" && t != x.before.Title {
				x.rec.Open.Title = t
			}
			return
		}
	}
}

// number asks for a number where the definition gives one here.
func (x *doing) number() {
	n := x.d.Number
	if x.a.Number != "" && !x.asked() && x.before == nil { // what was brought in is known by its number from the start
		x.rec.Number, x.res.Number = x.a.Number, x.a.Number
		return
	}
	if n == nil || n.On != x.sp.ID && !(n.On == opening && x.before == nil) {
		return
	}
	switch {
	case x.a.Number != "" && (n.External || !x.asked()):
		x.rec.Number, x.res.Number = x.a.Number, x.a.Number
	case n.External:
		x.wrong("number", "请填写文号")
	case x.before != nil && x.before.Number != "":
	default:
		year := x.legalD.Year()
		series := x.fill(n.Series)
		form := strings.NewReplacer("{series}", series, "{year}", strconv.Itoa(year)).Replace(n.Form)
		x.res.Series = &Series{Name: series, Year: year, Form: x.fill(form)}
	}
}

// finish folds the record, marks limits, yields facts and brings the worklists up to date.
func (x *doing) finish(limits []*limitProgram, again bool) error {
	next, err := matter.Fold(x.before, &x.rec)
	if err != nil {
		return err
	}
	e := &x.rec.Effects
	v := &view{d: x.d, s: next, act: x.a, env: x.env, reopening: e.Reopen}
	if again {
		v.was = x.before
	}
	marks := v.marks(limits, again)
	if e.Close != "" {
		marks = v.endings(marks, x.a.Legal)
	}
	if len(marks) > 0 {
		e.Limits = marks
		if next, err = matter.Fold(x.before, &x.rec); err != nil {
			return err
		}
		v.s = next
	}
	if !again && e.Event != nil && x.counts() {
		if err := x.facts(v, x.sp); err != nil {
			return err
		}
		if x.before == nil && x.sp.ID != opening {
			if err := x.facts(v, x.d.stepsBy[opening]); err != nil {
				return err
			}
		}
	}
	if e.Close != "" && x.counts() && x.sp.ID != "close" {
		if err := x.facts(v, x.d.stepsBy["close"]); err != nil {
			return err
		}
	}
	x.flagBack(next)
	x.res.Effects = *e
	x.res.Open, x.res.Personal, x.res.Sealed = x.rec.Open, x.rec.Personal, x.rec.Sealed
	x.res.Next = next
	x.res.Cache = x.d.cacheOf(&view{d: x.d, s: next, env: x.env})
	x.res.Warnings = x.warnings()
	return v.err
}

// counts tells whether the act lies in the time of which the site keeps figures.
func (x *doing) counts() bool { return x.env.FactsFrom == "" || x.a.Legal >= x.env.FactsFrom }

// flagBack marks as 倒填 what is entered late and touches a limit that had run out.
func (x *doing) flagBack(next *matter.State) {
	e := x.rec.Effects.Event
	if e == nil || x.before == nil || e.Flags&matter.Late == 0 {
		return
	}
	for _, m := range x.rec.Effects.Limits {
		if m.Verdict == Met && m.Due != "" && len(m.Due) >= 10 && m.Due[:10] < x.env.Today {
			e.Flags = e.Flags&^matter.Late | matter.Back
		}
	}
	if n := len(next.Events); n > 0 && next.Events[n-1].Seq == 0 {
		next.Events[n-1].Flags = e.Flags
	}
}

// warnings are words for the page: nothing that stops the act.
func (x *doing) warnings() []string {
	var out []string
	if e := x.rec.Effects.Event; e != nil && e.Flags&matter.Back != 0 {
		out = append(out, "补记时间较晚且没有附原件，将提示监督人员")
	}
	if e := x.rec.Effects.Event; e != nil && x.before != nil {
		for _, id := range x.sp.Needs {
			need := x.d.stepsBy[id]
			if first, done := x.first(need.names()); done && e.Legal < first.Legal {
				out = append(out, "日期"+e.Legal+"早于“"+need.Title+"”的日期"+first.Legal+"，请核对")
			}
		}
	}
	if len(x.rec.Effects.Moved) > 0 {
		for _, m := range x.rec.Effects.Limits {
			if m.Verdict == Met || m.Verdict == Missed {
				out = append(out, "更正改变了期限“"+x.d.byLimit[m.Limit].Title+"”的结论，将提示监督人员")
			}
		}
	}
	return out
}

// facts yields the figures of a step; a figure that cannot be told is a fault of the pack.
func (x *doing) facts(v *view, sp *stepProgram) error {
	if sp == nil {
		return nil
	}
	for _, f := range sp.facts {
		out, err := v.fact(f, x.a.Legal)
		if err != nil {
			return err
		}
		x.rec.Effects.Facts = append(x.rec.Effects.Facts, out...)
	}
	return nil
}

// fact gives the deltas of one figure on a state after the act.
func (v *view) fact(f *factProgram, legal string) ([]matter.Fact, error) {
	holds, known, missing := v.truth(f.when)
	if !known && v.act.asked() {
		return nil, fmt.Errorf("figure %s of %s: %s", f.ID, v.d.ID, missing)
	}
	if !holds || !known { // what came from outside may say too little for a figure: then it yields none
		return nil, nil
	}
	out, err := f.value.Eval(v)
	if err != nil {
		return nil, fmt.Errorf("figure %s of %s: %w", f.ID, v.d.ID, err)
	}
	if !out.Known && !v.act.asked() {
		return nil, nil
	}
	if !out.Known {
		return nil, fmt.Errorf("figure %s of %s: %s", f.ID, v.d.ID, v.missing(out.Missing))
	}
	n := out.Int()
	if n == 0 {
		return nil, nil
	}
	id := f.ID
	for _, dim := range f.By {
		word := v.act.Outcome
		if dim != "outcome" {
			x, _ := v.get(dim)
			word = facetText(x)
		}
		if word != "" {
			id += "." + word
		}
	}
	units := []int64{v.s.Unit}
	switch f.Count {
	case "actor":
		if v.act.Actor.Unit != 0 { // the program acts for the unit that leads
			units = []int64{v.act.Actor.Unit}
		}
	case "each":
		units = append(units, v.s.Units("joint")...)
	}
	var facts []matter.Fact
	for _, u := range units {
		facts = append(facts, matter.Fact{Fact: id, Unit: u, Month: legal[:7], Value: n})
	}
	return facts, nil
}
