package procedure

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/norm/calendar"
	"zhunsheng/internal/norm/source"
)

// Head is what all versions of a procedure share.
type Head struct{ ID, Title, Group string }

// wordKeys are not rules: they may be improved without touching running matters.
var wordKeys = []string{"title", "say", "help", "note", "hint", "examples"}

// Decode reads one version of a procedure from its merged text. What it answers is usable only where the diagnostics
// hold no error; Check compiles the expressions and finds the rest.
func Decode(head Head, n *source.Node) (*Definition, source.Diagnostics) {
	return decode(head, n, &source.Reader{})
}

func decode(head Head, n *source.Node, r *source.Reader) (*Definition, source.Diagnostics) {
	d := &Definition{ID: head.ID, Title: head.Title, Group: head.Group, Transition: "ask", node: n}
	source.Fill(r, n, "版本", versionKeys(), d)
	if _, err := calendar.Parse(d.InForce); err != nil && n.Get("in_force") != nil {
		r.Add(n.Get("in_force"), source.CodeValue, "", "%v", err)
	}
	d.Rules = head.ID + "\n" + n.JSON(func(key string) bool { return slices.Contains(wordKeys, key) })
	sum := sha256.Sum256([]byte(d.Rules))
	d.Digest = hex.EncodeToString(sum[:])
	if d.Opens == "" {
		d.Opens = opening
	}
	d.resolve(r)
	return d, r.Diags.Sorted()
}

// FromRules reads a definition again from its Rules, as they were kept in the database: the bytes whose SHA-256 is its
// Digest. They hold no words; where newest knows a thing by the same id, it lends its words, else the id stands for them.
func FromRules(rules string, newest *Definition) (*Definition, error) {
	id, version, _ := strings.Cut(rules, "\n")
	n, diags := source.Parse("rules", []byte(version))
	if len(diags.Errors()) > 0 {
		return nil, fmt.Errorf("read kept rules: %w", diags)
	}
	head := Head{ID: id, Title: id}
	if newest != nil {
		head = Head{ID: id, Title: newest.Title, Group: newest.Group}
	}
	d, diags := decode(head, n, &source.Reader{Spare: wordKeys})
	if len(diags.Errors()) > 0 {
		return nil, fmt.Errorf("read kept rules: %w", diags)
	}
	d.lend(newest)
	return d, nil
}

// asListed sorts things as a newer definition lists them; those it does not know come last, as they stood.
func asListed[T any](things, newer []T, id func(*T) string) {
	place := make(map[string]int, len(newer))
	for i := range newer {
		place[id(&newer[i])] = i
	}
	at := func(t *T) int {
		if i, ok := place[id(t)]; ok {
			return i
		}
		return len(newer)
	}
	slices.SortStableFunc(things, func(a, b T) int { return at(&a) - at(&b) })
}

// lend gives a definition read without words those of a newer one, and its order.
func (d *Definition) lend(from *Definition) {
	if from == nil {
		from = &Definition{}
	}
	asListed(d.AllSteps, from.AllSteps, func(s *Step) string { return s.ID })
	asListed(d.Fields, from.Fields, func(f *Field) string { return f.ID })
	asListed(d.AllLimits, from.AllLimits, func(l *Limit) string { return l.ID })
	for i := range d.AllSteps {
		s := &d.AllSteps[i]
		s.Title = s.ID
		if w := from.Step(s.ID); w != nil {
			s.Title, s.Help = w.Title, w.Help
		}
	}
	for i := range d.Fields {
		f := &d.Fields[i]
		f.Title = f.ID
		if w := from.Field(f.ID); w != nil {
			f.Title, f.Help = w.Title, w.Help
		}
	}
	for i := range d.AllLimits {
		l := &d.AllLimits[i]
		l.Title = l.ID
		if w := from.Limit(l.ID); w != nil {
			l.Title = w.Title
		}
	}
	for i := range d.Params {
		p := &d.Params[i]
		p.Title = p.ID
		if w := from.Param(p.ID); w != nil {
			p.Title = w.Title
		}
	}
	for i := range d.Gates {
		g := &d.Gates[i]
		if g.Say == "" {
			g.Say = g.ID
		}
		for _, w := range from.Gates {
			if w.ID == g.ID {
				g.Say, g.Hint = w.Say, w.Hint
			}
		}
	}
	for i := range d.Facts {
		d.Facts[i].Title = d.Facts[i].ID
		for _, w := range from.Facts {
			if w.ID == d.Facts[i].ID {
				d.Facts[i].Title = w.Title
			}
		}
	}
}

// Built-in acts: the same in every procedure, never redefined.
const opening = "open"

var builtins = []string{
	opening, "assign", "note", "correct", "void", "pause", "resume", "extend", "link", "merge", "split", "handover",
	"migrate", "close", "reopen", "erase",
}

