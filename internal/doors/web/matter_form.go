package web

import (
	"cmp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// stepForm is the form of one step: outcome, fields, reasons for what is explained, files, links, legal date.
func (b *matterBuilder) stepForm(sv *procedure.StepView) view.StepForm {
	var back *typed
	if b.back != nil && b.back.step == sv.ID && b.back.key == sv.Key {
		back = b.back
	}
	f := formBuilder{b: b, back: back}
	if len(sv.Outcomes) > 0 {
		f.outcomes(sv)
	}
	for _, field := range sv.Form {
		f.field(field)
	}
	if sv.Files != "" {
		f.files(sv.Files, fileTitle(sv.Files), !sv.FilesRequired)
	}
	f.links(sv.Links)
	f.explained(sv)
	f.add(view.Field{Name: "legal", Label: "办理日期", Kind: view.Date, Value: b.visit.Today, Short: true, Hint: "事情实际发生的日期"})
	f.add(view.Field{Name: "original", Label: "附有注明日期的原件", Kind: view.Tick, Value: "1", Hint: "补记以前办理的事情时勾选，并把原件一并上传；没有原件的记为倒填"})
	if b.hourly(cmp.Or(b.opens(sv.ID), sv.ID)) {
		f.add(view.Field{Name: "at", Label: "办理时刻", Kind: view.Time, Optional: true, Short: true, Hint: "期限以小时计算，如 16:30"})
	}
	if b.visit.Actor.Kind == "record" {
		f.files("signed_page", "签批页（照片或者扫描件）", false)
	}
	anchor := stepAnchor(sv.ID, sv.Key)
	form := view.Form{
		ID: anchor + "-c", Action: matterPath(b.view.State.No) + "/steps/" + sv.ID, Submit: sv.Title, Fields: f.fields,
		Others: b.paperButtons(sv.ID),
		Hidden: b.hidden(sv.Key),
	}
	if len(sv.Links) == 1 {
		form.Hidden = append(form.Hidden, view.Hidden{Name: "link_kind", Value: sv.Links[0]})
	}
	return view.StepForm{Anchor: anchor, Title: b.stepTitle(sv), Note: sv.Help, Form: form, Folded: back == nil && !b.daily(sv)}
}

// grounded names a lawful exception with its article.
func grounded(g procedure.Ground) string {
	if g.Cites == "" {
		return g.Title
	}
	return g.Title + "（" + g.Cites + "）"
}

// hourly tells whether a limit that a step begins or ends is counted in hours: then the time of day is asked for.
func (b *matterBuilder) hourly(step string) bool {
	for i := range b.view.Def.AllLimits {
		l := &b.view.Def.AllLimits[i]
		if !slices.Contains(l.From, step) && !slices.Contains(l.To, step) {
			continue
		}
		if slices.ContainsFunc(l.Lengths, func(n procedure.Length) bool {
			return strings.HasSuffix(n.Text, "hours") || strings.HasSuffix(n.Text, "hour")
		}) {
			return true
		}
	}
	return false
}

// linkAsked are the kinds of links as the form of the matter that makes them calls the other end.
var linkAsked = map[string]string{
	"part_of": "所属的事项", "merged_into": "并入的事项", "split_from": "拆分自", "continues": "接续的事项", "caused_by": "起因的事项", "reviews": "所审查的事项",
	"covers": "涉及的事项", "evidence_of": "关联的事项或者记录",
}

// opens is the step that the opening form stands for, "" for other forms.
func (b *matterBuilder) opens(step string) string {
	if step == "open" {
		return b.view.Def.Opens
	}
	return ""
}

// links asks for another matter: evidence that is there already, where a case came from, what it is about.
func (f *formBuilder) links(kinds []string) {
	if len(kinds) == 0 {
		return
	}
	field := view.Field{Name: "link", Label: linkAsked[kinds[0]], Optional: true, Hint: "填写编号、存证编号或者标题"}
	if kinds[0] == "evidence_of" {
		field.Hint += "，作为佐证，不必重复上传"
	}
	if len(kinds) > 1 {
		kind := view.Field{Name: "link_kind", Label: "关联的种类", Kind: view.Select, Optional: true}
		for _, k := range kinds {
			kind.Options = append(kind.Options, view.Option{Value: k, Text: linkAsked[k]})
		}
		f.add(kind)
		field.Label = "关联的事项"
	}
	f.add(field)
}

// daily tells whether a form stands open: what has to be done, and what evidence is brought with.
func (b *matterBuilder) daily(sv *procedure.StepView) bool {
	return !sv.Optional && sv.Count == 0 || slices.Contains(sv.Links, "evidence_of")
}

// hidden travels with every act: the request that makes it happen once, and what was seen.
func (b *matterBuilder) hidden(key string) []view.Hidden {
	out := []view.Hidden{{Name: "request", Value: uuid.NewString()}, {Name: "seen", Value: decimal(b.view.State.Version)}}
	if key != "" {
		out = append(out, view.Hidden{Name: "key", Value: key})
	}
	return out
}

// formBuilder collects the controls of one form; back fills them again after a rejection.
type formBuilder struct {
	b      *matterBuilder
	back   *typed
	fields []view.Field
}

// add takes a control over with what was typed before and what is wrong with it. Controls of fields are named "f.ID".
func (f *formBuilder) add(field view.Field) {
	if f.back != nil {
		if texts, ok := f.back.form.values[field.Name]; ok && field.Kind != view.Upload {
			field.Value = strings.Join(texts, "\n")
			for i := range field.Options {
				field.Options[i].Chosen = slices.Contains(texts, field.Options[i].Value)
			}
			field.Ticked = field.Value != ""
		}
		field.Error = faultAt(f.back.fault, ruleName(field.Name))
	}
	f.fields = append(f.fields, field)
}

// ruleName is what the rules call a control.
func ruleName(control string) string {
	switch control {
	case "link":
		return "links"
	case "at":
		return "time"
	}
	if label, ok := strings.CutPrefix(control, "file."); ok {
		return "files." + label
	}
	return strings.TrimPrefix(control, "f.")
}

func (f *formBuilder) outcomes(sv *procedure.StepView) {
	field := view.Field{Name: "outcome", Label: "结果", Kind: view.Radio}
	if len(sv.Outcomes) > mostOutcomes {
		field.Kind, field.Options = view.Select, []view.Option{{Text: "请选择"}}
	}
	for _, o := range sv.Outcomes {
		field.Options = append(field.Options, view.Option{Value: o.ID, Text: o.Title})
	}
	f.add(field)
}

func (f *formBuilder) field(ff procedure.FormField) {
	d := ff.Field
	if ff.Sub != "" {
		f.sums(ff)
		return
	}
	field := view.Field{Name: "f." + d.ID, Label: d.Title, Hint: d.Help, Optional: ff.Optional}
	if held, ok := f.b.view.State.Get(d.ID); ok && !d.Sum {
		field.Value = act.Show(d, held)
	}
	switch {
	case d.Type == procedure.TypeFile:
		f.files(d.ID, d.Title, ff.Optional)
		return
	case d.Columns() != nil:
		f.grid(&field, d)
	case d.Type == procedure.TypeChoice && d.Many:
		field.Kind, field.Value = view.Ticks, ""
		held, _ := f.b.view.State.Get(d.ID)
		for _, o := range d.Options {
			chosen := slices.ContainsFunc(held.Items, func(it matter.Item) bool { return it.Value.Text == o.ID })
			field.Options = append(field.Options, view.Option{Value: o.ID, Text: o.Title, Chosen: chosen})
		}
	case d.Type == procedure.TypeChoice:
		field.Kind = view.Radio
		if len(d.Options) > mostRadios {
			field.Kind, field.Options = view.Select, []view.Option{{Text: "请选择"}}
		}
		held, _ := f.b.view.State.Get(d.ID)
		for _, o := range d.Options {
			field.Options = append(field.Options, view.Option{Value: o.ID, Text: o.Title, Chosen: o.ID == held.Text})
		}
	case d.Type == procedure.TypeEntry && d.Of == act.RegisterUnit:
		f.units(&field, d)
	case d.Type == procedure.TypeEntry && f.entries(&field, d):
	case d.Type == procedure.TypeDate:
		field.Kind, field.Short = view.Date, true
	case d.Type == procedure.TypeInt || d.Type == procedure.TypeMoney:
		field.Kind, field.Short = view.Number, true
	case d.Type == procedure.TypeBool:
		f.yesOrNo(&field, ff)
	case d.Long || d.Many:
		field.Kind = view.Area
	}
	f.add(field)
}

// yesOrNo asks a question that has to be answered with two round buttons: a box that is not ticked says nothing. So does one
// that says yes already and may be taken back.
func (f *formBuilder) yesOrNo(field *view.Field, ff procedure.FormField) {
	held, ok := f.b.view.State.Get(ff.Field.ID)
	if ff.Optional && held.Int == 0 {
		field.Kind, field.Value = view.Tick, "1"
		return
	}
	field.Kind, field.Value = view.Radio, ""
	field.Options = []view.Option{{Value: "1", Text: "是", Chosen: held.Int != 0}, {Value: "0", Text: "否", Chosen: ok && held.Int == 0}}
}

// mostRadios is up to how many choices are all seen at once; more are a list.
const mostRadios = 4

// mostOutcomes is up to how many results of a step are all seen at once.
const mostOutcomes = 10

// mostEntries is up to how many entries of a register are offered to be ticked or chosen; of more, the key is typed.
const mostEntries = 200

// entries offers the entries of a register; false where there are none or too many.
func (f *formBuilder) entries(field *view.Field, d *procedure.Field) bool {
	if f.b.entries == nil {
		return false
	}
	refs, more, err := f.b.entries(d.Of, mostEntries)
	if err != nil || more || len(refs) == 0 {
		return false
	}
	held, _ := f.b.view.State.Get(d.ID)
	field.Kind, field.Value = view.Select, ""
	if d.Many {
		field.Kind = view.Ticks
	} else {
		field.Options = []view.Option{{Text: "请选择"}}
	}
	for _, ref := range refs {
		chosen := held.Ref != nil && held.Ref.Entry == ref.Entry
		for _, it := range held.Items {
			chosen = chosen || it.Value.Ref != nil && it.Value.Ref.Entry == ref.Entry
		}
		note := ref.Number
		if note == ref.Name {
			note = ""
		}
		field.Options = append(field.Options, view.Option{Value: decimal(ref.Entry), Text: ref.Name, Note: note, Chosen: chosen})
	}
	return true
}

// units offers the organisation list.
func (f *formBuilder) units(field *view.Field, d *procedure.Field) {
	held, _ := f.b.view.State.Get(d.ID)
	field.Kind, field.Value = view.Select, ""
	if d.Many {
		field.Kind = view.Ticks
	} else {
		field.Options = []view.Option{{Text: "请选择"}}
	}
	for _, u := range f.b.visit.Site.Tree().All() {
		chosen := held.Ref != nil && held.Ref.Entry == u.No
		for _, it := range held.Items {
			chosen = chosen || it.Value.Ref != nil && it.Value.Ref.Entry == u.No
		}
		field.Options = append(field.Options, view.Option{Value: decimal(u.No), Text: u.Name, Chosen: chosen})
	}
}

// blankLines is how many empty rows a list is offered with.
const blankLines = 2

// grid offers the rows a list holds, what was typed before a rejection in their place, and empty ones after them.
func (f *formBuilder) grid(field *view.Field, d *procedure.Field) {
	held, _ := f.b.view.State.Get(d.ID)
	columns := d.Columns()
	field.Kind = view.Grid
	lines := len(held.Items)
	if f.back != nil {
		for typed := true; typed; {
			_, typed = f.back.form.Texts(d.ID + "." + decimal(int64(lines)) + "." + columns[0].ID)
			if typed {
				lines++
			}
		}
	}
	if d.Many || d.Type != procedure.TypeParty {
		lines += blankLines
	} else {
		lines = 1
	}
	for n := range lines {
		line := view.GridLine{}
		if n < len(held.Items) {
			line.ID = held.Items[n].ID
		}
		for i := range columns {
			c := &columns[i]
			cell := view.Field{Name: field.Name + "." + decimal(int64(n)) + "." + c.ID, Label: c.Title}
			if n < len(held.Items) {
				if v, ok := held.Items[n].Fields.Get(c.ID); ok {
					cell.Value = act.Show(c, v)
				}
			}
			if f.back != nil {
				if texts, ok := f.back.form.Texts(strings.TrimPrefix(cell.Name, "f.")); ok {
					cell.Value = strings.Join(texts, " ")
				}
			}
			switch c.Type {
			case procedure.TypeDate:
				cell.Kind = view.Date
			case procedure.TypeChoice:
				cell.Kind, cell.Options = view.Select, []view.Option{{}}
				for _, o := range c.Options {
					cell.Options = append(cell.Options, view.Option{Value: o.ID, Text: o.Title, Chosen: o.ID == cell.Value || o.Title == cell.Value})
				}
			}
			line.Cells = append(line.Cells, cell)
		}
		field.Lines = append(field.Lines, line)
	}
}

// sums asks for one number for every row of a list that counts.
func (f *formBuilder) sums(ff procedure.FormField) {
	held, _ := f.b.view.State.Get(ff.Field.ID)
	for _, it := range held.Items {
		now := it.Fields.Int(ff.Sub)
		f.add(view.Field{
			Name: "f." + ff.Field.ID + "." + it.ID + "." + ff.Sub, Label: "本次完成：" + it.Fields.Text("text"), Kind: view.Number, Short: true,
			Optional: ff.Optional, Hint: "此前已报 " + decimal(now) + it.Fields.Text("unit") + "，只填本次新增的数量",
		})
	}
}

const fileHint = "每个文件不超过 50 MB；涉密文件不得上传"

func (f *formBuilder) files(label, title string, optional bool) {
	f.add(view.Field{
		Name: "file." + label, Label: title, Kind: view.Upload, Many: true, Optional: optional,
		Hint: fileHint,
	})
}

// explained asks for a reason where a condition may be explained, and for a ground where the law excepts.
func (f *formBuilder) explained(sv *procedure.StepView) {
	unmet := slices.Clone(sv.Unmet)
	more := func(u procedure.Unmet) {
		if !slices.ContainsFunc(unmet, func(o procedure.Unmet) bool { return o.ID == u.ID }) {
			unmet = append(unmet, u)
		}
	}
	if f.back != nil && f.back.fault != nil {
		for _, u := range f.back.fault.Unmet {
			more(u)
		}
		for name := range f.back.form.values { // asked before the form was sent back for something else
			_, id, ok := strings.Cut(name, ".")
			if ok && (strings.HasPrefix(name, "unless.") || strings.HasPrefix(name, "said.")) {
				if u, there := f.b.condition(id); there {
					more(u)
				}
			}
		}
	}
	asked := map[string]bool{sv.Files: true}
	for _, u := range unmet {
		if len(u.Grounds) > 0 {
			field := view.Field{Name: "unless." + u.ID, Label: "依法可以例外的情形", Kind: view.Select, Optional: true, Hint: u.Say, Options: []view.Option{{Text: "没有"}}}
			for _, g := range u.Grounds {
				field.Options = append(field.Options, view.Option{Value: g.ID, Text: grounded(g)})
			}
			f.add(field)
			f.proofs(u.Grounds, asked)
		}
		if u.Force == "explain" {
			f.add(view.Field{Name: "said." + u.ID, Label: "说明理由", Kind: view.Area, Optional: true, Hint: u.Say + " 仍要办理的，写明理由，理由留存记录。"})
		}
	}
}

// condition is a gate or a floor of the definition as something that does not hold.
func (b *matterBuilder) condition(id string) (procedure.Unmet, bool) {
	for _, g := range b.view.Def.Gates {
		if g.ID == id {
			return procedure.Unmet{Kind: procedure.UnmetGate, ID: id, Say: g.Say, Cites: g.Cites, Force: g.Force, Grounds: g.Unless}, true
		}
	}
	if l := b.view.Def.Limit(id); l != nil {
		return procedure.Unmet{Kind: procedure.UnmetFloor, ID: id, Say: "“" + l.Title + "”未满", Cites: l.Cites, Force: l.Force, Grounds: l.Unless}, true
	}
	if step, ok := strings.CutPrefix(id, "not."); ok {
		return procedure.Unmet{Kind: procedure.UnmetNot, ID: id, Say: "办理过“" + b.view.Def.StepTitle(step) + "”的人不得办理这一步", Force: "explain"}, true
	}
	return procedure.Unmet{}, false
}
