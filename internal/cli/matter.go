package cli

import (
	"context"
	"fmt"

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
	Procedure string `arg:"" help:"程序。现在可以导入的是 task 任务。"`
	File      string `arg:"" help:"XLSX 或者 CSV 文件；- 为标准输入的 CSV。"`
	Map       string `placeholder:"文件" help:"列对应表，一行一列：“任务名称: 对方的列名”。列名与模板相同的不用写。"`
	DryRun    bool   `help:"只预检，一件也不导入。"`
}

// matterImportAnswer is the JSON of matter import.
type matterImportAnswer struct {
	OK        bool         `json:"ok"`
	Procedure string       `json:"procedure"`
	Rows      int          `json:"rows"`
	Before    int          `json:"before"`  // had been brought in by an earlier import of the same file
	Written   int          `json:"written"` // matters opened now
	Errors    []cellAnswer `json:"errors"`
}

// Run checks every cell, then opens one matter a row with its legal dates.
func (c matterImportCmd) Run(env *Env) error {
	if c.Procedure != dispatch.ProcedureTask {
		return misuse("程序“%s”的在办事项还不能导入，现在可以导入的是 task 任务。", c.Procedure)
	}
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
		err = env.printJSON(matterImportAnswer{len(run.Faults) == 0, c.Procedure, len(run.Rows), run.Before, done.Tasks, cellAnswers(run.Faults)})
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
