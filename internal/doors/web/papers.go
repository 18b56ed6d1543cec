package web

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"zhunsheng/internal/app"
	"zhunsheng/internal/app/act"
	"zhunsheng/internal/app/papers"
	"zhunsheng/internal/doc/layout"
	"zhunsheng/internal/doors/web/view"
	"zhunsheng/internal/matter"
)

// opPaper is the value of the button that looks at a step's paper before the step is done.
const opPaper = "paper"

func (s *Server) papersOf() *papers.Papers { return &papers.Papers{Acts: s.Acts} }

// paperPath is the page of the paper that a record made.
func paperPath(no, seq int64) string { return matterPath(no) + "/papers/" + decimal(seq) }

// paperButtons offers to look at a step's paper before the step is done.
func (b *matterBuilder) paperButtons(step string) []view.Button {
	s := b.view.Def.Step(step)
	if s == nil || s.Paper == "" || b.view.Withheld || b.view.State.PaperOnly {
		return nil
	}
	if _, ok := b.server.Acts.Book().Paper(s.Paper); !ok {
		return nil
	}
	return []view.Button{{Text: "预览文书", Href: opPaper, Post: true}}
}

// papers lists the papers that were made, and those that steps ready now will make.
func (b *matterBuilder) papers(p *view.TaskPage) {
	no, use := b.view.State.No, b.server.papersOf()
	for _, l := range use.Of(b.view) {
		line := view.PaperLine{Title: view.Link{Text: l.Title}, For: l.Element, Number: l.Number, Day: l.Date}
		switch {
		case l.Brought:
			line.Tag = view.Tag{Text: "导入以前制作"}
		case l.Voided != 0:
			line.Tag = view.Tag{Text: "已作废", Tone: "b"}
		case l.Changed != 0:
			line.Tag = view.Tag{Text: "已更正", Tone: "w"}
		case l.Sealed:
			line.Tag = view.Tag{Text: "已有盖章件"}
		}
		switch {
		case l.Without:
			line.Tag = view.Tag{Text: "没有模板", Tone: "w"}
		case !b.view.Withheld:
			line.Title.Href = paperPath(no, l.Seq)
			line.Acts = []view.Link{{Text: "打开", Href: line.Title.Href}, {Text: "下载 DOCX", Href: line.Title.Href + "/file"}, {Text: "发文稿纸", Href: line.Title.Href + "/sheet"}}
		}
		p.Papers = append(p.Papers, line)
	}
	if b.view.Withheld {
		return
	}
	for _, l := range use.Coming(b.view) {
		href := matterPath(no) + "/steps/" + l.Step + "/paper"
		if l.Key != "" {
			href += "?key=" + l.Key
		}
		p.Papers = append(p.Papers, view.PaperLine{
			Title: view.Link{Text: l.Title}, For: l.Element, Tag: view.Tag{Text: "尚未制作"}, Acts: []view.Link{{Text: "预览", Href: href}},
		})
	}
}

// openPaper makes the paper that an address names; `at` is a later record that corrected it.
func (s *Server) openPaper(r *http.Request) (*act.View, *papers.Made, error) {
	no, err := pathNo(r, "no")
	if err != nil {
		return nil, nil, err
	}
	seq, err := pathNo(r, "seq")
	if err != nil {
		return nil, nil, err
	}
	m, err := s.Acts.View(r.Context(), visitOf(r).Actor, no)
	if err != nil {
		return nil, nil, err
	}
	made, err := s.papersOf().Make(r.Context(), m, seq, number(r.URL.Query().Get("at")))
	return m, made, err
}

// paperShow is one paper with where it comes from and its sealed copies.
func (s *Server) paperShow(w http.ResponseWriter, r *http.Request) error {
	return s.showPaper(w, r, http.StatusOK, nil)
}

