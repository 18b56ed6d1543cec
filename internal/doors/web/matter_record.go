package web

import (
	"net/http"
	"slices"
	"strings"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store/read"
)

// recordOf is the page of a record of a matter, where it is corrected or voided.
func recordOf(matter, seq int64) string { return matterPath(matter) + "/records/" + decimal(seq) }

// fate is what became of a record of a matter.
type fate struct {
	voided    int64   // record that voided it, 0 none
	corrected []int64 // records that corrected it, oldest first
}

// fates reads what later records did to earlier ones. A correction that was voided itself counts no more.
func fates(history []read.Said) map[int64]*fate {
	out := map[int64]*fate{}
	of := func(seq int64) *fate {
		if out[seq] == nil {
			out[seq] = &fate{}
		}
		return out[seq]
	}
	for _, h := range history {
		for _, seq := range h.Record.Effects.Void {
			of(seq).voided = h.Record.Seq
		}
	}
	for _, h := range history {
		if f := out[h.Record.Seq]; f != nil && f.voided != 0 {
			continue
		}
		for _, m := range h.Record.Effects.Moved {
			of(m.Record).corrected = append(of(m.Record).corrected, h.Record.Seq)
		}
	}
	return out
}

// mark strikes a record through that was voided or corrected, leads to the record that did it, and from there back.
func (f *fate) mark(out *view.Happening, h read.Said) {
	link := func(words string, seq int64) {
		out.Refs = append(out.Refs, view.Link{Text: words + " " + grouped(seq), Href: recordPath(seq)})
	}
	if f != nil {
		switch {
		case f.voided != 0:
			out.Void, out.Undone = true, view.Tag{Text: "已作废", Tone: "b"}
			link("作废记录", f.voided)
		case len(f.corrected) > 0:
			out.Void, out.Undone = true, view.Tag{Text: "已更正", Tone: "w"}
			for _, seq := range f.corrected {
				link("更正记录", seq)
			}
		}
	}
	for _, m := range h.Record.Effects.Moved {
		link("更正的是记录", m.Record)
	}
	for _, seq := range h.Record.Effects.Void {
		link("作废的是记录", seq)
	}
}

// sayings are what a record says now: its own values with the corrections of it laid over.
type sayings struct {
	values         matter.Values
	adds           []matter.Add
	legal, outcome string
}

func sayingsOf(history []read.Said, h read.Said, f *fate) sayings {
	var s sayings
	take := func(r *matter.Record) {
		for _, words := range []matter.Words{r.Open, r.Personal, r.Sealed} {
			for _, n := range words.Values {
				s.values = s.values.With(n.Name, n.Value)
			}
		}
		for _, name := range r.Effects.Cleared {
			s.values = s.values.Without(name)
		}
		s.adds = append(s.adds, r.Effects.Adds...)
	}
	take(h.Record)
	if e := h.Record.Effects.Event; e != nil {
		s.legal, s.outcome = e.Legal, e.Outcome
	}
	if f == nil {
		return s
	}
	for _, later := range history {
		if !slices.Contains(f.corrected, later.Record.Seq) {
			continue
		}
		take(later.Record)
		for _, m := range later.Record.Effects.Moved {
			if m.Legal != "" {
				s.legal = m.Legal
			}
			if m.Outcome != "" {
				s.outcome = m.Outcome
			}
		}
	}
	return s
}

// added is what the record added to a sum in a row.
func (s *sayings) added(field, item, sub string) int64 {
	var n int64
	for _, a := range s.adds {
		if a.Field == field && a.Item == item && a.Sub == sub {
			n += a.By
		}
	}
	return n
}

// undoable tells what the visitor may do about a record: correct it, void it.
func (b *matterBuilder) undoable(h read.Said, f *fate) (correct, void bool) {
	e := &h.Record.Effects
	if f != nil && f.voided != 0 || len(e.Void) > 0 || len(e.Moved) > 0 {
		return false, false
	}
	may := func(step string) bool {
		return act.MayCorrect(b.view.Def, b.view.State, b.visit.Actor, step, &h.Head, b.server.Acts.Now())
	}
	correct = e.Event != nil && b.view.Def.Step(e.Event.Step) != nil && may("correct")
	void = len(e.Reset) == 0 && e.Def == "" && !e.Reopen && e.Erase == nil && may("void")
	return correct, void
}

// correctShow is one record with the forms to correct or void it.
func (s *Server) correctShow(w http.ResponseWriter, r *http.Request) error {
	return s.showCorrect(w, r, http.StatusOK, nil)
}

