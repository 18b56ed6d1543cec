package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/norm/calendar"
)

func (s *Server) deskRoutes(mux *http.ServeMux) {
	s.staff(mux, "GET /desk", s.deskShow)
	s.staff(mux, "GET /agenda", s.agendaShow)
	s.staff(mux, "GET /search", s.searchShow)
	s.staff(mux, "GET /drafts", s.draftsShow)
	s.staff(mux, "GET /notices", s.noticesShow)
	s.staff(mux, "GET /account", s.accountShow)
}

// deskSoon is how many days ahead count as soon.
const deskSoon = 7

// mostOnDesk is how many rows of a box the workbench shows.
const mostOnDesk = 20

// mostNotices is how many notices the workbench shows.
const mostNotices = 5

// deskShow is the workbench over all posts a person holds.
func (s *Server) deskShow(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	if v.holds(access.SystemAdmin, access.SecurityAdmin, access.Auditor) {
		http.Redirect(w, r, "/system", http.StatusSeeOther)
		return nil
	}
	work, err := s.Dispatch.Worklist(r.Context(), v.Site, v.Person)
	if err != nil {
		return err
	}
	p := view.DeskPage{Page: s.frame(r, v, "desk", "我的工作台"), Idle: view.Empty{Lead: "现在没有要办的事项。", Text: "有新任务、到期事项时列在这里。"}}
	if v.holds(access.Head) { // has nothing to enter, and wants to see how the unit stands
		p.Idle.Text = "本单位各项任务的进展可以在看板上查看。"
		p.Idle.Button = view.Link{Text: "查看本单位任务", Href: "/board?unit=" + decimal(v.Actor.Unit())}
	}
	if v.holds(access.GovHead) {
		p.Idle.Text = "全县各项任务的进展可以在看板上查看。"
		p.Idle.Button = view.Link{Text: "查看任务看板", Href: "/board"}
	}
	today := s.clock()
	p.Facts = fmt.Sprintf("%s %s", today.Format("2006年1月2日"), weekday(today))
	s.fillDesk(&p, v, work)
	if p.Calendar, err = s.calendarBox(work); err != nil {
		return err
	}
	p.CalendarNote = "放假安排依据国务院办公厅当年节假日通知"
	notices, err := s.noticeRows(r)
	if err != nil {
		return err
	}
	notices = slices.DeleteFunc(notices, func(n view.NoticeRow) bool { return !n.Unread })
	p.Notices, p.NoticesHref = notices[:min(len(notices), mostNotices)], "/notices"
	drafts, err := s.draftRows(r)
	if err != nil {
		return err
	}
	p.Drafts = drafts
	return s.render(w, r, http.StatusOK, view.Desk(p))
}

func weekday(t time.Time) string {
	return []string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"}[t.Weekday()]
}

// reviewSteps are steps by which a person judges what others submitted.
var reviewSteps = map[string]bool{"accept": true, "decide_objection": true, "review": true, "sign": true}

func (s *Server) fillDesk(p *view.DeskPage, v *visit, work []dispatch.Work) {
	posts := len(v.Site.Rights.Mandates(v.Person, v.Today)) > 1
	for _, w := range work {
		if reviewSteps[w.Step] {
			p.Review = append(p.Review, view.DeskReview{
				Title: view.Link{Text: w.Task.Title(), Href: matterPath(w.Task.State.No)},
				Note:  w.Title + " · " + v.Site.Tree().Name(w.Task.State.Unit), Light: lightView(w.Task),
			})
			continue
		}
		row := deskRow(v, w, posts)
		switch {
		case w.Task.Light == dispatch.Red:
			p.Overdue = append(p.Overdue, row)
		case w.Task.Due != "" && w.Task.Days <= deskSoon:
			p.Soon = append(p.Soon, row)
		default:
			p.Todo = append(p.Todo, row)
		}
	}
	p.Counts = []view.Count{
		{N: len(p.Overdue), Text: "逾期", Light: view.Red, Href: "#overdue", Bad: true}, {N: len(p.Soon), Text: "七天内到期", Light: view.Yellow, Href: "#soon"},
		{N: len(p.Todo), Text: "其他待办", Href: "#todo"}, {N: len(p.Review), Text: "待审核验收", Href: "#review"},
	}
	for i := range p.Counts {
		if p.Counts[i].N == 0 {
			p.Counts[i].Href = "" // nothing to go to
		}
	}
	p.TodoTotal, p.TodoHref, p.ReviewHref = len(p.Todo), "/agenda", "/agenda?show=review"
	p.Todo, p.Review = p.Todo[:min(len(p.Todo), mostOnDesk)], p.Review[:min(len(p.Review), mostOnDesk)]
}

func deskRow(v *visit, w dispatch.Work, posts bool) view.DeskRow {
	t := w.Task
	row := view.DeskRow{
		Light: lightView(t), Title: view.Link{Text: t.Title(), Href: matterPath(t.State.No)}, Step: w.Title, Due: t.Due,
		Kind:    map[string]string{"task": "任务", "instruction": "批示交办", "collection": "材料报送"}[t.State.Procedure],
		Actions: []view.Link{{Text: w.Title, Href: matterPath(t.State.No)}},
	}
	if ownPage(t.State) == "" {
		row.Why = matterPath(t.State.No) + "#limits"
		row.Actions[0].Href += "#" + stepAnchor(w.Step, w.Key)
	}
	if plan, ok := t.State.Get("plan"); ok && plan.Ref != nil {
		row.Note = cmp.Or(plan.Ref.Number, plan.Ref.Name)
		if label := t.State.Text("label"); label != "" {
			row.Note += " 第" + label + "项"
		}
	}
	if posts {
		row.Post = v.Site.Tree().Name(w.Mandate.For.Unit) + roleTitle(w.Mandate.For.Role)
	}
	return row
}

