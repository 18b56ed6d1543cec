package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/doc/docfile"
)

// operator is who acts on the command line: whoever reaches the database itself. Such acts are recorded as the program's
// own, with no person's name under them.
var operator = access.Actor{System: true}

// with opens a database that is there for the length of fn.
func (d database) with(env *Env, fn func(ctx context.Context, s *system) error) error {
	if err := there(d.dsn()); err != nil {
		return err
	}
	return d.made(env, options{}, fn)
}

// there refuses a SQLite file that does not exist: a mistyped folder would else become an empty database in which
// everything is in order.
func there(dsn string) error {
	path, ok := strings.CutPrefix(dsn, "sqlite:")
	if !ok {
		return nil
	}
	if _, err := os.Stat(path); err != nil {
		return misuse("没有数据库 %s：%v。新建的请用 zhunsheng init；不在缺省位置的请用 --data 或者 --db 写明。", dsn, err)
	}
	return nil
}

// made opens the database, a new one where there is none, for the length of fn; acts that wait are written before it
// returns. A fault of fn becomes the exit code of its kind.
func (d database) made(env *Env, o options, fn func(ctx context.Context, s *system) error) error {
	ctx := context.Background()
	s, err := d.open(ctx, env, o)
	if err != nil {
		return err
	}
	return said(errors.Join(fn(ctx, s), s.close()))
}

// founded refuses a database without units.
func (s *system) founded(ctx context.Context) error {
	site, err := s.acts.Site(ctx)
	if err != nil {
		return err
	}
	if _, ok := site.Root(); !ok {
		return wrong("数据库里还没有单位，请先用 zhunsheng init 建库。")
	}
	return nil
}

// readBytes reads a file of at most docfile.MaxBytes given as a path, or standard input for "-". name is what the file is
// called in records; as names standard input.
func readBytes(env *Env, file, as string) (name string, b []byte, err error) {
	if file == "-" {
		name = as
		b, err = io.ReadAll(io.LimitReader(env.In, docfile.MaxBytes+1))
	} else {
		name = filepath.Base(file)
		b, err = readLimited(file)
	}
	if err != nil {
		return name, nil, misuse("读取 %s：%w", file, err)
	}
	if len(b) > docfile.MaxBytes {
		return name, nil, misuse("%s 超过 %d MB。", file, docfile.MaxBytes>>20)
	}
	return name, b, nil
}

// said brings a fault to the exit code of its kind: what was asked for wrongly is misuse, all else is refused. A refusal
// names every unmet condition with its article.
func said(err error) error {
	if err == nil {
		return nil
	}
	f := app.FaultOf(err)
	say := f.Say
	for _, u := range f.Unmet {
		say += "\n  " + u.Say
		if u.Cites != "" {
			say += "（" + u.Cites + "）"
		}
	}
	switch f.Kind {
	case app.Invalid, app.NotFound:
		return misuse("%s", say)
	case app.Refused, app.Denied, app.Conflict:
		return wrong("%s", say)
	}
	return err
}
