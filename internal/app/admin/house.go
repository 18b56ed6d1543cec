package admin

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/register"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/unit"
)

// House keeps units, people, posts and accounts (单位与人员). Every change of a unit, person, post or delegation is a new
// version of an entry, so that who changed what, when and why is on record.
type House struct {
	Acts     *act.Acts
	Accounts *Accounts
}

// MayKeep tells whether an actor keeps the data of a unit and its people: the coordinator of all, a liaison of the own unit.
func MayKeep(who access.Actor, u int64) bool {
	switch {
	case who.System:
		return true
	case who.Role() == access.Coordinator:
		return true
	}
	return who.Role() == access.Liaison && who.Unit() == u
}

// MayKeepAll tells whether an actor keeps the tree of units itself.
func MayKeepAll(who access.Actor) bool { return who.System || who.Role() == access.Coordinator }

// officer finds the mandate from which a person may do something: the one acted from, else the first that allows it.
func officer(site *act.Site, who access.Actor, today string, may func(access.Actor) bool) (access.Actor, bool) {
	if may(who) {
		return who, true
	}
	for _, m := range site.Rights.Mandates(who.Person, today) {
		if a := (access.Actor{Person: who.Person, Mandate: m}); may(a) {
			return a, true
		}
	}
	return who, false
}

// Officer is the mandate of a person that allows something, for pages that ask before they offer a form.
func (h *House) Officer(site *act.Site, who access.Actor, may func(access.Actor) bool) (access.Actor, bool) {
	return officer(site, who, h.Acts.Today(), may)
}

// keeper returns the site and the mandate that keeps a unit (0: the tree itself), or Denied.
func (h *House) keeper(ctx context.Context, who access.Actor, u int64) (*act.Site, access.Actor, error) {
	site, err := h.Acts.Site(ctx)
	if err != nil {
		return nil, who, err
	}
	may := func(a access.Actor) bool { return MayKeep(a, u) }
	if u == 0 {
		may = MayKeepAll
	}
	who, ok := officer(site, who, h.Acts.Today(), may)
	if !ok {
		return nil, who, app.Faultf(app.Denied, "单位名录由统筹岗维护，本单位的别名和人员由本单位联络员维护，您的岗位不能修改。")
	}
	return site, who, nil
}

// UnitForm is what is registered of a unit.
type UnitForm struct {
	Code, Name, Short, Sign, Kind, Standing, Region string
	Parent, Order                                   int64
	From                                            string // the day from which it holds, "" today
	Reason                                          string
}

