package web

import (
	"fmt"
	"net/http"
	"strings"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
)

func (s *Server) binderRoutes(mux *http.ServeMux) {
	s.staff(mux, "GET /binders", s.bindersShow)
	s.staff(mux, "POST /binders", s.binderNew)
	s.staff(mux, "GET /binders/{no}", s.binderShow)
	s.staff(mux, "POST /binders/{no}", s.binderFill)
	s.staff(mux, "GET /binders/{no}/binder.zip", s.binderZIP)
}

func binderPath(no int64) string { return "/binders/" + decimal(no) }

func mayBind(v *visit) error {
	if mayOpen(v, "binders") {
		return nil
	}
	return app.Faultf(app.Denied, "迎检材料由统筹岗和监督岗办理，您的岗位不能办理。")
}

// bindersShow lists the binders.
func (s *Server) bindersShow(w http.ResponseWriter, r *http.Request) error {
	return s.showBinders(w, r, http.StatusOK, nil)
}

func (s *Server) showBinders(w http.ResponseWriter, r *http.Request, status int, faults []app.FieldFault) error {
	v := visitOf(r)
	if err := mayBind(v); err != nil {
		return err
	}
	binders, err := s.Dispatch.Binders(r.Context(), v.Scope)
	if err != nil {
		return err
	}
	p := view.BindersPage{
		Page:  s.frame(r, v, "binders", "迎检与整改"),
		Empty: view.Empty{Lead: "还没有迎检材料。", Text: "上传检查方的清单，按清单从已有记录中选取材料，不必另做台账。"},
	}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "迎检与整改"}}
	for _, b := range binders {
		p.Rows = append(p.Rows, view.BinderRow{
			Title: view.Link{Text: b.Title, Href: binderPath(b.No)}, From: b.From, Day: b.Day, Items: len(b.Items), Filled: len(b.Items) - b.Gaps(),
			Gaps: b.Gaps(), Files: []view.Link{{Text: "打开", Href: binderPath(b.No)}, {Text: "下载 ZIP", Href: binderPath(b.No) + "/binder.zip"}},
		})
	}
	form := view.Form{ID: "binder", Action: "/binders", Submit: "导入清单", Hidden: requestHidden(), Fields: []view.Field{
		{Name: "title", Label: "检查名称", Value: r.FormValue("title"), Hint: "如 2026年省法治督察组检查"},
		{Name: "from", Label: "检查方", Value: r.FormValue("from"), Optional: true},
		{Name: "day", Label: "检查日期", Kind: view.Date, Value: r.FormValue("day"), Optional: true},
		{Name: "list", Label: "检查清单", Kind: view.Upload, Accept: ".xlsx,.csv,.docx,.txt", Optional: true, Hint: "表格应当有“检查内容”一列；文档一行一项"},
		{Name: "items", Label: "或者逐行填写检查内容", Kind: view.Area, Rows: 4, Value: r.FormValue("items"), Optional: true, Hint: "一行一项"},
	}}
	withFaults(&form, faults)
	p.Errors = form.FieldErrors()
	p.New = &view.StepForm{Anchor: "f-binder", Title: "导入检查清单", Form: form}
	return s.render(w, r, status, view.Binders(p))
}

// binderNew reads the inspectors' list.
func (s *Server) binderNew(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	if err := mayBind(v); err != nil {
		return err
	}
	form, err := parseForm(r)
	if err != nil {
		return err
	}
	n := dispatch.NewBinder{Request: form.get("request"), Title: form.get("title"), From: form.get("from"), Day: form.get("day")}
	err = s.readList(r, form, &n)
	var no int64
	if err == nil {
		no, err = s.Dispatch.MakeBinder(r.Context(), v.Actor, n)
	}
	if faults := invalid(err); faults != nil {
		return s.showBinders(w, r, http.StatusUnprocessableEntity, faults)
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, binderPath(no), view.Flash{Tone: "ok", Lead: fmt.Sprintf("清单已经导入，共 %d 项。", len(n.Items)), Text: "每一项下面列出了系统中相近的事项，勾选后列入。"})
}

// readList takes the items from the uploaded list and from what was typed.
func (s *Server) readList(r *http.Request, form formValues, n *dispatch.NewBinder) error {
	name, b, ok, err := formFile(r, "list")
	if err != nil {
		return err
	}
	if ok {
		if n.Items, err = dispatch.ReadList(name, b); err != nil {
			return err
		}
		blob, err := s.Acts.Admit(r.Context(), name, b)
		if err != nil {
			return atControl(err, "list")
		}
		n.File = &blob
	}
	for _, line := range strings.FieldsFunc(form.get("items"), func(c rune) bool { return c == '\n' || c == '\r' }) {
		if line = strings.TrimSpace(line); line != "" {
			n.Items = append(n.Items, dispatch.Listed{Text: line})
		}
	}
	return nil
}

