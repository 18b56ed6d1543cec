package admin

import (
	"context"

	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/side"
)

// Waiting counts the jobs that are due and the notices that have not been sent, and all records there are.
func (h *House) Waiting(ctx context.Context) (jobs, notices, records int64, err error) {
	err = h.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		if jobs, notices, err = side.Waiting(ctx, tx, h.Acts.Now().UnixMicro()); err != nil {
			return err
		}
		records, err = read.Size(ctx, tx)
		return err
	})
	return jobs, notices, records, err
}
