package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zhunsheng/internal/doc/text"
)

func TestNormalize(t *testing.T) {
	cases := map[string]struct{ in, plain, folded string }{
		"pinyin notes":          {"工作計(jì)劃", "工作计划", "工作计划"},
		"pinyin inside a list":  {"各縣(市、區(qū))政府", "各县(市、区)政府", "各县(市、区)政府"},
		"brackets that stay":    {"附件(1)和(一)以及计量(kg)甲(A)", "附件(1)和(一)以及计量(kg)甲(A)", "附件(1)和(一)以及计量(kg)甲(A)"},
		"digit tone":            {"計(ji4)划", "计划", "计划"},
		"longest phrase":        {"乾隆年間瞭解乾淨", "乾隆年间了解干净", "乾隆年间了解干净"},
		"width":                 {"（１２％）：Ａ；　完", "（１２％）：Ａ；　完", "(12%):A; 完"},
		"year brackets":         {"衡政发〔2025〕3号", "衡政发〔2025〕3号", "衡政发[2025]3号"},
		"zero width":            {"\ufeff甲\u200b乙", "甲乙", "甲乙"},
		"no note without a Han": {"x(jì)", "x(jì)", "x(jì)"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			n := text.Normalize(c.in, 7)
			if diff := cmp.Diff([]string{c.plain, c.folded}, []string{string(n.Plain), string(n.Folded)}); diff != "" {
				t.Error(diff)
			}
			if n.At[0] < 7 || n.At[len(n.At)-1] != 7+utf8.RuneCountInString(c.in) {
				t.Errorf("offsets %v", n.At)
			}
		})
	}
}

func TestSource(t *testing.T) {
	in := []rune("甲計(jì)劃(huà)乙")
	n := text.Normalize(string(in), 0)
	s, e := n.Source(1, 3)
	if got := string(in[s:e]); got != "計(jì)劃" {
		t.Errorf("source of 计划 is %q", got)
	}
}

func FuzzNormalize(f *testing.F) {
	for _, s := range []string{"計(jì)劃", "(一)〔2016〕", "\xff\xfe", "a（hǎo）好（hǎo）"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := text.Normalize(s, 0)
		if len(n.Plain) != len(n.Folded) || len(n.At) != len(n.Plain)+1 {
			t.Fatalf("lengths %d %d %d", len(n.Plain), len(n.Folded), len(n.At))
		}
		total := len([]rune(s))
		last := -1
		for i, at := range n.At {
			if at < last || at > total || i < len(n.Plain) && at == last {
				t.Fatalf("offset %d at %d after %d, of %d", at, i, last, total)
			}
			last = at
		}
		if again := text.Normalize(string(n.Plain), 0); !strings.Contains(s, "(") && !strings.Contains(s, "（") && string(again.Folded) != string(n.Folded) {
			if text.Simplify(string(n.Plain)) == string(n.Plain) {
				t.Fatalf("not stable: %q then %q", string(n.Folded), string(again.Folded))
			}
		}
	})
}

func TestChineseNumber(t *testing.T) {
	cases := map[string]struct {
		value int64
		n     int
	}{
		"三十八": {38, 3}, "十": {10, 1}, "十二": {12, 2}, "二十": {20, 2}, "一百零二": {102, 4}, "两万": {20000, 2},
		"二〇一六年": {2016, 4}, "三千二百万人": {32000000, 5}, "一亿二千万": {120000000, 5}, "甲": {0, 0}, "": {0, 0}, "一是": {1, 1},
	}
	for in, c := range cases {
		v, n := text.ChineseNumber([]rune(in))
		if v != c.value || n != c.n {
			t.Errorf("%s: got %d of %d characters, want %d of %d", in, v, n, c.value, c.n)
		}
	}
}

func TestChineseNumberRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.IntRange(0, 99_999_999).Draw(t, "n")
		s := text.FormatChinese(want)
		got, n := text.ChineseNumber([]rune(s))
		if int(got) != want || n != utf8.RuneCountInString(s) {
			t.Fatalf("%d is written %s and read as %d", want, s, got)
		}
	})
}

