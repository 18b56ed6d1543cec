package layout

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestGolden holds the exact text part and page of a paper and a form; a change of the layout shows as a diff.
func TestGolden(t *testing.T) {
	b, err := form().DOCX()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.NewReplacer("<w:p>", "\n<w:p>", "<w:tr>", "\n<w:tr>", "<w:sectPr>", "\n<w:sectPr>")
	for name, got := range map[string]string{
		"report.xml":  lines.Replace(parts(t, docx(t, report()))["word/document.xml"]) + "\n",
		"form.xml":    lines.Replace(parts(t, b)["word/document.xml"]) + "\n",
		"report.html": HTML(report(), func(ref string) string { return "/figures/" + ref }),
	} {
		file := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
			t.Errorf("%s (rewrite with -update):\n%s", name, diff)
		}
	}
}
