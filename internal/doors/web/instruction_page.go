package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
)

// instructionShow is one instruction with its tasks and what came back.
func (s *Server) instructionShow(w http.ResponseWriter, r *http.Request) error {
	return s.showInstruction(w, r, http.StatusOK, nil)
}

func (s *Server) instructionOf(r *http.Request) (*dispatch.Instruction, *actView, error) {
	no, err := pathNo(r, "no")
	if err != nil {
		return nil, nil, err
	}
	v := visitOf(r)
	return s.Dispatch.Instruction(r.Context(), v.Actor, v.Scope, no)
}

func (s *Server) showInstruction(w http.ResponseWriter, r *http.Request, status int, fault *app.Fault) error {
	v := visitOf(r)
	i, m, err := s.instructionOf(r)
	if err != nil {
		return err
	}
	b := matterBuilder{server: s, visit: v, view: m}
	var all view.TaskPage
	b.steps(&all)
	b.log(&all)
	settleSteps(all.Steps, m, map[string]string{
		"approve": "#f-approve", "dispatch": "#f-dispatch", "progress": "#f-progress", "urge": "#f-urge", "report_back": "#f-report_back", "conclude": "#f-conclude",
	})
	st, path := i.State, instructionPath(i.State.No)
	p := view.InstructionPage{
		Page: s.frame(r, v, "instructions", i.Title()), Words: st.Text("words"), By: st.Text("source_from"), Day: orElse(st.Text("received"), st.Opened),
		Steps: all.Steps, StepSum: all.StepSum, Log: all.Log, Receipt: all.Receipt,
	}
	p.Crumbs = crumbsTo(instructionCrumbs, orElse(st.Number, i.Title()))
	p.Page.Facts = strings.Join(slices.DeleteFunc([]string{st.Number, instructionLight(i).Text, "报回期限 " + i.Due}, func(s string) bool { return s == "" }), " · ")
	p.Buttons = []view.Button{
		{Text: "全部记录", Href: matterPath(st.No) + "?all=1"}, {Text: "呈阅件", Href: path + "/sheet"}, {Text: "呈阅件 DOCX", Href: path + "/sheet.docx"},
	}
	p.Facts = instructionFacts(i)
	for _, t := range i.Tasks {
		p.Tasks = append(p.Tasks, view.TaskPart{
			Light: lightView(t), Unit: view.Link{Text: v.Site.Tree().Name(t.State.Unit), Href: matterPath(t.State.No)},
			Role: kindTitles[t.State.Text("kind")], Duty: t.Title(), Due: t.Due, Said: orElse(t.State.Text("result"), t.State.Text("progress")),
		})
	}
	for _, l := range m.Limits {
		p.Limits = append(p.Limits, limitView(l, v.Today))
	}
	instructionFiles(&p, m, v)
	p.Forms = s.instructionForms(r, i, m, slices.Concat(all.Forms, all.Others), fault)
	if fault != nil {
		p.Flash = append(p.Flash, view.Flash{Tone: "bad", Lead: "没有保存。", Text: faultWords(fault)})
	}
	return s.render(w, r, status, view.Instruction(p))
}

// faultWords says a fault in one line, with every condition.
func faultWords(f *app.Fault) string {
	says := []string{f.Say}
	for _, u := range f.Unmet {
		says = append(says, u.Say+"。")
	}
	return strings.Join(says, " ")
}

func instructionFacts(i *dispatch.Instruction) []view.Pair {
	st := i.State
	kind := st.Text("kind")
	for _, k := range instructionKinds {
		if k.Value == kind {
			kind = k.Text
		}
	}
	out := []view.Pair{{Term: "来源", Text: kind}}
	for _, f := range []view.Pair{
		{Term: "来文字号", Text: st.Text("source_number")}, {Term: "登记编号", Text: st.Number}, {Term: "来自", Text: st.Text("source_from")},
		{Term: "收到", Text: st.Text("received")}, {Term: "拟办", Text: st.Text("proposal")}, {Term: "办理结果", Text: st.Text("report")},
	} {
		if f.Text != "" {
			out = append(out, f)
		}
	}
	return out
}

func instructionFiles(p *view.InstructionPage, m *actView, v *visit) {
	for _, h := range m.History {
		for _, f := range h.Record.Files {
			if p.Photo == "" && strings.HasPrefix(f.Blob.Type, "image/") {
				p.Photo = fileLink(f.Blob).Href
			}
			p.Files = append(p.Files, fileRow(f.Blob, h.Head.Legal, v.Site.Person(h.Head.By.Person)))
		}
	}
}

