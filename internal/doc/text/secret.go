package text

import "strings"

// Mark is a mark of secrecy found in a document (密级, 份号, 内部), by which the upload guard decides.
type Mark struct {
	Level      string // 绝密, 机密, 秘密, 份号 or 内部
	Text       string // the mark as it stands
	Start, End int    // place in the decoded file, in characters
}

// Refused says whether a document with this mark may not enter a system that is not approved for secrets
// (保密法 28, 29): every degree of state secret, and a copy number, which only secret papers carry (GB/T 9704 7.2.1).
// 内部 is a label of ours, not a refusal.
func (m Mark) Refused() bool { return m.Level != "内部" }

// headLines is how many written lines of a paper can belong to its head, where a bare 机密 is a mark and no prose.
const headLines = 12

// SecretMark finds the first mark of secrecy in the paragraphs of a document. Words of prose (国家秘密, 商业秘密,
// 保守机密) are no marks: a mark has its star, its field name or a line of its own in the head of the paper.
func SecretMark(paragraphs []Paragraph) (Mark, bool) {
	written := 0
	var label *Mark
	for _, p := range paragraphs {
		n := Normalize(p.Text, p.Start)
		line := n.Folded
		if strings.TrimSpace(string(line)) == "" {
			continue
		}
		written++
		if m, ok := secretInLine(&n, written <= headLines); ok {
			if m.Refused() {
				return m, true
			}
			if label == nil {
				label = &m
			}
		}
	}
	if label != nil {
		return *label, true
	}
	return Mark{}, false
}

func secretInLine(n *Normal, head bool) (Mark, bool) {
	// Official heads space the two characters of a level apart: 机 密 ★ 1年. Rules read the line without blanks.
	line := make([]rune, 0, len(n.Folded))
	at := make([]int, 0, len(n.Folded))
	for i, c := range n.Folded {
		if c != ' ' && c != '\n' {
			line, at = append(line, c), append(at, i)
		}
	}
	mark := func(level string, i, j int) (Mark, bool) {
		s, e := n.Source(at[i], at[j-1]+1)
		return Mark{Level: level, Text: n.String(at[i], at[j-1]+1), Start: s, End: e}, true
	}
	for i := 0; i+1 < len(line); i++ {
		level := string(line[i : i+2])
		if level != "绝密" && level != "机密" && level != "秘密" {
			continue
		}
		j := i + 2
		switch {
		case j < len(line) && isStar(line[j]) && (line[j] != '*' || i == 0): // an asterisk is also a footnote
			for j < len(line) && (isStar(line[j]) || isTerm(line[j])) {
				j++
			}
			return mark(level, i, j)
		case i >= 3 && string(line[i-3:i]) == "密级:", i >= 5 && string(line[i-5:i]) == "秘密等级:", i >= 5 && string(line[i-5:i]) == "保密等级:":
			return mark(level, i, j)
		case head && i == 0 && len(line) == 2, head && i == 0 && len(line) <= 8 && allTerm(line[j:]):
			return mark(level, 0, len(line))
		}
	}
	if head {
		if k := indexRunes(line, "份号"); k >= 0 && k <= 1 && len(line) <= k+12 && hasDigit(line[k+2:]) {
			return mark("份号", k, len(line))
		}
		s := string(line)
		if strings.HasPrefix(s, "内部") && (len(line) == 2 || strings.HasPrefix(s, "内部资料") || strings.HasPrefix(s, "内部文件") || len(line) > 2 && isStar(line[2])) {
			return mark("内部", 0, min(len(line), 8))
		}
	}
	return Mark{}, false
}

func isStar(c rune) bool { return c == '★' || c == '☆' || c == '⭐' || c == '✭' || c == '*' }

// isTerm says whether c can stand in a term of secrecy: 1年, 6个月, 长期, 启用前.
func isTerm(c rune) bool {
	return c >= '0' && c <= '9' || strings.ContainsRune("年月日个长期启用前一二三四五六七八九十", c)
}

func allTerm(r []rune) bool {
	for _, c := range r {
		if !isTerm(c) && !isStar(c) {
			return false
		}
	}
	return true
}

func hasDigit(r []rune) bool {
	for _, c := range r {
		if c >= '0' && c <= '9' {
			return true
		}
	}
	return false
}

func indexRunes(r []rune, s string) int {
	want := []rune(s)
	for i := 0; i+len(want) <= len(r); i++ {
		if same(want, r[i:i+len(want)]) {
			return i
		}
	}
	return -1
}
