package dispatch

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// OwnStep is a step a unit made for itself under one of its tasks (本单位实施方案).
type OwnStep struct {
	ID, Title, Person, Due string
	Done                   string // day it was finished, "" still open
}

// Late tells whether the step is overdue on a day.
func (s OwnStep) Late(today string) bool { return s.Done == "" && s.Due != "" && s.Due < today }

// OwnSteps are the steps of a task in the order they were made.
func (t *Task) OwnSteps() []OwnStep {
	rows, _ := t.State.Get("own_steps")
	out := make([]OwnStep, 0, len(rows.Items))
	for _, it := range rows.Items {
		f := it.Fields
		out = append(out, OwnStep{ID: it.ID, Title: f.Text("text"), Person: f.Text("person"), Due: f.Text("due"), Done: f.Text("done")})
	}
	return out
}

// OwnPlan lists the open tasks of the actor's unit, soonest due first: its tasks and its own steps are one list.
func (d *Dispatch) OwnPlan(ctx context.Context, who access.Actor, scope access.Scope) ([]*Task, error) {
	var out []*Task
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := read.List(ctx, tx, scope, read.Filter{Procedure: ProcedureTask, Unit: who.Unit(), OpenOnly: true, Limit: mostTasks})
		if err != nil {
			return err
		}
		out, err = d.judged(ctx, tx, rows)
		return err
	})
	slices.SortStableFunc(out, func(a, b *Task) int { return cmp.Or(cmp.Compare(a.Due, b.Due), cmp.Compare(a.State.No, b.State.No)) })
	return out, err
}

// AddOwnStep adds a step to a task of the unit.
func (d *Dispatch) AddOwnStep(ctx context.Context, who access.Actor, task int64, s OwnStep, request string) (act.Done, error) {
	var faults []app.FieldFault
	if strings.TrimSpace(s.Title) == "" {
		faults = append(faults, app.FieldFault{Field: "title", Say: "请填写步骤。"})
	}
	if s.Due != "" && !isDay(s.Due) {
		faults = append(faults, app.FieldFault{Field: "due", Say: "“" + s.Due + "”不是日期。请写成 2026-06-30。"})
	}
	if task == 0 {
		faults = append(faults, app.FieldFault{Field: "task", Say: "请选择任务。"})
	}
	if err := app.Wrongs(faults); err != nil {
		return act.Done{}, err
	}
	return d.changeOwnSteps(ctx, who, task, request, func(items []matter.Item) []matter.Item {
		row := matter.Values{}.With("text", matter.OfText(strings.TrimSpace(s.Title)))
		if p := strings.TrimSpace(s.Person); p != "" {
			row = row.With("person", matter.OfText(p))
		}
		if s.Due != "" {
			row = row.With("due", matter.OfDate(s.Due))
		}
		return append(items, matter.Item{Fields: row})
	})
}

// FinishOwnStep says that a step was done today; DropOwnStep takes it back. Both leave the earlier record as it was.
func (d *Dispatch) FinishOwnStep(ctx context.Context, who access.Actor, task int64, id, request string) (act.Done, error) {
	return d.changeOwnSteps(ctx, who, task, request, func(items []matter.Item) []matter.Item {
		for i := range items {
			if items[i].ID == id {
				items[i].Fields = items[i].Fields.With("done", matter.OfDate(d.Acts.Today()))
			}
		}
		return items
	})
}

// DropOwnStep takes a step out of the unit's plan.
func (d *Dispatch) DropOwnStep(ctx context.Context, who access.Actor, task int64, id, request string) (act.Done, error) {
	return d.changeOwnSteps(ctx, who, task, request, func(items []matter.Item) []matter.Item {
		return slices.DeleteFunc(items, func(it matter.Item) bool { return it.ID == id })
	})
}

func (d *Dispatch) changeOwnSteps(ctx context.Context, who access.Actor, task int64, request string, change func([]matter.Item) []matter.Item) (act.Done, error) {
	v, err := d.Acts.View(ctx, who, task)
	if err != nil {
		return act.Done{}, err
	}
	if v.State.Procedure != ProcedureTask {
		return act.Done{}, app.Faultf(app.NotFound, "没有这项任务。")
	}
	held, _ := v.State.Get("own_steps")
	return d.Acts.Do(ctx, act.Request{ID: request, Who: who, Matter: task, Seen: v.State.Version, Act: procedure.Act{
		Step: "plan_own", Input: matter.Values{}.With("own_steps", matter.OfList(change(slices.Clone(held.Items))...)),
	}})
}
