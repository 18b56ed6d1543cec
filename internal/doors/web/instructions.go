package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/unit"
)

func (s *Server) instructionRoutes(mux *http.ServeMux) {
	s.staff(mux, "GET /instructions", s.instructionsShow)
	s.staff(mux, "GET /instructions/export", s.instructionsExport)
	s.staff(mux, "GET /instructions/new", s.instructionNewShow)
	s.staff(mux, "POST /instructions/new", s.instructionNew)
	s.staff(mux, "GET /instructions/{no}", s.instructionShow)
	s.staff(mux, "POST /instructions/{no}/entrust", s.instructionEntrust)
	s.staff(mux, "POST /instructions/{no}/report", s.instructionReport)
	s.staff(mux, "GET /instructions/{no}/sheet", s.instructionSheet)
	s.staff(mux, "GET /instructions/{no}/sheet.docx", s.instructionSheetFile)
}

func instructionPath(no int64) string { return "/instructions/" + decimal(no) }

var instructionCrumbs = []view.Link{{Text: "计划督办"}, {Text: "来文与批示", Href: "/instructions"}}

// instructionKinds are where an instruction comes from.
var instructionKinds = []view.Option{{Value: "words", Text: "领导批示"}, {Value: "document", Text: "上级来文"}, {Value: "meeting", Text: "会议议定"}, {Value: "other", Text: "其他"}}

// mayRegister tells whether the visitor's post registers what comes in. Only the coordinator hands tasks down.
func mayRegister(v *visit) bool {
	return v.Actor.Role() == access.Coordinator || v.Actor.Role() == access.Liaison || v.Actor.Role() == access.Handler
}

// instructionsShow lists what came in, with the share that was answered in time.
func (s *Server) instructionsShow(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	all, err := s.Dispatch.Instructions(r.Context(), v.Scope)
	if err != nil {
		return err
	}
	show, q := r.URL.Query().Get("show"), strings.TrimSpace(r.URL.Query().Get("q"))
	p := view.InstructionsPage{Page: s.frame(r, v, "instructions", "来文与批示"), Empty: view.Empty{
		Lead: "还没有登记来文和批示。", Text: "登记一次，分解为任务，办完以一页呈阅件报回。",
	}}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "来文与批示"}}
	if len(all) > 0 {
		p.Buttons = []view.Button{{Text: "导出表格", Href: "/instructions/export?" + url.Values{"show": {show}, "q": {q}}.Encode()}}
	}
	if mayRegister(v) {
		p.Buttons = append(p.Buttons, view.Button{Text: "登记来文、批示", Href: "/instructions/new", Go: true})
	}
	p.Filter = view.Filter{Action: "/instructions", Clear: "/instructions", Fields: []view.Field{{Name: "q", Label: "事由、批示人、文号", Value: q}}}
	open, late, answered, onTime := 0, 0, 0, 0
	for _, i := range all {
		switch {
		case i.Answered:
			answered++
			if !i.AnsweredLate {
				onTime++
			}
		case i.Light == dispatch.Red:
			late++
		default:
			open++
		}
		if matchesInstruction(i, show, q) {
			p.Rows = append(p.Rows, instructionRow(i, v.Site.Tree()))
		}
	}
	p.Counts = []view.Count{
		{N: len(all), Text: "件", Href: "/instructions", Current: show == ""}, {N: open, Text: "在办", Light: view.Green, Href: "?show=open", Current: show == "open"},
		{N: late, Text: "逾期未报回", Light: view.Red, Bad: true, Href: "?show=late", Current: show == "late"},
		{N: answered, Text: fmt.Sprintf("已报回，其中按期 %d 件", onTime), Light: view.Done, Href: "?show=done", Current: show == "done"},
	}
	if n := len(p.Rows); n > 0 {
		p.Pager = view.Pager{From: 1, To: n, Total: n, Unit: "件"}
	} else if len(all) > 0 {
		p.Empty = view.NothingFound("来文和批示", orElse(q, "状态"), "/instructions")
	}
	return s.render(w, r, http.StatusOK, view.Instructions(p))
}

func matchesInstruction(i *dispatch.Instruction, show, q string) bool {
	text := strings.Join([]string{i.State.Text("title"), i.State.Text("source_from"), i.State.Text("source_number"), i.State.Number, i.State.Text("words")}, " ")
	if q != "" && !strings.Contains(text, q) {
		return false
	}
	switch show {
	case "open":
		return !i.Answered && i.Light != dispatch.Red
	case "late":
		return i.Light == dispatch.Red
	case "done":
		return i.Answered
	}
	return true
}

func instructionRow(i *dispatch.Instruction, tree *unit.Tree) view.InstructionRow {
	s := i.State
	row := view.InstructionRow{
		Light: instructionLight(i), Title: view.Link{Text: i.Title(), Href: instructionPath(s.No)}, Number: orElse(s.Text("source_number"), s.Number),
		From: s.Text("source_from"), Came: orElse(s.Text("received"), s.Opened), Due: i.Due, Share: "还没有交办",
	}
	if len(i.Tasks) > 0 {
		row.Lead = tree.Name(i.Tasks[0].State.Unit)
		row.Share = fmt.Sprintf("%d 项任务，已办 %d 项", len(i.Tasks), i.Done)
	}
	return row
}

// instructionLight draws how an instruction stands; one that was reported back says whether in time.
func instructionLight(i *dispatch.Instruction) view.Signal {
	switch {
	case i.Answered && i.AnsweredLate:
		return view.Signal{Light: view.Done, Text: "已报回（逾期）"}
	case i.Answered:
		return view.Signal{Light: view.Done, Text: "已报回"}
	}
	return lightView(&i.Task)
}

