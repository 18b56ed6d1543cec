package dispatch

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/doc/plan"
	"zhunsheng/internal/doc/text"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/side"
	"zhunsheng/internal/unit"
)

// Draft is a plan being brought in: read from its document, corrected by a person, not yet dispatched. It is no record.
type Draft struct {
	ID       string
	Version  int // a second person who saves an older one is told
	By       int64
	At       time.Time
	File     matter.Blob
	Title    string
	Number   string
	Issuer   string
	Date     string // of issue
	Year     int
	Measures []Measure
	Names    []Name
	Asked    int64 // collection by which the division was sent out for objections, 0 if it was not
	Sent     int64 // plan entry it was dispatched as, 0 not yet
	Notes    []string
	Stages   []Stage // phases of the plan, as typed
	Period   string  // 2026—2030 of a plan of several years, "" of a yearly one
	Superior int64   // the outline a yearly plan carries out, 0 none
	Was      int64   // the plan already dispatched of which this is a new version, 0 none, or apart
}

// apart says that a person called the document a plan of its own, though one like it was dispatched.
const apart = -1

// Measure is one measure of a draft as a person may correct it.
type Measure struct {
	ID         string // m1, m2 …: never reused
	No         int
	Label      string
	Section    string
	Title      string
	Text       string
	Start, End int // in the document; 0, 0 for a measure added by hand
	Units      []plan.Unit
	Due        string // a day, a period (每半年, 全年 …) or "" for the end of the year
	Targets    string // as written, parted by ；
	Stage      string
	Superior   int64 // measure of the outline it carries out: 0 not yet said, -1 none
	Confidence float64
}

// Name is how a name printed in the plan is understood.
type Name struct {
	Name       string
	Collective bool
	Units      []int64
	Keep       bool // remember as alias, or in the unit group
	Settled    bool // known before, or said by a person
}

// formPrefix is the form under which drafts of plans are kept, by unit.
const formPrefix = "plan/"

func formOf(u int64, id string) string { return fmt.Sprintf("%s%d/%s", formPrefix, u, id) }

// Upload reads a plan as it was issued and makes a draft of it. Nothing is stored where it cannot be read or may not
// enter. year is that of months without a year, 0 to take it from the document.
func (d *Dispatch) Upload(ctx context.Context, who access.Actor, name string, b []byte, year int) (*Draft, error) {
	if err := d.refuseAgain(ctx, b); err != nil {
		return nil, err
	}
	doc, err := readDocument(name, b)
	if err != nil {
		return nil, err
	}
	res := plan.Parse(doc.Paragraphs, plan.Options{Year: year})
	if len(res.Measures) == 0 {
		return nil, app.Wrong("file", "没有在“%s”中找到工作措施。计划应当有编号的措施，并写明责任单位；请核对是否选错文件。", name)
	}
	site, err := d.Acts.Site(ctx)
	if err != nil {
		return nil, err
	}
	blob, err := d.Acts.Keep(ctx, name, b)
	if err != nil {
		return nil, err
	}
	draft := newDraft(res, blob, year)
	draft.ID, draft.By, draft.At = uuid.Must(uuid.NewV7()).String(), who.Person, d.Acts.Now()
	draft.Settle(site.Tree())
	if err := d.place(ctx, draft); err != nil {
		return nil, err
	}
	return draft, d.saveDraft(ctx, who.Unit(), draft)
}

// newDraft takes over what the parser found: of several documents in one file the one with the most measures.
func newDraft(res plan.Result, blob matter.Blob, year int) *Draft {
	count := make([]int, len(res.Documents))
	for _, m := range res.Measures {
		count[m.Document]++
	}
	best := 0
	for i := range count {
		if count[i] > count[best] {
			best = i
		}
	}
	doc := res.Documents[best]
	draft := &Draft{
		File: blob, Title: doc.Title, Number: doc.Number, Issuer: doc.Issuer, Date: doc.Date, Year: cmp.Or(year, doc.Year),
	}
	draft.Period = periodOf(doc.Title)
	draft.beginPeriod()
	draft.Stages = stagesOf(res, best, draft.Year)
	if draft.Year == 0 {
		draft.Notes = append(draft.Notes, "文件没有写明年度，请填写。")
	}
	if n := len(res.Measures) - count[best]; n > 0 {
		draft.Notes = append(draft.Notes, fmt.Sprintf("文件里还有其他材料，其中的 %d 项没有列入。", n))
	}
	for _, m := range res.Measures {
		if m.Document != best || m.Kind != plan.KindMeasure {
			continue
		}
		draft.Measures = append(draft.Measures, Measure{
			ID: "m" + strconv.Itoa(len(draft.Measures)+1), No: m.No, Label: m.Label, Section: m.Section, Title: m.Title,
			Text: m.Text, Start: m.Start, End: m.End, Units: m.Units, Due: dueWords(m.Deadlines), Targets: targetWords(m.Targets),
			Confidence: m.Confidence,
		})
	}
	return draft
}

