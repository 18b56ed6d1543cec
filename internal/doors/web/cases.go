package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store/read"
)

func (s *Server) caseRoutes(mux *http.ServeMux) {
	s.staff(mux, "GET /lines/{line}", s.casesShow)
	s.staff(mux, "GET /lines/{line}/export", s.casesExport)
	s.staff(mux, "GET /lines/{line}/new/{procedure}", s.caseNewShow)
	s.staff(mux, "POST /lines/{line}/new/{procedure}", s.caseNew)
}

// soonDays is within how many days a deadline is near (黄灯).
const soonDays = 7

// caseQuery is what a list of cases was asked for.
type caseQuery struct {
	line view.Line
	defs []*procedure.Definition // of the line, as in force today
	def  *procedure.Definition   // whose matters are listed
	show string                  // open (default), late, closed, all
	f    read.Filter
}

// line reads which line of work is meant; one none of whose procedures is in the pack is not there.
func (s *Server) line(r *http.Request) (view.Line, []*procedure.Definition, error) {
	l, ok := view.LineByID(r.PathValue("line"))
	var defs []*procedure.Definition
	for _, id := range l.Procedures() {
		if def, there := s.Acts.Book().Procedure(id, s.Acts.Today()); there {
			defs = append(defs, def)
		}
	}
	if !ok || len(defs) == 0 {
		return l, nil, app.Faultf(app.NotFound, "没有这个栏目，或者规则包里没有它的程序。")
	}
	return l, defs, nil
}

func (s *Server) caseQuery(r *http.Request) (*caseQuery, error) {
	l, defs, err := s.line(r)
	if err != nil {
		return nil, err
	}
	q := r.URL.Query()
	c := &caseQuery{line: l, defs: defs, def: defs[0], show: cmp.Or(q.Get("show"), "open")}
	for _, d := range defs {
		if d.ID == q.Get("procedure") {
			c.def = d
		}
	}
	c.f = read.Filter{Procedure: c.def.ID, Unit: number(q.Get("unit")), Before: number(q.Get("before"))}
	if field, value := c.facet(q); field != "" {
		c.f.Facet = &matter.Facet{Field: field, Value: value}
	}
	switch c.show {
	case "open":
		c.f.OpenOnly = true
	case "late":
		c.f.DueBefore = s.Acts.Today()
	case "closed":
		c.f.Closed = true
	}
	return c, nil
}

// facet is the first field with a closed list that the list was narrowed by.
func (c *caseQuery) facet(q url.Values) (field, value string) {
	for _, f := range c.facets() {
		if v := q.Get(f.ID); v != "" {
			return f.ID, v
		}
	}
	return "", ""
}

func (c *caseQuery) facets() (out []*procedure.Field) {
	for i := range c.def.Fields {
		if f := &c.def.Fields[i]; f.Facet && f.Type == procedure.TypeChoice {
			out = append(out, f)
		}
	}
	return out
}

// link is the address of the list with some of its words changed; "" drops one.
func (c *caseQuery) link(r *http.Request, change ...string) string {
	q := url.Values{}
	for name, values := range r.URL.Query() {
		q[name] = values
	}
	for i := 0; i+1 < len(change); i += 2 {
		if q.Del(change[i]); change[i+1] != "" {
			q.Set(change[i], change[i+1])
		}
	}
	return c.line.Path + "?" + q.Encode()
}

