package admin_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

var program = access.Actor{System: true}

func registersOf(s *apptest.Site) *admin.Registers {
	return &admin.Registers{Acts: s.Acts, House: s.House}
}

// bring checks and imports a CSV; it fails the test where a cell is wrong.
func bring(t rapid.TB, g *admin.Registers, id string, csv []byte) *admin.RegisterRun {
	t.Helper()
	ctx := context.Background()
	run, err := g.Check(ctx, program, admin.RegisterFile{Register: id, Name: "名录.csv", Bytes: csv})
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Faults) > 0 {
		t.Fatalf("%+v\n%s", run.Faults, csv)
	}
	n, err := g.Import(ctx, program, run, func(int, int) {})
	if err != nil || n != len(run.Rows) {
		t.Fatal(n, err)
	}
	return run
}

func taken(t rapid.TB, g *admin.Registers, id string) (csv, xlsx []byte) {
	t.Helper()
	table, _, err := g.Export(context.Background(), program, id, "")
	if err == nil {
		csv, err = sheet.CSV(table)
	}
	if err == nil {
		xlsx, err = sheet.XLSX(table)
	}
	if err != nil {
		t.Fatal(err)
	}
	return csv, xlsx
}

// What is exported comes in again without a change, of every register.
func TestRegisterRoundTrip(t *testing.T) {
	apptest.Each(t, func(t *testing.T, s *apptest.Site) {
		g := registersOf(s)
		if _, err := s.House.SetGroup(t.Context(), program, "", 0, "各局", []string{"县直各局", "各部门"}, []int64{s.Units["SFJ"].Entry, s.Units["NYJ"].Entry}); err != nil {
			t.Fatal(err)
		}
		if err := s.House.Relate(t.Context(), program, "", s.Units["NYJ"].Entry, admin.Relation{Kind: "guidance", Other: s.Units["SFJ"].Entry, Reason: "x"}); err != nil {
			t.Fatal(err)
		}
		for _, id := range s.Acts.Book().Registers() {
			csv, xlsx := taken(t, g, id)
			for name, b := range map[string][]byte{"名录.csv": csv, "名录.xlsx": xlsx} {
				run, err := g.Check(t.Context(), program, admin.RegisterFile{Register: id, Name: name, Bytes: b})
				if kind := app.FaultOf(err).Kind; err != nil && (kind == app.Refused || kind == app.Invalid && strings.Count(string(csv), "\n") == 1) {
					continue // kept by the program, or empty
				}
				if err != nil || len(run.Faults) > 0 || len(run.Rows) > 0 || len(run.Ignored) > 0 {
					t.Errorf("%s as %s: %v, %+v", id, name, err, run)
				}
			}
		}
	})
}

// Every column of every register has a title of its own, and none that is the program's.
func TestRegisterColumns(t *testing.T) {
	s := apptest.New(t)
	g := registersOf(s)
	for _, id := range s.Acts.Book().Registers() {
		def, _ := s.Acts.Book().Register(id)
		seen := map[string]bool{}
		for _, c := range g.Columns(def) {
			if seen[c.Title] || c.Title == "" {
				t.Errorf("%s has two columns “%s”", id, c.Title)
			}
			seen[c.Title] = true
		}
	}
}

