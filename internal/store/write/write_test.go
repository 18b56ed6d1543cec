package write_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/move"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/storetest"
	"zhunsheng/internal/store/write"
)

func TestMain(m *testing.M) {
	if os.Getenv(crashDSN) != "" { // the child of TestKilled
		os.Exit(crashChild())
	}
	code := m.Run()
	storetest.Stop()
	os.Exit(code)
}

func newWriter(t testing.TB, db *store.DB, cfg write.Config) *write.Writer {
	t.Helper()
	w, err := write.New(db, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return w
}

// sound fails the test where verify finds anything.
func sound(t testing.TB, db *store.DB) move.Report {
	t.Helper()
	r, err := move.Verify(context.Background(), db, move.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range append(r.Differences, r.Caches...) {
		t.Errorf("%s %s: %s", d.Table, d.Key, d.What)
	}
	return r
}

func settle(t testing.TB, w *storetest.World, c write.Change) *matter.State {
	t.Helper()
	done, err := w.Do.Do(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	m, err := w.Settle(c, done)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestReadsBackWhatWasWritten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		w := storetest.NewWorld(newWriter(t, db, write.Config{}), 3)
		w.Fill(t, 40)
		err := db.Read(t.Context(), func(tx *store.Tx) error {
			for _, want := range w.Matters {
				got, err := read.MatterOf(t.Context(), tx, want.No)
				if err != nil {
					return err
				}
				if diff := cmp.Diff(want, got.State, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("matter %d: %s", want.No, diff)
				}
				cache := w.Caches[want.No]
				if diff := cmp.Diff(cache, got.Cache, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("matter %d: %s", want.No, diff)
				}
			}
			for _, want := range w.Entries {
				got, err := read.EntryOf(t.Context(), tx, want.No)
				if err != nil {
					return err
				}
				if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("entry %d: %s", want.No, diff)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		sound(t, db)
	})
}

func TestConflicts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		w := storetest.NewWorld(newWriter(t, db, write.Config{}), 3)
		w.Fill(t, 2)
		m := w.Matters[0]
		stale := w.ActChange(m)
		next := settle(t, w, w.ActChange(m))
		late := w.ActChange(next)
		other := w.ActChange(w.Matters[1])
		other.Guards.Others = []write.MatterGuard{{No: m.No, Open: !m.Open}} // answered by m before it was closed or opened again
		epoch := int64(0)
		err := db.Read(t.Context(), func(tx *store.Tx) (err error) { epoch, err = read.Epoch(t.Context(), tx); return err })
		if err != nil {
			t.Fatal(err)
		}
		late.Guards.Epoch = epoch
		person, err := w.Entry(t.Context(), nil, "person", "p002", "2026-01-01", matter.Values{{Name: "name", Value: matter.OfText("王五")}})
		if err != nil {
			t.Fatal(err)
		}
		old := w.EntryChange(person, "person", "p002", "2026-02-01", nil)
		newer, err := w.Entry(t.Context(), person, "person", "p002", "2026-03-01", nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			change write.Change
			want   write.Conflict
		}{
			"the matter moved on":      {stale, write.Conflict{Matter: m.No, Seq: next.Seq}},
			"another has turned":       {other, write.Conflict{Matter: m.No, Seq: next.Seq}},
			"rights changed":           {late, write.Conflict{Epoch: true}},
			"the entry moved on":       {old, write.Conflict{Entry: person.No, Seq: newer.Seq}},
			"the entry's key is taken": {w.EntryChange(nil, "person", "p002", "2026-01-01", nil), write.Conflict{Key: "p002", Seq: newer.Seq}},
		} {
			_, err := w.Do.Do(t.Context(), c.change)
			var got *write.Conflict
			if !errors.As(err, &got) || *got != c.want {
				t.Errorf("%s: got %v, want %v", name, err, &c.want)
			}
		}
		sound(t, db)
	})
}

func TestOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		wr := newWriter(t, db, write.Config{})
		w := storetest.NewWorld(wr, 3)
		w.Fill(t, 2)
		c := w.ActChange(w.Matters[0])
		c.Series = &write.Series{Name: "柳司发", Year: 2026, Form: "{series}〔{year}〕{seq}号"}
		var wg sync.WaitGroup
		results := make([]write.Done, 20)
		for i := range results { // at once, so that some are in one batch
			wg.Go(func() {
				var err error
				if results[i], err = wr.Do(t.Context(), c); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		fresh := 0
		for _, r := range results {
			if !r.Repeated {
				fresh++
			}
			r.Repeated = results[0].Repeated
			if diff := cmp.Diff(results[0], r); diff != "" {
				t.Error(diff)
			}
		}
		if fresh != 1 {
			t.Errorf("%d did the act, want 1", fresh)
		}
		sound(t, db)
	})
}

func TestNumbersHaveNoGap(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		one, two := newWriter(t, db, write.Config{}), newWriter(t, db, write.Config{})
		w := storetest.NewWorld(one, 3)
		w.Fill(t, 60)
		var open []*matter.State
		for _, m := range w.Matters {
			if m.Open {
				open = append(open, m)
			}
		}
		imported := w.ActChange(open[0])
		imported.Series, imported.Head.Number, imported.Record.Number = nil, "清司罚〔2026〕57号", "清司罚〔2026〕57号"
		next, err := matter.Fold(open[0], &imported.Record)
		if err != nil {
			t.Fatal(err)
		}
		imported.Next, imported.State = next, matter.AppendState(nil, next)
		settle(t, w, imported)
		var mu sync.Mutex
		got := map[string]bool{}
		var wg sync.WaitGroup
		for i, m := range open[1:] {
			c := w.ActChange(m)
			c.Series = &write.Series{Name: "清司罚", Year: 2026, Form: "{series}〔{year}〕{seq}号"}
			by := []*write.Writer{one, two}[i%2]
			wg.Go(func() {
				done, err := by.Do(t.Context(), c)
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				got[done.Number] = true
				mu.Unlock()
			})
		}
		wg.Wait()
		for n := range len(open) - 1 {
			if number := fmt.Sprintf("清司罚〔2026〕%d号", 58+n); !got[number] {
				t.Errorf("%s was not issued", number)
			}
		}
		sound(t, db)
	})
}

