package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// Ways of carrying an open task over the turn of the year (结转).
const (
	CarryOn    = "carry" // goes on under the new plan, linked
	CarryClose = "close" // closed as carried over, without a task in the new plan
	CarryKeep  = "keep"  // stays as it is
)

// Remainder is an open task of a past plan with the task of the new plan that most likely goes on with it.
type Remainder struct {
	*Task
	Likely int64 // no of the new plan's task, 0 none is like it
}

// Remainders lists the leads' open tasks of a past plan, and the leads' tasks of the new one that may go on with them.
func (d *Dispatch) Remainders(ctx context.Context, scope access.Scope, old, next Plan) ([]Remainder, []*Task, error) {
	past, err := d.Tasks(ctx, scope, old)
	if err != nil {
		return nil, nil, err
	}
	var coming []*Task
	if next.No != 0 {
		if coming, err = d.Tasks(ctx, scope, next); err != nil {
			return nil, nil, err
		}
	}
	coming = slices.DeleteFunc(coming, func(t *Task) bool { return t.Parent() != 0 || !t.State.Open })
	var out []Remainder
	for _, t := range past {
		if t.Parent() != 0 || !t.State.Open {
			continue
		}
		r := Remainder{Task: t}
		best := likeEnough
		for _, c := range coming {
			if l := alike(t, c); l > best {
				best, r.Likely = l, c.State.No
			}
		}
		out = append(out, r)
	}
	slices.SortStableFunc(out, func(a, b Remainder) int { return cmp.Compare(a.Due, b.Due) })
	return out, coming, nil
}

// likeEnough is how alike titles have to be for a task to be proposed, from 0 to 1.
const likeEnough = 0.5

// alike says how alike two tasks are: shared pairs of characters of their titles, and a little for the same lead.
func alike(a, b *Task) float64 {
	l := likeness(a.Title(), b.Title())
	if a.State.Unit == b.State.Unit {
		l += 0.1
	}
	return l
}

func pairs(s string) map[string]bool {
	r := []rune(strings.Join(strings.Fields(s), ""))
	out := map[string]bool{}
	for i := 1; i < len(r); i++ {
		out[string(r[i-1:i+1])] = true
	}
	return out
}

// Carry is the word on one open task.
type Carry struct {
	Matter int64
	Way    string
	To     int64 // task of the new plan that goes on with it; 0: a task is opened for it under the new plan
}

// Carried is what a press came to.
type Carried struct{ Linked, Opened, Closed int }

// CarryOver carries open tasks of a past plan over: each is closed as carried, and what goes on with it is linked to it as
// its continuation. Acts have ids of their own, so that pressing again does nothing twice.
func (d *Dispatch) CarryOver(ctx context.Context, who access.Actor, id string, next Plan, words []Carry) (Carried, error) {
	var out Carried
	for _, w := range words {
		switch w.Way {
		case CarryKeep, "":
			continue
		case CarryOn, CarryClose:
		default:
			return out, app.Wrong("do", "没有这种处理办法。")
		}
		if next.No == 0 && w.Way == CarryOn {
			return out, app.Wrong("to", "还没有新年度的计划，不能结转到新计划。请先导入，或者选择结转办结。")
		}
		if err := d.carry(ctx, who, id, next, w, &out); err != nil {
			return out, err
		}
	}
	if out == (Carried{}) {
		return out, app.Wrong("do", "没有选择要处理的任务。")
	}
	return out, nil
}

