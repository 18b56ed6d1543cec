package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/matter"
)

// accountCmd is about accounts (账号). Every change is on record; a password is printed once.
type accountCmd struct {
	List   accountListCmd   `cmd:"" help:"全部账号。"`
	Set    accountSetCmd    `cmd:"" help:"给名录中的人员开立账号，初始密码只显示一次。"`
	Reset  accountResetCmd  `cmd:"" help:"重置密码，同时解除锁定；新密码只显示一次。"`
	Lock   accountLockCmd   `cmd:"" help:"锁定账号，立即生效。"`
	Unlock accountUnlockCmd `cmd:"" help:"解除锁定。"`
	End    accountEndCmd    `cmd:"" help:"停用账号。本人的记录不变。"`
}

// accountAnswer is an account in JSON.
type accountAnswer struct {
	Login    string   `json:"login"`
	Person   int64    `json:"person"`
	Key      string   `json:"key"`
	Name     string   `json:"name"`
	Posts    []string `json:"posts"`
	State    string   `json:"state"` // active, first, locked, waiting
	Until    string   `json:"until,omitempty"`
	Password string   `json:"password,omitempty"`
}

// accountStates are the states in words.
var accountStates = map[string]string{"active": "正常", "first": "尚未首次登录", "locked": "已锁定", "waiting": "密码错误暂停登录"}

type accountListCmd struct {
	database
	output
}

// Run lists the accounts by login.
func (c accountListCmd) Run(env *Env) error {
	var out []accountAnswer
	err := c.with(env, func(ctx context.Context, s *system) (err error) {
		out, err = accounts(ctx, s)
		return err
	})
	if err != nil {
		return err
	}
	if c.json() {
		return env.printJSON(map[string]any{"accounts": append([]accountAnswer{}, out...)})
	}
	var t table
	t.add("账号", "姓名", "人员编号", "岗位", "状态")
	for _, a := range out {
		state := accountStates[a.State]
		if a.Until != "" {
			state += "，至 " + a.Until
		}
		t.add(a.Login, a.Name, a.Key, orDash(strings.Join(a.Posts, "；")), state)
	}
	t.print(env.Out)
	return nil
}

// accounts reads every account with its person and posts.
func accounts(ctx context.Context, s *system) ([]accountAnswer, error) {
	all, err := s.house.AllAccounts(ctx, operator)
	if err != nil {
		return nil, err
	}
	site, err := s.acts.Site(ctx)
	if err != nil {
		return nil, err
	}
	keys := map[int64]string{}
	for _, e := range site.Persons() {
		keys[e.No] = e.Key
	}
	var out []accountAnswer
	for _, a := range all {
		answer := accountAnswer{Login: a.Login, Person: a.Person, Key: keys[a.Person], Name: site.Person(a.Person), Posts: []string{}, State: "active"}
		switch {
		case a.Locked:
			answer.State = "locked"
		case !a.Until.IsZero():
			answer.State, answer.Until = "waiting", a.Until.Format("15:04")
		case a.First:
			answer.State = "first"
		}
		for _, p := range site.Rights.Posts(a.Person, s.acts.Today()) {
			post := site.Tree().Name(p.Unit) + " "
			if p.Title != "" {
				post += p.Title + " "
			}
			answer.Posts = append(answer.Posts, post+p.Role)
		}
		out = append(out, answer)
	}
	return out, nil
}

type accountSetCmd struct {
	database
	output
	Login  string `arg:"" help:"账号。"`
	Person string `required:"" placeholder:"人员" help:"人员编号；姓名不重复的，也可以写姓名。"`
}

// Run opens an account for a person of the register.
func (c accountSetCmd) Run(env *Env) error {
	var answer accountAnswer
	err := c.with(env, func(ctx context.Context, s *system) error {
		e, err := person(ctx, s, c.Person)
		if err != nil {
			return err
		}
		password, err := s.house.OpenAccount(ctx, operator, "", e.No, strings.TrimSpace(c.Login))
		if err != nil {
			return err
		}
		site, err := s.acts.Site(ctx)
		answer = accountAnswer{Login: c.Login, Person: e.No, Key: e.Key, Posts: []string{}, State: "first", Password: password}
		if err == nil {
			answer.Name = site.Person(e.No)
		}
		return nil // the password is known nowhere else: it is printed, with or without the name
	})
	if err != nil {
		return err
	}
	return printPassword(env, c.json(), "已经开立", answer)
}

