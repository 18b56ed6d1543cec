// Package duty is what the program does by itself, day by day: it opens the next turn of recurring duties, records the
// acts that silence brings about and derives provisional deadlines anew. Every body of a job may run again at any time; each act has a request id made of rule
// and period, so that it happens once.
package duty

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// program is who acts: nobody's post.
var program = access.Actor{System: true}

// Ran says what one run has done.
type Ran struct {
	Opened []int64 // tasks of new turns
	Deemed []int64 // matters on which silence was recorded
	Moved  []int64 // matters whose provisional deadlines were derived anew
	Switch []int64 // running matters that went over to a newer version of their rules
}

// Run does everything that is due on a day. What fails is joined into the error and does not keep the rest from being done.
func Run(ctx context.Context, acts *act.Acts, plans *dispatch.Dispatch, today string) (Ran, error) {
	var ran Ran
	var err error
	var problems []error
	if ran.Moved, err = rederive(ctx, acts); err != nil {
		problems = append(problems, err)
	}
	if ran.Switch, err = acts.Switch(ctx); err != nil {
		problems = append(problems, err)
	}
	if ran.Opened, err = openTurns(ctx, acts, plans, today); err != nil {
		problems = append(problems, err)
	}
	if ran.Deemed, err = deem(ctx, acts, today); err != nil {
		problems = append(problems, err)
	}
	return ran, errors.Join(problems...)
}

// Turn is one turn of a recurring duty.
type Turn struct {
	Duty    int64 // no of the entry
	Title   string
	Basis   string
	Unit    int64 // that carries it
	Period  dispatch.Period
	Due     string
	Matter  int64 // its task, 0 where none was opened
	Measure int64 // no of the measure, 0 where the duty was entered by hand
	entry   *matter.Entry
}

// everies are the cycles of the register as dispatch names them.
var everies = map[string]string{"month": "P1M", "quarter": "P3M", "half": "P6M", "year": "P1Y"}

// Turns lists the turns of every duty from the day it began to the one that runs (or is to be opened) on a day, with their
// tasks: of each duty at most the last `last`, newest first.
func Turns(ctx context.Context, acts *act.Acts, today string, last int) ([]Turn, error) {
	var out []Turn
	err := acts.DB.Read(ctx, func(tx *store.Tx) error {
		entries, err := read.Register(ctx, tx, dispatch.RegisterDuty)
		if err != nil {
			return err
		}
		for _, e := range entries {
			turns, err := turnsOf(e, today)
			if err != nil {
				return fmt.Errorf("duty %d: %w", e.No, err)
			}
			turns = turns[:min(last, len(turns))]
			if err := findTasks(ctx, tx, turns); err != nil {
				return err
			}
			out = append(out, turns...)
		}
		return nil
	})
	slices.SortStableFunc(out, func(a, b Turn) int { return cmp.Compare(b.Due, a.Due) })
	return out, err
}

// turnsOf works out the turns of one duty, newest first.
func turnsOf(e *matter.Entry, today string) ([]Turn, error) {
	v := e.Versions[len(e.Versions)-1]
	f := v.Fields
	every := everies[f.Text("every")]
	day, err := time.Parse(time.DateOnly, today)
	if err != nil {
		return nil, fmt.Errorf("today: %w", err)
	}
	day = day.AddDate(0, 0, int(f.Int("ahead")))
	if until, err := time.Parse(time.DateOnly, v.To); err == nil && !day.Before(until) {
		day = until.AddDate(0, 0, -1)
	}
	begun := e.Versions[0].From
	var out []Turn
	for day.Format(time.DateOnly) >= begun {
		p, err := dispatch.PeriodOf(every, day.Format(time.DateOnly))
		if err != nil {
			return nil, err
		}
		out = append(out, Turn{
			Duty: e.No, Title: f.Text("title"), Basis: f.Text("basis"), Unit: refNo(f, "unit"), Measure: refNo(f, "measure"), Period: p,
			Due: dueOf(p, every, int(f.Int("month")), int(f.Int("day"))), entry: e,
		})
		first, err := time.Parse(time.DateOnly, p.First)
		if err != nil {
			return nil, err
		}
		day = first.AddDate(0, 0, -1)
	}
	return out, nil
}

