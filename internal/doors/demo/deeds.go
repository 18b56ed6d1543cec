package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// desk finds the post from which a unit's work is done: of the roles, the first that somebody holds there.
func (s *story) desk(code string, roles ...string) (string, error) {
	for _, role := range roles {
		for _, p := range s.county.posts {
			if p["unit"] == code && p["role"] == role && p.postKey() != s.left && p["from"] <= s.Acts.Today() && (p["to"] == "" || s.Acts.Today() < p["to"]) {
				return p.postKey(), nil
			}
		}
	}
	return "", fmt.Errorf("nobody in %s is %v", code, roles)
}

// worker is the post that does a unit's work on tasks.
func (s *story) worker(t *task) (string, error) {
	return s.desk(t.code, access.Handler, access.Liaison)
}

// The coordinators, and who judges the work of the coordinators' own bureau.
const (
	chief    = "tongchou/SFJ/coordinator"
	deputy   = "tongchou2/SFJ/coordinator"
	junior   = "tongchou3/SFJ/coordinator"
	overseer = "ducha/HP/coordinator"
)

// judge is who accepts, returns, urges: another unit's coordinator where the bureau itself does the work. A chief on leave
// is stood in for.
func (s *story) judge(t *task, r *rand.Rand) (post, acting string) {
	switch {
	case t.code == "SFJ":
		return overseer, overseer
	case t.code == "FZB" || r.IntN(3) == 0: // the chief is the party office's own liaison
		return junior, junior
	}
	for _, d := range s.county.delegations {
		if d["from"] == chief && d["since"] <= s.Acts.Today() && s.Acts.Today() < d["until"] {
			return d["to"], chief
		}
	}
	return chief, chief
}

// input starts the values of a form.
func input(name, text string) matter.Values { return matter.Values{}.With(name, matter.OfText(text)) }

// year is a year as a form takes it.
func year(y int) matter.Value { return matter.OfInt(int64(y)) }

func (s *story) take(t *task) deed {
	return func(_ context.Context, day string) (string, string, procedure.Act, error) {
		post, err := s.desk(t.code, access.Liaison, access.Handler)
		t.taken = day
		return post, post, procedure.Act{Step: "take"}, err
	}
}

// assign gives the work to one handler of the unit, where there is one.
func (s *story) assign(t *task) deed {
	return func(context.Context, string) (string, string, procedure.Act, error) {
		post, err := s.desk(t.code, access.Liaison, access.Handler)
		if err != nil {
			return "", "", procedure.Act{}, err
		}
		doer, err := s.worker(t)
		return post, post, procedure.Act{Step: "assign", Role: strings.Split(doer, "/")[2], Post: s.in.posts[doer].Entry}, err
	}
}

func (s *story) planOwn(t *task) deed {
	return func(_ context.Context, day string) (string, string, procedure.Act, error) {
		post, err := s.worker(t)
		if err != nil {
			return "", "", procedure.Act{}, err
		}
		steps := s.words["step"]
		var rows []matter.Item
		for i, words := range steps {
			due := days(day, max(1, between(day, t.due))*(i+1)/len(steps))
			rows = append(rows, matter.Item{ID: "", Fields: input("text", words).
				With("person", matter.OfText(s.holderName(t.code, i))).With("due", matter.OfDate(due))})
		}
		return post, post, procedure.Act{Step: "plan_own", Input: matter.Values{}.With("own_steps", matter.OfList(rows...))}, nil
	}
}

// holderName is the name of the nth person of a unit.
func (s *story) holderName(code string, n int) string {
	var names []string
	for _, p := range s.county.posts {
		if p["unit"] == code {
			names = append(names, p["name"])
		}
	}
	return names[n%len(names)]
}

// countable tells whether what a target asks for is reported piece by piece.
func countable(it matter.Item) bool {
	return it.Fields.Text("unit") != "%" && it.Fields.Int("value") > 0
}

// counts is what the ith of n reports adds to the targets: equal parts of a count, the rest with the last; a rate is told
// once, at the end.
func (t *task) counts(i, n int) []matter.Item {
	var rows []matter.Item
	for _, it := range t.targets {
		value := it.Fields.Int("value")
		var by int64
		switch last := i == n-1; {
		case !countable(it) && last:
			by = value
		case !countable(it):
		case last:
			by = value - value/int64(n)*int64(n-1)
		default:
			by = value / int64(n)
		}
		if by > 0 {
			rows = append(rows, matter.Item{ID: it.ID, Fields: matter.Values{}.With("reached", matter.OfInt(by))})
		}
	}
	return rows
}

