package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/unit"
)

// collectionNewShow begins a collection, or goes on with a draft.
func (s *Server) collectionNewShow(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	if !mayAsk(v) {
		return app.Faultf(app.Denied, "布置材料报送由统筹岗办理，您的岗位不能布置。")
	}
	ask := dispatch.NewAsk()
	if id := r.URL.Query().Get("draft"); id != "" {
		var err error
		if ask, err = s.Dispatch.DraftAsk(r.Context(), v.Actor, id); err != nil {
			return err
		}
	}
	return s.showAsk(w, r, http.StatusOK, ask, nil, nil)
}

// collectionNew takes the form over and does what its button says; adding and dropping lines needs no script.
func (s *Server) collectionNew(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	if !mayAsk(v) {
		return app.Faultf(app.Denied, "布置材料报送由统筹岗办理，您的岗位不能布置。")
	}
	form, err := parseForm(r)
	if err != nil {
		return err
	}
	ask := readAsk(form.values)
	op, arg, _ := strings.Cut(form.get("op"), ":")
	switch op {
	case "send":
		return s.sendAsk(w, r, ask)
	case "save":
		if err := s.Dispatch.SaveAsk(r.Context(), v.Actor, ask); err != nil {
			return err
		}
		return s.redirect(w, r, "/collections/new?draft="+ask.ID, view.Flash{Tone: "ok", Lead: "草稿已经保存。", Text: "还没有发出。"})
	case "check":
		findings, err := s.Dispatch.Findings(r.Context(), v.Actor, v.Scope, ask)
		if err != nil {
			return err
		}
		return s.showAsk(w, r, http.StatusOK, ask, orNone(findings), nil)
	}
	reshapeAsk(ask, op, arg, v.Site.Tree())
	return s.showAsk(w, r, http.StatusOK, ask, nil, nil)
}

// orNone tells "nothing was found" from "was not asked for".
func orNone(findings []dispatch.Finding) []dispatch.Finding {
	if findings == nil {
		return []dispatch.Finding{}
	}
	return findings
}

func reshapeAsk(ask *dispatch.Ask, op, arg string, tree *unit.Tree) {
	at := int(number(arg)) - 1
	switch op {
	case "section":
		ask.Sections = append(ask.Sections, dispatch.Section{})
	case "column":
		ask.Columns = append(ask.Columns, dispatch.Column{Kind: dispatch.ColumnText})
	case "drop-section":
		if at >= 0 && at < len(ask.Sections) {
			ask.Sections = slices.Delete(ask.Sections, at, at+1)
		}
	case "drop-column":
		if at >= 0 && at < len(ask.Columns) {
			ask.Columns = slices.Delete(ask.Columns, at, at+1)
		}
	case "group":
		for _, g := range tree.Groups() {
			if g.No == number(arg) {
				ask.Units = append(ask.Units, g.Members...)
			}
		}
	}
}

func (s *Server) sendAsk(w http.ResponseWriter, r *http.Request, ask *dispatch.Ask) error {
	v := visitOf(r)
	sent, err := s.Dispatch.SendAsk(r.Context(), v.Actor, v.Scope, ask)
	if faults := invalid(err); faults != nil {
		findings, err := s.Dispatch.Findings(r.Context(), v.Actor, v.Scope, ask)
		if err != nil {
			return err
		}
		return s.showAsk(w, r, http.StatusUnprocessableEntity, ask, orNone(findings), faults)
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, collectionPath(sent.Collection), view.Flash{
		Tone: "ok", Lead: fmt.Sprintf("已发给 %d 个单位。", sent.Units), Next: "各单位应当于 " + ask.Due + " 前报送。",
	})
}

// readAsk reads the form of a collection; lines are numbered from 1.
func readAsk(values url.Values) *dispatch.Ask {
	get := func(name string) string { return strings.TrimSpace(values.Get(name)) }
	ask := &dispatch.Ask{
		ID: cmp.Or(get("draft"), uuid.Must(uuid.NewV7()).String()), Title: get("title"), Basis: get("basis"), Period: get("period"),
		Due: get("due"), Note: get("note"), Reason: get("reason"), Zero: get("zero") == "1", Continues: number(get("last")),
	}
	for i := 1; values.Has("s." + strconv.Itoa(i) + ".title"); i++ {
		n := "s." + strconv.Itoa(i)
		ask.Sections = append(ask.Sections, dispatch.Section{Title: get(n + ".title"), Hint: get(n + ".hint")})
	}
	for i := 1; values.Has("c." + strconv.Itoa(i) + ".title"); i++ {
		n := "c." + strconv.Itoa(i)
		ask.Columns = append(ask.Columns, dispatch.Column{Title: get(n + ".title"), Kind: get(n + ".kind")})
	}
	for _, u := range values["unit"] {
		if no := number(u); no != 0 {
			ask.Units = append(ask.Units, no)
		}
	}
	return ask
}

