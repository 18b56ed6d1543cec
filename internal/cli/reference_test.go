package cli

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"
)

// referenceFile is the reference page of the command line, made from its model.
const referenceFile = "../../docs/cli.md"

// TestReference keeps docs/cli.md what the program says of itself; -update writes it anew.
func TestReference(t *testing.T) {
	var all verbs
	parser, err := newParser(&all, &Env{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}}, func(int) {})
	if err != nil {
		t.Fatal(err)
	}
	want := reference(t, parser.Model.Node)
	if *update {
		if err := os.WriteFile(referenceFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(referenceFile)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, string(have)); d != "" {
		t.Errorf("docs/cli.md 与程序不一致，请运行 go test ./internal/cli -run Reference -update：\n%s", d)
	}
}

const referenceIntro = `# 命令行

本页由程序的命令定义生成（` + "`go test ./internal/cli -run Reference -update`" + `），内容与 ` + "`zhunsheng 命令 --help`" + ` 一致。

## 共同的约定

- 一个程序 ` + "`zhunsheng`" + `，每个命令都有 ` + "`--help`" + `。
- ` + "`-o table`" + `（缺省）供人阅读；` + "`-o json`" + ` 在标准输出打印一个 JSON 值，此外什么也不打印。提示、进度和错误写到标准错误。
- 退出码：` + "`0`" + ` 办成，或者核对无误；` + "`1`" + ` 不予办理，或者核对出错误，原因已经打印；` + "`2`" + ` 命令写得不对，或者所指的东西不存在。
- 日期写成 ` + "`2026-09-24`" + `，时间用 RFC 3339，金额以分为单位的整数，文字一律 UTF-8。
- 文件写 ` + "`-`" + ` 表示标准输入。` + "`--out 文件`" + ` 把结果写到文件。
- 数据库由 ` + "`--db`" + ` 或者环境变量 ` + "`ZS_DB`" + ` 指定：` + "`sqlite:路径`" + ` 或者 ` + "`postgres://…`" + `；缺省为数据目录（` + "`--data`" + `、` + "`ZS_DATA`" + `，缺省 ` + "`./data`" + `）里的 ` + "`zhunsheng.db`" + `。除 ` + "`init`、`serve`、`demo`、`restore`" + ` 和 ` + "`move`" + ` 的目标以外，指定的 SQLite 文件不存在时不会新建，退出码为 2。
- 命令可以在服务运行时使用：两边依次写入，记录、编号都不会重复或者跳号。
- 命令行上办理的事，记录的办理人是“系统”，不记在任何人名下：能接触数据库的人不因此成为某一岗位。

## 第一次使用

` + "```sh" + `
zhunsheng init --name 衡平县人民政府 --region 990127 --admin 方其 --security 罗述 --auditor 江岷
zhunsheng register import unit 单位.xlsx --dry-run     # 列出每一处错误
zhunsheng register import unit 单位.xlsx
zhunsheng register import person 人员.xlsx
zhunsheng register import post 岗位.xlsx
zhunsheng account set heyanqiu --person 何砚秋
zhunsheng matter import task 在办任务.xlsx --dry-run
zhunsheng serve
` + "```" + `

## 名录的表

` + "`register export`" + ` 与 ` + "`register import`" + ` 的列相同：编号、生效日期、失效日期，然后是名录的各个字段。行的先后不限，缺少的列不改动，多余的列不读取并且会列出。
引用其他条目的栏写编号（单位也可以写名称）；选项写名称；多个值一行一个；有几栏的，各栏用“；”分开。内容没有变化的行不产生记录，同一文件可以重复导入。
变更自今天起生效；表中把生效日期改成新的日期的，自那一日起；原来登记错了的，用 ` + "`--correct`" + ` 追溯到原生效日期。失效日期填了的，条目到那一日为止；撤销单位请用 ` + "`unit end`" + `。
系统管理员、安全管理员和审计员必须是三个人，也不兼任其他岗位，导入时同样核对。附件不能由表格导入；封存的内容不导出。

## 上级系统的表

上级系统导出的表不用改：写一个对应表（YAML，一行一列：“我们的列名: 对方的列名”），用 ` + "`--map`" + ` 指定，可以一直用下去。

` + "```yaml" + `
任务名称: 督办事项
主办单位: 责任部门
下达日期: 交办时间
完成期限: 办结期限
编号: 文号
` + "```" + `

## JSON

各命令 ` + "`-o json`" + ` 的键。以后可以增加，不会改名或者去掉。

| 命令 | 键 |
|---|---|
| ` + "`init`" + ` | unit、name、region、key（存证公钥）、accounts：[{role, name, login, password}] |
| ` + "`account list`" + ` | accounts：[{login, person, key（人员编号）, name, posts, state}]；state 为 active 正常、first 尚未首次登录、locked 已锁定、waiting 密码错误暂停登录（到 until） |
| ` + "`account set`、`reset`" + ` | 同上一行的一个账号，另有 password；` + "`lock`、`unlock`、`end`" + ` 没有 password，停用的 state 为 ended |
| ` + "`unit list`" + ` | units：[{no, code, name, short, sign, kind, standing, parent（上级编码）, region, aliases, from, to}]；` + "`unit add`" + ` 为其中一个 |
| ` + "`unit end`" + ` | unit、successor、matters、posts、left（没有转成的，非空时退出码为 1） |
| ` + "`plan import`" + ` | draft、title、number、year、measures、open：[{field, say}]、findings、doubtful、notes、was（已经下达的同一计划，0 为没有）、changes：[{kind, title, fields}]、sent（未下达为 null）：{plan, units, tasks} |
| ` + "`register import`" + ` | ok、register、new、changed、same、written、errors：[{row, column, value, say}]、changes：[{row, key, new, columns}]、ignored（没有读取的列） |
| ` + "`register export`" + ` | register、columns、rows（每行以列名为键）；写了 --out 的为 register、rows（行数）、file |
| ` + "`matter import`" + ` | ok、procedure、rows、before（以前已经导入）、written、errors |
| ` + "`reconcile`" + ` | ok、procedure、from、to、rows、matters、matched、only_there：[{row, number, title, unit, date}]、only_here：[{matter, …}]、differ：[{row, matter, number, title, say}]、months：[{month, here, there}] |
| ` + "`report draft`" + ` | title、period、until、snapshot、figures：[{no, token, name, value, unit, formula, matters}]、findings、file |
| ` + "`job list`" + ` | turns：[{duty, title, unit, period, due, matter（0 为尚未下达）}] |
| ` + "`job run`" + ` | today、opened、deemed、moved（事项编号） |
| ` + "`verify`、`rebuild`" + ` | ok、records、root、matters、differences 等 |
| ` + "`backup`、`restore`、`move`" + ` | ok、records、root，另有 file 或者 key |
| ` + "`log checkpoint`" + ` | size、key、note |
| ` + "`version`" + ` | version、commit、pack（规则包摘要） |

## 服务的指标

` + "`serve` 和 `demo`" + ` 在 ` + "`/metrics`" + ` 以 Prometheus 的格式给出：办理次数 ` + "`zhunsheng_acts_total`" + `、批次 ` + "`zhunsheng_batches_total`、`zhunsheng_batch_acts`、`zhunsheng_batch_seconds`" + `、
记录总数 ` + "`zhunsheng_records`" + `、后台事务 ` + "`zhunsheng_queue_jobs`、`zhunsheng_queue_notices`" + `、应答时间 ` + "`zhunsheng_http_request_seconds`" + `（按部分、方法、状态）和 Go 运行时。标签和数值里没有人员、单位和事项。

## 命令
`

