package blob

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Memory keeps files in memory: for tests and for the short life of a dry run.
type Memory struct {
	Now func() time.Time // nil: time.Now

	mu    sync.Mutex
	files map[string]kept
}

type kept struct {
	b  []byte
	at time.Time
}

// Put keeps bytes.
func (m *Memory) Put(_ context.Context, b []byte) (string, error) {
	now := time.Now
	if m.Now != nil {
		now = m.Now
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.files == nil {
		m.files = map[string]kept{}
	}
	hash := Digest(b)
	m.files[hash] = kept{slices.Clone(b), now()}
	return hash, nil
}

// Get returns bytes.
func (m *Memory) Get(_ context.Context, hash string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f, ok := m.files[hash]
	if !ok {
		return nil, ErrNone
	}
	return slices.Clone(f.b), nil
}

// Delete drops bytes.
func (m *Memory) Delete(_ context.Context, hash string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.files, hash)
	return nil
}

// Walk visits the files.
func (m *Memory) Walk(_ context.Context, fn func(Info) error) error {
	m.mu.Lock()
	var all []Info
	for hash, f := range m.files {
		all = append(all, Info{hash, int64(len(f.b)), f.at})
	}
	m.mu.Unlock()
	for _, i := range all {
		if err := fn(i); err != nil {
			return err
		}
	}
	return nil
}
