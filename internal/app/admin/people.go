package admin

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// guarded are the roles that only the security administrator gives and takes (三员分立): who decides, who supervises, and
// the administrators themselves.
var guarded = []string{
	access.Coordinator, access.Supervisor, access.Head, access.GovHead, access.SystemAdmin, access.SecurityAdmin, access.Auditor,
}

// Guarded tells whether a role is given by the security administrator alone.
func Guarded(role string) bool { return slices.Contains(guarded, role) }

// MayGrant tells whether an actor gives and takes posts of a role in a unit.
func MayGrant(who access.Actor, role string, u int64) bool {
	if who.System || Guarded(role) {
		return who.System || who.Role() == access.SecurityAdmin
	}
	return MayKeep(who, u)
}

// Held is a post as it is registered, also one that has ended.
type Held struct {
	access.Post
	Key     string
	Version int64
	Seq     int64 // record of its newest version
}

// Posts lists posts, ended ones too, in the order they were made; keep picks.
func (h *House) Posts(ctx context.Context, keep func(access.Post) bool) ([]Held, error) {
	var out []Held
	err := h.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		all, err := read.Register(ctx, tx, act.RegisterPost)
		for _, e := range all {
			if p := heldOf(e); keep(p.Post) {
				out = append(out, p)
			}
		}
		return err
	})
	slices.SortFunc(out, func(a, b Held) int { return cmp.Compare(a.No, b.No) })
	return out, err
}

func heldOf(e *matter.Entry) Held {
	v := newest(e)
	return Held{
		Post: access.Post{
			No: e.No, Person: refNo(v.Fields, "person"), Unit: refNo(v.Fields, "unit"), Role: v.Fields.Text("role"),
			Title: v.Fields.Text("title"), From: v.From, To: v.To,
		},
		Key: e.Key, Version: e.Version, Seq: v.Seq,
	}
}

// Ended tells whether a post has ended by a day.
func (p *Held) Ended(day string) bool { return p.To != "" && p.To <= day }

// PostForm is a post to be given.
type PostForm struct {
	Person, Unit int64
	Role, Title  string
	From, To     string
	Reason       string
}

// NewPerson registers a person with a first post and returns the person's no. key is a mark of the office's own (工号), ""
// lets the program make one.
func (h *House) NewPerson(ctx context.Context, who access.Actor, request, key, name, phone string, first PostForm) (int64, error) {
	site, err := h.Acts.Site(ctx)
	if err != nil {
		return 0, err
	}
	if name = strings.TrimSpace(name); name == "" {
		return 0, app.Wrong("name", "请填写姓名。")
	}
	first.Person, request = 0, requestOr(request)
	giver, err := h.checkPost(ctx, site, who, &first)
	if err != nil {
		return 0, err
	}
	fields := matter.Values{}.With("name", matter.OfText(name))
	if phone = strings.TrimSpace(phone); phone != "" {
		fields = fields.With("phone", matter.OfText(phone))
	}
	done, err := h.Acts.PutEntry(ctx, act.Entry{
		ID: request, Who: giver, Register: act.RegisterPerson, Key: cmp.Or(strings.TrimSpace(key), "r-"+uuid.Must(uuid.NewV7()).String()),
		From: first.From, Fields: fields, Reason: first.Reason,
	})
	if err != nil {
		return 0, err
	}
	first.Person = done.Matter
	_, err = h.GivePost(ctx, who, request+"/post", first)
	return done.Matter, err
}

// GivePost gives a person a post and returns its no.
func (h *House) GivePost(ctx context.Context, who access.Actor, request string, f PostForm) (int64, error) {
	site, err := h.Acts.Site(ctx)
	if err != nil {
		return 0, err
	}
	if no, there, err := h.first(ctx, request); err != nil || there {
		return no, err
	}
	if who, err = h.checkPost(ctx, site, who, &f); err != nil {
		return 0, err
	}
	return h.putPost(ctx, site, who, request, f)
}

