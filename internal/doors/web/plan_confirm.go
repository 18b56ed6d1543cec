package web

import (
	"fmt"
	"net/http"
	"strconv"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
)

// planConfirmShow is the last page before dispatch.
func (s *Server) planConfirmShow(w http.ResponseWriter, r *http.Request) error {
	draft, err := s.Dispatch.Draft(r.Context(), visitOf(r).Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	p, err := s.confirmPage(r, draft, nil)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, view.PlanConfirm(p))
}

func (s *Server) confirmPage(r *http.Request, draft *dispatch.Draft, faults []app.FieldFault) (view.PlanConfirmPage, error) {
	v := visitOf(r)
	p := view.PlanConfirmPage{Page: s.frame(r, v, "import", "确认下达"), Back: view.Link{Text: "返回核对", Href: importPath(draft.ID)}}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "年度计划", Href: "/plans"}, {Text: "核对措施", Href: importPath(draft.ID)}, {Text: "确认下达"}}
	p.Facts = draft.Title
	if wrong := draft.Check(v.Site.Tree()); len(wrong) > 0 {
		refusal := &view.Refusal{Lead: fmt.Sprintf("还差 %d 项，现在不能下达。", len(wrong))}
		for _, f := range wrong {
			refusal.Items = append(refusal.Items, view.Unmet{Text: f.Say, Next: []view.Link{{Text: "返回核对", Href: importPath(draft.ID)}}})
		}
		p.Open = refusal
	}
	findings, err := s.Dispatch.Burden(r.Context(), draft)
	if err != nil {
		return p, err
	}
	for _, f := range findings {
		finding := view.BurdenFinding{Light: view.Signal{Light: view.Yellow, Text: "需说明"}, Text: f.Say, Way: f.Way, Ref: dispatch.BurdenRule}
		if f.Measure != "" {
			finding.Where = view.Link{Text: "查看这一项", Href: importPath(draft.ID) + "#" + f.Measure}
		}
		p.Burden = append(p.Burden, finding)
	}
	if !draft.Outline() {
		p.Units, p.Total = confirmUnits(v, draft)
	}
	p.Counts = []view.Count{{N: len(draft.Measures), Text: "项任务"}, {N: len(p.Units), Text: "个单位"}, {N: len(findings), Text: "条减负提示"}}
	p.Form = view.Form{
		ID: "send", Action: importPath(draft.ID) + "/confirm", Submit: "下达任务",
		Hidden: []view.Hidden{{Name: "version", Value: strconv.Itoa(draft.Version)}},
		Note:   "下达后各单位立即看到自己的任务；记录不能删除，可以更正或者作废。",
	}
	if draft.Outline() {
		p.Counts = []view.Count{{N: len(draft.Measures), Text: "项举措"}, {N: len(findings), Text: "条减负提示"}}
		p.Form.Submit, p.Form.Note = "登记规划", "规划不直接下达任务；导入年度计划时，选定这份规划并核对各项承接关系。"
	}
	if len(findings) > 0 {
		p.Form.Fields = append(p.Form.Fields, view.Field{Name: "reason", Label: "仍要下达的理由", Kind: view.Area, Value: r.FormValue("reason")})
	}
	withFaults(&p.Form, faults)
	p.Errors = p.Form.FieldErrors()
	return p, nil
}

// confirmUnits counts each unit's tasks by role, in the order of the organisation list.
func confirmUnits(v *visit, draft *dispatch.Draft) (rows []view.ConfirmUnit, total view.ConfirmUnit) {
	byUnit := map[int64]*view.ConfirmUnit{}
	for i := range draft.Measures {
		m := &draft.Measures[i]
		duties, _ := draft.Duties(m)
		for _, d := range duties {
			u := byUnit[d.Unit]
			if u == nil {
				u = &view.ConfirmUnit{Unit: v.Site.Tree().Name(d.Unit)}
				byUnit[d.Unit] = u
			}
			switch d.Role {
			case "lead":
				u.Lead++
				total.Lead++
			case "assist":
				u.Assist++
				total.Assist++
			case "undertake":
				u.Undertake++
				total.Undertake++
			default:
				u.Responsible++
				total.Responsible++
			}
			if m.Due != "" && (u.First == "" || m.Due < u.First) && m.Due[0] <= '9' {
				u.First = m.Due
			}
		}
	}
	for _, un := range v.Site.Tree().All() {
		if u := byUnit[un.No]; u != nil {
			if len(v.Site.Rights.Holders(un.No, "liaison", v.Today)) == 0 {
				u.Note = "系统内没有联络员，请打印任务单送达"
			}
			rows = append(rows, *u)
		}
	}
	total.Unit = "合计"
	return rows, total
}

