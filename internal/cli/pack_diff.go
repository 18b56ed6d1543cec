package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"text/tabwriter"

	"zhunsheng/internal/access"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/internal/norm/source"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/pack"
)

type packDiffCmd struct {
	output
	Old  string `arg:"" help:"原来的规则包目录；写 - 指内置的规则包。"`
	New  string `arg:"" help:"现在的规则包目录；写 - 指内置的规则包。"`
	DB   string `placeholder:"地址" help:"同时列出这个数据库中受影响的在办事项：sqlite:路径 或者 postgres://…，只读。"`
	Data string `placeholder:"目录" help:"同时列出这个数据目录中受影响的在办事项，只读。"`
}

// packDiffAnswer is the JSON of pack diff.
type packDiffAnswer struct {
	Changes []rulebook.Change `json:"changes"`
	Running []runningMatters  `json:"running,omitempty"` // with --db or --data only
}

// runningMatters is the running matters governed by one version that a change touches.
type runningMatters struct {
	Procedure string          `json:"procedure"`
	Title     string          `json:"title"`
	InForce   string          `json:"in_force"`
	Count     int             `json:"count"`
	Matters   []runningMatter `json:"matters"`
}

type runningMatter struct {
	No     int64  `json:"no"`
	Number string `json:"number,omitempty"`
	Title  string `json:"title"`
	Opened string `json:"opened"`
}

// Run lists what differs and what rests on a changed law; changes of rules meet running matters only by migration.
func (c packDiffCmd) Run(env *Env) error {
	var books [2]*rulebook.Book
	for i, dir := range []string{c.Old, c.New} {
		var diags source.Diagnostics
		if dir == "-" {
			books[i], diags = rulebook.Load(pack.Files)
		} else {
			if info, err := os.Stat(dir); err != nil || !info.IsDir() {
				return misuse("没有目录 %s", dir)
			}
			books[i], diags = loadAlone(os.DirFS(dir))
		}
		if books[i] == nil {
			printDiagnostics(env, diags.Errors(), nil)
			return wrongShown()
		}
	}
	answer := packDiffAnswer{Changes: rulebook.Diff(books[0], books[1])}
	if c.DB != "" || c.Data != "" {
		var err error
		if answer.Running, err = c.running(env, rulebook.Touched(books[0], books[1], answer.Changes)); err != nil {
			return err
		}
	}
	if c.json() {
		if answer.Changes == nil {
			answer.Changes = []rulebook.Change{}
		}
		return env.printJSON(answer)
	}
	return answer.print(env)
}

// running reads the running matters of the versions; the database is read as it stands and nothing is written.
func (c packDiffCmd) running(env *Env, touched []rulebook.Version) (out []runningMatters, err error) {
	d := database{DB: c.DB, Data: c.Data}
	if err := there(d.dsn()); err != nil {
		return nil, err
	}
	ctx := context.Background()
	db, err := store.Open(ctx, d.dsn(), store.Options{Logger: slog.New(slog.DiscardHandler), Now: env.Now})
	if err != nil {
		return nil, misuse("打不开数据库 %s：%v", d.dsn(), err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	out = []runningMatters{}
	err = db.Read(ctx, func(tx *store.Tx) error {
		for _, v := range touched {
			one := runningMatters{Procedure: v.Procedure, Title: v.Title, InForce: v.InForce, Matters: []runningMatter{}}
			f := read.Filter{Procedure: v.Procedure, OpenOnly: true, Limit: read.CountCap}
			for {
				rows, err := read.List(ctx, tx, access.Scope{System: true}, f)
				if err != nil {
					return err
				}
				for _, m := range rows {
					if slices.Contains(v.Digests, m.State.Def) {
						one.Matters = append(one.Matters, runningMatter{m.State.No, m.State.Number, m.State.Title, m.State.Opened})
					}
				}
				if len(rows) < f.Limit {
					break
				}
				f.Before = rows[len(rows)-1].State.No
			}
			if one.Count = len(one.Matters); one.Count > 0 {
				out = append(out, one)
			}
		}
		return nil
	})
	return out, err
}

func (a packDiffAnswer) print(env *Env) error {
	w := tabwriter.NewWriter(env.Out, 0, 4, 2, ' ', 0)
	for _, x := range a.Changes {
		kind := "文字"
		switch {
		case x.Law != "":
			kind = "法律"
		case x.Rules:
			kind = "规则"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s → %s\n", x.Procedure+x.Law+x.Paper, x.InForce, kind, x.Path, orNone(x.Old), orNone(x.New))
		for _, t := range x.Touches {
			fmt.Fprintf(w, "　%s\t%s\t%s\t%s\t%s（%s）\n", t.Of, t.InForce, t.PartTitle(), t.Path, t.Name, t.Cites)
		}
	}
	for _, r := range a.Running {
		fmt.Fprintf(w, "%s\t%s\t在办\t%s\t%d 件\n", r.Procedure, r.InForce, r.Title, r.Count)
		for _, m := range r.Matters {
			fmt.Fprintf(w, "　事项 %d\t%s\t%s\t%s\t\n", m.No, m.Opened, orNone(m.Number), m.Title)
		}
	}
	return w.Flush()
}
