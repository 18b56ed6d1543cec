package demo

import (
	"context"
	"fmt"
	"strconv"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/matter"
)

// settled is the county as it has been entered: what the story needs to find actors and units again.
type settled struct {
	units   map[string]matter.Ref // by code
	persons map[string]matter.Ref // by login
	posts   map[string]matter.Ref // by login/unit/role
	codes   map[int64]string      // unit no → code
}

// settle enters units, groups, persons, posts and delegations, in the first days of the story. The program itself enters
// them, as a new site's first import does.
func (s *story) settle(ctx context.Context, c *county) (*settled, error) {
	in := &settled{units: map[string]matter.Ref{}, persons: map[string]matter.Ref{}, posts: map[string]matter.Ref{}, codes: map[int64]string{}}
	for _, enter := range []func(context.Context, *county, *settled) error{s.enterUnits, s.enterGroups, s.enterPersons, s.enterPosts, s.enterDelegations, s.enterOfficers} {
		if err := enter(ctx, c, in); err != nil {
			return nil, err
		}
	}
	return in, nil
}

// enter records the first version of an entry and gives a reference to it.
func (s *story) enter(ctx context.Context, register, key, from, to string, fields matter.Values) (matter.Ref, error) {
	done, err := s.Acts.PutEntry(ctx, act.Entry{
		ID: "demo/" + register + "/" + key, Who: access.Actor{System: true}, Register: register, Key: key, From: from, To: to,
		Fields: fields, Reason: "建库时导入",
	})
	if err != nil {
		return matter.Ref{}, fmt.Errorf("enter %s %s: %w", register, key, err)
	}
	name := fields.Text("name")
	if name == "" {
		name = fields.Text("title")
	}
	return matter.Ref{Register: register, Entry: done.Matter, Version: 1, Key: key, Name: name}, nil
}

// textsOf makes a list of plain texts.
func textsOf(words []string) matter.Value {
	items := make([]matter.Item, len(words))
	for i, w := range words {
		items[i] = matter.Item{ID: "p" + strconv.Itoa(i+1), Value: matter.OfText(w)}
	}
	return matter.OfList(items...)
}

// setTexts sets the fields that are not empty.
func setTexts(f matter.Values, r row, columns ...string) matter.Values {
	for _, c := range columns {
		if r[c] != "" {
			f = f.With(c, matter.OfText(r[c]))
		}
	}
	return f
}

// Region is the county's code. 990127 is given to no place.
const Region = "990127"

// enterUnits enters every unit after those it names. A merger of the story comes later, as a version of its own.
func (s *story) enterUnits(ctx context.Context, c *county, in *settled) error {
	byCode := map[string]row{}
	order := map[string]int{}
	for i, u := range c.units {
		byCode[u["code"]], order[u["code"]] = u, i+1
	}
	var enter func(code string) error
	enter = func(code string) error {
		if _, there := in.units[code]; there {
			return nil
		}
		u, ok := byCode[code]
		if !ok {
			return fmt.Errorf("units.csv has no %s", code)
		}
		f := setTexts(matter.Values{}, u, "code", "name", "short", "sign", "kind", "standing").
			With("region", matter.OfText(Region)).With("order", matter.OfInt(int64(order[code])))
		if u["parent"] != "" {
			if err := enter(u["parent"]); err != nil {
				return err
			}
			f = f.With("parent", matter.OfRef(in.units[u["parent"]]))
		}
		if names := u.list("aliases"); len(names) > 0 {
			f = f.With("aliases", textsOf(names))
		}
		var relations []matter.Item
		for _, r := range c.relations {
			if r["unit"] != code {
				continue
			}
			if err := enter(r["other"]); err != nil {
				return err
			}
			relations = append(relations, matter.Item{ID: "p" + strconv.Itoa(len(relations)+1), Fields: matter.Values{}.
				With("kind", matter.OfText(r["kind"])).With("other", matter.OfRef(in.units[r["other"]])).
				With("from", matter.OfDate(r["from"]))})
		}
		if len(relations) > 0 {
			f = f.With("relations", matter.OfList(relations...))
		}
		ref, err := s.enter(ctx, act.RegisterUnit, code, u["from"], "", f)
		in.units[code], in.codes[ref.Entry] = ref, code
		return err
	}
	for _, u := range c.units {
		if err := enter(u["code"]); err != nil {
			return err
		}
	}
	return nil
}

