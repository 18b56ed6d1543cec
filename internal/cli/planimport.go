package cli

import (
	"context"
	"fmt"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/unit"
)

// planImportCmd brings a plan in as its page does: the document becomes a draft, which a person goes over.
type planImportCmd struct {
	database
	output
	File    string `arg:"" help:"计划文件；- 为标准输入。"`
	Year    int    `placeholder:"年" help:"计划年度；省略时按文件自身的年度。"`
	Unit    string `placeholder:"单位" help:"统筹单位的编码或者名称；省略时取有统筹岗的单位。"`
	Confirm bool   `help:"没有待确认之处的，直接下达；有的，列出并留作草稿，退出码为 1。"`
	Reason  string `placeholder:"理由" help:"减负自检有提示而仍要下达的理由。"`
}

// planImportAnswer is the JSON of plan import.
type planImportAnswer struct {
	Draft    string          `json:"draft"`
	Title    string          `json:"title"`
	Number   string          `json:"number"`
	Year     int             `json:"year"`
	Measures int             `json:"measures"`
	Open     []openAnswer    `json:"open"`     // has to be settled before it can be dispatched
	Findings []string        `json:"findings"` // of the burden check: dispatched in spite of them with a reason
	Doubtful []string        `json:"doubtful"` // measures the program is not sure to have read well
	Notes    []string        `json:"notes"`
	Was      int64           `json:"was"`     // plan already dispatched of which this is a new version, 0 none
	Changes  []changeAnswer  `json:"changes"` // in which it differs from that plan
	Sent     *planSentAnswer `json:"sent"`    // null while it is a draft
}

type openAnswer struct {
	Field string `json:"field"`
	Say   string `json:"say"`
}

// changeAnswer is a measure that a new version of a plan adds, changes or leaves out.
type changeAnswer struct {
	Kind   string   `json:"kind"` // added, changed, gone
	Title  string   `json:"title"`
	Fields []string `json:"fields"` // in words
}

type planSentAnswer struct {
	Plan  int64 `json:"plan"`
	Units int   `json:"units"`
	Tasks int   `json:"tasks"`
}

// changeWords are the kinds of changes in words.
var changeWords = map[string]string{dispatch.Added: "新增", dispatch.Changed: "改动", dispatch.Gone: "取消"}

// doubtful is the confidence below which a person is asked to look again, as on the page.
const doubtful = 0.8

// Run reads the plan into a draft, prints what a person still has to settle and, where told to and nothing is open,
// dispatches it.
func (c planImportCmd) Run(env *Env) error {
	if c.Year != 0 && (c.Year < 1990 || c.Year > 2100) {
		return misuse("--year %d 不是 1990 至 2100 之间的年度", c.Year)
	}
	name, b, err := readBytes(env, c.File, "标准输入")
	if err != nil {
		return err
	}
	var answer planImportAnswer
	err = c.with(env, func(ctx context.Context, s *system) error {
		if err := s.founded(ctx); err != nil {
			return err
		}
		site, err := s.acts.Site(ctx)
		if err != nil {
			return err
		}
		u, err := c.coordinator(s, site)
		if err != nil {
			return err
		}
		who := operator
		who.For.Unit = u.No // whose draft it is, and who supervises the tasks
		draft, err := s.dispatch.Upload(ctx, who, name, b, c.Year)
		if err != nil {
			return err
		}
		if answer, err = planAnswer(ctx, s, site, draft); err != nil {
			return err
		}
		if !c.Confirm || answer.Was != 0 || len(answer.Open) > 0 || len(answer.Findings) > 0 && c.Reason == "" {
			return nil
		}
		sent, err := s.dispatch.Confirm(ctx, who, dispatch.Confirmation{Draft: draft.ID, Version: draft.Version, Reason: c.Reason})
		if err != nil {
			return err
		}
		answer.Sent = &planSentAnswer{sent.Plan, sent.Units, sent.Tasks}
		return nil
	})
	if err != nil {
		return err
	}
	if c.json() {
		err = env.printJSON(answer)
	} else {
		answer.print(env)
	}
	if err == nil && c.Confirm && answer.Sent == nil {
		return wrong("没有下达：%s", c.held(answer))
	}
	return err
}

