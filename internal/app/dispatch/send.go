package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/calendar"
	"zhunsheng/internal/norm/procedure"
)

// Registers of plans.
const (
	RegisterPlan    = "plan"
	RegisterMeasure = "measure"
	RegisterDuty    = "duty"
)

// ProcedureTask is the id of the procedure every measure runs as.
const ProcedureTask = "task"

// Sent is what a dispatch came to.
type Sent struct {
	Plan  int64
	Units int
	Tasks int
}

// Confirmation is the coordinator's word on a draft.
type Confirmation struct {
	Draft   string
	Version int
	Reason  string // why it is dispatched in spite of findings of the burden check
}

// atOnce is how many acts of a dispatch wait on the writer together.
const atOnce = 32

// Confirm dispatches a draft: the plan and its measures become entries, each measure a task of its lead, and every other
// unit named gets a child task. Each act has an id of its own, so that a dispatch that was cut off is finished by
// pressing again, without doubles.
func (d *Dispatch) Confirm(ctx context.Context, who access.Actor, c Confirmation) (Sent, error) {
	draft, err := d.Draft(ctx, who, c.Draft)
	if err != nil {
		return Sent{}, err
	}
	if c.Version != draft.Version {
		return Sent{}, app.Faultf(app.Conflict, "这份草稿刚刚有改动，没有下达。请核对后再确认。")
	}
	site, err := d.Acts.Site(ctx)
	if err != nil {
		return Sent{}, err
	}
	if err := app.Wrongs(draft.Check(site.Tree())); err != nil {
		return Sent{}, err
	}
	findings, err := d.Burden(ctx, draft)
	if err != nil {
		return Sent{}, err
	}
	if len(findings) > 0 && strings.TrimSpace(c.Reason) == "" {
		return Sent{}, app.Wrong("reason", "减负自检有 %d 条提示。仍要下达的，请写明理由。", len(findings))
	}
	if err := d.ConcludeDivision(ctx, who, draft.Asked); err != nil {
		return Sent{}, err
	}
	if draft.Was > 0 {
		return Sent{}, app.Faultf(app.Conflict, "同一份计划已经下达。请在比较页上按不同之处更新，不重复下达。")
	}
	s := &sender{d: d, who: who, site: site, draft: draft, today: d.Acts.Today(), reason: strings.TrimSpace(c.Reason), prefix: draft.planKey()}
	if s.above, s.links, err = d.superiors(ctx, draft); err != nil {
		return Sent{}, err
	}
	if err := s.remember(ctx); err != nil {
		return Sent{}, err
	}
	if err := s.putPlan(ctx); err != nil {
		return Sent{}, err
	}
	if err := s.putMeasures(ctx); err != nil {
		return Sent{}, err
	}
	draft.Sent = s.plan.Entry
	if draft.Outline() {
		return Sent{Plan: s.plan.Entry}, d.Drop(ctx, who, c.Draft)
	}
	return Sent{Plan: s.plan.Entry, Units: s.units(), Tasks: int(s.tasks.Load())}, d.Drop(ctx, who, c.Draft)
}

// sender carries one dispatch.
type sender struct {
	d      *Dispatch
	who    access.Actor
	site   *act.Site
	draft  *Draft
	today  string
	reason string
	plan   matter.Ref
	above  *matter.Ref          // the outline
	links  map[int64]matter.Ref // its measures
	prefix string               // of the keys of measures
	tasks  atomic.Int64
}

// units counts who got a part.
func (s *sender) units() int {
	seen := map[int64]bool{}
	for i := range s.draft.Measures {
		duties, _ := s.draft.Duties(&s.draft.Measures[i])
		for _, duty := range duties {
			seen[duty.Unit] = true
		}
	}
	return len(seen)
}

func (s *sender) request(parts ...any) string {
	return requestID(append([]any{s.draft.ID, "/"}, parts...)...)
}

// remember keeps what a person said about names: an alias of the unit, or a unit group.
func (s *sender) remember(ctx context.Context) error {
	for _, n := range s.draft.Names {
		if !n.Keep || !n.Settled || len(n.Units) == 0 {
			continue
		}
		var err error
		if n.Collective {
			err = s.rememberGroup(ctx, n)
		} else {
			err = s.rememberAlias(ctx, n)
		}
		if err != nil {
			return fmt.Errorf("remember the name %s: %w", n.Name, err)
		}
	}
	return nil
}

