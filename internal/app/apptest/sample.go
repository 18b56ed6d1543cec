package apptest

import (
	"embed"
	"io/fs"
)

//go:embed sample
var sampleFiles embed.FS

// Sample is a pack of one procedure (示例许可, id sample) with two papers, to lie over the embedded one: tests of papers do
// not hang on what the law as delivered says.
func Sample() fs.FS {
	files, err := fs.Sub(sampleFiles, "sample")
	if err != nil {
		panic(err) // the name is the constant above
	}
	return files
}
