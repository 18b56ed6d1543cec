package demo

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/blob"
	"zhunsheng/internal/store/read"
	"zhunsheng/pack"
)

// open makes an empty site whose every clock is the story's.
func open(t *testing.T, clock *Clock) (Config, *store.DB) {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "demo.db"), store.Options{Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	book, problems := rulebook.Load(pack.Files)
	if len(problems.Errors()) > 0 {
		t.Fatal(problems)
	}
	acts, err := act.New(act.Config{DB: db, Blobs: &blob.Memory{}, Book: book, Now: clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = acts.Close(context.WithoutCancel(ctx)) })
	if err := acts.Load(ctx); err != nil {
		t.Fatal(err)
	}
	return Config{
		Acts: acts, Dispatch: &dispatch.Dispatch{Acts: acts}, Accounts: &admin.Accounts{DB: db, Now: clock.Now}, Clock: clock, Seed: 1,
		Log: func(s string) { t.Log(s) },
	}, db
}

// TestFillAgain fills where the story is cut off early, twice: the same seed on the same day shows the same.
func TestFillAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("fills the demo twice more: not in -short")
	}
	first, second := fillOn(t, "2026-04-02"), fillOn(t, "2026-04-02")
	if diff := cmp.Diff(first, second, cmp.AllowUnexported(seen{})); diff != "" {
		t.Errorf("two fills differ (-first +second):\n%s", diff)
	}
	if last, this := first.tasks[2025], first.tasks[2026]; last.Done < 100 || this.Sum() < 300 || this.Red > 10 {
		t.Errorf("last year %+v, this year %+v", last, this)
	}
}

// TestFillInYearsToCome fills where the calendar knows no notices and the plans bear other years.
func TestFillInYearsToCome(t *testing.T) {
	if testing.Short() {
		t.Skip("fills the demo once more: not in -short")
	}
	s := fillOn(t, "2028-09-01")
	if last, this := s.tasks[2027], s.tasks[2028]; last.Done < 100 || this.Sum() < 300 || this.Red > this.Sum()/5 {
		t.Errorf("last year %+v, this year %+v", last, this)
	}
}

func fillOn(t *testing.T, day string) seen {
	t.Helper()
	now, err := time.ParseInLocation(time.DateOnly, day, app.China)
	if err != nil {
		t.Fatal(err)
	}
	c, db := open(t, NewClock(func() time.Time { return now }))
	if _, err := Fill(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	return look(t, db, c.Dispatch)
}

// seen counts what a filled demo shows.
type seen struct {
	tasks  map[int]dispatch.Tally // by year of the plan
	events map[string]int         // by procedure.step
	flags  map[matter.Flags]int
	links  map[string]int
	units  map[int64]bool // that lead a task
}

func look(t *testing.T, db *store.DB, d *dispatch.Dispatch) seen {
	t.Helper()
	ctx := t.Context()
	all := access.Scope{System: true}
	out := seen{map[int]dispatch.Tally{}, map[string]int{}, map[matter.Flags]int{}, map[string]int{}, map[int64]bool{}}
	plans, err := d.Plans(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range plans {
		tasks, err := d.Tasks(ctx, all, p)
		if err != nil {
			t.Fatal(err)
		}
		sum := out.tasks[p.Year]
		for _, of := range tasks {
			sum.Add(of)
			out.units[of.State.Unit] = true
		}
		out.tasks[p.Year] = sum
	}
	err = db.Read(ctx, func(tx *store.Tx) error {
		rows, err := read.List(ctx, tx, all, read.Filter{Limit: 100_000})
		for _, row := range rows {
			for _, e := range row.State.Events {
				out.events[row.State.Procedure+"."+e.Step]++
				out.flags[e.Flags&^matter.Reset]++
			}
			for _, l := range row.State.Links {
				out.links[l.Kind]++
			}
			out.events["extends"] += len(row.State.Extends)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFill(t *testing.T) {
	now := time.Date(2026, 11, 20, 10, 0, 0, 0, app.China)
	c, db := open(t, NewClock(func() time.Time { return now }))
	start := time.Now()
	filled, err := Fill(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d tasks, %d acts in %v", filled.Tasks, filled.Acts, time.Since(start))
	if got := c.Clock.Now(); !got.Equal(now) {
		t.Errorf("the clock shows %v after the story, want %v", got, now)
	}
	s := look(t, db, c.Dispatch)
	t.Logf("%+v", s)
	last, this := s.tasks[2025], s.tasks[2026]
	if last.Done < 100 || last.Red > 10 {
		t.Errorf("last year: %+v; want nearly all done", last)
	}
	if this.Done < 100 || this.Red < 10 || this.Green < 50 || this.Yellow == 0 || this.Red > this.Sum()/5 {
		t.Errorf("this year: %+v; want done, green and some red", this)
	}
	for step, least := range map[string]int{
		"task.take": 400, "task.report": 200, "task.submit": 300, "task.accept": 250, "task.return": 20, "task.urge": 20, "task.notice": 2,
		"task.object": 3, "task.decide_objection": 3, "task.plan_own": 15, "task.ask_extension": 10, "task.carry_over": 2, "extends": 10,
		"collection.sign": 20, "collection.submit": 20, "collection.urge": 2, "collection.send": 1,
		"instruction.open": 6, "instruction.report_back": 5, "instruction.conclude": 4,
	} {
		if s.events[step] < least {
			t.Errorf("%s: %d, want at least %d", step, s.events[step], least)
		}
	}
	for name, flag := range map[string]matter.Flags{"补录": matter.Late, "倒填": matter.Back, "代录": matter.OnBehalf} {
		if s.flags[flag] == 0 {
			t.Errorf("no act is %s", name)
		}
	}
	if s.links["continues"] == 0 || s.links["part_of"] == 0 {
		t.Errorf("links: %v", s.links)
	}
	if _, err := c.Accounts.SignIn(t.Context(), "tongchou", Password); err != nil {
		t.Errorf("sign in: %v", err)
	}
	whole := &admin.Whole{DB: db, Blobs: c.Acts.Blobs}
	report, err := whole.VerifyRules(t.Context(), ledger.Key{}, c.Acts)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Rules)+len(report.Caches) > 0 || report.Replayed < 2000 {
		t.Errorf("%d acts thought out again, %d decided otherwise, %d worklists differ: %v %v", report.Replayed, len(report.Rules),
			len(report.Caches), report.Rules[:min(5, len(report.Rules))], report.Caches[:min(5, len(report.Caches))])
	}
	if !report.OK {
		t.Errorf("verify: %d differences: %v", len(report.Differences), report.Differences[:min(5, len(report.Differences))])
	}
	t.Logf("%d records verified, %d acts thought out again", report.Records, report.Replayed)
}