// instructionForms puts handing down and reporting back before the other acts, each with what is needed for it at once.
func (s *Server) instructionForms(r *http.Request, i *dispatch.Instruction, m *actView, rest []view.StepForm, fault *app.Fault) []view.StepForm {
	v, path := visitOf(r), instructionPath(i.State.No)
	var out []view.StepForm
	if ready(m, "dispatch") != nil && mayAsk(v) && v.Actor.Unit() == i.State.Unit {
		h, _ := dispatch.Suggest(v.Site.Tree(), i.State.Text("words"), i.State.Opened)
		if len(i.Tasks) > 0 {
			h = dispatch.Hand{}
		}
		out = append(out, view.StepForm{Anchor: "f-dispatch", Title: "交办", Note: "按原话预填，核对后下达", Folded: len(i.Tasks) > 0, Form: view.Form{
			ID: "f-dispatch-c", Action: path + "/entrust", Submit: "下达任务", Hidden: requestHidden(), Fields: handFields(v, h, ""),
		}})
	}
	if sv := ready(m, "report_back"); sv != nil {
		f := view.Form{ID: "f-report_back-c", Action: path + "/report", Submit: "呈阅并留存", Hidden: requestHidden(), Fields: []view.Field{
			{Name: "report", Label: "办理结果", Kind: view.Area, Rows: 6, Value: orElse(r.FormValue("report"), i.ReportWords(v.Site.Tree())), Hint: "已按各单位报告的进展填写，核对后修改；呈阅件随记录留存"},
		}}
		for _, u := range sv.Unmet {
			f.Fields = append(f.Fields, view.Field{Name: "reason", Label: "说明理由", Kind: view.Area, Value: r.FormValue("reason"), Hint: u.Say + "，仍要呈阅的，写明理由"})
		}
		if fault != nil {
			withFaults(&f, fault.Fields)
		}
		out = append(out, view.StepForm{Anchor: "f-report_back", Title: "呈阅", Form: f})
	}
	for _, f := range rest {
		if f.Anchor != "f-dispatch" && f.Anchor != "f-propose" && f.Anchor != "f-report_back" {
			f.Folded = true
			out = append(out, f)
		}
	}
	return out
}

// instructionEntrust makes the tasks of an instruction.
func (s *Server) instructionEntrust(w http.ResponseWriter, r *http.Request) error {
	i, _, err := s.instructionOf(r)
	if err != nil {
		return err
	}
	form, err := parseForm(r)
	if err != nil {
		return err
	}
	n, err := s.Dispatch.Entrust(r.Context(), visitOf(r).Actor, i.State.No, orElse(form.get("request"), uuid.NewString()), form.get("advice"), readHand(form))
	if err != nil {
		if f := app.FaultOf(err); f.Kind == app.Invalid || f.Kind == app.Refused {
			return s.showInstruction(w, r, http.StatusUnprocessableEntity, f)
		}
		return err
	}
	return s.redirect(w, r, instructionPath(i.State.No), view.Flash{Tone: "ok", Lead: "已向 " + decimal(int64(n)) + " 个单位下达任务。", Next: "办理情况报回以后，打印呈阅件。"})
}

// instructionReport reports back: the page for the leader is kept in the record.
func (s *Server) instructionReport(w http.ResponseWriter, r *http.Request) error {
	i, _, err := s.instructionOf(r)
	if err != nil {
		return err
	}
	form, err := parseForm(r)
	if err != nil {
		return err
	}
	var done act.Done
	done, err = s.Dispatch.ReportBack(r.Context(), visitOf(r).Actor, i, form.get("report"), form.get("reason"), orElse(form.get("request"), uuid.NewString()))
	if err != nil {
		if f := app.FaultOf(err); f.Kind == app.Invalid || f.Kind == app.Refused {
			return s.showInstruction(w, r, http.StatusUnprocessableEntity, f)
		}
		return err
	}
	flash := doneFlash(done, "办理情况已经呈阅，呈阅件随记录留存。")
	flash.Next = "打印呈阅件送领导阅示，阅示后登记结果。"
	flash.Link = view.Link{Text: "打开呈阅件", Href: instructionPath(i.State.No) + "/sheet"}
	return s.redirect(w, r, instructionPath(i.State.No), flash)
}

// instructionSheet is the one page for the leader, for printing.
func (s *Server) instructionSheet(w http.ResponseWriter, r *http.Request) error {
	i, _, err := s.instructionOf(r)
	if err != nil {
		return err
	}
	v, st := visitOf(r), i.State
	p := view.InstructionSheetPage{
		Page: s.frame(r, v, "instructions", "呈阅件"), Heading: "呈 阅 件", Number: st.Number, To: "呈：" + st.Text("source_from"),
		From: v.Site.Tree().Name(st.Unit), Day: s.clock().Format("2006年1月2日"), Words: st.Text("words"), Advice: st.Text("report"),
	}
	p.Crumbs = append(crumbsTo(instructionCrumbs, ""), view.Link{Text: "呈阅件"})
	p.Crumbs[len(p.Crumbs)-2] = view.Link{Text: i.Title(), Href: instructionPath(st.No)}
	p.Facts = i.Title()
	p.Buttons = []view.Button{{Text: "下载 DOCX", Href: instructionPath(st.No) + "/sheet.docx"}}
	for _, o := range i.Outcomes(v.Site.Tree()) {
		p.Result = append(p.Result, view.SheetLine{Unit: o.Unit, Done: o.Said, State: o.State})
	}
	return s.render(w, r, http.StatusOK, view.InstructionSheet(p))
}

// instructionSheetFile is the same page as DOCX.
func (s *Server) instructionSheetFile(w http.ResponseWriter, r *http.Request) error {
	i, _, err := s.instructionOf(r)
	if err != nil {
		return err
	}
	b, err := i.Sheet(visitOf(r).Site.Tree(), visitOf(r).Today).DOCX()
	if err != nil {
		return err
	}
	return download(w, dispatch.FileTitle(i.State)+"呈阅件.docx", typeDOCX, b)
}
