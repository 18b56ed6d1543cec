package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/doc/sheet"
)

// registerCmd takes registers (名录) in and out as sheets.
type registerCmd struct {
	Import registerImportCmd `cmd:"" help:"从 XLSX 或者 CSV 导入名录，列与导出的相同；先逐格预检，有一处错误就一行也不写。"`
	Export registerExportCmd `cmd:"" help:"把名录导出为 XLSX 或者 CSV。导出留有记录。"`
}

type registerImportCmd struct {
	database
	output
	ID      string `arg:"" help:"名录，例如 unit 单位、person 人员、post 岗位、officer 执法人员。"`
	File    string `arg:"" help:"XLSX 或者 CSV 文件；- 为标准输入的 CSV。"`
	DryRun  bool   `help:"只预检：逐格列出错误和将要发生的变更，什么也不写。"`
	Correct bool   `help:"表中的内容自始就是对的，原来登记错了：变更追溯到生效日期。缺省为自今天（或者表中新写的生效日期）起变更。"`
}

// registerImportAnswer is the JSON of register import.
type registerImportAnswer struct {
	OK       bool            `json:"ok"`
	Register string          `json:"register"`
	New      int             `json:"new"`
	Changed  int             `json:"changed"`
	Same     int             `json:"same"`
	Written  int             `json:"written"`
	Errors   []cellAnswer    `json:"errors"`
	Changes  []changedAnswer `json:"changes"`
	Ignored  []string        `json:"ignored"` // columns that are not read
}

// cellAnswer is what is wrong with one cell.
type cellAnswer struct {
	Row    int    `json:"row"`
	Column string `json:"column"`
	Value  string `json:"value"`
	Say    string `json:"say"`
}

type changedAnswer struct {
	Row     int      `json:"row"`
	Key     string   `json:"key"`
	New     bool     `json:"new"`
	Columns []string `json:"columns"`
}

// Run checks every cell and then writes what differs.
func (c registerImportCmd) Run(env *Env) error {
	name, b, err := readBytes(env, c.File, "标准输入.csv")
	if err != nil {
		return err
	}
	var run *admin.RegisterRun
	written := 0
	err = c.with(env, func(ctx context.Context, s *system) (err error) {
		if err := s.founded(ctx); err != nil {
			return err
		}
		registers := admin.Registers{Acts: s.acts, House: s.house}
		run, err = registers.Check(ctx, operator, admin.RegisterFile{Register: c.ID, Name: name, Bytes: b, Correct: c.Correct})
		if err != nil || c.DryRun || len(run.Faults) > 0 {
			return err
		}
		bar := env.progress("导入")
		written, err = registers.Import(ctx, operator, run, bar.at)
		bar.end()
		return err
	})
	if err != nil {
		return err
	}
	if c.json() {
		err = env.printJSON(c.answer(run, written))
	} else {
		c.print(env, run, written)
	}
	if err == nil && len(run.Faults) > 0 {
		return wrong("有 %d 处需要改正，没有导入。", len(run.Faults))
	}
	return err
}

func (c registerImportCmd) answer(run *admin.RegisterRun, written int) registerImportAnswer {
	a := registerImportAnswer{
		OK: len(run.Faults) == 0, Register: run.Register, New: run.New, Changed: run.Changed, Same: run.Same, Written: written,
		Errors: cellAnswers(run.Faults), Changes: []changedAnswer{}, Ignored: append([]string{}, run.Ignored...),
	}
	for _, r := range run.Rows {
		a.Changes = append(a.Changes, changedAnswer{r.Row, r.Key, r.New, append([]string{}, r.Changes...)})
	}
	return a
}

func cellAnswers(faults []admin.CellFault) []cellAnswer {
	out := []cellAnswer{}
	for _, f := range faults {
		out = append(out, cellAnswer{f.Row, f.Column, f.Value, f.Say})
	}
	return out
}

