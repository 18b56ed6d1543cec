package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// begin takes the pack into use. A new log names its key in its first record: region says for which place the key is made.
// Without a region, and before init, nothing is written: there is nothing yet to keep rules for.
func (s *system) begin(ctx context.Context, region string) error {
	size, err := s.size(ctx)
	switch {
	case err != nil:
		return err
	case size > 0:
		return s.acts.Load(ctx)
	case region == "":
		_, err := s.acts.Recall(ctx)
		return err
	}
	signer, err := admin.MakeKey(s.data, region)
	if err != nil {
		return fmt.Errorf("写不出存证密钥: %w", err)
	}
	if err := s.acts.KeepKey(ctx, signer.Key()); err != nil {
		return err
	}
	return s.acts.Load(ctx)
}

func (s *system) size(ctx context.Context) (n int64, err error) {
	err = s.db.Read(ctx, func(tx *store.Tx) (err error) {
		n, err = read.Size(ctx, tx)
		return err
	})
	return n, err
}

// key is the log's key of the data folder. A site of an earlier version, whose log names no key, gets one; where the log
// names one that is not in the folder no other is made, nothing is signed, and it is nil.
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
	named, err := s.named(ctx)
	if err != nil {
		return nil, err
	}
	if named {
		s.log.Warn("存证密钥不在数据目录里，不签存证快照；请把 log.key 放回", "folder", s.data)
		return nil, nil
	}
	signer, err = admin.MakeKey(s.data, cmp.Or(root.Region, root.Code))
	if err != nil {
		return nil, err
	}
	return signer, s.acts.KeepKey(ctx, signer.Key())
}

// named tells whether the first record of the log names its key.
func (s *system) named(ctx context.Context) (named bool, err error) {
	err = s.db.Read(ctx, func(tx *store.Tx) error {
		h, err := read.Head(ctx, tx, 1)
		named = h.Kind == act.KindKey
		return err
	})
	return named, err
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
