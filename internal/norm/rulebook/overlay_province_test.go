package rulebook_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/pack"
)

// provinceDay is the day from which the rules of the made-up province apply, provinceDir where they lie.
const (
	provinceDay = "2026-03-01"
	provinceDir = "../../../pack/testdata/overlay_province"
)

// written lists the values of a version by their place, but worked examples.
func written(t *testing.T, b *rulebook.Book, id, day string) map[string]string {
	t.Helper()
	d, ok := b.Procedure(id, day)
	if !ok {
		t.Fatalf("no %s", id)
	}
	out := map[string]string{}
	for _, o := range rulebook.Origins(b.Node(d)) {
		if !strings.HasPrefix(o.Path, "examples.") {
			out[o.Path] = o.Value
		}
	}
	return out
}

// changed lists the places at which two texts differ.
func changed(before, after map[string]string) []string {
	var out []string
	for path, value := range after {
		if old, there := before[path]; !there || old != value {
			out = append(out, path)
		}
	}
	for path := range before {
		if _, there := after[path]; !there {
			out = append(out, "-"+path)
		}
	}
	slices.Sort(out)
	return out
}

// TestProvinceOverlay: the example overlay of a province changes a threshold, a limit and a form, and nothing else.
func TestProvinceOverlay(t *testing.T) {
	base := loaded(t)
	over, diags := rulebook.Load(pack.Files, os.DirFS(provinceDir))
	if over == nil {
		t.Fatal(diags)
	}
	for _, d := range over.Check().Errors() {
		t.Error(d.Show(over.Text(d.File)))
	}

	want := map[string][]string{
		"penalty": {
			"in_force", "limits.publish.cites", "limits.publish.length", "params.major_fine.default", "params.major_fine.note", "transition",
		},
		"supervision": {
			"fields.enterprise_scale.facet", "fields.enterprise_scale.help", "fields.enterprise_scale.options.large",
			"fields.enterprise_scale.options.medium", "fields.enterprise_scale.options.micro", "fields.enterprise_scale.options.none",
			"fields.enterprise_scale.title", "fields.enterprise_scale.type", "in_force", "steps.clue.form", "transition",
		},
	}
	if diff := cmp.Diff(base.Procedures(), over.Procedures()); diff != "" {
		t.Errorf("procedures (-base +overlay):\n%s", diff)
	}
	for _, id := range base.Procedures() {
		for _, d := range base.Versions(id) {
			if d.InForce >= provinceDay && want[id] != nil {
				continue // a version from the day on is changed like the one before
			}
			if same, ok := over.Procedure(id, d.InForce); !ok || same.Digest != d.Digest {
				t.Errorf("%s of %s has other rules under the overlay", id, d.InForce)
			}
		}
		if want[id] == nil {
			if n, m := len(base.Versions(id)), len(over.Versions(id)); n != m {
				t.Errorf("%s has %d versions, under the overlay %d", id, n, m)
			}
			continue
		}
		if diff := cmp.Diff(want[id], changed(written(t, base, id, provinceDay), written(t, over, id, provinceDay))); diff != "" {
			t.Errorf("%s changes at (-want +got):\n%s", id, diff)
		}
		d, _ := over.Procedure(id, provinceDay)
		if d.InForce != provinceDay || d.Transition != "keep" {
			t.Errorf("%s: in force %s, running matters: %s", id, d.InForce, d.Transition)
		}
	}
	for place, value := range map[string]string{
		"limits.publish.length":     "5 workdays",
		"params.major_fine.default": "20000元",
	} {
		if got := written(t, over, "penalty", provinceDay)[place]; got != value {
			t.Errorf("%s is %q, want %q", place, got, value)
		}
	}
	penalty, _ := over.Procedure("penalty", provinceDay)
	for _, o := range rulebook.Origins(over.Node(penalty)) {
		if o.Path == "limits.publish.length" && !strings.HasPrefix(o.From, "procedures/province_penalty.yaml:") {
			t.Errorf("the length is from %s", o.From)
		}
	}
}

// TestProvinceLaw: what the overlay cites is found in the regulation that it brings, from the day it is in force.
func TestProvinceLaw(t *testing.T) {
	over, diags := rulebook.Load(pack.Files, os.DirFS(provinceDir))
	if over == nil {
		t.Fatal(diags)
	}
	if _, err := over.Laws().Resolve("示范省行政执法条例第二十六条", provinceDay); err != nil {
		t.Error(err)
	}
	if _, err := over.Laws().Resolve("示范省行政执法条例第二十六条", "2026-02-28"); err == nil {
		t.Error("the regulation is found the day before it is in force")
	}
	if _, err := loaded(t).Laws().Resolve("示范省行政执法条例第二十六条", provinceDay); err == nil {
		t.Error("the regulation of the province is in the pack itself")
	}
}
