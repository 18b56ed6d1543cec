package matter_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zhunsheng/internal/matter"
)

var words = rapid.SampledFrom([]string{"", "a", "due", "张三\n“引号”", "\x01\\\"/", "2026-09-23", "0000-00-01"})

func anyDate(t *rapid.T, label string) string {
	return rapid.SampledFrom([]string{"", "2026-01-31", "9999-12-31", "2007-12-01"}).Draw(t, label)
}

func anyValue(t *rapid.T, depth int) matter.Value {
	kinds := 6
	if depth > 0 {
		kinds = 7
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return matter.OfText(words.Draw(t, "text"))
	case 1:
		return matter.OfInt(rapid.Int64Range(-1<<52, 1<<52).Draw(t, "int"))
	case 2:
		return matter.OfBool(rapid.Bool().Draw(t, "bool"))
	case 3:
		return matter.OfDate(anyDate(t, "date"))
	case 4:
		return matter.OfRef(matter.Ref{Register: "unit", Entry: rapid.Int64Range(0, 9).Draw(t, "no"), Version: 1, Name: words.Draw(t, "name")})
	case 5:
		return matter.OfFile(matter.Blob{Name: words.Draw(t, "name"), Size: 3, Hash: "ab"})
	}
	var items []matter.Item
	for i := range rapid.IntRange(0, 3).Draw(t, "items") {
		it := matter.Item{ID: fmt.Sprintf("p%d", i+1)}
		if rapid.Bool().Draw(t, "row") {
			it.Fields = anyValues(t, 0)
		} else {
			it.Value = anyValue(t, 0)
		}
		items = append(items, it)
	}
	return matter.OfList(items...)
}

func anyValues(t *rapid.T, depth int) matter.Values {
	vs := matter.Values{}
	for range rapid.IntRange(0, 3).Draw(t, "values") {
		vs = vs.With(rapid.SampledFrom([]string{"a", "b", "标题", "z"}).Draw(t, "field"), anyValue(t, depth))
	}
	return vs
}

func anyEffects(t *rapid.T) matter.Effects {
	n := rapid.Int64Range(0, 99)
	text := words.Draw
	return matter.Effects{
		Event:   &matter.Event{Step: "report", Key: text(t, "key"), N: n.Draw(t, "n"), Legal: anyDate(t, "legal"), Outcome: text(t, "o"), Files: 2, Flags: matter.Late},
		Void:    rapid.SliceOfN(n, 0, 2).Draw(t, "void"),
		Moved:   []matter.Moved{{Record: 4, Legal: anyDate(t, "moved")}},
		Reset:   []string{"serve"},
		Close:   text(t, "close"),
		Lead:    n.Draw(t, "lead"),
		Roles:   []matter.Role{{Unit: 3, Role: "assist", From: "2026-01-01", To: anyDate(t, "to")}},
		Links:   []matter.Tie{{Kind: "part_of", Other: n.Draw(t, "other"), End: rapid.Bool().Draw(t, "end")}},
		Reach:   []int64{1, 2},
		Limits:  []matter.LimitMark{{Limit: "due", N: 1, Start: anyDate(t, "start"), Verdict: text(t, "v")}},
		Pauses:  []matter.Pause{{Ground: "hearing", From: anyDate(t, "from")}},
		Extends: []matter.Extension{{Limit: "due", Approved: anyDate(t, "approved"), Length: "30 days"}},
		Adds:    []matter.Add{{Field: "targets", Item: "p1", Sub: "reached", By: n.Draw(t, "by")}},
		Gates:   []matter.GateVerdict{{Gate: "evidence", Verdict: "explained"}},
		Facets:  []matter.Facet{{Field: "section", Value: text(t, "facet")}},
		Facts:   []matter.Fact{{Fact: "accepted", Unit: 2, Month: "2026-01", Value: 1}},
		Cleared: []string{"note"},
	}
}

func TestEffectsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyEffects(t)
		b := matter.AppendEffects(nil, &want)
		got, err := matter.DecodeEffects(b)
		if err != nil {
			t.Fatal(err)
		}
		again := matter.AppendEffects(nil, &got)
		if string(b) != string(again) {
			t.Fatalf("written twice, it differs:\n%s\n%s", b, again)
		}
		assertSortedKeys(t, b)
	})
}

func TestWordsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := matter.Words{Title: words.Draw(t, "title"), Reason: words.Draw(t, "reason"), Values: anyValues(t, 1)}
		if rapid.Bool().Draw(t, "said") {
			want.Said = map[string]string{"b": "因台风停工", "a": "x"}
		}
		b := matter.AppendWords(nil, &want)
		assertSortedKeys(t, b)
		got, err := matter.DecodeWords(b)
		if err != nil {
			t.Fatalf("%v\n%s", err, b)
		}
		if again := matter.AppendWords(nil, &got); string(again) != string(b) {
			t.Fatalf("written twice, it differs:\n%s\n%s", b, again)
		}
	})
}

