package unit_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/unit"
)

func tree(t *testing.T) *unit.Tree {
	t.Helper()
	tr, err := unit.New([]unit.Unit{
		{No: 1, Code: "00", Name: "衡平县人民政府", Short: "县政府", Order: 1},
		{No: 2, Code: "01", Name: "衡平县司法局", Short: "县司法局", Parent: 1, Aliases: []string{"县法制办"}, Order: 2},
		{No: 3, Code: "02", Name: "清河镇人民政府", Short: "清河镇", Parent: 1, Order: 3},
		{No: 4, Code: "03", Name: "清河司法所", Parent: 3, Order: 4, Relations: []unit.Relation{{Kind: "dual", Other: 2, From: "2020-01-01", To: "2026-01-01"}}},
	}, []unit.Group{{No: 9, Name: "各乡镇人民政府", Members: []int64{3}}})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestTree(t *testing.T) {
	tr := tree(t)
	name := func(n string) string { u, _ := tr.Match(n); return u.Name }
	tests := map[string]struct{ got, want any }{
		"ancestors":             {tr.Ancestors(4), []int64{3, 1}},
		"subtree":               {tr.Subtree(1), []int64{1, 2, 3, 4}},
		"seers with relation":   {tr.Seers(4, "2025-12-31"), []int64{4, 3, 1, 2}},
		"seers after its end":   {tr.Seers(4, "2026-01-01"), []int64{4, 3, 1}},
		"match short name":      {name("县 司法局"), "衡平县司法局"},
		"match alias":           {name("县法制办"), "衡平县司法局"},
		"no match":              {name("县水务局"), ""},
		"another level":         {func() string { u, _ := tr.Alike("市司法局"); return u.Name }(), "衡平县司法局"},
		"no other level":        {func() string { u, _ := tr.Alike("司法局"); return u.Name }(), ""},
		"near":                  {tr.Near("县司法厅", 1)[0].No, int64(2)},
		"collective":            {unit.Collective("县政府各有关部门"), true},
		"collective in general": {unit.Collective("县司法局"), false},
	}
	for n, tc := range tests {
		t.Run(n, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if g, ok := tr.Group("各乡镇人民政府"); !ok || len(g.Members) != 1 {
		t.Error("the group is not found by its name")
	}
}

func TestNewRefuses(t *testing.T) {
	for name, units := range map[string][]unit.Unit{
		"double code":    {{No: 1, Code: "a"}, {No: 2, Code: "a"}},
		"missing parent": {{No: 1, Code: "a", Parent: 7}},
		"circle":         {{No: 1, Code: "a", Parent: 2}, {No: 2, Code: "b", Parent: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := unit.New(units, nil); err == nil {
				t.Error("no error")
			}
		})
	}
}