func (s *sender) rememberAlias(ctx context.Context, n Name) error {
	if len(n.Units) != 1 {
		return nil
	}
	if u, ok := s.site.Tree().Match(n.Name); ok && u.No == n.Units[0] {
		return nil
	}
	return s.d.Acts.Amend(ctx, act.Amendment{
		ID: s.request("alias/", n.Name), Who: s.who, Entry: n.Units[0], Reason: "导入计划时确认的别名",
		Change: func(fields matter.Values) matter.Values {
			list, _ := fields.Get("aliases")
			item := matter.Item{ID: "p" + strconv.Itoa(len(list.Items)+1), Value: matter.OfText(n.Name)}
			return fields.With("aliases", matter.OfList(append(list.Items[:len(list.Items):len(list.Items)], item)...))
		},
	})
}

func (s *sender) rememberGroup(ctx context.Context, n Name) error {
	members := make([]matter.Item, 0, len(n.Units))
	for i, no := range n.Units {
		ref, err := s.site.Ref(act.RegisterUnit, no, s.today)
		if err != nil {
			return err
		}
		members = append(members, matter.Item{ID: "p" + strconv.Itoa(i+1), Value: matter.OfRef(ref)})
	}
	if g, ok := s.site.Tree().Group(n.Name); ok {
		if same(g.Members, n.Units) {
			return nil
		}
		return s.d.Acts.Amend(ctx, act.Amendment{
			ID: s.request("group/", n.Name), Who: s.who, Entry: g.No, Reason: "导入计划时确认的单位组",
			Change: func(fields matter.Values) matter.Values { return fields.With("members", matter.OfList(members...)) },
		})
	}
	_, err := s.d.Acts.PutEntry(ctx, act.Entry{
		ID: s.request("group/", n.Name), Who: s.who, Register: act.RegisterGroup, Key: n.Name, From: s.today,
		Fields: matter.Values{}.With("name", matter.OfText(n.Name)).With("members", matter.OfList(members...)),
		Reason: "导入计划时确认的单位组",
	})
	return err
}

func same(a, b []int64) bool {
	in := map[int64]bool{}
	for _, n := range a {
		in[n] = true
	}
	for _, n := range b {
		if !in[n] {
			return false
		}
	}
	return len(a) == len(b)
}

// planKey names a plan in its register: the same document has the same key.
func (draft *Draft) planKey() string {
	return fmt.Sprintf("%d-%s", draft.Year, draft.File.Hash[:12])
}

// planFields are what the plan's entry holds.
func (s *sender) planFields() matter.Values {
	f := matter.Values{}.
		With("title", matter.OfText(s.draft.Title)).
		With("year", matter.OfInt(int64(s.draft.Year))).
		With("file", matter.OfFile(s.draft.File)).
		With("hash", matter.OfText(s.draft.File.Hash))
	for name, text := range map[string]string{"number": s.draft.Number, "issuer": s.draft.Issuer} {
		if text != "" {
			f = f.With(name, matter.OfText(text))
		}
	}
	if isDay(s.draft.Date) {
		f = f.With("date", matter.OfDate(s.draft.Date))
	}
	if len(s.draft.Stages) > 0 {
		f = f.With("stages", matter.OfList(stageRows(s.draft.Stages)...))
	}
	if s.draft.Period != "" {
		f = f.With("period", matter.OfText(s.draft.Period))
	}
	if s.above != nil {
		f = f.With("superior", matter.OfRef(*s.above))
	}
	return f
}

func (s *sender) putPlan(ctx context.Context) error {
	done, err := s.d.Acts.PutEntry(ctx, act.Entry{
		ID: s.request("plan"), Who: s.who, Register: RegisterPlan, Key: s.draft.planKey(), From: s.today, Fields: s.planFields(),
		Reason: s.reason,
	})
	if err != nil {
		return err
	}
	s.plan = matter.Ref{
		Register: RegisterPlan, Entry: done.Matter, Version: 1, Key: s.draft.planKey(), Name: s.draft.Title, Number: s.draft.Number,
	}
	return nil
}

func (s *sender) putMeasures(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i := range s.draft.Measures {
		m := &s.draft.Measures[i]
		g.Go(func() error {
			if err := s.putMeasure(ctx, m); err != nil {
				return fmt.Errorf("%s%s: %w", m.Label, m.Title, err)
			}
			return nil
		})
	}
	return g.Wait()
}

