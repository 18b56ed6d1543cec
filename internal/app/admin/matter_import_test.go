package admin_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

const petitionHeader = "编号,主办单位,收到信访事项,事项概述,信访形式,信访人,登记,转送、交办、告知,转送、交办、告知结果,类别,办理途径,受理,出具处理意见书,出具处理意见书结果,处理意见\n"

// march is a month of the upper system; april the same rows, later.
const (
	march = petitionHeader +
		"省信001,县农业农村局,2026-03-02,反映补贴发放,书信,张甲,2026-03-02,,,,,,,,\n" +
		"省信002,县司法局,2026-03-05,反映调解,走访,李乙,2026-03-05,2026-03-10,属于本机关职权，告知接收情况和途径、程序,申诉求决类,六 信访程序,2026-03-11,,,\n"
	april = petitionHeader +
		"省信003,望岫镇,2026-04-01,反映道路,电话,王丙,2026-04-01,,,,,,,,\n" +
		"省信002,县司法局,2026-03-05,反映调解,走访,李乙,2026-03-05,2026-03-10,属于本机关职权，告知接收情况和途径、程序,申诉求决类,六 信访程序,2026-03-11,2026-06-01,支持,予以支持\n" +
		"省信001,县农业农村局,2026-03-02,反映补贴发放,书信,张甲,,,,,,,,,\n"
)

func bringMatters(t *testing.T, o *admin.Opening, who access.Actor, procedure, name, file string) (*admin.MatterRun, admin.MattersImported) {
	t.Helper()
	run, err := o.CheckMatters(t.Context(), who, procedure, name, []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Faults) > 0 {
		t.Fatalf("faults: %+v", run.Faults)
	}
	done, err := o.ImportMatters(t.Context(), who, procedure, name, run.File.Hash)
	if err != nil {
		t.Fatal(err)
	}
	return run, done
}

func byNumber(t *testing.T, s *apptest.Site, number string) *matter.State {
	t.Helper()
	var found []read.Matter
	err := s.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
		found, err = read.MatterByNumber(t.Context(), tx, number)
		return err
	})
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: %d matters, %v", number, len(found), err)
	}
	return found[0].State
}

func TestMattersComeInOnceAndMoveOn(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		o := &admin.Opening{Acts: s.Acts, House: s.House}
		who := s.Actor("tongchou")
		_, done := bringMatters(t, o, who, "petition", "三月.csv", march)
		if d := cmp.Diff(admin.MattersImported{New: 2, Steps: 6}, done); d != "" {
			t.Fatal(d)
		}
		_, done = bringMatters(t, o, who, "petition", "三月又一份.csv", march)
		if d := cmp.Diff(admin.MattersImported{Same: 2}, done); d != "" {
			t.Fatalf("the same file twice: %s", d)
		}
		m := byNumber(t, s, "省信002")
		if m.Origin != "imported" || m.Opened != "2026-03-05" || m.Title != "反映调解" || m.Unit != s.Units["SFJ"].Entry || !m.Done("accept") || m.Text("category") != "appeal" {
			t.Errorf("%+v", m)
		}
		v, err := s.Acts.View(t.Context(), s.Actor("sfj"), m.No)
		if err != nil {
			t.Fatal(err)
		}
		// 受理之日起六十日，从真实日期起算。
		i := slices.IndexFunc(v.Limits, func(l procedure.LimitView) bool { return l.ID == "answer" })
		if l := v.Limits[i]; l.Due != "2026-05-10" {
			t.Errorf("due %s from %s", l.Due, l.Start)
		}
		if h := v.History[1]; h.Record.Reason != "导入：三月.csv 第 3 行" || len(h.Record.Files) != 1 {
			t.Errorf("the source is not told: %q, %d files", h.Record.Reason, len(h.Record.Files))
		}

		run, done := bringMatters(t, o, who, "petition", "四月.csv", april)
		if d := cmp.Diff(admin.MattersImported{New: 1, Moved: 1, Same: 1, Steps: 3}, done); d != "" {
			t.Fatal(d)
		}
		// What came in is what the file has: the sheet of import is one to reconcile with.
		r, err := s.House.Reconcile(t.Context(), access.Scope{System: true}, admin.ReconcileFile{Procedure: "petition", Name: "四月.csv", Bytes: []byte(april)})
		if err != nil || !r.Agreed() || r.Matched != 3 {
			t.Errorf("%+v, %v", r, err)
		}
		back := []admin.MatterBack{{Row: 4, Number: "省信001", Matter: byNumber(t, s, "省信001").No, Say: "“登记”：已经登记 2026-03-02 办理，本表没有。"}}
		if d := cmp.Diff(back, run.Back); d != "" {
			t.Error(d)
		}
		if m := byNumber(t, s, "省信002"); !m.Done("answer") || m.Text("opinion") != "予以支持" || m.Text("summary") != "反映调解" {
			t.Errorf("%+v", m)
		}
	})
}

