package dispatch

import (
	"testing"

	"zhunsheng/internal/access"
)

// PutBack keeps a draft again as it was: as if the program had stopped before it was dropped.
func PutBack(t *testing.T, d *Dispatch, who access.Actor, draft *Draft) {
	t.Helper()
	if err := d.saveDraft(t.Context(), who.Unit(), draft); err != nil {
		t.Fatal(err)
	}
}
