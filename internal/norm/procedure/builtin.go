package procedure

import (
	"slices"
	"strconv"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/calendar"
)

// assigned is the name under which the post that is to do a role's work is kept among a matter's values.
const assigned = "assigned."

// Assigned gives the post assigned to a role, 0 for any.
func Assigned(s *matter.State, role string) int64 { return s.Int(assigned + role) }

// builtin carries out a built-in act.
func (x *doing) builtin() error {
	a, e := x.a, &x.rec.Effects
	x.rec.Step, x.rec.Reason, x.rec.Open.Reason, x.rec.Files = a.Step, a.Reason, a.Reason, a.Files
	x.judgeBuiltin()
	limits := []*limitProgram(nil)
	switch a.Step {
	case "assign":
		x.assign()
	case "note":
		if a.Reason == "" && len(a.Files) == 0 {
			x.wrong("reason", "请写明内容或者上传附件")
		}
	case "pause", "resume":
		limits = x.d.limits
		x.pause()
	case "extend":
		x.extendLimit()
		limits = x.d.limits
	case "link":
		x.link()
	case "merge":
		if !slices.ContainsFunc(a.Links, func(t matter.Tie) bool { return t.Kind == "merged_into" && !t.End }) {
			x.wrong("links", "请选择并入的事项")
		}
		x.link()
		x.event()
		e.Close = "merged"
	case "split":
		x.split()
	case "handover":
		x.handover()
	case "close":
		if a.Outcome == "" {
			x.wrong("outcome", "请写明办结的结果")
		}
		x.needReason("请写明办结的理由")
		x.event()
		e.Close = a.Outcome
	case "reopen":
		x.needReason("请写明重新办理的理由")
		if x.before.Open {
			x.refuse(UnmetState, "事项正在办理，无须重新办理")
		}
		x.event()
		e.Reopen = true
		limits = x.d.limits
	case "migrate":
		if x.before.Def == x.d.Digest {
			x.refuse(UnmetState, "事项已经适用这一版规则")
		}
		e.Def = x.d.Digest
		limits = x.d.limits
	case "erase":
		return x.erase()
	case "correct":
		return x.correct()
	case "void":
		return x.void()
	}
	if err := x.failed(); err != nil {
		return err
	}
	return x.finish(limits, false)
}

// judgeBuiltin asks what the definition says about a built-in act; where it says nothing any unit of the matter may.
func (x *doing) judgeBuiltin() {
	sp := x.sp
	if sp.By == nil {
		if u := x.a.Actor.Unit; !x.a.Actor.System && x.s.Unit != u && !slices.ContainsFunc(x.s.Roles, func(r matter.Role) bool { return r.Unit == u && r.To == "" }) {
			x.unmet = append(x.unmet, Unmet{Kind: UnmetActor, ID: sp.ID, Say: "“" + sp.Title + "”由与本事项有关的单位办理"})
		}
	} else {
		x.unmet = append(x.unmet, x.unmetNeeds(sp, "")...)
		x.unmet = append(x.unmet, x.unmetWhen(sp)...)
		if !x.mine(sp.By) {
			x.unmet = append(x.unmet, Unmet{Kind: UnmetActor, ID: sp.ID, Say: "“" + sp.Title + "”由" + x.who(sp.By) + "办理", Cites: sp.Cites})
		}
		x.judgeNot()
	}
	for _, g := range sp.gates {
		x.judgeGate(g)
	}
	if !x.before.Open && slices.Contains([]string{"assign", "pause", "resume", "extend", "merge", "split", "close"}, sp.ID) {
		x.refuse(UnmetState, "事项已经办结")
	}
}

func (x *doing) refuse(kind, say string) {
	x.unmet = append(x.unmet, Unmet{Kind: kind, ID: x.sp.ID, Say: say})
}

func (x *doing) needReason(say string) {
	if x.a.Reason == "" {
		x.wrong("reason", say)
	}
}

// event makes the built-in act a happening of its own: it needs a legal date in the state.
func (x *doing) event() {
	x.rec.Effects.Event = &matter.Event{Step: x.a.Step, N: x.times() + 1, Legal: x.a.Legal, Outcome: x.a.Outcome, Files: int64(len(x.a.Files)), Flags: x.flags()}
}

