package admin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doc/docfile"
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// MatterRun is what a file of running matters would bring in. Nothing has been written but the file itself.
type MatterRun struct {
	Procedure, Title string
	File             matter.Blob
	Rows             []MatterRow // those that add something
	Faults           []CellFault
	Back             []MatterBack // rows that say less than is on record, or otherwise
	Ignored          []string     // columns that are none of the sheet
	Total            int          // rows
	New, Moved, Same int
	Steps            int // steps that would be added, openings among them

	sheet *MatterSheet
}

// MatterRow is one row: a matter as the upper system has it.
type MatterRow struct {
	Row    int
	Number string // in the upper system: the key
	Unit   int64
	Matter int64    // as an earlier file brought it in, 0 for a new one
	Adds   []string // names of the steps it adds

	opened string
	origin string
	values map[string]matter.Value // by field
	steps  []rowStep               // to be added, by date
	state  *matter.State           // as it is, nil for a new one
}

// rowStep is a step with its date in a row.
type rowStep struct {
	column  *StepColumn
	day     string
	outcome string
}

// MatterBack is a row that went backwards: it is left for a person to look into.
type MatterBack struct {
	Row    int
	Number string
	Matter int64
	Say    string
}

// Summary is a run in a sentence.
func (r *MatterRun) Summary() string {
	return fmt.Sprintf("%s：新开 %d 件，有进展 %d 件，没有变化 %d 件，共增加 %d 个环节", r.Title, r.New, r.Moved, r.Same, r.Steps)
}

// CheckMatters reads a file of running matters and says what it would bring in, what is wrong with every cell, and which
// rows went backwards. Every act is thought out to its end, so that what passes here is not refused later.
func (o *Opening) CheckMatters(ctx context.Context, who access.Actor, procedure, name string, b []byte) (*MatterRun, error) {
	site, who, err := o.keeper(ctx, who)
	if err != nil {
		return nil, err
	}
	m, err := o.matterSheet(procedure)
	if err != nil {
		return nil, err
	}
	records, err := o.matterRecords(m, name, b)
	if err != nil {
		return nil, err
	}
	run := &MatterRun{Procedure: m.Def.ID, Title: m.Def.Title, sheet: m}
	if run.File, err = o.Acts.Keep(ctx, name, b); err != nil {
		return nil, err
	}
	c := &matterCheck{o: o, ctx: ctx, who: who, site: site, today: o.Acts.Today(), run: run, seen: map[string]int{}}
	known := m.Titles()
	for _, title := range records.Titles {
		if title != "" && !slices.ContainsFunc(known, func(k string) bool { return columnKey(k) == columnKey(title) }) {
			run.Ignored = append(run.Ignored, title)
		}
	}
	err = o.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		for _, r := range records.All() {
			if strings.HasPrefix(r.Text(colNumber), remark) {
				continue
			}
			if err := c.row(tx, r); err != nil {
				return fmt.Errorf("row %d: %w", r.Row, err)
			}
		}
		return nil
	})
	if err == nil && run.Total == 0 {
		err = app.Wrong("file", "表头下面没有数据。请填写后重新上传。")
	}
	return run, err
}

// matterRecords are the rows of the first sheet.
func (o *Opening) matterRecords(m *MatterSheet, name string, b []byte) (sheet.Records, error) {
	sheets, err := sheet.Read(name, b)
	var fault *docfile.Error
	if errors.As(err, &fault) {
		return sheet.Records{}, app.Wrong("file", "%s", fault.Error())
	}
	if err != nil {
		return sheet.Records{}, fmt.Errorf("read %s: %w", name, err)
	}
	if err := secret(name, sheets); err != nil {
		return sheet.Records{}, err
	}
	required := []string{colNumber, colUnit, m.Steps[0].Title}
	for _, f := range m.Fields {
		if f.Need {
			required = append(required, f.Title)
		}
	}
	records, err := o.Map.apply(sheets[0]).Records(required...)
	if err != nil {
		return records, app.Wrong("file", "%s。", err.Error())
	}
	return records, nil
}

