package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"zhunsheng/internal/doc/docfile"
)

// readDocument reads a document given as a path, or from standard input for "-".
// A file that cannot be read ends the verb with exit code 2; an empty one is an empty document.
func readDocument(env *Env, file string) (docfile.Document, error) {
	var b []byte
	var err error
	if file == "-" {
		b, err = io.ReadAll(io.LimitReader(env.In, docfile.MaxBytes+1))
	} else {
		b, err = readLimited(file)
	}
	if err != nil {
		return docfile.Document{}, misuse("读取 %s：%w", file, err)
	}
	doc, err := docfile.Read(file, b)
	if errors.Is(err, docfile.ErrEmpty) {
		fmt.Fprintf(env.Err, "zhunsheng: %v\n", err)
		return docfile.Document{}, nil
	}
	if err != nil {
		return docfile.Document{}, misuse("%w", err)
	}
	return doc, nil
}

// readLimited reads at most one byte more than a document may hold, so that a huge file is refused, not loaded.
func readLimited(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, docfile.MaxBytes+1))
}
