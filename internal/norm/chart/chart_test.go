package chart

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/pack"
)

// laid is a chart with its insides.
func laid(d *procedure.Definition, o Options) (*layout, *Drawing) {
	if o.View == "" {
		o.View = Staff
	}
	l := &layout{def: d, opt: o, points: Points(d)}
	l.nodes, l.links = graph(d, o.View)
	l.place()
	l.measure()
	l.route()
	return l, l.draw()
}

// sound asserts what a reader relies on: no box on another, no line through a box, no line on a line that belongs to
// something else, everything inside the picture, and a picture that is well-formed.
func sound(t interface {
	Helper()
	Errorf(string, ...any)
}, l *layout, d *Drawing) {
	t.Helper()
	for i, a := range l.nodes {
		if a.x-boxW/2 < 0 || a.x+boxW/2 > float64(d.Width) || a.y < 0 || a.y+a.h > float64(d.Height) {
			t.Errorf("%s lies outside", a.step.ID)
		}
		for _, b := range l.nodes[i+1:] {
			if a.x == b.x && a.y-a.pillsH < b.y+b.h && b.y-b.pillsH < a.y+a.h {
				t.Errorf("%s lies on %s", a.step.ID, b.step.ID)
			}
		}
	}
	type stretch struct {
		a, b [2]float64
		p    *path
	}
	var all []stretch
	for i := range l.paths {
		p := &l.paths[i]
		at := l.bends(p)
		for k := 1; k < len(at); k++ {
			all = append(all, stretch{at[k-1], at[k], p})
		}
	}
	for _, s := range all {
		for i, n := range l.nodes {
			inside := max(s.a[0], s.b[0]) > n.x-boxW/2+1 && min(s.a[0], s.b[0]) < n.x+boxW/2-1 &&
				max(s.a[1], s.b[1]) > n.y+1 && min(s.a[1], s.b[1]) < n.y+n.h-1
			if inside {
				t.Errorf("%s → %s runs through %s", l.nodes[s.p.link.from].step.ID, l.nodes[s.p.link.to].step.ID, l.nodes[i].step.ID)
			}
		}
	}
	for i, s := range all {
		for _, o := range all[i+1:] {
			if s.p.link.from == o.p.link.from || s.p.link.to == o.p.link.to {
				continue // lines of one box may run together
			}
			for axis := range 2 {
				along := 1 - axis
				same := s.a[axis] == s.b[axis] && o.a[axis] == o.b[axis] && abs(s.a[axis]-o.a[axis]) < 2
				if same && min(max(s.a[along], s.b[along]), max(o.a[along], o.b[along]))-max(min(s.a[along], s.b[along]), min(o.a[along], o.b[along])) > 2 {
					t.Errorf("%v lies on %v", s, o)
				}
			}
		}
	}
	for _, svg := range append(d.Pages(900), d.SVG()) {
		if err := wellFormed(svg); err != nil {
			t.Errorf("not well-formed: %v", err)
		}
		if strings.Contains(svg, "style=") || strings.Contains(svg, "NaN") {
			t.Errorf("a style or a place that is none")
		}
	}
}

func abs(f float64) float64 { return max(f, -f) }

func wellFormed(s string) error {
	dec := xml.NewDecoder(strings.NewReader(s))
	for {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// TestPack draws every procedure of the embedded pack in both views.
func TestPack(t *testing.T) {
	book, diags := rulebook.Load(pack.Files)
	if book == nil {
		t.Fatal(diags)
	}
	for _, d := range book.Definitions() {
		for _, o := range []Options{{View: Staff, Lists: true}, {View: Public, Lists: true}} {
			t.Run(fmt.Sprintf("%s %s %s", d.ID, d.InForce, o.View), func(t *testing.T) {
				l, drawn := laid(d, o)
				sound(t, l, drawn)
				svg := drawn.SVG()
				for _, n := range l.nodes {
					first := wrap(n.step.Title, boxW-2*padX, titleSz)[0]
					if !strings.Contains(svg, first[:len(first)/3/2*3]) {
						t.Errorf("%s is not in the picture", n.step.Title)
					}
				}
				if o.View == Staff && drawn.Steps != len(d.AllSteps) {
					t.Errorf("%d boxes, %d steps", drawn.Steps, len(d.AllSteps))
				}
				if again := Draw(d, o); again.SVG() != svg {
					t.Error("drawn twice, it differs")
				}
			})
		}
	}
}

// TestAnyGraph draws made-up procedures.
func TestAnyGraph(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &procedure.Definition{ID: "x", Title: "测试", Opens: "s0"}
		roles := []string{"handler", "head", "reviewer", "party"}
		for i := range rapid.IntRange(1, 16).Draw(t, "steps") {
			s := procedure.Step{ID: fmt.Sprintf("s%d", i), Title: strings.Repeat("办", rapid.IntRange(1, 20).Draw(t, "title"))}
			s.By = []procedure.By{{Role: rapid.SampledFrom(roles).Draw(t, "role"), Where: "lead"}}
			s.Optional = rapid.Bool().Draw(t, "optional")
			for k := range i {
				switch rapid.IntRange(0, 7).Draw(t, "link") {
				case 0, 1:
					s.Needs = append(s.Needs, fmt.Sprintf("s%d", k))
				case 2:
					s.Resets = append(s.Resets, fmt.Sprintf("s%d", k))
				}
			}
			d.AllSteps = append(d.AllSteps, s)
			if rapid.Bool().Draw(t, "limit") {
				d.AllLimits = append(d.AllLimits, procedure.Limit{ID: s.ID, Title: "期限", Shape: procedure.Within, From: []string{"s0"}, To: []string{s.ID}, Lengths: []procedure.Length{{Text: "5 workdays"}}, Cites: "示例规定第五条"})
			}
			if rapid.Bool().Draw(t, "gate") {
				d.Gates = append(d.Gates, procedure.Gate{ID: s.ID, Force: procedure.Stop, Before: []string{s.ID}, Require: procedure.Expr{Source: fmt.Sprintf("step.s%d.done", rapid.IntRange(0, i).Draw(t, "asks"))}, Say: "未审核的不得办理", Cites: "示例规定第六条"})
			}
		}
		l, drawn := laid(d, Options{View: rapid.SampledFrom([]View{Staff, Public}).Draw(t, "view"), Lists: true})
		sound(t, l, drawn)
	})
}

