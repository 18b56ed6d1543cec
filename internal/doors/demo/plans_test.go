package demo

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/doc/docfile"
	"zhunsheng/internal/doc/plan"
	"zhunsheng/internal/doc/text"
	"zhunsheng/internal/unit"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var years = Years{This: 2026, Last: 2025}

func TestYearsOf(t *testing.T) {
	for name, c := range map[string]struct {
		now  string
		want Years
	}{
		"autumn":                  {"2026-11-20T10:00:00+08:00", Years{2026, 2025}},
		"the plan has just begun": {"2026-04-01T00:00:00+08:00", Years{2026, 2025}},
		"too early for a plan":    {"2026-03-31T23:59:00+08:00", Years{2025, 2024}},
		"the day is China's":      {"2026-03-31T16:00:00Z", Years{2026, 2025}},
	} {
		t.Run(name, func(t *testing.T) {
			now, err := time.Parse(time.RFC3339, c.now)
			if err != nil {
				t.Fatal(err)
			}
			if got := YearsOf(now); got != c.want {
				t.Errorf("YearsOf(%s) = %v, want %v", c.now, got, c.want)
			}
		})
	}
}

// parse reads a document as the import page does.
func parse(t *testing.T, d Document) plan.Result {
	t.Helper()
	doc, err := docfile.Read(d.Name, d.Bytes)
	if err != nil {
		t.Fatalf("read %s: %v", d.Name, err)
	}
	return plan.Parse(doc.Paragraphs, plan.Options{})
}

// outline writes what was read of a plan, one line a measure.
func outline(r plan.Result) string {
	var out strings.Builder
	for _, d := range r.Documents {
		fmt.Fprintf(&out, "%s %s %s %s %d\n", d.Title, d.Number, d.Issuer, d.Date, d.Year)
	}
	for _, m := range r.Measures {
		fmt.Fprintf(&out, "%s %s %s/%s\n", m.Kind, m.Label, m.Section, m.Title)
		for _, u := range m.Units {
			fmt.Fprintf(&out, "  %s %s\n", u.Role, u.Name)
		}
		for _, d := range m.Deadlines {
			fmt.Fprintf(&out, "  %s\n", d.Norm)
		}
		for _, g := range m.Targets {
			fmt.Fprintf(&out, "  %s %g%s %s\n", g.Op, g.Value.Low, g.Unit, g.Per)
		}
	}
	return out.String()
}

func documents(t *testing.T) map[string]Document {
	t.Helper()
	out := map[string]Document{}
	for name, make := range map[string]func() (Document, error){
		"this": years.ThisPlan, "last": years.LastPlan, "superior": years.Superior,
	} {
		d, err := make()
		if err != nil {
			t.Fatal(err)
		}
		out[name] = d
	}
	return out
}

func TestPlansAreReadFully(t *testing.T) {
	for name, d := range documents(t) {
		t.Run(name, func(t *testing.T) {
			got := outline(parse(t, d))
			golden := filepath.Join("testdata", name+".outline")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("outline (-want +got):\n%s", diff)
			}
		})
	}
}

func TestEveryMeasureHasUnits(t *testing.T) {
	want := map[string]int{"this": 32, "last": 24, "superior": 3}
	for name, d := range documents(t) {
		r := parse(t, d)
		if len(r.Measures) != want[name] {
			t.Errorf("%s: %d measures, want %d", name, len(r.Measures), want[name])
		}
		for i, m := range r.Measures {
			if m.No != i+1 || m.Kind != plan.KindMeasure || len(m.Units) == 0 {
				t.Errorf("%s: measure %d is no. %d %s with %d units", name, i+1, m.No, m.Kind, len(m.Units))
			}
		}
	}
}

// TestDOCXSaysWhatTheTextSays compares this year's plan in both forms.
func TestDOCXSaysWhatTheTextSays(t *testing.T) {
	s, err := years.file(planThis)
	if err != nil {
		t.Fatal(err)
	}
	asText := outline(parse(t, Document{Name: planThis, Bytes: []byte(s)}))
	if diff := cmp.Diff(asText, outline(parse(t, documents(t)["this"]))); diff != "" {
		t.Errorf("text and DOCX (-text +docx):\n%s", diff)
	}
}