// matterCheck goes over the rows of one file.
type matterCheck struct {
	o     *Opening
	ctx   context.Context
	who   access.Actor
	site  *act.Site
	today string
	run   *MatterRun
	seen  map[string]int // number → row
}

// row reads one row, compares it with the matter an earlier file made of it, and rehearses what it adds.
func (c *matterCheck) row(tx *store.Tx, r sheet.Record) error {
	c.run.Total++
	k := &cells{record: r, site: c.site, today: c.today}
	row := MatterRow{Row: r.Row, Number: k.text(colNumber, 100, true), values: map[string]matter.Value{}}
	if first, twice := c.seen[row.Number]; twice && row.Number != "" {
		k.wrong(colNumber, fmt.Sprintf("与第 %d 行相同。一件一行，请删去一行。", first))
	} else {
		c.seen[row.Number] = r.Row
	}
	row.Unit = k.unit()
	row.opened = k.past(c.run.sheet.Steps[0].Title, true)
	steps := c.steps(k, &row)
	c.values(k, &row)
	if c.run.Faults = append(c.run.Faults, k.faults...); len(k.faults) > 0 {
		return nil
	}
	if err := c.compare(tx, &row, steps); err != nil {
		return err
	}
	for _, s := range row.steps {
		row.Adds = append(row.Adds, s.column.Name)
	}
	if err := c.rehearse(tx, k, &row); err != nil {
		return err
	}
	if c.run.Faults = append(c.run.Faults, k.faults...); len(k.faults) > 0 {
		return nil
	}
	switch {
	case row.Matter == 0:
		c.run.New++
	case len(row.steps) > 0:
		c.run.Moved++
	default:
		c.run.Same++
	}
	c.run.Steps += len(row.steps)
	if len(row.steps) > 0 {
		c.run.Rows = append(c.run.Rows, row)
	}
	return nil
}

// unit finds the lead unit.
func (c *cells) unit() int64 {
	name := c.record.Text(colUnit)
	if name == "" {
		c.wrong(colUnit, "请填写主办单位。")
		return 0
	}
	if u, ok := c.site.Tree().Match(name); ok {
		return u.No
	}
	if u, ok := c.site.Tree().Code(name); ok {
		return u.No
	}
	say := "单位名录中没有“" + name + "”。请改为名录中的名称"
	if near := c.site.Tree().Near(name, 1); len(near) > 0 {
		say += "，例如“" + near[0].Name + "”"
	}
	c.wrong(colUnit, say+"。")
	return 0
}

// past is a day that is not to come.
func (c *cells) past(column string, need bool) string {
	day := c.date(column, need)
	if day > c.today {
		c.wrong(column, "晚于今天 "+c.today+"。请核对。")
	}
	return day
}

// steps reads the dates and outcomes of a row, in the order of the sheet.
func (c *matterCheck) steps(k *cells, row *MatterRow) []rowStep {
	var out []rowStep
	for i := range c.run.sheet.Steps {
		s := &c.run.sheet.Steps[i]
		day := row.opened
		if i > 0 {
			day = k.past(s.Title, false)
			if day != "" && row.opened != "" && day < row.opened {
				k.wrong(s.Title, "早于“"+c.run.sheet.Steps[0].Title+"”的日期 "+row.opened+"。请核对。")
			}
		}
		step := rowStep{column: s, day: day}
		if s.Outcome != "" {
			said := k.record.Text(s.Outcome)
			at := slices.IndexFunc(s.Outcomes, func(o procedure.Choice) bool { return said == o.ID || said == o.Title })
			switch {
			case said == "" && day != "":
				k.wrong(s.Outcome, "填写了“"+s.Title+"”的日期，请填写结果："+choices(s.Outcomes)+"。")
			case said != "" && at < 0:
				k.wrong(s.Outcome, "没有这一种结果。可以填写："+choices(s.Outcomes)+"。")
			case said != "" && day == "":
				k.wrong(s.Title, "填写了结果，请填写日期。")
			case at >= 0:
				step.outcome = s.Outcomes[at].ID
			}
		}
		if day != "" {
			out = append(out, step)
		}
	}
	return out
}

