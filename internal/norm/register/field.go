// Package register holds the definitions of registers (名录): which fields an entry has, of what type, and what is wrong
// with the values of one. The fields of procedures are of the same kinds and are read and checked here as well.
package register

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/expr"
	"zhunsheng/internal/norm/source"
)

// Types of fields.
const (
	TypeText   = "text"
	TypeInt    = "int"
	TypeMoney  = "money" // fen
	TypeBool   = "bool"
	TypeDate   = "date"
	TypeEntry  = "entry" // an entry of the register Of
	TypeParty  = "party" // 当事人, see PartyFields
	TypeFile   = "file"
	TypeList   = "list" // rows with columns
	TypeChoice = "choice"
)

var fieldTypes = []string{TypeText, TypeInt, TypeMoney, TypeBool, TypeDate, TypeEntry, TypeParty, TypeFile, TypeList, TypeChoice}

// Field is a typed value that an entry or a matter may hold.
type Field struct {
	ID, Title, Help string
	Type            string
	Of              string // entry: register
	Many            bool
	Optional        bool
	Class           string // "", personal or sealed
	Public          bool
	Facet           bool // lists filter by it
	Sum             bool // an act's input is added to what is held
	Long            bool // text of several lines
	Options         []Choice
	Fields          []Field // list: columns
}

// Choice is one option of a closed list.
type Choice struct{ ID, Title string }

// PartyFields are the columns of a party (当事人).
var PartyFields = []Field{
	{ID: "name", Title: "姓名或者名称", Type: TypeText},
	{ID: "kind", Title: "类别", Type: TypeChoice, Optional: true, Options: []Choice{{"person", "公民"}, {"company", "企业"}, {"other", "其他组织"}}},
	{ID: "number", Title: "证件号码或者统一社会信用代码", Type: TypeText, Optional: true},
	{ID: "address", Title: "住址或者住所", Type: TypeText, Optional: true},
	{ID: "phone", Title: "联系电话", Type: TypeText, Optional: true},
	{ID: "agent", Title: "法定代表人或者代理人", Type: TypeText, Optional: true},
}

// Columns are the columns of a field's rows: its own, or those of a party; nil where its elements are plain values.
func (f *Field) Columns() []Field {
	if f.Type == TypeParty {
		return PartyFields
	}
	return f.Fields
}

// Rows tells whether the field holds a list: of rows, of parties or of plain values.
func (f *Field) Rows() bool { return f.Type == TypeList || f.Type == TypeParty || f.Many }

// ExprType gives the type of the field in expressions. Entries are objects of type entry, rows of type row_ID.
func (f *Field) ExprType() expr.Type {
	t := expr.Type{Kind: expr.Text, List: f.Many}
	switch f.Type {
	case TypeInt:
		t.Kind = expr.Int
	case TypeMoney:
		t.Kind = expr.Money
	case TypeBool:
		t.Kind = expr.Bool
	case TypeDate:
		t.Kind = expr.Date
	case TypeEntry:
		t.Kind, t.Of = expr.Object, TypeEntry
	case TypeParty:
		t.Kind, t.Of = expr.Object, TypeParty
	case TypeList:
		t = expr.Type{Kind: expr.Object, Of: "row_" + f.ID, List: true}
	}
	return t
}

// FieldKeys is the language of fields in packs; the reference page is made from it.
func FieldKeys() []source.Key[Field] {
	text, boolean := source.Text[Field], source.Bool[Field]
	return []source.Key[Field]{
		{Name: "title", Form: "文字", Doc: "名称", Need: true, Read: text(func(f *Field) *string { return &f.Title })},
		{Name: "help", Form: "文字", Doc: "填写说明", Read: text(func(f *Field) *string { return &f.Help })},
		{Name: "type", Form: strings.Join(fieldTypes, " | "), Doc: "类型", Need: true, Read: source.Word(func(f *Field) *string { return &f.Type }, fieldTypes...)},
		{Name: "of", Form: "名录", Doc: "entry 指向哪个名录", Read: text(func(f *Field) *string { return &f.Of })},
		{Name: "many", Form: "true | false", Doc: "可以有多个", Read: boolean(func(f *Field) *bool { return &f.Many })},
		{Name: "optional", Form: "true | false", Doc: "可以不填", Read: boolean(func(f *Field) *bool { return &f.Optional })},
		{Name: "class", Form: "personal | sealed", Doc: "个人信息或者封存信息，存入可以清除的部分", Read: source.Word(func(f *Field) *string { return &f.Class }, "personal", "sealed")},
		{Name: "public", Form: "true | false", Doc: "可以公开", Read: boolean(func(f *Field) *bool { return &f.Public })},
		{Name: "facet", Form: "true | false", Doc: "列表按它筛选", Read: boolean(func(f *Field) *bool { return &f.Facet })},
		{Name: "sum", Form: "true | false", Doc: "整数：办理时填的数加到已有的数上", Read: boolean(func(f *Field) *bool { return &f.Sum })},
		{Name: "long", Form: "true | false", Doc: "多行文字", Read: boolean(func(f *Field) *bool { return &f.Long })},
		{Name: "options", Form: "标识: 名称", Doc: "choice 的选项", Read: func(r *source.Reader, n *source.Node, f *Field) { f.Options = ReadChoices(r, n, nil) }},
		{Name: "fields", Form: "标识: 内容", Doc: "list 的各列", Read: func(r *source.Reader, n *source.Node, f *Field) { f.Fields = ReadFields(r, n) }},
	}
}

