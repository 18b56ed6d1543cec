package layout

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zhunsheng/internal/doc/docfile"
)

// report is a paper with everything in it.
func report() Document {
	body := "截至6月30日，计划确定的38项任务已完成12项，正在推进24项，逾期2项。各单位按照职责分工抓好落实，县司法局每月通报进展，对逾期任务逐项督办，推动年度目标任务按期完成。"
	d := Document{
		Head: "衡平县人民政府文件", Number: "衡政发〔2026〕18号", Title: "关于2026年上半年法治政府建设工作计划推进落实情况的报告",
		Subtitle: "（2026年7月1日）", To: "市人民政府",
		Signature: "衡平县人民政府", Date: "2026年7月1日", Note: "此件公开发布", Attachments: []string{"任务进展一览表", "逾期任务清单"},
		Blocks: Numbered([]Block{
			HeadingText(1, "总体情况"), {Runs: []Run{{Text: "半年共有任务"}, {Text: "38", Ref: "1"}, {Text: "项。" + body}}},
			HeadingText(1, "各部分进展"), HeadingText(2, "健全依法行政制度"), Text(body), Text(body),
			HeadingText(3, "规范性文件清理"), {Runs: []Run{{Text: "总体较好。", Bold: true}, {Text: body}}}, HeadingText(4, "审查"), Text(body),
			HeadingText(2, "规范行政执法"), Text(body), {Kind: TableOf, Table: Table{Title: "表1　按单位统计", Header: []string{"序号", "单位", "任务", "完成", "逾期", "主要情况"}, Rows: [][]string{
				{"1", "县司法局", "12", "5", "0", "完成行政规范性文件清理，组织执法人员培训两期"}, {"2", "县市场监督管理局", "6", "1", "1", "双随机抽查计划未按期公布，已于7月补报"}, {"3", "城关镇", "3", "2", "0", ""}}}},
			HeadingText(1, "下一步安排"), Text(body), Text(body), Text(body),
		}),
	}
	return d
}

func form() Form {
	return Form{Title: "呈阅件", Left: "衡平县司法局", Right: "2026年7月1日", Foot: "承办人：周启言　电话：0351-0000000",
		Rows: []FormRow{
			{Cells: []FormCell{{"来文单位", "市人民政府办公室"}, {"来文字号", "市政办函〔2026〕77号"}}},
			{Cells: []FormCell{{"事　由", "关于报送上半年法治政府建设推进情况的通知"}}},
			{Cells: []FormCell{{"批示内容", "请司法局牵头，市监局配合，6月底前报。"}}},
			{Table: Table{Header: []string{"序号", "任务", "单位", "期限", "进展"}, Rows: [][]string{{"1", "报送推进情况", "县司法局", "6月30日", "已完成"}, {"2", "核对执法数据", "县市场监督管理局", "6月25日", "正在办理"}}}},
			{Cells: []FormCell{{"拟办意见", "建议以县政府名义报送。"}}, Height: 30},
			{Cells: []FormCell{{"领导批示", ""}}, Height: 60},
		}}
}