// reference is the page in Markdown.
func reference(t *testing.T, root *kong.Node) string {
	var b strings.Builder
	b.WriteString(referenceIntro)
	for _, verb := range root.Leaves(true) {
		path := strings.TrimPrefix(verb.FullPath(), "zhunsheng ")
		if verb.Help == "" {
			t.Errorf("%s has no help", path)
		}
		usage := strings.NewReplacer("[flags]", "[选项]").Replace("zhunsheng " + strings.TrimPrefix(verb.Summary(), "zhunsheng "))
		fmt.Fprintf(&b, "\n### %s\n\n%s\n\n```\n%s\n```\n", path, verb.Help, usage)
		var rows []string
		for _, p := range verb.Positional {
			rows = append(rows, row(t, path, "`"+p.Summary()+"`", p))
		}
		for _, flags := range verb.AllFlags(true) {
			for _, f := range flags {
				if f.Name == "help" {
					continue
				}
				name := "`--" + f.Name
				if !f.IsBool() {
					name += "=" + strings.ReplaceAll(f.FormatPlaceHolder(), `"`, "")
				}
				name += "`"
				if f.Short != 0 {
					name += " `-" + string(f.Short) + "`"
				}
				rows = append(rows, row(t, path, name, f.Value))
			}
		}
		if len(rows) > 0 {
			fmt.Fprintf(&b, "\n| 参数、选项 | 说明 |\n|---|---|\n%s\n", strings.Join(rows, "\n"))
		}
	}
	return b.String()
}

// row is an argument or a flag: what it says, its default and its variable.
func row(t *testing.T, path, name string, v *kong.Value) string {
	if v.Help == "" {
		t.Errorf("%s %s has no help", path, name)
	}
	say := v.Help
	if v.HasDefault && v.Default != "" && !v.IsBool() && !strings.Contains(v.Help, "缺省") {
		say += " 缺省 `" + v.Default + "`。"
	}
	if v.Required && v.Flag != nil {
		say += " 必须写明。"
	}
	if len(v.Tag.Envs) > 0 {
		say += " 环境变量 `" + strings.Join(v.Tag.Envs, "`、`") + "`。"
	}
	return "| " + strings.ReplaceAll(name, "|", `\|`) + " | " + strings.ReplaceAll(say, "|", `\|`) + " |"
}
