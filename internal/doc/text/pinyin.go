package text

import "strings"

// Some scraped documents carry a reading in brackets after every character that was converted: 計(jì)劃.
// Such a note is noise to every rule, so it is taken out before anything else.

// toned maps a vowel with a tone mark to the bare vowel.
var toned = map[rune]byte{
	'ā': 'a', 'á': 'a', 'ǎ': 'a', 'à': 'a', 'ē': 'e', 'é': 'e', 'ě': 'e', 'è': 'e',
	'ī': 'i', 'í': 'i', 'ǐ': 'i', 'ì': 'i', 'ō': 'o', 'ó': 'o', 'ǒ': 'o', 'ò': 'o',
	'ū': 'u', 'ú': 'u', 'ǔ': 'u', 'ù': 'u', 'ǖ': 'v', 'ǘ': 'v', 'ǚ': 'v', 'ǜ': 'v',
	'ń': 'n', 'ň': 'n', 'ǹ': 'n', 'ḿ': 'm',
}

var initials = []string{"zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c", "s", "y", "w", ""}

var finals = func() map[string]bool {
	m := map[string]bool{}
	for f := range strings.FieldsSeq("a o e i u v ai ei ui ao ou iu ie ue ve er an en in un vn ang eng ing ong ia ua uo uai iao ian uan iang uang iong van n ng m") {
		m[f] = true
	}
	return m
}()

// syllable says whether bare lower-case letters can be one syllable of pinyin.
func syllable(s string) bool {
	if len(s) == 0 || len(s) > 6 {
		return false
	}
	for _, i := range initials {
		if rest, ok := strings.CutPrefix(s, i); ok && finals[rest] {
			return true
		}
	}
	return false
}

// pinyinNote returns the length of a pinyin note that begins at r[i], which is an opening bracket, or 0.
// A note stands right after a Chinese character, is one pair of brackets, holds one syllable and shows its tone
// by a mark or a digit; (A), (kg), (一) and 附件(1) are none.
func pinyinNote(r []rune, i int) int {
	if i == 0 || !IsHan(r[i-1]) {
		return 0
	}
	var letters [8]byte
	n, tone := 0, false
	for j := i + 1; j < len(r) && j < i+10; j++ {
		c := r[j]
		switch {
		case c == ')' || c == '）':
			if tone && syllable(string(letters[:n])) {
				return j - i + 1
			}
			return 0
		case c >= 'a' && c <= 'z' || c == 'ü':
			if c == 'ü' {
				c = 'v'
			}
			if n == len(letters) || tone && n > 0 && j > i+1 && r[j-1] >= '1' && r[j-1] <= '5' {
				return 0
			}
			letters[n] = byte(c)
			n++
		case c >= '1' && c <= '5' && n > 0:
			if tone {
				return 0
			}
			tone = true
		default:
			bare, ok := toned[c]
			if !ok || tone || n == len(letters) {
				return 0
			}
			tone = true
			letters[n] = bare
			n++
		}
	}
	return 0
}

// IsHan says whether r is a Chinese character (CJK ideograph, 〇 included).
func IsHan(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF || r == '〇' || r >= 0x20000 && r <= 0x323AF || r >= 0xF900 && r <= 0xFAFF
}
