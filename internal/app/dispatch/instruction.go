package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doc/layout"
	"zhunsheng/internal/doc/plan"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/unit"
)

// ProcedureInstruction is the id of incoming documents and leaders' instructions (来文与批示). What they lead to are tasks
// caused by them.
const ProcedureInstruction = "instruction"

// Incoming is a document or a leader's words as they are registered.
type Incoming struct {
	Request string // makes the registration happen once
	Kind    string // document, words, meeting, other
	Title   string
	Number  string // of the incoming document
	From    string // who wrote it
	Came    string // day it came
	Words   string // as written
	Advice  string // 拟办意见
	Due     string // day by which it is to be reported back
	Photo   []matter.Attached
	Hand
}

// Hand says to whom it is given: a lead, and units that assist.
type Hand struct {
	Lead   int64
	Assist []int64
}

// Registered is what a registration came to.
type Registered struct {
	No    int64
	Seq   int64
	Tasks int
}

func (in *Incoming) check() []app.FieldFault {
	var faults []app.FieldFault
	wrong := func(field, say string) { faults = append(faults, app.FieldFault{Field: field, Say: say}) }
	for _, need := range []struct{ field, text, say string }{
		{"title", in.Title, "请填写事由。"}, {"from", in.From, "请填写来文单位或者批示人。"}, {"words", in.Words, "请照原话填写批示或者来文的要求。"},
	} {
		if strings.TrimSpace(need.text) == "" {
			wrong(need.field, need.say)
		}
	}
	if !isDay(in.Due) {
		wrong("due", "请填写报回期限，例如 2026-06-30。")
	}
	if in.Came != "" && !isDay(in.Came) {
		wrong("came", "“"+in.Came+"”不是日期。请写成 2026-04-12。")
	}
	if in.Lead == 0 && len(in.Assist) > 0 {
		wrong("lead", "请选择牵头单位。")
	}
	if slices.Contains(in.Assist, in.Lead) {
		wrong("assist", "牵头单位不用再列为配合单位。")
	}
	return faults
}

// Register records an incoming document or instruction and, where it says to whom it goes, makes the tasks.
func (d *Dispatch) Register(ctx context.Context, who access.Actor, in Incoming) (Registered, error) {
	if err := app.Wrongs(in.check()); err != nil {
		return Registered{}, err
	}
	f := matter.Values{}.
		With("kind", matter.OfText(cmp.Or(in.Kind, "words"))).With("title", matter.OfText(strings.TrimSpace(in.Title))).
		With("source_from", matter.OfText(strings.TrimSpace(in.From))).With("words", matter.OfText(strings.TrimSpace(in.Words))).
		With("due", matter.OfDate(in.Due))
	if in.Number != "" {
		f = f.With("source_number", matter.OfText(strings.TrimSpace(in.Number)))
	}
	if in.Came != "" {
		f = f.With("received", matter.OfDate(in.Came))
	}
	done, err := d.Acts.Do(ctx, act.Request{
		ID: in.Request, Who: who, Procedure: ProcedureInstruction,
		Act: procedure.Act{Step: "open", Unit: who.Unit(), Input: f, Files: in.Photo},
	})
	if err != nil {
		return Registered{}, err
	}
	out := Registered{No: done.Matter, Seq: done.Seq}
	if in.Lead == 0 {
		return out, nil
	}
	out.Tasks, err = d.Entrust(ctx, who, done.Matter, in.Request, in.Advice, in.Hand)
	return out, err
}

