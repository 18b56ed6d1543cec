package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// person sits before the browser: what the eye can read is all there is to aim at.
type person struct {
	t       *testing.T
	ctx     context.Context
	site    string
	folder  string // where downloads go
	clicks  []string
	mu      sync.Mutex
	console []string
}

// patience is how long a person waits for a page.
const patience = 30 * time.Second

// sitDown opens a browser of its own, with no cookies of another.
func sitDown(t *testing.T, site string) *person {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("chromium is missing; the pages must be driven in a browser under CI")
		}
		t.Skip("chromium is missing: the pages were not driven in a browser")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU)
	alloc, cancelAlloc := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancelAlloc)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	p := &person{t: t, ctx: ctx, site: site, folder: t.TempDir()}
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank"), chromedp.EmulateViewport(1440, 900)); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return // the browser is closed
			}
			if m.Type == chromedp.ConsoleError || m.IsException() || m.Type == chromedp.ConsoleWarning {
				p.mu.Lock()
				p.console = append(p.console, m.String()+" "+m.URL)
				p.mu.Unlock()
			}
		}
	}()
	return p
}

// quiet fails when the browser had something to complain about.
func (p *person) quiet() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.console {
		p.t.Errorf("the browser's console says %s", m)
	}
	p.console = nil
}

// note adds a line to the list of what was done.
func (p *person) note(format string, args ...any) {
	p.t.Helper()
	line := fmt.Sprintf(format, args...)
	p.clicks = append(p.clicks, line)
	p.t.Log(line)
}

// do runs browser actions under the person's patience.
func (p *person) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.t.Fatalf("%s: %v\nthe page reads:\n%s", what, err, p.reads())
	}
}

// ask evaluates an expression on the page.
func ask[T any](p *person, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("look at the page: %v", err)
	}
	return v
}

// reads is the beginning of the page's main part, for the report of a failure.
func (p *person) reads() string {
	p.t.Helper()
	return ask[string](p, `(document.querySelector("main") || document.body).innerText.replace(/\s+/g, " ").slice(0, 1500)`)
}

// address is where the person is.
func (p *person) address() string { return ask[string](p, "location.href") }

// visit opens an address by hand, as one does with the first page and a bookmark.
func (p *person) visit(path string) {
	p.t.Helper()
	if !strings.Contains(path, "://") {
		path = p.site + path
	}
	p.do("open "+path, chromedp.Navigate(path))
}

// looking finds what bears the words. Words that only a screen reader hears do not count; where several elements
// bear them the first of the main part is meant, after the narrowest box, row or group that says all of `inside`.
const looking = `((kinds, words, inside) => {
  const seen = el => el.getClientRects().length > 0 && el.checkVisibility({visibilityProperty: true}) && !el.closest(".vh");
  const said = el => {
    const copy = el.cloneNode(true);
    copy.querySelectorAll(".vh, select, textarea").forEach(x => x.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  };
  const where = [...document.querySelectorAll("main, body")];
  let scopes = where;
  if (inside.length) {
    const places = [...document.querySelectorAll("section, tr, li, fieldset, details, form, article")]
      .filter(seen).map(el => [el, said(el)]).filter(([, text]) => inside.every(w => text.includes(w)))
      .sort((a, b) => a[1].length - b[1].length);
    scopes = places.map(([el]) => el);
  }
  for (const scope of scopes) {
    const all = [...scope.querySelectorAll(kinds)].filter(seen);
    const hit = all.find(el => said(el) === words) || all.find(el => said(el).startsWith(words));
    if (hit) return hit;
  }
  return null;
})`

func quoted(words ...string) string {
	parts := make([]string, len(words))
	for i, w := range words {
		parts[i] = strconv.Quote(w)
	}
	return "[" + strings.Join(parts, ",") + "]"
}

