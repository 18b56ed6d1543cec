// Package strangertest is a second checker for the log, written from docs/ledger.md alone and out of the standard
// library alone. It shares no code with package ledger and exists to catch what the two would otherwise get wrong
// together; tests of any package may hold their receipts and checkpoints against it.
package strangertest

import (
	"bytes"
	"compress/flate"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// Node is a hash of the tree.
type Node = [32]byte

// Leaf is section 2: the leaf of a head.
func Leaf(head []byte) Node { return sha256.Sum256(append([]byte{0}, head...)) }

func node(l, r Node) Node { return sha256.Sum256(bytes.Join([][]byte{{1}, l[:], r[:]}, nil)) }

// Root is section 2: the root over leaves.
func Root(leaves []Node) Node {
	level := leaves
	if len(level) == 0 {
		return sha256.Sum256(nil)
	}
	for len(level) > 1 { // pairs merge, a last one without a partner moves up: the same tree as by splitting
		var up []Node
		for i := 0; i+1 < len(level); i += 2 {
			up = append(up, node(level[i], level[i+1]))
		}
		if len(level)%2 == 1 {
			up = append(up, level[len(level)-1])
		}
		level = up
	}
	return level[0]
}

// half is the number of leaves in the left subtree of a tree of n > 1.
func half(n int64) int64 {
	k := int64(1)
	for k*2 < n {
		k *= 2
	}
	return k
}

var errProof = errors.New("proof does not fit the tree")

// Climb is the root that an inclusion proof leads to.
func Climb(proof []Node, size, index int64, leaf Node) (Node, error) {
	if index < 0 || index >= size {
		return Node{}, errProof
	}
	if size == 1 {
		if len(proof) != 0 {
			return Node{}, errProof
		}
		return leaf, nil
	}
	if len(proof) == 0 {
		return Node{}, errProof
	}
	rest, top, k := proof[:len(proof)-1], proof[len(proof)-1], half(size)
	if index < k {
		sub, err := Climb(rest, k, index, leaf)
		return node(sub, top), err
	}
	sub, err := Climb(rest, size-k, index-k, leaf)
	return node(top, sub), err
}

// Growth is the consistency check: the tree of (old, oldRoot) begins the tree of (size, root).
func Growth(proof []Node, old int64, oldRoot Node, size int64, root Node) error {
	switch {
	case old < 0 || old > size:
		return errProof
	case old == 0:
		if len(proof) > 0 || oldRoot != sha256.Sum256(nil) {
			return errProof
		}
		return nil
	case old == size:
		if len(proof) > 0 || oldRoot != root {
			return errProof
		}
		return nil
	}
	a, b, left, err := grow(proof, old, size, true, oldRoot)
	if err != nil || len(left) > 0 || a != oldRoot || b != root {
		return errProof
	}
	return nil
}

// grow undoes SUBPROOF of RFC 6962: it gives the roots of the old part and of the whole, and what it has not used.
func grow(proof []Node, old, size int64, whole bool, oldRoot Node) (a, b Node, rest []Node, err error) {
	if old == size {
		if whole {
			return oldRoot, oldRoot, proof, nil
		}
		if len(proof) == 0 {
			return a, b, nil, errProof
		}
		return proof[0], proof[0], proof[1:], nil
	}
	k := half(size)
	if old <= k {
		a, b, rest, err = grow(proof, old, k, whole, oldRoot)
		if err != nil || len(rest) == 0 {
			return a, b, nil, errProof
		}
		return a, node(b, rest[0]), rest[1:], nil
	}
	a, b, rest, err = grow(proof, old-k, size-k, false, oldRoot)
	if err != nil || len(rest) == 0 {
		return a, b, nil, errProof
	}
	return node(rest[0], a), node(rest[0], b), rest[1:], nil
}

// key is a public key as text (section 3.1).
type key struct {
	name string
	id   []byte
	raw  ed25519.PublicKey
}

func readKey(text string, alg byte) (key, error) {
	f := strings.SplitN(strings.TrimSpace(text), "+", 3)
	if len(f) != 3 {
		return key{}, errors.New("key: not three fields")
	}
	id, err := hex.DecodeString(f[1])
	if err != nil {
		return key{}, err
	}
	b, err := base64.StdEncoding.Strict().DecodeString(f[2])
	if err != nil {
		return key{}, err
	}
	if len(b) != 33 || b[0] != alg {
		return key{}, errors.New("key: not of this kind")
	}
	sum := sha256.Sum256([]byte(f[0] + "\n" + string(b)))
	if !bytes.Equal(sum[:4], id) {
		return key{}, errors.New("key: id does not belong to it")
	}
	if alg == 1 {
		tail := sha256.Sum256(b)
		if !regexp.MustCompile(`^zhunsheng/[^/+\s]+/` + hex.EncodeToString(tail[:4]) + `$`).MatchString(f[0]) {
			return key{}, errors.New("key: origin does not belong to it")
		}
	}
	return key{f[0], id, b[1:]}, nil
}

// Head is what a signed checkpoint says.
type Head struct {
	Origin string
	Size   int64
	Root   Node
}

// Checkpoint is section 3.2: the note is signed by the log's key and has the three lines. With a witness's key it
// must bear that cosignature too, and its time is returned (section 3.3).
func Checkpoint(note, logKey, witnessKey string) (h Head, cosignedAt uint64, err error) {
	k, err := readKey(logKey, 1)
	if err != nil {
		return h, 0, err
	}
	body, tail, ok := strings.Cut(note, "\n\n")
	if !ok {
		return h, 0, errors.New("note: no blank line")
	}
	body += "\n"
	sigs := map[string][]byte{}
	for _, line := range strings.Split(strings.TrimSuffix(tail, "\n"), "\n") {
		f := strings.Split(line, " ")
		if len(f) != 3 || f[0] != "—" {
			return h, 0, errors.New("note: not a signature line")
		}
		b, err := base64.StdEncoding.Strict().DecodeString(f[2])
		if err != nil || len(b) < 5 {
			return h, 0, errors.New("note: not a signature")
		}
		sigs[f[1]+" "+string(b[:4])] = b[4:]
	}
	sig := sigs[k.name+" "+string(k.id)]
	if len(sig) != 64 || !ed25519.Verify(k.raw, []byte(body), sig) {
		return h, 0, errors.New("note: not signed by the log")
	}
	m := regexp.MustCompile(`^(\S+)\n(0|[1-9][0-9]*)\n(\S+)\n$`).FindStringSubmatch(body)
	if m == nil || m[1] != k.name {
		return h, 0, errors.New("note: not a checkpoint of this log")
	}
	h.Origin = m[1]
	if h.Size, err = strconv.ParseInt(m[2], 10, 64); err != nil {
		return h, 0, err
	}
	root, err := base64.StdEncoding.Strict().DecodeString(m[3])
	if err != nil || len(root) != 32 {
		return h, 0, errors.New("note: no root")
	}
	h.Root = Node(root)
	if witnessKey == "" {
		return h, 0, nil
	}
	w, err := readKey(witnessKey, 4)
	if err != nil {
		return h, 0, err
	}
	sig = sigs[w.name+" "+string(w.id)]
	if len(sig) != 72 {
		return h, 0, errors.New("note: not cosigned")
	}
	for _, b := range sig[:8] {
		cosignedAt = cosignedAt<<8 | uint64(b)
	}
	if !ed25519.Verify(w.raw, []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", cosignedAt, body)), sig[8:]) {
		return h, 0, errors.New("note: cosignature is wrong")
	}
	return h, cosignedAt, nil
}

// Commitment is section 1.2.
func Commitment(salt, body []byte) Node {
	return sha256.Sum256(append(append([]byte(nil), salt...), body...))
}

type head struct {
	V     int               `json:"v"`
	Seq   int64             `json:"seq"`
	At    int64             `json:"at"`
	Kind  string            `json:"kind"`
	Parts map[string]string `json:"parts"`
}

func readHead(text []byte) (h head, err error) {
	if len(text) > 2048 {
		return h, errors.New("head: too long")
	}
	if err := Canonical(text); err != nil {
		return h, err
	}
	if err := json.Unmarshal(text, &h); err != nil {
		return h, err
	}
	if h.V != 1 || h.Seq < 1 || h.At < 1 || h.Kind == "" {
		return h, errors.New("head: not one of version 1")
	}
	return h, nil
}

// Receipt is section 4.2: it proves a receipt file under the published key and returns the record's number.
func Receipt(file []byte, published string) (seq int64, err error) {
	var r struct {
		V          *int     `json:"v"`
		Key        *string  `json:"key"`
		Head       *string  `json:"head"`
		Index      *int64   `json:"index"`
		Size       *int64   `json:"size"`
		Proof      []string `json:"proof"`
		Checkpoint *string  `json:"checkpoint"`
		Parts      []struct {
			Name string `json:"name"`
			Salt string `json:"salt"`
			Body string `json:"body"`
		} `json:"parts"`
	}
	dec := json.NewDecoder(bytes.NewReader(file))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&r); err != nil {
		return 0, err
	}
	if r.V == nil || *r.V != 1 || r.Key == nil || r.Head == nil || r.Index == nil || r.Size == nil || r.Checkpoint == nil {
		return 0, errors.New("receipt: incomplete")
	}
	if *r.Key != published {
		return 0, errors.New("receipt: another key")
	}
	h, err := readHead([]byte(*r.Head))
	if err != nil {
		return 0, err
	}
	if h.Seq-1 != *r.Index {
		return 0, errors.New("receipt: another place")
	}
	c, _, err := Checkpoint(*r.Checkpoint, published, "")
	if err != nil {
		return 0, err
	}
	var proof []Node
	for _, p := range r.Proof {
		b, err := base64.StdEncoding.Strict().DecodeString(p)
		if err != nil || len(b) != 32 {
			return 0, errors.New("receipt: not a hash")
		}
		proof = append(proof, Node(b))
	}
	root, err := Climb(proof, *r.Size, *r.Index, Leaf([]byte(*r.Head)))
	if err != nil {
		return 0, err
	}
	if c.Size != *r.Size || c.Root != root {
		return 0, errors.New("receipt: not in the tree")
	}
	seen := map[string]bool{}
	for _, p := range r.Parts {
		salt, err := base64.StdEncoding.Strict().DecodeString(p.Salt)
		if err != nil || len(salt) != 32 || seen[p.Name] {
			return 0, errors.New("receipt: a part is not right")
		}
		seen[p.Name] = true
		if d := Commitment(salt, []byte(p.Body)); hex.EncodeToString(d[:]) != h.Parts[p.Name] {
			return 0, errors.New("receipt: a part was changed")
		}
	}
	return h.Seq, nil
}

