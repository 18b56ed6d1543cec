package procedure

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/calendar"
	"zhunsheng/internal/norm/source"
)

// Example is a worked case that proves a definition: dates for its limits, or acts run through the engine.
type Example struct {
	ID   string
	node *source.Node
}

func readExample(r *source.Reader, id string, n *source.Node) Example {
	if n.Kind != source.Map || (n.Get("dates") == nil) == (n.Get("run") == nil) {
		r.Add(n, source.CodeValue, "写 dates 和 expect，或者写 run", "算例“%s”应当有 dates 或者 run 之一", id)
	}
	return Example{ID: id, node: n}
}

// File is the pack file an example was written in, Line its place there: an example proves the text it was written
// with, not one that another file or a later version has made of it.
func (e Example) File() string { return e.node.File }

// Line is the line an example begins on.
func (e Example) Line() int { return e.node.Line }

// Prove runs examples and says where one comes out otherwise than it says.
func (d *Definition) Prove(cal *calendar.Calendar, examples []Example) source.Diagnostics {
	var r source.Reader
	if err := d.compiled(); err != nil {
		return nil // said by Check
	}
	for _, e := range examples {
		if e.node.Get("dates") != nil {
			d.proveDates(&r, e, cal)
			continue
		}
		if e.node.Get("run") != nil {
			d.proveRun(&r, e, cal)
		}
	}
	return r.Diags.Sorted()
}

var datesKeys = []string{"dates", "pause", "extend", "params", "today", "expect", "title", "note"}

func known(r *source.Reader, n *source.Node, what string, keys []string) {
	for _, k := range n.Keys {
		if !slices.Contains(keys, k.Text) {
			r.Add(k, source.CodeKey, source.DidYouMean(k.Text, keys), "%s没有“%s”这个键", what, k.Text)
		}
	}
}

// proveDates computes the limits of an example's dates.
func (d *Definition) proveDates(r *source.Reader, e Example, cal *calendar.Calendar) {
	known(r, e.node, "算例", datesKeys)
	t := Trial{Today: "2026-12-31", Params: map[string]string{}}
	if n := e.node.Get("today"); n != nil {
		t.Today = n.Text
	}
	dates := e.node.Get("dates")
	for i, k := range dates.Keys {
		step, key, _ := strings.Cut(k.Text, "@")
		for _, day := range r.Items(dates.Values[i]) {
			t.Events = append(t.Events, TrialEvent{Step: step, Key: key, When: day.Text})
		}
	}
	each(r, e.node.Get("pause"), func(k, v *source.Node) {
		from, to, _ := strings.Cut(v.Text, "..")
		t.Pauses = append(t.Pauses, TrialPause{k.Text, from, to})
	})
	each(r, e.node.Get("extend"), func(k, v *source.Node) {
		approved, until, _ := strings.Cut(v.Text, "..")
		t.Extends = append(t.Extends, TrialExtend{k.Text, approved, until})
	})
	each(r, e.node.Get("params"), func(k, v *source.Node) { t.Params[k.Text] = v.Text })
	limits, err := d.Try(t, cal)
	if err != nil {
		r.Add(e.node, source.CodeExample, "", "算例“%s”不能计算：%v", e.ID, err)
		return
	}
	each(r, e.node.Get("expect"), func(k, v *source.Node) {
		d.compare(r, e.ID, k, v, func(string) (string, bool) { return limitWord(limits, k.Text) })
	})
}

// each goes over the scalars of a map of an example.
func each(r *source.Reader, n *source.Node, fn func(k, v *source.Node)) {
	if n == nil {
		return
	}
	if n.Kind != source.Map {
		r.Add(n, source.CodeValue, "", "这里应当是一组键值")
		return
	}
	for i, k := range n.Keys {
		if n.Values[i].Kind != source.Scalar && n.Values[i].Kind != source.Null {
			r.Add(n.Values[i], source.CodeValue, "", "这里应当是一个值")
			continue
		}
		fn(k, n.Values[i])
	}
}

// compare checks one expectation; `~` expects nothing.
func (d *Definition) compare(r *source.Reader, id string, k, v *source.Node, is func(string) (string, bool)) {
	got, ok := is(k.Text)
	if !ok {
		r.Add(k, source.CodeReference, "可以写 limit.期限.due、met、state、earliest，step.环节.done，matter.open，fact.数据，value.字段", "算例“%s”期望的“%s”不存在", id, k.Text)
		return
	}
	if got != v.Text {
		want := v.Text
		if v.Kind == source.Null {
			want = "没有"
		}
		if got == "" {
			got = "没有"
		}
		r.Add(v, source.CodeExample, "", "算例“%s”的 %s 应为 %s，算得 %s", id, k.Text, want, got)
	}
}

