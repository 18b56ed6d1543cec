package rulebook

import (
	"errors"
	"fmt"
	"strings"

	"zhunsheng/internal/norm/law"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/source"
)

// Check proves the whole book: every expression compiles and reads only what is surely there, every citation leads to
// an article in force, every worked example comes out as it says. It is what `zhunsheng pack check`, the tests and the
// start with an overlay run.
func (b *Book) Check() source.Diagnostics {
	var r source.Reader
	proved := map[string]bool{}
	for _, d := range b.Definitions() {
		diags := d.Check()
		r.Diags = append(r.Diags, diags...)
		b.cites(&r, b.nodes[d], d.InForce)
		titled(&r, b.nodes[d])
		if len(diags.Errors()) > 0 {
			continue
		}
		var own []procedure.Example
		for _, e := range d.Examples {
			// What an overlay or a later version has inherited was written about another text.
			place := fmt.Sprintf("%s:%d", e.File(), e.Line())
			if e.File() == b.written[d] && !proved[place] {
				proved[place] = true
				own = append(own, e)
			}
		}
		r.Diags = append(r.Diags, d.Prove(b.calendar, own)...)
	}
	b.papersCheck(&r)
	return r.Diags.Sorted()
}

// titled asks that every step has a title for people.
func titled(r *source.Reader, n *source.Node) {
	steps := n.Get("steps")
	if steps == nil {
		return
	}
	for i, s := range steps.Values {
		if s.Get("title") == nil {
			r.Add(steps.Keys[i], source.CodeMissing, "", "环节“%s”缺少名称", steps.Keys[i].Text)
		}
	}
}

// cites resolves every citation in a version against the instruments. An instrument that is not in the pack is only
// remarked on: packs grow; an article that an instrument does not have is an error.
func (b *Book) cites(r *source.Reader, n *source.Node, on string) {
	if n == nil {
		return
	}
	for i, v := range n.Values {
		if n.Kind == source.Map && v.Kind == source.Scalar && strings.HasSuffix(n.Keys[i].Text, "cites") && !strings.HasPrefix(v.Text, "param.") {
			b.cite(r, v, on)
		}
		b.cites(r, v, on)
	}
}

func (b *Book) cite(r *source.Reader, n *source.Node, on string) {
	_, err := b.laws.Resolve(n.Text, on)
	var p *law.Problem
	if !errors.As(err, &p) {
		return
	}
	at := *n
	at.Col += p.At
	if n.Quoted {
		at.Col++
	}
	if p.Code == law.CodeInstrument {
		r.Warn(&at, source.CodeCites, p.Hint, "%s", p.Message)
		return
	}
	r.Add(&at, source.CodeCites, p.Hint, "%s", p.Message)
}
