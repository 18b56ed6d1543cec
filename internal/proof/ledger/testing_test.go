package ledger

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"testing"
	"unicode"
)

// naiveRoot is the tree hash as RFC 6962 §2.1 defines it, word for word.
func naiveRoot(leaves []Hash) Hash {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	}
	k := split(len(leaves))
	l, r := naiveRoot(leaves[:k]), naiveRoot(leaves[k:])
	return sha256.Sum256(append(append([]byte{1}, l[:]...), r[:]...))
}

// split is the largest power of two below n.
func split(n int) int {
	k := 1
	for 2*k < n {
		k *= 2
	}
	return k
}

// naivePath is PATH(m, D[n]) of RFC 6962 §2.1.1.
func naivePath(m int, leaves []Hash) []Hash {
	if len(leaves) == 1 {
		return nil
	}
	k := split(len(leaves))
	if m < k {
		return append(naivePath(m, leaves[:k]), naiveRoot(leaves[k:]))
	}
	return append(naivePath(m-k, leaves[k:]), naiveRoot(leaves[:k]))
}

// naiveProof is SUBPROOF(m, D[n], b) of RFC 6962 §2.1.2.
func naiveProof(m int, leaves []Hash, whole bool) []Hash {
	if m == len(leaves) {
		if whole {
			return nil
		}
		return []Hash{naiveRoot(leaves)}
	}
	k := split(len(leaves))
	if m <= k {
		return append(naiveProof(m, leaves[:k], whole), naiveRoot(leaves[k:]))
	}
	return append(naiveProof(m-k, leaves[k:], false), naiveRoot(leaves[:k]))
}

// memory is a log held the way the store holds it: leaves, and the tiles that Edge hands out.
type memory struct {
	leaves   []Hash
	tiles    map[string][]byte
	frontier Frontier
	edge     Edge
	reads    int
}

func (m *memory) Leaves(from, to int64) ([]Hash, error) {
	m.reads++
	if from < 0 || to > int64(len(m.leaves)) || from >= to || to-from >= TileWidth {
		return nil, fmt.Errorf("leaves %d to %d of %d asked for", from, to, len(m.leaves))
	}
	return m.leaves[from:to], nil
}

func (m *memory) Tile(level int, n int64) ([]byte, error) {
	m.reads++
	b, ok := m.tiles[fmt.Sprint(level, "/", n)]
	if !ok {
		return nil, fmt.Errorf("tile %d/%d was never stored", level, n)
	}
	return b, nil
}

func (m *memory) append(leaf Hash) {
	if m.tiles == nil {
		m.tiles = map[string][]byte{}
	}
	m.leaves = append(m.leaves, leaf)
	m.frontier.Append(leaf)
	for _, t := range m.edge.Append(leaf) {
		m.tiles[fmt.Sprint(t.Level, "/", t.N)] = t.Hashes
	}
}

// numbered is a log whose leaf i is the leaf of the decimal number i, as in the vectors of docs/ledger.md.
func numbered(n int) *memory {
	m := &memory{}
	for i := range n {
		m.append(LeafHash([]byte(strconv.Itoa(i))))
	}
	return m
}

// seed is a fixed test seed: 32 times the same byte.
func seed(b byte) (s [32]byte) {
	for i := range s {
		s[i] = b
	}
	return s
}

func testSigner(t testing.TB) *Signer {
	t.Helper()
	s, err := NewSigner("410199", seed(1))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// tokenRunes are the characters a token of a head may hold.
var tokenRunes = &unicode.RangeTable{R16: []unicode.Range16{{'!', '!', 1}, {'#', '[', 1}, {']', '~', 1}}}
