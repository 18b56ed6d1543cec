package e2e

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// widths are an office screen and a phone; longest is how far down a picture goes, in pixels of the page.
var widths = []int64{1440, 360}

const longest = 2600

// lights are the states in which tasks are looked at.
var lights = []string{"red", "yellow", "green", "waiting", "done"}

// TestE2EScreens looks at one page of every kind as every kind of person, on an office screen and on a phone: nothing
// makes the page scroll sideways, no label is missing and the console stays quiet. With ZS_SCREENS=DIR it keeps pictures.
func TestE2EScreens(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: looking at every page in a browser takes a minute")
	}
	dir := os.Getenv("ZS_SCREENS")
	if dir != "" {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	house := start(t)
	door := sitDown(t, house.address)
	door.look(dir, "signin", "/signin")
	shown := map[string]bool{}
	for _, v := range viewers {
		t.Run(v.name, func(t *testing.T) {
			login := house.login(t, v.words...)
			w := enter(t, house, login)
			if v.name == "coordinator" {
				w.upload(ownPlan)
			}
			w.walk(1, 1, "/desk")
			p := sitDown(t, house.address)
			p.signIn(login, house.password())
			for _, address := range w.scenes(v.name) {
				kind := pattern(address)
				if strings.Contains(address, "light=") || kind == "/matters/N" || !shown[kind] || kind == "/desk" {
					shown[kind] = true
					p.look(dir, v.name+"-"+fileName(address, kind), address)
				}
			}
			p.quiet()
		})
	}
}

// scenes are the pages worth a picture: one of every kind without its filters, and tasks of every light.
func (w *walker) scenes(viewer string) []string {
	var out []string
	for _, address := range w.kinds() {
		kind := pattern(address)
		_, query, filtered := strings.Cut(kind, "?")
		if kind == "/" || kind == "/matters/N" || filtered && !slices.Contains([]string{"by=unit&plan", "show=open", "tab", "all"}, query) {
			continue
		}
		out = append(out, address)
	}
	if viewer != "coordinator" && viewer != "liaison" {
		return out
	}
	for _, light := range lights {
		board := w.open("/board?light="+light, "the lights")
		for _, link := range board.links {
			if pattern(link) == "/matters/N" {
				out = append(out, link)
				break
			}
		}
	}
	return out
}

// fileName names a picture after its page.
func fileName(address, kind string) string {
	name := strings.Trim(strings.NewReplacer("/", "-", "?", "-", "&", "-", "=", "-", ".", "-").Replace(kind), "-")
	if kind == "/matters/N" {
		name += "-" + strings.TrimPrefix(address, "/matters/")
	}
	return name
}

// sticking finds what makes a page scroll sideways, unless it sits in a box that scrolls by itself.
const sticking = `(() => {
  const out = [];
  if (document.documentElement.scrollWidth > innerWidth) for (const el of document.querySelectorAll("body *")) {
    const box = el.getBoundingClientRect();
    if (box.width > 0 && box.right > innerWidth + 1 && !el.closest(".scroll, .pane, .vh, svg, pre")) out.push(el.tagName + "." + el.className + " " + Math.round(box.right) + " " + el.textContent.trim().slice(0, 40));
  }
  return out.slice(0, 3);
})()`

// nameless finds controls that no label names.
const nameless = `[...document.querySelectorAll("main input:not([type=hidden]), main select, main textarea, main button")]
  .filter(el => !(el.labels && el.labels.length) && !el.getAttribute("aria-label") && !el.getAttribute("aria-labelledby") && !(el.tagName === "BUTTON" && el.textContent.trim()))
  .map(el => el.outerHTML.slice(0, 120)).slice(0, 3)`

// look opens a page at both widths, checks it, and keeps pictures where a folder is given.
func (p *person) look(dir, name, address string) {
	p.t.Helper()
	for _, width := range widths {
		p.do("look at "+address, chromedp.EmulateViewport(width, 900), chromedp.Navigate(p.site+address))
		if over := ask[[]string](p, sticking); len(over) > 0 {
			p.t.Errorf("%s at %d px: these stick out: %q", address, width, over)
		}
		if width == widths[0] {
			if bare := ask[[]string](p, nameless); len(bare) > 0 {
				p.t.Errorf("%s: controls without a label: %q", address, bare)
			}
		}
		if dir != "" {
			p.keep(filepath.Join(dir, fmt.Sprintf("%s-%d.png", name, width)), width)
		}
	}
}

// keep writes a picture of the page, with as many colours as a small file has.
func (p *person) keep(file string, width int64) {
	p.t.Helper()
	height := min(ask[float64](p, "document.documentElement.scrollHeight"), longest)
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	shot, err := chromedp.Run(ctx, func(ctx context.Context, target *chromedp.Target) ([]byte, error) {
		r, err := cdp.Call(ctx, target, page.CaptureScreenshot, page.CaptureScreenshotParams{
			CaptureBeyondViewport: new(true), FromSurface: new(true), Format: page.CaptureScreenshotFormatPng,
			Clip: &page.Viewport{Width: float64(width), Height: max(height, 300), Scale: 1},
		})
		if err != nil {
			return nil, err
		}
		return r.Data, nil
	})
	if err != nil {
		p.t.Fatalf("picture of %s: %v", file, err)
	}
	small, err := fewColours(shot)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(file, small, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// fewColours writes a picture with the 128 colours it uses most; a page of text loses nothing by it.
func fewColours(shot []byte) ([]byte, error) {
	full, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		return nil, err
	}
	uses := map[color.RGBA]int{}
	box := full.Bounds()
	at := func(x, y int) color.RGBA {
		r, g, b, _ := full.At(x, y).RGBA()
		return color.RGBA{uint8(r>>8) &^ 7, uint8(g>>8) &^ 7, uint8(b>>8) &^ 7, 255}
	}
	exact := map[color.RGBA]color.RGBA{}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			c := at(x, y)
			if uses[c]++; uses[c] == 1 {
				r, g, b, _ := full.At(x, y).RGBA()
				exact[c] = color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 255}
			}
		}
	}
	most := make([]color.RGBA, 0, len(uses))
	for c := range uses {
		most = append(most, c)
	}
	slices.SortFunc(most, func(a, b color.RGBA) int {
		if n := uses[b] - uses[a]; n != 0 {
			return n
		}
		return int(a.R)<<16 + int(a.G)<<8 + int(a.B) - int(b.R)<<16 - int(b.G)<<8 - int(b.B)
	})
	palette := color.Palette{}
	for _, c := range most[:min(len(most), 128)] {
		palette = append(palette, exact[c])
	}
	index := map[color.RGBA]uint8{}
	for _, c := range most {
		index[c] = uint8(palette.Index(exact[c]))
	}
	few := image.NewPaletted(box, palette)
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			few.SetColorIndex(x, y, index[at(x, y)])
		}
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	err = encoder.Encode(&out, few)
	return out.Bytes(), err
}
