package web_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"zhunsheng/internal/app/apptest"
)

const issued = `衡平县2026年法治政府建设工作计划

一、规范行政执法
（一）开展行政执法案卷评查。全年评查不少于60卷。（牵头单位：县市场监管局；配合单位：县农业农村局）
（二）建立法律顾问制度。10月底前，建立法律顾问制度。（牵头单位：县农业农村局）
（三）编制普法读本。12月底前，编制普法读本。（牵头单位：望岫镇人民政府）
`

const revised = `衡平县2026年法治政府建设工作计划

一、规范行政执法
（一）开展行政执法案卷评查。全年评查不少于80卷。（牵头单位：县市场监管局；配合单位：县农业农村局）
（二）建立法律顾问制度。12月底前，建立法律顾问制度。（牵头单位：县农业农村局）
（三）组织执法人员培训。12月底前，组织执法人员培训。（牵头单位：县农业农村局）
`

// bringIn brings a document in and returns the page that follows.
func (d *desk) bringIn(name, text string, want int) string {
	d.t.Helper()
	_, body := d.get("/plans/import", 200)
	_, body = d.press(body, "上传并识别", nil, want, chosen{"file", name, text})
	return body
}

// dispatch brings a document in and dispatches it as it was read.
func (d *desk) dispatch(name, text string, given url.Values) string {
	d.t.Helper()
	_, body := d.press(d.bringIn(name, text, 200), "下一步：确认下达", given, 200)
	reason := url.Values{}
	if strings.Contains(body, `name="reason"`) {
		reason.Set("reason", "年度部署")
	}
	_, body = d.press(body, "下达任务", reason, 200)
	return body
}

func TestTheSamePlanAgain(t *testing.T) {
	s := apptest.New(t)
	d := at(t, pages(t, s), s, "tongchou")
	has(t, d.dispatch("计划.txt", issued, nil), "已向 3 个单位下达 3 项任务。")

	body := d.bringIn("计划.txt", issued, 409)
	has(t, body, "这份文件已经作为“衡平县2026年法治政府建设工作计划”下达，没有重复导入。", "没有写入任何内容。")
	d.get(link(t, body, "打开“衡平县2026年法治政府建设工作计划”"), 200)

	body = d.bringIn("计划（修订）.txt", revised, 200)
	has(t, body, "同一份计划已经下达。", "0 项没有变化", "1 项新增", "2 项修改", "1 项删去", "将更正任务的", "10-31", "2026-12-31")
	_, plans := d.get("/plans", 200)
	has(t, plans, "待比较", "与已下达的计划比较")
	_, none := d.press(body, "按所选更新计划", url.Values{"take": nil}, 422)
	has(t, none, "没有选择要更新的内容。")
	// The page ticks what is added and changed; what is gone is ticked by hand.
	_, body = d.press(body, "按所选更新计划", nil, 200)
	has(t, body, "计划已经更新：新增 1 项，修改 2 项，删去 0 项。", "组织执法人员培训")

	body = d.bringIn("计划（再次修订）.txt", revised+"\n", 200)
	has(t, body, "3 项没有变化", "1 项删去", "编制普法读本")
	_, body = d.press(body, "按所选更新计划", url.Values{"take": values(t, body, "take")}, 200)
	has(t, body, "删去 1 项", "请逐项办结或者撤销：编制普法读本（望岫镇人民政府）", "新文件已删去，待统筹岗办结或者撤销")

	body = d.bringIn("另一份.txt", strings.Replace(revised, "80卷", "90卷", 1), 200)
	_, kept := d.press(body, "不改动，返回", nil, 200)
	has(t, kept, "没有改动计划。")
	_, body = d.press(body, "这是另一份计划", nil, 200)
	has(t, body, "按另一份计划导入。")
}

// values lists what the boxes of a name would send.
func values(t *testing.T, page, name string) []string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	doc.Find(`input[name="` + name + `"]`).Each(func(_ int, box *goquery.Selection) { out = append(out, box.AttrOr("value", "")) })
	return out
}

func TestUnitsDoNotImport(t *testing.T) {
	s := apptest.New(t)
	server := pages(t, s)
	d, unit := at(t, server, s, "tongchou"), at(t, server, s, "nyj02")
	d.dispatch("计划.txt", issued, nil)
	d.bringIn("修订.txt", revised, 200)
	_, plans := d.get("/plans", 200)
	compare := link(t, plans, "衡平县2026年法治政府建设工作计划")
	if !strings.HasSuffix(compare, "/diff") {
		t.Fatalf("the draft leads to %s", compare)
	}
	unit.get(compare, 404)
	unit.post(compare, url.Values{"op": {"update"}, "version": {"0"}}, 403)
}