// point brings an element into view and gives its middle; what lies over it is an error: a person could not click it.
func (p *person) point(what, finder string) (x, y float64) {
	p.t.Helper()
	type place struct {
		X, Y   float64
		Reason string
	}
	at := ask[place](p, `(() => {
	  const el = `+finder+`;
	  if (!el) return {X: 0, Y: 0, Reason: "is not there"};
	  el.scrollIntoView({block: "center", inline: "nearest"});
	  const box = el.getClientRects()[0];
	  const x = box.left + Math.min(box.width / 2, 40), y = box.top + box.height / 2;
	  const top = document.elementFromPoint(x, y);
	  const label = el.closest("label");
	  if (!top || !(el.contains(top) || top.contains(el) || label && label.contains(top)))
	    return {X: x, Y: y, Reason: "is covered by " + (top ? top.outerHTML.slice(0, 120) : "nothing")};
	  return {X: x, Y: y, Reason: el.disabled ? "is disabled" : ""};
	})()`)
	if at.Reason != "" {
		p.t.Fatalf("%s %s at %s\nthe page reads:\n%s", what, at.Reason, p.address(), p.reads())
	}
	return at.X, at.Y
}

const pressable = `"a, button, summary"`

func (p *person) target(words string, inside []string) string {
	return looking + "(" + pressable + "," + strconv.Quote(words) + "," + quoted(inside...) + ")"
}

func in(inside []string) string {
	if len(inside) == 0 {
		return ""
	}
	return "（在“" + strings.Join(inside, "”“") + "”处）"
}

// press clicks what bears the words and stays on the page: a heading that folds, a link within the page.
func (p *person) press(words string, inside ...string) {
	p.t.Helper()
	p.note("点“%s”%s", words, in(inside))
	x, y := p.point("“"+words+"”"+in(inside), p.target(words, inside))
	p.do("press "+words, chromedp.MouseClickXY(x, y))
}

// click clicks what bears the words and waits for the page it leads to, which must not be an error page.
func (p *person) click(words string, inside ...string) {
	p.t.Helper()
	if status := p.follow(words, inside...); status >= 400 {
		p.t.Fatalf("“%s” leads to status %d at %s:\n%s", words, status, p.address(), p.reads())
	}
}

// menu goes to a page by the side menu, unfolding its group where it is folded.
func (p *person) menu(group, item string) {
	p.t.Helper()
	if !ask[bool](p, p.target(item, nil)+` !== null`) {
		p.press(group)
	}
	p.click(item)
}

// follow is click, giving the status of the page it led to.
func (p *person) follow(words string, inside ...string) int64 {
	p.t.Helper()
	p.note("点“%s”%s", words, in(inside))
	x, y := p.point("“"+words+"”"+in(inside), p.target(words, inside))
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, chromedp.MouseClickXY(x, y))
	if err != nil {
		p.t.Fatalf("click “%s”: %v\nthe page reads:\n%s", words, err, p.reads())
	}
	return response.Status
}

// control finds the control that a label names, and the option of a group that bears the words.
func control(label string, inside []string) string {
	return `((el) => el && (el.control || (el.tagName === "LEGEND" ? el.parentElement.querySelector("input") : null)))(` +
		looking + `("label, legend",` + strconv.Quote(label) + "," + quoted(inside...) + "))"
}

// fill types a text into the control of that label, in place of what stands there.
func (p *person) fill(label, text string, inside ...string) {
	p.t.Helper()
	p.note("在“%s”%s填写：%s", label, in(inside), text)
	x, y := p.point("the control of “"+label+"”", control(label, inside))
	p.do("go to "+label, chromedp.MouseClickXY(x, y))
	if ask[string](p, `document.activeElement.type`) == "date" {
		p.set(`document.activeElement`, text)
		return
	}
	ask[bool](p, `document.activeElement.select ? (document.activeElement.select(), true) : false`)
	p.do("type "+text, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, input.InsertText, input.InsertTextParams{Text: text})
		return err
	}))
}

