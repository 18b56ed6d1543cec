package search_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zhunsheng/internal/access"
	"zhunsheng/internal/doc/text"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/search"
	"zhunsheng/internal/store/storetest"
	"zhunsheng/internal/store/write"
)

func TestMain(m *testing.M) {
	code := m.Run()
	storetest.Stop()
	os.Exit(code)
}

// site is a database to write matters into.
type site struct {
	t  testing.TB
	db *store.DB
	w  *storetest.World
}

func newSite(t testing.TB, e storetest.Engine) *site {
	t.Helper()
	db := e.Open(t)
	wr, err := write.New(db, write.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := wr.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	s := &site{t: t, db: db, w: storetest.NewWorld(wr, 5)}
	s.w.Units = []int64{1, 2, 3}
	return s
}

// open opens a matter of a unit; change may say more of it.
func (s *site) open(unit int64, title string, change func(*matter.Record)) *matter.State {
	s.t.Helper()
	c := s.w.OpenChange(unit)
	c.Record.Open = matter.Words{Title: title}
	c.Record.Personal = matter.Words{}
	c.Record.Effects.Links = nil
	c.Record.Effects.Reach = []int64{unit}
	if change != nil {
		change(&c.Record)
	}
	return s.write(c)
}

func (s *site) write(c write.Change) *matter.State {
	s.t.Helper()
	next, err := matter.Fold(c.Prev, &c.Record)
	if err != nil {
		s.t.Fatal(err)
	}
	c.Next, c.State = next, matter.AppendState(nil, next)
	s.w.Encode(&c)
	done, err := s.w.Do.Do(s.t.Context(), c)
	if err != nil {
		s.t.Fatal(err)
	}
	m, err := s.w.Settle(c, done)
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}

// say sets open values of a matter.
func (s *site) say(m *matter.State, values ...matter.Named) *matter.State {
	s.t.Helper()
	c := s.w.ActChange(m)
	c.Record.Effects.Reach, c.Record.Effects.Close, c.Record.Effects.Links = nil, "", nil
	c.Record.Open.Values = values
	return s.write(c)
}

// index catches up and returns how many steps it took.
func (s *site) index() (steps int) {
	s.t.Helper()
	for {
		p, err := search.Step(s.t.Context(), s.db)
		if err != nil {
			s.t.Fatal(err)
		}
		steps++
		if !p.Behind() {
			return steps
		}
	}
}

var system = access.Scope{System: true}

func viewer(units ...int64) access.Scope { return access.Scope{Person: 9, Units: units} }

func (s *site) find(scope access.Scope, said string) []int64 {
	s.t.Helper()
	return s.page(scope, said, 0, 1000)
}

func (s *site) page(scope access.Scope, said string, before int64, limit int) []int64 {
	s.t.Helper()
	out := []int64{}
	err := s.db.Read(s.t.Context(), func(tx *store.Tx) error {
		nos, err := search.Matters(s.t.Context(), tx, scope, said, before, limit)
		out = append(out, nos...)
		return err
	})
	if err != nil {
		s.t.Fatalf("search %q: %v", said, err)
	}
	return out
}

func words(name, value string) matter.Named {
	return matter.Named{Name: name, Value: matter.OfText(value)}
}

// TestMatters is what both engines must find.
func TestMatters(t *testing.T) {
	const (
		benchmark = "健全行政裁量权基准制度，公布实施"
		market    = "优化营商环境。市场监管“双随机”检查 ABC-2026"
		law       = "法"
		training  = "组织《行政处罚法》专题培训"
	)
	tests := map[string]struct {
		said string
		want []string
	}{
		"two characters":                 {"裁量", []string{benchmark}},
		"two characters in several":      {"行政", []string{training, benchmark}},
		"a long phrase":                  {"健全行政裁量权基准制度", []string{benchmark}},
		"a phrase that is not there":     {"健全行政裁量权制度", []string{}},
		"traditional":                    {"行政裁量權基準", []string{benchmark}},
		"not across a comma":             {"制度公布", []string{}},
		"not across a full stop":         {"环境市场", []string{}},
		"the mark itself is passed over": {"制度，公布", []string{benchmark}},
		"all words, in any order":        {"公布 裁量", []string{benchmark}},
		"one word is missing":            {"公布 环境", []string{}},
		"one character":                  {"法", []string{training, law}},
		"one character at the end":       {"施", []string{benchmark}},
		"one character inside":           {"裁", []string{benchmark}},
		"one character not there":        {"税", []string{}},
		"letters":                        {"abc", []string{market}},
		"letters, full width":            {"ＡＢＣ", []string{market}},
		"a part of letters is no word":   {"ab", []string{}},
		"digits":                         {"2026", []string{market}},
		"letters beside characters":      {"双随机 2026", []string{market}},
		"nothing but marks":              {"，。“”", []string{}},
		"nothing":                        {"", []string{}},
		"no operator":                    {"裁量 OR 环境", []string{}},
		"no syntax":                      {`裁量" NEAR(`, []string{}},
		"quotes":                         {`"裁量"`, []string{benchmark}},
		"a facet is no word":             {"matter", []string{}},
		"a star is no syntax":            {"行*", []string{training, benchmark}},
	}
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := newSite(t, e)
		titles := map[int64]string{}
		for _, title := range []string{benchmark, market, law, training} {
			titles[s.open(1, title, nil).No] = title
		}
		s.index()
		for name, tc := range tests {
			t.Run(name, func(t *testing.T) {
				got := []string{}
				for _, no := range s.find(viewer(1), tc.said) {
					got = append(got, titles[no])
				}
				if diff := cmp.Diff(tc.want, got); diff != "" {
					t.Error(diff)
				}
			})
		}
	})
}

