package cli

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/blob"
)

// stored says where the records are, for verbs that need no rules.
type stored struct {
	DB   string `env:"ZS_DB" placeholder:"地址" help:"数据库：sqlite:路径 或者 postgres://…，默认是数据目录里的 zhunsheng.db。"`
	Data string `env:"ZS_DATA" default:"./data" placeholder:"目录" help:"数据目录：数据库、附件和存证密钥，缺省为 ./data。"`
}

func (d stored) dsn() string { return database{DB: d.DB, Data: d.Data}.dsn() }

// with opens the database and its files for the length of fn; fresh makes a new one where there is none.
func (d stored) with(env *Env, dsn string, fresh bool, fn func(ctx context.Context, w *admin.Whole) error) (err error) {
	ctx := context.Background()
	if err := there(dsn); !fresh && err != nil {
		return err
	}
	db, err := store.Open(ctx, dsn, store.Options{Now: env.Now})
	if err != nil {
		return misuse("打不开数据库 %s：%v", dsn, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	blobs, err := blob.OpenDir(filepath.Join(d.Data, "blobs"), env.Now)
	if err != nil {
		return err
	}
	return fn(ctx, &admin.Whole{DB: db, Blobs: blobs})
}

// key is the log's public key: the text or file given, else that of the data folder, else none.
func (d stored) key(given string) (ledger.Key, error) {
	if given != "" {
		text, err := keyText(given)
		if err != nil {
			return ledger.Key{}, err
		}
		return ledger.ParseKey(text)
	}
	signer, err := admin.LoadKey(d.Data)
	if errors.Is(err, fs.ErrNotExist) {
		return ledger.Key{}, nil
	}
	if err != nil {
		return ledger.Key{}, err
	}
	return signer.Key(), nil
}

// carried prints what was carried.
func carried(env *Env, asJSON bool, c admin.Shipped, done string, fields map[string]any) error {
	root := base64.StdEncoding.EncodeToString(c.Root[:])
	if asJSON {
		answer := map[string]any{"ok": true, "records": c.Size, "root": root}
		for k, v := range fields {
			answer[k] = v
		}
		return env.printJSON(answer)
	}
	_, err := fmt.Fprintf(env.Out, "%s：%d 条记录，根 %s，两边一致。\n", done, c.Size, root)
	return err
}
