package admin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"zhunsheng/internal/access"
	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/doc/docfile"
	"zhunsheng/internal/doc/sheet"
	"zhunsheng/internal/doc/text"
	"zhunsheng/internal/matter"
	"zhunsheng/internal/norm/procedure"
	"zhunsheng/internal/store"
	"zhunsheng/internal/store/read"
)

// Opening brings in tasks that were running before the site began (期初数据导入): a dry run that names every wrong cell,
// then one opening a row, with legal dates, own number, source file and row.
type Opening struct {
	Acts  *act.Acts
	House *House
	Map   Mapping // another system's columns, nil for a sheet of ours
}

// Columns of the sheet of running tasks, the same as of its export. Those before OpeningRequired must be there.
const (
	colTitle    = "任务名称"
	colUnit     = "主办单位"
	colOpened   = "下达日期"
	colDue      = "完成期限"
	colNumber   = "编号"
	colYear     = "计划年度"
	colSection  = "所属部分"
	colDuty     = "具体要求"
	colTaken    = "签收日期"
	colProgress = "进展情况"
	colReported = "进展日期"
)

var openingRequired = []string{colTitle, colUnit, colOpened, colDue}

// OpeningColumns are the columns of the sheet in order.
func OpeningColumns() []sheet.Column {
	return []sheet.Column{
		{Title: colNumber, Width: 14}, {Title: colTitle, Width: 44}, {Title: colUnit, Width: 26}, {Title: colOpened, Kind: sheet.Date, Width: 12},
		{Title: colDue, Kind: sheet.Date, Width: 12}, {Title: colYear, Kind: sheet.Number, Width: 10}, {Title: colSection, Width: 24},
		{Title: colDuty, Width: 34}, {Title: colTaken, Kind: sheet.Date, Width: 12}, {Title: colProgress, Width: 44},
		{Title: colReported, Kind: sheet.Date, Width: 12},
	}
}

// OpeningTemplate is the empty sheet with one row that shows the form; its unit is the first below the government.
func (o *Opening) OpeningTemplate(ctx context.Context) ([]byte, error) {
	site, err := o.Acts.Site(ctx)
	if err != nil {
		return nil, err
	}
	root, _ := site.Root()
	name := root.Name
	for _, no := range site.Tree().Children(root.No) {
		name = site.Tree().Name(no)
		break
	}
	year := o.Acts.Today()[:4]
	example := []any{"示例，导入前请删去本行", "公布行政裁量权基准", name, year + "-01-15", year + "-11-30", o.Acts.Now().In(app.China).Year(), "一、依法全面履行职能", "", year + "-01-18", "已完成初稿。", year + "-06-20"}
	return sheet.XLSX(sheet.Table{Name: "在办任务", Columns: OpeningColumns(), Rows: slices.Values([][]any{example})})
}

// CellFault is what is wrong with one cell, and how to put it right.
type CellFault struct {
	Row                int
	Column, Value, Say string
}

// Running is one row: a task as it ran when the site began.
type Running struct {
	Row             int
	Number, Title   string
	Unit            int64
	Opened, Due     string
	Year            int64
	Section, Duty   string
	Taken           string
	Progress, Dated string
}

// DryRun is what a file would bring in. Nothing has been written but the file itself, which dies if nothing follows.
type DryRun struct {
	File   matter.Blob
	Rows   []Running
	Faults []CellFault
	Before int // rows that an earlier import of the same file has brought in
}

// Check reads a file and says what is wrong with every cell.
func (o *Opening) Check(ctx context.Context, who access.Actor, name string, b []byte) (*DryRun, error) {
	if _, _, err := o.keeper(ctx, who); err != nil {
		return nil, err
	}
	run, err := o.read(ctx, name, b)
	if err != nil {
		return nil, err
	}
	run.File, err = o.Acts.Keep(ctx, name, b)
	if err != nil {
		return nil, err
	}
	return run, o.before(ctx, run)
}