// putPost records a post that has been checked.
func (h *House) putPost(ctx context.Context, site *act.Site, who access.Actor, request string, f PostForm) (int64, error) {
	person, err := h.entry(ctx, act.RegisterPerson, f.Person)
	if err != nil {
		return 0, err
	}
	in, err := site.Ref(act.RegisterUnit, f.Unit, f.From)
	if err != nil {
		return 0, err
	}
	fields := matter.Values{}.With("person", matter.OfRef(act.RefTo(person, newest(person)))).
		With("unit", matter.OfRef(in)).With("role", matter.OfText(f.Role))
	if f.Title != "" {
		fields = fields.With("title", matter.OfText(f.Title))
	}
	done, err := h.Acts.PutEntry(ctx, act.Entry{
		ID: request, Who: who, Register: act.RegisterPost, Key: strings.Join([]string{person.Key, in.Key, f.Role, f.From}, "/"),
		From: f.From, To: f.To, Fields: fields, Reason: f.Reason,
	})
	return done.Matter, err
}

// checkPost says whether the post may be given, and from which mandate.
func (h *House) checkPost(ctx context.Context, site *act.Site, who access.Actor, f *PostForm) (access.Actor, error) {
	today := h.Acts.Today()
	f.From, f.Title, f.Reason = cmp.Or(f.From, today), strings.TrimSpace(f.Title), cmp.Or(strings.TrimSpace(f.Reason), "任职")
	if _, ok := site.Tree().Get(f.Unit); !ok {
		return who, app.Wrong("unit", "请选择名录中的单位。")
	}
	if f.Role == "" {
		return who, app.Wrong("role", "请选择岗位。")
	}
	if !isDay(f.From) || f.To != "" && (!isDay(f.To) || f.To <= f.From) {
		return who, app.Wrong("from", "请核对任职的起止日期。")
	}
	who, ok := officer(site, who, today, func(a access.Actor) bool { return MayGrant(a, f.Role, f.Unit) })
	if !ok && Guarded(f.Role) {
		return who, app.Faultf(app.Denied, "负责人、统筹、监督和三类管理员岗位由安全管理员授予（三员分立），您的岗位不能授予。")
	}
	if !ok {
		return who, app.Faultf(app.Denied, "人员和岗位由统筹岗或者本单位联络员维护，您的岗位不能修改。")
	}
	if f.Person == 0 {
		return who, nil
	}
	if f.Person == who.Person && Guarded(f.Role) {
		return who, app.Wrong("role", "不能给自己授予这一岗位，请由另一名安全管理员办理。")
	}
	held, err := h.Posts(ctx, func(p access.Post) bool { return p.Person == f.Person })
	if err != nil {
		return who, err
	}
	return who, separate(held, f)
}

// separate keeps the three administrators apart, from each other and from the work itself (三员分立).
func separate(held []Held, f *PostForm) error {
	for _, p := range held {
		if p.Ended(f.From) || f.To != "" && f.To <= p.From {
			continue
		}
		switch {
		case p.Role == f.Role && p.Unit == f.Unit:
			return app.Wrong("role", "该人员在本单位已经有这一岗位，自 %s 起。", p.From)
		case p.Role == f.Role || !access.Separated(p.Role) && !access.Separated(f.Role):
		case access.Separated(p.Role) && access.Separated(f.Role):
			return app.Wrong("role", "系统管理员、安全管理员和审计员必须是三个人（三员分立），该人员已经担任其中之一。")
		default:
			return app.Wrong("role", "系统管理员、安全管理员和审计员不办理业务（三员分立），不能与其他岗位兼任。")
		}
	}
	return nil
}

// EndPost ends a post on a day: from that day on the rights are gone. Open work stays with the unit; hand it over first.
func (h *House) EndPost(ctx context.Context, who access.Actor, request string, post int64, day, reason string) error {
	e, err := h.entry(ctx, act.RegisterPost, post)
	if err != nil {
		return err
	}
	site, err := h.Acts.Site(ctx)
	if err != nil {
		return err
	}
	p := heldOf(e)
	who, ok := officer(site, who, h.Acts.Today(), func(a access.Actor) bool { return MayGrant(a, p.Role, p.Unit) })
	if !ok {
		return app.Faultf(app.Denied, "这一岗位由安全管理员、统筹岗或者本单位联络员收回，您的岗位不能收回。")
	}
	return h.endPost(ctx, who, request, e, day, reason)
}

