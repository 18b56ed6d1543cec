package expr

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
)

// Error joins the problems, each with its place.
func (ps Problems) Error() string {
	var b strings.Builder
	for i, p := range ps {
		if i > 0 {
			b.WriteString("；")
		}
		b.WriteString(p.Message)
		if p.Hint != "" {
			b.WriteString("（" + p.Hint + "）")
		}
	}
	return b.String()
}

func problemsOf(err error) Problems {
	var ps Problems
	if errors.As(err, &ps) {
		return ps
	}
	return Problems{{Line: 1, Column: 1, Code: CodeSyntax, Message: err.Error()}}
}

func sorted(ps Problems) Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(ps)
}

func syntaxProblems(issues *cel.Issues) Problems {
	var out Problems
	for _, e := range issues.Errors() {
		p := Problem{Line: max(e.Location.Line(), 1), Column: max(e.Location.Column(), 0) + 1, Code: CodeSyntax}
		switch {
		case strings.Contains(e.Message, "recursion limit") || strings.Contains(e.Message, "size exceeds"):
			p.Code, p.Message = CodeTooLong, "表达式过长或者嵌套过深"
		case strings.Contains(e.Message, "reserved identifier"):
			p.Message = "“" + afterColon(e.Message) + "”是保留字，不能用作名称"
		case strings.Contains(e.Message, "<EOF>"):
			p.Message = "表达式没有写完"
		default:
			p.Message = "不合语法：" + strings.TrimPrefix(e.Message, "Syntax error: ")
		}
		out = append(out, p)
	}
	return sorted(out)
}

func afterColon(s string) string { return strings.TrimSpace(s[strings.LastIndex(s, ":")+1:]) }

var (
	noName     = regexp.MustCompile(`^undeclared reference to '([^']*)'`)
	noOverload = regexp.MustCompile(`^found no matching overload for '([^']*)' applied to '(.*)'$`)
	noField    = regexp.MustCompile(`^undefined field '([^']*)'`)
	otherType  = regexp.MustCompile(`^expected type '([^']*)' but found '([^']*)'`)
	noFields   = regexp.MustCompile(`^type '([^']*)' does not support field selection`)
)

// typeProblems says in Chinese what the type checker found.
func (e *Env) typeProblems(issues *cel.Issues) Problems {
	var out Problems
	for _, err := range issues.Errors() {
		p := Problem{Line: max(err.Location.Line(), 1), Column: max(err.Location.Column(), 0) + 1, Code: CodeType}
		m := err.Message
		switch {
		case noName.MatchString(m):
			name := noName.FindStringSubmatch(m)[1]
			p.Code, p.Message = CodeName, "没有“"+name+"”这个函数"
			if near := nearest(name, e.functions()); near != "" {
				p.Hint = "是不是 " + near + "？"
			}
		case noOverload.MatchString(m):
			s := noOverload.FindStringSubmatch(m)
			op := strings.Trim(s[1], "_@")
			p.Message = "“" + op + "”不能用于" + e.typeWords(strings.Trim(strings.Replace(s[2], ".(", ", ", 1), "()"))
			if p.Hint = overloadHint(s[1], s[2]); p.Hint == "" && contains(e.functions(), op) {
				p.Hint = "参数的个数或者类型不对"
			}
		case noField.MatchString(m):
			name := noField.FindStringSubmatch(m)[1]
			p.Code, p.Message = CodeName, "没有“"+name+"”这个字段"
			var fields []string
			for _, o := range e.objects {
				fields = append(fields, sortedKeys(o.fields)...)
			}
			slices.Sort(fields)
			if near := nearest(name, fields); near != "" {
				p.Hint = "是不是 " + near + "？"
			}
		case otherType.MatchString(m):
			s := otherType.FindStringSubmatch(m)
			p.Message = "这里要的是" + e.typeWords(s[1]) + "，写的是" + e.typeWords(s[2])
		case noFields.MatchString(m):
			p.Message = e.typeWords(noFields.FindStringSubmatch(m)[1]) + "没有字段"
		default:
			p.Message = "类型不合：" + m
		}
		out = append(out, p)
	}
	return sorted(out)
}

func overloadHint(op, args string) string {
	switch {
	case strings.Contains(args, "日期") && strings.Contains(args, "string"):
		return "日期写成 date('2026-09-24')"
	case strings.Contains(args, "int") && strings.Contains(args, "double"):
		return "用 double(…) 或者 int(…) 换成同一种数"
	}
	return ""
}

// functions lists the names of functions that expressions may call.
func (e *Env) functions() []string {
	var out []string
	for name := range e.cel.Functions() {
		if isSegment(name) && !strings.HasPrefix(name, "_") {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return append(out, "all", "exists", "exists_one", "filter", "map")
}

var typeWord = regexp.MustCompile(`[\pL_][\pL\pN_]*`)

var typeNames = map[string]string{"string": "文字", "int": "整数", "bool": "是否", "double": "小数", "list": "列表", "map": "对照表", "null_type": "空值"}

// typeWords turns the types in a message into words.
func (e *Env) typeWords(s string) string {
	return typeWord.ReplaceAllStringFunc(s, func(word string) string {
		if o := e.objects[word]; o != nil {
			return o.title()
		}
		if name, ok := typeNames[word]; ok {
			return name
		}
		return word
	})
}

func (e *Env) typeName(t *cel.Type) string { return e.typeWords(cel.FormatCELType(t)) }
