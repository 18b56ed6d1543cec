package dispatch_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

func say(field, s string) matter.Values { return matter.Values{}.With(field, matter.OfText(s)) }

func must(t *testing.T, _ act.Done, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestSupervise(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		d := &dispatch.Dispatch{Acts: s.Acts}
		s.Clock.Turn(t, "2026-06-01")
		late := s.Task("NYJ", "公布执法事项清单", "2026-09-11")
		later := s.Task("SCJ", "开展案卷评查", "2026-09-20")
		soon := s.Task("WXZ", "组织培训", "2026-09-30")
		s.Task("WXZ", "年度总结", "2026-12-31")
		done, err := s.Do("nyj03", late, procedure.Act{Step: "take"})
		must(t, done, err)
		s.Clock.Turn(t, apptest.Today)
		ctx, who := t.Context(), s.Actor("tongchou")
		urged, err := d.Urge(ctx, who, dispatch.Urging{ID: "press", Step: "urge", Matters: []int64{late, later}, Text: "请说明原因", Until: "2026-09-29"})
		if err != nil || len(urged.Done) != 2 || len(urged.Failed) != 0 {
			t.Fatalf("urged %+v, %v", urged, err)
		}
		again, err := d.Urge(ctx, who, dispatch.Urging{ID: "press", Step: "urge", Matters: []int64{late, later}, Text: "请说明原因", Until: "2026-09-29"})
		if err != nil || !again.Done[0].Repeated || !again.Done[1].Repeated {
			t.Fatalf("pressed again: %+v, %v", again, err)
		}
		sup, err := d.Supervise(ctx, s.Site(), s.Scope("tongchou"), nil)
		if err != nil {
			t.Fatal(err)
		}
		type line struct {
			No           int64
			Light, Since string
			Urged        int
			AnswerBy     string
			Taken        bool
		}
		var got []line
		for _, o := range sup.Late {
			got = append(got, line{o.State.No, string(o.Light), o.Since, o.Urged, o.AnswerBy, o.Person == s.People["nyj03"].Entry})
		}
		want := []line{{late, "red", "2026-09-12", 1, "2026-09-29", true}, {later, "red", "2026-09-21", 1, "2026-09-29", false}, {soon, "yellow", "", 0, "", false}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if p := sup.Units[s.Units["WXZ"].Entry]; p == nil || *p != (dispatch.Pressure{Yellow: 1, Running: 2}) || sup.Running != 4 {
			t.Errorf("township %+v, running %d", p, sup.Running)
		}
		only, err := d.Supervise(ctx, s.Site(), s.Scope("tongchou"), []int64{s.Units["SCJ"].Entry})
		if err != nil || len(only.Late) != 1 {
			t.Errorf("of one unit: %+v, %v", only, err)
		}
		theirs, err := d.Supervise(ctx, s.Site(), s.Scope("wxz02"), nil)
		if err != nil || len(theirs.Late) != 1 || theirs.Late[0].State.No != soon {
			t.Errorf("a township sees %+v, %v", theirs, err)
		}
	})
}

func TestUrgeRefuses(t *testing.T) {
	s := apptest.New(t)
	d := &dispatch.Dispatch{Acts: s.Acts}
	no := s.Task("NYJ", "公布执法事项清单", "2026-10-11")
	cases := map[string]struct {
		urging dispatch.Urging
		field  string
	}{
		"nothing picked": {dispatch.Urging{Step: "urge", Text: "请说明"}, "pick"},
		"no words":       {dispatch.Urging{Step: "urge", Matters: []int64{no}, Text: " "}, "text"},
		"no day":         {dispatch.Urging{Step: "urge", Matters: []int64{no}, Text: "请说明", Until: "明天"}, "until"},
		"a day gone by":  {dispatch.Urging{Step: "urge", Matters: []int64{no}, Text: "请说明", Until: "2026-09-22"}, "until"},
		"no such way":    {dispatch.Urging{Step: "shout", Matters: []int64{no}, Text: "请说明"}, "op"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := d.Urge(t.Context(), s.Actor("tongchou"), c.urging)
			if f := app.FaultOf(err); f.Kind != app.Invalid || f.Fields[0].Field != c.field {
				t.Errorf("error %v, want field %s", err, c.field)
			}
		})
	}
	out, err := d.Urge(t.Context(), s.Actor("nyj02"), dispatch.Urging{ID: "x", Step: "urge", Matters: []int64{no}, Text: "请说明"})
	if err != nil || len(out.Failed) != 1 || out.Failed[0].Say == "" {
		t.Errorf("a liaison urges: %+v, %v", out, err)
	}
}