// casesShow lists the matters of a line of work that the visitor may see.
func (s *Server) casesShow(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	c, err := s.caseQuery(r)
	if err != nil {
		return err
	}
	p := view.CasesPage{Page: s.frame(r, v, c.line.ID, c.line.Text)}
	p.Crumbs = []view.Link{{Text: c.line.Group}, {Text: c.line.Text}}
	for _, d := range c.defs {
		tab := view.Link{Text: d.Title, Href: c.line.Path + "?procedure=" + d.ID}
		if d == c.def {
			tab.Href = ""
		}
		p.Tabs = append(p.Tabs, tab)
	}
	if err := s.caseCounts(r, v.Scope, c, &p); err != nil {
		return err
	}
	s.caseFilter(r, v, c, &p)
	list := c.f
	list.Limit = read.PageSize + 1
	rows, err := s.Acts.List(r.Context(), v.Scope, list)
	if err != nil {
		return err
	}
	if len(rows) > read.PageSize {
		rows = rows[:read.PageSize]
		p.Next = c.link(r, "before", decimal(rows[len(rows)-1].State.No))
	}
	p.Shown = len(rows)
	for _, m := range rows {
		p.Rows = append(p.Rows, s.caseRow(v, m))
	}
	p.Empty = view.Empty{Lead: "没有在办的" + c.def.Title + "事项。", Text: "新办的事项和从其他系统导入的事项列在这里。"}
	if c.show != "open" || c.f.Unit != 0 || c.f.Facet != nil || c.f.Before != 0 {
		p.Empty = view.NothingFound("事项", p.Filter.Said, c.line.Path+"?procedure="+c.def.ID)
	}
	if len(rows) > 0 {
		p.Buttons = append(p.Buttons, view.Button{Text: "导出表格", Href: c.line.Path + "/export?" + r.URL.RawQuery})
	}
	if mayOpenCase(v, c.def) {
		p.Buttons = append(p.Buttons, view.Button{Text: "新办" + c.def.Title, Href: c.line.Path + "/new/" + c.def.ID, Go: true})
	}
	return s.render(w, r, http.StatusOK, view.Cases(p))
}

// caseCounts counts what is running, late and closed under the filter of unit and facet.
func (s *Server) caseCounts(r *http.Request, scope access.Scope, c *caseQuery, p *view.CasesPage) error {
	base := read.Filter{Procedure: c.f.Procedure, Unit: c.f.Unit, Facet: c.f.Facet}
	open, late, closed := base, base, base
	open.OpenOnly, late.DueBefore, closed.Closed = true, s.Acts.Today(), true
	for _, k := range []struct {
		show, text, light string
		f                 read.Filter
		bad               bool
	}{{"open", "在办", view.Green, open, false}, {"late", "有期限已过", view.Red, late, true}, {"closed", "已办结", view.Done, closed, false}, {"all", "全部", "", base, false}} {
		n, err := s.Acts.Count(r.Context(), scope, k.f)
		if err != nil {
			return err
		}
		p.Counts = append(p.Counts, view.Count{
			N: int(n), Text: k.text, Light: k.light, Bad: k.bad && n > 0, Href: c.link(r, "show", k.show, "before", ""), Current: k.show == c.show,
		})
		if k.show == c.show {
			p.Total = decimal(n)
			if n >= read.CountCap {
				p.Total = strconv.Itoa(read.CountCap) + " 以上"
			}
		}
	}
	return nil
}

func (s *Server) caseFilter(r *http.Request, v *visit, c *caseQuery, p *view.CasesPage) {
	q := r.URL.Query()
	p.Filter = view.Filter{
		Action: c.line.Path, Clear: c.line.Path + "?procedure=" + c.def.ID,
		Hidden: []view.Hidden{{Name: "procedure", Value: c.def.ID}, {Name: "show", Value: c.show}},
		Fields: []view.Field{{Name: "unit", Label: "主办单位", Kind: view.Select, Options: unitOptions(v.Site.Tree(), c.f.Unit, "全部")}},
	}
	said := map[string]string{"open": "在办", "late": "有期限已过", "closed": "已办结", "all": "全部"}[c.show]
	if c.f.Unit != 0 {
		said += " · " + v.Site.Tree().Name(c.f.Unit)
	}
	for _, f := range c.facets() {
		field := view.Field{Name: f.ID, Label: f.Title, Kind: view.Select, Options: []view.Option{{Text: "全部"}}}
		for _, o := range f.Options {
			chosen := q.Get(f.ID) == o.ID
			field.Options = append(field.Options, view.Option{Value: o.ID, Text: o.Title, Chosen: chosen})
			if chosen && c.f.Facet != nil && c.f.Facet.Field == f.ID {
				said += " · " + f.Title + "：" + o.Title
			}
		}
		p.Filter.Fields = append(p.Filter.Fields, field)
	}
	p.Filter.Said = said
}

