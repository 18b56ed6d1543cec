package view_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"zhunsheng/internal/doors/web/static"
)

// policy is at least as strict as the one the program sends.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; report-uri /broken"

// TestScripts drives the pages with their scripts under a strict policy: ticks are counted, a filter replaces the
// content without leaving the page, and nothing asks for more than the policy gives.
func TestScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: needs a browser")
	}
	ctx := browser(t)
	set, err := static.Load()
	if err != nil {
		t.Fatal(err)
	}
	var broken, filtered atomic.Int64
	pages := samples()
	mux := http.NewServeMux()
	mux.Handle("GET "+static.Prefix, set)
	mux.HandleFunc("POST /broken", func(http.ResponseWriter, *http.Request) { broken.Add(1) })
	mux.HandleFunc("GET /board", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		name := "board"
		if r.URL.Query().Has("q") {
			name = "board-none"
			if r.Header.Get("HX-Request") == "true" {
				filtered.Add(1)
			}
		}
		_ = pages[name].draw(pages[name].data).Render(r.Context(), w)
	})
	mux.HandleFunc("GET /supervision", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		_ = pages["supervision"].draw(pages["supervision"].data).Render(r.Context(), w)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)

	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1440, 1000), chromedp.Navigate(server.URL+"/supervision")); err != nil {
		t.Fatal(err)
	}
	if got := ask[string](t, ctx, `document.querySelector("[data-count]").textContent`); got != "已选 1 项" {
		t.Errorf("before any tick the count says %q", got)
	}
	ask[bool](t, ctx, `document.querySelector("[data-all]").click(), true`)
	if got := ask[string](t, ctx, `document.querySelector("[data-count]").textContent`); got != "已选 2 项" {
		t.Errorf("after 选择本页全部 the count says %q", got)
	}
	if n := ask[int](t, ctx, `document.querySelectorAll("tbody tr.sel").length`); n != 2 {
		t.Errorf("%d rows are marked, want 2", n)
	}

	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL+"/board")); err != nil {
		t.Fatal(err)
	}
	swapped := ask[bool](t, ctx, `new Promise(done => {
	  document.addEventListener("htmx:afterSettle", () => done(true), {once: true});
	  setTimeout(() => done(false), 5000);
	  document.querySelector("form.filter button").click();
	})`)
	if !swapped || filtered.Load() != 1 {
		t.Fatalf("the filter was not fetched by htmx: swapped %v, requests %d", swapped, filtered.Load())
	}
	if got := ask[string](t, ctx, `document.querySelector("#h-list").textContent`); !strings.Contains(got, "0 项") {
		t.Errorf("after the filter the list is headed %q", got)
	}
	if n := ask[int](t, ctx, `document.querySelectorAll("main").length`); n != 1 {
		t.Errorf("the page has %d mains after the swap", n)
	}
	if got := ask[string](t, ctx, `location.search`); !strings.Contains(got, "q=") {
		t.Errorf("the address does not carry the filter: %q", got)
	}
	if n := broken.Load(); n > 0 {
		t.Errorf("the content policy was broken %d times", n)
	}
}
