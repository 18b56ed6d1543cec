package ledger

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// TileWidth is the number of hashes of a full tile, as C2SP tlog-tiles fixes it.
const TileWidth = 1 << tileHeight

const tileHeight = 8

// Tile is a run of hashes of one level of the tiled tree: hash i of tile (Level, N) is the root of the complete subtree
// of 256^Level leaves that begins at leaf (256·N + i)·256^Level.
type Tile struct {
	Level  int
	N      int64
	Hashes []byte // 32 bytes each, at most TileWidth of them
}

// Width returns the number of hashes the tile holds.
func (t Tile) Width() int { return len(t.Hashes) / tlog.HashSize }

// Path returns the address of the tile under /log/: tile/<L>/<N>, with .p/<W> while it is not full.
func (t Tile) Path() string { return TilePath(t.Level, t.N, t.Width()) }

// TilePath returns the C2SP path of a tile of width w (1 to TileWidth).
func TilePath(level int, n int64, w int) string {
	path := tlog.Tile{H: tileHeight, L: level, N: n, W: w}.Path()
	return "tile" + strings.TrimPrefix(path, "tile/8")
}

// ParseTilePath reads the path of a hash tile; it takes only what TilePath writes. Entries are not served, so their
// paths are errors.
func ParseTilePath(path string) (level int, n int64, w int, err error) {
	rest, ok := strings.CutPrefix(path, "tile/")
	if ok {
		var t tlog.Tile
		if t, err = tlog.ParseTilePath("tile/8/" + rest); err == nil && t.L >= 0 {
			return t.L, t.N, t.W, nil
		}
	}
	return 0, 0, 0, fmt.Errorf("%q is not the path of a hash tile", path)
}

// Edge holds the tiles at the right edge of the tree that are not full yet. The writer keeps one in memory beside the
// Frontier and gets from it the rows of `tile` to write. It need not follow every append: when another writer has moved
// the log, drop it and LoadEdge again before the next tile boundary (size a multiple of 256) is crossed.
type Edge struct {
	size   int64
	levels [][]byte
}

// LoadEdge reads the edge of the tree of that size: at most 255 leaves and one tile of each higher level.
func LoadEdge(src Source, size int64) (*Edge, error) {
	e := &Edge{size: size}
	for level := 0; size>>(tileHeight*level) > 0; level++ {
		count := size >> (tileHeight * level)
		var hashes []byte
		if w := int(count % TileWidth); w > 0 {
			data, err := TileData(src, size, level, count/TileWidth, w)
			if err != nil {
				return nil, fmt.Errorf("load edge: %w", err)
			}
			hashes = append(make([]byte, 0, TileWidth*tlog.HashSize), data...)
		}
		e.levels = append(e.levels, hashes)
	}
	return e, nil
}

// Size returns the number of leaves.
func (e *Edge) Size() int64 { return e.size }

// Append adds a leaf and returns the tiles to store: none until a tile of level 0 is full, then that tile and the one
// of each level above that has grown by it, full or not. So every 256 records one full tile is inserted and one
// growing tile is written over; tiles of level 0 are stored only when full, since the leaves are in the records.
func (e *Edge) Append(leaf Hash) []Tile {
	e.size++
	var changed []Tile
	for level := 0; ; level++ {
		if level == len(e.levels) {
			e.levels = append(e.levels, nil)
		}
		if e.levels[level] == nil {
			e.levels[level] = make([]byte, 0, TileWidth*tlog.HashSize)
		}
		e.levels[level] = append(e.levels[level], leaf[:]...)
		hashes := e.levels[level]
		full := len(hashes) == TileWidth*tlog.HashSize
		if level > 0 || full {
			// The slice is shared, but nothing is ever written before its end again.
			n := (e.size>>(tileHeight*level) - 1) / TileWidth
			changed = append(changed, Tile{Level: level, N: n, Hashes: hashes[:len(hashes):len(hashes)]})
		}
		if !full {
			return changed
		}
		leaf = tileRoot(hashes)
		e.levels[level] = nil
	}
}

// tileRoot returns the root of a full tile.
func tileRoot(hashes []byte) Hash {
	var nodes [TileWidth]Hash
	for i := range nodes {
		copy(nodes[i][:], hashes[i*tlog.HashSize:])
	}
	for n := len(nodes); n > 1; n /= 2 {
		for i := range n / 2 {
			nodes[i] = nodeHash(&nodes[2*i], &nodes[2*i+1])
		}
	}
	return nodes[0]
}

func joinHashes(hashes []Hash) []byte {
	b := make([]byte, 0, len(hashes)*tlog.HashSize)
	for i := range hashes {
		b = append(b, hashes[i][:]...)
	}
	return b
}

// nodeHash is SHA-256(0x01 ‖ left ‖ right), without copying its arguments twice.
func nodeHash(left, right *Hash) Hash {
	var buf [1 + 2*tlog.HashSize]byte
	buf[0] = 1
	copy(buf[1:], left[:])
	copy(buf[1+tlog.HashSize:], right[:])
	return sha256.Sum256(buf[:])
}

func sumSHA256(b []byte) [sha256.Size]byte { return sha256.Sum256(b) }

var errTile = errors.New("no such tile in a tree of this size")
