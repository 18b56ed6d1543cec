package dispatch

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"zhunsheng/internal/doc/text"
)

// Finding is what the burden check (减负自检) says of a plan or a collection. It forbids nothing: who dispatches states
// the reason, and the reason is part of the record.
type Finding struct {
	Measure string // id of the measure, "" of the whole
	Say     string
	Way     string // what to do about it
}

// BurdenRule is what findings rest on: 《整治形式主义为基层减负若干规定》(2024). Its wording on single items was not
// confirmed, so no article is named (待核).
const BurdenRule = "整治形式主义为基层减负若干规定（待核条款）"

// longPlan is how many characters a document that gives tasks should not exceed (同上规定).
const longPlan = 4000

// yardsticks are ways of judging work that the rule speaks against.
var yardsticks = []string{"打卡", "点赞", "转发量", "学习时长", "学习笔记", "拍照留痕", "工作留痕", "责任状", "一票否决", "微信群"}

// reporting words mean that something has to be sent up.
var reporting = []string{"报送", "上报", "报告工作", "报县", "报市", "报区", "书面报告"}

// basisWords show that the plan itself says on what a report rests.
var basisWords = []string{"根据", "依据", "按照", "《"}

// burden checks a draft for what loads the units below without a stated basis.
func (draft *Draft) burden(length int) []Finding {
	var out []Finding
	if length > longPlan {
		out = append(out, Finding{
			Say: fmt.Sprintf("文件全文 %d 字，超过部署任务类文件 %d 字的要求。", length, longPlan), Way: "今后可以精简；本次说明理由。",
		})
	}
	for i := range draft.Measures {
		m := &draft.Measures[i]
		for _, w := range yardsticks {
			if strings.Contains(m.Text, w) {
				out = append(out, Finding{m.ID, fmt.Sprintf("%s“%s”以“%s”衡量工作。", m.Label, m.Title, w), "改为以结果衡量，或者删去。"})
			}
		}
		if recurring[m.Due] != "" && containsAny(m.Text, reporting) && !containsAny(m.Text, basisWords) {
			out = append(out, Finding{m.ID, fmt.Sprintf("%s“%s”要求%s报送材料，没有写明依据。", m.Label, m.Title, m.Due), "补充依据，或者合并到半年报告。"})
		}
	}
	return out
}

// Burden checks a draft for what loads the units below without a stated basis.
func (d *Dispatch) Burden(ctx context.Context, draft *Draft) ([]Finding, error) {
	paragraphs, err := d.Paragraphs(ctx, draft)
	if err != nil {
		return nil, err
	}
	length := 0
	for _, p := range paragraphs {
		length += characters(string(text.Normalize(p.Text, 0).Plain)) // pinyin notes of a web page are no text of the document
	}
	return draft.burden(length), nil
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// characters counts the characters of a text that are no blanks.
func characters(s string) int {
	return utf8.RuneCountInString(strings.Join(strings.Fields(s), ""))
}
