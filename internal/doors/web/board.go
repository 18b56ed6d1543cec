package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
)

// boardShow is the board of one plan; without ?plan= of the newest.
func (s *Server) boardShow(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	plans, err := s.Dispatch.Plans(r.Context())
	if err != nil {
		return err
	}
	no := number(r.URL.Query().Get("plan"))
	i := max(0, slices.IndexFunc(plans, func(p dispatch.Plan) bool { return p.No == no }))
	b := boardBuilder{visit: v, query: r.URL.Query().Get, plans: plans}
	frame := s.frame(r, v, "board", "任务看板")
	if len(plans) == 0 {
		p := view.BoardPage{Page: frame, Empty: view.NoPlanYet(s.clock().Year(), "/plans/import")}
		if !mayOpen(v, "import") {
			p.Empty.Button = view.Link{}
		}
		return s.render(w, r, http.StatusOK, view.Board(p))
	}
	b.plan = plans[i]
	if b.tasks, err = s.Dispatch.Tasks(r.Context(), v.Scope, b.plan); err != nil {
		return err
	}
	if b.takers, err = s.Dispatch.Takers(r.Context(), b.tasks); err != nil {
		return err
	}
	measures, err := s.Dispatch.MeasuresOf(r.Context(), b.plan.No)
	if err != nil {
		return err
	}
	b.ended = map[int64]bool{}
	for _, m := range measures[b.plan.No] {
		b.ended[m.No()] = m.Ended
	}
	return s.render(w, r, http.StatusOK, view.Board(b.page(frame)))
}

// boardBuilder makes the board of a plan from its tasks.
type boardBuilder struct {
	visit *visit
	query func(string) string
	plans []dispatch.Plan
	plan  dispatch.Plan
	tasks []*dispatch.Task

	takers   map[int64]int64            // who took a task on
	ended    map[int64]bool             // measures that a new version of the plan leaves out
	leads    []*dispatch.Task           // tasks of the measures' leads
	children map[int64][]*dispatch.Task // by parent
}

func (b *boardBuilder) page(frame view.Page) view.BoardPage {
	b.split()
	frame.Title = b.plan.Title
	frame.Facts = strings.Join(slices.DeleteFunc([]string{b.plan.Number, b.plan.Issuer, b.plan.Issued}, func(s string) bool { return s == "" }), " · ")
	frame.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "年度计划", Href: "/plans"}, {Text: "任务看板"}}
	frame.Buttons = []view.Button{{Text: "文件原文", Href: textPath(b.plan.No)}, {Text: "导出表格", Href: "/board/export?" + b.link(nil)}}
	frame.Land = true
	p := view.BoardPage{Page: frame}
	by := cmp.Or(b.query("by"), "section")
	for _, t := range []struct{ id, text string }{{"section", "按部分"}, {"unit", "按单位"}, {"light", "按灯色"}, {"stage", "按阶段"}} {
		if t.id == "stage" && len(b.plan.Stages) == 0 {
			continue
		}
		p.Tabs = append(p.Tabs, view.Tab{Text: t.text, Href: "/board?" + b.link(map[string]string{"by": t.id}), Current: t.id == by})
	}
	b.counts(&p)
	b.tables(&p)
	b.stages(&p)
	b.filter(&p)
	found := b.filtered()
	p.Found = len(found)
	p.Groups = b.groups(found, by)
	if len(found) == 0 {
		p.Empty = view.NothingFound("任务", p.Filter.Said, "/board?plan="+decimal(b.plan.No))
	}
	return p
}

// split tells the leads' tasks from the parts of other units; a viewer who sees only a part sees it as a task.
func (b *boardBuilder) split() {
	b.children = map[int64][]*dispatch.Task{}
	seen := map[int64]bool{}
	for _, t := range b.tasks {
		seen[t.State.No] = true
	}
	for _, t := range b.tasks {
		if parent := t.Parent(); parent != 0 && seen[parent] {
			b.children[parent] = append(b.children[parent], t)
			continue
		}
		b.leads = append(b.leads, t)
	}
}

// link writes the address's query with some values changed.
func (b *boardBuilder) link(change map[string]string) string {
	var parts []string
	for _, name := range []string{"plan", "by", "unit", "section", "light"} {
		value := b.query(name)
		if name == "plan" {
			value = decimal(b.plan.No)
		}
		if v, ok := change[name]; ok {
			value = v
		}
		if value != "" {
			parts = append(parts, name+"="+url.QueryEscape(value))
		}
	}
	return strings.Join(parts, "&")
}

