package view

import (
	"slices"
	"strings"
)

// Line is a line of work (栏目): a place of the menu under which the matters of some procedures are handled.
type Line struct {
	Place
	procedures string
}

// Procedures are the ids of the procedures of the line.
func (l Line) Procedures() []string { return strings.Fields(l.procedures) }

// workLines are in the order of the menu (ui/README.md, Navigation). A procedure belongs to one line.
var workLines = []Line{
	{Place{"decisions", "决策与文件", "重大行政决策", "/lines/decisions"}, "decision"},
	{Place{"meetings", "决策与文件", "会议议题", "/lines/meetings"}, "meeting"},
	{Place{"documents", "决策与文件", "规范性文件", "/lines/documents"}, "normative review_request"},
	{Place{"cleanup", "决策与文件", "清理与后评估", "/lines/cleanup"}, "cleanup post_evaluation"},
	{Place{"legislation", "决策与文件", "政府立法", "/lines/legislation"}, "legislation"},
	{Place{"contracts", "决策与文件", "合同审查", "/lines/contracts"}, "contract"},
	{Place{"legal-affairs", "决策与文件", "涉法事务", "/lines/legal-affairs"}, "legal_affair consult_file"},
	{Place{"fair-review", "决策与文件", "公平竞争审查", "/lines/fair-review"}, "fair_review"},
	{Place{"permits", "权责与审批", "行政许可", "/lines/permits"}, "permit permit_joint pledge"},
	{Place{"benefits", "权责与审批", "确认、给付、奖励", "/lines/benefits"}, "confirmation payment reward adjudication levy requisition"},
	{Place{"enforcement", "行政执法", "执法案件", "/lines/enforcement"}, "penalty penalty_summary coercion seizure freeze"},
	{Place{"inspections", "行政执法", "涉企检查", "/lines/inspections"}, "inspection"},
	{Place{"transfers", "行政执法", "行刑衔接", "/lines/transfers"}, "transfer"},
	{Place{"file-reviews", "行政执法", "案卷评查", "/lines/file-reviews"}, "file_review"},
	{Place{"corrections", "行政执法", "责令改正", "/lines/corrections"}, "order_correct"},
	{Place{"credit", "行政执法", "信用与分级", "/lines/credit"}, "blacklist credit_repair"},
	{Place{"disputes-of-power", "行政执法", "联合执法与争议", "/lines/disputes-of-power"}, "competence_dispute"},
	{Place{"publishing", "政务公开", "主动公开", "/lines/publishing"}, "publish"},
	{Place{"disclosure", "政务公开", "依申请公开", "/lines/disclosure"}, "disclosure"},
	{Place{"letters", "政务公开", "信箱", "/lines/letters"}, "letter"},
	{Place{"hotline", "政务公开", "热线承办", "/lines/hotline"}, "hotline"},
	{Place{"press", "政务公开", "舆情与新闻发布", "/lines/press"}, "opinion press"},
	{Place{"oversight", "监督问责", "执法监督", "/lines/oversight"}, "supervision"},
	{Place{"inspectorate", "监督问责", "法治督察", "/lines/inspectorate"}, "inspectorate rectify"},
	{Place{"talks", "监督问责", "约谈挂牌", "/lines/talks"}, "talk"},
	{Place{"congress", "监督问责", "人大监督", "/lines/congress"}, "npc_opinion"},
	{Place{"proposals", "监督问责", "建议提案", "/lines/proposals"}, "proposal"},
	{Place{"advice", "监督问责", "司法、检察建议", "/lines/advice"}, "judicial_advice"},
	{Place{"audits", "监督问责", "审计整改", "/lines/audits"}, "audit_fix"},
	{Place{"complaints", "监督问责", "投诉举报", "/lines/complaints"}, "complaint"},
	{Place{"accountability", "监督问责", "行政问责", "/lines/accountability"}, "accountability"},
	{Place{"compensation", "监督问责", "赔偿与补偿", "/lines/compensation"}, "compensation"},
	{Place{"interference", "监督问责", "干预记录", "/lines/interference"}, "interference"},
	{Place{"reconsideration", "复议与化解", "行政复议", "/lines/reconsideration"}, "reconsideration reconsideration_summary"},
	{Place{"litigation", "复议与化解", "行政应诉", "/lines/litigation"}, "litigation"},
	{Place{"mediation", "复议与化解", "调解", "/lines/mediation"}, "mediation"},
	{Place{"petitions", "复议与化解", "信访", "/lines/petitions"}, "petition"},
	{Place{"arbitration", "复议与化解", "仲裁与工伤认定", "/lines/arbitration"}, "arbitration injury labour"},
	{Place{"legal-aid", "复议与化解", "法律援助", "/lines/legal-aid"}, "legal_aid"},
	{Place{"screening", "复议与化解", "矛盾排查", "/lines/screening"}, "risk_scan"},
	{Place{"study", "学法普法", "领导干部学法", "/lines/study"}, "study"},
	{Place{"training", "学法普法", "执法人员培训", "/lines/training"}, "training"},
	{Place{"publicity", "学法普法", "普法活动", "/lines/publicity"}, "publicity"},
	{Place{"models", "学法普法", "示范点创建", "/lines/models"}, "model_site"},
	{Place{"annual", "考核报告", "年度报告与述法", "/lines/annual"}, "annual_report statement"},
	{Place{"emergency", "应急管理", "演练与突发事件", "/lines/emergency"}, "drill emergency_event"},
	{Place{"duty", "应急管理", "值守与零报告", "/lines/duty"}, "zero_report"},
	{Place{"problems", "计划督办", "问题报告与试点", "/lines/problems"}, "problem_report pilot"},
}

// LineByID finds a line.
func LineByID(id string) (Line, bool) {
	return find(func(l Line) bool { return l.ID == id })
}

// LineOf is the line a procedure belongs to.
func LineOf(procedure string) (Line, bool) {
	return find(func(l Line) bool { return slices.Contains(l.Procedures(), procedure) })
}

func find(is func(Line) bool) (Line, bool) {
	i := slices.IndexFunc(workLines, is)
	if i < 0 {
		return Line{}, false
	}
	return workLines[i], true
}
