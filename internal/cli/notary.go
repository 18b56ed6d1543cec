package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/proof/ledger"
)

// key is the log's key of the data folder. A site that has a government and no key yet gets one; without either there is
// nothing to sign, and it is nil.
func (s *system) key(ctx context.Context) (*ledger.Signer, error) {
	signer, err := admin.LoadKey(s.data)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return signer, err
	}
	site, err := s.acts.Site(ctx)
	if err != nil {
		return nil, err
	}
	root, ok := site.Root()
	if !ok {
		return nil, nil
	}
	return admin.MakeKey(s.data, cmp.Or(root.Region, root.Code))
}

// sign lets a notary sign the log every second; what it returns ends that, after a last signature.
func (s *system) sign(ctx context.Context, signer *ledger.Signer) (end func()) {
	if signer == nil {
		return func() {}
	}
	host, err := os.Hostname()
	if err != nil {
		host = "copy"
	}
	n := &admin.Notary{DB: s.db, Signer: signer, Holder: fmt.Sprintf("%s/%d", host, os.Getpid()), Now: s.now, Log: s.log}
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	running.Go(func() { n.Run(ctx) })
	return func() {
		cancel()
		running.Wait()
	}
}
