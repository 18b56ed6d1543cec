package cli

import (
	"context"
	"fmt"
	"runtime/debug"

	"zhunsheng/internal/app/admin"
)

type verifyCmd struct {
	output
	stored
	Key string `placeholder:"公钥" help:"存证公钥，或者存有公钥的文件。省略时用数据目录里的密钥；没有密钥则不核对快照的签名。"`
}

const verifyGC = 400 // percent of growth between two collections

// Run proves the database; exit 1 where anything differs.
func (c verifyCmd) Run(env *Env) error {
	key, err := c.key(c.Key)
	if err != nil {
		return misuse("公钥：%v", err)
	}
	// Every record is read once and kept a moment: collecting less often is worth the memory.
	defer debug.SetGCPercent(debug.SetGCPercent(verifyGC))
	return c.with(env, c.dsn(), false, func(ctx context.Context, w *admin.Whole) error {
		r, err := w.Verify(ctx, key)
		if err != nil {
			return err
		}
		return showVerified(env, c.json(), r)
	})
}

// showVerified prints what verify found and ends with exit 1 where something differs.
func showVerified(env *Env, asJSON bool, r admin.Verified) error {
	if asJSON {
		if err := env.printJSON(r); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(env.Out, "记录 %d 条，事项 %d 件，条目 %d 个，快照 %d 个，附件 %d 个\n根 %s\n", r.Records, r.Matters, r.Entries, r.Checkpoints,
			r.Files, r.Root)
		for _, d := range r.Differences {
			fmt.Fprintf(env.Out, "不符  %s  %s  %s\n", d.Table, d.Key, d.What)
		}
		if r.More > 0 {
			fmt.Fprintf(env.Out, "另有 %d 处不符没有列出\n", r.More)
		}
		for _, d := range r.Caches {
			fmt.Fprintf(env.Out, "清单待更新  %s  %s  %s\n", d.Table, d.Key, d.What)
		}
		for _, note := range r.Notes {
			fmt.Fprintln(env.Out, note)
		}
		if r.OK {
			fmt.Fprintln(env.Out, "核验通过：各表与记录一致。")
		} else {
			fmt.Fprintln(env.Out, "核验没有通过。")
		}
	}
	if !r.OK {
		return wrongShown()
	}
	return nil
}
