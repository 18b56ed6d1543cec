package web

import (
	"cmp"
	"net/http"
	"slices"

	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doc/sheet"
)

// sendTable answers with a list as XLSX. What leaves the platform is a record, as every export is.
func (s *Server) sendTable(w http.ResponseWriter, r *http.Request, name string, columns []sheet.Column, rows [][]any) error {
	b, err := sheet.XLSX(sheet.Table{Name: name, Columns: columns, Rows: slices.Values(rows)})
	if err != nil {
		return err
	}
	if err := s.House.Exported(r.Context(), visitOf(r).Actor, name, len(rows)); err != nil {
		return err
	}
	return download(w, name+"_"+s.Acts.Today()+".xlsx", typeXLSX, b)
}

// taskColumns are the columns of tasks: those of the import of running tasks, then what only an export can say.
func taskColumns() []sheet.Column {
	return append(admin.OpeningColumns(),
		sheet.Column{Title: "状态", Width: 14}, sheet.Column{Title: "逾期天数", Kind: sheet.Number, Width: 10}, sheet.Column{Title: "职责", Width: 10},
		sheet.Column{Title: "量化目标", Width: 34}, sheet.Column{Title: "催办次数", Kind: sheet.Number, Width: 10}, sheet.Column{Title: "延期次数", Kind: sheet.Number, Width: 10},
		sheet.Column{Title: "办结日期", Kind: sheet.Date, Width: 12}, sheet.Column{Title: "存证编号", Kind: sheet.Number, Width: 12})
}

// taskKinds are a unit's parts in a measure in words.
var taskKinds = map[string]string{"lead": "牵头", "responsible": "责任", "assist": "配合", "undertake": "承办"}

// taskCells is one task as a row of the table.
func taskCells(v *visit, t *dispatch.Task) []any {
	s := t.State
	year, late := any(nil), any(nil)
	if n := s.Int("plan_year"); n != 0 {
		year = n
	}
	if t.Light == dispatch.Red {
		late = -t.Days
	}
	reported, urged := "", 0
	for _, e := range s.Events {
		switch e.Step {
		case "report":
			reported = e.Legal
		case "urge":
			urged++
		}
	}
	taken := ""
	if e, ok := s.Last("take"); ok {
		taken = e.Legal
	}
	targets := ""
	held, _ := s.Get("targets")
	for _, it := range held.Items {
		if targets != "" {
			targets += "；"
		}
		targets += it.Fields.Text("text") + "，已报 " + decimal(it.Fields.Int("reached")) + it.Fields.Text("unit")
	}
	return []any{
		cmp.Or(s.Number, s.Text("label")), t.Title(), v.Site.Tree().Name(s.Unit), s.Opened, t.Due, year, s.Text("section"), s.Text("duty"), taken,
		s.Text("progress"), reported, t.Words(), late, taskKinds[s.Text("kind")], targets, urged, len(s.Extends), s.Closed, s.No,
	}
}

// boardExport is the board under its filter, every unit's part on a row of its own.
func (s *Server) boardExport(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	plans, err := s.Dispatch.Plans(r.Context())
	if err != nil {
		return err
	}
	no := number(r.URL.Query().Get("plan"))
	i := slices.IndexFunc(plans, func(p dispatch.Plan) bool { return p.No == no })
	if i < 0 {
		_, err := s.Dispatch.Plan(r.Context(), no)
		return err
	}
	b := boardBuilder{visit: v, query: r.URL.Query().Get, plans: plans, plan: plans[i]}
	if b.tasks, err = s.Dispatch.Tasks(r.Context(), v.Scope, b.plan); err != nil {
		return err
	}
	b.split()
	var rows [][]any
	for _, t := range b.filtered() {
		rows = append(rows, taskCells(v, t))
		for _, c := range b.children[t.State.No] {
			rows = append(rows, taskCells(v, c))
		}
	}
	return s.sendTable(w, r, "任务看板", taskColumns(), rows)
}

// supervisionExport is what is late and about to be, as the page lists it.
func (s *Server) supervisionExport(w http.ResponseWriter, r *http.Request) error {
	v, err := s.supervisor(r)
	if err != nil {
		return err
	}
	list, err := s.lateList(r, v)
	if err != nil {
		return err
	}
	rows := make([][]any, 0, len(list.shown))
	for i := range list.shown {
		o := &list.shown[i]
		person := ""
		if o.Person != 0 {
			person = v.Site.Person(o.Person)
		}
		rows = append(rows, append(taskCells(v, o.Task), o.Since, person, o.UrgedOn, o.AnswerBy))
	}
	columns := append(taskColumns(), sheet.Column{Title: "逾期自", Kind: sheet.Date, Width: 12}, sheet.Column{Title: "责任人", Width: 10},
		sheet.Column{Title: "最近催办", Kind: sheet.Date, Width: 12}, sheet.Column{Title: "答复期限", Kind: sheet.Date, Width: 12})
	return s.sendTable(w, r, "逾期与临期任务", columns, rows)
}