func (s *Server) showPaper(w http.ResponseWriter, r *http.Request, status int, fault *app.Fault) error {
	m, made, err := s.openPaper(r)
	if err != nil {
		return err
	}
	p := s.paperPage(r, m, made)
	path := paperPath(m.State.No, made.Seq)
	p.Buttons = []view.Button{{Text: "返回事项", Href: papersOf(m.State)}, {Text: "发文稿纸", Href: path + "/sheet"}, {Text: "下载 DOCX", Href: withAt(path+"/file", made)}}
	p.Source = []view.Pair{
		{Term: "存证编号", Text: grouped(made.Seq)}, {Term: "文本校验值", Text: made.Digest}, {Term: "适用的规则", Text: made.Def}, {Term: "模板", Text: made.Paper.Digest},
	}
	if made.Brought {
		p.Flash = append(p.Flash, view.Flash{Tone: "warn", Lead: "这份文书在导入以前或者在其他系统制作。", Text: "这里是按现在的模板重排的文本，以当时制作的原件为准；原件可以作为盖章件上传。"})
	}
	if made.Erased {
		p.Flash = append(p.Flash, view.Flash{Tone: "warn", Lead: "有的内容已依法清除，这里的文本与制作时不同。"})
	}
	switch {
	case made.Voided != 0:
		p.Flash = append(p.Flash, view.Flash{Tone: "bad", Lead: "制作这份文书的记录已经作废。", Link: view.Link{Text: "作废记录 " + grouped(made.Voided), Href: recordPath(made.Voided)}})
	case made.Changed != 0 && made.At < made.Changed:
		p.Flash = append(p.Flash, view.Flash{
			Tone: "warn", Lead: "这条记录后来更正过，这里是更正以前的文本。", Link: view.Link{Text: "更正以后的文本", Href: path + "?at=" + decimal(made.Changed)},
		})
	}
	copies, err := s.papersOf().Copies(r.Context(), m, made)
	if err != nil {
		return err
	}
	for _, c := range copies {
		p.Copies = append(p.Copies, copyView(c, made))
	}
	p.Upload = s.copyForm(m, made, fault)
	p.Errors = append(p.Errors, p.Upload.Form.FieldErrors()...)
	if fault != nil && len(p.Errors) == 0 {
		p.Flash = append(p.Flash, view.Flash{Tone: "bad", Lead: "没有保存。", Text: fault.Say})
	}
	return s.render(w, r, status, view.Paper(p))
}

// withAt carries the record as of which a paper is read along.
func withAt(path string, made *papers.Made) string {
	if made.At == made.Seq {
		return path
	}
	return path + "?at=" + decimal(made.At)
}

// paperPage is the paper itself in the frame of a page.
func (s *Server) paperPage(r *http.Request, m *act.View, made *papers.Made) view.PaperPage {
	v, d := visitOf(r), made.Document
	title := strings.ReplaceAll(d.Title, "\n", "")
	p := view.PaperPage{
		Page: s.frame(r, v, placeOf(m.State.Procedure), title), Head: d.Head, Number: d.Number, Approver: d.Approver, Heading: title, Missing: made.Missing,
	}
	p.Crumbs = []view.Link{{Text: m.Def.Title}, {Text: cmp.Or(m.State.Number, m.State.Title, "事项"), Href: matterPath(m.State.No)}, {Text: made.Title}}
	p.Facts = strings.Trim(m.State.Title+" · "+made.Element, " ·")
	d.Head, d.Number, d.Approver, d.Title = "", "", "", ""
	p.Body = templ.Raw(layout.HTML(d, nil)) // every word in it was escaped there
	return p
}

