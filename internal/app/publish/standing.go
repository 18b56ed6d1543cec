package publish

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// Standing is how a task stood on the last day of a report.
type Standing string

// The standings. Withdrawn tasks (撤销、作废) are in no figure.
const (
	Done      Standing = "done"
	Running   Standing = "running"
	Late      Standing = "late"
	Waiting   Standing = "waiting" // 尚未签收
	Carried   Standing = "carried"
	Withdrawn Standing = "withdrawn"
)

// Words say a standing in words.
func (s Standing) Words() string {
	return map[Standing]string{
		Done: "已完成", Running: "正在办理", Late: "逾期", Waiting: "尚未开始", Carried: "结转", Withdrawn: "已撤销",
	}[s]
}

// Target is one quantified target of a task.
type Target struct {
	Text, Unit     string
	Value, Reached int64
	Met            bool
}

// Task is a task as a report counts it.
type Task struct {
	No       int64
	Title    string
	Section  string
	Order    int64 // of its measure in the plan
	Unit     int64
	Lead     bool // of the measure's lead, not of another unit named
	Standing Standing
	Due      string
	Closed   string
	OnTime   bool // completed by its due date
	Urged    bool
	Extended int64 // extensions approved in the period
	Targets  []Target
}

// Basis is everything the figures of one report are computed from, as of one record.
type Basis struct {
	Plan     dispatch.Plan
	Span     Span
	Until    string // 数据截至
	Snapshot int64  // figures know the records before this one
	About    int64  // unit whose subtree is counted, 0 all
	Tasks    []Task
	Sections []string
	Units    []int64 // that hold tasks, in the order of the organisation list
	Facts    map[string][]read.Delta
	Site     *act.Site
}

// mostTasks bounds how many tasks of one plan are counted: a county plan has some thousand.
const mostTasks = 20000

// mostDeltas bounds how many fact rows of one fact and period are read.
const mostDeltas = 200000

// factIDs are the facts of the task procedure that reports sum up.
var factIDs = []string{"returned", "urged", "noticed"}

// basis reads what a report of a plan is computed from. Figures do not depend on who asks: they are read as the program.
func (p *Publish) basis(ctx context.Context, b Basis) (*Basis, error) {
	site, err := p.Acts.Site(ctx)
	if err != nil {
		return nil, err
	}
	b.Site = site
	err = p.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		if b.Snapshot == 0 {
			size, err := read.Size(ctx, tx)
			if err != nil {
				return err
			}
			b.Snapshot = size + 1
		}
		return p.readTasks(ctx, tx, &b)
	})
	if err != nil {
		return nil, err
	}
	b.arrange()
	return &b, nil
}

func (p *Publish) readTasks(ctx context.Context, tx *store.Tx, b *Basis) error {
	rows, err := read.List(ctx, tx, access.Scope{System: true}, read.Filter{
		Procedure: dispatch.ProcedureTask, Facet: &matter.Facet{Field: "plan", Value: strconv.FormatInt(b.Plan.No, 10)}, Limit: mostTasks,
	})
	if err != nil {
		return err
	}
	within := b.within()
	counted := rows[:0]
	for _, row := range rows {
		if row.State, err = act.StateBefore(ctx, tx, row.State, b.Snapshot); err != nil {
			return err
		}
		if row.State != nil && row.State.Opened <= b.Until && within(row.State.Unit) {
			counted = append(counted, row)
		}
	}
	limits, err := p.Acts.LimitsOn(ctx, tx, counted, b.Until)
	if err != nil {
		return err
	}
	mine := map[int64]bool{}
	for _, row := range counted {
		t := taskOf(row.State, limits[row.State.No], b)
		if t.Standing != Withdrawn {
			b.Tasks = append(b.Tasks, t)
			mine[t.No] = true
		}
	}
	b.Facts = map[string][]read.Delta{}
	for _, id := range factIDs {
		all, err := read.Deltas(ctx, tx, read.Figure{
			Procedure: dispatch.ProcedureTask, Fact: id, From: b.Span.First[:7], To: b.Until[:7], Before: b.Snapshot,
		}, mostDeltas)
		if err != nil {
			return err
		}
		b.Facts[id] = slices.DeleteFunc(all, func(d read.Delta) bool { return !mine[d.Matter] })
	}
	return nil
}