func (d *Dispatch) carry(ctx context.Context, who access.Actor, id string, next Plan, w Carry, out *Carried) error {
	view, err := d.Acts.View(ctx, who, w.Matter)
	if err != nil {
		return err
	}
	remark := "结转办结，不再列入新年度计划"
	switch {
	case w.Way == CarryOn && w.To != 0:
		_, err = d.Acts.Do(ctx, act.Request{
			ID: requestID("carry/link/", id, "/", w.Matter), Who: who, Matter: w.To,
			Act: procedure.Act{Step: "link", Links: []matter.Tie{{Kind: "continues", Other: w.Matter}}, Reason: "上年结转"},
		})
		remark = "由新年度计划的任务接续办理"
		out.Linked++
	case w.Way == CarryOn:
		err = d.reopenUnder(ctx, who, id, next, view)
		remark = "结转新年度继续办理"
		out.Opened++
	default:
		out.Closed++
	}
	if err != nil {
		return err
	}
	year := next.Year
	if year == 0 {
		year = yearOf(d.Acts.Today())
	}
	open := []int64{w.Matter}
	for _, l := range view.Links {
		if l.Kind == "part_of" && l.Back && l.Other.State.Open {
			open = append(open, l.Other.State.No)
		}
	}
	for _, no := range open {
		_, err := d.Acts.Do(ctx, act.Request{
			ID: requestID("carry/close/", id, "/", no), Who: who, Matter: no,
			Act: procedure.Act{Step: "carry_over", Input: matter.Values{}.With("carried_to", matter.OfInt(int64(year))).With("remark", matter.OfText(remark))},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// reopenUnder opens a task under the new plan that goes on with an old one, and a part for every unit whose part is open.
func (d *Dispatch) reopenUnder(ctx context.Context, who access.Actor, id string, next Plan, old *act.View) error {
	var entry *matter.Entry
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) (err error) {
		entry, err = read.EntryOf(ctx, tx, next.No)
		return err
	})
	if err != nil {
		return err
	}
	plan := act.RefTo(entry, entry.Versions[len(entry.Versions)-1])
	today := d.Acts.Today()
	opening := func(s *matter.State, links ...matter.Tie) procedure.Act {
		a := procedure.Act{Step: "open", Legal: today, Unit: s.Unit, Input: carriedInput(s, plan, next.Year), Links: links}
		for _, r := range s.Roles {
			if r.To == "" && r.Role != "lead" {
				a.Roles = append(a.Roles, matter.Role{Unit: r.Unit, Role: r.Role, From: today})
			}
		}
		return a
	}
	lead, err := d.Acts.Do(ctx, act.Request{
		ID: requestID("carry/open/", id, "/", old.State.No), Who: who, Procedure: ProcedureTask,
		Act: opening(old.State, matter.Tie{Kind: "continues", Other: old.State.No}),
	})
	if err != nil {
		return err
	}
	for _, l := range old.Links {
		part := l.Other.State
		if l.Kind != "part_of" || !l.Back || !part.Open {
			continue
		}
		_, err := d.Acts.Do(ctx, act.Request{
			ID: requestID("carry/open/", id, "/", part.No), Who: who, Procedure: ProcedureTask,
			Act: opening(part, matter.Tie{Kind: "part_of", Other: lead.Matter}, matter.Tie{Kind: "continues", Other: part.No}),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// carriedFields are taken over as they stand; what was reached goes with the old task.
var carriedFields = []string{"title", "text", "label", "kind"}

func carriedInput(s *matter.State, plan matter.Ref, year int) matter.Values {
	in := matter.Values{}.
		With("plan", matter.OfRef(plan)).With("plan_year", matter.OfInt(int64(year))).
		With("section", matter.OfText("上年结转")).With("due", matter.OfDate(fmt.Sprintf("%04d-12-31", year)))
	for _, field := range carriedFields {
		if v, ok := s.Get(field); ok {
			in = in.With(field, v)
		}
	}
	rows, _ := s.Get("targets")
	var left []matter.Item
	for _, it := range rows.Items {
		f := it.Fields.Without("reached")
		if v, ok := f.Get("value"); ok && it.Fields.Text("op") != "le" {
			rest := v.Int - it.Fields.Int("reached")
			if rest <= 0 {
				continue // reached: nothing is left to carry over
			}
			f = f.With("value", matter.OfInt(rest))
		}
		left = append(left, matter.Item{ID: "p" + strconv.Itoa(len(left)+1), Fields: f})
	}
	if len(left) > 0 {
		in = in.With("targets", matter.OfList(left...))
	}
	return in
}
