package act

import (
	"context"
	"path"
	"strings"

	"zhunsheng/internal/app"
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
