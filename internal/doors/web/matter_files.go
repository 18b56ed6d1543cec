package web

import (
	"zhunsheng/internal/app/papers"
	"zhunsheng/internal/norm/procedure"
)

// fileTitles are the labels under which procedures keep attachments, in words.
var fileTitles = map[string]string{
	"advice": "建议书", "agreement": "协议", "answer": "答复", "appeal": "上诉、复核材料", "application": "申请书和申请材料",
	"appraisal": "鉴定、检验材料", "archive": "归档目录", "as_sent": "报送的文本", "audit_report": "审计报告", "basis": "依据",
	"catalogue": "目录", "clue": "线索材料", "comment": "意见", "committee_record": "委员会会议记录", "complaint": "投诉材料",
	"conclusion": "结论", "confirm_application": "确认申请", "confirmation": "送达地址确认书", "consent": "同意的证明", "consult": "征求意见函",
	"contract": "合同文本", "correction": "补正材料", "corrected": "改正的证明", "defence": "陈述申辩材料", "delivery": "送达证明",
	"designation": "指定管辖的文件", "dispute_ended": "争议终结的证明", "draft": "草案", "emergency_basis": "应急的依据", "evaluation": "评估报告",
	"evidence": "佐证材料", "excuse": "正当理由的证明", "explanation": "起草说明", "found": "发现时间的证明", "handover_list": "移交清单",
	"hear_failed": "不能听取意见的证明", "hear_record": "听取意见的记录", "hearing": "听证材料", "hearing_record": "听证笔录", "identity": "身份证明",
	"index": "目录", "information": "公开的信息", "judgment": "裁判文书", "justice": "司法机关的文书", "legal_risk": "法律风险评估", "letter": "函件",
	"list": "清单", "material": "材料", "materials": "材料", "mediation": "调解材料", "merged": "合并的材料", "minutes": "会议纪要或者记录",
	"norm_answer": "制定机关的答复", "norm_transfer": "转送的材料", "notice": "通知或者告知的证明", "objection": "异议", "opinion": "意见书", "order": "决定或者命令",
	"original": "原件", "own_plan": "本单位的计划", "paper": "文书", "pay_application": "支付申请", "payment": "支付凭证", "performance": "履行的证明",
	"photo": "原件照片", "plan": "方案", "pledge": "承诺书", "police_decision": "公安机关的决定", "prelim": "初审意见和申请材料", "preserve_list": "登记保存清单",
	"procuratorate": "检察机关的文书", "proof": "证明材料", "proposal": "建议", "public_interest": "公共利益的说明", "reason": "理由的证明", "receipt": "回执或者凭证",
	"reception": "接待记录", "recheck": "复查材料", "record": "记录", "recording": "录音录像", "rectified": "整改的证明", "rectify_plan": "整改方案", "reply": "书面答复",
	"report": "报告", "request": "请求", "revised_plan": "修改后的方案", "risk_report": "风险评估报告", "roster": "名单", "scene": "现场材料", "scheme": "方案",
	"screenshot": "截图", "secrecy_basis": "定密的依据", "self_report": "自查报告", "settlement": "和解协议", "sheet": "登记表", "sign_in": "签到表",
	"signature": "签字页", "signed_list": "签字的清单", "signed_opinion": "签字的意见", "signed_page": "签批页", "signed_record": "签字的记录",
	"source": "来源材料", "stamped": "盖章件", "statement": "陈述", "survey_record": "勘验笔录", "tally": "统计", "text": "正式文本", "third_party": "第三方的意见",
	"transcript": "听证笔录", "transfer": "移送的材料", "transfer_list": "移送清单", "transfer_set": "移送案卷", "urgent": "紧急情况的证明",
	"urgent_explanation": "紧急情况的说明", "waiver": "放弃的声明", "withdrawal": "撤回的书面材料",
}

// fileTitle says in words what is kept under a label; a label of a local procedure is just an attachment.
func fileTitle(label string) string {
	if papers.IsSealedCopy(label) {
		return fileTitles["stamped"]
	}
	if t, ok := fileTitles[label]; ok {
		return t
	}
	return "附件"
}

// proofs asks for the papers that prove lawful exceptions, each once.
func (f *formBuilder) proofs(grounds []procedure.Ground, asked map[string]bool) {
	for _, g := range grounds {
		if g.Files == "" || asked[g.Files] {
			continue
		}
		asked[g.Files] = true
		f.files(g.Files, fileTitle(g.Files), true)
		f.fields[len(f.fields)-1].Hint = "适用“" + g.Title + "”的，附上证明材料"
	}
}
