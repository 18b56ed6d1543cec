package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/app"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/norm/law"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/internal/store/read"
)

func (s *Server) lawRoutes(mux *http.ServeMux) {
	s.staff(mux, "GET /laws", s.lawsShow)
	s.staff(mux, "GET /laws/{id}", s.lawShow)
	s.staff(mux, "GET /cite", s.citeShow)
	s.staff(mux, "GET /procedures", s.proceduresShow)
	s.staff(mux, "GET /procedures/{id}", s.procedureShow)
	s.staff(mux, "GET /procedures/{id}/chart.svg", s.procedureChart)
	s.staff(mux, "POST /procedures/{id}/params", s.procedureParam)
	s.staff(mux, "GET /procedures/{id}/matters", s.procedureMatters)
	s.staff(mux, "GET /procedures/{id}/limits", s.calculatorShow)
	s.staff(mux, "GET /matters/{no}/limits", s.matterLimits)
}

func lawPath(id, text string) string {
	p := "/laws/" + url.PathEscape(id)
	if text != "" {
		p += "?text=" + text
	}
	return p
}

// placePath leads to what a citation points at.
func placePath(r law.Ref) string {
	p := lawPath(r.Instrument.ID, r.Version.InForce)
	if r.Article != nil {
		p += "#a-" + r.Article.Key()
	}
	return p
}

// citeLink leads from a citation to its article as of a day; one that leads nowhere is words.
func citeLink(b *rulebook.Book, cites, on string) view.Link {
	if strings.HasPrefix(cites, "param.") {
		return view.Link{Text: "单位选定的规章"}
	}
	l := view.Link{Text: cites}
	if refs, err := b.Laws().Resolve(cites, on); err == nil {
		l.Href = placePath(refs[0])
	}
	return l
}

// citeShow leads from the words of a citation to the law's page.
func (s *Server) citeShow(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	text := r.FormValue("q")
	refs, err := s.Acts.Book().Laws().Resolve(text, dayOf(r, "on", v.Today))
	if err == nil {
		http.Redirect(w, r, placePath(refs[0]), http.StatusSeeOther)
		return nil
	}
	return s.render(w, r, http.StatusOK, view.Message(view.MessagePage{
		Page: s.frame(r, v, "laws", "依据“"+text+"”"), Lead: "法律法规目录中查不到这一依据：" + err.Error() + "。由单位自行选定的规章不在目录中。",
		Links: []view.Link{{Text: "法律法规", Href: "/laws"}},
	}))
}

// lawsShow lists the instruments.
func (s *Server) lawsShow(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	book := s.Acts.Book()
	q, on := strings.TrimSpace(r.FormValue("q")), dayOf(r, "on", v.Today)
	p := view.LawsPage{Page: s.frame(r, v, "laws", "法律法规")}
	p.Facts = "程序的每一处依据都指向这里的文件和条文；只收录条号和自拟的提要"
	p.Crumbs = []view.Link{{Text: "依据与系统"}, {Text: "法律法规"}}
	p.Filter = view.Filter{Action: "/laws", Clear: "/laws", Said: on + " 的情况", Fields: []view.Field{
		{Name: "q", Label: "名称或者文号", Value: q}, {Name: "on", Label: "哪一日的情况", Kind: view.Date, Value: on},
	}}
	byLevel := map[string][]view.LawRow{}
	total, cited := 0, 0
	instruments := book.Laws().Instruments()
	for i := range instruments {
		in := &instruments[i]
		if !strings.Contains(in.Title+in.Number+strings.Join(in.Short, " "), q) {
			continue
		}
		row := lawRow(book, in, on)
		byLevel[in.Level] = append(byLevel[in.Level], row)
		total++
		cited += row.Cited
	}
	for _, level := range append(law.Levels(), "") {
		if rows := byLevel[level]; rows != nil {
			slices.SortFunc(rows, func(a, b view.LawRow) int { return strings.Compare(a.Title.Text, b.Title.Text) })
			title := level
			if title == "" {
				title = "其他"
			}
			p.Levels = append(p.Levels, view.LawLevel{Title: title, Rows: rows})
		}
	}
	p.Counts = []view.Count{{N: total, Text: "个文件"}, {N: cited, Text: "处引用"}}
	p.Empty = view.NothingFound("文件", "名称或者文号含“"+q+"”", "/laws")
	return s.render(w, r, http.StatusOK, view.Laws(p))
}

