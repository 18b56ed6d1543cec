package admin

import (
	"context"
	"errors"
	"slices"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/rows"
)

// Proof shows what the log proves (存证与核验): snapshots, records and receipts, each as far as the viewer may see.
type Proof struct {
	Acts *act.Acts
	// Key is the log's public key (存证公钥); zero where the site has none yet: then no receipt is issued.
	Key ledger.Key
}

// Viewer is who looks: the reach of all mandates, and who acts now.
type Viewer struct {
	Actor access.Actor
	Scope access.Scope
	Site  *act.Site
	Today string
}

// holds tells whether the viewer holds a role in any mandate.
func (v *Viewer) holds(role string) bool { return v.Site.Rights.Holds(v.Actor.Person, role, v.Today) }

// Snapshot is a signed statement of the log of itself (存证快照).
type Snapshot struct {
	Size    int64
	Root    string // 校验值 of the whole log at that size
	Origin  string
	At      time.Time
	Note    string
	Cosigns []read.Cosign
}

// Snapshot returns the newest snapshot; ok is false where there is none yet.
func (p *Proof) Snapshot(ctx context.Context) (s Snapshot, ok bool, err error) {
	var signed read.Signed
	err = p.Acts.DB.Read(ctx, func(tx *store.Tx) (err error) {
		signed, err = read.Checkpoint(ctx, tx, 0)
		return err
	})
	if errors.Is(err, read.ErrNone) {
		return s, false, nil
	}
	if err != nil {
		return s, false, err
	}
	c, err := ledger.ParseCheckpoint(signed.Note)
	if err != nil {
		return s, false, err
	}
	return Snapshot{
		Size: c.Size, Root: ledger.Digest(c.Root).String(), Origin: c.Origin, At: time.UnixMicro(signed.At).In(app.China), Note: signed.Note,
		Cosigns: signed.Cosigns,
	}, true, nil
}

// Tile returns the hashes of a tile of the log by its C2SP path, as wide as it asks.
func (p *Proof) Tile(ctx context.Context, path string) ([]byte, error) {
	level, n, w, err := ledger.ParseTilePath(path)
	if err != nil {
		return nil, app.Faultf(app.NotFound, "没有这一段存证。")
	}
	var b []byte
	err = p.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		size, err := read.Size(ctx, tx)
		if err != nil {
			return err
		}
		if count := size >> (8 * level); n*ledger.TileWidth+int64(w) > count {
			return app.Faultf(app.NotFound, "没有这一段存证。")
		}
		b, err = ledger.TileData(read.Log{Ctx: ctx, Tx: tx}, size, level, n, w)
		return err
	})
	return b, err
}

// Shown is a record as far as the viewer may see it.
type Shown struct {
	Head   ledger.Head
	Record *matter.Record
	Raw    string // exact bytes of the head
	Digest ledger.Hash
	Parts  []ledger.Part // parts the viewer may see
	Hidden []ledger.Part // parts the viewer may not see
	Erased []ledger.Part
	Matter int64  // no of its matter, 0 none
	Title  string // of its matter or entry
	Def    ProcedureWords
	stored rows.Stored
}

// ProcedureWords are the titles under which the record's act is known.
type ProcedureWords struct{ Procedure, Step string }

// Record reads a record for a viewer. One the viewer may see nothing of is NotFound.
func (p *Proof) Record(ctx context.Context, v *Viewer, seq int64) (*Shown, error) {
	var out *Shown
	err := p.Acts.DB.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = p.record(ctx, tx, v, seq)
		return err
	})
	return out, err
}

