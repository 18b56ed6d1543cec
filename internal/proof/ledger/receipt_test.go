package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// record is one record of a test log.
type record struct {
	head  []byte
	shown []Shown
}

// records makes a log of n acts with two parts each.
func records(n int) (*memory, []record) {
	log, all := &memory{}, make([]record, n)
	for i := range all {
		h := sampleHead()
		h.Seq, h.At = int64(i+1), h.At+int64(i)
		shown := []Shown{
			{Effects, seed(byte(i)), fmt.Sprintf(`{"events":[{"n":%d,"step":"progress"}]}`, i+1)},
			{Open, seed(byte(i + 100)), `{"text":"已完成年度任务的百分之六十"}`},
		}
		for _, s := range shown {
			h.Parts[s.Part] = Commit(s.Salt, []byte(s.Body))
		}
		all[i] = record{EncodeHead(nil, &h), shown}
		log.append(LeafHash(all[i].head))
	}
	return log, all
}

// issued is the receipt of record seq of a log of n.
func issued(t testing.TB, n, seq int) *Receipt {
	t.Helper()
	s := testSigner(t)
	log, all := records(n)
	signed, err := s.Checkpoint(int64(n), log.frontier.Root())
	if err != nil {
		t.Fatal(err)
	}
	r, err := Issue(log, all[seq-1].head, s.Key(), signed, all[seq-1].shown)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReceipt(t *testing.T) {
	key := testSigner(t).Key()
	r := issued(t, 300, 123)
	b := r.Encode()
	if err := Canonical(bytes.TrimSuffix(b, []byte("\n"))); err != nil {
		t.Error(err)
	}
	back, err := ParseReceipt(b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, back); diff != "" {
		t.Error(diff)
	}
	res, err := Verify(back, key)
	if err != nil {
		t.Fatal(err)
	}
	if res.Head.Seq != 123 || !res.KeyChecked || res.Checkpoint.Size != 300 || len(res.Withheld) != 0 ||
		!cmp.Equal(res.Shown, []Part{Effects, Open}) || res.At().Format("2006-01-02 15:04:05 -0700") != "2026-09-23 10:31:07 +0800" {
		t.Errorf("proved: %+v at %v", res, res.At())
	}
	// Mailed around, opened and saved by an editor, it is the same receipt.
	var pretty bytes.Buffer
	pretty.WriteString("\uFEFF")
	if err := json.Indent(&pretty, b, "", "\t"); err != nil {
		t.Fatal(err)
	}
	if back, err := ParseReceipt(pretty.Bytes()); err != nil || !cmp.Equal(r, back) {
		t.Error("printed prettily:", err)
	}
	// An erased part is left out; everything else is proved as before.
	back.Parts = back.Parts[:1]
	if res, err := Verify(back, key); err != nil || !cmp.Equal(res.Withheld, []Part{Open}) {
		t.Errorf("without an erased part: %+v, %v", res.Withheld, err)
	}
	// Without the key from elsewhere it proves itself only, and says so.
	if res, err := Verify(r, Key{}); err != nil || res.KeyChecked {
		t.Error("with its own key:", res.KeyChecked, err)
	}
}

func TestReceiptShort(t *testing.T) {
	key := testSigner(t).Key()
	for _, n := range []int{1, 2, 300} {
		r := issued(t, n, n)
		short, err := r.Short()
		if err != nil {
			t.Fatal(err)
		}
		if strings.Trim(short, alphabet45) != "" {
			t.Errorf("%q does not fit the letters of a code", short)
		}
		back, err := ParseReceipt([]byte(short + "\n"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, back, cmpopts.EquateEmpty(), cmpopts.IgnoreFields(Receipt{}, "Parts")); diff != "" {
			t.Error(diff)
		}
		res, err := Verify(back, key)
		if err != nil || !cmp.Equal(res.Withheld, []Part{Effects, Open}) {
			t.Error(res, err)
		}
		for i := range short { // no letter can be another
			for _, c := range []byte("0Z:") {
				if b := []byte(short); b[i] != c {
					b[i] = c
					if back, err := ParseReceipt(b); err == nil {
						if _, err := Verify(back, key); err == nil {
							t.Errorf("letter %d made %c: still proved", i, c)
						}
					}
				}
			}
		}
		for i := range short {
			if back, err := ParseReceipt([]byte(short[:i])); err == nil {
				if _, err := Verify(back, key); err == nil {
					t.Errorf("cut at %d: still proved", i)
				}
			}
		}
	}
	if _, err := (&Receipt{}).Short(); err == nil {
		t.Error("an empty receipt has a short form")
	}
}

// The short form of a record among ten million fits one QR code (version 40 L holds 4 296 letters; 25 L 1 853).
func TestReceiptShortLength(t *testing.T) {
	s := testSigner(t)
	h := sampleHead()
	head := EncodeHead(nil, &h)
	r := &Receipt{Key: s.Key().String(), Head: string(head), Index: IndexOf(h.Seq), Size: 10_000_000}
	for i := range 24 {
		r.Proof = append(r.Proof, Hash(Commit(seed(byte(i)), nil)))
	}
	root, err := rootFromInclusion(r.Proof, r.Size, r.Index, LeafHash(head))
	if err != nil {
		t.Fatal(err)
	}
	if r.Checkpoint, err = s.Checkpoint(r.Size, root); err != nil {
		t.Fatal(err)
	}
	short, err := r.Short()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d letters, %d bytes of JSON", len(short), len(r.Encode()))
	if len(short) > 2132 { // version 27 L, 125 modules a side
		t.Errorf("the short form has %d letters", len(short))
	}
}

// Whatever one byte becomes, the receipt either says the same or is not proved.
func TestReceiptFlips(t *testing.T) {
	key := testSigner(t).Key()
	r := issued(t, 5, 3)
	b := r.Encode()
	for i := range b {
		for _, bit := range []byte{1, 2, 0x20, 0x80} {
			flipped := bytes.Clone(b)
			flipped[i] ^= bit
			back, err := ParseReceipt(flipped)
			if err != nil {
				continue
			}
			if _, err := Verify(back, key); err == nil && !cmp.Equal(r, back) {
				t.Errorf("byte %d of %q made %q: still proved", i, b[max(0, i-8):i+8], flipped[i])
			}
		}
	}
}

func TestReceiptFailures(t *testing.T) {
	s := testSigner(t)
	other, err := NewSigner("410199", seed(7))
	if err != nil {
		t.Fatal(err)
	}
	log, all := records(5)
	for name, c := range map[string]struct {
		spoil func(*Receipt)
		key   Key
		want  string
	}{
		"key not a key":   {func(r *Receipt) { r.Key = "x" }, s.Key(), CheckKey},
		"other key":       {func(*Receipt) {}, other.Key(), CheckKey},
		"key exchanged":   {func(r *Receipt) { r.Key = other.Key().String() }, Key{}, CheckSignature},
		"head changed":    {func(r *Receipt) { r.Head = strings.Replace(r.Head, `"unit":27`, `"unit":28`, 1) }, s.Key(), CheckInclusionProof},
		"head spoiled":    {func(r *Receipt) { r.Head += " " }, s.Key(), CheckHead},
		"other head":      {func(r *Receipt) { r.Head = string(all[0].head) }, s.Key(), CheckHead},
		"other place":     {func(r *Receipt) { r.Head, r.Index = string(all[0].head), 0 }, s.Key(), CheckInclusionProof},
		"index":           {func(r *Receipt) { r.Index++ }, s.Key(), CheckHead},
		"size":            {func(r *Receipt) { r.Size++ }, s.Key(), CheckSignature},
		"proof short":     {func(r *Receipt) { r.Proof = r.Proof[1:] }, s.Key(), CheckInclusionProof},
		"checkpoint":      {func(r *Receipt) { r.Checkpoint = strings.Replace(r.Checkpoint, "\n5\n", "\n6\n", 1) }, s.Key(), CheckSignature},
		"body":            {func(r *Receipt) { r.Parts[1].Body = `{"text":"已完成"}` }, s.Key(), CheckPart},
		"salt":            {func(r *Receipt) { r.Parts[1].Salt[0]++ }, s.Key(), CheckPart},
		"part not had":    {func(r *Receipt) { r.Parts[1].Part = Sealed }, s.Key(), CheckPart},
		"part of no name": {func(r *Receipt) { r.Parts[1].Part = 99 }, s.Key(), CheckPart},
		"part twice":      {func(r *Receipt) { r.Parts = append(r.Parts, r.Parts[0]) }, s.Key(), CheckPart},
	} {
		t.Run(name, func(t *testing.T) {
			r := issued(t, 5, 3)
			c.spoil(r)
			_, err := Verify(r, c.key)
			var f *Failure
			if !errors.As(err, &f) || f.Check != c.want || !strings.HasPrefix(f.Error(), "核验不通过：") {
				t.Errorf("got %v (%+v), want check %s", err, f, c.want)
			}
		})
	}

	signed, err := s.Checkpoint(2, naiveRoot(log.leaves[:2]))
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := s.Checkpoint(5, Hash{1})
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"checkpoint before the record": second(Issue(log, all[2].head, s.Key(), signed, nil)),
		"checkpoint of another tree":   second(Issue(log, all[2].head, s.Key(), wrong, nil)),
		"not a head":                   second(Issue(log, []byte("{}"), s.Key(), signed, nil)),
		"not a checkpoint":             second(Issue(log, all[2].head, s.Key(), "x", nil)),
	} {
		if err == nil {
			t.Errorf("%s: a receipt is issued", name)
		}
	}
}

func TestParseReceiptRefuses(t *testing.T) {
	good := string(issued(t, 5, 3).Encode())
	for name, c := range map[string]struct {
		text    string
		foreign bool // not a receipt at all
	}{
		"empty":         {"", true},
		"words":         {"回执", true},
		"a page":        {"<html>", true},
		"array":         {"[]", true},
		"empty object":  {"{}", true},
		"not utf-8":     {"{\xff}", true},
		"too long":      {"{" + strings.Repeat(" ", MaxReceipt) + "}", true},
		"cut":           {good[:len(good)/2], false},
		"after":         {good + "{}", false},
		"version":       {strings.Replace(good, `"v":1`, `"v":2`, 1), false},
		"missing":       {strings.Replace(good, `,"v":1`, ``, 1), false},
		"missing size":  {strings.Replace(good, `"size":5,`, ``, 1), false},
		"twice":         {strings.Replace(good, `"v":1`, `"size":5,"v":1`, 1), false},
		"unknown":       {strings.Replace(good, `"v":1`, `"v":1,"w":2`, 1), false},
		"part unknown":  {strings.Replace(good, `"name":"open"`, `"name":"shut"`, 1), false},
		"part field":    {strings.Replace(good, `"name":"open"`, `"mane":"open"`, 1), false},
		"part half":     {strings.Replace(good, `"name":"open",`, ``, 1), false},
		"proof endless": {strings.Replace(good, `"proof":["`, `"proof":["`+strings.Repeat(strings.Repeat("A", 43)+`=","`, 65), 1), false},
		"proof short":   {strings.Replace(good, `"proof":["`, `"proof":["AAAA","`, 1), false},
		"short empty":   {ShortPrefix, false},
		"short odd":     {ShortPrefix + "A", false},
		"short lower":   {ShortPrefix + "abc", false},
		"short version": {ShortPrefix + base45([]byte{9, 9}), false},
		"short over":    {ShortPrefix + ":::", false},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseReceipt([]byte(c.text))
			var f *Failure
			switch {
			case err == nil:
				t.Error("taken")
			case c.foreign && !errors.Is(err, ErrNotReceipt):
				t.Error(err)
			case !c.foreign && (!errors.As(err, &f) || f.Check != CheckFormat || !strings.HasPrefix(f.Error(), "核验不通过：这份回执已经损坏（")):
				t.Error(err)
			}
		})
	}
}

