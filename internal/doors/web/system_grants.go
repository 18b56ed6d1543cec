package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/doors/web/view"
)

// grantsPerPage is the length of a page of grants.
const grantsPerPage = 100

// grantsShow is the security administrator's page: who holds the guarded posts.
func (s *Server) grantsShow(w http.ResponseWriter, r *http.Request) error {
	return s.grantsRender(w, r, nil)
}

func (s *Server) grantsRender(w http.ResponseWriter, r *http.Request, back *sent) error {
	v := visitOf(r)
	if !v.holds(access.SecurityAdmin) {
		return denied("授权由安全管理员办理，您的岗位不能查看。")
	}
	q := r.URL.Query()
	role, past := q.Get("role"), q.Get("past") != ""
	held, err := s.House.Posts(r.Context(), func(p access.Post) bool { return admin.Guarded(p.Role) && (role == "" || role == p.Role) })
	if err != nil {
		return err
	}
	if !past {
		held = slices.DeleteFunc(held, func(h admin.Held) bool { return h.Ended(v.Today) })
	}
	p := view.GrantsPage{Page: s.systemPage(r, "授权", "/system/grants"), Tabs: systemTabs(v, "/system/grants"), Action: "/system/grants"}
	pastOptions := []view.Option{{Text: "现任"}, {Value: "1", Text: "现任和已收回", Chosen: past}}
	roles := append([]view.Option{{Text: "全部"}}, roleOptions(guardedRoles)...)
	for i := range roles {
		roles[i].Chosen = roles[i].Value == role
	}
	p.Filter = view.Filter{Action: "/system/grants", Clear: "/system/grants", Fields: []view.Field{
		{Name: "role", Label: "岗位", Kind: view.Select, Options: roles}, {Name: "past", Label: "范围", Kind: view.Select, Options: pastOptions},
	}}
	from := pageStart(q.Get("from"), len(held))
	for i := range held[from:min(from+grantsPerPage, len(held))] {
		row, err := s.grantRow(r, v, &held[from+i])
		if err != nil {
			return err
		}
		p.Rows = append(p.Rows, row)
	}
	p.Pager = pagerOf(q, "/system/grants", from, len(p.Rows), len(held))
	p.Empty = view.NothingFound("授权", roleTitle(role), "/system/grants")
	box := back.act(&p.Page, "授权", "负责人、统筹、监督和三类管理员", s.grantForm(v))
	box.Folded = false
	p.New = &box
	return s.render(w, r, back.status(), view.Grants(p))
}

// pageStart reads where a page of a list begins.
func pageStart(text string, n int) int {
	from, err := strconv.Atoi(text)
	if err != nil || from < 0 || from >= n {
		return 0
	}
	return from
}

// pagerOf states the place in a list of n rows.
func pagerOf(q url.Values, path string, from, rows, n int) view.Pager {
	p := view.Pager{From: min(from+1, n), To: from + rows, Total: n, Unit: "项"}
	at := func(start int) string {
		next := url.Values{}
		for k, vs := range q {
			next[k] = vs
		}
		next.Set("from", strconv.Itoa(start))
		return path + "?" + next.Encode()
	}
	if from > 0 {
		p.Prev = at(max(0, from-grantsPerPage))
	}
	if from+rows < n {
		p.Next = at(from + rows)
	}
	return p
}

func (s *Server) grantRow(r *http.Request, v *visit, h *admin.Held) (view.GrantRow, error) {
	by, err := s.House.Signer(r.Context(), h.Seq)
	if err != nil {
		return view.GrantRow{}, err
	}
	name := "系统"
	if by != 0 {
		name = v.Site.Person(by)
	}
	return view.GrantRow{
		ID: decimal(h.No), Person: view.Link{Text: v.Site.Person(h.Person), Href: personPath(h.Person)}, Post: cmp.Or(h.Title, "—"),
		Right: roleTitle(h.Role), Scope: v.Site.Tree().Name(h.Unit), Days: span(h.From, h.To), By: name, Ended: h.Ended(v.Today),
	}, nil
}

func (s *Server) grantForm(v *visit) view.Form {
	people := []view.Option{{Text: "请选择"}}
	for _, e := range v.Site.Persons() {
		text := v.Site.Person(e.No)
		if posts := v.Site.Rights.Posts(e.No, v.Today); len(posts) > 0 {
			text += " · " + v.Site.Tree().Name(posts[0].Unit)
		}
		people = append(people, view.Option{Value: decimal(e.No), Text: text})
	}
	return view.Form{ID: "grant", Action: "/system/grants/new", Submit: "授权", Fields: []view.Field{
		{Name: "person", Label: "人员", Kind: view.Select, Options: people}, {Name: "role", Label: "岗位", Kind: view.Select, Options: roleOptions(guardedRoles)},
		{Name: "unit", Label: "单位", Kind: view.Select, Options: unitOptions(v.Site.Tree(), 0, "请选择")}, {Name: "title", Label: "职务", Optional: true},
		{Name: "from", Label: "自", Kind: view.Date, Value: v.Today}, {Name: "to", Label: "至（不含当日）", Kind: view.Date, Optional: true},
		{Name: "reason", Label: "依据", Hint: "例如任免文件的文号", Optional: true},
	}}
}

