package expr

import (
	"maps"
	"slices"
	"strings"
)

// reserved words of CEL; they may stand after a dot, never first.
var reserved = strings.Fields("as break const continue else false for function if import in let loop null namespace package return true var void while")

// unreadable words may not stand after a dot either.
var unreadable = strings.Fields("false in null true")

// own functions and types, which a name would hide.
var ownNames = strings.Fields("given date days bool double int list map null_type string type")

func reservedType(name string) bool { return slices.Contains(ownNames, name) }

// isName reports whether a name can stand bare: an ASCII identifier that is no reserved word.
func isName(s string) bool { return isSegment(s) && !slices.Contains(reserved, s) && !reservedType(s) }

func isSegment(s string) bool {
	if s == "" || s[0] >= '0' && s[0] <= '9' || slices.Contains(unreadable, s) {
		return false
	}
	for _, c := range []byte(s) {
		if c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return true
}

func isDotted(s string) bool {
	first, rest, more := strings.Cut(s, ".")
	if !isName(first) {
		return false
	}
	for more {
		var part string
		if part, rest, more = strings.Cut(rest, "."); !isSegment(part) {
			return false
		}
	}
	return true
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// nearest gives the candidate that differs least from what was written, or "" when none is near.
func nearest(written string, candidates []string) string {
	best, least := "", max(1, len(written)/3)+1
	for _, c := range candidates {
		if d := distance(written, c, least); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance is the number of letters put in, left out, changed or swapped with the next; at least limit when it is more.
func distance(a, b string, limit int) int {
	if abs(len(a)-len(b)) >= limit {
		return limit
	}
	older, prev, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], older[j-2]+1)
			}
		}
		older, prev, row = prev, row, older
	}
	return prev[len(b)]
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
