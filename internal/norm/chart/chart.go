// Package chart draws a procedure as a flow chart (权力运行流程图): steps as boxes in lanes of roles, in the order of the
// definition; what needs what as arrows; limits as labels on the arrows; conditions as numbered marks. It is drawn as SVG
// with presentation attributes only, so that a strict content policy lets it through, and stands by itself as a file.
//
// Lengths are CSS pixels. Nothing here asks a clock, a disk or a network.
package chart

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"zhunsheng/internal/norm/procedure"
)

// View says for whom a chart is drawn.
type View string

// The two views: all that a clerk needs, and what a citizen meets.
const (
	Staff  View = "staff"
	Public View = "public"
)

// Options of drawing; the zero value draws the staff view without lists.
type Options struct {
	View View
	// Lists writes control points, or what the public may do, under the chart: for a chart that stands by itself.
	Lists bool
	// Name names a paper (文书) for people; nil leaves papers out.
	Name func(paper string) string
}

// Drawing is a chart that has been laid out.
type Drawing struct {
	Title         string
	Width, Height int
	Steps         int // boxes
	Points        []Point
	May           []Deed // of the public view
	parts         []part
	cuts          []float64 // heights between which nothing but lines runs
}

// Draw lays a definition out. It draws the same for the same definition.
func Draw(d *procedure.Definition, o Options) *Drawing {
	if o.View == "" {
		o.View = Staff
	}
	l := &layout{def: d, opt: o, points: Points(d)}
	l.nodes, l.links = graph(d, o.View)
	l.place()
	l.measure()
	l.route()
	return l.draw()
}

// node is a step in the chart.
type node struct {
	step      *procedure.Step
	lane, row int
	x, y      float64 // of the box: middle, top
	h         float64 // of the box
	lines     []line
	pills     []pill
	pillsH    float64
	marks     []Point
	ours      bool // done by the public
}

// link is an arrow between two nodes.
type link struct {
	from, to int
	back     bool // the step makes the other begin again
	rests    bool // a condition before the step asks for the other
	dashed   bool
}

