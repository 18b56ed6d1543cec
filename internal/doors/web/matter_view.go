package web

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store/read"
)

// matterBuilder makes the page of one matter.
type matterBuilder struct {
	server   *Server
	visit    *visit
	view     *act.View
	children []*dispatch.Task
	takers   map[int64]int64 // who took a child on
	back     *typed
	entries  func(register string, limit int) (refs []matter.Ref, more bool, err error) // what a form may refer to
	above    *view.TaskField                                                            // the measure of an outline it carries out, nil none
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

func (b *matterBuilder) page(frame view.Page) view.TaskPage {
	s := b.view.State
	task := dispatch.TaskOf(s, b.view.Limits, b.visit.Today)
	frame.Title = cmp.Or(s.Title, s.Text("title"), b.view.Def.Title)
	frame.Crumbs = []view.Link{{Text: "计划督办"}, {Text: b.view.Def.Title}, {Text: cmp.Or(s.Number, "存证 "+grouped(s.No))}}
	l, placed := view.LineOf(s.Procedure)
	if placed {
		frame.Crumbs = append([]view.Link{{Text: l.Group}, {Text: l.Text, Href: l.Path + "?procedure=" + s.Procedure}}, frame.Crumbs[2:]...)
	}
	frame.Facts = strings.Join(b.facts(task), " · ")
	p := view.TaskPage{Page: frame, Noun: "任务"}
	if placed {
		p.Noun = "事项"
	}
	p.Fields = b.fields()
	b.steps(&p)
	for _, l := range b.view.Limits {
		if l.State == procedure.NotStarted || l.State == procedure.NotNeeded {
			continue // nothing runs: the steps say what may come
		}
		shown := limitView(l, b.visit.Today)
		shown.Sheet = matterPath(s.No) + "/limits"
		p.Limits = append(p.Limits, shown)
	}
	b.targets(&p)
	b.parts(&p)
	b.papers(&p)
	b.log(&p)
	b.people(&p)
	b.related(&p)
	b.rejected(&p)
	b.brought(&p)
	b.tabs(&p)
	return p
}

func (b *matterBuilder) facts(task *dispatch.Task) []string {
	s := b.view.State
	out := []string{b.view.Def.Title}
	if s.Number != "" {
		out = append(out, s.Number)
	}
	lead := "牵头 "
	if _, placed := view.LineOf(s.Procedure); placed {
		lead = "主办 "
	}
	out = append(out, lead+b.visit.Site.Tree().Name(s.Unit))
	if task.Due != "" {
		out = append(out, cmp.Or(task.Limit, "期限")+" "+task.Due, task.Words())
	}
	if !s.Open {
		out = append(out, closedTitle(b.view.Def, s.Outcome)+" "+s.Closed)
	}
	return out
}

// fields shows what the matter holds, in the order of the definition; the words of single reports are in the log.
func (b *matterBuilder) fields() []view.TaskField {
	var out []view.TaskField
	for i := range b.view.Def.Fields {
		f := &b.view.Def.Fields[i]
		v, ok := b.view.State.Get(f.ID)
		if !ok && b.withheld(f) {
			out = append(out, view.TaskField{Label: f.Title, Text: "您的岗位不能查看个人信息"})
		}
		if !ok || f.ID == "title" || f.ID == "targets" {
			continue
		}
		field := view.TaskField{Label: f.Title, Text: act.Show(f, v)}
		if v.Ref != nil && v.Ref.Register == dispatch.RegisterPlan {
			field.Link, field.Text = view.Link{Text: v.Ref.Name, Href: planPath(v.Ref.Entry)}, v.Ref.Number
		}
		out = append(out, field)
	}
	if b.above != nil {
		out = append(out, *b.above)
	}
	return out
}

// withheld tells whether a field that every matter of the kind holds is kept from the visitor, whose units take no part.
func (b *matterBuilder) withheld(f *procedure.Field) bool {
	mine := slices.ContainsFunc(b.visit.Scope.Units, func(u int64) bool {
		return u == b.view.State.Unit || slices.ContainsFunc(b.view.State.Roles, func(r matter.Role) bool { return r.Unit == u && r.To == "" })
	})
	return !mine && f.Class != "" && slices.ContainsFunc(b.view.Def.Form("open"), func(ff procedure.FormField) bool { return ff.Field.ID == f.ID && !ff.Optional })
}

// limitView shows a limit with its reasons.
func limitView(l procedure.LimitView, today string) view.Limit {
	out := view.Limit{Title: l.Title, Due: moment(cmp.Or(l.Due, l.Earliest))}
	days := 0
	if due, err := time.Parse(time.DateOnly, out.Due[:min(len(out.Due), len(time.DateOnly))]); err == nil {
		if now, err := time.Parse(time.DateOnly, today); err == nil {
			days = int(due.Sub(now) / (24 * time.Hour))
			out.Note = []string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"}[due.Weekday()]
		}
	}
	if l.Provisional {
		out.Basis = "节假日安排尚未公布，本日期为暂定。"
	}
	switch l.State {
	case procedure.Met:
		out.Light = view.Signal{Light: view.Done, Text: "按期办结 " + l.Done}
	case procedure.Missed:
		out.Light = view.Signal{Light: view.Red, Text: "逾期办结 " + l.Done}
	case procedure.Overdue:
		out.Light = view.Signal{Light: view.Red, Text: fmt.Sprintf("逾期 %d 天", -days)}
	case procedure.DueSoon:
		out.Light = view.Signal{Light: view.Yellow, Text: fmt.Sprintf("剩 %d 天", days)}
	case procedure.Running:
		out.Light = view.Signal{Light: view.Green, Text: fmt.Sprintf("剩 %d 天", days)}
	case procedure.Paused:
		out.Light = view.Signal{Light: view.Open, Text: "暂不计算"}
	case procedure.NotNeeded:
		out.Light = view.Signal{Light: view.Open, Text: "不再需要"}
	case procedure.TooEarly:
		out.Light = view.Signal{Light: view.Red, Text: "早于最早日期"}
	default:
		out.Light = view.Signal{Light: view.Open, Text: "未开始"}
	}
	for i, w := range l.Why {
		out.Why = append(out.Why, view.WhyLine{Day: w.Date, Text: w.Text, Ref: w.Cites, Sum: i == len(l.Why)-1})
	}
	return out
}

// targets shows the quantified goals and how far they are.
func (b *matterBuilder) targets(p *view.TaskPage) {
	rows, _ := b.view.State.Get("targets")
	for _, it := range rows.Items {
		want, now, unit := it.Fields.Int("value"), it.Fields.Int("reached"), it.Fields.Text("unit")
		t := view.Target{Text: it.Fields.Text("text"), Stated: int(want), Now: int(now)}
		switch op := it.Fields.Text("op"); {
		case op == "le":
			t.Said = fmt.Sprintf("已报 %d%s，不得超过 %d%s", now, unit, want, unit)
		case now >= want:
			t.Said = fmt.Sprintf("已报 %d%s，达到目标", now, unit)
		default:
			t.Said = fmt.Sprintf("已报 %d%s，还差 %d%s", now, unit, want-now, unit)
		}
		p.Targets = append(p.Targets, t)
	}
}

// kindTitles are a unit's parts in a task.
var kindTitles = map[string]string{"lead": "牵头", "assist": "配合", "undertake": "承办", "responsible": "责任"}

// parts shows the child tasks of other units.
func (b *matterBuilder) parts(p *view.TaskPage) {
	handed := 0
	for _, c := range b.children {
		if !c.State.Open || c.State.Done("submit") {
			handed++
		}
		part := view.TaskPart{
			Light: lightView(c), Unit: view.Link{Text: b.visit.Site.Tree().Name(c.State.Unit), Href: matterPath(c.State.No)},
			Role: kindTitles[c.State.Text("kind")], Duty: c.Title(), Due: c.Due, Said: c.State.Text("progress"),
		}
		if person := b.takers[c.State.No]; person != 0 {
			part.Person = b.visit.Site.Person(person)
		}
		p.Parts = append(p.Parts, part)
	}
	if len(p.Parts) > 0 {
		p.PartsSum = fmt.Sprintf("%d 个单位，已提交 %d 个", len(p.Parts), handed)
	}
}

// lightView draws a task's light.
func lightView(t *dispatch.Task) view.Signal {
	light := map[dispatch.Light]string{
		dispatch.Green: view.Green, dispatch.Yellow: view.Yellow, dispatch.Red: view.Red, dispatch.Done: view.Done, dispatch.Waiting: view.Open,
	}[t.Light]
	return view.Signal{Light: light, Text: t.Words()}
}

// log is the timeline, newest record first; what was voided or corrected stays, struck through.
func (b *matterBuilder) log(p *view.TaskPage) {
	became := fates(b.view.History)
	no := 0
	for i := len(b.view.History) - 1; i >= 0; i-- {
		h := b.view.History[i]
		line := b.happening(h, became[h.Record.Seq])
		line.Acts = b.recordLinks(h, became[h.Record.Seq])
		p.Log = append(p.Log, line)
	}
	for _, h := range b.view.History {
		for _, f := range h.Record.Files {
			no++
			p.Evidence = append(p.Evidence, view.Evidence{
				No: no, Name: fileLink(f.Blob), Kind: fileTitle(f.Label), At: h.Head.Legal, Who: b.who(h), Size: fileSize(f.Blob.Size),
				Digest: f.Blob.Hash[:min(12, len(f.Blob.Hash))],
			})
		}
	}
	if n := len(b.view.History); n > 0 {
		h := b.view.History[n-1]
		p.Receipt = &view.Receipt{
			Act: b.view.Def.StepTitle(h.Head.Step), Record: grouped(h.Record.Seq),
			At: time.UnixMicro(h.Head.At).In(app.China).Format("2006-01-02 15:04:05"), Digest: headDigest(h)[:16],
			Download: recordPath(h.Record.Seq) + "/receipt", Verify: "/proof#verify",
		}
	}
}

// headDigest is SHA-256 of a record's head (校验值).
func headDigest(h read.Said) string {
	sum := sha256.Sum256(ledger.EncodeHead(nil, &h.Head))
	return hex.EncodeToString(sum[:])
}

// outcomeTitle is an event's outcome in words.
func outcomeTitle(d *procedure.Definition, e *matter.Event) string {
	if step := d.Step(e.Step); step != nil {
		for _, o := range step.Outcomes {
			if o.ID == e.Outcome {
				return o.Title
			}
		}
	}
	return e.Outcome
}

func fileLink(f matter.Blob) view.Link {
	return view.Link{Text: f.Name, Href: "/files/" + f.Hash + "?name=" + url.QueryEscape(f.Name)}
}

func fileSize(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d KB", (n+1023)>>10)
}

func (b *matterBuilder) happening(h read.Said, f *fate) view.Happening {
	e := h.Record.Effects
	out := view.Happening{
		Legal: h.Head.Legal, Act: b.view.Def.StepTitle(h.Head.Step), Who: b.who(h),
		Recorded: "记录 " + time.UnixMicro(h.Head.At).In(app.China).Format("01-02 15:04"),
		Record:   view.Link{Text: grouped(h.Record.Seq), Href: recordPath(h.Record.Seq)},
	}
	f.mark(&out, h)
	flags := e.Flags
	if e.Event != nil {
		flags |= e.Event.Flags
		if e.Event.Outcome != "" {
			out.Act += "：" + outcomeTitle(b.view.Def, e.Event)
		}
	}
	switch {
	case flags&matter.Back != 0:
		out.Mark = view.Tag{Text: "倒填", Tone: "b"}
	case flags&matter.Late != 0:
		out.Mark = view.Tag{Text: "补录", Tone: "w"}
	case flags&matter.OnBehalf != 0:
		out.Mark = view.Tag{Text: "代录"}
	}
	var said []string
	if h.Record.Reason != "" {
		said = append(said, h.Record.Reason)
	}
	for _, n := range h.Record.Open.Values {
		if e.Open != nil || len(e.Void) > 0 {
			break // what it was opened with, or stands again without the voided record, stands above
		}
		if f := b.view.Def.Field(n.Name); f != nil && f.ID != "title" && n.Value.Kind != matter.List {
			said = append(said, f.Title+"："+act.Show(f, n.Value))
		}
	}
	for _, m := range e.Moved {
		if m.Legal != "" {
			said = append(said, "办理日期改为"+m.Legal)
		}
		if m.Outcome != "" {
			said = append(said, "结果改为"+b.movedOutcome(m))
		}
	}
	for _, a := range e.Adds {
		said = append(said, b.added(a))
	}
	said = append(said, b.arranged(&e)...)
	for _, reason := range h.Record.Open.Said {
		said = append(said, "说明："+reason)
	}
	if len(h.Erased) > 0 {
		said = append(said, "部分内容已依法删除。")
	}
	out.Text = strings.Join(said, "；")
	for _, f := range h.Record.Files {
		out.Files = append(out.Files, fileLink(f.Blob))
	}
	return out
}

// arranged says what a record changed about who acts, until when, and which exceptions of the law it used.
func (b *matterBuilder) arranged(e *matter.Effects) (said []string) {
	tree := b.visit.Site.Tree()
	if e.Open == nil {
		for _, r := range e.Roles {
			if r.To != "" {
				said = append(said, tree.Name(r.Unit)+"不再是"+procedure.WhereTitle(r.Role))
				continue
			}
			said = append(said, tree.Name(r.Unit)+"为"+procedure.WhereTitle(r.Role))
		}
		if e.Lead != 0 {
			said = append(said, "移交"+tree.Name(e.Lead))
		}
	}
	for _, x := range e.Extends {
		words := b.limitTitle(x.Limit)
		switch {
		case x.Until != "":
			words += "延至 " + x.Until
		case b.lengthWords(x.Length) != "":
			words += "延长" + b.lengthWords(x.Length)
		}
		said = append(said, words)
	}
	for _, p := range e.Pauses {
		words := b.pauseTitle(p.Ground) + "，自 " + p.From + " 起"
		if p.To != "" {
			words = b.pauseTitle(p.Ground) + "，" + p.From + " 至 " + p.To
		}
		said = append(said, "不计入期限："+words)
	}
	for _, g := range e.Gates {
		u, ok := b.condition(g.Gate)
		i := slices.IndexFunc(u.Grounds, func(x procedure.Ground) bool { return x.ID == g.Ground })
		if ok && g.Verdict == "unless" && i >= 0 {
			said = append(said, "适用例外："+grounded(u.Grounds[i]))
		}
	}
	return said
}

func (b *matterBuilder) limitTitle(id string) string {
	if l := b.view.Def.Limit(id); l != nil {
		return "“" + l.Title + "”"
	}
	return ""
}

// pauseTitle names a ground for not counting days.
func (b *matterBuilder) pauseTitle(ground string) string {
	for i := range b.view.Def.AllLimits {
		for _, p := range b.view.Def.AllLimits[i].Pauses {
			if p.ID == ground {
				return p.Title
			}
		}
	}
	return ground
}

// movedOutcome is a corrected outcome in words.
func (b *matterBuilder) movedOutcome(m matter.Moved) string {
	for i := range b.view.State.Events {
		if e := b.view.State.Events[i]; e.Seq == m.Record {
			e.Outcome = m.Outcome
			return outcomeTitle(b.view.Def, &e)
		}
	}
	return m.Outcome
}

// added says what a report added to a sum.
func (b *matterBuilder) added(a matter.Add) string {
	held, _ := b.view.State.Get(a.Field)
	for _, it := range held.Items {
		if it.ID == a.Item {
			if a.By < 0 { // a correction
				return fmt.Sprintf("%s：减少 %d%s", it.Fields.Text("text"), -a.By, it.Fields.Text("unit"))
			}
			return fmt.Sprintf("%s：新增 %d%s", it.Fields.Text("text"), a.By, it.Fields.Text("unit"))
		}
	}
	return fmt.Sprintf("新增 %d", a.By)
}

// who names the actor, and for whom.
func (b *matterBuilder) who(h read.Said) string {
	site := b.visit.Site
	if h.Head.By.Person == 0 {
		return "系统"
	}
	name := site.Person(h.Head.By.Person)
	if p, ok := site.Rights.Post(h.Head.By.For); ok {
		name += "（代 " + site.Person(p.Person) + "）"
	}
	return name
}

func (b *matterBuilder) people(p *view.TaskPage) {
	s, tree := b.view.State, b.visit.Site.Tree()
	p.People = []view.Pair{{Term: "牵头", Text: tree.Name(s.Unit)}}
	if p.Noun == "事项" {
		p.People[0].Term = "主办单位"
	}
	titles := map[string]string{
		"joint": "共同牵头", "respondent": "被申请、被监督", "assist": "配合", "undertake": "承办", "superior": "交办、验收", "chief": "主责", "reviewer": "审核",
	}
	for _, role := range []string{"joint", "assist", "undertake", "chief", "superior", "reviewer"} {
		var names []string
		for _, u := range s.Units(role) {
			names = append(names, tree.Name(u))
		}
		if len(names) > 0 {
			p.People = append(p.People, view.Pair{Term: titles[role], Text: strings.Join(names, "、")})
		}
	}
	if p.Noun == "事项" {
		b.doers(p)
	}
}

// doers names the people who did something, under the role they did it in; work assigned to somebody stands there too.
func (b *matterBuilder) doers(p *view.TaskPage) {
	var roles []string
	names := map[string][]string{}
	add := func(post int64, note string) {
		held, ok := b.visit.Site.Rights.Post(post)
		if !ok {
			return
		}
		name := b.visit.Site.Person(held.Person) + note
		if !slices.Contains(roles, held.Role) {
			roles = append(roles, held.Role)
		}
		if !slices.Contains(names[held.Role], name) {
			names[held.Role] = append(names[held.Role], name)
		}
	}
	for _, h := range b.view.History {
		add(cmp.Or(h.Head.By.For, h.Head.By.Post), "")
	}
	for _, t := range b.view.Cache.Todo {
		add(t.Post, "（已指派）")
	}
	for _, role := range roles {
		p.People = append(p.People, view.Pair{Term: roleTitle(role), Text: strings.Join(names[role], "、")})
	}
}

// linkTitles say a link from this side and from the other.
var linkTitles = map[string][2]string{
	"part_of": {"属于", "其中"}, "merged_into": {"并入", "并入本件"}, "split_from": {"分自", "分出"}, "continues": {"接续", "由其接续"},
	"caused_by": {"来自", "由此产生"}, "reviews": {"审查", "被审查"}, "covers": {"涵盖", "被涵盖"}, "evidence_of": {"佐证", "佐证材料"},
}

func (b *matterBuilder) related(p *view.TaskPage) {
	for _, l := range b.view.Links {
		if l.Kind == "part_of" && l.Back {
			continue // shown as parts
		}
		side := 0
		if l.Back {
			side = 1
		}
		p.Related = append(p.Related, view.RelatedMatter{
			Link: view.Link{Text: cmp.Or(l.Other.State.Title, l.Other.State.Text("title")), Href: matterPath(l.Other.State.No)},
			Note: linkTitles[l.Kind][side] + " · " + b.visit.Site.Tree().Name(l.Other.State.Unit),
		})
	}
}

// rejected shows why the last act was not accepted.
func (b *matterBuilder) rejected(p *view.TaskPage) {
	if b.back == nil {
		return
	}
	f := b.back.fault
	switch f.Kind {
	case app.Refused:
		p.Refusal = refusalView(f.Say, f.Unmet)
	case app.Conflict:
		if p.Conflict = b.conflict(p); p.Conflict == nil {
			p.Flash = append(p.Flash, view.Flash{Tone: "warn", Lead: f.Say})
		}
	default:
		for _, form := range slices.Concat(p.Forms, p.Others, p.Builtins) {
			p.Errors = append(p.Errors, form.Form.FieldErrors()...)
		}
		if len(p.Errors) == 0 {
			p.Flash = append(p.Flash, view.Flash{Tone: "bad", Lead: "没有保存。", Text: f.Say})
		}
	}
}

func (b *matterBuilder) tabs(p *view.TaskPage) {
	p.Tabs = []view.Tab{{Text: "办理", Href: "#steps", Current: true}}
	if len(p.Parts) > 0 {
		p.Tabs = append(p.Tabs, view.Tab{Text: fmt.Sprintf("各单位 %d", len(p.Parts)), Href: "#parts"})
	}
	if len(p.Papers) > 0 {
		p.Tabs = append(p.Tabs, view.Tab{Text: fmt.Sprintf("文书 %d", len(p.Papers)), Href: "#papers"})
	}
	p.Tabs = append(p.Tabs,
		view.Tab{Text: fmt.Sprintf("佐证 %d", len(p.Evidence)), Href: "#evidence"}, view.Tab{Text: fmt.Sprintf("记录 %d", len(p.Log)), Href: "#log"})
}
