package act

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhunsheng/internal/app"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// Typed is the text a person or a file gave for the fields of a form, by control: a field's id; field.item.column for the
// summed column of a row. A control that was not sent is absent.
type Typed interface {
	Texts(control string) (texts []string, sent bool)
}

// rowSeparator parts the columns of a row where rows are typed as lines.
const rowSeparator = "；"

// ReadInput turns typed text into values by the form's fields; what cannot be read is a fault of its control. It only
// types: whether something is required, the rules say.
func (a *Acts) ReadInput(ctx context.Context, site *Site, form []procedure.FormField, s *matter.State, typed Typed) (matter.Values, []app.FieldFault) {
	in := matter.Values{}
	var faults []app.FieldFault
	for _, f := range form {
		if f.Field.Type == procedure.TypeFile {
			continue // files come as attachments
		}
		r := reader{acts: a, ctx: ctx, site: site, typed: typed, faults: &faults}
		if v, ok := r.field(f, s); ok {
			in = in.With(f.Field.ID, v)
		}
	}
	return in, faults
}

type reader struct {
	acts   *Acts
	ctx    context.Context
	site   *Site
	typed  Typed
	faults *[]app.FieldFault
}

func (r *reader) wrong(control, format string, args ...any) (matter.Value, bool) {
	*r.faults = append(*r.faults, app.FieldFault{Field: control, Say: fmt.Sprintf(format, args...)})
	return matter.Value{}, false
}

func (r *reader) field(f procedure.FormField, s *matter.State) (matter.Value, bool) {
	field := f.Field
	if f.Sub != "" {
		return r.sums(f, s)
	}
	if field.Columns() != nil {
		if v, sent := r.grid(field); sent {
			return v, true
		}
	}
	texts, sent := r.typed.Texts(field.ID)
	if !sent {
		return matter.Value{}, false
	}
	switch {
	case field.Columns() != nil:
		return r.rows(field, texts)
	case field.Many:
		var items []matter.Item
		for _, t := range texts {
			for _, line := range strings.FieldsFunc(t, func(c rune) bool { return c == '\n' || c == '\r' }) {
				if v, ok := r.scalar(field.ID, field, line); ok && v.Kind != matter.None {
					items = append(items, matter.Item{Value: v})
				}
			}
		}
		return matter.OfList(items...), true
	}
	text := ""
	if len(texts) > 0 {
		text = texts[len(texts)-1]
	}
	v, ok := r.scalar(field.ID, field, text)
	return v, ok
}

// sums reads the summed column row by row; an empty control adds nothing.
func (r *reader) sums(f procedure.FormField, s *matter.State) (matter.Value, bool) {
	if s == nil {
		return matter.Value{}, false
	}
	held, _ := s.Get(f.Field.ID)
	var items []matter.Item
	for _, it := range held.Items {
		control := f.Field.ID + "." + it.ID + "." + f.Sub
		texts, sent := r.typed.Texts(control)
		if !sent || len(texts) == 0 || strings.TrimSpace(texts[0]) == "" {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(texts[0]), 10, 64)
		if err != nil {
			r.wrong(control, "“%s”不是整数。请填写本次完成的数量，例如 2。", texts[0])
			continue
		}
		items = append(items, matter.Item{ID: it.ID, Fields: matter.Values{}.With(f.Sub, matter.OfInt(n))})
	}
	return matter.OfList(items...), len(items) > 0
}

// grid reads the rows of a list from controls of their own: field.0.column, field.0.id …; rows left empty are none.
func (r *reader) grid(field *procedure.Field) (matter.Value, bool) {
	var items []matter.Item
	columns := field.Columns()
	for n := 0; ; n++ {
		row, sent := matter.Values{}, false
		base := field.ID + "." + strconv.Itoa(n) + "."
		for i := range columns {
			texts, ok := r.typed.Texts(base + columns[i].ID)
			if !ok {
				continue
			}
			sent = true
			v, ok := r.scalar(field.ID, &columns[i], strings.Join(texts, " "))
			if ok && v.Kind != matter.None {
				row = row.With(columns[i].ID, v)
			}
		}
		if !sent {
			return matter.OfList(items...), n > 0
		}
		if len(row) == 0 {
			continue
		}
		item := matter.Item{Fields: row}
		if texts, ok := r.typed.Texts(base + "id"); ok {
			item.ID = strings.Join(texts, "")
		}
		items = append(items, item)
	}
}

