package dispatch_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doc/docfile"
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// office is a site with the use cases over it.
type office struct {
	*apptest.Site
	d *dispatch.Dispatch
}

func officeOf(s *apptest.Site) *office { return &office{s, &dispatch.Dispatch{Acts: s.Acts}} }

func (o *office) ctx() context.Context { return context.Background() }

func (o *office) must(err error) {
	o.T.Helper()
	if err != nil {
		o.T.Fatal(err)
	}
}

func (o *office) kind(err error) app.Kind {
	o.T.Helper()
	var f *app.Fault
	if err == nil || !errors.As(app.FaultOf(err), &f) {
		o.T.Fatalf("want a fault, got %v", err)
	}
	return f.Kind
}

func fields(err error) []string {
	var out []string
	for _, f := range app.FaultOf(err).Fields {
		out = append(out, f.Field)
	}
	return out
}

// file keeps a small file and attaches it under a label.
func (o *office) file(label, name string) matter.Attached {
	o.T.Helper()
	blob, err := o.Acts.Keep(o.ctx(), name, []byte(name))
	o.must(err)
	return matter.Attached{Label: label, Blob: blob}
}

// ask is a collection of two texts and a small table.
func (o *office) ask(title string) *dispatch.Ask {
	ask := dispatch.NewAsk()
	ask.Title, ask.Basis, ask.Period, ask.Due = title, "衡政办发〔2026〕6号", "2026年上半年", "2026-09-30"
	ask.Sections = []dispatch.Section{{Title: "一、主要工作"}, {Title: "二、存在的问题"}}
	ask.Columns = []dispatch.Column{{Title: "事项", Kind: dispatch.ColumnText}, {Title: "件数", Kind: dispatch.ColumnNumber}}
	ask.Units = []int64{o.Units["NYJ"].Entry, o.Units["SCJ"].Entry, o.Units["WXZ"].Entry}
	return ask
}

func (o *office) send(ask *dispatch.Ask) *dispatch.Collection {
	o.T.Helper()
	sent, err := o.d.SendAsk(o.ctx(), o.Actor("tongchou"), o.Scope("tongchou"), ask)
	o.must(err)
	return o.collection(sent.Collection)
}

func (o *office) collection(no int64) *dispatch.Collection {
	o.T.Helper()
	c, _, err := o.d.Collection(o.ctx(), o.Actor("tongchou"), no)
	o.must(err)
	return c
}

// answer is a unit's answer of a collection.
func (o *office) answer(c *dispatch.Collection, code, login string) *dispatch.Answer {
	o.T.Helper()
	for _, a := range c.Answers {
		if a.Unit == o.Units[code].Entry {
			a, _, err := o.d.Answer(o.ctx(), o.Actor(login), a.State.No)
			o.must(err)
			return a
		}
	}
	o.T.Fatalf("%s was not asked", code)
	return nil
}

// written hands an answer in: drafted, and submitted with the stamped copy; unsigned answers say why.
func (o *office) written(c *dispatch.Collection, code, login string, texts ...string) {
	o.T.Helper()
	a := o.answer(c, code, login)
	w := &dispatch.Written{Texts: map[string]string{}, Rows: [][]string{{"执法检查", "12"}}}
	for i, text := range texts {
		w.Texts[a.Sections[i].ID] = text
	}
	_, err := o.d.Hand(o.ctx(), o.Actor(login), a, w, "")
	o.must(err)
	_, err = o.Do(login, a.State.No, procedure.Act{
		Step: "submit", Files: []matter.Attached{o.file("stamped", "盖章件.pdf")}, Said: map[string]string{"signed": "局长出差，电话同意"},
	})
	o.must(err)
}

const longWork = "今年以来组织开展执法检查四十二次，发现并整改问题一百一十三个，办结案件十二件。"

