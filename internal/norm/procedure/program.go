package procedure

import "sync"

// program is the compiled part of a definition.
type program struct {
	once sync.Once
}