func lawRow(book *rulebook.Book, in *law.Instrument, on string) view.LawRow {
	row := view.LawRow{
		Title: view.Link{Text: "《" + in.Title + "》", Href: lawPath(in.ID, "")}, Number: in.Number, Body: in.Body, Cited: len(book.CitedBy(in.ID, "")),
	}
	row.State, row.Days, row.Note = lawState(in, on)
	return row
}

// lawState tells how an instrument stands on a day.
func lawState(in *law.Instrument, on string) (view.Signal, string, string) {
	if v := in.On(on); v != nil {
		return view.Signal{Light: view.Green, Text: "现行有效"}, textDays(v), ""
	}
	if len(in.Versions) == 0 {
		return view.Signal{Light: view.Open, Text: "没有收录文本"}, "", ""
	}
	if first := in.Versions[0]; on < first.InForce {
		return view.Signal{Light: view.Open, Text: "尚未施行"}, textDays(&first), ""
	}
	last := in.Versions[len(in.Versions)-1]
	note := ""
	if last.SupersededBy != "" {
		note = "后由《" + last.SupersededBy + "》取代"
	}
	return view.Signal{Light: view.Red, Text: "已经失效"}, textDays(&last), note
}

func textDays(v *law.Version) string {
	if v.Until != "" {
		return v.InForce + " 起，" + v.Until + " 前"
	}
	return v.InForce + " 起"
}

// lawShow is one instrument, in the text of a day or of the address.
func (s *Server) lawShow(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	book := s.Acts.Book()
	in := book.Laws().Instrument(r.PathValue("id"))
	if in == nil || len(in.Versions) == 0 {
		return app.Faultf(app.NotFound, "法律法规目录中没有这个文件。")
	}
	text := in.On(dayOf(r, "on", v.Today))
	if i := slices.IndexFunc(in.Versions, func(x law.Version) bool { return x.InForce == r.FormValue("text") }); i >= 0 {
		text = &in.Versions[i]
	}
	if text == nil {
		text = &in.Versions[len(in.Versions)-1]
	}
	l := lawBuilder{book: book, in: in, text: text}
	p := view.LawPage{Page: s.frame(r, v, "laws", in.Title)}
	p.Crumbs = []view.Link{{Text: "依据与系统"}, {Text: "法律法规", Href: "/laws"}, {Text: in.Title}}
	p.Page.Facts = textDays(text) + "施行的文本"
	l.fill(&p, v.Today)
	counts, err := s.Acts.Running(r.Context(), v.Scope, l.procedures)
	if err != nil {
		return err
	}
	for _, id := range l.procedures {
		p.Running = append(p.Running, runningOf(book, id, counts[id]))
	}
	return s.render(w, r, http.StatusOK, view.Law(p))
}

func runningOf(book *rulebook.Book, id string, n int64) view.LawRunning {
	out := view.LawRunning{Procedure: view.Link{Text: procedureTitle(book, id), Href: procedurePath(id)}, N: strconv.FormatInt(n, 10)}
	if n >= read.CountCap {
		out.N += " 以上"
	}
	if n > 0 {
		out.List = view.Link{Text: "打开列表", Href: procedurePath(id) + "/matters"}
	}
	return out
}

// lawBuilder makes the page of one text of an instrument.
type lawBuilder struct {
	book       *rulebook.Book
	in         *law.Instrument
	text       *law.Version
	procedures []string // that rest on the instrument
}

