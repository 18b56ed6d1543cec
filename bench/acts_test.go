package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/blob"
	"zhunsheng/internal/store/write"
	"zhunsheng/pack"
)

// county is a site with running tasks to act on.
type county struct {
	tb    testing.TB
	db    *store.DB
	acts  *act.Acts
	boss  access.Actor
	hands []access.Actor // one a unit
	units []int64
	clock atomic.Int64 // days since the beginning

	stats struct {
		sync.Mutex
		batches, acts, statements int
		inside                    time.Duration
	}
}

var beginning = time.Date(2026, 1, 5, 9, 0, 0, 0, app.China)

func (c *county) now() time.Time { return beginning.AddDate(0, 0, int(c.clock.Load())) }

func newCounty(tb testing.TB, db *store.DB) *county {
	tb.Helper()
	c := &county{tb: tb, db: db}
	book, diags := rulebook.LoadRules(pack.Files)
	if book == nil {
		tb.Fatal(diags)
	}
	var err error
	c.acts, err = act.New(act.Config{DB: db, Blobs: &blob.Memory{Now: c.now}, Book: book, Now: c.now, Batch: c.count})
	if err != nil {
		tb.Fatal(err)
	}
	if err := c.acts.Load(context.Background()); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = c.acts.Close(context.Background()) })
	c.settle(40)
	return c
}

func (c *county) count(s write.Stats) {
	c.stats.Lock()
	defer c.stats.Unlock()
	c.stats.batches++
	c.stats.acts += s.Acts
	c.stats.statements += s.Statements
	c.stats.inside += s.Took
}

// settle enters a government, its legal office and n units with a handler each.
func (c *county) settle(n int) {
	day := app.Day(beginning)
	enter := func(register, key string, f matter.Values) matter.Ref {
		done, err := c.acts.PutEntry(context.Background(), act.Entry{Who: access.Actor{System: true}, Register: register, Key: key, From: day, Fields: f})
		if err != nil {
			c.tb.Fatal(err)
		}
		return matter.Ref{Register: register, Entry: done.Matter, Version: 1, Key: key, Name: key}
	}
	unit := func(code, kind string, parent *matter.Ref, order int) matter.Ref {
		f := matter.Values{}.With("code", matter.OfText(code)).With("name", matter.OfText("单位"+code)).With("kind", matter.OfText(kind)).
			With("standing", matter.OfText("supervised")).With("order", matter.OfInt(int64(order))).With("region", matter.OfText("990127"))
		if parent != nil {
			f = f.With("parent", matter.OfRef(*parent))
		}
		return enter(act.RegisterUnit, code, f)
	}
	post := func(login, role string, u matter.Ref) access.Actor {
		person := enter(act.RegisterPerson, login, matter.Values{}.With("name", matter.OfText(login)))
		p := enter(act.RegisterPost, login, matter.Values{}.With("person", matter.OfRef(person)).With("unit", matter.OfRef(u)).With("role", matter.OfText(role)))
		held := access.Post{No: p.Entry, Person: person.Entry, Unit: u.Entry, Role: role, From: day}
		return access.Actor{Person: person.Entry, Mandate: access.Mandate{Post: held, For: held}}
	}
	root := unit("HP", "government", nil, 0)
	office := unit("SFJ", "department", &root, 1)
	c.boss = post("boss", access.Coordinator, office)
	for i := range n {
		u := unit(fmt.Sprintf("U%02d", i), "department", &root, i+2)
		c.units = append(c.units, u.Entry)
		c.hands = append(c.hands, post(fmt.Sprintf("hand%02d", i), access.Handler, u))
	}
}

// task is a running task as the callers know it.
type task struct {
	no   int64
	last int64 // record of its last report
	unit int
}

// pools are tasks by what may be done with them next; a task belongs to one caller at a time.
type pools struct {
	sync.Mutex
	taken, submitted []*task
}

func (p *pools) take(r *rand.Rand, from *[]*task, hot bool) *task {
	p.Lock()
	defer p.Unlock()
	n := len(*from)
	if n == 0 {
		return nil
	}
	i := r.IntN(n)
	if hot { // 5 % of the tasks take 80 % of the acts
		i = r.IntN(max(1, n/20))
	}
	t := (*from)[i]
	(*from)[i] = (*from)[n-1]
	*from = (*from)[:n-1]
	return t
}

// other is a task to point to as evidence, 0 where there is none but t itself.
func (p *pools) other(r *rand.Rand, t *task) int64 {
	p.Lock()
	defer p.Unlock()
	if len(p.taken) == 0 {
		return 0
	}
	if o := p.taken[r.IntN(len(p.taken))]; o.no != t.no {
		return o.no
	}
	return 0
}

