package act

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/unit"
)

// Built-in registers whose entries the program itself reads.
const (
	RegisterUnit       = "unit"
	RegisterPerson     = "person"
	RegisterPost       = "post"
	RegisterDelegation = "delegation"
	RegisterGroup      = "unit_group"
	RegisterParameter  = "parameter"
	RegisterMode       = "mode"
)

// Site (本级) is one immutable snapshot of units, people, posts and parameters on a day. A new one is made when the epoch
// or the day moves.
type Site struct {
	Epoch  int64
	Rights *access.Rights
	*roster
	today string
}

// roster is what a site is made of: every entry of the built-in registers at an epoch, whatever the day.
type roster struct {
	units       []*matter.Entry
	groups      []*matter.Entry
	persons     map[int64]*matter.Entry
	params      map[string]*matter.Entry // by key: procedure.name, or procedure.name@unit code
	modes       map[string]*matter.Entry // by key: procedure, or procedure@unit code
	posts       []access.Post
	delegations []access.Delegation
	trees       sync.Map // day → *unit.Tree
}

func readRoster(ctx context.Context, tx *store.Tx) (*roster, error) {
	r := &roster{persons: map[int64]*matter.Entry{}, params: map[string]*matter.Entry{}, modes: map[string]*matter.Entry{}}
	for _, register := range []string{RegisterUnit, RegisterPerson, RegisterPost, RegisterDelegation, RegisterGroup, RegisterParameter, RegisterMode} {
		entries, err := read.Register(ctx, tx, register)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			switch register {
			case RegisterUnit:
				r.units = append(r.units, e)
			case RegisterGroup:
				r.groups = append(r.groups, e)
			case RegisterPerson:
				r.persons[e.No] = e
			case RegisterParameter:
				r.params[e.Key] = e
			case RegisterMode:
				r.modes[e.Key] = e
			case RegisterPost:
				r.posts = append(r.posts, postOf(e))
			case RegisterDelegation:
				r.delegations = append(r.delegations, delegationOf(e))
			}
		}
	}
	return r, nil
}

// newSite makes the snapshot of a day.
func newSite(epoch int64, r *roster, today string) (*Site, error) {
	s := &Site{Epoch: epoch, roster: r, today: today}
	tree, err := s.TreeAt(today)
	if err != nil {
		return nil, err
	}
	s.Rights = access.New(epoch, tree, r.posts, r.delegations)
	return s, nil
}

// newest is the fields of an entry's newest version.
func newest(e *matter.Entry) matter.EntryVersion { return e.Versions[len(e.Versions)-1] }

func refNo(vs matter.Values, field string) int64 {
	if v, ok := vs.Get(field); ok && v.Ref != nil {
		return v.Ref.Entry
	}
	return 0
}

func postOf(e *matter.Entry) access.Post {
	v := newest(e)
	return access.Post{
		No: e.No, Person: refNo(v.Fields, "person"), Unit: refNo(v.Fields, "unit"), Role: v.Fields.Text("role"),
		Title: v.Fields.Text("title"), From: v.From, To: v.To,
	}
}

func delegationOf(e *matter.Entry) access.Delegation {
	v := newest(e)
	return access.Delegation{
		No: e.No, From: refNo(v.Fields, "from_post"), To: refNo(v.Fields, "to_post"), Kind: v.Fields.Text("kind"),
		Since: v.From, Until: v.To,
	}
}

// Tree is the tree of units as of the day of the snapshot.
func (s *Site) Tree() *unit.Tree { return s.Rights.Tree() }

// TreeAt is the tree of units as it was on a day.
func (s *Site) TreeAt(day string) (*unit.Tree, error) {
	if t, ok := s.trees.Load(day); ok {
		return t.(*unit.Tree), nil
	}
	var units []unit.Unit
	for _, e := range s.units {
		if v, ok := e.AsOf(day, 0); ok {
			units = append(units, unitOf(e, v))
		}
	}
	known := map[int64]bool{}
	for _, u := range units {
		known[u.No] = true
	}
	for i := range units {
		if !known[units[i].Parent] {
			units[i].Parent = 0 // the unit above had not begun or has ended: it stands at the top for that day
		}
	}
	var groups []unit.Group
	for _, e := range s.groups {
		if v, ok := e.AsOf(day, 0); ok {
			groups = append(groups, unit.Group{
				No: e.No, Name: v.Fields.Text("name"), Aliases: texts(v.Fields, "aliases"), Members: refs(v.Fields, "members"),
			})
		}
	}
	t, err := unit.New(units, groups)
	if err != nil {
		return nil, fmt.Errorf("build the tree of %s: %w", day, err)
	}
	s.trees.Store(day, t)
	return t, nil
}

func unitOf(e *matter.Entry, v matter.EntryVersion) unit.Unit {
	f := v.Fields
	u := unit.Unit{
		No: e.No, Code: f.Text("code"), Sign: f.Text("sign"), Name: f.Text("name"), Short: f.Text("short"), Kind: f.Text("kind"),
		Standing: cmp.Or(f.Text("standing"), unit.Supervised), Parent: refNo(f, "parent"), Region: f.Text("region"),
		From: v.From, To: v.To, Successor: refNo(f, "successor"), Aliases: texts(f, "aliases"), Order: f.Int("order"),
	}
	rows, _ := f.Get("relations")
	for _, it := range rows.Items {
		u.Relations = append(u.Relations, unit.Relation{
			Kind: it.Fields.Text("kind"), Other: refNo(it.Fields, "other"), From: it.Fields.Text("from"), To: it.Fields.Text("to"),
		})
	}
	return u
}

