package docfile

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zhunsheng/internal/doc/text"
)

func TestDOCXText(t *testing.T) {
	cases := map[string]struct {
		body string
		want []string
	}{
		"runs and breaks": {
			`<w:p><w:r><w:t>县司法局</w:t></w:r><w:r><w:t xml:space="preserve">牵头 </w:t><w:tab/><w:t>6月底前</w:t><w:br/><w:t>下一行</w:t></w:r></w:p>` + p("完"),
			[]string{"县司法局牵头 \t6月底前", "下一行", "完"},
		},
		"deleted and inserted": {
			`<w:p><w:r><w:t>完成</w:t></w:r><w:del><w:r><w:delText>八</w:delText></w:r></w:del><w:ins><w:r><w:t>十</w:t></w:r></w:ins><w:r><w:t>项</w:t></w:r></w:p>` +
				`<w:p><w:moveFrom><w:r><w:t>搬走的</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>搬来的</w:t></w:r></w:moveTo></w:p>`,
			[]string{"完成十项", "搬来的"},
		},
		"deleted paragraph mark": {
			`<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前半</w:t></w:r></w:p>` + p("后半"),
			[]string{"前半后半"},
		},
		"hidden, field, ruby, symbol, formula": {
			`<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>看不见</w:t></w:r><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>看得见</w:t></w:r>` +
				`<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE</w:instrText><w:t>指令</w:t></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>5月</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>` +
				`<w:r><w:ruby><w:rt><w:r><w:t>jiè</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>届</w:t></w:r></w:rubyBase></w:ruby></w:r><w:r><w:sym w:char="F0FE"/></w:r><m:oMath><m:r><m:t>a=b</m:t></m:r></m:oMath></w:p>`,
			[]string{"看得见5月届☑a=b"},
		},
		"unended field does not swallow the rest": {
			`<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>` + p("正文"), []string{"", "正文"},
		},
		"contents left out": {
			`<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr><w:sdtContent>` + p("一、目标…1") + `</w:sdtContent></w:sdt>` +
				`<w:sdt><w:sdtContent>` + p("一、目标") + `</w:sdtContent></w:sdt>`,
			[]string{"一、目标"},
		},
		"one-column table only arranges": {
			`<w:tbl><w:tr><w:tc>` + p("一") + p("二") + `</w:tc></w:tr></w:tbl>` + p("三"), []string{"一", "二", "三"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d, err := Read("x.docx", pack(t, c.body, nil))
			if err != nil {
				t.Fatal(err)
			}
			checkPlaces(t, d)
			if diff := cmp.Diff(c.want, texts(d)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDOCXTable(t *testing.T) {
	tc := func(props, s string) string { return `<w:tc><w:tcPr>` + props + `</w:tcPr>` + p(s) + `</w:tc>` }
	body := p("表") + `<w:tbl><w:tr>` + tc("", "序号") + tc("", "任务") + tc("", "单位") + `</w:tr>` +
		`<w:tr>` + tc("", "1") + tc("", "清理文件") + tc(`<w:vMerge w:val="restart"/>`, "县司法局") + `</w:tr>` +
		`<w:tr>` + tc("", "2") + tc("", "培训") + tc(`<w:vMerge/>`, "") + `</w:tr>` +
		`<w:tr><w:trPr><w:del/></w:trPr>` + tc("", "删") + tc("", "删") + tc("", "删") + `</w:tr>` +
		`<w:tr>` + tc(`<w:gridSpan w:val="2"/>`, "合计") + tc("", "2项") + `</w:tr></w:tbl>`
	d, err := Read("x.docx", pack(t, body, nil))
	if err != nil {
		t.Fatal(err)
	}
	checkPlaces(t, d)
	want := []text.Paragraph{
		{Text: "表", End: 1},
		{Text: "序号\t任务\t单位", Start: 2, End: 10, Cells: []text.Cell{{Text: "序号", Start: 2, End: 4}, {Text: "任务", Start: 5, End: 7}, {Text: "单位", Start: 8, End: 10}}},
		{Text: "1\t清理文件\t县司法局", Start: 11, End: 22, Cells: []text.Cell{{Text: "1", Start: 11, End: 12}, {Text: "清理文件", Start: 13, End: 17}, {Text: "县司法局", Start: 18, End: 22}}},
		{Text: "2\t培训", Start: 23, End: 27, Cells: []text.Cell{{Text: "2", Start: 23, End: 24}, {Text: "培训", Start: 25, End: 27}, {Text: "县司法局", Start: 18, End: 22, Merged: true}}},
		{Text: "合计\t2项", Start: 28, End: 33, Cells: []text.Cell{{Text: "合计", Start: 28, End: 30}, {Text: "合计", Start: 28, End: 30, Merged: true}, {Text: "2项", Start: 31, End: 33}}},
	}
	if diff := cmp.Diff(want, d.Paragraphs); diff != "" {
		t.Error(diff)
	}
}

// lists: 0 = 一、/（一）/1./(1) as in official documents; 1 = 第一条 with a level of 1.1 in legal style; 2 = linked to a style.
const lists = `<w:numbering ` + wNS + `>
<w:abstractNum w:abstractNumId="0">
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
 <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
 <w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="decimalEnclosedCircle"/><w:lvlText w:val="%4"/><w:lvlRestart w:val="0"/></w:lvl>
 <w:lvl w:ilvl="4"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="1">
 <w:lvl w:ilvl="0"><w:start w:val="9"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1条"/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2"/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="2">
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="ideographTraditional"/><w:pStyle w:val="H1"/><w:lvlText w:val="%1、"/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:pStyle w:val="H2"/><w:lvlText w:val="%2)"/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="2"/></w:num>
</w:numbering>`

const styles = `<w:styles ` + wNS + `>
<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/><w:basedOn w:val="a"/></w:style>
<w:style w:type="paragraph" w:styleId="C1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/><w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="我的二级"/><w:basedOn w:val="H1"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
</w:styles>`

func TestDOCXNumbering(t *testing.T) {
	styled := func(id, s string) string {
		return `<w:p><w:pPr><w:pStyle w:val="` + id + `"/></w:pPr><w:r><w:t>` + s + `</w:t></w:r></w:p>`
	}
	body := styled("T", "2026年工作计划") + styled("C1", "一、目标\t1") +
		numbered("1", "0", "目标") + numbered("1", "1", "甲") + numbered("1", "1", "乙") +
		numbered("1", "2", "a") + numbered("1", "3", "x") + numbered("1", "4", "点") +
		numbered("1", "0", "任务") + numbered("1", "1", "丙") + numbered("1", "2", "b") + numbered("1", "3", "y") +
		numbered("2", "0", "总则") + numbered("2", "1", "款") + numbered("2", "0", "罚则") +
		numbered("3", "0", "保障") + numbered("1", "0", "附则") + numbered("0", "0", "无号") +
		styled("H1", "首") + styled("H2", "次") + styled("H1", "尾") + numbered("1", "0", "　")
	d, err := Read("x.docx", pack(t, body, map[string]string{"word/numbering.xml": lists, "word/styles.xml": styles}))
	if err != nil {
		t.Fatal(err)
	}
	checkPlaces(t, d)
	want := []string{"2026年工作计划",
		"一、目标", "（一）甲", "（二）乙", "1.a", "①x", "点",
		"二、任务", "（一）丙", "1.b", "②y",
		"第九条　总则", "9.1 款", "第十条　罚则",
		"五、保障", "六、附则", "无号",
		"甲、首", "I)次", "乙、尾", "　"}
	if diff := cmp.Diff(want, texts(d)); diff != "" {
		t.Error(diff)
	}
	if d.Title != "2026年工作计划" {
		t.Errorf("title %q", d.Title)
	}
	levels := map[string]int{"甲、首": 1, "I)次": 2, "一、目标": 0}
	for _, p := range d.Paragraphs {
		if want, ok := levels[p.Text]; ok && p.Level != want {
			t.Errorf("level of %q is %d, want %d", p.Text, p.Level, want)
		}
	}
}

func TestDOCXAsides(t *testing.T) {
	box := `<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>` + p("机密★1年") + `</w:txbxContent></w:drawing></mc:Choice>` +
		`<mc:Fallback><w:pict><w:txbxContent>` + p("机密★1年") + `</w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>正文</w:t></w:r></w:p>`
	d, err := Read("x.docx", pack(t, box, map[string]string{
		"word/header2.xml":   `<w:hdr ` + wNS + `>` + p("内部资料") + `</w:hdr>`,
		"word/footnotes.xml": `<w:footnotes ` + wNS + `><w:footnote>` + p("注一") + `</w:footnote></w:footnotes>`,
	}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"正文"}, texts(d)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Aside{{"文本框", "机密★1年"}, {"页眉", "内部资料"}, {"脚注", "注一"}}, d.Asides); diff != "" {
		t.Error(diff)
	}
}

func TestDOCXCentredTitle(t *testing.T) {
	centre := func(s string) string {
		return `<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:t>` + s + `</w:t></w:r></w:p>`
	}
	d, err := Read("x.docx", pack(t, centre("衡平县人民政府文件")+centre("衡政发〔2026〕3号")+p("")+centre("关于印发2026年法治政府建设")+centre("工作计划的通知")+p("各单位：")+centre("附件"), nil))
	if err != nil {
		t.Fatal(err)
	}
	if want := "关于印发2026年法治政府建设工作计划的通知"; d.Title != want {
		t.Errorf("title %q, want %q", d.Title, want)
	}
}

func TestNumeral(t *testing.T) {
	cases := map[string]struct {
		format string
		n      int
		want   string
	}{
		"ten":            {"chineseCountingThousand", 10, "十"},
		"eleven":         {"chineseCounting", 11, "十一"},
		"twenty":         {"chineseCounting", 20, "二十"},
		"hundred":        {"chineseCounting", 105, "一〇五"},
		"hundred spoken": {"chineseCountingThousand", 105, "一百零五"},
		"hundred ten":    {"chineseCountingThousand", 110, "一百一十"},
		"thousand one":   {"chineseCountingThousand", 1001, "一千零一"},
		"ten thousand":   {"chineseCountingThousand", 10010, "一万零一十"},
		"formal":         {"chineseLegalSimplified", 12, "壹拾贰"},
		"stem":           {"ideographTraditional", 3, "丙"},
		"stem past ten":  {"ideographTraditional", 11, "11"},
		"circle":         {"decimalEnclosedCircle", 21, "㉑"},
		"full width":     {"decimalFullWidth", 12, "１２"},
		"roman":          {"lowerRoman", 49, "xlix"},
		"letters":        {"upperLetter", 28, "BB"},
		"zero padded":    {"decimalZero", 7, "07"},
		"foreign":        {"hebrew1", 7, "7"},
		"negative":       {"chineseCountingThousand", -1, "-1"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := numeral(c.format, c.n); got != c.want {
				t.Errorf("numeral(%s, %d) = %q, want %q", c.format, c.n, got, c.want)
			}
		})
	}
}

// TestDOCXKeepsVisibleText writes documents of random structure and asserts that all that is to be seen is read, in
// order, and nothing else.
func TestDOCXKeepsVisibleText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := 0
		var seen []string
		word := func() string { n++; return "字" + strconv.Itoa(n) + "；" }
		run := func(s string) string { return `<w:r><w:t>` + s + `</w:t></w:r>` }
		para := func() string {
			var s strings.Builder
			s.WriteString(`<w:p>`)
			for range rapid.IntRange(0, 3).Draw(t, "runs") {
				w := word()
				switch rapid.SampledFrom([]string{"plain", "ins", "link", "sdt", "del", "hidden", "moved", "field"}).Draw(t, "kind") {
				case "plain":
					s.WriteString(run(w))
				case "ins":
					s.WriteString(`<w:ins>` + run(w) + `</w:ins>`)
				case "link":
					s.WriteString(`<w:hyperlink>` + run(w) + `</w:hyperlink>`)
				case "sdt":
					s.WriteString(`<w:sdt><w:sdtPr><w:alias w:val="x"/></w:sdtPr><w:sdtContent>` + run(w) + `</w:sdtContent></w:sdt>`)
				case "del":
					s.WriteString(`<w:del><w:r><w:delText>` + w + `</w:delText></w:r></w:del>`)
					continue
				case "hidden":
					s.WriteString(`<w:r><w:rPr><w:vanish/></w:rPr><w:t>` + w + `</w:t></w:r>`)
					continue
				case "moved":
					s.WriteString(`<w:moveFrom>` + run(w) + `</w:moveFrom>`)
					continue
				case "field":
					s.WriteString(`<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGE</w:instrText><w:fldChar w:fldCharType="separate"/></w:r>` + run(w) + `<w:r><w:fldChar w:fldCharType="end"/></w:r>`)
				}
				seen = append(seen, w)
			}
			s.WriteString(`</w:p>`)
			return s.String()
		}
		var body strings.Builder
		for range rapid.IntRange(1, 4).Draw(t, "blocks") {
			if rapid.Bool().Draw(t, "table") {
				body.WriteString(`<w:tbl>`)
				for range rapid.IntRange(1, 3).Draw(t, "rows") {
					body.WriteString(`<w:tr>`)
					for range rapid.IntRange(1, 3).Draw(t, "cells") {
						span := strconv.Itoa(rapid.IntRange(1, 3).Draw(t, "span"))
						body.WriteString(`<w:tc><w:tcPr><w:gridSpan w:val="` + span + `"/></w:tcPr>` + para() + `</w:tc>`)
					}
					body.WriteString(`</w:tr>`)
				}
				body.WriteString(`</w:tbl>`)
				continue
			}
			body.WriteString(para())
		}
		file := pack(t, body.String(), nil)
		d, err := Read("x.docx", file)
		if len(seen) == 0 {
			if !errors.Is(err, ErrEmpty) {
				t.Fatalf("error %v for a document without text", err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		got := strings.NewReplacer("\n", "", "\t", "").Replace(d.Text)
		if want := strings.Join(seen, ""); got != want {
			t.Fatalf("read %q, want %q", got, want)
		}
	})
}
