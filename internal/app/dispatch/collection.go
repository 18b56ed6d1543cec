package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// ProcedureCollection is the id of collections of material (材料报送): one matter of the unit that asks (kind ask), and
// one of each unit that answers (kind part, part_of the first).
const ProcedureCollection = "collection"

// Kinds of matters of a collection.
const (
	kindAsk  = "ask"
	kindPart = "part"
)

// Section is a text that a collection asks for.
type Section struct{ ID, Title, Hint string }

// Column is a column of the table that a collection asks for; Kind is text, number or date.
type Column struct{ Title, Kind string }

// MostColumns is how many columns a table may have: the procedure keeps the cells of a row as c1 to c12.
const MostColumns = 12

// Kinds of columns.
const (
	ColumnText   = "text"
	ColumnNumber = "number"
	ColumnDate   = "date"
)

// How an answer stands.
const (
	AnswerOpen     = "待填写"
	AnswerDrafted  = "待签发"
	AnswerSigned   = "待报送"
	AnswerReturned = "已退回"
	AnswerIn       = "已报送"
	AnswerZero     = "零报告"
)

// Answer is what one unit was asked and what it answered.
type Answer struct {
	State    *matter.State
	Unit     int64
	Limits   []procedure.LimitView
	Sections []Section
	Columns  []Column
	Texts    map[string]string // by section id
	Rows     [][]string        // as many cells as columns
	Stands   string            // one of the words above
	Due      string            // the day that counts now: after a return the new one
	Days     int               // until Due, negative: late; of an answer that is in: how late it came
	At       string            // legal date it came in, "" not yet
	Signed   int64             // record of the signature, 0 none
	Urged    int
	Blank    int               // sections left empty
	Repeats  map[string]string // section id → where the same words stand: 上期, or the name of a unit
	Last     map[string]string // by section title: what the unit wrote last period
}

// In tells whether the answer has come in.
func (a *Answer) In() bool { return a.Stands == AnswerIn || a.Stands == AnswerZero }

// Late tells whether the answer is overdue now.
func (a *Answer) Late() bool { return !a.In() && a.Due != "" && a.Days < 0 }

// Collection is what was asked of whom, and what has come in.
type Collection struct {
	State    *matter.State
	Sections []Section
	Columns  []Column
	Answers  []*Answer // in the order of the organisation list
}

// Counts of a collection: asked = in + open; late and blank are among them.
func (c *Collection) Counts() (in, late, blank, repeated int) {
	for _, a := range c.Answers {
		if a.In() {
			in++
		}
		if a.Late() {
			late++
		}
		if a.Stands == AnswerIn && a.Blank > 0 {
			blank++
		}
		if len(a.Repeats) > 0 {
			repeated++
		}
	}
	return in, late, blank, repeated
}

func sectionsOf(s *matter.State) []Section {
	v, _ := s.Get("sections")
	out := make([]Section, 0, len(v.Items))
	for _, it := range v.Items {
		out = append(out, Section{it.ID, it.Fields.Text("title"), it.Fields.Text("hint")})
	}
	return out
}

func columnsOf(s *matter.State) []Column {
	v, _ := s.Get("columns")
	out := make([]Column, 0, len(v.Items))
	for _, it := range v.Items {
		out = append(out, Column{it.Fields.Text("title"), it.Fields.Text("kind")})
	}
	return out
}

// cell is the field of column i of a row.
func cell(i int) string { return "c" + strconv.Itoa(i+1) }

// answerOf reads an answer from its matter and limits.
func answerOf(s *matter.State, limits []procedure.LimitView, today string) *Answer {
	a := &Answer{
		State: s, Unit: s.Unit, Limits: limits, Sections: sectionsOf(s), Columns: columnsOf(s), Texts: map[string]string{},
		Repeats: map[string]string{}, Last: map[string]string{}, Urged: int(s.Count("urge", "")),
	}
	texts, _ := s.Get("answers")
	for _, it := range texts.Items {
		a.Texts[it.Fields.Text("section")] = it.Fields.Text("text")
	}
	rows, _ := s.Get("rows")
	for _, it := range rows.Items {
		row := make([]string, len(a.Columns))
		for i := range a.Columns {
			row[i] = it.Fields.Text(cell(i))
		}
		a.Rows = append(a.Rows, row)
	}
	a.stand()
	a.due(today)
	for _, sec := range a.Sections {
		if strings.TrimSpace(a.Texts[sec.ID]) == "" {
			a.Blank++
		}
	}
	return a
}

