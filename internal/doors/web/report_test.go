package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doc/docfile"
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

const reportPlan = `衡平县2026年法治政府建设工作计划
衡政办发〔2026〕3号

一、健全依法行政制度
（一）公布行政执法事项清单。6月底前，公布本级行政执法事项清单，全年公布不少于2批。（牵头单位：县司法局；配合单位：县农业农村局）
（二）清理规范性文件。4月底前，完成规范性文件清理并公布结果。（牵头单位：县农业农村局）

二、规范行政执法
（三）通报执法情况。每季度通报一次行政执法情况。（牵头单位：县市场监管局）
`

// planned dispatches the plan on a day and returns its entry and the leads' tasks by title.
func planned(t *testing.T, s *apptest.Site, day, text string, year int) (int64, map[string]int64) {
	t.Helper()
	s.Clock.Turn(t, day)
	d := &dispatch.Dispatch{Acts: s.Acts}
	who := s.Actor("tongchou")
	draft, err := d.Upload(t.Context(), who, "计划.txt", []byte(text), year)
	if err != nil {
		t.Fatal(err)
	}
	sent, err := d.Confirm(t.Context(), who, dispatch.Confirmation{Draft: draft.ID, Version: draft.Version, Reason: "部署"})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := d.Plan(t.Context(), sent.Plan)
	if err != nil {
		t.Fatal(err)
	}
	tasks, err := d.Tasks(t.Context(), s.Scope("tongchou"), plan)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int64{}
	for _, task := range tasks {
		if task.Parent() == 0 {
			out[task.Title()] = task.State.No
		}
	}
	return plan.No, out
}

// link finds the first link of a page whose text is text.
func link(t *testing.T, body, text string) string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	href := ""
	doc.Find("main a").Each(func(_ int, a *goquery.Selection) {
		if href == "" && strings.TrimSpace(a.Text()) == text {
			href, _ = a.Attr("href")
		}
	})
	if href == "" {
		t.Fatalf("the page has no link %q:\n%s", text, said(t, body))
	}
	return href
}

// control gives the value of a form's control.
func control(t *testing.T, body, selector string) string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	found := doc.Find(selector).First()
	if found.Length() == 0 {
		t.Fatalf("the page has no %s", selector)
	}
	if v, ok := found.Attr("value"); ok {
		return v
	}
	return found.Text()
}

func TestReportPages(t *testing.T) {
	s := apptest.New(t)
	plan, tasks := planned(t, s, "2026-01-12", reportPlan, 2026)
	if _, err := s.Do("nyj03", tasks["清理规范性文件"], procedure.Act{Step: "take"}); err != nil {
		t.Fatal(err)
	}
	s.Clock.Turn(t, "2026-07-03")
	server := pages(t, s)
	d := at(t, server, s, "tongchou")
	_, body := d.get("/reports", 200)
	has(t, body, "还没有进展报告", "起草进展报告", "缺报", "通报执法情况（2026年第二季度）")
	_, body = d.post("/reports", url.Values{"plan": {path(plan)}, "kind": {"plan_half"}, "period": {"2026"}}, 422)
	has(t, body, "“2026”不是报告期间。")
	res, body := d.post("/reports", url.Values{"plan": {path(plan)}, "kind": {"plan_half"}, "period": {"2026-H1"}}, 200)
	has(t, body, "报告已经起草", "共有任务3项", "逾期2项", "各处数字相符，没有提示。", "印发报告")
	draft := res.Path

	_, body = d.get(link(t, body, "3"), 200)
	has(t, body, "数字的来处：任务 3项", "计划下达给牵头单位的任务", "清理规范性文件", "通报执法情况（2026年第一季度）", "存证编号")
	if href := link(t, body, "打开"); !strings.HasPrefix(href, "/matters/") {
		t.Errorf("a figure opens to %s", href)
	}
	d.get(draft+"/figures/999", 404)

	_, body = d.get(draft, 200)
	text := control(t, body, "textarea[name=text]")
	_, body = d.post(draft, url.Values{"version": {control(t, body, "input[name=version]")}, "text": {text + "\n\n逾期5项。\n"}}, 200)
	has(t, body, "正文已经保存", "数字不符", "还有 1 处核对提示没有处理，现在不能印发。", "改为 2")
	d.post(draft+"/issue", url.Values{"day": {"2026-07-03"}}, 409)
	_, body = d.post(draft+"/findings", url.Values{"finding": {control(t, body, "input[name=finding]")}, "op": {"keep"}}, 200)
	has(t, body, "请写明保留的理由。")
	_, body = d.post(draft+"/findings", url.Values{"finding": {control(t, body, "input[name=finding]")}, "op": {"fix"}}, 200)
	has(t, body, "已经改正", "各处数字相符")
	_, body = d.post(draft, url.Values{"text": {"有{{nosuch}}项"}}, 422)
	has(t, body, "没有名为“nosuch”的数字")
	_, body = d.post(draft+"/renew", nil, 200)
	has(t, body, "数字已经更新")

	res, file := d.get(draft+"/file", 200)
	doc, err := docfile.Read("报告.docx", []byte(file))
	if err != nil || !strings.Contains(doc.Text, "共有任务3项") {
		t.Errorf("%s: %q, %v", res.Header.Get("Content-Disposition"), doc.Text, err)
	}
	_, body = d.post(draft+"/issue", url.Values{"number": {"衡司〔2026〕12号"}, "day": {"2026-06-01"}}, 422)
	has(t, body, "早于数据截至日")
	res, body = d.post(draft+"/issue", url.Values{"number": {"衡司〔2026〕12号"}, "day": {"2026-07-03"}}, 200)
	has(t, body, "报告已经印发", "衡司〔2026〕12号", "各处数字与印发时一致")
	lacks(t, body, "印发报告", "保存正文")
	issued := res.Path
	if !regexp.MustCompile(`^/reports/\d+$`).MatchString(issued) {
		t.Errorf("issued at %s", issued)
	}
	d.get(draft, 404)
	_, body = d.get("/reports", 200)
	has(t, body, "已印发", "衡司〔2026〕12号")

	liaison := at(t, server, s, "nyj02")
	_, body = liaison.get(issued, 200)
	has(t, body, "已印发")
	_, body = liaison.get(link(t, body, "3"), 200)
	has(t, body, "其他单位的事项", "不在您的岗位可以查看的范围内", "清理规范性文件")
	liaison.post("/reports", url.Values{"plan": {path(plan)}, "kind": {"plan_half"}, "period": {"2026-H1"}}, 403)
}

