package act

import (
	"context"
	"encoding/hex"
	"time"

	"zhunsheng/internal/app"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/write"
)

// change encodes and salts what the rules answered, outside the writer.
func (a *Acts) change(r *Request, th *thought) (write.Change, error) {
	res := th.result
	digest, err := ledger.ParseDigest(res.Next.Def)
	if err != nil {
		return write.Change{}, err
	}
	by := ledger.By{}
	if !r.Who.System {
		by = ledger.By{Person: r.Who.Person, Post: r.Who.Post.No, Of: th.act.Actor.Of}
		if r.Who.For.No != r.Who.Post.No {
			by.For = r.Who.For.No
		}
	}
	unitNo := r.Who.Unit()
	if r.Who.System {
		unitNo = res.Next.Unit
	}
	u, _ := th.site.Tree().Get(unitNo)
	head := ledger.Head{
		Kind: th.kind, Region: u.Region, Unit: unitNo, Matter: th.id, Procedure: res.Next.Procedure, Def: digest,
		Step: th.act.Step, Key: th.act.Key, Legal: th.act.Legal, By: by, Number: res.Number,
	}
	if e := res.Effects.Event; e != nil {
		head.Step, head.N, head.Legal = e.Step, e.N, e.Legal
	}
	record := matter.Record{
		Step: head.Step, Number: res.Number, Reason: th.act.Reason, Effects: res.Effects, Open: res.Open,
		Personal: res.Personal, Sealed: res.Sealed, Files: th.act.Files,
	}
	c := write.Change{
		Request: r.ID, Guards: th.guards, Head: head, Parts: a.parts(&record), Record: record,
		Prev: th.prev, Next: res.Next, State: matter.AppendState(nil, res.Next), Before: th.before, After: res.Cache,
	}
	if s := res.Series; s != nil {
		c.Series = &write.Series{Name: s.Name, Year: s.Year, Form: s.Form}
	}
	return c, nil
}

// parts encodes the parts of a record, each with a salt of its own.
func (a *Acts) parts(r *matter.Record) []write.Part {
	parts := make([]write.Part, 0, 3)
	add := func(name string, body []byte) {
		p := write.Part{Name: name, Body: body}
		a.Salt(&p.Salt)
		parts = append(parts, p)
	}
	add(matter.PartEffects, matter.AppendEffects(nil, &r.Effects))
	if len(r.Files) > 0 {
		add(matter.PartFiles, matter.AppendFiles(nil, r.Files))
	}
	for _, w := range []struct {
		name  string
		words *matter.Words
	}{{matter.PartOpen, &r.Open}, {matter.PartPersonal, &r.Personal}, {matter.PartSealed, &r.Sealed}} {
		if !w.words.Empty() {
			add(w.name, matter.AppendWords(nil, w.words))
		}
	}
	return parts
}

// done is what a fresh act left.
func (th *thought) done(w write.Done) Done {
	next := th.result.Next
	if next.No == 0 {
		next.No = w.Seq
	}
	return Done{
		Seq: w.Seq, Matter: next.No, ID: th.id, Number: w.Number, At: timeOf(w.At),
		Digest: hexOf(w.HeadDigest), Warnings: th.result.Warnings, State: next,
	}
}

// first gives a repeat the first result.
func (a *Acts) first(ctx context.Context, seq int64) (Done, error) {
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
		d = Done{Seq: seq, ID: h.Matter, Number: h.Number, At: timeOf(h.At), Digest: hexOf(digest), Repeated: true}
		d.Matter, err = read.MatterNo(ctx, tx, h.Matter)
		return err
	})
	if err != nil {
		return Done{}, app.FaultOf(err)
	}
	return d, nil
}

func timeOf(at int64) time.Time { return time.UnixMicro(at).In(app.China) }

func hexOf(digest [32]byte) string { return hex.EncodeToString(digest[:]) }
