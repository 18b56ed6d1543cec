package rulebook_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/pack"
)

const permit = `
id: permit
title: 行政许可
versions:
  - in_force: 2004-07-01
    opens: receive
    steps:
      receive: {by: handler, title: 收件}
      accept: {by: handler, title: 受理, needs: [receive]}
      decide: {by: head, title: 决定, needs: [accept]}
    limits:
      decide:
        title: 作出许可决定
        shape: within
        from: [accept]
        to: [decide]
        length: 20 workdays
  - in_force: 2019-04-23
    limits:
      decide:
        length: 15 workdays
      accept:
        add: true
        title: 受理
        shape: within
        from: [receive]
        to: [accept]
        length: 5 workdays
`

const joint = `
id: permit_joint
title: 联合办理的许可
like: permit
versions:
  - in_force: 2019-04-23
    limits:
      decide:
        length: 45 workdays
      accept: ~
  - in_force: 2024-01-01
    steps:
      decide: {by: gov_head}
`

// lengths gives the limits of the version in force on a day.
func lengths(t *testing.T, b *rulebook.Book, id, day string) map[string]string {
	t.Helper()
	d, ok := b.Procedure(id, day)
	if !ok {
		t.Fatalf("no %s", id)
	}
	out := map[string]string{}
	for _, l := range d.AllLimits {
		out[l.ID] = l.Lengths[0].Text
	}
	return out
}

func TestVersionsVariantsOverlays(t *testing.T) {
	base := mapFS(map[string]string{"procedures/permit.yaml": permit, "procedures/permit_joint.yaml": joint})
	county := mapFS(map[string]string{"procedures/permit.yaml": `
overlay: permit
in_force: 2018-01-01
by: 示例县人民政府
limits:
  decide:
    length: 10 workdays
`})
	town := mapFS(map[string]string{"procedures/permit2.yaml": `
overlay: permit
in_force: 2019-04-23
by: 示例镇人民政府
limits:
  decide:
    length: 7 workdays
`})
	plain, diags := rulebook.LoadAlone(base, pack.Files)
	if plain == nil {
		t.Fatal(diags)
	}
	over, diags := rulebook.Load(base, county, town)
	if over == nil {
		t.Fatal(diags)
	}
	for name, c := range map[string]struct {
		book *rulebook.Book
		id   string
		day  string
		want map[string]string
	}{
		"first version":                       {plain, "permit", "2010-01-01", map[string]string{"decide": "20 workdays"}},
		"before the first":                    {plain, "permit", "1999-01-01", map[string]string{"decide": "20 workdays"}},
		"later version starts from the last":  {plain, "permit", "2019-04-23", map[string]string{"decide": "15 workdays", "accept": "5 workdays"}},
		"variant before its own text":         {plain, "permit_joint", "2010-01-01", map[string]string{"decide": "20 workdays"}},
		"variant changes and removes":         {plain, "permit_joint", "2020-01-01", map[string]string{"decide": "45 workdays"}},
		"variant's later text keeps the rest": {plain, "permit_joint", "2024-06-01", map[string]string{"decide": "45 workdays"}},
		"overlay: the day before":             {over, "permit", "2017-12-31", map[string]string{"decide": "20 workdays"}},
		"overlay makes a version":             {over, "permit", "2018-06-01", map[string]string{"decide": "10 workdays"}},
		"overlays stack in order":             {over, "permit", "2020-01-01", map[string]string{"decide": "7 workdays", "accept": "5 workdays"}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, lengths(t, c.book, c.id, c.day)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	d, _ := over.Procedure("permit", "2020-01-01")
	for _, o := range rulebook.Origins(over.Node(d)) {
		if o.Path == "limits.decide.length" && !strings.HasPrefix(o.From, "procedures/permit2.yaml:") {
			t.Errorf("the length is from %s", o.From)
		}
	}
	first, _ := plain.Procedure("permit", "2010-01-01")
	if next, ok := plain.Newer(first, "2020-01-01"); !ok || next.InForce != "2019-04-23" {
		t.Errorf("newer than the first text: %v, %v", next, ok)
	}
	if next, ok := plain.Newer(first, "2010-01-01"); ok {
		t.Errorf("newer in 2010: %s", next.InForce)
	}
	if plain.Digest() == over.Digest() {
		t.Error("an overlay leaves the digest of the pack as it was")
	}
}

// TestWordsAreNoRules: a better title moves no running matter, a changed length is a new rule.
func TestWordsAreNoRules(t *testing.T) {
	load := func(text string) *rulebook.Book {
		b, diags := rulebook.LoadAlone(mapFS(map[string]string{"procedures/permit.yaml": text}), pack.Files)
		if b == nil {
			t.Fatal(diags)
		}
		return b
	}
	old := load(permit)
	digest := func(b *rulebook.Book) string {
		d, _ := b.Procedure("permit", "2010-01-01")
		if again, ok := b.ByDigest(d.Digest); !ok || again != d {
			t.Error("not found by its digest")
		}
		return d.Digest
	}
	words := load(strings.Replace(permit, "title: 作出许可决定", "title: 决定期限", 1))
	rules := load(strings.Replace(permit, "length: 20 workdays", "length: 18 workdays", 1))
	if digest(old) != digest(words) {
		t.Error("a title changed the digest of the rules")
	}
	if digest(old) == digest(rules) {
		t.Error("a length did not change the digest of the rules")
	}
	want := []rulebook.Change{
		{Procedure: "permit", InForce: "2004-07-01", Path: "limits.decide.length", Old: "20 workdays", New: "18 workdays", Rules: true},
	}
	if diff := cmp.Diff(want, rulebook.Diff(old, rules)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, c := range rulebook.Diff(old, words) {
		if c.Rules {
			t.Errorf("words taken for rules: %+v", c)
		}
	}
	kept, _ := old.Procedure("permit", "2010-01-01")
	if _, ok := rules.ByDigest(kept.Digest); ok {
		t.Fatal("the new pack knows the old rules by itself")
	}
}

// TestBadPackIsRefusedWhole: one error in an overlay and nothing of it is used.
func TestBadPackIsRefusedWhole(t *testing.T) {
	for name, text := range map[string]string{
		"no such procedure": "overlay: permitt\nin_force: 2020-01-01\nby: 某县\n",
		"without its maker": "overlay: permit\nin_force: 2020-01-01\n",
		"before the first":  "overlay: permit\nin_force: 1999-01-01\nby: 某县\n",
		"a second permit":   permit,
		"no YAML":           "a: [",
		"empty":             "",
	} {
		t.Run(name, func(t *testing.T) {
			book, diags := rulebook.Load(mapFS(map[string]string{"procedures/permit.yaml": permit}), mapFS(map[string]string{"procedures/own.yaml": text}))
			if book != nil || len(diags.Errors()) == 0 {
				t.Errorf("loaded, diagnostics %v", diags)
			}
		})
	}
}
