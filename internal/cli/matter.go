package cli

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"

	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/app/dispatch"
)

// matterCmd is about matters (事项).
type matterCmd struct {
	Import matterImportCmd `cmd:"" help:"导入在办事项：先逐格预检，有一处错误就一行也不写；同一文件再次导入不重复。"`
}

type matterImportCmd struct {
	database
	output
	Procedure string `arg:"" help:"程序，例如 petition 信访；task 任务用期初导入的模板。"`
	File      string `arg:"" optional:"" help:"XLSX 或者 CSV 文件；- 为标准输入的 CSV。一行一件，编号为上级系统的编号，每个环节一列日期。"`
	Map       string `placeholder:"文件" help:"列对应表，一行一列：“主办单位: 对方的列名”。列名与模板相同的不用写。"`
	DryRun    bool   `help:"只预检，一件也不导入。"`
	Template  string `placeholder:"文件" help:"写出这个程序的空模板（XLSX），不导入。"`
}

// matterImportAnswer is the JSON of matter import.
type matterImportAnswer struct {
	OK        bool         `json:"ok"`
	Procedure string       `json:"procedure"`
	Rows      int          `json:"rows"`
	Before    int          `json:"before"`  // had been brought in by an earlier import of the same file
	Written   int          `json:"written"` // matters opened now
	Moved     int          `json:"moved"`   // matters brought in before that got new steps
	Steps     int          `json:"steps"`   // records written
	Back      []backAnswer `json:"back"`    // rows that say less than is on record, or otherwise
	Ignored   []string     `json:"ignored"` // columns that are not read
	Errors    []cellAnswer `json:"errors"`
}

type backAnswer struct {
	Row    int    `json:"row"`
	Number string `json:"number"`
	Matter int64  `json:"matter"`
	Say    string `json:"say"`
}

// Run checks every cell, then opens one matter a row with its legal dates, or adds the steps that a later file has.
func (c matterImportCmd) Run(env *Env) error {
	switch {
	case c.Template != "":
		return c.template(env)
	case c.File == "":
		return misuse("请写明要导入的文件，或者用 --template 写出空模板。")
	case c.Procedure == dispatch.ProcedureTask:
		return c.tasks(env)
	}
	name, b, err := readBytes(env, c.File, "标准输入.csv")
	if err != nil {
		return err
	}
	var run *admin.MatterRun
	var done admin.MattersImported
	err = c.with(env, func(ctx context.Context, s *system) (err error) {
		if err := s.founded(ctx); err != nil {
			return err
		}
		opening := admin.Opening{Acts: s.acts, House: s.house}
		titles, err := opening.MatterTitles(c.Procedure)
		if err != nil {
			return err
		}
		if opening.Map, err = readMapping(env, c.Map, titles); err != nil {
			return err
		}
		if run, err = opening.CheckMatters(ctx, operator, c.Procedure, name, b); err != nil || c.DryRun || len(run.Faults) > 0 {
			return err
		}
		done, err = opening.BringMatters(ctx, operator, run)
		return err
	})
	if err != nil {
		return err
	}
	if c.json() {
		err = env.printJSON(c.answer(run, done))
	} else {
		c.print(env, run, done)
	}
	if err == nil && len(run.Faults) > 0 {
		return wrong("有 %d 处需要改正，没有导入。", len(run.Faults))
	}
	return err
}

func (c matterImportCmd) answer(run *admin.MatterRun, done admin.MattersImported) matterImportAnswer {
	a := matterImportAnswer{
		OK: len(run.Faults) == 0, Procedure: c.Procedure, Rows: run.Total, Before: run.Moved + run.Same, Written: done.New, Moved: done.Moved,
		Steps: done.Steps, Back: []backAnswer{}, Ignored: append([]string{}, run.Ignored...), Errors: cellAnswers(run.Faults),
	}
	for _, b := range run.Back {
		a.Back = append(a.Back, backAnswer(b))
	}
	return a
}

