package ledger

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/note"
)

func TestKeys(t *testing.T) {
	s := testSigner(t)
	key, err := ParseKey(s.Key().String() + "\n")
	if err != nil || key.String() != s.Key().String() || key.Name() != s.Name() {
		t.Fatalf("public key comes back as %v, %v", key, err)
	}
	if !strings.HasPrefix(key.Name(), "zhunsheng/410199/") {
		t.Errorf("origin %s", key.Name())
	}
	back, err := ParseSigner(s.Secret() + "\n")
	if err != nil || back.Secret() != s.Secret() {
		t.Fatal("secret key does not come back", err)
	}
	// The note library of the Go project reads the same keys.
	if v, err := note.NewVerifier(key.String()); err != nil || v.KeyHash() != key.KeyHash() {
		t.Error("foreign verifier", err)
	}
	if v, err := note.NewSigner(s.Secret()); err != nil || v.KeyHash() != key.KeyHash() {
		t.Error("foreign signer", err)
	}
	c, err := NewCosigner("jiancha.example/w1", seed(2))
	if err != nil {
		t.Fatal(err)
	}
	if w, err := ParseWitness(c.Witness().String()); err != nil || w.String() != c.Witness().String() {
		t.Error("witness does not come back", err)
	}
	if b, err := ParseCosigner(c.Secret()); err != nil || b.Secret() != c.Secret() {
		t.Error("cosigner does not come back", err)
	}
	if (Key{}).String() != "" || !(Key{}).IsZero() {
		t.Error("the zero key has a text")
	}
}

func TestKeyRefuses(t *testing.T) {
	s := testSigner(t)
	good := s.Key().String()
	c, err := NewCosigner("w", seed(2))
	if err != nil {
		t.Fatal(err)
	}
	sm2 := s.Name() + "+00000000+" + base64.StdEncoding.EncodeToString(append([]byte("\xffSM2"), make([]byte, 64)...))
	for name, bad := range map[string]string{
		"empty":         "",
		"secret":        s.Secret(),
		"other id":      strings.Replace(good, "+", "+0", 1),
		"other region":  strings.Replace(good, "410199", "410198", 1),
		"cut":           good[:len(good)-4],
		"witness":       c.Witness().String(),
		"sm2":           sm2,
		"foreign name":  "example.com/log" + good[strings.Index(good, "+"):],
		"no separators": "abc",
	} {
		t.Run(name, func(t *testing.T) {
			if k, err := ParseKey(bad); err == nil {
				t.Errorf("%q taken as %v", bad, k)
			}
		})
	}
	if _, err := ParseKey(sm2); err == nil || !strings.Contains(err.Error(), "0xff") {
		t.Errorf("an unknown algorithm is refused by %v", err)
	}
	if _, err := ParseWitness(good); err == nil {
		t.Error("a log's key taken for a witness")
	}
	if _, err := ParseSigner(c.Secret()); err == nil {
		t.Error("a witness's secret taken for a log's")
	}
	if _, err := ParseCosigner(s.Secret()); err == nil {
		t.Error("a log's secret taken for a witness's")
	}
	if _, err := ParseSigner(strings.Replace(s.Secret(), "AQEB", "AQIB", 1)); err == nil {
		t.Error("a damaged secret taken")
	}
	for _, region := range []string{"", "41 01", "41+01", "41/01", strings.Repeat("1", maxRegion+1)} {
		if _, err := NewSigner(region, seed(1)); err == nil {
			t.Errorf("region %q taken", region)
		}
	}
	for _, name := range []string{"", "a b", "a+b", "a\x01"} {
		if _, err := NewCosigner(name, seed(1)); err == nil {
			t.Errorf("witness name %q taken", name)
		}
	}
}

