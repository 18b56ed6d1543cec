package read

import (
	"context"
	"fmt"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
)

const (
	entryColumns   = "no, id, register, key, version, seq"
	versionColumns = "entry, version, from_, to_, seq, fields"
)

func scanEntry(s scanner) (*matter.Entry, error) {
	e := &matter.Entry{}
	return e, s.Scan(&e.No, &e.ID, &e.Register, &e.Key, &e.Version, &e.Seq)
}

type versionRow struct {
	entry int64
	v     matter.EntryVersion
}

func scanVersion(s scanner) (versionRow, error) {
	var r versionRow
	var fields []byte
	if err := s.Scan(&r.entry, &r.v.Version, &r.v.From, &r.v.To, &r.v.Seq, &fields); err != nil {
		return r, err
	}
	var err error
	if r.v.Fields, err = matter.DecodeValues(fields); err != nil {
		return r, fmt.Errorf("entry %d version %d: %w", r.entry, r.v.Version, err)
	}
	return r, nil
}

// EntryOf reads an entry with all its versions; ErrNone where there is none.
func EntryOf(ctx context.Context, tx *store.Tx, no int64) (*matter.Entry, error) {
	e, err := scanEntry(tx.Row(ctx, "SELECT "+entryColumns+" FROM entry WHERE no = $1", no))
	if err != nil {
		return nil, none(err, "entry %d", no)
	}
	return e, versions(ctx, tx, e)
}

// EntryByKey reads the entry of a register with a key; ErrNone where there is none.
func EntryByKey(ctx context.Context, tx *store.Tx, register, key string) (*matter.Entry, error) {
	e, err := scanEntry(tx.Row(ctx, "SELECT "+entryColumns+" FROM entry WHERE register = $1 AND key = $2", register, key))
	if err != nil {
		return nil, none(err, "entry %s of %s", key, register)
	}
	return e, versions(ctx, tx, e)
}

// EntryNo returns the number of the entry with an id.
func EntryNo(ctx context.Context, tx *store.Tx, id string) (no int64, err error) {
	if err := tx.Row(ctx, "SELECT no FROM entry WHERE id = $1", id).Scan(&no); err != nil {
		return 0, none(err, "entry %s", id)
	}
	return no, nil
}

func versions(ctx context.Context, tx *store.Tx, e *matter.Entry) error {
	rs, err := tx.Query(ctx, "SELECT "+versionColumns+" FROM entry_version WHERE entry = $1 ORDER BY version", e.No)
	vs, err := collect(rs, err, scanVersion)
	if err != nil {
		return fmt.Errorf("read versions of entry %d: %w", e.No, err)
	}
	for _, r := range vs {
		e.Versions = append(e.Versions, r.v)
	}
	return nil
}

// Register reads all entries of a register with all their versions, by key: for registers that are held in memory.
func Register(ctx context.Context, tx *store.Tx, register string) ([]*matter.Entry, error) {
	rs, err := tx.Query(ctx, "SELECT "+entryColumns+" FROM entry WHERE register = $1 ORDER BY key", register)
	entries, err := collect(rs, err, scanEntry)
	if err != nil {
		return nil, fmt.Errorf("read register %s: %w", register, err)
	}
	byNo := make(map[int64]*matter.Entry, len(entries))
	for _, e := range entries {
		byNo[e.No] = e
	}
	rs, err = tx.Query(ctx, "SELECT v.entry, v.version, v.from_, v.to_, v.seq, v.fields FROM entry e JOIN entry_version v ON v.entry = e.no"+
		" WHERE e.register = $1 ORDER BY v.entry, v.version", register)
	vs, err := collect(rs, err, scanVersion)
	if err != nil {
		return nil, fmt.Errorf("read register %s: %w", register, err)
	}
	for _, r := range vs {
		if e := byNo[r.entry]; e != nil {
			e.Versions = append(e.Versions, r.v)
		}
	}
	return entries, nil
}

// Entries reads a page of a register by key, after the key given, with all versions; AsOf of each says what was valid.
func Entries(ctx context.Context, tx *store.Tx, register, after string, limit int) ([]*matter.Entry, error) {
	if limit <= 0 {
		limit = PageSize
	}
	rs, err := tx.Query(ctx, "SELECT "+entryColumns+" FROM entry WHERE register = $1 AND key > $2 ORDER BY key LIMIT $3", register, after,
		int64(limit))
	entries, err := collect(rs, err, scanEntry)
	if err != nil {
		return nil, fmt.Errorf("read register %s: %w", register, err)
	}
	for _, e := range entries {
		if err := versions(ctx, tx, e); err != nil {
			return nil, err
		}
	}
	return entries, nil
}
