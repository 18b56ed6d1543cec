package move

import (
	"fmt"
	"slices"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store/rows"
)

// fold goes through the records in order and keeps what they add up to.
type fold struct {
	image   keeper
	size    int64
	at      int64
	epoch   int64
	tree    ledger.Frontier
	edge    *ledger.Edge
	matters map[string]*tracked
	entries map[string]*matter.Entry
	numbers map[string]int64
	erased  map[erasedPart]int64 // by the record that erased it
	missing []erasedPart         // parts the records no longer have
	rules   map[string][]byte    // of definitions, by digest
	repeats bool                 // once is kept, for filling a database
	once    []onceRow
	report  func(Difference)
	set     rows.Set
	prev    matter.State // before the record at hand
	idle    int64
}

// tracked is a matter on the way. One that nothing has happened to for a while is packed: its blob takes a fifth of the
// memory and holds nothing for the collector to follow.
type tracked struct {
	region string
	state  *matter.State // with packed set, what stands in columns alone
	packed []byte
}

// idleAfter is how many records later a matter that was left alone is packed.
const idleAfter = 1 << 16

func (t *tracked) pack() {
	s := t.state
	t.packed = matter.AppendState(nil, s)
	t.state = &matter.State{
		ID: s.ID, No: s.No, Procedure: s.Procedure, Def: s.Def, Unit: s.Unit, Title: s.Title, Number: s.Number, Open: s.Open,
		Opened: s.Opened, Closed: s.Closed, Version: s.Version, Seq: s.Seq,
	}
}

func (t *tracked) unpack() error {
	if t.packed == nil {
		return nil
	}
	b := t.packed
	t.packed = nil
	return matter.DecodeState(b, t.state)
}

// packIdle packs the matters that have been left alone.
func (f *fold) packIdle() {
	for _, t := range f.matters {
		if t.state != nil && t.packed == nil && t.state.Seq <= f.size-f.idle {
			t.pack()
		}
	}
}

// fold adds a record to the matter, in place: what an act's rows are made of is copied to prev before.
func (t *tracked) fold(a *rows.Act, r *matter.Record, prev *matter.State) error {
	if t.state == nil {
		next, err := matter.Fold(nil, r)
		if err != nil {
			return err
		}
		t.state, a.Next = next, next
		return nil
	}
	if err := t.unpack(); err != nil {
		return err
	}
	*prev = *t.state // rows look at its number, roles and facets, which are not changed in place
	if err := matter.FoldInto(t.state, r); err != nil {
		return err
	}
	a.Prev, a.Next = prev, t.state
	return nil
}

type erasedPart struct {
	seq  int64
	name string
}

type onceRow struct {
	request string
	seq     int64
}

// keeper keeps what the rows of the tables should be: an image or, quicker, their sums.
type keeper interface {
	apply(*rows.Set) error
	settle()
}

func newFold(image keeper, report func(Difference)) (*fold, error) {
	edge, err := ledger.LoadEdge(nil, 0)
	if err != nil {
		return nil, err
	}
	return &fold{
		image: image, epoch: 1, edge: edge, matters: map[string]*tracked{}, entries: map[string]*matter.Entry{},
		numbers: map[string]int64{}, erased: map[erasedPart]int64{}, rules: map[string][]byte{}, report: report, idle: idleAfter,
	}, nil
}

// opened is a record with what could be found out about it alone.
type opened struct {
	stored rows.Stored
	head   ledger.Head
	record *matter.Record
	leaf   ledger.Hash
	faults []Difference
}

// openRecord reads a record and checks all that needs no other: form of the head, digests of the parts, leaf.
func openRecord(s rows.Stored) opened {
	var o opened
	o.open(s, &matter.Record{})
	return o
}

// open is openRecord in memory of the caller's.
func (o *opened) open(s rows.Stored, r *matter.Record) {
	*o = opened{stored: s, leaf: ledger.LeafHash(s.Head)}
	fault := func(what string) {
		o.faults = append(o.faults, Difference{"record", fmt.Sprintf("seq=%d", s.Seq), what})
	}
	var err error
	if o.head, err = ledger.ParseHead(s.Head); err != nil {
		fault(fmt.Sprintf("record %d: %v", s.Seq, err))
		return
	}
	if err := s.DecodeParts(&o.head, r); err != nil {
		fault(err.Error())
	} else {
		o.record = r
	}
	if o.head.Seq != s.Seq {
		fault(fmt.Sprintf("head says seq %d", o.head.Seq))
	}
	if string(s.Leaf) != string(o.leaf[:]) {
		fault("leaf is not the hash of the head")
	}
	for _, p := range s.Parts {
		name, known := ledger.ParsePart(p.Name)
		var salt ledger.Salt
		if known && len(p.Salt) == copy(salt[:], p.Salt) && len(p.Salt) == len(salt) && ledger.Commit(salt, p.Body) == o.head.Parts[name] {
			continue
		}
		what := "part " + p.Name + " is not what the head commits to"
		if p.Name == matter.PartEffects || p.Name == matter.PartOpen {
			fault(what)
			continue
		}
		o.faults = append(o.faults, Difference{"part", fmt.Sprintf("seq=%d name=%s", s.Seq, p.Name), what})
	}
}

