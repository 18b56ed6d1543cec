package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// Light is how a task stands (灯).
type Light string

// The lights.
const (
	Green   Light = "green"   // 绿灯: in time
	Yellow  Light = "yellow"  // 黄灯: due within seven days
	Red     Light = "red"     // 红灯: overdue
	Done    Light = "done"    // 已办
	Waiting Light = "waiting" // 未开始: not yet taken
)

// LimitDue is the limit of a task by which its light is judged.
const LimitDue = "due"

// Task is a matter with how it stands today. A comparison with today is never stored.
type Task struct {
	State  *matter.State
	Limits []procedure.LimitView
	Light  Light
	Due    string // "" where no day is fixed
	Limit  string // title of the limit it is judged by, "" for a task's own
	Days   int    // until Due; negative: overdue by so many
}

// Words say the light in words.
func (t *Task) Words() string {
	switch t.Light {
	case Done:
		return "已办结"
	case Red:
		return fmt.Sprintf("逾期 %d 天", -t.Days)
	}
	switch {
	case t.Due == "":
		return "未定期限"
	case t.Days == 0:
		return "今天到期"
	}
	return fmt.Sprintf("剩 %d 天", t.Days)
}

// Title is the task's title without the words of its matter type.
func (t *Task) Title() string { return cmp.Or(t.State.Text("title"), t.State.Title) }

// Place is the task's place in its plan, for sorting: that of its measure, then of its own opening.
func (t *Task) Place() (measure int, no int64) {
	if v, ok := t.State.Get("measure"); ok && v.Ref != nil {
		if n, err := strconv.Atoi(v.Ref.Key[strings.LastIndexByte(v.Ref.Key, 'm')+1:]); err == nil {
			measure = n
		}
	}
	return measure, t.State.No
}

// inPlanOrder sorts tasks as their plan lists them.
func inPlanOrder(tasks []*Task) {
	slices.SortFunc(tasks, func(a, b *Task) int {
		am, an := a.Place()
		bm, bn := b.Place()
		return cmp.Or(cmp.Compare(am, bm), cmp.Compare(an, bn))
	})
}

// Parent returns the task this one is part of, 0 where it is a lead's own.
func (t *Task) Parent() int64 {
	for _, l := range t.State.Links {
		if l.Kind == "part_of" {
			return l.Other
		}
	}
	return 0
}

// soon is within how many days a day that no limit watches is near (黄灯).
const soon = 7

// TaskOf judges a matter's light on a day from its limits.
func TaskOf(s *matter.State, limits []procedure.LimitView, today string) *Task {
	t := &Task{State: s, Limits: limits}
	state := ""
	for _, l := range limits {
		if l.ID == LimitDue {
			t.Due, state = l.Due, l.State
		}
	}
	if t.Due == "" {
		t.Due = s.Text("due")
	}
	if t.Due == "" { // of other procedures: the limit that runs out first
		for _, l := range limits {
			running := l.State == procedure.Running || l.State == procedure.DueSoon || l.State == procedure.Overdue
			if day := l.Due[:min(len(l.Due), len(time.DateOnly))]; running && day != "" && (t.Due == "" || day < t.Due) {
				t.Due, t.Limit, state = day, l.Title, l.State
			}
		}
	}
	if t.Due != "" {
		t.Days = daysBetween(today, t.Due)
	}
	switch {
	case !s.Open:
		t.Light = Done
	case state == procedure.Overdue || state == procedure.Missed || t.Due != "" && t.Days < 0 && state != procedure.Paused:
		t.Light = Red
	case state == procedure.DueSoon || state == "" && t.Due != "" && t.Days <= soon:
		t.Light = Yellow
	case s.Procedure == ProcedureTask && !s.Done("take"), s.Procedure != ProcedureTask && t.Due == "":
		t.Light = Waiting
	default:
		t.Light = Green
	}
	return t
}

// daysBetween counts calendar days from a to b; a day that cannot be read counts as none.
func daysBetween(a, b string) int {
	from, err := time.Parse(time.DateOnly, a)
	if err != nil {
		return 0
	}
	to, err := time.Parse(time.DateOnly, b)
	if err != nil {
		return 0
	}
	return int(to.Sub(from) / (24 * time.Hour))
}

// Plan is a plan that was dispatched.
type Plan struct {
	No     int64
	Key    string
	Title  string
	Number string
	Issued string
	Issuer string
	Year   int
	File   matter.Blob
	Seq    int64
	Hash   string // of the document as issued

	Stages   []Stage
	Period   string // 2026—2030 of a plan of several years
	Superior int64  // the outline it carries out, 0 none
}

func planOf(e *matter.Entry) Plan {
	v := e.Versions[len(e.Versions)-1]
	p := Plan{
		No: e.No, Key: e.Key, Title: v.Fields.Text("title"), Number: v.Fields.Text("number"), Issued: v.Fields.Text("date"),
		Issuer: v.Fields.Text("issuer"), Year: int(v.Fields.Int("year")), Seq: e.No, Hash: v.Fields.Text("hash"),
		Stages: readStages(v.Fields), Period: v.Fields.Text("period"),
	}
	if above, ok := v.Fields.Get("superior"); ok && above.Ref != nil {
		p.Superior = above.Ref.Entry
	}
	if f, ok := v.Fields.Get("file"); ok && f.Blob != nil {
		p.File = *f.Blob
	}
	return p
}

