package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doc/layout"
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// Piece is a sentence (of a long collection: a paragraph) of one unit in the merged text.
type Piece struct {
	ID     string // of section, answer and place
	Unit   int64
	Answer int64
	Source string // as the unit wrote it
	Text   string // as it is edited
	Keep   bool
	Repeat string // where the same words stand, "" nowhere
}

// MergedSection is one section of the merged text.
type MergedSection struct {
	Title  string
	Pieces []Piece
}

// edited is what the coordinator made of a piece; it counts as long as the unit's words are the same.
type edited struct {
	Source, Text string
	Keep         bool
}

func mergeForm(no int64) string { return "merge/" + strconv.FormatInt(no, 10) }

// mostSentences is how many sentences a page shows one by one; beyond it paragraphs are.
const mostSentences = 300

// Merge puts the answers that are in together, section by section, with what the coordinator made of them so far.
func (d *Dispatch) Merge(ctx context.Context, c *Collection) ([]MergedSection, error) {
	kept := map[string]edited{}
	if _, err := d.getSide(ctx, mergeForm(c.State.No), &kept); err != nil {
		return nil, err
	}
	cut := sentences
	n := 0
	for _, a := range c.Answers {
		for _, text := range a.Texts {
			n += len(sentences(text))
		}
	}
	if n > mostSentences {
		cut = paragraphs
	}
	var out []MergedSection
	for _, sec := range c.Sections {
		m := MergedSection{Title: sec.Title}
		for _, a := range c.Answers {
			if a.Stands != AnswerIn {
				continue
			}
			for i, text := range cut(a.Texts[sec.ID]) {
				p := Piece{
					ID: fmt.Sprintf("%s-%d-%d", sec.ID, a.State.No, i+1), Unit: a.Unit, Answer: a.State.No, Source: text, Text: text, Keep: true,
					Repeat: a.Repeats[sec.ID],
				}
				if e, ok := kept[p.ID]; ok && e.Source == text {
					p.Text, p.Keep = e.Text, e.Keep
				}
				m.Pieces = append(m.Pieces, p)
			}
		}
		out = append(out, m)
	}
	return out, nil
}

// sentences parts a text after 。！？ and at line ends; a closing mark stays with its sentence.
func sentences(text string) []string {
	var out []string
	var s strings.Builder
	flush := func() {
		if t := strings.TrimSpace(s.String()); t != "" {
			out = append(out, t)
		}
		s.Reset()
	}
	runes := []rune(text)
	for i, r := range runes {
		if r == '\n' || r == '\r' {
			flush()
			continue
		}
		s.WriteRune(r)
		if strings.ContainsRune("。！？", r) && (i+1 == len(runes) || !strings.ContainsRune("”’）」』", runes[i+1])) {
			flush()
		}
		if strings.ContainsRune("”’）」』", r) && i > 0 && strings.ContainsRune("。！？", runes[i-1]) {
			flush()
		}
	}
	flush()
	return out
}

