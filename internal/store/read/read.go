// Package read is the one door for reading: every list takes the viewer's scope (access.Scope), every query runs in a
// snapshot (store.Tx). Lists are paged by key, fifty at a time; counts stop at CountCap.
package read

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"

	"zhunsheng/internal/access"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/rows"
)

// ErrNone says that there is no such thing.
var ErrNone = errors.New("no such row")

// PageSize is the length of a list where the query does not say.
const PageSize = 50

// Matter is a matter as its row holds it.
type Matter struct {
	State  *matter.State
	Cache  matter.Cache
	Region string
}

const matterColumns = "m.no, m.id, m.region, m.procedure, m.def, m.unit, m.open, m.title, m.number, m.version, m.seq, m.opened, m.closed," +
	" m.state, m.cache"

type scanner interface{ Scan(dest ...any) error }

// scanMatter reads matterColumns by scan.
func scanMatter(scan func(dest ...any) error) (Matter, error) {
	var state, cache []byte
	m := &matter.State{}
	r := Matter{State: m}
	var open int64
	if err := scan(&m.No, &m.ID, &r.Region, &m.Procedure, &m.Def, &m.Unit, &open, &m.Title, &m.Number, &m.Version, &m.Seq, &m.Opened,
		&m.Closed, &state, &cache); err != nil {
		return Matter{}, err
	}
	m.Open = open != 0
	if err := matter.DecodeState(state, m); err != nil {
		return Matter{}, fmt.Errorf("matter %d: %w", m.No, err)
	}
	var err error
	if r.Cache, err = matter.DecodeCache(cache); err != nil {
		return Matter{}, fmt.Errorf("matter %d: %w", m.No, err)
	}
	return r, nil
}

// number reads one number.
func number(ctx context.Context, tx *store.Tx, text string, args ...any) (n int64, err error) {
	return n, tx.Row(ctx, text, args...).Scan(&n)
}

// none turns "no rows" into ErrNone and names what was looked for.
func none(err error, format string, args ...any) error {
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNone
	}
	return fmt.Errorf("read "+format+": %w", append(args, err)...)
}

// collect reads all rows of a query.
func collect[T any](rs *sql.Rows, err error, scan func(scanner) (T, error)) (out []T, _ error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = rs.Close() }() // Err below tells whether reading ended well
	for rs.Next() {
		v, err := scan(rs)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rs.Err()
}

// MatterOf reads a matter by its number; ErrNone where there is none.
func MatterOf(ctx context.Context, tx *store.Tx, no int64) (Matter, error) {
	r, err := scanMatter(tx.Row(ctx, "SELECT "+matterColumns+" FROM matter m WHERE m.no = $1", no).Scan)
	if err != nil {
		return Matter{}, none(err, "matter %d", no)
	}
	return r, nil
}

// MatterNo returns the number of the matter with an id.
func MatterNo(ctx context.Context, tx *store.Tx, id string) (no int64, err error) {
	if err := tx.Row(ctx, "SELECT no FROM matter WHERE id = $1", id).Scan(&no); err != nil {
		return 0, none(err, "matter %s", id)
	}
	return no, nil
}

// MatterByNumber returns the matters that carry a number (文号).
func MatterByNumber(ctx context.Context, tx *store.Tx, number string) ([]Matter, error) {
	return matters(ctx, tx, "SELECT "+matterColumns+" FROM matter m WHERE m.number = $1 AND m.number <> '' ORDER BY m.no", number)
}

// Sees tells whether a viewer sees a matter.
func Sees(ctx context.Context, tx *store.Tx, s access.Scope, no int64, sealed bool) (bool, error) {
	if s.System {
		return true, nil
	}
	text, args := "SELECT count(*) FROM reach_person WHERE person = $1 AND matter = $2", []any{s.Person, no}
	if !sealed {
		text = "SELECT count(*) FROM reach WHERE matter = $2 AND " + tx.Dialect.Among("unit", "$1")
		args[0] = tx.Dialect.IntsArg(s.Units)
	}
	n, err := number(ctx, tx, text, args...)
	if err != nil {
		return false, fmt.Errorf("read reach of matter %d: %w", no, err)
	}
	return n > 0, nil
}