// A change holds from today, from the day the file newly says, or, as a correction, from the start.
func TestRegisterSpan(t *testing.T) {
	cases := map[string]struct {
		from    string // of the row
		correct bool
		want    map[string]string // day → name
	}{
		"today":            {"", false, map[string]string{"2026-09-22": "沈喆", "2026-09-23": "沈哲"}},
		"as exported":      {"2019-03-01", false, map[string]string{"2026-09-22": "沈喆", "2026-09-23": "沈哲"}},
		"from a day":       {"2026-05-01", false, map[string]string{"2026-04-30": "沈喆", "2026-05-01": "沈哲"}},
		"wrong from start": {"2019-03-01", true, map[string]string{"2019-03-01": "沈哲", "2026-09-23": "沈哲"}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s := apptest.New(t)
			g := registersOf(s)
			b := fmt.Appendf(nil, "人员编号,姓名,生效日期\nnyj03,沈哲,%s\n", tc.from)
			run, err := g.Check(t.Context(), program, admin.RegisterFile{Register: act.RegisterPerson, Name: "人员.csv", Bytes: b, Correct: tc.correct})
			if err != nil || len(run.Faults) > 0 {
				t.Fatal(err, run)
			}
			if _, err := g.Import(t.Context(), program, run, func(int, int) {}); err != nil {
				t.Fatal(err)
			}
			err = s.DB.Read(t.Context(), func(tx *store.Tx) error {
				e, err := read.EntryByKey(t.Context(), tx, act.RegisterPerson, "nyj03")
				if err != nil {
					return err
				}
				for day, want := range tc.want {
					if v, _ := e.AsOf(day, 0); v.Fields.Text("name") != want {
						t.Errorf("on %s: %s, want %s", day, v.Fields.Text("name"), want)
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if again := bring(t, g, act.RegisterPerson, []byte("人员编号,姓名\nnyj03,沈哲\n")); again.Same != 1 {
				t.Errorf("again: %+v", again)
			}
		})
	}
}

// Units in any order of rows come to the same tree, twice is once, and what comes out is what went in.
func TestRegisterAnyOrder(t *testing.T) {
	s := apptest.New(t)
	g := registersOf(s)
	made := 0
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "units")
		made++
		code := func(i int) string { return fmt.Sprintf("T%d-%d", made, i) }
		word := rapid.StringMatching(`[甲乙丙,"'=（）]{1,4}`)
		rows := make([]string, n)
		parents := map[string]string{}
		for i := range n {
			parent := "HP"
			if i > 0 && rapid.Bool().Draw(t, "below") {
				parent = code(rapid.IntRange(0, i-1).Draw(t, "parent"))
			}
			parents[code(i)] = parent
			aliases := rapid.SliceOfN(word, 0, 3).Draw(t, "aliases")
			for k := range aliases {
				aliases[k] += code(i)
			}
			quote := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
			rows[i] = strings.Join([]string{code(i), quote("单位" + code(i)), "其他", "监督对象", parent, quote(strings.Join(aliases, "\n"))}, ",")
		}
		order := rapid.Permutation(rows).Draw(t, "order")
		file := []byte("单位编码,全称,类别,监督关系,上级,别名\n" + strings.Join(order, "\n") + "\n")
		if run := bring(t, g, act.RegisterUnit, file); run.New != n {
			t.Fatalf("%+v", run)
		}
		if run := bring(t, g, act.RegisterUnit, file); run.Same != n {
			t.Fatalf("again: %+v", run)
		}
		tree := s.Site().Tree()
		got := map[string]string{}
		for c := range parents {
			u, _ := tree.Code(c)
			above, _ := tree.Get(u.Parent)
			got[c] = above.Code
			if u.Region != "990127" {
				t.Fatalf("%s is in region %q", c, u.Region)
			}
		}
		if d := cmp.Diff(parents, got); d != "" {
			t.Fatal(d)
		}
		csv, _ := taken(t, g, act.RegisterUnit)
		if run := bring(t, g, act.RegisterUnit, csv); len(run.Rows) > 0 {
			t.Fatalf("exported and imported: %+v", run.Rows)
		}
	})
}

// Who keeps no register neither takes one out nor brings one in.
func TestRegisterDenied(t *testing.T) {
	s := apptest.New(t)
	g := registersOf(s)
	if _, _, err := g.Export(t.Context(), s.Actor("nyj03"), act.RegisterPerson, ""); app.FaultOf(err).Kind != app.Denied {
		t.Error(err)
	}
	in := admin.RegisterFile{Register: act.RegisterPost, Name: "岗位.csv", Bytes: []byte("岗位编号\nx\n")}
	if _, err := g.Check(t.Context(), s.Actor("nyj03"), in); app.FaultOf(err).Kind != app.Denied {
		t.Error(err)
	}
	if _, err := g.Check(t.Context(), s.Actor("tongchou"), in); app.FaultOf(err).Kind != app.Refused {
		t.Errorf("the coordinator gives posts by file: %v", err)
	}
}

