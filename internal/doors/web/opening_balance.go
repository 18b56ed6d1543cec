package web

import (
	"net/http"
	"strconv"
	"strings"

	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/doors/web/view"
)

// balanceKinds are the kinds of opening balances in the order of the page.
var balanceKinds = []struct{ id, title, note string }{
	{admin.LastNumber, "文号续编", "每个序列登记一次，下一号接着编"},
	{admin.InHand, "期初未结", "启用时在办、不逐件导入的件数"},
	{admin.Published, "上年公布的数字", "照公布的样子保留，供比较，不再重算"},
}

// balances adds the opening balances entered so far and the forms for more.
func (s *Server) balances(r *http.Request, p *view.OpeningPage, back *sent) error {
	v := visitOf(r)
	all, err := s.opening.Balances(r.Context())
	if err != nil {
		return err
	}
	words := map[string]string{}
	for _, k := range balanceKinds {
		words[k.id] = k.title
		p.Forms = append(p.Forms, back.act(&p.Page, "登记"+k.title, k.note, s.balanceForm(v, k.id)))
	}
	for _, b := range all {
		row := view.Balance{
			Kind: words[b.Kind], Title: b.Title, Unit: "全部单位", Period: b.Period, Source: b.Source,
			Record: view.Link{Text: grouped(b.Seq), Href: recordPath(b.Seq)},
		}
		if b.Unit != 0 {
			row.Unit = v.Site.Tree().Name(b.Unit)
		}
		if b.ValueGiven {
			row.Value = grouped(b.Value) + b.Measure
		}
		if b.Kind == admin.LastNumber {
			row.Unit = ""
		}
		p.Balances = append(p.Balances, row)
	}
	return nil
}

func (s *Server) balanceForm(v *visit, kind string) view.Form {
	f := view.Form{ID: kind, Action: "/opening/balance", Submit: "登记", Hidden: []view.Hidden{{Name: "kind", Value: kind}}}
	unit := view.Field{Name: "unit", Label: "单位", Kind: view.Select, Optional: true, Options: unitOptions(v.Site.Tree(), 0, "全部单位")}
	value := view.Field{Name: "value", Label: "数值", Kind: view.Number}
	switch kind {
	case admin.LastNumber:
		f.Fields = append(f.Fields, view.Field{Name: "number", Label: "最后一号", Hint: "完整的文号，如 衡政办督〔2026〕17号", Short: true})
	case admin.InHand:
		programs := []view.Option{{Text: "请选择"}}
		book := s.Acts.Book()
		for _, id := range book.Procedures() {
			if def, ok := book.Procedure(id, s.Acts.Today()); ok {
				programs = append(programs, view.Option{Value: id, Text: def.Title})
			}
		}
		value.Label = "件数"
		f.Fields = append(f.Fields, view.Field{Name: "procedure", Label: "程序", Kind: view.Select, Options: programs}, unit, value)
	case admin.Published:
		f.Fields = append(f.Fields, view.Field{Name: "title", Label: "数字的名称", Hint: "如 行政处罚案件数"}, unit,
			view.Field{Name: "period", Label: "期间", Hint: "如 2025、2025-H1", Short: true}, value,
			view.Field{Name: "measure", Label: "计量单位", Optional: true, Short: true})
	}
	f.Fields = append(f.Fields, view.Field{Name: "source", Label: "出处", Hint: "公布它的文件、年报或者台账的名称和文号"})
	return f
}

// openingBalance enters one.
func (s *Server) openingBalance(w http.ResponseWriter, r *http.Request) error {
	f, err := posted(r)
	if err != nil {
		return err
	}
	b := admin.Balance{
		Kind: f.get("kind"), Number: f.get("number"), Title: f.get("title"), Procedure: f.get("procedure"), Period: f.get("period"),
		Measure: f.get("measure"), Source: f.get("source"),
	}
	if b.Unit, err = strconv.ParseInt(orElse(f.get("unit"), "0"), 10, 64); err != nil {
		return denied("没有这个单位。")
	}
	if text := strings.TrimSpace(f.get("value")); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		b.Value, b.ValueGiven = n, err == nil
	}
	err = s.opening.Enter(r.Context(), visitOf(r).Actor, requestOf(r), b)
	if back := rejected(r, b.Kind, err); back != nil {
		return s.openingRender(w, r, nil, back)
	}
	if err != nil {
		return err
	}
	return s.redirect(w, r, "/opening#balances", view.Flash{Tone: "ok", Lead: "已经登记。"})
}
