package matter_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"zhunsheng/internal/matter"
)

// The reference below reads parts with encoding/json. What matter takes, it must take too, with the same outcome; and it
// takes all that matter writes. The other way it is laxer: null for everything, a member twice, members in other letter
// case, broken text.

type refWords struct {
	Title  string            `json:"title"`
	Reason string            `json:"reason"`
	Said   map[string]string `json:"said"`
	Values map[string]refAny `json:"values"`
}

type refAny struct{ v matter.Value }

type refItem struct {
	ID     string            `json:"id"`
	Fields map[string]refAny `json:"fields"`
	Value  refAny            `json:"value"`
}

func (a *refAny) UnmarshalJSON(b []byte) error {
	switch b[0] {
	case '"':
		a.v.Kind = matter.Text
		return json.Unmarshal(b, &a.v.Text)
	case 't', 'f':
		a.v = matter.OfBool(b[0] == 't')
		return nil
	case 'n':
		return nil
	case '[':
		var items []refItem
		if err := strict(b, &items); err != nil {
			return err
		}
		a.v.Kind = matter.List
		for _, it := range items {
			a.v.Items = append(a.v.Items, matter.Item{ID: it.ID, Fields: refValues(it.Fields), Value: it.Value.v})
		}
		return nil
	case '{':
		var t struct {
			Date  *string      `json:"date"`
			File  *matter.Blob `json:"file"`
			Entry *struct {
				Key, Name, Number, Register string
				No, Version                 int64
			} `json:"entry"`
		}
		if err := strict(b, &t); err != nil {
			return err
		}
		switch e := t.Entry; {
		case t.Date != nil:
			a.v = matter.OfDate(*t.Date)
		case t.File != nil:
			a.v = matter.OfFile(*t.File)
		case e != nil:
			a.v = matter.OfRef(matter.Ref{Register: e.Register, Entry: e.No, Version: e.Version, Key: e.Key, Name: e.Name, Number: e.Number})
		default:
			return errors.New("no kind")
		}
		return nil
	}
	a.v.Kind = matter.Int
	return json.Unmarshal(b, &a.v.Int)
}

func refValues(m map[string]refAny) matter.Values {
	var vs matter.Values
	for k, a := range m {
		vs = append(vs, matter.Named{Name: k, Value: a.v})
	}
	slices.SortFunc(vs, func(a, b matter.Named) int { return strings.Compare(a.Name, b.Name) })
	return vs
}

func strict(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err == nil {
		return errors.New("more follows")
	}
	return nil
}

func referenceEffects(b []byte) (e matter.Effects, err error) {
	err = strict(b, &e)
	return e, err
}

func referenceWords(b []byte) (matter.Words, error) {
	var w refWords
	err := strict(b, &w)
	return matter.Words{Title: w.Title, Reason: w.Reason, Said: w.Said, Values: refValues(w.Values)}, err
}

// same compares what both readers made of b; taken says whether matter took it.
func same[T any](t interface{ Fatalf(string, ...any) }, b []byte, read, reference func([]byte) (T, error)) (taken bool) {
	got, err := read(b)
	if err != nil {
		return false
	}
	want, err := reference(b)
	if err != nil {
		t.Fatalf("matter takes what encoding/json does not: %v\n%s", err, b)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("the readers differ over %s:\n%s", b, diff)
	}
	return true
}

func TestBothReadersAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := anyEffects(t)
		b := matter.AppendEffects(nil, &e)
		if !same(t, b, matter.DecodeEffects, referenceEffects) {
			t.Fatalf("not taken: %s", b)
		}
		w := matter.Words{Title: words.Draw(t, "title"), Reason: words.Draw(t, "reason"), Values: anyValues(t, 1)}
		if rapid.Bool().Draw(t, "said") {
			w.Said = map[string]string{"b": words.Draw(t, "b"), "\u2028": "x"}
		}
		b = matter.AppendWords(nil, &w)
		if !same(t, b, matter.DecodeWords, referenceWords) {
			t.Fatalf("not taken: %s", b)
		}
	})
}

