package write

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/rows"
)

// maxSeries bounds the series kept in memory: numbers of other systems may each be a series of its own.
const maxSeries = 10_000

// session is a connection and what the writer remembers between two batches. It is thrown away whenever anything was
// not as expected.
type session struct {
	conn     *sql.Conn
	out      *rows.Out
	frontier ledger.Frontier
	edge     *ledger.Edge
	numbers  map[string]int64 // last number by series, as of size
	set      rows.Set
	head     []byte
}

// run takes what waits, again and again: while one batch commits, the next gathers.
func (w *Writer) run() {
	defer close(w.end)
	var s *session
	defer func() { s = s.drop(false) }()
	var held *job // an erasure waits for a batch of its own
	batch := make([]*job, 0, MaxBatch)
	for {
		batch = batch[:0]
		j, ok := held, true
		if held = nil; j == nil {
			j, ok = <-w.in
		}
		if !ok {
			return
		}
		if j.taken.CompareAndSwap(waiting, taken) || j.taken.Load() == taken {
			batch = append(batch, j)
		}
		alone := j.erases()
		for !alone && len(batch) < MaxBatch {
			var next *job
			select {
			case next = <-w.in:
			default:
			}
			if next == nil {
				break
			}
			if !next.taken.CompareAndSwap(waiting, taken) {
				continue
			}
			if next.erases() {
				held = next
				break
			}
			batch = append(batch, next)
		}
		if len(batch) > 0 {
			s = w.write(s, batch)
		}
	}
}

func (j *job) erases() bool { return j.c.Record.Effects.Erase != nil }

// write commits a batch and answers its callers.
func (w *Writer) write(s *session, batch []*job) *session {
	ctx := context.Background() // no caller may end a batch that others are in
	var err error
	if s == nil {
		if s, err = w.connect(ctx); err != nil {
			answerAll(batch, fmt.Errorf("write act: nothing was saved: %w", err))
			return nil
		}
	}
	unknown, err := w.batch(ctx, s, batch)
	for range deadConns { // the database may have been away: its old connections are of no use, nothing has begun
		if !errors.Is(err, errBegin) {
			break
		}
		s.drop(true)
		if s, err = w.connect(ctx); err != nil {
			answerAll(batch, fmt.Errorf("write act: nothing was saved: %w", err))
			return nil
		}
		unknown, err = w.batch(ctx, s, batch)
	}
	switch {
	case err == nil:
		return s
	case unknown:
		w.cfg.Log.Warn("commit lost, asking after its outcome", "acts", len(batch), "error", err)
		s.drop(true)
		return w.resolve(ctx, batch, err)
	}
	lost := s.rollback(ctx)
	if store.IsConstraint(err) && len(batch) > 1 && !lost {
		for _, j := range batch { // only the guilty one fails
			s = w.write(s, []*job{j})
		}
		return s
	}
	answerAll(batch, fmt.Errorf("write act: nothing was saved: %w", err))
	if lost {
		s.drop(true)
		return nil
	}
	return s
}

// deadConns is how many connections of the pool may have died unnoticed.
const deadConns = 4

var errBegin = errors.New("begin")

// answerAll answers a whole batch alike.
func answerAll(batch []*job, err error) {
	for _, j := range batch {
		j.answer <- outcome{err: err}
	}
}

func (w *Writer) connect(ctx context.Context) (*session, error) {
	conn, err := w.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &session{conn: conn, out: rows.NewOut(conn, w.db.Dialect == store.Postgres), numbers: map[string]int64{}}, nil
}

// drop gives the connection up; a broken one is not used again.
func (s *session) drop(broken bool) *session {
	if s == nil {
		return nil
	}
	_ = s.out.Close() // the connection goes anyway
	if broken {
		_ = s.conn.Raw(func(any) error { return driver.ErrBadConn })
	}
	_ = s.conn.Close()
	return nil
}

// rollback ends the transaction; lost tells that the connection is of no more use.
func (s *session) rollback(ctx context.Context) (lost bool) {
	s.edge = nil
	clear(s.numbers)
	_, err := s.conn.ExecContext(ctx, "ROLLBACK")
	return err != nil
}

func (w *Writer) fault(p Point) error {
	if w.cfg.Fault == nil {
		return nil
	}
	return w.cfg.Fault(p)
}

// head is the row that is the lock.
type head struct{ size, at, epoch int64 }