// dueOf is the day a turn is due: 31 (or nothing) is the last day of its period, another number that day of the month
// after it; of a yearly duty the day of the month named.
func dueOf(p dispatch.Period, every string, month, day int) string {
	end, err := time.Parse(time.DateOnly, p.Day)
	if err != nil {
		return p.Day
	}
	clip := func(y int, m time.Month) string {
		lastDay := time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC)
		if day <= 0 || day >= lastDay.Day() {
			return lastDay.Format(time.DateOnly)
		}
		return time.Date(y, m, day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
	}
	switch {
	case every == "P1Y" && month >= 1 && month <= 12:
		return clip(end.Year(), time.Month(month))
	case day <= 0 || day >= 31:
		return p.Day
	}
	next := time.Date(end.Year(), end.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	return clip(next.Year(), next.Month())
}

func refNo(f matter.Values, field string) int64 {
	if v, ok := f.Get(field); ok && v.Ref != nil {
		return v.Ref.Entry
	}
	return 0
}

// mostTurns bounds how many tasks one measure or duty has: a monthly one has twelve a year and its parts.
const mostTurns = 5000

// findTasks fills the tasks of turns of one duty: by measure and period, or by the request that opened them.
func findTasks(ctx context.Context, tx *store.Tx, turns []Turn) error {
	if len(turns) == 0 {
		return nil
	}
	byPeriod := map[string]int64{}
	if m := turns[0].Measure; m != 0 {
		rows, err := tasksOf(ctx, tx, m)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if !isPart(row.State) {
				byPeriod[row.State.Text("period")] = row.State.No
			}
		}
	}
	for i := range turns {
		t := &turns[i]
		if t.Matter = byPeriod[t.Period.Title]; t.Matter != 0 {
			continue
		}
		seq, there, err := read.Once(ctx, tx, t.request())
		if err != nil {
			return err
		}
		if there {
			t.Matter = seq
		}
	}
	return nil
}

// tasksOf lists the tasks of a measure, oldest first.
func tasksOf(ctx context.Context, tx *store.Tx, measure int64) ([]read.Matter, error) {
	rows, err := read.List(ctx, tx, access.Scope{System: true}, read.Filter{
		Procedure: dispatch.ProcedureTask, Facet: &matter.Facet{Field: "measure", Value: strconv.FormatInt(measure, 10)}, Limit: mostTurns,
	})
	slices.SortFunc(rows, func(a, b read.Matter) int { return cmp.Compare(a.State.No, b.State.No) })
	return rows, err
}

func isPart(s *matter.State) bool {
	return slices.ContainsFunc(s.Links, func(l matter.Tie) bool { return l.Kind == "part_of" })
}

// request names the opening of a turn: duty and period.
func (t *Turn) request() string { return fmt.Sprintf("duty/%d/%s", t.Duty, t.Period.ID) }

// openTurns opens the turn that runs on a day of each duty. A turn whose day has passed is not opened any more: it would be
// late before anyone was told; the page of reports lists it as missing.
func openTurns(ctx context.Context, acts *act.Acts, plans *dispatch.Dispatch, today string) ([]int64, error) {
	turns, err := Turns(ctx, acts, today, 1)
	if err != nil {
		return nil, fmt.Errorf("list duties: %w", err)
	}
	var opened []int64
	var problems []error
	for i := range turns {
		t := &turns[i]
		if t.Matter != 0 || t.Due < today {
			continue
		}
		no, err := t.open(ctx, acts, plans, today)
		if err != nil {
			problems = append(problems, fmt.Errorf("open %s of duty %d: %w", t.Period.ID, t.Duty, err))
			continue
		}
		opened = append(opened, no)
	}
	return opened, errors.Join(problems...)
}

