package read

import (
	"context"
	"fmt"

	"zhunsheng/internal/store"
)

// FileUses lists the records that name a file by its digest, newest first, at most limit.
func FileUses(ctx context.Context, tx *store.Tx, hash string, limit int) ([]int64, error) {
	rs, err := tx.Query(ctx, "SELECT seq FROM file_use WHERE hash = $1 ORDER BY seq DESC LIMIT $2", hash, int64(limit))
	out, err := collect(rs, err, func(s scanner) (seq int64, err error) { return seq, s.Scan(&seq) })
	if err != nil {
		return nil, fmt.Errorf("read uses of file %s: %w", hash, err)
	}
	return out, nil
}