// calendarBox is three weeks from this Monday, with what falls due.
func (s *Server) calendarBox(work []dispatch.Work) ([]view.CalendarDay, error) {
	now := s.clock()
	today, err := calendar.Parse(app.Day(now))
	if err != nil {
		return nil, err
	}
	due := map[string]int{}
	for _, w := range work {
		due[w.Task.Due]++
	}
	cal := s.Acts.Book().Calendar()
	monday := today - calendar.Date(today.Weekday()-1)
	names := []string{"周一", "周二", "周三", "周四", "周五", "周六", "周日"}
	var out []view.CalendarDay
	for i := range 21 {
		d := monday + calendar.Date(i)
		_, _, day := d.Civil()
		c := view.CalendarDay{Name: names[i%7], Day: strconv.Itoa(day), Today: d == today, Off: !cal.IsWorkday(d), Comment: d.String()}
		switch {
		case d == today:
			c.Name = "今天"
		case c.Off && d.Weekday() < 6:
			c.Word = "休"
		case !c.Off && d.Weekday() >= 6:
			c.Word = "班"
		}
		if n := due[d.String()]; n > 0 {
			c.Due = view.Link{Text: fmt.Sprintf("到期 %d", n), Href: "/agenda?day=" + d.String()}
		}
		out = append(out, c)
	}
	return out, nil
}

// agendaShow lists what waits, by the day it is due.
func (s *Server) agendaShow(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	work, err := s.Dispatch.Worklist(r.Context(), v.Site, v.Person)
	if err != nil {
		return err
	}
	slices.SortStableFunc(work, func(a, b dispatch.Work) int { return cmp.Compare(a.Task.Due, b.Task.Due) })
	day, show := r.URL.Query().Get("day"), r.URL.Query().Get("show")
	p := view.AgendaPage{Page: s.frame(r, v, "agenda", "日程与到期"), Empty: view.Empty{Lead: "没有要办的事项。", Text: "有新任务、到期事项时列在这里。"}}
	p.Filter = view.Filter{Action: "/agenda", Clear: "/agenda", Fields: []view.Field{{Name: "day", Label: "到期日", Kind: view.Date, Short: true, Optional: true, Value: day}}}
	if day != "" {
		p.Filter.Said = day + " 到期"
	}
	for _, item := range work {
		if (day == "" || item.Task.Due == day) && (show != "review" || reviewSteps[item.Step]) {
			p.Rows = append(p.Rows, deskRow(v, item, true))
		}
	}
	p.Counts = []view.Count{{N: len(p.Rows), Text: "项"}}
	return s.render(w, r, http.StatusOK, view.Agenda(p))
}

// draftsShow lists what was kept unfinished.
func (s *Server) draftsShow(w http.ResponseWriter, r *http.Request) error {
	rows, err := s.draftRows(r)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, view.Drafts(view.DraftsPage{Page: s.frame(r, visitOf(r), "drafts", "我的草稿"), Rows: rows}))
}

func (s *Server) draftRows(r *http.Request) ([]view.DraftRow, error) {
	v := visitOf(r)
	if !mayOpen(v, "import") {
		return nil, nil
	}
	drafts, err := s.Dispatch.Drafts(r.Context(), v.Actor)
	if err != nil {
		return nil, err
	}
	var rows []view.DraftRow
	for _, d := range drafts {
		rows = append(rows, view.DraftRow{
			Title: view.Link{Text: d.Title, Href: importPath(d.ID)}, Saved: d.At.In(app.China).Format("2006-01-02 15:04"), Where: "导入计划文件",
			Delete: importPath(d.ID) + "/delete",
		})
	}
	asks, err := s.askDrafts(r)
	return append(rows, asks...), err
}

// noticesShow lists what others have lately done on matters that concern the viewer's posts: urgings, returns, notices.
func (s *Server) noticesShow(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	rows, err := s.noticeRows(r)
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, view.Notices(view.NoticesPage{Page: s.frame(r, v, "notices", "通知"), Rows: rows}))
}

// noticed are the steps by which others tell a unit something.
var noticed = map[string]string{"urge": "催办", "return": "退回", "notice": "通报", "open": "下达", "decide_objection": "异议处理", "refuse_extension": "不同意延期"}

func (s *Server) noticeRows(r *http.Request) ([]view.NoticeRow, error) {
	v := visitOf(r)
	tasks, err := s.Dispatch.Recent(r.Context(), v.Scope, v.Actor.Unit(), 100)
	if err != nil {
		return nil, err
	}
	var rows []view.NoticeRow
	for _, t := range tasks {
		for i := len(t.State.Events) - 1; i >= 0; i-- {
			e := t.State.Events[i]
			if word := noticed[e.Step]; word != "" {
				rows = append(rows, view.NoticeRow{
					Text: view.Link{Text: word + "：" + t.Title(), Href: matterPath(t.State.No)}, Day: e.Legal, Unread: t.State.Open && e.Seq == t.State.Seq,
				})
				break
			}
		}
	}
	slices.SortStableFunc(rows, func(a, b view.NoticeRow) int { return cmp.Compare(b.Day, a.Day) })
	return rows, nil
}

// accountShow leads to the one thing a person can change of an account.
func (s *Server) accountShow(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, pathPassword, http.StatusSeeOther)
	return nil
}
