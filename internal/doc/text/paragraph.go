// Package text holds what every document has in common: the paragraph, normalised Chinese, tokens.
package text

// Paragraph is one paragraph of a decoded document.
// Offsets count characters (code points) of the decoded file; End is exclusive.
type Paragraph struct {
	Text       string // as written, without the line break
	Start, End int    // place in the decoded file
	Level      int    // heading level 1…9 where the format says so, else 0
	Cells      []Cell // not empty: the paragraph is one row of a table
	Number     string // automatic number the format shows before the text, e.g. "（一）"; part of Text as well
}

// Cell is one cell of a table row. A merged cell repeats its text in each row it covers and has Merged set there.
type Cell struct {
	Text       string
	Start, End int
	Merged     bool
}
