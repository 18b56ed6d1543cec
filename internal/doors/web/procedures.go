package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"zhunsheng/internal/app"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/norm/chart"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/internal/store/read"
)

func procedurePath(id string) string { return "/procedures/" + url.PathEscape(id) }

// procedureText is the page of the version from a day.
func procedureText(id, inForce string) string { return procedurePath(id) + "?text=" + inForce }

func procedureTitle(b *rulebook.Book, id string) string {
	if versions := b.Versions(id); len(versions) > 0 {
		return versions[len(versions)-1].Title
	}
	return id
}

// lines of work, in the order of the menu.
var procedureGroups = []struct{ id, title string }{
	{"plan", "计划督办"}, {"decision", "决策与文件"}, {"permit", "权责与审批"}, {"enforcement", "行政执法"}, {"openness", "政务公开"},
	{"oversight", "监督问责"}, {"supervision", "执法监督"}, {"dispute", "复议与化解"}, {"learning", "学法普法"}, {"emergency", "应急管理"},
}

// proceduresShow lists the procedures by line of work.
func (s *Server) proceduresShow(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	book := s.Acts.Book()
	p := view.ProceduresPage{Page: s.frame(r, v, "procedures", "程序与期限")}
	p.Crumbs = []view.Link{{Text: "依据与系统"}, {Text: "程序与期限"}}
	byGroup := map[string][]view.ProcedureRow{}
	steps, limits, gates := 0, 0, 0
	for _, id := range book.Procedures() {
		d, _ := book.Procedure(id, v.Today)
		row := view.ProcedureRow{
			Title: view.Link{Text: d.Title, Href: procedurePath(id)}, Basis: d.Basis, Days: versionDays(d), Steps: len(d.AllSteps), Limits: len(d.AllLimits),
			Gates: len(d.Gates),
		}
		if row.Limits > 0 {
			row.Calculator = view.Link{Text: "计算期限", Href: procedurePath(id) + "/limits"}
		}
		steps, limits, gates = steps+row.Steps, limits+row.Limits, gates+row.Gates
		group := d.Group
		if !slices.ContainsFunc(procedureGroups, func(g struct{ id, title string }) bool { return g.id == group }) {
			group = ""
		}
		byGroup[group] = append(byGroup[group], row)
	}
	for _, g := range append(slices.Clone(procedureGroups), struct{ id, title string }{"", "其他"}) {
		if rows := byGroup[g.id]; rows != nil {
			p.Groups = append(p.Groups, view.ProcedureGroup{Title: g.title, Rows: rows})
		}
	}
	p.Counts = []view.Count{{N: len(book.Procedures()), Text: "种程序"}, {N: steps, Text: "个环节"}, {N: limits, Text: "项期限"}, {N: gates, Text: "项条件"}}
	return s.render(w, r, http.StatusOK, view.Procedures(p))
}

func versionDays(d *procedure.Definition) string {
	if d.Until != "" {
		return d.InForce + " 起，" + d.Until + " 前"
	}
	return d.InForce + " 起"
}

// definition finds the version of the address: by its day, else the one in force today.
func (s *Server) definition(r *http.Request) (*procedure.Definition, error) {
	id := r.PathValue("id")
	for _, d := range s.Acts.Book().Versions(id) {
		if d.InForce == r.FormValue("text") {
			return d, nil
		}
	}
	d, ok := s.Acts.Book().Procedure(id, visitOf(r).Today)
	if !ok {
		return nil, app.Faultf(app.NotFound, "规则包中没有这种程序。")
	}
	return d, nil
}

// pieceHigh is how high a piece of a chart is at most for its width: two fit on A4, one on A4 across. A chart wider than
// acrossFrom, in pixels, is printed across.
const (
	pieceHigh  = 0.6
	acrossFrom = 1100
)

// chartOf draws the chart in the view of the address.
func (s *Server) chartOf(r *http.Request, d *procedure.Definition, lists bool) (*chart.Drawing, chart.View) {
	o := chart.Options{View: chart.Staff, Lists: lists, Name: func(id string) string { return paperTitle(s.Acts.Book(), id) }}
	if r.FormValue("view") == string(chart.Public) {
		o.View = chart.Public
	}
	return chart.Draw(d, o), o.View
}

// procedureChart is the chart as a file that stands by itself.
func (s *Server) procedureChart(w http.ResponseWriter, r *http.Request) error {
	d, err := s.definition(r)
	if err != nil {
		return err
	}
	drawn, _ := s.chartOf(r, d, true)
	return download(w, d.Title+"流程图.svg", "image/svg+xml", []byte(drawn.SVG()))
}

// procedureShow is one version of a procedure with its flow chart.
func (s *Server) procedureShow(w http.ResponseWriter, r *http.Request) error {
	return s.showProcedure(w, r, nil)
}