func TestReceiptWitness(t *testing.T) {
	s := testSigner(t)
	w, err := NewCosigner("shenji.example", seed(4))
	if err != nil {
		t.Fatal(err)
	}
	r := issued(t, 5, 3)
	line, err := w.Cosign(r.Checkpoint, s.Key(), Checkpoint{}, nil, Result{Head: sampleHead()}.At())
	if err != nil {
		t.Fatal(err)
	}
	if r.Checkpoint, err = AddCosignature(r.Checkpoint, line, s.Key(), w.Witness()); err != nil {
		t.Fatal(err)
	}
	res, err := Verify(r, s.Key(), w.Witness())
	if err != nil || len(res.Cosigned) != 1 || res.Cosigned[0].Name != "shenji.example" {
		t.Fatal(res.Cosigned, err)
	}
	short, err := r.Short() // the code leaves the witness out, the rest stays proved
	if err != nil {
		t.Fatal(err)
	}
	back, err := ParseReceipt([]byte(short))
	if err != nil {
		t.Fatal(err)
	}
	if res, err := Verify(back, s.Key(), w.Witness()); err != nil || len(res.Cosigned) != 0 {
		t.Error(res.Cosigned, err)
	}
}

func TestBase45(t *testing.T) {
	for in, want := range map[string]string{"AB": "BB8", "Hello!!": "%69 VD92EX0", "base-45": "UJCLQE7W581", "": ""} { // RFC 9285
		if got := base45([]byte(in)); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOf(rapid.Byte()).Draw(t, "b")
		if back, ok := unbase45(base45(b)); !ok || !bytes.Equal(back, b) {
			t.Fatalf("%x comes back as %x", b, back)
		}
	})
}