func (s *Server) showAsk(w http.ResponseWriter, r *http.Request, status int, ask *dispatch.Ask, findings []dispatch.Finding, faults []app.FieldFault) error {
	v := visitOf(r)
	p := view.CollectionNewPage{
		Page: s.frame(r, v, "collections", "布置材料报送"), Action: "/collections/new", Hidden: []view.Hidden{{Name: "draft", Value: ask.ID}},
		Zero: ask.Zero, Checked: findings != nil,
	}
	p.Crumbs = crumbsTo(collectionCrumbs, "布置材料报送")
	last, err := s.lastOptions(r, ask)
	if err != nil {
		return err
	}
	p.Head = askHead(ask, last, len(findings) > 0)
	form := view.Form{ID: "col", Fields: p.Head}
	withFaults(&form, faults)
	askLines(&p, ask, faults)
	for _, f := range findings {
		p.Burden = append(p.Burden, view.BurdenFinding{Light: view.Signal{Light: view.Yellow, Text: "需说明"}, Text: f.Say, Way: f.Way, Ref: dispatch.BurdenRule})
	}
	for _, u := range v.Site.Tree().All() {
		if u.No == v.Actor.Unit() {
			continue
		}
		o := view.Option{Value: decimal(u.No), Text: u.Name, Chosen: slices.Contains(ask.Units, u.No)}
		if u.Standing == unit.Partner {
			o.Note = "协作单位"
		}
		p.Units = append(p.Units, o)
	}
	for _, g := range v.Site.Tree().Groups() {
		p.Groups = append(p.Groups, view.Button{Text: fmt.Sprintf("%s %d", g.Name, len(g.Members)), Href: decimal(g.No)})
	}
	for _, f := range faults {
		p.Errors = append(p.Errors, view.FieldError{ID: askControl(f.Field), Text: f.Say})
	}
	return s.render(w, r, status, view.CollectionNew(p))
}

// askControl leads from a fault to where it is put right.
func askControl(field string) string {
	switch {
	case strings.HasPrefix(field, "s.") || field == "section":
		return "h-sections"
	case strings.HasPrefix(field, "c.") || field == "column":
		return "h-columns"
	}
	return "col-" + field
}

// askHead are the fields above the lines. The reason is asked for once there is something to give reasons for.
func askHead(ask *dispatch.Ask, last []view.Option, reason bool) []view.Field {
	head := []view.Field{
		{Name: "title", Label: "材料名称", Value: ask.Title, Hint: "如 2026年上半年依法行政情况"},
		{Name: "basis", Label: "依据", Value: ask.Basis, Optional: true, Hint: "要求报送的文件名称和文号；没有依据的，减负自检会提示"},
		{Name: "period", Label: "所属时期", Value: ask.Period, Optional: true, Short: true, Hint: "如 2026年上半年，系统按它填好已有的数据"},
		{Name: "due", Label: "报送期限", Kind: view.Date, Value: ask.Due},
		{Name: "note", Label: "要求和说明", Kind: view.Area, Value: ask.Note, Optional: true},
	}
	if len(last) > 1 {
		head = append(head, view.Field{Name: "last", Label: "上一期", Kind: view.Select, Options: last, Optional: true, Hint: "选定后，单位可以看到上期写的内容，一字不差的会标出"})
	}
	if reason || ask.Reason != "" {
		head = append(head, view.Field{Name: "reason", Label: "仍要布置的理由", Kind: view.Area, Value: ask.Reason, Hint: "减负自检有提示，理由留存记录"})
	}
	return head
}

func askLines(p *view.CollectionNewPage, ask *dispatch.Ask, faults []app.FieldFault) {
	at := func(field string) string { return faultAt(&app.Fault{Fields: faults}, field) }
	for i, sec := range ask.Sections {
		n := strconv.Itoa(i + 1)
		p.Sections = append(p.Sections, view.AskedSection{N: n, Title: sec.Title, Hint: sec.Hint, Error: at("s." + n + ".title")})
	}
	for i, c := range ask.Columns {
		n := strconv.Itoa(i + 1)
		col := view.AskedColumn{N: n, Title: c.Title, Error: at("c." + n + ".title")}
		for _, k := range []view.Option{{Value: dispatch.ColumnText, Text: "文字"}, {Value: dispatch.ColumnNumber, Text: "数字"}, {Value: dispatch.ColumnDate, Text: "日期"}} {
			k.Chosen = k.Value == c.Kind
			col.Kinds = append(col.Kinds, k)
		}
		if dispatch.Knows(c.Title) {
			col.Known = "系统按任务记录自动填写，单位核对"
		}
		p.Columns = append(p.Columns, col)
	}
}

// lastOptions offers the earlier collections of the unit.
func (s *Server) lastOptions(r *http.Request, ask *dispatch.Ask) ([]view.Option, error) {
	v := visitOf(r)
	asked, _, err := s.Dispatch.Collections(r.Context(), v.Actor, v.Scope)
	if err != nil {
		return nil, err
	}
	out := []view.Option{{Text: "没有"}}
	for _, c := range asked {
		out = append(out, view.Option{
			Value: decimal(c.State.No), Text: c.State.Text("title") + "（" + c.State.Opened + "）", Chosen: c.State.No == ask.Continues,
		})
	}
	return out, nil
}

// askDrafts are the collections that were kept unfinished, for the page of drafts.
func (s *Server) askDrafts(r *http.Request) ([]view.DraftRow, error) {
	v := visitOf(r)
	if !mayAsk(v) {
		return nil, nil
	}
	asks, err := s.Dispatch.DraftAsks(r.Context(), v.Actor)
	var rows []view.DraftRow
	for _, ask := range asks {
		rows = append(rows, view.DraftRow{
			Title: view.Link{Text: orUntitled(ask.Title), Href: "/collections/new?draft=" + ask.ID}, Saved: ask.At.In(app.China).Format("2006-01-02 15:04"),
			Where: "布置材料报送", Delete: "/collections/new/" + ask.ID + "/delete",
		})
	}
	return rows, err
}

// collectionDrop deletes a draft.
func (s *Server) collectionDrop(w http.ResponseWriter, r *http.Request) error {
	if err := s.Dispatch.DropAsk(r.Context(), visitOf(r).Actor, r.PathValue("draft")); err != nil {
		return err
	}
	return s.redirect(w, r, "/collections", view.Flash{Tone: "ok", Lead: "这份草稿已经删除。", Text: "没有发给任何单位。"})
}
