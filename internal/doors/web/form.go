package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"zhunsheng/internal/app"
	"zhunsheng/internal/doors/web/view"
)

// invalid returns the faults by field of a rejected form; nil where err is something else.
func invalid(err error) []app.FieldFault {
	if err == nil {
		return nil
	}
	if f := app.FaultOf(err); f.Kind == app.Invalid {
		if len(f.Fields) == 0 {
			return []app.FieldFault{{Say: f.Say}}
		}
		return f.Fields
	}
	return nil
}

// withFaults writes what is wrong at the fields of a form.
func withFaults(form *view.Form, faults []app.FieldFault) {
	for i := range form.Fields {
		for _, f := range faults {
			if f.Field == form.Fields[i].Name {
				form.Fields[i].Error = f.Say
			}
		}
	}
}

// maxDocument is the largest file that is taken, in bytes.
const maxDocument = 50 << 20

// formFile reads one uploaded file; ok is false where none was chosen.
func formFile(r *http.Request, name string) (file string, b []byte, ok bool, err error) {
	f, head, err := r.FormFile(name)
	if errors.Is(err, http.ErrMissingFile) {
		return "", nil, false, nil
	}
	if err != nil {
		return "", nil, false, uploadFault(name, err)
	}
	defer f.Close()
	if head.Size > maxDocument {
		return "", nil, false, tooLarge(name)
	}
	b, err = io.ReadAll(f)
	if err != nil {
		return "", nil, false, uploadFault(name, err)
	}
	return head.Filename, b, true, nil
}

func tooLarge(name string) error {
	return app.Wrong(name, "文件超过 50 MB，没有保存。请去掉图片或者分成几个文件后重新上传。")
}

func uploadFault(name string, err error) error {
	var size *http.MaxBytesError
	if errors.As(err, &size) {
		return tooLarge(name)
	}
	return app.Wrong(name, "文件没有传完，没有保存。请检查网络后重新上传。")
}

// pathNo reads a number out of the path; one that is none is not there.
func pathNo(r *http.Request, name string) (int64, error) {
	n, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil || n <= 0 {
		return 0, app.Faultf(app.NotFound, "没有找到这个地址。")
	}
	return n, nil
}

// number reads a number of a form, 0 where it is none.
func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// grouped writes a record's number in groups of three for reading: 12 345.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

// download answers with a file to keep.
func download(w http.ResponseWriter, name, kind string, b []byte) error {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename*=UTF-8''%s", url.PathEscape(name)))
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	_, _ = w.Write(b) // the reader has gone away: nothing is left to tell it
	return nil
}

// Media types of what is downloaded.
const (
	typeDOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
)
