package view

import "fmt"

// Standard sentences (ui/README.md, Wording). The number is the row of that table.

// WrongPassword is what a refused sign-in is told (1): left tries remain before the account is locked for
// minutes.
func WrongPassword(left, minutes int) Flash {
	return Flash{
		Tone: "bad", Lead: "账号或者密码不正确。",
		Text: fmt.Sprintf("请核对后重新输入。再输错 %d 次，该账号将锁定 %d 分钟。", left, minutes),
	}
}

// Locked is what a locked account is told: until is a time of day.
func Locked(until string) Flash {
	return Flash{
		Tone: "bad", Lead: "该账号已经锁定。",
		Text: fmt.Sprintf("密码连续输错次数过多，%s 以后可以再次登录。忘记密码的，请联系本单位管理员重新设置。", until),
	}
}

// DatabaseLost says that nothing was saved (2); request is the number to tell the administrator.
func DatabaseLost(request string) Flash {
	return Flash{
		Tone: "bad", Lead: "没有保存。", Request: request,
		Text: "数据库连接中断，本次提交没有写入任何内容。填写的内容仍在表格里，请稍后再提交。",
	}
}

// Overtaken tells the second of two people what the first did (11).
func Overtaken(who, at, act string) Flash {
	return Flash{
		Tone: "warn", Lead: fmt.Sprintf("%s于 %s 已%s。", who, at, act),
		Text: "本次填写的内容没有提交，仍保留在下面。",
	}
}

// Dispatched is what a dispatch came to (15): units got tasks, and until confirm by the day until.
func Dispatched(units, tasks int, until string) Flash {
	return Flash{
		Tone: "ok", Lead: fmt.Sprintf("已向 %d 个单位下达 %d 项任务。", units, tasks),
		Next: fmt.Sprintf("各单位应当于 %s 前确认责任人。", until),
	}
}

// NoPlanYet is the empty list of plans at the turn of the year (12).
func NoPlanYet(year int, upload string) Empty {
	return Empty{
		Lead:   fmt.Sprintf("还没有导入 %d 年度计划。", year),
		Text:   "计划印发后，上传原文件即可，支持 DOCX、HTML 和纯文本。",
		Button: Link{"导入计划文件", upload},
	}
}

// NothingFound is a list that a filter has emptied (13): what was looked for, the filter in words, and the
// address without it.
func NothingFound(what, filter, clear string) Empty {
	return Empty{
		Lead: fmt.Sprintf("没有符合条件的%s。", what), Text: fmt.Sprintf("当前筛选：%s。", filter),
		Link: Link{"清除筛选", clear},
	}
}
