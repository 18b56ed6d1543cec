package source_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/norm/source"
)

func TestMerge(t *testing.T) {
	base := `
limits:
  decide:
    length: 90 days
    pauses:
      hearing: {cites: 甲}
  serve:
    length: 7 workdays
form: [a, b]
`
	for name, c := range map[string]struct {
		patch, want string
		problem     string
	}{
		"scalars are replaced": {"limits: {decide: {length: 60 days}}", `{"limits":{"decide":{"length":"60 days","pauses":{"hearing":{"cites":"甲"}}},"serve":{"length":"7 workdays"}},"form":["a","b"]}`, ""},
		"lists are replaced":   {"form: [c]", `{"limits":{"decide":{"length":"90 days","pauses":{"hearing":{"cites":"甲"}}},"serve":{"length":"7 workdays"}},"form":["c"]}`, ""},
		"tilde removes":        {"limits: {serve: ~}\nform: ~", `{"limits":{"decide":{"length":"90 days","pauses":{"hearing":{"cites":"甲"}}}}}`, ""},
		"new ids need add":     {"limits: {appeal: {length: 3 days}}", `{"limits":{"decide":{"length":"90 days","pauses":{"hearing":{"cites":"甲"}}},"serve":{"length":"7 workdays"}},"form":["a","b"]}`, "要改的“appeal”不存在"},
		"added":                {"limits: {appeal: {add: true, length: 3 days}, serve: ~}\nform: ~", `{"limits":{"decide":{"length":"90 days","pauses":{"hearing":{"cites":"甲"}}},"appeal":{"length":"3 days"}}}`, ""},
		"new keys of a thing":  {"limits: {decide: {roll: forward, pauses: ~}, serve: ~}\nform: ~", `{"limits":{"decide":{"length":"90 days","roll":"forward"}}}`, ""},
		"removing nothing":     {"limits: {serv: ~}", `{"limits":{"decide":{"length":"90 days","pauses":{"hearing":{"cites":"甲"}}},"serve":{"length":"7 workdays"}},"form":["a","b"]}`, "要删除的“serv”不存在"},
	} {
		t.Run(name, func(t *testing.T) {
			a, diags := source.Parse("a.yaml", []byte(base))
			b, more := source.Parse("b.yaml", []byte(c.patch))
			if len(diags)+len(more) > 0 {
				t.Fatal(diags, more)
			}
			before := a.JSON(nil)
			var r source.Reader
			if diff := cmp.Diff(c.want, source.Merge(&r, a, b).JSON(nil)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := r.Diags.Error(); !strings.Contains(got, c.problem) || c.problem == "" && got != "" {
				t.Errorf("problems %q, want %q", got, c.problem)
			}
			if a.JSON(nil) != before {
				t.Error("the base changed")
			}
		})
	}
}

func TestShowLinesUpUnderChinese(t *testing.T) {
	d := source.Diagnostic{File: "a.yaml", Line: 1, Col: 4, Code: source.CodeKey, Message: "不认识"}
	want := "a.yaml:1:4: key: 不认识\n    标题: 甲\n         ^"
	if got := d.Show([]byte("标题: 甲\n")); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestNearest(t *testing.T) {
	known := []string{"file", "decide", "legal_review", "serve"}
	for word, want := range map[string]string{"fiel": "file", "dicide": "decide", "legal_rewiev": "legal_review", "zzz": "", "": ""} {
		if got := source.Nearest(word, known); got != want {
			t.Errorf("nearest to %q is %q, want %q", word, got, want)
		}
	}
}

func TestFormat(t *testing.T) {
	in := "# 说明\nsteps:\n  file: {by: handler, title: 当场 交付}\n  serve: {by: handler, title: 送达}\n"
	want := "# 说明\nsteps:\n  file:\n    by: handler\n    title: 当场 交付\n  serve: {by: handler, title: 送达}\n"
	got, err := source.Format([]byte(in))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	again, err := source.Format(got)
	if err != nil || string(again) != want {
		t.Errorf("formatted again: %q, %v", again, err)
	}
}

// FuzzParse reads any bytes: places lie inside the text, and what was read is read again from its JSON as the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte("a: {b: 罚款, 没收}\nc: [1, '二', \"三\\u3000\"]\n"))
	f.Add([]byte("x: |\n  第一行\n  第二行\ny: ~\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, diags := source.Parse("f.yaml", data)
		lines := strings.Count(string(data), "\n") + 2
		for _, d := range diags {
			if d.Line < 1 || d.Line > lines || d.Col < 1 {
				t.Fatalf("misplaced %+v", d)
			}
		}
		if n == nil || len(diags.Errors()) > 0 {
			return
		}
		text := n.JSON(nil)
		again, diags := source.Parse("again", []byte(text))
		if len(diags.Errors()) > 0 {
			t.Fatalf("%s is not read again: %v", text, diags)
		}
		if got := again.JSON(nil); got != text {
			t.Fatalf("read again as %s, was %s", got, text)
		}
	})
}
