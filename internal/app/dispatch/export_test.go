package dispatch

import (
	"testing"

	"zhunsheng/internal/access"
	"zhunsheng/internal/matter"
)

// PutBack keeps a draft again as it was: as if the program had stopped before it was dropped.
func PutBack(t *testing.T, d *Dispatch, who access.Actor, draft *Draft) {
	t.Helper()
	if err := d.saveDraft(t.Context(), who.Unit(), draft); err != nil {
		t.Fatal(err)
	}
}

// PutRight puts one task right as taking a new version of its plan over does.
func PutRight(t *testing.T, d *Dispatch, who access.Actor, draft *Draft, task *Task, in matter.Values, due string) error {
	t.Helper()
	u := update{sender: &sender{d: d, who: who, draft: draft, today: d.Acts.Today()}}
	return u.putRight(t.Context(), task, in, due)
}
