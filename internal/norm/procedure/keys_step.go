package procedure

import (
	"slices"
	"strings"

	"zhunsheng/internal/norm/register"
	"zhunsheng/internal/norm/source"
)

func stepKeys() []source.Key[Step] {
	text, words, boolean := source.Text[Step], source.Words[Step], source.Bool[Step]
	return []source.Key[Step]{
		{Name: "title", Form: "文字", Doc: "名称", Read: text(func(s *Step) *string { return &s.Title })},
		{Name: "cites", Form: "法条", Doc: "依据", Read: text(func(s *Step) *string { return &s.Cites })},
		{Name: "help", Form: "文字", Doc: "办理说明", Read: text(func(s *Step) *string { return &s.Help })},
		{Name: "by", Form: "角色 或者 角色@何处", Doc: "谁办理；何处是单位在事项中的身份（lead 缺省，assist、superior、reviewer……）或者 pool（任何单位）", Need: true, Read: func(r *source.Reader, n *source.Node, s *Step) {
			s.By = readBy(r, n)
		}},
		{Name: "not", Form: "环节列表", Doc: "办理过这些环节的人不得办理", Read: words(func(s *Step) *[]string { return &s.Not })},
		{Name: "not_force", Form: "explain | stop", Doc: "上一项的强度，缺省 explain；法律要求分开的写 stop", Read: source.Word(func(s *Step) *string { return &s.NotForce }, Stop, Explain)},
		{Name: "not_cites", Form: "法条", Doc: "人员分开的依据", Read: text(func(s *Step) *string { return &s.NotCites })},
		{Name: "needs", Form: "环节列表", Doc: "此前应当办完的环节", Read: words(func(s *Step) *[]string { return &s.Needs })},
		{Name: "when", Form: "表达式", Doc: "适用的条件", Read: exprKey(func(s *Step) *Expr { return &s.When })},
		{Name: "form", Form: "字段列表", Doc: "表单；加括号的字段在此可以不填，如 [cause, (note)]；写 列表.列 表示只报这一列的增加数", Read: func(r *source.Reader, n *source.Node, s *Step) {
			for _, w := range r.Items(n) {
				id, optional := formRef(w.Text)
				s.Form = append(s.Form, FormRef{id, optional})
			}
		}},
		{Name: "each", Form: "列表字段", Doc: "对列表中每个元素各办一次", Read: text(func(s *Step) *string { return &s.Each })},
		{Name: "repeat", Form: "true | false", Doc: "可以多次办理", Read: boolean(func(s *Step) *bool { return &s.Repeat })},
		{Name: "optional", Form: "true | false", Doc: "可以办理，但不等待", Read: boolean(func(s *Step) *bool { return &s.Optional })},
		{Name: "after_close", Form: "true | false", Doc: "办结以后仍可办理", Read: boolean(func(s *Step) *bool { return &s.AfterClose })},
		{Name: "resets", Form: "环节列表", Doc: "自本环节之日起，这些环节不再算作办过", Read: words(func(s *Step) *[]string { return &s.Resets })},
		{Name: "outcomes", Form: "标识列表 或者 标识: 名称", Doc: "办理结果，须选其一", Read: func(r *source.Reader, n *source.Node, s *Step) { s.Outcomes = register.ReadChoices(r, n, choiceWords) }},
		{Name: "files", Form: "名目", Doc: "附件的名目", Read: text(func(s *Step) *string { return &s.Files })},
		{Name: "files_required", Form: "true | false", Doc: "必须有附件", Read: boolean(func(s *Step) *bool { return &s.FilesRequired })},
		{Name: "links", Form: "关联种类列表", Doc: "可以同时关联的事项", Read: words(func(s *Step) *[]string { return &s.Links })},
		{Name: "paper", Form: "文书", Doc: "制作的文书", Read: text(func(s *Step) *string { return &s.Paper })},
		{Name: "register", Form: "名录", Doc: "结果进入的名录", Read: text(func(s *Step) *string { return &s.Register })},
		{Name: "close", Form: "结果", Doc: "办结事项，写明结果；outcome 表示以本环节的结果办结", Read: text(func(s *Step) *string { return &s.Close })},
		{Name: "close_on", Form: "结果列表", Doc: "只有这些结果才办结", Read: words(func(s *Step) *[]string { return &s.CloseOn })},
		{Name: "reopens", Form: "true | false", Doc: "使办结的事项重新在办", Read: boolean(func(s *Step) *bool { return &s.Reopens })},
		{Name: "takes", Form: "身份", Doc: "办理人的单位由此取得的身份", Read: text(func(s *Step) *string { return &s.Takes })},
		{Name: "was", Form: "标识列表", Doc: "在以前版本中的标识", Read: words(func(s *Step) *[]string { return &s.Was })},
		{Name: "public", Form: "true | false", Doc: "公众可以办理或者查看", Read: boolean(func(s *Step) *bool { return &s.Public })},
	}
}

func (d *Definition) readStep(r *source.Reader, id string, n *source.Node) Step {
	s := Step{ID: id, NotForce: Explain}
	source.Fill(r, n, "环节", stepKeys(), &s)
	if s.Title == "" {
		s.Title = id
	}
	steps := func(key, kind string) {
		if list := n.Get(key); list != nil {
			for _, w := range r.Items(list) {
				name := w.Text
				if key == "form" {
					name, _ = formRef(name)
					name, _, _ = strings.Cut(name, ".")
				}
				d.refs = append(d.refs, ref{kind, name, w})
			}
		}
	}
	steps("needs", "step")
	steps("not", "step")
	steps("resets", "step")
	steps("form", "field")
	steps("each", "field")
	if s.NotForce == Stop && s.NotCites == "" && s.Cites == "" {
		r.Add(n, source.CodeMissing, "写 not_cites，或者改为 explain", "不写依据不能硬性要求人员分开")
	}
	known := make([]string, len(s.Outcomes))
	for i, o := range s.Outcomes {
		known[i] = o.ID
	}
	for _, o := range s.CloseOn {
		if !slices.Contains(known, o) {
			r.Add(n.Get("close_on"), source.CodeReference, source.DidYouMean(o, known), "本环节没有结果“%s”", o)
		}
	}
	return s
}

