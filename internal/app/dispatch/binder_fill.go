package dispatch

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doc/layout"
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// Offer is something that may fit an item.
type Offer struct {
	Pick
	Unit  int64
	Day   string // of the record, or of the matter's opening
	Files int    // of a whole matter
}

// Offers of an item at once, and how alike a title and an item must be to be offered unasked.
const (
	mostOffers = 6
	likeOffer  = 0.18
)

// mostCompared is how many of the newest matters are compared with the items; what is older is found by its words.
const mostCompared = 2000

// Offers finds for every item what may fit: the matters whose titles are most alike, or, where said names something, what
// was found by number, 存证编号 or words, with its files one by one. It reads as the viewer sees.
func (d *Dispatch) Offers(ctx context.Context, scope access.Scope, b *Binder, said string) (map[int64][]Offer, error) {
	out := map[int64][]Offer{}
	if strings.TrimSpace(said) != "" {
		found, err := d.found(ctx, scope, said)
		for _, it := range b.Items {
			out[it.Entry] = found
		}
		return out, err
	}
	var rows []read.Matter
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) (err error) {
		rows, err = read.List(ctx, tx, scope, read.Filter{Limit: mostCompared})
		return err
	})
	if err != nil {
		return nil, err
	}
	titles := make([]shape, len(rows))
	for i, row := range rows {
		titles[i] = shapeOf(bare(cmp.Or(row.State.Text("title"), row.State.Title)))
	}
	for _, it := range b.Items {
		out[it.Entry] = offersFor(shapeOf(bare(it.Text)), rows, titles)
	}
	return out, nil
}

// offersFor ranks the matters by how alike their titles are to an item.
func offersFor(text shape, rows []read.Matter, titles []shape) []Offer {
	type scored struct {
		at    int
		score float64
	}
	var best []scored
	for i, title := range titles {
		if s := text.like(title, likeOffer); s >= likeOffer {
			best = append(best, scored{i, s})
		}
	}
	slices.SortStableFunc(best, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	var out []Offer
	for _, s := range best[:min(len(best), mostOffers)] {
		out = append(out, offerOf(rows[s.at].State))
	}
	return out
}

func offerOf(s *matter.State) Offer {
	files := 0
	for _, e := range s.Events {
		files += int(e.Files)
	}
	return Offer{Pick: Pick{Matter: s.No, Name: cmp.Or(s.Text("title"), s.Title)}, Unit: s.Unit, Day: s.Opened, Files: files}
}

// found lists what was asked for by name, each matter with its files.
func (d *Dispatch) found(ctx context.Context, scope access.Scope, said string) ([]Offer, error) {
	var nos []int64
	if no, err := d.Find(ctx, scope, said); err == nil {
		nos = append(nos, no)
	} else {
		found, err := d.Search(ctx, scope, said, 0, mostOffers)
		if err != nil {
			return nil, err
		}
		for _, t := range found.Tasks {
			nos = append(nos, t.State.No)
		}
	}
	var out []Offer
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		for _, no := range nos {
			row, err := read.MatterOf(ctx, tx, no)
			if err != nil {
				return err
			}
			out = append(out, offerOf(row.State))
			files, err := filesOf(ctx, tx, row.State)
			if err != nil {
				return err
			}
			for _, f := range files {
				out = append(out, Offer{Pick: Pick{Matter: no, Record: f.seq, Hash: f.blob.Hash, Name: f.blob.Name}, Unit: row.State.Unit, Day: f.day})
			}
		}
		return nil
	})
	return out, err
}

// filed is a file of a record.
type filed struct {
	seq  int64
	day  string
	blob matter.Blob
}

// filesOf lists the files of a matter's records, oldest first; those of voided records are left out.
func filesOf(ctx context.Context, tx *store.Tx, s *matter.State) ([]filed, error) {
	said, err := read.History(ctx, tx, s.Seqs)
	if err != nil {
		return nil, err
	}
	var void []int64
	for _, h := range said {
		void = append(void, h.Record.Effects.Void...)
	}
	var out []filed
	for _, h := range said {
		if slices.Contains(void, h.Record.Seq) {
			continue
		}
		for _, f := range h.Record.Files {
			out = append(out, filed{h.Record.Seq, h.Head.Legal, f.Blob})
		}
	}
	return out, nil
}

