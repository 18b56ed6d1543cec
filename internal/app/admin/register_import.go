package admin

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doc/docfile"
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/register"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// RegisterRun is what a file would change in a register. Nothing has been written.
type RegisterRun struct {
	Register, Title    string
	File               string // name
	Rows               []RegisterRow
	Faults             []CellFault
	Ignored            []string // columns that are no column of the register
	New, Changed, Same int

	hash string
}

// RegisterRow is one row that changes something.
type RegisterRow struct {
	Row     int
	Key     string
	New     bool
	Changes []string // titles of the columns that change; empty for a new entry

	put   act.Entry
	above map[string]string // field → key, for entries of the same register that come with this file
}

// Summary is a run in a sentence.
func (r *RegisterRun) Summary() string {
	return fmt.Sprintf("名录“%s”：新增 %d 条，变更 %d 条，没有变化 %d 条", r.Title, r.New, r.Changed, r.Same)
}

// RegisterFile is a file to be brought in.
type RegisterFile struct {
	Register string
	Name     string
	Bytes    []byte
	// Correct says that what differs was wrong from the start (更正); else it holds from today, or from the new 生效日期.
	Correct bool
}

// Check reads a file and says what it would change and what is wrong with every cell.
func (g *Registers) Check(ctx context.Context, who access.Actor, in RegisterFile) (*RegisterRun, error) {
	site, who, err := g.keeper(ctx, who)
	if err != nil {
		return nil, err
	}
	def, err := g.definition(in.Register)
	if err != nil {
		return nil, err
	}
	if kept[def.ID] || def.ID == act.RegisterPost && !who.System {
		return nil, app.Faultf(app.Refused, "名录“%s”由程序在办理时登记，不能导入。", def.Title)
	}
	records, err := registerRecords(def, in)
	if err != nil {
		return nil, err
	}
	entries, err := g.entries(ctx, def.ID)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(in.Bytes)
	c := &registerCheck{
		g: g, ctx: ctx, who: who, site: site, def: def, in: in, today: g.Acts.Today(), old: map[string]*matter.Entry{}, rows: map[string]int{},
		run: &RegisterRun{Register: def.ID, Title: def.Title, File: in.Name, hash: hex.EncodeToString(sum[:16])},
	}
	for _, e := range entries {
		c.old[e.Key] = e
	}
	return c.run, c.all(records)
}

// registerRecords are the rows of the first sheet.
func registerRecords(def *register.Definition, in RegisterFile) (sheet.Records, error) {
	sheets, err := sheet.Read(in.Name, in.Bytes)
	var fault *docfile.Error
	if errors.As(err, &fault) {
		return sheet.Records{}, app.Wrong("file", "%s", fault.Error())
	}
	if err != nil {
		return sheet.Records{}, fmt.Errorf("read %s: %w", in.Name, err)
	}
	if err := secret(in.Name, sheets); err != nil {
		return sheet.Records{}, err
	}
	records, err := sheets[0].Records(keyTitle(def))
	if err != nil {
		return sheet.Records{}, app.Wrong("file", "%s。", err.Error())
	}
	return records, nil
}

// registerCheck goes over the rows of one file.
type registerCheck struct {
	g     *Registers
	ctx   context.Context
	who   access.Actor
	site  *act.Site
	def   *register.Definition
	in    RegisterFile
	today string
	old   map[string]*matter.Entry // by key
	rows  map[string]int           // keys of the file → row
	run   *RegisterRun
}

