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
	d := &Definition{ID: head.ID, Title: head.Title, Group: head.Group, Transition: "ask"}
	r := &source.Reader{}
	source.Fill(r, n, "版本", versionKeys(), d)
	if _, err := calendar.Parse(d.InForce); err != nil && n.Get("in_force") != nil {
		r.Add(n.Get("in_force"), source.CodeValue, "", "%v", err)
	}
	d.Rules = `{"id":` + quoted(head.ID) + `,"title":` + quoted(head.Title) + `,"group":` + quoted(head.Group) +
		`,"version":` + n.JSON(nil) + `}`
	sum := sha256.Sum256([]byte(head.ID + "\n" + n.JSON(func(key string) bool { return slices.Contains(wordKeys, key) })))
	d.Digest = hex.EncodeToString(sum[:])
	if d.Opens == "" {
		d.Opens = opening
	}
	d.resolve(r)
	return d, r.Diags.Sorted()
}

// FromRules reads a definition again from its Rules, as they were kept in the database.
func FromRules(rules string) (*Definition, error) {
	n, diags := source.Parse("rules", []byte(rules))
	if len(diags.Errors()) > 0 {
		return nil, fmt.Errorf("read kept rules: %w", diags)
	}
	text := func(key string) string {
		if v := n.Get(key); v != nil {
			return v.Text
		}
		return ""
	}
	version := n.Get("version")
	if version == nil {
		return nil, fmt.Errorf("read kept rules: no version in them")
	}
	d, diags := Decode(Head{text("id"), text("title"), text("group")}, version)
	if len(diags.Errors()) > 0 {
		return nil, fmt.Errorf("read kept rules: %w", diags)
	}
	return d, nil
}

func quoted(s string) string {
	n := source.Node{Kind: source.Scalar, Text: s}
	return n.JSON(nil)
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
