package duty_test

import (
	"context"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/app/duty"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/pack"
)

const planText = `衡平县2026年法治政府建设工作计划

一、规范行政执法
（一）通报执法情况。每季度通报一次行政执法情况。（牵头单位：县市场监管局；配合单位：县农业农村局）
（二）组织执法人员培训。12月底前，组织执法人员培训。（牵头单位：望岫镇人民政府）
`

// dispatched brings the plan in on a day and returns what dispatches it.
func dispatched(t *testing.T, s *apptest.Site, day string) *dispatch.Dispatch {
	t.Helper()
	s.Clock.Turn(t, day)
	d := &dispatch.Dispatch{Acts: s.Acts}
	who := s.Actor("tongchou")
	draft, err := d.Upload(t.Context(), who, "计划.txt", []byte(planText), 2026)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Confirm(t.Context(), who, dispatch.Confirmation{Draft: draft.ID, Version: draft.Version, Reason: "部署"}); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestTurnsOpenByThemselves(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		d := dispatched(t, s, "2026-01-12")
		cases := []struct {
			day    string
			opened int
		}{{"2026-01-13", 0}, {"2026-03-31", 0}, {"2026-04-01", 1}, {"2026-04-01", 0}, {"2026-06-30", 0}, {"2026-07-01", 1}, {"2027-01-04", 0}}
		var newest int64
		for _, c := range cases {
			s.Clock.Turn(t, c.day)
			ran, err := duty.Run(t.Context(), s.Acts, d, c.day)
			if err != nil {
				t.Fatalf("%s: %v", c.day, err)
			}
			if len(ran.Opened) != c.opened {
				t.Errorf("%s: opened %v, want %d", c.day, ran.Opened, c.opened)
			}
			for _, no := range ran.Opened {
				newest = no
			}
		}
		view, err := s.Acts.View(t.Context(), access.Actor{System: true}, newest)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{"title": view.State.Text("title"), "due": view.State.Text("due"), "period": view.State.Text("period")}
		want := map[string]string{"title": "通报执法情况（2026年第三季度）", "due": "2026-09-30", "period": "2026年第三季度"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if view.State.Unit != s.Units["SCJ"].Entry || !cmp.Equal(view.State.Units("superior"), []int64{s.Units["SFJ"].Entry}) {
			t.Errorf("lead %d, superior %v", view.State.Unit, view.State.Units("superior"))
		}
		parts, err := d.Children(t.Context(), access.Scope{System: true}, newest)
		if err != nil {
			t.Fatal(err)
		}
		if len(parts) != 1 || parts[0].State.Unit != s.Units["NYJ"].Entry || parts[0].State.Text("due") != "2026-09-30" {
			t.Errorf("parts %+v", parts)
		}
	})
}

func TestTurnsThatWereMissedAreListed(t *testing.T) {
	s := apptest.New(t)
	d := dispatched(t, s, "2026-01-12")
	s.Clock.Turn(t, "2026-09-23") // nobody has run the jobs since
	if _, err := duty.Run(t.Context(), s.Acts, d, "2026-09-23"); err != nil {
		t.Fatal(err)
	}
	turns, err := duty.Turns(t.Context(), s.Acts, "2026-09-23", 9)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, turn := range turns {
		got[turn.Period.ID] = turn.Matter != 0
	}
	if diff := cmp.Diff(map[string]bool{"2026-Q1": true, "2026-Q2": false, "2026-Q3": true}, got); diff != "" {
		t.Error(diff)
	}
}

func TestDutyEnteredByHand(t *testing.T) {
	s := apptest.New(t)
	s.Clock.Turn(t, "2026-02-02")
	s.Enter(dispatch.RegisterDuty, "annual", "2026-01-01", matter.Values{}.
		With("title", matter.OfText("报送年度报告")).With("unit", matter.OfRef(s.Units["SFJ"])).With("superior", matter.OfRef(s.Units["HP"])).
		With("every", matter.OfText("year")).With("month", matter.OfInt(2)).With("day", matter.OfInt(31)).With("basis", matter.OfText("法治政府建设与责任落实督察工作规定")))
	d := &dispatch.Dispatch{Acts: s.Acts}
	for _, want := range []int{1, 0} {
		ran, err := duty.Run(t.Context(), s.Acts, d, "2026-02-02")
		if err != nil || len(ran.Opened) != want {
			t.Fatalf("opened %v, %v, want %d", ran.Opened, err, want)
		}
	}
	turns, err := duty.Turns(t.Context(), s.Acts, "2026-02-02", 1)
	if err != nil || len(turns) != 1 || turns[0].Due != "2026-02-28" || turns[0].Matter == 0 {
		t.Errorf("turns %+v, %v", turns, err)
	}
}

// silent is a procedure whose limit, run out, counts as consent.
const silent = `id: silent
title: 默示
group: plan
versions:
  - in_force: 2020-01-01
    basis: 算例
    opens: open
    title: "{title}"
    fields:
      title:
        title: 名称
        type: text
    steps:
      open:
        title: 送达
        by: [coordinator@pool]
        form: [title]
      agree:
        title: 同意
        by: [liaison]
        needs: [open]
        close: agreed
    limits:
      reply:
        title: 答复
        shape: within
        from: [open]
        to: [agree]
        length: 3 workdays
        on_expiry: {step: agree, deemed: true}
`