// batch writes the acts whose guards hold and answers all after the commit, also those it refuses: they will read again,
// and should then see what came between. Where it fails nobody is answered; lost tells that it failed at the commit, so
// that the outcome is unknown.
func (w *Writer) batch(ctx context.Context, s *session, batch []*job) (lost bool, err error) {
	begun := time.Now()
	s.out.Statements()
	if err := w.fault(AtBegin); err != nil {
		return false, err
	}
	if _, err := s.conn.ExecContext(ctx, w.db.Dialect.Begin()); err != nil {
		return false, fmt.Errorf("%w: %w", errBegin, err)
	}
	h, err := s.lock(ctx)
	if err != nil {
		return false, err
	}
	if err := w.fault(AtLock); err != nil {
		return false, err
	}
	g, err := w.guards(ctx, s, batch)
	if err != nil {
		return false, err
	}
	if err := w.fault(AtGuards); err != nil {
		return false, err
	}
	s.set.Reset()
	frontier := s.frontier
	written := 0
	for _, j := range batch {
		if g.repeats(j) {
			continue
		}
		if conflict := g.check(j, h); conflict != nil {
			j.result = outcome{err: conflict}
			continue
		}
		if j.erases() {
			if err := w.expandErasure(ctx, s, j); err != nil {
				return false, err
			}
		}
		w.place(s, j, g, &h, &frontier)
		g.passed(j)
		written++
	}
	if written == 0 {
		if _, err := s.conn.ExecContext(ctx, "ROLLBACK"); err != nil {
			return false, fmt.Errorf("end empty batch: %w", err)
		}
		answerResults(batch)
		return false, nil
	}
	s.set.SumTally()
	for series := range g.issued {
		s.set.Add(rows.PutNumber, series, s.numbers[series])
	}
	if err := s.out.WriteAll(ctx, &s.set); err != nil {
		return false, err
	}
	if err := w.fault(AtRows); err != nil {
		return false, err
	}
	if err := s.out.Exec(ctx, "UPDATE head SET size = $1, frontier = $2, at = $3, epoch = $4 WHERE id = 1",
		h.size, frontier.AppendBinary(nil), h.at, h.epoch); err != nil {
		return false, fmt.Errorf("write head: %w", err)
	}
	if err := w.fault(AtHead); err != nil {
		return false, err
	}
	if err := w.commit(ctx, s); err != nil {
		return true, err
	}
	s.frontier = frontier
	if w.cfg.Batch != nil {
		w.cfg.Batch(Stats{Acts: written, Statements: s.out.Statements() + 2, Took: time.Since(begun)})
	}
	if w.cfg.Committed != nil {
		w.cfg.Committed(h.size)
	}
	if err := w.fault(AtReply); err != nil { // the callers have gone: they will ask again
		answerAll(batch, &Unknown{err})
		return false, nil
	}
	answerResults(batch)
	return false, nil
}

// answerResults gives every caller of a batch what came of its act.
func answerResults(batch []*job) {
	for _, j := range batch {
		j.answer <- j.result
	}
}

func (w *Writer) commit(ctx context.Context, s *session) error {
	if err := w.fault(AtCommit); err != nil {
		return err
	}
	if _, err := s.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return w.fault(AtDone)
}

// lock takes the head row and, where another writer has moved the log, reads anew what is kept in memory.
func (s *session) lock(ctx context.Context) (head, error) {
	rs, err := s.out.Query(ctx, "UPDATE head SET size = size WHERE id = 1 RETURNING size, frontier, at, epoch")
	if err != nil {
		return head{}, fmt.Errorf("lock head: %w", err)
	}
	var h head
	var frontier []byte
	for rs.Next() {
		if err := rs.Scan(&h.size, &frontier, &h.at, &h.epoch); err != nil {
			return head{}, errors.Join(fmt.Errorf("lock head: %w", err), rs.Close())
		}
	}
	if err := rs.Err(); err != nil {
		return head{}, fmt.Errorf("lock head: %w", err)
	}
	if len(s.numbers) > maxSeries {
		clear(s.numbers)
	}
	if s.edge != nil && s.frontier.Size() == h.size && s.edge.Size() == h.size {
		return h, nil
	}
	clear(s.numbers)
	s.frontier = ledger.Frontier{}
	if len(frontier) > 0 {
		if s.frontier, err = ledger.ParseFrontier(frontier); err != nil {
			return head{}, fmt.Errorf("load frontier: %w", err)
		}
	}
	if s.frontier.Size() != h.size {
		return head{}, fmt.Errorf("load frontier: it is of size %d, the log of %d", s.frontier.Size(), h.size)
	}
	if s.edge, err = ledger.LoadEdge(source{ctx, s.out}, h.size); err != nil {
		return head{}, err
	}
	return h, nil
}

