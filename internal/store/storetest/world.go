package storetest

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store/rows"
	"zhunsheng/internal/store/write"
)

// Doer writes changes; *write.Writer is one.
type Doer interface {
	Do(ctx context.Context, c write.Change) (write.Done, error)
}

// World makes changes by fixed rules and remembers what they made, so that the next act has something to stand on. It is
// not safe for concurrent use; give each goroutine its own.
type World struct {
	Do        Doer
	Rand      *rand.Rand
	Matters   []*matter.State // as they are now
	Caches    map[int64]matter.Cache
	Entries   map[string]*matter.Entry // by id
	Units     []int64
	NoRequest bool // leave Request empty
	made      int
}

// NewWorld returns a world with a seed.
func NewWorld(do Doer, seed uint64) *World {
	return &World{
		Do: do, Rand: rand.New(rand.NewPCG(seed, 1)), Caches: map[int64]matter.Cache{}, Entries: map[string]*matter.Entry{},
		Units: []int64{1, 2, 3},
	}
}

// UUID makes an id in the form of a UUIDv7 that sorts by the order of making.
func (w *World) UUID() string {
	w.made++
	return fmt.Sprintf("%08x-%04x-7%03x-8%03x-%012x", w.made, w.Rand.Uint32()&0xffff, w.Rand.Uint32()&0xfff, w.Rand.Uint32()&0xfff,
		w.Rand.Uint64()&0xffffffffffff)
}

func (w *World) salt() (s [32]byte) {
	for i := 0; i < len(s); i += 8 {
		binary.LittleEndian.PutUint64(s[i:], w.Rand.Uint64())
	}
	return s
}

// Encode fills in the parts of a change from its record.
func (w *World) Encode(c *write.Change) {
	r := &c.Record
	c.Parts = append(c.Parts[:0], write.Part{Name: matter.PartEffects, Salt: w.salt(), Body: matter.AppendEffects(nil, &r.Effects)})
	for _, p := range []struct {
		name  string
		words *matter.Words
	}{{matter.PartOpen, &r.Open}, {matter.PartPersonal, &r.Personal}, {matter.PartSealed, &r.Sealed}} {
		if !p.words.Empty() {
			c.Parts = append(c.Parts, write.Part{Name: p.name, Salt: w.salt(), Body: matter.AppendWords(nil, p.words)})
		}
	}
	if len(r.Files) > 0 {
		c.Parts = append(c.Parts, write.Part{Name: matter.PartFiles, Salt: w.salt(), Body: matter.AppendFiles(nil, r.Files)})
	}
}

// Open opens a task of unit and returns it.
func (w *World) Open(ctx context.Context, unit int64) (*matter.State, error) {
	c := w.OpenChange(unit)
	return w.do(ctx, c)
}

// OpenChange is the change that opens a task.
func (w *World) OpenChange(unit int64) write.Change {
	id := w.UUID()
	r := matter.Record{
		Effects: matter.Effects{
			Open:   &matter.Opening{ID: id, Procedure: "task", Def: "d0", Unit: unit, Date: "2026-03-02"},
			Event:  &matter.Event{Step: "open", N: 1, Legal: "2026-03-02"},
			Roles:  []matter.Role{{Unit: unit, Role: "lead", From: "2026-03-02"}},
			Reach:  []int64{unit, 1},
			Limits: []matter.LimitMark{{Limit: "due", N: 1, Start: "2026-03-02"}},
			Facets: []matter.Facet{{Field: "section", Value: fmt.Sprintf("s%d", w.Rand.IntN(5))}},
			Facts:  []matter.Fact{{Fact: "opened", Unit: unit, Month: "2026-03", Value: 1}},
		},
		Open: matter.Words{
			Title:  "健全行政裁量权基准制度并公布实施",
			Values: matter.Values{{Name: "due", Value: matter.OfDate("2026-06-30")}, {Name: "section", Value: matter.OfText("一、依法全面履行职能")}},
		},
		Personal: matter.Words{Values: matter.Values{{Name: "contact", Value: matter.OfText("张三，电话请见通讯录")}}},
	}
	if len(w.Matters) > 0 {
		r.Effects.Links = []matter.Tie{{Kind: "part_of", Other: w.Matters[0].No}}
	}
	return w.change("open", nil, r, matter.Cache{
		Todo: []matter.Todo{{Unit: unit, Role: "liaison", Due: "2026-03-09", Step: "take"}},
		Due:  []matter.Due{{Unit: unit, Due: "2026-06-30", Limit: "due"}},
	})
}

// Act does the step "report" on a task: a text, a file, a fact, now and then a number, a change of roles or its end.
func (w *World) Act(ctx context.Context, m *matter.State) (*matter.State, error) {
	return w.do(ctx, w.ActChange(m))
}