func TestSecretSampleIsMarked(t *testing.T) {
	d, err := years.Secret()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := docfile.Read(d.Name, d.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	mark, ok := text.SecretMark(doc.Paragraphs)
	if !ok || !mark.Refused() {
		t.Errorf("mark = %+v, %v; want one that is refused", mark, ok)
	}
}

// tree builds the county as it is on a day.
func tree(t *testing.T, c *county, day string) *unit.Tree {
	t.Helper()
	no := map[string]int64{}
	for i, r := range c.units {
		no[r["code"]] = int64(i + 1)
	}
	var units []unit.Unit
	for i, r := range c.units {
		if r["from"] > day || r["to"] != "" && r["to"] <= day {
			continue
		}
		if r["parent"] != "" && no[r["parent"]] == 0 || r["successor"] != "" && no[r["successor"]] == 0 {
			t.Errorf("%s: no unit %s or %s", r["code"], r["parent"], r["successor"])
		}
		units = append(units, unit.Unit{
			No: int64(i + 1), Code: r["code"], Name: r["name"], Short: r["short"], Kind: r["kind"], Standing: r["standing"],
			Parent: no[r["parent"]], Aliases: r.list("aliases"), Order: int64(i + 1),
		})
	}
	var groups []unit.Group
	for i, r := range c.groups {
		g := unit.Group{No: int64(1000 + i), Name: r["name"], Aliases: r.list("aliases")}
		for _, m := range r.list("members") {
			if no[m] == 0 {
				t.Errorf("group %s: no unit %s", r["name"], m)
			}
			g.Members = append(g.Members, no[m])
		}
		groups = append(groups, g)
	}
	built, err := unit.New(units, groups)
	if err != nil {
		t.Fatal(err)
	}
	return built
}

func TestCountyHoldsTogether(t *testing.T) {
	c, err := readCounty(years)
	if err != nil {
		t.Fatal(err)
	}
	codes, names := map[string]row{}, map[string]string{}
	for _, u := range c.units {
		codes[u["code"]] = u
	}
	for _, r := range c.relations {
		if codes[r["unit"]] == nil || codes[r["other"]] == nil {
			t.Errorf("relation %v names a unit that is not there", r)
		}
	}
	posts := map[string]bool{}
	roles := map[string][]string{}
	for _, p := range c.posts {
		if codes[p["unit"]] == nil {
			t.Errorf("post %v is in no unit", p)
		}
		if posts[p.postKey()] {
			t.Errorf("post %s twice", p.postKey())
		}
		posts[p.postKey()] = true
		if other, ok := names[p["name"]]; ok && other != p["login"] {
			t.Errorf("%s has two logins: %s, %s", p["name"], other, p["login"])
		}
		names[p["name"]] = p["login"]
		roles[p["unit"]] = append(roles[p["unit"]], p["role"])
	}
	for _, d := range c.delegations {
		if !posts[d["from"]] || !posts[d["to"]] {
			t.Errorf("delegation %s: no post %s or %s", d["key"], d["from"], d["to"])
		}
	}
	for _, u := range c.units {
		if u["kind"] != "department" && u["kind"] != "township" {
			continue
		}
		for _, role := range []string{"head", "handler", "liaison"} {
			if !slices.Contains(roles[u["code"]], role) {
				t.Errorf("%s has no %s", u["name"], role)
			}
		}
	}
	if n := len(c.persons()); n < 110 {
		t.Errorf("%d persons, want at least 110", n)
	}
}

// TestPrintedNamesAreKnown looks up every unit a plan names: all are in the county, but the one left for the review page.
func TestPrintedNamesAreKnown(t *testing.T) {
	c, err := readCounty(years)
	if err != nil {
		t.Fatal(err)
	}
	var unknown []string
	docs := documents(t)
	for name, day := range map[string]string{"this": "2026-03-10", "last": "2025-03-14"} {
		at := tree(t, c, day)
		for _, m := range parse(t, docs[name]).Measures {
			for _, u := range m.Units {
				_, known := at.Match(u.Name)
				_, group := at.Group(u.Name)
				if !known && !group {
					unknown = append(unknown, u.Name)
				}
			}
		}
	}
	if diff := cmp.Diff([]string{unknownName}, unknown); diff != "" {
		t.Errorf("unknown names (-want +got):\n%s", diff)
	}
}