func (p *Proof) record(ctx context.Context, tx *store.Tx, v *Viewer, seq int64) (*Shown, error) {
	none := app.Faultf(app.NotFound, "没有编号为 %d 的存证，或者您的岗位不在可以查看的范围内。", seq)
	stored, err := read.Record(ctx, tx, seq)
	if errors.Is(err, read.ErrNone) {
		return nil, none
	}
	if err != nil {
		return nil, err
	}
	s := &Shown{Raw: string(stored.Head), Digest: ledger.LeafHash(stored.Head), stored: stored}
	if s.Head, s.Record, err = stored.Decode(); err != nil {
		return nil, err
	}
	may, err := p.may(ctx, tx, v, s)
	if err != nil {
		return nil, err
	}
	if len(may) == 0 && !v.holds(access.Auditor) {
		return nil, none
	}
	erased := stored.Erased(&s.Head)
	for i, d := range s.Head.Parts {
		part := ledger.Part(i)
		switch {
		case d == (ledger.Digest{}):
		case slices.Contains(erased, part.String()):
			s.Erased = append(s.Erased, part)
		case slices.Contains(may, part):
			s.Parts = append(s.Parts, part)
		default:
			s.Hidden = append(s.Hidden, part)
		}
	}
	p.words(s)
	return s, nil
}

// may tells which parts of a record a viewer may see; none: the record is not there for the viewer.
func (p *Proof) may(ctx context.Context, tx *store.Tx, v *Viewer, s *Shown) ([]ledger.Part, error) {
	common := []ledger.Part{ledger.Effects, ledger.Files, ledger.Open}
	all := append(slices.Clone(common), ledger.Personal, ledger.Sealed)
	switch {
	case s.Head.Kind == "entry" && s.Head.Procedure == RegisterAudit:
		if v.holds(access.Auditor) || s.Head.By.Person == v.Actor.Person {
			return all, nil
		}
		return nil, nil
	case s.Head.Kind == "entry":
		keeps := v.holds(access.Coordinator) || s.Head.By.Person == v.Actor.Person && s.Head.By.Person != 0
		if keeps {
			return append(common, ledger.Personal), nil
		}
		return common, nil
	case s.Head.Matter == "":
		return common, nil
	}
	no, err := read.MatterNo(ctx, tx, s.Head.Matter)
	if errors.Is(err, read.ErrNone) { // the erasure of a part of an entry
		return common, nil
	}
	if err != nil {
		return nil, err
	}
	m, err := read.MatterOf(ctx, tx, no)
	if err != nil {
		return nil, err
	}
	sees, err := read.Sees(ctx, tx, v.Scope, no, m.State.Sealed)
	if err != nil || !sees {
		return nil, err
	}
	s.Matter, s.Title = no, m.State.Title
	if m.State.Sealed {
		return all, nil
	}
	may := common
	if partIn(m.State, v.Scope.Units) {
		may = append(may, ledger.Personal)
	}
	if named, err := read.Sees(ctx, tx, v.Scope, no, true); err != nil || named {
		return append(may, ledger.Sealed), err
	}
	return may, nil
}

// partIn tells whether one of the units leads the matter or has a part in it: words about persons are for those who act.
func partIn(s *matter.State, units []int64) bool {
	return slices.ContainsFunc(units, func(u int64) bool { return s.Unit == u || len(partOf(s, u)) > 0 })
}

func (p *Proof) words(s *Shown) {
	if s.Head.Kind == "entry" {
		s.Def = ProcedureWords{s.Head.Procedure, "登记或者变更"}
		if def, ok := p.Acts.Book().Register(s.Head.Procedure); ok {
			s.Def.Procedure = def.Title
			s.Title = s.Record.Open.Values.Text(def.Name)
		}
		return
	}
	if def, ok := p.Acts.Book().ByDigest(s.Head.Def.String()); ok {
		s.Def = ProcedureWords{def.Title, def.StepTitle(s.Head.Step)}
		return
	}
	s.Def = ProcedureWords{s.Head.Procedure, s.Head.Step}
}

// At is when the record was taken.
func (s *Shown) At() time.Time { return time.UnixMicro(s.Head.At).In(app.China) }

// Latest lists the newest records the viewer may see, newest first.
func (p *Proof) Latest(ctx context.Context, v *Viewer, limit int) ([]*Shown, error) {
	const lookedAt = 400 // a viewer of a small unit sees few of the newest
	var out []*Shown
	err := p.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		size, err := read.Size(ctx, tx)
		if err != nil {
			return err
		}
		for seq := size; seq > max(0, size-lookedAt) && len(out) < limit; seq-- {
			s, err := p.record(ctx, tx, v, seq)
			var fault *app.Fault
			if errors.As(err, &fault) && fault.Kind == app.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			if len(s.Parts) > 0 {
				out = append(out, s)
			}
		}
		return nil
	})
	return out, err
}

