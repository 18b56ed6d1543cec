package act

import (
	"context"
	"errors"
	"slices"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// OwnTime is how long who made a record may correct or void it alone (更正、作废): 24 hours from its recording.
const OwnTime = 24 * time.Hour

// corrects tells whether a built-in act takes an earlier record back or sets it right.
func corrects(step string) bool { return step == "correct" || step == "void" }

// MayCorrect tells whether an actor may correct or void a record of a matter at a moment: its doer within OwnTime, and at
// any time the coordinator of the superior unit, or of the lead where the matter has no superior. A definition that names
// who corrects (acts: correct) settles it itself, and so does one for void.
func MayCorrect(def *procedure.Definition, s *matter.State, who access.Actor, step string, head *ledger.Head, now time.Time) bool {
	named := slices.ContainsFunc(def.Acts, func(a procedure.Step) bool { return a.ID == step && a.By != nil })
	if who.System || named {
		return true
	}
	own := head.By.Person != 0 && (head.By.Person == who.Person || head.By.Person == who.For.Person)
	if own && now.Sub(time.UnixMicro(head.At)) <= OwnTime {
		return true
	}
	superiors := s.Units("superior")
	if len(superiors) == 0 {
		superiors = []int64{s.Unit}
	}
	return who.Role() == access.Coordinator && slices.Contains(superiors, who.Unit())
}

// mayCorrect refuses a correction by somebody else, or a late one without the coordinator. A record that is not of the
// matter is left to the rules, which say so.
func (a *Acts) mayCorrect(ctx context.Context, tx *store.Tx, r *Request, th *thought) error {
	if !slices.Contains(th.prev.Seqs, r.Act.Record) {
		return nil
	}
	head, err := read.Head(ctx, tx, r.Act.Record)
	if errors.Is(err, read.ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	if MayCorrect(th.def, th.prev, r.Who, r.Act.Step, &head, a.Now()) {
		return nil
	}
	return &procedure.Refusal{Step: r.Act.Step, Unmet: []procedure.Unmet{{
		Kind: procedure.UnmetActor, ID: r.Act.Step, Say: "记录由办理人在24小时内自行" + th.def.StepTitle(r.Act.Step) + "，此后由上级单位统筹岗办理",
		Hint: "请与统筹岗联系，说明哪里有误",
	}}}
}