func (c *registerCheck) all(records sheet.Records) error {
	known := []string{}
	for _, column := range c.g.Columns(c.def) {
		known = append(known, column.Title)
	}
	for _, title := range records.Titles {
		if title != "" && !slices.Contains(known, title) {
			c.run.Ignored = append(c.run.Ignored, title)
		}
	}
	all := records.All()
	if len(all) == 0 {
		return app.Wrong("file", "表头下面没有数据。")
	}
	for _, r := range all {
		key := r.Text(keyTitle(c.def))
		if first, twice := c.rows[key]; key == "" {
			c.wrong(r, keyTitle(c.def), "请填写"+keyTitle(c.def)+"。")
		} else if twice {
			c.wrong(r, keyTitle(c.def), fmt.Sprintf("与第 %d 行相同，请删去一行。", first))
		} else {
			c.rows[key] = r.Row
		}
	}
	for _, r := range all {
		if key := r.Text(keyTitle(c.def)); c.rows[key] == r.Row {
			if err := c.row(r, key); err != nil {
				return err
			}
		}
	}
	c.circles()
	var err error
	switch c.def.ID {
	case act.RegisterUnit:
		c.tree()
	case act.RegisterPost:
		err = c.posts()
	case act.RegisterParameter:
		c.parameters()
	case act.RegisterMode:
		c.modes()
	}
	slices.SortStableFunc(c.run.Faults, func(a, b CellFault) int { return cmp.Compare(a.Row, b.Row) })
	return err
}

func (c *registerCheck) wrong(r sheet.Record, column, say string) {
	cells := cells{record: r}
	cells.wrong(column, say)
	c.run.Faults = append(c.run.Faults, cells.faults...)
}

// row compares one row with the entry as it is.
func (c *registerCheck) row(r sheet.Record, key string) error {
	before := len(c.run.Faults)
	e := c.old[key]
	var v matter.EntryVersion
	if e != nil {
		v = newest(e)
	}
	out := RegisterRow{Row: r.Row, Key: key, New: e == nil, above: map[string]string{}}
	fields := v.Fields
	for i := range c.def.Fields {
		if f := &c.def.Fields[i]; sameAsKey(c.def, f) {
			fields = fields.With(f.ID, matter.OfText(key))
		}
	}
	for _, f := range shown(c.def) {
		if !r.Has(f.Title) {
			continue
		}
		text, held := r.Text(f.Title), ""
		if have, ok := v.Fields.Get(f.ID); ok {
			held = cellText(f, have)
		}
		if sameText(text, held) {
			continue
		}
		value, ok := c.value(r, f, text, &out)
		if !ok {
			continue
		}
		have, _ := v.Fields.Get(f.ID)
		if value = keepIDs(have, value); register.Blank(value) {
			fields = fields.Without(f.ID)
		} else {
			fields = fields.With(f.ID, value)
		}
		out.Changes = append(out.Changes, f.Title)
	}
	from, to := c.span(r, e, len(out.Changes) > 0)
	told := c.run.Faults[before:len(c.run.Faults):len(c.run.Faults)]
	for _, f := range c.def.Validate(fields) {
		id, _, _ := strings.Cut(f.Field, ".")
		column := keyTitle(c.def)
		if field := c.def.Field(id); field != nil {
			column = field.Title
		}
		if !slices.ContainsFunc(told, func(x CellFault) bool { return strings.HasSuffix(x.Column, column) }) {
			c.wrong(r, column, f.Say+"。")
		}
	}
	if len(c.run.Faults) > before {
		return nil
	}
	if e != nil {
		if to != v.To {
			out.Changes = append(out.Changes, colTo)
		}
		if c.in.Correct && from != v.From {
			out.Changes = append(out.Changes, colFrom)
		}
		if len(out.Changes) == 0 {
			c.run.Same++
			return nil
		}
		c.run.Changed++
	} else {
		out.Changes = nil
		c.run.New++
	}
	out.put = act.Entry{
		Who: c.who, Register: c.def.ID, Key: key, From: from, To: to, Fields: fields,
		Reason: fmt.Sprintf("导入：%s 第 %d 行", c.in.Name, r.Row),
	}
	version := int64(0)
	if e != nil {
		out.put.No, out.put.Seen, version = e.No, e.Version, e.Version
	}
	out.put.ID = fmt.Sprintf("register/%s/%s/%d/%d", c.def.ID, c.run.hash, r.Row, version)
	c.run.Rows = append(c.run.Rows, out)
	return nil
}

