package publish

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doc/report"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// Issue is the word of who issues a report.
type Issue struct {
	Draft   string
	Version int
	Number  string // 文号, given by the office's document system; "" none yet
	Day     string // 成文日期, "" today
}

// Issued is a report as it was issued.
type Issued struct {
	No       int64 // of the entry
	Seq      int64 // 存证编号
	Title    string
	Kind     string
	Number   string
	Day      string
	Period   string
	Until    string
	Snapshot int64
	Plan     int64
	About    int64
	Unit     string
	Text     string
	Kept     []IssuedKept
	File     matter.Blob
	Data     matter.Blob
}

// IssuedKept is a finding somebody answered for when the report was issued.
type IssuedKept struct{ Quote, Reason, Who string }

// data is the whole of a report's figures as kept beside the file.
type data struct {
	Title   string          `json:"title"`
	Text    string          `json:"text"`
	Figures []report.Figure `json:"figures"`
}

// Issue makes the report an entry with its text, its figures and its file. It refuses while a finding that has to be
// settled is open. Pressed twice it issues once.
func (p *Publish) Issue(ctx context.Context, who access.Actor, in Issue) (act.Done, error) {
	if err := mustDraft(who); err != nil {
		return act.Done{}, err
	}
	d, err := p.Draft(ctx, who, in.Draft)
	if err != nil {
		return act.Done{}, err
	}
	if in.Version != 0 && in.Version != d.Version {
		return act.Done{}, app.Faultf(app.Conflict, "这份草稿刚刚有改动，没有印发。请核对后再印发。")
	}
	in.Day = cmp.Or(in.Day, p.Acts.Today())
	if _, err := time.Parse(time.DateOnly, in.Day); err != nil || in.Day < d.Until {
		return act.Done{}, app.Wrong("day", "成文日期 %s 早于数据截至日 %s，或者不是日期。请核对。", in.Day, d.Until)
	}
	shown, err := p.Show(ctx, d)
	if err != nil {
		return act.Done{}, err
	}
	if n := shown.Open(); n > 0 {
		return act.Done{}, &app.Fault{Kind: app.Refused, Say: fmt.Sprintf("还有 %d 处核对提示没有处理，现在不能印发。", n), Unmet: unmet(shown)}
	}
	shown.Document.Number, shown.Document.Date = cmp.Or(strings.TrimSpace(in.Number), shown.Document.Number), chineseDay(in.Day)
	entry, err := p.entry(ctx, who, d, shown, in)
	if err != nil {
		return act.Done{}, err
	}
	done, err := p.Acts.PutEntry(ctx, entry)
	if err != nil {
		return act.Done{}, err
	}
	return done, p.Drop(ctx, who, in.Draft)
}

func unmet(s *Shown) []procedure.Unmet {
	var out []procedure.Unmet
	for i := range s.Findings {
		if f := &s.Findings[i]; f.Open() {
			out = append(out, procedure.Unmet{Kind: procedure.UnmetGate, ID: f.ID, Say: f.Say(), Hint: "改正，或者写明保留的理由。", Force: "explain"})
		}
	}
	return out
}

// Say says a finding in a sentence.
func (f *Finding) Say() string {
	switch {
	case f.Computed != "" && f.Source != "" && f.Source != "本段数字":
		return fmt.Sprintf("“%s”，记录中为 %s。", f.Quote, f.Computed)
	case f.Computed != "":
		return fmt.Sprintf("“%s”，按本段数字计算为 %s。", f.Quote, f.Computed)
	case f.Kind == report.Doubtful:
		return fmt.Sprintf("“%s”，比率不应超过 100%%。", f.Quote)
	}
	return fmt.Sprintf("“%s”，%s 是人工填写的数字。", f.Quote, f.Stated)
}

