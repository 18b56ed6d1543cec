package cli

import (
	"context"
	"fmt"

	"zhunsheng/internal/app/admin"
)

// logCmd is about the log of records (存证).
type logCmd struct {
	Checkpoint logCheckpointCmd `cmd:"" help:"现在签发一份存证快照。"`
}

type logCheckpointCmd struct {
	output
	stored
}

// Run signs the log as it stands and prints the note.
func (c logCheckpointCmd) Run(env *Env) error {
	signer, err := admin.LoadKey(c.Data)
	if err != nil {
		return misuse("数据目录里没有可用的存证密钥：%v", err)
	}
	return c.with(env, c.dsn(), false, func(ctx context.Context, w *admin.Whole) error {
		n := admin.Notary{DB: w.DB, Signer: signer, Now: env.Now}
		size, note, err := n.Checkpoint(ctx)
		if err != nil {
			return err
		}
		if size == 0 {
			return wrong("还没有记录，没有可以签发的快照。")
		}
		if c.json() {
			return env.printJSON(map[string]any{"size": size, "key": signer.Key().String(), "note": note})
		}
		_, err = fmt.Fprint(env.Out, note)
		return err
	})
}
