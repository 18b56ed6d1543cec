package rulebook

import (
	"strings"

	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/register"
	"zhunsheng/internal/norm/source"
)

// codes are the codes of diagnostics with what each means.
var codes = []struct{ code, means string }{
	{source.CodeSyntax, "不合 YAML，或者结构不对"}, {source.CodeAnchor, "用了锚点或者引用"}, {source.CodeTag, "用了标签"},
	{source.CodeMerge, "用了合并键"}, {source.CodeDuplicate, "同一个键或者标识写了两次"}, {source.CodeComma, "花括号里没有引号的逗号切断了一句话"},
	{source.CodeFlow, "花括号里写了中文句子（提示）"}, {source.CodeKey, "不认识的键"}, {source.CodeValue, "值不对"},
	{source.CodeMissing, "缺少必需的键"}, {source.CodeReference, "指向不存在的字段、环节、期限、参数、名录"}, {source.CodeExpr, "表达式有错"},
	{source.CodeUnfilled, "表达式读了在那里不一定有值的字段"}, {source.CodeCites, "引用的法条查不到（文件没有收录的只提示）"},
	{source.CodeExample, "算例算得与所写不符"}, {source.CodeOverlay, "叠加文件指向不存在的内容，或者缺少 in_force、by"}, {source.CodeReserved, "用了保留的名字"},
}

const introduction = `# 规则包

<!-- 本页由 go test ./internal/norm/rulebook -run TestReference -update 生成，不要手改。 -->

规则包是一个目录，各类文件分目录放：` + "`calendar/` `laws/` `procedures/` `registers/`" + `。文件是 YAML：键用英文，名称用中文；含中文的内容一行一键，
花括号里只写标识、数字和单个词。标量一律按写的文字读，类型由字段定；不用锚点、标签和合并键；同一个键写两次、不认识的键都是错误。

凡可以叠加的都有标识。版本、变体（` + "`like`" + `）和叠加文件用同一条合并规则：一组键值逐键合并，单个值和列表整个替换，` + "`~`" + ` 删除；
写了原来没有的标识是错误，除非在它里面写 ` + "`add: true`" + `。

叠加文件写 ` + "`overlay: 程序`、`in_force: 日期`、`by: 由谁决定`" + `，其余与版本相同；按 ` + "`--pack`" + ` 的次序叠加，有一处错误就整个不用。

规则（摘要所算的部分）与文字分开：只改名称、说明、提示不改变摘要，在办事项立即看到新的文字；改了规则，在办事项仍按开启时的规则办，
用 ` + "`migrate`" + ` 改用新版。

表达式是 CEL。自己的字段直接写名字；另有 ` + "`step.环节.done any count date first last outcome files`、`limit.期限.met due earliest state closed`、`param.参数`、`unit.`、`matter.`、`actor.`、`act.`、`legal_date`、`today`、`linked.种类.count open closed`、`lookup.查询`" + `。
没有值的字段使整个判断成为“不能判断”，从而不予办理；用 ` + "`given(x)`" + ` 询问，用 ` + "`x.or(v)`" + ` 代替。

## 程序

`

// Reference is the reference page of the packs, docs/pack.md.
func Reference() string {
	var b strings.Builder
	b.WriteString(introduction)
	b.WriteString("### 文件\n\n" + source.Table(fileKeys()) + "\n")
	b.WriteString(procedure.Reference())
	b.WriteString("\n## 名录\n\n" + register.Reference())
	b.WriteString("\n## 错误代码\n\n| 代码 | 意义 |\n|---|---|\n")
	for _, c := range codes {
		b.WriteString("| `" + c.code + "` | " + c.means + " |\n")
	}
	return b.String()
}
