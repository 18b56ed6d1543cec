package calendar

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"

	"zhunsheng/internal/norm/source"
)

// Load reads every YAML file of a folder of a pack and builds the calendar of the country from them. The error is
// source.Diagnostics where the text is at fault.
func Load(fsys fs.FS, dir string) (*Calendar, error) {
	names, err := fs.Glob(fsys, path.Join(dir, "*.yaml"))
	if err != nil {
		return nil, fmt.Errorf("list calendar files in %s: %w", dir, err)
	}
	var all Facts
	r := &source.Reader{}
	for _, name := range names {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read calendar file: %w", err)
		}
		n, diags := source.Parse(name, data)
		r.Diags = append(r.Diags, diags...)
		if n != nil {
			all = Join(all, Decode(r, n))
		}
	}
	if bad := r.Diags.Errors(); len(bad) > 0 {
		return nil, bad.Sorted()
	}
	return New(all)
}

// Decode reads one file of pack/calendar: notices and regions. What is wrong is noted with its place, each notice
// checked as New would.
func Decode(r *source.Reader, n *source.Node) Facts {
	var f Facts
	source.Fill(r, n, "日历", []source.Key[Facts]{
		{Name: "notices", Form: "列表", Doc: "全国的放假通知", Read: func(r *source.Reader, n *source.Node, f *Facts) { f.Notices = notices(r, n) }},
		{Name: "regions", Form: "列表", Doc: "各地区自己的放假规定", Read: func(r *source.Reader, n *source.Node, f *Facts) {
			each(r, n, func(n *source.Node) {
				var o Overlay
				source.Fill(r, n, "地区", overlayKeys(), &o)
				f.Regions = append(f.Regions, o)
			})
		}},
	}, &f)
	return f
}

func overlayKeys() []source.Key[Overlay] {
	return []source.Key[Overlay]{
		{Name: "region", Form: "代码", Doc: "行政区划代码，下辖的地区都适用", Need: true, Read: func(r *source.Reader, n *source.Node, o *Overlay) {
			if o.Region = r.Scalar(n); !isCode(o.Region) {
				r.Add(n, source.CodeValue, "写成 450000 这样", "“%s”不是行政区划代码", o.Region)
			}
		}},
		{Name: "title", Form: "文字", Doc: "地区名称", Need: true, Read: source.Text(func(o *Overlay) *string { return &o.Title })},
		{Name: "notices", Form: "列表", Doc: "该地区的放假规定", Need: true, Read: func(r *source.Reader, n *source.Node, o *Overlay) { o.Notices = notices(r, n) }},
	}
}

func notices(r *source.Reader, n *source.Node) []Notice {
	var out []Notice
	each(r, n, func(n *source.Node) {
		var notice Notice
		before := len(r.Diags)
		source.Fill(r, n, "放假通知", noticeKeys(), &notice)
		if len(r.Diags) > before {
			return
		}
		if err := notice.check(); err != nil {
			r.Add(n, source.CodeValue, "", "%s", err)
			return
		}
		out = append(out, notice)
	})
	return out
}

func noticeKeys() []source.Key[Notice] {
	return []source.Key[Notice]{
		{Name: "year", Form: "年份", Doc: "通知所管的年份", Need: true, Read: number(func(n *Notice) *int { return &n.Year })},
		{Name: "source", Form: "网址", Doc: "通知的公开地址", Read: source.Text(func(n *Notice) *string { return &n.Source })},
		{Name: "known_from", Form: "日期", Doc: "公布日期", Need: true, Read: func(r *source.Reader, n *source.Node, into *Notice) { text(r, n, &into.KnownFrom) }},
		{Name: "assumed", Form: "true | false", Doc: "公布日期是推定的，待核", Read: source.Bool(func(n *Notice) *bool { return &n.Assumed })},
		{Name: "rest", Form: "列表", Doc: "放假：节日名称和起止日期", Read: func(r *source.Reader, n *source.Node, into *Notice) {
			each(r, n, func(n *source.Node) {
				var rest Rest
				source.Fill(r, n, "放假", restKeys(), &rest)
				into.Rest = append(into.Rest, rest)
			})
		}},
		{Name: "worked", Form: "列表", Doc: "调休上班的日期", Read: func(r *source.Reader, n *source.Node, into *Notice) {
			for _, item := range r.Items(n) {
				var d Date
				text(r, item, &d)
				into.Worked = append(into.Worked, d)
			}
		}},
		{Name: "workdays", Form: "数字", Doc: "该年工作日数，用来核对", Read: number(func(n *Notice) *int { return &n.Workdays })},
	}
}

func restKeys() []source.Key[Rest] {
	return []source.Key[Rest]{
		{Name: "name", Form: "文字", Doc: "节日名称", Need: true, Read: source.Text(func(r *Rest) *string { return &r.Name })},
		{Name: "days", Form: "日期或者 起..止", Doc: "放假的日期，两端都算", Need: true, Read: func(r *source.Reader, n *source.Node, into *Rest) { text(r, n, &into.Days) }},
	}
}

// each visits the items of a list; anything else is noted.
func each(r *source.Reader, n *source.Node, visit func(*source.Node)) {
	if n.Kind != source.List {
		r.Add(n, source.CodeValue, "每一项以“- ”开头", "这里应当是列表")
		return
	}
	for _, item := range n.Values {
		visit(item)
	}
}

// text reads a date or a span.
func text(r *source.Reader, n *source.Node, into interface{ UnmarshalText([]byte) error }) {
	if err := into.UnmarshalText([]byte(r.Scalar(n))); err != nil {
		r.Add(n, source.CodeValue, "", "%s", err)
	}
}

func number(at func(*Notice) *int) func(*source.Reader, *source.Node, *Notice) {
	return func(r *source.Reader, n *source.Node, into *Notice) {
		v, err := strconv.Atoi(r.Scalar(n))
		if err != nil {
			r.Add(n, source.CodeValue, "", "“%s”不是数字", n.Text)
			return
		}
		*at(into) = v
	}
}
