package web_test

import (
	"archive/zip"
	"bytes"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/doc/docfile"
	"zhunsheng/internal/doc/sheet"
)

// upload is a file chosen in a form.
type chosen struct{ control, name, body string }

// press fills the form that holds a button in and presses it, as a browser does: every control as the page shows it, what
// is given in its place, the button's own name and value, and files where the form takes them.
func (d *desk) press(page, button string, given url.Values, want int, files ...chosen) (landed, string) {
	d.t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(page))
	if err != nil {
		d.t.Fatal(err)
	}
	pressed := doc.Find("main form button").FilterFunction(func(_ int, b *goquery.Selection) bool {
		visible := b.Clone()
		visible.Find(".vh").Remove()
		_, off := b.Attr("disabled")
		return strings.TrimSpace(visible.Text()) == button && !off && !b.HasClass("vh")
	}).First()
	form := pressed.Closest("form")
	if form.Length() == 0 {
		d.t.Fatalf("no form with the button %q on the page:\n%s", button, said(d.t, page))
	}
	values := filled(form)
	for name, texts := range given {
		if form.Find(`[name="`+name+`"]`).Length() == 0 {
			d.t.Fatalf("the form of %q has no control %q", button, name)
		}
		values[name] = texts
	}
	if name, ok := pressed.Attr("name"); ok {
		values.Set(name, pressed.AttrOr("value", ""))
	}
	action, enctype := form.AttrOr("action", ""), form.AttrOr("enctype", "")
	if enctype != "multipart/form-data" {
		if len(files) > 0 {
			d.t.Fatalf("the form of %q takes no files", button)
		}
		return d.post(action, values, want)
	}
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for name, texts := range values {
		for _, text := range texts {
			_ = m.WriteField(name, text) // into memory
		}
	}
	for _, f := range files {
		if form.Find(`input[type=file][name="`+f.control+`"]`).Length() == 0 {
			d.t.Fatalf("the form of %q has no file control %q", button, f.control)
		}
		part, err := m.CreateFormFile(f.control, f.name)
		if err != nil {
			d.t.Fatal(err)
		}
		_, _ = part.Write([]byte(f.body)) // into memory
	}
	if err := m.Close(); err != nil {
		d.t.Fatal(err)
	}
	res, err := d.client.Post(d.server.URL+action, m.FormDataContentType(), &body)
	if err != nil {
		d.t.Fatal(err)
	}
	return d.read(res, action, want)
}

// filled are the controls of a form as they stand.
func filled(form *goquery.Selection) url.Values {
	values := url.Values{}
	form.Find("input[name], textarea[name], select[name]").Each(func(_ int, c *goquery.Selection) {
		name := c.AttrOr("name", "")
		switch kind := c.AttrOr("type", ""); {
		case kind == "file":
		case kind == "checkbox" || kind == "radio":
			if _, on := c.Attr("checked"); on {
				values.Add(name, c.AttrOr("value", "on"))
			}
		case goquery.NodeName(c) == "textarea":
			values.Add(name, c.Text())
		case goquery.NodeName(c) == "select":
			option := c.Find("option[selected]").First()
			if option.Length() == 0 {
				option = c.Find("option").First()
			}
			values.Add(name, option.AttrOr("value", ""))
		default:
			values.Add(name, c.AttrOr("value", ""))
		}
	})
	return values
}

