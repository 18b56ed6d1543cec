package rulebook_test

import (
	"io/fs"
	"testing/fstest"
)

// mapFS is a pack of a few texts.
func mapFS(files map[string]string) fs.FS {
	out := fstest.MapFS{}
	for name, text := range files {
		out[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return out
}
