package demo

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"zhunsheng/internal/doc/layout"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
)

// texts are the words of a form by control.
type texts map[string][]string

// Texts gives the words of a control.
func (t texts) Texts(control string) ([]string, bool) { v, ok := t[control]; return v, ok }

// input fills in the form of a step: with the words of the tale, else of its course, else, where the form asks for them,
// the usual ones.
func (l *life) input(ctx context.Context, of *line, form []procedure.FormField) (matter.Values, error) {
	site, err := l.Acts.Site(ctx)
	if err != nil {
		return nil, err
	}
	typed := texts{}
	known := map[string]bool{}
	for _, f := range form {
		known[f.Field.ID] = true
		words, given := l.words(of, f.Field)
		if !given && !f.Optional && of.of == "" && f.Sub == "" && !l.held(f.Field) {
			words = l.usual(f.Field)
		}
		if words != "" {
			typed[f.Field.ID] = []string{l.resolve(f.Field, words)}
		}
	}
	for name := range of.values {
		if !known[name] {
			return nil, fmt.Errorf("its form has no field %q", name)
		}
	}
	in, faults := l.Acts.ReadInput(ctx, site, form, l.state, typed)
	if len(faults) > 0 {
		return nil, fmt.Errorf("form: %v", faults)
	}
	return in, nil
}

// words are those that the tale or its course gives for a field.
func (l *life) words(of *line, f *procedure.Field) (string, bool) {
	if of.of != "" { // of a correction only what is corrected
		words, ok := of.values[f.ID]
		return words, ok
	}
	if words, ok := l.values[of.step+"."+f.ID]; ok {
		return words, true
	}
	words, ok := l.values[f.ID]
	if given, there := of.values[f.ID]; there && (!ok || l.held(f)) {
		return given, true
	}
	if ok && !l.held(f) {
		return words, true
	}
	if words, ok := l.course.values[f.ID]; ok && !l.held(f) {
		return words, true
	}
	if l.no == 0 && l.tale.title != "" && f.ID == l.titleField() {
		return l.tale.title, true
	}
	return "", false
}

func (l *life) held(f *procedure.Field) bool {
	if l.state == nil || f.Sum {
		return false
	}
	_, ok := l.state.Get(f.ID)
	return ok
}

var inTitle = regexp.MustCompile(`\{([a-z_]+)\}`)

// titleField is the text from which the title of a matter is made.
func (l *life) titleField() string {
	for _, m := range inTitle.FindAllStringSubmatch(l.def.TitleForm, -1) {
		if f := l.def.Field(m[1]); f != nil && f.Type == procedure.TypeText {
			return f.ID
		}
	}
	return ""
}

// usual is what is written into a field that nothing is said about.
func (l *life) usual(f *procedure.Field) string {
	switch f.Type {
	case procedure.TypeParty:
		return l.who
	case procedure.TypeEntry:
		switch f.Of {
		case "officer":
			return strings.Join(l.county.certificates(l.unit), " // ")
		case "person":
			if f.Many {
				return strings.Join(l.county.pair(l.unit), " // ")
			}
			return l.county.chief(l.unit)
		}
		return l.unit
	case procedure.TypeText:
		for _, name := range []string{l.procedure + "." + f.ID, f.ID} {
			if words := l.phrases[name]; words != "" {
				return l.fillIn(words)
			}
		}
	}
	return ""
}

// fillIn puts the tale's own names into words.
func (l *life) fillIn(words string) string {
	who, _, _ := strings.Cut(l.who, "；")
	who, _, _ = strings.Cut(who, " // ")
	title := l.tale.title
	if title == "" && l.state != nil {
		title = l.state.Title
	}
	return strings.NewReplacer(
		"{title}", title, "{who}", who, "{unit}", l.shortName(l.unit),
		"{code}", fmt.Sprintf("91990127MA%08d", l.chance(l.source).IntN(100_000_000)),
	).Replace(words)
}

// resolve gives rows as lines, days as dates and the years of the tale: {T} that of its start, {L} the one before.
func (l *life) resolve(f *procedure.Field, words string) string {
	words = strings.NewReplacer("{T}", l.first[:4], "{L}", days(l.first[:4]+"-01-01", -1)[:4]).Replace(words)
	rows := strings.Split(words, " // ")
	for i, r := range rows {
		columns := f.Columns()
		if columns == nil {
			if f.Type == procedure.TypeDate {
				rows[i] = l.day(r)
			}
			continue
		}
		cells := strings.Split(r, "；")
		for k := range cells {
			if k < len(columns) && columns[k].Type == procedure.TypeDate && cells[k] != "" {
				cells[k] = l.day(cells[k])
			}
		}
		rows[i] = strings.Join(cells, "；")
	}
	return strings.Join(rows, "\n")
}

// paper is a short paper about a step, as a file of the label asked for.
func (l *life) paper(ctx context.Context, label string, of *line, day string) (matter.Attached, error) {
	title := l.def.StepTitle(of.step)
	about := l.tale.title
	if about == "" {
		about = l.def.Title
	}
	b, err := layout.DOCX(layout.Document{
		Title:     about + "：" + title + "材料",
		Blocks:    []layout.Block{layout.Text(l.fillIn("本材料为办理“" + title + "”所附，原件存{unit}。")), layout.Text("（演示数据，内容为虚构。）")},
		Signature: l.shortName(l.unit), Date: chineseDay(day),
	})
	if err != nil {
		return matter.Attached{}, fmt.Errorf("set a paper: %w", err)
	}
	return l.keep(ctx, label, title+"（"+about+"）.docx", b)
}
