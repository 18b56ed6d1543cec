// Package store opens the database: pools, dialect, migrations. What is written and read is in the packages below it:
// write (the one way truth gets in), read, side (rows without truth), blob (files), move (whole databases).
//
// Both engines take the same texts with $1…$n, except where Dialect says otherwise.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"zhunsheng/internal/store/schema"
)

// Options of Open; the zero value is what a server wants.
type Options struct {
	Logger  *slog.Logger     // default: discards
	Now     func() time.Time // default: time.Now
	Readers int              // size of the reader pool; default: one a core, at least 4
}

// DB is an open database: a pool for reading and a pool for writing.
type DB struct {
	Dialect Dialect
	Log     *slog.Logger
	Now     func() time.Time

	reader, writer *sql.DB
	mu             sync.RWMutex
	texts          map[string]*sql.Stmt // prepared reads, on SQLite
	slots          chan struct{}        // one for each snapshot that may be open at once
}

// Open opens "sqlite:PATH" or "postgres://…", brings the schema up to date and returns the pools. A SQLite file that is
// not there is made, with its folder.
func Open(ctx context.Context, dsn string, o Options) (*DB, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Readers == 0 {
		o.Readers = max(4, runtime.NumCPU())
	}
	db := &DB{Log: o.Logger, Now: o.Now, texts: map[string]*sql.Stmt{}, slots: make(chan struct{}, o.Readers)}
	var err error
	if path, ok := strings.CutPrefix(dsn, "sqlite:"); ok {
		err = db.openSQLite(path, o.Readers)
	} else if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		err = db.openPostgres(dsn, o.Readers)
	} else {
		err = errors.New("want sqlite:PATH or postgres://…")
	}
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := schema.Migrate(ctx, db.writer, db.Dialect == Postgres, o.Logger); err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", err), db.Close())
	}
	return db, nil
}

// busyTimeout is how long a writer waits on SQLite for another program's batch, in milliseconds.
const busyTimeout = "10000"

func (db *DB) openSQLite(path string, readers int) error {
	if path == "" {
		return errors.New("sqlite: no path")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	db.Dialect = SQLite
	open := func(lock string, extra ...string) (*sql.DB, error) {
		// A larger cache is slower: at every commit SQLite walks the cache's whole table (measured: 16 MiB 8 200 acts/s, 64 MiB
		// 6 100). busy_timeout first: switching to WAL may already have to wait. A transaction that writes takes the lock at once: one
		// that reads first and writes later could fail for another writer without waiting.
		pragmas := append([]string{"busy_timeout(" + busyTimeout + ")", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
			"cache_size(-16384)", "wal_autocheckpoint(8000)", "temp_store(MEMORY)"}, extra...)
		q := url.Values{"_pragma": pragmas, "_txlock": {lock}}
		return sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	}
	var err error
	if db.writer, err = open("immediate"); err != nil {
		return err
	}
	if db.reader, err = open("deferred", "query_only(1)"); err != nil {
		return err
	}
	db.writer.SetMaxOpenConns(4)           // the batch writer, side rows, the signer; SQLite itself lets one at a time write
	db.reader.SetMaxOpenConns(readers + 1) // one is left for preparing a text while all snapshots are taken
	db.reader.SetMaxIdleConns(readers + 1)
	db.writer.SetMaxIdleConns(4)
	return nil
}

func (db *DB) openPostgres(dsn string, readers int) error {
	db.Dialect = Postgres
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return err
	}
	// Our queries read pages by key: compiling them costs more than running them.
	if cfg.RuntimeParams["jit"] == "" {
		cfg.RuntimeParams["jit"] = "off"
	}
	db.writer, db.reader = stdlib.OpenDB(*cfg), stdlib.OpenDB(*cfg)
	db.writer.SetMaxOpenConns(4)
	db.writer.SetMaxIdleConns(4)
	db.reader.SetMaxOpenConns(readers)
	db.reader.SetMaxIdleConns(readers)
	return nil
}

// Close closes the pools; readers and writers must have ended.
func (db *DB) Close() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	var errs []error
	for _, s := range db.texts {
		errs = append(errs, s.Close())
	}
	db.texts = map[string]*sql.Stmt{}
	for _, pool := range []*sql.DB{db.reader, db.writer} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error { return db.reader.PingContext(ctx) }

// Conn takes a connection of the writing pool for as long as the caller keeps it: for the batch writer and for package
// move. It must be closed.
func (db *DB) Conn(ctx context.Context) (*sql.Conn, error) { return db.writer.Conn(ctx) }
