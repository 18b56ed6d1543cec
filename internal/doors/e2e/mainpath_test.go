package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhunsheng/internal/doc/docfile"
)

// taiyuan is the plan of a city of 2016 that the checks of the project know; ours is one in the same form.
const taiyuan = "../../../../shared/corpus/003_606ddfd07b6e0e84.txt"

// ownPlan is a plan of the invented county.
const ownPlan = "../demo/data/plan_this.txt"

// matches are the units of the invented county that stand for those the document names.
var matches = []struct{ name, unit string }{
	{"市编办", "中共衡平县委机构编制委员会办公室"},
	{"市政务办", "衡平县行政审批服务局"},
	{"市政府法制办", "衡平县司法局"},
	{"经济区管委会", "衡平经济开发区管理委员会"},
	{"市工商局", "衡平县市场监督管理局"},
	{"市国税局", "国家税务总局衡平县税务局"},
	{"市地税局", "国家税务总局衡平县税务局"},
	{"市质监局", "衡平县市场监督管理局"},
	{"市政府办公厅", "衡平县人民政府办公室"},
	{"市教育局", "衡平县教育局"},
	{"市城乡管委", "衡平县综合行政执法局"},
	{"市市容环卫局", "衡平县综合行政执法局"},
	{"市房产局", "衡平县住房和城乡建设局"},
	{"市公安局", "衡平县公安局"},
	{"市发改委", "衡平县发展和改革局"},
	{"市财政局", "衡平县财政局"},
	{"市国资委", "衡平县财政局"},
	{"市监察局", "中共衡平县纪律检查委员会、衡平县监察委员会"},
	{"市审计局", "衡平县审计局"},
	{"市司法局", "衡平县司法局"},
	{"市人社局", "衡平县人力资源和社会保障局"},
}

// collective names of the document; the county has one development zone beside its townships.
var collective = []string{"市政府各部门", "市政府各有关部门", "各县(市、区)政府"}

// TestE2EPlanToReport takes a plan from its upload to the half-year report, by visible words alone.
func TestE2EPlanToReport(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: the way of a plan through the browser takes half a minute")
	}
	if _, err := os.Stat(taiyuan); err != nil {
		t.Skipf("the plan of 2016 is not there, so it was not imported in the browser: %v", err)
	}
	house := start(t)
	p := sitDown(t, house.address)
	title := "强化审计监督工作"
	coordinator := house.login(t, "县司法局", "督察股股长")

	p.signIn(coordinator, house.password())
	p.sees("我的工作台", "何砚秋")
	importPlan(p)
	confirmPlan(p, title)
	p.signOut()

	p.signIn(house.login(t, "县审计局", "办公室主任"), house.password())
	carryOut(p, title)
	p.signOut()

	p.signIn(coordinator, house.password())
	accept(p, title)
	report(p)
	p.quiet()

	t.Logf("所点所填，共 %d 步：\n%s", len(p.clicks), strings.Join(p.clicks, "\n"))
}

// importPlan uploads the document and matches its unit names.
func importPlan(p *person) {
	p.menu("计划督办", "导入计划文件")
	file, err := filepath.Abs(taiyuan)
	if err != nil {
		p.t.Fatal(err)
	}
	p.attach("计划文件", file)
	p.click("上传并识别")
	p.sees("识别出 38 项措施", "太原市2016年依法行政工作计划", "并政办发〔2016〕9号", "21 个名称待确认", "3 个集合名称")
	for _, m := range matches {
		p.choose(m.unit, m.name, "记住这个对应")
	}
	p.sees("各县(市、区)政府：已选 6 个")
	p.tick("衡平经济开发区管委会", "各县(市、区)政府", "已选 6 个")
	p.click("按所选单位更新措施")
	p.sees("草稿已经保存", "单位名称都已对应", "各县(市、区)政府：已选 7 个")
}

