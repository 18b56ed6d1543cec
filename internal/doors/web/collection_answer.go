package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/norm/procedure"
)

// answerShow is one unit's answer: as the unit writes it, or as others read it.
func (s *Server) answerShow(w http.ResponseWriter, r *http.Request) error {
	a, m, err := s.answerOf(r)
	if err != nil {
		return err
	}
	written, err := s.Dispatch.Writing(r.Context(), visitOf(r).Scope, a)
	if err != nil {
		return err
	}
	return s.showAnswer(w, r, http.StatusOK, a, m, written, nil)
}

func (s *Server) answerOf(r *http.Request) (*dispatch.Answer, *actView, error) {
	no, err := pathNo(r, "no")
	if err != nil {
		return nil, nil, err
	}
	return s.Dispatch.Answer(r.Context(), visitOf(r).Actor, no)
}

// ready finds a step that the visitor can do now.
func ready(m *actView, id string) *procedure.StepView {
	for i := range m.Steps {
		if sv := &m.Steps[i]; sv.ID == id && sv.Ready {
			return sv
		}
	}
	return nil
}

func (s *Server) showAnswer(w http.ResponseWriter, r *http.Request, status int, a *dispatch.Answer, m *actView, written *dispatch.Written, faults []app.FieldFault) error {
	v, tree := visitOf(r), visitOf(r).Site.Tree()
	b := matterBuilder{server: s, visit: v, view: m}
	var all view.TaskPage
	b.steps(&all)
	b.log(&all)
	settleSteps(all.Steps, m, map[string]string{"draft": "#h-text", "sign": "#f-sign", "submit": "#f-submit", "return": "#f-return"})
	p := view.CollectionAnswerPage{
		Page: s.frame(r, v, "collections", a.State.Text("title")), Hidden: requestHidden(), Basis: basisWords(a.State.Text("basis")),
		Steps: all.Steps, Log: all.Log, Receipt: all.Receipt, Zero: a.Stands == dispatch.AnswerZero,
	}
	p.Crumbs = crumbsTo(collectionCrumbs, tree.Name(a.Unit))
	p.Facts = strings.Join([]string{tree.Name(a.Unit), a.Stands, "期限 " + a.Due}, " · ")
	p.Buttons = []view.Button{{Text: "全部记录", Href: matterPath(a.State.No) + "?all=1"}}
	if a.Stands == dispatch.AnswerReturned {
		p.Returned = orElse(a.State.Text("remark"), "负责人没有签发，请修改后重新送签。")
	}
	for _, l := range a.Limits {
		if l.Due == a.Due {
			p.Due = limitView(l, v.Today)
		}
	}
	if ready(m, "draft") != nil {
		p.Action, p.ZeroOffer = collectionPath(a.State.No)+"/answer", ready(m, "zero") != nil
	}
	answerBody(&p, a, written, faults)
	answerSteps(&p, &b, m)
	for _, h := range m.History {
		for _, f := range h.Record.Files {
			p.Files = append(p.Files, fileRow(f.Blob, h.Head.Legal, v.Site.Person(h.Head.By.Person)))
		}
	}
	return s.render(w, r, status, view.CollectionAnswer(p))
}

// settleSteps makes a list of steps fit a page that has forms of its own: a step leads to the form that is there, or
// nowhere, and one that was done already and may be done again counts as done.
func settleSteps(steps []view.TaskStep, m *actView, forms map[string]string) {
	byTitle := map[string]*procedure.StepView{}
	for i := range m.Steps {
		byTitle[m.Steps[i].Title] = &m.Steps[i]
	}
	for i := range steps {
		sv := byTitle[steps[i].Title]
		if sv == nil || len(steps[i].Acts) == 0 {
			continue
		}
		switch href := forms[sv.ID]; {
		case sv.Count > 0:
			steps[i].State, steps[i].Tag, steps[i].Acts = "done", view.Tag{}, nil
		case href == "":
			steps[i].Acts = nil
		default:
			steps[i].Acts = []view.Link{{Text: sv.Title, Href: href}}
		}
	}
}