// binderShow is one binder: what is there for each item, gaps in red.
func (s *Server) binderShow(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	b, err := s.binderOf(r)
	if err != nil {
		return err
	}
	said, show := r.URL.Query().Get("q"), r.URL.Query().Get("show")
	offers, err := s.Dispatch.Offers(r.Context(), v.Scope, b, said)
	if err != nil {
		return err
	}
	path := binderPath(b.No)
	p := view.BinderPage{Page: s.frame(r, v, "binders", b.Title), Action: path, Downloads: []view.Link{{Text: "目录与材料 ZIP", Href: path + "/binder.zip"}}}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "迎检与整改", Href: "/binders"}, {Text: "检查清单"}}
	p.Facts = strings.TrimSpace(b.From + " " + b.Day)
	p.Counts = []view.Count{
		{N: len(b.Items), Text: "项清单", Href: path}, {N: len(b.Items) - b.Gaps(), Text: "已备或者不涉及", Light: view.Done},
		{N: b.Gaps(), Text: "缺项", Light: view.Red, Bad: true, Href: path + "?show=gaps"},
	}
	p.Filter = view.Filter{Action: path, Clear: path, Fields: []view.Field{{Name: "q", Label: "按标题、编号、存证编号找材料", Value: said}}}
	if said != "" {
		p.Filter.Said = "材料“" + said + "”"
	}
	for _, it := range b.Items {
		if show != "gaps" || it.Gap() {
			p.Items = append(p.Items, binderItem(it, offers[it.Entry], v))
		}
	}
	return s.render(w, r, http.StatusOK, view.Binder(p))
}

func (s *Server) binderOf(r *http.Request) (*dispatch.Binder, error) {
	if err := mayBind(visitOf(r)); err != nil {
		return nil, err
	}
	no, err := pathNo(r, "no")
	if err != nil {
		return nil, err
	}
	return s.Dispatch.Binder(r.Context(), visitOf(r).Scope, no)
}

func binderItem(it *dispatch.BinderItem, offers []dispatch.Offer, v *visit) view.BinderItem {
	row := view.BinderItem{ID: decimal(it.Entry), No: decimal(int64(it.No)), Text: it.Text, Unit: it.Unit, Reason: it.Reason}
	chosen := map[string]bool{}
	for i, p := range it.Picks {
		chosen[p.ID()] = true
		e := view.Evidence{No: i + 1, Name: view.Link{Text: p.Name, Href: matterPath(p.Matter)}, Kind: "事项", At: "存证 " + grouped(p.Matter)}
		if p.Hash != "" {
			e.Kind, e.At = "附件", "存证 "+grouped(p.Record)
			e.Digest = p.Hash[:min(12, len(p.Hash))]
		}
		row.Evidence = append(row.Evidence, e)
	}
	for _, o := range offers {
		if chosen[o.ID()] {
			continue
		}
		option := view.Option{Value: o.ID(), Text: o.Name, Note: v.Site.Tree().Name(o.Unit) + " " + o.Day}
		if o.Hash == "" {
			option.Note += fmt.Sprintf(" · 整个事项，附件 %d 个", o.Files)
		} else {
			option.Note += " · 附件"
		}
		row.Offered = append(row.Offered, option)
	}
	return row
}

// binderFill puts material to an item, or says why there is none.
func (s *Server) binderFill(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	b, err := s.binderOf(r)
	if err != nil {
		return err
	}
	form, err := parseForm(r)
	if err != nil {
		return err
	}
	item, lead := number(form.get("item")), "已经列入。"
	if form.get("op") == "none" {
		lead = "已经标为不涉及。"
		err = s.Dispatch.NotConcerned(r.Context(), v.Actor, b, item, form.get("reason"), "")
	} else {
		err = s.Dispatch.Fill(r.Context(), v.Actor, v.Scope, b, item, form.values["pick"], "")
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, binderPath(b.No), view.Flash{Tone: "ok", Lead: lead})
}

// binderZIP packs the binder: a folder for each item, the index and the files.
func (s *Server) binderZIP(w http.ResponseWriter, r *http.Request) error {
	b, err := s.binderOf(r)
	if err != nil {
		return err
	}
	packed, err := s.Dispatch.Pack(r.Context(), visitOf(r).Scope, b)
	if err != nil {
		return err
	}
	return s.sendFile(w, r, b.Title+".zip", "application/zip", packed, len(b.Items))
}