// rows reads one row a line, columns in order, parted by ；.
func (r *reader) rows(field *procedure.Field, texts []string) (matter.Value, bool) {
	var items []matter.Item
	columns := field.Columns()
	for n, line := range strings.FieldsFunc(strings.Join(texts, "\n"), func(c rune) bool { return c == '\n' || c == '\r' }) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		cells := strings.Split(strings.ReplaceAll(line, ";", rowSeparator), rowSeparator)
		if len(cells) > len(columns) {
			return r.wrong(field.ID, "第 %d 行有 %d 栏，应当是 %d 栏（%s），栏之间用“；”分开。", n+1, len(cells), len(columns), titles(columns))
		}
		row := matter.Values{}
		for i, cell := range cells {
			v, ok := r.scalar(field.ID, &columns[i], cell)
			if ok && v.Kind != matter.None {
				row = row.With(columns[i].ID, v)
			}
		}
		items = append(items, matter.Item{Fields: row})
	}
	return matter.OfList(items...), true
}

func titles(fields []procedure.Field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Title
	}
	return strings.Join(names, rowSeparator)
}

// scalar reads one value; an empty text is an emptied field.
func (r *reader) scalar(control string, f *procedure.Field, text string) (matter.Value, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return matter.Value{}, true
	}
	switch f.Type {
	case procedure.TypeInt:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return r.wrong(control, "“%s”应当是整数，现在是“%s”。", f.Title, text)
		}
		return matter.OfInt(n), true
	case procedure.TypeMoney:
		fen, err := app.Fen(text)
		if err != nil {
			return r.wrong(control, "“%s”应当是金额，现在是“%s”。请写成 1200.50。", f.Title, text)
		}
		return matter.OfInt(fen), true
	case procedure.TypeBool:
		return matter.OfBool(text == "1" || text == "true" || text == "是" || text == "on"), true
	case procedure.TypeDate:
		if _, err := time.Parse(time.DateOnly, text); err != nil {
			return r.wrong(control, "“%s”应当是日期，现在是“%s”。请写成 2026-09-23。", f.Title, text)
		}
		return matter.OfDate(text), true
	case procedure.TypeChoice:
		for _, o := range f.Options {
			if text == o.ID || text == o.Title {
				return matter.OfText(o.ID), true
			}
		}
		return r.wrong(control, "“%s”没有“%s”这一项。", f.Title, text)
	case procedure.TypeEntry:
		return r.entry(control, f, text)
	}
	return matter.OfText(text), true
}

// entry finds an entry by its no, key or (for units) name, as it stands today.
func (r *reader) entry(control string, f *procedure.Field, text string) (matter.Value, bool) {
	if f.Of == RegisterUnit {
		if u, ok := r.site.Tree().Match(text); ok {
			text = strconv.FormatInt(u.No, 10)
		} else if u, ok := r.site.Tree().Code(text); ok {
			text = strconv.FormatInt(u.No, 10)
		}
	}
	var e *matter.Entry
	err := r.acts.DB.Read(r.ctx, func(tx *store.Tx) (err error) {
		if no, bad := strconv.ParseInt(text, 10, 64); bad == nil {
			if e, err = read.EntryOf(r.ctx, tx, no); err == nil && e.Register == f.Of {
				return nil
			}
		}
		e, err = read.EntryByKey(r.ctx, tx, f.Of, text)
		return err
	})
	if err != nil {
		return r.wrong(control, "名录中没有“%s”。请从“%s”名录中选择。", text, f.Title)
	}
	v, ok := e.AsOf(r.acts.Today(), 0)
	if !ok {
		return r.wrong(control, "“%s”已经不在有效期内。", e.Key)
	}
	return matter.OfRef(RefTo(e, v)), true
}

// Show writes a value as a person reads it.
func Show(f *procedure.Field, v matter.Value) string {
	switch v.Kind {
	case matter.Int:
		if f != nil && f.Type == procedure.TypeMoney {
			return app.Yuan(v.Int)
		}
		return strconv.FormatInt(v.Int, 10)
	case matter.Bool:
		if v.Int != 0 {
			return "是"
		}
		return "否"
	case matter.Link:
		return v.Ref.Name
	case matter.File:
		return v.Blob.Name
	case matter.List:
		lines := make([]string, 0, len(v.Items))
		for _, it := range v.Items {
			lines = append(lines, showItem(f, it))
		}
		return strings.Join(lines, "\n")
	}
	if f != nil && f.Type == procedure.TypeChoice {
		if i := slices.IndexFunc(f.Options, func(o procedure.Choice) bool { return o.ID == v.Text }); i >= 0 {
			return f.Options[i].Title
		}
	}
	return v.Text
}

func showItem(f *procedure.Field, it matter.Item) string {
	if it.Value.Kind != matter.None || f == nil {
		return Show(f, it.Value)
	}
	columns := f.Columns()
	cells := make([]string, 0, len(columns))
	for i := range columns {
		if v, ok := it.Fields.Get(columns[i].ID); ok {
			cells = append(cells, Show(&columns[i], v))
		}
	}
	return strings.Join(cells, rowSeparator)
}
