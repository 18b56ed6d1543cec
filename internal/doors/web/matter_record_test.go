package web_test

import (
	"net/url"
	"strings"
	"testing"

	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// reported opens a task that counts, takes it and reports on it: the no of the matter.
func reported(t *testing.T, s *apptest.Site) int64 {
	t.Helper()
	no := s.Task("NYJ", "开展执法案卷评查", "2026-12-31")
	for _, a := range []procedure.Act{{Step: "take"}, {Step: "report", Input: matter.Values{}.With("progress", matter.OfText("评查四十卷"))}} {
		if _, err := s.Do("nyj03", no, a); err != nil {
			t.Fatal(err)
		}
	}
	return no
}

func TestCorrectAndVoid(t *testing.T) {
	s := apptest.New(t)
	server := pages(t, s)
	doer, other, above := at(t, server, s, "nyj03"), at(t, server, s, "nyj04"), at(t, server, s, "tongchou")
	no := reported(t, s)
	task := path("/matters/", no)

	_, page := other.get(task, 200)
	if strings.Contains(page, "/records/") {
		t.Error("a colleague is offered to correct")
	}
	_, page = doer.get(task, 200)
	record := link(t, page, "更正或者作废这条记录") // the newest: the report
	_, form := doer.get(record, 200)
	has(t, form, "评查四十卷", "只改有误的内容")
	_, same := doer.press(form, "更正这条记录", url.Values{"reason": {"看错了"}}, 422)
	has(t, same, "没有要更正的内容")
	_, silent := doer.press(form, "更正这条记录", url.Values{"f.progress": {"评查十四卷"}}, 422)
	has(t, silent, "请写明更正的理由")
	_, page = doer.press(form, "更正这条记录", url.Values{"f.progress": {"评查十四卷"}, "reason": {"数字颠倒"}}, 200)
	has(t, page, "“报告进展”的记录已经更正。", "已更正", "更正记录", "更正的是记录", "评查十四卷", "数字颠倒", "评查四十卷")
	if !strings.Contains(page, `class="void"`) {
		t.Error("the corrected record is not struck through")
	}

	// Another's record and a late one are the coordinator's.
	_, form = other.get(record, 200)
	has(t, form, "您不能更正或者作废这条记录。")
	other.post(record+"/void", url.Values{"reason": {"不对"}}, 409)
	s.Clock.Turn(t, "2026-09-28")
	_, form = doer.get(record, 200)
	has(t, form, "您不能更正或者作废这条记录。")
	_, form = above.get(record, 200)
	has(t, form, "评查十四卷")
	_, page = above.press(form, "更正这条记录", url.Values{"move_to": {"2026-09-25"}, "reason": {"实际在二十五日"}}, 200)
	has(t, page, "办理日期改为2026-09-25")
	_, form = above.get(record, 200)
	_, page = above.press(form, "作废这条记录", url.Values{"reason": {"重复报告"}}, 200)
	has(t, page, "“报告进展”的记录已经作废。", "已作废", "作废记录", "重复报告")
	_, form = above.get(record, 200)
	has(t, form, "您不能更正或者作废这条记录。")
	above.get(task+"/records/999999", 404)
	above.post(record+"/burn", url.Values{}, 404)
}

// The second of two people is shown what the first did beside what the second typed, and goes on from there.
func TestTwoPeopleOnOneTask(t *testing.T) {
	s := apptest.New(t)
	server := pages(t, s)
	first, second := at(t, server, s, "nyj03"), at(t, server, s, "nyj04")
	task := path("/matters/", reported(t, s))
	_, mine := second.get(task, 200)
	_, theirs := first.get(task, 200)
	first.press(theirs, "报告进展", url.Values{"f.progress": {"评查五十卷"}, "f.percent": {"60"}}, 200)
	_, page := second.press(mine, "报告进展", url.Values{"f.progress": {"评查四十五卷"}}, 409)
	has(t, page, "两人同时办理", "沈喆于 10:00 已办理“报告进展”。", "评查五十卷", "评查四十五卷", "沈喆已提交", "放弃本次填写的内容")
	if n := strings.Count(page, `name="f.progress"`); n != 1 {
		t.Errorf("the form stands %d times on the page", n)
	}
	_, page = second.press(page, "按新的情况继续办理", url.Values{"f.progress": {"累计评查九十五卷"}}, 200)
	has(t, page, "“报告进展”已经记录。", "累计评查九十五卷", "评查五十卷")
}
