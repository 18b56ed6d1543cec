// Package write is the one way truth gets into the database: a writer that takes what waits, at most 256 acts, and
// commits them as one batch (DESIGN §13, SCHEMA "write path"). Only app/act imports it.
//
// Crash points. Before the commit nothing has happened. Where the connection is lost at the commit, the writer forgets
// what it holds, waits for the head lock, and looks for the leaf it would have written: that tells the outcome. After the
// commit and before the reply, the same Request is answered from once. Checkpoints, outbox and search follow seq.
package write

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/proof/ledger"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/rows"
)

// MaxBatch is the largest number of acts committed together.
const MaxBatch = 256

// ErrClosed is the answer of a writer that has been closed; nothing was saved.
var ErrClosed = errors.New("the writer is closed")

// Config of a Writer; the zero value is what a server wants.
type Config struct {
	Now       func() time.Time    // default: the database's
	Log       *slog.Logger        // default: the database's
	Resolve   time.Duration       // how long a lost commit is asked after before the answer is Unknown; default 10 s
	Committed func(size int64)    // called after each commit, from the writer's goroutine; must not block
	Fault     func(p Point) error // tests only: may make a step of the batch fail
	Batch     func(s Stats)       // tests and benchmarks: what the last batch took
}

// Point is a place in a batch where it may be made to fail.
type Point string

// The points, in the order they are passed.
const (
	AtBegin  Point = "begin"  // before the transaction
	AtLock   Point = "lock"   // the head lock is held
	AtGuards Point = "guards" // guards were read
	AtRows   Point = "rows"   // all rows but the head are written
	AtHead   Point = "head"   // the head is written
	AtCommit Point = "commit" // the commit is lost on its way
	AtDone   Point = "done"   // committed, and the connection is lost before it says so
	AtReply  Point = "reply"  // committed, and the caller never hears of it
)

// Stats is what one batch took.
type Stats struct {
	Acts, Statements int
	Took             time.Duration // from the first statement to the commit
}

// Writer commits acts. It is safe for concurrent use; several on one database, in one program or many, take turns by the
// head lock.
type Writer struct {
	db  *store.DB
	cfg Config
	in  chan *job
	end chan struct{}

	mu     sync.RWMutex
	closed bool
}

type job struct {
	c      *Change
	set    rows.Set
	series string // of the number to be issued, "" none
	matter int64  // no of an existing matter, 0 where the act opens one or there is none
	taken  atomic.Int32
	answer chan outcome
	leaf   ledger.Hash // once it has its place in a batch
	result outcome     // what it will be answered if the batch commits
}

const (
	waiting int32 = iota
	taken
	abandoned
)

type outcome struct {
	done   Done
	repeat int64 // the seq under which Request was done before
	err    error
}

// New starts a writer.
func New(db *store.DB, cfg Config) (*Writer, error) {
	if db == nil {
		return nil, errors.New("writer: no database")
	}
	if cfg.Now == nil {
		cfg.Now = db.Now
	}
	if cfg.Log == nil {
		cfg.Log = db.Log
	}
	if cfg.Resolve == 0 {
		cfg.Resolve = 10 * time.Second
	}
	w := &Writer{db: db, cfg: cfg, in: make(chan *job, 4*MaxBatch), end: make(chan struct{})}
	go w.run()
	return w, nil
}

// Close lets the acts that wait be written and ends the writer.
func (w *Writer) Close(ctx context.Context) error {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.in)
	}
	w.mu.Unlock()
	select {
	case <-w.end:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("close writer: %w", ctx.Err())
	}
}

// Do writes one act and returns when it is committed. Its errors: *Conflict (a guard no longer holds), *Unknown (the
// database was lost and the outcome with it), anything else: nothing was saved. Ending ctx gives up only an act that is
// not in a batch yet.
func (w *Writer) Do(ctx context.Context, c Change) (Done, error) {
	j, err := w.prepare(&c)
	if err != nil {
		return Done{}, fmt.Errorf("write act: %w", err)
	}
	w.mu.RLock()
	if w.closed {
		w.mu.RUnlock()
		return Done{}, ErrClosed
	}
	select {
	case w.in <- j:
		w.mu.RUnlock()
	case <-ctx.Done():
		w.mu.RUnlock()
		return Done{}, fmt.Errorf("write act: %w", ctx.Err())
	}
	var o outcome
	select {
	case o = <-j.answer:
	case <-ctx.Done():
		if j.taken.CompareAndSwap(waiting, abandoned) {
			return Done{}, fmt.Errorf("write act: %w", ctx.Err())
		}
		o = <-j.answer
	}
	if o.err != nil {
		return Done{}, o.err
	}
	if o.repeat != 0 {
		return w.first(context.WithoutCancel(ctx), o.repeat)
	}
	return o.done, nil
}

