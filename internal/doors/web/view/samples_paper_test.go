package view_test

import (
	"github.com/a-h/templ"

	"zhunsheng/internal/doors/web/view"
)

// paperSamples are the pages of papers with long names, holes and comparisons.
func paperSamples() map[string]sample {
	upload := &view.StepForm{Anchor: "f-copy", Title: "上传盖章件", Form: view.Form{
		ID: "f-copy-c", Action: "/matters/7/papers/9/copy", Submit: "上传", Fields: []view.Field{{Name: "file.copy", Label: "盖章件", Kind: view.Upload, Many: true, Error: "请选择文件。"}},
	}}
	paper := view.PaperPage{
		Page: page("board", "行政许可决定书", "种子经营", view.Button{Text: "下载 DOCX", Href: "/matters/7/papers/9/file"}), Head: "衡平县农业农村局", Number: "衡农许〔2026〕1号",
		Approver: "梁一川", Heading: "行政许可决定书",
		Body:    templ.Raw(`<article class="gw"><p class="gw-to">甲公司：</p><h2>一、事实</h2><p>本机关于2026年9月23日收到申请。</p><table><thead><tr><th scope="col">地点</th></tr></thead><tbody><tr><td>仓库</td></tr></tbody></table><p class="gw-signature">衡平县农业农村局</p><p class="gw-date">2026年9月23日</p></article>`),
		Source:  []view.Pair{{Term: "存证编号", Text: "1 024"}, {Term: "文本校验值", Text: "ab12cd34ab12cd34ab12cd34ab12cd34ab12cd34ab12cd34ab12cd34ab12cd34"}},
		Missing: []string{"申请人的住址或者住所", "编号"}, Upload: upload,
		Copies: []view.PaperCopy{
			{File: link("决定书.docx", "/files/1"), Day: "2026-09-24", Record: link("记录 1 030", "/records/1030"), Said: lamp(view.Green, "与审定的文本一致")},
			{
				File: link("定稿.txt", "/files/2"), Day: "2026-09-25", Record: link("记录 1 031", "/records/1031"), Said: lamp(view.Red, "与审定的文本不一致"), Note: "上传时审定的是另一文本",
				Lines: []view.PaperDiff{{Text: "本机关决定："}, {Text: "费用120元", Tag: view.Tag{Text: "审定文本", Tone: "w"}}, {Text: "费用1200元", Tag: view.Tag{Text: "盖章件", Tone: "b"}}},
			},
		},
	}
	preview := paper
	preview.Preview, preview.Upload, preview.Copies, preview.Source = true, nil, nil, nil
	return map[string]sample{
		"paper":         of(view.Paper, paper),
		"paper-preview": of(view.Paper, preview),
		"signing": of(view.Signing, view.SigningPage{
			Page: page("board", "发文稿纸", "行政许可决定书"), Unit: "衡平县农业农村局", Number: "衡农许〔2026〕1号", Foot: "审定文本校验值 ab12cd34",
			Rows: []view.SigningRow{{Label: "签发", Text: "准予", Sign: "县农业农村局 梁一川 2026-09-23", Room: true}, {Label: "审核", Text: "同意。材料齐全", Sign: "顾堃 2026-09-23"}, {Label: "主送", Text: "甲公司"}},
		}),
	}
}
