package view_test

import "zhunsheng/internal/doors/web/view"

var (
	tips = []view.Tip{
		{Lead: "首次登录", Text: "使用本单位管理员交付的一次性密码，登录后须立即修改。"},
		{Lead: "离开座位", Text: "30 分钟没有操作将自动退出，已填写的内容保存为草稿。"},
		{Lead: "无法登录", Text: "联系本单位管理员；管理员不在岗的，联系县司法局，电话 0000-0000000。"},
	}
	signIn = view.SignInPage{
		Page: page("", "登录", ""), Action: "/signin", Account: "heyanqiu", Next: "/desk", Tips: tips,
		For:  "本平台供衡平县各级行政机关工作人员使用。",
		Demo: []view.DemoAccount{{Login: "heyanqiu", Password: "demo-hyq-2026", Who: "何砚秋 县司法局 计划统筹"}, {Login: "liangyichuan", Password: "demo-lyc-2026", Who: "梁一川 县应急管理局 联络员"}},
	}
	deskRow = view.DeskRow{
		Light: lamp(view.Red, "逾期 1 天"), Title: link("第三季度行政执法案卷评查情况报告", "/tasks/18"), Note: "督办〔2026〕31号 · 年度计划第 18 项",
		Step: "提交验收", Kind: "年度任务", Due: "2026-09-22", DueNote: "季度任务", Why: "/tasks/18#limits",
		Actions: []view.Link{link("办理", "/tasks/18"), link("申请延期", "/tasks/18#f-extend")},
	}
	calendar = func() []view.CalendarDay {
		days := []view.CalendarDay{
			{Name: "周一", Day: "21"}, {Name: "周二", Day: "22", Due: link("逾期 1", "#overdue")}, {Name: "今天", Day: "23", Today: true, Due: link("到期 1", "#soon")},
			{Name: "周四", Day: "24"}, {Name: "中秋", Day: "25", Off: true, Word: "休"}, {Name: "周六", Day: "26", Off: true, Word: "休"}, {Name: "周日", Day: "27", Off: true, Word: "休"},
		}
		for i, day := range []string{"28", "29", "30", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"} {
			days = append(days, view.CalendarDay{Name: "周" + string([]rune("一二三四五六日")[i%7]), Day: day, Off: i > 2 && i < 10 || i == 13, Word: map[bool]string{true: "休"}[i > 2 && i < 10]})
		}
		days[19].Word = "班"
		return days
	}()
	tallyRows = []view.TallyRow{
		{Name: link("一、依法履行政府职能", "?section=1"), Tally: view.Tally{Done: 4, Green: 2}},
		{Name: link("四、严格规范公正文明执法", "?section=4"), Tally: view.Tally{Done: 2, Green: 4, Yellow: 2, Red: 1}},
		{Name: link("七、加强组织保障", "?section=7"), Tally: view.Tally{}},
	}
	boardGroups = []view.BoardGroup{
		{Title: "四、严格规范公正文明执法", Tasks: []view.BoardRow{
			{No: "18", Light: lamp(view.Red, "红灯 逾期 1 天"), Title: link("第三季度行政执法案卷评查情况报告", "/tasks/18"), Lead: "县司法局", Person: "何砚秋", Target: "抽查 60 卷，已查", Reached: "60", Due: "2026-09-22", Latest: "09-21 报告初稿已送审"},
			{No: "23", Light: lamp(view.Yellow, "黄灯 剩 7 天"), Title: link("重点领域专项检查（烟花爆竹）", "/tasks/23"), Lead: "县应急管理局", Others: "配合：县公安局", Target: "34 户，已查", Reached: "29", Parts: "各单位 4/6", Due: "2026-09-30", DueNote: "已延期 1 次", Note: "已延期 1 次（原 2026-07-31）"},
		}},
		{Title: "六、依法化解矛盾纠纷", Tasks: []view.BoardRow{{No: "33", Light: lamp(view.Open, "未开始"), Title: link("乡镇（街道）人民调解员补充聘任", "/tasks/33"), Lead: "望岫镇人民政府"}}},
	}
	boardFilter = view.Filter{
		Action: "/board", Clear: "/board", Said: "筛选：红灯和黄灯 · 到期日不晚于 2026-09-30", Hidden: []view.Hidden{{Name: "by", Value: "section"}},
		Fields: []view.Field{
			{Name: "section", Label: "部分", Kind: view.Select, Options: []view.Option{{Text: "全部", Chosen: true}, {Value: "4", Text: "四、严格规范公正文明执法"}}},
			{Name: "unit", Label: "单位（含配合）", Kind: view.Select, Options: []view.Option{{Text: "全部"}}},
			{Name: "light", Label: "状态", Kind: view.Select, Options: []view.Option{{Value: "ry", Text: "红灯和黄灯", Chosen: true}}},
			{Name: "due", Label: "到期日不晚于", Kind: view.Date, Value: "2026-09-30"}, {Name: "q", Label: "关键词"},
		},
	}
	boardCounts = []view.Count{
		{N: 38, Text: "全部", Href: "/board"}, {N: 15, Text: "已完成", Light: view.Done, Href: "?light=d"}, {N: 17, Text: "绿灯 正常", Light: view.Green, Href: "?light=g"},
		{N: 4, Text: "黄灯 7 日内到期", Light: view.Yellow, Href: "?light=y"}, {N: 2, Text: "红灯 已逾期", Light: view.Red, Bad: true, Href: "?light=r", Current: true}, {N: 3, Text: "延期过的任务", Href: "?extended=1"},
	}
	review = view.PlanReviewPage{
		Page:   page("import", "核对计划文件", "衡平县人民政府办公室关于印发 2026 年法治政府建设工作计划的通知 · 衡政办发〔2026〕6号 · 2026年3月9日印发", view.Button{Text: "更换文件", Href: "/plans/import"}),
		Action: "/plans/import/7", Version: "3", Open: 3, Consequence: "确认后向 31 个单位下达 38 项任务，原文、识别结果和修改都会留存记录",
		Counts: []view.Count{{N: 38, Text: "项措施，7 个部分"}, {N: 94, Text: "处单位，93 处已对应"}, {N: 26, Text: "项有完成时限"}, {N: 17, Text: "个量化目标"}, {N: 1, Text: "个单位名称需确认", Bad: true, Href: "#unknown"}, {N: 2, Text: "项识别把握较低", Href: "#m14"}, {N: 0, Text: "处数字相互不符"}},
		Paragraphs: []view.DocParagraph{
			{ID: "t0", Kind: "title", Runs: []view.DocRun{{Text: "衡平县2026年法治政府建设工作计划"}}},
			{ID: "t1", Runs: []view.DocRun{{Text: "为全面落实法治政府建设各项任务，结合本县实际，制定本计划。"}}},
			{ID: "t2", Kind: "heading", Runs: []view.DocRun{{Text: "三、提高行政决策质量"}}},
			{ID: "t10", Runs: []view.DocRun{{Text: "（十）", Href: "#m10"}, {Text: "公布重大行政决策事项目录。"}, {Text: "4月底前", Mark: "a"}, {Text: "向社会公布年度目录，目录调整的，应当说明理由。（"}, {Text: "县政府办公室", Mark: "b"}, {Text: "牵头，"}, {Text: "县司法局", Mark: "b"}, {Text: "、"}, {Text: "县发展和改革局", Mark: "b"}, {Text: "配合）"}}},
			{ID: "t12", Current: true, Runs: []view.DocRun{{Text: "（十二）", Href: "#m12"}, {Text: "开展决策后评估。对 2024 年以来实施满一年的重大行政决策开展后评估，"}, {Text: "不少于 2 件", Mark: "g"}, {Text: "，"}, {Text: "10月底前", Mark: "a"}, {Text: "形成评估报告。（"}, {Text: "县法制办", Mark: "x"}, {Text: "、"}, {Text: "县审计局", Mark: "b"}, {Text: "）"}}},
			{ID: "t14", Runs: []view.DocRun{{Text: "（十四）", Href: "#m14"}, {Text: "开展行政执法案卷评查。"}, {Text: "每半年", Mark: "a"}, {Text: "评查一次，评查结果在一定范围内通报，并作为年度考核的依据。（"}, {Text: "县司法局", Mark: "b"}, {Text: "）"}}},
		},
		Unknown: []view.UnknownUnit{
			{ID: "1", Name: "县法制办", Places: []view.Link{link("第 12 项", "#m12")}, Proposed: "2019 年机构改革后承接原县政府法制办公室职责", Options: append([]view.Option{{Text: "请选择"}}, unitOptions[:4]...), Keep: true},
			{ID: "2", Name: "县编委办", Places: []view.Link{link("第 10 项", "#m10"), link("第 14 项", "#m14")}, Options: append([]view.Option{{Text: "请选择", Chosen: true}}, unitOptions[:4]...), Error: "单位名录中没有“县编委办”。请选择对应的单位。"},
		},
		Groups: []view.CollectiveName{
			{ID: "1", Name: "各乡镇人民政府、街道办事处", Places: []view.Link{link("第 11 项", "#m12")}, Group: "乡镇街道", Units: unitOptions[8:], Keep: true},
			{ID: "2", Name: "县直各部门", Units: unitOptions, Settled: true},
		},
		UnitNames: unitNames,
		Head: view.PlanHead{
			Lines:    []view.HeadLine{{Name: "title", Label: "标题", Value: "衡平县2026年法治政府建设工作计划"}, {Name: "year", Label: "年度", Hint: "2026"}, {Name: "period", Label: "规划期"}},
			Superior: []view.Option{{Text: "没有"}, {Value: "9", Text: "法治政府建设实施纲要（2026—2030年）", Chosen: true}},
			Stages:   []view.StageEdit{{Name: "实施", From: "2026-03-01", To: "2026-06-30", Goal: "全面铺开"}, {}}, Open: true, Errors: map[string]string{"year": "请填写计划年度，例如 2026。", "stage.1.to": "截止日期早于起始日期。"},
		},
		Filter: []view.Link{link("全部 38", "?all=1"), link("只看需确认 3", "?open=1")},
		Sections: []view.ReviewSection{
			{Title: "三、提高行政决策质量", Measures: []view.ReviewMeasure{
				{ID: "m10", Label: "第 10 项", TextID: "t10", Title: "公布重大行政决策事项目录", Due: "2026-04-30", Lead: "县政府办公室", Assist: "县司法局、县发展和改革局", Superior: []view.Option{{Text: "不对应"}, {Value: "9", Text: "法治政府建设实施纲要（2021—2025年）第（十二）项", Chosen: true}}, Confidence: 98, Chief: "牵头 县政府办公室（原文写明）"},
				{ID: "m12", Label: "第 12 项", TextID: "t12", Title: "开展决策后评估", Due: "2026-10-31", Target: "≥ 2 件", Responsible: "县法制办、县审计局", Confidence: 91, Unknown: true, UnknownID: "u-1", Current: true, Marks: []view.Tag{{Text: "单位需确认", Tone: "b"}}, Notes: []string{"原文未写明牵头，按排列第一认定"}},
			}},
			{Title: "四、严格规范公正文明执法", Measures: []view.ReviewMeasure{
				{ID: "m14", Label: "第 14 项", TextID: "t14", Title: "开展行政执法案卷评查", Due: "每半年年", Target: "2 次 / 年", Lead: "县司法局", Undertake: "各乡镇人民政府、街道办事处", Confidence: 74, Low: true, Notes: []string{"“每半年”将生成 2 次任务：6月30日前、12月31日前"}, Errors: map[string]string{"due": "不能读出日期或者周期。请写成 2026-06-30、每半年或者全年。"}},
			}},
		},
		Pager: view.Pager{From: 10, To: 14, Total: 38, Unit: "项", Next: "?from=15"},
	}
	divisionTasks = []view.DivisionTask{{No: "10", Title: "公布重大行政决策事项目录", Role: "牵头", Due: "2026-04-30"}, {No: "14", Title: "开展行政执法案卷评查", Role: "配合", Due: "每半年", Href: "/plans/import/7#m14"}}
	objections    = []view.Objection{
		{ID: "1", Unit: "县审计局", Measure: link("第 12 项 开展决策后评估", "/plans/import/7#m12"), Kind: "改派", Text: "后评估由决策执行单位负责，本局可以配合。", At: "2026-03-06 15:20"},
		{ID: "2", Unit: "县公安局", Measure: link("第 23 项", "/plans/import/7#m23"), Kind: "时限", Text: "建议 10 月底前。", At: "2026-03-06 09:00", Settled: "采纳，时限改为 2026-10-31（何砚秋，03-07）"},
	}
	task = view.TaskPage{
		Page:  page("board", "重点领域专项检查（烟花爆竹）", "衡平县2026年法治政府建设工作计划第 23 项 · 牵头 县应急管理局 · 责任人 梁一川", view.Button{Text: "打印任务单", Href: "/tasks/23/sheet"}, view.Button{Text: "本单位实施方案", Href: "/plans/1/own"}),
		Tabs:  []view.Tab{{Text: "办理", Href: "/tasks/23", Current: true}, {Text: "各单位 1/2", Href: "#parts"}, {Text: "证据 2", Href: "#evidence"}, {Text: "经过 6", Href: "#log"}, {Text: "回执", Href: "#receipt"}},
		Steps: taskSteps, StepSum: "已办 2 步 · 现在可办 2 步 · 暂不能办 1 步",
		Forms: []view.StepForm{evidenceForm, submitForm, extendForm},
		Fields: []view.TaskField{
			{Label: "措施原文", Text: "（二十三）开展重点领域专项检查。对 34 户烟花爆竹零售点开展专项检查，9月底前完成。", Link: link("查看原文", "/plans/1/text#t23")},
			{Label: "部分", Text: "四、严格规范公正文明执法"}, {Label: "依据", Text: "衡政办发〔2026〕6号"},
		},
		Targets: []view.Target{{Text: "检查 34 户", Stated: 34, Now: 29, Said: "已报 29 户，还差 5 户", Source: link("来自 4 条记录", "#log")}, {Text: "检查覆盖率 = 100%", Said: "分母未报"}},
		Parts:   parts, PartsSum: "2 个单位，已提交 0 个", Evidence: evidence, Attach: "#f-report",
		Papers: []view.PaperLine{
			{Title: link("催办通知", "/matters/23/papers/9"), For: "县公安局", Number: "衡司催〔2026〕3号", Day: "2026-09-20", Tag: view.Tag{Text: "已有盖章件"}, Acts: []view.Link{link("下载 DOCX", "/matters/23/papers/9/file")}},
			{Title: view.Link{Text: "督办函"}, Tag: view.Tag{Text: "尚未制作"}, Acts: []view.Link{link("预览", "/matters/23/steps/urge/paper")}},
		},
		Log: happenings, LogMore: link("查看全部 14 条", "?log=all"), Limits: []view.Limit{dueLimit, openLimit},
		People:  []view.Pair{{Term: "牵头", Text: "县应急管理局"}, {Term: "责任人", Text: "梁一川"}, {Term: "验收", Text: "县司法局（不能是提交人）"}},
		Related: []view.RelatedMatter{{Link: link("县领导批示 2026-04-12", "/instructions/5"), Note: "由该批示产生"}},
		Receipt: &receipt,
	}
)