// instructionNewShow is the empty form.
func (s *Server) instructionNewShow(w http.ResponseWriter, r *http.Request) error {
	return s.showIncoming(w, r, http.StatusOK, dispatch.Incoming{Kind: "words", Came: visitOf(r).Today}, nil)
}

func (s *Server) showIncoming(w http.ResponseWriter, r *http.Request, status int, in dispatch.Incoming, faults []app.FieldFault) error {
	v := visitOf(r)
	if !mayRegister(v) {
		return app.Faultf(app.Denied, "您的岗位不登记来文和批示。")
	}
	p := view.InstructionNewPage{Page: s.frame(r, v, "instructions", "登记来文、批示"), Notes: []string{
		"涉密文件不得登记内容、上传照片；只留纸质，由机要渠道办理。",
		"批示照原话录入，不作改写；看不清的字写“□”。",
		"填好批示原文以后，可以按“按原话拟办”，由系统从原话中找出牵头、配合单位和期限，核对后再登记。",
	}}
	p.Crumbs = crumbsTo(instructionCrumbs, "登记")
	kinds := slices.Clone(instructionKinds)
	for i := range kinds {
		kinds[i].Chosen = kinds[i].Value == in.Kind
	}
	p.Form = view.Form{
		ID: "ins", Action: "/instructions/new", Submit: "登记", Name: "op", Value: "register", Hidden: requestHidden(),
		Others: []view.Button{{Text: "按原话拟办", Href: "suggest", Post: true}}, Fields: []view.Field{
			{Name: "photo", Label: "原件照片", Kind: view.Upload, Optional: true, Many: true, Accept: "image/*,.pdf", Hint: "批示页、来文首页；每个文件不超过 50 MB，涉密文件不得上传"},
			{Name: "kind", Label: "来源", Kind: view.Radio, Options: kinds},
			{Name: "from", Label: "批示人或者来文单位", Value: in.From, Hint: "如 副县长 王某某"},
			{Name: "title", Label: "事由", Value: in.Title},
			{Name: "words", Label: "批示原文或者来文要求", Kind: view.Area, Rows: 4, Value: in.Words},
			{Name: "number", Label: "来文字号", Value: in.Number, Optional: true, Short: true},
			{Name: "came", Label: "收到日期", Kind: view.Date, Value: in.Came},
			{Name: "due", Label: "报回期限", Kind: view.Date, Value: in.Due},
		},
	}
	if mayAsk(v) {
		p.Form.Submit = "登记并交办"
		p.Form.Fields = append(p.Form.Fields, handFields(v, in.Hand, in.Advice)...)
		p.Form.Note = "选定牵头单位的，登记后立即下达任务；没有选定的，只登记。"
	}
	withFaults(&p.Form, faults)
	p.Errors = p.Form.FieldErrors()
	return s.render(w, r, status, view.InstructionNew(p))
}

// handFields ask to whom something is given.
func handFields(v *visit, h dispatch.Hand, advice string) []view.Field {
	lead := view.Field{Name: "lead", Label: "牵头单位", Kind: view.Select, Optional: true, Options: []view.Option{{Text: "请选择"}}}
	assist := view.Field{Name: "assist", Label: "配合单位", Kind: view.Ticks, Optional: true}
	for _, u := range v.Site.Tree().All() {
		name := orElse(u.Short, u.Name)
		lead.Options = append(lead.Options, view.Option{Value: decimal(u.No), Text: name, Chosen: u.No == h.Lead})
		assist.Options = append(assist.Options, view.Option{Value: decimal(u.No), Text: name, Chosen: slices.Contains(h.Assist, u.No)})
	}
	return []view.Field{lead, assist, {
		Name: "advice", Label: "拟办意见", Kind: view.Area, Value: advice, Optional: true, Hint: "不填的，按所选单位和期限自动拟写",
	}}
}

func readHand(form formValues) dispatch.Hand {
	h := dispatch.Hand{Lead: number(form.get("lead"))}
	for _, u := range form.values["assist"] {
		if no := number(u); no != 0 {
			h.Assist = append(h.Assist, no)
		}
	}
	return h
}

// instructionNew suggests, or registers and hands down.
func (s *Server) instructionNew(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	if !mayRegister(v) {
		return app.Faultf(app.Denied, "您的岗位不登记来文和批示。")
	}
	form, err := parseForm(r)
	if err != nil {
		return err
	}
	in := dispatch.Incoming{
		Request: orElse(form.get("request"), uuid.NewString()), Kind: form.get("kind"), Title: form.get("title"), Number: form.get("number"),
		From: form.get("from"), Came: form.get("came"), Words: form.get("words"), Advice: form.get("advice"), Due: form.get("due"), Hand: readHand(form),
	}
	if !mayAsk(v) {
		in.Hand = dispatch.Hand{}
	}
	if form.get("op") == "suggest" {
		h, due := dispatch.Suggest(v.Site.Tree(), in.Words, v.Today)
		in.Hand, in.Due = h, orElse(due, in.Due)
		return s.showIncoming(w, r, http.StatusOK, in, nil)
	}
	in.Photo, err = s.uploads(r, "photo", "original")
	var made dispatch.Registered
	if err == nil {
		made, err = s.Dispatch.Register(r.Context(), v.Actor, in)
	}
	if faults := invalid(err); faults != nil {
		return s.showIncoming(w, r, http.StatusUnprocessableEntity, in, faults)
	}
	if err != nil {
		return err
	}
	flash := doneFlash(act.Done{Seq: made.Seq}, "已经登记。")
	if made.Tasks > 0 {
		flash.Lead = fmt.Sprintf("已经登记，并向 %d 个单位下达任务。", made.Tasks)
		flash.Next = "办理情况报回以后，打印呈阅件。"
	}
	return s.redirect(w, r, instructionPath(made.No), flash)
}
