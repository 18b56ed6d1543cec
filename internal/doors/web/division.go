package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/norm/procedure"
)

func (s *Server) divisionRoutes(mux *http.ServeMux) {
	s.staff(mux, "GET /plans/import/{id}/division", s.divisionShow)
	s.staff(mux, "POST /plans/import/{id}/division", s.divisionSave)
	s.staff(mux, "GET /division/{no}", s.replyShow)
	s.staff(mux, "POST /division/{no}", s.replySave)
}

func divisionPath(draft string) string { return importPath(draft) + "/division" }
func replyPath(no int64) string        { return "/division/" + decimal(no) }

// divisionShow is the draft division as the coordinator sees it: before it is sent out, and with the replies.
func (s *Server) divisionShow(w http.ResponseWriter, r *http.Request) error {
	return s.showDivision(w, r, http.StatusOK, nil)
}

func (s *Server) showDivision(w http.ResponseWriter, r *http.Request, status int, faults []app.FieldFault) error {
	v := visitOf(r)
	draft, err := s.Dispatch.Draft(r.Context(), v.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	p := view.DivisionPage{
		Page: s.frame(r, v, "import", "征求各单位意见"), Action: divisionPath(draft.ID), Back: view.Link{Text: "返回核对", Href: importPath(draft.ID)},
	}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "年度计划", Href: "/plans"}, {Text: "核对措施", Href: importPath(draft.ID)}, {Text: "征求意见"}}
	p.Facts = draft.Title
	open := false
	if draft.Asked != 0 {
		div, err := s.Dispatch.Division(r.Context(), v.Actor, draft.Asked)
		if err != nil {
			return err
		}
		open = div.State.Open
		fillDivision(&p, v, draft, div)
	} else {
		plannedParts(&p, v, draft)
	}
	if !open {
		if p.SendForm, err = s.askForm(r, draft); err != nil {
			return err
		}
		withFaults(p.SendForm, faults)
		p.Errors = p.SendForm.FieldErrors()
	} else {
		p.Next = view.Link{Text: "确认下达", Href: importPath(draft.ID) + "/confirm"}
	}
	for _, f := range faults {
		if len(p.Errors) == 0 {
			p.Flash = append(p.Flash, view.Flash{Tone: "bad", Lead: "没有保存。", Text: f.Say})
		}
	}
	return s.render(w, r, status, view.Division(p))
}

func (s *Server) askForm(r *http.Request, draft *dispatch.Draft) (*view.Form, error) {
	until, err := s.Dispatch.NextDivisionDay(r.Context(), visitOf(r).Actor)
	if err != nil {
		return nil, err
	}
	return &view.Form{ID: "div", Action: divisionPath(draft.ID), Submit: "发各单位征求意见", Fields: []view.Field{
		{Name: "until", Label: "答复期限", Kind: view.Date, Value: orElse(r.FormValue("until"), until), Hint: "默认 3 个工作日"},
		{Name: "silence", Label: "到期没有答复的，视为没有异议（写入通知）", Kind: view.Tick, Value: "1", Ticked: r.Method == http.MethodGet || r.FormValue("silence") == "1"},
		{Name: "note", Label: "说明", Kind: view.Area, Optional: true, Value: r.FormValue("note")},
	}}, nil
}

// plannedParts shows who would be asked about what, before it is sent.
func plannedParts(p *view.DivisionPage, v *visit, draft *dispatch.Draft) {
	tasks := map[int64][]view.DivisionTask{}
	for i := range draft.Measures {
		m := &draft.Measures[i]
		duties, _ := draft.Duties(m)
		for _, d := range duties {
			tasks[d.Unit] = append(tasks[d.Unit], view.DivisionTask{
				No: measureLabel(*m), Title: m.Title, Role: orElse(kindTitles[d.Role], "共同牵头"), Due: m.Due, Href: importPath(draft.ID) + "#" + m.ID,
			})
		}
	}
	for _, u := range v.Site.Tree().All() {
		if len(tasks[u.No]) > 0 {
			p.Units = append(p.Units, view.DivisionUnit{Unit: u.Name, State: view.Tag{Text: "还没有发出"}, Tasks: tasks[u.No]})
		}
	}
	p.Counts = []view.Count{{N: len(p.Units), Text: "个单位"}, {N: len(draft.Measures), Text: "项任务"}}
}