func TestRegisterParameters(t *testing.T) {
	s := apptest.New(t)
	g := registersOf(s)
	cases := map[string]struct {
		key, value string
		fault      string // part of what is said, "" none
	}{
		"of all":         {"task.take_days", "5 workdays", ""},
		"of a unit":      {"task.take_days@NYJ", "2 workdays", ""},
		"of the site":    {"site.facts_from", "2026-01-01", ""},
		"no day":         {"site.facts_from", "今年", "应当是日期"},
		"no period":      {"task.take_days", "五天", "不是“签收期限”的取值，例如 3 workdays"},
		"no parameter":   {"task.nosuch", "1", "没有参数“nosuch”"},
		"no procedure":   {"nosuch.take_days", "1", "没有程序“nosuch”"},
		"no unit":        {"task.take_days@XXX", "5 workdays", "没有编码为“XXX”的单位"},
		"nothing at all": {"参数", "1", "没有程序“参数”"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			b := fmt.Appendf(nil, "程序.参数，或者 程序.参数@单位编码,参数,取值\n%s,x,%s\n", tc.key, tc.value)
			run, err := g.Check(t.Context(), program, admin.RegisterFile{Register: act.RegisterParameter, Name: "参数.csv", Bytes: b})
			if err != nil {
				t.Fatal(err)
			}
			said := ""
			for _, x := range run.Faults {
				said += x.Say
			}
			if tc.fault == "" && said != "" || !strings.Contains(said, tc.fault) {
				t.Errorf("said %q, want %q", said, tc.fault)
			}
		})
	}
}

// FuzzRegister reads any bytes as a sheet of units: what is wrong is said in words with its place, nothing is written, and
// a file without a fault leaves a tree.
func FuzzRegister(f *testing.F) {
	for _, seed := range []string{
		"单位编码,全称,类别,监督关系,上级\nA,甲,其他,监督对象,HP\nB,乙,其他,监督对象,A\n", "单位编码,全称,上级\nA,甲,B\nB,甲,A\n",
		"单位编码,其他关系\nSFJ,业务指导；NYJ；2026-01-01\n", "单位编码,生效日期,失效日期\nSFJ,46000,2026-13-01\n", "\xef\xbb\xbf单位编码\n", "",
	} {
		f.Add([]byte(seed))
	}
	s := apptest.New(f)
	g := registersOf(s)
	size := func() (n int64) {
		if err := s.DB.Read(context.Background(), func(tx *store.Tx) (err error) {
			n, err = read.Size(context.Background(), tx)
			return err
		}); err != nil {
			f.Fatal(err)
		}
		return n
	}
	before := size()
	f.Fuzz(func(t *testing.T, b []byte) {
		run, err := g.Check(context.Background(), program, admin.RegisterFile{Register: act.RegisterUnit, Name: "单位.csv", Bytes: b})
		if err != nil {
			if app.FaultOf(err).Kind != app.Invalid {
				t.Fatal(err)
			}
			return
		}
		for _, x := range run.Faults {
			if x.Say == "" || x.Column == "" {
				t.Fatalf("a fault without place or words: %+v", x)
			}
		}
		if run.New+run.Changed != len(run.Rows) {
			t.Fatalf("%d new and %d changed of %d", run.New, run.Changed, len(run.Rows))
		}
		if !slices.IsSortedFunc(run.Faults, func(a, b admin.CellFault) int { return a.Row - b.Row }) {
			t.Fatal("faults are out of order")
		}
		if size() != before {
			t.Fatal("a check has written")
		}
	})
}
