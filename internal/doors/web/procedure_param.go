package web

import (
	"net/http"
	"slices"

	"zhunsheng/internal/app/admin"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/norm/procedure"
)

// paramsOf says which values the parameters of a procedure were given, and offers the form to who keeps them.
func (s *Server) paramsOf(r *http.Request, d *procedure.Definition, p *view.ProcedurePage, back *sent) error {
	if len(d.Params) == 0 {
		return nil
	}
	v := visitOf(r)
	set, err := s.House.ParamsSet(r.Context(), d.ID)
	if err != nil {
		return err
	}
	for i := range d.Params {
		for _, x := range set {
			if x.Param != d.Params[i].ID {
				continue
			}
			where := "全部单位"
			if x.Unit != 0 {
				where = v.Site.Tree().Name(x.Unit)
			}
			p.Params[i].More = append(p.Params[i].More, where+"自 "+x.From+" 起取 "+x.Value+"，依据"+x.Basis+"，存证编号 "+grouped(x.Seq))
		}
	}
	if !s.keeps(v, 0) {
		return nil
	}
	form := view.Form{ID: "param", Action: procedurePath(d.ID) + "/params?text=" + d.InForce, Submit: "设定参数"}
	names := view.Field{Name: "param", Label: "参数", Kind: view.Select, Options: []view.Option{{Text: "请选择"}}}
	for i := range d.Params {
		names.Options = append(names.Options, view.Option{Value: d.Params[i].ID, Text: d.Params[i].Title, Note: d.Params[i].Default})
	}
	form.Fields = []view.Field{
		names, {Name: "value", Label: "取值", Short: true, Optional: true, Hint: "照缺省值的写法，如 10000元、20 workdays、true"},
		{Name: "unit", Label: "适用的单位", Kind: view.Select, Optional: true, Options: unitOptions(v.Site.Tree(), 0, "全部单位"), Hint: "下级单位没有另行设定的，随上级"},
		{Name: "from", Label: "自何日起", Kind: view.Date, Value: v.Today}, {Name: "basis", Label: "依据", Hint: "规定的名称、文号和条款"},
	}
	box := back.act(&p.Page, "设定参数", "当日生效，变更留存记录；办理时按办理之日的取值", form)
	p.ParamForm = &box
	return nil
}

// procedureParam sets a parameter.
func (s *Server) procedureParam(w http.ResponseWriter, r *http.Request) error {
	f, err := posted(r)
	if err != nil {
		return err
	}
	d, err := s.definition(r)
	if err != nil {
		return err
	}
	err = s.House.SetParam(r.Context(), visitOf(r).Actor, requestOf(r), admin.ParamForm{
		Procedure: d.ID, Param: f.get("param"), Value: f.get("value"), Unit: number(f.get("unit")), From: f.get("from"), Basis: f.get("basis"),
	})
	if back := rejected(r, "param", err); back != nil {
		return s.showProcedure(w, r, back)
	}
	if err != nil {
		return err
	}
	title := ""
	if i := slices.IndexFunc(d.Params, func(x procedure.Param) bool { return x.ID == f.get("param") }); i >= 0 {
		title = d.Params[i].Title
	}
	return s.redirect(w, r, procedurePath(d.ID)+"?text="+d.InForce+"#h-params", view.Flash{Tone: "ok", Lead: "已经设定“" + title + "”。", Next: "此后的办理按新的取值判断。"})
}
