package dispatch

import (
	"context"
	"errors"
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

// taking is what one change does to one running task of a lead.
type taking struct {
	task  *Task
	input matter.Values // of the opening, put right
	said  []string      // what cannot be put right and is noted
	due   string        // new day, "" unchanged
	lead  int64         // new lead, 0 unchanged
	open  []Duty        // units that get a part
	parts []*Task       // parts that are put right with it
	drop  []*Task       // parts of units the plan no longer names
}

// takings think out what a changed measure does to its running tasks.
func (draft *Draft) takings(c *Change) []taking {
	when, err := readDue(c.Measure.Due, draft.Year)
	newDay := ""
	if err == nil && when.Every == "" && c.changes("due") {
		newDay = when.Day
	}
	duties, _ := draft.Duties(c.Measure)
	var out []taking
	for _, t := range c.Tasks {
		w := taking{task: t, input: corrected(t, c)}
		if newDay != "" && newDay != t.State.Text("due") {
			w.due, w.input = newDay, w.input.With("due", matter.OfDate(newDay))
		}
		if c.changes("due") && newDay == "" {
			w.said = append(w.said, "完成时限改为“"+c.Measure.Due+"”，本期任务的期限不变")
		}
		w.targets(c)
		w.units(c, duties)
		out = append(out, w)
	}
	return out
}

// corrected are the words of a task's opening that read otherwise.
func corrected(t *Task, c *Change) matter.Values {
	in := matter.Values{}
	if c.changes("title") {
		title := c.Measure.Title
		if turn := t.State.Text("period"); turn != "" {
			title += "（" + turn + "）"
		}
		in = in.With("title", matter.OfText(title))
	}
	if c.changes("text") && c.Measure.Text != "" {
		in = in.With("text", matter.OfText(c.Measure.Text))
	}
	return in
}

// targets puts the rows right that count what is reported. Where something was reported already it is only noted: what
// was counted belongs to the old rows.
func (w *taking) targets(c *Change) {
	if !c.changes("targets") {
		return
	}
	held, _ := w.task.State.Get("targets")
	rows := targetRows(c.Measure.Targets)
	if slices.ContainsFunc(held.Items, func(it matter.Item) bool { return it.Fields.Int("reached") != 0 }) {
		w.said = append(w.said, "量化目标改为“"+rowWords(rows)+"”，已经报告的数量不变")
		return
	}
	for i := range rows {
		rows[i].ID = ""
		if i < len(held.Items) {
			rows[i].ID = held.Items[i].ID
		}
	}
	w.input = w.input.With("targets", matter.OfList(rows...))
}

// units finds who leads now, who joins and who is named no more.
func (w *taking) units(c *Change, duties []Duty) {
	lead := w.task.State.Unit
	if c.changes("units") && len(duties) > 0 && duties[0].Unit != lead {
		w.lead, lead = duties[0].Unit, duties[0].Unit
	}
	has := map[int64]bool{lead: true}
	for _, p := range c.Parts {
		if p.Parent() != w.task.State.No {
			continue
		}
		stays := !c.changes("units") || slices.ContainsFunc(duties[min(1, len(duties)):], func(d Duty) bool { return d.Unit == p.State.Unit })
		if !stays {
			w.drop = append(w.drop, p)
			continue
		}
		has[p.State.Unit] = true
		w.parts = append(w.parts, p)
	}
	if !c.changes("units") {
		return
	}
	for _, d := range duties {
		if !has[d.Unit] {
			w.open = append(w.open, d)
		}
	}
}

// Effect says what taking a change over does.
func (draft *Draft) Effect(c *Change, name func(unit int64) string) string {
	switch c.Kind {
	case Added:
		duties, _ := draft.Duties(c.Measure)
		if draft.Outline() {
			return "将登记这项举措。"
		}
		if len(duties) == 0 {
			return "单位还没有对应，请先在核对页确认。"
		}
		return fmt.Sprintf("将下达任务：牵头 %s，共 %d 个单位。", name(duties[0].Unit), len(duties))
	case Gone:
		if len(c.Tasks) == 0 {
			return "没有正在办理的任务，举措自今日起失效。"
		}
		return "举措自今日起失效；任务不自动关闭，注明后由统筹岗逐项办结或者撤销。"
	}
	if len(c.Tasks) == 0 {
		return "没有正在办理的任务，只更新举措。"
	}
	w := draft.takings(c)[0]
	var said []string
	if len(w.input) > 0 {
		var titles []string
		for _, n := range w.input {
			titles = append(titles, map[string]string{"title": "标题", "text": "原文", "due": "期限", "targets": "量化目标"}[n.Name])
		}
		said = append(said, "将更正任务的"+strings.Join(titles, "、")+"，已经报告的进展不变")
	}
	said = append(said, w.said...)
	if w.lead != 0 {
		said = append(said, "任务移交"+name(w.lead)+"牵头")
	}
	for _, d := range w.open {
		said = append(said, "向"+name(d.Unit)+"下达子任务")
	}
	for _, p := range w.drop {
		said = append(said, name(p.State.Unit)+"不再列入，其子任务由统筹岗逐项处理")
	}
	if len(said) == 0 {
		return "只更新举措，任务不变。"
	}
	return strings.Join(said, "；") + "。"
}

// Updated is what taking changes over came to.
type Updated struct {
	Plan                 Plan
	Added, Changed, Gone int
	ByHand               []*Task // tasks and parts the coordinator has to close
	Left                 int     // changes that were not taken over
}

// TakeOver takes changes over into the plan already dispatched: what is added is dispatched, what is changed is put right
// on the running tasks and gets a new version of its measure, what is gone is noted for the coordinator. Each act has an
// id of its own, so that pressing again finishes what was cut off and does nothing twice.
func (d *Dispatch) TakeOver(ctx context.Context, who access.Actor, id string, version int, take []string) (*Updated, error) {
	draft, err := d.Draft(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if draft.Version != version {
		return nil, app.Faultf(app.Conflict, "这份草稿刚刚有改动，没有更新计划。请核对后再确认。")
	}
	if len(take) == 0 {
		return nil, app.Wrong("take", "没有选择要更新的内容。")
	}
	site, err := d.Acts.Site(ctx)
	if err != nil {
		return nil, err
	}
	if err := app.Wrongs(draft.Check(site.Tree())); err != nil {
		return nil, err
	}
	diff, err := d.Diff(ctx, who, draft)
	if err != nil {
		return nil, err
	}
	u := &update{sender: &sender{d: d, who: who, site: site, draft: draft, today: d.Acts.Today(), prefix: draft.addedPrefix(diff.Plan)}, diff: diff}
	return u.run(ctx, take)
}

// update carries one taking over.
type update struct {
	*sender
	diff *Diff
	out  Updated
}

func (u *update) run(ctx context.Context, take []string) (*Updated, error) {
	var err error
	if u.above, u.links, err = u.d.superiors(ctx, u.draft); err != nil {
		return nil, err
	}
	p := u.diff.Plan
	u.plan = matter.Ref{Register: RegisterPlan, Entry: p.No, Version: 1, Key: p.Key, Name: p.Title, Number: p.Number}
	if err := u.remember(ctx); err != nil {
		return nil, err
	}
	for _, c := range u.diff.Changes {
		if !slices.Contains(take, c.ID) {
			if c.Kind != Gone {
				u.out.Left++
			}
			continue
		}
		if err := u.take(ctx, c); err != nil {
			return nil, fmt.Errorf("take over %s%s: %w", c.Label(), c.Title(), err)
		}
	}
	if u.out.Left == 0 { // all of it: from now on this is the document the plan stands on
		if err := u.amend(ctx, "plan", p.No, "", func(f matter.Values) matter.Values { return lay(f, u.planFields()) }); err != nil {
			return nil, err
		}
	}
	if u.out.Plan, err = u.d.Plan(ctx, p.No); err != nil {
		return nil, err
	}
	return &u.out, u.d.Drop(ctx, u.who, u.draft.ID)
}

// lay puts values over others.
func lay(base, over matter.Values) matter.Values {
	for _, n := range over {
		base = base.With(n.Name, n.Value)
	}
	return base
}

// reason stands in every record that the new version of the document causes.
func (u *update) reason() string {
	return "计划文件修改：" + strings.TrimSpace(u.draft.Title+" "+u.draft.Number)
}

func (u *update) take(ctx context.Context, c *Change) error {
	switch c.Kind {
	case Added:
		u.out.Added++
		return u.putMeasure(ctx, c.Measure)
	case Gone:
		u.out.Gone++
		return u.takeGone(ctx, c)
	}
	u.out.Changed++
	for _, w := range u.draft.takings(c) {
		if err := u.takeTask(ctx, c, &w); err != nil {
			return err
		}
	}
	if err := u.takeDuty(ctx, c); err != nil {
		return err
	}
	// The entry comes last: until then the change is still seen, and pressing again goes on with it.
	return u.amend(ctx, "measure/"+c.ID, c.Old.No(), "", func(f matter.Values) matter.Values {
		next := u.measureFields(c.Measure)
		for _, name := range []string{"deadlines", "targets", "units"} {
			if _, ok := next.Get(name); !ok {
				f = f.Without(name)
			}
		}
		return lay(f, next.Without("plan"))
	})
}

// amend records a new version of an entry; to ends it.
func (u *update) amend(ctx context.Context, id string, no int64, to string, change func(matter.Values) matter.Values) error {
	a := act.Amendment{ID: u.request("diff/", id), Who: u.who, Entry: no, To: to, Reason: u.reason(), Change: change}
	if to != "" { // an entry ends by a version from its own first day to the last
		err := u.d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
			e, err := read.EntryOf(ctx, tx, no)
			if err == nil {
				a.From = e.Versions[len(e.Versions)-1].From
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return u.d.Acts.Amend(ctx, a)
}

// act carries out one act on a task.
func (u *update) act(ctx context.Context, t *Task, what string, a procedure.Act) error {
	a.Legal, a.Reason = u.today, u.reason()+a.Reason
	_, err := u.d.Acts.Do(ctx, act.Request{
		ID: u.request("diff/", what, "/", t.State.No), Who: u.who, Matter: t.State.No, Act: a,
	})
	return err
}

func (u *update) takeTask(ctx context.Context, c *Change, w *taking) error {
	for _, t := range append([]*Task{w.task}, w.parts...) {
		in := w.input
		if t != w.task {
			in = in.Without("targets") // they count at the lead's
		}
		if err := u.putRight(ctx, t, in, w.due); err != nil {
			return err
		}
	}
	if len(w.said) > 0 {
		if err := u.act(ctx, w.task, "said", procedure.Act{Step: "note", Reason: "。" + strings.Join(w.said, "；")}); err != nil {
			return err
		}
	}
	if w.lead != 0 {
		if err := u.act(ctx, w.task, "lead", procedure.Act{Step: "handover", Unit: w.lead}); err != nil {
			return err
		}
	}
	return u.takeUnits(ctx, c, w)
}

// putRight corrects the opening of a task. Where later records stand against it the change is noted, and a later day
// becomes an extension.
func (u *update) putRight(ctx context.Context, t *Task, in matter.Values, due string) error {
	if len(in) == 0 {
		return nil
	}
	err := u.act(ctx, t, "correct", procedure.Act{Step: "correct", Record: t.State.No, Input: in})
	var refusal *procedure.Refusal
	var invalid *procedure.Invalid
	var all procedure.InvalidAll
	if err == nil || !errors.As(err, &refusal) && !errors.As(err, &invalid) && !errors.As(err, &all) {
		return err
	}
	var said []string
	for _, n := range in {
		words := n.Value.Text
		if n.Value.Kind == matter.List {
			words = rowWords(n.Value.Items)
		}
		said = append(said, n.Name+"："+words)
		if f := u.field(t, n.Name); f != "" {
			said[len(said)-1] = f + "：" + words
		}
	}
	if err := u.act(ctx, t, "note", procedure.Act{Step: "note", Reason: "。" + strings.Join(said, "；")}); err != nil {
		return err
	}
	if due == "" || due <= t.Due || due <= u.today {
		return nil
	}
	return u.act(ctx, t, "extend", procedure.Act{Step: "extend", Limit: LimitDue, Until: due})
}

// field names a field of the task in words.
func (u *update) field(t *Task, id string) string {
	if def, ok := u.d.Acts.Book().ByDigest(t.State.Def); ok {
		if f := def.Field(id); f != nil {
			return f.Title
		}
	}
	return ""
}

// ref names the measure that a change is about.
func (u *update) ref(c *Change) matter.Ref {
	return matter.Ref{
		Register: RegisterMeasure, Entry: c.Old.No(), Version: 1, Key: c.Old.Entry.Key, Name: c.Measure.Title, Number: c.Measure.Label,
	}
}

// takeUnits gives parts to units that joined, and notes on the parts of those named no more.
func (u *update) takeUnits(ctx context.Context, c *Change, w *taking) error {
	lead := w.task.State.Unit
	if w.lead != 0 {
		lead = w.lead
	}
	day := w.due
	if day == "" {
		day = w.task.State.Text("due")
	}
	t := task{measure: c.Measure, ref: u.ref(c), due: day, turn: w.task.State.Text("period"), request: u.request("diff/part/", w.task.State.No)}
	for _, d := range w.open {
		if !slices.Contains(w.task.State.Units(d.Role), d.Unit) {
			if err := u.act(ctx, w.task, "role/"+strconv.FormatInt(d.Unit, 10), procedure.Act{Step: "assign", Unit: d.Unit, Role: d.Role}); err != nil {
				return err
			}
		}
		if err := u.openPart(ctx, &t, w.task.State.No, lead, d); err != nil {
			return err
		}
	}
	for _, p := range w.drop {
		if err := u.act(ctx, p, "drop", procedure.Act{Step: "note", Reason: "。新文件不再列入本单位，由统筹岗决定是否撤销"}); err != nil {
			return err
		}
		u.out.ByHand = append(u.out.ByHand, p)
	}
	return nil
}

// takeDuty changes what recurs: a new period, or none any more.
func (u *update) takeDuty(ctx context.Context, c *Change) error {
	if !c.changes("due") {
		return nil
	}
	when, err := readDue(c.Measure.Due, u.draft.Year)
	if err != nil {
		return err
	}
	no, err := u.dutyOf(ctx, c.Old)
	if err != nil {
		return err
	}
	cycle := cycles[when.Every]
	switch duties, _ := u.draft.Duties(c.Measure); {
	case no == 0 && cycle != "" && len(duties) > 0:
		return u.putDuty(ctx, c.Measure, u.ref(c), duties[0].Unit, when.Every)
	case no == 0:
		return nil
	case cycle == "":
		return u.amend(ctx, "duty/"+c.ID, no, u.today, func(f matter.Values) matter.Values { return f })
	}
	return u.amend(ctx, "duty/"+c.ID, no, "", func(f matter.Values) matter.Values { return f.With("every", matter.OfText(cycle)) })
}

// dutyOf finds the recurring duty of a measure, 0 where it has none.
func (u *update) dutyOf(ctx context.Context, m *PlanMeasure) (no int64, err error) {
	err = u.d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		e, err := read.EntryByKey(ctx, tx, RegisterDuty, m.Entry.Key)
		if errors.Is(err, read.ErrNone) {
			return nil
		}
		if err == nil {
			no = e.No
		}
		return err
	})
	return no, err
}

// takeGone ends a measure the new document leaves out. Its tasks stay open: a person closes them, one by one.
func (u *update) takeGone(ctx context.Context, c *Change) error {
	for _, t := range c.Tasks {
		if err := u.act(ctx, t, "gone", procedure.Act{Step: "note", Reason: "。新文件删去了这一项，由统筹岗决定办结或者撤销"}); err != nil {
			return err
		}
		u.out.ByHand = append(u.out.ByHand, t)
	}
	no, err := u.dutyOf(ctx, c.Old)
	if err != nil {
		return err
	}
	if no != 0 {
		if err := u.amend(ctx, "duty/"+c.ID, no, u.today, func(f matter.Values) matter.Values { return f }); err != nil {
			return err
		}
	}
	return u.amend(ctx, "measure/"+c.ID, c.Old.No(), u.today, func(f matter.Values) matter.Values { return f })
}