// check says what is wrong with the form; no is the unit changed, 0 for a new one.
func (f *UnitForm) check(site *act.Site, no int64) error {
	var faults []app.FieldFault
	wrong := func(field, say string) { faults = append(faults, app.FieldFault{Field: field, Say: say}) }
	tree := site.Tree()
	switch other, taken := tree.Code(f.Code); {
	case f.Code == "":
		wrong("code", "请填写单位编码。")
	case taken && other.No != no:
		wrong("code", "编码 "+f.Code+" 已经是“"+other.Name+"”的。")
	}
	switch other, taken := tree.Match(f.Name); {
	case f.Name == "":
		wrong("name", "请填写单位全称。")
	case taken && other.No != no:
		wrong("name", "“"+f.Name+"”已经是“"+other.Name+"”的名称或者别名。")
	}
	if !slices.Contains([]string{unit.Supervised, unit.Invited, unit.Partner}, f.Standing) {
		wrong("standing", "请选择在法治督察中的身份。")
	}
	if f.Parent != 0 {
		if _, ok := tree.Get(f.Parent); !ok {
			wrong("parent", "名录中没有这个上级单位。")
		} else if no != 0 && slices.Contains(tree.Subtree(no), f.Parent) {
			wrong("parent", "上级单位不能是本单位或者它的下属。")
		}
	}
	if !isDay(f.From) {
		wrong("from", "请写明自哪一日起，写成 2026-09-24 这样。")
	}
	if strings.TrimSpace(f.Reason) == "" {
		wrong("reason", "请写明依据，例如机构改革方案的文号。")
	}
	return app.Wrongs(faults)
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// values lays the form over the fields a unit has.
func (f *UnitForm) values(site *act.Site, fields matter.Values) (matter.Values, error) {
	for name, text := range map[string]string{
		"code": f.Code, "name": f.Name, "short": f.Short, "sign": f.Sign, "kind": f.Kind, "standing": f.Standing, "region": f.Region,
	} {
		if fields = fields.Without(name); text != "" {
			fields = fields.With(name, matter.OfText(text))
		}
	}
	fields = fields.Without("parent")
	if f.Parent != 0 {
		ref, err := site.Ref(act.RegisterUnit, f.Parent, f.From)
		if err != nil {
			return nil, err
		}
		fields = fields.With("parent", matter.OfRef(ref))
	}
	return fields.With("order", matter.OfInt(f.Order)), nil
}

// tidy fills in what follows from the rest.
func (f *UnitForm) tidy(site *act.Site, today string) {
	f.From = cmp.Or(f.From, today)
	if f.Region == "" {
		if above, ok := site.Tree().Get(f.Parent); ok {
			f.Region = above.Region
		}
	}
	if f.Order == 0 {
		for _, u := range site.Tree().All() {
			f.Order = max(f.Order, u.Order+1)
		}
	}
}

// NewUnit registers a unit and returns its no.
func (h *House) NewUnit(ctx context.Context, who access.Actor, request string, f UnitForm) (int64, error) {
	site, who, err := h.keeper(ctx, who, 0)
	if err != nil {
		return 0, err
	}
	if no, there, err := h.first(ctx, request); err != nil || there {
		return no, err
	}
	f.tidy(site, h.Acts.Today())
	if err := f.check(site, 0); err != nil {
		return 0, err
	}
	fields, err := f.values(site, nil)
	if err != nil {
		return 0, err
	}
	done, err := h.Acts.PutEntry(ctx, act.Entry{
		ID: request, Who: who, Register: act.RegisterUnit, Key: f.Code, From: f.From, Fields: fields, Reason: f.Reason,
	})
	return done.Matter, err
}

// ChangeUnit renames, moves or otherwise changes a unit from a day on; what was before stays readable.
func (h *House) ChangeUnit(ctx context.Context, who access.Actor, request string, no, seen int64, f UnitForm) error {
	site, who, err := h.keeper(ctx, who, 0)
	if err != nil {
		return err
	}
	f.tidy(site, h.Acts.Today())
	if err := f.check(site, no); err != nil {
		return err
	}
	e, err := h.entry(ctx, act.RegisterUnit, no)
	if err != nil {
		return err
	}
	v := newest(e)
	if f.From < v.From {
		return app.Wrong("from", "不得早于现有内容的生效日期 %s。", v.From)
	}
	fields, err := f.values(site, v.Fields)
	if err != nil {
		return err
	}
	_, err = h.Acts.PutEntry(ctx, act.Entry{
		ID: request, Who: who, Register: act.RegisterUnit, Key: e.Key, No: no, Seen: seen, From: f.From, To: v.To, Fields: fields, Reason: f.Reason,
	})
	return err
}

// AddAlias remembers a name under which documents mean a unit.
func (h *House) AddAlias(ctx context.Context, who access.Actor, request string, no int64, name string) error {
	site, who, err := h.keeper(ctx, who, no)
	if err != nil {
		return err
	}
	name = strings.TrimSpace(name)
	if name == "" {
		return app.Wrong("alias", "请填写别名。")
	}
	if unit.Collective(name) {
		return app.Wrong("alias", "“%s”是集合名称，请建立单位组。", name)
	}
	if other, taken := site.Tree().Match(name); taken {
		return app.Wrong("alias", "“%s”已经是“%s”的名称或者别名。", name, other.Name)
	}
	return h.Acts.Amend(ctx, act.Amendment{
		ID: request, Who: who, Entry: no, Reason: "增加别名",
		Change: func(f matter.Values) matter.Values {
			return f.With("aliases", added(f, "aliases", matter.OfText(name)))
		},
	})
}

// DropAlias forgets an alias from today on.
func (h *House) DropAlias(ctx context.Context, who access.Actor, request string, no int64, name string) error {
	_, who, err := h.keeper(ctx, who, no)
	if err != nil {
		return err
	}
	return h.Acts.Amend(ctx, act.Amendment{
		ID: request, Who: who, Entry: no, Reason: "取消别名",
		Change: func(f matter.Values) matter.Values {
			list, _ := f.Get("aliases")
			kept := slices.DeleteFunc(slices.Clone(list.Items), func(it matter.Item) bool { return it.Value.Text == name })
			if len(kept) == 0 {
				return f.Without("aliases")
			}
			return f.With("aliases", matter.OfList(kept...))
		},
	})
}

// added is a list field with one more element; ids of elements are never reused.
func added(f matter.Values, field string, v matter.Value) matter.Value {
	return addedItem(f, field, matter.Item{Value: v})
}

func addedItem(f matter.Values, field string, it matter.Item) matter.Value {
	list, _ := f.Get(field)
	last := 0
	for _, have := range list.Items {
		if n, err := strconv.Atoi(strings.TrimPrefix(have.ID, "p")); err == nil {
			last = max(last, n)
		}
	}
	it.ID = "p" + strconv.Itoa(last+1)
	return matter.OfList(append(slices.Clone(list.Items), it)...)
}

// Relation is a dated relation to register; Kind is one of RelationKinds.
type Relation struct {
	Kind     string
	Other    int64
	From, To string
	Reason   string
}

// RelationKinds are the kinds of relation beside the tree, as the register of units names them.
func (h *House) RelationKinds() []register.Choice {
	return h.choices(act.RegisterUnit, "relations", "kind")
}

// choices are the options of a field of a built-in register, or of a column of it.
func (h *House) choices(reg, field, column string) []register.Choice {
	def, ok := h.Acts.Book().Register(reg)
	if !ok {
		return nil
	}
	f := def.Field(field)
	if f == nil || column == "" {
		if f == nil {
			return nil
		}
		return f.Options
	}
	for _, c := range f.Fields {
		if c.ID == column {
			return c.Options
		}
	}
	return nil
}

// UnitKinds and Standings are the closed lists of the register of units.
func (h *House) UnitKinds() []register.Choice { return h.choices(act.RegisterUnit, "kind", "") }

// Standings are what a unit may be towards supervision.
func (h *House) Standings() []register.Choice { return h.choices(act.RegisterUnit, "standing", "") }

// Relate registers a relation of a unit to another.
func (h *House) Relate(ctx context.Context, who access.Actor, request string, no int64, r Relation) error {
	site, who, err := h.keeper(ctx, who, 0)
	if err != nil {
		return err
	}
	if r.From = cmp.Or(r.From, h.Acts.Today()); !isDay(r.From) || r.To != "" && (!isDay(r.To) || r.To <= r.From) {
		return app.Wrong("from", "请核对起止日期。")
	}
	if !slices.ContainsFunc(h.RelationKinds(), func(c register.Choice) bool { return c.ID == r.Kind }) {
		return app.Wrong("kind", "请选择关系的种类。")
	}
	if r.Other == no {
		return app.Wrong("other", "不能与本单位自身建立关系。")
	}
	ref, err := site.Ref(act.RegisterUnit, r.Other, r.From)
	if err != nil {
		return app.Wrong("other", "请选择名录中的单位。")
	}
	row := matter.Values{}.With("kind", matter.OfText(r.Kind)).With("other", matter.OfRef(ref)).With("from", matter.OfDate(r.From))
	if r.To != "" {
		row = row.With("to", matter.OfDate(r.To))
	}
	return h.Acts.Amend(ctx, act.Amendment{
		ID: request, Who: who, Entry: no, Reason: cmp.Or(r.Reason, "登记单位关系"),
		Change: func(f matter.Values) matter.Values {
			return f.With("relations", addedItem(f, "relations", matter.Item{Fields: row}))
		},
	})
}

// SetGroup makes a unit group (no 0) or changes whom a collective name means, from today on.
func (h *House) SetGroup(ctx context.Context, who access.Actor, request string, no int64, name string, aliases []string, members []int64) (int64, error) {
	site, who, err := h.keeper(ctx, who, 0)
	if err != nil {
		return 0, err
	}
	name = strings.TrimSpace(name)
	if name == "" {
		return 0, app.Wrong("name", "请填写单位组的名称，例如“各乡镇人民政府”。")
	}
	if g, ok := site.Tree().Group(name); ok && g.No != no {
		return 0, app.Wrong("name", "已经有名为“%s”的单位组。", name)
	}
	if len(members) == 0 {
		return 0, app.Wrong("unit", "请至少选择一个单位。")
	}
	items := make([]matter.Item, len(members))
	for i, m := range members {
		ref, err := site.Ref(act.RegisterUnit, m, h.Acts.Today())
		if err != nil {
			return 0, app.Wrong("unit", "名录中没有这个单位。")
		}
		items[i] = matter.Item{ID: "p" + strconv.Itoa(i+1), Value: matter.OfRef(ref)}
	}
	change := func(f matter.Values) matter.Values {
		f = f.With("name", matter.OfText(name)).With("members", matter.OfList(items...)).Without("aliases")
		if len(aliases) > 0 {
			words := make([]matter.Item, len(aliases))
			for i, a := range aliases {
				words[i] = matter.Item{ID: "p" + strconv.Itoa(i+1), Value: matter.OfText(a)}
			}
			f = f.With("aliases", matter.OfList(words...))
		}
		return f
	}
	if no != 0 {
		if _, err := h.entry(ctx, act.RegisterGroup, no); err != nil {
			return 0, err
		}
		return no, h.Acts.Amend(ctx, act.Amendment{ID: request, Who: who, Entry: no, Reason: "调整单位组", Change: change})
	}
	done, err := h.Acts.PutEntry(ctx, act.Entry{
		ID: request, Who: who, Register: act.RegisterGroup, Key: name, Fields: change(nil), Reason: "建立单位组",
	})
	return done.Matter, err
}

// first is the entry that a request has made before: a form sent twice is answered with what it came to the first time,
// not with what that has made wrong.
func (h *House) first(ctx context.Context, request string) (no int64, there bool, err error) {
	if request == "" {
		return 0, false, nil
	}
	err = h.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		var seq int64
		if seq, there, err = read.Once(ctx, tx, request); err != nil || !there {
			return err
		}
		head, err := read.Head(ctx, tx, seq)
		if err != nil {
			return err
		}
		no, err = read.EntryNo(ctx, tx, head.Matter)
		return err
	})
	return no, there, err
}

