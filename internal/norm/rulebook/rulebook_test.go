package rulebook_test

import (
	"testing"

	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/pack"
)

// TestPackIsProven runs everything that the embedded pack claims: expressions, citations, worked examples.
func TestPackIsProven(t *testing.T) {
	book, diags := rulebook.Load(pack.Files)
	for _, d := range diags.Errors() {
		t.Error(d.Show(nil))
	}
	if book == nil {
		t.Fatal("the pack does not load")
	}
	for _, d := range book.Check().Errors() {
		t.Error(d.Show(book.Text(d.File)))
	}
}