func TestDecimal(t *testing.T) {
	cases := map[string]struct {
		v float64
		n int
	}{"1,234项": {1234, 5}, "3.5%": {3.5, 3}, "12,5": {12, 2}, "7.": {7, 1}, "x": {0, 0}, "1.2.3": {1.2, 3}, "12345678901234567890": {0, 0}}
	for in, c := range cases {
		v, n := text.Decimal([]rune(in))
		if v != c.v || n != c.n {
			t.Errorf("%s: got %v, %d, want %v, %d", in, v, n, c.v, c.n)
		}
	}
}

func TestTokens(t *testing.T) {
	cases := map[string]struct {
		in   string
		want []string
	}{
		"run":         {"行政复议", []string{"行政", "政复", "复议", "议"}},
		"marks cut":   {"甲乙,丙", []string{"甲乙", "乙", "丙"}},
		"traditional": {"復議", []string{"复议", "议"}},
		"mixed":       {"GB/T 9704第3章", []string{"gb", "t", "9704", "第", "3", "章"}},
		"empty":       {"。、", []string{}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, text.Tokens(c.in)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPhrases(t *testing.T) {
	want := [][]string{{"行政", "政复", "复议"}, {"2016"}, {"年"}}
	if diff := cmp.Diff(want, text.Phrases("行政復議 2016年")); diff != "" {
		t.Error(diff)
	}
}

// Every pair a phrase asks for stands in the tokens of a text that contains the phrase.
func TestPhraseFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		han := rapid.StringOfN(rapid.RuneFrom([]rune("行政执法监督复议诉讼")), 2, 6, -1).Draw(t, "phrase")
		tail := rapid.StringOfN(rapid.RuneFrom([]rune("县局,。a1")), 0, 5, -1).Draw(t, "tail")
		tokens := map[string]bool{}
		for _, tok := range text.Tokens(tail + han + tail) {
			tokens[tok] = true
		}
		for _, p := range text.Phrases(han) {
			for _, tok := range p {
				if !tokens[tok] {
					t.Fatalf("%s of %s is not among %v", tok, han, tokens)
				}
			}
		}
	})
}

func paragraphs(s string) []text.Paragraph {
	var out []text.Paragraph
	at := 0
	for line := range strings.SplitSeq(s, "\n") {
		n := utf8.RuneCountInString(line)
		out = append(out, text.Paragraph{Text: line, Start: at, End: at + n})
		at += n + 1
	}
	return out
}

func TestSecretMark(t *testing.T) {
	cases := map[string]struct{ in, level, mark string }{
		"star":              {"机密★1年\n衡平县文件", "机密", "机密★1年"},
		"spaced":            {"份号在此\n机 密 ★ 长 期\n标题", "机密", "机 密 ★ 长 期"},
		"late in the text":  {"标题\n" + strings.Repeat("正文\n", 40) + "附件 秘密★6个月", "秘密", "秘密★6个月"},
		"line of its own":   {"绝 密\n标题", "绝密", "绝 密"},
		"named field":       {"标题\n密级:秘密  期限:五年", "秘密", "秘密"},
		"traditional":       {"機密★十年", "机密", "机密★十年"},
		"copy number":       {"份号：000001\n标题", "份号", "份号：000001"},
		"internal":          {"内部资料 注意保存\n标题", "内部", "内部资料 注意保存"},
		"prose":             {"保守国家秘密、商业秘密\n涉及机密的事项不得公开", "", ""},
		"law title":         {"学习《保守国家秘密法》\n秘密级文件管理要求", "", ""},
		"line deep in text": {strings.Repeat("正文一行\n", 20) + "机密", "", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			m, ok := text.SecretMark(paragraphs(c.in))
			if ok != (c.level != "") || m.Level != c.level || m.Text != c.mark {
				t.Fatalf("got %+v, %v", m, ok)
			}
			if ok {
				if got := string([]rune(c.in)[m.Start:m.End]); text.Simplify(got) != m.Text {
					t.Errorf("place says %q, mark says %q", got, m.Text)
				}
			}
		})
	}
}

func TestWrittenDay(t *testing.T) {
	cases := map[string]string{
		"2016年3月22日印发": "2016-03-22", "二〇一六年三月二十二日": "2016-03-22", "2013-12-17 16:24": "2013-12-17",
		"2016.3.22": "2016-03-22", "二00五年九月十六日": "2005-09-16", "二○一六年三月二日": "2016-03-02", "2015年2月29日": "", "2016年3月": "", "20161年1月1日": "",
	}
	for in, want := range cases {
		d, n := text.WrittenDay([]rune(in))
		got := ""
		if n > 0 {
			got = d.String()
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}
