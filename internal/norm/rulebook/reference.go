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
	{source.CodeUnfilled, "表达式读了在那里不一定有值的字段"}, {source.CodeCites, "引用的文件没有收录，或者其中没有所引的条款"},
	{source.CodeExample, "算例算得与所写不符"}, {source.CodeOverlay, "叠加文件指向不存在的内容，或者缺少 in_force、by"}, {source.CodeReserved, "用了保留的名字"},
}

const introduction = `# 规则包

<!-- 本页由 go test ./internal/norm/rulebook -run TestReference -update 生成，不要手改。 -->

规则包是一个目录，各类文件分目录放：` + "`calendar/` `laws/` `papers/` `procedures/` `registers/`" + `。文件是 YAML（文书是 Markdown）：键用英文，名称用中文；含中文的内容一行一键，
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

const papersText = `## 文书

` + "`papers/标识.md`" + ` 是一份文书的模板，环节写 ` + "`paper: 标识`" + ` 即制作它；几个程序可以共用一份。叠加的包里同名的文书整份替换。先是两行 ` + "`---`" + ` 之间的文头（YAML），
再是正文（Markdown：标题、段落、列表、表格、加粗），其中用标记取值。填入的内容只是文字，不会成为标记或者 Markdown。

| 标记 | 意义 |
|---|---|
| ` + "`{{x}}`" + ` | 必须有的值；制作时缺少的，文书上显示“〔缺……〕” |
| ` + "`{{x?}}`" + ` | 可以没有的值 |
| ` + "`{{x \\| date}}`" + ` | 日期写成2026年7月1日；日期都要这样写 |
| ` + "`{{x \\| yuan}}`" + ` | 以分计的金额写成元；金额都要这样写 |
| ` + "`{{#each x}}` … `{{/each}}`" + ` | 单独一行；列表的每个元素写一次，其中 ` + "`{{.列}}`" + ` 是元素的列，` + "`{{.}}`" + ` 是元素本身，` + "`{{.#}}`" + ` 是序号 |
| ` + "`{{#if x}}` … `{{#else}}` … `{{/if}}`" + ` | 单独一行；有值、不空、不为否时写 |

可以用的名字：字段；` + "`step.环节.done count date first outcome unit`、`limit.期限.due`、`param.参数`、`matter.number title opened`、`unit.name sign`、`today`、`remedy`" + `（unit 是主办单位，step.环节.unit 是办理这一步的单位）；
逐一办理的环节另有 ` + "`party`" + `，即这份文书所对的那个元素。条目有 ` + "`name number key`" + ` 三列，当事人有 ` + "`name kind number address phone agent`" + `，
表格有它自己的列；选项和结果可以问是哪一个：` + "`字段.选项`、`step.环节.outcome.结果`" + `；列表直接写出得到用顿号连起来的名称。必须有的值要在那个环节一定已经填写，不然写成可以没有的，或者放在 ` + "`{{#if}}`" + ` 里。

` + "`remedy`" + ` 是告知行政复议和行政诉讼的一句话，由程序按法律写出，文头写明种类；程序里有期限 ` + "`apply_reconsideration`、`apply_suit`" + ` 的依该期限。

`

// Reference is the reference page of the packs, docs/pack.md.
func Reference() string {
	var b strings.Builder
	b.WriteString(introduction)
	b.WriteString("### 文件\n\n" + source.Table(fileKeys()) + "\n")
	b.WriteString(procedure.Reference())
	b.WriteString("\n## 名录\n\n" + register.Reference())
	b.WriteString("\n" + papersText + "### 文头\n\n" + source.Table(paperKeys()))
	b.WriteString("\n## 错误代码\n\n| 代码 | 意义 |\n|---|---|\n")
	for _, c := range codes {
		b.WriteString("| `" + c.code + "` | " + c.means + " |\n")
	}
	return b.String()
}
