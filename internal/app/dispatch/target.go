package dispatch

import (
	"math"
	"strconv"

	"zhunsheng/internal/doc/plan"
	"zhunsheng/internal/matter"
)

// ops are the options of a target's comparison by the norms of plans.
var ops = map[string]string{">=": "ge", ">": "ge", "<=": "le", "<": "le", "=": "eq", "range": "eq"}

// targetRows turns the words of targets into rows that count what is reported. A number that is no whole one is kept in
// hundredths, with its unit saying so.
func targetRows(words string) []matter.Item {
	var rows []matter.Item
	for _, t := range plan.ReadTargets(words) {
		if t.Value.Range {
			t.Value.Low = t.Value.High
		}
		value := int64(math.Round(t.Value.Low))
		f := matter.Values{}.
			With("text", matter.OfText(t.Text)).With("op", matter.OfText(ops[t.Op])).With("value", matter.OfInt(value)).
			With("unit", matter.OfText(t.Unit))
		if t.Per != "" {
			f = f.With("per", matter.OfText(string(t.Per)))
		}
		rows = append(rows, matter.Item{ID: "p" + strconv.Itoa(len(rows)+1), Fields: f})
	}
	return rows
}