const staged = `衡平县2026年专项整治实施方案

一、重点任务
（一）开展专项检查。5月底前，完成检查。（牵头单位：县市场监管局）
（二）巩固整治成效。10月底前，形成长效机制。（牵头单位：县农业农村局）

二、实施步骤
（一）集中整治阶段（2026年3月至6月）。全面检查。
（二）巩固提升阶段（2026年7月至12月）。建立机制。
`

func TestStages(t *testing.T) {
	s := apptest.New(t)
	d := at(t, pages(t, s), s, "tongchou")
	body := d.bringIn("方案.txt", staged, 200)
	has(t, body, "实施阶段", "第 3 阶段")
	_, wrong := d.press(body, "下一步：确认下达", url.Values{"stage.2.to": {"2026-06-31"}}, 422)
	has(t, wrong, "没有截止日期。请写成 2026-06-30。")
	_, body = d.press(wrong, "保存草稿", url.Values{"stage.2.to": {"2026-12-31"}, "stage.1.name": {"整治"}, "stage.3.name": {"总结"}, "stage.3.from": {"2027-01-01"}, "stage.3.to": {"2027-01-31"}}, 200)
	_, body = d.press(body, "下一步：确认下达", nil, 200)
	reason := url.Values{}
	if strings.Contains(body, `name="reason"`) {
		reason.Set("reason", "部署")
	}
	_, body = d.press(body, "下达任务", reason, 200)
	_, body = d.get(link(t, body, "打开任务看板"), 200)
	has(t, body, "整治（2026-03-01至2026-06-30）完成 0，共 1", "总结（2027-01-01至2027-01-31）完成 0，共 0")
	_, body = d.get(link(t, body, "按阶段"), 200)
	has(t, body, "整治", "巩固提升阶段")
	_, body = d.get("/plans", 200)
	has(t, body, "现处第二阶段：巩固提升阶段（7月1日至12月31日）")
	_, body = d.get(link(t, body, "原文"), 200)
	has(t, body, "集中整治阶段", "下载原文件")
	d.get(link(t, body, "开展专项检查"), 200)
}

const fiveYears = `衡平县法治政府建设规划（2026—2030年）

一、规范行政执法
（一）健全行政执法案卷评查机制。定期评查行政执法案卷。
（二）完善府院联动机制。建立定期会商制度。
`

func TestOutline(t *testing.T) {
	s := apptest.New(t)
	d := at(t, pages(t, s), s, "tongchou")
	body := d.bringIn("规划.txt", fiveYears, 200)
	has(t, body, "2026—2030", "确认后登记为规划")
	_, body = d.press(body, "下一步：确认下达", nil, 200)
	_, body = d.press(body, "登记规划", nil, 200)
	has(t, body, "规划已经登记，共 2 项举措。", "2 项没有年度承接")

	body = d.bringIn("计划.txt", issued, 200)
	has(t, body, "落实的上级文件", "按标题相近建议对应上位规划的措施")
	_, body = d.press(body, "下一步：确认下达", nil, 200)
	reason := url.Values{}
	if strings.Contains(body, `name="reason"`) {
		reason.Set("reason", "年度部署")
	}
	d.press(body, "下达任务", reason, 200)

	_, body = d.get("/plans", 200)
	has(t, body, "规划，由年度计划承接")
	_, body = d.get(link(t, body, "衔接情况"), 200)
	has(t, body, "1 项已由年度计划承接", "1 项没有年度承接", "开展行政执法案卷评查")
	_, open := d.get(link(t, body, "1 项没有年度承接"), 200)
	has(t, open, "完善府院联动机制", "只列没有年度承接的措施")
	if strings.Contains(said(t, open), "健全行政执法案卷评查机制") {
		t.Error("what was taken up is listed as left")
	}
	_, task := d.get(link(t, body, "（一） 开展行政执法案卷评查（剩 99 天）"), 200)
	has(t, task, "落实的上位规划", "健全行政执法案卷评查机制")
	_, board := d.get("/board", 200)
	has(t, board, "衡平县2026年法治政府建设工作计划")
}
