package web

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/pack"
)

const twoTexts = `
id: own_rule
title: 示例规定
level: 规范性文件
versions:
  - in_force: 2010-01-01
    until: 2030-01-01
    superseded_by: 新示例规定
    articles:
      3: 受理
      4: 决定
  - in_force: 2020-01-01
    until: 2030-01-01
    articles:
      4: 决定
      5: 公布
`

const restingOnThem = `
id: own
title: 示例程序
versions:
  - in_force: 2010-01-01
    basis: 示例规定
    opens: receive
    steps:
      receive: {by: handler, title: 收件, cites: 示例规定第三条}
      decide: {by: head, title: 决定, needs: [receive], cites: 示例规定第四条}
`

// TestLawTexts: a definition that was written under an older text and runs on under the newer one stands with the newer
// article and says so; where the newer text has no such article, it is a finding.
func TestLawTexts(t *testing.T) {
	book, diags := rulebook.LoadAlone(fstest.MapFS{
		"laws/own.yaml": {Data: []byte(twoTexts)}, "procedures/own.yaml": {Data: []byte(restingOnThem)},
	}, pack.Files)
	if book == nil {
		t.Fatal(diags)
	}
	in := book.Laws().Instrument("own_rule")
	page := func(i int) view.LawPage {
		var p view.LawPage
		l := lawBuilder{book: book, in: in, text: &in.Versions[i]}
		l.fill(&p, "2026-09-23")
		return p
	}
	names := func(rests []view.LawRest) (out []string) {
		for _, r := range rests {
			out = append(out, r.Part+" "+r.Name.Text+" "+r.Mark.Text)
		}
		return out
	}
	old := page(0)
	if diff := cmp.Diff([]string{"环节 收件 "}, names(old.Articles[0].Rests)); diff != "" || len(old.Lost) != 0 {
		t.Errorf("the older text (-want +got):\n%s%v", diff, old.Lost)
	}
	now := page(1)
	if diff := cmp.Diff([]string{"环节 决定 按 2010-01-01 的文本引用"}, names(now.Articles[0].Rests)); diff != "" {
		t.Errorf("the newer text (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"环节 收件（示例规定第三条） 按 2010-01-01 的文本引用"}, names(now.Lost)); diff != "" {
		t.Errorf("what the newer text has not (-want +got):\n%s", diff)
	}
	if len(now.Texts) != 2 || !now.Texts[1].Current || now.Sum != "收录 2 条，引用 3 处" {
		t.Errorf("texts %v, %s", now.Texts, now.Sum)
	}
	for on, want := range map[string]string{"2009-12-31": "尚未施行", "2015-01-01": "现行有效", "2026-01-01": "现行有效", "2030-01-01": "已经失效"} {
		if got, _, _ := lawState(in, on); got.Text != want {
			t.Errorf("on %s: %s, want %s", on, got.Text, want)
		}
	}
}

func TestMoments(t *testing.T) {
	for text, want := range map[string][]string{
		"": nil, "2026-05-15": {"2026-05-15"}, "2026-05-15、2026-06-01，2026-06-02": {"2026-05-15", "2026-06-01", "2026-06-02"},
		"2026-05-15 16:30": {"2026-05-15T16:30:00+08:00"}, "2026-05-15T9:05": {"2026-05-15T09:05:00+08:00"}, "昨天": {"昨天"},
	} {
		if diff := cmp.Diff(want, moments(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}
