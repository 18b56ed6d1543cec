package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/vectors.json and the vectors in docs/ledger.md anew")

// vectors are the examples of docs/ledger.md. Nothing in them is secret and nothing depends on chance.
type vectors struct {
	Parts       []partVector        `json:"parts"`
	Heads       []headVector        `json:"heads"`
	Canonical   []string            `json:"canonical"`
	NotCanon    []string            `json:"not_canonical"`
	Roots       []rootVector        `json:"roots"`
	Frontier    frontierVector      `json:"frontier"`
	Tiles       []tileVector        `json:"tiles"`
	Inclusion   []inclusionVector   `json:"inclusion"`
	Consistency []consistencyVector `json:"consistency"`
	Log         keyVector           `json:"log_key"`
	Witness     keyVector           `json:"witness_key"`
	Checkpoint  string              `json:"checkpoint"`
	Cosigned    string              `json:"cosigned_checkpoint"`
	CosignedAt  int64               `json:"cosigned_at"`
	Receipt     string              `json:"receipt"`
	Short       string              `json:"receipt_short"`
}

type partVector struct {
	Name   string `json:"name"`
	Salt   string `json:"salt"`
	Body   string `json:"body"`
	Digest string `json:"digest"`
}

type headVector struct {
	Head string `json:"head"`
	Leaf string `json:"leaf"`
}

type rootVector struct {
	Size int64  `json:"size"`
	Root string `json:"root"`
}

type frontierVector struct {
	Size  int64  `json:"size"`
	Bytes string `json:"bytes"`
}

type tileVector struct {
	Size   int64  `json:"size"`
	Path   string `json:"path"`
	Length int    `json:"length"`
	SHA256 string `json:"sha256"`
}

type inclusionVector struct {
	Size  int64    `json:"size"`
	Index int64    `json:"index"`
	Proof []string `json:"proof"`
}

type consistencyVector struct {
	Old   int64    `json:"old"`
	Size  int64    `json:"size"`
	Proof []string `json:"proof"`
}

type keyVector struct {
	Seed   string `json:"seed"`
	Public string `json:"public"`
	Secret string `json:"secret"`
}

func hexes(hashes []Hash) []string {
	out := []string{}
	for _, h := range hashes {
		out = append(out, hex.EncodeToString(h[:]))
	}
	return out
}

