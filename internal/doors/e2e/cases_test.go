package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"zhunsheng/internal/cli"
)

// enter puts rows into a register of the running program by its command line, as whoever administers it does.
func (p *program) enter(t *testing.T, register, rows string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), register+".csv")
	if err := os.WriteFile(file, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	if code := cli.Main([]string{"register", "import", register, file, "--data", p.data}, strings.NewReader(""), &out, &errs); code != 0 {
		t.Fatalf("register import %s leaves with code %d:\n%s%s", register, code, &out, &errs)
	}
}

// paper is a file with that name for a form.
func (p *person) paper(name string) string {
	p.t.Helper()
	file := filepath.Join(p.t.TempDir(), name)
	if err := os.WriteFile(file, []byte(name+"\n"), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return file
}

// as leaves and comes back as somebody else, at the matter with that title.
func (p *person) as(house *program, title string, words ...string) {
	p.t.Helper()
	p.signOut()
	p.signIn(house.login(p.t, words...), house.password())
	if title != "" {
		p.find(title)
	}
}

// find goes to a matter by the search of the masthead.
func (p *person) find(title string) {
	p.t.Helper()
	p.visit("/search?q=" + title)
	p.click(title)
}

// refused presses a button whose act the law does not allow yet: the page must say all the words.
func (p *person) refused(button, inside string, words ...string) {
	p.t.Helper()
	if status := p.follow(button, inside); status != 409 {
		p.t.Fatalf("“%s” leads to status %d, want 409, at %s:\n%s", button, status, p.address(), p.reads())
	}
	p.sees(words...)
}

// TestE2ECases takes cases from nothing to their end, by visible words alone, each also the wrong way.
func TestE2ECases(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: cases through the browser take most of a minute")
	}
	house := start(t)
	house.enter(t, "officer", "执法证号,生效日期,失效日期,姓名,单位,执法范围\nHP-001,2020-01-01,,梁一川,ZHJ,\nHP-002,2020-01-01,,荀行健,ZHJ,\n")
	house.enter(t, "post", "岗位编号,生效日期,失效日期,人员,单位,角色,职务,代行的岗位,分管或者联系的单位\n"+
		"zhj03/ZHJ/presider,2022-01-01,,zhj03,ZHJ,presider,听证主持人,,\nzfb01/ZFB/disclosure_head,2022-01-01,,zfb01,ZFB,disclosure_head,政务公开办主任,,\n")
	t.Run("penalty", func(t *testing.T) { penaltyCase(t, house) })
	t.Run("disclosure", func(t *testing.T) { disclosureCase(t, house) })
}

// penaltyCase takes a penalty with a hearing and a legal review from its filing to its closing.
func penaltyCase(t *testing.T, house *program) {
	began := time.Now()
	p := sitDown(t, house.address)
	title := "未经批准占用城市道路堆放物料"
	handler, head := []string{"县综合行政执法局", "法制股股长"}, []string{"县综合行政执法局", "局长"}

	p.signIn(house.login(t, handler...), house.password())
	openPenalty(p, title)
	p.sees("现在可办", "接下来", "衡平县综合行政执法局承办人办理“调查”", "作出处罚决定", "第五十七条")
	p.attach("佐证材料", p.paper("现场勘验.txt"), "调查")
	p.click("调查", "佐证材料")
	concludePenalty(p)
	p.tick("不属于听证范围", "告知书送达")
	p.refused("告知书送达", "不属于听证范围", "还差 1 项条件", "应当告知当事人有要求听证的权利", "行政处罚法第六十三条")
	p.find(title)
	p.click("告知书送达", "不属于听证范围")
	p.press("要求听证")
	p.click("要求听证", "事情实际发生的日期")
	p.press("听证通知")
	p.fill("听证日期", time.Now().AddDate(0, 0, 10).Format(time.DateOnly), "听证地点")
	p.click("听证通知", "听证地点")
	p.fill("陈述申辩的内容", "物料已经清理。", "复核情况和是否采纳")
	p.click("听取陈述申辩", "陈述申辩的内容")
	p.press("增加办理单位")
	p.pick("单位", "衡平县司法局", "增加办理单位")
	p.tick("审核单位", "增加办理单位")
	p.click("增加办理单位", "审核单位")

	p.as(house, title, head...)
	p.sees("暂不能办", "未经法制审核或者审核未通过，不得作出决定", "第五十八条", "听证之前不得作出决定", "第六十四条")

	p.as(house, "", "县综合行政执法局", "办公室主任")
	p.choose("衡平县综合行政执法局 · 主持人", "当前岗位")
	p.click("以该岗位办理")
	p.find(title)
	p.press("听证", "行政处罚法第六十四条")
	p.fill("听证意见", "事实清楚，证据确凿。", "听证笔录")
	p.click("听证", "听证意见")

	p.as(house, title, "县司法局", "合法性审查股股长")
	p.fill("法制审核意见", "同意。", "法律职业资格证书编号")
	p.tick("通过", "法制审核意见")
	p.click("法制审核", "法制审核意见")

	p.as(house, title, head...)
	decidePenalty(p)

	p.as(house, title, handler...)
	p.press("送达决定书（衡平县大成建材有限公司）")
	p.pick("送达方式", "直接送达")
	p.fill("收件人", "王某", "送达方式")
	p.attach("送达地址确认书", p.paper("送达回证.txt"), "收件人")
	p.click("送达决定书", "收件人")
	p.press("缴纳罚款（衡平县大成建材有限公司）")
	p.fill("缴款金额", "20500", "回执或者凭证")
	p.attach("回执或者凭证", p.paper("票据.txt"), "缴款金额")
	p.click("缴纳罚款", "缴款金额")
	p.press("公开处罚决定")
	p.click("公开处罚决定", "事情实际发生的日期")

	p.as(house, title, head...)
	p.press("结案")
	p.tick("处罚决定履行完毕", "结案说明")
	p.click("结案", "结案说明")
	p.sees("“结案”已经记录", "事项已经办结", "处罚决定履行完毕", "适用例外", "重新告知书.txt", "周启言", "解洁如")
	p.quietBut("409 (Conflict)", 2) // the two that were refused
	t.Logf("所点所填，共 %d 步，用时 %s", len(p.clicks), time.Since(began).Round(time.Second))
}

