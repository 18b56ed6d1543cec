package web_test

import (
	"fmt"
	"strings"
	"testing"

	"zhunsheng/internal/app/apptest"
)

func TestSearchPage(t *testing.T) {
	s := apptest.New(t)
	for i := range 52 {
		s.Task("NYJ", fmt.Sprintf("开展农资专项检查之%d", i+1), "2026-12-31")
	}
	fertilizer := s.Task("NYJ", "抽检化肥质量", "2026-12-31")
	d := at(t, pages(t, s), s, "tongchou")
	_, body := d.get("/search?q=农资专项", 200)
	has(t, body, "没有找到", "为止的记录，之后的", "条正在编入")

	s.Index()
	_, body = d.get("/search?q=農資專項", 200)
	has(t, body, "检查之52", "检查之3", "第 1 至 50 件，共 52 件", "检索到存证编号", "为止的记录。", "下一页")
	lacks(t, body, "检查之2衡平县", "化肥")
	_, next, ok := strings.Cut(body, `<a href="/search?`)
	next, _, _ = strings.Cut(next, `"`)
	if !ok {
		t.Fatal("there is no next page")
	}
	_, body = d.get("/search?"+strings.ReplaceAll(next, "&amp;", "&"), 200)
	has(t, body, "检查之2衡平县", "检查之1衡平县", "第 51 至 52 件，共 52 件")
	lacks(t, body, "检查之3衡平县", "下一页")

	_, body = d.get("/search?q=化肥", 200)
	leads(t, body, path("/matters/", fertilizer), "抽检化肥质量")
	_, body = d.get("/search?q=农业农村局", 200)
	leads(t, body, path("/units/", s.Units["NYJ"].Entry), "衡平县农业农村局")

	other := at(t, pages(t, s), s, "wxz03")
	_, body = other.get("/search?q=化肥", 200)
	has(t, body, "没有找到")
	lacks(t, body, "抽检化肥质量")
	for _, q := range []string{"", "%22", "%E3%80%82", "a*%20OR%20b", "%00", "x&before=-1&from=abc", "x&before=99999999999999999999"} {
		d.get("/search?q="+q, 200)
	}
}

// leads checks that a page has a link with a text to an address.
func leads(t *testing.T, body, href, text string) {
	t.Helper()
	if !strings.Contains(body, `<a href="`+href+`">`+text) {
		t.Errorf("the page has no link %q to %s", text, href)
	}
}
