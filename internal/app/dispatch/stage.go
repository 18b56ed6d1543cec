package dispatch

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"zhunsheng/internal/doc/plan"
	"zhunsheng/internal/doc/text"
	"zhunsheng/internal/matter"
)

// Stage is one phase of a plan that is carried out in phases (分阶段实施): a name, its first and last day, and what it is
// for. In a draft the days may still be empty or wrong: they are kept as typed.
type Stage struct{ Name, From, To, Goal string }

// Covers tells whether a day lies in the stage.
func (s Stage) Covers(day string) bool { return s.From <= day && day <= s.To }

// Days writes the stage's span: 2026-03-01至2026-06-30.
func (s Stage) Days() string { return s.From + "至" + s.To }

// stagesOf takes the stages of one document over; a masked year is the plan's.
func stagesOf(res plan.Result, document, year int) []Stage {
	var out []Stage
	for _, s := range res.Stages {
		if s.Document != document {
			continue
		}
		month := func(m string) string {
			if year != 0 {
				m = strings.Replace(m, "XXXX", strconv.Itoa(year), 1)
			}
			return m
		}
		stage := Stage{Name: s.Name, Goal: s.Goal}
		if first := month(s.From) + "-01"; isDay(first) {
			stage.From = first
		}
		stage.To = lastDay(month(s.To))
		out = append(out, stage)
	}
	return out
}

// checkStages says what is wrong with the stages as typed, by control of the review page.
func (draft *Draft) checkStages(wrong func(field, format string, args ...any)) {
	for i, s := range draft.Stages {
		control := "stage." + strconv.Itoa(i+1)
		switch {
		case s.Name == "":
			wrong(control+".name", "第 %d 个阶段没有名称。", i+1)
		case !isDay(s.From):
			wrong(control+".from", "“%s”没有起始日期。请写成 2026-03-01。", s.Name)
		case !isDay(s.To):
			wrong(control+".to", "“%s”没有截止日期。请写成 2026-06-30。", s.Name)
		case s.To < s.From:
			wrong(control+".to", "“%s”的截止日期 %s 早于起始日期 %s。", s.Name, s.To, s.From)
		case i > 0 && s.To < draft.Stages[i-1].To:
			wrong(control+".to", "“%s”早于前一阶段结束，请按先后顺序填写。", s.Name)
		}
	}
}

// stageRows writes stages as the plan's entry keeps them.
func stageRows(stages []Stage) []matter.Item {
	rows := make([]matter.Item, 0, len(stages))
	for i, s := range stages {
		f := matter.Values{}.With("name", matter.OfText(s.Name)).With("from", matter.OfDate(s.From)).With("to", matter.OfDate(s.To))
		if s.Goal != "" {
			f = f.With("goal", matter.OfText(s.Goal))
		}
		rows = append(rows, matter.Item{ID: "p" + strconv.Itoa(i+1), Fields: f})
	}
	return rows
}

func readStages(v matter.Values) []Stage {
	list, _ := v.Get("stages")
	var out []Stage
	for _, it := range list.Items {
		out = append(out, Stage{it.Fields.Text("name"), it.Fields.Text("from"), it.Fields.Text("to"), it.Fields.Text("goal")})
	}
	return out
}

// StageOf is the stage a task belongs to by the day it is due: the first that ends on that day or later, else the last.
// It is -1 where the plan has no stages. The day is that of the plan: an extension moves a task to a later stage.
func (p Plan) StageOf(t *Task) int {
	for i, s := range p.Stages {
		if t.Due != "" && t.Due <= s.To {
			return i
		}
	}
	return len(p.Stages) - 1
}

// StageOn is the stage in which a day lies, -1 if in none.
func (p Plan) StageOn(day string) int {
	for i, s := range p.Stages {
		if s.Covers(day) {
			return i
		}
	}
	return -1
}

// StageWords say where the plan stands on a day: 现处第二阶段：深化（7月1日至10月31日). "" outside of all stages.
func (p Plan) StageWords(day string) string {
	i := p.StageOn(day)
	if i < 0 {
		return ""
	}
	short := func(day string) string {
		t, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return day
		}
		return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
	}
	s := p.Stages[i]
	return fmt.Sprintf("现处第%s阶段：%s（%s至%s）", text.FormatChinese(i+1), s.Name, short(s.From), short(s.To))
}
