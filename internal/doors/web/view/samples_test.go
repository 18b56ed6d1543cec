package view_test

import (
	"github.com/a-h/templ"

	"zhunsheng/internal/doors/web/static"
	"zhunsheng/internal/doors/web/view"
)

// sample is one page with made-up data; draw may be called with any change of its data.
type sample struct {
	data any
	draw func(data any) templ.Component
}

// of ties a page's struct to its component.
func of[T any](draw func(T) templ.Component, data T) sample {
	return sample{data: data, draw: func(data any) templ.Component { return draw(data.(T)) }}
}

func assets() view.Assets {
	set, err := static.Load()
	if err != nil {
		panic(err) // the embedded files are part of the binary
	}
	return view.Assets{Sheet: set.Path("base.css"), Htmx: set.Path("htmx.min.js"), Script: set.Path("app.js"), Icon: set.Path("icon.svg")}
}

func all(string) bool { return true }

// page is the frame of a sample: place is the id in the menu.
func page(place, title, facts string, buttons ...view.Button) view.Page {
	p := view.Page{
		Assets: assets(), Site: "衡平县法治政府工作平台", Body: "衡平县人民政府", Office: "衡平县司法局",
		Title: title, Facts: facts, Buttons: buttons, Home: "/desk", Search: "/search",
		Time: "2026-09-23 10:24", Session: 1800, Printed: "2026年9月23日 10:24", HelpURL: "/help",
		Menu: view.Menu(place, all),
		User: view.User{
			Name: "何砚秋", Unit: "县司法局", Notices: 3, NoticesHref: "/notices", AccountHref: "/account",
			SignOutAction: "/signout", PostAction: "/post",
			Posts: []view.Option{{Value: "p1", Text: "县司法局 法治调研督察股", Chosen: true}, {Value: "p2", Text: "平章街道司法所 所长"}},
		},
	}
	for _, place2 := range view.Places() {
		if place2.ID == place {
			p.Crumbs = []view.Link{{Text: place2.Group}}
			if place2.Text != title {
				p.Crumbs = append(p.Crumbs, view.Link{Text: place2.Text, Href: place2.Path})
			}
			p.Crumbs = append(p.Crumbs, view.Link{Text: title})
		}
	}
	return p
}

func with(p view.Page, flash ...view.Flash) view.Page { p.Flash = flash; return p }

func lamp(light, text string) view.Signal { return view.Signal{Light: light, Text: text} }
func link(text, href string) view.Link    { return view.Link{Text: text, Href: href} }