// confirmPlan goes through the tick lists and dispatches.
func confirmPlan(p *person, title string) {
	for _, name := range collective {
		p.sees(name)
	}
	p.click("下一步：确认下达")
	p.sees("确认下达", "减负自检", "各单位的任务")
	p.fill("仍要下达的理由", "年度工作计划须完整列明各项任务。")
	p.click("下达任务")
	p.sees("已向 33 个单位下达 38 项任务", "存证编号", "任务单", "已列入联络员")
	p.click("打开任务看板")
	p.sees("太原市2016年依法行政工作计划", "38 项任务", "0 按期推进", "0 七天内到期", "38 逾期", "按牵头单位", title) // a plan of 2016: all red
	if red, all := ask[int](p, `document.querySelectorAll("tbody td .light.r").length`), ask[int](p, `document.querySelectorAll("tbody td .light").length`); red != 38 || all != 38 {
		p.t.Errorf("%d of the %d lights on the board are red, want 38 of 38", red, all)
	}
}

func carryOut(p *person, title string) {
	p.sees("我的工作台", "7 逾期")
	p.click(title)
	p.sees("办理步骤", "完成任务", "为什么是这一天")
	p.click("签收", "事情实际发生的日期")
	p.sees("存证编号", "最近一次操作的回执")

	p.fill("进展情况", "已完成重点项目审计 12 个，发现问题 31 个，移送线索 2 件。", "报告进展", "进度")
	p.fill("进度（百分数）", "100", "报告进展")
	p.attach("佐证材料", evidence(p), "报告进展", "进度")
	p.click("报告进展", "进展情况", "进度")
	p.sees("“报告进展”已经记录", "审计工作情况.txt", "存证编号", "查看回执", "提交验收")

	p.fill("完成情况", "年度审计项目全部完成，报告已经报送。", "提交验收")
	p.click("提交验收", "完成情况")
	p.sees("“提交验收”已经记录", "存证编号", "衡平县司法局统筹岗", "办理“验收”")
}

// evidence is a file of the unit's own.
func evidence(p *person) string {
	p.t.Helper()
	file := filepath.Join(p.t.TempDir(), "审计工作情况.txt")
	if err := os.WriteFile(file, []byte("重点项目审计 12 个，发现问题 31 个，移送线索 2 件。\n"), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return file
}

// accept finds the submitted task on the workbench and accepts it.
func accept(p *person, title string) {
	p.sees("待我审核", title)
	p.click(title)
	p.sees("验收", "审计工作情况.txt")
	p.fill("意见", "资料齐全，同意办结。", "验收", "办理日期")
	p.click("验收", "意见")
	p.sees("“验收”已经记录", "存证编号", "逾期办结")
}

// halfYear writes the running half of the year, for the form and as reports say it.
func halfYear(now time.Time) (form, spoken string) {
	now = now.In(time.FixedZone("CST", 8*60*60))
	if now.Month() <= time.June {
		return fmt.Sprintf("%d-H1", now.Year()), fmt.Sprintf("%d年上半年", now.Year())
	}
	return fmt.Sprintf("%d-H2", now.Year()), fmt.Sprintf("%d年下半年", now.Year())
}

// report drafts the half-year report, opens a figure, and reads the document that comes down.
func report(p *person) {
	p.menu("计划督办", "定期报告")
	p.sees("起草进展报告")
	p.choose("2016年 太原市2016年依法行政工作计划", "数据截至", "种类")
	half, spoken := halfYear(time.Now())
	p.fill("期间", half, "种类")
	p.click("起草报告")
	title := "关于" + spoken + "《太原市2016年依法行政工作计划》推进情况的报告"
	p.sees(title, "报告已经起草", "共有任务38项，已完成1项，正在办理0项，逾期37项", "数字取自记录")

	p.click("37", "共有任务", "逾期未完成")
	p.sees("数字的来处", "深化行政审批制度改革")

	p.click("返回报告")
	name, file := p.download("下载 DOCX")
	if !strings.HasSuffix(name, ".docx") {
		p.t.Errorf("the report comes as %q", name)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		p.t.Fatal(err)
	}
	read, err := docfile.Read(name, b)
	if err != nil {
		p.t.Fatalf("the report cannot be read again: %v", err)
	}
	var text strings.Builder
	for _, para := range read.Paragraphs {
		text.WriteString(para.Text + "\n")
	}
	for _, want := range []string{title, "任务38项", "已完成1项", "逾期37项", "完成率2.6%", "衡平县审计局"} {
		if !strings.Contains(strings.ReplaceAll(text.String(), "\n", ""), want) {
			p.t.Errorf("the report as it came down does not say “%s”", want)
		}
	}
}
