package layout

import (
	"strings"
	"unicode"
)

const titleLine = 19 // characters in one line of a title in 2号

// joined are words of titles that no line may end within.
var joined = strings.Fields(`法治 政府 建设 工作 情况 报告 计划 要点 方案 通知 意见 办法 规定 决定 公告 通报 依法 行政 推进 全面 实施 贯彻 落实 进展 年度 上半年 下半年 人民 司法 考核 评价 监督 检查
 责任 分工 任务 关于 印发 进一步 加强 规范 执法 机关 单位 领导 小组 办公室 委员会 重大 决策 程序 合法性 审查 规范性 文件 清理 行政复议 应诉 公开 信息 管理 服务 改革 优化 营商 环境 人员 培训 学习 教育 宣传 普法 专项 行动 整改 督察 督办`)

// titleLines breaks a title as GB/T 9704 7.3.1 asks: words whole, lines balanced, none left with one word.
func titleLines(title string) []string {
	var lines []string
	for _, part := range strings.Split(title, "\n") {
		lines = append(lines, balance([]rune(strings.TrimSpace(part)))...)
	}
	return lines
}

// balance finds the cheapest breaks: dynamic programming over where lines end.
func balance(title []rune) []string {
	total := width(string(title))
	count := (total + 2*titleLine - 1) / (2 * titleLine)
	if count < 2 {
		return []string{string(title)}
	}
	ideal := total / count
	forbidden := make([]int, len(title)+1)
	for i := 1; i < len(title); i++ {
		forbidden[i] = breakCost(title, i)
	}
	const never = 1 << 30
	best := make([][]int, count+1)
	from := make([][]int, count+1)
	for k := range best {
		best[k] = make([]int, len(title)+1)
		from[k] = make([]int, len(title)+1)
		for i := range best[k] {
			best[k][i] = never
		}
	}
	best[0][0] = 0
	for k := 1; k <= count; k++ {
		for end := 1; end <= len(title); end++ {
			for start := range end {
				if best[k-1][start] == never {
					continue
				}
				w := width(string(title[start:end]))
				cost := best[k-1][start] + (w-ideal)*(w-ideal) + forbidden[end]
				if w > 2*titleLine+2 {
					cost += 10_000
				}
				if cost < best[k][end] {
					best[k][end], from[k][end] = cost, start
				}
			}
		}
	}
	lines := make([]string, count)
	for k, end := count, len(title); k > 0; k-- {
		start := from[k][end]
		lines[k-1] = string(title[start:end])
		end = start
	}
	return lines
}

// breakCost is what a break before title[i] costs.
func breakCost(title []rune, i int) int {
	before, after := title[i-1], title[i]
	switch {
	case strings.ContainsRune("、，。；：）》”〉〕的和与及年月日号", after), strings.ContainsRune("（《“〈〔第", before):
		return 5000
	case isWord(before) && isWord(after):
		return 5000
	}
	s := string(title)
	at := len(string(title[:i]))
	for _, word := range joined {
		for off := 0; ; {
			k := strings.Index(s[off:], word)
			if k < 0 {
				break
			}
			if start := off + k; start < at && at < start+len(word) {
				return 2000
			}
			off += k + len(word)
		}
	}
	open := strings.LastIndex(s[:at], "《")
	if open >= 0 && !strings.Contains(s[open:at], "》") {
		return 300
	}
	return 0
}

func isWord(r rune) bool { return r < unicode.MaxLatin1 && (unicode.IsDigit(r) || unicode.IsLetter(r)) }