func (c registerImportCmd) print(env *Env, run *admin.RegisterRun, written int) {
	fmt.Fprintln(env.Out, run.Summary()+"。")
	if len(run.Ignored) > 0 {
		fmt.Fprintln(env.Out, "没有读取的列："+strings.Join(run.Ignored, "、"))
	}
	if c.DryRun || len(run.Faults) > 0 {
		for _, r := range run.Rows {
			what := "新增"
			if !r.New {
				what = "变更 " + strings.Join(r.Changes, "、")
			}
			fmt.Fprintf(env.Out, "第 %d 行  %s  %s\n", r.Row, r.Key, what)
		}
	}
	printFaults(env, run.Faults)
	switch {
	case len(run.Faults) > 0:
	case c.DryRun:
		fmt.Fprintln(env.Out, "预检通过，什么也没有写。")
	default:
		fmt.Fprintf(env.Out, "已经写入 %d 条记录。\n", written)
	}
}

// printFaults prints what is wrong by cell.
func printFaults(env *Env, faults []admin.CellFault) {
	if len(faults) == 0 {
		return
	}
	var t table
	t.add("行", "列", "内容", "错误")
	for _, f := range faults {
		row := "—"
		if f.Row != 0 {
			row = strconv.Itoa(f.Row)
		}
		t.add(row, f.Column, orDash(f.Value), f.Say)
	}
	t.print(env.Out)
}

type registerExportCmd struct {
	database
	output
	ID  string `arg:"" help:"名录，例如 unit 单位、person 人员、post 岗位、officer 执法人员。"`
	At  string `placeholder:"日期" help:"只导出这一日有效的内容；省略时导出全部条目的最新内容，失效的也在内。"`
	Out string `placeholder:"文件" help:"写出的文件，.xlsx 或者 .csv；省略时把 CSV 写到标准输出。"`
}

// Run writes a register as a sheet, or as JSON.
func (c registerExportCmd) Run(env *Env) error {
	kind := strings.ToLower(filepath.Ext(c.Out))
	if c.Out != "" && kind != ".xlsx" && kind != ".csv" {
		return misuse("--out 应当是 .xlsx 或者 .csv 文件。")
	}
	var t sheet.Table
	var rows [][]any
	err := c.with(env, func(ctx context.Context, s *system) (err error) {
		registers := admin.Registers{Acts: s.acts, House: s.house}
		t, rows, err = registers.Export(ctx, operator, c.ID, c.At)
		return err
	})
	if err != nil {
		return err
	}
	if c.Out == "" && c.json() {
		return env.printJSON(exported(c.ID, t.Columns, rows))
	}
	b, err := c.bytes(t, kind)
	if err != nil {
		return err
	}
	if c.Out == "" {
		_, err = env.Out.Write(b)
		return err
	}
	if err := os.WriteFile(c.Out, b, 0o600); err != nil {
		return wrong("写不出 %s：%v", c.Out, err)
	}
	if c.json() {
		return env.printJSON(map[string]any{"register": c.ID, "rows": len(rows), "file": c.Out})
	}
	return env.printLines(fmt.Sprintf("已经写出 %s，%d 条。", c.Out, len(rows)))
}

func (c registerExportCmd) bytes(t sheet.Table, kind string) ([]byte, error) {
	if kind == ".xlsx" {
		return sheet.XLSX(t)
	}
	return sheet.CSV(t)
}

// exported is a table in JSON: each row by the titles of its columns.
func exported(id string, columns []sheet.Column, rows [][]any) map[string]any {
	titles := []string{}
	for _, c := range columns {
		titles = append(titles, c.Title)
	}
	out := []map[string]any{}
	for _, r := range rows {
		row := map[string]any{}
		for i, v := range r {
			if i < len(titles) {
				row[titles[i]] = v
			}
		}
		out = append(out, row)
	}
	return map[string]any{"register": id, "columns": slices.Clone(titles), "rows": out}
}
