package dispatch

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/doc/plan"
	"zhunsheng/internal/unit"
)

// Review is what a person put right on the review page.
type Review struct {
	Version  int
	Title    string // "" unchanged
	Number   string
	Issuer   string
	Date     string
	Year     int
	Measures map[string]MeasureEdit
	Names    map[string]NameEdit // by printed name
	Head     *HeadEdit           // nil: not on the page
	Add      string              // id of the measure after which to add one
	Split    string              // id of the measure to split
	Delete   string              // id of the measure to take out
}

// MeasureEdit is one row of the review page.
type MeasureEdit struct {
	Title, Due, Targets, Stage           string
	Lead, Responsible, Assist, Undertake string // names parted by 、
	Superior                             int64  // measure of the outline, 0 not on the page, -1 none
}

// HeadEdit is what stands beside the measures: the plan's place among others, and its phases.
type HeadEdit struct {
	Period   string
	Superior int64
	Stages   []Stage
}

// NameEdit says what a printed name means.
type NameEdit struct {
	Units []int64
	Keep  bool
}

// Save takes over what a person put right. A draft that somebody else saved in between is a Conflict.
func (d *Dispatch) Save(ctx context.Context, who access.Actor, id string, r Review) (*Draft, error) {
	draft, err := d.Draft(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if r.Version != draft.Version {
		site, err := d.Acts.Site(ctx)
		if err != nil {
			return nil, err
		}
		return nil, app.Faultf(app.Conflict, "%s于 %s 已保存这份草稿。您的内容没有提交，请刷新后再改。", site.Person(draft.By), draft.At.In(app.China).Format("15:04"))
	}
	site, err := d.Acts.Site(ctx)
	if err != nil {
		return nil, err
	}
	all, err := d.allPlans(ctx)
	if err != nil {
		return nil, err
	}
	draft.apply(r)
	draft.seek(all) // the number may have been typed now
	draft.Settle(site.Tree())
	draft.Version++
	draft.By, draft.At = who.Person, d.Acts.Now()
	return draft, d.saveDraft(ctx, who.Unit(), draft)
}

func (draft *Draft) apply(r Review) {
	set := func(to *string, s string) {
		if s = strings.TrimSpace(s); s != "" {
			*to = s
		}
	}
	set(&draft.Title, r.Title)
	set(&draft.Number, r.Number)
	set(&draft.Issuer, r.Issuer)
	set(&draft.Date, r.Date)
	if r.Year != 0 {
		draft.Year = r.Year
	}
	if h := r.Head; h != nil {
		draft.Period, draft.Stages = strings.TrimSpace(h.Period), h.Stages
		if written := periodOf(draft.Period); written != "" {
			draft.Period = written
			draft.beginPeriod()
		}
		if draft.Superior != h.Superior {
			draft.Superior = h.Superior
			for i := range draft.Measures { // what was said of the other outline's measures
				draft.Measures[i].Superior = 0
			}
			r.Measures = withoutSuperior(r.Measures)
		}
	}
	for i := range draft.Measures {
		if e, ok := r.Measures[draft.Measures[i].ID]; ok {
			draft.Measures[i].apply(e)
		}
	}
	for i := range draft.Names {
		if e, ok := r.Names[draft.Names[i].Name]; ok {
			n := &draft.Names[i]
			n.Units, n.Keep, n.Settled = e.Units, e.Keep, len(e.Units) > 0
		}
	}
	draft.reshape(r)
}

// withoutSuperior forgets what rows said of an outline that was just changed.
func withoutSuperior(rows map[string]MeasureEdit) map[string]MeasureEdit {
	out := make(map[string]MeasureEdit, len(rows))
	for id, e := range rows {
		e.Superior = 0
		out[id] = e
	}
	return out
}

func (m *Measure) apply(e MeasureEdit) {
	if e.Superior != 0 {
		m.Superior = e.Superior
	}
	m.Title, m.Due, m.Targets, m.Stage = strings.TrimSpace(e.Title), strings.TrimSpace(e.Due), strings.TrimSpace(e.Targets), strings.TrimSpace(e.Stage)
	var units []plan.Unit
	for _, part := range []struct{ role, names string }{
		{plan.RoleLead, e.Lead}, {plan.RoleResponsible, e.Responsible}, {plan.RoleAssist, e.Assist}, {plan.RoleUndertake, e.Undertake},
	} {
		for _, name := range SplitNames(part.names) {
			units = append(units, plan.Unit{Name: name, Role: part.role})
		}
	}
	if !slices.Equal(units, m.Units) {
		m.Units = units
	}
}

// reshape adds, splits or takes out a measure.
func (draft *Draft) reshape(r Review) {
	at := func(id string) int {
		return slices.IndexFunc(draft.Measures, func(m Measure) bool { return m.ID == id })
	}
	if i := at(r.Delete); r.Delete != "" && i >= 0 {
		draft.Measures = slices.Delete(draft.Measures, i, i+1)
	}
	if i := at(r.Split); r.Split != "" && i >= 0 {
		second := draft.Measures[i]
		second.ID = draft.nextID()
		second.Title += "（续）"
		draft.Measures = slices.Insert(draft.Measures, i+1, second)
	}
	if i := at(r.Add); r.Add != "" && i >= 0 {
		before := draft.Measures[i]
		draft.Measures = slices.Insert(draft.Measures, i+1, Measure{ID: draft.nextID(), No: before.No, Section: before.Section, Confidence: 1})
	}
}

func (draft *Draft) nextID() string {
	last := 0
	for _, m := range draft.Measures {
		if n, err := strconv.Atoi(strings.TrimPrefix(m.ID, "m")); err == nil {
			last = max(last, n)
		}
	}
	return "m" + strconv.Itoa(last+1)
}

// SplitNames parts a list of names at 、，,；; and line ends; a separator inside brackets does not part.
func SplitNames(s string) []string {
	var out []string
	var name strings.Builder
	depth := 0
	flush := func() {
		if n := strings.TrimSpace(name.String()); n != "" {
			out = append(out, n)
		}
		name.Reset()
	}
	for _, r := range s {
		switch {
		case r == '(' || r == '（':
			depth++
		case (r == ')' || r == '）') && depth > 0:
			depth--
		case depth == 0 && strings.ContainsRune("、，,；;\n\r\t", r):
			flush()
			continue
		}
		name.WriteRune(r)
	}
	flush()
	return out
}

// Check lists what has to be put right before a draft can be dispatched, by control of the review page.
func (draft *Draft) Check(tree *unit.Tree) []app.FieldFault {
	var faults []app.FieldFault
	wrong := func(field, format string, args ...any) {
		faults = append(faults, app.FieldFault{Field: field, Say: fmt.Sprintf(format, args...)})
	}
	if draft.Title == "" {
		wrong("title", "请填写文件标题。")
	}
	if draft.Year < 1990 || draft.Year > 2100 {
		wrong("year", "请填写计划年度，例如 2026。")
	}
	if len(draft.Measures) == 0 {
		wrong("file", "没有一项措施，不能下达。")
	}
	draft.checkOutline(wrong)
	draft.checkStages(wrong)
	for i := range draft.Measures {
		m := &draft.Measures[i]
		if m.Title == "" {
			wrong(m.ID+".title", "第 %d 项没有标题。", i+1)
		}
		if _, err := readDue(m.Due, draft.Year); err != nil {
			wrong(m.ID+".due", "%s", err.Error())
		}
		if len(m.Units) == 0 && !draft.Outline() {
			wrong(m.ID+".lead", "“%s”没有责任单位。请填写牵头单位。", m.Title)
		}
	}
	for _, n := range draft.Open() {
		if draft.Outline() {
			break // no task is given: the yearly plans name their units
		}
		if n.Collective {
			wrong("u."+n.Name, "请确认“%s”包括哪些单位。", n.Name)
		} else {
			wrong("u."+n.Name, "单位名录中没有“%s”。请选择对应的单位。", n.Name)
		}
	}
	for _, n := range draft.Names {
		for _, no := range n.Units {
			if u, ok := tree.Get(no); ok && u.Standing == unit.Partner {
				draft.note(fmt.Sprintf("“%s”是协作单位，任务以协作件送达，不计入考核。", u.Name))
			}
		}
	}
	return faults
}

func (draft *Draft) note(s string) {
	if !slices.Contains(draft.Notes, s) {
		draft.Notes = append(draft.Notes, s)
	}
}

// due is when a measure is due: a day, and how it recurs.
type due struct {
	Day   string // last day in time
	Every string // P1Y P6M P3M P1M P1W, "" once
	Given bool   // the plan names it; else the end of the year was taken
}

// recurring are the words for recurring deadlines.
var recurring = map[string]string{"每年": "P1Y", "每半年": "P6M", "每季度": "P3M", "每季": "P3M", "每月": "P1M", "每周": "P1W"}

// readDue understands a day, a period word, 全年 or nothing (the end of the plan's year).
func readDue(s string, year int) (due, error) {
	end := fmt.Sprintf("%04d-12-31", year)
	switch {
	case s == "":
		return due{Day: end}, nil
	case s == "全年" || s == "长期" || s == "年底前" || s == "持续":
		return due{Day: end, Given: true}, nil
	case recurring[s] != "":
		return due{Day: end, Every: recurring[s], Given: true}, nil
	case isDay(s):
		return due{Day: s, Given: true}, nil
	}
	for _, d := range plan.ReadDeadlines(s, year) {
		if w := normWords(d.Norm); w != "" && w != s {
			return readDue(w, year)
		}
	}
	return due{}, fmt.Errorf("看不懂完成时限“%s”。请写成 2026-06-30，或者 每半年、每季度、全年。", s)
}