// open opens a turn as the one before it stood: its lead, the other units with their parts, the superior.
func (t *Turn) open(ctx context.Context, acts *act.Acts, plans *dispatch.Dispatch, today string) (int64, error) {
	var before *matter.State
	if t.Measure != 0 {
		err := acts.DB.Read(ctx, func(tx *store.Tx) error {
			rows, err := tasksOf(ctx, tx, t.Measure)
			for _, row := range rows {
				if !isPart(row.State) {
					before = row.State
				}
			}
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	lead := procedure.Act{Step: "open", Legal: today, Unit: t.Unit, Input: t.input(before), Roles: t.roles(before, today)}
	done, err := acts.Do(ctx, act.Request{ID: t.request(), Who: program, Procedure: dispatch.ProcedureTask, Act: lead})
	if err != nil || before == nil {
		return done.Matter, err
	}
	parts, err := plans.Children(ctx, access.Scope{System: true}, before.No)
	if err != nil {
		return 0, err
	}
	for _, part := range parts {
		a := procedure.Act{
			Step: "open", Legal: today, Unit: part.State.Unit, Input: t.input(part.State), Roles: t.roles(part.State, today),
			Links: []matter.Tie{{Kind: "part_of", Other: done.Matter}},
		}
		id := t.request() + "/" + strconv.FormatInt(part.State.Unit, 10)
		if _, err := acts.Do(ctx, act.Request{ID: id, Who: program, Procedure: dispatch.ProcedureTask, Act: a}); err != nil {
			return 0, err
		}
	}
	return done.Matter, nil
}

// copied are the fields a turn takes over from the one before it.
var copied = []string{"text", "section", "label", "kind", "measure", "plan", "plan_year"}

// input fills the form of a turn: from the turn before it, else from the duty as it was entered.
func (t *Turn) input(before *matter.State) matter.Values {
	f := t.entry.Versions[len(t.entry.Versions)-1].Fields
	in := matter.Values{}.
		With("title", matter.OfText(t.Title+"（"+t.Period.Title+"）")).
		With("due", matter.OfDate(t.Due)).With("period", matter.OfText(t.Period.Title))
	if before == nil {
		for _, field := range []string{"text", "section", "plan", "measure"} {
			if v, ok := f.Get(field); ok {
				in = in.With(field, v)
			}
		}
		return in
	}
	for _, field := range copied {
		if v, ok := before.Get(field); ok {
			in = in.With(field, v)
		}
	}
	if rows, ok := before.Get("targets"); ok {
		fresh := make([]matter.Item, len(rows.Items))
		for i, it := range rows.Items {
			fresh[i] = matter.Item{ID: it.ID, Fields: it.Fields.Without("reached")}
		}
		in = in.With("targets", matter.OfList(fresh...))
	}
	return in
}

// roles gives the units of the turn before it, from today on; a duty entered by hand names its superior.
func (t *Turn) roles(before *matter.State, today string) []matter.Role {
	var out []matter.Role
	if before == nil {
		if u := refNo(t.entry.Versions[len(t.entry.Versions)-1].Fields, "superior"); u != 0 {
			out = append(out, matter.Role{Unit: u, Role: "superior", From: today})
		}
		return out
	}
	for _, r := range before.Roles {
		if r.To == "" && r.Role != "lead" {
			out = append(out, matter.Role{Unit: r.Unit, Role: r.Role, From: today})
		}
	}
	return out
}

// mostExpired bounds how many limits that have run out are looked at in one run; the rest waits for the next.
const mostExpired = 50000

// deem records what silence has brought about: of limits that ran out with `on_expiry`, the step, on the day the limit ran
// out, by the program.
func deem(ctx context.Context, acts *act.Acts, today string) ([]int64, error) {
	type silence struct {
		no             int64
		step, key, day string
	}
	var found []silence
	err := acts.DB.Read(ctx, func(tx *store.Tx) error {
		expired, err := read.Deadlines(ctx, tx, access.Scope{System: true}, nil, "", today, mostExpired)
		if err != nil {
			return err
		}
		for _, x := range expired {
			def, ok := acts.Book().ByDigest(x.Matter.State.Def)
			if !ok {
				return fmt.Errorf("matter %d is governed by unknown rules %s", x.Matter.State.No, x.Matter.State.Def)
			}
			if l := def.Limit(x.Limit); l != nil && l.OnExpiry != "" {
				found = append(found, silence{x.Matter.State.No, l.OnExpiry, x.Key, x.Due.Due})
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list limits that ran out: %w", err)
	}
	var done []int64
	var problems []error
	for _, x := range found {
		d, err := acts.Do(ctx, act.Request{
			ID: strings.Join([]string{"deemed", strconv.FormatInt(x.no, 10), x.step, x.key, x.day}, "/"), Who: program, Matter: x.no,
			Act: procedure.Act{Step: x.step, Key: x.key, Legal: x.day},
		})
		switch {
		case err != nil:
			problems = append(problems, fmt.Errorf("record silence on matter %d: %w", x.no, err))
		case !d.Repeated:
			done = append(done, x.no)
		}
	}
	return done, errors.Join(problems...)
}