// values reads the cells of fields.
func (c *matterCheck) values(k *cells, row *MatterRow) {
	for i := range c.run.sheet.Fields {
		f := &c.run.sheet.Fields[i]
		text := strings.TrimSpace(k.record.Text(f.Title))
		if text == "" {
			if f.Need {
				k.wrong(f.Title, "请填写"+f.Title+"，它是事项的标题。")
			}
			continue
		}
		switch {
		case f.Field.Rows():
		case f.Field.Type == procedure.TypeDate:
			if day := k.date(f.Title, false); day != "" {
				row.values[f.Field.ID] = matter.OfDate(day)
			}
			continue
		case f.Field.Type == procedure.TypeInt:
			n, _, err := k.record.Int(f.Title)
			if err != nil {
				k.wrong(f.Title, "应当是整数。")
				continue
			}
			row.values[f.Field.ID] = matter.OfInt(n)
			continue
		case f.Field.Type == procedure.TypeBool && !slices.Contains([]string{"是", "否", "1", "0", "true", "false"}, text):
			k.wrong(f.Title, "应当写“是”或者“否”。")
			continue
		}
		in, faults := c.o.Acts.ReadInput(c.ctx, c.site, []procedure.FormField{{Field: f.Field}}, nil, typedCell{f.Field.ID, text})
		for _, fault := range faults {
			k.wrong(f.Title, fault.Say)
		}
		if v, ok := in.Get(f.Field.ID); ok && v.Kind != matter.None {
			row.values[f.Field.ID] = v
		}
	}
}

// matterKey begins the request ids of a matter of an upper system: the same number of the same procedure is one matter,
// whatever file it comes in.
func matterKey(procedure, number string) string {
	sum := sha256.Sum256([]byte(procedure + "\x00" + plainKey(number)))
	return "matter-import/" + procedure + "/" + hex.EncodeToString(sum[:16])
}

// compare finds the matter of a row and what the row adds to it.
func (c *matterCheck) compare(tx *store.Tx, row *MatterRow, steps []rowStep) error {
	if c.site.Mode(c.run.Procedure, row.Unit, c.today).Mode == act.Elsewhere {
		row.origin = act.Elsewhere
	} else {
		row.origin = "imported"
	}
	no, there, err := read.Once(c.ctx, tx, matterKey(c.run.Procedure, row.Number)+"/open")
	if err != nil {
		return err
	}
	if !there {
		own, err := read.MatterByNumber(c.ctx, tx, row.Number)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(own, func(m read.Matter) bool { return m.State.Procedure == c.run.Procedure })
		if at < 0 {
			row.steps = byDate(steps)
			return nil
		}
		row.Matter, row.state = own[at].State.No, own[at].State
	} else {
		m, err := read.MatterOf(c.ctx, tx, no)
		if err != nil {
			return err
		}
		row.Matter, row.state = no, m.State
	}
	if row.state.Origin == "" {
		c.back(row, "这一编号的事项是在本平台办理的，没有导入")
		return nil
	}
	if row.state.Origin != "" {
		row.origin = row.state.Origin
	}
	c.differ(row, steps)
	row.steps = byDate(row.steps)
	return nil
}

func (c *matterCheck) back(row *MatterRow, say string) {
	c.run.Back = append(c.run.Back, MatterBack{Row: row.Row, Number: row.Number, Matter: row.Matter, Say: say + "。"})
}

