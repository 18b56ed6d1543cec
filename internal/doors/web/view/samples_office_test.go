package view_test

import "zhunsheng/internal/doors/web/view"

// act is a small form of one step for samples.
func act(id, title, submit string, fields ...view.Field) *view.StepForm {
	return &view.StepForm{Anchor: "f-" + id, Title: title, Form: view.Form{ID: id, Action: "/act/" + id, Submit: submit, Fields: fields}}
}

var (
	urgeFields = []view.Field{
		{Name: "way", Label: "方式", Kind: view.Radio, Options: []view.Option{{Value: "notice", Text: "催办通知", Note: "发给责任人和单位负责人", Chosen: true}, {Value: "letter", Text: "督办函", Note: "编号、限期答复"}}},
		{Name: "until", Label: "答复期限", Kind: view.Date, Value: "2026-09-29", Hint: "3 个工作日，2026-09-29 前，跳过中秋节"},
		{Name: "text", Label: "内容", Kind: view.Area, Rows: 5, Hint: "每个单位只收到自己的事项", Value: "请核实所列事项逾期的原因，于答复期限前办结或者报告办理情况。"},
	}
	sections = []view.AnswerSection{
		{N: "1", Title: "一、主要工作", Hint: "不超过 500 字。", From: "本期处罚 12 件、许可 48 件由系统记录填入。", Text: "上半年立案 12 件，办结 11 件。", Last: "去年上半年立案 9 件。"},
		{N: "2", Title: "二、存在的问题", Text: "无。", Repeats: true, Error: "“二、存在的问题”与上期一字不差。请核对。"},
	}
	answer = view.CollectionAnswerPage{
		Page: page("collections", "2026年上半年依法行政情况", "县司法局布置 · 县应急管理局填写"), Action: "/collections/3/answer", ZeroOffer: true,
		Hidden: []view.Hidden{{Name: "request", Value: "018f"}}, Due: dueLimit, Basis: "依据：衡政办发〔2026〕6号第 30 项", Returned: "表格第 2 行与上半年统计表不一致（何砚秋，09-21）。",
		Steps: plainSteps, Sections: sections, Columns: []string{"事项", "件数", "备注"},
		Rows:  []view.AnswerRow{{I: "1", Cells: []view.AnswerCell{{N: "1", Text: "行政处罚"}, {N: "2", Text: "12", Number: true, From: "来自系统记录"}, {N: "3"}}}, {I: "2", Cells: []view.AnswerCell{{N: "1", Text: "行政许可"}, {N: "2", Text: "四十八", Number: true, Error: "请填写数字。"}, {N: "3"}}}},
		Stamp: act("stamp", "上传盖章件", "上传盖章件", view.Field{Name: "stamped", Label: "盖章扫描件", Kind: view.Upload, Accept: ".pdf"}),
		Files: []view.File{{Name: "盖章件.pdf", Href: "/files/8", Size: "1.1 MB", Digest: "7c41…e09a", At: "09-20", Who: "梁一川"}}, Receipt: &receipt, Log: happenings[:2],
	}
	instruction = view.InstructionPage{
		Page: page("instructions", "关于加强烟花爆竹零售安全的批示", "衡批〔2026〕12号 · 2026年4月12日", view.Button{Text: "呈阅件", Href: "/instructions/5/sheet"}), Words: "请应急局牵头，公安、市监配合，6月底前报。", By: "王副县长", Day: "2026-04-12", Photo: "/files/12.jpg",
		Facts: []view.Pair{{Term: "收文编号", Text: "衡批〔2026〕12号"}, {Term: "拟办", Text: "交县应急管理局牵头办理"}}, Steps: taskSteps[:4], StepSum: "已办 2 步", Tasks: parts, Forms: []view.StepForm{evidenceForm, extendForm, submitForm}, Limits: []view.Limit{dueLimit}, Files: []view.File{{Name: "来文.pdf", Href: "/files/13", Size: "2 MB"}}, Log: happenings, Receipt: &receipt,
	}
	tree = []view.UnitNode{{Unit: link("衡平县人民政府", "/units/1"), People: 4, Liaison: "陆景行", Under: []view.UnitNode{
		{Unit: link("县司法局", "/units/4"), Standing: view.Tag{Text: "受监督"}, Sign: "衡司", People: 12, Liaison: "许文澜", Folded: true, Under: []view.UnitNode{{Unit: link("平章街道司法所", "/units/41"), People: 3, Liaison: "何砚秋", Note: "双重领导：平章街道办事处"}}},
		{Unit: link("县人民法院", "/units/9"), Standing: view.Tag{Text: "协作"}, People: 0, Note: "不接受监督，不计分"},
	}}}
	posts  = []view.PostRow{{Person: link("许文澜", "/people/3"), Role: "联络员", Days: "2024-03-01 起", Note: "由 何砚秋 代理，2026-09-20 至 2026-09-30"}, {Person: link("齐砚北", "/people/9"), Role: "联络员", Days: "2022-01-01 至 2024-02-29", Past: true}}
	report = view.ReportPage{
		Page:    page("reports", "衡平县2026年上半年法治政府建设工作计划进展报告", "数据截至 2026-06-30 · 58 处数字，57 处来自记录，1 处人工填写", view.Button{Text: "导出 DOCX", Href: "/reports/2.docx"}, view.Button{Text: "送审", Go: true, Off: true}),
		Outline: []view.OutlineRow{{Part: link("一、总体进展", "?part=1"), Light: lamp(view.Done, "已核")}, {Part: link("二、各部分进展", "?part=2"), Light: lamp(view.Yellow, "2 处提示"), Current: true}},
		Heading: "第二部分 · 正文", Saved: "10:22 保存 · 第 14 次修改", Action: "/reports/2/findings", Must: 1, LintNote: "处理完“合计不符”后才能印发",
		Blocks: []view.ReportBlock{
			{Heading: "二、各部分进展"},
			{Runs: []view.ReportRun{{Text: "38 项任务中，已完成 "}, {Text: "15", Figure: true, Href: "#fig"}, {Text: " 项，正常推进 "}, {Text: "17", Figure: true, Href: "#fig"}, {Text: " 项。"}, {Text: "审结 42 件", Mark: "x", ID: "l1"}, {Text: "，开展专项检查 "}, {Text: "7", Figure: true, Hand: true, Href: "#fig"}, {Text: " 次。"}}},
			{Table: &view.ReportTable{Caption: "各部分进展", Heads: []string{"部分", "完成", "合计"}, Rows: [][]string{{"一、依法履行政府职能", "4", "6"}}}},
		},
		Edit:   &view.Form{ID: "ed", Action: "/reports/2", Submit: "保存本段", Fields: []view.Field{{Name: "text", Label: "编辑本段（第二部分第一段）", Kind: view.Area, Hint: "双花括号内是数字标记，保存后自动换成最新数字。", Value: "38 项任务中，已完成 {{task.done}} 项。"}}},
		Figure: &view.FigureSource{Title: "已完成任务 15 项", Open: link("打开 15 件记录", "/board?light=d"), Left: []view.Pair{{Term: "算法", Text: "2026年1月1日至6月30日验收通过的任务"}}, Right: []view.Pair{{Term: "记录号至", Text: "1 284 880"}}, Heads: []string{"单位", "一季度", "二季度", "合计"}, Rows: []view.FigureRow{{Name: "县司法局", Cells: []string{"1", "3", "4"}, Href: "/board?unit=4"}}, Totals: []string{"1", "3", "4"}},
		Findings: []view.Finding{
			{ID: "1", Light: lamp(view.Red, "合计不符"), Place: link("第三部分", "#l1"), Quote: "审结 42 件", After: "，其后各项 22 + 4 + 15 = 41。记录中审结为 41 件。", Fix: "改为 41", Records: link("打开记录", "/proof")},
			{ID: "2", Light: lamp(view.Done, "已接受"), Place: link("第一部分", ""), Quote: "两办", After: "与单位名录名称不一致。", Settled: "理由：引用上级文件原文，周启言，09-20"},
		},
		Issue: act("issue", "印发", "定稿并印发", view.Field{Name: "number", Label: "文号"}), Waiting: &refusal,
	}
	proofRows  = []view.ProofRow{{Record: link("1 284 306", "/proof/1284306"), At: "2026-09-20 16:40:12", Act: "报告进展：重点领域专项检查", Unit: "县应急管理局", Digest: "9f3c…2b7e"}}
	verifyForm = view.Form{ID: "vf", Action: "/proof/verify", Submit: "核验", Fields: []view.Field{{Name: "receipt", Label: "回执文件", Kind: view.Upload, Accept: ".json"}}}
	systemTabs = []view.Tab{{Text: "账号", Href: "/system", Current: true}, {Text: "授权", Href: "/system/grants"}, {Text: "审计", Href: "/system/audit"}}
	leaderLine = view.LeaderLine{State: "逾期 8 天", Title: "建立行政复议与行政审判联席会议制度", Unit: "县司法局 宋允之", Since: "09-15", Said: "征求意见中，10月上旬印发"}
)