// limitWord reads limit.L.what (limit.L@key.what) out of the limits.
func limitWord(limits []LimitView, name string) (string, bool) {
	rest, ok := strings.CutPrefix(name, "limit.")
	if !ok {
		return "", false
	}
	at := strings.LastIndexByte(rest, '.')
	if at < 0 {
		return "", false
	}
	id, key, _ := strings.Cut(rest[:at], "@")
	i := slices.IndexFunc(limits, func(l LimitView) bool { return l.ID == id && l.Key == key })
	if i < 0 {
		return "", false
	}
	l := limits[i]
	switch rest[at+1:] {
	case "due":
		return l.Due, true
	case "earliest":
		return l.Earliest, true
	case "state":
		return l.State, true
	case "provisional":
		return strconv.FormatBool(l.Provisional), true
	case "met":
		if l.Met == nil {
			return "", true
		}
		return strconv.FormatBool(*l.Met), true
	}
	return "", false
}

// stage is a run of acts of an example with the pack's own cast: every role has persons of its own, every place in a
// matter a unit of its own, every name an entry.
type stage struct {
	d       *Definition
	r       *source.Reader
	e       Example
	cal     *calendar.Calendar
	s       *matter.State
	records []matter.Record
	by      map[string][]int64 // step → persons
	facts   map[string]int64
	today   string
	params  map[string]matter.Value
}

// The units of the cast.
const castLead int64 = 1

func castUnit(where string) int64 {
	for i, w := range []string{"lead", "superior", "assist", "joint", "respondent", "reviewer", "pool"} {
		if w == where {
			return int64(i) + castLead
		}
	}
	return 20
}

func (d *Definition) proveRun(r *source.Reader, e Example, cal *calendar.Calendar) {
	known(r, e.node, "算例", []string{"run", "params", "today", "title", "note"})
	st := &stage{d: d, r: r, e: e, cal: cal, by: map[string][]int64{}, facts: map[string]int64{}, params: map[string]matter.Value{}}
	each(r, e.node.Get("params"), func(k, v *source.Node) {
		p := d.Param(k.Text)
		if p == nil {
			r.Add(k, source.CodeReference, "", "没有参数“%s”", k.Text)
			return
		}
		if value, ok := ParseParam(p, v.Text); ok {
			st.params[k.Text] = value
		}
	})
	run := e.node.Get("run")
	if run.Kind != source.List {
		r.Add(run, source.CodeValue, "每个动作以“- step: 环节”开头", "run 应当是列表")
		return
	}
	for _, n := range run.Values {
		if n.Kind != source.Map {
			r.Add(n, source.CodeValue, "", "动作应当是一组键值")
			return
		}
		if !st.act(n) {
			return
		}
	}
}

var actKeys = []string{
	"step", "on", "by", "key", "outcome", "input", "reason", "said", "unless", "files", "links", "limit", "until", "length",
	"ground", "from", "to", "record", "move_to", "unit", "role", "today", "original", "expect", "refused", "invalid", "note",
}

// act carries out one act of a run and checks what it expects; false ends the run.
func (st *stage) act(n *source.Node) bool {
	known(st.r, n, "动作", actKeys)
	word := func(key string) string {
		if v := n.Get(key); v != nil {
			return v.Text
		}
		return ""
	}
	if word("step") == "" {
		st.expect(n)
		return true
	}
	a := Act{
		Step: word("step"), Key: word("key"), Outcome: word("outcome"), Reason: word("reason"), Limit: word("limit"), Until: word("until"),
		Length: word("length"), Ground: word("ground"), From: word("from"), To: word("to"), MoveTo: word("move_to"), Role: word("role"),
		Original: word("original") == "true",
	}
	a.Legal, a.Time = word("on"), ""
	if strings.Contains(a.Legal, "T") {
		a.Time, a.Legal = a.Legal, a.Legal[:10]
	}
	if st.today = word("today"); st.today == "" {
		st.today = a.Legal
	}
	if at, err := strconv.Atoi(word("record")); err == nil && at >= 1 && at <= len(st.records) {
		a.Record = st.records[at-1].Seq
	}
	if u := word("unit"); u != "" {
		a.Unit = castUnit(u)
	}
	each(st.r, n.Get("said"), func(k, v *source.Node) { put(&a.Said, k.Text, v.Text) })
	each(st.r, n.Get("unless"), func(k, v *source.Node) { put(&a.Unless, k.Text, v.Text) })
	if f := n.Get("files"); f != nil {
		for i, label := range st.r.Items(f) {
			a.Files = append(a.Files, matter.Attached{Label: label.Text, Blob: matter.Blob{Name: label.Text + strconv.Itoa(i) + ".pdf", Type: "application/pdf", Size: 1, Hash: strings.Repeat("0", 64)}})
		}
	}
	if l := n.Get("links"); l != nil {
		for i, kind := range st.r.Items(l) {
			a.Links = append(a.Links, matter.Tie{Kind: kind.Text, Other: int64(1000 + i)})
		}
	}
	st.cast(&a, word("by"))
	st.fill(&a, n.Get("input"))
	return st.do(n, a)
}

