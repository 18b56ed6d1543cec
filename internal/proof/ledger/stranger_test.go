package ledger

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"zhunsheng/internal/proof/ledger/strangertest"
)

// The second checker and this package agree about receipts of any record under any checkpoint, whole or spoiled.
func TestStrangerAgreesOnReceipts(t *testing.T) {
	s := testSigner(t)
	log, all := records(600)
	key := s.Key()
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, len(all)).Draw(t, "size")
		seq := rapid.IntRange(1, size).Draw(t, "seq")
		root, err := Root(log, int64(size))
		if err != nil {
			t.Fatal(err)
		}
		signed, err := s.Checkpoint(int64(size), root)
		if err != nil {
			t.Fatal(err)
		}
		shown := all[seq-1].shown[:rapid.IntRange(0, 2).Draw(t, "shown")]
		r, err := Issue(log, all[seq-1].head, key, signed, shown)
		if err != nil {
			t.Fatal(err)
		}
		file := r.Encode()
		if got, err := strangertest.Receipt(file, key.String()); err != nil || got != int64(seq) {
			t.Fatalf("record %d of %d: the stranger says %d, %v", seq, size, got, err)
		}
		short, err := r.Short()
		if err != nil {
			t.Fatal(err)
		}
		if got, err := strangertest.Short(short, key.String()); err != nil || got != int64(seq) {
			t.Fatalf("code of %d of %d: the stranger says %d, %v", seq, size, got, err)
		}
		spoiled := bytes.Clone(file)
		spoiled[rapid.IntRange(0, len(file)-2).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 4).Draw(t, "bit")
		_, theirs := strangertest.Receipt(spoiled, key.String())
		back, ours := ParseReceipt(spoiled)
		if ours == nil {
			_, ours = Verify(back, key)
		}
		if (ours == nil) != (theirs == nil) {
			t.Fatalf("%q\nwe say %v, the stranger says %v", spoiled, ours, theirs)
		}
	})
}

// They agree about growth between any two sizes.
func TestStrangerAgreesOnGrowth(t *testing.T) {
	log := numbered(600)
	nodes := func(hashes []Hash) (list []strangertest.Node) {
		for _, h := range hashes {
			list = append(list, h)
		}
		return list
	}
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(0, 600).Draw(t, "size")
		old := rapid.Int64Range(0, size).Draw(t, "old")
		proof, err := Consistency(log, size, old)
		if err != nil {
			t.Fatal(err)
		}
		if len(proof) > 0 && rapid.Bool().Draw(t, "spoil") {
			proof[rapid.IntRange(0, len(proof)-1).Draw(t, "which")][0] ^= 1
		}
		root, oldRoot := strangertest.Root(nodes(log.leaves[:size])), strangertest.Root(nodes(log.leaves[:old]))
		ours := CheckConsistency(proof, size, root, old, oldRoot)
		theirs := strangertest.Growth(nodes(proof), old, oldRoot, size, root)
		if (ours == nil) != (theirs == nil) {
			t.Fatalf("%d to %d: we say %v, the stranger says %v", old, size, ours, theirs)
		}
	})
}

// They agree about what is canonical; FuzzCanonical goes on with other bytes.
func TestStrangerAgreesOnCanonical(t *testing.T) {
	value := rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom([]string{
			"0", "-0", "1", "01", "-1", "1.5", "1.50", "1e21", "1e+21", "1e-7", "0.0000001", "9007199254740993", "1E5", "+1", ".5", "5.",
			`""`, `"a"`, `"\n"`, `"\u000a"`, `"\u0001"`, `"\u001F"`, `"\/"`, `"号"`, `"\u53f7"`, `"😀"`, `"\ud83d\ude00"`, "\"\x7f\"",
			"true", "false", "null", "[]", "{}", "[1,2]", `{"a":1,"b":2}`, `{"b":1,"a":2}`, `{"a":1,"a":2}`, "{\"\uFB33\":1,\"😀\":2}",
			"{\"😀\":1,\"\uFB33\":2}", " 1", "", "[1,]", `{"a":}`, `{a:1}`, "nul", "\"\xff\"", "\"\n\"",
		}).Draw(t, "value")
	})
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(value, 0, 4).Draw(t, "parts")
		text := strings.Join(parts, ",")
		if len(parts) != 1 {
			text = "[" + text + "]"
		}
		agree(t, []byte(text))
	})
}

func agree(t interface{ Fatalf(string, ...any) }, b []byte) {
	ours, theirs := Canonical(b), strangertest.Canonical(b)
	if (ours == nil) != (theirs == nil) {
		t.Fatalf("%q: we say %v, the stranger says %v", b, ours, theirs)
	}
}
