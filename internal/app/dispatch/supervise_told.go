package dispatch

import (
	"cmp"
	"context"
	"slices"

	"zhunsheng/internal/access"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// Told is one urging or notice as it was sent, for the paper that is printed of it.
type Told struct {
	*Task
	Seq   int64  // of the record
	Text  string // as it was sent
	Until string // answer by
}

// toldFields are the fields that hold the words of a step.
var toldFields = map[string]string{"urge": "urging", "notice": "issue"}

// Told lists the urgings (urge) or notices (notice) of a day on tasks a viewer sees, by unit and task. unit 0 lists all.
func (d *Dispatch) Told(ctx context.Context, scope access.Scope, step, day string, unit int64) ([]Told, error) {
	var out []Told
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := read.List(ctx, tx, scope, read.Filter{Procedure: ProcedureTask, Unit: unit, Limit: mostOpen})
		if err != nil {
			return err
		}
		for _, row := range rows {
			i := slices.IndexFunc(row.State.Events, func(e matter.Event) bool { return e.Step == step && e.Legal == day && e.Flags&matter.Reset == 0 })
			if i < 0 {
				continue
			}
			seq := row.State.Events[i].Seq
			records, err := read.Records(ctx, tx, []int64{seq})
			if err != nil {
				return err
			}
			tasks, err := d.judged(ctx, tx, []read.Matter{row})
			if err != nil {
				return err
			}
			words := records[0].Open.Values
			out = append(out, Told{Task: tasks[0], Seq: seq, Text: words.Text(toldFields[step]), Until: words.Text("urge_until")})
		}
		return nil
	})
	slices.SortFunc(out, func(a, b Told) int {
		return cmp.Or(cmp.Compare(a.State.Unit, b.State.Unit), cmp.Compare(a.State.No, b.State.No))
	})
	return out, err
}
