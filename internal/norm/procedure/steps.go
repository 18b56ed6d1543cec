package procedure

import (
	"slices"

	"zhunsheng/internal/matter"
)

// Steps answers every step of the definition for an actor: done, ready or waiting, and why.
func (d *Definition) Steps(s *matter.State, actor Actor, env *Env) []StepView {
	if d.compiled() != nil {
		return nil
	}
	v := d.view(s, env)
	v.act = &Act{Legal: env.Today, Actor: actor}
	var out []StepView
	for _, sp := range d.order {
		if sp.ID == d.Opens && s != nil {
			out = append(out, v.stepView(sp, ""))
			continue
		}
		if sp.Each == "" {
			out = append(out, v.stepView(sp, ""))
			continue
		}
		for _, key := range v.elements(sp.Each) {
			out = append(out, v.stepView(sp, key))
		}
	}
	return out
}

func (v *view) stepView(sp *stepProgram, key string) StepView {
	out := StepView{
		ID: sp.ID, Title: sp.Title, Cites: sp.Cites, Help: sp.Help, Key: key, Optional: sp.Optional, Repeat: sp.Repeat,
		Outcomes: sp.Outcomes, Files: sp.Files, FilesRequired: sp.FilesRequired, Links: sp.Links, Mine: v.mine(sp.By),
	}
	out.Form = v.d.Form(sp.ID)
	for _, b := range sp.By {
		out.Who = append(out.Who, v.whoNow(b)...)
	}
	for i := range v.s.Events {
		if e := &v.s.Events[i]; slices.Contains(sp.all, e.Step) && e.Key == key && valid(e) {
			out.Count++
			out.Date, out.Outcome = e.Legal, e.Outcome
		}
	}
	out.Status = "waiting"
	if out.Count > 0 {
		out.Status = "done"
	}
	over := !v.s.Open && v.s.ID != "" && !sp.AfterClose && !sp.Reopens
	if over || out.Count > 0 && !sp.Repeat || sp.ID == v.d.Opens {
		return out
	}
	when := v.unmetWhen(sp)
	if len(when) == 1 && when[0].Kind == UnmetWhen {
		if out.Count == 0 {
			out.Status = "not_needed"
		}
		return out
	}
	out.Unmet = append(when, v.unmetNeeds(sp, key)...)
	if len(out.Unmet) > 0 {
		return out
	}
	if out.Count == 0 {
		out.Status = "ready"
	}
	out.Ready = out.Mine
	if !out.Mine {
		out.Unmet = append(out.Unmet, Unmet{Kind: UnmetActor, ID: sp.ID, Say: "由" + v.who(sp.By) + "办理", Cites: sp.Cites})
	}
	// What a gate will ask is shown beforehand, as far as it does not hang on the form.
	for _, g := range sp.gates {
		if holds, known, _ := v.truth(g.require); known && !holds {
			out.Unmet = append(out.Unmet, Unmet{Kind: UnmetGate, ID: g.ID, Say: g.Say, Cites: g.Cites, Hint: g.Hint, Force: g.Force, Grounds: g.Unless})
		}
	}
	for _, l := range sp.floors {
		if u, early := v.early(l, key, v.env.Today); early {
			out.Unmet = append(out.Unmet, u)
		}
	}
	out.Missed = !sp.Optional && out.Count == 0 && slices.ContainsFunc(sp.later, func(o *stepProgram) bool { return v.count(o.all) > 0 })
	return out
}

// whoNow names the units that hold a place now.
func (v *view) whoNow(b By) []Who {
	switch b.Where {
	case "pool":
		return []Who{{b.Role, b.Where, 0}}
	case "lead":
		return []Who{{b.Role, b.Where, v.s.Unit}}
	}
	var out []Who
	for _, u := range v.s.Units(b.Where) {
		out = append(out, Who{b.Role, b.Where, u})
	}
	return out
}

// Cache gives the worklist rows of a state as they should be.
func (d *Definition) Cache(s *matter.State, env *Env) matter.Cache {
	if d.compiled() != nil || s == nil {
		return matter.Cache{}
	}
	return d.cacheOf(d.view(s, env))
}

// cacheOf lists who is waited for and what falls due. Optional steps are offered and never waited for; a step that
// repeats is not waited for again.
func (d *Definition) cacheOf(v *view) matter.Cache {
	var out matter.Cache
	s := v.s
	type waited struct {
		limit *limitProgram
		key   string
		due   string
	}
	var running []waited
	for i := range s.Limits {
		held := &s.Limits[i]
		l := d.byLimit[held.Limit]
		if held.Verdict != "" || l == nil || l.Shape == AtLeast || l.Shape == NotBefore {
			continue
		}
		runs := v.runs(l, held.Key)
		if int(held.N) > len(runs) {
			continue
		}
		x := v.settle(l, runs[held.N-1])
		if x.State == NotNeeded || x.State == Met {
			continue // met for a day that is planned, and may be moved yet
		}
		row := matter.Due{Unit: s.Unit, Due: matter.NoDue, Limit: l.ID, Key: held.Key, Provisional: x.Provisional}
		if len(x.Due) >= 10 {
			row.Due = x.Due[:10]
		}
		out.Due = append(out.Due, row)
		running = append(running, waited{l, held.Key, row.Due})
	}
	for _, sp := range d.order {
		if sp.Optional || sp.ID == d.Opens || len(sp.By) == 0 || !s.Open && !sp.AfterClose {
			continue
		}
		keys := []string{""}
		if sp.Each != "" {
			keys = v.elements(sp.Each)
		}
		for _, key := range keys {
			if v.keyDone(sp.all, key) {
				continue
			}
			if holds, known, _ := v.truth(sp.when); !known || !holds {
				continue
			}
			if len(v.unmetNeeds(sp, key)) > 0 {
				continue
			}
			due := matter.NoDue
			for _, w := range running {
				waits := w.limit.to[sp.ID]
				if w.limit.Shape == Before {
					_, waits = w.limit.from[sp.ID]
				}
				if waits && (w.key == "" || w.key == key) && w.due < due {
					due = w.due
				}
			}
			for _, b := range sp.By {
				for _, who := range v.whoNow(b) {
					row := matter.Todo{Unit: who.Unit, Role: b.Role, Post: Assigned(s, b.Role), Due: due, Step: sp.ID, Key: key}
					if who.Unit != s.Unit {
						row.Post = 0
					}
					if !slices.Contains(out.Todo, row) {
						out.Todo = append(out.Todo, row)
					}
				}
			}
		}
	}
	return out
}
