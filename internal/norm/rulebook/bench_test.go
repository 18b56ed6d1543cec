package rulebook_test

import (
	"testing"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/pack"
)

// taskAct is an act on a running task as `make bench` mixes them.
type taskAct struct {
	def   *procedure.Definition
	state *matter.State
	act   procedure.Act
	env   *procedure.Env
}

const (
	leadUnit  int64 = 10
	coordUnit int64 = 11
)

func taskEnv(tb testing.TB, today string) *procedure.Env {
	return &procedure.Env{
		Today: today, Calendar: loaded(tb).Calendar(), Unit: procedure.UnitView{No: leadUnit, Code: "370100", Name: "示例局"},
		Opening: &matter.Opening{ID: "0190e0a0-0000-7000-8000-000000000001"}, DoneBy: func(string) []int64 { return []int64{7} },
		Lookup: noLookup{},
	}
}

type noLookup struct{}

func (noLookup) Count(_, _, _, _, _ string) (int64, error)            { return 0, nil }
func (noLookup) Linked(string) ([]procedure.Linked, error)            { return nil, nil }
func (noLookup) Entry(_, _ string) (ref matter.Ref, ok bool, e error) { return ref, false, nil }

// fold applies an act and gives the state with its record's number.
func (t *taskAct) do(tb testing.TB) *matter.State {
	tb.Helper()
	res, err := t.def.Do(t.state, t.act, t.env)
	if err != nil {
		tb.Fatal(err)
	}
	seq := int64(1)
	if t.state != nil {
		seq = t.state.Seq + 1
	}
	rec := matter.Record{Seq: seq, Step: t.act.Step, Effects: res.Effects, Open: res.Open, Personal: res.Personal, Sealed: res.Sealed}
	next, err := matter.Fold(t.state, &rec)
	if err != nil {
		tb.Fatal(err)
	}
	return next
}

func runningTask(tb testing.TB) *taskAct {
	def, ok := loaded(tb).Procedure("task", "2026-01-12")
	if !ok {
		tb.Fatal("no task")
	}
	t := &taskAct{def: def, env: taskEnv(tb, "2026-01-12")}
	t.act = procedure.Act{
		Step: "open", Legal: "2026-01-12", Unit: leadUnit, Actor: procedure.Actor{Person: 9, Post: 9, Unit: coordUnit, Role: "coordinator"},
		Input: matter.Values{}.With("title", matter.OfText("公布行政执法事项清单")).With("due", matter.OfDate("2026-06-30")).
			With("text", matter.OfText("梳理行政执法事项，编制清单，向社会公布。")).With("section", matter.OfText("一、依法全面履行政府职能")),
	}
	t.state = t.do(tb)
	t.env = taskEnv(tb, "2026-01-13")
	t.act = procedure.Act{Step: "take", Legal: "2026-01-13", Actor: procedure.Actor{Person: 7, Post: 7, Unit: leadUnit, Role: "handler"}}
	t.state = t.do(tb)
	t.act = procedure.Act{
		Step: "report", Legal: "2026-03-02", Actor: procedure.Actor{Person: 7, Post: 7, Unit: leadUnit, Role: "handler"},
		Input: matter.Values{}.With("progress", matter.OfText("已经梳理完毕，正在征求意见。")),
		Links: []matter.Tie{{Kind: "evidence_of", Other: 4711}},
	}
	t.env = taskEnv(tb, "2026-03-02")
	return t
}

// BenchmarkReport is the engine's part of the commonest act: progress with one evidence link.
func BenchmarkReport(b *testing.B) {
	t := runningTask(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := t.def.Do(t.state, t.act, t.env); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSubmit judges three gates and asks for the children.
func BenchmarkSubmit(b *testing.B) {
	t := runningTask(b)
	t.state = t.do(b)
	t.act = procedure.Act{
		Step: "submit", Legal: "2026-03-03", Actor: procedure.Actor{Person: 7, Post: 7, Unit: leadUnit, Role: "handler"},
		Input: matter.Values{}.With("result", matter.OfText("清单已经公布。")),
	}
	t.env = taskEnv(b, "2026-03-03")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := t.def.Do(t.state, t.act, t.env); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAccept closes a task: limits, figures, the end of what still runs.
func BenchmarkAccept(b *testing.B) {
	t := runningTask(b)
	t.act = procedure.Act{
		Step: "submit", Legal: "2026-03-03", Actor: procedure.Actor{Person: 7, Post: 7, Unit: leadUnit, Role: "handler"},
		Input: matter.Values{}.With("result", matter.OfText("清单已经公布。")), Said: map[string]string{"evidence": "材料在纸质卷中"},
	}
	t.env = taskEnv(b, "2026-03-03")
	t.state = t.do(b)
	t.act = procedure.Act{Step: "accept", Legal: "2026-03-03", Actor: procedure.Actor{Person: 9, Post: 9, Unit: coordUnit, Role: "coordinator"}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := t.def.Do(t.state, t.act, t.env); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLimits is what a row of a board costs: every limit of a running task with its reasons.
func BenchmarkLimits(b *testing.B) {
	t := runningTask(b)
	b.ReportAllocs()
	for b.Loop() {
		if len(t.def.Limits(t.state, t.env)) == 0 {
			b.Fatal("no limits")
		}
	}
}

// BenchmarkSteps is what the task page asks of the engine.
func BenchmarkSteps(b *testing.B) {
	t := runningTask(b)
	b.ReportAllocs()
	for b.Loop() {
		if len(t.def.Steps(t.state, t.act.Actor, t.env)) == 0 {
			b.Fatal("no steps")
		}
	}
}

// BenchmarkLoad reads and merges the embedded pack; expressions compile when a definition is first used.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if book, diags := rulebook.Load(pack.Files); book == nil {
			b.Fatal(diags)
		}
	}
}
