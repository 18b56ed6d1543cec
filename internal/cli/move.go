package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/store"
)

type backupCmd struct {
	output
	stored
	File    string `arg:"" help:"备份文件。已有的同名文件会被替换。"`
	WithKey bool   `help:"连同存证密钥一起备份。没有密钥的备份不能继续签发快照。"`
}

// Run writes a backup beside a running server.
func (c backupCmd) Run(env *Env) error {
	secret := ""
	if c.WithKey {
		signer, err := admin.LoadKey(c.Data)
		if err != nil {
			return misuse("数据目录里没有可用的存证密钥：%v", err)
		}
		secret = signer.Secret()
	}
	return c.with(env, c.dsn(), false, func(ctx context.Context, w *admin.Whole) error {
		end, err := w.Backup(ctx, c.File, secret)
		if err != nil {
			return wrong("没有备份：%v", err)
		}
		return carried(env, c.json(), end, "已备份到 "+c.File, map[string]any{"file": c.File})
	})
}

type restoreCmd struct {
	output
	stored
	File string `arg:"" help:"备份文件；- 为标准输入。"`
}

// Run restores a backup into an empty database.
func (c restoreCmd) Run(env *Env) error {
	if c.File == "-" {
		return c.piped(env)
	}
	if _, err := os.Stat(c.File); err != nil {
		return misuse("读取备份文件 %s：%w", c.File, err)
	}
	return c.with(env, c.dsn(), true, func(ctx context.Context, w *admin.Whole) error {
		end, secret, err := w.Restore(ctx, c.File)
		if err != nil {
			return wrong("没有恢复：%v", err)
		}
		if secret != "" {
			if err := admin.KeepKey(c.Data, secret); err != nil && !errors.Is(err, fs.ErrExist) {
				return wrong("已恢复，但是没有写入存证密钥：%v", err)
			}
		}
		return carried(env, c.json(), end, "已恢复", map[string]any{"key": secret != ""})
	})
}

// piped keeps what comes on standard input in a file for the time of restoring: it is read more than once.
func (c restoreCmd) piped(env *Env) (err error) {
	f, err := os.CreateTemp("", "zhunsheng-restore-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(f.Name())) }()
	_, err = io.Copy(f, env.In)
	if err = errors.Join(err, f.Close()); err != nil {
		return misuse("读取标准输入：%w", err)
	}
	c.File = f.Name()
	return c.Run(env)
}

type moveCmd struct {
	output
	Data string `env:"ZS_DATA" default:"./data" placeholder:"目录" help:"数据目录，缺省为 ./data：附件留在原处，两边共用。"`
	From string `arg:"" help:"原数据库：sqlite:路径 或者 postgres://…"`
	To   string `arg:"" help:"新数据库，须为空。"`
}

// Run carries a database into an empty one.
func (c moveCmd) Run(env *Env) error {
	d := stored{Data: c.Data}
	return d.with(env, c.From, false, func(ctx context.Context, w *admin.Whole) (err error) {
		to, err := store.Open(ctx, c.To, store.Options{Now: env.Now})
		if err != nil {
			return misuse("打不开数据库 %s：%v", c.To, err)
		}
		defer func() { err = errors.Join(err, to.Close()) }()
		end, err := w.Move(ctx, to)
		if err != nil {
			return wrong("没有迁移：%v", err)
		}
		return carried(env, c.json(), end, "已迁移", nil)
	})
}