func TestCollectionFromAskToSent(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		o := officeOf(s)
		c := o.send(o.ask("2026年上半年依法行政情况"))
		if len(c.Answers) != 3 {
			t.Fatalf("%d units were asked", len(c.Answers))
		}
		again, err := o.d.SendAsk(o.ctx(), o.Actor("tongchou"), o.Scope("tongchou"), &dispatch.Ask{})
		if o.kind(err) != app.Invalid || again.Units != 0 {
			t.Error("an empty collection was sent")
		}

		o.written(c, "NYJ", "nyj02", longWork, "执法力量不足。")
		zero := o.answer(c, "WXZ", "wxz02")
		_, err = o.d.Zero(o.ctx(), o.Actor("wxz02"), zero, "")
		o.must(err)
		c = o.collection(c.State.No)
		if in, late, blank, repeated := c.Counts(); in != 2 || late != 0 || blank != 0 || repeated != 0 {
			t.Errorf("in %d, late %d, blank %d, repeated %d", in, late, blank, repeated)
		}

		s.Clock.Turn(t, "2026-10-09")
		c = o.collection(c.State.No)
		if in, late, _, _ := c.Counts(); in != 2 || late != 1 {
			t.Errorf("after the day: in %d, late %d", in, late)
		}
		owed := o.answer(c, "SCJ", "scj02")
		urged, err := o.d.UrgeAnswers(o.ctx(), o.Actor("tongchou"), c, []int64{owed.State.No, zero.State.No}, "请尽快报送。", "2026-10-12", "r1")
		o.must(err)
		if urged != 1 {
			t.Errorf("%d units urged, want the late one alone", urged)
		}

		o.written(c, "SCJ", "scj02", longWork, "")
		c = o.collection(c.State.No)
		scj := o.answer(c, "SCJ", "tongchou")
		if scj.Urged != 1 || scj.Blank != 1 {
			t.Errorf("urged %d, blank %d", scj.Urged, scj.Blank)
		}
		for _, a := range c.Answers {
			if a.Unit == o.Units["SCJ"].Entry {
				if diff := cmp.Diff(map[string]string{"p1": "衡平县农业农村局"}, a.Repeats); diff != "" {
					t.Errorf("copied from another unit: %s", diff)
				}
			}
		}

		_, err = o.Do("tongchou", scj.State.No, procedure.Act{Step: "return", Input: matter.Values{}.
			With("again_by", matter.OfDate("2026-10-15")).With("remark", matter.OfText("与农业农村局的内容相同，请据实填写"))})
		o.must(err)
		back := o.answer(o.collection(c.State.No), "SCJ", "scj02")
		if back.Stands != dispatch.AnswerReturned || back.Due != "2026-10-15" {
			t.Errorf("after the return: %s, due %s", back.Stands, back.Due)
		}

		o.merge(c.State.No)
		o.sendUp(c.State.No)
	})
}

// merge chooses, edits and fixes the merged text while one unit is still missing.
func (o *office) merge(no int64) {
	t := o.T
	t.Helper()
	c := o.collection(no)
	sections, err := o.d.Merge(o.ctx(), c)
	o.must(err)
	if len(sections) != 2 || len(sections[0].Pieces) != 1 {
		t.Fatalf("sections to merge: %+v", sections)
	}
	sections[0].Pieces[0].Text = "县农业农村局检查四十二次。"
	sections[1].Pieces[0].Keep = false
	o.must(o.d.SaveMerge(o.ctx(), c, sections))
	sections, err = o.d.Merge(o.ctx(), c)
	o.must(err)
	if sections[0].Pieces[0].Text != "县农业农村局检查四十二次。" || sections[1].Pieces[0].Keep {
		t.Errorf("what was edited is gone: %+v", sections)
	}
	if _, err = o.d.Fix(o.ctx(), o.Actor("tongchou"), c, sections, "", "fix1"); o.kind(err) != app.Invalid {
		t.Error("fixed without a word about the unit that is missing")
	}
	_, err = o.d.Fix(o.ctx(), o.Actor("tongchou"), c, sections, "到期即上报，县市场监管局另行补报", "fix1")
	o.must(err)
	c = o.collection(no)
	for _, a := range c.Answers {
		if a.In() && a.State.Open {
			t.Errorf("the answer of %s is in and was not received", s(o, a.Unit))
		}
	}
}

func s(o *office, unit int64) string { return o.Site.Site().Tree().Name(unit) }

