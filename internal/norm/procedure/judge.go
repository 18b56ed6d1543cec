package procedure

import (
	"slices"

	"zhunsheng/internal/matter"
)

// judgeAll judges everything an act of a step depends on, so that a refusal names all of it at once.
func (x *doing) judgeAll() {
	if !x.asked() {
		x.listOnly()
		return
	}
	if x.before != nil {
		x.judgeState()
	}
	x.unmet = append(x.unmet, x.unmetNeeds(x.sp, x.a.Key)...)
	x.unmet = append(x.unmet, x.unmetWhen(x.sp)...)
	if !x.mine(x.sp.By) {
		x.unmet = append(x.unmet, Unmet{Kind: UnmetActor, ID: x.sp.ID, Say: "“" + x.sp.Title + "”由" + x.who(x.sp.By) + "办理", Cites: x.sp.Cites})
	}
	x.judgeNot()
	for _, g := range x.sp.gates {
		x.judgeGate(g)
	}
	for _, l := range x.sp.floors {
		x.judgeFloor(l)
	}
}

// judgeState refuses what is over: a closed matter, a step that is done.
func (x *doing) judgeState() {
	sp := x.sp
	if !x.before.Open && !sp.AfterClose && !sp.Reopens {
		x.unmet = append(x.unmet, Unmet{Kind: UnmetState, ID: sp.ID, Say: "事项已经办结，不能再办理“" + sp.Title + "”", Hint: "确需继续办理的，先重新办理"})
	}
	if sp.Repeat || sp.builtin {
		return
	}
	for i := range x.s.Events {
		if e := &x.s.Events[i]; slices.Contains(sp.all, e.Step) && e.Key == x.a.Key && valid(e) {
			x.unmet = append(x.unmet, Unmet{Kind: UnmetState, ID: sp.ID, Say: "“" + sp.Title + "”已于" + e.Legal + "办理", Hint: "填写有误的用更正"})
			return
		}
	}
}

// unmetNeeds lists needed steps that are neither done nor known not to apply. Optional ones are not waited for.
func (v *view) unmetNeeds(sp *stepProgram, key string) []Unmet {
	var out []Unmet
	for _, id := range sp.Needs {
		need := v.d.stepsBy[id]
		if need == nil || need.Optional || need.ID == opening && need.builtin {
			continue
		}
		names := need.names()
		done := v.stepDone(names, need.Each)
		if need.Each != "" && need.Each == sp.Each && key != "" {
			done = v.keyDone(names, key)
		}
		if done {
			continue
		}
		holds, known, missing := v.truth(need.when)
		switch {
		case known && !holds:
		case !known:
			out = append(out, Unmet{Kind: UnmetNeeds, ID: id, Say: "“" + need.Title + "”" + missing, Cites: need.Cites})
		default:
			out = append(out, Unmet{Kind: UnmetNeeds, ID: id, Say: "“" + need.Title + "”还没有办理", Cites: need.Cites})
		}
	}
	return out
}

func (v *view) unmetWhen(sp *stepProgram) []Unmet {
	holds, known, missing := v.truth(sp.when)
	switch {
	case !known:
		return []Unmet{{Kind: UnmetUnknown, ID: sp.ID, Say: missing, Cites: sp.Cites}}
	case !holds:
		return []Unmet{{Kind: UnmetWhen, ID: sp.ID, Say: "“" + sp.Title + "”不适用于本事项", Cites: sp.Cites}}
	}
	return nil
}

// mine tells whether the actor's role and unit fit.
func (v *view) mine(by []By) bool {
	a := v.actor()
	if a.System || len(by) == 0 {
		return true
	}
	return slices.ContainsFunc(by, func(b By) bool { return b.Role == a.Role && v.at(b.Where, a.Unit) })
}

// at tells whether a unit holds a place in the matter.
func (v *view) at(where string, unit int64) bool {
	switch where {
	case "pool":
		return true
	case "lead":
		return v.s.Unit == unit
	}
	return slices.ContainsFunc(v.s.Roles, func(r matter.Role) bool { return r.Role == where && r.Unit == unit && r.To == "" })
}

// who names those who may take a step.
func (v *view) who(by []By) string {
	text := ""
	for i, b := range by {
		if i > 0 {
			text += "或者"
		}
		if where := WhereTitle(b.Where); where != "" {
			text += where + "的"
		}
		text += RoleTitle(b.Role)
	}
	return text
}

// WhereTitle names a place in a matter.
func WhereTitle(where string) string {
	switch where {
	case "lead":
		return "主办单位"
	case "pool":
		return ""
	case "superior":
		return "交办单位"
	case "assist":
		return "协办单位"
	case "joint":
		return "联办单位"
	case "reviewer":
		return "审核单位"
	case "respondent":
		return "被申请单位"
	}
	return where
}

var roleTitles = map[string]string{
	"handler": "承办人", "liaison": "联络员", "reviewer": "法制审核人员", "legal_counsel": "法律顾问", "presider": "主持人",
	"recorder": "记录人", "committee": "委员会", "coordinator": "统筹人员", "supervisor": "监督人员", "party": "当事人", "public": "公众",
	"system": "系统", "head": "行政机关负责人", "principal": "正职负责人或者主持工作的负责人", "gov_head": "本级政府负责人",
	"review_body_head": "复议机构负责人", "review_organ_head": "复议机关负责人", "disclosure_head": "公开工作机构负责人",
	"superior_police": "上一级公安机关", "arbitration_head": "仲裁机构负责人", "panel": "负责人集体讨论", "government": "政府", "party_committee": "党委",
	"officer": "执法人员", "auditor": "审计人员", "clerk": "文书人员",
}

