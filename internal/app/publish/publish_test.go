package publish_test

import (
	"context"
	"strings"
	"testing"

	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/app/publish"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// planText is a plan of our own with four measures in two parts.
const planText = `衡平县2026年法治政府建设工作计划
衡政办发〔2026〕3号

一、健全依法行政制度
（一）公布行政执法事项清单。6月底前，公布本级行政执法事项清单，全年公布不少于2批。（牵头单位：县司法局；配合单位：县农业农村局、县市场监管局）
（二）清理规范性文件。4月底前，完成规范性文件清理并公布结果。（牵头单位：县农业农村局）

二、规范行政执法
（三）开展案卷评查。10月底前，开展行政执法案卷评查。（牵头单位：县市场监管局；配合单位：望岫镇人民政府）
（四）组织执法人员培训。12月底前，组织执法人员培训。（牵头单位：望岫镇人民政府）
`

// world is a site with a dispatched plan.
type world struct {
	*apptest.Site
	t     *testing.T
	p     *publish.Publish
	d     *dispatch.Dispatch
	plan  dispatch.Plan
	tasks map[string]int64 // unit code/title → no
}

func newWorld(t *testing.T, s *apptest.Site) *world {
	t.Helper()
	w := &world{Site: s, t: t, d: &dispatch.Dispatch{Acts: s.Acts}, tasks: map[string]int64{}}
	var err error
	if w.p, err = publish.New(s.Acts, w.d); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	s.Clock.Turn(t, "2026-01-12")
	who := s.Actor("tongchou")
	draft, err := w.d.Upload(ctx, who, "计划.txt", []byte(planText), 2026)
	if err != nil {
		t.Fatal(err)
	}
	sent, err := w.d.Confirm(ctx, who, dispatch.Confirmation{Draft: draft.ID, Version: draft.Version, Reason: "部署全年工作"})
	if err != nil {
		t.Fatal(err)
	}
	if w.plan, err = w.d.Plan(ctx, sent.Plan); err != nil {
		t.Fatal(err)
	}
	tasks, err := w.d.Tasks(ctx, s.Scope("tongchou"), w.plan)
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		u, _ := s.Site().Tree().Get(task.State.Unit)
		w.tasks[u.Code+"/"+task.Title()] = task.State.No
	}
	return w
}

// do carries out an act on a day.
func (w *world) do(day, login, task string, a procedure.Act) {
	w.t.Helper()
	w.Clock.Turn(w.t, day)
	no := w.tasks[task]
	if no == 0 {
		w.t.Fatalf("no task %s among %v", task, w.tasks)
	}
	if _, err := w.Do(login, no, a); err != nil {
		w.t.Fatalf("%s on %s: %v", a.Step, task, err)
	}
}

func text(field, s string) matter.Values { return matter.Values{}.With(field, matter.OfText(s)) }

// halfYear lives through the first half-year: one task done in time, one late and urged, one taken, one not begun.
func (w *world) halfYear() {
	w.t.Helper()
	const list, clean, review = "SFJ/公布行政执法事项清单", "NYJ/清理规范性文件", "SCJ/开展案卷评查"
	w.do("2026-01-13", "sfj", list, procedure.Act{Step: "take"})
	w.do("2026-01-13", "nyj03", clean, procedure.Act{Step: "take"})
	w.do("2026-01-14", "scj03", review, procedure.Act{Step: "take"})
	w.do("2026-05-11", "jiandu", clean, procedure.Act{Step: "urge", Input: text("urging", "请说明逾期原因")})
	w.do("2026-06-01", "sfj", list, procedure.Act{Step: "submit", Input: text("result", "已公布两批"), Said: explained})
	w.do("2026-06-02", "jiandu", list, procedure.Act{Step: "return", Input: text("remark", "第二批没有网址")})
	w.do("2026-06-08", "sfj", list, procedure.Act{Step: "submit", Input: text("result", "已补充网址"), Said: explained})
	w.do("2026-06-09", "jiandu", list, procedure.Act{Step: "accept", Said: explained})
}

// explained are the reasons for what practice asks to be explained.
var explained = map[string]string{"evidence": "网站已公布", "children_open": "另行督促", "targets_reached": "两批合并公布", "other_unit": "由督查室验收"}

func figures(t *testing.T, b *publish.Basis, tokens ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, token := range tokens {
		a, err := b.Answer(token)
		if err != nil {
			out[token] = err.Error()
			continue
		}
		out[token] = a.Figure.Show()
		var sum int64
		for _, x := range a.Behind {
			sum += x.Value
		}
		if a.Figure.Unit != "%" && token != "late_units" && float64(sum) != a.Figure.Value {
			t.Errorf("%s is %v, but what is behind it adds up to %d", token, a.Figure.Value, sum)
		}
		if !strings.Contains(a.Figure.Formula, "截至") || a.Figure.Snapshot == 0 || a.Figure.Period == "" {
			t.Errorf("%s does not keep its origin: %+v", token, a.Figure)
		}
	}
	return out
}

func (w *world) begin(kind, period string) *publish.Draft {
	w.t.Helper()
	d, err := w.p.Begin(context.Background(), w.Actor("tongchou"), publish.Start{Kind: kind, Plan: w.plan.No, Period: period})
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}