// entry builds the entry and stores its two files first.
func (p *Publish) entry(ctx context.Context, who access.Actor, d *Draft, s *Shown, in Issue) (act.Entry, error) {
	docx, err := s.DOCX()
	if err != nil {
		return act.Entry{}, fmt.Errorf("set report %s: %w", d.ID, err)
	}
	title := strings.ReplaceAll(s.Document.Title, "\n", "")
	file, err := p.Acts.Keep(ctx, fileName(title)+".docx", docx)
	if err != nil {
		return act.Entry{}, err
	}
	all, err := json.MarshalIndent(data{title, d.Text, s.Figures}, "", " ")
	if err != nil {
		return act.Entry{}, fmt.Errorf("write figures of report %s: %w", d.ID, err)
	}
	figures, err := p.Acts.Keep(ctx, fileName(title)+"（数字来处）.json", append(all, '\n'))
	if err != nil {
		return act.Entry{}, err
	}
	f := matter.Values{}.
		With("title", matter.OfText(title)).With("kind", matter.OfText(d.Kind)).With("period", matter.OfText(d.Period)).
		With("until", matter.OfDate(d.Until)).With("snapshot", matter.OfInt(d.Snapshot)).With("issued", matter.OfDate(in.Day)).
		With("text", matter.OfText(d.Text)).With("file", matter.OfFile(file)).With("data", matter.OfFile(figures)).
		With("plan", matter.OfRef(matter.Ref{
			Register: "plan", Entry: s.Basis.Plan.No, Version: 1, Key: s.Basis.Plan.Key, Name: s.Basis.Plan.Title, Number: s.Basis.Plan.Number,
		}))
	if n := s.Document.Number; n != "" {
		f = f.With("number", matter.OfText(n))
	}
	for field, no := range map[string]int64{"unit": d.Unit, "about": d.About} {
		if no == 0 {
			continue
		}
		ref, err := s.Basis.Site.Ref(act.RegisterUnit, no, p.Acts.Today())
		if err != nil {
			return act.Entry{}, err
		}
		f = f.With(field, matter.OfRef(ref))
	}
	if rows := figureRows(s.Figures); len(rows) > 0 {
		f = f.With("figures", matter.OfList(rows...))
	}
	if rows := keptRows(s); len(rows) > 0 {
		f = f.With("kept", matter.OfList(rows...))
	}
	return act.Entry{
		ID: "report/" + d.ID, Who: who, Register: RegisterReport, Key: fmt.Sprintf("%s-%s-%s", d.Kind, d.Period, d.ID[len(d.ID)-8:]),
		From: p.Acts.Today(), Fields: f, Reason: "印发报告",
	}, nil
}

// fileName makes a title fit for the name of a file.
func fileName(title string) string {
	r := []rune(strings.Map(func(c rune) rune {
		if strings.ContainsRune(`\/:*?"<>|`, c) || c < ' ' {
			return -1
		}
		return c
	}, title))
	return string(r[:min(len(r), 60)])
}

// figureRows are the figures of the prose; those of table cells are in the file of all figures.
func figureRows(figures []report.Figure) []matter.Item {
	var rows []matter.Item
	for _, f := range figures {
		if strings.Contains(f.ID, "@") {
			continue
		}
		rows = append(rows, matter.Item{ID: "p" + strconv.Itoa(len(rows)+1), Fields: matter.Values{}.
			With("token", matter.OfText(f.ID)).With("name", matter.OfText(f.Name)).With("formula", matter.OfText(f.Formula)).
			With("value", matter.OfText(f.Show())).With("unit", matter.OfText(f.Unit))})
	}
	return rows
}

func keptRows(s *Shown) []matter.Item {
	var rows []matter.Item
	for _, f := range s.Findings {
		if f.Kept == nil {
			continue
		}
		rows = append(rows, matter.Item{ID: "p" + strconv.Itoa(len(rows)+1), Fields: matter.Values{}.
			With("quote", matter.OfText(f.Quote)).With("reason", matter.OfText(f.Kept.Reason)).
			With("who", matter.OfText(s.Basis.Site.Person(f.Kept.By)))})
	}
	return rows
}