// assertSortedKeys reads the tokens of b and checks that the keys of every object ascend.
func assertSortedKeys(t *rapid.T, b []byte) {
	var walk func(raw json.RawMessage)
	walk = func(raw json.RawMessage) {
		switch raw[0] {
		case '[':
			var list []json.RawMessage
			if err := json.Unmarshal(raw, &list); err != nil {
				t.Fatal(err)
			}
			for _, e := range list {
				walk(e)
			}
		case '{':
			d := json.NewDecoder(bytes.NewReader(raw))
			if _, err := d.Token(); err != nil {
				t.Fatal(err)
			}
			last := ""
			for d.More() {
				k, err := d.Token()
				if err != nil {
					t.Fatal(err)
				}
				if key := k.(string); key <= last {
					t.Fatalf("key %q after %q in %s", key, last, raw)
				} else {
					last = key
				}
				var v json.RawMessage
				if err := d.Decode(&v); err != nil {
					t.Fatal(err)
				}
				walk(v)
			}
		}
	}
	walk(b)
}

// TestStateRoundTrip folds random records twice: with the own seq unknown, as the act makes its blob, and known, as
// rebuild does. Both must give the same bytes, and reading them back the same state.
func TestStateRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var state, into *matter.State
		seq := int64(0)
		for i := range rapid.IntRange(1, 6).Draw(t, "records") {
			r := matter.Record{Effects: anyEffects(t), Open: matter.Words{Values: anyValues(t, 1)}, Personal: matter.Words{Values: anyValues(t, 0)}}
			if i == 0 {
				r.Effects.Open = &matter.Opening{ID: "m", Procedure: "task", Date: "2026-01-01", Origin: words.Draw(t, "origin"), Sealed: rapid.Bool().Draw(t, "sealed")}
			}
			unnumbered, err := matter.Fold(state, &r)
			if err != nil {
				t.Fatal(err)
			}
			blob := matter.AppendState(nil, unnumbered)
			seq += rapid.Int64Range(1, 1000).Draw(t, "gap")
			r.Seq = seq
			next, err := matter.Fold(state, &r)
			if err != nil {
				t.Fatal(err)
			}
			if into == nil {
				into = next
			} else if err := matter.FoldInto(into, &r); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(next, into); diff != "" {
				t.Fatalf("folded in place, it differs:\n%s", diff)
			}
			if b := matter.AppendState(nil, next); string(b) != string(blob) {
				t.Fatalf("blob depends on the seq:\n%x\n%x", blob, b)
			}
			got := matter.State{
				ID: next.ID, No: next.No, Procedure: next.Procedure, Def: next.Def, Unit: next.Unit, Title: next.Title,
				Number: next.Number, Open: next.Open, Opened: next.Opened, Closed: next.Closed, Version: next.Version, Seq: next.Seq,
			}
			if err := matter.DecodeState(blob, &got); err != nil {
				t.Fatal(err)
			}
			if again := matter.AppendState(nil, &got); string(again) != string(blob) {
				t.Fatal("a state read back is written differently")
			}
			if got.Seqs[len(got.Seqs)-1] != seq {
				t.Fatalf("last seq %d, want %d", got.Seqs[len(got.Seqs)-1], seq)
			}
			state = next
		}
	})
}