func (c matterImportCmd) print(env *Env, run *admin.MatterRun, done admin.MattersImported) {
	fmt.Fprintf(env.Out, "共 %d 行。%s。\n", run.Total, run.Summary())
	if len(run.Ignored) > 0 {
		fmt.Fprintf(env.Out, "没有读取的列：%s。\n", strings.Join(run.Ignored, "、"))
	}
	if len(run.Back) > 0 {
		fmt.Fprintf(env.Out, "\n与已经登记的不一致，没有改动，请核对（%d）\n", len(run.Back))
		var t table
		t.add("行", "编号", "事项", "不一致之处")
		for _, b := range run.Back {
			t.add(strconv.Itoa(b.Row), b.Number, strconv.FormatInt(b.Matter, 10), b.Say)
		}
		t.print(env.Out)
	}
	printFaults(env, run.Faults)
	switch {
	case len(run.Faults) > 0:
	case c.DryRun:
		fmt.Fprintln(env.Out, "预检通过，一件也没有导入。")
	default:
		fmt.Fprintf(env.Out, "已经导入：新开 %d 件，有进展 %d 件，写入 %d 条记录。\n", done.New, done.Moved, done.Steps)
	}
}

// template writes the empty sheet of the procedure.
func (c matterImportCmd) template(env *Env) error {
	var b []byte
	err := c.with(env, func(ctx context.Context, s *system) (err error) {
		opening := admin.Opening{Acts: s.acts, House: s.house}
		if c.Procedure == dispatch.ProcedureTask {
			b, err = opening.OpeningTemplate(ctx)
		} else {
			b, err = opening.MatterTemplate(c.Procedure)
		}
		return err
	})
	if err == nil {
		err = os.WriteFile(c.Template, b, 0o644)
	}
	if err == nil {
		fmt.Fprintf(env.Out, "已经写出模板 %s。\n", c.Template)
	}
	return err
}

// tasks brings in running tasks by the sheet of the start (期初).
func (c matterImportCmd) tasks(env *Env) error {
	name, b, err := readBytes(env, c.File, "标准输入.csv")
	if err != nil {
		return err
	}
	mapping, err := readMapping(env, c.Map, openingTitles())
	if err != nil {
		return err
	}
	var run *admin.DryRun
	var done admin.Imported
	err = c.with(env, func(ctx context.Context, s *system) (err error) {
		if err := s.founded(ctx); err != nil {
			return err
		}
		opening := admin.Opening{Acts: s.acts, House: s.house, Map: mapping}
		if run, err = opening.Check(ctx, operator, name, b); err != nil || c.DryRun || len(run.Faults) > 0 {
			return err
		}
		done, err = opening.Import(ctx, operator, name, run.File.Hash)
		return err
	})
	if err != nil {
		return err
	}
	if c.json() {
		err = env.printJSON(matterImportAnswer{
			OK: len(run.Faults) == 0, Procedure: c.Procedure, Rows: len(run.Rows), Before: run.Before, Written: done.Tasks,
			Back: []backAnswer{}, Ignored: []string{}, Errors: cellAnswers(run.Faults),
		})
	} else {
		fmt.Fprintf(env.Out, "共 %d 行，其中 %d 行以前已经导入。\n", len(run.Rows), run.Before)
		printFaults(env, run.Faults)
		switch {
		case len(run.Faults) > 0:
		case c.DryRun:
			fmt.Fprintln(env.Out, "预检通过，一件也没有导入。")
		default:
			fmt.Fprintf(env.Out, "已经导入 %d 件。\n", done.Tasks)
		}
	}
	if err == nil && len(run.Faults) > 0 {
		return wrong("有 %d 处需要改正，没有导入。", len(run.Faults))
	}
	return err
}

func openingTitles() []string {
	var out []string
	for _, c := range admin.OpeningColumns() {
		out = append(out, c.Title)
	}
	return out
}

// readMapping reads the file of a mapping; "" is none.
func readMapping(env *Env, file string, known []string) (admin.Mapping, error) {
	if file == "" {
		return nil, nil
	}
	name, b, err := readBytes(env, file, "对应表")
	if err != nil {
		return nil, err
	}
	m, err := admin.ReadMapping(name, b, known)
	return m, said(err)
}
