package text

import "unicode"

// Tokens cuts a text into the words of the search index, in text order: every two neighbouring Chinese characters,
// the last character of each run alone, and every run of letters or digits in lower case. Traditional characters
// come out simplified, so both find each other. A phrase of the query never crosses a mark.
func Tokens(s string) []string {
	n := Normalize(s, 0)
	r := n.Folded
	out := make([]string, 0, len(r))
	for i := 0; i < len(r); {
		j := run(r, i)
		switch {
		case j == i:
			i++
			continue
		case IsHan(r[i]):
			for k := i; k+1 < j; k++ {
				out = append(out, string(r[k:k+2]))
			}
			out = append(out, string(r[j-1]))
		default:
			out = append(out, lower(r[i:j]))
		}
		i = j
	}
	return out
}

// Phrases cuts a query the same way, one phrase for each run. A run of two or more Chinese characters gives its
// pairs only, so it matches inside a longer run; a single character gives itself and matches at the end of runs.
func Phrases(query string) [][]string {
	n := Normalize(query, 0)
	r := n.Folded
	var out [][]string
	for i := 0; i < len(r); {
		j := run(r, i)
		if j == i {
			i++
			continue
		}
		var p []string
		switch {
		case !IsHan(r[i]):
			p = []string{lower(r[i:j])}
		case j == i+1:
			p = []string{string(r[i])}
		default:
			for k := i; k+1 < j; k++ {
				p = append(p, string(r[k:k+2]))
			}
		}
		out = append(out, p)
		i = j
	}
	return out
}

// run gives the end of the run of one kind of character that begins at i; i itself where r[i] belongs to none.
func run(r []rune, i int) int {
	kind := class(r[i])
	if kind == 0 {
		return i
	}
	j := i + 1
	for j < len(r) && class(r[j]) == kind {
		j++
	}
	return j
}

func class(c rune) int {
	switch {
	case IsHan(c):
		return 1
	case unicode.IsLetter(c) || unicode.IsDigit(c):
		return 2
	}
	return 0
}

func lower(r []rune) string {
	out := make([]rune, len(r))
	for i, c := range r {
		out[i] = unicode.ToLower(c)
	}
	return string(out)
}