// set gives a control a value as its own picker does; the picker itself is drawn outside the page.
func (p *person) set(finder, value string) {
	p.t.Helper()
	ask[bool](p, `(el => {
	  el.value = `+strconv.Quote(value)+`;
	  el.dispatchEvent(new Event("input", {bubbles: true}));
	  el.dispatchEvent(new Event("change", {bubbles: true}));
	  return true;
	})(`+finder+`)`)
}

// choose picks the option with that text in the list standing in the row or box that says `inside`.
func (p *person) choose(option string, inside ...string) {
	p.t.Helper()
	p.note("选“%s”%s", option, in(inside))
	finder := looking + `("select", ""` + "," + quoted(inside...) + ")"
	p.point("the list"+in(inside), finder)
	value := ask[string](p, `(el => ([...el.options].find(o => o.text.trim() === `+strconv.Quote(option)+`) || {value: ""}).value)(`+finder+`)`)
	if value == "" {
		p.t.Fatalf("the list%s has no “%s”", in(inside), option)
	}
	p.set(finder, value)
}

// tick clicks the box or the round button with those words.
func (p *person) tick(words string, inside ...string) {
	p.t.Helper()
	p.note("勾选“%s”%s", words, in(inside))
	label := looking + `("label",` + strconv.Quote(words) + "," + quoted(inside...) + ")"
	x, y := p.point("“"+words+"”"+in(inside), label)
	p.do("tick "+words, chromedp.MouseClickXY(x, y))
	if !ask[bool](p, "("+label+").control.checked") {
		p.t.Fatalf("“%s” is not ticked after the click", words)
	}
}

// attach gives a file to the control of that label.
func (p *person) attach(label, file string, inside ...string) {
	p.t.Helper()
	p.note("在“%s”%s选择文件 %s", label, in(inside), filepath.Base(file))
	finder := control(label, inside)
	p.point("the control of “"+label+"”", finder)
	id := ask[string](p, "("+finder+").id")
	p.do("attach to "+label, chromedp.SetUploadFiles(chromedp.CSS(`[id="`+id+`"]`), []string{file}))
}

// sees fails unless the page shows all the words.
func (p *person) sees(words ...string) {
	p.t.Helper()
	text := strings.Join(strings.Fields(ask[string](p, "document.body.innerText")), " ")
	for _, w := range words {
		if !strings.Contains(text, w) {
			p.t.Fatalf("“%s” is not to be read at %s:\n%s", w, p.address(), p.reads())
		}
	}
}

// download clicks what bears the words and gives the bytes and the name of the file that comes.
func (p *person) download(words string, inside ...string) (name string, file string) {
	p.t.Helper()
	p.note("点“%s”%s，下载文件", words, in(inside))
	x, y := p.point("“"+words+"”", p.target(words, inside))
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	begins, progress := chromedp.BrowserEvents(ctx, browser.DownloadWillBegin), chromedp.BrowserEvents(ctx, browser.DownloadProgress)
	if _, err := chromedp.CallBrowser(ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, DownloadPath: p.folder, EventsEnabled: new(true),
	}); err != nil {
		p.t.Fatal(err)
	}
	p.do("press "+words, chromedp.MouseClickXY(x, y))
	for e, err := range begins {
		if err != nil {
			p.t.Fatalf("“%s” gives no file: %v", words, err)
		}
		name = e.SuggestedFilename
		break
	}
	for e, err := range progress {
		if err != nil {
			p.t.Fatalf("the file of “%s” does not come: %v", words, err)
		}
		if e.State == browser.DownloadProgressStateCompleted {
			return name, filepath.Join(p.folder, e.GUID)
		}
	}
	p.t.Fatalf("the file of “%s” does not come", words)
	return "", ""
}

// signIn enters by the door with a printed account.
func (p *person) signIn(login, password string) {
	p.t.Helper()
	p.visit("/")
	p.note("打开 %s", p.site)
	p.fill("账号", login)
	p.fill("密码", password)
	p.click("登录")
}

// signOut leaves by the masthead.
func (p *person) signOut() {
	p.t.Helper()
	p.click("退出")
	p.sees("登录")
}