// graph picks the steps of a view and what leads to what between them; needs that go by way of another are left out.
func graph(d *procedure.Definition, v View) ([]*node, []link) {
	shown := map[string]int{}
	var nodes []*node
	for i := range d.AllSteps {
		s := &d.AllSteps[i]
		if v == Public && !meets(d, s) {
			continue
		}
		shown[s.ID] = len(nodes)
		nodes = append(nodes, &node{step: s, ours: byPublic(s)})
	}
	// before gives, for each step, the shown steps it rests on, through hidden ones.
	var before func(id string, path []string) []int
	before = func(id string, path []string) []int {
		s := d.Step(id)
		if s == nil || slices.Contains(path, id) {
			return nil
		}
		var out []int
		for _, n := range s.Needs {
			if at, ok := shown[n]; ok {
				out = append(out, at)
			} else {
				out = append(out, before(n, append(path, id))...)
			}
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	needs := make([][]int, len(nodes))
	for i, n := range nodes {
		needs[i] = before(n.step.ID, nil)
	}
	var links []link
	for i := range nodes {
		for _, from := range needs[i] {
			if !around(needs, i, from) {
				links = append(links, link{from: from, to: i, dashed: nodes[i].step.Optional})
			}
		}
	}
	links = append(links, conditions(d, nodes, shown, needs)...)
	for i, n := range nodes {
		for _, r := range n.step.Resets {
			if to, ok := shown[r]; ok && to != i {
				links = append(links, link{from: i, to: to, back: true, dashed: true})
			}
		}
	}
	return nodes, links
}

// asked finds the steps that a condition wants done; one that it wants not done leads nowhere.
var asked = regexp.MustCompile(`(^|[^!\w.])step\.(\w+)\.done`)

// conditions are the links by conditions: from a step that a gate asks for to the one before which it asks. What needs say
// already is not said again.
func conditions(d *procedure.Definition, nodes []*node, shown map[string]int, needs [][]int) []link {
	var out []link
	for i := range d.Gates {
		g := &d.Gates[i]
		for _, m := range asked.FindAllStringSubmatch(g.Require.Source, -1) {
			from, ok := shown[m[2]]
			for _, b := range g.Before {
				to, there := shown[b]
				if !ok || !there || from >= to || slices.Contains(needs[to], from) {
					continue
				}
				needs[to] = append(needs[to], from)
				out = append(out, link{from: from, to: to, rests: true, dashed: true})
			}
		}
	}
	return slices.DeleteFunc(out, func(k link) bool { return around(needs, k.to, k.from) })
}

// around tells whether a step is reached from another by way of a third as well.
func around(needs [][]int, to, from int) bool {
	var reaches func(at int, seen map[int]bool) bool
	reaches = func(at int, seen map[int]bool) bool {
		if seen[at] {
			return false
		}
		seen[at] = true
		return slices.ContainsFunc(needs[at], func(n int) bool { return n == from || reaches(n, seen) })
	}
	return slices.ContainsFunc(needs[to], func(n int) bool { return n != from && reaches(n, map[int]bool{}) })
}

// publicRoles are roles of people outside the office.
var publicRoles = []string{"party", "public", "applicant", "citizen", "representative"}

func byPublic(s *procedure.Step) bool {
	return slices.ContainsFunc(s.By, func(b procedure.By) bool { return slices.Contains(publicRoles, b.Role) })
}

// fewMarked is how many steps a definition has to mark as public for its marks to be the whole of what the public meets.
const fewMarked = 3

// meets tells whether the public meets a step: it is marked so, or does it. A definition that marks hardly any shows as well
// what reaches people by its nature: what begins and ends the matter, papers, what is done with each party, and both ends
// of statutory limits.
func meets(d *procedure.Definition, s *procedure.Step) bool {
	if s.Public || byPublic(s) {
		return true
	}
	marked := 0
	for i := range d.AllSteps {
		if d.AllSteps[i].Public {
			marked++
		}
	}
	if marked >= fewMarked {
		return s.ID == d.Opens
	}
	if !concerns(d) {
		return false
	}
	if s.ID == d.Opens || s.Paper != "" || partyField(d.Field(s.Each)) || s.Close != "" {
		return true
	}
	return slices.ContainsFunc(d.AllLimits, func(l procedure.Limit) bool {
		return l.Cites != "" && !l.Promise && (slices.Contains(l.From, s.ID) || slices.Contains(l.To, s.ID))
	})
}

// concerns tells whether people outside have a part in a procedure at all.
func concerns(d *procedure.Definition) bool {
	return slices.ContainsFunc(d.AllSteps, func(s procedure.Step) bool { return s.Public || byPublic(&s) }) ||
		slices.ContainsFunc(d.Fields, func(f procedure.Field) bool { return partyField(&f) })
}

func partyField(f *procedure.Field) bool { return f != nil && f.Type == procedure.TypeParty }

// lane is who acts in a column.
type lane struct {
	title string
	x     float64 // middle
}

// laneOf names the column of a step: its first role, and the unit's part where it is not the one in charge. The public is
// told apart from the office only.
func laneOf(s *procedure.Step, v View) (key, title string) {
	if v == Public {
		if byPublic(s) {
			return "public", "当事人、公众"
		}
		return "office", "行政机关"
	}
	if len(s.By) == 0 {
		return "", "其他"
	}
	b := s.By[0]
	title = procedure.RoleTitle(b.Role)
	if b.Where != "lead" {
		title = procedure.WhereTitle(b.Where) + title
	}
	return b.Role + "@" + b.Where, title
}

// who names everyone who may act.
func who(s *procedure.Step) string {
	var out []string
	for _, b := range s.By {
		title := procedure.RoleTitle(b.Role)
		if b.Where != "lead" {
			title = procedure.WhereTitle(b.Where) + title
		}
		if !slices.Contains(out, title) {
			out = append(out, title)
		}
	}
	return strings.Join(out, "或者")
}

// limitsTo are the limits that end with a step, statutory ones first.
func limitsTo(d *procedure.Definition, step string) []*procedure.Limit {
	var out []*procedure.Limit
	for i := range d.AllLimits {
		l := &d.AllLimits[i]
		at := l.To
		if l.Shape == procedure.Before {
			at = l.From
		}
		if slices.Contains(at, step) {
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b *procedure.Limit) int { return cmp.Compare(promised(a), promised(b)) })
	return out
}

func promised(l *procedure.Limit) int {
	if l.Promise {
		return 1
	}
	return 0
}