// readRecordOf reads the matter and the record that an address names.
func (s *Server) readRecordOf(r *http.Request) (*matterBuilder, read.Said, *fate, error) {
	no, err := pathNo(r, "no")
	if err != nil {
		return nil, read.Said{}, nil, err
	}
	seq, err := pathNo(r, "seq")
	if err != nil {
		return nil, read.Said{}, nil, err
	}
	v := visitOf(r)
	m, err := s.Acts.View(r.Context(), v.Actor, no)
	if err != nil {
		return nil, read.Said{}, nil, err
	}
	i := slices.IndexFunc(m.History, func(h read.Said) bool { return h.Record.Seq == seq })
	if i < 0 {
		return nil, read.Said{}, nil, app.Faultf(app.NotFound, "这件事项没有这条记录。")
	}
	return &matterBuilder{server: s, visit: v, view: m}, m.History[i], fates(m.History)[seq], nil
}

func (s *Server) showCorrect(w http.ResponseWriter, r *http.Request, status int, back *typed) error {
	b, h, f, err := s.readRecordOf(r)
	if err != nil {
		return err
	}
	b.back = back
	state := b.view.State
	p := view.CorrectPage{Page: s.frame(r, b.visit, placeOf(state.Procedure), "更正或者作废记录")}
	p.Crumbs = []view.Link{{Text: "计划督办"}, {Text: b.view.Def.Title, Href: matterPath(state.No)}, {Text: "记录 " + grouped(h.Record.Seq)}}
	p.Facts = state.Title
	p.Buttons = []view.Button{{Text: "返回", Href: matterPath(state.No) + "#log"}}
	p.Record = []view.Happening{b.happening(h, f)}
	for _, later := range b.view.History {
		if f != nil && (later.Record.Seq == f.voided || slices.Contains(f.corrected, later.Record.Seq)) {
			p.Record = append(p.Record, b.happening(later, nil))
		}
	}
	correct, void := b.undoable(h, f)
	if correct {
		p.Boxes = append(p.Boxes, b.correctForm(h, f))
	}
	if void {
		p.Boxes = append(p.Boxes, b.voidForm(h))
	}
	if len(p.Boxes) == 0 {
		p.Flash = append(p.Flash, view.Flash{Tone: "warn", Lead: "您不能更正或者作废这条记录。", Text: "办理人可以在24小时内自行更正，此后由上级单位统筹岗更正。"})
	}
	if back != nil {
		switch fault := back.fault; fault.Kind {
		case app.Refused:
			p.Refusal = refusalView(fault.Say, fault.Unmet)
		default:
			for _, box := range p.Boxes {
				p.Errors = append(p.Errors, box.Form.FieldErrors()...)
			}
			if len(p.Errors) == 0 {
				p.Flash = append(p.Flash, view.Flash{Tone: "bad", Lead: "没有保存。", Text: fault.Say})
			}
		}
	}
	return s.render(w, r, status, view.Correct(p))
}

// correctForm asks for what the record should have said, filled with what it says.
func (b *matterBuilder) correctForm(h read.Said, f *fate) view.StepForm {
	says := sayingsOf(b.view.History, h, f)
	fb := formBuilder{b: b.saying(says.values)}
	if b.back != nil && b.back.step == "correct" {
		fb.back = b.back
	}
	event := h.Record.Effects.Event
	step := b.view.Def.Step(event.Step)
	if len(step.Outcomes) > 0 {
		field := view.Field{Name: "outcome", Label: "结果", Kind: view.Radio}
		for _, o := range step.Outcomes {
			field.Options = append(field.Options, view.Option{Value: o.ID, Text: o.Title, Chosen: o.ID == says.outcome})
		}
		fb.add(field)
	}
	for _, ff := range b.view.Def.Form(event.Step) {
		switch {
		case ff.Sub != "":
			b.countsOf(&fb, ff, &says)
		case correctable(ff.Field):
			fb.field(ff)
		}
	}
	fb.add(view.Field{Name: "move_to", Label: "办理日期", Kind: view.Date, Value: says.legal, Short: true})
	fb.add(view.Field{Name: "reason", Label: "更正的理由", Kind: view.Area})
	return b.recordForm(h, "correct", "更正", "只改有误的内容；办理期限和统计随之更正，原来的内容注明已更正。", fb.fields)
}

// correctable leaves out what a form of texts cannot give back as it was: rows, files and entries of other registers.
func correctable(f *procedure.Field) bool {
	return f.Columns() == nil && f.Type != procedure.TypeFile && (f.Type != procedure.TypeEntry || f.Of == act.RegisterUnit)
}

// countsOf asks for what the record should have added to each row of a list that counts.
func (b *matterBuilder) countsOf(fb *formBuilder, ff procedure.FormField, says *sayings) {
	held, _ := b.view.State.Get(ff.Field.ID)
	for _, it := range held.Items {
		fb.add(view.Field{
			Name: "f." + ff.Field.ID + "." + it.ID + "." + ff.Sub, Label: "本次完成：" + it.Fields.Text("text"), Kind: view.Number, Short: true,
			Optional: true, Value: decimal(says.added(ff.Field.ID, it.ID, ff.Sub)), Hint: "填写这条记录应当报告的数量",
		})
	}
}