// reserved names cannot be fields or terms.
var reserved = []string{
	"step", "limit", "param", "unit", "matter", "actor", "legal_date", "today", "calendar", "act", "linked", "lookup",
	"given", "or", "date", "days", "size", "in", "true", "false", "null", "has", "all", "exists", "filter", "map",
}

// resolve finds names that lead nowhere.
func (d *Definition) resolve(r *source.Reader) {
	known := map[string][]string{}
	for i := range d.AllSteps {
		known["step"] = append(known["step"], d.AllSteps[i].ID)
	}
	for _, f := range d.Fields {
		known["field"] = append(known["field"], f.ID)
	}
	for i := range d.AllLimits {
		known["limit"] = append(known["limit"], d.AllLimits[i].ID)
	}
	for _, p := range d.Params {
		known["param"] = append(known["param"], p.ID)
	}
	if d.Step(opening) == nil {
		known["step"] = append(known["step"], opening)
	}
	known["act"] = append(slices.Clone(known["step"]), builtins...)
	for _, f := range d.refs {
		if !slices.Contains(known[f.kind], f.id) {
			what := map[string]string{"step": "环节", "act": "环节", "field": "字段", "limit": "期限", "param": "参数"}[f.kind]
			r.Add(f.node, source.CodeReference, source.DidYouMean(f.id, known[f.kind]), "没有名为“%s”的%s", f.id, what)
		}
	}
	for _, f := range d.Fields {
		for _, t := range d.Terms {
			if t.ID == f.ID {
				r.Add(t.Expr.node, source.CodeReserved, "换一个名字", "“%s”已经是字段", t.ID)
			}
		}
	}
	for i := range d.AllLimits {
		d.resolveLimit(r, &d.AllLimits[i])
	}
}

func (d *Definition) resolveLimit(r *source.Reader, l *Limit) {
	for i := range l.Lengths {
		if _, err := d.parseLength(l.Lengths[i].Text); err != nil {
			r.Add(l.Lengths[i].node, source.CodeValue, "写成 90 days、5 workdays、3 months、24 hours、param.名称 days 或者日期字段", "期限长度不对：%v", err)
		}
	}
	for i := range l.Extensions {
		x := &l.Extensions[i]
		if _, err := d.parseLength(x.Length); x.Length != "" && err != nil {
			r.Add(x.node, source.CodeValue, "", "延长的长度不对：%v", err)
		}
	}
}

// lengthRule is a length as written, taken apart.
type lengthRule struct {
	n     int
	unit  calendar.Unit // 0: Name is a period parameter, or a date that is the due date itself
	param string
	field string
}

var units = map[string]calendar.Unit{
	"day": calendar.Days, "days": calendar.Days, "workday": calendar.Workdays, "workdays": calendar.Workdays,
	"month": calendar.Months, "months": calendar.Months, "year": calendar.Years, "years": calendar.Years,
	"hour": calendar.Hours, "hours": calendar.Hours,
}

func (d *Definition) parseLength(text string) (lengthRule, error) {
	words := strings.Fields(text)
	if len(words) == 0 || len(words) > 2 {
		return lengthRule{}, fmt.Errorf("“%s”", text)
	}
	var out lengthRule
	if len(words) == 2 {
		out.unit = units[words[1]]
		if out.unit == 0 {
			return out, fmt.Errorf("不认识单位“%s”", words[1])
		}
	}
	if name, ok := strings.CutPrefix(words[0], "param."); ok {
		p := d.Param(name)
		switch {
		case p == nil:
			return out, fmt.Errorf("没有参数“%s”", name)
		case len(words) == 2 && p.Type != TypeInt:
			return out, fmt.Errorf("参数“%s”不是整数", name)
		case len(words) == 1 && p.Type != TypePeriod && p.Type != TypeDate:
			return out, fmt.Errorf("参数“%s”既不是期间也不是日期", name)
		}
		out.param = name
		return out, nil
	}
	if c := words[0][0]; c >= '0' && c <= '9' {
		if out.unit == 0 {
			return out, fmt.Errorf("“%s”没有单位", text)
		}
		n := 0
		for _, c := range []byte(words[0]) {
			if c < '0' || c > '9' || n > 100_000 {
				return out, fmt.Errorf("“%s”不是数目", words[0])
			}
			n = n*10 + int(c-'0')
		}
		out.n = n
		return out, nil
	}
	f := d.Field(words[0])
	switch {
	case f == nil:
		return out, fmt.Errorf("没有字段“%s”", words[0])
	case len(words) == 2 && f.Type != TypeInt:
		return out, fmt.Errorf("字段“%s”不是整数", words[0])
	case len(words) == 1 && f.Type != TypeDate:
		return out, fmt.Errorf("字段“%s”不是日期", words[0])
	}
	out.field = f.ID
	return out, nil
}
