package admin

import (
	"context"
	"slices"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/register"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// Registers takes whole registers (名录) out and brings them in as sheets of the same columns.
type Registers struct {
	Acts  *act.Acts
	House *House
}

// Columns that every register has before its fields.
const (
	colFrom = "生效日期"
	colTo   = "失效日期"
)

// kept are registers whose entries only the program's own acts make.
var kept = map[string]bool{
	RegisterAudit: true, act.RegisterDelegation: true, "plan": true, "measure": true, "binder": true, "binder_item": true, "report": true,
}

// definition finds a register; NotFound names those there are.
func (g *Registers) definition(id string) (*register.Definition, error) {
	def, ok := g.Acts.Book().Register(id)
	if ok {
		return def, nil
	}
	var known []string
	for _, other := range g.Acts.Book().Registers() {
		if d, ok := g.Acts.Book().Register(other); ok {
			known = append(known, d.ID+" "+d.Title)
		}
	}
	return nil, app.Faultf(app.NotFound, "没有名为“%s”的名录。现有：%s。", id, strings.Join(known, "、"))
}

// keyTitle is the title of the column of keys: that of a field with the same title is told apart.
func keyTitle(def *register.Definition) string {
	if slices.ContainsFunc(def.Fields, func(f register.Field) bool { return f.Title == def.KeyTitle && f.ID != def.Number }) {
		return "条目编号"
	}
	return def.KeyTitle
}

// sameAsKey tells whether a field says what the key says, so that one column is enough.
func sameAsKey(def *register.Definition, f *register.Field) bool {
	return f.ID == def.Number && f.Title == def.KeyTitle
}

// shown are the fields with columns: what is sealed never leaves in a sheet.
func shown(def *register.Definition) []*register.Field {
	var out []*register.Field
	for i := range def.Fields {
		if f := &def.Fields[i]; f.Class != "sealed" && !sameAsKey(def, f) {
			out = append(out, f)
		}
	}
	return out
}

// Columns are the columns of a register's sheet, in and out.
func (g *Registers) Columns(def *register.Definition) []sheet.Column {
	out := []sheet.Column{{Title: keyTitle(def), Width: 16}, {Title: colFrom, Kind: sheet.Date, Width: 12}, {Title: colTo, Kind: sheet.Date, Width: 12}}
	for _, f := range shown(def) {
		c := sheet.Column{Title: f.Title}
		switch {
		case f.Rows():
		case f.Type == register.TypeDate:
			c.Kind, c.Width = sheet.Date, 12
		case f.Type == register.TypeInt:
			c.Kind = sheet.Number
		}
		out = append(out, c)
	}
	return out
}

// Export is a register as a table: the newest version of each entry, or with a day what was valid on it. The export is on
// record.
func (g *Registers) Export(ctx context.Context, who access.Actor, id, day string) (sheet.Table, [][]any, error) {
	_, who, err := g.keeper(ctx, who)
	if err != nil {
		return sheet.Table{}, nil, err
	}
	def, err := g.definition(id)
	if err != nil {
		return sheet.Table{}, nil, err
	}
	if day != "" && !isDay(day) {
		return sheet.Table{}, nil, app.Wrong("day", "“%s”不是日期，请写成 2026-09-24。", day)
	}
	entries, err := g.entries(ctx, id)
	if err != nil {
		return sheet.Table{}, nil, err
	}
	var rows [][]any
	for _, e := range entries {
		v, ok := newest(e), true
		if day != "" {
			v, ok = e.AsOf(day, 0)
		}
		if !ok {
			continue
		}
		row := []any{e.Key, v.From, v.To}
		for _, f := range shown(def) {
			row = append(row, sheetCell(f, v.Fields))
		}
		rows = append(rows, row)
	}
	if err := g.House.Exported(ctx, who, "名录“"+def.Title+"”", len(rows)); err != nil {
		return sheet.Table{}, nil, err
	}
	return sheet.Table{Name: def.Title, Columns: g.Columns(def), Rows: slices.Values(rows)}, rows, nil
}

func (g *Registers) keeper(ctx context.Context, who access.Actor) (*act.Site, access.Actor, error) {
	site, err := g.Acts.Site(ctx)
	if err != nil {
		return nil, who, err
	}
	who, ok := officer(site, who, g.Acts.Today(), MayKeepAll)
	if !ok {
		return nil, who, app.Faultf(app.Denied, "名录的导入和导出由统筹岗办理，您的岗位不能办理。")
	}
	return site, who, nil
}

func (g *Registers) entries(ctx context.Context, id string) (out []*matter.Entry, err error) {
	err = g.Acts.DB.Read(ctx, func(tx *store.Tx) (err error) {
		out, err = read.Register(ctx, tx, id)
		return err
	})
	return out, err
}

// sheetCell is a field's value as its column takes it: numbers as numbers, days as days, all else as text.
func sheetCell(f *register.Field, vs matter.Values) any {
	v, ok := vs.Get(f.ID)
	if !ok || register.Blank(v) {
		return nil
	}
	if f.Type == register.TypeInt && !f.Rows() {
		return v.Int
	}
	return cellText(f, v)
}

// cellText writes a value so that ReadInput reads it back: entries by key, options by title, rows a line each with their
// columns parted by ；.
func cellText(f *register.Field, v matter.Value) string {
	switch v.Kind {
	case matter.Link:
		return v.Ref.Key
	case matter.List:
		lines := make([]string, len(v.Items))
		for i, it := range v.Items {
			if columns := f.Columns(); columns != nil {
				cells := make([]string, len(columns))
				for k := range columns {
					if c, ok := it.Fields.Get(columns[k].ID); ok {
						cells[k] = cellText(&columns[k], c)
					}
				}
				lines[i] = strings.TrimRight(strings.Join(cells, "；"), "；")
				continue
			}
			lines[i] = cellText(&register.Field{Type: f.Type, Of: f.Of, Options: f.Options}, it.Value)
		}
		return strings.Join(lines, "\n")
	case matter.None:
		return ""
	}
	return act.Show(f, v)
}