func FuzzParseReceipt(f *testing.F) {
	r := issued(f, 5, 3)
	short, err := r.Short()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(r.Encode())
	f.Add([]byte(short))
	key := testSigner(f).Key()
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := ParseReceipt(b)
		if err != nil {
			var fail *Failure
			if !errors.Is(err, ErrNotReceipt) && !errors.As(err, &fail) {
				t.Fatalf("unworded error %v", err)
			}
			if !utf8.ValidString(err.Error()) {
				t.Fatalf("error is not text: %q", err)
			}
			return
		}
		back, err := ParseReceipt(got.Encode())
		if err != nil || !cmp.Equal(got, back, cmpopts.EquateEmpty()) {
			t.Fatalf("%q comes back as %+v, %v", b, back, err)
		}
		// The key is ours alone: only the record it signed can be proved.
		if res, err := Verify(got, key); err == nil && got.Head != r.Head {
			t.Fatalf("forged: %+v", res)
		}
	})
}

func BenchmarkVerifyReceipt(b *testing.B) {
	r := issued(b, 1000, 500)
	raw, key := r.Encode(), testSigner(b).Key()
	for b.Loop() {
		back, err := ParseReceipt(raw)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Verify(back, key); err != nil {
			b.Fatal(err)
		}
	}
}
