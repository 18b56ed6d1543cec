package dispatch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
	"zhunsheng/internal/store/rows"
)

// MostCards is how many findings a week reach a supervisor, worst first: a list nobody can work off helps no one.
const MostCards = 20

// CardKind says what a finding is about.
type CardKind string

// The kinds of findings, worst first.
const (
	CardBack      CardKind = "倒填"
	CardBroken    CardKind = "超过期限"
	CardMissed    CardKind = "遗漏步骤"
	CardVoid      CardKind = "作废"
	CardCorrected CardKind = "更正影响数字"
	CardExplained CardKind = "说明理由办理"
)

// weights of the kinds; days entered late are added to the first.
var cardWeights = map[CardKind]int{CardBack: 1000, CardBroken: 900, CardMissed: 800, CardVoid: 600, CardCorrected: 400, CardExplained: 0}

// Card is a finding that supervision should look at (监督提示).
type Card struct {
	Kind   CardKind
	Matter int64
	Title  string
	Unit   int64
	Seq    int64 // record, 0 where the finding is a state
	Day    string
	Note   string
	weight int
}

// cardDays is how far back findings are listed: a week.
const cardDays = 7

// mostCardRecords bounds how many records one page looks through.
const mostCardRecords = 20000

// Cards lists what supervision should look at among the records of the last seven days that a viewer sees: at most twenty,
// worst first, and how many are left over.
func (d *Dispatch) Cards(ctx context.Context, scope access.Scope) (cards []Card, left int, err error) {
	since := d.Acts.Now().AddDate(0, 0, -cardDays)
	changed := map[int64]*matter.State{}
	err = d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		first, size, err := firstSince(ctx, tx, since)
		if err != nil {
			return err
		}
		first = max(first, size-mostCardRecords+1)
		for top := size; top >= first; {
			from := max(first, top-255)
			span, err := rows.Span(ctx, tx, from, top)
			if err != nil {
				return err
			}
			for i := range span {
				found, err := d.cardsOf(ctx, tx, scope, &span[i], changed)
				if err != nil {
					return err
				}
				cards = append(cards, found...)
			}
			top = from - 1
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	missed, err := d.missed(ctx, changed)
	if err != nil {
		return nil, 0, err
	}
	broken, err := d.broken(ctx, scope)
	if err != nil {
		return nil, 0, err
	}
	cards = slices.Concat(cards, missed, broken)
	slices.SortStableFunc(cards, func(a, b Card) int { return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(b.Seq, a.Seq)) })
	left = max(0, len(cards)-MostCards)
	return cards[:min(len(cards), MostCards)], left, nil
}

// firstSince finds the first record made at or after a moment: recorded time never runs backward.
func firstSince(ctx context.Context, tx *store.Tx, since time.Time) (first, size int64, err error) {
	if size, err = read.Size(ctx, tx); err != nil {
		return 0, 0, err
	}
	var bad error
	i := sort.Search(int(size), func(i int) bool {
		h, err := read.Head(ctx, tx, int64(i)+1)
		if err != nil {
			bad = err
			return true
		}
		return h.At >= since.UnixMicro()
	})
	return int64(i) + 1, size, bad
}

// cardsOf judges one record; matters that changed are kept for the search of missed steps.
func (d *Dispatch) cardsOf(ctx context.Context, tx *store.Tx, scope access.Scope, stored *rows.Stored, changed map[int64]*matter.State) ([]Card, error) {
	head, record, err := stored.Decode()
	if err != nil {
		return nil, err
	}
	e := &record.Effects
	if head.Kind == "entry" || e.Entry != nil || head.Matter == "" {
		return nil, nil
	}
	no, err := read.MatterNo(ctx, tx, head.Matter)
	if errors.Is(err, read.ErrNone) {
		return nil, nil // the record is about something else: a key, a pack
	}
	if err != nil {
		return nil, err
	}
	row, err := read.MatterOf(ctx, tx, no)
	if err != nil {
		return nil, err
	}
	if ok, err := read.Sees(ctx, tx, scope, no, row.State.Sealed); err != nil || !ok {
		return nil, err
	}
	changed[no] = row.State
	card := Card{Matter: no, Title: cmp.Or(row.State.Text("title"), row.State.Title), Unit: row.State.Unit, Seq: head.Seq, Day: app.Day(time.UnixMicro(head.At))}
	step := head.Step
	if def, ok := d.Acts.Book().ByDigest(row.State.Def); ok {
		step = def.StepTitle(head.Step)
	}
	var out []Card
	add := func(kind CardKind, extra int, format string, args ...any) {
		c := card
		c.Kind, c.Note, c.weight = kind, fmt.Sprintf(format, args...), cardWeights[kind]+extra
		out = append(out, c)
	}
	if e.Event != nil && e.Event.Flags&matter.Back != 0 || e.Flags&matter.Back != 0 {
		days := daysBetween(head.Legal, card.Day)
		add(CardBack, days, "“%s”的办理日期为 %s，%s 录入，相差 %d 天，没有附原件", step, head.Legal, card.Day, days)
	}
	switch {
	case head.Kind == "void":
		add(CardVoid, 0, "作废了存证编号 %d 的记录：%s", firstOf(e.Void), record.Open.Reason)
	case head.Kind == "correct" && (len(e.Facts) > 0 || len(e.Limits) > 0):
		add(CardCorrected, 0, "更正后期限结论或者统计数字有变化：%s", record.Open.Reason)
	}
	for _, g := range e.Gates {
		if g.Verdict == "explained" {
			add(CardExplained, 0, "办理“%s”时，条件不具备，理由：%s", step, record.Open.Said[g.Gate])
		}
	}
	return out, nil
}

