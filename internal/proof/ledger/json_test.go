package ledger

import (
	"bytes"
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAppendString(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"empty":     {"", `""`},
		"chinese":   {"衡平县〔2026〕1号", `"衡平县〔2026〕1号"`},
		"short":     {"\b\t\n\f\r\"\\/", `"\b\t\n\f\r\"\\/"`},
		"control":   {"\x00\x1f\x7f", "\"\\u0000\\u001f\x7f\""},
		"astral":    {"𠮷\u2028", "\"𠮷\u2028\""},
		"not utf-8": {"a\xffb\xc3", "\"a\uFFFDb\uFFFD\""},
		"html":      {"<&>", `"<&>"`},
	} {
		t.Run(name, func(t *testing.T) {
			got := string(AppendString(nil, c.in))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if err := Canonical([]byte(got)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAppendStringProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		b := AppendString(nil, s)
		var back string
		if err := json.Unmarshal(b, &back); err != nil || back != s {
			t.Fatalf("%q became %s, read back %q, %v", s, b, back, err)
		}
		sc := scanner{b: b}
		if v, _, err := sc.text(); err != nil || v != s || !sc.end() {
			t.Fatalf("own reader: %q, %v", v, err)
		}
	})
}

// The numbers are those of RFC 8785 appendix B, given by their bits.
func TestAppendNumber(t *testing.T) {
	for want, bits := range map[string]uint64{
		"0": 0x8000000000000000, "5e-324": 1, "1.7976931348623157e+308": 0x7fefffffffffffff,
		"9007199254740992": 0x4340000000000000, "295147905179352830000": 0x4430000000000000,
		"9.999999999999997e+22": 0x44b52d02c7e14af5, "1e+23": 0x44b52d02c7e14af6,
		"999999999999999700000": 0x444b1ae4d6e2ef4e, "1e+21": 0x444b1ae4d6e2ef50,
		"9.999999999999997e-7": 0x3eb0c6f7a0b5ed8c, "0.000001": 0x3eb0c6f7a0b5ed8d,
		"333333333.3333333": 0x41b3de4355555555, "-0.0000033333333333333333": 0xbecbf647612f3696,
		"1424953923781206.2": 0x43143ff3c1cb0959,
	} {
		if got := string(appendNumber(nil, math.Float64frombits(bits))); got != want {
			t.Errorf("%016x printed as %s, want %s", bits, got, want)
		}
		if err := Canonical([]byte(want)); err != nil {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func TestCanonical(t *testing.T) {
	for name, c := range map[string]struct {
		in string
		ok bool
	}{
		"object":        {`{"a":[1,-2,0.5,true,false,null,{}],"b":"x"}`, true},
		"utf-16 order":  {"{\"\U0001F600\":1,\"\uFB33\":2}", true},
		"byte order":    {"{\"\uFB33\":2,\"\U0001F600\":1}", false},
		"prefix first":  {`{"a":1,"ab":2}`, true},
		"out of order":  {`{"b":1,"a":2}`, false},
		"twice":         {`{"a":1,"a":2}`, false},
		"space":         {`{"a": 1}`, false},
		"escape":        {`"\u0041"`, false},
		"escaped slash": {`"\/"`, false},
		"upper hex":     {`"\u001F"`, false},
		"lone half":     {`"\ud800"`, false},
		"pair":          {`"\ud83d\ude00"`, false},
		"raw control":   {"\"\n\"", false},
		"not utf-8":     {"\"\xff\"", false},
		"leading zero":  {`01`, false},
		"minus zero":    {`-0`, false},
		"plus":          {`+1`, false},
		"long":          {`1.0`, false},
		"exponent":      {`1e2`, false},
		"past 2^53":     {`9007199254740993`, false},
		"infinite":      {`1e999`, false},
		"comma":         {`[1,]`, false},
		"open":          {`[1`, false},
		"after":         {`{}{}`, false},
		"nothing":       {``, false},
		"word":          {`nul`, false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := Canonical([]byte(c.in)); (err == nil) != c.ok {
				t.Errorf("%s: %v", c.in, err)
			}
		})
	}
	deep := make([]byte, 100000)
	for i := range deep {
		deep[i] = '['
	}
	if Canonical(deep) == nil {
		t.Error("bottomless nesting taken")
	}
}

func FuzzCanonical(f *testing.F) {
	f.Add([]byte(`{"a":[1,-2.5e+30,"x\n"],"b":null}`))
	f.Add([]byte(`"\u0001"`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if bytes.Count(b, []byte("["))+bytes.Count(b, []byte("{")) <= maxDepth { // the stranger has no such limit
			agree(t, b)
		}
		if Canonical(b) != nil {
			return
		}
		if !json.Valid(b) {
			t.Fatalf("canonical but not JSON: %q", b)
		}
		if Canonical(append(b, ' ')) == nil {
			t.Fatal("white space after it taken")
		}
	})
}
