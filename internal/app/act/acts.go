package act

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"zhunsheng/internal/app"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/blob"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/write"
)

// Config says what acts need: DB, Blobs and Book are required.
type Config struct {
	DB        *store.DB
	Blobs     blob.Store
	Book      *rulebook.Book
	Log       *slog.Logger      // default: discards
	Now       func() time.Time  // default: time.Now
	Salt      func(*[32]byte)   // default: the system's randomness; the demo's is seeded
	Committed func(size int64)  // told after each batch how many records there are; must not block
	Batch     func(write.Stats) // tests and benchmarks: what the last batch took
}

// Acts is the one way in.
type Acts struct {
	Config
	writer *write.Writer
	book   atomic.Pointer[rulebook.Book]
	site   atomic.Pointer[Site]
	making sync.Mutex // held while a site is made
}

// New starts the writer of this copy of the program.
func New(c Config) (*Acts, error) {
	var missing []error
	for name, there := range map[string]bool{"DB": c.DB != nil, "Blobs": c.Blobs != nil, "Book": c.Book != nil} {
		if !there {
			missing = append(missing, fmt.Errorf("act.Config.%s is missing", name))
		}
	}
	if len(missing) > 0 {
		return nil, errors.Join(missing...)
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Salt == nil {
		c.Salt = func(s *[32]byte) { _, _ = rand.Read(s[:]) } // never fails: crypto/rand ends the program first
	}
	w, err := write.New(c.DB, write.Config{Now: c.Now, Log: c.Log, Committed: c.Committed, Batch: c.Batch})
	if err != nil {
		return nil, err
	}
	a := &Acts{Config: c, writer: w}
	a.book.Store(c.Book)
	return a, nil
}

// Close writes the acts that wait and ends the writer.
func (a *Acts) Close(ctx context.Context) error { return a.writer.Close(ctx) }

// Book is the rules in force.
func (a *Acts) Book() *rulebook.Book { return a.book.Load() }

// Today is the legal date of now.
func (a *Acts) Today() string { return app.Day(a.Now()) }

// Site returns the newest snapshot of units, people and parameters.
func (a *Acts) Site(ctx context.Context) (*Site, error) {
	var site *Site
	err := a.DB.Read(ctx, func(tx *store.Tx) (err error) {
		site, err = a.siteOf(ctx, tx)
		return err
	})
	return site, err
}

// siteOf returns the snapshot that goes with the epoch and the day of a read transaction.
func (a *Acts) siteOf(ctx context.Context, tx *store.Tx) (*Site, error) {
	epoch, err := read.Epoch(ctx, tx)
	if err != nil {
		return nil, err
	}
	return a.siteAt(ctx, tx, epoch)
}

// siteAt is siteOf where the epoch is known. Where the snapshot has to be made, one caller makes it and the others wait.
func (a *Acts) siteAt(ctx context.Context, tx *store.Tx, epoch int64) (*Site, error) {
	var err error
	today := a.Today()
	fits := func(s *Site) bool { return s != nil && s.Epoch == epoch && s.today == today }
	if s := a.site.Load(); fits(s) {
		return s, nil
	}
	a.making.Lock()
	defer a.making.Unlock()
	old := a.site.Load()
	if fits(old) {
		return old, nil
	}
	var r *roster
	if old != nil && old.Epoch == epoch {
		r = old.roster
	} else if r, err = readRoster(ctx, tx); err != nil {
		return nil, fmt.Errorf("load the site: %w", err)
	}
	s, err := newSite(epoch, r, today)
	if err != nil {
		return nil, fmt.Errorf("load the site: %w", err)
	}
	if old == nil || old.Epoch <= epoch {
		a.site.Store(s) // an older snapshot, read before the last change, serves its own reader only
	}
	return s, nil
}
