package dispatch

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// Written is an answer as the unit writes it, kept between sittings without a record.
type Written struct {
	Texts map[string]string // by section id
	Rows  [][]string
	From  map[string]string // where prefilled texts (section id) and cells (row.column from 0) come from
}

// mostWritten bounds the characters of one answer: a record's words are at most 64 KiB.
const mostWritten = 18_000

func answerForm(no int64) string { return "answer/" + strconv.FormatInt(no, 10) }

// Known is what the product knows of a unit's tasks in a year.
type Known struct{ Year, All, Done, Running, Late int }

// knownColumn tells which known figure a column asks for.
func knownColumn(title string) (figure string, ok bool) {
	if !strings.Contains(title, "任务") {
		return "", false
	}
	switch {
	case containsAny(title, []string{"逾期", "超期", "未按期"}):
		return "late", true
	case containsAny(title, []string{"推进", "在办", "未完成", "未办结"}):
		return "running", true
	case containsAny(title, []string{"完成", "办结"}):
		return "done", true
	case containsAny(title, []string{"总数", "任务数", "件数", "项数", "承担"}):
		return "all", true
	}
	return "", false
}

func (k Known) figure(name string) int {
	return map[string]int{"all": k.All, "done": k.Done, "running": k.Running, "late": k.Late}[name]
}

// sentence says it in words for the text part.
func (k Known) sentence() string {
	s := fmt.Sprintf("%d年承担年度计划任务 %d 项，已办结 %d 项，正在推进 %d 项", k.Year, k.All, k.Done, k.Running)
	if k.Late > 0 {
		s += fmt.Sprintf("，其中逾期 %d 项", k.Late)
	}
	return s + "。"
}

var yearWord = regexp.MustCompile(`(?:19|20)\d{2}`)

// Known counts a unit's tasks of the year that a collection speaks of.
func (d *Dispatch) Known(ctx context.Context, scope access.Scope, s *matter.State) (Known, error) {
	k := Known{}
	for _, text := range []string{s.Text("period"), s.Text("title"), s.Text("due")} {
		if k.Year == 0 {
			k.Year, _ = strconv.Atoi(yearWord.FindString(text)) // no year in it: the next text is asked
		}
	}
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := read.List(ctx, tx, scope, read.Filter{
			Procedure: ProcedureTask, Unit: s.Unit, Facet: &matter.Facet{Field: "plan_year", Value: strconv.Itoa(k.Year)}, Limit: mostTasks,
		})
		if err != nil {
			return err
		}
		tasks, err := d.judged(ctx, tx, rows)
		for _, t := range tasks {
			k.All++
			switch t.Light {
			case Done:
				k.Done++
			case Red:
				k.Late++
				k.Running++
			default:
				k.Running++
			}
		}
		return err
	})
	return k, err
}

// Writing is the answer as it stands on the unit's page: what was kept, else what was handed in before, else what the
// product knows.
func (d *Dispatch) Writing(ctx context.Context, scope access.Scope, a *Answer) (*Written, error) {
	var w Written
	kept, err := d.getSide(ctx, answerForm(a.State.No), &w)
	if err != nil {
		return nil, err
	}
	if kept {
		return &w, nil
	}
	w = Written{Texts: map[string]string{}, Rows: a.Rows, From: map[string]string{}}
	for id, text := range a.Texts {
		w.Texts[id] = text
	}
	if a.State.Done("draft") {
		return &w, nil
	}
	k, err := d.Known(ctx, scope, a.State)
	if err != nil || k.All == 0 {
		return &w, err
	}
	d.prefill(a, k, &w)
	return &w, nil
}

// prefill writes what is known into the first section and into the columns that ask for it.
func (d *Dispatch) prefill(a *Answer, k Known, w *Written) {
	from := fmt.Sprintf("按本单位任务记录填写，截至 %s，请核对。", d.Acts.Today())
	if len(a.Sections) > 0 {
		w.Texts[a.Sections[0].ID], w.From[a.Sections[0].ID] = k.sentence(), from
	}
	row, filled := make([]string, len(a.Columns)), false
	for i, c := range a.Columns {
		if figure, ok := knownColumn(c.Title); ok {
			row[i], filled = strconv.Itoa(k.figure(figure)), true
			w.From["0."+strconv.Itoa(i)] = "来自任务记录"
		}
	}
	if filled {
		w.Rows = append(w.Rows, row)
	}
}

// Keep keeps an unfinished answer.
func (d *Dispatch) Keep(ctx context.Context, a *Answer, w *Written) error {
	return d.putSide(ctx, answerForm(a.State.No), w)
}

