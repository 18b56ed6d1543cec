package figure_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/doc/figure"
)

// brief writes figures as kind, numbers, verdict.
func brief(list []figure.Figure) []string {
	out := []string{}
	for _, f := range list {
		s := fmt.Sprintf("%s %s %s", f.Kind, numbers(f.Numbers), f.Verdict)
		if f.Verdict != figure.Consistent {
			s += fmt.Sprintf(" computed %v", f.Computed)
		}
		out = append(out, s)
	}
	return out
}

func numbers(list []float64) string {
	words := make([]string, len(list))
	for i, v := range list {
		words[i] = strconv.FormatFloat(v, 'f', -1, 64)
	}
	return "[" + strings.Join(words, " ") + "]"
}

func TestCheck(t *testing.T) {
	cases := map[string]struct {
		in   string
		want []string
	}{
		"sum behind 其中":            {"全年办理行政处罚案件320件，其中一般程序210件、简易程序110件。", []string{"sum [320 210 110] consistent"}},
		"sum that misses":          {"全年办理行政处罚案件321件，其中一般程序210件、简易程序110件。", []string{"sum [321 210 110] inconsistent computed 320"}},
		"sum with opposite":        {"共收到复议申请60件，受理42件，不予受理8件。", []string{}},
		"opposites that miss":      {"共收到复议申请60件，其中受理42件，不予受理8件。", []string{"sum [60 42 8] inconsistent computed 50"}},
		"open list is no error":    {"全年办理案件320件，其中农药类21件、种子类10件。", []string{}},
		"bracket":                  {"受理投诉15件（办结12件、正在办理3件）。", []string{"sum [15 12 3] consistent"}},
		"total behind":             {"办理复议案件45件、应诉案件30件，共计75件。", []string{"sum [75 45 30] consistent"}},
		"total behind that misses": {"办理复议案件45件、应诉案件30件，共计76件。", []string{"sum [76 45 30] inconsistent computed 75"}},
		"nested bracket":           {"共有文件100件，其中保留60件（其中继续有效40件、修改20件），废止40件。", []string{"sum [100 60 40] consistent", "sum [60 40 20] consistent"}},
		"money of two sizes":       {"全年投入资金1.2亿元，其中中央资金8000万元、地方资金4000万元。", []string{"sum [120000000 80000000 40000000] consistent"}},
		"rough numbers":            {"开展检查1900余次，其中日常检查1000余次、专项检查800余次。", []string{}},
		"colon":                    {"全县现有执法人员210人：公安80人、市场监管70人、其他60人。", []string{"sum [210 80 70 60] consistent"}},
		"not a breakdown":          {"共检查企业200家，发现问题企业80家，整改完成70家。", []string{}},
		"closed cases behind 其中":   {"全年共办理复议案件156件，受理142件，审结138件，其中维持82件，撤销12件，确认违法3件，驳回25件，终止16件，综合纠错率10.9%。", []string{"sum [138 82 12 3 25 16] consistent"}},
		"appearing in court":       {"负责人应出庭45件，实际出庭43件，出庭率95.6%。", []string{"rate [43 45 95.6] consistent"}},
		"hotline":                  {"受理12345热线工单56320件，办结55870件，办结率99.2%，满意率96.5%。", []string{"rate [55870 56320 99.2] consistent"}},
		"townships and streets":    {"乡镇12个、街道4个，共16个。", []string{"sum [16 12 4] consistent"}},
		"shares of a whole":        {"办理案件120件，其中简易程序80件，占66.7%，一般程序40件，占33.3%。", []string{"sum [120 80 40] consistent", "share [80 120 66.7] consistent", "share [40 120 33.3] consistent"}},
		"shares by themselves":     {"男性120人，占比60%；女性80人，占比40%。", []string{"share [120 200 60] consistent", "share [80 200 40] consistent"}},
		"examined attendances":     {"培训执法人员450人次，考试合格448人，合格率99.6%。", []string{"rate [448 450 99.6] consistent"}},
		"semicolons":               {"办理案件320件，其中：行政处罚210件；行政强制60件；行政检查50件。", []string{"sum [320 210 60 50] consistent"}},
		"a part apart":             {"共受理100件，其中重大案件5件；办结90件，未办结10件。", []string{"sum [100 90 10] consistent"}},
		"money":                    {"投入经费860万元，其中县级500.5万元，乡镇359.5万元。", []string{"sum [860 500.5 359.5] consistent"}},
		"one too many":             {"共8人，其中主任1人，副主任2人，科员4人。", []string{"sum [8 1 2 4] inconsistent computed 7"}},
		"average of posts":         {"全县16个乡镇共配备司法助理员48名，平均每个乡镇3名。", []string{"average [48 16 3] consistent"}},
		"change told twice":        {"全年办理案件120件，较上年增加20件，增长20%。", []string{}},
		"base in brackets":         {"2024年办理115件，比2023年（92件）增长25%。", []string{"growth [115 92 25] consistent"}},
		"base of a comparison": {"办理案件3426件，较上年的3612件下降5.1%，其中适用简易程序2105件、占61.4%，适用普通程序1321件、占38.6%。",
			[]string{"growth [3426 3612 5.1] consistent", "sum [3426 2105 1321] consistent", "share [2105 3426 61.4] consistent", "share [1321 3426 38.6] consistent"}},
		"base not told":                  {"审结58件，败诉4件，败诉率6.9%，负责人出庭应诉56件，出庭应诉率100%。", []string{"rate [4 58 6.9] consistent"}},
		"blanks in thousands":            {"梳理权力4 256项，其中县级3 120项，乡级1 136项。", []string{"sum [4256 3120 1136] consistent"}},
		"thousands":                      {"共检查企业1,286家，其中规上企业286家、规下企业1,000家。", []string{"sum [1286 286 1000] consistent"}},
		"rate":                           {"抽查食品120批次，合格117批次，合格率97.5%。", []string{"rate [117 120 97.5] consistent"}},
		"rate that misses":               {"受理调解案件200件，调解成功180件，调解成功率95%。", []string{"rate [180 200 95] inconsistent computed 90"}},
		"rate cut off":                   {"受理案件27件，结案24件，结案率88%。", []string{"rate [24 27 88] consistent"}},
		"still running":                  {"受理信访200件，按期办结150件，按期办结率100%。", []string{}},
		"lone rate":                      {"群众满意率达到98%，覆盖率100%。", []string{}},
		"share":                          {"全年共办理案件50件，其中农药案件20件，占40%。", []string{"share [20 50 40] consistent"}},
		"share that misses":              {"全年共办理案件50件，其中农药案件20件，占45%。", []string{"share [20 50 45] inconsistent computed 40"}},
		"growth by 由":                    {"许可事项由100项增加到120项，增长20%。", []string{"growth [120 100 20] consistent"}},
		"growth that misses":             {"许可事项由100项增加到120项，增长25%。", []string{"growth [120 100 25] inconsistent computed 20"}},
		"fall":                           {"案件由200件下降至150件，下降25%。", []string{"growth [150 200 25] consistent"}},
		"growth by years":                {"2023年办理复议案件80件，2024年办理100件，同比增长25%。", []string{"growth [100 80 25] consistent"}},
		"growth over last year":          {"今年办理案件120件，较上年的100件增长21%。", []string{"growth [120 100 21] inconsistent computed 20"}},
		"growth without base":            {"全年办理案件120件，同比增长21%。", []string{}},
		"difference":                     {"办件量由300件减少到260件，减少40件。", []string{"difference [260 300 40] consistent"}},
		"difference that misses":         {"今年新增120家，比去年的100家多增加25家。", []string{"difference [120 100 25] inconsistent computed 20"}},
		"points":                         {"满意率由85%提高到92%，提高7个百分点。", []string{"difference [92 85 7] consistent"}},
		"average":                        {"全年检查2400户次，执法人员60人，人均检查40户次。", []string{"average [2400 60 40] consistent"}},
		"average that misses":            {"全年检查2400户次，执法人员60人，人均检查45户次。", []string{"average [2400 60 45] inconsistent computed 40"}},
		"dates and numbers of papers":    {"2024年3月5日印发衡政发〔2024〕12号，第3条第2款，电话010-12345678，共3次。", []string{}},
		"titles":                         {"依据《关于办理100件实事其中60件、40件的通知》开展工作。", []string{}},
		"list whose total stands before": {"全县梳理权力事项共计210项。\n其中行政许可100项、行政处罚60项、行政检查50项。", []string{"sum [210 100 60 50] consistent"}},
		"list that misses its total":     {"全县梳理权力事项共计212项。全部公布。行政许可100项、行政处罚60项、行政检查40项、其他10项。", []string{"sum [212 100 60 40 10] inconsistent computed 210"}},
		"line broken in a word":          {"全年县政府共收到人民群众来信来访合计九十八批次中的群众来信98件,其中反映问题的44件,投诉举\n报15件,建议39件。", []string{"sum [98 44 15 39] consistent"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, brief(figure.Check(c.in))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPlaces(t *testing.T) {
	in := "前言。\n受理勞動爭議案件135起,調(diào)解131起,調(diào)解率達97%。"
	list := figure.Check(in)
	if len(list) != 1 {
		t.Fatalf("%d figures", len(list))
	}
	f := list[0]
	if got := string([]rune(in)[f.Start:f.End]); got != f.Text || !strings.HasPrefix(f.Text, "受理勞動") || !strings.HasSuffix(f.Text, "97%") {
		t.Errorf("place says %q, text %q", got, f.Text)
	}
	if f.StatedWords() != "97%" || f.ComputedWords() != "97.04%" {
		t.Errorf("stated %s, computed %s", f.StatedWords(), f.ComputedWords())
	}
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{"共3件,其中1件、2件。", "由100件增加到120件，增长20%。", "9,999多万元(其中1.5亿元、2%)", "\xff3件", "检查172户次,人员23人,人均6.8户次"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		src := []rune(s)
		last := 0
		for _, fig := range figure.Check(s) {
			if fig.Start < last || fig.End > len(src) || fig.Start >= fig.End {
				t.Fatalf("%d to %d of %d after %d", fig.Start, fig.End, len(src), last)
			}
			last = fig.Start
			if fig.Text != string(src[fig.Start:fig.End]) {
				t.Fatalf("text %q, place says %q", fig.Text, string(src[fig.Start:fig.End]))
			}
			if d := fig.Computed - fig.Stated - fig.Difference; d > .001 || d < -.001 {
				t.Fatalf("difference %v of %v and %v", fig.Difference, fig.Computed, fig.Stated)
			}
			if fig.Kind == figure.KindSum {
				sum := 0.0
				for _, n := range fig.Numbers[1:] {
					sum += n
				}
				if d := sum - fig.Computed; (d > .01 || d < -.01) && sum < 1e12 {
					t.Fatalf("sum of %v is %v, not %v", fig.Numbers[1:], sum, fig.Computed)
				}
			}
		}
	})
}
