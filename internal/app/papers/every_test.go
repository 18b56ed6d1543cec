package papers

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhunsheng/internal/app/apptest"
	"zhunsheng/internal/doc/layout"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/norm/rulebook"
	"zhunsheng/pack"
)

// out is where TestEveryPaper leaves every paper of the pack as HTML and DOCX, for looking at them:
//
//	go test ./internal/app/papers -run TestEveryPaper -args -out /tmp/papers
var (
	out  = flag.String("out", "", "folder for the papers")
	from = flag.String("pack", "", "folder of another pack")
)

// sampleValue is a value of every type, with two elements where there may be several.
func sampleValue(f *procedure.Field) matter.Value {
	if f.Columns() != nil || f.Many {
		var items []matter.Item
		for _, id := range []string{"p1", "p2"} {
			it := matter.Item{ID: id}
			if f.Columns() == nil {
				single := *f
				single.Many = false
				it.Value = sampleValue(&single)
			}
			for i := range f.Columns() {
				it.Fields = it.Fields.With(f.Columns()[i].ID, sampleValue(&f.Columns()[i]))
			}
			items = append(items, it)
			if f.Type == procedure.TypeParty && !f.Many {
				break
			}
		}
		return matter.OfList(items...)
	}
	switch f.Type {
	case procedure.TypeInt:
		return matter.OfInt(15)
	case procedure.TypeMoney:
		return matter.OfInt(1234567)
	case procedure.TypeBool:
		return matter.OfBool(true)
	case procedure.TypeDate:
		return matter.OfDate("2026-09-01")
	case procedure.TypeChoice:
		return matter.OfText(f.Options[0].ID)
	case procedure.TypeEntry:
		return matter.OfRef(matter.Ref{Register: f.Of, Entry: 1, Version: 1, Key: "K1", Name: "〈" + f.Title + "〉", Number: "N1"})
	case procedure.TypeFile:
		return matter.OfFile(matter.Blob{Name: "附件.pdf"})
	}
	return matter.OfText("〈" + f.Title + "〉")
}

// full is a matter in which everything has been filled in and every step done.
func full(s *apptest.Site, def *procedure.Definition, step *procedure.Step) *moment {
	state := &matter.State{
		ID: "0190e0a0-0000-7000-8000-000000000001", No: 1, Procedure: def.ID, Def: def.Digest, Unit: s.Units["NYJ"].Entry, Title: "〈标题〉", Number: "衡农〔2026〕1号", Open: true, Opened: "2026-08-03",
	}
	for i := range def.Fields {
		state.Values = append(state.Values, matter.Held{Name: def.Fields[i].ID, Value: sampleValue(&def.Fields[i])})
	}
	m := &moment{site: s.Site(), def: def, state: state, step: step, legal: "2026-09-22", today: "2026-09-23", units: map[int64]int64{}, by: s.Units["NYJ"].Entry}
	for i := range def.AllSteps {
		keys := []string{""}
		if def.AllSteps[i].Each != "" {
			keys = []string{"p1", "p2"}
		}
		for _, key := range keys {
			e := matter.Event{Step: def.AllSteps[i].ID, Key: key, N: 1, Legal: "2026-09-22", Seq: int64(len(state.Events) + 2)}
			if o := def.AllSteps[i].Outcomes; len(o) > 0 {
				e.Outcome = o[0].ID
			}
			state.Events = append(state.Events, e)
			m.units[e.Seq] = m.by
		}
	}
	if step.Each != "" {
		m.key = "p1"
	}
	for i := range def.AllLimits {
		m.limits = append(m.limits, procedure.LimitView{ID: def.AllLimits[i].ID, Due: "2026-10-15"})
	}
	return m
}

// TestEveryPaper makes every paper of the pack for every step that makes it, from a matter in which everything is filled in:
// each mark that the loader let pass has a value of the form that the template wants.
func TestEveryPaper(t *testing.T) {
	s := apptest.New(t)
	book, diags := rulebook.Load(pack.Files, apptest.Sample())
	if *from != "" {
		book, diags = rulebook.Load(os.DirFS(*from))
	}
	if book == nil {
		t.Fatal(diags)
	}
	made := 0
	for _, def := range book.Definitions() {
		for i := range def.AllSteps {
			step := &def.AllSteps[i]
			p, ok := book.Paper(step.Paper)
			if !ok {
				continue
			}
			made++
			m := full(s, def, step)
			d, missing, err := p.Template.Sketch(m.data(p), func(name string) string { return "〔缺" + name + "〕" })
			switch {
			case err != nil:
				t.Errorf("%s, %s.%s: %v", p.File, def.ID, step.ID, err)
			case len(missing) > 0:
				t.Errorf("%s, %s.%s: %v are missing", p.File, def.ID, step.ID, missing)
			case strings.Contains(d.String(), "{{"):
				t.Errorf("%s, %s.%s: a mark is left in\n%s", p.File, def.ID, step.ID, d.String())
			}
			docx, err := layout.DOCX(d)
			if err != nil {
				t.Errorf("%s: %v", p.File, err)
			}
			if *out != "" {
				for name, b := range map[string][]byte{".html": []byte(layout.HTML(d, nil)), ".txt": []byte(d.String()), ".docx": docx} {
					if err := os.WriteFile(filepath.Join(*out, def.ID+"."+step.ID+name), b, 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
	}
	if made < 5 {
		t.Errorf("only %d papers were made", made)
	}
}
