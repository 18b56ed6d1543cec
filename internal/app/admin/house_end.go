package admin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// Ending is the end of a unit, or its merger into a successor (撤销、并入).
type Ending struct {
	Unit, Successor int64
	Day             string // from which the unit is no more, "" today
	Reason          string
}

// Moved is what an ending or a handover came to.
type Moved struct {
	Matters, Posts int
	Left           []string // what could not be moved, with the reason
}

// atOnce is how many acts wait on the writer together.
const atOnce = 32

// EndUnit ends a unit. With a successor its open matters, its parts in others' matters, posts, units below and places in
// groups go there, each with a record of its own; history stays. Pressing again after an interruption finishes it.
func (h *House) EndUnit(ctx context.Context, who access.Actor, request string, e Ending) (Moved, error) {
	site, who, err := h.keeper(ctx, who, 0)
	if err != nil {
		return Moved{}, err
	}
	e.Day, request = cmp.Or(e.Day, h.Acts.Today()), requestOr(request)
	entry, err := h.entry(ctx, act.RegisterUnit, e.Unit)
	if err != nil {
		return Moved{}, err
	}
	m := &merger{h: h, site: site, who: who, request: request, e: e}
	if _, there, err := h.first(ctx, m.id("end")); err != nil || there {
		return m.moved, err
	}
	if err := m.check(ctx, newest(entry)); err != nil {
		return Moved{}, err
	}
	if e.Successor != 0 {
		for _, part := range []func(context.Context) error{m.below, m.groups, m.posts, m.matters} {
			if err := part(ctx); err != nil {
				return m.moved, err
			}
		}
		if len(m.moved.Left) > 0 {
			return m.moved, nil // the unit stands until everything has gone
		}
	}
	return m.moved, m.end(ctx, entry)
}

// requestOr gives a press without an id one of its own, since the ids of its parts are made from it.
func requestOr(request string) string {
	if request == "" {
		return uuid.NewString()
	}
	return request
}

// merger carries one ending.
type merger struct {
	h       *House
	site    *act.Site
	who     access.Actor
	request string
	e       Ending

	mu    sync.Mutex
	moved Moved
}

func (m *merger) check(ctx context.Context, v matter.EntryVersion) error {
	var faults []app.FieldFault
	wrong := func(field, say string) { faults = append(faults, app.FieldFault{Field: field, Say: say}) }
	switch {
	case !isDay(m.e.Day):
		wrong("day", "请写明自哪一日起，写成 2026-09-24 这样。")
	case m.e.Day > m.h.Acts.Today():
		wrong("day", "请在生效当日办理：事项、岗位自当日起转入承接单位。")
	case m.e.Day < v.From:
		wrong("day", "不得早于现有内容的生效日期 "+v.From+"。")
	case v.To != "":
		wrong("day", "该单位已经于 "+v.To+" 撤销。")
	}
	if strings.TrimSpace(m.e.Reason) == "" {
		wrong("reason", "请写明依据，例如机构改革方案的文号。")
	}
	if _, ok := m.site.Tree().Get(m.e.Successor); m.e.Successor != 0 && (!ok || slices.Contains(m.site.Tree().Subtree(m.e.Unit), m.e.Successor)) {
		wrong("successor", "承接单位应当是名录中的另一单位，且不是本单位的下属。")
	}
	if m.e.Successor == 0 {
		open, err := m.open(ctx)
		if err != nil {
			return err
		}
		if below := m.site.Tree().Children(m.e.Unit); len(open) > 0 || len(below) > 0 {
			wrong("successor", fmt.Sprintf("该单位还有 %d 件未办结事项、%d 个下属单位，请选择承接单位。", len(open), len(below)))
		}
	}
	return app.Wrongs(faults)
}

