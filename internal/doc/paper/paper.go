// Package paper makes official papers (文书) from templates: Markdown as layout.Parse reads it, with fields.
//
//	{{party.name}}        a field that must be there
//	{{phone?}}            a field that may be missing
//	{{made | date}}       2026-07-01 as 2026年7月1日
//	{{fine_fen | yuan}}   fen as yuan: 500000 as 5000
//	{{#each parties}}     alone in a line: what follows, up to {{/each}}, once for each element;
//	                      there {{.name}} is a field of the element, {{.}} the element itself, {{.#}} its number; what is
//	                      no row of a table and no item of a list begins a new paragraph for each
//	{{#if hearing}}       alone in a line, with {{#else}} or not, up to {{/if}}: there, not empty and not false
//
// What is filled in is text: it cannot become Markdown or a field. A directive may stand between the rows of a table.
// A list named outside {{#each}} is written with 、 between its elements; an element that is a Data is written as its
// value under "".
package paper

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhunsheng/internal/doc/layout"
)

// Data holds the values of fields: string, int, int64, bool, Data, []Data or []string. A name with dots is looked up
// as it is, else part by part.
type Data map[string]any

// Template is a compiled template.
type Template struct {
	nodes  []node
	fields []Field
	uses   []Use
}

// Field is a field that a template uses.
type Field struct {
	Name     string // in a loop with the name of the list before it: parties.name
	Optional bool   // {{x?}}, or only asked for by an {{#if}}
	List     bool   // something is repeated for each of its elements
	Line     int    // where it is first used
}

// Use is one mark or directive at its place.
type Use struct {
	Name         string   // as in Field
	Verb         string   // each, if, or "" for a mark
	Element      bool     // written with a leading dot: of the element of the list around it
	Optional     bool     // {{x?}}
	Filter       string   // date, yuan or ""
	Asked        []string // names whose presence an {{#if}} around it asks for
	Line, Column int      // from 1
}

// node is a line of a template, or a directive with the lines it governs.
type node struct {
	line      int
	text      string // a line
	verb      string // "each", "if" or "" for a line
	name      string
	nodes     []node
	otherwise []node
}

var (
	directive = regexp.MustCompile(`^\s*\{\{\s*([#/])\s*(each|if|else)\s*([^{}]*?)\s*\}\}\s*$`)
	fieldForm = regexp.MustCompile(`^(\.#|\.|\.?[\p{L}_][\p{L}\p{N}_-]*(\.[\p{L}\p{N}_-]+)*)(\?)?\s*(?:\|\s*(date|yuan))?$`)
	listName  = regexp.MustCompile(`^\.?[\p{L}_][\p{L}\p{N}_-]*(\.[\p{L}\p{N}_-]+)*$`)
)

// Compile reads a template. The error joins a *layout.SourceError for each problem.
func Compile(source string) (*Template, error) {
	source = strings.ReplaceAll(source, "\r\n", "\n")
	c := compiler{lines: strings.Split(strings.TrimSuffix(source, "\n"), "\n")}
	t := &Template{}
	t.nodes = c.block("", 0, "", nil)
	t.fields, t.uses = c.fields, c.uses
	plain := make([]string, len(c.lines))
	for i, line := range c.lines { // every branch once, lines where they were
		if !directive.MatchString(line) {
			plain[i] = line
		}
	}
	if _, err := layout.Parse(strings.Join(plain, "\n") + "\n"); err != nil {
		c.problems = append(c.problems, err)
	}
	if err := errors.Join(c.problems...); err != nil {
		return nil, err
	}
	return t, nil
}

type compiler struct {
	lines    []string
	at       int
	fields   []Field
	uses     []Use
	problems []error
}

func (c *compiler) fail(line int, format string, args ...any) {
	c.problems = append(c.problems, &layout.SourceError{Line: line, Column: 1, Message: fmt.Sprintf(format, args...)})
}