// Once returns the record a request has led to.
func Once(ctx context.Context, tx *store.Tx, request string) (seq int64, there bool, err error) {
	err = tx.Row(ctx, "SELECT seq FROM once WHERE request = $1", request).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("read request: %w", err)
	}
	return seq, true, nil
}

// Epoch is the count of changes of rights, packs, parameters and calendar; it begins at 1, so that 0 can mean "not known".
func Epoch(ctx context.Context, tx *store.Tx) (epoch int64, err error) {
	if err := tx.Row(ctx, "SELECT epoch FROM head WHERE id = 1").Scan(&epoch); err != nil {
		return 0, fmt.Errorf("read epoch: %w", err)
	}
	return epoch, nil
}

// Start is Epoch and Once in one reading, for the beginning of an act: seq is 0 where the request is new.
func Start(ctx context.Context, tx *store.Tx, request string) (epoch, seq int64, err error) {
	const text = "SELECT epoch, COALESCE((SELECT seq FROM once WHERE request = $1), 0) FROM head WHERE id = 1"
	if err := tx.Row(ctx, text, request).Scan(&epoch, &seq); err != nil {
		return 0, 0, fmt.Errorf("read epoch and request: %w", err)
	}
	return epoch, seq, nil
}

// Size is the number of records.
func Size(ctx context.Context, tx *store.Tx) (size int64, err error) {
	if err := tx.Row(ctx, "SELECT size FROM head WHERE id = 1").Scan(&size); err != nil {
		return 0, fmt.Errorf("read size: %w", err)
	}
	return size, nil
}

// Head reads the head of a record.
func Head(ctx context.Context, tx *store.Tx, seq int64) (ledger.Head, error) {
	var text []byte
	if err := tx.Row(ctx, "SELECT head FROM record WHERE seq = $1", seq).Scan(&text); err != nil {
		return ledger.Head{}, none(err, "record %d", seq)
	}
	return ledger.ParseHead(text)
}

// HeadDigest is the SHA-256 of a head's bytes (校验值).
func HeadDigest(ctx context.Context, tx *store.Tx, seq int64) ([32]byte, error) {
	var text []byte
	if err := tx.Row(ctx, "SELECT head FROM record WHERE seq = $1", seq).Scan(&text); err != nil {
		return [32]byte{}, none(err, "record %d", seq)
	}
	return sha256.Sum256(text), nil
}

// Record reads a record with the exact bytes of its head and parts, as a receipt needs them.
func Record(ctx context.Context, tx *store.Tx, seq int64) (rows.Stored, error) {
	span, err := rows.Span(ctx, tx, seq, seq)
	if err != nil {
		return rows.Stored{}, err
	}
	if len(span) == 0 {
		return rows.Stored{}, none(sql.ErrNoRows, "record %d", seq)
	}
	return span[0], nil
}

// Records reads the records with the given seqs, typed, in that order.
func Records(ctx context.Context, tx *store.Tx, seqs []int64) ([]matter.Record, error) {
	said, err := History(ctx, tx, seqs)
	if err != nil {
		return nil, err
	}
	out := make([]matter.Record, len(said))
	for i := range said {
		out[i] = *said[i].Record
	}
	return out, nil
}

// Said is a record: who did what when, and its effects and words.
type Said struct {
	Head   ledger.Head
	Record *matter.Record
	Erased []string // parts whose words were erased
}

// History reads the records with the given seqs with their heads, in that order.
func History(ctx context.Context, tx *store.Tx, seqs []int64) ([]Said, error) {
	out := make([]Said, 0, len(seqs))
	for _, seq := range seqs {
		stored, err := Record(ctx, tx, seq)
		if err != nil {
			return nil, err
		}
		s := Said{}
		if s.Head, s.Record, err = stored.Decode(); err != nil {
			return nil, err
		}
		s.Erased = stored.Erased(&s.Head)
		out = append(out, s)
	}
	return out, nil
}