func TestTwoWritersTakeTurns(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		dsn := e.DSN(t)
		server, verb := storetest.Open(t, dsn), storetest.Open(t, dsn)
		var wg sync.WaitGroup
		for i, db := range []*store.DB{server, verb} {
			wr := newWriter(t, db, write.Config{})
			for k := range 4 {
				w := storetest.NewWorld(wr, uint64(10*i+k+1))
				w.NoRequest = true
				w.Prefix(10*i + k + 1)
				wg.Go(func() {
					for range 40 {
						m, err := w.Open(t.Context(), 1)
						if err == nil {
							_, err = w.Act(t.Context(), m)
						}
						if err != nil {
							t.Error(err)
							return
						}
					}
				})
			}
		}
		wg.Wait()
		if r := sound(t, server); r.Records != 2*4*40*2 {
			t.Errorf("%d records", r.Records)
		}
	})
}

// gate holds a writer up before its first batch, so that what is handed over meanwhile comes as one batch.
type gate struct {
	inside, open chan struct{}
	once         sync.Once
}

func newGate() *gate { return &gate{inside: make(chan struct{}), open: make(chan struct{})} }

func (g *gate) fault(p write.Point) error {
	if p == write.AtBegin {
		g.once.Do(func() { close(g.inside); <-g.open })
	}
	return nil
}

// together writes first, and then the others as one batch, and returns their errors.
func (g *gate) together(t *testing.T, wr *write.Writer, first write.Change, others []write.Change) []error {
	t.Helper()
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := wr.Do(t.Context(), first); err != nil {
			t.Error(err)
		}
	})
	<-g.inside
	errs := make([]error, len(others))
	for i, c := range others {
		wg.Go(func() { _, errs[i] = wr.Do(t.Context(), c) })
	}
	for wr.Waiting() < len(others) {
		runtime.Gosched()
	}
	close(g.open)
	wg.Wait()
	return errs
}