// RoleTitle names a role; one that the program does not know is shown by its id.
func RoleTitle(role string) string {
	if t := roleTitles[role]; t != "" {
		return t
	}
	return role
}

// Roles lists the roles the program has words for, sorted by id.
func Roles() []Choice {
	out := make([]Choice, 0, len(roleTitles))
	for id, title := range roleTitles {
		out = append(out, Choice{ID: id, Title: title})
	}
	slices.SortFunc(out, func(a, b Choice) int {
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	return out
}

// judgeNot keeps one person, and those who count as the same, off two steps.
func (x *doing) judgeNot() {
	if len(x.sp.Not) == 0 || x.env.DoneBy == nil {
		return
	}
	same := append([]int64{x.a.Actor.Person}, x.a.Actor.Together...)
	for _, step := range x.sp.Not {
		by := x.env.DoneBy(step)
		if !slices.ContainsFunc(same, func(p int64) bool { return p != 0 && slices.Contains(by, p) }) {
			continue
		}
		title := step
		if sp := x.d.stepsBy[step]; sp != nil {
			title = sp.Title
		}
		cites := x.sp.NotCites
		if cites == "" && x.sp.NotForce == Stop {
			cites = x.sp.Cites
		}
		x.lift(Unmet{Kind: UnmetNot, ID: "not." + step, Say: "办理过“" + title + "”的人不得办理“" + x.sp.Title + "”", Cites: cites, Force: x.sp.NotForce, Hint: "由其他人员办理"})
	}
}

// judgeGate judges a condition.
func (x *doing) judgeGate(g *gateProgram) {
	holds, known, missing := x.truth(g.require)
	if known && holds {
		return
	}
	u := Unmet{Kind: UnmetGate, ID: g.ID, Say: g.Say, Cites: g.Cites, Hint: g.Hint, Force: g.Force, Grounds: g.Unless}
	if !known {
		u.Say += "（" + missing + "）"
	}
	x.lift(u)
}

// judgeFloor refuses an act before its earliest lawful day.
func (x *doing) judgeFloor(l *limitProgram) {
	if u, early := x.early(l, x.a.Key, x.a.Legal); early {
		x.lift(u)
	}
}

// early tells whether a step would come before the earliest day that a floor allows.
func (v *view) early(l *limitProgram, key, day string) (Unmet, bool) {
	if holds, known, _ := v.truth(l.when); known && !holds {
		return Unmet{}, false
	}
	runs := v.runs(l, key)
	if len(runs) == 0 || runs[len(runs)-1].end != nil {
		return Unmet{}, false // whether it had to start is a matter of needs
	}
	if excused, _, _ := v.truth(l.excused); l.excused != nil && excused {
		return Unmet{}, false
	}
	due, _, ok := v.due(l, runs[len(runs)-1])
	event := matter.Event{Legal: day}
	if v.act != nil {
		event.Time = v.act.Time
	}
	if ok && !due.Open && !before(&event, due) {
		return Unmet{}, false
	}
	u := Unmet{Kind: UnmetFloor, ID: l.ID, Say: "“" + l.Title + "”还没有确定期限", Cites: l.Cites, Force: l.Force, Grounds: l.Unless}
	if ok && !due.Open {
		at := due.Date.String()
		if due.At != 0 {
			at = due.At.String()
		}
		u.Say = "“" + l.Title + "”未满，最早可于" + at + "办理"
		u.Hint = "期满后办理，或者写明法定的例外"
	}
	return u, true
}

// lift takes a condition as met where a lawful ground is used or, if it only asks for an explanation, a reason is given.
func (x *doing) lift(u Unmet) {
	if ground, used := x.a.Unless[u.ID]; used {
		i := slices.IndexFunc(u.Grounds, func(g Ground) bool { return g.ID == ground })
		switch {
		case i < 0:
			x.wrong("unless."+u.ID, "没有例外情形“"+ground+"”")
		case u.Grounds[i].Files != "" && !slices.ContainsFunc(x.a.Files, func(f matter.Attached) bool { return f.Label == u.Grounds[i].Files }):
			x.wrong("files."+u.Grounds[i].Files, "使用例外“"+u.Grounds[i].Title+"”应当附上证明材料")
		default:
			x.rec.Effects.Gates = append(x.rec.Effects.Gates, matter.GateVerdict{Gate: u.ID, Verdict: "unless", Ground: ground})
			return
		}
	}
	if said := x.a.Said[u.ID]; u.Force == Explain && said != "" {
		x.rec.Effects.Gates = append(x.rec.Effects.Gates, matter.GateVerdict{Gate: u.ID, Verdict: "explained"})
		if x.rec.Open.Said == nil {
			x.rec.Open.Said = map[string]string{}
		}
		x.rec.Open.Said[u.ID] = said
		return
	}
	x.unmet = append(x.unmet, u)
}

// listOnly notes what would have refused an act that was brought in.
func (x *doing) listOnly() {
	would := func(id string) {
		x.rec.Effects.Gates = append(x.rec.Effects.Gates, matter.GateVerdict{Gate: id, Verdict: "would_refuse"})
	}
	for _, u := range x.unmetNeeds(x.sp, x.a.Key) {
		would("needs." + u.ID)
	}
	for _, g := range x.sp.gates {
		if holds, known, _ := x.truth(g.require); !known || !holds {
			would(g.ID)
		}
	}
	for _, l := range x.sp.floors {
		if _, early := x.early(l, x.a.Key, x.a.Legal); early {
			would(l.ID)
		}
	}
}