// prepare does in the caller's goroutine whatever needs no lock: checks, digests, rows.
func (w *Writer) prepare(c *Change) (*job, error) {
	j := &job{c: c, answer: make(chan outcome, 1)}
	if c.Head.Request == "" {
		c.Head.Request = c.Request
	}
	if c.Head.Seq != 0 || c.Record.Seq != 0 {
		return nil, errors.New("seq is given by the writer")
	}
	if c.Head.Number != c.Record.Number || c.Head.Number != "" && c.Series != nil {
		return nil, errors.New("a number is either issued or given, in head and record alike")
	}
	if c.Series != nil {
		var err error
		if j.series, err = rows.MakeSeries(c.Series.Form, c.Series.Name, c.Series.Year); err != nil {
			return nil, err
		}
	}
	if err := rows.CheckLoad(c.Head.Kind, &c.Record.Open, c.Definitions); err != nil {
		return nil, err
	}
	if err := c.commitParts(); err != nil {
		return nil, err
	}
	c.Head.At = 0
	if err := c.Head.Check(); err != nil {
		return nil, err
	}
	if e := c.Record.Effects.Entry; (e == nil) != (c.Entry == nil) || e != nil && (e.ID == "" || e.ID != c.Entry.ID) {
		return nil, errors.New("an entry change needs the entry after it, and its id in every version")
	}
	if (c.Next == nil) && c.Prev != nil {
		return nil, errors.New("a matter cannot vanish")
	}
	if c.Record.Effects.Erase != nil {
		return j, nil // its rows can only be made under the lock
	}
	j.expand()
	return j, nil
}

// commitParts puts the digests of the parts into the head.
func (c *Change) commitParts() error {
	effects := false
	for i := range c.Parts {
		p := &c.Parts[i]
		name, ok := ledger.ParsePart(p.Name)
		if !ok || len(p.Body) == 0 || len(p.Body) > ledger.MaxPart {
			return fmt.Errorf("part %q of %d bytes is not one of a record", p.Name, len(p.Body))
		}
		if c.Head.Parts[name] != (ledger.Digest{}) {
			return fmt.Errorf("part %q comes twice", p.Name)
		}
		c.Head.Parts[name] = ledger.Commit(p.Salt, p.Body)
		effects = effects || p.Name == matter.PartEffects
	}
	if !effects {
		return errors.New("a record needs its effects")
	}
	return nil
}

// expand makes the rows of an act but for what the lock gives.
func (j *job) expand() {
	c := j.c
	no := rows.Seq
	if c.Prev != nil {
		j.matter = c.Prev.No
		no = c.Prev.No
	}
	a := rows.Act{
		Kind: c.Head.Kind, Procedure: c.Head.Procedure, Region: c.Head.Region, Record: &c.Record, Numbered: c.Series != nil,
		Prev: c.Prev, Next: c.Next, State: c.State, EntryBefore: c.EntryBefore, Entry: c.Entry, Definitions: c.Definitions,
	}
	if c.Next != nil {
		a.Cache = matter.AppendCache(nil, &c.After)
		rows.Worklist(&j.set, no, &c.Before, &c.After)
	}
	rows.Expand(&j.set, &a)
	j.common()
}

// common adds the rows every record has.
func (j *job) common() {
	c := j.c
	for i := range c.Parts {
		if p := &c.Parts[i]; p.Name != matter.PartEffects && p.Name != matter.PartOpen {
			j.set.Add(rows.InsertPart, rows.Seq, p.Name, p.Salt[:], string(p.Body))
		}
	}
	if c.Request != "" {
		j.set.Add(rows.InsertOnce, c.Request, rows.Seq)
	}
	for _, n := range c.Notes {
		j.set.Add(rows.InsertOutbox, rows.Time, rows.Seq, n.Kind, n.Unit, n.Role, n.Post, string(n.Body), int64(0), rows.Time)
	}
}

// row is the act's row of record.
func (j *job) row(set *rows.Set, seq int64, head []byte) {
	c := j.c
	no := j.matter
	if no == 0 && c.Next != nil {
		no = seq
	}
	var effects, open string
	effectsSalt, openSalt := noBytes, noBytes
	for i := range c.Parts {
		switch p := &c.Parts[i]; p.Name {
		case matter.PartEffects:
			effects, effectsSalt = string(p.Body), p.Salt[:]
		case matter.PartOpen:
			open, openSalt = string(p.Body), p.Salt[:]
		}
	}
	set.Add(rows.InsertRecord, seq, no, string(head), effects, effectsSalt, open, openSalt, j.leaf[:])
}

var noBytes = []byte{}

// Waiting returns how many acts wait for the next batch.
func (w *Writer) Waiting() int { return len(w.in) }