// person finds a person by key, no or a name that only one has.
func person(ctx context.Context, s *system, said string) (*matter.Entry, error) {
	site, err := s.acts.Site(ctx)
	if err != nil {
		return nil, err
	}
	var named []*matter.Entry
	for _, e := range site.Persons() {
		if e.Key == said || strconv.FormatInt(e.No, 10) == said {
			return e, nil
		}
		if site.Person(e.No) == said {
			named = append(named, e)
		}
	}
	switch len(named) {
	case 0:
		return nil, app.Faultf(app.NotFound, "名录中没有人员“%s”。", said)
	case 1:
		return named[0], nil
	}
	keys := make([]string, len(named))
	for i, e := range named {
		keys[i] = e.Key
	}
	return nil, app.Wrong("person", "有 %d 人叫“%s”，请写人员编号：%s。", len(named), said, strings.Join(keys, "、"))
}

func printPassword(env *Env, asJSON bool, done string, a accountAnswer) error {
	if asJSON {
		return env.printJSON(a)
	}
	return env.printLines(fmt.Sprintf("%s账号 %s（%s）。初始密码只显示这一次，首次登录时必须修改：%s", done, a.Login, orDash(a.Name), a.Password))
}

// account names one account.
type account struct {
	database
	output
	Login string `arg:"" help:"账号。"`
}

// of finds the person of a login.
func (c account) of(ctx context.Context, s *system) (accountAnswer, error) {
	all, err := accounts(ctx, s)
	if err != nil {
		return accountAnswer{}, err
	}
	for _, a := range all {
		if a.Login == c.Login {
			return a, nil
		}
	}
	return accountAnswer{}, app.Faultf(app.NotFound, "没有账号“%s”，或者已经停用。", c.Login)
}

// change does something to the account and prints how it stands after.
func (c account) change(env *Env, done, state string, do func(h *admin.House, ctx context.Context, person int64) error) error {
	var a accountAnswer
	err := c.with(env, func(ctx context.Context, s *system) (err error) {
		if a, err = c.of(ctx, s); err != nil {
			return err
		}
		return do(s.house, ctx, a.Person)
	})
	if err != nil {
		return err
	}
	if a.State = state; c.json() {
		return env.printJSON(a)
	}
	return env.printLines(fmt.Sprintf("%s账号 %s（%s）。", done, a.Login, a.Name))
}

type accountResetCmd struct{ account }

// Run makes a new password.
func (c accountResetCmd) Run(env *Env) error {
	var a accountAnswer
	err := c.with(env, func(ctx context.Context, s *system) (err error) {
		if a, err = c.of(ctx, s); err != nil {
			return err
		}
		a.State, a.Until = "first", ""
		_, a.Password, err = s.house.ResetAccount(ctx, operator, "", a.Person)
		return err
	})
	if err != nil {
		return err
	}
	return printPassword(env, c.json(), "已经重置", a)
}

type accountLockCmd struct{ account }

// Run keeps a person out.
func (c accountLockCmd) Run(env *Env) error {
	return c.change(env, "已经锁定", "locked", func(h *admin.House, ctx context.Context, person int64) error {
		return h.LockAccount(ctx, operator, "", person)
	})
}

type accountUnlockCmd struct{ account }

// Run takes a lock off.
func (c accountUnlockCmd) Run(env *Env) error {
	return c.change(env, "已经解除锁定", "active", func(h *admin.House, ctx context.Context, person int64) error {
		return h.UnlockAccount(ctx, operator, "", person)
	})
}

type accountEndCmd struct{ account }

// Run takes an account away for good.
func (c accountEndCmd) Run(env *Env) error {
	return c.change(env, "已经停用", "ended", func(h *admin.House, ctx context.Context, person int64) error {
		return h.EndAccount(ctx, operator, "", person)
	})
}
