package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doc/plan"
	"zhunsheng/internal/doc/text"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/unit"
)

// lowConfidence is where a person is asked to look again.
const lowConfidence = 0.8

// planReviewShow shows the document beside its measures.
func (s *Server) planReviewShow(w http.ResponseWriter, r *http.Request) error {
	draft, err := s.Dispatch.Draft(r.Context(), visitOf(r).Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	return s.showReview(w, r, http.StatusOK, draft, nil)
}

func (s *Server) showReview(w http.ResponseWriter, r *http.Request, status int, draft *dispatch.Draft, faults []app.FieldFault) error {
	paragraphs, err := s.Dispatch.Paragraphs(r.Context(), draft)
	if err != nil {
		return err
	}
	b := reviewBuilder{draft: draft, tree: visitOf(r).Site.Tree(), faults: faults, onlyOpen: r.URL.Query().Get("show") == "open"}
	if b.outlines, err = s.Dispatch.Outlines(r.Context()); err != nil {
		return err
	}
	if draft.Superior != 0 {
		all, err := s.Dispatch.MeasuresOf(r.Context(), draft.Superior)
		if err != nil {
			return err
		}
		b.above = all[draft.Superior]
	}
	p := b.page(s.frame(r, visitOf(r), "import", "核对措施"), paragraphs)
	return s.render(w, r, status, view.PlanReview(p))
}

// planReviewSave takes over what was put right and goes where the button says.
func (s *Server) planReviewSave(w http.ResponseWriter, r *http.Request) error {
	v, id := visitOf(r), r.PathValue("id")
	draft, err := s.Dispatch.Draft(r.Context(), v.Actor, id)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return app.Faultf(app.Invalid, "内容没有传完，没有保存。请再提交一次。")
	}
	review, op := parseReview(r, draft)
	superior := draft.Superior
	draft, err = s.Dispatch.Save(r.Context(), v.Actor, id, review)
	if err != nil {
		return err
	}
	if draft.Superior != superior && draft.Superior != 0 {
		return s.redirect(w, r, importPath(id), view.Flash{Tone: "ok", Lead: "已经选定上位规划。", Text: "请核对各项措施对应的上位规划措施。"})
	}
	switch op {
	case "confirm", "objections":
		if faults := draft.Check(v.Site.Tree()); len(faults) > 0 {
			return s.showReview(w, r, http.StatusUnprocessableEntity, draft, faults)
		}
		if draft.Was > 0 {
			return s.redirect(w, r, diffPath(id))
		}
		if op == "objections" {
			return s.redirect(w, r, importPath(id)+"/division")
		}
		return s.redirect(w, r, importPath(id)+"/confirm")
	}
	return s.redirect(w, r, importPath(id), view.Flash{Tone: "ok", Lead: "草稿已经保存。", Text: "还没有下达，可以随时回来继续核对。"})
}

// parseReview reads the form of the review page; names are known by their place in the draft of the same version.
func parseReview(r *http.Request, draft *dispatch.Draft) (dispatch.Review, string) {
	review := dispatch.Review{
		Version: int(number(r.PostForm.Get("version"))), Title: r.PostForm.Get("title"), Number: r.PostForm.Get("number"),
		Issuer: r.PostForm.Get("issuer"), Date: r.PostForm.Get("date"), Year: int(number(r.PostForm.Get("year"))),
		Measures: map[string]dispatch.MeasureEdit{}, Names: map[string]dispatch.NameEdit{}, Head: parseHead(r),
	}
	for _, m := range draft.Measures {
		if !r.PostForm.Has(m.ID + ".title") {
			continue // not on this page
		}
		get := func(control string) string { return r.PostForm.Get(m.ID + "." + control) }
		review.Measures[m.ID] = dispatch.MeasureEdit{
			Title: get("title"), Due: get("due"), Targets: get("target"), Stage: m.Stage, Lead: get("lead"), Responsible: get("responsible"),
			Assist: get("assist"), Undertake: get("undertake"), Superior: number(get("superior")),
		}
	}
	for i, n := range draft.Names {
		prefix := nameID(n, i)
		if !r.PostForm.Has(prefix+".unit") && !(n.Collective && r.PostForm.Has("version")) {
			continue
		}
		edit := dispatch.NameEdit{Keep: r.PostForm.Get(prefix+".keep") == "1"}
		for _, value := range r.PostForm[prefix+".unit"] {
			if no := number(value); no != 0 {
				edit.Units = append(edit.Units, no)
			}
		}
		if len(edit.Units) > 0 || n.Collective {
			review.Names[n.Name] = edit
		}
	}
	op, id, _ := strings.Cut(r.PostForm.Get("op"), ":")
	switch op {
	case "add":
		review.Add = id
	case "split":
		review.Split = id
	case "delete":
		review.Delete = id
	}
	return review, op
}

// nameID is the prefix of the controls of a printed name.
func nameID(n dispatch.Name, i int) string {
	if n.Collective {
		return "g.n" + strconv.Itoa(i)
	}
	return "u.n" + strconv.Itoa(i)
}