func TestCollectionPages(t *testing.T) {
	s := apptest.New(t)
	server := pages(t, s)
	d, unit, head := at(t, server, s, "tongchou"), at(t, server, s, "nyj02"), at(t, server, s, "nyj01")

	_, body := d.get("/collections", 200)
	has(t, body, "还没有布置材料报送。")
	unit.get("/collections/new", 403)
	_, body = d.get("/collections/new", 200)
	_, body = d.press(body, "增加一部分", nil, 200)
	_, body = d.press(body, "增加一列", nil, 200)
	_, body = d.press(body, "增加一列", nil, 200)
	_, body = d.press(body, "发给所选单位", nil, 422)
	has(t, body, "请填写材料名称。", "请填写报送期限", "请写明第 2 部分的标题。", "请写明第 1 列的列名。", "请选择由哪些单位报送。", "没有写明依据。")
	asked := url.Values{
		"title": {"2026年前三季度依法行政情况"}, "due": {"2026-10-10"}, "period": {"2026年"}, "s.1.title": {"一、主要工作"}, "s.2.title": {"二、存在的问题"},
		"c.1.title": {"事项"}, "c.2.title": {"件数"}, "c.2.kind": {"number"}, "unit": {path(s.Units["NYJ"].Entry), path(s.Units["WXZ"].Entry)},
	}
	_, body = d.press(body, "保存草稿", asked, 200)
	has(t, body, "草稿已经保存。")
	_, list := d.get("/collections", 200)
	has(t, list, "2026年前三季度依法行政情况", "草稿")
	_, list = d.get("/drafts", 200)
	has(t, list, "2026年前三季度依法行政情况", "布置材料报送", "2026-09-23 10:00")
	_, body = d.press(body, "减负自检", nil, 200)
	has(t, body, "没有写明依据。")
	_, body = d.press(body, "发给所选单位", nil, 422)
	has(t, body, "减负自检有 1 条提示。仍要布置的，请写明理由。")
	res, body := d.press(body, "发给所选单位", url.Values{"reason": {"市里来电要求"}}, 200)
	has(t, body, "已发给 2 个单位。", "2 应报", "衡平县农业农村局", "望岫镇人民政府", "市里来电要求")
	collection := res.Path

	_, list = unit.get("/collections", 200)
	has(t, list, "2026年前三季度依法行政情况", "待填写")
	answer := link(t, list, "填写")
	_, body = unit.get(answer, 200)
	_, body = unit.press(body, "增加一行", url.Values{"s.1": {"检查 12 次。"}, "r.1.1": {"检查"}, "r.1.2": {"十二"}}, 200)
	_, body = unit.press(body, "送负责人签发", nil, 422)
	has(t, body, "“件数”应当是数字，现在是“十二”。", "检查 12 次。")
	_, body = unit.press(body, "送负责人签发", url.Values{"r.1.2": {"12"}}, 200)
	has(t, body, "已经送负责人签发。", "待签发")
	_, body = head.get(answer, 200)
	_, body = head.press(body, "签批", url.Values{"outcome": {"agree"}}, 200)
	has(t, body, "“签批”已经记录。")
	_, body = unit.get(answer, 200)
	_, body = unit.press(body, "报送", nil, 200, chosen{"file.stamped", "盖章件.pdf", "盖章"})
	has(t, body, "“报送”已经记录。", "已报送", "盖章件.pdf", "检查 12 次。")

	_, body = d.get(collection, 200)
	has(t, body, "1 已报", "空白 1 处", "梁一川")
	_, body = d.press(body, "发送催办", nil, 422)
	has(t, body, "请选择要催办的单位。")
	_, body = d.press(body, "发送催办", url.Values{"unit": unticked(t, body)}, 200)
	has(t, body, "已向 1 个单位催办。", "1 次")
	town := at(t, server, s, "wxz02")
	_, list = town.get("/collections", 200)
	_, body = town.get(link(t, list, "填写"), 200)
	_, body = town.press(body, "零报告", nil, 200)
	has(t, body, "已经零报告。", "零报告。")

	_, body = d.get(answer, 200)
	_, body = d.press(body, "退回", url.Values{"f.remark": {"请补充第二部分"}, "f.again_by": {"2026-10-12"}}, 200)
	has(t, body, "已退回")
	_, body = unit.get(answer, 200)
	has(t, body, "已退回，请修改后重新报送。", "请补充第二部分")
	_, body = unit.press(body, "送负责人签发", url.Values{"s.2": {"人手不足。"}}, 200)
	unit.press(body, "报送", nil, 409, chosen{"file.stamped", "盖章件2.pdf", "盖章二"})
	_, body = head.get(answer, 200)
	head.press(body, "签批", url.Values{"outcome": {"agree"}}, 200)
	_, body = unit.get(answer, 200)
	unit.press(body, "报送", nil, 200, chosen{"file.stamped", "盖章件2.pdf", "盖章二"})

	collectionMerged(t, d, collection)
}

