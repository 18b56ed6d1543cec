package procedure_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zhunsheng/internal/norm/calendar"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/source"
	"zhunsheng/pack"
)

var loadCalendar = sync.OnceValues(func() (*calendar.Calendar, error) { return calendar.Load(pack.Files, "calendar") })

// testCalendar is the calendar of the embedded pack.
func testCalendar(tb judge) *calendar.Calendar {
	tb.Helper()
	c, err := loadCalendar()
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// define reads a definition from the text of one version.
func define(tb judge, text string) *procedure.Definition {
	tb.Helper()
	n, diags := source.Parse("test.yaml", []byte(text))
	if len(diags) > 0 {
		tb.Fatal(diags)
	}
	d, diags := procedure.Decode(procedure.Head{ID: "test", Title: "试验"}, n)
	if diags = append(diags, d.Check()...); len(diags) > 0 {
		tb.Fatal(diags)
	}
	return d
}

// review has every kind of limit there is.
const review = `
in_force: 2024-01-01
opens: receive
params:
  comment_days:
    title: 征求意见的日数
    type: period
    default: 30 days
  early:
    title: 审核人自行提前
    type: bool
    default: false
fields:
  parties:
    title: 当事人
    type: party
    many: true
  answer_by:
    title: 答复期限
    type: date
    optional: true
  hearing_day:
    title: 听证日
    type: date
    optional: true
  within:
    title: 日数
    type: int
    optional: true
steps:
  receive: {by: handler, form: [parties, (answer_by), (hearing_day), (within)]}
  corrected: {by: handler, needs: [receive], optional: true, repeat: true}
  accept: {by: handler, needs: [receive]}
  approve: {by: principal, needs: [receive], optional: true}
  transfer: {by: handler, needs: [approve], optional: true}
  comment_open: {by: handler, needs: [receive], optional: true}
  comment_close: {by: handler, needs: [comment_open], optional: true}
  hearing_notice: {by: handler, needs: [receive], optional: true, repeat: true}
  hearing: {by: presider, needs: [receive], optional: true, repeat: true}
  urge: {by: handler, needs: [receive], optional: true}
  apply_court: {by: handler, needs: [urge], optional: true}
  ask_third: {by: handler, needs: [receive], optional: true}
  third_answers: {by: handler, needs: [ask_third], optional: true}
  decide: {by: head, needs: [accept]}
  serve: {by: handler, needs: [decide], each: parties}
  reopen_case: {by: head, needs: [decide], optional: true, repeat: true, resets: [decide]}
limits:
  check:
    title: 审查
    shape: within
    from: [corrected, receive]
    to: [accept]
    length: 5 workdays
    cites: 甲法第一条
    on_expiry: {step: accept, deemed: true}
  decide:
    title: 决定
    shape: within
    from: [accept]
    to: [decide]
    length: 60 days
    cites: 甲法第二条
    pauses:
      third_party:
        from: [ask_third]
        to: [third_answers]
        cites: 甲法第三条
      survey:
        cites: 甲法第四条
    extensions:
      decide: {length: 30 days, by: head, cites: 甲法第五条}
  transfer:
    title: 移送
    shape: within
    from: [approve]
    to: [transfer]
    length: 24 hours
    cites: 甲法第六条
  comment:
    title: 征求意见
    shape: at_least
    from: [comment_open]
    to: [comment_close]
    length: param.comment_days
    cites: 甲法第七条
    excused: param.early
  urge_wait:
    title: 催告期满
    shape: not_before
    from: [urge]
    to: [apply_court]
    length: 10 workdays
    cites: 甲法第八条
  hearing_notice:
    title: 听证前通知
    shape: before
    from: [hearing_notice]
    to: [hearing]
    day: hearing_day
    length: 7 workdays
    cites: 甲法第九条
  serve:
    title: 送达
    shape: within
    from: [decide]
    to: [serve]
    each: parties
    length: 7 workdays
    roll: forward
    cites: 甲法第十条
  answer:
    title: 答复
    shape: within
    from: [receive]
    to: [decide]
    length: answer_by
  paper:
    title: 纸上期限
    shape: within
    from: [receive]
    to: [decide]
    when: given(within)
    length: within days
    extensions:
      named:
        until: true
        by: head
`

func TestLimits(t *testing.T) {
	ev := func(text string) (out []procedure.TrialEvent) {
		for _, w := range strings.Fields(text) {
			name, when, _ := strings.Cut(w, "=")
			step, key, _ := strings.Cut(name, "@")
			out = append(out, procedure.TrialEvent{Step: step, Key: key, When: when})
		}
		return out
	}
	cases := map[string]struct {
		trial procedure.Trial
		limit string // id or id@key
		want  procedure.LimitView
	}{
		"eight days ahead runs": {procedure.Trial{Events: ev("receive=2024-03-01 accept=2024-03-01"), Today: "2024-04-22"}, "decide",
			procedure.LimitView{Start: "2024-03-01", Due: "2024-04-30", State: procedure.Running}},
		"seven days ahead is soon": {procedure.Trial{Events: ev("receive=2024-03-01"), Today: "2024-03-01"}, "check",
			procedure.LimitView{Start: "2024-03-01", Due: "2024-03-08", State: procedure.DueSoon}},
		"the day itself is soon": {procedure.Trial{Events: ev("receive=2024-03-01"), Today: "2024-03-08"}, "check",
			procedure.LimitView{Start: "2024-03-01", Due: "2024-03-08", State: procedure.DueSoon}},
		"correction starts the check again": {procedure.Trial{Events: ev("receive=2024-03-01 corrected=2024-03-06"), Today: "2024-03-06"}, "check",
			procedure.LimitView{Start: "2024-03-06", Due: "2024-03-13", State: procedure.DueSoon}},
		"silence accepts, and starts the next limit": {procedure.Trial{Events: ev("receive=2024-03-01"), Today: "2024-04-01"}, "decide",
			procedure.LimitView{Start: "2024-03-08", Due: "2024-05-07", State: procedure.Running}},
		"a later acceptance does not undo silence": {procedure.Trial{Events: ev("receive=2024-03-01 accept=2024-03-20"), Today: "2024-04-01"}, "decide",
			procedure.LimitView{Start: "2024-03-08", Due: "2024-05-07", State: procedure.Running}},
		"acceptance in time": {procedure.Trial{Events: ev("receive=2024-03-01 accept=2024-03-05 decide=2024-05-04"), Today: "2024-06-01"}, "decide",
			procedure.LimitView{Start: "2024-03-05", Due: "2024-05-04", Done: "2024-05-04", Met: yes(true), State: procedure.Met}},
		"steps pause by themselves": {procedure.Trial{Events: ev("receive=2024-03-01 accept=2024-03-05 ask_third=2024-03-10 third_answers=2024-03-19"), Today: "2024-03-20"}, "decide",
			procedure.LimitView{Start: "2024-03-05", Due: "2024-05-14", State: procedure.Running}},
		"an open pause has no due date": {procedure.Trial{Events: ev("receive=2024-03-01 accept=2024-03-05 ask_third=2024-03-10"), Today: "2024-03-20"}, "decide",
			procedure.LimitView{Start: "2024-03-05", State: procedure.Paused}},
		"overlapping pauses count once": {procedure.Trial{Events: ev("receive=2024-03-01 accept=2024-03-05 ask_third=2024-03-10 third_answers=2024-03-19"), Today: "2024-03-20",
			Pauses: []procedure.TrialPause{{Ground: "survey", From: "2024-03-15", To: "2024-03-24"}}}, "decide",
			procedure.LimitView{Start: "2024-03-05", Due: "2024-05-19", State: procedure.Running}},
		"extension in time": {procedure.Trial{Events: ev("receive=2024-03-01 accept=2024-03-05"), Today: "2024-05-20",
			Extends: []procedure.TrialExtend{{Limit: "decide", Approved: "2024-05-04"}}}, "decide",
			procedure.LimitView{Start: "2024-03-05", Due: "2024-06-03", State: procedure.Running}},
		"extension a day late changes nothing": {procedure.Trial{Events: ev("receive=2024-03-01 accept=2024-03-05"), Today: "2024-05-20",
			Extends: []procedure.TrialExtend{{Limit: "decide", Approved: "2024-05-05"}}}, "decide",
			procedure.LimitView{Start: "2024-03-05", Due: "2024-05-04", State: procedure.Overdue}},
		"hours": {procedure.Trial{Events: ev("receive=2026-05-10 approve=2026-05-15T16:30:00+08:00 transfer=2026-05-16T16:31:00+08:00"), Today: "2026-06-01"}, "transfer",
			procedure.LimitView{Start: "2026-05-15", Due: "2026-05-16T16:30+08:00", Done: "2026-05-16", Met: yes(false), State: procedure.Missed}},
		"hours from days only": {procedure.Trial{Events: ev("receive=2026-05-10 approve=2026-05-15"), Today: "2026-05-15"}, "transfer",
			procedure.LimitView{Start: "2026-05-15", Due: "2026-05-16T23:59+08:00", State: procedure.DueSoon, Precision: "day"}},
		"at least: on the day": {procedure.Trial{Events: ev("receive=2026-03-01 comment_open=2026-03-02 comment_close=2026-04-01"), Today: "2026-05-01"}, "comment",
			procedure.LimitView{Start: "2026-03-02", Earliest: "2026-04-01", Done: "2026-04-01", Met: yes(true), State: procedure.Met}},
		"at least: a day early": {procedure.Trial{Events: ev("receive=2026-03-01 comment_open=2026-03-02 comment_close=2026-03-31"), Today: "2026-05-01"}, "comment",
			procedure.LimitView{Start: "2026-03-02", Earliest: "2026-04-01", Done: "2026-03-31", Met: yes(false), State: procedure.TooEarly}},
		"at least: early and excused": {procedure.Trial{Events: ev("receive=2026-03-01 comment_open=2026-03-02 comment_close=2026-03-31"), Today: "2026-05-01", Params: map[string]string{"early": "true"}}, "comment",
			procedure.LimitView{Start: "2026-03-02", Earliest: "2026-04-01", Done: "2026-03-31", Met: yes(true), State: procedure.Met}},
		"at least: a parameter of another unit": {procedure.Trial{Events: ev("receive=2026-03-01 comment_open=2026-03-02"), Today: "2026-03-03", Params: map[string]string{"comment_days": "5 workdays"}}, "comment",
			procedure.LimitView{Start: "2026-03-02", Earliest: "2026-03-09", State: procedure.Running}},
		"not before: only after ten workdays": {procedure.Trial{Events: ev("receive=2026-03-01 urge=2026-03-02 apply_court=2026-03-16"), Today: "2026-05-01"}, "urge_wait",
			procedure.LimitView{Start: "2026-03-02", Earliest: "2026-03-17", Done: "2026-03-16", Met: yes(false), State: procedure.TooEarly}},
		"before: the last lawful day": {procedure.Trial{Events: ev("receive=2026-05-10 hearing_notice=2026-06-03 hearing=2026-06-15"), Today: "2026-07-01"}, "hearing_notice",
			procedure.LimitView{Start: "2026-06-15", Due: "2026-06-03", Done: "2026-06-03", Met: yes(true), State: procedure.Met}},
		"before: a day late": {procedure.Trial{Events: ev("receive=2026-05-10 hearing_notice=2026-06-04 hearing=2026-06-15"), Today: "2026-07-01"}, "hearing_notice",
			procedure.LimitView{Start: "2026-06-15", Due: "2026-06-03", Done: "2026-06-04", Met: yes(false), State: procedure.Missed}},
		"before: planned by a field": {procedure.Trial{Events: ev("receive=2026-05-10"), Today: "2026-05-20", Params: map[string]string{"hearing_day": "2026-06-15"}}, "hearing_notice",
			procedure.LimitView{Start: "2026-06-15", Due: "2026-06-03", State: procedure.Running}},
		"one for each element": {procedure.Trial{Events: ev("receive=2024-09-01 decide=2024-09-27 serve@甲=2024-10-12 serve@乙=2024-10-14"), Today: "2024-11-01"}, "serve@乙",
			procedure.LimitView{Key: "乙", Start: "2024-09-27", Due: "2024-10-12", Done: "2024-10-14", Met: yes(false), State: procedure.Missed}},
		"a day on the paper": {procedure.Trial{Events: ev("receive=2026-05-10"), Today: "2026-05-20", Params: map[string]string{"answer_by": "2026-05-19"}}, "answer",
			procedure.LimitView{Start: "2026-05-10", Due: "2026-05-19", State: procedure.Overdue}},
		"a number of days on the paper": {procedure.Trial{Events: ev("receive=2026-05-10"), Today: "2026-05-10", Params: map[string]string{"within": "20"}}, "paper",
			procedure.LimitView{Start: "2026-05-10", Due: "2026-05-30", State: procedure.Running}},
		"a number of days, and a day named later": {procedure.Trial{Events: ev("receive=2026-05-10"), Today: "2026-05-10", Params: map[string]string{"within": "20"},
			Extends: []procedure.TrialExtend{{Limit: "paper", Approved: "2026-05-30", Until: "2026-06-12"}}}, "paper",
			procedure.LimitView{Start: "2026-05-10", Due: "2026-06-12", State: procedure.Running}},
		"a day named too late": {procedure.Trial{Events: ev("receive=2026-05-10"), Today: "2026-05-10", Params: map[string]string{"within": "20"},
			Extends: []procedure.TrialExtend{{Limit: "paper", Approved: "2026-05-31", Until: "2026-06-12"}}}, "paper",
			procedure.LimitView{Start: "2026-05-10", Due: "2026-05-30", State: procedure.Running}},
		"does not apply": {procedure.Trial{Events: ev("receive=2026-05-10"), Today: "2026-05-10"}, "paper",
			procedure.LimitView{Start: "2026-05-10", State: procedure.NotNeeded}},
		"not started": {procedure.Trial{Events: ev("receive=2026-05-10"), Today: "2026-05-10"}, "transfer",
			procedure.LimitView{State: procedure.NotStarted}},
		"a second decision is served anew": {procedure.Trial{Events: ev("receive=2024-09-01 decide=2024-09-02 serve@甲=2024-09-03 reopen_case=2024-09-10 decide=2024-09-12"), Today: "2024-09-12"}, "serve@甲",
			procedure.LimitView{Key: "甲", N: 2, Start: "2024-09-12", Due: "2024-09-24", State: procedure.Running}},
	}
	d, cal := define(t, review), testCalendar(t)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := d.Try(c.trial, cal)
			if err != nil {
				t.Fatal(err)
			}
			id, key, _ := strings.Cut(c.limit, "@")
			for _, l := range got {
				if l.ID != id || l.Key != key {
					continue
				}
				if l.Why == nil && l.State != procedure.NotNeeded && l.State != procedure.NotStarted {
					t.Error("no reasons given")
				}
				if c.want.N == 0 {
					l.N = 0
				}
				l.ID, l.Title, l.Shape, l.Why = "", "", "", nil
				if diff := cmp.Diff(c.want, l); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				return
			}
			t.Fatalf("no limit %s in %v", c.limit, got)
		})
	}
}

