package rulebook

import (
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/norm/source"
)

// Change is one difference between two books.
type Change struct {
	Procedure string `json:"procedure"`       // "" for a law or a paper
	Paper     string `json:"paper,omitempty"` // id of a paper whose template differs; Old and New are then digests
	Law       string `json:"law,omitempty"`
	InForce   string `json:"in_force"` // of the version of the procedure, or of the text of the law
	Path      string `json:"path"`     // e.g. limits.decide.length
	Old       string `json:"old"`      // "" was not there
	New       string `json:"new"`      // "" is no longer there
	// Rules tells that running matters keep the old text until they are migrated; else it is a matter of words only.
	Rules bool `json:"rules"`
	// Touches is, for a change in a law, exactly what rests on the changed article or text, in either book.
	Touches []Citing `json:"touches,omitempty"`
}

// Diff lists what differs between two books: laws by text and article, with what rests on them, then procedures by version,
// then papers.
func Diff(old, now *Book) []Change {
	out := lawChanges(old, now)
	ids := slices.Concat(old.order, now.order)
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		dates := map[string][2]*source.Node{}
		var order []string
		for i, b := range []*Book{old, now} {
			for _, d := range b.procedures[id] {
				pair, seen := dates[d.InForce]
				if !seen {
					order = append(order, d.InForce)
				}
				pair[i] = b.nodes[d]
				dates[d.InForce] = pair
			}
		}
		slices.Sort(order)
		for _, date := range order {
			pair := dates[date]
			add := func(path, a, b string) {
				out = append(out, Change{Procedure: id, InForce: date, Path: path, Old: a, New: b, Rules: !wordPath(path)})
			}
			switch {
			case pair[0] == nil:
				add("", "", date+"起的版本")
			case pair[1] == nil:
				add("", date+"起的版本", "")
			default:
				compare("", pair[0], pair[1], add)
			}
		}
	}
	return append(out, diffPapers(old, now)...)
}

// diffPapers lists the papers whose templates differ. Templates are words: running matters take the new ones up at once.
func diffPapers(old, now *Book) []Change {
	var out []Change
	ids := slices.Concat(old.paperOrder, now.paperOrder)
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		c := Change{Paper: id, Path: paperFolder + id + ".md"}
		if p := old.papers[id]; p != nil {
			c.Old = p.Digest
		}
		if p := now.papers[id]; p != nil {
			c.New = p.Digest
		}
		if c.Old != c.New {
			out = append(out, c)
		}
	}
	return out
}

// wordPath tells whether a place holds words, not rules.
func wordPath(path string) bool {
	if strings.HasPrefix(path, "examples.") {
		return true
	}
	last := path[strings.LastIndexByte(path, '.')+1:]
	return slices.Contains([]string{"title", "say", "help", "note", "hint"}, last)
}

func compare(path string, a, b *source.Node, add func(path, a, b string)) {
	if a.Kind == source.Map && b.Kind == source.Map {
		for i, k := range a.Keys {
			at := strings.TrimPrefix(path+"."+k.Text, ".")
			if other := b.Get(k.Text); other != nil {
				compare(at, a.Values[i], other, add)
			} else {
				add(at, show(a.Values[i]), "")
			}
		}
		for i, k := range b.Keys {
			if a.Get(k.Text) == nil {
				add(strings.TrimPrefix(path+"."+k.Text, "."), "", show(b.Values[i]))
			}
		}
		return
	}
	if x, y := show(a), show(b); x != y {
		add(path, x, y)
	}
}

func show(n *source.Node) string {
	if n.Kind == source.Scalar {
		return n.Text
	}
	return n.JSON(nil)
}

// Origin is one value of a merged definition and the place it was written at.
type Origin struct {
	Path  string `json:"path"`
	Value string `json:"value"`
	From  string `json:"from"` // file:line
}

// Origins lists every value of a merged text with its place: what `pack show --from` prints.
func Origins(n *source.Node) []Origin {
	var out []Origin
	var walk func(path string, n *source.Node)
	walk = func(path string, n *source.Node) {
		if n.Kind == source.Map {
			for i, k := range n.Keys {
				walk(strings.TrimPrefix(path+"."+k.Text, "."), n.Values[i])
			}
			return
		}
		out = append(out, Origin{path, show(n), fmt.Sprintf("%s:%d", n.File, n.Line)})
	}
	walk("", n)
	return out
}