func paragraphs(text string) []string {
	var out []string
	for _, line := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// SaveMerge keeps what was chosen and edited, by piece; pieces not named stay as they are.
func (d *Dispatch) SaveMerge(ctx context.Context, c *Collection, sections []MergedSection) error {
	kept := map[string]edited{}
	for _, s := range sections {
		for _, p := range s.Pieces {
			kept[p.ID] = edited{Source: p.Source, Text: strings.TrimSpace(p.Text), Keep: p.Keep && strings.TrimSpace(p.Text) != ""}
		}
	}
	return d.putSide(ctx, mergeForm(c.State.No), kept)
}

// MergedDOCX sets the merged text: every unit's words in a paragraph that names it.
func MergedDOCX(c *Collection, sections []MergedSection, name func(int64) string, issuer, day string) ([]byte, error) {
	doc := layout.Document{Title: c.State.Text("title"), Signature: issuer, Date: chineseDay(day)}
	if p := c.State.Text("period"); p != "" && !strings.Contains(doc.Title, p) {
		doc.Subtitle = "（" + p + "）"
	}
	for _, s := range sections {
		doc.Blocks = append(doc.Blocks, layout.HeadingText(1, s.Title))
		unit, text := int64(0), ""
		flush := func() {
			if text != "" {
				doc.Blocks = append(doc.Blocks, layout.Block{Kind: layout.Paragraph, Runs: []layout.Run{{Text: name(unit) + "：", Bold: true}, {Text: text}}})
			}
			text = ""
		}
		empty := true
		for _, p := range s.Pieces {
			if !p.Keep || strings.TrimSpace(p.Text) == "" {
				continue
			}
			if p.Unit != unit {
				flush()
			}
			unit, text, empty = p.Unit, text+strings.TrimSpace(p.Text), false
		}
		flush()
		if empty {
			doc.Blocks = append(doc.Blocks, layout.Text("没有单位报送这一部分。"))
		}
	}
	if missing := c.missing(name); len(missing) > 0 {
		doc.Note = "截至" + chineseDay(day) + "没有报送的单位：" + strings.Join(missing, "、")
	}
	return layout.DOCX(doc)
}

// missing names the units whose answer is not in.
func (c *Collection) missing(name func(int64) string) []string {
	var out []string
	for _, a := range c.Answers {
		if !a.In() {
			out = append(out, name(a.Unit))
		}
	}
	return out
}

// MergedXLSX sets the merged table and the list of how every unit answered.
func MergedXLSX(c *Collection, name func(int64) string) ([]byte, error) {
	var tables []sheet.Table
	if len(c.Columns) > 0 {
		tables = append(tables, c.table(name))
	}
	state := sheet.Table{Name: "报送情况", Columns: []sheet.Column{
		{Title: "单位", Width: 30}, {Title: "状态"}, {Title: "报送日期", Kind: sheet.Date}, {Title: "空白部分", Kind: sheet.Number},
		{Title: "与其他内容相同", Width: 30}, {Title: "催办次数", Kind: sheet.Number}, {Title: "存证编号", Kind: sheet.Number},
	}, Rows: func(yield func([]any) bool) {
		for _, a := range c.Answers {
			var at any
			if a.At != "" {
				at = a.At
			}
			stands := a.Stands
			if a.Late() {
				stands = fmt.Sprintf("%s，逾期 %d 天", stands, -a.Days)
			}
			if !yield([]any{name(a.Unit), stands, at, int64(a.Blank), strings.Join(a.repeatWords(), "；"), int64(a.Urged), a.State.No}) {
				return
			}
		}
	}}
	return sheet.XLSX(append(tables, state)...)
}

// repeatWords says which sections repeat what.
func (a *Answer) repeatWords() []string {
	var out []string
	for _, s := range a.Sections {
		if from := a.Repeats[s.ID]; from != "" {
			out = append(out, s.Title+"与"+from+"相同")
		}
	}
	return out
}

// table is every unit's rows below each other, with sums below columns of numbers.
func (c *Collection) table(name func(int64) string) sheet.Table {
	t := sheet.Table{Name: "汇总表", Columns: []sheet.Column{{Title: "单位", Width: 30}}}
	for _, col := range c.Columns {
		kind := map[string]sheet.Kind{ColumnNumber: sheet.Number, ColumnDate: sheet.Date}[col.Kind]
		t.Columns = append(t.Columns, sheet.Column{Title: col.Title, Kind: kind})
	}
	t.Rows = func(yield func([]any) bool) {
		sums := make([]float64, len(c.Columns))
		for _, a := range c.Answers {
			if !a.In() {
				continue
			}
			for _, cells := range a.Rows {
				row := []any{name(a.Unit)}
				for i, col := range c.Columns {
					row = append(row, typedCell(col.Kind, cells[i], &sums[i]))
				}
				if !yield(row) {
					return
				}
			}
		}
		total := []any{"合计"}
		for i, col := range c.Columns {
			if col.Kind == ColumnNumber {
				total = append(total, sums[i])
			} else {
				total = append(total, nil)
			}
		}
		yield(total)
	}
	return t
}

// typedCell gives a cell's value as its column takes it and adds numbers up; what cannot be read was refused at the door.
func typedCell(kind, text string, sum *float64) any {
	switch {
	case text == "":
		return nil
	case kind == ColumnNumber:
		n, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
		if err != nil {
			return nil
		}
		*sum += n
		return n
	}
	return text
}

// Fix ends the merging (定稿): what has come in is received, and the merged text and table are kept in the record. reason is
// asked for where units are missing.
func (d *Dispatch) Fix(ctx context.Context, who access.Actor, c *Collection, sections []MergedSection, reason, request string) (act.Done, error) {
	site, err := d.Acts.Site(ctx)
	if err != nil {
		return act.Done{}, err
	}
	name := site.Tree().Name
	missing := c.missing(name)
	if len(missing) > 0 && strings.TrimSpace(reason) == "" {
		return act.Done{}, app.Wrong("reason", "还有 %d 个单位没有报送。仍要定稿的，请写明理由。", len(missing))
	}
	files, err := d.mergedFiles(ctx, c, sections, name, name(c.State.Unit))
	if err != nil {
		return act.Done{}, err
	}
	included := 0
	for _, a := range c.Answers {
		if !a.In() {
			continue
		}
		included++
		if !a.State.Open {
			continue
		}
		_, err := d.Acts.Do(ctx, act.Request{
			ID: requestID("receive/", request, "/", a.State.No), Who: who, Matter: a.State.No, Act: procedure.Act{Step: "receive"},
		})
		if err != nil {
			return act.Done{}, fmt.Errorf("receive the answer of %s: %w", name(a.Unit), err)
		}
	}
	done, err := d.Acts.Do(ctx, act.Request{
		ID: request, Who: who, Matter: c.State.No, Act: procedure.Act{
			Step: "compile", Files: files, Input: matter.Values{}.With("included", matter.OfInt(int64(included))),
			Said: map[string]string{"parts_open": strings.TrimSpace(reason)},
		},
	})
	if err != nil {
		return done, err
	}
	return done, d.SaveMerge(ctx, c, sections)
}

func (d *Dispatch) mergedFiles(ctx context.Context, c *Collection, sections []MergedSection, name func(int64) string, issuer string) ([]matter.Attached, error) {
	docx, err := MergedDOCX(c, sections, name, issuer, d.Acts.Today())
	if err != nil {
		return nil, fmt.Errorf("set the merged text: %w", err)
	}
	xlsx, err := MergedXLSX(c, name)
	if err != nil {
		return nil, fmt.Errorf("set the merged table: %w", err)
	}
	var files []matter.Attached
	for _, f := range []struct {
		name string
		b    []byte
	}{{FileTitle(c.State) + "汇总稿.docx", docx}, {FileTitle(c.State) + "汇总表.xlsx", xlsx}} {
		blob, err := d.Acts.Keep(ctx, f.name, f.b)
		if err != nil {
			return nil, err
		}
		files = append(files, matter.Attached{Label: "merged", Blob: blob})
	}
	return files, nil
}

// FileTitle is a matter's title as the name of a file.
func FileTitle(s *matter.State) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '_'
		}
		return r
	}, cmp.Or(s.Text("title"), s.Title))
}