func (s *sender) putMeasure(ctx context.Context, m *Measure) error {
	ref, err := s.measureEntry(ctx, m)
	if err != nil || s.draft.Outline() {
		return err
	}
	when, err := readDue(m.Due, s.draft.Year)
	if err != nil {
		return app.Wrong(m.ID+".due", "%s", err.Error())
	}
	duties, _ := s.draft.Duties(m)
	if len(duties) == 0 {
		return app.Wrong(m.ID+".lead", "“%s”没有责任单位。请填写牵头单位。", m.Title)
	}
	turn := ""
	if when.Every != "" {
		p, err := PeriodOf(when.Every, min(s.today, when.Day))
		if err != nil {
			return err
		}
		if when.Day, turn = p.Day, p.Title; when.Every != "P1Y" {
			if err := s.putDuty(ctx, m, ref, duties[0].Unit, when.Every); err != nil {
				return err
			}
		}
	}
	t := task{measure: m, ref: ref, duties: duties, due: when.Day, turn: turn, request: s.request("task/", m.ID, "/", turn)}
	n, err := s.openTasks(ctx, &t)
	s.tasks.Add(n)
	return err
}

// task is one measure as it is opened for its units.
type task struct {
	measure *Measure
	ref     matter.Ref
	duties  []Duty
	due     string
	turn    string // 2026年上半年, "" once
	request string
}

// openTasks opens the lead's task and a child for every other unit; it returns how many measures' tasks were opened (1).
func (s *sender) openTasks(ctx context.Context, t *task) (int64, error) {
	lead := t.duties[0]
	roles := []matter.Role{{Unit: s.who.Unit(), Role: "superior", From: s.today}}
	for _, duty := range t.duties[1:] {
		roles = append(roles, matter.Role{Unit: duty.Unit, Role: duty.Role, From: s.today})
	}
	parent, err := s.d.Acts.Do(ctx, act.Request{
		ID: t.request, Who: s.who, Procedure: ProcedureTask,
		Act: procedure.Act{Step: "open", Legal: s.today, Unit: lead.Unit, Roles: roles, Input: s.input(t, lead)},
	})
	if err != nil {
		return 0, err
	}
	for _, duty := range t.duties[1:] {
		if err := s.openPart(ctx, t, parent.Matter, lead.Unit, duty); err != nil {
			return 0, err
		}
	}
	return 1, nil
}

// openPart opens the part of one unit in a lead's task.
func (s *sender) openPart(ctx context.Context, t *task, parent, lead int64, duty Duty) error {
	_, err := s.d.Acts.Do(ctx, act.Request{
		ID: t.request + "/" + strconv.FormatInt(duty.Unit, 10), Who: s.who, Procedure: ProcedureTask,
		Act: procedure.Act{
			Step: "open", Legal: s.today, Unit: duty.Unit, Input: s.input(t, duty), Links: []matter.Tie{{Kind: "part_of", Other: parent}},
			Roles: []matter.Role{{Unit: s.who.Unit(), Role: "superior", From: s.today}, {Unit: lead, Role: "chief", From: s.today}},
		},
	})
	return err
}

// kinds are the options of a task's field kind by a unit's role.
var kinds = map[string]string{"lead": "lead", "joint": "responsible", "assist": "assist", "undertake": "undertake"}

// input fills the form of a task.
func (s *sender) input(t *task, duty Duty) matter.Values {
	m := t.measure
	title := m.Title
	if t.turn != "" {
		title += "（" + t.turn + "）"
	}
	f := matter.Values{}.
		With("title", matter.OfText(title)).
		With("plan", matter.OfRef(s.plan)).
		With("measure", matter.OfRef(t.ref)).
		With("plan_year", matter.OfInt(int64(s.draft.Year))).
		With("due", matter.OfDate(t.due)).
		With("kind", matter.OfText(kinds[duty.Role]))
	for name, text := range map[string]string{"text": m.Text, "section": m.Section, "label": m.Label, "period": t.turn} {
		if text != "" {
			f = f.With(name, matter.OfText(text))
		}
	}
	if duty.Role == "lead" {
		if rows := targetRows(m.Targets); len(rows) > 0 {
			f = f.With("targets", matter.OfList(rows...))
		}
	}
	return f
}

