package web

import (
	"net/http"
	"strconv"
	"strings"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doc/text"
	"zhunsheng/internal/doors/web/view"
)

func textPath(no int64) string { return "/plan/" + strconv.FormatInt(no, 10) + "/text" }

// planTextShow is a plan's document as it was issued, each measure leading to its task.
func (s *Server) planTextShow(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	no, err := pathNo(r, "plan")
	if err != nil {
		return err
	}
	plan, err := s.Dispatch.Plan(r.Context(), no)
	if err != nil {
		return err
	}
	tasks, err := s.Dispatch.Tasks(r.Context(), v.Scope, plan)
	if err != nil {
		return err
	}
	if len(tasks) == 0 && plan.Period == "" && !mayOpen(v, "import") {
		return app.Faultf(app.NotFound, "没有这个计划，或者您的岗位不在可以查看的范围内。")
	}
	paragraphs, err := s.Dispatch.Text(r.Context(), plan)
	if err != nil {
		return err
	}
	measures, err := s.Dispatch.MeasuresOf(r.Context(), no)
	if err != nil {
		return err
	}
	p := view.PlanTextPage{Page: s.frame(r, v, "plans", plan.Title), Original: fileLink(plan.File)}
	p.Original.Text = "下载原文件"
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "年度计划", Href: "/plans"}, {Text: "文件原文"}}
	p.Buttons = []view.Button{{Text: "返回", Href: planHome(plan)}}
	p.Paragraphs = linkedParagraphs(paragraphs, plan, measures[no], tasks)
	for _, f := range []view.Pair{
		{Term: "文号", Text: plan.Number}, {Term: "发文机关", Text: plan.Issuer}, {Term: "成文日期", Text: plan.Issued},
		{Term: "规划期", Text: plan.Period}, {Term: "原文件", Text: plan.File.Name}, {Term: "校验值", Text: plan.File.Hash}, {Term: "存证编号", Text: grouped(plan.Seq)},
	} {
		if f.Text != "" {
			p.Facts = append(p.Facts, f)
		}
	}
	return s.render(w, r, http.StatusOK, view.PlanText(p))
}

// linkedParagraphs shows the document; where a measure's title stands it leads to the task of its lead.
func linkedParagraphs(paragraphs []text.Paragraph, plan dispatch.Plan, measures []dispatch.PlanMeasure, tasks []*dispatch.Task) []view.DocParagraph {
	task := map[int64]int64{}
	for _, t := range tasks {
		if m := t.Measure(); m != 0 && t.Parent() == 0 {
			task[m] = t.State.No
		}
	}
	rest := measures
	out := make([]view.DocParagraph, 0, len(paragraphs))
	for i, para := range paragraphs {
		said := strings.TrimSpace(readable(para.Text))
		if said == "" {
			continue
		}
		p := view.DocParagraph{ID: "p" + strconv.Itoa(i), Runs: []view.DocRun{{Text: said}}}
		switch {
		case said == plan.Title:
			p.Kind = "title"
		case para.Level > 0:
			p.Kind = "heading"
		}
		for k, m := range rest {
			before, after, ok := strings.Cut(said, m.Title())
			if no := task[m.No()]; ok && m.Title() != "" {
				if no != 0 {
					p.Runs = []view.DocRun{{Text: before}, {Text: m.Title(), Href: matterPath(no)}, {Text: after}}
				}
				rest = append(append([]dispatch.PlanMeasure(nil), rest[:k]...), rest[k+1:]...)
				break
			}
		}
		out = append(out, p)
	}
	return out
}