func TestCheckpoint(t *testing.T) {
	s := testSigner(t)
	log := numbered(257)
	root := log.frontier.Root()
	signed, err := s.Checkpoint(257, root)
	if err != nil {
		t.Fatal(err)
	}
	want := Checkpoint{Origin: s.Name(), Size: 257, Root: root}
	got, cosigned, err := OpenCheckpoint(signed, s.Key())
	if err != nil || len(cosigned) != 0 {
		t.Fatal(cosigned, err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got, err := ParseCheckpoint(signed); err != nil || got != want {
		t.Error(got, err)
	}
	if v, err := note.NewVerifier(s.Key().String()); err != nil {
		t.Error(err)
	} else if _, err := note.Open([]byte(signed), note.VerifierList(v)); err != nil {
		t.Error("the note library of the Go project does not open it:", err)
	}
	for i := range signed { // no byte can be another
		b := []byte(signed)
		b[i] ^= 1
		if _, _, err := OpenCheckpoint(string(b), s.Key()); err == nil {
			t.Errorf("byte %d flipped, %q still opens", i, b)
		}
	}
	other, err := NewSigner("410199", seed(9))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := OpenCheckpoint(signed, other.Key()); err == nil {
		t.Error("opens with another key")
	}
	if _, _, err := OpenCheckpoint(signed, Key{}); err == nil {
		t.Error("opens without a key")
	}
	if _, _, err := OpenCheckpoint(signed+strings.Repeat("x", maxNote), s.Key()); err == nil {
		t.Error("a note without end opens")
	}
	if _, err := s.Checkpoint(-1, root); err == nil {
		t.Error("a negative size is signed")
	}
}

// A note the log's key did sign, but not as a checkpoint, is none.
func TestCheckpointText(t *testing.T) {
	s := testSigner(t)
	body := strings.Split((Checkpoint{Origin: s.Name(), Size: 7, Root: Hash{1}}).text(), "\n")
	for name, text := range map[string]string{
		"extension":     strings.Join(append(body[:3:3], "more", ""), "\n"),
		"two lines":     strings.Join(append(body[:2:2], ""), "\n"),
		"size in hex":   body[0] + "\n0x7\n" + body[2] + "\n",
		"size with 0":   body[0] + "\n07\n" + body[2] + "\n",
		"negative size": body[0] + "\n-7\n" + body[2] + "\n",
		"short root":    body[0] + "\n7\nAAAA\n",
		"no root":       body[0] + "\n7\n?\n",
		"other origin":  "zhunsheng/410199/00000000\n7\n" + body[2] + "\n",
		"no origin":     "\n7\n" + body[2] + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			b, err := note.Sign(&note.Note{Text: text}, s)
			if err != nil {
				t.Fatal(err)
			}
			if c, _, err := OpenCheckpoint(string(b), s.Key()); err == nil {
				t.Errorf("opens as %v", c)
			}
		})
	}
}

