package ledger

import (
	"errors"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// Roots, tiles and proofs of every kind agree with RFC 6962 computed over a plain list.
func TestTreeAgainstList(t *testing.T) {
	log := numbered(1400)
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.Int64Range(1, int64(len(log.leaves))).Draw(t, "size")
		index := rapid.Int64Range(0, size-1).Draw(t, "index")
		old := rapid.Int64Range(0, size).Draw(t, "old")
		leaves := log.leaves[:size]
		want := naiveRoot(leaves)
		root, err := Root(log, size)
		if err != nil || root != want {
			t.Fatalf("root of %d: %v, %v", size, root, err)
		}
		proof, err := Inclusion(log, size, index)
		if diff := cmp.Diff(naivePath(int(index), leaves), proof, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatalf("%v %s", err, diff)
		}
		if err := CheckInclusion(proof, size, root, index, leaves[index]); err != nil {
			t.Fatal(err)
		}
		growth, err := Consistency(log, size, old)
		if err != nil {
			t.Fatal(err)
		}
		if old > 0 && old < size {
			if diff := cmp.Diff(naiveProof(int(old), leaves, true), growth, cmpopts.EquateEmpty()); diff != "" {
				t.Fatal(diff)
			}
		}
		oldRoot := naiveRoot(log.leaves[:old])
		if err := CheckConsistency(growth, size, root, old, oldRoot); err != nil {
			t.Fatalf("%d to %d: %v", old, size, err)
		}
		// Nothing else is proved by the same proofs.
		wrong := leaves[index]
		wrong[rapid.IntRange(0, 31).Draw(t, "byte")] ^= 1
		if CheckInclusion(proof, size, root, index, wrong) == nil {
			t.Fatal("another leaf is proved")
		}
		if other := (index + 1) % size; other != index && CheckInclusion(proof, size, root, other, leaves[index]) == nil {
			t.Fatal("another place is proved")
		}
		if CheckInclusion(append(proof, Hash{}), size, root, index, leaves[index]) == nil {
			t.Fatal("a longer proof is taken")
		}
		if len(proof) > 0 && CheckInclusion(proof[:len(proof)-1], size, root, index, leaves[index]) == nil {
			t.Fatal("a shorter proof is taken")
		}
		oldRoot[0] ^= 1
		if CheckConsistency(growth, size, root, old, oldRoot) == nil {
			t.Fatal("another beginning is proved")
		}
	})
}

// A frontier and an edge appended one by one, stored and loaded at any size, stay those of the whole log.
func TestFrontierAndEdge(t *testing.T) {
	const last = 3*TileWidth + 5
	whole := numbered(last)
	var f Frontier
	var copies []Frontier
	for size := int64(0); ; size++ {
		if want := naiveRoot(whole.leaves[:size]); f.Root() != want || f.Size() != size {
			t.Fatalf("frontier of %d has root %v", size, f.Root())
		}
		stored := f.AppendBinary(nil)
		back, err := ParseFrontier(stored)
		if err != nil || back != f {
			t.Fatalf("size %d: %v", size, err)
		}
		if _, err := ParseFrontier(stored[:len(stored)-1]); err == nil {
			t.Fatal("a frontier cut short is taken")
		}
		copies = append(copies, f)
		if size == last {
			break
		}
		f.Append(whole.leaves[size])
	}
	for size, f := range copies { // a copy is the tree of its time
		if f.Root() != naiveRoot(whole.leaves[:size]) {
			t.Fatalf("the copy of size %d has moved", size)
		}
	}
	for _, size := range []int64{0, 1, 255, 256, 257, 511, 512, 513} {
		e, err := LoadEdge(whole, size)
		if err != nil {
			t.Fatal(err)
		}
		tiles := map[string][]byte{}
		for _, leaf := range whole.leaves[size:] {
			for _, tile := range e.Append(leaf) {
				tiles[tile.Path()] = tile.Hashes
			}
		}
		if e.Size() != last {
			t.Errorf("edge from %d has size %d", size, e.Size())
		}
		for path, hashes := range tiles {
			level, n, w, err := ParseTilePath(path)
			if err != nil {
				t.Fatal(err)
			}
			want, err := TileData(whole, last, level, n, w)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, hashes); diff != "" {
				t.Errorf("from %d, %s: %s", size, path, diff)
			}
		}
	}
	for _, bad := range [][]byte{nil, {1}, append([]byte{2}, make([]byte, 8)...), {1, 255, 255, 255, 255, 255, 255, 255, 255}} {
		if _, err := ParseFrontier(bad); err == nil {
			t.Errorf("frontier %v taken", bad)
		}
	}
}

