package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"zhunsheng/internal/app/apptest"
)

// links are the addresses in the main part of a page.
func links(t *testing.T, body string) map[string]string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	doc.Find("main a[href]").Each(func(_ int, a *goquery.Selection) {
		out[a.AttrOr("href", "")] = strings.TrimSpace(a.Text())
	})
	return out
}

// TestLawPages leads from the list of laws to an article, to what rests on it, and back from a citation.
func TestLawPages(t *testing.T) {
	s := apptest.New(t)
	d := at(t, pages(t, s), s, "tongchou")
	_, body := d.get("/laws", http.StatusOK)
	has(t, body, "中华人民共和国行政处罚法", "现行有效")
	_, body = d.get("/laws?q="+url.QueryEscape("没有的文件"), http.StatusOK)
	has(t, body, "没有符合条件的文件")
	_, body = d.get("/laws?on=1999-01-01&q="+url.QueryEscape("行政处罚法"), http.StatusOK)
	lacks(t, body, "现行有效")
	_, body = d.get("/laws/penalty_law", http.StatusOK)
	has(t, body, "第六十一条", "送达决定书", "按以本文件为依据的程序", "在办 0 件")
	found := false
	for href, text := range links(t, body) {
		if strings.HasPrefix(href, "/procedures/penalty?text=") && strings.HasSuffix(href, "#limit-serve") && text == "送达决定书" {
			found = true
			_, page := d.get(strings.Split(href, "#")[0], http.StatusOK)
			if !strings.Contains(page, `id="limit-serve"`) {
				t.Error("the limit is not on the procedure's page")
			}
		}
	}
	if !found {
		t.Errorf("article 61 does not lead to the limit that rests on it: %v", links(t, body))
	}
	where, _ := d.get("/cite?q="+url.QueryEscape("行政处罚法第六十一条"), http.StatusOK)
	if where.Path != "/laws/penalty_law" {
		t.Errorf("a citation leads to %s", where.Path)
	}
	_, body = d.get("/cite?q="+url.QueryEscape("示例程序规定第六十四条"), http.StatusOK)
	has(t, body, "查不到这一依据", "没有收录")
	d.get("/laws/nothing", http.StatusNotFound)
}

// TestProcedurePages shows what a definition holds, its chart in both views, and the running matters the reader sees.
func TestProcedurePages(t *testing.T) {
	s := apptest.New(t)
	d := at(t, pages(t, s), s, "tongchou")
	_, body := d.get("/procedures", http.StatusOK)
	has(t, body, "行政执法", "行政处罚", "计算期限")
	_, body = d.get("/procedures/penalty", http.StatusOK)
	has(t, body, "未听取当事人陈述申辩，不得作出决定", "自“立案”起90日内", "控制点", "在办 0 件", "例外：当事人明确放弃")
	if !strings.Contains(body, "<svg xmlns") || links(t, body)["/procedures/penalty/chart.svg?text=2021-07-15&view=staff"] == "" {
		t.Error("no chart, or no file of it")
	}
	_, body = d.get("/procedures/penalty?view=public", http.StatusOK)
	if text := said(t, body); strings.Contains(text, "风险点：") || strings.Contains(body, "h-points") {
		t.Errorf("the public view shows points to watch: %s", text)
	}
	head, body := d.get("/procedures/penalty/chart.svg?view=public", http.StatusOK)
	if head.Header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(body, "行政处罚流程图（公众查阅）") {
		t.Errorf("the file: %v", head.Header)
	}
	_, body = d.get("/procedures/task/matters", http.StatusOK)
	has(t, body, "没有在办的事项")
	no := s.Task("NYJ", "抽检化肥质量", "2026-12-31")
	_, body = d.get("/procedures/task/matters", http.StatusOK)
	leads(t, body, path("/matters/", no), "抽检化肥质量")
	_, body = d.get("/procedures/task", http.StatusOK)
	has(t, body, "在办 1 件")
	_, body = at(t, pages(t, s), s, "wxz03").get("/procedures/task/matters", http.StatusOK)
	lacks(t, body, "抽检化肥质量")
	d.get("/procedures/nothing", http.StatusNotFound)
}

// TestCalculator computes by the same rules as a matter and shows why; nothing is written.
func TestCalculator(t *testing.T) {
	s := apptest.New(t)
	d := at(t, pages(t, s), s, "tongchou")
	_, body := d.get("/procedures/penalty/limits", http.StatusOK)
	lacks(t, body, "期限计算单")
	ask := func(want int, pairs ...string) string {
		q := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			q.Set(pairs[i], pairs[i+1])
		}
		_, body := d.get("/procedures/penalty/limits?"+q.Encode(), want)
		return body
	}
	body = ask(http.StatusOK, "d.file", "2024-09-09", "d.decide", "2024-12-11", "today", "2024-12-20")
	has(t, body, "期限计算单", "2024-12-08", "逾期办结 2024-12-11", "行政处罚法第六十条", "2024-09-09", "供说明理由用")
	body = ask(http.StatusOK, "d.file", "2024-09-09", "d.decide", "2024-12-11", "p.hearing.from", "2024-10-08", "p.hearing.to", "2024-10-20", "today", "2024-12-20")
	has(t, body, "2024-12-21", "按期办结 2024-12-11", "不计入：")
	body = ask(http.StatusOK, "d.file", "2024-09-09", "d.decide", "2025-01-07", "x.decide", "2024-12-08", "v.decide_extension", "30", "today", "2025-01-08")
	has(t, body, "2025-01-07", "2024-12-08 批准", "延长日数")
	body = ask(http.StatusOK, "d.decide", "2024-09-27、2024-11-01")
	has(t, body, "送达决定书")
	body = ask(http.StatusUnprocessableEntity, "d.file", "2024-13-09")
	has(t, body, "没有计算", "2024-13-09")
	lacks(t, body, "期限计算单")
	body = ask(http.StatusUnprocessableEntity, "d.file", "2024-09-09", "x.decide", "2024-12-01")
	has(t, body, "没有计算", "没有启用")
}

// TestMatterLimitSheet prints the limits of a matter with what they were computed from.
func TestMatterLimitSheet(t *testing.T) {
	s := apptest.New(t)
	server := pages(t, s)
	no := s.Task("NYJ", "抽检化肥质量", "2026-12-31")
	d := at(t, server, s, "nyj02")
	_, body := d.get(path("/matters/", no)+"?all=1", http.StatusOK)
	if links(t, body)[path("/matters/", no)+"/limits"] == "" {
		t.Error("the matter's page does not lead to the sheet")
	}
	_, body = d.get(path("/matters/", no)+"/limits", http.StatusOK)
	has(t, body, "期限计算单", "抽检化肥质量", "下达", "2026-12-31", "衡平县农业农村局")
	if strings.Contains(body, `aria-label="期限计算器"`) {
		t.Error("the sheet of a matter asks for dates")
	}
	at(t, server, s, "wxz03").get(path("/matters/", no)+"/limits", http.StatusNotFound)
}
