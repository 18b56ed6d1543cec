package chart

import (
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/norm/procedure"
)

// Measures of the drawing.
const (
	boxW     = 180.0
	padX     = 9.0
	padY     = 7.0
	titleSz  = 14.0
	smallSz  = 11.5
	titleLH  = 19.0
	smallLH  = 16.0
	markSz   = 16.0
	side     = 16.0 // beside the tracks of a gutter
	trackGap = 8.0
	aside    = 22.0 // arrows leave left of the middle and enter right of it, so that stems never lie on each other
	margin   = 12.0
	leastW   = 700.0
	pillGap  = 5.0
	marksRow = 8 // marks side by side in a box
)

// line is one line of text in a box.
type line struct {
	text, color string
	size, lh    float64
	bold        bool
}

// pill is a limit on the arrow into a box.
type pill struct {
	text    string
	lines   []string
	promise bool
	h       float64
}

// layout is a chart while it is being laid out.
type layout struct {
	def    *procedure.Definition
	opt    Options
	points []Point
	nodes  []*node
	links  []link
	lanes  []lane
	rows   int
	cells  map[[2]int]int // lane, row → node

	paths   []path
	runs    []*run // along gaps and gutters
	gapTop  []float64
	bottom  float64
	gutters []float64 // left edge of the tracks of each gutter
	width   float64
	head    float64 // height of what stands above the first gap
}

// place gives every step its column and its row: as early as its needs allow, never above an earlier step of its column.
// Columns are in the order in which the definition first names them, the shared one of rare roles last.
func (l *layout) place() {
	l.cells = map[[2]int]int{}
	order, rare := l.order(), l.rare()
	lanes := map[string]int{}
	for _, late := range []bool{false, true} {
		for _, i := range order {
			key, title := laneOf(l.nodes[i].step, l.opt.View)
			if _, seen := lanes[key]; seen || rare[key] != late {
				continue
			}
			if late {
				title = "其他办理人"
			}
			if n := len(l.lanes); !late || l.lanes[n-1].title != title {
				l.lanes = append(l.lanes, lane{title: title})
			}
			lanes[key] = len(l.lanes) - 1
		}
	}
	next := make([]int, len(l.lanes))
	for _, i := range order {
		n := l.nodes[i]
		key, _ := laneOf(n.step, l.opt.View)
		at := lanes[key]
		n.lane, n.row = at, next[at]
		for _, k := range l.links {
			if k.to == i && !k.back {
				n.row = max(n.row, l.nodes[k.from].row+1)
			}
		}
		next[at] = n.row + 1
		l.rows = max(l.rows, n.row+1)
		l.cells[[2]int{at, n.row}] = i
	}
}

// mostLanes is how many columns a chart has; the rarest roles share the last of more.
const mostLanes = 6

func (l *layout) rare() map[string]bool {
	count := map[string]int{}
	var keys []string
	for _, n := range l.nodes {
		key, _ := laneOf(n.step, l.opt.View)
		if count[key] == 0 {
			keys = append(keys, key)
		}
		count[key]++
	}
	if len(keys) <= mostLanes {
		return nil
	}
	slices.SortStableFunc(keys, func(a, b string) int { return count[b] - count[a] })
	out := map[string]bool{}
	for _, k := range keys[mostLanes-1:] {
		out[k] = true
	}
	return out
}

// order is the order of the definition, but never a step before what it needs.
func (l *layout) order() []int {
	placed := make([]bool, len(l.nodes))
	ready := func(i int) bool {
		return !placed[i] && !slices.ContainsFunc(l.links, func(k link) bool { return !k.back && k.to == i && !placed[k.from] })
	}
	var out []int
	for len(out) < len(l.nodes) {
		pick := -1
		for i := range l.nodes {
			if ready(i) {
				pick = i
				break
			}
		}
		if pick < 0 { // a circle of needs: the loader refuses it, the drawing still ends
			pick = slices.Index(placed, false)
		}
		placed[pick] = true
		out = append(out, pick)
	}
	return out
}

// measure writes the words of every box and finds its height.
func (l *layout) measure() {
	for i, n := range l.nodes {
		s := n.step
		title := s.Title
		switch {
		case s.Each != "":
			title += "（逐一办理）"
		case s.Repeat:
			title += "（可以多次）"
		}
		n.add(title, titleSz, titleLH, ink, true)
		n.add(who(s), smallSz, smallLH, grey, false)
		if cites := articleOr(s.Cites); cites != "" {
			n.add(cites, smallSz, smallLH, article, false)
		}
		if len(s.Outcomes) > 0 {
			n.add("结果："+someOutcomes(s), smallSz, smallLH, ink, false)
		}
		if s.When.Source != "" {
			n.add("符合条件的才办理", smallSz, smallLH, grey, false)
		}
		if s.Paper != "" && l.opt.Name != nil {
			n.add("文书："+l.opt.Name(s.Paper), smallSz, smallLH, grey, false)
		}
		if s.Close != "" {
			n.add("● 办结", smallSz, smallLH, ink, true)
		}
		n.h = 2 * padY
		for _, x := range n.lines {
			n.h += x.lh
		}
		if l.opt.View == Staff {
			for _, p := range l.points {
				if p.Step == s.ID {
					n.marks = append(n.marks, p)
				}
			}
		}
		if len(n.marks) > 0 {
			n.h += float64((len(n.marks)+marksRow-1)/marksRow) * (markSz + 4)
		}
		l.limits(i)
	}
}

// manyOutcomes is how many results a box names.
const manyOutcomes = 4

func someOutcomes(s *procedure.Step) string {
	if len(s.Outcomes) <= manyOutcomes {
		return outcomes(s, "、")
	}
	return outcomes(&procedure.Step{Outcomes: s.Outcomes[:manyOutcomes-1]}, "、") + "等 " + strconv.Itoa(len(s.Outcomes)) + " 种"
}

func (n *node) add(text string, size, lh float64, color string, bold bool) {
	for _, t := range wrap(text, boxW-2*padX, size) {
		n.lines = append(n.lines, line{t, color, size, lh, bold})
	}
}

// limits puts the limits of a step on the arrow into it. Where the arrow comes from where the limit begins, its length is
// enough.
func (l *layout) limits(i int) {
	n := l.nodes[i]
	for _, x := range limitsTo(l.def, n.step.ID) {
		text := x.Words(l.def)
		if strings.HasPrefix(text, "自") && x.Shape == procedure.Within && l.fromAny(x.From, i) {
			text = x.Span(l.def) + "内"
		}
		if x.Promise {
			text = "承诺：" + text
		}
		if x.OnExpiry != "" {
			text += "，期满视为“" + l.def.StepTitle(x.OnExpiry) + "”"
		}
		if cites := articleOr(x.Cites); cites != "" {
			text = strings.TrimSpace(text + "（" + cites + "）")
		}
		p := pill{text: text, lines: wrap(text, boxW-14, smallSz), promise: x.Promise}
		if slices.ContainsFunc(n.pills, func(o pill) bool { return o.text == p.text }) {
			continue
		}
		p.h = float64(len(p.lines))*15 + 6
		n.pills = append(n.pills, p)
		n.pillsH += p.h + pillGap
	}
	if n.pillsH > 0 {
		n.pillsH += pillGap // for the head of the arrow
	}
}

func (l *layout) fromAny(steps []string, to int) bool {
	return slices.ContainsFunc(l.links, func(k link) bool {
		return !k.back && !k.rests && k.to == to && slices.Contains(steps, l.nodes[k.from].step.ID)
	})
}
