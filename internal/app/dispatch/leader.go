package dispatch

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// Leader is a person of the government with the units in their charge (分管、联系).
type Leader struct {
	Post   int64
	Person int64
	Name   string
	Title  string  // 职务
	Units  []int64 // in charge; none: the whole government
}

// Leaders lists who leads the government on a day, in the order of their posts. Which units are in whose charge is the field
// `charge` of the post.
func (d *Dispatch) Leaders(ctx context.Context, site *act.Site) ([]Leader, error) {
	today := d.Acts.Today()
	charge := map[int64][]int64{}
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		posts, err := read.Register(ctx, tx, act.RegisterPost)
		for _, e := range posts {
			v, ok := e.AsOf(today, 0)
			if !ok {
				continue
			}
			units, _ := v.Fields.Get("charge")
			for _, it := range units.Items {
				if it.Value.Ref != nil {
					charge[e.No] = append(charge[e.No], it.Value.Ref.Entry)
				}
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []Leader
	for _, u := range site.Tree().All() {
		for _, p := range site.Rights.Holders(u.No, access.GovHead, today) {
			out = append(out, Leader{Post: p.No, Person: p.Person, Name: site.Person(p.Person), Title: p.Title, Units: charge[p.No]})
		}
	}
	return out, nil
}

// LeaderSheet is the one page of a leader: what is late and about to be in the units in their charge, and what became of
// their own instructions.
type LeaderSheet struct {
	Leader  Leader
	Running int
	Late    []Overdue
	Soon    []Overdue
	Promise []*Task // instructions of this leader that are open, oldest first
}

// Sheet makes the page of a leader, as far as the viewer sees.
func (d *Dispatch) Sheet(ctx context.Context, site *act.Site, scope access.Scope, l Leader) (*LeaderSheet, error) {
	s, err := d.Supervise(ctx, site, scope, charged(site, l))
	if err != nil {
		return nil, err
	}
	out := &LeaderSheet{Leader: l, Running: s.Running}
	for _, o := range s.Late {
		if o.Light == Red {
			out.Late = append(out.Late, o)
		} else {
			out.Soon = append(out.Soon, o)
		}
	}
	err = d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := read.List(ctx, tx, scope, read.Filter{Procedure: "instruction", OpenOnly: true, Limit: mostOpen})
		if err != nil {
			return err
		}
		rows = slices.DeleteFunc(rows, func(m read.Matter) bool { return !from(m.State, l) })
		out.Promise, err = d.judged(ctx, tx, rows)
		return err
	})
	slices.SortFunc(out.Promise, func(a, b *Task) int { return cmp.Compare(a.State.No, b.State.No) })
	return out, err
}

// charged widens a leader's units to what is below them.
func charged(site *act.Site, l Leader) []int64 {
	var out []int64
	for _, u := range l.Units {
		for _, no := range append([]int64{u}, site.Tree().Subtree(u)...) {
			if !slices.Contains(out, no) {
				out = append(out, no)
			}
		}
	}
	return out
}

// from tells whether an instruction is a leader's: by the name it was registered under.
func from(s *matter.State, l Leader) bool {
	return l.Name != "" && strings.Contains(s.Text("source_from"), l.Name)
}

// LeaderOf finds a leader by the no of the post.
func LeaderOf(all []Leader, post int64) (Leader, error) {
	i := slices.IndexFunc(all, func(l Leader) bool { return l.Post == post })
	if i < 0 {
		return Leader{}, app.Faultf(app.NotFound, "没有这位领导的岗位，或者任期已经结束。")
	}
	return all[i], nil
}
