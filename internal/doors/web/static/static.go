// Package static holds the assets of the staff pages: one sheet, htmx and our own small script. They are
// embedded in the program, named by their content, and may be kept by browsers for ever.
package static

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// Prefix is where Handler has to be mounted.
const Prefix = "/static/"

//go:embed assets
var embedded embed.FS

// asset is one file with what it is answered with.
type asset struct {
	body        []byte
	contentType string
}

// Assets is the set of embedded files under their hashed names. The zero value holds nothing; use Load.
type Assets struct {
	hashed map[string]string // base.css → /static/base.1a2b3c4d5e6f.css
	served map[string]asset  // base.1a2b3c4d5e6f.css → its bytes
}

// types lists the kinds of files that are served; anything else (licence texts) only travels along.
var types = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// Load names every embedded asset by the first twelve hex digits of its SHA-256.
func Load() (*Assets, error) {
	set := &Assets{hashed: map[string]string{}, served: map[string]asset{}}
	entries, err := fs.ReadDir(embedded, "assets")
	if err != nil {
		return nil, fmt.Errorf("list assets: %w", err)
	}
	for _, entry := range entries {
		kind, ok := types[path.Ext(entry.Name())]
		if !ok {
			continue
		}
		body, err := embedded.ReadFile("assets/" + entry.Name())
		if err != nil {
			return nil, fmt.Errorf("read asset %s: %w", entry.Name(), err)
		}
		sum := sha256.Sum256(body)
		ext := path.Ext(entry.Name())
		name := strings.TrimSuffix(entry.Name(), ext) + "." + hex.EncodeToString(sum[:6]) + ext
		set.hashed[entry.Name()] = Prefix + name
		set.served[name] = asset{body: body, contentType: kind}
	}
	return set, nil
}

// Path gives the address of an asset by its plain name ("base.css"), or "" when there is none.
func (a *Assets) Path(name string) string { return a.hashed[name] }

// ServeHTTP answers a hashed name with the file and leave to keep it for a year; any other name is 404.
func (a *Assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file, ok := a.served[strings.TrimPrefix(r.URL.Path, Prefix)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	head := w.Header()
	head.Set("Content-Type", file.contentType)
	head.Set("Content-Length", fmt.Sprint(len(file.body)))
	head.Set("Cache-Control", "public, max-age=31536000, immutable")
	head.Set("X-Content-Type-Options", "nosniff")
	if r.Method == http.MethodGet {
		_, _ = w.Write(file.body) // the reader has gone away: nothing is left to tell it
	}
}