// Receipt issues the receipt of a record with the parts the viewer may see (回执). A record that no snapshot covers yet is
// a Conflict: snapshots follow within a second.
func (p *Proof) Receipt(ctx context.Context, v *Viewer, seq int64) (*ledger.Receipt, error) {
	if p.Key.IsZero() {
		return nil, app.Faultf(app.Conflict, "本平台还没有存证密钥，暂时不能出具回执。请联系系统管理员。")
	}
	for waited := time.Duration(0); ; waited += nextLook {
		r, err := p.receipt(ctx, v, seq)
		if !errors.Is(err, errUnsigned) {
			return r, err
		}
		if waited >= longestWait {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(nextLook):
		}
	}
}

// The log is signed every second: whoever asks for the receipt of an act just done waits that long, and no longer.
const (
	nextLook    = 100 * time.Millisecond
	longestWait = 2 * time.Second
)

var errUnsigned = app.Faultf(app.Conflict, "存证快照每秒生成一次，这条记录的还没有生成。请稍后再下载回执。")

func (p *Proof) receipt(ctx context.Context, v *Viewer, seq int64) (*ledger.Receipt, error) {
	var out *ledger.Receipt
	err := p.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		s, err := p.record(ctx, tx, v, seq)
		if err != nil {
			return err
		}
		signed, err := read.Checkpoint(ctx, tx, seq)
		if errors.Is(err, read.ErrNone) {
			return errUnsigned
		}
		if err != nil {
			return err
		}
		out, err = ledger.Issue(read.Log{Ctx: ctx, Tx: tx}, []byte(s.Raw), p.Key, signed.Note, s.open())
		return err
	})
	return out, err
}

// open are the parts the viewer may see, with their salts.
func (s *Shown) open() []ledger.Shown {
	var out []ledger.Shown
	for _, p := range s.stored.Parts {
		part, ok := ledger.ParsePart(p.Name)
		if !ok || !slices.Contains(s.Parts, part) {
			continue
		}
		shown := ledger.Shown{Part: part, Body: string(p.Body)}
		copy(shown.Salt[:], p.Salt)
		out = append(out, shown)
	}
	return out
}

// MaySeeFile tells whether a viewer may have the bytes of a file: a record that names it is of a matter the viewer sees,
// or of a register, which is open to all staff.
func (p *Proof) MaySeeFile(ctx context.Context, v *Viewer, hash string) (bool, error) {
	const looked = 200 // one file is rarely used more often
	may := false
	err := p.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		uses, err := read.FileUses(ctx, tx, hash, looked)
		if err != nil {
			return err
		}
		for _, seq := range uses {
			s, err := p.record(ctx, tx, v, seq)
			var fault *app.Fault
			if errors.As(err, &fault) && fault.Kind == app.NotFound {
				continue
			}
			if err != nil {
				return err
			}
			if s.lays(hash) {
				may = true
				return nil
			}
		}
		return nil
	})
	return may, err
}

// lays tells whether a part the viewer may see names the file.
func (s *Shown) lays(hash string) bool {
	for _, part := range s.Parts {
		switch part {
		case ledger.Files:
			if slices.ContainsFunc(s.Record.Files, func(f matter.Attached) bool { return f.Blob.Hash == hash }) {
				return true
			}
		case ledger.Open:
			if names(s.Record.Open.Values, hash) {
				return true
			}
		case ledger.Personal:
			if names(s.Record.Personal.Values, hash) {
				return true
			}
		case ledger.Sealed:
			if names(s.Record.Sealed.Values, hash) {
				return true
			}
		}
	}
	return false
}

// names tells whether values hold a file.
func names(vs matter.Values, hash string) bool {
	return slices.ContainsFunc(vs, func(n matter.Named) bool {
		return n.Value.Blob != nil && n.Value.Blob.Hash == hash || slices.ContainsFunc(n.Value.Items, func(it matter.Item) bool {
			return it.Value.Blob != nil && it.Value.Blob.Hash == hash || names(it.Fields, hash)
		})
	})
}