func (h *House) endPost(ctx context.Context, who access.Actor, request string, e *matter.Entry, day, reason string) error {
	if _, there, err := h.first(ctx, request); err != nil || there {
		return err
	}
	v := newest(e)
	day = cmp.Or(day, h.Acts.Today())
	switch {
	case !isDay(day):
		return app.Wrong("day", "请写明自哪一日起不再任职，写成 2026-09-24 这样。")
	case day < v.From:
		return app.Wrong("day", "不得早于任职日期 %s。", v.From)
	case v.To != "" && v.To <= day:
		return app.Wrong("day", "该岗位已经于 %s 结束。", v.To)
	}
	_, err := h.Acts.PutEntry(ctx, act.Entry{
		ID: request, Who: who, Register: e.Register, Key: e.Key, No: e.No, Seen: e.Version, From: v.From, To: day, Fields: v.Fields,
		Reason: cmp.Or(strings.TrimSpace(reason), "不再任职"),
	})
	return err
}

// Delegation is a delegation as it is registered, also one that has ended.
type Delegation struct {
	access.Delegation
	Key, Reason string
}

// Delegations lists the delegations, covers and rights to record that touch one of the posts.
func (h *House) Delegations(ctx context.Context, posts []int64) ([]Delegation, error) {
	var out []Delegation
	err := h.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		all, err := read.Register(ctx, tx, act.RegisterDelegation)
		for _, e := range all {
			v := newest(e)
			d := Delegation{Key: e.Key, Reason: v.Fields.Text("reason"), Delegation: access.Delegation{
				No: e.No, From: refNo(v.Fields, "from_post"), To: refNo(v.Fields, "to_post"), Kind: v.Fields.Text("kind"), Since: v.From, Until: v.To,
			}}
			if slices.Contains(posts, d.From) || slices.Contains(posts, d.To) {
				out = append(out, d)
			}
		}
		return err
	})
	return out, err
}

// DelegationForm lets the holder of one post act for another over a time.
type DelegationForm struct {
	From, To     int64 // posts: acted for, and acting
	Kind         string
	Since, Until string
	Reason       string
}

// MayDelegate tells whether an actor registers that somebody acts for a post: its holder, the coordinator, the security
// administrator, and for leave cover the liaison of its unit. A right to record for a head (代录) is never given by the clerk.
func MayDelegate(who access.Actor, from access.Post, kind string) bool {
	switch {
	case who.System, who.Person == from.Person, who.Role() == access.Coordinator, who.Role() == access.SecurityAdmin:
		return true
	}
	return kind == access.Cover && !Guarded(from.Role) && MayKeep(who, from.Unit)
}

