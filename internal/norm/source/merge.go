package source

import "slices"

// named lists the maps whose keys are ids. A patch may say anything about what is there; a new id needs `add: true`, so
// that a misspelt id is an error and not a silent addition.
var named = []string{
	"fields", "params", "terms", "steps", "gates", "limits", "facts", "pauses", "extensions", "unless", "options",
	"outcomes", "examples", "acts", "lookups",
}

// Merge lays a patch over a base: maps merge by key, scalars and lists are replaced, `~` removes. base and patch are
// unchanged; every value of the result keeps the place it was written at.
func Merge(r *Reader, base, patch *Node) *Node {
	return merge(r, base, patch, "")
}

func merge(r *Reader, base, patch *Node, under string) *Node {
	if base == nil || base.Kind != Map || patch.Kind != Map {
		return clean(patch)
	}
	out := *base
	out.Keys, out.Values = slices.Clone(base.Keys), slices.Clone(base.Values)
	ids := slices.Contains(named, under)
	addAll := ids && patch.Get("add").IsTrue()
	for i, k := range patch.Keys {
		v := patch.Values[i]
		if k.Text == "add" && (v.Kind == Scalar && (v.Text == "true" || v.Text == "false")) {
			continue
		}
		at := slices.IndexFunc(out.Keys, func(o *Node) bool { return o.Text == k.Text })
		switch {
		case v.Kind == Null && at < 0:
			r.Add(k, CodeOverlay, DidYouMean(k.Text, out.Names()), "要删除的“%s”不存在", k.Text)
		case v.Kind == Null:
			out.Keys, out.Values = slices.Delete(out.Keys, at, at+1), slices.Delete(out.Values, at, at+1)
		case at < 0:
			if ids && !addAll && !v.Get("add").IsTrue() {
				hint := DidYouMean(k.Text, out.Names())
				if hint == "" {
					hint = "要新增的话写 add: true"
				}
				r.Add(k, CodeOverlay, hint, "要改的“%s”不存在", k.Text)
				continue
			}
			out.Keys, out.Values = append(out.Keys, k), append(out.Values, clean(v))
		default:
			out.Values[at] = merge(r, out.Values[at], v, k.Text)
		}
	}
	return &out
}

// clean takes the marks of patching (`add: true`, `~`) out of what is new.
func clean(n *Node) *Node {
	if n.Kind != Map {
		return n
	}
	out := *n
	out.Keys, out.Values = nil, nil
	for i, k := range n.Keys {
		v := n.Values[i]
		if v.Kind == Null || k.Text == "add" && v.Kind == Scalar {
			continue
		}
		out.Keys, out.Values = append(out.Keys, k), append(out.Values, clean(v))
	}
	return &out
}

// Names lists the keys of a map.
func (n *Node) Names() []string {
	if n == nil {
		return nil
	}
	names := make([]string, len(n.Keys))
	for i, k := range n.Keys {
		names[i] = k.Text
	}
	return names
}

// IsTrue tells whether a node is the word true.
func (n *Node) IsTrue() bool { return n != nil && n.Kind == Scalar && n.Text == "true" }

// Without returns a map without some of its keys.
func (n *Node) Without(keys ...string) *Node {
	out := *n
	out.Keys, out.Values = nil, nil
	for i, k := range n.Keys {
		if !slices.Contains(keys, k.Text) {
			out.Keys, out.Values = append(out.Keys, k), append(out.Values, n.Values[i])
		}
	}
	return &out
}
