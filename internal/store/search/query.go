package search

import (
	"slices"
	"strings"

	"zhunsheng/internal/doc/text"
)

// mostSaid is how many characters of a query count, mostPhrases how many of its words: enough for a sentence.
const (
	mostSaid    = 200
	mostPhrases = 16
)

// phrases cuts what a person said into the phrases that must all be there; empty where nothing can be looked for.
func phrases(said string) [][]string {
	if r := []rune(said); len(r) > mostSaid {
		said = string(r[:mostSaid])
	}
	out := text.Phrases(said)
	return out[:min(len(out), mostPhrases)]
}

// matchFTS writes an expression of FTS5. A single character is the beginning of a pair, or stands alone at the end of its
// run: both begin with it, so that it is found wherever it is.
func matchFTS(said [][]string, facet string) string {
	var b strings.Builder
	b.WriteString("facet : " + facet + " AND body : (")
	for i, p := range said {
		if i > 0 {
			b.WriteString(" AND ")
		}
		b.WriteString(`"` + strings.Join(p, " ") + `"`)
		if len(p) == 1 && single(p[0]) {
			b.WriteString(" *")
		}
	}
	b.WriteByte(')')
	return b.String()
}

// matchArrays gives the hashed tokens that narrow, and what the body must hold.
func matchArrays(said [][]string, facet string) (all []int32, written []string) {
	all = []int32{hashed(kindFacet, facet)}
	for _, p := range said {
		for _, t := range p {
			all = append(all, hashed(kindWord, t))
		}
		written = append(written, spelt(p))
	}
	slices.Sort(all)
	return slices.Compact(all), written
}
