package docfile

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// numbering computes the automatic numbers of a document, paragraph by paragraph.
type numbering struct {
	styles  map[string]style
	normal  string // the default paragraph style
	lists   map[string]*list
	nums    map[string]num
	linked  map[string]string   // style of a numbering → num
	running map[string]*[9]tick // by list
	started map[string]bool     // nums that were used
}

// style is what a paragraph style says, with what it takes over from its base.
type style struct {
	outline         int // 0…8, −1 where nothing is said
	title, contents bool
	jc              string
	list            listRef
	name, base      string
}

// listRef points into a list.
type listRef struct {
	given      bool
	num        string
	level      int
	levelGiven bool
}

// list is an abstract numbering: nine levels.
type list struct {
	levels    [9]listLevel
	styleLink string // the numbering style whose definition stands elsewhere
}

type listLevel struct {
	start   int
	format  string
	text    string // "%1、"
	restart int    // −1: after any higher level; 0: never; n: after level n or higher
	legal   bool   // all numbers in it as 1, 2, 3
	pStyle  string
}

// num is one use of a list.
type num struct {
	list   string
	starts map[int]int
	levels map[int]listLevel
}

// tick is the count of one level.
type tick struct {
	value int
	used  bool
}

func newNumbering() *numbering {
	return &numbering{styles: map[string]style{}, lists: map[string]*list{}, nums: map[string]num{},
		linked: map[string]string{}, running: map[string]*[9]tick{}, started: map[string]bool{}}
}

type xmlVal struct {
	Val string `xml:"val,attr"`
}

type xmlNumPr struct {
	Num   *xmlVal `xml:"numId"`
	Level *xmlVal `xml:"ilvl"`
}

func (x *xmlNumPr) ref() listRef {
	if x == nil {
		return listRef{}
	}
	r := listRef{given: true}
	if x.Num != nil {
		r.num = x.Num.Val
	}
	if x.Level != nil {
		if n, err := strconv.Atoi(x.Level.Val); err == nil {
			r.level, r.levelGiven = n, true
		}
	}
	return r
}

// addStyles reads styles.xml.
func (n *numbering) addStyles(raw []byte) error {
	if len(raw) == 0 {
		return nil
	}
	var doc struct {
		Styles []struct {
			ID      string `xml:"styleId,attr"`
			Type    string `xml:"type,attr"`
			Default string `xml:"default,attr"`
			Name    xmlVal `xml:"name"`
			Base    xmlVal `xml:"basedOn"`
			PPr     struct {
				Outline *xmlVal   `xml:"outlineLvl"`
				JC      xmlVal    `xml:"jc"`
				NumPr   *xmlNumPr `xml:"numPr"`
			} `xml:"pPr"`
		} `xml:"style"`
	}
	if err := xml.Unmarshal(raw, &doc); err != nil {
		return err
	}
	for _, s := range doc.Styles {
		name := strings.ToLower(s.Name.Val)
		st := style{outline: -1, jc: s.PPr.JC.Val, list: s.PPr.NumPr.ref(), name: name, base: s.Base.Val}
		if s.PPr.Outline != nil {
			if v, err := strconv.Atoi(s.PPr.Outline.Val); err == nil {
				st.outline = v
			}
		} else if rest, ok := strings.CutPrefix(name, "heading "); ok {
			if v, err := strconv.Atoi(rest); err == nil {
				st.outline = v - 1
			}
		}
		st.title = name == "title"
		st.contents = strings.HasPrefix(name, "toc ") && name != "toc heading"
		if s.Type == "numbering" && st.list.num != "" {
			n.linked[s.ID] = st.list.num
		}
		if s.Type == "paragraph" && (s.Default == "1" || s.Default == "true") {
			n.normal = s.ID
		}
		n.styles[s.ID] = st
	}
	return nil
}

// style gives a paragraph style with what it inherits; the empty id is the default style.
func (n *numbering) style(id string) style {
	if id == "" {
		id = n.normal
	}
	out := style{outline: -1}
	for range 20 { // a circle of bases ends here
		s, ok := n.styles[id]
		if !ok {
			break
		}
		if out.outline < 0 {
			out.outline = s.outline
		}
		if out.jc == "" {
			out.jc = s.jc
		}
		if !out.list.given {
			out.list = s.list
		} else if out.list.num == "" && s.list.given { // the derived style only moves the level
			out.list.num = s.list.num
		}
		out.title, out.contents = out.title || s.title, out.contents || s.contents
		id = s.base
	}
	return out
}

type xmlLevel struct {
	Index   int     `xml:"ilvl,attr"`
	Start   *xmlVal `xml:"start"`
	Format  *xmlVal `xml:"numFmt"`
	Text    xmlVal  `xml:"lvlText"`
	Restart *xmlVal `xml:"lvlRestart"`
	Legal   *xmlVal `xml:"isLgl"`
	PStyle  xmlVal  `xml:"pStyle"`
}

