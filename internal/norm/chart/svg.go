package chart

import (
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
)

// Colours are those of the pages (ui/base.css); shape and words say the same as colour.
const (
	ink     = "#1b2027"
	grey    = "#4a5360"
	article = "#0b4a86"
	hair    = "#c3cad2"
	blue    = "#0b57a4"
	red     = "#b01d1d"
	amber   = "#7d4e00"
	band    = "#f4f6f8"
	fonts   = "'PingFang SC','Microsoft YaHei','Source Han Sans SC','Noto Sans CJK SC',sans-serif"
)

// part is a piece of the drawing and the heights between which it lies.
type part struct {
	top, end float64
	text     string
}

func (d *Drawing) put(top, end float64, format string, args ...any) {
	d.parts = append(d.parts, part{top, end, fmt.Sprintf(format, args...)})
}

// num writes a coordinate in tenths.
func num(f float64) string { return strconv.FormatFloat(float64(int64(f*10+0.5))/10, 'f', -1, 64) }

func (d *Drawing) text(x, y, size float64, color, anchor string, bold bool, s string) {
	weight := ""
	if bold {
		weight = ` font-weight="600"`
	}
	if anchor != "" {
		weight += ` text-anchor="` + anchor + `"`
	}
	d.put(y-size, y+4, `<text x="%s" y="%s" font-size="%s" fill="%s"%s>%s</text>`, num(x), num(y), num(size), color, weight, html.EscapeString(s))
}

// header leaves room for the title and the names of the columns.
func (l *layout) header() {
	l.width = max(l.width, leastW)
	l.head = 40
	for _, c := range l.lanes {
		l.head = max(l.head, 10+titleLH*float64(len(wrap(c.title, boxW+side, 13))))
	}
	l.head += 6
	if l.opt.Lists {
		l.head += titleRoom
	}
}

const titleRoom = 62.0

func (l *layout) draw() *Drawing {
	d := &Drawing{Title: l.def.Title + "流程图", Steps: len(l.nodes), Points: l.points}
	if l.opt.View == Public {
		d.May = deeds(l.def, l.nodes)
	}
	l.columns(d)
	for i := range l.paths {
		l.arrow(d, &l.paths[i])
	}
	for _, n := range l.nodes {
		n.draw(d)
	}
	for i := 1; i < len(l.gapTop); i++ {
		d.cuts = append(d.cuts, l.gapTop[i]+4)
	}
	y := l.bottom
	if len(l.nodes) == 0 {
		d.text(margin, y+10, titleSz, grey, "", false, "这种程序由机关内部办理，没有需要公众办理的环节。")
		y += 30
	} else {
		y = l.legend(d, y)
	}
	if l.opt.Lists {
		y = l.lists(d, y)
	}
	d.Width, d.Height = int(l.width+0.999), int(y+margin)
	return d
}

// columns draws the lanes and their names.
func (l *layout) columns(d *Drawing) {
	top := 0.0
	if l.opt.Lists {
		kind := "（工作人员用）"
		if l.opt.View == Public {
			kind = "（公众查阅）"
		}
		d.text(l.width/2, 26, 20, ink, "middle", true, d.Title+kind)
		d.text(l.width/2, 48, smallSz, grey, "middle", false, strings.Trim(l.def.InForce+"起施行的文本 · 依据："+articleOr(l.def.Basis), "·： "))
		top = titleRoom
	}
	for c, x := range l.lanes {
		left, right := margin, l.width-margin
		if c > 0 {
			left = l.edge(c)
		}
		if c < len(l.lanes)-1 {
			right = l.edge(c + 1)
		}
		if c%2 == 0 {
			d.put(top, l.bottom, `<rect x="%s" y="%s" width="%s" height="%s" fill="%s"/>`, num(left), num(top), num(right-left), num(l.bottom-top), band)
		}
		if c > 0 {
			d.put(top, l.bottom, `<path d="M%s %sV%s" stroke="%s" stroke-dasharray="2 3" fill="none"/>`, num(left), num(top), num(l.bottom), hair)
		}
		for i, t := range wrap(x.title, boxW+side, 13) {
			d.text(x.x, top+22+float64(i)*titleLH, 13, grey, "middle", true, t)
		}
	}
	if len(l.lanes) > 0 {
		y := l.head - 4
		d.put(y, y+1, `<path d="M%s %sH%s" stroke="%s" fill="none"/>`, num(margin), num(y), num(l.width-margin), hair)
		d.put(top, l.bottom, `<rect x="%s" y="%s" width="%s" height="%s" fill="none" stroke="%s"/>`, num(margin), num(top+0.5), num(l.width-2*margin), num(l.bottom-top), hair)
	}
}