// caseRow is a matter as the list shows it: its light is that of its nearest open deadline, which one that has closed may
// still have (公开, 备案).
func (s *Server) caseRow(v *visit, m read.Matter) view.CaseRow {
	st := m.State
	row := view.CaseRow{
		Title: view.Link{Text: st.Title, Href: matterPath(st.No)}, Number: st.Number, Unit: v.Site.Tree().Name(st.Unit), Opened: st.Opened,
		Light: view.Signal{Light: view.Open, Text: "未定期限"},
	}
	if st.PaperOnly {
		row.Title.Text = cmp.Or(st.Number, "纸质办理的事项")
	}
	def, ok := s.Acts.Book().ByDigest(st.Def)
	if !st.Open {
		row.Light = view.Signal{Light: view.Done, Text: "已办结"}
		row.Ended = st.Closed
		if ok {
			row.Ended = closedTitle(def, st.Outcome) + "，" + st.Closed
		}
	}
	if st.Open && len(m.Cache.Todo) > 0 && ok {
		t := m.Cache.Todo[0]
		row.Step = def.StepTitle(t.Step)
		if t.Unit != 0 && t.Unit != st.Unit {
			row.Step += "（" + v.Site.Tree().Name(t.Unit) + "）"
		}
	}
	due := slices.MinFunc(append(m.Cache.Due, matter.Due{Due: "9999-12-31"}), func(a, b matter.Due) int { return cmp.Compare(a.Due, b.Due) })
	if due.Due == "9999-12-31" {
		if st.Open && len(m.Cache.Due) > 0 {
			row.Light.Text = "期限暂停"
		}
		return row
	}
	row.Due = due.Due
	if ok {
		if l := def.Limit(due.Limit); l != nil {
			row.Due += " " + l.Title
		}
	}
	days := daysUntil(v.Today, due.Due)
	row.Light = view.Signal{Light: view.Green, Text: daysWords(days)}
	switch {
	case days < 0:
		row.Light.Light = view.Red
	case days <= soonDays:
		row.Light.Light = view.Yellow
	}
	return row
}

// daysWords says how far a deadline is.
func daysWords(days int) string {
	switch {
	case days < 0:
		return fmt.Sprintf("逾期 %d 天", -days)
	case days == 0:
		return "今天到期"
	}
	return fmt.Sprintf("剩 %d 天", days)
}

// daysUntil counts calendar days; a deadline in hours counts by its day.
func daysUntil(today, due string) int {
	a, err := time.Parse(time.DateOnly, today)
	if err != nil || len(due) < len(time.DateOnly) {
		return 0
	}
	b, err := time.Parse(time.DateOnly, due[:len(time.DateOnly)])
	if err != nil {
		return 0
	}
	return int(b.Sub(a) / (24 * time.Hour))
}

// closedTitle is the outcome a matter closed with, in the words of the step that has it.
func closedTitle(def *procedure.Definition, id string) string {
	for i := range def.AllSteps {
		step := &def.AllSteps[i]
		for _, o := range step.Outcomes {
			if o.ID == id && o.Title != "" {
				return o.Title
			}
		}
		if step.Close == id {
			return step.Title
		}
	}
	if id == "merged" {
		return "并入其他事项"
	}
	return cmp.Or(endingTitles[id], "办结")
}

// mayOpenCase tells whether the visitor's post has the role that opens a procedure; the act itself is judged again.
func mayOpenCase(v *visit, def *procedure.Definition) bool {
	step := def.Step(def.Opens)
	return step != nil && slices.ContainsFunc(step.By, func(by procedure.By) bool { return by.Role == v.Actor.Role() })
}

// casesExport is the list under its filter as a table.
func (s *Server) casesExport(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	c, err := s.caseQuery(r)
	if err != nil {
		return err
	}
	columns := []sheet.Column{
		{Title: "编号", Width: 22}, {Title: "事项", Width: 44}, {Title: "主办单位", Width: 26}, {Title: "开始日期", Kind: sheet.Date, Width: 12},
		{Title: "状态", Width: 14}, {Title: "当前环节", Width: 20}, {Title: "最近期限", Width: 28}, {Title: "办结", Width: 22},
		{Title: "存证编号", Kind: sheet.Number, Width: 12},
	}
	var out [][]any
	f := c.f
	f.Before, f.Limit = 0, 500
	for {
		rows, err := s.Acts.List(r.Context(), v.Scope, f)
		if err != nil {
			return err
		}
		for _, m := range rows {
			row := s.caseRow(v, m)
			out = append(out, []any{row.Number, row.Title.Text, row.Unit, row.Opened, row.Light.Text, row.Step, row.Due, row.Ended, m.State.No})
		}
		if len(rows) < f.Limit {
			break
		}
		f.Before = rows[len(rows)-1].State.No
	}
	return s.sendTable(w, r, c.def.Title, columns, out)
}