func firstOf(seqs []int64) int64 {
	if len(seqs) == 0 {
		return 0
	}
	return seqs[0]
}

// brokenDays is how far back limits that ran out are listed: older ones have been on the list of late matters for long.
const brokenDays = 60

// broken lists the open limits of procedures that have run out. Tasks, instructions and collections are urged on pages of
// their own.
func (d *Dispatch) broken(ctx context.Context, scope access.Scope) ([]Card, error) {
	today := app.Day(d.Acts.Now())
	since := app.Day(d.Acts.Now().AddDate(0, 0, -brokenDays))
	var all []read.Deadline
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) (err error) {
		all, err = read.Deadlines(ctx, tx, scope, nil, since, today, mostMissed)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []Card
	for _, l := range all {
		s := l.Matter.State
		def, ok := d.Acts.Book().ByDigest(s.Def)
		if !ok || slices.Contains(urged, s.Procedure) {
			continue
		}
		title := l.Limit
		if limit := def.Limit(l.Limit); limit != nil {
			title = limit.Title
		}
		days := daysBetween(l.Due.Due[:len(time.DateOnly)], today)
		out = append(out, Card{
			Kind: CardBroken, Matter: s.No, Title: cmp.Or(s.Text("title"), s.Title), Unit: s.Unit, Day: l.Due.Due[:len(time.DateOnly)],
			weight: cardWeights[CardBroken] + min(days, 99), Note: fmt.Sprintf("%s“%s”的期限于 %s 届满，已经超过 %d 天", def.Title, title, l.Due.Due, days),
		})
	}
	return out, nil
}

// urged are the procedures whose late matters are urged on the page of supervision.
var urged = []string{ProcedureTask, "instruction", "collection", "division"}

// mostMissed bounds how many changed matters are searched for missed steps, the newest first.
const mostMissed = 300

// missed finds steps that became applicable after a later step was done, among matters that changed.
func (d *Dispatch) missed(ctx context.Context, changed map[int64]*matter.State) ([]Card, error) {
	var out []Card
	nos := slices.Sorted(maps.Keys(changed))
	slices.Reverse(nos)
	for _, no := range nos[:min(len(nos), mostMissed)] {
		s := changed[no]
		def, ok := d.Acts.Book().ByDigest(s.Def)
		if !ok || !s.Open || !slices.ContainsFunc(def.AllSteps, func(p procedure.Step) bool { return p.When.Source != "" && !p.Optional }) {
			continue
		}
		view, err := d.Acts.View(ctx, access.Actor{System: true}, no)
		if err != nil {
			return nil, err
		}
		for _, step := range view.Steps {
			if step.Missed {
				out = append(out, Card{
					Kind: CardMissed, Matter: no, Title: cmp.Or(s.Text("title"), s.Title), Unit: s.Unit, weight: cardWeights[CardMissed],
					Day: app.Day(d.Acts.Now()), Note: fmt.Sprintf("“%s”应当办理而没有办理，后面的步骤已经办理", def.StepTitle(step.ID)),
				})
			}
		}
	}
	return out, nil
}

// addDays is the day n natural days after a day.
func addDays(day string, n int) (string, error) {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return "", fmt.Errorf("“%s”不是日期", day)
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly), nil
}
