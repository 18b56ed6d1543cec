package ledger

import (
	"crypto/sha256"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// sampleHead is a head as the writer makes them: an act in a task of an invented county.
func sampleHead() Head {
	h := Head{
		Seq: 1284913, Kind: "act", Region: "410199", Unit: 27, Matter: "01997a3e-5b1c-7d20-9a44-3f6c1e5b7a90",
		Procedure: "task", Def: sha256.Sum256([]byte("definition")), Step: "progress", Key: "p1", N: 3,
		Legal: "2026-09-23", At: 1790130667000123, By: By{Person: 311, Post: 512, For: 90},
		Request: "01997a3e-6a00-7000-8000-000000000001", Number: "衡政办督〔2026〕45号",
	}
	h.Parts[Effects] = sha256.Sum256([]byte("effects"))
	h.Parts[Open] = sha256.Sum256([]byte("open"))
	return h
}

func TestHeadBytes(t *testing.T) {
	h := Head{Seq: 1, Kind: "open", At: 5, Number: "〔1〕\"号\""}
	h.Parts[Personal][31] = 1
	want := `{"at":5,"kind":"open","number":"〔1〕\"号\"","parts":{"personal":"` + strings.Repeat("0", 63) + `1"},"seq":1,"v":1}`
	if diff := cmp.Diff(want, string(EncodeHead(nil, &h))); diff != "" {
		t.Error(diff)
	}
}

func drawHead(t *rapid.T) Head {
	token := func(limit int, name string) string {
		return rapid.StringOfN(rapid.RuneFrom(nil, tokenRunes), 0, limit, limit).Draw(t, name)
	}
	num := func(name string) int64 { return rapid.Int64Range(0, MaxInt).Draw(t, name) }
	h := Head{
		Seq: 1 + rapid.Int64Range(0, MaxInt-1).Draw(t, "seq"), Kind: "a" + token(maxToken-1, "kind"), Region: token(maxRegion, "region"),
		Unit: num("unit"), Procedure: token(maxToken, "procedure"), Step: token(maxToken, "step"), Key: token(maxToken, "key"),
		N: num("n"), At: 1 + rapid.Int64Range(0, MaxInt-1).Draw(t, "at"), Request: token(maxID, "request"),
		By: By{Person: num("person"), Post: num("post"), For: num("for"), Of: token(maxToken, "of")},
	}
	h.Matter = rapid.SampledFrom([]string{"", "01997a3e-5b1c-7d20-9a44-3f6c1e5b7a90"}).Draw(t, "matter")
	h.Legal = rapid.SampledFrom([]string{"", "2026-02-28", "2024-02-29"}).Draw(t, "legal")
	if s := rapid.StringN(0, 60, maxNumber).Draw(t, "number"); isPrintable(s) {
		h.Number = s
	}
	for p := range h.Parts {
		if rapid.Bool().Draw(t, "has part") {
			h.Parts[p] = sha256.Sum256([]byte(rapid.String().Draw(t, "body")))
		}
	}
	return h
}

func TestHeadRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHead(t)
		if err := h.Check(); err != nil {
			t.Fatal(err)
		}
		b := EncodeHead(nil, &h)
		if err := Canonical(b); err != nil {
			t.Fatalf("%v: %s", err, b)
		}
		back, err := ParseHead(b)
		if err != nil {
			t.Fatalf("%v: %s", err, b)
		}
		if diff := cmp.Diff(h, back); diff != "" {
			t.Fatal(diff)
		}
		// Read by a stranger's JSON reader and written with sorted keys, it is the same text.
		var v map[string]any
		if err := json.Unmarshal(b, &v); err != nil || v["v"] != 1.0 || v["kind"] != h.Kind {
			t.Fatalf("%v %v", v, err)
		}
	})
}