func TestSupervisionPages(t *testing.T) {
	s := apptest.New(t)
	s.Clock.Turn(t, "2026-06-01")
	late, other := s.Task("NYJ", "公布执法事项清单", "2026-09-11"), s.Task("SCJ", "开展案卷评查", "2026-09-25")
	if _, err := s.Do("nyj03", late, procedure.Act{Step: "take"}); err != nil {
		t.Fatal(err)
	}
	s.Clock.Turn(t, apptest.Today)
	server := pages(t, s)
	d := at(t, server, s, "tongchou")
	_, body := d.get("/supervision", 200)
	has(t, body, "逾期 12 天", "应当 2026-09-11 前完成，已过 12 天", "沈喆", "剩 2 天", "按机构序")
	_, body = d.get("/supervision?light=yellow", 200)
	has(t, body, "开展案卷评查")
	lacks(t, body, "公布执法事项清单")

	form := url.Values{"way": {"urge"}, "until": {"2026-09-30"}, "text": {"请说明逾期原因。"}}
	_, body = d.post("/supervision", form, 200)
	has(t, body, "没有选择任务")
	form["pick"] = []string{path(late), path(other)}
	_, body = d.post("/supervision", form, 200)
	has(t, body, "2 个单位，2 项任务", "请说明逾期原因。", "公布执法事项清单（应当 2026-09-11 前完成，逾期 12 天）", "发送催办")
	form.Set("request", control(t, body, "input[name=request]"))
	for range 2 {
		_, body = d.post("/supervision/urge", form, 200)
		has(t, body, "已催办 2 项任务。", "1 次，2026-09-30 前答复")
	}
	_, body = d.get(link(t, body, "打开文稿"), 200)
	has(t, body, "催办通知", "请说明逾期原因。", "请于 2026年9月30日前答复。", "衡平县农业农村局")
	form.Set("text", "")
	_, body = d.post("/supervision/urge", form, 422)
	has(t, body, "请填写内容。")

	_, body = d.get("/supervision/leaders", 200)
	has(t, body, "程允中县长分管工作进展", "逾期 1 项，七日内到期 1 项", "已催办 1 次，尚未说明")
	res, file := d.get(link(t, body, "下载 DOCX"), 200)
	if doc, err := docfile.Read("x.docx", []byte(file)); err != nil || !strings.Contains(doc.Text, "公布执法事项清单") {
		t.Errorf("%s: %v", res.Header.Get("Content-Disposition"), err)
	}
	_, file = d.get("/supervision/export", 200)
	book, err := sheet.Read("x.xlsx", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	records, err := book[0].Records("任务名称", "主办单位", "下达日期", "完成期限", "状态", "逾期自")
	if err != nil || len(records.All()) != 2 || records.All()[0].Text("逾期自") == "" {
		t.Errorf("the table has %+v, %v", records, err)
	}
	_, body = d.get("/supervision?tab=cards", 200)
	has(t, body, "最近七天没有监督提示")
	at(t, server, s, "nyj02").get("/supervision", 403)
	at(t, server, s, "xianzhang").get("/supervision/leaders", 200)
}

func TestExtensionPages(t *testing.T) {
	s := apptest.New(t)
	s.Clock.Turn(t, "2026-09-01")
	no := s.Task("NYJ", "公布执法事项清单", "2026-09-20")
	if _, err := s.Do("nyj03", no, procedure.Act{Step: "take"}); err != nil {
		t.Fatal(err)
	}
	s.Clock.Turn(t, "2026-09-18")
	server := pages(t, s)
	d := at(t, server, s, "tongchou")
	_, body := d.get("/supervision?tab=asked", 200)
	has(t, body, "没有待处理的延期申请和异议。")
	if _, err := s.Do("nyj03", no, procedure.Act{Step: "ask_extension", Input: input("asked_reason", "等待目录").With("asked_until", day("2026-10-20"))}); err != nil {
		t.Fatal(err)
	}
	_, body = d.get("/supervision?tab=asked", 200)
	has(t, body, "申请延至 2026-10-20", "理由：等待目录")
	_, body = d.post("/supervision/extension", url.Values{"matter": {path(no)}, "decision": {"refuse"}}, 200)
	has(t, body, "不同意延期的，请写明意见。")
	for range 2 {
		_, body = d.post("/supervision/extension", url.Values{"matter": {path(no)}, "decision": {"approve"}, "until": {"2026-10-15"}}, 200)
		has(t, body, "没有待处理的延期申请和异议。")
	}
	_, body = d.get(path("/matters/", no), 200)
	has(t, body, "2026-10-15")
}

func TestSheetsAndCarryOver(t *testing.T) {
	s := apptest.New(t)
	last, old := planned(t, s, "2025-02-10", strings.ReplaceAll(reportPlan, "2026", "2025"), 2025)
	plan, _ := planned(t, s, "2026-01-12", reportPlan, 2026)
	server := pages(t, s)
	d := at(t, server, s, "tongchou")
	_, body := d.get(path("/plan/", plan, "/sheet/", s.Units["NYJ"].Entry), 200)
	has(t, body, "任 务 单", "衡平县农业农村局：", "清理规范性文件", "配合")
	_, file := d.get(path("/plan/", plan, "/sheet/", s.Units["NYJ"].Entry, "/file"), 200)
	if doc, err := docfile.Read("x.docx", []byte(file)); err != nil || !strings.Contains(doc.Text, "清理规范性文件") {
		t.Errorf("task sheet: %v", err)
	}
	d.get(path("/plan/", plan, "/sheet/", s.Units["SWJ"].Entry), 404)
	_, file = d.get(path("/board/export?plan=", plan), 200)
	if book, err := sheet.Read("x.xlsx", []byte(file)); err != nil || len(book[0].Rows) != 5 {
		t.Errorf("the board's table: %+v, %v", book, err)
	}

	_, body = d.get("/plans", 200)
	carry := link(t, body, "结转")
	if carry != path("/plan/", last, "/carry") {
		t.Fatalf("carry-over at %s", carry)
	}
	_, body = d.get(carry, 200)
	has(t, body, "未办结的任务 3", "转入《衡平县2026年法治政府建设工作计划》", "结转办结，不再列入")
	form := url.Values{"request": {control(t, body, "input[name=request]")}}
	_, body = d.post(carry, form, 422)
	has(t, body, "没有选择要处理的任务。")
	form.Set(path("do.", old["清理规范性文件"]), "carry")
	form.Set(path("to.", old["清理规范性文件"]), control(t, body, "select[name='"+path("to.", old["清理规范性文件"])+"'] option[selected]"))
	form.Set(path("do.", old["公布行政执法事项清单"]), "close")
	_, body = d.post(carry, form, 200)
	has(t, body, "已结转 2 项任务。", "接续到新计划任务 1 项，新开任务 0 项，办结 1 项。", "未办结的任务 1")
	_, body = d.get(path("/matters/", old["清理规范性文件"]), 200)
	has(t, body, "由其接续")
	at(t, server, s, "nyj02").get(carry, 403)
}

// input and day make the values of a form.
func input(field, text string) matter.Values { return matter.Values{}.With(field, matter.OfText(text)) }

func day(s string) matter.Value { return matter.OfDate(s) }
