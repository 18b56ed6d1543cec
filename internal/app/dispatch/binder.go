package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// Registers of binders (迎检): an inspection, and the items of the inspectors' own list. What is put to an item is only
// referred to; nothing is entered or kept twice.
const (
	RegisterBinder     = "binder"
	RegisterBinderItem = "binder_item"
)

// Binder is what is laid ready for one inspection.
type Binder struct {
	No    int64
	Key   string
	Title string
	From  string // who inspects
	Day   string
	Unit  int64
	Items []*BinderItem // by number
}

// Gaps counts the items with nothing there and no reason why.
func (b *Binder) Gaps() int {
	n := 0
	for _, it := range b.Items {
		if it.Gap() {
			n++
		}
	}
	return n
}

// BinderItem is one item of the inspectors' list.
type BinderItem struct {
	Entry  int64
	Key    string
	No     int
	Text   string
	Unit   string // as the list names it
	Reason string // why there is nothing to show
	Picks  []Pick
	seen   int64 // version
	fields matter.Values
}

// Gap tells whether nothing is there.
func (it *BinderItem) Gap() bool { return len(it.Picks) == 0 && it.Reason == "" }

// Pick is a matter put to an item, or one file of one of its records.
type Pick struct {
	Matter int64
	Record int64  // 存证编号 of the record that carries the file, 0: the whole matter
	Hash   string // of the file, "" the whole matter
	Name   string
}

// ID names a pick on its page.
func (p Pick) ID() string {
	return fmt.Sprintf("%d.%d.%s", p.Matter, p.Record, p.Hash)
}

// ReadPick reads what ID wrote; the name is looked up again.
func ReadPick(id string) (Pick, bool) {
	parts := strings.SplitN(id, ".", 3)
	if len(parts) != 3 {
		return Pick{}, false
	}
	no, err1 := strconv.ParseInt(parts[0], 10, 64)
	record, err2 := strconv.ParseInt(parts[1], 10, 64)
	return Pick{Matter: no, Record: record, Hash: parts[2]}, err1 == nil && err2 == nil
}

// Listed is one line of an inspectors' list.
type Listed struct{ Text, Unit string }

// mostListed bounds a list.
const mostListed = 500

// ReadList reads an inspectors' list: a table with a column 检查内容 (or its like), or a document of which every line is an
// item. What is no item (headings of the table, empty lines, bare numbers) is left out.
func ReadList(name string, b []byte) ([]Listed, error) {
	var out []Listed
	if ext := strings.ToLower(path.Ext(name)); ext == ".xlsx" || ext == ".csv" {
		sheets, err := sheet.Read(name, b)
		if err != nil {
			return nil, app.Wrong("list", "%s", err.Error())
		}
		for _, s := range sheets {
			out = append(out, listedRows(s.Rows)...)
		}
	} else {
		doc, err := readDocument(name, b)
		if err != nil {
			f := app.FaultOf(err)
			if f.Kind == app.Invalid {
				return nil, app.Wrong("list", "%s", f.Say)
			}
			return nil, err
		}
		for _, p := range doc.Paragraphs {
			out = append(out, listedLine(p.Text)...)
		}
	}
	if len(out) == 0 {
		return nil, app.Wrong("list", "没有在“%s”中找到检查内容。表格应当有“检查内容”一列，文档一行一项。", path.Base(name))
	}
	if len(out) > mostListed {
		return nil, app.Wrong("list", "清单有 %d 项，最多 %d 项。请分成几次导入。", len(out), mostListed)
	}
	return out, nil
}

// contentTitles and unitTitles are how inspectors head their columns.
var (
	contentTitles = []string{"检查内容", "检查项目", "检查事项", "评估内容", "督察内容", "考核内容", "指标", "内容", "事项", "项目"}
	unitTitles    = []string{"责任单位", "牵头单位", "提供单位", "单位", "部门"}
)

func listedRows(rows [][]string) []Listed {
	content, unit, from := -1, -1, 0
	for i, row := range rows[:min(len(rows), 10)] {
		if content = titled(row, contentTitles); content >= 0 {
			unit, from = titled(row, unitTitles), i+1
			break
		}
	}
	var out []Listed
	for _, row := range rows[from:] {
		text := ""
		if content >= 0 && content < len(row) {
			text = row[content]
		} else if content < 0 { // a table without a head: its longest cell is what is looked at
			for _, c := range row {
				if len(c) > len(text) {
					text = c
				}
			}
		}
		for _, l := range listedLine(strings.ReplaceAll(text, "\n", "")) {
			if unit >= 0 && unit < len(row) {
				l.Unit = row[unit]
			}
			out = append(out, l)
		}
	}
	return out
}

func titled(row, titles []string) int {
	for _, t := range titles {
		for i, c := range row {
			if strings.Join(strings.Fields(c), "") == t {
				return i
			}
		}
	}
	for _, t := range titles[:1] {
		for i, c := range row {
			if strings.Contains(c, t) {
				return i
			}
		}
	}
	return -1
}

// listedLine is an item, unless the line is empty, a bare number or too short to be one.
func listedLine(line string) []Listed {
	line = strings.TrimSpace(line)
	if len([]rune(strings.TrimLeft(line, "0123456789.、．（）() "))) < 2 {
		return nil
	}
	return []Listed{{Text: line}}
}

// NewBinder makes a binder with its items.
type NewBinder struct {
	Request          string
	Title, From, Day string
	Items            []Listed
	File             *matter.Blob // the list as it came
}

