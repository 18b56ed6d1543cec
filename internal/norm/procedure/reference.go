package procedure

import (
	"strings"

	"zhunsheng/internal/norm/register"
	"zhunsheng/internal/norm/source"
)

// Reference describes the language of procedures in Markdown, from the tables by which the decoder reads it.
func Reference() string {
	var b strings.Builder
	section := func(title, intro, table string) {
		b.WriteString("### " + title + "\n\n")
		if intro != "" {
			b.WriteString(intro + "\n\n")
		}
		b.WriteString(table + "\n")
	}
	section("版本", "", source.Table(versionKeys()))
	section("编号（number）", "", source.Table(numberKeys()))
	section("参数（params）", "单位在“参数”名录中设定取值，按办理之日取；没有设定的用缺省值。", source.Table(paramKeys()))
	section("字段（fields）", "列表中的每一项在加入时得到编号 p1、p2……，以后不变也不再使用。", source.Table(register.FieldKeys()))
	section("环节（steps、acts）", "acts 里用同样的键写内置动作由谁、在什么条件下办理。", source.Table(stepKeys()))
	section("条件（gates）", "", source.Table(gateKeys()))
	section("例外（unless）", "", source.Table(groundKeys()))
	section("期限（limits）", "", source.Table(limitKeys()))
	section("不计入的期间（pauses）", "", source.Table(pauseKeys()))
	section("延长（extensions）", "", source.Table(extensionKeys()))
	section("数据（facts）", "close 上的数据在以任何方式办结时产生。", source.Table(factKeys()))
	section("查询（lookups）", "", source.Table(lookupKeys()))
	b.WriteString("### 算例（examples）\n\n")
	b.WriteString("`dates:` 只算期限：`dates pause extend params today expect`。`run:` 是一串动作，每个动作的键：`" + strings.Join(actKeys, " ") + "`；`refused` 列出拒绝它的条件，`invalid` 列出有错的字段，`record` 写动作的次序。\n\n")
	b.WriteString("### 角色\n\n| 标识 | 名称 |\n|---|---|\n")
	for _, r := range Roles() {
		b.WriteString("| `" + r.ID + "` | " + r.Title + " |\n")
	}
	b.WriteString("\n### 内置动作\n\n| 标识 | 名称 |\n|---|---|\n")
	for _, id := range builtins {
		b.WriteString("| `" + id + "` | " + builtinTitles[id] + " |\n")
	}
	return b.String()
}
