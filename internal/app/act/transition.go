package act

import (
	"context"
	"errors"
	"fmt"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// What a version says of matters that run under an earlier one.
const (
	transitionKeep   = "keep"
	transitionSwitch = "switch"
)

// newerRules finds the version a running matter migrates to. One that says its forerunner's matters keep their rules is
// never moved to: not by hand either.
func (a *Acts) newerRules(def *procedure.Definition) (*procedure.Definition, error) {
	next, ok := a.Book().Newer(def, a.Today())
	switch {
	case !ok:
		return nil, app.Faultf(app.Refused, "“%s”没有更新的规则，这件事项已经适用现行的一版。", def.Title)
	case next.Transition == transitionKeep:
		return nil, app.Faultf(app.Refused, "“%s”自 %s 起施行的规则写明：在办事项沿用旧版，不改用新版。", def.Title, next.InForce)
	}
	return next, nil
}

// mostMoved bounds how many matters are read at a time.
const mostMoved = 500

// Switch moves every running matter whose procedure has a newer version in force that says so (transition: switch) to that
// version, by a record of the program each; it returns which. Versions that say keep or ask move nothing. What fails is
// joined into the error and does not keep the rest from moving.
func (a *Acts) Switch(ctx context.Context) (moved []int64, err error) {
	var problems []error
	for _, id := range a.Book().Procedures() {
		now, ok := a.Book().Procedure(id, a.Today())
		if !ok || now.Transition != transitionSwitch {
			continue
		}
		for after := int64(0); ; {
			var rows []read.Matter
			err := a.DB.Read(ctx, func(tx *store.Tx) (err error) {
				rows, err = read.RunningUnder(ctx, tx, id, now.Digest, after, mostMoved)
				return err
			})
			if err != nil {
				return moved, errors.Join(append(problems, err)...)
			}
			for _, row := range rows {
				after = row.State.No
				def, ok := a.Book().ByDigest(row.State.Def)
				if next, newer := a.Book().Newer(def, a.Today()); !ok || !newer || next.Digest != now.Digest {
					continue
				}
				_, err := a.Do(ctx, Request{
					ID: fmt.Sprintf("switch/%d/%s", row.State.No, now.Digest), Who: access.Actor{System: true}, Matter: row.State.No,
					Act: procedure.Act{Step: "migrate", Reason: "自 " + now.InForce + " 起施行的规则写明：在办事项改用新版"},
				})
				if err != nil {
					problems = append(problems, fmt.Errorf("move matter %d to the rules of %s: %w", row.State.No, now.InForce, err))
					continue
				}
				moved = append(moved, row.State.No)
			}
			if len(rows) < mostMoved {
				break
			}
		}
	}
	return moved, errors.Join(problems...)
}
