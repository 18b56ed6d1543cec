package web

import (
	"fmt"
	"net/http"
	"slices"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/matter"
)

// delegationWords are the kinds of delegation in words.
var delegationWords = map[string]string{access.Delegate: "委托办理", access.Cover: "请假代理", access.Record: "代录"}

// personShow is the page of one person.
func (s *Server) personShow(w http.ResponseWriter, r *http.Request) error {
	return s.personRender(w, r, nil)
}

func (s *Server) personRender(w http.ResponseWriter, r *http.Request, back *sent) error {
	no, err := pathNo(r, "no")
	if err != nil {
		return err
	}
	v := visitOf(r)
	e, err := s.House.Person(r.Context(), no)
	if err != nil {
		return err
	}
	held, err := s.House.Posts(r.Context(), func(p access.Post) bool { return p.Person == no })
	if err != nil {
		return err
	}
	p := view.PersonPage{Page: s.frame(r, v, "units", v.Site.Person(no))}
	p.Crumbs = []view.Link{{Text: "依据与系统"}, {Text: "单位与人员", Href: "/units"}, {Text: v.Site.Person(no)}}
	keeps := slices.ContainsFunc(held, func(h admin.Held) bool { return s.keeps(v, h.Unit) }) || s.keeps(v, 0)
	p.Facts = []view.Pair{{Term: "人员编号", Text: e.Key}}
	if phone := e.Versions[len(e.Versions)-1].Fields.Text("phone"); phone != "" && (keeps || v.Person == no) {
		p.Facts = append(p.Facts, view.Pair{Term: "联系电话", Text: phone})
	}
	if err := s.personPosts(r, &p, held, keeps); err != nil {
		return err
	}
	p.Forms = s.personForms(&p.Page, v, no, e, held, keeps, back)
	return s.render(w, r, back.status(), view.Person(p))
}

// personPosts shows posts and delegations, and what is open where the reader may hand it over.
func (s *Server) personPosts(r *http.Request, p *view.PersonPage, held []admin.Held, keeps bool) error {
	v := visitOf(r)
	nos := make([]int64, len(held))
	open := 0
	for i := range held {
		h := &held[i]
		nos[i] = h.No
		row := s.postRow(v, h)
		row.Person = view.Link{Text: v.Site.Tree().Name(h.Unit), Href: unitPath(h.Unit)}
		p.Posts = append(p.Posts, row)
		if row.Past || access.Separated(h.Role) || !keeps && h.Person != v.Person {
			continue
		}
		l, _, err := s.House.Leaving(r.Context(), v.Actor, h.No)
		if err != nil {
			return err
		}
		open += len(l.Matters)
		if p.Handover.Href == "" || len(l.Matters) > 0 {
			p.Handover = view.Link{Text: "办理工作交接", Href: "/posts/" + decimal(h.No) + "/handover"}
		}
	}
	if p.Handover.Href != "" {
		p.Open = []view.Count{{N: open, Text: "件未办结事项"}}
	}
	all, err := s.House.Delegations(r.Context(), nos)
	for _, d := range all {
		p.Delegations = append(p.Delegations, s.delegationRow(v, d))
	}
	return err
}

func (s *Server) delegationRow(v *visit, d admin.Delegation) view.Delegation {
	from, _ := v.Site.Rights.Post(d.From)
	to, _ := v.Site.Rights.Post(d.To)
	row := view.Delegation{
		Kind: delegationWords[d.Kind], From: v.Site.Person(from.Person), To: v.Site.Person(to.Person), Days: span(d.Since, d.Until),
		Scope: v.Site.Tree().Name(from.Unit) + " " + roleTitle(from.Role), Past: d.Until != "" && d.Until <= v.Today,
	}
	if d.Reason != "" {
		row.Scope += "：" + d.Reason
	}
	if d.Kind == access.Record {
		row.Confirmation = "附签批页，每周向本人汇总"
	}
	may := func(a access.Actor) bool { return admin.MayDelegate(a, from, d.Kind) || a.Person == to.Person }
	if _, ok := s.House.Officer(v.Site, v.Actor, may); ok && !row.Past {
		row.EndAction = personPath(from.Person) + "/undelegate/" + decimal(d.No)
	}
	return row
}