// edge is where a column begins: in the middle of the gutter before it.
func (l *layout) edge(c int) float64 { return (l.lanes[c-1].x + l.lanes[c].x) / 2 }

func (l *layout) arrow(d *Drawing, p *path) {
	at := l.bends(p)
	color, dash := grey, ""
	if p.link.dashed {
		dash = ` stroke-dasharray="5 3"`
	}
	switch {
	case p.link.back:
		color = amber
	case p.link.rests:
		color, dash = red, ` stroke-dasharray="2 3"`
	}
	var b strings.Builder
	top, end := at[0][1], at[0][1]
	for i, q := range at {
		word := "L"
		if i == 0 {
			word = "M"
		}
		b.WriteString(word + num(q[0]) + " " + num(q[1]))
		top, end = min(top, q[1]), max(end, q[1])
	}
	last := at[len(at)-1]
	d.put(top-4, end+4, `<path d="%s" stroke="%s" stroke-width="1.4" fill="none"%s/>`, b.String(), color, dash)
	if p.link.back { // from the left
		d.put(last[1]-4, last[1]+4, `<path d="M%s %sl-8 -4v8z" fill="%s"/>`, num(last[0]), num(last[1]), color)
		return
	}
	d.put(last[1]-8, last[1], `<path d="M%s %sl-4 -8h8z" fill="%s"/>`, num(last[0]), num(last[1]), color)
}

// draw writes a box with its limits above it.
func (n *node) draw(d *Drawing) {
	y := n.y - n.pillsH
	for _, p := range n.pills {
		dash := ""
		if p.promise {
			dash = ` stroke-dasharray="3 2"`
		}
		d.put(y, y+p.h, `<rect x="%s" y="%s" width="%s" height="%s" rx="8" fill="#eaf2fa" stroke="%s"%s/>`, num(n.x-boxW/2), num(y), num(boxW), num(p.h), blue, dash)
		for i, t := range p.lines {
			d.text(n.x, y+14+float64(i)*15, smallSz, "#083f78", "middle", false, t)
		}
		y += p.h + pillGap
	}
	dash, stroke, width := "", grey, "1.2"
	if n.step.Optional {
		dash = ` stroke-dasharray="5 3"`
	}
	if n.ours {
		stroke, width = blue, "2"
	}
	d.put(n.y, n.y+n.h, `<rect x="%s" y="%s" width="%s" height="%s" rx="3" fill="#fff" stroke="%s" stroke-width="%s"%s/>`,
		num(n.x-boxW/2), num(n.y), num(boxW), num(n.h), stroke, width, dash)
	y = n.y + padY
	for _, x := range n.lines {
		d.text(n.x-boxW/2+padX, y+x.lh*0.75, x.size, x.color, "", x.bold, x.text)
		y += x.lh
	}
	x := n.x - boxW/2 + padX
	for _, p := range n.marks {
		if x+markSz > n.x+boxW/2-padX {
			x, y = n.x-boxW/2+padX, y+markSz+4
		}
		mark(d, x, y+2, p)
		x += markSz + 4
	}
}

// mark draws the number of a point: a red square, an amber triangle's frame, a grey circle; the shape alone tells which.
func mark(d *Drawing, x, y float64, p Point) {
	fill := ink
	switch p.Kind {
	case Stop:
		fill = "#fff"
		d.put(y, y+markSz, `<rect x="%s" y="%s" width="16" height="16" fill="%s"/>`, num(x), num(y), red)
	case Caution:
		fill = amber
		d.put(y, y+markSz, `<rect x="%s" y="%s" width="15" height="15" fill="#fff3d2" stroke="%s" stroke-dasharray="3 2"/>`, num(x+0.5), num(y+0.5), amber)
	default:
		d.put(y, y+markSz, `<circle cx="%s" cy="%s" r="7.5" fill="#fff" stroke="%s"/>`, num(x+8), num(y+8), ink)
	}
	size := 10.5
	if p.No > 99 {
		size = 8
	}
	d.text(x+8, y+12, size, fill, "middle", true, strconv.Itoa(p.No))
}

