// Package law holds legal instruments (法律、法规、规章、规范性文件) with their versions in time and the articles that
// the packs cite, and resolves a citation as officials write it to the article that was in force on a day.
//
// It keeps numbers and own short headings of articles, never their wording.
package law

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Instrument is one law, regulation, rule or normative document.
type Instrument struct {
	ID       string
	Title    string   // full title, without 《》
	Short    []string // other names by which it is cited
	Number   string   // document number, as 国办发〔2018〕118号
	Body     string   // who made it
	Level    string   // 法律, 行政法规, 部门规章 …
	Versions []Version
}

// Version is the text of an instrument from one day on. Dates are YYYY-MM-DD.
type Version struct {
	InForce      string
	Until        string // the first day on which it no longer holds; empty: open, or until the next version
	Made         string // the day it was adopted; its year, too, names the version in citations
	SupersededBy string // title of the instrument that took its place
	Articles     []Article
}

// Article is one 条. Items holds one number for each 款: how many 项 it has. Empty: the 款 are not recorded and are not
// checked.
type Article struct {
	No    int
	Sub   int    // 第六十条之一: 1
	Title string // own short heading
	Items []int
}

// Library is the instruments of a pack, ready to be cited. It is immutable.
type Library struct {
	instruments []Instrument
	byName      map[string]int
	names       []string
}

// NewLibrary sorts the versions of each instrument and indexes the names. The error lists names that two instruments
// share and versions that overlap.
func NewLibrary(instruments []Instrument) (*Library, error) {
	l := &Library{instruments: slices.Clone(instruments), byName: map[string]int{}}
	var bad []string
	for i := range l.instruments {
		in := &l.instruments[i]
		in.Versions = slices.Clone(in.Versions)
		slices.SortStableFunc(in.Versions, func(a, b Version) int { return cmp.Compare(a.InForce, b.InForce) })
		for j, v := range in.Versions {
			if v.Until != "" && v.Until <= v.InForce {
				bad = append(bad, fmt.Sprintf("《%s》%s起施行的文本止于%s", in.Title, v.InForce, v.Until))
			}
			if j > 0 && in.Versions[j-1].InForce == v.InForce {
				bad = append(bad, fmt.Sprintf("《%s》有两个文本都自%s起施行", in.Title, v.InForce))
			}
			if j > 0 && in.Versions[j-1].Until == "" {
				in.Versions[j-1].Until = v.InForce
			}
		}
		names := append([]string{in.Title, strings.TrimPrefix(in.Title, republic)}, in.Short...)
		if in.Number != "" {
			names = append(names, in.Number)
		}
		for _, name := range names {
			key := plain(name)
			if old, has := l.byName[key]; has && old != i {
				bad = append(bad, fmt.Sprintf("“%s”既指《%s》，又指《%s》", name, l.instruments[old].Title, in.Title))
				continue
			}
			if _, has := l.byName[key]; !has {
				l.names = append(l.names, strings.TrimPrefix(name, republic))
			}
			l.byName[key] = i
		}
	}
	if bad != nil {
		return nil, fmt.Errorf("法律目录有误：%s", strings.Join(bad, "；"))
	}
	return l, nil
}

// Instruments lists all, in the order given.
func (l *Library) Instruments() []Instrument { return l.instruments }

// Find looks an instrument up by title, short name or document number, with or without 《》; nil where there is none.
func (l *Library) Find(name string) *Instrument {
	if i, ok := l.byName[plain(name)]; ok {
		return &l.instruments[i]
	}
	return nil
}

const republic = "中华人民共和国"

// plain is a name without what writers add or leave out at will.
func plain(name string) string {
	name = strings.NewReplacer("《", "", "》", "", " ", "", "　", "", "[", "〔", "]", "〕").Replace(name)
	return strings.TrimPrefix(name, republic)
}

// on finds the version in force on a day, the newest for "".
func (in *Instrument) on(day string) *Version {
	for i := len(in.Versions) - 1; i >= 0; i-- {
		v := &in.Versions[i]
		if day == "" || v.InForce <= day && (v.Until == "" || day < v.Until) {
			return v
		}
	}
	return nil
}

// of finds the version of a year: made, or in force from, that year.
func (in *Instrument) of(year string) *Version {
	for i := len(in.Versions) - 1; i >= 0; i-- {
		if v := &in.Versions[i]; strings.HasPrefix(v.Made, year) || strings.HasPrefix(v.InForce, year) {
			return v
		}
	}
	return nil
}

func (v *Version) article(no, sub int) *Article {
	for i := range v.Articles {
		if a := &v.Articles[i]; a.No == no && a.Sub == sub {
			return a
		}
	}
	return nil
}
