package procedure_test

import (
	"testing"

	"zhunsheng/internal/norm/procedure"
)

func TestRemedyWords(t *testing.T) {
	plain := &procedure.Definition{}
	own := &procedure.Definition{AllLimits: []procedure.Limit{
		{ID: "apply_suit", Title: "起诉", Cites: "某法第三十条", Lengths: []procedure.Length{{Text: "3 months"}}},
	}}
	for name, c := range map[string]struct {
		d    *procedure.Definition
		r    procedure.RemedyFor
		want string
	}{
		"either": {
			plain, procedure.RemedyFor{Kind: procedure.RemedyEither, Paper: "行政处罚决定书", Organ: "衡平县人民政府", On: "2026-03-02"},
			"如不服本决定，可以依照《中华人民共和国行政复议法》第二十条的规定，自收到本决定书之日起六十日内向衡平县人民政府申请行政复议；也可以依照《中华人民共和国行政诉讼法》第四十六条的规定，自收到本决定书之日起六个月内直接向有管辖权的人民法院提起行政诉讼。",
		},
		"before the new law of reconsideration": {
			plain, procedure.RemedyFor{Kind: procedure.RemedyEither, Paper: "答复", On: "2023-12-31"},
			"如不服本答复，可以依照《中华人民共和国行政复议法》第九条的规定，自收到本答复之日起六十日内向行政复议机关申请行政复议；也可以依照《中华人民共和国行政诉讼法》第四十六条的规定，自收到本答复之日起六个月内直接向有管辖权的人民法院提起行政诉讼。",
		},
		"first": {
			plain, procedure.RemedyFor{Kind: procedure.RemedyFirst, Paper: "不予公开告知书", Organ: "县政府", Cites: "行政复议法第二十三条", On: "2026-03-02"},
			"如不服本告知，应当依照行政复议法第二十三条、《中华人民共和国行政复议法》第二十条的规定，自收到本告知书之日起六十日内先向县政府申请行政复议；对行政复议决定不服的，可以依照《中华人民共和国行政诉讼法》第四十五条的规定，自收到行政复议决定书之日起十五日内向有管辖权的人民法院提起行政诉讼。",
		},
		"own time": {
			own, procedure.RemedyFor{Kind: procedure.RemedySuit, Paper: "确认文件", On: "2026-03-02"},
			"如不服上述行政行为，可以依照某法第三十条的规定，自收到本文书之日起3个月内向有管辖权的人民法院提起行政诉讼。",
		},
		"none": {plain, procedure.RemedyFor{Kind: procedure.RemedyNothing, Paper: "通知"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := c.d.RemedyWords(c.r); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