// within tells which units are counted.
func (b *Basis) within() func(int64) bool {
	if b.About == 0 {
		return func(int64) bool { return true }
	}
	subtree := b.Site.Tree().Subtree(b.About)
	return func(u int64) bool { return u == b.About || slices.Contains(subtree, u) }
}

// taskOf judges a task as of the last day of a report.
func taskOf(s *matter.State, limits []procedure.LimitView, b *Basis) Task {
	t := Task{
		No: s.No, Title: cmp.Or(s.Text("title"), s.Title), Section: s.Text("section"), Unit: s.Unit, Due: s.Text("due"),
		Lead: !slices.ContainsFunc(s.Links, func(l matter.Tie) bool { return l.Kind == "part_of" }), Order: orderOf(s),
	}
	for _, l := range limits {
		if l.ID == dispatch.LimitDue && l.Due != "" {
			t.Due = l.Due
			t.OnTime = l.Met != nil && *l.Met
		}
	}
	began := false
	for _, e := range s.Events {
		if e.Flags&matter.Reset != 0 || e.Legal > b.Until {
			continue
		}
		began = began || e.Step == "take" || e.Step == "report" || e.Step == "submit"
		t.Urged = t.Urged || e.Step == "urge"
	}
	for _, x := range s.Extends {
		if x.Limit == dispatch.LimitDue && x.Approved >= b.Span.First && x.Approved <= b.Until {
			t.Extended++
		}
	}
	closed := !s.Open && s.Closed <= b.Until
	switch {
	case closed && s.Outcome == "carried":
		t.Standing, t.Closed = Carried, s.Closed
	case closed && s.Outcome == "accepted":
		t.Standing, t.Closed = Done, s.Closed
	case closed:
		t.Standing = Withdrawn
	case t.Due != "" && t.Due < b.Until:
		t.Standing = Late
	case began:
		t.Standing = Running
	default:
		t.Standing = Waiting
	}
	t.Targets = targetsOf(s)
	return t
}

func targetsOf(s *matter.State) []Target {
	rows, _ := s.Get("targets")
	var out []Target
	for _, it := range rows.Items {
		t := Target{
			Text: it.Fields.Text("text"), Unit: it.Fields.Text("unit"), Value: it.Fields.Int("value"), Reached: it.Fields.Int("reached"),
		}
		if op := it.Fields.Text("op"); op == "le" || op == "<=" {
			t.Met = t.Reached <= t.Value
		} else {
			t.Met = t.Reached >= t.Value
		}
		out = append(out, t)
	}
	return out
}

// orderOf is the place of a task's measure in its plan: measures are keyed plan/m1, plan/m2 …; what has no measure comes
// after them, in the order of opening.
func orderOf(s *matter.State) int64 {
	const after = 1 << 40
	if m, ok := s.Get("measure"); ok && m.Ref != nil {
		if n, err := strconv.ParseInt(m.Ref.Key[strings.LastIndexByte(m.Ref.Key, 'm')+1:], 10, 64); err == nil {
			return n
		}
	}
	return after + s.No
}

// arrange puts tasks in the order of the plan, sections in the order they come and units in that of the organisation.
func (b *Basis) arrange() {
	slices.SortFunc(b.Tasks, func(x, y Task) int {
		return cmp.Or(cmp.Compare(x.Order, y.Order), boolFirst(x.Lead, y.Lead), cmp.Compare(x.Due, y.Due), cmp.Compare(x.No, y.No))
	})
	holds := map[int64]bool{}
	for _, t := range b.Tasks {
		holds[t.Unit] = true
		if t.Lead && !slices.Contains(b.Sections, t.Section) {
			b.Sections = append(b.Sections, t.Section)
		}
	}
	for _, u := range b.Site.Tree().All() {
		if holds[u.No] {
			b.Units = append(b.Units, u.No)
			delete(holds, u.No)
		}
	}
	var gone []int64 // units that have ended since
	for u := range holds {
		gone = append(gone, u)
	}
	slices.Sort(gone)
	b.Units = append(b.Units, gone...)
}

func boolFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
