package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Dir keeps files in a folder, 256 folders deep by the first two digits.
type Dir struct {
	path string
	now  func() time.Time
}

// OpenDir opens a folder, making it where it is not there. now is the time files are marked with; nil: time.Now.
func OpenDir(path string, now func() time.Time) (*Dir, error) {
	if now == nil {
		now = time.Now
	}
	if err := os.MkdirAll(filepath.Join(path, "new"), 0o700); err != nil {
		return nil, fmt.Errorf("open file storage: %w", err)
	}
	return &Dir{path: path, now: now}, nil
}

func (d *Dir) file(hash string) string { return filepath.Join(d.path, hash[:2], hash) }

// Put writes the bytes beside and moves them into place, so that a file is there whole or not at all.
func (d *Dir) Put(ctx context.Context, b []byte) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("store file: %w", err)
	}
	hash := Digest(b)
	name := d.file(hash)
	if old, err := os.ReadFile(name); err == nil && Digest(old) == hash {
		if err := os.Chtimes(name, time.Time{}, d.now()); err != nil {
			return "", fmt.Errorf("store file: %w", err)
		}
		return hash, nil
	}
	if err := d.write(name, b); err != nil {
		return "", fmt.Errorf("store file: %w", err)
	}
	return hash, nil
}

func (d *Dir) write(name string, b []byte) error {
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Join(d.path, "new"), "put-")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Chtimes(f.Name(), time.Time{}, d.now())
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return errors.Join(syncDir(dir), syncDir(d.path))
}

// syncDir makes a new name last.
func syncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Get reads a file and checks it.
func (d *Dir) Get(_ context.Context, hash string) ([]byte, error) {
	if !isDigest(hash) {
		return nil, ErrNone
	}
	b, err := os.ReadFile(d.file(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, fmt.Errorf("read file: %w", err)
	}
	if Digest(b) != hash {
		return nil, fmt.Errorf("read file: %s is damaged", hash)
	}
	return b, nil
}

// Delete removes a file.
func (d *Dir) Delete(_ context.Context, hash string) error {
	if !isDigest(hash) {
		return nil
	}
	if err := os.Remove(d.file(hash)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete file: %w", err)
	}
	return nil
}

// Walk visits the files in order of their digests.
func (d *Dir) Walk(ctx context.Context, fn func(Info) error) error {
	return filepath.WalkDir(d.path, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if e.IsDir() || !isDigest(e.Name()) {
			return nil
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // deleted meanwhile
		}
		if err != nil {
			return err
		}
		return fn(Info{Hash: e.Name(), Size: info.Size(), At: info.ModTime()})
	})
}