func planSamples() map[string]sample {
	conflicted, imported, refused, firstTime := task, task, task, view.NoPlanYet(2027, "/plans/import")
	conflicted.Conflict = &view.Conflict{
		Lead: "许文澜于 10:19 已提交进展。", Who: "许文澜", Rows: []view.ConflictRow{{Label: "累计完成（户）", Theirs: "31", Mine: "32"}},
		Redo: view.Form{ID: "redo", Action: "/tasks/23/report", Submit: "按新的情况继续办理", Fields: []view.Field{{Name: "progress", Label: "进展", Kind: view.Area, Value: "剩余 5 户已检查 3 户。"}}}, Drop: link("放弃本次填写的内容", "/tasks/23"),
	}
	conflicted.Flash = []view.Flash{view.Overtaken("许文澜", "10:19", "提交进展")}
	imported.Missing = refusal.Items
	imported.Errors = submitForm.Form.FieldErrors()
	refused.Refusal = &refusal
	refused.Flash = []view.Flash{view.DatabaseLost("8f21-c07a")}
	wrong, locked := signIn, signIn
	wrong.Flash = []view.Flash{view.WrongPassword(3, 15)}
	locked.Flash = []view.Flash{view.Locked("10:39")}
	board := view.BoardPage{
		Page:   with(page("board", "衡平县2026年法治政府建设工作计划", "衡政办发〔2026〕6号 · 38 项措施 · 31 个单位", view.Button{Text: "导出 Excel", Href: "/board.xlsx"}, view.Button{Text: "生成进展报告", Href: "/reports/new"}, view.Button{Text: "批量催办", Href: "/supervision", Go: true}), dispatched),
		Tabs:   []view.Tab{{Text: "按部分", Href: "?by=section", Current: true}, {Text: "按单位", Href: "?by=unit"}, {Text: "按红黄绿灯", Href: "?by=light"}},
		Counts: boardCounts, Sections: tallyRows, Units: tallyRows, UnitsAll: link("全部 14 个单位", "?units=all"), Total: view.Tally{Done: 15, Green: 17, Yellow: 4, Red: 2},
		Stages: []view.StageRow{{Name: "第一阶段：实施", Days: "3月至6月", Tally: view.Tally{Done: 12}}, {Name: "第二阶段：深化", Days: "7月1日至10月31日", Tally: view.Tally{Done: 3, Green: 17}, Now: true}},
		Filter: boardFilter, Groups: boardGroups, Found: 3, Pager: view.Pager{From: 1, To: 3, Total: 3, Unit: "项"},
	}
	board.Land = true
	none := board
	none.Groups, none.Found, none.Sections, none.Units, none.Pager = nil, 0, nil, nil, view.Pager{}
	none.Empty = view.NothingFound("任务", "红灯和黄灯 · 到期日不晚于 2026-09-30", "/board")
	return map[string]sample{
		"signin":          of(view.SignIn, signIn),
		"signin-wrong":    of(view.SignIn, wrong),
		"signin-locked":   of(view.SignIn, locked),
		"password-change": of(view.ChangePassword, view.ChangePasswordPage{Page: page("", "修改密码", ""), First: true, Rules: []string{"不少于 10 位，不得含有账号和姓名。", "不得与最近使用过的密码相同。"}, Form: view.Form{ID: "pw", Action: "/password", Submit: "修改密码", Fields: []view.Field{{Name: "old", Label: "一次性密码", Kind: view.Password, Complete: "current-password"}, {Name: "new", Label: "新密码", Kind: view.Password, Complete: "new-password", Error: "新密码少于 10 位。"}, {Name: "again", Label: "再输一次新密码", Kind: view.Password, Complete: "new-password"}}}}),
		"desk": of(view.Desk, view.DeskPage{
			Page:     page("desk", "我的工作台", "2026年9月23日 星期三 · 今天是工作日 · 距中秋节放假还有 1 个工作日", view.Button{Text: "导出 Excel", Href: "/desk.xlsx"}),
			Counts:   []view.Count{{N: 2, Text: "已逾期", Bad: true, Href: "#overdue"}, {N: 4, Text: "7 日内到期", Href: "#soon"}, {N: 9, Text: "我的待办", Href: "#todo"}, {N: 3, Text: "待我审核", Href: "#review"}, {N: 6, Text: "等待他人", Href: "/agenda?wait=others"}, {N: 41, Text: "本月已办", Href: "/agenda?done=month"}},
			Calendar: calendar, CalendarNote: "放假安排依据国务院办公厅 2026 年节假日通知",
			Overdue: []view.DeskRow{deskRow}, Soon: []view.DeskRow{deskRow, deskRow}, Todo: []view.DeskRow{{Light: lamp(view.Open, "无期限"), Title: link("草稿：半年进展报告", "/reports/2"), Step: "继续填写", Post: "平章街道司法所 所长", Actions: []view.Link{link("继续填写", "/reports/2")}}}, TodoTotal: 9, TodoHref: "/agenda",
			Review:  []view.DeskReview{{Title: link("县农业农村局任务验收：高标准农田项目公示", "/tasks/30"), Note: "提交人 县农业农村局 程立新 · 9月22日", Light: lamp(view.Green, "剩 9 天")}},
			Notices: []view.NoticeRow{{Text: link("县市场监督管理局有 1 条倒填记录，已列入监督提示", "/supervision#cards"), Day: "09-18", Unread: true}}, NoticesHref: "/notices",
			Duties: []view.DutyRow{{Title: link("第三季度依法行政情况", "/reports"), Light: lamp(view.Green, "10月15日前")}},
			Drafts: []view.DraftRow{{Title: link("报告进展", "/tasks/18#f-report"), Where: "第 18 项", Saved: "09-22 16:20", Delete: "/drafts/1/delete"}},
		}),
		"desk-idle": of(view.Desk, view.DeskPage{Page: page("desk", "我的工作台", ""), Idle: view.Empty{Lead: "没有等待办理的事项。", Text: "新的任务下达后会出现在这里。"}}),
		"notices":   of(view.Notices, view.NoticesPage{Page: page("notices", "通知", ""), ReadAction: "/notices/read", Rows: []view.NoticeRow{{Text: link("任务已退回，请补充证据", "/tasks/3"), Day: "09-18"}}, Pager: view.Pager{From: 1, To: 1, Total: 1, Unit: "条"}}),
		"drafts":    of(view.Drafts, view.DraftsPage{Page: page("drafts", "我的草稿", ""), Rows: []view.DraftRow{{Title: link("报告进展", "/tasks/18#f-report"), Where: "第 18 项", Saved: "09-22 16:20", Delete: "/drafts/1/delete"}}}),
		"agenda":    of(view.Agenda, view.AgendaPage{Page: page("agenda", "日程与到期", ""), Counts: boardCounts, Filter: boardFilter, Rows: []view.DeskRow{deskRow}, Pager: view.Pager{From: 51, To: 51, Total: 51, Unit: "项", Prev: "?from=1"}}),
		"plans": of(view.Plans, view.PlansPage{
			Page: page("plans", "年度计划", "", view.Button{Text: "导入计划文件", Href: "/plans/import", Go: true}), Missing: &firstTime,
			Imports: []view.ImportRow{{Title: link("2027 年工作要点.docx", "/plans/import/7"), Step: view.Tag{Text: "核对中", Tone: "a"}, Note: "38 项措施，3 项需确认", Who: "何砚秋", Saved: "09-22 16:20", Delete: "/plans/import/7/delete"}},
			Plans:   []view.PlanRow{{Title: link("衡平县2026年法治政府建设工作计划", "/board"), Number: "衡政办发〔2026〕6号", Issued: "2026-03-09", Year: "2026", Measures: 38, Units: 31, Tally: view.Tally{Done: 15, Green: 17, Yellow: 4, Red: 2}, Stage: "第二阶段：深化", Actions: []view.Link{link("看板", "/board"), link("进展报告", "/reports")}}},
		}),
		"plans-empty":      of(view.Plans, view.PlansPage{Page: page("plans", "年度计划", ""), Empty: view.NoPlanYet(2026, "/plans/import")}),
		"plan-upload":      of(view.PlanUpload, view.PlanUploadPage{Page: with(page("import", "导入计划文件", ""), view.Flash{Tone: "bad", Lead: "不能读取“要点.docx”。", Text: "该文件设有打开密码，请去掉后重新上传。"}), Form: view.Form{ID: "up", Action: "/plans/import", Submit: "上传并识别", Fields: []view.Field{{Name: "file", Label: "计划文件", Kind: view.Upload, Accept: ".docx,.html,.txt", Hint: "上传印发的原文件，不必改动", Error: "不能读取“要点.docx”。该文件设有打开密码，请去掉后重新上传。"}, {Name: "year", Label: "计划年度", Kind: view.Number, Value: "2026", Hint: "文件中没有写明年份的，按这一年计算时限"}}}, Formats: []string{"DOCX、HTML 和纯文本（UTF-8、GB18030、UTF-16），简体或者繁体。", "单个文件不超过 50 MB。", "标有密级的文件不得上传（保守国家秘密法）。"}, Recent: []view.ImportRow{{Title: link("2026 年工作要点.docx", "/plans/import/7"), Step: view.Tag{Text: "核对中", Tone: "a"}, Who: "何砚秋", Saved: "09-22 16:20"}}}),
		"plan-review":      of(view.PlanReview, review),
		"plan-review-none": of(view.PlanReview, view.PlanReviewPage{Page: page("import", "核对计划文件", ""), Action: "/plans/import/8"}),
		"plan-division":    of(view.Division, view.DivisionPage{Page: page("import", "征求意见", ""), Action: "/plans/import/7/objections", Counts: []view.Count{{N: 31, Text: "个单位"}, {N: 28, Text: "个没有异议"}, {N: 2, Text: "处异议"}, {N: 1, Text: "个未答复"}}, SendForm: &view.Form{ID: "send", Action: "/plans/import/7/send", Submit: "发给 31 个单位", Fields: []view.Field{{Name: "until", Label: "答复期限", Kind: view.Date, Value: "2026-03-08"}}}, Objections: objections, Units: []view.DivisionUnit{{Unit: "县审计局", State: view.Tag{Text: "有异议", Tone: "w"}, At: "2026-03-06 15:20", Tasks: divisionTasks}}, Back: link("返回核对", "/plans/import/7"), Next: link("确认下达", "/plans/import/7/confirm")}),
		"plan-reply":       of(view.DivisionReply, view.DivisionReplyPage{Page: page("plans", "计划分工征求意见", ""), Until: "2026-03-08", Silence: true, Tasks: divisionTasks, Mine: objections, AgreeAction: "/plans/import/7/reply", ObjectForm: view.Form{ID: "obj", Action: "/plans/import/7/reply", Submit: "提出异议", Name: "op", Value: "object", Fields: []view.Field{{Name: "measure", Label: "措施", Kind: view.Select, Options: []view.Option{{Value: "10", Text: "第 10 项"}}}, {Name: "kind", Label: "意见", Kind: view.Radio, Options: []view.Option{{Value: "reassign", Text: "应由其他单位牵头"}, {Value: "split", Text: "应当拆分"}}}, {Name: "text", Label: "说明", Kind: view.Area}}}}),
		"plan-confirm":     of(view.PlanConfirm, view.PlanConfirmPage{Page: page("import", "确认并下达", ""), Counts: []view.Count{{N: 38, Text: "项任务"}, {N: 31, Text: "个单位"}}, Open: &view.Refusal{Lead: "还有 1 处需要确认，现在不能下达。", Items: []view.Unmet{{Text: "单位名录中没有“县法制办”。", Next: []view.Link{link("选择对应的单位", "/plans/import/7#unknown")}}}}, Burden: burdens, Units: []view.ConfirmUnit{{Unit: "县司法局", Lead: 12, Assist: 7, First: "2026-04-30"}, {Unit: "县人民法院", Assist: 1, First: "2026-09-15", Note: "系统内没有联络员，将生成纸质任务单"}}, Total: view.ConfirmUnit{Lead: 38, Assist: 56}, Form: view.Form{ID: "go", Action: "/plans/import/7/dispatch", Submit: "向 31 个单位下达 38 项任务", Fields: []view.Field{{Name: "reason", Label: "仍要下达的理由", Kind: view.Area}}}, Back: link("返回核对", "/plans/import/7")}),
		"plan-dispatched":  of(view.DispatchedResult, view.DispatchedPage{Page: with(page("import", "下达结果", ""), dispatched), Units: []view.DispatchedUnit{{Unit: "县司法局", Tasks: 19, Record: "1 284 877", Told: "已通知联络员 许文澜", Sheet: link("打印任务单", "/sheets/1")}, {Unit: "县人民法院", Tasks: 1, Record: "1 284 878", Told: "系统内没有联络员", Sheet: link("打印任务单", "/sheets/2"), Unheard: true}}}),
		"plan-diff":        of(view.PlanDiff, view.PlanDiffPage{Page: page("import", "与已下达的计划比较", ""), Action: "/plans/import/9/diff", Counts: []view.Count{{N: 36, Text: "项没有变化"}, {N: 1, Text: "项新增"}, {N: 1, Text: "项修改"}}, Changes: []view.PlanChange{{ID: "1", Kind: "changed", Label: "第 12 项", Title: "开展决策后评估", Task: link("打开任务", "/tasks/12"), Fields: []view.ConflictRow{{Label: "完成时限", Theirs: "2026-10-31", Mine: "2026-11-30"}}, Effect: "将更正到期日，不改变已经报告的进展"}, {ID: "2", Kind: "added", Label: "第 39 项", Title: "公布涉企检查事项"}, {ID: "3", Kind: "gone", Label: "第 5 项", Title: "编制目录"}}, Same: 36, Earlier: link("03-10 的导入", "/plans/1")}),
		"plan-diff-same":   of(view.PlanDiff, view.PlanDiffPage{Page: page("import", "与已下达的计划比较", ""), Action: "/plans/import/9/diff", Same: 38}),
		"plan-diff-known":  of(view.PlanDiff, view.PlanDiffPage{Page: page("import", "这份文件已经下达", ""), Earlier: link("打开已下达的计划", "/board?plan=1")}),
		"plan-text":        of(view.PlanText, view.PlanTextPage{Page: page("plans", "衡平县2026年法治政府建设工作计划", ""), Paragraphs: review.Paragraphs[:3], Facts: []view.Pair{{Term: "文号", Text: "衡政办发〔2026〕6号"}, {Term: "校验值", Text: "9f3c61d0a1b2c3d4e5f60718293a4b5c6d7e8f909f3c61d0"}}, Original: link("下载原文件", "/files/1")}),
		"outline":          of(view.Outline, view.OutlinePage{Page: page("plans", "规划衔接", ""), Counts: []view.Count{{N: 3, Text: "项没有年度承接", Bad: true}}, Years: []string{"2025", "2026"}, Rows: []view.OutlineMeasure{{Light: lamp(view.Done, "已承接"), Label: "（十二）", Title: "健全重大行政决策后评估", Years: [][]view.Link{nil, {link("第 12 项", "/tasks/12")}}}, {Light: lamp(view.Red, "没有年度承接"), Label: "（十三）", Title: "府院联动", Years: [][]view.Link{nil, nil}}}}),
		"carry-over":       of(view.CarryOver, view.CarryOverPage{Page: page("plans", "结转", ""), Action: "/plans/1/carry", Note: "结转后原任务与新任务互相链接", Rows: []view.CarryRow{{ID: "31", Light: lamp(view.Red, "逾期 8 天"), Title: link("建立行政复议与行政审判联席会议制度", "/tasks/31"), Lead: "县司法局", Due: "2026-09-15", Do: []view.Option{{Value: "carry", Text: "转入新计划"}, {Value: "close", Text: "结转后关闭"}}, To: []view.Option{{Text: "不对应"}, {Value: "4", Text: "第 4 项 健全府院联动机制", Chosen: true}}}}}),
		"board":            of(view.Board, board),
		"board-none":       of(view.Board, none),
		"task":             of(view.Task, task),
		"record-correct":   of(view.Correct, view.CorrectPage{Page: page("board", "更正或者作废记录", ""), Refusal: &refusal, Record: happenings, Boxes: []view.StepForm{evidenceForm}}),
		"task-conflict":    of(view.Task, conflicted),
		"task-imported":    of(view.Task, imported),
		"task-refused":     of(view.Task, refused),
		"task-bare":        of(view.Task, view.TaskPage{Page: page("board", "任务", "")}),
		"own-plan":         of(view.OwnPlan, view.OwnPlanPage{Page: page("plans", "本单位实施方案", "县应急管理局 · 衡平县2026年法治政府建设工作计划", view.Button{Text: "打印", Href: "?print=1"}), Counts: boardCounts, Action: "/plans/1/own", Tasks: []view.OwnTask{{No: "23", Light: lamp(view.Yellow, "剩 7 天"), Title: link("重点领域专项检查（烟花爆竹）", "/tasks/23"), Role: "牵头", Due: "2026-09-30", Head: "梁一川", Steps: []view.OwnStep{{ID: "1", Light: lamp(view.Done, "已办"), Title: "制定检查方案", Person: "齐砚北", Due: "2026-04-30"}, {ID: "2", Light: lamp(view.Yellow, "剩 3 天"), Title: "检查剩余 5 户", Person: "梁一川", Due: "2026-09-26", Open: true}}}}, AddForm: &view.Form{ID: "add", Action: "/plans/1/own", Submit: "增加步骤", Name: "op", Value: "add", Fields: []view.Field{{Name: "title", Label: "步骤"}, {Name: "due", Label: "完成日期", Kind: view.Date}}}}),
		"own-plan-empty":   of(view.OwnPlan, view.OwnPlanPage{Page: page("plans", "本单位实施方案", ""), Empty: view.Empty{Lead: "本单位没有任务。", Text: "计划下达后，本单位的任务会列在这里。"}}),
	}
}