// Entrust gives an instruction to units: the proposal is recorded, the lead gets a task, every assisting unit a part of it.
// Pressing again finishes what was cut off.
func (d *Dispatch) Entrust(ctx context.Context, who access.Actor, no int64, request, advice string, h Hand) (int, error) {
	v, err := d.instruction(ctx, who, no)
	if err != nil {
		return 0, err
	}
	if h.Lead == 0 {
		return 0, app.Wrong("lead", "请选择牵头单位。")
	}
	tree := v.Site.Tree()
	if strings.TrimSpace(advice) == "" {
		advice = adviceWords(tree, h, v.State.Text("due"))
	}
	proposal := matter.Values{}.With("proposal", matter.OfText(strings.TrimSpace(advice)))
	for _, a := range []procedure.Act{{Step: "propose", Input: proposal}, {Step: "dispatch"}} {
		if _, err := d.Acts.Do(ctx, act.Request{ID: requestID(request, "/", no, "/", a.Step), Who: who, Matter: no, Act: a}); err != nil {
			return 0, err
		}
	}
	lead, err := d.instructed(ctx, who, v.State, requestID(request, "/", no, "/lead"), h.Lead, "lead", 0)
	if err != nil {
		return 0, err
	}
	for _, u := range h.Assist {
		if _, err := d.instructed(ctx, who, v.State, requestID(request, "/", no, "/", u), u, "assist", lead); err != nil {
			return 0, err
		}
	}
	return 1 + len(h.Assist), nil
}

// instructed opens the task of one unit; part_of is the lead's task, 0 for the lead itself.
func (d *Dispatch) instructed(ctx context.Context, who access.Actor, s *matter.State, request string, u int64, role string, partOf int64) (int64, error) {
	today := d.Acts.Today()
	due := s.Text("due")
	if due < today {
		due = today
	}
	ties := []matter.Tie{{Kind: "caused_by", Other: s.No}}
	if partOf != 0 {
		ties = append(ties, matter.Tie{Kind: "part_of", Other: partOf})
	}
	in := matter.Values{}.
		With("title", matter.OfText(s.Text("title"))).With("text", matter.OfText(s.Text("words"))).With("due", matter.OfDate(due)).
		With("kind", matter.OfText(role))
	done, err := d.Acts.Do(ctx, act.Request{ID: request, Who: who, Procedure: ProcedureTask, Act: procedure.Act{
		Step: "open", Unit: u, Input: in, Links: ties, Roles: []matter.Role{{Unit: who.Unit(), Role: "superior", From: today}},
	}})
	return done.Matter, err
}

// adviceWords is the usual proposal for a division of labour.
func adviceWords(tree *unit.Tree, h Hand, due string) string {
	s := "拟由" + tree.Name(h.Lead) + "牵头办理"
	if len(h.Assist) > 0 {
		names := make([]string, len(h.Assist))
		for i, u := range h.Assist {
			names[i] = tree.Name(u)
		}
		s += "，" + strings.Join(names, "、") + "配合"
	}
	return s + "，于" + chineseDay(due) + "前报告结果。"
}

// instruction reads a matter that is one.
func (d *Dispatch) instruction(ctx context.Context, who access.Actor, no int64) (*act.View, error) {
	v, err := d.Acts.View(ctx, who, no)
	if err != nil {
		return nil, err
	}
	if v.State.Procedure != ProcedureInstruction {
		return nil, app.Faultf(app.NotFound, "没有这件来文或者批示。")
	}
	return v, nil
}

// Instruction is one with what it led to.
type Instruction struct {
	Task         // light and days until it is to be reported back
	Tasks        []*Task
	Done         int  // tasks that are done
	Answered     bool // reported back
	AnsweredLate bool // reported back after the day
}

// answerLimit is the limit by which an instruction is judged.
const answerLimit = "report_back"

// instructionOf judges an instruction on a day: answered in time, late, or how long there is left.
func instructionOf(s *matter.State, limits []procedure.LimitView, tasks []*Task, today string) *Instruction {
	i := &Instruction{Task: *TaskOf(s, nil, today), Tasks: tasks, Answered: s.Done("report_back")}
	i.Limits = limits
	for _, l := range limits {
		if l.ID != answerLimit {
			continue
		}
		i.Due = l.Due
		i.Days = daysBetween(today, l.Due)
		i.AnsweredLate = l.State == procedure.Missed
	}
	switch {
	case !s.Open || i.Answered:
		i.Light = Done
	case i.Days < 0:
		i.Light = Red
	case i.Days <= 7:
		i.Light = Yellow
	default:
		i.Light = Green
	}
	for _, t := range tasks {
		if t.Light == Done {
			i.Done++
		}
	}
	return i
}

