package demo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// task is a task as the story knows it.
type task struct {
	no      int64
	name    string // of its chance: year, title and unit, the same in every run
	code    string // of the lead unit
	title   string
	duty    string
	opened  string
	due     string
	parent  int64 // 0 where it is a measure's own
	targets []matter.Item
	year    int

	how    fate
	taken  string // day
	told   int    // reports before the work is handed in
	sent   bool   // handed in once
	closed bool
}

// lane keeps the acts on one task in order.
func (t *task) lane() string { return fmt.Sprintf("task %d", t.no) }

// taskOf reads what the story needs of a task.
func (s *story) taskOf(of *dispatch.Task) *task {
	st := of.State
	t := &task{
		no: st.No, code: s.in.codes[st.Unit], title: of.Title(), duty: st.Text("duty"), opened: st.Opened, due: of.Due,
		parent: of.Parent(), year: int(st.Int("plan_year")),
	}
	t.name = fmt.Sprintf("%d/%s/%s/%s", t.year, t.title, t.code, t.due)
	if rows, ok := st.Get("targets"); ok {
		t.targets = rows.Items
	}
	return t
}

// fate is how a unit's work on a task goes.
type fate int

const (
	smooth   fate = iota // done in time
	returned             // sent back once, then done in time
	extended             // more time asked for and given
	late                 // done after it was due, when urged
	stuck                // not done
	idle                 // not even taken up
)

// pace says how far units are from the ordinary: above 0 are slower.
var pace = map[string]float64{
	"KFQ": .16, "LTX": .14, "ZJJ": .12, "WLJ": .10, "YXZ": .06, "KGJ": .06, "GAJ": -.06, "SFJ": -.10, "ZFB": -.10, "SCJ": -.08,
	"HAZ": -.06, "CZJ": -.05, "SPJ": -.08, "YBJ": -.05,
}

// never is the share of tasks that are taken up at all.
const never = .985

// fateOf draws how it goes.
func fateOf(r *rand.Rand, t *task) fate {
	x := r.Float64()
	if x < never { // a slow unit is late, not deaf
		x = min(x+pace[t.code], never-.001)
	}
	bounds := []float64{.60, .71, .79, .87, never} // of a measure's own task
	if t.parent != 0 {
		bounds = []float64{.75, .82, .85, .93, never}
	}
	for i, b := range bounds {
		if x < b {
			return fate(i)
		}
	}
	return idle
}

// live plans what happens to a task from the day it was opened.
func (s *story) live(t *task) {
	r := s.chance(t.name)
	how := fateOf(r, t)
	t.how = how
	if how == idle {
		s.chase(t, r)
		return
	}
	taken := s.workday(t.opened, 1+r.IntN(2))
	if outcome, decision, ok := objected(t); ok {
		s.object(t, r, taken, outcome, decision)
		if decision == "withdrawn" {
			return
		}
		taken = s.workday(taken, 3)
	}
	if t.due <= taken {
		t.due = s.workday(taken, 3)
	}
	s.step(taken, t, s.take(t))
	if t.code == "ZJJ" || t.code != "LCJ" && r.IntN(5) == 0 {
		s.step(taken, t, s.assign(t))
	}
	if t.parent == 0 && r.IntN(4) == 0 {
		s.step(s.workday(taken, 2), t, s.planOwn(t))
	}
	submit := s.submitDay(r, how, taken, t.due)
	s.reports(t, r, how, taken, submit)
	switch how {
	case smooth:
		s.finish(t, r, submit)
	case returned:
		back := s.workday(submit, 1+r.IntN(2))
		s.step(submit, t, s.submit(t, r))
		s.step(back, t, s.sendBack(t, r))
		s.finish(t, r, s.workday(back, 2+r.IntN(3)))
	case extended:
		asked := s.workday(days(t.due, -12), 0)
		until := days(t.due, 20+r.IntN(25))
		if asked > taken {
			s.extend(t, r, asked, until)
		}
		s.finish(t, r, submit)
	case late:
		s.step(s.workday(t.due, 2), t, s.urge(t, r))
		s.finish(t, r, submit)
	case stuck:
		s.chase(t, r)
	}
}

