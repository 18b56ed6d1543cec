package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

func tallyOf(tasks []*dispatch.Task) dispatch.Tally {
	var t dispatch.Tally
	for _, task := range tasks {
		t.Add(task)
	}
	return t
}

// Brief is a matter in a list.
type Brief struct {
	ID        string `json:"id"`
	No        int64  `json:"no"`
	Procedure string `json:"procedure"`
	Title     string `json:"title"`
	Number    string `json:"number,omitempty"`
	Unit      string `json:"unit" doc:"牵头单位的编码"`
	Open      bool   `json:"open"`
	Opened    string `json:"opened"`
	Closed    string `json:"closed,omitempty"`
	Outcome   string `json:"outcome,omitempty"`
	Due       string `json:"due,omitempty"`
	Light     string `json:"light" enum:"green,yellow,red,done,waiting"`
	Version   int64  `json:"version"`
}

func brief(c *caller, t *dispatch.Task) Brief {
	s := t.State
	u, _ := c.site.Tree().Get(s.Unit)
	return Brief{
		ID: s.ID, No: s.No, Procedure: s.Procedure, Title: cmp.Or(s.Title, t.Title()), Number: s.Number, Unit: u.Code, Open: s.Open,
		Opened: s.Opened, Closed: s.Closed, Outcome: s.Outcome, Due: t.Due, Light: string(t.Light), Version: s.Version,
	}
}

