package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
)

// headNames are the controls at the head of the review page.
var headNames = []string{"title", "number", "issuer", "date", "year", "period", "superior"}

// parseHead reads the plan's period, outline and stages; nil where they are not on the page. A stage without any word is
// dropped.
func parseHead(r *http.Request) *dispatch.HeadEdit {
	if !r.PostForm.Has("period") {
		return nil
	}
	head := &dispatch.HeadEdit{Period: r.PostForm.Get("period"), Superior: number(r.PostForm.Get("superior"))}
	for i := 1; r.PostForm.Has(stageControl(i, "name")); i++ {
		s := dispatch.Stage{
			Name: stageText(r.PostForm, i, "name"), From: stageText(r.PostForm, i, "from"), To: stageText(r.PostForm, i, "to"),
			Goal: stageText(r.PostForm, i, "goal"),
		}
		if s != (dispatch.Stage{}) {
			head.Stages = append(head.Stages, s)
		}
	}
	return head
}

func stageControl(i int, column string) string { return "stage." + strconv.Itoa(i) + "." + column }

func stageText(form url.Values, i int, column string) string {
	return strings.TrimSpace(form.Get(stageControl(i, column)))
}

// head shows which document it is, its place among others and its stages, with a free row for one more.
func (b *reviewBuilder) head(p *view.PlanReviewPage) {
	d := b.draft
	h := view.PlanHead{Errors: map[string]string{}, Lines: []view.HeadLine{
		{Name: "title", Label: "标题", Value: d.Title}, {Name: "number", Label: "文号", Value: d.Number, Hint: "无"},
		{Name: "issuer", Label: "发文机关", Value: d.Issuer, Hint: "无"}, {Name: "date", Label: "成文日期", Value: d.Date, Hint: "2026-03-09"},
		{Name: "year", Label: "计划年度", Value: strings.TrimSuffix(yearText(d.Year), "年度"), Hint: "2026"},
		{Name: "period", Label: "规划期（年度计划不填）", Value: d.Period, Hint: "2026—2030"},
	}}
	h.Superior = []view.Option{{Value: "0", Text: "没有"}}
	for _, o := range b.outlines {
		h.Superior = append(h.Superior, view.Option{Value: decimal(o.No), Text: o.Title, Chosen: o.No == d.Superior})
	}
	for _, s := range append(d.Stages[:len(d.Stages):len(d.Stages)], dispatch.Stage{}) {
		h.Stages = append(h.Stages, view.StageEdit{Name: s.Name, From: s.From, To: s.To, Goal: s.Goal})
	}
	for _, f := range b.faults {
		if headControl(f.Field) {
			h.Errors[f.Field] = f.Say
		}
	}
	h.Open = len(h.Errors) > 0 || d.Year == 0 || len(d.Stages) > 0 || d.Outline()
	p.Head = h
}

// headControl tells whether a control stands at the head of the review page.
func headControl(name string) bool {
	for _, n := range headNames {
		if n == name {
			return true
		}
	}
	return strings.HasPrefix(name, "stage.")
}

// stages shows how the plan stands in each of its phases, by the days its tasks are due.
func (b *boardBuilder) stages(p *view.BoardPage) {
	if len(b.plan.Stages) == 0 {
		return
	}
	tallies := make([]dispatch.Tally, len(b.plan.Stages))
	for _, t := range b.leads {
		tallies[b.plan.StageOf(t)].Add(t)
	}
	now := b.plan.StageOn(b.visit.Today)
	for i, s := range b.plan.Stages {
		p.Stages = append(p.Stages, view.StageRow{Name: s.Name, Days: s.Days(), Tally: tallyView(tallies[i]), Now: i == now})
	}
}

// stageName is the phase a task belongs to, "" where the plan has none.
func (b *boardBuilder) stageName(t *dispatch.Task) string {
	if i := b.plan.StageOf(t); i >= 0 {
		return b.plan.Stages[i].Name
	}
	return ""
}
