package admin

import (
	"context"
	"log/slog"
	"time"

	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/side"
)

// Notary signs the log (存证快照) every second if it has grown. Of several copies of the program the one that holds the
// queue row `checkpoint` signs.
type Notary struct {
	DB     *store.DB
	Signer *ledger.Signer
	Holder string // name of this copy, unique
	Now    func() time.Time
	Log    *slog.Logger
	Every  time.Duration // default: a second

	signed int64 // size last signed
}

const (
	notaryDuty  = "checkpoint"
	notaryLease = 10 * time.Second
)

// Run signs until ctx ends, and signs a last time then.
func (n *Notary) Run(ctx context.Context) {
	every := n.Every
	if every == 0 {
		every = time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), notaryLease)
			defer cancel()
			n.sign(last)
			if err := side.Release(last, n.DB, notaryDuty, n.Holder); err != nil {
				n.Log.Warn("give the duty of signing back", "error", err)
			}
			return
		case <-tick.C:
			n.sign(ctx)
		}
	}
}

// sign signs once if the log has grown and the duty is ours.
func (n *Notary) sign(ctx context.Context) {
	size, err := size(ctx, n.DB)
	if err == nil && size == n.signed {
		return
	}
	now := n.Now()
	var ours bool
	if err == nil {
		ours, err = side.Lease(ctx, n.DB, notaryDuty, n.Holder, now.UnixMicro(), now.Add(notaryLease).UnixMicro())
	}
	if err == nil && ours {
		n.signed, _, err = side.Sign(ctx, n.DB, n.Signer, now.UnixMicro())
	}
	if err != nil && ctx.Err() == nil {
		n.Log.Warn("sign the log", "error", err)
	}
}

func size(ctx context.Context, db *store.DB) (n int64, err error) {
	err = db.Read(ctx, func(tx *store.Tx) (err error) {
		n, err = read.Size(ctx, tx)
		return err
	})
	return n, err
}

// Checkpoint signs the log as it stands now and returns the note; size 0 means that there is nothing to sign.
func (n *Notary) Checkpoint(ctx context.Context) (size int64, note string, err error) {
	return side.Sign(ctx, n.DB, n.Signer, n.Now().UnixMicro())
}
