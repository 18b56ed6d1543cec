// Package source reads the text of packs (规则包): YAML as a tree in which every scalar is written text and every value
// knows its place, strict where YAML is lax, with one rule for merging versions, variants and overlays.
package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Kind tells what a node is.
type Kind uint8

// The kinds of node. Null is `~`, which removes what it stands for when merged.
const (
	Null Kind = iota
	Scalar
	Map
	List
)

// Node is a value of a pack file and where it stands.
type Node struct {
	Kind   Kind
	Text   string  // of a scalar, as written
	Quoted bool    // the scalar stood in quotes
	Block  bool    // the scalar is a | or > block
	Keys   []*Node // of a map, in order of writing
	Values []*Node // of a map, beside Keys; of a list
	Flow   bool    // written as {…} or […]

	File      string
	Line, Col int // from 1; columns count runes
}

// Get returns the value under a key of a map, nil where there is none.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	for i, k := range n.Keys {
		if k.Text == key {
			return n.Values[i]
		}
	}
	return nil
}

// limits of what is read: deeper or larger files are refused before they cost anything.
const (
	maxDepth = 40
	maxSize  = 4 << 20
)

// Parse reads one YAML (or JSON) document. Anchors, aliases, tags, merges and keys written twice are errors; what can
// still be read is returned beside the diagnostics, nil where nothing can.
func Parse(file string, data []byte) (*Node, Diagnostics) {
	p := &parser{file: file}
	if len(data) > maxSize {
		p.at(1, 1, CodeSyntax, "文件超过4 MB", "")
		return nil, p.diags
	}
	if at := strangeBreak(data); at >= 0 {
		before := data[:at]
		p.at(bytes.Count(before, []byte("\n"))+1, utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])+1, CodeSyntax, "这里有不常见的换行符", "换行用 LF 或者 CRLF")
		return nil, p.diags
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			p.at(1, 1, CodeSyntax, "文件是空的", "")
			return nil, p.diags
		}
		line, message := yamlError(err)
		p.at(line, 1, CodeSyntax, "不是合法的 YAML："+message, "")
		return nil, p.diags
	}
	var more yaml.Node
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		p.at(max(more.Line, 1), 1, CodeSyntax, "一个文件只写一份文档", "去掉“---”以后的部分，另立文件")
	}
	if len(doc.Content) == 0 {
		p.at(1, 1, CodeSyntax, "文件是空的", "")
		return nil, p.diags
	}
	n := p.node(doc.Content[0], 0)
	return n, p.diags.Sorted()
}

// strangeBreak finds what YAML takes for a line break and editors do not: places would no longer be those a person sees.
func strangeBreak(data []byte) int {
	for i, c := range data {
		if c == '\r' && (i+1 == len(data) || data[i+1] != '\n') {
			return i
		}
	}
	return bytes.IndexFunc(data, func(r rune) bool { return r == 0x85 || r == 0x2028 || r == 0x2029 })
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(.*)$`)

func yamlError(err error) (line int, message string) {
	line, message = 1, err.Error()
	if m := yamlLine.FindStringSubmatch(strings.SplitN(message, "\n", 2)[0]); m != nil {
		if n, err := strconv.Atoi(m[1]); err == nil {
			line = n
		}
		message = m[2]
	}
	return max(line, 1), message
}

type parser struct {
	file  string
	diags Diagnostics
}

func (p *parser) at(line, col int, code, message, hint string) {
	p.diags = append(p.diags, Diagnostic{File: p.file, Line: line, Col: col, Code: code, Message: message, Hint: hint})
}

func (p *parser) node(y *yaml.Node, depth int) *Node {
	n := &Node{File: p.file, Line: y.Line, Col: y.Column}
	if depth > maxDepth {
		p.at(y.Line, y.Column, CodeSyntax, "嵌套过深", "")
		return n
	}
	if y.Anchor != "" {
		p.at(y.Line, y.Column, CodeAnchor, "不使用锚点（&"+y.Anchor+"）", "把内容写全，或者用 like、overlay")
	}
	if y.Style&yaml.TaggedStyle != 0 {
		p.at(y.Line, y.Column, CodeTag, "不使用标签（"+y.Tag+"）", "标量按写的文字读，类型由字段定")
	}
	n.Flow = y.Style&yaml.FlowStyle != 0
	switch y.Kind {
	case yaml.ScalarNode:
		n.Kind, n.Text = Scalar, y.Value
		n.Quoted = y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0
		n.Block = y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
		if !n.Quoted && !n.Block && (y.Value == "~" || y.Value == "" || y.Value == "null") {
			n.Kind, n.Text = Null, ""
		}
	case yaml.SequenceNode:
		n.Kind = List
		for _, c := range y.Content {
			n.Values = append(n.Values, p.node(c, depth+1))
		}
	case yaml.MappingNode:
		n.Kind = Map
		p.mapping(n, y, depth)
	case yaml.AliasNode:
		p.at(y.Line, y.Column, CodeAnchor, "不使用引用（*"+y.Value+"）", "把内容写全，或者用 like、overlay")
	}
	return n
}

func (p *parser) mapping(n *Node, y *yaml.Node, depth int) {
	seen := map[string]int{}
	for i := 0; i+1 < len(y.Content); i += 2 {
		ky, vy := y.Content[i], y.Content[i+1]
		if ky.Kind != yaml.ScalarNode {
			p.at(ky.Line, ky.Column, CodeSyntax, "键应当是一个词", "")
			continue
		}
		if ky.Anchor != "" || ky.Style&yaml.TaggedStyle != 0 {
			p.at(ky.Line, ky.Column, CodeAnchor, "键不带锚点和标签", "")
		}
		if ky.Value == "<<" && ky.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 {
			p.at(ky.Line, ky.Column, CodeMerge, "不使用合并键（<<）", "用 like、versions 或者 overlay")
			continue
		}
		if first, twice := seen[ky.Value]; twice {
			p.at(ky.Line, ky.Column, CodeDuplicate, fmt.Sprintf("“%s”写了两次，第一次在第%d行", ky.Value, first), "")
			continue
		}
		seen[ky.Value] = ky.Line
		k := &Node{Kind: Scalar, Text: ky.Value, File: p.file, Line: ky.Line, Col: ky.Column}
		v := p.node(vy, depth+1)
		if n.Flow {
			p.flow(k, v, vy)
		}
		n.Keys, n.Values = append(n.Keys, k), append(n.Values, v)
	}
}

// flow finds what flow maps make of Chinese sentences: an unquoted comma cuts the sentence, and its rest becomes a key
// without a value.
func (p *parser) flow(k, v *Node, vy *yaml.Node) {
	if v.Kind == Null && vy.Value == "" {
		p.at(k.Line, k.Col, CodeComma, "花括号里的“"+k.Text+"”没有值：前面的逗号把一句话切断了", "给整句话加引号，或者一行一键地写；删除写成 ~")
		return
	}
	if v.Kind == Scalar && !v.Quoted && chinese(v.Text) && strings.IndexFunc(v.Text, notWord) >= 0 {
		p.diags = append(p.diags, Diagnostic{File: p.file, Line: v.Line, Col: v.Col, Code: CodeFlow, Warning: true,
			Message: "花括号里只写标识、数字和单个词", Hint: "一行一键地写（zhunsheng pack fmt 会改写）"})
	}
}

func chinese(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
}

func notWord(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsPunct(r) && r != '_' && r != '-' && r != '.' && r != '、'
}