func (s *story) report(t *task, r *rand.Rand, i, n int) deed {
	late := r.IntN(12)
	words := s.say(r, "progress", t.code)
	withFile := r.IntN(2) == 0
	return func(ctx context.Context, day string) (string, string, procedure.Act, error) {
		post, err := s.worker(t)
		if err != nil {
			return "", "", procedure.Act{}, err
		}
		a := procedure.Act{Step: "report"}
		if rows := t.counts(i, n+1); len(rows) > 0 {
			a.Input = a.Input.With("targets", matter.OfList(rows...))
			by := rows[0].Fields.Int("reached")
			unit := targetUnit(t.targets, rows[0].ID)
			words += fmt.Sprintf("本期完成%d%s，明细附后。", by, unit)
			file, err := s.account(ctx, t.title, s.shortName(t.code), by, day)
			if err != nil {
				return "", "", procedure.Act{}, err
			}
			a.Files = append(a.Files, file)
		} else if withFile {
			file, err := s.summary(ctx, s.shortName(t.code), t.title, words, day)
			if err != nil {
				return "", "", procedure.Act{}, err
			}
			a.Files = append(a.Files, file)
		}
		a.Input = a.Input.With("progress", matter.OfText(words)).With("percent", matter.OfInt(int64(100*(i+1)/(n+1))))
		switch late { // some reports are entered days later, with the dated original or without
		case 0:
			a.Legal, a.Original = t.before(day, 8), true
		case 1:
			a.Legal = t.before(day, 12)
		}
		return post, post, a, nil
	}
}

// before is a day some days back, not before the task was taken.
func (t *task) before(day string, n int) string { return max(t.taken, days(day, -n)) }

func targetUnit(rows []matter.Item, id string) string {
	for _, it := range rows {
		if it.ID == id {
			return it.Fields.Text("unit")
		}
	}
	return ""
}

func (s *story) shortName(code string) string {
	for _, u := range s.county.units {
		if u["code"] == code {
			return u["short"]
		}
	}
	return code
}

// submit hands the work in. Where the unit's head signs on paper, the clerk with the right for it records it and attaches
// the signed page.
func (s *story) submit(t *task, r *rand.Rand) deed {
	words := s.say(r, "done", t.code)
	return func(ctx context.Context, day string) (string, string, procedure.Act, error) {
		post, err := s.worker(t)
		if err != nil {
			return "", "", procedure.Act{}, err
		}
		file, err := s.summary(ctx, s.shortName(t.code), t.title, words, day)
		if err != nil {
			return "", "", procedure.Act{}, err
		}
		a := procedure.Act{Step: "submit", Input: input("result", words), Files: []matter.Attached{file}, Said: map[string]string{
			"children_open":   "配合单位的材料正在陆续报送，不影响本项成果。",
			"targets_reached": "部分指标以年终数据为准，已经说明测算口径。",
		}}
		if rows := t.counts(t.told, t.told+1); len(rows) > 0 && !t.sent {
			a.Input = a.Input.With("targets", matter.OfList(rows...))
		}
		t.sent = true
		return post, post, a, nil
	}
}

func (s *story) sendBack(t *task, r *rand.Rand) deed {
	words := s.say(r, "return", t.code)
	return func(context.Context, string) (string, string, procedure.Act, error) {
		post, acting := s.judge(t, r)
		return post, acting, procedure.Act{Step: "return", Input: input("remark", words)}, nil
	}
}

func (s *story) accept(t *task, r *rand.Rand) deed {
	words := s.say(r, "accept", t.code)
	return func(context.Context, string) (string, string, procedure.Act, error) {
		post, acting := s.judge(t, r)
		return post, acting, procedure.Act{Step: "accept", Input: input("remark", words), Said: map[string]string{
			"targets_reached": "指标口径已经核对，同意按说明验收。",
		}}, nil
	}
}

func (s *story) urge(t *task, r *rand.Rand) deed {
	words := s.say(r, "urge", t.code)
	return func(context.Context, string) (string, string, procedure.Act, error) {
		post, acting := s.judge(t, r)
		return post, acting, procedure.Act{Step: "urge", Input: input("urging", words)}, nil
	}
}

func (s *story) notice(t *task, r *rand.Rand) deed {
	words := s.say(r, "notice", t.code)
	return func(context.Context, string) (string, string, procedure.Act, error) {
		post, acting := s.judge(t, r)
		return post, acting, procedure.Act{Step: "notice", Input: input("issue", words)}, nil
	}
}

// extend plans the asking for more time and the coordinator's answer, before the task is due.
func (s *story) extend(t *task, r *rand.Rand, day, until string) {
	words := s.say(r, "extend", t.code)
	s.step(day, t, func(context.Context, string) (string, string, procedure.Act, error) {
		post, err := s.worker(t)
		return post, post, procedure.Act{
			Step: "ask_extension", Input: input("asked_reason", words).With("asked_until", matter.OfDate(until)),
		}, err
	})
	s.step(s.workday(day, 1), t, func(context.Context, string) (string, string, procedure.Act, error) {
		// The one who extends belongs to the superior of the task; the overseer stands above all.
		return chief, chief, procedure.Act{Step: "extend", Limit: "due", Ground: "due", Until: until, Reason: words}, nil
	})
}

// object plans an objection and what the coordinator says to it.
func (s *story) object(t *task, r *rand.Rand, day, outcome, decision string) {
	words := s.say(r, "object", t.code)
	s.step(day, t, func(context.Context, string) (string, string, procedure.Act, error) {
		post, err := s.desk(t.code, access.Liaison, access.Handler)
		return post, post, procedure.Act{Step: "object", Outcome: outcome, Input: input("objection", words)}, err
	})
	s.step(s.workday(day, 2), t, func(context.Context, string) (string, string, procedure.Act, error) {
		remark := "经研究，职责没有变化，仍由本单位承担。"
		if decision != "kept" {
			remark = "情况属实，同意调整。"
		}
		return junior, junior, procedure.Act{Step: "decide_objection", Outcome: decision, Input: input("remark", remark)}, nil
	})
}