func (s *Server) showProcedure(w http.ResponseWriter, r *http.Request, back *sent) error {
	d, err := s.definition(r)
	if err != nil {
		return err
	}
	v := visitOf(r)
	book := s.Acts.Book()
	counts, err := s.Acts.Running(r.Context(), v.Scope, []string{d.ID})
	if err != nil {
		return err
	}
	p := view.ProcedurePage{Page: s.frame(r, v, "procedures", d.Title), Running: runningOf(book, d.ID, counts[d.ID])}
	p.Crumbs = []view.Link{{Text: "依据与系统"}, {Text: "程序与期限", Href: "/procedures"}, {Text: d.Title}}
	p.Page.Facts = versionDays(d) + "的版本"
	if len(d.AllLimits) > 0 {
		p.Buttons = []view.Button{{Text: "计算期限", Href: procedurePath(d.ID) + "/limits?text=" + d.InForce}}
	}
	drawn, shown := s.chartOf(r, d, false)
	base := procedureText(d.ID, d.InForce)
	for _, t := range []struct {
		view  chart.View
		title string
	}{{chart.Staff, "工作人员用"}, {chart.Public, "公众查阅"}} {
		p.Views = append(p.Views, view.Tab{Text: t.title, Href: base + "&view=" + string(t.view), Current: t.view == shown})
	}
	for _, piece := range drawn.Pages(int(pieceHigh * float64(drawn.Width))) {
		p.Chart = append(p.Chart, templ.Raw(piece)) // our own drawing; every word in it is escaped
	}
	p.Land = drawn.Width > acrossFrom
	p.ChartSum = fmt.Sprintf("%d 个环节", drawn.Steps)
	p.SVG = view.Link{Text: "下载 SVG", Href: procedurePath(d.ID) + "/chart.svg?text=" + d.InForce + "&view=" + string(shown)}
	b := procedureBuilder{book: book, def: d}
	b.fill(&p, drawn, shown)
	if err := s.paramsOf(r, d, &p, back); err != nil {
		return err
	}
	return s.render(w, r, back.status(), view.Procedure(p))
}

// procedureMatters lists the running matters of a procedure that the reader sees.
func (s *Server) procedureMatters(w http.ResponseWriter, r *http.Request) error {
	d, err := s.definition(r)
	if err != nil {
		return err
	}
	v := visitOf(r)
	rows, limits, err := s.Acts.RunningPage(r.Context(), v.Scope, d.ID, number(r.FormValue("before")))
	if err != nil {
		return err
	}
	p := view.MattersPage{Page: s.frame(r, v, "procedures", d.Title+"：在办事项"), Sum: "您可以查看的范围内，从新到旧"}
	p.Crumbs = []view.Link{{Text: "依据与系统"}, {Text: "程序与期限", Href: "/procedures"}, {Text: d.Title, Href: procedurePath(d.ID)}, {Text: "在办事项"}}
	p.Empty = view.Empty{Lead: "没有在办的事项。", Text: "您可以查看的范围内，没有按这种程序在办的事项。"}
	for _, m := range rows {
		row := view.MatterRow{
			Light: soonest(limits[m.State.No], v.Today), Title: view.Link{Text: cmp.Or(m.State.Title, d.Title), Href: matterPath(m.State.No)},
			Number: m.State.Number, Unit: v.Site.Tree().Name(m.State.Unit), Day: m.State.Opened,
		}
		if def, ok := s.Acts.Book().ByDigest(m.State.Def); ok {
			row.Version = versionDays(def)
		}
		p.Rows = append(p.Rows, row)
	}
	if len(rows) == read.PageSize {
		p.Next = view.Link{Text: "下一页", Href: fmt.Sprintf("%s/matters?before=%d", procedurePath(d.ID), rows[len(rows)-1].State.No)}
	}
	return s.render(w, r, http.StatusOK, view.Matters(p))
}

// soonest is the light of the open limit that falls due first.
func soonest(limits []procedure.LimitView, today string) view.Signal {
	open := slices.DeleteFunc(slices.Clone(limits), func(l procedure.LimitView) bool {
		return l.Due == "" || !slices.Contains([]string{procedure.Running, procedure.DueSoon, procedure.Overdue}, l.State)
	})
	if len(open) == 0 {
		return view.Signal{Light: view.Open, Text: "没有进行中的期限"}
	}
	first := slices.MinFunc(open, func(a, b procedure.LimitView) int { return strings.Compare(a.Due, b.Due) })
	return limitView(first, today).Light
}

// paperTitle names a paper by the head of its template; one without a template is named by its id.
func paperTitle(b *rulebook.Book, id string) string {
	head, _, _ := strings.Cut(string(b.Text("papers/"+id+".md")), "\n---\n")
	for line := range strings.Lines(head) {
		if title, ok := strings.CutPrefix(line, "title:"); ok {
			return strings.Trim(strings.TrimSpace(title), `"`)
		}
	}
	return id
}