// assign gives a unit a part in the matter, or a post the work of a role.
func (x *doing) assign() {
	a, e := x.a, &x.rec.Effects
	if a.Role == "" {
		x.wrong("role", "请选择身份或者角色")
		return
	}
	if a.Unit == 0 { // within the unit: who is to do it
		if a.Post == 0 {
			e.Cleared = append(e.Cleared, assigned+a.Role)
			return
		}
		x.rec.Open.Values = x.rec.Open.Values.With(assigned+a.Role, matter.OfInt(a.Post))
		return
	}
	role := matter.Role{Unit: a.Unit, Role: a.Role, From: a.Legal}
	has := hasRole(x.s.Roles, a.Unit, a.Role)
	switch {
	case a.Role == "lead":
		x.wrong("role", "主办单位用移交更换")
	case a.End && !has:
		x.refuse(UnmetState, "该单位没有这一身份")
	case a.End:
		for _, r := range x.s.Roles {
			if r.Unit == a.Unit && r.Role == a.Role && r.To == "" {
				role.From = r.From
			}
		}
		role.To = a.Legal
	case has:
		x.refuse(UnmetState, "该单位已经是"+WhereTitle(a.Role))
	default:
		e.Reach = x.reach([]int64{a.Unit})
	}
	e.Roles = []matter.Role{role}
}

// pause begins or ends a span that some limits do not count.
func (x *doing) pause() {
	a := x.a
	var cites string
	fits := false
	for _, l := range x.d.limits {
		for _, p := range l.pauses {
			if p.ID == a.Ground {
				fits, cites = true, x.cites(p.Cites)
				if holds, _, missing := x.truth(p.when); !holds && a.Step == "pause" {
					say := p.Title + "期间不能暂停计时：没有选定不予计入的规定"
					if missing != "" {
						say = p.Title + "期间不能暂停计时：" + missing
					}
					x.unmet = append(x.unmet, Unmet{Kind: UnmetWhen, ID: p.ID, Say: say, Cites: cites})
				}
			}
		}
	}
	if !fits {
		x.wrong("ground", "没有不计入期限的情形“"+a.Ground+"”")
		return
	}
	at := slices.IndexFunc(x.s.Pauses, func(p matter.Pause) bool { return p.Ground == a.Ground && p.To == "" })
	from, to := a.From, a.To
	if a.Step == "resume" {
		if at < 0 {
			x.refuse(UnmetState, "没有正在暂停的“"+a.Ground+"”")
			return
		}
		from = x.s.Pauses[at].From
		if to == "" {
			to = a.Legal
		}
	} else {
		if at >= 0 {
			x.refuse(UnmetState, "已经在暂停计时")
			return
		}
		if from == "" {
			from = a.Legal
		}
	}
	for _, day := range []string{from, to} {
		if _, err := calendar.Parse(day); day != "" && err != nil {
			x.wrong("from", err.Error())
			return
		}
	}
	if to != "" && to < from {
		x.wrong("to", "止日"+to+"早于起日"+from)
		return
	}
	x.rec.Effects.Pauses = []matter.Pause{{Ground: a.Ground, From: from, To: to}}
}