// grantsNew gives a guarded post.
func (s *Server) grantsNew(w http.ResponseWriter, r *http.Request) error {
	f, err := posted(r)
	if err != nil {
		return err
	}
	_, err = s.House.GivePost(r.Context(), visitOf(r).Actor, requestOf(r), admin.PostForm{
		Person: number(f.get("person")), Unit: number(f.get("unit")), Role: f.get("role"), Title: f.get("title"), From: f.get("from"),
		To: f.get("to"), Reason: f.get("reason"),
	})
	if back := rejected(r, "grant", err); back != nil {
		return s.grantsRender(w, r, back)
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, "/system/grants", view.Flash{Tone: "ok", Lead: "已经授权：" + roleTitle(f.get("role")) + "。", Text: "立即生效。"})
}

// grantsEnd takes a guarded post back.
func (s *Server) grantsEnd(w http.ResponseWriter, r *http.Request) error {
	f, err := posted(r)
	if err != nil {
		return err
	}
	if err := s.House.EndPost(r.Context(), visitOf(r).Actor, requestOf(r), number(f.get("grant")), "", "收回授权"); err != nil {
		return err
	}
	return s.redirect(w, r, "/system/grants", view.Flash{Tone: "ok", Lead: "授权已经收回，立即生效。"})
}

// auditFilter reads the filters of the audit list.
func auditFilter(get func(string) string) admin.TrailFilter {
	return admin.TrailFilter{Kind: get("kind"), Person: number(get("person")), From: get("from"), To: get("to"), Before: number(get("before"))}
}

func trailTitle(kind string) string {
	for _, k := range admin.TrailKinds {
		if k.ID == kind {
			return k.Title
		}
	}
	return kind
}

// auditShow is the auditor's page.
func (s *Server) auditShow(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	q := r.URL.Query()
	f := auditFilter(q.Get)
	lines, next, err := s.House.Trail(r.Context(), v.Actor, f)
	if err != nil {
		return err
	}
	p := view.AuditPage{Page: s.systemPage(r, "审计", "/system/audit"), Tabs: systemTabs(v, "/system/audit")}
	kinds := []view.Option{{Text: "全部"}}
	for _, k := range admin.TrailKinds {
		kinds = append(kinds, view.Option{Value: k.ID, Text: k.Title, Chosen: k.ID == f.Kind})
	}
	people := []view.Option{{Text: "全部"}}
	for _, e := range v.Site.Persons() {
		people = append(people, view.Option{Value: decimal(e.No), Text: v.Site.Person(e.No), Chosen: e.No == f.Person})
	}
	p.Filter = view.Filter{Action: "/system/audit", Clear: "/system/audit", Fields: []view.Field{
		{Name: "kind", Label: "种类", Kind: view.Select, Options: kinds}, {Name: "person", Label: "人员", Kind: view.Select, Options: people},
		{Name: "from", Label: "自", Kind: view.Date, Value: f.From}, {Name: "to", Label: "至", Kind: view.Date, Value: f.To},
	}}
	for _, l := range lines {
		p.Rows = append(p.Rows, auditRow(v, l))
	}
	p.Empty = view.NothingFound("记录", "所选种类、人员和时间", "/system/audit")
	if next != 0 {
		q.Set("before", decimal(next))
		p.Older = "/system/audit?" + q.Encode()
	}
	p.Export = &view.Form{Action: "/system/audit.xlsx", Submit: "导出 XLSX"}
	for _, name := range []string{"kind", "person", "from", "to"} {
		p.Export.Hidden = append(p.Export.Hidden, view.Hidden{Name: name, Value: q.Get(name)})
	}
	return s.render(w, r, http.StatusOK, view.Audit(p))
}

func auditRow(v *visit, l admin.TrailLine) view.AuditRow {
	return view.AuditRow{
		At: l.At.Format("2006-01-02 15:04:05"), Kind: view.Tag{Text: trailTitle(l.Kind)}, Who: whoWords(v, l.Person),
		What: strings.TrimSpace(l.What + " " + l.Number), Record: view.Link{Text: grouped(l.Seq), Href: recordPath(l.Seq)},
	}
}

// whoWords names a person, or the program where nobody acted.
func whoWords(v *visit, person int64) string {
	if person == 0 {
		return "系统"
	}
	return v.Site.Person(person)
}

// mostExported bounds the rows of one export.
const mostExported = 20_000

// auditExport gives the filtered list as XLSX; the export is itself a record.
func (s *Server) auditExport(w http.ResponseWriter, r *http.Request) error {
	form, err := posted(r)
	if err != nil {
		return err
	}
	v := visitOf(r)
	f := auditFilter(form.get)
	f.Limit = mostExported
	lines, _, err := s.House.Trail(r.Context(), v.Actor, f)
	if err != nil {
		return err
	}
	rows := make([][]any, len(lines))
	for i, l := range lines {
		rows[i] = []any{l.Seq, l.At.Format("2006-01-02 15:04:05"), trailTitle(l.Kind), whoWords(v, l.Person), l.What, l.Number}
	}
	return s.sendTable(w, r, "审计记录", []sheet.Column{
		{Title: "存证编号", Kind: sheet.Number}, {Title: "时间", Width: 20}, {Title: "种类"}, {Title: "人员"}, {Title: "内容", Width: 60}, {Title: "文号", Width: 24},
	}, rows)
}
