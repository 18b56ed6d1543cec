package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doc/text"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// rangeOfYears finds 2026—2030 in a title.
var rangeOfYears = regexp.MustCompile(`((?:19|20)\d\d)\s*年?\s*[-—－–~～至到]{1,2}\s*((?:19|20)\d\d)`)

// periodOf reads the years a plan of several years covers, written 2026—2030; "" where it names none.
func periodOf(words string) string {
	m := rangeOfYears.FindStringSubmatch(words)
	if m == nil || m[1] >= m[2] {
		return ""
	}
	return m[1] + "—" + m[2]
}

// beginPeriod takes the first year of a plan of several years for its year where none is said.
func (draft *Draft) beginPeriod() {
	if draft.Year == 0 {
		draft.Year = yearOf(draft.Period)
	}
}

// Years are the first and last year of the plan's period, of a yearly plan its own year.
func (p Plan) Years() (first, last int) {
	from, to, _ := strings.Cut(p.Period, "—")
	first, _ = strconv.Atoi(from) // a period is only kept as periodOf writes it; else the plan's own year holds
	last, _ = strconv.Atoi(to)
	if first == 0 || last < first {
		return p.Year, p.Year
	}
	return first, last
}

// Outline tells whether the draft is a plan of several years (规划): its measures become entries, and the yearly plans
// that name it as their superior carry them out. It gives no tasks of its own.
func (draft *Draft) Outline() bool { return draft.Period != "" }

// PlanMeasure is a measure of a plan that was dispatched, as its newest version reads.
type PlanMeasure struct {
	Entry  *matter.Entry
	Fields matter.Values
	Ended  bool // the plan no longer holds it
}

// No of the measure's entry.
func (m PlanMeasure) No() int64 { return m.Entry.No }

// Label is the measure's number in its document.
func (m PlanMeasure) Label() string { return m.Fields.Text("label") }

// Title of the measure.
func (m PlanMeasure) Title() string { return m.Fields.Text("title") }

// Superior is the measure of the outline it carries out, 0 none.
func (m PlanMeasure) Superior() int64 { return m.ref("superior") }

func (m PlanMeasure) ref(field string) int64 {
	if v, ok := m.Fields.Get(field); ok && v.Ref != nil {
		return v.Ref.Entry
	}
	return 0
}

// place is the measure's place in its document: m12 at the end of its key.
func (m PlanMeasure) place() int {
	n, err := strconv.Atoi(m.Entry.Key[strings.LastIndexByte(m.Entry.Key, 'm')+1:])
	if err != nil {
		return 0
	}
	return n
}

// MeasuresOf lists the measures of plans by the plan's no, each list in the order of its document.
func (d *Dispatch) MeasuresOf(ctx context.Context, plans ...int64) (map[int64][]PlanMeasure, error) {
	out := map[int64][]PlanMeasure{}
	today := d.Acts.Today()
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		all, err := read.Register(ctx, tx, RegisterMeasure)
		for _, e := range all {
			v := e.Versions[len(e.Versions)-1]
			m := PlanMeasure{Entry: e, Fields: v.Fields, Ended: v.To != "" && v.To <= today}
			if no := m.ref("plan"); slices.Contains(plans, no) {
				out[no] = append(out[no], m)
			}
		}
		return err
	})
	for _, list := range out {
		slices.SortFunc(list, func(a, b PlanMeasure) int {
			return cmp.Or(cmp.Compare(a.place(), b.place()), cmp.Compare(a.No(), b.No()))
		})
	}
	return out, err
}

// Outlines lists the plans of several years, newest first.
func (d *Dispatch) Outlines(ctx context.Context) ([]Plan, error) {
	all, err := d.allPlans(ctx)
	return slices.DeleteFunc(all, func(p Plan) bool { return p.Period == "" }), err
}

// proposeSuperior names the outline that covers the draft's year, where there is exactly one.
func (draft *Draft) proposeSuperior(outlines []Plan) {
	if draft.Outline() {
		return
	}
	var covering []Plan
	for _, o := range outlines {
		if first, last := o.Years(); first <= draft.Year && draft.Year <= last {
			covering = append(covering, o)
		}
	}
	if len(covering) == 1 {
		draft.Superior = covering[0].No
	}
}

// checkOutline says what is wrong with the draft's place among the plans of several years.
func (draft *Draft) checkOutline(wrong func(field, format string, args ...any)) {
	if draft.Period != "" && periodOf(draft.Period) != draft.Period {
		wrong("period", "看不懂规划期“%s”。请写成 2026—2030；年度计划不填。", draft.Period)
	}
	if draft.Outline() && draft.Superior != 0 {
		wrong("superior", "填写了规划期的，是规划本身，不再选择上位规划。")
	}
}

// Unlinked marks a measure of which a person said that it carries out none of the outline's.
const Unlinked = -1

// Likely is the measure of an outline that a measure most likely carries out: a person confirms it. It is 0 where none is
// like it.
func Likely(m *Measure, above []PlanMeasure) int64 {
	best, found := likeEnough, int64(0)
	for _, a := range above {
		if l := likeness(m.Title, a.Title()); l > best {
			best, found = l, a.No()
		}
	}
	return found
}

