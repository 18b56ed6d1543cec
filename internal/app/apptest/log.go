package apptest

import (
	"context"

	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// signer is the key of the site's log: the same in every test.
func (s *Site) signer() *ledger.Signer {
	s.T.Helper()
	k, err := ledger.NewSigner("990127", [32]byte{1, 2, 3})
	s.must(err)
	return k
}

// Key is the public key of the site's log.
func (s *Site) Key() ledger.Key { return s.signer().Key() }

// Sign makes a checkpoint of the log as it is, as the signer of a running site does every second.
func (s *Site) Sign() {
	s.T.Helper()
	ctx := context.Background()
	s.must(s.DB.Write(ctx, func(tx *store.Tx) error {
		size, err := read.Size(ctx, tx)
		if err != nil {
			return err
		}
		root, err := ledger.Root(read.Log{Ctx: ctx, Tx: tx}, size)
		if err != nil {
			return err
		}
		note, err := s.signer().Checkpoint(size, root)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "INSERT INTO checkpoint (size, note, at) VALUES ($1, $2, $3)", size, note, s.Clock.Now().UnixMicro())
		return err
	}))
}

// Viewer is a person as who looks.
func (s *Site) Viewer(login string) *admin.Viewer {
	s.T.Helper()
	return &admin.Viewer{Actor: s.Actor(login), Scope: s.Scope(login), Site: s.Site(), Today: s.Acts.Today()}
}
