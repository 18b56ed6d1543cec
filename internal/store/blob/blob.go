// Package blob keeps the bytes of files (附件) under their SHA-256. A file is stored before the record that names it; one
// that no record names dies after KeepUnused.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// KeepUnused is how long a file lives that no record names.
const KeepUnused = 7 * 24 * time.Hour

// ErrNone says that there is no such file.
var ErrNone = errors.New("no such file in storage")

// Store is a place for files. Implementations are safe for concurrent use and pass the suite of this package's tests.
type Store interface {
	// Put keeps bytes and returns their digest, 64 lower-case hex digits. When it returns they are on the disk. Bytes
	// that are there already count as new again.
	Put(ctx context.Context, b []byte) (hash string, err error)
	// Get returns the bytes of a digest, checked against it; ErrNone where there are none.
	Get(ctx context.Context, hash string) ([]byte, error)
	// Delete drops the bytes of a digest; it is no error that there are none.
	Delete(ctx context.Context, hash string) error
	// Walk visits every file in any order until fn fails.
	Walk(ctx context.Context, fn func(Info) error) error
}

// Info is what Walk tells of a file.
type Info struct {
	Hash string
	Size int64
	At   time.Time // when it was last put
}

// Digest is the name of bytes.
func Digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// isDigest keeps anything that is not a digest from becoming a path.
func isDigest(hash string) bool {
	if len(hash) != hex.EncodedLen(sha256.Size) {
		return false
	}
	for _, c := range []byte(hash) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// Sweep deletes the files last put before a moment that no record names, and returns how many.
func Sweep(ctx context.Context, s Store, before time.Time, held func(ctx context.Context, hash string) (bool, error)) (int, error) {
	var old []string
	err := s.Walk(ctx, func(i Info) error {
		if i.At.Before(before) {
			old = append(old, i.Hash)
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("sweep files: %w", err)
	}
	n := 0
	for _, hash := range old {
		keep, err := held(ctx, hash)
		if err != nil {
			return n, fmt.Errorf("sweep files: %w", err)
		}
		if keep {
			continue
		}
		if err := s.Delete(ctx, hash); err != nil {
			return n, fmt.Errorf("sweep files: %w", err)
		}
		n++
	}
	return n, nil
}
