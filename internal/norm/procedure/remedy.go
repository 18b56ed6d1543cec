package procedure

import "strings"

// Kinds of remedy (救济途径) that a paper informs of.
const (
	RemedyEither  = "reconsideration_or_suit" // 可以申请行政复议，也可以直接起诉
	RemedyFirst   = "reconsideration_first"   // 复议前置
	RemedySuit    = "suit_only"               // 只能起诉
	RemedyNothing = "none"
)

// RemedyKinds lists the kinds of remedy.
var RemedyKinds = []string{RemedyEither, RemedyFirst, RemedySuit, RemedyNothing}

// Ids under which a procedure may set its own times for applying, where a statute has others.
const (
	remedyReconsider = "apply_reconsideration"
	remedySuit       = "apply_suit"
)

// RemedyFor is what the sentence on remedies is made for.
type RemedyFor struct {
	Kind  string
	Paper string // title of the paper: it names what is objected to
	Organ string // whom to apply to for reconsideration, "" the organ the law names
	Cites string // further article, "" none
	On    string // legal date
}

// RemedyWords tells how to apply for reconsideration (行政复议法第二十条: sixty days) and how to sue (行政诉讼法第四十六条: six
// months; 第四十五条: fifteen days after reconsideration), by the text in force on the day. A limit apply_reconsideration or
// apply_suit of the procedure has other times. "" where there is no remedy to inform of.
func (d *Definition) RemedyWords(r RemedyFor) string {
	reconsider, reconsiderCites := "六十日", "《中华人民共和国行政复议法》第二十条"
	if r.On < "2024-01-01" {
		reconsiderCites = "《中华人民共和国行政复议法》第九条"
	}
	suit, suitCites := "六个月", "《中华人民共和国行政诉讼法》第四十六条"
	d.ownTime(remedyReconsider, &reconsider, &reconsiderCites)
	d.ownTime(remedySuit, &suit, &suitCites)
	organ := r.Organ
	if organ == "" {
		organ = "行政复议机关"
	}
	further := ""
	if r.Cites != "" {
		further = r.Cites + "、"
	}
	paper, object := paperWords(r.Paper)
	start := "自收到" + paper + "之日起"
	switch r.Kind {
	case RemedyEither:
		return "如不服" + object + "，可以依照" + further + reconsiderCites + "的规定，" + start + reconsider + "内向" + organ + "申请行政复议；也可以依照" +
			suitCites + "的规定，" + start + suit + "内直接向有管辖权的人民法院提起行政诉讼。"
	case RemedyFirst:
		return "如不服" + object + "，应当依照" + further + reconsiderCites + "的规定，" + start + reconsider + "内先向" + organ +
			"申请行政复议；对行政复议决定不服的，可以依照《中华人民共和国行政诉讼法》第四十五条的规定，自收到行政复议决定书之日起十五日内向有管辖权的人民法院提起行政诉讼。"
	case RemedySuit:
		return "如不服" + object + "，可以依照" + further + suitCites + "的规定，" + start + suit + "内向有管辖权的人民法院提起行政诉讼。"
	}
	return ""
}

// ownTime takes time and article from a limit of the procedure.
func (d *Definition) ownTime(id string, length, cites *string) {
	l := d.Limit(id)
	if l == nil || len(l.Lengths) == 0 {
		return
	}
	*length = d.LengthWords(l.Lengths[0].Text)
	if l.Cites != "" {
		*cites = l.Cites
	}
}

// paperWords names the paper and the act that it speaks of by the end of its title: 本决定书, 本决定.
func paperWords(title string) (paper, object string) {
	for _, word := range []string{"决定书", "通知书", "告知书", "答复书", "意见书", "裁决书", "批复", "答复", "证明", "通知", "决定"} {
		if strings.HasSuffix(title, word) {
			return "本" + word, "本" + strings.TrimSuffix(word, "书")
		}
	}
	return "本文书", "上述行政行为"
}
