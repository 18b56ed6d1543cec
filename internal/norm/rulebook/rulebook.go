// Package rulebook makes typed definitions out of packs (规则包): it reads the files, merges variants, versions and
// overlays, resolves what refers to something else, and answers definitions or diagnostics with places.
package rulebook

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"zhunsheng/internal/norm/calendar"
	"zhunsheng/internal/norm/law"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/register"
	"zhunsheng/internal/norm/source"
)

// Book is a pack with its overlays, read and merged. It is immutable and safe for concurrent use.
type Book struct {
	digest     string
	calendar   *calendar.Calendar
	laws       *law.Library
	procedures map[string][]*procedure.Definition // versions, oldest first
	order      []string
	byDigest   map[string]*procedure.Definition
	registers  map[string]*register.Definition
	regOrder   []string
	regNodes   map[string]*source.Node
	nodes      map[*procedure.Definition]*source.Node
	written    map[*procedure.Definition]string // the file that last changed its text
	texts      map[string][]byte                // file → text, for showing diagnostics
	papers     map[string]*Paper
	paperOrder []string
	cited      func() *citations // made when first asked for
}

// Calendar is the calendar of the pack.
func (b *Book) Calendar() *calendar.Calendar { return b.calendar }

// Laws are the instruments that citations point to.
func (b *Book) Laws() *law.Library { return b.laws }

// Digest is the SHA-256 of all files with their names, in hex: it says which pack was loaded.
func (b *Book) Digest() string { return b.digest }

// Procedure gives the version of a procedure in force on a day; on a day before the first version, that one.
func (b *Book) Procedure(id, date string) (*procedure.Definition, bool) {
	versions := b.procedures[id]
	if len(versions) == 0 {
		return nil, false
	}
	for _, d := range slices.Backward(versions) {
		if d.InForce <= date {
			return d, true
		}
	}
	return versions[0], true
}

// Newer gives the version of a procedure in force on a day where it is another than the one that governs a matter: a
// later version, or a revision of the same. What it says about running matters is its Transition.
func (b *Book) Newer(d *procedure.Definition, day string) (*procedure.Definition, bool) {
	next, ok := b.Procedure(d.ID, day)
	return next, ok && next.Digest != d.Digest && next.InForce >= d.InForce
}

// Versions gives all versions of a procedure, oldest first.
func (b *Book) Versions(id string) []*procedure.Definition { return b.procedures[id] }

// Procedures lists the ids of procedures in order.
func (b *Book) Procedures() []string { return b.order }

// ByDigest finds the version whose rules have a digest.
func (b *Book) ByDigest(digest string) (*procedure.Definition, bool) {
	d, ok := b.byDigest[digest]
	return d, ok
}

// Definitions gives every version of every procedure.
func (b *Book) Definitions() []*procedure.Definition {
	var out []*procedure.Definition
	for _, id := range b.order {
		out = append(out, b.procedures[id]...)
	}
	return out
}

// Register finds the definition of a register.
func (b *Book) Register(id string) (*register.Definition, bool) {
	d, ok := b.registers[id]
	return d, ok
}

// Registers lists the ids of registers in order.
func (b *Book) Registers() []string { return b.regOrder }

// With gives a book that also knows definitions of earlier packs, as the database kept them: running matters go on by
// the rules they were opened under.
func (b *Book) With(kept []*procedure.Definition) *Book {
	out := *b
	out.byDigest = make(map[string]*procedure.Definition, len(b.byDigest)+len(kept))
	for _, d := range kept {
		out.byDigest[d.Digest] = d
	}
	for digest, d := range b.byDigest {
		out.byDigest[digest] = d
	}
	return &out
}

// Text gives the text of a file as it was read, for showing a diagnostic in its line.
func (b *Book) Text(file string) []byte { return b.texts[file] }

// Node gives the merged text of a version, every value with the place it was written at.
func (b *Book) Node(d *procedure.Definition) *source.Node { return b.nodes[d] }

// loader reads the layers of a pack.
type loader struct {
	source.Reader
	book     *Book
	facts    []calendar.Facts
	laws     []law.Instrument
	files    map[string]*source.Node // procedure id → file
	ids      []string
	overlays []*source.Node
	regs     map[string]*source.Node
	sum      []string
	unproved bool // leave the examples out
}

// Load reads a pack and the overlays over it, in order. The book is nil where a diagnostic is an error: a pack is taken
// whole or not at all. Expressions and examples are proved by Check.
func Load(pack fs.FS, overlays ...fs.FS) (*Book, source.Diagnostics) {
	l := newLoader()
	for _, layer := range append([]fs.FS{pack}, overlays...) {
		l.layer(layer, "")
	}
	return l.finish()
}

// LoadRules is Load without the worked examples, which only Check needs: they are a good third of a pack, and a server does
// not prove again at every start what its tests have proved. The definitions and their digests are the same.
func LoadRules(pack fs.FS) (*Book, source.Diagnostics) {
	l := newLoader()
	l.unproved = true
	l.layer(pack, "")
	return l.finish()
}