func put(m *map[string]string, k, v string) {
	if *m == nil {
		*m = map[string]string{}
	}
	(*m)[k] = v
}

// cast gives an act its actor: `role`, or `role/2` for the second person of a role; without one the first role that the
// step names.
func (st *stage) cast(a *Act, by string) {
	sp := st.d.stepsBy[a.Step]
	if a.Step == opening || sp == nil {
		sp = st.d.stepsBy[st.d.Opens]
	}
	role, second, _ := strings.Cut(by, "/")
	role, where, at := strings.Cut(role, "@")
	var rules []By
	if sp != nil {
		rules = sp.By
	}
	if a.Step == "extend" {
		if l := st.d.byLimit[a.Limit]; l != nil && len(l.extends) > 0 {
			rules = l.extends[0].By
		}
	}
	if role == "" && len(rules) > 0 {
		role = rules[0].Role
	}
	if !at {
		where = "lead"
		for _, b := range rules {
			if b.Role == role {
				where = b.Where
				break
			}
		}
	}
	a.Actor = Actor{Role: role, Unit: castUnit(where), Person: person(role, second), System: role == "system"}
	a.Actor.Post = a.Actor.Person
	if st.s == nil {
		if a.Unit == 0 {
			a.Unit = castLead
		}
		for _, w := range st.places() {
			a.Roles = append(a.Roles, matter.Role{Unit: castUnit(w), Role: w, From: a.Legal})
		}
	}
}

// places lists the parts that the definition's steps name, but lead and pool.
func (st *stage) places() []string {
	var out []string
	see := func(by []By) {
		for _, b := range by {
			if b.Where != "lead" && b.Where != "pool" && !slices.Contains(out, b.Where) {
				out = append(out, b.Where)
			}
		}
	}
	for i := range st.d.AllSteps {
		see(st.d.AllSteps[i].By)
	}
	for i := range st.d.Acts {
		see(st.d.Acts[i].By)
	}
	for i := range st.d.AllLimits {
		for _, x := range st.d.AllLimits[i].Extensions {
			see(x.By)
		}
	}
	return out
}

func person(role, second string) int64 {
	n := int64(100)
	for _, c := range []byte(role) {
		n = n*31%100_003 + int64(c)
	}
	if k, err := strconv.ParseInt(second, 10, 64); err == nil {
		n += k * 1_000_000
	}
	return n
}

func (st *stage) env() *Env {
	return &Env{
		Today: st.today, Calendar: st.cal, Unit: UnitView{No: castLead, Code: "370000", Sign: "衡", Name: "示例单位", Region: "370000"},
		Param:      func(name string) (matter.Value, bool) { v, ok := st.params[name]; return v, ok },
		EntryValid: func(ref matter.Ref) bool { return !strings.Contains(ref.Name, "失效") },
		Records:    func() ([]matter.Record, error) { return st.records, nil },
		Opening:    &matter.Opening{ID: "01900000-0000-7000-8000-000000000001"},
		DoneBy:     func(step string) []int64 { return st.by[step] },
		Lookup:     emptyLookup{},
	}
}

type emptyLookup struct{}

func (emptyLookup) Count(_, _, _, _, _ string) (int64, error) { return 0, nil }
func (emptyLookup) Linked(string) ([]Linked, error)           { return nil, nil }
func (emptyLookup) Entry(_, _ string) (matter.Ref, bool, error) {
	return matter.Ref{}, false, nil
}

