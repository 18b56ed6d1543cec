package dispatch

import (
	"testing"

	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/pack"
)

// The procedures and registers that this package stands on compile, and their worked examples come out as they say.
func TestPackProvesItsExamples(t *testing.T) {
	book, diags := rulebook.Load(pack.Files)
	if len(diags.Errors()) > 0 {
		t.Fatal(diags.Errors())
	}
	if errs := book.Check().Errors(); len(errs) > 0 {
		t.Fatal(errs)
	}
	for _, id := range []string{ProcedureTask, ProcedureCollection} {
		if _, ok := book.Procedure(id, "2026-01-01"); !ok {
			t.Errorf("no procedure %q in the pack", id)
		}
	}
	for _, id := range []string{RegisterPlan, RegisterMeasure} {
		if _, ok := book.Register(id); !ok {
			t.Errorf("no register %q in the pack", id)
		}
	}
}
