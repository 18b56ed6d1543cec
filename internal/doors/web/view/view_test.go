package view_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"

	"zhunsheng/internal/doors/web/static"
	"zhunsheng/internal/doors/web/view"
)

// out is where TestPages leaves every sample as a file with its assets, for looking at them in a browser:
//
//	go test ./internal/doors/web/view -run TestPages -args -out /tmp/pages
var out = flag.String("out", "", "folder for the rendered samples")

func samples() map[string]sample {
	all := planSamples()
	maps.Copy(all, officeSamples())
	maps.Copy(all, paperSamples())
	maps.Copy(all, lawSamples())
	return all
}

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var buf bytes.Buffer
	if err := c.Render(context.Background(), &buf); err != nil {
		t.Fatalf("render: %v", err)
	}
	return buf.String()
}

// stretch returns a copy of the data in which every Chinese text is far too long and carries markup that must
// come out as words. What spare says yes to (a struct and the name of its field) keeps its length.
func stretch(v reflect.Value, spare func(owner reflect.Type, field string) bool) reflect.Value {
	const long = "关于对衡平县砚溪镇人民政府、云岫镇人民政府、平章街道办事处联合报送的《衡平县东部片区农村生活污水治理设施运行维护管理办法（试行）（送审稿第三次修改）》阿依努尔·麦麦提依明、欧阳喆堃"
	fresh := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.String:
		text := v.String()
		if strings.IndexFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0 && !strings.HasPrefix(text, "/") {
			text += long + `<i class="injected">&"'`
		}
		fresh.SetString(text)
	case reflect.Struct:
		for i := range v.NumField() {
			if spare(v.Type(), v.Type().Field(i).Name) {
				fresh.Field(i).Set(v.Field(i))
				continue
			}
			fresh.Field(i).Set(stretch(v.Field(i), spare))
		}
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		fresh.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		for i := range v.Len() {
			fresh.Index(i).Set(stretch(v.Index(i), spare))
		}
	case reflect.Pointer:
		if v.IsNil() {
			return v
		}
		fresh.Set(reflect.New(v.Type().Elem()))
		fresh.Elem().Set(stretch(v.Elem(), spare))
	default:
		return v
	}
	return fresh
}

// none spares nothing.
func none(reflect.Type, string) bool { return false }

// bare returns the data with its frame only: every list empty, every word but those of the page's head gone.
func bare(v reflect.Value) reflect.Value {
	fresh := reflect.New(v.Type()).Elem()
	page := v.FieldByName("Page").Interface().(view.Page)
	page.Errors = nil // they lead to controls that are gone
	fresh.FieldByName("Page").Set(reflect.ValueOf(page))
	return fresh
}

func TestPages(t *testing.T) {
	for name, s := range samples() {
		variants := map[string]any{
			"":      s.data,
			"-long": stretch(reflect.ValueOf(s.data), none).Interface(),
		}
		for suffix, data := range variants {
			t.Run(name+suffix, func(t *testing.T) {
				html := render(t, s.draw(data))
				check(t, html)
				if *out != "" {
					writeTo(t, *out, name+suffix, html)
				}
			})
		}
	}
}

// A page drawn with nothing in it must still be a whole page: a handler that forgets a field may not break it.
func TestEmptyPages(t *testing.T) {
	for name, s := range samples() {
		t.Run(name, func(t *testing.T) {
			check(t, render(t, s.draw(bare(reflect.ValueOf(s.data)).Interface())))
		})
	}
}

// writeTo leaves a sample in a folder as a file that opens without a server.
func writeTo(t *testing.T, dir, name, html string) {
	t.Helper()
	set, err := static.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, asset := range []string{"base.css", "app.js", "htmx.min.js"} {
		html = strings.ReplaceAll(html, set.Path(asset), asset)
		body, err := os.ReadFile(filepath.Join("..", "static", "assets", asset))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, asset), body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, name+".html"), []byte(html), 0o644); err != nil {
		t.Fatal(err)
	}
}

var (
	inlineHandler = regexp.MustCompile(`^(on[a-z]+|style|hx-on.*)$`)
	missing       = regexp.MustCompile(`%![a-zA-Z(]|<no value>`)
)

// check asserts what every page owes its readers: one h1 and headings in order, landmarks, labels, unique ids
// that lead somewhere, nothing inline, nothing injected.
func check(t *testing.T, html string) {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	if got, _ := doc.Find("html").Attr("lang"); got != "zh-CN" {
		t.Errorf("language of the page is %q", got)
	}
	for what, selector := range map[string]string{
		"main": "main#main", "masthead": "body > header.mast", "foot": "body > footer.foot", "skip link": `a.skip[href="#main"]`,
		"h1": "h1", "title": "head > title", "viewport": `meta[name=viewport]`,
	} {
		if n := doc.Find(selector).Length(); n != 1 {
			t.Errorf("%s: found %d, want 1", what, n)
		}
	}
	if n := strings.Count(html, "<form"); n != doc.Find("form").Length() {
		t.Errorf("a form stands inside a form: %d written, %d parsed", n, doc.Find("form").Length())
	}
	if doc.Find(".injected").Length() > 0 {
		t.Error("text came out as markup")
	}
	if bad := missing.FindString(html); bad != "" {
		t.Errorf("the page shows %q", bad)
	}
	checkHeadings(t, doc)
	ids := checkIDs(t, doc)
	checkControls(t, doc, ids)
	checkInline(t, doc)
	checkNames(t, doc, ids)
}

