package read

import (
	"context"
	"fmt"

	"zhunsheng/internal/access"
	"zhunsheng/internal/store"
)

// Link is a link of a matter with the matter at its other end.
type Link struct {
	Kind  string
	Back  bool // made on the other matter's side: it points at the one that was asked about
	Seq   int64
	Other Matter
}

const (
	linkOut  = "SELECT l.kind, l.seq, " + matterColumns + " FROM link l JOIN matter m ON m.no = l.other WHERE l.matter = $1"
	linkBack = "SELECT l.kind, l.seq, " + matterColumns + " FROM link l JOIN matter m ON m.no = l.matter WHERE l.other = $1"
)

// Links lists the links of a matter, those it made and then those that point at it.
func Links(ctx context.Context, tx *store.Tx, no int64) ([]Link, error) {
	var out []Link
	for i, text := range []string{linkOut, linkBack} {
		rs, err := tx.Query(ctx, text+" ORDER BY l.kind, m.no", no)
		found, err := collect(rs, err, func(s scanner) (Link, error) {
			l := Link{Back: i == 1}
			var err error
			l.Other, err = scanMatter(func(dest ...any) error { return s.Scan(append([]any{&l.Kind, &l.Seq}, dest...)...) })
			return l, err
		})
		if err != nil {
			return nil, fmt.Errorf("read links of matter %d: %w", no, err)
		}
		out = append(out, found...)
	}
	return out, nil
}

// LinksSeen is Links for a viewer: both ends are shown only to those who see both.
func LinksSeen(ctx context.Context, tx *store.Tx, s access.Scope, no int64) ([]Link, error) {
	all, err := Links(ctx, tx, no)
	if err != nil {
		return nil, err
	}
	seen := all[:0]
	for _, l := range all {
		ok, err := Sees(ctx, tx, s, l.Other.State.No, l.Other.State.Sealed)
		if err != nil {
			return nil, err
		}
		if ok {
			seen = append(seen, l)
		}
	}
	return seen, nil
}