func (o *Opening) keeper(ctx context.Context, who access.Actor) (*act.Site, access.Actor, error) {
	site, err := o.Acts.Site(ctx)
	if err != nil {
		return nil, who, err
	}
	who, ok := officer(site, who, o.Acts.Today(), MayKeepAll)
	if !ok {
		return nil, who, app.Faultf(app.Denied, "期初数据由统筹岗导入，您的岗位不能导入。")
	}
	return site, who, nil
}

func (o *Opening) read(ctx context.Context, name string, b []byte) (*DryRun, error) {
	sheets, err := sheet.Read(name, b)
	if err != nil {
		var fault *docfile.Error
		if errors.As(err, &fault) {
			return nil, app.Wrong("file", "%s", fault.Error())
		}
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if err := secret(name, sheets); err != nil {
		return nil, err
	}
	records, err := o.Map.apply(sheets[0]).Records(openingRequired...)
	if err != nil {
		return nil, app.Wrong("file", "%s。", err.Error())
	}
	site, err := o.Acts.Site(ctx)
	if err != nil {
		return nil, err
	}
	run := &DryRun{}
	seen := map[string]int{}
	for _, r := range records.All() {
		c := &cells{record: r, site: site, today: o.Acts.Today()}
		row := c.running()
		if first, twice := seen[row.Title+"\x00"+strconv.FormatInt(row.Unit, 10)+"\x00"+row.Opened]; twice && row.Title != "" {
			c.wrong(colTitle, fmt.Sprintf("与第 %d 行相同：任务名称、主办单位、下达日期都一样。请删去一行。", first))
		} else {
			seen[row.Title+"\x00"+strconv.FormatInt(row.Unit, 10)+"\x00"+row.Opened] = row.Row
		}
		run.Faults = append(run.Faults, c.faults...)
		run.Rows = append(run.Rows, row)
	}
	if len(run.Rows) == 0 {
		return nil, app.Wrong("file", "表头下面没有数据。请填写后重新上传。")
	}
	return run, nil
}

// secret refuses a sheet with a mark of secrecy (涉密不上网).
func secret(name string, sheets []sheet.Sheet) error {
	var paragraphs []text.Paragraph
	for _, s := range sheets {
		for _, row := range s.Rows {
			for _, cell := range row {
				if cell != "" {
					paragraphs = append(paragraphs, text.Paragraph{Text: cell})
				}
			}
		}
	}
	if mark, ok := text.SecretMark(paragraphs); ok && mark.Refused() {
		return app.Wrong("file", "不能上传“%s”。文件带有密级标志“%s”，涉密文件不得进入本平台（保守国家秘密法第二十八条）。", name, mark.Text)
	}
	return nil
}

// cells reads one row and collects what is wrong with it.
type cells struct {
	record sheet.Record
	site   *act.Site
	today  string
	faults []CellFault
}

func (c *cells) wrong(column, say string) {
	place := strings.TrimPrefix(c.record.Place(column), fmt.Sprintf("第 %d 行", c.record.Row))
	place = strings.TrimSuffix(strings.TrimSpace(place), " 列")
	c.faults = append(c.faults, CellFault{c.record.Row, strings.TrimSpace(place + " " + column), c.record.Text(column), say})
}

func (c *cells) running() Running {
	r := Running{
		Row: c.record.Row, Number: c.record.Text(colNumber), Title: c.text(colTitle, 200, true), Section: c.text(colSection, 200, false),
		Duty: c.text(colDuty, 5000, false), Progress: c.text(colProgress, 5000, false),
	}
	r.Opened, r.Due = c.date(colOpened, true), c.date(colDue, true)
	r.Taken, r.Dated = c.date(colTaken, false), c.date(colReported, false)
	if name := c.record.Text(colUnit); name == "" {
		c.wrong(colUnit, "请填写主办单位。")
	} else if u, ok := c.site.Tree().Match(name); ok {
		r.Unit = u.No
	} else {
		say := "单位名录中没有“" + name + "”。请改为名录中的名称"
		if near := c.site.Tree().Near(name, 1); len(near) > 0 {
			say += "，例如“" + near[0].Name + "”"
		}
		c.wrong(colUnit, say+"。")
	}
	year, given, err := c.record.Int(colYear)
	if r.Year = year; err != nil || given && (year < 1990 || year > 2100) {
		c.wrong(colYear, "应当是年度，写成 2026 这样。")
	}
	c.order(&r)
	return r
}

// order checks that the dates follow each other.
func (c *cells) order(r *Running) {
	if r.Opened != "" && r.Opened > c.today {
		c.wrong(colOpened, "晚于今天 "+c.today+"。在办任务应当已经下达。")
	}
	if r.Opened != "" && r.Due != "" && r.Due < r.Opened {
		c.wrong(colDue, "早于下达日期 "+r.Opened+"。请核对。")
	}
	for column, day := range map[string]string{colTaken: r.Taken, colReported: r.Dated} {
		if day != "" && r.Opened != "" && day < r.Opened {
			c.wrong(column, "早于下达日期 "+r.Opened+"。请核对。")
		}
		if day > c.today {
			c.wrong(column, "晚于今天 "+c.today+"。请核对。")
		}
	}
	if r.Progress != "" && r.Dated == "" {
		c.wrong(colReported, "写了进展情况的，请填写进展日期。")
	}
	if r.Progress != "" && r.Taken == "" {
		c.wrong(colTaken, "写了进展情况的，请填写签收日期。")
	}
	if r.Dated != "" && r.Taken != "" && r.Dated < r.Taken {
		c.wrong(colReported, "早于签收日期 "+r.Taken+"。请核对。")
	}
}

func (c *cells) text(column string, most int, need bool) string {
	s := c.record.Text(column)
	switch n := utf8.RuneCountInString(s); {
	case s == "" && need:
		c.wrong(column, "请填写"+column+"。")
	case n > most:
		c.wrong(column, fmt.Sprintf("有 %d 字，最多 %d 字。请缩短。", n, most))
	}
	return s
}

func (c *cells) date(column string, need bool) string {
	day, err := c.record.Date(column)
	switch {
	case err != nil:
		c.wrong(column, "不是日期。请写成 2026-06-30 这样。")
	case day == "" && need:
		c.wrong(column, "请填写"+column+"。")
	case day != "" && day < "1990-01-01":
		c.wrong(column, "早于 1990 年。请核对。")
	}
	return day
}

// request names what a row leads to: the same row of the same file is brought in once.
func (d *DryRun) request(row int, step string) string {
	return fmt.Sprintf("import/%s/%d/%s", d.File.Hash[:32], row, step)
}

// before counts the rows that are in already.
func (o *Opening) before(ctx context.Context, run *DryRun) error {
	return o.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		for _, r := range run.Rows {
			_, there, err := read.Once(ctx, tx, run.request(r.Row, "open"))
			if err != nil {
				return err
			}
			if there {
				run.Before++
			}
		}
		return nil
	})
}

