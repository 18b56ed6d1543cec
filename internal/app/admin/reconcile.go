package admin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/doc/docfile"
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// ReconcileColumns are the columns of a sheet to reconcile with, as a mapping names them.
var ReconcileColumns = []string{"编号", "名称", "单位", "日期"}

// reconcileTitles are what the columns are called in sheets of ours and of other systems, the first that is there is read.
var reconcileTitles = map[string][]string{
	"编号": {"编号", "案号", "文号", "受理编号", "事项编号"},
	"名称": {"名称", "任务名称", "事项名称", "标题", "案件名称"},
	"单位": {"单位", "主办单位", "承办单位", "办理单位", "办案机关"},
	"日期": {"日期", "下达日期", "受理日期", "立案日期", "收到日期"},
}

// ReconcileFile is an export of another system to compare with.
type ReconcileFile struct {
	Procedure string
	Name      string
	Bytes     []byte
	Map       Mapping
	// From and To bound the days on which matters were opened; both "" take the months the file speaks of.
	From, To string
}

// Sided is a matter as one side knows it.
type Sided struct {
	Row    int   // of the file, 0 on our side
	Matter int64 // 0 on their side
	Number string
	Title  string
	Unit   string
	Date   string
}

// Differing is a matter that both have and of which they say different things.
type Differing struct {
	Here, There Sided
	Say         string
}

// MonthCount is how many matters each side has of a month of opening; Month is "" where no date is said.
type MonthCount struct {
	Month       string
	Here, There int
}

// Reconciliation is what one side has and the other has not (对账).
type Reconciliation struct {
	Procedure, Title string
	From, To         string
	Rows, Matters    int
	Matched          int
	OnlyThere        []Sided
	OnlyHere         []Sided
	Differ           []Differing
	Months           []MonthCount
}

// Agreed tells whether both sides have the same.
func (r *Reconciliation) Agreed() bool {
	return len(r.OnlyHere) == 0 && len(r.OnlyThere) == 0 && len(r.Differ) == 0
}

// Reconcile compares the matters of a procedure with a file: by number, else by title and unit. It writes nothing.
func (h *House) Reconcile(ctx context.Context, scope access.Scope, in ReconcileFile) (*Reconciliation, error) {
	def, ok := h.Acts.Book().Procedure(in.Procedure, h.Acts.Today())
	if !ok {
		return nil, app.Faultf(app.NotFound, "没有名为“%s”的程序。现有：%s。", in.Procedure, strings.Join(h.Acts.Book().Procedures(), "、"))
	}
	there, err := h.theirs(ctx, in, reconcileColumns(def))
	if err != nil {
		return nil, err
	}
	out := &Reconciliation{Procedure: def.ID, Title: def.Title}
	if out.From, out.To, err = in.bounds(there); err != nil {
		return nil, err
	}
	within := func(day string) bool {
		return day == "" || (out.From == "" || day >= out.From) && (out.To == "" || day <= out.To)
	}
	there = slices.DeleteFunc(there, func(s Sided) bool { return !within(s.Date) })
	here, err := h.ours(ctx, scope, def.ID, within)
	if err != nil {
		return nil, err
	}
	out.Rows, out.Matters = len(there), len(here)
	out.match(here, there)
	out.months(here, there)
	return out, nil
}

// theirs reads the file.
func (h *House) theirs(ctx context.Context, in ReconcileFile, titles map[string][]string) ([]Sided, error) {
	sheets, err := sheet.Read(in.Name, in.Bytes)
	var fault *docfile.Error
	if errors.As(err, &fault) {
		return nil, app.Wrong("file", "%s", fault.Error())
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", in.Name, err)
	}
	if err := secret(in.Name, sheets); err != nil {
		return nil, err
	}
	site, err := h.Acts.Site(ctx)
	if err != nil {
		return nil, err
	}
	s := in.Map.apply(sheets[0])
	var records sheet.Records
	for _, title := range slices.Concat(titles["编号"], titles["名称"]) {
		if records, err = s.Records(title); err == nil {
			break
		}
	}
	if err != nil {
		return nil, app.Wrong("file", "表中应有“编号”列，或者“名称”和“单位”列；列名不同的，请用对应表写明。")
	}
	var out []Sided
	for _, r := range records.All() {
		one := Sided{Row: r.Row, Number: column(r, titles["编号"]), Title: column(r, titles["名称"]), Unit: column(r, titles["单位"])}
		if u, ok := site.Tree().Match(one.Unit); ok {
			one.Unit = u.Name
		} else if u, ok := site.Tree().Code(one.Unit); ok {
			one.Unit = u.Name
		}
		for _, title := range titles["日期"] {
			if !r.Has(title) {
				continue
			}
			if one.Date, err = r.Date(title); err != nil {
				return nil, app.Wrong("file", "%s。", err.Error())
			}
			break
		}
		out = append(out, one)
	}
	return out, nil
}

// column is the cell of a column by any of its titles.
func column(r sheet.Record, titles []string) string {
	for _, title := range titles {
		if r.Has(title) {
			return r.Text(title)
		}
	}
	return ""
}

// reconcileColumns are the titles of the columns for a procedure: those of its own sheet of running matters are read too.
func reconcileColumns(def *procedure.Definition) map[string][]string {
	out := maps.Clone(reconcileTitles)
	m := MatterSheetOf(def)
	out["日期"] = append(slices.Clone(out["日期"]), m.Steps[0].Title)
	var named []string
	for _, f := range m.Fields {
		if f.Need {
			named = append(named, f.Title)
		}
	}
	if len(named) == 1 { // a title made of several fields is in no column
		out["名称"] = append(slices.Clone(out["名称"]), named[0])
	}
	return out
}

