package docfile

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf16"
)

// Format names what the bytes of a file are.
type Format string

// The formats that Read reads.
const (
	DOCX Format = "DOCX"
	HTML Format = "HTML"
	TXT  Format = "TXT"
)

// Formats that are recognised but not read here.
const (
	DOC     Format = "DOC" // also WPS writer files, which have the same container
	PDF     Format = "PDF"
	OFD     Format = "OFD"
	RTF     Format = "RTF"
	ODT     Format = "ODT"
	MHT     Format = "MHT"
	XLSX    Format = "XLSX"
	XLS     Format = "XLS"
	PPTX    Format = "PPTX"
	PPT     Format = "PPT"
	ZIP     Format = "ZIP"
	Unknown Format = "UNKNOWN"

	Encrypted Format = "ENCRYPTED" // an Office file with a password
	brokenZIP Format = "BROKEN ZIP"
)

// formatNames says what a format is called, and whether it is a text document that can be saved as DOCX.
var formatNames = map[Format]struct {
	name     string
	document bool
}{
	DOC: {"旧版 Word 或者 WPS 文字文件（DOC、WPS）", true}, PDF: {" PDF 文件", true}, OFD: {" OFD 版式文件", true},
	RTF: {" RTF 文件", true}, ODT: {" ODT 文件", true}, MHT: {"单个文件网页（MHT）", true},
	XLSX: {"电子表格（XLSX）", false}, XLS: {"电子表格（XLS、ET）", false},
	PPTX: {"演示文稿（PPTX）", false}, PPT: {"演示文稿（PPT、DPS）", false}, ZIP: {"压缩包", false},
	"JPEG": {"图片（JPEG）", false}, "PNG": {"图片（PNG）", false}, "GIF": {"图片（GIF）", false},
	"BMP": {"图片（BMP）", false}, "TIFF": {"图片（TIFF）", false}, "WEBP": {"图片（WEBP）", false},
	"HEIC": {"图片或者视频（HEIC、MP4）", false}, "RAR": {"压缩包（RAR）", false}, "7Z": {"压缩包（7Z）", false},
	"GZIP": {"压缩包（GZIP）", false}, "EXE": {"程序（EXE）", false}, "XML": {" XML 数据文件", true},
}

// magic lists beginnings of files; the first that fits wins.
var magic = []struct {
	start  string
	format Format
}{
	{"\xff\xd8\xff", "JPEG"}, {"\x89PNG\r\n\x1a\n", "PNG"}, {"GIF87a", "GIF"}, {"GIF89a", "GIF"},
	{"II*\x00", "TIFF"}, {"MM\x00*", "TIFF"}, {"Rar!\x1a\x07", "RAR"}, {"7z\xbc\xaf\x27\x1c", "7Z"},
	{"\x1f\x8b\x08", "GZIP"}, {"{\\rtf", RTF}, {"MIME-Version:", MHT},
}

var cfb = []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}

// Sniff says what the bytes are, by their content alone.
func Sniff(b []byte) Format {
	for _, m := range magic {
		if bytes.HasPrefix(b, []byte(m.start)) {
			return m.format
		}
	}
	head := b[:min(len(b), 4096)]
	switch {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")), bytes.HasPrefix(b, []byte("PK\x05\x06")):
		return sniffZIP(b)
	case bytes.HasPrefix(b, cfb):
		return sniffCFB(b)
	case bytes.Contains(head[:min(len(head), 1024)], []byte("%PDF-")):
		return PDF
	case len(b) > 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP":
		return "WEBP"
	case len(b) > 12 && string(b[4:8]) == "ftyp":
		return "HEIC"
	case len(b) > 26 && string(b[:2]) == "BM" && binary.LittleEndian.Uint32(b[6:]) == 0:
		return "BMP"
	case len(b) > 64 && string(b[:2]) == "MZ" && bytes.IndexByte(head, 0) >= 0:
		return "EXE"
	}
	plain, ok := Decode(b)
	if !ok {
		return Unknown
	}
	start := strings.ToLower(plain[:min(len(plain), 4096)])
	if looksLikeHTML(start) {
		return HTML
	}
	if strings.HasPrefix(strings.TrimSpace(start), "<?xml") {
		return "XML"
	}
	return TXT
}

// looksLikeHTML judges the lower-case beginning of a text.
func looksLikeHTML(start string) bool {
	start = strings.TrimSpace(start)
	for strings.HasPrefix(start, "<!--") || strings.HasPrefix(start, "<?") {
		end := strings.IndexByte(start, '>')
		if end < 0 {
			return false
		}
		start = strings.TrimSpace(start[end+1:])
	}
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<body"} {
		if strings.HasPrefix(start, tag) {
			return true
		}
	}
	closing := 0
	for _, tag := range []string{"</p>", "</div>", "</span>", "</td>", "<br>", "<br/>", "<br />", "</h1>", "</a>"} {
		closing += strings.Count(start, tag)
	}
	return strings.HasPrefix(start, "<") && closing >= 1 || closing >= 3
}

// sniffZIP looks at the names inside a ZIP container.
func sniffZIP(b []byte) Format {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return brokenZIP
	}
	format := ZIP
	for _, f := range z.File {
		if f.Flags&1 != 0 {
			return Encrypted
		}
		switch name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/")); {
		case strings.HasPrefix(name, "word/"):
			format = DOCX
		case strings.HasPrefix(name, "xl/") && format == ZIP:
			format = XLSX
		case strings.HasPrefix(name, "ppt/") && format == ZIP:
			format = PPTX
		case name == "ofd.xml":
			return OFD
		case name == "mimetype" && format == ZIP:
			r, err := f.Open()
			if err != nil {
				continue
			}
			kind, _ := io.ReadAll(io.LimitReader(r, 100)) // a torn entry simply names no kind
			if strings.Contains(string(kind), "opendocument.text") {
				format = ODT
			}
			_ = r.Close() // nothing was written
		}
	}
	return format
}

// sniffCFB looks at the directory of a compound file: entries of 128 bytes that begin with a UTF-16 name.
func sniffCFB(b []byte) Format {
	has := func(name string) bool {
		var want []byte
		for _, u := range utf16.Encode([]rune(name + "\x00")) {
			want = binary.LittleEndian.AppendUint16(want, u)
		}
		for from := 0; ; {
			i := bytes.Index(b[from:], want)
			if i < 0 {
				return false
			}
			if (from+i)%128 == 0 {
				return true
			}
			from += i + 2
		}
	}
	switch {
	case has("EncryptedPackage"):
		return Encrypted
	case has("WordDocument"):
		return DOC
	case has("Workbook"), has("Book"):
		return XLS
	case has("PowerPoint Document"):
		return PPT
	}
	return Unknown
}
