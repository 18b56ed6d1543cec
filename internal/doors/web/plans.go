package web

import (
	"fmt"
	"net/http"
	"strconv"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
)

func planPath(no int64) string    { return "/board?plan=" + strconv.FormatInt(no, 10) }
func importPath(id string) string { return "/plans/import/" + id }
func matterPath(no int64) string  { return "/matters/" + strconv.FormatInt(no, 10) }
func recordPath(seq int64) string { return "/proof/" + strconv.FormatInt(seq, 10) }

// plansList shows the plans and what is being brought in.
func (s *Server) plansList(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	plans, err := s.Dispatch.Plans(r.Context())
	if err != nil {
		return err
	}
	p := view.PlansPage{Page: s.frame(r, v, "plans", "年度计划"), Empty: view.NoPlanYet(s.clock().Year(), "/plans/import")}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "年度计划"}}
	mayImport := mayOpen(v, "import")
	if mayImport {
		p.Buttons = []view.Button{{Text: "导入计划文件", Href: "/plans/import", Go: true}}
		if p.Imports, err = s.importRows(r); err != nil {
			return err
		}
	} else {
		p.Empty.Button = view.Link{}
	}
	if mayPlan(v) {
		p.Buttons = append(p.Buttons, view.Button{Text: "本单位实施方案", Href: "/ownplan"})
	}
	thisYear := false
	for _, plan := range plans {
		tasks, err := s.Dispatch.Tasks(r.Context(), v.Scope, plan)
		if err != nil {
			return err
		}
		thisYear = thisYear || plan.Year == s.clock().Year()
		if len(tasks) > 0 || mayImport {
			row := planRow(plan, tasks)
			row.Stage = plan.StageWords(v.Today)
			if mayImport && plan.Year < s.clock().Year() {
				row.Actions = append(row.Actions, view.Link{Text: "结转", Href: fmt.Sprintf("/plan/%d/carry", plan.No)})
			}
			p.Plans = append(p.Plans, row)
		}
	}
	outlines, err := s.outlineRows(r)
	if err != nil {
		return err
	}
	if !thisYear && len(p.Plans) > 0 && mayImport {
		missing := view.NoPlanYet(s.clock().Year(), "/plans/import")
		p.Missing = &missing
	}
	p.Plans = append(p.Plans, outlines...)
	return s.render(w, r, http.StatusOK, view.Plans(p))
}

func planRow(plan dispatch.Plan, tasks []*dispatch.Task) view.PlanRow {
	row := view.PlanRow{
		Title: view.Link{Text: plan.Title, Href: planPath(plan.No)}, Number: plan.Number, Issued: plan.Issued,
		Year: strconv.Itoa(plan.Year),
		Actions: []view.Link{
			{Text: "看板", Href: planPath(plan.No)},
			{Text: "原文", Href: textPath(plan.No)},
			{Text: "进展报告", Href: "/reports?plan=" + strconv.FormatInt(plan.No, 10)},
		},
	}
	var tally dispatch.Tally
	units := map[int64]bool{}
	for _, t := range tasks {
		units[t.State.Unit] = true
		if t.Parent() == 0 {
			row.Measures++
			tally.Add(t)
		}
	}
	row.Units, row.Tally = len(units), tallyView(tally)
	return row
}

// tallyView joins what has not begun with what runs in time: the bar has four stretches.
func tallyView(t dispatch.Tally) view.Tally {
	return view.Tally{Done: t.Done, Green: t.Green + t.Waiting, Yellow: t.Yellow, Red: t.Red}
}