func checkHeadings(t *testing.T, doc *goquery.Document) {
	t.Helper()
	last := 0
	doc.Find("h1, h2, h3, h4, h5, h6").Each(func(_ int, h *goquery.Selection) {
		level := int(goquery.NodeName(h)[1] - '0')
		if level > last+1 {
			t.Errorf("heading %q is h%d after h%d", strings.TrimSpace(h.Text()), level, last)
		}
		last = level
	})
}

func checkIDs(t *testing.T, doc *goquery.Document) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	doc.Find("[id]").Each(func(_ int, s *goquery.Selection) {
		id := s.AttrOr("id", "")
		if id == "" || ids[id] {
			t.Errorf("id %q is empty or stands twice (%s)", id, goquery.NodeName(s))
		}
		ids[id] = true
	})
	for _, attr := range []string{"for", "aria-labelledby", "aria-describedby", "list"} {
		doc.Find("[" + attr + "]").Each(func(_ int, s *goquery.Selection) {
			for _, id := range strings.Fields(s.AttrOr(attr, "")) {
				if !ids[id] {
					t.Errorf("%s=%q leads nowhere", attr, id)
				}
			}
		})
	}
	return ids
}

func checkControls(t *testing.T, doc *goquery.Document, ids map[string]bool) {
	t.Helper()
	doc.Find("input, select, textarea").Each(func(_ int, c *goquery.Selection) {
		if c.AttrOr("type", "") == "hidden" {
			return
		}
		id := c.AttrOr("id", "")
		byFor := false
		doc.Find("label[for]").Each(func(_ int, l *goquery.Selection) { byFor = byFor || l.AttrOr("for", "") == id && id != "" })
		inside := strings.TrimSpace(c.Closest("label").Text()) != ""
		if !byFor && !inside && c.AttrOr("aria-label", "") == "" {
			outer, _ := goquery.OuterHtml(c)
			t.Errorf("control without a label: %s", outer)
		}
		if c.AttrOr("name", "") == "" && c.AttrOr("data-all", "-") == "-" {
			outer, _ := goquery.OuterHtml(c)
			t.Errorf("control without a name: %s", outer)
		}
	})
	doc.Find("button, a[href], summary").Each(func(_ int, b *goquery.Selection) {
		if strings.TrimSpace(b.Text()) == "" && b.Find("img[alt]").Length() == 0 {
			outer, _ := goquery.OuterHtml(b)
			t.Errorf("nothing to read on %s", outer)
		}
	})
	doc.Find("form").Each(func(_ int, f *goquery.Selection) {
		if f.AttrOr("method", "get") == "post" && f.Find("button:not([type=button])").Length() == 0 {
			t.Errorf("form to %q cannot be sent without script", f.AttrOr("action", ""))
		}
	})
}

func checkInline(t *testing.T, doc *goquery.Document) {
	t.Helper()
	doc.Find("*").Each(func(_ int, s *goquery.Selection) {
		for _, attr := range s.Nodes[0].Attr {
			if inlineHandler.MatchString(attr.Key) {
				t.Errorf("<%s> has inline %s", goquery.NodeName(s), attr.Key)
			}
			if (attr.Key == "href" || attr.Key == "action") && strings.HasPrefix(strings.TrimSpace(attr.Val), "javascript:") {
				t.Errorf("script in %s", attr.Key)
			}
		}
	})
	if doc.Find("style, script:not([src])").Length() > 0 {
		t.Error("the page has an inline sheet or script")
	}
}

func checkNames(t *testing.T, doc *goquery.Document, ids map[string]bool) {
	t.Helper()
	doc.Find("section, nav, aside").Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("aria-label", "") == "" && s.AttrOr("aria-labelledby", "") == "" {
			t.Errorf("<%s> has no name", goquery.NodeName(s))
		}
	})
	doc.Find("img").Each(func(_ int, s *goquery.Selection) {
		if _, ok := s.Attr("alt"); !ok {
			t.Errorf("picture %q without words", s.AttrOr("src", ""))
		}
	})
	doc.Find("th").Each(func(_ int, s *goquery.Selection) {
		if s.AttrOr("scope", "") == "" {
			t.Errorf("th %q has no scope", s.Text())
		}
	})
	doc.Find("table").Each(func(_ int, s *goquery.Selection) {
		if s.Find("caption").Length() == 0 && s.Closest("section").Length() == 0 {
			t.Error("a table has neither caption nor heading")
		}
		heads := 0
		s.Find("thead tr").First().Find("th").Each(func(_ int, h *goquery.Selection) { heads++ })
		s.Find("tbody tr, tfoot tr").Each(func(_ int, row *goquery.Selection) {
			cells := 0
			row.Children().Each(func(_ int, c *goquery.Selection) {
				n := 1
				_, _ = fmt.Sscan(c.AttrOr("colspan", "1"), &n)
				cells += n
			})
			if heads > 0 && cells != heads {
				t.Errorf("table %q: a row has %d cells under %d heads", s.Find("thead").Text(), cells, heads)
			}
		})
	})
	doc.Find(`a[href^="#"]`).Each(func(_ int, s *goquery.Selection) {
		if id := strings.TrimPrefix(s.AttrOr("href", ""), "#"); !ids[id] && !strings.Contains(s.AttrOr("href", ""), "%") {
			t.Errorf("link %q leads to %q, which is not on the page", strings.TrimSpace(s.Text()), id)
		}
	})
}
