package rulebook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/norm/law"
	"zhunsheng/internal/norm/procedure"
)

// lawChanges lists what differs in the laws of two books, each with what rests on it.
func lawChanges(old, now *Book) []Change {
	var out []Change
	var ids []string
	for _, b := range []*Book{old, now} {
		for i := range b.laws.Instruments() {
			ids = append(ids, b.laws.Instruments()[i].ID)
		}
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		d := lawDiff{id: id, books: [2]*Book{old, now}}
		d.instrument(old.laws.Instrument(id), now.laws.Instrument(id))
		out = append(out, d.out...)
	}
	return out
}

// lawDiff compares one instrument.
type lawDiff struct {
	id    string
	books [2]*Book
	out   []Change
}

// add notes a difference; version and article narrow what rests on it, "" does not.
func (d *lawDiff) add(version, article, path, old, now string) {
	if old == now {
		return
	}
	c := Change{Law: d.id, InForce: version, Path: path, Old: old, New: now}
	for _, b := range d.books {
		for _, t := range b.CitedBy(d.id, article) {
			same := func(o Citing) bool { return o.Of == t.Of && o.InForce == t.InForce && o.Path == t.Path }
			if (version == "" || t.Version == version) && !slices.ContainsFunc(c.Touches, same) {
				c.Touches = append(c.Touches, t)
			}
		}
	}
	d.out = append(d.out, c)
}

func (d *lawDiff) instrument(a, b *law.Instrument) {
	switch {
	case a == nil:
		d.add("", "", "", "", b.Title)
		return
	case b == nil:
		d.add("", "", "", a.Title, "")
		return
	}
	d.add("", "", "title", a.Title, b.Title)
	d.add("", "", "number", a.Number, b.Number)
	d.add("", "", "body", a.Body, b.Body)
	d.add("", "", "level", a.Level, b.Level)
	d.add("", "", "short", strings.Join(a.Short, "、"), strings.Join(b.Short, "、"))
	days := map[string][2]*law.Version{}
	var order []string
	for i, in := range []*law.Instrument{a, b} {
		for k := range in.Versions {
			v := &in.Versions[k]
			pair, seen := days[v.InForce]
			if !seen {
				order = append(order, v.InForce)
			}
			pair[i] = v
			days[v.InForce] = pair
		}
	}
	slices.Sort(order)
	for _, day := range order {
		d.version(day, days[day][0], days[day][1])
	}
}

func (d *lawDiff) version(day string, a, b *law.Version) {
	path := "versions." + day
	switch {
	case a == nil:
		d.add(day, "", path, "", day+"起的文本")
		return
	case b == nil:
		d.add(day, "", path, day+"起的文本", "")
		return
	}
	d.add(day, "", path+".made", a.Made, b.Made)
	d.add(day, "", path+".until", a.Until, b.Until)
	d.add(day, "", path+".superseded_by", a.SupersededBy, b.SupersededBy)
	var keys []string
	articles := map[string][2]*law.Article{}
	for i, v := range []*law.Version{a, b} {
		for k := range v.Articles {
			art := &v.Articles[k]
			pair, seen := articles[art.Key()]
			if !seen {
				keys = append(keys, art.Key())
			}
			pair[i] = art
			articles[art.Key()] = pair
		}
	}
	for _, key := range keys {
		d.article(day, path+".articles."+key, key, articles[key])
	}
}

func (d *lawDiff) article(day, path, key string, pair [2]*law.Article) {
	switch a, b := pair[0], pair[1]; {
	case a == nil:
		d.add(day, key, path, "", b.Title)
	case b == nil:
		d.add(day, key, path, a.Title, "")
	default:
		d.add(day, key, path+".title", a.Title, b.Title)
		d.add(day, key, path+".items", counts(a.Items), counts(b.Items))
	}
}

// counts writes how many 项 each 款 has.
func counts(items []int) string { return strings.Trim(fmt.Sprint(items), "[]") }

// Version is one version of a procedure that changes touch, with the digests under which running matters are pinned to it.
type Version struct {
	Procedure, Title, InForce string
	Digests                   []string
}

// Touched lists the versions that changes touch: those that rest on a changed law, and those whose own text changed.
func Touched(old, now *Book, changes []Change) []Version {
	var out []Version
	add := func(id, inForce string) {
		if slices.ContainsFunc(out, func(v Version) bool { return v.Procedure == id && v.InForce == inForce }) {
			return
		}
		v := Version{Procedure: id, InForce: inForce}
		for _, b := range []*Book{old, now} {
			for _, d := range b.procedures[id] {
				if d.InForce == inForce {
					v.Title = d.Title
					if !slices.Contains(v.Digests, d.Digest) {
						v.Digests = append(v.Digests, d.Digest)
					}
				}
			}
		}
		out = append(out, v)
	}
	for _, c := range changes {
		if c.Procedure != "" {
			add(c.Procedure, c.InForce)
		}
		for _, t := range c.Touches {
			switch t.Kind {
			case "procedure":
				add(t.Of, t.InForce)
			case "paper": // a paper touches whatever makes it
				for _, b := range []*Book{old, now} {
					for _, d := range b.Definitions() {
						if slices.ContainsFunc(d.AllSteps, func(s procedure.Step) bool { return s.Paper == t.Of }) {
							add(d.ID, d.InForce)
						}
					}
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b Version) int {
		return cmp.Or(strings.Compare(a.Procedure, b.Procedure), strings.Compare(a.InForce, b.InForce))
	})
	return out
}
