package admin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/side"
)

// Leaving is everything open of a post whose holder leaves (工作交接), on one page.
type Leaving struct {
	Post        access.Post
	Matters     []Carried
	Delegations []Delegation
	Drafts      int
	// Successors may take over: posts of the same role in the unit, whose holders go on from them, and people of the unit
	// who would be given the post.
	Successors []Successor
}

// Carried is an open matter that is the post's, by assignment or because the post alone holds the role it waits for.
type Carried struct {
	State  *matter.State
	Roles  []string // roles assigned to the post; empty where it only waits for the role
	Steps  []string // titles of the steps that wait
	Due    string   // soonest open limit, "" none
	Limits int      // open limits
	Files  int      // files attached in the matter
}

// Successor is who may take over a post: an existing post, or (Post 0) a person who is given one.
type Successor struct{ Post, Person int64 }

// mostCarried bounds what one post can have open.
const mostCarried = 5000

// Leaving lists what a post would leave behind. Only who may end the post sees it.
func (h *House) Leaving(ctx context.Context, who access.Actor, post int64) (*Leaving, access.Actor, error) {
	e, err := h.entry(ctx, act.RegisterPost, post)
	if err != nil {
		return nil, who, err
	}
	site, err := h.Acts.Site(ctx)
	if err != nil {
		return nil, who, err
	}
	p := heldOf(e)
	who, ok := officer(site, who, h.Acts.Today(), func(a access.Actor) bool {
		return MayGrant(a, p.Role, p.Unit) || MayKeep(a, p.Unit) || a.Person == p.Person
	})
	if !ok {
		return nil, who, app.Faultf(app.Denied, "工作交接由本人、本单位联络员、统筹岗或者安全管理员办理，您的岗位不能办理。")
	}
	out := &Leaving{Post: p.Post}
	if out.Matters, err = h.carried(ctx, site, p.Post); err != nil {
		return nil, who, err
	}
	if out.Delegations, err = h.delegationsOpen(ctx, post); err != nil {
		return nil, who, err
	}
	err = h.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		drafts, err := side.Drafts(ctx, tx, post, "")
		out.Drafts = len(drafts)
		return err
	})
	out.Successors = successors(site, p.Post, h.Acts.Today())
	return out, who, err
}

func (h *House) delegationsOpen(ctx context.Context, post int64) ([]Delegation, error) {
	all, err := h.Delegations(ctx, []int64{post})
	today := h.Acts.Today()
	return slices.DeleteFunc(all, func(d Delegation) bool { return d.Until != "" && d.Until <= today }), err
}

// successors are the other holders of the role in the unit, then the other people of the unit.
func successors(site *act.Site, p access.Post, today string) []Successor {
	var out []Successor
	have := map[int64]bool{p.Person: true}
	for _, o := range site.Rights.Holders(p.Unit, p.Role, today) {
		if o.No != p.No {
			out = append(out, Successor{o.No, o.Person})
			have[o.Person] = true
		}
	}
	for _, e := range site.Persons() {
		for _, o := range site.Rights.Posts(e.No, today) {
			if o.Unit == p.Unit && !have[e.No] && !access.Separated(o.Role) {
				out = append(out, Successor{0, e.No})
				have[e.No] = true
			}
		}
	}
	return out
}

