package dispatch_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doc/docfile"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

func TestSuggestReadsALeadersWords(t *testing.T) {
	o := officeOf(apptest.New(t))
	tree := o.Site.Site().Tree()
	cases := map[string]struct {
		words, lead, assist, due string
	}{
		"lead and assist": {"请农业农村局牵头，市场监管局配合，6月底前报。王", "NYJ", "SCJ", "2026-06-30"},
		"together":        {"请农业农村局会同市场监管局、望岫镇查清，10月20日前报。", "NYJ", "SCJ WXZ", "2026-10-20"},
		"lead named last": {"市场监管局、望岫镇配合，农业农村局牵头办理。", "NYJ", "SCJ WXZ", ""},
		"one alone":       {"请县司法局研究提出意见。", "SFJ", "", ""},
		"nobody":          {"请认真研究。", "", "", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			h, due := dispatch.Suggest(tree, c.words, "2026-04-12")
			lead, _ := tree.Get(h.Lead)
			var assist []string
			for _, u := range h.Assist {
				un, _ := tree.Get(u)
				assist = append(assist, un.Code)
			}
			if diff := cmp.Diff([]string{c.lead, c.assist, c.due}, []string{lead.Code, strings.Join(assist, " "), due}); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInstructionBecomesTasksAndComesBack(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		o := officeOf(s)
		who := o.Actor("tongchou")
		in := dispatch.Incoming{
			Request: "r1", Kind: "words", Title: "农贸市场整治", From: "县长 程允中", Words: "请农业农村局牵头，市场监管局配合，10月底前报。", Due: "2026-10-31",
			Photo: []matter.Attached{o.file("original", "批示.jpg")},
			Hand:  dispatch.Hand{Lead: o.Units["NYJ"].Entry, Assist: []int64{o.Units["SCJ"].Entry}},
		}
		made, err := o.d.Register(o.ctx(), who, in)
		o.must(err)
		again, err := o.d.Register(o.ctx(), who, in)
		o.must(err)
		if made.Tasks != 2 || again.No != made.No {
			t.Fatalf("made %+v, pressed again %+v", made, again)
		}
		i, _, err := o.d.Instruction(o.ctx(), who, o.Scope("tongchou"), made.No)
		o.must(err)
		if len(i.Tasks) != 2 || i.Tasks[1].Parent() != i.Tasks[0].State.No || i.Tasks[0].State.Unit != o.Units["NYJ"].Entry {
			t.Fatalf("tasks: %d", len(i.Tasks))
		}
		if got, want := i.State.Text("proposal"), "拟由衡平县农业农村局牵头办理，衡平县市场监督管理局配合，于2026年10月31日前报告结果。"; got != want {
			t.Errorf("proposal %q", got)
		}
		_, err = o.Do("nyj02", i.Tasks[0].State.No, procedure.Act{Step: "take"})
		o.must(err)
		_, err = o.Do("nyj02", i.Tasks[0].State.No, procedure.Act{Step: "report", Input: matter.Values{}.With("progress", matter.OfText("已检查市场 12 家。"))})
		o.must(err)
		i, _, err = o.d.Instruction(o.ctx(), who, o.Scope("tongchou"), made.No)
		o.must(err)
		if _, err = o.d.ReportBack(o.ctx(), who, i, i.ReportWords(o.Site.Site().Tree()), "", ""); o.kind(err) != app.Refused {
			t.Errorf("reported back with open tasks and no reason: %v", err)
		}
		done, err := o.d.ReportBack(o.ctx(), who, i, "已检查市场 12 家，整改继续。", "先报阶段情况", "")
		o.must(err)
		v, err := o.Acts.View(o.ctx(), who, made.No)
		o.must(err)
		for _, h := range v.History {
			if h.Record.Seq != done.Seq {
				continue
			}
			b, err := o.Acts.Blob(o.ctx(), h.Record.Files[0].Blob.Hash)
			o.must(err)
			doc, err := docfile.Read("a.docx", b)
			o.must(err)
			for _, want := range []string{"请农业农村局牵头", "已检查市场 12 家，整改继续。", "衡平县市场监督管理局", "还没有报告进展。"} {
				if !strings.Contains(doc.Text, want) {
					t.Errorf("the page for the leader lacks %q", want)
				}
			}
		}
		i, _, err = o.d.Instruction(o.ctx(), who, o.Scope("tongchou"), made.No)
		o.must(err)
		if !i.Answered || i.AnsweredLate || i.Light != dispatch.Done {
			t.Errorf("answered %v, late %v, light %s", i.Answered, i.AnsweredLate, i.Light)
		}
		_, err = o.Do("tongchou", made.No, procedure.Act{Step: "conclude", Outcome: "continued"})
		o.must(err)
		list, err := o.d.Instructions(o.ctx(), o.Scope("tongchou"))
		o.must(err)
		if len(list) != 1 || !list[0].State.Open {
			t.Errorf("%d in the list", len(list))
		}
	})
}

func TestIncomingIsChecked(t *testing.T) {
	o := officeOf(apptest.New(t))
	_, err := o.d.Register(o.ctx(), o.Actor("tongchou"), dispatch.Incoming{Came: "昨天", Hand: dispatch.Hand{Assist: []int64{3}}})
	if diff := cmp.Diff([]string{"title", "from", "words", "due", "came", "lead"}, fields(err)); diff != "" {
		t.Error(diff)
	}
}

func TestSheetOfALongInstructionFitsAPage(t *testing.T) {
	o := officeOf(apptest.New(t))
	made, err := o.d.Register(o.ctx(), o.Actor("tongchou"), dispatch.Incoming{
		Title: "某事", From: "县长", Words: strings.Repeat("请抓紧办理。", 30), Due: "2026-10-31",
		Hand: dispatch.Hand{Lead: o.Units["NYJ"].Entry, Assist: []int64{o.Units["SCJ"].Entry, o.Units["WXZ"].Entry}},
	})
	o.must(err)
	i, _, err := o.d.Instruction(o.ctx(), o.Actor("tongchou"), o.Scope("tongchou"), made.No)
	o.must(err)
	if !i.Sheet(o.Site.Site().Tree(), apptest.Today).Fits() {
		t.Error("the page for the leader runs on to a second page")
	}
}
