package demo

import (
	"context"
	"fmt"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// uploadPlan brings a plan in as the coordinator does: upload, then settle the names.
func (s *story) uploadPlan(ctx context.Context, plan func() (Document, error), year int) (*dispatch.Draft, error) {
	doc, err := plan()
	if err != nil {
		return nil, err
	}
	who, err := s.actor(ctx, chief)
	if err != nil {
		return nil, err
	}
	draft, err := s.Dispatch.Upload(ctx, who, doc.Name, doc.Bytes, year)
	if err != nil {
		return nil, err
	}
	names := map[string]dispatch.NameEdit{}
	for _, n := range draft.Open() {
		units := n.Units
		if n.Name == unknownName {
			units = []int64{s.in.units["KGJ"].Entry}
		}
		names[n.Name] = dispatch.NameEdit{Units: units, Keep: true}
	}
	return s.Dispatch.Save(ctx, who, draft.ID, dispatch.Review{Version: draft.Version, Names: names})
}

// confirmPlan dispatches a draft and takes the tasks into the story.
func (s *story) confirmPlan(ctx context.Context, id string, year int) error {
	who, err := s.actor(ctx, chief)
	if err != nil {
		return err
	}
	draft, err := s.Dispatch.Draft(ctx, who, id)
	if err != nil {
		return err
	}
	if err := s.Dispatch.ConcludeDivision(ctx, who, draft.Asked); err != nil {
		return err
	}
	_, err = s.Dispatch.Confirm(ctx, who, dispatch.Confirmation{
		Draft: id, Version: draft.Version, Reason: "报送频次与上年一致，已经合并到半年报告。",
	})
	if err != nil {
		return err
	}
	return s.follow(ctx, year)
}

// consult brings this year's plan in and sends the draft division out for objections; after the replies it is dispatched.
func (s *story) consult(ctx context.Context) error {
	y := s.years
	draft, err := s.uploadPlan(ctx, y.ThisPlan, y.This)
	if err != nil {
		return err
	}
	who, err := s.actor(ctx, chief)
	if err != nil {
		return err
	}
	_, err = s.Dispatch.AskDivision(ctx, who, draft.ID, dispatch.DivisionAsk{
		Until: y.fill("{Y}-03-06"), Silence: true, Note: "请对照本单位职责核对分工和时限，逾期未答复的视为没有异议。",
	})
	if err != nil {
		return err
	}
	if draft, err = s.Dispatch.Draft(ctx, who, draft.ID); err != nil {
		return err
	}
	division, err := s.Dispatch.Division(ctx, who, draft.Asked)
	if err != nil {
		return err
	}
	for _, part := range division.Parts {
		s.reply(part)
	}
	s.at(y.fill("{Y}-03-09"), alone, func(ctx context.Context) error { return s.settleObjections(ctx, division.State.No) })
	s.at(y.fill("{Y}-03-11"), alone, func(ctx context.Context) error { return s.confirmPlan(ctx, draft.ID, y.This) })
	return nil
}

// disagreements are what units say to the draft division: unit > words of the measure's title, kind and text.
var disagreements = map[string][3]string{
	"KFQ": {"按期报告", "due", "开发区管委会上半年数据七月中旬汇总，建议时限调整到7月20日。"},
	"YBJ": {"高效办成一件事", "reassign", "该事项办理系统由省级统一建设，建议由县行政审批服务局牵头对接。"},
	"ZRJ": {"依申请公开", "wording", "建议将“因程序违法被纠正”改为“因程序问题被纠正”。"},
}

// reply plans a unit's answer to the draft division. Some say nothing, which the notice takes for consent.
func (s *story) reply(part *dispatch.DivisionPart) {
	code := s.in.codes[part.Unit]
	lane := fmt.Sprintf("division %d", part.State.No)
	r := s.chance("division/" + code)
	day := s.workday(s.years.fill("{Y}-03-03"), 1+r.IntN(3))
	if said, ok := disagreements[code]; ok {
		s.at(day, lane, func(ctx context.Context) error {
			who, err := s.clerk(ctx, code)
			if err != nil {
				return err
			}
			for _, t := range part.Tasks {
				if strings.Contains(t.Title, said[0]) {
					_, err = s.Dispatch.Object(ctx, who, part.State.No, dispatch.Objection{Measure: t.Measure, Kind: said[1], Text: said[2]}, "demo/objection/"+code)
					s.acts.Add(1)
				}
			}
			return err
		})
		return
	}
	if r.IntN(4) == 0 || code == "" {
		return
	}
	s.at(day, lane, func(ctx context.Context) error {
		who, err := s.clerk(ctx, code)
		if err != nil {
			return err
		}
		return s.do(ctx, who, part.State.No, procedure.Act{Step: "agree"})
	})
}

// settleObjections answers what units objected to.
func (s *story) settleObjections(ctx context.Context, no int64) error {
	who, err := s.actor(ctx, deputy)
	if err != nil {
		return err
	}
	division, err := s.Dispatch.Division(ctx, who, no)
	if err != nil {
		return err
	}
	for _, part := range division.Parts {
		for i, o := range part.Objections {
			decision, said := "reject", "经研究，维持原分工，汇总口径另行说明。"
			if o.Kind == "wording" {
				decision, said = "accept", "意见合理，印发时已经调整表述。"
			}
			request := fmt.Sprintf("demo/settle/%d/%d", part.State.No, i)
			if _, err := s.Dispatch.Settle(ctx, who, part.State.No, o.ID, decision, said, request); err != nil {
				return err
			}
			s.acts.Add(1)
		}
	}
	return nil
}

// carryOver goes on with what last year left undone: in the task of this year's plan that is most like it, or in one opened
// for it.
func (s *story) carryOver(ctx context.Context) error {
	who, err := s.actor(ctx, chief)
	if err != nil {
		return err
	}
	plans, err := s.Dispatch.Plans(ctx)
	if err != nil {
		return err
	}
	byYear := map[int]dispatch.Plan{}
	for _, p := range plans {
		byYear[p.Year] = p
	}
	old, next := byYear[s.years.Last], byYear[s.years.This]
	left, _, err := s.Dispatch.Remainders(ctx, access.Scope{System: true}, old, next)
	if err != nil {
		return err
	}
	var carry []dispatch.Carry
	gone := map[int64]bool{}
	for _, r := range left {
		carry = append(carry, dispatch.Carry{Matter: r.State.No, Way: dispatch.CarryOn, To: r.Likely})
		gone[r.State.No] = true
	}
	if len(carry) > 0 {
		if _, err := s.Dispatch.CarryOver(ctx, who, "demo", next, carry); err != nil {
			return err
		}
	}
	for _, t := range s.met() {
		t.closed = t.closed || gone[t.no] || gone[t.parent]
	}
	for _, t := range s.met() { // a part whose lead was done in time is closed by itself
		if t.year == s.years.Last && !t.closed && t.how >= stuck {
			t.closed = true
			a := procedure.Act{Step: "carry_over", Input: input("remark", "结转办结，不再列入新年度计划。").With("carried_to", year(s.years.This))}
			if err := s.do(ctx, who, t.no, a); err != nil {
				return err
			}
		}
	}
	return s.follow(ctx, s.years.This)
}

// extra are tasks given beside the plan in the last days: due soon, so that yellow lights are seen on any day.
var extra = []struct {
	code, title string
	due         int // days from today
}{
	{"SCJ", "核对涉企检查频次公示数据", 4}, {"JTJ", "补充超限治理执法案卷目录", 6}, {"WXZ", "更正赋权事项清单公示内容", 3},
}

// giveExtra opens the extra tasks under this year's plan.
func (s *story) giveExtra(ctx context.Context) error {
	who, err := s.actor(ctx, deputy)
	if err != nil {
		return err
	}
	plans, err := s.Dispatch.Plans(ctx)
	if err != nil {
		return err
	}
	for _, p := range plans {
		if p.Year != s.years.This {
			continue
		}
		ref := matter.Ref{Register: dispatch.RegisterPlan, Entry: p.No, Version: 1, Key: p.Key, Name: p.Title, Number: p.Number}
		for _, e := range extra {
			_, err := s.Acts.Do(ctx, act.Request{
				ID: "demo/extra/" + e.code, Who: who, Procedure: dispatch.ProcedureTask,
				Act: procedure.Act{
					Step: "open", Unit: s.in.units[e.code].Entry, Roles: []matter.Role{{Unit: who.Unit(), Role: "superior", From: s.Acts.Today()}},
					Input: input("title", e.title).With("section", matter.OfText("临时交办")).With("kind", matter.OfText("lead")).
						With("plan", matter.OfRef(ref)).With("plan_year", year(p.Year)).With("due", matter.OfDate(days(s.today, e.due))),
				},
			})
			if err != nil {
				return err
			}
		}
	}
	return s.follow(ctx, s.years.This)
}

// leaveDraft brings in the document of the city above two days ago and leaves it to be looked over.
func (s *story) leaveDraft(ctx context.Context) error {
	doc, err := s.years.Superior()
	if err != nil {
		return err
	}
	who, err := s.actor(ctx, deputy)
	if err != nil {
		return err
	}
	_, err = s.Dispatch.Upload(ctx, who, doc.Name, doc.Bytes, s.years.This)
	return err
}

// plotBinder plans the inspection for which things are laid ready, with the inspectors' own list.
func (s *story) plotBinder() error {
	list, err := s.years.file("inspection.txt")
	if err != nil {
		return err
	}
	day := s.years.fill("{Y}-10-12")
	s.at(day, alone, func(ctx context.Context) error {
		who, err := s.actor(ctx, deputy)
		if err != nil {
			return err
		}
		items, err := dispatch.ReadList("检查清单.txt", []byte(list))
		if err != nil {
			return err
		}
		_, err = s.Dispatch.MakeBinder(ctx, who, dispatch.NewBinder{
			Request: "demo-binder", Title: s.years.fill("{Y}年全市法治政府建设实地检查"), From: "岫安市司法局", Day: days(day, 21), Items: items,
		})
		return err
	})
	return nil
}
