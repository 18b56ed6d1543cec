package chart

import (
	"fmt"
	"slices"
)

// run is a stretch along a gap between rows (horizontal) or a gutter between columns (vertical). From and to are places
// across it, counted in halves so that columns and gutters, rows and gaps alternate. Runs of one group may lie on each
// other: they come from, or lead to, the same box.
type run struct {
	vertical bool
	channel  int
	from, to int
	group    string
	track    int
}

// path is the way of one link.
type path struct {
	link     link
	straight bool
	out, in  *run // horizontal: below the first box, above the second
	leave    *run // vertical: gutter beside the first box, of a way back
	gutter   *run
}

// Gap g lies above row g, gutter g left of column g.
func gapAt(g int) int    { return 2 * g }
func rowAt(r int) int    { return 2*r + 1 }
func gutterAt(g int) int { return 2 * g }
func laneAt(c int) int   { return 2*c + 1 }

// route finds a way for every link that crosses no box, and gives every stretch a track of its own.
func (l *layout) route() {
	for _, k := range l.links {
		p := path{link: k}
		if k.back {
			l.wayBack(&p)
		} else {
			l.wayOn(&p)
		}
		l.paths = append(l.paths, p)
	}
	l.tracks()
	l.coordinates()
}

func (l *layout) horizontal(gap, from, to int, group string) *run {
	r := &run{channel: gap, from: min(from, to), to: max(from, to), group: group}
	l.runs = append(l.runs, r)
	return r
}

func (l *layout) vertical(gutter, from, to int, group string) *run {
	r := &run{vertical: true, channel: gutter, from: min(from, to), to: max(from, to), group: group}
	l.runs = append(l.runs, r)
	return r
}

// free tells whether a column is empty between two rows.
func (l *layout) free(lane, above, below int) bool {
	for r := above + 1; r < below; r++ {
		if _, taken := l.cells[[2]int{lane, r}]; taken {
			return false
		}
	}
	return true
}

func (l *layout) wayOn(p *path) {
	a, b := l.nodes[p.link.from], l.nodes[p.link.to]
	out, in := fmt.Sprintf("out %d", p.link.from), fmt.Sprintf("in %d", p.link.to)
	switch {
	case a.lane == b.lane && l.free(a.lane, a.row, b.row):
		p.straight = true
	case l.free(b.lane, a.row, b.row):
		p.out = l.horizontal(a.row+1, laneAt(a.lane), laneAt(b.lane), out)
	case l.free(a.lane, a.row, b.row):
		p.in = l.horizontal(b.row, laneAt(a.lane), laneAt(b.lane), in)
	default:
		g := b.lane // left of the target
		if a.lane >= b.lane {
			g = b.lane + 1
		}
		p.out = l.horizontal(a.row+1, laneAt(a.lane), gutterAt(g), out)
		p.gutter = l.vertical(g, gapAt(a.row+1), gapAt(b.row), out)
		p.in = l.horizontal(b.row, gutterAt(g), laneAt(b.lane), in)
	}
}

// wayBack leads from the left side of a box to the left side of an earlier one.
func (l *layout) wayBack(p *path) {
	a, b := l.nodes[p.link.from], l.nodes[p.link.to]
	group := fmt.Sprintf("back %d", p.link.to)
	if a.lane == b.lane {
		p.gutter = l.vertical(b.lane, rowAt(a.row), rowAt(b.row), group)
		return
	}
	p.leave = l.vertical(a.lane, rowAt(a.row), gapAt(b.row), group)
	p.in = l.horizontal(b.row, gutterAt(a.lane), gutterAt(b.lane), group)
	p.gutter = l.vertical(b.lane, gapAt(b.row), rowAt(b.row), group)
}

// tracks gives overlapping runs of different groups different tracks, the first that is free.
func (l *layout) tracks() {
	order := slices.Clone(l.runs)
	slices.SortStableFunc(order, func(a, b *run) int { return (a.to - a.from) - (b.to - b.from) })
	for i, r := range order {
		clash := func(track int) bool {
			return slices.ContainsFunc(order[:i], func(o *run) bool {
				return o.vertical == r.vertical && o.channel == r.channel && o.track == track && o.group != r.group && o.from <= r.to && r.from <= o.to
			})
		}
		for clash(r.track) {
			r.track++
		}
	}
}

