package web

import (
	"net/http"
	"strings"

	"zhunsheng/internal/doc/sheet"
)

// instructionsExport is the list of what came in, as the filter shows it.
func (s *Server) instructionsExport(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	all, err := s.Dispatch.Instructions(r.Context(), v.Scope)
	if err != nil {
		return err
	}
	show, q := r.URL.Query().Get("show"), strings.TrimSpace(r.URL.Query().Get("q"))
	var rows [][]any
	for _, i := range all {
		if !matchesInstruction(i, show, q) {
			continue
		}
		row := instructionRow(i, v.Site.Tree())
		rows = append(rows, []any{
			row.Light.Text, row.Title.Text, row.Number, row.From, row.Came, row.Lead, dayCell(row.Due), i.State.Text("words"), len(i.Tasks), i.Done, i.State.Text("report"),
		})
	}
	return s.sendTable(w, r, "来文与批示", []sheet.Column{
		{Title: "状态", Width: 14}, {Title: "事由", Width: 36}, {Title: "文号", Width: 20}, {Title: "来自", Width: 18}, {Title: "收到", Kind: sheet.Date},
		{Title: "牵头", Width: 24}, {Title: "报回期限", Kind: sheet.Date}, {Title: "批示原文", Width: 40}, {Title: "任务数", Kind: sheet.Number},
		{Title: "已办", Kind: sheet.Number}, {Title: "办理结果", Width: 40},
	}, rows)
}

// ownplanExport is the unit's own plan: one row a step, and one a task that has none.
func (s *Server) ownplanExport(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	tasks, err := s.Dispatch.OwnPlan(r.Context(), v.Actor, v.Scope)
	if err != nil {
		return err
	}
	var rows [][]any
	for i, t := range tasks {
		task := ownTask(i, t, v)
		head := []any{task.No, task.Title.Text, task.Role, dayCell(task.Due), task.Light.Text}
		if len(task.Steps) == 0 {
			rows = append(rows, append(head, nil, nil, nil, nil))
		}
		for _, step := range task.Steps {
			rows = append(rows, append(head[:len(head):len(head)], step.Title, step.Person, dayCell(step.Due), step.Light.Text))
		}
	}
	return s.sendTable(w, r, "本单位实施方案", []sheet.Column{
		{Title: "项"}, {Title: "任务", Width: 36}, {Title: "分工"}, {Title: "到期日", Kind: sheet.Date}, {Title: "状态", Width: 14},
		{Title: "本单位步骤", Width: 30}, {Title: "责任人"}, {Title: "时间", Kind: sheet.Date}, {Title: "步骤状态", Width: 18},
	}, rows)
}

// dayCell is a day of a table, nothing where there is none.
func dayCell(day string) any {
	if day == "" {
		return nil
	}
	return day
}
