package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// ProcedureDivision is the id of draft divisions sent out for objections (征求意见): one matter of the unit that asks, and one
// of each unit named in the draft, which sees its own part only.
const ProcedureDivision = "division"

const (
	partWhole = "whole"
	partUnit  = "unit"
)

// How a unit stands to its part of a draft division.
const (
	ReplyNone   = "未答复"
	ReplyAgreed = "无异议"
	ReplyObject = "有异议"
	ReplySilent = "未答复，视为没有异议" // only where the notice says so, and only after the day
)

// ObjectionKinds are what a unit may object to, with their names.
var ObjectionKinds = []procedure.Choice{{ID: "reassign", Title: "改派"}, {ID: "split", Title: "拆分"}, {ID: "due", Title: "时限"}, {ID: "wording", Title: "文字"}}

// DivisionAsk is the coordinator's notice.
type DivisionAsk struct {
	Until   string
	Note    string
	Silence bool // who does not answer by the day counts as agreeing
}

// DivisionTask is one task in a unit's part.
type DivisionTask struct{ Measure, No, Title, Duty, Due string }

// Objection is what a unit does not agree with.
type Objection struct {
	ID             string // within the unit's matter
	Measure        string
	Kind           string
	Text, Day      string
	Decision, Said string // how it was settled; "" not yet
}

// DivisionPart is one unit's part of the draft and its reply.
type DivisionPart struct {
	State      *matter.State
	Unit       int64
	Tasks      []DivisionTask
	Objections []Objection
	Stands     string
	At         string // of the reply
}

// Open tells whether the unit may still reply.
func (p *DivisionPart) Open() bool { return p.State.Open }

// Division is a draft division that was sent out.
type Division struct {
	State *matter.State
	Parts []*DivisionPart // in the order of the organisation list
	Until string
	Draft string // id of the draft of the plan
}

// Counts of a division.
func (v *Division) Counts() (agreed, objected, none, unsettled int) {
	for _, p := range v.Parts {
		switch p.Stands {
		case ReplyAgreed, ReplySilent:
			agreed++
		case ReplyObject:
			objected++
		default:
			none++
		}
		for _, o := range p.Objections {
			if o.Decision == "" {
				unsettled++
			}
		}
	}
	return agreed, objected, none, unsettled
}

func partOf(s *matter.State, today string) *DivisionPart {
	p := &DivisionPart{State: s, Unit: s.Unit, Stands: ReplyNone}
	rows, _ := s.Get("tasks")
	for _, it := range rows.Items {
		f := it.Fields
		p.Tasks = append(p.Tasks, DivisionTask{f.Text("measure"), f.Text("no"), f.Text("title"), f.Text("duty"), f.Text("due")})
	}
	rows, _ = s.Get("objections")
	for _, it := range rows.Items {
		f := it.Fields
		p.Objections = append(p.Objections, Objection{
			ID: it.ID, Measure: f.Text("measure"), Kind: f.Text("kind"), Text: f.Text("text"), Day: f.Text("day"),
			Decision: f.Text("decision"), Said: f.Text("said"),
		})
	}
	if e, ok := s.Last("agree"); ok {
		p.Stands, p.At = ReplyAgreed, e.Legal
	}
	if e, ok := s.Last("object"); ok {
		p.Stands, p.At = ReplyObject, e.Legal
	}
	if p.Stands == ReplyNone && s.Int("silence") != 0 && today > s.Text("until") {
		p.Stands = ReplySilent
	}
	return p
}

