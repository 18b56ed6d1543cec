package rulebook_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/pack"
)

var update = flag.Bool("update", false, "rewrite golden files")

var once = sync.OnceValues(func() (*rulebook.Book, error) {
	book, diags := rulebook.Load(pack.Files)
	if errs := diags.Errors(); len(errs) > 0 {
		return nil, errs
	}
	return book, nil
})

// loaded is the embedded pack.
func loaded(tb testing.TB) *rulebook.Book {
	tb.Helper()
	book, err := once()
	if err != nil {
		tb.Fatal(err)
	}
	return book
}

// TestPackIsProven runs everything that the embedded pack claims: expressions, citations, worked examples.
func TestPackIsProven(t *testing.T) {
	book := loaded(t)
	for _, d := range book.Check().Errors() {
		t.Error(d.Show(book.Text(d.File)))
	}
	for _, d := range book.Definitions() {
		if len(d.Examples) == 0 {
			t.Errorf("%s has no worked example", d.ID)
		}
	}
}

// TestDesignExample proves the completed example of DESIGN §5 as a pack of its own.
func TestDesignExample(t *testing.T) {
	book, diags := rulebook.LoadAlone(os.DirFS("../../../pack/testdata"), pack.Files)
	if book == nil {
		t.Fatal(diags)
	}
	for _, d := range append(diags, book.Check()...) {
		t.Error(d.Show(book.Text(d.File)))
	}
}

// golden compares a text with a file, or rewrites the file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is out of date (-file +now), rewrite it by -update:\n%s", name, diff)
	}
}

// TestReference keeps docs/pack.md what the decoder's own tables say.
func TestReference(t *testing.T) {
	golden(t, "../../../docs/pack.md", rulebook.Reference())
}

// TestDiagnostics shows what faulty packs are told, in the words and at the places they are told it.
func TestDiagnostics(t *testing.T) {
	cases, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no faulty packs: %v", err)
	}
	for _, name := range cases {
		t.Run(filepath.Base(name), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			layer := mapFS(map[string]string{"procedures/bad.yaml": string(data)})
			book, diags := rulebook.Load(pack.Files, layer)
			if book != nil {
				diags = append(diags, book.Check()...).Sorted()
			}
			var out strings.Builder
			for _, d := range diags {
				if d.File == "procedures/bad.yaml" {
					out.WriteString(d.Show(data) + "\n")
				}
			}
			golden(t, strings.TrimSuffix(name, ".yaml")+".golden", out.String())
		})
	}
}

// TestLoadRules loads the same rules as Load, and no examples.
func TestLoadRules(t *testing.T) {
	whole, _ := rulebook.Load(pack.Files)
	bare, diags := rulebook.LoadRules(pack.Files)
	if bare == nil {
		t.Fatal(diags)
	}
	if whole.Digest() != bare.Digest() {
		t.Error("the pack has another digest")
	}
	for i, d := range bare.Definitions() {
		if w := whole.Definitions()[i]; w.Digest != d.Digest || w.ID != d.ID || w.InForce != d.InForce {
			t.Errorf("%s %s has another digest", d.ID, d.InForce)
		}
		if len(d.Examples) > 0 {
			t.Errorf("%s %s has examples", d.ID, d.InForce)
		}
	}
}
