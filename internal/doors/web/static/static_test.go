package static_test

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"zhunsheng/internal/doors/web/static"
)

// htmxSum is the SHA-256 of dist/htmx.min.js in htmx.org-2.0.11.tgz of the npm registry, whose integrity is
// sha512-Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==.
const htmxSum = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"

func get(t *testing.T, set *static.Assets, method, path string) *httptest.ResponseRecorder {
	t.Helper()
	rec := httptest.NewRecorder()
	set.ServeHTTP(rec, httptest.NewRequest(method, path, nil))
	return rec
}

func TestAssetsAreHashedAndImmutable(t *testing.T) {
	set, err := static.Load()
	if err != nil {
		t.Fatal(err)
	}
	hashed := regexp.MustCompile(`^/static/[a-z.]+\.[0-9a-f]{12}\.(css|js)$`)
	for _, name := range []string{"base.css", "app.js", "htmx.min.js"} {
		path := set.Path(name)
		if !hashed.MatchString(path) {
			t.Fatalf("%s is served at %q, want a hashed name", name, path)
		}
		rec := get(t, set, http.MethodGet, path)
		if rec.Code != http.StatusOK || rec.Body.Len() == 0 {
			t.Errorf("%s: status %d, %d bytes", path, rec.Code, rec.Body.Len())
		}
		if got := rec.Header().Get("Cache-Control"); !strings.Contains(got, "immutable") {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
		sum := sha256.Sum256(rec.Body.Bytes())
		if digest := hex.EncodeToString(sum[:]); !strings.Contains(path, digest[:12]) {
			t.Errorf("%s does not carry the digest %s of what it serves", path, digest[:12])
		}
		if got := get(t, set, http.MethodHead, path); got.Body.Len() != 0 || got.Code != http.StatusOK {
			t.Errorf("HEAD %s: status %d, %d bytes", path, got.Code, got.Body.Len())
		}
	}
}

func TestOtherNamesAreRefused(t *testing.T) {
	set, err := static.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/static/", "/static/base.css", "/static/htmx.LICENSE", "/static/../static.go"} {
		if got := get(t, set, http.MethodGet, path).Code; got != http.StatusNotFound {
			t.Errorf("GET %s: status %d, want 404", path, got)
		}
	}
	if got := get(t, set, http.MethodPost, set.Path("app.js")).Code; got != http.StatusMethodNotAllowed {
		t.Errorf("POST: status %d, want 405", got)
	}
	if got := set.Path("none.css"); got != "" {
		t.Errorf("Path of an unknown asset = %q, want nothing", got)
	}
}

func TestHtmxIsTheReleasedFile(t *testing.T) {
	set, err := static.Load()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(get(t, set, http.MethodGet, set.Path("htmx.min.js")).Body.Bytes())
	if got := hex.EncodeToString(sum[:]); got != htmxSum {
		t.Errorf("htmx.min.js has digest %s, the release has %s", got, htmxSum)
	}
}
