package web

import (
	"fmt"
	"net/http"
	"strconv"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/doors/web/view"
)

// mostCellErrors bounds how many errors a page shows; the rest is counted.
const mostCellErrors = 500

// openingShow is the page of opening balances.
func (s *Server) openingShow(w http.ResponseWriter, r *http.Request) error {
	return s.openingRender(w, r, nil, nil)
}

func (s *Server) openingRender(w http.ResponseWriter, r *http.Request, run *admin.DryRun, back *sent) error {
	v := visitOf(r)
	if !s.keeps(v, 0) {
		return denied("期初数据由统筹岗导入，您的岗位不能导入。")
	}
	p := view.OpeningPage{Page: s.frame(r, v, "opening", "期初数据导入")}
	p.Crumbs = []view.Link{{Text: "依据与系统"}, {Text: "期初数据导入"}}
	p.Templates = []view.Link{{Text: "在办任务（XLSX）", Href: "/opening/template.xlsx"}}
	p.Upload = view.Form{ID: "open", Action: "/opening", Submit: "上传并预检", Fields: []view.Field{
		{Name: "file", Label: "在办任务表", Kind: view.Upload, Accept: ".xlsx,.csv", Hint: "XLSX 或者 CSV，列与模板相同，多余的列不读"},
	}}
	p.Page.Errors = back.fill(&p.Upload)
	if run != nil {
		dryRunView(&p, run)
	}
	earlier, err := s.opening.Earlier(r.Context())
	if err != nil {
		return err
	}
	for _, e := range earlier {
		p.Earlier = append(p.Earlier, view.ImportDone{
			At: e.At.Format("2006-01-02 15:04"), Who: whoWords(v, e.Person), What: e.What,
			Record: view.Link{Text: grouped(e.Seq), Href: recordPath(e.Seq)},
		})
	}
	if err := s.balances(r, &p, back); err != nil {
		return err
	}
	status := back.status()
	if run != nil && len(run.Faults) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return s.render(w, r, status, view.Opening(p))
}

// dryRunView shows what a file would bring in, or every wrong cell.
func dryRunView(p *view.OpeningPage, run *admin.DryRun) {
	p.File = fmt.Sprintf("%s · %d 行 · 尚未写入任何数据", run.File.Name, len(run.Rows))
	p.Counts = []view.Count{{N: len(run.Rows), Text: "行"}, {N: run.Before, Text: "行已经导入过"}, {N: len(run.Faults), Text: "处错误", Bad: true}}
	for i, f := range run.Faults {
		if i == mostCellErrors {
			p.Cells = append(p.Cells, view.CellError{Text: fmt.Sprintf("另有 %d 处，改正以上各处后再预检。", len(run.Faults)-i)})
			break
		}
		p.Cells = append(p.Cells, view.CellError{Row: strconv.Itoa(f.Row), Column: f.Column, Value: f.Value, Text: f.Say})
	}
	if fresh := len(run.Rows) - run.Before; len(run.Faults) == 0 && fresh > 0 {
		p.Import = &view.Form{Action: "/opening/import", Submit: fmt.Sprintf("导入 %d 项任务", fresh), Hidden: []view.Hidden{
			{Name: "hash", Value: run.File.Hash}, {Name: "name", Value: run.File.Name},
		}}
	}
}

// openingCheck is the dry run.
func (s *Server) openingCheck(w http.ResponseWriter, r *http.Request) error {
	name, b, ok, err := formFile(r, "file")
	if err == nil && !ok {
		err = app.Wrong("file", "请选择要导入的表。")
	}
	var run *admin.DryRun
	if err == nil {
		run, err = s.opening.Check(r.Context(), visitOf(r).Actor, name, b)
	}
	if back := rejected(r, "open", err); back != nil {
		return s.openingRender(w, r, nil, back)
	}
	if err != nil {
		return err
	}
	return s.openingRender(w, r, run, nil)
}

// openingImport brings in what was checked.
func (s *Server) openingImport(w http.ResponseWriter, r *http.Request) error {
	f, err := posted(r)
	if err != nil {
		return err
	}
	done, err := s.opening.Import(r.Context(), visitOf(r).Actor, f.get("name"), f.get("hash"))
	if err != nil {
		return err
	}
	flash := view.Flash{Tone: "ok", Lead: fmt.Sprintf("已经导入 %d 项在办任务。", done.Tasks), Next: "到任务看板核对。", Link: view.Link{Text: "打开工作台", Href: "/desk"}}
	if done.Before > 0 {
		flash.Text = fmt.Sprintf("其中 %d 行以前已经导入，没有重复。", done.Before)
	}
	return s.redirect(w, r, "/opening", flash)
}

// openingTemplate gives the empty sheet.
func (s *Server) openingTemplate(w http.ResponseWriter, r *http.Request) error {
	b, err := s.opening.OpeningTemplate(r.Context())
	if err != nil {
		return err
	}
	return download(w, "在办任务模板.xlsx", typeXLSX, b)
}