func newLoader() *loader {
	return &loader{
		book: &Book{
			procedures: map[string][]*procedure.Definition{}, byDigest: map[string]*procedure.Definition{},
			registers: map[string]*register.Definition{}, nodes: map[*procedure.Definition]*source.Node{}, written: map[*procedure.Definition]string{}, texts: map[string][]byte{},
			papers: map[string]*Paper{},
		},
		files: map[string]*source.Node{}, regs: map[string]*source.Node{},
	}
}

// LoadAlone reads one pack by itself, over nothing but another's calendar: a pack in the making, or an older one.
func LoadAlone(pack, calendarOf fs.FS) (*Book, source.Diagnostics) {
	l := newLoader()
	l.layer(calendarOf, "calendar")
	l.layer(pack, "")
	return l.finish()
}

func (l *loader) finish() (*Book, source.Diagnostics) {
	l.build()
	diags := l.Diags.Sorted()
	if len(diags.Errors()) > 0 {
		return nil, diags
	}
	return l.book, diags
}

// text is a file of a layer; its nodes are parsed beside those of the others.
type text struct {
	name  string
	data  []byte
	node  *source.Node
	diags source.Diagnostics
}

// layer reads the files of one layer by folder, or of one folder only. Parsing is most of the work and is done by as many
// processors as there are; what was read is then taken in order.
func (l *loader) layer(files fs.FS, only string) {
	var all []*text
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if base := path.Base(name); name != "." && (only != "" && !strings.HasPrefix(name+"/", only+"/") || strings.HasPrefix(base, ".") || base == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		if ext := path.Ext(name); ext != ".yaml" && ext != ".md" {
			return nil
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		all = append(all, &text{name: name, data: data})
		return nil
	})
	if err != nil {
		l.Add(nil, source.CodeSyntax, "", "不能读取规则包：%v", err)
	}
	parseAll(all, l.unproved)
	for _, t := range all {
		sum := sha256.Sum256(t.data)
		l.sum = append(l.sum, t.name+" "+hex.EncodeToString(sum[:]))
		l.book.texts[t.name] = t.data
		if path.Ext(t.name) == ".yaml" {
			l.file(t)
		}
	}
}

func parseAll(all []*text, unproved bool) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(all)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(all); i = next.Add(1) - 1 {
				t := all[i]
				if path.Ext(t.name) != ".yaml" {
					continue
				}
				data := t.data
				if unproved {
					data = withoutExamples(data)
				}
				t.node, t.diags = source.Parse(t.name, data)
			}
		})
	}
	wg.Wait()
}

// examplesKey begins the examples of a version as pack fmt writes it; what is written otherwise is read with its examples.
var examplesKey = []byte("    examples:\n")

// withoutExamples blanks the lines of examples, so that all others stay where they are.
func withoutExamples(data []byte) []byte {
	out := make([]byte, 0, len(data))
	inside := false
	for line := range bytes.Lines(data) {
		deeper := len(bytes.TrimSpace(line)) == 0 || bytes.HasPrefix(line, []byte("     "))
		if inside = inside && deeper || bytes.Equal(line, examplesKey); inside {
			out = append(out, '\n')
			continue
		}
		out = append(out, line...)
	}
	return out
}

// file reads one file into its kind, which its folder tells; an overlay says itself what it lies over.
func (l *loader) file(t *text) {
	folder, _, _ := strings.Cut(t.name, "/")
	if !slices.Contains([]string{"calendar", "laws", "registers", "procedures"}, folder) {
		return
	}
	n := l.checked(t)
	if n == nil {
		return
	}
	switch folder {
	case "calendar":
		l.facts = append(l.facts, calendar.Decode(&l.Reader, n))
	case "laws":
		l.laws = append(l.laws, law.Decode(&l.Reader, n))
	case "registers":
		l.keep(l.regs, &l.book.regOrder, n)
	case "procedures":
		if n.Get("overlay") != nil {
			l.overlays = append(l.overlays, n)
			return
		}
		l.keep(l.files, &l.ids, n)
	}
}

// checked is the node of a file, nil where it is no set of keys; what is wrong is noted.
func (l *loader) checked(t *text) *source.Node {
	l.Diags = append(l.Diags, t.diags...)
	if t.node == nil || len(t.diags.Errors()) > 0 {
		return nil
	}
	if t.node.Kind != source.Map {
		l.Add(t.node, source.CodeSyntax, "", "文件应当是一组键值")
		return nil
	}
	return t.node
}

// keep files a definition under its id. Two files with one id are an error.
func (l *loader) keep(into map[string]*source.Node, order *[]string, n *source.Node) {
	id := n.Get("id")
	if id == nil || id.Kind != source.Scalar {
		l.Add(n, source.CodeMissing, "写明 id", "文件缺少“id”")
		return
	}
	if first := into[id.Text]; first != nil {
		l.Add(id, source.CodeDuplicate, "修改已有内容写 overlay: "+id.Text, "“%s”已经在 %s 中", id.Text, first.File)
		return
	}
	into[id.Text] = n
	*order = append(*order, id.Text)
}