func TestWhatIsNoPart(t *testing.T) {
	effects := func(b []byte) error { _, err := matter.DecodeEffects(b); return err }
	open := func(b []byte) error { _, err := matter.DecodeWords(b); return err }
	files := func(b []byte) error { _, err := matter.DecodeFiles(b); return err }
	deep := strings.Repeat(`[{"value":`, 100) + "1" + strings.Repeat("}]", 100)
	tests := map[string]struct {
		read func([]byte) error
		text string
		want string // part of the error, "" none
	}{
		"spaces and order":         {open, " { \"values\" : {\"b\":1, \"a\":2}\n,\"title\":\"\\u7532\\ud83d\\ude00\" } ", ""},
		"nothing":                  {effects, "", "not JSON"},
		"unknown member":           {effects, `{"event":{"stepp":"a"}}`, `"stepp"`},
		"other letter case":        {effects, `{"Close":"a"}`, `"Close"`},
		"a member twice":           {effects, `{"lead":1,"lead":1}`, "twice"},
		"twice, apart":             {effects, `{"lead":1,"close":"a","lead":1}`, "twice"},
		"a value twice":            {open, `{"values":{"a":1,"\u0061":2}}`, "twice"},
		"text for a number":        {effects, `{"lead":"1"}`, "not JSON"},
		"number for text":          {effects, `{"close":1}`, "not JSON"},
		"object for a list":        {effects, `{"facts":{}}`, "not JSON"},
		"null for a list":          {effects, `{"facts":null}`, "not JSON"},
		"fraction":                 {effects, `{"lead":1.0}`, "not JSON"},
		"leading zero":             {effects, `{"lead":01}`, "not JSON"},
		"minus zero":               {effects, `{"lead":-0}`, "not JSON"},
		"smallest number":          {open, `{"values":{"a":-9223372036854775808}}`, ""},
		"too large":                {effects, `{"lead":9223372036854775808}`, "out of range"},
		"much too large":           {effects, `{"lead":99999999999999999999999}`, "out of range"},
		"flags of nine bits":       {effects, `{"flags":256}`, "out of range"},
		"half a pair":              {open, `{"title":"\ud83d"}`, "not JSON"},
		"no UTF-8":                 {open, "{\"title\":\"\xff\"}", "not JSON"},
		"no UTF-8 after an escape": {open, "{\"title\":\"\\n\xff\"}", "not JSON"},
		"line break in text":       {open, "{\"title\":\"\n\"}", "not JSON"},
		"comma at the end":         {effects, `{"lead":1,}`, "not JSON"},
		"two values":               {effects, `{}{}`, "more than one"},
		"a zero byte after it":     {effects, "{}\x00", "more than one"},
		"value of two kinds":       {open, `{"values":{"a":{"date":"x","file":{}}}}`, "kind"},
		"value of no kind":         {open, `{"values":{"a":{}}}`, "kind"},
		"item with both":           {open, `{"values":{"a":[{"fields":{},"value":1}]}}`, "fields and a value"},
		"nested a hundred deep":    {open, `{"values":{"a":` + deep + `}}`, "deep"},
		"cut short":                {files, `{"files":[{"blob":{"hash":"ab"`, "not JSON"},
		"files":                    {files, `{"files":[{"blob":{"hash":"ab","size":3},"label":"x"}]}`, ""},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			err := tc.read([]byte(tc.text))
			if (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

func FuzzReadersAgree(f *testing.F) {
	f.Add([]byte(`{"event":{"legal":"2026-01-01","n":1,"step":"open"},"facts":[{"fact":"opened","unit":2,"value":-1}]}`))
	f.Add([]byte(`{"said":{"a":"b"},"title":"\u7532\ud83d\ude00","values":{"a":[{"fields":{"n":1},"id":"p1"},{"value":true}],"d":{"date":"2026-01-01"}}}`))
	f.Add([]byte(`{"values":{"e":{"entry":{"key":"k","no":3}},"f":{"file":{"hash":"ab","size":1}},"n":null}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		same(t, b, matter.DecodeEffects, referenceEffects)
		same(t, b, matter.DecodeWords, referenceWords)
	})
}

func BenchmarkDecode(b *testing.B) {
	e := matter.Effects{
		Event:  &matter.Event{Step: "report", N: 3, Legal: "2026-04-01", Files: 1},
		Facts:  []matter.Fact{{Fact: "reports", Unit: 17, Month: "2026-04", Value: 1}, {Fact: "cases", Unit: 17, Month: "2026-04", Value: 7}},
		Facets: []matter.Facet{{Field: "section", Value: "s3"}},
	}
	w := matter.Words{Values: matter.Values{{Name: "progress", Value: matter.OfText("第3次报告：已经完成问卷，正在汇总")}}}
	effects, open := matter.AppendEffects(nil, &e), matter.AppendWords(nil, &w)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := matter.DecodeEffects(effects); err != nil {
			b.Fatal(err)
		}
		if _, err := matter.DecodeWords(open); err != nil {
			b.Fatal(err)
		}
	}
}
