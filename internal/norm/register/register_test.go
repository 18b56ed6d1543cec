package register_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/register"
	"zhunsheng/internal/norm/source"
)

const officers = `
id: officer
title: 执法人员
key: 执法证号
name: name
number: certificate
fields:
  name:
    title: 姓名
    type: text
  certificate:
    title: 证号
    type: text
  phone:
    title: 电话
    type: text
    class: personal
    optional: true
  file:
    title: 封存
    type: text
    class: sealed
    optional: true
  until:
    title: 有效期至
    type: date
    optional: true
  unit:
    title: 单位
    type: entry
    of: unit
    optional: true
  fields_of_work:
    title: 领域
    type: text
    many: true
    optional: true
  relations:
    title: 关系
    type: list
    optional: true
    fields:
      kind:
        title: 关系
        type: choice
        options: {guide: 指导, sent: 派出}
      days:
        title: 天数
        type: int
        optional: true
`

func load(tb testing.TB) *register.Definition {
	n, diags := source.Parse("officer.yaml", []byte(officers))
	if len(diags) > 0 {
		tb.Fatal(diags)
	}
	d, diags := register.Decode(n)
	if len(diags) > 0 {
		tb.Fatal(diags)
	}
	return d
}

func TestValidate(t *testing.T) {
	good := matter.Values{}.With("name", matter.OfText("赵某")).With("certificate", matter.OfText("15-01"))
	row := func(vs matter.Values) matter.Value { return matter.OfList(matter.Item{ID: "p1", Fields: vs}) }
	for name, c := range map[string]struct {
		values matter.Values
		want   []register.Fault
	}{
		"complete":      {good, nil},
		"nothing":       {nil, []register.Fault{{Field: "name", Say: "请填写“姓名”"}, {Field: "certificate", Say: "请填写“证号”"}}},
		"blank":         {good.With("name", matter.OfText("　 ")), []register.Fault{{Field: "name", Say: "请填写“姓名”"}}},
		"unknown field": {good.With("colour", matter.OfText("红")), []register.Fault{{Field: "colour", Say: "名录“执法人员”没有字段“colour”"}}},
		"no date":       {good.With("until", matter.OfDate("2026-02-30")), []register.Fault{{Field: "until", Say: "“有效期至”应当是日期，写成 2026-09-24 这样"}}},
		"leap day":      {good.With("until", matter.OfDate("2028-02-29")), nil},
		"entry of another register": {good.With("unit", matter.OfRef(matter.Ref{Register: "post", Entry: 3})),
			[]register.Fault{{Field: "unit", Say: "“单位”应当取自名录“unit”"}}},
		"plain list":   {good.With("fields_of_work", matter.OfList(matter.Item{Value: matter.OfInt(1)})), []register.Fault{{Field: "fields_of_work.1", Say: "“领域”应当是文字"}}},
		"not a list":   {good.With("fields_of_work", matter.OfText("环保")), []register.Fault{{Field: "fields_of_work", Say: "“领域”应当是列表"}}},
		"wrong option": {good.With("relations", row(matter.Values{}.With("kind", matter.OfText("guid")))), []register.Fault{{Field: "relations.1.kind", Say: "“关系”没有选项“guid”"}}},
		"missing cell": {good.With("relations", row(nil)), []register.Fault{{Field: "relations.1.kind", Say: "请填写“关系”"}}},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, load(t).Validate(c.values)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSplitAndLabel(t *testing.T) {
	d := load(t)
	values := matter.Values{}.With("name", matter.OfText("赵某")).With("certificate", matter.OfText("15-01")).
		With("phone", matter.OfText("123")).With("file", matter.OfText("密"))
	open, personal, sealed := d.Split(values)
	if open.Text("name") != "赵某" || personal.Text("phone") != "123" || sealed.Text("file") != "密" || len(open)+len(personal)+len(sealed) != 4 {
		t.Errorf("split into %v, %v, %v", open, personal, sealed)
	}
	if name, number := d.Label("15-01", values); name != "赵某" || number != "15-01" {
		t.Errorf("shown as %q, %q", name, number)
	}
	if name, _ := d.Label("15-01", nil); name != "15-01" {
		t.Errorf("an entry without a name is shown as %q", name)
	}
}

func TestShow(t *testing.T) {
	for name, c := range map[string]struct {
		field register.Field
		value matter.Value
		want  string
	}{
		"yuan":     {register.Field{Type: register.TypeMoney}, matter.OfInt(1_800_000), "18000元"},
		"fen":      {register.Field{Type: register.TypeMoney}, matter.OfInt(1250), "12.50元"},
		"truth":    {register.Field{Type: register.TypeBool}, matter.OfBool(true), "是"},
		"option":   {register.Field{Type: register.TypeChoice, Options: []register.Choice{{ID: "a", Title: "甲"}}}, matter.OfText("a"), "甲"},
		"entry":    {register.Field{Type: register.TypeEntry}, matter.OfRef(matter.Ref{Name: "司法局"}), "司法局"},
		"several":  {register.Field{Type: register.TypeText, Many: true}, matter.OfList(matter.Item{Value: matter.OfText("甲")}, matter.Item{Value: matter.OfText("乙")}), "甲、乙"},
		"parties":  {register.Field{Type: register.TypeParty}, matter.OfList(matter.Item{Fields: matter.Values{}.With("name", matter.OfText("某店"))}), "某店"},
		"a number": {register.Field{Type: register.TypeInt}, matter.OfInt(-3), "-3"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := register.Show(&c.field, c.value); got != c.want {
				t.Errorf("shown as %q, want %q", got, c.want)
			}
		})
	}
}