// unticked are the values of the boxes that can be ticked in a list of units.
func unticked(t *testing.T, body string) []string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	doc.Find(`main input[type=checkbox][name=unit]`).Each(func(_ int, c *goquery.Selection) { out = append(out, c.AttrOr("value", "")) })
	return out
}

func collectionMerged(t *testing.T, d *desk, collection string) {
	t.Helper()
	_, body := d.get(collection+"/merge", 200)
	has(t, body, "一、主要工作", "衡平县农业农村局")
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	piece := doc.Find(`main textarea[name^="m."]`).First().AttrOr("name", "")
	_, body = d.press(body, "保存", url.Values{piece: {"全年检查 12 次。"}}, 200)
	has(t, body, "汇总稿已经保存。")
	_, text := d.get(collection+"/merged.docx", 200)
	merged, err := docfile.Read("汇总稿.docx", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if want := "衡平县农业农村局：全年检查 12 次。"; !strings.Contains(merged.Text, want) {
		t.Errorf("the merged text lacks %q:\n%s", want, merged.Text)
	}
	_, table := d.get(collection+"/merged.xlsx", 200)
	if sheets, err := sheet.Read("汇总表.xlsx", []byte(table)); err != nil || len(sheets) != 2 {
		t.Errorf("the merged table: %v", err)
	}
	_, body = d.press(body, "定稿", nil, 200)
	has(t, body, "汇总稿已经定稿")
	_, body = d.press(body, "上报并留存", url.Values{"sent_to": {"市司法局"}}, 200)
	has(t, body, "已经上报，报送件原样留存。", "原样留存", "汇总稿.docx")
	_, body = d.get("/collections", 200)
	has(t, body, "已上报")
}

func TestInstructionPages(t *testing.T) {
	s := apptest.New(t)
	server := pages(t, s)
	d := at(t, server, s, "tongchou")
	_, body := d.get("/instructions", 200)
	has(t, body, "还没有登记来文和批示。")
	_, body = d.get("/instructions/new", 200)
	_, body = d.press(body, "登记并交办", nil, 422)
	has(t, body, "请填写事由。", "请照原话填写批示或者来文的要求。", "请填写报回期限")
	_, body = d.press(body, "按原话拟办", url.Values{
		"title": {"农贸市场整治"}, "from": {"县长 程允中"}, "words": {"请农业农村局牵头，市场监管局配合，10月底前报。"},
	}, 200)
	res, body := d.press(body, "登记并交办", nil, 200, chosen{"photo", "批示.jpg", "照片"})
	has(t, body, "已经登记，并向 2 个单位下达任务。", "请农业农村局牵头，市场监管局配合，10月底前报。", "任务 2", "衡平县市场监督管理局", "2026-10-31")
	if !strings.Contains(body, `class="photo"`) {
		t.Error("the photo of the page is not shown")
	}
	page := res.Path
	_, sheetPage := d.get(page+"/sheet", 200)
	has(t, sheetPage, "呈 阅 件", "呈：县长 程允中", "衡平县农业农村局", "还没有报告进展。", "领导阅示")
	_, b := d.get(page+"/sheet.docx", 200)
	if doc, err := docfile.Read("呈阅件.docx", []byte(b)); err != nil || !strings.Contains(doc.Text, "农贸市场整治") {
		t.Errorf("the page as DOCX: %v", err)
	}
	_, body = d.press(body, "呈阅并留存", url.Values{"reason": {}}, 422)
	has(t, body, "交办的任务还没有全部完成")
	_, body = d.press(body, "呈阅并留存", url.Values{"report": {"已检查 12 家。"}, "reason": {"先报阶段情况"}}, 200)
	has(t, body, "办理情况已经呈阅", "已报回")
	_, body = d.press(body, "阅示", url.Values{"outcome": {"done"}}, 200)
	has(t, body, "“阅示”已经记录。")
	_, body = d.get("/instructions?show=done", 200)
	has(t, body, "农贸市场整治", "1 已报回，其中按期 1 件")
	_, b = d.get("/instructions/export?show=done", 200)
	if sheets, err := sheet.Read("来文.xlsx", []byte(b)); err != nil || len(sheets[0].Rows) != 2 || sheets[0].Rows[1][1] != "农贸市场整治" {
		t.Errorf("the list as a table: %v %v", sheets, err)
	}
	_, body = d.get("/instructions?q=没有这件", 200)
	has(t, body, "没有符合条件的来文和批示。")

	unit := at(t, server, s, "nyj02")
	_, body = unit.get("/instructions/new", 200)
	if strings.Contains(body, `name="lead"`) {
		t.Error("a unit's liaison is offered to hand tasks to other units")
	}
	unit.get(page, 404)
	at(t, server, s, "jiandu").get("/instructions/new", 403)
}

func TestOwnPlanPages(t *testing.T) {
	s := apptest.New(t)
	server := pages(t, s)
	unit := at(t, server, s, "nyj02")
	_, body := unit.get("/ownplan", 200)
	has(t, body, "本单位现在没有在办的任务。")
	no := s.Task("NYJ", "编制权责清单", "2026-12-31")
	_, body = unit.get(path("/matters/", no), 200)
	_, _ = unit.press(body, "签收", nil, 200)
	_, body = unit.get("/ownplan", 200)
	_, body = unit.press(body, "增加步骤", nil, 422)
	has(t, body, "请填写步骤。")
	_, body = unit.press(body, "增加步骤", url.Values{"title": {"起草初稿"}, "person": {"沈喆"}, "due": {"2026-09-20"}}, 200)
	has(t, body, "已经增加步骤“起草初稿”。", "沈喆", "逾期", "1 个步骤逾期")
	_, body = unit.press(body, "完成", nil, 200)
	has(t, body, "步骤已经完成。", "已完成 2026-09-23")
	_, body = unit.press(body, "增加步骤", url.Values{"title": {"征求意见"}}, 200)
	_, b := unit.get("/ownplan/export", 200)
	if sheets, err := sheet.Read("方案.xlsx", []byte(b)); err != nil || len(sheets[0].Rows) != 3 || sheets[0].Rows[2][5] != "征求意见" {
		t.Errorf("the plan as a table: %v %v", sheets, err)
	}
	_, body = unit.press(body, "取消", nil, 200)
	has(t, body, "步骤已经取消。")
	lacks(t, body, "征求意见")
}

func TestBinderPages(t *testing.T) {
	s := apptest.New(t)
	server := pages(t, s)
	d := at(t, server, s, "tongchou")
	at(t, server, s, "nyj02").get("/binders", 403)
	s.Task("NYJ", "编制并公布权责清单", "2026-12-31")
	_, body := d.get("/binders", 200)
	has(t, body, "还没有迎检材料。")
	_, body = d.press(body, "导入清单", nil, 422)
	has(t, body, "请填写检查名称。", "请上传检查清单，或者逐行填写检查内容。")
	_, body = d.press(body, "导入清单", url.Values{"title": {"省督察组检查"}}, 422, chosen{"list", "清单.docx", "PK\x03\x04broken"})
	has(t, body, "清单.docx")
	_, body = d.press(body, "导入清单", url.Values{"title": {"省督察组检查"}}, 422, chosen{"list", "清单.txt", "机密★1年\n是否编制权责清单\n"})
	has(t, body, "密级标志")
	res, body := d.press(body, "导入清单", url.Values{"title": {"省督察组检查"}, "items": {"是否开展案卷评查\n"}}, 200, chosen{"list", "清单.txt", "是否编制权责清单\n"})
	has(t, body, "清单已经导入，共 2 项。", "2 缺项", "编制并公布权责清单")
	_, body = d.press(body, "列入", url.Values{"pick": {firstPick(t, body)}}, 200)
	has(t, body, "已经列入。", "1 缺项", "已备")
	_, gaps := d.get(res.Path+"?show=gaps", 200)
	has(t, gaps, "是否开展案卷评查")
	lacks(t, gaps, "是否编制权责清单")
	_, body = d.press(gaps, "标为不涉及", url.Values{"reason": {"本年度没有案卷"}}, 200)
	has(t, body, "已经标为不涉及。", "本年度没有案卷", "0 缺项")
	_, packed := d.get(res.Path+"/binder.zip", 200)
	z, err := zip.NewReader(strings.NewReader(packed), int64(len(packed)))
	if err != nil || len(z.File) != 2 {
		t.Errorf("the binder as ZIP: %v", err)
	}
	_, body = d.get("/binders", 200)
	has(t, body, "省督察组检查", "下载 ZIP")
}

func firstPick(t *testing.T, body string) string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return doc.Find(`main input[name=pick]`).First().AttrOr("value", "")
}

