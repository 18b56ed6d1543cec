package web

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhunsheng/internal/app/dispatch"
	"zhunsheng/internal/doc/text"
	"zhunsheng/internal/doors/web/view"
)

// docParagraphs shows the document with what was found marked. A measure's paragraph carries the anchor its row leads to.
func docParagraphs(paragraphs []text.Paragraph, draft *dispatch.Draft) []view.DocParagraph {
	open := map[string]bool{}
	for _, n := range draft.Names {
		open[n.Name] = !n.Settled
	}
	out := make([]view.DocParagraph, 0, len(paragraphs))
	for i, para := range paragraphs {
		said := strings.TrimSpace(readable(para.Text))
		if said == "" {
			continue
		}
		p := view.DocParagraph{ID: "p" + strconv.Itoa(i)}
		if para.Level > 0 {
			p.Kind = "heading"
		}
		if said == draft.Title {
			p.Kind = "title"
		}
		if m := measureAt(draft, para); m != nil {
			if m.Start >= para.Start {
				p.ID = "t" + strconv.Itoa(m.Start)
			}
			p.Runs = marked(said, m, open)
		} else {
			p.Runs = []view.DocRun{{Text: said}}
		}
		out = append(out, p)
	}
	return out
}

// readable is a text as the parser read it: simplified, without pinyin notes. What was found can only be marked there.
func readable(s string) string { return string(text.Normalize(s, 0).Plain) }

// measureAt is the measure that begins in a paragraph, or else covers it.
func measureAt(draft *dispatch.Draft, para text.Paragraph) *dispatch.Measure {
	var covers *dispatch.Measure
	for i := range draft.Measures {
		m := &draft.Measures[i]
		switch {
		case m.End == 0:
		case m.Start >= para.Start && m.Start < para.End:
			return m
		case m.Start < para.Start && m.End > para.Start:
			covers = m
		}
	}
	return covers
}

// marked cuts a paragraph where a unit, a deadline or a target of its measure stands.
func marked(said string, m *dispatch.Measure, open map[string]bool) []view.DocRun {
	type word struct{ text, mark string }
	var words []word
	for _, u := range m.Units {
		mark := "b"
		if open[u.Name] {
			mark = "x"
		}
		words = append(words, word{u.Name, mark})
	}
	for _, t := range strings.Split(m.Targets, "；") {
		words = append(words, word{t, "g"})
	}
	words = append(words, word{m.Due, "a"})
	words = slices.DeleteFunc(words, func(w word) bool { return utf8.RuneCountInString(w.text) < 2 })
	var runs []view.DocRun
	for said != "" {
		at, found := len(said), word{}
		for _, w := range words {
			if i := strings.Index(said, w.text); i >= 0 && (i < at || i == at && len(w.text) > len(found.text)) {
				at, found = i, w
			}
		}
		if at > 0 {
			runs = append(runs, view.DocRun{Text: said[:at]})
		}
		if found.text == "" {
			break
		}
		runs = append(runs, view.DocRun{Text: found.text, Mark: found.mark})
		said = said[at+len(found.text):]
	}
	return runs
}