func (l *lawBuilder) fill(p *view.LawPage, today string) {
	p.About = l.facts(today)
	for i := range l.in.Versions {
		t := &l.in.Versions[i]
		p.Texts = append(p.Texts, view.Tab{Text: textDays(t), Href: lawPath(l.in.ID, t.InForce), Current: t == l.text})
	}
	byArticle := map[string][]view.LawRest{}
	known := map[string]bool{}
	for i := range l.text.Articles {
		known[l.text.Articles[i].Key()] = true
	}
	places := 0
	for _, c := range l.resting() {
		places++
		switch {
		case c.Article == "":
			p.Whole = append(p.Whole, l.rest(c))
		case known[c.Article]:
			byArticle[c.Article] = append(byArticle[c.Article], l.rest(c))
		default:
			row := l.rest(c)
			row.Name.Text += "（" + c.Cites + "）"
			p.Lost = append(p.Lost, row)
		}
	}
	for i := range l.text.Articles {
		a := &l.text.Articles[i]
		p.Articles = append(p.Articles, view.LawArticle{ID: "a-" + a.Key(), No: a.String(), Title: a.Title, Rests: byArticle[a.Key()]})
	}
	p.Sum = fmt.Sprintf("收录 %d 条，引用 %d 处", len(p.Articles), places)
}

func (l *lawBuilder) facts(today string) []view.Pair {
	state, _, note := lawState(l.in, today)
	out := []view.Pair{{Term: "全称", Text: l.in.Title}}
	for _, f := range []view.Pair{
		{Term: "发文字号", Text: l.in.Number}, {Term: "制定机关", Text: l.in.Body}, {Term: "效力级别", Text: l.in.Level},
		{Term: "引用名称", Text: strings.Join(l.in.Short, "、")}, {Term: "通过或者公布", Text: l.text.Made}, {Term: "现状", Text: strings.TrimSpace(state.Text + " " + note)},
	} {
		if f.Text != "" {
			out = append(out, f)
		}
	}
	return out
}

// rested is a place that rests on the text, with the versions that have it.
type rested struct {
	rulebook.Citing
	days  []string
	older bool // written under an older text, and still in force under this one
}

// resting lists what rests on the text: what cites it, and what cites an older text while its version runs on under this one.
func (l *lawBuilder) resting() []rested {
	var out []rested
	for _, c := range l.book.CitedBy(l.in.ID, "") {
		if c.Kind == "procedure" && !slices.Contains(l.procedures, c.Of) {
			l.procedures = append(l.procedures, c.Of)
		}
		older := c.Version < l.text.InForce && l.runsOn(c)
		if c.Version != l.text.InForce && !older {
			continue
		}
		same := func(x rested) bool {
			return x.Of == c.Of && x.Kind == c.Kind && x.Path == c.Path && x.Article == c.Article && x.Version == c.Version
		}
		if i := slices.IndexFunc(out, same); i >= 0 {
			out[i].days = append(out[i].days, c.InForce)
			continue
		}
		out = append(out, rested{Citing: c, days: []string{c.InForce}, older: older})
	}
	return out
}

// runsOn tells whether what cites an older text is itself in force under this one.
func (l *lawBuilder) runsOn(c rulebook.Citing) bool {
	for _, d := range l.book.Versions(c.Of) {
		if d.InForce == c.InForce {
			return d.Until == "" || d.Until > l.text.InForce
		}
	}
	return false
}

func (l *lawBuilder) rest(c rested) view.LawRest {
	row := view.LawRest{Of: view.Link{Text: c.Title}, Part: c.PartTitle()}
	if c.Name != c.Title {
		row.Name.Text = c.Name
	}
	if c.Kind == "procedure" {
		row.Of.Href = procedurePath(c.Of)
		last := c.days[len(c.days)-1]
		if parts := strings.Split(c.Path, "."); len(parts) > 2 {
			row.Name.Text = c.Name
			row.Name.Href = procedureText(c.Of, last) + partAnchor(parts)
		}
		if len(c.days) < len(l.book.Versions(c.Of)) {
			row.Days = strings.Join(c.days, "、") + " 起的版本"
		}
	}
	if c.older {
		row.Mark = view.Tag{Text: "按 " + c.Version + " 的文本引用", Tone: "w"}
	}
	return row
}

// partAnchor is where on the procedure's page a step, limit or gate stands.
func partAnchor(path []string) string {
	switch path[0] {
	case "steps", "limits", "gates":
		return "#" + strings.TrimSuffix(path[0], "s") + "-" + path[1]
	}
	return ""
}
