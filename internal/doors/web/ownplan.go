package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
)

func (s *Server) ownplanRoutes(mux *http.ServeMux) {
	s.staff(mux, "GET /ownplan", s.ownplanShow)
	s.staff(mux, "GET /ownplan/export", s.ownplanExport)
	s.staff(mux, "POST /ownplan", s.ownplanSave)
}

// mayPlan tells whether the visitor's post writes the unit's own plan.
func mayPlan(v *visit) bool {
	return v.Actor.Role() == access.Liaison || v.Actor.Role() == access.Handler
}

// ownplanShow is the unit's tasks with the steps it made for itself, in one list.
func (s *Server) ownplanShow(w http.ResponseWriter, r *http.Request) error {
	return s.showOwnplan(w, r, http.StatusOK, nil)
}

func (s *Server) showOwnplan(w http.ResponseWriter, r *http.Request, status int, faults []app.FieldFault) error {
	v := visitOf(r)
	tasks, err := s.Dispatch.OwnPlan(r.Context(), v.Actor, v.Scope)
	if err != nil {
		return err
	}
	p := view.OwnPlanPage{
		Page:  s.frame(r, v, "plans", "本单位实施方案"),
		Empty: view.Empty{Lead: "本单位现在没有在办的任务。", Text: "任务下达以后，可以在这里分解为本单位的步骤，落实到人。"},
	}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "年度计划", Href: "/plans"}, {Text: "本单位实施方案"}}
	p.Facts = v.Site.Tree().Name(v.Actor.Unit())
	if len(tasks) > 0 {
		p.Buttons = []view.Button{{Text: "导出表格", Href: "/ownplan/export"}}
	}
	if mayPlan(v) {
		p.Action = "/ownplan"
	}
	steps, late := 0, 0
	var offered []view.Option
	for i, t := range tasks {
		row := ownTask(i, t, v)
		for _, own := range t.OwnSteps() {
			steps++
			if own.Late(v.Today) {
				late++
			}
		}
		p.Tasks = append(p.Tasks, row)
		if t.State.Done("take") && !t.State.Done("submit") {
			offered = append(offered, view.Option{Value: decimal(t.State.No), Text: t.Title(), Chosen: r.FormValue("task") == decimal(t.State.No)})
		}
	}
	p.Counts = []view.Count{{N: len(tasks), Text: "项任务"}, {N: steps, Text: "个步骤"}, {N: late, Text: "个步骤逾期", Light: view.Red, Bad: true}}
	if mayPlan(v) && len(offered) > 0 {
		p.AddForm = ownForm(r, offered)
		withFaults(p.AddForm, faults)
		p.Errors = p.AddForm.FieldErrors()
	}
	return s.render(w, r, status, view.OwnPlan(p))
}

func ownTask(i int, t *dispatch.Task, v *visit) view.OwnTask {
	row := view.OwnTask{
		No: orElse(t.State.Text("label"), decimal(int64(i+1))), Light: lightView(t), Title: view.Link{Text: t.Title(), Href: matterPath(t.State.No)},
		Role: kindTitles[t.State.Text("kind")], Due: t.Due,
	}
	for _, own := range t.OwnSteps() {
		step := view.OwnStep{ID: decimal(t.State.No) + "." + own.ID, Title: own.Title, Person: own.Person, Due: own.Due, Open: own.Done == ""}
		switch {
		case own.Done != "":
			step.Light = view.Signal{Light: view.Done, Text: "已完成 " + own.Done}
		case own.Late(v.Today):
			step.Light = view.Signal{Light: view.Red, Text: "逾期"}
		case own.Due == "":
			step.Light = view.Signal{Light: view.Open, Text: "未定时间"}
		default:
			step.Light = view.Signal{Light: view.Green, Text: "在办"}
		}
		row.Steps = append(row.Steps, step)
	}
	return row
}

func ownForm(r *http.Request, tasks []view.Option) *view.Form {
	return &view.Form{ID: "own", Action: "/ownplan", Submit: "增加步骤", Hidden: requestHidden(), Name: "op", Value: "add", Fields: []view.Field{
		{Name: "task", Label: "任务", Kind: view.Select, Options: tasks},
		{Name: "title", Label: "步骤", Value: r.FormValue("title")},
		{Name: "person", Label: "责任人", Short: true, Optional: true, Value: r.FormValue("person")},
		{Name: "due", Label: "时间", Kind: view.Date, Optional: true, Value: r.FormValue("due")},
	}}
}

// ownplanSave adds, finishes or takes back a step.
func (s *Server) ownplanSave(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	form, err := parseForm(r)
	if err != nil {
		return err
	}
	request := orElse(form.get("request"), uuid.NewString())
	task, id, _ := strings.Cut(form.get("step"), ".")
	var done act.Done
	lead := ""
	switch form.get("op") {
	case "done":
		done, err = s.Dispatch.FinishOwnStep(r.Context(), v.Actor, number(task), id, request)
		lead = "步骤已经完成。"
	case "delete":
		done, err = s.Dispatch.DropOwnStep(r.Context(), v.Actor, number(task), id, request)
		lead = "步骤已经取消。"
	default:
		done, err = s.Dispatch.AddOwnStep(r.Context(), v.Actor, number(form.get("task")), dispatch.OwnStep{
			Title: form.get("title"), Person: form.get("person"), Due: form.get("due"),
		}, request)
		lead = fmt.Sprintf("已经增加步骤“%s”。", form.get("title"))
	}
	if faults := invalid(err); faults != nil {
		return s.showOwnplan(w, r, http.StatusUnprocessableEntity, faults)
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, "/ownplan", doneFlash(done, lead))
}
