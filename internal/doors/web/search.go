package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/store/read"
)

// searchPage is how many matters a page of answers shows.
const searchPage = 50

// searchShow finds matters by number or by words, and plans and units by their names, as far as the viewer sees them.
func (s *Server) searchShow(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	said, before, from := searchPlace(r.URL.Query())
	if no, err := s.Dispatch.Find(r.Context(), v.Scope, said); err == nil {
		http.Redirect(w, r, matterPath(no), http.StatusSeeOther)
		return nil
	}
	found, err := s.Dispatch.Search(r.Context(), v.Scope, said, before, searchPage)
	if err != nil {
		return err
	}
	p := view.AgendaPage{Page: s.frame(r, v, "", "检索“"+said+"”"), Empty: view.Empty{
		Lead: "没有找到。", Text: "可以换一个词，用空格隔开几个词，或者按编号、存证编号查找。只检索您的岗位可以查看的事项，个人信息和封存的内容不检索。",
	}}
	p.Query = said
	p.Filter.Said = searchReach(found)
	p.Rows = searchRows(v, found)
	p.Counts = []view.Count{{N: int(found.Total), Text: "件事项"}}
	if n := len(found.Plans) + len(found.Units); n > 0 {
		p.Counts = append(p.Counts, view.Count{N: n, Text: "个单位和文件"})
	}
	if n := len(found.Tasks); n > 0 {
		p.Pager = view.Pager{From: from, To: from + n - 1, Total: max(int(found.Total), from+n-1), Unit: "件"}
		if n == searchPage && p.Pager.To < p.Pager.Total || found.Total == read.CountCap && n == searchPage {
			last := found.Tasks[n-1].State.No
			p.Pager.Next = "/search?" + url.Values{"q": {said}, "before": {decimal(last)}, "from": {strconv.Itoa(from + n)}}.Encode()
		}
	}
	return s.render(w, r, http.StatusOK, view.Agenda(p))
}

// searchRows lists units and plans first, then matters.
func searchRows(v *visit, found *dispatch.Found) (rows []view.DeskRow) {
	for _, unit := range found.Units {
		rows = append(rows, view.DeskRow{Light: view.Signal{Text: "单位"}, Title: view.Link{Text: v.Site.Tree().Name(unit), Href: unitPath(unit)}})
	}
	for _, plan := range found.Plans {
		rows = append(rows, view.DeskRow{Light: view.Signal{Text: "文件"}, Title: view.Link{Text: plan.Title, Href: planHome(plan)}, Note: plan.Number})
	}
	for _, t := range found.Tasks {
		rows = append(rows, view.DeskRow{
			Light: lightView(t), Title: view.Link{Text: cmp.Or(t.Title(), t.State.Number), Href: matterPath(t.State.No)}, Due: t.Due, Note: v.Site.Tree().Name(t.State.Unit),
		})
	}
	return rows
}

// searchPlace reads what is looked for and the place of the page: the matter it begins below, and how many are above.
func searchPlace(q url.Values) (said string, before int64, from int) {
	before, err := strconv.ParseInt(q.Get("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	from, err = strconv.Atoi(q.Get("from"))
	if err != nil || from < 1 || before == 0 {
		from = 1
	}
	return q.Get("q"), before, from
}

// searchReach says up to which record the answers reach, and where counting stopped.
func searchReach(f *dispatch.Found) string {
	text := fmt.Sprintf("检索到存证编号 %d 为止的记录", f.Upto)
	if f.Behind() {
		text += fmt.Sprintf("，之后的 %d 条正在编入", f.Size-f.Upto)
	}
	if f.Total == read.CountCap {
		text += fmt.Sprintf("；多于 %d 件的只数到 %d", read.CountCap, read.CountCap)
	}
	return text + "。"
}
