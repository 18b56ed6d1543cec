package dispatch

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/doc/plan"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/unit"
)

// Again is the error of an upload whose very bytes were dispatched before: nothing was stored.
type Again struct{ Plan Plan }

// Error says so.
func (e *Again) Error() string {
	return fmt.Sprintf("这份文件已经作为“%s”下达，没有重复导入。", e.Plan.Title)
}

// Unwrap makes it a conflict for whoever does not ask further.
func (e *Again) Unwrap() error { return app.Faultf(app.Conflict, "%s", e.Error()) }

// refuseAgain refuses a document that was dispatched before, known by its hash.
func (d *Dispatch) refuseAgain(ctx context.Context, b []byte) error {
	plans, err := d.allPlans(ctx)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(b)
	hash := hex.EncodeToString(sum[:])
	if i := slices.IndexFunc(plans, func(p Plan) bool { return p.Hash == hash }); i >= 0 {
		return &Again{plans[i]}
	}
	return nil
}

// place finds what a new draft belongs to: the plan of which it is a new version, and the outline above it.
func (d *Dispatch) place(ctx context.Context, draft *Draft) error {
	all, err := d.allPlans(ctx)
	if err != nil {
		return err
	}
	draft.seek(all)
	draft.proposeSuperior(slices.DeleteFunc(all, func(p Plan) bool { return p.Period == "" }))
	return nil
}

// seek finds the plan of which the draft is a new version, unless a person said that it is one of its own.
func (draft *Draft) seek(all []Plan) {
	if i := slices.IndexFunc(all, draft.versionOf); i >= 0 && draft.Was == 0 {
		draft.Was = all[i].No
	}
}

// versionOf tells whether the draft is a plan again: the same number, or the same title and year.
func (draft *Draft) versionOf(p Plan) bool {
	if n := plain(draft.Number); n != "" && n == plain(p.Number) {
		return true
	}
	return plain(draft.Title) != "" && plain(draft.Title) == plain(p.Title) && draft.Year == p.Year
}

// plain is a text without blanks and marks, for comparing.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// Apart says that a draft is a plan of its own, though one like it was dispatched.
func (d *Dispatch) Apart(ctx context.Context, who access.Actor, id string, version int) error {
	draft, err := d.Draft(ctx, who, id)
	if err != nil {
		return err
	}
	if draft.Version != version {
		return app.Faultf(app.Conflict, "这份草稿刚刚有改动。请核对后再确认。")
	}
	draft.Was, draft.Version = apart, draft.Version+1
	return d.saveDraft(ctx, who.Unit(), draft)
}

// Kinds of changes.
const (
	Added   = "added"
	Gone    = "gone"
	Changed = "changed"
)

// FieldChange is one field that reads otherwise.
type FieldChange struct{ Field, Was, Is string }

// fieldTitles name the fields of a measure that are compared.
var fieldTitles = map[string]string{"title": "标题", "text": "原文", "units": "单位", "due": "完成时限", "targets": "量化目标"}

// Title of the field in words.
func (f FieldChange) Title() string { return fieldTitles[f.Field] }

// Change is one measure in which a document differs from the plan it is a new version of.
type Change struct {
	ID      string // of the draft's measure, or gone-<no> of the plan's
	Kind    string
	Measure *Measure     // nil where it is gone
	Old     *PlanMeasure // nil where it is added
	Fields  []FieldChange
	Tasks   []*Task // open tasks of its leads
	Parts   []*Task // open parts of other units
}

// Title is the measure's, as the newer document has it.
func (c *Change) Title() string {
	if c.Measure != nil {
		return c.Measure.Title
	}
	return c.Old.Title()
}

// Label is the measure's number, as the newer document has it.
func (c *Change) Label() string {
	if c.Measure != nil {
		return c.Measure.Label
	}
	return c.Old.Label()
}

func (c *Change) changes(field string) bool {
	return slices.ContainsFunc(c.Fields, func(f FieldChange) bool { return f.Field == field })
}

// Diff is a draft beside the plan of which it is a new version.
type Diff struct {
	Plan    Plan
	Changes []*Change // in the order of the new document, then what is gone
	Same    int
}