// copyView shows a sealed copy beside the text reviewed.
func copyView(c papers.Copy, made *papers.Made) view.PaperCopy {
	out := view.PaperCopy{File: fileLink(c.Blob), Day: c.Day, Record: view.Link{Text: "记录 " + grouped(c.Seq), Href: recordPath(c.Seq)}}
	switch {
	case !c.Compared:
		out.Said = view.Signal{Light: view.Open, Text: "扫描件，由人核对"}
	case len(c.Lines) == 0:
		out.Said = view.Signal{Light: view.Green, Text: "与审定的文本一致"}
	default:
		out.Said = view.Signal{Light: view.Red, Text: "与审定的文本不一致"}
	}
	if c.Of != "" && c.Of != made.Digest {
		out.Note = "上传时审定的是另一文本，校验值 " + c.Of
	}
	for _, l := range c.Lines {
		line := view.PaperDiff{Text: l.Text}
		switch l.In {
		case papers.InReviewed:
			line.Tag = view.Tag{Text: "审定文本", Tone: "w"}
		case papers.InCopy:
			line.Tag = view.Tag{Text: "盖章件", Tone: "b"}
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

// copyForm takes a signed and sealed copy.
func (s *Server) copyForm(m *act.View, made *papers.Made, fault *app.Fault) *view.StepForm {
	b := matterBuilder{server: s, view: m}
	field := view.Field{
		Name: "file.copy", Label: "盖章件", Kind: view.Upload, Many: true, Accept: ".pdf,.ofd,.jpg,.jpeg,.png,.docx,.txt",
		Hint: "扫描件、照片，或者盖章前的定稿 DOCX、TXT（逐行对照）；每个不超过 50 MB，涉密文件不得上传",
	}
	if fault != nil {
		field.Error = cmp.Or(faultAt(fault, "file.copy"), faultAt(fault, "file"))
	}
	return &view.StepForm{
		Anchor: "f-copy", Title: "上传盖章件", Note: "作为事项的记录留存，与文本校验值绑定", Folded: fault == nil,
		Form: view.Form{
			ID: "f-copy-c", Action: withAt(paperPath(m.State.No, made.Seq)+"/copy", made), Submit: "上传", Fields: []view.Field{field}, Hidden: b.hidden(""),
		},
	}
}

// paperCopy keeps a signed and sealed copy.
func (s *Server) paperCopy(w http.ResponseWriter, r *http.Request) error {
	form, err := parseForm(r)
	if err != nil {
		return err
	}
	m, made, err := s.openPaper(r)
	if err != nil {
		return err
	}
	files, err := s.attach(r, form)
	var done act.Done
	if err == nil {
		blobs := make([]matter.Blob, 0, len(files))
		for _, f := range files {
			blobs = append(blobs, f.Blob)
		}
		done, err = s.papersOf().Attach(r.Context(), visitOf(r).Actor, form.get("request"), m, made, blobs)
	}
	if err != nil {
		if f := app.FaultOf(err); f.Kind == app.Invalid {
			return s.showPaper(w, r, http.StatusUnprocessableEntity, f)
		}
		return err
	}
	return s.redirect(w, r, withAt(paperPath(m.State.No, made.Seq), made), doneFlash(done, "盖章件已经留存。"))
}

// paperFile is the paper as DOCX in official layout.
func (s *Server) paperFile(w http.ResponseWriter, r *http.Request) error {
	_, made, err := s.openPaper(r)
	if err != nil {
		return err
	}
	b, err := made.DOCX()
	if err != nil {
		return err
	}
	return download(w, fileName(strings.Trim(made.Title+" "+cmp.Or(made.Number, made.Element), " "), made.Digest)+".docx", typeDOCX, b)
}

// paperPreview is the paper of a step as it would be with what the matter holds.
func (s *Server) paperPreview(w http.ResponseWriter, r *http.Request) error {
	no, err := pathNo(r, "no")
	if err != nil {
		return err
	}
	m, err := s.Acts.View(r.Context(), visitOf(r).Actor, no)
	if err != nil {
		return err
	}
	return s.showSketch(w, r, m, sketchOf(r))
}

// sketchOf is the act that an address speaks of, with nothing filled in.
func sketchOf(r *http.Request) papers.Sketch {
	return papers.Sketch{Step: r.PathValue("step"), Key: r.URL.Query().Get("key"), Unit: visitOf(r).Actor.Unit()}
}

// paperSketch is the paper with what has been filled in. What is not yet right shows as missing.
func (s *Server) paperSketch(w http.ResponseWriter, r *http.Request, no int64, form formValues) error {
	v := visitOf(r)
	m, err := s.Acts.View(r.Context(), v.Actor, no)
	if err != nil {
		return err
	}
	k := papers.Sketch{Step: r.PathValue("step"), Key: form.get("key"), Legal: form.get("legal"), Outcome: form.get("outcome"), Unit: v.Actor.Unit()}
	k.Input, _ = s.Acts.ReadInput(r.Context(), v.Site, m.Def.Form(k.Step), m.State, form)
	return s.showSketch(w, r, m, k)
}

func (s *Server) showSketch(w http.ResponseWriter, r *http.Request, m *act.View, k papers.Sketch) error {
	made, err := s.papersOf().Preview(r.Context(), m, k)
	if err != nil {
		return err
	}
	p := s.paperPage(r, m, made)
	p.Preview, p.Tag = true, view.Tag{Text: "预览", Tone: "w"}
	p.Buttons = []view.Button{
		{Text: "返回事项", Href: papersOf(m.State)}, {Text: "发文稿纸", Href: matterPath(m.State.No) + "/steps/" + k.Step + "/sheet?key=" + url.QueryEscape(k.Key)},
	}
	p.Flash = append(p.Flash, view.Flash{Lead: "这是预览，没有保存。", Text: "办理“" + m.Def.StepTitle(k.Step) + "”以后才制作文书、取得文号。用浏览器的后退回到填写的表单。"})
	return s.render(w, r, http.StatusOK, view.Paper(p))
}

// signingShow is the signing sheet of a paper, for printing.
func (s *Server) signingShow(w http.ResponseWriter, r *http.Request) error {
	m, made, err := s.openPaper(r)
	if err != nil {
		return err
	}
	path := paperPath(m.State.No, made.Seq)
	return s.showSigning(w, r, m, made, []view.Button{{Text: "返回文书", Href: path}, {Text: "下载 DOCX", Href: withAt(path+"/sheet/file", made)}})
}

// signingAhead is the signing sheet of a paper not yet made, to be signed by hand.
func (s *Server) signingAhead(w http.ResponseWriter, r *http.Request) error {
	no, err := pathNo(r, "no")
	if err != nil {
		return err
	}
	m, err := s.Acts.View(r.Context(), visitOf(r).Actor, no)
	if err != nil {
		return err
	}
	made, err := s.papersOf().Preview(r.Context(), m, sketchOf(r))
	if err != nil {
		return err
	}
	return s.showSigning(w, r, m, made, []view.Button{{Text: "返回事项", Href: papersOf(m.State)}})
}

func (s *Server) showSigning(w http.ResponseWriter, r *http.Request, m *act.View, made *papers.Made, buttons []view.Button) error {
	sheet, v, d := s.papersOf().Sheet(m, made), visitOf(r), made.Document
	p := view.SigningPage{Page: s.frame(r, v, placeOf(m.State.Procedure), "发文稿纸"), Unit: sheet.Unit, Number: d.Number, Foot: "审定文本校验值 " + made.Digest}
	p.Crumbs = []view.Link{{Text: m.Def.Title, Href: matterPath(m.State.No)}, {Text: made.Title, Href: buttons[0].Href}, {Text: "发文稿纸"}}
	p.Facts, p.Buttons = made.Title, buttons
	row := func(label string, o papers.Opinion, room bool) {
		p.Rows = append(p.Rows, view.SigningRow{Label: label, Text: o.Said, Sign: strings.TrimSpace(o.Who + " " + o.Day), Room: room})
	}
	row("签发", sheet.Signed, true)
	for _, o := range sheet.Opinions {
		row(o.Step, o, false)
	}
	row("标题", papers.Opinion{Said: strings.ReplaceAll(d.Title, "\n", "")}, false)
	row("主送", papers.Opinion{Said: d.To}, false)
	if len(d.Attachments) > 0 {
		row("附件", papers.Opinion{Said: strings.Join(d.Attachments, "；")}, false)
	}
	row("拟稿", papers.Opinion{Who: sheet.Drafted.Who, Day: sheet.Drafted.Day}, false)
	return s.render(w, r, http.StatusOK, view.Signing(p))
}

// signingFile is the signing sheet as DOCX.
func (s *Server) signingFile(w http.ResponseWriter, r *http.Request) error {
	m, made, err := s.openPaper(r)
	if err != nil {
		return err
	}
	b, err := s.papersOf().Sheet(m, made).Form().DOCX()
	if err != nil {
		return err
	}
	return download(w, fileName("发文稿纸 "+made.Title, made.Digest)+".docx", typeDOCX, b)
}

// papersOf is where the papers of a matter are listed; a kind with a page of its own lists them on that of all matters.
func papersOf(s *matter.State) string {
	if ownPage(s) != "" {
		return matterPath(s.No) + "?all=1#papers"
	}
	return matterPath(s.No) + "#papers"
}
