package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doors/metrics"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/blob"
	"zhunsheng/pack"
)

// database says where the records are.
type database struct {
	DB   string   `env:"ZS_DB" placeholder:"地址" help:"数据库：sqlite:路径 或者 postgres://…，默认是数据目录里的 zhunsheng.db。"`
	Data string   `env:"ZS_DATA" default:"./data" placeholder:"目录" help:"数据目录：数据库、附件和存证密钥，缺省为 ./data。"`
	Pack []string `env:"ZS_PACK" placeholder:"目录" help:"叠加的规则包目录，按顺序叠加；有一处错误就不启动。"`
}

func (d database) dsn() string {
	if d.DB != "" {
		return d.DB
	}
	return "sqlite:" + filepath.Join(d.Data, "zhunsheng.db")
}

// book reads the embedded pack and the overlays over it; wrong packs are refused whole.
func (d database) book(env *Env) (*rulebook.Book, error) {
	return loadBook(env, d.Pack)
}

// loadBook reads the embedded pack as its tests have proved it, or with overlays, proved here.
func loadBook(env *Env, overlays []string) (*rulebook.Book, error) {
	if len(overlays) == 0 {
		book, problems := rulebook.LoadRules(pack.Files)
		if bad := problems.Errors(); len(bad) > 0 {
			return nil, bad
		}
		return book, nil
	}
	layers := make([]fs.FS, 0, len(overlays))
	for _, dir := range overlays {
		layers = append(layers, os.DirFS(dir))
	}
	book, problems := rulebook.Load(pack.Files, layers...)
	if bad := problems.Errors(); len(bad) > 0 {
		fmt.Fprintln(env.Err, bad.Error())
		return nil, wrong("规则包有 %d 处错误，没有启动。", len(bad))
	}
	if bad := book.Check().Errors(); len(bad) > 0 {
		fmt.Fprintln(env.Err, bad.Error())
		return nil, wrong("规则包有 %d 处错误，没有启动。", len(bad))
	}
	return book, nil
}

// system is the program put together over one database.
type system struct {
	db       *store.DB
	acts     *act.Acts
	dispatch *dispatch.Dispatch
	accounts *admin.Accounts
	house    *admin.House
	metrics  *metrics.Metrics
	index    *admin.Index
	data     string // folder of files and key
	now      func() time.Time
	log      *slog.Logger
}

// options of putting the program together.
type options struct {
	now    func() time.Time
	salt   func(*[32]byte)
	region string // of a site about to be made: the log's key is made for it
}

// open puts the program together: database, files, rules, writer.
func (d database) open(ctx context.Context, env *Env, o options) (*system, error) {
	book, err := d.book(env)
	if err != nil {
		return nil, err
	}
	if o.now == nil {
		o.now = env.Now
	}
	log := slog.New(slog.NewTextHandler(env.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	db, err := store.Open(ctx, d.dsn(), store.Options{Logger: log, Now: o.now})
	if err != nil {
		return nil, misuse("打不开数据库 %s：%v", d.dsn(), err)
	}
	blobs, err := blob.OpenDir(filepath.Join(d.Data, "blobs"), o.now)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	version, _ := build()
	counts, err := metrics.New(version)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	index := admin.NewIndex(db, log)
	acts, err := act.New(act.Config{
		DB: db, Blobs: blobs, Book: book, Log: log, Now: o.now, Salt: o.salt,
		Committed: func(int64) { index.Wake() },
		Batch:     func(b act.Stats) { counts.Batch(b.Acts, b.Took) },
	})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s := &system{
		db: db, acts: acts, dispatch: &dispatch.Dispatch{Acts: acts}, accounts: &admin.Accounts{DB: db, Now: o.now}, now: o.now, log: log, data: d.Data, metrics: counts, index: index,
	}
	s.house = &admin.House{Acts: acts, Accounts: s.accounts}
	if err := s.begin(ctx, o.region); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// closing is how long acts that wait may take to be written at the end.
const closing = 20 * time.Second

func (s *system) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), closing)
	defer cancel()
	return errors.Join(s.acts.Close(ctx), s.db.Close())
}