// entry reads an entry of a register; another register's is not there.
func (h *House) entry(ctx context.Context, register string, no int64) (*matter.Entry, error) {
	var e *matter.Entry
	err := h.Acts.DB.Read(ctx, func(tx *store.Tx) (err error) {
		e, err = read.EntryOf(ctx, tx, no)
		return err
	})
	if errors.Is(err, read.ErrNone) || err == nil && e.Register != register {
		return nil, app.Faultf(app.NotFound, "名录中没有这一条。")
	}
	return e, err
}

// Version is one version of an entry with who recorded it.
type Version struct {
	matter.EntryVersion
	Reason string
	At     time.Time
	Person int64
}

// Unit reads a unit's entry with the history of its versions, newest first.
func (h *House) Unit(ctx context.Context, no int64) (*matter.Entry, []Version, error) {
	e, err := h.entry(ctx, act.RegisterUnit, no)
	if err != nil {
		return nil, nil, err
	}
	var out []Version
	err = h.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		seqs := make([]int64, len(e.Versions))
		for i, v := range e.Versions {
			seqs[i] = v.Seq
		}
		said, err := read.History(ctx, tx, seqs)
		for i := range said {
			out = append(out, Version{e.Versions[i], said[i].Record.Reason, time.UnixMicro(said[i].Head.At).In(app.China), said[i].Head.By.Person})
		}
		return err
	})
	slices.Reverse(out)
	return e, out, err
}

func newest(e *matter.Entry) matter.EntryVersion { return e.Versions[len(e.Versions)-1] }

func refNo(f matter.Values, field string) int64 {
	if v, ok := f.Get(field); ok && v.Ref != nil {
		return v.Ref.Entry
	}
	return 0
}