// formRef reads a field of a form: in brackets it may be left empty.
func formRef(text string) (field string, optional bool) {
	if inner, ok := strings.CutPrefix(text, "("); ok {
		return strings.CutSuffix(inner, ")")
	}
	return text, false
}

func readBy(r *source.Reader, n *source.Node) []By {
	var out []By
	for _, w := range r.Items(n) {
		role, where, at := strings.Cut(w.Text, "@")
		if !at {
			where = "lead"
		}
		if role == "" || where == "" {
			r.Add(w, source.CodeValue, "写成 角色 或者 角色@何处", "“%s”不是办理人", w.Text)
			continue
		}
		out = append(out, By{role, where})
	}
	return out
}

func gateKeys() []source.Key[Gate] {
	text := source.Text[Gate]
	return []source.Key[Gate]{
		{Name: "title", Form: "文字", Doc: "名称", Read: text(func(g *Gate) *string { return &g.Title })},
		{Name: "force", Form: "stop | explain", Doc: "stop 法律禁止，须有法条；explain 说明理由后可以办理，告知监督人员", Need: true, Read: source.Word(func(g *Gate) *string { return &g.Force }, Stop, Explain)},
		{Name: "before", Form: "环节列表", Doc: "在哪些环节（或者内置动作）之前判断", Need: true, Read: source.Words(func(g *Gate) *[]string { return &g.Before })},
		{Name: "require", Form: "表达式", Doc: "应当为真", Need: true, Read: exprKey(func(g *Gate) *Expr { return &g.Require })},
		{Name: "say", Form: "文字", Doc: "不满足时的话", Need: true, Read: text(func(g *Gate) *string { return &g.Say })},
		{Name: "cites", Form: "法条", Doc: "依据", Read: text(func(g *Gate) *string { return &g.Cites })},
		{Name: "hint", Form: "文字", Doc: "可以怎么办", Read: text(func(g *Gate) *string { return &g.Hint })},
		{Name: "unless", Form: "标识: 内容", Doc: "法定的例外", Read: func(r *source.Reader, n *source.Node, g *Gate) { g.Unless = readGrounds(r, n) }},
	}
}

func groundKeys() []source.Key[Ground] {
	text := source.Text[Ground]
	return []source.Key[Ground]{
		{Name: "title", Form: "文字", Doc: "例外的名称", Need: true, Read: text(func(g *Ground) *string { return &g.Title })},
		{Name: "files", Form: "名目", Doc: "证明它的附件", Read: text(func(g *Ground) *string { return &g.Files })},
		{Name: "cites", Form: "法条", Doc: "依据", Need: true, Read: text(func(g *Ground) *string { return &g.Cites })},
	}
}

func readGrounds(r *source.Reader, n *source.Node) []Ground {
	var out []Ground
	r.Each(n, "unless", func(id, v *source.Node) {
		g := Ground{ID: id.Text}
		source.Fill(r, v, "例外", groundKeys(), &g)
		out = append(out, g)
	})
	return out
}

func (d *Definition) readGate(r *source.Reader, id string, n *source.Node) Gate {
	g := Gate{ID: id}
	source.Fill(r, n, "条件", gateKeys(), &g)
	if g.Force == Stop && g.Cites == "" {
		r.Add(n, source.CodeMissing, "写明 cites，或者改为 force: explain", "没有法条的条件不能禁止办理")
	}
	if list := n.Get("before"); list != nil {
		for _, w := range r.Items(list) {
			d.refs = append(d.refs, ref{"act", w.Text, w})
		}
	}
	return g
}

func factKeys() []source.Key[Fact] {
	text := source.Text[Fact]
	return []source.Key[Fact]{
		{Name: "title", Form: "文字", Doc: "名称", Read: text(func(f *Fact) *string { return &f.Title })},
		{Name: "on", Form: "环节", Doc: "由哪个环节产生", Need: true, Read: text(func(f *Fact) *string { return &f.On })},
		{Name: "value", Form: "表达式", Doc: "整数；金额以分计", Need: true, Read: exprKey(func(f *Fact) *Expr { return &f.Value })},
		{Name: "when", Form: "表达式", Doc: "为真才产生", Read: exprKey(func(f *Fact) *Expr { return &f.When })},
		{Name: "unit", Form: "文字", Doc: "计量单位", Need: true, Read: text(func(f *Fact) *string { return &f.Unit })},
		{Name: "by", Form: "字段列表", Doc: "按 outcome 或者选项字段分别计数，取值成为标识的一部分", Read: source.Words(func(f *Fact) *[]string { return &f.By })},
		{Name: "count", Form: "lead | actor | each", Doc: "计入主办单位（缺省）、办理单位，或者主办与联办单位各计一次", Read: source.Word(func(f *Fact) *string { return &f.Count }, "lead", "actor", "each")},
		{Name: "replaces", Form: "标识", Doc: "含义改变以前的标识", Read: text(func(f *Fact) *string { return &f.Replaces })},
	}
}
