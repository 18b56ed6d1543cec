package view_test

import (
	"context"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"zhunsheng/internal/doors/web/view"
)

// browser starts a headless chromium, or says why the layout cannot be looked at here.
func browser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("chromium is missing; the layout of the pages must be checked under CI")
		}
		t.Skip("chromium is missing: the layout of the pages was not checked")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU)
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancelAlloc)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	ctx, cancelTime := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancelTime)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return ctx
}

// media makes the page believe it is printed, or shown again.
func media(kind string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: kind})
		return err
	})
}

// ask evaluates an expression on the page.
func ask[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("evaluate: %v", err)
	}
	return value
}

// widest finds the elements that stick out of the window, unless they sit in a box that scrolls by itself.
const widest = `(() => {
  const over = [];
  if (document.documentElement.scrollWidth > innerWidth) for (const el of document.querySelectorAll("body *")) {
    const box = el.getBoundingClientRect();
    if (box.width > 0 && box.right > innerWidth + 1 && !el.closest(".scroll, .pane, .vh, svg, pre")) over.push(el.tagName + "." + el.className + " " + Math.round(box.right) + " " + el.textContent.trim().slice(0, 30));
  }
  return over.slice(0, 3);
})()`

// shown counts what paper must not carry.
const shown = `[...document.querySelectorAll(".mast, .side, .foot, .filter, button, .btn")].filter(el => el.getClientRects().length > 0).length`

// header says whether the print header stands on paper; the pages before the door have none.
const header = `!document.querySelector(".printhead") || document.querySelector(".printhead").getClientRects().length > 0`

// ours says that a text is one of our own short words (lights, tags, buttons, counts, days, terms), not a name or
// sentence of an office, which may be as long as it likes.
func ours(owner reflect.Type, field string) bool {
	switch owner {
	case reflect.TypeFor[view.Signal](), reflect.TypeFor[view.Tag](), reflect.TypeFor[view.Button](), reflect.TypeFor[view.Count](),
		reflect.TypeFor[view.Tab](), reflect.TypeFor[view.CalendarDay](), reflect.TypeFor[view.User](), reflect.TypeFor[view.MenuGroup](),
		reflect.TypeFor[view.MenuItem](), reflect.TypeFor[view.WhyLine](), reflect.TypeFor[view.DemoAccount](), reflect.TypeFor[view.StageRow]():
		return true
	}
	switch field {
	case "Site", "Body", "Office", "Printed", "Term", "Submit", "Label", "Heads", "Columns", "Days", "Recorded", "Due", "DueNote", "Actions", "Files", "Groups", "State", "Said", "Act", "Step", "Kind", "Fix", "Heading":
		return owner != reflect.TypeFor[view.TaskPart]() && owner != reflect.TypeFor[view.Target]()
	}
	return false
}

// TestPagesFit looks at every sample in a real browser: nothing makes the page scroll sideways on a phone of
// 360 px, on an office screen or on A4, even where every text is far too long; on paper nothing is left to press
// and the print header stands there.
func TestPagesFit(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: looking at every page in a browser takes half a minute")
	}
	ctx := browser(t)
	all := samples()
	dir := t.TempDir()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		s := all[name]
		for suffix, data := range map[string]any{"": s.data, "-long": stretch(reflect.ValueOf(s.data), ours).Interface()} {
			t.Run(name+suffix, func(t *testing.T) {
				html := render(t, s.draw(data))
				writeTo(t, dir, name+suffix, html)
				address := "file://" + filepath.Join(dir, name+suffix+".html")
				for _, width := range []int64{360, 1440} {
					if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(address)); err != nil {
						t.Fatal(err)
					}
					if over := ask[[]string](t, ctx, widest); len(over) > 0 {
						t.Errorf("at %d px these stick out: %q", width, over)
					}
				}
				if err := chromedp.Do(ctx, media("print"), chromedp.EmulateViewport(680, 900)); err != nil {
					t.Fatal(err)
				}
				if n := ask[int](t, ctx, shown); n > 0 {
					t.Errorf("%d things on paper that one presses on the screen", n)
				}
				if !ask[bool](t, ctx, header) {
					t.Error("the print header is missing on paper")
				}
				if over := ask[[]string](t, ctx, widest); len(over) > 0 {
					t.Errorf("on A4 these stick out: %q", over)
				}
				if err := chromedp.Do(ctx, media("")); err != nil {
					t.Fatal(err)
				}
			})
		}
	}
}
