package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doc/layout"
	"zhunsheng/internal/doors/web/view"
)

func (s *Server) sheetRoutes(mux *http.ServeMux) {
	s.staff(mux, "GET /plan/{plan}/sheet/{unit}", s.taskSheet)
	s.staff(mux, "GET /plan/{plan}/sheet/{unit}/file", s.taskSheetFile)
	s.staff(mux, "GET /plan/{plan}/carry", s.carryShow)
	s.staff(mux, "POST /plan/{plan}/carry", s.carrySend)
}

// chinese writes 2026-07-01 as 2026年7月1日.
func chinese(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return fmt.Sprintf("%d年%d月%d日", t.Year(), t.Month(), t.Day())
}

// sheetHeads are the columns of a task sheet.
var sheetHeads = []string{"序号", "任务", "职责", "具体要求和量化目标", "完成期限", "状态"}

// unitSheet reads what a unit has to do under a plan.
func (s *Server) unitSheet(r *http.Request) (plan dispatch.Plan, unit string, rows [][]string, err error) {
	v := visitOf(r)
	no, err := pathNo(r, "plan")
	if err != nil {
		return plan, "", nil, err
	}
	u, err := pathNo(r, "unit")
	if err != nil {
		return plan, "", nil, err
	}
	if plan, err = s.Dispatch.Plan(r.Context(), no); err != nil {
		return plan, "", nil, err
	}
	tasks, err := s.Dispatch.Tasks(r.Context(), v.Scope, plan)
	if err != nil {
		return plan, "", nil, err
	}
	for _, t := range tasks {
		if t.State.Unit != u {
			continue
		}
		asks := t.State.Text("duty")
		targets, _ := t.State.Get("targets")
		for _, it := range targets.Items {
			if asks != "" {
				asks += "；"
			}
			asks += it.Fields.Text("text")
		}
		if asks == "" {
			asks = short(t.State.Text("text"), mostAsked)
		}
		rows = append(rows, []string{strconv.Itoa(len(rows) + 1), t.Title(), cmp.Or(taskKinds[t.State.Text("kind")], "承办"), asks, t.Due, t.Words()})
	}
	if len(rows) == 0 {
		return plan, "", nil, app.Faultf(app.NotFound, "这个单位在《%s》中没有任务，或者您的岗位不在可以查看的范围内。", plan.Title)
	}
	return plan, v.Site.Tree().Name(u), rows, nil
}

// mostAsked bounds the words of a plan that a task sheet repeats.
const mostAsked = 80

func short(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "……"
}

// taskSheet is the paper a unit gets whose people have no account: 任务单.
func (s *Server) taskSheet(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	plan, unit, rows, err := s.unitSheet(r)
	if err != nil {
		return err
	}
	p := view.SheetPage{
		Page: s.frame(r, v, "board", unit+"任务单"), Heading: "任 务 单", Number: plan.Number, To: unit + "：", Heads: sheetHeads, Rows: rows,
		Sign: officeOf(v.Site, v.Today), Day: chinese(v.Today), Record: "存证编号 " + grouped(plan.Seq),
		Text: []string{fmt.Sprintf("《%s》所列任务中，由你单位牵头或者参与的共 %d 项。请按期办理，并于收到后三个工作日内确认责任人；认为不属于本单位职责的，一并书面提出。", plan.Title, len(rows))},
	}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "任务看板", Href: planPath(plan.No)}, {Text: "任务单"}}
	p.Buttons = []view.Button{{Text: "下载 DOCX", Href: r.URL.Path + "/file"}}
	return s.render(w, r, http.StatusOK, view.Sheet(p))
}

// taskSheetFile is the task sheet as an official document.
func (s *Server) taskSheetFile(w http.ResponseWriter, r *http.Request) error {
	plan, unit, rows, err := s.unitSheet(r)
	if err != nil {
		return err
	}
	v := visitOf(r)
	b, err := layout.DOCX(layout.Document{
		Title: "任务单", To: unit, Signature: officeOf(v.Site, v.Today), Date: chinese(v.Today),
		Blocks: []layout.Block{
			layout.Text(fmt.Sprintf("《%s》所列任务中，由你单位牵头或者参与的共%d项，请按期办理。", plan.Title, len(rows))),
			{Kind: layout.TableOf, Table: layout.Table{Header: sheetHeads, Rows: rows}},
		},
	})
	if err != nil {
		return err
	}
	return download(w, "任务单（"+unit+"）.docx", typeDOCX, b)
}

