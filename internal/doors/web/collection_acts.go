package web

import (
	"net/http"

	"github.com/google/uuid"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/matter"
)

// actView is a matter as one viewer sees it.
type actView = act.View

// requestHidden makes an act of a form happen once.
func requestHidden() []view.Hidden {
	return []view.Hidden{{Name: "request", Value: uuid.NewString()}}
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// fileRow shows a stored file.
func fileRow(b matter.Blob, at, who string) view.File {
	link := fileLink(b)
	return view.File{Name: link.Text, Href: link.Href, Size: fileSize(b.Size), Digest: b.Hash[:min(12, len(b.Hash))], At: at, Who: who}
}

// collectionUrge urges the units ticked.
func (s *Server) collectionUrge(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	no, err := pathNo(r, "no")
	if err != nil {
		return err
	}
	form, err := parseForm(r)
	if err != nil {
		return err
	}
	c, _, err := s.Dispatch.Collection(r.Context(), v.Actor, no)
	if err != nil {
		return err
	}
	var nos []int64
	for _, id := range form.values["unit"] {
		nos = append(nos, number(id))
	}
	urged, err := s.Dispatch.UrgeAnswers(r.Context(), v.Actor, c, nos, form.get("text"), form.get("until"), orElse(form.get("request"), uuid.NewString()))
	if faults := invalid(err); faults != nil {
		return s.showCollection(w, r, http.StatusUnprocessableEntity, faults)
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, collectionPath(no), view.Flash{Tone: "ok", Lead: "已向 " + decimal(int64(urged)) + " 个单位催办。", Text: "催办列在各单位的工作台和通知中。"})
}

// collectionSend keeps the copy as sent and closes the collection.
func (s *Server) collectionSend(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	no, err := pathNo(r, "no")
	if err != nil {
		return err
	}
	form, err := parseForm(r)
	if err != nil {
		return err
	}
	_, m, err := s.Dispatch.Collection(r.Context(), v.Actor, no)
	if err != nil {
		return err
	}
	files, err := s.uploads(r, "file", "as_sent")
	if err == nil {
		var done act.Done
		done, err = s.Dispatch.SendUp(r.Context(), v.Actor, m, form.get("sent_to"), files, form.get("reason"), form.get("request"))
		if err == nil {
			return s.redirect(w, r, collectionPath(no), doneFlash(done, "已经上报，报送件原样留存。"))
		}
	}
	if faults := invalid(err); faults != nil {
		return s.showCollection(w, r, http.StatusUnprocessableEntity, faults)
	}
	return err
}

// uploads keeps the files of one control under a label.
func (s *Server) uploads(r *http.Request, control, label string) ([]matter.Attached, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	var out []matter.Attached
	for _, head := range r.MultipartForm.File[control] {
		if head.Size > maxDocument {
			return nil, tooLarge(control)
		}
		b, err := readPart(head)
		if err != nil {
			return nil, uploadFault(control, err)
		}
		blob, err := s.Acts.Admit(r.Context(), head.Filename, b)
		if err != nil {
			return nil, atControl(err, control)
		}
		out = append(out, matter.Attached{Label: label, Blob: blob})
	}
	return out, nil
}

// mergeShow puts the answers together.
func (s *Server) mergeShow(w http.ResponseWriter, r *http.Request) error {
	c, sections, err := s.merging(r)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, view.CollectionMerge(s.mergePage(r, c, sections, "", "")))
}

func (s *Server) merging(r *http.Request) (*dispatch.Collection, []dispatch.MergedSection, error) {
	no, err := pathNo(r, "no")
	if err != nil {
		return nil, nil, err
	}
	c, _, err := s.Dispatch.Collection(r.Context(), visitOf(r).Actor, no)
	if err != nil {
		return nil, nil, err
	}
	sections, err := s.Dispatch.Merge(r.Context(), c)
	return c, sections, err
}

