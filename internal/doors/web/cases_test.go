package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"zhunsheng/internal/app/apptest"
)

// TestCases opens a supervision from a line of work, finds it in the list, and is told what is missing on the way.
func TestCases(t *testing.T) {
	s := apptest.New(t)
	server := pages(t, s)
	d := at(t, server, s, "tongchou")
	_, body := d.get("/lines/oversight", 200)
	has(t, body, "执法监督", "没有在办的行政执法监督事项。")
	d.get("/lines/nowhere", 404)
	d.get("/lines/oversight/new/penalty", 404)
	if d.get("/lines/oversight/new/supervision", 403); strings.Contains(body, "新办行政执法监督") {
		t.Error("who may not open one is offered to")
	}
	j := at(t, server, s, "jiandu")
	_, body = j.get("/lines/oversight/new/supervision?f.title="+url.QueryEscape("超过期限：占道经营案")+"&f.source=platform", 200)
	has(t, body, "登记线索")
	if !strings.Contains(body, `value="超过期限：占道经营案"`) || !strings.Contains(body, `<option value="platform" selected>`) {
		t.Error("what the address carries is not filled in")
	}
	request := regexp.MustCompile(`name="request" value="([0-9a-f-]{36})"`).FindStringSubmatch(body)
	if request == nil {
		t.Fatal("the form carries no request")
	}
	form := url.Values{"request": {request[1]}, "f.title": {"超过期限：占道经营案"}, "f.source": {"platform"}, "legal": {s.Acts.Today()}}
	_, body = j.post("/lines/oversight/new/supervision", form, 422)
	has(t, body, "请填写“被监督机关”")
	if !strings.Contains(body, `value="超过期限：占道经营案"`) {
		t.Error("what was typed is lost")
	}
	for name, values := range choices(body) {
		if !form.Has(name) {
			form[name] = values
		}
	}
	form.Set("f.clue", "案件超过法定期限没有作出决定")
	_, body = j.post("/lines/oversight/new/supervision", form, 200)
	has(t, body, "行政执法监督已经开始办理。", "执法监督")
	_, body = j.get("/lines/oversight", 200)
	has(t, body, "超过期限：占道经营案", "研判")
	_, xlsx := j.get("/lines/oversight/export?show=all", 200)
	if !strings.HasPrefix(xlsx, "PK") {
		t.Error("the list is no workbook")
	}
	_, body = j.get("/lines/oversight?show=closed", 200)
	has(t, body, "没有符合条件的事项。")
}

// choices picks the first real choice of every list and group of a form.
func choices(body string) url.Values {
	out := url.Values{}
	for _, m := range regexp.MustCompile(`(?s)<select[^>]* name="(f\.[a-z_]+)".*?</select>`).FindAllStringSubmatch(body, -1) {
		if o := regexp.MustCompile(`<option value="([^"]+)"`).FindStringSubmatch(m[0]); o != nil {
			out.Set(m[1], o[1])
		}
	}
	for _, m := range regexp.MustCompile(`<input type="radio" name="(f\.[a-z_]+)" value="([^"]+)"`).FindAllStringSubmatch(body, -1) {
		if !out.Has(m[1]) {
			out.Set(m[1], m[2])
		}
	}
	return out
}
