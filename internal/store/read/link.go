package read

import (
	"context"
	"fmt"

	"zhunsheng/internal/access"
	"zhunsheng/internal/store"
)

// Tied is a matter at the other end of a link.
type Tied struct {
	No        int64
	ID        string
	Kind      string
	Back      bool // the link was made on the other matter's side: it points at the one that was asked about
	Procedure string
	Unit      int64
	Title     string
	Number    string
	Open      bool
	Outcome   string
	Closed    string
}

const (
	linkOut  = "SELECT l.kind, " + matterColumns + " FROM link l JOIN matter m ON m.no = l.other WHERE l.matter = $1"
	linkBack = "SELECT l.kind, " + matterColumns + " FROM link l JOIN matter m ON m.no = l.matter WHERE l.other = $1"
)

// Linked lists the matters linked with one, at either end; kind "" lists all kinds.
func Linked(ctx context.Context, tx *store.Tx, no int64, kind string) ([]Tied, error) {
	var out []Tied
	for i, text := range []string{linkOut, linkBack} {
		args := []any{no}
		if kind != "" {
			text, args = text+" AND l.kind = $2", append(args, kind)
		}
		rs, err := tx.Query(ctx, text+" ORDER BY l.kind, m.no DESC", args...)
		found, err := collect(rs, err, func(s scanner) (Tied, error) {
			var kind string
			row, err := scanMatter(kindFirst{s, &kind})
			if err != nil {
				return Tied{}, err
			}
			m := row.State
			return Tied{
				No: m.No, ID: m.ID, Kind: kind, Back: i == 1, Procedure: m.Procedure, Unit: m.Unit, Title: m.Title, Number: m.Number,
				Open: m.Open, Outcome: m.Outcome, Closed: m.Closed,
			}, nil
		})
		if err != nil {
			return nil, fmt.Errorf("read links of matter %d: %w", no, err)
		}
		out = append(out, found...)
	}
	return out, nil
}

// LinkedSeen is Linked for a viewer: only matters the viewer sees.
func LinkedSeen(ctx context.Context, tx *store.Tx, s access.Scope, no int64, kind string) ([]Tied, error) {
	all, err := Linked(ctx, tx, no, kind)
	if err != nil || s.System {
		return all, err
	}
	seen := all[:0]
	for _, t := range all {
		if Sees(ctx, tx, s, t.No, false) || Sees(ctx, tx, s, t.No, true) {
			seen = append(seen, t)
		}
	}
	return seen, nil
}

// kindFirst puts one column before the others of a scan.
type kindFirst struct {
	scanner
	kind *string
}

// Scan reads the kind and then dest.
func (k kindFirst) Scan(dest ...any) error { return k.scanner.Scan(append([]any{k.kind}, dest...)...) }
