package demo

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// plot plans what happens in the two years beside the work on the tasks themselves.
func (s *story) plot() error {
	y := s.years
	s.at(y.fill("{P}-01-04"), alone, s.openBalances)
	s.at(y.fill("{P}-03-14"), alone, func(ctx context.Context) error {
		draft, err := s.uploadPlan(ctx, y.LastPlan, y.Last)
		if err != nil {
			return err
		}
		return s.confirmPlan(ctx, draft.ID, y.Last)
	})
	s.at(y.fill("{P}-06-26"), alone, s.merge)
	s.at(y.fill("{Y}-03-03"), alone, s.consult)
	s.at(y.fill("{Y}-03-18"), alone, s.carryOver)
	for month := range 24 {
		day := fmt.Sprintf("%d-%02d-01", y.Last+month/12, month%12+1)
		s.at(day, alone, s.turns)
	}
	s.at(y.fill(partDay), alone, s.partWays)
	s.at(days(s.today, -8), alone, s.giveExtra)
	s.at(days(s.today, -2), alone, s.leaveDraft)
	return errors.Join(s.plotCollections(), s.plotInstructions(), s.plotBinder(), s.plotMatters())
}

// follow finds the tasks of a year's plan that the story does not know yet, and plans their lives.
func (s *story) follow(ctx context.Context, year int) error {
	plans, err := s.Dispatch.Plans(ctx)
	if err != nil {
		return err
	}
	for _, p := range plans {
		if p.Year != year {
			continue
		}
		all, err := s.Dispatch.Tasks(ctx, access.Scope{System: true}, p)
		if err != nil {
			return err
		}
		for _, of := range all {
			s.meet(s.taskOf(of))
		}
	}
	return nil
}

// merge lets the grain bureau become part of another: the unit ends, its name leads to the successor, its tasks are handed over.
func (s *story) merge(ctx context.Context) error {
	const gone, heir = "LCJ", "FGJ"
	end := s.years.fill("{P}-07-01")
	err := s.Acts.Amend(ctx, act.Amendment{
		ID: "demo/merger/" + gone, Who: system, Entry: s.in.units[gone].Entry, From: "2019-03-01", To: end, Reason: "机构改革，职责并入县发展和改革局",
		Change: func(f matter.Values) matter.Values { return f.With("successor", matter.OfRef(s.in.units[heir])) },
	})
	if err != nil {
		return err
	}
	s.at(end, alone, func(ctx context.Context) error {
		err := s.Acts.Amend(ctx, act.Amendment{
			ID: "demo/merger/" + heir, Who: system, Entry: s.in.units[heir].Entry, From: end, Reason: "承接县粮食和物资储备局职责",
			Change: func(f matter.Values) matter.Values {
				names, _ := f.Get("aliases")
				for _, n := range []string{"县粮食和物资储备局", "县粮食局"} {
					next := matter.Item{ID: fmt.Sprintf("p%d", len(names.Items)+1), Value: matter.OfText(n)}
					names.Items = append(names.Items[:len(names.Items):len(names.Items)], next)
				}
				return f.With("aliases", names)
			},
		})
		if err != nil {
			return err
		}
		for _, t := range s.met() {
			if t.code != gone || t.closed {
				continue
			}
			s.at(end, t.lane(), func(ctx context.Context) error {
				who, err := s.actor(ctx, chief)
				if err != nil {
					return err
				}
				t.code = heir
				return s.do(ctx, who, t.no, procedure.Act{Step: "handover", Unit: s.in.units[heir].Entry, Reason: "机构改革，职责由承接单位继续履行"})
			})
		}
		return nil
	})
	return nil
}

// objections are the tasks a unit says are not its own, and what comes of it: by title/unit, outcome asked > decision.
var objections = map[string]string{
	"推进法治政府示范创建/LTX":    "reject>kept",
	"落实行政机关负责人出庭应诉/YBJ": "reassign>kept",
	"规范告知承诺/KGJ":        "reject>withdrawn",
	"深化主动公开/FGJ":        "split>kept",
}

// objected tells how a task's unit objects; ok is false where it takes it as it is.
func objected(t *task) (outcome, decision string, ok bool) {
	return strings.Cut(objections[t.title+"/"+t.code], ">")
}
