package store

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
)

// Dialect is what truly differs between the engines.
type Dialect uint8

// The engines.
const (
	SQLite Dialect = iota
	Postgres
)

// String returns the engine's name.
func (d Dialect) String() string {
	if d == Postgres {
		return "postgres"
	}
	return "sqlite"
}

// Begin starts a transaction that writes. On SQLite it takes the write lock at once, so that no later statement can fail
// for it; on PostgreSQL the head row is the lock, and READ COMMITTED lets the guards see what the lock waited for.
func (d Dialect) Begin() string {
	if d == Postgres {
		return "BEGIN"
	}
	return "BEGIN IMMEDIATE"
}

// Ints is a subquery of the numbers in parameter p, which Arg makes of a slice: one text for any number of them.
func (d Dialect) Ints(p string) string {
	if d == Postgres {
		return "SELECT unnest(" + p + "::bigint[])"
	}
	return "SELECT value FROM json_each(" + p + ")"
}

// Among is the condition that a column is one of the numbers in parameter p, in the form each engine finds by index.
func (d Dialect) Among(column, p string) string {
	if d == Postgres {
		return column + " = ANY(" + p + "::bigint[])"
	}
	return column + " IN (SELECT value FROM json_each(" + p + "))"
}

// Texts is a subquery of the texts in parameter p.
func (d Dialect) Texts(p string) string {
	if d == Postgres {
		return "SELECT unnest(" + p + "::text[])"
	}
	return "SELECT value FROM json_each(" + p + ")"
}

// IntsArg is the argument of Ints.
func (d Dialect) IntsArg(v []int64) any {
	if d == Postgres {
		if v == nil {
			v = []int64{}
		}
		return v
	}
	return string(appendInts(nil, v))
}

// TextsArg is the argument of Texts.
func (d Dialect) TextsArg(v []string) any {
	if d == Postgres {
		if v == nil {
			v = []string{}
		}
		return v
	}
	return string(appendTexts(nil, v))
}

// IsConstraint tells whether err is a broken constraint: the fault of one row, not of the database.
func IsConstraint(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code()&0xff == 19 // SQLITE_CONSTRAINT
	}
	var pg *pgconn.PgError
	return errors.As(err, &pg) && len(pg.Code) == 5 && pg.Code[:2] == "23"
}
