package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/matter"
)

// unitShow is the page of one unit.
func (s *Server) unitShow(w http.ResponseWriter, r *http.Request) error {
	return s.unitRender(w, r, nil)
}

func (s *Server) unitRender(w http.ResponseWriter, r *http.Request, back *sent) error {
	no, err := pathNo(r, "no")
	if err != nil {
		return err
	}
	v := visitOf(r)
	e, history, err := s.House.Unit(r.Context(), no)
	if err != nil {
		return err
	}
	u := e.Versions[len(e.Versions)-1]
	p := view.UnitPage{Page: s.frame(r, v, "units", u.Fields.Text("name"))}
	p.Crumbs = []view.Link{{Text: "依据与系统"}, {Text: "单位与人员", Href: "/units"}, {Text: u.Fields.Text("name")}}
	p.Tag = standingTags[u.Fields.Text("standing")]
	p.Facts = s.unitFacts(v, e)
	p.Aliases, p.Relations = s.unitNames(v, no, u), s.unitRelations(v, u)
	if p.Posts, err = s.unitPosts(r, no); err != nil {
		return err
	}
	for _, g := range v.Site.Tree().Groups() {
		if slices.Contains(g.Members, no) {
			p.Groups = append(p.Groups, view.Link{Text: g.Name, Href: groupPath(g.No)})
		}
	}
	p.History = unitHistory(v, history)
	if _, ok := v.Site.Tree().Get(no); ok {
		p.Forms = s.unitForms(&p.Page, v, no, e, back)
	}
	return s.render(w, r, back.status(), view.Unit(p))
}

func refTo(f matter.Values, field string) (matter.Ref, bool) {
	if x, ok := f.Get(field); ok && x.Ref != nil {
		return *x.Ref, true
	}
	return matter.Ref{}, false
}

func (s *Server) unitFacts(v *visit, e *matter.Entry) []view.Pair {
	u := e.Versions[len(e.Versions)-1]
	f := u.Fields
	var out []view.Pair
	add := func(term, text string) {
		if text != "" {
			out = append(out, view.Pair{Term: term, Text: text})
		}
	}
	add("编码", f.Text("code"))
	add("简称", f.Text("short"))
	add("机关代字", f.Text("sign"))
	add("类别", titleOf(s.House.UnitKinds(), f.Text("kind")))
	add("监督关系", titleOf(s.House.Standings(), f.Text("standing")))
	if ref, ok := refTo(f, "parent"); ok {
		add("上级", v.Site.Tree().Name(ref.Entry))
	}
	add("行政区划", f.Text("region"))
	add("有效期", span(e.Versions[0].From, u.To))
	if ref, ok := refTo(f, "successor"); ok {
		add("承接单位", ref.Name)
	}
	return out
}

func (s *Server) unitNames(v *visit, no int64, u matter.EntryVersion) []view.UnitAlias {
	list, _ := u.Fields.Get("aliases")
	var out []view.UnitAlias
	for _, it := range list.Items {
		a := view.UnitAlias{Name: it.Value.Text}
		if s.keeps(v, no) && u.To == "" {
			a.Delete = unitPath(no) + "/alias/drop?name=" + url.QueryEscape(it.Value.Text)
		}
		out = append(out, a)
	}
	return out
}

func (s *Server) unitRelations(v *visit, u matter.EntryVersion) []view.UnitRelation {
	list, _ := u.Fields.Get("relations")
	var out []view.UnitRelation
	for _, it := range list.Items {
		ref, _ := refTo(it.Fields, "other")
		out = append(out, view.UnitRelation{
			Kind: titleOf(s.House.RelationKinds(), it.Fields.Text("kind")), Unit: view.Link{Text: v.Site.Tree().Name(ref.Entry), Href: unitPath(ref.Entry)},
			Days: span(it.Fields.Text("from"), it.Fields.Text("to")),
		})
	}
	return out
}

// unitPosts lists who holds and held posts in the unit, those who hold one first.
func (s *Server) unitPosts(r *http.Request, no int64) ([]view.PostRow, error) {
	v := visitOf(r)
	held, err := s.House.Posts(r.Context(), func(p access.Post) bool { return p.Unit == no })
	if err != nil {
		return nil, err
	}
	var out, past []view.PostRow
	for i := range held {
		row := s.postRow(v, &held[i])
		row.Person = view.Link{Text: v.Site.Person(held[i].Person), Href: personPath(held[i].Person)}
		if row.Past {
			past = append(past, row)
		} else {
			out = append(out, row)
		}
	}
	return append(out, past...), nil
}