// ReadFields reads the fields of a definition.
func ReadFields(r *source.Reader, n *source.Node) []Field {
	var out []Field
	r.Each(n, "fields", func(id, v *source.Node) {
		f := Field{ID: id.Text}
		source.Fill(r, v, "字段", FieldKeys(), &f)
		switch {
		case f.Type == TypeEntry && f.Of == "":
			r.Add(v, source.CodeMissing, "写明 of: 名录", "entry 字段缺少“of”")
		case f.Type == TypeChoice && len(f.Options) == 0:
			r.Add(v, source.CodeMissing, "", "choice 字段缺少“options”")
		case f.Type == TypeList && len(f.Fields) == 0:
			r.Add(v, source.CodeMissing, "", "list 字段缺少“fields”")
		case f.Sum && f.Type != TypeInt && f.Type != TypeMoney:
			r.Add(v, source.CodeValue, "", "只有整数和金额可以累加")
		case f.Sum && f.Class != "":
			r.Add(v, source.CodeValue, "", "累加的字段不能是个人信息")
		case f.Facet && (f.Class != "" || f.Rows() || f.Type == TypeFile):
			r.Add(v, source.CodeValue, "", "这样的字段不能用来筛选")
		}
		out = append(out, f)
	})
	return out
}

// ReadChoices reads options: ids with titles, or ids alone where words has titles for them.
func ReadChoices(r *source.Reader, n *source.Node, words map[string]string) []Choice {
	var out []Choice
	if n.Kind == source.List {
		for _, w := range r.Items(n) {
			title := words[w.Text]
			if title == "" {
				r.Add(w, source.CodeValue, "写成“标识: 名称”", "“%s”没有名称", w.Text)
			}
			out = append(out, Choice{w.Text, title})
		}
		return out
	}
	r.Each(n, "选项", func(id, v *source.Node) { out = append(out, Choice{id.Text, r.Scalar(v)}) })
	return out
}

// MaxText bounds a text in runes: a record's part is at most 64 KiB.
const MaxText = 20_000

// Fits says in Chinese why a plain value does not suit a field, "" where it does. Whether it may be empty is not asked.
func Fits(f *Field, v matter.Value) string {
	wrong := func(kind matter.Kind, what string) string {
		if v.Kind != kind {
			return "“" + f.Title + "”应当是" + what
		}
		return ""
	}
	switch f.Type {
	case TypeInt:
		return wrong(matter.Int, "整数")
	case TypeMoney:
		if say := wrong(matter.Int, "金额"); say != "" || v.Int >= 0 {
			return say
		}
		return "“" + f.Title + "”不能是负数"
	case TypeBool:
		return wrong(matter.Bool, "是或者否")
	case TypeDate:
		if v.Kind != matter.Date || !isDate(v.Text) {
			return "“" + f.Title + "”应当是日期，写成 2026-09-24 这样"
		}
		return ""
	case TypeEntry:
		if say := wrong(matter.Link, "名录中的条目"); say != "" {
			return say
		}
		if v.Ref == nil || v.Ref.Register != f.Of {
			return "“" + f.Title + "”应当取自名录“" + f.Of + "”"
		}
		return ""
	case TypeFile:
		return wrong(matter.File, "附件")
	case TypeChoice:
		if !slices.ContainsFunc(f.Options, func(o Choice) bool { return o.ID == v.Text }) {
			return "“" + f.Title + "”没有选项“" + v.Text + "”"
		}
		return wrong(matter.Text, "选项之一")
	}
	if !utf8.ValidString(v.Text) {
		return "“" + f.Title + "”的文字编码不对"
	}
	if utf8.RuneCountInString(v.Text) > MaxText {
		return "“" + f.Title + "”超过" + strconv.Itoa(MaxText) + "字，请改为附件"
	}
	return wrong(matter.Text, "文字")
}

// isDate tells whether s is a day of the calendar written YYYY-MM-DD.
func isDate(s string) bool {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return false
	}
	y, err1 := strconv.Atoi(s[:4])
	m, err2 := strconv.Atoi(s[5:7])
	d, err3 := strconv.Atoi(s[8:])
	if err1 != nil || err2 != nil || err3 != nil || m < 1 || m > 12 || d < 1 || y < 1949 || y > 2200 {
		return false
	}
	days := []int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[m-1]
	if m == 2 && y%4 == 0 && (y%100 != 0 || y%400 == 0) {
		days = 29
	}
	return d <= days
}

// Blank tells whether a value says nothing.
func Blank(v matter.Value) bool {
	switch v.Kind {
	case matter.None:
		return true
	case matter.Text, matter.Date:
		return strings.TrimSpace(v.Text) == ""
	case matter.List:
		return len(v.Items) == 0
	case matter.Link:
		return v.Ref == nil
	case matter.File:
		return v.Blob == nil
	}
	return false
}

// Show writes a value as people read it: money in 元, options by title, lists with 、.
func Show(f *Field, v matter.Value) string {
	if len(v.Items) > 0 {
		words := make([]string, 0, len(v.Items))
		for _, it := range v.Items {
			if it.Fields != nil {
				words = append(words, it.Fields.Text("name"))
				continue
			}
			words = append(words, Show(&Field{Type: f.Type, Options: f.Options}, it.Value))
		}
		return strings.Join(words, "、")
	}
	switch v.Kind {
	case matter.Int:
		if f.Type == TypeMoney {
			if v.Int%100 == 0 {
				return strconv.FormatInt(v.Int/100, 10) + "元"
			}
			return strconv.FormatFloat(float64(v.Int)/100, 'f', 2, 64) + "元"
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
	}
	if f.Type == TypeChoice {
		for _, o := range f.Options {
			if o.ID == v.Text {
				return o.Title
			}
		}
	}
	return v.Text
}