// likeness says how alike two texts are by their shared pairs of characters, from 0 to 1.
func likeness(a, b string) float64 {
	pa, pb := pairs(a), pairs(b)
	if len(pa)+len(pb) == 0 {
		return 0
	}
	shared := 0
	for p := range pa {
		if pb[p] {
			shared++
		}
	}
	return 2 * float64(shared) / float64(len(pa)+len(pb))
}

// Taken is a measure of a yearly plan that carries out one of the outline, with the task of its lead where the viewer
// sees it.
type Taken struct {
	Year    int
	Measure PlanMeasure
	Task    *Task
}

// OutlineRow is one measure of an outline and what has become of it.
type OutlineRow struct {
	Measure PlanMeasure
	Taken   []Taken // oldest year first; empty: no year has taken it up
}

// OutlineView sets an outline beside the yearly plans that name it (规划与年度计划衔接).
type OutlineView struct {
	Plan  Plan
	Years []Plan // yearly plans under it, oldest first
	Rows  []OutlineRow
}

// Outline returns an outline with what the yearly plans under it have taken up.
func (d *Dispatch) Outline(ctx context.Context, scope access.Scope, no int64) (*OutlineView, error) {
	plan, err := d.Plan(ctx, no)
	if err != nil {
		return nil, err
	}
	if plan.Period == "" {
		return nil, app.Faultf(app.NotFound, "“%s”不是规划，没有年度承接情况。", plan.Title)
	}
	years, err := d.Plans(ctx)
	if err != nil {
		return nil, err
	}
	years = slices.DeleteFunc(years, func(p Plan) bool { return p.Superior != no })
	slices.SortFunc(years, func(a, b Plan) int { return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.No, b.No)) })
	nos := []int64{no}
	for _, y := range years {
		nos = append(nos, y.No)
	}
	measures, err := d.MeasuresOf(ctx, nos...)
	if err != nil {
		return nil, err
	}
	taken := map[int64][]Taken{}
	for _, y := range years {
		tasks, err := d.Tasks(ctx, scope, y)
		if err != nil {
			return nil, err
		}
		for _, m := range measures[y.No] {
			if above := m.Superior(); above != 0 && !m.Ended {
				taken[above] = append(taken[above], Taken{Year: y.Year, Measure: m, Task: leadTask(tasks, m.No())})
			}
		}
	}
	view := &OutlineView{Plan: plan, Years: years}
	for _, m := range measures[no] {
		if !m.Ended {
			view.Rows = append(view.Rows, OutlineRow{Measure: m, Taken: taken[m.No()]})
		}
	}
	return view, nil
}

// leadTask finds the newest task of a measure's lead.
func leadTask(tasks []*Task, measure int64) *Task {
	var found *Task
	for _, t := range tasks {
		if t.Measure() == measure && t.Parent() == 0 && (found == nil || found.State.No < t.State.No) {
			found = t
		}
	}
	return found
}

// Measure is the no of the entry of the measure a task carries out, 0 where it carries out none.
func (t *Task) Measure() int64 {
	if v, ok := t.State.Get("measure"); ok && v.Ref != nil {
		return v.Ref.Entry
	}
	return 0
}

// Above returns the measure of an outline that a task's measure carries out, and the outline it belongs to; ok is false
// where there is none.
func (d *Dispatch) Above(ctx context.Context, t *matter.State) (above PlanMeasure, outline int64, ok bool, err error) {
	measure := (&Task{State: t}).Measure()
	if measure == 0 {
		return above, 0, false, nil
	}
	newest := func(tx *store.Tx, no int64) (PlanMeasure, error) {
		e, err := read.EntryOf(ctx, tx, no)
		if err != nil {
			return PlanMeasure{}, err
		}
		return PlanMeasure{Entry: e, Fields: e.Versions[len(e.Versions)-1].Fields}, nil
	}
	err = d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		m, err := newest(tx, measure)
		if err != nil || m.Superior() == 0 {
			return err
		}
		above, err = newest(tx, m.Superior())
		outline, ok = above.ref("plan"), err == nil
		return err
	})
	return above, outline, ok, err
}

// superiors are references to the measures of the draft's outline, by their no.
func (d *Dispatch) superiors(ctx context.Context, draft *Draft) (plan *matter.Ref, measures map[int64]matter.Ref, err error) {
	if draft.Superior == 0 {
		return nil, nil, nil
	}
	var above *matter.Entry
	err = d.Acts.DB.Read(ctx, func(tx *store.Tx) (err error) {
		above, err = read.EntryOf(ctx, tx, draft.Superior)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read the outline %d: %w", draft.Superior, err)
	}
	ref := act.RefTo(above, above.Versions[len(above.Versions)-1])
	all, err := d.MeasuresOf(ctx, draft.Superior)
	measures = map[int64]matter.Ref{}
	for _, m := range all[draft.Superior] {
		measures[m.No()] = act.RefTo(m.Entry, m.Entry.Versions[len(m.Entry.Versions)-1])
	}
	return &ref, measures, err
}

// Text reads the document of a plan as it was issued.
func (d *Dispatch) Text(ctx context.Context, p Plan) ([]text.Paragraph, error) {
	b, err := d.Acts.Blob(ctx, p.File.Hash)
	if err != nil {
		return nil, err
	}
	doc, err := readDocument(p.File.Name, b)
	return doc.Paragraphs, err
}
