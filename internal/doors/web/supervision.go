package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/norm/calendar"
)

func (s *Server) supervisionRoutes(mux *http.ServeMux) {
	s.staff(mux, "GET /supervision", s.supervisionShow)
	s.staff(mux, "POST /supervision", s.urgeConfirm)
	s.staff(mux, "POST /supervision/urge", s.urgeSend)
	s.staff(mux, "POST /supervision/extension", s.extensionDecide)
	s.staff(mux, "GET /supervision/export", s.supervisionExport)
	s.staff(mux, "GET /supervision/leaders", s.leaderShow)
	s.staff(mux, "GET /supervision/leaders/{post}", s.leaderShow)
	s.staff(mux, "GET /supervision/leaders/{post}/file", s.leaderFile)
	s.staff(mux, "GET /supervision/paper/{step}/{day}", s.toldPaper)
	s.staff(mux, "GET /board/export", s.boardExport)
}

// supervisor lets in who supervises.
func (s *Server) supervisor(r *http.Request) (*visit, error) {
	v := visitOf(r)
	if !mayOpen(v, "supervision") {
		return nil, app.Faultf(app.Denied, "督办由统筹岗和监督岗办理，您的岗位不能查看。")
	}
	return v, nil
}

// Tabs of the page.
const (
	tabLate   = "late"
	tabAsked  = "asked"
	tabCards  = "cards"
	pageLates = 50
)

// supervisionShow is what is late, by whom, since when; what was asked for; and what supervision should look at.
func (s *Server) supervisionShow(w http.ResponseWriter, r *http.Request) error {
	v, err := s.supervisor(r)
	if err != nil {
		return err
	}
	p, err := s.supervisionPage(r, v)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, view.Supervision(p))
}

// lateList is what is late under the filter of the address.
type lateList struct {
	all   *dispatch.Supervision
	shown []dispatch.Overdue
	unit  int64
	light string
}

func (s *Server) lateList(r *http.Request, v *visit) (*lateList, error) {
	all, err := s.Dispatch.Supervise(r.Context(), v.Site, v.Scope, nil)
	if err != nil {
		return nil, err
	}
	l := &lateList{all: all, unit: number(r.FormValue("unit")), light: r.FormValue("light")}
	for _, o := range all.Late {
		if (l.unit == 0 || o.State.Unit == l.unit) && (l.light == "" || l.light == string(o.Light)) {
			l.shown = append(l.shown, o)
		}
	}
	return l, nil
}

func (s *Server) supervisionPage(r *http.Request, v *visit) (view.SupervisionPage, error) {
	tab := cmp.Or(r.FormValue("tab"), tabLate)
	p := view.SupervisionPage{Page: s.frame(r, v, "supervision", "督办与延期")}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "督办与延期"}}
	p.Land = true
	p.Buttons = []view.Button{{Text: "领导一页纸", Href: "/supervision/leaders"}, {Text: "导出表格", Href: "/supervision/export?" + lateQuery(r.FormValue("unit"), r.FormValue("light"))}}
	list, err := s.lateList(r, v)
	if err != nil {
		return p, err
	}
	asked, objected, err := s.Dispatch.Requests(r.Context(), v.Scope)
	if err != nil {
		return p, err
	}
	red := 0
	for _, o := range list.all.Late {
		if o.Light == dispatch.Red {
			red++
		}
	}
	p.Counts = []view.Count{
		{N: red, Text: "逾期", Light: view.Red, Bad: true, Href: "/supervision?light=red", Current: list.light == "red"},
		{N: len(list.all.Late) - red, Text: "七日内到期", Light: view.Yellow, Href: "/supervision?light=yellow", Current: list.light == "yellow"},
		{N: list.all.Running, Text: "在办", Href: "/board"}, {N: len(asked), Text: "申请延期", Href: "/supervision?tab=asked"},
		{N: len(objected), Text: "提出异议", Href: "/supervision?tab=asked"},
	}
	for _, t := range []struct{ id, text string }{{tabLate, "逾期与临期"}, {tabAsked, "延期与异议"}, {tabCards, "监督提示"}} {
		p.Tabs = append(p.Tabs, view.Tab{Text: t.text, Href: "/supervision?tab=" + t.id, Current: t.id == tab})
	}
	switch tab {
	case tabAsked:
		s.askedTab(&p, v, asked, objected)
	case tabCards:
		return p, s.cardsTab(r, &p, v)
	default:
		return p, s.lateTab(r, &p, v, list)
	}
	return p, nil
}

func lateQuery(unit, light string) string {
	q := url.Values{}
	for name, value := range map[string]string{"unit": unit, "light": light} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q.Encode()
}

