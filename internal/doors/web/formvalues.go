package web

import (
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"zhunsheng/internal/app"
)

// formValues are the texts of a submitted form; controls of fields carry the prefix "f.".
type formValues struct{ values url.Values }

// memoryForm is how much of an uploaded form is held in memory; the rest waits in temporary files.
const memoryForm = 4 << 20

func parseForm(r *http.Request) (formValues, error) {
	var err error
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		err = r.ParseMultipartForm(memoryForm)
	} else {
		err = r.ParseForm()
	}
	if err != nil {
		return formValues{url.Values{}}, uploadFault("", err)
	}
	return formValues{r.PostForm}, nil
}

func (f formValues) get(name string) string { return strings.TrimSpace(f.values.Get(name)) }

// moment is the day and time of day of an act whose limits count hours, as RFC 3339; "" where no time was given.
func (f formValues) moment() string {
	day, at := f.get("legal"), f.get("at")
	if day == "" || at == "" {
		return ""
	}
	return day + "T" + at + ":00+08:00"
}

// Texts gives the controls of a field, for act.ReadInput.
func (f formValues) Texts(control string) ([]string, bool) {
	texts, ok := f.values["f."+control]
	return texts, ok
}

// group collects the controls under a prefix that were filled in.
func (f formValues) group(prefix string) map[string]string {
	out := map[string]string{}
	for name := range f.values {
		if id, ok := strings.CutPrefix(name, prefix); ok && f.get(name) != "" {
			out[id] = f.get(name)
		}
	}
	return out
}

func readPart(head *multipart.FileHeader) ([]byte, error) {
	file, err := head.Open()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(file)
}

// faultAt finds what was said about a control.
func faultAt(fault *app.Fault, control string) string {
	if fault == nil {
		return ""
	}
	for _, f := range fault.Fields {
		if f.Field == control || strings.HasPrefix(f.Field, control+".") {
			return f.Say
		}
	}
	return ""
}
