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
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

func workbook(t *testing.T, rows ...[]any) []byte {
	t.Helper()
	columns := admin.OpeningColumns()
	for i := range columns {
		columns[i].Kind = sheet.Text // what a clerk types
	}
	b, err := sheet.XLSX(sheet.Table{Name: "在办任务", Columns: columns, Rows: slices.Values(rows)})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestOpeningNamesEveryCell(t *testing.T) {
	s := apptest.New(t)
	o := &admin.Opening{Acts: s.Acts, House: s.House}
	ctx := context.Background()
	b := workbook(t,
		[]any{"衡督〔2026〕3号", "公布裁量基准", "县农业农村局", "2026年3月2日", "2026-11-30", "2026"},
		[]any{"", "", "县法制办", "三月", "2026-01-01", "今年"},
		[]any{"", "清理文件", "县司法局", "2026-05-01", "2026-04-01", "2026", "", "", "2026-04-02", "已完成初稿", ""},
		[]any{"", "公布裁量基准", "县农业农村局", "2026/3/2", "2026-11-30", "2026"},
	)
	if _, err := o.Check(ctx, s.Actor("nyj02"), "在办.xlsx", b); kindOf(t, err) != app.Denied {
		t.Error("a liaison may import")
	}
	run, err := o.Check(ctx, s.Actor("tongchou"), "在办.xlsx", b)
	if err != nil {
		t.Fatal(err)
	}
	type at struct {
		Row    int
		Column string
	}
	var got []at
	for _, f := range run.Faults {
		got = append(got, at{f.Row, f.Column})
	}
	slices.SortFunc(got, func(a, b at) int { return cmp2(a.Row, b.Row, a.Column, b.Column) })
	want := []at{
		{3, "B 任务名称"}, {3, "C 主办单位"}, {3, "D 下达日期"}, {3, "F 计划年度"},
		{4, "E 完成期限"}, {4, "I 签收日期"}, {4, "K 进展日期"},
		{5, "B 任务名称"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := o.Import(ctx, s.Actor("tongchou"), "在办.xlsx", run.File.Hash); kindOf(t, err) != app.Invalid {
		t.Error("a sheet with faults was imported")
	}
	if _, err := o.Check(ctx, s.Actor("tongchou"), "在办.xlsx", workbook(t, []any{"", "机密★3年", "县司法局", "2026-05-01", "2026-12-01"})); kindOf(t, err) != app.Invalid {
		t.Error("a secret sheet was taken")
	}
}

func cmp2(a, b int, c, d string) int {
	switch {
	case a != b:
		return a - b
	case c < d:
		return -1
	case c > d:
		return 1
	}
	return 0
}

func TestOpeningBringsInOnce(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		o := &admin.Opening{Acts: s.Acts, House: s.House}
		ctx := context.Background()
		b := workbook(t,
			[]any{"衡督〔2026〕3号", "公布裁量基准", "县农业农村局", "2026-03-02", "2026-11-30", "2026", "一、职能", "", "2026-03-05", "已完成初稿。", "2026-06-20"},
			[]any{"", "清理规范性文件", "望岫镇", "2026-04-01", "2026-08-31"},
		)
		who := s.Actor("tongchou")
		run, err := o.Check(ctx, who, "在办.xlsx", b)
		if err != nil {
			t.Fatal(err)
		}
		if len(run.Faults) != 0 || len(run.Rows) != 2 || run.Before != 0 {
			t.Fatalf("dry run: %+v", run)
		}
		got, err := o.Import(ctx, who, "在办.xlsx", run.File.Hash)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(admin.Imported{Tasks: 2}, got); diff != "" {
			t.Fatal(diff)
		}
		got, err = o.Import(ctx, who, "另一个名字.xlsx", run.File.Hash)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(admin.Imported{Before: 2}, got); diff != "" {
			t.Fatal(diff)
		}
		var rows []read.Matter
		err = s.DB.Read(ctx, func(tx *store.Tx) (err error) {
			rows, err = read.List(ctx, tx, access.Scope{System: true}, read.Filter{Procedure: "task"})
			return err
		})
		if err != nil || len(rows) != 2 {
			t.Fatalf("%d tasks, %v", len(rows), err)
		}
		first := rows[1].State
		if first.Origin != "imported" || first.Opened != "2026-03-02" || !first.Done("take") || !first.Done("report") || first.Text("label") != "衡督〔2026〕3号" {
			t.Errorf("the first task is %+v", first)
		}
		v, err := s.Acts.View(ctx, s.Actor("nyj03"), first.No)
		if err != nil {
			t.Fatal(err)
		}
		if h := v.History[0]; len(h.Record.Files) != 1 || h.Record.Reason != "期初导入：在办.xlsx 第 2 行" {
			t.Errorf("the source is not told: %q", h.Record.Reason)
		}
		earlier, err := o.Earlier(ctx)
		if err != nil || len(earlier) != 1 || earlier[0].What != "导入在办任务 2 项（在办.xlsx）" {
			t.Errorf("earlier imports: %+v, %v", earlier, err)
		}
	})
}

func TestOpeningTemplateReadsBack(t *testing.T) {
	s := apptest.New(t)
	o := &admin.Opening{Acts: s.Acts, House: s.House}
	b, err := o.OpeningTemplate(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	run, err := o.Check(context.Background(), s.Actor("tongchou"), "模板.xlsx", b)
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Faults) != 0 || len(run.Rows) != 1 {
		t.Errorf("the template's own row is wrong: %+v", run.Faults)
	}
}