func docx(t testing.TB, d Document) []byte {
	t.Helper()
	b, err := DOCX(d)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// parts unpacks a container and asserts that every part is XML.
func parts(t testing.TB, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		for dec := xml.NewDecoder(bytes.NewReader(raw)); ; {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
		out[f.Name] = string(raw)
	}
	return out
}

// TestReadBack sets a paper and reads it with docfile.
func TestReadBack(t *testing.T) {
	d := report()
	got, err := docfile.Read("x.docx", docx(t, d))
	if err != nil {
		t.Fatal(err)
	}
	if got.Title != d.Title {
		t.Errorf("title %q, want %q", got.Title, d.Title)
	}
	var want []string
	for _, b := range d.Blocks {
		if b.Kind != TableOf {
			want = append(want, b.String())
		}
	}
	rest := got.Paragraphs
	for _, w := range want {
		for len(rest) > 0 && rest[0].Text != w {
			rest = rest[1:]
		}
		if len(rest) == 0 {
			t.Fatalf("%q is missing", w)
		}
	}
	levels := map[string]int{"一、总体情况": 1, "（二）规范行政执法": 2, "1.规范性文件清理": 3, "（1）审查": 4}
	rows := 0
	for _, p := range got.Paragraphs {
		if l, ok := levels[p.Text]; ok {
			delete(levels, p.Text)
			if p.Level != l {
				t.Errorf("%s: level %d, want %d", p.Text, p.Level, l)
			}
		}
		if len(p.Cells) == 6 {
			rows++
		}
	}
	if len(levels) > 0 || rows != 4 {
		t.Errorf("headings %v are missing; %d rows, want 4", levels, rows)
	}
}

func TestDeterministic(t *testing.T) {
	if !bytes.Equal(docx(t, report()), docx(t, report())) {
		t.Error("the same document gave different bytes")
	}
}

// TestStandard holds the measures of GB/T 9704-2012 that can be read in the XML.
func TestStandard(t *testing.T) {
	p := parts(t, docx(t, report()))
	for part, wants := range map[string][]string{
		"word/document.xml": {`<w:pgSz w:w="11906" w:h="16838"/>`, `w:top="2098"`, `w:left="1587"`, `w:footer="1247"`, `<w:docGrid w:type="lines" w:linePitch="579"/>`, `<w:tblHeader/>`, `<w:keepNext/>`},
		"word/styles.xml":   {`w:line="579" w:lineRule="exact"`, `<w:spacing w:val="-4"/>`, `w:eastAsia="仿宋_GB2312"`, `<w:widowControl w:val="0"/>`},
		"word/settings.xml": {`<w:evenAndOddHeaders/>`},
		"word/footer1.xml":  {`<w:jc w:val="right"/>`, ` PAGE `, `— `},
		"word/footer2.xml":  {`<w:jc w:val="left"/>`},
	} {
		for _, want := range wants {
			if !strings.Contains(p[part], want) {
				t.Errorf("%s lacks %s", part, want)
			}
		}
	}
	if m := regexp.MustCompile(`<w:ind[^>]*hanging[^>]*firstLine`).FindString(p["word/document.xml"]); m != "" {
		t.Errorf("first line and hanging together: %s", m)
	}
}

// TestAnyText sets texts with whatever characters and reads them back.
func TestAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("县法1 <&>\"\u0000\u0007\u200b😀\ufffe镕堃"))).Draw(t, "text")
		b, err := DOCX(Document{Title: "题", Blocks: []Block{Text(s), {Kind: TableOf, Table: Table{Header: []string{s, "乙"}, Rows: [][]string{{"1"}, {"a", "b", "c"}}}}}})
		if err != nil {
			t.Fatal(err)
		}
		d, err := docfile.Read("x.docx", b)
		if err != nil {
			t.Fatal(err)
		}
		clean := strings.NewReplacer("\u0000", "", "\u0007", "", "\ufffe", "").Replace(s)
		for _, p := range d.Paragraphs {
			if p.Text == clean {
				return
			}
		}
		t.Fatalf("%q is not in %q", clean, d.Text)
	})
}