func (s *story) enterGroups(ctx context.Context, c *county, in *settled) error {
	for _, g := range c.groups {
		f := matter.Values{}.With("name", matter.OfText(g["name"])).With("members", in.members(g.list("members")))
		if names := g.list("aliases"); len(names) > 0 {
			f = f.With("aliases", textsOf(names))
		}
		if _, err := s.enter(ctx, act.RegisterGroup, g["key"], "2019-03-01", "", f); err != nil {
			return err
		}
	}
	return nil
}

// members makes a list of references to units.
func (in *settled) members(codes []string) matter.Value {
	items := make([]matter.Item, len(codes))
	for i, code := range codes {
		items[i] = matter.Item{ID: "p" + strconv.Itoa(i+1), Value: matter.OfRef(in.units[code])}
	}
	return matter.OfList(items...)
}

func (s *story) enterPersons(ctx context.Context, c *county, in *settled) error {
	for _, p := range c.persons() {
		ref, err := s.enter(ctx, act.RegisterPerson, p["login"], "2019-03-01", "", matter.Values{}.With("name", matter.OfText(p["name"])))
		if err != nil {
			return err
		}
		in.persons[p["login"]] = ref
	}
	return nil
}

func (s *story) enterPosts(ctx context.Context, c *county, in *settled) error {
	for _, p := range c.posts {
		f := setTexts(matter.Values{}, p, "role", "title").
			With("person", matter.OfRef(in.persons[p["login"]])).With("unit", matter.OfRef(in.units[p["unit"]]))
		ref, err := s.enter(ctx, act.RegisterPost, p.postKey(), p["from"], p["to"], f)
		if err != nil {
			return err
		}
		in.posts[p.postKey()] = ref
	}
	return nil
}

func (s *story) enterDelegations(ctx context.Context, c *county, in *settled) error {
	for _, d := range c.delegations {
		f := setTexts(matter.Values{}, d, "kind", "reason").
			With("from_post", matter.OfRef(in.posts[d["from"]])).With("to_post", matter.OfRef(in.posts[d["to"]]))
		if _, err := s.enter(ctx, act.RegisterDelegation, d["key"], d["since"], d["until"], f); err != nil {
			return err
		}
	}
	return nil
}

// actor is a person acting from a post of their own.
func (s *story) actor(ctx context.Context, post string) (access.Actor, error) {
	return s.actorFor(ctx, post, post)
}

// actorFor is a person acting from a post for another, under a delegation that holds on the day.
func (s *story) actorFor(ctx context.Context, post, acting string) (access.Actor, error) {
	site, err := s.Acts.Site(ctx)
	if err != nil {
		return access.Actor{}, err
	}
	own, ok := s.in.posts[post]
	other, there := s.in.posts[acting]
	if !ok || !there {
		return access.Actor{}, fmt.Errorf("no post %s or %s", post, acting)
	}
	p, _ := site.Rights.Post(own.Entry)
	who, ok := site.Rights.Actor(p.Person, own.Entry, other.Entry, s.Acts.Today())
	if !ok {
		return access.Actor{}, fmt.Errorf("%s may not act for %s on %s", post, acting, s.Acts.Today())
	}
	return who, nil
}

// staff lists the posts of a role in a unit, in the order of the table.
func (c *county) staff(unit, role string) []string {
	var out []string
	for _, p := range c.posts {
		if p["unit"] == unit && p["role"] == role {
			out = append(out, p.postKey())
		}
	}
	return out
}

// The one who leaves in the story, the colleague who takes over, and the day.
const (
	leaver   = "zjj02/ZJJ/handler"
	follower = "zjj04/ZJJ/handler"
	partDay  = "{Y}-08-31"
)

// partWays lets a handler leave: everything open goes to a colleague in one press.
func (s *story) partWays(ctx context.Context) error {
	who, err := s.actor(ctx, "zjj03/ZJJ/liaison")
	if err != nil {
		return err
	}
	house := &admin.House{Acts: s.Acts, Accounts: s.Accounts}
	_, err = house.HandOver(ctx, who, "demo-leaver", admin.Handover{
		Post: s.in.posts[leaver].Entry, To: admin.Successor{Post: s.in.posts[follower].Entry, Person: s.in.persons["zjj04"].Entry}, Reason: "调离本单位",
	})
	s.left = leaver
	return err
}