func (s *Server) personForms(p *view.Page, v *visit, no int64, e *matter.Entry, held []admin.Held, keeps bool, back *sent) []view.StepForm {
	var out []view.StepForm
	var roles []view.Option
	for _, role := range slices.Concat(plainRoles, guardedRoles) {
		if _, ok := s.House.Officer(v.Site, v.Actor, func(a access.Actor) bool { return admin.MayGrant(a, role, a.Unit()) }); ok {
			roles = append(roles, view.Option{Value: role, Text: roleTitle(role)})
		}
	}
	if len(roles) > 0 {
		out = append(out, back.act(p, "任职", "系统管理员、安全管理员、审计员只能由三个人分别担任，且不办理业务", view.Form{
			ID: "p-post", Action: personPath(no) + "/post", Submit: "任职", Columns: true, Fields: []view.Field{
				{Name: "unit", Label: "单位", Kind: view.Select, Options: unitOptions(v.Site.Tree(), v.Actor.Unit(), "")},
				{Name: "role", Label: "岗位", Kind: view.Select, Options: roles}, {Name: "title", Label: "职务", Optional: true},
				{Name: "from", Label: "任职日期", Kind: view.Date, Value: v.Today}, {Name: "to", Label: "任期截止", Kind: view.Date, Optional: true},
				{Name: "reason", Label: "依据", Optional: true},
			},
		}))
	}
	if ends := s.endable(v, held); len(ends) > 0 {
		out = append(out, back.act(p, "免职", "有未办结事项的，请先办理工作交接", view.Form{
			ID: "p-end", Action: personPath(no) + "/end", Submit: "结束岗位", Fields: []view.Field{
				{Name: "post", Label: "岗位", Kind: view.Select, Options: ends},
				{Name: "day", Label: "自哪一日起不再任职", Kind: view.Date, Value: v.Today}, {Name: "reason", Label: "依据", Optional: true},
			},
		}))
	}
	if form, ok := s.delegateForm(v, no, held); ok {
		out = append(out, back.act(p, "委托、代理、代录", "到期自动结束；代录只适用于在纸上签批的负责人", form))
	}
	if keeps {
		f := e.Versions[len(e.Versions)-1].Fields
		out = append(out, back.act(p, "更正登记", "", view.Form{
			ID: "p-name", Action: personPath(no) + "/name", Submit: "更正登记", Fields: []view.Field{
				{Name: "name", Label: "姓名", Value: f.Text("name")}, {Name: "phone", Label: "联系电话", Value: f.Text("phone"), Optional: true},
			},
		}))
	}
	return out
}

// postOptions offers posts a person holds now.
func (s *Server) postOptions(v *visit, held []admin.Held, keep func(access.Post) bool) []view.Option {
	var out []view.Option
	for i := range held {
		if p := &held[i]; !p.Ended(v.Today) && keep(p.Post) {
			out = append(out, view.Option{Value: decimal(p.No), Text: v.Site.Tree().Name(p.Unit) + " · " + roleTitle(p.Role)})
		}
	}
	return out
}

// endable are the posts that the visitor may end.
func (s *Server) endable(v *visit, held []admin.Held) []view.Option {
	return s.postOptions(v, held, func(p access.Post) bool {
		_, ok := s.House.Officer(v.Site, v.Actor, func(a access.Actor) bool { return admin.MayGrant(a, p.Role, p.Unit) })
		return ok
	})
}

