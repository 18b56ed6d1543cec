package docfile

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// containers are where the sites of governments keep the text of an article, the surest first.
var containers = []string{
	".TRS_Editor", "#UCAP-CONTENT", ".trs_editor_view", ".pages_content", "#zoom", "#Zoom", ".article-content", ".article_content",
	".news_content", ".zwgk_content", ".xxgk_content", ".wzcon", "#content_main", "#js_content", ".TRS_UEDITOR", "article", "#content", ".content", "main",
}

// furniture never belongs to the text.
const furniture = "script, style, noscript, template, iframe, nav, form, button, select, textarea, svg, object, del, s, strike, [hidden], [aria-hidden=true]"

var charsetName = regexp.MustCompile(`(?i)<meta[^>]{0,200}charset\s*=\s*["']?\s*([a-z0-9_-]+)`)

// readHTML reads a web page: the article in it, not what stands around it.
func readHTML(name string, b []byte) (Document, error) {
	source, ok := decodePage(b)
	if !ok {
		return Document{}, notReadable(name, Unknown)
	}
	page, err := goquery.NewDocumentFromReader(strings.NewReader(source))
	if err != nil { // html.Parse gives up only on elements nested past its own bound
		return Document{}, broken(name, HTML, "网页的标记嵌套过深")
	}
	title := pageTitle(page)
	page.Find(furniture).Remove()
	page.Find("*").FilterFunction(func(_ int, s *goquery.Selection) bool {
		style, _ := s.Attr("style")
		style = strings.ReplaceAll(strings.ToLower(style), " ", "")
		return strings.Contains(style, "display:none")
	}).Remove()
	var w pageWalker
	for _, n := range article(page).Nodes {
		w.walk(n, 0)
	}
	w.end()
	lines := w.lines
	if blank(lines) {
		return Document{}, withoutText(name, HTML)
	}
	if title != "" && !says(lines, title) {
		lines = append([]line{{text: title, level: 1, title: true}}, lines...)
	}
	d := assemble(lines)
	d.Format = HTML
	if title != "" {
		d.Title = title
	}
	return d, nil
}

// decodePage decodes by the charset the page names, where the bytes bear it out.
func decodePage(b []byte) (string, bool) {
	if m := charsetName.FindSubmatch(b[:min(len(b), 4096)]); m != nil && !bytes.HasPrefix(b, []byte("\xef\xbb\xbf")) {
		var e encoding.Encoding
		switch strings.ToLower(string(m[1])) {
		case "gb2312", "gbk", "gb18030", "x-gbk":
			e = simplifiedchinese.GB18030
		case "big5", "big5-hkscs":
			e = traditionalchinese.Big5
		}
		if e != nil && !utf8.Valid(b) {
			return through(e, b)
		}
	}
	return Decode(b)
}

// pageTitle is the title of the article: as named for archives, else the only h1, else the title without the site.
func pageTitle(page *goquery.Document) string {
	for _, selector := range []string{`meta[name=ArticleTitle]`, `meta[property="og:title"]`} {
		if s, ok := page.Find(selector).First().Attr("content"); ok && strings.TrimSpace(s) != "" {
			return squeeze(s)
		}
	}
	if h1 := page.Find("h1"); h1.Length() == 1 {
		if s := squeeze(h1.Text()); s != "" {
			return s
		}
	}
	s := squeeze(page.Find("title").First().Text())
	if i := strings.IndexAny(s, "_|"); i > 0 {
		s = strings.TrimSpace(s[:i])
	}
	return s
}

// article finds the element that holds the text.
func article(page *goquery.Document) *goquery.Selection {
	body := page.Find("body")
	whole := letterCount(body)
	for _, selector := range containers {
		best, length := (*goquery.Selection)(nil), 0
		page.Find(selector).Each(func(_ int, s *goquery.Selection) {
			if n := letterCount(s); n > length {
				best, length = s, n
			}
		})
		if best != nil && (length >= 200 || length*2 >= whole) && linkShare(best) < 0.5 {
			return best
		}
	}
	best, score := body, 0
	body.Find("div, section, td").Each(func(_ int, s *goquery.Selection) { // the one with most text of its own
		if own := ownLetters(s); own > score && own*2 >= whole && linkShare(s) < 0.5 {
			best, score = s, own
		}
	})
	return best
}

func letterCount(s *goquery.Selection) int {
	return utf8.RuneCountInString(squeeze(s.Text()))
}

// ownLetters counts the text that stands in the element itself or in paragraphs and inline elements right below it.
func ownLetters(s *goquery.Selection) int {
	own := 0
	s.Contents().Each(func(_ int, c *goquery.Selection) {
		switch goquery.NodeName(c) {
		case "#text", "p", "span", "font", "b", "strong", "h2", "h3", "h4":
			own += letterCount(c)
		}
	})
	return own
}

// linkShare is the share of the text that stands in links; menus have much.
func linkShare(s *goquery.Selection) float64 {
	links := 0
	s.Find("a").Each(func(_ int, a *goquery.Selection) { links += letterCount(a) })
	return float64(links) / float64(max(letterCount(s), 1))
}