// measureFields are what the measure's entry holds.
func (s *sender) measureFields(m *Measure) matter.Values {
	units := make([]matter.Item, 0, len(m.Units))
	for i, u := range m.Units {
		units = append(units, matter.Item{ID: "p" + strconv.Itoa(i+1), Fields: matter.Values{}.
			With("name", matter.OfText(u.Name)).With("role", matter.OfText(u.Role))})
	}
	f := matter.Values{}.
		With("plan", matter.OfRef(s.plan)).With("no", matter.OfInt(int64(m.No))).With("title", matter.OfText(m.Title)).
		With("text", matter.OfText(cmp.Or(m.Text, m.Title))).With("confidence", matter.OfInt(int64(100*m.Confidence)))
	for name, text := range map[string]string{"section": m.Section, "label": m.Label} {
		if text != "" {
			f = f.With(name, matter.OfText(text))
		}
	}
	if len(units) > 0 {
		f = f.With("units", matter.OfList(units...))
	}
	if m.Due != "" {
		f = f.With("deadlines", matter.OfList(matter.Item{ID: "p1", Fields: matter.Values{}.
			With("text", matter.OfText(m.Due)).With("norm", matter.OfText(dueNorm(m.Due, s.draft.Year)))}))
	}
	if rows := targetRows(m.Targets); len(rows) > 0 {
		f = f.With("targets", matter.OfList(rows...))
	}
	if ref, ok := s.links[m.Superior]; ok {
		f = f.With("superior", matter.OfRef(ref))
	}
	return f
}

func (s *sender) measureEntry(ctx context.Context, m *Measure) (matter.Ref, error) {
	key := s.prefix + "/" + m.ID
	done, err := s.d.Acts.PutEntry(ctx, act.Entry{
		ID: s.request("measure/", m.ID), Who: s.who, Register: RegisterMeasure, Key: key, From: s.today, Fields: s.measureFields(m),
	})
	return matter.Ref{Register: RegisterMeasure, Entry: done.Matter, Version: 1, Key: key, Name: m.Title, Number: m.Label}, err
}

// dueNorm writes a deadline in the norms of plans.
func dueNorm(words string, year int) string {
	for _, p := range periods {
		if p.words == words {
			return p.norm
		}
	}
	when, err := readDue(words, year)
	if err != nil {
		return words
	}
	return "by:" + when.Day
}

// cycles are the options of a duty's cycle by the period of a deadline; a weekly duty stays one task.
var cycles = map[string]string{"P1M": "month", "P3M": "quarter", "P6M": "half"}

// putDuty keeps a recurring measure, so that its next turns open by themselves as the first one stands.
func (s *sender) putDuty(ctx context.Context, m *Measure, ref matter.Ref, lead int64, every string) error {
	if cycles[every] == "" {
		return nil
	}
	unit, err := s.site.Ref(act.RegisterUnit, lead, s.today)
	if err != nil {
		return err
	}
	superior, err := s.site.Ref(act.RegisterUnit, s.who.Unit(), s.today)
	if err != nil {
		return err
	}
	f := matter.Values{}.
		With("title", matter.OfText(m.Title)).With("every", matter.OfText(cycles[every])).With("day", matter.OfInt(31)).
		With("unit", matter.OfRef(unit)).With("superior", matter.OfRef(superior)).With("plan", matter.OfRef(s.plan)).With("measure", matter.OfRef(ref))
	if m.Section != "" {
		f = f.With("section", matter.OfText(m.Section))
	}
	if m.Text != "" {
		f = f.With("text", matter.OfText(m.Text))
	}
	_, err = s.d.Acts.PutEntry(ctx, act.Entry{
		ID: s.request("duty/", m.ID), Who: s.who, Register: RegisterDuty, Key: ref.Key, From: s.today,
		To: fmt.Sprintf("%04d-01-01", max(s.draft.Year, yearOf(s.today))+1), Fields: f,
	})
	return err
}

func yearOf(day string) int {
	n, err := strconv.Atoi(day[:min(4, len(day))])
	if err != nil {
		return 0
	}
	return n
}

// ConfirmBy is the day by which units confirm or object, counted in workdays from today; the number is the parameter
// object_days of the task procedure.
func (d *Dispatch) ConfirmBy(site *act.Site, u int64) (string, error) {
	days := int64(defaultObjectDays)
	if text, ok := site.Param(ProcedureTask, "object_days", u, d.Acts.Today()); ok {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			days = n
		}
	}
	today, err := calendar.Parse(d.Acts.Today())
	if err != nil {
		return "", err
	}
	by, err := d.Acts.Book().Calendar().AddWorkdays(today, int(days))
	return by.String(), err
}

// defaultObjectDays is the stated default of the parameter.
const defaultObjectDays = 3