func TestMattersNameEveryCell(t *testing.T) {
	s := apptest.New(t)
	o := &admin.Opening{Acts: s.Acts, House: s.House}
	who := s.Actor("tongchou")
	if _, err := o.CheckMatters(t.Context(), s.Actor("nyj02"), "petition", "x.csv", []byte(march)); kindOf(t, err) != app.Denied {
		t.Error("a liaison may import")
	}
	if _, err := o.CheckMatters(t.Context(), who, "nothing", "x.csv", []byte(march)); kindOf(t, err) != app.NotFound {
		t.Error("an unknown procedure is taken")
	}
	file := petitionHeader +
		"甲1,县法制办,三月,反映补贴,书信,张甲,,,,,,,,,\n" +
		"甲2,县司法局,2026-03-05,,飞鸽,李乙,2026-03-01,2026-03-10,,,,,2027-01-01,支持,\n" +
		"甲2,县司法局,2026-03-05,反映,书信,李乙,,,属于,,,,,,\n" +
		",县司法局,2026-03-05,反映,书信,李乙,,,,,,,,,\n"
	run, err := o.CheckMatters(t.Context(), who, "petition", "错.csv", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	type at struct {
		Row    int
		Column string
	}
	var got []at
	for _, f := range run.Faults {
		_, column, _ := strings.Cut(f.Column, " ")
		got = append(got, at{f.Row, column})
	}
	want := []at{
		{2, "主办单位"}, {2, "收到信访事项"},
		{3, "登记"}, {3, "转送、交办、告知结果"}, {3, "出具处理意见书"}, {3, "事项概述"}, {3, "信访形式"},
		{4, "编号"}, {4, "转送、交办、告知结果"},
		{5, "编号"},
	}
	if d := cmp.Diff(want, got, cmpopts.SortSlices(func(a, b at) bool { return a.Row < b.Row || a.Row == b.Row && a.Column < b.Column })); d != "" {
		t.Error(d)
	}
	if _, err := o.ImportMatters(t.Context(), who, "petition", "错.csv", run.File.Hash); kindOf(t, err) != app.Invalid {
		t.Error("a sheet with faults was imported")
	}
}

// TestMatterSheets makes the sheet of every procedure: no title twice, and its template holds no matter.
func TestMatterSheets(t *testing.T) {
	s := apptest.New(t)
	o := &admin.Opening{Acts: s.Acts, House: s.House}
	for _, id := range s.Acts.Book().Procedures() {
		titles, err := o.MatterTitles(id)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, title := range titles {
			if seen[title] {
				t.Errorf("%s: two columns %s", id, title)
			}
			seen[title] = true
		}
		b, err := o.MatterTemplate(id)
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		if sheets, err := sheet.Read("模板.xlsx", b); err != nil || len(sheets[0].Rows) != 2 {
			t.Errorf("%s: template of %d rows, %v", id, len(sheets[0].Rows), err)
		}
		if _, err := o.CheckMatters(t.Context(), s.Actor("tongchou"), id, "模板.xlsx", b); kindOf(t, err) != app.Invalid {
			t.Errorf("%s: the template is taken for matters", id)
		}
	}
}

func TestWhereAnotherSystemLeads(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		o := &admin.Opening{Acts: s.Acts, House: s.House}
		who := s.Actor("tongchou")
		s.Enter(act.RegisterMode, "petition@SFJ", "2026-01-01", matter.Values{}.With("name", matter.OfText("信访")).
			With("mode", matter.OfText(act.Elsewhere)).With("system", matter.OfText("省信访信息系统")))
		bringMatters(t, o, who, "petition", "三月.csv", march)
		led, own := byNumber(t, s, "省信002"), byNumber(t, s, "省信001")
		if led.Origin != "elsewhere" || own.Origin != "imported" {
			t.Fatalf("origins %s, %s", led.Origin, own.Origin)
		}
		open := func(unit string) error {
			_, err := s.Acts.Do(t.Context(), act.Request{Who: who, Procedure: "petition", Act: procedure.Act{Step: "open", Unit: s.Units[unit].Entry}})
			return err
		}
		err := open("SFJ")
		if kindOf(t, err) != app.Refused || app.FaultOf(err).Say != "衡平县司法局的“信访”自 2026-01-01 起在省信访信息系统办理，不在这里新办。请在该系统办理，再用文件导入。" {
			t.Errorf("opened by hand: %v", err)
		}
		if err := open("NYJ"); kindOf(t, err) != app.Invalid {
			t.Errorf("another unit's: %v", err)
		}
		_, err = s.Acts.Do(t.Context(), act.Request{Who: who, Matter: led.No, Act: procedure.Act{Step: "follow", Input: matter.Values{}.With("follow_up", matter.OfText("回访"))}})
		if kindOf(t, err) != app.Refused {
			t.Errorf("acted by hand: %v", err)
		}
		// What has moved on over there still comes in.
		_, done := bringMatters(t, o, who, "petition", "四月.csv", april)
		if done.Moved != 1 || !byNumber(t, s, "省信002").Done("answer") {
			t.Errorf("%+v", done)
		}
	})
}
