package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"zhunsheng/internal/app"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/unit"
)

func denied(say string) error { return &app.Fault{Kind: app.Denied, Say: say} }

// groupNo is the unit group of the address, 0 for a new one.
func groupNo(r *http.Request) (int64, error) {
	if r.PathValue("no") == "" {
		return 0, nil
	}
	return pathNo(r, "no")
}

// groupShow is a unit group with its tick list.
func (s *Server) groupShow(w http.ResponseWriter, r *http.Request) error {
	return s.groupRender(w, r, nil)
}

func (s *Server) groupRender(w http.ResponseWriter, r *http.Request, back *sent) error {
	v := visitOf(r)
	no, err := groupNo(r)
	if err != nil {
		return err
	}
	all := v.Site.Tree().Groups()
	g := unit.Group{Name: "新建单位组"}
	if no != 0 {
		i := slices.IndexFunc(all, func(g unit.Group) bool { return g.No == no })
		if i < 0 {
			return app.Faultf(app.NotFound, "没有这个单位组。")
		}
		g = all[i]
	}
	p := view.UnitGroupPage{Page: s.frame(r, v, "units", g.Name)}
	p.Crumbs = []view.Link{{Text: "依据与系统"}, {Text: "单位与人员", Href: "/units"}, {Text: g.Name}}
	form := view.Form{ID: "g", Submit: "保存单位组", Hidden: []view.Hidden{{Name: "request", Value: uuid.NewString()}}}
	if s.keeps(v, 0) {
		form.Action = r.URL.Path
	}
	name := g.Name
	if no == 0 {
		name = ""
	}
	ticks := view.Field{Name: "unit", Label: "包括的单位", Kind: view.Ticks}
	for _, u := range v.Site.Tree().All() {
		in := slices.Contains(g.Members, u.No)
		if in {
			p.Members = append(p.Members, view.Link{Text: u.Name, Href: unitPath(u.No)})
		}
		ticks.Options = append(ticks.Options, view.Option{Value: decimal(u.No), Text: u.Name, Chosen: in})
	}
	form.Fields = []view.Field{
		{Name: "name", Label: "名称", Value: name, Hint: "文件中的集合名称，例如 各乡镇人民政府"},
		{Name: "said", Label: "其他写法", Kind: view.Area, Rows: 2, Value: strings.Join(g.Aliases, "\n"), Optional: true, Hint: "一行一个"}, ticks,
	}
	p.Errors = back.fill(&form)
	p.Form = form
	return s.render(w, r, back.status(), view.UnitGroup(p))
}

// groupSave keeps whom a collective name means.
func (s *Server) groupSave(w http.ResponseWriter, r *http.Request) error {
	no, err := groupNo(r)
	if err != nil {
		return err
	}
	f, err := posted(r)
	if err != nil {
		return err
	}
	var members []int64
	for _, text := range f.values["unit"] {
		if n := number(text); n != 0 {
			members = append(members, n)
		}
	}
	_, err = s.House.SetGroup(r.Context(), visitOf(r).Actor, requestOf(r), no, f.get("name"), words(f.get("said")), members)
	if back := rejected(r, "g", err); back != nil {
		return s.groupRender(w, r, back)
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, "/units", view.Flash{Tone: "ok", Lead: "单位组“" + f.get("name") + "”已经保存。", Text: "只影响以后，已经下达的不变。"})
}
