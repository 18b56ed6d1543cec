package act

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/write"
)

// Request is one act a person or the program wants to do on a matter.
type Request struct {
	// ID makes the act happen once: a UUID from the form, phone or job, or rule id and period. "" is given one.
	ID     string
	Who    access.Actor
	Matter int64         // 0 with Act.Step open
	Seen   int64         // version of the matter the person looked at, 0 not known: another's act since then is told first
	Act    procedure.Act // Actor is filled from Who

	// Of open.
	Procedure string
	MatterID  string // UUIDv7 to open under; "" is given one
}

// Done is what an act left.
type Done struct {
	Seq      int64 // 存证编号
	Matter   int64
	ID       string // UUIDv7 of the matter
	Number   string // number issued
	At       time.Time
	Digest   string // short hash of the head, 校验值
	Repeated bool   // the request had been done before; this is its first result
	Warnings []string
	State    *matter.State // after the act; nil where Repeated
}

// tries is how often an act is thought anew when a guard no longer holds.
const tries = 3

// Do carries out one act. It fails with *procedure.Refusal, *procedure.Invalid or *app.Fault; then nothing was saved.
func (a *Acts) Do(ctx context.Context, r Request) (Done, error) {
	if r.ID == "" {
		r.ID = newID()
	}
	var conflict *write.Conflict
	for range tries {
		done, err := a.once(ctx, &r)
		if !errors.As(err, &conflict) {
			return done, err
		}
	}
	return Done{}, a.conflictFault(ctx, conflict)
}

// newID makes a UUIDv7.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// once thinks the act out on one snapshot and hands it to the writer.
func (a *Acts) once(ctx context.Context, r *Request) (Done, error) {
	var th thought
	err := a.DB.Read(ctx, func(tx *store.Tx) error {
		epoch, seq, err := read.Start(ctx, tx, r.ID)
		if err != nil {
			return err
		}
		if seq != 0 {
			th.repeated = seq
			return nil
		}
		if th.site, err = a.siteAt(ctx, tx, epoch); err != nil {
			return err
		}
		return a.think(ctx, tx, r, &th)
	})
	if err != nil {
		return Done{}, err
	}
	if th.repeated != 0 {
		return a.first(ctx, th.repeated)
	}
	change, err := a.change(r, &th)
	if err != nil {
		return Done{}, err
	}
	w, err := a.writer.Do(ctx, change)
	if err != nil {
		return Done{}, writeFault(err)
	}
	if w.Repeated {
		return a.first(ctx, w.Seq)
	}
	return th.done(w), nil
}

// writeFault says in words what a failed write means; a conflict stays what it is.
func writeFault(err error) error {
	var conflict *write.Conflict
	if errors.As(err, &conflict) {
		return err
	}
	var unknown *write.Unknown
	if errors.As(err, &unknown) {
		return &app.Fault{Kind: app.Internal, Say: "数据库连接中断，不能确定是否已经保存。请再提交一次：已经保存的不会重复。", Err: err}
	}
	return &app.Fault{Kind: app.Internal, Say: "没有保存。数据库连接中断，您填写的内容仍在表格里，请稍后再提交。", Err: err}
}

// thought is an act thought out on one snapshot.
type thought struct {
	repeated int64
	site     *Site
	def      *procedure.Definition
	prev     *matter.State
	before   matter.Cache
	act      procedure.Act
	result   *procedure.Result
	guards   write.Guards
	id       string
	kind     string
}

func (a *Acts) think(ctx context.Context, tx *store.Tx, r *Request, th *thought) error {
	if !access.MayAct(r.Who) {
		return app.Faultf(app.Denied, "系统管理员、安全管理员和审计员不办理事项（三员分立）。")
	}
	site := th.site
	if err := a.holds(site, r.Who); err != nil {
		return err
	}
	th.act = r.Act
	th.act.Actor = actorOf(site, r.Who, a.Today())
	if th.act.Legal == "" {
		th.act.Legal = a.Today()
	}
	th.guards.Epoch = site.Epoch
	var err error
	if r.Matter == 0 {
		err = a.thinkOpening(r, th)
	} else {
		err = a.thinkOn(ctx, tx, r, th)
	}
	if err != nil {
		return err
	}
	env := a.env(ctx, tx, th)
	if r.Matter == 0 {
		env.Opening = &matter.Opening{ID: th.id, Origin: r.Act.Origin}
	}
	th.result, err = th.def.Do(th.prev, th.act, env)
	return err
}

// holds makes sure that an actor still holds the mandate: a right that was revoked ends at once.
func (a *Acts) holds(site *Site, who access.Actor) error {
	if who.System {
		return nil
	}
	if _, ok := site.Rights.Actor(who.Person, who.Post.No, who.For.No, a.Today()); !ok {
		return app.Faultf(app.Denied, "这个岗位的任期或者代理已经结束，不能再以它办理。")
	}
	return nil
}

