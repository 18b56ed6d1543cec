package plan

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/doc/text"
)

func phrasePage(s string) *page {
	return newPage([]text.Paragraph{{Text: s, End: len([]rune(s))}})
}

// Phrases of deadlines, in a plan of 2025.
func TestDeadlines(t *testing.T) {
	cases := map[string]string{
		"于4月底前完成":                 "by:2025-04-30",
		"2月底前报送":                  "by:2025-02-28",
		"2024年2月底前报送":             "",
		"2028年2月底前完成":             "by:2028-02-29",
		"6月30日前完成":                "by:2025-06-30",
		"年底前完成":                   "by:2025-12-31",
		"今年年底前完成":                 "by:2025-12-31",
		"2025年年底前完成":              "by:2025-12-31",
		"10月前完成":                  "by:2025-09-30",
		"11月中旬前完成":                "by:2025-11-20",
		"12月底完成":                  "by:2025-12-31",
		"到2027年基本建成":              "by:2027-12-31",
		"到2027年底基本建成":             "by:2027-12-31",
		"明年3月底前":                  "by:2026-03-31",
		"次年1月31日前报告":              "by:2026-01-31",
		"上半年完成":                   "in:2025-H1",
		"下半年开展":                   "in:2025-H2",
		"第二季度组织":                  "in:2025-Q2",
		"三季度末前完成":                 "by:2025-09-30",
		"10月份开展宣传":                "in:2025-10",
		"5月、9月各检查一次":              "in:2025-05 in:2025-09",
		"全年组织":                    "in:2025",
		"年内完成":                    "in:2025",
		"2025年6月至9月":              "in:2025-06-01/2025-09-30",
		"3—5月开展":                  "in:2025-03-01/2025-05-31",
		"2025年—2027年":             "in:2025-01-01/2027-12-31",
		"7月1日至8月15日":              "in:2025-07-01/2025-08-15",
		"每年组织":                    "every:P1Y",
		"每年第一季度报告":                "every:P1Y@Q1",
		"每年初签订":                   "every:P1Y@start",
		"每年年初签订":                  "every:P1Y@start",
		"每年2月底前报告":                "every:P1Y@02-28",
		"每年3月1日前报告":               "every:P1Y@03-01",
		"每年6月底、12月底前报送":           "every:P1Y@06-30 every:P1Y@12-31",
		"每年底考核":                   "every:P1Y@12-31",
		"每半年通报":                   "every:P6M",
		"每季度调度":                   "every:P3M",
		"按季度报送":                   "every:P3M",
		"每月5日前报送":                 "every:P1M",
		"每周例会":                    "every:P1W",
		"每两年清理":                   "every:P2Y",
		"每隔两年清理":                  "every:P2Y",
		"一年一次体检":                  "every:P1Y",
		"自收到之日起15日内答复":            "within:P15D",
		"20个工作日内办结":               "within:P20WD",
		"三个月内整改":                  "within:P3M",
		"24小时内报告":                 "within:PT24H",
		"适时开展，及时公布，定期通报":          "",
		"持续推进简政放权":                "",
		"建立长效机制，长期坚持。":            "ongoing",
		"在今年1月份已公布的基础上":           "",
		"2019年12月印发的文件":           "",
		"《规划（2021—2025年）》12月底前落实": "by:2025-12-31",
		"五年规划（2021—2025年）要求":      "",
		"举行10日前公告":                "",
		"一月一小评":                   "",
		"三年时间":                    "",
		"2025年度计划":                "",
		"2*0年以来的文件":               "",
		"20__年6月1日前":              "by:XXXX-06-01",
		"20×年9月底前":                "by:XXXX-09-30",
		"二〇二五年十月底前":               "by:2025-10-31",
		"截至目前已完成":                 "",
	}
	for in, want := range cases {
		t.Run(in, func(t *testing.T) {
			p := phrasePage(in)
			d := dates{p: p, year: 2025}
			d.scan(0, len(p.f), false)
			var got []string
			for _, x := range d.out {
				got = append(got, x.Norm)
			}
			if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// In a field for time limits a bare word or date says more than in prose.
func TestDeadlineFields(t *testing.T) {
	cases := map[string]string{
		"长期坚持": "ongoing", "持续推进": "ongoing", "常态化": "ongoing", "全年": "in:2025", "2025年12月": "in:2025-12", "2025.12": "in:2025-12",
		"2025-06-30": "by:2025-06-30", "6月30日": "by:2025-06-30", "年底": "", "2025年底": "by:2025-12-31", "第三季度": "in:2025-Q3",
		"11月底前，并长期坚持": "by:2025-11-30 ongoing", "2026年": "in:2026", "立行立改": "",
	}
	cases["年底"] = "by:2025-12-31"
	for in, want := range cases {
		t.Run(in, func(t *testing.T) {
			p := phrasePage(in)
			d := dates{p: p, year: 2025}
			d.scan(0, len(p.f), true)
			var got []string
			for _, x := range d.out {
				got = append(got, x.Norm)
			}
			if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTargets(t *testing.T) {
	cases := map[string]string{
		"每年不得少于4次":             ">=4次/P1Y",
		"每年组织培训至少1次，专题讲座至少2次":  ">=1次/P1Y >=2次/P1Y",
		"参加培训的时间不少于40学时":       ">=40学时",
		"每半年开展一次评查":            "=1次/P6M",
		"审查率、备案率达到100%":        ">=100% >=100%",
		"审查率以及备案率均达到100%":      ">=100% >=100%",
		"满意率达95%以上":            ">=95%",
		"满意率95%以上":             ">=95%",
		"差错率不超过2%":             "<=2%",
		"明确2名兼职人员":             "=2名",
		"选取2—3家单位":             "range[2 3]家",
		"对1件文件进行评估":            "=1件",
		"办理时限压缩至3个工作日以内":       "<=3工作日",
		"办理时限缩短50%以上":          ">=50%",
		"增长超过10%":              ">10%",
		"提高5个百分点":              "=5百分点",
		"创建示范点3个":              "=3个",
		"全年培训不少于两期":            ">=2期/P1Y",
		"每季度至少召开一次会议":          ">=1次/P3M",
		"至少确定一名联络员":            ">=1名",
		"投入资金500万元以上":          ">=500万元",
		"投资5000万元以上的项目":        "",
		"覆盖率达到百分之九十五以上":        ">=95%",
		"一次性告知，最多跑一次":          "",
		"“三集中、三到位”和“12345”热线":  "",
		"市县两级政府":               "",
		"第3条第2款":               "",
		"15日内答复":               "",
		"十八届三中全会":              "",
		"已完成3件":                "",
		"全县16个乡镇":              "",
		"等3项改革":                "",
		"2025年3月5日":            "",
		"三年行动":                 "",
		"发放资料1万份":              "=1万份",
		"培训3.5万人次":             "=3.5万人次",
		"4次/年":                 "=4次/P1Y",
		"每年考核，覆盖率达到100%":       ">=100%",
		"二季度、四季度各组织一次培训":       "=1次",
		"开展“四季普法”不少于4场次":       ">=4场次",
		"查处率和整改率分别达到95%、90%以上": ">=95% >=90%",
	}
	for in, want := range cases {
		t.Run(in, func(t *testing.T) {
			p := phrasePage(in)
			ts := targets{p: p}
			ts.scan(0, len(p.f))
			var got []string
			for _, x := range ts.out {
				s := fmt.Sprintf("%s%v%s", x.Op, x.Value.Low, x.Unit)
				if x.Value.Range {
					s = fmt.Sprintf("%s[%v %v]%s", x.Op, x.Value.Low, x.Value.High, x.Unit)
				}
				if x.Per != "" {
					s += "/" + string(x.Per)
				}
				got = append(got, s)
			}
			if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUnits(t *testing.T) {
	cases := map[string]string{
		"甲局、乙局牵头，丙局、丁局承办":            "甲局:lead 乙局:lead 丙局:undertake 丁局:undertake",
		"区监察局牵头，各街道办事处，区政府各部门承办":     "区监察局:lead 各街道办事处:undertake 区政府各部门:undertake",
		"县司法局、各县（市、区）政府":             "县司法局:responsible 各县（市、区）政府:responsible",
		"责任单位：县司法局、县财政局等":            "县司法局:responsible 县财政局:responsible",
		"牵头单位：县司法局；配合单位：县财政局":        "县司法局:lead 县财政局:assist",
		"牵头单位:县司法局 配合单位:县财政局":        "县司法局:lead 县财政局:assist",
		"县司法局牵头，各部门按职责分工负责":          "县司法局:lead 各部门:undertake",
		"县司法局、县公安局按职责分工负责":           "县司法局:responsible 县公安局:responsible",
		"由县司法局会同县财政局负责":              "县司法局:lead 县财政局:assist",
		"县司法局（牵头），县财政局":              "县司法局:lead 县财政局:responsible",
		"县司法局牵头县财政局配合":               "县司法局:lead 县财政局:assist",
		"县委宣传部（县文明办）、县司法局等有关部门":      "县委宣传部（县文明办）:responsible 县司法局:responsible",
		"县人力资源和社会保障局、县住房和城乡建设局":      "县人力资源和社会保障局:responsible 县住房和城乡建设局:responsible",
		"县司法局和各乡镇人民政府":               "县司法局:responsible 各乡镇人民政府:responsible",
		"主办单位：县司法局；协办单位：县财政局；责任人：张三": "县司法局:lead 县财政局:assist",
		"责任单位：县司法局牵头，县直各部门配合":        "县司法局:lead 县直各部门:assist",
		"县政府办公室负责；县司法局参与":            "县政府办公室:responsible 县司法局:assist",
		"县司法局，完成时限：6月底":              "县司法局:responsible",
		"县司法局主办、县财政局协办、各乡镇参加":        "县司法局:lead 县财政局:assist 各乡镇:assist",
	}
	for in, want := range cases {
		t.Run(in, func(t *testing.T) {
			p := phrasePage(in)
			var got []string
			for _, u := range p.readUnits(0, len(p.f)-1, "").units {
				got = append(got, u.Name+":"+u.Role)
			}
			if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLabels(t *testing.T) {
	cases := map[string]label{
		"一、总体要求": {stChinese, 1, 2}, "（三十八）强化": {stBracket, 38, 5}, "1.加强": {stArabic, 1, 2}, "16、严格": {stArabic, 16, 3}, "（1）建立": {stArabicIn, 1, 3},
		"1)建立": {stArabicIn, 1, 2}, "①建立": {stCircled, 1, 1}, "第三条 县": {stArticle, 3, 3}, "第二部分 甲": {stChapter, 2, 4}, "第一，切实": {stOrdinal, 1, 3},
		"1.1 加强": {stArabicIn, 1, 4}, "1.5亿元": {}, "2025年": {}, "（2016）": {}, "一是加强": {}, "第一季度": {}, "(试行)": {}, "": {}, "12345、热线": {},
	}
	for in, want := range cases {
		p := phrasePage(in + " ")
		if got := readLabel(p.f[:len(p.f)-1]); got != want {
			t.Errorf("%s: got %+v, want %+v", in, got, want)
		}
	}
}
