// Package move takes whole databases: verify proves every row against the records, rebuild makes the rows anew from them,
// export and import carry a database from one engine to another as one stream. Only app/admin imports it.
package move

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/blob"
	"zhunsheng/internal/store/rows"
	"zhunsheng/internal/store/schema"
)

// Difference is something that is not as the records say.
type Difference struct {
	Table string `json:"table"`
	Key   string `json:"key"`
	What  string `json:"what"`
}

// Report is what verify found.
type Report struct {
	OK          bool         `json:"ok"`
	Records     int64        `json:"records"`
	Root        string       `json:"root"` // base64, as in a checkpoint
	Matters     int64        `json:"matters"`
	Entries     int64        `json:"entries"`
	Checkpoints int64        `json:"checkpoints"`
	Files       int64        `json:"files"`
	Differences []Difference `json:"differences"`
	More        int64        `json:"more,omitempty"` // differences beyond those listed
	Caches      []Difference `json:"caches"`         // worklists that are not as derived: never a broken record
	Rules       []Difference `json:"rules"`          // acts that today's engine would decide otherwise: never a broken record
	Replayed    int64        `json:"replayed,omitempty"`
	Notes       []string     `json:"notes,omitempty"`
}

// MaxDifferences is how many differences a report lists.
const MaxDifferences = 1000

// Options of Verify; zero values leave a part out.
type Options struct {
	Blobs blob.Store // files are checked too
	Key   ledger.Key // the log's key from elsewhere: it must be one of those the records name, if they name any
	// Derive makes a matter's worklists anew by its rules and today's calendar.
	Derive func(*matter.State) (matter.Cache, error)
	// Each is shown every record in order: verify --rules replays them.
	Each     func(head *ledger.Head, r *matter.Record) error
	Progress func(done, all int64)
	// Idle is how many records later a matter that was left alone is kept in its short form; default 65 536. Less takes less
	// memory and more time.
	Idle int64
}

// span is how many records are read at once.
const span = 1024

// Verify proves the database: digests, tree, checkpoints, and that every row of truth is what the records add up to. It
// reads one snapshot; the server may go on meanwhile. An error means that it could not be done, not that something differs.
func Verify(ctx context.Context, db *store.DB, o Options) (Report, error) {
	r := Report{Differences: []Difference{}, Caches: []Difference{}, Rules: []Difference{}}
	err := db.Read(ctx, func(tx *store.Tx) error { return verify(ctx, db, tx, o, &r) })
	if err != nil {
		return Report{}, fmt.Errorf("verify: %w", err)
	}
	slices.SortStableFunc(r.Differences, func(a, b Difference) int { return strings.Compare(a.Table, b.Table) })
	r.OK = len(r.Differences) == 0
	return r, nil
}

func (r *Report) add(d Difference) {
	if len(r.Differences) == MaxDifferences {
		r.More++
		return
	}
	r.Differences = append(r.Differences, d)
}

