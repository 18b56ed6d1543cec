package plan

import "zhunsheng/internal/doc/text"

// ReadDeadlines reads the words a person put where a plan says by when (4月底前, 每半年, 2026-06-30), as the field for time
// limits of a plan is read. year is that of months without one.
func ReadDeadlines(words string, year int) []Deadline {
	p := newPage([]text.Paragraph{{Text: words, End: len([]rune(words))}})
	ds := dates{p: p, year: year, out: []Deadline{}}
	ds.scan(0, len(p.f), true)
	return ds.out
}

// ReadTargets reads the words of quantified targets (案卷评查不少于 2 次；备案率达到 100%).
func ReadTargets(words string) []Target {
	p := newPage([]text.Paragraph{{Text: words, End: len([]rune(words))}})
	ts := targets{p: p, out: []Target{}}
	ts.scan(0, len(p.f))
	return ts.out
}