// leaderSheet finds the leader of the address: without one, the first.
func (s *Server) leaderSheet(r *http.Request) (*dispatch.LeaderSheet, []dispatch.Leader, error) {
	v := visitOf(r)
	if !mayOpen(v, "supervision") && !v.holds(access.GovHead) {
		return nil, nil, app.Faultf(app.Denied, "领导一页纸由统筹岗、监督岗和政府负责人查看，您的岗位不能查看。")
	}
	leaders, err := s.Dispatch.Leaders(r.Context(), v.Site)
	if err != nil {
		return nil, nil, err
	}
	if len(leaders) == 0 {
		return nil, nil, app.Faultf(app.NotFound, "还没有登记政府负责人的岗位。请在“单位与人员”中登记。")
	}
	leader := leaders[0]
	if i := slices.IndexFunc(leaders, func(l dispatch.Leader) bool { return l.Person == v.Person }); i >= 0 {
		leader = leaders[i]
	}
	if r.PathValue("post") != "" {
		if leader, err = dispatch.LeaderOf(leaders, number(r.PathValue("post"))); err != nil {
			return nil, nil, err
		}
	}
	sheet, err := s.Dispatch.Sheet(r.Context(), v.Site, v.Scope, leader)
	return sheet, leaders, err
}

// leaderShow is the one page of a leader.
func (s *Server) leaderShow(w http.ResponseWriter, r *http.Request) error {
	sheet, leaders, err := s.leaderSheet(r)
	if err != nil {
		return err
	}
	v := visitOf(r)
	name := leaderName(sheet.Leader)
	p := view.LeaderSheetPage{
		Page: s.frame(r, v, "supervision", name+"分管工作进展"), Leader: name, Day: chinese(v.Today), Sign: officeOf(v.Site, v.Today), Summary: leaderSummary(sheet),
	}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "督办与延期", Href: "/supervision"}, {Text: "领导一页纸"}}
	p.Buttons = []view.Button{{Text: "下载 DOCX", Href: fmt.Sprintf("/supervision/leaders/%d/file", sheet.Leader.Post)}}
	for _, l := range leaders {
		p.Choose = append(p.Choose, view.Link{Text: leaderName(l), Href: fmt.Sprintf("/supervision/leaders/%d", l.Post)})
	}
	for i := range sheet.Late {
		p.Late = append(p.Late, leaderLine(v, &sheet.Late[i]))
	}
	for i := range sheet.Soon {
		p.Soon = append(p.Soon, leaderLine(v, &sheet.Soon[i]))
	}
	for _, t := range sheet.Promise {
		p.Promise = append(p.Promise, view.LeaderLine{State: t.Words(), Title: t.Title(), Unit: shortName(v, t.State.Unit), Since: t.State.Opened, Said: short(t.State.Text("report"), mostSaid)})
	}
	onePage(&p)
	return s.render(w, r, http.StatusOK, view.LeaderSheet(p))
}

// Rows that find room on one page of A4: in all, and kept for what is due soon and for instructions.
const (
	pageRows = 10
	keptRows = 2
)

// onePage cuts the lists to one page: what is late has first claim, after a few rows kept for the other two; what is left
// out is counted.
func onePage(p *view.LeaderSheetPage) {
	soon, promise := min(len(p.Soon), keptRows), min(len(p.Promise), keptRows)
	late := min(len(p.Late), pageRows-soon-promise)
	soon = min(len(p.Soon), pageRows-late-promise)
	promise = min(len(p.Promise), pageRows-late-soon)
	p.More = [3]int{len(p.Late) - late, len(p.Soon) - soon, len(p.Promise) - promise}
	p.Late, p.Soon, p.Promise = p.Late[:late], p.Soon[:soon], p.Promise[:promise]
}

// leaderName is a leader with the title of the post; the one whose post has none by name alone.
func leaderName(l dispatch.Leader) string { return l.Name + l.Title }