// Imported is what an import came to.
type Imported struct {
	Tasks  int // opened now
	Before int // had been brought in before
	Seq    int64
}

// Import brings in the rows of a file that was checked: hash is the file's as the dry run kept it. Every act has an id of
// its own made of file and row, so that an import that was cut off is finished by pressing again, without doubles.
func (o *Opening) Import(ctx context.Context, who access.Actor, name, hash string) (Imported, error) {
	_, who, err := o.keeper(ctx, who)
	if err != nil {
		return Imported{}, err
	}
	b, err := o.Acts.Blob(ctx, hash)
	if err != nil {
		return Imported{}, err
	}
	run, err := o.read(ctx, name, b)
	if err != nil {
		return Imported{}, err
	}
	if len(run.Faults) > 0 {
		return Imported{}, app.Wrong("file", "还有 %d 处需要改正，没有导入。", len(run.Faults))
	}
	if run.File, err = o.Acts.Keep(ctx, name, b); err != nil {
		return Imported{}, err
	}
	if err := o.before(ctx, run); err != nil {
		return Imported{}, err
	}
	for i := range run.Rows {
		if err := o.bring(ctx, who, run, &run.Rows[i]); err != nil {
			return Imported{}, fmt.Errorf("row %d: %w", run.Rows[i].Row, err)
		}
	}
	out := Imported{Tasks: len(run.Rows) - run.Before, Before: run.Before}
	if out.Tasks == 0 {
		return out, nil
	}
	what := fmt.Sprintf("导入在办任务 %d 项（%s）", out.Tasks, run.File.Name)
	return out, o.House.audit(ctx, who, fmt.Sprintf("import/%s/done/%d", hash[:32], run.Before), AuditImport, what, 0, int64(out.Tasks))
}