// Diff compares a draft with the plan of which it is a new version.
func (d *Dispatch) Diff(ctx context.Context, who access.Actor, draft *Draft) (*Diff, error) {
	if draft.Was <= 0 {
		return nil, app.Faultf(app.NotFound, "没有下达过与这份文件相同的计划，请直接核对、下达。")
	}
	before, err := d.Plan(ctx, draft.Was)
	if err != nil {
		return nil, err
	}
	site, err := d.Acts.Site(ctx)
	if err != nil {
		return nil, err
	}
	measures, err := d.MeasuresOf(ctx, before.No)
	if err != nil {
		return nil, err
	}
	tasks, err := d.Tasks(ctx, site.Rights.Scope(who.Person, d.Acts.Today()), before)
	if err != nil {
		return nil, err
	}
	old := slices.DeleteFunc(measures[before.No], func(m PlanMeasure) bool {
		return m.Ended || strings.HasPrefix(m.Entry.Key, draft.addedPrefix(before)) // half taken over: finished by pressing again
	})
	c := comparison{draft: draft, tree: site.Tree(), old: old, tasks: tasks}
	return c.diff(before), nil
}

// addedPrefix begins the keys of measures that a draft adds to a plan: its own, so that pressing again finds them.
func (draft *Draft) addedPrefix(p Plan) string {
	return p.Key + "/" + draft.ID[max(0, len(draft.ID)-12):]
}

// comparison sets the measures of a draft beside those of a plan.
type comparison struct {
	draft *Draft
	tree  *unit.Tree
	old   []PlanMeasure
	tasks []*Task
}

func (c *comparison) diff(before Plan) *Diff {
	out := &Diff{Plan: before}
	pair := c.match()
	met := map[int]bool{}
	for i := range c.draft.Measures {
		m := &c.draft.Measures[i]
		k, ok := pair[i]
		if !ok {
			out.Changes = append(out.Changes, &Change{ID: m.ID, Kind: Added, Measure: m})
			continue
		}
		met[k] = true
		if fields := c.fields(&c.old[k], m); len(fields) > 0 {
			out.Changes = append(out.Changes, c.running(&Change{ID: m.ID, Kind: Changed, Measure: m, Old: &c.old[k], Fields: fields}))
			continue
		}
		out.Same++
	}
	for k := range c.old {
		if !met[k] {
			out.Changes = append(out.Changes, c.running(&Change{ID: "gone-" + strconv.FormatInt(c.old[k].No(), 10), Kind: Gone, Old: &c.old[k]}))
		}
	}
	return out
}

// running adds the open tasks of the measure.
func (c *comparison) running(ch *Change) *Change {
	for _, t := range c.tasks {
		switch {
		case !t.State.Open || t.Measure() != ch.Old.No():
		case t.Parent() == 0:
			ch.Tasks = append(ch.Tasks, t)
		default:
			ch.Parts = append(ch.Parts, t)
		}
	}
	return ch
}

// sameMeasure is how alike two measures have to be to be taken for one, from 0 to 1.
const sameMeasure = 0.6