func definition() *procedure.Definition {
	return &procedure.Definition{
		ID: "own", Title: "示例", InForce: "2026-01-01", Opens: "apply",
		Fields: []procedure.Field{{ID: "fine", Title: "罚款", Type: procedure.TypeMoney}},
		AllSteps: []procedure.Step{
			{ID: "apply", Title: "申请", By: []procedure.By{{Role: "party", Where: "lead"}}, Cites: "示例法第一条"},
			{ID: "check", Title: "内部核对", By: []procedure.By{{Role: "handler", Where: "lead"}}, Needs: []string{"apply"}, Outcomes: []procedure.Choice{{ID: "a", Title: "通过"}, {ID: "b", Title: "退回"}}, Cites: "示例法第二条"},
			{ID: "decide", Title: "决定", By: []procedure.By{{Role: "head", Where: "lead"}}, Needs: []string{"apply", "check"}, Not: []string{"check"}, NotForce: procedure.Stop, NotCites: "示例法第三条", Form: []procedure.FormRef{{Field: "fine"}}, Public: true},
			{ID: "hear", Title: "要求听证", By: []procedure.By{{Role: "party", Where: "lead"}}, Needs: []string{"decide"}, Optional: true, Resets: []string{"decide"}},
		},
		Gates: []procedure.Gate{{ID: "g", Force: procedure.Stop, Before: []string{"decide"}, Require: procedure.Expr{Source: "step.check.done"}, Say: "未经核对不得决定", Cites: "示例法第四条",
			Unless: []procedure.Ground{{ID: "u", Title: "当场决定", Cites: "示例法第五条"}}}},
		AllLimits: []procedure.Limit{
			{ID: "decide", Title: "作出决定", Shape: procedure.Within, From: []string{"apply"}, To: []string{"decide"}, Lengths: []procedure.Length{{Text: "20 workdays"}}, Cites: "示例法第六条",
				Extensions: []procedure.ExtensionRule{{ID: "x", Title: "延长", Length: "10 workdays", By: []procedure.By{{Role: "gov_head", Where: "lead"}}, Times: 1, Cites: "param.rule"}}},
			{ID: "hear", Title: "要求听证", Shape: procedure.Within, From: []string{"decide"}, To: []string{"hear"}, Lengths: []procedure.Length{{Text: "5 workdays"}}, Cites: "示例法第七条"},
		},
	}
}