func leaderSummary(sheet *dispatch.LeaderSheet) string {
	scope := "全部单位"
	if n := len(sheet.Leader.Units); n > 0 {
		scope = fmt.Sprintf("分管、联系的 %d 个单位", n)
	}
	return fmt.Sprintf("%s在办任务 %d 项，其中逾期 %d 项，七日内到期 %d 项；批示交办未办结 %d 项。", scope, sheet.Running, len(sheet.Late), len(sheet.Soon), len(sheet.Promise))
}

// mostSaid bounds a unit's own words on the page of a leader.
const mostSaid = 60

func leaderLine(v *visit, o *dispatch.Overdue) view.LeaderLine {
	line := view.LeaderLine{State: o.Words(), Title: o.Title(), Unit: shortName(v, o.State.Unit), Since: cmp.Or(o.Since, o.Due), Said: short(o.State.Text("progress"), mostSaid)}
	if o.Person != 0 {
		line.Unit += "、" + v.Site.Person(o.Person)
	}
	if o.State.Done("ask_extension") {
		line.Said = "申请延至 " + o.State.Text("asked_until") + "：" + short(o.State.Text("asked_reason"), mostSaid)
	}
	if line.Said == "" && o.Urged > 0 {
		line.Said = fmt.Sprintf("已催办 %d 次，尚未说明", o.Urged)
	}
	return line
}

// leaderFile is the page of a leader as a form on one sheet of A4; where it would not fit, the mildest lines are left out and
// counted.
func (s *Server) leaderFile(w http.ResponseWriter, r *http.Request) error {
	sheet, _, err := s.leaderSheet(r)
	if err != nil {
		return err
	}
	v := visitOf(r)
	lines := make([]view.LeaderLine, 0, len(sheet.Late)+len(sheet.Soon))
	for _, list := range [][]dispatch.Overdue{sheet.Late, sheet.Soon} {
		for i := range list {
			lines = append(lines, leaderLine(v, &list[i]))
		}
	}
	for _, t := range sheet.Promise {
		lines = append(lines, view.LeaderLine{State: "批示 " + t.Words(), Title: t.Title(), Unit: shortName(v, t.State.Unit), Since: t.State.Opened})
	}
	b, err := leaderForm(v, sheet, lines).DOCX()
	if err != nil {
		return err
	}
	return download(w, leaderName(sheet.Leader)+"分管工作进展.docx", typeDOCX, b)
}

// shortName is a unit's short name where it has one: a page of a leader has little room.
func shortName(v *visit, no int64) string {
	u, _ := v.Site.Tree().Get(no)
	return cmp.Or(u.Short, v.Site.Tree().Name(no))
}

// leaderForm sets the page with as many lines as fit; the rest is counted at its foot.
func leaderForm(v *visit, sheet *dispatch.LeaderSheet, lines []view.LeaderLine) layout.Form {
	with := func(n int) layout.Form {
		t := layout.Table{Header: []string{"状态", "事项", "单位、责任人", "自", "单位的说明"}}
		for _, l := range lines[:n] {
			t.Rows = append(t.Rows, []string{l.State, l.Title, l.Unit, l.Since, l.Said})
		}
		f := layout.Form{
			Title: leaderName(sheet.Leader) + "分管工作进展", Left: officeOf(v.Site, v.Today), Right: chinese(v.Today),
			Rows: []layout.FormRow{{Cells: []layout.FormCell{{Label: "概况", Text: leaderSummary(sheet)}}}},
		}
		if n > 0 {
			f.Rows = append(f.Rows, layout.FormRow{Table: t})
		}
		f.Rows = append(f.Rows, layout.FormRow{Cells: []layout.FormCell{{Label: "批示"}}, Height: 28})
		if n < len(lines) {
			f.Foot = fmt.Sprintf("另有 %d 项未列入本页，见任务清单。", len(lines)-n)
		}
		return f
	}
	n := len(lines)
	for n > 0 && !with(n).Fits() {
		n--
	}
	return with(n)
}

// carryShow lists what of a past plan is open, with what to do about it.
func (s *Server) carryShow(w http.ResponseWriter, r *http.Request) error {
	return s.showCarry(w, r, http.StatusOK)
}

