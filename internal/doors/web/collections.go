package web

import (
	"fmt"
	"net/http"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// gatherRoutes registers the pages by which work is gathered: collections, instructions, binders, the unit's own plan and
// the draft division.
func (s *Server) gatherRoutes(mux *http.ServeMux) {
	s.staff(mux, "GET /collections", s.collectionsShow)
	s.staff(mux, "GET /collections/new", s.collectionNewShow)
	s.staff(mux, "POST /collections/new", s.collectionNew)
	s.staff(mux, "POST /collections/new/{draft}/delete", s.collectionDrop)
	s.staff(mux, "GET /collections/{no}", s.collectionShow)
	s.staff(mux, "POST /collections/{no}", s.collectionUrge)
	s.staff(mux, "GET /collections/{no}/answer", s.answerShow)
	s.staff(mux, "POST /collections/{no}/answer", s.answerSave)
	s.staff(mux, "GET /collections/{no}/merge", s.mergeShow)
	s.staff(mux, "POST /collections/{no}/merge", s.mergeSave)
	s.staff(mux, "GET /collections/{no}/merged.docx", s.mergedText)
	s.staff(mux, "GET /collections/{no}/merged.xlsx", s.mergedTable)
	s.staff(mux, "POST /collections/{no}/send", s.collectionSend)
	s.instructionRoutes(mux)
	s.binderRoutes(mux)
	s.ownplanRoutes(mux)
	s.divisionRoutes(mux)
}

// ownPage is where a matter is worked on that has a page of its own kind, "" where the page of all matters serves.
func ownPage(m *matter.State) string {
	switch {
	case m.Procedure == dispatch.ProcedureCollection && m.Text("kind") == "part":
		return collectionPath(m.No) + "/answer"
	case m.Procedure == dispatch.ProcedureCollection:
		return collectionPath(m.No)
	case m.Procedure == dispatch.ProcedureInstruction:
		return instructionPath(m.No)
	case m.Procedure == dispatch.ProcedureDivision && m.Text("part") == "unit":
		return replyPath(m.No)
	case m.Procedure == dispatch.ProcedureDivision && m.Open:
		return divisionPath(m.Text("draft"))
	}
	return ""
}

func collectionPath(no int64) string { return "/collections/" + decimal(no) }

var collectionCrumbs = []view.Link{{Text: "计划督办"}, {Text: "材料报送汇总", Href: "/collections"}}

// crumbsTo ends a path at a page.
func crumbsTo(path []view.Link, last string) []view.Link {
	return append(path[:len(path):len(path)], view.Link{Text: last})
}

// mayAsk tells whether the visitor's post may ask material of units.
func mayAsk(v *visit) bool { return v.Actor.Role() == access.Coordinator }

// keeps tells whether the visitor's post keeps a collection: urges, merges and sends it.
func keeps(v *visit, c *dispatch.Collection) bool { return mayAsk(v) && v.Actor.Unit() == c.State.Unit }

// collectionsShow lists what the visitor's unit owes and asks.
func (s *Server) collectionsShow(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	asked, owed, err := s.Dispatch.Collections(r.Context(), v.Actor, v.Scope)
	if err != nil {
		return err
	}
	p := view.CollectionsPage{Page: s.frame(r, v, "collections", "材料报送汇总"), Empty: view.Empty{
		Lead: "还没有布置材料报送。", Text: "布置以前先看系统里是否已有数据，能从记录得到的，不再要求报送。",
	}}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "材料报送汇总"}}
	if mayAsk(v) {
		p.Buttons = []view.Button{{Text: "布置材料报送", Href: "/collections/new", Go: true}}
		drafts, err := s.Dispatch.DraftAsks(r.Context(), v.Actor)
		if err != nil {
			return err
		}
		for _, ask := range drafts {
			href := "/collections/new?draft=" + ask.ID
			p.Asked = append(p.Asked, view.CollectionRow{
				Light: view.Signal{Light: view.Open, Text: "草稿"}, Title: view.Link{Text: orUntitled(ask.Title), Href: href}, Basis: basisWords(ask.Basis),
				Due: ask.Due, Asked: len(ask.Units), Actions: []view.Link{{Text: "继续填写", Href: href}},
			})
		}
	}
	for _, a := range owed {
		p.Owed = append(p.Owed, owedRow(a))
	}
	for _, c := range asked {
		p.Asked = append(p.Asked, askedRow(c))
	}
	return s.render(w, r, http.StatusOK, view.Collections(p))
}

func orUntitled(title string) string {
	if strings.TrimSpace(title) == "" {
		return "（还没有名称）"
	}
	return title
}

func basisWords(basis string) string {
	if strings.TrimSpace(basis) == "" {
		return "没有写明依据"
	}
	return "依据：" + basis
}

func owedRow(a *dispatch.Answer) view.CollectionRow {
	href := collectionPath(a.State.No) + "/answer"
	row := view.CollectionRow{
		Light: answerLight(a), Title: view.Link{Text: a.State.Text("title"), Href: href}, Basis: basisWords(a.State.Text("basis")),
		State: a.Stands, Due: a.Due, Actions: []view.Link{{Text: "打开", Href: href}},
	}
	if !a.In() {
		row.Actions = []view.Link{{Text: "填写", Href: href}}
	}
	return row
}

