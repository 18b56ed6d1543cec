package ledger

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is a node of the tree: SHA-256, as RFC 6962 says.
type Hash = tlog.Hash

// LeafHash returns the leaf of a record, SHA-256(0x00 ‖ head).
func LeafHash(head []byte) Hash {
	var buf [1 + MaxHead]byte
	if len(head) > MaxHead {
		return tlog.RecordHash(head)
	}
	n := 1 + copy(buf[1:], head)
	return Hash(sumSHA256(buf[:n]))
}

// Frontier is all that is needed to append to a tree and to know its root: the roots of the complete subtrees the tree
// is made of, largest first, one for each set bit of the size. It is a plain value: copying it keeps the old tree. The
// zero value is the empty tree.
type Frontier struct {
	size   int64
	hashes [63]Hash // the first OnesCount(size) are in use
}

// Size returns the number of leaves.
func (f *Frontier) Size() int64 { return f.size }

// Append adds a leaf; its index is the size before the call.
func (f *Frontier) Append(leaf Hash) {
	n := bits.OnesCount64(uint64(f.size))
	for s := f.size; s&1 == 1; s >>= 1 { // equal subtrees at the right edge merge
		n--
		leaf = nodeHash(&f.hashes[n], &leaf)
		f.hashes[n] = Hash{} // so that equal trees are equal values
	}
	f.hashes[n] = leaf
	f.size++
}

// Root returns the root of the tree, SHA-256 of nothing for the empty one.
func (f *Frontier) Root() Hash {
	n := bits.OnesCount64(uint64(f.size))
	if n == 0 {
		return Hash(sumSHA256(nil))
	}
	root := f.hashes[n-1]
	for i := n - 2; i >= 0; i-- {
		root = nodeHash(&f.hashes[i], &root)
	}
	return root
}

const frontierVersion = 1

// AppendBinary appends the stored form: a version byte (1), the size as eight bytes big-endian, then the hashes,
// largest subtree first. At most 9 + 63·32 bytes, 9 + 12·32 on average for 20 million records.
func (f *Frontier) AppendBinary(dst []byte) []byte {
	dst = append(dst, frontierVersion)
	dst = binary.BigEndian.AppendUint64(dst, uint64(f.size))
	for i := range bits.OnesCount64(uint64(f.size)) {
		dst = append(dst, f.hashes[i][:]...)
	}
	return dst
}

// ParseFrontier reads what AppendBinary wrote.
func ParseFrontier(b []byte) (Frontier, error) {
	var f Frontier
	if len(b) < 9 || b[0] != frontierVersion {
		return f, errors.New("parse frontier: not a frontier of version 1")
	}
	size := int64(binary.BigEndian.Uint64(b[1:9]))
	b = b[9:]
	if size < 0 || len(b) != bits.OnesCount64(uint64(size))*tlog.HashSize {
		return f, fmt.Errorf("parse frontier: %d bytes of hashes do not fit size %d", len(b), size)
	}
	f.size = size
	for i := 0; len(b) > 0; i++ {
		b = b[copy(f.hashes[i][:], b):]
	}
	return f, nil
}
