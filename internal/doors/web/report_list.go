package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/duty"
	"zhunsheng/internal/app/publish"
	"zhunsheng/internal/doors/web/view"
)

// reportRoutes registers reports, supervision, sheets and the tables to keep.
func (s *Server) reportRoutes(mux *http.ServeMux) {
	s.staff(mux, "GET /reports", s.reportsList)
	s.staff(mux, "POST /reports", s.reportBegin)
	s.staff(mux, "GET /reports/{id}", s.reportShow)
	s.staff(mux, "POST /reports/{id}", s.reportSave)
	s.staff(mux, "GET /reports/{id}/figures/{n}", s.reportFigure)
	s.staff(mux, "GET /reports/{id}/file", s.reportFile)
	s.staff(mux, "POST /reports/{id}/findings", s.reportSettle)
	s.staff(mux, "POST /reports/{id}/renew", s.reportRenew)
	s.staff(mux, "POST /reports/{id}/issue", s.reportIssue)
	s.staff(mux, "POST /reports/{id}/delete", s.reportDelete)
	s.supervisionRoutes(mux)
	s.sheetRoutes(mux)
}

// publish is the use cases of reports.
func (s *Server) publish() *publish.Publish {
	return &publish.Publish{Acts: s.Acts, Dispatch: s.Dispatch}
}

// reportsDenied is said to the three administrators, who see no matters.
func reportsDenied() error {
	return app.Faultf(app.Denied, "系统管理员、安全管理员和审计员不查看报告（三员分立）。")
}

func reportPath(id string) string { return "/reports/" + id }

func reportCrumbs(last string) []view.Link {
	if last == "" {
		return []view.Link{{Text: "计划督办"}, {Text: "定期报告"}}
	}
	return []view.Link{{Text: "计划督办"}, {Text: "定期报告", Href: "/reports"}, {Text: last}}
}

// reportsList shows what is due by itself, what is being written and what was issued.
func (s *Server) reportsList(w http.ResponseWriter, r *http.Request) error {
	return s.showReports(w, r, http.StatusOK, nil)
}

func (s *Server) showReports(w http.ResponseWriter, r *http.Request, status int, faults []app.FieldFault) error {
	v := visitOf(r)
	if !mayOpen(v, "reports") {
		return reportsDenied()
	}
	p := view.ReportsPage{Page: s.frame(r, v, "reports", "定期报告")}
	p.Crumbs = reportCrumbs("")
	p.Empty = view.Empty{Lead: "还没有进展报告。", Text: "选择计划和期间，由系统按记录起草，核对后印发。"}
	var err error
	if p.Duties, err = s.dutyLines(r, v); err != nil {
		return err
	}
	drafts := 0
	if publish.May(v.Actor) {
		if p.New, err = s.reportForm(r, faults); err != nil {
			return err
		}
		p.Errors = p.New.Form.FieldErrors()
		if p.Rows, err = s.reportDrafts(r, v); err != nil {
			return err
		}
		drafts = len(p.Rows)
	}
	issued, err := s.publish().Reports(r.Context())
	if err != nil {
		return err
	}
	for _, rep := range issued {
		p.Rows = append(p.Rows, view.ReportRow{
			State: view.Tag{Text: "已印发"}, Title: view.Link{Text: rep.Title, Href: reportPath(decimal(rep.No))}, Number: rep.Number,
			Until: rep.Until, Day: rep.Day, Files: []view.Link{{Text: "DOCX", Href: reportPath(decimal(rep.No)) + "/file"}},
		})
	}
	p.Counts = []view.Count{{N: len(issued), Text: "已印发"}, {N: drafts, Text: "起草中"}}
	return s.render(w, r, status, view.Reports(p))
}

// turnsShown is how many turns of each duty are looked at: a year of a monthly one.
const turnsShown = 12