// extendLimit lengthens a running limit.
func (x *doing) extendLimit() {
	a := x.a
	l := x.d.byLimit[a.Limit]
	if l == nil || len(l.extends) == 0 {
		x.wrong("limit", "期限“"+a.Limit+"”没有延长的规定")
		return
	}
	rule := l.extends[0]
	for _, r := range l.extends {
		if r.ID == a.Ground {
			rule = r
		}
	}
	length := a.Length
	if length == "" {
		length = rule.Length
	}
	switch {
	case rule.ExtensionRule.Until:
		x.until()
	case a.Until != "":
		x.wrong("until", "延长的长度由规定确定，不能另定日期")
	default:
		r, err := x.d.parseLength(length)
		if err != nil {
			x.wrong("length", "延长的长度不对："+err.Error())
		} else if n, _, ok := x.length(r); !ok || n.N == 0 {
			x.refuse(UnmetWhen, "没有选定延长“"+l.Title+"”的规定")
		}
	}
	runs := x.runs(l, a.Key)
	if len(runs) == 0 || runs[len(runs)-1].end != nil {
		x.refuse(UnmetState, "期限“"+l.Title+"”没有在计算")
	}
	if !x.mine(rule.By) {
		x.unmet = append(x.unmet, Unmet{Kind: UnmetActor, ID: rule.ID, Say: "延长“" + l.Title + "”由" + x.who(rule.By) + "批准", Cites: x.cites(rule.Cites)})
	}
	if holds, known, missing := x.truth(rule.when); !known || !holds {
		say := "不符合延长“" + l.Title + "”的条件"
		if !known {
			say = missing
		}
		x.unmet = append(x.unmet, Unmet{Kind: UnmetWhen, ID: rule.ID, Say: say, Cites: x.cites(rule.Cites)})
	}
	var times int64
	for _, e := range x.s.Extends {
		if e.Limit == l.ID && e.Key == a.Key {
			times++
		}
	}
	if rule.Times > 0 && times >= rule.Times {
		x.unmet = append(x.unmet, Unmet{Kind: UnmetState, ID: rule.ID, Say: "“" + l.Title + "”最多延长" + strconv.FormatInt(rule.Times, 10) + "次", Cites: x.cites(rule.Cites)})
	}
	x.needReason("请写明延长的理由")
	ext := matter.Extension{Limit: l.ID, Key: a.Key, Approved: a.Legal, Until: a.Until}
	if !rule.ExtensionRule.Until {
		ext.Length = length
	}
	x.rec.Effects.Extends = []matter.Extension{ext}
	x.rec.Effects.Reset = x.done(rule.Resets)
}

func (x *doing) until() {
	day, err := calendar.Parse(x.a.Until)
	switch {
	case err != nil:
		x.wrong("until", "请写明延长至哪一日")
	case day <= x.legalD:
		x.wrong("until", "延长至的日期应当在批准之后")
	}
}

// link makes or takes back links.
func (x *doing) link() {
	if len(x.a.Links) == 0 {
		x.wrong("links", "请选择关联的事项")
	}
	for _, t := range x.a.Links {
		if !slices.Contains(linkKinds, t.Kind) {
			x.wrong("links", "没有关联种类“"+t.Kind+"”")
		}
		if t.Other == x.s.No {
			x.wrong("links", "不能与自身关联")
		}
	}
	x.rec.Effects.Links = x.links()
}

// split keeps what stays here: the lists named are set to what remains; the rest is opened as a matter of its own.
func (x *doing) split() {
	x.needReason("请写明拆分的理由")
	for _, n := range x.a.Input {
		f := x.d.Field(n.Name)
		if f == nil || !f.Rows() {
			x.wrong(n.Name, "只能拆分列表")
			continue
		}
		held, have := x.s.Get(f.ID)
		if value, ok := x.shape(f, held, have, n.Value); ok {
			x.set(f, value)
		}
	}
}

// handover changes the lead; limits go on.
func (x *doing) handover() {
	a, e := x.a, &x.rec.Effects
	switch a.Unit {
	case 0:
		x.wrong("unit", "请选择接收单位")
	case x.s.Unit:
		x.refuse(UnmetState, "接收单位已经是主办单位")
	}
	x.needReason("请写明移交的理由")
	e.Lead = a.Unit
	e.Reach = x.reach([]int64{a.Unit})
	for _, h := range x.s.Values { // the posts assigned belong to the unit that hands over
		if len(h.Name) > len(assigned) && h.Name[:len(assigned)] == assigned {
			e.Cleared = append(e.Cleared, h.Name)
		}
	}
	x.event()
}

// erase drops the bytes of parts of an earlier record; what it did stays.
func (x *doing) erase() error {
	a := x.a
	x.needReason("请写明清除的理由")
	if a.Record == 0 || !slices.Contains(x.s.Seqs, a.Record) {
		x.wrong("record", "本事项没有这条记录")
	}
	if len(a.Parts) == 0 {
		x.wrong("parts", "请选择清除哪些部分")
	}
	for _, p := range a.Parts {
		if !slices.Contains([]string{matter.PartOpen, matter.PartPersonal, matter.PartSealed, matter.PartFiles}, p) {
			x.wrong("parts", "“"+p+"”不能清除")
		}
	}
	if err := x.failed(); err != nil {
		return err
	}
	x.rec.Effects.Erase = &matter.Erasure{Record: a.Record, Parts: a.Parts}
	if err := x.finish(nil, false); err != nil {
		return err
	}
	x.res.Next = matter.Erase(x.res.Next, a.Record, a.Parts)
	return nil
}
