package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"text/tabwriter"

	"zhunsheng/internal/doors/demo"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

type demoCmd struct {
	database
	Addr string `env:"ZS_ADDR" default:"127.0.0.1:8080" help:"监听地址。"`
	Seed int64  `default:"1" help:"虚构数据的种子：同一天、同一种子得到同样的县。"`
}

// Run serves an invented county with two years of work in it. A data folder that already holds it is served as it is.
func (c demoCmd) Run(env *Env) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	clock := demo.NewClock(env.Now)
	s, err := c.open(ctx, env, options{now: clock.Now, region: demo.Region})
	if err != nil {
		return err
	}
	logins, err := c.fill(ctx, env, s, clock)
	if err != nil {
		return errors.Join(err, s.close())
	}
	return errors.Join(s.serve(ctx, env, c.Addr, printLogins(env, logins)), s.close())
}

// fill enters the county into an empty database; it returns the accounts.
func (c demoCmd) fill(ctx context.Context, env *Env, s *system, clock *demo.Clock) ([]demo.Login, error) {
	empty := false
	err := s.db.Read(ctx, func(tx *store.Tx) error {
		units, err := read.Register(ctx, tx, "unit")
		empty = len(units) == 0
		return err
	})
	if err != nil {
		return nil, err
	}
	if !empty {
		clock.Release()
		return demo.Logins(env.Now())
	}
	filled, err := demo.Fill(ctx, demo.Config{
		Acts: s.acts, Dispatch: s.dispatch, Accounts: s.accounts, Clock: clock, Seed: c.Seed,
		Log: func(line string) { fmt.Fprintln(env.Err, line) },
	})
	if err != nil {
		return nil, err
	}
	return filled.Logins, nil
}

// printLogins prints the accounts and returns one of each role for the door to show.
func printLogins(env *Env, logins []demo.Login) []view.DemoAccount {
	fmt.Fprintf(env.Out, "演示账号（数据为虚构），密码都是 %s：\n", demo.Password)
	w := tabwriter.NewWriter(env.Out, 0, 4, 2, ' ', 0)
	var door []view.DemoAccount
	seen := map[string]bool{}
	for _, l := range logins {
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", l.Login, l.Name, l.Unit, l.Title)
		if !seen[l.Role] {
			seen[l.Role] = true
			door = append(door, view.DemoAccount{Login: l.Login, Password: demo.Password, Who: l.Unit + " " + l.Name + "（" + l.Title + "）"})
		}
	}
	_ = w.Flush() // writes to env.Out, as all printing here
	return door
}
