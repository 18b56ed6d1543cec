package procedure

import "zhunsheng/internal/norm/source"

func limitKeys() []source.Key[Limit] {
	text, words, boolean := source.Text[Limit], source.Words[Limit], source.Bool[Limit]
	return []source.Key[Limit]{
		{Name: "title", Form: "文字", Doc: "名称", Need: true, Read: text(func(l *Limit) *string { return &l.Title })},
		{Name: "shape", Form: "within | at_least | before | not_before", Doc: "within 不迟于起算后若干日；at_least 不早于；before 至迟在到达日之前若干日（两端不计）；not_before 满若干日之后方可", Need: true, Read: source.Word(func(l *Limit) *string { return &l.Shape }, Within, AtLeast, Before, NotBefore)},
		{Name: "from", Form: "环节列表", Doc: "起算的环节，取列表中最先列出且已办的；before 指须提前办理的环节", Need: true, Read: words(func(l *Limit) *[]string { return &l.From })},
		{Name: "to", Form: "环节列表", Doc: "到达的环节，先办的为准；before 指倒推所从的环节", Need: true, Read: words(func(l *Limit) *[]string { return &l.To })},
		{Name: "latest", Form: "true | false", Doc: "起算取其中最晚的一次", Read: boolean(func(l *Limit) *bool { return &l.Latest })},
		{Name: "each", Form: "列表字段", Doc: "列表中每个元素各有期限", Read: text(func(l *Limit) *string { return &l.Each })},
		{Name: "when", Form: "表达式", Doc: "适用的条件", Read: exprKey(func(l *Limit) *Expr { return &l.When })},
		{Name: "length", Form: "长度，或者 {when, length} 的列表", Doc: "90 days、5 workdays、3 months、2 years、24 hours；param.名称 days；整数字段 days；日期字段（到期日就是它）", Need: true, Read: func(r *source.Reader, n *source.Node, l *Limit) { l.Lengths = readLengths(r, n) }},
		{Name: "day", Form: "日期字段", Doc: "before：到达的环节未办时以它为准", Read: text(func(l *Limit) *string { return &l.Day })},
		{Name: "roll", Form: "none | forward | param.名称", Doc: "届满日为休息日时是否顺延，缺省 none", Read: text(func(l *Limit) *string { return &l.Roll })},
		{Name: "roll_cites", Form: "法条", Doc: "顺延的依据", Read: text(func(l *Limit) *string { return &l.RollCites })},
		{Name: "cites", Form: "法条", Doc: "期限的依据", Read: text(func(l *Limit) *string { return &l.Cites })},
		{Name: "promise", Form: "true | false", Doc: "承诺期限，与法定期限并列显示", Read: boolean(func(l *Limit) *bool { return &l.Promise })},
		{Name: "force", Form: "stop | explain", Doc: "at_least、not_before 未到日子时：禁止（缺省，须有法条）或者说明理由", Read: source.Word(func(l *Limit) *string { return &l.Force }, Stop, Explain)},
		{Name: "excused", Form: "表达式", Doc: "为真时提前不算违反", Read: exprKey(func(l *Limit) *Expr { return &l.Excused })},
		{Name: "unless", Form: "标识: 内容", Doc: "可以缩短的法定情形", Read: func(r *source.Reader, n *source.Node, l *Limit) { l.Unless = readGrounds(r, n) }},
		{Name: "pauses", Form: "标识: 内容", Doc: "不计入期限的期间", Read: func(r *source.Reader, n *source.Node, l *Limit) {
			r.Each(n, "pauses", func(id, v *source.Node) {
				p := PauseRule{ID: id.Text}
				source.Fill(r, v, "不计入的期间", pauseKeys(), &p)
				if p.Title == "" {
					p.Title = groundWords[p.ID]
				}
				if p.Title == "" {
					p.Title = p.ID
				}
				l.Pauses = append(l.Pauses, p)
			})
		}},
		{Name: "extensions", Form: "标识: 内容", Doc: "延长", Read: func(r *source.Reader, n *source.Node, l *Limit) {
			r.Each(n, "extensions", func(id, v *source.Node) {
				x := ExtensionRule{ID: id.Text, Times: 1, node: v}
				source.Fill(r, v, "延长", extensionKeys(), &x)
				if x.Length == "" && !x.Until {
					r.Add(v, source.CodeMissing, "写 length，或者 until: true 由批准人定日期", "延长缺少“length”")
				}
				l.Extensions = append(l.Extensions, x)
			})
		}},
		{Name: "on_expiry", Form: "{step: 环节, deemed: true}", Doc: "到期没有办理，视为已经办理该环节；加 from_start: true 的，由此起算的期限自本期限起算之日起算", Read: func(r *source.Reader, n *source.Node, l *Limit) {
			if n.Kind != source.Map || n.Get("step") == nil || !n.Get("deemed").IsTrue() {
				r.Add(n, source.CodeValue, "写成 {step: 环节, deemed: true}", "on_expiry 不完整")
				return
			}
			l.OnExpiry = n.Get("step").Text
			l.FromStart = n.Get("from_start").IsTrue()
		}},
		{Name: "alias", Form: "标识列表", Doc: "命令行上的别名", Read: words(func(l *Limit) *[]string { return &l.Alias })},
		{Name: "note", Form: "文字", Doc: "说明", Read: text(func(l *Limit) *string { return &l.Note })},
	}
}