// answerBody fills texts and table: what is being written where it can be, else what was handed in.
func answerBody(p *view.CollectionAnswerPage, a *dispatch.Answer, written *dispatch.Written, faults []app.FieldFault) {
	texts, rows := a.Texts, a.Rows
	if p.Action != "" {
		texts, rows = written.Texts, written.Rows
		if len(rows) == 0 {
			rows = [][]string{make([]string, len(a.Columns))}
		}
	}
	at := func(field string) string { return faultAt(&app.Fault{Fields: faults}, field) }
	for i, sec := range a.Sections {
		n := strconv.Itoa(i + 1)
		one := view.AnswerSection{
			N: n, Title: sec.Title, Hint: sec.Hint, Text: texts[sec.ID], Last: a.Last[sec.Title], Repeats: a.Repeats[sec.ID] != "", Error: at("s." + n),
		}
		if p.Action != "" {
			one.From = written.From[sec.ID]
		}
		p.Sections = append(p.Sections, one)
	}
	for _, c := range a.Columns {
		p.Columns = append(p.Columns, c.Title)
	}
	for i, cells := range rows {
		row := view.AnswerRow{I: strconv.Itoa(i + 1)}
		for j, c := range a.Columns {
			text := ""
			if j < len(cells) {
				text = cells[j]
			}
			control := fmt.Sprintf("r.%d.%d", i+1, j+1)
			one := view.AnswerCell{N: strconv.Itoa(j + 1), Text: text, Number: c.Kind == dispatch.ColumnNumber, Error: at(control)}
			if p.Action != "" {
				one.From = written.From[fmt.Sprintf("%d.%d", i, j)]
			}
			row.Cells = append(row.Cells, one)
		}
		if len(a.Columns) > 0 {
			p.Rows = append(p.Rows, row)
		}
	}
	for _, f := range faults {
		id := f.Field
		if strings.HasPrefix(id, "r.") {
			id = "h-table"
		}
		p.Errors = append(p.Errors, view.FieldError{ID: id, Text: f.Say})
	}
}

// answerSteps offers signing, handing in with the stamped copy, and returning, as acts of the matter.
func answerSteps(p *view.CollectionAnswerPage, b *matterBuilder, m *actView) {
	form := func(id string, hide ...string) *view.StepForm {
		sv := ready(m, id)
		if sv == nil {
			return nil
		}
		f := b.stepForm(sv)
		f.Folded = false
		f.Form.Fields = slices.DeleteFunc(f.Form.Fields, func(field view.Field) bool { return slices.Contains(hide, field.Name) })
		return &f
	}
	p.Sign = form("sign")
	p.Stamp = form("submit", "f.answers", "f.rows")
	p.Return = form("return")
}

// readWritten reads the form of an answer; sections and columns are numbered from 1, rows as they stand on the page.
func readWritten(values url.Values, a *dispatch.Answer) *dispatch.Written {
	w := &dispatch.Written{Texts: map[string]string{}, From: map[string]string{}}
	for i, sec := range a.Sections {
		w.Texts[sec.ID] = strings.TrimSpace(strings.ReplaceAll(values.Get("s."+strconv.Itoa(i+1)), "\r\n", "\n"))
	}
	for i := 1; len(a.Columns) > 0 && values.Has(fmt.Sprintf("r.%d.1", i)); i++ {
		row := make([]string, len(a.Columns))
		for j := range a.Columns {
			row[j] = strings.TrimSpace(values.Get(fmt.Sprintf("r.%d.%d", i, j+1)))
		}
		w.Rows = append(w.Rows, row)
	}
	return w
}

// answerSave does what the button of the answer says.
func (s *Server) answerSave(w http.ResponseWriter, r *http.Request) error {
	a, m, err := s.answerOf(r)
	if err != nil {
		return err
	}
	form, err := parseForm(r)
	if err != nil {
		return err
	}
	if ready(m, "draft") == nil {
		return app.Faultf(app.Denied, "这份材料由%s的联络员或者承办人填写，或者已经报送。", visitOf(r).Site.Tree().Name(a.Unit))
	}
	v, here := visitOf(r), collectionPath(a.State.No)+"/answer"
	op, arg, _ := strings.Cut(form.get("op"), ":")
	request := orElse(form.get("request"), uuid.NewString())
	var done act.Done
	if op == "zero" {
		if done, err = s.Dispatch.Zero(r.Context(), v.Actor, a, request); err != nil {
			return err
		}
		return s.redirect(w, r, here, doneFlash(done, "已经零报告。"))
	}
	written := readWritten(form.values, a)
	switch op {
	case "row":
		written.Rows = append(written.Rows, make([]string, len(a.Columns)))
	case "drop-row":
		if i := int(number(arg)) - 1; i >= 0 && i < len(written.Rows) {
			written.Rows = slices.Delete(written.Rows, i, i+1)
		}
	case "submit":
		done, err = s.Dispatch.Hand(r.Context(), v.Actor, a, written, request)
		if faults := invalid(err); faults != nil {
			return s.showAnswer(w, r, http.StatusUnprocessableEntity, a, m, written, faults)
		}
		if err != nil {
			return err
		}
		flash := doneFlash(done, "已经送负责人签发。")
		flash.Next = "负责人签发以后，上传盖章件报送。"
		return s.redirect(w, r, here, flash)
	}
	if err := s.Dispatch.Keep(r.Context(), a, written); err != nil {
		return err
	}
	if op == "save" {
		return s.redirect(w, r, here, view.Flash{Tone: "ok", Lead: "草稿已经保存。", Text: "还没有送签。"})
	}
	return s.redirect(w, r, here)
}
