package admin

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/blob"
	"zhunsheng/internal/store/move"
	"zhunsheng/internal/store/search"
)

// Whole takes the database as a whole: verify, rebuild, backup, restore and move.
type Whole struct {
	DB    *store.DB
	Blobs blob.Store
	// Derive makes a matter's worklists anew by its rules and today's calendar; nil keeps them as they are.
	Derive func(*matter.State) (matter.Cache, error)
}

// Verified is what verify found.
type Verified = move.Report

// Shipped is the log that a backup, a restore or a move carried.
type Shipped = move.End

// Refusals of restoring.
var (
	ErrNotEmpty = move.ErrNotEmpty // the target holds records already
	ErrStream   = move.ErrStream   // the backup is damaged or cut short
)

// Verify proves every row against the records; key is the log's public key, the zero value leaves signatures out.
func (w *Whole) Verify(ctx context.Context, key ledger.Key) (Verified, error) {
	r, err := move.Verify(ctx, w.DB, move.Options{Blobs: w.Blobs, Key: key, Derive: w.Derive})
	if err != nil {
		return Verified{}, err
	}
	err = w.checkIndex(ctx, &r)
	return r, err
}

// VerifyRules is Verify that also thinks every act out again under its pinned definition, and makes the worklists anew by
// today's calendar. What today's engine would decide otherwise is listed under Rules, worklists under Caches; neither
// makes the database unsound.
func (w *Whole) VerifyRules(ctx context.Context, key ledger.Key, acts *act.Acts) (r Verified, err error) {
	err = w.DB.Read(ctx, func(tx *store.Tx) error {
		replay, err := acts.NewReplay(ctx, tx)
		if err != nil {
			return err
		}
		r, err = move.Verify(ctx, w.DB, move.Options{
			Blobs: w.Blobs, Key: key, Each: replay.Each,
			Derive: func(s *matter.State) (matter.Cache, error) { return acts.Worklists(ctx, tx, s) },
		})
		if err != nil {
			return err
		}
		r.Replayed = replay.Replayed
		for i, o := range replay.Found {
			if i == move.MaxDifferences {
				r.Notes = append(r.Notes, fmt.Sprintf("另有 %d 条记录的办理结果与现在的规则引擎不同，没有列出。", len(replay.Found)-i))
				break
			}
			r.Rules = append(r.Rules, move.Difference{Table: "record", Key: fmt.Sprintf("seq=%d", o.Seq), What: o.What})
		}
		if replay.Passed > 0 {
			r.Notes = append(r.Notes, fmt.Sprintf("%d 条记录没有重新推算：有内容已经依法清除，或者规则不在库中。", replay.Passed))
		}
		return nil
	})
	if err != nil {
		return r, err
	}
	err = w.checkIndex(ctx, &r)
	return r, err
}

// Rebuild makes matters, entries, limits and tallies anew from the records alone, and proves the outcome. The search index
// is emptied: the server makes it anew.
func (w *Whole) Rebuild(ctx context.Context) (Verified, error) {
	if err := move.Rebuild(ctx, w.DB, w.Derive); err != nil {
		return Verified{}, err
	}
	if err := search.Reset(ctx, w.DB); err != nil {
		return Verified{}, err
	}
	return w.Verify(ctx, ledger.Key{})
}

// Backup writes everything into one file and reads it back: it returns what the file carries, after comparing roots. The
// log's secret key goes along only if given. The file is readable by its owner alone and appears whole or not at all.
func (w *Whole) Backup(ctx context.Context, path, secret string) (Shipped, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".backup-*")
	if err != nil {
		return Shipped{}, fmt.Errorf("backup: %w", err)
	}
	sent, err := move.Export(ctx, w.DB, f, move.Contents{Blobs: w.Blobs, Accounts: true, Key: secret})
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		_, err = f.Seek(0, 0)
	}
	var read Shipped
	if err == nil {
		read, err = move.Check(f)
	}
	err = errors.Join(err, f.Close())
	if err == nil && read != sent {
		err = errors.New("读回的根与数据库的根不同")
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return Shipped{}, errors.Join(fmt.Errorf("backup: %w", err), os.Remove(f.Name()))
	}
	return read, nil
}

// Restore fills the empty database from a backup, and proves the outcome. secret is the log's key if the backup has it.
func (w *Whole) Restore(ctx context.Context, path string) (c Shipped, secret string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return Shipped{}, "", fmt.Errorf("restore: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	in, err := move.Import(ctx, w.DB, f, w.Blobs)
	if err != nil {
		return Shipped{}, "", err
	}
	return in.End, in.Key, w.prove(ctx, in.End)
}

// Move carries the database into another, empty one, whose engine may be the other, and proves the outcome. Files stay
// where they are: both are used with the same data folder.
func (w *Whole) Move(ctx context.Context, to *store.DB) (Shipped, error) {
	in, err := move.Move(ctx, w.DB, to, move.Contents{Accounts: true}, nil)
	if err != nil {
		return Shipped{}, err
	}
	return in.End, (&Whole{DB: to, Blobs: w.Blobs}).prove(ctx, in.End)
}

func (w *Whole) prove(ctx context.Context, want Shipped) error {
	r, err := w.Verify(ctx, ledger.Key{})
	if err != nil {
		return err
	}
	if !r.OK || r.Records != want.Size {
		return fmt.Errorf("核验没有通过：%d 处不同", int64(len(r.Differences))+r.More)
	}
	return nil
}

// KeyFile is where a data folder keeps the log's secret key.
func KeyFile(data string) string { return filepath.Join(data, "log.key") }

// LoadKey reads the log's key from a data folder; fs.ErrNotExist where there is none.
func LoadKey(data string) (*ledger.Signer, error) {
	b, err := os.ReadFile(KeyFile(data))
	if err != nil {
		return nil, fmt.Errorf("read the log's key: %w", err)
	}
	return ledger.ParseSigner(string(b))
}

// KeepKey writes a log's secret key into a data folder, readable by its owner alone. One that is there is never written
// over: the error is fs.ErrExist.
func KeepKey(data, secret string) (err error) {
	if _, err := ledger.ParseSigner(secret); err != nil {
		return err
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return fmt.Errorf("keep the log's key: %w", err)
	}
	f, err := os.OpenFile(KeyFile(data), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("keep the log's key: %w", err)
	}
	_, err = f.WriteString(secret + "\n")
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// MakeKey returns the key of a data folder, made now where there is none.
func MakeKey(data, region string) (*ledger.Signer, error) {
	s, err := LoadKey(data)
	if !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	var seed [32]byte
	_, _ = rand.Read(seed[:]) // never fails: crypto/rand ends the program first
	if s, err = ledger.NewSigner(region, seed); err != nil {
		return nil, err
	}
	return s, KeepKey(data, s.Secret())
}
