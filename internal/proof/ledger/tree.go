package ledger

import (
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Source gives the stored hashes of the log. The tree may have grown past the size that is asked about: hashes never
// change, so a longer tile serves as well.
type Source interface {
	// Leaves returns the leaf hashes [from, to) of level 0, all in one tile: the edge that is not stored as a tile.
	Leaves(from, to int64) ([]Hash, error)
	// Tile returns the stored hashes of tile n of level: all 256 on level 0, as many as there are above.
	Tile(level int, n int64) ([]byte, error)
}

// TileData returns the first w hashes of a tile of the tree of that size; it is what /log/ serves at TilePath.
func TileData(src Source, size int64, level int, n int64, w int) ([]byte, error) {
	if level < 0 || level > 7 || n < 0 || w < 1 || w > TileWidth || n > size/TileWidth ||
		n*TileWidth+int64(w) > size>>(tileHeight*level) {
		return nil, errTile
	}
	if level == 0 && w < TileWidth {
		leaves, err := src.Leaves(n*TileWidth, n*TileWidth+int64(w))
		if err != nil {
			return nil, err
		}
		if len(leaves) != w {
			return nil, fmt.Errorf("tile %s: %d leaves found", TilePath(level, n, w), len(leaves))
		}
		return joinHashes(leaves), nil
	}
	data, err := src.Tile(level, n)
	if err != nil {
		return nil, err
	}
	if len(data) < w*tlog.HashSize {
		return nil, fmt.Errorf("tile %s: %d bytes found", TilePath(level, n, w), len(data))
	}
	return data[:w*tlog.HashSize], nil
}

// reader answers tlog's requests for single nodes out of tiles, each tile read once.
type reader struct {
	src  Source
	size int64
	seen map[tlog.Tile][]byte
}

func (r *reader) ReadHashes(indexes []int64) ([]Hash, error) {
	hashes := make([]Hash, len(indexes))
	for i, index := range indexes {
		// Ask for as much of the tile as the tree has, so that all its nodes come from one read.
		t := tlog.TileForIndex(tileHeight, index)
		t.W = int(min(TileWidth, r.size>>(tileHeight*t.L)-t.N*TileWidth))
		data, ok := r.seen[t]
		if !ok {
			var err error
			if data, err = TileData(r.src, r.size, t.L, t.N, t.W); err != nil {
				return nil, err
			}
			r.seen[t] = data
		}
		var err error
		if hashes[i], err = tlog.HashFromTile(t, data, index); err != nil {
			return nil, err
		}
	}
	return hashes, nil
}

func read(src Source, size int64) *reader {
	return &reader{src: src, size: size, seen: map[tlog.Tile][]byte{}}
}

// Root returns the root of the first size leaves.
func Root(src Source, size int64) (Hash, error) {
	if size == 0 {
		return Hash(sumSHA256(nil)), nil
	}
	root, err := tlog.TreeHash(size, read(src, size))
	if err != nil {
		return Hash{}, fmt.Errorf("root of %d leaves: %w", size, err)
	}
	return root, nil
}

// Inclusion returns the proof that the leaf at index is in the tree of that size, lowest sibling first (RFC 6962 §2.1.1).
func Inclusion(src Source, size, index int64) ([]Hash, error) {
	if index < 0 || index >= size {
		return nil, fmt.Errorf("prove leaf %d: a tree of size %d does not have it", index, size)
	}
	proof, err := tlog.ProveRecord(size, index, read(src, size))
	if err != nil {
		return nil, fmt.Errorf("prove leaf %d in %d: %w", index, size, err)
	}
	return proof, nil
}

// Consistency returns the proof that the tree of size is the tree of old with leaves added (RFC 6962 §2.1.2). It is
// empty when old is 0 or size.
func Consistency(src Source, size, old int64) ([]Hash, error) {
	if old < 0 || old > size {
		return nil, fmt.Errorf("prove growth: %d is not a size before %d", old, size)
	}
	if old == 0 || old == size {
		return nil, nil
	}
	proof, err := tlog.ProveTree(size, old, read(src, size))
	if err != nil {
		return nil, fmt.Errorf("prove growth from %d to %d: %w", old, size, err)
	}
	return proof, nil
}

// CheckInclusion reports whether the proof leads from the leaf at index to the root of the tree of that size.
func CheckInclusion(proof []Hash, size int64, root Hash, index int64, leaf Hash) error {
	got, err := rootFromInclusion(proof, size, index, leaf)
	if err == nil && got != root {
		err = errProof
	}
	return err
}

// CheckConsistency reports whether the tree of (size, root) contains the tree of (old, oldRoot) as its beginning.
func CheckConsistency(proof []Hash, size int64, root Hash, old int64, oldRoot Hash) error {
	switch {
	case old < 0 || old > size:
		return errProof
	case old == 0:
		if len(proof) != 0 || oldRoot != Hash(sumSHA256(nil)) {
			return errProof
		}
		return nil
	case old == size:
		if len(proof) != 0 || oldRoot != root {
			return errProof
		}
		return nil
	}
	if tlog.CheckTree(proof, size, root, old, oldRoot) != nil {
		return errProof
	}
	return nil
}

var errProof = errors.New("the proof does not lead to this root")

// rootFromInclusion climbs from a leaf to the root its proof implies. The short form of a receipt leaves the root out,
// so it must be had without knowing it (tlog only compares).
func rootFromInclusion(proof []Hash, size, index int64, leaf Hash) (Hash, error) {
	if index < 0 || index >= size {
		return Hash{}, errProof
	}
	node, last, at := leaf, size-1, index
	for i := range proof {
		if last == 0 {
			return Hash{}, errProof // longer than the tree is high
		}
		if at&1 == 1 || at == last {
			node = nodeHash(&proof[i], &node)
			for at&1 == 0 { // a node without a right sibling stands for its parent too
				at >>= 1
				last >>= 1
			}
		} else {
			node = nodeHash(&node, &proof[i])
		}
		at >>= 1
		last >>= 1
	}
	if last != 0 {
		return Hash{}, errProof
	}
	return node, nil
}
