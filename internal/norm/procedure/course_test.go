package procedure_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/calendar"
	"zhunsheng/internal/norm/procedure"
)

// TestCourses plays random courses of acts, corrections and voidings. Whatever happens, the state is the fold of the
// records (try checks it), the worklists are those that Cache gives, the figures are those of what still stands, and the
// sums are those of the reports that still stand.
func TestCourses(t *testing.T) {
	d := define(t, work)
	rapid.Check(t, func(t *rapid.T) {
		w := &site{t: t, d: d, by: map[string][]int64{}, facts: map[string]int64{}, params: map[string]matter.Value{}, today: "2026-03-02"}
		w.do("coordinator", procedure.Act{Step: "open", Unit: 10, Input: in("title", "检查", "kind", rapid.SampledFrom([]string{"plain", "major"}).Draw(t, "kind"))})
		reached := map[int64]int64{} // by record, while it stands
		amounts := map[int64]int64{}
		whole := false
		for i := range rapid.IntRange(1, 25).Draw(t, "acts") {
			day, _ := calendar.Parse(w.today)
			w.today = (day + calendar.Date(rapid.IntRange(0, 6).Draw(t, "days"))).String()
			n := rapid.IntRange(0, 5).Draw(t, "number")
			record := w.records[rapid.IntRange(0, len(w.records)-1).Draw(t, "record")].Seq
			var who string
			var a procedure.Act
			switch kind := rapid.SampledFrom([]string{"work", "work", "review", "decide", "back", "finish", "correct", "void", "close", "reopen"}).Draw(t, "act"); kind {
			case "work":
				who, a = "handler", procedure.Act{Step: kind, Input: in("reached", n)}
			case "review":
				who, a = "reviewer", procedure.Act{Step: kind, Outcome: "pass"}
			case "decide":
				who, a = "head", procedure.Act{Step: kind, Input: in("amount", n), Said: map[string]string{"enough": "急"}}
			case "back":
				who, a = "head", procedure.Act{Step: kind}
			case "finish":
				who, a = "handler", procedure.Act{Step: kind, Outcome: "good"}
			case "correct":
				field := "reached"
				if _, decision := amounts[record]; decision {
					field = "amount"
				}
				who, a = "handler", procedure.Act{Step: kind, Record: record, Reason: "更正", Input: in(field, n)}
			case "void":
				who, a = "coordinator", procedure.Act{Step: kind, Record: record, Reason: "作废"}
			case "close":
				who, a = "coordinator", procedure.Act{Step: kind, Outcome: "stopped", Reason: "停"}
			default:
				who, a = "coordinator", procedure.Act{Step: kind, Reason: "再办"}
			}
			if w.try(who, a) != nil {
				continue
			}
			seq := w.s.Seq
			switch a.Step {
			case "work":
				reached[seq] = int64(n)
			case "decide":
				amounts[seq] = int64(n)
			case "correct":
				if _, decision := amounts[record]; decision {
					amounts[record] = int64(n)
				} else {
					reached[record] = int64(n)
				}
			case "void":
				whole = whole || record == w.records[0].Seq
				for _, gone := range w.last.Effects.Void {
					delete(reached, gone)
					delete(amounts, gone)
				}
			}
			w.holds(t, fmt.Sprintf("after act %d (%s)", i, a.Step), reached, amounts, whole)
		}
	})
}

// holds compares the books with what still stands.
func (w *site) holds(t *rapid.T, when string, reached, amounts map[int64]int64, whole bool) {
	if diff := cmp.Diff(w.d.Cache(w.s, w.env()), w.last.Cache); diff != "" {
		t.Fatalf("%s the worklists differ (-Cache +act):\n%s", when, diff)
	}
	sum := func(m map[int64]int64) (n int64) {
		for _, v := range m {
			n += v
		}
		return n
	}
	if got := w.s.Int("reached"); !whole && got != sum(reached) {
		t.Fatalf("%s %d reached, reports that stand say %d", when, got, sum(reached))
	}
	if w.facts["fen"] != sum(amounts) || w.facts["decided"] != int64(len(amounts)) {
		t.Fatalf("%s figures %v, decisions that stand %v", when, w.facts, amounts)
	}
	opened := int64(1)
	if whole {
		opened = 0
	}
	if w.facts["opened"] != opened || w.facts["closed"] < 0 || w.facts["closed"] > int64(len(w.records)) {
		t.Fatalf("%s figures %v", when, w.facts)
	}
	for _, l := range w.s.Limits {
		if l.Verdict == "" && !w.s.Open {
			t.Fatalf("%s a limit runs on in a closed matter: %+v", when, l)
		}
	}
}
