package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
)

// urgeTitles name the ways of pressing.
var urgeTitles = map[string]string{"urge": "催办", "notice": "通报"}

// urgeConfirm shows what each unit would get before anything is sent.
func (s *Server) urgeConfirm(w http.ResponseWriter, r *http.Request) error {
	v, err := s.supervisor(r)
	if err != nil {
		return err
	}
	picks := picked(r)
	if len(picks) == 0 {
		return s.redirect(w, r, "/supervision", view.Flash{Tone: "warn", Lead: "没有选择任务。", Text: "请勾选要督办的任务，再填写内容。"})
	}
	return s.showUrge(w, r, v, http.StatusOK, picks, nil)
}

func (s *Server) showUrge(w http.ResponseWriter, r *http.Request, v *visit, status int, picks []int64, faults []app.FieldFault) error {
	way := r.PostFormValue("way")
	title := urgeTitles[way]
	if title == "" {
		return app.Wrong("way", "没有这种督办办法。")
	}
	until := r.PostFormValue("until")
	notices, err := s.urgeNotices(r, v, picks)
	if err != nil {
		return err
	}
	p := view.UrgeConfirmPage{Page: s.frame(r, v, "supervision", title+"确认")}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "督办与延期", Href: "/supervision"}, {Text: title + "确认"}}
	p.Notices = notices
	p.Facts = []view.Pair{{Term: "收件", Text: fmt.Sprintf("%d 个单位，%d 项任务", len(p.Notices), len(picks))}, {Term: "方式", Text: title}}
	if way == "urge" {
		p.Facts = append(p.Facts, view.Pair{Term: "答复期限", Text: until + " 前"})
	}
	p.Facts = append(p.Facts, view.Pair{Term: "结果", Text: "每项任务记录一次" + title + "，列入承办单位的通知"})
	p.Form = view.Form{ID: "send", Action: "/supervision/urge", Submit: "发送" + title, Fields: []view.Field{
		{Name: "until", Label: "答复期限", Kind: view.Date, Short: true, Value: until, Optional: way == "notice"},
		{Name: "text", Label: "内容", Kind: view.Area, Value: r.PostFormValue("text")},
	}, Hidden: []view.Hidden{{Name: "request", Value: keptRequest(r)}, {Name: "way", Value: way}}, Others: []view.Button{{Text: "返回修改", Href: "/supervision"}}}
	for _, no := range picks {
		p.Form.Hidden = append(p.Form.Hidden, view.Hidden{Name: "pick", Value: decimal(no)})
	}
	withFaults(&p.Form, faults)
	p.Errors = p.Form.FieldErrors()
	return s.render(w, r, status, view.UrgeConfirm(p))
}

// urgeNotices is what each unit would get, in the order of the organisation list: only its own tasks.
func (s *Server) urgeNotices(r *http.Request, v *visit, picks []int64) ([]view.UrgeNotice, error) {
	byUnit := map[int64][]*dispatch.Task{}
	for _, no := range picks {
		t, err := s.Dispatch.Task(r.Context(), v.Scope, no)
		if err != nil {
			return nil, err
		}
		byUnit[t.State.Unit] = append(byUnit[t.State.Unit], t)
	}
	var out []view.UrgeNotice
	for _, u := range v.Site.Tree().All() {
		tasks := byUnit[u.No]
		if len(tasks) == 0 {
			continue
		}
		n := view.UrgeNotice{Unit: u.Name, Text: r.PostFormValue("text")}
		for _, t := range tasks {
			n.Lines = append(n.Lines, fmt.Sprintf("%s（应当 %s 前完成，%s）", t.Title(), t.Due, t.Words()))
		}
		out = append(out, n)
	}
	return out, nil
}

// keptRequest keeps the id of a form that came back; a new form gets a new one.
func keptRequest(r *http.Request) string { return cmp.Or(requestOf(r), uuid.NewString()) }