// openPenalty files the case.
func openPenalty(p *person, title string) {
	p.t.Helper()
	p.menu("行政执法", "执法案件")
	p.click("新办行政处罚")
	p.fill("案由", title)
	p.cell("姓名或者名称", "衡平县大成建材有限公司")
	p.tick("梁一川", "执法人员")
	p.tick("荀行健", "执法人员")
	p.click("立案", "案由")
	p.sees("已经开始办理", "存证编号", title)
}

// concludePenalty ends the investigation with a fine that has to be reviewed.
func concludePenalty(p *person) {
	p.t.Helper()
	p.fill("拟罚款", "20000", "查明的事实和证据")
	p.fill("查明的事实和证据", "在道路上堆放物料，有现场勘验笔录。", "拟罚款")
	p.fill("违反的规定和处罚依据", "城市道路管理条例", "拟罚款")
	p.fill("拟作出的处罚内容", "罚款二万元", "拟罚款")
	p.click("调查终结", "拟罚款")
	p.sees("“调查终结”已经记录", "法制审核岗办理“法制审核”", "告知书送达（衡平县大成建材有限公司）")
}

// decidePenalty decides: a higher fine than told is refused, and goes through only with the lawful ground and its paper.
func decidePenalty(p *person) {
	p.t.Helper()
	p.fill("罚款", "30000", "处罚决定的内容", "裁量说明")
	p.fill("处罚决定的内容", "罚款", "裁量说明", "最重的处罚种类")
	p.refused("作出处罚决定", "最重的处罚种类", "罚款超过告知的数额", "行政处罚法第四十五条", "依法可以例外的情形")
	p.pick("依法可以例外的情形", "发现新的事实或者证据，已经重新告知（行政处罚法第四十四条）")
	p.attach("通知或者告知的证明", p.paper("重新告知书.txt"), "最重的处罚种类")
	p.fill("罚款", "20500", "处罚决定的内容", "裁量说明")
	p.click("作出处罚决定", "最重的处罚种类")
	p.sees("“作出处罚决定”已经记录", "送达决定书")
}

// quietBut fails when the browser complained of anything but so many answers of that kind.
func (p *person) quietBut(words string, times int) {
	p.t.Helper()
	p.mu.Lock()
	before := len(p.console)
	p.console = slices.DeleteFunc(p.console, func(m string) bool { return strings.Contains(m, words) })
	gone := before - len(p.console)
	p.mu.Unlock()
	if gone != times {
		p.t.Errorf("the browser's console says %d times %s, want %d", gone, words, times)
	}
	p.quiet()
}

// pick chooses the option with that text in the list of that label.
func (p *person) pick(label, option string, inside ...string) {
	p.t.Helper()
	p.note("在“%s”%s选“%s”", label, in(inside), option)
	finder := control(label, inside)
	p.point("the list of “"+label+"”", finder)
	value := ask[string](p, `(el => ([...el.options].find(o => o.text.trim() === `+strconv.Quote(option)+`) || {value: ""}).value)(`+finder+`)`)
	if value == "" {
		p.t.Fatalf("the list of “%s” has no “%s”", label, option)
	}
	p.set(finder, value)
}

// cell fills the first control under a column of a list.
func (p *person) cell(column, text string) {
	p.t.Helper()
	p.note("在“%s”列填写：%s", column, text)
	finder := `document.querySelector('main input[aria-label="` + column + `"]')`
	x, y := p.point("the column “"+column+"”", finder)
	p.do("go to "+column, chromedp.MouseClickXY(x, y))
	p.set(finder, text)
}