func TestSilenceIsRecorded(t *testing.T) {
	s := apptest.New(t)
	book, diags := rulebook.Load(pack.Files, fstest.MapFS{"procedures/silent.yaml": {Data: []byte(silent)}})
	if book == nil {
		t.Fatal(diags)
	}
	acts, err := act.New(act.Config{DB: s.DB, Blobs: s.Acts.Blobs, Book: book, Now: s.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := acts.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	done, err := acts.Do(t.Context(), act.Request{Who: s.Actor("tongchou"), Procedure: "silent", Act: procedure.Act{
		Step: "open", Unit: s.Units["NYJ"].Entry, Input: matter.Values{}.With("title", matter.OfText("征求意见")),
	}})
	if err != nil {
		t.Fatal(err)
	}
	d := &dispatch.Dispatch{Acts: acts}
	for _, c := range []struct {
		day string
		n   int
	}{{"2026-09-29", 0}, {"2026-09-30", 1}, {"2026-09-30", 0}} { // 2026-09-23 + 3 workdays, 25 September is a holiday
		s.Clock.Turn(t, c.day)
		ran, err := duty.Run(t.Context(), acts, d, c.day)
		if err != nil {
			t.Fatal(err)
		}
		if len(ran.Deemed) != c.n {
			t.Errorf("%s: silence on %v, want %d", c.day, ran.Deemed, c.n)
		}
	}
	view, err := acts.View(t.Context(), access.Actor{System: true}, done.Matter)
	if err != nil {
		t.Fatal(err)
	}
	if e, ok := view.State.Last("agree"); !ok || e.Flags&matter.Deemed == 0 || view.State.Outcome != "agreed" {
		t.Errorf("event %+v, outcome %q", e, view.State.Outcome)
	}
}

// notice2027 is an invented notice for the year after the last one known.
const notice2027 = `notices:
  - year: 2027
    source: 算例
    known_from: 2026-11-05
    rest:
      - {name: 元旦, days: 2027-01-01..2027-01-05}
    worked: []
    workdays: 258
`

func TestProvisionalDeadlinesAreDerivedAnew(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		s.Clock.Turn(t, "2026-12-29")
		no := s.Task("NYJ", "报送总结", "2027-03-31")
		due := func(acts *act.Acts) (string, bool) {
			t.Helper()
			day, provisional := "", false
			err := acts.DB.Read(t.Context(), func(tx *store.Tx) error {
				open, err := read.Deadlines(t.Context(), tx, access.Scope{System: true}, nil, "", matter.NoDue, 100)
				for _, x := range open {
					if x.Matter.State.No == no && x.Limit == "take" {
						day, provisional = x.Due.Due, x.Provisional
					}
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return day, provisional
		}
		if day, provisional := due(s.Acts); day != "2027-01-01" || !provisional {
			t.Fatalf("before the notice: %s %v", day, provisional)
		}
		book, diags := rulebook.Load(pack.Files, fstest.MapFS{"calendar/2027.yaml": {Data: []byte(notice2027)}})
		if book == nil {
			t.Fatal(diags)
		}
		acts, err := act.New(act.Config{DB: s.DB, Blobs: s.Acts.Blobs, Book: book, Now: s.Clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := acts.Close(context.Background()); err != nil {
				t.Error(err)
			}
		})
		for _, want := range []int{1, 0} {
			ran, err := duty.Run(t.Context(), acts, &dispatch.Dispatch{Acts: acts}, "2026-12-29")
			if err != nil || len(ran.Moved) != want {
				t.Fatalf("moved %v, %v, want %d", ran.Moved, err, want)
			}
		}
		if day, provisional := due(acts); day != "2027-01-06" || provisional {
			t.Errorf("after the notice: %s %v", day, provisional)
		}
		if _, err := acts.Do(t.Context(), act.Request{Who: s.Actor("nyj03"), Matter: no, Act: procedure.Act{Step: "take"}}); err != nil {
			t.Fatal(err)
		}
		if day, _ := due(acts); day != "" {
			t.Errorf("a deadline stays after the step: %s", day)
		}
	})
}

func TestKeep(t *testing.T) {
	s := apptest.New(t)
	d := dispatched(t, s, "2026-01-12")
	ctx, stop := context.WithCancel(t.Context())
	ticks, runs := make(chan time.Time), make(chan int, 3) // room for every run: the loop never waits for the test
	end := make(chan struct{})
	go func() {
		defer close(end)
		duty.Keep(ctx, s.Acts, d, ticks, func(ran duty.Ran, err error) {
			if err != nil {
				t.Error(err)
			}
			runs <- len(ran.Opened)
		})
	}()
	if n := <-runs; n != 0 {
		t.Errorf("at the start: opened %d", n)
	}
	ticks <- time.Time{} // the same day: nothing is run
	s.Clock.Turn(t, "2026-04-01")
	ticks <- time.Time{}
	if n := <-runs; n != 1 {
		t.Errorf("in the new quarter: opened %d, want 1", n)
	}
	stop()
	<-end
}