// differ finds the steps that are new, and what went backwards.
func (c *matterCheck) differ(row *MatterRow, steps []rowStep) {
	s := row.state
	if row.Unit != s.Unit {
		c.back(row, "主办单位：已经登记的是"+c.site.Tree().Name(s.Unit)+"，本表是"+c.site.Tree().Name(row.Unit))
	}
	if row.opened != s.Opened {
		c.back(row, "“"+c.run.sheet.Steps[0].Title+"”：已经登记的是 "+s.Opened+"，本表是 "+row.opened)
	}
	for i := range c.run.sheet.Steps[1:] {
		column := &c.run.sheet.Steps[i+1]
		var last *matter.Event
		var same *matter.Event
		at := slices.IndexFunc(steps, func(x rowStep) bool { return x.column == column })
		for k := range s.Events {
			e := &s.Events[k]
			if e.Step != column.ID || e.Flags&matter.Reset != 0 {
				continue
			}
			if last = e; at >= 0 && e.Legal == steps[at].day {
				same = e
			}
		}
		switch {
		case at < 0 && last == nil:
		case at < 0:
			c.back(row, "“"+column.Name+"”：已经登记 "+last.Legal+" 办理，本表没有")
		case last == nil, same == nil && column.Repeat && steps[at].day > last.Legal:
			row.steps = append(row.steps, steps[at])
		case same == nil:
			c.back(row, "“"+column.Name+"”：已经登记的是 "+last.Legal+"，本表是 "+steps[at].day)
		case same.Outcome != steps[at].outcome:
			c.back(row, "“"+column.Name+"”的结果：已经登记的是“"+outcomeTitle(column, same.Outcome)+"”，本表是“"+outcomeTitle(column, steps[at].outcome)+"”")
		}
	}
}

func outcomeTitle(c *StepColumn, id string) string {
	for _, o := range c.Outcomes {
		if o.ID == id {
			return o.Title
		}
	}
	return id
}

// byDate orders steps by their day; those of one day stay in legal order. The opening is first.
func byDate(steps []rowStep) []rowStep {
	slices.SortStableFunc(steps, func(a, b rowStep) int { return strings.Compare(a.day, b.day) })
	return steps
}

// rehearse thinks the acts of a row out to their end; what the rules refuse becomes a fault of its cell.
func (c *matterCheck) rehearse(tx *store.Tx, k *cells, row *MatterRow) error {
	s := row.state
	at := row.steps
	err := row.walk(c.run, c.who, func(step *rowStep, r act.Request) (*matter.State, error) {
		at = []rowStep{*step}
		next, err := c.o.Acts.Rehearse(c.ctx, tx, r, s)
		s = next
		return next, err
	})
	fault := app.FaultOf(err)
	if err == nil || fault.Kind == app.Internal {
		return err
	}
	title := at[0].column.Title
	if len(fault.Fields) == 0 {
		k.wrong(title, fault.Say)
	}
	for _, f := range fault.Fields {
		id, _, _ := strings.Cut(f.Field, ".")
		where := title
		for _, column := range c.run.sheet.Fields {
			if column.Field.ID == id {
				where = column.Title
			}
		}
		k.wrong(where, strings.TrimSuffix(f.Say, "。")+"。")
	}
	return nil
}

// walk goes over the acts of a row in order; do carries one out and gives the state after it. The steps of the upper system
// are entered by the program: nobody is made to have signed what was done elsewhere.
func (row *MatterRow) walk(run *MatterRun, who access.Actor, do func(step *rowStep, r act.Request) (*matter.State, error)) error {
	key := matterKey(run.Procedure, row.Number)
	s, given := row.state, map[string]bool{}
	for i := range row.steps {
		step := &row.steps[i]
		a := procedure.Act{
			Step: step.column.ID, Legal: step.day, Outcome: step.outcome, Origin: row.origin,
			Reason: fmt.Sprintf("导入：%s 第 %d 行", run.File.Name, row.Row), Files: []matter.Attached{{Label: "source", Blob: run.File}},
		}
		for _, f := range run.sheet.Fields {
			v, ok := row.values[f.Field.ID]
			if ok && !given[f.Field.ID] && step.column.form[f.Field.ID] && !holds(s, f.Field.ID, v) {
				a.Input, given[f.Field.ID] = a.Input.With(f.Field.ID, v), true
			}
		}
		r := act.Request{ID: fmt.Sprintf("%s/%s/%s/%s", key, a.Step, a.Legal, a.Outcome), Who: access.Actor{System: true}}
		keys := []string{""}
		switch {
		case s == nil:
			a.Step, a.Unit, a.Number, r.ID, r.Who, r.Procedure = "open", row.Unit, row.Number, key+"/open", who, run.Procedure
			if run.sheet.Def.TitleForm == "" || !run.sheet.titled() {
				a.Title = run.Title + " " + row.Number
			}
		case step.column.Each != "":
			keys = nil
			list, _ := s.Get(step.column.Each)
			for _, it := range list.Items {
				keys = append(keys, it.ID)
			}
			if len(keys) == 0 {
				return app.Wrong(step.column.Each, "“%s”要对每一个对象办理，请填写对象。", step.column.Name)
			}
		}
		base := r.ID
		for _, element := range keys {
			r.Act = a
			if s != nil {
				r.Matter = s.No
			}
			if element != "" {
				r.ID, r.Act.Key = base+"/"+element, element
			}
			next, err := do(step, r)
			if err != nil {
				return err
			}
			s, a.Input = next, nil
		}
	}
	return nil
}

