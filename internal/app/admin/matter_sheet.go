package admin

import (
	"regexp"
	"slices"
	"strings"

	"zhunsheng/internal/app"
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/norm/procedure"
)

// MatterSheet is the sheet in which the matters of a procedure are brought in: one row one matter. Its columns follow from
// the definition: the number in the upper system, the lead unit, the fields, and of each step its legal date and outcome.
type MatterSheet struct {
	Def    *procedure.Definition
	Fields []FieldColumn // those of the opening first
	Steps  []StepColumn  // the opening first, then in legal order
}

// FieldColumn is the column of a field.
type FieldColumn struct {
	Title string
	Field *procedure.Field
	Of    int  // index of the first step that asks for it
	Need  bool // the matter's title is made of it
}

// StepColumn is a step's column of legal dates, and that of its outcomes where it has any.
type StepColumn struct {
	ID, Name       string
	Title, Outcome string // column titles; Outcome "" where the step has none
	Outcomes       []procedure.Choice
	Each           string
	Repeat         bool
	form           map[string]bool // fields it asks for
}

// openedTitle is the column of the opening's date where no step of the procedure opens it.
const openedTitle = "开启日期"

// outcomeSuffix ends the title of a column of outcomes.
const outcomeSuffix = "结果"

var titleField = regexp.MustCompile(`\{([a-z0-9_]+)\}`)

// MatterSheetOf is the sheet of a procedure.
func MatterSheetOf(def *procedure.Definition) *MatterSheet {
	m := &MatterSheet{Def: def}
	taken := map[string]bool{columnKey(colNumber): true, columnKey(colUnit): true}
	title := func(name, otherwise string) string {
		for taken[columnKey(name)] {
			name += otherwise
		}
		taken[columnKey(name)] = true
		return name
	}
	var inTitle []string
	for _, found := range titleField.FindAllStringSubmatch(def.TitleForm, -1) {
		inTitle = append(inTitle, found[1])
	}
	steps := []procedure.Step{{ID: "open", Title: openedTitle}}
	if s := def.Step(def.Opens); s != nil {
		steps[0] = *s
	}
	for _, s := range def.AllSteps {
		if s.ID != def.Opens {
			steps = append(steps, s)
		}
	}
	listed := map[string]bool{}
	forms := make([][]procedure.FormField, len(steps))
	for i, s := range steps {
		forms[i] = def.Form(s.ID)
		for _, f := range forms[i] {
			if f.Field.Type == procedure.TypeFile || f.Sub != "" || f.Field.Sum || listed[f.Field.ID] {
				continue
			}
			listed[f.Field.ID] = true
			m.Fields = append(m.Fields, FieldColumn{
				Title: title(f.Field.Title, "（内容）"), Field: f.Field, Of: i, Need: i == 0 && slices.Contains(inTitle, f.Field.ID),
			})
		}
	}
	for i, s := range steps {
		c := StepColumn{ID: s.ID, Name: s.Title, Outcomes: s.Outcomes, Each: s.Each, Repeat: s.Repeat, form: map[string]bool{}}
		for _, f := range forms[i] {
			c.form[f.Field.ID] = listed[f.Field.ID] && f.Sub == ""
		}
		c.Title = title(s.Title, "（日期）")
		if len(s.Outcomes) > 0 {
			c.Outcome = title(s.Title+outcomeSuffix, "（选项）")
		}
		m.Steps = append(m.Steps, c)
	}
	return m
}

// Titles are the titles of all columns, for a mapping.
func (m *MatterSheet) Titles() []string {
	var out []string
	for _, c := range m.Columns() {
		out = append(out, c.Title)
	}
	return out
}