func TestCosign(t *testing.T) {
	s := testSigner(t)
	w, err := NewCosigner("jiancha.example/w1", seed(2))
	if err != nil {
		t.Fatal(err)
	}
	log := numbered(300)
	at := time.Date(2026, 9, 23, 2, 31, 7, 5e8, time.UTC)
	sign := func(size int64, root Hash) (string, Checkpoint) {
		signed, err := s.Checkpoint(size, root)
		if err != nil {
			t.Fatal(err)
		}
		return signed, Checkpoint{s.Name(), size, root}
	}
	root := func(size int64) Hash {
		r, err := Root(log, size)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first, seen := sign(100, root(100))
	if _, err := w.Cosign(first, s.Key(), Checkpoint{}, nil, at); err != nil {
		t.Fatal("first sight:", err)
	}
	next, _ := sign(300, root(300))
	proof, err := Consistency(log, 300, 100)
	if err != nil {
		t.Fatal(err)
	}
	line, err := w.Cosign(next, s.Key(), seen, proof, at)
	if err != nil {
		t.Fatal(err)
	}
	full, err := AddCosignature(next, line+"\n", s.Key(), w.Witness())
	if err != nil {
		t.Fatal(err)
	}
	_, cosigned, err := OpenCheckpoint(full, s.Key(), w.Witness())
	if diff := cmp.Diff([]Cosigned{{"jiancha.example/w1", at.Truncate(time.Second)}}, cosigned); err != nil || diff != "" {
		t.Fatal(err, diff)
	}
	if _, cosigned, err := OpenCheckpoint(full, s.Key()); err != nil || len(cosigned) != 0 {
		t.Error("a witness one does not know:", cosigned, err)
	}
	later, err := w.Cosign(next, s.Key(), seen, proof, at.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	again, err := AddCosignature(full, later, s.Key(), w.Witness())
	if err != nil || strings.Count(again, "\n— ") != 2 {
		t.Errorf("a second line of one witness: %v\n%s", err, again)
	}

	forked := numbered(300)
	forked.leaves[50] = Hash{}
	rewritten, _ := sign(300, naiveRoot(forked.leaves))
	shrunk, _ := sign(99, root(99))
	foreign, err := NewSigner("410199", seed(3))
	if err != nil {
		t.Fatal(err)
	}
	strange, err := foreign.Checkpoint(300, root(300))
	if err != nil {
		t.Fatal(err)
	}
	for name, refused := range map[string]error{
		"rewritten log": second(w.Cosign(rewritten, s.Key(), seen, proof, at)),
		"shrunk log":    second(w.Cosign(shrunk, s.Key(), seen, nil, at)),
		"no proof":      second(w.Cosign(next, s.Key(), seen, nil, at)),
		"other key":     second(w.Cosign(strange, s.Key(), seen, proof, at)),
		"other log":     second(w.Cosign(strange, foreign.Key(), seen, proof, at)),
		"before 1970":   second(w.Cosign(next, s.Key(), seen, proof, time.Unix(-1, 0))),
		"wrong line":    second(AddCosignature(first, line, s.Key(), w.Witness())),
		"two lines":     second(AddCosignature(next, line+"\n"+line, s.Key(), w.Witness())),
		"someone's":     second(AddCosignature(next, strings.Replace(line, "w1", "w2", 1), s.Key(), w.Witness())),
		"not a note":    second(AddCosignature("x\n\n", line, s.Key(), w.Witness())),
	} {
		if refused == nil {
			t.Errorf("%s: taken", name)
		}
	}
	damaged := strings.Replace(full, "w1 ", "w1 A", 1)
	if _, _, err := OpenCheckpoint(damaged, s.Key(), w.Witness()); err == nil {
		t.Error("a known witness's damaged line is taken")
	}
}

func second[T any](_ T, err error) error { return err }

func FuzzParseCheckpoint(f *testing.F) {
	s, err := NewSigner("410199", seed(1))
	if err != nil {
		f.Fatal(err)
	}
	signed, err := s.Checkpoint(7, Hash{1, 2, 3})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(signed)
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseCheckpoint(text)
		if err != nil {
			return
		}
		if !strings.HasPrefix(text, c.text()+"\n— ") {
			t.Fatalf("%q read as %+v", text, c)
		}
		// Nobody else has this key: only the very text it signed opens.
		if o, _, err := OpenCheckpoint(text, s.Key()); err == nil && (o != Checkpoint{s.Name(), 7, Hash{1, 2, 3}}) {
			t.Fatalf("forged: %q", text)
		}
	})
}

func FuzzParseKey(f *testing.F) {
	s, err := NewSigner("410199", seed(1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(s.Key().String())
	f.Fuzz(func(t *testing.T, text string) {
		if k, err := ParseKey(text); err == nil && k.String() != strings.TrimSpace(text) {
			t.Fatalf("%q is written %q", text, k)
		}
	})
}

func BenchmarkCheckpoint(b *testing.B) {
	s, err := NewSigner("410199", seed(1))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Checkpoint(5_000_000, Hash{1}); err != nil {
			b.Fatal(err)
		}
	}
}