// answerLight draws how an answer stands: in, or how long there is left.
func answerLight(a *dispatch.Answer) view.Signal {
	switch {
	case a.In() && a.Days < 0:
		return view.Signal{Light: view.Done, Text: fmt.Sprintf("%s（迟报 %d 天）", a.Stands, -a.Days)}
	case a.In():
		return view.Signal{Light: view.Done, Text: a.Stands}
	case a.Late():
		return view.Signal{Light: view.Red, Text: fmt.Sprintf("逾期 %d 天", -a.Days)}
	case a.Days <= 3:
		return view.Signal{Light: view.Yellow, Text: leftWords(a.Days)}
	}
	return view.Signal{Light: view.Green, Text: leftWords(a.Days)}
}

func leftWords(days int) string {
	if days == 0 {
		return "今天到期"
	}
	return fmt.Sprintf("剩 %d 天", days)
}

func askedRow(c *dispatch.Collection) view.CollectionRow {
	in, late, blank, _ := c.Counts()
	row := view.CollectionRow{
		Title: view.Link{Text: c.State.Text("title"), Href: collectionPath(c.State.No)}, Basis: basisWords(c.State.Text("basis")),
		Due: c.State.Text("due"), Received: in, Asked: len(c.Answers), Late: late, Blank: blank,
		Actions: []view.Link{{Text: "打开", Href: collectionPath(c.State.No)}},
	}
	switch {
	case !c.State.Open:
		row.Light = view.Signal{Light: view.Done, Text: "已上报"}
	case late > 0:
		row.Light = view.Signal{Light: view.Red, Text: fmt.Sprintf("%d 个单位逾期", late)}
	case in == len(c.Answers):
		row.Light = view.Signal{Light: view.Green, Text: "已收齐"}
	default:
		row.Light = view.Signal{Light: view.Green, Text: fmt.Sprintf("还有 %d 个单位", len(c.Answers)-in)}
	}
	return row
}

// collectionShow is the coordinator's page of one collection. The number of a unit's answer leads to that answer.
func (s *Server) collectionShow(w http.ResponseWriter, r *http.Request) error {
	return s.showCollection(w, r, http.StatusOK, nil)
}

func (s *Server) showCollection(w http.ResponseWriter, r *http.Request, status int, faults []app.FieldFault) error {
	v := visitOf(r)
	no, err := pathNo(r, "no")
	if err != nil {
		return err
	}
	c, m, err := s.Dispatch.Collection(r.Context(), v.Actor, no)
	if err != nil {
		return err
	}
	in, late, blank, repeated := c.Counts()
	p := view.CollectionBoardPage{Page: s.frame(r, v, "collections", c.State.Text("title")), Action: collectionPath(no), Hidden: requestHidden()}
	p.Crumbs = crumbsTo(collectionCrumbs, "报送情况")
	p.Facts = strings.Join([]string{v.Site.Tree().Name(c.State.Unit) + "布置", c.State.Opened, "期限 " + c.State.Text("due")}, " · ")
	p.Buttons = []view.Button{{Text: "全部记录", Href: matterPath(no) + "?all=1"}}
	p.Counts = []view.Count{
		{N: len(c.Answers), Text: "应报", Href: collectionPath(no)}, {N: in, Text: "已报", Light: view.Done, Href: "?show=in"},
		{N: late, Text: "逾期", Light: view.Red, Bad: true, Href: "?show=late"}, {N: blank, Text: "有空白", Href: "?show=blank"},
		{N: repeated, Text: "与上期或者其他单位相同", Href: "?show=same"},
	}
	if err := s.collectionRows(r, &p, c); err != nil {
		return err
	}
	s.collectionSide(&p, c, m, v)
	for i := range p.Urge {
		for _, f := range faults {
			if f.Field == p.Urge[i].Name {
				p.Urge[i].Error = f.Say
			}
		}
	}
	for _, f := range faults {
		p.Errors = append(p.Errors, view.FieldError{ID: faultID("urge-", f.Field, "h-u"), Text: f.Say})
	}
	return s.render(w, r, status, view.CollectionBoard(p))
}

// faultID leads from a fault to its control; a fault of no single control leads to other.
func faultID(prefix, field, other string) string {
	switch field {
	case "", "unit", "reason", "sent_to", "file":
		return other
	}
	return prefix + field
}

