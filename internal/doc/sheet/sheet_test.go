package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"pgregory.net/rapid"

	"zhunsheng/internal/doc/docfile"
)

func tasks(rows ...[]any) Table {
	return Table{Name: "任务", Columns: []Column{{Title: "任务"}, {Title: "件数", Kind: Number}, {Title: "办结率", Kind: Percent}, {Title: "期限", Kind: Date}}, Rows: slices.Values(rows)}
}

func one(t testing.TB, name string, b []byte) Sheet {
	t.Helper()
	sheets, err := Read(name, b)
	if err != nil {
		t.Fatal(err)
	}
	if len(sheets) != 1 {
		t.Fatalf("%d sheets, want 1", len(sheets))
	}
	return sheets[0]
}

func TestWriteAndRead(t *testing.T) {
	table := tasks([]any{"清理文件", 12, 0.965, "2026-06-30"}, []any{"=HYPERLINK(\"x\")", int64(-3), nil, nil}, []any{"007", 0.1})
	writers := map[string]func() ([]byte, error){
		"XLSX": func() ([]byte, error) { return XLSX(table) },
		"CSV":  func() ([]byte, error) { return CSV(table) },
	}
	for name, write := range writers {
		t.Run(name, func(t *testing.T) {
			b, err := write()
			if err != nil {
				t.Fatal(err)
			}
			again, err := write()
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(b, again) {
				t.Error("the same table gave different bytes")
			}
			records, err := one(t, "x", b).Records("任务", "期限")
			if err != nil {
				t.Fatal(err)
			}
			type row struct {
				Row         int
				Text, Date  string
				Number, Pct float64
			}
			var got []row
			for _, r := range records.All() {
				date, err1 := r.Date("期限")
				n, _, err2 := r.Number("件数")
				pct, _, err3 := r.Number("办结率")
				if err := errors.Join(err1, err2, err3); err != nil {
					t.Fatal(err)
				}
				got = append(got, row{r.Row, r.Text("任务"), date, n, pct})
			}
			want := []row{{2, "清理文件", "2026-06-30", 12, 0.965}, {3, `=HYPERLINK("x")`, "", -3, 0}, {4, "007", "", 0.1, 0}}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestNoFormula opens what was written and asserts that no cell computes.
func TestNoFormula(t *testing.T) {
	evil := []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1"}
	rows := make([][]any, len(evil))
	for i, s := range evil {
		rows[i] = []any{s}
	}
	table := Table{Columns: []Column{{Title: "=A1"}}, Rows: slices.Values(rows)}
	b, err := XLSX(table)
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	for i := range len(evil) + 1 {
		cell := fmt.Sprintf("A%d", i+1)
		formula, err := f.GetCellFormula("表1", cell)
		if err != nil || formula != "" {
			t.Errorf("%s computes %q (%v)", cell, formula, err)
		}
		style, err := f.GetCellStyle("表1", cell)
		if err != nil {
			t.Fatal(err)
		}
		if s, err := f.GetStyle(style); err != nil || s.NumFmt != 49 {
			t.Errorf("%s is not of text format: %v %v", cell, s, err)
		}
	}
	plain, err := CSV(table)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimPrefix(string(plain), "\ufeff"), "\r\n") {
		if line != "" && armed(strings.Trim(line, `"`)) && !strings.HasPrefix(strings.Trim(line, `"`), "'") {
			t.Errorf("CSV line %q begins a formula", line)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	cases := map[string]struct {
		row  []any
		want string
	}{
		"text for a number": {[]any{"a", "b"}, "第 2 行 B 列“件数”"},
		"number for a text": {[]any{3}, "第 2 行 A 列“任务”"},
		"no such day":       {[]any{"a", 1, 0.5, "2026-02-30"}, "第 2 行 D 列“期限”"},
		"too many":          {[]any{"a", 1, 0.5, nil, "x"}, "第 2 行: 5 values for 4 columns"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err1 := XLSX(tasks(c.row))
			_, err2 := CSV(tasks(c.row))
			for _, err := range []error{err1, err2} {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("error %v, want %s", err, c.want)
				}
			}
		})
	}
}

func TestSheetNames(t *testing.T) {
	b, err := XLSX(Table{Name: "a/b"}, Table{Name: "ab"}, Table{Name: strings.Repeat("长", 40)}, Table{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	if diff := cmp.Diff([]string{"ab", "ab 2", strings.Repeat("长", 27), "表4"}, f.GetSheetList()); diff != "" {
		t.Error(diff)
	}
}

func TestReadCSVForms(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte("任务名称,责任单位,期限\r\n清理行政规范性文件,县司法局,6月底\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	cases := map[string]struct {
		b    []byte
		want [][]string
	}{
		"GB18030":              {gb, [][]string{{"任务名称", "责任单位", "期限"}, {"清理行政规范性文件", "县司法局", "6月底"}}},
		"tabs":                 {[]byte("a\tb\n1\t2"), [][]string{{"a", "b"}, {"1", "2"}}},
		"empty lines are rows": {[]byte("a,b\n\n\"1\n1\",2\n\n3,4\n\n"), [][]string{{"a", "b"}, nil, {"1\n1", "2"}, nil, {"3", "4"}}},
		"apostrophe":           {[]byte("'=1,'a,''=2"), [][]string{{"=1", "'a", "'=2"}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, one(t, "x.csv", c.b).Rows); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestReadForeign reads a file as an office makes it: title above the header, merged cells, dates, a hidden sheet.
func TestReadForeign(t *testing.T) {
	f := excelize.NewFile()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for cell, v := range map[string]any{"A1": "2026年任务清单", "A2": "序号", "B2": "责任 单位", "C2": "数量(件)", "D2": "期限", "A3": 1, "B3": "县司法局", "C3": "1,200", "D3": 46203, "A4": 2, "C4": "十二", "D4": "2026年7月1日", "A6": 3, "D6": "近期", "C6": 0.1} {
		must(f.SetCellValue("Sheet1", cell, v))
	}
	must(f.MergeCell("Sheet1", "A1", "D1"))
	must(f.MergeCell("Sheet1", "B3", "B6"))
	_, err := f.NewSheet("列表")
	must(err)
	must(f.SetSheetVisible("列表", false))
	var b bytes.Buffer
	must(f.Write(&b))
	must(f.Close())
	records, err := one(t, "x.xlsx", b.Bytes()).Records("责任单位", "数量（件）", "期限")
	must(err)
	var got []string
	for _, r := range records.All() {
		n, _, err1 := r.Int("数量（件）")
		d, err2 := r.Date("期限")
		got = append(got, fmt.Sprintf("%d %s %d %s", r.Row, r.Text("责任单位"), n, d))
		for _, err := range []error{err1, err2} {
			if err != nil {
				got = append(got, err.Error())
			}
		}
	}
	want := []string{"3 县司法局 1200 2026-06-30", "4 县司法局 0 2026-07-01", "第 4 行 C 列“数量（件）”：应为整数，现为“十二”", "5 县司法局 0 ", "6 县司法局 0 ", "第 6 行 C 列“数量（件）”：应为整数，现为“0.1”", "第 6 行 D 列“期限”：应为日期，如 2026-06-30，现为“近期”"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRecordsRefuse(t *testing.T) {
	cases := map[string]struct{ csv, want string }{
		"missing": {"序号,任务\n1,a", "第 1 行的表头缺少“单位”列；现有的列是：序号、任务"},
		"twice":   {"任务,单位,任务\na,b,c", "第 1 行的表头有两个“任务”（A 列和 C 列），只能有一个"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := one(t, "x.csv", []byte(c.csv)).Records("任务", "单位")
			if err == nil || err.Error() != c.want {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	wide := []byte(strings.Repeat("a,", maxColumns) + "b")
	cases := map[string]struct {
		b    []byte
		kind error
	}{
		"empty":    {nil, docfile.ErrEmpty},
		"no data":  {[]byte("\n\n,,\n"), docfile.ErrEmpty},
		"too wide": {wide, docfile.ErrTooLarge},
		"image":    {[]byte("\xff\xd8\xff\xe0"), docfile.ErrUnknownFormat},
		"torn":     {[]byte("PK\x03\x04xl/"), docfile.ErrUnknownFormat},
		"large":    {make([]byte, docfile.MaxBytes+1), docfile.ErrTooLarge},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := Read("清单.xlsx", c.b)
			if !errors.Is(err, c.kind) || !strings.HasPrefix(err.Error(), "文件“清单.xlsx”") || !strings.HasSuffix(err.Error(), "。") {
				t.Errorf("error %v, want %v", err, c.kind)
			}
		})
	}
}

func TestAddress(t *testing.T) {
	for column, want := range map[int]string{0: "A", 5: "F", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA"} {
		if got := Address(96, column); got != "第 96 行 "+want+" 列" {
			t.Errorf("column %d: %s", column, got)
		}
	}
}

// TestCSVRoundTrip writes any texts and reads the same, but for the white space around them.
func TestCSVRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.StringOf(rapid.RuneFrom([]rune("县'\"=+-@,，\n\t a1"))), 1, 5).Draw(t, "texts")
		row := []any{"首"} // never an empty line
		want := []string{"首"}
		columns := []Column{{Title: "首"}}
		for _, s := range texts {
			row, columns = append(row, s), append(columns, Column{Title: "列"})
			want = append(want, strings.Trim(s, " \t\r\n\u00a0　"))
		}
		b, err := CSV(Table{Columns: columns, Rows: slices.Values([][]any{row})})
		if err != nil {
			t.Fatal(err)
		}
		sheets, err := Read("x.csv", b)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, sheets[0].Rows[1]); diff != "" {
			t.Fatal(diff)
		}
	})
}

// FuzzRead asserts that any bytes give rows within the bounds, or one sentence.
func FuzzRead(f *testing.F) {
	x, err := XLSX(tasks([]any{"a", 1, 0.5, "2026-01-01"}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(x)
	f.Add([]byte("a,b\n\"c\nd\",'=e\n\n1\t2"))
	f.Fuzz(func(t *testing.T, b []byte) {
		sheets, err := Read("x", b)
		var e *docfile.Error
		if err != nil && (!errors.As(err, &e) || !strings.HasSuffix(e.Message, "。")) {
			t.Fatalf("error without a sentence: %v", err)
		}
		for _, s := range sheets {
			for _, row := range s.Rows {
				if len(row) > maxColumns {
					t.Fatalf("row of %d cells", len(row))
				}
			}
			records, err := s.Records()
			if err != nil {
				continue
			}
			for _, r := range records.All() {
				if r.Row < 1 || r.Row > len(s.Rows) {
					t.Fatalf("record in row %d of %d", r.Row, len(s.Rows))
				}
			}
		}
	})
}

func BenchmarkWrite(b *testing.B) {
	rows := make([][]any, 10_000)
	for i := range rows {
		rows[i] = []any{"清理行政规范性文件", i, 0.5, "2026-06-30"}
	}
	for b.Loop() {
		if _, err := XLSX(tasks(rows...)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	rows := make([][]any, 100_000)
	for i := range rows {
		rows[i] = []any{"清理行政规范性文件", i, 0.5, "2026-06-30"}
	}
	file, err := XLSX(tasks(rows...))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Read("x.xlsx", file); err != nil {
			b.Fatal(err)
		}
	}
}