// ActChange is the change of Act.
func (w *World) ActChange(m *matter.State) write.Change {
	n := m.Count("report", "") + 1
	step := "report"
	r := matter.Record{
		Step: step,
		Effects: matter.Effects{
			Event:  &matter.Event{Step: step, N: n, Legal: "2026-04-01", Files: 1},
			Facts:  []matter.Fact{{Fact: "reports", Unit: m.Unit, Month: "2026-04", Value: 1}, {Fact: "cases", Unit: m.Unit, Month: "2026-04", Value: int64(w.Rand.IntN(9))}},
			Facets: []matter.Facet{{Field: "section", Value: fmt.Sprintf("s%d", w.Rand.IntN(5))}},
		},
		Open:  matter.Words{Values: matter.Values{{Name: "progress", Value: matter.OfText(fmt.Sprintf("第%d次报告：已经完成问卷，正在汇总", n))}}},
		Files: []matter.Attached{{Label: "evidence", Blob: matter.Blob{Name: "汇总表.xlsx", Type: "application/vnd.ms-excel", Size: 10, Hash: fmt.Sprintf("%064x", w.Rand.IntN(1000))}}},
	}
	after := w.Caches[m.No]
	switch w.Rand.IntN(10) {
	case 0:
		r.Effects.Roles = []matter.Role{{Unit: w.Units[w.Rand.IntN(len(w.Units))], Role: "assist", From: "2026-04-01"}}
		r.Effects.Reach = []int64{r.Effects.Roles[0].Unit}
	case 1:
		after = matter.Cache{
			Todo: []matter.Todo{{Unit: 1, Role: "coordinator", Due: "2026-07-07", Step: "accept"}},
			Due:  []matter.Due{{Unit: m.Unit, Due: "2026-07-31", Limit: "due", Provisional: true}},
		}
	case 2:
		after = matter.Cache{}
		r.Effects.Close = "done"
		r.Effects.Facets = []matter.Facet{{Field: "section"}}
	case 3:
		if len(m.Links) > 0 {
			l := m.Links[0]
			l.End = true
			r.Effects.Links = []matter.Tie{l}
		}
	}
	c := w.change("act", m, r, after)
	if w.Rand.IntN(4) == 0 && m.Number == "" {
		c.Series = &write.Series{Name: "柳司发", Year: 2026, Form: "{series}〔{year}〕{seq}号"}
	}
	return c
}

func (w *World) change(kind string, prev *matter.State, r matter.Record, after matter.Cache) write.Change {
	next, err := matter.Fold(prev, &r)
	if err != nil {
		panic(err) // the world makes acts that fit
	}
	c := write.Change{
		Head:   ledger.Head{Kind: kind, Region: "450200", Unit: next.Unit, Matter: next.ID, Procedure: "task", Step: r.Step, Legal: "2026-04-01", By: ledger.By{Person: 7, Post: 8}},
		Record: r, Prev: prev, Next: next, State: matter.AppendState(nil, next), After: after,
		Notes: []write.Note{{Kind: "notice", Unit: next.Unit, Role: "liaison", Body: []byte(`{"step":"report"}`)}},
	}
	if !w.NoRequest {
		c.Request = w.UUID()
	}
	if prev != nil {
		c.Before = w.Caches[prev.No]
		c.Guards.Matter, c.Guards.MatterVersion = prev.No, prev.Version
	}
	w.Encode(&c)
	return c
}

func (w *World) do(ctx context.Context, c write.Change) (*matter.State, error) {
	done, err := w.Do.Do(ctx, c)
	if err != nil {
		return nil, err
	}
	return w.Settle(c, done)
}

// Settle remembers what a change made once it is done.
func (w *World) Settle(c write.Change, done write.Done) (*matter.State, error) {
	c.Record.Seq, c.Record.Number = done.Seq, done.Number
	next, err := matter.Fold(c.Prev, &c.Record)
	if err != nil {
		return nil, err
	}
	w.Caches[next.No] = c.After
	for i, m := range w.Matters {
		if m.No == next.No {
			w.Matters[i] = next
			return next, nil
		}
	}
	w.Matters = append(w.Matters, next)
	return next, nil
}

// Entry makes an entry (before nil) or a version of it.
func (w *World) Entry(ctx context.Context, before *matter.Entry, register, key, from string, fields matter.Values) (*matter.Entry, error) {
	c := w.EntryChange(before, register, key, from, fields)
	done, err := w.Do.Do(ctx, c)
	if err != nil {
		return nil, err
	}
	c.Record.Seq = done.Seq
	e, err := matter.FoldEntry(before, &c.Record)
	if err == nil {
		w.Entries[e.ID] = e
	}
	return e, err
}