// Short is section 4.3: it proves the text of a printed code under the published key.
func Short(code, published string) (seq int64, err error) {
	short := errors.New("code: too short")
	k, err := readKey(published, 1)
	if err != nil {
		return 0, err
	}
	text, ok := strings.CutPrefix(code, "ZS1:")
	if !ok {
		return 0, errors.New("code: not one of ours")
	}
	b, err := base45(text)
	if err != nil {
		return 0, err
	}
	if len(b) < 2 || b[0] != 1 {
		return 0, short
	}
	b = b[1:]
	var size int64
	for shift := 0; ; shift += 7 {
		if len(b) == 0 || shift > 56 {
			return 0, short
		}
		size |= int64(b[0]&0x7f) << shift
		more := b[0] >= 0x80
		b = b[1:]
		if !more {
			break
		}
	}
	if len(b) < 97 || len(b) < 98+int(b[96]) {
		return 0, short
	}
	public, sig, region := b[:32], b[32:96], string(b[97:97+int(b[96])])
	b = b[97+int(b[96]):]
	n := int(b[0])
	b = b[1:]
	if len(b) < 32*n {
		return 0, short
	}
	if !bytes.Equal(public, k.raw) || !strings.HasPrefix(k.name, "zhunsheng/"+region+"/") {
		return 0, errors.New("code: another key")
	}
	var proof []Node
	for ; n > 0; n-- {
		proof = append(proof, Node(b[:32]))
		b = b[32:]
	}
	text2, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(b)), 2049))
	if err != nil {
		return 0, err
	}
	h, err := readHead(text2)
	if err != nil {
		return 0, err
	}
	root, err := Climb(proof, size, h.Seq-1, Leaf(text2))
	if err != nil {
		return 0, err
	}
	body := fmt.Sprintf("%s\n%d\n%s\n", k.name, size, base64.StdEncoding.EncodeToString(root[:]))
	if !ed25519.Verify(k.raw, []byte(body), sig) {
		return 0, errors.New("code: not signed by the log")
	}
	return h.Seq, nil
}

func base45(s string) ([]byte, error) {
	const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
	var digits []int
	for _, c := range s {
		d := strings.IndexRune(letters, c)
		if d < 0 {
			return nil, errors.New("base45: foreign letter")
		}
		digits = append(digits, d)
	}
	var out []byte
	for len(digits) >= 3 {
		v := digits[0] + 45*digits[1] + 2025*digits[2]
		if v > 65535 {
			return nil, errors.New("base45: too large")
		}
		out = append(out, byte(v/256), byte(v%256))
		digits = digits[3:]
	}
	if len(digits) == 2 && digits[0]+45*digits[1] < 256 {
		return append(out, byte(digits[0]+45*digits[1])), nil
	}
	if len(digits) != 0 {
		return nil, errors.New("base45: odd length")
	}
	return out, nil
}
