package rulebook

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"zhunsheng/internal/norm/law"
	"zhunsheng/internal/norm/source"
)

// Citing is one place of a pack that rests on a law.
type Citing struct {
	Instrument string `json:"instrument"`        // id of the instrument
	Version    string `json:"version"`           // day from which the cited text of it holds
	Article    string `json:"article,omitempty"` // 60, 60-1; "" rests on the instrument as a whole
	Cites      string `json:"cites"`             // as written
	Kind       string `json:"kind"`              // procedure, register, paper
	Of         string `json:"of"`                // id of the procedure or register
	Title      string `json:"title"`             // its title
	InForce    string `json:"in_force,omitempty"`
	Part       string `json:"part"` // step, act, gate, unless, limit, roll, pause, extension, separation, basis …
	Path       string `json:"path"` // e.g. limits.decide.pauses.hearing.cites
	Name       string `json:"name"` // title of the step, gate, limit …
	File       string `json:"file"`
	Line       int    `json:"line"`
}

// parts are the words of Citing.Part for people.
var parts = map[string]string{
	"step": "环节", "act": "内置动作", "gate": "条件", "unless": "例外", "limit": "期限", "roll": "顺延", "pause": "不计入的期间",
	"extension": "延长", "separation": "人员分开", "basis": "程序的依据", "field": "字段", "param": "参数", "outcome": "结果", "fact": "数据",
	"paper": "文书",
}

// PartTitle names what rests on the law: 环节, 期限 …
func (c Citing) PartTitle() string {
	if t := parts[c.Part]; t != "" {
		return t
	}
	return c.Part
}

// CitedBy lists what rests on an article (58, 60-1) of an instrument given by id, in any of its texts; with article ""
// what rests on any part of the instrument. It is in the order of procedures, versions and their text.
func (b *Book) CitedBy(instrument, article string) []Citing {
	var out []Citing
	for _, c := range b.cited().by[instrument] {
		if article == "" || c.Article == article {
			out = append(out, c)
		}
	}
	return out
}

// Unresolved lists every citation that leads to no instrument, no text in force on the first day of the version that
// cites it, or no article. A citation by parameter is the unit's and is not followed.
func (b *Book) Unresolved() source.Diagnostics { return slices.Clone(b.cited().lost) }

// citations is the index of all citations of a book.
type citations struct {
	by   map[string][]Citing
	lost source.Diagnostics
}

// indexing reads the citations of a book.
type indexing struct {
	book  *Book
	out   *citations
	known map[string]resolved // text and day → where it leads
	r     source.Reader
}

type resolved struct {
	refs []law.Ref
	bad  *law.Problem
}

// index reads every citation of the pack and where it leads.
func (b *Book) index() *citations {
	x := indexing{book: b, out: &citations{by: map[string][]Citing{}}, known: map[string]resolved{}}
	for _, d := range b.Definitions() {
		base := Citing{Kind: "procedure", Of: d.ID, Title: d.Title, InForce: d.InForce}
		n := b.nodes[d]
		if basis := n.Get("basis"); basis != nil && basis.Kind == source.Scalar {
			// A basis may be words: 年度计划或者实施方案. Only one that is a law is followed.
			if got := x.resolve(basis.Text, d.InForce); got.bad == nil {
				x.add(base, "basis", []string{"basis"}, d.Title, basis, got.refs)
			}
		}
		x.walk(base, n, nil, d.InForce)
	}
	for _, id := range b.regOrder {
		x.walk(Citing{Kind: "register", Of: id, Title: b.registers[id].Title}, b.regNodes[id], nil, "")
	}
	x.papers()
	x.out.lost = x.r.Diags.Sorted()
	return x.out
}

// papers reads the heads of the templates of papers (文书). They belong to no version: the newest text is meant.
func (x *indexing) papers() {
	var names []string
	for name := range x.book.texts {
		if strings.HasPrefix(name, "papers/") && path.Ext(name) == ".md" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		text := strings.ReplaceAll(string(x.book.texts[name]), "\r\n", "\n")
		head, _, ok := strings.Cut(strings.TrimPrefix(text, "---\n"), "\n---\n")
		if !ok || !strings.HasPrefix(text, "---\n") {
			continue
		}
		n, diags := source.Parse(name, []byte("\n"+head+"\n")) // the lines stay where they are
		if n == nil || len(diags.Errors()) > 0 {
			continue
		}
		base := Citing{Kind: "paper", Of: strings.TrimSuffix(path.Base(name), ".md")}
		base.Title = nameOf(n, []string{base.Of, ""})
		for _, key := range []string{"cites", "remedy_cites"} {
			if v := n.Get(key); v != nil && v.Kind == source.Scalar {
				if got := x.resolve(v.Text, ""); got.bad == nil {
					x.add(base, "paper", []string{key}, base.Title, v, got.refs)
				} else {
					x.book.cite(&x.r, v, "")
				}
			}
		}
	}
}

func (x *indexing) resolve(text, on string) resolved {
	key := text + "\n" + on
	got, seen := x.known[key]
	if !seen {
		refs, err := x.book.laws.Resolve(text, on)
		got.refs = refs
		errors.As(err, &got.bad)
		x.known[key] = got
	}
	return got
}

// walk follows every key that ends in "cites".
func (x *indexing) walk(base Citing, n *source.Node, at []string, on string) {
	if n == nil {
		return
	}
	for i, v := range n.Values {
		key := fmt.Sprint(i)
		if n.Kind == source.Map {
			key = n.Keys[i].Text
		}
		here := append(slices.Clone(at), key)
		if n.Kind == source.Map && v.Kind == source.Scalar && strings.HasSuffix(key, "cites") {
			if strings.HasPrefix(v.Text, "param.") {
				continue
			}
			got := x.resolve(v.Text, on)
			if got.bad != nil {
				x.book.lost(&x.r, v, got.bad)
				continue
			}
			x.add(base, partOf(here), here, nameOf(n, here), v, got.refs)
			continue
		}
		x.walk(base, v, here, on)
	}
}

func (x *indexing) add(c Citing, part string, where []string, name string, at *source.Node, refs []law.Ref) {
	c.Part, c.Path, c.Name, c.Cites, c.File, c.Line = part, strings.Join(where, "."), name, at.Text, at.File, at.Line
	for i, r := range refs {
		c.Instrument, c.Version, c.Article = r.Instrument.ID, r.Version.InForce, ""
		if r.Article != nil {
			c.Article = r.Article.Key()
		}
		// 第一款第一项、第三项 are two places of one article: it is rested on once.
		if !slices.ContainsFunc(refs[:i], func(e law.Ref) bool { return e.Instrument == r.Instrument && e.Article == r.Article }) {
			x.out.by[c.Instrument] = append(x.out.by[c.Instrument], c)
		}
	}
}

// partOf tells from its path what a citation is the basis of.
func partOf(at []string) string {
	key := at[len(at)-1]
	switch key {
	case "not_cites":
		return "separation"
	case "roll_cites":
		return "roll"
	}
	if len(at) < 3 {
		return "basis"
	}
	switch group := at[len(at)-3]; group {
	case "unless":
		return group
	default:
		return strings.TrimSuffix(group, "s")
	}
}

// nameOf is the title of what holds the citation, its words or its id where it has none.
func nameOf(n *source.Node, at []string) string {
	for _, key := range []string{"title", "say"} {
		if t := n.Get(key); t != nil && t.Kind == source.Scalar && t.Text != "" {
			return t.Text
		}
	}
	if len(at) < 2 {
		return ""
	}
	return at[len(at)-2]
}