func texts(f matter.Values, field string) []string {
	v, _ := f.Get(field)
	var out []string
	for _, it := range v.Items {
		out = append(out, it.Value.Text)
	}
	return out
}

func refs(f matter.Values, field string) []int64 {
	v, _ := f.Get(field)
	var out []int64
	for _, it := range v.Items {
		if it.Value.Ref != nil {
			out = append(out, it.Value.Ref.Entry)
		}
	}
	return out
}

// Person returns a person's name, or a placeholder where the name was erased.
func (s *Site) Person(no int64) string {
	if e, ok := s.persons[no]; ok {
		if name := newest(e).Fields.Text("name"); name != "" {
			return name
		}
	}
	return fmt.Sprintf("人员%d", no)
}

// Persons returns every person, by name.
func (s *Site) Persons() []*matter.Entry {
	out := make([]*matter.Entry, 0, len(s.persons))
	for _, e := range s.persons {
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b *matter.Entry) int { return cmp.Compare(a.No, b.No) })
	return out
}

// Param returns a unit's own value of a procedure's parameter on a day: the unit's, else the nearest above it, else the
// whole site's; ok is false where none of them set it.
func (s *Site) Param(procedure, name string, u int64, day string) (string, bool) {
	keys := make([]string, 0, 4)
	tree := s.Tree()
	for _, no := range append([]int64{u}, tree.Ancestors(u)...) {
		if un, ok := tree.Get(no); ok {
			keys = append(keys, procedure+"."+name+"@"+un.Code)
		}
	}
	for _, key := range append(keys, procedure+"."+name) {
		if e, ok := s.params[key]; ok {
			if v, ok := e.AsOf(day, 0); ok {
				return v.Fields.Text("value"), true
			}
		}
	}
	return "", false
}

// Modes of a procedure at a unit: where the work runs.
const (
	Here      = "here"
	Elsewhere = "elsewhere" // another system leads: matters come in by file, and have no forms
	Both      = "both"      // acted here and sent up
)

// Mode (办理方式) is where a procedure runs for a unit, from a day on.
type Mode struct {
	Mode   string // Here, Elsewhere or Both
	System string // the other one, "" with Here
	From   string
}

// Mode returns where a procedure runs for a unit on a day: the unit's own entry, else that of the nearest above it, else
// that of the whole site; without any it runs here.
func (s *Site) Mode(procedure string, u int64, day string) Mode {
	if len(s.modes) > 0 {
		tree := s.Tree()
		for _, no := range append([]int64{u}, tree.Ancestors(u)...) {
			if un, ok := tree.Get(no); ok {
				if m, ok := s.modeAt(procedure+"@"+un.Code, day); ok {
					return m
				}
			}
		}
		if m, ok := s.modeAt(procedure, day); ok {
			return m
		}
	}
	return Mode{Mode: Here}
}

// LedElsewhere tells whether another system leads a matter on a day: it was brought in, and its procedure runs there.
func (s *Site) LedElsewhere(m *matter.State, day string) (Mode, bool) {
	mode := s.Mode(m.Procedure, m.Unit, day)
	return mode, mode.Mode == Elsewhere && m.Origin != ""
}

func (s *Site) modeAt(key, day string) (Mode, bool) {
	e, ok := s.modes[key]
	if !ok {
		return Mode{}, false
	}
	v, ok := e.AsOf(day, 0)
	return Mode{Mode: v.Fields.Text("mode"), System: v.Fields.Text("system"), From: v.From}, ok
}

// Root is the government at the top of the tree.
func (s *Site) Root() (unit.Unit, bool) {
	for _, u := range s.Tree().All() {
		if u.Parent == 0 && u.Standing == unit.Supervised {
			return u, true
		}
	}
	return unit.Unit{}, false
}

// FactsFrom is the site's first day of counting; earlier events of imported matters yield no facts.
func (s *Site) FactsFrom() string {
	v, _ := s.Param("site", "facts_from", 0, s.today)
	return v
}

// Ref returns a reference to a unit, person or post as it stands on a day, for a field that holds one.
func (s *Site) Ref(register string, no int64, day string) (matter.Ref, error) {
	var entry *matter.Entry
	switch register {
	case RegisterUnit:
		if i := slices.IndexFunc(s.units, func(e *matter.Entry) bool { return e.No == no }); i >= 0 {
			entry = s.units[i]
		}
	case RegisterPerson:
		entry = s.persons[no]
	}
	if entry == nil {
		return matter.Ref{}, app.Faultf(app.NotFound, "名录中没有这一条。")
	}
	v, ok := entry.AsOf(day, 0)
	if !ok {
		v = newest(entry)
	}
	return RefTo(entry, v), nil
}

// RefTo returns the reference to a version of an entry: key, name and number as they stand in it.
func RefTo(e *matter.Entry, v matter.EntryVersion) matter.Ref {
	name := cmp.Or(v.Fields.Text("name"), v.Fields.Text("title"), e.Key)
	return matter.Ref{
		Register: e.Register, Entry: e.No, Version: v.Version, Key: e.Key, Name: strings.TrimSpace(name), Number: v.Fields.Text("number"),
	}
}