// Fill puts picks to an item, beside those it has; each is looked up as the viewer sees it.
func (d *Dispatch) Fill(ctx context.Context, who access.Actor, scope access.Scope, b *Binder, item int64, ids []string, request string) error {
	it, ok := b.Item(item)
	if !ok {
		return app.Faultf(app.NotFound, "清单中没有这一项。")
	}
	picks := slices.Clone(it.Picks)
	for _, id := range ids {
		p, ok := ReadPick(id)
		if !ok {
			return app.Faultf(app.Invalid, "没有找到所选的材料，请刷新后重新选择。")
		}
		if slices.ContainsFunc(picks, func(o Pick) bool { return o.ID() == p.ID() }) {
			continue
		}
		name, err := d.pickName(ctx, scope, p)
		if err != nil {
			return err
		}
		p.Name = name
		picks = append(picks, p)
	}
	if len(picks) == len(it.Picks) {
		return app.Faultf(app.Invalid, "没有选择新的材料。请勾选以后再列入。")
	}
	rows := make([]matter.Item, len(picks))
	for i, p := range picks {
		f := matter.Values{}.With("matter", matter.OfInt(p.Matter)).With("name", matter.OfText(p.Name))
		if p.Hash != "" {
			f = f.With("record", matter.OfInt(p.Record)).With("hash", matter.OfText(p.Hash))
		}
		rows[i] = matter.Item{ID: "p" + strconv.Itoa(i+1), Fields: f}
	}
	return d.putItem(ctx, who, it, it.fields.Without("reason").With("picks", matter.OfList(rows...)), request)
}

// pickName finds what a pick names, if the viewer sees it.
func (d *Dispatch) pickName(ctx context.Context, scope access.Scope, p Pick) (name string, err error) {
	err = d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		row, files, err := seenFiles(ctx, tx, scope, p.Matter)
		if err != nil {
			return err
		}
		if p.Hash == "" {
			name = cmp.Or(row.State.Text("title"), row.State.Title)
			return nil
		}
		for _, f := range files {
			if f.seq == p.Record && f.blob.Hash == p.Hash {
				name = f.blob.Name
				return nil
			}
		}
		return app.Faultf(app.NotFound, "没有找到所选的附件。")
	})
	return name, err
}

// seenFiles reads a matter and its files for one who sees it.
func seenFiles(ctx context.Context, tx *store.Tx, scope access.Scope, no int64) (read.Matter, []filed, error) {
	gone := app.Faultf(app.NotFound, "没有找到所选的事项，或者您的岗位不在可以查看的范围内。")
	row, err := read.MatterOf(ctx, tx, no)
	if err != nil {
		return row, nil, gone
	}
	ok, err := read.Sees(ctx, tx, scope, no, row.State.Sealed)
	if err != nil {
		return row, nil, err
	}
	if !ok {
		return row, nil, gone
	}
	files, err := filesOf(ctx, tx, row.State)
	return row, files, err
}

// NotConcerned says why there is nothing to show for an item.
func (d *Dispatch) NotConcerned(ctx context.Context, who access.Actor, b *Binder, item int64, reason, request string) error {
	it, ok := b.Item(item)
	if !ok {
		return app.Faultf(app.NotFound, "清单中没有这一项。")
	}
	if strings.TrimSpace(reason) == "" {
		return app.Faultf(app.Invalid, "请写明不涉及的理由。")
	}
	return d.putItem(ctx, who, it, it.fields.Without("picks").With("reason", matter.OfText(strings.TrimSpace(reason))), request)
}

func (d *Dispatch) putItem(ctx context.Context, who access.Actor, it *BinderItem, f matter.Values, request string) error {
	_, err := d.Acts.PutEntry(ctx, act.Entry{
		ID: request, Who: who, Register: RegisterBinderItem, Key: it.Key, No: it.Entry, Seen: it.seen, Fields: f,
	})
	return err
}

// laid is one line of the index: a file in the binder, or a matter without files.
type laid struct {
	item   *BinderItem
	path   string // in the ZIP, "" where there is no file
	name   string
	record int64
	hash   string
	unit   string
	day    string
}