func (b *boardBuilder) counts(p *view.BoardPage) {
	var t dispatch.Tally
	for _, task := range b.leads {
		t.Add(task)
	}
	p.Total = tallyView(t)
	count := func(n int, light dispatch.Light, signal, words string, bad bool) {
		p.Counts = append(p.Counts, view.Count{
			N: n, Text: words, Light: signal, Bad: bad, Current: b.query("light") == string(light),
			Href: "/board?" + b.link(map[string]string{"light": string(light)}),
		})
	}
	p.Counts = []view.Count{{N: t.Sum(), Text: "项任务", Href: "/board?" + b.link(map[string]string{"light": ""}), Current: b.query("light") == ""}}
	count(t.Done, dispatch.Done, view.Done, "已办结", false)
	count(t.Green, dispatch.Green, view.Green, "按期推进", false)
	count(t.Waiting, dispatch.Waiting, view.Open, "未签收", false)
	count(t.Yellow, dispatch.Yellow, view.Yellow, "七天内到期", false)
	count(t.Red, dispatch.Red, view.Red, "逾期", true)
}

// tables tally by section and by leading unit, in the order of the organisation list.
func (b *boardBuilder) tables(p *view.BoardPage) {
	sections, units := map[string]*dispatch.Tally{}, map[int64]*dispatch.Tally{}
	var order []string
	for _, t := range b.leads {
		name := cmp.Or(t.State.Text("section"), "其他")
		if sections[name] == nil {
			sections[name] = &dispatch.Tally{}
			order = append(order, name)
		}
		sections[name].Add(t)
		if units[t.State.Unit] == nil {
			units[t.State.Unit] = &dispatch.Tally{}
		}
		units[t.State.Unit].Add(t)
	}
	for _, name := range order {
		p.Sections = append(p.Sections, view.TallyRow{
			Name: view.Link{Text: name, Href: "/board?" + b.link(map[string]string{"section": name})}, Tally: tallyView(*sections[name]),
		})
	}
	for _, u := range b.visit.Site.Tree().All() {
		if t := units[u.No]; t != nil {
			p.Units = append(p.Units, view.TallyRow{
				Name: view.Link{Text: cmp.Or(u.Short, u.Name), Href: "/board?" + b.link(map[string]string{"unit": decimal(u.No)})}, Tally: tallyView(*t),
			})
		}
	}
}

func (b *boardBuilder) filter(p *view.BoardPage) {
	f := view.Filter{Action: "/board", Clear: "/board?plan=" + decimal(b.plan.No), Hidden: []view.Hidden{{Name: "by", Value: cmp.Or(b.query("by"), "section")}}}
	var said []string
	choose := func(name, label, all string, options []view.Option) {
		field := view.Field{Name: name, Label: label, Kind: view.Select, Options: []view.Option{{Text: all}}}
		for _, o := range options {
			o.Chosen = o.Value == b.query(name)
			if o.Chosen {
				said = append(said, o.Text)
			}
			field.Options = append(field.Options, o)
		}
		f.Fields = append(f.Fields, field)
	}
	var plans, units, sections []view.Option
	for _, pl := range b.plans {
		plans = append(plans, view.Option{Value: decimal(pl.No), Text: strconv.Itoa(pl.Year) + "年 " + pl.Title})
	}
	for _, u := range b.visit.Site.Tree().All() {
		if slices.ContainsFunc(b.tasks, func(t *dispatch.Task) bool { return t.State.Unit == u.No }) {
			units = append(units, view.Option{Value: decimal(u.No), Text: u.Name})
		}
	}
	for _, row := range p.Sections {
		sections = append(sections, view.Option{Value: row.Name.Text, Text: row.Name.Text})
	}
	choose("plan", "计划", "最近的计划", plans)
	said = nil // the plan stands in the head of the page
	choose("unit", "单位（牵头或者参与）", "全部", units)
	choose("section", "部分", "全部", sections)
	choose("light", "灯色", "全部", []view.Option{
		{Value: string(dispatch.Red), Text: "逾期"}, {Value: string(dispatch.Yellow), Text: "七天内到期"}, {Value: string(dispatch.Green), Text: "按期推进"},
		{Value: string(dispatch.Waiting), Text: "未签收"}, {Value: string(dispatch.Done), Text: "已办结"},
	})
	f.Said = strings.Join(said, "、")
	p.Filter = f
}

func (b *boardBuilder) filtered() []*dispatch.Task {
	unit, section, light := number(b.query("unit")), b.query("section"), b.query("light")
	var out []*dispatch.Task
	for _, t := range b.leads {
		takesPart := unit == 0 || t.State.Unit == unit ||
			slices.ContainsFunc(b.children[t.State.No], func(c *dispatch.Task) bool { return c.State.Unit == unit })
		if takesPart && (section == "" || section == cmp.Or(t.State.Text("section"), "其他")) && (light == "" || light == string(t.Light)) {
			out = append(out, t)
		}
	}
	return out
}