// dueWords writes the first deadline that fixes a day or a period as a person would correct it.
func dueWords(deadlines []plan.Deadline) string {
	best := ""
	for _, d := range deadlines {
		w := normWords(d.Norm)
		if w != "" && (best == "" || isDay(w) && !isDay(best)) {
			best = w
		}
	}
	return best
}

// periods are the recurring and open deadlines in words.
var periods = []struct{ norm, words string }{
	{"every:P1Y", "每年"}, {"every:P6M", "每半年"}, {"every:P3M", "每季度"}, {"every:P1M", "每月"}, {"every:P1W", "每周"},
	{"ongoing", "全年"},
}

func normWords(norm string) string {
	kind, rest, _ := strings.Cut(norm, ":")
	switch kind {
	case "by":
		if isDay(rest) {
			return rest
		}
	case "in":
		return lastDay(rest)
	case "every", "ongoing":
		for _, p := range periods {
			if norm == p.norm || strings.HasPrefix(norm, p.norm+"@") {
				return p.words
			}
		}
	}
	return ""
}

func isDay(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// lastDay is the last day of a period in the norms of plans: 2016, 2016-04, 2016-Q2, 2016-H1, START/END or a day.
func lastDay(period string) string {
	if _, end, ok := strings.Cut(period, "/"); ok {
		period = end
	}
	if isDay(period) {
		return period
	}
	year, part, _ := strings.Cut(period, "-")
	y, err := strconv.Atoi(year)
	if err != nil {
		return ""
	}
	month := 12
	switch {
	case part == "":
	case part[0] == 'Q':
		month = 3 * int(part[1]-'0')
	case part[0] == 'H':
		month = 6 * int(part[1]-'0')
	default:
		if month, err = strconv.Atoi(part); err != nil {
			return ""
		}
	}
	return time.Date(y, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

func targetWords(targets []plan.Target) string {
	words := make([]string, 0, len(targets))
	for _, t := range targets {
		if w := strings.TrimSpace(t.Text); w != "" && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return strings.Join(words, "；")
}

// Settle looks every printed name up: a unit, a unit group, or left open for a person to say. What a person said stays.
func (draft *Draft) Settle(tree *unit.Tree) {
	said := map[string]Name{}
	for _, n := range draft.Names {
		if n.Settled {
			said[n.Name] = n
		}
	}
	draft.Names = nil
	seen := map[string]bool{}
	for _, m := range draft.Measures {
		for _, u := range m.Units {
			if u.Name == "" || seen[u.Name] {
				continue
			}
			seen[u.Name] = true
			if n, ok := said[u.Name]; ok {
				draft.Names = append(draft.Names, n)
				continue
			}
			draft.Names = append(draft.Names, lookUp(tree, u.Name))
		}
	}
}

func lookUp(tree *unit.Tree, name string) Name {
	if u, ok := tree.Match(name); ok {
		return Name{Name: name, Units: []int64{u.No}, Settled: true}
	}
	if g, ok := tree.Group(name); ok {
		return Name{Name: name, Collective: true, Units: g.Members, Keep: true}
	}
	n := Name{Name: name, Collective: unit.Collective(name), Keep: true}
	if n.Collective {
		n.Units = proposeMembers(tree, name)
	}
	return n
}

// proposeMembers ticks the units a collective name most likely means, for a person to confirm.
func proposeMembers(tree *unit.Tree, name string) []int64 {
	var out []int64
	townships := strings.Contains(name, "乡") || strings.Contains(name, "镇") || strings.Contains(name, "街道") || strings.Contains(name, "县(")
	departments := strings.Contains(name, "部门") || strings.Contains(name, "单位")
	for _, u := range tree.All() {
		if u.Standing == unit.Supervised && (townships && u.Kind == "township" || departments && u.Kind == "department") {
			out = append(out, u.No)
		}
	}
	return out
}

// Open lists the names a person still has to settle.
func (draft *Draft) Open() []Name {
	var out []Name
	for _, n := range draft.Names {
		if !n.Settled {
			out = append(out, n)
		}
	}
	return out
}

// name returns how a printed name is understood.
func (draft *Draft) name(printed string) Name {
	i := slices.IndexFunc(draft.Names, func(n Name) bool { return n.Name == printed })
	if i < 0 {
		return Name{Name: printed}
	}
	return draft.Names[i]
}

// Duty is one unit's part in a measure.
type Duty struct {
	Unit    int64
	Role    string // lead, joint, assist, undertake
	Printed string // as the plan names it
}

// Duties lists who takes part in a measure, the coordinating lead first, and why it is that one. The lead is the first
// `lead`, else the first `responsible`, else the first named; of several leads the first coordinates.
func (draft *Draft) Duties(m *Measure) (duties []Duty, why string) {
	order := make([]plan.Unit, 0, len(m.Units))
	for _, role := range []string{plan.RoleLead, plan.RoleResponsible, plan.RoleUndertake, plan.RoleAssist} {
		for _, u := range m.Units {
			if u.Role == role {
				order = append(order, u)
			}
		}
	}
	roles := map[string]string{plan.RoleLead: "joint", plan.RoleResponsible: "joint", plan.RoleUndertake: "undertake", plan.RoleAssist: "assist"}
	seen := map[int64]bool{}
	for _, printed := range order {
		for _, no := range draft.name(printed.Name).Units {
			if seen[no] {
				continue
			}
			seen[no] = true
			duty := Duty{Unit: no, Role: roles[printed.Role], Printed: printed.Name}
			if len(duties) == 0 {
				duty.Role = "lead"
				why = leadWhy(printed.Role, len(order))
			}
			duties = append(duties, duty)
		}
	}
	return duties, why
}

func leadWhy(role string, named int) string {
	switch {
	case role == plan.RoleLead:
		return "原文写明牵头"
	case named == 1:
		return "原文只列这一个单位"
	case role == plan.RoleResponsible:
		return "原文未写明牵头，按责任单位排列第一认定"
	}
	return "原文未写明牵头，按排列第一认定"
}

// saveDraft keeps the draft for the unit that brings the plan in.
func (d *Dispatch) saveDraft(ctx context.Context, u int64, draft *Draft) error {
	b, err := json.Marshal(draft)
	if err != nil {
		return fmt.Errorf("write draft: %w", err)
	}
	return d.Acts.DB.Write(ctx, func(tx *store.Tx) error {
		return side.PutDraft(ctx, tx, 0, formOf(u, draft.ID), b, d.Acts.Now().UnixMicro())
	})
}

// Draft reads a draft of the actor's unit.
func (d *Dispatch) Draft(ctx context.Context, who access.Actor, id string) (*Draft, error) {
	var draft Draft
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		b, ok, err := side.Draft(ctx, tx, 0, formOf(who.Unit(), id))
		if err != nil {
			return err
		}
		if !ok {
			return app.Faultf(app.NotFound, "没有这份导入草稿，可能已经删除或者下达。")
		}
		return json.Unmarshal(b, &draft)
	})
	if err != nil {
		return nil, err
	}
	return &draft, nil
}

// Drafts lists the drafts of the actor's unit, newest first.
func (d *Dispatch) Drafts(ctx context.Context, who access.Actor) ([]*Draft, error) {
	var out []*Draft
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		bodies, err := side.Drafts(ctx, tx, 0, formOf(who.Unit(), ""))
		if err != nil {
			return err
		}
		for _, b := range bodies {
			var draft Draft
			if err := json.Unmarshal(b, &draft); err != nil {
				return fmt.Errorf("read draft: %w", err)
			}
			out = append(out, &draft)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b *Draft) int { return b.At.Compare(a.At) })
	return out, err
}

// Drop deletes a draft; what was dispatched stays.
func (d *Dispatch) Drop(ctx context.Context, who access.Actor, id string) error {
	return d.Acts.DB.Write(ctx, func(tx *store.Tx) error { return side.DeleteDraft(ctx, tx, 0, formOf(who.Unit(), id)) })
}

// Paragraphs reads the document of a draft again, for the page beside the measures.
func (d *Dispatch) Paragraphs(ctx context.Context, draft *Draft) ([]text.Paragraph, error) {
	b, err := d.Acts.Blob(ctx, draft.File.Hash)
	if err != nil {
		return nil, err
	}
	doc, err := readDocument(draft.File.Name, b)
	return doc.Paragraphs, err
}

// requestID makes an id that is the same whenever the same thing is asked again.
func requestID(parts ...any) string {
	sum := sha256.Sum256(fmt.Append(nil, parts...))
	return "dispatch-" + hex.EncodeToString(sum[:16])
}
