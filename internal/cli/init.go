package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"zhunsheng/internal/app/admin"
)

// initCmd makes a new site (建库).
type initCmd struct {
	database
	output
	Name     string `placeholder:"全称" help:"本级政府的全称，例如 衡平县人民政府。省略时逐项询问。"`
	Region   string `placeholder:"代码" help:"行政区划代码，6 至 12 位数字。"`
	Sign     string `placeholder:"代字" help:"机关代字，例如 衡政。"`
	Admin    string `placeholder:"姓名" help:"系统管理员：姓名，或者 账号:姓名。账号缺省为 admin。"`
	Security string `placeholder:"姓名" help:"安全管理员：姓名，或者 账号:姓名。账号缺省为 security。"`
	Auditor  string `placeholder:"姓名" help:"审计员：姓名，或者 账号:姓名。账号缺省为 auditor。"`
}

// initAnswer is the JSON of init.
type initAnswer struct {
	Unit     int64         `json:"unit"`
	Name     string        `json:"name"`
	Region   string        `json:"region"`
	Key      string        `json:"key"` // public key of the log
	Accounts []initAccount `json:"accounts"`
}

type initAccount struct {
	Role     string `json:"role"`
	Name     string `json:"name"`
	Login    string `json:"login"`
	Password string `json:"password"`
}

// Run asks for what the flags leave out, enters the government and its three administrators, and prints their passwords once.
func (c initCmd) Run(env *Env) error {
	if err := c.ask(env); err != nil {
		return err
	}
	f := admin.Founding{Name: c.Name, Region: c.Region, Sign: c.Sign, Admins: [3]admin.Founder{
		founder(c.Admin, "admin"), founder(c.Security, "security"), founder(c.Auditor, "auditor"),
	}}
	if err := f.Check(); err != nil {
		return said(err)
	}
	var done admin.Founded
	var key string
	err := c.made(env, options{region: f.Region}, func(ctx context.Context, s *system) (err error) {
		if done, err = s.house.Found(ctx, f); err != nil {
			return err
		}
		signer, err := admin.MakeKey(c.Data, f.Region)
		if err != nil {
			return fmt.Errorf("写不出存证密钥: %w", err)
		}
		key = signer.Key().String()
		return nil
	})
	if err != nil && done.Unit == 0 {
		return err
	}
	// From here on there are passwords that are known nowhere else: they are printed whatever happened after.
	return errors.Join(c.print(env, f, done, key), err)
}

func (c initCmd) print(env *Env, f admin.Founding, done admin.Founded, key string) error {
	if c.json() {
		answer := initAnswer{Unit: done.Unit, Name: f.Name, Region: f.Region, Key: key, Accounts: []initAccount{}}
		for _, a := range done.Accounts {
			answer.Accounts = append(answer.Accounts, initAccount{a.Role, a.Name, a.Login, a.Password})
		}
		return env.printJSON(answer)
	}
	fmt.Fprintf(env.Out, "已经建库：%s（%s）\n三个管理员的初始密码只显示这一次，首次登录时必须修改：\n", f.Name, f.Region)
	var t table
	for _, a := range done.Accounts {
		t.add("  "+a.Title, a.Name, "账号 "+a.Login, "密码 "+a.Password)
	}
	t.print(env.Out)
	fmt.Fprintf(env.Out, "存证公钥 %s\n请把公钥公布出去，把数据目录里的 log.key 另行妥善保管。\n", key)
	return nil
}

// ask fills in by question what the flags leave out.
func (c *initCmd) ask(env *Env) error {
	in := bufio.NewReader(env.In)
	var missing []string
	for _, q := range []struct {
		flag, say string
		value     *string
	}{
		{"--name", "本级政府的全称", &c.Name}, {"--region", "行政区划代码", &c.Region}, {"--admin", "系统管理员（姓名，或者 账号:姓名）", &c.Admin},
		{"--security", "安全管理员（姓名，或者 账号:姓名）", &c.Security}, {"--auditor", "审计员（姓名，或者 账号:姓名）", &c.Auditor},
	} {
		if *q.value != "" {
			continue
		}
		fmt.Fprintf(env.Err, "%s：", q.say)
		line, err := in.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return misuse("读取输入：%w", err)
		}
		if *q.value = strings.TrimSpace(line); *q.value == "" {
			missing = append(missing, q.flag)
		}
	}
	if len(missing) > 0 {
		fmt.Fprintln(env.Err)
		return misuse("缺少 %s", strings.Join(missing, "、"))
	}
	return nil
}

// founder reads 账号:姓名, or a name alone; a name in Latin letters is the login as well.
func founder(text, login string) admin.Founder {
	before, name, ok := strings.Cut(strings.ReplaceAll(text, "：", ":"), ":")
	if !ok {
		text = strings.TrimSpace(text)
		if text != "" && strings.IndexFunc(text, func(c rune) bool { return c <= ' ' || c > '~' }) < 0 {
			login = text
		}
		return admin.Founder{Name: text, Login: login}
	}
	return admin.Founder{Name: strings.TrimSpace(name), Login: strings.TrimSpace(before)}
}
