package web

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/publish"
	"zhunsheng/internal/doc/layout"
	"zhunsheng/internal/doc/report"
	"zhunsheng/internal/doors/web/view"
)

// reportOpen is a report of either kind, opened: a draft by its id, an issued one by the no of its entry.
type reportOpen struct {
	id     string
	draft  *publish.Draft  // nil where it was issued
	issued *publish.Issued // nil where it is a draft
	shown  *publish.Shown
}

func (s *Server) openReport(ctx context.Context, v *visit, id string) (*reportOpen, error) {
	if !mayOpen(v, "reports") {
		return nil, reportsDenied()
	}
	o := &reportOpen{id: id}
	var err error
	if no := number(id); no > 0 {
		issued, err := s.publish().Issued(ctx, no)
		if err != nil {
			return nil, err
		}
		o.issued = &issued
		o.shown, err = s.publish().Again(ctx, issued)
		return o, err
	}
	if o.draft, err = s.publish().Draft(ctx, v.Actor, id); err != nil {
		return nil, err
	}
	o.shown, err = s.publish().Show(ctx, o.draft)
	return o, err
}

// reportShow is a report: its text with every figure a link, where they come from, and what the lint says.
func (s *Server) reportShow(w http.ResponseWriter, r *http.Request) error {
	return s.showReport(w, r, http.StatusOK, 0, nil)
}

// reportFigure is the report with one figure opened to what it counts.
func (s *Server) reportFigure(w http.ResponseWriter, r *http.Request) error {
	n, err := pathNo(r, "n")
	if err != nil {
		return err
	}
	return s.showReport(w, r, http.StatusOK, int(n), nil)
}

func (s *Server) showReport(w http.ResponseWriter, r *http.Request, status, figure int, fault *app.Fault) error {
	v := visitOf(r)
	o, err := s.openReport(r.Context(), v, r.PathValue("id"))
	if err != nil {
		return err
	}
	b := reportBuilder{server: s, visit: v, r: r, o: o, fault: fault}
	p := b.page()
	if figure > 0 {
		if figure > len(o.shown.Figures) {
			return app.Faultf(app.NotFound, "这份报告没有第 %d 个数字。", figure)
		}
		p.Buttons = []view.Button{{Text: "返回报告", Href: b.path()}}
		if p.Figure, err = b.source(o.shown.Figures[figure-1]); err != nil {
			return err
		}
		return s.render(w, r, status, view.Report(p))
	}
	if o.draft != nil {
		err = b.drafting(&p)
	} else {
		err = b.asIssued(&p)
	}
	if err != nil {
		return err
	}
	return s.render(w, r, status, view.Report(p))
}

// reportBuilder makes the page of a report.
type reportBuilder struct {
	server *Server
	visit  *visit
	r      *http.Request
	o      *reportOpen
	fault  *app.Fault
}

// partID is the anchor of the heading that is a block.
func partID(block int) string { return "part-" + strconv.Itoa(block) }

func (b *reportBuilder) path() string { return reportPath(b.o.id) }

func (b *reportBuilder) page() view.ReportPage {
	shown := b.o.shown
	title := strings.ReplaceAll(shown.Document.Title, "\n", "")
	p := view.ReportPage{Page: b.server.frame(b.r, b.visit, "reports", title), Heading: "正文"}
	p.Crumbs = reportCrumbs("进展报告")
	p.Facts = fmt.Sprintf("数据截至 %s · %d 处数字取自记录，截至存证编号 %s", shown.Basis.Until, len(shown.Figures), grouped(shown.Basis.Snapshot-1))
	p.Buttons = []view.Button{{Text: "下载 DOCX", Href: b.path() + "/file"}}
	p.Blocks = b.blocks()
	p.Outline = b.outline()
	for i := range shown.Findings {
		p.Findings = append(p.Findings, b.finding(&shown.Findings[i]))
	}
	p.Must = shown.Open()
	return p
}

// figureLink is where the figure of a token opens.
func (b *reportBuilder) figureLink(token string) string {
	i := slices.IndexFunc(b.o.shown.Figures, func(f report.Figure) bool { return f.ID == token })
	if token == "" || i < 0 {
		return ""
	}
	return b.path() + "/figures/" + strconv.Itoa(i+1) + "#fig"
}

func (b *reportBuilder) blocks() []view.ReportBlock {
	var out []view.ReportBlock
	for i, block := range b.o.shown.Document.Blocks {
		switch block.Kind {
		case layout.Heading:
			out = append(out, view.ReportBlock{ID: partID(i), Heading: block.String()})
		case layout.TableOf:
			t := &view.ReportTable{Caption: block.Table.Title, Heads: block.Table.Header, Rows: block.Table.Rows}
			for _, refs := range block.Table.Refs {
				links := make([]string, len(refs))
				for c, ref := range refs {
					links[c] = b.figureLink(ref)
				}
				t.Links = append(t.Links, links)
			}
			out = append(out, view.ReportBlock{Table: t})
		case layout.PageBreak:
		default:
			out = append(out, view.ReportBlock{Runs: b.runs(i, block)})
		}
	}
	return out
}