func (b *boardBuilder) groups(tasks []*dispatch.Task, by string) []view.BoardGroup {
	key := func(t *dispatch.Task) string { return cmp.Or(t.State.Text("section"), "其他") }
	switch by {
	case "unit":
		order := map[int64]int{}
		for i, u := range b.visit.Site.Tree().All() {
			order[u.No] = i
		}
		slices.SortStableFunc(tasks, func(x, y *dispatch.Task) int { return cmp.Compare(order[x.State.Unit], order[y.State.Unit]) })
		key = func(t *dispatch.Task) string { return b.visit.Site.Tree().Name(t.State.Unit) }
	case "stage":
		slices.SortStableFunc(tasks, func(x, y *dispatch.Task) int { return cmp.Compare(b.plan.StageOf(x), b.plan.StageOf(y)) })
		key = func(t *dispatch.Task) string { return cmp.Or(b.stageName(t), "未分阶段") }
	case "light":
		order := map[dispatch.Light]int{dispatch.Red: 0, dispatch.Yellow: 1, dispatch.Waiting: 2, dispatch.Green: 3, dispatch.Done: 4}
		slices.SortStableFunc(tasks, func(x, y *dispatch.Task) int { return cmp.Compare(order[x.Light], order[y.Light]) })
		titles := map[dispatch.Light]string{
			dispatch.Red: "逾期", dispatch.Yellow: "七天内到期", dispatch.Waiting: "未签收", dispatch.Green: "按期推进", dispatch.Done: "已办结",
		}
		key = func(t *dispatch.Task) string { return titles[t.Light] }
	}
	var out []view.BoardGroup
	for _, t := range tasks {
		if n := len(out); n == 0 || out[n-1].Title != key(t) {
			out = append(out, view.BoardGroup{Title: key(t)})
		}
		g := &out[len(out)-1]
		g.Tasks = append(g.Tasks, b.row(t))
	}
	return out
}

func (b *boardBuilder) row(t *dispatch.Task) view.BoardRow {
	tree := b.visit.Site.Tree()
	row := view.BoardRow{
		No: cmp.Or(t.State.Text("label"), grouped(t.State.No)), Light: lightView(t), Title: view.Link{Text: t.Title(), Href: matterPath(t.State.No)},
		Lead: tree.Name(t.State.Unit), Due: t.Due, Latest: latest(t),
	}
	if person := b.takers[t.State.No]; person != 0 {
		row.Person = b.visit.Site.Person(person)
	}
	if n := len(t.State.Extends); n > 0 {
		row.Note = fmt.Sprintf("已延期 %d 次（原 %s）", n, t.State.Text("due"))
	}
	if b.ended[t.Measure()] && t.State.Open {
		row.Note = strings.TrimSpace(row.Note + " 新文件已删去，待统筹岗办结或者撤销")
	}
	if b.query("by") != "stage" {
		row.DueNote = b.stageName(t)
	}
	children := b.children[t.State.No]
	if len(children) > 0 {
		handed := 0
		names := make([]string, 0, len(children))
		for _, c := range children {
			if !c.State.Open || c.State.Done("submit") {
				handed++
			}
			u, _ := tree.Get(c.State.Unit)
			names = append(names, cmp.Or(u.Short, u.Name))
		}
		row.Parts = fmt.Sprintf("各单位 %d/%d", handed, len(children))
		row.Others = "参与：" + strings.Join(names[:min(len(names), 4)], "、")
		if len(names) > 4 {
			row.Others += fmt.Sprintf("等 %d 个单位", len(names))
		}
	}
	targets, _ := t.State.Get("targets")
	for _, it := range targets.Items {
		row.Target, row.Reached = it.Fields.Text("text")+"，已报", decimal(it.Fields.Int("reached"))
		break
	}
	return row
}

// latest says what happened last.
func latest(t *dispatch.Task) string {
	n := len(t.State.Events)
	if n == 0 {
		return ""
	}
	e := t.State.Events[n-1]
	day := e.Legal
	if len(day) == len("2006-01-02") {
		day = day[5:]
	}
	said := map[string]string{
		"open": "下达", "take": "签收", "report": t.State.Text("progress"), "submit": "提交验收", "accept": "验收", "return": "退回", "urge": "催办",
		"object": "提出异议", "notice": "通报", "carry_over": "结转", "ask_extension": "申请延期", "plan_own": "制定本单位实施方案",
	}[e.Step]
	if r := []rune(said); len(r) > 40 {
		said = string(r[:40]) + "……"
	}
	return strings.TrimSpace(day + " " + said)
}
