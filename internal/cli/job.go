package cli

import (
	"context"
	"errors"
	"fmt"

	"zhunsheng/internal/app/duty"
)

// jobCmd runs by hand what the server does by itself.
type jobCmd struct {
	Run jobRunCmd `cmd:"" help:"办理今天到点的事：下达定期任务的下一期，记录期满视为办理的事项，按新的放假通知重新推算暂定的期限。可以重复运行。"`
}

type jobRunCmd struct {
	database
	output
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
	ctx := context.Background()
	s, err := c.open(ctx, env, options{})
	if err != nil {
		return err
	}
	today := s.acts.Today()
	ran, err := duty.Run(ctx, s.acts, s.dispatch, today)
	if err = errors.Join(err, s.close()); err != nil {
		return err
	}
	if c.json() {
		return env.printJSON(jobAnswer{today, append([]int64{}, ran.Opened...), append([]int64{}, ran.Deemed...), append([]int64{}, ran.Moved...)})
	}
	fmt.Fprintf(env.Out, "%s：下达定期任务 %d 项，记录期满视为办理 %d 件，按新的放假通知重新推算期限 %d 件。\n", today, len(ran.Opened), len(ran.Deemed), len(ran.Moved))
	return nil
}
