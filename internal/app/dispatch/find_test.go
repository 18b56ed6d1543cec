package dispatch_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/app/dispatch"
)

func TestSearch(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		d := &dispatch.Dispatch{Acts: s.Acts}
		plan, tasks := dispatchPlan(t, s, d, "2026-02-02", thisYear, 2026)
		of := func(title string) int64 { return tasks[title].State.No }
		search := func(scope access.Scope, said string, before int64, limit int) *dispatch.Found {
			t.Helper()
			f, err := d.Search(t.Context(), scope, said, before, limit)
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		if f := search(s.Scope("tongchou"), "案卷评查", 0, 50); !f.Behind() || len(f.Tasks) != 0 {
			t.Errorf("before it is indexed: %d tasks, behind %v", len(f.Tasks), f.Behind())
		}
		s.Index()
		for name, tc := range map[string]struct {
			who, said    string
			tasks        []int64
			plans, units []int64
		}{
			"a word of a text":    {"tongchou", "案卷", []int64{of("开展行政执法案卷评查")}, nil, nil},
			"in traditional form": {"tongchou", "執法案卷評查", []int64{of("开展行政执法案卷评查")}, nil, nil},
			"outside the reach":   {"nyj03", "案卷评查", nil, nil, nil},
			"within it":           {"scj03", "案卷评查", []int64{of("开展行政执法案卷评查")}, nil, nil},
			"a unit by its name":  {"nyj03", "农业农村局", nil, nil, []int64{s.Units["NYJ"].Entry}},
			"nothing said":        {"tongchou", " ", nil, nil, nil},
		} {
			f := search(s.Scope(tc.who), tc.said, 0, 50)
			var got []int64
			for _, task := range f.Tasks {
				if task.Parent() == 0 {
					got = append(got, task.State.No)
				}
			}
			if diff := cmp.Diff([][]int64{tc.tasks, tc.units}, [][]int64{got, f.Units}); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
			if f.Behind() || f.Upto == 0 {
				t.Errorf("%s: indexed up to %d of %d", name, f.Upto, f.Size)
			}
		}
		for who, want := range map[string]int{"tongchou": 1, "scj03": 1, "nyj03": 0} {
			if f := search(s.Scope(who), "法治政府建设工作计划", 0, 50); len(f.Plans) != want || want == 1 && f.Plans[0].No != plan.No {
				t.Errorf("%s finds the plans %v", who, f.Plans)
			}
		}
		first := search(s.Scope("tongchou"), "执法", 0, 1)
		if len(first.Tasks) != 1 || first.Total != 2 {
			t.Fatalf("a page of one: %d tasks of %d", len(first.Tasks), first.Total)
		}
		next := search(s.Scope("tongchou"), "执法", first.Tasks[0].State.No, 1)
		if len(next.Tasks) != 1 || next.Tasks[0].State.No >= first.Tasks[0].State.No || next.Plans != nil {
			t.Errorf("the next page: %v", next)
		}
	})
}
