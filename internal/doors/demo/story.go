package demo

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"zhunsheng/internal/norm/calendar"
)

// event is something that happens on a day. Events of one lane (a matter, a desk) happen one after the other in the order
// they were planned; those of different lanes of a day happen side by side, so that the writer commits them together.
type event struct {
	day   string
	order int
	lane  string
	do    func(context.Context) error
}

type agenda []event

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(a[i].day, a[j].day), cmp.Compare(a[i].order, a[j].order)) < 0
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(event)) }
func (a *agenda) Pop() any {
	old := *a
	last := old[len(old)-1]
	*a = old[:len(old)-1]
	return last
}

// story is the year as it is planned and lived through, up to the day before today.
type story struct {
	Config
	years    Years
	today    string
	calendar *calendar.Calendar
	county   *county
	in       *settled
	words    map[string][]string

	left        string           // post whose holder has left
	known       map[int64]*task  // by matter
	keyed       map[string]int64 // matters that others are linked with, by key
	refused     []error          // acts of tales that were refused
	tasks, acts atomic.Int64

	mu     sync.Mutex
	agenda agenda
	order  int
}

// alone is the lane of what touches many matters: it comes first on its day, with nothing beside it.
const alone = ""

// sideBySide is how many lanes go on at once: fewer than the readers of the smallest pool, since a reader that prepares a
// text for the first time takes a connection beside those of the acts under way.
const sideBySide = 3

// at plans an event for a day, or the next workday where offices are closed. What would lie in the future is left out.
func (s *story) at(day, lane string, do func(context.Context) error) {
	day = s.workday(day, 0)
	if day >= s.today {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.order++
	heap.Push(&s.agenda, event{day, s.order, lane, do})
}

// workday is the nth workday after a day; n of 0 gives the day itself or, where it is none, the next.
func (s *story) workday(day string, n int) string {
	d, err := calendar.Parse(day)
	if err != nil {
		panic(fmt.Sprintf("demo: day %q of the story: %v", day, err)) // the story's own data
	}
	d = s.calendar.Roll(d)
	if n > 0 {
		if d, err = s.calendar.AddWorkdays(d, n); err != nil {
			panic(fmt.Sprintf("demo: workday after %s: %v", day, err))
		}
	}
	return d.String()
}

// days is a day n natural days later.
func days(day string, n int) string {
	d, err := calendar.Parse(day)
	if err != nil {
		panic(fmt.Sprintf("demo: day %q of the story: %v", day, err))
	}
	return (d + calendar.Date(n)).String()
}

// between counts the natural days from one day to another.
func between(from, to string) int {
	a, errA := calendar.Parse(from)
	b, errB := calendar.Parse(to)
	if errA != nil || errB != nil {
		panic(fmt.Sprintf("demo: days %q, %q of the story", from, to))
	}
	return int(b - a)
}

// run lives through the agenda. An event may plan others, also for its own day.
func (s *story) run(ctx context.Context) error {
	for {
		lanes := s.next()
		if len(lanes) == 0 {
			return nil
		}
		if err := s.Clock.turn(lanes[0][0].day); err != nil {
			return err
		}
		if _, err := s.Acts.Site(ctx); err != nil { // the snapshot of the day, once for all lanes
			return err
		}
		if err := together(ctx, lanes); err != nil {
			return err
		}
	}
}

// together lives through the lanes of a day.
func together(ctx context.Context, lanes [][]event) error {
	along := func(ctx context.Context, lane []event) error {
		for _, e := range lane {
			if err := e.do(ctx); err != nil {
				return fmt.Errorf("%s, %s: %w", e.day, e.lane, err)
			}
		}
		return nil
	}
	g, side := errgroup.WithContext(ctx)
	g.SetLimit(sideBySide)
	for _, lane := range lanes {
		if lane[0].lane == alone {
			if err := along(ctx, lane); err != nil {
				return err
			}
		}
	}
	for _, lane := range lanes {
		if lane[0].lane != alone {
			g.Go(func() error { return along(side, lane) })
		}
	}
	return g.Wait()
}

// next takes the events of the earliest day, by lane.
func (s *story) next() [][]event {
	s.mu.Lock()
	defer s.mu.Unlock()
	var lanes [][]event
	where := map[string]int{}
	for len(s.agenda) > 0 && (len(lanes) == 0 || s.agenda[0].day == lanes[0][0].day) {
		e := heap.Pop(&s.agenda).(event)
		i, ok := where[e.lane]
		if !ok {
			i = len(lanes)
			where[e.lane] = i
			lanes = append(lanes, nil)
		}
		lanes[i] = append(lanes[i], e)
	}
	return lanes
}

// chance is the source of randomness of one thing in the story: it depends on the seed and the thing's name alone, never
// on the order in which things happen.
func (s *story) chance(name string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // a hash takes everything
	return rand.New(rand.NewPCG(uint64(s.Seed), h.Sum64()))
}

// pick takes one of the words.
func pick(r *rand.Rand, words []string) string { return words[r.IntN(len(words))] }