// Instructions lists those the viewer sees, newest first.
func (d *Dispatch) Instructions(ctx context.Context, scope access.Scope) ([]*Instruction, error) {
	var out []*Instruction
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := read.List(ctx, tx, scope, read.Filter{Procedure: ProcedureInstruction, Limit: mostInstructions})
		if err != nil {
			return err
		}
		limits, err := d.Acts.Limits(ctx, tx, rows)
		if err != nil {
			return err
		}
		for _, row := range rows {
			tasks, err := d.caused(ctx, tx, scope, row.State.No)
			if err != nil {
				return err
			}
			out = append(out, instructionOf(row.State, limits[row.State.No], tasks, d.Acts.Today()))
		}
		return nil
	})
	return out, err
}

// mostInstructions bounds the list: a county has some hundred a year.
const mostInstructions = 500

func (d *Dispatch) caused(ctx context.Context, tx *store.Tx, scope access.Scope, no int64) ([]*Task, error) {
	rows, err := read.List(ctx, tx, scope, read.Filter{Linked: no, LinkKind: "caused_by", Limit: mostTasks})
	if err != nil {
		return nil, err
	}
	tasks, err := d.judged(ctx, tx, rows)
	slices.SortFunc(tasks, func(a, b *Task) int { return cmp.Compare(a.State.No, b.State.No) })
	return tasks, err
}

// Instruction reads one with its tasks.
func (d *Dispatch) Instruction(ctx context.Context, who access.Actor, scope access.Scope, no int64) (*Instruction, *act.View, error) {
	v, err := d.instruction(ctx, who, no)
	if err != nil {
		return nil, nil, err
	}
	var tasks []*Task
	err = d.Acts.DB.Read(ctx, func(tx *store.Tx) (err error) {
		tasks, err = d.caused(ctx, tx, scope, no)
		return err
	})
	return instructionOf(v.State, v.Limits, tasks, d.Acts.Today()), v, err
}

// Outcome is what a unit has done, in words for the leader's page.
type Outcome struct{ Unit, Said, State string }

// Outcomes tells of every task what was said last and how it stands.
func (i *Instruction) Outcomes(tree *unit.Tree) []Outcome {
	out := make([]Outcome, 0, len(i.Tasks))
	for _, t := range i.Tasks {
		said := cmp.Or(t.State.Text("result"), t.State.Text("progress"))
		if said == "" {
			said = "还没有报告进展。"
		}
		out = append(out, Outcome{tree.Name(t.State.Unit), said, t.Words()})
	}
	return out
}

// ReportWords begins the report to the leader with what the units said.
func (i *Instruction) ReportWords(tree *unit.Tree) string {
	var b strings.Builder
	for _, o := range i.Outcomes(tree) {
		fmt.Fprintf(&b, "%s：%s（%s）\n", o.Unit, o.Said, o.State)
	}
	return strings.TrimSpace(b.String())
}

// Sheet is the one page that goes back to the leader (呈阅件), on A4.
func (i *Instruction) Sheet(tree *unit.Tree, today string) layout.Form {
	s := i.State
	rows := [][]string{}
	for _, o := range i.Outcomes(tree) {
		rows = append(rows, []string{o.Unit, o.Said, o.State})
	}
	f := layout.Form{
		Title: "呈 阅 件", Left: tree.Name(s.Unit) + "　" + s.Number, Right: chineseDay(today),
		Rows: []layout.FormRow{
			{Cells: []layout.FormCell{{Label: "呈", Text: s.Text("source_from")}}},
			{Cells: []layout.FormCell{{Label: "事由", Text: s.Text("title")}}},
			{Cells: []layout.FormCell{{Label: "批示原文", Text: s.Text("words")}}, Height: 20},
		},
	}
	if report := s.Text("report"); report != "" {
		f.Rows = append(f.Rows, layout.FormRow{Cells: []layout.FormCell{{Label: "办理结果", Text: report}}, Height: 25})
	}
	if len(rows) > 0 {
		f.Rows = append(f.Rows, layout.FormRow{Table: layout.Table{Header: []string{"单位", "办理情况", "状态"}, Rows: rows}})
	}
	f.Rows = append(f.Rows, layout.FormRow{Cells: []layout.FormCell{{Label: "领导阅示"}}, Height: 45})
	f.Foot = "存证编号 " + strconv.FormatInt(s.Seq, 10)
	return f
}

