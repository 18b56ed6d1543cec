package daycount_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/internal/norm/source"
	"zhunsheng/pack"
)

// floor is how many of a hundred expected days must be counted a second time: a new condition in the pack may need a few
// days until this reader learns it.
const floor = 98

var openPack = sync.OnceValues(func() (*rulebook.Book, error) {
	book, diags := rulebook.Load(pack.Files)
	if bad := diags.Errors(); len(bad) > 0 {
		return nil, bad
	}
	return book, nil
})

func loaded(tb testing.TB) *rulebook.Book {
	tb.Helper()
	book, err := openPack()
	if err != nil {
		tb.Fatal(err)
	}
	return book
}

// tally is how far the second count went.
type tally struct {
	t       *testing.T
	agreed  int
	wrong   int
	left    map[string]int  // reason → how many
	limits  map[string]bool // procedure.limit, as far as its own file writes it
	counted map[string]bool // those of which a day was expected
	played  map[string]bool // examples, by their places
}

// TestExamplesCountedTwice counts every day that the worked examples of the pack expect a second time, without the
// engine: due, earliest and met of every limit. A difference is a fault of the engine, of the example or of the counter,
// and is to be settled by the words of the law.
func TestExamplesCountedTwice(t *testing.T) {
	book, a := loaded(t), openAlmanac(t)
	y := &tally{t: t, left: map[string]int{}, limits: map[string]bool{}, counted: map[string]bool{}, played: map[string]bool{}}
	for _, d := range book.Definitions() {
		for i := range d.AllLimits {
			id := d.AllLimits[i].ID
			if book.Node(d).Get("limits").Get(id).File == "procedures/"+d.ID+".yaml" { // not of what it is like
				y.limits[d.ID+"."+id] = true
			}
		}
		examples := book.Node(d).Get("examples")
		pairs(examples, func(id string, n *source.Node) {
			place := fmt.Sprintf("%s:%d", n.File, n.Line)
			if n.File == "procedures/"+d.ID+".yaml" && !y.played[place] { // proven with the version it was written for
				y.played[place] = true
				y.example(a, d, place+" "+id, n)
			}
		})
	}
	left := 0
	for _, n := range y.left {
		left += n
	}
	all := y.agreed + y.wrong + left
	var bare []string
	for _, id := range slices.Sorted(maps.Keys(y.limits)) {
		if !y.counted[id] {
			bare = append(bare, id)
		}
	}
	t.Logf("%d expectations in %d examples: %d agree, %d differ, %d left", all, len(y.played), y.agreed, y.wrong, left)
	t.Logf("%d of %d limits have an expected day; not: %s", len(y.limits)-len(bare), len(y.limits), strings.Join(bare, " "))
	for _, why := range slices.Sorted(maps.Keys(y.left)) {
		t.Logf("left %d: %s", y.left[why], why)
	}
	if all == 0 || (y.agreed+y.wrong)*100 < all*floor {
		t.Errorf("%d of %d expectations counted, want %d of 100", y.agreed+y.wrong, all, floor)
	}
}

func (y *tally) example(a *almanac, d *procedure.Definition, place string, n *source.Node) {
	if run := n.Get("run"); run != nil {
		w := &diary{a: a, d: d, params: map[string]string{}}
		pairs(n.Get("params"), func(k string, v *source.Node) { w.params[k] = v.Text })
		for _, act := range run.Values {
			if err := w.act(act); err != nil {
				y.t.Errorf("%s: %v", place, err)
				return
			}
			c := w.course()
			c.silence()
			y.expect(c, place, act.Get("expect"))
		}
		return
	}
	s, err := storyOf(n)
	if err == nil {
		var c *course
		if c, err = s.course(a, d); err == nil {
			y.expect(c, place, n.Get("expect"))
			return
		}
	}
	y.t.Errorf("%s: %v", place, err)
}

// expect compares what an example expects of days.
func (y *tally) expect(c *course, place string, n *source.Node) {
	pairs(n, func(name string, v *source.Node) {
		rest, ok := strings.CutPrefix(name, "limit.")
		at := strings.LastIndexByte(rest, '.')
		if !ok || at < 0 {
			return
		}
		what := rest[at+1:]
		id, key, _ := strings.Cut(rest[:at], "@")
		l := c.d.Limit(id)
		if l == nil || !slices.Contains([]string{"due", "earliest", "met"}, what) {
			return
		}
		got, why := c.limit(l, key)
		if why != "" {
			y.left[why]++
			return
		}
		y.counted[c.d.ID+"."+l.ID] = true
		is := map[string]string{"due": got.due, "earliest": got.earliest, "met": got.met}[what]
		if is == v.Text {
			y.agreed++
			return
		}
		y.wrong++
		y.t.Errorf("%s (line %d): %s is %q in the pack and %q by the second count", place, v.Line, name, v.Text, is)
	})
}