// caseNewShow is the form that opens a matter. What the address carries is filled in already, as from a card of
// supervision.
func (s *Server) caseNewShow(w http.ResponseWriter, r *http.Request) error {
	return s.showCaseNew(w, r, http.StatusOK, &typed{step: "open", form: formValues{r.URL.Query()}})
}

// openingOf reads which procedure a form opens.
func (s *Server) openingOf(r *http.Request) (view.Line, *procedure.Definition, error) {
	l, defs, err := s.line(r)
	if err != nil {
		return l, nil, err
	}
	i := slices.IndexFunc(defs, func(d *procedure.Definition) bool { return d.ID == r.PathValue("procedure") })
	if i < 0 {
		return l, nil, app.Faultf(app.NotFound, "这个栏目没有这种程序。")
	}
	return l, defs[i], nil
}

func (s *Server) showCaseNew(w http.ResponseWriter, r *http.Request, status int, back *typed) error {
	v := visitOf(r)
	l, def, err := s.openingOf(r)
	if err != nil {
		return err
	}
	if !mayOpenCase(v, def) {
		return denied("您当前的岗位不能新办" + def.Title + "。")
	}
	step := def.Step(def.Opens)
	b := &matterBuilder{server: s, visit: v, view: &act.View{State: &matter.State{}, Def: def, Site: v.Site}, back: back, entries: s.entriesFor(r)}
	sv := procedure.StepView{
		ID: "open", Title: cmp.Or(step.Title, "新办"), Help: step.Help, Form: def.Form("open"), Outcomes: step.Outcomes,
		Files: step.Files, FilesRequired: step.FilesRequired, Links: step.Links,
	}
	box := b.stepForm(&sv)
	box.Form.Action, box.Folded, box.Title, box.Note = r.URL.Path, false, sv.Title, step.Cites
	p := view.FormPage{Page: s.frame(r, v, l.ID, "新办"+def.Title), Box: box}
	p.Crumbs = []view.Link{{Text: l.Group}, {Text: l.Text, Href: l.Path + "?procedure=" + def.ID}, {Text: "新办" + def.Title}}
	p.Errors = box.Form.FieldErrors()
	if back != nil && len(p.Errors) == 0 && back.fault != nil {
		p.Flash = append(p.Flash, view.Flash{Tone: "bad", Lead: "没有办理。", Text: back.fault.Say + unmetWords(back.fault)})
	}
	return s.render(w, r, status, view.OneForm(p))
}

func unmetWords(f *app.Fault) string {
	text := ""
	for _, u := range f.Unmet {
		text += " " + u.Say
		if u.Cites != "" {
			text += "（" + u.Cites + "）"
		}
	}
	return text
}

// caseNew opens a matter with the visitor's unit as its lead.
func (s *Server) caseNew(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	_, def, err := s.openingOf(r)
	if err != nil {
		return err
	}
	form, err := parseForm(r)
	if err != nil {
		return err
	}
	a := procedure.Act{
		Step: "open", Unit: v.Actor.Unit(), Legal: form.get("legal"), Outcome: form.get("outcome"), Said: form.group("said."),
		Unless: form.group("unless."), Original: form.get("original") == "1",
	}
	a.Time = form.moment()
	var faults []app.FieldFault
	a.Input, faults = s.Acts.ReadInput(r.Context(), v.Site, def.Form("open"), &matter.State{}, form)
	if other := form.get("link"); other != "" {
		tie, err := s.tie(r, form.get("link_kind"), other)
		if err != nil {
			faults = append(faults, app.FieldFault{Field: "links", Say: err.Error()})
		} else {
			a.Links = []matter.Tie{tie}
		}
	}
	err = app.Wrongs(faults)
	if err == nil {
		a.Files, err = s.attach(r, form)
	}
	var done act.Done
	if err == nil {
		done, err = s.Acts.Do(r.Context(), act.Request{ID: form.get("request"), Who: v.Actor, Procedure: def.ID, Act: a})
	}
	if err != nil {
		fault := app.FaultOf(err)
		status, again := map[app.Kind]int{app.Invalid: http.StatusUnprocessableEntity, app.Refused: http.StatusConflict, app.Conflict: http.StatusConflict}[fault.Kind]
		if !again {
			return err
		}
		return s.showCaseNew(w, r, status, &typed{step: "open", form: form, fault: fault})
	}
	return s.redirect(w, r, matterPath(done.Matter), doneFlash(done, def.Title+"已经开始办理。"))
}