func verify(ctx context.Context, db *store.DB, tx *store.Tx, o Options, r *Report) error {
	head, err := readState(ctx, tx)
	if err != nil {
		return err
	}
	sums := newSums(newSeeds())
	scan := scanBeside(ctx, db, head, sums.seeds)
	defer func() { scan.stop(); <-scan.ended }()
	f, err := newFold(sums, r.add)
	if err != nil {
		return err
	}
	if o.Idle > 0 {
		f.idle = o.Idle
	}
	if err := f.readRules(ctx, tx); err != nil {
		return err
	}
	signed, err := readCheckpoints(ctx, tx)
	if err != nil {
		return err
	}
	size := head.size
	roots := map[int64]ledger.Hash{0: f.tree.Root()}
	keys := keyring{report: r.add}
	err = readAll(ctx, tx, size, func(rec *opened) error {
		f.add(rec)
		if rec.record != nil && rec.head.Kind == rows.KindKey {
			keys.add(rec)
		}
		if len(signed) > 0 && signed[0].size <= f.size {
			roots[f.size] = f.tree.Root()
			for len(signed) > 0 && signed[0].size <= f.size {
				signed = signed[1:]
			}
		}
		if o.Each != nil && rec.record != nil {
			if err := o.Each(&rec.head, rec.record); err != nil {
				return err
			}
		}
		if o.Progress != nil && f.size%span == 0 {
			o.Progress(f.size, size)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if f.size < size {
		f.size++
		f.gap(size)
	}
	f.end()
	root := f.tree.Root()
	r.Records, r.Root = f.tree.Size(), base64.StdEncoding.EncodeToString(root[:])
	r.Matters, r.Entries = int64(len(f.matters)), int64(len(f.entries))
	f.checkHead(head)
	if err := f.checkCheckpoints(ctx, tx, keys.with(o.Key), roots, r); err != nil {
		return err
	}
	held, err := scan.wait(ctx, tx)
	if err != nil {
		return err
	}
	if err := f.compare(ctx, tx, size, sums.totals, held.totals); err != nil {
		return err
	}
	if err := f.compareStray(ctx, tx, size); err != nil {
		return err
	}
	if err := f.checkFiles(ctx, tx, o.Blobs, r); err != nil {
		return err
	}
	if held.worklists && o.Derive == nil {
		return nil
	}
	return f.checkCaches(ctx, tx, o, r)
}

// readAll reads the records in order; chunks of them are opened side by side. What fn is shown is its own only until it
// returns: the memory of a chunk is used again.
func readAll(ctx context.Context, tx *store.Tx, size int64, fn func(*opened) error) error {
	type chunk struct {
		opened  []opened
		records []matter.Record
		ready   chan struct{}
		err     error
	}
	const ahead = 4
	chunks, used := make(chan *chunk, ahead), make(chan *chunk, ahead+2)
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	defer func() { cancel(); <-ended }()
	go func() {
		defer close(ended)
		defer close(chunks)
		for from := int64(1); from <= size; from += span {
			c := &chunk{}
			select {
			case c = <-used:
			default:
			}
			c.ready = make(chan struct{})
			stored, err := rows.Span(ctx, tx, from, min(from+span-1, size))
			if err != nil {
				c.err = err
				close(c.ready)
			} else {
				go func() {
					if cap(c.opened) < len(stored) {
						c.opened, c.records = make([]opened, len(stored)), make([]matter.Record, len(stored))
					}
					c.opened = c.opened[:len(stored)]
					for i := range stored {
						c.opened[i].open(stored[i], &c.records[i])
					}
					close(c.ready)
				}()
			}
			select {
			case chunks <- c:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	for c := range chunks {
		<-c.ready
		if c.err != nil {
			return c.err
		}
		for i := range c.opened {
			if err := fn(&c.opened[i]); err != nil {
				return err
			}
		}
		select {
		case used <- c:
		default:
		}
	}
	return ctx.Err()
}

func (f *fold) checkHead(h state) {
	differ := func(what string) { f.report(Difference{"head", "id=1", what}) }
	if f.tree.Size() != h.size {
		differ(fmt.Sprintf("size is %d, there are %d records", h.size, f.tree.Size()))
	}
	if h.size > 0 && string(f.tree.AppendBinary(nil)) != h.frontier {
		differ("frontier is not that of the records")
	}
	if h.at != f.at {
		differ("at is not the time of the last record")
	}
	if h.epoch != f.epoch {
		differ(fmt.Sprintf("epoch is %d, the records add up to %d", h.epoch, f.epoch))
	}
}

type signedAt struct {
	size int64
	note string
}

func readCheckpoints(ctx context.Context, tx *store.Tx) ([]signedAt, error) {
	rs, err := tx.Query(ctx, "SELECT size, note FROM checkpoint ORDER BY size")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rs.Close() }() // Err below tells whether reading ended well
	var out []signedAt
	for rs.Next() {
		var s signedAt
		if err := rs.Scan(&s.size, &s.note); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rs.Err()
}

func (f *fold) checkCheckpoints(ctx context.Context, tx *store.Tx, keys []ledger.Key, roots map[int64]ledger.Hash, r *Report) error {
	all, err := readCheckpoints(ctx, tx)
	if err != nil {
		return err
	}
	if len(keys) == 0 && len(all) > 0 {
		r.Notes = append(r.Notes, "记录里没有存证公钥，也没有给出：快照只与记录核对，没有核对签名。")
	}
	r.Checkpoints = int64(len(all))
	for _, s := range all {
		at := fmt.Sprintf("size=%d", s.size)
		c, err := openCheckpoint(s.note, keys)
		if err != nil {
			f.report(Difference{"checkpoint", at, err.Error()})
			continue
		}
		if root, ok := roots[c.Size]; c.Size != s.size || !ok || root != c.Root {
			f.report(Difference{"checkpoint", at, "its root is not that of the records"})
		}
	}
	rs, err := tx.Query(ctx, "SELECT size, name, line FROM cosign ORDER BY size, name")
	if err != nil {
		return err
	}
	defer func() { _ = rs.Close() }() // Err below tells whether reading ended well
	for rs.Next() {
		var size int64
		var name, line string
		if err := rs.Scan(&size, &name, &line); err != nil {
			return err
		}
		at := fmt.Sprintf("size=%d name=%s", size, name)
		i := slices.IndexFunc(all, func(s signedAt) bool { return s.size == size })
		if i < 0 {
			f.report(Difference{"cosign", at, "there is no such checkpoint"})
		} else if !strings.HasPrefix(line, "— "+name+" ") {
			f.report(Difference{"cosign", at, "the line is not by this witness"})
		}
	}
	return rs.Err()
}

// readRules reads the rules of the definitions; their other columns come from the records that loaded them.
func (f *fold) readRules(ctx context.Context, tx rows.Querier) error {
	return each(ctx, tx, "definition", func(l *layout, row []any) error {
		digest, _ := row[slices.Index(l.names, "digest")].(string)
		rules, _ := row[slices.Index(l.names, "rules")].(string)
		d := rows.Definition{Digest: digest, Rules: []byte(rules)}
		if err := d.Check(); err != nil {
			f.report(Difference{"definition", l.words(row), "its digest is not that of its rules"})
		}
		f.rules[digest] = []byte(rules)
		return nil
	})
}

// compared lists the tables that are compared row by row with what the records add up to.
var compared = append([]string{"tile", "definition"}, schema.Truth...)

// compare compares the sums of the tables with those of the records. Where one differs, the records are gone through
// again with an image of the tables concerned, to name the rows.
func (f *fold) compare(ctx context.Context, tx *store.Tx, size int64, want, held map[string]digest) error {
	im := newImage(false)
	im.only = map[string]bool{}
	for _, table := range compared {
		if want[table] != held[table] {
			im.only[table] = true
		}
	}
	if len(im.only) == 0 {
		return nil
	}
	again, err := newFold(im, func(Difference) {}) // what the records themselves have was reported the first time
	if err != nil {
		return err
	}
	again.rules = f.rules
	err = readAll(ctx, tx, size, func(rec *opened) error {
		again.add(rec)
		return nil
	})
	if err != nil {
		return err
	}
	again.end()
	for _, table := range compared {
		if !im.only[table] {
			continue
		}
		if err := f.compareRows(ctx, tx, table, im); err != nil {
			return err
		}
	}
	return nil
}

func (f *fold) compareRows(ctx context.Context, tx rows.Querier, table string, im *image) error {
	want := im.tables[table]
	err := each(ctx, tx, table, func(l *layout, row []any) error {
		key := im.key(l, row)
		expected, ok := want[key]
		switch {
		case !ok:
			f.report(Difference{table, l.words(row), "no record makes this row"})
		case expected != im.row(l, row):
			f.report(Difference{table, l.words(row), "is not what the records add up to"})
		}
		delete(want, key)
		return nil
	})
	if err != nil {
		return err
	}
	l := layoutOf(table)
	for key := range want {
		f.report(Difference{table, l.words(l.decode(key, l.keys)), "is missing"})
	}
	return nil
}

// compareStray finds records and parts before the first and past the last record; one in between that has lost its record
// is named by the record that is missing.
func (f *fold) compareStray(ctx context.Context, tx *store.Tx, size int64) error {
	for table, text := range map[string]string{
		"record": "SELECT seq, '' FROM record WHERE seq > $1 OR seq < 1",
		"part":   "SELECT seq, name FROM part WHERE seq > $1 OR seq < 1",
	} {
		rs, err := tx.Query(ctx, text, size)
		if err != nil {
			return err
		}
		for rs.Next() {
			var seq int64
			var name string
			if err := rs.Scan(&seq, &name); err != nil {
				return errors.Join(err, rs.Close())
			}
			f.report(Difference{table, strings.TrimSpace(fmt.Sprintf("seq=%d %s", seq, name)), "belongs to no record of the log"})
		}
		if err := rs.Err(); err != nil {
			return err
		}
	}
	return nil
}

func (f *fold) checkFiles(ctx context.Context, tx rows.Querier, blobs blob.Store, r *Report) error {
	if blobs == nil {
		return nil
	}
	return each(ctx, tx, "file", func(l *layout, row []any) error {
		r.Files++
		hash, _ := row[0].(string)
		b, err := blobs.Get(ctx, hash)
		if err != nil {
			f.report(Difference{"file", l.words(row), err.Error()})
		} else if int64(len(b)) != row[1] {
			f.report(Difference{"file", l.words(row), fmt.Sprintf("has %d bytes", len(b))})
		}
		return ctx.Err()
	})
}