// span is from when to when a row's values hold. What a file says of the days of an earlier version is what it was
// exported with, not a wish: then the change holds from today on.
func (c *registerCheck) span(r sheet.Record, e *matter.Entry, changed bool) (from, to string) {
	day := func(column string) string {
		d, err := r.Date(column)
		if err != nil {
			c.wrong(r, column, "不是日期。请写成 2026-06-30 这样。")
		}
		return d
	}
	from, to = day(colFrom), day(colTo)
	switch {
	case e == nil:
		from = cmp.Or(from, c.today)
	default:
		v := newest(e)
		if !r.Has(colTo) {
			to = v.To
		}
		written := from != "" && !slices.ContainsFunc(e.Versions, func(old matter.EntryVersion) bool { return old.From == from })
		switch {
		case c.in.Correct:
			from = cmp.Or(from, v.From)
		case !changed:
			from = v.From
		case !written:
			from = max(c.today, v.From)
		case from < v.From:
			c.wrong(r, colFrom, "早于现有内容的生效日期 "+v.From+"。")
		}
		if c.def.ID == act.RegisterUnit && to != v.To {
			c.wrong(r, colTo, "撤销单位涉及事项、岗位的承接，请用“撤销单位”办理。")
		}
	}
	if to != "" && to < from {
		c.wrong(r, colTo, "早于生效日期 "+from+"。请核对。")
	}
	return from, to
}

