package dispatch

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/unit"
)

// soonDays is how many days before it is due a matter counts as about to be late, the day itself included.
const soonDays = 7

// mostDue bounds how many open deadlines are looked at: a county has some thousand open tasks.
const mostDue = 20000

// supervised are the limits that are urged when they run out, by procedure. Others (to take a task, to object) are the
// unit's own worklist.
var supervised = map[string]string{ProcedureTask: LimitDue, "collection": "submit", "instruction": "report_back"}

// Overdue is a matter that is late or about to be.
type Overdue struct {
	*Task
	Since     string // first day after it was due; "" where it is not late yet
	Person    int64  // who took it on, 0 nobody yet
	Urged     int
	UrgedOn   string // day of the last urging
	AnswerBy  string // day by which the last urging wants an answer
	Submitted bool   // waits for acceptance
}

// Pressure counts a unit's matters under a limit.
type Pressure struct{ Red, Yellow, Running int }

// Supervision is what is late and about to be, and how the units stand.
type Supervision struct {
	Late    []Overdue // red before yellow, by the day they are due
	Units   map[int64]*Pressure
	Running int
}

// Supervise lists what is late or falls due within seven days among the matters a viewer sees. units narrows to what they
// lead; none: all. Units that are partners are not supervised.
func (d *Dispatch) Supervise(ctx context.Context, site *act.Site, scope access.Scope, units []int64) (*Supervision, error) {
	s := &Supervision{Units: map[int64]*Pressure{}}
	today := d.Acts.Today()
	soon, err := addDays(today, soonDays)
	if err != nil {
		return nil, err
	}
	var found []*Task
	err = d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		open, err := read.Deadlines(ctx, tx, scope, units, "", matter.NoDue+"z", mostDue)
		if err != nil {
			return err
		}
		var rows []read.Matter
		for _, x := range open {
			if supervised[x.Matter.State.Procedure] != x.Limit || partner(site, x.Matter.State.Unit) {
				continue
			}
			p := s.Units[x.Matter.State.Unit]
			if p == nil {
				p = &Pressure{}
				s.Units[x.Matter.State.Unit] = p
			}
			p.Running++
			s.Running++
			if x.Due.Due <= soon {
				rows = append(rows, x.Matter)
			}
		}
		found, err = d.judged(ctx, tx, rows)
		return err
	})
	if err != nil {
		return nil, err
	}
	takers, err := d.Takers(ctx, found)
	if err != nil {
		return nil, err
	}
	for _, t := range found {
		if t.Light != Red {
			t.Light = Yellow // its own limit, or the day in its form, falls within seven days
		}
		s.add(t, takers[t.State.No])
	}
	slices.SortStableFunc(s.Late, func(a, b Overdue) int {
		return cmp.Or(cmp.Compare(rank(a.Light), rank(b.Light)), cmp.Compare(a.Due, b.Due), cmp.Compare(a.State.No, b.State.No))
	})
	return s, nil
}

func partner(site *act.Site, no int64) bool {
	u, ok := site.Tree().Get(no)
	return ok && u.Standing == unit.Partner
}

func rank(l Light) int {
	if l == Red {
		return 0
	}
	return 1
}

func (s *Supervision) add(t *Task, taker int64) {
	o := Overdue{Task: t, Person: taker, Submitted: t.State.Done("submit")}
	p := s.Units[t.State.Unit]
	if t.Light == Red {
		p.Red++
		if day, err := addDays(t.Due, 1); err == nil {
			o.Since = day
		}
	} else {
		p.Yellow++
	}
	for _, e := range t.State.Events {
		if e.Step == "urge" && e.Flags&matter.Reset == 0 {
			o.Urged++
			o.UrgedOn = e.Legal
		}
	}
	if o.Urged > 0 {
		o.AnswerBy = t.State.Text("urge_until")
	}
	s.Late = append(s.Late, o)
}

// Urging is one press that urges many.
type Urging struct {
	ID      string // request id of the form
	Matters []int64
	Step    string // urge, or notice (通报)
	Text    string
	Until   string // answer by; "" none
	Files   []matter.Attached
}