// ReportBack reports to the leader: the page itself is kept in the record.
func (d *Dispatch) ReportBack(ctx context.Context, who access.Actor, i *Instruction, report, reason, request string) (act.Done, error) {
	report = strings.TrimSpace(report)
	if report == "" {
		return act.Done{}, app.Wrong("report", "请填写办理结果。")
	}
	site, err := d.Acts.Site(ctx)
	if err != nil {
		return act.Done{}, err
	}
	written := *i
	state := *i.State
	state.Values = slices.Clone(state.Values)
	state.Values = append(slices.DeleteFunc(state.Values, func(h matter.Held) bool { return h.Name == "report" }), matter.Held{Name: "report", Value: matter.OfText(report)})
	written.State = &state
	b, err := written.Sheet(site.Tree(), d.Acts.Today()).DOCX()
	if err != nil {
		return act.Done{}, fmt.Errorf("set the page for the leader: %w", err)
	}
	blob, err := d.Acts.Keep(ctx, FileTitle(i.State)+"呈阅件.docx", b)
	if err != nil {
		return act.Done{}, err
	}
	a := procedure.Act{
		Step: "report_back", Input: matter.Values{}.With("report", matter.OfText(report)),
		Files: []matter.Attached{{Label: "sheet", Blob: blob}},
	}
	if reason = strings.TrimSpace(reason); reason != "" {
		a.Said = map[string]string{"parts_open": reason}
	}
	return d.Acts.Do(ctx, act.Request{ID: request, Who: who, Matter: i.State.No, Act: a})
}

// Suggest reads from a leader's words who leads, who assists and by when: 请司法局牵头，市监局配合，6月底前报. A person looks at it
// before anything is sent.
func Suggest(tree *unit.Tree, words, today string) (h Hand, due string) {
	mentions := mentioned(tree, words)
	for _, m := range mentions {
		switch {
		case h.Lead == 0 && (m.lead || !slices.ContainsFunc(mentions, func(o mention) bool { return o.lead })):
			h.Lead = m.unit
		case m.unit != h.Lead && !slices.Contains(h.Assist, m.unit):
			h.Assist = append(h.Assist, m.unit)
		}
	}
	h.Assist = slices.DeleteFunc(h.Assist, func(u int64) bool { return u == h.Lead })
	year, _ := strconv.Atoi(today[:min(4, len(today))]) // no year: months stay without one and give no day
	for _, clause := range strings.FieldsFunc(words, func(r rune) bool { return strings.ContainsRune("，。；,;\n", r) }) {
		for _, found := range plan.ReadDeadlines(clause, year) {
			if day := normWords(found.Norm); isDay(day) && due == "" {
				due = day
			}
		}
	}
	return h, due
}

type mention struct {
	at, end int
	unit    int64
	lead    bool
}

// mentioned finds the units that words name, in order; a short name counts also without the county in front of it.
func mentioned(tree *unit.Tree, words string) []mention {
	var out []mention
	for _, u := range tree.All() {
		for _, name := range append([]string{u.Name, u.Short, strings.TrimPrefix(strings.TrimPrefix(u.Short, "县"), "市")}, u.Aliases...) {
			if len([]rune(name)) < 2 {
				continue
			}
			for at := 0; ; {
				i := strings.Index(words[at:], name)
				if i < 0 {
					break
				}
				out = append(out, mention{at: at + i, end: at + i + len(name), unit: u.No})
				at += i + len(name)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b mention) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(b.end, a.end)) })
	kept := out[:0]
	for _, m := range out {
		if len(kept) > 0 && m.at < kept[len(kept)-1].end {
			continue // inside a longer name
		}
		kept = append(kept, m)
	}
	for i := range kept {
		kept[i].lead = leads(words, kept, i)
	}
	return kept
}

// leads tells whether the words after a name (past the names listed with it) make it the lead.
func leads(words string, all []mention, i int) bool {
	rest := words[all[i].end:]
	for _, w := range []string{"牵头", "主办", "会同", "商", "会"} {
		if strings.HasPrefix(rest, w) {
			return true
		}
	}
	if i+1 < len(all) {
		return false
	}
	return strings.HasPrefix(rest, "负责") || strings.HasPrefix(rest, "办理")
}
