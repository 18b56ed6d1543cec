package rulebook

import (
	"errors"
	"fmt"

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
	r.Diags = append(r.Diags, b.Unresolved()...)
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

// cite resolves a citation against the instruments as of a day and notes where it leads nowhere.
func (b *Book) cite(r *source.Reader, n *source.Node, on string) {
	_, err := b.laws.Resolve(n.Text, on)
	var p *law.Problem
	if errors.As(err, &p) {
		b.lost(r, n, p)
	}
}

// lost notes a citation that leads nowhere, at the place in it where it goes wrong.
func (b *Book) lost(r *source.Reader, n *source.Node, p *law.Problem) {
	at := *n
	at.Col += p.At
	if n.Quoted {
		at.Col++
	}
	r.Add(&at, source.CodeCites, p.Hint, "%s", p.Message)
}