func yes(b bool) *bool { return &b }

// TestWhy holds the reasons of a due date to their words: the same on the page, in the API, in the CLI and on paper.
func TestWhy(t *testing.T) {
	d, cal := define(t, review), testCalendar(t)
	got, err := d.Try(procedure.Trial{
		Events: []procedure.TrialEvent{{Step: "receive", When: "2024-03-01"}}, Today: "2024-04-01",
		Pauses:  []procedure.TrialPause{{Ground: "survey", From: "2024-03-11", To: "2024-03-20"}},
		Extends: []procedure.TrialExtend{{Limit: "decide", Approved: "2024-05-20"}},
	}, cal)
	if err != nil {
		t.Fatal(err)
	}
	want := []procedure.Line{
		{Date: "2024-03-08", Text: "视为accept之日，次日起算"},
		{Date: "2024-05-07", Text: "满六十日", Cites: "甲法第二条"},
		{Date: "2024-03-11", Text: "现场勘验2024-03-11至2024-03-20，十日不计入期限", Cites: "甲法第四条"},
		{Date: "2024-05-17", Text: "扣除不计入的十日，届满"},
		{Date: "2024-05-20", Text: "批准延长时期限已经届满，不改变期限", Cites: "甲法第五条"},
	}
	for _, l := range got {
		if l.ID == "decide" {
			if diff := cmp.Diff(want, l.Why); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
	}
}

// TestTrialErrors tells misuse (unknown names, impossible dates) from what is switched off.
func TestTrialErrors(t *testing.T) {
	d, cal := define(t, review), testCalendar(t)
	for name, trial := range map[string]procedure.Trial{
		"unknown step":      {Events: []procedure.TrialEvent{{Step: "receiving", When: "2024-03-01"}}},
		"impossible date":   {Events: []procedure.TrialEvent{{Step: "receive", When: "2024-02-30"}}},
		"unknown ground":    {Pauses: []procedure.TrialPause{{Ground: "holiday", From: "2024-02-01"}}},
		"pause backwards":   {Pauses: []procedure.TrialPause{{Ground: "survey", From: "2024-02-02", To: "2024-02-01"}}},
		"unknown parameter": {Params: map[string]string{"nothing": "1"}},
		"wrong parameter":   {Params: map[string]string{"comment_days": "soon"}},
		"unknown extension": {Extends: []procedure.TrialExtend{{Limit: "nothing"}}},
	} {
		t.Run(name, func(t *testing.T) {
			trial.Today = "2024-03-01"
			_, err := d.Try(trial, cal)
			var misuse *procedure.Misuse
			if !errors.As(err, &misuse) {
				t.Errorf("got %v, want misuse", err)
			}
		})
	}
	_, err := d.Try(procedure.Trial{Today: "2024-03-01", Extends: []procedure.TrialExtend{{Limit: "transfer"}}}, cal)
	var off *procedure.Off
	if !errors.As(err, &off) {
		t.Errorf("a limit without extension: got %v, want off", err)
	}
}

// TestLimitsAgainstCounting compares due dates with counting day by day.
func TestLimitsAgainstCounting(t *testing.T) {
	d, cal := define(t, review), testCalendar(t)
	first, _ := calendar.Parse("2008-01-01")
	rapid.Check(t, func(t *rapid.T) {
		start := first + calendar.Date(rapid.IntRange(0, 6500).Draw(t, "start"))
		pauseFrom := start + calendar.Date(rapid.IntRange(-20, 80).Draw(t, "pause"))
		pauseTo := pauseFrom + calendar.Date(rapid.IntRange(0, 40).Draw(t, "days"))
		accept := start
		got, err := d.Try(procedure.Trial{
			Events: []procedure.TrialEvent{{Step: "receive", When: start.String()}, {Step: "accept", When: accept.String()}, {Step: "decide", When: (start + 1).String()}},
			Pauses: []procedure.TrialPause{{Ground: "survey", From: pauseFrom.String(), To: pauseTo.String()}},
			Today:  (start + 1).String(),
		}, cal)
		if err != nil {
			t.Fatal(err)
		}
		// Sixty days that are not paused, counted one by one from the day after.
		due, left := accept, 60
		for left > 0 {
			due++
			if due < pauseFrom || due > pauseTo {
				left--
			}
		}
		served, left := start+1, 7
		for left > 0 {
			served++
			if cal.IsWorkday(served) {
				left--
			}
		}
		for _, l := range got {
			want := map[string]string{"decide": due.String(), "serve": served.String()}[l.ID]
			if want != "" && l.Due != want {
				t.Fatalf("%s from %s, pause %s to %s: due %s, counted %s", l.ID, start, pauseFrom, pauseTo, l.Due, want)
			}
		}
	})
}
