package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store/read"
)

// conflict sets what another person did since the page was read beside what was typed; nil where no record of the matter
// stands between. The form of the act moves into it, filled with what was typed.
func (b *matterBuilder) conflict(p *view.TaskPage) *view.Conflict {
	seen := number(b.back.form.get("seen"))
	if seen <= 0 || seen >= int64(len(b.view.History)) {
		return nil
	}
	since := b.view.History[seen:]
	first := since[0]
	if i := slices.IndexFunc(since, func(h read.Said) bool { return h.Head.By.Person != b.visit.Person }); i >= 0 {
		first = since[i]
	}
	who := b.who(first)
	c := &view.Conflict{
		Who:  who,
		Lead: fmt.Sprintf("%s于 %s 已办理“%s”。", who, time.UnixMicro(first.Head.At).In(app.China).Format("15:04"), b.view.Def.StepTitle(first.Head.Step)),
		Drop: view.Link{Text: "放弃本次填写的内容", Href: matterPath(b.view.State.No)},
	}
	for _, ff := range b.view.Def.Form(b.back.step) {
		c.Rows = append(c.Rows, b.conflictRows(ff, since)...)
	}
	if mine := b.back.form.get("reason"); mine != "" {
		c.Rows = append(c.Rows, view.ConflictRow{Label: "理由或者备注", Theirs: dash(first.Record.Reason), Mine: mine})
	}
	anchor := "f-" + b.back.step
	if b.back.key != "" {
		anchor += "-" + b.back.key
	}
	if i := slices.IndexFunc(p.Forms, func(f view.StepForm) bool { return f.Anchor == anchor }); i >= 0 {
		c.Redo = p.Forms[i].Form
		c.Redo.ID, c.Redo.Submit = anchor, "按新的情况继续办理"
		p.Forms = slices.Delete(slices.Clone(p.Forms), i, i+1)
	}
	return c
}

// conflictRows compare one field, a counting list row by row; what neither filled in is left out.
func (b *matterBuilder) conflictRows(ff procedure.FormField, since []read.Said) []view.ConflictRow {
	id := ff.Field.ID
	if ff.Sub == "" {
		theirs := ""
		for _, h := range since {
			if v, ok := h.Record.Open.Values.Get(id); ok {
				theirs = act.Show(ff.Field, v)
			}
		}
		mine := strings.Join(b.back.form.values["f."+id], "、")
		if i := slices.IndexFunc(ff.Field.Options, func(o procedure.Choice) bool { return o.ID == mine }); i >= 0 {
			mine = ff.Field.Options[i].Title
		}
		if theirs == "" && strings.TrimSpace(mine) == "" {
			return nil
		}
		return []view.ConflictRow{{Label: ff.Field.Title, Theirs: dash(theirs), Mine: dash(mine)}}
	}
	held, _ := b.view.State.Get(id)
	var rows []view.ConflictRow
	for _, it := range held.Items {
		var by int64
		for _, h := range since {
			for _, a := range h.Record.Effects.Adds {
				if a.Field == id && a.Item == it.ID && a.Sub == ff.Sub {
					by += a.By
				}
			}
		}
		theirs, mine := "", b.back.form.get("f."+id+"."+it.ID+"."+ff.Sub)
		if by != 0 {
			theirs = decimal(by)
		}
		if theirs != "" || mine != "" {
			rows = append(rows, view.ConflictRow{Label: "本次完成：" + it.Fields.Text("text"), Theirs: dash(theirs), Mine: dash(mine)})
		}
	}
	return rows
}