// bring opens one task with what had happened to it. The unit's own steps are entered by the program: nobody is made to
// have signed what was done before there was a place to sign.
func (o *Opening) bring(ctx context.Context, who access.Actor, run *DryRun, r *Running) error {
	in := matter.Values{}.With("title", matter.OfText(r.Title)).With("due", matter.OfDate(r.Due))
	for name, s := range map[string]string{"section": r.Section, "duty": r.Duty, "label": r.Number} {
		if s != "" {
			in = in.With(name, matter.OfText(s))
		}
	}
	in = in.With("plan_year", matter.OfInt(cmp.Or(r.Year, yearOf(r.Opened))))
	source := fmt.Sprintf("期初导入：%s 第 %d 行", run.File.Name, r.Row)
	done, err := o.Acts.Do(ctx, act.Request{
		ID: run.request(r.Row, "open"), Who: who, Procedure: "task",
		Act: procedure.Act{
			Step: "open", Legal: r.Opened, Unit: r.Unit, Origin: "imported", Number: r.Number, Input: in, Reason: source,
			Files: []matter.Attached{{Label: "source", Blob: run.File}},
		},
	})
	if err != nil {
		return err
	}
	system := access.Actor{System: true}
	if r.Taken != "" {
		_, err = o.Acts.Do(ctx, act.Request{
			ID: run.request(r.Row, "take"), Who: system, Matter: done.Matter,
			Act: procedure.Act{Step: "take", Legal: r.Taken, Origin: "imported", Reason: source},
		})
		if err != nil {
			return err
		}
	}
	if r.Progress != "" {
		_, err = o.Acts.Do(ctx, act.Request{
			ID: run.request(r.Row, "report"), Who: system, Matter: done.Matter,
			Act: procedure.Act{
				Step: "report", Legal: r.Dated, Origin: "imported", Reason: source,
				Input: matter.Values{}.With("progress", matter.OfText(r.Progress)),
			},
		})
	}
	return err
}

func yearOf(day string) int64 {
	n, err := strconv.ParseInt(day[:4], 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Earlier is an import of before.
type Earlier struct {
	Seq    int64
	At     time.Time
	Person int64
	What   string
}

// Earlier lists the imports of before, newest first.
func (o *Opening) Earlier(ctx context.Context) ([]Earlier, error) {
	entries, err := o.House.auditEntries(ctx, AuditImport, 20)
	if err != nil {
		return nil, err
	}
	var out []Earlier
	err = o.Acts.DB.Read(ctx, func(tx *store.Tx) error {
		for _, e := range entries {
			h, err := read.Head(ctx, tx, e.No)
			if err != nil {
				return err
			}
			_, what, _ := AuditOf(e)
			out = append(out, Earlier{e.No, time.UnixMicro(h.At).In(app.China), h.By.Person, what})
		}
		return nil
	})
	return out, err
}