// legend explains the signs.
func (l *layout) legend(d *Drawing, y float64) float64 {
	y += 14
	x := margin + 4
	item := func(w float64, words string, sign func(x float64)) {
		if need := w + 6 + wide(words, smallSz) + 18; x+need > l.width-margin {
			x, y = margin+4, y+22
		}
		sign(x)
		d.text(x+w+6, y+4, smallSz, grey, "", false, words)
		x += w + 6 + wide(words, smallSz) + 18
	}
	box := func(dash, stroke string) func(float64) {
		return func(x float64) {
			d.put(y-7, y+7, `<rect x="%s" y="%s" width="24" height="12" rx="2" fill="#fff" stroke="%s"%s/>`, num(x), num(y-6), stroke, dash)
		}
	}
	item(24, "应当办理的环节", box("", grey))
	item(24, "可以办理的环节", box(` stroke-dasharray="5 3"`, grey))
	if l.opt.View == Public {
		item(24, "由您办理的环节", box(` stroke-width="2"`, blue))
	}
	item(24, "期限", func(x float64) {
		d.put(y-7, y+7, `<rect x="%s" y="%s" width="24" height="12" rx="6" fill="#eaf2fa" stroke="%s"/>`, num(x), num(y-6), blue)
	})
	arrow := func(words, color, dash string) {
		item(24, words, func(x float64) {
			d.put(y-4, y+4, `<path d="M%s %sh18" stroke="%s" stroke-dasharray="%s" stroke-width="1.4"/><path d="M%s %sl-8 -4v8z" fill="%s"/>`, num(x), num(y), color, dash, num(x+25), num(y), color)
		})
	}
	if slices.ContainsFunc(l.links, func(k link) bool { return k.back }) {
		arrow("重新办理", amber, "5 3")
	}
	if slices.ContainsFunc(l.links, func(k link) bool { return k.rests }) {
		arrow("以此为条件", red, "2 3")
	}
	if l.opt.View == Staff {
		for _, kind := range []struct{ kind, words string }{{Stop, "控制点：不满足不得办理"}, {Caution, "提示点：不满足须说明理由"}, {Risk, "风险点：裁量和延长"}} {
			item(16, kind.words, func(x float64) { mark(d, x, y-8, Point{Kind: kind.kind, No: 1}) })
		}
	}
	return y + 18
}

// lists writes control points, or what the public may do.
func (l *layout) lists(d *Drawing, y float64) float64 {
	head := func(s string) {
		y += 14
		d.text(margin+4, y+8, titleSz, ink, "", true, s)
		y += 20
	}
	body := func(x float64, s string) {
		for _, t := range wrap(s, l.width-margin-x-10, 12) {
			d.text(x, y+11, 12, ink, "", false, t)
			y += 17
		}
		y += 5
	}
	if l.opt.View == Public {
		if len(d.May) > 0 {
			head("您可以做什么")
		}
		for _, m := range d.May {
			s := m.Title
			if m.Text != "" {
				s += "：" + m.Text
			}
			body(margin+4, "· "+withArticle(s, m.Cites))
		}
		return y
	}
	if len(l.points) > 0 {
		head("控制点、提示点和风险点")
	}
	for _, p := range l.points {
		mark(d, margin+4, y, p)
		s := p.Title + "："
		if p.Kind != Risk {
			s = p.Title + "前："
		}
		s += withArticle(p.Text, p.Cites)
		if len(p.But) > 0 {
			s += "。例外：" + strings.Join(p.But, "；")
		}
		body(margin+28, s)
	}
	return y
}

// SVG is the whole chart.
func (d *Drawing) SVG() string { return d.slice(0, float64(d.Height)) }

// Pages cuts the chart between rows of boxes into pieces at most so high; set under each other they are the whole chart, and
// on paper no box is torn. A row that is higher by itself stays whole.
func (d *Drawing) Pages(high int) []string {
	var out []string
	top, last := 0.0, 0.0
	for _, c := range append(d.cuts, float64(d.Height)) {
		if c-top > float64(high) && last > top {
			out = append(out, d.slice(top, last))
			top = last
		}
		last = c
	}
	return append(out, d.slice(top, float64(d.Height)))
}

func (d *Drawing) slice(top, end float64) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 %s %d %s" width="%d" height="%s" font-family="%s" role="img" aria-label="%s">`,
		num(top), d.Width, num(end-top), d.Width, num(end-top), fonts, html.EscapeString(d.Title))
	fmt.Fprintf(&b, `<rect x="0" y="%s" width="%d" height="%s" fill="#fff"/>`, num(top), d.Width, num(end-top))
	for _, p := range d.parts {
		if p.end >= top && p.top <= end {
			b.WriteString(p.text)
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}