// objectionTitle names the kind of an objection.
func objectionTitle(kind string) string {
	for _, k := range dispatch.ObjectionKinds {
		if k.ID == kind {
			return k.Title
		}
	}
	return kind
}

// decisionTitles are the ways to settle an objection.
var decisionTitles = map[string]string{"accept": "采纳，修改分工", "split": "拆分任务", "reject": "不采纳"}

func settledWords(o dispatch.Objection) string {
	if o.Decision == "" {
		return ""
	}
	return decisionTitles[o.Decision] + "：" + o.Said
}

func fillDivision(p *view.DivisionPage, v *visit, draft *dispatch.Draft, div *dispatch.Division) {
	agreed, objected, none, unsettled := div.Counts()
	p.Counts = []view.Count{
		{N: len(div.Parts), Text: "个单位"}, {N: agreed, Text: "无异议", Light: view.Done}, {N: objected, Text: "有异议", Light: view.Yellow},
		{N: none, Text: "未答复", Light: view.Open}, {N: unsettled, Text: "条异议待处理", Bad: true},
	}
	p.Facts += " · 答复期限 " + div.Until
	titles := map[string]string{}
	for _, m := range draft.Measures {
		titles[m.ID] = m.Title
	}
	for _, part := range div.Parts {
		unit := v.Site.Tree().Name(part.Unit)
		row := view.DivisionUnit{Unit: unit, State: replyTag(part), At: part.At}
		for _, t := range part.Tasks {
			row.Tasks = append(row.Tasks, view.DivisionTask{No: t.No, Title: t.Title, Role: t.Duty, Due: t.Due, Href: importPath(draft.ID) + "#" + t.Measure})
		}
		p.Units = append(p.Units, row)
		for _, o := range part.Objections {
			p.Objections = append(p.Objections, view.Objection{
				ID: part.Key(o), Unit: unit, Measure: view.Link{Text: orElse(titles[o.Measure], taskTitle(part, o.Measure)), Href: importPath(draft.ID) + "#" + o.Measure},
				Kind: objectionTitle(o.Kind), Text: o.Text, At: o.Day, Settled: settledWords(o),
			})
		}
	}
}

func taskTitle(part *dispatch.DivisionPart, measure string) string {
	for _, t := range part.Tasks {
		if t.Measure == measure {
			return t.Title
		}
	}
	return measure
}

func replyTag(p *dispatch.DivisionPart) view.Tag {
	switch p.Stands {
	case dispatch.ReplyObject:
		return view.Tag{Text: p.Stands, Tone: "w"}
	case dispatch.ReplyAgreed:
		return view.Tag{Text: p.Stands, Tone: "a"}
	}
	return view.Tag{Text: p.Stands}
}

// divisionSave sends the draft out, or settles an objection; what was accepted is put right on the review page.
func (s *Server) divisionSave(w http.ResponseWriter, r *http.Request) error {
	v, id := visitOf(r), r.PathValue("id")
	if !mayOpen(v, "import") {
		return app.Faultf(app.Denied, "分工由统筹岗办理，您的岗位不能办理。")
	}
	form, err := parseForm(r)
	if err != nil {
		return err
	}
	if key := form.get("objection"); key != "" {
		no, place, _ := strings.Cut(key, ".")
		_, err := s.Dispatch.Settle(r.Context(), v.Actor, number(no), place, form.get("decision"), form.get("reason"), uuid.NewString())
		if faults := invalid(err); faults != nil {
			return s.showDivision(w, r, http.StatusUnprocessableEntity, faults)
		}
		if err != nil {
			return err
		}
		if form.get("decision") == "reject" {
			return s.redirect(w, r, divisionPath(id), view.Flash{Tone: "ok", Lead: "已经处理，处理说明提出单位可以看到。"})
		}
		return s.redirect(w, r, importPath(id), view.Flash{Tone: "ok", Lead: "已经采纳。", Text: "请在本页修改这一项的分工、时限或者文字，然后保存。", Link: view.Link{Text: "返回异议清单", Href: divisionPath(id)}})
	}
	units, err := s.Dispatch.AskDivision(r.Context(), v.Actor, id, dispatch.DivisionAsk{
		Until: form.get("until"), Note: form.get("note"), Silence: form.get("silence") == "1",
	})
	if faults := invalid(err); faults != nil {
		return s.showDivision(w, r, http.StatusUnprocessableEntity, faults)
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, divisionPath(id), view.Flash{Tone: "ok", Lead: fmt.Sprintf("已发 %d 个单位征求意见。", units), Text: "每个单位只看到自己的任务。", Next: "各单位应当于 " + form.get("until") + " 前答复。"})
}