func (s *Server) mergePage(r *http.Request, c *dispatch.Collection, sections []dispatch.MergedSection, reason, fault string) view.CollectionMergePage {
	v, path := visitOf(r), collectionPath(c.State.No)
	p := view.CollectionMergePage{Page: s.frame(r, v, "collections", "合并编辑"), Action: path + "/merge", Hidden: requestHidden()}
	p.Crumbs = append(crumbsTo(collectionCrumbs, ""), view.Link{Text: "合并编辑"})
	p.Crumbs[len(p.Crumbs)-2] = view.Link{Text: c.State.Text("title"), Href: path}
	p.Facts = c.State.Text("title")
	p.Downloads = []view.Link{{Text: "合并文本 DOCX", Href: path + "/merged.docx"}, {Text: "汇总表 XLSX", Href: path + "/merged.xlsx"}}
	for _, a := range c.Answers {
		if !a.In() {
			p.Missing = append(p.Missing, v.Site.Tree().Name(a.Unit))
		}
	}
	if len(p.Missing) > 0 {
		p.Reason = &view.Field{Name: "reason", Label: "仍要定稿的理由", Kind: view.Area, Rows: 2, Optional: true, Value: reason, Error: fault, Hint: "还有单位没有报送，定稿须写明理由，理由留存记录"}
	}
	if fault != "" {
		p.Errors = []view.FieldError{{ID: "merge-reason", Text: fault}}
	}
	for _, sec := range sections {
		m := view.MergeSection{Title: sec.Title}
		for _, piece := range sec.Pieces {
			one := view.MergePiece{
				ID: piece.ID, Unit: v.Site.Tree().Name(piece.Unit), Text: piece.Text, Keep: piece.Keep, Answer: collectionPath(piece.Answer) + "/answer",
			}
			if piece.Repeat != "" {
				one.Marks = []view.Tag{{Text: "与" + piece.Repeat + "相同", Tone: "w"}}
			}
			m.Pieces = append(m.Pieces, one)
		}
		p.Sections = append(p.Sections, m)
	}
	return p
}

// mergeSave keeps what was chosen and edited, or ends the merging.
func (s *Server) mergeSave(w http.ResponseWriter, r *http.Request) error {
	c, sections, err := s.merging(r)
	if err != nil {
		return err
	}
	if !keeps(visitOf(r), c) {
		return app.Faultf(app.Denied, "汇总由布置单位的统筹岗办理，您的岗位不能办理。")
	}
	form, err := parseForm(r)
	if err != nil {
		return err
	}
	for i := range sections {
		for j := range sections[i].Pieces {
			p := &sections[i].Pieces[j]
			if form.values.Has("m." + p.ID + ".text") {
				p.Text, p.Keep = form.get("m."+p.ID+".text"), form.get("m."+p.ID+".keep") == "1"
			}
		}
	}
	if err := s.Dispatch.SaveMerge(r.Context(), c, sections); err != nil {
		return err
	}
	if form.get("op") != "fix" {
		return s.redirect(w, r, collectionPath(c.State.No)+"/merge", view.Flash{Tone: "ok", Lead: "汇总稿已经保存。", Text: "还没有定稿，可以随时回来继续编辑。"})
	}
	done, err := s.Dispatch.Fix(r.Context(), visitOf(r).Actor, c, sections, form.get("reason"), orElse(form.get("request"), uuid.NewString()))
	if faults := invalid(err); faults != nil {
		return s.render(w, r, http.StatusUnprocessableEntity, view.CollectionMerge(s.mergePage(r, c, sections, form.get("reason"), faults[0].Say)))
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, collectionPath(c.State.No), doneFlash(done, "汇总稿已经定稿，文本和表格都已留存。"))
}

// mergedText downloads the merged text as it stands.
func (s *Server) mergedText(w http.ResponseWriter, r *http.Request) error {
	c, sections, err := s.merging(r)
	if err != nil {
		return err
	}
	tree := visitOf(r).Site.Tree()
	b, err := dispatch.MergedDOCX(c, sections, tree.Name, tree.Name(c.State.Unit), visitOf(r).Today)
	if err != nil {
		return err
	}
	return s.sendFile(w, r, dispatch.FileTitle(c.State)+"汇总稿.docx", typeDOCX, b, len(c.Answers))
}

// mergedTable downloads the merged table as it stands.
func (s *Server) mergedTable(w http.ResponseWriter, r *http.Request) error {
	c, _, err := s.merging(r)
	if err != nil {
		return err
	}
	b, err := dispatch.MergedXLSX(c, visitOf(r).Site.Tree().Name)
	if err != nil {
		return err
	}
	return s.sendFile(w, r, dispatch.FileTitle(c.State)+"汇总表.xlsx", typeXLSX, b, len(c.Answers))
}

// sendFile answers with what was put together of many units' words. What leaves the platform is a record; rows is how many
// units or items it holds.
func (s *Server) sendFile(w http.ResponseWriter, r *http.Request, name, kind string, b []byte, rows int) error {
	if err := s.House.Exported(r.Context(), visitOf(r).Actor, name, rows); err != nil {
		return err
	}
	return download(w, name, kind, b)
}
