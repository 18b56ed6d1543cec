package read

import (
	"context"
	"fmt"
	"slices"

	"zhunsheng/internal/access"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
)

// Link is a link of a matter with the matter at its other end.
type Link struct {
	Kind  string
	Back  bool // made on the other matter's side: it points at the one that was asked about
	Other Matter
}

// Links lists the links of a matter, those it made and then those that point at it, by kind.
func Links(ctx context.Context, tx *store.Tx, s *matter.State) ([]Link, error) {
	kinds := make([]string, 0, len(s.Links))
	for _, l := range s.Links {
		kinds = append(kinds, l.Kind)
	}
	slices.Sort(kinds)
	var out []Link
	for _, kind := range slices.Compact(kinds) {
		made, err := LinksOf(ctx, tx, s, kind, false)
		if err != nil {
			return nil, err
		}
		out = append(out, made...)
	}
	pointing, err := linksBack(ctx, tx, s.No, "")
	return append(out, pointing...), err
}

// LinksOf lists the links of one kind, in the order of the matters at the other end: those the matter made, which its
// state names, or those that others made to it.
func LinksOf(ctx context.Context, tx *store.Tx, s *matter.State, kind string, back bool) ([]Link, error) {
	if back {
		return linksBack(ctx, tx, s.No, kind)
	}
	var nos []int64
	for _, l := range s.Links {
		if l.Kind == kind {
			nos = append(nos, l.Other)
		}
	}
	if len(nos) == 0 {
		return nil, nil
	}
	others, err := MattersOf(ctx, tx, nos)
	if err != nil {
		return nil, fmt.Errorf("read links of matter %d: %w", s.No, err)
	}
	out := make([]Link, len(others))
	for i := range others {
		out[i] = Link{Kind: kind, Other: others[i]}
	}
	return out, nil
}

// linksBack lists the links that point at a matter, of one kind or of all.
func linksBack(ctx context.Context, tx *store.Tx, no int64, kind string) ([]Link, error) {
	text, args := "SELECT l.kind, "+matterColumns+" FROM link l JOIN matter m ON m.no = l.matter WHERE l.other = $1", []any{no}
	if kind != "" {
		text, args = text+" AND l.kind = $2", append(args, kind)
	}
	rs, err := tx.Query(ctx, text+" ORDER BY l.kind, l.matter", args...)
	out, err := collect(rs, err, func(s scanner) (Link, error) {
		l := Link{Back: true}
		var err error
		l.Other, err = scanMatter(func(dest ...any) error { return s.Scan(append([]any{&l.Kind}, dest...)...) })
		return l, err
	})
	if err != nil {
		return nil, fmt.Errorf("read links to matter %d: %w", no, err)
	}
	return out, nil
}

// LinksSeen is Links for a viewer: both ends are shown only to those who see both.
func LinksSeen(ctx context.Context, tx *store.Tx, s access.Scope, m *matter.State) ([]Link, error) {
	all, err := Links(ctx, tx, m)
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
