package dispatch

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/side"
)

// Ask is a collection that is being made: no record until it is sent.
type Ask struct {
	ID        string // of the draft and, once sent, of the request: sending twice asks once
	Title     string
	Basis     string // 依据; without one the burden check warns
	Period    string // 2026年上半年
	Due       string
	Note      string
	Sections  []Section
	Columns   []Column
	Zero      bool // a unit without anything to report says so in one press
	Units     []int64
	Continues int64     // collection of last period, 0 none
	Reason    string    // why it is sent in spite of findings
	At        time.Time // when it was kept last
}

// NewAsk begins a collection as a first sketch: one section, thirty days are not presumed.
func NewAsk() *Ask {
	return &Ask{ID: uuid.Must(uuid.NewV7()).String(), Sections: []Section{{Title: "一、主要工作"}}, Zero: true}
}

func askForm(u int64, id string) string { return fmt.Sprintf("collection/%d/%s", u, id) }

// SaveAsk keeps an unfinished collection for the unit.
func (d *Dispatch) SaveAsk(ctx context.Context, who access.Actor, ask *Ask) error {
	if ask.ID == "" {
		return app.Faultf(app.Invalid, "没有保存。这份草稿没有标识，请重新打开页面。")
	}
	ask.At = d.Acts.Now()
	return d.putSide(ctx, askForm(who.Unit(), ask.ID), ask)
}

// DropAsk deletes an unfinished collection.
func (d *Dispatch) DropAsk(ctx context.Context, who access.Actor, id string) error {
	return d.dropSide(ctx, askForm(who.Unit(), id))
}

// DraftAsk reads an unfinished collection.
func (d *Dispatch) DraftAsk(ctx context.Context, who access.Actor, id string) (*Ask, error) {
	var ask Ask
	ok, err := d.getSide(ctx, askForm(who.Unit(), id), &ask)
	if err == nil && !ok {
		err = app.Faultf(app.NotFound, "没有这份草稿，可能已经发出或者删除。")
	}
	return &ask, err
}

// DraftAsks lists the unfinished collections of the actor's unit.
func (d *Dispatch) DraftAsks(ctx context.Context, who access.Actor) ([]*Ask, error) {
	var out []*Ask
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		bodies, err := side.Drafts(ctx, tx, 0, askForm(who.Unit(), ""))
		for _, b := range bodies {
			var ask Ask
			if err := json.Unmarshal(b, &ask); err != nil {
				return fmt.Errorf("read a draft of a collection: %w", err)
			}
			out = append(out, &ask)
		}
		return err
	})
	return out, err
}

// putSide, getSide and dropSide keep a form that is no record.
func (d *Dispatch) putSide(ctx context.Context, form string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write draft %s: %w", form, err)
	}
	return d.Acts.DB.Write(ctx, func(tx *store.Tx) error {
		return side.PutDraft(ctx, tx, 0, form, b, d.Acts.Now().UnixMicro())
	})
}

func (d *Dispatch) getSide(ctx context.Context, form string, v any) (ok bool, err error) {
	err = d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		var b []byte
		if b, ok, err = side.Draft(ctx, tx, 0, form); err != nil || !ok {
			return err
		}
		return json.Unmarshal(b, v)
	})
	return ok, err
}

func (d *Dispatch) dropSide(ctx context.Context, form string) error {
	return d.Acts.DB.Write(ctx, func(tx *store.Tx) error { return side.DeleteDraft(ctx, tx, 0, form) })
}

