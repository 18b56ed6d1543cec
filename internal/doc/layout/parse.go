package layout

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// SourceError is something in a source that cannot be set. Line and Column count from 1, Column in characters.
type SourceError struct {
	Line, Column int
	Message      string // Chinese
}

func (e *SourceError) Error() string {
	return fmt.Sprintf("第 %d 行第 %d 列：%s", e.Line, e.Column, e.Message)
}

// Mark is a {{…}} in a source.
type Mark struct {
	Text         string // between the braces, without white space around it
	Line, Column int
}

var markForm = regexp.MustCompile(`\{\{([^{}\n]*)\}\}`)

// Marks lists the marks of a source, in order.
func Marks(source string) []Mark {
	var marks []Mark
	for i, line := range strings.Split(source, "\n") {
		for _, m := range markForm.FindAllStringSubmatchIndex(line, -1) {
			marks = append(marks, Mark{strings.TrimSpace(line[m[2]:m[3]]), i + 1, len([]rune(line[:m[0]])) + 1})
		}
	}
	return marks
}

// Parse reads a paper written in Markdown: a head of "key: value" lines between two lines of ---, then headings
// (# to ####), paragraphs, lists, tables, **bold**, and --- for a new page. Keys are head, number, approver, title,
// subtitle, to, signature, date, note and attachments (parted by ；). A table may have a title: the paragraph
// 表：… before it. Lines of one paragraph are joined without a space between Han characters. Marks {{…}} stay
// in the texts, see Fill. The error joins a *SourceError for each thing that cannot be set.
func Parse(source string) (Document, error) {
	source = strings.ReplaceAll(source, "\r\n", "\n")
	var d Document
	body, first, err := parseHead(source, &d)
	var marks []string // kept away from Markdown, which would read their signs
	body = strings.NewReplacer(string(rune(markOpen)), "", string(rune(markClose)), "").Replace(body)
	safe := markForm.ReplaceAllStringFunc(body, func(m string) string {
		marks = append(marks, m)
		return string(rune(markOpen)) + strconv.Itoa(len(marks)-1) + string(rune(markClose))
	})
	p := parser{source: []byte(safe), first: first, marks: marks}
	md := goldmark.New(goldmark.WithExtensions(extension.Table))
	root := md.Parser().Parse(text.NewReader(p.source))
	for n := root.FirstChild(); n != nil; n = n.NextSibling() {
		p.block(n)
	}
	d.Blocks = p.blocks
	return d, errors.Join(append([]error{err}, p.problems...)...)
}

// Signs of the private use area that stand around the number of a mark while Markdown is read.
const markOpen, markClose = 0xe000, 0xe001

var safeMark = regexp.MustCompile(fmt.Sprintf(`%c(\d+)%c`, markOpen, markClose))

// parseHead reads the head and gives the rest and the number of its first line.
func parseHead(source string, d *Document) (body string, first int, err error) {
	if !strings.HasPrefix(source, "---\n") {
		return source, 1, nil
	}
	fields := map[string]*string{"head": &d.Head, "number": &d.Number, "approver": &d.Approver, "title": &d.Title, "subtitle": &d.Subtitle,
		"to": &d.To, "signature": &d.Signature, "date": &d.Date, "note": &d.Note}
	lines := strings.SplitAfter(source, "\n")
	var problems []error
	for i := 1; i < len(lines); i++ {
		line := strings.TrimSpace(lines[i])
		if line == "---" {
			return strings.Join(lines[i+1:], ""), i + 2, errors.Join(problems...)
		}
		if line == "" {
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
			value = value[1 : len(value)-1]
		}
		switch field := fields[key]; {
		case ok && field != nil:
			*field = strings.ReplaceAll(value, `\n`, "\n")
		case ok && key == "attachments":
			for _, a := range strings.FieldsFunc(value, func(r rune) bool { return r == '；' || r == ';' }) {
				d.Attachments = append(d.Attachments, strings.TrimSpace(a))
			}
		default:
			problems = append(problems, &SourceError{i + 1, 1, fmt.Sprintf("文头里没有“%s”这一项，可以写 head、number、approver、title、subtitle、to、signature、date、note、attachments", key)})
		}
	}
	return "", len(lines) + 1, &SourceError{1, 1, "文头没有结束：缺少第二行 ---"}
}

// parser turns the tree of Markdown into blocks.
type parser struct {
	source   []byte
	first    int // line of the source that the body begins on
	marks    []string
	blocks   []Block
	problems []error
}