// sendUp keeps the copy as sent and looks into it.
func (o *office) sendUp(no int64) {
	t := o.T
	t.Helper()
	c, v, err := o.d.Collection(o.ctx(), o.Actor("tongchou"), no)
	o.must(err)
	_, err = o.d.SendUp(o.ctx(), o.Actor("tongchou"), v, "市司法局", nil, "县市场监管局另行补报", "")
	o.must(err)
	_, v, err = o.d.Collection(o.ctx(), o.Actor("tongchou"), no)
	o.must(err)
	if v.State.Open || v.State.Outcome != "sent" {
		t.Errorf("after sending: open %v, outcome %q", v.State.Open, v.State.Outcome)
	}
	var kept []matter.Attached
	for _, h := range v.History {
		for _, f := range h.Record.Files {
			if f.Label == "as_sent" {
				kept = append(kept, f)
			}
		}
	}
	if len(kept) != 2 {
		t.Fatalf("%d files kept as sent, want text and table", len(kept))
	}
	text, err := o.Acts.Blob(o.ctx(), kept[0].Blob.Hash)
	o.must(err)
	doc, err := docfile.Read(kept[0].Blob.Name, text)
	o.must(err)
	for _, want := range []string{"一、主要工作", "衡平县农业农村局：县农业农村局检查四十二次。", "没有报送的单位：衡平县市场监督管理局"} {
		if !strings.Contains(doc.Text, want) {
			t.Errorf("the merged text lacks %q:\n%s", want, doc.Text)
		}
	}
	table, err := o.Acts.Blob(o.ctx(), kept[1].Blob.Hash)
	o.must(err)
	sheets, err := sheet.Read(kept[1].Blob.Name, table)
	o.must(err)
	want := [][]string{{"单位", "事项", "件数"}, {"衡平县农业农村局", "执法检查", "12"}, {"合计", "", "12"}}
	if diff := cmp.Diff(want, sheets[0].Rows); diff != "" {
		t.Error(diff)
	}
	if len(sheets) != 2 || len(sheets[1].Rows) != len(c.Answers)+1 {
		t.Errorf("the list of units: %+v", sheets)
	}
}

func TestCollectionIsSignedByTheHead(t *testing.T) {
	o := officeOf(apptest.New(t))
	c := o.send(o.ask("2026年上半年依法行政情况"))
	a := o.answer(c, "NYJ", "nyj03")
	stamped := []matter.Attached{o.file("stamped", "盖章件.pdf")}
	if _, err := o.Do("nyj02", a.State.No, procedure.Act{Step: "submit", Files: stamped}); o.kind(err) != app.Invalid && o.kind(err) != app.Refused {
		t.Errorf("submitted before it was written: %v", err)
	}
	_, err := o.d.Hand(o.ctx(), o.Actor("nyj03"), a, &dispatch.Written{Texts: map[string]string{"p1": longWork}}, "")
	o.must(err)
	if a = o.answer(c, "NYJ", "nyj01"); a.Stands != dispatch.AnswerDrafted {
		t.Errorf("drafted, it stands as %s", a.Stands)
	}
	if _, err := o.Do("nyj02", a.State.No, procedure.Act{Step: "submit", Files: stamped}); o.kind(err) != app.Refused {
		t.Error("submitted unsigned without a reason")
	}
	_, err = o.Do("nyj01", a.State.No, procedure.Act{Step: "sign", Outcome: "agree"})
	o.must(err)
	if a = o.answer(c, "NYJ", "nyj02"); a.Stands != dispatch.AnswerSigned {
		t.Errorf("signed, it stands as %s", a.Stands)
	}
	_, err = o.d.Hand(o.ctx(), o.Actor("nyj03"), a, &dispatch.Written{Texts: map[string]string{"p1": longWork + "又改。"}}, "")
	o.must(err)
	if a = o.answer(c, "NYJ", "nyj02"); a.Stands != dispatch.AnswerDrafted {
		t.Errorf("changed after it was signed, it stands as %s", a.Stands)
	}
	_, err = o.Do("nyj01", a.State.No, procedure.Act{Step: "sign", Outcome: "agree"})
	o.must(err)
	_, err = o.Do("nyj02", a.State.No, procedure.Act{Step: "submit", Files: stamped})
	o.must(err)
	if a = o.answer(c, "NYJ", "nyj02"); a.Stands != dispatch.AnswerIn || a.At != apptest.Today {
		t.Errorf("submitted, it stands as %s at %s", a.Stands, a.At)
	}
}

func TestCollectionKnowsTasksAndLastPeriod(t *testing.T) {
	o := officeOf(apptest.New(t))
	first := o.send(o.ask("2026年一季度任务完成情况"))
	o.written(first, "NYJ", "nyj02", longWork, "没有。")
	for _, due := range []string{"2026-09-01", "2026-12-31"} {
		o.planTask("NYJ", due)
	}
	o.Clock.Turn(o.T, "2026-10-10")
	ask := o.ask("2026年三季度任务完成情况")
	ask.Due, ask.Continues = "2026-10-20", first.State.No
	ask.Columns = append(ask.Columns, dispatch.Column{Title: "承担任务总数", Kind: dispatch.ColumnNumber}, dispatch.Column{Title: "逾期任务数", Kind: dispatch.ColumnNumber})
	ask.Reason = "只核对系统数据"
	second := o.send(ask)

	a := o.answer(second, "NYJ", "nyj02")
	if a.Last["一、主要工作"] != longWork {
		t.Errorf("last period is not shown: %q", a.Last)
	}
	w, err := o.d.Writing(o.ctx(), o.Scope("nyj02"), a)
	o.must(err)
	if got, want := w.Texts["p1"], "2026年承担年度计划任务 2 项，已办结 0 项，正在推进 2 项，其中逾期 1 项。"; got != want {
		t.Errorf("prefilled text\n got %s\nwant %s", got, want)
	}
	if diff := cmp.Diff([][]string{{"", "", "2", "1"}}, w.Rows); diff != "" {
		t.Errorf("prefilled row: %s", diff)
	}
	w.Texts["p1"] = longWork
	o.must(o.d.Keep(o.ctx(), a, w))
	kept, err := o.d.Writing(o.ctx(), o.Scope("nyj02"), a)
	o.must(err)
	if diff := cmp.Diff(w, kept); diff != "" {
		t.Errorf("kept: %s", diff)
	}
	_, err = o.d.Hand(o.ctx(), o.Actor("nyj02"), a, w, "")
	o.must(err)
	a = o.answer(second, "NYJ", "nyj02")
	if diff := cmp.Diff(map[string]string{"p1": "上期"}, a.Repeats); diff != "" {
		t.Errorf("the same words as last period are not marked: %s", diff)
	}
}

