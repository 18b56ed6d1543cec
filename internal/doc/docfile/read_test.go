package docfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// compound imitates the directory of a compound file.
func compound(name string) []byte {
	b := append(append([]byte{}, cfb...), make([]byte, 1024-len(cfb))...)
	for i, u := range utf16.Encode([]rune(name + "\x00")) {
		binary.LittleEndian.PutUint16(b[512+2*i:], u)
	}
	return b
}

func TestReadRefuses(t *testing.T) {
	whole := pack(t, p("正文"), nil)
	cases := map[string]struct {
		name string
		b    []byte
		kind error
		want string
	}{
		"empty":          {"计划.docx", nil, ErrEmpty, "文件“计划.docx”是空文件，没有任何内容；请核对后重新选择文件。"},
		"too large":      {"计划.docx", make([]byte, MaxBytes+1), ErrTooLarge, "文件“计划.docx”有 50.0 MB，超过 50 MB 的上限；请压缩或者删去其中的图片后重新上传。"},
		"encrypted":      {"计划.docx", compound("EncryptedPackage"), ErrEncrypted, "文件“计划.docx”设有打开密码，不能读取；请在 WPS 或者 Word 中取消密码，另存为 DOCX 后重新上传。"},
		"image renamed":  {`C:\桌面\照片.docx`, []byte("\xff\xd8\xff\xe0\x00\x10JFIF"), ErrUnknownFormat, "文件“照片.docx”实际是图片（JPEG），不是文档；可以读取的格式有 DOCX、HTML、TXT，请换成文档后重新上传。"},
		"image":          {"照片.jpg", []byte("\xff\xd8\xff\xe0\x00\x10JFIF"), ErrUnknownFormat, "文件“照片.jpg”是图片（JPEG），不是文档；可以读取的格式有 DOCX、HTML、TXT，请换成文档后重新上传。"},
		"DOC":            {"计划.doc", compound("WordDocument"), ErrNotReadable, "文件“计划.doc”是旧版 Word 或者 WPS 文字文件（DOC、WPS），这里不能直接读取；请用 WPS 或者 Word 打开，另存为 DOCX 后重新上传。"},
		"PDF":            {"计划.pdf", []byte("%PDF-1.7\n%âã"), ErrNotReadable, "文件“计划.pdf”是 PDF 文件，这里不能直接读取；请用 WPS 或者 Word 打开，另存为 DOCX 后重新上传。"},
		"OFD":            {"计划.ofd", zipped(t, map[string]string{"OFD.xml": "<OFD/>"}), ErrNotReadable, "文件“计划.ofd”是 OFD 版式文件，这里不能直接读取；请用 WPS 或者 Word 打开，另存为 DOCX 后重新上传。"},
		"spreadsheet":    {"清单.xlsx", zipped(t, map[string]string{"xl/workbook.xml": "<x/>"}), ErrUnknownFormat, "文件“清单.xlsx”是电子表格（XLSX），不是文档；可以读取的格式有 DOCX、HTML、TXT，请换成文档后重新上传。"},
		"bytes":          {"x.docx", []byte{0, 1, 2, 3, 0, 0, 7, 200}, ErrUnknownFormat, "文件“x.docx”不是可以识别的文档；可以读取的格式有 DOCX、HTML、TXT，请另存为 DOCX 后重新上传。"},
		"torn package":   {"计划.docx", whole[:len(whole)-40], ErrBroken, "文件“计划.docx”已损坏（文件包不完整，可能没有传完）；请用 WPS 或者 Word 打开，另存为新的 DOCX 后重新上传。"},
		"no text part":   {"计划.docx", zipped(t, map[string]string{"word/styles.xml": "<x/>"}), ErrBroken, "文件“计划.docx”已损坏（缺少正文 word/document.xml）；请用 WPS 或者 Word 打开，另存为新的 DOCX 后重新上传。"},
		"torn XML":       {"计划.docx", zipped(t, map[string]string{"word/document.xml": "<w:document>\n<w:body><w:p>"}), ErrBroken, "文件“计划.docx”已损坏（word/document.xml 第 2 行不是完整的 XML）；请用 WPS 或者 Word 打开，另存为新的 DOCX 后重新上传。"},
		"torn numbering": {"计划.docx", pack(t, p("正文"), map[string]string{"word/numbering.xml": "<w:numbering>"}), ErrBroken, "文件“计划.docx”已损坏（numbering.xml 第 1 行不是完整的 XML）；请用 WPS 或者 Word 打开，另存为新的 DOCX 后重新上传。"},
		"too deep":       {"计划.docx", pack(t, strings.Repeat("<w:ins>", 300)+strings.Repeat("</w:ins>", 300), nil), ErrBroken, "文件“计划.docx”已损坏（word/document.xml 无法解开）；请用 WPS 或者 Word 打开，另存为新的 DOCX 后重新上传。"},
		"bomb":           {"计划.docx", pack(t, strings.Repeat("<w:p/>", maxPart/6+1), nil), ErrTooLarge, "文件“计划.docx”解压以后超过 64 MB，不是正常的公文；请用 WPS 或者 Word 打开，另存为新的 DOCX 后重新上传。"},
		"only a picture": {"扫描.docx", pack(t, `<w:p><w:r><w:drawing/></w:r></w:p>`, nil), ErrEmpty, "文件“扫描.docx”里没有文字，可能只有图片或者扫描件；请换成可以选中文字的文件。"},
		"blank text":     {"x.txt", []byte(" \r\n\n"), ErrEmpty, "文件“x.txt”里没有文字，可能只有图片或者扫描件；请换成可以选中文字的文件。"},
		"blank page":     {"x.html", []byte("<html><body><script>1</script></body></html>"), ErrEmpty, "文件“x.html”里没有文字，可能只有图片或者扫描件；请换成可以选中文字的文件。"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := Read(c.name, c.b)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v", err)
			}
			if !errors.Is(err, c.kind) {
				t.Errorf("kind %v, want %v", e.Kind, c.kind)
			}
			if diff := cmp.Diff(c.want, e.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadText(t *testing.T) {
	const plan = "2026年法治政府建设工作计划\r\n一、目标任务\n\n（一）县司法局牵头，6月底前完成。"
	const traditional = "二〇一六年依法行政工作計劃\n一、加強組織領導工作，落實依法決策"
	encode := func(b []byte, err error) []byte {
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	cases := map[string]struct {
		b    []byte
		want string
	}{
		"UTF-8":              {[]byte(plan), plan},
		"UTF-8 with mark":    {[]byte("\xef\xbb\xbf" + plan), plan},
		"UTF-8 cut at end":   {[]byte(plan + "\xe5\x8e"), plan},
		"GB18030":            {encode(simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(plan))), plan},
		"Big5":               {encode(traditionalchinese.Big5.NewEncoder().Bytes([]byte(strings.ReplaceAll(traditional, "〇", "零")))), strings.ReplaceAll(traditional, "〇", "零")},
		"UTF-16 with mark":   {append([]byte("\xff\xfe"), encode(utf16LE.NewEncoder().Bytes([]byte(plan)))...), plan},
		"UTF-16 little":      {encode(utf16LE.NewEncoder().Bytes([]byte(plan))), plan},
		"UTF-16 big":         {encode(utf16BE.NewEncoder().Bytes([]byte(plan))), plan},
		"one line, old Mac":  {[]byte("一\r二"), "一\r二"},
		"not a page: a tag":  {[]byte("正文里写着<p>两个字"), "正文里写着<p>两个字"},
		"short and ordinary": {[]byte("好"), "好"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d, err := Read("x.txt", c.b)
			if err != nil {
				t.Fatal(err)
			}
			checkPlaces(t, d)
			if diff := cmp.Diff(c.want, d.Text); diff != "" {
				t.Error(diff)
			}
			lines := strings.FieldsFunc(c.want, func(r rune) bool { return r == '\r' || r == '\n' })
			var got []string
			for _, s := range texts(d) {
				if s != "" {
					got = append(got, s)
				}
			}
			if diff := cmp.Diff(lines, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestCorpus reads every document of the corpus in every encoding it can be written in.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("../../../../shared/corpus/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("语料 ../shared/corpus 不在这里")
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(raw)
		if err != nil {
			t.Fatal(err)
		}
		wide, err := utf16LE.NewEncoder().Bytes(raw)
		if err != nil {
			t.Fatal(err)
		}
		for encoding, b := range map[string][]byte{"UTF-8": raw, "GB18030": gb, "UTF-16LE": wide} {
			d, err := Read(file, b)
			if err != nil {
				t.Errorf("%s in %s: %v", file, encoding, err)
				continue
			}
			checkPlaces(t, d)
			if d.Text != string(raw) {
				t.Errorf("%s in %s: text differs", file, encoding)
			}
			if last := d.Paragraphs[len(d.Paragraphs)-1]; last.End > utf8.RuneCount(raw) {
				t.Errorf("%s in %s: ends past the file", file, encoding)
			}
		}
	}
}

func TestReadHTML(t *testing.T) {
	long := strings.Repeat("各单位要按照职责分工抓好落实。", 20)
	cases := map[string]struct {
		page  string
		title string
		want  []string
	}{
		"government site": {
			`<!DOCTYPE html><html><head><meta name="ArticleTitle" content="2026年工作计划"><title>2026年工作计划_衡平县</title></head><body>` +
				`<div class="nav"><a href="/">首页</a></div><div class="TRS_Editor"><style>p{}</style><p align="center">2026年工作计划</p><p>　　一、目标&nbsp;任务</p><p>` + long + `<br>第二行</p></div><div>主办：县政府办</div></body></html>`,
			"2026年工作计划",
			[]string{"2026年工作计划", "一、目标 任务", long, "第二行"},
		},
		"title stands outside": {
			`<html><body><h1>工作要点</h1><div id="zoom"><p>` + long + `</p></div></body></html>`,
			"工作要点", []string{"工作要点", long},
		},
		"no container": {
			`<html><head><title>通知 | 县政府</title></head><body><div><a href="#">首页</a><a href="#">公开</a></div><div><div class="x"><p>` + long + `</p><p>此件公开发布</p></div></div></body></html>`,
			"通知", []string{"通知", long, "此件公开发布"},
		},
		"text without paragraphs": {
			`<html><body><div>网站导航，联系我们，版权所有</div><div class="y">` + long + `<br>` + long + `</div></body></html>`,
			"", []string{long, long},
		},
		"lists, headings, hidden, ruby": {
			`<html><body><h2>任务</h2><ol><li>清理文件</li><li>培训<ol type="a"><li>课程</li></ol></li></ol><ul><li>其他</li></ul><p style="display: none">看不见</p><p><ruby>届<rt>jiè</rt></ruby>时<del>删</del></p></body></html>`,
			"", []string{"任务", "1.清理文件", "2.培训", "a.课程", "其他", "届时"},
		},
		"table": {
			`<table><tr><th>任务</th><th>单位</th></tr><tr><td>清理</td><td rowspan="2">司法局</td></tr><tr><td>培训</td></tr></table>`,
			"", []string{"任务\t单位", "清理\t司法局", "培训"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			d, err := Read("x.html", []byte(c.page))
			if err != nil {
				t.Fatal(err)
			}
			checkPlaces(t, d)
			if diff := cmp.Diff(c.want, texts(d)); diff != "" {
				t.Error(diff)
			}
			if d.Title != c.title {
				t.Errorf("title %q, want %q", d.Title, c.title)
			}
		})
	}
}

func TestReadHTMLCharset(t *testing.T) {
	b, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(`<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body><p>镕</p></body></html>`))
	if err != nil {
		t.Fatal(err)
	}
	d, err := Read("x.htm", b)
	if err != nil {
		t.Fatal(err)
	}
	if d.Text != "镕" {
		t.Errorf("text %q", d.Text)
	}
}

func TestHTMLTableRowspan(t *testing.T) {
	d, err := Read("x.html", []byte(`<table><tr><td>清理</td><td rowspan=2>司法局</td><td>甲</td></tr><tr><td>培训</td><td>乙</td></tr></table>`))
	if err != nil {
		t.Fatal(err)
	}
	var cells []string
	for _, c := range d.Paragraphs[1].Cells {
		s := c.Text
		if c.Merged {
			s += "+"
		}
		cells = append(cells, s)
	}
	if diff := cmp.Diff([]string{"培训", "司法局+", "乙"}, cells); diff != "" {
		t.Error(diff)
	}
}

// asOne asserts what Read promises for any bytes: a document whose places hold, or one *Error with a sentence.
func asOne(t *testing.T, b []byte) {
	d, err := Read("x", b)
	if err == nil {
		checkPlaces(t, d)
		return
	}
	var e *Error
	if !errors.As(err, &e) || e.Kind == nil || !strings.HasSuffix(e.Message, "。") || strings.Count(e.Message, "。") != 1 {
		t.Errorf("error without a sentence: %#v", err)
	}
}

func FuzzReadText(f *testing.F) {
	f.Add([]byte("一、目标\r\n（一）任务"))
	f.Add([]byte("\xff\xfe\x00\x4e"))
	f.Add([]byte("\xd6\xd0\xb9\xfa"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if bytes.HasPrefix(b, []byte("PK")) {
			return
		}
		asOne(t, b)
	})
}

func FuzzReadHTML(f *testing.F) {
	f.Add("<h1>题</h1><p>一<br>二</p><table><tr><td rowspan=3 colspan=2>a<td>b<tr><td>c</table>")
	f.Add("<ol start=3><li>甲<li value=9>乙</ol>")
	f.Fuzz(func(t *testing.T, body string) {
		asOne(t, []byte("<html><body>"+body))
	})
}

func FuzzReadDOCX(f *testing.F) {
	f.Add(p("一")+numbered("1", "1", "二"), lists)
	f.Add(`<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge/></w:tcPr></w:tc><w:tc>`+p("x")+`</w:tc></w:tr></w:tbl>`, "")
	f.Fuzz(func(t *testing.T, body, numbering string) {
		asOne(t, pack(t, body, map[string]string{"word/numbering.xml": numbering, "word/styles.xml": styles}))
	})
}

func BenchmarkReadDOCX(b *testing.B) {
	var body strings.Builder
	for range 150 {
		body.WriteString(numbered("1", "1", "推进政务公开，县政府办牵头，各乡镇人民政府配合，6月底前完成。"))
	}
	file := pack(b, body.String(), map[string]string{"word/numbering.xml": lists, "word/styles.xml": styles})
	b.ResetTimer()
	for b.Loop() {
		if _, err := Read("x.docx", file); err != nil {
			b.Fatal(err)
		}
	}
}
