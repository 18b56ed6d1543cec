package admin_test

import (
	"context"
	"testing"
	"time"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/app/apptest"
)

// FuzzOpening reads any bytes as a sheet of running tasks: what is wrong is said in words, and a row that nothing is said
// against can be brought in.
func FuzzOpening(f *testing.F) {
	for _, seed := range []string{
		"任务名称,主办单位,下达日期,完成期限\n公布裁量基准,县农业农村局,2026-03-02,2026-11-30\n",
		"任务名称,主办单位,下达日期,完成期限,签收日期,进展情况,进展日期\n甲,望岫镇,2026/3/2,2026年4月1日,2026-03-05,完成,2026-03-09\n乙,,46000,,,,\n",
		"编号,任务名称\n", "\xef\xbb\xbf", "",
	} {
		f.Add([]byte(seed))
	}
	s := apptest.New(f)
	o := &admin.Opening{Acts: s.Acts, House: s.House}
	who, tree := s.Actor("tongchou"), s.Site().Tree()
	f.Fuzz(func(t *testing.T, b []byte) {
		run, err := o.Check(context.Background(), who, "在办.csv", b)
		if err != nil {
			if app.FaultOf(err).Kind != app.Invalid {
				t.Fatal(err)
			}
			return
		}
		wrong := map[int]bool{}
		for _, x := range run.Faults {
			if x.Row < 2 || x.Say == "" || x.Column == "" {
				t.Fatalf("a fault without place or words: %+v", x)
			}
			wrong[x.Row] = true
		}
		for _, r := range run.Rows {
			if wrong[r.Row] {
				continue
			}
			if _, ok := tree.Get(r.Unit); !ok || r.Title == "" {
				t.Fatalf("row %d: %+v", r.Row, r)
			}
			for _, day := range []string{r.Opened, r.Due} {
				if _, err := time.Parse(time.DateOnly, day); err != nil {
					t.Fatalf("row %d: %v", r.Row, err)
				}
			}
			if r.Due < r.Opened || r.Opened > apptest.Today || r.Taken != "" && r.Taken < r.Opened {
				t.Fatalf("row %d: days out of order: %+v", r.Row, r)
			}
		}
	})
}