// held says why a draft was not dispatched.
func (c planImportCmd) held(a planImportAnswer) string {
	if a.Was != 0 {
		return "同一份计划已经下达，请到平台的比较页上按不同之处更新。"
	}
	if len(a.Open) > 0 {
		return fmt.Sprintf("有 %d 处待确认，请到平台的“导入计划文件”页面核对。", len(a.Open))
	}
	return fmt.Sprintf("减负自检有 %d 条提示，仍要下达的请用 --reason 写明理由。", len(a.Findings))
}

// coordinator finds the unit that brings the plan in.
func (c planImportCmd) coordinator(s *system, site *act.Site) (unit.Unit, error) {
	if c.Unit != "" {
		return unitOf(site, c.Unit)
	}
	for _, u := range site.Tree().All() {
		if len(site.Rights.Holders(u.No, access.Coordinator, s.acts.Today())) > 0 {
			return u, nil
		}
	}
	return unit.Unit{}, app.Wrong("unit", "还没有统筹岗，请先授予，或者用 --unit 写明统筹单位。")
}

// planAnswer says what a draft holds and what is open in it.
func planAnswer(ctx context.Context, s *system, site *act.Site, d *dispatch.Draft) (planImportAnswer, error) {
	a := planImportAnswer{
		Draft: d.ID, Title: d.Title, Number: d.Number, Year: d.Year, Measures: len(d.Measures), Open: []openAnswer{}, Findings: []string{},
		Doubtful: []string{}, Changes: []changeAnswer{},
	}
	for _, f := range d.Check(site.Tree()) {
		a.Open = append(a.Open, openAnswer{f.Field, f.Say})
	}
	findings, err := s.dispatch.Burden(ctx, d)
	if err != nil {
		return a, err
	}
	for _, f := range findings {
		a.Findings = append(a.Findings, f.Say+f.Way)
	}
	for i := range d.Measures {
		if m := &d.Measures[i]; m.Confidence < doubtful {
			a.Doubtful = append(a.Doubtful, m.Label+m.Title)
		}
	}
	a.Notes = append([]string{}, d.Notes...) // Check may have added some
	if d.Was > 0 {
		a.Was = d.Was
		diff, err := s.dispatch.Diff(ctx, operator, d)
		if err != nil {
			return a, err
		}
		for _, x := range diff.Changes {
			change := changeAnswer{Kind: x.Kind, Title: x.Label() + x.Title(), Fields: []string{}}
			for _, f := range x.Fields {
				change.Fields = append(change.Fields, fmt.Sprintf("%s：原为“%s”，现为“%s”", f.Title(), f.Was, f.Is))
			}
			a.Changes = append(a.Changes, change)
		}
	}
	return a, nil
}

func (a *planImportAnswer) print(env *Env) {
	fmt.Fprintf(env.Out, "《%s》%s　%d 年度　措施 %d 项\n", orDash(a.Title), a.Number, a.Year, a.Measures)
	for _, o := range a.Open {
		fmt.Fprintln(env.Out, "待确认  "+o.Say)
	}
	for _, f := range a.Findings {
		fmt.Fprintln(env.Out, "减负自检  "+f)
	}
	for _, m := range a.Doubtful {
		fmt.Fprintln(env.Out, "请核对  "+m)
	}
	for _, x := range a.Changes {
		fmt.Fprintf(env.Out, "与已经下达的不同  %s  %s  %s\n", changeWords[x.Kind], x.Title, strings.Join(x.Fields, "；"))
	}
	for _, n := range a.Notes {
		fmt.Fprintln(env.Out, "说明  "+n)
	}
	switch {
	case a.Sent != nil:
		fmt.Fprintf(env.Out, "已经下达：计划编号 %d，任务 %d 项，涉及单位 %d 个。\n", a.Sent.Plan, a.Sent.Tasks, a.Sent.Units)
	default:
		fmt.Fprintf(env.Out, "已经留作草稿 %s，请到平台的“导入计划文件”页面核对后下达。\n", a.Draft)
	}
}
