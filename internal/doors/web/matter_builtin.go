package web

import (
	"slices"
	"strings"

	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// builtinForms offers the acts every matter has, to those whose post may do them.
func (b *matterBuilder) builtinForms() []view.StepForm {
	out := []view.StepForm{b.builtin("note", "", "记录备注", "", nil,
		view.Field{Name: "reason", Label: "备注", Kind: view.Area},
		view.Field{Name: "file.material", Label: "附件", Kind: view.Upload, Many: true, Optional: true, Hint: fileHint})}
	if !b.view.State.Open {
		if b.mayBuiltin("reopen") {
			out = append(out, b.builtin("reopen", "", "重新办理", "办结作废，期限接着计算；原来的办结保留在记录中。", nil, reasonField("重新办理的理由")))
		}
		return append(out, b.linkForm()...)
	}
	out = append(out, b.extendForms()...)
	out = append(out, b.pauseForms()...)
	out = append(out, b.linkForm()...)
	out = append(out, b.assignForms()...)
	if b.mayBuiltin("handover") {
		f := view.Field{Name: "unit", Label: "接收单位", Kind: view.Select, Options: unitOptions(b.visit.Site.Tree(), 0, "请选择")}
		out = append(out, b.builtin("handover", "", "移交其他单位", "由接收单位主办，期限接着计算。", nil, f, reasonField("移交的理由")))
	}
	if b.mayBuiltin("merge") {
		out = append(out, b.builtin("merge", "", "并入其他事项", "本件办结，在所并入的事项中办理。",
			[]view.Hidden{{Name: "link_kind", Value: "merged_into"}}, linkField(linkAsked["merged_into"])))
	}
	out = append(out, b.splitForms()...)
	out = append(out, b.voidLast()...)
	if b.mayBuiltin("close") {
		f := view.Field{Name: "outcome", Label: "终止的情形", Kind: view.Radio}
		for _, id := range endings {
			f.Options = append(f.Options, view.Option{Value: id, Text: endingTitles[id]})
		}
		form := b.builtin("close", "", "终止办理", "不经其余步骤办结。依法应当作出决定的，不得以此代替。", nil, f, reasonField("终止的理由"))
		form.Form.Danger = true
		out = append(out, form)
	}
	return out
}

// endings are the outcomes of a matter that ends without its steps (内置的办结).
var (
	endings      = []string{"withdrawn", "duplicate", "mistaken", "ended"}
	endingTitles = map[string]string{"withdrawn": "申请人撤回", "duplicate": "与其他事项重复", "mistaken": "登记有误", "ended": "不再需要办理"}
)

func reasonField(label string) view.Field {
	return view.Field{Name: "reason", Label: label, Kind: view.Area}
}

func linkField(label string) view.Field {
	return view.Field{Name: "link", Label: label, Hint: "填写编号、存证编号或者标题"}
}

// mayBuiltin tells whether the visitor's post may do a built-in act, as the definition says; where it says nothing, any unit
// of the matter may.
func (b *matterBuilder) mayBuiltin(step string) bool {
	if by := b.view.Def.MayBy(step); by != nil {
		return b.holds(by)
	}
	s, u := b.view.State, b.visit.Actor.Unit()
	return s.Unit == u || slices.ContainsFunc(s.Roles, func(r matter.Role) bool { return r.Unit == u && r.To == "" })
}

// holds tells whether the visitor's post is one of those named.
func (b *matterBuilder) holds(all []procedure.By) bool {
	u := b.visit.Actor.Unit()
	return slices.ContainsFunc(all, func(by procedure.By) bool {
		if by.Role != b.visit.Actor.Role() {
			return false
		}
		switch by.Where {
		case "pool":
			return true
		case "", "lead":
			return b.view.State.Unit == u
		}
		return slices.Contains(b.view.State.Units(by.Where), u)
	})
}

// running tells whether a limit runs now.
func running(s *matter.State, id string) bool {
	for _, l := range s.Limits {
		if l.Limit == id && l.Verdict == "" {
			return true
		}
	}
	return false
}

// extendForms offers the extensions of running limits, each under its own article.
func (b *matterBuilder) extendForms() (out []view.StepForm) {
	for _, l := range b.view.Def.AllLimits {
		if !running(b.view.State, l.ID) {
			continue
		}
		for _, x := range l.Extensions {
			if !b.holds(x.By) || slices.ContainsFunc(b.view.Def.Acts, func(a procedure.Step) bool { return a.ID == "extend" && a.By != nil }) && !b.mayBuiltin("extend") {
				continue
			}
			hidden := []view.Hidden{{Name: "limit", Value: l.ID}, {Name: "ground", Value: x.ID}}
			fields := []view.Field{}
			note := "批准后按新的期限计算，原期限保留在记录中。"
			switch {
			case x.Until:
				fields = append(fields, view.Field{Name: "until", Label: "延至", Kind: view.Date, Short: true})
			case x.Length == "":
				fields = append(fields, view.Field{Name: "length", Label: "延长", Short: true, Hint: "如 30 days（自然日）、10 workdays（工作日）"})
			case b.lengthWords(x.Length) != "":
				note = "延长" + b.lengthWords(x.Length) + "。" + note
			}
			title := "批准延期：" + l.Title
			if x.Title != "" && len(l.Extensions) > 1 {
				title += "（" + x.Title + "）"
			}
			if x.Cites != "" {
				note += x.Cites
			}
			keys := []string{""}
			if l.Each != "" {
				keys = b.runningKeys(l.ID)
			}
			for _, key := range keys {
				hidden, title := slices.Clone(hidden), title
				if key != "" {
					hidden = append(hidden, view.Hidden{Name: "key", Value: key})
					title += "（" + b.itemName(l.Each, key) + "）"
				}
				out = append(out, b.builtin("extend", l.ID+x.ID+key, title, note, hidden, append(slices.Clone(fields), reasonField("延长的理由"), b.legalField())...))
			}
		}
	}
	return out
}

func (b *matterBuilder) runningKeys(limit string) (keys []string) {
	for _, l := range b.view.State.Limits {
		if l.Limit == limit && l.Verdict == "" && !slices.Contains(keys, l.Key) {
			keys = append(keys, l.Key)
		}
	}
	return keys
}

// lengthWords writes a length of days as it is read: 二十日 stays with the law, here stands 20 个工作日. A length that hangs on a
// parameter has no words here.
func (b *matterBuilder) lengthWords(length string) string {
	n, unit, ok := strings.Cut(length, " ")
	if !ok || strings.Contains(n, "param") {
		return ""
	}
	words, ok := map[string]string{"days": "日", "workdays": "个工作日", "months": "个月", "hours": "小时", "years": "年"}[strings.TrimSuffix(unit, "s")+"s"]
	if !ok {
		return ""
	}
	return " " + n + " " + words
}

func (b *matterBuilder) legalField() view.Field {
	return view.Field{Name: "legal", Label: "办理日期", Kind: view.Date, Value: b.visit.Today, Short: true, Hint: "事情实际发生的日期"}
}

// pauseForms offers to begin and to end spans that limits do not count, as far as no step begins them by itself.
func (b *matterBuilder) pauseForms() (out []view.StepForm) {
	begin := view.Field{Name: "ground", Label: "不计入期限的情形", Kind: view.Select, Options: []view.Option{{Text: "请选择"}}}
	end := begin
	end.Options = slices.Clone(begin.Options)
	var seen []string
	for _, l := range b.view.Def.AllLimits {
		for _, p := range l.Pauses {
			if slices.Contains(seen, p.ID) {
				continue
			}
			seen = append(seen, p.ID)
			open := slices.ContainsFunc(b.view.State.Pauses, func(h matter.Pause) bool { return h.Ground == p.ID && h.To == "" })
			o := view.Option{Value: p.ID, Text: p.Title}
			if p.Cites != "" {
				o.Text += "（" + p.Cites + "）"
			}
			switch {
			case open && len(p.To) == 0:
				end.Options = append(end.Options, o)
			case !open && len(p.From) == 0:
				begin.Options = append(begin.Options, o)
			}
		}
	}
	if len(begin.Options) > 1 && len(b.view.Limits) > 0 && b.mayBuiltin("pause") {
		out = append(out, b.builtin("pause", "", "暂停计时", "所选情形的期间不计入期限。", nil, begin,
			view.Field{Name: "from", Label: "不计入的第一日", Kind: view.Date, Value: b.visit.Today, Short: true},
			view.Field{Name: "to", Label: "不计入的最后一日", Kind: view.Date, Short: true, Optional: true, Hint: "还不知道的不填，结束时再恢复计时"},
			view.Field{Name: "reason", Label: "说明", Kind: view.Area, Optional: true},
			view.Field{Name: "said." + b.gateOf("pause"), Label: "说明理由", Kind: view.Area, Optional: true, Hint: "条件没有具备仍要办理的，写明理由，理由留存记录"}))
	}
	if len(end.Options) > 1 && b.mayBuiltin("resume") {
		out = append(out, b.builtin("resume", "", "恢复计时", "", nil, end,
			view.Field{Name: "to", Label: "不计入的最后一日", Kind: view.Date, Value: b.visit.Today, Short: true}))
	}
	return out
}

// gateOf is the first gate before an act that may be explained, "" where there is none.
func (b *matterBuilder) gateOf(step string) string {
	for _, g := range b.view.Def.Gates {
		if slices.Contains(g.Before, step) && g.Force == "explain" {
			return g.ID
		}
	}
	return ""
}

func (b *matterBuilder) linkForm() []view.StepForm {
	if !b.mayBuiltin("link") {
		return nil
	}
	kind := view.Field{Name: "link_kind", Label: "关联的种类", Kind: view.Select}
	for _, id := range []string{"evidence_of", "caused_by", "continues", "covers", "reviews", "part_of"} {
		kind.Options = append(kind.Options, view.Option{Value: id, Text: linkAsked[id]})
	}
	return []view.StepForm{b.builtin("link", "", "关联其他事项", "", nil, kind, linkField("关联的事项"))}
}

// assignForms offers to give a person of the lead unit the work of a role, and a unit a part in the matter.
func (b *matterBuilder) assignForms() (out []view.StepForm) {
	if !b.mayBuiltin("assign") {
		return nil
	}
	s, site := b.view.State, b.visit.Site
	who := view.Field{Name: "post", Label: "办理人", Kind: view.Select, Options: []view.Option{{Text: "请选择"}}}
	var roles, places []string
	for i := range b.view.Def.AllSteps {
		for _, by := range b.view.Def.AllSteps[i].By {
			switch by.Where {
			case "", "lead":
				if !slices.Contains(roles, by.Role) {
					roles = append(roles, by.Role)
				}
			case "pool":
			default:
				if !strings.Contains(by.Where, "/") && !slices.Contains(places, by.Where) {
					places = append(places, by.Where)
				}
			}
		}
	}
	if s.Unit == b.visit.Actor.Unit() {
		for _, role := range roles {
			for _, p := range site.Rights.Holders(s.Unit, role, b.visit.Today) {
				who.Options = append(who.Options, view.Option{
					Value: role + ":" + decimal(p.No), Text: roleTitle(role) + " " + site.Person(p.Person), Chosen: procedure.Assigned(s, role) == p.No,
				})
			}
		}
		if len(who.Options) > 1 {
			out = append(out, b.builtin("assign", "post", "指派办理人", "待办列在所指派的人名下，其他同岗位的人仍可以办理。", nil, who))
		}
	}
	if b.pooled() && !slices.Contains(places, "reviewer") {
		places = append(places, "reviewer") // whoever reviews from another unit has to see the matter
	}
	if !slices.Contains(places, "assist") {
		places = append(places, "assist")
	}
	place := view.Field{Name: "role", Label: "身份", Kind: view.Radio}
	for _, p := range places {
		place.Options = append(place.Options, view.Option{Value: p, Text: procedure.WhereTitle(p)})
	}
	return append(out, b.builtin("assign", "unit", "增加办理单位", "该单位可以查看本件，并以所选身份办理。", nil,
		view.Field{Name: "unit", Label: "单位", Kind: view.Select, Options: unitOptions(site.Tree(), 0, "请选择")}, place))
}

// pooled tells whether a step may be taken by a reviewer of any unit.
func (b *matterBuilder) pooled() bool {
	return slices.ContainsFunc(b.view.Def.AllSteps, func(s procedure.Step) bool {
		return slices.ContainsFunc(s.By, func(by procedure.By) bool { return by.Where == "pool" && by.Role == "reviewer" })
	})
}

// splitForms offers to take rows of a list out of the matter, to be opened as one of its own.
func (b *matterBuilder) splitForms() (out []view.StepForm) {
	if !b.mayBuiltin("split") {
		return nil
	}
	for i := range b.view.Def.Fields {
		f := &b.view.Def.Fields[i]
		held, _ := b.view.State.Get(f.ID)
		if f.Columns() == nil || !f.Many && f.Type == procedure.TypeParty || len(held.Items) < 2 {
			continue
		}
		ticks := view.Field{Name: "out." + f.ID, Label: "分出的" + f.Title, Kind: view.Ticks}
		for _, it := range held.Items {
			ticks.Options = append(ticks.Options, view.Option{Value: it.ID, Text: b.itemName(f.ID, it.ID)})
		}
		out = append(out, b.builtin("split", f.ID, "拆分："+f.Title, "勾选的从本件分出，随后另办一件，关联“拆分自”本件。", nil, ticks, reasonField("拆分的理由")))
	}
	return out
}

// splitInput is what stays in the matter: the rows of the list that were not ticked.
func splitInput(def *procedure.Definition, s *matter.State, form formValues) (in matter.Values) {
	for i := range def.Fields {
		f := &def.Fields[i]
		gone := form.values["out."+f.ID]
		if len(gone) == 0 {
			continue
		}
		held, _ := s.Get(f.ID)
		stays := slices.DeleteFunc(slices.Clone(held.Items), func(it matter.Item) bool { return slices.Contains(gone, it.ID) })
		in = in.With(f.ID, matter.OfList(stays...))
	}
	return in
}

// voidLast offers to take back the last step of one's own.
func (b *matterBuilder) voidLast() (out []view.StepForm) {
	s := b.view.State
	for _, h := range b.view.History {
		if _, void := b.undoable(h, nil); void && h.Head.By.Person == b.visit.Person && h.Record.Seq == s.Seq && h.Record.Effects.Event != nil && h.Record.Effects.Open == nil {
			form := b.builtin("void", "", "作废上一步", "这一步视为没有发生，记录保留并注明作废。",
				[]view.Hidden{{Name: "record", Value: decimal(h.Record.Seq)}}, reasonField("作废的理由"))
			form.Form.Danger = true
			out = append(out, form)
		}
	}
	return out
}

// builtin makes the form of a built-in act; variant tells several forms of one act apart.
func (b *matterBuilder) builtin(step, variant, title, note string, hidden []view.Hidden, fields ...view.Field) view.StepForm {
	f := formBuilder{b: b}
	if b.back != nil && b.back.step == step && b.back.form.get("variant") == variant {
		f.back = b.back
	}
	for _, field := range fields {
		if field.Name != "said." {
			f.add(field)
		}
	}
	anchor := "f-" + step
	if variant != "" {
		anchor += "-" + variant
		hidden = append(hidden, view.Hidden{Name: "variant", Value: variant})
	}
	return view.StepForm{
		Anchor: anchor, Title: title, Note: note, Folded: f.back == nil,
		Form: view.Form{
			ID: anchor + "-c", Action: matterPath(b.view.State.No) + "/steps/" + step, Submit: title, Fields: f.fields,
			Hidden: append(b.hidden(""), hidden...),
		},
	}
}

// itemName names a row of a list by what it says first, or by its place.
func (b *matterBuilder) itemName(field, key string) string {
	held, _ := b.view.State.Get(field)
	f := b.view.Def.Field(field)
	for i, it := range held.Items {
		if it.ID != key || f == nil {
			continue
		}
		if it.Value.Kind != matter.None {
			return act.Show(f, it.Value)
		}
		columns := f.Columns()
		for j := range columns {
			if v, ok := it.Fields.Get(columns[j].ID); ok && (columns[j].Type == procedure.TypeText || columns[j].Type == procedure.TypeEntry) {
				return act.Show(&columns[j], v)
			}
		}
		return "第 " + decimal(int64(i+1)) + " 项"
	}
	return key
}
