package web

import (
	"fmt"
	"net/http"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/unit"
)

// standingTags are the standings of units in words.
var standingTags = map[string]view.Tag{
	unit.Supervised: {Text: "受监督"}, unit.Invited: {Text: "邀请参加"}, unit.Partner: {Text: "协作"},
}

// unitsShow is the tree of units as of a day.
func (s *Server) unitsShow(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	on := dayOf(r, "on", v.Today)
	tree, err := v.Site.TreeAt(on)
	if err != nil {
		return err
	}
	held, err := s.House.Posts(r.Context(), func(p access.Post) bool { return p.From <= on && (p.To == "" || on < p.To) })
	if err != nil {
		return err
	}
	q := strings.TrimSpace(r.FormValue("q"))
	t := &unitTree{tree: tree, on: on, people: map[int64]map[int64]bool{}, liaison: map[int64]string{}}
	for _, p := range held {
		t.count(p, v)
	}
	p := view.UnitsPage{Page: s.frame(r, v, "units", "单位与人员"), Counts: t.counts()}
	p.Crumbs = []view.Link{{Text: "依据与系统"}, {Text: "单位与人员"}}
	p.Filter = view.Filter{Action: "/units", Clear: "/units", Fields: []view.Field{
		{Name: "q", Label: "名称或者别名", Value: q}, {Name: "on", Label: "哪一日的情况", Kind: view.Date, Value: on},
	}}
	if q == "" {
		p.Filter.Said = on + " 的情况，按组织机构顺序"
		p.Tree = t.nodes(0, 0)
	} else {
		p.Filter.Said = "名称或者别名含“" + q + "”"
		p.Tree = t.found(q)
		p.Empty = view.NothingFound("单位", "名称或者别名含“"+q+"”", "/units")
	}
	for _, g := range tree.Groups() {
		p.Groups = append(p.Groups, view.GroupRow{
			Name: view.Link{Text: g.Name, Href: groupPath(g.No)}, Units: len(g.Members), Said: strings.Join(g.Aliases, "、"),
		})
	}
	if s.keeps(v, 0) {
		p.Buttons = []view.Button{{Text: "新建单位组", Href: "/groups/new"}, {Text: "登记单位", Href: "/units/new", Go: true}}
	}
	return s.render(w, r, http.StatusOK, view.Units(p))
}

// unitTree draws a tree as of a day.
type unitTree struct {
	tree    *unit.Tree
	on      string
	people  map[int64]map[int64]bool // unit → persons
	liaison map[int64]string
}

func (t *unitTree) count(p admin.Held, v *visit) {
	if t.people[p.Unit] == nil {
		t.people[p.Unit] = map[int64]bool{}
	}
	t.people[p.Unit][p.Person] = true
	if p.Role == access.Liaison {
		name := v.Site.Person(p.Person)
		if t.liaison[p.Unit] != "" {
			name = t.liaison[p.Unit] + "、" + name
		}
		t.liaison[p.Unit] = name
	}
}

func (t *unitTree) counts() []view.Count {
	standing := map[string]int{}
	gaps := 0
	all := t.tree.All()
	for _, u := range all {
		standing[u.Standing]++
		if t.needsLiaison(u) && t.liaison[u.No] == "" {
			gaps++
		}
	}
	return []view.Count{
		{N: len(all), Text: "个单位"}, {N: standing[unit.Supervised], Text: "监督对象"}, {N: standing[unit.Invited], Text: "邀请参加"},
		{N: standing[unit.Partner], Text: "协作单位"}, {N: gaps, Text: "没有联络员", Bad: true},
	}
}

// needsLiaison tells whether tasks are sent to the unit: who is not supervised gets none, the government itself acts through
// its office.
func (t *unitTree) needsLiaison(u unit.Unit) bool {
	return u.Standing == unit.Supervised && u.Kind != "government"
}

// foldBelow is the level from which units are folded away.
const foldBelow = 1

func (t *unitTree) nodes(parent int64, level int) []view.UnitNode {
	var out []view.UnitNode
	for _, no := range t.tree.Children(parent) {
		u, _ := t.tree.Get(no)
		n := t.node(u)
		n.Under = t.nodes(no, level+1)
		n.Folded = level >= foldBelow
		out = append(out, n)
	}
	return out
}

func (t *unitTree) node(u unit.Unit) view.UnitNode {
	n := view.UnitNode{
		Unit: view.Link{Text: u.Name, Href: unitPath(u.No)}, Standing: standingTags[u.Standing], Sign: u.Sign, People: len(t.people[u.No]),
		Liaison: t.liaison[u.No],
	}
	if n.Liaison == "" && !t.needsLiaison(u) {
		n.Liaison = "不设"
	}
	if u.To != "" {
		n.Note = u.To + " 起撤销"
		if next, ok := t.tree.Get(u.Successor); ok {
			n.Note = fmt.Sprintf("%s 起并入%s", u.To, next.Name)
		}
	}
	return n
}

// found lists the units whose name, short name, sign or alias holds the words.
func (t *unitTree) found(q string) []view.UnitNode {
	var out []view.UnitNode
	want := unit.Fold(q)
	for _, u := range t.tree.All() {
		for _, name := range append([]string{u.Name, u.Short, u.Sign, u.Code}, u.Aliases...) {
			if strings.Contains(unit.Fold(name), want) {
				out = append(out, t.node(u))
				break
			}
		}
	}
	return out
}