// add folds the next record.
func (f *fold) add(o *opened) {
	s := &o.stored
	f.size++
	fault := func(what string) { f.report(Difference{"record", fmt.Sprintf("seq=%d", s.Seq), what}) }
	if s.Seq > f.size {
		f.gap(s.Seq - 1)
		f.size = s.Seq
	}
	for _, d := range o.faults {
		f.report(d)
	}
	if f.size%f.idle == 0 {
		f.packIdle()
	}
	f.tree.Append(o.leaf)
	f.set.Reset()
	for _, t := range f.edge.Append(o.leaf) {
		f.set.Add(rows.PutTile, int64(t.Level), t.N, t.Hashes)
	}
	if o.record == nil {
		f.apply(fault)
		return
	}
	h, r := &o.head, o.record
	if h.At < f.at {
		fault("was recorded before the one before it")
	}
	f.at = max(f.at, h.At)
	for _, name := range s.Erased(h) {
		f.missing = append(f.missing, erasedPart{s.Seq, name})
	}
	if e := r.Effects.Erase; e != nil {
		for _, name := range e.Parts {
			f.erased[erasedPart{e.Record, name}] = s.Seq
		}
	}
	if h.Request != "" && f.repeats {
		f.once = append(f.once, onceRow{h.Request, s.Seq})
	}
	if series, n, ok := rows.SeriesOf(h.Number); ok {
		f.numbers[series] = max(f.numbers[series], n)
	}
	if rows.Rights(h.Kind, &r.Effects) {
		f.epoch++
	}
	f.expand(h, r, s, fault)
	f.apply(fault)
}

// gap reports the records from the next one to the last of a gap.
func (f *fold) gap(last int64) {
	key := fmt.Sprintf("seq=%d", f.size)
	if last > f.size {
		key += fmt.Sprintf("..%d", last)
	}
	f.report(Difference{"record", key, "is missing"})
}

func (f *fold) apply(fault func(string)) {
	if err := f.image.apply(&f.set); err != nil {
		fault(err.Error())
	}
}

func (f *fold) expand(h *ledger.Head, r *matter.Record, s *rows.Stored, fault func(string)) {
	a := rows.Act{Kind: h.Kind, Procedure: h.Procedure, Record: r, Later: true}
	no := int64(0)
	t := f.matters[h.Matter]
	if t != nil || r.Effects.Open != nil {
		if t == nil {
			t = &tracked{region: h.Region}
			f.matters[r.Effects.Open.ID] = t
		}
		if err := t.fold(&a, r, &f.prev); err != nil {
			fault(err.Error())
		} else {
			a.Region, no = t.region, a.Next.No
		}
	}
	if s.Matter != no {
		fault(fmt.Sprintf("is filed under matter %d instead of %d", s.Matter, no))
	}
	if c := r.Effects.Entry; c != nil {
		e, err := matter.FoldEntry(f.entries[c.ID], r)
		if err != nil {
			fault(err.Error())
		} else {
			a.EntryBefore, a.Entry = f.entries[c.ID], e
			f.entries[c.ID] = e
		}
	}
	for _, d := range rows.Loaded(h.Kind, &r.Open) {
		rules, ok := f.rules[d.Digest]
		if !ok {
			f.report(Difference{"definition", "digest=" + d.Digest, "the rules are missing"})
			continue
		}
		d.Rules = rules
		a.Definitions = append(a.Definitions, d)
	}
	rows.Expand(&f.set, &a)
}

// end adds what only the last state tells, and compares erasures with what is missing.
func (f *fold) end() {
	f.set.Reset()
	for _, t := range f.matters {
		if t.state != nil {
			rows.MatterRow(&f.set, t.state, t.packed, t.region)
			if f.set.Len(rows.InsertMatter) == 1024 {
				f.apply(func(what string) { f.report(Difference{"matter", "", what}) })
				f.set.Reset()
			}
		}
	}
	for series, last := range f.numbers {
		f.set.Add(rows.PutNumber, series, last)
	}
	f.apply(func(what string) { f.report(Difference{"matter", "", what}) })
	f.image.settle()
	for _, p := range f.missing {
		if _, ok := f.erased[p]; !ok {
			f.report(Difference{"record", fmt.Sprintf("seq=%d", p.seq), "part " + p.name + " is missing and was never erased"})
		}
		delete(f.erased, p)
	}
	left := make([]erasedPart, 0, len(f.erased))
	for p := range f.erased {
		left = append(left, p)
	}
	slices.SortFunc(left, func(a, b erasedPart) int { return int(a.seq - b.seq) })
	for _, p := range left {
		f.report(Difference{"record", fmt.Sprintf("seq=%d", p.seq), fmt.Sprintf("part %s was erased by record %d and is still there", p.name, f.erased[p])})
	}
}