func issuedOf(e *matter.Entry) Issued {
	v := e.Versions[len(e.Versions)-1]
	f := v.Fields
	r := Issued{
		No: e.No, Seq: v.Seq, Title: f.Text("title"), Kind: f.Text("kind"), Number: f.Text("number"), Day: f.Text("issued"),
		Period: f.Text("period"), Until: f.Text("until"), Snapshot: f.Int("snapshot"), Text: f.Text("text"),
	}
	for field, to := range map[string]*int64{"plan": &r.Plan, "about": &r.About} {
		if ref, ok := f.Get(field); ok && ref.Ref != nil {
			*to = ref.Ref.Entry
		}
	}
	if ref, ok := f.Get("unit"); ok && ref.Ref != nil {
		r.Unit = ref.Ref.Name
	}
	for field, to := range map[string]*matter.Blob{"file": &r.File, "data": &r.Data} {
		if b, ok := f.Get(field); ok && b.Blob != nil {
			*to = *b.Blob
		}
	}
	kept, _ := f.Get("kept")
	for _, it := range kept.Items {
		r.Kept = append(r.Kept, IssuedKept{it.Fields.Text("quote"), it.Fields.Text("reason"), it.Fields.Text("who")})
	}
	return r
}

// Reports lists the issued reports, newest first.
func (p *Publish) Reports(ctx context.Context) ([]Issued, error) {
	var out []Issued
	err := p.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		all, err := read.Register(ctx, tx, RegisterReport)
		for _, e := range all {
			out = append(out, issuedOf(e))
		}
		return err
	})
	slices.SortFunc(out, func(a, b Issued) int { return cmp.Or(cmp.Compare(b.Day, a.Day), cmp.Compare(b.No, a.No)) })
	return out, err
}

// Issued reads one issued report by the no of its entry.
func (p *Publish) Issued(ctx context.Context, no int64) (Issued, error) {
	var r Issued
	err := p.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		e, err := read.EntryOf(ctx, tx, no)
		if errors.Is(err, read.ErrNone) || err == nil && e.Register != RegisterReport {
			return app.Faultf(app.NotFound, "没有这份报告。")
		}
		if err == nil {
			r = issuedOf(e)
		}
		return err
	})
	return r, err
}

// Again shows an issued report from its text and the records as they stood then: the same figures come out, or the report
// says which do not.
func (p *Publish) Again(ctx context.Context, r Issued) (*Shown, error) {
	return p.Show(ctx, &Draft{
		Kind: r.Kind, Plan: r.Plan, About: r.About, Period: r.Period, Until: r.Until, Snapshot: r.Snapshot, Text: r.Text,
	})
}

// Differs lists the figures of an issued report that the records before its snapshot no longer give. There are none unless
// parts of records were lost or the rules of counting have changed.
func (p *Publish) Differs(ctx context.Context, r Issued, again *Shown) ([]Change, error) {
	b, err := p.Acts.Blob(ctx, r.Data.Hash)
	if err != nil {
		return nil, err
	}
	var was data
	if err := json.Unmarshal(b, &was); err != nil {
		return nil, fmt.Errorf("read figures of report %d: %w", r.No, err)
	}
	var out []Change
	for _, f := range was.Figures {
		i := slices.IndexFunc(again.Figures, func(g report.Figure) bool { return g.ID == f.ID })
		if i < 0 || again.Figures[i].Show() != f.Show() {
			is := "没有数值"
			if i >= 0 {
				is = again.Figures[i].Show()
			}
			out = append(out, Change{Token: f.ID, Name: f.Name, Was: f.Show(), Is: is})
		}
	}
	return out, nil
}

// Preview makes the file of a report without keeping anything: for the command line and for looking at a draft.
func (p *Publish) Preview(ctx context.Context, s Start) (*Shown, error) {
	d, err := p.compose(ctx, s)
	if err != nil {
		return nil, err
	}
	return p.Show(ctx, d)
}