// submitDay is when the work is handed in.
func (s *story) submitDay(r *rand.Rand, how fate, taken, due string) string {
	span := between(taken, due)
	switch how {
	case late:
		return s.workday(due, 3+r.IntN(18))
	case extended:
		return s.workday(due, 2+r.IntN(8))
	case returned:
		return s.workday(days(due, -min(span/2, 12+r.IntN(14))), 0)
	}
	early := 5 + r.IntN(max(1, min(span/2, 70)))
	return s.workday(days(due, -min(early, span/2)), 0)
}

// reports plans what is told on the way: more of a measure's own task, with counts where there is a target to count.
func (s *story) reports(t *task, r *rand.Rand, how fate, taken, submit string) {
	n := r.IntN(2)
	if t.parent == 0 {
		n = 1 + r.IntN(3)
	}
	if how == stuck {
		n = min(n, 1)
	}
	span := between(taken, submit)
	t.told = n
	for i := range n {
		day := days(taken, max(1, span*(i+1)/(n+2)+r.IntN(3)))
		s.step(day, t, s.report(t, r, i, n))
	}
}

// finish hands the work in and has it accepted.
func (s *story) finish(t *task, r *rand.Rand, day string) {
	s.step(day, t, s.submit(t, r))
	s.step(s.workday(day, 1+r.IntN(2)), t, s.accept(t, r))
}

// chase urges who is late, and then gives notice. In the end most do what they were asked to, some do not.
func (s *story) chase(t *task, r *rand.Rand) {
	s.step(s.workday(t.due, 2), t, s.urge(t, r))
	if t.how == idle {
		s.step(s.workday(t.due, 6), t, s.take(t))
	}
	s.step(s.workday(t.due, 12), t, s.urge(t, r))
	if t.parent == 0 {
		s.step(s.workday(t.due, 18), t, s.notice(t, r))
	}
	if r.IntN(4) > 0 {
		s.finish(t, r, s.workday(t.due, 22+r.IntN(30)))
	}
}

// deed is one act: from which post, for which post, and what.
type deed func(ctx context.Context, day string) (post, acting string, a procedure.Act, err error)

// step plans a deed on a task.
func (s *story) step(day string, t *task, d deed) {
	s.at(day, t.lane(), func(ctx context.Context) error {
		if t.closed {
			return nil // it ended otherwise: withdrawn, or carried into another year
		}
		today := s.Acts.Today()
		post, acting, a, err := d(ctx, today)
		if err != nil {
			return err
		}
		who, err := s.actorFor(ctx, post, acting)
		if err != nil {
			return err
		}
		t.closed = a.Step == "accept"
		return s.do(ctx, who, t.no, a)
	})
}

// do carries out an act on a matter.
func (s *story) do(ctx context.Context, who access.Actor, no int64, a procedure.Act) error {
	if _, err := s.press(ctx, act.Request{Who: who, Matter: no, Act: a}); err != nil {
		return fmt.Errorf("%s on matter %d: %w", a.Step, no, err)
	}
	return nil
}

// presses is how often a person presses again when others of the same day have come in between.
const presses = 5

// press carries out an act as a person at a page does: again, where it was not saved because of another's.
func (s *story) press(ctx context.Context, r act.Request) (done act.Done, err error) {
	var fault *app.Fault
	for range presses {
		done, err = s.Acts.Do(ctx, r)
		if !errors.As(err, &fault) || fault.Kind != app.Conflict {
			break
		}
	}
	if err == nil {
		s.acts.Add(1)
	}
	return done, err
}

// say makes a sentence from the words of a kind.
func (s *story) say(r *rand.Rand, kind, unit string) string {
	n := 3 + r.IntN(20)
	person := "专人"
	if staff := s.county.staff(unit, access.Handler); len(staff) > 0 {
		person = s.in.persons[strings.Split(staff[0], "/")[0]].Name
	}
	return strings.NewReplacer("{person}", person, "{n}", fmt.Sprint(n), "{m}", fmt.Sprint(1+n/2)).Replace(pick(r, s.words[kind]))
}