// AskDivision sends every unit named in a draft its part. It can be sent again after it was concluded.
func (d *Dispatch) AskDivision(ctx context.Context, who access.Actor, id string, ask DivisionAsk) (units int, err error) {
	draft, err := d.Draft(ctx, who, id)
	if err != nil {
		return 0, err
	}
	site, err := d.Acts.Site(ctx)
	if err != nil {
		return 0, err
	}
	if len(draft.Check(site.Tree())) > 0 {
		return 0, app.Faultf(app.Invalid, "草稿还有需要改正的内容，不能征求意见。请先核对。")
	}
	if draft.Asked != 0 {
		before, err := d.Division(ctx, who, draft.Asked)
		if err != nil {
			return 0, err
		}
		if before.State.Open {
			return 0, app.Faultf(app.Conflict, "这份分工已于 %s 发出征求意见，没有重复发出。", before.State.Opened)
		}
	}
	if !isDay(ask.Until) || ask.Until < d.Acts.Today() {
		return 0, app.Wrong("until", "请填写答复期限，今天或者以后的日期。")
	}
	whole := matter.Values{}.
		With("title", matter.OfText(draft.Title)).With("part", matter.OfText(partWhole)).With("draft", matter.OfText(draft.ID)).
		With("until", matter.OfDate(ask.Until)).With("silence", matter.OfBool(ask.Silence))
	if note := strings.TrimSpace(ask.Note); note != "" {
		whole = whole.With("note", matter.OfText(note))
	}
	request := func(parts ...any) string {
		return requestID(append([]any{"division/", draft.ID, "/", draft.Asked, "/"}, parts...)...)
	}
	done, err := d.Acts.Do(ctx, act.Request{
		ID: request("whole"), Who: who, Procedure: ProcedureDivision, Act: procedure.Act{Step: "ask", Unit: who.Unit(), Input: whole},
	})
	if err != nil {
		return 0, err
	}
	parts := draft.parts()
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for u, tasks := range parts {
		g.Go(func() error {
			_, err := d.Acts.Do(gctx, act.Request{ID: request(u), Who: who, Procedure: ProcedureDivision, Act: procedure.Act{
				Step: "ask", Unit: u, Links: []matter.Tie{{Kind: "part_of", Other: done.Matter}},
				Input: whole.With("part", matter.OfText(partUnit)).With("tasks", matter.OfList(tasks...)),
				Roles: []matter.Role{{Unit: who.Unit(), Role: "superior", From: d.Acts.Today()}},
			}})
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return 0, err
	}
	draft.Asked = done.Matter
	return len(parts), d.saveDraft(ctx, who.Unit(), draft)
}

// parts lists the tasks of every unit in a draft.
func (draft *Draft) parts() map[int64][]matter.Item {
	duty := map[string]string{"lead": "牵头", "joint": "共同牵头", "assist": "配合", "undertake": "承办"}
	out := map[int64][]matter.Item{}
	for i := range draft.Measures {
		m := &draft.Measures[i]
		duties, _ := draft.Duties(m)
		for _, u := range duties {
			row := matter.Values{}.With("measure", matter.OfText(m.ID)).With("title", matter.OfText(m.Title)).
				With("duty", matter.OfText(cmp.Or(duty[u.Role], "责任")))
			if m.Label != "" {
				row = row.With("no", matter.OfText(m.Label))
			}
			if m.Due != "" {
				row = row.With("due", matter.OfText(m.Due))
			}
			out[u.Unit] = append(out[u.Unit], matter.Item{Fields: row})
		}
	}
	return out
}

// divisionView reads a matter of a division.
func (d *Dispatch) divisionView(ctx context.Context, who access.Actor, no int64, part string) (*act.View, error) {
	v, err := d.Acts.View(ctx, who, no)
	if err != nil {
		return nil, err
	}
	if v.State.Procedure != ProcedureDivision || v.State.Text("part") != part {
		return nil, app.Faultf(app.NotFound, "没有这项征求意见。")
	}
	return v, nil
}

// Division reads a draft division with the replies.
func (d *Dispatch) Division(ctx context.Context, who access.Actor, no int64) (*Division, error) {
	v, err := d.divisionView(ctx, who, no, partWhole)
	if err != nil {
		return nil, err
	}
	out := &Division{State: v.State, Until: v.State.Text("until"), Draft: v.State.Text("draft")}
	err = d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		scope := v.Site.Rights.Scope(who.Person, d.Acts.Today())
		rows, err := read.List(ctx, tx, scope, read.Filter{Linked: no, LinkKind: "part_of", Limit: mostTasks})
		for _, row := range rows {
			out.Parts = append(out.Parts, partOf(row.State, d.Acts.Today()))
		}
		return err
	})
	order := map[int64]int{}
	for i, u := range v.Site.Tree().All() {
		order[u.No] = i
	}
	slices.SortFunc(out.Parts, func(a, b *DivisionPart) int { return cmp.Compare(order[a.Unit], order[b.Unit]) })
	return out, err
}

// DivisionPart reads one unit's part.
func (d *Dispatch) DivisionPart(ctx context.Context, who access.Actor, no int64) (*DivisionPart, *act.View, error) {
	v, err := d.divisionView(ctx, who, no, partUnit)
	if err != nil {
		return nil, nil, err
	}
	return partOf(v.State, d.Acts.Today()), v, nil
}

