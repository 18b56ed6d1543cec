package web

import (
	"net/http"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/doors/web/view"
)

// systemTabs are the pages of the three administrators; everybody gets the own one only (三员分立).
func systemTabs(v *visit, current string) []view.Tab {
	var out []view.Tab
	for _, t := range []struct{ role, text, href string }{
		{access.SystemAdmin, "账号", "/system/accounts"}, {access.SecurityAdmin, "授权", "/system/grants"}, {access.Auditor, "审计", "/system/audit"},
	} {
		if v.holds(t.role) {
			out = append(out, view.Tab{Text: t.text, Href: t.href, Current: t.href == current})
		}
	}
	return out
}

// systemShow leads to the administrator's own page.
func (s *Server) systemShow(w http.ResponseWriter, r *http.Request) error {
	tabs := systemTabs(visitOf(r), "")
	if len(tabs) == 0 {
		return denied("系统管理由系统管理员、安全管理员和审计员分别办理，您的岗位没有其中的内容。")
	}
	http.Redirect(w, r, tabs[0].Href, http.StatusSeeOther)
	return nil
}

func (s *Server) systemPage(r *http.Request, title, current string) view.Page {
	p := s.frame(r, visitOf(r), "system", title)
	p.Crumbs = []view.Link{{Text: "依据与系统"}, {Text: "系统管理"}, {Text: title}}
	return p
}

// accountsShow is the system administrator's page.
func (s *Server) accountsShow(w http.ResponseWriter, r *http.Request) error {
	return s.accountsRender(w, r, nil, nil)
}

func (s *Server) accountsRender(w http.ResponseWriter, r *http.Request, back *sent, given *view.GivenPassword) error {
	v := visitOf(r)
	all, err := s.House.AllAccounts(r.Context(), v.Actor)
	if err != nil {
		return err
	}
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	p := view.AccountsPage{Page: s.systemPage(r, "账号", "/system/accounts"), Tabs: systemTabs(v, "/system/accounts"), Action: "/system/accounts", Given: given}
	p.Filter = view.Filter{Action: "/system/accounts", Clear: "/system/accounts", Fields: []view.Field{{Name: "q", Label: "账号、姓名或者单位", Value: q}}}
	if q != "" {
		p.Filter.Said = "含“" + q + "”"
	}
	p.Empty = view.NothingFound("账号", "含“"+q+"”", "/system/accounts")
	locked, first := 0, 0
	have := map[int64]bool{}
	for _, a := range all {
		have[a.Person] = true
		if a.Locked {
			locked++
		}
		if a.First {
			first++
		}
		row := accountRow(v, a)
		if q == "" || strings.Contains(row.Login+row.Person.Text+row.Unit, q) {
			p.Rows = append(p.Rows, row)
		}
	}
	p.Counts = []view.Count{{N: len(all), Text: "个账号"}, {N: locked, Text: "已锁定"}, {N: first, Text: "未首次登录"}}
	p.Pager = view.Pager{From: 1, To: len(p.Rows), Total: len(p.Rows), Unit: "个"}
	box := back.act(&p.Page, "开立账号", "一人一号，不共用", view.Form{
		ID: "acc", Action: "/system/accounts/new", Submit: "开立账号", Fields: []view.Field{
			{Name: "person", Label: "人员", Kind: view.Select, Options: withoutAccount(v, have)}, {Name: "login", Label: "账号", Hint: "登录时填写，例如姓名拼音"},
		},
	})
	box.Folded = false
	p.New = &box
	return s.render(w, r, back.status(), view.Accounts(p))
}

// withoutAccount offers the people who hold a post and have no account.
func withoutAccount(v *visit, have map[int64]bool) []view.Option {
	out := []view.Option{{Text: "请选择"}}
	for _, e := range v.Site.Persons() {
		posts := v.Site.Rights.Posts(e.No, v.Today)
		if len(posts) > 0 && !have[e.No] {
			out = append(out, view.Option{Value: decimal(e.No), Text: v.Site.Person(e.No) + " · " + v.Site.Tree().Name(posts[0].Unit)})
		}
	}
	return out
}

func accountRow(v *visit, a admin.Account) view.AccountRow {
	row := view.AccountRow{
		ID: decimal(a.Person), Light: view.Signal{Light: view.Green, Text: "可用"}, Login: a.Login, Last: "已修改初始密码",
		Person: view.Link{Text: v.Site.Person(a.Person), Href: personPath(a.Person)}, Actions: []view.Option{{Value: "reset", Text: "重置密码"}},
	}
	if posts := v.Site.Rights.Posts(a.Person, v.Today); len(posts) > 0 {
		row.Unit = v.Site.Tree().Name(posts[0].Unit)
	} else {
		row.Unit, row.Light = "没有岗位，不能登录", view.Signal{Light: view.Yellow, Text: "没有岗位"}
	}
	if a.First {
		row.Last, row.Light = "尚未首次登录", view.Signal{Light: view.Open, Text: "未首次登录"}
	}
	switch {
	case a.Locked:
		row.Light = view.Signal{Light: view.Red, Text: "已锁定"}
		row.Actions = append(row.Actions, view.Option{Value: "unlock", Text: "解除锁定"})
	case !a.Until.IsZero():
		row.Light = view.Signal{Light: view.Yellow, Text: "密码输错，锁定至 " + a.Until.Format("15:04")}
		row.Actions = append(row.Actions, view.Option{Value: "unlock", Text: "解除锁定"}, view.Option{Value: "lock", Text: "锁定"})
	default:
		row.Actions = append(row.Actions, view.Option{Value: "lock", Text: "锁定"})
	}
	row.Actions = append(row.Actions, view.Option{Value: "end", Text: "停用"})
	return row
}

// accountsDo does one act on one account.
func (s *Server) accountsDo(w http.ResponseWriter, r *http.Request) error {
	f, err := posted(r)
	if err != nil {
		return err
	}
	v, person := visitOf(r), number(f.get("account"))
	lead := ""
	switch f.get("op") {
	case "reset":
		login, password, err := s.House.ResetAccount(r.Context(), v.Actor, requestOf(r), person)
		if err != nil {
			return err
		}
		return s.accountsRender(w, r, nil, &view.GivenPassword{Login: login, Password: password})
	case "lock":
		lead, err = "账号已经锁定，当即不能使用。", s.House.LockAccount(r.Context(), v.Actor, requestOf(r), person)
	case "unlock":
		lead, err = "账号已经解除锁定。", s.House.UnlockAccount(r.Context(), v.Actor, requestOf(r), person)
	case "end":
		lead, err = "账号已经停用，当即不能使用。", s.House.EndAccount(r.Context(), v.Actor, requestOf(r), person)
	default:
		err = app.Faultf(app.Invalid, "没有写明要办理什么。")
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, "/system/accounts", view.Flash{Tone: "ok", Lead: lead})
}

// accountsNew opens an account and shows its password once.
func (s *Server) accountsNew(w http.ResponseWriter, r *http.Request) error {
	f, err := posted(r)
	if err != nil {
		return err
	}
	password, err := s.House.OpenAccount(r.Context(), visitOf(r).Actor, requestOf(r), number(f.get("person")), f.get("login"))
	if back := rejected(r, "acc", err); back != nil {
		return s.accountsRender(w, r, back, nil)
	}
	if err != nil {
		return err
	}
	return s.accountsRender(w, r, nil, &view.GivenPassword{Login: f.get("login"), Password: password})
}