// planConfirm dispatches.
func (s *Server) planConfirm(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	draft, err := s.Dispatch.Draft(r.Context(), v.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	sent, err := s.Dispatch.Confirm(r.Context(), v.Actor, dispatch.Confirmation{
		Draft: draft.ID, Version: int(number(r.PostFormValue("version"))), Reason: r.PostFormValue("reason"),
	})
	if faults := invalid(err); faults != nil {
		p, err := s.confirmPage(r, draft, faults)
		if err != nil {
			return err
		}
		return s.render(w, r, http.StatusUnprocessableEntity, view.PlanConfirm(p))
	}
	if err != nil {
		return err
	}
	if draft.Outline() {
		return s.redirect(w, r, outlinePath(sent.Plan), view.Flash{
			Tone: "ok", Lead: fmt.Sprintf("规划已经登记，共 %d 项举措。", len(draft.Measures)), Next: "导入年度计划时选定这份规划，即可看到承接情况。",
		})
	}
	until, err := s.Dispatch.ConfirmBy(v.Site, v.Actor.Unit())
	if err != nil {
		return err
	}
	return s.redirect(w, r, fmt.Sprintf("/plan/%d/sent", sent.Plan), view.Dispatched(sent.Units, sent.Tasks, until))
}

// planSentShow says what a dispatch came to.
func (s *Server) planSentShow(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	no, err := pathNo(r, "plan")
	if err != nil {
		return err
	}
	plan, err := s.Dispatch.Plan(r.Context(), no)
	if err != nil {
		return err
	}
	tasks, err := s.Dispatch.Tasks(r.Context(), v.Scope, plan)
	if err != nil {
		return err
	}
	p := view.DispatchedPage{Page: s.frame(r, v, "plans", "下达结果")}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "年度计划", Href: "/plans"}, {Text: "下达结果"}}
	p.Facts = plan.Title
	p.Buttons = []view.Button{{Text: "打开任务看板", Href: planPath(no), Go: true}}
	p.Units = s.dispatchedUnits(v, plan, tasks)
	return s.render(w, r, http.StatusOK, view.DispatchedResult(p))
}

func (s *Server) dispatchedUnits(v *visit, plan dispatch.Plan, tasks []*dispatch.Task) []view.DispatchedUnit {
	byUnit := map[int64]*view.DispatchedUnit{}
	for _, t := range tasks {
		u := byUnit[t.State.Unit]
		if u == nil {
			u = &view.DispatchedUnit{
				Unit: v.Site.Tree().Name(t.State.Unit), Record: grouped(t.State.No),
				Sheet: view.Link{Text: "任务单", Href: fmt.Sprintf("/plan/%d/sheet/%d", plan.No, t.State.Unit)},
			}
			byUnit[t.State.Unit] = u
		}
		u.Tasks++
	}
	var out []view.DispatchedUnit
	for _, un := range v.Site.Tree().All() {
		u := byUnit[un.No]
		if u == nil {
			continue
		}
		told := v.Site.Rights.Holders(un.No, "liaison", v.Today)
		if len(told) == 0 {
			u.Told, u.Unheard = "没有联络员，请打印任务单送达", true
		} else {
			u.Told = "已列入联络员 " + v.Site.Person(told[0].Person) + " 的工作台"
		}
		out = append(out, *u)
	}
	return out
}