func TestTitleLines(t *testing.T) {
	cases := map[string]struct {
		title string
		want  []string
	}{
		"one line":    {"2026年法治政府建设工作计划", []string{"2026年法治政府建设工作计划"}},
		"two lines":   {"关于2026年上半年法治政府建设工作计划推进落实情况的报告", []string{"关于2026年上半年法治政府建设", "工作计划推进落实情况的报告"}},
		"as written":  {"衡平县人民政府\n工作报告", []string{"衡平县人民政府", "工作报告"}},
		"book name":   {"衡平县人民政府办公室关于印发《衡平县行政执法监督工作办法》的通知", []string{"衡平县人民政府办公室关于印发", "《衡平县行政执法监督工作办法》的通知"}},
		"three lines": {"衡平县司法局衡平县市场监督管理局衡平县住房和城乡建设局关于开展行政执法专项监督检查工作的联合通知", []string{"衡平县司法局衡平县市场", "监督管理局衡平县住房和城乡建设局", "关于开展行政执法专项监督检查工作的联合通知"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got := titleLines(c.title)
			if strings.Join(got, "") != strings.ReplaceAll(c.title, "\n", "") {
				t.Fatalf("text lost: %q", got)
			}
			if name == "three lines" { // where exactly matters less than that no line is too long
				for _, l := range got {
					if width(l) > 2*titleLine+2 {
						t.Errorf("line too long: %s", l)
					}
				}
				return
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNumberedKeepsOwn(t *testing.T) {
	got := Numbered([]Block{HeadingText(1, "一、有号"), HeadingText(2, "甲"), HeadingText(1, "无号"), HeadingText(2, "乙"), HeadingText(2, "丙")})
	var texts []string
	for _, b := range got {
		texts = append(texts, b.String())
	}
	if diff := cmp.Diff([]string{"一、有号", "（一）甲", "无号", "（二）乙", "（三）丙"}, texts); diff != "" {
		t.Error(diff)
	}
}

func TestHTML(t *testing.T) {
	page, err := goquery.NewDocumentFromReader(strings.NewReader(HTML(report(), func(ref string) string { return "/figures/" + ref + "?a=1&b=2" })))
	if err != nil {
		t.Fatal(err)
	}
	for selector, want := range map[string]int{"article.gw": 1, "h1": 1, "h2": 3, "h3": 2, "h4": 1, "h5": 1, "table caption": 1, "th[scope=col]": 6, "tbody tr": 3, "ol.gw-attachments li": 2, `a.fig[href="/figures/1?a=1&b=2"]`: 1} {
		if got := page.Find(selector).Length(); got != want {
			t.Errorf("%s: %d, want %d", selector, got, want)
		}
	}
	if s := HTML(Document{Title: "<script>", Blocks: []Block{Text("<b>")}}, nil); strings.Contains(s, "<script>") || strings.Contains(s, "<p><b>") {
		t.Errorf("not escaped: %s", s)
	}
}

func TestFormReadBack(t *testing.T) {
	b, err := form().DOCX()
	if err != nil {
		t.Fatal(err)
	}
	parts(t, b)
	d, err := docfile.Read("x.docx", b)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"来文单位\t市人民政府办公室\t来文字号\t市政办函〔2026〕77号", "2\t核对执法数据\t县市场监督管理局\t6月25日\t正在办理", "领导批示\t"} {
		found := false
		for _, p := range d.Paragraphs {
			found = found || p.Text == want
		}
		if !found {
			t.Errorf("no row %q in\n%s", want, d.Text)
		}
	}
}

func TestFormShrinks(t *testing.T) {
	f := form()
	big, _ := f.size()
	for range 15 {
		f.Rows[3].Table.Rows = append(f.Rows[3].Table.Rows, []string{"3", "完成行政规范性文件清理并公布结果", "县司法局", "6月30日", "正在办理"})
	}
	small, fits := f.size()
	if !fits || small >= big {
		t.Errorf("size %d after %d, fits %v", small, big, fits)
	}
	for range 60 {
		f.Rows[3].Table.Rows = append(f.Rows[3].Table.Rows, []string{"3", "任务", "县司法局", "6月30日", "正在办理"})
	}
	if f.Fits() {
		t.Error("a hundred rows fit on a page")
	}
}

// TestRender prints through LibreOffice and counts pages: the report has two or three, a form that fits has one.
func TestRender(t *testing.T) {
	soffice, err := exec.LookPath("soffice")
	if err != nil {
		t.Skip("没有安装 LibreOffice，不检查打印效果")
	}
	dir := t.TempDir()
	if keep := os.Getenv("ZHUNSHENG_RENDER"); keep != "" { // to look at the pages
		dir = keep
	}
	full := form()
	for full.Fits() {
		full.Rows[3].Table.Rows = append(full.Rows[3].Table.Rows, []string{"3", "完成行政规范性文件清理并公布结果", "县司法局", "6月30日", "正在办理"})
	}
	full.Rows[3].Table.Rows = full.Rows[3].Table.Rows[:len(full.Rows[3].Table.Rows)-1]
	files := map[string][]byte{"report.docx": docx(t, report())}
	for name, f := range map[string]Form{"form.docx": form(), "full.docx": full} {
		b, err := f.DOCX()
		if err != nil {
			t.Fatal(err)
		}
		files[name] = b
	}
	args := []string{"-env:UserInstallation=file://" + filepath.Join(t.TempDir(), "profile"), "--headless", "--convert-to", "pdf", "--outdir", dir}
	for name, b := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	if out, err := exec.Command(soffice, args...).CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v\n%s", err, out)
	}
	for name, atMost := range map[string]int{"report.pdf": 4, "form.pdf": 1, "full.pdf": 1} {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		pages := len(regexp.MustCompile(`/Type\s*/Page\b[^s]`).FindAll(raw, -1))
		if pages < 1 || pages > atMost {
			t.Errorf("%s: %d pages, want 1…%d", name, pages, atMost)
		}
	}
}

func BenchmarkDOCX(b *testing.B) {
	d := report()
	for b.Loop() {
		if _, err := DOCX(d); err != nil {
			b.Fatal(err)
		}
	}
}