// dutyLines lists the turns of recurring duties that are not done, late and missing ones first, and of each duty the last
// one that is.
func (s *Server) dutyLines(r *http.Request, v *visit) ([]view.DutyLine, error) {
	turns, err := duty.Turns(r.Context(), s.Acts, v.Today, turnsShown)
	if err != nil {
		return nil, err
	}
	var urgent, coming, done []view.DutyLine
	shown := map[int64]bool{} // duties of which a done turn stands in the list
	for _, t := range turns {
		line := view.DutyLine{
			Light: view.Signal{Light: view.Open, Text: "未下达"}, Title: view.Link{Text: t.Title + "（" + t.Period.Title + "）"},
			Basis: t.Basis, Due: t.Due, Unit: v.Site.Tree().Name(t.Unit),
		}
		if t.Matter == 0 && t.Due < v.Today {
			line.Light = view.Signal{Light: view.Red, Text: "缺报"}
		}
		if t.Matter != 0 {
			task, err := s.Dispatch.Task(r.Context(), v.Scope, t.Matter)
			if app.FaultOf(err).Kind == app.NotFound {
				continue // another unit's, not for this viewer
			}
			if err != nil {
				return nil, err
			}
			line.Light, line.Title.Href = lightView(task), matterPath(t.Matter)
		}
		switch {
		case line.Light.Light == view.Red:
			urgent = append(urgent, line)
		case line.Light.Light != view.Done:
			coming = append(coming, line)
		case !shown[t.Duty]:
			shown[t.Duty] = true
			done = append(done, line)
		}
	}
	slices.Reverse(urgent) // turns come newest first: what is late longest, and what is due soonest, comes first
	slices.Reverse(coming)
	return slices.Concat(urgent, coming, done), nil
}

func (s *Server) reportForm(r *http.Request, faults []app.FieldFault) (*view.StepForm, error) {
	plans, err := s.Dispatch.Plans(r.Context())
	if err != nil {
		return nil, err
	}
	today := s.Acts.Today()
	chosen, kind := r.FormValue("plan"), r.FormValue("kind")
	if kind == "" {
		kind = publish.PlanHalf
	}
	period := r.FormValue("period")
	if period == "" {
		period = publish.PeriodOf(kind, today)
	}
	which := view.Field{Name: "plan", Label: "计划", Kind: view.Select}
	for _, p := range plans {
		no := decimal(p.No)
		which.Options = append(which.Options, view.Option{Value: no, Text: strconv.Itoa(p.Year) + "年 " + p.Title, Chosen: no == chosen})
	}
	kinds := view.Field{Name: "kind", Label: "种类", Kind: view.Radio}
	for _, k := range publish.Kinds {
		kinds.Options = append(kinds.Options, view.Option{Value: k.ID, Text: k.Title, Chosen: k.ID == kind})
	}
	form := view.Form{ID: "new", Action: "/reports", Submit: "起草报告", Fields: []view.Field{
		which, kinds,
		{Name: "period", Label: "期间", Value: period, Short: true, Hint: "半年写成 2026-H1 或者 2026-H2，全年写成 2026"},
		{Name: "until", Label: "数据截至", Kind: view.Date, Value: r.FormValue("until"), Short: true, Optional: true, Hint: "不填的，取期间的最后一日；期间未满的，取今天"},
	}, Note: "草稿只有本单位可以看到。文字可以修改，数字随记录取得。"}
	withFaults(&form, faults)
	if len(plans) == 0 {
		return nil, nil
	}
	return &view.StepForm{Anchor: "f-new", Title: "起草进展报告", Form: form}, nil
}

func (s *Server) reportDrafts(r *http.Request, v *visit) ([]view.ReportRow, error) {
	drafts, err := s.publish().Drafts(r.Context(), v.Actor)
	if err != nil {
		return nil, err
	}
	var rows []view.ReportRow
	for _, d := range drafts {
		span, err := publish.SpanOf(d.Kind, d.Period)
		if err != nil {
			return nil, err
		}
		plan, err := s.Dispatch.Plan(r.Context(), d.Plan)
		if err != nil {
			return nil, err
		}
		rows = append(rows, view.ReportRow{
			State: view.Tag{Text: "草稿", Tone: "a"}, Title: view.Link{Text: fmt.Sprintf("%s《%s》", span.Title, plan.Title), Href: reportPath(d.ID)},
			Until: d.Until, Day: d.At.In(app.China).Format("2006-01-02"), Files: []view.Link{{Text: "预览 DOCX", Href: reportPath(d.ID) + "/file"}},
		})
	}
	return rows, nil
}

// reportBegin makes a draft and leads to it.
func (s *Server) reportBegin(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	d, err := s.publish().Begin(r.Context(), v.Actor, publish.Start{
		Kind: r.FormValue("kind"), Plan: number(r.FormValue("plan")), Period: r.FormValue("period"), Until: r.FormValue("until"),
	})
	if faults := invalid(err); faults != nil {
		return s.showReports(w, r, http.StatusUnprocessableEntity, faults)
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, reportPath(d.ID), view.Flash{
		Tone: "ok", Lead: "报告已经起草。", Text: "数字取自记录，点开可以看到所依据的事项；文字可以修改。",
	})
}