func (p *parser) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		if n.Level > 4 {
			p.fail(n, "标题最多四级")
			return
		}
		p.blocks = append(p.blocks, Block{Kind: Heading, Level: n.Level, Runs: p.inline(n)})
	case *ast.Paragraph, *ast.TextBlock:
		if runs := p.inline(n); len(runs) > 0 {
			p.blocks = append(p.blocks, Block{Runs: runs})
		}
	case *ast.List:
		number := n.Start
		for item := n.FirstChild(); item != nil; item = item.NextSibling() {
			at := len(p.blocks)
			for c := item.FirstChild(); c != nil; c = c.NextSibling() {
				p.block(c)
			}
			if n.IsOrdered() && at < len(p.blocks) && p.blocks[at].Kind == Paragraph {
				label := strconv.Itoa(number) + "."
				p.blocks[at].Runs = append([]Run{{Text: label}}, p.blocks[at].Runs...)
			}
			number++
		}
	case *ast.ThematicBreak:
		p.blocks = append(p.blocks, Block{Kind: PageBreak})
	case *tables.Table:
		var t Table
		if last := len(p.blocks) - 1; last >= 0 && p.blocks[last].Kind == Paragraph {
			if title, ok := strings.CutPrefix(p.blocks[last].String(), "表："); ok {
				t.Title = title
				p.blocks = p.blocks[:last]
			}
		}
		for row := n.FirstChild(); row != nil; row = row.NextSibling() {
			var cells []string
			for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
				cells = append(cells, Block{Runs: p.inline(cell)}.String())
			}
			if _, ok := row.(*tables.TableHeader); ok {
				t.Header = cells
			} else {
				t.Rows = append(t.Rows, cells)
			}
		}
		p.blocks = append(p.blocks, Block{Kind: TableOf, Table: t})
	case *ast.LinkReferenceDefinition:
		p.fail(n, "这里不能写链接")
	default:
		p.fail(n, "这里不能写引用、代码或者网页标记")
	}
}

// inline reads the text inside a block.
func (p *parser) inline(n ast.Node) []Run {
	var runs []Run
	add := func(s string, bold bool) {
		if k := len(runs) - 1; k >= 0 && runs[k].Bold == bold {
			runs[k].Text += s
		} else if s != "" {
			runs = append(runs, Run{Text: s, Bold: bold})
		}
	}
	var walk func(ast.Node, bool)
	walk = func(n ast.Node, bold bool) {
		for c := n.FirstChild(); c != nil; c = c.NextSibling() {
			switch c := c.(type) {
			case *ast.Text:
				s := c.Segment.Value(p.source)
				add(unescape(string(s)), bold)
				if c.HardLineBreak() {
					add("\n", bold)
				} else if c.SoftLineBreak() && spaced(string(s), p.following(c)) {
					add(" ", bold)
				}
			case *ast.String:
				add(string(c.Value), bold)
			case *ast.Emphasis:
				walk(c, bold || c.Level == 2)
			default:
				p.fail(n, "这里不能写链接、图片、代码或者网页标记")
			}
		}
	}
	walk(n, false)
	if whole := (Block{Runs: runs}).String(); strings.Contains(whole, "{{") || strings.Contains(whole, "}}") {
		p.fail(n, "双花括号没有在一行里成对")
	}
	for i := range runs {
		runs[i].Text = safeMark.ReplaceAllStringFunc(runs[i].Text, func(m string) string {
			index, err := strconv.Atoi(strings.Trim(m, string(rune(markOpen))+string(rune(markClose))))
			if err != nil || index >= len(p.marks) {
				return "" // torn apart by Markdown; Parse put in only numbers it has
			}
			return p.marks[index]
		})
	}
	return runs
}

// following is the text that begins the next line.
func (p *parser) following(n ast.Node) string {
	if t, ok := n.NextSibling().(*ast.Text); ok {
		return string(t.Segment.Value(p.source))
	}
	return ""
}

// spaced reports whether joined lines need a space: only between letters or digits.
func spaced(before, after string) bool {
	b, a := []rune(before), []rune(after)
	return len(b) > 0 && len(a) > 0 && isWord(b[len(b)-1]) && isWord(a[0])
}

// unescape takes the backslash off punctuation.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var out strings.Builder
	runes := []rune(s)
	for i := 0; i < len(runes); i++ {
		if runes[i] == '\\' && i+1 < len(runes) && runes[i+1] < unicode.MaxASCII && (unicode.IsPunct(runes[i+1]) || unicode.IsSymbol(runes[i+1])) {
			i++
		}
		out.WriteRune(runes[i])
	}
	return out.String()
}