type listIn struct {
	Auth
	Procedure string `query:"procedure" doc:"程序"`
	Unit      string `query:"unit" doc:"牵头单位的编码"`
	Open      string `query:"open" enum:"true,false" doc:"只要在办的或者办结的"`
	Plan      int64  `query:"plan" doc:"年度计划（task）"`
	DueBefore string `query:"due_before" format:"date" doc:"有期限在这一天之前到期"`
	Before    int64  `query:"before" doc:"从上一页的 next 继续"`
	Limit     int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

type listOut struct {
	Body struct {
		Items []Brief `json:"items"`
		Next  int64   `json:"next,omitempty" doc:"还有下一页时，放在 before"`
	}
}

func (s *server) matters(api huma.API) {
	huma.Register(api, huma.Operation{OperationID: "matters", Method: http.MethodGet, Path: "/api/v1/matters", Summary: "事项，新的在前", Security: secured}, s.list)
	huma.Register(api, huma.Operation{OperationID: "open", Method: http.MethodPost, Path: "/api/v1/matters", Summary: "开启事项", Security: secured, DefaultStatus: http.StatusCreated}, s.openMatter)
	huma.Register(api, huma.Operation{OperationID: "matter", Method: http.MethodGet, Path: "/api/v1/matters/{id}", Summary: "一件事项：状态、环节及理由、期限及理由、记录", Security: secured}, s.show)
	huma.Register(api, huma.Operation{OperationID: "act", Method: http.MethodPost, Path: "/api/v1/matters/{id}/steps/{step}", Summary: "办理一个环节", Security: secured}, s.act)
}

func (s *server) list(ctx context.Context, in *listIn) (*listOut, error) {
	c, err := s.caller(ctx, in.Auth)
	if err != nil {
		return nil, err
	}
	f := read.Filter{
		Procedure: in.Procedure, OpenOnly: in.Open == "true", Closed: in.Open == "false", DueBefore: in.DueBefore, Before: in.Before, Limit: in.Limit + 1,
	}
	if in.Unit != "" {
		u, ok := c.site.Tree().Code(in.Unit)
		if !ok {
			return nil, s.problem(app.Wrong("query.unit", "没有编码为“%s”的单位。", in.Unit))
		}
		f.Unit = u.No
	}
	if in.Plan != 0 {
		f.Procedure, f.Facet = dispatch.ProcedureTask, dispatch.PlanFacet(in.Plan)
	}
	tasks, err := s.Dispatch.List(ctx, c.scope, f)
	if err != nil {
		return nil, s.problem(err)
	}
	out := &listOut{}
	out.Body.Items = []Brief{}
	for i, t := range tasks {
		if i == in.Limit {
			out.Body.Next = tasks[i-1].State.No
			break
		}
		out.Body.Items = append(out.Body.Items, brief(c, t))
	}
	return out, nil
}

// Input are the fields of a form by id: texts, numbers, true or false, lists, rows with their columns.
type Input map[string]json.RawMessage

type openIn struct {
	Auth
	Body struct {
		Procedure string   `json:"procedure" doc:"程序"`
		Unit      string   `json:"unit" doc:"牵头单位的编码"`
		Legal     string   `json:"legal,omitempty" format:"date" doc:"法定日期，默认今天"`
		Input     Input    `json:"input,omitempty" doc:"开启环节的表单"`
		Roles     []RoleIn `json:"roles,omitempty" doc:"其他单位"`
		Links     []LinkIn `json:"links,omitempty"`
		Request   string   `json:"request,omitempty" doc:"使它只办一次的编号（uuid）"`
		Title     string   `json:"title,omitempty"`
		Reason    string   `json:"reason,omitempty"`
		_         struct{} `json:"-" additionalProperties:"false"`
	}
}

// RoleIn is a further unit's role.
type RoleIn struct {
	Unit string `json:"unit"`
	Role string `json:"role"`
}

// LinkIn is a link to another matter.
type LinkIn struct {
	Kind  string `json:"kind"`
	Other string `json:"other" doc:"另一事项的 id"`
}

// Done is what an act left.
type Done struct {
	ID       string    `json:"id" doc:"事项"`
	No       int64     `json:"no"`
	Record   int64     `json:"record" doc:"存证编号"`
	Number   string    `json:"number,omitempty" doc:"文号"`
	Digest   string    `json:"digest" doc:"校验值"`
	At       time.Time `json:"at"`
	Repeated bool      `json:"repeated,omitempty" doc:"先前已经办过，这是第一次的结果"`
	Warnings []string  `json:"warnings,omitempty"`
}

type doneOut struct{ Body Done }

func doneOf(d act.Done) *doneOut {
	return &doneOut{Done{
		ID: d.ID, No: d.Matter, Record: d.Seq, Number: d.Number, Digest: d.Digest, At: d.At.In(app.China), Repeated: d.Repeated, Warnings: d.Warnings,
	}}
}

func (s *server) openMatter(ctx context.Context, in *openIn) (*doneOut, error) {
	c, err := s.caller(ctx, in.Auth)
	if err != nil {
		return nil, err
	}
	b := in.Body
	u, ok := c.site.Tree().Code(b.Unit)
	if !ok {
		return nil, s.problem(app.Wrong("body.unit", "没有编码为“%s”的单位。", b.Unit))
	}
	legal := cmp.Or(b.Legal, c.today)
	def, ok := s.Acts.Book().Procedure(b.Procedure, legal)
	if !ok {
		return nil, s.problem(app.Wrong("body.procedure", "没有名为“%s”的程序。", b.Procedure))
	}
	a := procedure.Act{Step: "open", Legal: legal, Unit: u.No, Title: b.Title, Reason: b.Reason}
	for _, r := range b.Roles {
		ru, ok := c.site.Tree().Code(r.Unit)
		if !ok {
			return nil, s.problem(app.Wrong("body.roles", "没有编码为“%s”的单位。", r.Unit))
		}
		a.Roles = append(a.Roles, matter.Role{Unit: ru.No, Role: r.Role, From: legal})
	}
	if a.Links, err = s.ties(ctx, c, b.Links); err != nil {
		return nil, s.problem(err)
	}
	var faults []app.FieldFault
	a.Input, faults = s.Acts.ReadJSON(ctx, c.site, def.Form("open"), b.Input)
	if err := app.Wrongs(faults); err != nil {
		return nil, s.problem(err)
	}
	d, err := s.Acts.Do(ctx, act.Request{ID: b.Request, Who: c.actor, Procedure: b.Procedure, Act: a})
	if err != nil {
		return nil, s.problem(err)
	}
	return doneOf(d), nil
}

func (s *server) ties(ctx context.Context, c *caller, links []LinkIn) ([]matter.Tie, error) {
	var out []matter.Tie
	for _, l := range links {
		no, err := s.no(ctx, c, l.Other)
		if err != nil {
			return nil, err
		}
		out = append(out, matter.Tie{Kind: l.Kind, Other: no})
	}
	return out, nil
}

// no finds a matter by its id, or by what a person would type.
func (s *server) no(ctx context.Context, c *caller, id string) (int64, error) {
	var no int64
	err := s.Acts.DB.Read(ctx, func(tx *store.Tx) (err error) {
		no, err = read.MatterNo(ctx, tx, id)
		return err
	})
	if errors.Is(err, read.ErrNone) {
		return s.Dispatch.Find(ctx, c.scope, id)
	}
	return no, err
}

type matterIn struct {
	Auth
	ID string `path:"id" doc:"事项的 id，或者编号、存证编号"`
}

// Step is a step as it stands for the caller.
type Step struct {
	ID       string   `json:"id"`
	Key      string   `json:"key,omitempty"`
	Title    string   `json:"title"`
	Status   string   `json:"status" enum:"done,ready,waiting,not_needed"`
	Ready    bool     `json:"ready" doc:"调用者现在可以办理"`
	Optional bool     `json:"optional,omitempty"`
	Date     string   `json:"date,omitempty"`
	Count    int64    `json:"count,omitempty"`
	Outcome  string   `json:"outcome,omitempty"`
	Cites    string   `json:"cites,omitempty"`
	Form     []string `json:"form,omitempty" doc:"要填的字段"`
	Unmet    []Unmet  `json:"unmet,omitempty"`
}

// Limit is a limit with its reasons.
type Limit struct {
	ID          string           `json:"id"`
	Key         string           `json:"key,omitempty"`
	Title       string           `json:"title"`
	Shape       string           `json:"shape"`
	Due         *string          `json:"due"`
	Earliest    *string          `json:"earliest"`
	Met         *bool            `json:"met"`
	State       string           `json:"state"`
	Provisional bool             `json:"provisional"`
	Why         []procedure.Line `json:"why"`
}

// Record is one record of a matter.
type Record struct {
	Seq    int64     `json:"seq"`
	Kind   string    `json:"kind"`
	Step   string    `json:"step"`
	Title  string    `json:"title"`
	Legal  string    `json:"legal"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Reason string    `json:"reason,omitempty"`
	Values Values    `json:"values,omitempty"`
	Files  []string  `json:"files,omitempty"`
}

type matterOut struct {
	Body struct {
		Brief
		Values  Values   `json:"values"`
		Steps   []Step   `json:"steps"`
		Limits  []Limit  `json:"limits"`
		Records []Record `json:"records"`
	}
}

func (s *server) show(ctx context.Context, in *matterIn) (*matterOut, error) {
	c, err := s.caller(ctx, in.Auth)
	if err != nil {
		return nil, err
	}
	no, err := s.no(ctx, c, in.ID)
	if err != nil {
		return nil, s.problem(err)
	}
	v, err := s.Acts.View(ctx, c.actor, no)
	if err != nil {
		return nil, s.problem(err)
	}
	out := &matterOut{}
	out.Body.Brief = brief(c, dispatch.TaskOf(v.State, v.Limits, c.today))
	values := matter.Values{}
	for _, h := range v.State.Values {
		values = values.With(h.Name, h.Value)
	}
	out.Body.Values = valuesOf(values)
	out.Body.Steps, out.Body.Limits, out.Body.Records = []Step{}, []Limit{}, []Record{}
	for i := range v.Steps {
		out.Body.Steps = append(out.Body.Steps, stepOf(&v.Steps[i]))
	}
	for _, l := range v.Limits {
		out.Body.Limits = append(out.Body.Limits, limitOf(l))
	}
	for _, h := range v.History {
		out.Body.Records = append(out.Body.Records, recordOf(v, h))
	}
	return out, nil
}

func stepOf(v *procedure.StepView) Step {
	s := Step{
		ID: v.ID, Key: v.Key, Title: v.Title, Status: v.Status, Ready: v.Ready, Optional: v.Optional, Date: v.Date, Count: v.Count,
		Outcome: v.Outcome, Cites: v.Cites,
	}
	for _, f := range v.Form {
		s.Form = append(s.Form, f.Field.ID)
	}
	for _, u := range v.Unmet {
		s.Unmet = append(s.Unmet, Unmet{Kind: u.Kind, ID: u.ID, Say: u.Say, Cites: u.Cites, Hint: u.Hint, Force: u.Force})
	}
	return s
}

func limitOf(v procedure.LimitView) Limit {
	l := Limit{ID: v.ID, Key: v.Key, Title: v.Title, Shape: v.Shape, Met: v.Met, State: v.State, Provisional: v.Provisional, Why: v.Why}
	if v.Due != "" {
		l.Due = &v.Due
	}
	if v.Earliest != "" {
		l.Earliest = &v.Earliest
	}
	if l.Why == nil {
		l.Why = []procedure.Line{}
	}
	return l
}

func recordOf(v *act.View, h read.Said) Record {
	r := Record{
		Seq: h.Record.Seq, Kind: h.Head.Kind, Step: h.Head.Step, Title: v.Def.StepTitle(h.Head.Step), Legal: h.Head.Legal,
		At: time.UnixMicro(h.Head.At).In(app.China), Reason: h.Record.Reason, Values: valuesOf(h.Record.Open.Values),
	}
	if h.Head.By.Person != 0 {
		r.By = v.Site.Person(h.Head.By.Person)
	}
	for _, f := range h.Record.Files {
		r.Files = append(r.Files, f.Blob.Name)
	}
	return r
}

type actIn struct {
	Auth
	ID   string `path:"id"`
	Step string `path:"step" doc:"环节，或者内置动作 note、extend、correct、void 等"`
	Body struct {
		Key     string            `json:"key,omitempty" doc:"each 环节的对象"`
		Legal   string            `json:"legal,omitempty" format:"date"`
		Time    string            `json:"time,omitempty" doc:"以小时计算的期限：RFC 3339，+08:00"`
		Outcome string            `json:"outcome,omitempty"`
		Input   Input             `json:"input,omitempty"`
		Reason  string            `json:"reason,omitempty"`
		Said    map[string]string `json:"said,omitempty" doc:"说明理由，按条件的 id"`
		Unless  map[string]string `json:"unless,omitempty" doc:"依法例外的情形，按条件的 id"`
		Links   []LinkIn          `json:"links,omitempty"`
		Limit   string            `json:"limit,omitempty" doc:"extend：哪个期限"`
		Until   string            `json:"until,omitempty" doc:"extend：延至"`
		Length  string            `json:"length,omitempty" doc:"extend：延长多少，如 30 days"`
		Ground  string            `json:"ground,omitempty" doc:"pause、resume：情形"`
		From    string            `json:"from,omitempty"`
		To      string            `json:"to,omitempty"`
		Record  int64             `json:"record,omitempty" doc:"correct、void：哪条记录"`
		Request string            `json:"request,omitempty" doc:"使它只办一次的编号（uuid）"`
		Seen    int64             `json:"seen,omitempty" doc:"看到的 version；他人先办的，答复 409"`
	}
}

func (s *server) act(ctx context.Context, in *actIn) (*doneOut, error) {
	c, err := s.caller(ctx, in.Auth)
	if err != nil {
		return nil, err
	}
	no, err := s.no(ctx, c, in.ID)
	if err != nil {
		return nil, s.problem(err)
	}
	v, err := s.Acts.View(ctx, c.actor, no)
	if err != nil {
		return nil, s.problem(err)
	}
	b := in.Body
	a := procedure.Act{
		Step: in.Step, Key: b.Key, Legal: b.Legal, Time: b.Time, Outcome: b.Outcome, Reason: b.Reason, Said: b.Said, Unless: b.Unless, Limit: b.Limit,
		Until: b.Until, Length: b.Length, Ground: b.Ground, From: b.From, To: b.To, Record: b.Record,
	}
	if a.Links, err = s.ties(ctx, c, b.Links); err != nil {
		return nil, s.problem(err)
	}
	var faults []app.FieldFault
	a.Input, faults = s.Acts.ReadJSON(ctx, c.site, v.Def.Form(in.Step), b.Input)
	if err := app.Wrongs(faults); err != nil {
		return nil, s.problem(err)
	}
	d, err := s.Acts.Do(ctx, act.Request{ID: b.Request, Who: c.actor, Matter: no, Seen: b.Seen, Act: a})
	if err != nil {
		return nil, s.problem(err)
	}
	return doneOf(d), nil
}
