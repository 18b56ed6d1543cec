package act_test

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/blob"
	"zhunsheng/internal/store/read"
	"zhunsheng/pack"
)

// letterVersion is a province's later version of the rules on petitions, with an answer in 50 days instead of 60.
const letterVersion = `overlay: petition
in_force: 2026-09-01
by: 示范省
transition: %s
limits:
  answer:
    length: 50 days
`

// TestTransition starts the program with a later version of a procedure: running matters move to it or stay exactly as it
// says, closed ones and those of other procedures never.
func TestTransition(t *testing.T) {
	cases := map[string]struct {
		moved  bool
		byHand app.Kind // of the refusal of a migration by hand
		hand   bool     // a person may move it
	}{
		"switch": {moved: true, byHand: app.Refused},
		"keep":   {byHand: app.Refused},
		"ask":    {hand: true},
	}
	for how, tc := range cases {
		t.Run(how, func(t *testing.T) {
			apptest.Each(t, func(t *testing.T, s *apptest.Site) {
				running, closed, task := petition(t, s), petition(t, s), s.Task("SCJ", "通报执法情况", "2026-11-30")
				do(t, s.Acts, closed, procedure.Act{Step: "close", Outcome: "withdrawn", Reason: "撤回"})
				before := map[int64]*matter.State{}
				for _, no := range []int64{running, closed, task} {
					before[no] = stateOf(t, s.DB, no)
				}
				acts := restarted(t, s, how)
				moved, err := acts.Switch(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				want := []int64(nil)
				if tc.moved {
					want = []int64{running}
				}
				if d := cmp.Diff(want, moved); d != "" {
					t.Fatal(d)
				}
				for _, no := range []int64{running, closed, task} {
					if now := stateOf(t, s.DB, no); (now.Def != before[no].Def) != (tc.moved && no == running) {
						t.Errorf("matter %d: rules %s, before %s", no, now.Def, before[no].Def)
					}
				}
				again, err := acts.Switch(t.Context())
				if err != nil || len(again) > 0 {
					t.Errorf("moved again: %v, %v", again, err)
				}
				due := "2026-10-31"
				if tc.moved {
					due = "2026-10-21"
				}
				if got := answerDue(t, acts, running); got != due {
					t.Errorf("answer due %s, want %s", got, due)
				}
				_, err = acts.Do(t.Context(), act.Request{Who: s.Actor("nyj03"), Matter: running, Act: procedure.Act{Step: "migrate"}})
				if tc.hand {
					if err != nil || answerDue(t, acts, running) != "2026-10-21" {
						t.Errorf("by hand: %v, due %s", err, answerDue(t, acts, running))
					}
				} else if app.FaultOf(err).Kind != tc.byHand {
					t.Errorf("by hand: %v", err)
				}
			})
		})
	}
}

// petition is one received, answered for and accepted before the new version came into force.
func petition(t *testing.T, s *apptest.Site) int64 {
	t.Helper()
	done, err := s.Acts.Do(t.Context(), act.Request{Who: access.Actor{System: true}, Procedure: "petition", Act: procedure.Act{
		Step: "open", Unit: s.Units["NYJ"].Entry, Legal: "2026-08-20", Origin: "imported", Input: matter.Values{}.With("summary", matter.OfText("反映补贴发放")),
	}})
	if err != nil {
		t.Fatal(err)
	}
	do(t, s.Acts, done.Matter, procedure.Act{Step: "accept", Legal: "2026-09-01", Origin: "imported"})
	return done.Matter
}

func do(t *testing.T, acts *act.Acts, no int64, a procedure.Act) {
	t.Helper()
	if _, err := acts.Do(t.Context(), act.Request{Who: access.Actor{System: true}, Matter: no, Act: a}); err != nil {
		t.Fatalf("%s: %v", a.Step, err)
	}
}

// restarted is the program started anew on the same database, with the later version over its pack.
func restarted(t *testing.T, s *apptest.Site, how string) *act.Acts {
	t.Helper()
	book, diags := rulebook.Load(pack.Files, fstest.MapFS{"procedures/petition_province.yaml": {Data: fmt.Appendf(nil, letterVersion, how)}})
	if book == nil {
		t.Fatal(diags)
	}
	acts, err := act.New(act.Config{DB: s.DB, Blobs: &blob.Memory{Now: s.Clock.Now}, Book: book, Now: s.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = acts.Close(context.Background()) })
	if err := acts.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return acts
}

func stateOf(t *testing.T, db *store.DB, no int64) *matter.State {
	t.Helper()
	var m read.Matter
	err := db.Read(t.Context(), func(tx *store.Tx) (err error) {
		m, err = read.MatterOf(t.Context(), tx, no)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m.State
}

func answerDue(t *testing.T, acts *act.Acts, no int64) string {
	t.Helper()
	v, err := acts.View(t.Context(), access.Actor{System: true}, no)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range v.Limits {
		if l.ID == "answer" {
			return l.Due
		}
	}
	return "none"
}
