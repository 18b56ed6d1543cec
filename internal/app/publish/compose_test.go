package publish_test

import (
	"strings"
	"testing"

	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/app/publish"
)

// small is a basis of two tasks, one done, without a site behind it.
func small() *publish.Basis {
	return &publish.Basis{
		Plan: dispatch.Plan{Title: "甲计划"}, Span: publish.Span{First: "2026-01-01", Last: "2026-06-30", Next: "2026-12-31"}, Until: "2026-06-30", Snapshot: 9,
		Tasks:    []publish.Task{{No: 1, Lead: true, Section: "一、甲", Standing: publish.Done}, {No: 2, Lead: true, Section: "一、甲", Standing: publish.Running, Due: "2026-09-30"}},
		Sections: []string{"一、甲"},
	}
}

func TestCompose(t *testing.T) {
	cases := map[string]struct{ template, want string }{
		"kept":            {"共{{measures}}项{{?done}}，完成{{done}}项{{/}}。", "共{{measures}}项，完成{{done}}项。"},
		"left out":        {"共{{measures}}项{{?late}}，逾期{{late}}项{{/}}。", "共{{measures}}项。"},
		"one in another":  {"{{?done}}完成{{?late}}、逾期{{/}}、在办{{/}}。", "完成、在办。"},
		"one in nothing":  {"{{?late}}逾期{{?done}}、完成{{/}}{{/}}。", "。"},
		"never ended":     {"甲{{?done}}乙", "甲乙"},
		"never begun":     {"甲{{/}}乙", "甲乙"},
		"no such figure":  {"甲{{?nosuch}}乙{{/}}丙", "甲丙"},
		"on track":        {"{{?on_track}}没有逾期{{/}}", "没有逾期"},
		"parts":           {"{{!sections}}", "## 甲\n\n共有任务{{measures@s1}}项，已完成{{done@s1}}项，正在办理{{running@s1}}项，逾期{{late@s1}}项，尚未开始{{waiting@s1}}项。已完成：{{done_names@s1}}。\n\n"},
		"brackets at end": {"甲{{", "甲{{"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := small().Compose(c.template); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// FuzzCompose: a text without conditions and parts stays as it is, and what is composed holds no condition.
func FuzzCompose(f *testing.F) {
	for _, s := range []string{"共{{measures}}项{{?done}}，完成{{/}}", "{{/}}{{?late}}", "{{{?done}}}", "甲"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := small().Compose(s)
		plain := !strings.Contains(s, "{{") && !strings.Contains(s, "\n\n\n")
		if plain && got != s {
			t.Errorf("%q became %q", s, got)
		}
		if !strings.Contains(s, "{{?") && !strings.Contains(s, "{{/}}") && !strings.Contains(s, "{{!") && strings.Count(got, "{{") != strings.Count(s, "{{") {
			t.Errorf("marks of %q were lost: %q", s, got)
		}
	})
}

func TestSpanOf(t *testing.T) {
	cases := map[string]struct {
		kind, period       string
		first, last, title string
	}{
		"first half":  {publish.PlanHalf, "2026-H1", "2026-01-01", "2026-06-30", "2026年上半年"},
		"second half": {publish.PlanHalf, "2026-H2", "2026-07-01", "2026-12-31", "2026年下半年"},
		"year":        {publish.PlanYear, "2026", "2026-01-01", "2026-12-31", "2026年"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s, err := publish.SpanOf(c.kind, c.period)
			if err != nil || s.First != c.first || s.Last != c.last || s.Title != c.title {
				t.Errorf("%+v, %v", s, err)
			}
		})
	}
	for _, p := range []string{"", "2026-H3", "1800-H1", "H1", "2026-H1-H2", "二〇二六"} {
		if s, err := publish.SpanOf(publish.PlanHalf, p); err == nil {
			t.Errorf("%q is read as %+v", p, s)
		}
	}
	for day, want := range map[string]string{"2026-01-10": "2025-H2", "2026-07-03": "2026-H1", "2026-11-20": "2026-H2"} {
		if got := publish.PeriodOf(publish.PlanHalf, day); got != want {
			t.Errorf("on %s: %s, want %s", day, got, want)
		}
	}
}
