package procedure

import (
	"slices"

	"zhunsheng/internal/norm/register"
	"zhunsheng/internal/norm/source"
)

// The tables below are the language of the packs: what each key is called, takes and means. docs/pack.md is made from
// them (Reference), so that the page and the decoder cannot part.

func versionKeys() []source.Key[Definition] {
	text, word := source.Text[Definition], source.Word[Definition]
	return []source.Key[Definition]{
		{Name: "in_force", Form: "日期", Doc: "本版本自哪一日起适用", Need: true, Read: text(func(d *Definition) *string { return &d.InForce })},
		{Name: "basis", Form: "文字", Doc: "依据的法律、法规或者文件", Read: text(func(d *Definition) *string { return &d.Basis })},
		{Name: "opens", Form: "环节", Doc: "立案、下达等开启事项的环节，缺省为 open", Read: readRef("step", func(d *Definition) *string { return &d.Opens })},
		{Name: "title", Form: "模板", Doc: "事项标题，花括号内写公开字段，如 {title}", Read: text(func(d *Definition) *string { return &d.TitleForm })},
		{Name: "number", Form: "键值", Doc: "编号规则", Read: func(r *source.Reader, n *source.Node, d *Definition) {
			d.Number = &Number{}
			source.Fill(r, n, "编号", numberKeys(), d.Number)
			if on := n.Get("on"); on != nil {
				d.refs = append(d.refs, ref{"act", on.Text, on})
			}
		}},
		{Name: "transition", Form: "keep | switch | ask", Doc: "在办事项遇到本版本：沿用旧版、改用新版、逐件询问（缺省）", Read: word(func(d *Definition) *string { return &d.Transition }, "keep", "switch", "ask")},
		{Name: "params", Form: "标识: 内容", Doc: "单位可以设定的参数", Read: func(r *source.Reader, n *source.Node, d *Definition) {
			r.Each(n, "params", func(id, v *source.Node) {
				p := Param{ID: id.Text}
				source.Fill(r, v, "参数", paramKeys(), &p)
				d.Params = append(d.Params, p)
			})
		}},
		{Name: "fields", Form: "标识: 内容", Doc: "字段", Read: func(r *source.Reader, n *source.Node, d *Definition) {
			d.Fields = register.ReadFields(r, n)
			for i, k := range n.Keys {
				if slices.Contains(reserved, k.Text) {
					r.Add(n.Keys[i], source.CodeReserved, "换一个名字", "“%s”是保留的名字", k.Text)
				}
			}
		}},
		{Name: "terms", Form: "标识: 表达式", Doc: "起了名字的表达式", Read: func(r *source.Reader, n *source.Node, d *Definition) {
			r.Each(n, "terms", func(id, v *source.Node) {
				if slices.Contains(reserved, id.Text) {
					r.Add(id, source.CodeReserved, "换一个名字", "“%s”是保留的名字", id.Text)
				}
				d.Terms = append(d.Terms, Term{id.Text, readExpr(r, v)})
			})
		}},
		{Name: "lookups", Form: "标识: 内容", Doc: "对其他事项的查询，表达式中读作 lookup.标识", Read: func(r *source.Reader, n *source.Node, d *Definition) {
			r.Each(n, "lookups", func(id, v *source.Node) {
				l := LookupRule{ID: id.Text}
				source.Fill(r, v, "查询", lookupKeys(), &l)
				if f := v.Get("field"); f != nil {
					d.refs = append(d.refs, ref{"field", f.Text, f})
				}
				d.Lookups = append(d.Lookups, l)
			})
		}},
		{Name: "steps", Form: "标识: 内容", Doc: "环节", Need: true, Read: func(r *source.Reader, n *source.Node, d *Definition) {
			r.Each(n, "steps", func(id, v *source.Node) {
				opens := n.Get(id.Text) != nil && id.Text == opening
				if slices.Contains(builtins, id.Text) && !opens {
					r.Add(id, source.CodeReserved, "内置动作的办理条件写在 acts 里", "“%s”是内置动作，不能作环节", id.Text)
				}
				d.AllSteps = append(d.AllSteps, d.readStep(r, id.Text, v))
			})
		}},
		{Name: "acts", Form: "内置动作: 内容", Doc: "谁在什么条件下可以用内置动作（办理角色、条件）", Read: func(r *source.Reader, n *source.Node, d *Definition) {
			r.Each(n, "acts", func(id, v *source.Node) {
				if !slices.Contains(builtins, id.Text) {
					r.Add(id, source.CodeReference, source.DidYouMean(id.Text, builtins), "没有内置动作“%s”", id.Text)
				}
				d.Acts = append(d.Acts, d.readStep(r, id.Text, v))
			})
		}},
		{Name: "gates", Form: "标识: 内容", Doc: "办理前必须满足的条件", Read: func(r *source.Reader, n *source.Node, d *Definition) {
			r.Each(n, "gates", func(id, v *source.Node) { d.Gates = append(d.Gates, d.readGate(r, id.Text, v)) })
		}},
		{Name: "limits", Form: "标识: 内容", Doc: "期限", Read: func(r *source.Reader, n *source.Node, d *Definition) {
			r.Each(n, "limits", func(id, v *source.Node) { d.AllLimits = append(d.AllLimits, d.readLimit(r, id.Text, v)) })
		}},
		{Name: "facts", Form: "标识: 内容", Doc: "办理产生的数据", Read: func(r *source.Reader, n *source.Node, d *Definition) {
			r.Each(n, "facts", func(id, v *source.Node) {
				f := Fact{ID: id.Text, Count: "lead"}
				source.Fill(r, v, "数据", factKeys(), &f)
				if on := v.Get("on"); on != nil {
					d.refs = append(d.refs, ref{"act", on.Text, on})
				}
				d.Facts = append(d.Facts, f)
			})
		}},
		{Name: "examples", Form: "标识: 内容", Doc: "证明规则正确的算例", Read: func(r *source.Reader, n *source.Node, d *Definition) {
			r.Each(n, "examples", func(id, v *source.Node) { d.Examples = append(d.Examples, readExample(r, id.Text, v)) })
		}},
	}
}

