package strangertest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
)

// page returns the vectors as docs/ledger.md prints them: what a stranger would have.
func page(t *testing.T) (v struct {
	Parts []struct{ Name, Salt, Body, Digest string }
	Heads []struct{ Head, Leaf string }

	Canonical    []string
	NotCanonical []string `json:"not_canonical"`

	Roots []struct {
		Size int
		Root string
	}
	Frontier struct {
		Size  int
		Bytes string
	}
	Tiles []struct {
		Size, Length int
		Path, SHA256 string
	}
	Inclusion []struct {
		Size, Index int64
		Proof       []string
	}
	Consistency []struct {
		Old, Size int64
		Proof     []string
	}
	LogKey     struct{ Seed, Public, Secret string } `json:"log_key"`
	WitnessKey struct{ Seed, Public, Secret string } `json:"witness_key"`

	Checkpoint string
	Cosigned   string `json:"cosigned_checkpoint"`
	CosignedAt uint64 `json:"cosigned_at"`
	Receipt    string
	Short      string `json:"receipt_short"`
}) {
	t.Helper()
	b, err := os.ReadFile("../../../../docs/ledger.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(b), "```json\n")
	block, _, closed := strings.Cut(rest, "```\n<!-- end of vectors -->")
	if !ok || !closed {
		t.Fatal("docs/ledger.md has no vectors")
	}
	dec := json.NewDecoder(strings.NewReader(block))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func nodes(t *testing.T, list []string) (out []Node) {
	t.Helper()
	for _, s := range list {
		out = append(out, Node(unhex(t, s)))
	}
	return out
}

// leaves are those section 6 speaks of.
func leaves(n int) []Node {
	out := make([]Node, n)
	for i := range out {
		out[i] = Leaf([]byte(strconv.Itoa(i)))
	}
	return out
}

func TestHeadsAndParts(t *testing.T) {
	v := page(t)
	if len(v.Parts) < 2 || len(v.Heads) < 3 {
		t.Fatal("vectors are missing")
	}
	for _, p := range v.Parts {
		if err := Canonical([]byte(p.Body)); err != nil {
			t.Error(err)
		}
		if d := Commitment(unhex(t, p.Salt), []byte(p.Body)); hex.EncodeToString(d[:]) != p.Digest {
			t.Errorf("part %s has digest %x", p.Name, d)
		}
	}
	for _, h := range v.Heads {
		if _, err := readHead([]byte(h.Head)); err != nil {
			t.Errorf("%s: %v", h.Head, err)
		}
		if l := Leaf([]byte(h.Head)); hex.EncodeToString(l[:]) != h.Leaf {
			t.Errorf("%s has leaf %x", h.Head, l)
		}
	}
	for _, s := range v.Canonical {
		if err := Canonical([]byte(s)); err != nil {
			t.Error(err)
		}
	}
	for _, s := range v.NotCanonical {
		if Canonical([]byte(s)) == nil {
			t.Errorf("%s passes", s)
		}
	}
}

func TestTree(t *testing.T) {
	v := page(t)
	all := leaves(65_793)
	roots := map[int64]Node{}
	for _, r := range v.Roots {
		got := Root(all[:r.Size])
		if hex.EncodeToString(got[:]) != r.Root {
			t.Errorf("root of %d is %x", r.Size, got)
		}
	}
	root := func(n int64) Node {
		if _, ok := roots[n]; !ok {
			roots[n] = Root(all[:n])
		}
		return roots[n]
	}
	for _, p := range v.Inclusion {
		got, err := Climb(nodes(t, p.Proof), p.Size, p.Index, all[p.Index])
		if err != nil || got != root(p.Size) {
			t.Errorf("%d in %d: %v", p.Index, p.Size, err)
		}
		if got, err := Climb(nodes(t, p.Proof), p.Size, p.Index, Leaf(nil)); err == nil && got == root(p.Size) {
			t.Error("any leaf is proved")
		}
	}
	for _, p := range v.Consistency {
		if err := Growth(nodes(t, p.Proof), p.Old, root(p.Old), p.Size, root(p.Size)); err != nil {
			t.Errorf("%d to %d: %v", p.Old, p.Size, err)
		}
		if Growth(nodes(t, p.Proof), p.Old, Leaf(nil), p.Size, root(p.Size)) == nil {
			t.Error("any beginning is proved")
		}
	}
	for _, tile := range v.Tiles {
		// The path says level, number and width; the subtree roots are computed from the leaves.
		f := strings.Split(strings.TrimPrefix(tile.Path, "tile/"), "/")
		level, err := strconv.Atoi(f[0])
		if err != nil {
			t.Fatal(err)
		}
		width, number := 256, 0
		for _, part := range f[1:] {
			part, partial := strings.CutSuffix(strings.TrimPrefix(part, "x"), ".p")
			d, err := strconv.Atoi(part)
			if err != nil {
				t.Fatal(err)
			}
			if partial {
				number = number*1000 + d
				width, err = strconv.Atoi(f[len(f)-1])
				if err != nil {
					t.Fatal(err)
				}
				break
			}
			number = number*1000 + d
		}
		span := 1
		for range level {
			span *= 256
		}
		var data []byte
		for i := range width {
			from := (256*number + i) * span
			if from+span > tile.Size {
				t.Fatalf("%s reaches past %d", tile.Path, tile.Size)
			}
			n := Root(all[from : from+span])
			data = append(data, n[:]...)
		}
		if sum := sha256.Sum256(data); len(data) != tile.Length || hex.EncodeToString(sum[:]) != tile.SHA256 {
			t.Errorf("%s has %d bytes, SHA-256 %x", tile.Path, len(data), sum)
		}
	}
	// 7 = 4 + 2 + 1: the frontier is the roots of these subtrees.
	want := []byte{1, 0, 0, 0, 0, 0, 0, 0, 7}
	for _, s := range [][2]int{{0, 4}, {4, 6}, {6, 7}} {
		n := Root(all[s[0]:s[1]])
		want = append(want, n[:]...)
	}
	if v.Frontier.Size != 7 || !bytes.Equal(want, unhex(t, v.Frontier.Bytes)) {
		t.Errorf("frontier is %x", want)
	}
}

func TestKeysAndCheckpoints(t *testing.T) {
	v := page(t)
	for _, k := range []struct {
		seed, public, secret string
		alg                  byte
	}{{v.LogKey.Seed, v.LogKey.Public, v.LogKey.Secret, 1}, {v.WitnessKey.Seed, v.WitnessKey.Public, v.WitnessKey.Secret, 4}} {
		got, err := readKey(k.public, k.alg)
		if err != nil {
			t.Fatal(err)
		}
		private := ed25519.NewKeyFromSeed(unhex(t, k.seed))
		if !bytes.Equal(private.Public().(ed25519.PublicKey), got.raw) {
			t.Error("the seed does not make the key")
		}
		want := "PRIVATE+KEY+" + got.name + "+" + hex.EncodeToString(got.id) + "+" +
			base64.StdEncoding.EncodeToString(append([]byte{k.alg}, private.Seed()...))
		if k.secret != want {
			t.Errorf("the secret reads %s", want)
		}
	}
	h, _, err := Checkpoint(v.Checkpoint, v.LogKey.Public, "")
	if err != nil || h.Size != 257 || h.Root != Root(leaves(257)) {
		t.Error(h, err)
	}
	if _, _, err := Checkpoint(v.Checkpoint, v.LogKey.Public, v.WitnessKey.Public); err == nil {
		t.Error("cosigned without a cosignature")
	}
	if h2, at, err := Checkpoint(v.Cosigned, v.LogKey.Public, v.WitnessKey.Public); err != nil || h2 != h || at != v.CosignedAt {
		t.Error(h2, at, err)
	}
}

func TestReceipts(t *testing.T) {
	v := page(t)
	for name, c := range map[string]struct {
		seq int64
		err error
	}{
		"file": result(Receipt([]byte(v.Receipt), v.LogKey.Public)),
		"code": result(Short(v.Short, v.LogKey.Public)),
	} {
		if c.err != nil || c.seq != 3 {
			t.Errorf("%s: %d, %v", name, c.seq, c.err)
		}
	}
	for i := range v.Receipt { // no byte that means something can be another
		b := []byte(v.Receipt)
		b[i] ^= 1
		if _, err := Receipt(b, v.LogKey.Public); err == nil && strings.TrimSpace(v.Receipt[i:]) != "" {
			t.Errorf("byte %d flipped: still proved", i)
		}
	}
	for i := range v.Short {
		if _, err := Short(v.Short[:i], v.LogKey.Public); err == nil {
			t.Errorf("code cut at %d: still proved", i)
		}
	}
}

func result(seq int64, err error) (r struct {
	seq int64
	err error
}) {
	r.seq, r.err = seq, err
	return r
}

// The checker would prove little if it leaned on what it checks.
func TestSharesNothing(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") {
			continue
		}
		files++
		f, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imp := range f.Imports {
			path, err := strconv.Unquote(imp.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") || first == "zhunsheng" {
				t.Errorf("%s imports %s", e.Name(), path)
			}
		}
	}
	if files < 3 {
		t.Errorf("only %d files looked at", files)
	}
}