// reviewBuilder makes the review page of a draft.
type reviewBuilder struct {
	draft    *dispatch.Draft
	tree     *unit.Tree
	faults   []app.FieldFault
	onlyOpen bool
	open     int
	outlines []dispatch.Plan
	above    []dispatch.PlanMeasure // of the draft's outline
}

func (b *reviewBuilder) page(frame view.Page, paragraphs []text.Paragraph) view.PlanReviewPage {
	d := b.draft
	frame.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "年度计划", Href: "/plans"}, {Text: "核对措施"}}
	frame.Facts = strings.Join(slices.DeleteFunc([]string{d.Title, d.Number, yearText(d.Year)}, func(s string) bool { return s == "" }), " · ")
	for _, n := range d.Notes {
		frame.Flash = append(frame.Flash, view.Flash{Tone: "warn", Lead: n})
	}
	if d.Was > 0 {
		frame.Buttons = []view.Button{{Text: "与已下达的计划比较", Href: diffPath(d.ID)}}
	}
	p := view.PlanReviewPage{Page: frame, Action: importPath(d.ID), Version: strconv.Itoa(d.Version)}
	b.head(&p)
	b.names(&p)
	b.measures(&p)
	p.Paragraphs = docParagraphs(paragraphs, d)
	if slices.ContainsFunc(paragraphs, func(para text.Paragraph) bool { return readable(para.Text) != para.Text }) {
		p.DocNote = "已转为简体、略去拼音，上传的原文件不变"
	}
	for _, u := range b.tree.All() {
		p.UnitNames = append(p.UnitNames, cmp.Or(u.Short, u.Name))
	}
	for _, f := range b.faults {
		p.Errors = append(p.Errors, view.FieldError{ID: b.controlOf(f.Field), Text: f.Say})
	}
	unsettled := 0
	for _, n := range d.Names {
		if !n.Settled && !n.Collective {
			unsettled++
		}
	}
	p.Open = b.open + unsettled
	units := map[int64]bool{}
	for i := range d.Measures {
		duties, _ := d.Duties(&d.Measures[i])
		for _, duty := range duties {
			units[duty.Unit] = true
		}
	}
	p.Counts = []view.Count{
		{N: len(d.Measures), Text: "项措施"}, {N: len(units), Text: "个单位"}, {N: unsettled, Text: "个名称待确认", Href: "#unknown", Bad: unsettled > 0},
		{N: len(p.Groups), Text: "个集合名称", Href: "#groups"}, {N: b.open, Text: "项需要核对", Href: "?show=open"},
	}
	if len(p.Unknown) == 0 {
		p.Counts[2].Href = ""
	}
	if len(p.Groups) == 0 {
		p.Counts[3].Href = ""
	}
	p.Filter = []view.Link{
		{Text: "全部 " + strconv.Itoa(len(d.Measures)), Href: importPath(d.ID)}, {Text: "只看需要核对 " + strconv.Itoa(b.open), Href: "?show=open"},
	}
	if d.Outline() {
		p.Consequence = "确认后登记为规划，由年度计划承接；原文、识别结果和修改都会留存记录"
		return p
	}
	p.Consequence = fmt.Sprintf("确认后向 %d 个单位下达 %d 项任务，原文、识别结果和修改都会留存记录", len(units), len(d.Measures))
	return p
}

func yearText(year int) string {
	if year == 0 {
		return ""
	}
	return strconv.Itoa(year) + "年度"
}

// controlOf leads from a fault to its control.
func (b *reviewBuilder) controlOf(field string) string {
	if headControl(field) {
		return "head." + field
	}
	name, ok := strings.CutPrefix(field, "u.")
	if !ok {
		return field
	}
	for i, n := range b.draft.Names {
		if n.Name == name {
			if n.Collective {
				return "g-n" + strconv.Itoa(i)
			}
			return "u.n" + strconv.Itoa(i) + ".unit"
		}
	}
	return field
}

func (b *reviewBuilder) names(p *view.PlanReviewPage) {
	for i, n := range b.draft.Names {
		id := "n" + strconv.Itoa(i)
		if n.Collective {
			p.Groups = append(p.Groups, b.collective(id, n))
			continue
		}
		if n.Settled && !n.Keep {
			continue // known before
		}
		p.Unknown = append(p.Unknown, b.unknown(id, n))
	}
}

// settled tells that a name needs no look: it was matched, or the register of unit groups says whom it means.
func (b *reviewBuilder) settled(n dispatch.Name) bool {
	if n.Settled || !n.Collective {
		return n.Settled
	}
	_, known := b.tree.Group(n.Name)
	return known
}