func TestPoints(t *testing.T) {
	want := []Point{
		{No: 1, Kind: Risk, Step: "check", Title: "内部核对", Text: "由承办人裁量：结果（通过、退回）", Cites: "示例法第二条"},
		{No: 2, Kind: Stop, Step: "decide", Title: "决定", Text: "未经核对不得决定", Cites: "示例法第四条", But: []string{"当场决定（示例法第五条）"}},
		{No: 3, Kind: Stop, Step: "decide", Title: "决定", Text: "办理过“内部核对”的人不得办理", Cites: "示例法第三条"},
		{No: 4, Kind: Risk, Step: "decide", Title: "决定", Text: "由行政机关负责人裁量：“罚款”"},
		{No: 5, Kind: Risk, Step: "decide", Title: "决定", Text: "延长“作出决定”的期限：由本级政府负责人批准，最多 1 次", Cites: "单位选定的规章"},
	}
	if diff := cmp.Diff(want, Points(definition())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestViews: the public sees its own steps and the decision, with limits and articles, no internal step and no gate.
func TestViews(t *testing.T) {
	d := definition()
	l, drawn := laid(d, Options{View: Public, Lists: true})
	var shown []string
	for _, n := range l.nodes {
		shown = append(shown, n.step.ID)
	}
	if diff := cmp.Diff([]string{"apply", "decide", "hear"}, shown); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	svg := drawn.SVG()
	for _, words := range []string{"示例法第一条", "20个工作日内（示例法第六", "5个工作日内", "要求听证：自“决定”起5个工作日内（示例法第七条）", "当事人、公众", "由您办理的环节"} {
		if !strings.Contains(svg, words) {
			t.Errorf("the public is not told %q", words)
		}
	}
	for _, words := range []string{"未经核对", "控制点", "裁量"} {
		if strings.Contains(svg, words) {
			t.Errorf("the public is told %q", words)
		}
	}
	staff := Draw(d, Options{Lists: true})
	if svg := staff.SVG(); !strings.Contains(svg, "决定前：未经核对不得决定（示例法第四条）。例外：当场决定（示例法第五条）") || !strings.Contains(svg, "自“申请”起20个工作日内") {
		t.Errorf("the staff view lacks its condition or limit:\n%s", svg)
	}
	if bare := Draw(d, Options{}).SVG(); strings.Contains(bare, "例外") {
		t.Error("lists are drawn though not asked for")
	}
	inner := &procedure.Definition{Title: "内部程序", AllSteps: []procedure.Step{{ID: "a", Title: "办理", By: []procedure.By{{Role: "handler", Where: "lead"}}}}}
	if svg := Draw(inner, Options{View: Public}).SVG(); !strings.Contains(svg, "没有需要公众办理的环节") {
		t.Errorf("a procedure without the public says %s", svg)
	}
}

// TestRareRoles: of more roles than there are columns the rarest share the last.
func TestRareRoles(t *testing.T) {
	d := &procedure.Definition{Title: "多岗", Opens: "s0"}
	for i, role := range []string{"system", "handler", "handler", "head", "reviewer", "presider", "committee", "panel", "head", "reviewer", "presider", "committee", "panel"} {
		d.AllSteps = append(d.AllSteps, procedure.Step{ID: fmt.Sprintf("s%d", i), Title: "办理", By: []procedure.By{{Role: role, Where: "lead"}}})
	}
	d.AllSteps = append(d.AllSteps, procedure.Step{ID: "x", Title: "办理", By: []procedure.By{{Role: "recorder", Where: "lead"}}})
	l, drawn := laid(d, Options{})
	sound(t, l, drawn)
	var titles []string
	for _, x := range l.lanes {
		titles = append(titles, x.title)
	}
	if diff := cmp.Diff([]string{"承办人", "行政机关负责人", "法制审核人员", "主持人", "委员会", "其他办理人"}, titles); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestPagesAreTheWhole: pieces follow each other and are not higher than asked where a row is not.
func TestPagesAreTheWhole(t *testing.T) {
	drawn := Draw(definition(), Options{Lists: true})
	pages := drawn.Pages(260)
	if len(pages) < 2 {
		t.Fatalf("%d pieces of %d", len(pages), drawn.Height)
	}
	at := 0.0
	for _, p := range pages {
		var top, w, h float64
		if _, err := fmt.Sscanf(p[strings.Index(p, "viewBox=")+9:], "0 %f %f %f", &top, &w, &h); err != nil {
			t.Fatal(err)
		}
		if abs(top-at) > 0.2 {
			t.Errorf("a piece begins at %v, the last ended at %v", top, at)
		}
		at = top + h
	}
	if abs(at-float64(drawn.Height)) > 0.2 {
		t.Errorf("the pieces end at %v of %d", at, drawn.Height)
	}
}

func TestWrap(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		width float64
		want  []string
	}{
		"short":              {"立案", 100, []string{"立案"}},
		"long":               {"作出行政处罚决定", 40, []string{"作出行政", "处罚决定"}},
		"no comma in front":  {"作出处罚，送达", 40, []string{"作出处罚，", "送达"}},
		"no bracket behind":  {"作出罚（重大）", 40, []string{"作出罚", "（重大）"}},
		"a number is whole":  {"自立案之日起12345日内", 60, []string{"自立案之日起", "12345日内"}},
		"longer than a line": {"abcdefghijklmnop", 40, []string{"abcdefg", "hijklmn", "op"}},
		"empty":              {"", 40, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, wrap(c.text, c.width, 10)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("立案决定，。（）“”12ab")), 0, 60, -1).Draw(t, "text")
		if got := strings.Join(wrap(text, 60, 10), ""); got != text {
			t.Errorf("words are lost: %q", got)
		}
	})
}
