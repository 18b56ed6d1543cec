package rows

import (
	"slices"

	"zhunsheng/internal/matter"
)

// Act is a record with what it changed. Before the lock, Record.Seq is 0 and the rows hold Seq and Number where the
// record's own are meant; afterwards (rebuild, verify) they hold the values.
type Act struct {
	Kind, Procedure    string // of the head
	Region             string // of the matter: that of its opening
	Record             *matter.Record
	Numbered           bool          // the writer issues a number
	Prev, Next         *matter.State // both nil where no matter changes
	State              []byte        // matter.AppendState of Next
	Cache              []byte        // matter.AppendCache of its worklists; not compared, not rebuilt
	EntryBefore, Entry *matter.Entry // Entry nil where none changes
	Definitions        []Definition  // with their rules
	Later              bool          // leave the matter\'s own row out: MatterRow adds it once, at the end of a fold
}

// Expand adds the rows of truth that an act changes.
func Expand(s *Set, a *Act) {
	seq := Seq
	if a.Record.Seq != 0 {
		seq = a.Record.Seq
	}
	no := any(int64(0))
	if a.Next != nil {
		no = seq
		if a.Prev != nil {
			no = a.Prev.No
		}
		a.matter(s, no, seq)
	}
	procedure := a.Procedure
	if a.Next != nil {
		procedure = a.Next.Procedure
	}
	for i, f := range a.Record.Effects.Facts {
		s.Add(InsertFact, seq, int64(i), no, f.Unit, procedure, f.Fact, f.Month, f.Value)
		s.Add(AddTally, procedure, f.Fact, f.Month, f.Unit, f.Value)
	}
	if a.Entry != nil {
		a.entry(s, seq)
	}
	for _, d := range a.Definitions {
		s.Add(InsertDefinition, d.Digest, d.Kind, d.ID, d.InForce, string(d.Rules), seq)
	}
	eachFile(a.Record, func(b *matter.Blob) {
		s.Add(InsertFile, b.Hash, b.Size)
		s.Add(InsertFileUse, b.Hash, seq)
	})
}

func (a *Act) matter(s *Set, no, seq any) {
	if !a.Later {
		a.matterRow(s, no, seq)
	}
	a.matterRows(s, no, seq)
}

// MatterRow adds the row of a matter as it is; blob is that of its state, made where it is nil. The cache is left empty.
func MatterRow(s *Set, m *matter.State, blob []byte, region string) {
	if blob == nil {
		blob = matter.AppendState(nil, m)
	}
	a := Act{Region: region, Record: &matter.Record{Seq: m.Seq}, Next: m, State: blob}
	a.matterRow(s, m.No, m.Seq)
}

// matterRow adds the matter's own row.
func (a *Act) matterRow(s *Set, no, seq any) {
	n := a.Next
	number := any(n.Number)
	if a.Numbered {
		number = Number
	}
	open := int64(0)
	if n.Open {
		open = 1
	}
	o := UpdateMatter
	if a.Prev == nil {
		o = InsertMatter
	}
	cache := a.Cache
	if cache == nil {
		cache = empty
	}
	s.Add(o, no, n.ID, a.Region, n.Procedure, n.Def, n.Unit, open, n.Title, number, n.Version, seq, n.Opened, n.Closed, a.State,
		cache)
}

