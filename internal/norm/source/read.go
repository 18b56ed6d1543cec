package source

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Reader gathers diagnostics while typed things are read out of nodes.
type Reader struct {
	Diags Diagnostics
	// Spare are keys that may be missing although they are needed: kept rules are read again without their words.
	Spare []string
}

// Add notes an error at a node.
func (r *Reader) Add(n *Node, code, hint, format string, args ...any) {
	d := Diagnostic{Code: code, Message: fmt.Sprintf(format, args...), Hint: hint, Line: 1, Col: 1}
	if n != nil {
		d.File, d.Line, d.Col = n.File, n.Line, n.Col
	}
	r.Diags = append(r.Diags, d)
}

// Warn notes something doubtful at a node.
func (r *Reader) Warn(n *Node, code, hint, format string, args ...any) {
	r.Add(n, code, hint, format, args...)
	r.Diags[len(r.Diags)-1].Warning = true
}

// Key is one key of a map: its name, what it takes and means (the reference page is made from this), and how it is read.
type Key[T any] struct {
	Name string
	Form string // what is written, in Chinese
	Doc  string // what it means, in Chinese
	Need bool
	Read func(r *Reader, n *Node, into *T)
}

// Fill reads a map into a thing: unknown keys, missing keys and wrong values are all noted.
func Fill[T any](r *Reader, n *Node, what string, keys []Key[T], into *T) {
	if n == nil || n.Kind != Map {
		r.Add(n, CodeValue, "一行一键地写", "%s应当是一组键值", what)
		return
	}
	find := func(name string) *Key[T] {
		for i := range keys {
			if keys[i].Name == name {
				return &keys[i]
			}
		}
		return nil
	}
	for i, k := range n.Keys {
		key := find(k.Text)
		if key == nil {
			names := make([]string, len(keys))
			for j := range keys {
				names[j] = keys[j].Name
			}
			r.Add(k, CodeKey, DidYouMean(k.Text, names), "%s没有“%s”这个键", what, k.Text)
			continue
		}
		if n.Values[i].Kind == Null {
			r.Add(k, CodeValue, "", "“%s”没有值", k.Text)
			continue
		}
		key.Read(r, n.Values[i], into)
	}
	for i := range keys {
		if keys[i].Need && n.Get(keys[i].Name) == nil && !slices.Contains(r.Spare, keys[i].Name) {
			r.Add(n, CodeMissing, keys[i].Doc, "%s缺少“%s”", what, keys[i].Name)
		}
	}
}

// Text reads a scalar.
func Text[T any](at func(*T) *string) func(*Reader, *Node, *T) {
	return func(r *Reader, n *Node, into *T) { *at(into) = r.Scalar(n) }
}

// Word reads a scalar that must be one of some words.
func Word[T any](at func(*T) *string, words ...string) func(*Reader, *Node, *T) {
	return func(r *Reader, n *Node, into *T) {
		text := r.Scalar(n)
		for _, w := range words {
			if w == text {
				*at(into) = text
				return
			}
		}
		hint := DidYouMean(text, words)
		if hint == "" {
			hint = "可以写：" + strings.Join(words, "、")
		}
		r.Add(n, CodeValue, hint, "不认识“%s”", text)
	}
}

// Bool reads true or false.
func Bool[T any](at func(*T) *bool) func(*Reader, *Node, *T) {
	return func(r *Reader, n *Node, into *T) {
		switch text := r.Scalar(n); text {
		case "true":
			*at(into) = true
		case "false":
			*at(into) = false
		default:
			r.Add(n, CodeValue, "写 true 或者 false", "“%s”不是真假值", text)
		}
	}
}

// Int reads a whole number.
func Int[T any](at func(*T) *int64) func(*Reader, *Node, *T) {
	return func(r *Reader, n *Node, into *T) {
		v, err := strconv.ParseInt(r.Scalar(n), 10, 64)
		if err != nil {
			r.Add(n, CodeValue, "", "“%s”不是整数", n.Text)
			return
		}
		*at(into) = v
	}
}

// Words reads a list of scalars; one scalar alone is a list of one.
func Words[T any](at func(*T) *[]string) func(*Reader, *Node, *T) {
	return func(r *Reader, n *Node, into *T) {
		for _, w := range r.Items(n) {
			*at(into) = append(*at(into), w.Text)
		}
	}
}

// Scalar gives the text of a scalar and notes anything else.
func (r *Reader) Scalar(n *Node) string {
	if n.Kind != Scalar {
		r.Add(n, CodeValue, "", "这里应当是一个值")
		return ""
	}
	return n.Text
}

// Items gives the scalars of a list; a scalar alone is a list of one.
func (r *Reader) Items(n *Node) []*Node {
	switch n.Kind {
	case Scalar:
		return []*Node{n}
	case List:
		var out []*Node
		for _, v := range n.Values {
			if v.Kind != Scalar {
				r.Add(v, CodeValue, "", "列表里应当是一个个词")
				continue
			}
			out = append(out, v)
		}
		return out
	}
	r.Add(n, CodeValue, "写成 [甲, 乙]", "这里应当是列表")
	return nil
}

// Each calls fn for every key of a map whose keys are ids; a wrong id is noted and passed over.
func (r *Reader) Each(n *Node, what string, fn func(id, value *Node)) {
	if n.Kind != Map {
		r.Add(n, CodeValue, "写成“标识: 内容”", "%s应当是一组以标识为键的内容", what)
		return
	}
	for i, k := range n.Keys {
		if !isID(k.Text) {
			r.Add(k, CodeValue, "标识用小写字母、数字和下划线，以字母开头", "“%s”不能作标识", k.Text)
			continue
		}
		if n.Values[i].Kind == Null {
			r.Add(k, CodeValue, "", "“%s”没有内容", k.Text)
			continue
		}
		fn(k, n.Values[i])
	}
}

func isID(s string) bool {
	for i, c := range []byte(s) {
		if c >= 'a' && c <= 'z' || i > 0 && (c >= '0' && c <= '9' || c == '_') {
			continue
		}
		return false
	}
	return s != "" && len(s) <= 60
}

// JSON writes a node as JSON with scalars as strings; it can be read again by Parse. With skip, keys for which it
// answers true are left out and the rest is sorted: the canonical text of which a digest is taken.
func (n *Node) JSON(skip func(key string) bool) string {
	var b strings.Builder
	n.json(&b, skip, "")
	return b.String()
}

// Table writes keys as a Markdown table: the reference page of a language is made of these.
func Table[T any](keys []Key[T]) string {
	var b strings.Builder
	b.WriteString("| 键 | 写法 | 意义 |\n|---|---|---|\n")
	for _, k := range keys {
		need := ""
		if k.Need {
			need = "（必需）"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s%s |\n", k.Name, strings.ReplaceAll(k.Form, "|", "\\|"), k.Doc, need)
	}
	return b.String()
}
