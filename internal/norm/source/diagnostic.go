package source

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Diagnostic is one thing wrong (or, as a Warning, doubtful) in a pack.
type Diagnostic struct {
	File    string `json:"file"`
	Line    int    `json:"line"` // from 1
	Col     int    `json:"col"`  // from 1, in runes
	Code    string `json:"code"` // stable
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Warning bool   `json:"warning,omitempty"`
}

// Codes of diagnostics. They are stable; docs/pack.md explains each.
const (
	CodeSyntax    = "syntax"    // 不合 YAML 或者结构
	CodeAnchor    = "anchor"    // 锚点、引用
	CodeTag       = "tag"       // 标签
	CodeMerge     = "merge"     // 合并键
	CodeDuplicate = "duplicate" // 同一个键写了两次
	CodeComma     = "comma"     // 逗号切断了句子
	CodeFlow      = "flow"      // 花括号里的中文句子（提示）
	CodeKey       = "key"       // 不认识的键
	CodeValue     = "value"     // 值不对
	CodeMissing   = "missing"   // 缺少必需的键
	CodeReference = "reference" // 指向不存在的字段、环节、期限……
	CodeExpr      = "expr"      // 表达式有错
	CodeUnfilled  = "unfilled"  // 表达式读了不一定已经填写的字段
	CodeCites     = "cites"     // 引用的法条查不到
	CodeExample   = "example"   // 算例不符
	CodeOverlay   = "overlay"   // 叠加包指向不存在的内容
	CodeReserved  = "reserved"  // 用了保留的名字
)

// Error is one line: file:line:col code message (hint).
func (d Diagnostic) Error() string {
	s := fmt.Sprintf("%s:%d:%d: %s: %s", d.File, d.Line, d.Col, d.Code, d.Message)
	if d.Hint != "" {
		s += "（" + d.Hint + "）"
	}
	return s
}

// Diagnostics is all that was found.
type Diagnostics []Diagnostic

// Sorted orders by place and drops repeats.
func (ds Diagnostics) Sorted() Diagnostics {
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col),
			strings.Compare(a.Code, b.Code), strings.Compare(a.Message, b.Message))
	})
	return slices.Compact(ds)
}

// Errors leaves out the warnings.
func (ds Diagnostics) Errors() Diagnostics {
	var out Diagnostics
	for _, d := range ds {
		if !d.Warning {
			out = append(out, d)
		}
	}
	return out
}

// Error lists everything, one a line.
func (ds Diagnostics) Error() string {
	lines := make([]string, len(ds))
	for i, d := range ds {
		lines[i] = d.Error()
	}
	return strings.Join(lines, "\n")
}

// Show writes a diagnostic with its source line and a caret that lines up under Chinese (two columns a character).
func (d Diagnostic) Show(data []byte) string {
	out := d.Error()
	lines := strings.Split(string(data), "\n")
	if d.Line < 1 || d.Line > len(lines) {
		return out
	}
	line := strings.TrimRight(lines[d.Line-1], "\r")
	var pad strings.Builder
	for i, r := range []rune(line) {
		if i >= d.Col-1 {
			break
		}
		switch {
		case r == '\t':
			pad.WriteByte('\t')
		case r >= 0x1100:
			pad.WriteString("  ")
		default:
			pad.WriteByte(' ')
		}
	}
	return out + "\n    " + line + "\n    " + pad.String() + "^"
}

// Nearest finds the known word most like a misspelt one, "" where none is near.
func Nearest(word string, known []string) string {
	best, bestAt := "", max(len([]rune(word))/2, 1)+1
	for _, k := range known {
		if n := distance([]rune(word), []rune(k)); n < bestAt {
			best, bestAt = k, n
		}
	}
	return best
}

// DidYouMean is the hint for a misspelt word, "" where nothing is near.
func DidYouMean(word string, known []string) string {
	if k := Nearest(word, known); k != "" {
		return "是不是“" + k + "”"
	}
	return ""
}

func distance(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		prev := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := prev
			if x != y {
				cost++
			}
			prev = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
