package bench

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/storetest"
)

// grow opens a penalty case and acts on it until it has n records: every step that is no ending once, then repeats
// and notes.
func grow(b *testing.B, c *county, n int) int64 {
	b.Helper()
	who := access.Actor{System: true}
	done, err := c.acts.Do(b.Context(), act.Request{Who: who, Procedure: "penalty", Act: procedure.Act{
		Step: "open", Unit: c.units[0], Origin: "imported", Number: "衡罚〔2026〕1号", Title: "占道经营案",
		Input: matter.Values{}.With("cause", matter.OfText("占道经营")).With("parties", matter.OfList(
			matter.Item{Fields: matter.Values{}.With("name", matter.OfText("衡平县甲百货商店"))},
			matter.Item{Fields: matter.Values{}.With("name", matter.OfText("乙某"))})),
	}})
	if err != nil {
		b.Fatal(err)
	}
	def, _ := c.acts.Book().Procedure("penalty", c.acts.Today())
	var repeats []string
	acted := 1
	do := func(a procedure.Act) {
		a.Origin = "imported"
		if a.Step != "note" {
			a.Files = []matter.Attached{{Label: "source", Blob: matter.Blob{Name: "导入.csv", Type: "text/csv", Size: 1, Hash: fmt.Sprintf("%064x", 1)}}}
		}
		if _, err := c.acts.Do(b.Context(), act.Request{Who: who, Matter: done.Matter, Act: a}); err != nil {
			b.Fatalf("%s: %v", a.Step, err)
		}
		acted++
	}
	for _, s := range def.AllSteps {
		if s.ID == def.Opens || s.Each != "" || s.Close != "" || s.Reopens || len(s.Resets) > 0 {
			continue
		}
		a := procedure.Act{Step: s.ID}
		if len(s.Outcomes) > 0 {
			a.Outcome = s.Outcomes[0].ID
		}
		if s.Repeat {
			repeats = append(repeats, s.ID)
		}
		if do(a); acted == n {
			return done.Matter
		}
	}
	for i := 0; acted < n; i++ {
		if i%2 == 0 && len(repeats) > 0 {
			s := def.Step(repeats[i/2%len(repeats)])
			a := procedure.Act{Step: s.ID}
			if len(s.Outcomes) > 0 {
				a.Outcome = s.Outcomes[0].ID
			}
			do(a)
			continue
		}
		do(procedure.Act{Step: "note", Reason: "开展调研，听取基层执法单位和管理相对人的意见。"})
	}
	return done.Matter
}

// BenchmarkState measures a matter of 40 steps and 200 records: reading and decoding its state, folding its records in
// memory, and the readiness of all its steps.
// The steps are those of an ordinary penalty with two parties.
func BenchmarkState(b *testing.B) {
	const records = 200
	each(b, func(b *testing.B, e storetest.Engine) {
		db := e.Open(b)
		c := newCounty(b, db)
		no := grow(b, c, records)
		var row read.Matter
		var all []matter.Record
		load := func() {
			err := db.Read(b.Context(), func(tx *store.Tx) (err error) {
				row, err = read.MatterOf(b.Context(), tx, no)
				return err
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		load()
		err := db.Read(b.Context(), func(tx *store.Tx) (err error) {
			all, err = read.Records(b.Context(), tx, row.State.Seqs)
			return err
		})
		if err != nil || len(all) != records {
			b.Fatalf("%d records, %v", len(all), err)
		}
		report(b, "load-µs", load)
		report(b, "fold-µs", func() {
			var s *matter.State
			for i := range all {
				if s, err = matter.Fold(s, &all[i]); err != nil {
					b.Fatal(err)
				}
			}
		})
		def, ok := c.acts.Book().ByDigest(row.State.Def)
		if !ok {
			b.Fatal("no rules")
		}
		env := &procedure.Env{Today: c.acts.Today(), Calendar: c.acts.Book().Calendar()}
		actor := procedure.Actor{Person: c.hands[0].Person, Post: c.hands[0].Post.No, Unit: c.units[0], Role: access.Handler}
		steps := 0
		report(b, "steps-µs", func() { steps = len(def.Steps(row.State, actor, env)) })
		b.ReportMetric(float64(steps), "steps")
		b.ReportMetric(float64(len(row.State.Events)), "events")
		b.ReportMetric(0, "ns/op")
	})
}

// report is the median of many runs, in microseconds.
func report(b *testing.B, name string, fn func()) {
	var took []time.Duration
	for range 400 {
		begun := time.Now()
		fn()
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1000, name)
}