// stand says how far the answer has come.
func (a *Answer) stand() {
	s := a.State
	sign, signed := s.Last("sign")
	if signed && sign.Outcome != "return" {
		a.Signed = sign.Seq
	}
	switch {
	case s.Done("zero"):
		e, _ := s.Last("zero")
		a.Stands, a.At = AnswerZero, e.Legal
	case s.Done("submit"):
		e, _ := s.Last("submit")
		a.Stands, a.At = AnswerIn, e.Legal
	case a.Signed != 0:
		a.Stands = AnswerSigned
	case s.Done("return") || signed:
		a.Stands = AnswerReturned
		if back, _ := s.Last("return"); s.Done("draft") {
			if d, _ := s.Last("draft"); d.Seq > max(back.Seq, sign.Seq) {
				a.Stands = AnswerDrafted
			}
		}
	case s.Done("draft"):
		a.Stands = AnswerDrafted
	default:
		a.Stands = AnswerOpen
	}
}

// due takes the limit that counts now: a new day after a return, else the day of the collection.
func (a *Answer) due(today string) {
	a.Due = a.State.Text("due")
	for _, l := range a.Limits {
		if l.Due != "" && (l.ID == "submit" || l.ID == "again") {
			a.Due = l.Due
		}
	}
	a.Days = daysBetween(cmp.Or(a.At, today), a.Due)
}

// Collections lists the collections that the actor's unit asks, newest first, and those it owes.
func (d *Dispatch) Collections(ctx context.Context, who access.Actor, scope access.Scope) (asked []*Collection, owed []*Answer, err error) {
	err = d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		wholes, err := read.List(ctx, tx, scope, read.Filter{
			Procedure: ProcedureCollection, Unit: who.Unit(), Facet: &matter.Facet{Field: "kind", Value: kindAsk}, Limit: mostCollections,
		})
		if err != nil {
			return err
		}
		for _, row := range wholes {
			c, err := d.collectionOf(ctx, tx, scope, row)
			if err != nil {
				return err
			}
			asked = append(asked, c)
		}
		parts, err := read.List(ctx, tx, scope, read.Filter{
			Procedure: ProcedureCollection, Unit: who.Unit(), Facet: &matter.Facet{Field: "kind", Value: kindPart}, Limit: mostCollections,
		})
		if err != nil {
			return err
		}
		owed, err = d.answersOf(ctx, tx, parts)
		return err
	})
	slices.SortStableFunc(owed, func(a, b *Answer) int {
		return cmp.Or(boolOrder(a.In(), b.In()), cmp.Compare(a.Due, b.Due))
	})
	return asked, owed, err
}

// mostCollections bounds a list of collections.
const mostCollections = 100

// boolOrder puts what is still open before what is done.
func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func (d *Dispatch) answersOf(ctx context.Context, tx *store.Tx, rows []read.Matter) ([]*Answer, error) {
	limits, err := d.Acts.Limits(ctx, tx, rows)
	if err != nil {
		return nil, err
	}
	out := make([]*Answer, 0, len(rows))
	for _, row := range rows {
		out = append(out, answerOf(row.State, limits[row.State.No], d.Acts.Today()))
	}
	return out, nil
}

func (d *Dispatch) collectionOf(ctx context.Context, tx *store.Tx, scope access.Scope, row read.Matter) (*Collection, error) {
	c := &Collection{State: row.State, Sections: sectionsOf(row.State), Columns: columnsOf(row.State)}
	rows, err := read.List(ctx, tx, scope, read.Filter{Linked: row.State.No, LinkKind: "part_of", Limit: mostTasks})
	if err != nil {
		return nil, err
	}
	c.Answers, err = d.answersOf(ctx, tx, rows)
	return c, err
}