func (s *Server) postRow(v *visit, p *admin.Held) view.PostRow {
	role := roleTitle(p.Role)
	if p.Title != "" {
		role += "（" + p.Title + "）"
	}
	return view.PostRow{Role: role, Days: span(p.From, p.To), Past: p.Ended(v.Today)}
}

func unitHistory(v *visit, history []admin.Version) []view.Happening {
	var out []view.Happening
	for _, h := range history {
		what := "变更"
		switch {
		case h.To != "":
			what = "撤销"
			if ref, ok := refTo(h.Fields, "successor"); ok {
				what = "并入" + ref.Name
			}
		case h.Version == 1:
			what = "登记"
		}
		by := "系统"
		if h.Person != 0 {
			by = v.Site.Person(h.Person)
		}
		legal := h.From
		if h.To != "" {
			legal = h.To
		}
		out = append(out, view.Happening{
			Legal: legal, Act: what, Who: by, Text: h.Reason, Recorded: "记录 " + h.At.Format("2006-01-02 15:04") + " ",
			Record: view.Link{Text: "存证 " + grouped(h.Seq), Href: recordPath(h.Seq)},
		})
	}
	return out
}

func (s *Server) unitForms(p *view.Page, v *visit, no int64, e *matter.Entry, back *sent) []view.StepForm {
	var out []view.StepForm
	if roles := s.grantable(v, no); len(roles) > 0 {
		out = append(out, back.act(p, "登记人员", "不在名录中的人员，登记并任职；已在名录中的，在人员页面任职", view.Form{
			ID: "u-person", Action: unitPath(no) + "/person", Submit: "登记并任职", Columns: true, Fields: []view.Field{
				{Name: "name", Label: "姓名"}, {Name: "role", Label: "岗位", Kind: view.Select, Options: roleOptions(roles)},
				{Name: "title", Label: "职务", Optional: true}, {Name: "phone", Label: "联系电话", Optional: true, Hint: "只有统筹岗和登记人可以查看"},
				{Name: "from", Label: "任职日期", Kind: view.Date, Value: v.Today},
				{Name: "key", Label: "人员编号", Optional: true, Hint: "本单位的工号，不填的由系统编号"},
			},
		}))
	}
	if s.keeps(v, no) {
		out = append(out, back.act(p, "增加别名", "文件中这样写的，就是本单位", view.Form{
			ID: "u-alias", Action: unitPath(no) + "/alias", Submit: "增加别名", Fields: []view.Field{{Name: "alias", Label: "别名"}},
		}))
	}
	if !s.keeps(v, 0) {
		return out
	}
	out = append(out, back.act(p, "登记单位关系", "业务指导、双重领导、派出的，对方可以查看本单位事项", view.Form{
		ID: "u-rel", Action: unitPath(no) + "/relation", Submit: "登记关系", Columns: true, Fields: []view.Field{
			{Name: "kind", Label: "关系", Kind: view.Select, Options: choose(s.House.RelationKinds(), "")},
			{Name: "other", Label: "对方单位", Kind: view.Select, Options: unitOptions(v.Site.Tree(), 0, "请选择")},
			{Name: "from", Label: "起始日期", Kind: view.Date, Value: v.Today}, {Name: "to", Label: "结束日期", Kind: view.Date, Optional: true},
		},
	}))
	form := s.unitForm(v, e.Versions[len(e.Versions)-1].Fields)
	form.ID, form.Action, form.Submit = "u-change", unitPath(no)+"/change", "变更登记内容"
	form.Hidden = []view.Hidden{{Name: "seen", Value: decimal(e.Version)}}
	out = append(out, back.act(p, "变更登记内容", "改名、改隶属等，原来的内容保留备查", form))
	return append(out, back.act(p, "撤销或者并入", "未办结的事项、岗位、下属单位一并转入承接单位，每件都有记录", view.Form{
		ID: "u-end", Action: unitPath(no) + "/end", Submit: "撤销并转入承接单位", Danger: true, Fields: []view.Field{
			{Name: "successor", Label: "承接单位", Kind: view.Select, Optional: true, Options: unitOptions(v.Site.Tree(), 0, "没有承接单位")},
			{Name: "day", Label: "自哪一日起", Kind: view.Date, Value: v.Today},
			{Name: "reason", Label: "依据", Hint: "例如机构改革方案的文号"},
			{Name: "typed", Label: "本单位全称", Hint: "撤销后不能恢复，请填写本单位全称确认"},
		},
	}))
}