func makeVectors(t *testing.T) vectors {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var v vectors

	// A log of five acts; the receipt is of the third.
	log, all := records(5)
	for _, p := range all[2].shown {
		d := Commit(p.Salt, []byte(p.Body))
		v.Parts = append(v.Parts, partVector{p.Part.String(), hex.EncodeToString(p.Salt[:]), p.Body, d.String()})
	}
	first := Head{Seq: 1, Kind: "open", At: 1790130000000000}
	full := sampleHead()
	full.By.Of, full.Number = "p1", "衡政办督〔2026〕45号 \"代\\章\""
	for p := range full.Parts {
		full.Parts[p] = sha256.Sum256([]byte(Part(p).String()))
	}
	for _, head := range [][]byte{EncodeHead(nil, &first), EncodeHead(nil, &full), all[2].head} {
		leaf := LeafHash(head)
		v.Heads = append(v.Heads, headVector{string(head), hex.EncodeToString(leaf[:])})
	}
	v.Canonical = []string{`{}`, `[]`, `{"a":1,"b":[true,false,null]}`, `"\u0000\b\t\n\f\r\"\\/"`, "{\"\U0001F600\":1,\"\uFB33\":2}", `[0,-1,0.5,1e-7,1e+21,333333333.3333333]`}
	v.NotCanon = []string{`{"b":1,"a":2}`, `{"a":1,"a":1}`, `{"a": 1}`, `"\u0041"`, `"\/"`, `1.0`, `-0`, `1E3`, `9007199254740993`, "{\"\uFB33\":2,\"\U0001F600\":1}"}

	tree := numbered(65_793)
	for _, size := range []int64{0, 1, 2, 3, 7, 256, 257, 65_793} {
		root, err := Root(tree, size)
		must(err)
		v.Roots = append(v.Roots, rootVector{size, hex.EncodeToString(root[:])})
	}
	seven := numbered(7)
	v.Frontier = frontierVector{7, hex.EncodeToString(seven.frontier.AppendBinary(nil))}
	for _, c := range []struct {
		size  int64
		level int
		n     int64
		w     int
	}{{257, 0, 0, 256}, {257, 0, 1, 1}, {257, 1, 0, 1}, {65_793, 1, 0, 256}, {65_793, 1, 1, 1}, {65_793, 2, 0, 1}} {
		data, err := TileData(tree, c.size, c.level, c.n, c.w)
		must(err)
		sum := sha256.Sum256(data)
		v.Tiles = append(v.Tiles, tileVector{c.size, TilePath(c.level, c.n, c.w), len(data), hex.EncodeToString(sum[:])})
	}
	for _, c := range [][2]int64{{1, 0}, {7, 5}, {257, 200}, {257, 256}, {65_793, 40_000}} {
		proof, err := Inclusion(tree, c[0], c[1])
		must(err)
		v.Inclusion = append(v.Inclusion, inclusionVector{c[0], c[1], hexes(proof)})
	}
	for _, c := range [][2]int64{{1, 2}, {3, 7}, {7, 257}, {256, 257}, {257, 65_793}} {
		proof, err := Consistency(tree, c[1], c[0])
		must(err)
		v.Consistency = append(v.Consistency, consistencyVector{c[0], c[1], hexes(proof)})
	}

	s := testSigner(t)
	w, err := NewCosigner("jiancha.example/w1", seed(2))
	must(err)
	one, two := seed(1), seed(2)
	v.Log = keyVector{hex.EncodeToString(one[:]), s.Key().String(), s.Secret()}
	v.Witness = keyVector{hex.EncodeToString(two[:]), w.Witness().String(), w.Secret()}
	root, err := Root(tree, 257)
	must(err)
	v.Checkpoint, err = s.Checkpoint(257, root)
	must(err)
	v.CosignedAt = 1790130700
	line, err := w.Cosign(v.Checkpoint, s.Key(), Checkpoint{}, nil, time.Unix(v.CosignedAt, 0))
	must(err)
	v.Cosigned, err = AddCosignature(v.Checkpoint, line, s.Key(), w.Witness())
	must(err)

	signed, err := s.Checkpoint(5, log.frontier.Root())
	must(err)
	r, err := Issue(log, all[2].head, s.Key(), signed, all[2].shown)
	must(err)
	v.Receipt = string(r.Encode())
	v.Short, err = r.Short()
	must(err)
	return v
}

const (
	docs        = "../../../docs/ledger.md"
	blockBegin  = "<!-- vectors: generated by go test ./internal/proof/ledger -run Vectors -update -->\n```json\n"
	blockEnd    = "```\n<!-- end of vectors -->"
	vectorsFile = "testdata/vectors.json"
)

// printed is the text of the vectors. The short form is compressed, which another release of Go may do otherwise: when
// the stored one stands for the same receipt, it is kept.
func printed(t *testing.T, v vectors, stored []byte) string {
	t.Helper()
	var old vectors
	if json.Unmarshal(stored, &old) == nil && old.Short != "" {
		a, err := ParseReceipt([]byte(old.Short))
		if err != nil {
			t.Fatal(err)
		}
		b, err := ParseReceipt([]byte(v.Short))
		if err != nil {
			t.Fatal(err)
		}
		if cmp.Equal(a, b) {
			v.Short = old.Short
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// The vectors in docs/ledger.md are what the code makes: a change of any byte format fails here first.
func TestVectors(t *testing.T) {
	v := makeVectors(t)
	page, err := os.ReadFile(docs)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := strings.Index(string(page), blockBegin), strings.Index(string(page), blockEnd)
	if begin < 0 || end < begin {
		t.Fatal("docs/ledger.md has lost the marks around its vectors")
	}
	begin += len(blockBegin)
	if *update {
		anew := printed(t, v, nil)
		if err := os.WriteFile(vectorsFile, []byte(anew), 0o644); err != nil {
			t.Fatal(err)
		}
		anew = string(page[:begin]) + anew + string(page[end:])
		if err := os.WriteFile(docs, []byte(anew), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(printed(t, v, page[begin:end]), string(page[begin:end])); diff != "" {
		t.Errorf("docs/ledger.md differs; if the format was meant to change, run with -update and say so:\n%s", diff)
	}
	stored, err := os.ReadFile(vectorsFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(printed(t, v, stored), string(stored)); diff != "" {
		t.Errorf("%s differs:\n%s", vectorsFile, diff)
	}
}