// block reads lines up to the end of the directive that opened them; within is the list whose elements . means, asked what
// is surely there.
func (c *compiler) block(open string, opened int, within string, asked []string) (nodes []node) {
	for c.at < len(c.lines) {
		line := c.lines[c.at]
		c.at++
		m := directive.FindStringSubmatch(line)
		if m == nil {
			c.use(line, c.at, within, asked)
			nodes = append(nodes, node{line: c.at, text: line})
			continue
		}
		verb, name := m[2], m[3]
		switch {
		case m[1] == "/" && verb == open && name == "":
			return nodes
		case verb == "else" && m[1] == "#" && open == "if" && name == "":
			c.at-- // the opener reads on
			return nodes
		case m[1] == "/" || verb == "else":
			c.fail(c.at, "{{%s%s}} 没有对应的开头", m[1], verb)
			continue
		case !listName.MatchString(name) && name != ".":
			c.fail(c.at, "“%s”不是字段的名称", name)
		}
		n := node{line: c.at, verb: verb, name: name}
		full := absolute(name, within)
		c.note(Field{Name: full, Optional: verb == "if", List: verb == "each", Line: c.at})
		column := len([]rune(line[:strings.Index(line, "{{")])) + 1
		c.uses = append(c.uses, Use{Name: full, Verb: verb, Element: strings.HasPrefix(name, "."), Optional: verb == "if", Asked: asked, Line: c.at, Column: column})
		inner, there := within, asked
		if verb == "each" {
			inner = full
		} else {
			there = append(slices.Clip(asked), full)
		}
		n.nodes = c.block(verb, n.line, inner, there)
		if verb == "if" && c.at < len(c.lines) && elseLine(c.lines[c.at]) {
			c.at++
			n.otherwise = c.block("if", n.line, inner, asked)
			if c.at < len(c.lines) && elseLine(c.lines[c.at]) {
				c.fail(c.at+1, "{{#if}} 只能有一个 {{#else}}")
				c.at++
			}
		}
		nodes = append(nodes, n)
	}
	if open != "" {
		c.fail(opened, "{{#%s}} 没有结束：缺少 {{/%s}}", open, open)
	}
	return nodes
}

func elseLine(line string) bool {
	m := directive.FindStringSubmatch(line)
	return m != nil && m[1] == "#" && m[2] == "else"
}

// use notes the fields of a line.
func (c *compiler) use(line string, number int, within string, asked []string) {
	for _, mark := range layout.Marks(line) {
		m := fieldForm.FindStringSubmatch(mark.Text)
		if m == nil {
			c.problems = append(c.problems, &layout.SourceError{Line: number, Column: mark.Column, Message: "“{{" + mark.Text + "}}”不是字段，写法是 {{名称}}、{{名称?}}、{{名称 | date}} 或者 {{名称 | yuan}}；{{#each}}、{{#if}} 要单独一行"})
			continue
		}
		if strings.HasPrefix(m[1], ".") && within == "" {
			c.problems = append(c.problems, &layout.SourceError{Line: number, Column: mark.Column, Message: "“{{" + mark.Text + "}}”要写在 {{#each}} 里面"})
			continue
		}
		if m[1] == ".#" {
			continue
		}
		full := absolute(m[1], within)
		c.uses = append(c.uses, Use{Name: full, Element: strings.HasPrefix(m[1], "."), Optional: m[3] != "", Filter: m[4], Asked: asked, Line: number, Column: mark.Column})
		if m[1] != "." {
			c.note(Field{Name: full, Optional: m[3] != "", Line: number})
		}
	}
}

// note keeps a field once; it is optional only if it is everywhere.
func (c *compiler) note(f Field) {
	for i, known := range c.fields {
		if known.Name == f.Name {
			c.fields[i].Optional = known.Optional && f.Optional
			c.fields[i].List = known.List || f.List
			return
		}
	}
	c.fields = append(c.fields, f)
}