func (st *stage) do(n *source.Node, a Act) bool {
	res, err := st.d.Do(st.s, a, st.env())
	var refusal *Refusal
	refused, invalid := n.Get("refused"), n.Get("invalid")
	switch {
	case errors.As(err, &refusal) && refused != nil:
		st.compareRefusal(refused, refusal)
		return true
	case err != nil && invalid != nil && !errors.As(err, &refusal):
		for _, want := range st.r.Items(invalid) {
			if !slices.Contains(faultFields(err), want.Text) {
				st.r.Add(want, source.CodeExample, "", "算例“%s”的表单错误里没有“%s”，有 %s", st.e.ID, want.Text, strings.Join(faultFields(err), " "))
			}
		}
		return true
	case err != nil:
		st.r.Add(n.Get("step"), source.CodeExample, "", "算例“%s”的环节“%s”没有办成：%v", st.e.ID, a.Step, err)
		return false
	case refused != nil || invalid != nil:
		st.r.Add(n.Get("step"), source.CodeExample, "", "算例“%s”的环节“%s”应当被拒绝，却办成了", st.e.ID, a.Step)
		return false
	}
	seq := int64(len(st.records) + 1)
	rec := matter.Record{Seq: seq, Step: a.Step, Reason: a.Reason, Effects: res.Effects, Open: res.Open, Personal: res.Personal, Sealed: res.Sealed, Files: a.Files}
	if rec.Effects.Event != nil {
		rec.Step = rec.Effects.Event.Step
	}
	if res.Series != nil {
		rec.Number = strings.ReplaceAll(res.Series.Form, "{seq}", "1")
	}
	next, err := matter.Fold(st.s, &rec)
	if err != nil {
		st.r.Add(n, source.CodeExample, "", "算例“%s”：%v", st.e.ID, err)
		return false
	}
	st.s, st.records = next, append(st.records, rec)
	for _, f := range res.Effects.Facts {
		st.facts[f.Fact] += f.Value
	}
	if e := rec.Effects.Event; e != nil {
		st.by[e.Step] = append(st.by[e.Step], a.Actor.Person)
	}
	st.expect(n)
	return true
}

func faultFields(err error) []string {
	var one *Invalid
	var all InvalidAll
	switch {
	case errors.As(err, &all):
		var out []string
		for _, f := range all {
			out = append(out, f.Field)
		}
		return out
	case errors.As(err, &one):
		return []string{one.Field}
	}
	return []string{fmt.Sprint(err)}
}

func (st *stage) compareRefusal(want *source.Node, got *Refusal) {
	var ids, wanted []string
	for _, u := range got.Unmet {
		ids = append(ids, u.ID)
	}
	for _, w := range st.r.Items(want) {
		wanted = append(wanted, w.Text)
	}
	slices.Sort(ids)
	slices.Sort(wanted)
	if !slices.Equal(ids, wanted) {
		st.r.Add(want, source.CodeExample, "", "算例“%s”应因 %s 被拒绝，实因 %s", st.e.ID, strings.Join(wanted, " "), strings.Join(ids, " "))
	}
}

// expect checks what a run expects after an act.
func (st *stage) expect(n *source.Node) {
	want := n.Get("expect")
	if want == nil || st.s == nil {
		return
	}
	env := st.env()
	limits := st.d.Limits(st.s, env)
	v := st.d.view(st.s, env)
	each(st.r, want, func(k, node *source.Node) {
		st.d.compare(st.r, st.e.ID, k, node, func(name string) (string, bool) {
			if word, ok := limitWord(limits, name); ok {
				return word, true
			}
			if id, ok := strings.CutPrefix(name, "fact."); ok {
				return strconv.FormatInt(st.facts[id], 10), true
			}
			if id, ok := strings.CutPrefix(name, "value."); ok {
				return v.path(id)
			}
			if _, declared := st.d.read[name]; declared {
				x, _ := v.Value(name)
				if b, ok := x.(bool); ok {
					return strconv.FormatBool(b), true
				}
				return v.word(name), true
			}
			return "", false
		})
	})
}

// path reads field, or field.row.column with rows from 1.
func (v *view) path(name string) (string, bool) {
	parts := strings.Split(name, ".")
	f := v.d.Field(parts[0])
	if f == nil {
		return "", false
	}
	if len(parts) == 1 {
		return v.word(f.ID), true
	}
	x, _ := v.get(f.ID)
	i, err := strconv.Atoi(parts[1])
	if err != nil || i < 1 || i > len(x.Items) || len(parts) != 3 {
		return "", false
	}
	value, _ := x.Items[i-1].Fields.Get(parts[2])
	if value.Kind == matter.Int {
		return strconv.FormatInt(value.Int, 10), true
	}
	return value.Text, true
}
