package move

import (
	"context"
	"errors"
	"fmt"
	"io"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/blob"
	"zhunsheng/internal/store/rows"
)

// ErrNotEmpty says that a database already holds records.
var ErrNotEmpty = errors.New("目标数据库里已经有记录，只能恢复到空的数据库")

// Imported is what a stream brought.
type Imported struct {
	End
	Key string // the log's secret key, "" where the stream left it out
}

// Import fills an empty database from a stream, in one transaction: the records as they are, every other row folded anew.
// It compares size and root with the stream's end and commits only if they are the same.
func Import(ctx context.Context, db *store.DB, r io.Reader, blobs blob.Store) (Imported, error) {
	var in Imported
	err := locked(ctx, db, func(s *session) error {
		var size int64
		if err := s.conn.QueryRowContext(ctx, "SELECT size FROM head WHERE id = 1").Scan(&size); err != nil {
			return err
		}
		if size != 0 {
			return ErrNotEmpty
		}
		stream, err := newStreamReader(r)
		if err != nil {
			return err
		}
		i := &importer{session: s, blobs: blobs, image: newImage(true), caches: map[int64][]byte{}}
		if i.fold, err = newFold(i.image, i.fault); err != nil {
			return err
		}
		i.fold.repeats = true
		in, err = i.run(ctx, stream)
		return err
	})
	if err != nil {
		return Imported{}, fmt.Errorf("import: %w", err)
	}
	return in, nil
}

type importer struct {
	*session
	blobs  blob.Store
	fold   *fold
	caches map[int64][]byte
	faults []error
	set    rows.Set
	image  *image
	key    string
}

func (i *importer) fault(d Difference) {
	if len(i.faults) < 10 {
		i.faults = append(i.faults, fmt.Errorf("%s %s: %s", d.Table, d.Key, d.What))
	}
}

func (i *importer) run(ctx context.Context, stream *streamReader) (Imported, error) {
	for {
		f, err := stream.next()
		if err != nil {
			return Imported{}, err
		}
		if f.kind == frameEnd {
			return i.end(ctx, &f)
		}
		if err := i.take(ctx, &f); err != nil {
			return Imported{}, err
		}
	}
}

func (i *importer) end(ctx context.Context, f *frame) (Imported, error) {
	if err := i.flush(ctx, &i.set); err != nil {
		return Imported{}, err
	}
	i.fold.end()
	if len(i.faults) > 0 {
		return Imported{}, fmt.Errorf("%w：%w", ErrStream, errors.Join(i.faults...))
	}
	size, err := f.number(0)
	if err != nil {
		return Imported{}, err
	}
	end := End{Size: i.fold.tree.Size(), Root: i.fold.tree.Root()}
	if size != end.Size || string(f.fields[1]) != string(end.Root[:]) {
		return Imported{}, fmt.Errorf("%w：恢复后的根与备份的根不同", ErrStream)
	}
	if err := i.fill(ctx, i.fold, i.image, i.caches); err != nil {
		return Imported{}, err
	}
	for n, o := range i.fold.once {
		i.set.Add(rows.InsertOnce, o.request, o.seq)
		if n%chunk == chunk-1 {
			if err := i.flush(ctx, &i.set); err != nil {
				return Imported{}, err
			}
		}
	}
	return Imported{end, i.key}, i.flush(ctx, &i.set)
}