// disclosureCase answers a request with a third party after an extension.
func disclosureCase(t *testing.T, house *program) {
	began := time.Now()
	p := sitDown(t, house.address)
	title := "学府路改造工程验收报告"
	handler := []string{"县政府办公室", "秘书二股股长"}
	p.signIn(house.login(t, handler...), house.password())
	p.choose("衡平县人民政府办公室 · 承办人", "当前岗位")
	p.click("以该岗位办理")
	p.menu("政务公开", "依申请公开")
	p.click("新办依申请公开")
	p.fill("申请公开的信息（概述）", title)
	p.tick("互联网渠道、传真", "提交渠道")
	p.pick("申请人类别", "自然人")
	p.cell("姓名或者名称", "赵某")
	p.fill("申请内容", "请求公开学府路改造工程的验收报告。")
	p.click("申请到达", "申请内容")
	p.sees("已经开始办理", "收到申请")

	p.refused("收到申请", "确认情况", "写明如何与申请人确认", "政府信息公开条例第三十一条", "说明理由")
	p.fill("确认情况", "电话确认，当日登记。", "事情实际发生的日期")
	p.click("收到申请", "确认情况")
	p.sees("为什么是这一天", "审查申请")
	p.tick("内容明确，按申请办理", "审查申请")
	p.click("审查申请", "内容明确，按申请办理")
	p.press("检索", "政府信息公开条例第三十六条第四项")
	p.tick("检索到", "没有检索到")
	p.fill("检索情况", "在县城建档案中检索到。", "没有检索到")
	p.click("检索", "没有检索到")
	p.press("征求第三方意见书送达")
	p.cell("姓名或者名称", "衡平县某建设公司")
	p.fill("征求意见的信息", "验收报告是否可以公开。", "征求第三方意见书送达")
	p.click("征求第三方意见书送达", "征求意见的信息")
	p.sees("第三方提出意见", "暂不计算")

	p.as(house, "", "县政府办公室", "县政府办公室主任")
	p.choose("衡平县人民政府办公室 · 公开工作机构负责人", "当前岗位")
	p.click("以该岗位办理")
	p.find(title)
	p.pick("结果", "予以公开", "答复内容")
	p.fill("答复内容", "予以公开。", "理由和依据")
	p.refused("答复", "提供的形式", "还有第三方没有答复", "政府信息公开条例第三十二条", "拟公开的信息没有审查", "第十七条")
	p.press("批准延期：答复申请人")
	p.fill("延长的理由", "需要征求第三方意见后进一步核实。", "批准延期：答复申请人")
	p.click("批准延期：答复申请人", "延长的理由")
	p.sees("“延长期限”已经记录", "需要征求第三方意见后进一步核实")

	p.as(house, "", handler...)
	p.choose("衡平县人民政府办公室 · 承办人", "当前岗位")
	p.click("以该岗位办理")
	p.find(title)
	p.press("告知延期答复")
	p.fill("延长答复的理由", "需要进一步核实。", "告知延期答复")
	p.click("告知延期答复", "延长答复的理由")
	p.press("第三方答复")
	p.tick("不同意公开，理由不合理", "第三方意见及理由")
	p.fill("第三方意见及理由", "不同意公开。", "不同意公开，理由不合理")
	p.click("第三方答复", "第三方意见及理由")
	p.press("公开前的审查")
	p.tick("可以公开", "审查意见")
	p.fill("审查意见", "不涉及国家秘密。", "可以部分公开")
	p.click("公开前的审查", "可以部分公开")

	p.as(house, "", "县政府办公室", "县政府办公室主任")
	p.choose("衡平县人民政府办公室 · 公开工作机构负责人", "当前岗位")
	p.click("以该岗位办理")
	p.find(title)
	p.pick("结果", "予以公开", "答复内容")
	p.fill("答复内容", "予以公开，详见附件。", "理由和依据")
	p.attach("公开的信息", p.paper("验收报告.txt"), "理由和依据")
	p.click("答复", "提供的形式")
	p.sees("“答复”已经记录", "予以公开")

	p.as(house, "", handler...)
	p.choose("衡平县人民政府办公室 · 承办人", "当前岗位")
	p.click("以该岗位办理")
	p.find(title)
	p.click("送达告知书", "事情实际发生的日期")
	p.fill("决定公开的内容和理由", "理由不合理，决定公开。", "事情实际发生的日期")
	p.click("告知第三方决定公开", "决定公开的内容和理由")
	p.sees("“告知第三方决定公开”已经记录", "验收报告.txt", "梁溯")
	p.quietBut("409 (Conflict)", 2) // the two that were refused
	t.Logf("所点所填，共 %d 步，用时 %s", len(p.clicks), time.Since(began).Round(time.Second))
}