func officeSamples() map[string]sample {
	read, zero := answer, answer
	read.Action, read.Return = "", act("return", "退回修改", "退回", view.Field{Name: "remark", Label: "退回意见", Kind: view.Area})
	zero.Zero, zero.Action, zero.Returned = true, "", ""
	denied := view.Denied(page("desk", "", ""), "县公安局", "县司法局 联络员", link("申请调阅", "/access"))
	outside := view.NotFound(page("desk", "", ""))
	outside.Outside = true
	fault := view.Fault(page("desk", "", ""), "8f21-c07a")
	rejected := view.MessagePage{Page: page("desk", "没有提交", ""), Lead: "有内容需要改正。", Kept: []view.Pair{{Term: "进展", Text: "剩余 5 户已检查 3 户。"}}}
	rejected.Errors = []view.FieldError{{Text: "送达日期 2026-08-09 早于决定日期 2026-08-10。请核对。"}}
	refusedPage := view.MessagePage{Page: page("desk", "现在不能验收", ""), Refusal: &refusal}
	conflictPage := view.MessagePage{Page: page("desk", "两人同时办理", ""), Conflict: &view.Conflict{Lead: "许文澜于 10:19 已提交进展。", Drop: link("放弃本次填写的内容", "/tasks/23")}}
	binderItems := []view.BinderItem{
		{ID: "1", No: "1", Text: "是否制定年度计划", Unit: "县司法局", Evidence: evidence, Offered: []view.Option{{Value: "9", Text: "2026 年计划.docx", Note: "第 1 项"}}},
		{ID: "2", No: "2", Text: "是否开展案卷评查", Unit: "县司法局"},
		{ID: "3", No: "3", Text: "是否制定地方性法规", Reason: "县级没有立法权。"},
	}
	return map[string]sample{
		"collections": of(view.Collections, view.CollectionsPage{Page: page("collections", "材料报送汇总", "", view.Button{Text: "布置材料报送", Href: "/collections/new", Go: true}), Filter: boardFilter,
			Owed:  []view.CollectionRow{{Light: lamp(view.Yellow, "剩 2 天"), Title: link("2026年上半年依法行政情况", "/collections/3/answer"), Basis: "依据 衡政办发〔2026〕6号", State: "待签发", Due: "2026-09-25", Actions: []view.Link{link("填写", "/collections/3/answer"), link("零报告", "/collections/3/answer")}}},
			Asked: []view.CollectionRow{{Light: lamp(view.Red, "逾期 12 个单位"), Title: link("2026年上半年依法行政情况", "/collections/3"), Basis: "没有写明依据", Due: "2026-09-18", Received: 33, Asked: 45, Late: 12, Blank: 5, Actions: []view.Link{link("打开", "/collections/3")}}}}),
		"collections-empty": of(view.Collections, view.CollectionsPage{Page: page("collections", "材料报送汇总", ""), Empty: view.Empty{Lead: "还没有布置材料报送。", Text: "布置以前先看系统里是否已有数据。"}}),
		"collection-new": of(view.CollectionNew, view.CollectionNewPage{Page: page("collections", "布置材料报送", ""), Action: "/collections/new", Zero: true, Checked: true, Burden: burdens,
			Head:     []view.Field{{Name: "title", Label: "材料名称", Value: "2026年上半年依法行政情况"}, {Name: "basis", Label: "依据", Optional: true, Hint: "没有依据的，将提示加重基层负担", Error: "没有写明依据。"}, {Name: "due", Label: "报送期限", Kind: view.Date, Value: "2026-09-25"}},
			Sections: []view.AskedSection{{N: "1", Title: "一、主要工作", Hint: "不超过 500 字"}, {N: "2", Error: "请写明标题。"}}, Columns: []view.AskedColumn{{N: "1", Title: "事项", Kinds: []view.Option{{Value: "text", Text: "文字", Chosen: true}, {Value: "number", Text: "数字"}}, Known: "按记录自动填写"}, {N: "2", Error: "请写明列名。"}},
			Units: unitOptions, Groups: []view.Button{{Text: "乡镇街道 6", Href: "g1"}}}),
		"collection-answer": of(view.CollectionAnswer, answer),
		"collection-read":   of(view.CollectionAnswer, read),
		"collection-zero":   of(view.CollectionAnswer, zero),
		"collection-board": of(view.CollectionBoard, view.CollectionBoardPage{Page: page("collections", "2026年上半年依法行政情况", "县司法局布置"), Counts: []view.Count{{N: 45, Text: "应报"}, {N: 33, Text: "已报", Light: view.Done}, {N: 12, Text: "逾期", Light: view.Red, Bad: true}, {N: 5, Text: "空白"}, {N: 3, Text: "与上期相同"}}, Filter: boardFilter, Action: "/collections/3",
			Rows: []view.CollectionUnit{{ID: "1", Light: lamp(view.Done, "已报"), Unit: "县公安局", Answer: link("打开", "/collections/3/1"), At: "09-17 16:02", Signer: "邵立", Marks: []view.Tag{{Text: "空白 2 处", Tone: "w"}, {Text: "与上期相同", Tone: "w"}}}, {ID: "2", Light: lamp(view.Red, "逾期 5 天"), Unit: "望岫镇人民政府", Urged: "1 次，09-24 前答复", Tickable: true}},
			Urge: urgeFields, Downloads: []view.Link{link("合并文本 DOCX", "/collections/3.docx"), link("汇总表 XLSX", "/collections/3.xlsx")}, Merge: link("合并编辑", "/collections/3/merge"), Asked: []view.Pair{{Term: "依据", Text: "衡政办发〔2026〕6号"}}, Sent: []view.File{{Name: "报送稿.docx", Href: "/files/3", Size: "88 KB", At: "09-20", Who: "何砚秋", Digest: "7c41…e09a"}}, SendForm: act("sent", "留存报送件", "留存", view.Field{Name: "file", Label: "报送件", Kind: view.Upload})}),
		"collection-merge":  of(view.CollectionMerge, view.CollectionMergePage{Page: page("collections", "合并编辑", ""), Action: "/collections/3/merge", Missing: []string{"县公安局", "望岫镇人民政府"}, Downloads: []view.Link{link("DOCX", "/collections/3.docx")}, Sections: []view.MergeSection{{Title: "一、主要工作", Pieces: []view.MergePiece{{ID: "1-1", Unit: "县应急管理局", Text: "上半年立案 12 件，办结 11 件。", Keep: true, Answer: "/collections/3/1"}, {ID: "1-2", Unit: "县公安局", Text: "无。", Marks: []view.Tag{{Text: "与上期相同", Tone: "w"}}}}}, {Title: "二、存在的问题"}}}),
		"instructions":      of(view.Instructions, view.InstructionsPage{Page: page("instructions", "来文与批示", "", view.Button{Text: "登记来文、批示", Href: "/instructions/new", Go: true}), Filter: boardFilter, Counts: boardCounts, Pager: view.Pager{From: 1, To: 1, Total: 1, Unit: "件"}, Rows: []view.InstructionRow{{Light: lamp(view.Green, "剩 20 天"), Title: link("关于加强烟花爆竹零售安全的批示", "/instructions/5"), Number: "衡批〔2026〕12号", From: "王副县长", Came: "2026-04-12", Lead: "县应急管理局", Due: "2026-06-30", Share: "3 项任务，已办 2 项"}}}),
		"instruction-new":   of(view.InstructionNew, view.InstructionNewPage{Page: page("instructions", "登记来文、批示", ""), Notes: []string{"涉密文件只登记编号或者代号，不录标题和内容，不上传照片。"}, Form: view.Form{ID: "ins", Action: "/instructions", Submit: "登记并交办", Columns: true, Fields: []view.Field{{Name: "photo", Label: "批示页照片", Kind: view.Upload, Optional: true}, {Name: "words", Label: "批示原文", Kind: view.Area}, {Name: "from", Label: "来自", List: ""}, {Name: "due", Label: "报回期限", Kind: view.Date}}}}),
		"instruction":       of(view.Instruction, instruction),
		"instruction-sheet": of(view.InstructionSheet, view.InstructionSheetPage{Page: page("instructions", "呈阅件", ""), Heading: "呈 阅 件", Number: "衡批〔2026〕12号", To: "呈：王副县长", From: "县司法局", Day: "2026年9月23日", Words: "请应急局牵头，公安、市监配合，6月底前报。", Result: []view.SheetLine{{Unit: "县应急管理局", Done: "已检查 29 户，剩余 5 户列入下周。", State: "正常"}, {Unit: "县公安局", Done: "联合检查 2 次。", State: "已办"}}, Advice: "拟于 9 月底办结。"}),
		"sheet":             of(view.Sheet, view.SheetPage{Page: page("board", "任务单", ""), Heading: "任 务 单", Number: "督办〔2026〕31号", To: "县人民法院：", Text: []string{"根据衡政办发〔2026〕6号，下列任务由你单位配合办理。"}, Heads: []string{"项", "任务", "到期日"}, Rows: [][]string{{"31", "建立行政复议与行政审判联席会议制度", "2026-09-15"}}, Sign: "衡平县司法局", Day: "2026年3月10日", Record: "存证编号 1 284 878"}),
		"units":             of(view.Units, view.UnitsPage{Page: page("units", "单位与人员", "截至 2026-09-23"), Counts: []view.Count{{N: 46, Text: "个单位"}, {N: 3, Text: "个没有联络员", Bad: true}}, Filter: view.Filter{Action: "/units", Clear: "/units", Fields: []view.Field{{Name: "asof", Label: "截至日期", Kind: view.Date, Value: "2026-09-23"}, {Name: "q", Label: "名称、别名、代字"}}}, Tree: tree, Groups: []view.GroupRow{{Name: link("乡镇街道", "/groups/1"), Units: 6, Said: "用于“各乡镇人民政府”"}}}),
		"unit":              of(view.Unit, view.UnitPage{Page: page("units", "县司法局", "衡平县人民政府工作部门"), Facts: []view.Pair{{Term: "机关代字", Text: "衡司"}, {Term: "有效期", Text: "2019-03-01 起"}}, Aliases: []view.UnitAlias{{Name: "县法制办", From: "2026 年计划导入时记住", Delete: "/units/4/alias/1"}}, Relations: []view.UnitRelation{{Kind: "双重领导", Unit: link("平章街道办事处", "/units/15"), Days: "2020-01-01 起"}}, Posts: posts, Groups: []view.Link{link("县直各部门", "/groups/2")}, Forms: []view.StepForm{*act("alias", "增加别名", "增加别名", view.Field{Name: "name", Label: "别名"})}, History: happenings[4:]}),
		"person":            of(view.Person, view.PersonPage{Page: page("units", "许文澜", "县司法局"), Facts: []view.Pair{{Term: "账号", Text: "xuwenlan"}}, Posts: posts, Delegations: []view.Delegation{{Kind: "休假代理", From: "许文澜", To: "何砚秋", Days: "2026-09-20 至 2026-09-30", Scope: "联络员的全部事项", EndAction: "/people/3/end"}, {Kind: "代录", From: "宋允之", To: "许文澜", Days: "2026-01-01 起", Scope: "批准、签发", Confirmation: "每周向本人汇总", Past: true}}, Open: []view.Count{{N: 9, Text: "件事项"}, {N: 2, Text: "份待签"}}, Handover: link("办理工作交接", "/people/3/handover"), Forms: []view.StepForm{*act("cover", "休假代理", "设置代理", view.Field{Name: "to", Label: "代理人", Kind: view.Select, Options: []view.Option{{Value: "1", Text: "何砚秋"}}})}}),
		"handover": of(view.Handover, view.HandoverPage{Page: page("units", "工作交接：许文澜", ""), Counts: []view.Count{{N: 9, Text: "件事项"}}, Groups: []view.HandoverGroup{{Title: "未办结事项", Rows: []view.HandoverRow{{ID: "1", Light: lamp(view.Red, "逾期 1 天"), Title: link("案卷评查情况报告", "/tasks/18"), Role: "责任人", Due: "2026-09-22", To: []view.Option{{Text: "同下"}, {Value: "2", Text: "何砚秋"}}}, {ID: "2", Light: lamp(view.Open, "无期限"), Title: link("联席会议", "/tasks/31"), Role: "经办"}}}},
			Form: view.Form{ID: "hand", Action: "/people/3/handover", Submit: "全部移交", Note: "移交后许文澜的岗位同时结束", Fields: []view.Field{{Name: "to", Label: "接手人", Kind: view.Select, Options: []view.Option{{Value: "2", Text: "何砚秋"}}}, {Name: "day", Label: "交接日期", Kind: view.Date, Value: "2026-09-23"}}}}),
		"form":       of(view.OneForm, view.FormPage{Page: page("units", "登记单位", ""), Box: *act("new", "登记内容", "登记单位", view.Field{Name: "name", Label: "全称"})}),
		"unit-group": of(view.UnitGroup, view.UnitGroupPage{Page: page("units", "乡镇街道", "单位组"), Form: view.Form{ID: "grp", Action: "/groups/1", Submit: "保存", Fields: []view.Field{{Name: "unit", Label: "单位", Kind: view.Ticks, Options: unitOptions}}}, Used: []view.Link{link("2026 年计划第 11 项", "/board")}}),
		"supervision": of(view.Supervision, view.SupervisionPage{Page: page("supervision", "督办与延期", "今天新增逾期 2 项", view.Button{Text: "导出 Excel", Href: "/supervision.xlsx"}, view.Button{Text: "领导一页纸", Href: "/leaders"}), Counts: boardCounts, Tabs: []view.Tab{{Text: "逾期与临期 6", Href: "/supervision", Current: true}, {Text: "申请延期 1", Href: "#extensions"}, {Text: "监督提示 1", Href: "#cards"}}, Filter: boardFilter, Action: "/supervision",
			Rows: []view.LateRow{{ID: "18", Light: lamp(view.Red, "逾期 1 天"), Title: link("第三季度行政执法案卷评查情况报告", "/tasks/18"), Note: "应当 09-22 前提交，已过 1 天", Unit: "县司法局", Person: "何砚秋", Since: "09-23", Urged: "0 次", Ticked: true}, {ID: "33", Light: lamp(view.Yellow, "剩 2 天"), Title: link("人民调解员补充聘任", "/tasks/33"), Unit: "望岫镇人民政府", Since: "09-18", Urged: "已催办 1 次，2026-09-29 前答复"}},
			Urge: urgeFields, ByUnit: []view.UnitLate{{Unit: link("县司法局", "?unit=4"), Red: 2, Yellow: 1, Running: 12}}, Total: view.UnitLate{Red: 2, Yellow: 4, Running: 23},
			Extensions: []view.ExtensionRow{{ID: "33", Matter: link("人民调解员补充聘任", "/tasks/33"), Unit: "望岫镇人民政府", Old: "2026-09-25", Want: "2026-10-31", Reason: "候选人公示期未满", Asked: "09-19", TooLate: "申请晚于到期日，准予延期后仍按逾期记录。"}}, ExtensionAction: "/supervision/extensions",
			Cards: []view.CardRow{{Light: lamp(view.Yellow, "黄牌 倒填"), Title: link("专项检查进展倒填 45 天", "/tasks/23#log"), Note: "法定日期 08-04，记录时间 09-18", Unit: "县应急管理局", Day: "09-18", Next: link("要求说明", "/tasks/23")}}, CardsLeft: 4, Pager: view.Pager{From: 1, To: 2, Total: 6, Unit: "项"}}),
		"supervision-none": of(view.Supervision, view.SupervisionPage{Page: page("supervision", "督办与延期", ""), Action: "/supervision", Empty: view.Empty{Lead: "没有逾期和临期的任务。"}}),
		"urge-confirm":     of(view.UrgeConfirm, view.UrgeConfirmPage{Page: page("supervision", "确认发送催办", ""), Facts: []view.Pair{{Term: "收件", Text: "县司法局、望岫镇人民政府"}, {Term: "结果", Text: "计入催办次数，不能撤回，可以追加更正"}}, Notices: []view.UrgeNotice{{Unit: "县司法局", Text: "请于 2026-09-29 前答复。", Lines: []string{"第三季度行政执法案卷评查情况报告，逾期 1 天"}}}, Form: view.Form{ID: "send", Action: "/supervision/send", Submit: "发送 2 份", Others: []view.Button{{Text: "返回修改", Href: "/supervision"}}}}),
		"leader":           of(view.LeaderSheet, view.LeaderSheetPage{Page: page("supervision", "领导一页纸", ""), Leader: "王副县长", Day: "2026年9月23日", Summary: "分管 14 项任务，已完成 6 项，逾期 1 项。", Late: []view.LeaderLine{leaderLine}, Promise: []view.LeaderLine{leaderLine}, Sign: "县司法局", Choose: []view.Link{link("王副县长", "/leaders/1"), link("宋副县长", "/leaders/2")}}),
		"reports":          of(view.Reports, view.ReportsPage{Page: page("reports", "定期报告", ""), Counts: boardCounts, Rows: []view.ReportRow{{State: view.Tag{Text: "草稿", Tone: "a"}, Title: link("2026年上半年进展报告", "/reports/2"), Until: "2026-06-30", Day: "—", Files: []view.Link{link("DOCX", "/reports/2.docx")}}}, Duties: []view.DutyLine{{Light: lamp(view.Green, "剩 22 天"), Title: link("第三季度依法行政情况", "/tasks/50"), Basis: "每季度 · 衡政办发〔2026〕6号", Due: "2026-10-15", Unit: "各部门"}}, New: act("new", "生成进展报告", "生成草稿", view.Field{Name: "plan", Label: "计划", Kind: view.Select, Options: []view.Option{{Value: "1", Text: "2026 年计划"}}})}),
		"reports-empty":    of(view.Reports, view.ReportsPage{Page: page("reports", "定期报告", ""), Empty: view.Empty{Lead: "还没有报告。"}}),
		"report":           of(view.Report, report),
		"report-clean":     of(view.Report, view.ReportPage{Page: page("reports", "报告", ""), Heading: "正文"}),
		"proof":            of(view.Proof, view.ProofPage{Page: page("proof", "存证与核验", ""), Snapshot: []view.Pair{{Term: "记录数", Text: "1 284 915"}, {Term: "校验值", Text: "9f3c61d0a1b2c3d4e5f60718293a4b5c6d7e8f909f3c61d0a1b2c3d4e5f60718"}}, Files: []view.Link{link("下载快照", "/log/checkpoint")}, Search: "/proof", Asked: "99999999", NotFound: "没有编号为 99999999 的存证。", Latest: proofRows, Verify: verifyForm, Result: &view.VerifyResult{Good: true, Lead: "核验通过：这份回执与公布的存证一致。", Steps: []view.TaskStep{{State: "done", Title: "内容与校验值一致"}, {State: "done", Title: "在存证快照之内"}}, Facts: []view.Pair{{Term: "存证编号", Text: "1 284 306"}}}}),
		"proof-bad":        of(view.Proof, view.ProofPage{Page: page("proof", "存证与核验", ""), Search: "/proof", Verify: verifyForm, Result: &view.VerifyResult{Lead: "核验不通过：这份回执与公布的存证不一致，请保存原件并联系县司法局。", Steps: []view.TaskStep{{State: "stop", Title: "内容与校验值不一致"}}}}),
		"record":           of(view.Record, view.RecordPage{Page: page("proof", "存证 1 284 306", ""), Receipt: receipt, Head: []view.Pair{{Term: "办理", Text: "报告进展"}, {Term: "法定日期", Text: "2026-09-20"}}, Parts: []view.RecordPart{{Name: "公开内容", Digest: "7c41…", Rows: []view.Pair{{Term: "进展", Text: "已检查 29 户"}}}, {Name: "个人信息", Digest: "b2d8…", Hidden: "岗位不在可以查看的范围内。"}}, Path: []view.Pair{{Term: "校验值", Text: "9f3c61d0a1b2c3d4e5f60718293a4b5c6d7e8f90"}}, Raw: `{"seq":1284306}`, Matter: link("打开事项", "/tasks/23")}),
		"accounts":         of(view.Accounts, view.AccountsPage{Page: page("system", "系统管理", ""), Tabs: systemTabs, Counts: []view.Count{{N: 120, Text: "个账号"}, {N: 1, Text: "个已锁定"}}, Filter: boardFilter, Action: "/system", Rows: []view.AccountRow{{ID: "1", Light: lamp(view.Red, "已锁定"), Login: "xuwenlan", Person: link("许文澜", "/people/3"), Unit: "县司法局", Last: "09-22 08:31", Actions: []view.Option{{Value: "unlock", Text: "解除锁定"}, {Value: "reset", Text: "重设密码"}}}}, New: act("acc", "新建账号", "新建账号", view.Field{Name: "login", Label: "账号"}), Given: &view.GivenPassword{Login: "xuwenlan", Password: "k7Pq-2mZt-9xWd"}, Pager: view.Pager{From: 1, To: 1, Total: 120, Unit: "个", Next: "?from=51"}}),
		"grants":           of(view.Grants, view.GrantsPage{Page: page("system", "授权", ""), Tabs: systemTabs, Action: "/system/grants", Rows: []view.GrantRow{{ID: "1", Person: link("许文澜", "/people/3"), Post: "县司法局 联络员", Right: "代录", Scope: "宋允之 批准、签发", Days: "2026-01-01 起", By: "安全管理员 顾明"}, {ID: "2", Person: link("齐砚北", ""), Right: "查看", Ended: true}}, New: act("grant", "授权", "授权", view.Field{Name: "right", Label: "权限"}), Pager: view.Pager{From: 1, To: 2, Total: 2, Unit: "项"}}),
		"audit":            of(view.Audit, view.AuditPage{Page: page("system", "审计记录", ""), Tabs: systemTabs, Filter: boardFilter, Rows: []view.AuditRow{{At: "2026-09-23 08:31:02", Kind: view.Tag{Text: "授权"}, Who: "罗述", What: "登记岗位：任职", Record: link("1 284 900", "/proof/1284900")}}, Older: "/system/audit?before=1284900", Export: &view.Form{Action: "/system/audit.xlsx", Submit: "导出 XLSX"}}),
		"binders":          of(view.Binders, view.BindersPage{Page: page("binders", "迎检与整改", ""), Rows: []view.BinderRow{{Title: link("省法治督察组检查", "/binders/1"), From: "省督察组", Day: "2026-10-20", Items: 42, Filled: 36, Gaps: 6, Files: []view.Link{link("ZIP", "/binders/1.zip")}}}, New: act("binder", "导入检查清单", "导入清单", view.Field{Name: "title", Label: "检查名称"}, view.Field{Name: "list", Label: "检查清单", Kind: view.Upload, Accept: ".xlsx,.docx"})}),
		"binder":           of(view.Binder, view.BinderPage{Page: page("binders", "省法治督察组检查", "省督察组 · 2026-10-20"), Counts: []view.Count{{N: 42, Text: "项清单"}, {N: 36, Text: "已备", Light: view.Done}, {N: 6, Text: "缺项", Light: view.Red, Bad: true}}, Action: "/binders/1", Items: binderItems, Downloads: []view.Link{link("目录与材料 ZIP", "/binders/1.zip"), link("打印目录", "/binders/1/index")}}),
		"opening":          of(view.Opening, view.OpeningPage{Page: page("opening", "期初数据导入", ""), Templates: []view.Link{link("在办任务.xlsx", "/opening/tasks.xlsx")}, Upload: view.Form{ID: "op", Action: "/opening", Submit: "预检", Fields: []view.Field{{Name: "kind", Label: "内容", Kind: view.Select, Options: []view.Option{{Value: "tasks", Text: "在办任务"}, {Value: "balances", Text: "期初数字"}}}, {Name: "file", Label: "表格", Kind: view.Upload, Accept: ".xlsx"}}}, File: "在办任务.xlsx · 214 行 · 尚未写入任何数据", Counts: []view.Count{{N: 211, Text: "可以导入"}, {N: 3, Text: "有错误", Bad: true}}, Cells: []view.CellError{{Row: "96", Column: "F 到期日", Value: "2026-02-30", Text: "没有这一天。请核对。"}}, Marked: link("下载带批注的文件", "/opening/marked.xlsx"), Import: &view.Form{ID: "do", Action: "/opening/import", Submit: "导入无错误的 211 行"}, Earlier: []view.ImportDone{{At: "09-01", Who: "何砚秋", What: "期初数字 36 项", Record: link("1 280 001", "/proof/1280001")}}}),
		"denied":           of(view.Message, denied),
		"not-found":        of(view.Message, outside),
		"fault":            of(view.Message, fault),
		"rejected":         of(view.Message, rejected),
		"refused":          of(view.Message, refusedPage),
		"conflict":         of(view.Message, conflictPage),
	}
}