// Collection reads one collection with all answers: each compared with what the same unit wrote last period, and with the
// other units.
func (d *Dispatch) Collection(ctx context.Context, who access.Actor, no int64) (*Collection, *act.View, error) {
	v, err := d.collectionView(ctx, who, no, kindAsk)
	if err != nil {
		return nil, nil, err
	}
	var c *Collection
	err = d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		scope := v.Site.Rights.Scope(who.Person, d.Acts.Today())
		if c, err = d.collectionOf(ctx, tx, scope, read.Matter{State: v.State}); err != nil {
			return err
		}
		for _, a := range c.Answers {
			if err := lastPeriod(ctx, tx, a); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	order := map[int64]int{}
	for i, u := range v.Site.Tree().All() {
		order[u.No] = i
	}
	slices.SortStableFunc(c.Answers, func(a, b *Answer) int { return cmp.Compare(order[a.Unit], order[b.Unit]) })
	c.compare(v.Site.Tree().Name)
	return c, v, nil
}

// collectionView reads a matter of a collection of one kind.
func (d *Dispatch) collectionView(ctx context.Context, who access.Actor, no int64, kind string) (*act.View, error) {
	v, err := d.Acts.View(ctx, who, no)
	if err != nil {
		return nil, err
	}
	if v.State.Procedure != ProcedureCollection || v.State.Text("kind") != kind {
		return nil, app.Faultf(app.NotFound, "没有这项材料报送。")
	}
	return v, nil
}

// Answer reads one unit's answer.
func (d *Dispatch) Answer(ctx context.Context, who access.Actor, no int64) (*Answer, *act.View, error) {
	v, err := d.collectionView(ctx, who, no, kindPart)
	if err != nil {
		return nil, nil, err
	}
	a := answerOf(v.State, v.Limits, d.Acts.Today())
	err = d.Acts.DB.Read(ctx, func(tx *store.Tx) error { return lastPeriod(ctx, tx, a) })
	for _, sec := range a.Sections {
		if sayingOf(a.Texts[sec.ID]).repeats(sayingOf(a.Last[sec.Title])) {
			a.Repeats[sec.ID] = lastWord
		}
	}
	return a, v, err
}

// lastPeriod reads what the unit wrote in the collection that this one continues.
func lastPeriod(ctx context.Context, tx *store.Tx, a *Answer) error {
	for _, l := range a.State.Links {
		if l.Kind != "continues" {
			continue
		}
		rows, err := read.Matters(ctx, tx, []int64{l.Other})
		if err != nil {
			return fmt.Errorf("read last period of %d: %w", a.State.No, err)
		}
		for _, row := range rows {
			if row.State.Unit != a.Unit || row.State.Sealed {
				continue
			}
			before := answerOf(row.State, nil, "")
			for _, sec := range before.Sections {
				a.Last[sec.Title] = before.Texts[sec.ID]
			}
		}
	}
	return nil
}

// lastWord names the last period where an answer repeats it.
const lastWord = "上期"

// compare marks sections that say what last period says, or what another unit handed in before.
func (c *Collection) compare(name func(int64) string) {
	type written struct {
		unit int64
		seq  int64 // of the record that handed it in
		text saying
	}
	bySection := map[string][]written{}
	for _, a := range c.Answers {
		if in, ok := a.State.Last("submit"); ok && a.Stands == AnswerIn {
			for _, sec := range a.Sections {
				bySection[sec.ID] = append(bySection[sec.ID], written{a.Unit, in.Seq, sayingOf(a.Texts[sec.ID])})
			}
		}
	}
	for _, a := range c.Answers {
		in, ok := a.State.Last("submit")
		if !ok || a.Stands != AnswerIn {
			continue
		}
		for _, sec := range a.Sections {
			said := sayingOf(a.Texts[sec.ID])
			if said.repeats(sayingOf(a.Last[sec.Title])) {
				a.Repeats[sec.ID] = lastWord
				continue
			}
			first := in.Seq
			for _, b := range bySection[sec.ID] {
				if b.unit != a.Unit && b.seq < first && said.repeats(b.text) {
					a.Repeats[sec.ID], first = name(b.unit), b.seq
				}
			}
		}
	}
}

// Two texts repeat each other when they share so much of their pairs of characters; short ones (无。) say nothing.
const (
	shortText = 20
	likeText  = 0.92
)

// saying is a text as it is compared: without blanks and punctuation, taken apart.
type saying struct {
	bare  string
	shape shape
	short bool
}

func sayingOf(text string) saying {
	s := saying{bare: bare(text)}
	if s.short = utf8.RuneCountInString(s.bare) < shortText; !s.short {
		s.shape = shapeOf(s.bare)
	}
	return s
}

// repeats tells whether two texts are the same but for a few characters.
func (s saying) repeats(o saying) bool {
	return !s.short && !o.short && (s.bare == o.bare || s.shape.like(o.shape, likeText) >= likeText)
}

// bare keeps the characters that mean something: no blanks, no punctuation.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n　，。、；：！？,.;:!?（）()“”\"", r) {
			return -1
		}
		return r
	}, s)
}

// shape is a text as its pairs of characters, so that it is taken apart once and compared often.
type shape struct {
	pairs map[[2]rune]int
	n     int
}

func shapeOf(s string) shape {
	out, last := shape{pairs: map[[2]rune]int{}}, rune(0)
	for _, r := range s {
		if last != 0 {
			out.pairs[[2]rune{last, r}]++
			out.n++
		}
		last = r
	}
	return out
}

// like is the Dice measure over pairs of characters, in [0, 1]. What cannot reach least is not counted out: it gives 0.
func (a shape) like(b shape, least float64) float64 {
	if a.n+b.n == 0 || 2*float64(min(a.n, b.n)) < least*float64(a.n+b.n) {
		return 0
	}
	same := 0
	for p, k := range b.pairs {
		same += min(k, a.pairs[p])
	}
	return 2 * float64(same) / float64(a.n+b.n)
}

// textLikeness compares two texts once.
func textLikeness(a, b string) float64 { return shapeOf(a).like(shapeOf(b), 0) }