// open lists the open matters in which the unit has a part, sealed ones it leads included.
func (m *merger) open(ctx context.Context) ([]*matter.State, error) {
	var out []*matter.State
	seen := map[int64]bool{}
	err := m.h.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		for _, q := range []struct {
			scope access.Scope
			unit  int64
		}{{access.Scope{System: true}, m.e.Unit}, {access.Scope{Units: []int64{m.e.Unit}}, 0}} {
			for before := int64(0); ; {
				page, err := read.List(ctx, tx, q.scope, read.Filter{Unit: q.unit, OpenOnly: true, Before: before, Limit: 500})
				if err != nil {
					return err
				}
				for _, row := range page {
					s := row.State
					if !seen[s.No] && (s.Unit == m.e.Unit || partOf(s, m.e.Unit) != nil) {
						seen[s.No] = true
						out = append(out, s)
					}
				}
				if len(page) < 500 {
					break
				}
				before = page[len(page)-1].State.No
			}
		}
		return nil
	})
	return out, err
}

// partOf lists the roles beside lead that a unit has now.
func partOf(s *matter.State, u int64) []string {
	var out []string
	for _, r := range s.Roles {
		if r.Unit == u && r.To == "" && r.Role != "lead" {
			out = append(out, r.Role)
		}
	}
	return out
}

func (m *merger) id(parts ...any) string { return m.request + "/" + fmt.Sprint(parts...) }

