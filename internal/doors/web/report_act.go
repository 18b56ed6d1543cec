package web

import (
	"fmt"
	"net/http"
	"strings"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/publish"
	"zhunsheng/internal/doc/report"
	"zhunsheng/internal/doors/web/view"
)

// source opens a figure: how it came about, and every matter behind it that the viewer sees.
func (b *reportBuilder) source(f report.Figure) (*view.FigureSource, error) {
	a, err := b.o.shown.Basis.Answer(f.ID)
	if err != nil {
		return nil, fmt.Errorf("open figure %s: %w", f.ID, err)
	}
	nos := make([]int64, 0, len(a.Behind))
	for _, x := range a.Behind {
		nos = append(nos, x.Matter)
	}
	seen, err := b.server.Dispatch.Seen(b.r.Context(), b.visit.Scope, nos)
	if err != nil {
		return nil, err
	}
	src := &view.FigureSource{
		Title: fmt.Sprintf("%s %s", f.Name, withUnit(f)),
		Left:  []view.Pair{{Term: "算法", Text: f.Formula}, {Term: "期间", Text: strings.ReplaceAll(f.Period, "/", " 至 ")}},
		Right: []view.Pair{{Term: "数据截至", Text: "存证编号 " + grouped(f.Snapshot-1)}, {Term: "标记", Text: "{{" + f.ID + "}}"}},
		Heads: []string{"事项", "单位", "状态", "日期", "数量", "记录"},
	}
	var sum int64
	hidden := 0
	for _, x := range a.Behind {
		sum += x.Value
		row := view.FigureRow{Name: x.Title, Cells: []string{b.visit.Site.Tree().Name(x.Unit), x.State, x.Day, decimal(x.Value), ""}}
		switch {
		case x.Matter == 0:
		case !seen[x.Matter]:
			hidden++
			row.Name = "其他单位的事项"
		case x.Seq != 0:
			row.Cells[4], row.Href = "存证编号 "+grouped(x.Seq), recordPath(x.Seq)
		default:
			row.Cells[4], row.Href = "打开", matterPath(x.Matter)
		}
		src.Rows = append(src.Rows, row)
	}
	src.Totals = []string{"", "", "", decimal(sum), ""}
	if hidden > 0 {
		src.Right = append(src.Right, view.Pair{Term: "查看范围", Text: fmt.Sprintf("其中 %d 件不在您的岗位可以查看的范围内", hidden)})
	}
	return src, nil
}

// withUnit writes a figure with its unit.
func withUnit(f report.Figure) string {
	if f.Unit == "%" {
		return f.Show()
	}
	return f.Show() + f.Unit
}

// reportSave takes over the text.
func (s *Server) reportSave(w http.ResponseWriter, r *http.Request) error {
	_, err := s.publish().Save(r.Context(), visitOf(r).Actor, r.PathValue("id"), int(number(r.PostFormValue("version"))), r.PostFormValue("text"))
	if f := app.FaultOf(err); err != nil && f.Kind == app.Invalid {
		return s.showReport(w, r, http.StatusUnprocessableEntity, 0, f)
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, reportPath(r.PathValue("id")), view.Flash{Tone: "ok", Lead: "正文已经保存。"})
}

// reportSettle puts a finding right or keeps it with a reason.
func (s *Server) reportSettle(w http.ResponseWriter, r *http.Request) error {
	way := r.PostFormValue("op")
	_, err := s.publish().Settle(r.Context(), visitOf(r).Actor, r.PathValue("id"), 0, r.PostFormValue("finding"), way, r.PostFormValue("reason"))
	if faults := invalid(err); faults != nil {
		return s.redirect(w, r, reportPath(r.PathValue("id")), view.Flash{Tone: "bad", Lead: "没有保存。", Text: faults[0].Say})
	}
	if err != nil {
		return err
	}
	flash := view.Flash{Tone: "ok", Lead: "已经改正。"}
	if way == publish.Keep {
		flash.Lead = "理由已经保存，印发时一并留存。"
	}
	return s.redirect(w, r, reportPath(r.PathValue("id")), flash)
}

// reportRenew takes the figures anew.
func (s *Server) reportRenew(w http.ResponseWriter, r *http.Request) error {
	d, err := s.publish().Renew(r.Context(), visitOf(r).Actor, r.PathValue("id"), 0)
	if err != nil {
		return err
	}
	return s.redirect(w, r, reportPath(d.ID), view.Flash{Tone: "ok", Lead: "数字已经更新。", Text: "取自存证编号 " + grouped(d.Snapshot-1) + " 及以前的记录。"})
}

// reportIssue issues the report.
func (s *Server) reportIssue(w http.ResponseWriter, r *http.Request) error {
	done, err := s.publish().Issue(r.Context(), visitOf(r).Actor, publish.Issue{
		Draft: r.PathValue("id"), Version: int(number(r.PostFormValue("version"))), Number: r.PostFormValue("number"), Day: r.PostFormValue("day"),
	})
	if f := app.FaultOf(err); err != nil && f.Kind == app.Invalid {
		return s.showReport(w, r, http.StatusUnprocessableEntity, 0, f)
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, reportPath(decimal(done.Matter)), doneFlash(done, "报告已经印发。"))
}

// reportDelete drops a draft.
func (s *Server) reportDelete(w http.ResponseWriter, r *http.Request) error {
	if err := s.publish().Drop(r.Context(), visitOf(r).Actor, r.PathValue("id")); err != nil {
		return err
	}
	return s.redirect(w, r, "/reports", view.Flash{Tone: "ok", Lead: "报告草稿已经删除。", Text: "没有印发任何报告。"})
}

// reportFile is the report in the layout of official documents: of an issued one the file that was issued.
func (s *Server) reportFile(w http.ResponseWriter, r *http.Request) error {
	o, err := s.openReport(r.Context(), visitOf(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	if o.issued != nil {
		b, err := s.Acts.Blob(r.Context(), o.issued.File.Hash)
		if err != nil {
			return err
		}
		return download(w, o.issued.File.Name, typeDOCX, b)
	}
	b, err := o.shown.DOCX()
	if err != nil {
		return err
	}
	return download(w, strings.ReplaceAll(o.shown.Document.Title, "\n", "")+"（草稿）.docx", typeDOCX, b)
}
