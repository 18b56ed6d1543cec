package procedure

import "zhunsheng/internal/norm/source"

// Example is a worked case that proves a definition: dates for its limits, or acts run through the engine.
type Example struct {
	ID   string
	node *source.Node
}
