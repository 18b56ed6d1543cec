package act_test

import (
	"errors"
	"testing"

	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// Who made a record corrects or voids it within 24 hours; after that, and for others, the coordinator above does.
func TestOwnRecordsWithinADay(t *testing.T) {
	text := func(field, s string) matter.Values { return matter.Values{}.With(field, matter.OfText(s)) }
	correct := func(seq int64) procedure.Act {
		return procedure.Act{Step: "correct", Record: seq, Reason: "笔误", Input: text("progress", "已完成两次检查")}
	}
	void := func(seq int64) procedure.Act { return procedure.Act{Step: "void", Record: seq, Reason: "重复"} }
	cases := map[string]struct {
		login string
		day   string // on which it is tried; the record is of 2026-09-23
		act   func(seq int64) procedure.Act
		may   bool
	}{
		"doer at once":              {"nyj03", "2026-09-23", correct, true},
		"doer two days after":       {"nyj03", "2026-09-25", correct, false},
		"doer voids late":           {"nyj03", "2026-09-25", void, false},
		"doer voids at once":        {"nyj03", "2026-09-23", void, true},
		"colleague":                 {"nyj04", "2026-09-23", correct, false},
		"head of the unit":          {"nyj01", "2026-09-23", correct, false},
		"coordinator above, late":   {"tongchou", "2026-10-20", correct, true},
		"coordinator above, voids":  {"tongchou", "2026-10-20", void, true},
		"liaison of the unit above": {"sfj", "2026-09-23", correct, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := apptest.New(t) // of its own: recording times never go back, whatever the clock shows
			no := s.Task("NYJ", name, "2026-12-31")
			if _, err := s.Do("nyj03", no, procedure.Act{Step: "take"}); err != nil {
				t.Fatal(err)
			}
			done, err := s.Do("nyj03", no, procedure.Act{Step: "report", Input: text("progress", "已完成三次检查")})
			if err != nil {
				t.Fatal(err)
			}
			s.Clock.Turn(t, c.day)
			_, err = s.Do(c.login, no, c.act(done.Seq))
			var refusal *procedure.Refusal
			switch {
			case c.may && err != nil:
				t.Errorf("refused: %v", err)
			case !c.may && !errors.As(err, &refusal):
				t.Errorf("error %v, want a refusal", err)
			}
		})
	}
}