// The longest head that Check lets pass must still fit.
func TestHeadLimit(t *testing.T) {
	long := strings.Repeat("x", maxToken)
	h := Head{Seq: MaxInt, Kind: long, Region: long[:maxRegion], Unit: MaxInt, Matter: "01997a3e-5b1c-7d20-9a44-3f6c1e5b7a90",
		Procedure: long, Def: Digest{1}, Step: long, Key: long, N: MaxInt, Legal: "2026-09-23", At: MaxInt,
		By: By{MaxInt, MaxInt, MaxInt, long}, Request: long + long, Number: strings.Repeat(`"`, maxNumber)}
	for p := range h.Parts {
		h.Parts[p] = Digest{1}
	}
	if err := h.Check(); err != nil {
		t.Fatal(err)
	}
	b := EncodeHead(nil, &h)
	if len(b) > MaxHead {
		t.Errorf("longest head has %d bytes", len(b))
	}
	if back, err := ParseHead(b); err != nil || back != h {
		t.Errorf("longest head does not come back: %v", err)
	}
}

func TestHeadCheck(t *testing.T) {
	for name, spoil := range map[string]func(*Head){
		"kind missing":     func(h *Head) { h.Kind = "" },
		"kind with space":  func(h *Head) { h.Kind = "a b" },
		"step in chinese":  func(h *Head) { h.Step = "立案" },
		"key with quote":   func(h *Head) { h.Key = `a"` },
		"key too long":     func(h *Head) { h.Key = strings.Repeat("k", maxToken+1) },
		"matter upper":     func(h *Head) { h.Matter = strings.ToUpper(h.Matter) },
		"matter short":     func(h *Head) { h.Matter = h.Matter[1:] },
		"no such day":      func(h *Head) { h.Legal = "2026-02-30" },
		"day without zero": func(h *Head) { h.Legal = "2026-2-03" },
		"negative unit":    func(h *Head) { h.Unit = -1 },
		"seq too large":    func(h *Head) { h.Seq = MaxInt + 1 },
		"number control":   func(h *Head) { h.Number = "a\nb" },
		"number not utf-8": func(h *Head) { h.Number = "a\xff" },
		"number too long":  func(h *Head) { h.Number = strings.Repeat("号", 90) },
		"by of a name":     func(h *Head) { h.By.Of = "张三" },
	} {
		t.Run(name, func(t *testing.T) {
			h := sampleHead()
			spoil(&h)
			if h.Check() == nil {
				t.Error("taken")
			}
			// What is not UTF-8 is mended on writing, so that its bytes are good ones; all else stays bad.
			if _, err := ParseHead(EncodeHead(nil, &h)); err == nil && utf8.ValidString(h.Number) {
				t.Error("bytes of it taken")
			}
		})
	}
}

func TestParseHeadRefuses(t *testing.T) {
	h := sampleHead()
	good := string(EncodeHead(nil, &h))
	if _, err := ParseHead([]byte(good)); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string]string{
		"empty":         "",
		"space":         strings.Replace(good, ",", ", ", 1),
		"line break":    good + "\n",
		"version":       strings.Replace(good, `"v":1`, `"v":2`, 1),
		"no version":    strings.Replace(good, `,"v":1`, ``, 1),
		"unknown":       strings.Replace(good, `,"v":1`, `,"v":1,"w":1`, 1),
		"zero written":  strings.Replace(good, `"n":3`, `"n":0`, 1),
		"seq missing":   strings.Replace(good, `"seq":1284913,`, ``, 1),
		"twice":         strings.Replace(good, `"n":3`, `"n":3,"n":3`, 1),
		"upper hex":     strings.Replace(good, `"effects":"`+h.Parts[Effects].String(), `"effects":"`+strings.ToUpper(h.Parts[Effects].String()), 1),
		"zero digest":   strings.Replace(good, h.Parts[Open].String(), strings.Repeat("0", 64), 1),
		"escaped":       strings.Replace(good, `"act"`, `"\u0061ct"`, 1),
		"unknown part":  strings.Replace(good, `"open":"`, `"opem":"`, 1),
		"number as one": strings.Replace(good, `"unit":27`, `"unit":"27"`, 1),
		"exponent":      strings.Replace(good, `"unit":27`, `"unit":2.7e1`, 1),
		"empty by":      strings.Replace(good, `{"for":90,"person":311,"post":512}`, `{}`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			if bad == good {
				t.Fatal("the case changes nothing")
			}
			if _, err := ParseHead([]byte(bad)); err == nil {
				t.Errorf("taken: %s", bad)
			}
		})
	}
}

