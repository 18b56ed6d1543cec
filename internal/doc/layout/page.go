package layout

import (
	"html"
	"strings"
)

// HTML sets the document as one <article> for a page or a preview. link gives the address of a Ref, or "" where it
// leads nowhere; it may be nil.
func HTML(d Document, link func(ref string) string) string {
	var out strings.Builder
	element := func(tag, class, inner string) {
		out.WriteString("<" + tag)
		if class != "" {
			out.WriteString(` class="` + class + `"`)
		}
		out.WriteString(">" + inner + "</" + tag + ">\n")
	}
	plain := func(tag, class, text string) {
		if text != "" {
			element(tag, class, strings.ReplaceAll(html.EscapeString(text), "\n", "<br>"))
		}
	}
	out.WriteString("<article class=\"gw\">\n")
	plain("p", "gw-head", d.Head)
	plain("p", "gw-number", d.Number)
	if d.Approver != "" {
		plain("p", "gw-approver", "签发人："+d.Approver)
	}
	plain("h1", "", strings.ReplaceAll(d.Title, "\n", ""))
	plain("p", "gw-subtitle", d.Subtitle)
	if d.To != "" {
		plain("p", "gw-to", d.To+"：")
	}
	for _, b := range d.Blocks {
		switch b.Kind {
		case Heading:
			element("h"+string(rune('1'+min(max(b.Level, 1), 4))), "", htmlRuns(b.Runs, link))
		case TableOf:
			htmlTable(&out, b.Table, link)
		case PageBreak:
			out.WriteString("<hr class=\"gw-break\">\n")
		default:
			element("p", "", htmlRuns(b.Runs, link))
		}
	}
	if len(d.Attachments) > 0 {
		plain("p", "", "附件：")
		out.WriteString("<ol class=\"gw-attachments\">\n")
		for _, a := range d.Attachments {
			plain("li", "", a)
		}
		out.WriteString("</ol>\n")
	}
	plain("p", "gw-signature", d.Signature)
	plain("p", "gw-date", d.Date)
	if d.Note != "" {
		plain("p", "gw-note", "（"+d.Note+"）")
	}
	out.WriteString("</article>\n")
	return out.String()
}

func htmlRuns(list []Run, link func(string) string) string {
	var s strings.Builder
	for _, r := range list {
		text := strings.ReplaceAll(html.EscapeString(r.Text), "\n", "<br>")
		if r.Bold {
			text = "<b>" + text + "</b>"
		}
		if r.Ref != "" && link != nil {
			if to := link(r.Ref); to != "" {
				text = `<a class="fig" href="` + html.EscapeString(to) + `">` + text + `</a>`
			}
		}
		s.WriteString(text)
	}
	return s.String()
}

func htmlTable(out *strings.Builder, t Table, link func(string) string) {
	out.WriteString("<table>\n")
	if t.Title != "" {
		out.WriteString("<caption>" + html.EscapeString(t.Title) + "</caption>\n")
	}
	if len(t.Header) > 0 {
		out.WriteString("<thead><tr>")
		for _, c := range t.Header {
			out.WriteString(`<th scope="col">` + htmlRuns([]Run{{Text: c}}, nil) + "</th>")
		}
		out.WriteString("</tr></thead>\n")
	}
	out.WriteString("<tbody>\n")
	for r, cells := range t.Rows {
		out.WriteString("<tr>")
		for i, c := range cells {
			out.WriteString("<td>" + htmlRuns([]Run{{Text: c, Ref: t.ref(r, i)}}, link) + "</td>")
		}
		out.WriteString("</tr>\n")
	}
	out.WriteString("</tbody></table>\n")
}