func (s *Server) lateTab(r *http.Request, p *view.SupervisionPage, v *visit, list *lateList) error {
	p.Action = "/supervision"
	s.lateFilter(p, v, list)
	start := min(max(int(number(r.FormValue("from"))), 0), max(len(list.shown)-1, 0))
	page := list.shown[start:min(start+pageLates, len(list.shown))]
	for i := range page {
		p.Rows = append(p.Rows, lateRow(v, &page[i]))
	}
	p.Pager = view.Pager{From: start + 1, To: start + len(page), Total: len(list.shown), Unit: "项"}
	at := func(from int) string {
		return fmt.Sprintf("/supervision?from=%d&%s", from, lateQuery(r.FormValue("unit"), list.light))
	}
	if start > 0 {
		p.Pager.Prev = at(max(0, start-pageLates))
	}
	if start+pageLates < len(list.shown) {
		p.Pager.Next = at(start + pageLates)
	}
	if len(list.shown) == 0 {
		p.Empty = view.Empty{Lead: "没有逾期或者七日内到期的任务。"}
		if p.Filter.Said != "" {
			p.Empty = view.NothingFound("任务", p.Filter.Said, "/supervision")
		}
	}
	for _, u := range v.Site.Tree().All() {
		c := list.all.Units[u.No]
		if c == nil {
			continue
		}
		p.ByUnit = append(p.ByUnit, view.UnitLate{
			Unit: view.Link{Text: cmp.Or(u.Short, u.Name), Href: "/supervision?unit=" + decimal(u.No)}, Red: c.Red, Yellow: c.Yellow, Running: c.Running,
		})
		p.Total.Red, p.Total.Yellow, p.Total.Running = p.Total.Red+c.Red, p.Total.Yellow+c.Yellow, p.Total.Running+c.Running
	}
	var err error
	p.Urge, err = s.urgeFields(r)
	return err
}

func (s *Server) lateFilter(p *view.SupervisionPage, v *visit, list *lateList) {
	units := view.Field{Name: "unit", Label: "单位", Kind: view.Select, Options: []view.Option{{Text: "全部"}}}
	var said []string
	for _, u := range v.Site.Tree().All() {
		if c := list.all.Units[u.No]; c != nil && c.Red+c.Yellow > 0 || u.No == list.unit {
			units.Options = append(units.Options, view.Option{Value: decimal(u.No), Text: u.Name, Chosen: u.No == list.unit})
		}
		if u.No == list.unit {
			said = append(said, u.Name)
		}
	}
	lights := view.Field{Name: "light", Label: "灯色", Kind: view.Select, Options: []view.Option{
		{Text: "全部"}, {Value: "red", Text: "逾期", Chosen: list.light == "red"}, {Value: "yellow", Text: "七日内到期", Chosen: list.light == "yellow"},
	}}
	for _, o := range lights.Options[1:] {
		if o.Chosen {
			said = append(said, o.Text)
		}
	}
	p.Filter = view.Filter{Action: "/supervision", Clear: "/supervision", Fields: []view.Field{units, lights}}
	p.Filter.Said = strings.Join(said, "、")
}

func lateRow(v *visit, o *dispatch.Overdue) view.LateRow {
	row := view.LateRow{
		ID: decimal(o.State.No), Light: view.Signal{Light: view.Yellow, Text: o.Words()}, Title: view.Link{Text: o.Title(), Href: matterPath(o.State.No)},
		Unit: v.Site.Tree().Name(o.State.Unit), Since: o.Due, Note: "应当 " + o.Due + " 前完成",
	}
	if o.Light == dispatch.Red {
		row.Light.Light, row.Since = view.Red, o.Since
		row.Note += fmt.Sprintf("，已过 %d 天", -o.Days)
	}
	if o.Submitted {
		row.Note += "；已经提交，等待验收"
	}
	if n := len(o.State.Extends); n > 0 {
		row.Note += fmt.Sprintf("；已延期 %d 次", n)
	}
	if o.Person != 0 {
		row.Person = v.Site.Person(o.Person)
	}
	switch {
	case o.Urged > 0 && o.AnswerBy != "":
		row.Urged = fmt.Sprintf("%d 次，%s 前答复", o.Urged, o.AnswerBy)
	case o.Urged > 0:
		row.Urged = fmt.Sprintf("%d 次，最近 %s", o.Urged, o.UrgedOn)
	}
	return row
}

// answerDays is how many workdays an urging leaves for an answer where the person says nothing else.
const answerDays = 3

// urgingWords is the text that is proposed; the person changes it.
const urgingWords = "请核实所列任务逾期的原因，于答复期限前办结或者报告办理情况。确需延期的，请办理延期手续。"

