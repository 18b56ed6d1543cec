package rulebook

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"sync"

	"zhunsheng/internal/norm/calendar"
	"zhunsheng/internal/norm/law"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/register"
	"zhunsheng/internal/norm/source"
)

// version is the merged text of one version of a procedure.
type version struct {
	inForce string
	node    *source.Node
	file    string // the file that last changed it
}

// file is what a procedure's file says at its top.
type file struct {
	id, title, group, like string
	versions               *source.Node
}

func fileKeys() []source.Key[file] {
	text := source.Text[file]
	return []source.Key[file]{
		{Name: "id", Form: "标识", Doc: "标识", Need: true, Read: text(func(f *file) *string { return &f.id })},
		{Name: "title", Form: "文字", Doc: "名称", Need: true, Read: text(func(f *file) *string { return &f.title })},
		{Name: "group", Form: "标识", Doc: "类别", Read: text(func(f *file) *string { return &f.group })},
		{Name: "like", Form: "程序", Doc: "是哪一种程序的变体：以它的各个版本为底，写不同之处", Read: text(func(f *file) *string { return &f.like })},
		{Name: "versions", Form: "列表", Doc: "各个版本，后一版本在前一版本的基础上写不同之处", Read: func(r *source.Reader, n *source.Node, f *file) {
			if n.Kind != source.List {
				r.Add(n, source.CodeValue, "每个版本以“- in_force: 日期”开头", "versions 应当是列表")
				return
			}
			f.versions = n
		}},
	}
}

// overlayKeys are those of an overlay beside the keys of a version.
var overlayKeys = []string{"overlay", "in_force", "by", "title"}

func (l *loader) build() {
	slices.Sort(l.sum)
	sum := sha256.Sum256([]byte(strings.Join(l.sum, "\n")))
	l.book.digest = hex.EncodeToString(sum[:])
	cal, err := calendar.New(calendar.Join(l.facts...))
	if err != nil {
		l.Add(nil, source.CodeValue, "", "%v", err)
	}
	l.book.calendar = cal
	if l.book.laws, err = law.NewLibrary(l.laws); err != nil {
		l.Add(nil, source.CodeValue, "", "%v", err)
	}
	slices.Sort(l.book.regOrder)
	for _, id := range l.book.regOrder {
		d, diags := register.Decode(l.regs[id])
		l.Diags = append(l.Diags, diags...)
		l.book.registers[id] = d
	}
	merged := map[string][]version{}
	heads := map[string]*file{}
	slices.Sort(l.ids)
	for _, id := range l.ids {
		l.merge(id, merged, heads, nil)
	}
	l.lay(merged)
	for _, id := range l.ids {
		l.decode(heads[id], merged[id])
	}
	l.book.order = l.ids
	l.registersOf()
	l.papersOf()
	l.book.regNodes = l.regs
	l.book.cited = sync.OnceValue(l.book.index)
}

// merge makes the versions of a procedure, those of what it is like first.
func (l *loader) merge(id string, merged map[string][]version, heads map[string]*file, path []string) {
	if heads[id] != nil {
		return
	}
	n := l.files[id]
	f := &file{}
	source.Fill(&l.Reader, n, "程序", fileKeys(), f)
	heads[id] = f
	var out []version
	if f.like != "" {
		switch {
		case slices.Contains(path, f.like) || f.like == id:
			l.Add(n.Get("like"), source.CodeReference, "", "程序互相以对方为底：%s", strings.Join(append(path, id), " → "))
			return
		case l.files[f.like] == nil:
			l.Add(n.Get("like"), source.CodeReference, source.DidYouMean(f.like, l.ids), "没有程序“%s”", f.like)
			return
		}
		l.merge(f.like, merged, heads, append(path, id))
		out = slices.Clone(merged[f.like])
	}
	if f.versions == nil {
		if f.like == "" {
			l.Add(n, source.CodeMissing, "写 versions 或者 like", "程序“%s”没有版本", id)
		}
		merged[id] = out
		return
	}
	last := ""
	for _, v := range f.versions.Values {
		date := v.Get("in_force")
		if v.Kind != source.Map || date == nil {
			l.Add(v, source.CodeMissing, "", "版本缺少“in_force”")
			continue
		}
		if date.Text <= last {
			l.Add(date, source.CodeValue, "按日期先后写", "版本的日期%s不在前一版本之后", date.Text)
			continue
		}
		last = date.Text
		out = l.patch(out, date.Text, v)
	}
	merged[id] = out
}