// saying is the builder with the record's values in the place of the matter's, so that controls show what it says.
func (b *matterBuilder) saying(values matter.Values) *matterBuilder {
	copied, v, state := *b, *b.view, *b.view.State
	state.Values = nil
	for _, n := range values {
		state.Values = append(state.Values, matter.Held{Name: n.Name, Value: n.Value})
	}
	v.State, copied.view = &state, &v
	return &copied
}

func (b *matterBuilder) voidForm(h read.Said) view.StepForm {
	fb := formBuilder{b: b}
	if b.back != nil && b.back.step == "void" {
		fb.back = b.back
	}
	fb.add(view.Field{Name: "reason", Label: "作废的理由", Kind: view.Area})
	note := "这一步视为没有发生，记录保留并注明作废。"
	if h.Record.Effects.Open != nil {
		note = "这是开启事项的记录，作废后整件事项作废，不再计入任何统计。"
	}
	return b.recordForm(h, "void", "作废", note, fb.fields)
}

func (b *matterBuilder) recordForm(h read.Said, step, title, note string, fields []view.Field) view.StepForm {
	return view.StepForm{
		Anchor: "f-" + step, Title: title, Note: note, Folded: step == "void" && (b.back == nil || b.back.step != "void"),
		Form: view.Form{
			ID: "f-" + step + "-c", Action: recordOf(b.view.State.No, h.Record.Seq) + "/" + step, Submit: title + "这条记录", Fields: fields,
			Hidden: b.hidden(""), Danger: step == "void",
		},
	}
}

// correctSend corrects or voids a record.
func (s *Server) correctSend(w http.ResponseWriter, r *http.Request) error {
	b, h, f, err := s.readRecordOf(r)
	if err != nil {
		return err
	}
	step := r.PathValue("act")
	if step != "correct" && step != "void" {
		return app.Faultf(app.NotFound, "没有找到这个地址。")
	}
	form, err := parseForm(r)
	if err != nil {
		return err
	}
	a := procedure.Act{Step: step, Record: h.Record.Seq, Reason: form.get("reason")}
	if step == "correct" && h.Record.Effects.Event != nil {
		err = s.readCorrection(r, b, h, f, form, &a)
	}
	var done act.Done
	if err == nil {
		done, err = s.Acts.Do(r.Context(), act.Request{ID: form.get("request"), Who: b.visit.Actor, Matter: b.view.State.No, Seen: number(form.get("seen")), Act: a})
	}
	if err != nil {
		fault := app.FaultOf(err)
		status, ours := map[app.Kind]int{
			app.Invalid: http.StatusUnprocessableEntity, app.Refused: http.StatusConflict, app.Conflict: http.StatusConflict,
		}[fault.Kind]
		if !ours {
			return err
		}
		return s.showCorrect(w, r, status, &typed{step: step, form: form, fault: fault})
	}
	title := b.view.Def.StepTitle(h.Head.Step)
	return s.redirect(w, r, matterPath(b.view.State.No), doneFlash(done, "“"+title+"”的记录已经"+b.view.Def.StepTitle(step)+"。"))
}

// readCorrection takes what was changed in the form of a correction: what reads as before is no correction.
func (s *Server) readCorrection(r *http.Request, b *matterBuilder, h read.Said, f *fate, form formValues, a *procedure.Act) error {
	says := sayingsOf(b.view.History, h, f)
	in, faults := s.Acts.ReadInput(r.Context(), b.visit.Site, b.view.Def.Form(h.Record.Effects.Event.Step), b.view.State, form)
	for _, n := range in {
		now, there := says.values.Get(n.Name)
		if rows := b.changedRows(n, &says); rows != nil {
			n.Value = matter.OfList(rows...)
		} else if there && now.Equal(n.Value) || !there && n.Value.Kind == matter.None || n.Value.Kind == matter.List && len(says.adds) > 0 {
			continue
		}
		a.Input = a.Input.With(n.Name, n.Value)
	}
	if day := form.get("move_to"); day != "" && day != says.legal {
		a.MoveTo = day
	}
	if outcome := form.get("outcome"); outcome != "" && outcome != says.outcome {
		a.Outcome = outcome
	}
	return app.Wrongs(faults)
}

// changedRows are the rows of a counting list whose number differs from what the record added; nil where n is no such
// list or nothing differs.
func (b *matterBuilder) changedRows(n matter.Named, says *sayings) []matter.Item {
	var rows []matter.Item
	for _, it := range n.Value.Items {
		for _, column := range it.Fields {
			if it.ID != "" && column.Value.Int != says.added(n.Name, it.ID, column.Name) {
				rows = append(rows, it)
			}
		}
	}
	return rows
}

// links of a record in the timeline: to correct or void it.
func (b *matterBuilder) recordLinks(h read.Said, f *fate) []view.Link {
	correct, void := b.undoable(h, f)
	var words []string
	if correct {
		words = append(words, "更正")
	}
	if void {
		words = append(words, "作废")
	}
	if len(words) == 0 {
		return nil
	}
	return []view.Link{{Text: strings.Join(words, "或者") + "这条记录", Href: recordOf(b.view.State.No, h.Record.Seq)}}
}