// titled tells whether the opening gives the matter its title.
func (m *MatterSheet) titled() bool {
	return slices.ContainsFunc(m.Fields, func(f FieldColumn) bool { return f.Need })
}

// holds tells whether a matter holds a value already; the ids of list elements are given by the matter and do not count.
func holds(s *matter.State, field string, v matter.Value) bool {
	if s == nil {
		return false
	}
	have, ok := s.Get(field)
	if !ok || have.Kind != matter.List || v.Kind != matter.List {
		return ok && have.Equal(v)
	}
	return slices.EqualFunc(have.Items, v.Items, func(a, b matter.Item) bool { return a.Value.Equal(b.Value) && a.Fields.Equal(b.Fields) })
}

// MattersImported is what an import of matters came to.
type MattersImported struct {
	New, Moved, Same int
	Steps            int // records written
}

// rowsAtOnce is how many rows are brought in together: the writer commits their acts in one batch.
const rowsAtOnce = 64

// ImportMatters brings in the rows of a file that was checked: hash is the file's as the dry run kept it. Every act has an
// id of its own made of number, step and date, so that an import that was cut off is finished by pressing again, and the same
// file or a later one doubles nothing.
func (o *Opening) ImportMatters(ctx context.Context, who access.Actor, procedure, name, hash string) (MattersImported, error) {
	b, err := o.Acts.Blob(ctx, hash)
	if err != nil {
		return MattersImported{}, err
	}
	run, err := o.CheckMatters(ctx, who, procedure, name, b)
	if err != nil {
		return MattersImported{}, err
	}
	return o.BringMatters(ctx, who, run)
}

// BringMatters is ImportMatters of a run that was checked just now.
func (o *Opening) BringMatters(ctx context.Context, who access.Actor, run *MatterRun) (MattersImported, error) {
	_, who, err := o.keeper(ctx, who)
	if err != nil {
		return MattersImported{}, err
	}
	if len(run.Faults) > 0 {
		return MattersImported{}, app.Wrong("file", "还有 %d 处需要改正，没有导入。", len(run.Faults))
	}
	var written atomic.Int64
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(rowsAtOnce)
	for i := range run.Rows {
		group.Go(func() error {
			n, err := o.bringMatter(inner, who, run, &run.Rows[i])
			if written.Add(int64(n)); err != nil {
				return fmt.Errorf("第 %d 行: %w", run.Rows[i].Row, err)
			}
			return nil
		})
	}
	err = group.Wait()
	out := MattersImported{New: run.New, Moved: run.Moved, Same: run.Same, Steps: int(written.Load())}
	if err != nil || out.Steps == 0 {
		return out, err
	}
	what := run.Summary() + "（" + run.File.Name + "）"
	return out, o.House.audit(ctx, who, "", AuditImport, what, 0, int64(out.Steps))
}

// bringMatter writes the acts of one row and returns how many were not there before.
func (o *Opening) bringMatter(ctx context.Context, who access.Actor, run *MatterRun, row *MatterRow) (written int, err error) {
	err = row.walk(run, who, func(_ *rowStep, r act.Request) (*matter.State, error) {
		done, err := o.Acts.Do(ctx, r)
		if err != nil {
			return nil, err
		}
		if !done.Repeated {
			written++
			return done.State, nil
		}
		var m read.Matter
		err = o.Acts.DB.Read(ctx, func(tx *store.Tx) (err error) {
			m, err = read.MatterOf(ctx, tx, done.Matter)
			return err
		})
		return m.State, err
	})
	return written, err
}