// Past 65 536 leaves the third level of tiles begins; proofs there read few tiles.
func TestThirdLevel(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: 70 000 leaves are left out")
	}
	log := numbered(70_000)
	size := int64(len(log.leaves))
	if root, err := Root(log, size); err != nil || root != log.frontier.Root() || root != naiveRoot(log.leaves) {
		t.Fatal("root of 70 000 leaves", err)
	}
	for _, index := range []int64{0, 255, 256, 65_535, 65_536, 69_999} {
		log.reads = 0
		proof, err := Inclusion(log, size, index)
		if err != nil {
			t.Fatal(err)
		}
		if log.reads > 6 {
			t.Errorf("the proof of %d read %d tiles", index, log.reads)
		}
		if err := CheckInclusion(proof, size, log.frontier.Root(), index, log.leaves[index]); err != nil {
			t.Error(index, err)
		}
	}
	if e, err := LoadEdge(log, size); err != nil {
		t.Fatal(err)
	} else if diff := cmp.Diff(&log.edge, e, cmp.AllowUnexported(Edge{}), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

// What the store must keep is asked for and nothing else; what it lost is an error and not a wrong hash.
func TestTileData(t *testing.T) {
	log := numbered(600)
	for name, c := range map[string]struct {
		size  int64
		level int
		n     int64
		w     int
		ok    bool
	}{
		"full":            {600, 0, 1, 256, true},
		"edge":            {600, 0, 2, 88, true},
		"part of full":    {600, 0, 0, 7, true},
		"above":           {600, 1, 0, 2, true},
		"past the edge":   {600, 0, 2, 89, false},
		"past the size":   {300, 0, 1, 256, false},
		"above too wide":  {600, 1, 0, 3, false},
		"no such level":   {600, 2, 0, 1, false},
		"level of data":   {600, -1, 0, 1, false},
		"level past all":  {600, 99, 0, 1, false},
		"empty":           {600, 0, 0, 0, false},
		"too wide":        {600, 0, 0, 257, false},
		"negative":        {600, 0, -1, 1, false},
		"far out":         {600, 0, 1 << 60, 1, false},
		"of the nothing":  {0, 0, 0, 1, false},
		"lost by storage": {1000, 0, 3, 100, false},
	} {
		t.Run(name, func(t *testing.T) {
			data, err := TileData(log, c.size, c.level, c.n, c.w)
			if (err == nil) != c.ok || c.ok && len(data) != c.w*tlog.HashSize {
				t.Errorf("%d bytes, %v", len(data), err)
			}
		})
	}
}

// lossy is a store that has lost what it is asked for, or gives less of it.
type lossy struct {
	memory *memory
	cut    bool
}

var errLost = errors.New("disk gone")

func (l lossy) Leaves(from, to int64) ([]Hash, error) {
	if !l.cut {
		return nil, errLost
	}
	return l.memory.leaves[from : to-1], nil
}

func (l lossy) Tile(level int, n int64) ([]byte, error) {
	if !l.cut {
		return nil, errLost
	}
	b, err := l.memory.Tile(level, n)
	return b[:len(b)-1], err
}

func TestLossyStore(t *testing.T) {
	log := numbered(600)
	for _, src := range []lossy{{log, false}, {log, true}} {
		for name, err := range map[string]error{
			"root":        second(Root(src, 600)),
			"inclusion":   second(Inclusion(src, 600, 1)),
			"consistency": second(Consistency(src, 600, 300)),
			"edge":        second(LoadEdge(src, 600)),
		} {
			if err == nil || !src.cut && !errors.Is(err, errLost) {
				t.Errorf("%s, cut %v: %v", name, src.cut, err)
			}
		}
	}
	for name, err := range map[string]error{
		"leaf past the tree":  second(Inclusion(log, 600, 600)),
		"leaf before it":      second(Inclusion(log, 600, -1)),
		"growth backwards":    second(Consistency(log, 300, 600)),
		"growth from nowhere": second(Consistency(log, 300, -1)),
		"check backwards":     CheckConsistency(nil, 3, Hash{}, 4, Hash{}),
		"check no place":      CheckInclusion(nil, 3, Hash{}, 3, Hash{}),
	} {
		if err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestTilePath(t *testing.T) {
	for path, c := range map[string]struct {
		level int
		n     int64
		w     int
	}{
		"tile/0/000":               {0, 0, 256},
		"tile/0/x001/x234/067":     {0, 1234067, 256},
		"tile/1/005.p/9":           {1, 5, 9},
		"tile/0/x123/x456/789.p/1": {0, 123456789, 1},
	} {
		if got := TilePath(c.level, c.n, c.w); got != path {
			t.Errorf("path %s, want %s", got, path)
		}
		level, n, w, err := ParseTilePath(path)
		if err != nil || level != c.level || n != c.n || w != c.w {
			t.Errorf("%s read as %d %d %d %v", path, level, n, w, err)
		}
	}
	for _, bad := range []string{"", "tile/", "tile/0", "tile/0/1", "tile/data/000", "tile/entries/000", "tile/8/0/000",
		"tile/0/000.p/256", "tile/0/000.p/0", "tile/00/000", "tile/0/x000/001", "tile/-1/000", "/tile/0/000", "tile/0/000/", "checkpoint"} {
		if _, _, _, err := ParseTilePath(bad); err == nil {
			t.Errorf("%q taken", bad)
		}
	}
}

func FuzzParseTilePath(f *testing.F) {
	f.Add("tile/0/x001/234.p/5")
	f.Fuzz(func(t *testing.T, path string) {
		level, n, w, err := ParseTilePath(path)
		if err == nil && TilePath(level, n, w) != path {
			t.Fatalf("%q is written %q", path, TilePath(level, n, w))
		}
	})
}

func FuzzParseFrontier(f *testing.F) {
	seven := numbered(7)
	f.Add(seven.frontier.AppendBinary(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		fr, err := ParseFrontier(b)
		if err == nil && string(fr.AppendBinary(nil)) != string(b) {
			t.Fatalf("%x is written %x", b, fr.AppendBinary(nil))
		}
	})
}

// BenchmarkAppend is what the writer does for the log under the lock: head bytes, leaf, frontier, edge.
func BenchmarkAppend(b *testing.B) {
	h := sampleHead()
	var f Frontier
	var e Edge
	buf := make([]byte, 0, MaxHead)
	b.ReportAllocs()
	for b.Loop() {
		h.Seq++
		buf = EncodeHead(buf[:0], &h)
		leaf := LeafHash(buf)
		f.Append(leaf)
		e.Append(leaf)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkVerifyRecord is what verify does for the log per record: read the head, check the commitments of its two
// parts and their form, build the tree again.
func BenchmarkVerifyRecord(b *testing.B) {
	h := sampleHead()
	var salt Salt
	body := []byte(`{"events":[{"key":"p1","legal":"2026-09-23","n":3,"step":"progress"}],"facts":[["progress",1]],"text":"` +
		`已完成年度任务的百分之六十，其余按计划推进。"}`)
	h.Parts[Effects], h.Parts[Open] = Commit(salt, body), Commit(salt, body)
	head := EncodeHead(nil, &h)
	var f Frontier
	var e Edge
	for b.Loop() {
		got, err := ParseHead(head)
		if err != nil {
			b.Fatal(err)
		}
		for _, p := range []Part{Effects, Open} {
			if Commit(salt, body) != got.Parts[p] || Canonical(body) != nil {
				b.Fatal("part differs")
			}
		}
		leaf := LeafHash(head)
		f.Append(leaf)
		e.Append(leaf)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkInclusion proves leaves of a log of 300 000 whose tiles are in memory.
func BenchmarkInclusion(b *testing.B) {
	log := &memory{}
	for i := range 300_000 {
		log.append(LeafHash(strconv.AppendInt(nil, int64(i), 10)))
	}
	i := int64(0)
	for b.Loop() {
		if _, err := Inclusion(log, int64(len(log.leaves)), i%300_000); err != nil {
			b.Fatal(err)
		}
		i += 7919
	}
}