func FuzzDecodeState(f *testing.F) {
	s, err := matter.Fold(nil, &matter.Record{Seq: 7, Effects: matter.Effects{
		Open: &matter.Opening{ID: "x", Date: "2026-01-01"}, Event: &matter.Event{Step: "open", N: 1, Legal: "2026-01-01"},
	}, Open: matter.Words{Values: matter.Values{}.With("a", matter.OfText("甲"))}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(matter.AppendState(nil, s))
	f.Fuzz(func(t *testing.T, b []byte) {
		got := matter.State{Seq: 7}
		if matter.DecodeState(b, &got) != nil {
			return
		}
		blob := matter.AppendState(nil, &got)
		again := matter.State{Seq: 7}
		if err := matter.DecodeState(blob, &again); err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if second := matter.AppendState(nil, &again); string(second) != string(blob) {
			t.Fatal("written twice, it differs")
		}
	})
}

func FuzzDecodeEffects(f *testing.F) {
	f.Add([]byte(`{"event":{"legal":"2026-01-01","n":1,"step":"open"}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := matter.DecodeEffects(b)
		if err != nil {
			return
		}
		first := matter.AppendEffects(nil, &e)
		e2, err := matter.DecodeEffects(first)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, first)
		}
		if second := matter.AppendEffects(nil, &e2); string(second) != string(first) {
			t.Fatalf("written twice, it differs:\n%s\n%s", first, second)
		}
	})
}

func TestFold(t *testing.T) {
	open := matter.Record{Seq: 5, Effects: matter.Effects{
		Open:   &matter.Opening{ID: "m", Procedure: "task", Unit: 2, Date: "2026-01-05"},
		Limits: []matter.LimitMark{{Limit: "due", N: 1, Start: "2026-01-05"}},
	}, Open: matter.Words{Title: "开展清理", Values: matter.Values{}.With("note", matter.OfText("甲"))}}
	report := matter.Record{Seq: 9, Effects: matter.Effects{
		Event: &matter.Event{Step: "report", N: 1, Legal: "2026-02-01"},
		Adds:  []matter.Add{{Field: "reached", By: 2}},
	}, Personal: matter.Words{Values: matter.Values{}.With("phone", matter.OfText("1"))}}
	fold := func(t *testing.T, records ...matter.Record) *matter.State {
		t.Helper()
		var s *matter.State
		for i := range records {
			next, err := matter.Fold(s, &records[i])
			if err != nil {
				t.Fatal(err)
			}
			s = next
		}
		return s
	}
	tests := map[string]struct {
		records []matter.Record
		check   func(*matter.State) any
		want    any
	}{
		"opening":        {[]matter.Record{open}, func(s *matter.State) any { return []any{s.No, s.Title, s.Open} }, []any{int64(5), "开展清理", true}},
		"sum":            {[]matter.Record{open, report, report}, func(s *matter.State) any { return s.Int("reached") }, int64(4)},
		"void":           {[]matter.Record{open, report, {Seq: 10, Effects: matter.Effects{Void: []int64{9}}}}, func(s *matter.State) any { return s.Done("report") }, false},
		"corrected date": {[]matter.Record{open, report, {Seq: 10, Effects: matter.Effects{Moved: []matter.Moved{{Record: 9, Legal: "2026-01-31"}}}}}, func(s *matter.State) any { e, _ := s.Last("report"); return e.Legal }, "2026-01-31"},
		"reset":          {[]matter.Record{open, report, {Seq: 10, Effects: matter.Effects{Reset: []string{"report"}}}}, func(s *matter.State) any { return s.Done("report") }, false},
		"limit met":      {[]matter.Record{open, {Seq: 11, Effects: matter.Effects{Limits: []matter.LimitMark{{Limit: "due", N: 1, Verdict: "met", Date: "2026-03-01", Due: "2026-06-30"}}}}}, func(s *matter.State) any { return s.Limits[0].Verdict + s.Limits[0].Due }, "met2026-06-30"},
		"closed":         {[]matter.Record{open, {Seq: 11, Effects: matter.Effects{Event: &matter.Event{Step: "accept", N: 1, Legal: "2026-03-02"}, Close: "accepted"}}}, func(s *matter.State) any { return []any{s.Open, s.Closed} }, []any{false, "2026-03-02"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, tc.check(fold(t, tc.records...))); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("erasure keeps what is not words", func(t *testing.T) {
		s := matter.Erase(fold(t, open, report), 9, []string{matter.PartPersonal})
		if _, there := s.Get("phone"); there || s.Int("reached") != 2 {
			t.Error("the phone stayed, or the sum went")
		}
	})
	t.Run("an earlier state is never changed", func(t *testing.T) {
		before := fold(t, open)
		blob := matter.AppendState(nil, before)
		if _, err := matter.Fold(before, &report); err != nil {
			t.Fatal(err)
		}
		if string(matter.AppendState(nil, before)) != string(blob) {
			t.Error("folding changed its input")
		}
	})
	t.Run("an act before the opening is refused", func(t *testing.T) {
		if _, err := matter.Fold(nil, &report); err == nil {
			t.Error("no error")
		}
	})
}

func TestEntryAsOf(t *testing.T) {
	record := func(seq, version int64, from, to, name string) *matter.Record {
		return &matter.Record{Seq: seq, Effects: matter.Effects{Entry: &matter.EntryChange{ID: "e", Register: "unit", Key: "01", Version: version, From: from, To: to}},
			Open: matter.Words{Values: matter.Values{}.With("name", matter.OfText(name))}}
	}
	var e *matter.Entry
	for _, r := range []*matter.Record{
		record(3, 1, "2020-01-01", "", "法制办"), record(8, 2, "2023-03-01", "", "司法局"), record(12, 3, "2023-03-01", "2026-01-01", "司法局"),
	} {
		next, err := matter.FoldEntry(e, r)
		if err != nil {
			t.Fatal(err)
		}
		e = next
	}
	tests := map[string]struct {
		day   string
		known int64
		want  string
	}{
		"first":                {"2021-05-01", 0, "法制办"},
		"renamed":              {"2024-05-01", 0, "司法局"},
		"before it was known":  {"2024-05-01", 8, "法制办"},
		"ended":                {"2026-01-01", 0, ""},
		"before the end known": {"2026-01-01", 12, "司法局"},
		"not yet":              {"2019-12-31", 0, ""},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			v, _ := e.AsOf(tc.day, tc.known)
			if got := v.Fields.Text("name"); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}
