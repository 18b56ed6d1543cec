package cli

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/duty"
	"zhunsheng/internal/unit"
)

// jobCmd runs by hand what the server does by itself.
type jobCmd struct {
	List jobListCmd `cmd:"" help:"定期任务的各期：所属期间、到期日、下达的事项。"`
	Run  jobRunCmd  `cmd:"" help:"办理今天到点的事：下达定期任务的下一期，记录期满视为办理的事项，按新的放假通知重新推算暂定的期限。服务运行时会自己办理；可以重复运行。"`
}

// today is the day a job is run for.
type today struct {
	Today string `placeholder:"日期" help:"按这一日办理，缺省为今天。"`
}

// of is the day, in the clock of the program where none is given.
func (t today) of(acts *act.Acts) (string, error) {
	if t.Today == "" {
		return acts.Today(), nil
	}
	if _, err := time.Parse(time.DateOnly, t.Today); err != nil {
		return "", misuse("--today %s 不是日期，请写成 2026-09-24。", t.Today)
	}
	return t.Today, nil
}

type jobListCmd struct {
	database
	output
	today
	Last int `default:"1" placeholder:"期数" help:"每项任务列最近几期。"`
}

// turnAnswer is one turn of a recurring duty in JSON.
type turnAnswer struct {
	Duty   int64  `json:"duty"`
	Title  string `json:"title"`
	Unit   string `json:"unit"` // code
	Period string `json:"period"`
	Due    string `json:"due"`
	Matter int64  `json:"matter"` // 0 where it has not been opened
}

// Run lists the turns of recurring duties, the latest due first.
func (c jobListCmd) Run(env *Env) error {
	if c.Last < 1 {
		return misuse("--last 应当不小于 1。")
	}
	var turns []duty.Turn
	var tree *unit.Tree
	err := c.with(env, func(ctx context.Context, s *system) error {
		day, err := c.of(s.acts)
		if err != nil {
			return err
		}
		site, err := s.acts.Site(ctx)
		if err != nil {
			return err
		}
		tree = site.Tree()
		turns, err = duty.Turns(ctx, s.acts, day, c.Last)
		return err
	})
	if err != nil {
		return err
	}
	if c.json() {
		out := []turnAnswer{}
		for _, t := range turns {
			u, _ := tree.Get(t.Unit)
			out = append(out, turnAnswer{t.Duty, t.Title, u.Code, t.Period.Title, t.Due, t.Matter})
		}
		return env.printJSON(map[string]any{"turns": out})
	}
	var t table
	t.add("定期任务", "单位", "期间", "到期", "事项")
	for _, turn := range turns {
		at := "尚未下达"
		if turn.Matter != 0 {
			at = strconv.FormatInt(turn.Matter, 10)
		}
		t.add(turn.Title, tree.Name(turn.Unit), turn.Period.Title, turn.Due, at)
	}
	t.print(env.Out)
	return nil
}

type jobRunCmd struct {
	database
	output
	today
}

// jobAnswer is the JSON of job run.
type jobAnswer struct {
	Today  string  `json:"today"`
	Opened []int64 `json:"opened"`
	Deemed []int64 `json:"deemed"`
	Moved  []int64 `json:"moved"`
}

// Run does what is due today. Running it again does nothing twice.
func (c jobRunCmd) Run(env *Env) error {
	var ran duty.Ran
	var day string
	err := c.with(env, func(ctx context.Context, s *system) (err error) {
		if day, err = c.of(s.acts); err != nil {
			return err
		}
		ran, err = duty.Run(ctx, s.acts, s.dispatch, day)
		return err
	})
	if err != nil {
		return err
	}
	if c.json() {
		return env.printJSON(jobAnswer{day, append([]int64{}, ran.Opened...), append([]int64{}, ran.Deemed...), append([]int64{}, ran.Moved...)})
	}
	fmt.Fprintf(env.Out, "%s：下达定期任务 %d 项，记录期满视为办理 %d 件，按新的放假通知重新推算期限 %d 件。\n", day, len(ran.Opened), len(ran.Deemed), len(ran.Moved))
	return nil
}
