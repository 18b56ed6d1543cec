package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// plotCollections plans the half-year and the yearly collection of material.
func (s *story) plotCollections() error {
	rows, err := s.years.table("collection.csv")
	if err != nil {
		return err
	}
	asks := map[string]*dispatch.Ask{}
	days := map[string]string{}
	var order []string
	for _, r := range rows {
		key := r["key"]
		if asks[key] == nil {
			asks[key] = &dispatch.Ask{ID: "demo-" + key, Zero: true, Reason: "按计划每半年报送一次，已经与统计口径合并。"}
			order = append(order, key)
		}
		ask := asks[key]
		switch r["part"] {
		case "title":
			ask.Title = r["title"]
		case "basis":
			ask.Basis = r["title"]
		case "period":
			ask.Period = r["title"]
		case "due":
			ask.Due = r["title"]
		case "asked":
			days[key] = r["title"]
		case "section":
			ask.Sections = append(ask.Sections, dispatch.Section{Title: r["title"], Hint: r["hint"]})
		case "column":
			ask.Columns = append(ask.Columns, dispatch.Column{Title: r["title"], Kind: dispatch.ColumnNumber})
		default:
			return fmt.Errorf("collection.csv: unknown part %q", r["part"])
		}
	}
	var last int64
	for _, key := range order {
		ask := asks[key]
		s.at(days[key], "collection", func(ctx context.Context) error {
			ask.Continues = last
			for _, code := range s.answering() {
				ask.Units = append(ask.Units, s.in.units[code].Entry)
			}
			var err error
			last, err = s.collect(ctx, ask)
			return err
		})
	}
	return nil
}

// answering are the units of which material is asked: departments, townships and the development zone.
func (s *story) answering() []string {
	var codes []string
	for _, u := range s.county.units {
		if (u["kind"] == "department" || u["kind"] == "township" || u["code"] == "KFQ") && u["to"] == "" {
			codes = append(codes, u["code"])
		}
	}
	return codes
}

// collect sends a collection out and plans every unit's answer, and what the coordinator makes of them.
func (s *story) collect(ctx context.Context, ask *dispatch.Ask) (int64, error) {
	who, err := s.actor(ctx, chief)
	if err != nil {
		return 0, err
	}
	scope, err := s.scope(ctx, who)
	if err != nil {
		return 0, err
	}
	asked, err := s.Dispatch.SendAsk(ctx, who, scope, ask)
	if err != nil {
		return 0, err
	}
	c, _, err := s.Dispatch.Collection(ctx, who, asked.Collection)
	if err != nil {
		return 0, err
	}
	for _, a := range c.Answers {
		s.answer(a.State.No, s.in.codes[a.Unit], ask)
	}
	s.urgeAnswers(asked.Collection, ask)
	s.compile(asked.Collection, ask)
	return asked.Collection, nil
}

func (s *story) scope(ctx context.Context, who access.Actor) (access.Scope, error) {
	site, err := s.Acts.Site(ctx)
	if err != nil {
		return access.Scope{}, err
	}
	return site.Rights.Scope(who.Person, s.Acts.Today()), nil
}

// answer plans a unit's answer: written by the liaison, signed by the head, handed in; or a zero report; or late.
func (s *story) answer(no int64, code string, ask *dispatch.Ask) {
	r := s.chance(ask.ID + "/" + code)
	lane := fmt.Sprintf("answer %d", no)
	day := s.workday(days(ask.Due, -1-r.IntN(12)), 0)
	x := r.Float64() + pace[code]
	switch {
	case x > .97: // nothing comes
		return
	case x > .82:
		day = s.workday(ask.Due, 2+r.IntN(4))
	case x > .4 && x < .44: // nothing to tell
		s.at(day, lane, func(ctx context.Context) error {
			who, err := s.clerk(ctx, code)
			if err != nil {
				return err
			}
			_, err = s.Dispatch.Zero(ctx, who, &dispatch.Answer{State: &matter.State{No: no}}, fmt.Sprintf("demo/zero/%d", no))
			return err
		})
		return
	}
	s.at(day, lane, func(ctx context.Context) error { return s.write(ctx, r, no, code, ask) })
	s.at(s.workday(day, 1), lane, func(ctx context.Context) error { return s.sign(ctx, r, no, code, ask.Title) })
	s.at(s.workday(day, 1), lane, func(ctx context.Context) error {
		who, err := s.clerk(ctx, code)
		if err != nil {
			return err
		}
		page, err := s.signedPage(ctx, r, ask.Title)
		if err != nil {
			return err
		}
		page.Label = "stamped"
		return s.do(ctx, who, no, procedure.Act{Step: "submit", Files: []matter.Attached{page}})
	})
}

