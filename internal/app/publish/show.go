package publish

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"zhunsheng/internal/app"
	"zhunsheng/internal/doc/layout"
	"zhunsheng/internal/doc/report"
)

// Shown is a draft with its figures filled in and read critically.
type Shown struct {
	report.Draft
	Basis    *Basis
	Findings []Finding
}

// Finding is a remark of the lint, with what a person has said to it.
type Finding struct {
	report.Finding
	ID   string
	Must bool  // has to be settled before the report is issued
	Kept *Kept // a person answers for it
}

// Open tells whether the finding still stands in the way of issuing.
func (f *Finding) Open() bool { return f.Must && f.Kept == nil }

// Fix says what putting it right would write, "" where that is not known.
func (f *Finding) Fix() string {
	if f.Computed == "" || !strings.Contains(f.Quote, f.Stated) {
		return ""
	}
	return f.Computed
}

// fixed puts the finding right in a text: a number that a figure knows becomes its mark, another becomes what was computed.
// It does so only where the quoted words stand in the text just once.
func (f *Finding) fixed(text string) (string, bool) {
	if f.Fix() == "" || strings.Count(text, f.Quote) != 1 {
		return text, false
	}
	with := f.Computed
	if f.Source != "" && f.Source != "本段数字" {
		with = "{{" + f.Source + "}}"
	}
	i := strings.LastIndex(f.Quote, f.Stated)
	right := f.Quote[:i] + with + f.Quote[i+len(f.Stated):]
	return strings.Replace(text, f.Quote, right, 1), true
}

// Show fills a draft's marks and reads it critically. Marks that mean nothing are an Invalid fault of the field text.
func (p *Publish) Show(ctx context.Context, d *Draft) (*Shown, error) {
	b, err := p.Basis(ctx, d)
	if err != nil {
		return nil, err
	}
	filled, err := report.Render(d.Text, b.Resolve)
	if err != nil {
		return nil, app.Wrong("text", "文字中有不能排版的地方：%s", strings.ReplaceAll(err.Error(), "\n", "；"))
	}
	s := &Shown{Draft: filled, Basis: b}
	seen := map[string]int{}
	for _, f := range report.Lint(filled) {
		if f.Kind == report.TypedIn && b.named(f.Quote) {
			continue // a number in the title of a task is quoted, not claimed
		}
		id := hash(string(f.Kind), f.Quote, f.Stated) + "-"
		seen[id]++
		x := Finding{Finding: f, ID: fmt.Sprintf("%s%d", id, seen[id]), Must: f.Kind != report.TypedIn}
		if i := slices.IndexFunc(d.Kept, func(k Kept) bool { return k.Finding == x.ID }); i >= 0 {
			x.Kept = &d.Kept[i]
		}
		s.Findings = append(s.Findings, x)
	}
	return s, nil
}

// named tells whether words stand in the title of a task.
func (b *Basis) named(words string) bool {
	return slices.ContainsFunc(b.Tasks, func(t Task) bool { return strings.Contains(t.Title, words) })
}

// Open counts the findings that have to be settled before the report is issued.
func (s *Shown) Open() int {
	n := 0
	for i := range s.Findings {
		if s.Findings[i].Open() {
			n++
		}
	}
	return n
}

// DOCX is the report in the layout of official documents.
func (s *Shown) DOCX() ([]byte, error) { return layout.DOCX(s.Document) }

// Change is a figure that records have moved since the draft took it.
type Change struct{ Token, Name, Was, Is string }

// Changed compares the figures of a draft with the records as they are now.
func (p *Publish) Changed(ctx context.Context, d *Draft, s *Shown) ([]Change, error) {
	now := *d
	now.Snapshot = 0
	b, err := p.Basis(ctx, &now)
	if err != nil {
		return nil, err
	}
	var out []Change
	for _, f := range s.Figures {
		is := "没有数值"
		if a, err := b.Answer(f.ID); err == nil {
			is = a.Figure.Show()
		}
		if is != f.Show() {
			out = append(out, Change{Token: f.ID, Name: f.Name, Was: f.Show(), Is: is})
		}
	}
	return out, nil
}

// hash names words shortly.
func hash(words ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(words, "\x00")))
	return hex.EncodeToString(sum[:6])
}