// urgeSend urges every ticked task at once; pressing again sends nothing twice.
func (s *Server) urgeSend(w http.ResponseWriter, r *http.Request) error {
	v, err := s.supervisor(r)
	if err != nil {
		return err
	}
	picks, way := picked(r), r.PostFormValue("way")
	in := dispatch.Urging{ID: keptRequest(r), Matters: picks, Step: way, Text: r.PostFormValue("text"), Until: r.PostFormValue("until")}
	if way == "notice" {
		in.Until = ""
	}
	done, err := s.Dispatch.Urge(r.Context(), v.Actor, in)
	if faults := invalid(err); faults != nil && len(picks) > 0 {
		return s.showUrge(w, r, v, http.StatusUnprocessableEntity, picks, faults)
	}
	if err != nil {
		return err
	}
	flash := view.Flash{Tone: "ok", Lead: fmt.Sprintf("已%s %d 项任务。", urgeTitles[way], len(done.Done))}
	if len(done.Done) > 0 {
		flash.Record = grouped(done.Done[len(done.Done)-1].Seq)
		flash.Next = "打印" + urgeTitles[way] + "文稿。"
		flash.Link = view.Link{Text: "打开文稿", Href: fmt.Sprintf("/supervision/paper/%s/%s", way, v.Today)}
	}
	if len(done.Failed) > 0 {
		says := make([]string, 0, len(done.Failed))
		for _, f := range done.Failed {
			says = append(says, fmt.Sprintf("存证编号 %d 的任务：%s", f.Matter, f.Say))
		}
		flash.Tone, flash.Text = "warn", fmt.Sprintf("%d 项没有办成。", len(done.Failed))+strings.Join(says, "")
	}
	return s.redirect(w, r, "/supervision", flash)
}

// extensionDecide approves or refuses an extension that was asked for.
func (s *Server) extensionDecide(w http.ResponseWriter, r *http.Request) error {
	v, err := s.supervisor(r)
	if err != nil {
		return err
	}
	approve := r.PostFormValue("decision") == "approve"
	done, err := s.Dispatch.Decide(r.Context(), v.Actor, dispatch.Decision{
		ID: r.PostFormValue("request"), Matter: number(r.PostFormValue("matter")), Approve: approve, Until: r.PostFormValue("until"), Opinion: r.PostFormValue("opinion"),
	})
	if faults := invalid(err); faults != nil {
		return s.redirect(w, r, "/supervision?tab=asked", view.Flash{Tone: "bad", Lead: "没有保存。", Text: faults[0].Say})
	}
	if err != nil {
		return err
	}
	lead := "不同意延期，已经记录。"
	if approve {
		lead = "已同意延期至 " + r.PostFormValue("until") + "。"
	}
	return s.redirect(w, r, "/supervision?tab=asked", doneFlash(done, lead))
}

// toldPaper is the paper of the urgings or notices of a day: 催办通知 for a unit, or 通报 for all.
func (s *Server) toldPaper(w http.ResponseWriter, r *http.Request) error {
	v, err := s.supervisor(r)
	if err != nil {
		return err
	}
	step, day := r.PathValue("step"), r.PathValue("day")
	title := map[string]string{"urge": "催办通知", "notice": "任务办理情况通报"}[step]
	unit := number(r.URL.Query().Get("unit"))
	told, err := s.Dispatch.Told(r.Context(), v.Scope, step, day, unit)
	if err != nil {
		return err
	}
	if title == "" || len(told) == 0 {
		return app.Faultf(app.NotFound, "%s 没有发出这类文稿。", day)
	}
	p := view.SheetPage{Page: s.frame(r, v, "supervision", title), Heading: title, Sign: v.Site.Tree().Name(v.Actor.Unit()), Day: chinese(day)}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "督办与延期", Href: "/supervision"}, {Text: title}}
	p.Heads = []string{"序号", "任务", "单位", "应完成日期", "状态", "存证编号"}
	p.Record = fmt.Sprintf("存证编号 %s", grouped(told[0].Seq))
	var texts []string
	units := map[int64]bool{}
	for i, t := range told {
		if !slices.Contains(texts, t.Text) {
			texts = append(texts, t.Text)
		}
		units[t.State.Unit] = true
		p.Rows = append(p.Rows, []string{fmt.Sprint(i + 1), t.Title(), v.Site.Tree().Name(t.State.Unit), t.Due, t.Words(), grouped(t.Seq)})
	}
	p.To = "各有关单位："
	if len(units) == 1 {
		p.To = v.Site.Tree().Name(told[0].State.Unit) + "："
	}
	p.Text = append(p.Text, texts...)
	if told[0].Until != "" {
		p.Text = append(p.Text, "请于 "+chinese(told[0].Until)+"前答复。")
	}
	return s.render(w, r, http.StatusOK, view.Sheet(p))
}
