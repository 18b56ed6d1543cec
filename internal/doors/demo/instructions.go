package demo

import (
	"context"
	"fmt"
	"slices"

	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/app/duty"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// procedureInstruction is the id of incoming documents and leaders' words (来文、批示交办).
const procedureInstruction = "instruction"

// plotInstructions plans the incoming documents and the leaders' words of the year.
func (s *story) plotInstructions() error {
	rows, err := s.years.table("instructions.csv")
	if err != nil {
		return err
	}
	for _, r := range rows {
		s.at(r["date"], "instruction "+r["key"], func(ctx context.Context) error { return s.instruct(ctx, r) })
	}
	return nil
}

// instruct registers one, makes tasks of it and plans the reporting back.
func (s *story) instruct(ctx context.Context, r row) error {
	const registrar = deputy
	who, err := s.actor(ctx, registrar)
	if err != nil {
		return err
	}
	kind := map[string]string{"instruction": "words", "document": "document"}[r["kind"]]
	chance := s.chance(r["key"])
	page, err := s.signedPage(ctx, chance, r["title"])
	if err != nil {
		return err
	}
	page.Label = "original"
	f := input("title", r["title"]).With("kind", matter.OfText(kind)).With("source_from", matter.OfText(r["from"])).
		With("words", matter.OfText(r["words"])).With("received", matter.OfDate(r["date"])).With("due", matter.OfDate(r["due"]))
	if r["number"] != "" {
		f = f.With("source_number", matter.OfText(r["number"]))
	}
	done, err := s.Acts.Do(ctx, act.Request{
		ID: "demo/" + r["key"], Who: who, Procedure: procedureInstruction,
		Act: procedure.Act{Step: "open", Unit: who.Unit(), Input: f, Files: []matter.Attached{page}},
	})
	if err != nil {
		return err
	}
	s.acts.Add(1)
	lane := fmt.Sprintf("instruction %d", done.Matter)
	next := s.workday(r["date"], 1)
	s.at(next, lane, func(ctx context.Context) error { return s.divide(ctx, registrar, done.Matter, r) })
	s.at(s.workday(days(r["due"], -1), 0), lane, func(ctx context.Context) error {
		who, err := s.actor(ctx, registrar)
		if err != nil {
			return err
		}
		return s.do(ctx, who, done.Matter, procedure.Act{
			Step: "report_back", Input: input("report", "有关单位已经逐件核实，底数清楚，整改措施和责任人已经明确，未完成部分按月推进。"),
			Said: map[string]string{"parts_open": "配合单位的部分按月推进，先行呈阅。"},
		})
	})
	s.at(s.workday(r["due"], 3), lane, func(ctx context.Context) error {
		who, err := s.actor(ctx, registrar)
		if err != nil {
			return err
		}
		return s.do(ctx, who, done.Matter, procedure.Act{
			Step: "conclude", Outcome: "done", Input: input("remark", "已阅，同意。"),
		})
	})
	return nil
}

// divide hands an instruction down: a task of the lead and one of each assisting unit, all part of it.
func (s *story) divide(ctx context.Context, post string, no int64, r row) error {
	who, err := s.actor(ctx, post)
	if err != nil {
		return err
	}
	if err := s.do(ctx, who, no, procedure.Act{Step: "dispatch", Input: input("remark", "按批示意见办理。")}); err != nil {
		return err
	}
	for i, code := range slices.Concat([]string{r["lead"]}, r.list("assist")) {
		kind := "assist"
		if i == 0 {
			kind = "lead"
		}
		f := input("title", r["title"]).With("text", matter.OfText(r["words"])).With("kind", matter.OfText(kind)).
			With("due", matter.OfDate(r["due"]))
		done, err := s.Acts.Do(ctx, act.Request{
			ID: "demo/" + r["key"] + "/" + code, Who: who, Procedure: dispatch.ProcedureTask,
			Act: procedure.Act{
				Step: "open", Unit: s.in.units[code].Entry, Input: f, Links: []matter.Tie{{Kind: "part_of", Other: no}},
				Roles: []matter.Role{{Unit: who.Unit(), Role: "superior", From: s.Acts.Today()}},
			},
		})
		if err != nil {
			return err
		}
		s.meet(&task{
			no: done.Matter, code: code, title: r["title"], opened: s.Acts.Today(), due: r["due"], parent: no, year: s.years.This,
			name: r["key"] + "/" + code,
		})
	}
	return nil
}

// carryOver closes what last year left undone and goes on with it in tasks of this year, linked with the old ones.
func (s *story) carryOver(ctx context.Context) error {
	for _, t := range s.met() {
		if t.year != s.years.Last || t.closed || t.how < stuck {
			continue
		}
		s.at(s.Acts.Today(), t.lane(), func(ctx context.Context) error { return s.carry(ctx, t) })
	}
	return nil
}

func (s *story) carry(ctx context.Context, t *task) error {
	who, err := s.actor(ctx, chief)
	if err != nil {
		return err
	}
	due := s.years.fill("{Y}-06-30")
	f := input("title", t.title+"（上年结转）").With("kind", matter.OfText("lead")).
		With("plan_year", matter.OfInt(int64(s.years.This))).With("due", matter.OfDate(due))
	done, err := s.Acts.Do(ctx, act.Request{
		ID: fmt.Sprintf("demo/carry/%d", t.no), Who: who, Procedure: dispatch.ProcedureTask,
		Act: procedure.Act{
			Step: "open", Unit: s.in.units[t.code].Entry, Input: f, Links: []matter.Tie{{Kind: "continues", Other: t.no}},
			Roles: []matter.Role{{Unit: who.Unit(), Role: "superior", From: s.Acts.Today()}},
		},
	})
	if err != nil {
		return err
	}
	t.closed = true
	err = s.do(ctx, who, t.no, procedure.Act{
		Step: "carry_over", Input: input("remark", "上年度没有完成，结转继续办理。").With("carried_to", matter.OfInt(int64(s.years.This))),
	})
	if err != nil {
		return err
	}
	s.meet(&task{
		no: done.Matter, code: t.code, title: t.title, opened: s.Acts.Today(), due: due, year: s.years.This, name: "carried/" + t.name,
	})
	return nil
}

// meet takes a task into the story and plans its life.
func (s *story) meet(t *task) {
	s.mu.Lock()
	if s.known[t.no] != nil {
		s.mu.Unlock()
		return
	}
	s.known[t.no] = t
	s.mu.Unlock()
	s.tasks.Add(1)
	s.live(t)
}

// met lists the tasks of the story by matter.
func (s *story) met() []*task {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]*task, 0, len(s.known))
	for _, t := range s.known {
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b *task) int { return int(a.no - b.no) })
	return out
}

// turns opens the next turns of recurring duties, as the program does by itself every day.
func (s *story) turns(ctx context.Context) error {
	if _, err := duty.Run(ctx, s.Acts, s.Dispatch, s.Acts.Today()); err != nil {
		return err
	}
	if err := s.follow(ctx, s.years.Last); err != nil {
		return err
	}
	return s.follow(ctx, s.years.This)
}