func FuzzParseHead(f *testing.F) {
	h := sampleHead()
	f.Add(EncodeHead(nil, &h))
	f.Add([]byte(`{"at":1,"kind":"open","seq":1,"v":1}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := ParseHead(b)
		if err != nil {
			return
		}
		if got := EncodeHead(nil, &h); string(got) != string(b) {
			t.Fatalf("%s written again as %s", b, got)
		}
		if err := Canonical(b); err != nil {
			t.Fatalf("%s: %v", b, err)
		}
	})
}

func TestCommit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		salt := Salt(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "salt"))
		body := rapid.SliceOfN(rapid.Byte(), 0, 1200).Draw(t, "body")
		if want := sha256.Sum256(append(salt[:], body...)); Commit(salt, body) != want {
			t.Fatal("commitment is not SHA-256(salt ‖ body)")
		}
	})
}

func TestParseDigest(t *testing.T) {
	d := Digest(sha256.Sum256(nil))
	if back, err := ParseDigest(d.String()); err != nil || back != d {
		t.Error(back, err)
	}
	for _, bad := range []string{"", d.String()[1:], strings.ToUpper(d.String()), strings.Repeat("g", 64)} {
		if _, err := ParseDigest(bad); err == nil {
			t.Errorf("%q taken", bad)
		}
	}
}

// Short bodies are hashed in one piece, long ones in two: the boundary must not show.
func TestCommitLengths(t *testing.T) {
	for _, n := range []int{0, 1, 479, 480, 481, 512, 4096, MaxPart} {
		salt, body := Salt(seed(9)), make([]byte, n)
		for i := range body {
			body[i] = byte(i)
		}
		if want := sha256.Sum256(append(salt[:], body...)); Commit(salt, body) != want {
			t.Errorf("commitment of %d bytes is not SHA-256(salt ‖ body)", n)
		}
	}
	if long := make([]byte, MaxHead+1); LeafHash(long) != sha256.Sum256(append([]byte{0}, long...)) {
		t.Error("leaf of more than a head may hold is not SHA-256(0x00 ‖ head)")
	}
}

func TestParts(t *testing.T) {
	var names []string
	for p := Part(0); p < parts; p++ {
		names = append(names, p.String())
		if back, ok := ParsePart(p.String()); !ok || back != p {
			t.Errorf("%s comes back as %v", p, back)
		}
	}
	if diff := cmp.Diff([]string{"effects", "files", "open", "personal", "sealed"}, names); diff != "" {
		t.Error(diff)
	}
	if Sealed.Title() != "保密内容" || parts.Title() != "" {
		t.Error("titles are off")
	}
	if _, ok := ParsePart(""); ok || parts.String() != "" {
		t.Error("a part without a name")
	}
}

func BenchmarkEncodeHead(b *testing.B) {
	h := sampleHead()
	buf := make([]byte, 0, MaxHead)
	b.ReportAllocs()
	for b.Loop() {
		buf = EncodeHead(buf[:0], &h)
	}
	b.ReportMetric(float64(len(buf)), "bytes")
}

func BenchmarkParseHead(b *testing.B) {
	h := sampleHead()
	bytes := EncodeHead(nil, &h)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseHead(bytes); err != nil {
			b.Fatal(err)
		}
	}
}