// patch lays a version's text over the versions: the one in force on the day is the base; later ones take the change up
// as well.
func (l *loader) patch(versions []version, from string, patch *source.Node) []version {
	i, there := slices.BinarySearchFunc(versions, from, func(v version, day string) int { return strings.Compare(v.inForce, day) })
	if !there {
		next := version{inForce: from, node: patch, file: patch.File}
		if i > 0 {
			next.node = source.Merge(&l.Reader, versions[i-1].node, patch)
		}
		versions = slices.Insert(versions, i, next)
	} else {
		versions[i].node, versions[i].file = source.Merge(&l.Reader, versions[i].node, patch), patch.File
	}
	for k := i + 1; k < len(versions); k++ {
		versions[k].node, versions[k].file = source.Merge(&l.Reader, versions[k].node, patch.Without("in_force", "basis")), patch.File
	}
	return versions
}

// lay lays the overlays over the versions, in the order of the packs.
func (l *loader) lay(merged map[string][]version) {
	for _, o := range l.overlays {
		id, date := o.Get("overlay"), o.Get("in_force")
		versions := merged[id.Text]
		switch {
		case versions == nil:
			l.Add(id, source.CodeOverlay, source.DidYouMean(id.Text, l.ids), "没有程序“%s”", id.Text)
			continue
		case date == nil || o.Get("by") == nil:
			l.Add(o, source.CodeMissing, "写明自何时起、由谁决定", "叠加文件缺少“in_force”或者“by”")
			continue
		case date.Text < versions[0].inForce:
			l.Add(date, source.CodeOverlay, "", "叠加的日期%s早于程序的第一个版本%s", date.Text, versions[0].inForce)
			continue
		}
		body := o.Without(overlayKeys...)
		at := source.Node{Kind: source.Scalar, Text: date.Text, File: date.File, Line: date.Line, Col: date.Col}
		key := source.Node{Kind: source.Scalar, Text: "in_force", File: date.File, Line: date.Line, Col: 1}
		body.Keys, body.Values = append(body.Keys, &key), append(body.Values, &at)
		merged[id.Text] = l.patch(versions, date.Text, body)
	}
}

func (l *loader) decode(f *file, versions []version) {
	for i, v := range versions {
		d, diags := procedure.Decode(procedure.Head{ID: f.id, Title: f.title, Group: f.group}, v.node)
		l.Diags = append(l.Diags, diags...)
		if i+1 < len(versions) {
			d.Until = versions[i+1].inForce
		}
		l.book.procedures[f.id] = append(l.book.procedures[f.id], d)
		l.book.byDigest[d.Digest] = d
		l.book.nodes[d], l.book.written[d] = v.node, v.file
	}
}

// registersOf checks that the registers that fields point to exist.
func (l *loader) registersOf() {
	for _, d := range l.book.Definitions() {
		fields := l.book.nodes[d].Get("fields")
		l.entries(fields)
	}
	for _, id := range l.book.regOrder {
		l.entries(l.regs[id].Get("fields"))
	}
}

func (l *loader) entries(fields *source.Node) {
	if fields == nil || fields.Kind != source.Map {
		return
	}
	for _, f := range fields.Values {
		if of := f.Get("of"); of != nil && l.book.registers[of.Text] == nil {
			l.Add(of, source.CodeReference, source.DidYouMean(of.Text, l.book.regOrder), "没有名录“%s”", of.Text)
		}
		l.entries(f.Get("fields"))
	}
}