func (s *story) clerk(ctx context.Context, code string) (access.Actor, error) {
	post, err := s.desk(code, access.Liaison, access.Handler)
	if err != nil {
		return access.Actor{}, err
	}
	return s.actor(ctx, post)
}

// write fills in what is asked, beginning with what the product knows already.
func (s *story) write(ctx context.Context, r *rand.Rand, no int64, code string, ask *dispatch.Ask) error {
	who, err := s.clerk(ctx, code)
	if err != nil {
		return err
	}
	scope, err := s.scope(ctx, who)
	if err != nil {
		return err
	}
	a, _, err := s.Dispatch.Answer(ctx, who, no)
	if err != nil {
		return err
	}
	w, err := s.Dispatch.Writing(ctx, scope, a)
	if err != nil {
		return err
	}
	for i, section := range a.Sections {
		if i == len(a.Sections)-1 && r.IntN(9) == 0 {
			continue // one section left empty: the coordinator sees it
		}
		w.Texts[section.ID] += pick(r, s.words["answer"+strconv.Itoa(i+1)])
	}
	line := make([]string, len(a.Columns))
	for i := range line {
		line[i] = strconv.Itoa(r.IntN(40))
	}
	if len(w.Rows) == 0 && len(line) > 0 {
		w.Rows = [][]string{line}
	}
	_, err = s.Dispatch.Hand(ctx, who, a, w, fmt.Sprintf("demo/draft/%s/%s", ask.ID, code))
	s.acts.Add(1)
	return err
}

// sign is the head's: with an own account, or on paper, which the clerk with the right for it records with the signed page.
func (s *story) sign(ctx context.Context, r *rand.Rand, no int64, code, title string) error {
	head, err := s.desk(code, access.Head)
	if err != nil {
		return err
	}
	a := procedure.Act{Step: "sign", Outcome: "agree"}
	post := head
	for _, d := range s.county.delegations {
		if d["kind"] == access.Record && d["from"] == head {
			page, err := s.signedPage(ctx, r, title)
			if err != nil {
				return err
			}
			post, a.Files = d["to"], append(a.Files, page)
		}
	}
	who, err := s.actorFor(ctx, post, head)
	if err != nil {
		return err
	}
	return s.do(ctx, who, no, a)
}

// urgeAnswers plans the urging of those who are late.
func (s *story) urgeAnswers(no int64, ask *dispatch.Ask) {
	day := s.workday(ask.Due, 1)
	s.at(day, "urging", func(ctx context.Context) error {
		who, c, err := s.collection(ctx, no)
		if err != nil {
			return err
		}
		var open []int64
		for _, a := range c.Answers {
			if !a.In() {
				open = append(open, a.State.No)
			}
		}
		if len(open) == 0 {
			return nil
		}
		n, err := s.Dispatch.UrgeAnswers(ctx, who, c, open, "报送期限已过，请于三个工作日内报送。", s.workday(day, 3), fmt.Sprintf("demo-%s", ask.ID))
		s.acts.Add(int64(n))
		return err
	})
}

// collection reads a collection as the one who asked sees it.
func (s *story) collection(ctx context.Context, no int64) (access.Actor, *dispatch.Collection, error) {
	who, err := s.actor(ctx, deputy)
	if err != nil {
		return who, nil, err
	}
	c, _, err := s.Dispatch.Collection(ctx, who, no)
	return who, c, err
}

// compile plans the merging of what came in and its way up.
func (s *story) compile(no int64, ask *dispatch.Ask) {
	const waived = "个别单位经催办仍未报送，已经通报，不再等待。"
	s.at(s.workday(ask.Due, 8), "compiling", func(ctx context.Context) error {
		who, c, err := s.collection(ctx, no)
		if err != nil {
			return err
		}
		sections, err := s.Dispatch.Merge(ctx, c)
		if err != nil {
			return err
		}
		_, err = s.Dispatch.Fix(ctx, who, c, sections, waived, "demo-fix-"+ask.ID)
		s.acts.Add(1)
		return err
	})
	s.at(s.workday(ask.Due, 10), "compiling", func(ctx context.Context) error {
		who, err := s.actor(ctx, deputy)
		if err != nil {
			return err
		}
		_, view, err := s.Dispatch.Collection(ctx, who, no)
		if err != nil {
			return err
		}
		_, err = s.Dispatch.SendUp(ctx, who, view, "岫安市司法局", nil, waived, "demo-send-"+ask.ID)
		s.acts.Add(1)
		return err
	})
}
