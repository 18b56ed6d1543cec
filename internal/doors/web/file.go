package web

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/app"
)

// inlineTypes are shown in the page; what the bytes are is told by the bytes, not by a name. Everything else is to be
// kept, so that no upload ever runs as a page of this site.
var inlineTypes = []string{"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"}

// fileShow gives the bytes of a file to those who see a record that names it.
func (s *Server) fileShow(w http.ResponseWriter, r *http.Request) error {
	hash := r.PathValue("hash")
	may, err := s.proof.MaySeeFile(r.Context(), visitOf(r).viewer(), hash)
	if err != nil {
		return err
	}
	if !may {
		return app.Faultf(app.NotFound, "没有这份文件，或者您的岗位不在可以查看的范围内。")
	}
	b, err := s.Acts.Blob(r.Context(), hash)
	if err != nil {
		return err
	}
	kind, how := http.DetectContentType(b), "attachment"
	if slices.Contains(inlineTypes, kind) {
		how = "inline"
	} else {
		kind = "application/octet-stream"
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", fmt.Sprintf("%s; filename*=UTF-8''%s", how, url.PathEscape(fileName(r.URL.Query().Get("name"), hash))))
	h.Set("Content-Length", strconv.Itoa(len(b)))
	h.Set("Cache-Control", "private, max-age=3600")
	_, _ = w.Write(b) // the reader has gone away: nothing is left to tell it
	return nil
}

// fileName is a name to keep a file under: the last part of what was asked for, without control characters.
func fileName(name, hash string) string {
	name = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || strings.ContainsRune(`/\:*?"<>|`, c) {
			return '_'
		}
		return c
	}, path.Base(strings.ReplaceAll(name, `\`, "/")))
	if name == "" || name == "." || name == "_" {
		return hash[:min(12, len(hash))]
	}
	if runes := []rune(name); len(runes) > 120 {
		name = string(runes[len(runes)-120:])
	}
	return name
}