// absolute is a name with the list before it that its leading dot stands for.
func absolute(name, within string) string {
	if name == "." {
		return within
	}
	if rest, ok := strings.CutPrefix(name, "."); ok && within != "" {
		return within + "." + rest
	}
	return name
}

// Fields lists the fields that the template uses, in order.
func (t *Template) Fields() []Field { return slices.Clone(t.fields) }

// Uses lists every mark and directive of the template, in order.
func (t *Template) Uses() []Use { return slices.Clone(t.uses) }

// Render fills the template. The error joins one Chinese sentence for each field that is missing or of a wrong form.
func (t *Template) Render(data Data) (layout.Document, error) {
	r := renderer{data: data, lines: map[string]int{}}
	return r.render(t)
}

// Sketch fills the template as far as the data goes: hole says what stands in the place of a field that is missing, and
// missing names these fields in order, elements of lists with their place from 0 (parties.0.address).
func (t *Template) Sketch(data Data, hole func(name string) string) (d layout.Document, missing []string, err error) {
	r := renderer{data: data, lines: map[string]int{}, hole: hole}
	d, err = r.render(t)
	return d, r.missing, err
}

func (r *renderer) render(t *Template) (layout.Document, error) {
	r.write(t.nodes, "")
	if len(r.problems) > 0 {
		return layout.Document{}, errors.Join(r.problems...)
	}
	d, err := layout.Parse(r.out.String())
	if err != nil {
		return layout.Document{}, fmt.Errorf("read filled template: %w", err)
	}
	return d.Fill(func(mark string) (layout.Run, error) {
		text, err := r.value(mark)
		if err != nil {
			return layout.Run{}, fmt.Errorf("模板第 %d 行：%w", r.lines[mark], err)
		}
		return layout.Run{Text: text}, nil
	})
}

type renderer struct {
	data     Data
	out      strings.Builder
	lines    map[string]int // of the marks written
	problems []error
	hole     func(name string) string // nil: what is missing is an error
	missing  []string
}

// miss notes a field without a value.
func (r *renderer) miss(name string) {
	if !slices.Contains(r.missing, name) {
		r.missing = append(r.missing, name)
	}
}

// write writes lines, each mark with the place of its element: {{.name}} as {{parties.0.name}}.
func (r *renderer) write(nodes []node, within string) {
	for _, n := range nodes {
		switch n.verb {
		case "":
			line := n.text
			for _, m := range layout.Marks(line) {
				full := m.Text
				if strings.HasPrefix(full, ".") {
					full = strings.TrimSuffix(within+"."+strings.TrimLeft(strings.TrimPrefix(full, "."), " "), ".")
					line = replaceMark(line, m.Text, full)
				}
				if _, ok := r.lines[full]; !ok {
					r.lines[full] = n.line
				}
			}
			r.out.WriteString(line + "\n")
		case "if":
			if v, ok := r.find(absolute(n.name, within)); ok && truthy(v) {
				r.write(n.nodes, within)
			} else {
				r.write(n.otherwise, within)
			}
		case "each":
			name := absolute(n.name, within)
			v, ok := r.find(name)
			length := 0
			switch v := v.(type) {
			case []Data:
				length = len(v)
			case []string:
				length = len(v)
			default:
				switch {
				case ok:
					r.problems = append(r.problems, fmt.Errorf("模板第 %d 行：“%s”不是列表", n.line, name))
				case r.hole != nil:
					r.miss(name)
				default:
					r.problems = append(r.problems, fmt.Errorf("模板第 %d 行：缺少“%s”", n.line, name))
				}
			}
			for i := range length {
				r.write(n.nodes, name+"."+strconv.Itoa(i))
				if prose(n.nodes) {
					r.out.WriteString("\n")
				}
			}
		}
	}
}