func (s *Server) importRows(r *http.Request) ([]view.ImportRow, error) {
	v := visitOf(r)
	drafts, err := s.Dispatch.Drafts(r.Context(), v.Actor)
	if err != nil {
		return nil, err
	}
	var rows []view.ImportRow
	for _, d := range drafts {
		row := view.ImportRow{
			Title: view.Link{Text: d.Title, Href: importPath(d.ID)}, Step: view.Tag{Text: "核对中", Tone: "a"},
			Note: fmt.Sprintf("%d 项措施，%d 个名称待确认", len(d.Measures), len(d.Open())), Who: whoWords(v, d.By),
			Saved: d.At.In(app.China).Format("2006-01-02 15:04"), Delete: importPath(d.ID) + "/delete",
		}
		if d.Was > 0 {
			row.Title.Href, row.Step = diffPath(d.ID), view.Tag{Text: "待比较", Tone: "w"}
			row.Note = "与已下达的计划比较"
		}
		if d.Asked != 0 {
			row.Step = view.Tag{Text: "征求意见中", Tone: "w"}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// planUploadShow is the first page of an import.
func (s *Server) planUploadShow(w http.ResponseWriter, r *http.Request) error {
	p, err := s.uploadPage(r, nil)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, view.PlanUpload(p))
}

func (s *Server) uploadPage(r *http.Request, faults []app.FieldFault) (view.PlanUploadPage, error) {
	v := visitOf(r)
	form := view.Form{ID: "up", Action: "/plans/import", Submit: "上传并识别", Fields: []view.Field{
		{Name: "file", Label: "计划文件", Kind: view.Upload, Accept: ".docx,.html,.htm,.txt", Hint: "印发的原文件，DOCX、HTML 或者 TXT，不超过 50 MB"},
		{Name: "year", Label: "计划年度", Short: true, Optional: true, Value: r.FormValue("year"), Hint: "不填的，按文件写明的年度识别"},
	}}
	withFaults(&form, faults)
	p := view.PlanUploadPage{Page: s.frame(r, v, "import", "导入计划文件"), Form: form, Formats: []string{
		"可以读取 DOCX、HTML、TXT（UTF-8、GB18030、UTF-16），简体、繁体都可以，带拼音注音的网页文字会自动清理。",
		"PDF、DOC、WPS 请先另存为 DOCX。设有打开密码的，请先取消密码。",
		"带有密级标志的文件不能上传。",
	}}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "年度计划", Href: "/plans"}, {Text: "导入计划文件"}}
	p.Errors = form.FieldErrors()
	var err error
	p.Recent, err = s.importRows(r)
	return p, err
}

// planUpload reads the document and leads to its review.
func (s *Server) planUpload(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	if !mayOpen(v, "import") {
		return app.Faultf(app.Denied, "导入计划由统筹岗办理，您的岗位不能导入。")
	}
	draft, err := s.readUpload(r, v)
	if known := again(err); known != nil {
		return s.knownPlan(w, r, known)
	}
	if faults := invalid(err); faults != nil {
		p, err := s.uploadPage(r, faults)
		if err != nil {
			return err
		}
		return s.render(w, r, http.StatusUnprocessableEntity, view.PlanUpload(p))
	}
	if err != nil {
		return err
	}
	if draft.Was > 0 {
		return s.redirect(w, r, diffPath(draft.ID), view.Flash{
			Tone: "warn", Lead: "同一份计划已经下达。", Text: "下面只列不同之处；确认后更新已下达的计划，不重复下达。",
		})
	}
	return s.redirect(w, r, importPath(draft.ID), view.Flash{
		Tone: "ok", Lead: fmt.Sprintf("识别出 %d 项措施。", len(draft.Measures)), Text: "请对照原文核对，需要确认的已经标出。",
	})
}

func (s *Server) readUpload(r *http.Request, v *visit) (*dispatch.Draft, error) {
	name, b, ok, err := formFile(r, "file")
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, app.Wrong("file", "请选择要导入的计划文件。")
	}
	year := 0
	if text := r.PostFormValue("year"); text != "" {
		if year, err = strconv.Atoi(text); err != nil || year < 1990 || year > 2100 {
			return nil, app.Wrong("year", "“%s”不是年度。请写成 2026，或者不填。", text)
		}
	}
	return s.Dispatch.Upload(r.Context(), v.Actor, name, b, year)
}

// importDelete drops a draft.
func (s *Server) importDelete(w http.ResponseWriter, r *http.Request) error {
	if err := s.Dispatch.Drop(r.Context(), visitOf(r).Actor, r.PathValue("id")); err != nil {
		return err
	}
	return s.redirect(w, r, "/plans", view.Flash{Tone: "ok", Lead: "这次导入已经删除。", Text: "没有下达任何任务。"})
}
