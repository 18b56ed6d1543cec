package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/norm/procedure"
)

// matterImportPath is where the matters of a procedure are brought in.
func matterImportPath(l view.Line, def *procedure.Definition) string {
	return l.Path + "/import/" + def.ID
}

// importShow is the page that brings in the matters of a procedure.
func (s *Server) importShow(w http.ResponseWriter, r *http.Request) error {
	return s.importRender(w, r, nil, nil, nil)
}

func (s *Server) importRender(w http.ResponseWriter, r *http.Request, run *admin.MatterRun, mapping admin.Mapping, back *sent) error {
	v := visitOf(r)
	l, def, err := s.openingOf(r)
	if err != nil {
		return err
	}
	if !s.keeps(v, 0) {
		return denied("在办事项由统筹岗导入，您的岗位不能导入。")
	}
	p := view.MatterImportPage{OpeningPage: view.OpeningPage{Page: s.frame(r, v, l.ID, "导入"+def.Title)}}
	p.Crumbs = []view.Link{{Text: l.Group}, {Text: l.Text, Href: l.Path + "?procedure=" + def.ID}, {Text: "导入" + def.Title}}
	p.Templates = []view.Link{{Text: def.Title + "（XLSX）", Href: matterImportPath(l, def) + "/template.xlsx"}}
	p.Upload = view.Form{ID: "import", Action: matterImportPath(l, def), Submit: "上传并预检", Fields: []view.Field{
		{Name: "file", Label: "事项表", Kind: view.Upload, Accept: ".xlsx,.csv", Hint: "一行一件，编号为上级系统的编号；同一编号再次导入时，只增加新的环节"},
		{Name: "map", Label: "列对应", Kind: view.Area, Optional: true, Hint: "列名与模板不同的，一行一列：主办单位: 对方的列名"},
	}}
	p.Page.Errors = back.fill(&p.Upload)
	if root, ok := v.Site.Root(); ok {
		if m := v.Site.Mode(def.ID, root.No, v.Today); m.Mode != act.Here {
			p.Leads = leadWords(m)
		}
	}
	status := back.status()
	if run != nil {
		if importRunView(&p, run); len(run.Faults) > 0 {
			status = http.StatusUnprocessableEntity
		} else if len(run.Rows) > 0 {
			text, err := json.Marshal(mapping)
			if err != nil {
				return fmt.Errorf("carry the mapping: %w", err)
			}
			p.Import = &view.Form{Action: matterImportPath(l, def) + "/confirm", Submit: fmt.Sprintf("导入 %d 件", len(run.Rows)), Hidden: []view.Hidden{
				{Name: "hash", Value: run.File.Hash}, {Name: "name", Value: run.File.Name}, {Name: "map", Value: string(text)},
			}}
		}
	}
	return s.render(w, r, status, view.MatterImport(p))
}

// leadWords says which system leads.
func leadWords(m act.Mode) string {
	if m.Mode == act.Both {
		return fmt.Sprintf("自 %s 起在本平台和%s两边办理。", m.From, m.System)
	}
	return fmt.Sprintf("自 %s 起由%s主办：导入的事项只供查阅和督办，不在这里办理。", m.From, m.System)
}

// importRunView shows a dry run.
func importRunView(p *view.MatterImportPage, run *admin.MatterRun) {
	p.File = fmt.Sprintf("%s · %d 行 · 尚未写入任何数据", run.File.Name, run.Total)
	p.Counts = []view.Count{
		{N: run.New, Text: "件新开"}, {N: run.Moved, Text: "件有进展"}, {N: run.Same, Text: "件没有变化"},
		{N: len(run.Back), Text: "处不一致"}, {N: len(run.Faults), Text: "处错误", Bad: len(run.Faults) > 0},
	}
	for i, f := range run.Faults {
		if i == mostCellErrors {
			p.Cells = append(p.Cells, view.CellError{Text: fmt.Sprintf("另有 %d 处，改正以上各处后再预检。", len(run.Faults)-i)})
			break
		}
		p.Cells = append(p.Cells, view.CellError{Row: strconv.Itoa(f.Row), Column: f.Column, Value: f.Value, Text: f.Say})
	}
	for i, b := range run.Back {
		if i == mostCellErrors {
			p.Back = append(p.Back, view.BackRow{Text: fmt.Sprintf("另有 %d 处。", len(run.Back)-i)})
			break
		}
		p.Back = append(p.Back, view.BackRow{Row: b.Row, Number: b.Number, Text: b.Say, Matter: view.Link{Text: "打开", Href: matterPath(b.Matter)}})
	}
}

// importOf reads what was sent: the importer with its mapping.
func (s *Server) importOf(r *http.Request, mapping string) (*admin.Opening, *procedure.Definition, error) {
	_, def, err := s.openingOf(r)
	if err != nil {
		return nil, nil, err
	}
	o := &admin.Opening{Acts: s.Acts, House: s.House}
	if mapping == "" || mapping == "null" {
		return o, def, nil
	}
	titles, err := o.MatterTitles(def.ID)
	if err != nil {
		return nil, nil, err
	}
	o.Map, err = admin.ReadMapping("列对应", []byte(mapping), titles)
	return o, def, err
}

// importCheck is the dry run.
func (s *Server) importCheck(w http.ResponseWriter, r *http.Request) error {
	name, b, ok, err := formFile(r, "file")
	if err == nil && !ok {
		err = app.Wrong("file", "请选择要导入的表。")
	}
	var run *admin.MatterRun
	var o *admin.Opening
	var def *procedure.Definition
	if err == nil {
		if o, def, err = s.importOf(r, r.FormValue("map")); err == nil {
			run, err = o.CheckMatters(r.Context(), visitOf(r).Actor, def.ID, name, b)
		}
	}
	if back := rejected(r, "import", err); back != nil {
		return s.importRender(w, r, nil, nil, back)
	}
	if err != nil {
		return err
	}
	return s.importRender(w, r, run, o.Map, nil)
}

// importConfirm brings in what was checked.
func (s *Server) importConfirm(w http.ResponseWriter, r *http.Request) error {
	f, err := posted(r)
	if err != nil {
		return err
	}
	o, def, err := s.importOf(r, f.get("map"))
	if err != nil {
		return err
	}
	done, err := o.ImportMatters(r.Context(), visitOf(r).Actor, def.ID, f.get("name"), f.get("hash"))
	if err != nil {
		return err
	}
	l, _, err := s.openingOf(r)
	if err != nil {
		return err
	}
	flash := view.Flash{Tone: "ok", Lead: fmt.Sprintf("已经导入：新开 %d 件，有进展 %d 件。", done.New, done.Moved), Next: "请在列表中核对。"}
	if done.Same > 0 {
		flash.Text = fmt.Sprintf("其中 %d 件没有变化，没有重复。", done.Same)
	}
	return s.redirect(w, r, l.Path+"?procedure="+def.ID, flash)
}

// importTemplate gives the empty sheet of a procedure.
func (s *Server) importTemplate(w http.ResponseWriter, r *http.Request) error {
	o, def, err := s.importOf(r, "")
	if err != nil {
		return err
	}
	b, err := o.MatterTemplate(def.ID)
	if err != nil {
		return err
	}
	return download(w, def.Title+"导入模板.xlsx", typeXLSX, b)
}

// importable tells whether the visitor may bring in matters of a line of work.
func (s *Server) importable(v *visit) bool {
	return v.Actor.Role() == access.Coordinator && s.keeps(v, 0)
}
