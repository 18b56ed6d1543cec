package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
)

func (s *Server) planAgainRoutes(mux *http.ServeMux) {
	s.staff(mux, "GET /plans/import/{id}/diff", s.planDiffShow)
	s.staff(mux, "POST /plans/import/{id}/diff", s.planDiffTake)
	s.staff(mux, "GET /plan/{plan}/outline", s.outlineShow)
	s.staff(mux, "GET /plan/{plan}/text", s.planTextShow)
}

func outlinePath(no int64) string { return fmt.Sprintf("/plan/%d/outline", no) }

func diffPath(id string) string { return importPath(id) + "/diff" }

// planHome is the page on which a plan is followed: the board, of a plan of several years what has become of it.
func planHome(p dispatch.Plan) string {
	if p.Period != "" {
		return outlinePath(p.No)
	}
	return planPath(p.No)
}

// knownPlan says that the very document was dispatched before. Nothing was stored.
func (s *Server) knownPlan(w http.ResponseWriter, r *http.Request, again *dispatch.Again) error {
	p := view.PlanDiffPage{
		Page:    s.frame(r, visitOf(r), "import", "这份文件已经下达"),
		Earlier: view.Link{Text: "打开“" + again.Plan.Title + "”", Href: planHome(again.Plan)},
	}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "年度计划", Href: "/plans"}, {Text: "导入计划文件", Href: "/plans/import"}, {Text: "已经下达"}}
	p.Facts = strings.Trim(again.Plan.Title+" · "+again.Plan.Number, " ·")
	p.Flash = append(p.Flash, view.Flash{Tone: "warn", Lead: again.Error(), Text: "存证编号 " + grouped(again.Plan.Seq) + "。"})
	return s.render(w, r, http.StatusConflict, view.PlanDiff(p))
}

// again tells whether an upload failed because the document was dispatched before.
func again(err error) *dispatch.Again {
	var known *dispatch.Again
	errors.As(err, &known)
	return known
}

// planDiffShow sets a document beside the plan of which it is a new version.
func (s *Server) planDiffShow(w http.ResponseWriter, r *http.Request) error {
	return s.showDiff(w, r, http.StatusOK, nil)
}

func (s *Server) showDiff(w http.ResponseWriter, r *http.Request, status int, fault *app.Fault) error {
	v := visitOf(r)
	draft, err := s.Dispatch.Draft(r.Context(), v.Actor, r.PathValue("id"))
	if err != nil {
		return err
	}
	diff, err := s.Dispatch.Diff(r.Context(), v.Actor, draft)
	if err != nil {
		return err
	}
	p := view.PlanDiffPage{
		Page: s.frame(r, v, "import", "与已下达的计划比较"), Action: diffPath(draft.ID), Version: decimal(int64(draft.Version)), Same: diff.Same,
		Earlier: view.Link{Text: "打开已下达的计划", Href: planHome(diff.Plan)},
	}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: "年度计划", Href: "/plans"}, {Text: "核对措施", Href: importPath(draft.ID)}, {Text: "比较"}}
	p.Facts = strings.Trim(draft.Title+" · "+draft.Number, " ·")
	p.Buttons = []view.Button{{Text: "核对识别结果", Href: importPath(draft.ID)}}
	if n := len(draft.Open()); n > 0 {
		p.Flash = append(p.Flash, view.Flash{
			Tone: "warn", Lead: fmt.Sprintf("有 %d 个单位名称需要先确认。", n), Link: view.Link{Text: "到核对页确认", Href: importPath(draft.ID)},
		})
	}
	if fault != nil {
		p.Flash = append(p.Flash, view.Flash{Tone: "bad", Lead: "没有更新计划。", Text: fault.Say})
	}
	count := map[string]int{}
	for _, c := range diff.Changes {
		count[c.Kind]++
		p.Changes = append(p.Changes, changeView(v, draft, c))
	}
	p.Counts = []view.Count{
		{N: diff.Same, Text: "项没有变化"}, {N: count[dispatch.Added], Text: "项新增"}, {N: count[dispatch.Changed], Text: "项修改"},
		{N: count[dispatch.Gone], Text: "项删去"},
	}
	return s.render(w, r, status, view.PlanDiff(p))
}

func changeView(v *visit, draft *dispatch.Draft, c *dispatch.Change) view.PlanChange {
	out := view.PlanChange{ID: c.ID, Kind: c.Kind, Label: c.Label(), Title: c.Title(), Effect: draft.Effect(c, v.Site.Tree().Name)}
	if len(c.Tasks) > 0 {
		out.Task = view.Link{Text: "打开任务", Href: matterPath(c.Tasks[0].State.No)}
	}
	for _, f := range c.Fields {
		out.Fields = append(out.Fields, view.ConflictRow{Label: f.Title(), Theirs: dash(f.Was), Mine: dash(f.Is)})
	}
	return out
}

// dash stands for an empty text.
func dash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

// planDiffTake takes the chosen changes over, leaves the plan as it is, or calls the document a plan of its own.
func (s *Server) planDiffTake(w http.ResponseWriter, r *http.Request) error {
	v, id := visitOf(r), r.PathValue("id")
	if !mayOpen(v, "import") {
		return app.Faultf(app.Denied, "更新计划由统筹岗办理，您的岗位不能更新。")
	}
	form, err := parseForm(r)
	if err != nil {
		return err
	}
	version := int(number(form.get("version")))
	switch form.get("op") {
	case "apart":
		if err := s.Dispatch.Apart(r.Context(), v.Actor, id, version); err != nil {
			return err
		}
		return s.redirect(w, r, importPath(id), view.Flash{Tone: "ok", Lead: "按另一份计划导入。", Text: "核对后确认下达。"})
	case "keep":
		return s.redirect(w, r, "/plans", view.Flash{Tone: "ok", Lead: "没有改动计划。", Text: "上传的文件留在“尚未下达”中，可以继续比较或者删除。"})
	}
	out, err := s.Dispatch.TakeOver(r.Context(), v.Actor, id, version, form.values["take"])
	if err != nil {
		if fault := app.FaultOf(err); fault.Kind == app.Invalid {
			return s.showDiff(w, r, http.StatusUnprocessableEntity, fault)
		}
		return err
	}
	return s.redirect(w, r, planHome(out.Plan), updatedFlash(v, out))
}

// updatedFlash says what taking over came to, and what is left to a person.
func updatedFlash(v *visit, out *dispatch.Updated) view.Flash {
	f := view.Flash{Tone: "ok", Lead: fmt.Sprintf("计划已经更新：新增 %d 项，修改 %d 项，删去 %d 项。", out.Added, out.Changed, out.Gone)}
	if out.Left > 0 {
		f.Text = fmt.Sprintf("另有 %d 处不同没有选择，再次上传这份文件可以继续更新。", out.Left)
	}
	if len(out.ByHand) > 0 {
		names := make([]string, 0, len(out.ByHand))
		for _, t := range out.ByHand {
			names = append(names, fmt.Sprintf("%s（%s）", t.Title(), v.Site.Tree().Name(t.State.Unit)))
		}
		f.Next = "请逐项办结或者撤销：" + strings.Join(names, "、") + "。"
		f.Link = view.Link{Text: "打开第一项", Href: matterPath(out.ByHand[0].State.No)}
	}
	return f
}
