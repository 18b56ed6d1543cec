package e2e

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// viewers are one of each kind of person; words of the printed line name the account.
var viewers = []struct {
	name  string
	words []string
}{
	{"coordinator", []string{"县司法局", "督察股股长"}},
	{"liaison", []string{"县审计局", "办公室主任"}},
	{"head", []string{"县审计局", "局长"}},
	{"leader", []string{"县政府", "常务副县长"}},
	{"supervisor", []string{"县司法局", "行政执法监督股股长"}},
	{"township", []string{"望岫镇人民政府", "党政办公室主任"}},
	{"system-admin", []string{"电子政务中心工程师"}},
	{"security-admin", []string{"电子政务中心安全专员"}},
	{"auditor", []string{"信息系统审计股股长"}},
}

// walker opens pages as one viewer, without a browser: it follows links and reads what they answer.
type walker struct {
	t      *testing.T
	site   string
	client *http.Client
	pages  map[string]*found // by address without its fragment
	order  []string
}

// found is what an address answered.
type found struct {
	address string
	from    string
	status  int
	kind    string // content type
	size    int
	took    time.Duration
	title   string
	heads   int // number of h1
	ids     map[string]bool
	links   []string // addresses with fragments, as the page gives them
}

// enter signs a viewer in.
func enter(t *testing.T, house *program, login string) *walker {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	w := &walker{t: t, site: house.address, client: &http.Client{Jar: jar}, pages: map[string]*found{}}
	r, err := w.client.PostForm(w.site+"/signin", url.Values{"u": {login}, "p": {house.password()}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK || strings.HasPrefix(r.Request.URL.Path, "/signin") {
		t.Fatalf("%s cannot sign in: status %d at %s", login, r.StatusCode, r.Request.URL)
	}
	return w
}

// upload brings a plan document in, so that the pages of an import can be seen; it gives the review page.
func (w *walker) upload(file string) string {
	w.t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		w.t.Fatal(err)
	}
	b = bytes.ReplaceAll(b, []byte("{Y}"), []byte(strconv.Itoa(time.Now().Year()))) // as the demo does with its plans
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	part, err := m.CreateFormFile("file", filepath.Base(file))
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := part.Write(b); err != nil {
		w.t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		w.t.Fatal(err)
	}
	r, err := w.client.Post(w.site+"/plans/import", m.FormDataContentType(), &body)
	if err != nil {
		w.t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != http.StatusOK {
		w.t.Fatalf("the plan is not taken: status %d", r.StatusCode)
	}
	return r.Request.URL.Path
}

var (
	idPart     = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)
	hashPart   = regexp.MustCompile(`[0-9a-f]{40,}`)
	datePart   = regexp.MustCompile(`\d{4}-\d{2}-\d{2}`)
	wordPart   = regexp.MustCompile(`/(laws|procedures|lines|steps|new|import)/[a-z][a-z0-9_-]*`)
	numberPart = regexp.MustCompile(`\d+(-\d+)*`)
)

// pattern is the kind of page an address belongs to: /matters/12?x=3 and /matters/9?x=1 are of one kind.
func pattern(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	path := idPart.ReplaceAllString(u.Path, "ID")
	path = hashPart.ReplaceAllString(path, "HASH")
	path = datePart.ReplaceAllString(path, "DAY")
	path = numberPart.ReplaceAllString(path, "N")
	path = wordPart.ReplaceAllString(path, "/$1/WORD") // one page of all laws, procedures, lines of work and steps
	var keys []string
	for key, values := range u.Query() {
		if key == "by" || key == "show" || key == "light" {
			key += "=" + values[0]
		}
		keys = append(keys, key)
	}
	slices.Sort(keys)
	if len(keys) > 0 {
		path += "?" + strings.Join(keys, "&")
	}
	return path
}

// walk opens everything that can be reached from the start, breadth first: so many pages of one kind, and the links of
// so many of those are followed.
func (w *walker) walk(opened, followed int, start string) {
	w.t.Helper()
	type step struct{ address, from string }
	queue := []step{{start, "the start"}}
	met := map[string]int{}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		address, _, _ := strings.Cut(next.address, "#")
		if address == "" || w.pages[address] != nil {
			continue
		}
		kind := pattern(address)
		if met[kind]++; met[kind] > opened {
			continue
		}
		page := w.open(address, next.from)
		if strings.HasPrefix(kind, "/proof/N/receipt") && page.status == http.StatusConflict {
			page = w.wait(address, next.from)
		}
		w.pages[address] = page
		w.order = append(w.order, address)
		if met[kind] > followed {
			continue
		}
		for _, link := range page.links {
			queue = append(queue, step{link, address})
		}
	}
}