// planTask opens a task of 2026.
func (o *office) planTask(code, due string) {
	o.T.Helper()
	who := o.Actor("tongchou")
	_, err := o.Acts.Do(o.ctx(), act.Request{Who: who, Procedure: "task", Act: procedure.Act{
		Step: "open", Unit: o.Units[code].Entry, Roles: []matter.Role{{Unit: who.Unit(), Role: "superior", From: "2026-09-23"}},
		Input: matter.Values{}.With("title", matter.OfText("编制清单")).With("due", matter.OfDate(due)).With("plan_year", matter.OfInt(2026)),
	}})
	o.must(err)
}

func TestFindingsOfACollection(t *testing.T) {
	o := officeOf(apptest.New(t))
	o.send(o.ask("2026年上半年依法行政情况"))
	cases := map[string]struct {
		change func(*dispatch.Ask)
		want   []string
	}{
		"nothing":  {func(a *dispatch.Ask) { a.Title = "行政裁量权基准目录" }, nil},
		"no basis": {func(a *dispatch.Ask) { a.Title, a.Basis = "合同审查台账", "" }, []string{"没有写明依据。"}},
		"known": {func(a *dispatch.Ask) {
			a.Title, a.Columns = "公平竞争自查", []dispatch.Column{{Title: "任务完成数"}}
		}, []string{"“任务完成数”系统已有记录。"}},
		"again":     {func(a *dispatch.Ask) { a.Title = "2026年上半年依法行政的情况" }, []string{"本季度已经布置过“2026年上半年依法行政情况”（2026-09-23）。"}},
		"yardstick": {func(a *dispatch.Ask) { a.Title, a.Note = "学法情况", "附学习笔记照片" }, []string{"以“学习笔记”衡量工作。"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			ask := o.ask("")
			c.change(ask)
			found, err := o.d.Findings(o.ctx(), o.Actor("tongchou"), o.Scope("tongchou"), ask)
			o.must(err)
			var says []string
			for _, f := range found {
				says = append(says, f.Say)
			}
			if diff := cmp.Diff(c.want, says); diff != "" {
				t.Error(diff)
			}
			_, err = o.d.SendAsk(o.ctx(), o.Actor("tongchou"), o.Scope("tongchou"), ask)
			if len(c.want) > 0 && cmp.Diff([]string{"reason"}, fields(err)) != "" {
				t.Errorf("sent in spite of findings without a reason: %v", err)
			}
		})
	}
}

func TestAnswersAreCheckedAtTheDoor(t *testing.T) {
	o := officeOf(apptest.New(t))
	ask := o.ask("行政检查统计")
	ask.Columns = append(ask.Columns, dispatch.Column{Title: "日期", Kind: dispatch.ColumnDate})
	c := o.send(ask)
	cases := map[string]struct {
		written dispatch.Written
		want    []string
	}{
		"empty":     {dispatch.Written{}, []string{"s.1"}},
		"no number": {dispatch.Written{Rows: [][]string{{"检查", "四十八", ""}}}, []string{"r.1.2"}},
		"no date":   {dispatch.Written{Rows: [][]string{{"检查", "48", "上旬"}, {"处罚", "1,200", "2026-09-01"}}}, []string{"r.1.3"}},
		"too long":  {dispatch.Written{Texts: map[string]string{"p1": strings.Repeat("长", 18_001)}}, []string{"s.1"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := o.d.Hand(o.ctx(), o.Actor("nyj02"), o.answer(c, "NYJ", "nyj02"), &tc.written, "")
			if diff := cmp.Diff(tc.want, fields(err)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
