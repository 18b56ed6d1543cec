package chart

import (
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/norm/procedure"
)

// Kinds of Point.
const (
	Stop    = "控制点" // a statute forbids the act
	Caution = "提示点" // done with a stated reason, shown to the supervisor
	Risk    = "风险点" // where discretion or one person's hand can go wrong
)

// Point is one place of a procedure to be watched (风险点、控制点), in the order of steps.
type Point struct {
	No    int // as the chart marks it, from 1
	Kind  string
	Step  string // id of the step
	Title string // title of the step
	Text  string // what must hold, or what can go wrong and how it is kept right
	Cites string
	But   []string // lawful exceptions, with their articles
}

// Points lists what is watched in a procedure: conditions before a step, persons to be kept apart, choices left to whoever
// decides, extensions.
func Points(d *procedure.Definition) []Point {
	var out []Point
	for i := range d.AllSteps {
		s := &d.AllSteps[i]
		add := func(p Point) {
			p.No, p.Step, p.Title = len(out)+1, s.ID, s.Title
			out = append(out, p)
		}
		for k := range d.Gates {
			if g := &d.Gates[k]; slices.Contains(g.Before, s.ID) {
				add(gatePoint(g))
			}
		}
		if len(s.Not) > 0 {
			add(apart(d, s))
		}
		if p, ok := choice(d, s); ok {
			add(p)
		}
		for _, l := range limitsTo(d, s.ID) {
			if l.To[0] != s.ID && l.Shape != procedure.Before {
				continue // said at the first of the steps that end it
			}
			for _, x := range l.Extensions {
				add(Point{Kind: Risk, Text: "延长“" + l.Title + "”的期限：" + approved(x), Cites: articleOr(x.Cites)})
			}
		}
	}
	return out
}

func gatePoint(g *procedure.Gate) Point {
	p := Point{Kind: Caution, Text: g.Say, Cites: articleOr(g.Cites)}
	if g.Force == procedure.Stop {
		p.Kind = Stop
	}
	for _, u := range g.Unless {
		p.But = append(p.But, withArticle(u.Title, u.Cites))
	}
	return p
}

// apart says which steps one person may not both do.
func apart(d *procedure.Definition, s *procedure.Step) Point {
	var names []string
	for _, n := range s.Not {
		names = append(names, "“"+d.StepTitle(n)+"”")
	}
	p := Point{Kind: Caution, Text: "办理过" + strings.Join(names, "、") + "的人不得办理", Cites: articleOr(s.NotCites)}
	if s.NotForce == procedure.Stop {
		p.Kind = Stop
		if p.Cites == "" {
			p.Cites = articleOr(s.Cites)
		}
	}
	return p
}

// choice finds discretion: a result to be chosen, or a sum to be set.
func choice(d *procedure.Definition, s *procedure.Step) (Point, bool) {
	var what []string
	if len(s.Outcomes) > 1 {
		what = append(what, "结果（"+outcomes(s, "、")+"）")
	}
	for _, f := range s.Form {
		if x := d.Field(f.Field); x != nil && x.Type == procedure.TypeMoney {
			what = append(what, "“"+x.Title+"”")
		}
	}
	if what == nil {
		return Point{}, false
	}
	return Point{Kind: Risk, Text: "由" + who(s) + "裁量：" + strings.Join(what, "、"), Cites: articleOr(s.Cites)}, true
}

func approved(x procedure.ExtensionRule) string {
	text := "由" + who(&procedure.Step{By: x.By}) + "批准"
	if len(x.By) == 0 {
		text = "应当经批准"
	}
	if x.Times > 0 {
		text += "，最多 " + strconv.FormatInt(x.Times, 10) + " 次"
	}
	return text
}

func outcomes(s *procedure.Step, sep string) string {
	var out []string
	for _, o := range s.Outcomes {
		out = append(out, o.Title)
	}
	return strings.Join(out, sep)
}

// articleOr is a citation for people: one that a unit sets by parameter has no words here.
func articleOr(cites string) string {
	if strings.HasPrefix(cites, "param.") {
		return "单位选定的规章"
	}
	return cites
}

func withArticle(text, cites string) string {
	if cites = articleOr(cites); cites != "" {
		return text + "（" + cites + "）"
	}
	return text
}

// Deed is something that the public may do in a procedure.
type Deed struct{ Title, Text, Cites string }

// deeds lists what the public may do, and until when.
func deeds(d *procedure.Definition, nodes []*node) []Deed {
	var out []Deed
	for _, n := range nodes {
		s := n.step
		if !n.ours && !(s.Public && s.Optional) {
			continue
		}
		x := Deed{Title: s.Title, Text: s.Help, Cites: articleOr(s.Cites)}
		for _, l := range limitsTo(d, s.ID) {
			x.Text = strings.Trim(x.Text+"；"+l.Words(d), "；")
			if x.Cites == "" {
				x.Cites = articleOr(l.Cites)
			}
		}
		out = append(out, x)
	}
	return out
}
