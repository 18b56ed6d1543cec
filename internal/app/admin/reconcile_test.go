package admin_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/app/apptest"
)

// running is a site with tasks, one of them with a number of an upper system.
func running(t testing.TB) *apptest.Site {
	t.Helper()
	s := apptest.New(t)
	o := &admin.Opening{Acts: s.Acts, House: s.House, Map: admin.Mapping{"编号": "文号"}}
	b := []byte("文号,任务名称,主办单位,下达日期,完成期限\n省督1号,公布裁量基准,县农业农村局,2026-03-02,2026-11-30\n")
	run, err := o.Check(t.Context(), program, "在办.csv", b)
	if err != nil || len(run.Faults) > 0 {
		t.Fatal(err, run)
	}
	if _, err := o.Import(t.Context(), program, "在办.csv", run.File.Hash); err != nil {
		t.Fatal(err)
	}
	s.Task("SCJ", "通报执法情况", "2026-11-30")
	s.Task("WXZ", "培训执法人员", "2026-11-30")
	return s
}

func TestReconcile(t *testing.T) {
	s := running(t)
	cases := map[string]struct {
		file        string
		matched     int
		there, here []string // titles
		differ      int
	}{
		"the same by number and title":     {"编号,名称,单位,日期\n省督１号,别的写法,县农业农村局,2026-03-02\n,通报 执法情况。,县市场监管局,2026-09-23\n,培训执法人员,望岫镇,2026-09-23\n", 3, nil, nil, 0},
		"one is missing on each side":      {"编号,名称,单位,日期\n省督1号,,,2026-03-02\n省督2号,丢失的,县司法局,2026-04-01\n,通报执法情况,县市场监管局,2026-09-23\n", 2, []string{"丢失的"}, []string{"培训执法人员"}, 0},
		"another number is another matter": {"编号,名称,单位,日期\n省督9号,公布裁量基准,县农业农村局,2026-03-02\n", 0, []string{"公布裁量基准"}, []string{"公布裁量基准"}, 0},
		"another unit":                     {"编号,名称,单位,日期\n省督1号,公布裁量基准,县司法局,2026-03-09\n", 1, nil, nil, 1},
		"no date takes all":                {"编号,名称,单位\n省督1号,公布裁量基准,县农业农村局\n", 1, nil, []string{"通报执法情况", "培训执法人员"}, 0},
	}
	titles := func(list []admin.Sided) (out []string) {
		for _, x := range list {
			out = append(out, x.Title)
		}
		return out
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			r, err := s.House.Reconcile(t.Context(), access.Scope{System: true}, admin.ReconcileFile{Procedure: "task", Name: "上级.csv", Bytes: []byte(tc.file)})
			if err != nil {
				t.Fatal(err)
			}
			got := []any{r.Matched, titles(r.OnlyThere), titles(r.OnlyHere), len(r.Differ)}
			if d := cmp.Diff([]any{tc.matched, tc.there, tc.here, tc.differ}, got); d != "" {
				t.Error(d)
			}
		})
	}
	// Who sees less reconciles less: nobody learns of a matter by comparing.
	r, err := s.House.Reconcile(t.Context(), s.Scope("wxz03"), admin.ReconcileFile{Procedure: "task", Name: "上级.csv", Bytes: []byte("编号,名称,单位\n省督1号,公布裁量基准,县农业农村局\n")})
	if err != nil || r.Matters != 1 || len(r.OnlyThere) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

// FuzzReconcile compares any bytes: each row and each matter is counted once.
func FuzzReconcile(f *testing.F) {
	for _, seed := range []string{
		"编号,名称,单位,日期\n省督1号,公布裁量基准,县农业农村局,2026-03-02\n", "名称,单位\n通报执法情况,SCJ\n通报执法情况,SCJ\n", "编号,日期\n1,46000\n,\n", "编号\n", "",
	} {
		f.Add([]byte(seed))
	}
	s := running(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := s.House.Reconcile(context.Background(), access.Scope{System: true}, admin.ReconcileFile{Procedure: "task", Name: "上级.csv", Bytes: b})
		if err != nil {
			if app.FaultOf(err).Kind != app.Invalid {
				t.Fatal(err)
			}
			return
		}
		here, there := 0, 0
		for _, m := range r.Months {
			here, there = here+m.Here, there+m.There
		}
		if r.Matched+len(r.OnlyThere) != r.Rows || r.Matched+len(r.OnlyHere) != r.Matters || here != r.Matters || there != r.Rows {
			t.Fatalf("%+v", r)
		}
	})
}

// FuzzMapping reads any bytes as a mapping: it names columns of ours alone.
func FuzzMapping(f *testing.F) {
	for _, seed := range []string{"编号: 文号\n名称: 督办事项\n", `{"编号": "文号"}`, "编号:\n", "- 编号\n", "别的: x\n", ""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := admin.ReadMapping("map.yaml", b, admin.ReconcileColumns)
		if err != nil {
			if app.FaultOf(err).Kind != app.Invalid {
				t.Fatal(err)
			}
			return
		}
		for our, their := range m {
			if !slices.Contains(admin.ReconcileColumns, our) || their == "" {
				t.Fatalf("%q: %q", our, their)
			}
		}
	})
}
