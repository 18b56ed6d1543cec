package docfile

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	xunicode "golang.org/x/text/encoding/unicode"

	"zhunsheng/internal/doc/text"
)

var (
	utf16LE = xunicode.UTF16(xunicode.LittleEndian, xunicode.IgnoreBOM)
	utf16BE = xunicode.UTF16(xunicode.BigEndian, xunicode.IgnoreBOM)
)

// Decode turns bytes of unknown encoding into text: by the byte order mark, else as UTF-8 where that is valid,
// else in the encoding that gives the largest share of common characters. GBK is read as GB18030, its superset.
// It is not ok when nothing readable comes out.
func Decode(b []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return strings.ToValidUTF8(string(b[3:]), "�"), true
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return through(utf16LE, b[2:])
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return through(utf16BE, b[2:])
	}
	if whole := trimTorn(b); utf8.Valid(whole) && readableShare(string(whole)) > 0.95 {
		return string(whole), true
	}
	best, text := 0.0, ""
	sample := b[:min(len(b), 64<<10)&^1]
	for _, e := range []encoding.Encoding{simplifiedchinese.GB18030, traditionalchinese.Big5, utf16LE, utf16BE} {
		if s, ok := through(e, sample); ok {
			if score := commonShare(s); score > best {
				if full, ok := through(e, b); ok {
					best, text = score, full
				}
			}
		}
	}
	return text, best > 0.2
}

// through decodes with one encoding; what does not decode becomes U+FFFD.
func through(e encoding.Encoding, b []byte) (string, bool) {
	s, err := e.NewDecoder().Bytes(b)
	return string(s), err == nil
}

// trimTorn drops the beginning of a character at the very end, where a download was cut.
func trimTorn(b []byte) []byte {
	for n := 1; n < utf8.UTFMax && n < len(b); n++ {
		if tail := b[len(b)-n:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return b[:len(b)-n]
			}
			break
		}
	}
	return b
}

// readableShare is the share of characters that belong into a text.
func readableShare(s string) float64 {
	good, all := 0, 0
	for _, r := range s {
		all++
		if r >= ' ' && r != utf8.RuneError && r != 0x7f || r == '\n' || r == '\r' || r == '\t' || r == '\f' {
			good++
		}
	}
	return float64(good) / float64(max(all, 1))
}

// common holds frequent characters of official texts, simplified and traditional, and their punctuation.
const common = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严" +
	"執依務責開監復審議應對關實為會國發個來時這動經過進產說種麼業與電題體機當點從現學頭長無間後樣總設統級將組見計劃單區據處隊導壓爭濟階術極聯認權證轉華達積報類離確務議規範強辦縣鎮鄉黨導職條項訴訟調" +
	"，。、；：？！“”‘’（）《》〈〉【】〔〕…—·　"

var commonSet = func() map[rune]bool {
	set := make(map[rune]bool, 800)
	for _, r := range common {
		set[r] = true
	}
	return set
}()

// commonShare scores a decoding: the share of common characters and ASCII letters among all, less what cannot be.
func commonShare(s string) float64 {
	good, bad, all := 0.0, 0.0, 0.0
	for _, r := range s {
		all++
		switch {
		case commonSet[r]:
			good++
		case r == '\n' || r == '\r' || r == '\t':
			good += 0.5
		case r == utf8.RuneError, r < ' ', unicode.Is(unicode.Co, r), !unicode.IsPrint(r) && !unicode.IsSpace(r):
			bad++
		case r < 0x7f:
			good += 0.5
		}
	}
	if all == 0 || bad/all > 0.1 {
		return 0
	}
	return (good - 4*bad) / all
}

// readText reads plain text: the decoded file itself, a paragraph for each line.
func readText(name string, b []byte) (Document, error) {
	whole, ok := Decode(b)
	if !ok {
		return Document{}, notReadable(name, Unknown)
	}
	if strings.TrimSpace(whole) == "" {
		return Document{}, withoutText(name, TXT)
	}
	d := Document{Text: whole, Format: TXT}
	pos := 0
	for rest := whole; rest != ""; {
		content, next, ending := rest, "", 0
		if i := strings.IndexAny(rest, "\r\n"); i >= 0 {
			content, ending = rest[:i], 1
			if strings.HasPrefix(rest[i:], "\r\n") {
				ending = 2
			}
			next = rest[i+ending:]
		}
		n := utf8.RuneCountInString(content)
		d.Paragraphs = append(d.Paragraphs, text.Paragraph{Text: content, Start: pos, End: pos + n})
		pos += n + ending
		rest = next
	}
	return d, nil
}
