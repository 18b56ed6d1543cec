package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
)

// handoverShow lists everything open of a post on one page.
func (s *Server) handoverShow(w http.ResponseWriter, r *http.Request) error {
	return s.handoverRender(w, r, nil)
}

func (s *Server) handoverRender(w http.ResponseWriter, r *http.Request, back *sent) error {
	no, err := pathNo(r, "no")
	if err != nil {
		return err
	}
	v := visitOf(r)
	l, _, err := s.House.Leaving(r.Context(), v.Actor, no)
	if err != nil {
		return err
	}
	name := v.Site.Person(l.Post.Person)
	p := view.HandoverPage{Page: s.frame(r, v, "units", "工作交接："+name)}
	p.Crumbs = []view.Link{{Text: "依据与系统"}, {Text: "单位与人员", Href: "/units"}, {Text: name, Href: personPath(l.Post.Person)}, {Text: "工作交接"}}
	p.Facts = v.Site.Tree().Name(l.Post.Unit) + " · " + roleTitle(l.Post.Role) + " · " + span(l.Post.From, l.Post.To)
	s.handoverGroups(&p, v, l)
	form := s.handoverForm(v, l)
	for i := range p.Groups {
		for k := range p.Groups[i].Rows {
			row := &p.Groups[i].Rows[k]
			chooseAgain(row.To, back, "to."+row.ID)
		}
	}
	p.Errors = back.fill(&form)
	p.Form = form
	return s.render(w, r, back.status(), view.Handover(p))
}

// chooseAgain keeps what was chosen in a rejected form.
func chooseAgain(options []view.Option, back *sent, name string) {
	if back == nil {
		return
	}
	for i := range options {
		options[i].Chosen = options[i].Value == back.values.Get(name)
	}
}

func (s *Server) handoverGroups(p *view.HandoverPage, v *visit, l *admin.Leaving) {
	matters := view.HandoverGroup{Title: "未办结事项"}
	limits, files := 0, 0
	for _, c := range l.Matters {
		limits += c.Limits
		files += c.Files
		task := dispatch.TaskOf(c.State, nil, v.Today)
		if c.Due != "" {
			task.Due = c.Due
		}
		part := "经办"
		if len(c.Roles) == 0 {
			part = "待" + strings.Join(c.Steps, "、")
		}
		row := view.HandoverRow{
			ID: decimal(c.State.No), Light: lightView(task), Title: view.Link{Text: admin.TitleOf(c.State), Href: matterPath(c.State.No)}, Role: part, Due: task.Due,
		}
		if others := s.sameRole(v, l); len(others) > 1 {
			row.To = append([]view.Option{{Text: "同下"}}, others...)
		}
		matters.Rows = append(matters.Rows, row)
	}
	if len(matters.Rows) > 0 {
		p.Groups = append(p.Groups, matters)
	}
	acting := view.HandoverGroup{Title: "委托、代理、代录"}
	for _, d := range l.Delegations {
		row := s.delegationRow(v, d)
		acting.Rows = append(acting.Rows, view.HandoverRow{
			Light: view.Signal{Light: view.Open, Text: "随岗位结束"}, Title: view.Link{Text: row.Kind + "：" + row.To + " 代 " + row.From}, Role: row.Scope, Due: d.Until,
		})
	}
	if len(acting.Rows) > 0 {
		p.Groups = append(p.Groups, acting)
	}
	p.Counts = []view.Count{
		{N: len(l.Matters), Text: "件事项"}, {N: limits, Text: "个期限"}, {N: files, Text: "份附件"}, {N: len(l.Delegations), Text: "项委托代理"},
		{N: l.Drafts, Text: "份草稿"},
	}
}

// sameRole offers the posts of the same role, to which single matters may go.
func (s *Server) sameRole(v *visit, l *admin.Leaving) []view.Option {
	var out []view.Option
	for _, x := range l.Successors {
		if x.Post != 0 {
			out = append(out, view.Option{Value: decimal(x.Post), Text: v.Site.Person(x.Person)})
		}
	}
	return out
}

func (s *Server) handoverForm(v *visit, l *admin.Leaving) view.Form {
	role := roleTitle(l.Post.Role)
	to := view.Field{Name: "to", Label: "接手人", Kind: view.Select, Options: []view.Option{{Text: "请选择"}}, Hint: "事项、期限、草稿一并转交"}
	for _, x := range l.Successors {
		o := view.Option{Value: fmt.Sprintf("%d-%d", x.Post, x.Person), Text: v.Site.Person(x.Person) + " · " + role}
		if x.Post == 0 {
			o.Text = v.Site.Person(x.Person) + " · 接任" + role
		}
		to.Options = append(to.Options, o)
	}
	form := view.Form{
		ID: "handover", Submit: "全部转交并结束岗位", Hidden: []view.Hidden{{Name: "request", Value: uuid.NewString()}},
		Note: "每件事项各有记录，岗位自当日起结束", Fields: []view.Field{
			to, {Name: "day", Label: "自哪一日起不再任职", Kind: view.Date, Value: v.Today},
			{Name: "note", Label: "说明", Optional: true, Hint: "例如 调离、退休"},
		},
	}
	may := func(a access.Actor) bool { return admin.MayGrant(a, l.Post.Role, l.Post.Unit) }
	if _, ok := s.House.Officer(v.Site, v.Actor, may); ok {
		form.Action = "/posts/" + decimal(l.Post.No) + "/handover"
	}
	return form
}

// handoverDo moves everything in one press and ends the post.
func (s *Server) handoverDo(w http.ResponseWriter, r *http.Request) error {
	no, err := pathNo(r, "no")
	if err != nil {
		return err
	}
	f, err := posted(r)
	if err != nil {
		return err
	}
	h := admin.Handover{Post: no, Day: f.get("day"), Reason: f.get("note"), Each: map[int64]int64{}}
	post, person, _ := strings.Cut(f.get("to"), "-")
	h.To = admin.Successor{Post: number(post), Person: number(person)}
	for id, to := range f.group("to.") {
		h.Each[number(id)] = number(to)
	}
	v := visitOf(r)
	leaver, _ := v.Site.Rights.Post(no)
	moved, err := s.House.HandOver(r.Context(), v.Actor, requestOf(r), h)
	if back := rejected(r, "handover", err); back != nil {
		return s.handoverRender(w, r, back)
	}
	if err != nil {
		return err
	}
	to := personPath(leaver.Person)
	if len(moved.Left) > 0 {
		to = r.URL.Path
	}
	return s.redirect(w, r, to, movedFlash("工作已经全部转交，岗位已经结束。", moved))
}