// groundWords are titles of grounds that many definitions share.
var groundWords = map[string]string{
	"hearing": "听证", "appraisal": "检测、检验、鉴定", "announcement": "公告", "testing": "检测", "inspection": "检验",
	"quarantine": "检疫", "expert": "专家评审", "tender": "招标", "auction": "拍卖", "suspend": "中止", "survey": "现场勘验",
	"correction": "补正", "jurisdiction": "协商、指定管辖", "elevate": "报请提级", "third_party": "征求第三方意见", "consult": "征求其他机关意见",
}

func pauseKeys() []source.Key[PauseRule] {
	text := source.Text[PauseRule]
	return []source.Key[PauseRule]{
		{Name: "title", Form: "文字", Doc: "名称", Read: text(func(p *PauseRule) *string { return &p.Title })},
		{Name: "when", Form: "表达式", Doc: "为真才不计入", Read: exprKey(func(p *PauseRule) *Expr { return &p.When })},
		{Name: "from", Form: "环节列表", Doc: "自动开始的环节", Read: source.Words(func(p *PauseRule) *[]string { return &p.From })},
		{Name: "to", Form: "环节列表", Doc: "自动结束的环节", Read: source.Words(func(p *PauseRule) *[]string { return &p.To })},
		{Name: "cites", Form: "法条 或者 param.名称", Doc: "依据", Need: true, Read: text(func(p *PauseRule) *string { return &p.Cites })},
	}
}

func extensionKeys() []source.Key[ExtensionRule] {
	text := source.Text[ExtensionRule]
	return []source.Key[ExtensionRule]{
		{Name: "title", Form: "文字", Doc: "名称", Read: text(func(x *ExtensionRule) *string { return &x.Title })},
		{Name: "length", Form: "长度", Doc: "延长多少；param.名称 days 为 0 时没有此项延长", Read: text(func(x *ExtensionRule) *string { return &x.Length })},
		{Name: "until", Form: "true | false", Doc: "由批准人写明延至哪一日", Read: source.Bool(func(x *ExtensionRule) *bool { return &x.Until })},
		{Name: "by", Form: "角色@何处", Doc: "谁批准", Need: true, Read: func(r *source.Reader, n *source.Node, x *ExtensionRule) { x.By = readBy(r, n) }},
		{Name: "times", Form: "整数", Doc: "可以几次，缺省一次，0 不限", Read: source.Int(func(x *ExtensionRule) *int64 { return &x.Times })},
		{Name: "when", Form: "表达式", Doc: "可以延长的条件", Read: exprKey(func(x *ExtensionRule) *Expr { return &x.When })},
		{Name: "resets", Form: "环节列表", Doc: "批准即答复了这些环节（延期申请），它们不再算作办过", Read: source.Words(func(x *ExtensionRule) *[]string { return &x.Resets })},
		{Name: "cites", Form: "法条 或者 param.名称", Doc: "依据", Read: text(func(x *ExtensionRule) *string { return &x.Cites })},
	}
}

func readLengths(r *source.Reader, n *source.Node) []Length {
	if n.Kind == source.Scalar {
		return []Length{{Text: n.Text, node: n}}
	}
	if n.Kind != source.List {
		r.Add(n, source.CodeValue, "", "长度写成一个值，或者 {when, length} 的列表")
		return nil
	}
	var out []Length
	for _, v := range n.Values {
		l := Length{node: v}
		source.Fill(r, v, "长度", []source.Key[Length]{
			{Name: "when", Read: exprKey(func(l *Length) *Expr { return &l.When })},
			{Name: "length", Need: true, Doc: "长度", Read: source.Text(func(l *Length) *string { return &l.Text })},
		}, &l)
		out = append(out, l)
	}
	return out
}

func (d *Definition) readLimit(r *source.Reader, id string, n *source.Node) Limit {
	l := Limit{ID: id}
	source.Fill(r, n, "期限", limitKeys(), &l)
	for _, key := range []string{"from", "to"} {
		if list := n.Get(key); list != nil {
			for _, w := range r.Items(list) {
				d.refs = append(d.refs, ref{"step", w.Text, w})
			}
		}
	}
	if pauses := n.Get("pauses"); pauses != nil && pauses.Kind == source.Map {
		for _, p := range pauses.Values {
			for _, key := range []string{"from", "to"} {
				if list := p.Get(key); list != nil {
					for _, w := range r.Items(list) {
						d.refs = append(d.refs, ref{"step", w.Text, w})
					}
				}
			}
		}
	}
	for _, key := range []string{"each", "day"} {
		if v := n.Get(key); v != nil {
			d.refs = append(d.refs, ref{"field", v.Text, v})
		}
	}
	if l.OnExpiry != "" {
		d.refs = append(d.refs, ref{"step", l.OnExpiry, n.Get("on_expiry")})
	}
	switch {
	case l.Roll == "" || l.Roll == "none" || l.Roll == "forward":
	case len(l.Roll) > 6 && l.Roll[:6] == "param.":
		d.refs = append(d.refs, ref{"param", l.Roll[6:], n.Get("roll")})
	default:
		r.Add(n.Get("roll"), source.CodeValue, "可以写：none、forward、param.名称", "不认识“%s”", l.Roll)
	}
	if l.Force == "" && (l.Shape == AtLeast || l.Shape == NotBefore) {
		l.Force = Stop
		if l.Cites == "" {
			l.Force = Explain
		}
	}
	if l.Force == Stop && l.Cites == "" {
		r.Add(n, source.CodeMissing, "写明 cites，或者改为 force: explain", "没有法条的期限不能禁止办理")
	}
	return l
}