// runs are the words of a paragraph: figures as links, and what the lint quotes marked where the quoted words stand together.
func (b *reportBuilder) runs(index int, block layout.Block) []view.ReportRun {
	var out []view.ReportRun
	for _, run := range block.Runs {
		if link := b.figureLink(run.Ref); link != "" {
			out = append(out, view.ReportRun{Text: run.Text, Figure: true, Href: link})
			continue
		}
		out = append(out, b.marked(index, run.Text)...)
	}
	return out
}

func (b *reportBuilder) marked(index int, text string) []view.ReportRun {
	for i := range b.o.shown.Findings {
		f := &b.o.shown.Findings[i]
		if f.Block != index || f.Kept != nil {
			continue
		}
		before, after, ok := strings.Cut(text, f.Quote)
		if !ok {
			continue
		}
		tone := "a"
		if f.Must {
			tone = "x"
		}
		out := b.marked(index, before)
		out = append(out, view.ReportRun{Text: f.Quote, Mark: tone, ID: "m-" + f.ID})
		return append(out, b.marked(index, after)...)
	}
	if text == "" {
		return nil
	}
	return []view.ReportRun{{Text: text}}
}

// outline lists the parts, each with the heaviest of its findings.
func (b *reportBuilder) outline() []view.OutlineRow {
	var out []view.OutlineRow
	blocks := b.o.shown.Document.Blocks
	for i, block := range blocks {
		if block.Kind != layout.Heading || block.Level != 1 {
			continue
		}
		end := len(blocks)
		for k := i + 1; k < len(blocks); k++ {
			if blocks[k].Kind == layout.Heading && blocks[k].Level == 1 {
				end = k
				break
			}
		}
		must, hints := 0, 0
		for f := range b.o.shown.Findings {
			switch x := &b.o.shown.Findings[f]; {
			case x.Block < i || x.Block >= end || x.Kept != nil:
			case x.Must:
				must++
			default:
				hints++
			}
		}
		light := view.Signal{Light: view.Done, Text: "已核"}
		switch {
		case must > 0:
			light = view.Signal{Light: view.Red, Text: fmt.Sprintf("%d 处不符", must)}
		case hints > 0:
			light = view.Signal{Light: view.Yellow, Text: fmt.Sprintf("%d 处提示", hints)}
		}
		out = append(out, view.OutlineRow{Part: view.Link{Text: block.String(), Href: "#" + partID(i)}, Light: light})
	}
	return out
}

// findingWords name the kinds of findings.
var findingWords = map[report.FindingKind]string{
	report.Contradiction: "数字不符", report.Doubtful: "存疑", report.TypedIn: "人工填写",
}

func (b *reportBuilder) finding(f *publish.Finding) view.Finding {
	out := view.Finding{ID: f.ID, Quote: f.Quote, Place: b.partOf(f.Block), Light: view.Signal{Light: view.Yellow, Text: findingWords[f.Kind]}}
	if f.Must {
		out.Light.Light = view.Red
	}
	said := strings.TrimPrefix(f.Say(), "“"+f.Quote+"”")
	out.After = strings.TrimSpace(said)
	if fix := f.Fix(); fix != "" && b.o.draft != nil {
		out.Fix = "改为 " + fix
	}
	if f.Source != "" {
		if link := b.figureLink(f.Source); link != "" {
			out.Records = view.Link{Text: "查看记录", Href: link}
		}
	}
	if f.Kept != nil {
		out.Settled = "理由：" + f.Kept.Reason
		if f.Kept.By != 0 {
			out.Settled += "，" + b.visit.Site.Person(f.Kept.By) + "，" + f.Kept.On
		}
		out.Light = view.Signal{Light: view.Done, Text: "已说明"}
	}
	return out
}

// partOf names the part a block stands in.
func (b *reportBuilder) partOf(block int) view.Link {
	for i := min(block, len(b.o.shown.Document.Blocks)-1); i >= 0; i-- {
		if x := b.o.shown.Document.Blocks[i]; x.Kind == layout.Heading && x.Level == 1 {
			return view.Link{Text: x.String(), Href: "#" + partID(i)}
		}
	}
	return view.Link{Text: "开头部分"}
}

