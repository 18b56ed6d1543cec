package read

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/rows"
)

// Log gives the stored hashes of the log to package ledger (proofs, tiles), from one snapshot.
type Log struct {
	Ctx context.Context
	Tx  rows.Querier
}

var _ ledger.Source = Log{}

// Leaves returns the leaf hashes [from, to).
func (l Log) Leaves(from, to int64) ([]ledger.Hash, error) {
	rs, err := l.Tx.Query(l.Ctx, "SELECT leaf FROM record WHERE seq > $1 AND seq <= $2 ORDER BY seq", from, to)
	return collect(rs, err, func(s scanner) (h ledger.Hash, err error) {
		var leaf []byte
		if err := s.Scan(&leaf); err != nil {
			return h, err
		}
		if copy(h[:], leaf) != len(h) {
			return h, errors.New("a leaf is not a hash")
		}
		return h, nil
	})
}

// Tile returns the stored hashes of a tile, nil where there is none.
func (l Log) Tile(level int, n int64) ([]byte, error) {
	rs, err := l.Tx.Query(l.Ctx, "SELECT hashes FROM tile WHERE level = $1 AND n = $2", int64(level), n)
	tiles, err := collect(rs, err, func(s scanner) (b []byte, err error) { return b, s.Scan(&b) })
	if err != nil || len(tiles) == 0 {
		return nil, err
	}
	return tiles[0], nil
}

// Frontier is the size and frontier of the log.
func Frontier(ctx context.Context, tx *store.Tx) (ledger.Frontier, error) {
	var size int64
	var b []byte
	if err := tx.Row(ctx, "SELECT size, frontier FROM head WHERE id = 1").Scan(&size, &b); err != nil {
		return ledger.Frontier{}, fmt.Errorf("read frontier: %w", err)
	}
	if size == 0 {
		return ledger.Frontier{}, nil
	}
	return ledger.ParseFrontier(b)
}

// Signed is a stored checkpoint (存证快照) with the lines of its witnesses.
type Signed struct {
	Size    int64
	Note    string // the signed note
	At      int64  // microseconds
	Cosigns []Cosign
}

// Cosign is the line of a witness.
type Cosign struct{ Name, Line string }

// Checkpoint returns the newest checkpoint, or with from > 0 the first of at least that size; ErrNone where none is yet.
func Checkpoint(ctx context.Context, tx *store.Tx, from int64) (Signed, error) {
	text := "SELECT size, note, at FROM checkpoint WHERE size >= $1 ORDER BY size DESC LIMIT 1"
	if from > 0 {
		text = "SELECT size, note, at FROM checkpoint WHERE size >= $1 ORDER BY size LIMIT 1"
	}
	var s Signed
	err := tx.Row(ctx, text, from).Scan(&s.Size, &s.Note, &s.At)
	if errors.Is(err, sql.ErrNoRows) {
		return s, ErrNone
	}
	if err != nil {
		return s, fmt.Errorf("read checkpoint: %w", err)
	}
	rs, err := tx.Query(ctx, "SELECT name, line FROM cosign WHERE size = $1 ORDER BY name", s.Size)
	s.Cosigns, err = collect(rs, err, func(r scanner) (c Cosign, err error) { return c, r.Scan(&c.Name, &c.Line) })
	if err != nil {
		return s, fmt.Errorf("read cosignatures: %w", err)
	}
	return s, nil
}
