package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
)

// outlineShow sets a plan of several years beside the yearly plans: what each of its measures has become, and what no
// year has taken up.
func (s *Server) outlineShow(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	no, err := pathNo(r, "plan")
	if err != nil {
		return err
	}
	o, err := s.Dispatch.Outline(r.Context(), v.Scope, no)
	if err != nil {
		return err
	}
	p := view.OutlinePage{Page: s.frame(r, v, "plans", o.Plan.Title)}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "年度计划", Href: "/plans"}, {Text: "规划衔接"}}
	p.Facts = strings.Trim(o.Plan.Number+" · "+o.Plan.Period, " ·")
	p.Buttons = []view.Button{{Text: "文件原文", Href: textPath(no)}}
	var years []int
	for _, y := range o.Years {
		if !slices.Contains(years, y.Year) {
			years = append(years, y.Year)
			p.Years = append(p.Years, strconv.Itoa(y.Year))
		}
	}
	onlyOpen, taken := r.URL.Query().Get("show") == "open", 0
	for _, row := range o.Rows {
		if len(row.Taken) > 0 {
			taken++
		}
		if !onlyOpen || len(row.Taken) == 0 {
			p.Rows = append(p.Rows, outlineRow(row, years))
		}
	}
	left := len(o.Rows) - taken
	path := r.URL.Path
	p.Counts = []view.Count{
		{N: len(o.Rows), Text: "项措施", Href: path, Current: !onlyOpen}, {N: taken, Text: "项已由年度计划承接", Light: view.Done},
		{N: left, Text: "项没有年度承接", Light: view.Red, Bad: left > 0, Href: path + "?show=open", Current: onlyOpen},
	}
	if onlyOpen {
		p.Filter.Said = "只列没有年度承接的措施"
	}
	p.Empty = view.Empty{Lead: "各项措施都已由年度计划承接。", Link: view.Link{Text: "查看全部", Href: path}}
	return s.render(w, r, http.StatusOK, view.Outline(p))
}

func outlineRow(row dispatch.OutlineRow, years []int) view.OutlineMeasure {
	out := view.OutlineMeasure{
		Light: view.Signal{Light: view.Done, Text: "已承接"}, Label: row.Measure.Label(), Title: row.Measure.Title(),
		Years: make([][]view.Link, len(years)),
	}
	if len(row.Taken) == 0 {
		out.Light = view.Signal{Light: view.Red, Text: "没有年度承接"}
	}
	for _, t := range row.Taken {
		link := view.Link{Text: t.Measure.Label() + " " + t.Measure.Title()}
		if t.Task != nil {
			link.Href = matterPath(t.Task.State.No)
			link.Text += "（" + t.Task.Words() + "）"
		}
		at := slices.Index(years, t.Year)
		out.Years[at] = append(out.Years[at], link)
	}
	return out
}

// outlineRows list the plans of several years among the plans.
func (s *Server) outlineRows(r *http.Request) ([]view.PlanRow, error) {
	outlines, err := s.Dispatch.Outlines(r.Context())
	if err != nil || len(outlines) == 0 {
		return nil, err
	}
	nos := make([]int64, len(outlines))
	for i, o := range outlines {
		nos[i] = o.No
	}
	measures, err := s.Dispatch.MeasuresOf(r.Context(), nos...)
	if err != nil {
		return nil, err
	}
	var rows []view.PlanRow
	for _, o := range outlines {
		rows = append(rows, view.PlanRow{
			Title: view.Link{Text: o.Title, Href: planHome(o)}, Number: o.Number, Issued: o.Issued, Year: o.Period, Measures: len(measures[o.No]),
			Stage: "规划，由年度计划承接", Actions: []view.Link{{Text: "衔接情况", Href: planHome(o)}, {Text: "原文", Href: textPath(o.No)}},
		})
	}
	return rows, nil
}

// superiors offers the measures of the outline that a measure may carry out. What a person has not yet said is proposed
// by the likeness of the titles; it counts once the page is saved.
func (b *reviewBuilder) superiors(m *dispatch.Measure, row *view.ReviewMeasure) {
	if b.draft.Superior == 0 || len(b.above) == 0 {
		return
	}
	chosen := m.Superior
	if chosen == 0 {
		if chosen = dispatch.Likely(m, b.above); chosen != 0 {
			row.Notes = append(row.Notes, "按标题相近建议对应上位规划的措施，保存后生效")
		}
	}
	row.Superior = []view.Option{{Value: decimal(dispatch.Unlinked), Text: "不对应"}}
	for _, a := range b.above {
		row.Superior = append(row.Superior, view.Option{
			Value: decimal(a.No()), Text: short(fmt.Sprintf("%s %s", a.Label(), a.Title()), mostOffered), Chosen: a.No() == chosen,
		})
	}
}

// mostOffered bounds the words of a measure in a list of choices.
const mostOffered = 30
