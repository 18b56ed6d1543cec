package dispatch_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

const firstIssue = `衡平县2026年法治政府建设工作计划

一、规范行政执法
（一）开展行政执法案卷评查。全年评查不少于60卷。（牵头单位：县市场监管局；配合单位：县农业农村局）
（二）建立法律顾问制度。10月底前，建立法律顾问制度。（牵头单位：县农业农村局）
（三）编制普法读本。12月底前，编制普法读本。（牵头单位：望岫镇人民政府）
（四）公布权责清单。11月底前，公布权责清单。（牵头单位：县司法局）
`

const secondIssue = `衡平县2026年法治政府建设工作计划

一、规范行政执法
（一）开展行政执法案卷评查。全年评查不少于80卷。（牵头单位：县市场监管局；配合单位：望岫镇人民政府）
（二）建立法律顾问制度。12月底前，建立法律顾问制度。（牵头单位：县司法局；配合单位：县农业农村局）
（三）公布权责清单。11月底前，公布权责清单。（牵头单位：县司法局）
（四）组织执法人员培训。12月底前，组织执法人员培训。（牵头单位：县农业农村局）
`

// kinds lists what a diff holds: kind, title and changed fields.
func kinds(diff *dispatch.Diff) []string {
	var out []string
	for _, c := range diff.Changes {
		words := c.Kind + " " + c.Title()
		for _, f := range c.Fields {
			words += " " + f.Field
		}
		out = append(out, words)
	}
	return out
}

func again(t *testing.T, s *apptest.Site, d *dispatch.Dispatch, text string) (*dispatch.Draft, *dispatch.Diff) {
	t.Helper()
	who := s.Actor("tongchou")
	draft, err := d.Upload(t.Context(), who, "计划（修订）.txt", []byte(text), 2026)
	if err != nil {
		t.Fatal(err)
	}
	diff, err := d.Diff(t.Context(), who, draft)
	if err != nil {
		t.Fatal(err)
	}
	return draft, diff
}

func ids(diff *dispatch.Diff) []string {
	var out []string
	for _, c := range diff.Changes {
		out = append(out, c.ID)
	}
	return out
}

func TestTheSameDocumentAgain(t *testing.T) {
	s := apptest.New(t)
	d := &dispatch.Dispatch{Acts: s.Acts}
	old, _ := dispatchPlan(t, s, d, "2026-09-01", firstIssue, 2026)
	var known *dispatch.Again
	_, err := d.Upload(t.Context(), s.Actor("tongchou"), "又一次.txt", []byte(firstIssue), 2026)
	if !errors.As(err, &known) || known.Plan.No != old.No {
		t.Fatalf("error %v, want plan %d again", err, old.No)
	}
	if app.FaultOf(err).Kind != app.Conflict {
		t.Errorf("fault %+v, want a conflict", app.FaultOf(err))
	}
	drafts, err := d.Drafts(t.Context(), s.Actor("tongchou"))
	if err != nil || len(drafts) != 0 {
		t.Errorf("%d drafts left, %v", len(drafts), err)
	}
}

func TestNewVersionIsTakenOver(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		d := &dispatch.Dispatch{Acts: s.Acts}
		old, was := dispatchPlan(t, s, d, "2026-09-01", firstIssue, 2026)
		review, counsel, book := was["开展行政执法案卷评查"], was["建立法律顾问制度"], was["编制普法读本"]
		_, err := s.Do("nyj03", counsel.State.No, procedure.Act{Step: "take"})
		if err != nil {
			t.Fatal(err)
		}
		s.Clock.Turn(t, "2026-09-23")
		draft, diff := again(t, s, d, secondIssue)
		want := []string{
			"changed 开展行政执法案卷评查 text units targets", "changed 建立法律顾问制度 text units due", "added 组织执法人员培训", "gone 编制普法读本",
		}
		if dif := cmp.Diff(want, kinds(diff)); dif != "" || diff.Same != 1 {
			t.Fatalf("same %d, changes (-want +got):\n%s", diff.Same, dif)
		}
		who := s.Actor("tongchou")
		if _, err := d.Confirm(t.Context(), who, dispatch.Confirmation{Draft: draft.ID, Version: draft.Version, Reason: "部署"}); app.FaultOf(err).Kind != app.Conflict {
			t.Fatalf("dispatched twice: %v", err)
		}
		out, err := d.TakeOver(t.Context(), who, draft.ID, draft.Version, ids(diff))
		if err != nil {
			t.Fatal(err)
		}
		if out.Added != 1 || out.Changed != 2 || out.Gone != 1 || out.Left != 0 {
			t.Errorf("took over %+v", out)
		}
		var hand []int64
		for _, task := range out.ByHand {
			hand = append(hand, task.State.No)
		}
		parts, err := d.Children(t.Context(), s.Scope("tongchou"), review.State.No)
		if err != nil || len(parts) != 2 {
			t.Fatalf("parts of the review: %d, %v", len(parts), err)
		}
		if dif := cmp.Diff([]int64{parts[0].State.No, book.State.No}, hand); dif != "" {
			t.Errorf("by hand (-want +got):\n%s", dif)
		}
		if parts[1].State.Unit != s.Units["WXZ"].Entry {
			t.Errorf("the new part is of unit %d", parts[1].State.Unit)
		}
		now := tasksByTitle(t, s, d, out.Plan)
		if len(now) != 5 || now["组织执法人员培训"] == nil {
			t.Errorf("tasks now: %v", now)
		}
		targets, _ := now["开展行政执法案卷评查"].State.Get("targets")
		if n := targets.Items[0].Fields.Int("value"); n != 80 {
			t.Errorf("target %d, want 80", n)
		}
		moved := now["建立法律顾问制度"]
		if moved.State.No != counsel.State.No || moved.Due != "2026-12-31" || moved.State.Unit != s.Units["SFJ"].Entry || !moved.State.Done("take") {
			t.Errorf("the changed task: due %s, lead %d", moved.Due, moved.State.Unit)
		}
		measures, err := d.MeasuresOf(t.Context(), old.No)
		if err != nil || len(measures[old.No]) != 5 {
			t.Fatalf("%d measures, %v", len(measures[old.No]), err)
		}
		for _, m := range measures[old.No] {
			if m.Ended != (m.Title() == "编制普法读本") {
				t.Errorf("%s ended: %v", m.Title(), m.Ended)
			}
		}
		var known *dispatch.Again
		if _, err := d.Upload(t.Context(), who, "修订.txt", []byte(secondIssue), 2026); !errors.As(err, &known) {
			t.Errorf("the new version again: %v", err)
		}
	})
}

