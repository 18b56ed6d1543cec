// Package search is the full-text index (检索) in the database: SQLite FTS5 over our own tokens, PostgreSQL an array of
// hashed ones with a GIN index. Both find the same, and exactly: a word of two characters as well as a long phrase, the
// simplified and the traditional form alike, never across a mark. The index holds no truth. It follows the records
// (Step), and what it finds is as of the record Upto says.
//
// Only open words are indexed. What is personal or sealed is not, nor is a sealed matter; a matter that stays on paper
// (涉密不上网) is found by its number alone. Erased words leave the index with the record of their erasure.
package search

import (
	"hash/fnv"
	"slices"
	"strings"
	"unicode/utf8"

	"zhunsheng/internal/doc/text"
	"zhunsheng/internal/matter"
)

// The things that are indexed.
const (
	thingMatter = "matter"
	thingEntry  = "entry"
)

// Registers are those whose entries are indexed. They hold nothing that is not shown to every member of staff.
var Registers = []string{"plan", "unit"}

// document is what is indexed of a matter or an entry. A document without tokens is not in the index.
type document struct {
	no     int64 // of the matter or entry: both are the seq of the record that made it
	thing  string
	class  string // procedure or register
	seq    int64  // of the record it is as of
	tokens []string
	facet  string
}

// ofMatter makes the document of a matter as it stands; of a sealed one nothing is indexed.
func ofMatter(s *matter.State, sealed bool) document {
	d := document{no: s.No, thing: thingMatter, class: s.Procedure, seq: s.Seq, facet: thingMatter}
	var b strings.Builder
	if !sealed {
		line(&b, s.Number)
	}
	if !sealed && !s.PaperOnly {
		line(&b, s.Title)
		for i := range s.Values {
			if h := &s.Values[i]; h.Part == matter.OpenPart {
				words(&b, &h.Value)
			}
		}
	}
	d.tokens = text.Tokens(b.String())
	return d
}

// ofEntry makes the document of an entry from the open words of its newest version.
func ofEntry(no int64, register string, seq int64, open matter.Values) document {
	var b strings.Builder
	for i := range open {
		words(&b, &open[i].Value)
	}
	return document{no: no, thing: thingEntry, class: register, seq: seq, tokens: text.Tokens(b.String()), facet: ofRegister(register)}
}

// ofRegister is the facet of a register's entries. A facet is a token too, kept apart from words.
func ofRegister(register string) string { return thingEntry + register }

// words adds what is written in a value, a line for each text, so that no phrase goes from one to the next. The name of an
// entry that is referred to is no word of the matter: it may be a person's, and a plan's title is not what each of its
// tasks is about.
func words(b *strings.Builder, v *matter.Value) {
	switch v.Kind {
	case matter.Text:
		line(b, v.Text)
	case matter.List:
		for i := range v.Items {
			it := &v.Items[i]
			words(b, &it.Value)
			for k := range it.Fields {
				words(b, &it.Fields[k].Value)
			}
		}
	}
}

func line(b *strings.Builder, s string) {
	if s != "" {
		b.WriteString(s)
		b.WriteByte('\n')
	}
}

// single tells whether a token is one Chinese character: it stands at the end of a run.
func single(token string) bool {
	r, n := utf8.DecodeRuneInString(token)
	return n == len(token) && text.IsHan(r)
}

// spell writes the runs of a document out again from its tokens, each with a blank before and after it.
func spell(tokens []string) string {
	var b strings.Builder
	b.WriteByte(' ')
	for _, t := range tokens {
		r, _ := utf8.DecodeRuneInString(t)
		switch {
		case !text.IsHan(r):
			b.WriteString(t)
			b.WriteByte(' ')
		case single(t):
			b.WriteString(t)
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// spelt is what spell writes of a text that holds a phrase of a query: a run of letters is found whole, a run of Chinese
// characters also inside a longer one.
func spelt(phrase []string) string {
	r, _ := utf8.DecodeRuneInString(phrase[0])
	if !text.IsHan(r) {
		return " " + phrase[0] + " "
	}
	var b strings.Builder
	for _, t := range phrase[:len(phrase)-1] {
		r, _ := utf8.DecodeRuneInString(t)
		b.WriteRune(r)
	}
	b.WriteString(phrase[len(phrase)-1])
	return b.String()
}

// The kinds of token in a hashed array: a word can never be taken for a facet.
const (
	kindWord  = 'w'
	kindFacet = 'f'
)

func hashed(kind byte, token string) int32 {
	h := fnv.New32a()
	_, _ = h.Write(append([]byte{kind}, token...)) // never fails
	return int32(h.Sum32())
}

// hashes are the tokens of a document and every Chinese character alone, sorted, each once.
func (d *document) hashes() []int32 {
	out := make([]int32, 0, 2*len(d.tokens)+1)
	for _, t := range d.tokens {
		out = append(out, hashed(kindWord, t))
		if r, n := utf8.DecodeRuneInString(t); n < len(t) && text.IsHan(r) {
			out = append(out, hashed(kindWord, t[:n]))
		}
	}
	out = append(out, hashed(kindFacet, d.facet))
	slices.Sort(out)
	return slices.Compact(out)
}
