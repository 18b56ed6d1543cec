package web

import (
	"errors"
	"net/http"
	"strings"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

func (s *Server) matterRoutes(mux *http.ServeMux) {
	s.staff(mux, "GET /matters/{no}", s.matterShow)
	s.staff(mux, "POST /matters/{no}/steps/{step}", s.matterAct)
	s.staff(mux, "GET /matters/{no}/steps/{step}/paper", s.paperPreview)
	s.staff(mux, "GET /matters/{no}/steps/{step}/sheet", s.signingAhead)
	s.staff(mux, "GET /matters/{no}/papers/{seq}", s.paperShow)
	s.staff(mux, "GET /matters/{no}/papers/{seq}/file", s.paperFile)
	s.staff(mux, "POST /matters/{no}/papers/{seq}/copy", s.paperCopy)
	s.staff(mux, "GET /matters/{no}/papers/{seq}/sheet", s.signingShow)
	s.staff(mux, "GET /matters/{no}/papers/{seq}/sheet/file", s.signingFile)
	s.staff(mux, "GET /matters/{no}/records/{seq}", s.correctShow)
	s.staff(mux, "POST /matters/{no}/records/{seq}/{act}", s.correctSend)
}

// matterShow is everything on one matter.
func (s *Server) matterShow(w http.ResponseWriter, r *http.Request) error {
	no, err := pathNo(r, "no")
	if err != nil {
		return err
	}
	return s.showMatter(w, r, http.StatusOK, no, nil)
}

// typed is a rejected act: what was said about it, and what was filled in.
type typed struct {
	step  string
	key   string
	form  formValues
	fault *app.Fault
}

// showMatter shows a matter; a kind with a page of its own is shown there, unless all is asked for.
func (s *Server) showMatter(w http.ResponseWriter, r *http.Request, status int, no int64, back *typed) error {
	v := visitOf(r)
	m, err := s.Acts.View(r.Context(), v.Actor, no)
	if err != nil {
		return err
	}
	if to := ownPage(m.State); to != "" && back == nil && r.URL.Query().Get("all") == "" {
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
	children, err := s.Dispatch.Children(r.Context(), v.Scope, no)
	if err != nil {
		return err
	}
	takers, err := s.Dispatch.Takers(r.Context(), children)
	if err != nil {
		return err
	}
	b := matterBuilder{server: s, visit: v, view: m, children: children, takers: takers, back: back, entries: s.entriesFor(r)}
	above, outline, ok, err := s.Dispatch.Above(r.Context(), m.State)
	if err != nil {
		return err
	}
	if ok {
		b.above = &view.TaskField{Label: "落实的上位规划", Text: above.Label(), Link: view.Link{Text: above.Title(), Href: outlinePath(outline)}}
	}
	return s.render(w, r, status, view.Task(b.page(s.frame(r, v, placeOf(m.State.Procedure), ""))))
}

// entriesFor reads the registers that forms of a request refer to.
func (s *Server) entriesFor(r *http.Request) func(string, int) ([]matter.Ref, bool, error) {
	return func(register string, limit int) ([]matter.Ref, bool, error) {
		return s.Acts.Entries(r.Context(), register, limit)
	}
}

// placeOf is the entry of the menu a matter belongs to.
func placeOf(procedure string) string {
	switch procedure {
	case "instruction":
		return "instructions"
	case "collection":
		return "collections"
	}
	if l, ok := view.LineOf(procedure); ok {
		return l.ID
	}
	return "board"
}

// matterAct carries out a step. A rejected form comes back filled, beside what has to be put right.
func (s *Server) matterAct(w http.ResponseWriter, r *http.Request) error {
	no, err := pathNo(r, "no")
	if err != nil {
		return err
	}
	v := visitOf(r)
	form, err := parseForm(r)
	if err == nil && form.get("op") == opPaper {
		return s.paperSketch(w, r, no, form)
	}
	var done act.Done
	if err == nil {
		done, err = s.act(r, no, form)
	}
	if err != nil {
		fault := app.FaultOf(err)
		switch fault.Kind {
		case app.Invalid, app.Refused, app.Conflict:
			status := map[app.Kind]int{app.Invalid: http.StatusUnprocessableEntity}[fault.Kind]
			if status == 0 {
				status = http.StatusConflict
			}
			return s.showMatter(w, r, status, no, &typed{step: r.PathValue("step"), key: r.FormValue("key"), form: form, fault: fault})
		}
		return err
	}
	m, err := s.Acts.View(r.Context(), v.Actor, no)
	if err != nil { // the act took the matter out of the actor's sight
		return s.redirect(w, r, "/desk", doneFlash(done, "已经办理。"))
	}
	flash := doneFlash(done, "“"+m.Def.StepTitle(r.PathValue("step"))+"”已经记录。")
	if l, ok := view.LineOf(m.State.Procedure); ok && r.PathValue("step") == "split" {
		flash.Link = view.Link{Text: "另办分出的事项", Href: l.Path + "/new/" + m.Def.ID + "?link_kind=split_from&link=" + decimal(no)}
	}
	flash.Next = nextWords(&matterBuilder{server: s, visit: v, view: m})
	return s.redirect(w, r, matterPath(no), flash)
}

func doneFlash(done act.Done, lead string) view.Flash {
	f := view.Flash{Tone: "ok", Lead: lead, Record: grouped(done.Seq), ReceiptHref: recordPath(done.Seq) + "/receipt"}
	if done.Repeated {
		f.Lead = "这一步先前已经保存，没有重复记录。"
	}
	if len(done.Warnings) > 0 {
		f.Text = strings.Join(done.Warnings, " ")
	}
	return f
}

// nextWords says what comes next, whose turn it is, and by when.
func nextWords(b *matterBuilder) string {
	if !b.view.State.Open {
		return "事项已经办结。"
	}
	if turn := b.turn(); turn != "" {
		return turn + "。"
	}
	return ""
}

// act carries out the step that a form is of.
func (s *Server) act(r *http.Request, no int64, form formValues) (act.Done, error) {
	v := visitOf(r)
	m, err := s.Acts.View(r.Context(), v.Actor, no)
	if err != nil {
		return act.Done{}, err
	}
	step, key := r.PathValue("step"), form.get("key")
	a := procedure.Act{
		Step: step, Key: key, Legal: form.get("legal"), Outcome: form.get("outcome"), Reason: form.get("reason"),
		Original: form.get("original") == "1", Said: form.group("said."), Unless: form.group("unless."),
		Limit: form.get("limit"), Until: form.get("until"), Length: form.get("length"), Ground: form.get("ground"),
		From: form.get("from"), To: form.get("to"), Record: number(form.get("record")),
	}
	a.Time, a.Unit = form.moment(), number(form.get("unit"))
	switch step {
	case "split":
		a.Input = splitInput(m.Def, m.State, form)
	case "assign":
		a.Role = form.get("role")
		if role, post, ok := strings.Cut(form.get("post"), ":"); ok {
			a.Role, a.Post = role, number(post)
		}
	}
	var faults []app.FieldFault
	for i := range m.Steps {
		if sv := &m.Steps[i]; sv.ID == step && sv.Key == key {
			a.Input, faults = s.Acts.ReadInput(r.Context(), v.Site, sv.Form, m.State, form)
		}
	}
	if other := form.get("link"); other != "" {
		tie, err := s.tie(r, form.get("link_kind"), other)
		if err != nil {
			faults = append(faults, app.FieldFault{Field: "links", Say: err.Error()})
		} else {
			a.Links = []matter.Tie{tie}
		}
	}
	if err := app.Wrongs(faults); err != nil {
		return act.Done{}, err
	}
	if a.Files, err = s.attach(r, form); err != nil {
		return act.Done{}, err
	}
	return s.Acts.Do(r.Context(), act.Request{ID: form.get("request"), Who: v.Actor, Matter: no, Seen: number(form.get("seen")), Act: a})
}

// attach keeps the uploaded files of a form under their labels.
func (s *Server) attach(r *http.Request, form formValues) ([]matter.Attached, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	var out []matter.Attached
	for control, heads := range r.MultipartForm.File {
		label, ok := strings.CutPrefix(control, "file.")
		if !ok {
			continue
		}
		for _, head := range heads {
			if head.Size > maxDocument {
				return nil, tooLarge(control)
			}
			b, err := readPart(head)
			if err != nil {
				return nil, uploadFault(control, err)
			}
			blob, err := s.Acts.Admit(r.Context(), head.Filename, b)
			if err != nil {
				return nil, atControl(err, control)
			}
			out = append(out, matter.Attached{Label: label, Blob: blob})
		}
	}
	return out, nil
}

// atControl puts a fault about a file at its control.
func atControl(err error, control string) error {
	var f *app.Fault
	if errors.As(err, &f) && f.Kind == app.Invalid {
		return app.Wrong(control, "%s", f.Say)
	}
	return err
}

// tie reads a link to another matter, given by its number, its 存证编号 or its address.
func (s *Server) tie(r *http.Request, kind, other string) (matter.Tie, error) {
	if kind == "" {
		kind = "evidence_of"
	}
	no, err := s.Dispatch.Find(r.Context(), visitOf(r).Scope, other)
	if err != nil {
		return matter.Tie{}, err
	}
	return matter.Tie{Kind: kind, Other: no}, nil
}
