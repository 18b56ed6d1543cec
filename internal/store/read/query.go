package read

import (
	"fmt"

	"zhunsheng/internal/access"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
)

// Query is a text with its arguments.
type Query struct {
	Text string
	Args []any
}

// Queries are the texts of the lists as an engine gets them, by name, for a viewer of one unit: for the plans that the
// tests keep, and for an operator who wants to explain them.
func Queries(d store.Dialect, unit, parent int64) map[string]Query {
	viewer := access.Scope{Person: 7, Units: []int64{unit}}
	out := map[string]Query{}
	for name, l := range map[string]struct {
		scope  access.Scope
		by     driver
		filter Filter
	}{
		"reach":                {viewer, byReach, Filter{Before: 1 << 40}},
		"reach of a procedure": {viewer, byReach, Filter{Procedure: "task", OpenOnly: true, Before: 1 << 40}},
		"reach, late":          {viewer, byReach, Filter{Procedure: "task", DueBefore: "2026-07-01"}},
		"reach, facet":         {viewer, byReach, Filter{Procedure: "task", Facet: &matter.Facet{Field: "section", Value: "s1"}}},
		"facet":                {viewer, byFacet, Filter{Procedure: "task", Facet: &matter.Facet{Field: "section", Value: "s1"}}},
		"few late":             {viewer, byDue, Filter{DueBefore: "2026-07-01"}},
		"link":                 {viewer, byLink, Filter{Linked: parent, LinkKind: "part_of"}},
		"running of a unit":    {access.Scope{System: true}, byMatter, Filter{Procedure: "task", Unit: unit, OpenOnly: true}},
	} {
		u := int64(0)
		if l.by == byReach {
			u = unit
		}
		text, order, args := l.filter.query(d, l.scope, l.by, u, matterColumns)
		out[name] = Query{text + fmt.Sprintf(" ORDER BY %s DESC LIMIT %d", order, PageSize), args}
	}
	out["worklist"] = Query{worklistText(PageSize), []any{unit, "liaison", int64(0)}}
	text, args := deadlinesText(d, viewer, nil, "2026-01-01", "2026-12-31", PageSize)
	out["deadlines"] = Query{text, args}
	text, args = soonestText(d, viewer, "2026-01-01", "2026-12-31", PageSize)
	out["deadlines, soonest"] = Query{text, args}
	text, args = reachedText(d, viewer, "2026-01-01", "2026-12-31", PageSize)
	out["deadlines, reach"] = Query{text, args}
	return out
}