// carried reads what waits for a post.
func (h *House) carried(ctx context.Context, site *act.Site, p access.Post) ([]Carried, error) {
	var out []Carried
	alone := len(site.Rights.Holders(p.Unit, p.Role, h.Acts.Today())) == 1
	err := h.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		index := map[int64]int{}
		add := func(s *matter.State, cache matter.Cache) *Carried {
			i, ok := index[s.No]
			if !ok {
				i = len(out)
				index[s.No] = i
				out = append(out, carriedOf(s, cache, p))
			}
			return &out[i]
		}
		for before := int64(0); len(out) < mostCarried; {
			page, err := read.List(ctx, tx, access.Scope{System: true}, read.Filter{Unit: p.Unit, OpenOnly: true, Before: before, Limit: 500})
			if err != nil {
				return err
			}
			for _, row := range page {
				if len(rolesOf(row.State, p.No)) > 0 {
					add(row.State, row.Cache)
				}
			}
			if len(page) < 500 {
				break
			}
			before = page[len(page)-1].State.No
		}
		work, err := read.Worklist(ctx, tx, []read.Desk{{Unit: p.Unit, Role: p.Role, Post: p.No}}, mostCarried)
		if err != nil {
			return err
		}
		for _, w := range work {
			if w.Post != p.No && !alone {
				continue // another holder of the role goes on with it
			}
			c := add(w.Matter.State, w.Matter.Cache)
			if def, ok := h.Acts.Book().ByDigest(w.Matter.State.Def); ok && !slices.Contains(c.Steps, def.StepTitle(w.Step)) {
				c.Steps = append(c.Steps, def.StepTitle(w.Step))
			}
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b Carried) int {
		return cmp.Or(cmp.Compare(cmp.Or(a.Due, matter.NoDue), cmp.Or(b.Due, matter.NoDue)), cmp.Compare(a.State.No, b.State.No))
	})
	return out, err
}

// rolesOf lists the roles of a matter that are assigned to a post.
func rolesOf(s *matter.State, post int64) []string {
	var out []string
	for _, v := range s.Values {
		if role, ok := strings.CutPrefix(v.Name, "assigned."); ok && v.Value.Int == post {
			out = append(out, role)
		}
	}
	return out
}

func carriedOf(s *matter.State, cache matter.Cache, p access.Post) Carried {
	c := Carried{State: s, Roles: rolesOf(s, p.No)}
	for _, d := range cache.Due {
		c.Limits++
		if d.Due != matter.NoDue && (c.Due == "" || d.Due < c.Due) {
			c.Due = d.Due
		}
	}
	for _, e := range s.Events {
		c.Files += int(e.Files)
	}
	return c
}

// Handover says who takes over.
type Handover struct {
	Post   int64
	To     Successor
	Each   map[int64]int64 // matter → post of the same role that takes this one instead
	Day    string          // from which the post has ended, "" today
	Reason string
}

// HandOver moves everything open of a post to its successor in one press and ends the post: assignments, drafts and
// delegations. What has been signed stays signed by who signed it. Pressing again after an interruption finishes it.
func (h *House) HandOver(ctx context.Context, who access.Actor, request string, o Handover) (Moved, error) {
	leaving, who, err := h.Leaving(ctx, who, o.Post)
	if err != nil {
		return Moved{}, err
	}
	o.Day, o.Reason = cmp.Or(o.Day, h.Acts.Today()), cmp.Or(strings.TrimSpace(o.Reason), "工作交接")
	request = requestOr(request)
	entry, err := h.entry(ctx, act.RegisterPost, o.Post)
	if err != nil {
		return Moved{}, err
	}
	site, err := h.Acts.Site(ctx)
	if err != nil {
		return Moved{}, err
	}
	ender, ok := officer(site, who, h.Acts.Today(), func(a access.Actor) bool { return MayGrant(a, leaving.Post.Role, leaving.Post.Unit) })
	if !ok {
		return Moved{}, app.Faultf(app.Denied, "收回这一岗位由安全管理员、统筹岗或者本单位联络员办理，您的岗位只能查看交接内容。")
	}
	if _, there, err := h.first(ctx, request+"/end"); err != nil || there {
		return Moved{}, err
	}
	if err := o.check(leaving, newest(entry), h.Acts.Today()); err != nil {
		return Moved{}, err
	}
	to := o.To.Post
	if to == 0 && o.To.Person != 0 {
		to, err = h.GivePost(ctx, ender, request+"/post", PostForm{
			Person: o.To.Person, Unit: leaving.Post.Unit, Role: leaving.Post.Role, Title: leaving.Post.Title, From: o.Day, Reason: o.Reason,
		})
		if err != nil {
			return Moved{}, err
		}
	}
	moved, err := h.reassign(ctx, ender, request, leaving, to, &o)
	if err != nil || len(moved.Left) > 0 {
		return moved, err // the post stands until everything has gone
	}
	for _, d := range leaving.Delegations {
		e, err := h.entry(ctx, act.RegisterDelegation, d.No)
		if err != nil {
			return moved, err
		}
		if err := h.endPost(ctx, ender, fmt.Sprint(request, "/d", d.No), e, max(o.Day, d.Since), o.Reason); err != nil {
			return moved, err
		}
	}
	if to != 0 {
		if err := h.moveDrafts(ctx, o.Post, to); err != nil {
			return moved, err
		}
	}
	moved.Posts = 1
	return moved, h.endPost(ctx, ender, request+"/end", entry, o.Day, o.Reason)
}