// replyShow is a unit's part of a draft division.
func (s *Server) replyShow(w http.ResponseWriter, r *http.Request) error {
	return s.showReply(w, r, http.StatusOK, nil)
}

func (s *Server) showReply(w http.ResponseWriter, r *http.Request, status int, faults []app.FieldFault) error {
	v := visitOf(r)
	no, err := pathNo(r, "no")
	if err != nil {
		return err
	}
	part, m, err := s.Dispatch.DivisionPart(r.Context(), v.Actor, no)
	if err != nil {
		return err
	}
	p := view.DivisionReplyPage{Page: s.frame(r, v, "board", "任务分工征求意见"), Until: part.State.Text("until"), Silence: part.State.Int("silence") != 0}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "任务分工征求意见"}}
	p.Facts = strings.Join([]string{part.State.Text("title"), v.Site.Tree().Name(part.Unit), part.Stands}, " · ")
	if !part.State.Open {
		p.Flash = append(p.Flash, view.Flash{Lead: "征求意见已经结束。", Text: "下达后的任务列在工作台和任务看板。"})
	}
	if note := part.State.Text("note"); note != "" {
		p.Flash = append(p.Flash, view.Flash{Lead: note})
	}
	for _, t := range part.Tasks {
		p.Tasks = append(p.Tasks, view.DivisionTask{No: t.No, Title: t.Title, Role: t.Duty, Due: t.Due})
	}
	for _, o := range part.Objections {
		p.Mine = append(p.Mine, view.Objection{Kind: objectionTitle(o.Kind), Measure: view.Link{Text: taskTitle(part, o.Measure)}, Text: o.Text, At: o.Day, Settled: settledWords(o)})
	}
	if ready(m, "agree") != nil {
		p.AgreeAction = replyPath(no)
	}
	if ready(m, "object") != nil {
		p.ObjectForm = objectForm(r, part, no)
		withFaults(&p.ObjectForm, faults)
		p.Errors = p.ObjectForm.FieldErrors()
	}
	return s.render(w, r, status, view.DivisionReply(p))
}

func objectForm(r *http.Request, part *dispatch.DivisionPart, no int64) view.Form {
	measures := []view.Option{{Text: "请选择"}}
	for _, t := range part.Tasks {
		measures = append(measures, view.Option{Value: t.Measure, Text: strings.TrimSpace(t.No + " " + t.Title), Chosen: r.FormValue("measure") == t.Measure})
	}
	var kinds []view.Option
	for _, k := range dispatch.ObjectionKinds {
		kinds = append(kinds, view.Option{Value: k.ID, Text: k.Title, Chosen: r.FormValue("kind") == k.ID})
	}
	return view.Form{ID: "obj", Action: replyPath(no), Submit: "提出异议", Hidden: requestHidden(), Fields: []view.Field{
		{Name: "measure", Label: "任务", Kind: view.Select, Options: measures},
		{Name: "kind", Label: "种类", Kind: view.Radio, Options: kinds},
		{Name: "text", Label: "理由和建议", Kind: view.Area, Value: r.FormValue("text"), Hint: "不属于本单位职责的，写明应当由哪个单位承担"},
	}}
}

// replySave agrees or objects.
func (s *Server) replySave(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	no, err := pathNo(r, "no")
	if err != nil {
		return err
	}
	form, err := parseForm(r)
	if err != nil {
		return err
	}
	request := orElse(form.get("request"), uuid.NewString())
	var done act.Done
	lead := "异议已经提出。"
	if form.get("op") == "agree" {
		lead = "已经答复：没有异议。"
		done, err = s.Acts.Do(r.Context(), act.Request{ID: request, Who: v.Actor, Matter: no, Act: procedure.Act{Step: "agree"}})
	} else {
		done, err = s.Dispatch.Object(r.Context(), v.Actor, no, dispatch.Objection{Measure: form.get("measure"), Kind: form.get("kind"), Text: form.get("text")}, request)
	}
	if faults := invalid(err); faults != nil {
		return s.showReply(w, r, http.StatusUnprocessableEntity, faults)
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, replyPath(no), doneFlash(done, lead))
}
