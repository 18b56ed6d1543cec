package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/matter"
)

// brought tells of a matter that was brought in what would have refused it; and where another system leads, which one, and
// takes away the forms: what is done there is not entered here.
func (b *matterBuilder) brought(p *view.TaskPage) {
	s := b.view.State
	if s.Origin == "" {
		return
	}
	last := int64(0)
	for _, h := range b.view.History {
		e := h.Record.Effects.Event
		if e == nil || e.Flags&matter.Unasked == 0 {
			continue
		}
		last = max(last, h.Head.At)
		for _, g := range h.Record.Effects.Gates {
			if g.Verdict == "would_refuse" {
				p.Missing = append(p.Missing, b.wouldRefuse(e.Step, g.Gate))
			}
		}
	}
	mode := b.visit.Site.Mode(s.Procedure, s.Unit, b.visit.Today)
	if mode.Mode == act.Here {
		return
	}
	at := ""
	if last != 0 {
		at = "最近一次导入：" + time.UnixMicro(last).In(app.China).Format("2006-01-02 15:04") + "。"
	}
	if mode.Mode == act.Both {
		p.Leads = fmt.Sprintf("这件事项自 %s 起在本平台和%s两边办理。%s", mode.From, mode.System, at)
		return
	}
	p.Leads = fmt.Sprintf("这件事项由%s主办（自 %s 起），这里只供查阅和督办。请在该系统办理，办理情况由文件导入。%s", mode.System, mode.From, at)
	p.Forms, p.Others, p.Turn = nil, nil, ""
	p.Papers = slices.DeleteFunc(p.Papers, func(l view.PaperLine) bool { // those to come are made over there
		return slices.ContainsFunc(l.Acts, func(a view.Link) bool { return strings.Contains(a.Href, "/steps/") })
	})
	done := 0
	for _, steps := range [][]view.TaskStep{p.Steps, p.OtherSteps} {
		for i := range steps {
			st := &steps[i]
			if st.State == "done" {
				done++
			} else {
				*st = view.TaskStep{Title: st.Title, Note: st.Note, Ref: st.Ref, Anchor: st.Anchor}
			}
			st.Acts = nil
		}
	}
	p.StepSum, p.Attach = fmt.Sprintf("已办 %d 步 · 在%s办理", done, mode.System), ""
}

// wouldRefuse names a condition that did not hold when a step was brought in.
func (b *matterBuilder) wouldRefuse(step, gate string) view.Unmet {
	def := b.view.Def
	u := view.Unmet{Text: "“" + def.StepTitle(step) + "”："}
	if need, ok := strings.CutPrefix(gate, "needs."); ok {
		u.Text += "“" + def.StepTitle(need) + "”还没有办理"
		return u
	}
	for i := range def.Gates {
		if g := &def.Gates[i]; g.ID == gate {
			u.Text, u.Ref = u.Text+g.Say, g.Cites
			return u
		}
	}
	if l := def.Limit(gate); l != nil {
		u.Text, u.Ref = u.Text+"未满“"+l.Title+"”", l.Cites
		return u
	}
	u.Text += gate
	return u
}