// Object records what a unit does not agree with; it may object to several tasks, one after the other.
func (d *Dispatch) Object(ctx context.Context, who access.Actor, no int64, o Objection, request string) (act.Done, error) {
	v, err := d.divisionView(ctx, who, no, partUnit)
	if err != nil {
		return act.Done{}, err
	}
	part := partOf(v.State, d.Acts.Today())
	var faults []app.FieldFault
	if !slices.ContainsFunc(part.Tasks, func(t DivisionTask) bool { return t.Measure == o.Measure }) {
		faults = append(faults, app.FieldFault{Field: "measure", Say: "请选择对哪项任务有异议。"})
	}
	if !slices.ContainsFunc(ObjectionKinds, func(k procedure.Choice) bool { return k.ID == o.Kind }) {
		faults = append(faults, app.FieldFault{Field: "kind", Say: "请选择异议的种类。"})
	}
	if strings.TrimSpace(o.Text) == "" {
		faults = append(faults, app.FieldFault{Field: "text", Say: "请写明理由和建议。"})
	}
	if err := app.Wrongs(faults); err != nil {
		return act.Done{}, err
	}
	held, _ := v.State.Get("objections")
	items := append(slices.Clone(held.Items), matter.Item{Fields: matter.Values{}.
		With("measure", matter.OfText(o.Measure)).With("kind", matter.OfText(o.Kind)).With("text", matter.OfText(strings.TrimSpace(o.Text))).
		With("day", matter.OfDate(d.Acts.Today()))})
	return d.Acts.Do(ctx, act.Request{ID: request, Who: who, Matter: no, Seen: v.State.Version, Act: procedure.Act{
		Step: "object", Input: matter.Values{}.With("objections", matter.OfList(items...)),
	}})
}

// Settle answers one objection: decision is accept, split or reject.
func (d *Dispatch) Settle(ctx context.Context, who access.Actor, no int64, id, decision, said, request string) (act.Done, error) {
	v, err := d.divisionView(ctx, who, no, partUnit)
	if err != nil {
		return act.Done{}, err
	}
	if strings.TrimSpace(said) == "" {
		return act.Done{}, app.Wrong("reason", "请写明处理说明。")
	}
	held, _ := v.State.Get("objections")
	items := slices.Clone(held.Items)
	i := slices.IndexFunc(items, func(it matter.Item) bool { return it.ID == id })
	if i < 0 {
		return act.Done{}, app.Faultf(app.NotFound, "没有这条异议。")
	}
	items[i].Fields = items[i].Fields.With("decision", matter.OfText(decision)).With("said", matter.OfText(strings.TrimSpace(said)))
	return d.Acts.Do(ctx, act.Request{ID: request, Who: who, Matter: no, Seen: v.State.Version, Act: procedure.Act{
		Step: "settle", Input: matter.Values{}.With("objections", matter.OfList(items...)),
	}})
}

// ConcludeDivision ends the asking for a draft, so that nobody is waited for any more. Objections that were not answered
// forbid it; a draft that was never sent out has nothing to end.
func (d *Dispatch) ConcludeDivision(ctx context.Context, who access.Actor, no int64) error {
	if no == 0 {
		return nil
	}
	v, err := d.Division(ctx, who, no)
	if err != nil {
		return err
	}
	if _, _, _, unsettled := v.Counts(); unsettled > 0 {
		return &app.Fault{Kind: app.Refused, Say: "还差 1 项条件，现在不能下达。", Unmet: []procedure.Unmet{{
			Kind: procedure.UnmetState, Say: fmt.Sprintf("还有 %d 条对分工的异议没有处理", unsettled), Hint: "在征求意见页逐条处理以后再下达",
		}}}
	}
	for _, s := range append(statesOf(v.Parts), v.State) {
		if !s.Open {
			continue
		}
		_, err := d.Acts.Do(ctx, act.Request{
			ID: requestID("division/conclude/", s.No), Who: who, Matter: s.No, Act: procedure.Act{Step: "conclude"},
		})
		if err != nil {
			return fmt.Errorf("conclude the division %d: %w", s.No, err)
		}
	}
	return nil
}

func statesOf(parts []*DivisionPart) []*matter.State {
	out := make([]*matter.State, 0, len(parts)+1)
	for _, p := range parts {
		out = append(out, p.State)
	}
	return out
}

// NextDivisionDay is the day proposed for replies: three workdays from today, as units have to object after dispatch.
func (d *Dispatch) NextDivisionDay(ctx context.Context, who access.Actor) (string, error) {
	site, err := d.Acts.Site(ctx)
	if err != nil {
		return "", err
	}
	return d.ConfirmBy(site, who.Unit())
}

// objectionKey names an objection on the coordinator's page: unit's matter and place.
func objectionKey(no int64, id string) string { return strconv.FormatInt(no, 10) + "." + id }

// Key names an objection on the coordinator's page.
func (p *DivisionPart) Key(o Objection) string { return objectionKey(p.State.No, o.ID) }