// prose tells whether lines end in words that would run on into the next line: not in a row or an item.
func prose(nodes []node) bool {
	for _, n := range slices.Backward(nodes) {
		if text := strings.TrimSpace(n.text); n.verb == "" && text != "" {
			return !strings.HasPrefix(text, "|") && !itemForm.MatchString(text)
		}
		if n.verb != "" {
			return prose(n.nodes)
		}
	}
	return false
}

var itemForm = regexp.MustCompile(`^([-*+]|\d+[.)])\s`)

// replaceMark changes the marks of one text in a line.
func replaceMark(line, from, to string) string {
	return regexp.MustCompile(`\{\{\s*`+regexp.QuoteMeta(from)+`\s*\}\}`).ReplaceAllLiteralString(line, "{{"+to+"}}")
}

// find looks a name up.
func (r *renderer) find(name string) (any, bool) { return lookup(r.data, name) }

func lookup(v any, name string) (any, bool) {
	switch v := v.(type) {
	case Data:
		if x, ok := v[name]; ok {
			return x, x != nil
		}
		for i := strings.LastIndexByte(name, '.'); i > 0; i = strings.LastIndexByte(name[:i], '.') {
			if x, ok := v[name[:i]]; ok {
				return lookup(x, name[i+1:])
			}
		}
	case []Data:
		first, rest, more := strings.Cut(name, ".")
		if i, err := strconv.Atoi(first); err == nil && i < len(v) {
			switch {
			case !more:
				return v[i], true
			case rest == "#":
				return i + 1, true
			}
			return lookup(v[i], rest)
		}
	case []string:
		first, rest, more := strings.Cut(name, ".")
		if i, err := strconv.Atoi(first); err == nil && i < len(v) {
			if more && rest == "#" {
				return i + 1, true
			}
			return v[i], !more
		}
	}
	return nil, false
}

func truthy(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case string:
		return strings.TrimSpace(v) != ""
	case []Data:
		return len(v) > 0
	case []string:
		return len(v) > 0
	}
	return true
}

// value is the text of a mark.
func (r *renderer) value(mark string) (string, error) {
	name, filter, _ := strings.Cut(mark, "|")
	name, optional := strings.CutSuffix(strings.TrimSpace(name), "?")
	v, ok := r.find(name)
	var s string
	switch v := v.(type) {
	case string:
		s = v
	case int:
		s = strconv.Itoa(v)
	case int64:
		s = strconv.FormatInt(v, 10)
	case bool:
		s = map[bool]string{true: "是", false: "否"}[v]
	case []string:
		s = strings.Join(v, "、")
	case []Data:
		var names []string
		for _, element := range v {
			own, _ := element[""].(string)
			names = append(names, own)
		}
		s = strings.Join(names, "、")
	case Data:
		own, named := v[""].(string)
		if !named {
			return "", fmt.Errorf("“%s”不是可以填写的内容", name)
		}
		s = own
	default:
		if ok {
			return "", fmt.Errorf("“%s”不是可以填写的内容", name)
		}
	}
	if strings.TrimSpace(s) == "" {
		switch {
		case optional:
			return "", nil
		case r.hole != nil:
			r.miss(name)
			return r.hole(name), nil
		}
		return "", fmt.Errorf("缺少“%s”", name)
	}
	switch strings.TrimSpace(filter) {
	case "date":
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			return "", fmt.Errorf("“%s”应为日期，现为“%s”", name, s)
		}
		return fmt.Sprintf("%d年%d月%d日", d.Year(), d.Month(), d.Day()), nil
	case "yuan":
		fen, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return "", fmt.Errorf("“%s”应为以分计的整数，现为“%s”", name, s)
		}
		if fen%100 == 0 {
			return strconv.FormatInt(fen/100, 10), nil
		}
		sign := ""
		if fen < 0 {
			sign, fen = "-", -fen
		}
		return fmt.Sprintf("%s%d.%02d", sign, fen/100, fen%100), nil
	}
	return s, nil
}
