package cli

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/publish"
)

// reportCmd is about reports drafted from the records (定期报告).
type reportCmd struct {
	Draft reportDraftCmd `cmd:"" help:"按记录起草计划的进展报告：plan_half 半年，plan_year 年度。"`
}

type reportDraftCmd struct {
	database
	output
	ID     string `arg:"" help:"报告的标识：plan_half 或者 plan_year。"`
	Period string `required:"" placeholder:"2026-H1" help:"期间：半年写成 2026-H1、2026-H2，年度写成 2026。"`
	Plan   string `placeholder:"编号" help:"计划的编号；省略时取当年任务最多的计划。"`
	Unit   string `placeholder:"代码" help:"只统计这个单位及其下级；省略或者为本级政府时统计全部。"`
	Until  string `placeholder:"日期" help:"数据截至日；省略时为期间的最后一日，期间未满的为今天。"`
	Out    string `placeholder:"文件" help:"写出的 DOCX 文件。"`
}

// reportAnswer is the JSON of report draft.
type reportAnswer struct {
	Title    string          `json:"title"`
	Period   string          `json:"period"`
	Until    string          `json:"until"`
	Snapshot int64           `json:"snapshot"`
	Figures  []figureAnswer  `json:"figures"`
	Findings []findingAnswer `json:"findings"`
	File     string          `json:"file,omitempty"`
}

type figureAnswer struct {
	No      int     `json:"no"`
	Token   string  `json:"token"`
	Name    string  `json:"name"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	Formula string  `json:"formula"`
	Matters []int64 `json:"matters"`
}

type findingAnswer struct {
	Kind string `json:"kind"`
	Say  string `json:"say"`
	Must bool   `json:"must"`
}

// Run drafts a report from the records as they are; nothing is kept but the file.
func (c reportDraftCmd) Run(env *Env) error {
	var shown *publish.Shown
	err := c.with(env, func(ctx context.Context, s *system) (err error) {
		if shown, err = c.draft(ctx, s); err == nil && c.Out != "" {
			err = writeReport(c.Out, shown)
		}
		return err
	})
	if err != nil {
		return err
	}
	if c.json() {
		return c.printJSON(env, shown)
	}
	return c.print(env, shown)
}

func (c reportDraftCmd) draft(ctx context.Context, s *system) (*publish.Shown, error) {
	p, err := publish.New(s.acts, s.dispatch)
	if err != nil {
		return nil, err
	}
	start := publish.Start{Kind: c.ID, Period: c.Period, Until: c.Until}
	if start.Plan, err = c.plan(ctx, s, p); err != nil {
		return nil, err
	}
	site, err := s.acts.Site(ctx)
	if err != nil {
		return nil, err
	}
	if c.Unit != "" {
		u, ok := site.Tree().Code(c.Unit)
		if !ok {
			return nil, app.Wrong("unit", "没有代码为“%s”的单位。", c.Unit)
		}
		if root, _ := site.Root(); u.No != root.No {
			start.About = u.No
		}
	}
	return p.Preview(ctx, start)
}

// plan finds the plan by the no of its entry, its key or the period's year.
func (c reportDraftCmd) plan(ctx context.Context, s *system, p *publish.Publish) (int64, error) {
	if c.Plan == "" {
		plan, err := p.PlanFor(ctx, c.Period)
		return plan.No, err
	}
	plans, err := s.dispatch.Plans(ctx)
	if err != nil {
		return 0, err
	}
	for _, plan := range plans {
		if plan.Key == c.Plan || strconv.FormatInt(plan.No, 10) == c.Plan {
			return plan.No, nil
		}
	}
	return 0, app.Wrong("plan", "没有编号为“%s”的计划。", c.Plan)
}

func writeReport(file string, shown *publish.Shown) error {
	b, err := shown.DOCX()
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, b, 0o644); err != nil {
		return fmt.Errorf("写不出 %s: %w", file, err)
	}
	return nil
}

func (c reportDraftCmd) printJSON(env *Env, shown *publish.Shown) error {
	out := reportAnswer{
		Title: oneLine(shown.Document.Title), Period: shown.Basis.Span.ID, Until: shown.Basis.Until, Snapshot: shown.Basis.Snapshot - 1, File: c.Out,
		Figures: []figureAnswer{}, Findings: []findingAnswer{},
	}
	for _, f := range shown.Figures {
		a, err := shown.Basis.Answer(f.ID)
		if err != nil {
			return err
		}
		figure := figureAnswer{No: f.No, Token: f.ID, Name: f.Name, Value: f.Value, Unit: f.Unit, Formula: f.Formula, Matters: []int64{}}
		for _, b := range a.Behind {
			if b.Matter != 0 {
				figure.Matters = append(figure.Matters, b.Matter)
			}
		}
		out.Figures = append(out.Figures, figure)
	}
	for i := range shown.Findings {
		f := &shown.Findings[i]
		out.Findings = append(out.Findings, findingAnswer{string(f.Kind), f.Say(), f.Must})
	}
	return env.printJSON(out)
}

func (c reportDraftCmd) print(env *Env, shown *publish.Shown) error {
	fmt.Fprintf(env.Out, "%s\n数据截至 %s，存证编号 %d\n", oneLine(shown.Document.Title), shown.Basis.Until, shown.Basis.Snapshot-1)
	var t table
	for _, f := range shown.Figures {
		if !strings.Contains(f.ID, "@") {
			t.add("  "+f.Name, f.Show()+strings.TrimSuffix(f.Unit, "%"))
		}
	}
	t.print(env.Out)
	for i := range shown.Findings {
		fmt.Fprintln(env.Out, "提示："+shown.Findings[i].Say())
	}
	if c.Out != "" {
		fmt.Fprintln(env.Out, "已写出 "+c.Out)
	}
	return nil
}

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", "") }