// Pack lays a binder out as a ZIP: a folder for each item, the files in it, an index as DOCX and XLSX, each file with its
// 存证编号 and digest. What the viewer no longer sees is named as missing in the index.
func (d *Dispatch) Pack(ctx context.Context, scope access.Scope, b *Binder) ([]byte, error) {
	site, err := d.Acts.Site(ctx)
	if err != nil {
		return nil, err
	}
	lines, files, err := d.lay(ctx, scope, b, site.Tree().Name)
	if err != nil {
		return nil, err
	}
	docx, err := b.indexDOCX(lines, site.Tree().Name(b.Unit), d.Acts.Today())
	if err != nil {
		return nil, err
	}
	xlsx, err := b.indexXLSX(lines)
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	put := func(name string, body []byte) error {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(body)
		}
		return err
	}
	if err := cmp.Or(put("目录.docx", docx), put("目录.xlsx", xlsx)); err != nil {
		return nil, fmt.Errorf("pack binder %d: %w", b.No, err)
	}
	for _, it := range b.Items {
		if it.Gap() {
			if _, err := z.Create(it.folder() + "/"); err != nil {
				return nil, fmt.Errorf("pack binder %d: %w", b.No, err)
			}
		}
	}
	for _, l := range lines {
		if l.path == "" {
			continue
		}
		body, err := d.Acts.Blob(ctx, files[l.path])
		if err != nil {
			return nil, err
		}
		if err := put(l.path, body); err != nil {
			return nil, fmt.Errorf("pack binder %d: %w", b.No, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("pack binder %d: %w", b.No, err)
	}
	return buf.Bytes(), nil
}

// folder is the name of an item's folder: its number and the beginning of its words.
func (it *BinderItem) folder() string {
	const most = 24
	text := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`+"\n\r\t", r) {
			return ' '
		}
		return r
	}, it.Text)
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most]) + "…"
	}
	return fmt.Sprintf("%03d %s", it.No, strings.TrimRight(strings.TrimSpace(text), "."))
}

// lay lists what goes into a binder, and which digest each path has.
func (d *Dispatch) lay(ctx context.Context, scope access.Scope, b *Binder, name func(int64) string) ([]laid, map[string]string, error) {
	var lines []laid
	hashes := map[string]string{}
	err := d.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		for _, it := range b.Items {
			for _, p := range it.Picks {
				row, files, err := seenFiles(ctx, tx, scope, p.Matter)
				if err != nil {
					if f := app.FaultOf(err); f.Kind == app.NotFound {
						lines = append(lines, laid{item: it, name: p.Name + "（现在看不到这件事项）"})
						continue
					}
					return err
				}
				none := true
				for _, f := range files {
					if p.Hash != "" && (f.seq != p.Record || f.blob.Hash != p.Hash) {
						continue
					}
					none = false
					at := fmt.Sprintf("%s/%d_%s", it.folder(), f.seq, safeName(f.blob.Name))
					if _, twice := hashes[at]; twice {
						continue
					}
					hashes[at] = f.blob.Hash
					lines = append(lines, laid{it, at, f.blob.Name, f.seq, f.blob.Hash, name(row.State.Unit), f.day})
				}
				if none {
					lines = append(lines, laid{item: it, name: p.Name, record: row.State.Seq, unit: name(row.State.Unit), day: row.State.Opened})
				}
			}
		}
		return nil
	})
	return lines, hashes, err
}

// safeName keeps a file's name from leaving its folder.
func safeName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' || r == utf8.RuneError {
			return '_'
		}
		return r
	}, name)
	return strings.TrimLeft(name, ".")
}

var indexHead = []string{"序号", "检查内容", "材料", "提供单位", "日期", "存证编号", "校验值"}

// indexRows are the lines of the index: gaps and reasons are said as well.
func (b *Binder) indexRows(lines []laid, short bool) [][]string {
	var rows [][]string
	for _, it := range b.Items {
		no, n := strconv.Itoa(it.No), 0
		for _, l := range lines {
			if l.item != it {
				continue
			}
			n++
			record, hash := "", l.hash
			if l.record != 0 {
				record = strconv.FormatInt(l.record, 10)
			}
			if short {
				hash = hash[:min(16, len(hash))]
			}
			rows = append(rows, []string{no, it.Text, l.name, l.unit, l.day, record, hash})
		}
		switch {
		case n > 0:
		case it.Reason != "":
			rows = append(rows, []string{no, it.Text, "不涉及：" + it.Reason, it.Unit, "", "", ""})
		default:
			rows = append(rows, []string{no, it.Text, "缺项", it.Unit, "", "", ""})
		}
	}
	return rows
}

func (b *Binder) indexDOCX(lines []laid, unit, today string) ([]byte, error) {
	doc := layout.Document{
		Title: b.Title + "材料目录", Signature: unit, Date: chineseDay(today),
		Blocks: []layout.Block{
			layout.Text(fmt.Sprintf("检查清单共 %d 项，已备 %d 项，缺 %d 项。材料按清单分文件夹，文件名以存证编号开头；校验值为 SHA-256 的前 16 位，全文见目录.xlsx。",
				len(b.Items), len(b.Items)-b.Gaps(), b.Gaps())),
			{Kind: layout.TableOf, Table: layout.Table{Header: indexHead, Rows: b.indexRows(lines, true)}},
		},
	}
	return layout.DOCX(doc)
}

func (b *Binder) indexXLSX(lines []laid) ([]byte, error) {
	t := sheet.Table{Name: "目录"}
	for i, title := range indexHead {
		t.Columns = append(t.Columns, sheet.Column{Title: title, Width: []float64{6, 40, 36, 24, 12, 12, 66}[i]})
	}
	t.Rows = func(yield func([]any) bool) {
		for _, row := range b.indexRows(lines, false) {
			cells := make([]any, len(row))
			for i, c := range row {
				cells[i] = c
			}
			if !yield(cells) {
				return
			}
		}
	}
	return sheet.XLSX(t)
}
