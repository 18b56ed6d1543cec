package api

import "zhunsheng/internal/matter"

// Values are the values of fields by id: texts, numbers, true or false; {"date": …}, {"entry": …} and {"file": …} where
// JSON has no kind of its own; lists as arrays of {"id", "value"} or {"id", "fields"}.
type Values map[string]any

func valuesOf(vs matter.Values) Values {
	out := make(Values, len(vs))
	for _, n := range vs {
		out[n.Name] = n.Value
	}
	return out
}