func (o *Handover) check(l *Leaving, v matter.EntryVersion, today string) error {
	var faults []app.FieldFault
	wrong := func(field, say string) { faults = append(faults, app.FieldFault{Field: field, Say: say}) }
	switch {
	case !isDay(o.Day):
		wrong("day", "请写明自哪一日起不再任职，写成 2026-09-24 这样。")
	case o.Day > today:
		wrong("day", "请在离岗当日办理：事项自当日起由接手人办理。")
	case o.Day < v.From:
		wrong("day", "不得早于任职日期 "+v.From+"。")
	case v.To != "" && v.To <= o.Day:
		wrong("day", "该岗位已经于 "+v.To+" 结束。")
	}
	if o.To == (Successor{}) && len(l.Matters)+len(l.Delegations)+l.Drafts > 0 {
		wrong("to", "请选择接手人。")
	}
	fits := func(s Successor) bool { return slices.Contains(l.Successors, s) }
	if o.To != (Successor{}) && !fits(o.To) {
		wrong("to", "接手人应当是本单位人员。")
	}
	for no, post := range o.Each {
		if post != 0 && !slices.ContainsFunc(l.Successors, func(s Successor) bool { return s.Post == post }) {
			wrong(fmt.Sprintf("to.%d", no), "接手人应当是本单位同一岗位的人员。")
		}
	}
	return app.Wrongs(faults)
}

// reassign gives every matter to its new post. What only waited for the role is assigned too where it goes to someone
// else than the rest, or where the successor's unit has other holders of the role.
func (h *House) reassign(ctx context.Context, who access.Actor, request string, l *Leaving, to int64, o *Handover) (Moved, error) {
	var moved Moved
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, c := range l.Matters {
		g.Go(func() error {
			post := cmp.Or(o.Each[c.State.No], to)
			roles := c.Roles
			if len(roles) == 0 && c.State.Unit == l.Post.Unit {
				roles = []string{l.Post.Role}
			}
			var err error
			for _, role := range roles {
				a := procedure.Act{Step: "assign", Role: role, Post: post, Reason: o.Reason}
				if err = h.move(ctx, who, c.State, fmt.Sprint(request, "/m", c.State.No, "-", role), a); err != nil {
					break
				}
			}
			mu.Lock()
			defer mu.Unlock()
			if fault := app.FaultOf(err); err != nil && fault.Kind != app.Internal {
				moved.Left = append(moved.Left, TitleOf(c.State)+"："+saidBy(fault))
				return nil
			}
			if err == nil {
				moved.Matters++
			}
			return err
		})
	}
	err := g.Wait()
	slices.Sort(moved.Left)
	return moved, err
}

// moveDrafts gives unfinished forms to the successor; where both have one of a form, the successor's own stays.
func (h *House) moveDrafts(ctx context.Context, from, to int64) error {
	return h.Acts.DB.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE draft SET post = $2 WHERE post = $1 AND form NOT IN (SELECT form FROM draft WHERE post = $2)", from, to)
		if err != nil {
			return errors.Join(errors.New("move drafts"), err)
		}
		return nil
	})
}