// Columns are the columns in order: number, unit, then each step's date and outcome before the fields it asks for first.
func (m *MatterSheet) Columns() []sheet.Column {
	out := []sheet.Column{{Title: colNumber, Width: 22}, {Title: colUnit, Width: 26}}
	for i, s := range m.Steps {
		out = append(out, sheet.Column{Title: s.Title, Kind: sheet.Date, Width: 14})
		if s.Outcome != "" {
			out = append(out, sheet.Column{Title: s.Outcome, Width: 20})
		}
		for _, f := range m.Fields {
			if f.Of == i {
				out = append(out, fieldColumn(f))
			}
		}
	}
	return out
}

func fieldColumn(f FieldColumn) sheet.Column {
	c := sheet.Column{Title: f.Title, Width: 18}
	switch {
	case f.Field.Rows():
		c.Width = 34
	case f.Field.Type == procedure.TypeDate:
		c.Kind, c.Width = sheet.Date, 14
	case f.Field.Long:
		c.Width = 40
	}
	return c
}

// remark begins the row of a template that says what its columns take; such a row is no matter.
const remark = "说明："

// MatterTemplate is the empty sheet of a procedure, with one row that says what each column takes.
func (o *Opening) MatterTemplate(id string) ([]byte, error) {
	m, err := o.matterSheet(id)
	if err != nil {
		return nil, err
	}
	says := map[string]string{
		colNumber: remark + "上级系统的编号，必填，一件一号；这一行不会导入",
		colUnit:   "单位名录中的名称，必填",
	}
	for i, s := range m.Steps {
		says[s.Title] = "办理日期，如 2026-06-30；没有办理的留空"
		if i == 0 {
			says[s.Title] = "日期，如 2026-06-30，必填"
		}
		if s.Each != "" {
			says[s.Title] += "；视为对每一个对象办理"
		}
		if s.Outcome != "" {
			says[s.Outcome] = "有日期的必填：" + choices(s.Outcomes)
		}
	}
	for _, f := range m.Fields {
		says[f.Title] = fieldSays(f)
	}
	columns := m.Columns()
	row := make([]any, len(columns))
	for i := range columns {
		columns[i].Kind = sheet.Text // the row of remarks stands in date columns too
		row[i] = says[columns[i].Title]
	}
	return sheet.XLSX(sheet.Table{Name: m.Def.Title, Columns: columns, Rows: slices.Values([][]any{row})})
}

func fieldSays(f FieldColumn) string {
	say := ""
	switch {
	case f.Field.Columns() != nil:
		var names []string
		for _, c := range f.Field.Columns() {
			names = append(names, c.Title)
		}
		say = "一行一个，各栏之间用“；”分开：" + strings.Join(names, "；")
	case f.Field.Many:
		say = "一行一个"
	case f.Field.Type == procedure.TypeChoice:
		say = choices(f.Field.Options)
	case f.Field.Type == procedure.TypeDate:
		say = "日期，如 2026-06-30"
	case f.Field.Type == procedure.TypeInt:
		say = "整数"
	case f.Field.Type == procedure.TypeMoney:
		say = "金额，元，如 1200.50"
	case f.Field.Type == procedure.TypeBool:
		say = "是或者否"
	}
	if f.Need {
		say = strings.TrimPrefix(say+"；必填，用作事项标题", "；")
	}
	return say
}

func choices(list []procedure.Choice) string {
	names := make([]string, len(list))
	for i, c := range list {
		names[i] = c.Title
	}
	return strings.Join(names, "、")
}

// matterSheet is the sheet of a procedure in force today; NotFound names those there are.
func (o *Opening) matterSheet(id string) (*MatterSheet, error) {
	book := o.Acts.Book()
	def, ok := book.Procedure(id, o.Acts.Today())
	if !ok {
		return nil, app.Faultf(app.NotFound, "没有名为“%s”的程序。现有：%s。", id, strings.Join(book.Procedures(), "、"))
	}
	return MatterSheetOf(def), nil
}

// MatterTitles are the titles of the columns of a procedure's sheet, for a mapping.
func (o *Opening) MatterTitles(id string) ([]string, error) {
	m, err := o.matterSheet(id)
	if err != nil {
		return nil, err
	}
	return m.Titles(), nil
}
