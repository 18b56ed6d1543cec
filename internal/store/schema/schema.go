// Package schema holds the migrations of both engines, forward only and under the same numbers, and the list of tables.
package schema

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed sqlite/*.sql postgres/*.sql
var files embed.FS

// Truth lists the tables whose every row follows from the records; verify covers them and rebuild makes them anew.
// head, record, part, tile, checkpoint, cosign and definition are the records themselves and what proves them.
var Truth = []string{
	"matter", "reach", "reach_person", "role", "link", "facet", "fact", "tally", "number", "entry", "entry_version", "unit",
	"unit_alias", "person", "post", "file", "file_use",
}

// Caches lists the tables that follow from the rules and today's calendar; they go with matter.cache.
var Caches = []string{"todo", "due"}

// Migrate brings a database to the newest schema. It is safe to call from several programs at once.
func Migrate(ctx context.Context, db *sql.DB, postgres bool, log *slog.Logger) error {
	dir, dialect := "sqlite", goose.DialectSQLite3
	if postgres {
		dir, dialect = "postgres", goose.DialectPostgres
	}
	sub, err := fs.Sub(files, dir)
	if err != nil {
		return fmt.Errorf("open migrations: %w", err)
	}
	options := []goose.ProviderOption{goose.WithSlog(log), goose.WithDisableGlobalRegistry(true)}
	if postgres {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return fmt.Errorf("make migration lock: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(dialect, db, sub, options...)
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	for range 3 {
		if _, err = p.Up(ctx); err == nil {
			return nil
		}
		// SQLite has no migration lock: another program may have made the tables in between.
		if pending, perr := p.HasPending(ctx); perr == nil && !pending {
			return nil
		}
	}
	return fmt.Errorf("migrate: %w", err)
}