// carryPlans are the plan of the address and the one it is carried into: the newest of a later year.
func (s *Server) carryPlans(r *http.Request) (old, next dispatch.Plan, err error) {
	no, err := pathNo(r, "plan")
	if err != nil {
		return old, next, err
	}
	if !mayOpen(visitOf(r), "import") {
		return old, next, app.Faultf(app.Denied, "结转由统筹岗办理，您的岗位不能办理。")
	}
	if old, err = s.Dispatch.Plan(r.Context(), no); err != nil {
		return old, next, err
	}
	plans, err := s.Dispatch.Plans(r.Context())
	for _, p := range plans {
		if p.Year > old.Year {
			next = p // plans come newest year first: the nearest later year stays
		}
	}
	return old, next, err
}

func (s *Server) showCarry(w http.ResponseWriter, r *http.Request, status int, flash ...view.Flash) error {
	old, next, err := s.carryPlans(r)
	if err != nil {
		return err
	}
	v := visitOf(r)
	left, coming, err := s.Dispatch.Remainders(r.Context(), v.Scope, old, next)
	if err != nil {
		return err
	}
	p := view.CarryOverPage{
		Page: s.frame(r, v, "plans", "上年任务结转"), Action: r.URL.Path, Hidden: []view.Hidden{{Name: "request", Value: keptRequest(r)}},
		Empty: view.Empty{Lead: "《" + old.Title + "》没有未办结的任务。"},
		Note:  "结转后原任务以“结转”办结，记录和数字留在原年度；接续的任务保留关联。",
	}
	p.Flash = append(p.Flash, flash...)
	p.Facts = old.Title
	if next.No != 0 {
		p.Facts += "，转入《" + next.Title + "》"
	}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "年度计划", Href: "/plans"}, {Text: "上年任务结转"}}
	for i := range left {
		p.Rows = append(p.Rows, carryRow(v, &left[i], coming, next))
	}
	return s.render(w, r, status, view.CarryOver(p))
}

func carryRow(v *visit, left *dispatch.Remainder, coming []*dispatch.Task, next dispatch.Plan) view.CarryRow {
	row := view.CarryRow{
		ID: decimal(left.State.No), Light: lightView(left.Task), Title: view.Link{Text: left.Title(), Href: matterPath(left.State.No)},
		Lead: v.Site.Tree().Name(left.State.Unit), Due: left.Due,
		Do: []view.Option{{Value: dispatch.CarryKeep, Text: "仍在原计划办理", Chosen: true}},
	}
	if next.No != 0 {
		row.Do = append(row.Do, view.Option{Value: dispatch.CarryOn, Text: "结转新计划"})
		row.To = []view.Option{{Text: "新开任务"}}
		for _, c := range coming {
			row.To = append(row.To, view.Option{
				Value: decimal(c.State.No), Text: short(c.Title(), 30) + "（" + v.Site.Tree().Name(c.State.Unit) + "）", Chosen: c.State.No == left.Likely,
			})
		}
	} else {
		row.To = []view.Option{{Text: "还没有新年度计划"}}
	}
	row.Do = append(row.Do, view.Option{Value: dispatch.CarryClose, Text: "结转办结，不再列入"})
	return row
}

// carrySend carries over what was chosen.
func (s *Server) carrySend(w http.ResponseWriter, r *http.Request) error {
	old, next, err := s.carryPlans(r)
	if err != nil {
		return err
	}
	v := visitOf(r)
	left, _, err := s.Dispatch.Remainders(r.Context(), v.Scope, old, next)
	if err != nil {
		return err
	}
	var words []dispatch.Carry
	for _, l := range left {
		id := decimal(l.State.No)
		words = append(words, dispatch.Carry{Matter: l.State.No, Way: r.PostFormValue("do." + id), To: number(r.PostFormValue("to." + id))})
	}
	out, err := s.Dispatch.CarryOver(r.Context(), v.Actor, keptRequest(r), next, words)
	if faults := invalid(err); faults != nil {
		return s.showCarry(w, r, http.StatusUnprocessableEntity, view.Flash{Tone: "bad", Lead: "没有结转。", Text: faults[0].Say})
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, r.URL.Path, view.Flash{
		Tone: "ok", Lead: fmt.Sprintf("已结转 %d 项任务。", out.Linked+out.Opened+out.Closed),
		Text: fmt.Sprintf("接续到新计划任务 %d 项，新开任务 %d 项，办结 %d 项。", out.Linked, out.Opened, out.Closed),
		Link: view.Link{Text: "打开新计划看板", Href: planPath(next.No)},
	})
}