func (b *reviewBuilder) unknown(id string, n dispatch.Name) view.UnknownUnit {
	u := view.UnknownUnit{ID: id, Name: n.Name, Places: b.places(n.Name), Keep: true, Settled: n.Settled, Options: []view.Option{{Text: "请选择"}}}
	chosen := int64(0)
	if len(n.Units) > 0 {
		chosen = n.Units[0]
	}
	near := b.tree.Near(n.Name, 3)
	if alike, ok := b.tree.Alike(n.Name); ok && chosen == 0 {
		chosen = alike.No
		u.Proposed = "名称只差层级，已经选上，请核对"
	} else if chosen == 0 && len(near) > 0 {
		u.Proposed = "名称相近：" + near[0].Name
	}
	for _, o := range near {
		u.Options = append(u.Options, view.Option{Value: strconv.FormatInt(o.No, 10), Text: o.Name, Note: "名称相近", Chosen: o.No == chosen})
	}
	for _, o := range b.tree.All() {
		if !slices.ContainsFunc(near, func(x unit.Unit) bool { return x.No == o.No }) {
			u.Options = append(u.Options, view.Option{Value: strconv.FormatInt(o.No, 10), Text: o.Name, Chosen: o.No == chosen})
		}
	}
	for _, f := range b.faults {
		if f.Field == "u."+n.Name {
			u.Error = f.Say
		}
	}
	return u
}

func (b *reviewBuilder) collective(id string, n dispatch.Name) view.CollectiveName {
	g := view.CollectiveName{ID: id, Name: n.Name, Places: b.places(n.Name), Keep: n.Keep, Settled: n.Settled}
	if known, ok := b.tree.Group(n.Name); ok {
		g.Group = known.Name
	}
	for _, u := range b.tree.All() {
		g.Units = append(g.Units, view.Option{
			Value: strconv.FormatInt(u.No, 10), Text: cmp.Or(u.Short, u.Name), Chosen: slices.Contains(n.Units, u.No),
		})
	}
	return g
}

// places links the measures that name a unit.
func (b *reviewBuilder) places(name string) []view.Link {
	page := ""
	if b.onlyOpen {
		page = importPath(b.draft.ID) // the rows may not stand on this one
	}
	var out []view.Link
	for _, m := range b.draft.Measures {
		if slices.ContainsFunc(m.Units, func(u plan.Unit) bool { return u.Name == name }) {
			out = append(out, view.Link{Text: measureLabel(m), Href: page + "#" + m.ID})
		}
	}
	if len(out) > 6 {
		out = append(out[:6:6], view.Link{Text: fmt.Sprintf("等 %d 项", len(out))})
	}
	return out
}

func measureLabel(m dispatch.Measure) string {
	if m.Label == "" {
		return "补充项"
	}
	return m.Label
}

func (b *reviewBuilder) measures(p *view.PlanReviewPage) {
	for i := range b.draft.Measures {
		m := &b.draft.Measures[i]
		row := b.measure(m)
		look := row.Low || row.Unknown || len(row.Errors) > 0 || m.Label == ""
		if look {
			b.open++
		}
		if b.onlyOpen && !look {
			continue
		}
		if n := len(p.Sections); n == 0 || p.Sections[n-1].Title != m.Section {
			p.Sections = append(p.Sections, view.ReviewSection{Title: m.Section})
		}
		section := &p.Sections[len(p.Sections)-1]
		section.Measures = append(section.Measures, row)
	}
}

func (b *reviewBuilder) measure(m *dispatch.Measure) view.ReviewMeasure {
	row := view.ReviewMeasure{
		ID: m.ID, Label: measureLabel(*m), Title: m.Title, Due: m.Due, Target: m.Targets, Confidence: int(100 * m.Confidence),
		Low: m.Confidence < lowConfidence, Errors: map[string]string{},
	}
	names := map[string][]string{}
	for _, u := range m.Units {
		names[u.Role] = append(names[u.Role], u.Name)
		if i := slices.IndexFunc(b.draft.Names, func(n dispatch.Name) bool { return n.Name == u.Name && !b.settled(n) }); i >= 0 {
			row.Unknown, row.UnknownID = true, "u-n"+strconv.Itoa(i)
			if b.draft.Names[i].Collective {
				row.UnknownID = "g-n" + strconv.Itoa(i)
			}
			row.Marks = []view.Tag{{Text: "单位需确认", Tone: "w"}}
		}
	}
	row.Lead, row.Responsible = strings.Join(names[plan.RoleLead], "、"), strings.Join(names[plan.RoleResponsible], "、")
	row.Assist, row.Undertake = strings.Join(names[plan.RoleAssist], "、"), strings.Join(names[plan.RoleUndertake], "、")
	if duties, why := b.draft.Duties(m); len(duties) > 0 {
		row.Chief = "牵头 " + b.tree.Name(duties[0].Unit) + "（" + why + "）"
	}
	if m.End > m.Start {
		row.TextID = "t" + strconv.Itoa(m.Start)
	}
	b.superiors(m, &row)
	for _, f := range b.faults {
		if control, ok := strings.CutPrefix(f.Field, m.ID+"."); ok {
			row.Errors[control] = f.Say
		}
	}
	return row
}