func numberKeys() []source.Key[Number] {
	text := source.Text[Number]
	return []source.Key[Number]{
		{Name: "series", Form: "模板", Doc: "编号序列，如 {unit.sign}罚", Read: text(func(n *Number) *string { return &n.Series })},
		{Name: "form", Form: "模板", Doc: "编号的写法，如 {series}〔{year}〕{seq}号", Read: text(func(n *Number) *string { return &n.Form })},
		{Name: "on", Form: "环节", Doc: "在哪个环节编号", Need: true, Read: text(func(n *Number) *string { return &n.On })},
		{Name: "year", Form: "legal", Doc: "年份取办理之日的年份", Read: func(r *source.Reader, n *source.Node, _ *Number) {
			if r.Scalar(n) != "legal" {
				r.Add(n, source.CodeValue, "", "编号的年份只能取 legal")
			}
		}},
		{Name: "external", Form: "true | false", Doc: "由公文系统或者上级系统编号，录入而不自编", Read: source.Bool(func(n *Number) *bool { return &n.External })},
	}
}

func paramKeys() []source.Key[Param] {
	text := source.Text[Param]
	return []source.Key[Param]{
		{Name: "title", Form: "文字", Doc: "名称", Need: true, Read: text(func(p *Param) *string { return &p.Title })},
		{Name: "type", Form: "text | int | money | bool | date | period", Doc: "类型；period 如 3 workdays", Need: true, Read: source.Word(func(p *Param) *string { return &p.Type }, TypeText, TypeInt, TypeMoney, TypeBool, TypeDate, TypePeriod)},
		{Name: "default", Form: "值", Doc: "缺省值；金额可写 10000元", Need: true, Read: func(r *source.Reader, n *source.Node, p *Param) {
			p.Default = r.Scalar(n)
		}},
		{Name: "trial", Form: "值", Doc: "zhunsheng limit 试算时没有另行指定的取值", Read: text(func(p *Param) *string { return &p.Trial })},
		{Name: "note", Form: "文字", Doc: "来源、待核等说明", Read: text(func(p *Param) *string { return &p.Note })},
	}
}

func lookupKeys() []source.Key[LookupRule] {
	return []source.Key[LookupRule]{
		{Name: "title", Form: "文字", Doc: "名称", Read: source.Text(func(l *LookupRule) *string { return &l.Title })},
		{Name: "count", Form: "程序", Doc: "数哪种程序的事项", Need: true, Read: source.Text(func(l *LookupRule) *string { return &l.Count })},
		{Name: "field", Form: "字段", Doc: "与本事项同一字段取值相同的", Need: true, Read: source.Text(func(l *LookupRule) *string { return &l.Field })},
		{Name: "days", Form: "整数", Doc: "此前多少日内立案的", Need: true, Read: source.Int(func(l *LookupRule) *int64 { return &l.Days })},
	}
}

// choiceWords are titles of outcomes that may be listed by id alone.
var choiceWords = map[string]string{
	"pass": "通过", "return": "退回", "agree": "同意", "amend": "修改后同意", "disagree": "不同意", "approve": "批准",
	"refuse": "不批准", "accept": "接受", "reject": "驳回", "reassign": "改派", "split": "拆分", "done": "完成",
}

func readExpr(r *source.Reader, n *source.Node) Expr {
	return Expr{Source: r.Scalar(n), node: n}
}

func exprKey[T any](at func(*T) *Expr) func(*source.Reader, *source.Node, *T) {
	return func(r *source.Reader, n *source.Node, into *T) { *at(into) = readExpr(r, n) }
}

func readRef(kind string, at func(*Definition) *string) func(*source.Reader, *source.Node, *Definition) {
	return func(r *source.Reader, n *source.Node, d *Definition) {
		*at(d) = r.Scalar(n)
		d.refs = append(d.refs, ref{kind, n.Text, n})
	}
}
