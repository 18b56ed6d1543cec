package law

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"zhunsheng/internal/norm/source"
)

func decode(t testing.TB, file string, data []byte) Instrument {
	t.Helper()
	n, diags := source.Parse(file, data)
	r := &source.Reader{Diags: diags}
	in := Decode(r, n)
	if len(r.Diags) > 0 {
		t.Fatal(r.Diags)
	}
	return in
}

func library(t testing.TB) *Library {
	t.Helper()
	data, err := os.ReadFile("../../../pack/testdata/laws/penalty_law.yaml")
	if err != nil {
		t.Fatal(err)
	}
	l, err := NewLibrary([]Instrument{
		decode(t, "penalty_law.yaml", data),
		decode(t, "review.yaml", []byte(`
id: review_law
title: 中华人民共和国行政复议法
short: [复议法]
versions:
  - {in_force: 2024-01-01, made: 2023-09-01, articles: {30: 受理, 60-1: 甲, 105: 乙}}
  - {in_force: 2018-01-01, made: 2017-09-01, articles: {30: 先行复议, 31: 审理期限}}
`)),
		decode(t, "notice.yaml", []byte(`
id: notice
title: 国务院办公厅关于全面推行甲制度和乙制度的指导意见
number: 国办发〔2018〕118号
versions:
  - in_force: 2019-01-03
    until: 2025-01-01
    superseded_by: 新意见
    articles:
      2:
        title: 公示
        items: [3, 0, 2]
`)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestResolve(t *testing.T) {
	l := library(t)
	cases := map[string]struct {
		cite, on string
		want     string // references, or code @place message fragment
	}{
		"bare name":                {"行政处罚法第六十条", "2024-09-09", "《中华人民共和国行政处罚法》第六十条"},
		"full":                     {"《中华人民共和国行政处罚法》第五十八条第一款第二项", "", "《中华人民共和国行政处罚法》第五十八条第一款第二项"},
		"bracketed item":           {"行政处罚法第五十八条第一款第（二）项", "", "《中华人民共和国行政处罚法》第五十八条第一款第二项"},
		"short name, digits":       {"处罚法第42条", "", "《中华人民共和国行政处罚法》第四十二条"},
		"item without paragraph":   {"行政处罚法第五十八条第四项", "", "《中华人民共和国行政处罚法》第五十八条第四项"},
		"items not recorded":       {"行政处罚法第六十四条第二项", "", "《中华人民共和国行政处罚法》第六十四条第二项"},
		"several articles":         {"行政处罚法第四十二条、第五十五条", "", "《中华人民共和国行政处罚法》第四十二条 《中华人民共和国行政处罚法》第五十五条"},
		"several items":            {"行政处罚法第五十八条第一款第二项和第三项", "", "《中华人民共和国行政处罚法》第五十八条第一款第二项 《中华人民共和国行政处罚法》第五十八条第一款第三项"},
		"several paragraphs":       {"行政处罚法第五十八条第一款第二项，第二款", "", "《中华人民共和国行政处罚法》第五十八条第一款第二项 《中华人民共和国行政处罚法》第五十八条第二款"},
		"two instruments":          {"《行政处罚法》第六十条；《复议法》第三十条", "2024-05-01", "《中华人民共和国行政处罚法》第六十条 《中华人民共和国行政复议法》第三十条"},
		"two without brackets":     {"行政处罚法第六十条、复议法第三十条", "2024-05-01", "《中华人民共和国行政处罚法》第六十条 《中华人民共和国行政复议法》第三十条"},
		"the whole":                {"行政处罚法", "", "《中华人民共和国行政处罚法》"},
		"year":                     {"行政处罚法(2021)", "", "《中华人民共和国行政处罚法》（2021）"},
		"year against the day":     {"行政复议法（2017修正）第三十一条", "2024-05-01", "《中华人民共和国行政复议法》（2017）第三十一条"},
		"sub article":              {"复议法第六十条之一", "2024-05-01", "《中华人民共和国行政复议法》第六十条之一"},
		"hundred and five":         {"复议法第一百零五条", "2024-05-01", "《中华人民共和国行政复议法》第一百零五条"},
		"by number":                {"国办发〔2018〕118号第二条", "2020-01-01", "《国务院办公厅关于全面推行甲制度和乙制度的指导意见》第二条"},
		"by number, square":        {"国办发[2018]118号", "2020-01-01", "《国务院办公厅关于全面推行甲制度和乙制度的指导意见》"},
		"the old text on its day":  {"复议法第三十一条", "2023-12-31", "《中华人民共和国行政复议法》第三十一条"},
		"the new text on its day":  {"复议法第三十一条", "2024-01-01", "article @3 相近的有第三十条、第六十条"},
		"no such article":          {"行政处罚法第九十九条", "", "article @5 收录到第八十五条"},
		"no such paragraph":        {"行政处罚法第五十八条第三款", "", "part @5 只有二款"},
		"no such item":             {"行政处罚法第五十八条第一款第五项", "", "part @5 只有四项"},
		"no items at all":          {"行政处罚法第五十八条第二款第一项", "", "part @5 没有分项"},
		"misspelt":                 {"行政处发法第六十条", "", "instrument @0 是不是《行政处罚法》？"},
		"unknown":                  {"本县公示办法第六条", "", "instrument @0 没有收录“本县公示办法”"},
		"not yet in force":         {"行政处罚法第六十条", "2020-05-01", "version @0 2021-07-15起"},
		"no longer in force":       {"国办发〔2018〕118号第二条", "2025-01-01", "version @0 后由《新意见》取代"},
		"no such year":             {"行政处罚法(1996)第六十条", "", "version @0 没有1996年的文本"},
		"nothing":                  {" ", "", "form @0 没有写明依据"},
		"no instrument":            {"第六十条", "", "form @0 没有写明是哪个文件"},
		"paragraph of no article":  {"行政处罚法第二款", "", "form @5 没有写明是哪一条"},
		"wrong order":              {"行政处罚法第五十八条第二项第一款", "", "form @16 次序不对"},
		"rubbish after":            {"行政处罚法第六十条甲乙", "", "form @9 “甲乙”读不懂"},
		"an open title":            {"《行政处罚法第六十条", "", "form @0 书名号"},
		"no number after 之":        {"复议法第六十条之", "", "form @7 应当是数字"},
		"second one wrong":         {"行政处罚法第六十条、第九十九条", "", "article @10 第九十九条"},
		"a number that is none":    {"行政处罚法第二三条", "", "instrument @0 没有收录"},
		"an article of a big code": {"行政处罚法第一千二百六十条", "", "article @5 第一千二百六十条"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			refs, err := l.Resolve(tc.cite, tc.on)
			if err == nil {
				var got []string
				for _, r := range refs {
					got = append(got, r.String())
				}
				if s := strings.Join(got, " "); s != tc.want {
					t.Errorf("got  %s\nwant %s", s, tc.want)
				}
				return
			}
			var p *Problem
			if !errors.As(err, &p) {
				t.Fatal(err)
			}
			head, says, _ := strings.Cut(tc.want, " ")
			at, says, _ := strings.Cut(says, " ")
			if got := fmt.Sprint("@", p.At); p.Code != head || got != at || !strings.Contains(p.Error(), says) {
				t.Errorf("got %s %s %s, want %s", p.Code, got, p, tc.want)
			}
		})
	}
}

func TestNumbersRoundTrip(t *testing.T) {
	for n := 1; n <= maxNumber; n++ {
		s := []rune(numeral(n) + "条")
		got, taken := number(s)
		if got != n || taken != len(s)-1 {
			t.Fatalf("%s read as %d, %d runes", string(s), got, taken)
		}
	}
	for s, want := range map[string]int{"一百〇五条": 105, "12条": 12, "〇条": 0, "条": 0, "二三条": 0, "百条": 0, "99999条": 0, "十十条": 0} {
		if got, _ := number([]rune(s)); got != want {
			t.Errorf("%s read as %d, want %d", s, got, want)
		}
	}
}

func TestLibraryProblems(t *testing.T) {
	v := func(from, until string) Version { return Version{InForce: from, Until: until} }
	cases := map[string]struct {
		in   []Instrument
		want string
	}{
		"one name for two":   {[]Instrument{{Title: "甲法"}, {Title: "乙法", Short: []string{"甲法"}}}, "既指《甲法》，又指《乙法》"},
		"ends before it":     {[]Instrument{{Title: "甲法", Versions: []Version{v("2021-01-01", "2020-01-01")}}}, "止于"},
		"two from one day":   {[]Instrument{{Title: "甲法", Versions: []Version{v("2021-01-01", ""), v("2021-01-01", "")}}}, "都自2021-01-01"},
		"the republic's own": {[]Instrument{{Title: "中华人民共和国甲法"}, {Title: "甲法"}}, "甲法"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := NewLibrary(tc.in); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want one with %q", err, tc.want)
			}
		})
	}
}

func TestDecodeProblems(t *testing.T) {
	cases := map[string]struct{ yaml, want string }{
		"unknown key":      {"id: a\ntitle: 甲法\nlevle: 法律\nversions: []", "x.yaml:3:1: key"},
		"missing":          {"id: a\ntitle: 甲法", "missing"},
		"no date":          {"id: a\ntitle: 甲法\nversions:\n  - in_force: 2021-13-01\n    articles: {}", "x.yaml:4:15: value: “2021-13-01”不是日期"},
		"no number":        {"id: a\ntitle: 甲法\nversions:\n  - in_force: 2021-01-01\n    articles:\n      第五条: 甲", "不是条号"},
		"same article":     {"id: a\ntitle: 甲法\nversions:\n  - in_force: 2021-01-01\n    articles:\n      5: 甲\n      05: 乙", "写了两次"},
		"wrong items":      {"id: a\ntitle: 甲法\nversions:\n  - in_force: 2021-01-01\n    articles:\n      5: {title: 甲, items: [x]}", "不是项数"},
		"articles a list":  {"id: a\ntitle: 甲法\nversions:\n  - in_force: 2021-01-01\n    articles: [5]", "以条号为键"},
		"versions no list": {"id: a\ntitle: 甲法\nversions: {in_force: 2021-01-01}", "应当是列表"},
		"level":            {"id: a\ntitle: 甲法\nlevel: 文件\nversions: []", "文件"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			n, diags := source.Parse("x.yaml", []byte(tc.yaml))
			r := &source.Reader{Diags: diags}
			Decode(r, n)
			if !strings.Contains(r.Diags.Error(), tc.want) {
				t.Errorf("got %v, want %s", r.Diags, tc.want)
			}
		})
	}
}

// FuzzResolve: what a citation resolves to, written out in full, resolves to the same.
func FuzzResolve(f *testing.F) {
	for _, s := range []string{"行政处罚法第五十八条第一款第二项和第三项", "《复议法》（2017修正）第31条、第三十条", "国办发〔2018〕118号第二条第三款第(二)项", "第", "《《》", "(2021)"} {
		f.Add(s)
	}
	l := library(f)
	f.Fuzz(func(t *testing.T, cite string) {
		refs, err := l.Resolve(cite, "")
		if err != nil {
			var p *Problem
			if !errors.As(err, &p) || p.At < 0 || p.At > len([]rune(cite)) || p.Message == "" {
				t.Fatalf("%q: %#v", cite, err)
			}
			return
		}
		for _, r := range refs {
			again, err := l.Resolve(r.String(), "")
			if err != nil || len(again) != 1 || again[0] != r {
				t.Fatalf("%q: %s resolves to %v, %v", cite, r, again, err)
			}
		}
	})
}
