package rulebook

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path"
	"regexp"
	"slices"
	"strings"

	"zhunsheng/internal/doc/layout"
	"zhunsheng/internal/doc/paper"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/source"
)

// Paper is the template of an official paper (文书): papers/ID.md of the last layer that has one.
type Paper struct {
	ID, Title, Cites string
	Must             []Must
	Remedy           string // one of procedure.RemedyKinds, "" where the paper informs of none
	RemedyCites      string
	Template         *paper.Template
	Digest           string // SHA-256 of the file, in hex: templates are words, and words may change
	File             string

	head *source.Node
}

// Must is something that the law wants in the paper, and the mark that carries it.
type Must struct{ Mark, Title string }

// paperFolder holds the templates of papers.
const paperFolder = "papers/"

// laid are the keys of a paper's head that layout.Parse sets.
var laid = []struct{ name, doc string }{
	{"head", "发文机关标志"}, {"number", "发文字号"}, {"approver", "签发人"}, {"subtitle", "副标题"}, {"to", "主送"}, {"signature", "署名"},
	{"date", "成文日期"}, {"note", "附注"}, {"attachments", "附件名称，以分号隔开"},
}

func paperKeys() []source.Key[Paper] {
	text := source.Text[Paper]
	keys := []source.Key[Paper]{
		{Name: "title", Form: "文字", Doc: "名称", Need: true, Read: text(func(p *Paper) *string { return &p.Title })},
		{Name: "cites", Form: "法条", Doc: "依据", Read: text(func(p *Paper) *string { return &p.Cites })},
		{Name: "must", Form: "标记: 内容", Doc: "法条要求载明的事项和载明它的标记", Read: readMust},
		{Name: "remedy", Form: strings.Join(procedure.RemedyKinds, " | "), Doc: "救济途径，由 {{remedy}} 写出", Read: source.Word(func(p *Paper) *string { return &p.Remedy }, procedure.RemedyKinds...)},
		{Name: "remedy_cites", Form: "法条", Doc: "救济途径的其他依据，如复议前置的规定", Read: text(func(p *Paper) *string { return &p.RemedyCites })},
	}
	for _, l := range laid {
		keys = append(keys, source.Key[Paper]{Name: l.name, Form: "文字", Doc: l.doc, Read: func(r *source.Reader, n *source.Node, _ *Paper) { r.Scalar(n) }})
	}
	return keys
}

// readMust reads what the law wants; marks have dots and are no ids.
func readMust(r *source.Reader, n *source.Node, p *Paper) {
	if n.Kind != source.Map {
		r.Add(n, source.CodeValue, "写成“标记: 内容”，一行一项", "must 应当是一组键值")
		return
	}
	for i, k := range n.Keys {
		p.Must = append(p.Must, Must{Mark: k.Text, Title: r.Scalar(n.Values[i])})
	}
}

// Paper finds the template of a paper.
func (b *Book) Paper(id string) (*Paper, bool) {
	p, ok := b.papers[id]
	return p, ok
}

// Papers lists the ids of papers in order.
func (b *Book) Papers() []string { return b.paperOrder }

// papersOf reads the templates that the layers left.
func (l *loader) papersOf() {
	for name, text := range l.book.texts {
		id, isPaper := strings.CutPrefix(strings.TrimSuffix(name, ".md"), paperFolder)
		if !isPaper || path.Ext(name) != ".md" {
			continue
		}
		p := readPaper(&l.Reader, name, string(text))
		p.ID = id
		l.book.papers[id] = p
		l.book.paperOrder = append(l.book.paperOrder, id)
	}
	slices.Sort(l.book.paperOrder)
}

// readPaper reads one file: a head in YAML between two lines of ---, then Markdown with marks.
func readPaper(r *source.Reader, file, text string) *Paper {
	sum := sha256.Sum256([]byte(text))
	p := &Paper{File: file, Digest: hex.EncodeToString(sum[:]), head: &source.Node{Kind: source.Map, File: file, Line: 1, Col: 1}}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	end := slices.Index(lines[1:], "---") + 1
	if lines[0] != "---" || end < 1 {
		r.Add(p.head, source.CodeMissing, "文书以两行 --- 之间的文头开始", "文书缺少文头")
		return p
	}
	head, diags := source.Parse(file, []byte("\n"+strings.Join(lines[1:end], "\n")+"\n")) // the lines stay where they are
	r.Diags = append(r.Diags, diags...)
	if head == nil || len(diags.Errors()) > 0 {
		return p
	}
	p.head = head
	source.Fill(r, head, "文头", paperKeys(), p)
	if head.Kind != source.Map {
		return p
	}
	laidOut := layHead(head, end)
	template, err := paper.Compile(strings.Join(append(laidOut, lines[end:]...), "\n") + "\n")
	for _, bad := range flatten(err) {
		at := &source.Node{File: file, Line: 1, Col: 1}
		message := bad.Error()
		var place *layout.SourceError
		if errors.As(bad, &place) {
			at, message = p.place(place.Line, place.Column), place.Message
		}
		r.Add(at, source.CodeSyntax, "", "%s", message)
	}
	p.Template = template
	typedRemedy(r, file, lines, end)
	return p
}

// layHead writes the keys that layout.Parse knows as lines of their own, each where it stood, the others left blank.
func layHead(head *source.Node, end int) []string {
	out := make([]string, end)
	out[0] = "---"
	for i, k := range head.Keys {
		v := head.Values[i]
		known := k.Text == "title" || slices.ContainsFunc(laid, func(l struct{ name, doc string }) bool { return l.name == k.Text })
		if v.Kind != source.Scalar || !known || k.Line < 1 || k.Line > end {
			continue
		}
		out[k.Line-1] = k.Text + `: "` + strings.ReplaceAll(strings.TrimSpace(v.Text), "\n", `\n`) + `"`
	}
	return out
}

// place finds where a place of the compiled text stands in the file: in the head values may have been written otherwise.
func (p *Paper) place(line, column int) *source.Node {
	at := &source.Node{File: p.File, Line: line, Col: column}
	for i, k := range p.head.Keys {
		v := p.head.Values[i]
		if k.Line != line || v.Kind != source.Scalar {
			continue
		}
		at.Line = v.Line
		at.Col = v.Col + max(column-len([]rune(k.Text))-4, 0)
		if v.Quoted {
			at.Col++
		}
		if v.Block {
			at.Col = 1
		}
	}
	return at
}

// flatten parts joined errors.
func flatten(err error) []error {
	if err == nil {
		return nil
	}
	var joined interface{ Unwrap() []error }
	if !errors.As(err, &joined) {
		return []error{err}
	}
	var out []error
	for _, e := range joined.Unwrap() {
		out = append(out, flatten(e)...)
	}
	return out
}

// typedRemedyForm finds a period for applying that somebody typed: periods change with the law, and texts stay behind.
var typedRemedyForm = regexp.MustCompile(`[一二三四五六七八九十\d]+(个)?(工作)?[日月]内[^。；]{0,30}(申请行政复议|提起行政诉讼)`)

func typedRemedy(r *source.Reader, file string, lines []string, from int) {
	for i, line := range lines {
		if m := typedRemedyForm.FindStringIndex(line); m != nil && i > from {
			at := &source.Node{File: file, Line: i + 1, Col: len([]rune(line[:m[0]])) + 1}
			r.Warn(at, source.CodeValue, "写 {{remedy}}，文头写 remedy", "救济的途径和期限由程序填写，不要手写")
		}
	}
}