func (x xmlLevel) level() listLevel {
	l := listLevel{format: "decimal", text: x.Text.Val, restart: -1, pStyle: x.PStyle.Val}
	if x.Start != nil {
		l.start, _ = strconv.Atoi(x.Start.Val) // what is no number counts as 0, as Word has it
	}
	if x.Format != nil {
		l.format = x.Format.Val
	}
	if x.Restart != nil {
		if v, err := strconv.Atoi(x.Restart.Val); err == nil {
			l.restart = v
		}
	}
	l.legal = x.Legal != nil && x.Legal.Val != "0" && x.Legal.Val != "false"
	return l
}

// addLists reads numbering.xml.
func (n *numbering) addLists(raw []byte) error {
	if len(raw) == 0 {
		return nil
	}
	var doc struct {
		Abstract []struct {
			ID     string     `xml:"abstractNumId,attr"`
			Link   xmlVal     `xml:"numStyleLink"`
			Levels []xmlLevel `xml:"lvl"`
		} `xml:"abstractNum"`
		Nums []struct {
			ID        string `xml:"numId,attr"`
			Abstract  xmlVal `xml:"abstractNumId"`
			Overrides []struct {
				Index int       `xml:"ilvl,attr"`
				Start *xmlVal   `xml:"startOverride"`
				Level *xmlLevel `xml:"lvl"`
			} `xml:"lvlOverride"`
		} `xml:"num"`
	}
	if err := xml.Unmarshal(raw, &doc); err != nil {
		return err
	}
	for _, a := range doc.Abstract {
		l := &list{styleLink: a.Link.Val}
		for i := range l.levels {
			l.levels[i] = listLevel{format: "none", restart: -1}
		}
		for _, x := range a.Levels {
			if x.Index >= 0 && x.Index < 9 {
				l.levels[x.Index] = x.level()
			}
		}
		n.lists[a.ID] = l
	}
	for _, x := range doc.Nums {
		use := num{list: x.Abstract.Val, starts: map[int]int{}, levels: map[int]listLevel{}}
		for _, o := range x.Overrides {
			if o.Index < 0 || o.Index > 8 {
				continue
			}
			if o.Level != nil {
				use.levels[o.Index] = o.Level.level()
			}
			if o.Start != nil {
				if v, err := strconv.Atoi(o.Start.Val); err == nil {
					use.starts[o.Index] = v
				}
			}
		}
		n.nums[x.ID] = use
	}
	return nil
}

// next counts one paragraph and gives its number, "" where it has none.
func (n *numbering) next(ref listRef, styleID string) string {
	if inherited := n.style(styleID).list; !ref.given {
		ref = inherited
	} else if ref.num == "" {
		ref.num = inherited.num
	}
	use, ok := n.nums[ref.num]
	if !ok || ref.num == "0" {
		return ""
	}
	listID := use.list
	l := n.lists[listID]
	if l == nil {
		return ""
	}
	if to, ok := n.nums[n.linked[l.styleLink]]; ok && n.lists[to.list] != nil {
		listID, l = to.list, n.lists[to.list]
	}
	if !ref.levelGiven { // a style is tied to the level that names it
		for i, lv := range l.levels {
			if lv.pStyle != "" && lv.pStyle == styleID {
				ref.level = i
			}
		}
	}
	if ref.level < 0 || ref.level > 8 {
		return ""
	}
	level := func(i int) listLevel {
		lv := l.levels[i]
		if o, ok := use.levels[i]; ok {
			lv = o
		}
		if s, ok := use.starts[i]; ok {
			lv.start = s
		}
		return lv
	}
	ticks := n.running[listID]
	if ticks == nil {
		ticks = new([9]tick)
		n.running[listID] = ticks
	}
	if !n.started[ref.num] {
		n.started[ref.num] = true
		for i := range use.starts {
			ticks[i].used = false
		}
	}
	at := ref.level
	if ticks[at].used {
		ticks[at].value++
	} else {
		ticks[at] = tick{level(at).start, true}
	}
	for i := at + 1; i < 9; i++ {
		if r := level(i).restart; r < 0 || r > 0 && at+1 <= r {
			ticks[i].used = false
		}
	}
	return n.show(level, ticks, at)
}

// show writes the number of the level with the numbers above it.
func (n *numbering) show(level func(int) listLevel, ticks *[9]tick, at int) string {
	own := level(at)
	if own.format == "bullet" || own.format == "none" && !strings.Contains(own.text, "%") {
		return ""
	}
	var out strings.Builder
	for s := own.text; s != ""; {
		if len(s) > 1 && s[0] == '%' && s[1] >= '1' && s[1] <= '9' {
			i := int(s[1] - '1')
			s = s[2:]
			lv := level(i)
			value := lv.start
			if ticks[i].used {
				value = ticks[i].value
			}
			format := lv.format
			if own.legal {
				format = "decimal"
			}
			out.WriteString(numeral(format, value))
			continue
		}
		cut := strings.IndexByte(s[1:], '%') + 1
		if cut == 0 {
			cut = len(s)
		}
		out.WriteString(s[:cut])
		s = s[cut:]
	}
	return strings.TrimSpace(out.String())
}