func (s *Server) urgeFields(r *http.Request) ([]view.Field, error) {
	today, err := calendar.Parse(s.Acts.Today())
	if err != nil {
		return nil, err
	}
	by, err := s.Acts.Book().Calendar().AddWorkdays(today, answerDays)
	if err != nil {
		return nil, err
	}
	way := cmp.Or(r.FormValue("way"), "urge")
	return []view.Field{
		{Name: "way", Label: "方式", Kind: view.Radio, Options: []view.Option{
			{Value: "urge", Text: "催办通知", Note: "列入承办单位的工作台", Chosen: way == "urge"},
			{Value: "notice", Text: "通报", Note: "记入任务，并生成通报文稿", Chosen: way == "notice"},
		}},
		{Name: "until", Label: "答复期限", Kind: view.Date, Short: true, Value: cmp.Or(r.FormValue("until"), by.String()), Hint: fmt.Sprintf("缺省为 %d 个工作日", answerDays)},
		{Name: "text", Label: "内容", Kind: view.Area, Value: cmp.Or(r.FormValue("text"), urgingWords), Hint: "每个单位只收到自己的任务"},
	}, nil
}

// askedTab lists extensions to decide, and objections to settle on the task's own page.
func (s *Server) askedTab(p *view.SupervisionPage, v *visit, asked []dispatch.Prolonging, objected []dispatch.Objected) {
	if v.holds(access.Coordinator) {
		p.ExtensionAction = "/supervision/extension"
	}
	for _, a := range asked {
		row := view.ExtensionRow{
			ID: decimal(a.State.No), Matter: view.Link{Text: a.Title(), Href: matterPath(a.State.No)}, Unit: v.Site.Tree().Name(a.State.Unit),
			Old: a.Due, Want: a.Want, Reason: a.Reason, Asked: a.On,
		}
		if a.TooLate {
			row.TooLate = "申请晚于到期日，准予延期后仍按逾期记录。"
		}
		p.Extensions = append(p.Extensions, row)
	}
	wishes := map[string]string{"reassign": "要求改派", "split": "要求拆分", "reject": "不予接受"}
	for _, o := range objected {
		note := wishes[o.Wish] + "：" + o.Reason
		if o.Suggested != "" {
			note += "（建议由" + o.Suggested + "承担）"
		}
		p.Cards = append(p.Cards, view.CardRow{
			Light: view.Signal{Light: view.Yellow, Text: "异议"}, Title: view.Link{Text: o.Title(), Href: matterPath(o.State.No)}, Note: note,
			Unit: v.Site.Tree().Name(o.State.Unit), Day: o.On, Next: view.Link{Text: "处理异议", Href: matterPath(o.State.No) + "#f-decide_objection"},
		})
	}
	if len(p.Extensions)+len(p.Cards) == 0 {
		p.Action, p.Empty = "/supervision", view.Empty{Lead: "没有待处理的延期申请和异议。"}
	}
}

// superviseLink opens the form of a supervision (行政执法监督) with what a card says.
func superviseLink(c dispatch.Card) string {
	q := url.Values{
		"f.title": {string(c.Kind) + "：" + c.Title}, "f.source": {"platform"}, "f.source_number": {decimal(cmp.Or(c.Seq, c.Matter))},
		"link": {decimal(c.Matter)}, "link_kind": {"caused_by"},
	}
	return "/lines/oversight/new/supervision?" + q.Encode()
}

func (s *Server) cardsTab(r *http.Request, p *view.SupervisionPage, v *visit) error {
	cards, left, err := s.Dispatch.Cards(r.Context(), v.Scope)
	if err != nil {
		return err
	}
	p.CardsLeft = left
	def, ok := s.Acts.Book().Procedure("supervision", v.Today)
	opens := ok && mayOpenCase(v, def)
	for _, c := range cards {
		light := view.Signal{Light: view.Yellow, Text: string(c.Kind)}
		if c.Kind == dispatch.CardBack || c.Kind == dispatch.CardMissed || c.Kind == dispatch.CardBroken {
			light.Light = view.Red
		}
		next := view.Link{Text: "打开", Href: matterPath(c.Matter)}
		if c.Seq != 0 {
			next = view.Link{Text: "存证编号 " + grouped(c.Seq), Href: recordPath(c.Seq)}
		}
		row := view.CardRow{
			Light: light, Title: view.Link{Text: c.Title, Href: matterPath(c.Matter)}, Note: c.Note, Unit: v.Site.Tree().Name(c.Unit), Day: c.Day, Next: next,
		}
		if opens {
			row.Open = view.Link{Text: "开展监督", Href: superviseLink(c)}
		}
		p.Cards = append(p.Cards, row)
	}
	if len(cards) == 0 {
		p.Action, p.Empty = "/supervision", view.Empty{Lead: "最近七天没有监督提示。", Text: "倒填、超过期限、遗漏步骤、作废、影响数字的更正和说明理由办理，列在这里。"}
	}
	return nil
}

// picked reads the ticked matters of a form, each once.
func picked(r *http.Request) []int64 {
	if r.PostForm == nil && r.ParseForm() != nil {
		return nil // a form that cannot be read has nothing ticked
	}
	var out []int64
	for _, text := range r.PostForm["pick"] {
		if n := number(text); n > 0 && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}
