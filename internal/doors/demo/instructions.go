package demo

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/app/duty"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// plotInstructions plans the incoming documents and the leaders' words of the year.
func (s *story) plotInstructions() error {
	rows, err := s.years.table("instructions.csv")
	if err != nil {
		return err
	}
	for _, r := range rows {
		for _, column := range []string{"date", "due"} {
			r[column] = s.near(r[column])
		}
		s.at(r["date"], "instruction "+r["key"], func(ctx context.Context) error { return s.instruct(ctx, r) })
	}
	return nil
}

// near reads a day that is told by its distance from today ({D}+4, {D}-6); other days stay as they are.
func (s *story) near(day string) string {
	distance, ok := strings.CutPrefix(day, "{D}")
	if !ok {
		return day
	}
	n, err := strconv.Atoi(distance)
	if err != nil {
		panic(fmt.Sprintf("demo: day %q of the story: %v", day, err)) // the story's own data
	}
	return days(s.today, n)
}

// instruct registers one, makes tasks of it and plans the reporting back and what the leader says to it.
func (s *story) instruct(ctx context.Context, r row) error {
	who, err := s.actor(ctx, deputy)
	if err != nil {
		return err
	}
	chance := s.chance(r["key"])
	page, err := s.signedPage(ctx, chance, r["title"])
	if err != nil {
		return err
	}
	page.Label = "original"
	in := dispatch.Incoming{
		Request: "demo/" + r["key"], Kind: r["kind"], Title: r["title"], Number: r["number"], From: r["from"], Came: s.Acts.Today(),
		Words: r["words"], Due: r["due"], Photo: []matter.Attached{page}, Hand: dispatch.Hand{Lead: s.in.units[r["lead"]].Entry},
	}
	for _, code := range r.list("assist") {
		in.Assist = append(in.Assist, s.in.units[code].Entry)
	}
	registered, err := s.Dispatch.Register(ctx, who, in)
	if err != nil {
		return err
	}
	s.acts.Add(3) // registered, proposed, handed down
	i, err := s.instruction(ctx, registered.No)
	if err != nil {
		return err
	}
	for _, of := range i.Tasks {
		t := s.taskOf(of)
		t.parent, t.year, t.name = registered.No, s.years.This, r["key"]+"/"+t.code
		s.meet(t)
	}
	lane := fmt.Sprintf("instruction %d", registered.No)
	s.at(s.workday(days(r["due"], -1), 0), lane, func(ctx context.Context) error { return s.reportBack(ctx, registered.No, r["key"]) })
	s.at(s.workday(r["due"], 3), lane, func(ctx context.Context) error {
		// The head of the bureau signs the page; the clerk with the right for it records that.
		who, err := s.actorFor(ctx, "sfj03/SFJ/liaison", "sfj01/SFJ/head")
		if err != nil {
			return err
		}
		page, err := s.signedPage(ctx, chance, r["title"])
		if err != nil {
			return err
		}
		return s.do(ctx, who, registered.No, procedure.Act{
			Step: "conclude", Outcome: "done", Input: input("remark", "已阅，同意。"), Files: []matter.Attached{page},
		})
	})
	return nil
}

// instruction reads one as the registrar sees it.
func (s *story) instruction(ctx context.Context, no int64) (*dispatch.Instruction, error) {
	who, err := s.actor(ctx, deputy)
	if err != nil {
		return nil, err
	}
	scope, err := s.scope(ctx, who)
	if err != nil {
		return nil, err
	}
	i, _, err := s.Dispatch.Instruction(ctx, who, scope, no)
	return i, err
}

// reportBack puts what the units said on the leader's page.
func (s *story) reportBack(ctx context.Context, no int64, key string) error {
	i, err := s.instruction(ctx, no)
	if err != nil {
		return err
	}
	who, err := s.actor(ctx, deputy)
	if err != nil {
		return err
	}
	site, err := s.Acts.Site(ctx)
	if err != nil {
		return err
	}
	_, err = s.Dispatch.ReportBack(ctx, who, i, i.ReportWords(site.Tree()), "配合单位的部分按月推进，先行呈阅。", "demo/report/"+key)
	s.acts.Add(1)
	return err
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
