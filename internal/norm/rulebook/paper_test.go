package rulebook_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/internal/norm/source"
	"zhunsheng/pack"
)

// sample is the pack of testdata/papers with some of its papers.
func sample(t *testing.T, papers ...string) map[string]string {
	t.Helper()
	files := map[string]string{}
	for _, name := range append([]string{"procedures/sample.yaml", "registers/officer.yaml"}, papers...) {
		data, err := os.ReadFile("testdata/papers/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(data)
	}
	return files
}

// told gives what a pack is told, each with its line.
func told(t *testing.T, files map[string]string) string {
	t.Helper()
	book, diags := rulebook.LoadAlone(mapFS(files), pack.Files)
	if book != nil {
		diags = append(diags, book.Check()...).Sorted()
	}
	var out strings.Builder
	for _, d := range diags {
		if strings.HasPrefix(d.File, "papers/") || strings.Contains(d.Message, "文书") {
			if d.Warning {
				out.WriteString("提示 ")
			}
			out.WriteString(d.Show([]byte(files[d.File])) + "\n")
		}
	}
	return out.String()
}

// TestPapers shows what faulty papers are told, and that sound ones are told nothing.
func TestPapers(t *testing.T) {
	for name, c := range map[string][]string{
		"names":  {"papers/good.md", "papers/notice.md", "papers/bad.md"},
		"forms":  {"papers/good.md", "papers/broken.md", "papers/spare.md"},
		"unused": {"papers/notice.md"},
		"none":   {},
	} {
		t.Run(name, func(t *testing.T) {
			files := sample(t, c...)
			if name == "names" { // an unknown key keeps the rest from being proved
				golden(t, "testdata/papers/key.golden", told(t, files))
				files["papers/bad.md"] = strings.Replace(files["papers/bad.md"], "signatur:", "signature:", 1)
			}
			if name == "unused" {
				files["papers/goodd.md"] = strings.Replace(files["papers/notice.md"], "听证通知书", "无人使用的文书", 1)
			}
			golden(t, "testdata/papers/"+name+".golden", told(t, files))
		})
	}
}

// TestPaperOfLastLayer: an overlay's paper takes the place of the pack's.
func TestPaperOfLastLayer(t *testing.T) {
	base := sample(t, "papers/notice.md")
	over := map[string]string{"papers/notice.md": strings.Replace(base["papers/notice.md"], "听证通知书", "本县的听证通知书", 1)}
	plain, diags := rulebook.Load(mapFS(base))
	if plain == nil {
		t.Fatal(diags)
	}
	laid, diags := rulebook.Load(mapFS(base), mapFS(over))
	if laid == nil {
		t.Fatal(diags)
	}
	was, _ := plain.Paper("notice")
	now, ok := laid.Paper("notice")
	if !ok || now.Title != "本县的听证通知书" || now.Digest == was.Digest {
		t.Errorf("paper of the overlay: %+v", now)
	}
	if diff := cmp.Diff([]string{"notice"}, laid.Papers()); diff != "" {
		t.Error(diff)
	}
	want := []rulebook.Change{{Paper: "notice", Path: "papers/notice.md", Old: was.Digest, New: now.Digest}}
	if diff := cmp.Diff(want, rulebook.Diff(plain, laid)); diff != "" {
		t.Error(diff)
	}
}

// FuzzPaper reads arbitrary bytes as a paper: whatever is told points into the file, and a paper without errors has a
// title and a template that can be filled.
func FuzzPaper(f *testing.F) {
	for _, name := range []string{"good", "notice", "bad", "broken", "spare"} {
		data, err := os.ReadFile("testdata/papers/papers/" + name + ".md")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Add("---\n---\n")
	f.Add("---\ntitle: |\n  a\n  b {{c}}\n---\n")
	f.Fuzz(func(t *testing.T, text string) {
		book, diags := rulebook.Load(mapFS(map[string]string{"papers/x.md": text}))
		lines := strings.Split(text, "\n")
		for _, d := range append(diags, checked(book)...) {
			if d.Line < 1 || d.Line > len(lines)+1 || d.Col < 1 {
				t.Fatalf("%v is outside of %q", d, text)
			}
		}
		if book == nil {
			return
		}
		p, ok := book.Paper("x")
		if !ok || p.Title == "" || p.Template == nil {
			t.Fatalf("loaded %q as %+v", text, p)
		}
		for _, u := range p.Template.Uses() {
			if u.Line < 1 || u.Column < 1 {
				t.Fatalf("%+v is nowhere in %q", u, text)
			}
		}
	})
}

func checked(book *rulebook.Book) source.Diagnostics {
	if book == nil {
		return nil
	}
	return book.Check()
}