func (p *pools) put(to *[]*task, t *task, front bool) {
	p.Lock()
	defer p.Unlock()
	*to = append(*to, t)
	if front { // a hot task stays among the hot
		i := rand.IntN(max(1, len(*to)/20))
		(*to)[i], (*to)[len(*to)-1] = (*to)[len(*to)-1], (*to)[i]
	}
}

func (c *county) open(i int) *task {
	u := i % len(c.units)
	done, err := c.acts.Do(context.Background(), act.Request{
		Who: c.boss, Procedure: "task",
		Act: procedure.Act{
			Step: "open", Unit: c.units[u], Roles: []matter.Role{{Unit: c.boss.Unit(), Role: "superior", From: app.Day(c.now())}},
			Input: matter.Values{}.With("title", matter.OfText(fmt.Sprintf("开展第 %d 项依法行政工作", i))).With("due", matter.OfDate("2026-11-30")).
				With("text", matter.OfText("完善制度，规范程序，按时公开，年底前形成书面报告并接受监督检查。")).With("section", matter.OfText("二、完善依法行政制度体系")),
		},
	})
	if err != nil {
		c.tb.Fatal(err)
	}
	return &task{no: done.Matter, unit: u}
}

func (c *county) do(who access.Actor, t *task, a procedure.Act) act.Done {
	done, err := c.acts.Do(context.Background(), act.Request{Who: who, Matter: t.no, Act: a})
	if err != nil {
		c.tb.Fatalf("%s on %d: %v", a.Step, t.no, err)
	}
	return done
}

func text(field, s string) matter.Values { return matter.Values{}.With(field, matter.OfText(s)) }

func (c *county) report(t *task, evidence int64) {
	a := procedure.Act{Step: "report", Input: text("progress", "本月召开协调会一次，形成会议纪要，完成阶段任务。")}
	if evidence != 0 && evidence != t.no {
		a.Links = []matter.Tie{{Kind: "evidence_of", Other: evidence}}
	}
	t.last = c.do(c.hands[t.unit], t, a).Seq
}

func (c *county) submit(t *task) {
	c.do(c.hands[t.unit], t, procedure.Act{
		Step: "submit", Input: text("result", "任务完成，材料齐全。"), Said: map[string]string{"evidence": "材料在单位档案中"},
	})
}

// parallel runs fn on n items by all callers.
func parallel(n int, fn func(r *rand.Rand, i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for w := range Callers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			r := rand.New(rand.NewPCG(uint64(w), 7))
			for i := next.Add(1) - 1; int(i) < n; i = next.Add(1) - 1 {
				fn(r, int(i))
			}
		}()
	}
	wg.Wait()
}

// load makes n running tasks, a fifth of them submitted.
func (c *county) load(n int) *pools {
	p := &pools{}
	parallel(n, func(_ *rand.Rand, i int) {
		t := c.open(i)
		c.do(c.hands[t.unit], t, procedure.Act{Step: "take"})
		if i%5 == 0 {
			c.report(t, 0)
			c.submit(t)
			p.put(&p.submitted, t, false)
			return
		}
		p.put(&p.taken, t, false)
	})
	return p
}

// mixed does one act of the mix: 60 % progress with one evidence link, 15 % accept, 10 % submit, 5 % extend, 5 % open,
// 5 % correct.
func (c *county) mixed(r *rand.Rand, p *pools, fresh *atomic.Int64) {
	hot := r.IntN(100) < 80
	kind := r.IntN(100)
	switch {
	case kind < 5:
		c.open(int(fresh.Add(1)))
		return
	case kind < 20:
		if t := p.take(r, &p.submitted, hot); t != nil {
			c.do(c.boss, t, procedure.Act{Step: "accept", Said: map[string]string{"evidence": "已看原件"}})
		}
		return
	}
	t := p.take(r, &p.taken, hot)
	if t == nil {
		return
	}
	switch {
	case kind < 30:
		c.submit(t)
		p.put(&p.submitted, t, hot)
		return
	case kind < 35:
		c.do(c.boss, t, procedure.Act{Step: "extend", Limit: "due", Until: "2026-12-15", Reason: "材料需要补充"})
	case kind < 40 && t.last != 0:
		c.do(c.hands[t.unit], t, procedure.Act{Step: "correct", Record: t.last, Reason: "录入有误", Input: text("progress", "本月召开协调会两次。")})
		t.last = 0
	default:
		c.report(t, p.other(r, t))
	}
	p.put(&p.taken, t, hot)
}