// delegateForm lets somebody of the same unit act for a post of the person.
func (s *Server) delegateForm(v *visit, no int64, held []admin.Held) (view.Form, bool) {
	from := s.postOptions(v, held, func(p access.Post) bool {
		_, ok := s.House.Officer(v.Site, v.Actor, func(a access.Actor) bool { return admin.MayDelegate(a, p, access.Cover) })
		return ok && !access.Separated(p.Role)
	})
	if len(from) == 0 {
		return view.Form{}, false
	}
	var to []view.Option
	for _, e := range v.Site.Persons() {
		for _, p := range v.Site.Rights.Posts(e.No, v.Today) {
			same := slices.ContainsFunc(held, func(h admin.Held) bool { return h.Unit == p.Unit })
			if e.No != no && same && !access.Separated(p.Role) {
				to = append(to, view.Option{Value: decimal(p.No), Text: v.Site.Person(e.No) + " · " + roleTitle(p.Role)})
			}
		}
	}
	kinds := []view.Option{}
	for _, k := range []string{access.Cover, access.Delegate, access.Record} {
		kinds = append(kinds, view.Option{Value: k, Text: delegationWords[k]})
	}
	return view.Form{
		ID: "p-del", Action: personPath(no) + "/delegate", Submit: "登记", Columns: true, Fields: []view.Field{
			{Name: "from_post", Label: "代哪一岗位", Kind: view.Select, Options: from}, {Name: "to_post", Label: "由谁办理", Kind: view.Select, Options: to},
			{Name: "kind", Label: "种类", Kind: view.Select, Options: kinds}, {Name: "since", Label: "自", Kind: view.Date, Value: v.Today},
			{Name: "until", Label: "至（不含当日）", Kind: view.Date, Optional: true, Hint: "请假代理必须填写"}, {Name: "reason", Label: "事由", Optional: true},
		},
	}, true
}

// personDo does an act of one of the person page's forms and leads back to it.
func (s *Server) personDo(w http.ResponseWriter, r *http.Request, form string, do func(no int64, f formValues) (string, error)) error {
	no, err := pathNo(r, "no")
	if err != nil {
		return err
	}
	f, err := posted(r)
	if err != nil {
		return err
	}
	lead, err := do(no, f)
	if back := rejected(r, form, err); back != nil {
		return s.personRender(w, r, back)
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, personPath(no), view.Flash{Tone: "ok", Lead: lead})
}

// personName corrects what is registered of a person.
func (s *Server) personName(w http.ResponseWriter, r *http.Request) error {
	return s.personDo(w, r, "p-name", func(no int64, f formValues) (string, error) {
		return "人员登记已经更正。", s.House.Rename(r.Context(), visitOf(r).Actor, requestOf(r), no, f.get("name"), f.get("phone"))
	})
}

// personPost gives a post.
func (s *Server) personPost(w http.ResponseWriter, r *http.Request) error {
	return s.personDo(w, r, "p-post", func(no int64, f formValues) (string, error) {
		_, err := s.House.GivePost(r.Context(), visitOf(r).Actor, requestOf(r), admin.PostForm{
			Person: no, Unit: number(f.get("unit")), Role: f.get("role"), Title: f.get("title"), From: f.get("from"), To: f.get("to"), Reason: f.get("reason"),
		})
		return fmt.Sprintf("已经任职：%s。", roleTitle(f.get("role"))), err
	})
}

// personPostEnd ends a post.
func (s *Server) personPostEnd(w http.ResponseWriter, r *http.Request) error {
	return s.personDo(w, r, "p-end", func(_ int64, f formValues) (string, error) {
		return "岗位已经结束。", s.House.EndPost(r.Context(), visitOf(r).Actor, requestOf(r), number(f.get("post")), f.get("day"), f.get("reason"))
	})
}

// personDelegate registers a delegation, leave cover or right to record.
func (s *Server) personDelegate(w http.ResponseWriter, r *http.Request) error {
	return s.personDo(w, r, "p-del", func(_ int64, f formValues) (string, error) {
		err := s.House.Delegate(r.Context(), visitOf(r).Actor, requestOf(r), admin.DelegationForm{
			From: number(f.get("from_post")), To: number(f.get("to_post")), Kind: f.get("kind"), Since: f.get("since"), Until: f.get("until"), Reason: f.get("reason"),
		})
		return delegationWords[f.get("kind")] + "已经登记。", err
	})
}

// personUndelegate ends a delegation early.
func (s *Server) personUndelegate(w http.ResponseWriter, r *http.Request) error {
	return s.personDo(w, r, "", func(int64, formValues) (string, error) {
		no, err := pathNo(r, "delegation")
		if err != nil {
			return "", err
		}
		return "已经提前结束。", s.House.EndDelegation(r.Context(), visitOf(r).Actor, "", no, "")
	})
}