// bounds are the days compared.
func (in *ReconcileFile) bounds(there []Sided) (from, to string, err error) {
	for _, day := range []string{in.From, in.To} {
		if day != "" && !isDay(day) {
			return "", "", app.Wrong("from", "“%s”不是日期，请写成 2026-09-24。", day)
		}
	}
	if in.From != "" || in.To != "" {
		return in.From, in.To, nil
	}
	for _, s := range there {
		if s.Date == "" {
			continue
		}
		if from == "" || s.Date < from {
			from = s.Date
		}
		to = max(to, s.Date)
	}
	if from == "" {
		return "", "", nil
	}
	last, err := time.Parse(time.DateOnly, to[:8]+"01")
	if err != nil {
		return "", "", fmt.Errorf("last month of the file: %w", err)
	}
	return from[:8] + "01", last.AddDate(0, 1, -1).Format(time.DateOnly), nil
}

// ours lists the matters of a procedure opened within the bounds.
func (h *House) ours(ctx context.Context, scope access.Scope, procedure string, within func(day string) bool) ([]Sided, error) {
	site, err := h.Acts.Site(ctx)
	if err != nil {
		return nil, err
	}
	const page = 500
	var out []Sided
	err = h.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		for before := int64(0); ; {
			rows, err := read.List(ctx, tx, scope, read.Filter{Procedure: procedure, Before: before, Limit: page})
			if err != nil {
				return err
			}
			for _, row := range rows {
				if s := row.State; within(s.Opened) {
					out = append(out, Sided{Matter: s.No, Number: numberOf(s), Title: cmp.Or(s.Title, s.Text("title")), Unit: site.Tree().Name(s.Unit), Date: s.Opened})
				}
			}
			if len(rows) < page {
				return nil
			}
			before = rows[len(rows)-1].State.No
		}
	})
	slices.Reverse(out) // as they were opened
	return out, err
}

// numberOf is the number another system knows a matter by: its own, or what its file of running matters called it.
func numberOf(s *matter.State) string {
	if s.Number == "" && s.Origin != "" {
		return s.Text("label")
	}
	return s.Number
}

// match pairs both sides: first by number, then by title and unit those that are not told apart by a number.
func (r *Reconciliation) match(here, there []Sided) {
	byNumber, byTitle := map[string][]int{}, map[string][]int{}
	for i, s := range here {
		if key := plainKey(s.Number); key != "" {
			byNumber[key] = append(byNumber[key], i)
		}
		byTitle[titleKey(s)] = append(byTitle[titleKey(s)], i)
	}
	taken, matched := make([]bool, len(here)), make([]bool, len(there))
	pair := func(k int, among []int, fits func(i int) bool) {
		for _, i := range among {
			if !taken[i] && fits(i) {
				taken[i], matched[k] = true, true
				r.Matched++
				r.compare(here[i], there[k])
				return
			}
		}
	}
	for k, s := range there {
		if key := plainKey(s.Number); key != "" {
			pair(k, byNumber[key], func(int) bool { return true })
		}
	}
	for k, s := range there {
		if !matched[k] && plainKey(s.Title) != "" {
			pair(k, byTitle[titleKey(s)], func(i int) bool { return s.Number == "" || here[i].Number == "" })
		}
	}
	for k, s := range there {
		if !matched[k] {
			r.OnlyThere = append(r.OnlyThere, s)
		}
	}
	for i, s := range here {
		if !taken[i] {
			r.OnlyHere = append(r.OnlyHere, s)
		}
	}
}

// compare notes where both say different things of one matter.
func (r *Reconciliation) compare(here, there Sided) {
	var says []string
	if there.Unit != "" && there.Unit != here.Unit {
		says = append(says, fmt.Sprintf("单位：本平台 %s，对方 %s", here.Unit, there.Unit))
	}
	if there.Date != "" && there.Date != here.Date {
		says = append(says, fmt.Sprintf("日期：本平台 %s，对方 %s", here.Date, there.Date))
	}
	if len(says) > 0 {
		r.Differ = append(r.Differ, Differing{here, there, strings.Join(says, "；")})
	}
}

func (r *Reconciliation) months(here, there []Sided) {
	counts := map[string]*MonthCount{}
	at := func(s Sided) *MonthCount {
		month := s.Date[:min(7, len(s.Date))]
		if counts[month] == nil {
			counts[month] = &MonthCount{Month: month}
		}
		return counts[month]
	}
	for _, s := range here {
		at(s).Here++
	}
	for _, s := range there {
		at(s).There++
	}
	for _, c := range counts {
		r.Months = append(r.Months, *c)
	}
	slices.SortFunc(r.Months, func(a, b MonthCount) int { return cmp.Compare(a.Month, b.Month) })
}

func titleKey(s Sided) string { return plainKey(s.Title) + "\x00" + plainKey(s.Unit) }

// plainKey is a text without white space and signs, in one case: what programs change on the way.
func plainKey(s string) string {
	return strings.Map(func(c rune) rune {
		if c >= '！' && c <= '～' {
			c -= '！' - '!'
		}
		if unicode.IsSpace(c) || unicode.IsPunct(c) {
			return -1
		}
		return unicode.ToLower(c)
	}, s)
}