// fail notes what cannot be set, with its place in the source.
func (p *parser) fail(n ast.Node, message string) {
	for ; n != nil; n = n.Parent() {
		if n.Type() == ast.TypeBlock && n.Lines().Len() > 0 {
			line := p.first + strings.Count(string(p.source[:n.Lines().At(0).Start]), "\n")
			p.problems = append(p.problems, &SourceError{line, 1, message})
			return
		}
	}
	p.problems = append(p.problems, &SourceError{p.first, 1, message})
}

// Fill puts text in the place of every mark, in all fields and blocks; what is filled in is text and never read as a
// mark or as Markdown. A line break in it begins a new paragraph, inside a table or heading a new line. fill gives the
// text of a mark and what it leads to (Ref), or an error; errors are joined, each mark's once.
func (d Document) Fill(fill func(mark string) (Run, error)) (Document, error) {
	var problems []error
	known := map[string]Run{}
	one := func(mark string) Run {
		mark = strings.TrimSpace(mark)
		if r, ok := known[mark]; ok {
			return r
		}
		r, err := fill(mark)
		if err != nil {
			problems = append(problems, err)
		}
		known[mark] = r
		return r
	}
	split := func(s string, look Run) []Run {
		var out []Run
		last := 0
		for _, m := range markForm.FindAllStringSubmatchIndex(s, -1) {
			if m[0] > last {
				look.Text, look.Ref = s[last:m[0]], ""
				out = append(out, look)
			}
			if r := one(s[m[2]:m[3]]); r.Text != "" {
				r.Bold = r.Bold || look.Bold
				out = append(out, r)
			}
			last = m[1]
		}
		if last < len(s) {
			look.Text, look.Ref = s[last:], ""
			out = append(out, look)
		}
		return out
	}
	flat := func(s string) (text, ref string) {
		for _, r := range split(s, Run{}) {
			text += r.Text
			if ref == "" {
				ref = r.Ref
			}
		}
		return text, ref
	}
	for _, field := range []*string{&d.Head, &d.Number, &d.Approver, &d.Title, &d.Subtitle, &d.To, &d.Signature, &d.Date, &d.Note} {
		*field, _ = flat(*field)
	}
	attachments := d.Attachments
	d.Attachments = nil
	for _, a := range attachments {
		if s, _ := flat(a); s != "" {
			d.Attachments = append(d.Attachments, s)
		}
	}
	blocks := d.Blocks
	d.Blocks = nil
	for _, b := range blocks {
		if b.Kind == TableOf {
			b.Table = fillTable(b.Table, flat)
			d.Blocks = append(d.Blocks, b)
			continue
		}
		var runs []Run
		for _, r := range b.Runs {
			if r.Ref != "" {
				runs = append(runs, r)
				continue
			}
			runs = append(runs, split(r.Text, r)...)
		}
		if b.Kind != Paragraph {
			b.Runs = runs
			d.Blocks = append(d.Blocks, b)
			continue
		}
		d.Blocks = append(d.Blocks, paragraphs(runs)...)
	}
	return d, errors.Join(problems...)
}

// fillTable fills the cells of a table; a cell leads where the first mark in it leads.
func fillTable(t Table, flat func(string) (text, ref string)) Table {
	out := Table{Header: make([]string, len(t.Header))}
	out.Title, _ = flat(t.Title)
	for i, s := range t.Header {
		out.Header[i], _ = flat(s)
	}
	for r, row := range t.Rows {
		cells, refs := make([]string, len(row)), make([]string, len(row))
		for i, s := range row {
			cells[i], refs[i] = flat(s)
			if refs[i] == "" {
				refs[i] = t.ref(r, i)
			}
		}
		out.Rows, out.Refs = append(out.Rows, cells), append(out.Refs, refs)
	}
	return out
}

// paragraphs parts runs at line breaks; paragraphs without text are left out.
func paragraphs(runs []Run) []Block {
	var blocks []Block
	var current []Run
	end := func() {
		if strings.TrimSpace(Block{Runs: current}.String()) != "" {
			blocks = append(blocks, Block{Runs: current})
		}
		current = nil
	}
	for _, r := range runs {
		for i, s := range strings.Split(r.Text, "\n") {
			if i > 0 {
				end()
			}
			if s != "" {
				r.Text = s
				current = append(current, r)
			}
		}
	}
	end()
	return blocks
}