// used is how many tracks a channel has.
func (l *layout) used(vertical bool, channel int) int {
	n := 0
	for _, r := range l.runs {
		if r.vertical == vertical && r.channel == channel {
			n = max(n, r.track+1)
		}
	}
	return n
}

// coordinates gives columns, rows, gaps and gutters their places.
func (l *layout) coordinates() {
	need := 2 * margin
	for c := range len(l.lanes) + 1 {
		need += 2*side + float64(l.used(true, c))*trackGap
	}
	spare := 0.0 // a narrow chart is spread over the least width
	if n := float64(len(l.lanes)); n > 0 {
		spare = max(0, (leastW-need-n*boxW)/n/2)
	}
	x := margin
	for c := range l.lanes {
		l.gutters = append(l.gutters, x+side+spare)
		x += 2*side + float64(l.used(true, c))*trackGap + spare
		l.lanes[c].x = x + boxW/2
		x += boxW + spare
	}
	l.gutters = append(l.gutters, x+side-spare)
	l.width = x + 2*side + float64(l.used(true, len(l.lanes)))*trackGap + margin
	l.header()
	y := l.head
	for r := range l.rows {
		l.gapTop = append(l.gapTop, y)
		y += 16 + float64(l.used(false, r))*trackGap + 10
		pills, high := 0.0, 0.0
		for c := range l.lanes {
			if i, ok := l.cells[[2]int{c, r}]; ok {
				pills, high = max(pills, l.nodes[i].pillsH), max(high, l.nodes[i].h)
			}
		}
		for c := range l.lanes {
			if i, ok := l.cells[[2]int{c, r}]; ok {
				l.nodes[i].x, l.nodes[i].y = l.lanes[c].x, y+pills
			}
		}
		y += pills + high
	}
	l.gapTop = append(l.gapTop, y)
	l.bottom = y + 16
}

func (l *layout) gapY(r *run) float64    { return l.gapTop[r.channel] + 12 + float64(r.track)*trackGap }
func (l *layout) gutterX(r *run) float64 { return l.gutters[r.channel] + float64(r.track)*trackGap }

// bends are the corners of a path, in order.
func (l *layout) bends(p *path) [][2]float64 {
	a, b := l.nodes[p.link.from], l.nodes[p.link.to]
	if p.link.back {
		y1, y2 := a.y+a.h*0.7, b.y+b.h*0.3
		left, right := a.x-boxW/2, b.x-boxW/2
		if p.leave == nil {
			return [][2]float64{{left, y1}, {l.gutterX(p.gutter), y1}, {l.gutterX(p.gutter), y2}, {right, y2}}
		}
		return [][2]float64{{left, y1}, {l.gutterX(p.leave), y1}, {l.gutterX(p.leave), l.gapY(p.in)}, {l.gutterX(p.gutter), l.gapY(p.in)},
			{l.gutterX(p.gutter), y2}, {right, y2}}
	}
	from, to := a.y+a.h, b.y
	x1, x2 := a.x-aside, b.x+aside
	switch {
	case p.straight:
		return [][2]float64{{a.x, from}, {a.x, to}}
	case p.gutter != nil:
		g := l.gutterX(p.gutter)
		return [][2]float64{{x1, from}, {x1, l.gapY(p.out)}, {g, l.gapY(p.out)}, {g, l.gapY(p.in)}, {x2, l.gapY(p.in)}, {x2, to}}
	case p.out != nil:
		return [][2]float64{{x1, from}, {x1, l.gapY(p.out)}, {x2, l.gapY(p.out)}, {x2, to}}
	default:
		return [][2]float64{{x1, from}, {x1, l.gapY(p.in)}, {x2, l.gapY(p.in)}, {x2, to}}
	}
}
