package web

import (
	"cmp"
	"net/http"
	"strings"

	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/matter"
)

// matterLimits is the sheet of a matter's limits with their reasons, to print and to lay before whoever asks why.
func (s *Server) matterLimits(w http.ResponseWriter, r *http.Request) error {
	no, err := pathNo(r, "no")
	if err != nil {
		return err
	}
	v := visitOf(r)
	m, err := s.Acts.View(r.Context(), v.Actor, no)
	if err != nil {
		return err
	}
	title := cmp.Or(m.State.Title, m.Def.Title)
	p := view.CalculatorPage{Page: s.frame(r, v, placeOf(m.State.Procedure), title+"：期限计算单"), Asked: true}
	p.Crumbs = []view.Link{{Text: m.Def.Title, Href: procedurePath(m.Def.ID)}, {Text: cmp.Or(m.State.Number, title), Href: matterPath(no)}, {Text: "期限计算单"}}
	p.Sheet = s.limitSheet(v, m.Def, m.Limits, v.Today, limitGrounds(m))
	return s.render(w, r, http.StatusOK, view.Calculator(p))
}

// limitGrounds is what a matter's limits were computed from: its steps with their legal dates, spans not counted,
// extensions.
func limitGrounds(m *act.View) []view.Pair {
	out := []view.Pair{{Term: "事项", Text: cmp.Or(m.State.Title, m.Def.Title)}}
	if m.State.Number != "" {
		out = append(out, view.Pair{Term: "编号", Text: m.State.Number})
	}
	out = append(out, view.Pair{Term: "程序", Text: m.Def.Title + "（" + versionDays(m.Def) + "的文本）"},
		view.Pair{Term: "主办单位", Text: m.Site.Tree().Name(m.State.Unit)})
	at := map[string]int{}
	for _, e := range m.State.Events {
		if e.Flags&matter.Reset != 0 {
			continue
		}
		day := cmp.Or(strings.TrimSuffix(strings.Replace(e.Time, "T", " ", 1), ":00+08:00"), e.Legal)
		if i, seen := at[e.Step]; seen {
			if !strings.HasSuffix(out[i].Text, day) {
				out[i].Text += "、" + day
			}
			continue
		}
		at[e.Step] = len(out)
		out = append(out, view.Pair{Term: m.Def.StepTitle(e.Step), Text: day})
	}
	for _, p := range m.State.Pauses {
		title := p.Ground
		for i := range m.Def.AllLimits {
			for _, rule := range m.Def.AllLimits[i].Pauses {
				if rule.ID == p.Ground && rule.Title != "" {
					title = rule.Title
				}
			}
		}
		out = append(out, view.Pair{Term: "不计入：" + title, Text: p.From + " 至 " + cmp.Or(p.To, "尚未结束")})
	}
	for _, x := range m.State.Extends {
		title := x.Limit
		if l := m.Def.Limit(x.Limit); l != nil {
			title = l.Title
		}
		text := x.Approved + " 批准"
		if x.Until != "" {
			text += "，延至 " + x.Until
		}
		out = append(out, view.Pair{Term: "延长“" + title + "”", Text: text})
	}
	return out
}
