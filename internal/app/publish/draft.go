package publish

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/side"
)

// Draft is a report being written: text with marks, and the record its figures are taken as of. It is no record.
type Draft struct {
	ID       string
	Version  int // a second person who saves an older one is told
	By       int64
	At       time.Time
	Unit     int64 // that writes it
	Kind     string
	Plan     int64
	About    int64 // unit whose subtree is counted, 0 all
	Period   string
	Until    string // 数据截至
	Snapshot int64
	Text     string
	Kept     []Kept
}

// Kept is a finding of the lint that a person answers for.
type Kept struct {
	Finding string // id
	Quote   string
	Reason  string
	By      int64
	On      string
}

// Start says which report is wanted.
type Start struct {
	Kind   string
	Plan   int64
	Period string
	Until  string // "" the last day of the period, or today where it is not over
	About  int64
}

// maxText bounds the text of a report in characters: text and figures together have to fit the part of one record.
const maxText = 12000

const formPrefix = "report/"

func formOf(u int64, id string) string { return fmt.Sprintf("%s%d/%s", formPrefix, u, id) }

// Begin makes a draft out of the template of its kind, with figures as of now.
func (p *Publish) Begin(ctx context.Context, who access.Actor, s Start) (*Draft, error) {
	if err := mustDraft(who); err != nil {
		return nil, err
	}
	d, err := p.compose(ctx, s)
	if err != nil {
		return nil, err
	}
	d.ID, d.By, d.Unit = uuid.Must(uuid.NewV7()).String(), who.Person, who.Unit()
	return d, p.save(ctx, d)
}

// compose makes a draft that is kept nowhere.
func (p *Publish) compose(ctx context.Context, s Start) (*Draft, error) {
	template, ok := p.Acts.Book().Report(s.Kind)
	if !ok {
		return nil, app.Wrong("kind", "没有名为“%s”的报告。可以起草的是：%s、%s。", s.Kind, PlanHalf, PlanYear)
	}
	span, err := SpanOf(s.Kind, s.Period)
	if err != nil {
		return nil, err
	}
	d := &Draft{Kind: s.Kind, Plan: s.Plan, About: s.About, Period: span.ID, Until: s.Until, At: p.Acts.Now()}
	if d.Until == "" {
		d.Until = min(span.Last, p.Acts.Today())
	}
	if _, err := time.Parse(time.DateOnly, d.Until); err != nil {
		return nil, app.Wrong("until", "“%s”不是日期。请写成 2026-06-30。", d.Until)
	}
	if d.Until < span.First || d.Until > p.Acts.Today() {
		return nil, app.Wrong("until", "数据截至日 %s 不在 %s至今天之间。请核对期间。", d.Until, chineseDay(span.First))
	}
	b, err := p.Basis(ctx, d)
	if err != nil {
		return nil, err
	}
	if len(b.Tasks) == 0 {
		return nil, app.Wrong("plan", "《%s》截至 %s 没有下达的任务，没有可以报告的内容。", b.Plan.Title, d.Until)
	}
	d.Snapshot, d.Text = b.Snapshot, b.Compose(template)
	return d, nil
}

// Basis reads what the figures of a draft are computed from.
func (p *Publish) Basis(ctx context.Context, d *Draft) (*Basis, error) {
	span, err := SpanOf(d.Kind, d.Period)
	if err != nil {
		return nil, err
	}
	plan, err := p.Dispatch.Plan(ctx, d.Plan)
	if err != nil {
		return nil, err
	}
	return p.basis(ctx, Basis{Plan: plan, Span: span, Until: d.Until, Snapshot: d.Snapshot, About: d.About})
}

// Draft reads a draft of the actor's unit.
func (p *Publish) Draft(ctx context.Context, who access.Actor, id string) (*Draft, error) {
	var d Draft
	err := p.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		b, ok, err := side.Draft(ctx, tx, 0, formOf(who.Unit(), id))
		if err != nil {
			return err
		}
		if !ok {
			return app.Faultf(app.NotFound, "没有这份报告草稿，可能已经印发或者删除。")
		}
		return json.Unmarshal(b, &d)
	})
	if err != nil {
		return nil, err
	}
	return &d, nil
}

// Drafts lists the drafts of the actor's unit, newest first.
func (p *Publish) Drafts(ctx context.Context, who access.Actor) ([]*Draft, error) {
	var out []*Draft
	err := p.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		bodies, err := side.Drafts(ctx, tx, 0, formOf(who.Unit(), ""))
		if err != nil {
			return err
		}
		for _, b := range bodies {
			var d Draft
			if err := json.Unmarshal(b, &d); err != nil {
				return fmt.Errorf("read report draft: %w", err)
			}
			out = append(out, &d)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b *Draft) int { return b.At.Compare(a.At) })
	return out, err
}

