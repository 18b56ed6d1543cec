package docfile

import (
	"errors"
	"fmt"
	"path"
	"strings"
	"unicode/utf8"
)

// Kinds of error, for errors.Is. The words for the person are in *Error.
var (
	ErrEmpty         = errors.New("document without text")
	ErrEncrypted     = errors.New("document with a password")
	ErrTooLarge      = errors.New("document too large")
	ErrUnknownFormat = errors.New("not a document")                    // an image, a program, bytes
	ErrNotReadable   = errors.New("document format not readable here") // a document of a known other format
	ErrBroken        = errors.New("broken document")
)

// Error is a document that cannot be read: one Chinese sentence that says what is wrong and what to do.
type Error struct {
	Kind    error  // one of the kinds above
	Format  Format // what the bytes are, as far as known
	Message string
}

func (e *Error) Error() string { return e.Message }

// Unwrap gives the kind, so that errors.Is finds it.
func (e *Error) Unwrap() error { return e.Kind }

// readable is said to whoever brought something else.
const readable = "DOCX、HTML、TXT"

// quoted is the name of a file as it stands in a sentence: without folders, cut when very long.
func quoted(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if name == "." || name == "/" {
		return "文件"
	}
	if runes := []rune(strings.ToValidUTF8(name, "�")); len(runes) > 60 {
		name = string(runes[:40]) + "…" + string(runes[len(runes)-15:])
	}
	return "文件“" + name + "”"
}

func empty(name string) *Error {
	return &Error{ErrEmpty, "", quoted(name) + "是空文件，没有任何内容；请核对后重新选择文件。"}
}

func withoutText(name string, f Format) *Error {
	return &Error{ErrEmpty, f, quoted(name) + "里没有文字，可能只有图片或者扫描件；请换成可以选中文字的文件。"}
}

func isEncrypted(name string) *Error {
	return &Error{ErrEncrypted, Encrypted, quoted(name) + "设有打开密码，不能读取；请在 WPS 或者 Word 中取消密码，另存为 DOCX 后重新上传。"}
}

func tooLarge(name string, size int) *Error {
	return &Error{ErrTooLarge, "", fmt.Sprintf("%s有 %.1f MB，超过 50 MB 的上限；请压缩或者删去其中的图片后重新上传。", quoted(name), float64(size)/(1<<20))}
}

func inflated(name string) *Error {
	return &Error{ErrTooLarge, DOCX, fmt.Sprintf("%s解压以后超过 %d MB，不是正常的公文；请用 WPS 或者 Word 打开，另存为新的 DOCX 后重新上传。", quoted(name), maxPart>>20)}
}

func broken(name string, f Format, where string) *Error {
	return &Error{ErrBroken, f, quoted(name) + "已损坏（" + where + "）；请用 WPS 或者 Word 打开，另存为新的 DOCX 后重新上传。"}
}

func notReadable(name string, f Format) *Error {
	what, ok := formatNames[f]
	switch {
	case f == Unknown || !ok:
		return &Error{ErrUnknownFormat, f, quoted(name) + "不是可以识别的文档；可以读取的格式有 " + readable + "，请另存为 DOCX 后重新上传。"}
	case what.document:
		return &Error{ErrNotReadable, f, quoted(name) + "是" + what.name + "，这里不能直接读取；请用 WPS 或者 Word 打开，另存为 DOCX 后重新上传。"}
	}
	extension := strings.ToUpper(strings.TrimPrefix(path.Ext(name), "."))
	disguise := ""
	if extension != "" && utf8.RuneCountInString(extension) <= 5 && extension != string(f) && strings.Contains("DOCX DOC WPS HTML HTM TXT", extension) {
		disguise = "实际"
	}
	return &Error{ErrUnknownFormat, f, quoted(name) + disguise + "是" + what.name + "，不是文档；可以读取的格式有 " + readable + "，请换成文档后重新上传。"}
}