// check lists what is wrong with the form, by its controls.
func (ask *Ask) check(today string) []app.FieldFault {
	var faults []app.FieldFault
	wrong := func(field, format string, args ...any) {
		faults = append(faults, app.FieldFault{Field: field, Say: fmt.Sprintf(format, args...)})
	}
	if strings.TrimSpace(ask.Title) == "" {
		wrong("title", "请填写材料名称。")
	}
	switch {
	case !isDay(ask.Due):
		wrong("due", "请填写报送期限，例如 2026-07-10。")
	case ask.Due < today:
		wrong("due", "报送期限 %s 已经过去。请核对。", ask.Due)
	}
	if len(ask.Sections) == 0 {
		wrong("section", "请至少写明一部分文字。只要表格的，写一部分“情况说明”。")
	}
	for i, s := range ask.Sections {
		if strings.TrimSpace(s.Title) == "" {
			wrong("s."+strconv.Itoa(i+1)+".title", "请写明第 %d 部分的标题。", i+1)
		}
	}
	if len(ask.Columns) > MostColumns {
		wrong("column", "表格最多 %d 列，现在是 %d 列。", MostColumns, len(ask.Columns))
	}
	for i, c := range ask.Columns {
		if strings.TrimSpace(c.Title) == "" {
			wrong("c."+strconv.Itoa(i+1)+".title", "请写明第 %d 列的列名。", i+1)
		}
	}
	if len(ask.Units) == 0 {
		wrong("unit", "请选择由哪些单位报送。")
	}
	return faults
}

// Findings is the burden check (减负自检) of a collection: no basis, what the product knows, the same asked again in the
// quarter, many columns. It forbids nothing.
func (d *Dispatch) Findings(ctx context.Context, who access.Actor, scope access.Scope, ask *Ask) ([]Finding, error) {
	var out []Finding
	if strings.TrimSpace(ask.Basis) == "" {
		out = append(out, Finding{Say: "没有写明依据。", Way: "补充要求报送的文件名称和文号；没有依据的，不布置。"})
	}
	for _, c := range ask.Columns {
		if Knows(c.Title) {
			out = append(out, Finding{Say: fmt.Sprintf("“%s”系统已有记录。", c.Title), Way: "发出后由系统按任务记录填好，单位只需核对；也可以删去这一列。"})
		}
	}
	for _, text := range append([]string{ask.Note}, hints(ask.Sections)...) {
		for _, w := range yardsticks {
			if strings.Contains(text, w) {
				out = append(out, Finding{Say: fmt.Sprintf("以“%s”衡量工作。", w), Way: "改为以结果衡量，或者删去。"})
			}
		}
	}
	again, err := d.askedAgain(ctx, scope, ask)
	if err != nil {
		return nil, err
	}
	if again != nil {
		out = append(out, Finding{
			Say: fmt.Sprintf("本季度已经布置过“%s”（%s）。", again.Text("title"), again.Opened), Way: "使用已经报送的内容，或者说明为什么需要再报。",
		})
	}
	return out, nil
}

func hints(sections []Section) []string {
	out := make([]string, 0, len(sections))
	for _, s := range sections {
		out = append(out, s.Title+" "+s.Hint)
	}
	return out
}

// askedAgain finds a collection of the same item in the same quarter, whoever asked.
func (d *Dispatch) askedAgain(ctx context.Context, scope access.Scope, ask *Ask) (*matter.State, error) {
	quarter, err := PeriodOf("P3M", d.Acts.Today())
	if err != nil {
		return nil, err
	}
	var found *matter.State
	err = d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := read.List(ctx, tx, scope, read.Filter{
			Procedure: ProcedureCollection, Facet: &matter.Facet{Field: "kind", Value: kindAsk}, Limit: mostCollections,
		})
		for _, row := range rows {
			if row.State.Opened >= quarter.First && textLikeness(bare(row.State.Text("title")), bare(ask.Title)) >= likeTitle {
				found = row.State
			}
		}
		return err
	})
	return found, err
}

// likeTitle is when two titles ask for the same item.
const likeTitle = 0.8

// SentAsk is what sending came to.
type SentAsk struct {
	Collection int64
	Units      int
}

