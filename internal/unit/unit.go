// Package unit is the tree of units (单位) as of a day: governments, departments, townships and whoever else works with
// them, their dated relations, groups, aliases and successors. It holds no rule about who may do what.
package unit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Standings of a unit towards supervision.
const (
	Supervised = "supervised" // 监督对象
	Invited    = "invited"    // 邀请参加: vertical bodies; listed, not scored
	Partner    = "partner"    // 协作单位: party organs, congress, courts; no supervision over them
)

// Unit is a unit over one span of validity.
type Unit struct {
	No        int64  // of its entry
	Code      string // 单位编码, unique in the tree
	Sign      string // 机关代字, e.g. 衡司
	Name      string // full name
	Short     string // 简称
	Kind      string // government, department, township, party, vertical, institution, village …
	Standing  string
	Parent    int64 // 0 at the top
	Region    string
	From, To  string // validity [From, To)
	Successor int64  // 0, or who carries on its work
	Aliases   []string
	Relations []Relation
	Order     int64 // place in the organisation list
}

// Relation is a dated relation beside the tree: kind is guidance 业务指导, dual 双重领导, sent 派出, entrusted 委托, member
// 成员单位 or contact 联系, as the register of units names them.
type Relation struct {
	Kind     string
	Other    int64
	From, To string
}

// Relations that let the other unit see the unit's matters.
var granting = map[string]bool{"guidance": true, "dual": true, "sent": true}

// Group (单位组) resolves a collective name such as 各乡镇人民政府 into units.
type Group struct {
	No      int64
	Name    string
	Aliases []string
	Members []int64
}

// Tree is the units valid on a day. It is immutable.
type Tree struct {
	units    []Unit // in the order of the organisation list
	byNo     map[int64]int
	byName   map[string]int64
	children map[int64][]int64
	groups   []Group
}

// New builds a tree; it fails on a double code, a missing parent or a circle.
func New(units []Unit, groups []Group) (*Tree, error) {
	t := &Tree{
		units: slices.Clone(units), byNo: map[int64]int{}, byName: map[string]int64{}, children: map[int64][]int64{},
		groups: slices.Clone(groups),
	}
	slices.SortStableFunc(t.units, func(a, b Unit) int {
		return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Code, b.Code))
	})
	codes := map[string]string{}
	for i, u := range t.units {
		if other, twice := codes[u.Code]; twice {
			return nil, fmt.Errorf("单位编码 %s 重复：%s、%s", u.Code, other, u.Name)
		}
		codes[u.Code] = u.Name
		t.byNo[u.No] = i
	}
	for _, u := range t.units {
		if u.Parent != 0 {
			if _, ok := t.byNo[u.Parent]; !ok {
				return nil, fmt.Errorf("单位“%s”的上级不在名录中", u.Name)
			}
		}
		t.children[u.Parent] = append(t.children[u.Parent], u.No)
	}
	for _, u := range t.units {
		if len(t.Ancestors(u.No)) > len(t.units) {
			return nil, fmt.Errorf("单位“%s”的上级关系成环", u.Name)
		}
	}
	t.indexNames()
	return t, nil
}

// indexNames gives names precedence over short names, and short names over aliases.
func (t *Tree) indexNames() {
	add := func(name string, no int64) {
		if name = Fold(name); name == "" {
			return
		}
		if _, taken := t.byName[name]; !taken {
			t.byName[name] = no
		}
	}
	for _, u := range t.units {
		add(u.Name, u.No)
	}
	for _, u := range t.units {
		add(u.Short, u.No)
	}
	for _, u := range t.units {
		for _, a := range u.Aliases {
			add(a, u.No)
		}
	}
}

// Get returns a unit by its no.
func (t *Tree) Get(no int64) (Unit, bool) {
	i, ok := t.byNo[no]
	if !ok {
		return Unit{}, false
	}
	return t.units[i], true
}

// Name returns a unit's name, or its no in words where it is not in the tree.
func (t *Tree) Name(no int64) string {
	if u, ok := t.Get(no); ok {
		return u.Name
	}
	return fmt.Sprintf("单位%d", no)
}

// All returns the units in the order of the organisation list.
func (t *Tree) All() []Unit { return slices.Clone(t.units) }

// Code returns the unit with a code.
func (t *Tree) Code(code string) (Unit, bool) {
	i := slices.IndexFunc(t.units, func(u Unit) bool { return u.Code == code })
	if i < 0 {
		return Unit{}, false
	}
	return t.units[i], true
}