// SendUp keeps the copy as sent (原样留存) and closes the collection. Without a file of its own, what was merged last is it.
func (d *Dispatch) SendUp(ctx context.Context, who access.Actor, v *act.View, to string, files []matter.Attached, reason, request string) (act.Done, error) {
	if strings.TrimSpace(to) == "" {
		return act.Done{}, app.Wrong("sent_to", "请填写报送给哪个单位。")
	}
	if len(files) == 0 {
		for _, h := range slices.Backward(v.History) {
			for _, f := range h.Record.Files {
				if f.Label == "merged" {
					files = append(files, matter.Attached{Label: "as_sent", Blob: f.Blob})
				}
			}
			if len(files) > 0 {
				break
			}
		}
	}
	a := procedure.Act{Step: "send", Files: files, Input: matter.Values{}.With("sent_to", matter.OfText(strings.TrimSpace(to)))}
	if reason = strings.TrimSpace(reason); reason != "" {
		a.Said = map[string]string{"parts_open": reason}
	}
	return d.Acts.Do(ctx, act.Request{ID: request, Who: who, Matter: v.State.No, Act: a})
}

// chineseDay writes 2026-07-01 as 2026年7月1日; what is no day stays as it is.
func chineseDay(day string) string {
	if !isDay(day) {
		return day
	}
	part := func(s string) string { return strings.TrimPrefix(s, "0") }
	return day[:4] + "年" + part(day[5:7]) + "月" + part(day[8:]) + "日"
}

// Signers names who signed each answer of a collection: the head, also where a clerk recorded it.
func (d *Dispatch) Signers(ctx context.Context, c *Collection) (map[int64]int64, error) {
	site, err := d.Acts.Site(ctx)
	if err != nil {
		return nil, err
	}
	out := map[int64]int64{}
	err = d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		for _, a := range c.Answers {
			if a.Signed == 0 {
				continue
			}
			h, err := read.Head(ctx, tx, a.Signed)
			if err != nil {
				return err
			}
			out[a.State.No] = h.By.Person
			if p, ok := site.Rights.Post(h.By.For); ok {
				out[a.State.No] = p.Person
			}
		}
		return nil
	})
	return out, err
}
