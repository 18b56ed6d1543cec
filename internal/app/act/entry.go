package act

import (
	"context"
	"errors"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/register"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/write"
)

// Entry is a new version of an entry of a register.
type Entry struct {
	ID       string // request id
	Who      access.Actor
	Register string
	Key      string
	No       int64 // 0 makes a new entry
	Seen     int64 // version looked at, 0 not known
	From, To string
	Fields   matter.Values // all fields of the version
	Number   string        // an external number that the record carries: its series goes on after it
	Reason   string
}

// PutEntry records a version of an entry; the fields are checked by the register's definition.
func (a *Acts) PutEntry(ctx context.Context, p Entry) (Done, error) {
	if p.ID == "" {
		p.ID = newID()
	}
	def, ok := a.Book().Register(p.Register)
	if !ok {
		return Done{}, app.Faultf(app.NotFound, "没有名为“%s”的名录。", p.Register)
	}
	if p.From == "" {
		p.From = a.Today()
	}
	if err := checkEntry(def, &p); err != nil {
		return Done{}, err
	}
	var conflict *write.Conflict
	for range tries {
		done, err := a.putOnce(ctx, def, &p)
		if !errors.As(err, &conflict) {
			return done, err
		}
	}
	return Done{}, a.conflictFault(ctx, conflict)
}

func checkEntry(def *register.Definition, p *Entry) error {
	if p.Key == "" {
		return app.Wrong("key", "没有编号。")
	}
	if p.To != "" && p.To < p.From {
		return app.Wrong("to", "失效日期 %s 早于生效日期 %s。请核对。", p.To, p.From)
	}
	var faults []app.FieldFault
	for _, f := range def.Validate(p.Fields) {
		faults = append(faults, app.FieldFault{Field: f.Field, Say: f.Say})
	}
	return app.Wrongs(faults)
}

func (a *Acts) putOnce(ctx context.Context, def *register.Definition, p *Entry) (Done, error) {
	var (
		repeated int64
		before   *matter.Entry
		site     *Site
	)
	err := a.DB.Read(ctx, func(tx *store.Tx) error {
		seq, there, err := read.Once(ctx, tx, p.ID)
		if err != nil || there {
			repeated = seq
			return err
		}
		if site, err = a.siteOf(ctx, tx); err != nil {
			return err
		}
		if err := a.holds(site, p.Who); err != nil {
			return err
		}
		if p.No == 0 {
			_, err := read.EntryByKey(ctx, tx, p.Register, p.Key)
			if err == nil {
				return app.Faultf(app.Conflict, "“%s”已经登记过，没有重复登记。", p.Key)
			}
			if errors.Is(err, read.ErrNone) {
				return nil
			}
			return err
		}
		before, err = read.EntryOf(ctx, tx, p.No)
		return err
	})
	if err != nil {
		return Done{}, err
	}
	if repeated != 0 {
		return a.firstEntry(ctx, repeated)
	}
	c, err := a.entryChange(def, p, before, site)
	if err != nil {
		return Done{}, err
	}
	w, err := a.writer.Do(ctx, c)
	if err != nil {
		return Done{}, writeFault(err)
	}
	if w.Repeated {
		return a.firstEntry(ctx, w.Seq)
	}
	return entryDone(&c, w), nil
}

func (a *Acts) entryChange(def *register.Definition, p *Entry, before *matter.Entry, site *Site) (write.Change, error) {
	change := matter.EntryChange{ID: newID(), Register: p.Register, Key: p.Key, Version: 1, From: p.From, To: p.To}
	guards := write.Guards{Key: &write.EntryKey{Register: p.Register, Key: p.Key}}
	if before != nil {
		if p.Seen != 0 && p.Seen != before.Version {
			return write.Change{}, &write.Conflict{Entry: before.No, Seq: before.Seq}
		}
		change.ID, change.Version = before.ID, before.Version+1
		guards = write.Guards{Entries: []write.EntryGuard{{No: before.No, Version: before.Version}}}
	}
	open, personal, sealed := def.Split(p.Fields)
	record := matter.Record{
		Step: "put", Number: p.Number, Effects: matter.Effects{Entry: &change},
		Open: matter.Words{Values: open, Reason: p.Reason}, Personal: matter.Words{Values: personal}, Sealed: matter.Words{Values: sealed},
	}
	next, err := matter.FoldEntry(before, &record)
	if err != nil {
		return write.Change{}, err
	}
	by := ledger.By{}
	unitNo := int64(0)
	region := ""
	if !p.Who.System {
		by = ledger.By{Person: p.Who.Person, Post: p.Who.Post.No}
		if p.Who.For.No != p.Who.Post.No {
			by.For = p.Who.For.No
		}
		unitNo = p.Who.Unit()
	}
	if u, ok := site.Tree().Get(unitNo); ok {
		region = u.Region
	}
	return write.Change{
		Request: p.ID, Guards: guards,
		Head: ledger.Head{
			Kind: "entry", Region: region, Unit: unitNo, Matter: change.ID, Procedure: p.Register, Step: "put",
			N: change.Version, Legal: p.From, By: by, Number: p.Number,
		},
		Parts: a.parts(&record), Record: record, EntryBefore: before, Entry: next,
	}, nil
}

func entryDone(c *write.Change, w write.Done) Done {
	no := c.Entry.No
	if no == 0 {
		no = w.Seq
	}
	return Done{Seq: w.Seq, Matter: no, ID: c.Entry.ID, At: timeOf(w.At), Digest: hexOf(w.HeadDigest)}
}

// firstEntry gives a repeat the first result; Matter is the entry's no.
func (a *Acts) firstEntry(ctx context.Context, seq int64) (Done, error) {
	var d Done
	err := a.DB.Read(ctx, func(tx *store.Tx) error {
		h, err := read.Head(ctx, tx, seq)
		if err != nil {
			return err
		}
		digest, err := read.HeadDigest(ctx, tx, seq)
		if err != nil {
			return err
		}
		d = Done{Seq: seq, ID: h.Matter, At: timeOf(h.At), Digest: hexOf(digest), Repeated: true}
		d.Matter, err = read.EntryNo(ctx, tx, h.Matter)
		return err
	})
	return d, err
}

// Amendment changes some fields of an entry from a day on; the rest stays as it is.
type Amendment struct {
	ID     string
	Who    access.Actor
	Entry  int64
	From   string // "" today
	To     string // "" as it is
	Reason string
	Change func(matter.Values) matter.Values
}

// Amend records a new version of an entry, made of its newest.
func (a *Acts) Amend(ctx context.Context, m Amendment) error {
	var e *matter.Entry
	err := a.DB.Read(ctx, func(tx *store.Tx) (err error) {
		e, err = read.EntryOf(ctx, tx, m.Entry)
		return err
	})
	if errors.Is(err, read.ErrNone) {
		return app.Faultf(app.NotFound, "名录中没有这一条。")
	}
	if err != nil {
		return err
	}
	v := newest(e)
	p := Entry{
		ID: m.ID, Who: m.Who, Register: e.Register, Key: e.Key, No: e.No, Seen: e.Version, From: m.From, To: v.To,
		Fields: m.Change(v.Fields), Reason: m.Reason,
	}
	if m.To != "" {
		p.To = m.To
	}
	_, err = a.PutEntry(ctx, p)
	return err
}
