package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/proof/ledger"
)

type verifyCmd struct {
	output
	stored
	Key   string   `placeholder:"公钥" help:"存证公钥，或者存有公钥的文件。省略时用数据目录里的密钥；没有密钥则不核对快照的签名。"`
	Rules bool     `help:"再用现在的规则引擎和各事项当时适用的规则把每次办理重新推算一遍，列出结果不同的记录，并重新推算待办和期限清单；只供参考，不影响核验结论。"`
	Pack  []string `env:"ZS_PACK" help:"叠加的规则包目录，按顺序叠加；与 --rules 一起用。"`
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
		r, err := c.verify(ctx, env, w, key)
		if err != nil {
			return err
		}
		return showVerified(env, c.json(), r)
	})
}

func (c verifyCmd) verify(ctx context.Context, env *Env, w *admin.Whole, key ledger.Key) (r admin.Verified, err error) {
	if !c.Rules {
		return w.Verify(ctx, key)
	}
	book, err := loadBook(env, c.Pack)
	if err != nil {
		return r, err
	}
	acts, err := act.New(act.Config{DB: w.DB, Blobs: w.Blobs, Book: book, Now: env.Now})
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, acts.Close(ctx)) }()
	if _, err := acts.Recall(ctx); err != nil {
		return r, err
	}
	return w.VerifyRules(ctx, key, acts)
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
		if r.Replayed > 0 {
			fmt.Fprintf(env.Out, "重新推算 %d 次办理，%d 条与现在的规则引擎不同（只供参考）\n", r.Replayed, len(r.Rules))
		}
		for _, d := range r.Rules {
			fmt.Fprintf(env.Out, "推算不同  %s  %s\n", d.Key, d.What)
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