func TestWhatIsIndexed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := newSite(t, e)
		plain := s.open(1, "甲事项", func(r *matter.Record) {
			r.Open.Values = matter.Values{
				{Name: "plan", Value: matter.OfRef(matter.Ref{Register: "plan", Entry: 1, Name: "年度法治要点"})},
				{Name: "rows", Value: matter.OfList(matter.Item{ID: "p1", Fields: matter.Values{words("goal", "清单更新")}})},
				words("text", "开展专项督察"),
				{Name: "who", Value: matter.OfRef(matter.Ref{Register: "officer", Entry: 2, Name: "欧阳某"})},
			}
			r.Personal.Values = matter.Values{words("party", "诸葛某某")}
			r.Sealed.Values = matter.Values{words("informant", "举报线索")}
		})
		sealed := s.open(1, "封存卷宗", func(r *matter.Record) { r.Effects.Open.Sealed, r.Effects.Persons = true, []int64{9} })
		paper := s.open(1, "涉密的题目", func(r *matter.Record) { r.Effects.Open.PaperOnly = true })
		c := s.w.ActChange(paper)
		c.Record.Effects.Reach, c.Record.Effects.Close, c.Record.Effects.Links = nil, "", nil
		c.Record.Open.Values = matter.Values{words("progress", "密件内容")}
		c.Series = &write.Series{Name: "衡密", Year: 2026, Form: "{series}〔{year}〕{seq}号"}
		paper = s.write(c)
		s.index()
		for said, want := range map[string][]int64{
			"专项督察": {plain.No}, "年度法治要点": {}, "清单更新": {plain.No}, "欧阳": {}, "诸葛": {}, "举报": {}, "封存": {},
			"涉密": {}, "密件": {}, "衡密 2026": {paper.No},
		} {
			for name, scope := range map[string]access.Scope{"system": system, "unit": viewer(1)} {
				if diff := cmp.Diff(want, s.find(scope, said)); diff != "" {
					t.Errorf("%s, %q: %s", name, said, diff)
				}
			}
		}
		if paper.Number == "" {
			t.Error("the matter on paper has no number: the test is about nothing")
		}
		// Sealed later: what was indexed leaves.
		c = s.w.ActChange(plain)
		c.Record.Effects.Reach, c.Record.Effects.Close, c.Record.Effects.Links, c.Record.Open.Values = nil, "", nil, nil
		c.Record.Effects.Persons = []int64{9}
		s.write(c)
		s.index()
		if got := s.documents(plain.No, sealed.No); got != 0 {
			t.Errorf("%d sealed matters are in the index", got)
		}
	})
}