func (s *Server) collectionRows(r *http.Request, p *view.CollectionBoardPage, c *dispatch.Collection) error {
	v, show := visitOf(r), r.URL.Query().Get("show")
	signers, err := s.Dispatch.Signers(r.Context(), c)
	if err != nil {
		return err
	}
	for _, a := range c.Answers {
		row := view.CollectionUnit{
			ID: decimal(a.State.No), Light: answerLight(a), Unit: v.Site.Tree().Name(a.Unit), At: a.At, Tickable: !a.In(),
			Answer: view.Link{Text: "打开", Href: collectionPath(a.State.No) + "/answer"}, Marks: answerMarks(a),
		}
		if by := signers[a.State.No]; by != 0 {
			row.Signer = v.Site.Person(by)
		}
		if a.Urged > 0 {
			row.Urged = fmt.Sprintf("%d 次", a.Urged)
			if until := a.State.Text("urge_until"); until != "" && !a.In() {
				row.Urged += "，" + until + " 前报送"
			}
		}
		switch {
		case show == "in" && !a.In(), show == "late" && !a.Late(), show == "blank" && (a.Blank == 0 || a.Stands != dispatch.AnswerIn),
			show == "same" && len(a.Repeats) == 0:
			continue
		}
		p.Rows = append(p.Rows, row)
	}
	return nil
}

func answerMarks(a *dispatch.Answer) []view.Tag {
	var out []view.Tag
	switch a.Stands {
	case dispatch.AnswerReturned:
		out = append(out, view.Tag{Text: "已退回", Tone: "w"})
	case dispatch.AnswerDrafted, dispatch.AnswerSigned:
		out = append(out, view.Tag{Text: a.Stands})
	case dispatch.AnswerZero:
		out = append(out, view.Tag{Text: "零报告"})
	case dispatch.AnswerIn:
		if a.Blank > 0 {
			out = append(out, view.Tag{Text: fmt.Sprintf("空白 %d 处", a.Blank), Tone: "w"})
		}
	}
	said := map[string]bool{}
	for _, sec := range a.Sections {
		if from := a.Repeats[sec.ID]; from != "" && !said[from] {
			said[from] = true
			out = append(out, view.Tag{Text: "与" + from + "相同", Tone: "w"})
		}
	}
	return out
}

// collectionSide fills what stands beside the list: what was asked, urging, downloads, the copy as sent.
func (s *Server) collectionSide(p *view.CollectionBoardPage, c *dispatch.Collection, m *actView, v *visit) {
	path := collectionPath(c.State.No)
	p.Asked = []view.Pair{{Term: "依据", Text: orElse(c.State.Text("basis"), "没有写明")}, {Term: "报送期限", Text: c.State.Text("due")}}
	for _, more := range []view.Pair{{Term: "所属时期", Text: c.State.Text("period")}, {Term: "要求", Text: c.State.Text("note")}, {Term: "仍要布置的理由", Text: c.State.Text("reason")}} {
		if more.Text != "" {
			p.Asked = append(p.Asked, more)
		}
	}
	for i, sec := range c.Sections {
		p.Asked = append(p.Asked, view.Pair{Term: fmt.Sprintf("第 %d 部分", i+1), Text: sec.Title})
	}
	if len(c.Columns) > 0 {
		var names []string
		for _, col := range c.Columns {
			names = append(names, col.Title)
		}
		p.Asked = append(p.Asked, view.Pair{Term: "表格", Text: strings.Join(names, "、")})
	}
	p.Downloads = []view.Link{{Text: "合并文本 DOCX", Href: path + "/merged.docx"}, {Text: "汇总表 XLSX", Href: path + "/merged.xlsx"}}
	for _, h := range m.History {
		for _, f := range h.Record.Files {
			if f.Label == "as_sent" {
				p.Sent = append(p.Sent, fileRow(f.Blob, h.Head.Legal, v.Site.Person(h.Head.By.Person)))
			}
		}
	}
	if !c.State.Open || !keeps(v, c) {
		return
	}
	p.Merge = view.Link{Text: "合并编辑", Href: path + "/merge"}
	in, _, _, _ := c.Counts()
	if in < len(c.Answers) {
		p.Urge = []view.Field{
			{Name: "until", Label: "报送日期", Kind: view.Date, Optional: true, Hint: "催办以后应当在哪一天前报送"},
			{Name: "text", Label: "内容", Kind: view.Area, Rows: 4, Value: "请于限期内报送“" + c.State.Text("title") + "”。没有情况的，可以零报告。"},
		}
	}
	p.SendForm = sendForm(path, m.Steps)
}

// sendForm keeps the copy as sent, once the merged text has been fixed.
func sendForm(path string, steps []procedure.StepView) *view.StepForm {
	for i := range steps {
		sv := &steps[i]
		if sv.ID != "send" || !sv.Ready {
			continue
		}
		form := view.Form{ID: "send-c", Action: path + "/send", Submit: "上报并留存", Hidden: requestHidden(), Fields: []view.Field{
			{Name: "sent_to", Label: "报送给", Hint: "如 市司法局"},
			{Name: "file", Label: "报送件", Kind: view.Upload, Optional: true, Hint: "盖章的报送件；不选择的，留存最近一次定稿的汇总稿和汇总表"},
		}}
		for _, u := range sv.Unmet {
			form.Fields = append(form.Fields, view.Field{Name: "reason", Label: "说明理由", Kind: view.Area, Hint: u.Say})
		}
		return &view.StepForm{Anchor: "f-send", Title: "上报并原样留存", Form: form}
	}
	return nil
}