// Plans lists the yearly plans, newest year first; those of several years are Outlines.
func (d *Dispatch) Plans(ctx context.Context) ([]Plan, error) {
	all, err := d.allPlans(ctx)
	return slices.DeleteFunc(all, func(p Plan) bool { return p.Period != "" }), err
}

func (d *Dispatch) allPlans(ctx context.Context) ([]Plan, error) {
	var out []Plan
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		all, err := read.Register(ctx, tx, RegisterPlan)
		for _, e := range all {
			out = append(out, planOf(e))
		}
		return err
	})
	slices.SortFunc(out, func(a, b Plan) int { return cmp.Or(cmp.Compare(b.Year, a.Year), cmp.Compare(b.No, a.No)) })
	return out, err
}

// Plan returns one plan by the no of its entry.
func (d *Dispatch) Plan(ctx context.Context, no int64) (Plan, error) {
	var p Plan
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		e, err := read.EntryOf(ctx, tx, no)
		if err != nil || e.Register != RegisterPlan {
			return app.Faultf(app.NotFound, "没有这个计划。")
		}
		p = planOf(e)
		return nil
	})
	return p, err
}

// mostTasks bounds how many tasks of one plan are read at once: a county plan has some thousand.
const mostTasks = 20000

// Tasks returns the tasks of a plan that a viewer sees, in the order of the plan, each with its light.
func (d *Dispatch) Tasks(ctx context.Context, scope access.Scope, plan Plan) ([]*Task, error) {
	var out []*Task
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := read.List(ctx, tx, scope, read.Filter{
			Procedure: ProcedureTask, Facet: &matter.Facet{Field: "plan", Value: strconv.FormatInt(plan.No, 10)}, Limit: mostTasks,
		})
		if err != nil {
			return err
		}
		out, err = d.judged(ctx, tx, rows)
		return err
	})
	inPlanOrder(out)
	return out, err
}

func (d *Dispatch) judged(ctx context.Context, tx *store.Tx, rows []read.Matter) ([]*Task, error) {
	limits, err := d.Acts.Limits(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	today := d.Acts.Today()
	out := make([]*Task, 0, len(rows))
	for _, row := range rows {
		out = append(out, TaskOf(row.State, limits[row.State.No], today))
	}
	return out, nil
}

// Children returns the tasks that are part of another, as far as the viewer sees them.
func (d *Dispatch) Children(ctx context.Context, scope access.Scope, parent int64) ([]*Task, error) {
	var out []*Task
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := read.List(ctx, tx, scope, read.Filter{Linked: parent, LinkKind: "part_of", Limit: mostTasks})
		if err != nil {
			return err
		}
		out, err = d.judged(ctx, tx, rows)
		return err
	})
	slices.SortFunc(out, func(a, b *Task) int { return cmp.Compare(a.State.No, b.State.No) })
	return out, err
}

// Tally counts tasks by light.
type Tally struct{ Done, Green, Yellow, Red, Waiting int }

// Add counts one task.
func (t *Tally) Add(task *Task) {
	switch task.Light {
	case Done:
		t.Done++
	case Yellow:
		t.Yellow++
	case Red:
		t.Red++
	case Waiting:
		t.Waiting++
	default:
		t.Green++
	}
}

// Sum is all of them.
func (t *Tally) Sum() int { return t.Done + t.Green + t.Yellow + t.Red + t.Waiting }

// Work is one thing that waits for a person, from a mandate.
type Work struct {
	Task    *Task
	Step    string // id
	Key     string // element of an `each` step
	Title   string // of the step
	Mandate access.Mandate
	Due     string
}

// mostWork bounds the worklist of one mandate.
const mostWork = 500

// Worklist returns what waits for a person over all mandates, soonest due first.
func (d *Dispatch) Worklist(ctx context.Context, site *act.Site, person int64) ([]Work, error) {
	today := d.Acts.Today()
	var out []Work
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		for _, m := range site.Rights.Mandates(person, today) {
			rows, err := read.Worklist(ctx, tx, []read.Desk{{Unit: m.For.Unit, Role: m.For.Role, Post: m.For.No}}, mostWork)
			if err != nil {
				return err
			}
			matters := make([]read.Matter, len(rows))
			for i, r := range rows {
				matters[i] = r.Matter
			}
			tasks, err := d.judged(ctx, tx, matters)
			if err != nil {
				return err
			}
			for i, r := range rows {
				w := Work{Task: tasks[i], Step: r.Step, Key: r.Key, Mandate: m, Due: r.Due}
				if def, ok := d.Acts.Book().ByDigest(r.Matter.State.Def); ok {
					w.Title = def.StepTitle(r.Step)
				}
				out = append(out, w)
			}
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b Work) int { return cmp.Compare(a.Due, b.Due) })
	return out, err
}

// Takers returns who took each task on (签收), by the task's no.
func (d *Dispatch) Takers(ctx context.Context, tasks []*Task) (map[int64]int64, error) {
	out := map[int64]int64{}
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		for _, t := range tasks {
			e, ok := t.State.Last("take")
			if !ok {
				continue
			}
			h, err := read.Head(ctx, tx, e.Seq)
			if err != nil {
				return err
			}
			out[t.State.No] = h.By.Person
		}
		return nil
	})
	return out, err
}
