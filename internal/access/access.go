// Package access says who may do what: actor, verb, object. It is pure and sees one snapshot of posts and delegations;
// rules about steps come as the roles a definition names.
package access

import (
	"slices"

	"zhunsheng/internal/unit"
)

// Roles that the program itself gives a meaning. All others are entries of packs.
const (
	Coordinator   = "coordinator"    // 法治建设统筹岗
	Liaison       = "liaison"        // 联络员
	Handler       = "handler"        // 承办人
	Head          = "head"           // 行政机关负责人
	GovHead       = "gov_head"       // 本级政府负责人
	Supervisor    = "supervisor"     // 监督岗
	SystemAdmin   = "system_admin"   // 系统管理员
	SecurityAdmin = "security_admin" // 安全管理员
	Auditor       = "auditor"        // 审计员
)

// Post (岗位) is person × unit × role × period.
type Post struct {
	No, Person, Unit int64
	Role             string
	Title            string // 职务
	From, To         string // [From, To)
}

// valid tells whether a span [from, to) covers day.
func valid(from, to, day string) bool { return from <= day && (to == "" || day < to) }

// Kinds of delegation.
const (
	Delegate = "delegation" // 委托: another post acts for this one
	Cover    = "leave"      // 请假代理
	Record   = "record"     // 代录: a clerk records what the head signed on paper
)

// Delegation lets the holder of post To act for post From over a span.
type Delegation struct {
	No           int64
	From, To     int64 // posts
	Kind         string
	Since, Until string // [Since, Until)
}

// Rights is one snapshot of who holds which post. It is immutable.
type Rights struct {
	Epoch       int64
	tree        *unit.Tree
	posts       map[int64]Post
	byPerson    map[int64][]Post
	delegations []Delegation
}

// New makes a snapshot.
func New(epoch int64, tree *unit.Tree, posts []Post, delegations []Delegation) *Rights {
	r := &Rights{Epoch: epoch, tree: tree, posts: map[int64]Post{}, byPerson: map[int64][]Post{}, delegations: delegations}
	for _, p := range posts {
		r.posts[p.No] = p
		r.byPerson[p.Person] = append(r.byPerson[p.Person], p)
	}
	return r
}

// Tree is the tree of units of the snapshot.
func (r *Rights) Tree() *unit.Tree { return r.tree }

// Post returns a post by its no.
func (r *Rights) Post(no int64) (Post, bool) { p, ok := r.posts[no]; return p, ok }

// Posts returns the posts a person holds on a day, oldest first.
func (r *Rights) Posts(person int64, day string) []Post {
	var out []Post
	for _, p := range r.byPerson[person] {
		if valid(p.From, p.To, day) {
			out = append(out, p)
		}
	}
	return out
}

// Holders returns the posts of a role in a unit on a day.
func (r *Rights) Holders(u int64, role, day string) []Post {
	var out []Post
	for _, p := range r.posts {
		if p.Unit == u && p.Role == role && valid(p.From, p.To, day) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b Post) int { return int(a.No - b.No) })
	return out
}

// Mandate is a post a person may act from: an own one, or another's under a delegation.
type Mandate struct {
	Post Post   // own post
	For  Post   // the post acted for; equal to Post where it is the own
	Kind string // "" own, else the kind of delegation
}

// Mandates returns every post a person may act from on a day, own posts first.
func (r *Rights) Mandates(person int64, day string) []Mandate {
	var out []Mandate
	own := r.Posts(person, day)
	for _, p := range own {
		out = append(out, Mandate{Post: p, For: p})
	}
	for _, p := range own {
		for _, d := range r.delegations {
			if d.To != p.No || !valid(d.Since, d.Until, day) {
				continue
			}
			if from, ok := r.posts[d.From]; ok && valid(from.From, from.To, day) {
				out = append(out, Mandate{Post: p, For: from, Kind: d.Kind})
			}
		}
	}
	return out
}

// Actor is who acts: a person from a post, perhaps for another's.
type Actor struct {
	Person int64
	Mandate
	System bool // the program itself: duties and deemed acts
}

// Actor returns the actor a person is when acting from post for another (0: for itself); ok is false where the person
// holds no such mandate on the day.
func (r *Rights) Actor(person, post, acting int64, day string) (a Actor, ok bool) {
	if acting == 0 {
		acting = post
	}
	for _, m := range r.Mandates(person, day) {
		if m.Post.No == post && m.For.No == acting {
			return Actor{Person: person, Mandate: m}, true
		}
	}
	return Actor{}, false
}

// Unit is the unit whose part the actor takes.
func (a Actor) Unit() int64 { return a.For.Unit }

// Role is the role whose part the actor takes.
func (a Actor) Role() string { return a.For.Role }

// Object is what is acted on or read.
type Object struct {
	Reach   []int64 // units that see it
	Sealed  bool
	Persons []int64 // whom a sealed one reaches
}

// Separated tells whether a role never acts on matters (三员分立).
func Separated(role string) bool {
	return role == SystemAdmin || role == SecurityAdmin || role == Auditor
}

// MaySee tells whether a viewer sees an object: one of the viewer's units is in its reach, or, where it is sealed, the
// viewer is named.
func MaySee(s Scope, o Object) bool {
	if s.System {
		return true
	}
	if o.Sealed {
		return slices.Contains(o.Persons, s.Person)
	}
	return slices.ContainsFunc(s.Units, func(u int64) bool { return slices.Contains(o.Reach, u) })
}

// MayAct tells whether an actor may act on matters at all; which steps, the definition says.
func MayAct(a Actor) bool {
	return a.System || a.Person != 0 && !Separated(a.Role()) && !Separated(a.Post.Role)
}

// Scope is what a viewer sees: every query carries it.
type Scope struct {
	Person int64
	Units  []int64 // matters whose reach holds one of these
	System bool    // the program itself, and checks of the whole (verify): sees all
}

// Scope returns what a person sees on a day: the reach of the units of all mandates. The three administrators see no
// matter through their posts.
func (r *Rights) Scope(person int64, day string) Scope {
	s := Scope{Person: person}
	for _, m := range r.Mandates(person, day) {
		if !Separated(m.For.Role) && !slices.Contains(s.Units, m.For.Unit) {
			s.Units = append(s.Units, m.For.Unit)
		}
	}
	slices.Sort(s.Units)
	return s
}

// Holds tells whether a person holds role on a day, in whatever unit.
func (r *Rights) Holds(person int64, role, day string) bool {
	return slices.ContainsFunc(r.Mandates(person, day), func(m Mandate) bool { return m.For.Role == role })
}
