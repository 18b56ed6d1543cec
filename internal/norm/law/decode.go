package law

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"zhunsheng/internal/norm/source"
)

// Levels are the words that `level` of an instrument may take.
var levels = []string{"法律", "行政法规", "司法解释", "地方性法规", "部门规章", "地方政府规章", "党内法规", "规范性文件"}

// Decode reads one file of pack/laws. What is wrong is noted with its place.
func Decode(r *source.Reader, n *source.Node) Instrument {
	var in Instrument
	source.Fill(r, n, "法律文件", instrumentKeys(), &in)
	return in
}

func instrumentKeys() []source.Key[Instrument] {
	return []source.Key[Instrument]{
		{Name: "id", Form: "标识", Doc: "标识", Need: true, Read: source.Text(func(i *Instrument) *string { return &i.ID })},
		{Name: "title", Form: "文字", Doc: "全称，不带书名号", Need: true, Read: source.Text(func(i *Instrument) *string { return &i.Title })},
		{Name: "short", Form: "列表", Doc: "其他引用名称", Read: source.Words(func(i *Instrument) *[]string { return &i.Short })},
		{Name: "number", Form: "文字", Doc: "发文字号", Read: source.Text(func(i *Instrument) *string { return &i.Number })},
		{Name: "body", Form: "文字", Doc: "制定机关", Read: source.Text(func(i *Instrument) *string { return &i.Body })},
		{Name: "level", Form: strings.Join(levels, " | "), Doc: "效力级别", Read: source.Word(func(i *Instrument) *string { return &i.Level }, levels...)},
		{Name: "versions", Form: "列表", Doc: "各个文本", Need: true, Read: func(r *source.Reader, n *source.Node, in *Instrument) {
			if n.Kind != source.List {
				r.Add(n, source.CodeValue, "每个文本以“- in_force: 日期”开头", "versions 应当是列表")
				return
			}
			for _, item := range n.Values {
				var v Version
				source.Fill(r, item, "文本", versionKeys(), &v)
				in.Versions = append(in.Versions, v)
			}
		}},
	}
}

func versionKeys() []source.Key[Version] {
	return []source.Key[Version]{
		{Name: "in_force", Form: "日期", Doc: "施行日期", Need: true, Read: date(func(v *Version) *string { return &v.InForce })},
		{Name: "until", Form: "日期", Doc: "不再适用的第一日", Read: date(func(v *Version) *string { return &v.Until })},
		{Name: "made", Form: "日期", Doc: "通过或者公布日期", Read: date(func(v *Version) *string { return &v.Made })},
		{Name: "superseded_by", Form: "文字", Doc: "取代它的文件", Read: source.Text(func(v *Version) *string { return &v.SupersededBy })},
		{Name: "articles", Form: "条号: 内容", Doc: "条文的编号和提要", Need: true, Read: articles},
	}
}

func date(at func(*Version) *string) func(*source.Reader, *source.Node, *Version) {
	return func(r *source.Reader, n *source.Node, v *Version) {
		s := r.Scalar(n)
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			r.Add(n, source.CodeValue, "写成 2021-07-15 这样", "“%s”不是日期", s)
			return
		}
		*at(v) = s
	}
}

// articles reads 条号: heading, or 条号: {title, items}. 60-1 is 第六十条之一.
func articles(r *source.Reader, n *source.Node, v *Version) {
	if n.Kind != source.Map {
		r.Add(n, source.CodeValue, "写成“58: 法制审核”", "条文应当是一组以条号为键的内容")
		return
	}
	for i, k := range n.Keys {
		no, sub, ok := articleNo(k.Text)
		if !ok {
			r.Add(k, source.CodeValue, "写成 58，或者 60-1（第六十条之一）", "“%s”不是条号", k.Text)
			continue
		}
		a := Article{No: no, Sub: sub}
		if value := n.Values[i]; value.Kind == source.Map {
			source.Fill(r, value, "条文", articleKeys(), &a)
		} else {
			a.Title = r.Scalar(value)
		}
		if v.article(no, sub) != nil {
			r.Add(k, source.CodeDuplicate, "", "第%s条写了两次", numeral(no))
			continue
		}
		v.Articles = append(v.Articles, a)
	}
}

func articleNo(s string) (no, sub int, ok bool) {
	main, rest, two := strings.Cut(s, "-")
	no, err := strconv.Atoi(main)
	if err != nil || no < 1 || no > maxNumber {
		return 0, 0, false
	}
	if two {
		if sub, err = strconv.Atoi(rest); err != nil || sub < 1 || sub > 99 {
			return 0, 0, false
		}
	}
	return no, sub, true
}

func articleKeys() []source.Key[Article] {
	return []source.Key[Article]{
		{Name: "title", Form: "文字", Doc: "提要", Need: true, Read: source.Text(func(a *Article) *string { return &a.Title })},
		{Name: "items", Form: "列表", Doc: "每一款有几项，没有分项写 0", Read: func(r *source.Reader, n *source.Node, a *Article) {
			for _, item := range r.Items(n) {
				s := r.Scalar(item)
				k, err := strconv.Atoi(s)
				if err != nil || k < 0 || k > 99 {
					r.Add(item, source.CodeValue, "", "“%s”不是项数", s)
					return
				}
				a.Items = slices.Concat(a.Items, []int{k})
			}
		}},
	}
}