// unitForm is the form of what is registered of a unit.
func (s *Server) unitForm(v *visit, f matter.Values) view.Form {
	parent, _ := refTo(f, "parent")
	order := ""
	if n := f.Int("order"); n != 0 {
		order = decimal(n)
	}
	standing := f.Text("standing")
	if standing == "" {
		standing = "supervised"
	}
	return view.Form{Columns: true, Fields: []view.Field{
		{Name: "name", Label: "全称", Value: f.Text("name")}, {Name: "short", Label: "简称", Value: f.Text("short"), Optional: true},
		{Name: "code", Label: "编码", Value: f.Text("code"), Short: true, Hint: "在本级名录中唯一"},
		{Name: "sign", Label: "机关代字", Value: f.Text("sign"), Short: true, Optional: true, Hint: "文号用，例如 衡司"},
		{Name: "kind", Label: "类别", Kind: view.Select, Options: choose(s.House.UnitKinds(), f.Text("kind"))},
		{Name: "standing", Label: "监督关系", Kind: view.Select, Options: choose(s.House.Standings(), standing)},
		{Name: "parent", Label: "上级", Kind: view.Select, Optional: true, Options: unitOptions(v.Site.Tree(), parent.Entry, "没有上级（本级政府）")},
		{Name: "order", Label: "排序", Kind: view.Number, Value: order, Optional: true, Hint: "在组织机构顺序中的位置"},
		{Name: "from", Label: "自哪一日起", Kind: view.Date, Value: v.Today},
		{Name: "reason", Label: "依据", Hint: "例如机构改革方案的文号"},
	}}
}

func readUnitForm(f formValues) admin.UnitForm {
	return admin.UnitForm{
		Code: f.get("code"), Name: f.get("name"), Short: f.get("short"), Sign: f.get("sign"), Kind: f.get("kind"), Standing: f.get("standing"),
		Region: f.get("region"), Parent: number(f.get("parent")), Order: number(f.get("order")), From: f.get("from"), Reason: f.get("reason"),
	}
}

// unitNewShow is the form of a new unit.
func (s *Server) unitNewShow(w http.ResponseWriter, r *http.Request) error {
	return s.unitNewRender(w, r, nil)
}

func (s *Server) unitNewRender(w http.ResponseWriter, r *http.Request, back *sent) error {
	v := visitOf(r)
	if !s.keeps(v, 0) {
		return denied("单位名录由统筹岗维护，您的岗位不能登记单位。")
	}
	p := view.FormPage{Page: s.frame(r, v, "units", "登记单位")}
	p.Crumbs = []view.Link{{Text: "依据与系统"}, {Text: "单位与人员", Href: "/units"}, {Text: "登记单位"}}
	form := s.unitForm(v, nil)
	form.ID, form.Action, form.Submit = "u-new", "/units/new", "登记单位"
	p.Box = back.act(&p.Page, "登记内容", "", form)
	p.Box.Folded = false
	return s.render(w, r, back.status(), view.OneForm(p))
}

// unitNew registers a unit.
func (s *Server) unitNew(w http.ResponseWriter, r *http.Request) error {
	f, err := posted(r)
	if err != nil {
		return err
	}
	no, err := s.House.NewUnit(r.Context(), visitOf(r).Actor, requestOf(r), readUnitForm(f))
	if back := rejected(r, "u-new", err); back != nil {
		return s.unitNewRender(w, r, back)
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, unitPath(no), view.Flash{Tone: "ok", Lead: "已经登记“" + f.get("name") + "”。", Next: "登记该单位的联络员，任务才有人接收。"})
}

// unitDo does an act of one of the unit page's forms and leads back to it.
func (s *Server) unitDo(w http.ResponseWriter, r *http.Request, form string, do func(no int64, f formValues) (view.Flash, error)) error {
	no, err := pathNo(r, "no")
	if err != nil {
		return err
	}
	f, err := posted(r)
	if err != nil {
		return err
	}
	flash, err := do(no, f)
	if back := rejected(r, form, err); back != nil {
		return s.unitRender(w, r, back)
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, unitPath(no), flash)
}

