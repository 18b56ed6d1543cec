package procedure

import "zhunsheng/internal/norm/source"

// Example is a worked case that proves a definition: dates for its limits, or acts run through the engine.
type Example struct {
	ID   string
	node *source.Node
}

func readExample(r *source.Reader, id string, n *source.Node) Example {
	if n.Kind != source.Map || (n.Get("dates") == nil) == (n.Get("run") == nil) {
		r.Add(n, source.CodeValue, "写 dates 和 expect，或者写 run", "算例“%s”应当有 dates 或者 run 之一", id)
	}
	return Example{ID: id, node: n}
}