// load hands the writer n opening acts while it is held up, so that they come as one batch.
func load(t *testing.T, db *store.DB, n int) (stats write.Stats) {
	t.Helper()
	var mu sync.Mutex
	g := newGate()
	wr := newWriter(t, db, write.Config{Fault: g.fault, Batch: func(s write.Stats) {
		mu.Lock()
		defer mu.Unlock()
		if s.Acts > stats.Acts {
			stats = s
		}
	}})
	w := storetest.NewWorld(wr, uint64(n))
	first := w.OpenChange(1)
	changes := make([]write.Change, n)
	for i := range changes {
		changes[i] = w.OpenChange(1)
	}
	for _, err := range g.together(t, wr, first, changes) {
		if err != nil {
			t.Error(err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	return stats
}

func TestStatementsDoNotGrowWithTheBatch(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		small, large := load(t, e.Open(t), 4), load(t, e.Open(t), 250)
		t.Logf("%d acts: %d statements; %d acts: %d statements", small.Acts, small.Statements, large.Acts, large.Statements)
		// The tiles of a 256th record are the one statement that comes now and then.
		if large.Acts < 200 || large.Statements > small.Statements+1 || large.Statements > 22 {
			t.Errorf("%+v against %+v", large, small)
		}
	})
}

func TestAGuiltyActFailsAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, e storetest.Engine) {
		db := e.Open(t)
		g := newGate()
		wr := newWriter(t, db, write.Config{Fault: g.fault})
		w := storetest.NewWorld(wr, 5)
		twin := w.OpenChange(1)
		second := twin // the same id again, under another request
		second.Request, second.Head.Request = w.UUID(), ""
		changes := []write.Change{w.OpenChange(1), twin, second, w.OpenChange(1), w.OpenChange(1)}
		errs := g.together(t, wr, w.OpenChange(1), changes)
		failed := 0
		for i, err := range errs {
			if err != nil {
				failed++
				if i != 1 && i != 2 {
					t.Errorf("act %d: %v", i, err)
				}
			}
		}
		if failed != 1 {
			t.Errorf("%d failed: %v", failed, errs)
		}
		if r := sound(t, db); r.Records != 5 {
			t.Errorf("%d records", r.Records)
		}
	})
}

func TestRefusesWhatIsNotInOrder(t *testing.T) {
	db := storetest.SQLite().Open(t)
	w := storetest.NewWorld(newWriter(t, db, write.Config{}), 3)
	w.Fill(t, 1)
	for name, spoil := range map[string]func(*write.Change){
		"no effects":        func(c *write.Change) { c.Parts = c.Parts[1:] },
		"a part of no name": func(c *write.Change) { c.Parts[1].Name = "secret" },
		"a part twice":      func(c *write.Change) { c.Parts = append(c.Parts, c.Parts[0]) },
		"a part too long":   func(c *write.Change) { c.Parts[1].Body = make([]byte, 64<<10+1) },
		"a seq of its own":  func(c *write.Change) { c.Head.Seq = 5 },
		"a number and a series": func(c *write.Change) {
			c.Head.Number, c.Record.Number, c.Series = "1", "1", &write.Series{Form: "{seq}"}
		},
		"a form without sequence":  func(c *write.Change) { c.Series = &write.Series{Name: "a", Form: "{series}号"} },
		"a sequence amid digits":   func(c *write.Change) { c.Series = &write.Series{Name: "a", Year: 2026, Form: "{seq}{year}"} },
		"a definition not listed":  func(c *write.Change) { c.Definitions = append(c.Definitions, storetest.Definition("x")) },
		"an entry without its id":  func(c *write.Change) { c.Record.Effects.Entry = &matter.EntryChange{Register: "unit"} },
		"a head that is too loose": func(c *write.Change) { c.Head.Legal = "2026-1-1" },
	} {
		c := w.ActChange(w.Matters[0])
		c.Series = nil
		spoil(&c)
		if done, err := w.Do.Do(t.Context(), c); err == nil {
			t.Errorf("%s: written as %d", name, done.Seq)
		}
	}
	sound(t, db)
}

func TestClosedWriterTakesNothing(t *testing.T) {
	db := storetest.SQLite().Open(t)
	wr, err := write.New(db, write.Config{})
	if err != nil {
		t.Fatal(err)
	}
	w := storetest.NewWorld(wr, 3)
	if err := wr.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Open(t.Context(), 1); !errors.Is(err, write.ErrClosed) {
		t.Errorf("got %v", err)
	}
}