// drafting adds what is only for a draft: the text to edit, and the issue or what stands in its way.
func (b *reportBuilder) drafting(p *view.ReportPage) error {
	d := b.o.draft
	p.Tag = view.Tag{Text: "草稿", Tone: "a"}
	p.Saved = fmt.Sprintf("%s %s 保存 · 第 %d 次修改", d.At.In(app.China).Format("2006-01-02 15:04"), b.visit.Site.Person(d.By), d.Version)
	p.Action = b.path() + "/findings"
	p.Buttons = append(p.Buttons, view.Button{Text: "按最新记录更新数字", Href: b.path() + "/renew", Post: true}, view.Button{Text: "删除草稿", Href: b.path() + "/delete", Post: true})
	value, wrong := d.Text, ""
	if b.fault != nil {
		value, wrong = cmp.Or(b.r.FormValue("text"), value), faultAt(b.fault, "text")
	}
	p.Edit = &view.Form{
		ID: "edit", Action: b.path(), Submit: "保存正文", Hidden: []view.Hidden{{Name: "version", Value: strconv.Itoa(d.Version)}},
		Fields: []view.Field{{Name: "text", Label: "编辑正文", Kind: view.Area, Rows: 24, Value: value, Error: wrong, Hint: "双花括号内是数字标记，显示时自动换成记录中的数字。可用标记：" + tokenWords()}},
	}
	changed, err := b.server.publish().Changed(b.r.Context(), d, b.o.shown)
	if err != nil {
		return err
	}
	if len(changed) > 0 {
		p.LintNote = "起草后记录有变化：" + changeWords(changed) + "。需要采用的，请按最新记录更新数字。"
	}
	b.issueForm(p, d)
	p.Errors = p.Edit.FieldErrors()
	if p.Issue != nil {
		p.Errors = append(p.Errors, p.Issue.Form.FieldErrors()...)
	}
	return nil
}

func (b *reportBuilder) issueForm(p *view.ReportPage, d *publish.Draft) {
	if n := b.o.shown.Open(); n > 0 {
		p.Waiting = &view.Refusal{Lead: fmt.Sprintf("还有 %d 处核对提示没有处理，现在不能印发。", n)}
		for i := range b.o.shown.Findings {
			if f := &b.o.shown.Findings[i]; f.Open() {
				p.Waiting.Items = append(p.Waiting.Items, view.Unmet{Text: f.Say(), Wait: "改正，或者写明保留的理由。"})
			}
		}
		return
	}
	form := view.Form{
		ID: "issue", Action: b.path() + "/issue", Submit: "印发报告",
		Hidden: []view.Hidden{{Name: "version", Value: strconv.Itoa(d.Version)}, {Name: "request", Value: uuid.NewString()}},
		Fields: []view.Field{
			{Name: "number", Label: "文号", Optional: true, Value: b.r.FormValue("number"), Hint: "由公文系统给出的文号，如 衡司〔2026〕12号"},
			{Name: "day", Label: "成文日期", Kind: view.Date, Short: true, Value: cmp.Or(b.r.FormValue("day"), b.visit.Today)},
		},
		Note: "印发后正文、数字和文件一并存证，不能修改；需要更正的，另行印发。",
	}
	if b.fault != nil {
		withFaults(&form, b.fault.Fields)
	}
	p.Issue = &view.StepForm{Anchor: "f-issue", Title: "印发", Form: form}
}

func tokenWords() string {
	var out []string
	for _, t := range publish.Tokens() {
		out = append(out, "{{"+t[0]+"}} "+t[1])
	}
	return strings.Join(out, "、")
}

func changeWords(changed []publish.Change) string {
	var out []string
	for _, c := range changed {
		if !strings.Contains(c.Token, "@") {
			out = append(out, fmt.Sprintf("%s %s→%s", c.Name, c.Was, c.Is))
		}
	}
	if len(out) == 0 {
		return fmt.Sprintf("表内 %d 处数字", len(changed))
	}
	return strings.Join(out, "，")
}

// asIssued adds what is only for an issued report: its number, its record, and whether the records still give its figures.
func (b *reportBuilder) asIssued(p *view.ReportPage) error {
	rep := b.o.issued
	p.Tag = view.Tag{Text: "已印发"}
	p.Facts = strings.Join(slices.DeleteFunc([]string{rep.Number, rep.Unit, "成文日期 " + rep.Day, p.Facts}, func(s string) bool { return s == "" }), " · ")
	p.Buttons = append(p.Buttons, view.Button{Text: "存证编号 " + grouped(rep.Seq), Href: recordPath(rep.Seq)})
	p.Findings, p.Must = nil, 0
	for _, k := range rep.Kept {
		p.Findings = append(p.Findings, view.Finding{
			Light: view.Signal{Light: view.Done, Text: "已说明"}, Quote: k.Quote, Settled: "理由：" + k.Reason + "，" + k.Who,
		})
	}
	differs, err := b.server.publish().Differs(b.r.Context(), *rep, b.o.shown)
	if err != nil {
		return err
	}
	p.LintNote = "已按印发时的存证编号重新计算，各处数字与印发时一致。"
	if len(differs) > 0 {
		p.LintNote = "按印发时的存证编号重新计算，与印发时不一致：" + changeWords(differs) + "。请核查记录。"
	}
	return nil
}
