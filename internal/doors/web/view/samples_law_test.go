package view_test

import (
	"github.com/a-h/templ"

	"zhunsheng/internal/doors/web/view"
)

const drawn = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 100" width="700" height="100" role="img" aria-label="行政处罚流程图"><rect x="10" y="10" width="180" height="60" fill="#fff" stroke="#4a5360"/><text x="20" y="40">立案</text></svg>`

var (
	rests = []view.LawRest{
		{Of: link("行政处罚", "/procedures/penalty"), Part: "期限", Name: link("作出处罚决定", "/procedures/penalty?text=2021-07-15#limit-decide"), Days: "2021-07-15 起的版本"},
		{Of: link("行政处罚", "/procedures/penalty"), Part: "条件", Name: link("未经法制审核或者审核未通过，不得作出决定", "/procedures/penalty#gate-reviewed"), Mark: view.Tag{Text: "按 2017-09-01 的文本引用", Tone: "w"}},
	}
	onRecord = view.LawRunning{Procedure: link("行政处罚", "/procedures/penalty"), N: "12", List: link("打开列表", "/procedures/penalty/matters")}
)

func lawSamples() map[string]sample {
	laws := view.LawsPage{
		Page: page("laws", "法律法规", "程序的每一处依据都指向这里的文件和条文"), Filter: view.Filter{Action: "/laws", Clear: "/laws", Said: "2026-09-23 的情况", Fields: []view.Field{{Name: "q", Label: "名称或者文号"}, {Name: "on", Label: "哪一日的情况", Kind: view.Date, Value: "2026-09-23"}}},
		Counts: []view.Count{{N: 2, Text: "个文件"}, {N: 31, Text: "处引用"}},
		Levels: []view.LawLevel{{Title: "法律", Rows: []view.LawRow{
			{State: lamp(view.Green, "现行有效"), Title: link("《中华人民共和国行政处罚法》", "/laws/penalty_law"), Body: "全国人民代表大会常务委员会", Days: "2021-07-15 起", Cited: 30},
			{State: lamp(view.Red, "已经失效"), Title: link("《示例条例》", "/laws/x"), Number: "国令第1号", Days: "2001-01-01 起，2020-01-01 前", Note: "后由《新示例条例》取代", Cited: 1},
		}}},
	}
	none := laws
	none.Levels, none.Empty = nil, view.NothingFound("文件", "名称或者文号含“无”", "/laws")
	law := view.LawPage{
		Page: page("laws", "中华人民共和国行政处罚法", "2021-07-15 起施行的文本"), About: []view.Pair{{Term: "全称", Text: "中华人民共和国行政处罚法"}, {Term: "现状", Text: "现行有效"}},
		Texts: []view.Tab{{Text: "2017-09-01 起，2021-07-15 前", Href: "?text=2017-09-01"}, {Text: "2021-07-15 起", Href: "?text=2021-07-15", Current: true}},
		Lost:  rests[1:], Whole: rests[:1], Sum: "收录 2 条，引用 3 处", Running: []view.LawRunning{onRecord},
		Articles: []view.LawArticle{{ID: "a-58", No: "第五十八条", Title: "法制审核"}, {ID: "a-60", No: "第六十条", Title: "九十日内作出决定", Rests: rests}},
	}
	procedures := view.ProceduresPage{
		Page: page("procedures", "程序与期限", ""), Counts: []view.Count{{N: 1, Text: "种程序"}, {N: 15, Text: "个环节"}},
		Groups: []view.ProcedureGroup{{Title: "行政执法", Rows: []view.ProcedureRow{{Title: link("行政处罚", "/procedures/penalty"), Basis: "行政处罚法(2021)", Days: "2021-07-15 起", Steps: 15, Limits: 7, Gates: 6, Calculator: link("计算期限", "/procedures/penalty/limits")}}}},
	}
	procedure := view.ProcedurePage{
		Page: page("procedures", "行政处罚", "2021-07-15 起的版本", view.Button{Text: "计算期限", Href: "/procedures/penalty/limits"}), Versions: []view.Tab{{Text: "2021-07-15 起", Href: "?text=2021-07-15", Current: true}},
		Views: []view.Tab{{Text: "工作人员用", Href: "?view=staff", Current: true}, {Text: "公众查阅", Href: "?view=public"}}, About: []view.Pair{{Term: "依据", Text: "行政处罚法(2021)"}},
		Chart: []templ.Component{templ.Raw(drawn), templ.Raw(drawn)}, ChartSum: "15 个环节", SVG: link("下载 SVG", "/procedures/penalty/chart.svg"), Running: onRecord,
		May:    []view.ProcedurePart{{Title: link("要求听证", ""), Text: "自“告知书送达”起5个工作日内", Cites: link("行政处罚法第六十四条", "/laws/penalty_law#a-64")}},
		Steps:  []view.ProcedureStep{{ID: "step-file", Title: "立案", Who: "承办人", Cites: link("行政处罚法第五十四条", "/laws/penalty_law")}, {ID: "step-decide", Title: "作出处罚决定", Who: "行政机关负责人", After: "立案", Note: "可以多次办理；办结事项", Cites: link("单位选定的规章", "")}},
		Limits: []view.ProcedurePart{{ID: "limit-decide", Title: link("作出处罚决定", ""), Mark: view.Tag{Text: "承诺"}, Text: "自“立案”起90日内", More: []string{"不计入：听证（单位选定的规章）", "超过的记为逾期，并提示监督人员"}, Cites: link("行政处罚法第六十条", "/laws/penalty_law#a-60")}},
		Gates:  []view.ProcedurePart{{ID: "gate-heard", Title: link("作出处罚决定", ""), Mark: view.Tag{Text: "不得办理", Tone: "b"}, Text: "未听取当事人陈述申辩，不得作出决定", More: []string{"例外：当事人明确放弃（行政处罚法第六十二条）"}}},
		Points: []view.ProcedurePoint{{No: 1, Kind: "控制点", Step: "作出处罚决定", Text: "未听取当事人陈述申辩，不得作出决定。例外：当事人明确放弃", Cites: "行政处罚法第六十二条"}, {No: 2, Kind: "风险点", Step: "作出处罚决定", Text: "由行政机关负责人裁量：“罚款”"}},
		Papers: []view.ProcedurePart{{Title: link("行政处罚决定书", ""), Text: "在“作出处罚决定”时制作"}}, Params: []view.ProcedurePart{{Title: link("较大数额罚款", ""), Text: "缺省 10000元", More: []string{"待核，由地方或者部门规定"}}},
	}
	matters := view.MattersPage{
		Page: page("procedures", "行政处罚：在办事项", ""), Sum: "您可以查看的范围内，从新到旧", Next: link("下一页", "/procedures/penalty/matters?before=7"),
		Rows: []view.MatterRow{{Light: lamp(view.Yellow, "剩 3 天"), Title: link("占用道路经营", "/matters/7"), Number: "衡罚〔2026〕7号", Unit: "县交通运输局", Day: "2026-07-02", Version: "2021-07-15 起"}},
	}
	noMatter := matters
	noMatter.Rows, noMatter.Empty = nil, view.Empty{Lead: "没有在办的事项。"}
	calculator := view.CalculatorPage{
		Page: page("procedures", "行政处罚：期限计算器", ""), Action: "/procedures/penalty/limits", Clear: "/procedures/penalty/limits", Hidden: []view.Hidden{{Name: "text", Value: "2021-07-15"}}, Asked: true,
		Groups: []view.CalculatorGroup{
			{ID: "dates", Title: "环节的日期", Open: true, Hint: "不填的视为还没有办理", Fields: []view.Field{{Name: "today", Label: "以哪一日为今天", Kind: view.Date, Value: "2026-09-23"}, {Name: "d.file", Label: "立案", Kind: view.Date}, {Name: "d.report", Label: "报告", Hint: "写到时分：2026-05-15 16:30"}}},
			{ID: "params", Title: "参数和事项的内容", Fields: []view.Field{{Name: "v.roll", Label: "顺延", Kind: view.Select, Hint: "待核", Options: []view.Option{{Value: "true", Text: "是", Chosen: true}, {Value: "false", Text: "否"}}}}},
		},
		Sheet: view.CalculatorSheet{
			Heading: "期限计算单", Given: []view.Pair{{Term: "程序", Text: "行政处罚（2021-07-15 起的文本）"}, {Term: "立案", Text: "2026-07-02"}},
			Rows:   []view.CalculatorRow{{Light: lamp(view.Yellow, "剩 7 天"), Title: "作出处罚决定", Due: "2026-09-30", Cites: link("行政处罚法第六十条", "/laws/penalty_law#a-60"), Breach: "超过的记为逾期，并提示监督人员"}},
			Limits: []view.Limit{dueLimit}, Notes: []string{"本单按与办理事项相同的规则计算，供说明理由用。"}, Sign: "县司法局", Day: "2026年9月23日",
		},
	}
	wrong, started, alone := calculator, calculator, calculator
	alone.Action, alone.Groups, alone.Hidden = "", nil, nil
	wrong.Asked, wrong.Wrong = false, "“2026-13-01”不是日期。"
	started.Sheet.Rows, started.Sheet.Limits = nil, nil
	return map[string]sample{
		"laws": of(view.Laws, laws), "laws-none": of(view.Laws, none), "law": of(view.Law, law), "procedures": of(view.Procedures, procedures),
		"procedure": of(view.Procedure, procedure), "procedure-matters": of(view.Matters, matters), "procedure-matters-none": of(view.Matters, noMatter),
		"calculator": of(view.Calculator, calculator), "calculator-wrong": of(view.Calculator, wrong), "calculator-nothing": of(view.Calculator, started), "matter-limits": of(view.Calculator, alone),
	}
}