// matterRows adds the rows beside it.
func (a *Act) matterRows(s *Set, no, seq any) {
	n, e := a.Next, &a.Record.Effects
	for _, u := range e.Reach {
		s.Add(InsertReach, u, no, n.Procedure)
	}
	for _, p := range e.Persons {
		s.Add(InsertReachPerson, p, no)
	}
	for _, l := range lastTies(e.Links) {
		if l.End {
			s.Add(DeleteLink, l.Other, l.Kind, no)
		} else {
			s.Add(PutLink, l.Other, l.Kind, no, seq)
		}
	}
	var before []matter.Role
	var facets []matter.Facet
	if a.Prev != nil {
		before, facets = lastRoles(a.Prev.Roles), a.Prev.Facets
	}
	if len(e.Roles) > 0 {
		for _, r := range lastRoles(n.Roles) {
			if !slices.Contains(before, r) {
				s.Add(PutRole, no, r.Unit, r.Role, r.From, r.To)
			}
		}
	}
	if len(e.Facets) > 0 {
		for _, f := range facets {
			if !slices.Contains(n.Facets, f) {
				s.Add(DeleteFacet, n.Procedure, f.Field, f.Value, no)
			}
		}
		for _, f := range n.Facets {
			if !slices.Contains(facets, f) {
				s.Add(InsertFacet, n.Procedure, f.Field, f.Value, no)
			}
		}
	}
}

// lastRoles keeps the last span of a unit in a role: that is what the table holds.
func lastRoles(roles []matter.Role) []matter.Role {
	out := make([]matter.Role, 0, len(roles))
	for i, r := range roles {
		later := slices.ContainsFunc(roles[i+1:], func(o matter.Role) bool { return o.Unit == r.Unit && o.Role == r.Role })
		if !later {
			out = append(out, r)
		}
	}
	return out
}

// lastTies keeps the last word a record says of a link.
func lastTies(ties []matter.Tie) []matter.Tie {
	if len(ties) < 2 {
		return ties
	}
	out := make([]matter.Tie, 0, len(ties))
	for i, t := range ties {
		later := slices.ContainsFunc(ties[i+1:], func(o matter.Tie) bool { return o.Kind == t.Kind && o.Other == t.Other })
		if !later {
			out = append(out, t)
		}
	}
	return out
}

// Worklist adds the rows by which a matter's worklists change. no is Seq for a matter that is being opened.
func Worklist(s *Set, no any, before, after *matter.Cache) {
	for _, t := range before.Todo {
		if !slices.Contains(after.Todo, t) {
			s.Add(DeleteTodo, t.Unit, t.Role, t.Post, t.Due, no, t.Step, t.Key)
		}
	}
	for i, t := range after.Todo {
		if !slices.Contains(before.Todo, t) && !slices.Contains(after.Todo[:i], t) {
			s.Add(InsertTodo, t.Unit, t.Role, t.Post, t.Due, no, t.Step, t.Key)
		}
	}
	for _, d := range before.Due {
		if !slices.ContainsFunc(after.Due, func(o matter.Due) bool { o.Provisional = d.Provisional; return o == d }) {
			s.Add(DeleteDue, d.Unit, d.Due, no, d.Limit, d.Key)
		}
	}
	for i, d := range after.Due {
		if !slices.Contains(before.Due, d) && !slices.Contains(after.Due[:i], d) {
			s.Add(InsertDue, d.Unit, d.Due, no, d.Limit, d.Key, bit(d.Provisional))
		}
	}
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// eachFile visits every file a record names, each once.
func eachFile(r *matter.Record, fn func(*matter.Blob)) {
	var seen []string
	visit := func(b *matter.Blob) {
		if !slices.Contains(seen, b.Hash) {
			seen = append(seen, b.Hash)
			fn(b)
		}
	}
	for i := range r.Files {
		visit(&r.Files[i].Blob)
	}
	for _, vs := range []matter.Values{r.Open.Values, r.Personal.Values, r.Sealed.Values} {
		filesOf(vs, visit)
	}
}

func filesOf(vs matter.Values, visit func(*matter.Blob)) {
	for i := range vs {
		filesIn(&vs[i].Value, visit)
	}
}

func filesIn(v *matter.Value, visit func(*matter.Blob)) {
	if v.Blob != nil {
		visit(v.Blob)
	}
	for i := range v.Items {
		filesIn(&v.Items[i].Value, visit)
		filesOf(v.Items[i].Fields, visit)
	}
}

// Files returns the digests of the files a record names.
func Files(r *matter.Record) []string {
	var hashes []string
	eachFile(r, func(b *matter.Blob) { hashes = append(hashes, b.Hash) })
	return hashes
}