// SendAsk asks: one matter of the asking unit and one of each unit. A send that was cut off is finished by pressing again.
func (d *Dispatch) SendAsk(ctx context.Context, who access.Actor, scope access.Scope, ask *Ask) (SentAsk, error) {
	if err := app.Wrongs(ask.check(d.Acts.Today())); err != nil {
		return SentAsk{}, err
	}
	findings, err := d.Findings(ctx, who, scope, ask)
	if err != nil {
		return SentAsk{}, err
	}
	if len(findings) > 0 && strings.TrimSpace(ask.Reason) == "" {
		return SentAsk{}, app.Wrong("reason", "减负自检有 %d 条提示。仍要布置的，请写明理由。", len(findings))
	}
	last, err := d.lastAnswers(ctx, who, scope, ask.Continues)
	if err != nil {
		return SentAsk{}, err
	}
	request := procedure.Act{Step: "open", Unit: who.Unit(), Input: ask.input(kindAsk)}
	if ask.Continues != 0 {
		request.Links = []matter.Tie{{Kind: "continues", Other: ask.Continues}}
	}
	whole, err := d.Acts.Do(ctx, act.Request{ID: requestID("collection/", ask.ID), Who: who, Procedure: ProcedureCollection, Act: request})
	if err != nil {
		return SentAsk{}, err
	}
	var units atomic.Int64
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for _, u := range slices.Compact(slices.Sorted(slices.Values(ask.Units))) {
		g.Go(func() error {
			ties := []matter.Tie{{Kind: "part_of", Other: whole.Matter}}
			if before := last[u]; before != 0 {
				ties = append(ties, matter.Tie{Kind: "continues", Other: before})
			}
			_, err := d.Acts.Do(gctx, act.Request{
				ID: requestID("collection/", ask.ID, "/", u), Who: who, Procedure: ProcedureCollection,
				Act: procedure.Act{
					Step: "open", Unit: u, Input: ask.input(kindPart), Links: ties,
					Roles: []matter.Role{{Unit: who.Unit(), Role: "superior", From: d.Acts.Today()}},
				},
			})
			units.Add(1)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return SentAsk{}, err
	}
	return SentAsk{Collection: whole.Matter, Units: int(units.Load())}, d.dropSide(ctx, askForm(who.Unit(), ask.ID))
}

// lastAnswers finds each unit's answer of last period.
func (d *Dispatch) lastAnswers(ctx context.Context, who access.Actor, scope access.Scope, no int64) (map[int64]int64, error) {
	out := map[int64]int64{}
	if no == 0 {
		return out, nil
	}
	if _, err := d.collectionView(ctx, who, no, kindAsk); err != nil {
		return nil, app.Wrong("last", "没有找到上一期的材料报送。")
	}
	return out, d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		rows, err := read.List(ctx, tx, scope, read.Filter{Linked: no, LinkKind: "part_of", Limit: mostTasks})
		for _, row := range rows {
			out[row.State.Unit] = row.State.No
		}
		return err
	})
}

// input fills the form of a collection's matters.
func (ask *Ask) input(kind string) matter.Values {
	f := matter.Values{}.
		With("kind", matter.OfText(kind)).With("title", matter.OfText(strings.TrimSpace(ask.Title))).With("due", matter.OfDate(ask.Due)).
		With("zero_allowed", matter.OfBool(ask.Zero))
	texts := map[string]string{"basis": ask.Basis, "period": ask.Period, "note": ask.Note}
	if kind == kindAsk {
		texts["reason"] = ask.Reason
	}
	for name, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			f = f.With(name, matter.OfText(text))
		}
	}
	var sections, columns []matter.Item
	for _, s := range ask.Sections {
		row := matter.Values{}.With("title", matter.OfText(strings.TrimSpace(s.Title)))
		if s.Hint != "" {
			row = row.With("hint", matter.OfText(strings.TrimSpace(s.Hint)))
		}
		sections = append(sections, matter.Item{Fields: row})
	}
	for _, c := range ask.Columns {
		kind := c.Kind
		if kind == "" {
			kind = ColumnText
		}
		columns = append(columns, matter.Item{Fields: matter.Values{}.
			With("title", matter.OfText(strings.TrimSpace(c.Title))).With("kind", matter.OfText(kind))})
	}
	f = f.With("sections", matter.OfList(sections...))
	if len(columns) > 0 {
		f = f.With("columns", matter.OfList(columns...))
	}
	return f
}