var (
	unitNames   = []string{"县政府办公室", "县发展和改革局", "县公安局", "县司法局", "县自然资源局", "县住房和城乡建设局", "县交通运输局", "县农业农村局", "县市场监督管理局", "县应急管理局", "县审计局", "望岫镇人民政府", "云岫镇人民政府", "砚溪镇人民政府", "平章街道办事处"}
	unitOptions = func() []view.Option {
		var out []view.Option
		for i, name := range unitNames {
			out = append(out, view.Option{Value: string(rune('a' + i)), Text: name, Chosen: i > 10})
		}
		return out
	}()
	dispatched = func() view.Flash {
		f := view.Dispatched(31, 38, "2026-09-30")
		f.Record, f.ReceiptHref, f.Link = "1 284 915", "/proof/1284915", link("打开任务看板", "/board")
		return f
	}()
	dueLimit = view.Limit{
		Title: "完成时限", Light: lamp(view.Yellow, "剩 7 天"), Due: "2026-09-30", Note: "星期三 · 计划第 23 项", Opened: true,
		Why: []view.WhyLine{
			{Day: "03-09", Text: "计划印发"}, {Day: "07-31", Text: "原定完成时限", Ref: "衡政办发〔2026〕6号第 23 项"},
			{Text: "延长 61 日（07-28 批准，早于到期日）", Ref: "县司法局 周启言"}, {Day: "09-30", Text: "期限届满", Sum: true},
		},
		Basis: "日历：2026 年节假日通知，确定 · ", Sheet: "/tasks/23/limits/due",
	}
	openLimit = view.Limit{
		Title: "提出异议", Light: lamp(view.Done, "已按期"), Due: "2026-03-13", Note: "3 个工作日",
		Why: []view.WhyLine{{Day: "03-10", Text: "下达之日，不计入"}, {Day: "03-13", Text: "第三个工作日", Sum: true}},
	}
	happenings = []view.Happening{
		{Legal: "2026-09-20", Act: "报告进展", Who: "梁一川", Text: "已检查 29 户，剩余 5 户列入下周。", Files: []view.Link{link("检查记录表.xlsx", "/files/1")}, Recorded: "记录 09-20 16:40", Record: link("1 284 306", "/proof/1284306")},
		{Legal: "2026-08-04", Act: "报告进展", Who: "梁一川", Mark: view.Tag{Text: "倒填 45 天", Tone: "b"}, Text: "早于已经记录的“延期”。已自动提示县司法局监督。说明：原件夹于他卷，整理时发现。", Recorded: "记录 09-18 16:05"},
		{Legal: "2026-07-28", Act: "同意延期", Who: "周启言", Text: "延至 2026-09-30", Recorded: "记录 07-28 09:12"},
		{Legal: "2026-06-26", Act: "报告进展", Who: "梁一川（代录：陆景行）", Mark: view.Tag{Text: "补录 6 天", Tone: "w"}, Text: "补录，6 天后录入，附有原件。期限按法定日期计算，不受影响。", Recorded: "记录 07-02 10:20"},
		{Legal: "2026-03-11", Act: "报告进展", Who: "梁一川", Text: "已更正：户数误填为 92", Void: true, Recorded: "记录 03-11 11:03"},
		{Legal: "2026-03-10", Act: "下达", Who: "何砚秋", Recorded: "记录 03-10 15:18"},
	}
	receipt = view.Receipt{Act: "报告进展", Record: "1 284 306", At: "2026-09-20 16:40:12", Digest: "9f3c 61d0 … 2b7e", Download: "/proof/1284306.json", Verify: "/proof?record=1284306"}
	parts   = []view.TaskPart{
		{Light: lamp(view.Red, "逾期 1 天"), Unit: link("望岫镇人民政府", "/tasks/231"), Role: "落实", Duty: "排查本辖区烟花爆竹零售点", Person: "程立新", Due: "2026-09-22", Said: "09-19 剩 2 户"},
		{Light: lamp(view.Green, "剩 30 天"), Unit: link("县公安局", "/tasks/232"), Role: "配合", Duty: "配合联合检查", Due: "2026-10-23"},
	}
	evidence = []view.Evidence{
		{No: 1, Name: link("检查记录表（34 户）.xlsx", "/files/1"), Kind: "附件", At: "2026-09-20", Who: "梁一川", Size: "86 KB", Digest: "7c41…e09a"},
		{No: 2, Name: link("专项检查方案", "/records/1283001"), Kind: "关联记录", At: "2026-04-02", Who: "何砚秋", Size: "—", Digest: "b2d8…4f13"},
	}
	burdens = []view.BurdenFinding{
		{Light: lamp(view.Yellow, "没有依据"), Where: link("第 14 项", "/plans/import/7#m14"), Text: "要求每月报送情况，没有写明依据。", Way: "写明依据，或者改为由系统记录自动统计。", Ref: "整治形式主义为基层减负若干规定"},
		{Light: lamp(view.Yellow, "同一季度重复"), Text: "第三季度已经向同样的 6 个乡镇布置过同一事项的报送。", Way: "合并报送。"},
	}
	refusal = view.Refusal{Lead: "还差 2 项条件，现在不能验收。", Items: []view.Unmet{
		{Text: "没有证据或者关联记录的任务不能办结。", Wait: "等待 县应急管理局 上传", Ref: "本县督办办法", Next: []view.Link{link("上传证据", "/tasks/23")}},
		{Text: "验收人不能是提交人。", Ref: "程序定义 task 验收"},
	}}
	taskSteps = []view.TaskStep{
		{State: "done", Title: "下达", Note: "2026-03-10 · 何砚秋", Ref: "计划第 23 项"},
		{State: "done", Title: "确认责任人", Note: "2026-03-12 · 梁一川"},
		{State: "now", Title: "报告进展", Tag: view.Tag{Text: "现在可办", Tone: "a"}, Reason: "上次报告 2026-09-20。", Acts: []view.Link{link("报告进展", "#f-report"), link("申请延期", "#f-extend")}},
		{State: "now", Title: "提交办结", Tag: view.Tag{Text: "现在可办", Tone: "a"}, Acts: []view.Link{link("提交办结", "#f-submit")}},
		{State: "stop", Title: "验收", Tag: view.Tag{Text: "暂不能办", Tone: "b"}, Reason: "尚未提交。", Refusal: &refusal},
		{Title: "结转"},
	}
	plainSteps   = []view.TaskStep{taskSteps[0], taskSteps[1], {State: "now", Title: "签发", Tag: view.Tag{Text: "现在可办", Tone: "a"}}}
	evidenceForm = view.StepForm{Anchor: "f-report", Title: "报告进展", Note: "草稿已于 10:21 保存", Form: view.Form{
		ID: "report", Action: "/tasks/23/report", Submit: "报告进展", Note: "提交后当天可以撤回更正",
		Hidden: []view.Hidden{{Name: "request", Value: "018f-…"}, {Name: "version", Value: "7"}},
		Others: []view.Button{{Text: "保存草稿", Href: "draft", Post: true}},
		Fields: []view.Field{
			{Name: "legal", Label: "办理日期", Kind: view.Date, Value: "2026-09-23", Hint: "事情发生的日期；记录时间由系统取得"},
			{Name: "progress", Label: "进展", Kind: view.Area, Value: "剩余 5 户已检查 3 户。"},
			{Name: "reached", Label: "累计完成（户）", Kind: view.Number, Value: "32", Hint: "目标 34 户，上次报告 29 户"},
			{Name: "evidence", Label: "证据", Kind: view.Upload, Many: true, Optional: true, Hint: "可以上传多个文件，单个不超过 50 MB；涉密文件不得上传"},
		},
	}}
	submitForm = view.StepForm{Anchor: "f-submit", Title: "提交办结", Folded: true, Form: view.Form{ID: "submit", Action: "/tasks/23/submit", Submit: "提交办结", Fields: []view.Field{
		{Name: "summary", Label: "完成情况", Kind: view.Area, Error: "请写明完成情况，验收人据此核对。"},
		{Name: "how", Label: "完成方式", Kind: view.Radio, Options: []view.Option{{Value: "all", Text: "全部完成", Chosen: true}, {Value: "part", Text: "部分完成", Note: "须写明未完成的部分和原因"}}},
		{Name: "sure", Label: "所附证据已经核对", Kind: view.Tick, Value: "1"},
	}}}
	extendForm = view.StepForm{Anchor: "f-extend", Title: "申请延期", Folded: true, Form: view.Form{ID: "extend", Action: "/tasks/23/extend", Submit: "申请延期", Fields: []view.Field{
		{Name: "until", Label: "延至", Kind: view.Date, Hint: "应当在到期日以前申请并批准，否则仍按逾期记录"},
		{Name: "reason", Label: "理由", Kind: view.Area},
	}}}
)