// MakeBinder records a binder and its items; pressing again makes none twice.
func (d *Dispatch) MakeBinder(ctx context.Context, who access.Actor, n NewBinder) (int64, error) {
	var faults []app.FieldFault
	if strings.TrimSpace(n.Title) == "" {
		faults = append(faults, app.FieldFault{Field: "title", Say: "请填写检查名称。"})
	}
	if n.Day != "" && !isDay(n.Day) {
		faults = append(faults, app.FieldFault{Field: "day", Say: "“" + n.Day + "”不是日期。请写成 2026-10-20。"})
	}
	if len(n.Items) == 0 {
		faults = append(faults, app.FieldFault{Field: "list", Say: "请上传检查清单，或者逐行填写检查内容。"})
	}
	if err := app.Wrongs(faults); err != nil {
		return 0, err
	}
	site, err := d.Acts.Site(ctx)
	if err != nil {
		return 0, err
	}
	unitRef, err := site.Ref(act.RegisterUnit, who.Unit(), d.Acts.Today())
	if err != nil {
		return 0, err
	}
	key := cmp.Or(n.Request, uuid.Must(uuid.NewV7()).String())
	f := matter.Values{}.With("title", matter.OfText(strings.TrimSpace(n.Title))).With("unit", matter.OfRef(unitRef))
	if n.From != "" {
		f = f.With("from", matter.OfText(strings.TrimSpace(n.From)))
	}
	if n.Day != "" {
		f = f.With("day", matter.OfDate(n.Day))
	}
	if n.File != nil {
		f = f.With("file", matter.OfFile(*n.File))
	}
	done, err := d.Acts.PutEntry(ctx, act.Entry{ID: requestID("binder/", key), Who: who, Register: RegisterBinder, Key: key, Fields: f})
	if err != nil {
		return 0, err
	}
	ref := matter.Ref{Register: RegisterBinder, Entry: done.Matter, Version: 1, Key: key, Name: strings.TrimSpace(n.Title)}
	for i, it := range n.Items {
		f := matter.Values{}.With("binder", matter.OfRef(ref)).With("no", matter.OfInt(int64(i+1))).With("text", matter.OfText(it.Text))
		if it.Unit != "" {
			f = f.With("unit", matter.OfText(it.Unit))
		}
		item := fmt.Sprintf("%s/%04d", key, i+1)
		if _, err := d.Acts.PutEntry(ctx, act.Entry{ID: requestID("binder/", item), Who: who, Register: RegisterBinderItem, Key: item, Fields: f}); err != nil {
			return 0, err
		}
	}
	return done.Matter, nil
}

// Binders lists the binders of units the viewer sees, newest first.
func (d *Dispatch) Binders(ctx context.Context, scope access.Scope) ([]*Binder, error) {
	var out []*Binder
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		all, err := read.Register(ctx, tx, RegisterBinder)
		if err != nil {
			return err
		}
		for _, e := range all {
			b := binderOf(e)
			if !slices.Contains(scope.Units, b.Unit) {
				continue
			}
			if err := b.read(ctx, tx); err != nil {
				return err
			}
			out = append(out, b)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b *Binder) int { return cmp.Compare(b.No, a.No) })
	return out, err
}

// Binder reads one binder of a unit the viewer belongs to.
func (d *Dispatch) Binder(ctx context.Context, scope access.Scope, no int64) (*Binder, error) {
	var b *Binder
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		e, err := read.EntryOf(ctx, tx, no)
		if err != nil || e.Register != RegisterBinder {
			return app.Faultf(app.NotFound, "没有这份迎检材料。")
		}
		if b = binderOf(e); !slices.Contains(scope.Units, b.Unit) {
			return app.Faultf(app.NotFound, "没有这份迎检材料，或者您的岗位不在可以查看的范围内。")
		}
		return b.read(ctx, tx)
	})
	return b, err
}

func binderOf(e *matter.Entry) *Binder {
	f := e.Versions[len(e.Versions)-1].Fields
	b := &Binder{No: e.No, Key: e.Key, Title: f.Text("title"), From: f.Text("from"), Day: f.Text("day")}
	if u, ok := f.Get("unit"); ok && u.Ref != nil {
		b.Unit = u.Ref.Entry
	}
	return b
}

func (b *Binder) read(ctx context.Context, tx *store.Tx) error {
	items, err := read.Entries(ctx, tx, RegisterBinderItem, b.Key+"/", mostListed)
	if err != nil {
		return err
	}
	for _, e := range items {
		if !strings.HasPrefix(e.Key, b.Key+"/") {
			break // entries are by key: the next binder begins
		}
		b.Items = append(b.Items, itemOf(e))
	}
	return nil
}

func itemOf(e *matter.Entry) *BinderItem {
	f := e.Versions[len(e.Versions)-1].Fields
	it := &BinderItem{
		Entry: e.No, Key: e.Key, No: int(f.Int("no")), Text: f.Text("text"), Unit: f.Text("unit"), Reason: f.Text("reason"),
		seen: e.Version, fields: f,
	}
	rows, _ := f.Get("picks")
	for _, row := range rows.Items {
		it.Picks = append(it.Picks, Pick{
			Matter: row.Fields.Int("matter"), Record: row.Fields.Int("record"), Hash: row.Fields.Text("hash"), Name: row.Fields.Text("name"),
		})
	}
	return it
}

// Item finds an item by the no of its entry.
func (b *Binder) Item(no int64) (*BinderItem, bool) {
	i := slices.IndexFunc(b.Items, func(it *BinderItem) bool { return it.Entry == no })
	if i < 0 {
		return nil, false
	}
	return b.Items[i], true
}
