package text

import (
	"sync"
	"unicode/utf8"

	"github.com/longbridgeapp/opencc"
)

// hanTable turns traditional into simplified characters: longest phrase first, then the single character.
// OpenCC's own Convert allocates a map for every character, so its two tables are unpacked once into this form.
type hanTable struct {
	char   map[rune]rune     // one traditional character → its simplified form
	phrase map[rune][]phrase // by first character, longest first; only phrases that differ from their characters
}

type phrase struct{ from, to []rune }

// simplified is built on first use; opencc carries its tables inside the program, so this reads no file.
var simplified = sync.OnceValue(func() *hanTable {
	t := &hanTable{char: map[rune]rune{}, phrase: map[rune][]phrase{}}
	cc, err := opencc.New("t2s")
	if err != nil {
		panic("opencc: the embedded table t2s is unreadable: " + err.Error()) // a broken build, not a broken document
	}
	for _, group := range cc.DictChains {
		for _, dict := range group.Dicts {
			for _, id := range dict.Trie.PrefixPredict(nil, 0) {
				key, err := dict.Trie.Key(id)
				if err != nil {
					continue
				}
				at, err := dict.Trie.Value(id)
				if err != nil || at >= len(dict.Values) || len(dict.Values[at]) == 0 {
					continue
				}
				t.add([]rune(string(key)), []rune(dict.Values[at][0]))
			}
		}
	}
	return t
})

func (t *hanTable) add(from, to []rune) {
	switch {
	case len(from) == 0 || len(from) != len(to): // a change of length would break the offset map
		return
	case len(from) == 1:
		if from[0] != to[0] && to[0] < utf8.MaxRune {
			t.char[from[0]] = to[0]
		}
	default:
		list := t.phrase[from[0]]
		i := 0
		for i < len(list) && len(list[i].from) >= len(from) {
			i++
		}
		list = append(list, phrase{})
		copy(list[i+1:], list[i:])
		list[i] = phrase{from, to}
		t.phrase[from[0]] = list
	}
}

// rewrite simplifies r in place.
func (t *hanTable) rewrite(r []rune) {
next:
	for i := 0; i < len(r); {
		if r[i] < 0x3400 {
			i++
			continue
		}
		for _, p := range t.phrase[r[i]] {
			if len(p.from) <= len(r)-i && same(p.from, r[i:i+len(p.from)]) {
				copy(r[i:], p.to)
				i += len(p.from)
				continue next
			}
		}
		if to, ok := t.char[r[i]]; ok {
			r[i] = to
		}
		i++
	}
}

func same(a, b []rune) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// Simplify turns traditional characters into simplified ones by longest match over OpenCC's tables.
// The number of characters never changes.
func Simplify(s string) string {
	r := []rune(s)
	simplified().rewrite(r)
	return string(r)
}