// Delegate registers a delegation (委托), leave cover (请假代理) or right to record (代录).
func (h *House) Delegate(ctx context.Context, who access.Actor, request string, f DelegationForm) error {
	site, err := h.Acts.Site(ctx)
	if err != nil {
		return err
	}
	today := h.Acts.Today()
	f.Since = cmp.Or(f.Since, today)
	from, okFrom := site.Rights.Post(f.From)
	to, okTo := site.Rights.Post(f.To)
	switch {
	case !okFrom:
		return app.Wrong("from_post", "请选择代哪一岗位。")
	case !okTo:
		return app.Wrong("to_post", "请选择由哪一岗位办理。")
	case from.Person == to.Person:
		return app.Wrong("to_post", "不能由本人代本人。")
	case access.Separated(from.Role) || access.Separated(to.Role):
		return app.Wrong("to_post", "系统管理员、安全管理员和审计员的岗位不得委托，也不代他人办理（三员分立）。")
	case !slices.Contains([]string{access.Delegate, access.Cover, access.Record}, f.Kind):
		return app.Wrong("kind", "请选择种类。")
	case f.Kind == access.Record && from.Role != access.Head && from.Role != access.GovHead:
		return app.Wrong("kind", "代录只适用于在纸上签批的负责人。")
	case !isDay(f.Since) || f.Until != "" && (!isDay(f.Until) || f.Until <= f.Since):
		return app.Wrong("since", "请核对起止日期。")
	case f.Kind == access.Cover && f.Until == "":
		return app.Wrong("until", "请假代理应当写明截止日期。")
	}
	who, ok := officer(site, who, today, func(a access.Actor) bool { return MayDelegate(a, from, f.Kind) })
	if !ok {
		return app.Faultf(app.Denied, "委托、代理由本人、统筹岗或者安全管理员登记，您的岗位不能登记。")
	}
	fields := matter.Values{}.With("kind", matter.OfText(f.Kind))
	for name, no := range map[string]int64{"from_post": f.From, "to_post": f.To} {
		e, err := h.entry(ctx, act.RegisterPost, no)
		if err != nil {
			return err
		}
		fields = fields.With(name, matter.OfRef(act.RefTo(e, newest(e))))
	}
	if f.Reason = strings.TrimSpace(f.Reason); f.Reason != "" {
		fields = fields.With("reason", matter.OfText(f.Reason))
	}
	_, err = h.Acts.PutEntry(ctx, act.Entry{
		ID: request, Who: who, Register: act.RegisterDelegation, Key: strings.Join([]string{f.Kind, uuid.Must(uuid.NewV7()).String()}, "-"),
		From: f.Since, To: f.Until, Fields: fields, Reason: f.Reason,
	})
	return err
}

// EndDelegation ends a delegation on a day, "" today.
func (h *House) EndDelegation(ctx context.Context, who access.Actor, request string, no int64, day string) error {
	e, err := h.entry(ctx, act.RegisterDelegation, no)
	if err != nil {
		return err
	}
	site, err := h.Acts.Site(ctx)
	if err != nil {
		return err
	}
	v := newest(e)
	from, _ := site.Rights.Post(refNo(v.Fields, "from_post"))
	to, _ := site.Rights.Post(refNo(v.Fields, "to_post"))
	who, ok := officer(site, who, h.Acts.Today(), func(a access.Actor) bool {
		return MayDelegate(a, from, v.Fields.Text("kind")) || a.Person == to.Person // whoever acts for another may lay it down
	})
	if !ok {
		return app.Faultf(app.Denied, "委托、代理由本人、统筹岗或者安全管理员结束，您的岗位不能结束。")
	}
	return h.endPost(ctx, who, request, e, day, "提前结束")
}

// Rename corrects or changes a person's name or telephone.
func (h *House) Rename(ctx context.Context, who access.Actor, request string, person int64, name, phone string) error {
	e, err := h.entry(ctx, act.RegisterPerson, person)
	if err != nil {
		return err
	}
	site, err := h.Acts.Site(ctx)
	if err != nil {
		return err
	}
	held := site.Rights.Posts(person, h.Acts.Today())
	who, ok := officer(site, who, h.Acts.Today(), func(a access.Actor) bool {
		return MayKeepAll(a) || slices.ContainsFunc(held, func(p access.Post) bool { return MayKeep(a, p.Unit) })
	})
	if !ok {
		return app.Faultf(app.Denied, "人员登记由统筹岗或者本单位联络员维护，您的岗位不能修改。")
	}
	if name = strings.TrimSpace(name); name == "" {
		return app.Wrong("name", "请填写姓名。")
	}
	return h.Acts.Amend(ctx, act.Amendment{
		ID: request, Who: who, Entry: e.No, Reason: "更正人员登记",
		Change: func(f matter.Values) matter.Values {
			f = f.With("name", matter.OfText(name)).Without("phone")
			if phone = strings.TrimSpace(phone); phone != "" {
				f = f.With("phone", matter.OfText(phone))
			}
			return f
		},
	})
}

// Person reads a person's entry.
func (h *House) Person(ctx context.Context, no int64) (*matter.Entry, error) {
	return h.entry(ctx, act.RegisterPerson, no)
}
