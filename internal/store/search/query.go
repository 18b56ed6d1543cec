package search

import (
	"slices"
	"strings"

	"zhunsheng/internal/doc/text"
	"zhunsheng/internal/store"
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

// match is the condition of a query as an engine takes it: all phrases, and the facet.
func match(d store.Dialect, said [][]string, facet string) (where string, args []any) {
	if d == store.Postgres {
		return matchArrays(said, facet)
	}
	return "search MATCH $1", []any{matchFTS(said, facet)}
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

// matchArrays narrows by hashed tokens and looks the phrases up in the body.
func matchArrays(said [][]string, facet string) (where string, args []any) {
	all := []int32{hashed(kindFacet, facet)}
	var written []string
	for _, p := range said {
		for _, t := range p {
			all = append(all, hashed(kindWord, t))
		}
		written = append(written, spelt(p))
	}
	slices.Sort(all)
	return "d.tokens @> $1::int4[] AND (SELECT bool_and(strpos(d.body, w) > 0) FROM unnest($2::text[]) w)", []any{slices.Compact(all), written}
}