// match pairs the draft's measures with the plan's: first those with one title in one section, then with one title, then
// those most alike.
func (c *comparison) match() map[int]int {
	pair, used := map[int]int{}, map[int]bool{}
	take := func(fits func(m *Measure, o *PlanMeasure) bool) {
		for i := range c.draft.Measures {
			if _, ok := pair[i]; ok {
				continue
			}
			for k := range c.old {
				if !used[k] && fits(&c.draft.Measures[i], &c.old[k]) {
					pair[i], used[k] = k, true
					break
				}
			}
		}
	}
	titled := func(m *Measure, o *PlanMeasure) bool { return plain(m.Title) == plain(o.Title()) }
	take(func(m *Measure, o *PlanMeasure) bool {
		return titled(m, o) && plain(m.Section) == plain(o.Fields.Text("section"))
	})
	take(titled)
	type likely struct {
		i, k int
		like float64
	}
	var all []likely
	for i := range c.draft.Measures {
		for k := range c.old {
			if _, ok := pair[i]; ok || used[k] {
				continue
			}
			m, o := &c.draft.Measures[i], &c.old[k]
			if like := max(likeness(m.Title, o.Title()), likeness(m.Text, o.Fields.Text("text"))); like >= sameMeasure {
				all = append(all, likely{i, k, like})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b likely) int { return cmp.Compare(b.like, a.like) })
	for _, l := range all {
		if _, ok := pair[l.i]; !ok && !used[l.k] {
			pair[l.i], used[l.k] = l.k, true
		}
	}
	return pair
}

// fields lists what reads otherwise. A new number or place alone is no change.
func (c *comparison) fields(o *PlanMeasure, m *Measure) []FieldChange {
	var out []FieldChange
	add := func(field, was, is string, same bool) {
		if !same {
			out = append(out, FieldChange{field, was, is})
		}
	}
	add("title", o.Title(), m.Title, plain(o.Title()) == plain(m.Title))
	was, is := o.Fields.Text("text"), cmp.Or(m.Text, m.Title)
	add("text", was, is, unnumbered(was, o.Label()) == unnumbered(is, m.Label))
	named := printedUnits(o.Fields)
	add("units", unitWords(named), unitWords(m.Units), c.unitKey(named) == c.unitKey(m.Units))
	due, norm := printedDue(o.Fields)
	year := c.draft.Year
	add("due", due, m.Due, norm == dueNorm(m.Due, year) || due == "" && m.Due == "")
	rows, _ := o.Fields.Get("targets")
	next := targetRows(m.Targets)
	add("targets", rowWords(rows.Items), rowWords(next), rowKey(rows.Items) == rowKey(next))
	return out
}

// unnumbered is a text to compare, without the number it begins with.
func unnumbered(text, label string) string { return strings.TrimPrefix(plain(text), plain(label)) }

func printedUnits(f matter.Values) []plan.Unit {
	list, _ := f.Get("units")
	out := make([]plan.Unit, 0, len(list.Items))
	for _, it := range list.Items {
		out = append(out, plan.Unit{Name: it.Fields.Text("name"), Role: it.Fields.Text("role")})
	}
	return out
}

func printedDue(f matter.Values) (words, norm string) {
	list, _ := f.Get("deadlines")
	for _, it := range list.Items {
		return it.Fields.Text("text"), it.Fields.Text("norm")
	}
	return "", ""
}

// roleOrder lists the roles of printed units with their words.
var roleOrder = []struct{ role, words string }{
	{plan.RoleLead, "牵头"}, {plan.RoleResponsible, "责任"}, {plan.RoleAssist, "配合"}, {plan.RoleUndertake, "落实"},
}

// unitWords writes units by role: 牵头 甲、乙；配合 丙.
func unitWords(units []plan.Unit) string {
	var parts []string
	for _, r := range roleOrder {
		var names []string
		for _, u := range units {
			if u.Role == r.role {
				names = append(names, u.Name)
			}
		}
		if len(names) > 0 {
			parts = append(parts, r.words+" "+strings.Join(names, "、"))
		}
	}
	return strings.Join(parts, "；")
}

// unitKey is what units come to: a unit by another name is no change, another first lead is one.
func (c *comparison) unitKey(units []plan.Unit) string {
	var key strings.Builder
	for _, r := range roleOrder {
		var ids []string
		for _, u := range units {
			if u.Role != r.role {
				continue
			}
			n := c.draft.name(u.Name)
			if len(n.Units) == 0 {
				n = lookUp(c.tree, u.Name)
			}
			if len(n.Units) == 0 {
				ids = append(ids, u.Name)
			}
			for _, no := range n.Units {
				ids = append(ids, strconv.FormatInt(no, 10))
			}
		}
		if r.role == plan.RoleAssist || r.role == plan.RoleUndertake {
			slices.Sort(ids)
		}
		fmt.Fprintf(&key, "%s=%s;", r.role, strings.Join(ids, ","))
	}
	return key.String()
}

func rowWords(rows []matter.Item) string {
	words := make([]string, 0, len(rows))
	for _, it := range rows {
		words = append(words, it.Fields.Text("text"))
	}
	return strings.Join(words, "；")
}

func rowKey(rows []matter.Item) string {
	var key strings.Builder
	for _, it := range rows {
		f := it.Fields
		fmt.Fprintf(&key, "%s|%s|%d|%s|%s;", plain(f.Text("text")), f.Text("op"), f.Int("value"), f.Text("unit"), f.Text("per"))
	}
	return key.String()
}
