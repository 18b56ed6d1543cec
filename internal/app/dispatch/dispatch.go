// Package dispatch turns documents into supervised work: plans into measures and tasks (年度计划), incoming documents and
// instructions into tasks (来文、批示), collections of material (材料报送), and shows how they stand. It has no store of its
// own: plans and measures are entries, tasks are matters, and what is not yet confirmed is a draft.
package dispatch

import (
	"errors"
	"fmt"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doc/docfile"
)

// Dispatch is the use cases of plans, tasks and what goes with them.
type Dispatch struct {
	Acts *act.Acts
}

// readDocument decodes an upload and refuses what may not enter: 涉密不上网.
func readDocument(name string, b []byte) (docfile.Document, error) {
	doc, err := docfile.Read(name, b)
	if err != nil {
		var fault *docfile.Error
		if errors.As(err, &fault) {
			return docfile.Document{}, &app.Fault{Kind: app.Invalid, Say: fault.Error(), Fields: []app.FieldFault{{Field: "file", Say: fault.Error()}}}
		}
		return docfile.Document{}, fmt.Errorf("read %s: %w", name, err)
	}
	if err := act.RefuseSecret(name, doc); err != nil {
		return docfile.Document{}, err
	}
	return doc, nil
}