// Children returns the units right below no, in order; 0 gives the tops.
func (t *Tree) Children(no int64) []int64 { return t.children[no] }

// Ancestors returns the units above no, nearest first. On a circle it returns more than the tree holds.
func (t *Tree) Ancestors(no int64) []int64 {
	var up []int64
	for u, ok := t.Get(no); ok && u.Parent != 0 && len(up) <= len(t.units); u, ok = t.Get(u.Parent) {
		up = append(up, u.Parent)
	}
	return up
}

// Subtree returns no and all below it.
func (t *Tree) Subtree(no int64) []int64 {
	out := []int64{no}
	for i := 0; i < len(out); i++ {
		out = append(out, t.children[out[i]]...)
	}
	return out
}

// Seers returns who sees the matters of a unit on a day: itself, the units above it, and those a relation lets see.
func (t *Tree) Seers(no int64, day string) []int64 {
	out := append([]int64{no}, t.Ancestors(no)...)
	u, _ := t.Get(no)
	for _, r := range u.Relations {
		if granting[r.Kind] && r.From <= day && (r.To == "" || day < r.To) && !slices.Contains(out, r.Other) {
			out = append(out, r.Other)
		}
	}
	return out
}

// Match returns the unit a document means by name: its name, short name or alias, whatever the width of characters and
// with or without the government's own name in front.
func (t *Tree) Match(name string) (Unit, bool) {
	if no, ok := t.byName[Fold(name)]; ok {
		return t.Get(no)
	}
	return Unit{}, false
}

// Alike returns the unit of the same name at another level: 市公安局 in a plan of the city is 县公安局 in the county's list.
func (t *Tree) Alike(name string) (Unit, bool) {
	want := withoutLevel(Fold(name))
	for _, u := range t.units {
		if want != "" && want == withoutLevel(Fold(u.Short)) {
			return u, true
		}
	}
	return Unit{}, false
}

// withoutLevel takes the word for a level off the front of a short name; "" where there is none.
func withoutLevel(name string) string {
	for _, level := range []string{"省", "市", "县", "区", "旗", "州"} {
		if rest, ok := strings.CutPrefix(name, level); ok {
			return rest
		}
	}
	return ""
}

// Group returns the group that a collective name stands for.
func (t *Tree) Group(name string) (Group, bool) {
	want := Fold(name)
	for _, g := range t.groups {
		if Fold(g.Name) == want || slices.ContainsFunc(g.Aliases, func(a string) bool { return Fold(a) == want }) {
			return g, true
		}
	}
	return Group{}, false
}

// Groups returns all groups.
func (t *Tree) Groups() []Group { return slices.Clone(t.groups) }

// Near returns up to n units whose names share the most characters with name, best first: what to offer where Match
// finds none.
func (t *Tree) Near(name string, n int) []Unit {
	type scored struct {
		unit  Unit
		score float64
	}
	var all []scored
	for _, u := range t.units {
		best := 0.0
		for _, candidate := range append([]string{u.Name, u.Short}, u.Aliases...) {
			best = max(best, likeness(Fold(name), Fold(candidate)))
		}
		if best >= 0.4 {
			all = append(all, scored{u, best})
		}
	}
	slices.SortStableFunc(all, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	var out []Unit
	for _, s := range all[:min(n, len(all))] {
		out = append(out, s.unit)
	}
	return out
}

// likeness is the Dice measure over characters, in [0, 1].
func likeness(a, b string) float64 {
	if a == "" || b == "" {
		return 0
	}
	count := map[rune]int{}
	n := 0
	for _, r := range a {
		count[r]++
		n++
	}
	same := 0
	for _, r := range b {
		n++
		if count[r] > 0 {
			count[r]--
			same++
		}
	}
	return 2 * float64(same) / float64(n)
}

// Fold brings the spellings of one name together: no blanks, brackets of one width.
func Fold(name string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '　', '\t', '\n', '\r':
			return -1
		case '(':
			return '（'
		case ')':
			return '）'
		}
		return r
	}, name)
}

// Collective tells whether a name means several units (各…, …有关部门, …各单位), so that a person must say which.
func Collective(name string) bool {
	name = Fold(name)
	for _, w := range []string{"各", "有关部门", "有关单位", "相关部门", "相关单位", "成员单位", "全体", "等部门", "等单位"} {
		if strings.Contains(name, w) {
			return true
		}
	}
	return false
}