// take stores a frame. Fields that are missing are found by the accessors.
func (i *importer) take(ctx context.Context, f *frame) error {
	switch f.kind {
	case frameDefinition:
		if len(f.fields) != 2 {
			return ErrStream
		}
		i.fold.rules[string(f.fields[0])] = f.fields[1]
		return nil
	case frameRecord:
		return i.record(ctx, f)
	case frameCheckpoint:
		size, err := f.number(0)
		at, err2 := f.number(2)
		if err = errors.Join(err, err2); err != nil {
			return err
		}
		return i.out.Exec(ctx, "INSERT INTO checkpoint (size, note, at) VALUES ($1, $2, $3)", size, string(f.fields[1]), at)
	case frameCosign:
		size, err := f.number(0)
		if err != nil || len(f.fields) != 3 {
			return ErrStream
		}
		return i.out.Exec(ctx, "INSERT INTO cosign (size, name, line) VALUES ($1, $2, $3)", size, string(f.fields[1]), string(f.fields[2]))
	case frameCache:
		no, err := f.number(0)
		b, err2 := f.bytes(1)
		if err = errors.Join(err, err2); err != nil {
			return err
		}
		if _, err := matter.DecodeCache(b); err != nil {
			return fmt.Errorf("%w：%w", ErrStream, err)
		}
		i.caches[no] = b
		return nil
	case frameAccount:
		return i.account(ctx, f)
	case frameFile:
		b, err := f.bytes(0)
		if err != nil || i.blobs == nil {
			return err
		}
		_, err = i.blobs.Put(ctx, b)
		return err
	case frameKey:
		b, err := f.bytes(0)
		i.key = string(b)
		return err
	}
	return fmt.Errorf("%w：有不认识的内容", ErrStream)
}

func (i *importer) record(ctx context.Context, f *frame) error {
	seq, err := f.number(0)
	no, err2 := f.number(1)
	if err = errors.Join(err, err2); err != nil || len(f.fields) < 4 || (len(f.fields)-4)%3 != 0 {
		return ErrStream
	}
	s := rows.Stored{Seq: seq, Matter: no, Head: f.fields[2], Leaf: f.fields[3]}
	effects, open := rows.StoredPart{Salt: []byte{}}, rows.StoredPart{Salt: []byte{}}
	for p := f.fields[4:]; len(p) > 0; p = p[3:] {
		part := rows.StoredPart{Name: string(p[0]), Salt: p[1], Body: p[2]}
		s.Parts = append(s.Parts, part)
		switch part.Name {
		case matter.PartEffects:
			effects = part
		case matter.PartOpen:
			open = part
		default:
			i.set.Add(rows.InsertPart, seq, part.Name, part.Salt, string(part.Body))
		}
	}
	i.set.Add(rows.InsertRecord, seq, no, string(s.Head), string(effects.Body), effects.Salt, string(open.Body), open.Salt, s.Leaf)
	o := openRecord(s)
	i.fold.add(&o)
	if i.set.Len(rows.InsertRecord) >= chunk {
		return i.flush(ctx, &i.set)
	}
	return nil
}

func (i *importer) account(ctx context.Context, f *frame) error {
	if len(f.fields) != 7 {
		return ErrStream
	}
	args := make([]any, 7)
	for k := range args {
		args[k] = string(f.fields[k])
		if k == 0 || k > 3 {
			n, err := f.number(k)
			if err != nil {
				return err
			}
			args[k] = n
		}
	}
	return i.out.Exec(ctx, "INSERT INTO account (person, login, secret, totp, failed, locked_until, must_change)"+
		" VALUES ($1, $2, $3, $4, $5, $6, $7)", args...)
}

// Move carries a database into another, empty one, and ends by comparing their roots.
func Move(ctx context.Context, from, to *store.DB, c Contents, blobs blob.Store) (Imported, error) {
	r, w := io.Pipe()
	sent := make(chan error, 1)
	var end End
	go func() {
		var err error
		end, err = Export(ctx, from, w, c)
		sent <- errors.Join(err, w.CloseWithError(err))
	}()
	in, err := Import(ctx, to, r, blobs)
	_ = r.CloseWithError(err) // where importing failed, exporting has to end too
	if serr := <-sent; err == nil {
		err = serr
	}
	if err != nil {
		return Imported{}, err
	}
	var root ledger.Hash
	err = to.Read(ctx, func(tx *store.Tx) error {
		var b []byte
		if err := tx.Row(ctx, "SELECT frontier FROM head WHERE id = 1").Scan(&b); err != nil {
			return err
		}
		f, err := ledger.ParseFrontier(b)
		root = f.Root()
		return err
	})
	if err == nil && (root != end.Root || in.End != end) {
		err = errors.New("两边的根不同")
	}
	if err != nil {
		return Imported{}, fmt.Errorf("compare roots: %w", err)
	}
	return in, nil
}
