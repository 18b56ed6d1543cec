package web

import (
	"fmt"
	"net/http"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/doc/sheet"
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
	held, err := s.House.Posts(r.Context(), onDay(on))
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
	p.Buttons = []view.Button{{Text: "导出单位", Href: "/units/export.xlsx?on=" + on}, {Text: "导出岗位", Href: "/units/people.xlsx?on=" + on}}
	if s.keeps(v, 0) {
		p.Buttons = append(p.Buttons, view.Button{Text: "新建单位组", Href: "/groups/new"}, view.Button{Text: "登记单位", Href: "/units/new", Go: true})
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

// onDay keeps the posts that are held on a day.
func onDay(day string) func(access.Post) bool {
	return func(p access.Post) bool { return p.From <= day && (p.To == "" || day < p.To) }
}

// unitsExport gives the units of a day as a sheet.
func (s *Server) unitsExport(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	tree, err := v.Site.TreeAt(dayOf(r, "on", v.Today))
	if err != nil {
		return err
	}
	var rows [][]any
	for _, u := range tree.All() {
		parent := ""
		if up, ok := tree.Get(u.Parent); ok {
			parent = up.Name
		}
		rows = append(rows, []any{
			u.Code, u.Name, u.Short, u.Sign, titleOf(s.House.UnitKinds(), u.Kind), titleOf(s.House.Standings(), u.Standing), parent, u.Region,
			strings.Join(u.Aliases, "、"), u.From, u.To,
		})
	}
	return s.sendTable(w, r, "单位名录", []sheet.Column{
		{Title: "编码", Width: 12}, {Title: "单位", Width: 34}, {Title: "简称", Width: 20}, {Title: "机关代字", Width: 10}, {Title: "类别", Width: 16},
		{Title: "监督关系", Width: 12}, {Title: "上级", Width: 30}, {Title: "行政区划", Width: 12}, {Title: "别名", Width: 34},
		{Title: "自", Kind: sheet.Date, Width: 12}, {Title: "至", Kind: sheet.Date, Width: 12},
	}, rows)
}

// peopleExport gives the posts held on a day as a sheet, in the order of the organisation list; telephones stay here.
func (s *Server) peopleExport(w http.ResponseWriter, r *http.Request) error {
	v := visitOf(r)
	on := dayOf(r, "on", v.Today)
	tree, err := v.Site.TreeAt(on)
	if err != nil {
		return err
	}
	held, err := s.House.Posts(r.Context(), onDay(on))
	if err != nil {
		return err
	}
	byUnit := map[int64][]admin.Held{}
	for _, h := range held {
		byUnit[h.Unit] = append(byUnit[h.Unit], h)
	}
	var rows [][]any
	for _, u := range tree.All() {
		for _, h := range byUnit[u.No] {
			rows = append(rows, []any{u.Name, v.Site.Person(h.Person), roleTitle(h.Role), h.Title, h.From, h.To})
		}
	}
	return s.sendTable(w, r, "岗位名录", []sheet.Column{
		{Title: "单位", Width: 34}, {Title: "姓名", Width: 14}, {Title: "岗位", Width: 14}, {Title: "职务", Width: 30},
		{Title: "任职日期", Kind: sheet.Date, Width: 12}, {Title: "任期截止", Kind: sheet.Date, Width: 12},
	}, rows)
}