// says reports whether the first lines, put together, hold the title.
func says(lines []line, title string) bool {
	var head strings.Builder
	for _, l := range lines[:min(len(lines), 12)] {
		head.WriteString(strings.Join(strings.Fields(l.text), ""))
	}
	return strings.Contains(head.String(), strings.Join(strings.Fields(title), ""))
}

// squeeze makes runs of white space one space, as a browser shows them; between Han characters they stay.
func squeeze(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' || r == '\u00a0' || r == '\u200b' || r == '\ufeff'
	}), " ")
}

// pageWalker collects the paragraphs of a page.
type pageWalker struct {
	lines  []line
	text   strings.Builder
	level  int
	centre bool
	number string
	pre    bool
	lists  []*pageList
}

type pageList struct {
	format string // "" for bullets
	next   int
}

const maxPageDepth = 500 // deeper elements are read as plain text of their place

// end closes the paragraph being written.
func (w *pageWalker) end() {
	raw := strings.Split(w.text.String(), "\n")
	w.text.Reset()
	for _, part := range raw {
		s := strings.Trim(squeeze(part), " 　")
		if s == "" {
			continue
		}
		l := line{text: s, level: w.level, centre: w.centre}
		if w.number != "" {
			l.number, l.text = w.number, w.number+gap(w.number)+s
			w.number = ""
		}
		w.lines = append(w.lines, l)
	}
}

// walk reads one node and what is in it.
func (w *pageWalker) walk(n *html.Node, depth int) {
	switch n.Type {
	case html.TextNode:
		s := n.Data
		if !w.pre {
			s = strings.NewReplacer("\r", " ", "\n", " ").Replace(s)
		}
		w.text.WriteString(s)
		return
	case html.ElementNode, html.DocumentNode:
	default:
		return
	}
	inside := func() {
		if depth < maxPageDepth {
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				w.walk(c, depth+1)
			}
		}
	}
	switch n.DataAtom {
	case atom.Br:
		w.text.WriteString("\n")
	case atom.Table:
		w.end()
		w.lines = append(w.lines, w.table(n, depth)...)
	case atom.Ol, atom.Ul, atom.Menu:
		w.end()
		l := &pageList{next: 1}
		if n.DataAtom == atom.Ol {
			l.format = map[string]string{"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}[htmlAttr(n, "type")]
			if l.format == "" {
				l.format = "decimal"
			}
			if v, err := strconv.Atoi(htmlAttr(n, "start")); err == nil {
				l.next = v
			}
		}
		w.lists = append(w.lists, l)
		inside()
		w.end()
		w.lists = w.lists[:len(w.lists)-1]
	case atom.Li:
		w.end()
		if k := len(w.lists); k > 0 && w.lists[k-1].format != "" {
			l := w.lists[k-1]
			if v, err := strconv.Atoi(htmlAttr(n, "value")); err == nil {
				l.next = v
			}
			w.number = numeral(l.format, l.next) + "."
			l.next++
		}
		inside()
		w.end()
		w.number = ""
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		w.end()
		w.level = int(n.Data[1] - '0')
		inside()
		w.end()
		w.level = 0
	case atom.Pre:
		w.end()
		w.pre = true
		inside()
		w.end()
		w.pre = false
	case atom.Rt, atom.Rp:
		// pinyin above a character is not text
	case atom.P, atom.Div, atom.Section, atom.Article, atom.Main, atom.Header, atom.Footer, atom.Aside, atom.Blockquote,
		atom.Dl, atom.Dt, atom.Dd, atom.Hr, atom.Figure, atom.Figcaption, atom.Address, atom.Center, atom.Fieldset, atom.Body:
		w.end()
		outer := w.centre
		style := strings.ReplaceAll(strings.ToLower(htmlAttr(n, "style")), " ", "")
		w.centre = n.DataAtom == atom.Center || strings.Contains(style, "text-align:center") || htmlAttr(n, "align") == "center"
		inside()
		w.end()
		w.centre = outer
	default:
		inside()
	}
}

// table reads the rows of a table, its own and not those of tables inside.
func (w *pageWalker) table(n *html.Node, depth int) []line {
	var rows [][]rawCell
	var find func(*html.Node, int)
	find = func(n *html.Node, depth int) {
		for c := n.FirstChild; c != nil && depth < maxPageDepth; c = c.NextSibling {
			switch c.DataAtom {
			case atom.Caption:
				inner := pageWalker{}
				inner.walk(c, depth+1)
				inner.end()
				w.lines = append(w.lines, inner.lines...)
			case atom.Tr:
				var row []rawCell
				for d := c.FirstChild; d != nil; d = d.NextSibling {
					if d.DataAtom != atom.Td && d.DataAtom != atom.Th {
						continue
					}
					inner := pageWalker{}
					for e := d.FirstChild; e != nil; e = e.NextSibling {
						inner.walk(e, depth+2)
					}
					inner.end()
					row = append(row, rawCell{lines: inner.lines,
						span: atMost(htmlAttr(d, "colspan"), 1, maxColumns), rows: atMost(htmlAttr(d, "rowspan"), 1, 1000)})
				}
				if len(row) > 0 {
					rows = append(rows, row)
				}
			default:
				find(c, depth+1)
			}
		}
	}
	find(n, depth)
	return layTable(rows)
}

func htmlAttr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
