package act_test

import (
	"strings"
	"testing"

	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/rows"
)

// lived is a site with acts of many kinds: steps, built-in acts, corrections of texts, dates and sums, a voided record.
func lived(t *testing.T) *apptest.Site {
	t.Helper()
	s := apptest.New(t)
	if err := s.Acts.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	who := s.Actor("tongchou")
	row := matter.Item{Fields: matter.Values{}.With("text", matter.OfText("评查案卷")).With("op", matter.OfText("ge")).With("value", matter.OfInt(9))}
	opened, err := s.Acts.Do(t.Context(), act.Request{Who: who, Procedure: "task", Act: procedure.Act{
		Step: "open", Unit: s.Units["NYJ"].Entry, Roles: []matter.Role{{Unit: who.Unit(), Role: "superior", From: s.Acts.Today()}},
		Input: matter.Values{}.With("title", matter.OfText("案卷评查")).With("due", matter.OfDate("2026-10-31")).With("targets", matter.OfList(row)),
	}})
	if err != nil {
		t.Fatal(err)
	}
	do := func(login string, no int64, a procedure.Act) int64 {
		t.Helper()
		done, err := s.Do(login, no, a)
		if err != nil {
			t.Fatalf("%s: %v", a.Step, err)
		}
		return done.Seq
	}
	sum := func(n int64) matter.Values {
		return report("评查案卷").Input.With("targets", matter.OfList(matter.Item{ID: "p1", Fields: matter.Values{}.With("reached", matter.OfInt(n))}))
	}
	no := opened.Matter
	do("nyj03", no, procedure.Act{Step: "take"})
	do("nyj02", no, procedure.Act{Step: "assign", Role: "handler", Post: s.Post("nyj04")})
	first := do("nyj04", no, procedure.Act{Step: "report", Input: sum(3)})
	do("nyj04", no, procedure.Act{Step: "correct", Record: first, Reason: "笔误", Input: sum(4)})
	do("tongchou", no, procedure.Act{Step: "correct", Record: first, Reason: "笔误", Input: sum(6)})
	second := do("nyj04", no, procedure.Act{Step: "report", Input: sum(2)})
	do("nyj04", no, procedure.Act{Step: "void", Record: second, Reason: "重复"})
	do("nyj03", no, procedure.Act{Step: "note", Reason: "已向分管领导汇报"})
	other := s.Task("NYJ", "规范农业行政处罚", "2026-12-31")
	do("tongchou", other, procedure.Act{Step: "link", Links: []matter.Tie{{Kind: "continues", Other: no}}})
	do("tongchou", other, procedure.Act{Step: "close", Outcome: "withdrawn", Reason: "重复交办"})
	return s
}

// again replays the log; change may alter records on their way.
func again(t *testing.T, s *apptest.Site, change func(*ledger.Head, *matter.Record)) *act.Replay {
	t.Helper()
	var p *act.Replay
	err := s.DB.Read(t.Context(), func(tx *store.Tx) (err error) {
		if p, err = s.Acts.NewReplay(t.Context(), tx); err != nil {
			return err
		}
		size, err := read.Size(t.Context(), tx)
		if err != nil {
			return err
		}
		stored, err := rows.Span(t.Context(), tx, 1, size)
		if err != nil {
			return err
		}
		for i := range stored {
			h, r, err := stored[i].Decode()
			if err != nil {
				return err
			}
			change(&h, r)
			if err := p.Each(&h, r); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestReplayDecidesTheSame(t *testing.T) {
	p := again(t, lived(t), func(*ledger.Head, *matter.Record) {})
	for _, o := range p.Found {
		t.Errorf("record %d: %s", o.Seq, o.What)
	}
	if p.Replayed != 12 || p.Passed != 0 {
		t.Errorf("%d acts thought out again, %d passed over; want 12 and 0", p.Replayed, p.Passed)
	}
}

// What the engine would not do is found: records are altered as an older engine might have made them.
func TestReplayFindsOtherDecisions(t *testing.T) {
	s := lived(t)
	tests := map[string]struct {
		step   string
		change func(*ledger.Head, *matter.Record)
		says   string
	}{
		"a step without those before it": {"take", func(h *ledger.Head, _ *matter.Record) { h.Step = "accept" }, "不会准许"},
		"by the wrong unit": {"take", func(h *ledger.Head, _ *matter.Record) {
			h.By.Post, h.By.For = s.Post("scj03"), 0
			h.Unit = s.Units["SCJ"].Entry
		}, "不会准许"},
		"another limit": {"open", func(_ *ledger.Head, r *matter.Record) { r.Effects.Limits = r.Effects.Limits[:1] }, "期限"},
		"a figure more": {"take", func(_ *ledger.Head, r *matter.Record) {
			r.Effects.Facts = append(r.Effects.Facts, matter.Fact{Fact: "x", Value: 1})
		}, "数据"},
		"closed by itself": {"note", func(_ *ledger.Head, r *matter.Record) { r.Effects.Close = "done" }, "办结"},
		"another sum":      {"correct", func(_ *ledger.Head, r *matter.Record) { r.Effects.Flags = matter.Back }, "其他"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			seq := int64(0)
			p := again(t, s, func(h *ledger.Head, r *matter.Record) {
				if seq == 0 && h.Step == tc.step && h.Procedure == "task" {
					seq = r.Seq
					tc.change(h, r)
				}
			})
			if len(p.Found) == 0 || p.Found[0].Seq != seq || !strings.Contains(p.Found[0].What, tc.says) {
				t.Errorf("found %+v, want record %d and %q", p.Found, seq, tc.says)
			}
		})
	}
}

// A matter that lost words is passed over, the others are not.
func TestReplayPassesOverWhatWasErased(t *testing.T) {
	s := lived(t)
	p := again(t, s, func(h *ledger.Head, r *matter.Record) {
		if h.Step == "report" {
			r.Open = matter.Words{}
		}
	})
	if len(p.Found) != 0 || p.Passed != 6 || p.Replayed != 6 {
		t.Errorf("replayed %d, passed over %d, found %v", p.Replayed, p.Passed, p.Found)
	}
}