// place gives an act its seq, time and number and adds its rows to the batch.
func (w *Writer) place(s *session, j *job, g *guarded, h *head, frontier *ledger.Frontier) {
	c := j.c
	h.size++
	h.at = max(h.at, w.cfg.Now().UnixMicro())
	c.Head.Seq, c.Head.At = h.size, h.at
	if j.series != "" {
		s.numbers[j.series]++
		g.issued[j.series] = true
		c.Head.Number = rows.Numbered(j.series, s.numbers[j.series])
	} else if series, n, ok := rows.SeriesOf(c.Head.Number); ok && n > s.numbers[series] {
		s.numbers[series] = n
		g.issued[series] = true
	}
	s.head = ledger.EncodeHead(s.head[:0], &c.Head)
	j.leaf = ledger.LeafHash(s.head)
	frontier.Append(j.leaf)
	for _, t := range s.edge.Append(j.leaf) {
		s.tile(t)
	}
	j.row(&s.set, h.size, s.head)
	s.set.Take(&j.set, h.size, h.at, c.Head.Number)
	if rows.Rights(c.Head.Kind, &c.Record.Effects) {
		h.epoch++
	}
	j.result.done = Done{Seq: h.size, At: h.at, Number: c.Head.Number, Leaf: j.leaf, HeadDigest: sha256.Sum256(s.head)}
}

// tile adds a tile; one that grows twice in a batch is written as it last was.
func (s *session) tile(t ledger.Tile) {
	found := false
	s.set.Each(rows.PutTile, func(row []any) {
		if row[0] == int64(t.Level) && row[1] == t.N {
			row[2], found = t.Hashes, true
		}
	})
	if !found {
		s.set.Add(rows.PutTile, int64(t.Level), t.N, t.Hashes)
	}
}

// resolve finds out whether a batch whose commit was lost is there. The head lock is taken first: it waits for the lost
// transaction to end one way or the other.
func (w *Writer) resolve(ctx context.Context, lost []*job, cause error) *session {
	ctx, cancel := context.WithTimeout(ctx, w.cfg.Resolve)
	defer cancel()
	pause := time.NewTimer(0)
	defer pause.Stop()
	for wait := 10 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		select {
		case <-ctx.Done():
			answerAll(lost, &Unknown{cause})
			return nil
		case <-pause.C:
		}
		there, err := w.landed(ctx, lost)
		if err != nil {
			w.cfg.Log.Warn("outcome of a lost commit is not known yet", "error", err)
			pause.Reset(wait)
			continue
		}
		if there {
			answerResults(lost)
		} else {
			answerAll(lost, fmt.Errorf("write act: nothing was saved: %w", cause))
		}
		return nil
	}
}

// landed tells whether a batch is in the log, by the leaf of an act it wrote: all of a batch is there, or nothing.
func (w *Writer) landed(ctx context.Context, lost []*job) (there bool, err error) {
	var j *job
	for _, c := range lost {
		if c.leaf != (ledger.Hash{}) {
			j = c
		}
	}
	if j == nil {
		return false, errors.New("no act was written")
	}
	s, err := w.connect(ctx)
	if err != nil {
		return false, err
	}
	defer func() { s.drop(err != nil) }()
	if _, err := s.conn.ExecContext(ctx, w.db.Dialect.Begin()); err != nil {
		return false, err
	}
	defer func() {
		if _, rerr := s.conn.ExecContext(ctx, "ROLLBACK"); err == nil {
			err = rerr
		}
	}()
	if _, err := s.conn.ExecContext(ctx, "UPDATE head SET size = size WHERE id = 1"); err != nil {
		return false, err
	}
	var leaf []byte
	err = s.conn.QueryRowContext(ctx, "SELECT leaf FROM record WHERE seq = $1", j.result.done.Seq).Scan(&leaf)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil && string(leaf) == string(j.leaf[:]), err
}