// A taking over that was cut off is finished by pressing again, without doubles.
func TestTakeOverTwice(t *testing.T) {
	s := apptest.New(t)
	d := &dispatch.Dispatch{Acts: s.Acts}
	old, _ := dispatchPlan(t, s, d, "2026-09-01", firstIssue, 2026)
	s.Clock.Turn(t, "2026-09-23")
	draft, diff := again(t, s, d, secondIssue)
	who := s.Actor("tongchou")
	// The first press is cut off after the added measure: the draft is put back as it was.
	if _, err := d.TakeOver(t.Context(), who, draft.ID, draft.Version, []string{diff.Changes[2].ID}); err != nil {
		t.Fatal(err)
	}
	dispatch.PutBack(t, d, who, draft)
	out, err := d.TakeOver(t.Context(), who, draft.ID, draft.Version, ids(diff))
	if err != nil || out.Added != 1 {
		t.Fatalf("pressed again: %+v, %v", out, err)
	}
	tasks, err := d.Tasks(t.Context(), s.Scope("tongchou"), old)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, task := range tasks {
		count[task.Title()]++
	}
	want := map[string]int{"开展行政执法案卷评查": 3, "建立法律顾问制度": 2, "编制普法读本": 1, "公布权责清单": 1, "组织执法人员培训": 1}
	if dif := cmp.Diff(want, count); dif != "" {
		t.Errorf("tasks (-want +got):\n%s", dif)
	}
}

// What was counted already stays: a new target is noted, not put in the place of the old rows.
func TestReportedTargetsStay(t *testing.T) {
	s := apptest.New(t)
	d := &dispatch.Dispatch{Acts: s.Acts}
	_, was := dispatchPlan(t, s, d, "2026-09-01", firstIssue, 2026)
	no := was["开展行政执法案卷评查"].State.No
	done, err := s.Do("scj03", no, procedure.Act{Step: "take"})
	must(t, done, err)
	done, err = s.Do("scj03", no, procedure.Act{Step: "report", Input: say("progress", "评查20卷").With("targets", matter.OfList(
		matter.Item{ID: "p1", Fields: matter.Values{}.With("reached", matter.OfInt(20))}))})
	must(t, done, err)
	draft, diff := again(t, s, d, secondIssue)
	if e := draft.Effect(diff.Changes[0], s.Site().Tree().Name); !strings.Contains(e, "已经报告的数量不变") || !strings.Contains(e, "衡平县农业农村局不再列入") {
		t.Errorf("effect: %s", e)
	}
	if _, err := d.TakeOver(t.Context(), s.Actor("tongchou"), draft.ID, draft.Version, []string{diff.Changes[0].ID}); err != nil {
		t.Fatal(err)
	}
	view, err := s.Acts.View(t.Context(), s.Actor("tongchou"), no)
	if err != nil {
		t.Fatal(err)
	}
	rows, _ := view.State.Get("targets")
	if f := rows.Items[0].Fields; f.Int("value") != 60 || f.Int("reached") != 20 {
		t.Errorf("target row %v", f)
	}
	if !noted(view, "量化目标改为") {
		t.Error("the new target is not noted on the task")
	}
}