// EntryChange is the change of Entry.
func (w *World) EntryChange(before *matter.Entry, register, key, from string, fields matter.Values) write.Change {
	change := &matter.EntryChange{ID: w.UUID(), Register: register, Key: key, Version: 1, From: from}
	c := write.Change{Head: ledger.Head{Kind: "entry", Region: "450200", Unit: 1, Legal: from}, EntryBefore: before}
	if before != nil {
		change.ID, change.Version = before.ID, before.Version+1
		c.Guards.Entries = []write.EntryGuard{{No: before.No, Version: before.Version}}
	} else {
		c.Guards.Key = &write.EntryKey{Register: register, Key: key}
	}
	c.Record = matter.Record{Effects: matter.Effects{Entry: change}, Open: matter.Words{Values: fields}}
	e, err := matter.FoldEntry(before, &c.Record)
	if err != nil {
		panic(err)
	}
	c.Entry = e
	if !w.NoRequest {
		c.Request = w.UUID()
	}
	w.Encode(&c)
	return c
}

// Load brings a definition.
func (w *World) Load(ctx context.Context, d rows.Definition) (write.Done, error) {
	c := write.Change{
		Head:        ledger.Head{Kind: rows.KindLoad, Region: "450200"},
		Record:      matter.Record{Open: matter.Words{Values: matter.Values{rows.DefinitionList([]rows.Definition{d})}}},
		Definitions: []rows.Definition{d}, Request: w.UUID(),
	}
	w.Encode(&c)
	return w.Do.Do(ctx, c)
}

// Erase drops parts of a record of m, or of an entry where m is nil.
func (w *World) Erase(ctx context.Context, m *matter.State, record int64, parts ...string) (write.Done, error) {
	r := matter.Record{Effects: matter.Effects{Erase: &matter.Erasure{Record: record, Parts: parts}}}
	if m != nil {
		c := w.change("erase", m, r, w.Caches[m.No])
		return w.Do.Do(ctx, c)
	}
	c := write.Change{Head: ledger.Head{Kind: "erase", Region: "450200"}, Record: r, Request: w.UUID()}
	w.Encode(&c)
	return w.Do.Do(ctx, c)
}

// Fill makes a small database of everything: units, persons, posts, a definition, n tasks and acts on them.
func (w *World) Fill(t testing.TB, n int) {
	t.Helper()
	ctx := context.Background()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	county, err := w.Entry(ctx, nil, "unit", "450200000", "2020-01-01", matter.Values{
		{Name: "aliases", Value: matter.OfList(matter.Item{ID: "a1", Value: matter.OfText("县政府")}, matter.Item{ID: "a2", Value: matter.OfText("本县")})},
		{Name: "kind", Value: matter.OfText("government")}, {Name: "name", Value: matter.OfText("清河县人民政府")}, {Name: "region", Value: matter.OfText("450200")},
		{Name: "sign", Value: matter.OfText("清政")},
	})
	must(err)
	office, err := w.Entry(ctx, nil, "unit", "450200001", "2020-01-01", matter.Values{
		{Name: "name", Value: matter.OfText("清河县司法局")}, {Name: "order", Value: matter.OfInt(3)},
		{Name: "parent", Value: matter.OfRef(matter.Ref{Register: "unit", Entry: county.No, Version: 1, Key: county.Key, Name: "清河县人民政府"})},
		{Name: "sign", Value: matter.OfText("清司")},
	})
	must(err)
	w.Units = []int64{county.No, office.No}
	person, err := w.Entry(ctx, nil, "person", "p001", "2020-01-01", matter.Values{{Name: "name", Value: matter.OfText("李四")}})
	must(err)
	_, err = w.Entry(ctx, nil, "post", "z001", "2020-01-01", matter.Values{
		{Name: "person", Value: matter.OfRef(matter.Ref{Register: "person", Entry: person.No, Version: 1})}, {Name: "role", Value: matter.OfText("liaison")},
		{Name: "title", Value: matter.OfText("科员")}, {Name: "unit", Value: matter.OfRef(matter.Ref{Register: "unit", Entry: office.No, Version: 1})},
	})
	must(err)
	_, err = w.Entry(ctx, county, "unit", "450200000", "2024-01-01", matter.Values{
		{Name: "aliases", Value: matter.OfList(matter.Item{ID: "a1", Value: matter.OfText("县政府")})},
		{Name: "name", Value: matter.OfText("清河县人民政府")}, {Name: "sign", Value: matter.OfText("清政")},
	})
	must(err)
	_, err = w.Load(ctx, Definition("task"))
	must(err)
	for range n {
		_, err := w.Open(ctx, w.Units[w.Rand.IntN(len(w.Units))])
		must(err)
	}
	for range 3 * n {
		if m := w.Matters[w.Rand.IntN(len(w.Matters))]; m.Open {
			_, err := w.Act(ctx, m)
			must(err)
		}
	}
}

// Prefix keeps the ids of several worlds over one database apart.
func (w *World) Prefix(n int) { w.made = n << 20 }