func (a *Acts) thinkOpening(r *Request, th *thought) error {
	if r.Procedure == "" {
		return app.Faultf(app.Invalid, "没有写明要办理的程序。")
	}
	def, ok := a.Book().Procedure(r.Procedure, th.act.Legal)
	if !ok {
		return app.Faultf(app.NotFound, "没有名为“%s”的程序，或者它在 %s 尚未施行。", r.Procedure, th.act.Legal)
	}
	lead := cmp.Or(r.Act.Unit, r.Who.Unit())
	if m := th.site.Mode(def.ID, lead, th.act.Legal); m.Mode == Elsewhere && r.Act.Origin == "" {
		return app.Faultf(app.Refused, "%s的“%s”自 %s 起在%s办理，不在这里新办。请在该系统办理，再用文件导入。",
			th.site.Tree().Name(lead), def.Title, m.From, m.System)
	}
	th.def, th.id, th.kind = def, r.MatterID, "open"
	if th.id == "" {
		th.id = newID()
	}
	return nil
}

func (a *Acts) thinkOn(ctx context.Context, tx *store.Tx, r *Request, th *thought) error {
	row, err := a.seen(ctx, tx, th.site, r.Who, r.Matter)
	if err != nil {
		return err
	}
	th.prev, th.before, th.id = row.State, row.Cache, row.State.ID
	if r.Seen != 0 && r.Seen != th.prev.Version {
		return &write.Conflict{Matter: r.Matter, Seq: th.prev.Seq}
	}
	def, ok := a.Book().ByDigest(th.prev.Def)
	if !ok {
		return fmt.Errorf("matter %d is governed by unknown rules %s", r.Matter, th.prev.Def)
	}
	if r.Act.Step == "migrate" {
		if def, err = a.newerRules(def); err != nil {
			return err
		}
	}
	th.def = def
	th.kind = "act"
	if procedure.BuiltIn(r.Act.Step) {
		th.kind = r.Act.Step
	}
	if m, leads := th.site.LedElsewhere(th.prev, a.Today()); leads && r.Act.Origin == "" && !r.Who.System && th.kind == "act" {
		return app.Faultf(app.Refused, "这件事项在%s办理，这里没有可以办理的环节。请在该系统办理，再用文件导入。", m.System)
	}
	th.guards.Matter, th.guards.MatterVersion = r.Matter, th.prev.Version
	if corrects(r.Act.Step) {
		return a.mayCorrect(ctx, tx, r, th)
	}
	return nil
}

// seen reads a matter the actor may see; to all others it is not there.
func (a *Acts) seen(ctx context.Context, tx *store.Tx, site *Site, who access.Actor, no int64) (read.Matter, error) {
	row, err := read.MatterOf(ctx, tx, no)
	if errors.Is(err, read.ErrNone) {
		return row, app.Faultf(app.NotFound, "没有这件事项，或者您的岗位不在可以查看的范围内。")
	}
	if err != nil {
		return row, err
	}
	scope := access.Scope{System: who.System}
	if !who.System {
		scope = site.Rights.Scope(who.Person, a.Today())
	}
	if !row.State.Sealed && takesPart(row.State, scope.Units) {
		return row, nil
	}
	ok, err := read.Sees(ctx, tx, scope, no, row.State.Sealed)
	if err == nil && !ok {
		err = app.Faultf(app.NotFound, "没有这件事项，或者您的岗位不在可以查看的范围内。")
	}
	return row, err
}

// takesPart tells whether one of the units leads the matter or holds a role in it: its reach holds those for certain, so
// that the commonest question needs no reading.
func takesPart(s *matter.State, units []int64) bool {
	return slices.Contains(units, s.Unit) || slices.ContainsFunc(s.Roles, func(r matter.Role) bool {
		return r.To == "" && slices.Contains(units, r.Unit)
	})
}

// actorOf turns a mandate into the actor the rules see.
func actorOf(site *Site, who access.Actor, today string) procedure.Actor {
	if who.System {
		return procedure.Actor{System: true}
	}
	p := procedure.Actor{
		Person: who.Person, Post: who.Post.No, Unit: who.Unit(), Role: who.Role(), OnBehalf: who.Kind == access.Record,
	}
	if who.For.No != who.Post.No {
		p.For = who.For.No
		p.Together = []int64{who.For.Person}
	}
	return p
}

// conflictFault says who did what in between.
func (a *Acts) conflictFault(ctx context.Context, c *write.Conflict) error {
	if c.Epoch {
		return app.Faultf(app.Conflict, "岗位、单位或者规则刚刚有变动，您的内容没有提交，仍保留在下面，请再提交一次。")
	}
	if c.Key != "" {
		return app.Faultf(app.Conflict, "“%s”已经登记过，没有重复登记。", c.Key)
	}
	who, what, at := "他人", "一项记录", ""
	err := a.DB.Read(ctx, func(tx *store.Tx) error {
		site, err := a.siteOf(ctx, tx)
		if err != nil {
			return err
		}
		h, err := read.Head(ctx, tx, c.Seq)
		if err != nil {
			return err
		}
		if h.By.Person != 0 {
			who = site.Person(h.By.Person)
		}
		at = time.UnixMicro(h.At).In(app.China).Format("15:04")
		if def, ok := a.Book().ByDigest(h.Def.String()); ok {
			what = "“" + def.StepTitle(h.Step) + "”"
		}
		return nil
	})
	if err != nil {
		return &app.Fault{Kind: app.Conflict, Say: "这件事项刚刚有变动，您的内容没有提交，仍保留在下面。", Err: err}
	}
	return app.Faultf(app.Conflict, "%s于 %s 已提交%s。您的内容没有提交，仍保留在下面。", who, at, what)
}