// Urged is what a press came to.
type Urged struct {
	Done   []act.Done
	Failed []UrgeFailure
}

// UrgeFailure is a matter that could not be urged, with the sentence why.
type UrgeFailure struct {
	Matter int64
	Say    string
}

// Urge does one act for each matter at once. Each has a request id of its own, so that a press that was cut off is finished
// by pressing again without doubles. One that fails does not keep the others from being urged.
func (d *Dispatch) Urge(ctx context.Context, who access.Actor, u Urging) (Urged, error) {
	u.Text = strings.TrimSpace(u.Text)
	field := map[string]string{"urge": "urging", "notice": "issue"}[u.Step]
	switch {
	case field == "":
		return Urged{}, app.Wrong("op", "没有这种督办办法。")
	case len(u.Matters) == 0:
		return Urged{}, app.Wrong("pick", "请选择要督办的任务。")
	case u.Text == "":
		return Urged{}, app.Wrong("text", "请填写内容。")
	case u.Until != "" && !isDay(u.Until):
		return Urged{}, app.Wrong("until", "“%s”不是日期。请写成 2026-09-29。", u.Until)
	case u.Until != "" && u.Until < d.Acts.Today():
		return Urged{}, app.Wrong("until", "答复期限 %s 已经过去。请重新填写。", u.Until)
	}
	done := make([]act.Done, len(u.Matters))
	faults := make([]error, len(u.Matters))
	g := errgroup.Group{}
	g.SetLimit(atOnce)
	for i, no := range u.Matters {
		g.Go(func() error {
			done[i], faults[i] = d.urgeOne(ctx, who, &u, no, field)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return Urged{}, err
	}
	var out Urged
	for i, no := range u.Matters {
		switch f := app.FaultOf(faults[i]); {
		case faults[i] == nil:
			out.Done = append(out.Done, done[i])
		case f.Kind == app.Internal:
			return out, faults[i]
		default:
			out.Failed = append(out.Failed, UrgeFailure{no, sayFault(f)})
		}
	}
	return out, nil
}

// sayFault says a fault with its unmet conditions in one line.
func sayFault(f *app.Fault) string {
	says := make([]string, 0, len(f.Unmet))
	for _, u := range f.Unmet {
		says = append(says, u.Say)
	}
	if len(says) == 0 {
		return f.Say
	}
	return strings.Join(says, "；")
}

func (d *Dispatch) urgeOne(ctx context.Context, who access.Actor, u *Urging, no int64, field string) (act.Done, error) {
	view, err := d.Acts.View(ctx, who, no)
	if err != nil {
		return act.Done{}, err
	}
	in := matter.Values{}.With(field, matter.OfText(u.Text))
	if step := view.Def.Step(u.Step); u.Until != "" && step != nil &&
		slices.ContainsFunc(step.Form, func(f procedure.FormRef) bool { return f.Field == "urge_until" }) {
		in = in.With("urge_until", matter.OfDate(u.Until))
	}
	return d.Acts.Do(ctx, act.Request{
		ID: requestID(u.Step, "/", u.ID, "/", no), Who: who, Matter: no, Act: procedure.Act{Step: u.Step, Input: in, Files: u.Files},
	})
}

// Prolonging is an extension a unit has asked for and nobody has decided.
type Prolonging struct {
	*Task
	Want, Reason, On string
	TooLate          bool // asked after the due day: granting it changes the day, not that it was late
}

// Objected is an objection nobody has decided.
type Objected struct {
	*Task
	Wish, Reason, On string // Wish: reassign, split, reject
	Suggested        string // unit
}

// mostOpen bounds how many open tasks are searched for what was asked.
const mostOpen = 20000

// Requests lists the extensions asked for and the objections made on tasks a viewer sees, oldest first.
func (d *Dispatch) Requests(ctx context.Context, scope access.Scope) ([]Prolonging, []Objected, error) {
	var tasks []*Task
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := read.List(ctx, tx, scope, read.Filter{Procedure: ProcedureTask, OpenOnly: true, Limit: mostOpen})
		if err != nil {
			return err
		}
		rows = slices.DeleteFunc(rows, func(m read.Matter) bool { return !asks(m.State) && !m.State.Done("object") })
		tasks, err = d.judged(ctx, tx, rows)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	slices.SortFunc(tasks, func(a, b *Task) int { return cmp.Compare(a.State.No, b.State.No) })
	var asked []Prolonging
	var objected []Objected
	for _, t := range tasks {
		if asks(t.State) {
			e, _ := t.State.Last("ask_extension")
			asked = append(asked, Prolonging{
				Task: t, Want: t.State.Text("asked_until"), Reason: t.State.Text("asked_reason"), On: e.Legal, TooLate: t.Due != "" && e.Legal > t.Due,
			})
		}
		if e, ok := t.State.Last("object"); ok {
			o := Objected{Task: t, Wish: e.Outcome, Reason: t.State.Text("objection"), On: e.Legal}
			if v, ok := t.State.Get("suggested"); ok && v.Ref != nil {
				o.Suggested = v.Ref.Name
			}
			objected = append(objected, o)
		}
	}
	return asked, objected, nil
}

// asks tells whether an extension was asked for and not yet decided: a refusal resets the asking, an approval comes after.
func asks(s *matter.State) bool {
	e, ok := s.Last("ask_extension")
	return ok && !slices.ContainsFunc(s.Extends, func(x matter.Extension) bool { return x.Limit == LimitDue && x.Seq > e.Seq })
}

// Decision is the word on an extension that was asked for.
type Decision struct {
	ID      string // request id; "" is made of the matter and what was asked
	Matter  int64
	Approve bool
	Until   string
	Opinion string
}

// Decide approves or refuses an extension. What was asked for is decided once: pressing again gives the first result.
func (d *Dispatch) Decide(ctx context.Context, who access.Actor, in Decision) (act.Done, error) {
	a := procedure.Act{Step: "refuse_extension", Input: matter.Values{}.With("remark", matter.OfText(strings.TrimSpace(in.Opinion)))}
	switch {
	case in.Approve && !isDay(in.Until):
		return act.Done{}, app.Wrong("until", "“%s”不是日期。请写成 2026-09-29。", in.Until)
	case in.Approve:
		a = procedure.Act{Step: "extend", Limit: LimitDue, Until: in.Until, Reason: strings.TrimSpace(in.Opinion)}
		if a.Reason == "" {
			a.Reason = "同意延期"
		}
	case strings.TrimSpace(in.Opinion) == "":
		return act.Done{}, app.Wrong("opinion", "不同意延期的，请写明意见。")
	}
	if in.ID == "" {
		view, err := d.Acts.View(ctx, who, in.Matter)
		if err != nil {
			return act.Done{}, err
		}
		asked, _ := view.State.Last("ask_extension")
		in.ID = requestID("extension/", in.Matter, "/", asked.Seq)
	}
	return d.Acts.Do(ctx, act.Request{ID: in.ID, Who: who, Matter: in.Matter, Act: a})
}

// Task reads one matter with its light, as far as the viewer sees it.
func (d *Dispatch) Task(ctx context.Context, scope access.Scope, no int64) (*Task, error) {
	var out []*Task
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		row, err := read.MatterOf(ctx, tx, no)
		if err != nil && !errors.Is(err, read.ErrNone) {
			return err
		}
		ok := err == nil
		if ok {
			if ok, err = read.Sees(ctx, tx, scope, no, row.State.Sealed); err != nil {
				return err
			}
		}
		if !ok {
			return app.Faultf(app.NotFound, "没有这件事项，或者您的岗位不在可以查看的范围内。")
		}
		out, err = d.judged(ctx, tx, []read.Matter{row})
		return err
	})
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// Seen tells which matters a viewer sees.
func (d *Dispatch) Seen(ctx context.Context, scope access.Scope, nos []int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		for _, no := range nos {
			if _, asked := out[no]; asked || no == 0 {
				continue
			}
			ok, err := read.Sees(ctx, tx, scope, no, false)
			if err != nil {
				return err
			}
			out[no] = ok
		}
		return nil
	})
	return out, err
}