// check lists what is wrong with an answer, by the controls of its page.
func (w *Written) check(a *Answer) []app.FieldFault {
	var faults []app.FieldFault
	wrong := func(field, format string, args ...any) {
		faults = append(faults, app.FieldFault{Field: field, Say: fmt.Sprintf(format, args...)})
	}
	said, length := false, 0
	for _, s := range a.Sections {
		text := strings.TrimSpace(w.Texts[s.ID])
		said, length = said || text != "", length+utf8.RuneCountInString(text)
	}
	for i, row := range w.Rows {
		for j, text := range row {
			text = strings.TrimSpace(text)
			said, length = said || text != "", length+utf8.RuneCountInString(text)
			if text == "" || j >= len(a.Columns) {
				continue
			}
			control := fmt.Sprintf("r.%d.%d", i+1, j+1)
			switch a.Columns[j].Kind {
			case ColumnNumber:
				if _, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64); err != nil {
					wrong(control, "“%s”应当是数字，现在是“%s”。", a.Columns[j].Title, text)
				}
			case ColumnDate:
				if !isDay(text) {
					wrong(control, "“%s”应当是日期，现在是“%s”。请写成 2026-09-23。", a.Columns[j].Title, text)
				}
			}
		}
	}
	first := "s.1"
	if length > mostWritten {
		wrong(first, "全文 %d 字，超过 %d 字。请精简，或者作为附件上传。", length, mostWritten)
	}
	if !said {
		if a.State.Int("zero_allowed") != 0 {
			wrong(first, "没有填写任何内容。没有情况的，请用零报告。")
		} else {
			wrong(first, "没有填写任何内容。")
		}
	}
	return faults
}

// input turns an answer into the form of its step; sections that were written before keep their ids.
func (w *Written) input(a *Answer) matter.Values {
	held, _ := a.State.Get("answers")
	ids := map[string]string{}
	for _, it := range held.Items {
		ids[it.Fields.Text("section")] = it.ID
	}
	var texts, rows []matter.Item
	for _, s := range a.Sections {
		row := matter.Values{}.With("section", matter.OfText(s.ID))
		if text := strings.TrimSpace(w.Texts[s.ID]); text != "" {
			row = row.With("text", matter.OfText(text))
		}
		texts = append(texts, matter.Item{ID: ids[s.ID], Fields: row})
	}
	for _, cells := range w.Rows {
		row := matter.Values{}
		for j, text := range cells {
			if text = strings.TrimSpace(text); text != "" && j < MostColumns {
				row = row.With(cell(j), matter.OfText(text))
			}
		}
		if len(row) > 0 {
			rows = append(rows, matter.Item{Fields: row})
		}
	}
	in := matter.Values{}.With("answers", matter.OfList(texts...))
	if len(a.Columns) > 0 {
		in = in.With("rows", matter.OfList(rows...))
	}
	return in
}

// Hand gives an answer to the head of the unit for signing (送签). It is a record; what was kept is dropped.
func (d *Dispatch) Hand(ctx context.Context, who access.Actor, a *Answer, w *Written, request string) (act.Done, error) {
	if err := app.Wrongs(w.check(a)); err != nil {
		return act.Done{}, err
	}
	done, err := d.Acts.Do(ctx, act.Request{
		ID: request, Who: who, Matter: a.State.No, Seen: a.State.Version, Act: procedure.Act{Step: "draft", Input: w.input(a)},
	})
	if err != nil {
		return done, err
	}
	return done, d.dropSide(ctx, answerForm(a.State.No))
}

// Zero is a zero report (零报告): in one press, without a form.
func (d *Dispatch) Zero(ctx context.Context, who access.Actor, a *Answer, request string) (act.Done, error) {
	return d.Acts.Do(ctx, act.Request{ID: request, Who: who, Matter: a.State.No, Act: procedure.Act{Step: "zero"}})
}

// UrgeAnswers urges those of a collection that are not in, each with a record of its own.
func (d *Dispatch) UrgeAnswers(ctx context.Context, who access.Actor, c *Collection, nos []int64, text, until, request string) (int, error) {
	if strings.TrimSpace(text) == "" {
		return 0, app.Wrong("text", "请填写催办内容。")
	}
	if until != "" && !isDay(until) {
		return 0, app.Wrong("until", "“%s”不是日期。请写成 2026-09-29。", until)
	}
	urged := 0
	for _, a := range c.Answers {
		if a.In() || !slices.Contains(nos, a.State.No) {
			continue
		}
		in := matter.Values{}.With("urging", matter.OfText(strings.TrimSpace(text)))
		if until != "" {
			in = in.With("urge_until", matter.OfDate(until))
		}
		_, err := d.Acts.Do(ctx, act.Request{
			ID: requestID("urge/", request, "/", a.State.No), Who: who, Matter: a.State.No, Act: procedure.Act{Step: "urge", Input: in},
		})
		if err != nil {
			return urged, err
		}
		urged++
	}
	if urged == 0 {
		return 0, app.Wrong("unit", "请选择要催办的单位。已经报送的不再催办。")
	}
	return urged, nil
}

// Knows tells whether a column asks for what the product has on record.
func Knows(column string) bool {
	_, ok := knownColumn(column)
	return ok
}