// Drop deletes a draft; what was issued stays.
func (p *Publish) Drop(ctx context.Context, who access.Actor, id string) error {
	return p.Acts.DB.Write(ctx, func(tx *store.Tx) error { return side.DeleteDraft(ctx, tx, 0, formOf(who.Unit(), id)) })
}

// Save takes over the text a person has written. A draft that somebody else saved in between is a Conflict; a text whose
// marks mean nothing is Invalid and not saved.
func (p *Publish) Save(ctx context.Context, who access.Actor, id string, version int, text string) (*Draft, error) {
	return p.change(ctx, who, id, version, func(d *Draft) error {
		d.Text = strings.ReplaceAll(text, "\r\n", "\n")
		if n := utf8.RuneCountInString(d.Text); n > maxText {
			return app.Wrong("text", "报告 %d 字，超过 %d 字。请精简，或者把表格改为附件。", n, maxText)
		}
		_, err := p.Show(ctx, d)
		return err
	})
}

// Renew takes the figures anew, as of now: what has changed since is shown before, see Changed.
func (p *Publish) Renew(ctx context.Context, who access.Actor, id string, version int) (*Draft, error) {
	return p.change(ctx, who, id, version, func(d *Draft) error {
		d.Snapshot = 0
		b, err := p.Basis(ctx, d)
		if err == nil {
			d.Snapshot = b.Snapshot
		}
		return err
	})
}

// Ways of settling a finding.
const (
	Fix  = "fix"  // take what the records say
	Keep = "keep" // keep the words, with a reason
)

// Settle puts a finding right or keeps it with a reason.
func (p *Publish) Settle(ctx context.Context, who access.Actor, id string, version int, finding, way, reason string) (*Draft, error) {
	return p.change(ctx, who, id, version, func(d *Draft) error {
		shown, err := p.Show(ctx, d)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(shown.Findings, func(f Finding) bool { return f.ID == finding })
		if i < 0 {
			return app.Faultf(app.Conflict, "这条提示已经处理，或者文字已经改动。请重新核对。")
		}
		f := shown.Findings[i]
		switch way {
		case Fix:
			text, ok := f.fixed(d.Text)
			if !ok {
				return app.Wrong("finding", "不能自动改正这一处，请在文字中修改。")
			}
			d.Text = text
		case Keep:
			if strings.TrimSpace(reason) == "" {
				return app.Wrong("reason", "请写明保留的理由。")
			}
			d.Kept = append(d.Kept, Kept{Finding: f.ID, Quote: f.Quote, Reason: strings.TrimSpace(reason), By: who.Person, On: p.Acts.Today()})
		default:
			return app.Wrong("op", "没有这种处理办法。")
		}
		return nil
	})
}

// change carries out a change of a draft that the person has seen in a version; 0: whichever.
func (p *Publish) change(ctx context.Context, who access.Actor, id string, version int, do func(*Draft) error) (*Draft, error) {
	if err := mustDraft(who); err != nil {
		return nil, err
	}
	d, err := p.Draft(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if version != 0 && version != d.Version {
		site, err := p.Acts.Site(ctx)
		if err != nil {
			return nil, err
		}
		return nil, app.Faultf(app.Conflict, "%s于 %s 已保存这份草稿。您的内容没有提交，请刷新后再改。", site.Person(d.By), d.At.In(app.China).Format("15:04"))
	}
	if err := do(d); err != nil {
		return nil, err
	}
	d.Version++
	d.By, d.At = who.Person, p.Acts.Now()
	return d, p.save(ctx, d)
}

func (p *Publish) save(ctx context.Context, d *Draft) error {
	d.Version = max(d.Version, 1)
	b, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("write report draft: %w", err)
	}
	return p.Acts.DB.Write(ctx, func(tx *store.Tx) error {
		return side.PutDraft(ctx, tx, 0, formOf(d.Unit, d.ID), b, p.Acts.Now().UnixMicro())
	})
}

// PlanFor finds the plan a report of a period speaks of: the one given, else the newest plan of the year that counts most
// tasks; NotFound where the year has none.
func (p *Publish) PlanFor(ctx context.Context, period string) (dispatch.Plan, error) {
	plans, err := p.Dispatch.Plans(ctx)
	if err != nil {
		return dispatch.Plan{}, err
	}
	year, _, _ := strings.Cut(period, "-")
	var of []dispatch.Plan
	for _, plan := range plans {
		if fmt.Sprint(plan.Year) == year {
			of = append(of, plan)
		}
	}
	if len(of) == 0 {
		return dispatch.Plan{}, app.Faultf(app.NotFound, "没有 %s 年度的计划。", year)
	}
	best, most := of[0], -1
	for _, plan := range of {
		tasks, err := p.Dispatch.Tasks(ctx, access.Scope{System: true}, plan)
		if err != nil {
			return dispatch.Plan{}, err
		}
		if cmp.Compare(len(tasks), most) > 0 {
			best, most = plan, len(tasks)
		}
	}
	return best, nil
}