// sameText tells whether a cell says what was exported: programs change line ends and the white space around.
func sameText(a, b string) bool {
	tidy := func(s string) string { return strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")) }
	return tidy(a) == tidy(b)
}

// typedCell is the one cell that is read.
type typedCell struct{ field, text string }

// Texts gives the cell.
func (t typedCell) Texts(control string) ([]string, bool) {
	return []string{t.text}, control == t.field
}

// value reads a cell.
func (c *registerCheck) value(r sheet.Record, f *register.Field, text string, row *RegisterRow) (matter.Value, bool) {
	wrong := func(say string) (matter.Value, bool) {
		c.wrong(r, f.Title, say)
		return matter.Value{}, false
	}
	switch {
	case strings.TrimSpace(text) == "":
		return matter.Value{}, true
	case f.Type == register.TypeFile:
		return wrong("附件不能由表格导入，请留空或者保持原样。")
	case f.Rows():
	case f.Type == register.TypeDate:
		d, err := r.Date(f.Title)
		if err != nil {
			return wrong("不是日期。请写成 2026-06-30 这样。")
		}
		return matter.OfDate(d), true
	case f.Type == register.TypeInt:
		n, _, err := r.Int(f.Title)
		if err != nil {
			return wrong("应当是整数。")
		}
		return matter.OfInt(n), true
	case f.Type == register.TypeBool && !slices.Contains([]string{"是", "否", "1", "0", "true", "false"}, text):
		return wrong("应当写“是”或者“否”。")
	case f.Type == register.TypeEntry && f.Of == c.def.ID:
		return c.own(r, f, text, row)
	}
	in, faults := c.g.Acts.ReadInput(c.ctx, c.site, []procedure.FormField{{Field: f}}, nil, typedCell{f.ID, text})
	for _, fault := range faults {
		c.wrong(r, f.Title, fault.Say)
	}
	v, _ := in.Get(f.ID)
	return v, len(faults) == 0
}

// own finds an entry of the register itself, which may come with the same file in any row.
func (c *registerCheck) own(r sheet.Record, f *register.Field, text string, row *RegisterRow) (matter.Value, bool) {
	key := text
	if c.def.ID == act.RegisterUnit {
		if u, ok := c.site.Tree().Match(text); ok {
			key = u.Code
		}
	}
	if e := c.old[key]; e != nil {
		return matter.OfRef(act.RefTo(e, newest(e))), true
	}
	if _, comes := c.rows[key]; comes {
		row.above[f.ID] = key
		return matter.OfRef(matter.Ref{Register: c.def.ID, Key: key}), true
	}
	c.wrong(r, f.Title, "名录和本表中都没有“"+text+"”。请写"+keyTitle(c.def)+"。")
	return matter.Value{}, false
}

// keepIDs gives the elements of a list the ids they had: an id is given once and never reused.
func keepIDs(before, after matter.Value) matter.Value {
	if after.Kind != matter.List {
		return after
	}
	used := make([]bool, len(before.Items))
	items := slices.Clone(after.Items)
	last := 0
	for _, it := range before.Items {
		if n, err := strconv.Atoi(strings.TrimPrefix(it.ID, "p")); err == nil {
			last = max(last, n)
		}
	}
	for i := range items {
		for k, have := range before.Items {
			if !used[k] && have.Value.Equal(items[i].Value) && have.Fields.Equal(items[i].Fields) {
				items[i].ID, used[k] = have.ID, true
				break
			}
		}
		if items[i].ID == "" {
			last++
			items[i].ID = "p" + strconv.Itoa(last)
		}
	}
	return matter.OfList(items...)
}

// order puts the rows so that each comes after those it refers to; ok is false where some go round in a circle.
func (r *RegisterRun) order() (layers [][]*RegisterRow, left []*RegisterRow) {
	coming := map[string]bool{}
	for i := range r.Rows {
		if r.Rows[i].New {
			coming[r.Rows[i].Key] = true
		}
		left = append(left, &r.Rows[i])
	}
	for len(left) > 0 {
		var layer, rest []*RegisterRow
		for _, row := range left {
			waits := false
			for _, key := range row.above {
				waits = waits || coming[key]
			}
			if waits {
				rest = append(rest, row)
			} else {
				layer = append(layer, row)
			}
		}
		if len(layer) == 0 {
			return layers, left
		}
		for _, row := range layer {
			delete(coming, row.Key)
		}
		layers, left = append(layers, layer), rest
	}
	return layers, nil
}

// circles names the rows that refer to each other in a circle.
func (c *registerCheck) circles() {
	_, left := c.run.order()
	for _, row := range left {
		for field, key := range row.above {
			c.run.Faults = append(c.run.Faults, CellFault{Row: row.Row, Column: c.def.Field(field).Title, Value: key, Say: "与本表其他行互为上级，请核对。"})
		}
	}
}

// Import writes what Check found, each row as a record of its own, and returns how many. An import that was cut off is
// finished by checking and importing the same file again: rows that are in are no change any more.
func (g *Registers) Import(ctx context.Context, who access.Actor, run *RegisterRun, done func(n, of int)) (int, error) {
	_, who, err := g.keeper(ctx, who)
	if err != nil {
		return 0, err
	}
	if len(run.Faults) > 0 {
		return 0, app.Wrong("file", "还有 %d 处需要改正，没有导入。", len(run.Faults))
	}
	layers, _ := run.order()
	put := 0
	for _, layer := range layers {
		group, inner := errgroup.WithContext(ctx)
		group.SetLimit(atOnce)
		for _, row := range layer {
			group.Go(func() error {
				if err := g.put(inner, row); err != nil {
					return fmt.Errorf("第 %d 行“%s”: %w", row.Row, row.Key, err)
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			return put, err
		}
		put += len(layer)
		done(put, len(run.Rows))
	}
	if put == 0 {
		return 0, nil
	}
	return put, g.House.audit(ctx, who, "", AuditImport, run.Summary()+"（"+run.File+"）", 0, int64(put))
}

// put writes one row; the entries of the same file it refers to are there by now.
func (g *Registers) put(ctx context.Context, row *RegisterRow) error {
	p := row.put
	for field, key := range row.above {
		var ref matter.Ref
		err := g.Acts.DB.Read(ctx, func(tx *store.Tx) error {
			e, err := read.EntryByKey(ctx, tx, p.Register, key)
			if err == nil {
				ref = act.RefTo(e, newest(e))
			}
			return err
		})
		if err != nil {
			return err
		}
		p.Fields = p.Fields.With(field, matter.OfRef(ref))
	}
	_, err := g.Acts.PutEntry(ctx, p)
	return err
}