// unitChange changes what is registered.
func (s *Server) unitChange(w http.ResponseWriter, r *http.Request) error {
	return s.unitDo(w, r, "u-change", func(no int64, f formValues) (view.Flash, error) {
		err := s.House.ChangeUnit(r.Context(), visitOf(r).Actor, requestOf(r), no, number(f.get("seen")), readUnitForm(f))
		return view.Flash{Tone: "ok", Lead: "登记内容已经变更。", Text: "原来的内容保留在沿革中。"}, err
	})
}

// unitAlias adds an alias.
func (s *Server) unitAlias(w http.ResponseWriter, r *http.Request) error {
	return s.unitDo(w, r, "u-alias", func(no int64, f formValues) (view.Flash, error) {
		err := s.House.AddAlias(r.Context(), visitOf(r).Actor, requestOf(r), no, f.get("alias"))
		return view.Flash{Tone: "ok", Lead: "已经增加别名“" + f.get("alias") + "”。"}, err
	})
}

// unitAliasDrop forgets an alias.
func (s *Server) unitAliasDrop(w http.ResponseWriter, r *http.Request) error {
	return s.unitDo(w, r, "", func(no int64, _ formValues) (view.Flash, error) {
		name := r.URL.Query().Get("name")
		return view.Flash{Tone: "ok", Lead: "别名“" + name + "”已经取消。"}, s.House.DropAlias(r.Context(), visitOf(r).Actor, "", no, name)
	})
}

// unitRelation registers a relation.
func (s *Server) unitRelation(w http.ResponseWriter, r *http.Request) error {
	return s.unitDo(w, r, "u-rel", func(no int64, f formValues) (view.Flash, error) {
		err := s.House.Relate(r.Context(), visitOf(r).Actor, requestOf(r), no, admin.Relation{
			Kind: f.get("kind"), Other: number(f.get("other")), From: f.get("from"), To: f.get("to"),
		})
		return view.Flash{Tone: "ok", Lead: "单位关系已经登记。"}, err
	})
}

// unitPerson registers a person with a first post in the unit.
func (s *Server) unitPerson(w http.ResponseWriter, r *http.Request) error {
	return s.unitDo(w, r, "u-person", func(no int64, f formValues) (view.Flash, error) {
		_, err := s.House.NewPerson(r.Context(), visitOf(r).Actor, requestOf(r), f.get("key"), f.get("name"), f.get("phone"), admin.PostForm{
			Unit: no, Role: f.get("role"), Title: f.get("title"), From: f.get("from"),
		})
		return view.Flash{Tone: "ok", Lead: "已经登记" + f.get("name") + "，任" + roleTitle(f.get("role")) + "。", Next: "由系统管理员开立账号。"}, err
	})
}

// unitEnd ends the unit or merges it into its successor.
func (s *Server) unitEnd(w http.ResponseWriter, r *http.Request) error {
	return s.unitDo(w, r, "u-end", func(no int64, f formValues) (view.Flash, error) {
		if f.get("typed") != visitOf(r).Site.Tree().Name(no) {
			return view.Flash{}, app.Wrong("typed", "与本单位全称“%s”不一致，没有撤销。", visitOf(r).Site.Tree().Name(no))
		}
		moved, err := s.House.EndUnit(r.Context(), visitOf(r).Actor, requestOf(r), admin.Ending{
			Unit: no, Successor: number(f.get("successor")), Day: f.get("day"), Reason: f.get("reason"),
		})
		return movedFlash("单位已经撤销。", moved), err
	})
}

// movedFlash says what an ending or a handover came to.
func movedFlash(lead string, m admin.Moved) view.Flash {
	if len(m.Left) > 0 {
		return view.Flash{
			Tone: "warn", Lead: fmt.Sprintf("有 %d 件事项没有转出，尚未结束。", len(m.Left)), Text: strings.Join(m.Left, "；"),
			Next: "按上面的原因处理后，再办理一次。",
		}
	}
	return view.Flash{Tone: "ok", Lead: lead, Text: fmt.Sprintf("转出事项 %d 件、岗位 %d 个。", m.Matters, m.Posts)}
}