func TestReach(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := newSite(t, e)
		one, two := s.open(1, "联合检查一", nil), s.open(2, "联合检查二", nil)
		s.index()
		both := []int64{two.No, one.No}
		for name, tc := range map[string]struct {
			scope access.Scope
			want  []int64
		}{
			"the program":   {system, both},
			"one unit":      {viewer(1), both[1:]},
			"another":       {viewer(2), both[:1]},
			"both":          {viewer(1, 2), both},
			"a third":       {viewer(3), []int64{}},
			"no unit":       {viewer(), []int64{}},
			"nobody at all": {access.Scope{}, []int64{}},
		} {
			if diff := cmp.Diff(tc.want, s.find(tc.scope, "联合检查")); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
		// A unit that joins sees it at once: the reach is asked, not indexed.
		c := s.w.ActChange(one)
		c.Record.Effects.Reach, c.Record.Effects.Close, c.Record.Effects.Links = []int64{3}, "", nil
		s.write(c)
		if diff := cmp.Diff([]int64{one.No}, s.find(viewer(3), "联合检查")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := newSite(t, e)
		var want []int64
		for i := range 12 {
			want = append(want, s.open(1, fmt.Sprintf("第%d号事项", i), nil).No)
		}
		slices.Reverse(want)
		s.index()
		got, before := []int64{}, int64(0)
		for {
			page := s.page(viewer(1), "号事项", before, 5)
			if len(page) == 0 {
				break
			}
			got, before = append(got, page...), page[len(page)-1]
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestIndexFollowsTheRecords(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := newSite(t, e)
		upto := func() (seq int64) {
			t.Helper()
			if err := s.db.Read(t.Context(), func(tx *store.Tx) (err error) { seq, err = search.Upto(t.Context(), tx); return err }); err != nil {
				t.Fatal(err)
			}
			return seq
		}
		if upto() != 0 {
			t.Error("an empty index is not at 0")
		}
		m := s.open(1, "起草办法", nil)
		if got := s.find(viewer(1), "起草"); len(got) != 0 {
			t.Errorf("found before it was indexed: %v", got)
		}
		s.index()
		if upto() != m.Seq {
			t.Errorf("indexed up to %d of %d", upto(), m.Seq)
		}
		m = s.say(m, words("progress", "征求意见"))
		s.index()
		m = s.say(m, words("progress", "合法性审核"))
		s.index()
		for said, want := range map[string][]int64{"起草": {m.No}, "审核": {m.No}, "征求意见": {}} {
			if diff := cmp.Diff(want, s.find(viewer(1), said)); diff != "" {
				t.Errorf("%q: %s", said, diff)
			}
		}
		if got := s.index(); got != 1 || upto() != m.Seq {
			t.Errorf("a step with nothing to do: %d steps, at %d", got, upto())
		}
		if err := search.Reset(t.Context(), s.db); err != nil {
			t.Fatal(err)
		}
		if got := s.find(viewer(1), "起草"); len(got) != 0 || upto() != 0 {
			t.Errorf("after a reset: %v, at %d", got, upto())
		}
		s.index()
		if diff := cmp.Diff([]int64{m.No}, s.find(viewer(1), "审核")); diff != "" {
			t.Error(diff)
		}
	})
}

// TestCheck proves that verify notices an index that does not keep up its own claim.
func TestCheck(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := newSite(t, e)
		kept, lost, old := s.open(1, "保留", nil), s.open(1, "丢失", nil), s.open(1, "过时", nil)
		s.open(1, "……", nil) // nothing to index: not missing
		s.index()
		s.open(1, "还没有编入", nil)
		check := func() (out []search.Stale) {
			t.Helper()
			err := s.db.Read(t.Context(), func(tx *store.Tx) (err error) { out, err = search.Check(t.Context(), tx, 10); return err })
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		if got := check(); len(got) != 0 {
			t.Errorf("a good index: %v", got)
		}
		err := s.db.Write(t.Context(), func(tx *store.Tx) error {
			for text, no := range map[string]int64{
				"DELETE FROM doc WHERE no = $1": lost.No, "UPDATE doc SET seq = seq - 1 WHERE no = $1": old.No,
				"UPDATE doc SET no = no + 1000 WHERE no = $1": kept.No,
			} {
				if _, err := tx.Exec(t.Context(), text, no); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		want := []search.Stale{
			{No: kept.No, What: "is missing"}, {No: lost.No, What: "is missing"}, {No: old.No, What: "is as of another record"},
			{No: kept.No + 1000, What: "is of no matter that is searched"},
		}
		if diff := cmp.Diff(want, check()); diff != "" {
			t.Error(diff)
		}
	})
}

// TestManyRecordsTakeSeveralSteps also catches up with two copies at once: each record is indexed, none twice.
func TestManyRecordsTakeSeveralSteps(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := newSite(t, e)
		m := s.open(1, "老事项", nil)
		var want []int64
		for range search.StepSize + 20 {
			want = append(want, s.open(1, "新事项", nil).No)
		}
		m = s.say(m, words("progress", "老事项有了进展"))
		slices.Reverse(want)
		errs := make(chan error)
		for range 2 {
			go func() {
				for {
					p, err := search.Step(t.Context(), s.db)
					if err != nil || !p.Behind() {
						errs <- err
						return
					}
				}
			}()
		}
		for range 2 {
			if err := <-errs; err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(want, s.find(viewer(1), "新事项")); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]int64{m.No}, s.find(viewer(1), "进展")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestErasedWordsLeave(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := newSite(t, e)
		kept := s.open(1, "保留的事项", nil)
		m := s.open(1, "误录事项", nil)
		m = s.say(m, words("progress", "黎元洪旧宅"))
		erase := m.Seq
		s.index()
		if diff := cmp.Diff([]int64{m.No}, s.find(viewer(1), "旧宅")); diff != "" {
			t.Fatal(diff)
		}
		if _, err := s.w.Erase(t.Context(), m, erase, matter.PartOpen); err != nil {
			t.Fatal(err)
		}
		s.index()
		if got := s.find(viewer(1), "旧宅"); len(got) != 0 {
			t.Errorf("erased words are found: %v", got)
		}
		if err := search.Purge(t.Context(), s.db); err != nil {
			t.Fatal(err)
		}
		for said, want := range map[string][]int64{"误录": {m.No}, "保留": {kept.No}} {
			if diff := cmp.Diff(want, s.find(viewer(1), said)); diff != "" {
				t.Errorf("%q: %s", said, diff)
			}
		}
		if e.Name != "sqlite" {
			return
		}
		if got := s.terms("元洪", "误录"); got != 1 {
			t.Errorf("%d of the terms are in the file, want only the one that was kept", got)
		}
	})
}

// documents counts which of some matters are in the index.
func (s *site) documents(nos ...int64) (n int) {
	s.t.Helper()
	err := s.db.Read(s.t.Context(), func(tx *store.Tx) error {
		return tx.Row(s.t.Context(), "SELECT COUNT(*) FROM doc WHERE "+tx.Dialect.Among("no", "$1"), tx.Dialect.IntsArg(nos)).Scan(&n)
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// terms counts how many of some tokens the file of a SQLite index still holds.
func (s *site) terms(tokens ...string) (n int) {
	s.t.Helper()
	conn, err := s.db.Conn(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(s.t.Context(), "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, search, row)"); err != nil {
		s.t.Fatal(err)
	}
	for _, token := range tokens {
		var there int
		if err := conn.QueryRowContext(s.t.Context(), "SELECT COUNT(*) FROM temp.vocabulary WHERE term = $1", token).Scan(&there); err != nil {
			s.t.Fatal(err)
		}
		n += there
	}
	return n
}

func TestEntries(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := newSite(t, e)
		ctx := t.Context()
		plan, err := s.w.Entry(ctx, nil, "plan", "p2026", "2026-01-01", matter.Values{words("title", "二〇二六年法治政府建设要点")})
		if err != nil {
			t.Fatal(err)
		}
		unit, err := s.w.Entry(ctx, nil, "unit", "SFJ", "2026-01-01", matter.Values{words("name", "衡平县司法局")})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.w.Entry(ctx, nil, "person", "x", "2026-01-01", matter.Values{words("name", "法治先生")}); err != nil {
			t.Fatal(err)
		}
		s.index()
		found := func(register, said string) []int64 {
			t.Helper()
			out := []int64{}
			err := s.db.Read(ctx, func(tx *store.Tx) error {
				nos, err := search.Entries(ctx, tx, register, said, 0)
				out = append(out, nos...)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		if diff := cmp.Diff([][]int64{{plan.No}, {}, {unit.No}, {}}, [][]int64{
			found("plan", "法治"), found("plan", "司法局"), found("unit", "司法局"), found("person", "法治"),
		}); diff != "" {
			t.Error(diff)
		}
		if got := s.find(system, "法治"); len(got) != 0 {
			t.Errorf("entries are found as matters: %v", got)
		}
		if plan, err = s.w.Entry(ctx, plan, "plan", "p2026", "2026-02-01", matter.Values{words("title", "依法行政要点")}); err != nil {
			t.Fatal(err)
		}
		s.index()
		if diff := cmp.Diff([][]int64{{}, {plan.No}}, [][]int64{found("plan", "法治"), found("plan", "依法行政")}); diff != "" {
			t.Error(diff)
		}
		if _, err := s.w.Erase(ctx, nil, plan.Seq, matter.PartOpen); err != nil {
			t.Fatal(err)
		}
		s.index()
		if got := found("plan", "依法行政"); len(got) != 0 {
			t.Errorf("erased words of an entry are found: %v", got)
		}
	})
}

// runs are the runs of a text, read by a way of its own: what a naive search looks into.
func runs(s string) []string {
	n := text.Normalize(s, 0)
	var out []string
	var b strings.Builder
	kind := 0
	for _, c := range append(n.Folded, ' ') {
		k := 0
		switch {
		case text.IsHan(c):
			k = 1
		case unicode.IsLetter(c) || unicode.IsDigit(c):
			k = 2
		}
		if k != kind && b.Len() > 0 {
			out = append(out, b.String())
			b.Reset()
		}
		if kind = k; k != 0 {
			b.WriteString(strings.ToLower(string(c)))
		}
	}
	return out
}

// holds tells, the plain way, whether a text holds all the runs of a query.
func holds(body, said string) bool {
	wanted := runs(said)
	for _, w := range wanted {
		han := text.IsHan([]rune(w)[0])
		if !slices.ContainsFunc(runs(body), func(r string) bool { return r == w || han && strings.Contains(r, w) }) {
			return false
		}
	}
	return len(wanted) > 0
}

// TestAgainstNaive compares with a search that looks at everything, over texts of few characters, so that much nearly
// matches.
func TestAgainstNaive(t *testing.T) {
	long := rapid.StringOfN(rapid.RuneFrom([]rune("法治政府法治政府監管1aB，。 ")), 1, 14, -1)
	short := rapid.StringOfN(rapid.RuneFrom([]rune("法治政府监管1a， ")), 1, 5, -1)
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		s := newSite(t, e)
		var open []*matter.State
		rapid.Check(t, func(r *rapid.T) {
			m := s.open(1, long.Draw(r, "title"), func(rec *matter.Record) {
				rec.Open.Values = matter.Values{words("text", long.Draw(r, "text"))}
			})
			open = append(open, m)
			if i := rapid.IntRange(0, len(open)-1).Draw(r, "again"); rapid.Bool().Draw(r, "act") {
				open[i] = s.say(open[i], words("text", long.Draw(r, "new text")))
			}
			s.index()
			for range 4 {
				said := short.Draw(r, "said")
				want := []int64{}
				for _, m := range slices.Backward(open) {
					if holds(m.Title+"\n"+m.Text("text")+"\n"+m.Number, said) {
						want = append(want, m.No)
					}
				}
				if diff := cmp.Diff(want, s.find(viewer(1), said)); diff != "" {
					r.Fatalf("%q: %s", said, diff)
				}
			}
		})
	})
}

// FuzzMatters searches for what strangers may type: no text breaks the query, and each finds what the naive search does.
func FuzzMatters(f *testing.F) {
	for _, said := range []string{"裁量", `"裁量" OR`, "法*", "body : 法", "NEAR(a b)", "^法", "-", "ＡＢＣ２０２６", "行政裁量權，公布", "\x00法\xff", "İ ǅ ß", "〇〇七"} {
		f.Add(said)
	}
	s := newSite(f, storetest.SQLite())
	var open []*matter.State
	for _, title := range []string{"健全行政裁量权基准制度，公布实施", "优化营商环境 ABC-2026 body near or", "法", "二〇二六年İ ǅ ß"} {
		open = append(open, s.open(1, title, nil))
	}
	s.index()
	f.Fuzz(func(t *testing.T, said string) {
		got := []int64{}
		err := s.db.Read(t.Context(), func(tx *store.Tx) error {
			nos, err := search.Matters(t.Context(), tx, viewer(1), said, 0, 0)
			got = append(got, nos...)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if utf8.RuneCountInString(said) > 16 { // of longer ones only a part counts
			return
		}
		want := []int64{}
		for _, m := range slices.Backward(open) {
			if holds(m.Title, said) {
				want = append(want, m.No)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", said, diff)
		}
	})
}