func noted(v *act.View, words string) bool {
	for _, h := range v.History {
		if h.Record.Step == "note" && strings.Contains(h.Record.Reason, words) {
			return true
		}
	}
	return false
}

func TestTakeOverRefuses(t *testing.T) {
	s := apptest.New(t)
	d := &dispatch.Dispatch{Acts: s.Acts}
	dispatchPlan(t, s, d, "2026-09-01", firstIssue, 2026)
	draft, diff := again(t, s, d, secondIssue)
	cases := map[string]struct {
		version int
		take    []string
		kind    app.Kind
	}{
		"another version": {draft.Version + 1, ids(diff), app.Conflict},
		"nothing chosen":  {draft.Version, nil, app.Invalid},
	}
	who := s.Actor("tongchou")
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := d.TakeOver(t.Context(), who, draft.ID, c.version, c.take); app.FaultOf(err).Kind != c.kind {
				t.Errorf("error %v", err)
			}
		})
	}
	if err := d.Apart(t.Context(), who, draft.ID, draft.Version); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Confirm(t.Context(), who, dispatch.Confirmation{Draft: draft.ID, Version: draft.Version + 1, Reason: "另一份"}); err != nil {
		t.Errorf("a plan of its own: %v", err)
	}
}

// What cannot be corrected any more is noted on the task, and a later day becomes an extension.
func TestChangeIsNotedWhereItCannotBeCorrected(t *testing.T) {
	s := apptest.New(t)
	d := &dispatch.Dispatch{Acts: s.Acts}
	_, was := dispatchPlan(t, s, d, "2026-09-01", firstIssue, 2026)
	task := was["建立法律顾问制度"]
	draft, _ := again(t, s, d, secondIssue)
	in := say("progress", "新的要求").With("due", matter.OfDate("2026-12-31")) // the opening of a task says no progress
	for range 2 {
		if err := dispatch.PutRight(t, d, s.Actor("tongchou"), draft, task, in, "2026-12-31"); err != nil {
			t.Fatal(err)
		}
	}
	view, err := s.Acts.View(t.Context(), s.Actor("tongchou"), task.State.No)
	if err != nil {
		t.Fatal(err)
	}
	if !noted(view, "进展情况：新的要求") || !noted(view, "完成期限：2026-12-31") {
		t.Error("the change is not noted")
	}
	now := dispatch.TaskOf(view.State, view.Limits, s.Acts.Today())
	if now.Due != "2026-12-31" || view.State.Text("due") != "2026-10-31" || len(view.State.Extends) != 1 {
		t.Errorf("due %s, field %s, %d extensions", now.Due, view.State.Text("due"), len(view.State.Extends))
	}
}

// A measure that recurs otherwise, or no more, takes its recurring duty along.
func TestRecurringMeasureChanges(t *testing.T) {
	const recurring = `衡平县2026年普法工作计划

一、主要任务
（一）通报工作进展。每季度通报一次。（牵头单位：县司法局）
（二）开展普法宣传。每半年开展一次。（牵头单位：县农业农村局）
（三）清理文件。每季度清理一次。（牵头单位：县市场监管局）
`
	next := strings.NewReplacer("每季度通报一次", "每半年通报一次", "每半年开展一次", "11月底前开展一次").Replace(recurring)
	next = next[:strings.Index(next, "（三）")]
	s := apptest.New(t)
	d := &dispatch.Dispatch{Acts: s.Acts}
	dispatchPlan(t, s, d, "2026-09-01", recurring, 2026)
	s.Clock.Turn(t, "2026-09-23")
	draft, diff := again(t, s, d, next)
	if dif := cmp.Diff([]string{"changed 通报工作进展 text due targets", "changed 开展普法宣传 text due targets", "gone 清理文件"}, kinds(diff)); dif != "" {
		t.Fatalf("changes (-want +got):\n%s", dif)
	}
	out, err := d.TakeOver(t.Context(), s.Actor("tongchou"), draft.ID, draft.Version, ids(diff))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	err = s.DB.Read(t.Context(), func(tx *store.Tx) error {
		all, err := read.Register(t.Context(), tx, dispatch.RegisterDuty)
		for _, e := range all {
			v := e.Versions[len(e.Versions)-1]
			got = append(got, v.Fields.Text("title")+" "+v.Fields.Text("every")+" "+v.To)
		}
		return err
	})
	slices.Sort(got)
	want := []string{"开展普法宣传 half 2026-09-23", "清理文件 quarter 2026-09-23", "通报工作进展 half 2027-01-01"}
	if dif := cmp.Diff(want, got); dif != "" || err != nil {
		t.Errorf("duties (-want +got):\n%s%v", dif, err)
	}
	for title, task := range tasksByTitle(t, s, d, out.Plan) {
		if strings.HasPrefix(title, "开展普法宣传") && task.Due != "2026-11-30" {
			t.Errorf("%s is due %s", title, task.Due)
		}
	}
}
