package procedure_test

import (
	"strings"
	"testing"

	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/source"
)

// FuzzDecode reads any text as a version. Every diagnostic stands at a place of the text; a version without errors can
// be kept and read again as the same rules, its limits can be asked for, and its chart drawn.
func FuzzDecode(f *testing.F) {
	f.Add(work)
	f.Add(review)
	f.Add("in_force: 2026-01-01\nsteps: {file: {by: handler}}\nlimits: {l: {title: 甲, shape: before, from: [file], to: [file], length: 3 workdays}}\n")
	f.Add("a: &b [*b]\n? {c}\n: d\n<<: ~")
	cal := testCalendar(f)
	f.Fuzz(func(t *testing.T, text string) {
		n, diags := source.Parse("f.yaml", []byte(text))
		var d *procedure.Definition
		if n != nil {
			var more source.Diagnostics
			d, more = procedure.Decode(procedure.Head{ID: "f", Title: "试"}, n)
			diags = append(diags, more...)
			if len(diags.Errors()) == 0 {
				diags = append(diags, d.Check()...)
			}
		}
		lines := strings.Count(text, "\n") + 2
		for _, g := range diags {
			if g.Line < 1 || g.Line > lines || g.Col < 1 || g.Message == "" || g.Code == "" {
				t.Fatalf("misplaced diagnostic %+v", g)
			}
			g.Show([]byte(text))
		}
		if d == nil || len(diags.Errors()) > 0 {
			return
		}
		again, err := procedure.FromRules(d.Rules, d)
		if err != nil {
			t.Fatalf("read again: %v", err)
		}
		if again.Digest != d.Digest {
			t.Fatal("read again as other rules")
		}
		d.Chart()
		for _, g := range d.Prove(cal, d.Examples) {
			if g.Line < 1 || g.Line > lines {
				t.Fatalf("misplaced diagnostic %+v", g)
			}
		}
		if _, err := d.Try(procedure.Trial{Today: "2026-01-01", Events: []procedure.TrialEvent{{Step: d.Opens, When: "2025-12-01"}}}, cal); err != nil {
			t.Fatalf("limits: %v", err)
		}
	})
}