// open answers one address.
func (w *walker) open(address, from string) *found {
	w.t.Helper()
	begin := time.Now()
	r, err := w.client.Get(w.site + address)
	if err != nil {
		w.t.Fatalf("open %s: %v", address, err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		w.t.Fatalf("read %s: %v", address, err)
	}
	f := &found{address: address, from: from, status: r.StatusCode, kind: r.Header.Get("Content-Type"), size: len(b), took: time.Since(begin), ids: map[string]bool{}}
	if strings.HasPrefix(f.kind, "text/html") {
		root, err := html.Parse(bytes.NewReader(b))
		if err != nil {
			w.t.Fatalf("parse %s: %v", address, err)
		}
		f.read(root)
	}
	return f
}

// wait opens the receipt of a record that is too young: a snapshot of the log covers it within a second.
func (w *walker) wait(address, from string) *found {
	w.t.Helper()
	var f *found
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for range 50 {
		if f = w.open(address, from); f.status != http.StatusConflict {
			break
		}
		<-tick.C
	}
	return f
}

// read collects what a page offers.
func (f *found) read(n *html.Node) {
	if n.Type == html.ElementNode {
		for _, a := range n.Attr {
			switch {
			case a.Key == "id":
				f.ids[a.Val] = true
			case a.Key == "href" && n.Data == "a":
				f.link(a.Val)
			}
		}
		switch n.Data {
		case "h1":
			f.heads++
		case "title":
			if n.FirstChild != nil {
				f.title = n.FirstChild.Data
			}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		f.read(c)
	}
}

// link takes an address as the page means it.
func (f *found) link(href string) {
	base, err := url.Parse(f.address)
	if err != nil {
		return
	}
	to, err := base.Parse(href)
	if err != nil || to.Host != "" || to.Scheme != "" {
		f.links = append(f.links, href)
		return
	}
	f.links = append(f.links, to.String())
}

// check reports dead links, links to places that are not on the page, empty downloads and pages without one heading.
func (w *walker) check() {
	w.t.Helper()
	told := map[string]bool{}
	tell := func(format string, args ...any) {
		line := fmt.Sprintf(format, args...)
		if kind := numberPart.ReplaceAllString(line, "N"); !told[kind] {
			told[kind] = true // one of a kind is enough to find the cause
			w.t.Error(line)
		}
	}
	for _, address := range w.order {
		f := w.pages[address]
		if f.status >= 400 {
			tell("%s (from %s) answers %d", address, f.from, f.status)
			continue
		}
		if f.size == 0 {
			tell("%s (from %s) is empty", address, f.from)
		}
		if !strings.HasPrefix(f.kind, "text/html") {
			continue
		}
		if f.heads != 1 {
			tell("%s has %d headings of the first order", address, f.heads)
		}
		for _, link := range f.links {
			to, fragment, _ := strings.Cut(link, "#")
			if strings.Contains(to, "://") {
				tell("%s leads out of the house: %s", address, link)
			}
			if there := w.pages[to]; fragment != "" && there != nil && there.status < 400 && strings.HasPrefix(there.kind, "text/html") && !there.ids[fragment] {
				tell("%s links to #%s, which %s has not", address, fragment, to)
			}
		}
	}
}

// kinds lists one address of every kind of page, in the order they were met.
func (w *walker) kinds() []string {
	var out []string
	met := map[string]bool{}
	for _, address := range w.order {
		f := w.pages[address]
		if kind := pattern(address); f.status < 400 && strings.HasPrefix(f.kind, "text/html") && !met[kind] {
			met[kind] = true
			out = append(out, address)
		}
	}
	return out
}

// TestE2ELinks follows every link of every kind of page as every kind of person: none is dead.
func TestE2ELinks(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: following every link takes half a minute")
	}
	house := start(t)
	for _, v := range viewers {
		t.Run(v.name, func(t *testing.T) {
			w := enter(t, house, house.login(t, v.words...))
			if v.name == "coordinator" {
				w.upload(ownPlan)
			}
			w.walk(6, 2, "/")
			if len(w.order) < 10 {
				t.Errorf("only %d addresses were reached", len(w.order))
			}
			w.check()
			slowest := slices.MaxFunc(w.order, func(a, b string) int { return cmp.Compare(w.pages[a].took, w.pages[b].took) })
			t.Logf("%d addresses of %d kinds of pages; the slowest is %s with %v", len(w.order), len(w.kinds()), slowest, w.pages[slowest].took)
		})
	}
}
