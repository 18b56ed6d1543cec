package act

import (
	"context"
	"path"
	"strings"

	"zhunsheng/internal/app"
	"zhunsheng/internal/doc/docfile"
	"zhunsheng/internal/doc/text"
	"zhunsheng/internal/matter"
)

// mediaTypes are the files offices keep; anything else is served as bytes. The table is ours, so that a record does not
// depend on the machine it was made on.
var mediaTypes = map[string]string{
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".doc": "application/msword",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xls": "application/vnd.ms-excel",
	".pdf": "application/pdf", ".ofd": "application/ofd", ".txt": "text/plain; charset=utf-8", ".csv": "text/csv; charset=utf-8",
	".html": "text/html; charset=utf-8", ".htm": "text/html; charset=utf-8", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
	".png": "image/png", ".zip": "application/zip", ".wps": "application/vnd.ms-works",
}

// Keep stores the bytes of a file before the record that carries it. A file no record ever names dies after 7 days.
func (a *Acts) Keep(ctx context.Context, name string, b []byte) (matter.Blob, error) {
	hash, err := a.Blobs.Put(ctx, b)
	if err != nil {
		return matter.Blob{}, &app.Fault{Kind: app.Internal, Say: "没有保存。文件存储暂时不可用，请稍后再试。", Err: err}
	}
	kind, ok := mediaTypes[strings.ToLower(path.Ext(name))]
	if !ok {
		kind = "application/octet-stream"
	}
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	return matter.Blob{Name: name, Type: kind, Size: int64(len(b)), Hash: hash}, nil
}

// Blob returns the bytes of a stored file.
func (a *Acts) Blob(ctx context.Context, hash string) ([]byte, error) {
	b, err := a.Blobs.Get(ctx, hash)
	if err != nil {
		return nil, &app.Fault{Kind: app.NotFound, Say: "文件已经不在存储中。", Err: err}
	}
	return b, nil
}

// Admit keeps an uploaded file unless it may not enter: a document that bears a mark of secrecy is refused with the
// article, whatever its format says on its name. Files that are no documents (photos, sheets) are kept as they are.
func (a *Acts) Admit(ctx context.Context, name string, b []byte) (matter.Blob, error) {
	if len(b) == 0 {
		return matter.Blob{}, app.Wrong("file", "“%s”是空文件，没有保存。请核对后重新选择。", path.Base(name))
	}
	doc, err := docfile.Read(name, b)
	if err == nil {
		if err := RefuseSecret(name, doc); err != nil {
			return matter.Blob{}, err
		}
	}
	if marked, ok := secretName(name); ok {
		return matter.Blob{}, secretFault(name, marked)
	}
	return a.Keep(ctx, name, b)
}

// RefuseSecret refuses a document with a mark of secrecy anywhere in it: 涉密不上网.
func RefuseSecret(name string, doc docfile.Document) error {
	mark, ok := text.SecretMark(doc.Paragraphs)
	if !ok || !mark.Refused() {
		asides := make([]text.Paragraph, 0, len(doc.Asides))
		for _, aside := range doc.Asides {
			asides = append(asides, text.Paragraph{Text: aside.Text})
		}
		mark, ok = text.SecretMark(asides)
	}
	if !ok || !mark.Refused() {
		return nil
	}
	return secretFault(name, mark.Text)
}

func secretFault(name, mark string) error {
	return app.Wrong("file",
		"不能上传“%s”。文件带有密级标志“%s”，涉密文件不得进入本平台（保守国家秘密法第二十八条）。请按保密规定办理，可以登记为“只留纸质”事项。", path.Base(name), mark)
}

// secretName finds a mark of secrecy in a file's name.
func secretName(name string) (string, bool) {
	for _, mark := range []string{"绝密", "机密★", "秘密★", "机密级", "秘密级"} {
		if strings.Contains(name, mark) {
			return mark, true
		}
	}
	return "", false
}