func TestExtensionsAndObjections(t *testing.T) {
	s := apptest.New(t)
	d := &dispatch.Dispatch{Acts: s.Acts}
	s.Clock.Turn(t, "2026-06-01")
	ask := func(title string) int64 {
		no := s.Task("NYJ", title, "2026-09-20")
		done, err := s.Do("nyj03", no, procedure.Act{Step: "take"})
		must(t, done, err)
		return no
	}
	granted, refused := ask("甲"), ask("乙")
	objected := s.Task("SCJ", "丙", "2026-09-20")
	done, err := s.Do("scj03", objected, procedure.Act{Step: "object", Outcome: "reassign", Input: say("objection", "不属于本单位职责").With("suggested", matter.OfRef(s.Units["NYJ"]))})
	must(t, done, err)
	s.Clock.Turn(t, "2026-09-18")
	for _, no := range []int64{granted, refused} {
		done, err := s.Do("nyj03", no, procedure.Act{Step: "ask_extension", Input: say("asked_reason", "等待省里目录").With("asked_until", matter.OfDate("2026-10-20"))})
		must(t, done, err)
	}
	asked, objections, err := d.Requests(t.Context(), s.Scope("tongchou"))
	if err != nil || len(asked) != 2 || len(objections) != 1 {
		t.Fatalf("asked %+v, objected %+v, %v", asked, objections, err)
	}
	if a := asked[0]; a.Want != "2026-10-20" || a.Reason != "等待省里目录" || a.On != "2026-09-18" || a.TooLate {
		t.Errorf("asked %+v", a)
	}
	if o := objections[0]; o.Wish != "reassign" || o.Suggested != "衡平县农业农村局" {
		t.Errorf("objected %+v", o)
	}
	who := s.Actor("tongchou")
	done, err = d.Decide(t.Context(), who, dispatch.Decision{ID: "a", Matter: granted, Approve: true, Until: "2026-10-15"})
	must(t, done, err)
	if _, err := d.Decide(t.Context(), who, dispatch.Decision{ID: "b", Matter: refused}); app.FaultOf(err).Kind != app.Invalid {
		t.Errorf("refused without a word: %v", err)
	}
	done, err = d.Decide(t.Context(), who, dispatch.Decision{ID: "c", Matter: refused, Opinion: "仍可按期完成"})
	must(t, done, err)
	if asked, _, err = d.Requests(t.Context(), s.Scope("tongchou")); err != nil || len(asked) != 0 {
		t.Errorf("still asked: %+v, %v", asked, err)
	}
	task, err := d.Task(t.Context(), s.Scope("tongchou"), granted)
	if err != nil || task.Due != "2026-10-15" {
		t.Errorf("due %+v, %v", task, err)
	}
}

func TestCards(t *testing.T) {
	s := apptest.New(t)
	d := &dispatch.Dispatch{Acts: s.Acts}
	s.Clock.Turn(t, "2026-06-01")
	back := s.Task("NYJ", "甲", "2026-12-20")
	for i := range 25 {
		no := s.Task("SCJ", "乙"+strings.Repeat("一", i+1), "2026-12-20")
		done, err := s.Do("scj03", no, procedure.Act{Step: "take"})
		must(t, done, err)
		s.Clock.Turn(t, apptest.Today)
		done, err = s.Do("scj03", no, procedure.Act{Step: "submit", Input: say("result", "完成"), Said: map[string]string{"evidence": "已公开"}})
		must(t, done, err)
		s.Clock.Turn(t, "2026-06-01")
	}
	s.Clock.Turn(t, apptest.Today)
	done, err := s.Do("nyj03", back, procedure.Act{Step: "take", Legal: "2026-08-03"})
	must(t, done, err)
	cards, left, err := d.Cards(t.Context(), s.Scope("tongchou"))
	if err != nil {
		t.Fatal(err)
	}
	if len(cards) != dispatch.MostCards || left != 6 {
		t.Errorf("%d cards, %d left, want 20 and 6", len(cards), left)
	}
	if c := cards[0]; c.Kind != dispatch.CardBack || c.Matter != back || !strings.Contains(c.Note, "51 天") {
		t.Errorf("first card %+v", c)
	}
	if c := cards[1]; c.Kind != dispatch.CardExplained || !strings.Contains(c.Note, "已公开") {
		t.Errorf("second card %+v", c)
	}
	theirs, _, err := d.Cards(t.Context(), s.Scope("wxz02"))
	if err != nil || len(theirs) != 0 {
		t.Errorf("a township sees %+v, %v", theirs, err)
	}
}

func TestLeaderSheet(t *testing.T) {
	s := apptest.New(t)
	d := &dispatch.Dispatch{Acts: s.Acts}
	s.Clock.Turn(t, "2026-06-01")
	mine := s.Task("NYJ", "甲", "2026-09-11")
	s.Task("SCJ", "乙", "2026-09-11")
	s.Clock.Turn(t, apptest.Today)
	err := s.Acts.Amend(t.Context(), act.Amendment{
		Who: access.Actor{System: true}, Entry: s.Posts["xianzhang/HP/"+access.GovHead].Entry, From: "2026-09-01", Reason: "分工调整",
		Change: func(f matter.Values) matter.Values {
			return f.With("charge", matter.OfList(matter.Item{ID: "p1", Value: matter.OfRef(s.Units["NYJ"])}))
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	leaders, err := d.Leaders(t.Context(), s.Site())
	if err != nil || len(leaders) != 1 || leaders[0].Name != "程允中" {
		t.Fatalf("leaders %+v, %v", leaders, err)
	}
	sheet, err := d.Sheet(t.Context(), s.Site(), s.Scope("tongchou"), leaders[0])
	if err != nil || len(sheet.Late) != 1 || sheet.Late[0].State.No != mine || sheet.Running != 1 {
		t.Errorf("sheet %+v, %v", sheet, err)
	}
}
