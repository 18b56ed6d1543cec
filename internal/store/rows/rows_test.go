package rows_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/store/rows"
)

func TestSeriesOf(t *testing.T) {
	for name, c := range map[string]struct {
		number, series string
		seq            int64
		ok             bool
	}{
		"document":             {"柳司发〔2026〕12号", "柳司发〔2026〕{seq}号", 12, true},
		"at the end":           {"A-7", "A-{seq}", 7, true},
		"no digits":            {"无号", "", 0, false},
		"a leading zero":       {"〔2026〕012号", "", 0, false},
		"of another system":    {"20260101000123456789", "", 0, false},
		"empty":                {"", "", 0, false},
		"a placeholder itself": {"{seq}1", "", 0, false},
	} {
		series, seq, ok := rows.SeriesOf(c.number)
		if series != c.series || seq != c.seq || ok != c.ok {
			t.Errorf("%s: got %q %d %v", name, series, seq, ok)
		}
	}
}

// Whatever form is taken, the number it gives leads back to its series and sequence.
func TestNumbersReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		form := rapid.StringOf(rapid.SampledFrom([]rune("柳发〔〕第号-0129{}seqyar"))).Draw(t, "form")
		if rapid.Bool().Draw(t, "usual") {
			form = "{series}〔{year}〕{seq}号" + rapid.StringOf(rapid.SampledFrom([]rune("之1甲"))).Draw(t, "tail")
		}
		series, err := rows.MakeSeries(form, rapid.SampledFrom([]string{"柳司发", "A1", ""}).Draw(t, "name"), 2026)
		if err != nil {
			return
		}
		seq := rapid.Int64Range(1, 999_999_999).Draw(t, "seq")
		got, n, ok := rows.SeriesOf(rows.Numbered(series, seq))
		if !ok || got != series || n != seq {
			t.Fatalf("%q of %q: got %q %d %v", rows.Numbered(series, seq), series, got, n, ok)
		}
	})
}

func TestWorklistWritesOnlyTheDifference(t *testing.T) {
	a := matter.Todo{Unit: 1, Role: "liaison", Due: "2026-03-09", Step: "take"}
	b := matter.Todo{Unit: 2, Role: "head", Due: "2026-03-09", Step: "accept"}
	due := matter.Due{Unit: 1, Due: "2026-06-30", Limit: "due"}
	sure := due
	sure.Provisional = true
	for name, c := range map[string]struct {
		before, after                matter.Cache
		gone, fresh, dueGone, dueNew int
	}{
		"nothing changes":        {matter.Cache{Todo: []matter.Todo{a}}, matter.Cache{Todo: []matter.Todo{a}}, 0, 0, 0, 0},
		"one for another":        {matter.Cache{Todo: []matter.Todo{a}}, matter.Cache{Todo: []matter.Todo{b}}, 1, 1, 0, 0},
		"the same twice":         {matter.Cache{}, matter.Cache{Todo: []matter.Todo{a, a}}, 0, 1, 0, 0},
		"a date becomes certain": {matter.Cache{Due: []matter.Due{due}}, matter.Cache{Due: []matter.Due{sure}}, 0, 0, 0, 1},
		"closed":                 {matter.Cache{Todo: []matter.Todo{a, b}, Due: []matter.Due{due}}, matter.Cache{}, 2, 0, 1, 0},
	} {
		var s rows.Set
		rows.Worklist(&s, int64(5), &c.before, &c.after)
		got := []int{s.Len(rows.DeleteTodo), s.Len(rows.InsertTodo), s.Len(rows.DeleteDue), s.Len(rows.InsertDue)}
		if diff := cmp.Diff([]int{c.gone, c.fresh, c.dueGone, c.dueNew}, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestTakeFillsInWhatTheLockGives(t *testing.T) {
	var act, batch rows.Set
	act.Add(rows.InsertOnce, "r", rows.Seq)
	act.Add(rows.AddTally, "task", "opened", "2026-03", int64(1), int64(2))
	act.Add(rows.InsertOutbox, rows.Time, rows.Seq, "notice", int64(1), "liaison", int64(0), "{}", int64(0), rows.Time)
	batch.Take(&act, 7, 99, "")
	batch.Take(&act, 8, 100, "")
	batch.SumTally()
	read := func(o rows.Op) (out [][]any) {
		batch.Each(o, func(row []any) { out = append(out, append([]any(nil), row...)) })
		return out
	}
	for o, want := range map[rows.Op][][]any{
		rows.InsertOnce: {{"r", int64(7)}, {"r", int64(8)}},
		rows.AddTally:   {{"task", "opened", "2026-03", int64(1), int64(4)}},
		rows.InsertOutbox: {
			{int64(99), int64(7), "notice", int64(1), "liaison", int64(0), "{}", int64(0), int64(99)},
			{int64(100), int64(8), "notice", int64(1), "liaison", int64(0), "{}", int64(0), int64(100)},
		},
	} {
		if diff := cmp.Diff(want, read(o)); diff != "" {
			t.Errorf("%s: %s", o.Table(), diff)
		}
	}
}