const divided = `衡平县2026年法治政府建设工作计划

一、健全依法行政制度体系

1.编制行政裁量权基准。农业农村、市场监管领域编制并公布裁量权基准，2026年11月底前完成。（牵头单位：县农业农村局；配合单位：县市场监管局）

2.开展规范性文件清理。各单位清理本单位文件，2026年12月底前完成。（牵头单位：县司法局；责任单位：望岫镇）
`

func TestDivisionPages(t *testing.T) {
	s := apptest.New(t)
	server := pages(t, s)
	d, unit := at(t, server, s, "tongchou"), at(t, server, s, "nyj02")
	_, body := d.get("/plans/import", 200)
	res, _ := d.press(body, "上传并识别", nil, 200, chosen{"file", "计划.txt", divided})
	draft := res.Path
	_, body = d.get(draft+"/division", 200)
	has(t, body, "4 个单位", "还没有发出", "编制行政裁量权基准")
	_, body = d.press(body, "发各单位征求意见", url.Values{"until": {"2026-09-01"}}, 422)
	has(t, body, "请填写答复期限，今天或者以后的日期。")
	_, body = d.press(body, "发各单位征求意见", url.Values{"until": {"2026-09-28"}}, 200)
	has(t, body, "已发 4 个单位征求意见。", "未答复")

	_, list := unit.get("/desk", 200)
	reply := link(t, list, "衡平县2026年法治政府建设工作计划")
	_, body = unit.get(reply, 200)
	has(t, body, "编制行政裁量权基准", "牵头", "2026-09-28 前答复")
	lacks(t, body, "开展规范性文件清理")
	_, body = unit.press(body, "提出异议", nil, 422)
	has(t, body, "请选择对哪项任务有异议。", "请选择异议的种类。", "请写明理由和建议。")
	_, body = unit.press(body, "提出异议", url.Values{"measure": {"m1"}, "kind": {"reassign"}, "text": {"职责已经划转县市场监管局"}}, 200)
	has(t, body, "异议已经提出。", "已经提出", "改派")
	town := at(t, server, s, "wxz02")
	_, list = town.get("/desk", 200)
	_, body = town.get(link(t, list, "衡平县2026年法治政府建设工作计划"), 200)
	_, body = town.press(body, "没有异议", nil, 200)
	has(t, body, "已经答复：没有异议。")

	_, body = d.get(draft+"/division", 200)
	has(t, body, "1 条异议待处理", "职责已经划转县市场监管局", "1 有异议", "1 无异议")
	_, confirm := d.get(draft+"/confirm", 200)
	_, confirm = d.press(confirm, "下达任务", nil, 409)
	has(t, confirm, "还有 1 条对分工的异议没有处理")
	_, body = d.press(body, "采纳，修改分工", url.Values{"reason": {"改由县市场监管局牵头"}}, 200)
	has(t, body, "已经采纳。", "核对措施")
	_, body = unit.get(reply, 200)
	has(t, body, "采纳，修改分工：改由县市场监管局牵头")
	_, body = d.get(draft+"/confirm", 200)
	_, body = d.press(body, "下达任务", nil, 200)
	has(t, body, "下达 2 项任务")
	_, body = unit.get(reply, 200)
	has(t, body, "征求意见已经结束。")
	unit.get("/division/999999", 404)
}