// below moves the units under the one that ends.
func (m *merger) below(ctx context.Context) error {
	ref, err := m.site.Ref(act.RegisterUnit, m.e.Successor, m.e.Day)
	if err != nil {
		return err
	}
	for _, no := range m.site.Tree().Children(m.e.Unit) {
		err := m.h.Acts.Amend(ctx, act.Amendment{
			ID: m.id("u", no), Who: m.who, Entry: no, From: m.e.Day, Reason: m.e.Reason,
			Change: func(f matter.Values) matter.Values { return f.With("parent", matter.OfRef(ref)) },
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// groups puts the successor in the unit's place in every group.
func (m *merger) groups(ctx context.Context) error {
	ref, err := m.site.Ref(act.RegisterUnit, m.e.Successor, m.e.Day)
	if err != nil {
		return err
	}
	for _, g := range m.site.Tree().Groups() {
		if !slices.Contains(g.Members, m.e.Unit) {
			continue
		}
		there := slices.Contains(g.Members, m.e.Successor)
		err := m.h.Acts.Amend(ctx, act.Amendment{
			ID: m.id("g", g.No), Who: m.who, Entry: g.No, From: m.e.Day, Reason: m.e.Reason,
			Change: func(f matter.Values) matter.Values {
				list, _ := f.Get("members")
				var items []matter.Item
				for _, it := range list.Items {
					if it.Value.Ref != nil && it.Value.Ref.Entry == m.e.Unit {
						if there {
							continue
						}
						it.Value = matter.OfRef(ref)
					}
					items = append(items, it)
				}
				return f.With("members", matter.OfList(items...))
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// posts lets everybody go on with the same role in the successor. The post's own history is two entries.
func (m *merger) posts(ctx context.Context) error {
	held, err := m.h.Posts(ctx, func(p access.Post) bool { return p.Unit == m.e.Unit })
	if err != nil {
		return err
	}
	for _, p := range held {
		if p.Ended(m.e.Day) {
			continue
		}
		there := slices.ContainsFunc(m.site.Rights.Posts(p.Person, m.e.Day), func(o access.Post) bool { return o.Unit == m.e.Successor && o.Role == p.Role })
		if !there {
			f := PostForm{Person: p.Person, Unit: m.e.Successor, Role: p.Role, Title: p.Title, From: max(m.e.Day, p.From), To: p.To, Reason: m.e.Reason}
			if _, err := m.h.putPost(ctx, m.site, m.who, m.id("p", p.No), f); err != nil {
				return err
			}
		}
		e, err := m.h.entry(ctx, act.RegisterPost, p.No)
		if err != nil {
			return err
		}
		if err := m.h.endPost(ctx, m.who, m.id("q", p.No), e, max(m.e.Day, p.From), m.e.Reason); err != nil {
			return err
		}
		m.moved.Posts++
	}
	return nil
}

// matters hands every open matter over to the successor, and its parts in those of others.
func (m *merger) matters(ctx context.Context) error {
	all, err := m.open(ctx)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, s := range all {
		g.Go(func() error {
			err := m.matter(ctx, s)
			m.mu.Lock()
			defer m.mu.Unlock()
			if fault := app.FaultOf(err); err != nil && fault.Kind != app.Internal {
				m.moved.Left = append(m.moved.Left, TitleOf(s)+"："+saidBy(fault))
				return nil
			}
			if err == nil {
				m.moved.Matters++
			}
			return err
		})
	}
	err = g.Wait()
	slices.Sort(m.moved.Left)
	return err
}

// TitleOf names a matter in lists of the house, which reach people who may not read a sealed one.
func TitleOf(s *matter.State) string {
	if s.Sealed {
		return fmt.Sprintf("封存事项（存证 %d）", s.No)
	}
	return cmp.Or(s.Title, fmt.Sprintf("事项%d", s.No))
}

// saidBy is a fault in one sentence, with every unmet condition.
func saidBy(f *app.Fault) string {
	if len(f.Unmet) == 0 {
		return f.Say
	}
	says := make([]string, len(f.Unmet))
	for i, u := range f.Unmet {
		says[i] = u.Say
	}
	return strings.Join(says, "；")
}

func (m *merger) matter(ctx context.Context, s *matter.State) error {
	reason := m.e.Reason
	if s.Unit == m.e.Unit {
		if err := m.h.move(ctx, m.who, s, m.id("h", s.No), procedure.Act{Step: "handover", Unit: m.e.Successor, Reason: reason}); err != nil {
			return err
		}
	}
	for i, role := range partOf(s, m.e.Unit) {
		held := s.Unit == m.e.Successor || slices.Contains(partOf(s, m.e.Successor), role)
		if !held {
			if err := m.h.move(ctx, m.who, s, m.id("r", s.No, "-", i), procedure.Act{Step: "assign", Unit: m.e.Successor, Role: role, Reason: reason}); err != nil {
				return err
			}
		}
		if err := m.h.move(ctx, m.who, s, m.id("e", s.No, "-", i), procedure.Act{Step: "assign", Unit: m.e.Unit, Role: role, End: true, Reason: reason}); err != nil {
			return err
		}
	}
	return nil
}

// move does a built-in act of the house on a matter. Where the officer has no part in the matter, the house itself does
// it, and the reason names the officer: a merger or a leaver must not depend on what the officer may see.
func (h *House) move(ctx context.Context, who access.Actor, s *matter.State, request string, a procedure.Act) error {
	if !who.System && s.Unit != who.Unit() && len(partOf(s, who.Unit())) == 0 || s.Sealed {
		site, err := h.Acts.Site(ctx)
		if err != nil {
			return err
		}
		a.Reason += "（由" + site.Person(who.Person) + "办理交接）"
		who = access.Actor{System: true}
	}
	_, err := h.Acts.Do(ctx, act.Request{ID: request, Who: who, Matter: s.No, Act: a})
	var refusal *procedure.Refusal
	if errors.As(err, &refusal) && !who.System && slices.ContainsFunc(refusal.Unmet, func(u procedure.Unmet) bool { return u.Kind == procedure.UnmetActor }) {
		site, err := h.Acts.Site(ctx)
		if err != nil {
			return err
		}
		a.Reason += "（由" + site.Person(who.Person) + "办理交接）"
		_, err = h.Acts.Do(ctx, act.Request{ID: request, Who: access.Actor{System: true}, Matter: s.No, Act: a})
		return err
	}
	return err
}

func (m *merger) end(ctx context.Context, e *matter.Entry) error {
	v := newest(e)
	fields := v.Fields
	if m.e.Successor != 0 {
		ref, err := m.site.Ref(act.RegisterUnit, m.e.Successor, m.e.Day)
		if err != nil {
			return err
		}
		fields = fields.With("successor", matter.OfRef(ref))
	}
	_, err := m.h.Acts.PutEntry(ctx, act.Entry{
		ID: m.id("end"), Who: m.who, Register: act.RegisterUnit, Key: e.Key, No: e.No, From: v.From, To: m.e.Day, Fields: fields, Reason: m.e.Reason,
	})
	return err
}
